
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * POST: what a backend sends becomes lines of the ring.
 *
 * The body is read unbuffered and fed to the intake piece by piece.  So it is
 * never on disk, since what it holds is not redacted yet.
 */


#include "ngx_http_rackscope_logs_internal.h"


/* A line of text waits this long for lines that may belong to it, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_HOLD    250

/* This many pieces are taken before other connections have their turn. */
#define NGX_HTTP_RACKSCOPE_LOGS_PIECES  16

#define NGX_HTTP_RACKSCOPE_LOGS_FILE_PIECE  16384

/* A step takes this much of what the intake has kept, in bytes. */
#define NGX_HTTP_RACKSCOPE_LOGS_STEP    65536


typedef struct {
    ngx_http_rackscope_logs_upload_t     upload;    /* must be first */

    ngx_http_request_t                  *request;

    ngx_http_rackscope_logs_decode_t     decode;

    off_t                                limit;

    ngx_chain_t                         *bufs;      /* of a shared body, what
                                                       is not taken yet */
    u_char                              *piece;     /* of a file */
    ngx_int_t                            failed;    /* the status, if nginx
                                                       could not read on */
    ngx_event_t                          event;
    unsigned                             shared:1;  /* the body */
} ngx_http_rackscope_logs_ingest_ctx_t;


static ngx_int_t ngx_http_rackscope_logs_ingest_request(
    ngx_http_request_t *r);
static ngx_http_rackscope_logs_ingest_ctx_t *
    ngx_http_rackscope_logs_ingest_create(ngx_http_request_t *r,
    rsl_envelope_request_t *request, rsl_decode_header_t *header);
static void ngx_http_rackscope_logs_ingest_cleanup(void *data);
static void ngx_http_rackscope_logs_ingest_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_rackscope_logs_ingest_share(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);
static void ngx_http_rackscope_logs_ingest_read(ngx_http_request_t *r);
static ngx_int_t ngx_http_rackscope_logs_ingest_bufs(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);
static ngx_int_t ngx_http_rackscope_logs_ingest_buf(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_buf_t *b);
static ngx_int_t ngx_http_rackscope_logs_ingest_file(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_buf_t *b);
static ngx_int_t ngx_http_rackscope_logs_ingest_feed(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, u_char **pos, u_char *last);
static void ngx_http_rackscope_logs_ingest_wait(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);
static void ngx_http_rackscope_logs_ingest_step(
    ngx_http_rackscope_logs_task_t *task);
static void ngx_http_rackscope_logs_ingest_pause(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);
static void ngx_http_rackscope_logs_ingest_event(ngx_event_t *ev);
static void ngx_http_rackscope_logs_ingest_stop(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);
static void ngx_http_rackscope_logs_ingest_end(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_int_t rc);
static void ngx_http_rackscope_logs_ingest_settle(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);
static ngx_uint_t ngx_http_rackscope_logs_ingest_full(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);
static void ngx_http_rackscope_logs_ingest_waited(
    ngx_http_rackscope_logs_waiter_t *waiter);
static void ngx_http_rackscope_logs_ingest_answer(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_int_t rc);
static void ngx_http_rackscope_logs_ingest_forget(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);


ngx_int_t
ngx_http_rackscope_logs_ingest_handler(ngx_http_request_t *r)
{
    ngx_int_t                              rc;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    rc = ngx_http_rackscope_logs_ingest_request(r);

    ctx = ngx_http_get_module_ctx(r, ngx_http_rackscope_logs_module);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE && ctx == NULL) {
        /* a body that is not redacted is not for a backend of an error_page */
        (void) ngx_http_discard_request_body(r);
    }

    return rc;
}


