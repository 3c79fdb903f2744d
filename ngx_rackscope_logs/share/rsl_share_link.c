
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A connection: what is asked next, and what follows from the answer.  There is
 * never more than one question that is not answered.
 */


#include <stdio.h>

#include "rsl_share_internal.h"


static void rsl_share_link_writer(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);
static void rsl_share_link_tail(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);
static void rsl_share_link_join(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);
static void rsl_share_link_clear(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);
static void rsl_share_link_delete(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);
static void rsl_share_link_error(const rsl_share_t *share,
    rsl_share_conn_t *conn, rsl_share_ask_e asked, const rsl_str_t *text);
static void rsl_share_link_joined(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now);
static void rsl_share_link_go(rsl_share_t *share, rsl_share_conn_t *conn,
    uint64_t floor, int64_t ct, const rsl_share_time_t *now);
static void rsl_share_link_tell(rsl_share_t *share);
static void rsl_share_link_appended(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now);
static void rsl_share_link_ok(rsl_share_conn_t *conn, rsl_share_ok_t *ok,
    const rsl_share_reply_t *reply, size_t n, const rsl_share_time_t *now);


void
rsl_share_link_next(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    if (!conn->open || conn->failed || conn->ask != RSL_SHARE_ASK_NOTHING
        || now->msec < conn->pause)
    {
        return;
    }

    if (conn->step != RSL_SHARE_ASK_READY) {
        rsl_share_greet(share, conn, now);
        return;
    }

    if (share->stale) {
        return;
    }

    if (conn->id == RSL_SHARE_WRITER) {
        rsl_share_link_writer(share, conn, now);
    } else {
        rsl_share_link_tail(share, conn, now);
    }
}


static void
rsl_share_link_writer(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;

    if (share->leaving && !share->left && share->first == NULL
        && share->cleared == share->clears)
    {
        rsl_share_link_delete(share, conn, now);
        return;
    }

    if (rsl_share_state(zone) != RSL_SHARE_TOGETHER) {

        /* this link joins until it is done, unless another one took over */

        if (atomic_load(&zone->hold) == conn->token) {
            rsl_share_link_join(share, conn, now);
        }

        return;
    }

    if (!conn->joined) {
        rsl_share_link_join(share, conn, now);
        return;
    }

    if (share->cleared != share->clears && share->mark.base == 0) {
        rsl_share_link_clear(share, conn, now);
        return;
    }

    if (share->first && share->ok.base == 0) {
        rsl_share_pending_append(share, conn, now);
    }
}


static void
rsl_share_link_tail(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    rsl_share_state_e  state;

    if (!conn->wanted) {
        return;
    }

    state = rsl_share_state(share->conf.zone);

    if (conn->joined && state == RSL_SHARE_TOGETHER) {
        rsl_share_tail_read(share, conn, now);
        return;
    }

    /* while another link joins, LOOK would bring a whole ring for nothing */

    if (rsl_share_zone_held(share, conn->token, now)) {
        conn->pause = now->msec + RSL_SHARE_SOON;
        return;
    }

    rsl_share_link_join(share, conn, now);
}


static void
rsl_share_link_join(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    size_t             entry, room;
    rsl_ring_state_t   state;
    rsl_share_words_t  words;

    rsl_ring_state(share->conf.ring, &state);

    conn->joined = 0;
    conn->base = (atomic_load(&share->conf.zone->own) || conn->look)
                 ? 0 : state.first;

    entry = rsl_share_words_entry(share);
    room = share->conf.entries * (share->conf.line_max + RSL_SHARE_HEAD)
           + entry;

    rsl_share_words_call(share, conn, &words, "J", 4);
    rsl_share_words_number(share, &words, conn->base);
    rsl_share_words_number(share, &words, state.last);
    rsl_share_words_number(share, &words, entry + 1);
    rsl_share_words_number(share, &words, room);

    rsl_share_words_send(share, conn, &words, RSL_SHARE_ASK_JOIN, now);
}


