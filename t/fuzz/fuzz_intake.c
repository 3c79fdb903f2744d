
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The intake: whatever comes, in whatever pieces and steps, gives the same
 * records, and each of them is a line of JSON.  Outside of arrays nothing is
 * dropped.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memmem() */
#endif

#include <stdio.h>
#include <stdlib.h>

#include "intake/rsl_intake_internal.h"
#include "redact/rsl_redact.h"


#define FUZZ_NOW     1795342617395827
#define FUZZ_LINE    16384
#define FUZZ_SINGLE  512        /* inputs that are fed byte by byte, too */


typedef struct {
    u_char    *data;            /* the lines of all records */
    size_t     len;
    size_t     size;
    u_char    *text;            /* their messages and exceptions */
    size_t     text_len;
    size_t     text_size;
    uint64_t   records;
    uint64_t   entries;         /* that these are made of */
    uint64_t   random;
    size_t     step;            /* 0: one step is enough */
    unsigned   release:1;
    unsigned   carrying:1;      /* secrets over lines are hidden */

    rsl_intake_t  *intake;
} fuzz_run_t;


static rsl_redact_t  *fuzz_redact;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_check(int ok, const char *what)
{
    if (!ok) {
        (void) fprintf(stderr, "%s\n", what);
        abort();
    }
}


/* jansson alone would refuse numbers that do not fit. */

static void
fuzz_check_line(rsl_arena_t *arena, u_char *line, size_t len)
{
    int           premature;
    size_t        offset;
    rsl_str_t     text;
    const char   *detail;
    rsl_value_t  *value;

    /* a number does not begin with zeros */

    line[RSL_SEQ_OFFSET] = '1';

    text.data = line;
    text.len = len;

    fuzz_check(rsl_utf8_valid(&text) == len, "the line is no UTF-8");
    fuzz_check(rsl_intake_read_json(arena, &text, &value, &offset, &detail,
                                    &premature)
               == RSL_OK, "the line is no JSON");
    fuzz_check(value->type == RSL_VALUE_OBJECT, "the line is no object");
}


/* What is read without jansson is what jansson reads. */

static void
fuzz_read(const uint8_t *data, size_t size)
{
    int            premature;
    size_t         offset;
    rsl_str_t      text, one, other;
    const char    *detail;
    rsl_arena_t   *arena;
    rsl_value_t   *value, *expected;
    const u_char  *p;

    arena = rsl_arena_create(4096);
    fuzz_check(arena != NULL, "no memory");

    p = data;

    if (rsl_intake_read(arena, &p, data + size, &value) == RSL_OK) {
        text.data = data;
        text.len = (size_t) (p - data);

        fuzz_check(rsl_intake_jansson(arena, &text, &expected, &offset,
                                      &detail, &premature)
                   == RSL_OK, "jansson says it is no JSON");
        fuzz_check(rsl_json_print(arena, value, &one) == RSL_OK
                   && rsl_json_print(arena, expected, &other) == RSL_OK,
                   "no memory");
        fuzz_check(one.len == other.len
                   && memcmp(one.data, other.data, one.len) == 0,
                   "jansson makes something else of it");
    }

    rsl_arena_destroy(arena);
}


/*
 * What the grammar takes for an object is one for the parser, unless it is too
 * deep, and the other way round; and it knows where it stops being JSON.
 */

static void
fuzz_grammar(const uint8_t *data, size_t size)
{
    int                    rc, premature;
    size_t                 offset;
    rsl_str_t              text;
    const char            *detail;
    rsl_arena_t           *arena;
    rsl_value_t           *value;
    const u_char          *p, *q;
    rsl_grammar_t          g, single;
    rsl_grammar_result_e   result;

    if (size == 0 || data[0] != '{') {
        return;
    }

    arena = rsl_arena_create(4096);
    fuzz_check(arena != NULL, "no memory");

    p = data;
    rsl_grammar_start(&g, RSL_INTAKE_DEPTH_MAX, 0);
    result = rsl_grammar(&g, &p, data + size);

    text.data = data;
    text.len = (size_t) (p - data) + (result == RSL_GRAMMAR_BROKEN);

    if (!g.deep) {
        rc = rsl_intake_read_json(arena, &text, &value, &offset, &detail,
                                  &premature);

        fuzz_check((rc == RSL_OK) == (result == RSL_GRAMMAR_END),
                   "grammar and parser disagree");
        fuzz_check(rc == RSL_OK
                   || premature == (result == RSL_GRAMMAR_MORE)
                   || text.data[text.len - 1] == '\0',
                   "grammar and parser disagree about the end");
    }

    q = data;
    rsl_grammar_start(&single, RSL_INTAKE_DEPTH_MAX, 0);

    while (q < p
           && rsl_grammar(&single, &q, q + 1)
              == RSL_GRAMMAR_MORE)
    {
        /* void */
    }

    fuzz_check(q == p, "single bytes make a difference to the grammar");

    rsl_arena_destroy(arena);
}


