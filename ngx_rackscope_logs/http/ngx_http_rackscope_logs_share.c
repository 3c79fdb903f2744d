
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * One ring over several nginx, as a worker has it: its share in each zone, the
 * connections to Redis, and who waits for what.
 *
 * Whatever happens calls the pump, which lets the core go on, and looks at what
 * has changed.
 */


#include "ngx_http_rackscope_logs.h"


#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

/* A worker that exits may take this long to send what it has taken, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_LEAVE  1000


struct ngx_http_rackscope_logs_sharer_s {
    ngx_http_rackscope_logs_wake_t    wake;     /* must be first */

    ngx_http_rackscope_logs_share_t  *share;
    rsl_share_t                      *core;
    ngx_http_rackscope_logs_link_t    links[RSL_SHARE_LINKS];
    ngx_queue_t                       waiters;

    ngx_event_t                       event;    /* a timer, or posted */
    ngx_connection_t                  fake;     /* of the event */
    ngx_msec_t                        end;      /* of leaving */

    unsigned                          pumping:1;
    unsigned                          again:1;
    unsigned                          leaving:1;
    unsigned                          left:1;
};


static ngx_int_t ngx_http_rackscope_logs_share_start(ngx_cycle_t *cycle);
static ngx_http_rackscope_logs_sharer_t *ngx_http_rackscope_logs_share_create(
    ngx_cycle_t *cycle, ngx_http_rackscope_logs_share_t *share);
static ngx_int_t ngx_http_rackscope_logs_share_core(
    ngx_http_rackscope_logs_sharer_t *sharer);
static uint64_t ngx_http_rackscope_logs_share_random(void *data);
static void ngx_http_rackscope_logs_share_notice(void *data,
    rsl_share_severity_e severity, const char *text);
static ngx_http_rackscope_logs_sharer_t *ngx_http_rackscope_logs_share_of(
    ngx_shm_zone_t *shm_zone);
static void ngx_http_rackscope_logs_share_post(
    ngx_http_rackscope_logs_sharer_t *sharer);
static void ngx_http_rackscope_logs_share_event(ngx_event_t *ev);
static void ngx_http_rackscope_logs_share_wake(
    ngx_http_rackscope_logs_wake_t *wake, ngx_uint_t closing);
static void ngx_http_rackscope_logs_share_pump(void *data);
static void ngx_http_rackscope_logs_share_step(
    ngx_http_rackscope_logs_sharer_t *sharer);
static void ngx_http_rackscope_logs_share_leave(
    ngx_http_rackscope_logs_sharer_t *sharer);
static void ngx_http_rackscope_logs_share_waiters(
    ngx_http_rackscope_logs_sharer_t *sharer);
static void ngx_http_rackscope_logs_share_timer(
    ngx_http_rackscope_logs_sharer_t *sharer);


/* The shares of this process. */
static ngx_array_t  ngx_http_rackscope_logs_sharers;


/*
 * A single process lives on when its configuration goes, and no one calls
 * init_worker() for the new one.
 */

void
ngx_http_rackscope_logs_share_init_module(ngx_cycle_t *cycle)
{
    if (ngx_http_rackscope_logs_sharers.elts == NULL) {
        return;
    }

    ngx_http_rackscope_logs_share_exit_worker();
    (void) ngx_http_rackscope_logs_share_start(cycle);
}


ngx_int_t
ngx_http_rackscope_logs_share_init_worker(ngx_cycle_t *cycle)
{
    /* the cache manager and loader take no records */

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    return ngx_http_rackscope_logs_share_start(cycle);
}


static ngx_int_t
ngx_http_rackscope_logs_share_start(ngx_cycle_t *cycle)
{
    ngx_uint_t                            i;
    ngx_http_rackscope_logs_share_t     **shares;
    ngx_http_rackscope_logs_sharer_t    **sharer;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_rackscope_logs_module);

    if (rmcf == NULL || rmcf->shares.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_array_init(&ngx_http_rackscope_logs_sharers, cycle->pool,
                       rmcf->shares.nelts,
                       sizeof(ngx_http_rackscope_logs_sharer_t *))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    shares = rmcf->shares.elts;

    for (i = 0; i < rmcf->shares.nelts; i++) {

        sharer = ngx_array_push(&ngx_http_rackscope_logs_sharers);

        *sharer = ngx_http_rackscope_logs_share_create(cycle, shares[i]);

        if (*sharer == NULL) {
            ngx_http_rackscope_logs_sharers.nelts--;
            return NGX_ERROR;
        }

        shares[i]->sharer = *sharer;

        ngx_http_rackscope_logs_wake_add(&(*sharer)->wake);
        ngx_http_rackscope_logs_share_post(*sharer);
    }

    return NGX_OK;
}


