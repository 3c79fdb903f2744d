
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Several nginx and a Redis, simulated: the state machine of the share is the
 * real one, and all around it is made up.  A seed decides who takes the next
 * step, and what breaks: connections, replies, workers at any step and in the
 * middle of what they do under the mutex, nodes, clocks, and Redis, which
 * restarts empty or stale, is flushed, is evicted from, or fails over to a
 * replica that has not got the last records.
 *
 *     sim FIRST_SEED RUNS [STEPS]
 *
 * At every step no number may name two records, and no client may be short of a
 * record that it was not told of.  When all is well again, all rings must
 * become the same, with all that was answered and that some ring still had.
 */


#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redis.h"
#include "share/rsl_share_internal.h"


#define NODES       4
#define WORKERS     2
#define CLIENTS     5
#define SIZE        8               /* of a ring */
#define ENTRY_SIZE  1024
#define PENDING     12
#define MS          2               /* of a step */
#define TABLE       (1 << 17)
#define RECORDS     (1 << 15)
#define OWED        4096
#define POOL        (1 << 25)
#define GHOSTS      64


typedef struct {
    uint64_t              p;
    uint64_t              n;
    int64_t               t;
    unsigned              had;      /* a bit for each node */
    unsigned              evicted;  /* the same, since all is well */
    unsigned              held;
    unsigned              ok:1;
    unsigned              legit:1;  /* there were SIZE newer ones */
    unsigned              cleared:1;
    unsigned              passed:1; /* it was overwritten in some ring */
} record_t;

typedef struct {
    redis_t              *redis;
    unsigned              generation;
    int                   open;
    int                   dead;
    int                   half;     /* dead, and nobody says so */
    redis_bytes_t         command;
    redis_bytes_t         reply;
    uint64_t              blocked;  /* ms; 0: it is not */
    uint64_t              retry;
} wire_t;

typedef struct {
    rsl_share_t          *share;
    rsl_share_conf_t      conf;
    int                   node;
    wire_t                wires[RSL_SHARE_LINKS];
    uint64_t              acked;
    uint64_t              stall;
    unsigned              doomed;   /* calls to the ring until it is killed */
    int                   leaving;
    uint64_t              clear;
    uint64_t              clear_began;
} worker_t;

typedef struct {
    rsl_ring_t           *ring;
    rsl_share_zone_t     *zone;
    int64_t               off;
    unsigned              life;
    int                   locked;
    redis_t              *route;
    int                   before[SIZE];     /* records before it adopted */
    size_t                nbefore;
} node_t;

typedef struct {
    uint64_t              base;
    uint64_t              seq;
    int                   record;
    int                   behind;   /* the base is no longer that of its node */
} owed_t;

typedef struct {
    int                   node;
    unsigned              life;
    uint64_t              base;     /* 0: it waits */
    uint64_t              numbering;
    uint64_t              cursor;
    uint64_t              id;       /* what it sends when it comes again */
    uint64_t              id_base;
    uint64_t              last;
    int                   last_own;
    uint64_t              wait;
    owed_t                owed[OWED];
    size_t                nowed;
    unsigned char         seen[RECORDS];
} client_t;

typedef struct {
    uint64_t              a;
    uint64_t              b;
    uint64_t              value;
    unsigned              run;
} cell_t;

typedef struct {
    uint64_t              at;
    redis_t              *redis;
    unsigned              generation;
    redis_bytes_t         command;
} ghost_t;

typedef void (*event_pt)(void);

typedef struct {
    const char           *name;
    event_pt              event;
} menu_t;


static uint64_t       seed;
static uint64_t       state;
static unsigned       runs;
static unsigned       wrong;
static uint64_t       step;
static uint64_t       ms;
static int            healing;
static double         loss;
static uint64_t       total_steps, total_records, total_seeds, total_alone;
static uint64_t       total_kills;

static node_t         nodes[NODES];
static worker_t       workers[NODES * WORKERS];
static client_t       clients[CLIENTS];
static record_t       records[RECORDS];
static size_t         nrecords;
static cell_t         table[TABLE];
static ghost_t        ghosts[GHOSTS];
static size_t         nghosts;
static char           pool[POOL];
static size_t         npool;

static redis_t        masters[2];       /* in turn */
static redis_t       *current;
static redis_t       *older;            /* NULL: there is one master */
static redis_data_t   saved, replica;
static int            have_saved;
static uint64_t       identities;

static worker_t      *running;
static jmp_buf        killed;

static const menu_t  *menu[64];
static size_t         nmenu;


/* Random numbers: splitmix64. */

static uint64_t
sim_random(void)
{
    uint64_t  z;

    z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);

    return z ^ (z >> 31);
}


static uint64_t
sim_below(uint64_t n)
{
    return sim_random() % n;
}


