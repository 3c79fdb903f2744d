
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Decoding: whatever comes, in whatever pieces, becomes the same bytes, within
 * the limits, and what was compressed becomes what it was before.  The first
 * byte of an input says what is done with the others.
 */


#include <stdio.h>
#include <stdlib.h>

#include "decode/rsl_decode_internal.h"


#define FUZZ_SINGLE  512        /* inputs that are fed byte by byte, too */
#define FUZZ_SNAPPY  1000000    /* the largest block of Snappy */


typedef struct {
    u_char              *data;
    size_t               len;
    size_t               size;
} fuzz_bytes_t;


typedef struct {
    fuzz_bytes_t         bytes;
    int                  rc;
    rsl_decode_error_t   error;
    uint64_t             random;
} fuzz_run_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_check(int ok, const char *what)
{
    if (!ok) {
        (void) fprintf(stderr, "%s\n", what);
        abort();
    }
}


static u_char *
fuzz_room(fuzz_bytes_t *bytes, size_t n)
{
    while (bytes->size - bytes->len < n) {
        bytes->size = bytes->size ? 2 * bytes->size : 65536;
        bytes->data = realloc(bytes->data, bytes->size);
        fuzz_check(bytes->data != NULL, "no memory");
    }

    return bytes->data + bytes->len;
}


static void
fuzz_take(fuzz_run_t *run, const rsl_str_t *piece)
{
    if (piece->len) {
        memcpy(fuzz_room(&run->bytes, piece->len), piece->data, piece->len);
        run->bytes.len += piece->len;
    }
}


/* Feeds pieces of at most "size" bytes: 0: one piece. */

static void
fuzz_run(fuzz_run_t *run, const rsl_decode_header_t *header, uint64_t max,
    const uint8_t *data, size_t len, size_t size)
{
    u_char        *copy;
    size_t         n;
    rsl_str_t      piece;
    const u_char  *p, *end;
    rsl_decode_t  *decode;

    decode = rsl_decode_create(header, max);
    fuzz_check(decode != NULL, "no memory");

    run->rc = RSL_OK;

    while (len && run->rc == RSL_OK) {
        n = len;

        if (size) {
            run->random = run->random * 6364136223846793005u + 1;
            n = 1 + (run->random >> 33) % size;
            n = (n < len) ? n : len;
        }

        /* of this size, so that a read beyond it is seen */

        copy = malloc(n);
        fuzz_check(copy != NULL, "no memory");
        memcpy(copy, data, n);

        p = copy;
        end = copy + n;

        do {
            run->rc = rsl_decode(decode, &p, end, &piece);
            fuzz_take(run, &piece);
        } while (run->rc == RSL_AGAIN);

        fuzz_check(run->rc != RSL_OK || p == end, "bytes were left");

        free(copy);
        data += n;
        len -= n;
    }

    if (run->rc == RSL_OK) {

        do {
            run->rc = rsl_decode_finish(decode, &piece);
            fuzz_take(run, &piece);
        } while (run->rc == RSL_AGAIN);
    }

    fuzz_check(run->rc == RSL_OK || run->rc == RSL_DECLINED, "no memory");

    run->error = *rsl_decode_error(decode);

    fuzz_check((run->rc == RSL_OK) == (run->error.reason == 0),
               "an error has a reason");

    rsl_decode_destroy(decode);
}


/*
 * Where a bomb is seen depends on how many bytes zlib has looked at, and of a
 * block that is broken libzstd hands out a part only if it came in parts.  Then
 * the one is the beginning of the other.
 */

static int
fuzz_vague(const rsl_decode_error_t *error)
{
    return error->reason == RSL_DECODE_BOMB
           || (error->reason == RSL_DECODE_BROKEN
               && strcmp(error->coding, "zstd") == 0);
}


static void
fuzz_compare(const fuzz_run_t *a, const fuzz_run_t *b)
{
    size_t  n;

    n = (a->bytes.len < b->bytes.len) ? a->bytes.len : b->bytes.len;

    fuzz_check(n == 0 || memcmp(a->bytes.data, b->bytes.data, n) == 0,
               "other bytes");

    if (fuzz_vague(&a->error) || fuzz_vague(&b->error)) {
        return;
    }

    fuzz_check(a->rc == b->rc, "another result");
    fuzz_check(a->error.reason == b->error.reason, "another reason");
    fuzz_check(a->bytes.len == b->bytes.len, "another length");
}


/* Returns what all pieces make of the body; its bytes are to be freed. */

static fuzz_run_t
fuzz_pieces(const rsl_decode_header_t *header, uint64_t max,
    const uint8_t *data, size_t len)
{
    size_t      i;
    fuzz_run_t  whole, run;

    static const size_t  sizes[] = { 7, 300, 1 };

    memset(&whole, 0, sizeof(fuzz_run_t));
    fuzz_run(&whole, header, max, data, len, 0);

    for (i = 0; i < 2 + (len <= FUZZ_SINGLE); i++) {
        memset(&run, 0, sizeof(fuzz_run_t));
        run.random = len;

        fuzz_run(&run, header, max, data, len, sizes[i]);
        fuzz_compare(&whole, &run);

        free(run.bytes.data);
    }

    fuzz_check(whole.error.reason == 0 || whole.error.offset <= len,
               "an offset beyond the end");
    fuzz_check(max == 0 || whole.bytes.len <= max || whole.rc == RSL_OK,
               "more than is allowed");

    return whole;
}


