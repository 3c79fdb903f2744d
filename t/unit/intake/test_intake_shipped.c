
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Lines of text that a shipper has made objects of: their level, objects within
 * them, and stacks of which each line is an object.
 */


#include "intake.h"


#define TIMED(n)  "\"time\":\"2026-11-22T10:00:0" #n "Z\""

/* As Docker, Fluent Bit and journald send a line. */

#define DOCKER(line, n)                                                       \
    "{\"log\":\"" line "\\n\",\"stream\":\"stderr\"," TIMED(n) "}\n"
#define POD(line, pod)                                                        \
    "{\"date\":1795343492.89,\"log\":\"" line "\",\"kubernetes\":"            \
    "{\"pod_name\":\"" pod "\"}}\n"
#define JOURNAL(line, n)                                                      \
    "{\"MESSAGE\":\"" line "\",\"PRIORITY\":\"6\",\"_TRANSPORT\":\"stdout\"," \
    "\"__CURSOR\":\"s=" #n "\",\"_SOURCE_REALTIME_TIMESTAMP\":\"" #n "\","    \
    "\"SYSLOG_IDENTIFIER\":\"shop\",\"_PID\":\"7\"}\n"


/* What is counted while the sink has a record. */

typedef struct {
    rsl_intake_t  *intake;
    uint64_t       joined[16];
    size_t         n;
} counted_t;


/* The levels that lines have of themselves, or from elsewhere. */

static void
test_levels(void **state)
{
    size_t  i;

    static const char  *cases[][2] = {
        { "{\"log\":\"ERROR: x\\n\"}", "ERROR ERROR: x\n" },
        { "{\"message\":\"[warn] x\"}", "WARNING [warn] x\n" },
        { "{\"MESSAGE\":\"<3>x\"}", "ERROR <3>x\n" },
        { "{\"line\":\"2026-11-22 10:00:00 CRITICAL x\",\"tag\":\"t\"}",
          "CRITICAL 2026-11-22 10:00:00 CRITICAL x\n" },
        { "{\"message\":\"x\",\"host\":\"h\"}", "INFO x\n" },
        { "{\"message\":\"\"}", "INFO \n" },
        { "{\"message\":\"  \",\"host\":\"h\"}", "INFO   \n" },

        /* somebody has said it already */

        { "{\"level\":\"info\",\"message\":\"ERROR: x\"}", "INFO ERROR: x\n" },
        { "{\"severity\":7,\"log\":\"ERROR: x\"}", "DEBUG ERROR: x\n" },
        { "{\"status\":\"debug\",\"message\":\"ERROR: x\"}",
          "DEBUG ERROR: x\n" },
        { "{\"level\":\"?\",\"message\":\"WARN: x\"}", "WARNING WARN: x\n" },

        /* these are no lines of shippers */

        { "{\"msg\":\"ERROR: x\"}", "INFO ERROR: x\n" },
        { "{\"event\":\"ERROR: x\",\"log\":\"WARN: x\"}", "INFO ERROR: x\n" },
        { "{\"msg\":\"m\",\"line\":\"ERROR: x\"}", "INFO m\n" },
        { "{\"text\":\"m\",\"line\":12}", "INFO m\n" },
        { "{\"message\":\"DEBUG: x\",\"exc_info\":\"ValueError: y\"}",
          "ERROR DEBUG: x\n<ValueError: y>\n" },

        /* journald makes a priority up for what a service prints */

        { "{\"MESSAGE\":\"ERROR: x\",\"PRIORITY\":\"6\",\"_TRANSPORT\":"
          "\"stdout\"}", "ERROR ERROR: x\n" },
        { "{\"MESSAGE\":\"x\",\"PRIORITY\":\"4\",\"_TRANSPORT\":\"stdout\"}",
          "WARNING x\n" },
        { "{\"MESSAGE\":\"DEBUG: x\",\"PRIORITY\":\"6\",\"_TRANSPORT\":"
          "\"syslog\"}", "INFO DEBUG: x\n" },
        { "{\"MESSAGE\":\"DEBUG: x\",\"PRIORITY\":\"6\",\"level\":4,"
          "\"_TRANSPORT\":\"stdout\"}", "WARNING DEBUG: x\n" },
        { "{\"message\":\"ERROR: x\",\"priority\":\"6\",\"_transport\":"
          "\"stdout\"}", "ERROR ERROR: x\n" },
        { "{\"MESSAGE\":\"{\\\"level\\\":\\\"error\\\",\\\"msg\\\":"
          "\\\"x\\\"}\",\"PRIORITY\":\"6\",\"_TRANSPORT\":\"stdout\"}",
          "ERROR x\n" }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check_text(cases[i][0], cases[i][1]);
    }
}


