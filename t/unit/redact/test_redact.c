
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The corpus of t/redaction: what must be gone is gone, what must stay stays,
 * wherever in a record the text is.  Run from the root of the repository.
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <glob.h>
#include <cmocka.h>

#include "redact/rsl_redact.h"


#define CORPUS        "t/redaction/*.tsv"
#define HARMLESS      "t/redaction/harmless*.txt"
#define CORPUS_MIN    500
#define HARMLESS_MIN  100
#define COLUMNS       4
#define PIECE         " \xc2\xa6 "


typedef struct {
    rsl_redact_t  *redact;
    rsl_arena_t   *arena;
    size_t         lines;
    size_t         bad;
} test_t;


typedef void (*test_line_pt)(test_t *test, char *line);


static void test_files(test_t *test, const char *pattern, test_line_pt handler);
static void test_corpus_line(test_t *test, char *line);
static void test_corpus_case(test_t *test, char **column);
static void test_upper_case(test_t *test, char **column);
static void test_harmless_line(test_t *test, char *line);
static rsl_str_t test_unmark(test_t *test, const char *text, size_t len);
static void test_check(test_t *test, const char *how, char **column,
    const rsl_str_t *text);
static int test_pieces(test_t *test, const rsl_str_t *text, const char *pieces,
    int present);
static int test_holds(const rsl_str_t *text, const rsl_str_t *piece);
static rsl_str_t test_redacted(test_t *test, const rsl_str_t *text);
static rsl_str_t test_in_record(test_t *test, rsl_record_t *record);


static void
test_run(int jit, const char *pattern, test_line_pt handler, size_t min)
{
    test_t  test;

    memset(&test, 0, sizeof(test_t));
    test.redact = rsl_redact_create(jit);
    test.arena = rsl_arena_create(65536);
    assert_non_null(test.redact);
    assert_non_null(test.arena);

    test_files(&test, pattern, handler);

    assert_true(test.lines >= min);
    assert_int_equal(test.bad, 0);
    assert_int_equal(rsl_redact_failures(test.redact), 0);

    rsl_arena_destroy(test.arena);
    rsl_redact_destroy(test.redact);
}


static void
test_corpus_jit(void **state)
{
    (void) state;

    test_run(1, CORPUS, test_corpus_line, CORPUS_MIN);
}


static void
test_corpus_interpreted(void **state)
{
    (void) state;

    test_run(0, CORPUS, test_corpus_line, CORPUS_MIN);
}


static void
test_harmless_jit(void **state)
{
    (void) state;

    test_run(1, HARMLESS, test_harmless_line, HARMLESS_MIN);
}


static void
test_harmless_interpreted(void **state)
{
    (void) state;

    test_run(0, HARMLESS, test_harmless_line, HARMLESS_MIN);
}


static void
test_files(test_t *test, const char *pattern, test_line_pt handler)
{
    char    *line;
    FILE    *file;
    glob_t   files;
    size_t   i, size;
    ssize_t  n;

    assert_int_equal(glob(pattern, 0, NULL, &files), 0);

    line = NULL;
    size = 0;

    for (i = 0; i < files.gl_pathc; i++) {
        file = fopen(files.gl_pathv[i], "r");
        assert_non_null(file);

        while ((n = getline(&line, &size, file)) > 0) {
            if (line[n - 1] == '\n') {
                line[n - 1] = '\0';
            }

            rsl_arena_reset(test->arena);
            handler(test, line);
        }

        (void) fclose(file);
    }

    free(line);
    globfree(&files);
}


static void
test_corpus_line(test_t *test, char *line)
{
    char   *column[COLUMNS];
    size_t  i;

    if (strncmp(line, "# ", 2) == 0 || *line == '\0') {
        return;
    }

    for (i = 0; i < COLUMNS; i++) {
        column[i] = line ? strsep(&line, "\t") : "";
    }

    test->lines++;

    test_corpus_case(test, column);
    test_upper_case(test, column);
}


