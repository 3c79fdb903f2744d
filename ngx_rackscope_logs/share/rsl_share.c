
/* SPDX-License-Identifier: BSD-2-Clause */


/* The share of a worker in a zone: what the caller sees of it. */


#include <stdio.h>
#include <stdlib.h>

#include "rsl_share_internal.h"


static int rsl_share_keys(rsl_share_t *share);
static u_char *rsl_share_key(u_char *p, rsl_str_t *to, const rsl_str_t *key,
    const char *tail);
static void rsl_share_go_on(rsl_share_t *share, const rsl_share_time_t *now);
static void rsl_share_again(rsl_share_t *share, const rsl_share_time_t *now);
static void rsl_share_lease(rsl_share_t *share, const rsl_share_time_t *now);
static int rsl_share_awaits(const rsl_share_t *share, const rsl_share_ok_t *ok,
    const rsl_share_time_t *now);
static const char *rsl_share_trouble(const rsl_share_t *share);
static int rsl_share_tells(rsl_share_t *share, const char *what,
    const rsl_share_time_t *now);
static void rsl_share_warn(rsl_share_t *share, const char *what);
static const char *rsl_share_why(const rsl_share_t *share);


#define RSL_SHARE_ARENA  4096
#define RSL_SHARE_KEY    32         /* what a key has behind "key" */


rsl_share_t *
rsl_share_create(const rsl_share_conf_t *conf, const rsl_share_time_t *now)
{
    size_t        i;
    rsl_share_t  *share;

    share = calloc(1, sizeof(rsl_share_t));
    if (share == NULL) {
        return NULL;
    }

    share->conf = *conf;

    share->arena = rsl_arena_create(RSL_SHARE_ARENA);

    if (share->arena == NULL || rsl_share_keys(share) != RSL_OK) {
        rsl_arena_destroy(share->arena);
        free(share);
        return NULL;
    }

    /* the slot is found by it; it is not 0, and neither are the tokens */

    share->producer = (conf->random(conf->data) | 1) * RSL_SHARE_SLOTS
                      + conf->slot;

    for (i = 0; i < RSL_SHARE_LINKS; i++) {
        share->conns[i].id = (rsl_share_link_e) i;
        share->conns[i].token = share->producer + i * RSL_SHARE_SLOTS;
    }

    rsl_share_zone_begin(share, now);

    return share;
}


/* The stream, what is known of it, and who was there. */

static int
rsl_share_keys(rsl_share_t *share)
{
    char        tail[RSL_SHARE_KEY];
    u_char     *p;
    rsl_str_t  *key;

    key = &share->conf.key;

    p = malloc(3 * (key->len + RSL_SHARE_KEY));
    if (p == NULL) {
        return RSL_ERROR;
    }

    (void) snprintf(tail, sizeof(tail), ":%016llx",
                    (unsigned long long) share->conf.shape);
    p = rsl_share_key(p, &share->stream, key, tail);

    (void) snprintf(tail, sizeof(tail), ":%016llx:m",
                    (unsigned long long) share->conf.shape);
    p = rsl_share_key(p, &share->meta, key, tail);

    (void) rsl_share_key(p, &share->who, key, ":who");

    return RSL_OK;
}


static u_char *
rsl_share_key(u_char *p, rsl_str_t *to, const rsl_str_t *key,
    const char *tail)
{
    to->data = p;
    to->len = key->len + strlen(tail);

    memcpy(p, key->data, key->len);
    memcpy(p + key->len, tail, to->len - key->len);

    return p + to->len;
}


void
rsl_share_destroy(rsl_share_t *share)
{
    size_t  i;

    for (i = 0; i < RSL_SHARE_LINKS; i++) {
        rsl_share_words_free(&share->conns[i]);
        rsl_share_reply_destroy(&share->conns[i].replies);
    }

    rsl_share_pending_drop(share);
    rsl_arena_destroy(share->arena);

    free((void *) share->stream.data);
    free(share);
}


void
rsl_share_tick(rsl_share_t *share, const rsl_share_time_t *now)
{
    size_t  i;

    rsl_share_lease(share, now);

    for (i = 0; i < RSL_SHARE_LINKS; i++) {
        rsl_share_link_late(share, &share->conns[i], now);
    }

    rsl_share_go_on(share, now);
}


