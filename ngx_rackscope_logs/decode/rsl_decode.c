
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The body of a request, level by level: what one level makes is what the next
 * one reads, and the first level that is not compressed is what comes out.
 */


#include <stdlib.h>

#include "rsl_decode_internal.h"


/* So many steps of a level are made in one call, unless bytes come out. */
#define RSL_DECODE_STEPS  4


typedef struct {
    rsl_decode_stream_t   stream;
    rsl_str_t             made;     /* what the next level has not taken */
    uint64_t              size;     /* of all that was made */
    u_char               *buf;      /* of RSL_DECODE_PIECE bytes */
    u_char                head[RSL_DECODE_HEAD];  /* the first bytes, as long
                                                     as their coding is not
                                                     known, and until they are
                                                     read */
    unsigned              nhead;
    unsigned              known:1;
    unsigned              again:1;  /* there may be more to make */
} rsl_decode_level_t;


struct rsl_decode_s {
    rsl_decode_header_t   header;
    uint64_t              max;
    uint64_t              in;       /* bytes of the body that were taken */
    uint64_t              work;
    rsl_decode_memory_t   memory;
    rsl_decode_error_t    error;
    unsigned              failed;   /* the level of the error */
    unsigned              final:1;
    rsl_decode_level_t    levels[RSL_DECODE_LEVELS + 1];
};


static int rsl_decode_next(const rsl_decode_t *decode, int more);
static int rsl_decode_end(rsl_decode_t *decode);
static int rsl_decode_step(rsl_decode_t *decode, unsigned i, const u_char **p,
    const u_char *end, rsl_str_t *piece);
static int rsl_decode_level(rsl_decode_t *decode, unsigned i, const u_char **p,
    const u_char *end, rsl_str_t *piece);
static int rsl_decode_look(rsl_decode_t *decode, unsigned i, const u_char **p,
    const u_char *end);
static int rsl_decode_known(rsl_decode_t *decode, unsigned i, int rc,
    rsl_decode_coding_e coding);
static int rsl_decode_head(rsl_decode_level_t *level, rsl_str_t *piece);
static int rsl_decode_run(rsl_decode_level_t *level, const u_char **p,
    const u_char *end, rsl_str_t *piece);
static void rsl_decode_limit(rsl_decode_t *decode, unsigned i,
    rsl_str_t *piece);
static void rsl_decode_fail(rsl_decode_t *decode, unsigned i,
    rsl_decode_reason_e reason, const char *detail);


static const char  *rsl_decode_names[] = {
    NULL, "gzip", "zlib", "deflate", "zstd", "snappy"
};


rsl_decode_t *
rsl_decode_create(const rsl_decode_header_t *header, uint64_t max)
{
    unsigned       i;
    rsl_decode_t  *decode;

    decode = calloc(1, sizeof(rsl_decode_t));
    if (decode == NULL) {
        return NULL;
    }

    decode->header = *header;
    decode->max = max ? max : UINT64_MAX;

    for (i = 0; i <= RSL_DECODE_LEVELS; i++) {
        decode->levels[i].stream.memory = &decode->memory;
    }

    return decode;
}


void
rsl_decode_destroy(rsl_decode_t *decode)
{
    unsigned             i;
    rsl_decode_level_t  *level;

    if (decode == NULL) {
        return;
    }

    for (i = 0; i <= RSL_DECODE_LEVELS; i++) {
        level = &decode->levels[i];

        rsl_decode_snappy_close(&level->stream);

        if (level->stream.coding == RSL_DECODE_ZSTD) {
            rsl_decode_zstd_close(&level->stream);

        } else {
            rsl_decode_zlib_close(&level->stream);
        }

        rsl_decode_memory_free(&decode->memory, level->buf);
    }

    explicit_bzero(decode, sizeof(rsl_decode_t));
    free(decode);
}


int
rsl_decode(rsl_decode_t *decode, const u_char **p, const u_char *end,
    rsl_str_t *piece)
{
    int  i, n, rc;

    piece->len = 0;
    piece->data = NULL;

    for (n = 0; n < RSL_DECODE_STEPS; n++) {
        i = rsl_decode_next(decode, *p < end);

        if (i < 0) {
            return rsl_decode_end(decode);
        }

        rc = rsl_decode_step(decode, (unsigned) i, p, end, piece);

        if (rc != RSL_OK) {
            return rc;
        }

        if (piece->len) {
            return RSL_AGAIN;
        }
    }

    return RSL_AGAIN;
}


