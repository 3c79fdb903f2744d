
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Snappy's block format (format_description.txt of Snappy): a length, and then
 * literals and copies of what was decoded before.  Encoders cut what they are
 * given into pieces of 64 KB, and no copy reaches back beyond its piece, so a
 * block of any size is decoded with a window of that size.
 */


#include "rsl_decode_internal.h"


typedef enum {
    RSL_DECODE_SNAPPY_LEN = 0,
    RSL_DECODE_SNAPPY_TAG,
    RSL_DECODE_SNAPPY_NUMBER,       /* of the element, behind its tag */
    RSL_DECODE_SNAPPY_LITERAL,
    RSL_DECODE_SNAPPY_COPY
} rsl_decode_snappy_state_e;


static int rsl_decode_snappy_byte(rsl_decode_stream_t *s, u_char ch);
static int rsl_decode_snappy_length(rsl_decode_stream_t *s, u_char ch);
static int rsl_decode_snappy_tag(rsl_decode_stream_t *s, u_char ch);
static int rsl_decode_snappy_number(rsl_decode_stream_t *s, u_char ch);
static int rsl_decode_snappy_element(rsl_decode_stream_t *s);
static int rsl_decode_snappy_make(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end, u_char **out, u_char *last);
static void rsl_decode_snappy_copy(rsl_decode_snappy_t *snappy, u_char *out,
    size_t n);
static void rsl_decode_snappy_keep(rsl_decode_snappy_t *snappy,
    const u_char *data, size_t n);


int
rsl_decode_snappy(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end, u_char **out, u_char *last)
{
    int                   rc;
    rsl_decode_snappy_t  *snappy;

    rc = RSL_OK;
    snappy = &s->snappy;

    if (snappy->window == NULL) {
        snappy->window = rsl_decode_memory_alloc(s->memory,
                                                 RSL_DECODE_SNAPPY_WINDOW);
        if (snappy->window == NULL) {
            return RSL_ERROR;
        }
    }

    do {
        if (s->state == RSL_DECODE_SNAPPY_LITERAL
            || s->state == RSL_DECODE_SNAPPY_COPY)
        {
            rc = rsl_decode_snappy_make(s, p, end, out, last);

        } else if (*p < end) {
            rc = rsl_decode_snappy_byte(s, *(*p)++);

        } else {
            break;
        }
    } while (rc == RSL_OK && (*p < end || s->state == RSL_DECODE_SNAPPY_COPY));

    s->whole = (s->state == RSL_DECODE_SNAPPY_TAG
                && snappy->made == snappy->len);

    return rc;
}


static int
rsl_decode_snappy_byte(rsl_decode_stream_t *s, u_char ch)
{
    switch (s->state) {

    case RSL_DECODE_SNAPPY_LEN:
        return rsl_decode_snappy_length(s, ch);

    case RSL_DECODE_SNAPPY_TAG:
        return rsl_decode_snappy_tag(s, ch);

    default:    /* NUMBER */
        return rsl_decode_snappy_number(s, ch);
    }
}


/* The length of the result: seven bits a byte, the lowest ones first. */

static int
rsl_decode_snappy_length(rsl_decode_stream_t *s, u_char ch)
{
    rsl_decode_snappy_t  *snappy;

    snappy = &s->snappy;

    snappy->len |= (uint64_t) (ch & 0x7f) << snappy->shift;
    snappy->shift += 7;

    if (snappy->len > UINT32_MAX || (ch >= 0x80 && snappy->shift == 35)) {
        s->detail = "its length has more than 32 bits";
        return RSL_DECLINED;
    }

    if (ch < 0x80) {
        s->state = RSL_DECODE_SNAPPY_TAG;
    }

    return RSL_OK;
}


