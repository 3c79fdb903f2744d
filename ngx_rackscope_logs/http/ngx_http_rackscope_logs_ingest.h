
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * An upload, as its two files know it: one reads it, the other ends it.
 */


#ifndef _NGX_HTTP_RACKSCOPE_LOGS_INGEST_H_INCLUDED_
#define _NGX_HTTP_RACKSCOPE_LOGS_INGEST_H_INCLUDED_


#include "ngx_http_rackscope_logs_upload.h"


typedef struct {
    ngx_http_rackscope_logs_upload_t     upload;    /* must be first */

    ngx_http_request_t                  *request;

    off_t                                limit;
    off_t                                size;      /* of what was taken */
    u_char                              *wiped;     /* of the body's buffer */

    ngx_event_t                          event;
    unsigned                             shared:1;  /* the body */
} ngx_http_rackscope_logs_ingest_ctx_t;


/* Goes on with the upload when the next step of its intake is done. */
void ngx_http_rackscope_logs_ingest_wait(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);

void ngx_http_rackscope_logs_ingest_stop(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx);

/*
 * Ends the request.  "rc" is NGX_OK if the body was read to its end, otherwise
 * the status that it failed with.
 */
void ngx_http_rackscope_logs_ingest_end(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_int_t rc);

/* Sends the answer; returns what the request is to be finalized with. */
ngx_int_t ngx_http_rackscope_logs_ingest_answer(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_int_t rc);


#endif /* _NGX_HTTP_RACKSCOPE_LOGS_INGEST_H_INCLUDED_ */
