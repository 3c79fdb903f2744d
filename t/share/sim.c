
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


#include "sim.h"


uint64_t       seed;
uint64_t       state;
unsigned       runs;
unsigned       wrong;
uint64_t       step;
uint64_t       ms;
int            healing;
double         loss;
uint64_t       total_steps, total_records, total_seeds, total_alone;
uint64_t       total_kills;

node_t         nodes[NODES];
worker_t       workers[NODES * WORKERS];
client_t       clients[CLIENTS];
record_t       records[RECORDS];
size_t         nrecords;
cell_t         table[TABLE];
ghost_t        ghosts[GHOSTS];
size_t         nghosts;
char           pool[POOL];
size_t         npool;

redis_t        masters[2];       /* in turn */
redis_t       *current;
redis_t       *older;            /* NULL: there is one master */
redis_data_t   saved, replica;
int            have_saved;
uint64_t       identities;

worker_t      *running;
jmp_buf        killed;

const menu_t  *menu[64];
size_t         nmenu;


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

    static const menu_t   *shuffled[64];

    const size_t           sizes[] = { 3, 6, nevents };

    for (i = 0; i < nevents; i++) {
        shuffled[i] = &events[i];
    }

    n = sizes[sim_below(3)];

    for (i = 0; i < n; i++) {
        const menu_t  *swap;

        k = i + sim_below(nevents - i);
        swap = shuffled[i];
        shuffled[i] = shuffled[k];
        shuffled[k] = swap;
        menu[i] = shuffled[i];
    }

    nmenu = n;

    if (n < nevents) {
        menu[nmenu++] = &events[3];        /* "uncut" */
        menu[nmenu++] = &events[22];       /* "unsplit" */
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
