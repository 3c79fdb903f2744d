
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * How far a value reaches: to its closing quote or bracket, or to what cannot
 * be a part of it.
 *
 * Each step goes forward.  What was looked at is hidden, and the pass goes on
 * behind it, or it is at most a few bytes.  So no byte is looked at again and
 * again, and the time is linear in the length of the text.
 */


#include "rsl_redact_internal.h"


/* The longest gap between a separator and its value, in bytes. */
#define RSL_REDACT_EXTENT_BLANKS  64


static const u_char *rsl_redact_extent_enclosed(const u_char *p,
    const u_char *end, int indented);
static const u_char *rsl_redact_extent_encoded(const u_char *p,
    const u_char *end, uint32_t quote);
static const u_char *rsl_redact_extent_backslashes(const u_char *p,
    const u_char *end);
static int rsl_redact_extent_escaped_end(const u_char *p, const u_char *end);
static int rsl_redact_extent_goes_on(const u_char *start, const u_char *p,
    const u_char *end);


/* What a byte does to a value without quotes: */

#define ENDS    1       /* it ends the value */
#define CLOSES  2       /* it ends the value, but not within a word */
#define OPENS   3       /* a bracket, which may be a part of the value */
#define ESCAPE  4       /* a backslash: what is behind it decides */
#define CODE    5       /* what it encodes decides, if the value is encoded */

static const u_char  rsl_redact_extent_specials[256] = {
    [0 ... ' '] = ENDS, [0x7f] = ENDS,
    [','] = ENDS, [';'] = ENDS, ['&'] = ENDS, ['<'] = ENDS,
    ['"'] = CLOSES, ['\''] = CLOSES, ['`'] = CLOSES, [')'] = CLOSES,
    [']'] = CLOSES, ['}'] = CLOSES, ['>'] = CLOSES, ['|'] = CLOSES,
    ['('] = OPENS, ['['] = OPENS, ['{'] = OPENS,
    ['\\'] = ESCAPE, ['%'] = CODE
};


/*
 * In a value that is percent-encoded "+" and "%20" are blanks; elsewhere a "%"
 * is a part of the value.
 */

const u_char *
rsl_redact_extent_blanks(const u_char *p, const u_char *end,
    rsl_redact_form_e form, int lines)
{
    uint32_t       ch;
    const u_char  *next, *limit;

    limit = end - p > RSL_REDACT_EXTENT_BLANKS ? p + RSL_REDACT_EXTENT_BLANKS
                                               : end;

    while (p < limit) {
        ch = rsl_redact_char_at(p, end, &next);

        if (ch == '+' && form == RSL_REDACT_PERCENT) {
            ch = ' ';
        }

        if (*p == '%' && form != RSL_REDACT_PERCENT) {
            break;
        }

        if (ch != ' ' && ch != '\t'
            && !(lines && (ch == '\n' || ch == '\r')))
        {
            break;
        }

        p = next;
    }

    return p;
}


/*
 * A value may begin with a prefix of a string literal and a quote, which may be
 * escaped or encoded.
 */

const u_char *
rsl_redact_extent_opening(const u_char *p, const u_char *end,
    rsl_redact_form_e form, rsl_redact_quote_t *quote)
{
    uint32_t       ch;
    const u_char  *s, *next;

    memset(quote, 0, sizeof(rsl_redact_quote_t));

    /* the prefixes of Python, C# and shells: b'x', rb"x", @"x", $'x' */

    for (s = p; s < end && s - p < 2; s++) {
        ch = *s | 0x20u;

        if (ch != 'b' && ch != 'u' && ch != 'r' && ch != 'f' && ch != 'l'
            && *s != '@' && *s != '$')
        {
            break;
        }
    }

    while (s < end && *s == '\\') {
        ch = rsl_redact_char_at(s, end, &next);

        if (ch == '"' || ch == '\'') {
            break;
        }

        quote->escapes++;
        s++;
    }

    if (s == end) {
        return NULL;
    }

    if (*s == '"' || *s == '\'' || *s == '`') {
        quote->ch = *s++;

        if (end - s >= 2 && s[0] == quote->ch && quote->escapes == 0) {

            if (s[1] == quote->ch) {
                quote->tripled = 1;
                return s + 2;
            }

            if (rsl_redact_char_is_word_utf8(s[1])) {
                quote->doubled = 1;
                return s + 1;
            }
        }

        return s;
    }

    if (*s == '%' && form != RSL_REDACT_PERCENT) {
        return NULL;
    }

    do {
        ch = rsl_redact_char_at(s, end, &next);
        s = next;
    } while (ch == '\\' && s < end);

    if ((ch == '"' || ch == '\'') && quote->escapes == 0) {
        quote->ch = ch;
        quote->encoded = 1;
        return s;
    }

    return NULL;
}


