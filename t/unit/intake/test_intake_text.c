
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Plain text: which lines are one record, and what the first of them says.
 */


#include "intake.h"


#define TRACE      "Traceback (most recent call last):"
#define TRACEBACK  TRACE "\n"
#define DURING                                                                \
    "During handling of the above exception, another exception occurred:\n"
#define CAUSE                                                                 \
    "The above exception was the direct cause of the following exception:\n"

/*
 * A text between two records: its first line becomes the message, and the rest
 * the exception.
 */

#define ALONE(level, first, rest)                                             \
    check_text("INFO one\n" first "\n" rest "\nINFO two\n",                   \
               "INFO INFO one\n" level " " first "\n<" rest ">\n"             \
               "INFO INFO two\n")


static void
test_python(void **state)
{
    check_text(TRACEBACK "  File \"x.py\", line 1, in f\n    g()\n"
               "ValueError: x\nnext\n",
               "ERROR " TRACEBACK "<  File \"x.py\", line 1, in f\n    g()\n"
               "ValueError: x\nnext>\n");

    ALONE("ERROR", "ERROR: failed",
          TRACEBACK "  File \"x.py\", line 1, in f\n    g()\n    ^^^\n"
          "ValueError: x");

    ALONE("WARNING", "WARNING: retry", TRACEBACK "  File \"x.py\"\nKeyError");

    /* exceptions that are chained, in both ways */

    ALONE("ERROR", "failed",
          TRACEBACK "  File \"x.py\", line 1, in f\nValueError: x\n\n" DURING
          "\n" TRACEBACK "  File \"y.py\", line 2, in g\nKeyError: 1\n\n"
          CAUSE "\n" TRACEBACK "  File \"z.py\", line 3, in h\nOSError: 2");

    /* a syntax error has other lines than frames */

    ALONE("ERROR", "failed",
          TRACEBACK "  File \"x.py\", line 1\n    a b\n      ^\n"
          "SyntaxError: invalid syntax");

    /* a group of exceptions */

    ALONE("ERROR", "ERROR:    Exception in ASGI application",
          "  + Exception Group " TRACEBACK "  |   File \"x.py\", line 1\n"
          "  | ExceptionGroup: errors (1 sub-exception)\n"
          "  +-+---------------- 1 ----------------\n    | " TRACEBACK
          "    |   File \"y.py\", line 2\n    | ValueError: x\n"
          "    +------------------------------------\n\n" DURING "\n" TRACEBACK
          "  File \"z.py\", line 3\nKeyError: 1");

    /* lines that look like a part of a traceback, and are none */

    check_text("x\n" DURING, "INFO x\nINFO " DURING);
    check_text(TRACEBACK "  File \"x.py\"\n\nValueError: x\n",
               "ERROR " TRACEBACK "<  File \"x.py\"\n\nValueError: x>\n");
    check_text("x\n\n" TRACEBACK "  File \"x.py\"\nValueError: x\n",
               "INFO x\nERROR " TRACEBACK "<  File \"x.py\"\n"
               "ValueError: x>\n");
}


static void
test_java(void **state)
{
    ALONE("ERROR", "2026-11-22 10:16:57 ERROR [main] c.x.App - failed",
          "java.lang.IllegalStateException: boom\n\tat a.b.C.d(C.java:1)\n"
          "\t... 3 more\nCaused by: java.io.IOException: x\n"
          "\tat a.b.C.e(C.java:2)\n\tSuppressed: java.lang.Error: z\n"
          "\t\tat a.b.C.f(C.java:3)\n... 7 more");

    ALONE("ERROR", "Exception in thread \"main\" a.b.XException: y",
          "\tat a.b.C.d(C.java:1)\nCaused by: a.b.ZException\n"
          "\tat a.b.C.e(Native Method)");

    check_text("java.lang.OutOfMemoryError\n\tat a.b.C.d(C.java:1)\nx\n",
               "ERROR java.lang.OutOfMemoryError\n<\tat a.b.C.d(C.java:1)\n"
               "x>\n");

    ALONE("WARNING", "WARN x", "a.b$C.DException\n\tat a.b.C.d(C.java:1)");

    check_text("x\na.b.c: Exception\n", "INFO x\nINFO a.b.c: Exception\n");
    check_text("x\nCaused by: nobody\n", "INFO x\nINFO Caused by: nobody\n");
}


