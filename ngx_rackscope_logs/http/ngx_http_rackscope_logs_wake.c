
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Waking the workers when something is new, and when it is time to go.
 *
 * Each worker has an eventfd, which the master makes before it forks.  The
 * worker waits for it, edge-triggered, so a write to it wakes that worker.
 * (While a reload lasts, an old worker and a new one share it.)  Nobody reads
 * it, so a wake-up says nothing but "look".
 *
 * Where there are no eventfds or no edge-triggered events, streams find what is
 * new by their poll, and a timer that never stops empties the stage of the
 * error log.
 */


#include "ngx_http_rackscope_logs_internal.h"

#if (NGX_HAVE_EVENTFD)
#include <sys/eventfd.h>
#endif


/* What this process has woken in this turn of the event loop. */

typedef struct {
    ngx_event_t           event;    /* posted, to run at the end of the turn */
    ngx_uint_t            self;     /* this worker, which serves streams */
    u_char                woken[NGX_MAX_PROCESSES];
} ngx_http_rackscope_logs_turn_t;


static int ngx_http_rackscope_logs_wake_eventfd(ngx_log_t *log);
static ngx_uint_t ngx_http_rackscope_logs_wake_used(ngx_cycle_t *cycle);
static void ngx_http_rackscope_logs_wake_handler(ngx_event_t *ev);
static void ngx_http_rackscope_logs_wake_run(ngx_uint_t closing);
static void ngx_http_rackscope_logs_wake_worker(ngx_uint_t worker);
static void ngx_http_rackscope_logs_wake_end(ngx_event_t *ev);
static void ngx_http_rackscope_logs_wake_notify(ngx_uint_t worker);
static ngx_int_t ngx_http_rackscope_logs_wake_write(ngx_uint_t worker);


/* What "woken" says of a worker. */

#define NGX_HTTP_RACKSCOPE_LOGS_WOKEN  1
#define NGX_HTTP_RACKSCOPE_LOGS_AGAIN  2    /* to be woken again */


/* These live as long as the master, over all its reloads; -1: no eventfd. */
static int          ngx_http_rackscope_logs_wake_fds[NGX_MAX_PROCESSES];
static ngx_uint_t   ngx_http_rackscope_logs_wake_workers;

/* These are of this process. */
static ngx_queue_t  ngx_http_rackscope_logs_wakes;
static ngx_uint_t   ngx_http_rackscope_logs_wake_listening;

static ngx_http_rackscope_logs_turn_t  ngx_http_rackscope_logs_turn;


ngx_int_t
ngx_http_rackscope_logs_wake_init(ngx_cycle_t *cycle)
{
    ngx_uint_t        n;
    ngx_core_conf_t  *ccf;

    if (!ngx_http_rackscope_logs_wake_used(cycle)) {
        return NGX_OK;
    }

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    /*
     * A worker knows the eventfds that were there when it was made.  After a
     * reload there may be more workers than before.  An old worker whose upload
     * stays open can then wake only as many as it knows, at least one for each
     * processor.  The others find by their poll what it pushes.
     */

    n = ngx_max((ngx_uint_t) ccf->worker_processes, (ngx_uint_t) ngx_ncpu);
    n = ngx_min(n, NGX_MAX_PROCESSES);

    while (ngx_http_rackscope_logs_wake_workers < n) {
        ngx_http_rackscope_logs_wake_fds[
                                      ngx_http_rackscope_logs_wake_workers] =
                             ngx_http_rackscope_logs_wake_eventfd(cycle->log);

        /*
         * a signal handler may write to all that are counted, so this one is
         * counted when it is there
         */

        ngx_memory_barrier();
        ngx_http_rackscope_logs_wake_workers++;
    }

    return NGX_OK;
}


static int
ngx_http_rackscope_logs_wake_eventfd(ngx_log_t *log)
{
#if (NGX_HAVE_EVENTFD)

    int  fd;

    fd = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);

    if (fd == -1) {
        ngx_log_error(NGX_LOG_WARN, log, ngx_errno,
                      "eventfd() failed, so streams of rackscope logs find "
                      "new records only by polling");
    }

    return fd;

