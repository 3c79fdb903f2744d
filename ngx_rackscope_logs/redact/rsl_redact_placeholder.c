
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What stands where a secret will be, or has been: ${PASSWORD}, {{ password }},
 * %(password)s, <password>, [FILTERED].
 *
 * A placeholder that has a default value in it, ${PASSWORD:-x}, is none: the
 * default is a secret.
 */


#include "rsl_redact_internal.h"


/* No placeholder is longer. */
#define RSL_REDACT_PLACEHOLDER_MAX  96


static const u_char *rsl_redact_placeholder(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);
static const u_char *rsl_redact_placeholder_dollar(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_placeholder_source(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_placeholder_brace(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_placeholder_percent(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_placeholder_words(
    const rsl_redact_names_t *names, const u_char *p, const u_char *end,
    u_char close);
static const u_char *rsl_redact_placeholder_parameter(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_placeholder_run(
    const rsl_redact_names_t *names, const u_char *p, const u_char *end);
static const u_char *rsl_redact_placeholder_word(
    const rsl_redact_names_t *names, const u_char *p, const u_char *end);
static const u_char *rsl_redact_placeholder_name(const u_char *p,
    const u_char *end);
static int rsl_redact_placeholder_default(const u_char *p, const u_char *end);


/* Before the ":" in "${env:X}": where the value is taken from. */

static const char *const  rsl_redact_placeholder_sources[] = {
    "env", "sys", "file", "vault", "ssm", "secret", "secrets", "ctx", "opt",
    "self", "param", "cf", "aws", NULL
};


int
rsl_redact_placeholder_bare(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    const u_char  *s;

    s = rsl_redact_placeholder(names, p, end);

    if (s == NULL) {
        return 0;
    }

    if (end - s > 1 && s[0] == '{' && s[1] == '{') {
        /* the end of the condition of a template */
        return 1;
    }

    while (s < end && strchr("\"'`)]}|>.", *s) != NULL && *s) {
        s++;
    }

    return s == end || *s <= ' ' || strchr(",;&<\\", *s) != NULL;
}


int
rsl_redact_placeholder_quoted(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end, const rsl_redact_quote_t *quote)
{
    const u_char  *s, *next;

    s = rsl_redact_placeholder(names, p, end);

    if (s == NULL) {
        return 0;
    }

    while (s < end && *s == '\\') {
        s++;
    }

    return s < end && rsl_redact_char_at(s, end, &next) == quote->ch;
}


int
rsl_redact_placeholder_all(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    /* a mask is hidden again, so that no other rule takes more than it */

    return p < end && !rsl_redact_char_masked(p, end)
           && rsl_redact_placeholder(names, p, end) == end;
}


/* Behind the placeholder at "p", or NULL. */

static const u_char *
rsl_redact_placeholder(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    if (p == end) {
        return NULL;
    }

    if (end - p > RSL_REDACT_PLACEHOLDER_MAX) {
        end = p + RSL_REDACT_PLACEHOLDER_MAX;
    }

    switch (*p) {

    case '$':
        return rsl_redact_placeholder_dollar(p, end);

    case '{':
        return rsl_redact_placeholder_brace(p, end);

    case '%':
        return rsl_redact_placeholder_percent(p, end);

    case '#':
        return end - p > 2 && p[1] == '{'
               ? rsl_redact_placeholder_brace(p + 1, end) : NULL;

    case '<':
        return rsl_redact_placeholder_words(names, p, end, '>');

    case '[':
        return rsl_redact_placeholder_words(names, p, end, ']');

    case '(':
        return rsl_redact_placeholder_words(names, p, end, ')');

    case '?':
        return p + 1;

    case ':':
    case '@':
        return rsl_redact_placeholder_parameter(p, end);

    case '*':
    case '.':
    case 'x':
    case 'X':
    case 0xe2:
        return rsl_redact_placeholder_run(names, p, end);

    default:
        return rsl_redact_placeholder_word(names, p, end);
    }
}


/* ${X}, ${{ secrets.X }}, $(X), $X, $1, $password */

static const u_char *
rsl_redact_placeholder_dollar(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (end - p < 2) {
        return NULL;
    }

    if (p[1] == '{') {
        return end - p > 2 && p[2] == '{'
               ? rsl_redact_placeholder_brace(p + 1, end)
               : rsl_redact_placeholder_source(p + 2, end);
    }

    if (p[1] == '(') {
        /* a variable of make, or a command with its arguments */

        s = rsl_redact_placeholder_name(p + 2, end);

        if (s < end && *s == ' ' && s > p + 2) {
            s = memchr(s, ')', (size_t) (end - s));
        }

        return s != NULL && s < end && s > p + 2 && *s == ')' ? s + 1 : NULL;
    }

    if (p[1] >= '1' && p[1] <= '9') {
        return end - p == 2 || !rsl_redact_char_is_word(p[2]) ? p + 2 : NULL;
    }

    s = rsl_redact_placeholder_name(p + 1, end);

    return s > p + 1 && rsl_redact_word_is_variable(p + 1, s) ? s : NULL;
}


/* Behind the "${" of ${X}, ${env:X}, ${file:/run/secrets/x}, ${X:?}. */

static const u_char *
rsl_redact_placeholder_source(const u_char *p, const u_char *end)
{
    size_t              len;
    const u_char       *s;
    const char *const  *source;

    s = rsl_redact_placeholder_name(p, end);

    if (s == p || s == end) {
        return NULL;
    }

    if (*s == ':') {
        len = (size_t) (s - p);

        for (source = rsl_redact_placeholder_sources; *source != NULL;
             source++)
        {
            if (strlen(*source) == len
                && rsl_redact_char_caseless(p, end, *source, len))
            {
                break;
            }
        }

        s++;

        if (*source != NULL) {
            while (s < end && (rsl_redact_char_is_word(*s)
                               || strchr("./:-_~", *s) != NULL) && *s)
            {
                s++;
            }

        } else if (s < end && *s == '?') {

            /* what a shell says if the variable is not set */

            while (s < end && *s != '}' && *s >= ' ') {
                s++;
            }

        } else if (s < end && *s == '-') {
            s++;
        }
    }

    return s < end && *s == '}' ? s + 1 : NULL;
}


/* {{ x }}, {x}, {0}, {} */

static const u_char *
rsl_redact_placeholder_brace(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (end - p > 2 && p[1] == '{') {

        for (s = p + 2; end - s > 1 && *s != '\n'; s++) {
            if (s[0] == '}' && s[1] == '}') {
                return rsl_redact_placeholder_default(p, s) ? NULL : s + 2;
            }
        }

        return NULL;
    }

    s = rsl_redact_placeholder_name(p + 1, end);

    if (s < end && *s == '!') {
        s++;
        s += (s < end);
    }

    return s < end && *s == '}'
           && (s - p < 3 || rsl_redact_word_is_variable(p + 1, s)) ? s + 1
                                                                   : NULL;
}


/* Has the expression a value of its own: {{ x | default('y') }}? */

static int
rsl_redact_placeholder_default(const u_char *p, const u_char *end)
{
    for ( /* void */ ; end - p > 7; p++) {
        if (rsl_redact_char_caseless(p, end, "default", 7)) {
            return 1;
        }
    }

    return 0;
}


/* %s, %(x)s, %{x}, %X%, %1$s */

static const u_char *
rsl_redact_placeholder_percent(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (end - p < 2) {
        return NULL;
    }

    if (p[1] == '(' || p[1] == '{') {
        s = rsl_redact_placeholder_name(p + 2, end);

        if (s == p + 2 || s == end || *s != (p[1] == '(' ? ')' : '}')) {
            return NULL;
        }

        s++;

        return s < end && p[1] == '(' && strchr("sdrv", *s) != NULL && *s
               ? s + 1 : s;
    }

    s = rsl_redact_placeholder_name(p + 1, end);

    if (s < end && s > p + 1 && *s == '%') {
        return s + 1;
    }

    for (s = p + 1; s < end && s - p < 4 && strchr("#+-.1$l", *s) != NULL && *s;
         s++)
    {
        /* void */
    }

    return s < end && strchr("sdvqrxi@", *s) != NULL && *s ? s + 1 : NULL;
}


/* <your password>, [FILTERED], (sensitive value) */

static const u_char *
rsl_redact_placeholder_words(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end, u_char close)
{
    const u_char  *s, *word;

    word = NULL;

    for (s = p + 1; s < end && *s != close; s++) {

        if (!((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z')
            && (s == p + 1 || strchr("_- .:", *s) == NULL || *s == '\0'))
        {
            return NULL;
        }

        if (word == NULL
            && (s + 1 == end
                || !((s[1] | 0x20) >= 'a' && (s[1] | 0x20) <= 'z')))
        {
            word = s + 1;
        }
    }

    if (s == end || word == NULL) {
        return NULL;
    }

    /* in other brackets than these there may be a secret */

    return close == '>'
           || rsl_redact_word(names, p + 1, word)
              & (RSL_REDACT_WORD_HIDDEN|RSL_REDACT_WORD_FAILURE)
           ? s + 1 : NULL;
}


/* A parameter of SQL: ":password", ":1", "@password". */

static const u_char *
rsl_redact_placeholder_parameter(const u_char *p, const u_char *end)
{
    const u_char  *s;

    s = rsl_redact_placeholder_name(p + 1, end);

    if (s - p == 2 && p[1] >= '1' && p[1] <= '9') {
        return s;
    }

    return s > p + 1
           && (p[1] >= 'a' ? rsl_redact_word_is_variable(p + 1, s)
                           : rsl_redact_word_is_plain(p + 1, s)
                             && rsl_redact_word_has_stem(p + 1, s))
           ? s : NULL;
}


/* ****, xxxx, ..., bullets, ***REDACTED*** */

static const u_char *
rsl_redact_placeholder_run(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end)
{
    size_t         n, len;
    const u_char  *s, *word;

    len = *p == 0xe2 ? 3 : 1;

    if ((size_t) (end - p) < len
        || (len == 3 && p[1] != 0x80 && p[1] != 0x97))
    {
        return NULL;
    }

    n = 0;

    for (s = p; (size_t) (end - s) >= len && memcmp(s, p, len) == 0; s += len) {
        n++;
    }

    if (*p == '*' && s < end && (*s | 0x20) >= 'a' && (*s | 0x20) <= 'z') {

        for (word = s; s < end && (*s | 0x20) >= 'a' && (*s | 0x20) <= 'z';
             s++)
        {
            /* void */
        }

        if (!(rsl_redact_word(names, word, s) & RSL_REDACT_WORD_HIDDEN)) {
            return NULL;
        }

        while (s < end && *s == '*') {
            s++;
        }

        return s;
    }

    return n > 2 || (len == 3 && p[2] == 0xa6) ? s : NULL;
}


/* REDACTED, your_password */

static const u_char *
rsl_redact_placeholder_word(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p; s < end && (((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z')
                            || (s > p && (*s == '_' || *s == '-'))); s++)
    {
        /* void */
    }

    if (s - p > 5 && rsl_redact_char_caseless(p, end, "your", 4)
        && (p[4] == '_' || p[4] == '-'))
    {
        return s;
    }

    return rsl_redact_word(names, p, s) & RSL_REDACT_WORD_HIDDEN ? s : NULL;
}


/* Behind the letters, digits and stops of a name. */

static const u_char *
rsl_redact_placeholder_name(const u_char *p, const u_char *end)
{
    while (p < end && (rsl_redact_char_is_word(*p) || *p == '.')) {
        p++;
    }

    return p;
}
