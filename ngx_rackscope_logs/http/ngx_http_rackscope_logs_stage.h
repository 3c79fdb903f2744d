
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The stage: where lines of nginx's error log wait until they can be redacted.
 */


#ifndef _NGX_HTTP_RACKSCOPE_LOGS_STAGE_H_INCLUDED_
#define _NGX_HTTP_RACKSCOPE_LOGS_STAGE_H_INCLUDED_


#include "ngx_http_rackscope_logs.h"


/* So much of the query strings of a request goes with a line. */
#define NGX_HTTP_RACKSCOPE_LOGS_QUERIES  2048


typedef struct ngx_http_rackscope_logs_stage_s  ngx_http_rackscope_logs_stage_t;


struct ngx_http_rackscope_logs_errors_s {
    ngx_shm_zone_t                   *zone;
    rsl_redact_t                     *redact;
    ngx_cycle_t                      *cycle;
    ngx_uint_t                        level;    /* of nginx */
    ngx_uint_t                        enable;   /* without a request */
    ngx_uint_t                        workers;  /* that empty the stage */
    ngx_array_t                       logs;     /* ngx_log_t *, the heads */
    ngx_shm_t                         shm;
    ngx_http_rackscope_logs_stage_t  *stage;    /* NULL: all is over */
};


typedef struct {
    int64_t                           time;     /* Unix, in microseconds */
    ngx_uint_t                        level;    /* of nginx */
    size_t                            fields;   /* where they begin */
    rsl_str_t                         id;       /* of the request */
    rsl_str_t                         queries;  /* to take out of the line */
    rsl_str_t                         line;
} ngx_http_rackscope_logs_staged_t;


typedef void (*ngx_http_rackscope_logs_staged_pt)(void *data,
    const ngx_http_rackscope_logs_staged_t *staged);


size_t ngx_http_rackscope_logs_stage_size(void);

/*
 * Copies a line onto the stage, or counts it as dropped if there is no room.
 * Waits for nothing and calls nothing: it may run in a signal handler, under
 * any lock, and in several processes at once.
 */
void ngx_http_rackscope_logs_stage_put(ngx_http_rackscope_logs_stage_t *stage,
    const ngx_http_rackscope_logs_staged_t *staged);

/*
 * Have the workers to be told that there is something on the stage?  They have
 * not if they were told and have not rested since.  When all of them were told,
 * ngx_http_rackscope_logs_stage_told() says so, with what *call is now.  Both
 * may run in a signal handler, too.
 */
ngx_uint_t ngx_http_rackscope_logs_stage_call(
    ngx_http_rackscope_logs_stage_t *stage, ngx_atomic_uint_t *call);
void ngx_http_rackscope_logs_stage_told(ngx_http_rackscope_logs_stage_t *stage,
    ngx_atomic_uint_t call);

/*
 * Lines of this process from this level on stay away from the stage; returns
 * the level that it was before.  ngx_http_rackscope_logs_stage_hushed() asks
 * whether a level is one of them.
 */
ngx_uint_t ngx_http_rackscope_logs_stage_hush(ngx_uint_t level);
ngx_uint_t ngx_http_rackscope_logs_stage_hushed(ngx_uint_t level);

/* Were the workers told that there is something, and none has rested since? */
ngx_uint_t ngx_http_rackscope_logs_stage_called(
    ngx_http_rackscope_logs_stage_t *stage);

/*
 * May a worker stop looking at the stage?  If so, the next line calls all of
 * them again.
 */
ngx_uint_t ngx_http_rackscope_logs_stage_rest(
    ngx_http_rackscope_logs_stage_t *stage);

/*
 * Hands the lines that are there to "handler", in their order, and wipes them.
 * One process does that at a time; the others have nothing to do.
 */
void ngx_http_rackscope_logs_stage_drain(
    ngx_http_rackscope_logs_stage_t *stage,
    ngx_http_rackscope_logs_staged_pt handler, void *data);

/*
 * How many lines were dropped since this last said so; 0 too while it is not
 * over yet, so that it is said once.
 */
ngx_uint_t ngx_http_rackscope_logs_stage_dropped(
    ngx_http_rackscope_logs_stage_t *stage);


#endif /* _NGX_HTTP_RACKSCOPE_LOGS_STAGE_H_INCLUDED_ */
