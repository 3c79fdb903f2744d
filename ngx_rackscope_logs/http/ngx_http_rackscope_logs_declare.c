
/* SPDX-License-Identifier: BSD-2-Clause */


/* The directive that declares a zone. */


#include "ngx_http_rackscope_logs.h"


#define NGX_HTTP_RACKSCOPE_LOGS_ENTRIES      1000
#define NGX_HTTP_RACKSCOPE_LOGS_ENTRIES_MAX  1000000
#define NGX_HTTP_RACKSCOPE_LOGS_ENTRY_SIZE   16384
#define NGX_HTTP_RACKSCOPE_LOGS_ENTRY_MAX    1048576
#define NGX_HTTP_RACKSCOPE_LOGS_STREAMS      5
#define NGX_HTTP_RACKSCOPE_LOGS_FOLLOWERS    2


static char *ngx_http_rackscope_logs_declare_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_zone_t *zone, ngx_str_t *value);
static char *ngx_http_rackscope_logs_declare_number(ngx_conf_t *cf,
    ngx_str_t *value, size_t skip, ssize_t n, size_t min, size_t max,
    size_t *number);


char *
ngx_http_rackscope_logs_declare(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                       *value;
    ngx_uint_t                       i;
    ngx_http_rackscope_logs_zone_t  *zone;

    zone = ngx_pcalloc(cf->pool, sizeof(ngx_http_rackscope_logs_zone_t));
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    zone->entries = NGX_HTTP_RACKSCOPE_LOGS_ENTRIES;
    zone->entry_size = NGX_HTTP_RACKSCOPE_LOGS_ENTRY_SIZE;
    zone->places[NGX_HTTP_RACKSCOPE_LOGS_SSE] = NGX_HTTP_RACKSCOPE_LOGS_STREAMS;
    zone->places[NGX_HTTP_RACKSCOPE_LOGS_NDJSON] =
                                             NGX_HTTP_RACKSCOPE_LOGS_FOLLOWERS;

    value = cf->args->elts;

    if (value[1].len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "empty name in \"rackscope_logs_zone\", which takes "
                           "a name and then any of entries=, entry_size=, "
                           "streams=, followers=, prealloc");
        return NGX_CONF_ERROR;
    }

    /* other zones of nginx have their size there */

    if (ngx_strlchr(value[1].data, value[1].data + value[1].len, ':') != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid name \"%V\" in \"rackscope_logs_zone\", "
                           "which takes a name without a colon; the size of "
                           "the ring is that of entries= and entry_size=",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_rackscope_logs_declare_parameter(cf, zone, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return ngx_http_rackscope_logs_zone_add(cf, &value[1], zone);
}


static char *
ngx_http_rackscope_logs_declare_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_zone_t *zone, ngx_str_t *value)
{
    ngx_str_t  s;

    if (ngx_strncmp(value->data, "entries=", 8) == 0) {
        return ngx_http_rackscope_logs_declare_number(cf, value, 8,
                                     ngx_atosz(value->data + 8, value->len - 8),
                                     1, NGX_HTTP_RACKSCOPE_LOGS_ENTRIES_MAX,
                                     &zone->entries);
    }

    if (ngx_strncmp(value->data, "entry_size=", 11) == 0) {
        s.len = value->len - 11;
        s.data = value->data + 11;

        return ngx_http_rackscope_logs_declare_number(cf, value, 11,
                                     ngx_parse_size(&s), RSL_ENTRY_SIZE_MIN,
                                     NGX_HTTP_RACKSCOPE_LOGS_ENTRY_MAX,
                                     &zone->entry_size);
    }

    if (ngx_strncmp(value->data, "streams=", 8) == 0) {
        return ngx_http_rackscope_logs_declare_number(cf, value, 8,
                                     ngx_atosz(value->data + 8, value->len - 8),
                                     1, NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX,
                                   &zone->places[NGX_HTTP_RACKSCOPE_LOGS_SSE]);
    }

    if (ngx_strncmp(value->data, "followers=", 10) == 0) {
        return ngx_http_rackscope_logs_declare_number(cf, value, 10,
                                   ngx_atosz(value->data + 10, value->len - 10),
                                   0, NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX,
                                &zone->places[NGX_HTTP_RACKSCOPE_LOGS_NDJSON]);
    }

    if (ngx_strcmp(value->data, "prealloc") == 0) {
        zone->prealloc = 1;
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"rackscope_logs_zone\", "
                       "which takes a name and then any of entries=, "
                       "entry_size=, streams=, followers=, prealloc", value);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_rackscope_logs_declare_number(ngx_conf_t *cf, ngx_str_t *value,
    size_t skip, ssize_t n, size_t min, size_t max, size_t *number)
{
    ngx_str_t  name;

    if (n != NGX_ERROR && (size_t) n >= min && (size_t) n <= max) {
        *number = n;
        return NGX_CONF_OK;
    }

    name.len = skip - 1;
    name.data = value->data;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"rackscope_logs_zone\": "
                       "\"%V\" takes a number from %uz to %uz",
                       value, &name, min, max);

    return NGX_CONF_ERROR;
}
