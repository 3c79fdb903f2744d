
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The page: one HTML document, made of page/ at build time, with two lines in
 * front that are made for each location.  All of it is in memory, plain and
 * deflated, so nothing is compressed or copied for a request.
 */


#include "ngx_http_rackscope_logs.h"

#include <ngx_sha1.h>

#include "ngx_http_rackscope_logs_page.h"


#define NGX_HTTP_RACKSCOPE_LOGS_PAGE_PARTS      3

/*
 * A head with two such values, escaped, is less than 64k, the size of a block.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_PAGE_VALUE_MAX  512


/* One of the two forms of the document. */

typedef struct {
    ngx_str_t   parts[NGX_HTTP_RACKSCOPE_LOGS_PAGE_PARTS];
    ngx_uint_t  n;      /* of them */
    size_t      len;    /* of all */
    char       *etag;
} ngx_http_rackscope_logs_form_t;


struct ngx_http_rackscope_logs_page_s {
    ngx_http_rackscope_logs_form_t  plain;
    ngx_http_rackscope_logs_form_t  gzip;
};


static char *ngx_http_rackscope_logs_page_parameter(ngx_conf_t *cf,
    ngx_str_t *api, ngx_str_t *key, ngx_str_t *value);
static ngx_uint_t ngx_http_rackscope_logs_page_path(ngx_str_t *path);
static ngx_uint_t ngx_http_rackscope_logs_page_text(ngx_str_t *text);
static ngx_int_t ngx_http_rackscope_logs_page_plain(ngx_conf_t *cf,
    ngx_http_rackscope_logs_form_t *plain, ngx_str_t *api, ngx_str_t *key);
static u_char *ngx_http_rackscope_logs_page_escape(u_char *p, ngx_str_t *text);
static ngx_int_t ngx_http_rackscope_logs_page_gzip(ngx_conf_t *cf,
    ngx_http_rackscope_logs_form_t *gzip,
    ngx_http_rackscope_logs_form_t *plain);
static u_char *ngx_http_rackscope_logs_page_little(u_char *p, uint32_t n,
    ngx_uint_t bytes);
static ngx_int_t ngx_http_rackscope_logs_page_etag(ngx_conf_t *cf,
    ngx_http_rackscope_logs_form_t *form);
static ngx_http_rackscope_logs_form_t *ngx_http_rackscope_logs_page_choose(
    ngx_http_request_t *r, ngx_http_rackscope_logs_page_t *page);
static ngx_int_t ngx_http_rackscope_logs_page_headers(ngx_http_request_t *r,
    ngx_http_rackscope_logs_page_t *page,
    ngx_http_rackscope_logs_form_t *form);
static ngx_int_t ngx_http_rackscope_logs_page_vary(ngx_http_request_t *r);
static ngx_int_t ngx_http_rackscope_logs_page_send(ngx_http_request_t *r,
    ngx_http_rackscope_logs_form_t *form);


