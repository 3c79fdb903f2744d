
/* SPDX-License-Identifier: BSD-2-Clause */


/* Clients, which follow a ring by rule 10, and go from one node to another. */


#include "sim.h"


void
client_attach(client_t *c, int node)
{
    c->node = node;
    c->life = nodes[node].life;
    c->base = 0;
    c->wait = ms;
    c->cursor = c->id;
}


void
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


void
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
