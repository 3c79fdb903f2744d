
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A record for each request that nginx has finished.
 */


#include "ngx_http_rackscope_logs_internal.h"


#define NGX_HTTP_RACKSCOPE_LOGS_ACCESS_TAKES                                  \
    "takes the name of a zone and then any of a level (DEBUG, INFO, "         \
    "WARNING, ERROR or CRITICAL) and if=CONDITION, or \"off\""


static char *ngx_http_rackscope_logs_access_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_loc_conf_t *rlcf, ngx_str_t *value);
static ngx_int_t ngx_http_rackscope_logs_access_mark(ngx_http_request_t *r);
static void ngx_http_rackscope_logs_access_marked(void *data);
static ngx_int_t ngx_http_rackscope_logs_access_handler(ngx_http_request_t *r);
static ngx_uint_t ngx_http_rackscope_logs_access_own(ngx_http_request_t *r);
static ngx_uint_t ngx_http_rackscope_logs_access_module(
    ngx_http_rackscope_logs_loc_conf_t *rlcf);
static ngx_int_t ngx_http_rackscope_logs_access_filter(ngx_http_request_t *r,
    ngx_http_complex_value_t *filter);
static ngx_uint_t ngx_http_rackscope_logs_access_status(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_rackscope_logs_access_record(ngx_http_request_t *r,
    rsl_arena_t *arena, rsl_record_t *record);
static ngx_int_t ngx_http_rackscope_logs_access_host(ngx_http_request_t *r,
    rsl_arena_t *arena, rsl_record_t *record);
static ngx_int_t ngx_http_rackscope_logs_access_upstream(
    ngx_http_request_t *r, rsl_arena_t *arena, rsl_record_t *record);
static ngx_int_t ngx_http_rackscope_logs_access_number(rsl_arena_t *arena,
    uint64_t number, rsl_str_t *text);
static ngx_int_t ngx_http_rackscope_logs_access_text(rsl_arena_t *arena,
    ngx_str_t *from, rsl_str_t *text);


static const rsl_str_t  ngx_http_rackscope_logs_access_logger =
    rsl_string("nginx.access");


char *
ngx_http_rackscope_logs_access_log(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf = conf;

    ngx_str_t                            *value;
    ngx_uint_t                            i;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    if (rlcf->access_log != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        rlcf->access_log = 0;

        if (cf->args->nelts == 2) {
            return NGX_CONF_OK;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\", which "
                           NGX_HTTP_RACKSCOPE_LOGS_ACCESS_TAKES,
                           &value[2], &cmd->name);
        return NGX_CONF_ERROR;
    }

    rlcf->access_log = 1;

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_rackscope_logs_access_parameter(cf, rlcf, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    rmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_rackscope_logs_module);
    rmcf->access_log = 1;

    return ngx_http_rackscope_logs_conf_use(cf, NULL, &rlcf->access);
}


static char *
ngx_http_rackscope_logs_access_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_loc_conf_t *rlcf, ngx_str_t *value)
{
    ngx_str_t                         s;
    rsl_str_t                         name;
    ngx_http_compile_complex_value_t  ccv;

    if (value->len > 3 && ngx_strncmp(value->data, "if=", 3) == 0
        && rlcf->access_filter == NULL)
    {
        s.len = value->len - 3;
        s.data = value->data + 3;

        rlcf->access_filter = ngx_palloc(cf->pool,
                                         sizeof(ngx_http_complex_value_t));
        if (rlcf->access_filter == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

        ccv.cf = cf;
        ccv.value = &s;
        ccv.complex_value = rlcf->access_filter;

        if (ngx_http_compile_complex_value(&ccv) != NGX_OK) {
            return NGX_CONF_ERROR;
        }

        return NGX_CONF_OK;
    }

    name.len = value->len;
    name.data = value->data;

    if (rlcf->access_level == RSL_LEVELS) {
        rlcf->access_level = rsl_record_level_parse(&name);

        if (rlcf->access_level != RSL_LEVELS) {
            return NGX_CONF_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in "
                       "\"rackscope_logs_access_log\", which "
                       NGX_HTTP_RACKSCOPE_LOGS_ACCESS_TAKES, value);

    return NGX_CONF_ERROR;
}


void
ngx_http_rackscope_logs_access_merge(ngx_http_rackscope_logs_loc_conf_t *prev,
    ngx_http_rackscope_logs_loc_conf_t *conf)
{
    if (conf->access_log != NGX_CONF_UNSET) {
        return;
    }

    conf->access_log = (prev->access_log == NGX_CONF_UNSET)
                       ? 0 : prev->access_log;
    conf->access = prev->access;
    conf->access_level = prev->access_level;
    conf->access_filter = prev->access_filter;
}


/* Without the directive no handler is installed, and requests cost nothing. */

ngx_int_t
ngx_http_rackscope_logs_access_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    if (!rmcf->access_log) {
        return NGX_OK;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_REWRITE_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_rackscope_logs_access_mark;

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_rackscope_logs_access_handler;

    return NGX_OK;
}


/*
 * Marks a request that was in a location of this module: it makes no record,
 * wherever error_page sends it.  The mark is a cleanup, because a context does
 * not outlive an internal redirect.
 */

static ngx_int_t
ngx_http_rackscope_logs_access_mark(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t                  *cln;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    if (r != r->main || !ngx_http_rackscope_logs_access_module(rlcf)) {
        return NGX_DECLINED;
    }

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_http_rackscope_logs_access_marked;

    return NGX_DECLINED;
}


static void
ngx_http_rackscope_logs_access_marked(void *data)
{
    /* void */
}


static ngx_int_t
ngx_http_rackscope_logs_access_handler(ngx_http_request_t *r)
{
    rsl_arena_t                          *arena;
    rsl_level_t                           level;
    rsl_record_t                          record;
    ngx_http_rackscope_logs_loc_conf_t   *rlcf;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    if (!rlcf->access_log || !rlcf->enable || r != r->main) {
        return NGX_OK;
    }

    ngx_memzero(&record, sizeof(rsl_record_t));

    record.status_code = ngx_http_rackscope_logs_access_status(r);
    record.level = (record.status_code >= 500) ? RSL_LEVEL_ERROR
                   : (record.status_code >= 400) ? RSL_LEVEL_WARNING
                                                 : RSL_LEVEL_INFO;

    level = (rlcf->access_level == RSL_LEVELS) ? rlcf->level
                                               : rlcf->access_level;

    if (record.level < level
        || ngx_http_rackscope_logs_access_own(r)
        || ngx_http_rackscope_logs_access_filter(r, rlcf->access_filter)
           != NGX_OK)
    {
        return NGX_OK;
    }

    arena = ngx_http_rackscope_logs_capture_arena();
    if (arena == NULL) {
        return NGX_OK;
    }

    if (ngx_http_rackscope_logs_access_record(r, arena, &record) != NGX_OK) {
        rsl_arena_reset(arena);
        return NGX_OK;
    }

    rmcf = ngx_http_get_module_main_conf(r, ngx_http_rackscope_logs_module);

    ngx_http_rackscope_logs_capture(rlcf->access,
                                    NGX_HTTP_RACKSCOPE_LOGS_ACCESS,
                                    rmcf->redact, &record);

    return NGX_OK;
}


static ngx_uint_t
ngx_http_rackscope_logs_access_own(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t                  *cln;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    if (ngx_http_rackscope_logs_access_module(rlcf)) {
        return 1;
    }

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_rackscope_logs_access_marked) {
            return 1;
        }
    }

    return 0;
}


