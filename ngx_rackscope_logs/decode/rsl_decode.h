
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The door of decoding: compressed bytes, in pieces of any size, become the
 * bytes that were compressed, also in pieces, in bounded memory.
 *
 * These are gzip, zlib, deflate, Zstandard and the block format of Snappy, two
 * of them on top of each other at most.
 */


#ifndef _RSL_DECODE_H_INCLUDED_
#define _RSL_DECODE_H_INCLUDED_


#include "core/rsl_core.h"


/* A body may be compressed, and the result of that once more. */
#define RSL_DECODE_LEVELS  2

/* The most bytes that one call hands out. */
#define RSL_DECODE_PIECE   32768

/*
 * A body that becomes larger than this is a bomb: so much for free, and so many
 * times what came in.
 */
#define RSL_DECODE_FREE    (1024 * 1024)
#define RSL_DECODE_RATIO   250


typedef struct rsl_decode_s  rsl_decode_t;

typedef enum {
    RSL_DECODE_PLAIN = 0,           /* it is not compressed */
    RSL_DECODE_GZIP,
    RSL_DECODE_ZLIB,
    RSL_DECODE_DEFLATE,             /* with or without zlib's header */
    RSL_DECODE_ZSTD,
    RSL_DECODE_SNAPPY
} rsl_decode_coding_e;


/* rsl_decode_header.c: what the sender says about its body */

/* All zeros: the sender says nothing. */

typedef struct {
    rsl_decode_coding_e  codings[RSL_DECODE_LEVELS];  /* in the order in which
                                                         they were applied */
    unsigned             n;
    unsigned             block:1;   /* the body is protobuf, which may be in a
                                       block of Snappy.  A few of these begin
                                       like zlib: that is looked for only if it
                                       is named */
} rsl_decode_header_t;

/*
 * Appends the codings of a header "Content-Encoding" to those that are known.
 * "block" is set before, because Snappy is named only there.
 * RSL_DECLINED: they cannot be read, and "detail" becomes a constant that says
 * what can; JSON need not escape it.
 */
int rsl_decode_header(rsl_decode_header_t *header, const rsl_str_t *value,
    const char **detail);


/* rsl_decode_mark.c: what the first bytes say */

/*
 * Is it possible that the body is compressed, as far as these first bytes of it
 * tell?  If not, and if no header names a coding, there is nothing to decode.
 */
int rsl_decode_wanted(const u_char *data, size_t len);


/* rsl_decode.c: the body of a request */

/* Why a body is not decoded to its end. */

typedef enum {
    RSL_DECODE_BROKEN = 1,
    RSL_DECODE_CUT,                 /* the body ends before the stream does */
    RSL_DECODE_NESTED,              /* it is compressed too many times */
    RSL_DECODE_LARGE,               /* it became larger than "max" */
    RSL_DECODE_BOMB                 /* it became too many times larger */
} rsl_decode_reason_e;

typedef struct {
    rsl_decode_reason_e  reason;
    uint64_t             offset;    /* in the body as it came: up to here, it
                                       was read */
    const char          *coding;    /* its name, or NULL */
    const char          *detail;    /* a constant, so it quotes nothing of what
                                       was sent; JSON need not escape it */
} rsl_decode_error_t;

/*
 * Decodes one body.  "max" is the largest size that it may have when it is
 * decoded, 0: that is limited only by what comes in.  NULL: no memory.
 */
rsl_decode_t *rsl_decode_create(const rsl_decode_header_t *header,
    uint64_t max);

/* Frees it; NULL is allowed.  All of its memory is overwritten. */
void rsl_decode_destroy(rsl_decode_t *decode);

/*
 * Takes bytes of the body from *p, which is moved behind them, and sets "piece"
 * to what they became: perhaps nothing, RSL_DECODE_PIECE bytes at most unless
 * the body is not compressed.  The piece lives until the next call or, if the
 * body is not compressed, as long as the bytes at *p.
 *
 * RSL_OK: all bytes were taken, and there is no more to hand out.
 * RSL_AGAIN: there may be more, so call this again, with the bytes that are
 * left, or with none.
 * RSL_DECLINED: the body ends here; rsl_decode_error() says why.  All that it
 * became before was handed out.
 * RSL_ERROR: no memory.
 */
int rsl_decode(rsl_decode_t *decode, const u_char **p, const u_char *end,
    rsl_str_t *piece);

/*
 * Ends the body, after rsl_decode() has returned RSL_OK for the last bytes of
 * it.  Does what rsl_decode() does with no bytes; RSL_OK: the body was whole,
 * and all of it was handed out.
 */
int rsl_decode_finish(rsl_decode_t *decode, rsl_str_t *piece);

const rsl_decode_error_t *rsl_decode_error(const rsl_decode_t *decode);

/*
 * How many bytes were read and made so far, on all levels: for those who want
 * to pause after so much work.
 */
uint64_t rsl_decode_work(const rsl_decode_t *decode);


#endif /* _RSL_DECODE_H_INCLUDED_ */
