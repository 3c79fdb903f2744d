
/*
 * From the stage into the ring: a timer of the workers takes apart, redacts
 * and pushes what the writer has left there.
 */


#include "ngx_http_rackscope_logs_stage.h"


#define NGX_HTTP_RACKSCOPE_LOGS_DRAIN   100     /* every so many ms */

#define NGX_HTTP_RACKSCOPE_LOGS_DROPPED                                       \
    " lines of nginx's error log were dropped: "                              \
    "they came faster than they could be taken"


static void ngx_http_rackscope_logs_errors_timer(ngx_event_t *ev);
static void ngx_http_rackscope_logs_errors_drain(ngx_cycle_t *cycle);
static void ngx_http_rackscope_logs_errors_record(void *data,
    const ngx_http_rackscope_logs_staged_t *staged);
static void ngx_http_rackscope_logs_errors_dropped(
    ngx_http_rackscope_logs_errors_t *errors, ngx_uint_t n);


static const rsl_str_t  ngx_http_rackscope_logs_errors_logger =
    rsl_string("nginx.error");

/* Of this process. */

static ngx_event_t       ngx_http_rackscope_logs_errors_event;
static ngx_connection_t  ngx_http_rackscope_logs_errors_connection;


/* With one process, the lines of the configuration that is to be replaced. */

void
ngx_http_rackscope_logs_errors_init_module(ngx_cycle_t *cycle)
{
    if (ngx_process == NGX_PROCESS_SINGLE && ngx_cycle->conf_ctx) {
        ngx_http_rackscope_logs_errors_drain((ngx_cycle_t *) ngx_cycle);
    }
}


void
ngx_http_rackscope_logs_errors_init_worker(ngx_cycle_t *cycle)
{
    ngx_event_t                          *ev;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_rackscope_logs_module);

    /* a single process comes here only once, whatever it is told later */

    if (ngx_process != NGX_PROCESS_SINGLE
        && (ngx_process != NGX_PROCESS_WORKER
            || rmcf == NULL || rmcf->errors == NULL))
    {
        return;
    }

    ngx_http_rackscope_logs_errors_connection.fd = (ngx_socket_t) -1;

    ev = &ngx_http_rackscope_logs_errors_event;

    ev->handler = ngx_http_rackscope_logs_errors_timer;
    ev->data = &ngx_http_rackscope_logs_errors_connection;
    ev->log = cycle->log;
    ev->cancelable = 1;

    ngx_add_timer(ev, NGX_HTTP_RACKSCOPE_LOGS_DRAIN);
}


void
ngx_http_rackscope_logs_errors_exit_worker(ngx_cycle_t *cycle)
{
    if (ngx_http_rackscope_logs_errors_event.handler) {
        ngx_http_rackscope_logs_errors_drain(cycle);
    }
}


static void
ngx_http_rackscope_logs_errors_timer(ngx_event_t *ev)
{
    ngx_http_rackscope_logs_errors_drain((ngx_cycle_t *) ngx_cycle);

    ev->log = ngx_cycle->log;

    ngx_add_timer(ev, NGX_HTTP_RACKSCOPE_LOGS_DRAIN);
}


/* What this itself says at the level of debugging would never end. */

static void
ngx_http_rackscope_logs_errors_drain(ngx_cycle_t *cycle)
{
    ngx_uint_t                            hush, n;
    ngx_http_rackscope_logs_errors_t     *errors;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_rackscope_logs_module);

    if (rmcf == NULL || rmcf->errors == NULL || rmcf->errors->stage == NULL) {
        return;
    }

    errors = rmcf->errors;

    hush = ngx_http_rackscope_logs_errors_hush(NGX_LOG_DEBUG);

    ngx_http_rackscope_logs_stage_drain(errors->stage,
                                        ngx_http_rackscope_logs_errors_record,
                                        errors);

    n = ngx_http_rackscope_logs_stage_dropped(errors->stage);

    if (n) {
        ngx_http_rackscope_logs_errors_dropped(errors, n);
    }

    (void) ngx_http_rackscope_logs_errors_hush(hush);
}


static void
ngx_http_rackscope_logs_errors_record(void *data,
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
    record.level = rsl_nginx_level_record(staged->level);
    record.logger = ngx_http_rackscope_logs_errors_logger;
    record.request_id = staged->id;

    if (rsl_utf8_repair(arena, &record.request_id) != RSL_OK
        || rsl_nginx_parse(arena, &staged->line, staged->fields, &record)
           != RSL_OK)
    {
        rsl_arena_reset(arena);
        return;
    }

    ngx_http_rackscope_logs_capture(errors->zone, errors->redact, &record);
}


static void
ngx_http_rackscope_logs_errors_dropped(ngx_http_rackscope_logs_errors_t *errors,
    ngx_uint_t n)
{
    u_char         text[NGX_MAX_CONF_ERRSTR];
    rsl_record_t   record;

    if (ngx_http_rackscope_logs_capture_arena() == NULL) {
        return;
    }

    ngx_memzero(&record, sizeof(rsl_record_t));

    record.timestamp = ngx_http_rackscope_logs_now();
    record.level = RSL_LEVEL_WARNING;
    record.logger = ngx_http_rackscope_logs_errors_logger;
    record.message.data = text;
    record.message.len = ngx_sprintf(text, "%ui"
                                     NGX_HTTP_RACKSCOPE_LOGS_DROPPED, n)
                         - text;

    ngx_http_rackscope_logs_capture(errors->zone, errors->redact, &record);
}
