
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Metrics of zones, in the text format of Prometheus (its exposition format,
 * version 0.0.4).
 *
 * Labels are of this file and of the configuration, and none is a client's: no
 * client can make new series.
 */


#include "ngx_http_rackscope_logs_internal.h"


/* A name and a help text, or a sample without the name of its zone. */
#define NGX_HTTP_RACKSCOPE_LOGS_METRICS_LINE  256


/* The values of a label; NULL ends them. */

typedef struct {
    char                    *name;
    const char *const       *values;
} ngx_http_rackscope_logs_label_t;


/*
 * Either a counter of the zone, with those that follow it for all combinations
 * of the labels, the last label first; or a gauge.
 */

typedef struct ngx_http_rackscope_logs_metric_s
    ngx_http_rackscope_logs_metric_t;

typedef ngx_int_t (*ngx_http_rackscope_logs_gauge_pt)(ngx_shm_zone_t *zone,
    ngx_uint_t i, uint64_t *value);

struct ngx_http_rackscope_logs_metric_s {
    ngx_str_t                          name;
    char                              *help;
    ngx_http_rackscope_logs_label_t    labels[2];
    ngx_uint_t                         counter;
    ngx_http_rackscope_logs_gauge_pt   gauge;   /* NULL: it is a counter */
    ngx_uint_t                         micros;  /* unsigned  micros:1; of a
                                                   gauge in seconds */
    ngx_uint_t                         grows;   /* unsigned  grows:1; it is
                                                   read as a gauge is, but is a
                                                   counter */
};


static ngx_int_t ngx_http_rackscope_logs_metrics_zones(ngx_http_request_t *r,
    ngx_array_t *named, ngx_array_t *zones);
static ngx_buf_t *ngx_http_rackscope_logs_metrics_text(ngx_http_request_t *r,
    ngx_array_t *zones);
static u_char *ngx_http_rackscope_logs_metrics_family(u_char *p,
    ngx_http_rackscope_logs_metric_t *metric, ngx_array_t *zones);
static u_char *ngx_http_rackscope_logs_metrics_sample(u_char *p,
    ngx_http_rackscope_logs_metric_t *metric, ngx_shm_zone_t *zone,
    ngx_uint_t i);
static u_char *ngx_http_rackscope_logs_metrics_labels(u_char *p,
    ngx_http_rackscope_logs_metric_t *metric, ngx_uint_t i);
static u_char *ngx_http_rackscope_logs_metrics_escape(u_char *p,
    ngx_str_t *text);
static ngx_uint_t ngx_http_rackscope_logs_metrics_samples(
    ngx_http_rackscope_logs_metric_t *metric);
static ngx_uint_t ngx_http_rackscope_logs_metrics_values(
    ngx_http_rackscope_logs_label_t *label);
static ngx_int_t ngx_http_rackscope_logs_metrics_entries(ngx_shm_zone_t *zone,
    ngx_uint_t i, uint64_t *value);
static ngx_int_t ngx_http_rackscope_logs_metrics_capacity(ngx_shm_zone_t *zone,
    ngx_uint_t i, uint64_t *value);
static ngx_int_t ngx_http_rackscope_logs_metrics_oldest(ngx_shm_zone_t *zone,
    ngx_uint_t i, uint64_t *value);
static ngx_int_t ngx_http_rackscope_logs_metrics_streams(ngx_shm_zone_t *zone,
    ngx_uint_t i, uint64_t *value);
static ngx_int_t ngx_http_rackscope_logs_metrics_limit(ngx_shm_zone_t *zone,
    ngx_uint_t i, uint64_t *value);
static ngx_int_t ngx_http_rackscope_logs_metrics_share_up(ngx_shm_zone_t *zone,
    ngx_uint_t i, uint64_t *value);
static ngx_int_t ngx_http_rackscope_logs_metrics_share_pending(
    ngx_shm_zone_t *zone, ngx_uint_t i, uint64_t *value);
static ngx_int_t ngx_http_rackscope_logs_metrics_share_refused(
    ngx_shm_zone_t *zone, ngx_uint_t i, uint64_t *value);


