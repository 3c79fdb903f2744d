
/* SPDX-License-Identifier: BSD-2-Clause */


/* JSNLog. */


#include "envelope.h"


static void
test_records(void **state)
{
    check_records(
        "{\"r\":\"r1\",\"lg\":[{\"l\":5000,\"m\":\"a\",\"n\":\"orders.pay\""
        ",\"t\":1795344012989,\"u\":1},{\"l\":1000,\"m\":\"b\"},{\"l\":6500"
        ",\"m\":{\"x\":1}},{\"l\":\"warn\",\"m\":\"{\\\"message\\\":\\\"in"
        "\\\",\\\"stack\\\":\\\"Error: x\\\\n at y\\\"}\",\"n\":\"n\"}]}",
        "{\"timestamp\":\"2026-11-22T10:40:12.989000+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"orders.pay\",\"message\":\"a\",\"request_id\":"
        "\"r1\",\"u\":1}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00"
        "\",\"level\":\"DEBUG\",\"logger\":\"\",\"message\":\"b\",\"request"
        "_id\":\"r1\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\""
        ",\"level\":\"CRITICAL\",\"logger\":\"\",\"message\":\"{\\\"x\\\":1"
        "}\",\"request_id\":\"r1\"}\n{\"timestamp\":\"2026-11-22T10:16:57.3"
        "95827+00:00\",\"level\":\"WARNING\",\"logger\":\"n\",\"message\":"
        "\"in\",\"request_id\":\"r1\",\"exception\":\"Error: x\\n at y\"}\n");

    check_records(
        "{\"r\":\"\",\"lg\":[{\"l\":3000,\"m\":\"a\"}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"a\"}\n");

    check_records(
        "{\"lg\":[{\"l\":4000,\"m\":\"a\"}],\"r\":\"late\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"WA"
        "RNING\",\"logger\":\"\",\"message\":\"a\",\"request_id\":\"late\"}"
        "\n");

    check_records(
        "{\"r\":\"x\",\"lg\":[]}",
        "");

    check_records(
        "{\"r\":\"x\",\"message\":\"m\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"m\",\"r\":\"x\"}\n");

    check_records(
        "{\"r\":1,\"lg\":[{\"message\":\"m\"}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"{\\\"r\\\":1,\\\"lg\\\":[{\\\"m"
        "essage\\\":\\\"m\\\"}]}\",\"r\":1,\"lg\":[{\"message\":\"m\"}]}\n");

    check_records(
        "{\"lg\":\"x\",\"message\":\"m\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"m\",\"lg\":\"x\"}\n");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_records)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
