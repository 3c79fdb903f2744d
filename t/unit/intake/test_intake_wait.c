
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Lines of text that say nothing of themselves: which of them wait for a stack,
 * which go on with one, and what becomes of them when none comes.
 */


#include "intake.h"


#define TRACE  "Traceback (most recent call last):\n  File \"x.py\"\n"
#define DURING                                                                \
    "During handling of the above exception, another exception occurred:\n"


/* Lines "a1", "a2", … up to "n", each with something around it. */

static void
add_lines(text_t *text, const char *before, const char *name, size_t n)
{
    size_t  i;
    char    line[64];

    for (i = 1; i <= n; i++) {
        (void) snprintf(line, sizeof(line), "%s%s%zu\n", before, name, i);
        text_add_string(text, line);
    }
}


/* The lines between an error and a stack are of the error, if they are few. */

static void
test_waiting(void **state)
{
    text_t  body, expected;

    memset(&body, 0, sizeof(text_t));
    memset(&expected, 0, sizeof(text_t));

    text_add_string(&body, "ERROR x\n");
    add_lines(&body, "", "a", 8);
    text_add_string(&body, TRACE "KeyError\nINFO y\n");

    text_add_string(&expected, "ERROR ERROR x\n<");
    add_lines(&expected, "", "a", 8);
    text_add_string(&expected, TRACE "KeyError>\nINFO INFO y\n");

    check_text(body.data, expected.data);

    /* one more, and each is a record: the last one has the stack */

    body.len = 0;
    expected.len = 0;

    text_add_string(&body, "ERROR x\n");
    add_lines(&body, "", "a", 9);
    text_add_string(&body, TRACE "KeyError\nINFO y\n");

    text_add_string(&expected, "ERROR ERROR x\n");
    add_lines(&expected, "INFO ", "a", 8);
    text_add_string(&expected, "ERROR a9\n<" TRACE "KeyError>\nINFO INFO y\n");

    check_text(body.data, expected.data);

    free(body.data);
    free(expected.data);
}


/* Without a stack they are records, in the order in which they came. */

static void
test_split(void **state)
{
    check_text("ERROR x\na\n\nb\nINFO y\n",
               "ERROR ERROR x\nINFO a\nINFO b\nINFO INFO y\n");
    check_text("ERROR x\na\nb\n", "ERROR ERROR x\nINFO a\nINFO b\n");
    check_text("ERROR x\na\n{\"msg\":\"b\"}\nc\n",
               "ERROR ERROR x\nINFO a\nINFO b\nINFO c\n");

    /* what is indented belongs to the line before it */

    check_text("ERROR x\na\n  b\nc\nINFO y\n",
               "ERROR ERROR x\nINFO a\n<  b>\nINFO c\nINFO INFO y\n");

    /* nothing waits behind a line that says that all is well */

    check_text("INFO x\na\n" TRACE "KeyError\n",
               "INFO INFO x\nERROR a\n<" TRACE "KeyError>\n");
}


/*
 * Behind a record that fills all that is kept, a line waits only if all of it
 * fits, also when what is no UTF-8 has become U+FFFD.
 */

static void
test_split_full(void **state)
{
    size_t  i, len;
    text_t  body, expected;

    for (len = 0; len < 9; len++) {
        memset(&body, 0, sizeof(text_t));
        memset(&expected, 0, sizeof(text_t));

        text_add_string(&body, "ERROR ");

        for (i = body.len + len; i < MB; i++) {
            text_add_string(&body, "a");
        }

        text_add_string(&expected, "ERROR ");
        text_add(&expected, body.data, body.len);

        text_add_string(&body, "\nb\n\xff\n");
        text_add_string(&expected, "\nINFO b\nINFO \xef\xbf\xbd\n");

        check_text(body.data, expected.data);

        free(body.data);
        free(expected.data);
    }
}


static void
feed_at(run_t *run, const char *text, int64_t now)
{
    char    copy[256];
    size_t  len;

    len = strlen(text);
    assert_true(len < sizeof(copy));
    memcpy(copy, text, len);

    assert_int_equal(rsl_intake_feed(run->intake, (u_char *) copy, len, now),
                     RSL_OK);
}


