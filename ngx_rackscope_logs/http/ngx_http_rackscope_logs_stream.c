
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Streams, as Server-Sent Events or NDJSON: when a stream writes, and whether
 * its client is still there to read.
 *
 * A stream is a cursor that follows the ring, and holds no queue.  It writes
 * only when its client has taken the last bytes, from one buffer, and goes on
 * reading the ring from where it stands.  What was overwritten by then is
 * reported to the client as a gap.
 */


#include "ngx_http_rackscope_logs_internal.h"


#define NGX_HTTP_RACKSCOPE_LOGS_BUFFER   32768

/*
 * A stream renews its lease and looks for records at least this often, in ms.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_BEAT     500

/*
 * A stream fills its buffer at most this often in one turn of the event loop.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_ROUNDS   16


typedef struct {
    ngx_http_rackscope_logs_wake_t    wake;     /* must be first */

    ngx_http_request_t               *request;
    ngx_shm_zone_t                   *zone;
    ngx_http_rackscope_logs_lease_t   lease;
    ngx_http_rackscope_logs_cursor_t  cursor;

    ngx_event_t                       event;    /* a timer, or posted */
    ngx_msec_t                        tick;     /* 0: it does not run */
    ngx_msec_t                        end;      /* when the stream is over */
} ngx_http_rackscope_logs_stream_ctx_t;


