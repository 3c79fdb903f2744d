
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * DELETE: empties the ring.  If the zone is shared, all nginx empty theirs, and
 * the answer waits until Redis has said so.
 */


#include "ngx_http_rackscope_logs_internal.h"


#define NGX_HTTP_RACKSCOPE_LOGS_PATIENCE  10000


typedef struct {
    ngx_http_rackscope_logs_waiter_t  waiter;   /* must be first */
    ngx_http_request_t               *request;
    ngx_shm_zone_t                   *zone;
    ngx_event_t                       event;    /* the end of patience */
} ngx_http_rackscope_logs_clear_ctx_t;


static ngx_int_t ngx_http_rackscope_logs_clear_shared(ngx_http_request_t *r,
    ngx_shm_zone_t *zone);
static void ngx_http_rackscope_logs_clear_cleanup(void *data);
static void ngx_http_rackscope_logs_clear_waited(
    ngx_http_rackscope_logs_waiter_t *waiter);
static void ngx_http_rackscope_logs_clear_late(ngx_event_t *ev);
static void ngx_http_rackscope_logs_clear_end(
    ngx_http_rackscope_logs_clear_ctx_t *ctx, ngx_int_t rc, ngx_uint_t alone);
static ngx_int_t ngx_http_rackscope_logs_clear_answer(ngx_http_request_t *r,
    ngx_int_t rc, ngx_uint_t alone);


ngx_int_t
ngx_http_rackscope_logs_clear_handler(ngx_http_request_t *r)
{
    ngx_int_t                            rc;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    if (ngx_http_rackscope_logs_share_is(rlcf->api)) {
        return ngx_http_rackscope_logs_clear_shared(r, rlcf->api);
    }

    ngx_http_rackscope_logs_zone_clear(rlcf->api);
    ngx_http_rackscope_logs_wake_readers(rlcf->api);

    return ngx_http_rackscope_logs_clear_answer(r, NGX_OK, 0);
}


static ngx_int_t
ngx_http_rackscope_logs_clear_shared(ngx_http_request_t *r,
    ngx_shm_zone_t *zone)
{
    ngx_int_t                             rc;
    ngx_uint_t                            alone;
    ngx_http_cleanup_t                   *cln;
    ngx_http_rackscope_logs_clear_ctx_t  *ctx;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_rackscope_logs_clear_ctx_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (ctx == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->waiter.handler = ngx_http_rackscope_logs_clear_waited;
    ctx->waiter.clear = 1;
    ctx->waiter.ticket = ngx_http_rackscope_logs_share_clear(zone);
    ctx->request = r;
    ctx->zone = zone;

    alone = 0;
    rc = ngx_http_rackscope_logs_share_check(zone, &ctx->waiter, &alone);

    if (rc != NGX_AGAIN) {
        return ngx_http_rackscope_logs_clear_answer(r, rc, alone);
    }

    cln->handler = ngx_http_rackscope_logs_clear_cleanup;
    cln->data = ctx;

    ctx->event.handler = ngx_http_rackscope_logs_clear_late;
    ctx->event.data = ctx;
    ctx->event.log = r->connection->log;

    ngx_add_timer(&ctx->event, NGX_HTTP_RACKSCOPE_LOGS_PATIENCE);

    (void) ngx_http_rackscope_logs_share_wait(zone, &ctx->waiter);

    if (!r->discard_body) {
        r->read_event_handler = ngx_http_test_reading;
    }

    r->main->count++;

    return NGX_DONE;
}


static void
ngx_http_rackscope_logs_clear_cleanup(void *data)
{
    ngx_http_rackscope_logs_clear_ctx_t  *ctx = data;

    ngx_http_rackscope_logs_share_forget(ctx->zone, &ctx->waiter);

    if (ctx->event.timer_set) {
        ngx_del_timer(&ctx->event);
    }
}


static void
ngx_http_rackscope_logs_clear_waited(ngx_http_rackscope_logs_waiter_t *waiter)
{
    ngx_int_t                             rc;
    ngx_uint_t                            alone;
    ngx_http_rackscope_logs_clear_ctx_t  *ctx;

    ctx = (ngx_http_rackscope_logs_clear_ctx_t *) waiter;

    alone = 0;
    rc = ngx_http_rackscope_logs_share_check(ctx->zone, waiter, &alone);

    ngx_http_rackscope_logs_clear_end(ctx, rc, alone);
}


static void
ngx_http_rackscope_logs_clear_late(ngx_event_t *ev)
{
    ngx_http_rackscope_logs_clear_end(ev->data, NGX_DECLINED, 0);
}


static void
ngx_http_rackscope_logs_clear_end(ngx_http_rackscope_logs_clear_ctx_t *ctx,
    ngx_int_t rc, ngx_uint_t alone)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ngx_http_finalize_request(r,
                              ngx_http_rackscope_logs_clear_answer(r, rc,
                                                                   alone));
    ngx_http_run_posted_requests(c);
}


static ngx_int_t
ngx_http_rackscope_logs_clear_answer(ngx_http_request_t *r, ngx_int_t rc,
    ngx_uint_t alone)
{
    static ngx_str_t  answers[] = {
        ngx_string("{\"ok\":true,\"message\":\"Log buffer cleared\"}"),
        ngx_string("{\"ok\":true,\"message\":\"Log buffer cleared on this "
                   "nginx only: it is cut off from the Redis that the zone is "
                   "shared by\"}")
    };

    if (rc == NGX_OK) {
        return ngx_http_rackscope_logs_reply_text(r, NGX_HTTP_OK,
                                                  &answers[alone != 0]);
    }

    if (ngx_http_rackscope_logs_header_add(r, "Retry-After", "1") == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_rackscope_logs_reply_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                              "the Redis that the zone is shared by has not "
                              "answered, so the log buffer may not be cleared; "
                              "try again");
}
