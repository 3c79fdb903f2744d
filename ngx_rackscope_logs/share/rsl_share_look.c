
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Joining.  Redis has said LOOK: what it has, and what the ring has, become
 * one.  If that is what Redis has already, the ring adopts it; else the union
 * is sent, as a new numbering that all nodes will adopt.
 */


#include <stdlib.h>

#include "rsl_share_internal.h"


/* A record of the union: of the stream, or of the ring. */

typedef struct {
    rsl_share_origin_t         origin;
    const rsl_share_entry_t   *entry;       /* NULL: of the ring */
    uint64_t                   seq;
} rsl_share_ref_t;


typedef struct {
    unsigned                   whole:1;
    uint64_t                   base;
    uint64_t                   last;
    uint64_t                   floor;
    int64_t                    ct;

    const rsl_str_t           *last_id;     /* NULL: the stream is empty */
    rsl_share_entry_t         *records;     /* of the stream, in its order */
    size_t                     n;

    rsl_share_ref_t           *refs;        /* those of the ring that Redis has
                                               not, then the union */
    size_t                     nrefs;

    uint32_t                  *index;       /* 1 + the place of a record */
    size_t                     mask;

    /* of the ring */
    uint64_t                   top;
    int64_t                    own_ct;
} rsl_share_look_t;


static int rsl_share_look_parse(rsl_share_t *share, rsl_share_look_t *look,
    const rsl_share_reply_t *reply, rsl_arena_t *arena);
static int rsl_share_look_entries(rsl_share_t *share, rsl_share_look_t *look,
    const rsl_share_reply_t *list, rsl_arena_t *arena);
static int rsl_share_look_alloc(rsl_share_t *share, rsl_share_look_t *look,
    size_t n, rsl_arena_t *arena);
static void rsl_share_look_cut(const rsl_share_t *share,
    rsl_share_look_t *look, size_t n);
static int rsl_share_look_sound(const rsl_share_t *share,
    const rsl_share_look_t *look);
static void rsl_share_look_index(rsl_share_look_t *look);
static uint32_t *rsl_share_look_find(const rsl_share_look_t *look,
    const rsl_share_origin_t *origin);
static void rsl_share_look_ring(rsl_share_t *share, rsl_share_look_t *look);
static int rsl_share_look_same(const rsl_share_t *share,
    const rsl_share_look_t *look);
static void rsl_share_look_adopt(rsl_share_t *share, rsl_share_look_t *look);
static int rsl_share_look_seed(rsl_share_t *share, rsl_share_conn_t *conn,
    rsl_share_look_t *look, const rsl_share_time_t *now);
static void rsl_share_look_union(rsl_share_t *share, rsl_share_look_t *look);
static int rsl_share_look_put(rsl_share_t *share,
    const rsl_share_look_t *look, size_t skip, rsl_share_words_t *words);
static size_t rsl_share_look_size(const rsl_share_t *share,
    const rsl_share_look_t *look, size_t skip);
static int rsl_share_look_line(const rsl_share_t *share,
    const rsl_share_ref_t *ref, u_char *dst, const u_char *end, size_t *len);
static int rsl_share_look_order(const void *a, const void *b);


int
rsl_share_look(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now)
{
    int                adopted;
    rsl_share_look_t   look;
    rsl_share_zone_t  *zone;

    if (rsl_share_look_parse(share, &look, reply, conn->replies.arena)
        != RSL_OK)
    {
        rsl_share_words_fail(conn, "the stream in Redis cannot be read");
        return RSL_OK;
    }

    zone = share->conf.zone;
    adopted = 0;

    rsl_share_zone_enter(share, now);

    if (share->stale || rsl_share_zone_held(share, conn->token, now)) {
        rsl_share_zone_leave(share);
        return RSL_AGAIN;
    }

    atomic_store(&zone->hold, conn->token);
    zone->hold_msec = now->msec;

    rsl_share_look_ring(share, &look);

    if (rsl_share_look_same(share, &look)) {
        rsl_share_look_adopt(share, &look);
        adopted = 1;
    }

    rsl_share_zone_leave(share);

    return adopted ? RSL_OK : rsl_share_look_seed(share, conn, &look, now);
}


/* ["LOOK", whole, base, last, floor, ct, [entry, ...]], the newest one first */

