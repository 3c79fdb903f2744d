
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The directive by which a zone is shared with other nginx: where Redis is, and
 * what is needed to connect there.
 */


#include "ngx_http_rackscope_logs.h"


#define NGX_HTTP_RACKSCOPE_LOGS_SHARE_TIMEOUT      1000
#define NGX_HTTP_RACKSCOPE_LOGS_SHARE_TIMEOUT_MIN  100
#define NGX_HTTP_RACKSCOPE_LOGS_SHARE_TIMEOUT_MAX  60000
#define NGX_HTTP_RACKSCOPE_LOGS_SHARE_KEY_MAX      256
#define NGX_HTTP_RACKSCOPE_LOGS_SHARE_PASSWORD     512


#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

static char *ngx_http_rackscope_logs_share_conf_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share, ngx_str_t *value);
static char *ngx_http_rackscope_logs_share_conf_timeout(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share, ngx_str_t *value, ngx_str_t *time);
static char *ngx_http_rackscope_logs_share_conf_once(ngx_conf_t *cf,
    ngx_str_t *set, ngx_str_t *value, size_t skip);
static char *ngx_http_rackscope_logs_share_conf_key(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share, ngx_str_t *name);
static char *ngx_http_rackscope_logs_share_conf_password(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share);
static ssize_t ngx_http_rackscope_logs_share_conf_read(ngx_conf_t *cf,
    ngx_str_t *name, u_char *buf, size_t size);
static char *ngx_http_rackscope_logs_share_conf_ssl(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share);
static ngx_int_t ngx_http_rackscope_logs_share_conf_zone(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share);
static ngx_int_t ngx_http_rackscope_logs_share_conf_other(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share,
    ngx_http_rackscope_logs_share_t *other);
static ngx_int_t ngx_http_rackscope_logs_share_conf_hosts(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share);
static ngx_int_t ngx_http_rackscope_logs_share_conf_resolve(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share, ngx_uint_t i);


char *
ngx_http_rackscope_logs_share_conf(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf = conf;

    rsl_str_t                          url;
    ngx_str_t                         *value;
    ngx_uint_t                         i;
    const char                        *error;
    ngx_http_rackscope_logs_share_t   *share, **shares;

    value = cf->args->elts;

    share = ngx_pcalloc(cf->pool, sizeof(ngx_http_rackscope_logs_share_t));
    shares = ngx_array_push(&rmcf->shares);

    if (share == NULL || shares == NULL) {
        return NGX_CONF_ERROR;
    }

    *shares = share;

    if (ngx_http_rackscope_logs_conf_use(cf, NULL, &share->zone)
        != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    url.len = value[2].len;
    url.data = value[2].data;

    if (rsl_share_url(&share->url, &url, &error) != RSL_OK) {
        /* the URL itself may hold a password, so it is not repeated */
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid URL in \"%V\": %s", &value[0], error);
        return NGX_CONF_ERROR;
    }

    for (i = 3; i < cf->args->nelts; i++) {
        if (ngx_http_rackscope_logs_share_conf_parameter(cf, share, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (share->timeout == 0) {
        share->timeout = NGX_HTTP_RACKSCOPE_LOGS_SHARE_TIMEOUT;
    }

    share->file = cf->conf_file->file.name;
    share->line = cf->conf_file->line;

    if (ngx_http_rackscope_logs_share_conf_key(cf, share, &value[1])
        != NGX_CONF_OK
        || ngx_http_rackscope_logs_share_conf_password(cf, share)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_rackscope_logs_share_conf_ssl(cf, share);
}


static char *
ngx_http_rackscope_logs_share_conf_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share, ngx_str_t *value)
{
    ngx_str_t  time;

    if (ngx_strncmp(value->data, "key=", 4) == 0) {
        return ngx_http_rackscope_logs_share_conf_once(cf, &share->key, value,
                                                       4);
    }

    if (ngx_strncmp(value->data, "password_file=", 14) == 0) {
        return ngx_http_rackscope_logs_share_conf_once(cf,
                                           &share->password_file, value, 14);
    }

    if (ngx_strncmp(value->data, "timeout=", 8) == 0) {
        time.len = value->len - 8;
        time.data = value->data + 8;

        return ngx_http_rackscope_logs_share_conf_timeout(cf, share, value,
                                                          &time);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"rackscope_logs_share\", "
                       "which takes a zone, a URL, and then any of key=, "
                       "password_file=, timeout=", value);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_rackscope_logs_share_conf_timeout(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share, ngx_str_t *value, ngx_str_t *time)
{
    ngx_int_t  msec;

    if (share->timeout) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate parameter \"%V\" in "
                           "\"rackscope_logs_share\", which takes \"timeout\" "
                           "once", value);
        return NGX_CONF_ERROR;
    }

    msec = ngx_parse_time(time, 0);

    if (msec == NGX_ERROR
        || msec < NGX_HTTP_RACKSCOPE_LOGS_SHARE_TIMEOUT_MIN
        || msec > NGX_HTTP_RACKSCOPE_LOGS_SHARE_TIMEOUT_MAX)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"rackscope_logs_share\": "
                           "\"timeout\" takes a time from 100ms to 60s", value);
        return NGX_CONF_ERROR;
    }

    share->timeout = msec;

    return NGX_CONF_OK;
}