#define NGX_HTTP_RACKSCOPE_LOGS_METRICS_TYPE                                  \
    "text/plain; version=0.0.4; charset=utf-8"


/* in the order of ngx_http_rackscope_logs_source_e */

static const char *const  ngx_http_rackscope_logs_metrics_source[] = {
    "ingest", "access", "error", NULL
};

/* in the order of rsl_level_t */

static const char *const  ngx_http_rackscope_logs_metrics_level[] = {
    "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", NULL
};

/* in the order of rsl_intake_reason_e, and of what comes behind it */

static const char *const  ngx_http_rackscope_logs_metrics_reason[] = {
    "json", "depth", "element", "envelope", "encoding", "too_large", NULL
};

static const char *const  ngx_http_rackscope_logs_metrics_kind[] = {
    "sse", "ndjson", NULL
};


#define SOURCE  { "source", ngx_http_rackscope_logs_metrics_source }
#define LEVEL   { "level", ngx_http_rackscope_logs_metrics_level }
#define REASON  { "reason", ngx_http_rackscope_logs_metrics_reason }
#define FORMAT  { "format", rsl_envelope_formats }
#define KIND    { "kind", ngx_http_rackscope_logs_metrics_kind }
#define NONE    { NULL, NULL }

#define COUNTER(name, counter, first, second, help)                           \
    { ngx_string("rackscope_logs_" name "_total"), help, { first, second },   \
      NGX_HTTP_RACKSCOPE_LOGS_COUNT_##counter, NULL, 0, 0 }

#define GAUGE(name, gauge, label, micros, help)                               \
    { ngx_string("rackscope_logs_" name), help, { label, NONE }, 0,           \
      ngx_http_rackscope_logs_metrics_##gauge, micros, 0 }


static ngx_http_rackscope_logs_metric_t  ngx_http_rackscope_logs_metrics[] = {

    COUNTER("records", RECORDS, SOURCE, LEVEL,
            "Records that were put into the ring."),
    COUNTER("filtered", FILTERED, NONE, NONE,
            "Entries of uploads below the capture level."),
    COUNTER("rejected", REJECTED, REASON, NONE,
            "Entries, or rests of bodies, that were not taken."),
    COUNTER("truncated", TRUNCATED, NONE, NONE,
            "Records that were cut to the size of an entry."),
    COUNTER("redacted", REDACTED, NONE, NONE,
            "Texts and values in which a secret was replaced."),
    COUNTER("hidden", HIDDEN, NONE, NONE,
            "Texts that were hidden whole because redaction gave up."),

    COUNTER("bodies", BODIES, FORMAT, NONE, "Bodies of uploads."),
    COUNTER("body_bytes", BYTES, FORMAT, NONE,
            "Bytes of these bodies, as they were sent."),

    GAUGE("ring_entries", entries, NONE, 0, "Records in the ring."),
    GAUGE("ring_capacity", capacity, NONE, 0,
          "Records that the ring has room for."),
    GAUGE("oldest_timestamp_seconds", oldest, NONE, 1,
          "Unix time of the oldest record in the ring."),

    GAUGE("streams", streams, KIND, 0, "Streams that are open."),
    GAUGE("streams_limit", limit, KIND, 0, "Streams that may be open."),
    COUNTER("streams_refused", REFUSED, KIND, NONE,
            "Streams that found no place."),
    COUNTER("streams_missed", MISSED, KIND, NONE,
            "Records that were overwritten before a stream could send them."),

    COUNTER("error_log_dropped", DROPPED, NONE, NONE,
            "Lines of nginx's error log that came faster than they were "
            "taken."),

    GAUGE("share_up", share_up, NONE, 0,
          "Whether this nginx and Redis have one ring: 1, or 0."),
    GAUGE("share_pending", share_pending, NONE, 0,
          "Records that wait for Redis to number them."),
    { ngx_string("rackscope_logs_share_refused_total"),
      "Entries in Redis that were no records of this module.",
      { NONE, NONE }, 0, ngx_http_rackscope_logs_metrics_share_refused, 0, 1 }
};


#define NGX_HTTP_RACKSCOPE_LOGS_METRICS                                       \
    (sizeof(ngx_http_rackscope_logs_metrics)                                  \
     / sizeof(ngx_http_rackscope_logs_metric_t))


char *
ngx_http_rackscope_logs_metrics_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf = conf;

    char            *rv;
    ngx_str_t       *value;
    ngx_uint_t       i, n;
    ngx_shm_zone_t  *zone, **zones;

    if (rlcf->metrics) {
        return "is duplicate";
    }

    rlcf->metrics = ngx_array_create(cf->pool, cf->args->nelts,
                                     sizeof(ngx_shm_zone_t *));
    if (rlcf->metrics == NULL) {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_rackscope_logs_conf_use(cf,
                                       ngx_http_rackscope_logs_metrics_handler,
                                       NULL);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        zone = ngx_http_rackscope_logs_conf_zone(cf, &value[i]);
        if (zone == NULL) {
            return NGX_CONF_ERROR;
        }

        zones = rlcf->metrics->elts;

        for (n = 0; n < rlcf->metrics->nelts; n++) {
            if (zones[n] == zone) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "duplicate zone \"%V\" in \"%V\", which "
                                   "takes each zone once", &value[i],
                                   &cmd->name);
                return NGX_CONF_ERROR;
            }
        }

        /* there is room for all arguments */

        zones = ngx_array_push(rlcf->metrics);
        *zones = zone;
    }

    ngx_http_rackscope_logs_admin_door(cf, rlcf);

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_rackscope_logs_metrics_handler(ngx_http_request_t *r)
{
    ngx_buf_t                           *b;
    ngx_int_t                            rc;
    ngx_array_t                          zones;
    ngx_chain_t                          out;
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
                                 "the metrics take GET and HEAD");
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_rackscope_logs_metrics_zones(r, rlcf->metrics, &zones)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b = ngx_http_rackscope_logs_metrics_text(r, &zones);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    out.buf = b;
    out.next = NULL;

    return ngx_http_rackscope_logs_reply_chain(r, NGX_HTTP_OK,
                                          NGX_HTTP_RACKSCOPE_LOGS_METRICS_TYPE,
                                          &out, b->last - b->pos);
}


