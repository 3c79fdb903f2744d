
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The nginx half of Rackscope logs: a section for each of its files.  Here is
 * the base; the files that write into the ring and those that read it are in
 * ngx_http_rackscope_logs_internal.h, below.  A file calls only what stands
 * above its own section, apart from wake.c, which keeps what it logs off the
 * stage.
 */


#ifndef _NGX_HTTP_RACKSCOPE_LOGS_H_INCLUDED_
#define _NGX_HTTP_RACKSCOPE_LOGS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "decode/rsl_decode.h"
#include "intake/rsl_intake.h"
#include "envelope/rsl_envelope.h"
#include "redact/rsl_redact.h"

/* A build without hiredis cannot share: ./configure sets this to 0 then. */

#ifndef NGX_HTTP_RACKSCOPE_LOGS_SHARE
#define NGX_HTTP_RACKSCOPE_LOGS_SHARE  1
#endif

#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)
#include "share/rsl_share.h"
#endif


typedef struct ngx_http_rackscope_logs_page_s  ngx_http_rackscope_logs_page_t;

typedef struct ngx_http_rackscope_logs_share_s  ngx_http_rackscope_logs_share_t;

typedef struct ngx_http_rackscope_logs_stage_s  ngx_http_rackscope_logs_stage_t;

typedef struct ngx_http_rackscope_logs_errors_s
    ngx_http_rackscope_logs_errors_t;


typedef struct {
    ngx_array_t                        uses;    /* of zones and locations, to be
                                                   checked in the end */
    rsl_redact_t                      *redact;  /* NULL without a zone */
    ngx_uint_t                         auth_request;    /* its ctx_index */
    ngx_uint_t                         locations;       /* with a door */
    ngx_uint_t                         zones;           /* that are used */
    ngx_array_t                        levels;  /* ngx_uint_t *, to be set to
                                                   the default level */
    ngx_shm_t                          refused; /* a byte for each location with
                                                   a door: has it said why it
                                                   refuses requests? */

    ngx_array_t                        rules;   /* rsl_str_t, of redaction: the
                                                   pattern and the replacement
                                                   of each */
    ngx_array_t                        shares;  /* pointers, with other nginx */

    ngx_uint_t                         access_log;  /* some location has one */
    ngx_http_rackscope_logs_errors_t  *errors;      /* NULL: off */
    ngx_uint_t                         errors_set;
    ngx_int_t                          request_id;  /* index of the variable */
} ngx_http_rackscope_logs_main_conf_t;


typedef struct {
    ngx_shm_zone_t                  *api;
    ngx_shm_zone_t                  *ingest;
    ngx_http_rackscope_logs_page_t  *page;
    ngx_array_t                     *metrics;   /* ngx_shm_zone_t *; without
                                                   elements: of all zones */
    ngx_uint_t                       location;  /* its number among those with
                                                   a door */
    ngx_flag_t                       whole;     /* it matches whole URIs */

    ngx_flag_t                       enable;
    ngx_flag_t                       require_admin;
    ngx_uint_t                       level;     /* rsl_level_t */
    ngx_msec_t                       stream_timeout;
    ngx_msec_t                       stream_heartbeat;
    ngx_msec_t                       stream_poll;

    ngx_flag_t                       access_log;
    ngx_shm_zone_t                  *access;
    ngx_uint_t                       access_level;  /* RSL_LEVELS: "level" */
    ngx_http_complex_value_t        *access_filter;
} ngx_http_rackscope_logs_loc_conf_t;


/*
 * The base: the configuration, the shared memory, and what all requests need.
 */


/* count: the counters of a zone, in its shared memory */

/* Where a record comes from. */

typedef enum {
    NGX_HTTP_RACKSCOPE_LOGS_INGEST = 0,
    NGX_HTTP_RACKSCOPE_LOGS_ACCESS,
    NGX_HTTP_RACKSCOPE_LOGS_ERROR,
    NGX_HTTP_RACKSCOPE_LOGS_SOURCES
} ngx_http_rackscope_logs_source_e;

/* Streams for people and streams for programs have places of their own. */

#define NGX_HTTP_RACKSCOPE_LOGS_SSE     0
#define NGX_HTTP_RACKSCOPE_LOGS_NDJSON  1
#define NGX_HTTP_RACKSCOPE_LOGS_KINDS   2

/* Why a body, or a part of it, was not taken, behind the intake's reasons. */

