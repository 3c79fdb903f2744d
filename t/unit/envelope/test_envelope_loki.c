
/* SPDX-License-Identifier: BSD-2-Clause */


/* What is pushed to Loki. */


#include "envelope.h"


static void
test_entries(void **state)
{
    check_records(
        "{\"streams\":[{\"stream\":{\"level\":\"error\",\"app\":\"orders\","
        "\"x\":\"y\"},\"values\":[[\"1795343542390000000\",\"a\"],[\"179534"
        "3542390000000\",\"{\\\"level\\\":\\\"warn\\\",\\\"message\\\":\\\""
        "m\\\",\\\"name\\\":\\\"own\\\",\\\"time\\\":1795343542391}\",{\"re"
        "questId\":\"r1\",\"level\":\"error\"}]]}]}",
        "{\"timestamp\":\"2026-11-22T10:32:22.390000+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"orders\",\"message\":\"a\",\"x\":\"y\"}\n{\"tim"
        "estamp\":\"2026-11-22T10:32:22.391000+00:00\",\"level\":\"WARNING"
        "\",\"logger\":\"own\",\"message\":\"m\",\"request_id\":\"r1\",\"x"
        "\":\"y\"}\n");

    check_records(
        "{\"streams\":[{\"stream\":{\"detected_level\":\"warn\",\"job\":\"j"
        "\",\"app\":\"\"},\"values\":[[\"1795343542390000000\",\"a\"]]},{\""
        "stream\":{\"detected_level\":\"unknown\",\"service_name\":\"s\"},"
        "\"values\":[[\"1795343542390000000\",\"ERROR b\",{\"trace_id\":\"0"
        "123456789abcdef0123456789abcdef\",\"z\":1}]]}]}",
        "{\"timestamp\":\"2026-11-22T10:32:22.390000+00:00\",\"level\":\"WA"
        "RNING\",\"logger\":\"j\",\"message\":\"a\",\"app\":\"\"}\n{\"times"
        "tamp\":\"2026-11-22T10:32:22.390000+00:00\",\"level\":\"ERROR\",\""
        "logger\":\"s\",\"message\":\"ERROR b\",\"trace_id\":\"0123456789ab"
        "cdef0123456789abcdef\",\"z\":1,\"detected_level\":\"unknown\"}\n");

    check_records(
        "{\"streams\":[{\"stream\":{\"level\":\"unknown\",\"detected_level"
        "\":\"error\"},\"values\":[[\"1795343542390000000\",\"a\"]]}]}",
        "{\"timestamp\":\"2026-11-22T10:32:22.390000+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"\",\"message\":\"a\",\"extra_level\":\"unkno"
        "wn\"}\n");

    check_records(
        "{\"streams\":[{\"values\":[[\"1795343542390000000\",\"ERROR a\"]],"
        "\"stream\":{\"logger\":\"l\"}}]}",
        "{\"timestamp\":\"2026-11-22T10:32:22.390000+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"l\",\"message\":\"ERROR a\"}\n");

    check_records(
        "{\"streams\":[{\"stream\":{\"job\":\"j\"},\"values\":[[\"179534354"
        "2390000000\",\"Traceback (most recent call last):\"],[\"1795343542"
        "390000001\",\"  File \\\"x.py\\\", line 1, in <module>\"],[\"17953"
        "43542390000002\",\"ValueError: x\"],[\"1795343542390000003\",\"INF"
        "O next\"]]}]}",
        "{\"timestamp\":\"2026-11-22T10:32:22.390000+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"j\",\"message\":\"Traceback (most recent call l"
        "ast):\",\"exception\":\"  File \\\"x.py\\\", line 1, in <module>\\"
        "nValueError: x\"}\n{\"timestamp\":\"2026-11-22T10:32:22.390000+00:"
        "00\",\"level\":\"INFO\",\"logger\":\"j\",\"message\":\"INFO next\""
        "}\n");
}


static void
test_errors(void **state)
{
    check_records(
        "{\"streams\":[{\"stream\":{\"job\":\"j\"},\"values\":[[\"179534354"
        "2390000000\"],{\"a\":1},[\"1795343542390000000\",\"a\"],[\"x\",5]]"
        "}]}",
        "{\"timestamp\":\"2026-11-22T10:32:22.390000+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"j\",\"message\":\"a\"}\n");

    check_records(
        "{\"streams\":[]}",
        "");

    check_records(
        "{\"streams\":[{\"stream\":{},\"values\":[]}]}",
        "");

    check_records(
        "{\"streams\":[1],\"message\":\"m\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"m\",\"streams\":[1]}\n");

    check_records(
        "{\"streams\":[],\"message\":\"m\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"m\",\"streams\":[]}\n");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_errors)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
