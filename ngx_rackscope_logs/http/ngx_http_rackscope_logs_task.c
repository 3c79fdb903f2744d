
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Work that would hold the event loop for too long is a task, which is done in
 * steps.  In each turn of the loop, one of the worker's tasks makes one step.
 * So other connections wait for no more than one step, however many tasks there
 * are.
 */


#include "ngx_http_rackscope_logs.h"


/* Keeps the worker from exiting while there are tasks; in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_STAY  60000


static void ngx_http_rackscope_logs_task_event(ngx_event_t *ev);


/* These are of this process. */

static ngx_queue_t       ngx_http_rackscope_logs_tasks;
static ngx_event_t       ngx_http_rackscope_logs_tasks_event;
static ngx_connection_t  ngx_http_rackscope_logs_tasks_connection;


void
ngx_http_rackscope_logs_task_add(ngx_http_rackscope_logs_task_t *task)
{
    ngx_event_t  *ev;

    ev = &ngx_http_rackscope_logs_tasks_event;

    if (ev->handler == NULL) {
        ngx_queue_init(&ngx_http_rackscope_logs_tasks);

        ngx_http_rackscope_logs_tasks_connection.fd = (ngx_socket_t) -1;

        ev->handler = ngx_http_rackscope_logs_task_event;
        ev->data = &ngx_http_rackscope_logs_tasks_connection;
    }

    ev->log = ngx_cycle->log;

    ngx_queue_insert_tail(&ngx_http_rackscope_logs_tasks, &task->queue);
    task->queued = 1;

    if (!ev->timer_set) {
        ngx_add_timer(ev, NGX_HTTP_RACKSCOPE_LOGS_STAY);
    }

    ngx_post_event(ev, &ngx_posted_next_events);
}


void
ngx_http_rackscope_logs_task_delete(ngx_http_rackscope_logs_task_t *task)
{
    if (task->queued) {
        ngx_queue_remove(&task->queue);
        task->queued = 0;
    }
}


static void
ngx_http_rackscope_logs_task_event(ngx_event_t *ev)
{
    ngx_queue_t                     *q;
    ngx_http_rackscope_logs_task_t  *task;

    ev->timedout = 0;

    if (!ngx_queue_empty(&ngx_http_rackscope_logs_tasks)) {
        q = ngx_queue_head(&ngx_http_rackscope_logs_tasks);
        task = ngx_queue_data(q, ngx_http_rackscope_logs_task_t, queue);

        ngx_http_rackscope_logs_task_delete(task);
        task->handler(task);
    }

    if (ngx_queue_empty(&ngx_http_rackscope_logs_tasks)) {

        if (ev->timer_set) {
            ngx_del_timer(ev);
        }

        return;
    }

    if (!ev->timer_set) {
        ngx_add_timer(ev, NGX_HTTP_RACKSCOPE_LOGS_STAY);
    }

    ngx_post_event(ev, &ngx_posted_next_events);
}


/*
 * The worker exits, or its configuration goes.  Tasks that no request waits for
 * are finished here.
 */

void
ngx_http_rackscope_logs_task_exit(void)
{
    ngx_queue_t                     *q, queue;
    ngx_http_rackscope_logs_task_t  *task;

    if (ngx_http_rackscope_logs_tasks_event.handler == NULL) {
        return;
    }

    ngx_queue_init(&queue);

    while (!ngx_queue_empty(&ngx_http_rackscope_logs_tasks)) {
        q = ngx_queue_head(&ngx_http_rackscope_logs_tasks);
        task = ngx_queue_data(q, ngx_http_rackscope_logs_task_t, queue);

        ngx_queue_remove(q);

        if (task->request) {
            ngx_queue_insert_tail(&queue, q);
            continue;
        }

        task->queued = 0;
        task->handler(task);
    }

    ngx_queue_add(&ngx_http_rackscope_logs_tasks, &queue);
}
