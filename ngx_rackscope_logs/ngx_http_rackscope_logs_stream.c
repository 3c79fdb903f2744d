
/*
 * Server-Sent Events: a cursor that follows the ring.
 *
 * A stream holds no queue.  It writes only when its client has taken the last
 * bytes, from one buffer, and reads the ring from where it stands; what was
 * overwritten by then is a gap, and said.
 */


#include "ngx_http_rackscope_logs.h"


#define NGX_HTTP_RACKSCOPE_LOGS_BUFFER   32768

/* A stream says that it lives, and looks around, at least so often, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_BEAT     500

/* What one turn of the event loop may take. */
#define NGX_HTTP_RACKSCOPE_LOGS_ROUNDS   16
#define NGX_HTTP_RACKSCOPE_LOGS_LINES    2048

/* The longest of all that is not a record, and of what goes around one. */
#define NGX_HTTP_RACKSCOPE_LOGS_EVENT    256


typedef struct {
    ngx_http_rackscope_logs_wake_t    wake;     /* must be first */

    ngx_http_request_t               *request;
    ngx_shm_zone_t                   *zone;
    rsl_ring_t                       *ring;
    size_t                            line_max;
    rsl_query_t                      *query;
    ngx_http_rackscope_logs_lease_t   lease;

    uint64_t                          next;     /* the record to come */
    uint64_t                          clears;   /* those that were said */
    ngx_buf_t                        *buf;

    ngx_event_t                       event;    /* a timer, or posted */
    ngx_msec_t                        tick;     /* 0: it does not run */
    ngx_msec_t                        heartbeat;
    ngx_msec_t                        ping;     /* when the next one is due */
    ngx_msec_t                        end;      /* when the stream is over */
    ngx_str_t                        *farewell;

    ngx_uint_t                        unknown;  /* unsigned  unknown:1; */
} ngx_http_rackscope_logs_stream_ctx_t;