static void
release(run_t *run, size_t records)
{
    assert_int_equal(rsl_intake_release(run->intake), RSL_OK);
    assert_false(rsl_intake_held(run->intake));
    assert_int_equal(rsl_intake_result(run->intake)->records, records);
}


/* Each has the time at which it came, whenever it is given out. */

static void
test_timestamps(void **state)
{
    size_t       i;
    run_t        run;
    const char  *p;

    static const char  *parts[] = {
        "17:00.000000+00:00\",\"level\":\"ERROR\",\"logger\":\"\","
        "\"message\":\"ERROR x\"",
        "17:01.000000+00:00\",\"level\":\"INFO\",\"logger\":\"\","
        "\"message\":\"a\"",
        "17:02.000000+00:00\",\"level\":\"INFO\",\"logger\":\"\","
        "\"message\":\"b\"",
        "17:03.000000+00:00\",\"level\":\"INFO\",\"logger\":\"\","
        "\"message\":\"INFO y\""
    };

    static const int64_t  now = INT64_C(1795342620000000);

    run_begin(&run, RSL_LEVELS);

    feed_at(&run, "ERROR x\n", now);
    feed_at(&run, "a\n", now + 1000000);
    feed_at(&run, "b\n", now + 2000000);

    assert_int_equal(rsl_intake_result(run.intake)->records, 0);

    feed_at(&run, "INFO y\n", now + 3000000);

    assert_int_equal(rsl_intake_result(run.intake)->records, 3);
    release(&run, 4);

    p = run.full.data;

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        p = strstr(p, parts[i]);

        if (p == NULL) {
            fail_msg("%s is not in %s", parts[i], run.full.data);
        }
    }

    run_end(&run);
}


/* A pause ends the waiting, and it ends what goes on with an exception. */

static void
test_pause(void **state)
{
    run_t  run;

    run_begin(&run, RSL_LEVELS);
    run.exceptions = 1;

    feed_at(&run, "ERROR x\na\nb\n", NOW);
    assert_true(rsl_intake_held(run.intake));
    release(&run, 3);

    feed_at(&run, TRACE "KeyError\nc\n", NOW);
    release(&run, 4);

    feed_at(&run, "d\n", NOW);
    release(&run, 5);

    assert_string_equal(run.brief.data,
                        "ERROR ERROR x\nINFO a\nINFO b\n"
                        "ERROR Traceback (most recent call last):\n"
                        "<  File \"x.py\"\nKeyError\nc>\nINFO d\n");

    run_end(&run);
}


/* Lines that say nothing go on with an exception, if they are not many. */

static void
test_loose(void **state)
{
    text_t  body, expected;

    memset(&body, 0, sizeof(text_t));
    memset(&expected, 0, sizeof(text_t));

    text_add_string(&body, "ERROR x\n" TRACE "KeyError\n");
    add_lines(&body, "", "a", 20);
    text_add_string(&body, "b\nc\nINFO y\n");

    text_add_string(&expected, "ERROR ERROR x\n<" TRACE "KeyError\n");
    add_lines(&expected, "", "a", 20);
    expected.data[expected.len - 1] = '>';
    text_add_string(&expected, "\nINFO b\nINFO c\nINFO INFO y\n");

    check_text(body.data, expected.data);

    /* another stack begins to count again */

    body.len = 0;
    expected.len = 0;

    text_add_string(&body, "ERROR x\n" TRACE "KeyError\n");
    add_lines(&body, "", "a", 15);
    text_add_string(&body, DURING TRACE "KeyError\n");
    add_lines(&body, "", "a", 15);
    text_add_string(&body, "INFO y\n");

    text_add_string(&expected, "ERROR ERROR x\n<" TRACE "KeyError\n");
    add_lines(&expected, "", "a", 15);
    text_add_string(&expected, DURING TRACE "KeyError\n");
    add_lines(&expected, "", "a", 15);
    expected.data[expected.len - 1] = '>';
    text_add_string(&expected, "\nINFO INFO y\n");

    check_text(body.data, expected.data);

    free(body.data);
    free(expected.data);
}


