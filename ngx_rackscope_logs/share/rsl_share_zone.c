
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What all workers agree on, in shared memory beside the ring.
 *
 * A worker may be killed under the mutex, at any instruction.  So what takes
 * several steps is written down before it begins, and whoever takes the mutex
 * next goes on with it, or takes it back.
 */


#include "rsl_share_internal.h"


static void rsl_share_zone_mend(rsl_share_t *share,
    const rsl_share_time_t *now);
static void rsl_share_zone_renumber(rsl_share_t *share,
    const rsl_share_time_t *now, int alone);
static void rsl_share_zone_move(rsl_share_t *share);
static void rsl_share_zone_see(rsl_share_t *share, uint64_t seq);
static rsl_share_cell_t *rsl_share_zone_cell(const rsl_share_t *share,
    uint64_t seq);


size_t
rsl_share_zone_size(size_t entries)
{
    return sizeof(rsl_share_zone_t) + entries * sizeof(rsl_share_cell_t);
}


uint64_t
rsl_share_first(const rsl_share_time_t *now, uint64_t random)
{
    return rsl_share_zone_fresh(0, now->wall, random);
}


uint64_t
rsl_share_zone_fresh(uint64_t top, int64_t wall, uint64_t random)
{
    if (wall > 0 && (uint64_t) wall > top) {
        top = (uint64_t) wall;
    }

    return top + RSL_SHARE_G + random % RSL_SHARE_R;
}


void
rsl_share_zone_init(rsl_share_zone_t *zone, size_t entries)
{
    zone->entries = entries;
    zone->backoff = RSL_SHARE_BACKOFF;

    atomic_init(&zone->own, 1);
}


rsl_share_state_e
rsl_share_state(const rsl_share_zone_t *zone)
{
    uint32_t  own, alone;

    /* they change in an order in which no other state comes in between */

    own = atomic_load(&zone->own);
    alone = atomic_load(&zone->alone);

    if (atomic_load(&zone->hold) || (own && !alone)) {
        return RSL_SHARE_JOINING;
    }

    return own ? RSL_SHARE_ALONE : RSL_SHARE_TOGETHER;
}


int
rsl_share_up(const rsl_share_zone_t *zone, const rsl_share_time_t *now)
{
    return rsl_share_state(zone) == RSL_SHARE_TOGETHER
           && rsl_share_ago(now, atomic_load(&zone->heard)) < RSL_SHARE_DEAF;
}


int
rsl_share_waits(const rsl_share_zone_t *zone, unsigned slot)
{
    return atomic_load(&zone->workers[slot].waits) != 0;
}


uint64_t
rsl_share_pending(const rsl_share_zone_t *zone)
{
    size_t    i;
    uint64_t  n;

    n = 0;

    for (i = 0; i < RSL_SHARE_SLOTS; i++) {
        n += atomic_load_explicit(&zone->workers[i].pending,
                                  memory_order_relaxed);
    }

    return n;
}


uint64_t
rsl_share_refused(const rsl_share_zone_t *zone)
{
    return atomic_load(&zone->refused);
}


rsl_share_reader_e
rsl_share_reader(const rsl_share_zone_t *zone, const rsl_ring_state_t *state,
    uint64_t cursor, uint64_t waited)
{
    rsl_share_state_e  now;

    if (cursor >= state->first && cursor <= state->last) {
        return RSL_SHARE_GOES_ON;
    }

    now = rsl_share_state(zone);

    if ((now == RSL_SHARE_JOINING
         || (now == RSL_SHARE_TOGETHER && cursor > state->last))
        && waited < RSL_SHARE_PATIENCE)
    {
        return RSL_SHARE_WAITS;
    }

    return RSL_SHARE_RENUMBERED;
}


void
rsl_share_zone_enter(rsl_share_t *share, const rsl_share_time_t *now)
{
    share->conf.lock(share->conf.data);

    rsl_share_zone_mend(share, now);

    share->stale = (share->conf.zone->shape != share->conf.shape
                    || share->conf.zone->place != share->conf.place);
}


void
rsl_share_zone_leave(rsl_share_t *share)
{
    share->conf.unlock(share->conf.data);
}


