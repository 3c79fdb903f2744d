
/* SPDX-License-Identifier: BSD-2-Clause */


/* What is known and not read, and what only looks like that. */


#include "whole.h"


static void
check_request(const rsl_envelope_request_t *request, const char *data,
    size_t len, unsigned status, const char *word)
{
    char     head[8];
    size_t   i;
    body_t   body;

    (void) snprintf(head, sizeof(head), "%u ", status);

    for (i = 0; i <= len; i++) {
        memset(&body, 0, sizeof(body_t));

        assert_int_not_equal(body_run(&body, request, data, len, i,
                                      (i == 1) ? 1 : len + 1),
                             RSL_ERROR);

        assert_memory_equal(body.text, head, 4);
        assert_non_null(strstr(body.text, word));
        assert_int_equal(body.accepted, 0);

        body_free(&body);
    }
}


static void
check(const char *type, const char *path, unsigned status, const char *word)
{
    rsl_envelope_request_t  request;

    request = body_request(type, path);

    check_request(&request, "{\"message\":\"m\"}", 15, status, word);
}


static void
check_bytes(const char *data, size_t len, const char *word)
{
    rsl_envelope_request_t  request;

    request = body_request("", "/");

    check_request(&request, data, len, 415, word);
}


static void
check_object(const char *data, const char *word)
{
    rsl_envelope_request_t  request;

    request = body_request("application/json", "/");

    check_request(&request, data, strlen(data), 422, word);
}


static void
check_taken(const char *type, const char *path, const char *data, size_t len)
{
    size_t                  i;
    body_t                  body;
    rsl_envelope_request_t  request;

    request = body_request(type, path);

    for (i = 0; i < 2; i++) {
        memset(&body, 0, sizeof(body_t));

        assert_int_equal(body_run(&body, &request, data, len, 0, i ? 1 : len),
                         RSL_OK);
        assert_int_equal(body.accepted, 1);

        body_free(&body);
    }
}


static void
test_types(void **state)
{
    size_t                  i;
    rsl_envelope_request_t  request;

    static const char *const  types[][2] = {
        { "multipart/form-data; boundary=x", "multipart" },
        { "Multipart/Mixed", "multipart" },
        { "application/msgpack", "MessagePack" },
        { "application/x-msgpack", "MessagePack" },
        { "application/vnd.msgpack", "MessagePack" },
        { "application/logplex-1", "logplex" },
        { "application/x-sentry-envelope", "Sentry" },
        { "application/grpc", "gRPC" },
        { "application/grpc-web+proto", "gRPC" },
        { "application/vnd.google.protobuf; charset=x", "protobuf" },
        { "application/x-thrift", "Thrift" },
        { "application/vnd.apache.thrift.binary", "Thrift" },
        { "application/cbor", "CBOR" },
        { "application/bson", "BSON" },
        { "application/avro", "Avro" },
        { "avro/binary", "Avro" },
        { "application/zip", "ZIP" },
        { "application/pdf", "application/json" },
        { "IMAGE/png", "application/json" },
        { "video/mp4", "application/json" }
    };

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        check(types[i][0], "/", 415, types[i][1]);
    }

    check("application/json", "/v1/traces", 415, "OTLP");
    check("application/x-protobuf", "/otlp/v1/metrics", 415, "OTLP");
    check("application/x-protobuf", "/api/v1/write", 415, "Prometheus");
    check("", "/api/1/envelope/", 422, "Sentry");
    check("text/plain", "/api/1/store/", 422, "Sentry");

    request = body_request("", "/");
    request.sentry = 1;
    check_request(&request, "{}", 2, 422, "Sentry");

    request = body_request("application/json", "/");
    request.firehose = 1;
    check_request(&request, "{}", 2, 415, "Firehose");

    check_taken("application/json;charset=utf-8", "/v1/logs",
                "{\"message\":\"m\"}", 15);
    check_taken("application/gzip", "/store", "{}", 2);
    check_taken("application/zipper", "/v1/traces/", "{}", 2);
    check_taken("multipart", "/envelope", "{}", 2);
    check_taken("application/octet-stream", "/", "{}", 2);
}


#define check_literal(data, word)  check_bytes(data, sizeof(data) - 1, word)
#define take_literal(data)                                                    \
    check_taken("", "/", data, sizeof(data) - 1)


