
/* SPDX-License-Identifier: BSD-2-Clause */


#include "decode.h"


/* The first sizes are of pieces, and 0 is of one piece. */
static const size_t  sizes[] = { 1, 2, 3, 7, 100, 4096, 0 };

static const char  json[] = "{\"message\":\"one\"}\n{\"message\":\"two\"}\n";


/* All pieces make the same of it: this text. */

static void
check_header(const rsl_decode_header_t *header, const test_bytes_t *body,
    const void *data, size_t len)
{
    size_t      i;
    test_run_t  run;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        test_run(&run, header, 0, body->data, body->len, sizes[i]);

        if (run.rc != RSL_OK) {
            fail_msg("pieces of %zu: %s: %s, at %llu", sizes[i],
                     run.error.coding ? run.error.coding : "?",
                     run.error.detail, (unsigned long long) run.error.offset);
        }

        assert_int_equal(run.bytes.len, len);
        assert_memory_equal(run.bytes.data, data, len);

        test_release(&run.bytes);
    }
}


static void
check(const char *names, const test_bytes_t *body, const void *data, size_t len)
{
    rsl_decode_header_t  header;

    header = test_header(names);
    check_header(&header, body, data, len);
}


/* All pieces fail for this reason, and what comes before is this text. */

static void
check_error(const char *names, const test_bytes_t *body,
    rsl_decode_reason_e reason, const char *detail, const char *text)
{
    size_t               i;
    test_run_t           run;
    rsl_decode_header_t  header;

    header = test_header(names);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        test_run(&run, &header, 0, body->data, body->len, sizes[i]);

        assert_int_equal(run.rc, RSL_DECLINED);
        assert_int_equal(run.error.reason, reason);
        assert_true(run.error.offset <= body->len);

        if (detail) {
            assert_string_equal(run.error.detail, detail);
        }

        if (text) {
            assert_string_equal((char *) run.bytes.data, text);
        }

        test_release(&run.bytes);
    }
}


