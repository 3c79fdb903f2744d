
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The stage, where lines of nginx's error log wait until they are redacted.  It
 * is in shared memory, so that the master and all workers can put lines there
 * and any worker can take them.
 *
 * There is no lock, because a line may come from a signal handler of the master
 * that is about to free the locks of a dead worker.  A slot belongs to the
 * process that changed its state by compare-and-swap.  The state holds the id
 * of this process, so what a killed process has left is found and freed.
 */


#include "ngx_http_rackscope_logs_internal.h"


#define NGX_HTTP_RACKSCOPE_LOGS_SLOTS     128

/*
 * This many slots are kept for lines of crit and above, because a storm must
 * not hide a crash.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_RESERVE   16

#define NGX_HTTP_RACKSCOPE_LOGS_FREE      0
#define NGX_HTTP_RACKSCOPE_LOGS_WRITING   1
#define NGX_HTTP_RACKSCOPE_LOGS_READY     2
#define NGX_HTTP_RACKSCOPE_LOGS_TAKEN     3

#define NGX_HTTP_RACKSCOPE_LOGS_STATES    4

/*
 * Were the workers told of what is on the stage?  The low bits of "called" say
 * so.  Above them is a number that grows with each rest, so that a process that
 * was interrupted while it told the workers cannot say later that they know.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_RESTING   0     /* no */
#define NGX_HTTP_RACKSCOPE_LOGS_CALLING   1     /* somebody is telling them */
#define NGX_HTTP_RACKSCOPE_LOGS_CALLED    2     /* all were told */

#define NGX_HTTP_RACKSCOPE_LOGS_CALLS     4

/*
 * If a process has been draining the stage for this long, in ms, it has died
 * and its process id was given to another one: no living process needs so long.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_STALE     10000

/*
 * After this long without a dropped line, in ms, the storm is over and its
 * losses are reported.  During a longer storm they are reported every five
 * seconds.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_QUIET     300
#define NGX_HTTP_RACKSCOPE_LOGS_SAY       5000


typedef struct {
    ngx_atomic_t                      state;    /* with a process id */
    ngx_atomic_uint_t                 ticket;
    int64_t                           time;
    uint32_t                          level;
    uint32_t                          fields;
    uint32_t                          id_len;
    uint32_t                          queries_len;
    uint32_t                          len;
    u_char                            id[NGX_HTTP_RACKSCOPE_LOGS_REQUEST_ID];
    u_char                            queries[NGX_HTTP_RACKSCOPE_LOGS_QUERIES];
    u_char                            text[NGX_MAX_ERROR_STR];
} ngx_http_rackscope_logs_slot_t;


struct ngx_http_rackscope_logs_stage_s {
    ngx_atomic_t                      tickets;
    ngx_atomic_t                      ready;    /* lines put here, ever */
    ngx_atomic_t                      dropped;  /* lines, ever */
    ngx_atomic_t                      called;

    /* of the process that drains the stage */

    ngx_atomic_t                      owner;    /* a process id, or 0 */
    ngx_atomic_t                      since;    /* ngx_current_msec */
    ngx_atomic_uint_t                 seen;     /* "ready" when drained */
    ngx_atomic_uint_t                 said;     /* "dropped" when reported */
    ngx_atomic_uint_t                 last;     /* "dropped" when it changed */
    ngx_msec_t                        changed;
    ngx_msec_t                        began;

    ngx_http_rackscope_logs_slot_t    slots[NGX_HTTP_RACKSCOPE_LOGS_SLOTS];
};


static ngx_atomic_uint_t ngx_http_rackscope_logs_stage_state(
    ngx_uint_t state);
static ngx_uint_t ngx_http_rackscope_logs_stage_waits(
    ngx_http_rackscope_logs_stage_t *stage);
static ngx_uint_t ngx_http_rackscope_logs_stage_enter(
    ngx_http_rackscope_logs_stage_t *stage);
static void ngx_http_rackscope_logs_stage_leave(
    ngx_http_rackscope_logs_stage_t *stage);
static ngx_uint_t ngx_http_rackscope_logs_stage_sort(
    ngx_http_rackscope_logs_stage_t *stage,
    ngx_http_rackscope_logs_slot_t **slots);
static ngx_uint_t ngx_http_rackscope_logs_stage_left(
    ngx_http_rackscope_logs_slot_t *slot);
static void ngx_http_rackscope_logs_stage_free(
    ngx_http_rackscope_logs_slot_t *slot, ngx_atomic_uint_t state);