static void
rsl_share_go_on(rsl_share_t *share, const rsl_share_time_t *now)
{
    char    text[2 * RSL_SHARE_TEXT];
    size_t  i;

    if (rsl_share_pending_settle(share, now)) {
        (void) snprintf(text, sizeof(text), "This nginx is cut off from Redis "
                        "and numbers its records alone: %s.",
                        rsl_share_why(share));

        rsl_share_pending_say(share, RSL_LEVEL_WARNING, text, now);
        (void) rsl_share_pending_settle(share, now);
    }

    if (share->heard) {
        rsl_share_again(share, now);
    }

    for (i = 0; i < RSL_SHARE_LINKS; i++) {
        rsl_share_link_next(share, &share->conns[i], now);
    }
}


/* The error log is told so if it was told before that something is wrong. */

static void
rsl_share_again(rsl_share_t *share, const rsl_share_time_t *now)
{
    uint64_t  told;

    share->heard = 0;

    rsl_share_zone_enter(share, now);

    told = share->conf.zone->told;
    share->conf.zone->told = 0;

    rsl_share_zone_leave(share);

    if (told) {
        share->conf.notice(share->conf.data, RSL_SHARE_INFO,
                           "this nginx is together again with the others, and "
                           "Redis numbers its records");
    }
}


/*
 * The tail keeps its lease while its connection stands, or as long as it may
 * take to make one, or while nobody is to connect.  Who waits for the ring to
 * reach what Redis has numbered does not wait for a tail that is stuck.
 */

static void
rsl_share_lease(rsl_share_t *share, const rsl_share_time_t *now)
{
    int                had, steal;
    const char        *what;
    rsl_share_zone_t  *zone;
    rsl_share_conn_t  *tail;

    zone = share->conf.zone;
    tail = &share->conns[RSL_SHARE_TAIL];

    steal = !share->leased
            && (rsl_share_awaits(share, &share->ok, now)
                || (share->cleared != share->clears
                    && rsl_share_awaits(share, &share->mark, now)));

    if (!steal && share->beat && now->msec - share->beat < RSL_SHARE_TICK
        && (share->leased || atomic_load(&zone->lease)))
    {
        return;
    }

    share->beat = now->msec;
    had = share->leased;

    rsl_share_zone_enter(share, now);

    if (share->stale
        || (share->leaving && share->first == NULL
            && share->cleared == share->clears))
    {
        rsl_share_zone_release(share);
        share->leased = 0;

    } else if (had && !tail->open
               && rsl_share_state(zone) != RSL_SHARE_ALONE
               && now->msec - share->leased_msec > RSL_SHARE_LEASE)
    {
        share->leased = (atomic_load(&zone->lease) == tail->token
                         && rsl_share_ago(now, zone->lease_msec)
                            < RSL_SHARE_LEASE);

    } else {
        share->leased = rsl_share_zone_lease(share, now, steal);
    }

    what = share->leased ? rsl_share_trouble(share) : NULL;

    if (what && !rsl_share_tells(share, what, now)) {
        what = NULL;
    }

    rsl_share_zone_leave(share);

    if ((share->leased && !had) || tail->open) {
        share->leased_msec = now->msec;
    }

    tail->wanted = share->leased
                   && (rsl_share_state(zone) != RSL_SHARE_ALONE
                       || now->msec >= zone->retry);

    if (rsl_share_state(zone) == RSL_SHARE_ALONE) {
        share->told_join = 0;
    }

    if (what) {
        rsl_share_warn(share, what);
    }
}


/* Has it been for long that Redis answered, and the ring is not there yet? */

static int
rsl_share_awaits(const rsl_share_t *share, const rsl_share_ok_t *ok,
    const rsl_share_time_t *now)
{
    return ok->base && now->msec - ok->msec > share->conf.timeout / 2;
}


/* What is wrong, if something is, even if nothing waits for it. */

static const char *
rsl_share_trouble(const rsl_share_t *share)
{
    const rsl_share_conn_t  *tail;

    tail = &share->conns[RSL_SHARE_TAIL];

    if (rsl_share_state(share->conf.zone) == RSL_SHARE_ALONE) {
        return "this nginx is cut off from Redis and numbers its records alone";
    }

    return (!tail->joined && tail->reason[0])
           ? "this nginx has no use of Redis and tries again" : NULL;
}


/* Once a minute, or if there is another reason.  The mutex is held. */

static int
rsl_share_tells(rsl_share_t *share, const char *what,
    const rsl_share_time_t *now)
{
    uint64_t           hash;
    rsl_str_t          why[2];
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;

    why[0].data = (const u_char *) what;
    why[0].len = strlen(what);
    why[1].data = (const u_char *) rsl_share_why(share);
    why[1].len = strlen(rsl_share_why(share));

    hash = rsl_share_shape(0, 0, why, 2);

    if (zone->why == hash
        && rsl_share_ago(now, zone->warned) < RSL_SHARE_WARN_EVERY)
    {
        return 0;
    }

    zone->why = hash;
    zone->warned = now->msec;
    zone->told = 1;

    return 1;
}