static void
fuzz_compress(fuzz_bytes_t *to, unsigned kind, const u_char *data, size_t len)
{
    size_t    n;
    z_stream  z;

    static const int  bits[] = { MAX_WBITS + 16, MAX_WBITS, -MAX_WBITS };

    if (kind == 3) {
        n = ZSTD_compressBound(len);
        n = ZSTD_compress(fuzz_room(to, n), n, data, len, 1 + (int) (len % 5));
        fuzz_check(!ZSTD_isError(n), "no stream");
        to->len += n;
        return;
    }

    memset(&z, 0, sizeof(z_stream));

    fuzz_check(deflateInit2(&z, (int) (len % 10), Z_DEFLATED, bits[kind], 8,
                            Z_DEFAULT_STRATEGY)
               == Z_OK, "no stream");

    n = deflateBound(&z, len) + 64;

    z.next_in = (z_const Bytef *) data;
    z.avail_in = (uInt) len;
    z.next_out = fuzz_room(to, n);
    z.avail_out = (uInt) n;

    fuzz_check(deflate(&z, Z_FINISH) == Z_STREAM_END, "no stream");

    to->len += n - z.avail_out;

    (void) deflateEnd(&z);
}


/* Compresses the bytes, once or twice.  They come back if none is changed. */

static void
fuzz_round(unsigned how, const uint8_t *data, size_t len)
{
    size_t               i, n;
    unsigned             kinds[2];
    fuzz_run_t           run;
    fuzz_bytes_t         bytes[2];
    rsl_decode_header_t  header;

    static const rsl_decode_coding_e  codings[] = {
        RSL_DECODE_GZIP, RSL_DECODE_DEFLATE, RSL_DECODE_DEFLATE,
        RSL_DECODE_ZSTD
    };

    memset(bytes, 0, sizeof(bytes));
    memset(&header, 0, sizeof(rsl_decode_header_t));

    kinds[0] = how & 3;
    kinds[1] = how >> 2 & 3;
    header.n = 1 + (how >> 4 & 1);

    for (i = 0; i < header.n; i++) {
        header.codings[i] = codings[kinds[i]];
        fuzz_compress(&bytes[i], kinds[i], i ? bytes[0].data : data,
                      i ? bytes[0].len : len);
    }

    n = header.n - 1;

    if (how & 0x20 && len > 3) {
        i = (data[0] << 8 | data[1]) % bytes[n].len;
        bytes[n].data[i] ^= data[2];
    }

    run = fuzz_pieces(&header, 0, bytes[n].data, bytes[n].len);

    if (!(how & 0x20) && len > FUZZ_SINGLE) {
        fuzz_check(run.error.reason == RSL_DECODE_BOMB
                   || run.error.reason == RSL_DECODE_NESTED
                   || (run.bytes.len == len
                       && memcmp(run.bytes.data, data, len) == 0)
                   || rsl_decode_wanted(data, len),
                   "it does not come back");
    }

    free(run.bytes.data);
    free(bytes[0].data);
    free(bytes[1].data);
}


/* A block of Snappy, as far as it becomes so many bytes. */

static void
fuzz_snappy(const uint8_t *data, size_t len)
{
    size_t               i;
    u_char              *p, *end;
    fuzz_run_t           run;
    rsl_decode_header_t  header;

    static u_char  block[1 << 16];

    memset(&header, 0, sizeof(rsl_decode_header_t));
    header.block = 1;

    /* it is known as one by a literal that begins like a message */

    p = block;
    end = block + sizeof(block);

    for (i = 0; i < 3 && i < len; i++) {
        *p++ = data[i] | 0x80;
    }

    *p++ = 1;
    *p++ = 0;
    *p++ = '\n';

    while (i < len && p < end) {
        *p++ = data[i++];
    }

    run = fuzz_pieces(&header, FUZZ_SNAPPY, block, (size_t) (p - block));
    free(run.bytes.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned             how;
    uint64_t             max;
    fuzz_run_t           run;
    rsl_decode_header_t  header;

    if (size == 0) {
        return 0;
    }

    how = *data++;
    size--;

    switch (how >> 6) {

    case 0:
        fuzz_snappy(data, size);
        return 0;

    case 1:
        fuzz_round(how, data, size);
        return 0;
    }

    memset(&header, 0, sizeof(rsl_decode_header_t));

    header.n = how & 3;
    header.n = (header.n > RSL_DECODE_LEVELS) ? 0 : header.n;
    header.block = how >> 5 & 1;
    header.codings[0] = (how >> 2 & 1) ? RSL_DECODE_GZIP : RSL_DECODE_DEFLATE;
    header.codings[1] = (how >> 3 & 1) ? RSL_DECODE_ZSTD : RSL_DECODE_DEFLATE;
    max = (how >> 4 & 1) ? 5000 : 0;

    run = fuzz_pieces(&header, max, data, size);
    free(run.bytes.data);

    return 0;
}
