
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Writing JSON into room that may not suffice, and what strings and numbers of
 * JSON look like.  Inside of the core.
 */


#ifndef _RSL_JSON_H_INCLUDED_
#define _RSL_JSON_H_INCLUDED_


#include "rsl_record.h"


/* Like snprintf(), it writes what has room and counts the rest. */

typedef struct {
    u_char  *pos;
    u_char  *last;
    size_t   excess;        /* bytes that found no room */
} rsl_json_t;


#define rsl_json_put_literal(json, text)                                      \
    rsl_json_put(json, text, sizeof(text) - 1)


static inline void
rsl_json_put(rsl_json_t *json, const void *data, size_t len)
{
    size_t  room;

    room = json->last - json->pos;

    if (len > room) {
        json->excess += len - room;
        memcpy(json->pos, data, room);
        json->pos = json->last;
        return;
    }

    memcpy(json->pos, data, len);
    json->pos += len;
}


/*
 * Escapes what is from "p" on while there is so much room that nothing has to
 * be counted, and returns where it stopped: at the end as a rule.
 */
const u_char *rsl_json_copy(rsl_json_t *json, const u_char *p,
    const u_char *end);

/* The same to the last byte, counting what finds no room. */
void rsl_json_put_slowly(rsl_json_t *json, const u_char *p, const u_char *end);


/* The text of a string, without its quotes. */

static inline void
rsl_json_put_text(rsl_json_t *json, const rsl_str_t *s)
{
    const u_char  *p, *end;

    if (s->len == 0) {
        return;
    }

    end = s->data + s->len;

    p = rsl_json_copy(json, s->data, end);

    if (p != end) {
        rsl_json_put_slowly(json, p, end);
    }
}


/*
 * Puts the longest prefix of "s", on a character boundary, whose escaped text
 * has at most "room" bytes and finds room, and returns its length.
 */
size_t rsl_json_put_prefix(rsl_json_t *json, const rsl_str_t *s, size_t room);

/*
 * How many bytes at "p" stand for themselves in a string: all but quotes,
 * backslashes, control characters and ill-formed UTF-8.
 */
size_t rsl_json_plain(const u_char *p, const u_char *end);

/* Compact; the value's own key is not written. */
void rsl_json_put_value(rsl_json_t *json, const rsl_value_t *value);

void rsl_json_put_integer(rsl_json_t *json, int64_t value);

/*
 * The longest prefix of "s", on a character boundary, whose escaped text has
 * at most "room" bytes, and how many it has.
 */
size_t rsl_json_fit(const rsl_str_t *s, size_t room, size_t *escaped);


#endif /* _RSL_JSON_H_INCLUDED_ */
