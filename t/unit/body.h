
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the tests of bodies share: a body goes in, in pieces of any size, and
 * what comes out is written down as text, which can be compared.  Who includes
 * this says what takes the body: run_reader_t, and its functions.
 */


#ifndef _BODY_H_INCLUDED_
#define _BODY_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "intake/rsl_intake.h"
#include "range.h"


#define NOW       1795342617395827
#define LINE_MAX  (4 * 1024 * 1024)
#define MB        (1024 * 1024)

/* Kinds of pieces: the whole body, single bytes, three of random sizes. */
#define PIECES    5


typedef struct {
    char    *data;
    size_t   len;
    size_t   size;
} text_t;


typedef struct {
    run_reader_t  *intake;
    text_t         full;        /* the whole records and errors */
    text_t         brief;       /* a line for each of them */
    uint64_t       random;
    size_t         failing;     /* the sink fails at this record; 0: at none */
    int            exceptions;  /* "brief" has levels and exceptions */
} run_t;


static inline void
text_add(text_t *text, const void *data, size_t len)
{
    if (text->len + len + 1 > text->size) {
        text->size = (text->len + len + 1) * 2;
        text->data = realloc(text->data, text->size);
        assert_non_null(text->data);
    }

    if (len) {
        memcpy(text->data + text->len, data, len);
    }

    text->len += len;
    text->data[text->len] = '\0';
}


static inline void
text_add_string(text_t *text, const char *string)
{
    text_add(text, string, strlen(string));
}


static inline void
text_add_times(text_t *text, const char *string, size_t n)
{
    while (n--) {
        text_add_string(text, string);
    }
}


static inline int
run_sink(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    rsl_line_t     line;

    static u_char  buf[LINE_MAX];

    run_t  *run = data;

    assert_non_null(rsl_arena_alloc(arena, 100));

#ifdef RUN_TREES

    if (record->message_tree != NULL) {
        assert_int_equal(rsl_json_print(arena, record->message_tree,
                                        &record->message), RSL_OK);
    }

#endif

    rsl_record_render(record, buf, LINE_MAX, &line);

    text_add(&run->full, buf, line.len);
    text_add_string(&run->full, "\n");

    if (run->exceptions) {
        text_add(&run->brief, rsl_record_level_names[record->level].data,
                 rsl_record_level_names[record->level].len);
        text_add_string(&run->brief, " ");
    }

    text_add(&run->brief, record->message.data, record->message.len);
    text_add_string(&run->brief, "\n");

    if (run->exceptions && record->exception.len) {
        text_add_string(&run->brief, "<");
        text_add(&run->brief, record->exception.data, record->exception.len);
        text_add_string(&run->brief, ">\n");
    }

    return (run->failing && --run->failing == 0) ? RSL_ERROR : RSL_OK;
}


static inline void
run_begin(run_t *run, rsl_level_t level)
{
    rsl_intake_conf_t  conf;

    memset(&conf, 0, sizeof(rsl_intake_conf_t));
    memset(run, 0, sizeof(run_t));

    conf.sink = run_sink;
    conf.data = run;
    conf.level = level;

    run->intake = run_reader_create(&conf);
    assert_non_null(run->intake);

    text_add_string(&run->full, "");
    text_add_string(&run->brief, "");
}


static inline void
run_end(run_t *run)
{
    run_reader_destroy(run->intake);
    free(run->full.data);
    free(run->brief.data);
}


/* Feeds a copy, so that a sanitizer finds who reads before or behind it. */

static inline int
run_feed(run_t *run, const char *data, size_t len)
{
    int    rc;
    char  *copy;

    copy = malloc(len ? len : 1);
    assert_non_null(copy);

    memcpy(copy, data, len);

    rc = run_reader_feed(run->intake, (u_char *) copy, len, NOW);

    memset(copy, '#', len);
    free(copy);

    return rc;
}