/* The whole record of a body, but for its number. */

static void
check_record(const char *body, const char *expected)
{
    check_has(body, strlen(body), expected);
}


/* The time of the line counts if the object has none. */

static void
test_times(void **state)
{
    (void) state;

    check_record("{\"log\":\"2026-11-22T11:00:00+01:00 WARN x\"}",
                 "\"timestamp\":\"2026-11-22T10:00:00.000000+00:00\","
                 "\"level\":\"WARNING\"");
    check_record("{\"log\":\"2026-11-22T11:00:00+01:00 WARN x\","
                 "\"time\":\"2026-11-22T09:00:00Z\"}",
                 "\"timestamp\":\"2026-11-22T09:00:00.000000+00:00\","
                 "\"level\":\"WARNING\"");
    check_record("{\"log\":\"2026-11-22 11:00:00 WARN x\"}",
                 "\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\","
                 "\"level\":\"WARNING\"");
    check_record("{\"message\":\"2026-11-22T11:00:00Z WARN x\\ny\"}",
                 "\"timestamp\":\"2026-11-22T11:00:00.000000+00:00\","
                 "\"level\":\"WARNING\"");
}


/* An object in the line is the record, and what is around it fills in. */

static void
test_objects(void **state)
{
    (void) state;

    check_record("{\"message\":\"{\\\"level\\\":\\\"error\\\","
                 "\\\"msg\\\":\\\"m\\\",\\\"host\\\":1}\",\"host\":\"h\","
                 "\"timestamp\":\"2026-11-22T09:00:00Z\",\"source\":\"s\"}",
                 "\"timestamp\":\"2026-11-22T09:00:00.000000+00:00\","
                 "\"level\":\"ERROR\",\"logger\":\"\",\"message\":\"m\","
                 "\"host\":1,\"source\":\"s\"}\n");
    check_record("{\"line\":\"{\\\"message\\\":\\\"FATAL: m\\\","
                 "\\\"ts\\\":1795348800,\\\"request_id\\\":\\\"r\\\"}\","
                 "\"request_id\":\"o\",\"tag\":\"t\"}",
                 "\"timestamp\":\"2026-11-22T12:00:00.000000+00:00\","
                 "\"level\":\"CRITICAL\",\"logger\":\"\","
                 "\"message\":\"FATAL: m\",\"request_id\":\"r\","
                 "\"tag\":\"t\"}\n");

    /* it says neither a message nor a level, or it is none */

    check_record("{\"message\":\"{\\\"a\\\":1}\",\"b\":2}",
                 "\"level\":\"INFO\",\"logger\":\"\","
                 "\"message\":\"{\\\"a\\\":1}\",\"b\":2}\n");
    check_record("{\"log\":\"{\\\"a\\\":1}\\n\"}",
                 "\"level\":\"INFO\",\"logger\":\"\","
                 "\"message\":\"{\\\"a\\\":1}\"}\n");
    check_record("{\"message\":\"{\\\"msg\\\":\\\"m\\\"\",\"b\":2}",
                 "\"message\":\"{\\\"msg\\\":\\\"m\\\"\",\"b\":2}\n");

    /* the sender has said a level, so this is its message */

    check_record("{\"message\":\"{\\\"msg\\\":\\\"m\\\"}\",\"level\":\"warn\"}",
                 "\"level\":\"WARNING\",\"logger\":\"\","
                 "\"message\":\"{\\\"msg\\\":\\\"m\\\"}\"}\n");
}


#define PYTHON(LINE)                                                          \
    LINE("ERROR:root:failed", 1)                                              \
    LINE("Traceback (most recent call last):", 2)                             \
    LINE("  File \\\"a.py\\\", line 3, in f", 3)                              \
    LINE("    g()", 4)                                                        \
    LINE("ValueError: x", 5)

#define PYTHON_RECORD                                                         \
    "ERROR ERROR:root:failed\n"                                               \
    "<Traceback (most recent call last):\n"                                   \
    "  File \"a.py\", line 3, in f\n"                                         \
    "    g()\n"                                                               \
    "ValueError: x>\n"

#define A(line, n)  POD(line, "a")
#define B(line, n)  POD(line, "b")


