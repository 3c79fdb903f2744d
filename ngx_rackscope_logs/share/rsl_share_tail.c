
/* SPDX-License-Identifier: BSD-2-Clause */


/* The tail: it follows the stream, for all workers of this nginx. */


#include <stdio.h>

#include "rsl_share_internal.h"


static rsl_share_entry_t *rsl_share_tail_entries(rsl_share_t *share,
    rsl_share_conn_t *conn, const rsl_share_reply_t *list, size_t *n);
static size_t rsl_share_tail_count(const rsl_share_reply_t *list, size_t *n);
static void rsl_share_tail_read_next(rsl_share_conn_t *conn, size_t n,
    size_t bytes);
static int rsl_share_tail_entry(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_entry_t *entry);
static int rsl_share_tail_record(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_entry_t *entry, const rsl_ring_state_t *state);


/* An id: two numbers, the kind, the hyphen and a NUL. */
#define RSL_SHARE_TAIL_ID  48


void
rsl_share_tail_read(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    char               id[RSL_SHARE_TAIL_ID];
    rsl_ring_state_t   state;
    rsl_share_words_t  words;

    rsl_ring_state(share->conf.ring, &state);

    (void) snprintf(id, sizeof(id), "%llu-%llu%c",
                    (unsigned long long) state.first,
                    (unsigned long long) state.last,
                    (state.floor == state.last + 1) ? '1' : '0');

    rsl_share_words(share, &words, 8);
    rsl_share_words_literal(&words, "XREAD");
    rsl_share_words_literal(&words, "COUNT");
    rsl_share_words_number(share, &words, conn->read);
    rsl_share_words_literal(&words, "BLOCK");
    rsl_share_words_number(share, &words, RSL_SHARE_BLOCK);
    rsl_share_words_literal(&words, "STREAMS");
    rsl_share_words_put(&words, &share->stream);
    rsl_share_words_literal(&words, id);

    rsl_share_words_send(share, conn, &words, RSL_SHARE_ASK_READ, now);
}


/* [[stream, [entry, ...]]], or nil if nothing came in time. */

void
rsl_share_tail_take(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now)
{
    size_t              i, n;
    rsl_share_entry_t  *entries;

    if (reply->type == REDIS_REPLY_NIL) {
        conn->joined = 0;
        return;
    }

    if (reply->type != REDIS_REPLY_ARRAY || reply->n != 1
        || reply->items[0]->type != REDIS_REPLY_ARRAY
        || reply->items[0]->n != 2
        || reply->items[0]->items[1]->type != REDIS_REPLY_ARRAY)
    {
        rsl_share_words_fail(conn, "Redis answers XREAD in another way");
        return;
    }

    entries = rsl_share_tail_entries(share, conn, reply->items[0]->items[1],
                                     &n);

    if (entries == NULL) {
        rsl_share_words_fail(conn, "there is no memory");
        return;
    }

    rsl_share_zone_enter(share, now);

    for (i = 0; i < n && !share->stale; i++) {
        if (rsl_share_tail_entry(share, conn, &entries[i]) != RSL_OK) {
            break;
        }
    }

    rsl_share_zone_leave(share);
}


/* Returns the records and marks, or NULL: there is no memory. */

static rsl_share_entry_t *
rsl_share_tail_entries(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *list, size_t *n)
{
    size_t              i, k, bytes, count, taken;
    rsl_arena_t        *arena;
    rsl_share_entry_t  *entries;

    arena = conn->replies.arena;
    taken = rsl_share_tail_count(list, &count);

    entries = rsl_arena_alloc(arena, (count + 1) * sizeof(rsl_share_entry_t));
    if (entries == NULL) {
        return NULL;
    }

    for (i = 0, k = 0; i < taken; i++) {

        if (rsl_share_entry(list->items[i], share->conf.line_max, arena,
                            &entries[k])
            != RSL_OK)
        {
            return NULL;
        }

        k += rsl_share_entry_count(list->items[i]);
    }

    bytes = 0;

    for (i = 0; i < count; i++) {
        bytes += entries[i].line.len;
    }

    if (taken < list->n) {
        conn->read = RSL_SHARE_READ;
    } else {
        rsl_share_tail_read_next(conn, list->n, bytes);
    }

    *n = count;

    return entries;
}


/*
 * How many entries are taken in one go, and how many records are in them.  A
 * few bytes can be many records, each of which takes its memory and its time
 * under the mutex.  What is left is read again.
 */

static size_t
rsl_share_tail_count(const rsl_share_reply_t *list, size_t *n)
{
    size_t  i, count;

    *n = 0;

    for (i = 0; i < list->n; i++) {
        count = rsl_share_entry_count(list->items[i]);

        if (*n + count > RSL_SHARE_READ * RSL_SHARE_BATCH) {
            break;
        }

        *n += count;
    }

    return i;
}


/* Who is behind reads more in one go, if that has shown to be little. */

static void
rsl_share_tail_read_next(rsl_share_conn_t *conn, size_t n, size_t bytes)
{
    if (bytes > RSL_SHARE_READ_SIZE) {
        conn->read = RSL_SHARE_READ;

    } else if (n == conn->read && bytes < RSL_SHARE_READ_SIZE / 4
               && n < RSL_SHARE_BATCH)
    {
        conn->read *= 2;
    }
}


/* RSL_DECLINED: what follows is not for this ring.  The mutex is held. */

static int
rsl_share_tail_entry(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_entry_t *entry)
{
    rsl_ring_state_t  state;

    rsl_ring_state(share->conf.ring, &state);

    if (rsl_share_state(share->conf.zone) != RSL_SHARE_TOGETHER) {
        return RSL_DECLINED;
    }

    if (entry->kind == RSL_SHARE_FOREIGN || entry->base != state.first) {
        conn->joined = 0;
        return RSL_DECLINED;
    }

    if (entry->kind == RSL_SHARE_MARK) {

        if (entry->seq >= state.last) {
            rsl_share_zone_mark(share, entry->seq, entry->origin.t);
        }

        return RSL_OK;
    }

    return rsl_share_tail_record(share, conn, entry, &state);
}


static int
rsl_share_tail_record(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_entry_t *entry, const rsl_ring_state_t *state)
{
    if (entry->seq <= state->last) {
        return RSL_OK;
    }

    if (entry->seq != state->last + 1) {

        /* those in between are no longer there */

        share->conf.zone->skipped = entry->seq;
        rsl_ring_skip(share->conf.ring, entry->seq);
        conn->joined = 0;
    }

    if (entry->refused) {
        atomic_fetch_add(&share->conf.zone->refused, 1);
    }

    rsl_share_zone_push(share, entry->text, &entry->line, &entry->origin);

    return RSL_OK;
}
