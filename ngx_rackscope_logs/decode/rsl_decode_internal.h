
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the files of the room share: a section for each file, the lowest one
 * first.  A file calls only what stands above its own section here.
 */


#ifndef _RSL_DECODE_INTERNAL_H_INCLUDED_
#define _RSL_DECODE_INTERNAL_H_INCLUDED_


#include <zlib.h>

#define ZSTD_STATIC_LINKING_ONLY    /* ZSTD_customMem */
#include <zstd.h>

#include "rsl_decode.h"


/* rsl_decode_memory.c: what zlib and libzstd get their memory from */

/*
 * A body never needs more: two windows of Zstandard, of 8 MB each, and what
 * libzstd adds to them.
 */
#define RSL_DECODE_MEMORY  (20 * 1024 * 1024)

typedef struct {
    size_t  used;
} rsl_decode_memory_t;

/* NULL: no memory, or the body has more than RSL_DECODE_MEMORY already. */
void *rsl_decode_memory_alloc(void *memory, size_t size);

/* Overwrites the memory and frees it; NULL is allowed. */
void rsl_decode_memory_free(void *memory, void *p);


/* rsl_decode_mark.c: what a stream is, by its first bytes */

/* At most so many bytes are looked at. */
#define RSL_DECODE_HEAD  16

/*
 * "level" is how many codings were undone already, and there is at least one
 * byte.  RSL_AGAIN: more bytes are needed, and there may be more, as they are
 * not "final".  RSL_DECLINED: it is neither text nor what the header names,
 * which "coding" is set to.
 */
int rsl_decode_mark(const rsl_decode_header_t *header, unsigned level,
    const u_char *data, size_t len, int final, rsl_decode_coding_e *coding);


/*
 * What undoes one coding.  It is all zeros before its first use.  Functions on
 * it return:
 *
 * RSL_OK: all bytes were read, and all that they became is written.
 * RSL_AGAIN: there is no more room for what they become.
 * RSL_DECLINED: the stream is broken, and "detail" says why.
 * RSL_ERROR: no memory.
 */

typedef struct {
    u_char               *window;   /* of what was made, wherever that begins */
    uint64_t              len;      /* of the result */
    uint64_t              made;     /* of it */
    uint64_t              left;     /* of the element at hand */
    uint64_t              number;   /* of bytes that a copy lies back */
    unsigned              shift;    /* of the next byte of a number */
    unsigned              more;     /* how many bytes it still has */
    unsigned              is_copy:1;
} rsl_decode_snappy_t;

typedef struct {
    rsl_decode_memory_t  *memory;
    rsl_decode_coding_e   coding;
    unsigned              state;
    const char           *detail;
    size_t                need;     /* how many bytes Zstandard wants next */
    u_char                head[ZSTD_FRAMEHEADERSIZE_MAX];  /* of its frame */
    size_t                nhead;
    unsigned              open:1;   /* it is to be closed */
    unsigned              frame:1;  /* libzstd has got its head */
    unsigned              whole:1;  /* the stream may end here */
    z_stream              zlib;
    ZSTD_DStream         *zstd;
    rsl_decode_snappy_t   snappy;
} rsl_decode_stream_t;


/* rsl_decode_zlib.c: gzip, zlib, deflate */

int rsl_decode_zlib(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end, u_char **out, u_char *last);
void rsl_decode_zlib_close(rsl_decode_stream_t *s);


/* rsl_decode_zstd.c: Zstandard */

/* The largest window is 8 MB, which RFC 8878 asks each decoder to support. */
#define RSL_DECODE_ZSTD_WINDOW_LOG  23

int rsl_decode_zstd(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end, u_char **out, u_char *last);
void rsl_decode_zstd_close(rsl_decode_stream_t *s);


/* rsl_decode_snappy.c: a block of Snappy */

#define RSL_DECODE_SNAPPY_WINDOW    65536

int rsl_decode_snappy(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end, u_char **out, u_char *last);
void rsl_decode_snappy_close(rsl_decode_stream_t *s);


#endif /* _RSL_DECODE_INTERNAL_H_INCLUDED_ */