static void
test_node(void **state)
{
    ALONE("ERROR", "TypeError: x is not a function",
          "    at f (/srv/a.js:1:2)\n    at async g (node:internal/b:3:4)");

    ALONE("ERROR", "Error: boom",
          "    at f (/srv/a.js:1:2) {\n  code: 'E',\n"
          "  [cause]: Error: inner\n      at g (/srv/b.js:1:1) {\n    z: [\n"
          "      1\n    ]\n  }\n}");

    check_text("x\n}\n", "INFO x\nINFO }\n");
}


static void
test_go(void **state)
{
    ALONE("CRITICAL", "panic: boom",
          "goroutine 1 [running]:\nmain.(*T).f(0x1, {0x2, 0x3})\n"
          "\t/srv/x.go:3 +0x18\nmain.main()\n\t/srv/x.go:9 +0x2c\n"
          "exit status 2");

    ALONE("CRITICAL", "panic: runtime error: x [recovered]",
          "\tpanic: runtime error: x\n"
          "[signal SIGSEGV: segmentation violation code=0x1]\n\n"
          "goroutine 7 [running]:\nnet/http.(*conn).serve(0xc0)\n"
          "\t/usr/s.go:3\ncreated by net/http.(*Server).Serve in goroutine 1\n"
          "\t/usr/s.go:4\n\ngoroutine 1 [IO wait]:\n"
          "...additional frames elided...");

    check_text("fatal error: all goroutines are asleep - deadlock!\n\n"
               "goroutine 1 [semacquire]:\nmain.main()\n\t/srv/x.go:3\n"
               "INFO done (x.y)\n",
               "CRITICAL fatal error: all goroutines are asleep - deadlock!\n"
               "<goroutine 1 [semacquire]:\nmain.main()\n\t/srv/x.go:3>\n"
               "INFO INFO done (x.y)\n");

    check_text("panic: a\npanic: b\nc (d.e)\n",
               "CRITICAL panic: a\nCRITICAL panic: b\nINFO c (d.e)\n");
}


static void
test_indented(void **state)
{
    ALONE("INFO", "starting with", "  a: 1\n\tb:\n\n\n    - 2\n \tc");

    check_text("a\n \t\n\n\n", "INFO a\n");
    check_text("a\n\n  b\n", "INFO a\n<  b>\n");
    check_text("  a\n  b\nc", "INFO   a\n<  b>\nINFO c\n");
    check_text("a\r\n  b\r\n\r\n  c\r\nd\r\n",
               "INFO a\n<  b\n\n  c>\nINFO d\n");

    /* an object is an entry of its own */

    check_text("a\n  b\n  {\"message\":\"c\"}\n  d\n",
               "INFO a\n<  b>\nINFO c\nINFO   d\n");
}


/*
 * A real backend: JSON, and the lines of its server, of which one has a
 * traceback again and again.
 */