/* The zones that the directive names, or all of them. */

static ngx_int_t
ngx_http_rackscope_logs_metrics_zones(ngx_http_request_t *r,
    ngx_array_t *named, ngx_array_t *zones)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_shm_zone_t   *shm_zone, **zone;

    if (named->nelts) {
        *zones = *named;
        return NGX_OK;
    }

    if (ngx_array_init(zones, r->pool, 4, sizeof(ngx_shm_zone_t *)) != NGX_OK) {
        return NGX_ERROR;
    }

    part = (ngx_list_part_t *) &ngx_cycle->shared_memory.part;

    for ( /* void */ ; part; part = part->next) {
        shm_zone = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (shm_zone[i].tag != &ngx_http_rackscope_logs_module) {
                continue;
            }

            zone = ngx_array_push(zones);
            if (zone == NULL) {
                return NGX_ERROR;
            }

            *zone = &shm_zone[i];
        }
    }

    return NGX_OK;
}


static ngx_buf_t *
ngx_http_rackscope_logs_metrics_text(ngx_http_request_t *r, ngx_array_t *zones)
{
    size_t            len, size;
    ngx_buf_t        *b;
    ngx_uint_t        i, n;
    ngx_shm_zone_t  **zone;

    n = 0;
    len = 0;
    zone = zones->elts;

    for (i = 0; i < NGX_HTTP_RACKSCOPE_LOGS_METRICS; i++) {
        n += ngx_http_rackscope_logs_metrics_samples(
                                          &ngx_http_rackscope_logs_metrics[i]);
    }

    for (i = 0; i < zones->nelts; i++) {
        ngx_http_rackscope_logs_zone_settle(zone[i]);

        /* each byte of the name may be escaped */
        len += NGX_HTTP_RACKSCOPE_LOGS_METRICS_LINE
               + 2 * zone[i]->shm.name.len;
    }

    size = n * len + (NGX_HTTP_RACKSCOPE_LOGS_METRICS + 1)
                     * 2 * NGX_HTTP_RACKSCOPE_LOGS_METRICS_LINE;

    b = ngx_create_temp_buf(r->pool, size);
    if (b == NULL) {
        return NULL;
    }

    for (i = 0; i < NGX_HTTP_RACKSCOPE_LOGS_METRICS; i++) {
        b->last = ngx_http_rackscope_logs_metrics_family(b->last,
                                   &ngx_http_rackscope_logs_metrics[i], zones);
    }

    b->last = ngx_sprintf(b->last,
                          "# HELP rackscope_logs_build_info Versions of the "
                          "module and of nginx.\n"
                          "# TYPE rackscope_logs_build_info gauge\n"
                          "rackscope_logs_build_info{version=\"%s\","
                          "nginx=\"%s\"} 1\n", RSL_VERSION, NGINX_VERSION);

    return b;
}


