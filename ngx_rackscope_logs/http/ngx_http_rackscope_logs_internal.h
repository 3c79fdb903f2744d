
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The nginx half, above its base: who writes into the ring, and who reads it.
 * There is a section for each file, in the order in which they may call each
 * other.
 */


#ifndef _NGX_HTTP_RACKSCOPE_LOGS_INTERNAL_H_INCLUDED_
#define _NGX_HTTP_RACKSCOPE_LOGS_INTERNAL_H_INCLUDED_


#include "ngx_http_rackscope_logs.h"


/*
 * In: the sources of records.
 */


/* guard: who may post, what, and how much of it */

ngx_int_t ngx_http_rackscope_logs_guard_product(ngx_http_request_t *r);
ngx_int_t ngx_http_rackscope_logs_guard_method(ngx_http_request_t *r);
ngx_int_t ngx_http_rackscope_logs_guard_site(ngx_http_request_t *r);
void ngx_http_rackscope_logs_guard_defaults(ngx_http_request_t *r,
    rsl_intake_conf_t *conf);
void ngx_http_rackscope_logs_guard_request(ngx_http_request_t *r,
    rsl_envelope_request_t *request);
ngx_int_t ngx_http_rackscope_logs_guard_limit(ngx_http_request_t *r,
    off_t *limit);


/* capture: what all sources of records have in common */

#define NGX_HTTP_RACKSCOPE_LOGS_REQUEST_ID  128     /* the longest one */

ngx_int_t ngx_http_rackscope_logs_capture_push(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_source_e source, rsl_redact_t *redact,
    rsl_arena_t *arena, rsl_record_t *record, uint64_t *ticket);
rsl_arena_t *ngx_http_rackscope_logs_capture_arena(void);
void ngx_http_rackscope_logs_capture(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_source_e source, rsl_redact_t *redact,
    rsl_record_t *record);
rsl_envelope_t *ngx_http_rackscope_logs_capture_envelope(
    rsl_intake_conf_t *conf, rsl_envelope_request_t *request);
void ngx_http_rackscope_logs_capture_envelope_done(rsl_envelope_t *envelope);
ngx_int_t ngx_http_rackscope_logs_capture_request_id_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf);
ngx_str_t ngx_http_rackscope_logs_capture_request_id(ngx_http_request_t *r);


/* upload: what of an upload needs no request */

typedef struct {
    ngx_http_rackscope_logs_task_t     task;    /* must be first */
    ngx_http_rackscope_logs_waiter_t   waiter;
    uint64_t                           ticket;  /* of the last record, if the
                                                   zone is shared */

    ngx_shm_zone_t                    *zone;
    rsl_redact_t                      *redact;
    rsl_redact_carry_t                 carry;
    rsl_envelope_t                    *envelope;
    rsl_str_t                          logger;  /* that the request names */
    rsl_level_t                        level;
    int64_t                            now;     /* when the last piece came */

    uint64_t                           accepted;
    uint64_t                           filtered;
    uint64_t                           bytes;   /* as they were sent */

    unsigned                           counted:1;   /* all of it, apart from
                                                   records */
    unsigned                           pushed:1;
    unsigned                           kept:1;  /* the task waits for room */
    unsigned                           lost:1;  /* too much waited for Redis, so
                                                   something was not taken */
    unsigned                           ended:1; /* the body */
    unsigned                           cut:1;   /* the body was not read to its
                                                   end, so its last entry is
                                                   not taken */
} ngx_http_rackscope_logs_upload_t;

void ngx_http_rackscope_logs_upload_conf(
    ngx_http_rackscope_logs_upload_t *upload, rsl_intake_conf_t *conf);
int ngx_http_rackscope_logs_upload_record(void *data, rsl_arena_t *arena,
    rsl_record_t *record);
void ngx_http_rackscope_logs_upload_wake(
    ngx_http_rackscope_logs_upload_t *upload);
ngx_int_t ngx_http_rackscope_logs_upload_feed(
    ngx_http_rackscope_logs_upload_t *upload, const u_char *data, size_t len);
ngx_int_t ngx_http_rackscope_logs_upload_step(
    ngx_http_rackscope_logs_upload_t *upload);
void ngx_http_rackscope_logs_upload_count(
    ngx_http_rackscope_logs_upload_t *upload);
void ngx_http_rackscope_logs_upload_end(
    ngx_http_rackscope_logs_upload_t *upload, rsl_envelope_end_e end,
    ngx_uint_t status, ngx_uint_t encoding);
