
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The page: one HTML document, made of page/ at build time, with two lines in
 * front that are made for each location.  All of it is in memory, plain and
 * deflated, so nothing is compressed or copied for a request.
 */


#include "ngx_http_rackscope_logs_internal.h"

#include <ngx_sha1.h>

#include "ngx_http_rackscope_logs_page.h"


#define NGX_HTTP_RACKSCOPE_LOGS_PAGE_PARTS      3

/*
 * A head with all values that these allow, escaped, is less than 64k, the size
 * of a block.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_PAGE_VALUE_MAX  512
#define NGX_HTTP_RACKSCOPE_LOGS_PAGE_NAME_MAX   64
#define NGX_HTTP_RACKSCOPE_LOGS_PAGE_APIS       16


/* One of the APIs that the page can read.  Without a name its path is one. */

typedef struct {
    ngx_str_t   path;
    ngx_str_t   name;
} ngx_http_rackscope_logs_page_api_t;


typedef struct {
    ngx_http_rackscope_logs_page_api_t
                        apis[NGX_HTTP_RACKSCOPE_LOGS_PAGE_APIS];
    ngx_uint_t          napis;
    ngx_str_t           key;
    ngx_str_t           signin;
    ngx_str_t           title;
} ngx_http_rackscope_logs_page_values_t;


/* A parameter that the directive takes once. */

typedef struct {
    ngx_str_t           name;
    size_t              offset;
    ngx_uint_t        (*valid)(ngx_str_t *value);
    char               *takes;
} ngx_http_rackscope_logs_page_parameter_t;


/* An attribute of the document. */

typedef struct {
    ngx_str_t           before;
    ngx_str_t          *value;
} ngx_http_rackscope_logs_page_attribute_t;


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
    ngx_http_rackscope_logs_page_values_t *values, ngx_str_t *value);
static char *ngx_http_rackscope_logs_page_api(ngx_conf_t *cf,
    ngx_http_rackscope_logs_page_values_t *values, ngx_str_t *value);
static ngx_uint_t ngx_http_rackscope_logs_page_api_parse(
    ngx_http_rackscope_logs_page_api_t *api, ngx_str_t *value);
static ngx_uint_t ngx_http_rackscope_logs_page_same(ngx_str_t *one,
    ngx_str_t *other);
static char *ngx_http_rackscope_logs_page_once(ngx_conf_t *cf,
    ngx_http_rackscope_logs_page_values_t *values, ngx_str_t *value,
    ngx_http_rackscope_logs_page_parameter_t *parameter);
static char *ngx_http_rackscope_logs_page_invalid(ngx_conf_t *cf,
    ngx_str_t *value, char *name, char *takes);
static ngx_uint_t ngx_http_rackscope_logs_page_path(ngx_str_t *path);
static ngx_uint_t ngx_http_rackscope_logs_page_signin(ngx_str_t *signin);
static ngx_uint_t ngx_http_rackscope_logs_page_local(ngx_str_t *url,
    char *without);
static ngx_uint_t ngx_http_rackscope_logs_page_text(ngx_str_t *text);
static ngx_int_t ngx_http_rackscope_logs_page_plain(ngx_conf_t *cf,
    ngx_http_rackscope_logs_form_t *plain,
    ngx_http_rackscope_logs_page_values_t *values);
static ngx_int_t ngx_http_rackscope_logs_page_apis(ngx_conf_t *cf,
    ngx_http_rackscope_logs_page_values_t *values, ngx_str_t *apis);
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


static ngx_http_rackscope_logs_page_parameter_t
    ngx_http_rackscope_logs_page_parameters[] = {
    { ngx_string("token_key"),
      offsetof(ngx_http_rackscope_logs_page_values_t, key),
      ngx_http_rackscope_logs_page_text,
      "the name of a key (up to 512 bytes) in the browser's localStorage" },

    { ngx_string("signin"),
      offsetof(ngx_http_rackscope_logs_page_values_t, signin),
      ngx_http_rackscope_logs_page_signin,
      "the path of a page of this server (up to 512 bytes), such as /login" },

    { ngx_string("title"),
      offsetof(ngx_http_rackscope_logs_page_values_t, title),
      ngx_http_rackscope_logs_page_text,
      "the heading of the page (up to 512 bytes)" },

    { ngx_null_string, 0, NULL, NULL }
};


