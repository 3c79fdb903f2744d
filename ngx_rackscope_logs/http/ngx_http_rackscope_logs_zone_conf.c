
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The directive that declares a zone, and the size of its shared memory.
 */


#include "ngx_http_rackscope_logs_zone.h"


#define NGX_HTTP_RACKSCOPE_LOGS_ENTRIES      1000
#define NGX_HTTP_RACKSCOPE_LOGS_ENTRIES_MAX  1000000
#define NGX_HTTP_RACKSCOPE_LOGS_ENTRY_SIZE   16384
#define NGX_HTTP_RACKSCOPE_LOGS_ENTRY_MAX    1048576
#define NGX_HTTP_RACKSCOPE_LOGS_STREAMS      5


static char *ngx_http_rackscope_logs_zone_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_zone_t *zone, ngx_str_t *value);
static char *ngx_http_rackscope_logs_zone_number(ngx_conf_t *cf,
    ngx_str_t *value, size_t skip, ssize_t n, size_t min, size_t max,
    size_t *number);
static size_t ngx_http_rackscope_logs_zone_size(
    ngx_http_rackscope_logs_zone_t *zone);
static size_t ngx_http_rackscope_logs_zone_fit(ngx_conf_t *cf,
    ngx_shm_zone_t *shm_zone);
static ngx_shm_zone_t *ngx_http_rackscope_logs_zone_old(ngx_conf_t *cf,
    ngx_shm_zone_t *shm_zone);


char *
ngx_http_rackscope_logs_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                       *value;
    ngx_uint_t                       i;
    ngx_shm_zone_t                  *shm_zone;
    ngx_http_rackscope_logs_zone_t  *zone;

    zone = ngx_pcalloc(cf->pool, sizeof(ngx_http_rackscope_logs_zone_t));
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    zone->entries = NGX_HTTP_RACKSCOPE_LOGS_ENTRIES;
    zone->entry_size = NGX_HTTP_RACKSCOPE_LOGS_ENTRY_SIZE;
    zone->streams = NGX_HTTP_RACKSCOPE_LOGS_STREAMS;

    value = cf->args->elts;

    if (value[1].len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "empty name in \"rackscope_logs_zone\", which takes "
                           "a name and then any of entries=, entry_size=, "
                           "streams=, prealloc");
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_rackscope_logs_zone_parameter(cf, zone, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    /* with a size here nginx would complain of another size before we can */

    shm_zone = ngx_http_rackscope_logs_zone_use(cf, &value[1]);
    if (shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    if (shm_zone->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate zone \"%V\" in \"rackscope_logs_zone\", "
                           "which takes a name of its own for each ring",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    shm_zone->init = ngx_http_rackscope_logs_zone_init;
    shm_zone->data = zone;
    shm_zone->shm.size = ngx_http_rackscope_logs_zone_fit(cf, shm_zone);

    return NGX_CONF_OK;
}


static char *
ngx_http_rackscope_logs_zone_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_zone_t *zone, ngx_str_t *value)
{
    size_t     streams;
    char      *rv;
    ngx_str_t  s;

    if (ngx_strncmp(value->data, "entries=", 8) == 0) {
        return ngx_http_rackscope_logs_zone_number(cf, value, 8,
                                     ngx_atosz(value->data + 8, value->len - 8),
                                     1, NGX_HTTP_RACKSCOPE_LOGS_ENTRIES_MAX,
                                     &zone->entries);
    }

    if (ngx_strncmp(value->data, "entry_size=", 11) == 0) {
        s.len = value->len - 11;
        s.data = value->data + 11;

        return ngx_http_rackscope_logs_zone_number(cf, value, 11,
                                     ngx_parse_size(&s), RSL_ENTRY_SIZE_MIN,
                                     NGX_HTTP_RACKSCOPE_LOGS_ENTRY_MAX,
                                     &zone->entry_size);
    }

    if (ngx_strncmp(value->data, "streams=", 8) == 0) {
        rv = ngx_http_rackscope_logs_zone_number(cf, value, 8,
                                     ngx_atosz(value->data + 8, value->len - 8),
                                     1, NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX,
                                     &streams);
        if (rv == NGX_CONF_OK) {
            zone->streams = streams;
        }

        return rv;
    }

    if (ngx_strcmp(value->data, "prealloc") == 0) {
        zone->prealloc = 1;
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"rackscope_logs_zone\", "
                       "which takes a name and then any of entries=, "
                       "entry_size=, streams=, prealloc", value);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_rackscope_logs_zone_number(ngx_conf_t *cf, ngx_str_t *value,
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


/*
 * The slab pool keeps a descriptor for each page and aligns what it hands
 * out; eight pages are the least that nginx takes for a zone.
 */

static size_t
ngx_http_rackscope_logs_zone_size(ngx_http_rackscope_logs_zone_t *zone)
{
    size_t  size, pages;

    size = NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE
           + rsl_ring_size(zone->entries, zone->entry_size);

    pages = size / ngx_pagesize + 1;
    pages += (pages * sizeof(ngx_slab_page_t)) / ngx_pagesize + 8;

    return pages * ngx_pagesize;
}


/*
 * nginx keeps a zone over a reload if its size is the same.  So a ring of the
 * same shape has the size that it had, and one of another shape that would
 * add up to the same size has another; "noreuse" will not do, for nginx frees
 * the memory of a zone that had it when the next cycle reuses that.
 */

static size_t
ngx_http_rackscope_logs_zone_fit(ngx_conf_t *cf, ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    size_t                           size;
    ngx_shm_zone_t                  *old;
    ngx_http_rackscope_logs_zone_t  *ozone;

    size = ngx_http_rackscope_logs_zone_size(zone);
    old = ngx_http_rackscope_logs_zone_old(cf, shm_zone);

    if (old == NULL) {
        return size;
    }

    ozone = old->data;

    if (ozone->entries == zone->entries
        && ozone->entry_size == zone->entry_size)
    {
        return old->shm.size;
    }

    return (size == old->shm.size) ? size + ngx_pagesize : size;
}


/* The zone of this name in the cycle that is to be replaced; NULL: none. */

static ngx_shm_zone_t *
ngx_http_rackscope_logs_zone_old(ngx_conf_t *cf, ngx_shm_zone_t *shm_zone)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_shm_zone_t   *old;

    part = &cf->cycle->old_cycle->shared_memory.part;
    old = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return NULL;
            }

            part = part->next;
            old = part->elts;
            i = 0;
        }

        if (old[i].tag == shm_zone->tag
            && old[i].shm.name.len == shm_zone->shm.name.len
            && ngx_strncmp(old[i].shm.name.data, shm_zone->shm.name.data,
                           shm_zone->shm.name.len)
               == 0)
        {
            return &old[i];
        }
    }
}
