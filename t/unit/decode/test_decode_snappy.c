
/* SPDX-License-Identifier: BSD-2-Clause */


#include "decode.h"


/* Decodes in pieces of "in" bytes into pieces of "out" bytes. */

static int
run(const u_char *data, size_t n, size_t in, size_t out, test_bytes_t *made)
{
    int                   rc;
    u_char               *q, *buf;
    size_t                size;
    const u_char         *p, *last, *end;
    rsl_decode_memory_t   memory;
    rsl_decode_stream_t   s;

    memset(&memory, 0, sizeof(rsl_decode_memory_t));
    memset(&s, 0, sizeof(rsl_decode_stream_t));
    s.memory = &memory;

    buf = malloc(out);
    assert_non_null(buf);

    rc = RSL_OK;
    p = data;
    last = data;
    end = data + n;

    do {
        size = (size_t) (end - last);
        last += (in < size) ? in : size;

        do {
            q = buf;
            rc = rsl_decode_snappy(&s, &p, last, &q, buf + out);
            test_append(made, buf, (size_t) (q - buf));
        } while (rc == RSL_AGAIN);

        assert_true(rc != RSL_OK || p == last);

    } while (rc == RSL_OK && last < end);

    if (rc == RSL_OK && !s.whole) {
        rc = RSL_DECLINED;

    } else if (rc == RSL_DECLINED) {
        assert_non_null(s.detail);
    }

    rsl_decode_snappy_close(&s);
    assert_int_equal(memory.used, 0);

    free(buf);

    return rc;
}


static void
check(const char *data, size_t n, const char *text, size_t len)
{
    size_t        i;
    u_char       *copy;
    test_bytes_t  made;

    static const struct {
        size_t  in;
        size_t  out;
    } pieces[] = { { 1 << 20, 1 << 20 }, { 1, 1 << 20 }, { 7, 3 }, { 1, 1 },
                   { 1 << 20, 5 } };

    /* of exactly that size, so that a sanitizer sees what goes beyond it */

    copy = malloc(n ? n : 1);
    assert_non_null(copy);
    memcpy(copy, data, n);

    for (i = 0; i < (n < 1000 ? 5 : 2); i++) {
        memset(&made, 0, sizeof(test_bytes_t));

        assert_int_equal(run(copy, n, pieces[i].in, pieces[i].out, &made),
                         text ? RSL_OK : RSL_DECLINED);

        if (text != NULL) {
            assert_int_equal(made.len, len);
            assert_true(len == 0 || memcmp(made.data, text, len) == 0);
        }

        test_release(&made);
    }

    free(copy);
}


#define check_text(block, text)                                               \
    check(block, sizeof(block) - 1, text, sizeof(text) - 1)

#define check_none(block)  check(block, sizeof(block) - 1, NULL, 0)


static void
test_snappy_elements(void **state)
{
    size_t       i;
    char        *text;
    static char  block[70010];

    check_text("\0", "");
    check_text("\x03\x08" "abc", "abc");
    check_text("\x83\x00\x08" "abc", "abc");

    /* copies with an offset of one, two and four bytes, which may overlap */

    check_text("\x07\x08" "abc" "\x01\x03", "abcabca");
    check_text("\x06\x08" "abc" "\x0a\x03\0", "abcabc");
    check_text("\x06\x08" "abc" "\x0b\x03\0\0\0", "abcabc");
    check_text("\x0c\x00" "a" "\x1d\x01", "aaaaaaaaaaaa");
    check_text("\x09\x10" "abcde" "\x01\x05", "abcdeabcd");

    /* a literal whose length takes one, two, three and four bytes */

    text = block + 6;

    for (i = 0; i < 70000; i++) {
        text[i] = (char) (i * 7);
    }

    memcpy(block + 3, "\x64\xf0\x63", 3);
    check(block + 3, 103, text, 100);

    memcpy(block + 1, "\xac\x02\xf4\x2b\x01", 5);
    check(block + 1, 305, text, 300);

    memcpy(block, "\xf0\xa2\x04\xf8", 4);
    text = block + 7;
    memcpy(block + 4, "\x6f\x11\x01", 3);
    check(block, 7 + 70000, text, 70000);

    memcpy(block, "\x04\xfc\x03\0\0\0", 6);
    check(block, 10, block + 6, 4);
}


/* A copy may reach back by 65,536 bytes. */

static void
test_snappy_far(void **state)
{
    size_t        i;
    u_char        text[70000];
    test_bytes_t  block = { NULL, 0 }, want = { NULL, 0 };

    for (i = 0; i < sizeof(text); i++) {
        text[i] = (u_char) (i % 251);
    }

    test_append(&block, "\xf8\xa2\x04\xf8\x6f\x11\x01", 7);
    test_append(&block, text, sizeof(text));
    test_append(&block, "\x0f\x00\x00\x01\x00", 5);
    test_append(&block, "\xe1\xff", 2);

    test_append(&want, text, sizeof(text));
    test_append(&want, text + (70000 - 65536), 4);
    test_append(&want, text + (70004 - 2047), 4);

    check((const char *) block.data, block.len, (const char *) want.data,
          want.len);

    /* one more, which no encoder writes */

    block.data[7 + sizeof(text) + 1] = 1;
    check((const char *) block.data, block.len, NULL, 0);

    test_release(&block);
    test_release(&want);
}


/* Copies that fill the window several times, beginning anywhere in it. */

