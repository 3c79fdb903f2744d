
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What a line of text says before its message: where a name is a level, how far
 * it is looked for, and which times are found.
 */


#include "entry.h"


static rsl_intake_head_t
head_of(const char *line)
{
    rsl_str_t          s;
    rsl_intake_head_t  head;

    s = string(line);
    rsl_intake_head(&s, &head);

    return head;
}


static const char *
level_of(const char *line)
{
    rsl_intake_head_t  head;

    head = head_of(line);

    return head.level == RSL_LEVELS
           ? "" : (const char *) rsl_record_level_names[head.level].data;
}


/* The format has the name of a level in the place of "%s". */

static void
check_place(const char *format, const char *name, const char *level)
{
    char  line[300];

    (void) snprintf(line, sizeof(line), format, name);

    if (strcmp(level_of(line), level) != 0) {
        fail_msg("%s: \"%s\" instead of \"%s\"", line, level_of(line), level);
    }
}


/* Such a place makes a level of a name in any letters. */

static const char *const  marked[] = {
    "[%s] x",
    "[%s ] x",
    "(%s) x",
    "<%s> x",
    "[10:00:00 %s] x",
    "[main] [%s] x",
    "%s: x",
    "%s : x",
    "10:00:00 %s x",
    "[10:00:00] %s x",
    "10:00:00 [7] %s   x",
    "10:00:00 0x7f12   %s [x] y",
    "10:00:00 T:12   %s <x>: y",
    "2026-11-28 10:00:00 | %s | x",
    "2026-11-28 10:00:00 - a.b - %s - x",
    "1795834200123\tshop\t%s\tx",
    "%s [2026-11-28 10:00:00] x",
    "%s 2026-11-28 10:00:00 x",
    "app: [%s] x",
    "app-1  | %s: x",
    "npm %s x",
    NULL
};

/* Such a place does not. */

static const char *const  plain[] = {
    "%s x",
    "%s",
    "%s - x",
    "10:00:00 a.b %s x",
    "10:00:00 [main] %s x",
    "10:00:00 [7] %s x",
    "10:00:00 500 %s   x",
    NULL
};

/* And here no name is one. */

static const char *const  prose[] = {
    "the %s is here",
    "it was %s: x",
    "GET /%s 200",
    "app: %s x",
    "10:00:00 saw a %s",
    "\"%s\" x",
    "%ss: 3",
    "* *Error* %s",
    "x%s: 3",
    "user=bob action=%s x",
    "10:00:00 a=%s x",
    NULL
};


static void
check_places(const char *const *formats, const char *name, const char *level)
{
    for ( /* void */ ; *formats != NULL; formats++) {
        check_place(*formats, name, level);
    }
}


static void
test_places(void **state)
{
    size_t  i;

    static const struct {
        const char                 *upper;
        const char                 *lower;
        rsl_intake_level_place_e    place;
        const char                 *level;
    } names[] = {
        { "ERROR", "error", RSL_INTAKE_LEVEL_TEXT, "ERROR" },
        { "WRN", "wrn", RSL_INTAKE_LEVEL_TEXT, "WARNING" },
        { "FAIL", "fail", RSL_INTAKE_LEVEL_MARKED, "ERROR" },
        { "FINE", "fine", RSL_INTAKE_LEVEL_MARKED, "DEBUG" },
        { "NOTE", "note", RSL_INTAKE_LEVEL_MARKED, "INFO" },
        { "HTTP", "http", RSL_INTAKE_LEVEL_FIELD, "INFO" },
        { "ALL", "all", RSL_INTAKE_LEVEL_FIELD, "DEBUG" },
        { "DEFAULT", "default", RSL_INTAKE_LEVEL_FIELD, "INFO" },
        { "DPANIC", "dpanic", RSL_INTAKE_LEVEL_FIELD, "CRITICAL" }
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        check_places(prose, names[i].upper, "");
        check_places(prose, names[i].lower, "");

        check_places(plain, names[i].lower, "");
        check_places(plain, names[i].upper,
                     names[i].place == RSL_INTAKE_LEVEL_TEXT
                     ? names[i].level : "");

        check_places(marked, names[i].lower,
                     names[i].place == RSL_INTAKE_LEVEL_FIELD
                     ? "" : names[i].level);
        check_places(marked, names[i].upper,
                     names[i].place == RSL_INTAKE_LEVEL_FIELD
                     ? "" : names[i].level);
    }
}


/* A letter is a level only as a format of some program has it. */

static void
test_letters(void **state)
{
    size_t  i;

    static const char *const  lines[][2] = {
        { "E: x", "ERROR" },
        { "W (123) x", "WARNING" },
        { "E, [2026-11-28T10:00:00.000000 #1] x", "ERROR" },
        { "E [28/Nov/2026:10:00:00 +0000] x", "ERROR" },
        { "E[2026-11-28|10:00:00.123] x", "ERROR" },
        { "[E 2026-11-28 10:00:00.000 x] y", "ERROR" },
        { "(W) 2026-11-28T10:00:00 - x", "WARNING" },
        { "10:00:00 E! x", "ERROR" },
        { "10:00:00 E Tag: x", "ERROR" },
        { "10:00:00 E NETWORK x", "ERROR" },
        { "10:00:00 E | x", "ERROR" },
        { "10:00:00 x.c:12 E> x", "ERROR" },
        { "E/Tag(12): x", "ERROR" },
        { "E1128 10:00:00.000000 1 x.go:1] y", "ERROR" },
        { "E0000 00:00:1795834200.123456 7 x.cc:12] y", "ERROR" },
        { "e: file:///a.kt x", "ERROR" },

        { "E x", "" },
        { "C: 12 GB free", "" },
        { "D: x", "" },
        { "A new x", "" },
        { "I am x", "" },
        { "E[1] x", "ERROR" },
        { "E[x] y", "" },
        { "E1128 x", "" },
        { "E0000 00:01:1795834200.123456 7 x.cc:12] y", "" },
        { "10:00:00 E x", "" },
        { "10:00:00 E", "" },
        { "e: x", "" },
        { "E", "" },
        { "E>", "" }
    };

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (strcmp(level_of(lines[i][0]), lines[i][1]) != 0) {
            fail_msg("%s: \"%s\"", lines[i][0], level_of(lines[i][0]));
        }
    }
}


