
/* SPDX-License-Identifier: BSD-2-Clause */


/* What the rings are given, which record is which, and what has gone wrong. */


#include "sim.h"


/* Random numbers: splitmix64. */

uint64_t
sim_random(void)
{
    uint64_t  z;

    z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);

    return z ^ (z >> 31);
}


uint64_t
sim_below(uint64_t n)
{
    return sim_random() % n;
}


int
sim_chance(double p)
{
    return (double) (sim_random() >> 11) / 9007199254740992.0 < p;
}


void
sim_wrong(const char *format, ...)
{
    va_list  args;

    if (wrong++ < 20) {
        printf("seed %" PRIu64 " step %" PRIu64 ": ", seed, step);
        va_start(args, format);
        (void) vprintf(format, args);
        va_end(args);
        printf("\n");
    }
}


rsl_share_time_t
sim_now(int node)
{
    rsl_share_time_t  now;

    now.msec = ms;
    now.wall = INT64_C(1795000000000000) + (int64_t) ms * 1000
               + nodes[node].off;

    return now;
}


/* A table from two numbers to one, for this run. */

static uint64_t *
sim_table(uint64_t a, uint64_t b, int *there)
{
    size_t   i;
    cell_t  *cell;

    i = (size_t) ((a * UINT64_C(0x9e3779b97f4a7c15) ^ b)
                  * UINT64_C(0xff51afd7ed558ccd) >> 40);

    for ( ;; i++) {
        cell = &table[i % TABLE];

        if (cell->run != runs) {
            cell->run = runs;
            cell->a = a;
            cell->b = b;
            *there = 0;
            return &cell->value;
        }

        if (cell->a == a && cell->b == b) {
            *there = 1;
            return &cell->value;
        }
    }
}


int
sim_record(uint64_t p, uint64_t n)
{
    int        there;
    uint64_t  *value;

    value = sim_table(p, n, &there);

    if (!there) {
        if (nrecords == RECORDS) {
            abort();
        }

        memset(&records[nrecords], 0, sizeof(record_t));
        records[nrecords].p = p;
        records[nrecords].n = n;
        *value = nrecords++;
    }

    return (int) *value;
}


/* The last number that somebody else has given in this numbering, or 0. */

uint64_t *
sim_foreign(uint64_t base)
{
    int        there;
    uint64_t  *value;

    value = sim_table(base, UINT64_C(1) << 63, &there);

    if (!there) {
        *value = 0;
    }

    return value;
}


/* Returns the record of this number that the ring may send, or -1. */

int
sim_at(int node, uint64_t seq)
{
    rsl_share_cell_t  *cell;

    cell = &nodes[node].zone->cells[seq % SIZE];

    if (cell->seq != seq) {
        return -1;
    }

    return sim_record(cell->origin.p, cell->origin.n);
}


/*
 * Returns the record of this number that a client can read, or -1.  A worker
 * that was killed may have overwritten the origin of the oldest line already.
 */

int
sim_read(int node, uint64_t seq)
{
    int          there;
    uint64_t    *value;
    rsl_line_t   line;

    if (rsl_ring_peek(nodes[node].ring, seq, &line) != RSL_OK) {
        return -1;
    }

    value = sim_table(seq, 0, &there);

    if (!there) {
        sim_wrong("a line that was never pushed");
        return -1;
    }

    return (int) *value;
}


/* All that is older than the oldest of a full list is legitimately gone. */

static void
sim_older(const rsl_share_origin_t *oldest)
{
    size_t              i;
    rsl_share_origin_t  origin;

    for (i = 0; i < nrecords; i++) {
        origin.p = records[i].p;
        origin.n = records[i].n;
        origin.t = records[i].t;

        if (origin.t && rsl_share_order(&origin, oldest) < 0) {
            records[i].legit = 1;
        }
    }
}


/* What the simulated Redis tells. */

static void
sim_evicted(uint64_t p, uint64_t n)
{
    records[sim_record(p, n)].legit = 1;
}


static void
sim_cleared(uint64_t p, uint64_t n)
{
    records[sim_record(p, n)].cleared = 1;
}


/* Whose last clear was the older one has lost what the newer one has met. */

static void
sim_seeded(const redis_data_t *data)
{
    int               record;
    size_t            i;
    rsl_ring_state_t  now;

    total_seeds++;

    rsl_ring_state(nodes[running->node].ring, &now);

    for ( /* void */ ; now.oldest <= now.last; now.oldest++) {
        record = sim_at(running->node, now.oldest);

        if (record != -1 && records[record].t <= (int64_t) data->ct) {
            for (i = 0; i < data->count; i++) {
                if (data->entries[i].p == records[record].p
                    && data->entries[i].n == records[record].n)
                {
                    break;
                }
            }

            records[record].cleared |= (i == data->count);
        }
    }

}


