
/* SPDX-License-Identifier: BSD-2-Clause */


/* OTLP and Loki in protobuf: the same records as in JSON. */


#include "wire.h"
#include "whole.h"


#define PROTOBUF  "application/x-protobuf"

#define USUAL(status, accepted, rejected, rest)                               \
    status " application/json {\"accepted\":" accepted ",\"filtered\":0,"     \
    "\"rejected\":" rejected ",\"errors\":[" rest


#define RECORD(message)                                                       \
    "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\","                    \
    "\"level\":\"INFO\",\"logger\":\"\",\"message\":\"" message "\"}\n"


static const char  otlp_json[] =
    "{\"resourceLogs\":[{\"resource\":{\"attributes\":["
    "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"orders\"}},"
    "{\"key\":\"process.pid\",\"value\":{\"intValue\":\"7\"}}]},"
    "\"scopeLogs\":[{\"scope\":{\"name\":\"pay\"},\"logRecords\":["
    "{\"timeUnixNano\":\"1795343492890000000\",\"severityNumber\":17,"
    "\"body\":{\"stringValue\":\"payment failed\"},\"attributes\":["
    "{\"key\":\"request_id\",\"value\":{\"stringValue\":\"req-1\"}},"
    "{\"key\":\"n\",\"value\":{\"intValue\":\"-7\"}},"
    "{\"key\":\"d\",\"value\":{\"doubleValue\":0.5}},"
    "{\"key\":\"t\",\"value\":{\"boolValue\":true}},"
    "{\"key\":\"l\",\"value\":{\"arrayValue\":{\"values\":["
    "{\"stringValue\":\"a\"},{\"intValue\":1}]}}},"
    "{\"key\":\"o\",\"value\":{\"kvlistValue\":{\"values\":["
    "{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}}]}}}],"
    "\"traceId\":\"5b8efff798038103d269b633813fc60c\","
    "\"spanId\":\"eee19b7ec3c1b174\"},"
    "{\"timeUnixNano\":\"1795343492891000000\",\"severityText\":\"WARN\","
    "\"body\":{\"stringValue\":\"slow\"}}]},"
    "{\"logRecords\":[{\"body\":{\"stringValue\":\"third\"}}]}]}]}";

static const char  loki_json[] =
    "{\"streams\":[{\"stream\":{\"level\":\"error\",\"app\":\"orders\","
    "\"zone\":\"a\\\"b\"},\"values\":["
    "[\"1795343492890000000\",\"payment failed\",{\"requestId\":\"req-1\"}],"
    "[\"1795343492891000001\",\"{\\\"message\\\":\\\"m\\\","
    "\\\"level\\\":\\\"warn\\\"}\"]]},"
    "{\"stream\":{},\"values\":[[\"1795343492892000000\",\"third\"]]}]}";


static wire_t
text_value(const char *text)
{
    wire_t  wire;

    wire = wire_new();
    wire_text(&wire, 1, text);

    return wire;
}


static wire_t
number_value(unsigned field, uint64_t number)
{
    wire_t  wire;

    wire = wire_new();

    if (field == 4) {
        wire_fixed(&wire, 4, number, 8);

    } else {
        wire_number(&wire, field, number);
    }

    return wire;
}


static wire_t
nested_value(unsigned field, wire_t list)
{
    wire_t  wire;

    wire = wire_new();
    wire_message(&wire, field, list);

    return wire;
}


static wire_t
pair(const char *key, wire_t value)
{
    wire_t  wire;

    wire = wire_new();
    wire_text(&wire, 1, key);
    wire_message(&wire, 2, value);

    return wire;
}


static wire_t
log_record(void)
{
    wire_t  wire, list;

    wire = wire_new();
    wire_fixed(&wire, 1, 1795343492890000000, 8);
    wire_number(&wire, 2, 17);
    wire_message(&wire, 5, text_value("payment failed"));
    wire_message(&wire, 6, pair("request_id", text_value("req-1")));
    wire_message(&wire, 6, pair("n", number_value(3, (uint64_t) -7)));
    wire_message(&wire, 6, pair("d", number_value(4, 0x3fe0000000000000)));
    wire_message(&wire, 6, pair("t", number_value(2, 1)));

    list = wire_new();
    wire_message(&list, 1, text_value("a"));
    wire_message(&list, 1, number_value(3, 1));
    wire_message(&wire, 6, pair("l", nested_value(5, list)));

    list = wire_new();
    wire_message(&list, 1, pair("k", text_value("v")));
    wire_message(&wire, 6, pair("o", nested_value(6, list)));

    wire_text(&wire, 9, "\x5b\x8e\xff\xf7\x98\x03\x81\x03"
                        "\xd2\x69\xb6\x33\x81\x3f\xc6\x0c");
    wire_text(&wire, 10, "\xee\xe1\x9b\x7e\xc3\xc1\xb1\x74");

    return wire;
}