static void
test_stacks(void **state)
{
    (void) state;

    check_text(PYTHON(DOCKER) DOCKER("INFO done", 6),
               PYTHON_RECORD "INFO INFO done\n");
    check_text(PYTHON(JOURNAL), PYTHON_RECORD);
    check_text("[" DOCKER("ERROR x", 1) "," DOCKER("\\tat a.b.C(D.java:1)", 2)
               "]", "ERROR ERROR x\n<\tat a.b.C(D.java:1)>\n");

    /* lines that wait for a stack, and one with nothing in it */

    check_text(DOCKER("ERROR failed", 1) DOCKER("because of", 2)
               DOCKER("java.lang.Error: x", 3) DOCKER("", 4)
               DOCKER("\\tat a.b.C(D.java:1)", 5),
               "ERROR ERROR failed\n"
               "<because of\njava.lang.Error: x\n\n\tat a.b.C(D.java:1)>\n");
    check_text(DOCKER("ERROR failed", 1) DOCKER("one", 2) DOCKER("two", 3)
               DOCKER("DEBUG three", 4),
               "ERROR ERROR failed\nINFO one\nINFO two\nDEBUG DEBUG three\n");

    /* a stack without a line before it */

    check_text(JOURNAL("Traceback (most recent call last):", 1)
               JOURNAL("  File \\\"a.py\\\", line 3, in f", 2)
               JOURNAL("ValueError: x", 3) JOURNAL("INFO up", 4),
               "ERROR Traceback (most recent call last):\n"
               "<  File \"a.py\", line 3, in f\nValueError: x>\n"
               "INFO INFO up\n");
}


/* Only what comes from the same place is joined, and comes in a row. */

static void
test_strangers(void **state)
{
    (void) state;

    check_text(A("ERROR one", 1) B("ERROR two", 1) A("  at a", 2)
               B("  at b", 2),
               "ERROR ERROR one\nERROR ERROR two\nINFO   at a\nINFO   at b\n");
    check_text(A("ERROR one", 1) A("  at a", 2) B("ERROR two", 1)
               B("  at b", 2),
               "ERROR ERROR one\n<  at a>\nERROR ERROR two\n<  at b>\n");

    check_text(DOCKER("ERROR one", 1) "{\"level\":\"info\",\"msg\":\"m\"}\n"
               DOCKER("  at a", 2), "ERROR ERROR one\nINFO m\nINFO   at a\n");
    check_text("ERROR text\n" DOCKER("  at a", 2) "  at b\n",
               "ERROR ERROR text\nINFO   at a\nINFO   at b\n");

    /* each part of what is around it */

    check_text("{\"log\":\"ERROR x\",\"logger\":\"a\"}\n"
               "{\"log\":\"  at\",\"logger\":\"b\"}\n",
               "ERROR ERROR x\nINFO   at\n");
    check_text("{\"log\":\"ERROR x\",\"a\":[1,{\"b\":2}]}\n"
               "{\"log\":\"  at\",\"a\":[1,{\"b\":3}]}\n",
               "ERROR ERROR x\nINFO   at\n");
    check_text("{\"log\":\"ERROR x\",\"a\":1}\n"
               "{\"log\":\"  at\",\"a\":\"1\"}\n",
               "ERROR ERROR x\nINFO   at\n");
    check_text("{\"log\":\"ERROR x\",\"a\":1}\n{\"log\":\"  at\"}\n",
               "ERROR ERROR x\nINFO   at\n");
    check_text("{\"log\":\"ERROR x\"}\n"
               "{\"log\":\"  at\",\"status_code\":500}\n",
               "ERROR ERROR x\nINFO   at\n");
    check_text("{\"log\":\"ERROR x\"}\n{\"log\":\"  at\"," TIMED(1) "}\n",
               "ERROR ERROR x\nINFO   at\n");
}


/* A record has what was around its own first line. */

static void
test_around(void **state)
{
    (void) state;

    check_record(DOCKER("ERROR x", 1) DOCKER("  at", 2) DOCKER("y", 3),
                 "10:00:01.000000+00:00\",\"level\":\"ERROR\",\"logger\":\"\","
                 "\"message\":\"ERROR x\",\"exception\":\"  at\","
                 "\"stream\":\"stderr\"}\n");
    check_record(JOURNAL("ERROR x", 1) JOURNAL("one", 2) JOURNAL("two", 3),
                 "\"level\":\"INFO\",\"logger\":\"shop\",\"message\":\"one\","
                 "\"_TRANSPORT\":\"stdout\",\"__CURSOR\":\"s=2\","
                 "\"_SOURCE_REALTIME_TIMESTAMP\":\"2\",\"_PID\":\"7\"}\n");
    check_record(JOURNAL("INFO x", 1) JOURNAL("INFO y", 2),
                 "\"message\":\"INFO y\",\"_TRANSPORT\":\"stdout\","
                 "\"__CURSOR\":\"s=2\"");
    check_record(DOCKER("ERROR x", 1) DOCKER("one", 2),
                 "10:00:02.000000+00:00\",\"level\":\"INFO\",\"logger\":\"\","
                 "\"message\":\"one\"");
}


