
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What a stream says: records, and what happened to the ring.
 */


#include "ngx_http_rackscope_logs_internal.h"


static ngx_uint_t ngx_http_rackscope_logs_events_records(
    ngx_http_rackscope_logs_cursor_t *cursor);
static ngx_int_t ngx_http_rackscope_logs_events_place(
    ngx_http_rackscope_logs_cursor_t *cursor, rsl_ring_state_t *state);
static void ngx_http_rackscope_logs_events_news(
    ngx_http_rackscope_logs_cursor_t *cursor, rsl_ring_state_t *state);
static ngx_int_t ngx_http_rackscope_logs_events_record(
    ngx_http_rackscope_logs_cursor_t *cursor, rsl_ring_state_t *state);
static ngx_int_t ngx_http_rackscope_logs_events_lost(
    ngx_http_rackscope_logs_cursor_t *cursor, rsl_ring_state_t *state);
static void ngx_http_rackscope_logs_events_missed(
    ngx_http_rackscope_logs_cursor_t *cursor, uint64_t missed);
static u_char *ngx_http_rackscope_logs_events_say(u_char *p, ngx_str_t *text);


static ngx_str_t  ngx_http_rackscope_logs_last_event_id =
    ngx_string("Last-Event-ID");


ngx_http_rackscope_logs_words_t
    ngx_http_rackscope_logs_events_words[NGX_HTTP_RACKSCOPE_LOGS_KINDS] = {

    /* Server-Sent Events */

    { ngx_string(": ping\n\n"),
      ngx_string("id: "),
      ngx_string("\ndata: "),
      ngx_string("\n\n"),
      ngx_string("event: gap\ndata: {"),
      ngx_string("event: clear\ndata: {}\n\n"),
      ngx_string("retry: 30000\n"
                 "data: {\"error\":\"Too many concurrent log streams\"}\n\n"),
      ngx_string("event: end\ndata: {\"reason\":\"timeout\"}\n\n"),
      ngx_string("event: end\ndata: {\"reason\":\"shutdown\"}\n\n") },

    /* NDJSON */

    { ngx_string("\n"),
      ngx_null_string,
      ngx_null_string,
      ngx_string("\n"),
      ngx_string("{\"_event\":\"gap\","),
      ngx_string("{\"_event\":\"clear\"}\n"),
      ngx_string("{\"_event\":\"end\",\"reason\":\"limit\"}\n"),
      ngx_string("{\"_event\":\"end\",\"reason\":\"timeout\"}\n"),
      ngx_string("{\"_event\":\"end\",\"reason\":\"shutdown\"}\n") }
};


/*
 * Sets where the stream starts: at the present, or right behind the record that
 * the client names.  Last-Event-ID takes precedence over since_seq, and if it
 * is not a number, it counts as one that this ring never gave.
 */

void
ngx_http_rackscope_logs_events_seek(ngx_http_rackscope_logs_cursor_t *cursor,
    ngx_http_request_t *r)
{
    int                given;
    int64_t            id;
    uint64_t           since;
    rsl_str_t          value;
    ngx_table_elt_t   *h;
    rsl_ring_state_t   state;

    rsl_ring_state(cursor->ring, &state);

    cursor->clears = state.clears;
    cursor->numbering = state.numbering;

    since = rsl_query_since(cursor->query, &given);

    h = ngx_http_rackscope_logs_header_in(r,
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
        cursor->next = state.last + 1;
        return;
    }

    if (since >= state.first && since <= state.last) {
        cursor->next = since + 1;
        return;
    }

    cursor->next = state.oldest;

    if (since && ngx_http_rackscope_logs_share_is(cursor->zone)) {
        cursor->since = since;
        cursor->asked = ngx_current_msec;
        return;
    }

    cursor->unknown = (since != 0);
}


/*
 * Fills the buffer, which is empty, with what is to be said next.  Is there, or
 * may there be, more?
 */

ngx_uint_t
ngx_http_rackscope_logs_events_fill(ngx_http_rackscope_logs_cursor_t *cursor,
    ngx_uint_t leased)
{
    ngx_buf_t   *b;
    ngx_uint_t   more;

    b = cursor->buf;
    b->pos = b->start;
    b->last = b->start;

    if ((ngx_msec_int_t) (ngx_current_msec - cursor->ping) >= 0) {
        cursor->ping = ngx_current_msec + cursor->heartbeat;
        b->last = ngx_http_rackscope_logs_events_say(b->last,
                                                     &cursor->words->ping);
    }

    /* without a place, a stream says only why it ends */

    more = leased ? ngx_http_rackscope_logs_events_records(cursor) : 0;

    if (cursor->farewell) {
        b->last = ngx_http_rackscope_logs_events_say(b->last,
                                                     cursor->farewell);
        b->last_buf = 1;
    }

    return more;
}


static ngx_uint_t
ngx_http_rackscope_logs_events_records(
    ngx_http_rackscope_logs_cursor_t *cursor)
{
    size_t             room;
    ngx_buf_t         *b;
    rsl_ring_state_t   state;

    b = cursor->buf;

    rsl_ring_state(cursor->ring, &state);

    if (cursor->since
        && ngx_http_rackscope_logs_events_place(cursor, &state) != NGX_OK)
    {
        return 0;
    }

    ngx_http_rackscope_logs_events_news(cursor, &state);

    room = cursor->line_max + NGX_HTTP_RACKSCOPE_LOGS_EVENT;

    while (cursor->spent < NGX_HTTP_RACKSCOPE_LOGS_TURN) {

        if (cursor->next > state.last
            || (size_t) (b->end - b->last) < room
            || ngx_http_rackscope_logs_events_record(cursor, &state) != NGX_OK)
        {
            break;
        }
    }

    return cursor->next <= state.last;
}


