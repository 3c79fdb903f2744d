
/* SPDX-License-Identifier: BSD-2-Clause */


/* What is sent: commands, as hiredis writes them, in a queue. */


#include <stdio.h>
#include <stdlib.h>

#include "rsl_share_internal.h"


static size_t rsl_share_words_limit(const rsl_share_t *share,
    const rsl_share_conn_t *conn, rsl_share_ask_e ask);


/* An entry of the stream takes so much besides its records, on the wire. */
#define RSL_SHARE_ENTRY  256

#define RSL_SHARE_LIMIT  65536


void
rsl_share_words(rsl_share_t *share, rsl_share_words_t *words, size_t size)
{
    memset(words, 0, sizeof(rsl_share_words_t));

    words->size = (int) size;
    words->argv = rsl_arena_alloc(share->arena, size * sizeof(char *));
    words->lens = rsl_arena_alloc(share->arena, size * sizeof(size_t));

    if (words->argv == NULL || words->lens == NULL) {
        words->failed = 1;
    }
}


void
rsl_share_words_put(rsl_share_words_t *words, const rsl_str_t *text)
{
    if (words->failed || words->n == words->size) {
        words->failed = 1;
        return;
    }

    words->argv[words->n] = text->len ? (const char *) text->data : "";
    words->lens[words->n++] = text->len;
}


void
rsl_share_words_literal(rsl_share_words_t *words, const char *text)
{
    rsl_str_t  s;

    s.data = (const u_char *) text;
    s.len = strlen(text);

    rsl_share_words_put(words, &s);
}


void
rsl_share_words_number(rsl_share_t *share, rsl_share_words_t *words,
    uint64_t value)
{
    u_char     *p;
    rsl_str_t   s;

    p = rsl_arena_alloc(share->arena, RSL_UINT64_LEN);

    if (p == NULL) {
        words->failed = 1;
        return;
    }

    s.data = p;
    s.len = rsl_number_decimal(p, value);

    rsl_share_words_put(words, &s);
}


void
rsl_share_words_producer(rsl_share_t *share, rsl_share_words_t *words,
    uint64_t p)
{
    rsl_share_origin_t  origin;

    origin.p = p;
    origin.n = 0;

    rsl_share_words_origin(share, words, &origin);

    if (!words->failed) {
        words->lens[words->n - 1] = RSL_SHARE_PRODUCER_LEN;
    }
}


void
rsl_share_words_origin(rsl_share_t *share, rsl_share_words_t *words,
    const rsl_share_origin_t *origin)
{
    u_char     *p;
    rsl_str_t   s;

    p = rsl_arena_alloc(share->arena, RSL_SHARE_ORIGIN_LEN);

    if (p == NULL) {
        words->failed = 1;
        return;
    }

    s.data = p;
    s.len = rsl_share_number_origin(p, origin);

    rsl_share_words_put(words, &s);
}


void
rsl_share_words_call(rsl_share_t *share, rsl_share_conn_t *conn,
    rsl_share_words_t *words, const char *word, size_t size)
{
    rsl_str_t  sha;

    rsl_share_words(share, words, size + 7);

    sha.data = (u_char *) conn->sha;
    sha.len = conn->nsha;

    rsl_share_words_literal(words, "EVALSHA");
    rsl_share_words_put(words, &sha);
    rsl_share_words_literal(words, "2");
    rsl_share_words_put(words, &share->stream);
    rsl_share_words_put(words, &share->meta);
    rsl_share_words_literal(words, word);
    rsl_share_words_number(share, words, share->conf.entries);
}


void
rsl_share_words_send(rsl_share_t *share, rsl_share_conn_t *conn,
    rsl_share_words_t *words, rsl_share_ask_e ask,
    const rsl_share_time_t *now)
{
    char               *data;
    long long           len;
    rsl_share_chunk_t  *chunk;

    data = NULL;
    len = -1;

    if (!words->failed) {
        len = redisFormatCommandArgv(&data, words->n, words->argv,
                                     words->lens);
    }

    rsl_arena_reset(share->arena);

    chunk = (len > 0) ? malloc(sizeof(rsl_share_chunk_t)) : NULL;

    if (chunk == NULL) {

        if (len > 0) {
            redisFreeCommand(data);
        }

        rsl_share_words_fail(conn, "there is no memory");
        return;
    }

    chunk->next = NULL;
    chunk->data = data;
    chunk->pos = 0;
    chunk->len = (size_t) len;

    if (conn->first) {
        conn->last->next = chunk;
    } else {
        conn->first = chunk;
    }

    conn->last = chunk;
    conn->ask = ask;
    conn->asked = now->msec;
    conn->replies.limit = rsl_share_words_limit(share, conn, ask);
}


/*
 * How many bytes an answer can have, if nobody else writes to the key: a ring,
 * and what the oldest entry has besides.
 */

static size_t
rsl_share_words_limit(const rsl_share_t *share, const rsl_share_conn_t *conn,
    rsl_share_ask_e ask)
{
    size_t  all, some;

    all = (2 * share->conf.entries + 16)
          * (share->conf.line_max + RSL_SHARE_ENTRY)
          + rsl_share_words_entry(share);

    some = conn->read * (rsl_share_words_entry(share) + RSL_SHARE_ENTRY);

    switch (ask) {

    case RSL_SHARE_ASK_JOIN:
        return RSL_SHARE_LIMIT + all;

    case RSL_SHARE_ASK_READ:
        return RSL_SHARE_LIMIT + (some < all ? some : all);

    default:
        return RSL_SHARE_LIMIT;
    }
}


size_t
rsl_share_words_entry(const rsl_share_t *share)
{
    size_t  lines;

    lines = (share->conf.line_max > RSL_SHARE_BATCH_SIZE)
            ? share->conf.line_max : RSL_SHARE_BATCH_SIZE;

    return lines + RSL_SHARE_BATCH * RSL_SHARE_HEAD;
}


void
rsl_share_words_free(rsl_share_conn_t *conn)
{
    rsl_share_chunk_t  *chunk;

    while (conn->first) {
        chunk = conn->first;
        conn->first = chunk->next;

        redisFreeCommand(chunk->data);
        free(chunk);
    }

    conn->last = NULL;
}


void
rsl_share_words_fail(rsl_share_conn_t *conn, const char *reason)
{
    conn->failed = 1;

    (void) snprintf(conn->reason, sizeof(conn->reason), "%s", reason);
}
