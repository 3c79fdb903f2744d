
/* SPDX-License-Identifier: BSD-2-Clause */


#include "decode.h"


static void
check(const char *data, size_t n, const char *text, size_t len)
{
    size_t      size;
    u_char     *buf, *copy;
    rsl_str_t   block;

    /* of exactly that size, so that a sanitizer sees what goes beyond it */

    copy = malloc(n ? n : 1);
    assert_non_null(copy);
    memcpy(copy, data, n);

    block.data = copy;
    block.len = n;

    if (rsl_decode_snappy_len(&block, &size) != RSL_OK) {
        assert_null(text);
        free(copy);
        return;
    }

    if (text != NULL) {
        assert_int_equal(size, len);
    }

    if (size < 100000) {
        buf = malloc(size ? size : 1);
        assert_non_null(buf);

        assert_int_equal(rsl_decode_snappy(&block, buf, size),
                         text ? RSL_OK : RSL_DECLINED);

        if (text != NULL) {
            assert_memory_equal(buf, text, len);
        }

        free(buf);
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


/* A copy that reaches back by more than 2,047 and by more than 65,535 bytes. */

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
    test_append(&block, "\x0f\x70\x11\x01\x00", 5);
    test_append(&block, "\xe1\xff", 2);

    test_append(&want, text, sizeof(text));
    test_append(&want, text, 4);
    test_append(&want, text + 70004 - 2047, 4);

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


/* What winston-loki has sent. */

static void
test_snappy_capture(void **state)
{
    FILE          *file;
    u_char         text[8192], *buf;
    size_t         len, n;
    rsl_str_t      block;
    const u_char  *p;

    file = fopen("t/data/captures/winston-loki-proto.http", "rb");
    assert_non_null(file);

    n = fread(text, 1, sizeof(text), file);
    (void) fclose(file);

    p = text;

    while (memcmp(p, "\r\n\r\n", 4) != 0) {
        p++;
    }

    block.data = p + 4;
    block.len = (size_t) (text + n - block.data);

    assert_int_equal(rsl_decode_snappy_len(&block, &len), RSL_OK);

    buf = malloc(len);
    assert_non_null(buf);

    assert_int_equal(rsl_decode_snappy(&block, buf, len), RSL_OK);
    assert_int_equal(buf[0], 0x0a);

    free(buf);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_snappy_elements),
        cmocka_unit_test(test_snappy_far),
        cmocka_unit_test(test_snappy_broken),
        cmocka_unit_test(test_snappy_capture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
