
/* SPDX-License-Identifier: BSD-2-Clause */


/* Messages of protobuf, and the JSON that they would be. */


#include "wire.h"


static void
check_cut(const rsl_envelope_message_t *message, wire_t wire, size_t len,
    const char *json)
{
    int           rc;
    u_char       *copy;
    rsl_str_t     bytes, text;
    const char   *detail;
    rsl_arena_t  *arena;
    rsl_value_t  *value;

    arena = rsl_arena_create(1024);
    assert_non_null(arena);

    copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, wire.data, len);

    bytes.data = copy;
    bytes.len = len;

    rc = rsl_envelope_message(arena, message, &bytes, len < wire.len, &value,
                              &detail);

    assert_int_equal(rc, RSL_OK);
    assert_null(detail);
    assert_int_equal(rsl_json_print(arena, value, &text), RSL_OK);
    assert_int_equal(rsl_utf8_valid(&text), text.len);

    assert_int_equal(text.len, strlen(json));
    assert_memory_equal(text.data, json, text.len);

    free(copy);
    rsl_arena_destroy(arena);
}


static void
check(const rsl_envelope_message_t *message, wire_t wire, const char *json)
{
    check_cut(message, wire, wire.len, json);
    wire_free(&wire);
}


static void
check_refused(const rsl_envelope_message_t *message, wire_t wire,
    const char *word)
{
    rsl_str_t     bytes;
    const char   *detail;
    rsl_arena_t  *arena;
    rsl_value_t  *value;

    arena = rsl_arena_create(1024);
    assert_non_null(arena);

    bytes.data = wire.data;
    bytes.len = wire.len;

    assert_int_equal(rsl_envelope_message(arena, message, &bytes, 0, &value,
                                          &detail),
                     RSL_DECLINED);
    assert_non_null(strstr(detail, word));

    rsl_arena_destroy(arena);
    wire_free(&wire);
}


static wire_t
any_text(const char *text)
{
    wire_t  wire;

    wire = wire_new();
    wire_text(&wire, 1, text);

    return wire;
}


static wire_t
pair(const char *key, wire_t any)
{
    wire_t  wire;

    wire = wire_new();
    wire_text(&wire, 1, key);
    wire_message(&wire, 2, any);

    return wire;
}


static uint64_t
bits(double number)
{
    uint64_t  value;

    memcpy(&value, &number, sizeof(value));

    return value;
}


static void
test_record(void **state)
{
    wire_t  wire, list, any;

    wire = wire_new();
    wire_fixed(&wire, 1, 1795343492890000000, 8);
    wire_number(&wire, 2, 17);
    wire_text(&wire, 3, "ERROR");
    wire_message(&wire, 6, pair("a", any_text("b")));
    wire_message(&wire, 5, any_text("payment failed"));

    any = wire_new();
    wire_number(&any, 3, (uint64_t) -7);
    wire_message(&wire, 6, pair("n", any));

    any = wire_new();
    wire_number(&any, 2, 1);
    list = wire_new();
    wire_message(&list, 1, any);
    wire_message(&list, 1, any_text("x"));
    any = wire_new();
    wire_message(&any, 5, list);
    wire_message(&wire, 6, pair("l", any));

    list = wire_new();
    any = wire_new();
    wire_text(&any, 7, "\xff\x01");
    wire_message(&list, 1, pair("k", any));
    any = wire_new();
    wire_message(&any, 6, list);
    wire_message(&wire, 6, pair("o", any));

    wire_number(&wire, 7, 3);
    wire_fixed(&wire, 8, 1, 4);
    wire_text(&wire, 9, "\x5b\x8e\xff\xf7\x98\x03\x81\x03"
                        "\xd2\x69\xb6\x33\x81\x3f\xc6\x0c");
    wire_text(&wire, 10, "\xee\xe1\x9b\x7e\xc3\xc1\xb1\x74");
    wire_fixed(&wire, 11, UINT64_MAX, 8);
    wire_text(&wire, 12, "e");

    check(&rsl_envelope_message_log_record, wire,
          "{\"timeUnixNano\":\"1795343492890000000\",\"severityNumber\":17,"
          "\"severityText\":\"ERROR\",\"attributes\":["
          "{\"key\":\"a\",\"value\":{\"stringValue\":\"b\"}},"
          "{\"key\":\"n\",\"value\":{\"intValue\":-7}},"
          "{\"key\":\"l\",\"value\":{\"arrayValue\":{\"values\":["
          "{\"boolValue\":true},{\"stringValue\":\"x\"}]}}},"
          "{\"key\":\"o\",\"value\":{\"kvlistValue\":{\"values\":["
          "{\"key\":\"k\",\"value\":{\"bytesValue\":\"/wE=\"}}]}}}],"
          "\"body\":{\"stringValue\":\"payment failed\"},"
          "\"droppedAttributesCount\":3,\"flags\":1,"
          "\"traceId\":\"5b8efff798038103d269b633813fc60c\","
          "\"spanId\":\"eee19b7ec3c1b174\","
          "\"observedTimeUnixNano\":\"18446744073709551615\","
          "\"eventName\":\"e\"}");
}


