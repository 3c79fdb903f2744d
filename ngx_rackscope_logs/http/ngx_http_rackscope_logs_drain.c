
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * From the stage into the ring: the workers take apart, redact and push the
 * lines that the writer has left there.
 *
 * The first line wakes the workers.  From then on each of them looks at the
 * stage ten times a second until there is nothing more.  So a storm wakes
 * nobody a second time, and an idle worker sleeps.
 */


#include "ngx_http_rackscope_logs_internal.h"


/*
 * A worker looks at the stage this long after it was woken, and then again and
 * again at this interval, in ms.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_DRAIN   100

#define NGX_HTTP_RACKSCOPE_LOGS_DROPPED                                       \
    " lines of nginx's error log were dropped: "                              \
    "they came faster than they could be taken"


static void ngx_http_rackscope_logs_drain_wake(
    ngx_http_rackscope_logs_wake_t *wake, ngx_uint_t closing);
static void ngx_http_rackscope_logs_drain_timer(ngx_event_t *ev);
static ngx_http_rackscope_logs_errors_t *
    ngx_http_rackscope_logs_drain_conf(ngx_cycle_t *cycle);
static void ngx_http_rackscope_logs_drain_stage(ngx_cycle_t *cycle);
static void ngx_http_rackscope_logs_drain_record(void *data,
    const ngx_http_rackscope_logs_staged_t *staged);
static void ngx_http_rackscope_logs_drain_dropped(
    ngx_http_rackscope_logs_errors_t *errors, ngx_uint_t n);


static const rsl_str_t  ngx_http_rackscope_logs_drain_logger =
    rsl_string("nginx.error");

/* These are of this process. */

static ngx_event_t       ngx_http_rackscope_logs_drain_event;
static ngx_connection_t  ngx_http_rackscope_logs_drain_connection;
static ngx_uint_t        ngx_http_rackscope_logs_drain_woken;

static ngx_http_rackscope_logs_wake_t  ngx_http_rackscope_logs_drain_waker;


/*
 * A single process first drains the stage of the configuration that is to be
 * replaced, since nobody else does.
 */

void
ngx_http_rackscope_logs_drain_init_module(ngx_cycle_t *cycle)
{
    ngx_core_conf_t                   *ccf;
    ngx_http_rackscope_logs_errors_t  *errors;

    if (ngx_process == NGX_PROCESS_SINGLE && ngx_cycle->conf_ctx) {
        ngx_http_rackscope_logs_drain_stage((ngx_cycle_t *) ngx_cycle);
    }

    errors = ngx_http_rackscope_logs_drain_conf(cycle);

    if (errors) {
        ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx,
                                               ngx_core_module);

        errors->workers = ccf->worker_processes;
    }
}


void
ngx_http_rackscope_logs_drain_init_worker(ngx_cycle_t *cycle)
{
    ngx_event_t  *ev;

    /*
     * A single process comes here only once, whatever configuration it is told
     * to read later.  So its timer does not rely on the present configuration.
     */

    if (ngx_process != NGX_PROCESS_SINGLE
        && (ngx_process != NGX_PROCESS_WORKER
            || ngx_http_rackscope_logs_drain_conf(cycle) == NULL))
    {
        return;
    }

    ngx_http_rackscope_logs_drain_connection.fd = (ngx_socket_t) -1;

    ev = &ngx_http_rackscope_logs_drain_event;

    ev->handler = ngx_http_rackscope_logs_drain_timer;
    ev->data = &ngx_http_rackscope_logs_drain_connection;
    ev->log = cycle->log;
    ev->cancelable = 1;

    if (ngx_process == NGX_PROCESS_WORKER
        && ngx_http_rackscope_logs_wake_listens())
    {
        ngx_http_rackscope_logs_drain_woken = 1;

        ngx_http_rackscope_logs_drain_waker.handler =
                                           ngx_http_rackscope_logs_drain_wake;
        ngx_http_rackscope_logs_wake_add(&ngx_http_rackscope_logs_drain_waker);
    }

    /*
     * This first look needs no call.  There may be lines on the stage for which
     * nobody will be woken any more: they came before this worker started, or
     * the worker that was woken for them has been killed.
     */

    ngx_add_timer(ev, NGX_HTTP_RACKSCOPE_LOGS_DRAIN);
}


void
ngx_http_rackscope_logs_drain_exit_worker(ngx_cycle_t *cycle)
{
    if (ngx_http_rackscope_logs_drain_event.handler) {
        ngx_http_rackscope_logs_drain_stage(cycle);
    }
}