static ngx_http_rackscope_logs_sharer_t *
ngx_http_rackscope_logs_share_create(ngx_cycle_t *cycle,
    ngx_http_rackscope_logs_share_t *share)
{
    ngx_uint_t                         i;
    ngx_http_rackscope_logs_link_t    *link;
    ngx_http_rackscope_logs_sharer_t  *sharer;

    sharer = ngx_pcalloc(cycle->pool, sizeof(ngx_http_rackscope_logs_sharer_t));
    if (sharer == NULL) {
        return NULL;
    }

    sharer->share = share;

    if (ngx_http_rackscope_logs_share_core(sharer) != NGX_OK) {
        return NULL;
    }

    for (i = 0; i < RSL_SHARE_LINKS; i++) {
        link = &sharer->links[i];

        link->share = share;
        link->core = sharer->core;
        link->id = (rsl_share_link_e) i;
        link->pump = ngx_http_rackscope_logs_share_pump;
        link->data = sharer;

        ngx_http_rackscope_logs_link_init(link, cycle->log);
    }

    ngx_queue_init(&sharer->waiters);

    sharer->wake.handler = ngx_http_rackscope_logs_share_wake;

    sharer->fake.fd = (ngx_socket_t) -1;
    sharer->fake.data = sharer;

    sharer->event.handler = ngx_http_rackscope_logs_share_event;
    sharer->event.data = &sharer->fake;
    sharer->event.log = cycle->log;
    sharer->event.cancelable = 1;

    return sharer;
}


static ngx_int_t
ngx_http_rackscope_logs_share_core(ngx_http_rackscope_logs_sharer_t *sharer)
{
    rsl_share_conf_t                  conf;
    rsl_share_time_t                  now;
    ngx_http_rackscope_logs_zone_t   *zone;
    ngx_http_rackscope_logs_share_t  *share;

    share = sharer->share;
    zone = share->zone->data;

    ngx_memzero(&conf, sizeof(rsl_share_conf_t));

    conf.zone = zone->shared;
    conf.ring = zone->ring;
    conf.entries = zone->entries;
    conf.line_max = ngx_http_rackscope_logs_zone_line_max(share->zone);
    conf.slot = ngx_process_slot;
    conf.timeout = share->timeout;

    conf.key.len = share->key.len;
    conf.key.data = share->key.data;
    conf.user = share->url.user;
    conf.password.len = share->password.len;
    conf.password.data = share->password.data;
    conf.node.len = ngx_cycle->hostname.len;
    conf.node.data = ngx_cycle->hostname.data;
    conf.master = share->url.master;
    conf.db = share->url.db;
    conf.shape = share->shape;
    conf.place = share->place;
    conf.moves = (share->resolver != NULL || share->url.master.len != 0);

    conf.data = zone;
    conf.lock = ngx_http_rackscope_logs_zone_lock;
    conf.unlock = ngx_http_rackscope_logs_zone_unlock;
    conf.random = ngx_http_rackscope_logs_share_random;
    conf.notice = ngx_http_rackscope_logs_share_notice;

    ngx_http_rackscope_logs_zone_time(&now);

    sharer->core = rsl_share_create(&conf, &now);

    return sharer->core ? NGX_OK : NGX_ERROR;
}


static uint64_t
ngx_http_rackscope_logs_share_random(void *data)
{
    return ngx_http_rackscope_logs_zone_random();
}


static void
ngx_http_rackscope_logs_share_notice(void *data, rsl_share_severity_e severity,
    const char *text)
{
    ngx_http_rackscope_logs_zone_t  *zone = data;

    static ngx_uint_t  levels[] = {
        NGX_LOG_NOTICE, NGX_LOG_WARN, NGX_LOG_ERR
    };

    ngx_log_error(levels[severity], ngx_cycle->log, 0,
                  "rackscope logs zone \"%V\": %s",
                  &zone->share->zone->shm.name, text);
}


/* The worker exits, or its configuration goes. */