/* Lines of this process from this level on are kept off the stage. */
static volatile ngx_uint_t  ngx_http_rackscope_logs_stage_level =
                                                            NGX_LOG_DEBUG + 1;


size_t
ngx_http_rackscope_logs_stage_size(void)
{
    return sizeof(ngx_http_rackscope_logs_stage_t);
}


/*
 * Copies a line onto the stage, or counts it as dropped if there is no room.
 * The function waits for nothing and calls nothing, because it may run in a
 * signal handler, under any lock, and in several processes at once.
 */

void
ngx_http_rackscope_logs_stage_put(ngx_http_rackscope_logs_stage_t *stage,
    const ngx_http_rackscope_logs_staged_t *staged)
{
    ngx_uint_t                       i, n;
    ngx_atomic_uint_t                ticket, writing;
    ngx_http_rackscope_logs_slot_t  *slot;

    ticket = ngx_atomic_fetch_add(&stage->tickets, 1);
    writing = ngx_http_rackscope_logs_stage_state(
                                              NGX_HTTP_RACKSCOPE_LOGS_WRITING);

    n = NGX_HTTP_RACKSCOPE_LOGS_SLOTS;

    if (staged->level > NGX_LOG_CRIT) {
        n -= NGX_HTTP_RACKSCOPE_LOGS_RESERVE;
    }

    for (i = 0; i < n; i++) {
        slot = &stage->slots[(ticket + i) % n];

        if (slot->state != NGX_HTTP_RACKSCOPE_LOGS_FREE
            || !ngx_atomic_cmp_set(&slot->state, NGX_HTTP_RACKSCOPE_LOGS_FREE,
                                   writing))
        {
            continue;
        }

        slot->ticket = ticket;
        slot->time = staged->time;
        slot->level = staged->level;
        slot->fields = staged->fields;

        slot->id_len = ngx_min(staged->id.len, sizeof(slot->id));

        if (slot->id_len) {
            ngx_memcpy(slot->id, staged->id.data, slot->id_len);
        }

        slot->queries_len = ngx_min(staged->queries.len, sizeof(slot->queries));

        if (slot->queries_len) {
            ngx_memcpy(slot->queries, staged->queries.data, slot->queries_len);
        }

        slot->len = ngx_min(staged->line.len, sizeof(slot->text));
        ngx_memcpy(slot->text, staged->line.data, slot->len);

        (void) ngx_atomic_cmp_set(&slot->state, writing,
                                  NGX_HTTP_RACKSCOPE_LOGS_READY);
        (void) ngx_atomic_fetch_add(&stage->ready, 1);

        return;
    }

    (void) ngx_atomic_fetch_add(&stage->dropped, 1);
}


static ngx_atomic_uint_t
ngx_http_rackscope_logs_stage_state(ngx_uint_t state)
{
    return (ngx_atomic_uint_t) ngx_pid * NGX_HTTP_RACKSCOPE_LOGS_STATES
           + state;
}


/*
 * Must the workers be told that there is something on the stage?  Not if they
 * were told and none of them has rested since.  Whoever has told all of them
 * says so by ngx_http_rackscope_logs_stage_told(), with what *call is set to
 * here.  Both functions may run in a signal handler.
 *
 * All workers are told, and they go on looking until one of them has rested,
 * because any of them may be killed at any instruction.  The process that tells
 * them may be killed, too: until all were told, the next process that puts a
 * line there tells them again.
 */

ngx_uint_t
ngx_http_rackscope_logs_stage_call(ngx_http_rackscope_logs_stage_t *stage,
    ngx_atomic_uint_t *call)
{
    ngx_atomic_uint_t  called, state;

    for ( ;; ) {
        called = stage->called;
        state = called % NGX_HTTP_RACKSCOPE_LOGS_CALLS;

        if (state == NGX_HTTP_RACKSCOPE_LOGS_CALLED) {
            return 0;
        }

        if (state == NGX_HTTP_RACKSCOPE_LOGS_CALLING
            || ngx_atomic_cmp_set(&stage->called, called,
                                  called + NGX_HTTP_RACKSCOPE_LOGS_CALLING))
        {
            break;
        }
    }

    *call = called - state;

    return 1;
}


void
ngx_http_rackscope_logs_stage_told(ngx_http_rackscope_logs_stage_t *stage,
    ngx_atomic_uint_t call)
{
    (void) ngx_atomic_cmp_set(&stage->called,
                              call + NGX_HTTP_RACKSCOPE_LOGS_CALLING,
                              call + NGX_HTTP_RACKSCOPE_LOGS_CALLED);
}


