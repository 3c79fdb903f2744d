
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The query strings of a request, which no line of nginx's own may show.
 */


#include "ngx_http_rackscope_logs_stage.h"


static void ngx_http_rackscope_logs_queries_of(ngx_str_t *url,
    ngx_str_t *query);
static u_char *ngx_http_rackscope_logs_queries_add(u_char *p, u_char *last,
    ngx_str_t *query);


/* The client's, what became of it, that of a subrequest, the referrer's. */

size_t
ngx_http_rackscope_logs_queries(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf)
{
    u_char     *p, *last;
    ngx_str_t   query;

    last = buf + NGX_HTTP_RACKSCOPE_LOGS_QUERIES;

    ngx_http_rackscope_logs_queries_of(&r->unparsed_uri, &query);
    p = ngx_http_rackscope_logs_queries_add(buf, last, &query);

    if (r->args.len
        && (r->args.len != query.len
            || ngx_memcmp(r->args.data, query.data, query.len) != 0))
    {
        p = ngx_http_rackscope_logs_queries_add(p, last, &r->args);
    }

    if (sr != r) {
        p = ngx_http_rackscope_logs_queries_add(p, last, &sr->args);
    }

    if (r->headers_in.referer) {
        ngx_http_rackscope_logs_queries_of(&r->headers_in.referer->value,
                                           &query);
        p = ngx_http_rackscope_logs_queries_add(p, last, &query);
    }

    return p - buf;
}


/* What follows the first "?" or "#". */

static void
ngx_http_rackscope_logs_queries_of(ngx_str_t *url, ngx_str_t *query)
{
    size_t  i;

    for (i = 0; i < url->len; i++) {
        if (url->data[i] == '?' || url->data[i] == '#') {
            i++;
            break;
        }
    }

    query->len = url->len - i;
    query->data = url->data + i;
}


/*
 * A query ends with a line feed.  One that has no room is cut and has none,
 * and so have those after it.
 */

static u_char *
ngx_http_rackscope_logs_queries_add(u_char *p, u_char *last, ngx_str_t *query)
{
    size_t  room;

    if (query->len == 0) {
        return p;
    }

    room = last - p;

    p = ngx_cpymem(p, query->data, ngx_min(query->len, room));

    if (query->len + 1 < room) {
        *p++ = LF;
    }

    return p;
}
