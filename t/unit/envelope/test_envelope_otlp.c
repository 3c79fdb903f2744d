
/* SPDX-License-Identifier: BSD-2-Clause */


/* The logs of OpenTelemetry. */


#include "envelope.h"


static void
test_records(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"timeUnixNano\":\"17"
        "95343554848000000\",\"severityNumber\":17,\"severityText\":\"boo\""
        ",\"body\":{\"stringValue\":\"a\"},\"attributes\":[{\"key\":\"reque"
        "st.id\",\"value\":{\"stringValue\":\"r1\"}},{\"key\":\"n\",\"value"
        "\":{\"intValue\":\"7\"}},{\"key\":\"d\",\"value\":{\"doubleValue\""
        ":1.5}},{\"key\":\"b\",\"value\":{\"boolValue\":false}},{\"key\":\""
        "y\",\"value\":{\"bytesValue\":\"AAE=\"}},{\"key\":\"none\",\"value"
        "\":{}}]}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:32:34.848000+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"sc\",\"message\":\"a\",\"request_id\":\"r1\",\""
        "severityText\":\"boo\",\"n\":7,\"d\":1.5,\"b\":false,\"y\":\"AAE="
        "\",\"service.name\":\"svc\"}\n");
}


static void
test_severity(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"timeUnixNano\":\"0"
        "\",\"observedTimeUnixNano\":1795343554848000000,\"severityNumber\""
        ":\"SEVERITY_NUMBER_WARN2\",\"body\":{\"stringValue\":\"a\"}},{\"se"
        "verityText\":\"Warning\",\"body\":{\"stringValue\":\"b\"}},{\"seve"
        "rityNumber\":0,\"severityText\":\"odd\",\"body\":{\"stringValue\":"
        "\"c\"}}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:32:34.848000+00:00\",\"level\":\"WA"
        "RNING\",\"logger\":\"sc\",\"message\":\"a\",\"service.name\":\"svc"
        "\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\""
        ":\"WARNING\",\"logger\":\"sc\",\"message\":\"b\",\"service.name\":"
        "\"svc\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"le"
        "vel\":\"INFO\",\"logger\":\"sc\",\"message\":\"c\",\"severityText"
        "\":\"odd\",\"service.name\":\"svc\"}\n");
}


static void
test_bodies(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"kvlistVal"
        "ue\":{\"values\":[{\"key\":\"event\",\"value\":{\"stringValue\":\""
        "started\"}},{\"key\":\"n\",\"value\":{\"intValue\":3}}]}}},{\"body"
        "\":{\"kvlistValue\":{\"values\":[{\"key\":\"x\",\"value\":{\"array"
        "Value\":{\"values\":[{\"intValue\":\"1\"},{},{\"stringValue\":\"z"
        "\"}]}}}]}}},{\"body\":{\"kvlistValue\":{}},\"eventName\":\"ev\"},{"
        "\"eventName\":\"ev\"}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"sc\",\"message\":\"started\",\"n\":3,\"service.n"
        "ame\":\"svc\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00"
        "\",\"level\":\"INFO\",\"logger\":\"sc\",\"message\":\"{\\\"x\\\":["
        "1,null,\\\"z\\\"]}\",\"service.name\":\"svc\"}\n{\"timestamp\":\"2"
        "026-11-22T10:16:57.395827+00:00\",\"level\":\"INFO\",\"logger\":\""
        "sc\",\"message\":\"{}\",\"event.name\":\"ev\",\"service.name\":\"s"
        "vc\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level"
        "\":\"INFO\",\"logger\":\"sc\",\"message\":\"ev\",\"service.name\":"
        "\"svc\"}\n");
}


static void
test_trace(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"stringVal"
        "ue\":\"a\"},\"traceId\":\"5B8EFFF798038103D269B633813FC60C\",\"spa"
        "nId\":\"EEE19B7EC3C1B174\"},{\"body\":{\"stringValue\":\"b\"},\"tr"
        "aceId\":\"W47/95gDgQPSabYzgT/GDA==\",\"spanId\":\"7uGKQyRGH3g=\"},"
        "{\"body\":{\"stringValue\":\"c\"},\"traceId\":\"000000000000000000"
        "00000000000000\",\"spanId\":\"\"},{\"body\":{\"stringValue\":\"d\""
        "},\"traceId\":\"no\"}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"sc\",\"message\":\"a\",\"trace_id\":\"5b8efff798"
        "038103d269b633813fc60c\",\"span_id\":\"eee19b7ec3c1b174\",\"servic"
        "e.name\":\"svc\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:"
        "00\",\"level\":\"INFO\",\"logger\":\"sc\",\"message\":\"b\",\"trac"
        "e_id\":\"5b8efff798038103d269b633813fc60c\",\"span_id\":\"eee18a43"
        "24461f78\",\"service.name\":\"svc\"}\n{\"timestamp\":\"2026-11-22T"
        "10:16:57.395827+00:00\",\"level\":\"INFO\",\"logger\":\"sc\",\"mes"
        "sage\":\"c\",\"service.name\":\"svc\"}\n{\"timestamp\":\"2026-11-2"
        "2T10:16:57.395827+00:00\",\"level\":\"INFO\",\"logger\":\"sc\",\"m"
        "essage\":\"d\",\"trace_id\":\"no\",\"service.name\":\"svc\"}\n");
}