static ngx_int_t ngx_http_rackscope_logs_stream_headers(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_rackscope_logs_stream_say(ngx_http_request_t *r,
    ngx_str_t *text);
static ngx_http_rackscope_logs_stream_ctx_t *
    ngx_http_rackscope_logs_stream_create(ngx_http_request_t *r,
    rsl_query_t *query);
static void ngx_http_rackscope_logs_stream_cleanup(void *data);
static void ngx_http_rackscope_logs_stream_leave(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static void ngx_http_rackscope_logs_stream_seek(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static void ngx_http_rackscope_logs_stream_start(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);

static void ngx_http_rackscope_logs_stream_wake(
    ngx_http_rackscope_logs_wake_t *wake, ngx_uint_t closing);
static void ngx_http_rackscope_logs_stream_event(ngx_event_t *ev);
static void ngx_http_rackscope_logs_stream_tick(
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

static ngx_uint_t ngx_http_rackscope_logs_stream_fill(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static void ngx_http_rackscope_logs_stream_news(
    ngx_http_rackscope_logs_stream_ctx_t *ctx, rsl_ring_state_t *state);
static ngx_int_t ngx_http_rackscope_logs_stream_record(
    ngx_http_rackscope_logs_stream_ctx_t *ctx, rsl_ring_state_t *state);
static ngx_int_t ngx_http_rackscope_logs_stream_lost(
    ngx_http_rackscope_logs_stream_ctx_t *ctx, rsl_ring_state_t *state);


static ngx_str_t  ngx_http_rackscope_logs_last_event_id =
    ngx_string("Last-Event-ID");

static ngx_str_t  ngx_http_rackscope_logs_limit =
    ngx_string("retry: 30000\n"
               "data: {\"error\":\"Too many concurrent log streams\"}\n\n");

static ngx_str_t  ngx_http_rackscope_logs_timeout =
    ngx_string("event: end\ndata: {\"reason\":\"timeout\"}\n\n");

static ngx_str_t  ngx_http_rackscope_logs_shutdown =
    ngx_string("event: end\ndata: {\"reason\":\"shutdown\"}\n\n");


ngx_int_t
ngx_http_rackscope_logs_stream(ngx_http_request_t *r)
{
    ngx_int_t                              rc;
    rsl_str_t                              args;
    const char                            *detail;
    rsl_query_t                           *query;
    ngx_http_rackscope_logs_loc_conf_t    *rlcf;
    ngx_http_rackscope_logs_stream_ctx_t  *ctx;

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
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
        return ngx_http_rackscope_logs_send_error(r, 422, detail);

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx = ngx_http_rackscope_logs_stream_create(r, query);

    if (ctx == NULL) {
        rsl_query_destroy(query);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_rackscope_logs_stream_headers(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    if (ngx_exiting) {
        return ngx_http_rackscope_logs_stream_say(r,
                                            &ngx_http_rackscope_logs_shutdown);
    }

    if (ngx_http_rackscope_logs_zone_lease(ctx->zone, &ctx->lease) != NGX_OK) {
        return ngx_http_rackscope_logs_stream_say(r,
                                               &ngx_http_rackscope_logs_limit);
    }

    if (ngx_http_send_special(r, NGX_HTTP_FLUSH) == NGX_ERROR) {
        return NGX_ERROR;
    }

    ngx_http_rackscope_logs_stream_seek(ctx);

    r->main->count++;

    ngx_http_rackscope_logs_stream_start(ctx);

    return NGX_DONE;
}


static ngx_int_t
ngx_http_rackscope_logs_stream_headers(ngx_http_request_t *r)
{
    if (ngx_http_rackscope_logs_headers(r) != NGX_OK
        || ngx_http_rackscope_logs_header(r, "X-Accel-Buffering", "no")
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = NGX_HTTP_OK;
    ngx_str_set(&r->headers_out.content_type, "text/event-stream");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

#if (NGX_HTTP_GZIP)

    /* compressed, an event would wait for the next one */

    r->gzip_tested = 1;
    r->gzip_ok = 0;

#endif

    return ngx_http_send_header(r);
}


/* Says the only and last thing of this stream. */

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

    ctx->line_max = ngx_http_rackscope_logs_zone_line_max(rlcf->api);

    size = ctx->line_max + 2 * NGX_HTTP_RACKSCOPE_LOGS_EVENT;
    size = ngx_max(size, NGX_HTTP_RACKSCOPE_LOGS_BUFFER);

    ctx->buf = ngx_create_temp_buf(r->pool, size);
    if (ctx->buf == NULL) {
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
    ctx->ring = ngx_http_rackscope_logs_zone_ring(ctx->zone);
    ctx->query = query;

    ngx_http_set_ctx(r, ctx, ngx_http_rackscope_logs_module);

    return ctx;
}


static void
ngx_http_rackscope_logs_stream_cleanup(void *data)
{
    ngx_http_rackscope_logs_stream_ctx_t  *ctx = data;

    ngx_http_rackscope_logs_stream_leave(ctx);

    rsl_query_destroy(ctx->query);
}


/* Gives everything back that others can see. */

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
        ngx_http_rackscope_logs_zone_release(ctx->zone, &ctx->lease);
    }
}


/*
 * Where the stream starts: at the present, or right after the record that the
 * client names.  Last-Event-ID goes before since_seq, and one that is no
 * number is a number that this ring never gave.
 */

static void
ngx_http_rackscope_logs_stream_seek(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    int                given;
    int64_t            id;
    uint64_t           since;
    rsl_str_t          value;
    ngx_table_elt_t   *h;
    rsl_ring_state_t   state;

    rsl_ring_state(ctx->ring, &state);

    ctx->clears = state.clears;

    since = rsl_query_since(ctx->query, &given);

    h = ngx_http_rackscope_logs_find_header(ctx->request,
                                       &ngx_http_rackscope_logs_last_event_id);

    if (h && h->value.len) {
        value.len = h->value.len;
        value.data = h->value.data;

        if (rsl_parse_integer(&value, &id) != RSL_OK) {
            id = INT64_MAX;
        }

        since = (id > 0) ? (uint64_t) id : 0;
        given = 1;
    }

    if (!given) {
        ctx->next = state.last + 1;
        return;
    }

    if (since >= state.first && since <= state.last) {
        ctx->next = since + 1;
        return;
    }

    ctx->next = state.oldest;
    ctx->unknown = (since != 0);
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

    if (!r->discard_body) {
        r->read_event_handler = ngx_http_test_reading;
    }

    r->write_event_handler = ngx_http_rackscope_logs_stream_writer;

    /*
     * An event is small and must not wait for the acknowledgement of the last
     * one; HTTP/2 cares for its own socket.
     */

#if (NGX_HTTP_V2)
    if (r->stream == NULL)
#endif
    {
        if (clcf->tcp_nodelay && ngx_tcp_nodelay(c) != NGX_OK) {
            ngx_http_rackscope_logs_stream_end(ctx, NGX_ERROR);
            return;
        }
    }

    ctx->tick = ngx_min(rlcf->stream_poll, NGX_HTTP_RACKSCOPE_LOGS_BEAT);
    ctx->heartbeat = rlcf->stream_heartbeat;
    ctx->ping = ngx_current_msec + ctx->heartbeat;
    ctx->end = ngx_current_msec + rlcf->stream_timeout;

    ctx->event.handler = ngx_http_rackscope_logs_stream_event;
    ctx->event.data = c;
    ctx->event.log = c->log;

    ctx->wake.handler = ngx_http_rackscope_logs_stream_wake;
    ngx_http_rackscope_logs_wake_add(&ctx->wake);

    ngx_http_rackscope_logs_stream_run(ctx);
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
        ctx->farewell = &ngx_http_rackscope_logs_shutdown;
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

    ngx_http_rackscope_logs_stream_run(ctx);

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_rackscope_logs_stream_tick(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    ngx_add_timer(&ctx->event, ctx->tick);

    if (ngx_exiting) {
        ctx->farewell = &ngx_http_rackscope_logs_shutdown;
        return;
    }

    if ((ngx_msec_int_t) (ngx_current_msec - ctx->end) >= 0) {
        ctx->farewell = &ngx_http_rackscope_logs_timeout;
        return;
    }

    /* a worker that slept for long finds its places taken */

    if (ngx_http_rackscope_logs_zone_renew(ctx->zone, &ctx->lease) != NGX_OK
        && ngx_http_rackscope_logs_zone_lease(ctx->zone, &ctx->lease)
           != NGX_OK)
    {
        ctx->farewell = &ngx_http_rackscope_logs_limit;
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


/* Writes until there is nothing to say or the client has enough. */

static void
ngx_http_rackscope_logs_stream_run(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    ngx_int_t   rc;
    ngx_uint_t  n, more;

    for (n = 0; n < NGX_HTTP_RACKSCOPE_LOGS_ROUNDS; n++) {

        rc = ngx_http_rackscope_logs_stream_drained(ctx);

        if (rc == NGX_AGAIN
            && ctx->farewell == &ngx_http_rackscope_logs_shutdown)
        {
            /* an old worker waits for no one */
            rc = NGX_ERROR;
        }

        if (rc == NGX_ERROR) {
            ngx_http_rackscope_logs_stream_end(ctx, rc);
            return;
        }

        if (rc == NGX_AGAIN) {
            return;
        }

        more = ngx_http_rackscope_logs_stream_fill(ctx);

        if (ctx->buf->pos != ctx->buf->last) {
            rc = ngx_http_rackscope_logs_stream_output(ctx);

            if (rc == NGX_ERROR || ctx->buf->last_buf) {
                ngx_http_rackscope_logs_stream_end(ctx, rc);
                return;
            }

        } else if (!more) {
            return;
        }
    }

    ngx_post_event(&ctx->event, &ngx_posted_next_events);
}


/* NGX_AGAIN: the client has not taken all yet; send_timeout runs. */

static ngx_int_t
ngx_http_rackscope_logs_stream_drained(
    ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    ngx_event_t               *wev;
    ngx_connection_t          *c;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = ctx->request;
    c = r->connection;
    wev = c->write;

    if (!ctx->event.timer_set) {
        ngx_add_timer(&ctx->event, ctx->tick);
    }

    if (!r->buffered && !c->buffered && ctx->buf->pos == ctx->buf->last) {

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

    ctx->buf->flush = 1;

    out.buf = ctx->buf;
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


/*
 * Fills the empty buffer with what is to be said next.  Is there more, or may
 * there be?
 */

static ngx_uint_t
ngx_http_rackscope_logs_stream_fill(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    size_t             room;
    ngx_buf_t         *b;
    ngx_uint_t         n, more;
    rsl_ring_state_t   state;

    b = ctx->buf;
    b->pos = b->start;
    b->last = b->start;

    rsl_ring_state(ctx->ring, &state);

    ngx_http_rackscope_logs_stream_news(ctx, &state);

    room = ctx->line_max + NGX_HTTP_RACKSCOPE_LOGS_EVENT;

    for (n = 0; n < NGX_HTTP_RACKSCOPE_LOGS_LINES; n++) {

        if (ctx->next > state.last
            || (size_t) (b->end - b->last) < room
            || ngx_http_rackscope_logs_stream_record(ctx, &state) != NGX_OK)
        {
            break;
        }
    }

    more = (ctx->next <= state.last);

    if ((ngx_msec_int_t) (ngx_current_msec - ctx->ping) >= 0) {
        ctx->ping = ngx_current_msec + ctx->heartbeat;
        b->last = ngx_cpymem(b->last, ": ping\n\n", sizeof(": ping\n\n") - 1);
    }

    if (ctx->farewell) {
        b->last = ngx_cpymem(b->last, ctx->farewell->data, ctx->farewell->len);
        b->last_buf = 1;
    }

    return more;
}


/* What happened to the ring since the last look, apart from new records. */

static void
ngx_http_rackscope_logs_stream_news(ngx_http_rackscope_logs_stream_ctx_t *ctx,
    rsl_ring_state_t *state)
{
    uint64_t    from;
    ngx_buf_t  *b;

    b = ctx->buf;

    if (ctx->unknown) {
        ctx->unknown = 0;
        ctx->next = state->oldest;

        b->last = ngx_sprintf(b->last, "event: gap\ndata: {\"missed\":null,"
                              "\"next_seq\":%uL}\n\n", ctx->next);
    }

    if (ctx->clears != state->clears) {
        ctx->clears = state->clears;

        b->last = ngx_cpymem(b->last, "event: clear\ndata: {}\n\n",
                             sizeof("event: clear\ndata: {}\n\n") - 1);
    }

    if (ctx->next >= state->oldest) {
        return;
    }

    /* what was cleared is not missed */

    from = ngx_max(ctx->next, state->floor);
    ctx->next = state->oldest;

    if (from < state->oldest) {
        b->last = ngx_sprintf(b->last, "event: gap\ndata: {\"missed\":%uL,"
                              "\"next_seq\":%uL}\n\n",
                              state->oldest - from, state->oldest);
    }
}


/* NGX_AGAIN: the ring has moved on, and "state" is no longer true. */

static ngx_int_t
ngx_http_rackscope_logs_stream_record(
    ngx_http_rackscope_logs_stream_ctx_t *ctx, rsl_ring_state_t *state)
{
    u_char      *p;
    rsl_line_t   line;

    p = ngx_sprintf(ctx->buf->last, "id: %uL\ndata: ", ctx->next);

    if (rsl_ring_read(ctx->ring, ctx->next, p, &line) != RSL_OK) {
        return ngx_http_rackscope_logs_stream_lost(ctx, state);
    }

    ctx->next++;

    if (!rsl_query_match(ctx->query, p, &line)) {
        return NGX_OK;
    }

    p += line.len;
    *p++ = '\n';
    *p++ = '\n';

    ctx->buf->last = p;

    return NGX_OK;
}


/*
 * The record is gone since we looked: the next look will count it as missed.
 * If it is not gone by its number, its slot is being written just now, or the
 * writer was killed there, and it will not come back.
 */

static ngx_int_t
ngx_http_rackscope_logs_stream_lost(ngx_http_rackscope_logs_stream_ctx_t *ctx,
    rsl_ring_state_t *state)
{
    ngx_buf_t         *b;
    rsl_ring_state_t   now;

    rsl_ring_state(ctx->ring, &now);

    if (now.clears != state->clears || ctx->next < now.oldest) {
        return NGX_AGAIN;
    }

    ctx->next++;

    b = ctx->buf;
    b->last = ngx_sprintf(b->last, "event: gap\ndata: {\"missed\":1,"
                          "\"next_seq\":%uL}\n\n", ctx->next);

    return NGX_OK;
}
