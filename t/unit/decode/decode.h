
/* SPDX-License-Identifier: BSD-2-Clause */


/* What the tests of decoding share: making streams, and reading them. */


#ifndef _DECODE_H_INCLUDED_
#define _DECODE_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "decode/rsl_decode_internal.h"


#define TEST_GZIP     (MAX_WBITS + 16)
#define TEST_ZLIB     MAX_WBITS
#define TEST_DEFLATE  (-MAX_WBITS)


/* Bytes that grow. */

typedef struct {
    u_char   *data;
    size_t    len;
} test_bytes_t;


/* What became of a body. */

typedef struct {
    test_bytes_t        bytes;
    int                 rc;
    rsl_decode_error_t  error;
    size_t              largest;    /* piece */
} test_run_t;


static inline void
test_append(test_bytes_t *bytes, const void *data, size_t len)
{
    bytes->data = realloc(bytes->data, bytes->len + len + 1);
    assert_non_null(bytes->data);

    if (len) {
        memcpy(bytes->data + bytes->len, data, len);
    }

    bytes->len += len;
    bytes->data[bytes->len] = '\0';
}


static inline void
test_release(test_bytes_t *bytes)
{
    free(bytes->data);
    memset(bytes, 0, sizeof(test_bytes_t));
}


/* Appends a stream of zlib's, of this kind, to "to". */

static inline void
test_zlib(test_bytes_t *to, int bits, int level, const void *data, size_t len)
{
    u_char    *buf;
    size_t     size;
    z_stream   z;

    memset(&z, 0, sizeof(z_stream));

    assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, bits, 8,
                                  Z_DEFAULT_STRATEGY), Z_OK);

    size = deflateBound(&z, len) + 64;
    buf = malloc(size);
    assert_non_null(buf);

    z.next_in = (z_const Bytef *) data;
    z.avail_in = (uInt) len;
    z.next_out = buf;
    z.avail_out = (uInt) size;

    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);

    test_append(to, buf, size - z.avail_out);

    (void) deflateEnd(&z);
    free(buf);
}


static inline void
test_zstd(test_bytes_t *to, int window_log, const void *data, size_t len)
{
    u_char     *buf;
    size_t      n, size;
    ZSTD_CCtx  *zstd;

    zstd = ZSTD_createCCtx();
    assert_non_null(zstd);

    if (window_log) {
        (void) ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, window_log);
        (void) ZSTD_CCtx_setParameter(zstd, ZSTD_c_contentSizeFlag, 0);
    }

    (void) ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);

    size = ZSTD_compressBound(len) + 64;
    buf = malloc(size);
    assert_non_null(buf);

    n = ZSTD_compress2(zstd, buf, size, data, len);
    assert_false(ZSTD_isError(n));

    test_append(to, buf, n);

    (void) ZSTD_freeCCtx(zstd);
    free(buf);
}


/* Names as in Content-Encoding, or NULL. */

static inline rsl_decode_header_t
test_header(const char *names)
{
    rsl_str_t            value;
    const char          *detail;
    rsl_decode_header_t  header;

    memset(&header, 0, sizeof(rsl_decode_header_t));

    if (names != NULL) {
        value.data = (const u_char *) names;
        value.len = strlen(names);
        assert_int_equal(rsl_decode_header(&header, &value, &detail), RSL_OK);
    }

    return header;
}


/* Decodes the body in pieces of so many bytes; 0: in one. */

static inline void
test_run(test_run_t *run, const rsl_decode_header_t *header, uint64_t max,
    const u_char *data, size_t len, size_t size)
{
    size_t         n;
    rsl_str_t      piece;
    const u_char  *p, *last, *end;
    rsl_decode_t  *decode;

    memset(run, 0, sizeof(test_run_t));
    test_append(&run->bytes, NULL, 0);

    decode = rsl_decode_create(header, max);
    assert_non_null(decode);

    p = data;
    end = data + len;
    last = data;

    do {
        n = (size_t) (end - last);
        last += (size && size < n) ? size : n;

        do {
            run->rc = rsl_decode(decode, &p, last, &piece);

            test_append(&run->bytes, piece.data, piece.len);

            if (piece.len > run->largest) {
                run->largest = piece.len;
            }

        } while (run->rc == RSL_AGAIN);

        if (run->rc == RSL_OK) {
            assert_ptr_equal(p, last);
        }

    } while (run->rc == RSL_OK && last < end);

    while (run->rc == RSL_OK || run->rc == RSL_AGAIN) {
        run->rc = rsl_decode_finish(decode, &piece);
        test_append(&run->bytes, piece.data, piece.len);

        if (run->rc == RSL_OK) {
            break;
        }
    }

    run->error = *rsl_decode_error(decode);

    rsl_decode_destroy(decode);
}


#endif /* _DECODE_H_INCLUDED_ */