static int
rsl_share_look_parse(rsl_share_t *share, rsl_share_look_t *look,
    const rsl_share_reply_t *reply, rsl_arena_t *arena)
{
    uint64_t  whole, ct;

    memset(look, 0, sizeof(rsl_share_look_t));

    if (rsl_share_reply_number(reply, 1, &whole) != RSL_OK
        || rsl_share_reply_number(reply, 2, &look->base) != RSL_OK
        || rsl_share_reply_number(reply, 3, &look->last) != RSL_OK
        || rsl_share_reply_number(reply, 4, &look->floor) != RSL_OK
        || rsl_share_reply_number(reply, 5, &ct) != RSL_OK
        || reply->items[6]->type != REDIS_REPLY_ARRAY)
    {
        return RSL_DECLINED;
    }

    look->ct = (int64_t) ct;

    if (rsl_share_look_entries(share, look, reply->items[6], arena) != RSL_OK) {
        return RSL_ERROR;
    }

    look->whole = whole && rsl_share_look_sound(share, look);

    rsl_share_look_index(look);

    return RSL_OK;
}


/* Somebody else may have written more than a ring has: the newest are taken. */

static int
rsl_share_look_entries(rsl_share_t *share, rsl_share_look_t *look,
    const rsl_share_reply_t *list, rsl_arena_t *arena)
{
    size_t                    i, n, from;
    const rsl_share_reply_t  *item;

    n = 0;

    for (from = 0; from < list->n && n <= 2 * share->conf.entries; from++) {
        n += rsl_share_entry_count(list->items[from]);
    }

    if (rsl_share_look_alloc(share, look, n, arena) != RSL_OK) {
        return RSL_ERROR;
    }

    n = 0;

    for (i = from; i; i--) {
        item = list->items[i - 1];

        if (rsl_share_entry(item, share->conf.line_max, arena,
                            &look->records[n])
            != RSL_OK)
        {
            return RSL_ERROR;
        }

        n += rsl_share_entry_count(item);
    }

    rsl_share_look_cut(share, look, n);

    item = list->n ? list->items[0] : NULL;

    if (item && item->type == REDIS_REPLY_ARRAY && item->n
        && item->items[0]->type == REDIS_REPLY_STRING)
    {
        look->last_id = &item->items[0]->text;
    }

    return RSL_OK;
}


static int
rsl_share_look_alloc(rsl_share_t *share, rsl_share_look_t *look, size_t n,
    rsl_arena_t *arena)
{
    size_t  size;

    size = 4;

    while (size < 2 * (n + 1)) {
        size *= 2;
    }

    look->mask = size - 1;
    look->index = rsl_arena_alloc(arena, size * sizeof(uint32_t));
    look->records = rsl_arena_alloc(arena, (n + 1) * sizeof(rsl_share_entry_t));
    look->refs = rsl_arena_alloc(arena, (n + share->conf.entries)
                                        * sizeof(rsl_share_ref_t));

    if (look->index == NULL || look->records == NULL || look->refs == NULL) {
        return RSL_ERROR;
    }

    memset(look->index, 0, size * sizeof(uint32_t));

    return RSL_OK;
}


/*
 * Of what was read, only records count, and none that has left the ring by its
 * number but lies in an entry with one that has not.
 */

static void
rsl_share_look_cut(const rsl_share_t *share, rsl_share_look_t *look, size_t n)
{
    size_t                    i;
    uint64_t                  last;
    const rsl_share_entry_t  *entry;

    last = 0;

    if (n && look->records[n - 1].base == look->base) {
        last = look->records[n - 1].seq;
        last = (last < look->last) ? last : look->last;
    }

    for (i = 0; i < n; i++) {
        entry = &look->records[i];

        if (entry->kind == RSL_SHARE_RECORD
            && (entry->base != look->base
                || entry->seq + share->conf.entries > last))
        {
            look->records[look->n++] = *entry;
        }
    }
}


/* Redis counts the entries only: are they those that it says? */

static int
rsl_share_look_sound(const rsl_share_t *share, const rsl_share_look_t *look)
{
    size_t                    i;
    uint64_t                  n;
    const rsl_share_entry_t  *entry;

    if (look->base == 0 || look->floor + 1 < look->base
        || look->last < look->floor)
    {
        return 0;
    }

    n = look->last - look->floor;

    if (look->n != (n < share->conf.entries ? n : share->conf.entries)) {
        return 0;
    }

    for (i = 0; i < look->n; i++) {
        entry = &look->records[i];

        if (entry->base != look->base
            || entry->seq != look->last - look->n + 1 + i)
        {
            return 0;
        }
    }

    return 1;
}


/* A record that is there twice is not whole, and counts once. */