static void
test_backend(void **state)
{
    char    *p, *next, *found;
    run_t    run;
    text_t   log, expected;
    size_t   counts[3];

    memset(&log, 0, sizeof(text_t));
    memset(&expected, 0, sizeof(text_t));
    memset(counts, 0, sizeof(counts));

    read_file(&log, "t/data/rackscope-backend.log");

    assert_int_equal(run_pieces(&run, log.data, log.len, 1), RSL_OK);

    found = run.brief.data;

    for (p = log.data; *p; p = next) {
        next = strchr(p, '\n') + 1;

        if (*p == '{') {
            counts[0]++;
            continue;
        }

        expected.len = 0;
        text_add(&expected, p, strchr(p, ':') - p);
        text_add_string(&expected, " ");
        text_add(&expected, p, next - p);

        counts[1]++;

        if (strncmp(p, "ERROR:", 6) == 0) {
            counts[1]--;
            counts[2]++;

            p = next;
            next = strstr(p, "\n{") + 1;

            text_add_string(&expected, "<");
            text_add(&expected, p, next - 1 - p);
            text_add_string(&expected, ">\n");
        }

        /* each of them is there, behind the one before it */

        found = strstr(found, expected.data);
        assert_non_null(found);
        found += expected.len;
    }

    assert_int_equal(counts[0], 442);
    assert_int_equal(counts[1], 4);
    assert_int_equal(counts[2], 9);
    assert_int_equal(rsl_intake_result(run.intake)->records, 455);
    assert_int_equal(rsl_intake_result(run.intake)->rejected, 0);

    run_end(&run);
    free(log.data);
    free(expected.data);
}


static void
feed(run_t *run, const char *text, size_t records)
{
    assert_int_equal(run_feed(run, text, strlen(text)), RSL_OK);
    assert_int_equal(rsl_intake_result(run->intake)->records, records);
}


static void
release(run_t *run, size_t records)
{
    assert_int_equal(rsl_intake_release(run->intake), RSL_OK);
    assert_false(rsl_intake_held(run->intake));
    assert_int_equal(rsl_intake_result(run->intake)->records, records);
}


static void
test_held(void **state)
{
    run_t  run;

    run_begin(&run, RSL_LEVEL_WARNING);
    run.exceptions = 1;

    assert_false(rsl_intake_held(run.intake));
    release(&run, 0);

    feed(&run, "one", 0);
    assert_false(rsl_intake_held(run.intake));
    feed(&run, "\n", 0);
    assert_true(rsl_intake_held(run.intake));
    feed(&run, "\n  two\nth", 0);
    release(&run, 1);
    release(&run, 1);

    /* half a line is kept until its other half comes */

    feed(&run, "ree\nfour\n", 2);
    assert_true(rsl_intake_held(run.intake));

    assert_int_equal(rsl_intake_finish(run.intake, NOW), RSL_OK);
    assert_string_equal(run.brief.data,
                        "WARNING one\n<  two>\nWARNING three\nWARNING four\n");
    run_end(&run);
}


/* If a record is released within its traceback, the rest stays together. */

static void
test_late(void **state)
{
    run_t  run;

    run_begin(&run, RSL_LEVELS);
    run.exceptions = 1;

    feed(&run, "failed\n" TRACEBACK "  File \"x.py\"\n", 0);
    release(&run, 1);
    feed(&run, "  File \"y.py\"\nValueError: x\n\n", 1);
    release(&run, 2);
    feed(&run, "\n" DURING "\n" TRACEBACK, 2);
    release(&run, 3);
    feed(&run, "  File \"z.py\"\nKeyError\nINFO next\n", 4);
    release(&run, 5);
    feed(&run, "  indented\n", 5);
    release(&run, 6);

    feed(&run, "panic: x\n", 6);
    release(&run, 7);
    feed(&run, "\ngoroutine 1 [running]:\nmain.main()\n{}\nmain.main()\n", 9);

    assert_int_equal(rsl_intake_finish(run.intake, NOW), RSL_OK);
    assert_string_equal(run.brief.data,
                        "ERROR failed\n<" TRACEBACK "  File \"x.py\">\n"
                        "ERROR   File \"y.py\"\n<ValueError: x>\n"
                        "ERROR " DURING "<" TRACE ">\n"
                        "ERROR   File \"z.py\"\n<KeyError>\n"
                        "INFO INFO next\nINFO   indented\n"
                        "CRITICAL panic: x\n"
                        "ERROR goroutine 1 [running]:\n<main.main()>\n"
                        "INFO \nINFO main.main()\n");
    run_end(&run);
}