#define NGX_HTTP_RACKSCOPE_LOGS_BAD_ENCODING  RSL_INTAKE_REASONS
#define NGX_HTTP_RACKSCOPE_LOGS_TOO_LARGE     (RSL_INTAKE_REASONS + 1)
#define NGX_HTTP_RACKSCOPE_LOGS_REASONS       (RSL_INTAKE_REASONS + 2)

/* What a zone counts. */

typedef enum {
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_RECORDS = 0,  /* of each source, by level */
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_FILTERED =
                                  NGX_HTTP_RACKSCOPE_LOGS_SOURCES * RSL_LEVELS,
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_REJECTED,     /* for each reason */
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_TRUNCATED =
                                  NGX_HTTP_RACKSCOPE_LOGS_COUNT_REJECTED
                                  + NGX_HTTP_RACKSCOPE_LOGS_REASONS,
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_REDACTED,
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_HIDDEN,
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_DROPPED,
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_BODIES,       /* of each format */
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_BYTES =
                                        NGX_HTTP_RACKSCOPE_LOGS_COUNT_BODIES
                                        + RSL_ENVELOPE_FORMATS,
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_REFUSED =     /* of each kind of stream */
                                        NGX_HTTP_RACKSCOPE_LOGS_COUNT_BYTES
                                        + RSL_ENVELOPE_FORMATS,
    NGX_HTTP_RACKSCOPE_LOGS_COUNT_MISSED = NGX_HTTP_RACKSCOPE_LOGS_COUNT_REFUSED
                                           + NGX_HTTP_RACKSCOPE_LOGS_KINDS,
    NGX_HTTP_RACKSCOPE_LOGS_COUNTS = NGX_HTTP_RACKSCOPE_LOGS_COUNT_MISSED
                                     + NGX_HTTP_RACKSCOPE_LOGS_KINDS
} ngx_http_rackscope_logs_count_e;

/*
 * Counters are spread over lanes, one for each worker if there are not very
 * many, so that workers do not wait for each other's cache lines.
 */

#define NGX_HTTP_RACKSCOPE_LOGS_LANES  16

/* A lane has whole cache lines. */
#define NGX_HTTP_RACKSCOPE_LOGS_LANE                                          \
    ((NGX_HTTP_RACKSCOPE_LOGS_COUNTS + 7) / 8 * 8)

/* What is counted together with a record: its level, and what became of it. */

#define NGX_HTTP_RACKSCOPE_LOGS_SUMS   4

typedef struct {
    ngx_uint_t                         counter;
    ngx_atomic_uint_t                  n;
} ngx_http_rackscope_logs_sum_t;

typedef struct {
    ngx_uint_t                         nsums;
    ngx_http_rackscope_logs_sum_t      sums[NGX_HTTP_RACKSCOPE_LOGS_SUMS];
} ngx_http_rackscope_logs_tally_t;

typedef struct {
    ngx_atomic_t                       lanes[NGX_HTTP_RACKSCOPE_LOGS_LANES][
                                     NGX_HTTP_RACKSCOPE_LOGS_LANE];
    ngx_atomic_t                       seq;     /* of the last record that is
                                                   counted */
    ngx_atomic_t                       nsums;   /* what the counters will be
                                                   with the next one */
    struct {
        ngx_atomic_t                   counter;
        ngx_atomic_t                   value;
    } sums[NGX_HTTP_RACKSCOPE_LOGS_SUMS];
} ngx_http_rackscope_logs_counts_t;

void ngx_http_rackscope_logs_count(ngx_http_rackscope_logs_counts_t *counts,
    ngx_uint_t counter, ngx_atomic_uint_t n);
void ngx_http_rackscope_logs_count_with(
    ngx_http_rackscope_logs_tally_t *tally, ngx_uint_t counter,
    ngx_atomic_uint_t n);
void ngx_http_rackscope_logs_count_begin(
    ngx_http_rackscope_logs_counts_t *counts,
    ngx_http_rackscope_logs_tally_t *tally);
void ngx_http_rackscope_logs_count_end(
    ngx_http_rackscope_logs_counts_t *counts, uint64_t seq);
uint64_t ngx_http_rackscope_logs_count_read(
    ngx_http_rackscope_logs_counts_t *counts, ngx_uint_t counter);


/* zone: the shared memory, and the only lock */

typedef ngx_int_t (*ngx_http_rackscope_logs_ready_pt)(void *data);

