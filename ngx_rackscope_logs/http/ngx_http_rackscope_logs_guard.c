
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Who may post, what, and how much of it: what the ingest finds out before it
 * reads a body.
 */


#include "ngx_http_rackscope_logs_internal.h"


typedef struct {
    ngx_str_t  name;
    ngx_str_t  port;
} ngx_http_rackscope_logs_scheme_t;


static void ngx_http_rackscope_logs_guard_path(ngx_http_request_t *r,
    ngx_str_t *path);
static ngx_uint_t ngx_http_rackscope_logs_guard_path_ends(ngx_str_t *path,
    const char *end);
static ngx_int_t ngx_http_rackscope_logs_guard_origin(ngx_http_request_t *r,
    ngx_str_t *origin);
static ngx_http_core_loc_conf_t *ngx_http_rackscope_logs_guard_copy(
    ngx_http_request_t *r);
static void ngx_http_rackscope_logs_guard_keep(void *data);


static ngx_str_t  ngx_http_rackscope_logs_origin = ngx_string("Origin");
static ngx_str_t  ngx_http_rackscope_logs_syslog_level =
    ngx_string("X-Syslog-Level");
static ngx_str_t  ngx_http_rackscope_logs_syslog_program =
    ngx_string("X-Syslog-Program");
static ngx_str_t  ngx_http_rackscope_logs_sentry_auth =
    ngx_string("X-Sentry-Auth");
static ngx_str_t  ngx_http_rackscope_logs_firehose =
    ngx_string("X-Amz-Firehose-Protocol-Version");


static ngx_http_rackscope_logs_scheme_t  ngx_http_rackscope_logs_schemes[] = {
    { ngx_string("http://"), ngx_string(":80") },
    { ngx_string("https://"), ngx_string(":443") },
    { ngx_null_string, ngx_null_string }
};


/* The path as it was sent: rewrites change that of the request. */

static void
ngx_http_rackscope_logs_guard_path(ngx_http_request_t *r, ngx_str_t *path)
{
    u_char  *args;

    *path = r->unparsed_uri;

    args = ngx_strlchr(path->data, path->data + path->len, '?');

    if (args) {
        path->len = args - path->data;
    }
}


static ngx_uint_t
ngx_http_rackscope_logs_guard_path_ends(ngx_str_t *path, const char *end)
{
    size_t  len;

    len = ngx_strlen(end);

    return path->len >= len
           && ngx_memcmp(path->data + path->len - len, end, len) == 0;
}


/* Clients of Elasticsearch talk to nothing else, and this is how they tell. */

ngx_int_t
ngx_http_rackscope_logs_guard_product(ngx_http_request_t *r)
{
    ngx_str_t  path;

    static ngx_str_t  cluster = ngx_string("/_cluster");

    ngx_http_rackscope_logs_guard_path(r, &path);

    if (!ngx_http_rackscope_logs_guard_path_ends(&path, "/_bulk")
        && (path.len < cluster.len
            || ngx_memcmp(path.data, cluster.data, cluster.len) != 0))
    {
        return NGX_OK;
    }

    return ngx_http_rackscope_logs_header_add(r, "X-Elastic-Product",
                                              "Elasticsearch")
           ? NGX_OK : NGX_ERROR;
}


/*
 * What is no POST.  Some senders ask before they send anything: by OPTIONS,
 * which is also how a browser asks for a page of another site, or for the
 * health of a HEC.
 */

