
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Parameters that are a secret's in a request only: the code of OAuth, and a
 * key of an API.  Elsewhere a code is that of an error, and a key one of a map.
 */


#include "rsl_redact_internal.h"


/* How far around a code what else belongs to OAuth is looked for, in bytes. */
#define RSL_REDACT_QUERY_BEHIND  128
#define RSL_REDACT_QUERY_BEFORE  128

/* No code and no key is shorter. */
#define RSL_REDACT_QUERY_CODE    6
#define RSL_REDACT_QUERY_KEY     12

/* How many bytes of a value tell whether it is a secret. */
#define RSL_REDACT_QUERY_VALUE   64


static int rsl_redact_query_is_secret(const u_char *p, const u_char *end,
    ptrdiff_t min);
static int rsl_redact_query_oauth(const rsl_redact_scan_t *scan,
    const u_char *key, int parameter);
static int rsl_redact_query_has(const u_char *p, const u_char *end,
    const char *const *texts);


int
rsl_redact_query(rsl_redact_scan_t *scan, const rsl_str_t *key,
    const u_char *value, rsl_redact_form_e form)
{
    int            code, parameter;
    uint32_t       ch;
    const u_char  *s, *limit;

    code = key->len == 4
           && rsl_redact_char_caseless(key->data, scan->end, "code", 4);

    if (!code
        && (key->len != 3
            || !rsl_redact_char_caseless(key->data, scan->end, "key", 3)))
    {
        return 0;
    }

    ch = key->data > scan->start
         ? rsl_redact_char_before(scan->start, key->data, &s) : 0;

    parameter = ch == '?' || ch == '&' || ch == ';';

    if (!code && !parameter) {
        return 0;
    }

    s = rsl_redact_extent_blanks(value, scan->end, form, 0);

    while (s < scan->end && (*s == '"' || *s == '\'')) {
        s++;
    }

    /* no more than its beginning, or "code=code=" would be read again */

    limit = scan->end - s > RSL_REDACT_QUERY_VALUE ? s + RSL_REDACT_QUERY_VALUE
                                                   : scan->end;

    if (!rsl_redact_query_is_secret(s, rsl_redact_extent_bare(s, limit, form),
                                    code ? RSL_REDACT_QUERY_CODE
                                         : RSL_REDACT_QUERY_KEY)
        || (code && !rsl_redact_query_oauth(scan, key->data, parameter)))
    {
        return 0;
    }

    scan->value = s;
    scan->stop = rsl_redact_extent_bare(s, scan->end, form);

    return 1;
}


/* Is it made of letters and digits, as no word and no number is? */

static int
rsl_redact_query_is_secret(const u_char *p, const u_char *end, ptrdiff_t min)
{
    size_t         digits, upper, lower;
    const u_char  *s;

    if (end - p < min) {
        return 0;
    }

    digits = 0;
    upper = 0;
    lower = 0;

    for (s = p; s < end; s++) {
        digits += *s >= '0' && *s <= '9';
        upper += *s >= 'A' && *s <= 'Z';
        lower += *s >= 'a' && *s <= 'z';
    }

    return (digits > 0 && lower + upper > 2)
           || (upper > 1 && lower > 1 && end - p > 16);
}


/* Does the code belong to OAuth, as what is around it says? */

static int
rsl_redact_query_oauth(const rsl_redact_scan_t *scan, const u_char *key,
    int parameter)
{
    const u_char              *from, *to;
    static const char *const   paths[] = {
        "callback", "oauth", "oidc", "openid", "/login", "/auth", "/sso",
        "signin", "redirect", "authorize", "grant_type", "state=", "scope=",
        "client_id", NULL
    };
    static const char *const   neighbours[] = {
        "&state=", "&scope=", "&session_state=", "grant_type", "redirect_uri",
        "client_id", "code_verifier", "&iss=", NULL
    };
    static const char *const   grants[] = {
        "grant_type", "redirect_uri", "code_verifier", NULL
    };

    from = key - scan->start > RSL_REDACT_QUERY_BEFORE
           ? key - RSL_REDACT_QUERY_BEFORE : scan->start;
    to = scan->end - key > RSL_REDACT_QUERY_BEHIND
         ? key + RSL_REDACT_QUERY_BEHIND : scan->end;

    if (parameter) {
        return rsl_redact_query_has(from, key, paths)
               || rsl_redact_query_has(key, to, neighbours);
    }

    return rsl_redact_query_has(from, key, grants)
           || rsl_redact_query_has(key, to, neighbours);
}


static int
rsl_redact_query_has(const u_char *p, const u_char *end,
    const char *const *texts)
{
    const char *const  *text;

    for ( /* void */ ; p < end; p++) {

        /* the letters with which a text begins */

        if (memchr("&/acgorsi", *p | 0x20, 9) == NULL && *p != '/') {
            continue;
        }

        for (text = texts; *text != NULL; text++) {
            if (rsl_redact_char_caseless(p, end, *text, strlen(*text))) {
                return 1;
            }
        }
    }

    return 0;
}
