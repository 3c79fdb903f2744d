
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Was this request approved?  Only auth_request approves one, and it must have
 * run for this very request: a location without it is a closed door, not an
 * open one.
 *
 * A browser sends the cookie of an admin with the requests of any page that is
 * open in it.  So what the browser says of the page that a request comes from
 * is looked at, too.
 */


#include "ngx_http_rackscope_logs.h"


/*
 * What ngx_http_auth_request_module keeps for a request.  The type is private
 * to that module, and unchanged since nginx 1.5.4.
 */

typedef struct {
    ngx_uint_t           done;
    ngx_uint_t           status;
    ngx_http_request_t  *subrequest;
} ngx_http_rackscope_logs_auth_t;


static ngx_uint_t ngx_http_rackscope_logs_admin_auth_request(ngx_conf_t *cf);
static void ngx_http_rackscope_logs_admin_cleanup(void *data);
static ngx_uint_t ngx_http_rackscope_logs_admin_auth(ngx_http_request_t *r);
static ngx_uint_t ngx_http_rackscope_logs_admin_navigation(
    ngx_http_request_t *r);


static ngx_str_t  ngx_http_rackscope_logs_fetch_site =
    ngx_string("Sec-Fetch-Site");
static ngx_str_t  ngx_http_rackscope_logs_fetch_mode =
    ngx_string("Sec-Fetch-Mode");
static ngx_str_t  ngx_http_rackscope_logs_fetch_dest =
    ngx_string("Sec-Fetch-Dest");


/*
 * The memory is shared by all workers, so that each location says only once why
 * it refuses requests.
 */

ngx_int_t
ngx_http_rackscope_logs_admin_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    ngx_pool_cleanup_t  *cln;

    rmcf->auth_request = ngx_http_rackscope_logs_admin_auth_request(cf);

    if (rmcf->locations == 0) {
        return NGX_OK;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    rmcf->refused.size = rmcf->locations;
    rmcf->refused.log = cf->log;
    ngx_str_set(&rmcf->refused.name, "rackscope_logs_admin");

    if (ngx_shm_alloc(&rmcf->refused) != NGX_OK) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_rackscope_logs_admin_cleanup;
    cln->data = &rmcf->refused;

    return NGX_OK;
}


/*
 * The ctx_index of ngx_http_auth_request_module, which nginx may be built
 * without: its symbol is not used here, so that this module loads all the same.
 * NGX_CONF_UNSET_UINT: it is not there.
 */

static ngx_uint_t
ngx_http_rackscope_logs_admin_auth_request(ngx_conf_t *cf)
{
    char        *name;
    ngx_uint_t   i;

    for (i = 0; cf->cycle->modules[i]; i++) {
        name = cf->cycle->modules[i]->name;

        if (ngx_strcmp(name, "ngx_http_auth_request_module") == 0) {
            return cf->cycle->modules[i]->ctx_index;
        }
    }

    return NGX_CONF_UNSET_UINT;
}


static void
ngx_http_rackscope_logs_admin_cleanup(void *data)
{
    ngx_shm_t  *shm = data;

    ngx_shm_free(shm);
}


/* Gives this location a door, which says once why it is closed. */

void
ngx_http_rackscope_logs_admin_door(ngx_conf_t *cf,
    ngx_http_rackscope_logs_loc_conf_t *rlcf)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_rackscope_logs_module);

    rlcf->location = rmcf->locations++;
}


/*
 * May this request be answered?  "document" means that it asks for something
 * that people open by a link or an address, also from another site.
 */

ngx_uint_t
ngx_http_rackscope_logs_admin_approved(ngx_http_request_t *r,
    ngx_uint_t document)
{
    if (!ngx_http_rackscope_logs_admin_auth(r)) {
        return 0;
    }

    return ngx_http_rackscope_logs_admin_same_origin(r)
           || (document && ngx_http_rackscope_logs_admin_navigation(r));
}


/*
 * nginx checks no access for a subrequest, so that is not approved, whatever
 * the configuration says.
 */