/* A place of a stream.  It is free if its lease is over. */

#define NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX  1024   /* of a kind */

typedef struct {
    ngx_atomic_t                       token;   /* 0: free */
    ngx_atomic_t                       beat;    /* ngx_current_msec */
    ngx_atomic_t                       pid;     /* of the owner */
} ngx_http_rackscope_logs_cell_t;

/* This is in shared memory, in front of the ring, so it holds no pointers. */

typedef struct {
    ngx_http_rackscope_logs_counts_t   counts;
    ngx_atomic_t                       tokens;
    ngx_atomic_t                       beats[NGX_MAX_PROCESSES];   /* the last
                                                   one of each worker */
    ngx_http_rackscope_logs_cell_t     cells[NGX_HTTP_RACKSCOPE_LOGS_KINDS][
                                     NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX];
} ngx_http_rackscope_logs_sh_t;

/* What "data" of a ngx_shm_zone_t of this module is. */

typedef struct {
    ngx_slab_pool_t                   *shpool;
    ngx_http_rackscope_logs_sh_t      *sh;
    rsl_ring_t                        *ring;
    size_t                             entries;
    size_t                             entry_size;
    size_t                             places[NGX_HTTP_RACKSCOPE_LOGS_KINDS];
    ngx_uint_t                         prealloc;    /* unsigned  prealloc:1; */

    ngx_http_rackscope_logs_share_t   *share;   /* NULL: with no other nginx */
#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)
    rsl_share_zone_t                  *shared;
#endif

    ngx_http_rackscope_logs_ready_pt   ready;   /* NULL: nobody waits */
    void                              *ready_data;
} ngx_http_rackscope_logs_zone_t;

char *ngx_http_rackscope_logs_zone_add(ngx_conf_t *cf, ngx_str_t *name,
    ngx_http_rackscope_logs_zone_t *zone);
void ngx_http_rackscope_logs_zone_share(ngx_conf_t *cf,
    ngx_shm_zone_t *shm_zone, ngx_http_rackscope_logs_share_t *share);
ngx_shm_zone_t *ngx_http_rackscope_logs_zone_use(ngx_conf_t *cf,
    ngx_str_t *name);
void ngx_http_rackscope_logs_zone_ready(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_ready_pt handler, void *data);
rsl_ring_t *ngx_http_rackscope_logs_zone_ring(ngx_shm_zone_t *shm_zone);
size_t ngx_http_rackscope_logs_zone_entries(ngx_shm_zone_t *shm_zone);
size_t ngx_http_rackscope_logs_zone_line_max(ngx_shm_zone_t *shm_zone);
void ngx_http_rackscope_logs_zone_push(ngx_shm_zone_t *shm_zone, u_char *text,
    rsl_line_t *line, ngx_http_rackscope_logs_tally_t *tally);
void ngx_http_rackscope_logs_zone_tally(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_tally_t *tally);
void ngx_http_rackscope_logs_zone_clear(ngx_shm_zone_t *shm_zone);
ngx_uint_t ngx_http_rackscope_logs_zone_awaited(ngx_shm_zone_t *shm_zone);
void ngx_http_rackscope_logs_zone_count(ngx_shm_zone_t *shm_zone,
    ngx_uint_t counter, ngx_atomic_uint_t n);
uint64_t ngx_http_rackscope_logs_zone_counted(ngx_shm_zone_t *shm_zone,
    ngx_uint_t counter);
void ngx_http_rackscope_logs_zone_settle(ngx_shm_zone_t *shm_zone);
ngx_uint_t ngx_http_rackscope_logs_zone_pid_dead(ngx_pid_t pid);
int64_t ngx_http_rackscope_logs_zone_now(void);

void ngx_http_rackscope_logs_zone_lock(void *data);
void ngx_http_rackscope_logs_zone_unlock(void *data);

#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)
void ngx_http_rackscope_logs_zone_time(rsl_share_time_t *now);
uint64_t ngx_http_rackscope_logs_zone_random(void);
#endif


/* place: the places of the streams */

/* A place among the streams of a zone. */

typedef struct {
    ngx_uint_t                         kind;
    ngx_uint_t                         cell;
    ngx_atomic_uint_t                  token;   /* 0: there is no place */
} ngx_http_rackscope_logs_lease_t;

