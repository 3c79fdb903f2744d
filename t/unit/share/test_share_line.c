
/* SPDX-License-Identifier: BSD-2-Clause */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "share/rsl_share_internal.h"


#define SIZE  2048

#define HEAD  "{\"_seq\":0000000000000000,"                                   \
              "\"timestamp\":\"2026-11-28T10:00:00.000000+00:00\","           \
              "\"level\":\"INFO\",\"logger\":\"\",\"message\":\"m\""


static const char *
line_check(const char *text, rsl_line_t *line)
{
    rsl_str_t  s;

    s.data = (const u_char *) text;
    s.len = strlen(text);

    return rsl_share_line(&s, SIZE, line);
}


/* What the module renders is taken, and described in the same way. */

static void
line_same(const rsl_record_t *record, size_t size)
{
    u_char       buf[SIZE];
    rsl_str_t    s;
    rsl_line_t   rendered, found;
    const char  *why;

    memset(&rendered, 0, sizeof(rendered));

    rsl_record_render(record, buf, size, &rendered);

    s.data = buf;
    s.len = rendered.len;

    why = rsl_share_line(&s, size, &found);

    if (why) {
        fail_msg("%s: %.*s", why, (int) s.len, s.data);
    }

    assert_memory_equal(&rendered, &found, sizeof(rsl_line_t));
}


static void
test_rendered(void **state)
{
    char          text[4096];
    size_t        i;
    rsl_value_t   extras[6];
    rsl_record_t  record;

    memset(&record, 0, sizeof(record));
    memset(extras, 0, sizeof(extras));

    line_same(&record, SIZE);

#define set(s, literal)                                                       \
    (s).data = (const u_char *) literal;                                      \
    (s).len = sizeof(literal) - 1

    record.timestamp = INT64_C(1795342617395827);
    record.level = RSL_LEVEL_CRITICAL;
    set(record.logger, "a\"b\\c");
    set(record.message, "line\nline\t\x01\x1f\x7f\xc3\xa4 \xf0\x9f\x90\x99 /");
    line_same(&record, SIZE);

    set(record.request_id, "r-1");
    set(record.duration_ms, "1.5e-3");
    set(record.method, "GET");
    set(record.path, "/x");
    record.status_code = 200;
    set(record.exception, "Traceback\n  x");
    set(record.trace_id, "0123456789abcdef0123456789abcdef");
    set(record.span_id, "0123456789abcdef");
    line_same(&record, SIZE);

    extras[0].type = RSL_VALUE_STRING;
    set(extras[0].key, "k\n\"");
    set(extras[0].text, "v");
    extras[0].next = &extras[1];
    extras[1].type = RSL_VALUE_SCALAR;
    set(extras[1].key, "n");
    set(extras[1].text, "-0.5E+7");
    extras[1].next = &extras[2];
    extras[2].type = RSL_VALUE_ARRAY;
    set(extras[2].key, "a");
    extras[2].next = &extras[3];
    extras[3].type = RSL_VALUE_OBJECT;
    set(extras[3].key, "o");
    extras[3].child = &extras[4];
    extras[4].type = RSL_VALUE_ARRAY;
    set(extras[4].key, "_seq");
    extras[4].child = &extras[5];
    extras[5].type = RSL_VALUE_SCALAR;
    set(extras[5].text, "null");
    record.extra = extras;
    line_same(&record, SIZE);

    record.truncated = 1;
    line_same(&record, SIZE);
    record.truncated = 0;

    /* whatever is cut, in any size */

    for (i = 0; i < sizeof(text); i++) {
        text[i] = "ab\n\"\\\xc3"[i % 6];
    }

    record.message.data = (u_char *) text;
    record.message.len = sizeof(text);
    record.exception = record.message;

    for (i = RSL_LINE_MIN; i < SIZE; i++) {
        line_same(&record, i);
    }
}


