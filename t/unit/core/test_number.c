
/* SPDX-License-Identifier: BSD-2-Clause */


#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/rsl_core.h"


static void
test_number_digits(void **state)
{
    u_char  buf[21] = "....................";

    (void) state;

    rsl_number_digits(buf, UINT64_MAX, 20);
    assert_string_equal((char *) buf, "18446744073709551615");

    rsl_number_digits(buf + 2, 42, 4);
    assert_string_equal((char *) buf, "18004244073709551615");

    rsl_number_digits(buf, 12345, 2);
    assert_string_equal((char *) buf, "45004244073709551615");
}


/*
 * Numbers of each length, among them the largest of one length and the smallest
 * of the next.
 */

static void
test_number_digits_of_all_lengths(void **state)
{
    int       n;
    char      expected[64];
    u_char    buf[RSL_UINT64_LEN + 1];
    size_t    len;
    unsigned  i;
    uint64_t  power, value;

    (void) state;

    power = 1;

    for (n = 1; n <= RSL_UINT64_LEN; n++) {

        for (i = 0; i < 1000; i++) {
            value = (i < 2) ? power - i : power + power / 997 * i;

            (void) sprintf(expected, "%0*" PRIu64, RSL_UINT64_LEN, value);

            rsl_number_digits(buf, value, (size_t) n);
            assert_memory_equal(buf, expected + RSL_UINT64_LEN - n, n);

            (void) sprintf(expected, "%" PRIu64, value);

            len = rsl_number_decimal(buf, value);
            assert_int_equal(len, strlen(expected));
            assert_memory_equal(buf, expected, len);
        }

        power *= 10;
    }
}


static void
test_number_decimal(void **state)
{
    u_char  buf[RSL_UINT64_LEN + 1];
    size_t  i, len;

    static const struct {
        uint64_t     value;
        const char  *text;
    } tests[] = {
        { 0, "0" }, { 9, "9" }, { 10, "10" }, { 1000000, "1000000" },
        { UINT64_MAX, "18446744073709551615" }
    };

    (void) state;

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        len = rsl_number_decimal(buf, tests[i].value);
        buf[len] = '\0';
        assert_string_equal((char *) buf, tests[i].text);
    }
}


static void
test_number_parse(void **state)
{
    size_t     i;
    int64_t    value;
    rsl_str_t  s;

    static const struct {
        const char  *text;
        int64_t      value;
    } good[] = {
        { "0", 0 }, { "-0", 0 }, { "+1", 1 }, { "-1", -1 }, { "007", 7 },
        { "9223372036854775806", INT64_MAX - 1 },
        { "9223372036854775807", INT64_MAX },
        { "9223372036854775808", INT64_MAX },
        { "92233720368547758070", INT64_MAX },
        { "-9223372036854775807", INT64_MIN + 1 },
        { "-9223372036854775808", INT64_MIN },
        { "-9223372036854775809", INT64_MIN },
        { "18446744073709551616", INT64_MAX }
    };

    static const char  *const bad[] = {
        "", "+", "-", "+-1", "1 ", " 1", "1a", "0x1", "1e3", "1.0", "\xef"
    };

    (void) state;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        s.data = (const u_char *) good[i].text;
        s.len = strlen(good[i].text);

        assert_int_equal(rsl_number_parse(&s, &value), RSL_OK);
        assert_true(value == good[i].value);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        s.data = (const u_char *) bad[i];
        s.len = strlen(bad[i]);

        assert_int_equal(rsl_number_parse(&s, &value), RSL_DECLINED);
    }

    s.data = NULL;
    s.len = 0;
    assert_int_equal(rsl_number_parse(&s, &value), RSL_DECLINED);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_number_digits),
        cmocka_unit_test(test_number_digits_of_all_lengths),
        cmocka_unit_test(test_number_decimal),
        cmocka_unit_test(test_number_parse)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