static ngx_uint_t
ngx_http_rackscope_logs_admin_auth(ngx_http_request_t *r)
{
    ngx_http_rackscope_logs_auth_t       *auth;
    ngx_http_rackscope_logs_loc_conf_t   *rlcf;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    if (r != r->main) {
        return 0;
    }

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    if (!rlcf->require_admin) {
        return 1;
    }

    rmcf = ngx_http_get_module_main_conf(r, ngx_http_rackscope_logs_module);

    if (rmcf->auth_request == NGX_CONF_UNSET_UINT) {
        return 0;
    }

    auth = r->ctx[rmcf->auth_request];

    /* with "satisfy any" there may be a context that says no */

    return auth
           && auth->done
           && auth->status >= NGX_HTTP_OK
           && auth->status < NGX_HTTP_SPECIAL_RESPONSE;
}


/*
 * Does no browser say that a page of another origin sent this request?  Clients
 * that are no browsers do not send the header.  A value that is not known is
 * refused, and so are two values that are joined in one header.
 */

ngx_uint_t
ngx_http_rackscope_logs_admin_same_origin(ngx_http_request_t *r)
{
    static ngx_str_t  values[] = {
        ngx_string("same-origin"),
        ngx_string("none"),
        ngx_null_string
    };

    return ngx_http_rackscope_logs_header_test(r,
                                  &ngx_http_rackscope_logs_fetch_site, values)
           != NGX_ERROR;
}


/*
 * Did somebody follow a link?  Then the answer takes the place of the page that
 * asked for it, and that page cannot read it.
 */

static ngx_uint_t
ngx_http_rackscope_logs_admin_navigation(ngx_http_request_t *r)
{
    static ngx_str_t  modes[] = { ngx_string("navigate"), ngx_null_string };
    static ngx_str_t  dests[] = { ngx_string("document"), ngx_null_string };

    return (r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
           && ngx_http_rackscope_logs_header_test(r,
                                   &ngx_http_rackscope_logs_fetch_mode, modes)
              == NGX_OK
           && ngx_http_rackscope_logs_header_test(r,
                                   &ngx_http_rackscope_logs_fetch_dest, dests)
              == NGX_OK;
}


/*
 * Answers a request that was not approved.  Each location logs once why it
 * refuses.
 */

ngx_int_t
ngx_http_rackscope_logs_admin_refuse(ngx_http_request_t *r)
{
    u_char                               *refused;
    const char                           *reason;
    ngx_http_core_loc_conf_t             *clcf;
    ngx_http_rackscope_logs_loc_conf_t   *rlcf;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    if (ngx_http_rackscope_logs_admin_auth(r)) {
        return ngx_http_rackscope_logs_reply_error(r, NGX_HTTP_FORBIDDEN,
                             "a page of another origin sent this request "
                             "(Sec-Fetch-Site); open the logs in a tab of "
                             "their own, or proxy this API under the origin "
                             "of that page");
    }

    rmcf = ngx_http_get_module_main_conf(r, ngx_http_rackscope_logs_module);
    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    refused = &rmcf->refused.addr[rlcf->location];

    if (!*refused) {
        *refused = 1;

        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        reason = (r != r->main)
                 ? "it was a subrequest, for which nginx checks no access; "
                   "request the location itself"
                 : "auth_request did not approve it; add \"auth_request\" to "
                   "the location (\"satisfy any\" that something else met is "
                   "not enough), or, if something else guards it, "
                   "\"rackscope_logs_require_admin off\"";

        /* in the log of the location, which adds no text of the client's */

        ngx_log_error(NGX_LOG_ERR, clcf->error_log, 0,
                      "rackscope logs refused a request to location \"%V\": "
                      "%s", &clcf->name, reason);
    }

    if (r != r->main) {
        return NGX_HTTP_FORBIDDEN;
    }

    return ngx_http_rackscope_logs_reply_error(r, NGX_HTTP_FORBIDDEN,
                             "auth_request did not approve this request; "
                             "the error log of nginx says what to do");
}
