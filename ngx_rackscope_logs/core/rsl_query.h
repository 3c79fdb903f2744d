
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The query string of a request to the API, and whether a line matches it.
 */


#ifndef _RSL_QUERY_H_INCLUDED_
#define _RSL_QUERY_H_INCLUDED_


#include "rsl_record.h"


#define RSL_QUERY_N_DEFAULT  200

typedef struct rsl_query_s  rsl_query_t;


/*
 * Parses "args", a query string as it came (application/x-www-form-urlencoded:
 * "+" is a space, a name that comes twice counts with its last value, unknown
 * names are ignored): n, level, min_level, search, request_id, since_seq.  n
 * is clamped to 1 … entries.  A query belongs to one process and one request.
 *
 * RSL_DECLINED: a parameter is wrong, and "detail" is a text that names it and
 * says what it takes, of static lifetime, free of what the client sent and of
 * anything that JSON would escape.  RSL_ERROR: no memory.  In both cases there
 * is no query.
 */
int rsl_query_parse(rsl_query_t **query, const rsl_str_t *args, size_t entries,
    const char **detail);

/* Frees the query; NULL is allowed. */
void rsl_query_destroy(rsl_query_t *query);

/* At most this many lines, the newest ones. */
size_t rsl_query_n(const rsl_query_t *query);

/*
 * Only lines with a number above this; *given tells whether the parameter was
 * there at all.  0: no limit.  More than 64 bits count as UINT64_MAX.
 */
uint64_t rsl_query_since(const rsl_query_t *query, int *given);

/* Do all lines match, so that nobody has to look at them? */
int rsl_query_all(const rsl_query_t *query);

/* Does this level match?  Cheap, and does not need the text of the line. */
int rsl_query_level(const rsl_query_t *query, const rsl_line_t *line);

/*
 * Does the line match levels, request_id and search?  search is a substring
 * of the unescaped message or logger, caseless by Unicode's simple folding.
 * "text" is a private copy of the line, not the slot.  A search that PCRE2
 * gives up matches nothing.
 */
int rsl_query_match(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line);


#endif /* _RSL_QUERY_H_INCLUDED_ */