char *
ngx_http_rackscope_logs_page(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf = conf;

    char                            *rv;
    ngx_str_t                        api, key, *value;
    ngx_uint_t                       i;
    ngx_http_rackscope_logs_page_t  *page;

    if (rlcf->page) {
        return "is duplicate";
    }

    rv = ngx_http_rackscope_logs_conf_use(cf,
                                          ngx_http_rackscope_logs_page_handler,
                                          NULL);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    ngx_str_null(&api);
    ngx_str_null(&key);

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        rv = ngx_http_rackscope_logs_page_parameter(cf, &api, &key, &value[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (api.data == NULL) {
        ngx_str_set(&api, "/api/logs");
    }

    page = ngx_pcalloc(cf->pool, sizeof(ngx_http_rackscope_logs_page_t));
    if (page == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_rackscope_logs_page_plain(cf, &page->plain, &api, &key)
        != NGX_OK
        || ngx_http_rackscope_logs_page_gzip(cf, &page->gzip, &page->plain)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    rlcf->page = page;
    ngx_http_rackscope_logs_admin_door(cf, rlcf);

    return NGX_CONF_OK;
}


static char *
ngx_http_rackscope_logs_page_parameter(ngx_conf_t *cf, ngx_str_t *api,
    ngx_str_t *key, ngx_str_t *value)
{
    char        *takes;
    ngx_str_t   *parameter, name;
    ngx_uint_t   valid;

    if (ngx_strncmp(value->data, "api=", 4) == 0) {
        ngx_str_set(&name, "api");
        parameter = api;

    } else if (ngx_strncmp(value->data, "token_key=", 10) == 0) {
        ngx_str_set(&name, "token_key");
        parameter = key;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown parameter \"%V\" in "
                           "\"rackscope_logs_page\", which takes any of api=, "
                           "token_key=", value);
        return NGX_CONF_ERROR;
    }

    if (parameter->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate parameter \"%V\" in "
                           "\"rackscope_logs_page\", which takes \"%V\" once",
                           value, &name);
        return NGX_CONF_ERROR;
    }

    parameter->len = value->len - name.len - 1;
    parameter->data = value->data + name.len + 1;

    if (parameter == api) {
        valid = ngx_http_rackscope_logs_page_path(api);
        takes = "the path of a \"rackscope_logs_api\" location (up to 512 "
                "bytes, no slash at its end), such as /api/logs";

    } else {
        valid = ngx_http_rackscope_logs_page_text(key);
        takes = "the name of a key (up to 512 bytes) in the browser's "
                "localStorage";
    }

    if (!valid) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"rackscope_logs_page\": "
                           "\"%V\" takes %s", value, &name, takes);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * A path of this origin and no other: a browser takes "//host" for another
 * one, and "\" for a slash.
 */

static ngx_uint_t
ngx_http_rackscope_logs_page_path(ngx_str_t *path)
{
    size_t  i;

    if (!ngx_http_rackscope_logs_page_text(path)
        || path->data[0] != '/' || path->data[1] == '/'
        || path->data[path->len - 1] == '/')
    {
        return 0;
    }

    for (i = 0; i < path->len; i++) {
        if (ngx_strchr(" \\?#", path->data[i])) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
ngx_http_rackscope_logs_page_text(ngx_str_t *text)
{
    size_t  i;

    if (text->len == 0 || text->len > NGX_HTTP_RACKSCOPE_LOGS_PAGE_VALUE_MAX) {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < ' ' || text->data[i] == 0x7f) {
            return 0;
        }
    }

    return 1;
}


/*
 * Makes the plain form: the head of this location, and the rest, which all
 * have.
 */

static ngx_int_t
ngx_http_rackscope_logs_page_plain(ngx_conf_t *cf,
    ngx_http_rackscope_logs_form_t *plain, ngx_str_t *api, ngx_str_t *key)
{
    size_t   len;
    u_char  *p;

    static u_char  before[] = "<!doctype html>\n<html lang=\"en\" data-api=\"";
    static u_char  between[] = "\" data-token-key=\"";
    static u_char  behind[] = "\">\n";

    len = sizeof(before) + sizeof(between) + sizeof(behind) - 3
          + api->len + ngx_escape_html(NULL, api->data, api->len)
          + key->len + ngx_escape_html(NULL, key->data, key->len);

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    plain->parts[0].len = len;
    plain->parts[0].data = p;

    p = ngx_cpymem(p, before, sizeof(before) - 1);
    p = ngx_http_rackscope_logs_page_escape(p, api);
    p = ngx_cpymem(p, between, sizeof(between) - 1);
    p = ngx_http_rackscope_logs_page_escape(p, key);
    ngx_memcpy(p, behind, sizeof(behind) - 1);

    plain->parts[1].len = sizeof(ngx_http_rackscope_logs_page_body);
    plain->parts[1].data = ngx_http_rackscope_logs_page_body;

    plain->n = 2;

    return ngx_http_rackscope_logs_page_etag(cf, plain);
}


static u_char *
ngx_http_rackscope_logs_page_escape(u_char *p, ngx_str_t *text)
{
    return (u_char *) ngx_escape_html(p, text->data, text->len);
}


/*
 * Makes the gzip form (RFC 1952 and 1951): a header, the head of the document
 * in a stored block that is not the last one, the blocks that were made at
 * build time, and CRC and size of it all.
 */

static ngx_int_t
ngx_http_rackscope_logs_page_gzip(ngx_conf_t *cf,
    ngx_http_rackscope_logs_form_t *gzip,
    ngx_http_rackscope_logs_form_t *plain)
{
    u_char     *p;
    uint32_t    crc;
    ngx_str_t  *head, *body;

    static u_char  header[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0 };

    head = &plain->parts[0];
    body = &plain->parts[1];

    p = ngx_pnalloc(cf->pool, sizeof(header) + 4 + head->len + 8);
    if (p == NULL) {
        return NGX_ERROR;
    }

    gzip->parts[0].len = sizeof(header) + 4 + head->len;
    gzip->parts[0].data = p;

    p = ngx_cpymem(p, header, sizeof(header));
    p = ngx_http_rackscope_logs_page_little(p, head->len, 2);
    p = ngx_http_rackscope_logs_page_little(p, ~head->len, 2);
    p = ngx_cpymem(p, head->data, head->len);

    gzip->parts[1].len = sizeof(ngx_http_rackscope_logs_page_deflated);
    gzip->parts[1].data = ngx_http_rackscope_logs_page_deflated;

    ngx_crc32_init(crc);
    ngx_crc32_update(&crc, head->data, head->len);
    ngx_crc32_update(&crc, body->data, body->len);
    ngx_crc32_final(crc);

    gzip->parts[2].len = 8;
    gzip->parts[2].data = p;

    p = ngx_http_rackscope_logs_page_little(p, crc, 4);
    (void) ngx_http_rackscope_logs_page_little(p, plain->len, 4);

    gzip->n = 3;

    return ngx_http_rackscope_logs_page_etag(cf, gzip);
}


static u_char *
ngx_http_rackscope_logs_page_little(u_char *p, uint32_t n, ngx_uint_t bytes)
{
    while (bytes--) {
        *p++ = (u_char) n;
        n >>= 8;
    }

    return p;
}


/* Makes a strong ETag of the bytes themselves, and counts these. */

static ngx_int_t
ngx_http_rackscope_logs_page_etag(ngx_conf_t *cf,
    ngx_http_rackscope_logs_form_t *form)
{
    u_char      *p, digest[20];
    ngx_sha1_t   sha1;
    ngx_uint_t   i;

    ngx_sha1_init(&sha1);

    for (i = 0; i < form->n; i++) {
        ngx_sha1_update(&sha1, form->parts[i].data, form->parts[i].len);
        form->len += form->parts[i].len;
    }

    ngx_sha1_final(digest, &sha1);

    p = ngx_pnalloc(cf->pool, sizeof("\"\"") + 2 * sizeof(digest));
    if (p == NULL) {
        return NGX_ERROR;
    }

    form->etag = (char *) p;

    *p++ = '"';
    p = ngx_hex_dump(p, digest, sizeof(digest));
    *p++ = '"';
    *p = '\0';

    return NGX_OK;
}


ngx_int_t
ngx_http_rackscope_logs_page_handler(ngx_http_request_t *r)
{
    ngx_int_t                            rc;
    ngx_http_rackscope_logs_form_t      *form;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    if (!rlcf->enable) {
        return NGX_HTTP_NOT_FOUND;
    }

    if (!ngx_http_rackscope_logs_admin_approved(r, 1)) {
        return ngx_http_rackscope_logs_admin_refuse(r);
    }

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return ngx_http_rackscope_logs_reply_not_allowed(r, "GET, HEAD",
                                                "the page takes GET and HEAD");
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    form = ngx_http_rackscope_logs_page_choose(r, rlcf->page);

    if (ngx_http_rackscope_logs_page_headers(r, rlcf->page, form) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_rackscope_logs_page_send(r, form);
}


static ngx_http_rackscope_logs_form_t *
ngx_http_rackscope_logs_page_choose(ngx_http_request_t *r,
    ngx_http_rackscope_logs_page_t *page)
{
#if (NGX_HTTP_GZIP)
    if (ngx_http_gzip_ok(r) == NGX_OK) {
        return &page->gzip;
    }
#endif

    return &page->plain;
}


/*
 * The length of the type includes its semicolon, so this is no type that a
 * filter looks for (sub, addition, ssi, charset, gzip).  Such a filter would
 * change what was hashed, or put something behind the end of the gzip form.
 */

static ngx_int_t
ngx_http_rackscope_logs_page_headers(ngx_http_request_t *r,
    ngx_http_rackscope_logs_page_t *page,
    ngx_http_rackscope_logs_form_t *form)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;

    static char  *headers[][2] = {
        { "Content-Security-Policy", NGX_HTTP_RACKSCOPE_LOGS_PAGE_POLICY },
        { "Referrer-Policy", "no-referrer" },
        { "X-Frame-Options", "DENY" }
    };

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = form->len;

    ngx_str_set(&r->headers_out.content_type, "text/html; charset=utf-8");
    r->headers_out.content_type_len = sizeof("text/html;") - 1;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_http_rackscope_logs_reply_headers(r) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        if (ngx_http_rackscope_logs_header_add(r, headers[i][0], headers[i][1])
            == NULL)
        {
            return NGX_ERROR;
        }
    }

    h = ngx_http_rackscope_logs_header_add(r, "ETag", form->etag);
    r->headers_out.etag = h;

    if (h == NULL || ngx_http_rackscope_logs_page_vary(r) != NGX_OK) {
        return NGX_ERROR;
    }

    if (form == &page->gzip) {
        h = ngx_http_rackscope_logs_header_add(r, "Content-Encoding", "gzip");
        r->headers_out.content_encoding = h;
    }

    return (h == NULL) ? NGX_ERROR : NGX_OK;
}


/* With "gzip_vary" on, nginx itself adds the header. */

static ngx_int_t
ngx_http_rackscope_logs_page_vary(ngx_http_request_t *r)
{
#if (NGX_HTTP_GZIP)
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->gzip_vary) {
        r->gzip_vary = 1;
        return NGX_OK;
    }
#endif

    if (ngx_http_rackscope_logs_header_add(r, "Vary", "Accept-Encoding")
        == NULL)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_page_send(ngx_http_request_t *r,
    ngx_http_rackscope_logs_form_t *form)
{
    ngx_buf_t    *b;
    ngx_uint_t    i;
    ngx_chain_t   out[NGX_HTTP_RACKSCOPE_LOGS_PAGE_PARTS];

    for (i = 0; i < form->n; i++) {
        b = ngx_calloc_buf(r->pool);
        if (b == NULL) {
            return NGX_ERROR;
        }

        b->pos = form->parts[i].data;
        b->last = form->parts[i].data + form->parts[i].len;
        b->memory = 1;
        b->last_buf = (i == form->n - 1);
        b->last_in_chain = b->last_buf;

        out[i].buf = b;
        out[i].next = b->last_buf ? NULL : &out[i + 1];
    }

    return ngx_http_output_filter(r, out);
}
