
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Where a text stops being JSON, and what would be right there.  A text that
 * the parser has refused is read a second time for this, because the parser's
 * own message quotes what was sent, and its position is not exact.
 */


#include "rsl_intake_internal.h"


typedef struct {
    const u_char  *pos;
    const u_char  *end;
    const char    *detail;
} rsl_intake_syntax_t;


static int rsl_intake_syntax_value(rsl_intake_syntax_t *s, unsigned depth);
static int rsl_intake_syntax_object(rsl_intake_syntax_t *s, unsigned depth);
static int rsl_intake_syntax_array(rsl_intake_syntax_t *s, unsigned depth);
static int rsl_intake_syntax_string(rsl_intake_syntax_t *s);
static int rsl_intake_syntax_escape(rsl_intake_syntax_t *s);
static int rsl_intake_syntax_number(rsl_intake_syntax_t *s);
static int rsl_intake_syntax_literal(rsl_intake_syntax_t *s);
static int rsl_intake_syntax_next(rsl_intake_syntax_t *s);
static int rsl_intake_syntax_fail(rsl_intake_syntax_t *s, const char *detail);


/* Bounds the recursion.  The scanner lets no text through that is so deep. */
#define RSL_INTAKE_SYNTAX_DEPTH    64


const char  rsl_intake_syntax_too_deep[] =
    "nested too deeply, at most 16 levels are taken";

static const char  rsl_intake_syntax_cut[] =
    "the JSON ends too early, a bracket, a quote or a value is missing";


int
rsl_intake_syntax(const rsl_str_t *text, size_t *offset, const char **detail,
    int *premature)
{
    rsl_intake_syntax_t  s;

    s.pos = text->data;
    s.end = text->data + text->len;
    s.detail = NULL;

    if (rsl_intake_syntax_value(&s, 0) == RSL_OK
        && rsl_intake_syntax_next(&s) != -1)
    {
        (void) rsl_intake_syntax_fail(&s,
                                      "something follows the JSON value, a "
                                      "comma or a new line is missing before "
                                      "it");
    }

    /* nothing is wrong with the text: there was no memory to parse it */

    if (s.detail == NULL) {
        return RSL_ERROR;
    }

    *offset = s.pos - text->data;
    *detail = s.detail;
    *premature = (s.detail == rsl_intake_syntax_cut
                  || s.detail == rsl_intake_syntax_too_deep);

    return RSL_DECLINED;
}


static int
rsl_intake_syntax_value(rsl_intake_syntax_t *s, unsigned depth)
{
    int     ch;
    size_t  n;

    if (depth > RSL_INTAKE_SYNTAX_DEPTH) {
        return rsl_intake_syntax_fail(s, rsl_intake_syntax_too_deep);
    }

    ch = rsl_intake_syntax_next(s);
    n = rsl_intake_token_no_number(s->pos, s->end);

    if (n) {
        s->pos += n;
        return RSL_OK;
    }

    switch (ch) {

    case -1:
        return rsl_intake_syntax_fail(s, rsl_intake_syntax_cut);

    case '{':
        return rsl_intake_syntax_object(s, depth);

    case '[':
        return rsl_intake_syntax_array(s, depth);

    case '"':
        return rsl_intake_syntax_string(s);

    case ',':
    case ']':
    case '}':
        return rsl_intake_syntax_fail(s,
                                      "a value is expected here, or the "
                                      "comma before it is one too many");

    case ':':
        return rsl_intake_syntax_fail(s, "a value is expected here");

    case '\'':
        return rsl_intake_syntax_fail(s, "strings stand in double quotes");
    }

    if (ch == '-' || (ch >= '0' && ch <= '9')) {
        return rsl_intake_syntax_number(s);
    }

    return rsl_intake_syntax_literal(s);
}


static int
rsl_intake_syntax_object(rsl_intake_syntax_t *s, unsigned depth)
{
    int  ch;

    s->pos++;

    ch = rsl_intake_syntax_next(s);

    if (ch == '}') {
        s->pos++;
        return RSL_OK;
    }

    for ( ;; ) {

        if (ch != '"') {
            return rsl_intake_syntax_fail(s,
                                          "a key in double quotes is "
                                          "expected here");
        }

        if (rsl_intake_syntax_string(s) != RSL_OK) {
            return RSL_DECLINED;
        }

        if (rsl_intake_syntax_next(s) != ':') {
            return rsl_intake_syntax_fail(s,
                                          "a colon is expected after the key");
        }

        s->pos++;

        if (rsl_intake_syntax_value(s, depth + 1) != RSL_OK) {
            return RSL_DECLINED;
        }

        ch = rsl_intake_syntax_next(s);

        if (ch == '}') {
            s->pos++;
            return RSL_OK;
        }

        if (ch != ',') {
            return rsl_intake_syntax_fail(s,
                                          "a comma or a closing brace is "
                                          "expected here");
        }

        s->pos++;

        ch = rsl_intake_syntax_next(s);
    }
}