static void
rsl_share_look_index(rsl_share_look_t *look)
{
    size_t     i, n;
    uint32_t  *place;

    n = 0;

    for (i = 0; i < look->n; i++) {
        place = rsl_share_look_find(look, &look->records[i].origin);

        if (*place) {
            look->whole = 0;
            continue;
        }

        look->records[n++] = look->records[i];
        *place = (uint32_t) n;
    }

    look->n = n;
}


static uint32_t *
rsl_share_look_find(const rsl_share_look_t *look,
    const rsl_share_origin_t *origin)
{
    size_t                     i;
    uint32_t                  *place;
    const rsl_share_origin_t  *found;

    i = (size_t) ((origin->p ^ (origin->n * UINT64_C(0x9e3779b97f4a7c15)))
                  * UINT64_C(0xff51afd7ed558ccd) >> 20);

    for ( ;; i++) {
        place = &look->index[i & look->mask];

        if (*place == 0) {
            return place;
        }

        found = &look->records[*place - 1].origin;

        if (found->p == origin->p && found->n == origin->n) {
            return place;
        }
    }
}


/*
 * Lists what the ring has and Redis has not.  The side whose last clear is the
 * older one loses what the newer clear has met.  The mutex is held.
 */

static void
rsl_share_look_ring(rsl_share_t *share, rsl_share_look_t *look)
{
    uint64_t                   seq;
    rsl_share_ref_t           *ref;
    rsl_ring_state_t           state;
    const rsl_share_origin_t  *origin;

    look->top = rsl_share_zone_top(share);
    look->own_ct = share->conf.zone->ct;

    rsl_ring_state(share->conf.ring, &state);

    for (seq = state.oldest; seq <= state.last; seq++) {
        origin = rsl_share_zone_origin(share, seq);

        if (origin == NULL
            || (look->ct > look->own_ct && origin->t <= look->ct)
            || *rsl_share_look_find(look, origin))
        {
            continue;
        }

        ref = &look->refs[look->nrefs++];
        ref->origin = *origin;
        ref->entry = NULL;
        ref->seq = seq;
    }
}


/*
 * Is the union what Redis has, so that it can be adopted?  The numbers of the
 * ring must be lower than those of Redis, so that none comes twice.
 */

static int
rsl_share_look_same(const rsl_share_t *share, const rsl_share_look_t *look)
{
    size_t                     i, k;
    const rsl_share_origin_t  *oldest;

    if (!look->whole || look->own_ct > look->ct || look->top >= look->base) {
        return 0;
    }

    if (look->nrefs == 0) {
        return 1;
    }

    if (look->n < share->conf.entries) {
        return 0;
    }

    /* the newest ones are those of Redis if all others are older */

    oldest = &look->records[0].origin;

    for (i = 1; i < look->n; i++) {
        if (rsl_share_order(&look->records[i].origin, oldest) < 0) {
            oldest = &look->records[i].origin;
        }
    }

    for (k = 0; k < look->nrefs; k++) {
        if (rsl_share_order(&look->refs[k].origin, oldest) > 0) {
            return 0;
        }
    }

    return 1;
}


static void
rsl_share_look_adopt(rsl_share_t *share, rsl_share_look_t *look)
{
    size_t              i;
    rsl_share_entry_t  *entry;

    rsl_share_zone_adopt(share, look->base, look->floor,
                         look->last - look->n + 1);

    for (i = 0; i < look->n; i++) {
        entry = &look->records[i];

        if (entry->refused) {
            atomic_fetch_add(&share->conf.zone->refused, 1);
        }

        rsl_share_zone_push(share, entry->text, &entry->line, &entry->origin);
    }

    rsl_share_zone_adopted(share, look->ct);
}


/*
 * Sends the union.  The mutex is free, but nobody pushes while this link holds
 * the ring: a line that is gone shows that it does not any more.
 */

static int
rsl_share_look_seed(rsl_share_t *share, rsl_share_conn_t *conn,
    rsl_share_look_t *look, const rsl_share_time_t *now)
{
    size_t             skip;
    uint64_t           top;
    rsl_share_words_t  words;

    rsl_share_look_union(share, look);

    skip = (look->nrefs > share->conf.entries)
           ? look->nrefs - share->conf.entries : 0;

    top = look->top;

    if (now->wall > 0 && (uint64_t) now->wall > top) {
        top = (uint64_t) now->wall;
    }

    rsl_share_words_call(share, conn, &words, "S", 5 + look->nrefs - skip);
    rsl_share_words_number(share, &words, look->base);

    if (look->last_id) {
        rsl_share_words_put(&words, look->last_id);
    } else {
        rsl_share_words_literal(&words, "0-0");
    }

    rsl_share_words_number(share, &words, top);
    rsl_share_words_number(share, &words,
                           share->conf.random(share->conf.data) % RSL_SHARE_R);
    rsl_share_words_number(share, &words,
                           (uint64_t) (look->own_ct > look->ct ? look->own_ct
                                                               : look->ct));

    if (rsl_share_look_put(share, look, skip, &words) != RSL_OK) {
        rsl_arena_reset(share->arena);
        return RSL_AGAIN;
    }

    rsl_share_words_send(share, conn, &words, RSL_SHARE_ASK_SEED, now);

    return RSL_OK;
}