ngx_int_t
ngx_http_rackscope_logs_guard_method(ngx_http_request_t *r)
{
    ngx_str_t  path;

    static ngx_str_t  healthy =
        ngx_string("{\"text\":\"HEC is healthy\",\"code\":17}");

    ngx_http_rackscope_logs_guard_path(r, &path);

    if ((r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
        && (ngx_http_rackscope_logs_guard_path_ends(&path,
                                            "/services/collector/health")
            || ngx_http_rackscope_logs_guard_path_ends(&path,
                                            "/services/collector/health/1.0")))
    {
        if (ngx_http_discard_request_body(r) != NGX_OK) {
            r->keepalive = 0;
        }

        return ngx_http_rackscope_logs_reply_text(r, NGX_HTTP_OK, &healthy);
    }

    if (r->method != NGX_HTTP_OPTIONS) {
        return ngx_http_rackscope_logs_reply_not_allowed(r, "POST",
                                 "this location takes log records by POST");
    }

    if (ngx_http_rackscope_logs_header_in(r, &ngx_http_rackscope_logs_origin)) {
        return ngx_http_rackscope_logs_reply_error(r, NGX_HTTP_FORBIDDEN,
                                 "log records are not taken from a page of "
                                 "another origin");
    }

    if (ngx_http_rackscope_logs_header_add(r, "Allow", "POST, OPTIONS")
        == NULL)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_rackscope_logs_reply_empty(r, NGX_HTTP_OK, NULL);
}


/*
 * Checks what browsers say about the page that a request comes from.  Other
 * clients say nothing about it.
 */

ngx_int_t
ngx_http_rackscope_logs_guard_site(ngx_http_request_t *r)
{
    ngx_table_elt_t  *h;

    if (!ngx_http_rackscope_logs_admin_same_origin(r)) {
        return NGX_DECLINED;
    }

    h = ngx_http_rackscope_logs_header_in(r, &ngx_http_rackscope_logs_origin);

    if (h && ngx_http_rackscope_logs_guard_origin(r, &h->value) != NGX_OK) {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * The schemes are not compared, because they differ behind a proxy that ends
 * TLS.  Browsers leave a default port out of Origin, but Host may have it.
 */

static ngx_int_t
ngx_http_rackscope_logs_guard_origin(ngx_http_request_t *r, ngx_str_t *origin)
{
    ngx_str_t                          host;
    ngx_http_rackscope_logs_scheme_t  *scheme;

    if (r->headers_in.host == NULL) {
        return NGX_DECLINED;
    }

    host = r->headers_in.host->value;

    for (scheme = ngx_http_rackscope_logs_schemes;
         scheme->name.len;
         scheme++)
    {
        if (origin->len > scheme->name.len
            && ngx_strncasecmp(origin->data, scheme->name.data,
                               scheme->name.len)
               == 0)
        {
            break;
        }
    }

    if (scheme->name.len == 0) {
        return NGX_DECLINED;
    }

    if (host.len > scheme->port.len
        && ngx_strncmp(host.data + host.len - scheme->port.len,
                       scheme->port.data, scheme->port.len)
           == 0)
    {
        host.len -= scheme->port.len;
    }

    if (origin->len - scheme->name.len != host.len
        || ngx_strncasecmp(origin->data + scheme->name.len, host.data,
                           host.len)
           != 0)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* syslog-ng says in its headers what its lines do not have. */

void
ngx_http_rackscope_logs_guard_defaults(ngx_http_request_t *r,
    rsl_intake_conf_t *conf)
{
    rsl_str_t         name;
    ngx_table_elt_t  *h;

    conf->level = RSL_LEVELS;

    h = ngx_http_rackscope_logs_header_in(r,
                                        &ngx_http_rackscope_logs_syslog_level);
    if (h) {
        name.len = h->value.len;
        name.data = h->value.data;
        conf->level = rsl_intake_level(&name);
    }

    h = ngx_http_rackscope_logs_header_in(r,
                                      &ngx_http_rackscope_logs_syslog_program);
    if (h) {
        conf->logger.len = h->value.len;
        conf->logger.data = h->value.data;
    }
}


/* What is there to see whose envelope the body has, if any. */

void
ngx_http_rackscope_logs_guard_request(ngx_http_request_t *r,
    rsl_envelope_request_t *request)
{
    ngx_str_t         path;
    ngx_table_elt_t  *h;

    ngx_memzero(request, sizeof(rsl_envelope_request_t));

    h = r->headers_in.content_type;

    if (h) {
        request->type.len = h->value.len;
        request->type.data = h->value.data;
    }

    ngx_http_rackscope_logs_guard_path(r, &path);

    request->path.len = path.len;
    request->path.data = path.data;

    h = r->headers_in.authorization;

    request->splunk = (h && h->value.len > sizeof("Splunk ") - 1
                       && ngx_strncasecmp(h->value.data, (u_char *) "Splunk ",
                                          sizeof("Splunk ") - 1)
                          == 0);

    request->sentry = (ngx_http_rackscope_logs_header_in(r,
                                         &ngx_http_rackscope_logs_sentry_auth)
                       != NULL);

    request->firehose = (ngx_http_rackscope_logs_header_in(r,
                                         &ngx_http_rackscope_logs_firehose)
                         != NULL);
}


/*
 * nginx compares a body that does not say how large it will be with
 * "client_max_body_size" while it reads.  When a chunk goes beyond that, nginx
 * also drops the chunks before it that came in the same read.  So records would
 * be lost that were within the limit, and nobody could say which.
 *
 * For such a body, this takes the check away from nginx and sets "limit" to the
 * size that the caller must not exceed.  The configuration belongs to all
 * requests, so this one gets a copy of it without a limit.
 */

ngx_int_t
ngx_http_rackscope_logs_guard_limit(ngx_http_request_t *r, off_t *limit)
{
    void                     **loc_conf;
    ngx_http_core_loc_conf_t  *clcf, *copy;

    *limit = NGX_MAX_OFF_T_VALUE;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!r->headers_in.chunked || clcf->client_max_body_size == 0) {
        return NGX_OK;
    }

    copy = ngx_http_rackscope_logs_guard_copy(r);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    loc_conf = ngx_palloc(r->pool, ngx_http_max_module * sizeof(void *));
    if (loc_conf == NULL) {
        return NGX_ERROR;
    }

    *copy = *clcf;
    copy->client_max_body_size = 0;

    ngx_memcpy(loc_conf, r->loc_conf, ngx_http_max_module * sizeof(void *));
    loc_conf[ngx_http_core_module.ctx_index] = copy;

    r->loc_conf = loc_conf;
    *limit = clcf->client_max_body_size;

    return NGX_OK;
}


/*
 * nginx looks at the configuration of a request after it has freed the request,
 * when it keeps the connection.  So the copy belongs to the connection, which
 * has one for all of its requests.  Of HTTP/2, requests run at the same time,
 * and nginx does not look.
 */

static ngx_http_core_loc_conf_t *
ngx_http_rackscope_logs_guard_copy(ngx_http_request_t *r)
{
    ngx_pool_t          *pool;
    ngx_pool_cleanup_t  *cln;

    if (r->http_version >= NGX_HTTP_VERSION_20) {
        return ngx_palloc(r->pool, sizeof(ngx_http_core_loc_conf_t));
    }

    pool = r->connection->pool;

    for (cln = pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_rackscope_logs_guard_keep) {
            return cln->data;
        }
    }

    cln = ngx_pool_cleanup_add(pool, sizeof(ngx_http_core_loc_conf_t));
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_rackscope_logs_guard_keep;

    return cln->data;
}


/* It only marks the copy: the pool frees it. */

static void
ngx_http_rackscope_logs_guard_keep(void *data)
{
}