/* Were the workers told that there is something, and none has rested since? */

ngx_uint_t
ngx_http_rackscope_logs_stage_called(ngx_http_rackscope_logs_stage_t *stage)
{
    return stage->called % NGX_HTTP_RACKSCOPE_LOGS_CALLS
           != NGX_HTTP_RACKSCOPE_LOGS_RESTING;
}


/*
 * May a worker stop looking at the stage?  If so, the next line calls all of
 * them again.
 *
 * A writer first counts its line and then looks whether the workers were told.
 * Here the order is reversed, so a line that comes meanwhile is either seen by
 * the second look or calls the workers again.
 */

ngx_uint_t
ngx_http_rackscope_logs_stage_rest(ngx_http_rackscope_logs_stage_t *stage)
{
    ngx_atomic_uint_t  called, state;

    called = stage->called;

    if (ngx_http_rackscope_logs_stage_waits(stage)) {
        return 0;
    }

    state = called % NGX_HTTP_RACKSCOPE_LOGS_CALLS;

    if (state != NGX_HTTP_RACKSCOPE_LOGS_RESTING
        && !ngx_atomic_cmp_set(&stage->called, called,
                               called - state + NGX_HTTP_RACKSCOPE_LOGS_CALLS))
    {
        return 0;
    }

    return !ngx_http_rackscope_logs_stage_waits(stage);
}


/* Is there a line, or a loss that was not reported yet? */

static ngx_uint_t
ngx_http_rackscope_logs_stage_waits(ngx_http_rackscope_logs_stage_t *stage)
{
    return stage->ready != stage->seen || stage->dropped != stage->said;
}


/*
 * Hands the lines that are on the stage to "handler", in their order, and wipes
 * them.  One process does that at a time; for the others there is nothing to
 * do.
 */

void
ngx_http_rackscope_logs_stage_drain(ngx_http_rackscope_logs_stage_t *stage,
    ngx_http_rackscope_logs_staged_pt handler, void *data)
{
    ngx_uint_t                         i, n;
    ngx_atomic_uint_t                  ready, taken;
    ngx_http_rackscope_logs_slot_t    *slots[NGX_HTTP_RACKSCOPE_LOGS_SLOTS];
    ngx_http_rackscope_logs_staged_t   staged;

    ready = stage->ready;

    if (ready == stage->seen || !ngx_http_rackscope_logs_stage_enter(stage)) {
        return;
    }

    n = ngx_http_rackscope_logs_stage_sort(stage, slots);
    taken = ngx_http_rackscope_logs_stage_state(NGX_HTTP_RACKSCOPE_LOGS_TAKEN);

    for (i = 0; i < n; i++) {

        if (!ngx_atomic_cmp_set(&slots[i]->state,
                                NGX_HTTP_RACKSCOPE_LOGS_READY, taken))
        {
            continue;
        }

        staged.time = slots[i]->time;
        staged.level = slots[i]->level;
        staged.fields = slots[i]->fields;
        staged.id.len = slots[i]->id_len;
        staged.id.data = slots[i]->id;
        staged.queries.len = slots[i]->queries_len;
        staged.queries.data = slots[i]->queries;
        staged.line.len = slots[i]->len;
        staged.line.data = slots[i]->text;

        handler(data, &staged);

        ngx_http_rackscope_logs_stage_free(slots[i], taken);
    }

    stage->seen = ready;

    ngx_http_rackscope_logs_stage_leave(stage);
}


/*
 * How many lines were dropped and not reported yet?  The answer is 0 while more
 * are being dropped, so that one storm is reported once, but a long one every
 * few seconds.
 */

ngx_uint_t
ngx_http_rackscope_logs_stage_dropped(ngx_http_rackscope_logs_stage_t *stage)
{
    ngx_msec_t         now;
    ngx_uint_t         n;
    ngx_atomic_uint_t  dropped;

    dropped = stage->dropped;

    if (dropped == stage->said
        || !ngx_http_rackscope_logs_stage_enter(stage))
    {
        return 0;
    }

    now = ngx_current_msec;
    n = 0;

    if (stage->last == stage->said) {
        stage->began = now;
    }

    if (stage->last != dropped) {
        stage->last = dropped;
        stage->changed = now;
    }

    if ((ngx_msec_int_t) (now - stage->changed) >= NGX_HTTP_RACKSCOPE_LOGS_QUIET
        || (ngx_msec_int_t) (now - stage->began) >= NGX_HTTP_RACKSCOPE_LOGS_SAY)
    {
        n = dropped - stage->said;
        stage->said = dropped;
    }

    ngx_http_rackscope_logs_stage_leave(stage);

    return n;
}