static void
test_decode_codings(void **state)
{
    size_t        i;
    test_bytes_t  body = { NULL, 0 };

    static const struct {
        int          bits;
        int          level;
        const char  *names;
    } cases[] = {
        { TEST_GZIP, 6, NULL },
        { TEST_GZIP, 0, NULL },
        { TEST_GZIP, 9, "gzip" },
        { TEST_GZIP, 6, "X-GZIP" },
        { TEST_GZIP, 6, "deflate" },
        { TEST_GZIP, 6, "zstd" },
        { TEST_GZIP, 6, "identity" },
        { TEST_GZIP, 6, " identity ,, gzip" },
        { TEST_ZLIB, 1, NULL },             /* 78 01 */
        { TEST_ZLIB, 6, NULL },             /* 78 9c */
        { TEST_ZLIB, 9, NULL },             /* 78 da */
        { TEST_ZLIB, 2, "deflate" },        /* 78 5e */
        { TEST_ZLIB, 2, "gzip,deflate" },
        { TEST_ZLIB, 6, "gzip" },
        { TEST_ZLIB, 6, "gzip,deflate" },
        { 9, 6, "deflate" },                /* a window of 512 bytes */
        { TEST_DEFLATE, 0, "deflate" },
        { TEST_DEFLATE, 6, "deflate" },
        { TEST_DEFLATE, 9, "Deflate" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_zlib(&body, cases[i].bits, cases[i].level, json,
                  sizeof(json) - 1);
        check(cases[i].names, &body, json, sizeof(json) - 1);
        test_release(&body);
    }

    test_zstd(&body, 0, json, sizeof(json) - 1);
    check(NULL, &body, json, sizeof(json) - 1);
    check("zstd", &body, json, sizeof(json) - 1);
    check("gzip", &body, json, sizeof(json) - 1);
    check("deflate", &body, json, sizeof(json) - 1);
    test_release(&body);
}


/* What is not compressed is taken as it is, whatever the header says. */

static void
test_decode_plain(void **state)
{
    size_t        i, j;
    test_bytes_t  body = { NULL, 0 };

    static const char  *names[] = {
        NULL, "identity", "gzip", "zstd", "deflate", "gzip, deflate",
        "gzip, zstd"
    };

    static const char  *texts[] = {
        json, "{", "[", "x", "(", "P", "[{}]", "P*M", "(x)",
        "[2026-11-28] a line\n", "\t{\"message\":\"x\"}", "\n", "\x1b[31mx",
        "\x1e{}\n", "a text of more than sixteen bytes, \xc3\xbc\n",
        "\xc3\xbc", "\xef\xbb\xbf{}", "\xf0\x9f\x98\x80 fifteen by\xc3\xbc"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (j = 0; j < sizeof(texts) / sizeof(texts[0]); j++) {
            test_append(&body, texts[j], strlen(texts[j]));
            check(names[i], &body, texts[j], strlen(texts[j]));
            test_release(&body);
        }

        test_append(&body, "", 0);
        check(names[i], &body, "", 0);
        test_release(&body);
    }

    /* too little to be anything else */

    test_append(&body, "\x1f", 1);
    check(NULL, &body, "\x1f", 1);
    test_release(&body);

    test_append(&body, "\x28\xb5\x2f", 3);
    check(NULL, &body, "\x28\xb5\x2f", 3);
    test_release(&body);

    /* only if the header says so */

    test_append(&body, "\x78\x5e\x01", 3);
    check(NULL, &body, "\x78\x5e\x01", 3);
    check("gzip", &body, "\x78\x5e\x01", 3);
    check_error("deflate", &body, RSL_DECODE_CUT, NULL, "");
    test_release(&body);
}


/* All fields that the head of a member may have (RFC 1952). */

static void
test_decode_gzip_head(void **state)
{
    uLong         crc;
    test_bytes_t  body = { NULL, 0 }, raw = { NULL, 0 };

    static const u_char  head[] =
        "\x1f\x8b\x08\x1e\x01\x02\x03\x04\x02\x03"
        "\x05\x00" "extra" "file name\0" "a comment\0";

    crc = crc32(0, head, sizeof(head) - 1);

    test_append(&body, head, sizeof(head) - 1);
    test_append(&body, (u_char []) { crc & 0xff, crc >> 8 & 0xff }, 2);

    test_zlib(&raw, TEST_DEFLATE, 6, json, sizeof(json) - 1);
    test_append(&body, raw.data, raw.len);

    crc = crc32(0, (const u_char *) json, sizeof(json) - 1);

    test_append(&body, (u_char []) { crc & 0xff, crc >> 8 & 0xff,
                                     crc >> 16 & 0xff, crc >> 24 & 0xff }, 4);
    test_append(&body, (u_char []) { sizeof(json) - 1, 0, 0, 0 }, 4);

    check(NULL, &body, json, sizeof(json) - 1);

    test_release(&body);
    test_release(&raw);
}


static void
test_decode_members(void **state)
{
    size_t        i;
    test_bytes_t  body = { NULL, 0 }, tail = { NULL, 0 };

    static const rsl_str_t  behind[] = {
        rsl_string(""), rsl_string("\0"), rsl_string("\0\0\0\0\0\0\0\0"),
        rsl_string("\n"), rsl_string("garbage"), rsl_string("\x1f"),
        rsl_string("\x1f\x8c"), rsl_string("\0\x1f\x8b")
    };

    for (i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
        test_zlib(&body, TEST_GZIP, 6, "one\n", 4);
        test_zlib(&body, TEST_GZIP, 6, "", 0);
        test_zlib(&body, TEST_GZIP, 0, "two\n", 4);
        test_append(&body, behind[i].data, behind[i].len);

        check(NULL, &body, "one\ntwo\n", 8);
        test_release(&body);

        test_zlib(&body, TEST_ZLIB, 6, "one\n", 4);
        test_append(&body, behind[i].data, behind[i].len);

        check(NULL, &body, "one\n", 4);
        test_release(&body);
    }

    /* what begins like a member is one */

    test_zlib(&body, TEST_GZIP, 6, "one\n", 4);
    test_append(&body, "\x1f\x8b\x07\0", 4);
    check_error(NULL, &body, RSL_DECODE_BROKEN, NULL, "one\n");
    test_release(&body);

    test_zlib(&body, TEST_GZIP, 6, "one\n", 4);
    test_append(&body, "\x1f\x8b", 2);
    check_error(NULL, &body, RSL_DECODE_CUT, NULL, "one\n");
    test_release(&body);

    /* frames of Zstandard, with some between them that are to be skipped */

    test_append(&body, "\x5f\x2a\x4d\x18\x03\0\0\0abc", 11);
    test_zstd(&body, 0, "one\n", 4);
    test_append(&body, "\x50\x2a\x4d\x18\0\0\0\0", 8);
    test_zstd(&body, 0, "", 0);
    test_zstd(&body, 20, "two\n", 4);
    test_append(&body, "\x51\x2a\x4d\x18\x01\0\0\0x", 9);
    check(NULL, &body, "one\ntwo\n", 8);

    test_append(&body, "\n", 1);
    check_error(NULL, &body, RSL_DECODE_BROKEN,
                "neither the end nor another frame follows a frame",
                "one\ntwo\n");
    test_release(&body);

    /* a format that was in use before Zstandard was finished */

    test_zstd(&body, 0, "one\n", 4);
    test_append(&body, "\x27\xb5\x2f\xfd\0\0\0\0", 8);
    check_error(NULL, &body, RSL_DECODE_BROKEN, NULL, "one\n");
    test_release(&body);

    /* and which libzstd would read behind a head that is wrong */

    test_append(&body, "\x28\xb5\x2f\xfd\x0f\x09\x49\0\0", 9);
    test_append(&body, "\x27\xb5\x2f\xfd\x01\x80\xa6\xd5\x4d", 9);
    check_error(NULL, &body, RSL_DECODE_BROKEN, NULL, "");
    test_release(&body);
    test_release(&tail);
}


static void
test_decode_nested(void **state)
{
    size_t        i;
    test_bytes_t  once = { NULL, 0 }, twice = { NULL, 0 }, more = { NULL, 0 };

    static const char  *names[] = {
        NULL, "gzip", "zstd", "gzip, zstd", "zstd, gzip", "deflate, deflate"
    };

    test_zlib(&once, TEST_GZIP, 6, json, sizeof(json) - 1);
    test_zstd(&twice, 0, once.data, once.len);

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        check(names[i], &twice, json, sizeof(json) - 1);
    }

    test_zlib(&more, TEST_ZLIB, 6, twice.data, twice.len);
    check_error(NULL, &more, RSL_DECODE_NESTED, NULL, "");

    test_release(&once);
    test_release(&twice);
    test_release(&more);

    /* each name where it belongs */

    test_zlib(&once, TEST_DEFLATE, 6, json, sizeof(json) - 1);
    test_zlib(&twice, TEST_ZLIB, 2, once.data, once.len);
    check("deflate, deflate", &twice, json, sizeof(json) - 1);

    test_release(&twice);

    test_zstd(&twice, 0, once.data, once.len);
    check("deflate, zstd", &twice, json, sizeof(json) - 1);

    test_release(&once);
    test_release(&twice);
}