void
rsl_share_zone_begin(rsl_share_t *share, const rsl_share_time_t *now)
{
    size_t               i;
    rsl_share_zone_t    *zone;
    rsl_share_worker_t  *worker;

    share->conf.lock(share->conf.data);

    rsl_share_zone_mend(share, now);

    zone = share->conf.zone;

    if (zone->shape != share->conf.shape && zone->shape) {

        /* records that were made under another shape are never sent */

        rsl_share_zone_renumber(share, now, 0);

        for (i = 0; i < zone->entries; i++) {
            atomic_store(&zone->cells[i].seq, 0);
        }
    }

    zone->shape = share->conf.shape;

    /*
     * In another place all that this ring has is shared.  Workers of both could
     * only number it in turn, again and again.
     */

    zone->place = share->conf.place;

    /* who had this slot is dead, and has given nothing back */

    if (atomic_load(&zone->lease) % RSL_SHARE_SLOTS == share->conf.slot) {
        atomic_store(&zone->lease, 0);
    }

    if (atomic_load(&zone->hold) % RSL_SHARE_SLOTS == share->conf.slot) {
        zone->hold_msec = now->msec - share->conf.timeout;
    }

    worker = &zone->workers[share->conf.slot];

    worker->producer = share->producer;
    worker->seen = 0;
    atomic_store(&worker->pending, 0);
    atomic_store(&worker->waits, 0);

    share->conf.unlock(share->conf.data);
}


uint64_t
rsl_share_zone_top(rsl_share_t *share)
{
    rsl_ring_state_t  state;

    rsl_ring_state(share->conf.ring, &state);

    return share->conf.zone->given ? state.last : 0;
}


void
rsl_share_zone_push(rsl_share_t *share, const u_char *text,
    const rsl_line_t *line, const rsl_share_origin_t *origin)
{
    uint64_t           seq;
    rsl_ring_state_t   state;
    rsl_share_cell_t  *cell;

    rsl_ring_state(share->conf.ring, &state);

    seq = state.last + 1;
    cell = rsl_share_zone_cell(share, seq);

    atomic_store(&cell->seq, 0);
    cell->origin = *origin;
    atomic_store(&cell->seq, seq);

    share->conf.zone->given = 1;

    (void) rsl_ring_push(share->conf.ring, text, line);

    rsl_share_zone_see(share, seq);

    share->news = 1;
}


const rsl_share_origin_t *
rsl_share_zone_origin(const rsl_share_t *share, uint64_t seq)
{
    rsl_share_cell_t  *cell;

    cell = rsl_share_zone_cell(share, seq);

    return (atomic_load(&cell->seq) == seq) ? &cell->origin : NULL;
}


void
rsl_share_zone_alone(rsl_share_t *share, const rsl_share_time_t *now)
{
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;

    if (zone->own) {
        atomic_store(&zone->alone, 1);
        atomic_store(&zone->hold, 0);

    } else {
        rsl_share_zone_renumber(share, now, 1);
    }

    rsl_share_zone_later(share, now);
}


void
rsl_share_zone_later(rsl_share_t *share, const rsl_share_time_t *now)
{
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;

    zone->retry = now->msec + zone->backoff;
    zone->backoff *= 2;

    if (zone->backoff > RSL_SHARE_BACKOFF_MAX) {
        zone->backoff = RSL_SHARE_BACKOFF_MAX;
    }
}


void
rsl_share_zone_adopt(rsl_share_t *share, uint64_t base, uint64_t floor,
    uint64_t low)
{
    share->conf.zone->adopting = 1;

    rsl_ring_restart(share->conf.ring, base, floor + 1, low);
}


void
rsl_share_zone_adopted(rsl_share_t *share, int64_t ct)
{
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;

    if (ct > zone->ct) {
        zone->ct = ct;
    }

    zone->given = 1;
    share->news = 1;
    share->heard = (zone->told != 0);

    atomic_store(&zone->alone, 0);
    atomic_store(&zone->own, 0);
    atomic_store(&zone->hold, 0);

    zone->adopting = 0;
}


void
rsl_share_zone_mark(rsl_share_t *share, uint64_t seq, int64_t ct)
{
    if (ct > share->conf.zone->ct) {
        share->conf.zone->ct = ct;
    }

    rsl_ring_mark(share->conf.ring, seq);

    share->news = 1;
}


int
rsl_share_zone_held(const rsl_share_t *share, uint64_t token,
    const rsl_share_time_t *now)
{
    uint64_t           hold;
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;
    hold = atomic_load(&zone->hold);

    return hold && hold != token
           && rsl_share_ago(now, zone->hold_msec) < share->conf.timeout;
}


