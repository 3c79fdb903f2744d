
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What a body is, and what an entry is, by their first bytes: an object, an
 * array or an envelope whose elements are entries, or a line of text.  An
 * envelope is an object that some senders wrap their array of records in:
 * {"logs": [{...}, {...}]}.
 */


#include "rsl_intake_internal.h"


static int rsl_intake_open_element(rsl_intake_t *intake, const u_char **p,
    const u_char *q);
static void rsl_intake_open_value(rsl_intake_t *intake, const u_char **p,
    const u_char *q);
static int rsl_intake_open_may_be_array(const u_char *p, const u_char *end);
static int rsl_intake_open_may_envelop(const u_char *p, const u_char *end);
static const u_char *rsl_intake_open_envelope(const u_char *p,
    const u_char *end, int *more);
static int rsl_intake_open_head(const char *head, const u_char *p,
    const u_char *end, const u_char **bracket);


/* What is not seen to be an envelope in so many bytes is none. */
#define RSL_INTAKE_OPEN_AHEAD  1024


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
    int            more;
    const u_char  *next;

    if (intake->array) {
        return rsl_intake_open_element(intake, p, q);
    }

    if (!intake->column0) {
        rsl_intake_state_advance(intake, p, q);
    }

    more = 0;
    next = NULL;

    if (*q == '{' && rsl_intake_open_may_envelop(q, end)) {
        next = rsl_intake_open_envelope(q, end, &more);
    }

    if (more && !intake->final) {
        return RSL_INTAKE_AGAIN;
    }

    if (next != NULL) {
        rsl_intake_state_advance(intake, p, next);
        intake->array = 1;
        intake->envelope = 1;
        return rsl_intake_text_release(intake, 1);
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
        rsl_intake_state_start(intake, (*q == '{') ? RSL_INTAKE_OBJECT
                                                   : RSL_INTAKE_SCALAR);
        return RSL_OK;
    }

    rsl_intake_state_advance(intake, p, q + 1);

    intake->array = 0;

    rsl_intake_state_start(intake, intake->envelope ? RSL_INTAKE_TAIL
                                                    : RSL_INTAKE_BETWEEN);
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

    rsl_grammar_start(&intake->grammar, RSL_INTAKE_DEPTH_MAX, *q == '[');
}


/* In text, "[warn]" and "[2026-11-22]" are seen by their second byte. */

static int
rsl_intake_open_may_be_array(const u_char *p, const u_char *end)
{
    return end - p < 2 || p[1] == '{' || p[1] == ']'
           || rsl_intake_is_space(p[1]);
}


/*
 * Most objects are seen to be no envelope by the first letter of their first
 * key, without a comparison with all heads.
 */

static int
rsl_intake_open_may_envelop(const u_char *p, const u_char *end)
{
    return end - p < 3 || p[1] != '"'
           || p[2] == 'l' || p[2] == 'e' || p[2] == 'E';
}


/*
 * If an envelope begins at "p", returns where its array begins, behind the
 * "["; if none does, NULL.  *more: more bytes are needed to tell.
 */

static const u_char *
rsl_intake_open_envelope(const u_char *p, const u_char *end, int *more)
{
    size_t         i;
    const u_char  *bracket;

    static const char  *heads[] = {
        "{\"logs\":[{", "{\"events\":[{", "{\"Events\":[{"
    };

    if (end - p > RSL_INTAKE_OPEN_AHEAD) {
        end = p + RSL_INTAKE_OPEN_AHEAD;
    }

    for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        bracket = NULL;

        switch (rsl_intake_open_head(heads[i], p, end, &bracket)) {

        case RSL_OK:
            return bracket;

        case RSL_INTAKE_AGAIN:
            *more = (end - p < RSL_INTAKE_OPEN_AHEAD);
            return bracket;
        }
    }

    return NULL;
}


static int
rsl_intake_open_head(const char *head, const u_char *p, const u_char *end,
    const u_char **bracket)
{
    unsigned  name;

    for (name = 0; *head && p < end; p++) {

        if (*p == (u_char) *head || (head[1] == '\0' && *p == ']')) {
            name ^= (*head == '"');

            if (*head++ == '[') {
                *bracket = p + 1;
            }

        } else if (name
                   || (*p != ' ' && *p != '\t' && *p != '\r' && *p != '\n'))
        {
            return RSL_DECLINED;
        }
    }

    return *head ? RSL_INTAKE_AGAIN : RSL_OK;
}