/* "late": what stands around the records comes behind them. */

static wire_t
otlp(int late)
{
    wire_t  wire, resource, group, scope, record;

    resource = wire_new();
    wire_message(&resource, 1, pair("service.name", text_value("orders")));
    wire_message(&resource, 1, pair("process.pid", number_value(3, 7)));

    group = wire_new();

    if (!late) {
        wire_message(&group, 1, resource);
    }

    scope = wire_new();

    if (!late) {
        wire_message(&scope, 1, text_value("pay"));
    }

    wire_message(&scope, 2, log_record());

    record = wire_new();
    wire_fixed(&record, 1, 1795343492891000000, 8);
    wire_text(&record, 3, "WARN");
    wire_message(&record, 5, text_value("slow"));
    wire_message(&scope, 2, record);

    if (late) {
        wire_message(&scope, 1, text_value("pay"));
    }

    wire_message(&group, 2, scope);

    scope = wire_new();
    record = wire_new();
    wire_message(&record, 5, text_value("third"));
    wire_message(&scope, 2, record);
    wire_message(&group, 2, scope);

    if (late) {
        wire_message(&group, 1, resource);
    }

    wire = wire_new();
    wire_message(&wire, 1, group);

    return wire;
}


static wire_t
entry(uint64_t seconds, uint64_t nanos, const char *line)
{
    wire_t  wire, timestamp;

    timestamp = wire_new();
    wire_number(&timestamp, 1, seconds);
    wire_number(&timestamp, 2, nanos);

    wire = wire_new();
    wire_message(&wire, 1, timestamp);
    wire_text(&wire, 2, line);

    return wire;
}


static wire_t
loki(void)
{
    wire_t  wire, stream, record, metadata;

    metadata = wire_new();
    wire_text(&metadata, 1, "requestId");
    wire_text(&metadata, 2, "req-1");

    record = entry(1795343492, 890000000, "payment failed");
    wire_message(&record, 3, metadata);

    stream = wire_new();
    wire_text(&stream, 1,
              "{level=\"error\", app=\"orders\", zone=\"a\\\"b\"}");
    wire_message(&stream, 2, record);
    wire_message(&stream, 2, entry(1795343492, 891000001,
                                   "{\"message\":\"m\",\"level\":\"warn\"}"));
    wire_number(&stream, 3, 12345);

    wire = wire_new();
    wire_message(&wire, 1, stream);

    stream = wire_new();
    wire_text(&stream, 1, "{}");
    wire_message(&stream, 2, entry(1795343492, 892000000, "third"));
    wire_message(&wire, 1, stream);

    return wire;
}


/* The records of the JSON, with another answer. */

static char *
records_of(const char *json, const char *answer)
{
    char                    *text, *p;
    body_t                   body;
    rsl_envelope_request_t   request;

    request = body_request("application/json", "/");
    memset(&body, 0, sizeof(body_t));

    assert_int_equal(body_run(&body, &request, json, strlen(json), 0,
                              strlen(json)),
                     RSL_OK);
    assert_int_equal(body.accepted, 3);

    p = body.text + body.len;

    while (p[-1] != '\n') {
        p--;
    }

    text = malloc((size_t) (p - body.text) + strlen(answer) + 1);
    assert_non_null(text);
    memcpy(text, body.text, (size_t) (p - body.text));
    (void) strcpy(text + (p - body.text), answer);

    body_free(&body);

    return text;
}


static void
check_wire(wire_t wire, const char *text)
{
    rsl_envelope_request_t  request;

    request = body_request(PROTOBUF, "/v1/logs");
    body_check(&request, (char *) wire.data, wire.len, text);

    request = body_request("application/protobuf; x=y", "/");
    body_check(&request, (char *) wire.data, wire.len, text);

    wire_free(&wire);
}


static void
test_otlp(void **state)
{
    char  *text;

    text = records_of(otlp_json, "200 application/x-protobuf ");

    check_wire(otlp(0), text);
    check_wire(otlp(1), text);

    free(text);
}


/* It is known by its bytes, too; lines of one character are no protobuf. */

static void
test_type(void **state)
{
    char                    *text;
    wire_t                   wire;
    rsl_envelope_request_t   request;

    static const char  lines[] = "\n~\nx\nx\nx\n";
    static const char  blank[] = "\n\n\n\n\n\n\n\n\n\n\n\nm\n";

    text = records_of(otlp_json, "200 application/x-protobuf ");
    wire = otlp(0);

    request = body_request("application/json", "/");
    body_check(&request, (char *) wire.data, wire.len, text);

    wire_free(&wire);
    free(text);

    body_check(&request, lines, sizeof(lines) - 1,
               RECORD("~") RECORD("x") RECORD("x") RECORD("x")
               USUAL("200", "4", "0", "]}"));

    body_check(&request, blank, sizeof(blank) - 1,
               RECORD("m") USUAL("200", "1", "0", "]}"));
}