static void
test_exceptions(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"stringVal"
        "ue\":\"a\"},\"attributes\":[{\"key\":\"exception.type\",\"value\":"
        "{\"stringValue\":\"E\"}},{\"key\":\"exception.message\",\"value\":"
        "{\"stringValue\":\"m\"}},{\"key\":\"exception.stacktrace\",\"value"
        "\":{\"stringValue\":\"E: m\\n at x\"}}]},{\"body\":{\"stringValue"
        "\":\"b\"},\"attributes\":[{\"key\":\"exception.type\",\"value\":{"
        "\"stringValue\":\"E\"}},{\"key\":\"exception.message\",\"value\":{"
        "\"stringValue\":\"m\"}}]}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"sc\",\"message\":\"a\",\"exception\":\"E: m\\n "
        "at x\",\"exception.type\":\"E\",\"exception.message\":\"m\",\"serv"
        "ice.name\":\"svc\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+0"
        "0:00\",\"level\":\"ERROR\",\"logger\":\"sc\",\"message\":\"b\",\"e"
        "xception\":\"E: m\",\"exception.type\":\"E\",\"exception.message\""
        ":\"m\",\"service.name\":\"svc\"}\n");
}


static void
test_http(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"stringVal"
        "ue\":\"a\"},\"attributes\":[{\"key\":\"http.request.method\",\"val"
        "ue\":{\"stringValue\":\"GET\"}},{\"key\":\"url.path\",\"value\":{"
        "\"stringValue\":\"/x\"}},{\"key\":\"http.response.status_code\",\""
        "value\":{\"intValue\":200}},{\"key\":\"level\",\"value\":{\"string"
        "Value\":\"debug\"}},{\"key\":\"logger\",\"value\":{\"stringValue\""
        ":\"other\"}}]}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"DE"
        "BUG\",\"logger\":\"sc\",\"message\":\"a\",\"method\":\"GET\",\"pat"
        "h\":\"/x\",\"status_code\":200,\"extra_logger\":\"other\",\"servic"
        "e.name\":\"svc\"}\n");
}


static void
test_lines(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"stringVal"
        "ue\":\"ERROR boom\"}}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"ER"
        "ROR\",\"logger\":\"sc\",\"message\":\"ERROR boom\",\"service.name"
        "\":\"svc\"}\n");
}


static void
test_json(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"stringVal"
        "ue\":\"{\\\"level\\\":\\\"warn\\\",\\\"msg\\\":\\\"m\\\"}\"}}]}]}]"
        "}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"WA"
        "RNING\",\"logger\":\"sc\",\"message\":\"m\",\"service.name\":\"svc"
        "\"}\n");
}


static void
test_names(void **state)
{
    check_records(
        "{\"resource_logs\":[{\"resource\":{},\"scope_logs\":[{\"scope\":{}"
        ",\"log_records\":[{\"time_unix_nano\":1795343554848000000,\"severi"
        "ty_number\":9,\"body\":{\"string_value\":\"a\"},\"attributes\":[{"
        "\"key\":\"k\",\"value\":{\"int_value\":\"5\"}}]}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:32:34.848000+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"a\",\"k\":5}\n");
}