/* A case as each part of a record, twice in one, and redacted twice. */

static void
test_corpus_case(test_t *test, char **column)
{
    u_char        *p;
    rsl_str_t      in, text, again, twice;
    rsl_value_t    extra, element;
    rsl_record_t   record;

    in = test_unmark(test, column[1], strlen(column[1]));

    text = test_redacted(test, &in);
    test_check(test, "text", column, &text);

    again = text;
    assert_int_equal(rsl_redact_text(test->redact, test->arena, &again), 0);

    if (again.len != text.len || memcmp(again.data, text.data, text.len) != 0) {
        print_error("%s: twice is not once: %.*s\n  then %.*s\n", column[0],
                    (int) text.len, text.data, (int) again.len, again.data);
        test->bad++;
    }

    /* what is never closed is closed by a second one */
    if (strcmp(column[0], "unclosed") == 0) {
        return;
    }

    p = rsl_arena_alloc(test->arena, 2 * in.len + 1);
    assert_non_null(p);

    memcpy(p, in.data, in.len);
    p[in.len] = '\n';
    memcpy(p + in.len + 1, in.data, in.len);

    twice.data = p;
    twice.len = 2 * in.len + 1;

    text = test_redacted(test, &twice);
    test_check(test, "twice", column, &text);

    text = in;

    memset(&extra, 0, sizeof(rsl_value_t));
    extra.type = RSL_VALUE_ARRAY;
    extra.key = text;
    extra.child = &element;

    memset(&element, 0, sizeof(rsl_value_t));
    element.type = RSL_VALUE_STRING;
    element.text = text;

    memset(&record, 0, sizeof(rsl_record_t));
    record.message = text;
    record.exception = text;
    record.logger = text;
    record.path = text;
    record.method = text;
    record.request_id = text;
    record.trace_id = text;
    record.span_id = text;
    record.extra = &extra;

    text = test_in_record(test, &record);
    test_check(test, "record", column, &text);
}


/* Names in any case; shapes are made of the case they are in. */

static void
test_upper_case(test_t *test, char **column)
{
    char       *upper[COLUMNS];
    size_t      i, n;
    rsl_str_t   text;

    if (strncmp(column[0], "shape", 5) == 0
        || strncmp(column[0], "pem", 3) == 0
        || strstr(column[1], "\\u") || strstr(column[1], "\\n")
        || strstr(column[1], "&quot;"))
    {
        return;
    }

    upper[0] = column[0];
    upper[3] = "";

    for (i = 1; i < 3; i++) {
        upper[i] = rsl_arena_alloc(test->arena, strlen(column[i]) + 1);
        assert_non_null(upper[i]);

        for (n = 0; column[i][n]; n++) {
            upper[i][n] = column[i][n];

            if (n > 0 && column[i][n] == 'm' && column[i][n - 1] >= '0'
                && column[i][n - 1] <= '9')
            {
                /* a colour */
                continue;
            }

            if (column[i][n] >= 'a' && column[i][n] <= 'z') {
                upper[i][n] &= ~0x20;
            }
        }

        upper[i][n] = '\0';
    }

    text = test_unmark(test, upper[1], strlen(upper[1]));
    text = test_redacted(test, &text);
    test_check(test, "upper", upper, &text);
}


static void
test_harmless_line(test_t *test, char *line)
{
    rsl_str_t  in, text;

    test->lines++;
    in = test_unmark(test, line, strlen(line));
    text = test_redacted(test, &in);

    if (text.data != in.data || text.len != in.len) {
        print_error("changed: %s\n    into %.*s\n", line, (int) text.len,
                    text.data);
        test->bad++;
    }
}


/*
 * The pictures of control characters stand for these, as "␤" for a line feed
 * and "␛" for ESC; "‖" for nothing.
 */

