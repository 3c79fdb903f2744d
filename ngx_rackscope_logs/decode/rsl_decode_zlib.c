
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * gzip, zlib and deflate, by zlib.  Behind a whole stream, bytes are ignored as
 * gzip(1) does it: but what begins like a member of gzip is one.
 */


#include <limits.h>

#include "rsl_decode_internal.h"


/* What the next byte belongs to. */

typedef enum {
    RSL_DECODE_ZLIB_STREAM = 0,
    RSL_DECODE_ZLIB_BETWEEN,        /* two members, or it ends here */
    RSL_DECODE_ZLIB_MAGIC,          /* the first byte of another member was
                                       there */
    RSL_DECODE_ZLIB_BEHIND
} rsl_decode_zlib_state_e;


static int rsl_decode_zlib_open(rsl_decode_stream_t *s);
static voidpf rsl_decode_zlib_alloc(voidpf memory, uInt items, uInt size);
static void rsl_decode_zlib_free(voidpf memory, voidpf p);
static int rsl_decode_zlib_inflate(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end, u_char **out, u_char *last);
static void rsl_decode_zlib_end(rsl_decode_stream_t *s);
static int rsl_decode_zlib_member(rsl_decode_stream_t *s);


static const u_char  rsl_decode_zlib_magic[] = { 0x1f, 0x8b };


int
rsl_decode_zlib(rsl_decode_stream_t *s, const u_char **p, const u_char *end,
    u_char **out, u_char *last)
{
    int     rc;
    u_char  ch;

    if (!s->open && rsl_decode_zlib_open(s) != RSL_OK) {
        return RSL_ERROR;
    }

    for ( ;; ) {

        if (s->state == RSL_DECODE_ZLIB_STREAM) {
            rc = rsl_decode_zlib_inflate(s, p, end, out, last);

            if (rc != RSL_OK || s->state == RSL_DECODE_ZLIB_STREAM) {
                return rc;
            }
        }

        if (s->state == RSL_DECODE_ZLIB_BEHIND) {
            *p = end;
        }

        if (*p == end) {
            return RSL_OK;
        }

        ch = *(*p)++;

        if (s->state == RSL_DECODE_ZLIB_BETWEEN
            && ch == rsl_decode_zlib_magic[0])
        {
            s->state = RSL_DECODE_ZLIB_MAGIC;

        } else if (s->state == RSL_DECODE_ZLIB_MAGIC
                   && ch == rsl_decode_zlib_magic[1])
        {
            if (rsl_decode_zlib_member(s) != RSL_OK) {
                return RSL_ERROR;
            }

        } else {
            s->state = RSL_DECODE_ZLIB_BEHIND;
        }
    }
}


static int
rsl_decode_zlib_open(rsl_decode_stream_t *s)
{
    int  bits;

    switch (s->coding) {

    case RSL_DECODE_GZIP:
        bits = MAX_WBITS + 16;
        break;

    case RSL_DECODE_ZLIB:
        bits = MAX_WBITS;
        break;

    default:    /* DEFLATE */
        bits = -MAX_WBITS;
        break;
    }

    s->zlib.zalloc = rsl_decode_zlib_alloc;
    s->zlib.zfree = rsl_decode_zlib_free;
    s->zlib.opaque = s->memory;

    if (inflateInit2(&s->zlib, bits) != Z_OK) {
        return RSL_ERROR;
    }

    s->open = 1;

    return RSL_OK;
}


static voidpf
rsl_decode_zlib_alloc(voidpf memory, uInt items, uInt size)
{
    return rsl_decode_memory_alloc(memory, (size_t) items * size);
}


static void
rsl_decode_zlib_free(voidpf memory, voidpf p)
{
    rsl_decode_memory_free(memory, p);
}


static int
rsl_decode_zlib_inflate(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end, u_char **out, u_char *last)
{
    int     rc;
    size_t  n;

    n = (size_t) (end - *p);

    s->zlib.next_in = (z_const Bytef *) *p;
    s->zlib.avail_in = (n < INT_MAX) ? (uInt) n : INT_MAX;
    s->zlib.next_out = *out;
    s->zlib.avail_out = (uInt) (last - *out);

    rc = inflate(&s->zlib, Z_SYNC_FLUSH);

    *p = s->zlib.next_in;
    *out = s->zlib.next_out;

    switch (rc) {

    case Z_OK:
    case Z_BUF_ERROR:
        return (s->zlib.avail_out == 0 || *p < end) ? RSL_AGAIN : RSL_OK;

    case Z_STREAM_END:
        rsl_decode_zlib_end(s);
        return RSL_OK;

    case Z_MEM_ERROR:
        return RSL_ERROR;

    case Z_NEED_DICT:
        s->detail = "it needs a preset dictionary";
        return RSL_DECLINED;

    default:
        s->detail = s->zlib.msg ? s->zlib.msg : "its data is invalid";
        return RSL_DECLINED;
    }
}


static void
rsl_decode_zlib_end(rsl_decode_stream_t *s)
{
    s->whole = 1;
    s->state = (s->coding == RSL_DECODE_GZIP) ? RSL_DECODE_ZLIB_BETWEEN
                                              : RSL_DECODE_ZLIB_BEHIND;
}


/* Another member has begun, with two bytes that were taken already. */

static int
rsl_decode_zlib_member(rsl_decode_stream_t *s)
{
    u_char        ch;

    s->whole = 0;
    s->state = RSL_DECODE_ZLIB_STREAM;

    if (inflateReset(&s->zlib) != Z_OK) {
        return RSL_ERROR;
    }

    s->zlib.next_in = (z_const Bytef *) rsl_decode_zlib_magic;
    s->zlib.avail_in = sizeof(rsl_decode_zlib_magic);
    s->zlib.next_out = &ch;
    s->zlib.avail_out = sizeof(ch);

    return (inflate(&s->zlib, Z_SYNC_FLUSH) == Z_OK) ? RSL_OK : RSL_ERROR;
}


void
rsl_decode_zlib_close(rsl_decode_stream_t *s)
{
    if (s->open) {
        (void) inflateEnd(&s->zlib);
    }
}
