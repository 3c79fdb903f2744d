
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
static int rsl_intake_open_rest(rsl_intake_t *intake, const u_char **p,
    const u_char *q);
static int rsl_intake_open_array(const u_char *p, const u_char *end, int *more);
static int rsl_intake_open_may_envelop(const u_char *p, const u_char *end);
static const u_char *rsl_intake_open_envelope(const u_char *p,
    const u_char *end, int *more);
static int rsl_intake_open_head(const char *head, const u_char *p,
    const u_char *end, const u_char **bracket);


/* What is not seen to be an array or an envelope in so many bytes is none. */
#define RSL_INTAKE_OPEN_AHEAD  1024


static const char  rsl_intake_open_closes_nothing[] =
    "the bracket closes nothing";


/*
 * No text begins as gzip (RFC 1952), zlib at its usual levels (RFC 1950) or
 * Zstandard (RFC 8878) do.
 */

int
rsl_intake_open_body(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    size_t  i, n;

    static const rsl_str_t  marks[] = {
        rsl_string("\xef\xbb\xbf"),      /* the byte order mark of UTF-8 */
        rsl_string("\x1f\x8b"),
        rsl_string("\x78\x01"),
        rsl_string("\x78\x9c"),
        rsl_string("\x78\xda"),
        rsl_string("\x28\xb5\x2f\xfd")
    };

    for (i = 0; i < sizeof(marks) / sizeof(rsl_str_t); i++) {
        n = end - *p;

        if (n > marks[i].len) {
            n = marks[i].len;
        }

        if (**p != marks[i].data[0] || memcmp(*p, marks[i].data, n) != 0) {
            continue;
        }

        if (n == marks[i].len) {

            if (i > 0) {
                return RSL_DECLINED;
            }

            *p += n;
            break;
        }

        if (!intake->final) {
            return RSL_INTAKE_AGAIN;
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

    more = 0;
    next = NULL;
    intake->bracket = 0;

    if (intake->array) {
        return rsl_intake_open_element(intake, p, q);
    }

    if (*q == '{') {

        if (rsl_intake_open_may_envelop(q, end)) {
            next = rsl_intake_open_envelope(q, end, &more);
        }

        intake->envelope = (next != NULL);

    } else if (*q == '[') {
        next = rsl_intake_open_array(q, end, &more) ? q + 1 : NULL;
        intake->bracket = (next == NULL);
    }

    if (more && !intake->final) {
        return RSL_INTAKE_AGAIN;
    }

    if (next != NULL) {
        rsl_intake_state_advance(intake, p, next);
        intake->array = 1;
        return RSL_OK;
    }

    if (*q == '{') {
        rsl_intake_state_advance(intake, p, q);
        rsl_intake_state_start(intake, RSL_INTAKE_OBJECT);
        return RSL_OK;
    }

    if (rsl_intake_open_rest(intake, p, q)) {
        return RSL_OK;
    }

    if (!intake->column0) {
        rsl_intake_state_advance(intake, p, q);
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
 * Is it what is left of an entry that was rejected, or a bracket that closes
 * nothing?  Such a rest is skipped and not taken as text: those who send JSON
 * do not go over to plain text in the middle of a line.
 */

static int
rsl_intake_open_rest(rsl_intake_t *intake, const u_char **p, const u_char *q)
{
    unsigned  bad, closes;

    bad = intake->bad;
    closes = (intake->index && (*q == '}' || *q == ']'));

    if (!closes && (!bad || intake->column0)) {
        return 0;
    }

    rsl_intake_state_advance(intake, p, q);
    rsl_intake_state_start(intake, RSL_INTAKE_SKIP);

    if (!bad) {
        rsl_intake_state_reject(intake, NULL, 0,
                                rsl_intake_open_closes_nothing);
    }

    intake->bad = 1;

    return 1;
}


/*
 * Does an array with an object in it begin with the "[" at "p"?  In text,
 * "[2026-11-22 10:16:57]" and "[warn]" do not.  The line "[1, 2]" is not known
 * to be an array before it is read to its end (rsl_intake_entry_line_json()).
 * *more: more bytes are needed to tell.
 */

static int
rsl_intake_open_array(const u_char *p, const u_char *end, int *more)
{
    u_char         last;
    unsigned       string, escape;
    const u_char  *start;

    start = p;
    last = *p;
    string = 0;
    escape = 0;

    if (end - p > RSL_INTAKE_OPEN_AHEAD) {
        end = p + RSL_INTAKE_OPEN_AHEAD;
    }

    for (p++; p < end; p++) {

        if (string && *p != '\n') {
            string = (escape || *p != '"');
            escape = (!escape && *p == '\\');
            continue;
        }

        switch (*p) {

        case '{':
        case '\n':
            return !string && (last == '[' || last == ',');

        case ']':
            return last == '[';

        case ' ':
        case '\t':
        case '\r':
            continue;

        case '"':
            string = 1;
            break;

        default:

            /* any other byte must be one of a number or a literal */

            if (*p == '\0' || strchr("+-.0123456789Eaeflnrstu,", *p) == NULL)
            {
                return 0;
            }
        }

        last = *p;
    }

    *more = (end - start < RSL_INTAKE_OPEN_AHEAD);

    return 0;
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