static void
test_numbers(void **state)
{
    size_t  i;
    char    json[200];
    wire_t  wire, any;

    static const struct {
        double       number;
        const char  *text;
    } doubles[] = {
        { 0, "0" },
        { 0.1, "0.1" },
        { -1.5e300, "-1.5e+300" },
        { 5e-324, "4.94065645841247e-324" },
        { 1.0 / 3, "0.3333333333333333" },
        { 12345678901234567890.0, "1.2345678901234567e+19" },
        { __builtin_inf(), "\"Infinity\"" },
        { -__builtin_inf(), "\"-Infinity\"" },
        { __builtin_nan(""), "\"NaN\"" }
    };

    for (i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
        any = wire_new();
        wire_fixed(&any, 4, bits(doubles[i].number), 8);

        wire = wire_new();
        wire_message(&wire, 5, any);

        (void) snprintf(json, sizeof(json), "{\"body\":{\"doubleValue\":%s}}",
                        doubles[i].text);
        check(&rsl_envelope_message_log_record, wire, json);
    }

    any = wire_new();
    wire_number(&any, 3, (uint64_t) INT64_MIN);
    wire = wire_new();
    wire_message(&wire, 5, any);

    check(&rsl_envelope_message_log_record, wire,
          "{\"body\":{\"intValue\":-9223372036854775808}}");
}


static void
test_bytes(void **state)
{
    size_t  i;
    char    json[100];
    wire_t  wire, any;

    static const char *const  texts[] = { "", "YQ==", "YWI=", "YWJj",
                                          "YWJjZA==" };

    for (i = 0; i < 5; i++) {
        any = wire_new();
        wire_string(&any, 7, "abcd", i);
        wire = wire_new();
        wire_message(&wire, 5, any);

        (void) snprintf(json, sizeof(json),
                        "{\"body\":{\"bytesValue\":\"%s\"}}",
                        texts[i]);
        check(&rsl_envelope_message_log_record, wire, json);
    }

    wire = wire_new();
    wire_message(&wire, 5, any_text("\xff" "a\xc3"));
    check(&rsl_envelope_message_log_record, wire,
          "{\"body\":{\"stringValue\":\"\xef\xbf\xbd" "a\xef\xbf\xbd\"}}");
}


/* What is unknown, or not as it should be, is skipped. */

static void
test_unknown(void **state)
{
    wire_t  wire;

    wire = wire_new();
    wire_number(&wire, 1, 7);
    wire_text(&wire, 2, "x");
    wire_number(&wire, 5, 7);
    wire_fixed(&wire, 9, 7, 8);
    wire_text(&wire, 99, "x");
    wire_fixed(&wire, 3, 7, 4);
    wire_text(&wire, 3, "INFO");
    wire_text(&wire, 3, "WARN");
    wire_message(&wire, 5, any_text("one"));
    wire_message(&wire, 5, any_text("two"));

    check(&rsl_envelope_message_log_record, wire,
          "{\"severityText\":\"WARN\",\"body\":{\"stringValue\":\"two\"}}");

    check(&rsl_envelope_message_log_record, wire_new(), "{}");
}


static void
test_context(void **state)
{
    wire_t  wire;

    wire = wire_new();
    wire_text(&wire, 1, "pay");
    wire_text(&wire, 2, "1.0");

    check_cut(&rsl_envelope_message_scope, wire, 5, "{\"name\":\"pay\"}");
    check_cut(&rsl_envelope_message_scope, wire, 6, "{\"name\":\"pay\"}");
    check_cut(&rsl_envelope_message_scope, wire, 9, "{\"name\":\"pay\"}");
    check_cut(&rsl_envelope_message_scope, wire, 3, "{}");
    wire_free(&wire);

    wire = wire_new();
    wire_message(&wire, 1, pair("service.name", any_text("orders")));
    check(&rsl_envelope_message_resource, wire,
          "{\"attributes\":[{\"key\":\"service.name\","
          "\"value\":{\"stringValue\":\"orders\"}}]}");
}


static void
test_entry(void **state)
{
    wire_t  wire, inner;

    inner = wire_new();
    wire_number(&inner, 1, 1795343492);
    wire_number(&inner, 2, 890000000);
    wire = wire_new();
    wire_message(&wire, 1, inner);
    wire_text(&wire, 2, "started");

    inner = wire_new();
    wire_text(&inner, 1, "requestId");
    wire_text(&inner, 2, "req-1");
    wire_message(&wire, 3, inner);

    check(&rsl_envelope_message_entry, wire,
          "{\"timestamp\":{\"seconds\":1795343492,\"nanos\":890000000},"
          "\"line\":\"started\",\"structuredMetadata\":"
          "[{\"name\":\"requestId\",\"value\":\"req-1\"}]}");
}


static void
test_refused(void **state)
{
    size_t  i;
    wire_t  wire, list, any;

    wire = wire_new();
    wire_text(&wire, 3, "INFO");
    wire.len--;
    check_refused(&rsl_envelope_message_log_record, wire, "no protobuf");

    any = any_text("x");

    for (i = 0; i < 60; i++) {
        list = wire_new();
        wire_message(&list, 1, any);
        any = wire_new();
        wire_message(&any, 5, list);
    }

    wire = wire_new();
    wire_message(&wire, 5, any);
    check_refused(&rsl_envelope_message_log_record, wire, "too deeply");

    wire = wire_new();

    for (i = 0; i < 70000; i++) {
        wire_text(&wire, 6, "");
    }

    check_refused(&rsl_envelope_message_log_record, wire, "values");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_record),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_context),
        cmocka_unit_test(test_entry),
        cmocka_unit_test(test_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