static char *
ngx_http_rackscope_logs_share_conf_once(ngx_conf_t *cf, ngx_str_t *set,
    ngx_str_t *value, size_t skip)
{
    ngx_str_t  name;

    name.len = skip - 1;
    name.data = value->data;

    if (set->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate parameter \"%V\" in "
                           "\"rackscope_logs_share\", which takes \"%V\" once",
                           value, &name);
        return NGX_CONF_ERROR;
    }

    if (value->len == skip) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "empty value \"%V\" in \"rackscope_logs_share\": "
                           "\"%V\" takes the name of a %s", value, &name,
                           (skip == 4) ? "key in Redis, such as "
                                         "rackscope:{app}"
                                       : "file");
        return NGX_CONF_ERROR;
    }

    set->len = value->len - skip;
    set->data = value->data + skip;

    return NGX_CONF_OK;
}


/* The braces make Redis keep all keys of a zone in one slot of a cluster. */

static char *
ngx_http_rackscope_logs_share_conf_key(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share, ngx_str_t *name)
{
    size_t  i;

    if (share->key.data == NULL) {
        share->key.len = sizeof("rackscope:{}") - 1 + name->len;
        share->key.data = ngx_pnalloc(cf->pool, share->key.len);

        if (share->key.data == NULL) {
            return NGX_CONF_ERROR;
        }

        (void) ngx_sprintf(share->key.data, "rackscope:{%V}", name);
    }

    for (i = 0; i < share->key.len && share->key.data[i] > ' '
                && share->key.data[i] != 0x7f; i++)
    {
        /* void */
    }

    if (i < share->key.len
        || share->key.len > NGX_HTTP_RACKSCOPE_LOGS_SHARE_KEY_MAX)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid key \"%V\" in \"rackscope_logs_share\": "
                           "\"key\" takes up to 256 bytes without spaces",
                           &share->key);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * The master reads it, because a worker may not be allowed to.  It is the first
 * line of the file.
 */

static char *
ngx_http_rackscope_logs_share_conf_password(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share)
{
    u_char   *p, buf[NGX_HTTP_RACKSCOPE_LOGS_SHARE_PASSWORD + 2];
    ssize_t   n;

    if (share->password_file.data == NULL) {

        if (share->url.user.len) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "the URL in \"rackscope_logs_share\" names a "
                               "user, so \"password_file=\" has to name the "
                               "file with the password");
            return NGX_CONF_ERROR;
        }

        return NGX_CONF_OK;
    }

    if (ngx_conf_full_name(cf->cycle, &share->password_file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    n = ngx_http_rackscope_logs_share_conf_read(cf, &share->password_file, buf,
                                                sizeof(buf));
    if (n == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    for (p = buf; p < buf + n && *p != '\n' && *p != '\r'; p++) {
        /* void */
    }

    share->password.len = p - buf;

    if (share->password.len == 0
        || share->password.len > NGX_HTTP_RACKSCOPE_LOGS_SHARE_PASSWORD)
    {
        ngx_explicit_memzero(buf, sizeof(buf));
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no password in \"%V\" for "
                           "\"rackscope_logs_share\", which takes a file whose "
                           "first line is the password, of up to 512 bytes",
                           &share->password_file);
        return NGX_CONF_ERROR;
    }

    share->password.data = ngx_pnalloc(cf->pool, share->password.len);

    if (share->password.data) {
        ngx_memcpy(share->password.data, buf, share->password.len);
    }

    ngx_explicit_memzero(buf, sizeof(buf));

    return share->password.data ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ssize_t
ngx_http_rackscope_logs_share_conf_read(ngx_conf_t *cf, ngx_str_t *name,
    u_char *buf, size_t size)
{
    ssize_t   n;
    ngx_fd_t  fd;

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "the password file \"%V\" of "
                           "\"rackscope_logs_share\" cannot be opened", name);
        return NGX_ERROR;
    }

    n = ngx_read_fd(fd, buf, size);

    if (n == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "the password file \"%V\" of "
                           "\"rackscope_logs_share\" cannot be read", name);
    }

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", name);
    }

    return n;
}


