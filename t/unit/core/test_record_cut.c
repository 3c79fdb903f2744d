
/* SPDX-License-Identifier: BSD-2-Clause */


#include "record.h"


static unsigned random_next(unsigned *seed);


#define TRACE_ID  "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN_ID   "00f067aa0ba902b7"


/*
 * One record in every size that is too small for it.  The exception and the
 * extras are cut first, the message only if nothing is left of them, and the
 * other fields only after the message.
 */

static void
test_cut_at_every_size(void **state)
{
    size_t        size, message, exception, text, path, whole;
    json_t       *json;
    rsl_line_t    line;
    rsl_record_t  record;

    (void) state;

    record = record_full();
    record.message = string(MIXED_16);
    record.path = string(MIXED_4);
    record.exception = string(MIXED_16 MIXED_16);
    record.extra = extra("text", RSL_VALUE_STRING, MIXED_16, record.extra);

    rsl_record_render(&record, buf, SIZE_MAX_TESTED, &line);
    whole = line.len;

    for (size = RSL_LINE_MIN; size < whole + 3; size++) {
        json = render(&record, size, &line);

        message = cut(json, "message", MIXED_16);
        path = cut(json, "path", MIXED_4);
        exception = cut(json, "exception", MIXED_16 MIXED_16);

        text = 0;
        if (json_object_get(json, "text") != NULL) {
            text = cut(json, "text", MIXED_16);
        }

        if (size >= whole) {
            assert_int_equal(line.len, whole);
            assert_int_equal(message + path + exception + text, 0);
            assert_null(json_object_get(json, "truncated"));

        } else {
            assert_true(json_is_true(json_object_get(json, "truncated")));
            assert_true(line.len + 32 > size);
            assert_true(exception > 0);
        }

        if (message) {
            assert_int_equal(exception, strlen(MIXED_16 MIXED_16));
        }

        if (path) {
            assert_true(message > 0);
        }

        if (message == 0) {
            assert_string_equal(
                json_string_value(json_object_get(json, "rack_id")),
                "a01-r02");
            assert_non_null(json_object_get(json, "list"));
        }

        json_decref(json);
    }
}


/* The short extras stay whole, and the long ones are cut to one length. */

static void
test_cut_the_largest(void **state)
{
    size_t         n, len, a, b;
    json_t        *json;
    rsl_line_t     line;
    rsl_value_t   *value;
    rsl_record_t   record;

    static char               text[9][9000];
    static const char *const  names[] = {
        "a", "b", "c", "d", "e", "f", "g", "h", "i"
    };

    (void) state;

    memset(&record, 0, sizeof(rsl_record_t));

    record.message = string("short");
    value = NULL;

    for (n = 9; n-- > 0; /* void */ ) {
        memset(text[n], 'a' + (int) n, n * 1000);
        value = extra(names[n], RSL_VALUE_STRING, text[n], value);
    }

    record.extra = value;

    json = render(&record, 16384, &line);

    assert_uint_in_range(line.len, 16384 - 16, 16384);

    for (n = 0; n < 9; n++) {
        len = cut(json, names[n], text[n]);

        /* 0, 1000 and 2000 bytes are whole, and six extras share the rest */

        assert_int_equal(len > 0, n >= 3);
    }

    a = json_string_length(json_object_get(json, "d"));
    b = json_string_length(json_object_get(json, "i"));
    assert_uint_in_range(a, b - 2, b + 2);

    json_decref(json);
}


static void
test_cut_tree_becomes_string(void **state)
{
    size_t         size;
    json_t        *json, *value;
    rsl_str_t      text;
    rsl_line_t     line;
    rsl_arena_t   *arena;
    rsl_value_t   *object;
    rsl_record_t   record;

    (void) state;

    arena = rsl_arena_create(4096);
    assert_non_null(arena);

    memset(&record, 0, sizeof(rsl_record_t));

    object = extra("tree", RSL_VALUE_OBJECT, "", NULL);
    object->child = extra("s", RSL_VALUE_STRING, MIXED_4,
                          extra("a", RSL_VALUE_ARRAY, "",
                                extra("t", RSL_VALUE_STRING, MIXED_4, NULL)));
    object->child->next->child = extra("", RSL_VALUE_SCALAR, "-1.5e300", NULL);

    record.extra = object;

    assert_int_equal(rsl_json_print(arena, object, &text), RSL_OK);

    for (size = RSL_LINE_MIN; size < text.len + 200; size++) {
        json = render(&record, size, &line);
        value = json_object_get(json, "tree");

        if (json_object_get(json, "truncated") != NULL) {
            assert_true(assert_cut(value, &text) > 0);
            assert_true(line.len + 16 > size);

        } else {
            assert_true(json_is_object(value));
            assert_int_equal(json_object_size(value), 3);
        }

        json_decref(json);
    }

    /* a number that is too long to be kept as a number */

    text.len = 3000;
    text.data = memset(rsl_arena_alloc(arena, 3000), '7', 3000);

    object = extra("n", RSL_VALUE_SCALAR, "", NULL);
    object->text = text;
    record.extra = object;
    record.duration_ms = text;

    json = render(&record, 1024, &line);
    assert_true(assert_cut(json_object_get(json, "n"), &text) > 0);
    assert_null(json_object_get(json, "duration_ms"));
    assert_non_null(json_object_get(json, "truncated"));
    json_decref(json);

    rsl_arena_destroy(arena);
}


/* Extras whose keys alone are too long, or too many, for the line. */