void ngx_http_rackscope_logs_upload_reject(ngx_shm_zone_t *zone,
    ngx_uint_t reason);
void ngx_http_rackscope_logs_upload_leave(
    ngx_http_rackscope_logs_upload_t *upload);


/* decode: a body that is compressed, on its way into an upload */

typedef struct {
    rsl_decode_header_t                header;
    rsl_decode_t                      *decode;  /* NULL: there is nothing to
                                                   decode */
    uint64_t                           max;     /* see rsl_decode_create() */
    uint64_t                           turn;    /* the work that was done when
                                                   this turn began */
    unsigned                           looked:1;    /* at the first bytes */
} ngx_http_rackscope_logs_decode_t;

const char *ngx_http_rackscope_logs_decode_header(ngx_http_request_t *r,
    rsl_envelope_request_t *request, rsl_decode_header_t *header);
void ngx_http_rackscope_logs_decode_init(
    ngx_http_rackscope_logs_decode_t *decode, ngx_http_request_t *r,
    rsl_decode_header_t *header);
void ngx_http_rackscope_logs_decode_turn(
    ngx_http_rackscope_logs_decode_t *decode);
ngx_int_t ngx_http_rackscope_logs_decode_feed(
    ngx_http_rackscope_logs_decode_t *decode,
    ngx_http_rackscope_logs_upload_t *upload, u_char **pos, u_char *last);
ngx_int_t ngx_http_rackscope_logs_decode_finish(
    ngx_http_rackscope_logs_decode_t *decode,
    ngx_http_rackscope_logs_upload_t *upload);
const char *ngx_http_rackscope_logs_decode_detail(
    ngx_http_rackscope_logs_decode_t *decode, ngx_http_request_t *r);
void ngx_http_rackscope_logs_decode_done(
    ngx_http_rackscope_logs_decode_t *decode);


/* answer: to an upload */

ngx_int_t ngx_http_rackscope_logs_answer(ngx_http_request_t *r,
    ngx_http_rackscope_logs_upload_t *upload,
    ngx_http_rackscope_logs_decode_t *decode, ngx_int_t rc);


/* ingest: the request of an upload */

ngx_int_t ngx_http_rackscope_logs_ingest_handler(ngx_http_request_t *r);


/* access: a record for each request */

char *ngx_http_rackscope_logs_access_log(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
void ngx_http_rackscope_logs_access_merge(
    ngx_http_rackscope_logs_loc_conf_t *prev,
    ngx_http_rackscope_logs_loc_conf_t *conf);
ngx_int_t ngx_http_rackscope_logs_access_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf);


/* stage: where lines of nginx's error log wait until they are redacted */

/* The longest query strings of a request that go with a line. */
#define NGX_HTTP_RACKSCOPE_LOGS_QUERIES  2048

typedef struct {
    int64_t                            time;    /* Unix, in microseconds */
    ngx_uint_t                         level;   /* of nginx */
    size_t                             fields;  /* where they begin in it */
    rsl_str_t                          id;      /* of the request */
    rsl_str_t                          queries; /* to take out of the line */
    rsl_str_t                          line;
} ngx_http_rackscope_logs_staged_t;

typedef void (*ngx_http_rackscope_logs_staged_pt)(void *data,
    const ngx_http_rackscope_logs_staged_t *staged);

size_t ngx_http_rackscope_logs_stage_size(void);
void ngx_http_rackscope_logs_stage_put(ngx_http_rackscope_logs_stage_t *stage,
    const ngx_http_rackscope_logs_staged_t *staged);
ngx_uint_t ngx_http_rackscope_logs_stage_call(
    ngx_http_rackscope_logs_stage_t *stage, ngx_atomic_uint_t *call);
void ngx_http_rackscope_logs_stage_told(ngx_http_rackscope_logs_stage_t *stage,
    ngx_atomic_uint_t call);
ngx_uint_t ngx_http_rackscope_logs_stage_called(
    ngx_http_rackscope_logs_stage_t *stage);
ngx_uint_t ngx_http_rackscope_logs_stage_rest(
    ngx_http_rackscope_logs_stage_t *stage);
void ngx_http_rackscope_logs_stage_drain(
    ngx_http_rackscope_logs_stage_t *stage,
    ngx_http_rackscope_logs_staged_pt handler, void *data);
ngx_uint_t ngx_http_rackscope_logs_stage_dropped(
    ngx_http_rackscope_logs_stage_t *stage);
ngx_uint_t ngx_http_rackscope_logs_stage_hush(ngx_uint_t level);
ngx_uint_t ngx_http_rackscope_logs_stage_hushed(ngx_uint_t level);


