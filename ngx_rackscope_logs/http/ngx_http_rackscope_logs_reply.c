
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What all answers have in common: headers, JSON, errors.
 */


#include "ngx_http_rackscope_logs.h"


/* A part of an answer that comes many times is written into so many bytes. */
#define NGX_HTTP_RACKSCOPE_LOGS_REPLY_BLOCK  16384


static ngx_int_t ngx_http_rackscope_logs_reply_typed(ngx_http_request_t *r,
    ngx_uint_t status, const char *type, ngx_str_t *text);
static ngx_int_t ngx_http_rackscope_logs_reply_parts(ngx_http_request_t *r,
    rsl_envelope_answer_t *answer);
static ngx_chain_t **ngx_http_rackscope_logs_reply_part(ngx_http_request_t *r,
    const rsl_envelope_part_t *part, ngx_chain_t **last);
static ngx_uint_t ngx_http_rackscope_logs_reply_error_page(
    ngx_http_request_t *r, ngx_uint_t status);


static ngx_str_t  ngx_http_rackscope_logs_accept = ngx_string("Accept");


ngx_int_t
ngx_http_rackscope_logs_reply_headers(ngx_http_request_t *r)
{
    if (ngx_http_rackscope_logs_header_add(r, "Cache-Control", "no-store")
        == NULL
        || ngx_http_rackscope_logs_header_add(r, "X-Content-Type-Options",
                                              "nosniff")
           == NULL
        || ngx_http_rackscope_logs_header_add(r, "Cross-Origin-Resource-Policy",
                                              "same-origin")
           == NULL)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Does the client want a record a line?  It says so by the parameter "format",
 * or by Accept, in which browsers do not name that type.
 */

ngx_uint_t
ngx_http_rackscope_logs_reply_ndjson(ngx_http_request_t *r, rsl_query_t *query)
{
    u_char           *p, *last;
    ngx_table_elt_t  *h;

    static ngx_str_t  type = ngx_string(NGX_HTTP_RACKSCOPE_LOGS_NDJSON_TYPE);

    if (rsl_query_format(query) != RSL_QUERY_ANY) {
        return rsl_query_format(query) == RSL_QUERY_NDJSON;
    }

    h = ngx_http_rackscope_logs_header_in(r, &ngx_http_rackscope_logs_accept);

    if (h == NULL) {
        return 0;
    }

    last = h->value.data + h->value.len;

    for (p = h->value.data; p + type.len <= last; p++) {
        if (ngx_strncasecmp(p, type.data, type.len) == 0) {
            return 1;
        }
    }

    return 0;
}


/* Sends buffers in memory, of "size" bytes together, as the whole answer. */

ngx_int_t
ngx_http_rackscope_logs_reply_chain(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, ngx_chain_t *out, off_t size)
{
    ngx_int_t     rc;
    ngx_chain_t  *cl;

    if (ngx_http_rackscope_logs_reply_headers(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = size;

    /* nginx has no reason phrase for it; this is that of RFC 9110, 15.5.21 */

    if (status == 422) {
        ngx_str_set(&r->headers_out.status_line, "422 Unprocessable Content");
    }

    r->headers_out.content_type.len = ngx_strlen(type);
    r->headers_out.content_type.data = (u_char *) type;
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    for (cl = out; cl->next; cl = cl->next) {
        /* void */
    }

    cl->buf->last_buf = (r == r->main) ? 1 : 0;
    cl->buf->last_in_chain = 1;

    if (size == 0) {
        /* nginx takes an empty buffer only if it is not in memory */
        cl->buf->temporary = 0;
        cl->buf->sync = 1;
    }

    return ngx_http_output_filter(r, out);
}


ngx_int_t
ngx_http_rackscope_logs_reply_text(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *json)
{
    return ngx_http_rackscope_logs_reply_typed(r, status,
                                             NGX_HTTP_RACKSCOPE_LOGS_JSON_TYPE,
                                             json);
}


static ngx_int_t
ngx_http_rackscope_logs_reply_typed(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, ngx_str_t *text)
{
    ngx_buf_t    *b;
    ngx_chain_t   out;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_rackscope_logs_reply_chain(r, status, type, &out,
                                               (off_t) text->len);
}


/*
 * Answers with an error, or leaves that to an error_page of the configuration.
 * "detail" holds nothing that JSON would escape.
 */

ngx_int_t
ngx_http_rackscope_logs_reply_error(ngx_http_request_t *r, ngx_uint_t status,
    const char *detail)
{
    ngx_str_t  json;

    if (ngx_http_rackscope_logs_reply_error_page(r, status)) {
        return status;
    }

    json.len = sizeof("{\"detail\":\"\"}") - 1 + ngx_strlen(detail);
    json.data = ngx_pnalloc(r->pool, json.len);
    if (json.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_sprintf(json.data, "{\"detail\":\"%s\"}", detail);

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        r->keepalive = 0;
    }

    return ngx_http_rackscope_logs_reply_text(r, status, &json);
}


/* Answers with no body; "type" is its type all the same, or NULL. */

ngx_int_t
ngx_http_rackscope_logs_reply_empty(ngx_http_request_t *r, ngx_uint_t status,
    const char *type)
{
    if (ngx_http_rackscope_logs_reply_headers(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        r->keepalive = 0;
    }

    r->headers_out.status = status;
    r->header_only = 1;

    if (status == NGX_HTTP_NO_CONTENT) {
        ngx_http_clear_content_length(r);

    } else {
        r->headers_out.content_length_n = 0;
    }

    if (type) {
        r->headers_out.content_type.len = ngx_strlen(type);
        r->headers_out.content_type.data = (u_char *) type;
        r->headers_out.content_type_len = r->headers_out.content_type.len;
        r->headers_out.content_type_lowcase = NULL;
    }

    return ngx_http_send_header(r);
}


/* Answers what became of an upload.  The body of the answer is copied. */

ngx_int_t
ngx_http_rackscope_logs_reply_answer(ngx_http_request_t *r,
    rsl_envelope_answer_t *answer)
{
    ngx_str_t  text;

    if (ngx_http_rackscope_logs_reply_error_page(r, answer->status)) {
        return answer->status;
    }

    if (answer->nparts) {
        return ngx_http_rackscope_logs_reply_parts(r, answer);
    }

    if (answer->body.len == 0) {
        return ngx_http_rackscope_logs_reply_empty(r, answer->status,
                                                   answer->type);
    }

    text.len = answer->body.len;
    text.data = ngx_pnalloc(r->pool, text.len);
    if (text.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memcpy(text.data, answer->body.data, text.len);

    return ngx_http_rackscope_logs_reply_typed(r, answer->status, answer->type,
                                               &text);
}


/*
 * A long answer says few things very often: the bytes of a part are there once,
 * as often as they fit into a block, and the chain has that again and again.
 */

static ngx_int_t
ngx_http_rackscope_logs_reply_parts(ngx_http_request_t *r,
    rsl_envelope_answer_t *answer)
{
    off_t                       size;
    size_t                      i;
    ngx_chain_t                *out, **last;
    const rsl_envelope_part_t  *part;

    size = 0;
    last = &out;

    for (i = 0; i < answer->nparts; i++) {
        part = &answer->parts[i];

        if (part->n == 0) {
            continue;
        }

        last = ngx_http_rackscope_logs_reply_part(r, part, last);
        if (last == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        size += (off_t) (part->n * part->text.len);
    }

    *last = NULL;

    if (out == NULL) {
        return ngx_http_rackscope_logs_reply_empty(r, answer->status,
                                                   answer->type);
    }

    return ngx_http_rackscope_logs_reply_chain(r, answer->status,
                                               answer->type, out, size);
}


/* Appends a part to the chain, and returns where that ends then, or NULL. */

static ngx_chain_t **
ngx_http_rackscope_logs_reply_part(ngx_http_request_t *r,
    const rsl_envelope_part_t *part, ngx_chain_t **last)
{
    size_t        len;
    u_char       *block, *p;
    uint64_t      i, n, rest;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    len = part->text.len;

    n = NGX_HTTP_RACKSCOPE_LOGS_REPLY_BLOCK / len;
    n = ngx_min(part->n, ngx_max(n, 1));

    block = ngx_pnalloc(r->pool, n * len);
    if (block == NULL) {
        return NULL;
    }

    for (i = 0, p = block; i < n; i++) {
        p = ngx_cpymem(p, part->text.data, len);
    }

    for (rest = part->n; rest; rest -= n) {
        n = ngx_min(n, rest);

        b = ngx_calloc_buf(r->pool);
        cl = ngx_alloc_chain_link(r->pool);

        if (b == NULL || cl == NULL) {
            return NULL;
        }

        b->pos = block;
        b->last = block + n * len;
        b->memory = 1;

        cl->buf = b;

        *last = cl;
        last = &cl->next;
    }

    return last;
}


static ngx_uint_t
ngx_http_rackscope_logs_reply_error_page(ngx_http_request_t *r,
    ngx_uint_t status)
{
    ngx_uint_t                 i;
    ngx_http_err_page_t       *err_page;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->error_pages == NULL || r->error_page || r->uri_changes == 0) {
        return 0;
    }

    err_page = clcf->error_pages->elts;

    for (i = 0; i < clcf->error_pages->nelts; i++) {
        if ((ngx_uint_t) err_page[i].status == status) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_rackscope_logs_reply_not_allowed(ngx_http_request_t *r, char *allow,
    const char *detail)
{
    if (ngx_http_rackscope_logs_header_add(r, "Allow", allow) == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_rackscope_logs_reply_error(r, NGX_HTTP_NOT_ALLOWED, detail);
}
