
/* SPDX-License-Identifier: BSD-2-Clause */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/rsl_core.h"


static rsl_query_t *query_parse(const char *args);
static const char *query_refused(const char *args);
static size_t query_n(const char *args);
static uint64_t query_since(const char *args);
static unsigned query_levels(const char *args);
static int query_matches(const char *args, const char *logger,
    const char *message, const char *request_id);
static rsl_str_t query_string(const char *text);


#define ENTRIES  1000

#define DEBUG    (1u << RSL_LEVEL_DEBUG)
#define INFO     (1u << RSL_LEVEL_INFO)
#define WARNING  (1u << RSL_LEVEL_WARNING)
#define ERROR    (1u << RSL_LEVEL_ERROR)
#define CRITICAL (1u << RSL_LEVEL_CRITICAL)
#define ALL      (DEBUG|INFO|WARNING|ERROR|CRITICAL)

#define matches(args, message)                                                \
    query_matches(args, "rackscope.api", message, "")


static rsl_str_t
query_string(const char *text)
{
    rsl_str_t  s;

    s.data = (const u_char *) text;
    s.len = strlen(text);

    return s;
}


static rsl_query_t *
query_parse(const char *args)
{
    rsl_str_t     s;
    const char   *detail;
    rsl_query_t  *query;

    s = query_string(args);

    if (rsl_query_parse(&query, &s, ENTRIES, &detail) != RSL_OK) {
        fail_msg("\"%s\" was refused", args);
    }

    return query;
}


static const char *
query_refused(const char *args)
{
    rsl_str_t     s;
    const char   *detail;
    rsl_query_t  *query;

    s = query_string(args);

    if (rsl_query_parse(&query, &s, ENTRIES, &detail) != RSL_DECLINED) {
        fail_msg("\"%s\" was not refused", args);
    }

    assert_null(strpbrk(detail, "\"\\\n"));

    return detail;
}


static size_t
query_n(const char *args)
{
    size_t        n;
    rsl_query_t  *query;

    query = query_parse(args);
    n = rsl_query_n(query);
    rsl_query_destroy(query);

    return n;
}


/* Returns since_seq, or UINT64_MAX - 1 if the parameter is not there. */

static uint64_t
query_since(const char *args)
{
    int           given;
    uint64_t      since;
    rsl_query_t  *query;

    query = query_parse(args);
    since = rsl_query_since(query, &given);
    rsl_query_destroy(query);

    return given ? since : UINT64_MAX - 1;
}


static unsigned
query_levels(const char *args)
{
    unsigned      levels;
    rsl_line_t    line;
    rsl_level_t   level;
    rsl_query_t  *query;

    levels = 0;
    query = query_parse(args);

    memset(&line, 0, sizeof(rsl_line_t));

    for (level = 0; level < RSL_LEVELS; level++) {
        line.level = level;

        if (rsl_query_level(query, &line)) {
            levels |= 1u << level;
        }

        assert_int_equal(rsl_query_match(query, (const u_char *) "", &line),
                         rsl_query_level(query, &line));
    }

    assert_int_equal(rsl_query_all(query), levels == ALL);

    rsl_query_destroy(query);

    return levels;
}


static int
query_matches(const char *args, const char *logger, const char *message,
    const char *request_id)
{
    int           match;
    u_char        buf[8192];
    rsl_line_t    line;
    rsl_query_t  *query;
    rsl_record_t  record;

    memset(&record, 0, sizeof(rsl_record_t));

    record.logger = query_string(logger);
    record.message = query_string(message);
    record.request_id = query_string(request_id);

    rsl_record_render(&record, buf, sizeof(buf), &line);

    query = query_parse(args);
    match = rsl_query_match(query, buf, &line);
    rsl_query_destroy(query);

    return match;
}


static void
test_query_nothing(void **state)
{
    int           given;
    rsl_str_t     s = rsl_null_string;
    const char   *detail;
    rsl_query_t  *query;

    (void) state;

    assert_int_equal(rsl_query_parse(&query, &s, ENTRIES, &detail), RSL_OK);

    assert_int_equal(rsl_query_n(query), RSL_QUERY_N_DEFAULT);
    assert_int_equal(rsl_query_since(query, &given), 0);
    assert_false(given);
    assert_true(rsl_query_all(query));

    rsl_query_destroy(query);
    rsl_query_destroy(NULL);

    query = query_parse("&&=&=x&%&%zz=%00&N=x&search2=%ff&search=&level=&foo");
    assert_true(rsl_query_all(query));
    rsl_query_destroy(query);
}