void
ngx_http_rackscope_logs_share_exit_worker(void)
{
    ngx_uint_t                          i, k;
    ngx_http_rackscope_logs_sharer_t  **sharers;

    sharers = ngx_http_rackscope_logs_sharers.elts;

    for (i = 0; i < ngx_http_rackscope_logs_sharers.nelts; i++) {

        for (k = 0; k < RSL_SHARE_LINKS; k++) {
            ngx_http_rackscope_logs_link_close(&sharers[i]->links[k]);
        }

        if (sharers[i]->event.timer_set) {
            ngx_del_timer(&sharers[i]->event);
        }

        if (sharers[i]->event.posted) {
            ngx_delete_posted_event(&sharers[i]->event);
        }

        ngx_http_rackscope_logs_wake_delete(&sharers[i]->wake);

        rsl_share_destroy(sharers[i]->core);
        sharers[i]->share->sharer = NULL;
    }

    ngx_http_rackscope_logs_sharers.elts = NULL;
    ngx_http_rackscope_logs_sharers.nelts = 0;
}


/* Is the zone shared with other nginx? */

ngx_uint_t
ngx_http_rackscope_logs_share_is(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return zone->share != NULL;
}


static ngx_http_rackscope_logs_sharer_t *
ngx_http_rackscope_logs_share_of(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return zone->share ? zone->share->sharer : NULL;
}


/* Returns the ticket of the line, or 0: it is not taken. */

uint64_t
ngx_http_rackscope_logs_share_add(ngx_shm_zone_t *zone, const u_char *text,
    const rsl_line_t *line)
{
    uint64_t                           ticket;
    rsl_share_time_t                   now;
    ngx_http_rackscope_logs_sharer_t  *sharer;

    sharer = ngx_http_rackscope_logs_share_of(zone);

    if (sharer == NULL) {
        return 0;
    }

    ngx_http_rackscope_logs_zone_time(&now);

    ticket = rsl_share_add(sharer->core, text, line, &now);

    /* an upload that is still open keeps a worker that has left */

    sharer->left = 0;
    sharer->end = ngx_current_msec + NGX_HTTP_RACKSCOPE_LOGS_LEAVE;

    ngx_http_rackscope_logs_share_post(sharer);

    return ticket;
}


/* Returns the ticket of a clear, or 0: there is no way to clear. */

uint64_t
ngx_http_rackscope_logs_share_clear(ngx_shm_zone_t *zone)
{
    uint64_t                           ticket;
    rsl_share_time_t                   now;
    ngx_http_rackscope_logs_sharer_t  *sharer;

    sharer = ngx_http_rackscope_logs_share_of(zone);

    if (sharer == NULL) {
        return 0;
    }

    ngx_http_rackscope_logs_zone_time(&now);

    ticket = rsl_share_clear(sharer->core, &now);

    ngx_http_rackscope_logs_share_post(sharer);

    return ticket;
}


/*
 * Is what it waits for there?  NGX_AGAIN: not yet.  NGX_DECLINED: it will never
 * be there.  Of a clear, "*alone" says whether only this nginx was cleared.
 */

ngx_int_t
ngx_http_rackscope_logs_share_check(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_waiter_t *waiter, ngx_uint_t *alone)
{
    int                                rc, only;
    ngx_http_rackscope_logs_sharer_t  *sharer;

    sharer = ngx_http_rackscope_logs_share_of(zone);

    if (sharer == NULL) {
        return NGX_DECLINED;
    }

    if (waiter->clear) {
        only = 0;
        rc = rsl_share_cleared(sharer->core, waiter->ticket, &only);
        *alone = only;

        return (rc == RSL_OK) ? NGX_OK
                              : (rc == RSL_AGAIN) ? NGX_AGAIN : NGX_DECLINED;
    }

    if (waiter->ticket == 0) {
        return (rsl_share_full(sharer->core) && !rsl_share_stale(sharer->core))
               ? NGX_AGAIN : NGX_OK;
    }

    if (rsl_share_done(sharer->core) >= waiter->ticket) {
        return NGX_OK;
    }

    return rsl_share_stale(sharer->core) ? NGX_DECLINED : NGX_AGAIN;
}


/*
 * The same, but if it is not there yet, the handler will be called once, when
 * the answer may be another one.
 */

ngx_int_t
ngx_http_rackscope_logs_share_wait(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_waiter_t *waiter)
{
    ngx_int_t                          rc;
    ngx_uint_t                         alone;
    ngx_http_rackscope_logs_sharer_t  *sharer;

    rc = ngx_http_rackscope_logs_share_check(zone, waiter, &alone);

    if (rc != NGX_AGAIN || waiter->queued) {
        return rc;
    }

    sharer = ngx_http_rackscope_logs_share_of(zone);

    ngx_queue_insert_tail(&sharer->waiters, &waiter->queue);
    waiter->queued = 1;

    ngx_http_rackscope_logs_share_timer(sharer);

    return NGX_AGAIN;
}