/* Wherever a stream is cut, it is said, and what was there comes out. */

static void
test_decode_cut(void **state)
{
    size_t               i, n;
    test_run_t           run;
    test_bytes_t         body, bodies[5];
    rsl_decode_header_t  header;

    static const char  *names[] = {
        "gzip", "deflate", "deflate", "zstd", "gzip, gzip"
    };

    memset(bodies, 0, sizeof(bodies));

    test_zlib(&bodies[0], TEST_GZIP, 6, json, sizeof(json) - 1);
    test_zlib(&bodies[1], TEST_ZLIB, 6, json, sizeof(json) - 1);
    test_zlib(&bodies[2], TEST_DEFLATE, 6, json, sizeof(json) - 1);
    test_zstd(&bodies[3], 0, json, sizeof(json) - 1);
    test_zlib(&bodies[4], TEST_GZIP, 6, bodies[0].data, bodies[0].len);

    for (i = 0; i < 5; i++) {
        header = test_header(names[i]);
        body = bodies[i];

        for (n = 5; n < body.len; n++) {
            test_run(&run, &header, 0, body.data, n, n % 5);

            assert_int_equal(run.rc, RSL_DECLINED);
            assert_int_equal(run.error.reason, RSL_DECODE_CUT);
            assert_int_equal(run.error.offset, n);
            assert_memory_equal(run.bytes.data, json, run.bytes.len);

            test_release(&run.bytes);
        }

        test_release(&body);
    }

    test_append(&body, "\x1f", 1);
    check_error("gzip", &body, RSL_DECODE_CUT, NULL, "");
    test_release(&body);
}