static void
test_bytes(void **state)
{
    check_literal("\x82\xa5level\xa4info", "MessagePack");
    check_literal("\x92\xa3tag\x90", "MessagePack");
    check_literal("\x93\x82\xa1" "a\x01", "MessagePack");
    check_literal("\xdc\x00\x20\x82\xa1" "a\x01", "MessagePack");
    check_literal("\xdd\x00\x00\x00\x20\x82\xa1" "a\x01", "MessagePack");
    check_literal("\xde\x00\x20\xd9\x20" "a\x01", "MessagePack");
    check_literal("\xdf\x00\x00\x00\x20\xa1" "a\x01", "MessagePack");
    check_literal("\x1e\x0f" "12345678\x00\x02", "GELF");
    check_literal("2W\0\0\0\x05", "Lumberjack");
    check_literal("1W\0\0\0\x05", "Lumberjack");
    check_literal("Obj\x01\x04\x16", "Avro");
    check_literal("\xd9\xd9\xf7\xa0", "CBOR");
    check_literal("PK\x03\x04\x14", "ZIP");

    /* a separator of JSON, and texts in several encodings */

    take_literal("\x1e{\"message\":\"m\"}\n");
    take_literal("2W of power");
    take_literal("2W");
    take_literal("Object");
    take_literal("PKI");
    take_literal("\xdc\xa3\xdc\xa0\n");
    take_literal("\xdf\xa0");
    take_literal("\xde\xa0\xde\xa0");
    take_literal("\x93Hello\x94");
    take_literal("\x80 5");
    take_literal("\x81");
    take_literal("\xd9\x81");
    take_literal("\xc3\xa9");
}


static void
test_objects(void **state)
{
    check_object("{\"resourceSpans\":[{\"resource\":{}}]}", "OTLP");
    check_object("{\"resourceMetrics\":[]}", "OTLP");
    check_object("{\"resource_spans\":[{}]}\n", "OTLP");
    check_object("{\"data\":{\"timestamp\":1,\"environment\":\"p\","
                 "\"level\":\"info\",\"notifier\":{},\"body\":{\"message\":"
                 "{\"body\":\"started\"}}}}", "Rollbar");
    check_object("{\"access_token\":\"t\",\"data\":{\"environment\":\"p\","
                 "\"body\":{}}}", "Rollbar");
    check_object("{\"event_id\":\"1\",\"platform\":\"python\",\"sdk\":{},"
                 "\"level\":\"error\",\"message\":\"m\"}", "Sentry");
    check_object("{\"level\":\"error\",\"event_id\":\"1\",\"platform\":\"p\","
                 "\"exception\":{\"values\":[]}}", "Sentry");
    check_object("{\"event_id\":\"1\",\"sent_at\":\"t\",\"sdk\":{}}\n"
                 "{\"type\":\"event\"}\n{\"message\":\"m\"}\n", "Sentry");
    check_object("{\"sent_at\":\"t\",\"sdk\":{}}\n{\"type\":\"sessions\"}\n{}",
                 "Sentry");
    check_object("{\"event_id\":\"1\",\"dsn\":\"https://x\"}\n", "Sentry");
    check_object("{\"requestId\":\"r\",\"timestamp\":1795834212661,"
                 "\"records\":[{\"data\":\"aGVsbG8=\"}]}", "Firehose");
    check_object("{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\","
                 "\"metadata\":{},\"items\":[{\"level\":\"Metadata\"}]}",
                 "Kubernetes");
    check_object("{\"meta\":{\"sdk\":{},\"app\":{}},\"logs\":["
                 "{\"message\":\"m\",\"level\":\"info\"}]}", "Faro");
    check_object("[{\"resourceSpans\":[]},{\"resourceSpans\":[]}]", "OTLP");

    take_literal("{\"message\":\"m\",\"records\":[{\"data\":\"x\"}]}");
    take_literal("{\"data\":{\"body\":{},\"message\":\"m\"}}");
    take_literal("{\"event_id\":\"1\",\"platform\":\"p\",\"message\":\"m\"}");
    take_literal("{\"sent_at\":\"1\",\"message\":\"m\"}");
    take_literal("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\"}");
    take_literal("{\"meta\":{\"app\":\"x\"},\"message\":\"m\"}");
}


/* An object that is refused does no harm to those around it. */

static void
test_around(void **state)
{
    body_t                  body;
    rsl_envelope_request_t  request;

    static const char  data[] =
        "{\"message\":\"a\"}\n{\"resourceSpans\":[]}\n{\"message\":\"b\"}\n"
        "{\"event_id\":\"1\",\"sent_at\":\"t\"}\n";

    request = body_request("", "/");
    memset(&body, 0, sizeof(body_t));

    assert_int_equal(body_run(&body, &request, data, sizeof(data) - 1, 0, 9),
                     RSL_OK);
    assert_int_equal(body.accepted, 3);
    assert_non_null(strstr(body.text, "200 application/json {\"accepted\":3,"
                           "\"filtered\":0,\"rejected\":1,\"errors\":["
                           "{\"index\":1,\"detail\":\"line 2, column 1: "));
    body_free(&body);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_around)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
