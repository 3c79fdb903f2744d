
/* SPDX-License-Identifier: BSD-2-Clause */


/* An entry of the stream has one record or many, of this node or of others. */


#include "share.h"


/* What waits goes together.  Redis may have had the beginning of it. */

static void
test_batch(void **state)
{
    char    buf[4096];
    node_t  node;

    static const char  text[] =
        P ":1 1795000000000000 " LINE("one") "\n"
        P ":2 1795000000000000 " LINE("two") "\n"
        Q ":7 1795000000000000 <script>\n";

    node_create(&node);
    node_join(&node);
    node_greet(&node, RSL_SHARE_WRITER);
    (void) node_sent(&node, RSL_SHARE_WRITER);

    (void) node_add(&node, "one");
    (void) node_add(&node, "two");
    (void) node_add(&node, "three");

    (void) node_answer(&node, RSL_SHARE_WRITER, "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                       "$16\r\n1795000004999999\r\n");

    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "A 4 1795000005000000 1795000004999999 " P " 1 3 "
                        P ":1 1795000000000000 " LINE("one") "\n"
                        P ":2 1795000000000000 " LINE("two") "\n"
                        P ":3 1795000000000000 " LINE("three") "\n");

    (void) node_answer(&node, RSL_SHARE_WRITER,
                       "*3\r\n$2\r\nOK\r\n$16\r\n1795000005000002\r\n"
                       "$1\r\n2\r\n");

    (void) snprintf(buf, sizeof(buf), "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n"
                    "$34\r\n1795000005000000-17950000050000020\r\n"
                    "*2\r\n$1\r\nd\r\n$%zu\r\n%s\r\n", strlen(text), text);
    (void) node_answer(&node, RSL_SHARE_TAIL, buf);

    assert_string_equal(node_line(&node, 0), "one");
    assert_string_equal(node_line(&node, 1), "two");
    assert_string_equal(node_line(&node, 2),
                        "A record from Redis is not shown: it is no record. "
                        "Somebody else writes to this key.");

    assert_int_equal(rsl_share_done(node.share), 2);
    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "A 4 1795000005000000 1795000005000002 " P " 3 1 "
                        P ":3 1795000000000000 " LINE("three") "\n");

    node_destroy(&node);
}


/* Whoever may write the key must not reach the browser of an administrator. */

static void
test_refused(void **state)
{
    node_t  node;

    node_create(&node);
    node_join(&node);

    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000000", P ":1",
                                  "{\"_seq\":1,\"message\":\"<script>\"}"));
    assert_string_equal(node_line(&node, 0),
                        "A record from Redis is not shown: it is no record. "
                        "Somebody else writes to this key.");
    assert_int_equal(rsl_share_refused(node.zone), 1);

    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000010", "x",
                                  LINE("x")));
    assert_string_equal(node_line(&node, 1),
                        "A record from Redis is not shown: its origin is "
                        "wrong. Somebody else writes to this key.");

    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000020", P ":3",
                                  LINE("good")));
    assert_string_equal(node_line(&node, 2), "good");

    node_destroy(&node);
}


/* A few bytes may claim to be many records: not all are taken in one go. */

static void
test_many(void **state)
{
    char               buf[8192];
    size_t             i, len;
    node_t             node;

    static const char  lines[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";

    node_create(&node);
    node_join(&node);

    len = (size_t) snprintf(buf, sizeof(buf),
                            "*1\r\n*2\r\n$1\r\ns\r\n*7\r\n");

    for (i = 1; i <= 7; i++) {
        len += (size_t) snprintf(buf + len, sizeof(buf) - len, "*2\r\n$34\r\n"
                                 "1795000005000000-%llu0\r\n"
                                 "*2\r\n$1\r\nd\r\n$200\r\n"
                                 "%s%s%s%s%s%s%s%s%s%s\r\n",
                                 1795000004999999 + 200ull * i, lines, lines,
                                 lines, lines, lines, lines, lines, lines,
                                 lines, lines);
    }

    (void) node_answer(&node, RSL_SHARE_TAIL, buf);

    assert_int_equal(rsl_share_refused(node.zone), 800);
    assert_string_equal(node_sent(&node, RSL_SHARE_TAIL),
                        "XREAD COUNT 4 BLOCK 5000 STREAMS "
                        "k:0000000000000007 "
                        "1795000005000000-17950000050007990");

    node_destroy(&node);
}


/* A ring takes no records over from Redis that a clear there has met. */

static void
test_floor(void **state)
{
    char    buf[4096];
    size_t  i;
    node_t  node;

    static const char  text[] =
        Q ":1 1795000000000000 " LINE("one") "\n"
        Q ":2 1795000000000000 " LINE("two") "\n"
        Q ":3 1795000000000000 " LINE("three") "\n"
        Q ":4 1795000000000000 " LINE("four") "\n";

    static const struct {
        const char    *floor;
        const char    *word;
    } cases[] = {
        { "1795000004999999", "J 4 1795000005000000 1795000005000003" },
        { "1795000005000001", "S 4 1795000005000000 " },
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        node_create(&node);
        node_greet(&node, RSL_SHARE_TAIL);
        (void) node_sent(&node, RSL_SHARE_TAIL);

        (void) snprintf(buf, sizeof(buf), "*7\r\n$4\r\nLOOK\r\n$1\r\n1\r\n"
                        "$16\r\n1795000005000000\r\n"
                        "$16\r\n1795000005000003\r\n$16\r\n%s\r\n"
                        "$1\r\n0\r\n*1\r\n*2\r\n"
                        "$34\r\n1795000005000000-17950000050000030\r\n"
                        "*2\r\n$1\r\nd\r\n$%zu\r\n%s\r\n",
                        cases[i].floor, strlen(text), text);
        (void) node_answer(&node, RSL_SHARE_TAIL, buf);

        assert_int_equal(strncmp(node_sent(&node, RSL_SHARE_TAIL),
                                 cases[i].word, strlen(cases[i].word)), 0);

        node_destroy(&node);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_batch),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_floor)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