/* Nothing goes on with a program that has ended. */

static void
test_over(void **state)
{
    check_text("panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:8\n"
               "exit status 2\nstarted\n",
               "CRITICAL panic: x\n<goroutine 1 [running]:\nmain.main()\n"
               "\t/a.go:8\nexit status 2>\nINFO started\n");

    check_text("Error: x\n    at f (/a.js:3:1)\n\nNode.js v20.1.0\nstarted\n",
               "ERROR Error: x\n<    at f (/a.js:3:1)\n\nNode.js v20.1.0>\n"
               "INFO started\n");

    /* also if no call was printed */

    check_text("/a.js:3\nthrow 'x';\n^\n\nx\n\nNode.js v20.1.0\nstarted\n",
               "ERROR /a.js:3\n<throw 'x';\n^\n\nx\n\nNode.js v20.1.0>\n"
               "INFO started\n");

    check_text("terminate called without an active exception\n"
               "Aborted (core dumped)\nstarted\n",
               "ERROR terminate called without an active exception\n"
               "<Aborted (core dumped)>\nINFO started\n");
}


/* What is indented begins a record only by a level that is meant as one. */

static void
test_indented(void **state)
{
    check_text("ERROR x\n INFO y\n  WARN z\n\tDEBUG t\n",
               "ERROR ERROR x\nINFO  INFO y\nWARNING   WARN z\n"
               "DEBUG \tDEBUG t\n");
    check_text("ERROR x\n [INFO] y\n * WARNING: z\n",
               "ERROR ERROR x\nINFO  [INFO] y\nWARNING  * WARNING: z\n");
    check_text("ERROR x\n  2026-11-28 10:00:00 INFO y\n  10:00:01 info z\n",
               "ERROR ERROR x\nINFO   2026-11-28 10:00:00 INFO y\n"
               "INFO   10:00:01 info z\n");
    check_text("ERROR x\n \x1b[32mINFO\x1b[0m y\n\x1b[32m INFO\x1b[0m z\n",
               "ERROR ERROR x\nINFO  \x1b[32mINFO\x1b[0m y\n"
               "INFO \x1b[32m INFO\x1b[0m z\n");

    check_text("ERROR x\n  info: y\n  Error: z\n  Warning t\n"
               "  10:00:00 u\n  12 ERROR v\n  level: error\n",
               "ERROR ERROR x\n<  info: y\n  Error: z\n  Warning t\n"
               "  10:00:00 u\n  12 ERROR v\n  level: error>\n");

    /* colours before the indentation are none */

    check_text("ERROR x\n\x1b[90m    at f (/a.js:3:1)\x1b[39m\nINFO y\n",
               "ERROR ERROR x\n<\x1b[90m    at f (/a.js:3:1)\x1b[39m>\n"
               "INFO INFO y\n");
    check_text("a\n\x1b[0m\nb\n", "INFO a\nINFO \x1b[0m\nINFO b\n");
    check_text("a\n\x1b[0m \x1b[1m\nb\n",
               "INFO a\nINFO \x1b[0m \x1b[1m\nINFO b\n");
}


#define HAS(body, part)  check_has(body, sizeof(body) - 1, part)


/* The form of .NET's console logger, and what is nearly one. */