int
rsl_decode_finish(rsl_decode_t *decode, rsl_str_t *piece)
{
    const u_char  *p;

    p = (const u_char *) "";
    decode->final = 1;

    return rsl_decode(decode, &p, p, piece);
}


const rsl_decode_error_t *
rsl_decode_error(const rsl_decode_t *decode)
{
    return &decode->error;
}


uint64_t
rsl_decode_work(const rsl_decode_t *decode)
{
    return decode->work;
}


/*
 * Which level is to make a step?  The deepest one that has something to read,
 * so that nothing piles up.  When the body has ended, a level knows that no
 * more of it will come when those before it have nothing left.  -1: none.
 */

static int
rsl_decode_next(const rsl_decode_t *decode, int more)
{
    int                        i;
    const rsl_decode_level_t  *levels;

    levels = decode->levels;

    for (i = RSL_DECODE_LEVELS; i > 0; i--) {
        if (levels[i - 1].made.len || levels[i].again) {
            return i;
        }
    }

    if (decode->error.reason) {
        return -1;
    }

    if (more || levels[0].again) {
        return 0;
    }

    for (i = 0; i <= RSL_DECODE_LEVELS && decode->final; i++) {
        if (levels[i].nhead) {
            return i;
        }
    }

    return -1;
}


/* There is nothing to read now. */

static int
rsl_decode_end(rsl_decode_t *decode)
{
    unsigned                    i;
    const rsl_decode_stream_t  *s;

    for (i = 0; i < RSL_DECODE_LEVELS && decode->final; i++) {
        s = &decode->levels[i].stream;

        if (s->coding != RSL_DECODE_PLAIN && !s->whole
            && !decode->error.reason)
        {
            rsl_decode_fail(decode, i, RSL_DECODE_CUT,
                            "it ends before it is complete");
        }
    }

    return decode->error.reason ? RSL_DECLINED : RSL_OK;
}


/* "piece" is set if the level is the one that comes out. */

static int
rsl_decode_step(rsl_decode_t *decode, unsigned i, const u_char **p,
    const u_char *end, rsl_str_t *piece)
{
    int                  rc;
    size_t               n;
    const u_char        *start;
    rsl_str_t            made, *from;
    rsl_decode_level_t  *level;

    level = &decode->levels[i];
    made.len = 0;
    made.data = NULL;

    if (i == 0) {
        start = *p;
        rc = rsl_decode_level(decode, i, p, end, &made);
        n = (size_t) (*p - start);
        decode->in += n;

    } else {
        from = &decode->levels[i - 1].made;
        start = from->data;
        rc = rsl_decode_level(decode, i, &from->data, start + from->len, &made);
        n = (size_t) (from->data - start);
        from->len -= n;
    }

    decode->work += n + made.len;

    if (level->stream.coding == RSL_DECODE_PLAIN) {
        *piece = made;

    } else {
        rsl_decode_limit(decode, i, &made);
        level->made = made;
    }

    if (rc == RSL_DECLINED) {
        rsl_decode_fail(decode, i,
                        (i == RSL_DECODE_LEVELS) ? RSL_DECODE_NESTED
                                                 : RSL_DECODE_BROKEN,
                        level->stream.detail);
        return RSL_OK;
    }

    return rc;
}


/* RSL_OK: see "again" for whether there may be more. */

static int
rsl_decode_level(rsl_decode_t *decode, unsigned i, const u_char **p,
    const u_char *end, rsl_str_t *piece)
{
    int                  rc;
    rsl_decode_level_t  *level;

    level = &decode->levels[i];
    level->again = 0;

    if (!level->known) {
        rc = rsl_decode_look(decode, i, p, end);

        if (rc != RSL_OK) {
            return (rc == RSL_AGAIN) ? RSL_OK : rc;
        }
    }

    rc = level->nhead ? rsl_decode_head(level, piece)
                      : rsl_decode_run(level, p, end, piece);

    if (rc == RSL_AGAIN) {
        level->again = 1;
        return RSL_OK;
    }

    return rc;
}


/*
 * Finds out what the bytes are.  They are kept as long as more of them are
 * needed for that.
 */