static void
rsl_share_link_clear(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    rsl_ring_state_t   state;
    rsl_share_words_t  words;

    rsl_ring_state(share->conf.ring, &state);

    conn->base = state.first;
    conn->newest = state.last;
    conn->n = share->clears;

    rsl_share_words_call(share, conn, &words, "C", 2);
    rsl_share_words_number(share, &words, state.first);
    rsl_share_words_number(share, &words,
                           (now->wall > 0) ? (uint64_t) now->wall : 0);

    rsl_share_words_send(share, conn, &words, RSL_SHARE_ASK_CLEAR, now);
}


/* Nothing of this worker waits, and it ends soon: its field is of no use. */

static void
rsl_share_link_delete(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    u_char              field[2 + RSL_SHARE_ORIGIN_LEN];
    rsl_str_t           text;
    rsl_share_words_t   words;
    rsl_share_origin_t  origin;

    share->left = 1;

    origin.p = share->producer;
    origin.n = 0;

    field[0] = 'p';
    field[1] = ':';
    (void) rsl_share_number_origin(field + 2, &origin);

    text.data = field;
    text.len = 2 + RSL_SHARE_PRODUCER_LEN;

    rsl_share_words(share, &words, 3);
    rsl_share_words_literal(&words, "HDEL");
    rsl_share_words_put(&words, &share->meta);
    rsl_share_words_put(&words, &text);

    rsl_share_words_send(share, conn, &words, RSL_SHARE_ASK_DELETE, now);
}


void
rsl_share_link_answer(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now)
{
    rsl_share_ask_e  asked;

    asked = conn->ask;
    conn->ask = RSL_SHARE_ASK_NOTHING;

    if (reply->type == REDIS_REPLY_ERROR) {
        rsl_share_link_error(share, conn, asked, &reply->text);

        if (conn->failed || asked > RSL_SHARE_ASK_READY) {
            return;
        }
    }

    switch (asked) {

    case RSL_SHARE_ASK_JOIN:
        rsl_share_link_joined(share, conn, reply, now);
        return;

    case RSL_SHARE_ASK_SEED:
        /* whatever it says, the next J tells what is there now */
        return;

    case RSL_SHARE_ASK_APPEND:
        rsl_share_link_appended(share, conn, reply, now);
        return;

    case RSL_SHARE_ASK_CLEAR:
        rsl_share_link_ok(conn, &share->mark, reply, 2, now);
        return;

    case RSL_SHARE_ASK_READ:
        rsl_share_tail_take(share, conn, reply, now);
        return;

    case RSL_SHARE_ASK_DELETE:
        return;

    case RSL_SHARE_ASK_NOTHING:
        rsl_share_words_fail(conn, "Redis answers what nobody has asked");
        return;

    default:
        (void) rsl_share_greet_answer(share, conn, reply);
    }
}


/*
 * Who may not ask about the disk of Redis, or who was there before, does
 * without that.  A script that Redis has forgotten is loaded again.
 */

static void
rsl_share_link_error(const rsl_share_t *share, rsl_share_conn_t *conn,
    rsl_share_ask_e asked, const rsl_str_t *text)
{
    if (asked == RSL_SHARE_ASK_DISK || asked == RSL_SHARE_ASK_WHO
        || asked == RSL_SHARE_ASK_SIGN)
    {
        return;
    }

    if (asked > RSL_SHARE_ASK_READY && text->len >= 8
        && memcmp(text->data, "NOSCRIPT", 8) == 0)
    {
        conn->step = RSL_SHARE_ASK_LOAD;
        return;
    }

    /* somebody else has taken the next id: that is looked at */

    if (asked == RSL_SHARE_ASK_APPEND || asked == RSL_SHARE_ASK_CLEAR) {
        conn->look = (text->len >= 4 && memcmp(text->data, "ERR ", 4) == 0);
    }

    rsl_share_greet_error(share, conn, text);
}


