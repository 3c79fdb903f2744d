
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The value beside a name: whether it is one, and what of it is hidden.
 */


#include "rsl_redact_internal.h"


#define RSL_REDACT_PIECE_MAX   96


static int rsl_redact_value_is_key(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_value_attributes(const rsl_redact_scan_t *scan,
    const rsl_redact_quote_t *quote);
static void rsl_redact_value_joined(rsl_redact_scan_t *scan,
    const u_char *start, const rsl_redact_quote_t *quote);
static int rsl_redact_value_plural(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form);
static void rsl_redact_value_bracketed(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);
static void rsl_redact_value_line(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator);
static int rsl_redact_value_single(const u_char *p, const u_char *end);
static int rsl_redact_value_annotated(rsl_redact_scan_t *scan);
static const u_char *rsl_redact_value_scheme(const u_char *p, const u_char *end,
    rsl_redact_name_e kind);


/* HTTP authorization schemes: what stays before the credential. */

static const char *const  rsl_redact_value_schemes[] = {
    "basic", "bearer", "digest", "negotiate", "ntlm", "oauth", "apikey",
    "api-key", "token", "hawk", "hoba", "mutual", "dpop", "gnap", "kerberos",
    "scram-sha-1", "scram-sha-256", "aws4-hmac-sha256", "sharedkey",
    "sharedkeylite", "sharedaccesssignature", "googlelogin", "splunk", "key",
    "privatetoken", "vapid", "signature", "jwt", NULL
};


/*
 * The value behind the separator that ends before "p".  Sets what of it is to
 * be hidden; 0: nothing.
 */

int
rsl_redact_value(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form)
{
    const u_char        *s, *end;
    rsl_redact_quote_t   quote;

    end = scan->end;
    p = rsl_redact_extent_blanks(p, end, form, name->quoted);

    if (p == end || !rsl_redact_except_allows(scan, p, name, separator)) {
        return 0;
    }

    if (name->kind == RSL_REDACT_NAME_PLURAL) {
        return rsl_redact_value_plural(scan, p, name, separator, form);
    }

    p = rsl_redact_extent_typed(p, end);
    s = rsl_redact_extent_opening(p, end, form, &quote);

    if (s != NULL) {
        scan->stop = rsl_redact_extent_quoted(s, end, &quote);

        if (rsl_redact_value_is_key(scan, p)) {
            return 0;
        }

        scan->value = rsl_redact_value_scheme(s, scan->stop, name->kind);

        rsl_redact_value_joined(scan, p, &quote);

        if (name->kind == RSL_REDACT_NAME_COOKIE && !name->quoted
            && rsl_redact_value_attributes(scan, &quote))
        {
            scan->value = p;
            scan->stop = rsl_redact_char_eol(scan->stop, end);
            return 1;
        }

    } else if (*p == '[' || *p == '{'
               || (*p == '(' && end - p > 1
                   && (p[1] == '"' || p[1] == '\'')))
    {
        rsl_redact_value_bracketed(scan, p, name);

    } else if (rsl_redact_extent_block(scan, p)) {
        return 1;

    } else if (name->kind == RSL_REDACT_NAME_COOKIE
               || name->kind == RSL_REDACT_NAME_AUTHORIZATION)
    {
        rsl_redact_value_line(scan, p, name, separator);

    } else {
        scan->value = rsl_redact_value_scheme(p, end, name->kind);
        scan->stop = rsl_redact_extent_bare(scan->value, end, form);

        if (separator == ':' && rsl_redact_value_annotated(scan)) {
            return 1;
        }

        if (rsl_redact_except_constant(scan, name)) {
            return 0;
        }

        if (name->kind == RSL_REDACT_NAME_WEAK && !name->quoted
            && separator != '=' && rsl_redact_except_prose(scan, name))
        {
            return 0;
        }
    }

    return scan->stop > scan->value;
}


/* Is what is quoted, on a line of its own, the next key and not the value? */

static int
rsl_redact_value_is_key(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s;

    for (s = p; s > scan->start && (s[-1] == ' ' || s[-1] == '\t'); s--) {
        /* void */
    }

    if (s == scan->start || s[-1] != '\n' || scan->stop == scan->end) {
        return 0;
    }

    s = rsl_redact_extent_blanks(scan->stop + 1, scan->end, RSL_REDACT_PLAIN,
                                 0);

    return s < scan->end && (*s == ':' || *s == '=');
}


/* Does a cookie go on behind its quoted value: Set-Cookie: "x"; Path=/ */

static int
rsl_redact_value_attributes(const rsl_redact_scan_t *scan,
    const rsl_redact_quote_t *quote)
{
    const u_char  *s;

    s = scan->stop;

    if (s < scan->end && *s == quote->ch) {
        s++;
    }

    s = rsl_redact_extent_blanks(s, scan->end, RSL_REDACT_PLAIN, 0);

    return s < scan->end && *s == ';';
}


/* A shell joins what is quoted and what follows: password="a b"c */

static void
rsl_redact_value_joined(rsl_redact_scan_t *scan, const u_char *start,
    const rsl_redact_quote_t *quote)
{
    const u_char  *p;

    p = scan->stop + 1;

    if (scan->end - p > 5 && memcmp(p, " -> ", 4) == 0
        && p[4] == quote->ch && scan->stop > scan->value)
    {
        /* Terraform: password = "x" -> "y" */
        scan->stop = rsl_redact_extent_quoted(p + 5, scan->end, quote);
        return;
    }

    if (quote->escapes || quote->encoded || quote->doubled || quote->tripled
        || p >= scan->end || scan->stop == scan->value
        || !rsl_redact_char_is_word_utf8(*p))
    {
        return;
    }

    scan->value = start;
    scan->stop = rsl_redact_extent_further(start, p, scan->end,
                                           RSL_REDACT_PLAIN);
}


/*
 * What is beside "tokens" is a secret unless it begins as a count does.  It is
 * not hidden then, and so only a piece of it may be looked at for that.
 */

static int
rsl_redact_value_plural(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form)
{
    rsl_redact_name_t  secret;
    rsl_redact_scan_t  piece;

    secret = *name;
    secret.kind = RSL_REDACT_NAME_SECRET;

    piece = *scan;

    if (piece.end - p > RSL_REDACT_PIECE_MAX) {
        piece.end = p + RSL_REDACT_PIECE_MAX;
    }

    if (!rsl_redact_value(&piece, p, &secret, separator, form)
        || rsl_redact_except_count(&piece))
    {
        return 0;
    }

    return rsl_redact_value(scan, p, &secret, separator, form);
}


/* What is in brackets, in Go's and other dumps, or a value of JSON. */

static void
rsl_redact_value_bracketed(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    scan->value = p;
    scan->stop = rsl_redact_extent_nested(p, scan->end);

    if (scan->stop - p == 2 && scan->stop < scan->end
        && rsl_redact_char_is_word_utf8(*scan->stop))
    {
        /* []string{"x"} */
        scan->stop = rsl_redact_extent_further(p, p + 2, scan->end,
                                               RSL_REDACT_PLAIN);
        return;
    }

    if (*p == '[' && (name->kind == RSL_REDACT_NAME_AUTHORIZATION
                      || name->kind == RSL_REDACT_NAME_COOKIE))
    {
        /* Authorization:[Bearer X] */
        scan->value = rsl_redact_value_scheme(p + 1, scan->stop, name->kind);
        scan->stop -= scan->stop[-1] == ']';
        return;
    }

    /* [a]b is one value */
    scan->stop = rsl_redact_extent_further(p, scan->stop, scan->end,
                                           RSL_REDACT_PLAIN);
}


/* The value of a header, to the end of the line. */

static void
rsl_redact_value_line(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator)
{
    const u_char        *s, *end;
    rsl_redact_quote_t   quote;

    scan->value = p;
    end = scan->end;

    if (rsl_redact_char_masked(p, end)) {
        s = rsl_redact_extent_blanks(p + RSL_REDACT_MASK_LEN, end,
                                     RSL_REDACT_PLAIN, 0);

        if (s == end || *s != ';') {
            /* a value in brackets or quotes has been hidden before */
            scan->stop = p + RSL_REDACT_MASK_LEN;
            return;
        }
    }

    if (name->kind == RSL_REDACT_NAME_AUTHORIZATION) {
        s = rsl_redact_value_scheme(p, end, name->kind);
        scan->value = s;

        if (s != p && rsl_redact_value_single(p, s)) {
            scan->stop = rsl_redact_extent_bare(s, end, RSL_REDACT_PLAIN);
            return;
        }
    }

    s = name->start;

    if (s > scan->start && (s[-1] == '"' || s[-1] == '\'') && !name->quoted) {
        /* -H 'Cookie: a=b; c=d' */
        memset(&quote, 0, sizeof(rsl_redact_quote_t));
        quote.ch = s[-1];

        for (s--; s > scan->from && s[-1] == '\\'; s--) {
            quote.escapes++;
        }

        end = rsl_redact_extent_quoted(p, end, &quote);
        scan->stop = rsl_redact_char_eol(p, end);
        return;
    }

    end = rsl_redact_char_eol(p, end);

    if (separator == ':') {
        scan->stop = end;
        return;
    }

    /* cookie=a=b; c=d path=/x */

    for (s = p; s < end; s++) {
        s = rsl_redact_extent_bare(s, end, RSL_REDACT_PLAIN);

        if (s == end || *s != ';') {
            break;
        }

        while (s + 1 < end && s[1] == ' ') {
            s++;
        }
    }

    scan->stop = s;
}


/* Has the scheme at "p" one word behind it, unlike Digest? */

static int
rsl_redact_value_single(const u_char *p, const u_char *end)
{
    u_char  ch;

    ch = *p | 0x20;

    /* of digest, hawk, oauth, signature, scram-…, aws4-hmac-…, vapid */

    return ch != 'd' && ch != 'h' && ch != 'o' && ch != 's' && ch != 'a'
           && ch != 'v' && end > p;
}


/* password: str = "x" */

static int
rsl_redact_value_annotated(rsl_redact_scan_t *scan)
{
    const u_char        *p, *s;
    rsl_redact_quote_t   quote;

    p = rsl_redact_extent_blanks(scan->stop, scan->end, RSL_REDACT_PLAIN, 0);

    if (p == scan->stop || *scan->value == '*' || scan->end - p < 2
        || *p != '=' || p[1] == '=')
    {
        return 0;
    }

    p = rsl_redact_extent_blanks(p + 1, scan->end, RSL_REDACT_PLAIN, 0);
    s = rsl_redact_extent_opening(p, scan->end, RSL_REDACT_PLAIN, &quote);

    scan->stop = s == NULL
                 ? rsl_redact_extent_bare(p, scan->end, RSL_REDACT_PLAIN)
                 : rsl_redact_extent_quoted(s, scan->end, &quote);

    return 1;
}


/* Behind the scheme of an authorization and its blanks, or "p". */

static const u_char *
rsl_redact_value_scheme(const u_char *p, const u_char *end,
    rsl_redact_name_e kind)
{
    size_t              i, n;
    const u_char       *s;
    const char *const  *scheme;

    n = kind == RSL_REDACT_NAME_AUTHORIZATION ? (size_t) -1 : 2;

    for (scheme = rsl_redact_value_schemes; *scheme != NULL && n > 0;
         scheme++, n--)
    {

        s = p;

        for (i = 0; (*scheme)[i] && s < end; i++, s++) {
            if ((*s >= 'A' && *s <= 'Z' ? *s | 0x20 : *s)
                != (u_char) (*scheme)[i])
            {
                break;
            }
        }

        if ((*scheme)[i] || s == end || *s != ' ') {
            continue;
        }

        s = rsl_redact_extent_blanks(s, end, RSL_REDACT_PLAIN, 0);

        return s == end ? p : s;
    }

    return p;
}
