
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What this worker has taken and not answered yet: in TOGETHER until Redis has
 * numbered it and the tail has brought it into the ring, in ALONE no longer
 * than a push.
 */


#include <stdio.h>
#include <stdlib.h>

#include "rsl_share_internal.h"


static int rsl_share_pending_decide(rsl_share_t *share,
    const rsl_share_time_t *now, uint64_t *until);
static void rsl_share_pending_push(rsl_share_t *share,
    const rsl_share_time_t *now);
static void rsl_share_pending_oks(rsl_share_t *share,
    const rsl_share_time_t *now, uint64_t *until);
static void rsl_share_pending_free(rsl_share_t *share, uint64_t until,
    const rsl_share_time_t *now);
static void rsl_share_pending_late(rsl_share_t *share);
static int rsl_share_pending_lines(rsl_share_t *share, size_t n,
    rsl_str_t *text);


int
rsl_share_pending_add(rsl_share_t *share, const u_char *text,
    const rsl_line_t *line, const rsl_share_time_t *now)
{
    rsl_share_record_t  *record;

    if (share->bytes + line->len > 2 * RSL_SHARE_PENDING
        || line->len > share->conf.line_max)
    {
        return RSL_DECLINED;
    }

    record = malloc(sizeof(rsl_share_record_t) + line->len);
    if (record == NULL) {
        return RSL_DECLINED;
    }

    record->next = NULL;
    record->origin.p = share->producer;
    record->origin.n = ++share->n;
    record->origin.t = (now->wall > 0) ? now->wall : 0;
    record->line = *line;
    memcpy(record->text, text, line->len);

    if (share->first == NULL) {
        share->since = now->msec;
        share->last = &share->first;
    }

    *share->last = record;
    share->last = &record->next;
    share->bytes += line->len;
    share->count++;

    rsl_share_pending_tell(share);

    return RSL_OK;
}


void
rsl_share_pending_say(rsl_share_t *share, rsl_level_t level,
    const char *message, const rsl_share_time_t *now)
{
    u_char        text[RSL_LINE_MIN];
    rsl_line_t    line;
    rsl_record_t  record;

    static const rsl_str_t  logger = rsl_string("nginx.share");

    memset(&record, 0, sizeof(rsl_record_t));

    record.timestamp = now->wall;
    record.level = level;
    record.logger = logger;
    record.message.data = (const u_char *) message;
    record.message.len = strlen(message);

    rsl_record_render(&record, text, sizeof(text), &line);

    (void) rsl_share_pending_add(share, text, &line, now);
}


int
rsl_share_pending_settle(rsl_share_t *share, const rsl_share_time_t *now)
{
    int       began;
    uint64_t  until;

    if (share->first == NULL && share->cleared == share->clears) {
        return 0;
    }

    until = 0;
    began = 0;

    rsl_share_zone_enter(share, now);

    if (!share->stale) {
        began = rsl_share_pending_decide(share, now, &until);
    }

    rsl_share_zone_leave(share);

    if (share->stale) {
        rsl_share_pending_drop(share);

    } else if (until) {
        rsl_share_pending_free(share, until, now);
        rsl_share_pending_late(share);
    }

    rsl_share_pending_tell(share);

    return began;
}


/* All up to *until is in the ring.  The caller holds the mutex. */

static int
rsl_share_pending_decide(rsl_share_t *share, const rsl_share_time_t *now,
    uint64_t *until)
{
    int  began;

    began = 0;

    if (rsl_share_state(share->conf.zone) != RSL_SHARE_ALONE) {

        rsl_share_pending_oks(share, now, until);

        if (*until || share->ok.base || share->first == NULL
            || now->msec - share->since <= share->conf.timeout)
        {
            return 0;
        }

        rsl_share_zone_alone(share, now);
        began = 1;
    }

    rsl_share_pending_push(share, now);

    *until = share->n;

    return began;
}


/* This nginx is alone: it numbers what it has not seen in the ring. */

static void
rsl_share_pending_push(rsl_share_t *share, const rsl_share_time_t *now)
{
    rsl_ring_state_t     state;
    rsl_share_record_t  *record;
    rsl_share_worker_t  *worker;

    if (share->cleared != share->clears) {
        rsl_ring_state(share->conf.ring, &state);
        rsl_share_zone_mark(share, state.last, now->wall);

        share->cleared = share->clears;
        share->cleared_alone = share->clears;
    }

    worker = &share->conf.zone->workers[share->conf.slot];

    for (record = share->first; record != NULL; record = record->next) {
        if (record->origin.n > worker->seen) {
            rsl_share_zone_push(share, record->text, &record->line,
                                &record->origin);
        }
    }

    share->ok.base = 0;
    share->mark.base = 0;
}


/* Has the ring reached what Redis has answered? */

