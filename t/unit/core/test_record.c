
/* SPDX-License-Identifier: BSD-2-Clause */


#include "record.h"
#include "../calendar.h"


#define X_40  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"


static void
test_level_parse(void **state)
{
    rsl_str_t    s;
    rsl_level_t  level;

    (void) state;

    for (level = 0; level < RSL_LEVELS; level++) {
        assert_int_equal(
            rsl_record_level_parse(&rsl_record_level_names[level]), level);
    }

    s = string("cRiTiCaL");
    assert_int_equal(rsl_record_level_parse(&s), RSL_LEVEL_CRITICAL);

    s = string("warn");
    assert_int_equal(rsl_record_level_parse(&s), RSL_LEVELS);

    s = string("INFO ");
    assert_int_equal(rsl_record_level_parse(&s), RSL_LEVELS);

    s.data = NULL;
    s.len = 0;
    assert_int_equal(rsl_record_level_parse(&s), RSL_LEVELS);
}


static void
test_render_exact(void **state)
{
    rsl_line_t     line;
    rsl_record_t   record;

    static const char  full[] =
        "{\"_seq\":0000000000000000,"
        "\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\","
        "\"level\":\"WARNING\",\"logger\":\"rackscope.api\","
        "\"message\":\"line \\\"1\\\"\\nline 2\",\"request_id\":\"c0ffee\","
        "\"duration_ms\":12.5e0,\"method\":\"GET\",\"path\":\"/api/x?y=1\","
        "\"status_code\":503,\"exception\":\"Traceback\\n\\tboom\","
        "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\","
        "\"span_id\":\"00f067aa0ba902b7\","
        "\"rack_id\":\"a01-r02\",\"ctx\":{\"k\\n\":\"v\",\"n\":null},"
        "\"list\":[1,\"a\\\"b\",{}],\"truncated\":true}";

    static const char  empty[] =
        "{\"_seq\":0000000000000000,"
        "\"timestamp\":\"1970-01-01T00:00:00.000000+00:00\","
        "\"level\":\"DEBUG\",\"logger\":\"\",\"message\":\"\"}";

    (void) state;

    record = record_full();
    record.timestamp = 1795342617395827;
    record.truncated = 1;

    rsl_record_render(&record, buf, sizeof(full) - 1, &line);

    assert_int_equal(line.len, sizeof(full) - 1);
    assert_memory_equal(buf, full, sizeof(full) - 1);

    memset(&record, 0, sizeof(rsl_record_t));

    rsl_record_render(&record, buf, RSL_LINE_MIN, &line);

    assert_int_equal(line.len, sizeof(empty) - 1);
    assert_memory_equal(buf, empty, sizeof(empty) - 1);
}


static void
test_timestamps(void **state)
{
    char           expected[64];
    size_t         i;
    int64_t        us;
    rsl_line_t     line;
    rsl_record_t   record;

    static const int64_t  special[] = {
        INT64_MIN, -1, 0, 951782399999999, 951782400000000, 951868800000000,
        4107542399999999, 4107542400000000, 253402300799999999,
        253402300800000000, INT64_MAX
    };

    (void) state;

    memset(&record, 0, sizeof(rsl_record_t));

    for (i = 0; i < 20000; i++) {
        us = (i < sizeof(special) / sizeof(special[0]))
             ? special[i] : (int64_t) i * 12670115123457;

        record.timestamp = us;
        rsl_record_render(&record, buf, RSL_LINE_MIN, &line);

        us = (us < 0) ? 0 : us;
        us = (us > 253402300799999999) ? 253402300799999999 : us;

        calendar_print(expected, sizeof(expected), us / 1000000);
        (void) sprintf(expected + 19, ".%06u+00:00",
                       (unsigned) (us % 1000000));

        assert_memory_equal(buf + 38, expected, 32);
    }
}


static void
test_status_codes(void **state)
{
    size_t        i;
    json_t       *json;
    rsl_line_t    line;
    rsl_record_t  record;

    static const int  codes[] = { 0, 1, 200, -1, INT32_MAX, INT32_MIN };

    (void) state;

    for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        memset(&record, 0, sizeof(rsl_record_t));
        record.status_code = codes[i];

        json = render(&record, RSL_LINE_MIN, &line);
        assert_int_equal(
            json_integer_value(json_object_get(json, "status_code")),
            codes[i]);
        json_decref(json);
    }
}