void ngx_http_rackscope_logs_place_init_worker(ngx_cycle_t *cycle);
ngx_uint_t ngx_http_rackscope_logs_place_watched(ngx_shm_zone_t *shm_zone,
    ngx_uint_t worker);
ngx_int_t ngx_http_rackscope_logs_place_lease(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease);
ngx_uint_t ngx_http_rackscope_logs_place_leased(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease);
ngx_int_t ngx_http_rackscope_logs_place_renew(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease);
void ngx_http_rackscope_logs_place_release(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease);
ngx_uint_t ngx_http_rackscope_logs_place_all(ngx_shm_zone_t *shm_zone,
    ngx_uint_t kind);
ngx_uint_t ngx_http_rackscope_logs_place_taken(ngx_shm_zone_t *shm_zone,
    ngx_uint_t kind);


/* declare: the directive that declares a zone */

char *ngx_http_rackscope_logs_declare(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* conf: what directives refer to, and the rules of redaction */

ngx_int_t ngx_http_rackscope_logs_conf_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf);
ngx_shm_zone_t *ngx_http_rackscope_logs_conf_zone(ngx_conf_t *cf,
    ngx_str_t *name);
char *ngx_http_rackscope_logs_conf_use(ngx_conf_t *cf,
    ngx_http_handler_pt handler, ngx_shm_zone_t **zone);