static int
rsl_intake_syntax_array(rsl_intake_syntax_t *s, unsigned depth)
{
    int  ch;

    s->pos++;

    if (rsl_intake_syntax_next(s) == ']') {
        s->pos++;
        return RSL_OK;
    }

    for ( ;; ) {

        if (rsl_intake_syntax_value(s, depth + 1) != RSL_OK) {
            return RSL_DECLINED;
        }

        ch = rsl_intake_syntax_next(s);

        if (ch == ']') {
            s->pos++;
            return RSL_OK;
        }

        if (ch != ',') {
            return rsl_intake_syntax_fail(s,
                                          "a comma or a closing bracket is "
                                          "expected here");
        }

        s->pos++;
    }
}


static int
rsl_intake_syntax_string(rsl_intake_syntax_t *s)
{
    for (s->pos++; s->pos < s->end; s->pos++) {

        if (*s->pos == '"') {
            s->pos++;
            return RSL_OK;
        }

        if (*s->pos < 0x20) {
            return rsl_intake_syntax_fail(s,
                                          "a control character or a line "
                                          "break in a string has to be "
                                          "escaped, or the closing quote is "
                                          "missing");
        }

        if (*s->pos == '\\' && rsl_intake_syntax_escape(s) != RSL_OK) {
            return RSL_DECLINED;
        }
    }

    return rsl_intake_syntax_fail(s, rsl_intake_syntax_cut);
}


/* Moves to the last byte of the escape, behind which the string goes on. */

static int
rsl_intake_syntax_escape(rsl_intake_syntax_t *s)
{
    size_t         n;
    const u_char  *p;

    p = s->pos + 1;

    if (p == s->end) {
        s->pos = p;
        return rsl_intake_syntax_fail(s, rsl_intake_syntax_cut);
    }

    if (*p == '\0' || strchr("\"\\/bfnrtu", *p) == NULL) {
        return rsl_intake_syntax_fail(s,
                                      "no such escape, a backslash stands "
                                      "before one of b f n r t u, a slash, a "
                                      "quote or another backslash");
    }

    for (n = (*p == 'u') ? 4 : 0; n; n--) {
        p++;

        if (p == s->end) {
            s->pos = p;
            return rsl_intake_syntax_fail(s, rsl_intake_syntax_cut);
        }

        if ((*p < '0' || *p > '9')
            && ((*p | 0x20) < 'a' || (*p | 0x20) > 'f'))
        {
            return rsl_intake_syntax_fail(s,
                                          "four hexadecimal digits are "
                                          "expected in this escape");
        }
    }

    s->pos = p;

    return RSL_OK;
}


static int
rsl_intake_syntax_number(rsl_intake_syntax_t *s)
{
    size_t         n;
    const u_char  *p;

    n = rsl_intake_token_number(s->pos, s->end);
    p = s->pos + n;

    if (n && (p == s->end || *p == '\0' || strchr(" \t\r\n,]}", *p))) {
        s->pos = p;
        return RSL_OK;
    }

    for (p = s->pos; p < s->end; p++) {
        if (*p == '\0' || strchr("0123456789.+-eE", *p) == NULL) {
            break;
        }
    }

    if (p == s->end && n == 0) {
        s->pos = p;
        return rsl_intake_syntax_fail(s, rsl_intake_syntax_cut);
    }

    return rsl_intake_syntax_fail(s,
                                  "this is no JSON number, write it like "
                                  "-1.5e3, or a string in double quotes");
}


static int
rsl_intake_syntax_literal(rsl_intake_syntax_t *s)
{
    size_t                  n, len, rest;

    static const rsl_str_t  literals[] = {
        rsl_string("true"),
        rsl_string("false"),
        rsl_string("null")
    };

    rest = s->end - s->pos;

    for (n = 0; n < sizeof(literals) / sizeof(rsl_str_t); n++) {
        len = (literals[n].len < rest) ? literals[n].len : rest;

        if (memcmp(s->pos, literals[n].data, len) != 0) {
            continue;
        }

        s->pos += len;

        return (len == literals[n].len)
               ? RSL_OK : rsl_intake_syntax_fail(s, rsl_intake_syntax_cut);
    }

    return rsl_intake_syntax_fail(s,
                                  "a value is expected here: an object, an "
                                  "array, a string in double quotes, a "
                                  "number, true, false or null");
}


/* Moves to the next byte that is no space, and returns it; -1: none is left. */

static int
rsl_intake_syntax_next(rsl_intake_syntax_t *s)
{
    while (s->pos < s->end) {

        if (*s->pos != ' ' && *s->pos != '\t' && *s->pos != '\n'
            && *s->pos != '\r')
        {
            return *s->pos;
        }

        s->pos++;
    }

    return -1;
}


/* At the end of the text, what is wrong with it is that it ends. */

static int
rsl_intake_syntax_fail(rsl_intake_syntax_t *s, const char *detail)
{
    s->detail = (s->pos == s->end) ? rsl_intake_syntax_cut : detail;

    return RSL_DECLINED;
}
