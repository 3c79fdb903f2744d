
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What is read without jansson comes out as if jansson had read it.
 */


#include "entry.h"


#define FILE_MAX_TESTED  (1024 * 1024)


static rsl_arena_t  *arena;


static rsl_str_t
print(const rsl_value_t *value)
{
    rsl_str_t  text;

    assert_int_equal(rsl_json_print(arena, value, &text), RSL_OK);

    return text;
}


/* Is the whole text read without jansson? */

static int
is_read(const rsl_str_t *text, rsl_value_t **value)
{
    int            rc;
    const u_char  *p;

    p = text->data;
    rc = rsl_intake_read(arena, &p, p + text->len, value);

    assert_int_not_equal(rc, RSL_ERROR);

    return rc == RSL_OK && p == text->data + text->len;
}


/* The text is a copy, so that a sanitizer finds who reads behind its end. */

static int
as_jansson(const char *data, size_t len)
{
    int           read, premature;
    char         *copy;
    size_t        offset;
    rsl_str_t     text, one, other;
    const char   *detail;
    rsl_value_t  *value, *expected;

    copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, data, len);

    text = string_n(copy, len);
    read = is_read(&text, &value);

    if (read) {

        if (rsl_intake_jansson(arena, &text, &expected, &offset, &detail,
                               &premature)
            != RSL_OK)
        {
            fail_msg("no JSON: %.*s", (int) len, data);
        }

        one = print(value);
        other = print(expected);

        if (one.len != other.len || memcmp(one.data, other.data, one.len)) {
            fail_msg("%.*s became %.*s instead of %.*s", (int) len, data,
                     (int) one.len, one.data, (int) other.len, other.data);
        }
    }

    free(copy);
    rsl_arena_reset(arena);

    return read;
}