static void
test_snappy_long(void **state)
{
    size_t        i;
    u_char        ch, element[3];
    test_bytes_t  block = { NULL, 0 }, want = { NULL, 0 };

    test_append(&block, "\x83\xb5\x18\x08" "abc", 7);
    test_append(&want, "abc", 3);

    for (i = 0; i < 400000 / 64; i++) {
        element[0] = 0xfe;
        element[1] = (u_char) ((i % 2) ? 3 : (want.len > 40000 ? 0x01 : 2));
        element[2] = (u_char) (want.len > 40000 && i % 2 == 0 ? 0x90 : 0);

        test_append(&block, element, 3);

        while (want.len < 3 + (i + 1) * 64) {
            ch = want.data[want.len - (element[1] | element[2] << 8)];
            test_append(&want, &ch, 1);
        }
    }

    block.data[0] = (u_char) (0x80 | (want.len & 0x7f));
    block.data[1] = (u_char) (0x80 | (want.len >> 7 & 0x7f));
    block.data[2] = (u_char) (want.len >> 14);

    check((const char *) block.data, block.len, (const char *) want.data,
          want.len);

    test_release(&block);
    test_release(&want);
}


static void
test_snappy_broken(void **state)
{
    check_none("");
    check_none("\x80");
    check_none("\xff\xff\xff\xff\xff");
    check_none("\xff\xff\xff\xff\x1f");
    check_none("\x01");
    check_none("\x03\x08" "ab");
    check_none("\x02\x08" "abc");
    check_none("\x04\x08" "abc");
    check_none("\x03\x08" "abc" "\x00" "d");
    check_none("\x07\x08" "abc" "\x01\x04");    /* too far back */
    check_none("\x07\x08" "abc" "\x01\x00");    /* an offset of 0 */
    check_none("\x06\x08" "abc" "\x01\x03");    /* beyond the end */
    check_none("\x07\x01\x03");                 /* nothing to copy */
    check_none("\x07\x08" "abc" "\x01");
    check_none("\x06\x08" "abc" "\x0a\x03");
    check_none("\x06\x08" "abc" "\x0b\x03\0\0");
    check_none("\x04\xfc\x03\0\0");
    check_none("\x04\xfc\xff\xff\xff\xff" "abcd");
}


/* What winston-loki has sent, which is known by its first bytes. */

static void
test_snappy_capture(void **state)
{
    FILE                 *file;
    u_char                text[8192];
    size_t                i, n;
    test_run_t            run;
    const u_char         *p;
    rsl_decode_header_t   header;

    file = fopen("t/data/captures/winston-loki-proto.http", "rb");
    assert_non_null(file);

    n = fread(text, 1, sizeof(text), file);
    (void) fclose(file);

    p = text;

    while (memcmp(p, "\r\n\r\n", 4) != 0) {
        p++;
    }

    p += 4;
    n -= (size_t) (p - text);

    memset(&header, 0, sizeof(rsl_decode_header_t));
    header.block = 1;

    for (i = 0; i <= n; i++) {
        test_run(&run, &header, 0, p, n, i);

        assert_int_equal(run.rc, RSL_OK);
        assert_int_equal(run.bytes.len, 242);
        assert_memory_equal(run.bytes.data, "\x0a\x9a\x01\x0a", 4);

        test_release(&run.bytes);
    }

    /* the block breaks off */

    test_run(&run, &header, 0, p, n - 1, 0);
    assert_int_equal(run.rc, RSL_DECLINED);
    assert_int_equal(run.error.reason, RSL_DECODE_CUT);
    assert_string_equal(run.error.coding, "snappy");
    test_release(&run.bytes);

    /* and is none if nothing says that it could be one */

    header.block = 0;
    test_run(&run, &header, 0, p, n, 0);
    assert_int_equal(run.rc, RSL_OK);
    assert_int_equal(run.bytes.len, n);
    test_release(&run.bytes);
}


/* What is in a message of protobuf, or in a JSON of that name, is no block. */

static void
test_snappy_mark(void **state)
{
    size_t                i;
    test_run_t            run;
    rsl_decode_header_t   header;

    static const char *const  plain[] = {
        "\x0a\x24\x0a\x01", "{\"resourceLogs\":[]}", "{ \"a\":1}", "[{}]",
        "\x12\x04xyzu", "\xff\xff\xff\xff\xff\x01", "x", "\x80", "\x10\x20"
    };

    header = test_header(NULL);
    header.block = 1;

    for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        test_run(&run, &header, 0, (const u_char *) plain[i], strlen(plain[i]),
                 i % 2);
        assert_int_equal(run.rc, RSL_OK);
        assert_int_equal(run.bytes.len, strlen(plain[i]));
        test_release(&run.bytes);
    }

    /* literals whose lengths take one to four bytes */

    test_run(&run, &header, 0, (const u_char *) "\x01\xf0\x00\x0a", 4, 1);
    assert_int_equal(run.bytes.len, 1);
    test_release(&run.bytes);

    test_run(&run, &header, 0, (const u_char *) "\x81\x00\xfc\0\0\0\0\x0a", 8,
             1);
    assert_int_equal(run.bytes.len, 1);
    test_release(&run.bytes);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_snappy_elements),
        cmocka_unit_test(test_snappy_far),
        cmocka_unit_test(test_snappy_broken),
        cmocka_unit_test(test_snappy_long),
        cmocka_unit_test(test_snappy_capture),
        cmocka_unit_test(test_snappy_mark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