static void
level(const char *line, const char *name)
{
    char  expected[300];

    (void) snprintf(expected, sizeof(expected), "%s %s\n", name, line);
    check_text(line, expected);
}


static void
test_levels(void **state)
{
    size_t  i;

    static const char  *lines[][2] = {
        { "ERROR:    Exception in ASGI application", "ERROR" },
        { "INFO:     Started server process [8230]", "INFO" },
        { "[warn] x", "WARNING" },
        { "[WARN ] x", "WARNING" },
        { "[debug][main] x", "DEBUG" },
        { "(error) x", "ERROR" },
        { "<err> x", "ERROR" },
        { "|WARN| x", "WARNING" },
        { "WARNING:root:x", "WARNING" },
        { "DEBUG - x", "DEBUG" },
        { "ERROR", "ERROR" },
        { "error: x", "ERROR" },
        { "Warning: x", "WARNING" },
        { "fatal: not a git repository", "CRITICAL" },
        { "panic: x", "CRITICAL" },
        { "  ERROR x", "ERROR" },
        { "2026-11-22 10:00:00 WARN x", "WARNING" },
        { "2026-11-22 10:00:00,123 - app.module - ERROR - x", "ERROR" },
        { "2026-11-22 10:00:00,123 ERROR [main] x", "ERROR" },
        { "2026-11-22T10:00:00.123Z ERROR x", "ERROR" },
        { "2026-11-22 10:00:00.123 +02:00 WARN x", "WARNING" },
        { "2026-11-22 10:00:00.123  WARN 1 --- [main] a.B : x", "WARNING" },
        { "2026-11-22 - ERROR x", "ERROR" },
        { "2026-11-22 - - WARN x", "WARNING" },
        { "[2026-11-22 10:00:00,123] {x.py:3} WARNING - x", "WARNING" },
        { "2026/11/22 10:16:57 [error] 12#12: *1 open() failed", "ERROR" },
        { "10:00:00.123 [main] DEBUG a.B - x", "DEBUG" },
        { "[10:00:00 WRN] x", "WARNING" },
        { "[10:00:00 FTL] x", "CRITICAL" },
        { "\x1b[31mERROR\x1b[0m x", "ERROR" },
        { "\x1b[2m2026-11-22T10:00:00Z\x1b[0m \x1b[33m WARN\x1b[0m x",
          "WARNING" },
        { "time=\"2026-11-22T10:00:00Z\" level=warning msg=x", "WARNING" },
        { "level=\"error\" msg=x", "ERROR" },
        { "ts=1 caller=x lvl=dbug level=debug", "DEBUG" },
        { "2026-11-22 10:00:00 severity=crit x", "CRITICAL" },

        /* no level, and nothing but a word */

        { "Error handling was improved", "INFO" },
        { "Warning low disk", "INFO" },
        { "Information is power", "INFO" },
        { "0 errors", "INFO" },
        { "no error", "INFO" },
        { "The ERROR is here", "INFO" },
        { "it failed: error", "INFO" },
        { "2026-11-22 10:00:00 no ERROR", "INFO" },
        { "set level=debug now", "INFO" },
        { "errors: 3", "INFO" },
        { "ERRORS found", "INFO" },
        { "127.0.0.1 - - [22/Nov/2026:10:00:00 +0000] \"GET /error\" 500",
          "INFO" },
        { "GET /api/error 200", "INFO" },
        { "http://localhost/", "INFO" },
        { "-", "INFO" },
        { "- [ ( < |", "INFO" },
        { ":", "INFO" },
        { "\x1b[", "INFO" },
        { "\x1b[31", "INFO" },
        { "=", "INFO" },
        { "level=", "INFO" },
        { "2026-11-22", "INFO" },
        { "2026-11-22 [", "INFO" }
    };

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        level(lines[i][0], lines[i][1]);
    }
}


/* JSON that was cut off, or is broken, has the level that it still says. */

