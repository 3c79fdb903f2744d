
/* SPDX-License-Identifier: BSD-2-Clause */


/* systemd's export format. */


#include "whole.h"


#define JOURNAL  "application/vnd.fdo.journal"

#define TIME     "\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\","

#define ANSWER(accepted, rejected)                                            \
    "200 application/json {\"accepted\":" accepted ",\"filtered\":0,"         \
    "\"rejected\":" rejected ",\"errors\":["

#define ERROR(index, place, detail)                                           \
    "{\"index\":" index ",\"detail\":\"line " place ": " detail "\"}"

#define NO_FIELD                                                              \
    "this line of the journal is no field; a field is NAME=value, or NAME "   \
    "and a value with its length before it"

#define NO_NEWLINE                                                            \
    "a value of the journal does not end where its length says"

#define ENDS  "the journal breaks off within a value"

#define RECORD(level, message)                                                \
    "{" TIME "\"level\":\"" level "\",\"logger\":\"\",\"message\":\"" message \
    "\"}\n"


static void
check_bytes(const char *type, const char *data, size_t len, const char *text)
{
    rsl_envelope_request_t  request;

    request = body_request(type, "/upload");

    body_check(&request, data, len, text);
}


static void
check(const char *data, const char *text)
{
    check_bytes(JOURNAL, data, strlen(data), text);
}


static void
test_upload(void **state)
{
    static const char  data[] =
        "__CURSOR=s=c1;i=1\n"
        "__REALTIME_TIMESTAMP=1795834212661197\n"
        "MESSAGE=payment failed\n"
        "PRIORITY=3\n"
        "SYSLOG_IDENTIFIER=orders\n"
        "_PID=7\n"
        "\n"
        "__CURSOR=s=c1;i=2\n"
        "__REALTIME_TIMESTAMP=1795834212661198\n"
        "SYSLOG_IDENTIFIER=orders\n"
        "MESSAGE\n"
        "\x3a\0\0\0\0\0\0\0" "boom\n"
        "Traceback (most recent call last):\n"
        "ValueError: xxxxxx\n"
        "PRIORITY=2\n"
        "\n";

    static const char  text[] =
        "{\"timestamp\":\"2026-11-28T02:50:12.661197+00:00\","
        "\"level\":\"ERROR\",\"logger\":\"orders\","
        "\"message\":\"payment failed\","
        "\"__CURSOR\":\"s=c1;i=1\",\"_PID\":\"7\"}\n"
        "{\"timestamp\":\"2026-11-28T02:50:12.661198+00:00\","
        "\"level\":\"CRITICAL\",\"logger\":\"orders\",\"message\":\"boom\","
        "\"exception\":\"Traceback (most recent call last):\\n"
        "ValueError: xxxxxx\",\"__CURSOR\":\"s=c1;i=2\"}\n"
        ANSWER("2", "0") "]}";

    check_bytes(JOURNAL, data, sizeof(data) - 1, text);
    check_bytes("text/plain", data, sizeof(data) - 1, text);
    check_bytes("", data, sizeof(data) - 2, text);
    check_bytes("", data, sizeof(data) - 3, text);
}


static void
test_lines(void **state)
{
    check("\n\nMESSAGE=a\n\n\n\nMESSAGE=b\n\nMESSAGE=",
          RECORD("INFO", "a") RECORD("INFO", "b") RECORD("INFO", "")
          ANSWER("3", "0") "]}");

    /* lines of a traceback are one record */

    check("MESSAGE=Traceback (most recent call last):\n_PID=7\n\n"
          "MESSAGE=  File \"x.py\", line 3, in f\n_PID=7\n\n"
          "MESSAGE=ValueError: x\n_PID=7\n\n",
          "{" TIME "\"level\":\"ERROR\",\"logger\":\"\","
          "\"message\":\"Traceback (most recent call last):\","
          "\"exception\":\"  File \\\"x.py\\\", line 3, in f\\n"
          "ValueError: x\",\"_PID\":\"7\"}\n"
          ANSWER("3", "0") "]}");

    /* of what a service writes to its standard output, the text says it */

    check("MESSAGE=ERROR no\nPRIORITY=6\n_TRANSPORT=stdout\n\n",
          "{" TIME "\"level\":\"ERROR\",\"logger\":\"\","
          "\"message\":\"ERROR no\",\"_TRANSPORT\":\"stdout\"}\n"
          ANSWER("1", "0") "]}");
}


/* An object in the line is the record, also beside a level of the sender's. */

static void
test_object(void **state)
{
    check("MESSAGE={\"level\":\"warn\",\"msg\":\"m\",\"a\":1}\n"
          "PRIORITY=6\n_TRANSPORT=journal\nSYSLOG_IDENTIFIER=s\n",
          "{" TIME "\"level\":\"WARNING\",\"logger\":\"s\",\"message\":"
          "\"m\",\"a\":1,\"PRIORITY\":\"6\",\"_TRANSPORT\":\"journal\"}\n"
          ANSWER("1", "0") "]}");

    check("MESSAGE={\"msg\":\"m\"}\nPRIORITY=3\n",
          RECORD("ERROR", "m") ANSWER("1", "0") "]}");
}


