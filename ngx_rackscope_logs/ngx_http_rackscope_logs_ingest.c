
/*
 * POST: what a backend sends becomes lines of the ring.
 *
 * The body is read unbuffered and fed piece by piece, so it is never on disk:
 * what it holds is not redacted yet.
 */


#include "ngx_http_rackscope_logs_ingest.h"


/* For so long a line of text waits for what may belong to it, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_HOLD    250

/* So many pieces are taken before other connections have their turn. */
#define NGX_HTTP_RACKSCOPE_LOGS_PIECES  16

#define NGX_HTTP_RACKSCOPE_LOGS_FILE_PIECE  16384


static ngx_int_t ngx_http_rackscope_logs_ingest_request(
    ngx_http_request_t *r);
static ngx_http_rackscope_logs_ingest_ctx_t *
    ngx_http_rackscope_logs_ingest_create(ngx_http_request_t *r);
static void ngx_http_rackscope_logs_ingest_defaults(ngx_http_request_t *r,
    rsl_intake_conf_t *conf);
static void ngx_http_rackscope_logs_ingest_cleanup(void *data);
static void ngx_http_rackscope_logs_ingest_body(ngx_http_request_t *r);
static void ngx_http_rackscope_logs_ingest_read(ngx_http_request_t *r);
static ngx_int_t ngx_http_rackscope_logs_ingest_rest(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_int_t rc);
static ngx_int_t ngx_http_rackscope_logs_ingest_bufs(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);
static ngx_int_t ngx_http_rackscope_logs_ingest_buf(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_buf_t *b);
static ngx_int_t ngx_http_rackscope_logs_ingest_file(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_buf_t *b);
static ngx_int_t ngx_http_rackscope_logs_ingest_feed(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, u_char *data, size_t len);
static int ngx_http_rackscope_logs_ingest_record(void *data,
    rsl_arena_t *arena, rsl_record_t *record);
static void ngx_http_rackscope_logs_ingest_pause(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);
static void ngx_http_rackscope_logs_ingest_event(ngx_event_t *ev);


static ngx_str_t  ngx_http_rackscope_logs_syslog_level =
    ngx_string("X-Syslog-Level");
static ngx_str_t  ngx_http_rackscope_logs_syslog_program =
    ngx_string("X-Syslog-Program");


/* What came together with the head is wiped here, the rest as it is taken. */

ngx_int_t
ngx_http_rackscope_logs_ingest_handler(ngx_http_request_t *r)
{
    u_char                                *start, *end;
    ngx_buf_t                             *head;
    ngx_int_t                              rc;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    if (ngx_http_rackscope_logs_wipe_add(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r != r->main) {
        /* it has no head of its own */
        return ngx_http_rackscope_logs_ingest_request(r);
    }

    head = r->header_in;
    start = head->pos;

    rc = ngx_http_rackscope_logs_ingest_request(r);

    ctx = ngx_http_get_module_ctx(r, ngx_http_rackscope_logs_module);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE && (ctx == NULL || ctx->shared)) {
        /* as nginx would, to know where the body ends */
        (void) ngx_http_discard_request_body(r);
    }

    end = head->pos;

    if (ctx && !ctx->shared && (rc >= NGX_HTTP_SPECIAL_RESPONSE || ctx->cut)) {
        /* it was read and has no end: nginx closes the connection */
        end = head->last;
    }

    ngx_explicit_memzero(start, end - start);

    return rc;
}


static ngx_int_t
ngx_http_rackscope_logs_ingest_request(ngx_http_request_t *r)
{
    ngx_int_t                              rc;
    const char                            *detail;
    ngx_http_rackscope_logs_loc_conf_t    *rlcf;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    if (!rlcf->enable) {
        return NGX_HTTP_NOT_FOUND;
    }

    if (r->method != NGX_HTTP_POST) {
        return ngx_http_rackscope_logs_not_allowed(r, "POST",
                                 "this location takes log records by POST");
    }

    if (ngx_http_rackscope_logs_guard_site(r) != NGX_OK) {
        return ngx_http_rackscope_logs_send_error(r, NGX_HTTP_FORBIDDEN,
                                 "log records are not taken from a page of "
                                 "another origin");
    }

    detail = ngx_http_rackscope_logs_guard_body(r);

    if (detail) {
        return ngx_http_rackscope_logs_send_error(r,
                                       NGX_HTTP_UNSUPPORTED_MEDIA_TYPE, detail);
    }

    ctx = ngx_http_rackscope_logs_ingest_create(r);

    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->request_body_no_buffering = 1;

    /* a body that was read already with its request would go there */
    r->request_body_in_file_only = 0;

    rc = ngx_http_read_client_request_body(r,
                                         ngx_http_rackscope_logs_ingest_body);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return ngx_http_rackscope_logs_ingest_answer(ctx,
                               ngx_http_rackscope_logs_ingest_rest(ctx, rc));
    }

    return NGX_DONE;
}