static void
test_decode_broken(void **state)
{
    test_bytes_t  body = { NULL, 0 };

    test_append(&body, "\x01\x02\x03", 3);
    check_error("gzip", &body, RSL_DECODE_BROKEN, "it does not begin as one",
                "");
    check_error("zstd", &body, RSL_DECODE_BROKEN, "it does not begin as one",
                "");
    test_release(&body);

    test_append(&body, "\xff\xff\xff", 3);
    check_error("deflate", &body, RSL_DECODE_BROKEN, NULL, "");
    test_release(&body);

    /* its sum is wrong */

    test_zlib(&body, TEST_GZIP, 6, json, sizeof(json) - 1);
    body.data[body.len - 5] ^= 1;
    check_error(NULL, &body, RSL_DECODE_BROKEN, NULL, json);
    test_release(&body);

    test_zstd(&body, 0, json, sizeof(json) - 1);
    body.data[body.len - 1] ^= 1;
    check_error(NULL, &body, RSL_DECODE_BROKEN, NULL, NULL);
    test_release(&body);

    /* a preset dictionary */

    test_append(&body, "\x78\xbb\x01\x02\x03\x04\x05\x06", 8);
    check(NULL, &body, body.data, body.len);
    check_error("deflate", &body, RSL_DECODE_BROKEN,
                "it needs a preset dictionary", "");
    test_release(&body);

    test_append(&body, "\x28\xb5\x2f\xfd\x21\x07\x04\x19\x00\x00" "abc", 13);
    check_error(NULL, &body, RSL_DECODE_BROKEN, "it needs a dictionary", "");
    test_release(&body);
}


/* The window of 8 MB is the largest one. */

static void
test_decode_window(void **state)
{
    size_t               i, len;
    u_char              *data;
    test_run_t           run;
    test_bytes_t         body = { NULL, 0 };
    rsl_decode_header_t  header;

    len = 17 * 1024 * 1024;
    data = malloc(len);
    assert_non_null(data);

    for (i = 0; i < len; i++) {
        data[i] = (u_char) (i * 2654435761u >> 13);
    }

    header = test_header(NULL);

    test_zstd(&body, 23, data, len);
    test_run(&run, &header, 0, body.data, body.len, 10000);

    assert_int_equal(run.rc, RSL_OK);
    assert_int_equal(run.bytes.len, len);
    assert_memory_equal(run.bytes.data, data, len);
    assert_true(run.largest <= RSL_DECODE_PIECE);

    test_release(&run.bytes);
    test_release(&body);

    test_zstd(&body, 24, data, len);
    check_error(NULL, &body, RSL_DECODE_BROKEN,
                "its window is larger than 8 MB", "");
    test_release(&body);

    free(data);
}


/* A bomb: what is within the limit comes out, to the byte. */