static void
test_loki(void **state)
{
    char  *text;

    text = records_of(loki_json, "204 - ");

    check_wire(loki(), text);

    free(text);
}


static void
test_answers(void **state)
{
    char    text[300];
    wire_t  wire, group, scope, record;

    static const char  detail[] = "the record is no protobuf";

    check_wire(wire_new(), "200 application/x-protobuf ");

    /* one of two records */

    scope = wire_new();
    wire_text(&scope, 2, "\x0a\xff");
    record = wire_new();
    wire_message(&record, 5, text_value("a"));
    wire_message(&scope, 2, record);
    group = wire_new();
    wire_message(&group, 2, scope);
    wire = wire_new();
    wire_message(&wire, 1, group);

    (void) snprintf(text, sizeof(text),
                    "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\","
                    "\"level\":\"INFO\",\"logger\":\"\",\"message\":\"a\"}\n"
                    "200 application/x-protobuf \x0a%c\x08\x01\x12%c%s",
                    (int) sizeof(detail) - 1 + 4, (int) sizeof(detail) - 1,
                    detail);
    check_wire(wire, text);

    /* none of it */

    wire = wire_new();
    wire_bytes(&wire, "\x0a\x05\x0b", 3);
    check_wire(wire,
               USUAL("422", "0", "1", "{\"index\":0,\"detail\":\"line 1, "
                     "column 3: this is no protobuf: no field begins here\"}],"
                     "\"detail\":\"line 1, column 3: this is no protobuf: no "
                     "field begins here\"}"));
}


/* JSON that is called protobuf. */

static void
test_json(void **state)
{
    rsl_envelope_request_t  request;

    request = body_request(PROTOBUF, "/");

    body_check(&request, "{\"message\":\"m\"}\n", 16,
               RECORD("m") USUAL("200", "1", "0", "]}"));
}


/* Labels as Go quotes them, and what is not quite so. */

static void
test_labels(void **state)
{
    size_t        i;
    rsl_str_t     text, json;
    rsl_arena_t  *arena;
    rsl_value_t  *labels;

    static const struct {
        const char  *text;
        const char  *json;
    } cases[] = {
        { "", "{}" },
        { "{}", "{}" },
        { "{a=\"b\"}", "{\"a\":\"b\"}" },
        { "{a=\"b\",c=\"\"}", "{\"a\":\"b\",\"c\":\"\"}" },
        { "{ a=\"\\n\\t\\\\\\\"\\a\", }", "{\"a\":\"\\n\\t\\\\\\\"\\u0007\"}" },
        { "{a=\"\\x41\\u00e9\\U0001F600\\q\"}",
          "{\"a\":\"A\xc3\xa9\xf0\x9f\x98\x80q\"}" },
        { "{a=\"\\xff\\ud800\\Uffffffff\"}",
          "{\"a\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
          "\xef\xbf\xbd\"}" },
        { "{a=\"\\x4\"}", "{\"a\":\"x4\"}" },
        { "{a=\"b\",c=\"d", "{\"a\":\"b\"}" },
        { "{a=\"b\",c", "{\"a\":\"b\"}" },
        { "{a=\"b\",c=d}", "{\"a\":\"b\"}" },
        { "{a=\"b\\", "{}" },
        { "{a=\"b\\\"", "{}" },
        { "{\xff=\"b\"}", "{\"\xef\xbf\xbd\":\"b\"}" }
    };

    arena = rsl_arena_create(1024);
    assert_non_null(arena);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text.data = (const u_char *) cases[i].text;
        text.len = strlen(cases[i].text);

        assert_int_equal(rsl_envelope_labels(arena, &text, &labels), RSL_OK);
        assert_int_equal(rsl_json_print(arena, labels, &json), RSL_OK);

        assert_int_equal(json.len, strlen(cases[i].json));
        assert_memory_equal(json.data, cases[i].json, json.len);
    }

    rsl_arena_destroy(arena);
}


/* A time that cannot be is none, and a line may be missing. */

static void
test_entries(void **state)
{
    size_t  i;
    wire_t  wire, stream;

    static const struct {
        uint64_t     seconds;
        uint64_t     nanos;
    } times[] = {
        { UINT64_MAX, 0 },
        { 0, 1000000000 },
        { 9223372036, 5 },
        { 1, UINT64_MAX }
    };

    for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        stream = wire_new();
        wire_text(&stream, 1, "{}");
        wire_message(&stream, 2, entry(times[i].seconds, times[i].nanos, "a"));
        wire = wire_new();
        wire_message(&wire, 1, stream);

        check_wire(wire, "{\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\","
                         "\"level\":\"INFO\",\"logger\":\"\","
                         "\"message\":\"a\"}\n204 - ");
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_otlp),
        cmocka_unit_test(test_type),
        cmocka_unit_test(test_loki),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_entries)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
