
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What all answers have in common: headers, JSON, errors.
 */


#include "ngx_http_rackscope_logs.h"


static ngx_int_t ngx_http_rackscope_logs_reply_json(ngx_http_request_t *r,
    ngx_uint_t status, ngx_buf_t *b);
static u_char *ngx_http_rackscope_logs_reply_count(u_char *p, const char *name,
    uint64_t count);
static ngx_uint_t ngx_http_rackscope_logs_reply_error_page(
    ngx_http_request_t *r, ngx_uint_t status);


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


/* Sends JSON, in buffers in memory of "size" bytes, as the whole answer. */

ngx_int_t
ngx_http_rackscope_logs_reply_chain(ngx_http_request_t *r, ngx_uint_t status,
    ngx_chain_t *out, off_t size)
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

    ngx_str_set(&r->headers_out.content_type, "application/json");
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

    return ngx_http_output_filter(r, out);
}


static ngx_int_t
ngx_http_rackscope_logs_reply_json(ngx_http_request_t *r, ngx_uint_t status,
    ngx_buf_t *b)
{
    ngx_chain_t  out;

    out.buf = b;
    out.next = NULL;

    return ngx_http_rackscope_logs_reply_chain(r, status, &out,
                                               b->last - b->pos);
}


ngx_int_t
ngx_http_rackscope_logs_reply_text(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *json)
{
    ngx_buf_t  *b;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = json->data;
    b->last = json->data + json->len;
    b->memory = 1;

    return ngx_http_rackscope_logs_reply_json(r, status, b);
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


/*
 * Answers what became of an upload.  "detail", which holds nothing that JSON
 * would escape, says why the body was not read to its end.  It is NULL if the
 * body was; then the status becomes 422 if there were errors and not a single
 * record.
 */

ngx_int_t
ngx_http_rackscope_logs_reply_result(ngx_http_request_t *r,
    const rsl_intake_result_t *result, uint64_t accepted, uint64_t filtered,
    ngx_uint_t status, const char *detail)
{
    size_t                     len;
    ngx_buf_t                 *b;
    ngx_uint_t                 i, n;
    const rsl_intake_error_t  *error;

    n = ngx_min(result->rejected, RSL_INTAKE_ERRORS);

    if (detail == NULL && result->records == 0 && n) {
        status = 422;
    }

    if (ngx_http_rackscope_logs_reply_error_page(r, status)) {
        return status;
    }

    len = sizeof("{\"accepted\":,\"filtered\":,\"rejected\":,\"errors\":[],"
                 "\"detail\":\"line , column : \"}") + 5 * NGX_INT64_LEN;

    for (i = 0; i < n; i++) {
        len += sizeof("{\"index\":,\"detail\":\"line , column : \"},")
               + 3 * NGX_INT64_LEN + ngx_strlen(result->errors[i].detail);
    }

    if (detail) {
        len += ngx_strlen(detail);

    } else if (n) {
        len += ngx_strlen(result->errors[0].detail);
    }

    b = ngx_create_temp_buf(r->pool, len);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->last = ngx_http_rackscope_logs_reply_count(b->last, "{\"accepted\":",
                                                  accepted);
    b->last = ngx_http_rackscope_logs_reply_count(b->last, ",\"filtered\":",
                                                  filtered);
    b->last = ngx_http_rackscope_logs_reply_count(b->last, ",\"rejected\":",
                                                  result->rejected);
    b->last = ngx_cpymem(b->last, ",\"errors\":[",
                         sizeof(",\"errors\":[") - 1);

    for (i = 0; i < n; i++) {
        error = &result->errors[i];

        b->last = ngx_sprintf(b->last, "%s{\"index\":%uL,"
                              "\"detail\":\"line %uL, column %uL: %s\"}",
                              i ? "," : "", error->index, error->line,
                              error->column, error->detail);
    }

    *b->last++ = ']';

    if (detail) {
        b->last = ngx_sprintf(b->last, ",\"detail\":\"%s\"", detail);

    } else if (status == 422) {
        error = &result->errors[0];

        b->last = ngx_sprintf(b->last,
                              ",\"detail\":\"line %uL, column %uL: %s\"",
                              error->line, error->column, error->detail);
    }

    *b->last++ = '}';

    return ngx_http_rackscope_logs_reply_json(r, status, b);
}


/*
 * This is done for each answer, where ngx_sprintf() would cost several times as
 * much.
 */

static u_char *
ngx_http_rackscope_logs_reply_count(u_char *p, const char *name, uint64_t count)
{
    p = ngx_cpymem(p, name, ngx_strlen(name));

    return p + rsl_number_decimal(p, count);
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