/*
 * In a string that was escaped, n backslashes stand before the quotes that
 * enclose the value, and 2n + 1 before those within it.  A value whose quote is
 * never closed goes on to the end of the text.
 */

const u_char *
rsl_redact_extent_quoted(const u_char *p, const u_char *end,
    const rsl_redact_quote_t *quote)
{
    size_t         n, period;
    const u_char  *s;

    if (quote->encoded) {
        return rsl_redact_extent_encoded(p, end, quote->ch);
    }

    n = 0;
    period = 2 * quote->escapes + 2;

    for (s = p; s < end; s++) {

        if (*s == '\\') {
            n++;
            continue;
        }

        if (*s != quote->ch || n % period == period - 1) {
            n = 0;
            continue;
        }

        if (quote->tripled) {
            if (end - s >= 3 && s[1] == quote->ch && s[2] == quote->ch) {
                return s;
            }

        } else if (quote->doubled) {
            if (end - s >= 2 && s[1] == quote->ch) {
                return s;
            }

        } else if (end - s >= 3 && quote->escapes == 0 && s > p
                   && s[1] == quote->ch && rsl_redact_char_is_word_utf8(s[2]))
        {
            /* a quote within the value, 'it''s' */
            s++;

        } else {
            return s - (n < quote->escapes ? n : quote->escapes);
        }

        n = 0;
    }

    return end;
}


/*
 * The same where the quotes are encoded, "%22x%22", or typographic.  A plain
 * quote within these belongs to the value.
 */

static const u_char *
rsl_redact_extent_encoded(const u_char *p, const u_char *end, uint32_t quote)
{
    int            typographic;
    uint32_t       ch;
    const u_char  *next, *escape;

    typographic = p[-1] >= 0x80;
    escape = NULL;

    for ( /* void */ ; p < end; p = next) {
        ch = rsl_redact_char_at(p, end, &next);

        if (ch == quote && escape == NULL && (!typographic || *p >= 0x80)) {
            return p;
        }

        /* a backslash of JSON hides the quote behind it */
        escape = (ch == '\\' && escape == NULL) ? p : NULL;
    }

    return end;
}


/*
 * Brackets within quotes do not count; a "'" behind a letter is an apostrophe.
 */

const u_char *
rsl_redact_extent_nested(const u_char *p, const u_char *end)
{
    return rsl_redact_extent_enclosed(p, end, 0);
}


/*
 * The same.  "indented": the text ends also before a line that is not indented
 * and does not begin with a bracket or a quote.
 */

static const u_char *
rsl_redact_extent_enclosed(const u_char *p, const u_char *end, int indented)
{
    rsl_redact_nest_t  nest;

    nest.depth = 0;
    nest.quote = 0;
    nest.indented = (indented != 0);

    return rsl_redact_extent_nest(p, end, &nest);
}


const u_char *
rsl_redact_extent_nest(const u_char *p, const u_char *end,
    rsl_redact_nest_t *nest)
{
    const u_char  *s;

    for (s = p; s < end; s++) {

        if (*s == '\\') {
            s++;
            continue;
        }

        if (nest->quote) {
            nest->quote = *s == nest->quote ? 0 : nest->quote;
            continue;
        }

        switch (*s) {

        case '\n':
            if (nest->indented && end - s > 1
                && !rsl_redact_char_is_blank(s[1])
                && strchr(")]}([{\"'", s[1]) == NULL)
            {
                return s;
            }

            break;

        case '"':
            nest->quote = *s;
            break;

        case '\'':
            if (!rsl_redact_char_is_word_utf8(s[-1])) {
                nest->quote = *s;
            }

            break;

        case '(':
        case '[':
        case '{':
            nest->depth++;
            break;

        case ')':
        case ']':
        case '}':
            if (--nest->depth == 0) {
                return s + 1;
            }

            break;
        }
    }

    return end;
}


