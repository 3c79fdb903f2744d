
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The capture level: its directive, and the environment variable that gives
 * the default.
 *
 * nginx gives its workers, and a new binary at an upgrade, only those
 * environment variables that an "env" directive names.  So this module
 * declares its own one, as if there were such a directive.
 */


#include "ngx_http_rackscope_logs.h"


#define NGX_HTTP_RACKSCOPE_LOGS_LEVEL_ENV  "RACKSCOPE_LOG_LEVEL"


static ngx_str_t *ngx_http_rackscope_logs_level_env(ngx_cycle_t *cycle,
    ngx_uint_t value);
static ngx_uint_t ngx_http_rackscope_logs_level_default(ngx_cycle_t *cycle);


/*
 * The variable is declared before the "http" block is read: a module that
 * installs the environment once that block was read, as perl does, must find
 * the variable among those to keep.
 */

ngx_int_t
ngx_http_rackscope_logs_level_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    ngx_str_t        *var;
    ngx_core_conf_t  *ccf;

    if (ngx_array_init(&rmcf->levels, cf->pool, 4, sizeof(ngx_uint_t *))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_rackscope_logs_level_env(cf->cycle, 0) != NULL) {
        return NGX_OK;
    }

    ccf = (ngx_core_conf_t *) ngx_get_conf(cf->cycle->conf_ctx,
                                           ngx_core_module);

    var = ngx_array_push(&ccf->env);
    if (var == NULL) {
        return NGX_ERROR;
    }

    ngx_str_set(var, NGX_HTTP_RACKSCOPE_LOGS_LEVEL_ENV);

    return NGX_OK;
}


/*
 * Returns the "env" directive of the configuration that names the variable, or
 * NULL.  With "value", only a directive that gives a value counts.
 */

static ngx_str_t *
ngx_http_rackscope_logs_level_env(ngx_cycle_t *cycle, ngx_uint_t value)
{
    size_t            len;
    ngx_str_t        *var;
    ngx_uint_t        i;
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    len = sizeof(NGX_HTTP_RACKSCOPE_LOGS_LEVEL_ENV) - 1;
    var = ccf->env.elts;

    for (i = 0; i < ccf->env.nelts; i++) {

        if (var[i].len == len
            && ngx_strncmp(var[i].data, NGX_HTTP_RACKSCOPE_LOGS_LEVEL_ENV, len)
               == 0
            && (!value || var[i].data[len] == '='))
        {
            return &var[i];
        }
    }

    return NULL;
}


char *
ngx_http_rackscope_logs_level(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf = conf;

    rsl_str_t    name;
    ngx_str_t   *value;

    if (rlcf->level != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    name.len = value[1].len;
    name.data = value[1].data;

    rlcf->level = rsl_record_level_parse(&name);

    if (rlcf->level == RSL_LEVELS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown level \"%V\" in \"%V\", which takes "
                           "DEBUG, INFO, WARNING, ERROR or CRITICAL",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/*
 * An "env" directive may stand after the "http" block, so a level that no
 * directive gives stays unset until the whole configuration has been read.
 */

ngx_int_t
ngx_http_rackscope_logs_level_merge(ngx_http_rackscope_logs_main_conf_t *rmcf,
    ngx_http_rackscope_logs_loc_conf_t *prev,
    ngx_http_rackscope_logs_loc_conf_t *conf)
{
    ngx_uint_t  **level;

    if (conf->level == NGX_CONF_UNSET_UINT) {
        conf->level = prev->level;
    }

    if (conf->level != NGX_CONF_UNSET_UINT) {
        return NGX_OK;
    }

    level = ngx_array_push(&rmcf->levels);
    if (level == NULL) {
        return NGX_ERROR;
    }

    *level = &conf->level;

    return NGX_OK;
}


void
ngx_http_rackscope_logs_level_init_module(ngx_cycle_t *cycle)
{
    ngx_uint_t                            i, level, **levels;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_rackscope_logs_module);
    if (rmcf == NULL) {
        return;
    }

    level = ngx_http_rackscope_logs_level_default(cycle);
    levels = rmcf->levels.elts;

    for (i = 0; i < rmcf->levels.nelts; i++) {
        *levels[i] = level;
    }
}


/*
 * A value in the configuration takes precedence over the one in the environment
 * that nginx was started with.
 */

static ngx_uint_t
ngx_http_rackscope_logs_level_default(ngx_cycle_t *cycle)
{
    char         *env;
    rsl_str_t     name;
    ngx_str_t    *var;
    rsl_level_t   level;

    var = ngx_http_rackscope_logs_level_env(cycle, 1);

    env = var ? (char *) var->data + sizeof(NGX_HTTP_RACKSCOPE_LOGS_LEVEL_ENV)
              : getenv(NGX_HTTP_RACKSCOPE_LOGS_LEVEL_ENV);

    if (env == NULL || *env == '\0') {
        return RSL_LEVEL_INFO;
    }

    name.len = ngx_strlen(env);
    name.data = (u_char *) env;

    level = rsl_intake_level(&name);

    if (level == RSL_LEVELS) {
        ngx_log_error(NGX_LOG_WARN, cycle->log, 0,
                      "unknown level \"%s\" in the environment variable "
                      NGX_HTTP_RACKSCOPE_LOGS_LEVEL_ENV ", which takes DEBUG, "
                      "INFO, WARNING, ERROR or CRITICAL; INFO is used", env);
        return RSL_LEVEL_INFO;
    }

    return level;
}
