
/* SPDX-License-Identifier: BSD-2-Clause */


/* The schemes of HTTP authorization, which stay before the credential. */


#include "rsl_redact_internal.h"


typedef struct {
    const char  *text;
    size_t       len;
    unsigned     list:1;    /* a list of parameters follows, and is hidden to
                               the end of the line */
} rsl_redact_scheme_t;

#define SCHEME(text)  text, sizeof(text) - 1


static const rsl_redact_scheme_t *rsl_redact_scheme_at(const u_char *p,
    const u_char *end, rsl_redact_name_e kind);
static const rsl_redact_scheme_t *rsl_redact_scheme_among(const u_char *p,
    const u_char *end, const rsl_redact_scheme_t *scheme);
static int rsl_redact_scheme_goes_on(const u_char *p, const u_char *end);


/*
 * In lower case.  The first ones may stand behind any name, the others behind
 * that of an authorization only.
 */

static const rsl_redact_scheme_t  rsl_redact_schemes[] = {
    { SCHEME("basic"), 0 },
    { SCHEME("bearer"), 0 },
    { NULL, 0, 0 }
};

static const rsl_redact_scheme_t  rsl_redact_scheme_authorizations[] = {
    { SCHEME("digest"), 1 },
    { SCHEME("negotiate"), 0 },
    { SCHEME("ntlm"), 0 },
    { SCHEME("oauth"), 1 },
    { SCHEME("apikey"), 1 },
    { SCHEME("api-key"), 1 },
    { SCHEME("token"), 0 },
    { SCHEME("hawk"), 1 },
    { SCHEME("hoba"), 1 },
    { SCHEME("mutual"), 0 },
    { SCHEME("dpop"), 1 },
    { SCHEME("gnap"), 0 },
    { SCHEME("kerberos"), 0 },
    { SCHEME("scram-sha-1"), 1 },
    { SCHEME("scram-sha-256"), 1 },
    { SCHEME("aws4-hmac-sha256"), 1 },
    { SCHEME("sharedkey"), 1 },
    { SCHEME("sharedkeylite"), 1 },
    { SCHEME("sharedaccesssignature"), 1 },
    { SCHEME("googlelogin"), 0 },
    { SCHEME("splunk"), 1 },
    { SCHEME("key"), 0 },
    { SCHEME("privatetoken"), 0 },
    { SCHEME("vapid"), 1 },
    { SCHEME("signature"), 1 },
    { SCHEME("jwt"), 0 },
    { NULL, 0, 0 }
};


const u_char *
rsl_redact_scheme(const u_char *p, const u_char *end,
    rsl_redact_name_e kind)
{
    const u_char               *s;
    const rsl_redact_scheme_t  *scheme;

    scheme = rsl_redact_scheme_at(p, end, kind);

    if (scheme == NULL) {
        return p;
    }

    s = rsl_redact_extent_blanks(p + scheme->len, end, RSL_REDACT_PLAIN, 1);

    return s == end ? p : s;
}


int
rsl_redact_scheme_has_list(const u_char *p, const u_char *end,
    rsl_redact_name_e kind)
{
    const rsl_redact_scheme_t  *scheme;

    scheme = rsl_redact_scheme_at(p, end, kind);

    return scheme != NULL && scheme->list;
}


static const rsl_redact_scheme_t *
rsl_redact_scheme_at(const u_char *p, const u_char *end,
    rsl_redact_name_e kind)
{
    const rsl_redact_scheme_t  *scheme;

    scheme = rsl_redact_scheme_among(p, end, rsl_redact_schemes);

    if (scheme == NULL && kind == RSL_REDACT_NAME_AUTHORIZATION) {
        scheme = rsl_redact_scheme_among(p, end,
                                        rsl_redact_scheme_authorizations);
    }

    return scheme;
}


/*
 * The scheme of the table that stands at "p", a blank behind it or the line
 * feed of a header that is folded; or NULL.
 */

static const rsl_redact_scheme_t *
rsl_redact_scheme_among(const u_char *p, const u_char *end,
    const rsl_redact_scheme_t *scheme)
{
    for ( /* void */ ; scheme->text != NULL; scheme++) {
        if ((size_t) (end - p) > scheme->len
            && rsl_redact_char_is_blank(p[scheme->len])
            && rsl_redact_char_caseless(p, end, scheme->text, scheme->len)
            && rsl_redact_scheme_goes_on(p + scheme->len, end))
        {
            return scheme;
        }
    }

    return NULL;
}


/* Does the line go on at "p", or the next one behind a blank? */

static int
rsl_redact_scheme_goes_on(const u_char *p, const u_char *end)
{
    p += *p == '\r' && end - p > 1;

    return *p != '\n' || (end - p > 1 && (p[1] == ' ' || p[1] == '\t'));
}


/*
 * The credential of a header may be on the next line, behind its scheme.
 * Returns where it begins, or "p".
 */

const u_char *
rsl_redact_scheme_folded(const u_char *p, const u_char *end,
    const rsl_redact_name_t *name)
{
    const u_char  *s;

    if (name->kind != RSL_REDACT_NAME_AUTHORIZATION || *p == '#'
        || !rsl_redact_scheme_goes_on(p, end))
    {
        return p;
    }

    s = rsl_redact_extent_blanks(p, end, RSL_REDACT_PLAIN, 1);

    return rsl_redact_scheme(s, end, name->kind) != s ? s : p;
}


/*
 * The end of the header that goes on at "p".  It is folded where a line ends
 * within a list and the next one begins with a blank.
 */

const u_char *
rsl_redact_scheme_unfolded(const u_char *p, const u_char *end)
{
    const u_char  *s, *last;

    for ( /* void */ ; p < end; p = s + 1) {
        s = rsl_redact_char_eol(p, end);

        if (end - s < 3 || (s[1] != ' ' && s[1] != '\t')) {
            return s;
        }

        for (last = s; last > p && rsl_redact_char_is_blank(last[-1]); last--) {
            /* void */
        }

        if (last == p || (last[-1] != ',' && last[-1] != ';')) {
            return s;
        }
    }

    return end;
}