/* Adds what Redis has to what the ring has, and sorts it. */

static void
rsl_share_look_union(rsl_share_t *share, rsl_share_look_t *look)
{
    size_t            i;
    rsl_share_ref_t  *ref;

    for (i = 0; i < look->n; i++) {

        if (look->own_ct > look->ct
            && look->records[i].origin.t <= look->own_ct)
        {
            continue;
        }

        ref = &look->refs[look->nrefs++];
        ref->origin = look->records[i].origin;
        ref->entry = &look->records[i];

        /* from now on it is a record that says so */

        if (ref->entry->refused) {
            atomic_fetch_add(&share->conf.zone->refused, 1);
        }
    }

    qsort(look->refs, look->nrefs, sizeof(rsl_share_ref_t),
          rsl_share_look_order);
}


/* Puts the records from "skip" on, as entries of the stream have them. */

static int
rsl_share_look_put(rsl_share_t *share, const rsl_share_look_t *look,
    size_t skip, rsl_share_words_t *words)
{
    size_t      i, n, len, bytes;
    u_char     *p, *end;
    rsl_str_t   text;

    len = rsl_share_look_size(share, look, skip);

    p = rsl_arena_alloc(share->arena, len);
    if (p == NULL) {
        return RSL_DECLINED;
    }

    n = 0;
    bytes = 0;
    end = p + len;
    text.data = p;

    for (i = skip; i < look->nrefs; i++) {

        if (rsl_share_look_line(share, &look->refs[i], p, end, &len) != RSL_OK)
        {
            return RSL_DECLINED;
        }

        if (n == RSL_SHARE_BATCH || (n && bytes + len > RSL_SHARE_BATCH_SIZE)) {
            text.len = (size_t) (p - text.data);
            rsl_share_words_put(words, &text);

            text.data = p;
            bytes = 0;
            n = 0;
        }

        p += len;
        bytes += len;
        n++;
    }

    if (n) {
        text.len = (size_t) (p - text.data);
        rsl_share_words_put(words, &text);
    }

    return RSL_OK;
}


/*
 * How many bytes that takes.  rsl_ring_read() copies as much as the slot says
 * then, so there is room for any line behind the last one.
 */

static size_t
rsl_share_look_size(const rsl_share_t *share, const rsl_share_look_t *look,
    size_t skip)
{
    size_t                  i, size;
    rsl_line_t              line;
    const rsl_share_ref_t  *ref;

    size = RSL_SHARE_HEAD + share->conf.line_max;

    for (i = skip; i < look->nrefs; i++) {
        ref = &look->refs[i];

        if (ref->entry) {
            size += RSL_SHARE_HEAD + ref->entry->line.len;

        } else if (rsl_ring_peek(share->conf.ring, ref->seq, &line) == RSL_OK) {
            size += RSL_SHARE_HEAD + line.len;
        }
    }

    return size;
}


static int
rsl_share_look_line(const rsl_share_t *share, const rsl_share_ref_t *ref,
    u_char *dst, const u_char *end, size_t *len)
{
    u_char      *p;
    rsl_line_t   line;

    if ((size_t) (end - dst) < RSL_SHARE_HEAD + share->conf.line_max) {
        return RSL_DECLINED;
    }

    p = dst + rsl_share_entry_put(dst, &ref->origin);

    if (ref->entry) {
        line = ref->entry->line;
        memcpy(p, ref->entry->text, line.len);

    } else if (rsl_ring_read(share->conf.ring, ref->seq, p, &line) != RSL_OK) {
        return RSL_DECLINED;
    }

    p[line.len] = '\n';
    *len = (size_t) (p - dst) + line.len + 1;

    return RSL_OK;
}


static int
rsl_share_look_order(const void *a, const void *b)
{
    const rsl_share_ref_t  *one, *other;

    one = a;
    other = b;

    return rsl_share_order(&one->origin, &other->origin);
}