static int
rsl_decode_look(rsl_decode_t *decode, unsigned i, const u_char **p,
    const u_char *end)
{
    int                  rc;
    size_t               n;
    rsl_decode_coding_e  coding;
    rsl_decode_level_t  *level;

    level = &decode->levels[i];
    coding = RSL_DECODE_PLAIN;
    n = (size_t) (end - *p);

    if (level->nhead == 0) {
        rc = rsl_decode_mark(&decode->header, i, *p,
                             (n < RSL_DECODE_HEAD) ? n : RSL_DECODE_HEAD, 0,
                             &coding);

        if (rc != RSL_AGAIN) {
            return rsl_decode_known(decode, i, rc, coding);
        }
    }

    do {
        if (*p < end) {
            level->head[level->nhead++] = *(*p)++;
        }

        rc = rsl_decode_mark(&decode->header, i, level->head, level->nhead,
                             decode->final && *p == end, &coding);

    } while (rc == RSL_AGAIN && *p < end);

    return (rc == RSL_AGAIN) ? rc : rsl_decode_known(decode, i, rc, coding);
}


static int
rsl_decode_known(rsl_decode_t *decode, unsigned i, int rc,
    rsl_decode_coding_e coding)
{
    rsl_decode_level_t  *level;

    level = &decode->levels[i];

    level->known = 1;
    level->stream.coding = coding;

    if (rc != RSL_OK) {
        level->stream.detail = "it does not begin as one";
        return RSL_DECLINED;
    }

    if (coding == RSL_DECODE_PLAIN) {
        return RSL_OK;
    }

    if (i == RSL_DECODE_LEVELS) {
        level->stream.detail = "it is compressed more than twice";
        return RSL_DECLINED;
    }

    level->buf = rsl_decode_memory_alloc(&decode->memory, RSL_DECODE_PIECE);

    return level->buf ? RSL_OK : RSL_ERROR;
}


/* Reads the bytes that were kept. */

static int
rsl_decode_head(rsl_decode_level_t *level, rsl_str_t *piece)
{
    int            rc;
    const u_char  *p;

    p = level->head;
    rc = rsl_decode_run(level, &p, p + level->nhead, piece);

    level->nhead -= p - level->head;

    if (level->nhead) {
        memmove(level->head, p, level->nhead);
    }

    return (rc == RSL_OK && level->nhead) ? RSL_AGAIN : rc;
}


static int
rsl_decode_run(rsl_decode_level_t *level, const u_char **p, const u_char *end,
    rsl_str_t *piece)
{
    int      rc;
    u_char  *out, *last;

    if (level->stream.coding == RSL_DECODE_PLAIN) {
        piece->data = *p;
        piece->len = (size_t) (end - *p);
        *p = end;
        return RSL_OK;
    }

    out = level->buf;
    last = out + RSL_DECODE_PIECE;

    if (level->stream.coding == RSL_DECODE_ZSTD) {
        rc = rsl_decode_zstd(&level->stream, p, end, &out, last);

    } else if (level->stream.coding == RSL_DECODE_SNAPPY) {
        rc = rsl_decode_snappy(&level->stream, p, end, &out, last);

    } else {
        rc = rsl_decode_zlib(&level->stream, p, end, &out, last);
    }

    piece->data = level->buf;
    piece->len = (size_t) (out - level->buf);

    return rc;
}


/* Takes away what goes beyond the limits. */

static void
rsl_decode_limit(rsl_decode_t *decode, unsigned i, rsl_str_t *piece)
{
    uint64_t             most, rest;
    rsl_decode_level_t  *level;

    level = &decode->levels[i];
    most = RSL_DECODE_FREE + RSL_DECODE_RATIO * decode->in;

    if (most > decode->max) {
        most = decode->max;
    }

    rest = most - level->size;

    if (piece->len > rest) {
        rsl_decode_fail(decode, i,
                        (most == decode->max) ? RSL_DECODE_LARGE
                                              : RSL_DECODE_BOMB,
                        "it becomes too large");
        piece->len = (size_t) rest;
    }

    level->size += piece->len;
}


/*
 * What was made before the level fails still comes out; the rest does not.  If
 * a deeper level fails later, its error is of bytes that came before.
 */

static void
rsl_decode_fail(rsl_decode_t *decode, unsigned i, rsl_decode_reason_e reason,
    const char *detail)
{
    unsigned  j;

    for (j = 0; j <= i; j++) {
        decode->levels[j].again = 0;
        decode->levels[j].nhead = 0;

        if (j < i) {
            decode->levels[j].made.len = 0;
        }
    }

    if (decode->error.reason == 0 || i > decode->failed) {
        decode->failed = i;
        decode->error.reason = reason;
        decode->error.offset = decode->in;
        decode->error.coding =
                           rsl_decode_names[decode->levels[i].stream.coding];
        decode->error.detail = detail;
    }
}
