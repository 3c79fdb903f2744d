
/* SPDX-License-Identifier: BSD-2-Clause */


/* Splunk's HTTP Event Collector. */


#include "envelope.h"


static void
test_events(void **state)
{
    check_records(
        "{\"time\":\"1795833823.711\",\"event\":\"ERROR a\",\"source\":\"s"
        "\",\"sourcetype\":\"t\",\"index\":\"i\",\"host\":\"h\",\"fields\":"
        "{\"k\":\"v\",\"host\":\"no\"}}",
        "{\"timestamp\":\"2026-11-28T02:43:43.711000+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"\",\"message\":\"ERROR a\",\"source\":\"s\",\"s"
        "ourcetype\":\"t\",\"index\":\"i\",\"host\":\"h\",\"k\":\"v\"}\n");

    check_records(
        "{\"time\":1795833823.711,\"event\":{\"message\":\"m\",\"severity\""
        ":\"error\",\"time\":1795833820},\"source\":\"s\"}{\"event\":{\"mes"
        "sage\":\"m2\"},\"index\":\"i\"}",
        "{\"timestamp\":\"2026-11-28T02:43:40.000000+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"\",\"message\":\"m\",\"source\":\"s\"}\n{\"time"
        "stamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"INFO\",\""
        "logger\":\"\",\"message\":\"m2\",\"index\":\"i\"}\n");

    check_records(
        "{\"source\":\"winston\",\"event\":{\"message\":{\"msg\":\"started"
        "\",\"meta\":{\"requestId\":\"r1\",\"level\":\"info\",\"message\":"
        "\"started\"}},\"severity\":\"info\"}}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"started\",\"request_id\":\"r1\""
        ",\"severity\":\"info\",\"source\":\"winston\"}\n");

    check_records(
        "{\"index\":\"i\",\"event\":{\"message\":{\"msg\":\"only\",\"a\":1}"
        ",\"severity\":\"warn\"}}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"WA"
        "RNING\",\"logger\":\"\",\"message\":\"only\",\"a\":1,\"index\":\"i"
        "\"}\n");

    check_records(
        "{\"event\":{\"line\":\"WARN x\",\"source\":\"stdout\",\"tag\":\"t"
        "\"},\"time\":\"1795833823.7\",\"host\":\"h\",\"fields\":{}}",
        "{\"timestamp\":\"2026-11-28T02:43:43.700000+00:00\",\"level\":\"WA"
        "RNING\",\"logger\":\"\",\"message\":\"WARN x\",\"source\":\"stdout"
        "\",\"tag\":\"t\",\"host\":\"h\"}\n");

    check_records(
        "{\"event\":{\"line\":{\"level\":\"warn\",\"msg\":\"m\",\"source\":"
        "\"own\"},\"source\":\"stdout\"},\"fields\":{}}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"WA"
        "RNING\",\"logger\":\"\",\"message\":\"m\",\"source\":\"own\"}\n");

    check_records(
        "{\"event\":\"{\\\"level\\\":\\\"error\\\",\\\"msg\\\":\\\"m\\\"}\""
        ",\"sourcetype\":\"x\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"\",\"message\":\"m\",\"sourcetype\":\"x\"}\n");

    check_records(
        "{\"event\":[1,2],\"source\":\"s\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"[1,2]\",\"source\":\"s\"}\n");

    check_records(
        "{\"event\":\"user login\",\"level\":\"error\",\"x\":1}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"\",\"message\":\"user login\",\"x\":1}\n");

    check_records(
        "{\"message\":\"m\",\"event\":\"login\",\"source\":\"web\"}"
        "{\"message\":\"n\",\"event\":{\"kind\":\"x\",\"duration\":2000000"
        "},\"source\":{\"ip\":\"10.0.0.7\"}}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"m\",\"event\":\"login\",\"sou"
        "rce\":\"web\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00"
        "\",\"level\":\"INFO\",\"logger\":\"\",\"message\":\"n\",\"durat"
        "ion_ms\":2,\"event\":{\"kind\":\"x\"},\"source\":{\"ip\":\"10."
        "0.0.7\"}}\n");

    check_records(
        "{\"event\":null,\"source\":\"s\",\"message\":\"m\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"m\",\"event\":null,\"source\":"
        "\"s\"}\n");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_events)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