static rsl_str_t
test_unmark(test_t *test, const char *text, size_t len)
{
    u_char      *p;
    rsl_str_t    out;
    const char  *end;

    p = rsl_arena_alloc(test->arena, len + 1);
    assert_non_null(p);

    out.data = p;

    for (end = text + len; text < end; /* void */ ) {

        if (strncmp(text, "\xe2\x90\xa4", 3) == 0) {
            *p++ = '\n';
            text += 3;

        } else if (strncmp(text, "\xe2\x90\xa1", 3) == 0) {
            *p++ = 0x7f;
            text += 3;

        } else if (strncmp(text, "\xe2\x90", 2) == 0
                   && (u_char) text[2] < 0xa0)
        {
            *p++ = (u_char) text[2] - 0x80;
            text += 3;

        } else if (strncmp(text, "\xe2\x80\x96", 3) == 0) {
            text += 3;

        } else {
            *p++ = (u_char) *text++;
        }
    }

    out.len = (size_t) (p - out.data);

    return out;
}


static void
test_check(test_t *test, const char *how, char **column, const rsl_str_t *text)
{
    if (test_pieces(test, text, column[2], 0)
        && test_pieces(test, text, column[3], 1))
    {
        return;
    }

    test->bad++;
    print_error("%s (%s): %s\n  became %.*s\n  gone: %s, stays: %s\n",
                column[0], how, column[1], (int) text->len, text->data,
                column[2], column[3]);
}


static int
test_pieces(test_t *test, const rsl_str_t *text, const char *pieces,
    int present)
{
    size_t       len;
    rsl_str_t    piece;
    const char  *end;

    while (*pieces) {
        end = strstr(pieces, PIECE);
        len = end ? (size_t) (end - pieces) : strlen(pieces);

        piece = test_unmark(test, pieces, len);

        if (test_holds(text, &piece) != present) {
            return 0;
        }

        pieces += len + (end ? sizeof(PIECE) - 1 : 0);
    }

    return 1;
}


static int
test_holds(const rsl_str_t *text, const rsl_str_t *piece)
{
    size_t  i;

    for (i = 0; i + piece->len <= text->len; i++) {
        if (memcmp(text->data + i, piece->data, piece->len) == 0) {
            return 1;
        }
    }

    return 0;
}


static rsl_str_t
test_redacted(test_t *test, const rsl_str_t *text)
{
    rsl_str_t  s;

    s = *text;

    assert_int_equal(rsl_redact_text(test->redact, test->arena, &s), RSL_OK);

    return s;
}


/* All texts of the redacted record, one after the other. */

static rsl_str_t
test_in_record(test_t *test, rsl_record_t *record)
{
    size_t       i, len;
    u_char      *p;
    rsl_str_t    all;
    rsl_str_t   *parts[10];

    assert_int_equal(rsl_redact_record(test->redact, test->arena, record),
                     RSL_OK);

    parts[0] = &record->message;
    parts[1] = &record->exception;
    parts[2] = &record->logger;
    parts[3] = &record->path;
    parts[4] = &record->method;
    parts[5] = &record->request_id;
    parts[6] = &record->trace_id;
    parts[7] = &record->span_id;
    parts[8] = &record->extra->key;
    parts[9] = record->extra->type == RSL_VALUE_ARRAY
               ? &record->extra->child->text : &record->extra->text;

    for (i = 0, len = 0; i < 10; i++) {
        len += parts[i]->len;
    }

    p = rsl_arena_alloc(test->arena, len + 1);
    assert_non_null(p);

    all.data = p;
    all.len = len;

    for (i = 0; i < 10; i++) {
        memcpy(p, parts[i]->data, parts[i]->len);
        p += parts[i]->len;
    }

    return all;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_corpus_jit),
        cmocka_unit_test(test_corpus_interpreted),
        cmocka_unit_test(test_harmless_jit),
        cmocka_unit_test(test_harmless_interpreted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