static void
ngx_http_rackscope_logs_drain_wake(ngx_http_rackscope_logs_wake_t *wake,
    ngx_uint_t closing)
{
    ngx_event_t                       *ev;
    ngx_http_rackscope_logs_errors_t  *errors;

    ev = &ngx_http_rackscope_logs_drain_event;
    errors = ngx_http_rackscope_logs_drain_conf((ngx_cycle_t *) ngx_cycle);

    if (!ev->timer_set && ngx_http_rackscope_logs_stage_called(errors->stage)) {
        ngx_add_timer(ev, NGX_HTTP_RACKSCOPE_LOGS_DRAIN);
    }
}


/*
 * The worker stops looking after a turn that has found nothing, not after the
 * one that has emptied the stage: with debugging on, each turn writes lines of
 * its own, and being woken for those would double the number of turns.
 */

static void
ngx_http_rackscope_logs_drain_timer(ngx_event_t *ev)
{
    ngx_http_rackscope_logs_errors_t  *errors;

    ev->log = ngx_cycle->log;

    if (ngx_http_rackscope_logs_drain_woken) {
        errors = ngx_http_rackscope_logs_drain_conf((ngx_cycle_t *) ngx_cycle);

        if (ngx_http_rackscope_logs_stage_rest(errors->stage)) {
            return;
        }
    }

    ngx_http_rackscope_logs_drain_stage((ngx_cycle_t *) ngx_cycle);

    ngx_add_timer(ev, NGX_HTTP_RACKSCOPE_LOGS_DRAIN);
}


/*
 * The debugging lines that this function itself causes stay off the stage, or
 * it would never come to an end.
 */

static void
ngx_http_rackscope_logs_drain_stage(ngx_cycle_t *cycle)
{
    ngx_uint_t                         hush, n;
    ngx_http_rackscope_logs_errors_t  *errors;

    errors = ngx_http_rackscope_logs_drain_conf(cycle);

    if (errors == NULL || errors->stage == NULL) {
        return;
    }

    hush = ngx_http_rackscope_logs_stage_hush(NGX_LOG_DEBUG);

    ngx_http_rackscope_logs_stage_drain(errors->stage,
                                        ngx_http_rackscope_logs_drain_record,
                                        errors);

    n = ngx_http_rackscope_logs_stage_dropped(errors->stage);

    if (n) {
        ngx_http_rackscope_logs_drain_dropped(errors, n);
    }

    (void) ngx_http_rackscope_logs_stage_hush(hush);
}


static ngx_http_rackscope_logs_errors_t *
ngx_http_rackscope_logs_drain_conf(ngx_cycle_t *cycle)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_rackscope_logs_module);

    return rmcf ? rmcf->errors : NULL;
}


static void
ngx_http_rackscope_logs_drain_record(void *data,
    const ngx_http_rackscope_logs_staged_t *staged)
{
    ngx_http_rackscope_logs_errors_t  *errors = data;

    rsl_arena_t   *arena;
    rsl_record_t   record;

    arena = ngx_http_rackscope_logs_capture_arena();
    if (arena == NULL) {
        return;
    }

    ngx_memzero(&record, sizeof(rsl_record_t));

    record.timestamp = staged->time;
    record.level = rsl_intake_nginx_level_record(staged->level);
    record.logger = ngx_http_rackscope_logs_drain_logger;
    record.request_id = staged->id;

    if (rsl_utf8_repair(arena, &record.request_id) != RSL_OK
        || rsl_intake_nginx_parse(arena, &staged->line, staged->fields,
                                  &staged->queries, &record)
           != RSL_OK)
    {
        rsl_arena_reset(arena);
        return;
    }

    ngx_http_rackscope_logs_capture(errors->zone, NGX_HTTP_RACKSCOPE_LOGS_ERROR,
                                    errors->redact, &record);
}


static void
ngx_http_rackscope_logs_drain_dropped(ngx_http_rackscope_logs_errors_t *errors,
    ngx_uint_t n)
{
    u_char         text[NGX_MAX_CONF_ERRSTR];
    rsl_record_t   record;

    ngx_http_rackscope_logs_zone_count(errors->zone,
                                       NGX_HTTP_RACKSCOPE_LOGS_COUNT_DROPPED,
                                       n);

    if (ngx_http_rackscope_logs_capture_arena() == NULL) {
        return;
    }

    ngx_memzero(&record, sizeof(rsl_record_t));

    record.timestamp = ngx_http_rackscope_logs_zone_now();
    record.level = RSL_LEVEL_WARNING;
    record.logger = ngx_http_rackscope_logs_drain_logger;
    record.message.data = text;
    record.message.len = ngx_sprintf(text, "%ui"
                                     NGX_HTTP_RACKSCOPE_LOGS_DROPPED, n)
                         - text;

    ngx_http_rackscope_logs_capture(errors->zone, NGX_HTTP_RACKSCOPE_LOGS_ERROR,
                                    errors->redact, &record);
}
