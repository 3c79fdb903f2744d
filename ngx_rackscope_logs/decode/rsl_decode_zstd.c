
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Zstandard, by libzstd: frame after frame, as zstd(1) reads them.
 *
 * The magic number of each frame is checked here, because libzstd would also
 * read the formats that were in use before Zstandard was finished, with memory
 * that has no bound.
 */


#include <zstd_errors.h>

#include "rsl_decode_internal.h"


static int rsl_decode_zstd_open(rsl_decode_stream_t *s);
static int rsl_decode_zstd_magic(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end);
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

        if (s->nmagic < sizeof(s->magic)) {
            rc = rsl_decode_zstd_magic(s, p, end);

            if (rc != RSL_OK || s->nmagic < sizeof(s->magic)) {
                return rc;
            }
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
        *out += to.pos;

        if (rc != RSL_OK) {
            return rc;
        }

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


static int
rsl_decode_zstd_magic(rsl_decode_stream_t *s, const u_char **p,
    const u_char *end)
{
    u_char          first;
    size_t          n;
    ZSTD_inBuffer   in;
    ZSTD_outBuffer  to;

    static const u_char  frame[] = { 0x28, 0xb5, 0x2f, 0xfd };
    static const u_char  skipped[] = { 0x50, 0x2a, 0x4d, 0x18 };

    while (s->nmagic < sizeof(s->magic)) {

        if (*p == end) {
            return RSL_OK;
        }

        s->magic[s->nmagic++] = *(*p)++;
        s->whole = 0;

        n = s->nmagic;
        first = s->magic[0] & 0xf0;

        if (memcmp(s->magic, frame, n) != 0
            && (first != skipped[0]
                || memcmp(s->magic + 1, skipped + 1, n - 1) != 0))
        {
            s->detail = "neither the end nor another frame follows a frame";
            return RSL_DECLINED;
        }
    }

    in.src = s->magic;
    in.size = sizeof(s->magic);
    in.pos = 0;

    to.dst = &first;
    to.size = 0;
    to.pos = 0;

    return rsl_decode_zstd_step(s, &in, &to);
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
        s->nmagic = 0;
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

    case ZSTD_error_dictionary_wrong:
        s->detail = "it needs a dictionary";
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