static int
rsl_decode_snappy_tag(rsl_decode_stream_t *s, u_char ch)
{
    rsl_decode_snappy_t  *snappy;

    snappy = &s->snappy;

    if (snappy->made == snappy->len) {
        s->detail = "it is longer than it says";
        return RSL_DECLINED;
    }

    snappy->is_copy = (ch & 3) != 0;
    snappy->left = (uint64_t) (ch >> 2) + 1;
    snappy->number = 0;
    snappy->shift = 0;
    snappy->more = 0;

    switch (ch & 3) {

    case 0:
        snappy->more = (snappy->left > 60) ? (unsigned) snappy->left - 60 : 0;
        break;

    case 1:
        snappy->left = (uint64_t) (ch >> 2 & 7) + 4;
        snappy->number = (uint64_t) (ch & 0xe0) << 3;
        snappy->more = 1;
        break;

    case 2:
        snappy->more = 2;
        break;

    default:
        snappy->more = 4;
    }

    s->state = RSL_DECODE_SNAPPY_NUMBER;

    return snappy->more ? RSL_OK : rsl_decode_snappy_element(s);
}


/* The length of a long literal, or where a copy comes from. */

static int
rsl_decode_snappy_number(rsl_decode_stream_t *s, u_char ch)
{
    rsl_decode_snappy_t  *snappy;

    snappy = &s->snappy;

    snappy->number |= (uint64_t) ch << snappy->shift;
    snappy->shift += 8;

    if (--snappy->more) {
        return RSL_OK;
    }

    if (!snappy->is_copy) {
        snappy->left = snappy->number + 1;
    }

    return rsl_decode_snappy_element(s);
}


static int
rsl_decode_snappy_element(rsl_decode_stream_t *s)
{
    rsl_decode_snappy_t  *snappy;

    snappy = &s->snappy;

    if (snappy->left > snappy->len - snappy->made) {
        s->detail = "it is longer than it says";
        return RSL_DECLINED;
    }

    s->state = RSL_DECODE_SNAPPY_LITERAL;

    if (!snappy->is_copy) {
        return RSL_OK;
    }

    s->state = RSL_DECODE_SNAPPY_COPY;

    if (snappy->number == 0 || snappy->number > snappy->made) {
        s->detail = "it copies what is not there";
        return RSL_DECLINED;
    }

    if (snappy->number > RSL_DECODE_SNAPPY_WINDOW) {
        s->detail = "it copies what lies back more than 64 KB";
        return RSL_DECLINED;
    }

    return RSL_OK;
}


/* Makes as much of an element as there is, or as there is room for. */

static int
rsl_decode_snappy_make(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end, u_char **out, u_char *last)
{
    size_t                n;
    rsl_decode_snappy_t  *snappy;

    snappy = &s->snappy;

    n = (size_t) (last - *out);

    if (n == 0) {
        return RSL_AGAIN;
    }

    n = (snappy->left < n) ? (size_t) snappy->left : n;

    if (snappy->is_copy) {
        rsl_decode_snappy_copy(snappy, *out, n);

    } else {
        n = ((size_t) (end - *p) < n) ? (size_t) (end - *p) : n;

        memcpy(*out, *p, n);
        rsl_decode_snappy_keep(snappy, *p, n);

        *p += n;
    }

    *out += n;
    snappy->left -= n;

    if (snappy->left == 0) {
        s->state = RSL_DECODE_SNAPPY_TAG;
    }

    return RSL_OK;
}


/* The copy may overlap what it is made of, and repeats it then. */

static void
rsl_decode_snappy_copy(rsl_decode_snappy_t *snappy, u_char *out, size_t n)
{
    size_t  from, len;

    while (n) {
        from = (size_t) (snappy->made - snappy->number)
               % RSL_DECODE_SNAPPY_WINDOW;

        len = RSL_DECODE_SNAPPY_WINDOW - from;
        len = (snappy->number < len) ? (size_t) snappy->number : len;
        len = (n < len) ? n : len;

        memcpy(out, snappy->window + from, len);
        rsl_decode_snappy_keep(snappy, out, len);

        out += len;
        n -= len;
    }
}


static void
rsl_decode_snappy_keep(rsl_decode_snappy_t *snappy, const u_char *data,
    size_t n)
{
    size_t  to, len;

    while (n) {
        to = (size_t) snappy->made % RSL_DECODE_SNAPPY_WINDOW;

        len = RSL_DECODE_SNAPPY_WINDOW - to;
        len = (n < len) ? n : len;

        memcpy(snappy->window + to, data, len);

        snappy->made += len;
        data += len;
        n -= len;
    }
}


void
rsl_decode_snappy_close(rsl_decode_stream_t *s)
{
    rsl_decode_memory_free(s->memory, s->snappy.window);
    s->snappy.window = NULL;
}