static void
test_decode_bomb(void **state)
{
    size_t               i;
    u_char              *zeros;
    test_run_t           run;
    test_bytes_t         body = { NULL, 0 }, twice = { NULL, 0 };
    rsl_decode_header_t  header;

    zeros = calloc(1, 10 * 1024 * 1024);
    assert_non_null(zeros);

    header = test_header(NULL);

    test_zlib(&body, TEST_GZIP, 9, zeros, 10 * 1024 * 1024);

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        test_run(&run, &header, 0, body.data, body.len, sizes[i]);

        assert_int_equal(run.rc, RSL_DECLINED);
        assert_int_equal(run.error.reason, RSL_DECODE_BOMB);
        assert_int_equal(run.bytes.len, RSL_DECODE_FREE
                                        + RSL_DECODE_RATIO * run.error.offset);
        test_release(&run.bytes);

        test_run(&run, &header, 100000, body.data, body.len, sizes[i]);

        assert_int_equal(run.rc, RSL_DECLINED);
        assert_int_equal(run.error.reason, RSL_DECODE_LARGE);
        assert_int_equal(run.bytes.len, 100000);
        test_release(&run.bytes);
    }

    test_zlib(&twice, TEST_GZIP, 9, body.data, body.len);
    check_error(NULL, &twice, RSL_DECODE_BOMB, NULL, NULL);
    test_release(&twice);
    test_release(&body);

    test_zstd(&body, 0, zeros, 10 * 1024 * 1024);
    check_error(NULL, &body, RSL_DECODE_BOMB, NULL, NULL);
    test_release(&body);

    /* as much as is allowed, and no byte more */

    test_zlib(&body, TEST_GZIP, 6, zeros, 5000);

    test_run(&run, &header, 5000, body.data, body.len, 0);
    assert_int_equal(run.rc, RSL_OK);
    test_release(&run.bytes);

    test_run(&run, &header, 4999, body.data, body.len, 0);
    assert_int_equal(run.rc, RSL_DECLINED);
    assert_int_equal(run.bytes.len, 4999);
    test_release(&run.bytes);

    test_release(&body);
    free(zeros);
}


/* A call does a bounded amount of work, also if nothing comes out. */

static void
test_decode_work(void **state)
{
    int                  rc;
    size_t               i;
    uint64_t             work;
    rsl_str_t            piece;
    test_bytes_t         empty = { NULL, 0 }, body = { NULL, 0 };
    const u_char        *p, *end;
    rsl_decode_t        *decode;
    rsl_decode_header_t  header;

    for (i = 0; i < 20000; i++) {
        test_zlib(&empty, TEST_GZIP, 6, "", 0);
    }

    test_zlib(&body, TEST_GZIP, 9, empty.data, empty.len);

    header = test_header(NULL);
    decode = rsl_decode_create(&header, 0);
    assert_non_null(decode);

    p = body.data;
    end = p + body.len;
    work = 0;

    do {
        rc = rsl_decode(decode, &p, end, &piece);

        assert_int_equal(piece.len, 0);
        assert_true(rsl_decode_work(decode) - work
                    < 10 * RSL_DECODE_PIECE);
        work = rsl_decode_work(decode);

    } while (rc == RSL_AGAIN);

    assert_int_equal(rc, RSL_OK);
    assert_int_equal(rsl_decode_finish(decode, &piece), RSL_OK);
    assert_true(work > empty.len);

    rsl_decode_destroy(decode);
    test_release(&empty);
    test_release(&body);
}


/* What was compressed and flushed comes out at once. */

static void
test_decode_flush(void **state)
{
    int                  rc;
    size_t               i;
    u_char               buf[200];
    z_stream             z;
    rsl_str_t            piece;
    const u_char        *p;
    test_bytes_t         got = { NULL, 0 };
    rsl_decode_t        *decode;
    rsl_decode_header_t  header;

    memset(&z, 0, sizeof(z_stream));
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, TEST_GZIP, 8,
                                  Z_DEFAULT_STRATEGY), Z_OK);

    header = test_header("gzip");
    decode = rsl_decode_create(&header, 0);
    assert_non_null(decode);

    for (i = 0; i < 100; i++) {
        z.next_in = (z_const Bytef *) "line\n";
        z.avail_in = 5;
        z.next_out = buf;
        z.avail_out = sizeof(buf);

        assert_int_equal(deflate(&z, Z_SYNC_FLUSH), Z_OK);

        p = buf;

        do {
            rc = rsl_decode(decode, &p, z.next_out, &piece);
            test_append(&got, piece.data, piece.len);
        } while (rc == RSL_AGAIN);

        assert_int_equal(rc, RSL_OK);
        assert_int_equal(got.len, 5 * (i + 1));
    }

    (void) deflateEnd(&z);
    rsl_decode_destroy(decode);
    test_release(&got);
}


