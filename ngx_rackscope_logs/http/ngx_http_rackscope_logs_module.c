
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Rackscope logs: the last records of a backend, held by nginx in shared
 * memory, redacted, and shown live.  Directives and configuration; no logic.
 */


#include "ngx_http_rackscope_logs_internal.h"


static void *ngx_http_rackscope_logs_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_rackscope_logs_init_main_conf(ngx_conf_t *cf,
    void *conf);
static void *ngx_http_rackscope_logs_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_rackscope_logs_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
static char *ngx_http_rackscope_logs_ingest(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_rackscope_logs_api(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_rackscope_logs_time(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ngx_int_t ngx_http_rackscope_logs_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_rackscope_logs_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_rackscope_logs_init_process(ngx_cycle_t *cycle);
static void ngx_http_rackscope_logs_exit_process(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_rackscope_logs_commands[] = {

    { ngx_string("rackscope_logs_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1234|NGX_CONF_TAKE5|NGX_CONF_TAKE6,
      ngx_http_rackscope_logs_declare,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("rackscope_logs_share"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_http_rackscope_logs_share_conf,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("rackscope_logs_ingest"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_rackscope_logs_ingest,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("rackscope_logs_api"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_rackscope_logs_api,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("rackscope_logs_page"),
      NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_rackscope_logs_page,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("rackscope_logs_metrics"),
      NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_rackscope_logs_metrics_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("rackscope_logs"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_rackscope_logs_loc_conf_t, enable),
      NULL },

    { ngx_string("rackscope_logs_level"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_rackscope_logs_level,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("rackscope_logs_require_admin"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_rackscope_logs_loc_conf_t, require_admin),
      NULL },

    { ngx_string("rackscope_logs_redact"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_rackscope_logs_conf_redact,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("rackscope_logs_stream_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_rackscope_logs_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_rackscope_logs_loc_conf_t, stream_timeout),
      NULL },

    { ngx_string("rackscope_logs_stream_heartbeat"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_rackscope_logs_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_rackscope_logs_loc_conf_t, stream_heartbeat),
      NULL },

    { ngx_string("rackscope_logs_stream_poll"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_rackscope_logs_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_rackscope_logs_loc_conf_t, stream_poll),
      NULL },

    { ngx_string("rackscope_logs_access_log"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE123,
      ngx_http_rackscope_logs_access_log,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("rackscope_logs_error_log"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_rackscope_logs_errors_log,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_rackscope_logs_module_ctx = {
    NULL,                                     /* preconfiguration */
    ngx_http_rackscope_logs_init,             /* postconfiguration */

    ngx_http_rackscope_logs_create_main_conf, /* create main configuration */
    ngx_http_rackscope_logs_init_main_conf,   /* init main configuration */

    NULL,                                     /* create server configuration */
    NULL,                                     /* merge server configuration */

    ngx_http_rackscope_logs_create_loc_conf,  /* create location
                                                 configuration */
    ngx_http_rackscope_logs_merge_loc_conf    /* merge location
                                                 configuration */
};


ngx_module_t  ngx_http_rackscope_logs_module = {
    NGX_MODULE_V1,
    &ngx_http_rackscope_logs_module_ctx,      /* module context */
    ngx_http_rackscope_logs_commands,         /* module directives */
    NGX_HTTP_MODULE,                          /* module type */
    NULL,                                     /* init master */
    ngx_http_rackscope_logs_init_module,      /* init module */
    ngx_http_rackscope_logs_init_process,     /* init process */
    NULL,                                     /* init thread */
    NULL,                                     /* exit thread */
    ngx_http_rackscope_logs_exit_process,     /* exit process */
    NULL,                                     /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
ngx_http_rackscope_logs_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_rackscope_logs_main_conf_t));
    if (rmcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     rmcf->redact = NULL;
     *     rmcf->locations = 0;
     *     rmcf->zones = 0;
     *     rmcf->refused = { 0 };
     *     rmcf->access_log = 0;
     *     rmcf->errors = NULL;
     *     rmcf->errors_set = 0;
     */

    if (ngx_http_rackscope_logs_conf_init(cf, rmcf) != NGX_OK
        || ngx_http_rackscope_logs_level_init(cf, rmcf) != NGX_OK)
    {
        return NULL;
    }

    return rmcf;
}


static char *
ngx_http_rackscope_logs_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf = conf;

    if (ngx_http_rackscope_logs_conf_check(cf, rmcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (rmcf->zones && ngx_http_rackscope_logs_conf_rules(cf, rmcf) == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_rackscope_logs_share_conf_init(cf, rmcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void *
ngx_http_rackscope_logs_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    rlcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_rackscope_logs_loc_conf_t));
    if (rlcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     rlcf->api = NULL;
     *     rlcf->ingest = NULL;
     *     rlcf->page = NULL;
     *     rlcf->metrics = NULL;
     *     rlcf->location = 0;
     *     rlcf->whole = 0;
     *     rlcf->access = NULL;
     *     rlcf->access_filter = NULL;
     */

    rlcf->enable = NGX_CONF_UNSET;
    rlcf->require_admin = NGX_CONF_UNSET;
    rlcf->level = NGX_CONF_UNSET_UINT;
    rlcf->stream_timeout = NGX_CONF_UNSET_MSEC;
    rlcf->stream_heartbeat = NGX_CONF_UNSET_MSEC;
    rlcf->stream_poll = NGX_CONF_UNSET_MSEC;
    rlcf->access_log = NGX_CONF_UNSET;
    rlcf->access_level = RSL_LEVELS;

    return rlcf;
}


static char *
ngx_http_rackscope_logs_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_rackscope_logs_loc_conf_t  *prev = parent;
    ngx_http_rackscope_logs_loc_conf_t  *conf = child;

    ngx_http_core_loc_conf_t             *clcf;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_rackscope_logs_module);

    ngx_conf_merge_value(conf->enable, prev->enable, 1);
    ngx_conf_merge_value(conf->require_admin, prev->require_admin, 1);
    ngx_conf_merge_msec_value(conf->stream_timeout, prev->stream_timeout,
                              600000);
    ngx_conf_merge_msec_value(conf->stream_heartbeat, prev->stream_heartbeat,
                              30000);
    ngx_conf_merge_msec_value(conf->stream_poll, prev->stream_poll, 500);

    ngx_http_rackscope_logs_access_merge(prev, conf);

    if (ngx_http_rackscope_logs_level_merge(rmcf, prev, conf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (rmcf->errors
        && ngx_http_rackscope_logs_errors_add(cf, rmcf->errors,
                                              clcf->error_log)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    /* "if" and "limit_except" inherit from the location that they stand in */

    if (clcf->noname
        && conf->api == NULL && conf->ingest == NULL && conf->page == NULL
        && conf->metrics == NULL)
    {
        conf->api = prev->api;
        conf->ingest = prev->ingest;
        conf->page = prev->page;
        conf->metrics = prev->metrics;
        conf->location = prev->location;
        conf->whole = prev->whole;
    }

    if (clcf->lmt_excpt && clcf->handler == NULL) {

        if (conf->api) {
            clcf->handler = ngx_http_rackscope_logs_api_handler;

        } else if (conf->ingest) {
            clcf->handler = ngx_http_rackscope_logs_ingest_handler;

        } else if (conf->page) {
            clcf->handler = ngx_http_rackscope_logs_page_handler;

        } else if (conf->metrics) {
            clcf->handler = ngx_http_rackscope_logs_metrics_handler;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_rackscope_logs_ingest(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf = conf;

    if (rlcf->ingest) {
        return "is duplicate";
    }

    return ngx_http_rackscope_logs_conf_use(cf,
                                        ngx_http_rackscope_logs_ingest_handler,
                                        &rlcf->ingest);
}


static char *
ngx_http_rackscope_logs_api(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf = conf;

    char                      *rv;
    ngx_http_core_loc_conf_t  *clcf;

    if (rlcf->api) {
        return "is duplicate";
    }

    rv = ngx_http_rackscope_logs_conf_use(cf,
                                          ngx_http_rackscope_logs_api_handler,
                                          &rlcf->api);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    ngx_http_rackscope_logs_admin_door(cf, rlcf);
    rlcf->whole = clcf->exact_match || clcf->named;

#if (NGX_PCRE)
    rlcf->whole = rlcf->whole || clcf->regex;
#endif

    return NGX_CONF_OK;
}


static char *
ngx_http_rackscope_logs_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_int_t    time;
    ngx_str_t   *value;
    ngx_msec_t  *msec;

    msec = (ngx_msec_t *) (p + cmd->offset);

    if (*msec != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    value = cf->args->elts;

    time = ngx_parse_time(&value[1], 0);

    if (time == NGX_ERROR || time == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid time \"%V\" in \"%V\", which takes a time "
                           "above zero, such as 500ms, 30s or 10m",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    *msec = time;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_init(ngx_conf_t *cf)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_rackscope_logs_module);

    if ((rmcf->access_log || rmcf->errors)
        && ngx_http_rackscope_logs_capture_request_id_init(cf, rmcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_rackscope_logs_access_init(cf, rmcf) != NGX_OK
        || ngx_http_rackscope_logs_errors_init(cf, rmcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_rackscope_logs_admin_init(cf, rmcf);
}


static ngx_int_t
ngx_http_rackscope_logs_init_module(ngx_cycle_t *cycle)
{
    /* a single process lives on, but the configuration of its tasks does not */

    ngx_http_rackscope_logs_task_exit();

    ngx_http_rackscope_logs_level_init_module(cycle);
    ngx_http_rackscope_logs_drain_init_module(cycle);
    ngx_http_rackscope_logs_share_init_module(cycle);

    return ngx_http_rackscope_logs_wake_init(cycle);
}


static ngx_int_t
ngx_http_rackscope_logs_init_process(ngx_cycle_t *cycle)
{
    ngx_http_rackscope_logs_place_init_worker(cycle);

    if (ngx_http_rackscope_logs_wake_init_worker(cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_rackscope_logs_drain_init_worker(cycle);

    return ngx_http_rackscope_logs_share_init_worker(cycle);
}


/* Finishing the tasks may write lines to the error log, so they come first. */

static void
ngx_http_rackscope_logs_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_rackscope_logs_task_exit();

    ngx_http_rackscope_logs_drain_exit_worker(cycle);
    ngx_http_rackscope_logs_share_exit_worker();
}
