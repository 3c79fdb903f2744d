
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A stream, as its two files know it: one cares for the connection, the other
 * for what is said.
 */


#ifndef _NGX_HTTP_RACKSCOPE_LOGS_STREAM_H_INCLUDED_
#define _NGX_HTTP_RACKSCOPE_LOGS_STREAM_H_INCLUDED_


#include "ngx_http_rackscope_logs.h"


/* The longest of all that is not a record, and of what goes around one. */
#define NGX_HTTP_RACKSCOPE_LOGS_EVENT    256


typedef struct {
    ngx_http_rackscope_logs_wake_t    wake;     /* must be first */

    ngx_http_request_t               *request;
    ngx_shm_zone_t                   *zone;
    rsl_ring_t                       *ring;
    size_t                            line_max;
    rsl_query_t                      *query;
    ngx_http_rackscope_logs_lease_t   lease;

    uint64_t                          next;     /* the record to come */
    uint64_t                          clears;   /* those that were said */
    size_t                            spent;    /* in this turn */
    ngx_buf_t                        *buf;

    ngx_event_t                       event;    /* a timer, or posted */
    ngx_msec_t                        tick;     /* 0: it does not run */
    ngx_msec_t                        heartbeat;
    ngx_msec_t                        ping;     /* when the next one is due */
    ngx_msec_t                        end;      /* when the stream is over */
    ngx_str_t                        *farewell;

    ngx_uint_t                        unknown;  /* unsigned  unknown:1; */
} ngx_http_rackscope_logs_stream_ctx_t;


/*
 * Where the stream starts: at the present, or right after the record that the
 * client names.  Last-Event-ID goes before since_seq, and one that is no
 * number is a number that this ring never gave.
 */
void ngx_http_rackscope_logs_events_seek(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);

/*
 * Fills the empty buffer with what is to be said next.  Is there more, or may
 * there be?
 */
ngx_uint_t ngx_http_rackscope_logs_events_fill(
    ngx_http_rackscope_logs_stream_ctx_t *ctx);


#endif /* _NGX_HTTP_RACKSCOPE_LOGS_STREAM_H_INCLUDED_ */