/*
 * Another nginx may have given the number that the client names, and this one
 * may not have that record yet.  NGX_AGAIN: that is not known yet.
 */

static ngx_int_t
ngx_http_rackscope_logs_events_place(ngx_http_rackscope_logs_cursor_t *cursor,
    rsl_ring_state_t *state)
{
    switch (ngx_http_rackscope_logs_share_reader(cursor->zone, state,
                                            cursor->since,
                                            ngx_current_msec - cursor->asked))
    {
    case NGX_HTTP_RACKSCOPE_LOGS_READER_WAITS:
        return NGX_AGAIN;

    case NGX_HTTP_RACKSCOPE_LOGS_READER_GOES_ON:
        cursor->next = cursor->since + 1;
        cursor->clears = state->clears;
        cursor->numbering = state->numbering;
        break;

    default: /* NGX_HTTP_RACKSCOPE_LOGS_READER_RENUMBERED */
        cursor->unknown = 1;
    }

    cursor->since = 0;

    return NGX_OK;
}


/*
 * Says what happened to the ring since the last look, apart from new records.
 */

static void
ngx_http_rackscope_logs_events_news(ngx_http_rackscope_logs_cursor_t *cursor,
    rsl_ring_state_t *state)
{
    uint64_t    from;
    ngx_buf_t  *b;

    b = cursor->buf;

    if (cursor->numbering != state->numbering) {
        cursor->numbering = state->numbering;
        cursor->unknown = 1;
    }

    if (cursor->unknown) {
        cursor->unknown = 0;
        cursor->clears = state->clears;
        cursor->next = state->oldest;

        b->last = ngx_sprintf(b->last, "%V\"missed\":null,\"next_seq\":%uL}%V",
                              &cursor->words->gap, cursor->next,
                              &cursor->words->end);
    }

    if (cursor->clears != state->clears) {
        cursor->clears = state->clears;

        b->last = ngx_http_rackscope_logs_events_say(b->last,
                                                     &cursor->words->clear);
    }

    if (cursor->next >= state->oldest) {
        return;
    }

    /* records that were cleared do not count as missed */

    from = ngx_max(cursor->next, state->floor);
    cursor->next = state->oldest;

    if (from < state->oldest) {
        ngx_http_rackscope_logs_events_missed(cursor, state->oldest - from);
    }
}


/*
 * Writes the next record if the query matches it.  Returns NGX_AGAIN if the
 * ring has moved on and "state" is no longer true.
 */

static ngx_int_t
ngx_http_rackscope_logs_events_record(
    ngx_http_rackscope_logs_cursor_t *cursor, rsl_ring_state_t *state)
{
    u_char                           *p;
    rsl_line_t                        line;
    ngx_http_rackscope_logs_words_t  *words;

    p = cursor->buf->last;
    words = cursor->words;

    if (words->id.len) {
        p = ngx_http_rackscope_logs_events_say(p, &words->id);
        rsl_number_digits(p, cursor->next, RSL_SEQ_DIGITS);
        p = ngx_http_rackscope_logs_events_say(p + RSL_SEQ_DIGITS,
                                               &words->data);
    }

    if (rsl_ring_read(cursor->ring, cursor->next, p, &line) != RSL_OK) {
        return ngx_http_rackscope_logs_events_lost(cursor, state);
    }

    cursor->next++;
    cursor->spent += NGX_HTTP_RACKSCOPE_LOGS_TURN_LINE + line.len;

    if (!rsl_query_match(cursor->query, p, &line)) {
        return NGX_OK;
    }

    cursor->buf->last = ngx_http_rackscope_logs_events_say(p + line.len,
                                                           &words->end);

    return NGX_OK;
}


/*
 * The record has usually been overwritten since we looked; then the next look
 * counts it as missed.  If the ring should still have its number, the slot is
 * being written just now, or the writer was killed there.  Then the record will
 * not come back.
 */

static ngx_int_t
ngx_http_rackscope_logs_events_lost(ngx_http_rackscope_logs_cursor_t *cursor,
    rsl_ring_state_t *state)
{
    rsl_ring_state_t  now;

    rsl_ring_state(cursor->ring, &now);

    if (now.clears != state->clears || cursor->next < now.oldest) {
        return NGX_AGAIN;
    }

    cursor->next++;

    ngx_http_rackscope_logs_events_missed(cursor, 1);

    return NGX_OK;
}


/* The records before the next one are gone, so many of them. */

static void
ngx_http_rackscope_logs_events_missed(ngx_http_rackscope_logs_cursor_t *cursor,
    uint64_t missed)
{
    ngx_buf_t  *b;

    b = cursor->buf;
    cursor->missed += missed;

    b->last = ngx_sprintf(b->last, "%V\"missed\":%uL,\"next_seq\":%uL}%V",
                          &cursor->words->gap, missed, cursor->next,
                          &cursor->words->end);
}


static u_char *
ngx_http_rackscope_logs_events_say(u_char *p, ngx_str_t *text)
{
    return ngx_cpymem(p, text->data, text->len);
}
