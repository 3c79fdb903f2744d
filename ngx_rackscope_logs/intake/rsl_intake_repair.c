
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What is nearly JSON becomes JSON that jansson takes: programs write NaN,
 * single surrogates and bytes that are not UTF-8, and that is no reason to
 * reject their entries.  A number that jansson would read with fewer digits is
 * passed through it as a string.
 */


#include "rsl_intake_internal.h"


typedef struct {
    const u_char  *pos;
    const u_char  *end;
    u_char        *dst;
    unsigned       nul_in_key:1;
} rsl_intake_repair_t;


static void rsl_intake_repair_string(rsl_intake_repair_t *r);
static void rsl_intake_repair_escape(rsl_intake_repair_t *r);
static void rsl_intake_repair_key(rsl_intake_repair_t *r, u_char *key);
static void rsl_intake_repair_number(rsl_intake_repair_t *r);
static void rsl_intake_repair_no_number(rsl_intake_repair_t *r);
static void rsl_intake_repair_byte(rsl_intake_repair_t *r);


/*
 * What such a string begins with: the noncharacter U+FDD0, which no text has,
 * and "#".  A client that sends it anyway turns a string of its own into a
 * number, if it is one, and does nothing else.
 */

#define RSL_INTAKE_EXACT_PREFIX        "\xef\xb7\x90#"
#define RSL_INTAKE_EXACT_PREFIX_LEN    (sizeof(RSL_INTAKE_EXACT_PREFIX) - 1)

/*
 * A copy is at most three times as long: a byte that is not UTF-8 becomes three
 * bytes, and "-0" with its comma, which are three bytes, become nine.
 */

#define RSL_INTAKE_REPAIR_FACTOR       3
#define RSL_INTAKE_REPAIR_ROOM         16


int
rsl_intake_repair(rsl_arena_t *arena, rsl_str_t *text, int nul_in_key)
{
    u_char               *start;
    rsl_intake_repair_t   r;

    start = rsl_arena_alloc(arena, text->len * RSL_INTAKE_REPAIR_FACTOR
                                   + RSL_INTAKE_REPAIR_ROOM);
    if (start == NULL) {
        return RSL_ERROR;
    }

    r.pos = text->data;
    r.end = text->data + text->len;
    r.dst = start;
    r.nul_in_key = (nul_in_key != 0);

    while (r.pos < r.end) {

        if (*r.pos == '"') {
            rsl_intake_repair_string(&r);

        } else if (rsl_intake_token_no_number(r.pos, r.end)) {
            rsl_intake_repair_no_number(&r);

        } else if (*r.pos == '-' || rsl_intake_is_digit(*r.pos)) {
            rsl_intake_repair_number(&r);

        } else {
            rsl_intake_repair_byte(&r);
        }
    }

    text->data = start;
    text->len = r.dst - start;

    return RSL_OK;
}


static void
rsl_intake_repair_string(rsl_intake_repair_t *r)
{
    u_char  *key;

    key = r->dst;

    *r->dst++ = *r->pos++;

    while (r->pos < r->end) {

        if (*r->pos == '"') {
            *r->dst++ = *r->pos++;

            if (r->nul_in_key) {
                rsl_intake_repair_key(r, key);
            }

            return;
        }

        if (*r->pos == '\\') {
            rsl_intake_repair_escape(r);

        } else {
            rsl_intake_repair_byte(r);
        }
    }
}


static void
rsl_intake_repair_escape(rsl_intake_repair_t *r)
{
    size_t                  n;
    rsl_intake_surrogate_e  surrogate;

    surrogate = rsl_intake_token_surrogate(r->pos, r->end);

    if (surrogate == RSL_INTAKE_SURROGATE_HIGH
        && rsl_intake_token_surrogate(r->pos + 6, r->end)
           == RSL_INTAKE_SURROGATE_LOW)
    {
        memcpy(r->dst, r->pos, 12);
        r->dst += 12;
        r->pos += 12;
        return;
    }

    if (surrogate != RSL_INTAKE_SURROGATE_NONE) {
        memcpy(r->dst, "\\ufffd", 6);
        r->dst += 6;
        r->pos += 6;
        return;
    }

    *r->dst++ = *r->pos++;

    n = (r->pos < r->end && *r->pos < 0x80);

    memcpy(r->dst, r->pos, n);
    r->dst += n;
    r->pos += n;
}


