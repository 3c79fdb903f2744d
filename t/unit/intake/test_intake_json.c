
/* SPDX-License-Identifier: BSD-2-Clause */


#include <jansson.h>

#include "entry.h"


typedef struct {
    const char  *text;
    size_t       offset;
    int          premature;
    const char  *detail;        /* a part of it */
} error_t;


void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);


/* Which of the next calls of malloc() fails, counted from 1; 0: none. */
static int     allocations;

/* The blocks that jansson was given and has not freed yet, and all of them. */
static size_t  blocks;
static size_t  blocks_given;


/* What comes out of a JSON value that went in as an extra. */

static const char *
value_of(const char *text)
{
    size_t       len;
    char        *line;

    static char  entry[LINE_MAX_TESTED];

    (void) snprintf(entry, sizeof(entry), "{\"message\":\"\",\"v\":%s}", text);

    line = (char *) rest_of(entry);
    line = strstr(line, "\"v\":") + 4;

    len = strlen(line);
    line[len - 1] = '\0';

    return line;
}


static void
test_numbers(void **state)
{
    size_t  i;

    /* what comes out; NULL: what went in */

    static const char  *cases[][2] = {
        { "0", NULL },
        { "-1", NULL },
        { "123456789012345678", NULL },
        { "1234567890123456789", NULL },
        { "9223372036854775807", NULL },
        { "-9223372036854775808", NULL },
        { "9223372036854775808", NULL },
        { "18446744073709551616", NULL },
        { "123456789012345678901234567890", NULL },
        { "-123456789012345678901234567890", NULL },
        { "-0", NULL },

        { "0.1", NULL },
        { "2.0", NULL },
        { "-0.0", NULL },
        { "0.0", NULL },
        { "12.50", "12.5" },
        { "-12.125", NULL },
        { "5.073924000000034", NULL },
        { "1.9942999999999529", NULL },
        { "1795343895.9068747", NULL },
        { "123456789012345.6", NULL },
        { "0.000001", "1e-06" },
        { "0.0005", NULL },
        { "999999999999999.9", NULL },
        { "0.1234567890123456789", NULL },
        { "3.14159265358979323846264338327950288", NULL },
        { "100000000000000000000.5", NULL },
        { "0.00000000000000000000001", "1e-23" },

        { "1e5", "100000.0" },
        { "1e22", "1e+22" },
        { "1E+2", "100.0" },
        { "1.5e-7", "1.5e-07" },
        { "-1e-99", NULL },
        { "5e-324", NULL },
        { "1e308", NULL },
        { "1e309", NULL },
        { "1e999", NULL },
        { "-1e999", NULL },
        { "1E-999", NULL },
        { "1e0000000000000000000000000000001", NULL },
        { "12345678901234567890e999", NULL },
        { "[1,-0,1e999,[123456789012345678901]]", NULL },

        { "NaN", "\"NaN\"" },
        { "Infinity", "\"Infinity\"" },
        { "[-Infinity,NaN]", "[\"-Infinity\",\"NaN\"]" },
        { "\"NaN 1e999 -0 12345678901234567890\"", NULL }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(value_of(cases[i][0]),
                            cases[i][1] ? cases[i][1] : cases[i][0]);
    }
}


/* Every real number comes out as a text that means the same number. */

static void
test_reals(void **state)
{
    char         text[64];
    double       value;
    uint64_t     bits;
    unsigned     i;
    const char  *got;

    (void) state;

    bits = 88172645463325252u;

    for (i = 0; i < 20000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;

        value = (double) (bits % 1000000007) / (double) (1 + i % 1000);

        if (i % 2) {
            memcpy(&value, &bits, sizeof(double));
        }

        if (value != value || value > 1e99 || value < -1e99
            || (value < 1e-99 && value > -1e-99))
        {
            continue;
        }

        (void) snprintf(text, sizeof(text), "%.17g", value);
        got = value_of(text);

        assert_true(strlen(got) <= 24);

        if (strtod(got, NULL) != value) {
            fail_msg("%s became %s", text, got);
        }

        if (strchr(text, '.') != NULL) {
            assert_true(strpbrk(got, ".e") != NULL);
        }
    }
}