static void
test_query_n(void **state)
{
    size_t        i;
    char          args[420];
    rsl_str_t     s = rsl_string("");
    const char   *detail;
    rsl_query_t  *query;

    static const char  *const refused[] = {
        "n", "n=", "n=+", "n=-", "n=%2B", "n=1e3", "n=0x10", "n=+1", "n=1+",
        "n=%201", "n=1;2", "n=1.0", "n=abc", "n=--1", "n=%2B-1", "n=1%00",
        "n=%31x", "n=\xd9\xa1", "n=%D9%A1", "n=%ff", "n=1&n=", "n=1&n=x"
    };

    (void) state;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_memory_equal(query_refused(refused[i]), "n must ", 7);
    }

    assert_int_equal(query_n("n=7"), 7);
    assert_int_equal(query_n("n=%2B7"), 7);
    assert_int_equal(query_n("%6E=%37"), 7);
    assert_int_equal(query_n("n=x&n=7"), 7);
    assert_int_equal(query_n("n=0007"), 7);
    assert_int_equal(query_n("n=0"), 1);
    assert_int_equal(query_n("n=-0"), 1);
    assert_int_equal(query_n("n=-5"), 1);
    assert_int_equal(query_n("n=1000"), 1000);
    assert_int_equal(query_n("n=1001"), 1000);
    assert_int_equal(query_n("n=18446744073709551617"), 1000);

    memset(args, '9', sizeof(args));
    memcpy(args, "n=", 2);
    args[402] = '\0';
    assert_int_equal(query_n(args), 1000);

    args[2] = '-';
    assert_int_equal(query_n(args), 1);

    args[401] = 'x';
    query_refused(args);

    assert_int_equal(rsl_query_parse(&query, &s, 10, &detail), RSL_OK);
    assert_int_equal(rsl_query_n(query), 10);
    rsl_query_destroy(query);
}


static void
test_query_since(void **state)
{
    (void) state;

    assert_int_equal(query_since("n=1"), UINT64_MAX - 1);
    assert_int_equal(query_since("since_seq=0"), 0);
    assert_int_equal(query_since("since_seq=-1"), 0);
    assert_int_equal(query_since("since_seq=-99999999999999999999"), 0);
    assert_int_equal(query_since("since_seq=1795342617395827"),
                     1795342617395827);
    assert_int_equal(query_since("since_seq=99999999999999999999"),
                     UINT64_MAX);

    assert_memory_equal(query_refused("since_seq="), "since_seq must ", 15);
    assert_memory_equal(query_refused("since_seq=NaN"), "since_seq must ", 15);
}


static void
test_query_levels(void **state)
{
    (void) state;

    assert_int_equal(query_levels(""), ALL);
    assert_int_equal(query_levels("level="), ALL);
    assert_int_equal(query_levels("level"), ALL);
    assert_int_equal(query_levels("level=ALL&min_level=all"), ALL);
    assert_int_equal(query_levels("min_level=debug"), ALL);

    assert_int_equal(query_levels("level=debug"), DEBUG);
    assert_int_equal(query_levels("level=Info"), INFO);
    assert_int_equal(query_levels("level=WARNING"), WARNING);
    assert_int_equal(query_levels("level=erroR"), ERROR);
    assert_int_equal(query_levels("level=%43ritical"), CRITICAL);

    assert_int_equal(query_levels("min_level=INFO"), ALL & ~DEBUG);
    assert_int_equal(query_levels("min_level=warning"),
                     WARNING|ERROR|CRITICAL);
    assert_int_equal(query_levels("min_level=CRITICAL"), CRITICAL);

    assert_int_equal(query_levels("level=ERROR&min_level=WARNING"), ERROR);
    assert_int_equal(query_levels("level=INFO&min_level=WARNING"), 0);
    assert_int_equal(query_levels("level=bad&level=INFO"), INFO);

    assert_memory_equal(query_refused("level=warn"), "level must ", 11);
    assert_memory_equal(query_refused("level=+INFO"), "level must ", 11);
    assert_memory_equal(query_refused("level=INFO%00"), "level must ", 11);
    assert_memory_equal(query_refused("level=a%FF"), "level must ", 11);
    assert_memory_equal(query_refused("level=a,,"), "level must ", 11);
    assert_memory_equal(query_refused("min_level=9"), "min_level must ", 15);
}


static void
test_query_request_id(void **state)
{
    (void) state;

    assert_true(query_matches("request_id=abc", "", "", "abc"));
    assert_false(query_matches("request_id=abc", "", "", "abcd"));
    assert_false(query_matches("request_id=abc", "", "", "ABC"));
    assert_false(query_matches("request_id=abc", "", "", ""));
    assert_true(query_matches("request_id=", "", "", "abc"));

    assert_true(query_matches("request_id=a%22%5C%0A%C3%A4", "", "",
                              "a\"\\\n\xc3\xa4"));
    assert_true(query_matches("request_id=a+b", "", "", "a b"));
    assert_true(query_matches("request_id=a%2Bb", "", "", "a+b"));

    assert_memory_equal(query_refused("request_id=%C3"), "request_id must ",
                        16);
}