/* A line that is several of them is a record, and so are its neighbours. */

static void
test_several_lines(void **state)
{
    (void) state;

    check_text("{\"MESSAGE\":\"boom\\n\\nTraceback (most recent call last):\\n"
               "  File \\\"x\\\"\\nValueError: x\\n\",\"PRIORITY\":\"2\"}",
               "CRITICAL boom\n<Traceback (most recent call last):\n"
               "  File \"x\"\nValueError: x>\n");
    check_text("{\"message\":\"Traceback (most recent call last):\\n"
               "  File \\\"x\\\"\\nValueError: x\",\"host\":\"h\"}",
               "ERROR Traceback (most recent call last):\n"
               "<  File \"x\"\nValueError: x>\n");
    check_text("{\"log\":\"failed\\nbadly\\njava.lang.Error: x\\n"
               "\\tat a.b.C(D.java:1)\\n\"}",
               "ERROR failed\nbadly\n"
               "<java.lang.Error: x\n\tat a.b.C(D.java:1)>\n");
    check_text("{\"message\":\"WARN one\\ntwo\\n\\n  three\",\"a\":1}\n"
               "{\"message\":\"  four\",\"a\":1}\n",
               "WARNING WARN one\ntwo\n\n  three\nINFO   four\n");
    check_text("{\"PRIORITY\":\"6\",\"MESSAGE\":\"ERROR one\\ntwo\"}",
               "INFO ERROR one\ntwo\n");
    check_text("{\"level\":\"info\",\"message\":\"m\\nTraceback (most recent "
               "call last):\\n  File \\\"x\\\"\\nValueError: x\"}",
               "INFO m\nTraceback (most recent call last):\n  File \"x\"\n"
               "ValueError: x\n");
}


static int
counting_sink(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    counted_t  *counted = data;

    (void) arena;
    (void) record;

    assert_true(counted->n < 16);

    counted->joined[counted->n++] = rsl_intake_result(counted->intake)->joined;

    return RSL_OK;
}


/* Each line counts as an entry, wherever it has gone. */

static void
check_counts(const char *body, const char *expected, uint64_t bad_index)
{
    char               text[64];
    size_t             i;
    counted_t          counted;
    rsl_intake_conf_t  conf;

    const rsl_intake_result_t  *result;

    memset(&conf, 0, sizeof(rsl_intake_conf_t));
    memset(&counted, 0, sizeof(counted_t));

    conf.sink = counting_sink;
    conf.data = &counted;
    conf.level = RSL_LEVELS;

    counted.intake = rsl_intake_create(&conf);
    assert_non_null(counted.intake);

    assert_int_equal(rsl_intake_feed(counted.intake, (const u_char *) body,
                                     strlen(body), NOW), RSL_OK);
    assert_int_equal(rsl_intake_finish(counted.intake, NOW), RSL_OK);

    for (i = 0; i < counted.n; i++) {
        text[i] = (char) ('1' + counted.joined[i]);
    }

    text[i] = '\0';
    assert_string_equal(text, expected);

    result = rsl_intake_result(counted.intake);

    assert_int_equal(result->records, counted.n);
    assert_int_equal(result->joined, 0);

    if (bad_index) {
        assert_int_equal(result->rejected, 1);
        assert_int_equal(result->errors[0].index, bad_index);
    }

    rsl_intake_destroy(counted.intake);
}


static void
test_counts(void **state)
{
    (void) state;

    check_counts(PYTHON(DOCKER), "5", 0);
    check_counts(PYTHON(DOCKER) PYTHON(JOURNAL) DOCKER("x", 1), "551", 0);
    check_counts(DOCKER("ERROR x", 1) DOCKER("a", 1) DOCKER("", 1)
                 DOCKER("b", 1) DOCKER("c", 1), "2111", 0);
    check_counts(DOCKER("ERROR x", 1) DOCKER("a", 1) DOCKER("", 1)
                 DOCKER("java.lang.Error: x", 1)
                 DOCKER("\\tat a.B(C.java:1)", 1),
                 "5", 0);
    check_counts("INFO text\n  more\n" DOCKER("x", 1), "11", 0);
    check_counts("[" DOCKER("ERROR x", 1) "," DOCKER("  at", 2) ",7,"
                 DOCKER("y", 3) "]", "21", 2);
    check_counts("[" DOCKER("ERROR x", 1) "," DOCKER("a", 2) ","
                 DOCKER("INFO y", 3) ",{\"msg\":1},7]", "1111", 4);
}