/* It is full: what is older has no place in it. */

static void
sim_given(const redis_entry_t *list, size_t n)
{
    size_t              i;
    rsl_share_origin_t  origin, oldest;

    for (i = 0; i < n; i++) {
        origin.p = list[i].p;
        origin.n = list[i].n;
        origin.t = (int64_t) list[i].t;

        if (i == 0 || rsl_share_order(&origin, &oldest) < 0) {
            oldest = origin;
        }
    }

    sim_older(&oldest);
}


static char *
sim_keep(const char *text, size_t len)
{
    char  *p;

    if (npool + len > POOL) {
        abort();
    }

    p = pool + npool;
    npool += len;
    memcpy(p, text, len);

    return p;
}


const redis_watch_t  watch = {
    sim_evicted, sim_cleared, sim_given, sim_seeded, sim_keep
};


/*
 * The ring, as the share calls it: each call may be the last one of the worker,
 * and what it pushes is noted.
 */

uint64_t __real_rsl_ring_push(rsl_ring_t *ring, const u_char *text,
    const rsl_line_t *line);
void __real_rsl_ring_keep(rsl_ring_t *ring);
void __real_rsl_ring_mark(rsl_ring_t *ring, uint64_t seq);
void __real_rsl_ring_skip(rsl_ring_t *ring, uint64_t seq);
void __real_rsl_ring_restart(rsl_ring_t *ring, uint64_t first, uint64_t floor,
    uint64_t low);
void __real_rsl_share_zone_adopted(rsl_share_t *share, int64_t ct);
void __real_rsl_share_zone_adopt(rsl_share_t *share, uint64_t base,
    uint64_t floor, uint64_t low);
uint64_t __wrap_rsl_ring_push(rsl_ring_t *ring, const u_char *text,
    const rsl_line_t *line);
void __wrap_rsl_ring_keep(rsl_ring_t *ring);
void __wrap_rsl_ring_mark(rsl_ring_t *ring, uint64_t seq);
void __wrap_rsl_ring_skip(rsl_ring_t *ring, uint64_t seq);
void __wrap_rsl_ring_restart(rsl_ring_t *ring, uint64_t first, uint64_t floor,
    uint64_t low);
void __wrap_rsl_share_zone_adopted(rsl_share_t *share, int64_t ct);
void __wrap_rsl_share_zone_adopt(rsl_share_t *share, uint64_t base,
    uint64_t floor, uint64_t low);


static void
sim_doom(void)
{
    if (running->doomed && --running->doomed == 0) {
        total_kills++;
        longjmp(killed, 1);
    }
}


static void
sim_owe(int node, uint64_t base, uint64_t seq, int record)
{
    size_t     i;
    client_t  *c;

    for (i = 0; i < CLIENTS; i++) {
        c = &clients[i];

        if (c->node != node || c->base == 0
            || (base == c->id_base && seq <= c->cursor))
        {
            continue;
        }

        if (c->nowed == OWED) {
            abort();
        }

        c->owed[c->nowed].base = base;
        c->owed[c->nowed].seq = seq;
        c->owed[c->nowed].record = record;
        c->owed[c->nowed++].behind = 0;
    }
}


static void
sim_pushed(int node, uint64_t seq)
{
    int                there, record;
    uint64_t          *value;
    rsl_ring_state_t   now;

    rsl_ring_state(nodes[node].ring, &now);

    record = sim_at(node, seq);

    if (record == -1) {

        /* it is renumbered, and a worker that was killed had overwritten its
           origin */

        value = sim_table(seq - nodes[node].zone->moving_to
                          + nodes[node].zone->moving_from, 0, &there);
        record = there ? (int) *value : -1;
    }

    if (record == -1) {
        sim_wrong("nobody knows what is pushed");
        return;
    }

    records[record].had |= 1u << node;

    if (records[record].t == 0) {
        records[record].t = nodes[node].zone->cells[seq % SIZE].origin.t;
    }

    value = sim_table(seq, 0, &there);

    if (there && *value != (uint64_t) record) {
        sim_wrong("1 the number %" PRIu64 " names two records, %d and %d", seq,
                  (int) *value, record);
    }

    *value = (uint64_t) record;

    value = sim_table(now.first, UINT64_MAX - (uint64_t) record, &there);

    if (there && *value != seq) {
        sim_wrong("2b record %d twice in a numbering", record);
    }

    *value = seq;

    sim_owe(node, now.first, seq, record);
}


