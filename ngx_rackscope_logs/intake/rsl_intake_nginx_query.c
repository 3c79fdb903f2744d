
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What is known of the query strings of a request.  They are secret, and nginx
 * quotes them, or values of them, in its messages.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "rsl_intake_internal.h"


/* A shorter piece of a URL, such as "http" or "www", is no secret. */
#define RSL_INTAKE_NGINX_QUERY_PIECE  5


static int rsl_intake_nginx_query_add(rsl_arena_t *arena,
    rsl_intake_nginx_query_t *query, const rsl_str_t *queries);
static int rsl_intake_nginx_query_line(rsl_arena_t *arena,
    rsl_intake_nginx_query_t *query, const rsl_str_t *line);
static int rsl_intake_nginx_query_part(rsl_arena_t *arena,
    rsl_intake_nginx_query_t *query, const u_char *data, size_t len);
static void rsl_intake_nginx_query_pieces(rsl_intake_nginx_query_t *query);
static void rsl_intake_nginx_query_put(rsl_intake_nginx_query_t *query,
    const u_char *data, size_t len);


int
rsl_intake_nginx_query(rsl_arena_t *arena, rsl_intake_nginx_query_t *query,
    const rsl_str_t *queries, const rsl_str_t *request,
    const rsl_str_t *referrer)
{
    query->n = 0;
    query->unknown = 0;

    if (rsl_intake_nginx_query_add(arena, query, queries) != RSL_OK
        || rsl_intake_nginx_query_line(arena, query, request) != RSL_OK)
    {
        return RSL_ERROR;
    }

    return rsl_intake_nginx_query_line(arena, query, referrer);
}


/* Each query string ends with a line feed; one that does not was cut. */

static int
rsl_intake_nginx_query_add(rsl_arena_t *arena, rsl_intake_nginx_query_t *query,
    const rsl_str_t *queries)
{
    const u_char  *p, *next, *end, *last, *value;

    if (queries->len == 0) {
        return RSL_OK;
    }

    last = queries->data + queries->len;

    for (p = queries->data; p < last; p = end + 1) {

        end = memchr(p, '\n', last - p);

        if (end == NULL) {
            query->unknown = 1;
            end = last;
        }

        if (rsl_intake_nginx_query_part(arena, query, p, end - p) != RSL_OK) {
            return RSL_ERROR;
        }

        for ( /* void */ ; p < end; p = next + 1) {

            next = memchr(p, '&', end - p);
            next = (next == NULL) ? end : next;

            value = memchr(p, '=', next - p);
            value = (value == NULL) ? p : value + 1;

            if (rsl_intake_nginx_query_part(arena, query, value, next - value)
                != RSL_OK)
            {
                return RSL_ERROR;
            }

            rsl_intake_nginx_query_pieces(query);
        }
    }

    return RSL_OK;
}


/* Adds the query string of a request line, or of a URL. */

static int
rsl_intake_nginx_query_line(rsl_arena_t *arena, rsl_intake_nginx_query_t *query,
    const rsl_str_t *line)
{
    size_t                     i, n, len;
    u_char                    *p;
    const u_char              *version;
    rsl_str_t                  text;
    rsl_intake_nginx_marks_t   marks;

    static const rsl_str_t     http = rsl_string(" HTTP/");

    if (line->len == 0) {
        return RSL_OK;
    }

    marks.text = line->data;
    marks.len = line->len;

    for (i = 0, n = 0; i < line->len && n == 0; i += n ? n : 1) {
        n = rsl_intake_nginx_mark_begins(&marks, 0, i, line->len,
                                         RSL_INTAKE_NGINX_URL);
    }

    len = line->len - i;

    version = memrchr(line->data + i, ' ', len);

    if (version
        && (size_t) (line->data + line->len - version) > http.len
        && memcmp(version, http.data, http.len) == 0)
    {
        len = version - line->data - i;
    }

    p = rsl_arena_alloc(arena, len + 1);
    if (p == NULL) {
        return RSL_ERROR;
    }

    memcpy(p, line->data + i, len);
    p[len] = '\n';

    text.data = p;
    text.len = len + 1;

    return rsl_intake_nginx_query_add(arena, query, &text);
}


/*
 * Adds a part as it was sent, and decoded: "%2F" becomes "/", and "+" once
 * stays and once becomes a space, because not every program reads it as one.
 */

static int
rsl_intake_nginx_query_part(rsl_arena_t *arena, rsl_intake_nginx_query_t *query,
    const u_char *data, size_t len)
{
    int      high, low;
    size_t   i, n;
    u_char  *p;

    if (len == 0) {
        return RSL_OK;
    }

    p = rsl_arena_alloc(arena, 3 * len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    rsl_intake_nginx_mark_lower(p, data, len);
    rsl_intake_nginx_query_put(query, p, len);

    if (memchr(p, '%', len) == NULL && memchr(p, '+', len) == NULL) {
        return RSL_OK;
    }

    p += len;

    for (i = 0, n = 0; i < len; n++) {
        p[n] = data[i++];

        if (p[n] == '%' && len - i >= 2) {
            high = rsl_number_hex(data[i]);
            low = rsl_number_hex(data[i + 1]);

            if (high >= 0 && low >= 0) {
                p[n] = (u_char) (high * 16 + low);
                i += 2;
            }
        }
    }

    rsl_intake_nginx_mark_lower(p, p, n);
    rsl_intake_nginx_query_put(query, p, n);

    for (i = 0; i < n; i++) {
        p[len + i] = (p[i] == '+') ? ' ' : p[i];
    }

    rsl_intake_nginx_query_put(query, p + len, n);

    return RSL_OK;
}


/*
 * If the last part is a URL, or has a query string of its own, a configuration
 * may use a piece of it alone, such as the host or the path: adds these pieces.
 */

static void
rsl_intake_nginx_query_pieces(rsl_intake_nginx_query_t *query)
{
    size_t         i, start;
    const u_char  *p;
    rsl_str_t      url;

    if (query->n == 0) {
        return;
    }

    url = query->parts[query->n - 1];
    p = memchr(url.data, '/', url.len);

    if (p == NULL
        || (memmem(url.data, url.len, "://", 3) == NULL
            && memchr(p, '?', url.data + url.len - p) == NULL))
    {
        return;
    }

    for (i = 0, start = 0; i <= url.len; i++) {

        if (i < url.len && memchr("/?&=:@#", url.data[i], 7) == NULL) {
            continue;
        }

        if (i - start >= RSL_INTAKE_NGINX_QUERY_PIECE) {
            rsl_intake_nginx_query_put(query, url.data + start, i - start);
        }

        start = i + 1;
    }
}


/* Adds a text, unless it is known already. */

static void
rsl_intake_nginx_query_put(rsl_intake_nginx_query_t *query, const u_char *data,
    size_t len)
{
    size_t  i;

    for (i = 0; i < query->n; i++) {
        if (query->parts[i].len == len
            && memcmp(query->parts[i].data, data, len) == 0)
        {
            return;
        }
    }

    if (query->n == RSL_INTAKE_NGINX_QUERY_PARTS) {
        query->unknown = 1;
        return;
    }

    query->parts[query->n].data = data;
    query->parts[query->n].len = len;
    query->n++;
}