static u_char *
ngx_http_rackscope_logs_metrics_family(u_char *p,
    ngx_http_rackscope_logs_metric_t *metric, ngx_array_t *zones)
{
    ngx_uint_t        i, k, n;
    ngx_shm_zone_t  **zone;

    p = ngx_sprintf(p, "# HELP %V %s\n# TYPE %V %s\n", &metric->name,
                    metric->help, &metric->name,
                    (metric->gauge && !metric->grows) ? "gauge"
                                                       : "counter");

    zone = zones->elts;
    n = ngx_http_rackscope_logs_metrics_samples(metric);

    for (i = 0; i < zones->nelts; i++) {
        for (k = 0; k < n; k++) {
            p = ngx_http_rackscope_logs_metrics_sample(p, metric, zone[i], k);
        }
    }

    return p;
}


static u_char *
ngx_http_rackscope_logs_metrics_sample(u_char *p,
    ngx_http_rackscope_logs_metric_t *metric, ngx_shm_zone_t *zone,
    ngx_uint_t i)
{
    uint64_t  value;

    if (metric->gauge == NULL) {
        value = ngx_http_rackscope_logs_zone_counted(zone,
                                                     metric->counter + i);

    } else if (metric->gauge(zone, i, &value) != NGX_OK) {
        return p;
    }

    p = ngx_sprintf(p, "%V{zone=\"", &metric->name);
    p = ngx_http_rackscope_logs_metrics_escape(p, &zone->shm.name);
    *p++ = '"';
    p = ngx_http_rackscope_logs_metrics_labels(p, metric, i);

    if (metric->micros) {
        return ngx_sprintf(p, "} %uL.%06uL\n", value / 1000000,
                           value % 1000000);
    }

    return ngx_sprintf(p, "} %uL\n", value);
}


/* The labels of the i-th sample, besides that of the zone. */

static u_char *
ngx_http_rackscope_logs_metrics_labels(u_char *p,
    ngx_http_rackscope_logs_metric_t *metric, ngx_uint_t i)
{
    ngx_uint_t                        n, k[2];
    ngx_http_rackscope_logs_label_t  *label;

    n = ngx_http_rackscope_logs_metrics_values(&metric->labels[1]);

    k[0] = i / n;
    k[1] = i % n;

    for (i = 0; i < 2; i++) {
        label = &metric->labels[i];

        if (label->name) {
            p = ngx_sprintf(p, ",%s=\"%s\"", label->name,
                            label->values[k[i]]);
        }
    }

    return p;
}


static u_char *
ngx_http_rackscope_logs_metrics_escape(u_char *p, ngx_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {

        switch (text->data[i]) {

        case '\n':
            *p++ = '\\';
            *p++ = 'n';
            break;

        case '"':
        case '\\':
            *p++ = '\\';

            /* fall through */

        default:
            *p++ = text->data[i];
            break;
        }
    }

    return p;
}


/* How many samples a metric has for a zone. */