uint64_t
__wrap_rsl_ring_push(rsl_ring_t *ring, const u_char *text,
    const rsl_line_t *line)
{
    int               there;
    uint64_t          seq, *value;
    rsl_ring_state_t  now;

    rsl_ring_state(ring, &now);

    /*
     * The origin of the oldest line is overwritten already, so even if the
     * worker is killed before the line is, that line is not sent any more.
     */

    if (now.oldest <= now.last && now.last - now.oldest + 1 == SIZE) {
        value = sim_table(now.oldest, 0, &there);

        if (there) {
            records[*value].passed = 1;

            if (healing) {
                records[*value].evicted |= 1u << running->node;
            }
        }
    }

    sim_doom();
    seq = __real_rsl_ring_push(ring, text, line);
    sim_pushed(running->node, seq);
    sim_doom();

    return seq;
}


void
__wrap_rsl_ring_keep(rsl_ring_t *ring)
{
    rsl_ring_state_t  now;

    sim_doom();
    __real_rsl_ring_keep(ring);
    rsl_ring_state(ring, &now);
    sim_pushed(running->node, now.last);
    sim_doom();
}


/* A clear of this node alone; of others, Redis has told it before. */

void
__wrap_rsl_ring_mark(rsl_ring_t *ring, uint64_t seq)
{
    int               record;
    rsl_ring_state_t  now;

    sim_doom();

    rsl_ring_state(ring, &now);

    if (nodes[running->node].zone->own) {
        for ( /* void */ ; now.oldest <= now.last; now.oldest++) {
            record = sim_at(running->node, now.oldest);

            if (record != -1) {
                records[record].cleared = 1;
            }
        }
    }

    __real_rsl_ring_mark(ring, seq);
    sim_doom();
}


void
__wrap_rsl_ring_skip(rsl_ring_t *ring, uint64_t seq)
{
    sim_doom();
    __real_rsl_ring_skip(ring, seq);
    sim_doom();
}


void
__wrap_rsl_ring_restart(rsl_ring_t *ring, uint64_t first, uint64_t floor,
    uint64_t low)
{
    sim_doom();
    __real_rsl_ring_restart(ring, first, floor, low);
    sim_doom();
}


/* Joining must drop nothing that was answered. */

void
__wrap_rsl_share_zone_adopt(rsl_share_t *share, uint64_t base, uint64_t floor,
    uint64_t low)
{
    int                record;
    node_t            *node;
    rsl_ring_state_t   now;

    node = &nodes[running->node];
    node->nbefore = 0;

    rsl_ring_state(node->ring, &now);

    for ( /* void */ ; now.oldest <= now.last; now.oldest++) {
        record = sim_at(running->node, now.oldest);

        if (record != -1) {
            node->before[node->nbefore++] = record;
        }
    }

    __real_rsl_share_zone_adopt(share, base, floor, low);
}


void
__wrap_rsl_share_zone_adopted(rsl_share_t *share, int64_t ct)
{
    size_t               i;
    node_t              *node;
    record_t            *record;
    rsl_ring_state_t     now;
    rsl_share_origin_t  *origin, oldest;

    node = &nodes[running->node];

    rsl_ring_state(node->ring, &now);

    if (now.oldest <= now.last && now.last - now.oldest + 1 == SIZE) {
        oldest = node->zone->cells[now.oldest % SIZE].origin;

        for (i = 0; i < SIZE; i++) {
            origin = &node->zone->cells[i].origin;
            oldest = (rsl_share_order(origin, &oldest) < 0) ? *origin : oldest;
        }

        sim_older(&oldest);
    }

    for (i = 0; i < node->nbefore; i++) {
        uint64_t  seq;

        record = &records[node->before[i]];

        for (seq = now.oldest; seq <= now.last; seq++) {
            if (sim_at(running->node, seq) == node->before[i]) {
                break;
            }
        }

        if (seq > now.last && record->t <= ct) {
            record->cleared = 1;
        }

        if (seq > now.last && record->ok && !record->legit && !record->cleared)
        {
            sim_wrong("3c joining dropped the answered record %d",
                      node->before[i]);
        }
    }

    __real_rsl_share_zone_adopted(share, ct);
}


void
sim_lock(void *data)
{
    node_t  *node;

    node = data;

    if (node->locked++) {
        sim_wrong("the mutex is taken twice");
    }
}


void
sim_unlock(void *data)
{
    node_t  *node;

    node = data;
    node->locked = 0;
}


uint64_t
sim_number(void *data)
{
    (void) data;

    return sim_random();
}


void
sim_notice(void *data, rsl_share_severity_e severity, const char *text)
{
    node_t  *node;

    node = data;

    if (node->locked) {
        sim_wrong("a notice under the mutex");
    }

    if (getenv("SIM_TRACE")) {
        printf("%" PRIu64 " node %d: %s\n", ms, (int) (node - nodes), text);
    }

    (void) severity;
}
