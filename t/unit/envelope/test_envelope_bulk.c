
/* SPDX-License-Identifier: BSD-2-Clause */


/* Bulk requests of Elasticsearch, and what only begins like one. */


#include "whole.h"


#define TIME     "\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\","

#define RECORD(level, message)                                                \
    "{" TIME "\"level\":\"" level "\",\"logger\":\"\",\"message\":\"" message \
    "\"}\n"

#define ANSWER(errors)                                                        \
    "200 application/json {\"took\":0,\"errors\":" errors ",\"items\":["

#define ITEM(action, status)  "{\"" action "\":{\"status\":" #status "}}"

#define USUAL(accepted)                                                       \
    "200 application/json {\"accepted\":" accepted ",\"filtered\":0,"         \
    "\"rejected\":0,\"errors\":[]}"


static void
check(const char *data, const char *text)
{
    rsl_envelope_request_t  request;

    request = body_request("application/x-ndjson", "/_bulk");

    body_check(&request, data, strlen(data), text);
}


static void
test_bulk(void **state)
{
    check("{\"index\":{\"_index\":\"logs\"}}\n"
          "{\"message\":\"a\",\"level\":\"error\"}\n"
          "{\"create\":{}}\n"
          "{\"message\":\"b\",\"level\":\"info\"}\n"
          "{\"delete\":{\"_id\":\"1\"}}\n"
          "{\"update\":{\"_id\":\"1\"}}\n"
          "{\"doc\":{\"message\":\"c\"},\"doc_as_upsert\":true}\n"
          "{\"update\":{\"_id\":\"1\"}}\n"
          "{\"script\":{},\"upsert\":{\"message\":\"d\"}}\n",
          RECORD("ERROR", "a") RECORD("INFO", "b") RECORD("INFO", "c")
          RECORD("INFO", "d")
          ANSWER("false") ITEM("index", 201) "," ITEM("create", 201) ","
          ITEM("delete", 200) "," ITEM("update", 200) ","
          ITEM("update", 200) "]}");

    check("{ \"index\" : { \"_index\" : \"test\" } }\r\n\r\n"
          "{\"message\":\"a\"}\r\n\n\n"
          "  {\"index\":{}}\n"
          "{\"message\":\"b\"}",
          RECORD("INFO", "a") RECORD("INFO", "b")
          ANSWER("false") ITEM("index", 201) "," ITEM("index", 201) "]}");

    check("{\"delete\":{}}", ANSWER("false") ITEM("delete", 200) "]}");

    check("\n \r\n {\t\"index\":{}}\n{\"message\":\"a\"}\n",
          RECORD("INFO", "a") ANSWER("false") ITEM("index", 201) "]}");
}


static void
test_errors(void **state)
{
    check("{\"index\":{}}\n"
          "{\"message\":\"a\"\n"
          "{\"index\":{}}\n"
          "{\"message\":\"b\"}\n"
          "{\"index\":{}}\n"
          "[1]\n"
          "{\"update\":{}}\n"
          "{\"script\":{}}\n"
          "{\"create\":{}}\n"
          "{\"create\":{}}\n"
          "{\"message\":\"c\"}\n"
          "{\"message\":\"lost\"}\n"
          "{\"create\":{}}\n",
          RECORD("INFO", "b") RECORD("INFO", "c")
          ANSWER("true") ITEM("index", 400) "," ITEM("index", 201) ","
          ITEM("index", 400) "," ITEM("update", 400) "," ITEM("create", 400)
          "," ITEM("create", 201) "," ITEM("index", 400) ","
          ITEM("create", 400) "]}");

    /* nested too deeply */
    check("{\"index\":{}}\n"
          "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
          "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1"
          "}}}}}}}}}}}}}}}}}\n"
          "{\"create\":{}}\n"
          "{\"message\":\"b\"}\n",
          RECORD("INFO", "b")
          ANSWER("true") ITEM("index", 400) "," ITEM("create", 201) "]}");

    check("{\"index\":{}}\n", ANSWER("true") ITEM("index", 400) "]}");
    check("{\"index\":{}}\nx", ANSWER("true") ITEM("index", 400) "]}");
}


