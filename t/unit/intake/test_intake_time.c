
/* SPDX-License-Identifier: BSD-2-Clause */


#include "entry.h"
#include "../calendar.h"


typedef struct {
    const char  *text;
    int64_t      time;
} case_t;


#define SECOND  INT64_C(1000000)
#define NOON    (INT64_C(1795348800) * SECOND)      /* 2026-11-22T12:00:00Z */


static const case_t  usable[] = {

    { "2026-11-22T12:00:00Z", NOON },
    { "2026-11-22t12:00:00z", NOON },
    { "2026-11-22 12:00:00", NOON },
    { "2026-11-22T12:00:00", NOON },
    { "2026-11-22T12:00:00+00:00", NOON },
    { "2026-11-22T12:00:00-00:00", NOON },
    { "2026-11-22T14:00:00+02:00", NOON },
    { "2026-11-22T14:00:00+0200", NOON },
    { "2026-11-22T14:00:00+02", NOON },
    { "2026-11-22 14:00:00 +0200", NOON },
    { "2026-11-22T06:30:00-05:30", NOON },
    { "2026-11-23T11:59:00+23:59", NOON },

    { "2026-11-22T12:00:00.1Z", NOON + 100000 },
    { "2026-11-22T12:00:00.61Z", NOON + 610000 },
    { "2026-11-22 12:00:00,197", NOON + 197000 },
    { "2026-11-22T12:00:00.044823+00:00", NOON + 44823 },
    { "2026-11-22T12:00:00.1234567Z", NOON + 123456 },
    { "2026-11-22T12:00:00.12345678Z", NOON + 123456 },
    { "2026-11-22T12:00:00.999999999Z", NOON + 999999 },

    { "2026-12-31T23:59:60Z", INT64_C(1798761600) * SECOND },
    { "2024-02-29T00:00:00Z", INT64_C(1709164800) * SECOND },
    { "2000-02-29T00:00:00Z", INT64_C(951782400) * SECOND },
    { "2100-03-01T00:00:00Z", INT64_C(4107542400) * SECOND },
    { "1970-01-01T00:00:00.000001Z", 1 },
    { "1970-01-01T00:00:01Z", SECOND },
    { "9999-12-31T23:59:59.999999Z",
      INT64_C(253402300800) * SECOND - 1 },

    { "1", SECOND },
    { "0.000001", 1 },
    /* in other orders, with names, and with words behind them */

    { "2026-1-5T12:00:00Z", INT64_C(1767614400) * SECOND },
    { "2026/11/22 12:00:00", NOON },
    { "2026.11.22 12:00:00", NOON },
    { "22.11.2026 12:00:00", NOON },
    { "20261122T120000Z", NOON },
    { "20261122 12:00:00", NOON },
    { "2026-11-22, 12:00:00 UTC", NOON },
    { "2026-11-22 13:00:00 +0100", NOON },
    { "2026-11-22T13:00:00+01:00[Europe/Paris]", NOON },
    { "2026-11-22T12:00:00Z[Etc/UTC]", NOON },
    { "2026-11-22 12:00:00.5 +0000 UTC", NOON + 500000 },
    { "2026-11-22 12:00:00.5 +0000 UTC m=+0.123456789", NOON + 500000 },
    { "22/Nov/2026:13:00:00 +0100", NOON },
    { "22/Nov/2026 12:00:00", NOON },
    { "22-Nov-2026 12:00:00 UTC", NOON },
    { "22-Nov-2026::12:00:00.5", NOON + 500000 },
    { "22 Nov 2026 12:00:00.5", NOON + 500000 },
    { "Sun, 22 Nov 2026 12:00:00 GMT", NOON },
    { "Sun Nov 22 12:00:00.5 2026", NOON + 500000 },
    { "Sun Nov 22 12:00:00 UTC 2026", NOON },
    { "Sun Nov  1 12:00:00 2026", NOON - INT64_C(21) * 86400 * SECOND },
    { "Nov 22, 2026 12:00:00 PM", NOON },
    { "Nov 22, 2026 12:00:00 AM", NOON - INT64_C(43200) * SECOND },
    { "Nov 22, 2026 3:00:00 PM", NOON + INT64_C(10800) * SECOND },
    { "/Date(1795348800123)/", NOON + 123000 },
    { "/Date(1795348800123+0100)/", NOON + 123000 },

    /* a leap second, and the end of a day */

    { "2026-11-22T11:59:60Z", NOON },
    { "2026-11-22T24:00:00Z", NOON + INT64_C(43200) * SECOND },

    { "1795348800", NOON },
    { "1795348800.0", NOON },
    { "1795348800.25", NOON + 250000 },
    { "1795348800.1979213", NOON + 197921 },
    { "99999999999", INT64_C(99999999999) * SECOND },
    { "100000000000", INT64_C(100000000) * SECOND },
    { "1795348800123", NOON + 123000 },
    { "1795348800906.941", NOON + 906941 },
    { "1795348800906.9417", NOON + 906941 },
    { "99999999999999", INT64_C(99999999999999) * 1000 },
    { "100000000000000", INT64_C(100000000000000) },
    { "1795348800123456", NOON + 123456 },
    { "1795348800123456.789", NOON + 123456 },
    { "99999999999999999", INT64_C(99999999999999999) },
    { "100000000000000000", INT64_C(100000000000000) },
    { "1795348800123456789", NOON + 123456 },
    { "9999999999999999999", INT64_C(9999999999999999) }
};