/* If the string is a key, replaces its NULs, which jansson refuses there. */

static void
rsl_intake_repair_key(rsl_intake_repair_t *r, u_char *key)
{
    u_char        *p;
    const u_char  *next;

    next = r->pos;

    while (next < r->end && (*next == ' ' || *next == '\t' || *next == '\n'
                             || *next == '\r'))
    {
        next++;
    }

    if (next == r->end || *next != ':') {
        return;
    }

    for (p = key; p < r->dst; p++) {

        if (*p != '\\') {
            continue;
        }

        if (r->dst - p > 6 && memcmp(p, "\\u0000", 6) == 0) {
            memcpy(p, "\\ufffd", 6);
        }

        p++;
    }
}


static void
rsl_intake_repair_number(rsl_intake_repair_t *r)
{
    size_t         n;
    const u_char  *p;

    n = rsl_intake_token_number(r->pos, r->end);
    p = r->pos + n;

    /* what goes on behind a number is an error, which jansson shall see */

    if (n == 0 || (p < r->end && (*p == '.' || *p == '-' || *p == '+'
                                  || rsl_intake_is_digit(*p)))
        || !rsl_intake_token_is_exact(r->pos, p))
    {
        do {
            *r->dst++ = *r->pos++;
        } while (r->pos < r->end
                 && (rsl_intake_is_digit(*r->pos) || *r->pos == '.'
                     || *r->pos == '-' || *r->pos == '+'
                     || *r->pos == 'e' || *r->pos == 'E'));

        return;
    }

    *r->dst++ = '"';
    memcpy(r->dst, RSL_INTAKE_EXACT_PREFIX, RSL_INTAKE_EXACT_PREFIX_LEN);
    r->dst += RSL_INTAKE_EXACT_PREFIX_LEN;
    memcpy(r->dst, r->pos, n);
    r->dst += n;
    *r->dst++ = '"';

    r->pos = p;
}


/* NaN and the infinities become strings, for JSON has no numbers for them. */

static void
rsl_intake_repair_no_number(rsl_intake_repair_t *r)
{
    size_t  n;

    n = rsl_intake_token_no_number(r->pos, r->end);

    *r->dst++ = '"';
    memcpy(r->dst, r->pos, n);
    r->dst += n;
    *r->dst++ = '"';

    r->pos += n;
}


static void
rsl_intake_repair_byte(rsl_intake_repair_t *r)
{
    size_t  n;

    if (*r->pos < 0x80) {
        *r->dst++ = *r->pos++;
        return;
    }

    n = rsl_utf8_sequence(r->pos, r->end);

    if (n) {
        memcpy(r->dst, r->pos, n);
        r->dst += n;
        r->pos += n;
        return;
    }

    memcpy(r->dst, "\xef\xbf\xbd", 3);
    r->dst += 3;
    r->pos += rsl_utf8_ill_formed(r->pos, r->end);
}


int
rsl_intake_repair_exact(rsl_str_t *text)
{
    rsl_str_t  number;

    if (text->len <= RSL_INTAKE_EXACT_PREFIX_LEN
        || memcmp(text->data, RSL_INTAKE_EXACT_PREFIX,
                  RSL_INTAKE_EXACT_PREFIX_LEN)
           != 0)
    {
        return RSL_DECLINED;
    }

    number.data = text->data + RSL_INTAKE_EXACT_PREFIX_LEN;
    number.len = text->len - RSL_INTAKE_EXACT_PREFIX_LEN;

    if (rsl_intake_token_number(number.data, number.data + number.len)
        != number.len)
    {
        return RSL_DECLINED;
    }

    *text = number;

    return RSL_OK;
}
