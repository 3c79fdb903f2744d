
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Telling the workers that something is new, and that it is time to go.
 *
 * Each worker has an eventfd, made by the master before it forks, and waits
 * for it, edge-triggered: a write to it wakes that worker.  (While a reload
 * lasts it is that of an old and of a new one.)  Nobody reads it, so a wake-up
 * says nothing but "look".  Where there is no eventfd or no edge, streams find
 * what is new by their poll, and the stage of the error log is emptied by a
 * timer that never stops.
 */


#include "ngx_http_rackscope_logs.h"

#if (NGX_HAVE_EVENTFD)
#include <sys/eventfd.h>
#endif


typedef struct {
    ngx_event_t           event;    /* posted: somebody was woken */
    ngx_uint_t            self;     /* this worker has streams to look */
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


/* In this turn of the event loop. */

#define NGX_HTTP_RACKSCOPE_LOGS_WOKEN  1
#define NGX_HTTP_RACKSCOPE_LOGS_AGAIN  2    /* something has come since */


/* For the life of the master, over all its reloads; -1: there is none. */
static int          ngx_http_rackscope_logs_wake_fds[NGX_MAX_PROCESSES];
static ngx_uint_t   ngx_http_rackscope_logs_wake_workers;

/* Of this process. */
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
     * A worker knows those that were there when it was made.  Of an old one
     * with an upload that stays open, more workers than there were, and more
     * than there are processors, find what it pushes by their poll.
     */

    n = ngx_max((ngx_uint_t) ccf->worker_processes, (ngx_uint_t) ngx_ncpu);
    n = ngx_min(n, NGX_MAX_PROCESSES);

    while (ngx_http_rackscope_logs_wake_workers < n) {
        ngx_http_rackscope_logs_wake_fds[
                                      ngx_http_rackscope_logs_wake_workers] =
                             ngx_http_rackscope_logs_wake_eventfd(cycle->log);

        /* a signal handler that writes to all of them must not be early */

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
                      "eventfd() failed, rackscope logs will only poll");
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

    /* level-triggered, a descriptor that nobody reads would never rest */

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


/* Can there be anybody to wake, a stream or who empties the stage? */

static ngx_uint_t
ngx_http_rackscope_logs_wake_used(ngx_cycle_t *cycle)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_rackscope_logs_module);

    return rmcf && (rmcf->locations || rmcf->errors);
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
 * A handler may end any stream, not only its own: those of one HTTP/2
 * connection go together.  So each is put back before it runs.
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
 * A worker is woken at once for what is pushed first in a turn of the event
 * loop, and once in its end for all that followed: the system call costs more
 * than the push.
 */

void
ngx_http_rackscope_logs_wake_readers(ngx_shm_zone_t *shm_zone)
{
    ngx_uint_t  worker;

    for (worker = 0; worker < ngx_http_rackscope_logs_wake_workers; worker++) {

        if (ngx_http_rackscope_logs_zone_watched(shm_zone, worker)) {
            ngx_http_rackscope_logs_wake_worker(worker);
        }
    }
}


static void
ngx_http_rackscope_logs_wake_worker(ngx_uint_t worker)
{
    ngx_http_rackscope_logs_turn_t  *turn;

    turn = &ngx_http_rackscope_logs_turn;

    /* of two workers of the same number, the old one has no streams left */

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

    /* a record of this would wake, and fail, and be a record */

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

    /* a full counter has woken the worker already */

    if (write(fd, &one, sizeof(one)) == -1 && ngx_errno != NGX_EAGAIN) {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/*
 * Wakes this many workers at once, whether they have streams or not.  May run
 * in a signal handler: nothing is posted or logged, and errno stays.
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