char *
ngx_http_rackscope_logs_page(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf = conf;

    char                                   *rv;
    ngx_str_t                              *value;
    ngx_uint_t                              i;
    ngx_http_rackscope_logs_page_t         *page;
    ngx_http_rackscope_logs_page_values_t   values;

    if (rlcf->page) {
        return "is duplicate";
    }

    rv = ngx_http_rackscope_logs_conf_use(cf,
                                          ngx_http_rackscope_logs_page_handler,
                                          NULL);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    ngx_memzero(&values, sizeof(ngx_http_rackscope_logs_page_values_t));

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        rv = ngx_http_rackscope_logs_page_parameter(cf, &values, &value[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (values.napis == 0) {
        ngx_str_set(&values.apis[0].path, "/api/logs");
        values.napis = 1;
    }

    page = ngx_pcalloc(cf->pool, sizeof(ngx_http_rackscope_logs_page_t));
    if (page == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_rackscope_logs_page_plain(cf, &page->plain, &values)
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
ngx_http_rackscope_logs_page_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_page_values_t *values, ngx_str_t *value)
{
    ngx_http_rackscope_logs_page_parameter_t  *parameter;

    if (ngx_strncmp(value->data, "api=", 4) == 0) {
        return ngx_http_rackscope_logs_page_api(cf, values, value);
    }

    for (parameter = ngx_http_rackscope_logs_page_parameters;
         parameter->name.len;
         parameter++)
    {
        if (ngx_strncmp(value->data, parameter->name.data, parameter->name.len)
            == 0
            && value->data[parameter->name.len] == '=')
        {
            return ngx_http_rackscope_logs_page_once(cf, values, value,
                                                     parameter);
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in "
                       "\"rackscope_logs_page\", which takes any of api=, "
                       "token_key=, signin=, title=", value);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_rackscope_logs_page_api(ngx_conf_t *cf,
    ngx_http_rackscope_logs_page_values_t *values, ngx_str_t *value)
{
    ngx_uint_t                           i;
    ngx_http_rackscope_logs_page_api_t  *api, *other;

    if (values->napis == NGX_HTTP_RACKSCOPE_LOGS_PAGE_APIS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "too many \"api\" parameters in "
                           "\"rackscope_logs_page\", which takes up to %d",
                           NGX_HTTP_RACKSCOPE_LOGS_PAGE_APIS);
        return NGX_CONF_ERROR;
    }

    api = &values->apis[values->napis];

    if (!ngx_http_rackscope_logs_page_api_parse(api, value)) {
        return ngx_http_rackscope_logs_page_invalid(cf, value, "api",
                       "the path of a \"rackscope_logs_api\" location (up to "
                       "512 bytes, no slash at its end), such as /api/logs, "
                       "or a name (up to 64 bytes) and such a path, as in "
                       "shop:/api/logs");
    }

    for (i = 0; i < values->napis; i++) {
        other = &values->apis[i];

        if (ngx_http_rackscope_logs_page_same(&api->path, &other->path)
            || ngx_http_rackscope_logs_page_same(&api->name, &other->name))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate parameter \"%V\" in "
                               "\"rackscope_logs_page\", which takes each "
                               "path and each name once", value);
            return NGX_CONF_ERROR;
        }
    }

    values->napis++;

    return NGX_CONF_OK;
}


/*
 * What does not begin with a slash has a name before its path.  A path may have
 * a colon in it, too.
 */

static ngx_uint_t
ngx_http_rackscope_logs_page_api_parse(ngx_http_rackscope_logs_page_api_t *api,
    ngx_str_t *value)
{
    u_char  *colon;

    api->path.len = value->len - 4;
    api->path.data = value->data + 4;

    if (api->path.len && api->path.data[0] != '/') {

        colon = (u_char *) ngx_strstr(api->path.data, ":/");
        if (colon == NULL) {
            return 0;
        }

        api->name.len = colon - api->path.data;
        api->name.data = api->path.data;

        api->path.len -= api->name.len + 1;
        api->path.data = colon + 1;

        if (!ngx_http_rackscope_logs_page_text(&api->name)
            || api->name.len > NGX_HTTP_RACKSCOPE_LOGS_PAGE_NAME_MAX)
        {
            return 0;
        }
    }

    return ngx_http_rackscope_logs_page_path(&api->path);
}


static ngx_uint_t
ngx_http_rackscope_logs_page_same(ngx_str_t *one, ngx_str_t *other)
{
    return one->len && one->len == other->len
           && ngx_strncmp(one->data, other->data, one->len) == 0;
}


static char *
ngx_http_rackscope_logs_page_once(ngx_conf_t *cf,
    ngx_http_rackscope_logs_page_values_t *values, ngx_str_t *value,
    ngx_http_rackscope_logs_page_parameter_t *parameter)
{
    ngx_str_t  *field;

    field = (ngx_str_t *) ((char *) values + parameter->offset);

    if (field->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate parameter \"%V\" in "
                           "\"rackscope_logs_page\", which takes \"%V\" once",
                           value, &parameter->name);
        return NGX_CONF_ERROR;
    }

    field->len = value->len - parameter->name.len - 1;
    field->data = value->data + parameter->name.len + 1;

    if (!parameter->valid(field)) {
        return ngx_http_rackscope_logs_page_invalid(cf, value,
                                             (char *) parameter->name.data,
                                             parameter->takes);
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_rackscope_logs_page_invalid(ngx_conf_t *cf, ngx_str_t *value,
    char *name, char *takes)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"rackscope_logs_page\": "
                       "\"%s\" takes %s", value, name, takes);

    return NGX_CONF_ERROR;
}


static ngx_uint_t
ngx_http_rackscope_logs_page_path(ngx_str_t *path)
{
    return ngx_http_rackscope_logs_page_local(path, " \\?#")
           && path->data[path->len - 1] != '/';
}


static ngx_uint_t
ngx_http_rackscope_logs_page_signin(ngx_str_t *signin)
{
    return ngx_http_rackscope_logs_page_local(signin, " \\#");
}


/*
 * An URL of this origin and no other: a browser takes "//host" for another
 * one, and "\" for a slash.
 */

static ngx_uint_t
ngx_http_rackscope_logs_page_local(ngx_str_t *url, char *without)
{
    size_t  i;

    if (!ngx_http_rackscope_logs_page_text(url)
        || url->data[0] != '/' || url->data[1] == '/')
    {
        return 0;
    }

    for (i = 0; i < url->len; i++) {
        if (ngx_strchr(without, url->data[i])) {
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
    ngx_http_rackscope_logs_form_t *plain,
    ngx_http_rackscope_logs_page_values_t *values)
{
    size_t                                     len;
    u_char                                    *p;
    ngx_str_t                                  apis;
    ngx_uint_t                                 i, n;
    ngx_http_rackscope_logs_page_attribute_t  *attribute;

    ngx_http_rackscope_logs_page_attribute_t   attributes[] = {
        { ngx_string("<!doctype html>\n<html lang=\"en\" data-api=\""), &apis },
        { ngx_string("\" data-token-key=\""), &values->key },
        { ngx_string("\" data-signin=\""), &values->signin },
        { ngx_string("\" data-title=\""), &values->title }
    };

    static u_char  behind[] = "\" data-version=\"" RSL_VERSION "\">\n";

    if (ngx_http_rackscope_logs_page_apis(cf, values, &apis) != NGX_OK) {
        return NGX_ERROR;
    }

    n = sizeof(attributes) / sizeof(attributes[0]);
    len = sizeof(behind) - 1;

    for (i = 0; i < n; i++) {
        attribute = &attributes[i];

        len += attribute->before.len + attribute->value->len
               + ngx_escape_html(NULL, attribute->value->data,
                                 attribute->value->len);
    }

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    plain->parts[0].data = p;

    for (i = 0; i < n; i++) {
        attribute = &attributes[i];

        p = ngx_cpymem(p, attribute->before.data, attribute->before.len);
        p = (u_char *) ngx_escape_html(p, attribute->value->data,
                                       attribute->value->len);
    }

    p = ngx_cpymem(p, behind, sizeof(behind) - 1);

    plain->parts[0].len = p - plain->parts[0].data;

    plain->parts[1].len = sizeof(ngx_http_rackscope_logs_page_body);
    plain->parts[1].data = ngx_http_rackscope_logs_page_body;

    plain->n = 2;

    return ngx_http_rackscope_logs_page_etag(cf, plain);
}


/* Lists the APIs: a path a line, then a space and the name if it has one. */

static ngx_int_t
ngx_http_rackscope_logs_page_apis(ngx_conf_t *cf,
    ngx_http_rackscope_logs_page_values_t *values, ngx_str_t *apis)
{
    size_t                               len;
    u_char                              *p;
    ngx_uint_t                           i;
    ngx_http_rackscope_logs_page_api_t  *api;

    len = 0;

    for (i = 0; i < values->napis; i++) {
        api = &values->apis[i];
        len += api->path.len + api->name.len + sizeof("\n ") - 1;
    }

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    apis->data = p;

    for (i = 0; i < values->napis; i++) {
        api = &values->apis[i];

        if (i > 0) {
            *p++ = '\n';
        }

        p = ngx_cpymem(p, api->path.data, api->path.len);

        if (api->name.len) {
            *p++ = ' ';
            p = ngx_cpymem(p, api->name.data, api->name.len);
        }
    }

    apis->len = p - apis->data;

    return NGX_OK;
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