static void
test_escapes(void **state)
{
    u_char        text[128];
    json_t       *json;
    unsigned      n, shift;
    rsl_line_t    line;
    rsl_record_t  record;

    (void) state;

    memset(&record, 0, sizeof(rsl_record_t));

    for (n = 0; n < 128; n++) {
        text[n] = (u_char) n;
    }

    record.message.data = text;
    record.message.len = 128;

    json = render(&record, 1024, &line);
    json_decref(json);

    assert_non_null(strstr((char *) buf, "\"\\u0000\\u0001"));
    assert_non_null(strstr((char *) buf,
                           "\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e"));
    assert_non_null(strstr((char *) buf, "\\u001f !\\\"#"));
    assert_non_null(strstr((char *) buf, "./0"));

    /* each character of ASCII at each place of a block, and behind it */

    for (n = 0; n < 128; n++) {
        for (shift = 0; shift < 20; shift++) {
            memset(text, 'x', 20);
            text[shift] = (u_char) n;
            record.message.len = 20;

            json = render(&record, 1024, &line);
            assert_int_equal(cut(json, "logger", ""), 0);
            assert_int_equal(assert_cut(json_object_get(json, "message"),
                                        &record.message), 0);
            json_decref(json);
        }
    }
}


/*
 * Each text at each distance from the beginning and the end of a string.  The
 * memory ends where the string does, so that the sanitizer sees it if more is
 * read.
 */

static void
test_escapes_at_every_place(void **state)
{
    char          expected[256];
    size_t        i, len, before, after;
    u_char       *text;
    rsl_line_t    line;
    rsl_record_t  record;

    static const struct {
        const char  *text;
        const char  *escaped;
    } tests[] = {
        { "", "" },
        { "\"", "\\\"" },
        { "\n", "\\n" },
        { "\x1f", "\\u001f" },
        { "\x7f", "\x7f" },
        { "\n\\\"\n", "\\n\\\\\\\"\\n" },
        { "\xc3\xa4", "\xc3\xa4" },
        { "\xe2\x82\xac\xc3\xa4\n", "\xe2\x82\xac\xc3\xa4\\n" },
        { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
        { "\xff", "\xef\xbf\xbd" },
        { "\xe2\x82", "\xef\xbf\xbd" },
        { "\xf0\x9f\x98", "\xef\xbf\xbd" },
        { "\xed\xa0", "\xef\xbf\xbd\xef\xbf\xbd" }
    };

    (void) state;

    memset(&record, 0, sizeof(rsl_record_t));

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        len = strlen(tests[i].text);

        for (before = 0; before < 40; before++) {
            for (after = 0; after < 40; after++) {
                record.message.len = before + len + after;

                text = malloc(record.message.len + 1);
                assert_non_null(text);

                memset(text + 1, 'x', record.message.len);
                memcpy(text + 1 + before, tests[i].text, len);

                record.message.data = text + 1;

                (void) sprintf(expected, "\"%.*s%s%.*s\"}",
                               (int) before, X_40, tests[i].escaped,
                               (int) after, X_40);

                rsl_record_render(&record, buf, RSL_LINE_MIN, &line);

                assert_int_equal(line.message_len, strlen(expected) - 3);
                assert_memory_equal(buf + line.message - 1, expected,
                                    strlen(expected));

                free(text);
            }
        }
    }
}


/* A line may fill its room to the last byte, whatever it ends with. */