static void
rsl_share_link_joined(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now)
{
    uint64_t  ct, floor;

    if (rsl_share_reply_is(reply, "GO", 3)
        && rsl_share_reply_number(reply, 1, &ct) == RSL_OK
        && rsl_share_reply_number(reply, 2, &floor) == RSL_OK)
    {
        rsl_share_link_go(share, conn, floor, (int64_t) ct, now);
        return;
    }

    if (!rsl_share_reply_is(reply, "LOOK", 7)) {
        rsl_share_words_fail(conn, "Redis answers the script in another way");
        return;
    }

    conn->look = 0;

    /*
     * The ring or Redis has changed since.  If this connection is to another
     * Redis than the next one would be, the two would number the ring in turn.
     */

    if (conn->stood && share->conf.moves) {
        conn->failed = 1;
        return;
    }

    if (rsl_share_look(share, conn, reply, now) == RSL_AGAIN) {
        conn->pause = now->msec + RSL_SHARE_SOON;
    }
}


/* The ring may have got another numbering while the answer was on its way. */

static void
rsl_share_link_go(rsl_share_t *share, rsl_share_conn_t *conn, uint64_t floor,
    int64_t ct, const rsl_share_time_t *now)
{
    size_t             i;
    rsl_ring_state_t   state;
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;

    /* whatever was wrong with Redis is over */

    for (i = 0; i < RSL_SHARE_LINKS; i++) {
        share->conns[i].reason[0] = '\0';
    }

    rsl_share_zone_enter(share, now);

    rsl_ring_state(share->conf.ring, &state);

    if (!share->stale && !zone->own && state.first == conn->base) {

        conn->joined = 1;
        conn->stood = 1;
        zone->backoff = RSL_SHARE_BACKOFF;
        share->heard = (zone->told != 0);

        if (floor >= state.floor) {
            rsl_share_zone_mark(share, floor, ct);

        } else if (ct > zone->ct) {
            zone->ct = ct;
        }

        atomic_store(&zone->hold, 0);
    }

    rsl_share_zone_leave(share);

    if (conn->joined && conn->id == RSL_SHARE_TAIL && !share->told_join) {
        rsl_share_link_tell(share);
    }
}


/* Two installations may have one key by mistake: so who was there is named. */

static void
rsl_share_link_tell(rsl_share_t *share)
{
    char  text[2 * RSL_SHARE_TEXT];

    share->told_join = 1;

    (void) snprintf(text, sizeof(text), "the ring is shared by way of Redis "
                    "from now on; the last to join it before: %s%s%s",
                    share->before[0] ? "\"" : "",
                    share->before[0] ? share->before : "nobody",
                    share->before[0] ? "\"" : "");

    share->conf.notice(share->conf.data, RSL_SHARE_INFO, text);
}


/*
 * Redis has the records up to the one that it names.  These need not be all: if
 * it had the first one already, it takes none, since an entry is not divided.
 */

static void
rsl_share_link_appended(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now)
{
    uint64_t  seen;

    rsl_share_link_ok(conn, &share->ok, reply, 3, now);

    if (conn->failed || !conn->joined) {
        return;
    }

    if (rsl_share_reply_number(reply, 2, &seen) == RSL_OK
        && seen < share->ok.n)
    {
        share->ok.n = seen;
    }
}


/* OK and the last number, or NUM: then it is to join. */

static void
rsl_share_link_ok(rsl_share_conn_t *conn, rsl_share_ok_t *ok,
    const rsl_share_reply_t *reply, size_t n, const rsl_share_time_t *now)
{
    uint64_t  last;

    if (rsl_share_reply_is(reply, "NUM", 1)) {
        conn->joined = 0;
        return;
    }

    if (!rsl_share_reply_is(reply, "OK", n)
        || rsl_share_reply_number(reply, 1, &last) != RSL_OK)
    {
        rsl_share_words_fail(conn, "Redis answers the script in another way");
        return;
    }

    ok->base = conn->base;
    ok->last = last;
    ok->newest = conn->newest;
    ok->n = conn->n;
    ok->msec = now->msec;
}


void
rsl_share_link_late(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    (void) share;

    if (conn->ask != RSL_SHARE_ASK_NOTHING && !conn->failed
        && now->msec - conn->asked > 2 * RSL_SHARE_BLOCK)
    {
        rsl_share_words_fail(conn, "Redis did not answer in time");
    }
}