/* Is it a location of this module? */

static ngx_uint_t
ngx_http_rackscope_logs_access_module(ngx_http_rackscope_logs_loc_conf_t *rlcf)
{
    return rlcf->api || rlcf->ingest || rlcf->page || rlcf->metrics;
}


static ngx_int_t
ngx_http_rackscope_logs_access_filter(ngx_http_request_t *r,
    ngx_http_complex_value_t *filter)
{
    ngx_str_t  value;

    if (filter == NULL) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, filter, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    if (value.len == 0 || (value.len == 1 && value.data[0] == '0')) {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* Returns the same as the variable $status. */

static ngx_uint_t
ngx_http_rackscope_logs_access_status(ngx_http_request_t *r)
{
    if (r->err_status) {
        return r->err_status;
    }

    if (r->headers_out.status) {
        return r->headers_out.status;
    }

    return (r->http_version == NGX_HTTP_VERSION_9) ? 9 : 0;
}


static ngx_int_t
ngx_http_rackscope_logs_access_record(ngx_http_request_t *r,
    rsl_arena_t *arena, rsl_record_t *record)
{
    ngx_str_t        id;
    rsl_str_t        text;
    ngx_time_t      *tp;
    ngx_msec_int_t   ms;

    record->timestamp = ngx_http_rackscope_logs_zone_now();
    record->logger = ngx_http_rackscope_logs_access_logger;

    tp = ngx_timeofday();

    ms = (ngx_msec_int_t)
             ((tp->sec - r->start_sec) * 1000 + (tp->msec - r->start_msec));
    ms = ngx_max(ms, 0);

    id = ngx_http_rackscope_logs_capture_request_id(r);

    if (ngx_http_rackscope_logs_access_text(arena, &id, &record->request_id)
        != NGX_OK
        || ngx_http_rackscope_logs_access_number(arena, ms,
                                                 &record->duration_ms)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    record->request = 1;

    /* what could not be read as a request has neither a method nor a path */

    if (r->unparsed_uri.len
        && (ngx_http_rackscope_logs_access_text(arena, &r->method_name,
                                                &record->method)
            != NGX_OK
            || ngx_http_rackscope_logs_access_text(arena, &r->unparsed_uri,
                                                   &record->path)
               != NGX_OK
            || rsl_intake_nginx_path(arena, &record->path) != RSL_OK))
    {
        return NGX_ERROR;
    }

    if (ngx_http_rackscope_logs_access_text(arena, &r->connection->addr_text,
                                            &text)
        != NGX_OK
        || rsl_intake_nginx_extra(arena, record, RSL_VALUE_STRING, "client",
                                  &text)
           != RSL_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_rackscope_logs_access_host(r, arena, record) != NGX_OK
        || ngx_http_rackscope_logs_access_upstream(r, arena, record)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_rackscope_logs_access_number(arena, r->connection->sent,
                                              &text)
        != NGX_OK
        || rsl_intake_nginx_extra(arena, record, RSL_VALUE_SCALAR, "bytes",
                                  &text)
           != RSL_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Adds the host that the client asked for.  Unlike $host this is never the name
 * of a server of the configuration.
 */

static ngx_int_t
ngx_http_rackscope_logs_access_host(ngx_http_request_t *r, rsl_arena_t *arena,
    rsl_record_t *record)
{
    rsl_str_t  text;

    if (ngx_http_rackscope_logs_access_text(arena, &r->headers_in.server, &text)
        != NGX_OK
        || rsl_intake_nginx_host(arena, &text) != RSL_OK
        || rsl_intake_nginx_extra(arena, record, RSL_VALUE_STRING, "host",
                                  &text)
           != RSL_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* Adds the upstream server that was asked last, and the time that all took. */

static ngx_int_t
ngx_http_rackscope_logs_access_upstream(ngx_http_request_t *r,
    rsl_arena_t *arena, rsl_record_t *record)
{
    ngx_str_t                  *peer;
    rsl_str_t                   text;
    ngx_uint_t                  i, known;
    ngx_msec_int_t              ms;
    ngx_http_upstream_state_t  *state;

    if (r->upstream_states == NULL || r->upstream_states->nelts == 0) {
        return NGX_OK;
    }

    peer = NULL;
    known = 0;
    ms = 0;

    state = r->upstream_states->elts;

    for (i = 0; i < r->upstream_states->nelts; i++) {

        if (state[i].peer) {
            peer = state[i].peer;
        }

        /* -1: the server had not answered when the client went away */

        if (state[i].peer && state[i].response_time != (ngx_msec_t) -1) {
            ms += ngx_max((ngx_msec_int_t) state[i].response_time, 0);
            known = 1;
        }
    }

    if (peer == NULL) {
        return NGX_OK;
    }

    if (ngx_http_rackscope_logs_access_text(arena, peer, &text) != NGX_OK
        || rsl_intake_nginx_extra(arena, record, RSL_VALUE_STRING, "upstream",
                                  &text)
           != RSL_OK)
    {
        return NGX_ERROR;
    }

    if (!known) {
        return NGX_OK;
    }

    if (ngx_http_rackscope_logs_access_number(arena, ms, &text) != NGX_OK
        || rsl_intake_nginx_extra(arena, record, RSL_VALUE_SCALAR,
                                  "upstream_ms", &text)
           != RSL_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_access_number(rsl_arena_t *arena, uint64_t number,
    rsl_str_t *text)
{
    u_char  *p;

    p = rsl_arena_alloc(arena, RSL_UINT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;
    text->len = rsl_number_decimal(p, number);

    return NGX_OK;
}


/*
 * The text is copied only if it has to be repaired: it stays where it is until
 * the record is rendered.
 */

static ngx_int_t
ngx_http_rackscope_logs_access_text(rsl_arena_t *arena, ngx_str_t *from,
    rsl_str_t *text)
{
    text->len = from->len;
    text->data = from->data;

    return (rsl_utf8_repair(arena, text) == RSL_OK) ? NGX_OK : NGX_ERROR;
}
