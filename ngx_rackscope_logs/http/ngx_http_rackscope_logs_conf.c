
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What directives refer to, and the rules of redaction.
 *
 * A directive may name a zone that is declared later, and a later directive may
 * take its location over.  Both are known only when the whole configuration has
 * been read.
 */


#include "ngx_http_rackscope_logs.h"


#define NGX_HTTP_RACKSCOPE_LOGS_SHARED                                        \
    "cannot share a location with another directive that answers requests"


/*
 * A directive that names a zone or answers the requests of its location.  It is
 * checked when all zones and all directives of the location are known.
 */

typedef struct {
    ngx_str_t                  directive;
    ngx_str_t                  file;
    ngx_uint_t                 line;
    ngx_shm_zone_t            *zone;    /* NULL if it needs none */
    ngx_http_core_loc_conf_t  *clcf;
    ngx_http_handler_pt        handler;     /* NULL: it answers nothing */
} ngx_http_rackscope_logs_conf_use_t;


static ngx_http_rackscope_logs_conf_use_t *
    ngx_http_rackscope_logs_conf_push(ngx_conf_t *cf);
static void ngx_http_rackscope_logs_conf_rules_cleanup(void *data);


ngx_int_t
ngx_http_rackscope_logs_conf_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    if (ngx_array_init(&rmcf->uses, cf->pool, 4,
                       sizeof(ngx_http_rackscope_logs_conf_use_t))
        != NGX_OK
        || ngx_array_init(&rmcf->rules, cf->pool, 4, sizeof(rsl_str_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_array_init(&rmcf->shares, cf->pool, 1,
                          sizeof(ngx_http_rackscope_logs_share_t *));
}


/*
 * Notes the directive that is being read.  "handler", if it is not NULL,
 * becomes the one that answers in this location.  "*zone", if "zone" is not
 * NULL, becomes the zone that the directive names.
 */

char *
ngx_http_rackscope_logs_conf_use(ngx_conf_t *cf, ngx_http_handler_pt handler,
    ngx_shm_zone_t **zone)
{
    ngx_str_t                           *value;
    ngx_http_core_loc_conf_t            *clcf;
    ngx_http_rackscope_logs_conf_use_t  *use;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (handler && clcf->handler) {
        return NGX_HTTP_RACKSCOPE_LOGS_SHARED;
    }

    use = ngx_http_rackscope_logs_conf_push(cf);
    if (use == NULL) {
        return NGX_CONF_ERROR;
    }

    use->handler = handler;

    if (zone) {
        value = cf->args->elts;

        use->zone = ngx_http_rackscope_logs_zone_use(cf, &value[1]);
        if (use->zone == NULL) {
            return NGX_CONF_ERROR;
        }

        *zone = use->zone;
    }

    if (handler) {
        clcf->handler = handler;
    }

    return NGX_CONF_OK;
}


/* The same for one of several zones that a directive names; NULL: an error. */

ngx_shm_zone_t *
ngx_http_rackscope_logs_conf_zone(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_http_rackscope_logs_conf_use_t  *use;

    use = ngx_http_rackscope_logs_conf_push(cf);
    if (use == NULL) {
        return NULL;
    }

    use->zone = ngx_http_rackscope_logs_zone_use(cf, name);

    return use->zone;
}


static ngx_http_rackscope_logs_conf_use_t *
ngx_http_rackscope_logs_conf_push(ngx_conf_t *cf)
{
    ngx_str_t                            *value;
    ngx_http_rackscope_logs_conf_use_t   *use;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_rackscope_logs_module);
    value = cf->args->elts;

    use = ngx_array_push(&rmcf->uses);
    if (use == NULL) {
        return NULL;
    }

    use->directive = value[0];
    use->file = cf->conf_file->file.name;
    use->line = cf->conf_file->line;
    use->zone = NULL;
    use->clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    use->handler = NULL;

    return use;
}


/*
 * Checks what the directives have referred to.  An unknown zone is reported
 * here because nginx's own message does not name the directive.
 */

ngx_int_t
ngx_http_rackscope_logs_conf_check(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    ngx_uint_t                           i;
    ngx_http_rackscope_logs_conf_use_t  *use;

    use = rmcf->uses.elts;

    for (i = 0; i < rmcf->uses.nelts; i++) {

        rmcf->zones += (use[i].zone != NULL);

        if (use[i].zone && use[i].zone->data == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "unknown zone \"%V\" in \"%V\", which takes the name "
                          "of a zone that \"rackscope_logs_zone\" declares, "
                          "in %V:%ui",
                          &use[i].zone->shm.name, &use[i].directive,
                          &use[i].file, use[i].line);
            return NGX_ERROR;
        }

        /* a later directive has taken the location over */

        if (use[i].handler && use[i].clcf->handler != use[i].handler) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "\"%V\" directive " NGX_HTTP_RACKSCOPE_LOGS_SHARED
                          " in %V:%ui",
                          &use[i].directive, &use[i].file, use[i].line);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


char *
ngx_http_rackscope_logs_conf_redact(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf = conf;

    int            rc;
    char           error[NGX_MAX_CONF_ERRSTR];
    rsl_str_t      pattern, replacement, *rule;
    ngx_str_t     *value;
    rsl_redact_t  *redact;

    redact = ngx_http_rackscope_logs_conf_rules(cf, rmcf);
    if (redact == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    pattern.len = value[1].len;
    pattern.data = value[1].data;

    replacement.len = value[2].len;
    replacement.data = value[2].data;

    rule = ngx_array_push_n(&rmcf->rules, 2);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    rule[0] = pattern;
    rule[1] = replacement;

    rc = rsl_redact_add(redact, &pattern, &replacement, error, sizeof(error));

    if (rc == RSL_DECLINED) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid rule \"%V\" \"%V\" in \"%V\": %s",
                           &value[1], &value[2], &cmd->name, error);
    }

    return (rc == RSL_OK) ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/*
 * Returns the rules of this configuration, which are compiled in the master
 * before it forks.
 */

rsl_redact_t *
ngx_http_rackscope_logs_conf_rules(ngx_conf_t *cf,
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

    cln->handler = ngx_http_rackscope_logs_conf_rules_cleanup;
    cln->data = rmcf->redact;

    return rmcf->redact;
}


static void
ngx_http_rackscope_logs_conf_rules_cleanup(void *data)
{
    rsl_redact_t  *redact = data;

    rsl_redact_destroy(redact);
}