static void
run_forget(run_t *run)
{
    run->brief.len = 0;
    run->brief.data[0] = '\0';
}


/* After a pause, the rest of a stack stays together. */

static void
test_pauses(void **state)
{
    run_t  run;

    static const char  head[] =
        A("ERROR x", 1) A("Traceback (most recent call last):", 1);
    static const char  calls[] =
        A("  File \\\"a.py\\\", line 3, in f", 1) A("    g()", 1);
    static const char  end[] = A("ValueError: x", 1) A("INFO next", 1);
    static const char  other[] = B("  File \\\"a.py\\\", line 3, in f", 1);

    (void) state;

    run_begin(&run, RSL_LEVELS);
    run.exceptions = 1;

    assert_int_equal(run_feed(&run, head, sizeof(head) - 1), RSL_OK);
    assert_true(rsl_intake_held(run.intake));
    assert_int_equal(rsl_intake_release(run.intake), RSL_OK);
    assert_string_equal(run.brief.data,
                        "ERROR ERROR x\n"
                        "<Traceback (most recent call last):>\n");
    assert_false(rsl_intake_held(run.intake));

    run_forget(&run);

    assert_int_equal(run_feed(&run, calls, sizeof(calls) - 1), RSL_OK);
    assert_int_equal(run_feed(&run, end, sizeof(end) - 1), RSL_OK);
    assert_string_equal(run.brief.data,
                        "ERROR   File \"a.py\", line 3, in f\n"
                        "<    g()\nValueError: x>\n");

    run_forget(&run);

    assert_int_equal(rsl_intake_release(run.intake), RSL_OK);
    assert_int_equal(run_feed(&run, head, sizeof(head) - 1), RSL_OK);
    assert_int_equal(rsl_intake_release(run.intake), RSL_OK);

    run_forget(&run);

    /* but not if it is of another pod */

    assert_int_equal(run_feed(&run, other, sizeof(other) - 1), RSL_OK);
    assert_int_equal(rsl_intake_finish(run.intake, NOW), RSL_OK);
    assert_string_equal(run.brief.data,
                        "INFO   File \"a.py\", line 3, in f\n");

    run_end(&run);
}


/* An object of nothing but a message is no shipper's: it is not held back. */

static void
test_held(void **state)
{
    size_t  i;
    run_t   run;

    static const struct {
        const char  *body;
        int          held;
    } cases[] = {
        { "{\"message\":\"m\"}", 0 },
        { "{\"MESSAGE\":\"m\"}", 0 },
        { "{\"message\":\"m\\nn\",\"host\":\"h\"}", 0 },
        { "{\"msg\":\"ERROR m\",\"host\":\"h\"}", 0 },
        { "{\"level\":\"error\",\"log\":\"ERROR m\"}", 0 },
        { "{\"message\":\"m\",\"host\":\"h\"}", 1 },
        { "{\"log\":\"m\"}", 1 },
        { "{\"message\":\"ERROR: m\"}", 1 },
        { "{\"message\":\"Traceback (most recent call last):\"}", 1 }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        run_begin(&run, RSL_LEVELS);

        assert_int_equal(run_feed(&run, cases[i].body, strlen(cases[i].body)),
                         RSL_OK);
        assert_int_equal(rsl_intake_held(run.intake), cases[i].held);
        assert_int_equal(rsl_intake_result(run.intake)->records,
                         !cases[i].held);

        run_end(&run);
    }
}


/* What stands around a line is kept only up to a size. */

static void
test_large_around(void **state)
{
    run_t   run;
    text_t  body;

    (void) state;

    memset(&body, 0, sizeof(text_t));

    text_add_string(&body, "{\"log\":\"ERROR x\",\"a\":\"");
    text_add_times(&body, "y", 100000);
    text_add_string(&body, "\"}{\"log\":\"  at\",\"a\":\"");
    text_add_times(&body, "y", 100000);
    text_add_string(&body, "\"}");

    run_begin(&run, RSL_LEVELS);
    run.exceptions = 1;

    assert_int_equal(run_body(&run, body.data, body.len, 0), RSL_OK);
    assert_string_equal(run.brief.data, "ERROR ERROR x\nINFO   at\n");

    run_end(&run);
    free(body.data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_stacks),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_around),
        cmocka_unit_test(test_several_lines),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_large_around)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