static void
test_cut_json(void **state)
{
    size_t  i;

    static const char  *lines[][2] = {
        { "{\"level\":\"error\",\"msg\":\"x", "ERROR" },
        { "{\"level\":\"error\",\"msg\":\"x\\", "ERROR" },
        { "{\"level\":\"error\",\"msg\":", "ERROR" },
        { "{\"level\":\"error\",\"ms", "ERROR" },
        { "{\"level\":\"warn\"", "WARNING" },
        { "{\"level\":\"warn\" \"x\"}", "WARNING" },
        { "{\"a\":[1,{}],\"level\":\"warn\",\"b\":{\"c\":[]}", "WARNING" },
        { "{\"level\":[\"warn\",\"x\"", "INFO" },
        { "{\"level\":\"warn\",", "WARNING" },
        { "{\"level\":50,\"pid\":7,\"req\":{\"a\":[1,{\"b\":", "ERROR" },
        { "{\"severity\":\"CRITICAL\",\"msg\":\"x\ty\"}", "CRITICAL" },
        { "{\"log.level\": \"error\", \"x\": None}", "ERROR" },
        { "{\"msg\":\"x\",\"level\":\"fatal\",}", "CRITICAL" },
        { "{\"a\":1,\"level\":\"debug\",\"b\":NaN,\"c\":no}", "DEBUG" },
        { "  {\"level\":\"error\",\"msg\":\"x", "ERROR" },
        { "{\"exception\":\"E: boom\",\"msg\":\"x", "ERROR" },

        /* behind the place where it stops being JSON, nothing counts */

        { "{\"a\":nope,\"level\":\"error\"}", "INFO" },
        { "{ level: 'error' }", "INFO" },
        { "{'level': 'error'}", "INFO" },
        { "{\"a\":{\"level\":\"error\",\"msg\":\"x", "INFO" },
        { "{\"msg\":\"x", "INFO" },
        { "{\"msg\":\"level", "INFO" },
        { "{\"level\":\"", "INFO" },
        { "{\"level\"", "INFO" },
        { "{", "INFO" }
    };

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        level(lines[i][0], lines[i][1]);
    }

    /* it begins a record, also where other lines would go on with one */

    check_text(TRACEBACK "  File \"x.py\"\n"
               "{\"level\":\"warn\",\"msg\":\"x\ny\n",
               "ERROR " TRACEBACK "<  File \"x.py\">\n"
               "WARNING {\"level\":\"warn\",\"msg\":\"x\nINFO y\n");

    check_text("x\n  {\"level\":\"warn\",\"msg\":\"x\n{}",
               "INFO x\nWARNING   {\"level\":\"warn\",\"msg\":\"x\nINFO \n");

    /* the next line is not its line */

    check_text("{\"level\":\"error\",\"msg\":\"x\n{\"msg\":\"y\nz\n",
               "ERROR {\"level\":\"error\",\"msg\":\"x\n"
               "INFO {\"msg\":\"y\nINFO z\n");
}


/* A line that names no level has the default level of its sender. */

static void
test_default_level(void **state)
{
    run_t  run;

    run_begin(&run, RSL_LEVEL_WARNING);
    run.exceptions = 1;

    feed(&run, "one\nINFO two\nthree\n" TRACEBACK "  x\n{}\n", 4);
    assert_string_equal(run.brief.data,
                        "WARNING one\nINFO INFO two\nWARNING three\n<"
                        TRACEBACK "  x>\nINFO \n");
    run_end(&run);

    /* what JSON says itself counts, also if it was cut off */

    run_begin(&run, RSL_LEVEL_WARNING);
    run.exceptions = 1;

    feed(&run, "{\"level\":\"info\",\"x\n{\"msg\":\"x\n{}\n", 3);
    assert_string_equal(run.brief.data,
                        "INFO {\"level\":\"info\",\"x\n"
                        "WARNING {\"msg\":\"x\nINFO \n");
    run_end(&run);
}


static void
timestamp(const char *line, const char *time)
{
    char  part[100];

    (void) snprintf(part, sizeof(part), "\"timestamp\":\"2026-11-22T%s+00:00\"",
                    time);
    check_has(line, strlen(line), part);
}


