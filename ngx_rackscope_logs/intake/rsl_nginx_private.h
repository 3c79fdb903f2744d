
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * How query strings are taken out of what nginx says of a request: what its
 * files share.
 */


#ifndef _RSL_NGINX_PRIVATE_H_INCLUDED_
#define _RSL_NGINX_PRIVATE_H_INCLUDED_


#include "core/rsl_core.h"


/* So many values are remembered of a request. */
#define RSL_INTAKE_NGINX_QUERY_PARTS  64


/*
 * What is known of the queries of a request: they themselves, and each value
 * in them, as they are and decoded, all of it in lower case: nginx has values
 * in lower case here and there.
 */

typedef struct {
    size_t     n;
    unsigned   unknown:1;                   /* that is not all */
    rsl_str_t  parts[RSL_INTAKE_NGINX_QUERY_PARTS];
} rsl_intake_nginx_query_t;


/*
 * What becomes of each byte of a text.  Nothing is removed while a text is
 * read, so that no rule takes away what the next one has to see.
 */

#define RSL_INTAKE_NGINX_KEEP  0
#define RSL_INTAKE_NGINX_MASK  1                   /* a run of these becomes "***" */
#define RSL_INTAKE_NGINX_DROP  2

typedef struct {
    const rsl_intake_nginx_query_t  *query;
    const u_char                    *text;
    size_t                           len;
    u_char                          *lower; /* the text in lower case */
    u_char                          *bytes;
} rsl_intake_nginx_marks_t;


/* What the text around a "?" is, from the least to the most certain. */

typedef enum {
    RSL_INTAKE_NGINX_PROSE = 0,
    RSL_INTAKE_NGINX_QUOTED,
    RSL_INTAKE_NGINX_URL
} rsl_intake_nginx_place_t;


/*
 * What is known: "queries" are as rsl_intake_nginx_parse() takes them, "request" is a
 * request line and "referrer" a URL.  They have to live as long as "query".
 * RSL_ERROR: no memory.
 */
int rsl_intake_nginx_query(rsl_arena_t *arena, rsl_intake_nginx_query_t *query,
    const rsl_str_t *queries, const rsl_str_t *request,
    const rsl_str_t *referrer);


/* Copies "len" bytes, in lower case. */
void rsl_intake_nginx_mark_lower(u_char *dst, const u_char *src, size_t len);

/* All of the text is kept as yet.  RSL_ERROR: no memory. */
int rsl_intake_nginx_mark_start(rsl_arena_t *arena,
    rsl_intake_nginx_marks_t *marks, const rsl_intake_nginx_query_t *query,
    const rsl_str_t *text);

void rsl_intake_nginx_mark(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, int mark);

/*
 * Masks what is known between start and end, wherever it stands there: with
 * "words" that which has letters only, as nginx's own messages are made of,
 * without it all else.
 */
void rsl_intake_nginx_mark_known(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, int letters);

/*
 * Would that take too long?  Then all of it is masked: who sends many values
 * gets less to read, and not more of a worker's time.
 */
int rsl_intake_nginx_mark_too_much(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end);

/* Is all that stands between start and end known? */
int rsl_intake_nginx_mark_is_known(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end);

/*
 * Drops the query that begins between start and end, up to stop.  Returns 0 if
 * there is none.
 */
int rsl_intake_nginx_mark_query(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, size_t stop, rsl_intake_nginx_place_t place);

/* The length of what begins a query at "i", such as "?", or 0. */
size_t rsl_intake_nginx_mark_begins(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t i, size_t end, rsl_intake_nginx_place_t place);

/* Where "s" stands between start and end, or "end". */
size_t rsl_intake_nginx_mark_find(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end, const char *s);

/*
 * Applies the marks.  The text stays where it is if all of it is kept, else a
 * copy is in the arena.  RSL_ERROR: no memory.
 */
int rsl_intake_nginx_mark_apply(rsl_arena_t *arena,
    const rsl_intake_nginx_marks_t *marks, rsl_str_t *text);


/*
 * Takes all queries out of a message of nginx's.  Where fields stand in it, it
 * is not sure who wrote them: then nothing is left there behind a "?".
 * RSL_ERROR: no memory.
 */
int rsl_intake_nginx_message(rsl_arena_t *arena,
    const rsl_intake_nginx_query_t *query, rsl_str_t *text);

/*
 * The same for a text that is a URL, or its path.  With a query that is not
 * NULL, its values are hidden where they are a part of the path.  RSL_ERROR:
 * no memory.
 */
int rsl_intake_nginx_message_path(rsl_arena_t *arena,
    const rsl_intake_nginx_query_t *query, rsl_str_t *text);


#endif /* _RSL_NGINX_PRIVATE_H_INCLUDED_ */