static void
test_no_bulk(void **state)
{
    check("{\"index\":5,\"message\":\"a\"}\n{\"index\":6,\"message\":\"b\"}\n",
          "{" TIME "\"level\":\"INFO\",\"logger\":\"\",\"message\":\"a\","
          "\"index\":5}\n"
          "{" TIME "\"level\":\"INFO\",\"logger\":\"\",\"message\":\"b\","
          "\"index\":6}\n" USUAL("2"));

    check("{\"index\":{},\"message\":\"a\"}",
          "{" TIME "\"level\":\"INFO\",\"logger\":\"\",\"message\":\"a\","
          "\"index\":{}}\n" USUAL("1"));

    check("{\"index\"\n:{},\n\"message\":\"a\"}\n{\"message\":\"b\"}",
          "{" TIME "\"level\":\"INFO\",\"logger\":\"\",\"message\":\"a\","
          "\"index\":{}}\n" RECORD("INFO", "b") USUAL("2"));

    check("{\"delete\"", RECORD("INFO", "{\\\"delete\\\"") USUAL("1"));
}


/* A document of any size is a record, and so is what begins with its name. */

static void
test_large(void **state)
{
    char                    *data;
    size_t                   i, j, len;
    body_t                   body;
    rsl_envelope_request_t   request;

    static const size_t  pieces[] = { 5000000, 65536, 999 };

    static const char *const  heads[] = {
        "{\"index\":{}}\n{\"level\":\"error\",\"message\":\"",
        "{\"index\":1,\"level\":\"error\",\"message\":\""
    };

    static const char  tail[] =
        "\"}\n{\"index\":{}}\n{\"message\":\"b\"}\n";

    len = 3 * 1024 * 1024;
    data = malloc(len + 1);
    assert_non_null(data);

    request = body_request("", "/");

    for (i = 0; i < 3; i++) {

        for (j = 0; j < 2; j++) {
            memset(data, 'x', len);
            memcpy(data, heads[j], strlen(heads[j]));
            memcpy(data + len - strlen(tail), tail, strlen(tail));

            memset(&body, 0, sizeof(body_t));
            assert_int_equal(body_run(&body, &request, data, len, 0, pieces[i]),
                             RSL_OK);
            assert_non_null(strstr(body.text, "\"ERROR\""));
            assert_non_null(strstr(body.text, "\"message\":\"xxx"));
            assert_non_null(strstr(body.text, "\"message\":\"b\""));
            assert_non_null(strstr(body.text, j ? "\"accepted\":3"
                                   : ANSWER("false") ITEM("index", 201) ","
                                     ITEM("index", 201) "]}"));
            body_free(&body);
        }
    }

    free(data);
}


/* There is an answer for each of very many items, of very many kinds. */

static void
test_many(void **state)
{
    char                    *data;
    size_t                   i, len;
    body_t                   body;
    rsl_envelope_request_t   request;

    static const char  one[] = "{\"index\":{}}\n{}\n{\"create\":{}}\nx\n";

    len = 40000 * (sizeof(one) - 1);
    data = malloc(len);
    assert_non_null(data);

    for (i = 0; i < 40000; i++) {
        memcpy(data + i * (sizeof(one) - 1), one, sizeof(one) - 1);
    }

    request = body_request("", "/");
    memset(&body, 0, sizeof(body_t));

    assert_int_equal(body_run(&body, &request, data, len, 0, 65536), RSL_OK);
    assert_int_equal(body.accepted, 40000);

    len = strlen(body.text);
    i = len - (sizeof("{\"create\":{\"status\":400}},"
                      "{\"create\":{\"status\":400}}]}") - 1);

    assert_string_equal(body.text + i, "{\"create\":{\"status\":400}},"
                                       "{\"create\":{\"status\":400}}]}");
    body_free(&body);
    free(data);
}


static void
test_fails(void **state)
{
    body_t                  body;
    rsl_envelope_request_t  request;

    request = body_request("", "/");

    memset(&body, 0, sizeof(body_t));
    body.failing = 1;
    assert_int_equal(body_run(&body, &request, "{\"index\":{}}\n{}\nx", 16, 0,
                              99),
                     RSL_ERROR);
    body_free(&body);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_bulk),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_no_bulk),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_fails)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