static void
test_usable(void **state)
{
    size_t     i;
    int64_t    time;
    rsl_str_t  text;

    (void) state;

    for (i = 0; i < sizeof(usable) / sizeof(case_t); i++) {
        text = string(usable[i].text);
        time = -1;

        if (rsl_intake_time_parse(&text, &time) != RSL_OK
            || time != usable[i].time)
        {
            fail_msg("%s: %jd, not %jd", usable[i].text, (intmax_t) time,
                     (intmax_t) usable[i].time);
        }
    }
}


static void
test_unusable(void **state)
{
    size_t     i;
    int64_t    time;
    rsl_str_t  text;

    static const char  *cases[] = {

        "", " ", "now", "yesterday", "-", ".", "12:00:00", "Sun",

        "2026-11-22", "2026-11-22T12:00", "2026-11-22T12:00Z",
        "2026-11-22X12:00:00",
        "26-11-22T12:00:00Z",
        "2026-11-22T12:00:00.", "2026-11-22T12:00:00.Z",
        "2026-11-22T12:00:00ZZ", "2026-11-22T12:00:00 ",
        "2026-11-22T12:00:00+", "2026-11-22T12:00:00+2",
        "2026-11-22T12:00:00+020", "2026-11-22T12:00:00+02:0",
        "2026-11-22T12:00:00+24:00", "2026-11-22T12:00:00+02:60",
        "2026-11-22T12:00:00+ab:cd", "2026-11-22T12:00:00+02:ab",
        "2026-11-22T12:00:00 CET", " 2026-11-22T12:00:00Z",
        "2026-11-22T12:00:00.123.456Z",

        "2026-00-22T12:00:00Z", "2026-13-22T12:00:00Z",
        "2026-11-00T12:00:00Z", "2026-11-31T12:00:00Z",
        "2026-02-29T12:00:00Z", "2100-02-29T12:00:00Z",
        "2026-01-32T12:00:00Z", "2026-04-31T12:00:00Z",
        "2026-11-22T24:00:01Z", "2026-11-22T24:01:00Z",
        "2026-11-22T25:00:00Z", "2026-11-22T12:60:00Z",
        "2026-11-22T12:00:61Z",

        /* the order of day and month, or the year, is not certain */
        "11/22/2026 12:00:00", "22/11/2026 12:00:00Z", "26/11/22 12:00:00",
        "261122 12:00:00", "Nov 22 12:00:00", "11-22 12:00:00",

        "22/Nov/2026:12:00:00 +010", "22/Foo/2026:12:00:00 +0100",
        "Sun, 32 Nov 2026 12:00:00 GMT", "Sun, 22 Nov 2026 12:00:00 CET",
        "Nov 22, 2026 13:00:00 PM", "Nov 22, 2026 0:00:00 AM",
        "2026-11-22T12:00:00+01:00[Europe/Paris", "/Date(1795348800000)",
        "2026-11-22T12:00:00+01:00[Paris]", "/Date()/", "/Date(x)/",
        "/Date(1795348800000+01)/", "/Date(0)/",

        "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z", "1970-01-01T00:30:00+01:00",
        "9999-12-31T23:59:59-01:00",

        "0", "0.0", "0.0000001", "-1", "-1795348800", "+1795348800",
        "1795348800.", "1795348800.1.2", "1795348800s", "1.7953488e9",
        "0x6b049240", "99999999999999999999", "123456789012345678901",
        "2026-11-22T12:00:00\n"
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = string(cases[i]);

        if (rsl_intake_time_parse(&text, &time) != RSL_DECLINED) {
            fail_msg("%s: %jd", cases[i], (intmax_t) time);
        }
    }

    text = string_n(NULL, 0);
    assert_int_equal(rsl_intake_time_parse(&text, &time), RSL_DECLINED);
}


/* No byte behind the end of a text is read, and none of its own is ignored. */

static void
test_every_byte(void **state)
{
    char       *copy;
    size_t      n, len;
    int64_t     time;
    rsl_str_t   text;

    static const char  full[] = "2026-11-22T12:00:00.123456+00:00";

    (void) state;

    for (len = 0; len < sizeof(full); len++) {
        copy = malloc(len ? len : 1);
        assert_non_null(copy);

        memcpy(copy, full, len);

        text = string_n(copy, len);
        (void) rsl_intake_time_parse(&text, &time);

        for (n = 0; n < len; n++) {
            copy[n] = 'x';
            assert_int_equal(rsl_intake_time_parse(&text, &time), RSL_DECLINED);
            copy[n] = full[n];
        }

        free(copy);
    }
}


static void
test_days(void **state)
{
    char       buf[64];
    int64_t    seconds, time;
    rsl_str_t  text;

    (void) state;

    for (seconds = 1; seconds < INT64_C(253402300800); seconds += 8640007) {
        calendar_print(buf, sizeof(buf), seconds);
        (void) strcat(buf, "Z");

        text = string(buf);
        assert_int_equal(rsl_intake_time_parse(&text, &time), RSL_OK);

        if (time != seconds * SECOND) {
            fail_msg("%s: %jd", buf, (intmax_t) time);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_usable),
        cmocka_unit_test(test_unusable),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_days)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