static ngx_int_t
ngx_http_rackscope_logs_ingest_request(ngx_http_request_t *r)
{
    unsigned                               status;
    ngx_int_t                              rc;
    const char                            *detail;
    rsl_decode_header_t                    header;
    rsl_envelope_request_t                 request;
    ngx_http_rackscope_logs_loc_conf_t    *rlcf;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    if (!rlcf->enable) {
        return NGX_HTTP_NOT_FOUND;
    }

    if (ngx_http_rackscope_logs_guard_product(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r->method != NGX_HTTP_POST) {
        return ngx_http_rackscope_logs_guard_method(r);
    }

    if (ngx_http_rackscope_logs_guard_site(r) != NGX_OK) {
        return ngx_http_rackscope_logs_reply_error(r, NGX_HTTP_FORBIDDEN,
                                 "log records are not taken from a page of "
                                 "another origin");
    }

    ngx_http_rackscope_logs_guard_request(r, &request);

    if (rsl_envelope_refuses(&request, &status, &detail)) {
        ngx_http_rackscope_logs_upload_reject(rlcf->ingest,
                                              RSL_INTAKE_BAD_ENVELOPE);
        return ngx_http_rackscope_logs_reply_error(r, status, detail);
    }

    detail = ngx_http_rackscope_logs_decode_header(r, &request, &header);

    if (detail) {
        ngx_http_rackscope_logs_upload_reject(rlcf->ingest,
                                         NGX_HTTP_RACKSCOPE_LOGS_BAD_ENCODING);
        return ngx_http_rackscope_logs_reply_error(r,
                                       NGX_HTTP_UNSUPPORTED_MEDIA_TYPE, detail);
    }

    ctx = ngx_http_rackscope_logs_ingest_create(r, &request, &header);

    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->request_body_no_buffering = 1;

    /* otherwise, a body that came with its request would go to a file */
    r->request_body_in_file_only = 0;

    rc = ngx_http_read_client_request_body(r,
                                         ngx_http_rackscope_logs_ingest_body);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        /* what nginx had read before is still taken, perhaps not at once */

        ctx->failed = rc;

        r->main->count++;
        ngx_http_rackscope_logs_ingest_read(r);
    }

    return NGX_DONE;
}


static ngx_http_rackscope_logs_ingest_ctx_t *
ngx_http_rackscope_logs_ingest_create(ngx_http_request_t *r,
    rsl_envelope_request_t *request, rsl_decode_header_t *header)
{
    rsl_intake_conf_t                      conf;
    ngx_http_cleanup_t                    *cln;
    ngx_http_rackscope_logs_loc_conf_t    *rlcf;
    ngx_http_rackscope_logs_main_conf_t   *rmcf;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    rmcf = ngx_http_get_module_main_conf(r, ngx_http_rackscope_logs_module);
    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_rackscope_logs_ingest_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    ctx->request = r;
    ctx->shared = (r->request_body != NULL);

    ctx->upload.task.handler = ngx_http_rackscope_logs_ingest_step;
    ctx->upload.task.request = r;
    ctx->upload.zone = rlcf->ingest;
    ctx->upload.redact = rmcf->redact;
    ctx->upload.level = rlcf->level;

    ngx_http_rackscope_logs_decode_init(&ctx->decode, r, header);

    if (ngx_http_rackscope_logs_guard_limit(r, &ctx->limit) != NGX_OK) {
        return NULL;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NULL;
    }

    ngx_memzero(&conf, sizeof(rsl_intake_conf_t));

    ngx_http_rackscope_logs_upload_conf(&ctx->upload, &conf);
    conf.step = ctx->shared ? 0 : NGX_HTTP_RACKSCOPE_LOGS_STEP;
    ngx_http_rackscope_logs_guard_defaults(r, &conf);

    ctx->upload.logger = conf.logger;

    ctx->upload.envelope = ngx_http_rackscope_logs_capture_envelope(&conf,
                                                                    request);
    if (ctx->upload.envelope == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_rackscope_logs_ingest_cleanup;
    cln->data = ctx;

    ctx->event.handler = ngx_http_rackscope_logs_ingest_event;
    ctx->event.data = r->connection;
    ctx->event.log = r->connection->log;

    ngx_http_set_ctx(r, ctx, ngx_http_rackscope_logs_module);

    return ctx;
}


static void
ngx_http_rackscope_logs_ingest_cleanup(void *data)
{
    ngx_int_t                              rc;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx = data;

    if (!ctx->upload.ended && !ctx->upload.cut && !ctx->shared) {
        /* what the client has sent before it went away */

        do {
            ngx_http_rackscope_logs_decode_turn(&ctx->decode);
            rc = ngx_http_rackscope_logs_ingest_bufs(ctx);
        } while (rc == NGX_AGAIN);

        (void) ngx_http_rackscope_logs_decode_finish(&ctx->decode,
                                                     &ctx->upload);
    }

    ngx_http_rackscope_logs_decode_done(&ctx->decode);
    ngx_http_rackscope_logs_upload_leave(&ctx->upload);

    ngx_http_rackscope_logs_ingest_stop(ctx);
}


/* This is called once, with the first part of the body or with all of it. */

static void
ngx_http_rackscope_logs_ingest_body(ngx_http_request_t *r)
{
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_rackscope_logs_module);

    if (ctx->shared && ngx_http_rackscope_logs_ingest_share(ctx) != NGX_OK) {
        ctx->failed = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r->reading_body) {
        r->read_event_handler = ngx_http_rackscope_logs_ingest_read;
    }

    ngx_http_rackscope_logs_ingest_read(r);
}