static inline void
run_errors(run_t *run)
{
    char                        line[256];
    size_t                      i;
    const rsl_intake_error_t   *error;
    const rsl_intake_result_t  *result;

    result = run_reader_result(run->intake);

    for (i = 0; i < result->rejected && i < RSL_INTAKE_ERRORS; i++) {
        error = &result->errors[i];

        (void) snprintf(line, sizeof(line), "! %lu %lu:%lu\n",
                        (unsigned long) error->index,
                        (unsigned long) error->line,
                        (unsigned long) error->column);
        text_add_string(&run->brief, line);
        text_add_string(&run->full, line);
        text_add_string(&run->full, error->detail);
    }

    (void) snprintf(line, sizeof(line), "\n%lu %lu",
                    (unsigned long) result->records,
                    (unsigned long) result->rejected);
    text_add_string(&run->full, line);
}


static inline size_t
run_piece(run_t *run, size_t kind)
{
    static const size_t  limits[PIECES] = { 0, 1, 8, 300, 70000 };

    if (kind == 0) {
        return SIZE_MAX;
    }

    run->random = run->random * 6364136223846793005 + 1442695040888963407;

    return (run->random >> 33) % limits[kind] + 1;
}


static inline int
run_body(run_t *run, const char *body, size_t len, size_t kind)
{
    int     rc;
    size_t  i, n;

    rc = RSL_OK;

    for (i = 0; i < len && rc == RSL_OK; i += n) {
        n = run_piece(run, kind);
        n = (n < len - i) ? n : len - i;

        rc = run_feed(run, body + i, n);
    }

    if (rc == RSL_OK) {
        rc = run_reader_finish(run->intake, NOW);

        assert_false(run_reader_held(run->intake));
    }

    run_errors(run);

    return rc;
}


/* Feeds the body in all kinds of pieces; "run" is that of the last kind. */

static inline int
run_pieces(run_t *run, const char *body, size_t len, int exceptions)
{
    int     rc, first_rc;
    run_t   first;
    size_t  kind;

    run_begin(&first, RSL_LEVELS);
    first.exceptions = exceptions;
    first_rc = run_body(&first, body, len, 0);

    for (kind = 1; kind < PIECES; kind++) {

        if (kind > 1) {
            run_end(run);
        }

        run_begin(run, RSL_LEVELS);
        run->exceptions = exceptions;
        rc = run_body(run, body, len, kind);

        assert_int_equal(rc, first_rc);

        if (strcmp(run->full.data, first.full.data) != 0) {
            fail_msg("pieces %zu of %.300s: %.2000s instead of %.2000s",
                     kind, body, run->full.data, first.full.data);
        }
    }

    run_end(&first);

    return first_rc;
}


/*
 * Records are expected by their messages, a line each, and after them errors
 * as "! index line:column".
 */

static inline void
check_len(const char *body, size_t len, const char *expected)
{
    run_t  run;

    assert_int_equal(run_pieces(&run, body, len, 0), RSL_OK);

    if (strcmp(run.brief.data, expected) != 0) {
        fail_msg("%.1000s\nbecame\n%.1000s\ninstead of\n%.1000s", body,
                 run.brief.data, expected);
    }

    run_end(&run);
}


static inline void
check(const char *body, const char *expected)
{
    check_len(body, strlen(body), expected);
}


/* The same, with the level before each message, and its <exception> after. */

static inline void
check_text(const char *body, const char *expected)
{
    run_t  run;

    assert_int_equal(run_pieces(&run, body, strlen(body), 1), RSL_OK);

    if (strcmp(run.brief.data, expected) != 0) {
        fail_msg("%.2000s\nbecame\n%.2000s\ninstead of\n%.2000s", body,
                 run.brief.data, expected);
    }

    run_end(&run);
}


/* Checks that "part" is somewhere in what comes out. */

static inline void
check_has(const char *body, size_t len, const char *part)
{
    run_t  run;

    assert_int_equal(run_pieces(&run, body, len, 0), RSL_OK);

    if (strstr(run.full.data, part) == NULL) {
        fail_msg("%s is not in %.1000s", part, run.full.data);
    }

    run_end(&run);
}


static inline void
read_file(text_t *text, const char *name)
{
    FILE    *file;
    char     buf[4096];
    size_t   n;

    file = fopen(name, "rb");
    if (file == NULL) {
        fail_msg("no file %s", name);
    }

    do {
        n = fread(buf, 1, sizeof(buf), file);
        text_add(text, buf, n);
    } while (n);

    (void) fclose(file);
}


#endif /* _BODY_H_INCLUDED_ */