static void
test_console(void **state)
{
    size_t  i;
    text_t  body;

    static const char  *bodies[] = {
        "fail: Shop.Orders[0]\n",
        "fail: Shop.Orders[0]\nINFO x\n",
        "fail: Shop.Orders\n      x\n",
        "fail: Shop.Orders[x]\n      x\n",
        "fail: Shop.Orders[]\n      x\n",
        "fail: in Shop.Orders[0]\n      x\n",
        "Shop.Orders[0]\n      x\n"
    };

    check_text("fail: Shop.Orders[12]\n      boom\n      more\n"
               "info: Shop.Orders[0]\n      next\n",
               "ERROR boom\n<      more>\nINFO next\n");

    HAS("fail: Shop.Orders[12]\n      boom\n",
        "\"level\":\"ERROR\",\"logger\":\"Shop.Orders[12]\","
        "\"message\":\"boom\"}");
    HAS("\x1b[41mfail\x1b[0m: Shop.Orders[12]\n      boom\n",
        "\"level\":\"ERROR\",\"logger\":\"Shop.Orders[12]\","
        "\"message\":\"boom\"}");

    /* not the bytes that stand for what is no UTF-8 in the message */

    HAS("fail: \xffShop.Orders[0]\n      boom\n", "\"logger\":\"\"");
    HAS("fail: \xc3\xa9Shop.Orders[0]\n      boom\n",
        "\"logger\":\"\xc3\xa9Shop.Orders[0]\",\"message\":\"boom\"");

    /* the category was cut off with the end of the message */

    memset(&body, 0, sizeof(text_t));

    text_add_string(&body, "fail\x1b[");
    text_add_times(&body, "\xff", MB / 2);
    text_add_string(&body, "m: Shop.Orders[0]\n      boom\n");

    check_has(body.data, body.len, "\"logger\":\"\"");

    free(body.data);

    /* the second line is at the left edge */

    HAS("fail: Shop.Orders[0]\na.b.Error: x\n\tat a.b.C(C.java:1)\n",
        "\"logger\":\"\",\"message\":\"fail: Shop.Orders[0]\",");

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        check_has(bodies[i], strlen(bodies[i]), "\"logger\":\"\"");
    }
}


#define PG  "2026-11-28 10:00:00 UTC [7] app@db "
#define RDS  "2026-11-28 10:00:00 UTC:10.0.0.1(5):app@db:[7]:"


static void
test_details(void **state)
{
    check_text(PG "ERROR:  x\n" PG "DETAIL:  y\n" PG "HINT:  z\n" PG
               "STATEMENT:  select\n\t1\n" PG "LOG:  t\n",
               "ERROR " PG "ERROR:  x\n<" PG "DETAIL:  y\n" PG "HINT:  z\n" PG
               "STATEMENT:  select\n\t1>\nINFO " PG "LOG:  t\n");

    check_text(RDS "ERROR:  x\n" RDS "STATEMENT:  y\n" RDS "LOG:  z\n" RDS
               "LOCATION:  t\n",
               "ERROR " RDS "ERROR:  x\n<" RDS "STATEMENT:  y>\nINFO " RDS
               "LOG:  z\n<" RDS "LOCATION:  t>\n");

    /* of another process, of another time, of nothing, or another word */

    check_text(PG "ERROR:  x\n2026-11-28 10:00:00 UTC [8] app@db DETAIL:  y\n",
               "ERROR " PG "ERROR:  x\n"
               "INFO 2026-11-28 10:00:00 UTC [8] app@db DETAIL:  y\n");
    check_text(PG "ERROR:  x\n2026-11-28 10:00:01 UTC [7] app@db DETAIL:  y\n",
               "ERROR " PG "ERROR:  x\n"
               "INFO 2026-11-28 10:00:01 UTC [7] app@db DETAIL:  y\n");
    check_text(PG "DETAIL:  y\n", "INFO " PG "DETAIL:  y\n");
    check_text(PG "ERROR:  a x\n" PG "ERROR:  a DETAIL: y\n",
               "ERROR " PG "ERROR:  a x\nERROR " PG "ERROR:  a DETAIL: y\n");
    check_text(PG "ERROR:  x\n" PG "DETAILS:  y\n",
               "ERROR " PG "ERROR:  x\nINFO " PG "DETAILS:  y\n");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_split_full),
        cmocka_unit_test(test_timestamps),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_loose),
        cmocka_unit_test(test_over),
        cmocka_unit_test(test_indented),
        cmocka_unit_test(test_console),
        cmocka_unit_test(test_details)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
