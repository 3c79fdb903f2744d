
/*
 * Strings that go past jansson: what comes out is what jansson alone makes of
 * the text.
 */


#include "entry.h"


#define FILE_MAX_TESTED  (1024 * 1024)


/* Makes nothing else of the text than jansson does; NULL: it takes none. */

static void
assert_as_jansson(const char *data, size_t len)
{
    int           rc, premature;
    size_t        offset;
    json_t       *plain, *json;
    rsl_str_t     text;
    rsl_arena_t  *arena;
    const char   *detail;
    json_error_t  error;

    text.data = (const u_char *) data;
    text.len = len;

    arena = rsl_arena_create(256);
    assert_non_null(arena);

    plain = json_loadb(data, len, JSON_ALLOW_NUL|JSON_DECODE_ANY, &error);

    rc = rsl_intake_json(arena, &text, &json, &offset, &detail, &premature);

    if ((plain != NULL) != (rc == RSL_OK)
        || (plain != NULL && !json_equal(plain, json)))
    {
        fail_msg("not the same: %.*s", (int) len, data);
    }

    if (plain != NULL) {
        json_decref(plain);
        json_decref(json);
    }

    rsl_arena_destroy(arena);
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
    assert_in_range(n, 100000, sizeof(text) - 1);
    (void) fclose(file);

    for (line = text; line < text + n; line = end + 1) {
        end = memchr(line, '\n', text + n - line);
        assert_non_null(end);
        assert_as_jansson(line, end - line);
    }
}


static void
test_strings(void **state)
{
    size_t  i;

    static const char  *texts[] = {
        "\"a string of its own\"",
        "[\"one of some length\", \"\", \"short\", [\"another long one\"]]",
        "{\"a key that is long enough\": \"a value that is, too\"}",
        "{ \"a key that is long enough\" \t\r\n: { } , \"x\" : [ ] }",
        "{\"a\": \"the first of them\", \"a\": \"the second of them\"}",
        "{\"a\": \"12345678\", \"b\": \"1234567\", \"c\": \"123456789\"}",
        "{\"a\": \"\\\" \\\\ \\/ \\b\\f\\n\\r\\t and so on\"}",
        "{\"a\": \"\\\\\\\\\\\\\\\\\\\\\\\"\", "
            "\"b\": \"\\u00e4 and \\n more\"}",
        "{\"a\": \"\\ud83d\\ude00 as an escape\", \"b\": \"\\u0000 in it\"}",
        "{\"a\": \"Gr\xc3\xbc\xc3\x9f" "e aus K\xc3\xb6ln\"}",
        "{\"a\": \"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"}",
        "{\"a\": 12, \"b\": -1.5e3, \"c\": true, \"d\": null, \"e\": [1, 2]}",

        /* what is put instead of a string */
        "{\"a\": \"\x7f]\", \"b\": \"a long one, the first\"}",
        "{\"a\": \"\\u007f]\", \"b\": \"a long one, the first\"}",
        "{\"a\": \"\\u007F]\", \"b\": \"a long one, the first\"}",
        "{\"a\": \"\\u005c\\u007f]\", \"b\": \"a long one, the first\"}",
        "{\"a\": \"\\\\u007f]\", \"b\": \"a long one, the first\"}",

        /* no JSON */
        "", " ", "{", "\"", "\"no end of it", "\"no end of it\\", "{\"a\": ",
        "\"no end of it\\\"", "[\"no end of it\\\"", "\"no end of it\\\\\\\"",
        "{\"a\": \"no end of it", "{\"a\": \"no end of it\\", "[1 2]", "[1, 2",
        "[\"a long string\" \"another one\"]", "{\"a long string\"}",
        "{\"a long string\": \"a value\" \"of two\"}", "[12 34, 5]",
        "{\"a\": \"a line\nbreak in it\"}", "{\"a\": \"\\x is no escape\"}",
        "{\"a\": \"\\u12 is no escape\"}", "[\"a long string\", ]", "nul",
        "{\"a\": t rue}", "[- 1]", "[1 .5]", "\\\"a long string\\\"",
        "\"a long string\": \"of what\""
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_as_jansson(texts[i], strlen(texts[i]));
    }
}


/* More than are taken out, and deeper. */

static void
test_many(void **state)
{
    size_t  i, n, depth;

    static char  text[65536];

    (void) state;

    for (n = 1; n < 100; n += 3) {
        depth = n / 3 + 1;

        for (i = 0; i < depth; i++) {
            text[i] = '[';
        }

        for (i = 0; i < n; i++) {
            (void) sprintf(text + depth + i * 20, "\"string number %3zu\",", i);
        }

        (void) sprintf(text + depth + n * 20, "\"the last of them\"");

        while (i++ < n + depth) {
            (void) strcat(text, "]");
        }

        assert_as_jansson(text, strlen(text));
    }
}


/* A text that ends anywhere. */

static void
test_cut(void **state)
{
    size_t  n;
    char   *copy;

    static const char  text[] =
        "{\"a key\": \"a value of some length\\n\\\"quoted\\\" \\u00e4\", "
        "\"b\": [1, -2.5e3, \"Gr\xc3\xbc\xc3\x9f" "e aus K\xc3\xb6ln\"]}";

    (void) state;

    for (n = 0; n < sizeof(text); n++) {

        if (((u_char) text[n] & 0xc0) == 0x80) {
            /* half a character would be repaired */
            continue;
        }

        /* of this size: a sanitizer sees what is read behind it */

        copy = malloc(n ? n : 1);
        assert_non_null(copy);

        memcpy(copy, text, n);
        assert_as_jansson(copy, n);
        free(copy);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_real_records),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_cut)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