static char *
ngx_http_rackscope_logs_share_conf_ssl(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share)
{
#if (NGX_SSL)

    ngx_pool_cleanup_t  *cln;

    if (!share->url.tls) {
        return NGX_CONF_OK;
    }

    share->ssl = ngx_pcalloc(cf->pool, sizeof(ngx_ssl_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (share->ssl == NULL || cln == NULL) {
        return NGX_CONF_ERROR;
    }

    share->ssl->log = cf->log;

    if (ngx_ssl_create(share->ssl,
                       NGX_SSL_TLSv1_2
#ifdef NGX_SSL_TLSv1_3
                       | NGX_SSL_TLSv1_3
#endif
                       , NULL)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = share->ssl;

    if (SSL_CTX_set_default_verify_paths(share->ssl->ctx) == 0) {
        ngx_ssl_error(NGX_LOG_EMERG, cf->log, 0,
                      "SSL_CTX_set_default_verify_paths() failed");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;

#else

    if (share->url.tls) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "this module is built without TLS (nginx's "
                           "--with-http_ssl_module), so "
                           "\"rackscope_logs_share\" takes redis:// only");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;

#endif
}


/* All zones, rules and resolvers are known now. */

ngx_int_t
ngx_http_rackscope_logs_share_conf_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    rsl_str_t                          key;
    ngx_uint_t                         i, k;
    ngx_http_core_loc_conf_t          *clcf;
    ngx_http_rackscope_logs_zone_t    *zone;
    ngx_http_rackscope_logs_share_t  **shares;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    shares = rmcf->shares.elts;

    for (i = 0; i < rmcf->shares.nelts; i++) {

        if (clcf->resolver && clcf->resolver->connections.nelts) {
            shares[i]->resolver = clcf->resolver;
        }

        for (k = 0; k < i; k++) {
            if (ngx_http_rackscope_logs_share_conf_other(cf, shares[i],
                                                         shares[k])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        if (ngx_http_rackscope_logs_share_conf_zone(cf, shares[i]) != NGX_OK
            || ngx_http_rackscope_logs_share_conf_hosts(cf, shares[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        zone = shares[i]->zone->data;

        shares[i]->shape = rsl_share_shape(zone->entries, zone->entry_size,
                                           rmcf->rules.elts,
                                           rmcf->rules.nelts);

        key.len = shares[i]->key.len;
        key.data = shares[i]->key.data;

        shares[i]->place = rsl_share_place(&shares[i]->url, &key);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_share_conf_other(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share,
    ngx_http_rackscope_logs_share_t *other)
{
    if (share->zone == other->zone) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "duplicate \"rackscope_logs_share\" of the zone \"%V\", "
                      "which is shared once, in %V:%ui",
                      &share->zone->shm.name, &share->file, share->line);
        return NGX_ERROR;
    }

    if (share->key.len == other->key.len
        && ngx_memcmp(share->key.data, other->key.data, share->key.len) == 0)
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "duplicate key \"%V\" in \"rackscope_logs_share\", which "
                      "takes a key of its own for each zone, in %V:%ui",
                      &share->key, &share->file, share->line);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_share_conf_zone(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share)
{
    ngx_http_rackscope_logs_zone_t  *zone;

    zone = share->zone->data;

    if (zone->entries > RSL_SHARE_RING_MAX / zone->entry_size) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the zone \"%V\" is too large for "
                      "\"rackscope_logs_share\", which takes a zone with "
                      "entries= times entry_size= of up to 64m, in %V:%ui",
                      &share->zone->shm.name, &share->file, share->line);
        return NGX_ERROR;
    }

    ngx_http_rackscope_logs_zone_share(cf, share->zone, share);

    return NGX_OK;
}


/*
 * With a resolver, names are resolved anew for each connection.  Without one
 * they are resolved here, once, as nginx does it for proxy_pass.
 */

static ngx_int_t
ngx_http_rackscope_logs_share_conf_hosts(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share)
{
    ngx_uint_t  i;

    for (i = 0; i < share->url.nhosts; i++) {
        if (ngx_http_rackscope_logs_share_conf_resolve(cf, share, i)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_share_conf_resolve(ngx_conf_t *cf,
    ngx_http_rackscope_logs_share_t *share, ngx_uint_t i)
{
    ngx_url_t           u;
    ngx_addr_t          addr;
    rsl_share_host_t   *host;

    host = &share->url.hosts[i];

    share->names[i].len = host->name.len;
    share->names[i].data = ngx_pnalloc(cf->pool, host->name.len + 1);

    if (share->names[i].data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn(share->names[i].data, (u_char *) host->name.data,
                       host->name.len + 1);

    if (share->resolver
        || ngx_parse_addr(cf->pool, &addr, share->names[i].data,
                          share->names[i].len)
           == NGX_OK)
    {
        return NGX_OK;
    }

    ngx_memzero(&u, sizeof(ngx_url_t));

    u.url = share->names[i];
    u.default_port = (in_port_t) host->port;

    if (ngx_parse_url(cf->pool, &u) != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "%s in the host \"%V\" of \"rackscope_logs_share\", "
                      "in %V:%ui",
                      u.err ? u.err : "no address", &share->names[i],
                      &share->file, share->line);
        return NGX_ERROR;
    }

    share->addrs[i] = u.addrs;
    share->naddrs[i] = u.naddrs;

    return NGX_OK;
}

#else

char *
ngx_http_rackscope_logs_share_conf(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"rackscope_logs_share\" needs the hiredis library, "
                       "without which this module was built");

    return NGX_CONF_ERROR;
}


ngx_int_t
ngx_http_rackscope_logs_share_conf_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    return NGX_OK;
}

#endif
