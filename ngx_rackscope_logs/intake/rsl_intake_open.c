
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What a body is, and what an entry is, by their first bytes: an object, an
 * array whose elements are entries, a line of text, or an envelope.  That is an
 * object that some senders wrap their records in: {"logs": [{...}, {...}]}.
 */


#include "rsl_intake_internal.h"


static int rsl_intake_open_element(rsl_intake_t *intake, const u_char **p,
    const u_char *q);
static void rsl_intake_open_value(rsl_intake_t *intake, const u_char **p,
    const u_char *q);
static int rsl_intake_open_may_be_array(const u_char *p, const u_char *end);


/* The byte order mark of UTF-8 is no part of the first entry. */

int
rsl_intake_open_body(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    size_t  n;

    static const rsl_str_t  mark = rsl_string("\xef\xbb\xbf");

    n = (size_t) (end - *p);

    if (n > mark.len) {
        n = mark.len;
    }

    if (memcmp(*p, mark.data, n) == 0) {

        if (n < mark.len && !intake->final) {
            return RSL_INTAKE_AGAIN;
        }

        if (n == mark.len) {
            *p += n;
        }
    }

    intake->state = RSL_INTAKE_BETWEEN;

    return RSL_OK;
}


int
rsl_intake_open(rsl_intake_t *intake, const u_char **p, const u_char *q,
    const u_char *end)
{
    int  rc;

    if (intake->array) {
        return rsl_intake_open_element(intake, p, q);
    }

    if (!intake->column0) {
        rsl_intake_state_advance(intake, p, q);
    }

    if (*q == '{') {
        rc = rsl_intake_walk_begins(intake, p, q, end);

        if (rc != RSL_DECLINED) {
            return rc;
        }
    }

    if (*q == '{' || (*q == '[' && rsl_intake_open_may_be_array(q, end))) {
        rsl_intake_open_value(intake, p, q);
        return RSL_OK;
    }

    rsl_intake_state_start(intake, RSL_INTAKE_LINE);

    return RSL_OK;
}


static int
rsl_intake_open_element(rsl_intake_t *intake, const u_char **p, const u_char *q)
{
    rsl_intake_state_advance(intake, p, q);

    if (*q != ']') {
        rsl_intake_state_start(intake, (*q == (intake->arrays ? '[' : '{'))
                                       ? RSL_INTAKE_OBJECT
                                       : RSL_INTAKE_SCALAR);
        return RSL_OK;
    }

    rsl_intake_state_advance(intake, p, q + 1);

    rsl_intake_state_start(intake, intake->envelope ? RSL_INTAKE_ENVELOPE
                                                    : RSL_INTAKE_BETWEEN);
    intake->array = 0;
    intake->arrays = 0;
    intake->envelope = 0;

    return RSL_OK;
}


/*
 * A value begins at "q".  What stands before it on its line is kept, because
 * all of the line is text if the value is none.
 */

static void
rsl_intake_open_value(rsl_intake_t *intake, const u_char **p, const u_char *q)
{
    rsl_intake_state_start(intake, RSL_INTAKE_VALUE);

    intake->indent = q - *p;
    intake->entry_column += intake->indent;

    rsl_grammar_start(&intake->grammar, rsl_intake_state_depth(intake),
                      *q == '[');
}


/* In text, "[warn]" and "[2026-11-22]" are seen by their second byte. */

static int
rsl_intake_open_may_be_array(const u_char *p, const u_char *end)
{
    return end - p < 2 || p[1] == '{' || p[1] == ']'
           || rsl_intake_is_space(p[1]);
}