static void
test_query_search(void **state)
{
    (void) state;

    assert_true(matches("search=timeout", "read Timeout after 5 s"));
    assert_true(matches("search=TIMEOUT", "timeout"));
    assert_false(matches("search=timeouts", "timeout"));
    assert_true(matches("search=", ""));
    assert_false(matches("search=x", ""));

    /* the logger is searched, too; no other field is, nor two in a row */

    assert_true(matches("search=SCOPE.api", "x"));
    assert_false(matches("search=timestamp", "x"));
    assert_false(matches("search=apix", "x"));
    assert_false(query_matches("search=abc", "", "", "abc"));

    /* no character of a search is special */

    assert_true(matches("search=.*", "a .* b"));
    assert_false(matches("search=.*", "abc"));
    assert_true(matches("search=%5CE%5CQ(", "\\e\\q("));
    assert_true(matches("search=[", "["));

    assert_true(matches("search=a+b", "A B"));
    assert_true(matches("search=a%20b", "A B"));
    assert_false(matches("search=a%2Bb", "A B"));
    assert_true(matches("search=a%2Bb", "A+B"));
    assert_true(matches("search=100%", "at 100% load"));
    assert_true(matches("search=%zz%4", "%ZZ%4"));
    assert_true(matches("search=a=b", "A=B"));
    assert_true(matches("search=a&search=b", "b"));
    assert_false(matches("search=a&search=b", "a"));

    assert_memory_equal(query_refused("search=%C3%28"), "search must ", 12);
    assert_memory_equal(query_refused("search=\xed\xa0\x80"), "search must ",
                        12);
}


static void
test_query_search_unicode(void **state)
{
    (void) state;

    assert_true(matches("search=%C3%84%C3%96%C3%9C",
                        "gr\xc3\xa4\xc3\xb6\xc3\xbc"));
    assert_true(matches("search=\xc3\xa4\xc3\xb6\xc3\xbc",
                        "\xc3\x84\xc3\x96\xc3\x9c"));
    assert_true(matches("search=\xd0\x9e\xd0\xa8\xd0\x98\xd0\x91\xd0\x9a",
                        "\xd0\xbe\xd1\x88\xd0\xb8\xd0\xb1\xd0\xba\xd0\xb0"));
    assert_true(matches("search=\xce\xa3", "\xcf\x82"));
    assert_true(matches("search=\xf0\x9f\x98\x80", "a \xf0\x9f\x98\x80 b"));

    /* a sharp s would match ss by full folding, which is not done */

    assert_false(matches("search=strasse", "stra\xc3\x9f" "e"));
}


static void
test_query_search_escaped(void **state)
{
    (void) state;

    assert_true(matches("search=a%0Ab", "A\nB"));
    assert_false(matches("search=nb", "a\nb"));
    assert_false(matches("search=u00", "\x01\x02"));
    assert_true(matches("search=%22x%22", "say \"X\""));
    assert_true(matches("search=c:%5Ctemp", "C:\\TEMP"));
    assert_false(matches("search=%5C%5C", "C:\\TEMP"));
    assert_true(matches("search=%1f", "\x1f"));
    assert_true(matches("search=%C3%84", "\t\xc3\xa4\n"));
    assert_true(query_matches("search=%22b", "a\"B", "", ""));
}


static void
test_query_search_long(void **state)
{
    size_t        n;
    char          args[100100], message[4001];
    rsl_str_t     s;
    const char   *detail;
    rsl_query_t  *query;

    (void) state;

    memcpy(args, "search=", 7);
    memset(args + 7, 'K', 4000);
    args[4007] = '\0';

    memset(message, 'k', 4000);
    message[4000] = '\0';

    assert_true(matches(args, message));

    message[3999] = 'x';
    assert_false(matches(args, message));

    /* a search of any length is either taken or refused */

    for (n = 10000; n <= 100000; n += 10000) {
        memset(args + 7, 'k', n);

        s.data = (const u_char *) args;
        s.len = 7 + n;

        if (rsl_query_parse(&query, &s, ENTRIES, &detail) == RSL_OK) {
            rsl_query_destroy(query);

        } else {
            assert_memory_equal(detail, "search must ", 12);
        }
    }
}


static void
test_query_combined(void **state)
{
    rsl_query_t  *query;

    (void) state;

    assert_true(query_matches("search=X&request_id=r&min_level=DEBUG", "x",
                              "", "r"));
    assert_false(query_matches("search=X&request_id=q", "x", "", "r"));
    assert_false(query_matches("search=Y&request_id=r", "x", "", "r"));
    assert_false(query_matches("search=X&request_id=r&level=INFO", "x", "",
                               "r"));

    query = query_parse("search=a");
    assert_false(rsl_query_all(query));
    rsl_query_destroy(query);

    query = query_parse("request_id=a");
    assert_false(rsl_query_all(query));
    rsl_query_destroy(query);

    query = query_parse("n=5&since_seq=3");
    assert_true(rsl_query_all(query));
    rsl_query_destroy(query);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_query_nothing),
        cmocka_unit_test(test_query_n),
        cmocka_unit_test(test_query_since),
        cmocka_unit_test(test_query_levels),
        cmocka_unit_test(test_query_request_id),
        cmocka_unit_test(test_query_search),
        cmocka_unit_test(test_query_search_unicode),
        cmocka_unit_test(test_query_search_escaped),
        cmocka_unit_test(test_query_search_long),
        cmocka_unit_test(test_query_combined)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