static ngx_int_t ngx_http_rackscope_logs_stream_ready(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static ngx_int_t ngx_http_rackscope_logs_stream_busy(ngx_http_request_t *r);
static ngx_int_t ngx_http_rackscope_logs_stream_headers(ngx_http_request_t *r,
    ngx_uint_t kind);
static ngx_int_t ngx_http_rackscope_logs_stream_say(ngx_http_request_t *r,
    ngx_str_t *text);
static ngx_http_rackscope_logs_stream_ctx_t *
    ngx_http_rackscope_logs_stream_create(ngx_http_request_t *r,
    rsl_query_t *query);
static void ngx_http_rackscope_logs_stream_cleanup(void *data);
static void ngx_http_rackscope_logs_stream_leave(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static void ngx_http_rackscope_logs_stream_start(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static ngx_int_t ngx_http_rackscope_logs_stream_watch(ngx_http_request_t *r);
static void ngx_http_rackscope_logs_stream_reader(ngx_http_request_t *r);

static void ngx_http_rackscope_logs_stream_wake(
    ngx_http_rackscope_logs_wake_t *wake, ngx_uint_t closing);
static void ngx_http_rackscope_logs_stream_event(ngx_event_t *ev);
static void ngx_http_rackscope_logs_stream_tick(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static void ngx_http_rackscope_logs_stream_renew(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static void ngx_http_rackscope_logs_stream_writer(ngx_http_request_t *r);
static void ngx_http_rackscope_logs_stream_run(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static ngx_int_t ngx_http_rackscope_logs_stream_drained(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static ngx_int_t ngx_http_rackscope_logs_stream_output(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static void ngx_http_rackscope_logs_stream_end(
    ngx_http_rackscope_logs_stream_ctx_t *ctx, ngx_int_t rc);


ngx_int_t
ngx_http_rackscope_logs_stream_handler(ngx_http_request_t *r)
{
    ngx_int_t                              rc, ready;
    rsl_str_t                              args;
    const char                            *detail;
    rsl_query_t                           *query;
    ngx_http_rackscope_logs_loc_conf_t    *rlcf;
    ngx_http_rackscope_logs_stream_ctx_t  *ctx;

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    args.len = r->args.len;
    args.data = r->args.data;

    switch (rsl_query_parse(&query, &args,
                            ngx_http_rackscope_logs_zone_entries(rlcf->api),
                            &detail))
    {
    case RSL_OK:
        break;

    case RSL_DECLINED:
        return ngx_http_rackscope_logs_reply_error(r, 422, detail);

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx = ngx_http_rackscope_logs_stream_create(r, query);

    if (ctx == NULL) {
        rsl_query_destroy(query);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* a client that has seen the headers may rely on all records after that */

    ngx_http_rackscope_logs_events_seek(&ctx->cursor, r);

    ready = ngx_http_rackscope_logs_stream_ready(ctx);

    if (ready == NGX_BUSY
        && ctx->lease.kind == NGX_HTTP_RACKSCOPE_LOGS_NDJSON)
    {
        return ngx_http_rackscope_logs_stream_busy(r);
    }

    rc = ngx_http_rackscope_logs_stream_headers(r, ctx->lease.kind);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    if (ready != NGX_OK) {
        return ngx_http_rackscope_logs_stream_say(r, ready == NGX_BUSY
                                               ? &ctx->cursor.words->limit
                                               : &ctx->cursor.words->shutdown);
    }

    r->main->count++;

    ngx_http_rackscope_logs_stream_start(ctx);

    return NGX_DONE;
}


/*
 * Takes a place.  Returns NGX_BUSY if there is none, and NGX_DECLINED if the
 * worker is about to exit.
 */

static ngx_int_t
ngx_http_rackscope_logs_stream_ready(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    if (ctx->request->method == NGX_HTTP_HEAD) {
        return NGX_OK;
    }

    if (ngx_exiting) {
        return NGX_DECLINED;
    }

    if (ngx_http_rackscope_logs_place_lease(ctx->zone, &ctx->lease) == NGX_OK) {
        return NGX_OK;
    }

    ngx_http_rackscope_logs_zone_count(ctx->zone,
                                       NGX_HTTP_RACKSCOPE_LOGS_COUNT_REFUSED
                                       + ctx->lease.kind, 1);

    return NGX_BUSY;
}


/* Programs look at the status, and know when to come again. */

static ngx_int_t
ngx_http_rackscope_logs_stream_busy(ngx_http_request_t *r)
{
    if (ngx_http_rackscope_logs_header_add(r, "Retry-After", "30") == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_rackscope_logs_reply_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                              "all places of followers are taken; end one, or "
                              "raise followers= in rackscope_logs_zone");
}


static ngx_int_t
ngx_http_rackscope_logs_stream_headers(ngx_http_request_t *r, ngx_uint_t kind)
{
    static ngx_str_t  types[NGX_HTTP_RACKSCOPE_LOGS_KINDS] = {
        ngx_string("text/event-stream"),
        ngx_string(NGX_HTTP_RACKSCOPE_LOGS_NDJSON_TYPE)
    };

    if (ngx_http_rackscope_logs_reply_headers(r) != NGX_OK
        || ngx_http_rackscope_logs_header_add(r, "X-Accel-Buffering", "no")
           == NULL)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_type = types[kind];
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

#if (NGX_HTTP_GZIP)

    /* a filter that compresses would hold an event back until the next one */

    r->gzip_tested = 1;
    r->gzip_ok = 0;

#endif

    return ngx_http_send_header(r);
}


/* Sends the only text of a stream that ends at once. */

static ngx_int_t
ngx_http_rackscope_logs_stream_say(ngx_http_request_t *r, ngx_str_t *text)
{
    ngx_buf_t    *b;
    ngx_chain_t   out;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = 1;
    b->last_buf = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


static ngx_http_rackscope_logs_stream_ctx_t *
ngx_http_rackscope_logs_stream_create(ngx_http_request_t *r,
    rsl_query_t *query)
{
    size_t                                 size;
    ngx_http_cleanup_t                    *cln;
    ngx_http_rackscope_logs_loc_conf_t    *rlcf;
    ngx_http_rackscope_logs_stream_ctx_t  *ctx;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_rackscope_logs_stream_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    ctx->cursor.line_max = ngx_http_rackscope_logs_zone_line_max(rlcf->api);

    size = ctx->cursor.line_max + 2 * NGX_HTTP_RACKSCOPE_LOGS_EVENT;
    size = ngx_max(size, NGX_HTTP_RACKSCOPE_LOGS_BUFFER);

    ctx->cursor.buf = ngx_create_temp_buf(r->pool, size);
    if (ctx->cursor.buf == NULL) {
        return NULL;
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_rackscope_logs_stream_cleanup;
    cln->data = ctx;

    ctx->request = r;
    ctx->zone = rlcf->api;
    ctx->cursor.zone = ctx->zone;
    ctx->cursor.ring = ngx_http_rackscope_logs_zone_ring(ctx->zone);
    ctx->cursor.query = query;

    ctx->lease.kind = ngx_http_rackscope_logs_reply_ndjson(r, query)
                      ? NGX_HTTP_RACKSCOPE_LOGS_NDJSON
                      : NGX_HTTP_RACKSCOPE_LOGS_SSE;
    ctx->cursor.words = &ngx_http_rackscope_logs_events_words[ctx->lease.kind];

    ngx_http_set_ctx(r, ctx, ngx_http_rackscope_logs_module);

    return ctx;
}


static void
ngx_http_rackscope_logs_stream_cleanup(void *data)
{
    ngx_http_rackscope_logs_stream_ctx_t  *ctx = data;

    ngx_http_rackscope_logs_stream_leave(ctx);

    rsl_query_destroy(ctx->cursor.query);
}


/*
 * Gives back what others can see, and stops what would call the stream again.
 */

static void
ngx_http_rackscope_logs_stream_leave(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    if (ctx->event.timer_set) {
        ngx_del_timer(&ctx->event);
    }

    if (ctx->event.posted) {
        ngx_delete_posted_event(&ctx->event);
    }

    if (ctx->tick) {
        ngx_http_rackscope_logs_wake_delete(&ctx->wake);
        ctx->tick = 0;
    }

    if (ctx->lease.token) {
        ngx_http_rackscope_logs_place_release(ctx->zone, &ctx->lease);
    }
}


static void
ngx_http_rackscope_logs_stream_start(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    ngx_connection_t                    *c;
    ngx_http_request_t                  *r;
    ngx_http_core_loc_conf_t            *clcf;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    r = ctx->request;
    c = r->connection;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    r->write_event_handler = ngx_http_rackscope_logs_stream_writer;

    /*
     * An event is small and must not wait for the acknowledgement of the last
     * one.  HTTP/2 sees to that for its own socket.
     */

    if (r->stream == NULL
        && clcf->tcp_nodelay
        && ngx_tcp_nodelay(c) != NGX_OK)
    {
        ngx_http_rackscope_logs_stream_end(ctx, NGX_ERROR);
        return;
    }

    ctx->tick = ngx_min(rlcf->stream_poll, NGX_HTTP_RACKSCOPE_LOGS_BEAT);
    ctx->cursor.heartbeat = rlcf->stream_heartbeat;

    /*
     * The first heartbeat is due at once, so it leaves in one packet with the
     * head: some clients and proxies do not even report the status before the
     * first byte of the body, and the first record may be long in coming.
     */

    ctx->cursor.ping = ngx_current_msec;
    ctx->end = ngx_current_msec + rlcf->stream_timeout;

    ctx->event.handler = ngx_http_rackscope_logs_stream_event;
    ctx->event.data = c;
    ctx->event.log = c->log;

    ctx->wake.handler = ngx_http_rackscope_logs_stream_wake;
    ngx_http_rackscope_logs_wake_add(&ctx->wake);

    if (ngx_http_rackscope_logs_stream_watch(r) != NGX_OK) {
        ngx_http_rackscope_logs_stream_end(ctx, NGX_ERROR);
        return;
    }

    if (r->discard_body) {
        ngx_post_event(&ctx->event, &ngx_posted_events);
    }

    ngx_http_rackscope_logs_stream_run(ctx);
}


/*
 * Watches whether the client is still there.  nginx does that with
 * ngx_http_test_reading(), but not while the body of the request is discarded,
 * nor after that.  A stream may send nothing for a long time, so it would not
 * notice by itself.
 *
 * For a request with a body, this is called again from an event after the
 * handler has returned: nginx sets its own read handler then, and a timer that
 * ends a request whose body does not come in time.
 */

static ngx_int_t
ngx_http_rackscope_logs_stream_watch(ngx_http_request_t *r)
{
    ngx_event_t  *rev;

    rev = r->connection->read;

    if (r->read_event_handler == ngx_http_rackscope_logs_stream_reader) {
        return NGX_OK;
    }

    r->read_event_handler = ngx_http_rackscope_logs_stream_reader;
    r->lingering_time = 0;

    if (rev->timer_set) {
        ngx_del_timer(rev);
    }

    /* the client may have gone already, and no further event would tell */

    if (rev->ready || rev->eof || rev->error) {
        ngx_post_event(rev, &ngx_posted_events);
        return NGX_OK;
    }

    return ngx_handle_read_event(rev, 0);
}


static void
ngx_http_rackscope_logs_stream_reader(ngx_http_request_t *r)
{
    ngx_connection_t  *c;

    c = r->connection;

    if (r->discard_body) {
        ngx_http_discarded_request_body_handler(r);

        /* there is more to come, or the request was terminated */

        if (r->discard_body) {
            return;
        }

        r->read_event_handler = ngx_http_rackscope_logs_stream_reader;

        if (c->error || c->read->eof) {
            ngx_http_finalize_request(r, NGX_HTTP_CLIENT_CLOSED_REQUEST);
            return;
        }
    }

    ngx_http_test_reading(r);
}


static void
ngx_http_rackscope_logs_stream_wake(ngx_http_rackscope_logs_wake_t *wake,
    ngx_uint_t closing)
{
    ngx_connection_t                      *c;
    ngx_http_rackscope_logs_stream_ctx_t  *ctx;

    ctx = (ngx_http_rackscope_logs_stream_ctx_t *) wake;
    c = ctx->request->connection;

    ngx_http_set_log_request(c->log, ctx->request);

    if (closing) {
        ctx->cursor.farewell = &ctx->cursor.words->shutdown;
    }

    ngx_http_rackscope_logs_stream_run(ctx);

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_rackscope_logs_stream_event(ngx_event_t *ev)
{
    ngx_connection_t                      *c;
    ngx_http_request_t                    *r;
    ngx_http_rackscope_logs_stream_ctx_t  *ctx;

    c = ev->data;
    r = c->data;

    ngx_http_set_log_request(c->log, r);

    ctx = ngx_http_get_module_ctx(r, ngx_http_rackscope_logs_module);

    if (ev->timedout) {
        ev->timedout = 0;
        ngx_http_rackscope_logs_stream_tick(ctx);
    }

    if (ngx_http_rackscope_logs_stream_watch(r) != NGX_OK) {
        ngx_http_rackscope_logs_stream_end(ctx, NGX_ERROR);
        ngx_http_run_posted_requests(c);
        return;
    }

    ngx_http_rackscope_logs_stream_run(ctx);

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_rackscope_logs_stream_tick(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    ngx_add_timer(&ctx->event, ctx->tick);

    if (ngx_exiting) {
        ctx->cursor.farewell = &ctx->cursor.words->shutdown;
        return;
    }

    if ((ngx_msec_int_t) (ngx_current_msec - ctx->end) >= 0) {
        ctx->cursor.farewell = &ctx->cursor.words->timeout;
        return;
    }

    ngx_http_rackscope_logs_stream_renew(ctx);
}


/*
 * Renews the lease.  A worker that slept for too long may find the place taken,
 * and looks for another one.
 */

static void
ngx_http_rackscope_logs_stream_renew(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    if (ctx->lease.token
        && ngx_http_rackscope_logs_place_renew(ctx->zone, &ctx->lease) != NGX_OK
        && ngx_http_rackscope_logs_place_lease(ctx->zone, &ctx->lease)
           != NGX_OK)
    {
        ctx->cursor.farewell = &ctx->cursor.words->limit;
    }
}


/* The client has taken something, or has not for too long. */

static void
ngx_http_rackscope_logs_stream_writer(ngx_http_request_t *r)
{
    ngx_event_t                           *wev;
    ngx_connection_t                      *c;
    ngx_http_core_loc_conf_t              *clcf;
    ngx_http_rackscope_logs_stream_ctx_t  *ctx;

    c = r->connection;
    wev = c->write;

    ctx = ngx_http_get_module_ctx(r, ngx_http_rackscope_logs_module);

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, c->log, NGX_ETIMEDOUT,
                      "client of a log stream timed out");
        c->timedout = 1;

        ngx_http_rackscope_logs_stream_end(ctx, NGX_HTTP_REQUEST_TIME_OUT);
        return;
    }

    if (wev->delayed) {
        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        if (ngx_handle_write_event(wev, clcf->send_lowat) != NGX_OK) {
            ngx_http_rackscope_logs_stream_end(ctx, NGX_ERROR);
        }

        return;
    }

    if ((r->buffered || c->buffered)
        && ngx_http_output_filter(r, NULL) == NGX_ERROR)
    {
        ngx_http_rackscope_logs_stream_end(ctx, NGX_ERROR);
        return;
    }

    ngx_http_rackscope_logs_stream_run(ctx);
}


/* Writes until there is nothing to say, or the client takes no more for now. */

static void
ngx_http_rackscope_logs_stream_run(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    ngx_buf_t   *b;
    ngx_int_t    rc;
    ngx_uint_t   n, more, last;

    more = 1;
    ctx->cursor.spent = 0;

    for (n = 0;
         n < NGX_HTTP_RACKSCOPE_LOGS_ROUNDS
         && ctx->cursor.spent < NGX_HTTP_RACKSCOPE_LOGS_TURN;
         n++)
    {
        rc = ngx_http_rackscope_logs_stream_drained(ctx);

        if (rc == NGX_AGAIN
            && ctx->cursor.farewell == &ctx->cursor.words->shutdown)
        {
            /* an old worker does not wait for a slow client */
            rc = NGX_ERROR;
        }

        if (rc == NGX_ERROR) {
            ngx_http_rackscope_logs_stream_end(ctx, rc);
            return;
        }

        /* the client or a new record will make the stream go on */

        if (rc == NGX_AGAIN || !more) {
            return;
        }

        if (!ngx_http_rackscope_logs_place_leased(ctx->zone, &ctx->lease)) {
            ngx_http_rackscope_logs_stream_renew(ctx);
        }

        more = ngx_http_rackscope_logs_events_fill(&ctx->cursor,
                                                   ctx->lease.token != 0);

        if (ctx->cursor.missed) {
            ngx_http_rackscope_logs_zone_count(ctx->zone,
                                        NGX_HTTP_RACKSCOPE_LOGS_COUNT_MISSED
                                        + ctx->lease.kind, ctx->cursor.missed);
            ctx->cursor.missed = 0;
        }

        b = ctx->cursor.buf;

        if (b->pos != b->last) {

            /* a client comes back at once, and has to find the place free */

            last = b->last_buf;

            if (last) {
                ngx_http_rackscope_logs_stream_leave(ctx);
            }

            rc = ngx_http_rackscope_logs_stream_output(ctx);

            /* the chunked filter takes last_buf away, so it was noted before */

            if (rc == NGX_ERROR || last) {
                ngx_http_rackscope_logs_stream_end(ctx, rc);
                return;
            }
        }
    }

    ngx_post_event(&ctx->event, &ngx_posted_next_events);
}


/*
 * Returns NGX_AGAIN if the client has not taken all yet; then send_timeout
 * runs.
 */

static ngx_int_t
ngx_http_rackscope_logs_stream_drained(
    ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    ngx_buf_t                 *b;
    ngx_event_t               *wev;
    ngx_connection_t          *c;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = ctx->request;
    b = ctx->cursor.buf;
    c = r->connection;
    wev = c->write;

    if (!ctx->event.timer_set) {
        ngx_add_timer(&ctx->event, ctx->tick);
    }

    if (!r->buffered && !c->buffered && b->pos == b->last) {

        if (wev->timer_set && !wev->delayed) {
            ngx_del_timer(wev);
        }

        return NGX_OK;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!wev->timer_set && !wev->delayed) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    if (ngx_handle_write_event(wev, clcf->send_lowat) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_AGAIN;
}


static ngx_int_t
ngx_http_rackscope_logs_stream_output(
    ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    ngx_chain_t  out;

    ctx->cursor.buf->flush = 1;

    out.buf = ctx->cursor.buf;
    out.next = NULL;

    return ngx_http_output_filter(ctx->request, &out);
}


static void
ngx_http_rackscope_logs_stream_end(ngx_http_rackscope_logs_stream_ctx_t *ctx,
    ngx_int_t rc)
{
    ngx_http_request_t  *r;

    r = ctx->request;

    ngx_http_rackscope_logs_stream_leave(ctx);

    if (ngx_exiting && (r->buffered || r->connection->buffered)) {
        rc = NGX_ERROR;
    }

    ngx_http_finalize_request(r, rc);
}