static ngx_uint_t
ngx_http_rackscope_logs_metrics_samples(
    ngx_http_rackscope_logs_metric_t *metric)
{
    return ngx_http_rackscope_logs_metrics_values(&metric->labels[0])
           * ngx_http_rackscope_logs_metrics_values(&metric->labels[1]);
}


static ngx_uint_t
ngx_http_rackscope_logs_metrics_values(ngx_http_rackscope_logs_label_t *label)
{
    ngx_uint_t  n;

    if (label->name == NULL) {
        return 1;
    }

    for (n = 0; label->values[n] != NULL; n++) { /* void */ }

    return n;
}


static ngx_int_t
ngx_http_rackscope_logs_metrics_entries(ngx_shm_zone_t *zone, ngx_uint_t i,
    uint64_t *value)
{
    rsl_ring_state_t  state;

    rsl_ring_state(ngx_http_rackscope_logs_zone_ring(zone), &state);

    *value = state.last + 1 - state.oldest;

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_metrics_capacity(ngx_shm_zone_t *zone, ngx_uint_t i,
    uint64_t *value)
{
    *value = ngx_http_rackscope_logs_zone_entries(zone);

    return NGX_OK;
}


/* An empty ring has no such sample. */

static ngx_int_t
ngx_http_rackscope_logs_metrics_oldest(ngx_shm_zone_t *zone, ngx_uint_t i,
    uint64_t *value)
{
    int64_t            time;
    u_char            *buf;
    rsl_str_t          text;
    ngx_int_t          rc;
    rsl_line_t         line;
    rsl_ring_t        *ring;
    rsl_ring_state_t   state;

    ring = ngx_http_rackscope_logs_zone_ring(zone);

    rsl_ring_state(ring, &state);

    if (state.oldest > state.last) {
        return NGX_DECLINED;
    }

    buf = ngx_alloc(ngx_http_rackscope_logs_zone_line_max(zone),
                    ngx_cycle->log);
    if (buf == NULL) {
        return NGX_DECLINED;
    }

    text.data = buf + RSL_TIMESTAMP_OFFSET;
    text.len = RSL_TIMESTAMP_LEN;

    rc = NGX_DECLINED;

    /* the oldest one may be overwritten meanwhile */

    for (i = 0; i < 8 && state.oldest <= state.last; i++, state.oldest++) {

        if (rsl_ring_read(ring, state.oldest, buf, &line) == RSL_OK
            && rsl_intake_time_parse(&text, &time) == RSL_OK)
        {
            *value = (uint64_t) time;
            rc = NGX_OK;
            break;
        }
    }

    ngx_free(buf);

    return rc;
}


static ngx_int_t
ngx_http_rackscope_logs_metrics_streams(ngx_shm_zone_t *zone, ngx_uint_t i,
    uint64_t *value)
{
    *value = ngx_http_rackscope_logs_place_taken(zone, i);

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_metrics_limit(ngx_shm_zone_t *zone, ngx_uint_t i,
    uint64_t *value)
{
    *value = ngx_http_rackscope_logs_place_all(zone, i);

    return NGX_OK;
}


/* Zones that are not shared have none of these. */

static ngx_int_t
ngx_http_rackscope_logs_metrics_share_up(ngx_shm_zone_t *zone, ngx_uint_t i,
    uint64_t *value)
{
    if (!ngx_http_rackscope_logs_share_is(zone)) {
        return NGX_DECLINED;
    }

    *value = ngx_http_rackscope_logs_share_up(zone);

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_metrics_share_pending(ngx_shm_zone_t *zone,
    ngx_uint_t i, uint64_t *value)
{
    if (!ngx_http_rackscope_logs_share_is(zone)) {
        return NGX_DECLINED;
    }

    *value = ngx_http_rackscope_logs_share_pending(zone);

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_metrics_share_refused(ngx_shm_zone_t *zone,
    ngx_uint_t i, uint64_t *value)
{
    if (!ngx_http_rackscope_logs_share_is(zone)) {
        return NGX_DECLINED;
    }

    *value = ngx_http_rackscope_logs_share_refused(zone);

    return NGX_OK;
}