int
rsl_share_zone_lease(rsl_share_t *share, const rsl_share_time_t *now,
    int steal)
{
    uint64_t           lease, token;
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;
    lease = atomic_load(&zone->lease);
    token = share->conns[RSL_SHARE_TAIL].token;

    if (lease && lease != token && !steal
        && rsl_share_ago(now, zone->lease_msec) < RSL_SHARE_LEASE)
    {
        return 0;
    }

    atomic_store(&zone->lease, token);
    zone->lease_msec = now->msec;

    return 1;
}


void
rsl_share_zone_release(rsl_share_t *share)
{
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;

    if (atomic_load(&zone->lease) == share->conns[RSL_SHARE_TAIL].token) {
        atomic_store(&zone->lease, 0);
    }
}


static void
rsl_share_zone_mend(rsl_share_t *share, const rsl_share_time_t *now)
{
    uint64_t           first;
    rsl_ring_state_t   state;
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;

    rsl_ring_state(share->conf.ring, &state);

    if (zone->moving) {

        if (state.first == zone->moving_to) {
            rsl_share_zone_move(share);
        }

        zone->moving = 0;
    }

    if (zone->adopting) {

        /* all that the ring had is in Redis, too: it begins anew, and joins */

        first = rsl_share_zone_fresh(state.last, now->wall,
                                     share->conf.random(share->conf.data));

        atomic_store(&zone->own, 1);
        atomic_store(&zone->alone, 0);
        atomic_store(&zone->hold, 0);

        rsl_ring_restart(share->conf.ring, first, first, first);

        share->news = 1;
        zone->adopting = 0;
    }

    /* the last push may not have been seen */

    rsl_share_zone_see(share, state.last);
}


/*
 * A number of the slots is chosen with which each line stays where it is, so
 * that only its digits are written anew.
 */

static void
rsl_share_zone_renumber(rsl_share_t *share, const rsl_share_time_t *now,
    int alone)
{
    uint64_t           n, to, slots;
    rsl_ring_state_t   state;
    rsl_share_zone_t  *zone;

    zone = share->conf.zone;
    slots = zone->entries;

    rsl_ring_state(share->conf.ring, &state);

    n = (state.oldest > state.last) ? 0 : state.last - state.oldest + 1;

    to = rsl_share_zone_fresh(state.last, now->wall,
                              share->conf.random(share->conf.data));
    to += (state.oldest % slots + slots - to % slots) % slots;

    zone->moving_from = state.oldest;
    zone->moving_to = to;
    zone->moving_alone = (alone != 0);
    atomic_thread_fence(memory_order_release);
    zone->moving = n + 1;
    atomic_thread_fence(memory_order_release);

    rsl_ring_restart(share->conf.ring, to, to, to);
    rsl_share_zone_move(share);

    zone->moving = 0;
}


static void
rsl_share_zone_move(rsl_share_t *share)
{
    uint64_t           seq, old;
    rsl_ring_state_t   state;
    rsl_share_zone_t  *zone;
    rsl_share_cell_t  *cell;

    zone = share->conf.zone;

    rsl_ring_state(share->conf.ring, &state);

    for (seq = state.last + 1; seq - zone->moving_to < zone->moving - 1; seq++)
    {
        old = seq - zone->moving_to + zone->moving_from;
        cell = rsl_share_zone_cell(share, seq);

        if (atomic_load(&cell->seq) == old) {
            atomic_store(&cell->seq, seq);

        } else if (atomic_load(&cell->seq) != seq) {
            atomic_store(&cell->seq, 0);
        }

        rsl_ring_keep(share->conf.ring);
    }

    atomic_store(&zone->alone, (uint32_t) zone->moving_alone);
    atomic_store(&zone->own, 1);
    atomic_store(&zone->hold, 0);

    share->news = 1;
}


/* The worker that made the record learns from it how far the ring has come. */

static void
rsl_share_zone_see(rsl_share_t *share, uint64_t seq)
{
    rsl_share_worker_t        *worker;
    const rsl_share_origin_t  *origin;

    origin = rsl_share_zone_origin(share, seq);

    if (origin == NULL) {
        return;
    }

    worker = &share->conf.zone->workers[origin->p % RSL_SHARE_SLOTS];

    if (worker->producer == origin->p && worker->seen < origin->n) {
        worker->seen = origin->n;
    }
}


static rsl_share_cell_t *
rsl_share_zone_cell(const rsl_share_t *share, uint64_t seq)
{
    return &share->conf.zone->cells[seq % share->conf.zone->entries];
}
