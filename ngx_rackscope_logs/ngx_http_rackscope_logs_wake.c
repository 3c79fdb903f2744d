
/*
 * Telling all workers that something is new, and that it is time to go.
 *
 * One eventfd for all workers, made by the master before it forks: a write
 * wakes each of them, since each has it in its own epoll, edge-triggered.
 * Nobody reads it, so a wake-up says nothing but "look".  Where there is no
 * eventfd or no edge, streams find what is new by their poll.
 */


#include "ngx_http_rackscope_logs.h"

#if (NGX_HAVE_EVENTFD)
#include <sys/eventfd.h>
#endif


static ngx_uint_t ngx_http_rackscope_logs_wake_used(ngx_cycle_t *cycle);
static void ngx_http_rackscope_logs_wake_handler(ngx_event_t *ev);
static void ngx_http_rackscope_logs_wake_run(ngx_uint_t closing);
static void ngx_http_rackscope_logs_wake_end(ngx_event_t *ev);
static void ngx_http_rackscope_logs_wake_write(ngx_event_t *ev);


/* One for the life of the master, over all its reloads. */
static int          ngx_http_rackscope_logs_wake_fd = -1;

/* Of this process. */
static ngx_queue_t  ngx_http_rackscope_logs_wakes;
static ngx_event_t  ngx_http_rackscope_logs_wake_event;
static ngx_uint_t   ngx_http_rackscope_logs_wake_again;


ngx_int_t
ngx_http_rackscope_logs_wake_init(ngx_cycle_t *cycle)
{
#if (NGX_HAVE_EVENTFD)

    if (ngx_http_rackscope_logs_wake_fd != -1
        || !ngx_http_rackscope_logs_wake_used(cycle))
    {
        return NGX_OK;
    }

    ngx_http_rackscope_logs_wake_fd = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);

    if (ngx_http_rackscope_logs_wake_fd == -1) {
        ngx_log_error(NGX_LOG_WARN, cycle->log, ngx_errno,
                      "eventfd() failed, log streams will only poll");
    }

#endif

    return NGX_OK;
}


ngx_int_t
ngx_http_rackscope_logs_wake_init_worker(ngx_cycle_t *cycle)
{
    ngx_connection_t  *c;

    ngx_queue_init(&ngx_http_rackscope_logs_wakes);

    ngx_http_rackscope_logs_wake_event.handler =
                                              ngx_http_rackscope_logs_wake_end;
    ngx_http_rackscope_logs_wake_event.log = cycle->log;

    if (ngx_http_rackscope_logs_wake_fd == -1
        || !ngx_http_rackscope_logs_wake_used(cycle))
    {
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

    c = ngx_get_connection(ngx_http_rackscope_logs_wake_fd, cycle->log);
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

    return NGX_OK;
}


/* Can there be streams at all? */

static ngx_uint_t
ngx_http_rackscope_logs_wake_used(ngx_cycle_t *cycle)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_rackscope_logs_module);

    return rmcf && rmcf->locations;
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
 * Wakes at once for what is pushed first in a turn of the event loop, and once
 * in its end for all that followed: the system call costs more than the push.
 */

void
ngx_http_rackscope_logs_wake_all(ngx_shm_zone_t *shm_zone)
{
    ngx_event_t  *ev;

    if (!ngx_http_rackscope_logs_zone_watched(shm_zone)) {
        return;
    }

    ev = &ngx_http_rackscope_logs_wake_event;

    if (ev->posted) {
        ngx_http_rackscope_logs_wake_again = 1;
        return;
    }

    ngx_http_rackscope_logs_wake_write(ev);

    ngx_post_event(ev, &ngx_posted_events);
}


static void
ngx_http_rackscope_logs_wake_end(ngx_event_t *ev)
{
    if (ngx_http_rackscope_logs_wake_again) {
        ngx_http_rackscope_logs_wake_again = 0;
        ngx_http_rackscope_logs_wake_write(ev);
    }
}


static void
ngx_http_rackscope_logs_wake_write(ngx_event_t *ev)
{
    uint64_t    one;
    ngx_uint_t  hush;

    if (ngx_http_rackscope_logs_wake_fd == -1) {
        return;
    }

    one = 1;

    /* a full counter has woken everybody already */

    if (write(ngx_http_rackscope_logs_wake_fd, &one, sizeof(one)) == -1
        && ngx_errno != NGX_EAGAIN)
    {
        /* a record of this would wake, and fail, and be a record */

        hush = ngx_http_rackscope_logs_errors_hush(NGX_LOG_EMERG);

        ngx_log_error(NGX_LOG_ALERT, ev->log, ngx_errno,
                      "write() to the eventfd of rackscope logs failed");

        (void) ngx_http_rackscope_logs_errors_hush(hush);
    }
}