/* A client may itself send the mark with which exact numbers are kept. */

static void
test_spoofed_numbers(void **state)
{
    (void) state;

    assert_string_equal(value_of("\"\xef\xb7\x90#12\""),
                        "\"\xef\xb7\x90#12\"");
    assert_string_equal(value_of("[NaN,\"\xef\xb7\x90#12\"]"),
                        "[\"NaN\",12]");
    assert_string_equal(value_of("[NaN,\"\\ufdd0#-1.5e3\"]"),
                        "[\"NaN\",-1.5e3]");
    assert_string_equal(value_of("\"\xef\xb7\x90#012\""),
                        "\"\xef\xb7\x90#012\"");
    assert_string_equal(value_of("\"\xef\xb7\x90#1,2\""),
                        "\"\xef\xb7\x90#1,2\"");
    assert_string_equal(value_of("\"\xef\xb7\x90#\""), "\"\xef\xb7\x90#\"");
    assert_string_equal(value_of("\"\xef\xb7\x90\""), "\"\xef\xb7\x90\"");
}


static void
test_texts(void **state)
{
    size_t  i;

    static const char  *cases[][2] = {
        { "\"\"", "\"\"" },
        { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
        { "\"a\\u0000b\"", "\"a\\u0000b\"" },
        { "\"\\u00e4\\u20ac\"", "\"\xc3\xa4\xe2\x82\xac\"" },

        { "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
        { "\"\\uD83D\\uDE00\"", "\"\xf0\x9f\x98\x80\"" },
        { "\"\\ud83d\"", "\"\xef\xbf\xbd\"" },
        { "\"\\ude00\"", "\"\xef\xbf\xbd\"" },
        { "\"\\ude00\\ud83d\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "\"\\ud83d\\ud83d\\ude00\"", "\"\xef\xbf\xbd\xf0\x9f\x98\x80\"" },
        { "\"\\ud83dx\\ude00\"", "\"\xef\xbf\xbdx\xef\xbf\xbd\"" },
        { "\"\\ud83d\\u0041\"", "\"\xef\xbf\xbd" "A\"" },
        { "\"\\\\ud83d\"", "\"\\\\ud83d\"" },
        { "\"\\\\\\ud83d\"", "\"\\\\\xef\xbf\xbd\"" },

        { "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"",
          "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
        { "\"\xff\"", "\"\xef\xbf\xbd\"" },
        { "\"\xc3\"", "\"\xef\xbf\xbd\"" },
        { "\"\xe2\x82\"", "\"\xef\xbf\xbd\"" },
        { "\"\xed\xa0\x80\"", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "\"\xc0\xaf\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "\"\xf4\x90\x80\x80\"",
          "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "\"gr\xfc\xdf\"", "\"gr\xef\xbf\xbd\xef\xbf\xbd\"" },
        { "{\"\xff\":\"\xfe\"}", "{\"\xef\xbf\xbd\":\"\xef\xbf\xbd\"}" },

        { "{\"a\\u0000b\":1}", "{\"a\xef\xbf\xbd" "b\":1}" },
        { "{\"a\\u0000b\" :\"\\u0000\"}", "{\"a\xef\xbf\xbd"
          "b\":\"\\u0000\"}" },
        { "{\"a\\\\u0000\":1,\"\\u0000\":2}",
          "{\"a\\\\u0000\":1,\"\xef\xbf\xbd\":2}" },

        { "{\"k\":1,\"k\":2}", "{\"k\":2}" },
        { "[ true , false , null , { } , [ ] ]", "[true,false,null,{},[]]" }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(value_of(cases[i][0]), cases[i][1]);
    }
}


static void
test_clean_is_not_copied(void **state)
{
    rsl_str_t      text;
    rsl_arena_t   *arena;
    rsl_record_t   record;

    (void) state;

    text = string("{\"message\":\"a NO \xc3\xa4\","
                  "\"timestamp\":\"2026-11-22T10:16:57.395827+00:00\","
                  "\"level\":\"INFO\",\"logger\":\"a\"}");

    arena = rsl_arena_create(256);
    assert_non_null(arena);

    assert_int_equal(record_of(arena, &text, &record), RSL_OK);

    assert_ptr_equal(record.message.data, text.data + 12);
    assert_null(record.extra);

    rsl_arena_destroy(arena);
}


/* Printed in the order of Python, it stays in the order of the sender. */

static void
test_exceptions_alone(void **state)
{
    const char  *entry, *message;

    entry = "{\"exception\":[{\"exc_type\":\"A\",\"exc_value\":\"1\"},"
            "{\"exc_type\":\"B\",\"exc_value\":\"2\"}]}";
    message = "\"message\":\"{\\\"exception\\\":["
              "{\\\"exc_type\\\":\\\"A\\\"";

    (void) state;

    assert_non_null(strstr(rest_of(entry), message));
}


static void
assert_error(const error_t *expected)
{
    int           rc, premature;
    size_t        offset;
    rsl_str_t     text;
    const char   *detail;
    rsl_arena_t  *arena;
    rsl_value_t  *value;

    text = string(expected->text);

    arena = rsl_arena_create(256);
    assert_non_null(arena);

    rc = rsl_intake_read_json(arena, &text, &value, &offset, &detail,
                              &premature);

    if (rc != RSL_DECLINED) {
        fail_msg("%s: %d", expected->text, rc);
    }

    if (offset != expected->offset || premature != expected->premature
        || strstr(detail, expected->detail) == NULL)
    {
        fail_msg("%s: at %zu (%d): %s", expected->text, offset, premature,
                 detail);
    }

    assert_null(strpbrk(detail, "\"\\"));

    rsl_arena_destroy(arena);
}


static void
test_errors(void **state)
{
    size_t  i;

    static const error_t  cases[] = {
        { "", 0, 1, "ends too early" },
        { " ", 1, 1, "ends too early" },
        { "{", 1, 1, "ends too early" },
        { "[", 1, 1, "ends too early" },
        { "{\"a", 3, 1, "ends too early" },
        { "{\"a\"", 4, 1, "ends too early" },
        { "{\"a\":", 5, 1, "ends too early" },
        { "{\"a\": ", 6, 1, "ends too early" },
        { "{\"a\":1", 6, 1, "ends too early" },
        { "{\"a\":1,", 7, 1, "ends too early" },
        { "{\"a\":-", 6, 1, "ends too early" },
        { "{\"a\":1.", 7, 1, "ends too early" },
        { "{\"a\":1e", 7, 1, "ends too early" },
        { "{\"a\":tr", 7, 1, "ends too early" },
        { "{\"a\":\"\\", 7, 1, "ends too early" },
        { "{\"a\":\"\\u12", 10, 1, "ends too early" },
        { "[1,", 3, 1, "ends too early" },

        { "nope", 0, 0, "a value is expected" },
        { "}", 0, 0, "a value is expected" },
        { "{\"a\":}", 5, 0, "a value is expected" },
        { "{\"a\"::1}", 5, 0, "a value is expected" },
        { "{\"a\":undefined}", 5, 0, "a value is expected" },
        { "{\"a\":True}", 5, 0, "a value is expected" },
        { "[1,]", 3, 0, "one too many" },
        { "[,1]", 1, 0, "one too many" },
        { "{\"a\":1,}", 7, 0, "a key in double quotes" },
        { "{,\"a\":1}", 1, 0, "a key in double quotes" },
        { "{a:1}", 1, 0, "a key in double quotes" },
        { "{'a':1}", 1, 0, "a key in double quotes" },
        { "{\"a\":'b'}", 5, 0, "strings stand in double quotes" },
        { "{\"a\" 1}", 5, 0, "a colon" },
        { "{\"a\"}", 4, 0, "a colon" },
        { "{\"a\":1 \"b\":2}", 7, 0, "a comma or a closing brace" },
        { "{\"a\":1]", 6, 0, "a comma or a closing brace" },
        { "[1 2]", 3, 0, "a comma or a closing bracket" },
        { "[1}", 2, 0, "a comma or a closing bracket" },
        { "{\"a\":\"b\tc\"}", 7, 0, "control character" },
        { "{\"a\":\"b\nc\"}", 7, 0, "control character" },
        { "{\"a\":\"\\q\"}", 6, 0, "no such escape" },
        { "{\"a\":\"\\x41\"}", 6, 0, "no such escape" },
        { "{\"a\":\"\\u12g4\"}", 6, 0, "four hexadecimal digits" },
        { "{\"a\":01}", 5, 0, "no JSON number" },
        { "{\"a\":1.}", 5, 0, "no JSON number" },
        { "{\"a\":.5}", 5, 0, "a value is expected" },
        { "{\"a\":+1}", 5, 0, "a value is expected" },
        { "{\"a\":0x10}", 5, 0, "no JSON number" },
        { "{\"a\":1-2}", 5, 0, "no JSON number" },
        { "{\"a\":123456789012345678901x}", 5, 0, "no JSON number" },
        { "{\"a\":1} x", 8, 0, "something follows" },
        { "{\"a\":1}{\"a\":2}", 7, 0, "something follows" },

        /* the place of the error is that in what was sent, before the repair */

        { "{\"\xff\xff\":NaN,\"b\":12345678901234567890,\"c\":}", 39, 0,
          "a value is expected" },
        { "{\"\\ud83d\":}", 10, 0, "a value is expected" },
        { "{\"\\u0000\":}", 10, 0, "a value is expected" }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(error_t); i++) {
        assert_error(&cases[i]);
    }
}


/* Callers let nothing deep through, but even then nothing may break. */

static void
test_depth(void **state)
{
    int            premature;
    size_t         n, offset;
    rsl_str_t      text;
    const char    *detail;
    rsl_arena_t   *arena;
    rsl_value_t   *value;
    rsl_record_t   record;

    static char    deep[200000];

    (void) state;

    arena = rsl_arena_create(256);
    assert_non_null(arena);

    for (n = 1; n < 100; n++) {
        memset(deep, 0, sizeof(deep));
        strcpy(deep, "{\"a\":");
        memset(deep + 5, '[', n);
        memset(deep + 5 + n, ']', n);
        deep[5 + 2 * n] = '}';

        text = string(deep);
        assert_int_equal(record_of(arena, &text, &record), RSL_OK);
    }

    memset(deep, '[', sizeof(deep));
    text = string_n(deep, sizeof(deep));

    assert_int_equal(rsl_intake_read_json(arena, &text, &value, &offset,
                                          &detail, &premature),
                     RSL_DECLINED);
    assert_true(premature);
    assert_non_null(strstr(detail, "nested too deeply"));

    rsl_arena_destroy(arena);
}


/* Each prefix of a text, and the text with each byte replaced, is answered. */

static void
test_damage(void **state)
{
    int           premature, rc;
    char         *copy;
    size_t        i, n, len, offset;
    rsl_str_t     text;
    const char   *detail;
    rsl_arena_t  *arena;
    rsl_value_t  *value;

    static const char  full[] =
        "{\"a\\ud83d\\u0000\xc3\xa4\":[-0,1e999,NaN,12345678901234567890],"
        "\"b\":{\"c\":\"\\\\\\u12f4\xf0\x9f\x98\x80\"},\"d\":true}";

    static const char  bytes[] = "\"\\{}[],:-0eN\xff\xed \n\t'u\0";

    (void) state;

    arena = rsl_arena_create(256);
    assert_non_null(arena);

    for (len = 0; len < sizeof(full); len++) {
        copy = malloc(len ? len : 1);
        assert_non_null(copy);

        memcpy(copy, full, len);
        text = string_n(copy, len);

        for (n = 0; n < len * sizeof(bytes); n++) {
            i = n / sizeof(bytes);

            copy[i] = bytes[n % sizeof(bytes)];

            rc = rsl_intake_read_json(arena, &text, &value, &offset, &detail,
                                      &premature);

            if (rc != RSL_OK) {
                assert_int_equal(rc, RSL_DECLINED);
                assert_uint_in_range(offset, 0, len);
            }

            assert_int_equal(blocks, 0);

            copy[i] = full[i];
            rsl_arena_reset(arena);
        }

        free(copy);
    }

    rsl_arena_destroy(arena);
}


void *
__wrap_malloc(size_t size)
{
    return (allocations && --allocations == 0) ? NULL : __real_malloc(size);
}


static void *
jansson_malloc(size_t size)
{
    void  *p;

    p = malloc(size);

    if (p != NULL) {
        blocks++;
        blocks_given++;
    }

    return p;
}


static void
jansson_free(void *p)
{
    if (p != NULL) {
        blocks--;
    }

    free(p);
}


/* All of jansson's memory in this program is counted, and may be refused. */

static int
count_blocks(void **state)
{
    (void) state;

    json_set_alloc_funcs(jansson_malloc, jansson_free);

    return 0;
}


/*
 * What jansson allocates is allocated and freed by the functions that another
 * module of the process has set, and these stay set.
 */

static void
test_allocator_of_others(void **state)
{
    size_t         before;
    json_free_t    others_free;
    json_malloc_t  others_malloc;

    (void) state;

    before = blocks_given;

    (void) value_of("{\"a\":[\"\\ud800\",1.5]}");

    assert_true(blocks_given > before + 4);
    assert_int_equal(blocks, 0);

    json_get_alloc_funcs(&others_malloc, &others_free);

    assert_ptr_equal(others_malloc, jansson_malloc);
    assert_ptr_equal(others_free, jansson_free);
}


/*
 * A lack of memory is never taken for bad JSON.  The entry gets so many values
 * more that an arena asks for memory often, whatever malloc() gives it at once.
 * Whichever allocation fails, the core's or jansson's, jansson frees all.
 */

static void
assert_no_memory(const char *entry)
{
    int            rc, n, failed;
    size_t         i, len;
    rsl_str_t      text;
    rsl_arena_t   *arena;
    rsl_record_t   record;

    static char    full[8192];

    len = (size_t) snprintf(full, sizeof(full), "%s,\"more\":[1", entry);

    for (i = 0; i < 1000; i++) {
        len += (size_t) snprintf(full + len, sizeof(full) - len, ",%zu", i);
    }

    len += (size_t) snprintf(full + len, sizeof(full) - len, "]}");

    text = string_n(full, len);

    for (n = 1, rc = RSL_ERROR; rc != RSL_OK; n++) {

        /* an arena so small that nearly each value needs more memory */

        arena = rsl_arena_create(1);
        assert_non_null(arena);

        allocations = n;
        rc = record_of(arena, &text, &record);
        failed = (allocations == 0);
        allocations = 0;

        assert_int_equal(rc, failed ? RSL_ERROR : RSL_OK);

        assert_int_equal(blocks, 0);

        rsl_arena_destroy(arena);

        assert_uint_in_range(n, 0, 10000);
    }

    assert_true(n > 10);
}


static void
test_no_memory(void **state)
{
    (void) state;

    assert_no_memory("{\"log\":\"{\\\"msg\\\":\\\"m\\\","
                     "\\\"a\\\":[1,2.5]}\",\"a\":1,\"t\":-0,\"level\":[],"
                     "\"exception\":{\"type\":\"T\",\"message\":\"M\"}");
    assert_no_memory("{\"a\":NaN,\"b\":{\"c\":[1e3,\"\\ud800\",true]}");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_reals),
        cmocka_unit_test(test_spoofed_numbers),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_clean_is_not_copied),
        cmocka_unit_test(test_exceptions_alone),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_allocator_of_others),
        cmocka_unit_test(test_no_memory)
    };

    return cmocka_run_group_tests(tests, count_blocks, NULL);
}