static void
test_cut_keys(void **state)
{
    size_t         n, size;
    json_t        *json;
    rsl_line_t     line;
    rsl_value_t   *value;
    rsl_record_t   record;

    static char    key[20000], names[30000][24];

    (void) state;

    memset(key, 'k', sizeof(key) - 1);

    record = record_full();
    record.extra = extra("first", RSL_VALUE_SCALAR, "1",
                         extra(key, RSL_VALUE_STRING, "value",
                               extra("last", RSL_VALUE_SCALAR, "2", NULL)));

    for (size = 1024; size < 22000; size += 97) {
        json = render(&record, size, &line);

        assert_int_equal(json_integer_value(json_object_get(json, "first")),
                         1);
        assert_int_equal(json_integer_value(json_object_get(json, "last")), 2);
        assert_int_equal(cut(json, "message", "line \"1\"\nline 2"), 0);

        json_decref(json);
    }

    value = NULL;

    for (n = 30000; n-- > 0; /* void */ ) {
        (void) snprintf(names[n], sizeof(names[n]), "k%zu", n);
        value = extra(names[n], RSL_VALUE_SCALAR, "null", value);
    }

    record.extra = value;
    record.message = string(MIXED_16);

    for (size = RSL_LINE_MIN; size < 40000; size += 101) {
        json = render(&record, size, &line);

        assert_true(line.len + 24 > size);
        assert_non_null(json_object_get(json, "truncated"));
        assert_string_equal(json_string_value(json_object_get(json, "path")),
                            "/api/x?y=1");

        /* however many keys there are, the message keeps its beginning */

        if (size >= 1024 && cut(json, "message", MIXED_16)) {
            assert_true(
                json_string_length(json_object_get(json, "message")) * 32
                > size);
        }

        json_decref(json);
    }
}


static void
test_cut_everything(void **state)
{
    size_t        size;
    json_t       *json;
    rsl_str_t     huge;
    rsl_line_t    line;
    rsl_record_t  record;

    (void) state;

    huge.len = 900000;
    huge.data = malloc(huge.len);
    assert_non_null(huge.data);
    memset((u_char *) huge.data, 0x01, huge.len);

    memset(&record, 0, sizeof(rsl_record_t));

    record.timestamp = INT64_MAX;
    record.level = RSL_LEVEL_CRITICAL;
    record.logger = huge;
    record.message = huge;
    record.request_id = huge;
    record.duration_ms = string("12345678901234567.00000000000001");
    record.method = huge;
    record.path = huge;
    record.status_code = INT32_MIN;
    record.exception = huge;
    record.trace_id = string(TRACE_ID);
    record.span_id = string(SPAN_ID);
    record.extra = extra("", RSL_VALUE_STRING, "", NULL);
    record.extra->key = huge;
    record.extra->text = huge;

    for (size = RSL_LINE_MIN; size < 3000; size++) {
        json = render(&record, size, &line);

        assert_true(assert_cut(json_object_get(json, "message"), &huge) > 0);
        assert_true(assert_cut(json_object_get(json, "path"), &huge) > 0);

        assert_string_equal(
            json_string_value(json_object_get(json, "trace_id")), TRACE_ID);
        assert_string_equal(
            json_string_value(json_object_get(json, "span_id")), SPAN_ID);

        json_decref(json);
    }

    /* an operator may have replaced an id by something long */

    record.trace_id = huge;

    for (size = RSL_LINE_MIN; size < 1000; size++) {
        json = render(&record, size, &line);
        assert_true(assert_cut(json_object_get(json, "trace_id"), &huge) > 0);
        json_decref(json);
    }

    free((u_char *) huge.data);
}


/* Random texts, well-formed or not, in random fields and sizes. */

static void
test_cut_random(void **state)
{
    size_t         n, i, size;
    u_char         text[16384];
    unsigned       seed;
    rsl_str_t     *fields[8];
    rsl_line_t     line;
    rsl_value_t   *tree;
    rsl_record_t   record;

    static const u_char  some[] =
        "ab\"\\\n\x01 \xc3\xa4\xf0\x9f\x98\x80\xff\xe2";

    (void) state;

    seed = 1;

    for (n = 0; n < 4000; n++) {

        for (i = 0; i < sizeof(text); i++) {
            text[i] = (random_next(&seed) % 4)
                      ? 'x' : some[random_next(&seed) % (sizeof(some) - 1)];
        }

        tree = extra("tree", RSL_VALUE_OBJECT, "",
                     extra("text", RSL_VALUE_STRING, "", NULL));
        tree->child = extra("child", RSL_VALUE_STRING, "",
                            extra("null", RSL_VALUE_SCALAR, "null", NULL));

        record = record_full();
        record.extra = tree;

        fields[0] = &record.logger;
        fields[1] = &record.message;
        fields[2] = &record.request_id;
        fields[3] = &record.path;
        fields[4] = &record.exception;
        fields[5] = &tree->child->text;
        fields[6] = &tree->next->text;
        fields[7] = &tree->next->key;

        for (i = 0; i < 8; i++) {
            fields[i]->data = text + random_next(&seed) % 1024;
            fields[i]->len = random_next(&seed) % (1 << seed / 65536 % 14);
        }

        size = RSL_LINE_MIN + random_next(&seed) % 8192;

        json_decref(render(&record, size, &line));
    }
}


static unsigned
random_next(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;

    return *seed >> 16 & 0x7fff;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cut_at_every_size),
        cmocka_unit_test(test_cut_the_largest),
        cmocka_unit_test(test_cut_tree_becomes_string),
        cmocka_unit_test(test_cut_keys),
        cmocka_unit_test(test_cut_everything),
        cmocka_unit_test(test_cut_random)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