/*
 * Others may need the body, so it stays as it is.  What is taken of it is seen
 * in copies of its buffers, which have their bytes in common with them.
 */

static ngx_int_t
ngx_http_rackscope_logs_ingest_share(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    ngx_buf_t           *b;
    ngx_chain_t         *cl, *in, **last;
    ngx_http_request_t  *r;

    r = ctx->request;
    last = &ctx->bufs;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    for (in = r->request_body->bufs; in; in = in->next) {

        b = ngx_alloc_buf(r->pool);
        cl = ngx_alloc_chain_link(r->pool);

        if (b == NULL || cl == NULL) {
            return NGX_ERROR;
        }

        *b = *in->buf;

        cl->buf = b;
        cl->next = NULL;
        *last = cl;
        last = &cl->next;
    }

    return NGX_OK;
}


static void
ngx_http_rackscope_logs_ingest_read(ngx_http_request_t *r)
{
    ngx_int_t                              rc;
    ngx_uint_t                             n;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_rackscope_logs_module);

    if (ctx->upload.task.queued || ctx->upload.waiter.queued) {
        /* the client is not slow: the intake is still busy with what it has */
        r->connection->read->timedout = 0;
        return;
    }

    ngx_http_rackscope_logs_decode_turn(&ctx->decode);

    for (n = 0; n < NGX_HTTP_RACKSCOPE_LOGS_PIECES; n++) {

        if (ngx_http_rackscope_logs_ingest_full(ctx)) {
            return;
        }

        rc = ngx_http_rackscope_logs_ingest_bufs(ctx);

        if (rc == NGX_AGAIN) {
            ngx_http_rackscope_logs_ingest_wait(ctx);
            return;
        }

        if (rc == NGX_OK && ctx->upload.lost) {
            /* an upload may stay open for days, so it is told at once */
            rc = NGX_HTTP_SERVICE_UNAVAILABLE;
        }

        if (rc != NGX_OK) {
            ngx_http_rackscope_logs_ingest_end(ctx, rc);
            return;
        }

        if (ctx->failed || !r->reading_body) {
            ngx_http_rackscope_logs_ingest_end(ctx,
                                        ctx->failed ? ctx->failed : NGX_OK);
            return;
        }

        rc = ngx_http_read_unbuffered_request_body(r);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            /* what nginx had read before is still taken */
            ctx->failed = rc;
            continue;
        }

        if (rc == NGX_AGAIN && r->request_body->bufs == NULL) {
            ngx_http_rackscope_logs_ingest_pause(ctx);
            return;
        }
    }

    ngx_http_rackscope_logs_upload_wake(&ctx->upload);

    ngx_post_event(&ctx->event, &ngx_posted_next_events);
}


