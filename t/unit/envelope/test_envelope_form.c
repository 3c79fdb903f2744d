
/* SPDX-License-Identifier: BSD-2-Clause */


/* Forms, and what is only called so. */


#include "whole.h"


#define FORM   "application/x-www-form-urlencoded"

#define TIME   "\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\","
#define ONE    "200 application/json {\"accepted\":1,\"filtered\":0,"          \
               "\"rejected\":0,\"errors\":[]}"


static void
check(const char *type, const char *data, const char *text)
{
    rsl_envelope_request_t  request;

    request = body_request(type, "/internal/logs");

    body_check(&request, data, strlen(data), text);
}


static void
test_form(void **state)
{
    check(FORM, "level=error&message=payment+failed",
          "{" TIME "\"level\":\"ERROR\",\"logger\":\"\","
          "\"message\":\"payment failed\"}\n" ONE);

    check("Application/X-WWW-form-urlencoded;charset=UTF-8",
          "levelname=WARNING&name=orders.pay&unknown=a%26b%3d%C3%A9",
          "{" TIME "\"level\":\"WARNING\",\"logger\":\"orders.pay\","
          "\"message\":\"\","
          "\"unknown\":\"a&b=\xc3\xa9\"}\n" ONE);
}


static void
test_python(void **state)
{
    check(FORM,
          "name=orders.pay&msg=started+%25s&args=%28%27up%27%2C%29"
          "&levelname=INFO&levelno=20&exc_info=None&exc_text=None"
          "&created=1795834472.1781497&request_id=req-1",
          "{\"timestamp\":\"2026-11-28T02:54:32.178149+00:00\","
          "\"level\":\"INFO\",\"logger\":\"orders.pay\","
          "\"message\":\"started %s\",\"request_id\":\"req-1\","
          "\"args\":\"('up',)\",\"levelno\":\"20\","
          "\"exc_info\":null,\"exc_text\":null}\n" ONE);
}


/* Of a key that comes twice, the last value counts. */

static void
test_twice(void **state)
{
    check(FORM, "msg=a&x=1&msg=b&x=None&&=y&z",
          "{" TIME "\"level\":\"INFO\",\"logger\":\"\",\"message\":\"b\","
          "\"x\":null}\n" ONE);
    check(FORM, "msg=%00%ff",
          "{" TIME "\"level\":\"INFO\",\"logger\":\"\","
          "\"message\":\"\\u0000\xef\xbf\xbd\"}\n" ONE);
}


static void
test_no_form(void **state)
{
    size_t  i;
    char    text[500];

    static const char *const  lines[] = {
        "payment failed",
        "started",
        "message",
        "a=b&c=d",
        "Level=x",
        "msg=a%2",
        "msg=a%zz",
        "msg=a b",
        "msg=a:b",
        "msg=\xc3\xa9"
    };

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        (void) snprintf(text, sizeof(text),
                        "{" TIME "\"level\":\"INFO\",\"logger\":\"\","
                        "\"message\":\"%s\"}\n" ONE, lines[i]);
        check(FORM, lines[i], text);
    }

    check("text/plain", "level=error&message=x",
          "{" TIME "\"level\":\"INFO\",\"logger\":\"\","
          "\"message\":\"level=error&message=x\"}\n" ONE);

    check(FORM, "{\"message\":\"m\",\"level\":\"error\"}",
          "{" TIME "\"level\":\"ERROR\",\"logger\":\"\",\"message\":\"m\"}\n"
          ONE);

    check(FORM, "", "200 application/json {\"accepted\":0,\"filtered\":0,"
                    "\"rejected\":0,\"errors\":[]}");
}


static void
test_large(void **state)
{
    char                    *data;
    size_t                   i, len;
    body_t                   body;
    rsl_envelope_request_t   request;

    static const size_t  pieces[] = { 5000000, 65536, 1000 };

    len = 3 * 1024 * 1024;
    data = malloc(len);
    assert_non_null(data);

    memset(data, 'x', len);
    memcpy(data, "level=error&msg=", 16);

    request = body_request(FORM, "/");

    for (i = 0; i < 3; i++) {
        memset(&body, 0, sizeof(body_t));
        assert_int_equal(body_run(&body, &request, data, len, 0, pieces[i]),
                         RSL_OK);
        assert_non_null(strstr(body.text, "xx\xe2\x80\xa6 ["));
        assert_non_null(strstr(body.text, ONE));
        body_free(&body);
    }

    /* too many fields are text */

    for (i = 0; i < len - 1; i += 2) {
        memcpy(data + i, "a=&b", 4 < len - i ? 4 : len - i);
    }

    memset(&body, 0, sizeof(body_t));
    assert_int_equal(body_run(&body, &request, data, 10000, 0, 10000), RSL_OK);
    assert_non_null(strstr(body.text, "\"accepted\":1"));
    body_free(&body);

    free(data);
}


static void
test_fails(void **state)
{
    body_t                  body;
    rsl_envelope_request_t  request;

    request = body_request(FORM, "/");

    memset(&body, 0, sizeof(body_t));
    body.failing = 1;
    assert_int_equal(body_run(&body, &request, "level=info&msg=a", 16, 0, 99),
                     RSL_ERROR);
    body_free(&body);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_python),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_no_form),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_fails)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
