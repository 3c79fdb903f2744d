
/* SPDX-License-Identifier: BSD-2-Clause */


/* What the files of the simulator have in common: sim.c says what it is. */


#ifndef _SHARE_SIM_H_INCLUDED_
#define _SHARE_SIM_H_INCLUDED_


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


extern uint64_t       seed;
extern uint64_t       state;
extern unsigned       runs;
extern unsigned       wrong;
extern uint64_t       step;
extern uint64_t       ms;
extern int            healing;
extern double         loss;
extern uint64_t       total_steps, total_records, total_seeds, total_alone;
extern uint64_t       total_kills;

extern node_t         nodes[NODES];
extern worker_t       workers[NODES * WORKERS];
extern client_t       clients[CLIENTS];
extern record_t       records[RECORDS];
extern size_t         nrecords;
extern cell_t         table[TABLE];
extern ghost_t        ghosts[GHOSTS];
extern size_t         nghosts;
extern char           pool[POOL];
extern size_t         npool;

extern redis_t        masters[2];       /* in turn */
extern redis_t       *current;
extern redis_t       *older;            /* NULL: there is one master */
extern redis_data_t   saved, replica;
extern int            have_saved;
extern uint64_t       identities;

extern worker_t      *running;
extern jmp_buf        killed;

extern const menu_t  *menu[64];
extern size_t         nmenu;

extern const redis_watch_t  watch;
extern const menu_t         events[];
extern const size_t         nevents;


uint64_t sim_random(void);
uint64_t sim_below(uint64_t n);
int sim_chance(double p);
void sim_wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
rsl_share_time_t sim_now(int node);
int sim_record(uint64_t p, uint64_t n);
int sim_at(int node, uint64_t seq);
uint64_t *sim_foreign(uint64_t base);
int sim_read(int node, uint64_t seq);
void sim_lock(void *data);
void sim_unlock(void *data);
uint64_t sim_number(void *data);
void sim_notice(void *data, rsl_share_severity_e severity, const char *text);
void sim_unwire(wire_t *wire);
void sim_kill(worker_t *worker);
void sim_spawn(worker_t *worker);
void sim_boot(int n);
void sim_reset(redis_t *redis);
void event_unsplit(void);
void sim_worker(worker_t *worker);
void client_attach(client_t *c, int node);
void client_move(client_t *c);
void client_step(client_t *c);


#endif /* _SHARE_SIM_H_INCLUDED_ */