static void
test_exact_room(void **state)
{
    size_t        i, len;
    u_char        text[RSL_LINE_MIN];
    json_t       *json;
    rsl_line_t    line;
    rsl_record_t  record;

    static const char *const  tests[] = {
        "", "x", "\n", "\x01", "\xc3\xa4", "\xf0\x9f\x98\x80", "\xff"
    };

    (void) state;

    memset(text, 'x', sizeof(text));
    memset(&record, 0, sizeof(rsl_record_t));

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        record.message = string(tests[i]);
        record.logger.data = text;
        record.logger.len = 0;

        rsl_record_render(&record, buf, RSL_LINE_MIN, &line);
        len = line.len;

        for (record.logger.len = RSL_LINE_MIN - len - 40;
             record.logger.len <= RSL_LINE_MIN - len;
             record.logger.len++)
        {
            json = render(&record, RSL_LINE_MIN, &line);

            assert_int_equal(line.len, len + record.logger.len);
            assert_null(json_object_get(json, "truncated"));
            json_decref(json);
        }

        json = render(&record, RSL_LINE_MIN, &line);
        assert_non_null(json_object_get(json, "truncated"));
        json_decref(json);
    }
}


static void
test_ill_formed(void **state)
{
    json_t       *json;
    u_char        text[3000];
    size_t        n;
    rsl_line_t    line;
    rsl_record_t  record;

    (void) state;

    memset(&record, 0, sizeof(rsl_record_t));

    record.message = string("a\xff" "b\xe2\x82" "c\xf0\x9f\x98");
    record.extra = extra("k\x80", RSL_VALUE_STRING, "\xc0\xaf", NULL);

    json = render(&record, 1024, &line);
    assert_int_equal(cut(json, "message",
                         "a\xef\xbf\xbd" "b\xef\xbf\xbd" "c\xef\xbf\xbd"), 0);
    assert_int_equal(cut(json, "k\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd"),
                     0);
    json_decref(json);

    for (n = 0; n < sizeof(text); n++) {
        text[n] = (u_char) (0x80 + n % 128);
    }

    record.message.data = text;
    record.message.len = sizeof(text);
    record.extra->text = record.message;
    record.extra->key = record.message;

    for (n = RSL_LINE_MIN; n < 12000; n += 7) {
        json_decref(render(&record, n, &line));
    }
}


static void
test_value_print(void **state)
{
    rsl_str_t     text;
    rsl_arena_t  *arena;
    rsl_record_t  record;

    (void) state;

    arena = rsl_arena_create(64);
    assert_non_null(arena);

    record = record_full();

    assert_int_equal(rsl_json_print(arena, record.extra, &text), RSL_OK);
    assert_int_equal(text.len, 9);
    assert_memory_equal(text.data, "\"a01-r02\"", 9);

    assert_int_equal(rsl_json_print(arena, record.extra->next, &text),
                     RSL_OK);
    assert_int_equal(text.len, 20);
    assert_memory_equal(text.data, "{\"k\\n\":\"v\",\"n\":null}", 20);

    assert_int_equal(rsl_json_print(arena, record.extra->next->next, &text),
                     RSL_OK);
    assert_int_equal(text.len, 13);
    assert_memory_equal(text.data, "[1,\"a\\\"b\",{}]", 13);

    rsl_arena_destroy(arena);
}


static void
test_request(void **state)
{
    size_t         i;
    rsl_arena_t   *arena;
    rsl_record_t   record;

    static const struct {
        const char  *method;
        const char  *path;
        int          status;
        const char  *message;
    } tests[] = {
        { "GET", "/api/x", 200, "GET /api/x - 200" },
        { "GET", "/", 9, "GET / - 009" },
        { "GET", "", 400, "GET - 400" },
        { "", "", 400, "no request - 400" }
    };

    (void) state;

    arena = rsl_arena_create(16);
    assert_non_null(arena);

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        memset(&record, 0, sizeof(rsl_record_t));

        record.method = string(tests[i].method);
        record.path = string(tests[i].path);
        record.status_code = tests[i].status;

        assert_int_equal(rsl_record_request(arena, &record), RSL_OK);
        assert_int_equal(record.message.len, strlen(tests[i].message));
        assert_memory_equal(record.message.data, tests[i].message,
                            record.message.len);
    }

    rsl_arena_destroy(arena);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_level_parse),
        cmocka_unit_test(test_render_exact),
        cmocka_unit_test(test_timestamps),
        cmocka_unit_test(test_status_codes),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_escapes_at_every_place),
        cmocka_unit_test(test_exact_room),
        cmocka_unit_test(test_ill_formed),
        cmocka_unit_test(test_value_print),
        cmocka_unit_test(test_request)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
