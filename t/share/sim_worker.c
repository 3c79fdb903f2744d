
/* SPDX-License-Identifier: BSD-2-Clause */


/* Workers, and their connections to the simulated Redis. */


#include "sim.h"


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


/* A command leaves: it may be lost, or come when nobody waits any more. */

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
        rsl_share_clear_end(worker->share, worker->clear);
        worker->clear = 0;
    }

    (void) rsl_share_news(worker->share);
}


/* A worker that leaves may have an upload that is still open. */

static int
sim_leave(worker_t *worker, const rsl_share_time_t *now)
{
    if ((rsl_share_leave(worker->share, now) == RSL_OK
         && (healing || sim_chance(.2)))
        || sim_chance(.02))
    {
        sim_acknowledge(worker);
        sim_spawn(worker);
        return 1;
    }

    return 0;
}


void
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

    if (worker->leaving && sim_leave(worker, &now)) {
        return;
    }

    if (!healing && sim_chance(worker->leaving ? .02 : .15)) {
        sim_add(worker);
    }

    if (sim_chance(.3) || rsl_share_due(worker->share, &now) == 0) {
        rsl_share_tick(worker->share, &now);
    }

    sim_link(worker, (rsl_share_link_e) sim_below(RSL_SHARE_LINKS));
    sim_acknowledge(worker);

    total_alone += (!own && nodes[worker->node].zone->own);
}
