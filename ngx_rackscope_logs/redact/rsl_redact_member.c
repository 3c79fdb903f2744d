
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The members of an object, in JSON, Python, JavaScript or HCL, as they are or
 * escaped, on one line or on several.
 *
 * A member that is only looked at is read again by the pass, so who calls this
 * gives a limit.
 */


#include "rsl_redact_internal.h"


/* What a byte does to a value without quotes. */

#define ENDS   1
#define BLANK  2        /* it ends a value behind "=" */
#define OPENS  3

static const u_char  rsl_redact_member_ends[256] = {
    ['\0'] = ENDS, [','] = ENDS, [';'] = ENDS, ['\n'] = ENDS, ['\\'] = ENDS,
    ['}'] = ENDS, [']'] = ENDS, [')'] = ENDS, ['>'] = ENDS, [' '] = BLANK,
    ['('] = OPENS, ['['] = OPENS, ['{'] = OPENS
};


static int rsl_redact_member_key(const u_char **p, const u_char *limit,
    rsl_redact_member_t *member);


int
rsl_redact_member(const u_char *p, const u_char *limit,
    rsl_redact_member_t *member)
{
    /* the quote that closes the value before */

    while (p < limit && (*p == '"' || *p == '\'' || *p == '\\')) {

        if (*p == '\\' && limit - p > 1 && (p[1] == 'n' || p[1] == 'r')) {
            break;
        }

        p++;
    }

    if (!rsl_redact_member_key(&p, limit, member)) {
        return 0;
    }

    member->value = p;
    member->end = rsl_redact_member_behind(p, limit, member->separator);

    return 1;
}


/*
 * Reads a key and its separator, and moves *p behind them.  0: the object has
 * ended.
 */

static int
rsl_redact_member_key(const u_char **p, const u_char *limit,
    rsl_redact_member_t *member)
{
    const u_char  *s;

    for (s = *p; s < limit && !rsl_redact_char_is_word(*s); s++) {

        if (*s == ':' || *s == '=' || strchr("}])>", *s) != NULL) {
            return 0;
        }

        if (*s == '-' && limit - s > 1 && s[1] == ' ') {
            /* the next item of a list of YAML */
            return 0;
        }

        /* an escaped line feed is no key "n" */
        s += *s == '\\' && limit - s > 1 && (s[1] == 'n' || s[1] == 'r');
    }

    member->key.data = s;

    while (s < limit && (rsl_redact_char_is_word(*s) || *s == '-')) {
        s++;
    }

    member->key.len = (size_t) (s - member->key.data);

    while (s < limit && (*s == '"' || *s == '\'' || *s == '\\' || *s == ' ')) {
        s++;
    }

    if (s == limit || (*s != ':' && *s != '=')) {
        return 0;
    }

    member->separator = *s++;

    if (s < limit && member->separator == '=' && *s == '>') {
        s++;
    }

    *p = s;

    return 1;
}


const u_char *
rsl_redact_member_behind(const u_char *p, const u_char *limit,
    u_char separator)
{
    const u_char        *s;
    rsl_redact_quote_t   quote;

    p = rsl_redact_extent_blanks(p, limit, RSL_REDACT_PLAIN, 1);

    if (p == limit) {
        return limit;
    }

    s = rsl_redact_extent_opening(p, limit, RSL_REDACT_PLAIN, &quote);

    if (s != NULL) {
        s = rsl_redact_extent_quoted(s, limit, &quote);

        while (s < limit && *s == '\\') {
            s++;
        }

        return s < limit ? s + 1 : limit;
    }

    if (*p == '[' || *p == '{' || *p == '(') {
        return rsl_redact_extent_nested(p, limit);
    }

    for (s = p; s < limit; s++) {

        switch (rsl_redact_member_ends[*s]) {

        case 0:
            break;

        case ENDS:
            return s;

        case BLANK:
            if (separator == '=') {
                return s;
            }

            break;

        case OPENS:
            s = rsl_redact_extent_nested(s, limit) - 1;
            break;
        }
    }

    return s;
}