static void
rsl_share_warn(rsl_share_t *share, const char *what)
{
    char  text[2 * RSL_SHARE_TEXT];

    (void) snprintf(text, sizeof(text), "%s: %s", what, rsl_share_why(share));

    share->conf.notice(share->conf.data, RSL_SHARE_WARN, text);
}


/* Alone, only the tail still tries, so it knows best. */

static const char *
rsl_share_why(const rsl_share_t *share)
{
    size_t  i;

    for (i = RSL_SHARE_LINKS; i; i--) {
        if (share->conns[i - 1].reason[0]) {
            return share->conns[i - 1].reason;
        }
    }

    return "Redis did not answer in time";
}


uint64_t
rsl_share_due(const rsl_share_t *share, const rsl_share_time_t *now)
{
    uint64_t                 waited;
    const rsl_share_conn_t  *writer;

    writer = &share->conns[RSL_SHARE_WRITER];

    if (share->first == NULL && share->cleared == share->clears) {
        return RSL_SHARE_TICK;
    }

    /* is there something that can be sent?  It may be under way already */

    if (writer->open && writer->joined && !writer->failed
        && writer->ask == RSL_SHARE_ASK_NOTHING
        && ((share->first && share->ok.base == 0)
            || (share->cleared != share->clears && share->mark.base == 0))
        && rsl_share_state(share->conf.zone) == RSL_SHARE_TOGETHER)
    {
        return 0;
    }

    waited = now->msec - share->since;

    if (share->first && share->ok.base == 0 && waited <= share->conf.timeout
        && share->conf.timeout - waited < RSL_SHARE_SOON)
    {
        return share->conf.timeout - waited + 1;
    }

    return RSL_SHARE_SOON;
}


uint64_t
rsl_share_add(rsl_share_t *share, const u_char *text, const rsl_line_t *line,
    const rsl_share_time_t *now)
{
    if (share->stale
        || rsl_share_pending_add(share, text, line, now) != RSL_OK)
    {
        return 0;
    }

    share->left = 0;

    if (rsl_share_state(share->conf.zone) == RSL_SHARE_ALONE) {
        (void) rsl_share_pending_settle(share, now);
    }

    return share->stale ? 0 : share->n;
}


uint64_t
rsl_share_done(const rsl_share_t *share)
{
    return share->done;
}


int
rsl_share_full(const rsl_share_t *share)
{
    return share->bytes >= RSL_SHARE_PENDING;
}


int
rsl_share_stale(const rsl_share_t *share)
{
    return share->stale;
}


int
rsl_share_news(rsl_share_t *share)
{
    int  news;

    news = share->news;
    share->news = 0;

    return news;
}


uint64_t
rsl_share_clear(rsl_share_t *share, const rsl_share_time_t *now)
{
    uint64_t  ticket;

    ticket = ++share->clears;

    rsl_share_go_on(share, now);

    return ticket;
}


int
rsl_share_cleared(const rsl_share_t *share, uint64_t ticket, int *alone)
{
    if (share->cleared >= ticket) {
        *alone = (share->cleared_alone >= ticket);
        return RSL_OK;
    }

    return share->stale ? RSL_DECLINED : RSL_AGAIN;
}


void
rsl_share_clear_end(rsl_share_t *share, uint64_t ticket)
{
    if (ticket == share->clears && share->cleared < ticket) {
        share->cleared = ticket;
        rsl_share_pending_tell(share);
    }
}


int
rsl_share_leave(rsl_share_t *share, const rsl_share_time_t *now)
{
    const rsl_share_conn_t  *writer;

    if (!share->leaving || share->leased) {
        share->leaving = 1;
        share->beat = 0;
    }

    rsl_share_tick(share, now);

    writer = &share->conns[RSL_SHARE_WRITER];

    if (share->first || share->cleared != share->clears) {
        return RSL_AGAIN;
    }

    return (!writer->open || writer->failed
            || (share->left && writer->first == NULL))
           ? RSL_OK : RSL_AGAIN;
}


int
rsl_share_wants(const rsl_share_t *share, rsl_share_link_e link)
{
    const rsl_share_conn_t  *conn;

    conn = &share->conns[link];

    if (conn->failed || share->stale) {
        return 0;
    }

    if (link == RSL_SHARE_TAIL) {
        return conn->wanted;
    }

    return rsl_share_state(share->conf.zone) != RSL_SHARE_ALONE;
}