static void
test_twice(void **state)
{
    check("MESSAGE=a\nX=1\nX=2\nY=\nX=3\n",
          "{" TIME "\"level\":\"INFO\",\"logger\":\"\",\"message\":\"a\","
          "\"X\":[\"1\",\"2\",\"3\"],\"Y\":\"\"}\n"
          ANSWER("1", "0") "]}");

    check("MESSAGE=\xff\n",
          "{" TIME "\"level\":\"INFO\",\"logger\":\"\","
          "\"message\":\"\xef\xbf\xbd\"}\n"
          ANSWER("1", "0") "]}");
}


static void
test_binary(void **state)
{
    static const char  empty[] = "MESSAGE\n\0\0\0\0\0\0\0\0\nX=1\n";

    static const char  wrong[] =
        "MESSAGE=a\n\n"
        "MESSAGE\n\3\0\0\0\0\0\0\0abcd\nX=1\n\n"
        "MESSAGE=b\n";

    static const char  beyond[] =
        "MESSAGE=a\n\nMESSAGE\n\3\0\0\0\0\0\0\xff" "abcd\nX=1\n\n";

    check_bytes(JOURNAL, empty, sizeof(empty) - 1,
                "{" TIME "\"level\":\"INFO\",\"logger\":\"\","
                "\"message\":\"\",\"X\":\"1\"}\n" ANSWER("1", "0") "]}");

    check_bytes(JOURNAL, wrong, sizeof(wrong) - 1,
                RECORD("INFO", "a") RECORD("INFO", "b")
                ANSWER("2", "1") ERROR("1", "4, column 1", NO_NEWLINE) "]}");

    check_bytes(JOURNAL, beyond, sizeof(beyond) - 1,
                RECORD("INFO", "a")
                ANSWER("1", "1") ERROR("1", "7, column 1", ENDS) "]}");

    check_bytes(JOURNAL, beyond, 15,
                RECORD("INFO", "a")
                ANSWER("1", "1") ERROR("1", "4, column 1", ENDS) "]}");
    check_bytes(JOURNAL, beyond, 19,
                RECORD("INFO", "a")
                ANSWER("1", "1") ERROR("1", "4, column 1", ENDS) "]}");
}


static void
test_wrong(void **state)
{
    check("MESSAGE=a\nno field\nX=1\n\nMESSAGE=b\n\n",
          RECORD("INFO", "b")
          ANSWER("1", "1") ERROR("0", "2, column 1", NO_FIELD) "]}");

    check("Hello\n",
          "422 application/json {\"accepted\":0,\"filtered\":0,\"rejected\":1,"
          "\"errors\":[" ERROR("0", "1, column 1", NO_FIELD) "],"
          "\"detail\":\"line 1, column 1: " NO_FIELD "\"}");

    /* this is something else, whatever it is called */

    check("{\"message\":\"m\"}\n", RECORD("INFO", "m") ANSWER("1", "0") "]}");
    check("hello", RECORD("INFO", "hello") ANSWER("1", "0") "]}");
}


static void
test_large(void **state)
{
    char                    *data;
    size_t                   i, len;
    body_t                   body;
    rsl_envelope_request_t   request;

    static const size_t  pieces[] = { 5000000, 65536, 999 };

    len = 3 * 1024 * 1024;
    data = malloc(len);
    assert_non_null(data);

    request = body_request(JOURNAL, "/");

    memset(data, 'x', len);
    memcpy(data, "MESSAGE=a\nX=", 12);
    memcpy(data + len - 40, "\nMESSAGE=lost\n\nMESSAGE=b\nPRIORITY=3\n\n", 37);
    len -= 3;

    for (i = 0; i < 3; i++) {
        memset(&body, 0, sizeof(body_t));
        assert_int_equal(body_run(&body, &request, data, len, 0, pieces[i]),
                         RSL_OK);
        assert_non_null(strstr(body.text, "\"message\":\"a\",\"X\":\"xxx"));
        assert_null(strstr(body.text, "lost"));
        assert_non_null(strstr(body.text, "\"ERROR\""));
        assert_non_null(strstr(body.text, ANSWER("2", "0")));
        body_free(&body);
    }

    /* a binary value, of which more is announced than comes */

    memcpy(data, "MESSAGE=a\nX\n\0\0\1\0\0\0\0\0", 20);

    memset(&body, 0, sizeof(body_t));
    assert_int_equal(body_run(&body, &request, data, 65536 + 20, 0, 777),
                     RSL_OK);
    assert_non_null(strstr(body.text, "\"message\":\"a\",\"X\":\"xxx"));
    body_free(&body);

    /* what is behind so many fields is left out */

    memcpy(data, "MESSAGE=a\n", 10);

    for (i = 10; i < 10 + 1000 * 6; i += 6) {
        (void) sprintf(data + i, "F%03u=\n", (unsigned) (i / 6 % 1000));
    }

    memset(&body, 0, sizeof(body_t));
    assert_int_equal(body_run(&body, &request, data, 6010, 0, 777), RSL_OK);
    assert_non_null(strstr(body.text, "\"F255\":\"\"}"));
    body_free(&body);

    free(data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_upload),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_object),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_large)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