static ngx_http_rackscope_logs_ingest_ctx_t *
ngx_http_rackscope_logs_ingest_create(ngx_http_request_t *r)
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
    ctx->zone = rlcf->ingest;
    ctx->redact = rmcf->redact;
    ctx->level = rlcf->level;

    if (ngx_http_rackscope_logs_limit_body(r, &ctx->limit) != NGX_OK) {
        return NULL;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NULL;
    }

    ngx_memzero(&conf, sizeof(rsl_intake_conf_t));

    conf.sink = ngx_http_rackscope_logs_ingest_record;
    conf.data = ctx;
    ngx_http_rackscope_logs_ingest_defaults(r, &conf);

    ctx->intake = ngx_http_rackscope_logs_intake(&conf);
    if (ctx->intake == NULL) {
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


/* syslog-ng says in its headers what its lines do not. */

static void
ngx_http_rackscope_logs_ingest_defaults(ngx_http_request_t *r,
    rsl_intake_conf_t *conf)
{
    rsl_str_t         name;
    ngx_table_elt_t  *h;

    conf->level = RSL_LEVELS;

    h = ngx_http_rackscope_logs_find_header(r,
                                        &ngx_http_rackscope_logs_syslog_level);
    if (h) {
        name.len = h->value.len;
        name.data = h->value.data;
        conf->level = rsl_level_alias(&name);
    }

    h = ngx_http_rackscope_logs_find_header(r,
                                      &ngx_http_rackscope_logs_syslog_program);
    if (h) {
        conf->logger.len = h->value.len;
        conf->logger.data = h->value.data;
    }
}


static void
ngx_http_rackscope_logs_ingest_cleanup(void *data)
{
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx = data;

    /*
     * A client that went away has sent lines that are whole; the last of them
     * may still be held back.
     */

    if (!ctx->cut) {
        (void) rsl_intake_finish(ctx->intake, ctx->now);
    }

    ngx_http_rackscope_logs_ingest_wake(ctx);

    if (ctx->shared) {
        ngx_http_rackscope_logs_wipe_shared(ctx->request);

    } else {
        ngx_http_rackscope_logs_wipe_body(ctx->request, &ctx->wiped, 1);
    }

    ngx_http_rackscope_logs_intake_done(ctx->intake);

    ngx_http_rackscope_logs_ingest_stop(ctx);
}


/* Called once, with the first part of the body or with all of it. */

static void
ngx_http_rackscope_logs_ingest_body(ngx_http_request_t *r)
{
    if (r->reading_body) {
        r->read_event_handler = ngx_http_rackscope_logs_ingest_read;
    }

    ngx_http_rackscope_logs_ingest_read(r);
}


static void
ngx_http_rackscope_logs_ingest_read(ngx_http_request_t *r)
{
    ngx_int_t                              rc;
    ngx_uint_t                             n;
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_rackscope_logs_module);

    for (n = 0; n < NGX_HTTP_RACKSCOPE_LOGS_PIECES; n++) {

        rc = ngx_http_rackscope_logs_ingest_bufs(ctx);

        if (rc != NGX_OK) {
            ngx_http_rackscope_logs_ingest_end(ctx, rc);
            return;
        }

        if (!r->reading_body) {
            ngx_http_rackscope_logs_ingest_end(ctx, NGX_OK);
            return;
        }

        rc = ngx_http_read_unbuffered_request_body(r);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            ngx_http_rackscope_logs_ingest_end(ctx,
                               ngx_http_rackscope_logs_ingest_rest(ctx, rc));
            return;
        }

        if (rc == NGX_AGAIN && r->request_body->bufs == NULL) {
            ngx_http_rackscope_logs_ingest_pause(ctx);
            return;
        }
    }

    ngx_http_rackscope_logs_ingest_wake(ctx);

    ngx_post_event(&ctx->event, &ngx_posted_next_events);
}


/* nginx could not read on; what it had read before that is taken. */

static ngx_int_t
ngx_http_rackscope_logs_ingest_rest(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    ngx_int_t rc)
{
    ngx_int_t  status;

    status = ngx_http_rackscope_logs_ingest_bufs(ctx);

    return (status == NGX_OK) ? rc : status;
}


/* NGX_OK, or the status that ends the request. */

static ngx_int_t
ngx_http_rackscope_logs_ingest_bufs(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_buf_t           *b;
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    r = ctx->request;
    rc = NGX_OK;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    /* what may be on its way to others stays as it is */

    if (ctx->shared) {

        for (cl = r->request_body->bufs; cl && rc == NGX_OK; cl = cl->next) {
            rc = ngx_http_rackscope_logs_ingest_buf(ctx, cl->buf);
        }

        return rc;
    }

    while (r->request_body->bufs && rc == NGX_OK) {
        cl = r->request_body->bufs;
        b = cl->buf;

        rc = ngx_http_rackscope_logs_ingest_buf(ctx, b);

        if (!b->in_file) {
            ngx_explicit_memzero(b->pos, b->last - b->pos);
            b->pos = b->last;
        }

        r->request_body->bufs = cl->next;
        ngx_free_chain(r->pool, cl);
    }

    ngx_http_rackscope_logs_wipe_body(r, &ctx->wiped, 0);

    return rc;
}