#else

    return -1;

#endif
}


ngx_int_t
ngx_http_rackscope_logs_wake_init_worker(ngx_cycle_t *cycle)
{
    int                fd;
    ngx_connection_t  *c;

    ngx_queue_init(&ngx_http_rackscope_logs_wakes);

    ngx_http_rackscope_logs_turn.event.handler =
                                              ngx_http_rackscope_logs_wake_end;
    ngx_http_rackscope_logs_turn.event.log = cycle->log;

    if (!ngx_http_rackscope_logs_wake_used(cycle)
        || ngx_worker >= ngx_http_rackscope_logs_wake_workers)
    {
        return NGX_OK;
    }

    fd = ngx_http_rackscope_logs_wake_fds[ngx_worker];

    if (fd == -1) {
        return NGX_OK;
    }

    /* the cache manager and loader have no streams */

    if (ngx_process != NGX_PROCESS_WORKER
        && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    /* level-triggered, a descriptor that nobody reads would fire for ever */

    if (!(ngx_event_flags & NGX_USE_CLEAR_EVENT)) {
        return NGX_OK;
    }

    c = ngx_get_connection(fd, cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->pool = cycle->pool;

    c->read->handler = ngx_http_rackscope_logs_wake_handler;
    c->read->log = cycle->log;
    c->write->log = cycle->log;

    /*
     * "channel" keeps the connection out of the list of those left open at
     * exit; "idle" makes nginx call the handler with c->close when the worker
     * is told to go.
     */

    c->read->channel = 1;
    c->write->channel = 1;
    c->idle = 1;

    if (ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT) != NGX_OK) {
        ngx_free_connection(c);
        return NGX_ERROR;
    }

    ngx_http_rackscope_logs_wake_listening = 1;

    return NGX_OK;
}


/* May there be anything to wake: a stream, or what empties the stage? */

static ngx_uint_t
ngx_http_rackscope_logs_wake_used(ngx_cycle_t *cycle)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_rackscope_logs_module);

    return rmcf && (rmcf->locations || rmcf->errors || rmcf->shares.nelts);
}


static void
ngx_http_rackscope_logs_wake_handler(ngx_event_t *ev)
{
    ngx_connection_t  *c;

    c = ev->data;

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, ev->log, 0,
                   "rackscope logs wake, closing: %d", (int) c->close);

    ngx_http_rackscope_logs_wake_run(c->close);

    c->close = 0;
}


/*
 * A handler may end any stream, not only its own, because those of one HTTP/2
 * connection end together.  So each entry is back in the queue before its
 * handler runs.
 */

static void
ngx_http_rackscope_logs_wake_run(ngx_uint_t closing)
{
    ngx_queue_t                     *q, queue;
    ngx_http_rackscope_logs_wake_t  *wake;

    if (ngx_queue_empty(&ngx_http_rackscope_logs_wakes)) {
        return;
    }

    ngx_queue_init(&queue);
    ngx_queue_add(&queue, &ngx_http_rackscope_logs_wakes);
    ngx_queue_init(&ngx_http_rackscope_logs_wakes);

    while (!ngx_queue_empty(&queue)) {
        q = ngx_queue_head(&queue);
        wake = ngx_queue_data(q, ngx_http_rackscope_logs_wake_t, queue);

        ngx_queue_remove(q);
        ngx_queue_insert_tail(&ngx_http_rackscope_logs_wakes, q);

        wake->handler(wake, closing);
    }
}


/* Can others wake this worker? */

ngx_uint_t
ngx_http_rackscope_logs_wake_listens(void)
{
    return ngx_http_rackscope_logs_wake_listening;
}


void
ngx_http_rackscope_logs_wake_add(ngx_http_rackscope_logs_wake_t *wake)
{
    ngx_queue_insert_tail(&ngx_http_rackscope_logs_wakes, &wake->queue);
}


