
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What a stream says: records, and what happened to the ring.
 */


#include "ngx_http_rackscope_logs_stream.h"


static ngx_uint_t ngx_http_rackscope_logs_events_records(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);
static void ngx_http_rackscope_logs_events_news(
    ngx_http_rackscope_logs_stream_ctx_t *ctx, rsl_ring_state_t *state);
static ngx_int_t ngx_http_rackscope_logs_events_record(
    ngx_http_rackscope_logs_stream_ctx_t *ctx, rsl_ring_state_t *state);
static ngx_int_t ngx_http_rackscope_logs_events_lost(
    ngx_http_rackscope_logs_stream_ctx_t *ctx, rsl_ring_state_t *state);


static ngx_str_t  ngx_http_rackscope_logs_last_event_id =
    ngx_string("Last-Event-ID");


void
ngx_http_rackscope_logs_events_seek(ngx_http_rackscope_logs_stream_ctx_t *ctx)
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

    h = ngx_http_rackscope_logs_header_in(ctx->request,
                                       &ngx_http_rackscope_logs_last_event_id);

    if (h && h->value.len) {
        value.len = h->value.len;
        value.data = h->value.data;

        if (rsl_number_parse(&value, &id) != RSL_OK) {
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


ngx_uint_t
ngx_http_rackscope_logs_events_fill(ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    ngx_buf_t   *b;
    ngx_uint_t   more;

    b = ctx->buf;
    b->pos = b->start;
    b->last = b->start;

    if ((ngx_msec_int_t) (ngx_current_msec - ctx->ping) >= 0) {
        ctx->ping = ngx_current_msec + ctx->heartbeat;
        b->last = ngx_cpymem(b->last, ": ping\n\n", sizeof(": ping\n\n") - 1);
    }

    /* without a place it says nothing but why */

    more = ctx->lease.token ? ngx_http_rackscope_logs_events_records(ctx) : 0;

    if (ctx->farewell) {
        b->last = ngx_cpymem(b->last, ctx->farewell->data, ctx->farewell->len);
        b->last_buf = 1;
    }

    return more;
}


static ngx_uint_t
ngx_http_rackscope_logs_events_records(
    ngx_http_rackscope_logs_stream_ctx_t *ctx)
{
    size_t             room;
    ngx_buf_t         *b;
    rsl_ring_state_t   state;

    b = ctx->buf;

    rsl_ring_state(ctx->ring, &state);

    ngx_http_rackscope_logs_events_news(ctx, &state);

    room = ctx->line_max + NGX_HTTP_RACKSCOPE_LOGS_EVENT;

    while (ctx->spent < NGX_HTTP_RACKSCOPE_LOGS_TURN) {

        if (ctx->next > state.last
            || (size_t) (b->end - b->last) < room
            || ngx_http_rackscope_logs_events_record(ctx, &state) != NGX_OK)
        {
            break;
        }
    }

    return ctx->next <= state.last;
}


/* What happened to the ring since the last look, apart from new records. */

static void
ngx_http_rackscope_logs_events_news(ngx_http_rackscope_logs_stream_ctx_t *ctx,
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
ngx_http_rackscope_logs_events_record(
    ngx_http_rackscope_logs_stream_ctx_t *ctx, rsl_ring_state_t *state)
{
    u_char      *p;
    rsl_line_t   line;

    p = ngx_cpymem(ctx->buf->last, "id: ", sizeof("id: ") - 1);

    rsl_number_digits(p, ctx->next, RSL_SEQ_DIGITS);

    p = ngx_cpymem(p + RSL_SEQ_DIGITS, "\ndata: ", sizeof("\ndata: ") - 1);

    if (rsl_ring_read(ctx->ring, ctx->next, p, &line) != RSL_OK) {
        return ngx_http_rackscope_logs_events_lost(ctx, state);
    }

    ctx->next++;
    ctx->spent += NGX_HTTP_RACKSCOPE_LOGS_TURN_LINE + line.len;

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
ngx_http_rackscope_logs_events_lost(ngx_http_rackscope_logs_stream_ctx_t *ctx,
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
