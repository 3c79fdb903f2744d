
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Zstandard, by libzstd: frame after frame, as zstd(1) reads them.
 *
 * The head of each frame is checked here, because libzstd would also read the
 * formats that were in use before Zstandard was finished, with memory that has
 * no bound.  It looks for them also behind a head that is wrong.
 */


#include <zstd_errors.h>

#include "rsl_decode_internal.h"


static int rsl_decode_zstd_open(rsl_decode_stream_t *s);
static int rsl_decode_zstd_head(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end);
static int rsl_decode_zstd_magic(rsl_decode_stream_t *s);
static int rsl_decode_zstd_frame(rsl_decode_stream_t *s);
static int rsl_decode_zstd_step(rsl_decode_stream_t *s, ZSTD_inBuffer *in,
    ZSTD_outBuffer *out);
static int rsl_decode_zstd_error(rsl_decode_stream_t *s, size_t rc);


/*
 * libzstd says how many bytes it needs next, to the end of a block, and gets no
 * more than these: so it is known in which block an error is.
 */

int
rsl_decode_zstd(rsl_decode_stream_t *s, const u_char **p, const u_char *end,
    u_char **out, u_char *last)
{
    int             rc;
    ZSTD_inBuffer   in;
    ZSTD_outBuffer  to;

    if (!s->open && rsl_decode_zstd_open(s) != RSL_OK) {
        return RSL_ERROR;
    }

    for ( ;; ) {

        if (!s->frame) {
            rc = rsl_decode_zstd_head(s, p, end);

            if (rc != RSL_OK || *p == end) {
                return rc;
            }

            continue;
        }

        to.dst = *out;
        to.size = (size_t) (last - *out);
        to.pos = 0;

        in.src = *p;
        in.size = (size_t) (end - *p);
        in.pos = 0;

        if (in.size > s->need) {
            in.size = s->need;
        }

        rc = rsl_decode_zstd_step(s, &in, &to);

        *p += in.pos;

        if (rc != RSL_OK) {
            return rc;
        }

        *out += to.pos;

        if (to.pos == to.size) {
            return RSL_AGAIN;
        }

        if (*p == end) {
            return RSL_OK;
        }
    }
}


static int
rsl_decode_zstd_open(rsl_decode_stream_t *s)
{
    ZSTD_customMem  memory;

    memory.customAlloc = rsl_decode_memory_alloc;
    memory.customFree = rsl_decode_memory_free;
    memory.opaque = s->memory;

    s->zstd = ZSTD_createDStream_advanced(memory);
    if (s->zstd == NULL) {
        return RSL_ERROR;
    }

    s->open = 1;

    if (ZSTD_isError(ZSTD_DCtx_setParameter(s->zstd, ZSTD_d_windowLogMax,
                                            RSL_DECODE_ZSTD_WINDOW_LOG)))
    {
        return RSL_ERROR;
    }

    return RSL_OK;
}


/* Takes the bytes of a head up to its end, or as many of them as there are. */

static int
rsl_decode_zstd_head(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end)
{
    size_t            rc;
    ZSTD_frameHeader  head;

    while (*p < end) {
        s->head[s->nhead++] = *(*p)++;
        s->whole = 0;

        if (rsl_decode_zstd_magic(s) != RSL_OK) {
            s->detail = "neither the end nor another frame follows a frame";
            return RSL_DECLINED;
        }

        rc = ZSTD_getFrameHeader(&head, s->head, s->nhead);

        if (ZSTD_isError(rc)) {
            return rsl_decode_zstd_error(s, rc);
        }

        if (rc > 0) {
            continue;
        }

        /* libzstd 1.5.7 has the kind of a frame to be skipped there */

        if (head.dictID && head.frameType == ZSTD_frame) {
            s->detail = "it needs a dictionary";
            return RSL_DECLINED;
        }

        return rsl_decode_zstd_frame(s);
    }

    return RSL_OK;
}


/* May a frame begin like this, one that is compressed or one to be skipped? */

static int
rsl_decode_zstd_magic(rsl_decode_stream_t *s)
{
    size_t  n;

    static const u_char  frame[] = { 0x28, 0xb5, 0x2f, 0xfd };
    static const u_char  skipped[] = { 0x50, 0x2a, 0x4d, 0x18 };

    n = (s->nhead < sizeof(frame)) ? s->nhead : sizeof(frame);

    if (memcmp(s->head, frame, n) == 0
        || ((s->head[0] & 0xf0) == skipped[0]
            && memcmp(s->head + 1, skipped + 1, n - 1) == 0))
    {
        return RSL_OK;
    }

    return RSL_DECLINED;
}


static int
rsl_decode_zstd_frame(rsl_decode_stream_t *s)
{
    int             rc;
    u_char          none;
    ZSTD_inBuffer   in;
    ZSTD_outBuffer  to;

    s->frame = 1;

    in.src = s->head;
    in.size = s->nhead;
    in.pos = 0;

    to.dst = &none;
    to.size = 0;
    to.pos = 0;

    rc = rsl_decode_zstd_step(s, &in, &to);

    if (rc == RSL_OK && in.pos != in.size) {
        s->detail = "the head of a frame is wrong";
        return RSL_DECLINED;
    }

    return rc;
}


static int
rsl_decode_zstd_step(rsl_decode_stream_t *s, ZSTD_inBuffer *in,
    ZSTD_outBuffer *out)
{
    size_t  rc;

    rc = ZSTD_decompressStream(s->zstd, out, in);

    if (ZSTD_isError(rc)) {
        return rsl_decode_zstd_error(s, rc);
    }

    s->need = rc;

    if (rc == 0) {
        s->whole = 1;
        s->frame = 0;
        s->nhead = 0;
    }

    return RSL_OK;
}


static int
rsl_decode_zstd_error(rsl_decode_stream_t *s, size_t rc)
{
    switch (ZSTD_getErrorCode(rc)) {

    case ZSTD_error_memory_allocation:
        return RSL_ERROR;

    case ZSTD_error_frameParameter_windowTooLarge:
        s->detail = "its window is larger than 8 MB";
        return RSL_DECLINED;

    default:
        s->detail = ZSTD_getErrorString(ZSTD_getErrorCode(rc));
        return RSL_DECLINED;
    }
}


void
rsl_decode_zstd_close(rsl_decode_stream_t *s)
{
    if (s->open) {
        (void) ZSTD_freeDStream(s->zstd);
    }
}