static void
test_context(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"unknown\"},\"logRecords\":[{\"body\":{\"stri"
        "ngValue\":\"a\"}}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"svc\",\"message\":\"a\",\"service.name\":\"svc\""
        "}\n");

    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"unknown_service:node\"}}]},"
        "\"scopeLogs\":[{\"scope\":{\"name\":\"\"},\"logRecords\":[{\"body"
        "\":{\"stringValue\":\"a\"}}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"a\"}\n");

    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.version\",\"value\":{\"stringValue\":\"v\"}},{\"key\":\"host.na"
        "me\",\"value\":{\"stringValue\":\"v\"}},{\"key\":\"host.id\",\"val"
        "ue\":{\"stringValue\":\"v\"}},{\"key\":\"process.pid\",\"value\":{"
        "\"stringValue\":\"v\"}},{\"key\":\"deployment.environment\",\"valu"
        "e\":{\"stringValue\":\"v\"}},{\"key\":\"k8s.pod.name\",\"value\":{"
        "\"stringValue\":\"v\"}},{\"key\":\"telemetry.sdk.name\",\"value\":"
        "{\"stringValue\":\"v\"}},{\"key\":\"os.type\",\"value\":{\"stringV"
        "alue\":\"v\"}}]},\"scopeLogs\":[{\"scope\":{\"name\":\"sc\"},\"log"
        "Records\":[{\"body\":{\"stringValue\":\"a\"}}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"sc\",\"message\":\"a\",\"service.version\":\"v\""
        ",\"host.name\":\"v\",\"deployment.environment\":\"v\",\"k8s.pod.na"
        "me\":\"v\"}\n");

    check_records(
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"s"
        "tringValue\":\"a\"}}],\"scope\":{\"name\":\"s1\"}},{\"logRecords\""
        ":[{\"body\":{\"stringValue\":\"b\"}},{\"body\":{\"stringValue\":\""
        "c\"}}]},{\"logRecords\":[{\"body\":{\"stringValue\":\"d\"}}],\"sco"
        "pe\":{\"name\":\"s3\"}}],\"resource\":{\"attributes\":[{\"key\":\""
        "service.name\",\"value\":{\"stringValue\":\"svc\"}}]}},{\"scopeLog"
        "s\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"e\"}}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"s1\",\"message\":\"a\",\"service.name\":\"svc\"}"
        "\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\""
        "INFO\",\"logger\":\"svc\",\"message\":\"b\",\"service.name\":\"svc"
        "\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\""
        ":\"INFO\",\"logger\":\"svc\",\"message\":\"c\",\"service.name\":\""
        "svc\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"leve"
        "l\":\"INFO\",\"logger\":\"s3\",\"message\":\"d\",\"service.name\":"
        "\"svc\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"le"
        "vel\":\"INFO\",\"logger\":\"\",\"message\":\"e\"}\n");

    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"instrumentation"
        "LibraryLogs\":[{\"instrumentationLibrary\":{\"name\":\"lib\"},\"lo"
        "gs\":[{\"body\":{\"stringValue\":\"a\"}}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"lib\",\"message\":\"a\",\"service.name\":\"svc\""
        "}\n");

    check_records(
        "{\"resourceLogs\":[{\"schemaUrl\":\"x\\\"]}\",\"resource\":{\"x\":"
        "[1,{\"y\":\"}\"}],\"attributes\":[]},\"n\":-1.5e3,\"t\":true,\"sco"
        "peLogs\":[1,\"x\",null,[{}],{\"scope\":null,\"logRecords\":[{\"bod"
        "y\":{\"stringValue\":\"a\"}}],\"z\":{}}]}],\"more\":{\"a\":[1]}}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"a\"}\n");
}


static void
test_errors(void **state)
{
    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"stringVal"
        "ue\":\"a\"}},1,{bad},{\"body\":{\"stringValue\":\"b\"}}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"sc\",\"message\":\"a\",\"service.name\":\"svc\"}"
        "\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\""
        "INFO\",\"logger\":\"sc\",\"message\":\"b\",\"service.name\":\"svc"
        "\"}\n");

    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"stringVal"
        "ue\":\"a\"}},",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"sc\",\"message\":\"a\",\"service.name\":\"svc\"}"
        "\n");

    check_records(
        "{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[{\"scope\":{},"
        "\"logRecords\":[{\"body\":{\"stringValue\":\"a\"}}]}oops\n{\"resou"
        "rceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name"
        "\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{\"scope"
        "\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"stringValue\":\""
        "b\"}}]}]}]}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"a\"}\n{\"timestamp\":\"2026-11-"
        "22T10:16:57.395827+00:00\",\"level\":\"INFO\",\"logger\":\"sc\",\""
        "message\":\"b\",\"service.name\":\"svc\"}\n");

    check_records(
        "{\"resourceLogs\":[]}",
        "");

    check_records(
        "{\"resourceLogs\":[{}]}",
        "");

    check_records(
        "{\"resourceLogs\":[{\"scopeLogs\":[]}]}",
        "");

    check_records(
        "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"servi"
        "ce.name\",\"value\":{\"stringValue\":\"svc\"}}]},\"scopeLogs\":[{"
        "\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\"body\":{\"stringVal"
        "ue\":\"a\"}}]}]}]}\n{\"resourceLogs\":[{\"resource\":{\"attributes"
        "\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"svc\"}}"
        "]},\"scopeLogs\":[{\"scope\":{\"name\":\"sc\"},\"logRecords\":[{\""
        "body\":{\"stringValue\":\"b\"}}]}]}]}{\"message\":\"c\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"sc\",\"message\":\"a\",\"service.name\":\"svc\"}"
        "\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\""
        "INFO\",\"logger\":\"sc\",\"message\":\"b\",\"service.name\":\"svc"
        "\"}\n{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\""
        ":\"INFO\",\"logger\":\"\",\"message\":\"c\"}\n");

    check_records(
        "{\"resourceLogs\":5,\"message\":\"m\"}",
        "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\",\"level\":\"IN"
        "FO\",\"logger\":\"\",\"message\":\"m\",\"resourceLogs\":5}\n");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_severity),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_trace),
        cmocka_unit_test(test_exceptions),
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_context),
        cmocka_unit_test(test_errors)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