static void
test_plain(void **state)
{
    size_t  i;

    static const char  *texts[] = {
        "{}", "[]", "\"\"", "0", "true", "false", "null", " [ ]", "{ }",
        "\"a string of its own, which is longer than sixteen bytes\"",
        "[\"one of some length\", \"\", \"short\", [\"another long one\"]]",
        "{\"a key that is long enough\": \"a value that is, too\"}",
        "{ \"a\" \t\r\n: { } , \"x\" : [ ] , \"\" : \"\" }",
        "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ]\n}",
        "{\"ab\": 1, \"cb\": 2, \"ba\": 3, \"aab\": 4, \"b\": 5, \"bb\": 6}",
        "{\"a\": \"\\\" \\\\ \\/ \\b\\f\\n\\r\\t and so on\"}",
        "{\"a\": \"\\\\\\\\\\\\\\\\\\\\\\\"\", \"b\": \"\\u00e4\\u20ac\"}",
        "{\"\\u00e4\": \"\\ud83d\\ude00\", \"b\": \"\\u0000 in it\"}",
        "{\"a\": \"Gr\xc3\xbc\xc3\x9fzi aus K\xc3\xb6ln\", \"b\": 1}",
        "{\"a\": \"\xf0\x9f\x98\x80\xf0\x9f\x98\x80 \\n \xe2\x82\xac\"}",
        "{\"a\": \"\x7f\", \"b\": \"\\u007f\"}",
        "[12, -1, 0, -0, 12345678901234567890, 1.5, -0.25, 0.001, 0.0005]",
        "[1.0, 0.0, -0.0, 1.50, 12.340, 1e3, -1.5E-7, 1e999, 5e-324]",
        "[123456789012345, 12345678901234.5, 1234567890123456.7, 0.10]",
        "[1795343895.9068747, 0.123456789012345, 0.1234567890123456]",
        "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]"
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {

        if (!as_jansson(texts[i], strlen(texts[i]))) {
            fail_msg("not read: %s", texts[i]);
        }
    }
}


/* Any beginning of plain JSON may go on, and so is not left to jansson. */

static void
test_beginning(void **state)
{
    size_t         i, len;
    rsl_str_t      text;
    rsl_value_t   *value;
    const u_char  *p;

    static const char  *texts[] = {
        "{\"a\": 12, \"b\": [\"c\", {}, [ ] ] , \"d\":\"\", \"e\" :{\"f\":3}}",
        "[\"a string of its own, which is longer than sixteen bytes\"]"
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {

        for (len = 0; len < strlen(texts[i]); len++) {
            text = string_n(texts[i], len);
            p = text.data;

            assert_int_equal(rsl_intake_read(arena, &p, p + len, &value),
                             RSL_INTAKE_AGAIN);
            assert_ptr_equal(p, text.data);

            rsl_arena_reset(arena);
        }
    }
}


static int
count(void *data, rsl_arena_t *of, rsl_record_t *record)
{
    size_t *records = data;

    (void) of;
    (void) record;

    (*records)++;

    return RSL_OK;
}


static void
feed(rsl_intake_t *intake, const char *text, size_t len)
{
    assert_int_equal(rsl_intake_feed(intake, (const u_char *) text, len, NOW),
                     RSL_OK);
}


/* An entry is read again when twice as much is there, and scanned till then. */

static void
test_pieces(void **state)
{
    size_t              records;
    rsl_intake_t       *intake;
    rsl_intake_conf_t   conf;

    static const char  text[] =
        "{\"message\": \"one that comes in pieces\", \"level\": \"INFO\"}\n";

    (void) state;

    records = 0;

    memset(&conf, 0, sizeof(rsl_intake_conf_t));

    conf.sink = count;
    conf.data = &records;
    conf.level = RSL_LEVELS;

    intake = rsl_intake_create(&conf);
    assert_non_null(intake);

    feed(intake, text, 10);
    feed(intake, text + 10, 15);
    assert_int_equal(intake->scanned, 0);

    feed(intake, text + 25, 5);
    assert_int_equal(intake->scanned, 30);
    assert_int_equal(records, 0);

    feed(intake, text + 30, strlen(text) - 30);
    assert_int_equal(records, 1);

    /* what is known of one entry does not count for the next */

    feed(intake, text, 10);
    assert_int_equal(intake->scanned, 0);
    assert_int_equal(records, 1);

    feed(intake, text + 10, strlen(text) - 10);
    assert_int_equal(records, 2);

    rsl_intake_destroy(intake);
}


/* What has to be repaired, or is no JSON, is left to jansson. */

static void
test_not_plain(void **state)
{
    size_t  i;

    static const char  *texts[] = {
        "{\"a\": 1, \"a\": 2}", "{\"a\": 1, \"b\": 2, \"\\u0061\": 3}",
        "{\"a\\u0000b\": 1}", "[NaN]", "[Infinity]", "[-Infinity]",
        "\"\\ud83d\"", "\"\\ude00\\ud83d\"", "\"\\ud83dx\\ude00\"",
        "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xf0\x9f\x98\"",
        "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",

        "", " ", "{", "\"", "\"no end of it", "\"no end of it\\", "{\"a\": ",
        "\"no end of it\\\"", "[\"no end of it\\\"", "{\"a\"", "{\"a\": 1",
        "{\"a\": \"no end of it", "{\"a\": \"no end of it\\", "[1 2]", "[1, 2",
        "[\"a long string\" \"another one\"]", "{\"a long string\"}", "[,1]",
        "{\"a\": \"a value\" \"of two\"}", "[12 34, 5]", "{,\"a\": 1}",
        "{\"a\": \"a line\nbreak in it\"}", "{\"a\": \"\\x is no escape\"}",
        "{\"a\": \"\\u12 is no escape\"}", "[\"a long string\", ]", "nul",
        "{\"a\": 1,}", "{\"a\": t rue}", "[- 1]", "[1 .5]", "[.5]", "[1.]",
        "[+1]", "[01]", "[1e]", "[1-2]", "\"\\u123\"", "\"\\u12g4\"", "{a:1}",
        "{'a': 1}", "[1}", "{\"a\": 1]", "{\"a\" 1}", "\"\\", "\"\\u", "truE",
        "\"\\ud83d\\u", "\"\\ud83d\\ude0\"", "1 2", "{} {}", "[\t\v1]"
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {

        if (as_jansson(texts[i], strlen(texts[i]))) {
            fail_msg("read: %s", texts[i]);
        }
    }
}


/* An object with too many members to compare their keys. */

static void
test_members(void **state)
{
    int     n, limit;
    size_t  i, len;

    static char  text[4096];

    (void) state;

    limit = 0;

    for (n = 1; n < 200; n++) {
        len = (size_t) sprintf(text, "{");

        for (i = 0; i < (size_t) n; i++) {
            len += (size_t) sprintf(text + len, "%s\"k%zu\":%zu",
                                    i ? "," : "", i, i);
        }

        len += (size_t) sprintf(text + len, "}");

        limit += as_jansson(text, len);
    }

    assert_int_equal(limit, 64);
}


static void
test_real_records(void **state)
{
    FILE    *file;
    char    *line, *end;
    size_t   n;

    static char  text[FILE_MAX_TESTED];

    (void) state;

    file = fopen("t/data/rackscope-backend.ndjson", "rb");
    assert_non_null(file);

    n = fread(text, 1, sizeof(text), file);
    assert_uint_in_range(n, 100000, sizeof(text) - 1);
    (void) fclose(file);

    for (line = text; line < text + n; line = end + 1) {
        end = memchr(line, '\n', text + n - line);
        assert_non_null(end);
        assert_true(as_jansson(line, end - line));
    }
}


/* Each prefix of a text, and the text with each byte replaced. */

static void
test_damage(void **state)
{
    char    copy[256];
    size_t  i, n, read;

    static const char  full[] =
        "{\"a\\u00e4\": [-0, 1.5, true], \"\": {\"c\": \"\\\\\\u12f4"
        "\xf0\x9f\x98\x80 and a longer text\\ud83d\\ude00\"}, \"d\": null}";

    static const char  bytes[] = "\"\\{}[],:-.09eEnu/\xff\xed\xc3 \n\t\x1f\x7f";

    (void) state;

    read = 0;

    for (n = 0; n < sizeof(full); n++) {
        assert_int_equal(as_jansson(full, n), n == sizeof(full) - 1);
    }

    for (n = 0; n < (sizeof(full) - 1) * sizeof(bytes); n++) {
        i = n / sizeof(bytes);

        memcpy(copy, full, sizeof(full));
        copy[i] = bytes[n % sizeof(bytes)];

        read += as_jansson(copy, sizeof(full) - 1);
    }

    assert_uint_in_range(read, 100, n - 100);
}


static int
create(void **state)
{
    (void) state;

    arena = rsl_arena_create(1024);

    return arena == NULL;
}


static int
destroy(void **state)
{
    (void) state;

    rsl_arena_destroy(arena);

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_beginning),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_not_plain),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_real_records),
        cmocka_unit_test(test_damage)
    };

    return cmocka_run_group_tests(tests, create, destroy);
}
