
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A line of nginx's own error log becomes a record.
 */


#ifndef _RSL_NGINX_H_INCLUDED_
#define _RSL_NGINX_H_INCLUDED_


#include "core/rsl_core.h"


/* The longest line that nginx writes, with its line feed. */
#define RSL_INTAKE_NGINX_LINE_MAX  2048


/* nginx's own levels, by the numbers that it gives them. */

#define RSL_INTAKE_NGINX_EMERG     1
#define RSL_INTAKE_NGINX_DEBUG     8


/*
 * The number of the level with exactly this name, as "error_log" takes it, or
 * "warning" or "critical", in any case; 0: there is none.
 */
unsigned rsl_intake_nginx_level(const rsl_str_t *name);

/* The level of a record for a number of nginx's. */
rsl_level_t rsl_intake_nginx_level_record(unsigned level);

/*
 * Takes a line apart, which has no line feed: sets message, method, path and
 * extra of "record" and nothing else, and truncated if the line was cut by
 * nginx.  No query string is left in any of them: what is known of those of
 * the request is in "queries", each without its "?" and with a line feed
 * behind it, unless it was cut.  "fields" is where ", server: " of what nginx
 * appends stands, if that is known, else 0: then a line that can be read in
 * two ways (a client may send what looks like nginx's own words) is left as it
 * is, but for what follows a "?".  The strings are in the arena.
 * RSL_ERROR: no memory.
 */
int rsl_intake_nginx_parse(rsl_arena_t *arena, const rsl_str_t *line,
    size_t fields, const rsl_str_t *queries, rsl_record_t *record);

/*
 * Takes the query out of a path as a client sent it, and what is behind "#" or
 * an encoded "?", too.  RSL_ERROR: no memory.
 */
int rsl_intake_nginx_path(rsl_arena_t *arena, rsl_str_t *path);

/*
 * The number of the connection that the line says, as text; len is 0 if it
 * says none.  Neither allocates nor calls anything but memcmp().
 */
rsl_str_t rsl_intake_nginx_connection(const rsl_str_t *line);


/* Puts one more member at the end of the extras.  RSL_ERROR: no memory. */
int rsl_intake_nginx_extra(rsl_arena_t *arena, rsl_record_t *record,
    rsl_value_type_t type, const char *key, const rsl_str_t *text);


#endif /* _RSL_NGINX_H_INCLUDED_ */
