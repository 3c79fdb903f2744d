
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The size of a body that does not say how large it will be.
 *
 * nginx compares such a body with "client_max_body_size" while it reads, and
 * when a chunk goes beyond, it drops the chunks before it, too, as far as they
 * came in the same read.  So records would be lost that were within the limit,
 * and nobody could say which.
 */


#include "ngx_http_rackscope_logs.h"


/*
 * Takes the check away from nginx for this request, and sets "limit" to what
 * the caller must not exceed.  The configuration belongs to all requests, so
 * this one gets a copy of it without a limit.
 */

ngx_int_t
ngx_http_rackscope_logs_limit_body(ngx_http_request_t *r, off_t *limit)
{
    void                     **loc_conf;
    ngx_http_core_loc_conf_t  *clcf, *copy;

    *limit = NGX_MAX_OFF_T_VALUE;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!r->headers_in.chunked || clcf->client_max_body_size == 0) {
        return NGX_OK;
    }

    copy = ngx_palloc(r->pool, sizeof(ngx_http_core_loc_conf_t));
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