static void
rsl_share_pending_oks(rsl_share_t *share, const rsl_share_time_t *now,
    uint64_t *until)
{
    rsl_ring_state_t  state;

    rsl_ring_state(share->conf.ring, &state);

    if (share->conf.zone->own || state.first != share->ok.base
        || share->ok.last < share->conf.zone->skipped
        || now->msec - share->ok.msec > 2 * share->conf.timeout)
    {
        /*
         * It is renumbered since, or the ring went past it, and nobody knows
         * whether it was there, or the answer is as good as lost: the same
         * again.  But if nothing at all comes by the tail, as when the user of
         * Redis may write and not read, that is no better than no answer.
         */

        if (share->ok.base) {
            share->stuck = (state.first == share->ok.base
                            && state.last == share->ok.newest)
                           ? share->stuck + 1 : 0;

            share->ok.base = 0;

            if (share->stuck < RSL_SHARE_STUCK) {
                share->since = now->msec;
            }
        }

    } else if (rsl_share_state(share->conf.zone) == RSL_SHARE_TOGETHER
               && state.last >= share->ok.last)
    {
        *until = share->ok.n;
    }

    if (share->mark.base == 0) {
        return;
    }

    if (state.first != share->mark.base || state.floor > share->mark.last) {
        share->cleared = share->mark.n;
        share->mark.base = 0;
    }
}


static void
rsl_share_pending_free(rsl_share_t *share, uint64_t until,
    const rsl_share_time_t *now)
{
    rsl_share_record_t  *record;

    while (share->first && share->first->origin.n <= until) {
        record = share->first;
        share->first = record->next;
        share->bytes -= record->line.len;
        share->count--;

        free(record);
    }

    if (until > share->done) {
        share->done = until;
    }

    share->since = now->msec;
    share->stuck = 0;
    share->ok.base = 0;
}


/*
 * All was answered, so what was sent and is not answered by Redis is of no use
 * any more.  It may still be executed there.
 */

static void
rsl_share_pending_late(rsl_share_t *share)
{
    rsl_share_conn_t  *writer;

    writer = &share->conns[RSL_SHARE_WRITER];

    if (share->first == NULL
        && (writer->ask == RSL_SHARE_ASK_APPEND
            || (writer->ask == RSL_SHARE_ASK_CLEAR
                && share->cleared == share->clears)))
    {
        rsl_share_words_fail(writer, "Redis did not answer in time");
    }
}


void
rsl_share_pending_drop(rsl_share_t *share)
{
    rsl_share_record_t  *record;

    while (share->first) {
        record = share->first;
        share->first = record->next;

        free(record);
    }

    share->bytes = 0;
    share->count = 0;
    share->ok.base = 0;
}


void
rsl_share_pending_tell(rsl_share_t *share)
{
    rsl_share_worker_t  *worker;

    worker = &share->conf.zone->workers[share->conf.slot];

    atomic_store_explicit(&worker->pending, share->count,
                          memory_order_relaxed);
    atomic_store(&worker->waits,
                 share->count || share->cleared != share->clears);
}


void
rsl_share_pending_append(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    size_t               n, bytes;
    rsl_str_t            text;
    rsl_ring_state_t     state;
    rsl_share_words_t    words;
    rsl_share_record_t  *record;

    n = 0;
    bytes = 0;

    for (record = share->first; record; record = record->next) {

        bytes += record->line.len;

        if (n == RSL_SHARE_BATCH || (n && bytes > RSL_SHARE_BATCH_SIZE)) {
            break;
        }

        n++;
        conn->n = record->origin.n;
    }

    rsl_ring_state(share->conf.ring, &state);

    conn->base = state.first;
    conn->newest = state.last;

    rsl_share_words_call(share, conn, &words, "A", 6);
    rsl_share_words_number(share, &words, state.first);
    rsl_share_words_number(share, &words, state.last);
    rsl_share_words_producer(share, &words, share->producer);
    rsl_share_words_number(share, &words, share->first->origin.n);
    rsl_share_words_number(share, &words, n);

    if (rsl_share_pending_lines(share, n, &text) == RSL_OK) {
        rsl_share_words_put(&words, &text);
    } else {
        words.failed = 1;
    }

    rsl_share_words_send(share, conn, &words, RSL_SHARE_ASK_APPEND, now);
}


/* The first "n" records, as an entry of the stream has them. */

static int
rsl_share_pending_lines(rsl_share_t *share, size_t n, rsl_str_t *text)
{
    size_t               i, size;
    u_char              *p;
    rsl_share_record_t  *record;

    size = n * RSL_SHARE_HEAD;

    for (i = 0, record = share->first; i < n; i++) {
        size += record->line.len;
        record = record->next;
    }

    p = rsl_arena_alloc(share->arena, size);
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;

    for (i = 0, record = share->first; i < n; i++) {
        p += rsl_share_entry_put(p, &record->origin);
        memcpy(p, record->text, record->line.len);
        p += record->line.len;
        *p++ = '\n';

        record = record->next;
    }

    text->len = (size_t) (p - text->data);

    return RSL_OK;
}
