
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Credentials in URLs: scheme://user:secret@host.
 *
 * A secret that was not encoded may hold "@", "/" and ":", so where the
 * authority ends is not certain.  The last "@" counts, unless what stands
 * before a "/" looks like a host and a port: then the "@" is one of the path.
 */


#include "rsl_redact_internal.h"


/* The longest authority that is looked at. */
#define RSL_REDACT_URL_MAX  2048

/* The longest user and secret before the "@" of a data source. */
#define RSL_REDACT_DSN_MAX  128


static const u_char *rsl_redact_url_end(const u_char *p, const u_char *end);
static const u_char *rsl_redact_url_last_at(const u_char *p, const u_char *end);
static int rsl_redact_url_host_port(const u_char *p, const u_char *slash,
    const u_char *at, const u_char *end, int web);
static int rsl_redact_url_is_web(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_url_opaque(const u_char *p, const u_char *at);
static const u_char *rsl_redact_url_further_at(const u_char *p,
    const u_char *end);


/* Is there a secret in the authority at "p", which is behind "://"? */

int
rsl_redact_url(rsl_redact_scan_t *scan, const u_char *p)
{
    int            web;
    size_t         len;
    const u_char  *at, *colon, *slash, *end;

    end = rsl_redact_url_end(p, scan->end);
    at = rsl_redact_url_last_at(p, end);

    if (at == NULL || at == p) {
        return 0;
    }

    web = rsl_redact_url_is_web(scan, p);
    slash = memchr(p, '/', (size_t) (at - p));

    if (slash != NULL && rsl_redact_url_host_port(p, slash, at, end, web)) {
        return 0;
    }

    scan->stop = at;
    colon = memchr(p, ':', (size_t) (at - p));

    if (colon == NULL) {
        /* https://token@host: what is there is the user, or the secret */
        scan->value = p;
        return web && rsl_redact_url_opaque(p, at)
               && !rsl_redact_placeholder_all(scan->names, p, at);
    }

    scan->value = colon + 1;
    len = (size_t) (at - scan->value);

    if (len == 0
        || (len == 13
            && rsl_redact_char_caseless(colon + 1, at, "x-oauth-basic", 13)))
    {
        /* https://token:@host, https://token:x-oauth-basic@host */
        scan->value = p;
        scan->stop = colon;
    }

    return scan->stop > scan->value
           && !rsl_redact_placeholder_all(scan->names, scan->value,
                                          scan->stop);
}


/*
 * The end of what can be an authority with a secret in it: a byte that no URL
 * has, the "://" of the next one, or a quote that closes.
 */

static const u_char *
rsl_redact_url_end(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (end - p > RSL_REDACT_URL_MAX) {
        end = p + RSL_REDACT_URL_MAX;
    }

    for (s = p; s < end; s++) {
        if (*s <= ' ' || *s == '"' || *s == '<' || *s == '>' || *s == '`'
            || *s == 0x7f)
        {
            break;
        }

        if (end - s > 2 && *s == ':' && s[1] == '/' && s[2] == '/') {
            break;
        }

        if (end - s > 1 && (*s == '\'' || *s == '\\')
            && (s[1] <= '/' || s[1] == 'n' || s[1] == ':' || s[1] == '}'))
        {
            break;
        }
    }

    return s;
}


/* The last "@" that can stand before the host; NULL: there is none. */

static const u_char *
rsl_redact_url_last_at(const u_char *p, const u_char *end)
{
    const u_char  *s, *at, *query;

    at = NULL;
    query = NULL;

    for (s = p; s < end; s++) {

        if (*s == '?' || *s == '#') {
            query = s;

            if (at != NULL) {
                break;
            }
        }

        if (*s != '@' || s + 1 == end || s[1] == '@') {
            continue;
        }

        if (at != NULL && s[-1] == '/') {
            /* https://u:p@host/@scope/package */
            break;
        }

        at = s;
    }

    if (query != NULL && at > query
        && rsl_redact_url_host_port(p, query, at, end, 1))
    {
        /* http://host:80?mail=a@b */
        return NULL;
    }

    return at;
}


/*
 * Is what stands before "slash" a host and a port, so that the "@" at "at" is
 * one of the path?  In a URL of the "web" a number behind a ":" is always a
 * port: http://host:8080/a@b.  Elsewhere it may be the beginning of a secret,
 * unless the host has a dot or the name of an image with its digest follows:
 * host:5000/a@sha256:...
 */

static int
rsl_redact_url_host_port(const u_char *p, const u_char *slash, const u_char *at,
    const u_char *end, int web)
{
    int            dots;
    const u_char  *s;

    dots = 0;

    for (s = p; s < slash && *s != ':'; s++) {
        if (*s == '@') {
            return 0;
        }

        dots += (*s == '.');
    }

    if (s == slash || *p == '[') {
        return memchr(p, '@', (size_t) (slash - p)) == NULL;
    }

    for (s++; s < slash; s++) {
        if (*s < '0' || *s > '9') {
            return 0;
        }
    }

    return web || dots || (end - at > 3 && memcmp(at + 1, "sha", 3) == 0);
}


/* Is "http" or "https" before the "://" that ends at "p"? */

static int
rsl_redact_url_is_web(const rsl_redact_scan_t *scan, const u_char *p)
{
    p -= 3;

    if (p - scan->start >= 5 && (p[-1] | 0x20) == 's') {
        p--;
    }

    return p - scan->start >= 4 && (p[-1] | 0x20) == 'p'
           && (p[-2] | 0x20) == 't' && (p[-3] | 0x20) == 't'
           && (p[-4] | 0x20) == 'h';
}


/* Is the text from "p" to "at" a token and not the name of a user? */

static int
rsl_redact_url_opaque(const u_char *p, const u_char *at)
{
    int            digits;
    const u_char  *s;

    digits = 0;

    for (s = p; s < at; s++) {
        digits += (*s >= '0' && *s <= '9');
    }

    return at - p >= 20 || (at - p >= 6 && digits > 0);
}


/* The same for "scheme%3A%2F%2Fuser%3Ax%40host"; "p" is behind the "%3A". */

int
rsl_redact_url_encoded(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t         n;
    uint32_t       ch;
    const u_char  *s, *end, *next, *colon, *at;

    for (n = 0; n < 2; n++, p = next) {
        if (p == scan->end || *p != '%'
            || rsl_redact_char_at(p, scan->end, &next) != '/')
        {
            return 0;
        }
    }

    end = scan->end - p > RSL_REDACT_URL_MAX ? p + RSL_REDACT_URL_MAX
                                             : scan->end;
    colon = NULL;
    at = NULL;

    for (s = p; s < end; s = next) {
        ch = rsl_redact_char_at(s, end, &next);

        if (ch <= ' ' || ch == '"' || ch == '\'' || ch == '&' || ch == '<') {
            break;
        }

        if (ch == ':' && colon == NULL) {
            colon = next;
        }

        if (ch == '@' && colon != NULL) {
            at = s;
        }

        if (at == NULL && (ch == '/' || ch == '?')) {
            /* this ends the authority: one in the secret is "%252F" */
            break;
        }
    }

    scan->value = colon;
    scan->stop = at;

    return at != NULL && at > colon;
}


/*
 * user:x@tcp(host) of Go, jdbc:oracle:thin:user/x@host, //user:x@host; "p" is
 * at the "@".
 */

int
rsl_redact_url_dsn(rsl_redact_scan_t *scan, const u_char *p)
{
    u_char         separator;
    const u_char  *s, *limit;

    separator = '/';

    if (scan->end - p > 5
        && (rsl_redact_char_caseless(p, scan->end, "@tcp(", 5)
            || rsl_redact_char_caseless(p, scan->end, "@unix(", 6)))
    {
        separator = ':';
    }

    limit = p - scan->from > RSL_REDACT_DSN_MAX ? p - RSL_REDACT_DSN_MAX
                                                : scan->from;

    for (s = p; s > limit && s[-1] != separator; s--) {
        if (s[-1] <= ' ' || s[-1] == '"'
            || (s[-1] == '@' && separator == '/'))
        {
            return 0;
        }
    }

    if (s == limit) {
        return 0;
    }

    scan->value = s;
    scan->stop = p;

    if (separator == ':') {
        return s < p && !rsl_redact_placeholder_all(scan->names, s, p);
    }

    if (s - limit >= 2 && s[-2] == '/'
        && (s - 2 == scan->start || strchr(" \t\n\"'=(", s[-3]) != NULL))
    {
        /* //user:x@host */
        s = memchr(s, ':', (size_t) (p - s));

        if (s == NULL) {
            return 0;
        }

        scan->value = s + 1;
        scan->stop = rsl_redact_url_further_at(p, scan->end);

        return scan->stop > scan->value && scan->end - p > 1
               && rsl_redact_char_is_word_utf8(p[1]);
    }

    for (s--; s > limit && s[-1] > ' ' && s[-1] != '@'; s--) {
        if (s[-1] == ':' && s - scan->start >= 5
            && rsl_redact_char_caseless(s - 5, s, "thin:", 5))
        {
            scan->stop = rsl_redact_url_further_at(p, scan->end);

            return scan->stop > scan->value;
        }
    }

    return 0;
}


/*
 * The last "@" before the host, at "p" or behind it: the one at "p" may be a
 * part of the secret.
 */

static const u_char *
rsl_redact_url_further_at(const u_char *p, const u_char *end)
{
    const u_char  *s, *at;

    at = p;

    for (s = p; s < end && s - p < RSL_REDACT_DSN_MAX; s++) {

        if (*s <= ' ' || *s == '/' || *s == '"' || *s == '\'') {
            break;
        }

        if (*s == '@') {
            at = s;
        }
    }

    return at;
}