void
ngx_http_rackscope_logs_wake_delete(ngx_http_rackscope_logs_wake_t *wake)
{
    ngx_queue_remove(&wake->queue);
}


/*
 * Wakes the workers that serve streams of the zone, and those that wait for
 * what other nginx have numbered.  A worker is woken at once
 * for what is pushed first in a turn of the event loop, and once more at the
 * end of the turn for all that followed, because the system call costs more
 * than the push.
 */

void
ngx_http_rackscope_logs_wake_readers(ngx_shm_zone_t *shm_zone)
{
    ngx_uint_t  worker, awaited;

    awaited = ngx_http_rackscope_logs_zone_awaited(shm_zone);

    for (worker = 0; worker < ngx_http_rackscope_logs_wake_workers; worker++) {

        if (awaited
            || ngx_http_rackscope_logs_place_watched(shm_zone, worker))
        {
            ngx_http_rackscope_logs_wake_worker(worker);
        }
    }
}


static void
ngx_http_rackscope_logs_wake_worker(ngx_uint_t worker)
{
    ngx_http_rackscope_logs_turn_t  *turn;

    turn = &ngx_http_rackscope_logs_turn;

    /* if two workers have this number, the old one has no streams left */

    if (worker == ngx_worker && !ngx_exiting) {
        turn->self = 1;

    } else if (turn->woken[worker]) {
        turn->woken[worker] = NGX_HTTP_RACKSCOPE_LOGS_AGAIN;

    } else {
        turn->woken[worker] = NGX_HTTP_RACKSCOPE_LOGS_WOKEN;
        ngx_http_rackscope_logs_wake_notify(worker);
    }

    if (!turn->event.posted) {
        ngx_post_event(&turn->event, &ngx_posted_events);
    }
}


static void
ngx_http_rackscope_logs_wake_end(ngx_event_t *ev)
{
    ngx_uint_t                       worker, self;
    ngx_http_rackscope_logs_turn_t  *turn;

    turn = &ngx_http_rackscope_logs_turn;

    for (worker = 0; worker < ngx_http_rackscope_logs_wake_workers; worker++) {

        if (turn->woken[worker] == NGX_HTTP_RACKSCOPE_LOGS_AGAIN) {
            ngx_http_rackscope_logs_wake_notify(worker);
        }

        turn->woken[worker] = 0;
    }

    self = turn->self;
    turn->self = 0;

    if (self) {
        ngx_http_rackscope_logs_wake_run(0);
    }
}


static void
ngx_http_rackscope_logs_wake_notify(ngx_uint_t worker)
{
    ngx_uint_t  hush;

    if (ngx_http_rackscope_logs_wake_write(worker) == NGX_OK) {
        return;
    }

    /* a record of this message would wake, fail, and be logged again */

    hush = ngx_http_rackscope_logs_stage_hush(NGX_LOG_EMERG);

    ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_errno,
                  "write() to an eventfd of rackscope logs failed");

    (void) ngx_http_rackscope_logs_stage_hush(hush);
}


static ngx_int_t
ngx_http_rackscope_logs_wake_write(ngx_uint_t worker)
{
    int       fd;
    uint64_t  one;

    fd = ngx_http_rackscope_logs_wake_fds[worker];

    if (fd == -1) {
        return NGX_OK;
    }

    one = 1;

    /* if the counter is full, the worker has been woken already */

    if (write(fd, &one, sizeof(one)) == -1 && ngx_errno != NGX_EAGAIN) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Wakes this many workers at once, whether they have streams or not.  This may
 * run in a signal handler, so nothing is posted or logged, and errno is kept.
 */

void
ngx_http_rackscope_logs_wake_all(ngx_uint_t workers)
{
    ngx_err_t   err;
    ngx_uint_t  worker;

    err = ngx_errno;
    workers = ngx_min(workers, ngx_http_rackscope_logs_wake_workers);

    for (worker = 0; worker < workers; worker++) {
        (void) ngx_http_rackscope_logs_wake_write(worker);
    }

    ngx_set_errno(err);
}
