
/* SPDX-License-Identifier: BSD-2-Clause */


/* Processes begin and end, and things break. */


#include "sim.h"


void
sim_unwire(wire_t *wire)
{
    wire->open = 0;
    wire->command.len = 0;
    wire->reply.len = 0;
    wire->blocked = 0;
    wire->retry = 0;
}


void
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


void
sim_spawn(worker_t *worker)
{
    rsl_share_time_t  now;

    sim_kill(worker);

    worker->acked = 0;
    worker->stall = 0;
    worker->doomed = 0;
    worker->leaving = 0;
    worker->clear = 0;

    worker->conf.moves = sim_below(2);

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


void
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

void
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
    d->base = d->last = d->floor = d->ct = d->len = d->run = d->line = 0;
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

void
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


/*
 * Somebody else writes to the key, but never gives a number twice.  Where the
 * stream is evicted in between, one node may have read the first record and
 * another one the second, and no rule could mend that.
 */

static void
event_foreign(void)
{
    uint64_t        seq, *given;
    redis_data_t   *d;
    redis_entry_t  *entry;

    d = &current->data;

    if (d->base == 0 || d->count + 1 > REDIS_ENTRIES / 2) {
        return;
    }

    seq = d->count ? d->entries[d->count - 1].last : 0;
    seq = (seq > d->last) ? seq : d->last;

    given = sim_foreign(d->base);
    *given = 1 + (seq > *given ? seq : *given);

    entry = &d->entries[d->count++];
    memset(entry, 0, sizeof(redis_entry_t));

    entry->base = d->base;
    entry->seq = *given;
    entry->last = entry->seq;
    entry->p = ++identities << 40;
    entry->n = 1;
    entry->t = 1 + sim_below(1000000);
    entry->d = "{\"_seq\":<script>";
    entry->len = strlen(entry->d);
}


const menu_t  events[] = {
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

const size_t  nevents = sizeof(events) / sizeof(events[0]);