void
ngx_http_rackscope_logs_share_forget(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_waiter_t *waiter)
{
    ngx_http_rackscope_logs_sharer_t  *sharer;

    if (waiter->queued) {
        ngx_queue_remove(&waiter->queue);
        waiter->queued = 0;
    }

    sharer = ngx_http_rackscope_logs_share_of(zone);

    if (waiter->clear && sharer) {
        rsl_share_clear_end(sharer->core, waiter->ticket);
    }
}


ngx_http_rackscope_logs_reader_e
ngx_http_rackscope_logs_share_reader(ngx_shm_zone_t *shm_zone,
    rsl_ring_state_t *state, uint64_t cursor, ngx_msec_t waited)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    switch (rsl_share_reader(zone->shared, state, cursor, waited)) {

    case RSL_SHARE_GOES_ON:
        return NGX_HTTP_RACKSCOPE_LOGS_READER_GOES_ON;

    case RSL_SHARE_WAITS:
        return NGX_HTTP_RACKSCOPE_LOGS_READER_WAITS;

    default:
        return NGX_HTTP_RACKSCOPE_LOGS_READER_RENUMBERED;
    }
}


/* Is this nginx together with the others? */

ngx_uint_t
ngx_http_rackscope_logs_share_up(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    rsl_share_time_t  now;

    ngx_http_rackscope_logs_zone_time(&now);

    return rsl_share_up(zone->shared, &now);
}


/* How many records wait for Redis? */

uint64_t
ngx_http_rackscope_logs_share_pending(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return rsl_share_pending(zone->shared);
}


/* How many entries of Redis were no records? */

uint64_t
ngx_http_rackscope_logs_share_refused(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return rsl_share_refused(zone->shared);
}


/*
 * The pump runs at the end of this turn of the event loop, so that all that was
 * added in the turn goes to Redis together.
 */

static void
ngx_http_rackscope_logs_share_post(ngx_http_rackscope_logs_sharer_t *sharer)
{
    ngx_post_event(&sharer->event, &ngx_posted_events);
}


static void
ngx_http_rackscope_logs_share_event(ngx_event_t *ev)
{
    ngx_connection_t                  *c;
    rsl_share_time_t                   now;
    ngx_http_rackscope_logs_sharer_t  *sharer;

    c = ev->data;
    sharer = c->data;

    ev->timedout = 0;

    ngx_http_rackscope_logs_zone_time(&now);
    rsl_share_tick(sharer->core, &now);

    ngx_http_rackscope_logs_share_pump(sharer);
}


static void
ngx_http_rackscope_logs_share_wake(ngx_http_rackscope_logs_wake_t *wake,
    ngx_uint_t closing)
{
    rsl_share_time_t                   now;
    ngx_http_rackscope_logs_sharer_t  *sharer;

    sharer = (ngx_http_rackscope_logs_sharer_t *) wake;

    if (closing && !sharer->leaving) {
        sharer->leaving = 1;
        sharer->end = ngx_current_msec + NGX_HTTP_RACKSCOPE_LOGS_LEAVE;
    }

    ngx_http_rackscope_logs_zone_time(&now);
    rsl_share_tick(sharer->core, &now);

    ngx_http_rackscope_logs_share_pump(sharer);
}


/* A link may call it from within itself: then it goes on afterwards. */

static void
ngx_http_rackscope_logs_share_pump(void *data)
{
    ngx_http_rackscope_logs_sharer_t  *sharer = data;

    if (sharer->pumping) {
        sharer->again = 1;
        return;
    }

    sharer->pumping = 1;

    ngx_http_rackscope_logs_share_step(sharer);

    sharer->pumping = 0;

    if (sharer->again) {
        sharer->again = 0;
        ngx_http_rackscope_logs_share_post(sharer);
    }

    ngx_http_rackscope_logs_share_timer(sharer);
}


static void
ngx_http_rackscope_logs_share_step(ngx_http_rackscope_logs_sharer_t *sharer)
{
    ngx_uint_t  i;

    ngx_http_rackscope_logs_share_leave(sharer);

    for (i = 0; i < RSL_SHARE_LINKS; i++) {
        ngx_http_rackscope_logs_link_run(&sharer->links[i]);
    }

    /* what is to be said to Redis in the end may be sent by now */

    ngx_http_rackscope_logs_share_leave(sharer);

    if (rsl_share_news(sharer->core)) {
        ngx_http_rackscope_logs_wake_readers(sharer->share->zone);
    }

    ngx_http_rackscope_logs_share_waiters(sharer);
}