static ngx_int_t
ngx_http_rackscope_logs_ingest_buf(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    ngx_buf_t *b)
{
    if (b->in_file) {
        return ngx_http_rackscope_logs_ingest_file(ctx, b);
    }

    return ngx_http_rackscope_logs_ingest_feed(ctx, b->pos, b->last - b->pos);
}


/* Somebody else, such as "mirror", had the body read and spooled. */

static ngx_int_t
ngx_http_rackscope_logs_ingest_file(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    ngx_buf_t *b)
{
    size_t      size;
    off_t       pos;
    ssize_t     n;
    u_char     *piece;
    ngx_int_t   rc;

    piece = ngx_palloc(ctx->request->pool, NGX_HTTP_RACKSCOPE_LOGS_FILE_PIECE);
    if (piece == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = NGX_OK;
    pos = b->file_pos;

    while (pos < b->file_last && rc == NGX_OK) {
        size = (size_t) ngx_min(b->file_last - pos,
                                NGX_HTTP_RACKSCOPE_LOGS_FILE_PIECE);

        n = ngx_read_file(b->file, piece, size, pos);

        if (n == NGX_ERROR || n == 0) {
            rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
            break;
        }

        pos += n;
        rc = ngx_http_rackscope_logs_ingest_feed(ctx, piece, n);
    }

    ngx_explicit_memzero(piece, NGX_HTTP_RACKSCOPE_LOGS_FILE_PIECE);

    return rc;
}


static ngx_int_t
ngx_http_rackscope_logs_ingest_feed(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    u_char *data, size_t len)
{
    ngx_int_t  rc;

    rc = NGX_OK;

    if ((off_t) len > ctx->limit - ctx->size) {
        len = (size_t) (ctx->limit - ctx->size);
        rc = NGX_HTTP_REQUEST_ENTITY_TOO_LARGE;
    }

    if (len == 0) {
        return rc;
    }

    ctx->size += len;
    ctx->now = ngx_http_rackscope_logs_now();

    switch (rsl_intake_feed(ctx->intake, data, len, ctx->now)) {

    case RSL_OK:
        return rc;

    case RSL_DECLINED:
        return NGX_HTTP_UNSUPPORTED_MEDIA_TYPE;

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
}


static int
ngx_http_rackscope_logs_ingest_record(void *data, rsl_arena_t *arena,
    rsl_record_t *record)
{
    ngx_http_rackscope_logs_ingest_ctx_t  *ctx = data;

    if (record->level < ctx->level) {
        ctx->filtered++;
        return RSL_OK;
    }

    if (ngx_http_rackscope_logs_push(ctx->zone, ctx->redact, arena, record)
        != NGX_OK)
    {
        return RSL_ERROR;
    }

    ctx->accepted++;
    ctx->pushed = 1;

    return RSL_OK;
}


/* Nothing more to read now; what is held back waits no longer than it may. */

static void
ngx_http_rackscope_logs_ingest_pause(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    ngx_http_rackscope_logs_ingest_wake(ctx);
    ngx_http_rackscope_logs_wipe(ctx->request);

    /* nginx would leave a timer alone that is off by so little */

    if (ctx->event.timer_set) {
        ngx_del_timer(&ctx->event);
    }

    if (rsl_intake_held(ctx->intake)) {
        ngx_add_timer(&ctx->event, NGX_HTTP_RACKSCOPE_LOGS_HOLD);
    }
}


static void
ngx_http_rackscope_logs_ingest_event(ngx_event_t *ev)
{
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

    if (rsl_intake_release(ctx->intake) != RSL_OK) {
        ngx_http_rackscope_logs_ingest_end(ctx,
                                           NGX_HTTP_INTERNAL_SERVER_ERROR);
        ngx_http_run_posted_requests(c);
        return;
    }

    ngx_http_rackscope_logs_ingest_wake(ctx);
}


void
ngx_http_rackscope_logs_ingest_wake(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    if (ctx->pushed) {
        ctx->pushed = 0;
        ngx_http_rackscope_logs_wake_readers(ctx->zone);
    }
}


/* Nothing of this upload happens from now on but its answer. */

void
ngx_http_rackscope_logs_ingest_stop(ngx_http_rackscope_logs_ingest_ctx_t *ctx)
{
    if (ctx->event.timer_set) {
        ngx_del_timer(&ctx->event);
    }

    if (ctx->event.posted) {
        ngx_delete_posted_event(&ctx->event);
    }
}