ngx_int_t ngx_http_rackscope_logs_conf_check(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf);
char *ngx_http_rackscope_logs_conf_redact(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
rsl_redact_t *ngx_http_rackscope_logs_conf_rules(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf);


/* level: the capture level, by its directive or the environment */

ngx_int_t ngx_http_rackscope_logs_level_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf);
char *ngx_http_rackscope_logs_level(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_rackscope_logs_level_merge(
    ngx_http_rackscope_logs_main_conf_t *rmcf,
    ngx_http_rackscope_logs_loc_conf_t *prev,
    ngx_http_rackscope_logs_loc_conf_t *conf);
void ngx_http_rackscope_logs_level_init_module(ngx_cycle_t *cycle);


/* task: work that takes longer than one turn of the event loop may */

/*
 * A reader of the ring may look at this many bytes in one turn.  A line counts
 * for a few more than it has.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_TURN       (2 * 1024 * 1024)
#define NGX_HTTP_RACKSCOPE_LOGS_TURN_LINE  256

typedef struct ngx_http_rackscope_logs_task_s  ngx_http_rackscope_logs_task_t;

typedef void (*ngx_http_rackscope_logs_task_pt)(
    ngx_http_rackscope_logs_task_t *task);

/* The handler does one step of the work, and adds the task again for more. */

struct ngx_http_rackscope_logs_task_s {
    ngx_queue_t                        queue;
    ngx_http_rackscope_logs_task_pt    handler;
    ngx_http_request_t                *request;  /* that waits, NULL: none */
    ngx_uint_t                         queued;   /* unsigned  queued:1; */
};

void ngx_http_rackscope_logs_task_add(ngx_http_rackscope_logs_task_t *task);
void ngx_http_rackscope_logs_task_delete(ngx_http_rackscope_logs_task_t *task);
void ngx_http_rackscope_logs_task_exit(void);


/* wake: telling the workers that something is new, and that it is time to go */

typedef struct ngx_http_rackscope_logs_wake_s  ngx_http_rackscope_logs_wake_t;

typedef void (*ngx_http_rackscope_logs_wake_pt)(
    ngx_http_rackscope_logs_wake_t *wake, ngx_uint_t closing);

/* The handler is called whenever this worker is woken. */

struct ngx_http_rackscope_logs_wake_s {
    ngx_queue_t                        queue;
    ngx_http_rackscope_logs_wake_pt    handler;
};

ngx_int_t ngx_http_rackscope_logs_wake_init(ngx_cycle_t *cycle);
ngx_int_t ngx_http_rackscope_logs_wake_init_worker(ngx_cycle_t *cycle);
ngx_uint_t ngx_http_rackscope_logs_wake_listens(void);
void ngx_http_rackscope_logs_wake_add(ngx_http_rackscope_logs_wake_t *wake);
void ngx_http_rackscope_logs_wake_delete(ngx_http_rackscope_logs_wake_t *wake);
void ngx_http_rackscope_logs_wake_readers(ngx_shm_zone_t *shm_zone);
void ngx_http_rackscope_logs_wake_all(ngx_uint_t workers);


/* share_conf: the directive that shares a zone with other nginx */

#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

typedef struct ngx_http_rackscope_logs_sharer_s
    ngx_http_rackscope_logs_sharer_t;

struct ngx_http_rackscope_logs_share_s {
    ngx_shm_zone_t                    *zone;
    rsl_share_url_t                    url;
    ngx_str_t                          key;
    ngx_str_t                          password_file;
    ngx_str_t                          password;
    ngx_msec_t                         timeout;
    uint64_t                           shape;
    uint64_t                           place;

    ngx_resolver_t                    *resolver;    /* NULL: there is none */
    ngx_str_t                          names[RSL_SHARE_HOSTS];  /* with NULs */
    ngx_addr_t                        *addrs[RSL_SHARE_HOSTS];
    ngx_uint_t                         naddrs[RSL_SHARE_HOSTS]; /* 0: it is an
                                                   address, or for the
                                                   resolver */
#if (NGX_SSL)
    ngx_ssl_t                         *ssl;     /* NULL: without TLS */
#endif

    ngx_str_t                          file;    /* of the directive */
    ngx_uint_t                         line;

    ngx_http_rackscope_logs_sharer_t  *sharer;  /* of this process */
};

#endif

char *ngx_http_rackscope_logs_share_conf(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_rackscope_logs_share_conf_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf);


/* link: a connection to Redis */

#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

typedef enum {
    NGX_HTTP_RACKSCOPE_LOGS_LINK_IDLE = 0,
    NGX_HTTP_RACKSCOPE_LOGS_LINK_PAUSING,
    NGX_HTTP_RACKSCOPE_LOGS_LINK_CONNECTING,
    NGX_HTTP_RACKSCOPE_LOGS_LINK_OPEN
} ngx_http_rackscope_logs_link_e;

typedef struct {
    ngx_http_rackscope_logs_share_t   *share;
    rsl_share_t                       *core;
    rsl_share_link_e                   id;
    void                             (*pump)(void *data);   /* when something
                                                   has changed */
    void                              *data;

    ngx_http_rackscope_logs_link_e     state;
    ngx_log_t                          log;
    ngx_pool_t                        *pool;    /* of this attempt */
    ngx_resolver_ctx_t                *resolving;
    ngx_peer_connection_t              peer;
    ngx_sockaddr_t                     sockaddr;
    ngx_str_t                          name;    /* of the host */
    in_port_t                          port;
    ngx_event_t                        timer;
    ngx_connection_t                   fake;    /* of the timer */
    ngx_msec_t                         since;   /* it is open */
    ngx_uint_t                         attempts;
    ngx_uint_t                         failures;    /* one after the other */

    unsigned                           sentinel:1;
    unsigned                           master:1;    /* that a Sentinel has
                                                   named */
} ngx_http_rackscope_logs_link_t;

void ngx_http_rackscope_logs_link_init(ngx_http_rackscope_logs_link_t *link,
    ngx_log_t *log);
void ngx_http_rackscope_logs_link_run(ngx_http_rackscope_logs_link_t *link);
void ngx_http_rackscope_logs_link_close(ngx_http_rackscope_logs_link_t *link);

#endif


/* share: one ring over several nginx, as a worker has it */

/* Who waits until records are in the ring, or until there is room for more. */

typedef struct ngx_http_rackscope_logs_waiter_s
    ngx_http_rackscope_logs_waiter_t;

typedef void (*ngx_http_rackscope_logs_waiter_pt)(
    ngx_http_rackscope_logs_waiter_t *waiter);

struct ngx_http_rackscope_logs_waiter_s {
    ngx_queue_t                        queue;
    ngx_http_rackscope_logs_waiter_pt  handler;
    uint64_t                           ticket;  /* of a record or of a clear; 0:
                                                   it waits for room */
    unsigned                           clear:1;
    unsigned                           queued:1;
};

/* What a reader that has a cursor is to do. */

typedef enum {
    NGX_HTTP_RACKSCOPE_LOGS_READER_GOES_ON = 0,
    NGX_HTTP_RACKSCOPE_LOGS_READER_WAITS,
    NGX_HTTP_RACKSCOPE_LOGS_READER_RENUMBERED
} ngx_http_rackscope_logs_reader_e;

void ngx_http_rackscope_logs_share_init_module(ngx_cycle_t *cycle);
ngx_int_t ngx_http_rackscope_logs_share_init_worker(ngx_cycle_t *cycle);
void ngx_http_rackscope_logs_share_exit_worker(void);
ngx_uint_t ngx_http_rackscope_logs_share_is(ngx_shm_zone_t *zone);
uint64_t ngx_http_rackscope_logs_share_add(ngx_shm_zone_t *zone,
    const u_char *text, const rsl_line_t *line);
uint64_t ngx_http_rackscope_logs_share_clear(ngx_shm_zone_t *zone);
ngx_int_t ngx_http_rackscope_logs_share_check(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_waiter_t *waiter, ngx_uint_t *alone);
ngx_int_t ngx_http_rackscope_logs_share_wait(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_waiter_t *waiter);
void ngx_http_rackscope_logs_share_forget(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_waiter_t *waiter);
ngx_http_rackscope_logs_reader_e ngx_http_rackscope_logs_share_reader(
    ngx_shm_zone_t *zone, rsl_ring_state_t *state, uint64_t cursor,
    ngx_msec_t waited);
ngx_uint_t ngx_http_rackscope_logs_share_up(ngx_shm_zone_t *zone);
uint64_t ngx_http_rackscope_logs_share_pending(ngx_shm_zone_t *zone);
uint64_t ngx_http_rackscope_logs_share_refused(ngx_shm_zone_t *zone);


/* tls: is the server the one that was meant? */

#if (NGX_SSL)
const char *ngx_http_rackscope_logs_tls_verify(ngx_connection_t *c,
    ngx_str_t *name);
ngx_uint_t ngx_http_rackscope_logs_tls_address(ngx_str_t *name);
#endif


/* header: adding one to an answer, and finding one */

ngx_table_elt_t *ngx_http_rackscope_logs_header_add(ngx_http_request_t *r,
    char *name, char *value);
ngx_table_elt_t *ngx_http_rackscope_logs_header_in(ngx_http_request_t *r,
    ngx_str_t *name);
ngx_table_elt_t *ngx_http_rackscope_logs_header_find(ngx_list_t *headers,
    ngx_str_t *name);
ngx_int_t ngx_http_rackscope_logs_header_test(ngx_http_request_t *r,
    ngx_str_t *name, ngx_str_t *values);


/* reply: what all answers have in common */

#define NGX_HTTP_RACKSCOPE_LOGS_JSON_TYPE    "application/json"
#define NGX_HTTP_RACKSCOPE_LOGS_NDJSON_TYPE  "application/x-ndjson"

ngx_int_t ngx_http_rackscope_logs_reply_headers(ngx_http_request_t *r);
ngx_int_t ngx_http_rackscope_logs_reply_chain(ngx_http_request_t *r,
    ngx_uint_t status, const char *type, ngx_chain_t *out, off_t size);
ngx_uint_t ngx_http_rackscope_logs_reply_ndjson(ngx_http_request_t *r,
    rsl_query_t *query);
ngx_int_t ngx_http_rackscope_logs_reply_text(ngx_http_request_t *r,
    ngx_uint_t status, ngx_str_t *json);
ngx_int_t ngx_http_rackscope_logs_reply_error(ngx_http_request_t *r,
    ngx_uint_t status, const char *detail);
ngx_int_t ngx_http_rackscope_logs_reply_empty(ngx_http_request_t *r,
    ngx_uint_t status, const char *type);
ngx_int_t ngx_http_rackscope_logs_reply_answer(ngx_http_request_t *r,
    rsl_envelope_answer_t *answer);
ngx_int_t ngx_http_rackscope_logs_reply_not_allowed(ngx_http_request_t *r,
    char *allow, const char *detail);


/* admin: the door of a location, which opens only to approved requests */

ngx_int_t ngx_http_rackscope_logs_admin_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf);
void ngx_http_rackscope_logs_admin_door(ngx_conf_t *cf,
    ngx_http_rackscope_logs_loc_conf_t *rlcf);
ngx_uint_t ngx_http_rackscope_logs_admin_approved(ngx_http_request_t *r,
    ngx_uint_t document);
ngx_uint_t ngx_http_rackscope_logs_admin_same_origin(ngx_http_request_t *r);
ngx_int_t ngx_http_rackscope_logs_admin_refuse(ngx_http_request_t *r);


extern ngx_module_t  ngx_http_rackscope_logs_module;


#endif /* _NGX_HTTP_RACKSCOPE_LOGS_H_INCLUDED_ */