static void
test_times(void **state)
{
    timestamp("2026-11-22T10:00:01Z x", "10:00:01.000000");
    timestamp("2026-11-22T10:00:01.123456789Z x", "10:00:01.123456");
    timestamp("2026-11-22T12:00:01.5+02:00 INFO x", "10:00:01.500000");
    timestamp("2026-11-22 12:00:01,5+0200 INFO x", "10:00:01.500000");
    timestamp("2026-11-22 05:00:01-05 x", "10:00:01.000000");
    timestamp("[2026-11-22T10:00:01Z] x", "10:00:01.000000");
    timestamp("[2026-11-22T10:00:01Z INFO] x", "10:00:01.000000");
    timestamp("\x1b[2m2026-11-22T10:00:01Z\x1b[0m x", "10:00:01.000000");
    timestamp("2026-11-22T10:00:01Z: x\n  y\n", "10:00:01.000000");
    timestamp("2026-11-22 10:00:01.5 UTC [12] LOG:  x", "10:00:01.500000");
    timestamp("WARN  [2026-11-22 10:00:01Z] x", "10:16:57.395827");
    timestamp("10.0.0.1 - - [22/Nov/2026:11:00:01 +0100] \"GET / HTTP/1.1\"",
              "10:00:01.000000");
    timestamp("<11>1 2026-11-22T10:00:01Z host app 1 - - x",
              "10:00:01.000000");

    timestamp("time=2026-11-22T10:00:01Z level=info msg=x", "10:00:01.000000");
    timestamp("level=info ts=\"2026-11-22T11:00:01+01:00\"",
              "10:00:01.000000");
    timestamp("ts=1795341601.5 caller=x.go:1 level=info", "10:00:01.500000");
    timestamp("time=\"2026-11-22 10:00:01\" level=info", "10:16:57.395827");

    /* JSON that was cut off */

    timestamp("{\"time\":\"2026-11-22T10:00:01Z\",\"msg\":\"x",
              "10:00:01.000000");
    timestamp("{\"ts\":1795341601,\"level\":\"info\",\"msg\":x}",
              "10:00:01.000000");
    timestamp("{\"msg\":\"x\",\"time\":\"2026-11-22T10:00", "10:16:57.395827");

    /* without a date, a time and a zone, the time of capture is kept */

    timestamp("2026-11-22 10:00:01 x", "10:16:57.395827");
    timestamp("2026-11-22T10:00:01 x", "10:16:57.395827");
    timestamp("10:00:01Z x", "10:16:57.395827");
    timestamp("2026-11-22 x", "10:16:57.395827");
    timestamp("2026-11-22", "10:16:57.395827");
    timestamp("2026-11-22 -", "10:16:57.395827");
    timestamp("2026-11-22 - -", "10:16:57.395827");
    timestamp("2026-11-22 Z", "10:16:57.395827");
    timestamp("2026-13-22T10:00:01Z x", "10:16:57.395827");
    timestamp("x 2026-11-22T10:00:01Z", "10:16:57.395827");
}


/* A text is cut at the largest length, and what comes behind it is found. */

static void
test_long(void **state)
{
    text_t  body;

    memset(&body, 0, sizeof(text_t));

    text_add_string(&body, "ERROR one\n");
    text_add_times(&body, "  at x (\xe2\x82\xac)\n", 2 * MB / 14);
    text_add_string(&body, "INFO two\n");

    check_has(body.data, body.len, "\"message\":\"INFO two\"}\n\n2 0");
    check_has(body.data, body.len, "\",\"truncated\":true}\n");

    free(body.data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_python),
        cmocka_unit_test(test_java),
        cmocka_unit_test(test_node),
        cmocka_unit_test(test_go),
        cmocka_unit_test(test_indented),
        cmocka_unit_test(test_backend),
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_cut_json),
        cmocka_unit_test(test_default_level),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_long)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