static void
test_decode_header(void **state)
{
    size_t               i;
    rsl_str_t            value;
    const char          *detail;
    rsl_decode_header_t  header;

    static const char  *unknown[] = {
        "br", "compress", "lz4", "gzip, br", "x", "gzipp", "gzip;q=1", "aes128"
    };

    for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        memset(&header, 0, sizeof(rsl_decode_header_t));
        value.data = (const u_char *) unknown[i];
        value.len = strlen(unknown[i]);

        assert_int_equal(rsl_decode_header(&header, &value, &detail),
                         RSL_DECLINED);
        assert_non_null(strstr(detail, "gzip, deflate or zstd"));
    }

    header = test_header("gzip, identity,zstd");
    assert_int_equal(header.n, 2);
    assert_int_equal(header.codings[0], RSL_DECODE_GZIP);
    assert_int_equal(header.codings[1], RSL_DECODE_ZSTD);

    /* a second header goes on with the first one */

    value.data = (const u_char *) "gzip";
    value.len = 4;

    assert_int_equal(rsl_decode_header(&header, &value, &detail), RSL_DECLINED);
    assert_non_null(strstr(detail, "more than twice"));
}


static void
test_decode_wanted(void **state)
{
    size_t  i;

    static const struct {
        rsl_str_t  bytes;
        int        wanted;
    } cases[] = {
        { rsl_string("\x1f\x8b"), 1 },
        { rsl_string("\x1f"), 1 },
        { rsl_string("\x1f\x8c"), 0 },
        { rsl_string("\x78\x9c"), 1 },
        { rsl_string("\x78\x5e"), 0 },
        { rsl_string("\x28\xb5\x2f\xfd"), 1 },
        { rsl_string("\x28\xb5\x2f\xfe"), 0 },
        { rsl_string("\x57\x2a\x4d\x18"), 1 },
        { rsl_string("["), 1 },
        { rsl_string("[{"), 0 },
        { rsl_string("{"), 0 },
        { rsl_string("a\x1f\x8b"), 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(rsl_decode_wanted(cases[i].bytes.data,
                                           cases[i].bytes.len),
                         cases[i].wanted);
    }
}


static void
check_block(const rsl_decode_header_t *header, const test_bytes_t *body,
    const char *message)
{
    size_t        i;
    test_bytes_t  want = { NULL, 0 };

    for (i = 0; i < 3; i++) {
        test_append(&want, message, 40);
    }

    check_header(header, body, want.data, want.len);
    test_release(&want);
}


/* A block of Snappy that begins like zlib. */

static void
test_decode_block(void **state)
{
    test_bytes_t         body = { NULL, 0 };
    rsl_decode_header_t  header;

    static const char  message[] =
        "\x0a\x26{app=\"orders\",level=\"error\",a=\"bcdef\"}";

    test_append(&body, "\x78\x9c", 2);
    test_append(&body, message, 40);
    test_append(&body, "\xfe\x28\0\x3e\x28\0", 6);

    check_error(NULL, &body, RSL_DECODE_BROKEN, NULL, NULL);

    header = test_header(NULL);
    header.block = 1;
    check_block(&header, &body, message);
    test_release(&body);

    test_zlib(&body, TEST_GZIP, 6, json, sizeof(json) - 1);
    check_header(&header, &body, json, sizeof(json) - 1);
    test_release(&body);

    test_zlib(&body, TEST_ZLIB, 6, json, sizeof(json) - 1);
    header = test_header("deflate");
    header.block = 1;
    check_header(&header, &body, json, sizeof(json) - 1);
    test_release(&body);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_decode_codings),
        cmocka_unit_test(test_decode_plain),
        cmocka_unit_test(test_decode_gzip_head),
        cmocka_unit_test(test_decode_members),
        cmocka_unit_test(test_decode_nested),
        cmocka_unit_test(test_decode_cut),
        cmocka_unit_test(test_decode_broken),
        cmocka_unit_test(test_decode_window),
        cmocka_unit_test(test_decode_bomb),
        cmocka_unit_test(test_decode_work),
        cmocka_unit_test(test_decode_flush),
        cmocka_unit_test(test_decode_header),
        cmocka_unit_test(test_decode_wanted),
        cmocka_unit_test(test_decode_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