static void
ngx_http_rackscope_logs_share_leave(ngx_http_rackscope_logs_sharer_t *sharer)
{
    rsl_share_time_t  now;

    if (!sharer->leaving || sharer->left) {
        return;
    }

    ngx_http_rackscope_logs_zone_time(&now);

    sharer->left = (rsl_share_leave(sharer->core, &now) == RSL_OK);
}


/* A handler may end other requests, and so take other waiters away. */

static void
ngx_http_rackscope_logs_share_waiters(ngx_http_rackscope_logs_sharer_t *sharer)
{
    ngx_uint_t                         alone;
    ngx_queue_t                       *q, queue;
    ngx_http_rackscope_logs_waiter_t  *waiter;

    if (ngx_queue_empty(&sharer->waiters)) {
        return;
    }

    ngx_queue_init(&queue);
    ngx_queue_add(&queue, &sharer->waiters);
    ngx_queue_init(&sharer->waiters);

    while (!ngx_queue_empty(&queue)) {
        q = ngx_queue_head(&queue);
        waiter = ngx_queue_data(q, ngx_http_rackscope_logs_waiter_t, queue);

        ngx_queue_remove(q);

        if (ngx_http_rackscope_logs_share_check(sharer->share->zone, waiter,
                                                &alone)
            == NGX_AGAIN)
        {
            ngx_queue_insert_tail(&sharer->waiters, q);
            continue;
        }

        waiter->queued = 0;
        waiter->handler(waiter);
    }
}


/*
 * The timer keeps a worker from exiting only while something waits, or until it
 * has left Redis in order.
 */

static void
ngx_http_rackscope_logs_share_timer(ngx_http_rackscope_logs_sharer_t *sharer)
{
    uint64_t          due;
    rsl_share_time_t  now;

    ngx_http_rackscope_logs_zone_time(&now);

    due = rsl_share_due(sharer->core, &now);

    if (due == 0) {
        ngx_post_event(&sharer->event, &ngx_posted_next_events);
    }

    if (sharer->event.timer_set) {
        ngx_del_timer(&sharer->event);
    }

    sharer->event.cancelable = ngx_queue_empty(&sharer->waiters)
                               && (!sharer->leaving || sharer->left
                                   || (ngx_msec_int_t) (ngx_current_msec
                                                        - sharer->end)
                                      >= 0);

    if (sharer->leaving && sharer->event.cancelable) {
        return;
    }

    ngx_add_timer(&sharer->event, (ngx_msec_t) ngx_max(due, 1));
}

#else

/* Without hiredis no zone is shared. */

void
ngx_http_rackscope_logs_share_init_module(ngx_cycle_t *cycle)
{
}


ngx_int_t
ngx_http_rackscope_logs_share_init_worker(ngx_cycle_t *cycle)
{
    return NGX_OK;
}


void
ngx_http_rackscope_logs_share_exit_worker(void)
{
}


ngx_uint_t
ngx_http_rackscope_logs_share_is(ngx_shm_zone_t *zone)
{
    return 0;
}


uint64_t
ngx_http_rackscope_logs_share_add(ngx_shm_zone_t *zone, const u_char *text,
    const rsl_line_t *line)
{
    return 0;
}


uint64_t
ngx_http_rackscope_logs_share_clear(ngx_shm_zone_t *zone)
{
    return 0;
}


ngx_int_t
ngx_http_rackscope_logs_share_check(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_waiter_t *waiter, ngx_uint_t *alone)
{
    return NGX_OK;
}


ngx_int_t
ngx_http_rackscope_logs_share_wait(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_waiter_t *waiter)
{
    return NGX_OK;
}


void
ngx_http_rackscope_logs_share_forget(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_waiter_t *waiter)
{
}


ngx_http_rackscope_logs_reader_e
ngx_http_rackscope_logs_share_reader(ngx_shm_zone_t *zone,
    rsl_ring_state_t *state, uint64_t cursor, ngx_msec_t waited)
{
    return NGX_HTTP_RACKSCOPE_LOGS_READER_GOES_ON;
}


ngx_uint_t
ngx_http_rackscope_logs_share_up(ngx_shm_zone_t *zone)
{
    return 0;
}


uint64_t
ngx_http_rackscope_logs_share_pending(ngx_shm_zone_t *zone)
{
    return 0;
}


uint64_t
ngx_http_rackscope_logs_share_refused(ngx_shm_zone_t *zone)
{
    return 0;
}

#endif