/* errors: nginx's error log, from a line to the stage */

struct ngx_http_rackscope_logs_errors_s {
    ngx_shm_zone_t                    *zone;
    rsl_redact_t                      *redact;
    ngx_cycle_t                       *cycle;
    ngx_uint_t                         level;   /* of nginx */
    ngx_uint_t                         enable;  /* for lines of no request */
    ngx_uint_t                         workers; /* that empty the stage */
    ngx_array_t                        logs;    /* ngx_log_t *, the heads */
    ngx_shm_t                          shm;
    ngx_http_rackscope_logs_stage_t   *stage;   /* NULL: not there yet, or no
                                                   more */
};

char *ngx_http_rackscope_logs_errors_log(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_rackscope_logs_errors_add(ngx_conf_t *cf,
    ngx_http_rackscope_logs_errors_t *errors, ngx_log_t *log);
ngx_int_t ngx_http_rackscope_logs_errors_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf);


/* drain: nginx's error log, from the stage into the ring */

void ngx_http_rackscope_logs_drain_init_module(ngx_cycle_t *cycle);
void ngx_http_rackscope_logs_drain_init_worker(ngx_cycle_t *cycle);
void ngx_http_rackscope_logs_drain_exit_worker(ngx_cycle_t *cycle);


/*
 * Out: who reads the ring.
 */


/* events: what a stream says */

/* The longest event that is not a record, and what goes around a record. */
#define NGX_HTTP_RACKSCOPE_LOGS_EVENT    256

/* How a stream of a kind says what it has to say. */

typedef struct {
    ngx_str_t                          ping;
    ngx_str_t                          id;      /* what is before the number of
                                                   a record; empty: it is left
                                                   out */
    ngx_str_t                          data;    /* before a record */
    ngx_str_t                          end;     /* behind a record */
    ngx_str_t                          gap;     /* before "missed" */
    ngx_str_t                          clear;
    ngx_str_t                          limit;
    ngx_str_t                          timeout;
    ngx_str_t                          shutdown;
} ngx_http_rackscope_logs_words_t;

extern ngx_http_rackscope_logs_words_t
    ngx_http_rackscope_logs_events_words[NGX_HTTP_RACKSCOPE_LOGS_KINDS];

/* How far a stream has come in the ring, and what it has still to say. */

typedef struct {
    ngx_shm_zone_t                    *zone;
    rsl_ring_t                        *ring;
    size_t                             line_max;
    rsl_query_t                       *query;

    uint64_t                           since;   /* the record that the client
                                                   names, until the ring of a
                                                   shared zone knows of it */
    ngx_msec_t                         asked;   /* when it was named */
    uint64_t                           next;    /* the record to come */
    uint64_t                           clears;  /* those that were said */
    uint64_t                           numbering;
    size_t                             spent;   /* in this turn */
    ngx_buf_t                         *buf;

    ngx_msec_t                         heartbeat;
    ngx_msec_t                         ping;    /* when the next one is due */
    ngx_str_t                         *farewell;
    ngx_http_rackscope_logs_words_t   *words;

    uint64_t                           missed;  /* that are not counted yet */
    ngx_uint_t                         unknown; /* unsigned  unknown:1; */
} ngx_http_rackscope_logs_cursor_t;

void ngx_http_rackscope_logs_events_seek(
    ngx_http_rackscope_logs_cursor_t *cursor, ngx_http_request_t *r);
ngx_uint_t ngx_http_rackscope_logs_events_fill(
    ngx_http_rackscope_logs_cursor_t *cursor, ngx_uint_t leased);


/* stream: when a stream writes, and whether its client is still there */

ngx_int_t ngx_http_rackscope_logs_stream_handler(ngx_http_request_t *r);


/* clear: emptying the ring */

ngx_int_t ngx_http_rackscope_logs_clear_handler(ngx_http_request_t *r);


/* api: the ring on request, and the way to the stream */

ngx_int_t ngx_http_rackscope_logs_api_handler(ngx_http_request_t *r);


/* page: the HTML document */

char *ngx_http_rackscope_logs_page(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_rackscope_logs_page_handler(ngx_http_request_t *r);


/* metrics: the counters of zones, for Prometheus */

char *ngx_http_rackscope_logs_metrics_directive(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
ngx_int_t ngx_http_rackscope_logs_metrics_handler(ngx_http_request_t *r);


#endif /* _NGX_HTTP_RACKSCOPE_LOGS_INTERNAL_H_INCLUDED_ */