const u_char *
rsl_redact_extent_bare(const u_char *p, const u_char *end,
    rsl_redact_form_e form)
{
    const u_char  *start;

    start = p;

    if (rsl_redact_char_masked(p, end)) {
        /* the value is a mask: what closes behind it is no part of it */
        p += RSL_REDACT_MASK_LEN;
    }

    return rsl_redact_extent_further(start, p, end, form);
}


const u_char *
rsl_redact_extent_further(const u_char *start, const u_char *p,
    const u_char *end, rsl_redact_form_e form)
{
    uint32_t       ch;
    const u_char  *s, *next, *eol;

    eol = NULL;

    for (s = p; s < end; s++) {

        switch (rsl_redact_extent_specials[*s]) {

        case 0:
            break;

        case ENDS:
            return s;

        case CLOSES:
            /* within a word it is a part of the secret */
            if (!rsl_redact_extent_goes_on(start, s, end)) {
                return s;
            }

            break;

        case OPENS:
            /* Some("x"), ${X} */
            if (s > p
                && (rsl_redact_char_is_word_utf8(s[-1]) || s[-1] == '$'))
            {
                eol = eol == NULL || eol < s ? rsl_redact_char_eol(s, end)
                                             : eol;
                s = rsl_redact_extent_blanks(s + 1, eol, RSL_REDACT_PLAIN, 1)
                    == eol ? rsl_redact_extent_enclosed(s, end, 1) - 1
                           : rsl_redact_extent_nested(s, eol) - 1;
            }

            break;

        case ESCAPE:
            /* what is behind the last backslash decides for all of them */
            next = rsl_redact_extent_backslashes(s, end);

            if (rsl_redact_extent_escaped_end(next, end)) {
                return s;
            }

            s = next - 1;
            break;

        case CODE:
            if (form == RSL_REDACT_PERCENT) {
                ch = rsl_redact_char_at(s, end, &next);

                if (ch <= ' ' || strchr("\"'`,;&<>)]}", (int) ch) != NULL) {
                    return s;
                }
            }

            break;
        }
    }

    return end;
}


/*
 * A byte that closes, at "p": is it a part of the value that began at "start",
 * because the value goes on behind it?
 */

static int
rsl_redact_extent_goes_on(const u_char *start, const u_char *p,
    const u_char *end)
{
    const u_char  *s;

    s = p + 1;

    if (p == start) {

        if (strchr(")]}>|", *p) == NULL) {
            return 0;
        }

        while (s < end && strchr(")]}>|", *s) != NULL && *s) {
            s++;
        }

        return s < end && rsl_redact_char_is_word_utf8(*s);
    }

    while (s < end && *p == '>' && *s == '>') {
        s++;
    }

    if (s == end) {
        return 0;
    }

    /* it ends the value in "(password=x)!", but not in "password=x)!y" */

    return rsl_redact_char_is_word_utf8(*s)
           || (*s && strchr("!#$^*~@", *s) != NULL && end - s > 1
               && rsl_redact_char_is_word_utf8(s[1]));
}


/* Behind the backslashes at "p". */

static const u_char *
rsl_redact_extent_backslashes(const u_char *p, const u_char *end)
{
    while (p < end && *p == '\\') {
        p++;
    }

    return p;
}


/*
 * Does what is at "p", behind backslashes, end a value: a quote that closes, or
 * an escaped line feed or tab before the next name?
 */

static int
rsl_redact_extent_escaped_end(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (p == end) {
        return 0;
    }

    if (*p == '"' || *p == '\'') {
        return p + 1 == end || !rsl_redact_char_is_word_utf8(p[1]);
    }

    if (*p != 'n' && *p != 'r' && *p != 't') {
        return 0;
    }

    /* "\nuser=x": a name and its separator, or nothing, follows */

    for (s = ++p; s < end && s - p < 40 && rsl_redact_char_is_word_utf8(*s);
         s++)
    {
        /* void */
    }

    return s == end || s == p || strchr("=: \"'\\", *s) != NULL;
}