/*
 * Feeds what nginx has read of the body.  Returns NGX_OK, NGX_AGAIN if the
 * intake has to read on before it takes more, or the status that ends the
 * request.
 */

static ngx_int_t
ngx_http_rackscope_logs_ingest_bufs(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_chain_t         *cl, **bufs;
    ngx_http_request_t  *r;

    r = ctx->request;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    bufs = ctx->shared ? &ctx->bufs : &r->request_body->bufs;

    while (*bufs) {
        cl = *bufs;

        rc = ngx_http_rackscope_logs_ingest_buf(ctx, cl->buf);

        if (rc != NGX_OK) {
            return rc;
        }

        *bufs = cl->next;
        ngx_free_chain(r->pool, cl);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_ingest_buf(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    ngx_buf_t *b)
{
    if (b->in_file) {
        return ngx_http_rackscope_logs_ingest_file(ctx, b);
    }

    return ngx_http_rackscope_logs_ingest_feed(ctx, &b->pos, b->last);
}


/* Another module, such as mirror, has had the body read and spooled. */

static ngx_int_t
ngx_http_rackscope_logs_ingest_file(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    ngx_buf_t *b)
{
    size_t      size;
    u_char     *pos;
    ssize_t     n;
    ngx_int_t   rc;

    if (ctx->piece == NULL) {
        ctx->piece = ngx_palloc(ctx->request->pool,
                                NGX_HTTP_RACKSCOPE_LOGS_FILE_PIECE);
        if (ctx->piece == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    do {
        n = 0;
        size = (size_t) ngx_min(b->file_last - b->file_pos,
                                NGX_HTTP_RACKSCOPE_LOGS_FILE_PIECE);

        if (size) {
            n = ngx_read_file(b->file, ctx->piece, size, b->file_pos);

            if (n == NGX_ERROR || n == 0) {
                rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
                break;
            }
        }

        pos = ctx->piece;
        rc = ngx_http_rackscope_logs_ingest_feed(ctx, &pos, pos + n);
        b->file_pos += pos - ctx->piece;

    } while (rc == NGX_OK && b->file_pos < b->file_last);

    ngx_explicit_memzero(ctx->piece, NGX_HTTP_RACKSCOPE_LOGS_FILE_PIECE);

    return rc;
}


static ngx_int_t
ngx_http_rackscope_logs_ingest_feed(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    u_char **pos, u_char *last)
{
    u_char      *start;
    ngx_int_t    rc;
    ngx_uint_t   beyond;

    start = *pos;
    beyond = ((off_t) (last - start) > ctx->limit - (off_t) ctx->upload.bytes);

    if (beyond) {
        last = start + (size_t) (ctx->limit - (off_t) ctx->upload.bytes);
    }

    rc = ngx_http_rackscope_logs_decode_feed(&ctx->decode, &ctx->upload, pos,
                                             last);
    ctx->upload.bytes += *pos - start;

    return (beyond && rc == NGX_OK) ? NGX_HTTP_REQUEST_ENTITY_TOO_LARGE : rc;
}


/*
 * There is still much to do with what was read, and no more is read until then.
 * The client is not to blame for that, so its timer is stopped.
 */

static void
ngx_http_rackscope_logs_ingest_wait(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    ngx_event_t  *rev;

    rev = ctx->request->connection->read;

    if (rev->timer_set) {
        ngx_del_timer(rev);
    }

    ngx_http_rackscope_logs_upload_wake(&ctx->upload);
    ngx_http_rackscope_logs_task_add(&ctx->upload.task);
}


static void
ngx_http_rackscope_logs_ingest_step(ngx_http_rackscope_logs_task_t *task)
{
    ngx_int_t                              rc;
    ngx_connection_t                      *c;
    ngx_http_request_t                    *r;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    ctx = (ngx_http_rackscope_logs_ingest_ctx_t *) task;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    if (ngx_http_rackscope_logs_ingest_full(ctx)) {
        ctx->upload.kept = 1;
        return;
    }

    if (ctx->upload.ended) {
        ngx_http_rackscope_logs_ingest_end(ctx, NGX_OK);
        ngx_http_run_posted_requests(c);
        return;
    }

    rc = ngx_http_rackscope_logs_upload_step(&ctx->upload);

    if (rc == NGX_OK) {
        ngx_http_rackscope_logs_ingest_read(r);

    } else if (rc == NGX_AGAIN) {
        ngx_http_rackscope_logs_ingest_wait(ctx);

    } else {
        ngx_http_rackscope_logs_ingest_end(ctx, rc);
    }

    ngx_http_run_posted_requests(c);
}


/*
 * There is nothing more to read now.  If the intake holds back a line of text,
 * a timer limits for how long.
 */

static void
ngx_http_rackscope_logs_ingest_pause(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    ngx_http_rackscope_logs_upload_wake(&ctx->upload);

    /* ngx_add_timer() leaves a timer alone that would change by little */

    if (ctx->event.timer_set) {
        ngx_del_timer(&ctx->event);
    }

    if (rsl_envelope_held(ctx->upload.envelope)) {
        ngx_add_timer(&ctx->event, NGX_HTTP_RACKSCOPE_LOGS_HOLD);
    }
}


static void
ngx_http_rackscope_logs_ingest_event(ngx_event_t *ev)
{
    ngx_int_t                              rc;
    ngx_connection_t                      *c;
    ngx_http_request_t                    *r;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    c = ev->data;
    r = c->data;

    ngx_http_set_log_request(c->log, r);

    ctx = ngx_http_get_module_ctx(r, ngx_http_rackscope_logs_module);

    if (!ev->timedout) {
        ngx_http_rackscope_logs_ingest_read(r);
        ngx_http_run_posted_requests(c);
        return;
    }

    ev->timedout = 0;

    rc = NGX_OK;

    if (rsl_envelope_release(ctx->upload.envelope) != RSL_OK) {
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;

    } else if (ctx->upload.lost) {
        rc = NGX_HTTP_SERVICE_UNAVAILABLE;
    }

    if (rc != NGX_OK) {
        ngx_http_rackscope_logs_ingest_end(ctx, rc);
        ngx_http_run_posted_requests(c);
        return;
    }

    ngx_http_rackscope_logs_upload_wake(&ctx->upload);
}


/* From now on, nothing happens to this upload except that it is answered. */

static void
ngx_http_rackscope_logs_ingest_stop(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    if (ctx->event.timer_set) {
        ngx_del_timer(&ctx->event);
    }

    if (ctx->event.posted) {
        ngx_delete_posted_event(&ctx->event);
    }
}


/*
 * Ends the request.  "rc" is NGX_OK if the body was read to its end, otherwise
 * the status that it failed with.
 */

static void
ngx_http_rackscope_logs_ingest_end(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    ngx_int_t rc)
{
    ngx_http_request_t  *r;

    r = ctx->request;

    /* the request may live on while its answer waits, or as an error_page */

    ngx_http_rackscope_logs_ingest_stop(ctx);
    r->read_event_handler = ngx_http_block_reading;

    if (rc == NGX_OK) {
        rc = ngx_http_rackscope_logs_decode_finish(&ctx->decode, &ctx->upload);

        if (rc == NGX_AGAIN) {
            ngx_http_rackscope_logs_ingest_wait(ctx);
            return;
        }
    }

    if (rc == NGX_OK) {
        ctx->upload.ended = 1;

        rc = ngx_http_rackscope_logs_upload_step(&ctx->upload);

        if (rc == NGX_AGAIN) {
            ngx_http_rackscope_logs_ingest_wait(ctx);
            return;
        }
    }

    if (rc == NGX_OK && ctx->upload.ticket) {
        ngx_http_rackscope_logs_ingest_settle(ctx);
        return;
    }

    ngx_http_rackscope_logs_ingest_answer(ctx, rc);
}


/* A successful answer means that the records are in the ring. */

static void
ngx_http_rackscope_logs_ingest_settle(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    ngx_int_t  rc;

    ctx->upload.waiter.handler = ngx_http_rackscope_logs_ingest_waited;
    ctx->upload.waiter.ticket = ctx->upload.ticket;

    rc = ngx_http_rackscope_logs_share_wait(ctx->upload.zone,
                                            &ctx->upload.waiter);

    if (rc != NGX_AGAIN) {
        ngx_http_rackscope_logs_ingest_answer(ctx, (rc == NGX_OK)
                                              ? NGX_OK
                                              : NGX_HTTP_SERVICE_UNAVAILABLE);
    }
}


/*
 * Does so much wait for Redis that this body is not to be read on?  The client
 * is not to blame for that, so its timer is stopped.
 */

static ngx_uint_t
ngx_http_rackscope_logs_ingest_full(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    ngx_event_t  *rev;

    if (ctx->upload.ticket == 0) {
        return 0;
    }

    ctx->upload.waiter.handler = ngx_http_rackscope_logs_ingest_waited;
    ctx->upload.waiter.ticket = 0;

    if (ngx_http_rackscope_logs_share_wait(ctx->upload.zone,
                                           &ctx->upload.waiter)
        != NGX_AGAIN)
    {
        return 0;
    }

    rev = ctx->request->connection->read;

    if (rev->timer_set) {
        ngx_del_timer(rev);
    }

    return 1;
}


/* There is room again, or the records of the body are in the ring. */

static void
ngx_http_rackscope_logs_ingest_waited(ngx_http_rackscope_logs_waiter_t *waiter)
{
    ngx_connection_t                      *c;
    ngx_http_request_t                    *r;
    ngx_http_rackscope_logs_upload_t      *upload;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    upload = (ngx_http_rackscope_logs_upload_t *)
             ((u_char *) waiter
              - offsetof(ngx_http_rackscope_logs_upload_t, waiter));
    ctx = (ngx_http_rackscope_logs_ingest_ctx_t *) upload;
    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    if (upload->ended && waiter->ticket) {
        ngx_http_rackscope_logs_ingest_settle(ctx);

    } else if (upload->kept) {
        upload->kept = 0;
        ngx_http_rackscope_logs_task_add(&upload->task);

    } else {
        ngx_http_rackscope_logs_ingest_read(r);
    }

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_rackscope_logs_ingest_answer(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_int_t rc)
{
    ngx_http_rackscope_logs_ingest_forget(ctx);

    rc = ngx_http_rackscope_logs_answer(ctx->request, &ctx->upload,
                                        &ctx->decode, rc);

    ngx_http_finalize_request(ctx->request, rc);
}


/*
 * The answer may be an error_page that comes from a backend.  nginx would send
 * what is left of the body there, which is not redacted, and the backend would
 * wait for the rest of it.
 */

static void
ngx_http_rackscope_logs_ingest_forget(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    ngx_http_request_t  *r;

    r = ctx->request;

    if (ctx->shared || r->request_body == NULL) {
        return;
    }

    if (r->reading_body) {
        /* what is not read yet must not be taken for another request */
        r->reading_body = 0;
        r->keepalive = 0;
        r->lingering_close = 1;
    }

    r->request_body->bufs = NULL;
    r->headers_in.chunked = 0;
    r->headers_in.content_length_n = -1;
}