/* So much of a line is looked at that a message is not searched. */

static void
check_far(const char *element, size_t most)
{
    char    line[1024];
    size_t  i, n;

    for (n = most; n <= most + 1; n++) {
        strcpy(line, "10:00:00 ");

        for (i = 0; i < n; i++) {
            strcat(line, element);
        }

        strcat(line, "ERROR x");

        if (strcmp(level_of(line), n == most ? "ERROR" : "") != 0) {
            fail_msg("%zu of %s: %s", n, element, level_of(line));
        }
    }
}


static void
test_limits(void **state)
{
    char    line[600];
    size_t  at;

    check_far("[x] ", 14);
    check_far("7 ", 14);
    check_far("a.b ", 4);

    /* bytes; the word must be whole */

    for (at = 240; at < 260; at++) {
        memset(line, ' ', sizeof(line));
        memcpy(line, "10:00:00", 8);
        strcpy(line + at, "[SEVERE] x");

        assert_string_equal(level_of(line),
                            at + 7 <= RSL_INTAKE_HEAD_SIZE ? "ERROR" : "");
    }
}


/* The forms of times that programs print before a message. */

static void
test_times(void **state)
{
    size_t             i;
    char               line[100];
    rsl_intake_head_t  head;

    /* 10:00:01.5 in UTC, if there are a date and a zone */

    static const struct {
        const char  *time;
        unsigned     zoned;
        int64_t      micros;
    } times[] = {
        { "2026-11-28T10:00:01.5Z", 1, 500000 },
        { "2026-11-28 11:00:01,5 +0100", 1, 500000 },
        { "2026-11-28 05:00:01-05:00", 1, 0 },
        { "2026-11-28 10:00:01 UTC", 1, 0 },
        { "2026-11-28 10:00:01 GMT", 1, 0 },
        { "2026-11-28T11:00:01+01:00[Europe/Paris]", 1, 0 },
        { "2026-11-28 10:00:01.5 +0000 UTC m=+0.1", 1, 500000 },
        { "2026/11/28 11:00:01 +0100", 1, 0 },
        { "2026-Nov-28 10:00:01.5 UTC", 1, 500000 },
        { "28/Nov/2026:11:00:01 +0100", 1, 0 },
        { "28-Nov-2026 10:00:01 UTC", 1, 0 },
        { "28 Nov 2026 10:00:01.5 UTC", 1, 500000 },
        { "Nov 28 2026 10:00:01 GMT", 1, 0 },
        { "Sat, 28 Nov 2026 11:00:01 +0100", 1, 0 },
        { "Sat Nov 28 10:00:01 UTC 2026", 1, 0 },
        { "20261128T100001Z", 1, 0 },

        { "2026-11-28T10:00:01.5", 0, 0 },
        { "2026-11-28 10:00:01,500", 0, 0 },
        { "2026/11/28 10:00:01", 0, 0 },
        { "28-Nov-2026 10:00:01.500", 0, 0 },
        { "28 Nov 10:00:01", 0, 0 },
        { "Nov 28 10:00:01", 0, 0 },
        { "Sat Nov 28 10:00:01 2026", 0, 0 },
        { "11/28/2026 10:00:01", 0, 0 },
        { "11/28/2026, 10:00:01 AM", 0, 0 },
        { "28.11.2026 10:00:01.500", 0, 0 },
        { "2026.11.28 10:00:01.500", 0, 0 },
        { "26/11/28 10:00:01", 0, 0 },
        { "11-28 10:00:01.500", 0, 0 },
        { "10:00:01.500", 0, 0 },
        { "10:00AM", 0, 0 }
    };

    for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        (void) snprintf(line, sizeof(line), "[%s] fail x", times[i].time);
        head = head_of(line);

        if (!head.timed || head.zoned != times[i].zoned
            || head.level != RSL_LEVEL_ERROR
            || (head.zoned && head.time != INT64_C(1795860001000000)
                                           + times[i].micros))
        {
            fail_msg("%s: timed %d, zoned %d, level %d, %lld", line,
                     head.timed, head.zoned, head.level,
                     (long long) head.time);
        }
    }

    assert_false(head_of("28 Nov 25:00:01 x").timed);
    assert_false(head_of("2026-Nov-28 x").timed);
    assert_false(head_of("x 10:00:01").timed);
    assert_false(head_of("2026-11-28 x").timed);
}


/* The first time counts, and only one that is before the message. */

static void
test_zones(void **state)
{
    rsl_intake_head_t  head;

    head = head_of("10:00:01 2026-11-28T10:00:01Z INFO x");
    assert_true(head.zoned);

    head = head_of("2026-11-28T10:00:01Z 2026-11-28T12:00:01Z INFO x");
    assert_int_equal(head.time, INT64_C(1795860001000000));

    head = head_of("10:00:01 INFO x 2026-11-28T10:00:01Z");
    assert_true(head.timed);
    assert_false(head.zoned);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_zones)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