static void
fuzz_text(fuzz_run_t *run, const rsl_str_t *s)
{
    if (run->text_len + s->len + 1 > run->text_size) {
        run->text_size = (run->text_len + s->len + 1) * 2;
        run->text = realloc(run->text, run->text_size);
        fuzz_check(run->text != NULL, "no memory");
    }

    if (s->len) {
        memcpy(run->text + run->text_len, s->data, s->len);
    }

    run->text_len += s->len;
    run->text[run->text_len++] = '\n';
}


/*
 * A line that begins with a bracket and is no JSON is kept as text, in its
 * order.  What is within an array or an envelope is left out here.
 */

static void
fuzz_kept(const fuzz_run_t *run, const uint8_t *data, size_t size)
{
    size_t                 n, rest;
    const u_char          *p, *q, *end, *found;
    rsl_grammar_t          g;
    rsl_grammar_result_e   result;

    p = data;
    end = data + size;
    rest = run->text_len;

    while (p < end) {

        q = memchr(p, '\n', (size_t) (end - p));
        n = (size_t) ((q ? q : end) - p);

        if (rsl_intake_is_space(*p) || *p == ',' || *p == 0x1e) {
            p++;
            continue;
        }

        if (*p != '{' && *p != '[') {
            p += n;
            continue;
        }

        q = p;
        rsl_grammar_start(&g, RSL_INTAKE_DEPTH_MAX, *p == '[');
        result = rsl_grammar(&g, &q, end);

        if (g.deep || (*p == '[' && result == RSL_GRAMMAR_END)) {
            return;
        }

        if (result == RSL_GRAMMAR_END) {
            p = q;
            continue;
        }

        q = p;
        p += n;
        n -= (q[n - 1] == '\r');

        fuzz_check(n <= rest, "a line of text was lost");

        found = memmem(run->text + (run->text_len - rest), rest, q, n);
        fuzz_check(found != NULL, "a line of text was lost");

        rest = run->text_len - (size_t) (found + n - run->text);
    }
}


/* Can fuzz_kept() tell what is text? */

static int
fuzz_is_simple(const uint8_t *data, size_t size)
{
    size_t  i;

    for (i = 0; i < size; i++) {
        if (data[i] >= 0x80) {
            return 0;
        }
    }

    return 1;
}


static int
fuzz_sink(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    u_char       line[FUZZ_LINE];
    rsl_line_t   described;

    fuzz_run_t  *run = data;

    fuzz_check(rsl_utf8_valid(&record->message) == record->message.len,
               "the message is no UTF-8");
    fuzz_check(rsl_utf8_valid(&record->exception) == record->exception.len,
               "the exception is no UTF-8");

    fuzz_text(run, &record->message);
    fuzz_text(run, &record->exception);

    rsl_record_render(record, line, FUZZ_LINE, &described);

    fuzz_check_line(arena, line, described.len);

    if (run->len + described.len + 1 > run->size) {
        run->size = (run->len + described.len + 1) * 2;
        run->data = realloc(run->data, run->size);
        fuzz_check(run->data != NULL, "no memory");
    }

    memcpy(run->data + run->len, line, described.len);
    run->len += described.len;
    run->data[run->len++] = '\n';
    run->records++;
    run->entries += 1 + rsl_intake_result(run->intake)->joined;

    return RSL_OK;
}


/* xorshift64 */

static size_t
fuzz_random(fuzz_run_t *run, size_t n)
{
    run->random ^= run->random << 13;
    run->random ^= run->random >> 7;
    run->random ^= run->random << 17;

    return run->random % n;
}


static size_t
fuzz_piece(fuzz_run_t *run, size_t rest, size_t piece)
{
    size_t  n;

    n = piece;

    if (n == 0) {
        n = fuzz_random(run, 4) ? 16 : 4096;
        n = fuzz_random(run, n) + 1;
    }

    return (n < rest) ? n : rest;
}


static void
fuzz_result(const fuzz_run_t *run, const rsl_intake_result_t *result,
    size_t size)
{
    size_t                     i, n;
    const rsl_intake_error_t  *error;

    fuzz_check(result->records == run->records, "a record was not counted");

    n = (result->rejected < RSL_INTAKE_ERRORS) ? result->rejected
                                               : RSL_INTAKE_ERRORS;

    for (i = 0; i < n; i++) {
        error = &result->errors[i];

        fuzz_check(error->detail != NULL, "an error without a detail");
        fuzz_check(error->index < run->entries + result->rejected,
                   "no entry has this index");
        fuzz_check(i == 0 || error->index > error[-1].index,
                   "the indices do not grow");
        fuzz_check(error->line && error->line <= size + 1, "no such line");
        fuzz_check(error->column && error->column <= size + 1,
                   "no such column");
    }
}


/* One of the steps may be as late as the next piece. */

static int
fuzz_feed(fuzz_run_t *run, rsl_intake_t *intake, const u_char *data, size_t len)
{
    int  rc;

    rc = rsl_intake_feed(intake, data, len, FUZZ_NOW);

    while (rc == RSL_AGAIN && fuzz_random(run, 8)) {
        rc = rsl_intake_feed(intake, (const u_char *) "", 0, FUZZ_NOW);
    }

    return (rc == RSL_AGAIN) ? RSL_OK : rc;
}


