
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Lines of plain text as programs print them, from the files of t/data/text:
 * the level of each line, and which lines are one record.
 */


#include <jansson.h>

#include "intake.h"


#define DATA      "t/data/text/"
#define TEXT_MAX  (64 * 1024)


static json_t *
value_of(const rsl_str_t *s)
{
    json_t  *value;

    value = json_stringn(s->len ? (const char *) s->data : "", s->len);
    assert_non_null(value);

    return value;
}


static int
records_sink(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    json_t  *o;

    json_t  *records = data;

    o = json_object();
    assert_non_null(o);

    json_object_set_new(o, "level",
                        value_of(&rsl_record_level_names[record->level]));
    json_object_set_new(o, "message", value_of(&record->message));
    json_object_set_new(o, "exception", value_of(&record->exception));
    json_object_set_new(o, "logger", value_of(&record->logger));

    return json_array_append_new(records, o) == 0 ? RSL_OK : RSL_ERROR;
}


static json_t *
records_of(const char *body, size_t len, size_t kind)
{
    run_t               run;
    json_t             *records;
    rsl_intake_conf_t   conf;

    records = json_array();
    assert_non_null(records);

    memset(&conf, 0, sizeof(rsl_intake_conf_t));
    memset(&run, 0, sizeof(run_t));

    conf.sink = records_sink;
    conf.data = records;
    conf.level = RSL_LEVELS;

    run.intake = rsl_intake_create(&conf);
    assert_non_null(run.intake);

    assert_int_equal(run_body(&run, body, len, kind), RSL_OK);

    run_end(&run);

    return records;
}


static const char *
field(const json_t *records, size_t i, const char *name)
{
    return json_string_value(json_object_get(json_array_get(records, i),
                                             name));
}


/* What the line of the file stands for: the line that a program prints. */

static size_t
unescape(char *dst, const char *src)
{
    char  *p;

    static const char  bom[] = "\xef\xbb\xbf";

    for (p = dst; *src != '\0'; src++) {

        if (*src != '\\') {
            *p++ = *src;
            continue;
        }

        switch (*++src) {

        case 'e':
            *p++ = 0x1b;
            break;

        case 't':
            *p++ = '\t';
            break;

        case '\\':
            *p++ = '\\';
            break;

        default:
            assert_memory_equal(src, "ufeff", 5);
            memcpy(p, bom, 3);
            p += 3;
            src += 4;
        }
    }

    *p++ = '\n';

    return (size_t) (p - dst);
}


static void
check_line(const char *level, const char *line)
{
    int          right;
    char         body[TEXT_MAX];
    size_t       len, whole;
    json_t      *records;
    const char  *text, *message;

    assert_true(strlen(line) < TEXT_MAX);

    len = unescape(body, line);
    records = records_of(body, len, 0);

    right = json_array_size(records) == 1
            && strcmp(field(records, 0, "level"), level) == 0;

    if (right && strncmp(line, "{\"", 2) != 0) {
        text = body;
        whole = len - 1;

        if (strncmp(text, "\xef\xbb\xbf", 3) == 0) {
            text += 3;
            whole -= 3;
        }

        message = field(records, 0, "message");
        right = strlen(message) == whole && memcmp(message, text, whole) == 0;
    }

    if (!right) {
        fail_msg("%s: %zu records, %s instead of %s", line,
                 json_array_size(records), field(records, 0, "level"), level);
    }

    json_decref(records);
}


static void
test_levels(void **state)
{
    char     *p, *tab, *end;
    size_t    n;
    text_t    file;

    memset(&file, 0, sizeof(text_t));
    read_file(&file, DATA "levels.tsv");

    n = 0;

    for (p = file.data; *p != '\0'; p = end + 1) {
        end = strchr(p, '\n');
        assert_non_null(end);
        *end = '\0';

        if (*p == '#') {
            continue;
        }

        tab = strchr(p, '\t');
        assert_non_null(tab);
        *tab = '\0';

        check_line(p, tab + 1);
        n++;
    }

    assert_true(n >= 700);

    free(file.data);
}


/* Is the line, without its indentation, in a field of one of the records? */

static int
is_kept(const json_t *records, const char *line)
{
    size_t       i, len;
    const char  *logger;

    len = strlen(line);

    for (i = 0; i < json_array_size(records); i++) {

        if (strstr(field(records, i, "message"), line) != NULL
            || strstr(field(records, i, "exception"), line) != NULL)
        {
            return 1;
        }

        logger = field(records, i, "logger");

        if (*logger != '\0' && len > strlen(logger)
            && strcmp(line + len - strlen(logger), logger) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* Each line of text is kept; of JSON the records have the values only. */

static void
check_kept(const json_t *records, const char *name, const char *text)
{
    int    json;
    char  *line, *next, *copy;

    copy = strdup(text);
    assert_non_null(copy);

    json = 0;

    for (line = copy; line != NULL; line = next) {
        next = strchr(line, '\n');

        if (next != NULL) {
            *next++ = '\0';
        }

        line[strcspn(line, "\r")] = '\0';

        /* from a bracket alone to the one that closes it */

        json |= (strcmp(line, "{") == 0);

        if (json) {
            json = (strcmp(line, "}") != 0);
            continue;
        }

        line += strspn(line, " \t");

        if (*line != '\0' && strncmp(line, "{\"", 2) != 0
            && !is_kept(records, line))
        {
            fail_msg("%s: dropped %s", name, line);
        }
    }

    free(copy);
}


static int
is_expected(const json_t *records, const json_t *expect)
{
    size_t         i;
    const char    *start;
    const json_t  *pair;

    if (json_array_size(records) != json_array_size(expect)) {
        return 0;
    }

    for (i = 0; i < json_array_size(expect); i++) {
        pair = json_array_get(expect, i);
        start = json_string_value(json_array_get(pair, 1));

        if (strcmp(field(records, i, "level"),
                   json_string_value(json_array_get(pair, 0))) != 0
            || strncmp(field(records, i, "message"), start, strlen(start)) != 0)
        {
            return 0;
        }
    }

    return 1;
}


static void
check_case(const json_t *one, size_t kind)
{
    int          right;
    char        *got;
    json_t      *records;
    const char  *name, *text;

    name = json_string_value(json_object_get(one, "name"));
    text = json_string_value(json_object_get(one, "text"));

    records = records_of(text, strlen(text), kind);
    right = is_expected(records, json_object_get(one, "expect"));

    if (!right) {
        got = json_dumps(records, JSON_INDENT(1));
        fail_msg("pieces %zu of %s: %.3000s", kind, name, got);
    }

    check_kept(records, name, text);

    json_decref(records);
}


static void
test_records(void **state)
{
    size_t        i, kind;
    json_t       *multiline, *cases;
    json_error_t  error;

    multiline = json_load_file(DATA "multiline.json", 0, &error);

    if (multiline == NULL) {
        fail_msg("line %d: %s", error.line, error.text);
    }

    cases = json_object_get(multiline, "cases");
    assert_true(json_array_size(cases) >= 160);

    for (i = 0; i < json_array_size(cases); i++) {
        for (kind = 0; kind < PIECES; kind++) {
            check_case(json_array_get(cases, i), kind);
        }
    }

    json_decref(multiline);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_records)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
