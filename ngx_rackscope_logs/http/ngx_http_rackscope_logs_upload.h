
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * An upload, as its two files know it: one cares for the request, the other for
 * the way into the ring.
 */


#ifndef _NGX_HTTP_RACKSCOPE_LOGS_UPLOAD_H_INCLUDED_
#define _NGX_HTTP_RACKSCOPE_LOGS_UPLOAD_H_INCLUDED_


#include "ngx_http_rackscope_logs.h"


typedef struct {
    ngx_http_rackscope_logs_task_t   task;      /* must be first */

    ngx_shm_zone_t                  *zone;
    rsl_redact_t                    *redact;
    rsl_intake_t                    *intake;
    rsl_str_t                        logger;    /* that the request names */
    rsl_level_t                      level;
    int64_t                          now;       /* when a piece came */

    uint64_t                         accepted;
    uint64_t                         filtered;

    unsigned                         pushed:1;
    unsigned                         ended:1;   /* the body */
    unsigned                         cut:1;     /* it was not read to its end,
                                                   so its last entry is not
                                                   taken */
} ngx_http_rackscope_logs_upload_t;


int ngx_http_rackscope_logs_upload_record(void *data, rsl_arena_t *arena,
    rsl_record_t *record);

/* Tells readers of what was pushed since the last time. */
void ngx_http_rackscope_logs_upload_wake(
    ngx_http_rackscope_logs_upload_t *upload);

/*
 * Takes a piece of the body, or the next step of what the intake has kept.
 * NGX_OK, NGX_AGAIN (there is more of what is kept: go on with a step), or the
 * status that ends the request.
 */
ngx_int_t ngx_http_rackscope_logs_upload_feed(
    ngx_http_rackscope_logs_upload_t *upload, u_char *data, size_t len);
ngx_int_t ngx_http_rackscope_logs_upload_step(
    ngx_http_rackscope_logs_upload_t *upload);

/* Takes care of the rest of the body; "upload" and its request may go. */
void ngx_http_rackscope_logs_upload_leave(
    ngx_http_rackscope_logs_upload_t *upload);


#endif /* _NGX_HTTP_RACKSCOPE_LOGS_UPLOAD_H_INCLUDED_ */