void
rsl_share_opened(rsl_share_t *share, rsl_share_link_e link, int sentinel,
    const rsl_share_time_t *now)
{
    rsl_share_conn_t  *conn;

    conn = &share->conns[link];

    conn->open = 1;
    conn->stood = 0;
    conn->read = RSL_SHARE_READ;
    conn->step = sentinel ? RSL_SHARE_ASK_MASTER : RSL_SHARE_ASK_HELLO;

    if (rsl_share_reply_create(&conn->replies) != RSL_OK) {
        rsl_share_words_fail(conn, "there is no memory");
        return;
    }

    rsl_share_go_on(share, now);
}


int
rsl_share_received(rsl_share_t *share, rsl_share_link_e link,
    const u_char *data, size_t len, const rsl_share_time_t *now)
{
    int                 rc;
    rsl_share_conn_t   *conn;
    rsl_share_reply_t  *reply;

    conn = &share->conns[link];

    if (!conn->open || conn->failed) {
        return RSL_DECLINED;
    }

    rc = rsl_share_reply_feed(&conn->replies, data, len);

    while (rc == RSL_OK) {
        rc = rsl_share_reply_next(&conn->replies, &reply);

        if (rc != RSL_OK) {
            break;
        }

        if (conn->ask == RSL_SHARE_ASK_MASTER) {
            rsl_share_link_answer(share, conn, reply, now);
            return conn->failed ? RSL_DECLINED : RSL_AGAIN;
        }

        rsl_share_link_answer(share, conn, reply, now);

        if (conn->failed) {
            rc = RSL_DECLINED;
            break;
        }

        if (link == RSL_SHARE_TAIL && conn->joined) {
            atomic_store(&share->conf.zone->heard, now->msec);
        }

        rsl_share_go_on(share, now);
    }

    if (rc != RSL_AGAIN && !conn->failed) {
        rsl_share_words_fail(conn, conn->replies.broken
                                   ? "the answer of Redis is too large"
                                   : "this is no Redis");
        conn->look = conn->replies.broken;
    }

    rsl_share_go_on(share, now);

    return conn->failed ? RSL_DECLINED : RSL_OK;
}


void
rsl_share_closed(rsl_share_t *share, rsl_share_link_e link, const char *why,
    const rsl_share_time_t *now)
{
    rsl_share_conn_t  *conn;

    conn = &share->conns[link];

    rsl_share_words_free(conn);
    rsl_share_reply_destroy(&conn->replies);

    if (why) {
        (void) snprintf(conn->reason, sizeof(conn->reason), "%s", why);
    }

    /*
     * Redis was there and has refused to share: alone, it is not asked at once
     * again, because it may have got a whole ring first.  To connect costs
     * little, and the caller makes pauses of its own.
     */

    if (link == RSL_SHARE_TAIL && conn->wanted && !conn->joined
        && conn->failed && conn->step == RSL_SHARE_ASK_READY)
    {
        rsl_share_zone_enter(share, now);

        if (rsl_share_state(share->conf.zone) == RSL_SHARE_ALONE) {
            rsl_share_zone_later(share, now);
            conn->wanted = 0;
        }

        rsl_share_zone_leave(share);
    }

    conn->ask = RSL_SHARE_ASK_NOTHING;
    conn->open = 0;
    conn->failed = 0;
    conn->joined = 0;
    conn->pause = 0;

    rsl_share_go_on(share, now);
}


void
rsl_share_unsent(const rsl_share_t *share, rsl_share_link_e link,
    rsl_str_t *bytes)
{
    const rsl_share_chunk_t  *chunk;

    chunk = share->conns[link].first;

    bytes->len = chunk ? chunk->len - chunk->pos : 0;
    bytes->data = chunk ? (const u_char *) chunk->data + chunk->pos : NULL;
}


void
rsl_share_sent(rsl_share_t *share, rsl_share_link_e link, size_t n)
{
    rsl_share_conn_t   *conn;
    rsl_share_chunk_t  *chunk;

    conn = &share->conns[link];
    chunk = conn->first;

    chunk->pos += n;

    if (chunk->pos < chunk->len) {
        return;
    }

    conn->first = chunk->next;

    redisFreeCommand(chunk->data);
    free(chunk);
}


const char *
rsl_share_reason(const rsl_share_t *share, rsl_share_link_e link)
{
    return share->conns[link].reason;
}


void
rsl_share_master(const rsl_share_t *share, rsl_share_link_e link,
    rsl_share_host_t *host)
{
    host->name.data = (const u_char *) share->conns[link].host;
    host->name.len = strlen(share->conns[link].host);
    host->port = share->conns[link].port;
}