static int
fuzz_finish(rsl_intake_t *intake)
{
    int                 rc;
    size_t              left, scanned;
    rsl_intake_state_t  state;

    /*
     * A line of text that is held back is not read again.  A step may also end
     * when more of a value was seen, or when a value was found to be none.
     */

    do {
        left = rsl_intake_kept(intake) - intake->text.len;
        scanned = intake->scanned;
        state = intake->state;

        rc = rsl_intake_finish(intake, FUZZ_NOW);

        fuzz_check(rc != RSL_AGAIN
                   || rsl_intake_kept(intake) - intake->text.len < left
                   || intake->scanned > scanned
                   || (state != RSL_INTAKE_LINE
                       && intake->state == RSL_INTAKE_LINE),
                   "a step that does nothing");
    } while (rc == RSL_AGAIN);

    return rc;
}


/* Feeds pieces of "piece" bytes, or of any number if it is 0. */

static int
fuzz_run(fuzz_run_t *run, const uint8_t *data, size_t size, size_t piece,
    rsl_intake_result_t *result)
{
    int                 rc;
    size_t              i, n;
    u_char             *copy;
    rsl_intake_t       *intake;
    rsl_intake_conf_t   conf;
    rsl_redact_carry_t  carry;

    memset(&conf, 0, sizeof(rsl_intake_conf_t));

    conf.sink = fuzz_sink;
    conf.data = run;
    conf.level = RSL_LEVELS;
    conf.step = run->step;

    rsl_redact_carry_init(&carry, fuzz_redact);

    if (run->carrying) {
        conf.line = rsl_redact_carry_line;
        conf.open = rsl_redact_carry_open;
        conf.line_data = &carry;
    }

    intake = rsl_intake_create(&conf);
    fuzz_check(intake != NULL, "no memory");

    run->intake = intake;

    rc = RSL_OK;

    for (i = 0; i < size && rc == RSL_OK; i += n) {
        n = fuzz_piece(run, size - i, piece);

        /* so that nobody can look outside of the piece, or at it later */

        copy = malloc(n);
        fuzz_check(copy != NULL, "no memory");
        memcpy(copy, data + i, n);

        rc = fuzz_feed(run, intake, copy, n);

        free(copy);

        if (rc == RSL_OK && run->release && fuzz_random(run, 2)) {
            rc = rsl_intake_release(intake);
            fuzz_check(!rsl_intake_held(intake), "a record is still held");
        }
    }

    if (rc == RSL_OK) {
        rc = fuzz_finish(intake);
        fuzz_check(rc == RSL_OK, "the end is refused");
        fuzz_check(!rsl_intake_held(intake), "a record was lost");
    }

    fuzz_check(rc != RSL_ERROR, "an error without a cause");

    *result = *rsl_intake_result(intake);
    fuzz_result(run, result, size);

    rsl_intake_destroy(intake);
    rsl_redact_carry_reset(&carry);

    return rc;
}


static void
fuzz_compare(const uint8_t *data, size_t size, size_t piece)
{
    int                  rc, one_rc;
    size_t               i;
    fuzz_run_t           one, run;
    rsl_intake_result_t  one_result, result;

    memset(&one, 0, sizeof(fuzz_run_t));
    memset(&run, 0, sizeof(fuzz_run_t));

    run.random = 0x9e3779b97f4a7c15;

    for (i = 0; i < size; i++) {
        run.random = (run.random ^ data[i]) * 0x100000001b3 + 1;
    }

    run.random |= 1;
    run.carrying = fuzz_random(&run, 2);
    one.carrying = run.carrying;
    run.step = fuzz_random(&run, 3) ? fuzz_random(&run, 2000) : 1;

    one_rc = fuzz_run(&one, data, size, size, &one_result);
    rc = fuzz_run(&run, data, size, piece, &result);

    if (rc == RSL_OK && !run.carrying && fuzz_is_simple(data, size)) {
        fuzz_kept(&run, data, size);
    }

    fuzz_check(rc == one_rc, "pieces make a difference: the return code");
    fuzz_check(run.len == one.len
               && (run.len == 0 || memcmp(run.data, one.data, run.len) == 0),
               "pieces make a difference: the records");
    fuzz_check(memcmp(&result, &one_result, sizeof(result)) == 0,
               "pieces make a difference: the result");

    run.release = 1;
    run.len = 0;
    run.records = 0;

    (void) fuzz_run(&run, data, size, piece, &result);

    free(one.data);
    free(one.text);
    free(run.data);
    free(run.text);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzz_redact == NULL) {
        fuzz_redact = rsl_redact_create(0);
        fuzz_check(fuzz_redact != NULL, "no memory");
    }

    fuzz_read(data, size);
    fuzz_grammar(data, size);
    fuzz_compare(data, size, 0);

    if (size <= FUZZ_SINGLE) {
        fuzz_compare(data, size, 1);
    }

    return 0;
}