static int
sim_chance(double p)
{
    return (double) (sim_random() >> 11) / 9007199254740992.0 < p;
}


__attribute__((format(printf, 1, 2)))
static void
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


static rsl_share_time_t
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


static int
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


/* Returns the record of this number that the ring may send, or -1. */

static int
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

static int
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


static const redis_watch_t  watch = {
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

        /* it is renumbered, and a worker was killed that overwrote its origin */

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


static void
sim_lock(void *data)
{
    node_t  *node;

    node = data;

    if (node->locked++) {
        sim_wrong("the mutex is taken twice");
    }
}


static void
sim_unlock(void *data)
{
    node_t  *node;

    node = data;
    node->locked = 0;
}


static uint64_t
sim_number(void *data)
{
    (void) data;

    return sim_random();
}


static void
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


/* Processes begin and end. */

static void
sim_unwire(wire_t *wire)
{
    wire->open = 0;
    wire->command.len = 0;
    wire->reply.len = 0;
    wire->blocked = 0;
    wire->retry = 0;
}


static void
sim_kill(worker_t *worker)
{
    size_t  i;

    if (worker->share) {
        rsl_share_destroy(worker->share);
        worker->share = NULL;
    }

    for (i = 0; i < RSL_SHARE_LINKS; i++) {
        sim_unwire(&worker->wires[i]);
    }

    nodes[worker->node].locked = 0;
}


static void
sim_spawn(worker_t *worker)
{
    rsl_share_time_t  now;

    sim_kill(worker);

    worker->acked = 0;
    worker->stall = 0;
    worker->doomed = 0;
    worker->leaving = 0;
    worker->clear = 0;

    running = worker;
    now = sim_now(worker->node);

    worker->share = rsl_share_create(&worker->conf, &now);

    if (worker->share == NULL) {
        abort();
    }
}


static int
sim_alive(int record, int but)
{
    int               n;
    size_t            i, k;
    redis_t          *both[2];
    rsl_ring_state_t  now;

    for (n = 0; n < NODES; n++) {
        if (n == but || nodes[n].ring == NULL) {
            continue;
        }

        rsl_ring_state(nodes[n].ring, &now);

        for ( /* void */ ; now.oldest <= now.last; now.oldest++) {
            if (sim_at(n, now.oldest) == record) {
                return 1;
            }
        }
    }

    both[0] = current;
    both[1] = older;

    for (k = 0; k < 2; k++) {
        for (i = 0; both[k] && i < both[k]->data.count; i++) {
            if (both[k]->data.entries[i].kind == 0
                && sim_record(both[k]->data.entries[i].p,
                              both[k]->data.entries[i].n)
                   == record)
            {
                return 1;
            }
        }
    }

    return 0;
}


/* What only this node held dies with it: no promise covers that. */

static void
sim_forget(int node)
{
    size_t     i, k, n;
    client_t  *c;

    for (i = 0; i < CLIENTS; i++) {
        c = &clients[i];
        n = 0;

        for (k = 0; k < c->nowed; k++) {
            if (sim_alive(c->owed[k].record, node)) {
                c->owed[n++] = c->owed[k];
            }
        }

        c->nowed = n;
    }
}


static void
sim_boot(int n)
{
    size_t             i;
    node_t            *node;
    worker_t          *worker;
    rsl_share_time_t   now;

    node = &nodes[n];

    if (node->ring) {
        sim_forget(n);
    }

    for (i = 0; i < nrecords; i++) {
        records[i].had &= ~(1u << n);
    }

    free(node->ring);
    free(node->zone);

    node->ring = aligned_alloc(64, rsl_ring_size(SIZE, ENTRY_SIZE));
    node->zone = calloc(1, rsl_share_zone_size(SIZE));

    if (node->ring == NULL || node->zone == NULL) {
        abort();
    }

    memset(node->ring, 0, rsl_ring_size(SIZE, ENTRY_SIZE));

    now = sim_now(n);

    rsl_ring_init(node->ring, SIZE, ENTRY_SIZE,
                  rsl_share_first(&now, sim_random()));
    rsl_share_zone_init(node->zone, SIZE);

    node->life++;
    node->locked = 0;

    for (i = 0; i < WORKERS; i++) {
        worker = &workers[n * WORKERS + i];
        worker->node = n;

        memset(&worker->conf, 0, sizeof(rsl_share_conf_t));

        worker->conf.zone = node->zone;
        worker->conf.ring = node->ring;
        worker->conf.entries = SIZE;
        worker->conf.line_max = rsl_ring_line_max(ENTRY_SIZE);
        worker->conf.slot = (unsigned) i;
        worker->conf.timeout = 1000;
        worker->conf.key.data = (const u_char *) "k";
        worker->conf.key.len = 1;
        worker->conf.shape = 7;
        worker->conf.data = node;
        worker->conf.lock = sim_lock;
        worker->conf.unlock = sim_unlock;
        worker->conf.random = sim_number;
        worker->conf.notice = sim_notice;

        sim_spawn(worker);
    }
}


/* What breaks. */

static void
sim_reset(redis_t *redis)
{
    redis->run = ++identities;
    redis->loaded = 0;
    redis->down = 0;
    redis->replica = 0;
    redis->generation++;
}


static void
event_cut(void)
{
    nodes[sim_below(NODES)].route = NULL;
}


static void
event_cut_all(void)
{
    int  i;

    for (i = 0; i < NODES; i++) {
        nodes[i].route = NULL;
    }
}


static void
event_uncut(void)
{
    int  i;

    for (i = 0; i < NODES; i++) {
        nodes[i].route = nodes[i].route ? nodes[i].route : current;
    }
}


static void
event_half(void)
{
    worker_t  *worker;

    worker = &workers[sim_below(NODES * WORKERS)];
    worker->wires[sim_below(RSL_SHARE_LINKS)].half = 1;
}


static void
event_empty(void)
{
    memset(&current->data, 0, sizeof(redis_data_t));
    sim_reset(current);
}


static void
event_save(void)
{
    saved = current->data;
    have_saved = 1;
}


static void
event_stale(void)
{
    if (have_saved) {
        current->data = saved;
        sim_reset(current);
    }
}


static void
event_flush(void)
{
    memset(&current->data, 0, sizeof(redis_data_t));
}


static void
event_evict_stream(void)
{
    current->data.count = 0;
}


static void
event_evict_hash(void)
{
    redis_data_t  *d;

    d = &current->data;

    d->there = 0;
    d->base = d->last = d->floor = d->ct = d->run = d->line = 0;
    d->nseen = 0;
}


static void
event_forget(void)
{
    current->loaded = 0;
}


static void
event_oom(void)
{
    current->oom = !current->oom;
}


static void
event_replicate(void)
{
    replica = current->data;
}


/* The replica becomes the master, and has not got the last records. */

static void
sim_failover(int split)
{
    int       i;
    redis_t  *new, *old;

    if (older) {
        return;
    }

    old = current;
    new = (current == &masters[0]) ? &masters[1] : &masters[0];

    new->data = replica;
    new->line = ++identities;
    new->oom = 0;
    sim_reset(new);

    current = new;

    for (i = 0; i < NODES; i++) {
        if (nodes[i].route == old && (!split || sim_chance(.5))) {
            nodes[i].route = new;
        }
    }

    if (split) {
        older = old;
    } else {
        old->generation++;
    }

    replica = new->data;
}


static void
event_fail(void)
{
    sim_failover(0);
}


static void
event_split(void)
{
    sim_failover(1);
}


/* The old master becomes a replica: its data are those of the new one. */

static void
event_unsplit(void)
{
    int  i;

    if (older == NULL) {
        return;
    }

    for (i = 0; i < NODES; i++) {
        if (nodes[i].route == older) {
            nodes[i].route = current;
        }
    }

    older->data = current->data;
    older->replica = 1;
    older->generation++;
    older = NULL;
}


/* To the replica and back, and nobody has seen the replica. */

static void
event_fail_back(void)
{
    redis_data_t  data;

    if (older) {
        return;
    }

    data = replica;
    replica = current->data;
    current->data = data;
    current->line = ++identities;
    current->generation++;
}


static void
event_clock(void)
{
    static const int64_t  steps[] = { -6000000, -600000, 600000, 4000000 };

    nodes[sim_below(NODES)].off += steps[sim_below(4)];
}


static void
event_boot(void)
{
    sim_boot((int) sim_below(NODES));
}


static void
event_kill(void)
{
    sim_spawn(&workers[sim_below(NODES * WORKERS)]);
}


static void
event_doom(void)
{
    workers[sim_below(NODES * WORKERS)].doomed = 1 + (unsigned) sim_below(40);
}


static void
event_leave(void)
{
    workers[sim_below(NODES * WORKERS)].leaving = 1;
}


static void
event_stall(void)
{
    workers[sim_below(NODES * WORKERS)].stall = step + 100 + sim_below(1000);
}


static void
event_stall_node(void)
{
    size_t  i, n;

    n = sim_below(NODES);

    for (i = 0; i < WORKERS; i++) {
        workers[n * WORKERS + i].stall = step + 1500;
    }
}


static void
event_clear(void)
{
    worker_t          *worker;
    rsl_share_time_t   now;

    worker = &workers[sim_below(NODES * WORKERS)];

    if (worker->clear || worker->leaving) {
        return;
    }

    running = worker;
    now = sim_now(worker->node);

    if (setjmp(killed) == 0) {
        worker->clear = rsl_share_clear(worker->share, &now);
        worker->clear_began = ms;
    } else {
        sim_spawn(worker);
    }
}


/* Somebody else writes to the key. */

static void
event_foreign(void)
{
    redis_data_t   *d;
    redis_entry_t  *entry;

    d = &current->data;

    if (d->base == 0 || d->count + 1 > REDIS_ENTRIES / 2) {
        return;
    }

    entry = &d->entries[d->count++];
    memset(entry, 0, sizeof(redis_entry_t));

    entry->base = d->base;
    entry->seq = d->last + 1;
    entry->p = ++identities << 40;
    entry->n = 1;
    entry->t = 1 + sim_below(1000000);
    entry->d = "{\"_seq\":<script>";
    entry->len = strlen(entry->d);
}


static const menu_t  all[] = {
    { "cut", event_cut }, { "cut", event_cut }, { "cut all", event_cut_all },
    { "uncut", event_uncut }, { "uncut", event_uncut },
    { "uncut", event_uncut }, { "uncut", event_uncut },
    { "half", event_half }, { "empty", event_empty }, { "save", event_save },
    { "stale", event_stale }, { "flush", event_flush },
    { "evict stream", event_evict_stream }, { "evict hash", event_evict_hash },
    { "forget", event_forget }, { "oom", event_oom }, { "oom", event_oom },
    { "replicate", event_replicate }, { "replicate", event_replicate },
    { "replicate", event_replicate }, { "fail", event_fail },
    { "split", event_split }, { "unsplit", event_unsplit },
    { "unsplit", event_unsplit }, { "fail back", event_fail_back },
    { "clock", event_clock }, { "boot", event_boot }, { "kill", event_kill },
    { "kill", event_kill }, { "doom", event_doom }, { "doom", event_doom },
    { "leave", event_leave }, { "stall", event_stall },
    { "stall", event_stall }, { "stall", event_stall },
    { "stall node", event_stall_node }, { "clear", event_clear },
    { "foreign", event_foreign }
};

#define EVENTS  (sizeof(all) / sizeof(all[0]))


/* Connections. */

static int
sim_broken(const worker_t *worker, const wire_t *wire)
{
    return wire->dead || nodes[worker->node].route != wire->redis
           || wire->redis->generation != wire->generation;
}


static void
sim_connect(worker_t *worker, rsl_share_link_e link)
{
    wire_t            *wire;
    rsl_share_time_t   now;

    wire = &worker->wires[link];
    now = sim_now(worker->node);

    if (ms < wire->retry) {
        return;
    }

    if (nodes[worker->node].route == NULL) {
        wire->retry = ms + 100 + sim_below(400);
        rsl_share_closed(worker->share, link, "connection refused", &now);
        return;
    }

    sim_unwire(wire);

    wire->redis = nodes[worker->node].route;
    wire->generation = wire->redis->generation;
    wire->open = 1;
    wire->dead = 0;
    wire->half = 0;

    rsl_share_opened(worker->share, link, 0, &now);
}


static void
sim_close(worker_t *worker, rsl_share_link_e link, const char *why)
{
    wire_t            *wire;
    rsl_share_time_t   now;

    wire = &worker->wires[link];
    now = sim_now(worker->node);

    sim_unwire(wire);

    wire->retry = ms + sim_below(200);

    rsl_share_closed(worker->share, link, why, &now);
}


/* A command leaves; it may be lost, and it may come when nobody waits for it. */

static void
sim_send(worker_t *worker, rsl_share_link_e link, const rsl_str_t *bytes)
{
    size_t    n;
    wire_t   *wire;
    ghost_t  *ghost;

    wire = &worker->wires[link];

    redis_put(&wire->command, bytes->data, bytes->len);

    n = 1 + sim_below(bytes->len);
    rsl_share_sent(worker->share, link, n);

    if (n < bytes->len) {
        rsl_share_sent(worker->share, link, bytes->len - n);
    }

    if (!sim_chance(loss)) {
        return;
    }

    wire->dead = 1;

    if (nghosts < GHOSTS && sim_chance(.5)) {
        static const uint64_t  delays[] = { 5, 50, 500 };

        ghost = &ghosts[nghosts++];
        ghost->at = step + delays[sim_below(3)];
        ghost->redis = wire->redis;
        ghost->generation = wire->generation;
        ghost->command.len = 0;
        redis_put(&ghost->command, wire->command.data, wire->command.len);
    }
}


static void
sim_execute(worker_t *worker, rsl_share_link_e link)
{
    wire_t  *wire;

    wire = &worker->wires[link];

    if (redis_command(wire->redis, wire->command.data, wire->command.len,
                      &watch, &wire->reply))
    {
        wire->command.len = 0;
        wire->blocked = 0;

    } else if (wire->blocked == 0) {
        wire->blocked = ms;

    } else if (ms - wire->blocked >= RSL_SHARE_BLOCK || sim_chance(.05)) {
        redis_put(&wire->reply, "*-1\r\n", 5);
        wire->command.len = 0;
        wire->blocked = 0;
    }

    if (sim_chance(loss)) {
        wire->dead = 1;
    }
}


static void
sim_receive(worker_t *worker, rsl_share_link_e link)
{
    int                rc;
    size_t             n, len;
    wire_t            *wire;
    rsl_share_time_t   now;

    static u_char      buf[1 << 20];

    wire = &worker->wires[link];
    len = wire->reply.len;
    wire->reply.len = 0;

    memcpy(buf, wire->reply.data, len);

    now = sim_now(worker->node);
    rc = RSL_OK;

    for (n = 0; n < len && rc == RSL_OK; ) {
        size_t  piece;

        piece = 1 + sim_below(len - n);
        rc = rsl_share_received(worker->share, link, buf + n, piece, &now);
        n += piece;
    }

    if (rc != RSL_OK) {
        sim_close(worker, link, NULL);
    }
}


static void
sim_link(worker_t *worker, rsl_share_link_e link)
{
    int        wants;
    wire_t    *wire;
    rsl_str_t  bytes;

    wire = &worker->wires[link];
    wants = rsl_share_wants(worker->share, link);

    if (!wire->open) {
        if (wants) {
            sim_connect(worker, link);
        }

        return;
    }

    if (!wants) {
        sim_close(worker, link, NULL);
        return;
    }

    if (wire->half) {
        return;
    }

    if (sim_broken(worker, wire)) {
        sim_close(worker, link, "connection reset");
        return;
    }

    if (wire->reply.len) {
        sim_receive(worker, link);
        return;
    }

    if (wire->command.len) {
        sim_execute(worker, link);
        return;
    }

    rsl_share_unsent(worker->share, link, &bytes);

    if (bytes.len) {
        sim_send(worker, link, &bytes);
    }
}


/* Workers. */

static void
sim_add(worker_t *worker)
{
    int                record;
    char               text[64];
    size_t             n;
    u_char             buf[ENTRY_SIZE];
    uint64_t           ticket;
    rsl_line_t         line;
    rsl_record_t       r;
    rsl_share_time_t   now;

    now = sim_now(worker->node);
    n = 1 + sim_below(4) / 2;

    while (n-- && worker->share->count < PENDING) {
        memset(&r, 0, sizeof(rsl_record_t));

        r.timestamp = now.wall;
        r.level = RSL_LEVEL_INFO;
        r.message.data = (u_char *) text;
        r.message.len = (size_t) snprintf(text, sizeof(text),
                                          "record %zu", nrecords);

        rsl_record_render(&r, buf, worker->conf.line_max, &line);

        record = sim_record(worker->share->producer, worker->share->n + 1);
        records[record].t = now.wall;

        ticket = rsl_share_add(worker->share, buf, &line, &now);

        if (ticket == 0) {
            sim_wrong("a record is not taken");
        }
    }

    if (worker->share->count > PENDING + 4) {
        sim_wrong("6 more is pending than may be");
    }
}


static void
sim_acknowledge(worker_t *worker)
{
    int        alone;
    uint64_t   done;
    record_t  *record;

    done = rsl_share_done(worker->share);

    while (worker->acked < done) {
        record = &records[sim_record(worker->share->producer,
                                     ++worker->acked)];
        record->ok = 1;
        total_records++;

        if (!(record->had & 1u << worker->node) && !record->legit
            && !record->passed && !record->cleared)
        {
            sim_wrong("3b answered, and never in the ring of node %d",
                      worker->node);
        }
    }

    if (worker->clear
        && (rsl_share_cleared(worker->share, worker->clear, &alone) == RSL_OK
            || ms - worker->clear_began > 10000))
    {
        worker->clear = 0;
    }

    (void) rsl_share_news(worker->share);
}


static void
sim_worker(worker_t *worker)
{
    int               own;
    rsl_share_time_t  now;

    running = worker;

    if (setjmp(killed)) {
        sim_spawn(worker);
        return;
    }

    now = sim_now(worker->node);
    own = nodes[worker->node].zone->own != 0;

    if (worker->leaving) {

        if (rsl_share_leave(worker->share, &now) == RSL_OK
            || sim_chance(.02))
        {
            sim_acknowledge(worker);
            sim_spawn(worker);
            return;
        }

    } else if (!healing && sim_chance(.15)) {
        sim_add(worker);
    }

    if (sim_chance(.3) || rsl_share_due(worker->share, &now) == 0) {
        rsl_share_tick(worker->share, &now);
    }

    sim_link(worker, (rsl_share_link_e) sim_below(RSL_SHARE_LINKS));
    sim_acknowledge(worker);

    total_alone += (!own && nodes[worker->node].zone->own);
}


/* Clients, which follow by rule 10. */

static void
client_attach(client_t *c, int node)
{
    c->node = node;
    c->life = nodes[node].life;
    c->base = 0;
    c->wait = ms;
    c->cursor = c->id;
}


static void
client_move(client_t *c)
{
    client_attach(c, (int) sim_below(NODES));

    if (c->id == 0) {
        c->nowed = 0;
    }
}


static void
client_everything(client_t *c, const rsl_ring_state_t *now)
{
    c->base = now->first;
    c->numbering = now->numbering;
    c->cursor = now->oldest - 1;
}


static void
client_told(client_t *c)
{
    c->nowed = 0;
    memset(c->seen, 0, sizeof(c->seen));
}


static int
client_cursor(client_t *c, const rsl_ring_state_t *now)
{
    rsl_share_zone_t  *zone;

    zone = nodes[c->node].zone;

    if (c->base) {

        if (c->numbering != now->numbering) {
            client_told(c);
            client_everything(c, now);
        }

        return 1;
    }

    if (c->cursor == 0) {
        client_everything(c, now);
        return 1;
    }

    switch (rsl_share_reader(zone, now, c->cursor, ms - c->wait)) {

    case RSL_SHARE_GOES_ON:
        c->base = now->first;
        c->numbering = now->numbering;
        return 1;

    case RSL_SHARE_WAITS:
        return 0;

    default:
        if (c->cursor > now->last) {
            c->last_own = 1;
        }

        client_told(c);
        client_everything(c, now);
        return 1;
    }
}


static int
client_known(uint64_t last)
{
    int               n;
    rsl_ring_state_t  now;

    for (n = 0; n < NODES; n++) {
        rsl_ring_state(nodes[n].ring, &now);

        if (nodes[n].zone->given && now.last >= last) {
            return 1;
        }
    }

    return current->data.last >= last || (older && older->data.last >= last);
}


static void
client_take(client_t *c, uint64_t seq, int record, int own)
{
    size_t  i;

    if (c->seen[record]) {
        sim_wrong("4b record %d twice without a word", record);
    }

    c->seen[record] = 1;

    if (seq <= c->last && client_known(c->last) && !own && !c->last_own) {
        sim_wrong("5 a number went back between nodes that are together");
    }

    c->last = c->cursor = c->id = seq;
    c->last_own = own;
    c->id_base = c->base;

    for (i = 0; i < c->nowed; i++) {
        if (c->owed[i].base == c->base && c->owed[i].seq == seq) {
            c->owed[i--] = c->owed[--c->nowed];
        }
    }
}


static void
client_owed(client_t *c, const rsl_ring_state_t *now)
{
    size_t   i;
    owed_t  *owed;

    for (i = 0; i < c->nowed; i++) {
        owed = &c->owed[i];

        if (owed->behind) {
            continue;
        }

        if (records[owed->record].cleared
            && (owed->base != c->base || owed->seq < now->floor
                || owed->seq <= c->cursor))
        {
            c->owed[i--] = c->owed[--c->nowed];
            continue;
        }

        if (owed->base != c->base) {
            owed->behind = 1;       /* it is looked at in the end */
            continue;
        }

        if (owed->seq <= c->cursor) {
            sim_wrong("4 a silent miss: record %d at node %d", owed->record,
                      c->node);
            c->owed[i--] = c->owed[--c->nowed];
        }
    }
}


static void
client_step(client_t *c)
{
    int                own, record;
    size_t             i;
    uint64_t           seq;
    node_t            *node;
    rsl_ring_state_t   now;

    node = &nodes[c->node];

    if (c->life != node->life) {
        client_attach(c, c->node);
    }

    rsl_ring_state(node->ring, &now);

    if (!client_cursor(c, &now)) {
        return;
    }

    own = node->zone->own != 0;

    if (own) {
        c->last_own = 1;
    }

    if (c->cursor + 1 < now.oldest) {

        /* what is missed is counted, or was cleared */

        for (i = 0; i < c->nowed; i++) {
            if (c->owed[i].base == c->base && c->owed[i].seq < now.oldest
                && !c->owed[i].behind)
            {
                c->owed[i--] = c->owed[--c->nowed];
            }
        }

        c->cursor = now.oldest - 1;
    }

    for (seq = c->cursor + 1; seq <= now.last; seq++) {
        record = sim_read(c->node, seq);

        if (record != -1) {
            client_take(c, seq, record, own);
        } else {
            c->cursor = seq;        /* a worker was killed there: counted */
        }
    }

    client_owed(c, &now);
}


/* One run. */

static void
sim_step(void)
{
    size_t         i;
    ghost_t       *ghost;
    worker_t      *worker;
    redis_bytes_t  out;

    static double  chance;

    step++;
    total_steps++;
    ms += healing ? 20 : MS;

    memset(&out, 0, sizeof(out));

    for (i = 0; i < nghosts; i++) {
        ghost = &ghosts[i];

        if (ghost->at > step) {
            continue;
        }

        if (ghost->redis->generation == ghost->generation) {
            (void) redis_command(ghost->redis, ghost->command.data,
                                 ghost->command.len, &watch, &out);
        }

        free(ghost->command.data);
        *ghost = ghosts[--nghosts];
        memset(&ghosts[nghosts], 0, sizeof(ghost_t));
        i--;
    }

    free(out.data);

    if (step == 1) {
        static const double  chances[] = { .002, .01, .03 };

        chance = chances[sim_below(3)];
    }

    if (!healing && sim_chance(chance)) {
        menu[sim_below(nmenu)]->event();
    }

    worker = &workers[sim_below(NODES * WORKERS)];

    if (worker->stall <= step) {
        sim_worker(worker);
    }

    client_step(&clients[sim_below(CLIENTS)]);

    if (!healing && sim_chance(.02)) {
        client_move(&clients[sim_below(CLIENTS)]);
    }
}


static int
sim_quiet(void)
{
    int               n;
    size_t            i;
    rsl_ring_state_t  now;

    for (n = 0; n < NODES; n++) {
        rsl_ring_state(nodes[n].ring, &now);

        if (rsl_share_state(nodes[n].zone) != RSL_SHARE_TOGETHER
            || now.first != current->data.base
            || now.last != current->data.last
            || now.floor != current->data.floor + 1)
        {
            return 0;
        }
    }

    for (i = 0; i < NODES * WORKERS; i++) {
        if (workers[i].share->first || workers[i].clear) {
            return 0;
        }
    }

    return !nghosts;
}


static void
sim_well(void)
{
    size_t  i, k;

    healing = 1;
    loss = 0;

    event_unsplit();

    for (i = 0; i < NODES; i++) {
        nodes[i].route = current;
    }

    current->oom = 0;

    for (i = 0; i < NODES * WORKERS; i++) {
        workers[i].stall = 0;

        for (k = 0; k < RSL_SHARE_LINKS; k++) {
            workers[i].wires[k].dead |= workers[i].wires[k].half;
            workers[i].wires[k].half = 0;
        }
    }
}


static void
sim_same(int n)
{
    u_char            a[ENTRY_SIZE], b[ENTRY_SIZE];
    uint64_t          seq;
    rsl_line_t        one, other;
    rsl_ring_state_t  now, first;

    rsl_ring_state(nodes[0].ring, &first);
    rsl_ring_state(nodes[n].ring, &now);

    /* a worker that was killed may have left the oldest slot without a line */

    if (now.last != first.last || now.oldest > first.oldest + 1
        || first.oldest > now.oldest + 1)
    {
        sim_wrong("2a the rings of nodes 0 and %d differ: %" PRIu64 " to %"
                  PRIu64 ", %" PRIu64 " to %" PRIu64, n, first.oldest,
                  first.last, now.oldest, now.last);
        return;
    }

    seq = (now.oldest > first.oldest) ? now.oldest : first.oldest;

    for ( /* void */ ; seq <= now.last; seq++) {
        if (rsl_ring_read(nodes[0].ring, seq, a, &one) != RSL_OK
            || rsl_ring_read(nodes[n].ring, seq, b, &other) != RSL_OK)
        {
            sim_wrong("2c node %d has a hole", n);

        } else if (memcmp(&one, &other, sizeof(rsl_line_t)) != 0
                   || memcmp(a, b, one.len) != 0
                   || sim_read(0, seq) != sim_read(n, seq))
        {
            sim_wrong("2a the rings of nodes 0 and %d differ in a line", n);
        }
    }
}


static void
sim_check(void)
{
    int               n;
    size_t            i, k;
    client_t         *c;
    record_t         *record;
    rsl_ring_state_t  now;

    for (n = 1; n < NODES; n++) {
        sim_same(n);
    }

    for (i = 0; i < nrecords; i++) {
        record = &records[i];

        if (!record->held || !record->ok || record->legit || record->cleared
            || (record->held & ~record->evicted) == 0
            || record->t <= (int64_t) current->data.ct)
        {
            continue;
        }

        rsl_ring_state(nodes[0].ring, &now);

        for ( /* void */ ; now.oldest <= now.last; now.oldest++) {
            if (sim_read(0, now.oldest) == (int) i) {
                break;
            }
        }

        if (now.oldest > now.last) {
            sim_wrong("3 record %zu was answered, and a ring had it", i);
        }
    }

    for (k = 0; k < 20000; k++) {
        ms += 2;
        client_step(&clients[k % CLIENTS]);
    }

    for (i = 0; i < CLIENTS; i++) {
        c = &clients[i];

        for (k = 0; k < c->nowed; k++) {
            record = &records[c->owed[k].record];

            if (!c->seen[c->owed[k].record] && !record->cleared
                && !record->legit
                && record->t > (int64_t) current->data.ct)
            {
                sim_wrong("4c client %zu never got record %d, and was never "
                          "told", i, c->owed[k].record);
                break;
            }
        }
    }
}


static void
sim_end(void)
{
    size_t            i, k;
    rsl_ring_state_t  now;

    sim_well();

    for (i = 0; i < NODES; i++) {
        rsl_ring_state(nodes[i].ring, &now);

        for ( /* void */ ; now.oldest <= now.last; now.oldest++) {
            int  record;

            record = sim_at((int) i, now.oldest);

            if (record != -1) {
                records[record].held |= 1u << i;
            }
        }
    }

    for (k = 0; k < 200; k++) {

        for (i = 0; i < 200; i++) {
            sim_step();
        }

        if (sim_quiet()) {
            sim_check();
            return;
        }
    }

    sim_wrong("7 it does not become quiet: Redis is at %" PRIu64 " to %" PRIu64
              " (%zu entries)", current->data.base, current->data.last,
              current->data.count);

    for (i = 0; i < NODES; i++) {
        rsl_ring_state(nodes[i].ring, &now);
        printf("  node %zu: state %d, %" PRIu64 " to %" PRIu64 ", floor %"
               PRIu64 "\n", i, rsl_share_state(nodes[i].zone), now.first,
               now.last, now.floor);
    }
}


static void
sim_menu(void)
{
    size_t                 i, k, n;

    static const size_t    sizes[] = { 3, 6, EVENTS };
    static const menu_t   *shuffled[EVENTS];

    for (i = 0; i < EVENTS; i++) {
        shuffled[i] = &all[i];
    }

    n = sizes[sim_below(3)];

    for (i = 0; i < n; i++) {
        const menu_t  *swap;

        k = i + sim_below(EVENTS - i);
        swap = shuffled[i];
        shuffled[i] = shuffled[k];
        shuffled[k] = swap;
        menu[i] = shuffled[i];
    }

    nmenu = n;

    if (n < EVENTS) {
        menu[nmenu++] = &all[3];        /* "uncut" */
        menu[nmenu++] = &all[22];       /* "unsplit" */
    }
}


static void
sim_run(uint64_t steps)
{
    int                  n;
    size_t               i;

    static const double  losses[] = { 0, .005, .02 };

    state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
    runs++;
    step = 0;
    ms = 1000000;
    healing = 0;
    nrecords = 0;
    npool = 0;
    older = NULL;
    have_saved = 0;
    identities = 0;

    memset(masters, 0, sizeof(masters));
    memset(&replica, 0, sizeof(redis_data_t));
    memset(clients, 0, sizeof(clients));

    current = &masters[0];
    sim_reset(current);
    current->line = ++identities;

    loss = losses[sim_below(3)];
    sim_menu();

    for (n = 0; n < NODES; n++) {
        nodes[n].route = current;
        nodes[n].off = 0;
        sim_boot(n);
    }

    for (i = 0; i < CLIENTS; i++) {
        client_attach(&clients[i], (int) sim_below(NODES));
    }

    while (step < steps) {
        sim_step();
    }

    sim_end();

    for (i = 0; i < NODES * WORKERS; i++) {
        sim_kill(&workers[i]);
    }

    while (nghosts) {
        free(ghosts[--nghosts].command.data);
        memset(&ghosts[nghosts], 0, sizeof(ghost_t));
    }

    for (n = 0; n < NODES; n++) {
        free(nodes[n].ring);
        free(nodes[n].zone);
        nodes[n].ring = NULL;
        nodes[n].zone = NULL;
    }
}


int
main(int argc, char *argv[])
{
    size_t    i, k;
    uint64_t  first, count, steps;

    if (argc < 3) {
        fprintf(stderr, "usage: sim FIRST_SEED RUNS [STEPS]\n");
        return 2;
    }

    first = strtoull(argv[1], NULL, 10);
    count = strtoull(argv[2], NULL, 10);
    steps = (argc > 3) ? strtoull(argv[3], NULL, 10) : 3000;

    for (seed = first; seed < first + count; seed++) {
        sim_run(steps);
    }

    for (i = 0; i < NODES * WORKERS; i++) {
        for (k = 0; k < RSL_SHARE_LINKS; k++) {
            free(workers[i].wires[k].command.data);
            free(workers[i].wires[k].reply.data);
        }
    }

    printf("%" PRIu64 " runs, %" PRIu64 " steps, %" PRIu64 " records answered, "
           "%" PRIu64 " seeds, %" PRIu64 " times alone, %" PRIu64 " workers "
           "killed under the mutex: %u wrong\n", count, total_steps,
           total_records, total_seeds, total_alone, total_kills, wrong);

    return wrong ? 1 : 0;
}