static ngx_uint_t
ngx_http_rackscope_logs_stage_enter(ngx_http_rackscope_logs_stage_t *stage)
{
    ngx_msec_int_t     age;
    ngx_atomic_uint_t  owner;

    owner = stage->owner;

    if (owner && owner != (ngx_atomic_uint_t) ngx_pid) {
        age = (ngx_msec_int_t) (ngx_current_msec - stage->since);

        if (age < NGX_HTTP_RACKSCOPE_LOGS_STALE
            && !ngx_http_rackscope_logs_zone_pid_dead(owner))
        {
            return 0;
        }
    }

    if (!ngx_atomic_cmp_set(&stage->owner, owner, ngx_pid)) {
        return 0;
    }

    stage->since = ngx_current_msec;

    return 1;
}


static void
ngx_http_rackscope_logs_stage_leave(ngx_http_rackscope_logs_stage_t *stage)
{
    (void) ngx_atomic_cmp_set(&stage->owner, ngx_pid, 0);
}


/* Collects the lines that are there, in the order in which they came. */

static ngx_uint_t
ngx_http_rackscope_logs_stage_sort(ngx_http_rackscope_logs_stage_t *stage,
    ngx_http_rackscope_logs_slot_t **slots)
{
    ngx_uint_t                       i, k, n;
    ngx_http_rackscope_logs_slot_t  *slot;

    n = 0;

    for (i = 0; i < NGX_HTTP_RACKSCOPE_LOGS_SLOTS; i++) {
        slot = &stage->slots[i];

        if (ngx_http_rackscope_logs_stage_left(slot)) {
            (void) ngx_atomic_fetch_add(&stage->dropped, 1);
            continue;
        }

        if (slot->state != NGX_HTTP_RACKSCOPE_LOGS_READY) {
            continue;
        }

        for (k = n++; k && (ngx_atomic_int_t) (slots[k - 1]->ticket
                                               - slot->ticket) > 0; k--)
        {
            slots[k] = slots[k - 1];
        }

        slots[k] = slot;
    }

    return n;
}


/* Frees the slot if a dead process has left it; it may hold half a line. */

static ngx_uint_t
ngx_http_rackscope_logs_stage_left(ngx_http_rackscope_logs_slot_t *slot)
{
    ngx_pid_t          pid;
    ngx_uint_t         doing;
    ngx_atomic_uint_t  state;

    state = slot->state;
    doing = state % NGX_HTTP_RACKSCOPE_LOGS_STATES;
    pid = state / NGX_HTTP_RACKSCOPE_LOGS_STATES;

    if (pid == 0
        || (pid == ngx_pid && doing == NGX_HTTP_RACKSCOPE_LOGS_WRITING)
        || (pid != ngx_pid && !ngx_http_rackscope_logs_zone_pid_dead(pid)))
    {
        return 0;
    }

    ngx_http_rackscope_logs_stage_free(slot, state);

    return 1;
}


/* What is in the slot was not redacted, so it is wiped. */

static void
ngx_http_rackscope_logs_stage_free(ngx_http_rackscope_logs_slot_t *slot,
    ngx_atomic_uint_t state)
{
    ngx_explicit_memzero(slot->id, sizeof(slot->id));
    ngx_explicit_memzero(slot->queries, sizeof(slot->queries));
    ngx_explicit_memzero(slot->text, sizeof(slot->text));

    (void) ngx_atomic_cmp_set(&slot->state, state,
                              NGX_HTTP_RACKSCOPE_LOGS_FREE);
}


/*
 * Keeps lines of this process from this level on off the stage, and returns the
 * level from which they were kept off before.
 */

ngx_uint_t
ngx_http_rackscope_logs_stage_hush(ngx_uint_t level)
{
    ngx_uint_t  old;

    old = ngx_http_rackscope_logs_stage_level;
    ngx_http_rackscope_logs_stage_level = level;

    return old;
}


/* Are lines of this level kept off the stage? */

ngx_uint_t
ngx_http_rackscope_logs_stage_hushed(ngx_uint_t level)
{
    return level >= ngx_http_rackscope_logs_stage_level;
}