static void
test_refused(void **state)
{
    size_t       i;
    rsl_line_t   line;

    static const char  *cases[] = {
        "", "{", "{}", "null", "[]", HEAD, HEAD "}}", HEAD "} ", " " HEAD "}",
        HEAD ",}", HEAD ",\"a\"}", HEAD ",\"a\":}", HEAD ",a:1}",
        HEAD ", \"a\":1}", HEAD ",\"a\": 1}", HEAD ",\"a\":1 }",
        HEAD ",\"a\":NaN}", HEAD ",\"a\":Infinity}", HEAD ",\"a\":01}",
        HEAD ",\"a\":+1}", HEAD ",\"a\":1.}", HEAD ",\"a\":.5}",
        HEAD ",\"a\":1e}", HEAD ",\"a\":-}", HEAD ",\"a\":tru}",
        HEAD ",\"a\":[1,]}", HEAD ",\"a\":[,1]}", HEAD ",\"a\":[1}}",
        HEAD ",\"a\":{\"b\":1]}", HEAD ",\"a\":{\"b\"}}", HEAD ",\"a\":{1:2}}",
        HEAD ",\"a\":[}", HEAD ",\"a\":\"}", HEAD ",\"a\":\"\\x\"}",
        HEAD ",\"a\":\"\\u0041\"}", HEAD ",\"a\":\"\\u00\"}",
        HEAD ",\"a\":\"\\/\"}", HEAD ",\"a\":\"\\\"}",
        HEAD ",\"a\":\"\t\"}", HEAD "}\n", HEAD ",\"a\":\"\xff\"}",
        HEAD ",\"a\":\"\xed\xa0\x80\"}",

        /* a name of a field twice, or of another type */
        HEAD ",\"_seq\":1}", HEAD ",\"level\":\"ERROR\"}",
        HEAD ",\"\\u005fseq\":1}", HEAD ",\"message\":\"x\"}",
        HEAD ",\"path\":\"a\",\"path\":\"b\"}", HEAD ",\"path\":1}",
        HEAD ",\"status_code\":\"1\"}", HEAD ",\"truncated\":false}",
        HEAD ",\"request_id\":{}}",

        /* the head is another one */
        "{\"_seq\":000000000000000,\"timestamp\":"
        "\"2026-11-28T10:00:00.000000+00:00\",\"level\":\"INFO\","
        "\"logger\":\"\",\"message\":\"m\"}",
        "{\"_seq\":0000000000000000,\"timestamp\":"
        "\"2026-11-28 10:00:00.000000+00:00\",\"level\":\"INFO\","
        "\"logger\":\"\",\"message\":\"m\"}",
        "{\"_seq\":0000000000000000,\"timestamp\":"
        "\"2026-11-28T10:00:00.000000+00:00\",\"level\":\"INFOS\","
        "\"logger\":\"\",\"message\":\"m\"}",
        "{\"_seq\":0000000000000000,\"timestamp\":"
        "\"2026-11-28T10:00:00.000000+00:00\",\"level\":\"INFO\","
        "\"message\":\"m\",\"logger\":\"\"}"
    };

    assert_null(line_check(HEAD "}", &line));
    assert_int_equal(line.level, RSL_LEVEL_INFO);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (line_check(cases[i], &line) == NULL) {
            fail_msg("%s is taken", cases[i]);
        }
    }
}


static void
test_bounded(void **state)
{
    char        text[SIZE + 100];
    size_t      i, n;
    rsl_line_t  line;

    /* as deep as the module goes, and deeper than anybody needs */

    for (n = 16; n <= 40; n += 24) {
        strcpy(text, HEAD ",\"a\":");

        for (i = 0; i < n; i++) {
            strcat(text, "[");
        }

        strcat(text, "1");

        for (i = 0; i < n; i++) {
            strcat(text, "]");
        }

        strcat(text, "}");

        assert_int_equal(line_check(text, &line) == NULL, n == 16);
    }

    memset(text, 'a', sizeof(text));
    memcpy(text, HEAD ",\"a\":\"", sizeof(HEAD ",\"a\":\"") - 1);

    strcpy(text + SIZE - 2, "\"}");
    assert_null(line_check(text, &line));

    text[SIZE - 2] = 'a';
    strcpy(text + SIZE - 1, "\"}");
    assert_string_equal(line_check(text, &line),
                        "it is longer than entry_size");
}


static void
test_numbers(void **state)
{
    size_t              i, n;
    u_char              buf[RSL_SHARE_ORIGIN_LEN];
    uint64_t            value;
    rsl_str_t           s;
    rsl_share_origin_t  origin, read;

    static const struct {
        const char  *text;
        int          rc;
    } cases[] = {
        { "0", RSL_OK }, { "1", RSL_OK }, { "8999999999999999", RSL_OK },
        { "9000000000000000", RSL_DECLINED }, { "", RSL_DECLINED },
        { "-1", RSL_DECLINED }, { "1.0", RSL_DECLINED },
        { "1e3", RSL_DECLINED },
        { "00000000000000001", RSL_DECLINED }, { " 1", RSL_DECLINED }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        s.data = (const u_char *) cases[i].text;
        s.len = strlen(cases[i].text);

        assert_int_equal(rsl_share_number(&s, &value), cases[i].rc);
    }

    origin.p = UINT64_C(0x0123456789abcdef);
    origin.n = 42;

    n = rsl_share_number_origin(buf, &origin);
    assert_int_equal(n, 19);
    assert_memory_equal(buf, "0123456789abcdef:42", 19);

    s.data = buf;
    s.len = n;
    assert_int_equal(rsl_share_number_read_origin(&s, &read), RSL_OK);
    assert_true(read.p == origin.p && read.n == 42);

    s.len = 17;
    assert_int_equal(rsl_share_number_read_origin(&s, &read), RSL_DECLINED);

    buf[17] = '0';
    s.len = 19;
    assert_int_equal(rsl_share_number_read_origin(&s, &read), RSL_DECLINED);

    buf[17] = '1';
    buf[10] = 'A';
    assert_int_equal(rsl_share_number_read_origin(&s, &read), RSL_DECLINED);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rendered),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_numbers)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
