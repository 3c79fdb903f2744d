
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * JSON outside of arrays, which may turn out to be text.  A line that begins
 * with a bracket begins a value, and the value stays open until its grammar
 * breaks, it is too large, or the body ends.  Then its first line is text, and
 * reading goes on behind that line, where another value may begin.
 *
 * So bytes may be read several times, but not very many times: a value that
 * begins within another one, and is open where that one breaks, is nested in
 * it, and values nest 16 levels deep at most.
 */


#include "rsl_intake_internal.h"


static int rsl_intake_json_scan(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *last, const u_char *end);
static int rsl_intake_json_again(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *end);
static int rsl_intake_json_end(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *q);
static int rsl_intake_json_none(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *q);
static int rsl_intake_json_too_deep(rsl_intake_t *intake, const u_char **p,
    const u_char *q, rsl_intake_state_t state);
static int rsl_intake_json_large(rsl_intake_t *intake, const u_char **p,
    const u_char *end);


/* What was read before is read again in slices of so many bytes. */
#define RSL_INTAKE_JSON_SLICE  65536


int
rsl_intake_json(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    int            rc;
    const u_char  *start, *last;

    if (intake->large != NULL) {
        return rsl_intake_json_large(intake, p, end);
    }

    start = *p + intake->indent;
    last = (end - start > RSL_INTAKE_ENTRY_MAX) ? start + RSL_INTAKE_ENTRY_MAX
                                                : end;

    /* what was read before is not likely to be whole */

    if (intake->scanned == 0 && intake->reread == 0 && *start == '{') {
        rc = rsl_intake_entry_plain(intake, p, start, last, end);

        if (rc == RSL_INTAKE_AGAIN) {
            return rsl_intake_json_again(intake, p, start, end);
        }

        if (rc != RSL_DECLINED) {
            return rc;
        }
    }

    return rsl_intake_json_scan(intake, p, start, last, end);
}


static int
rsl_intake_json_scan(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *last, const u_char *end)
{
    const u_char          *q, *stop;
    rsl_grammar_result_e   result;

    q = start + intake->scanned;
    stop = last;

    if (intake->reread && last - q > RSL_INTAKE_JSON_SLICE) {
        stop = q + RSL_INTAKE_JSON_SLICE;
    }

    result = rsl_grammar(&intake->grammar, &q, stop);

    if (intake->reread) {
        intake->spent += q - start - intake->scanned;
    }

    intake->scanned = q - start;

    switch (result) {

    case RSL_GRAMMAR_END:
        return rsl_intake_json_end(intake, p, start, q);

    case RSL_GRAMMAR_BROKEN:
        return rsl_intake_json_none(intake, p, start, q);

    case RSL_GRAMMAR_MORE:
        break;
    }

    if (stop != last) {
        return RSL_OK;
    }

    if (last == end && !intake->final) {
        return rsl_intake_json_again(intake, p, start, end);
    }

    if (last == end && intake->cut && intake->grammar.lines == 0) {
        intake->state = RSL_INTAKE_BETWEEN;
        rsl_intake_state_advance(intake, p, end);
        return RSL_OK;
    }

    if (last == end || intake->grammar.lines || *start == '[') {
        return rsl_intake_json_none(intake, p, start, q);
    }

    if (rsl_intake_entry_large(intake, start, q - start) != RSL_OK) {
        return RSL_ERROR;
    }

    rsl_intake_state_advance(intake, p, q);

    return RSL_OK;
}


/* The value is not over, unless it is an envelope, whose end is not awaited. */

static int
rsl_intake_json_again(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *end)
{
    int  rc;

    rc = (*start == '{') ? rsl_intake_walk_large(intake, p, start, end)
                         : RSL_DECLINED;

    return (rc == RSL_DECLINED) ? RSL_INTAKE_AGAIN : rc;
}


static int
rsl_intake_json_end(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *q)
{
    int           rc, premature;
    size_t        offset;
    rsl_str_t     text;
    const char   *detail;
    rsl_value_t  *object;

    if (*start == '[') {
        intake->array = 1;
        intake->state = RSL_INTAKE_BETWEEN;
        rsl_intake_state_advance(intake, p, start + 1);
        return rsl_intake_text_release(intake, 1);
    }

    if (q - start > RSL_INTAKE_LARGE) {
        rc = rsl_intake_walk_large(intake, p, start, q);

        if (rc != RSL_DECLINED) {
            return rc;
        }
    }

    if (intake->grammar.deep) {
        return rsl_intake_json_too_deep(intake, p, q, RSL_INTAKE_BETWEEN);
    }

    text.data = start;
    text.len = q - start;

    rc = rsl_intake_read_json(intake->values, &text, &object, &offset, &detail,
                              &premature);

    if (rc == RSL_OK) {
        intake->state = RSL_INTAKE_BETWEEN;
        rc = rsl_intake_object_take(intake, object, &text, 0);
        rsl_intake_state_advance(intake, p, q);

    } else if (rc == RSL_DECLINED) {
        rc = rsl_intake_json_none(intake, p, start, q);
    }

    rsl_arena_reset(intake->values);

    return rc;
}


/*
 * The value is none: up to "q" it is JSON, but it cannot go on, or must not.
 * What is too deep is rejected then if it has more than two lines, for its end
 * is only guessed, and what nests without a bound must not be read again and
 * again.
 */

static int
rsl_intake_json_none(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *q)
{
    size_t  n;

    if (intake->grammar.deep && intake->grammar.lines > 1) {
        return rsl_intake_json_too_deep(intake, p, q, RSL_INTAKE_SKIP);
    }

    n = q - *p;

    if (intake->reread < n) {
        intake->reread = n;
    }

    rsl_intake_state_start(intake, RSL_INTAKE_LINE);

    if (*start == '{') {
        intake->json = n;
    }

    return RSL_OK;
}


static int
rsl_intake_json_too_deep(rsl_intake_t *intake, const u_char **p,
    const u_char *q, rsl_intake_state_t state)
{
    int  rc;

    rc = rsl_intake_text_release(intake, 1);

    rsl_intake_state_reject(intake, RSL_INTAKE_BAD_DEPTH, NULL, 0,
                            rsl_intake_object_too_deep);
    rsl_intake_state_advance(intake, p, q);

    intake->state = intake->column0 ? RSL_INTAKE_BETWEEN : state;

    return rc;
}


/*
 * Only the start of the object was kept.  It has to end on its line, for if it
 * is text, nothing may be missing but the rest of that line.
 */

static int
rsl_intake_json_large(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    int                    rc;
    const u_char          *q, *newline;
    rsl_grammar_result_e   result;

    newline = memchr(*p, '\n', end - *p);

    if (newline != NULL) {
        end = newline;
    }

    q = *p;
    result = rsl_grammar(&intake->grammar, &q, end);

    rsl_intake_state_advance(intake, p, q);

    if (result == RSL_GRAMMAR_MORE && newline == NULL) {

        if (!intake->final) {
            return RSL_INTAKE_AGAIN;
        }

        if (intake->cut) {
            intake->state = RSL_INTAKE_BETWEEN;
            rsl_intake_entry_large_free(intake);
            return RSL_OK;
        }
    }

    if (result != RSL_GRAMMAR_END) {
        intake->state = RSL_INTAKE_LINE;
        intake->scanned = 0;
        intake->json = intake->large_len;
        return RSL_OK;
    }

    if (!intake->grammar.deep) {
        return rsl_intake_entry_large_end(intake);
    }

    rc = rsl_intake_json_too_deep(intake, p, q, RSL_INTAKE_BETWEEN);

    rsl_intake_entry_large_free(intake);

    return rc;
}
