
/* SPDX-License-Identifier: BSD-2-Clause */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rsl_core.h"


static size_t utf8_encode(uint32_t c, u_char *p);
static void assert_repaired(const char *from, size_t len, const char *to);


#define FFFD  "\xef\xbf\xbd"

#define assert_repair(from, to)                                               \
    assert_repaired(from, sizeof(from) - 1, to)


static size_t
utf8_encode(uint32_t c, u_char *p)
{
    if (c < 0x80) {
        p[0] = (u_char) c;
        return 1;
    }

    if (c < 0x800) {
        p[0] = (u_char) (0xc0 | c >> 6);
        p[1] = (u_char) (0x80 | (c & 0x3f));
        return 2;
    }

    if (c < 0x10000) {
        p[0] = (u_char) (0xe0 | c >> 12);
        p[1] = (u_char) (0x80 | (c >> 6 & 0x3f));
        p[2] = (u_char) (0x80 | (c & 0x3f));
        return 3;
    }

    p[0] = (u_char) (0xf0 | c >> 18);
    p[1] = (u_char) (0x80 | (c >> 12 & 0x3f));
    p[2] = (u_char) (0x80 | (c >> 6 & 0x3f));
    p[3] = (u_char) (0x80 | (c & 0x3f));

    return 4;
}


static void
test_utf8_all_characters(void **state)
{
    size_t    n, len, expected;
    u_char    buf[4];
    uint32_t  c;

    (void) state;

    for (c = 0; c < 0x110400; c++) {
        len = utf8_encode(c, buf);

        expected = (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) ? 0 : len;

        if (rsl_utf8_sequence(buf, buf + len) != expected) {
            fail_msg("U+%04X", c);
        }

        for (n = 1; n < len; n++) {
            if (rsl_utf8_sequence(buf, buf + n) != 0) {
                fail_msg("U+%04X, %zu bytes", c, n);
            }
        }
    }
}


/*
 * Whatever is accepted is the encoding of a character, and the shortest one: it
 * is encoded again, and must come out the same.
 */

static void
test_utf8_all_triples(void **state)
{
    size_t    len;
    u_char    buf[3], again[4];
    uint32_t  n, c;

    (void) state;

    for (n = 0; n < 0x1000000; n++) {
        buf[0] = (u_char) (n >> 16);
        buf[1] = (u_char) (n >> 8);
        buf[2] = (u_char) n;

        len = rsl_utf8_sequence(buf, buf + 3);

        if (len < 2) {
            continue;
        }

        c = (len == 2) ? (uint32_t) (buf[0] & 0x1f) << 6 | (buf[1] & 0x3f)
                       : (uint32_t) (buf[0] & 0x0f) << 12
                         | (uint32_t) (buf[1] & 0x3f) << 6 | (buf[2] & 0x3f);

        if (utf8_encode(c, again) != len || memcmp(again, buf, len) != 0) {
            fail_msg("%06x", n);
        }
    }
}


static void
test_utf8_valid(void **state)
{
    size_t     n;
    u_char     buf[64];
    rsl_str_t  s;

    (void) state;

    for (n = 0; n < sizeof(buf); n++) {
        memset(buf, 'a', sizeof(buf));
        buf[n] = 0xff;

        s.data = buf;
        s.len = sizeof(buf);
        assert_int_equal(rsl_utf8_valid(&s), n);

        s.len = n;
        assert_int_equal(rsl_utf8_valid(&s), n);
    }

    s.data = (const u_char *) "gr\xc3\xbc\xc3\x9f\xe2\x82\xac";
    s.len = 9;
    assert_int_equal(rsl_utf8_valid(&s), 9);

    s.len = 8;
    assert_int_equal(rsl_utf8_valid(&s), 6);

    s.data = NULL;
    s.len = 0;
    assert_int_equal(rsl_utf8_valid(&s), 0);
}


static void
test_utf8_cut(void **state)
{
    size_t     n;
    rsl_str_t  s = rsl_string("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");

    static const u_char  expected[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10 };

    (void) state;

    for (n = 0; n < sizeof(expected); n++) {
        assert_int_equal(rsl_utf8_cut(&s, n), expected[n]);
    }

    assert_int_equal(rsl_utf8_cut(&s, 11), 10);
    assert_int_equal(rsl_utf8_cut(&s, SIZE_MAX), 10);
}


static void
assert_repaired(const char *from, size_t len, const char *to)
{
    rsl_str_t     s;
    rsl_arena_t  *arena;

    arena = rsl_arena_create(16);
    assert_non_null(arena);

    s.data = (const u_char *) from;
    s.len = len;

    assert_int_equal(rsl_utf8_repair(arena, &s), RSL_OK);

    assert_int_equal(s.len, strlen(to));
    assert_memory_equal(s.data, to, s.len);
    assert_int_equal(rsl_utf8_valid(&s), s.len);

    rsl_arena_destroy(arena);
}


static void
test_utf8_repair(void **state)
{
    rsl_str_t     s = rsl_string("gut: \xc3\xa4");
    rsl_arena_t  *arena;

    (void) state;

    arena = rsl_arena_create(16);
    assert_non_null(arena);

    assert_int_equal(rsl_utf8_repair(arena, &s), RSL_OK);
    assert_string_equal((const char *) s.data, "gut: \xc3\xa4");

    rsl_arena_destroy(arena);

    assert_repair("\xff", FFFD);
    assert_repair("a\x80" "b", "a" FFFD "b");
    assert_repair("a\xc3", "a" FFFD);
    assert_repair("\xe2\x82", FFFD);
    assert_repair("\xe2\x82!", FFFD "!");
    assert_repair("\xf0\x9f\x98", FFFD);

    /* the examples of the Unicode standard, tables 3-8 to 3-11 */

    assert_repair("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41",
                  FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A");
    assert_repair("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41",
                  FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A");
    assert_repair("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42",
                  FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B");
    assert_repair("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41",
                  FFFD FFFD FFFD FFFD "A");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_utf8_all_characters),
        cmocka_unit_test(test_utf8_all_triples),
        cmocka_unit_test(test_utf8_valid),
        cmocka_unit_test(test_utf8_cut),
        cmocka_unit_test(test_utf8_repair)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
