
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The rules of redaction of a configuration, its own and the built-in ones.
 */


#include "ngx_http_rackscope_logs.h"


static void ngx_http_rackscope_logs_redact_cleanup(void *data);


char *
ngx_http_rackscope_logs_redact(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf = conf;

    int            rc;
    char           error[NGX_MAX_CONF_ERRSTR];
    rsl_str_t      pattern, replacement;
    ngx_str_t     *value;
    rsl_redact_t  *redact;

    redact = ngx_http_rackscope_logs_redact_rules(cf, rmcf);
    if (redact == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    pattern.len = value[1].len;
    pattern.data = value[1].data;

    replacement.len = value[2].len;
    replacement.data = value[2].data;

    rc = rsl_redact_add(redact, &pattern, &replacement, error, sizeof(error));

    if (rc == RSL_DECLINED) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid rule \"%V\" \"%V\" in \"%V\": %s",
                           &value[1], &value[2], &cmd->name, error);
    }

    return (rc == RSL_OK) ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* The rules of this cycle, compiled in the master before it forks. */

rsl_redact_t *
ngx_http_rackscope_logs_redact_rules(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    ngx_pool_cleanup_t  *cln;

    if (rmcf->redact) {
        return rmcf->redact;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    rmcf->redact = rsl_redact_create(1);
    if (rmcf->redact == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the redaction rules could not be compiled");
        return NULL;
    }

    cln->handler = ngx_http_rackscope_logs_redact_cleanup;
    cln->data = rmcf->redact;

    return rmcf->redact;
}


static void
ngx_http_rackscope_logs_redact_cleanup(void *data)
{
    rsl_redact_t  *redact = data;

    rsl_redact_destroy(redact);
}
