
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What all sources of records have in common: the way into the ring, and what a
 * worker keeps for it.  nginx's own two sources, its requests and its error
 * log, also share the id of a request.
 */


#include "ngx_http_rackscope_logs_internal.h"


#define NGX_HTTP_RACKSCOPE_LOGS_ARENA  4096


static ngx_uint_t ngx_http_rackscope_logs_capture_valid_id(ngx_str_t *id);


static ngx_str_t  ngx_http_rackscope_logs_request_id_header =
    ngx_string("X-Request-ID");
static ngx_str_t  ngx_http_rackscope_logs_request_id_variable =
    ngx_string("request_id");


/* These are of this worker, for one record at a time. */
static rsl_arena_t   *ngx_http_rackscope_logs_arena;
static u_char        *ngx_http_rackscope_logs_line;
static size_t         ngx_http_rackscope_logs_line_max;

/* What takes the next body; NULL: it is in use, or there was none yet. */
static rsl_envelope_t  *ngx_http_rackscope_logs_spare;


/*
 * Redacts a record, renders it, pushes it into the ring, and counts it.  In a
 * zone that is shared, the record will be in the ring when the ticket says so;
 * otherwise the ticket is 0.  NGX_BUSY: too much waits already.
 */

ngx_int_t
ngx_http_rackscope_logs_capture_push(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_source_e source, rsl_redact_t *redact,
    rsl_arena_t *arena, rsl_record_t *record, uint64_t *ticket)
{
    size_t                            size;
    u_char                           *buf;
    uint64_t                          replaced, hidden;
    rsl_line_t                        line;
    ngx_http_rackscope_logs_tally_t   tally;

    size = ngx_http_rackscope_logs_zone_line_max(zone);

    if (size > ngx_http_rackscope_logs_line_max) {

        buf = realloc(ngx_http_rackscope_logs_line, size);
        if (buf == NULL) {
            return NGX_ERROR;
        }

        ngx_http_rackscope_logs_line = buf;
        ngx_http_rackscope_logs_line_max = size;
    }

    if (rsl_redact_record(redact, arena, record) != RSL_OK) {
        return NGX_ERROR;
    }

    rsl_record_render(record, ngx_http_rackscope_logs_line, size, &line);
    rsl_redact_news(redact, &replaced, &hidden);

    tally.nsums = 0;

    ngx_http_rackscope_logs_count_with(&tally,
                                       NGX_HTTP_RACKSCOPE_LOGS_COUNT_RECORDS
                                       + source * RSL_LEVELS + record->level,
                                       1);
    ngx_http_rackscope_logs_count_with(&tally,
                                       NGX_HTTP_RACKSCOPE_LOGS_COUNT_REDACTED,
                                       replaced);
    ngx_http_rackscope_logs_count_with(&tally,
                                       NGX_HTTP_RACKSCOPE_LOGS_COUNT_HIDDEN,
                                       hidden);
    ngx_http_rackscope_logs_count_with(&tally,
                                       NGX_HTTP_RACKSCOPE_LOGS_COUNT_TRUNCATED,
                                       line.truncated);

    *ticket = 0;

    if (ngx_http_rackscope_logs_share_is(zone)) {
        *ticket = ngx_http_rackscope_logs_share_add(zone,
                                                ngx_http_rackscope_logs_line,
                                                &line);
        if (*ticket == 0) {
            return NGX_BUSY;
        }

        ngx_http_rackscope_logs_zone_tally(zone, &tally);

        return NGX_OK;
    }

    ngx_http_rackscope_logs_zone_push(zone, ngx_http_rackscope_logs_line,
                                      &line, &tally);

    return NGX_OK;
}


/*
 * Returns an empty arena for one record, or NULL if there is no memory.  The
 * next capture empties it again.
 */

rsl_arena_t *
ngx_http_rackscope_logs_capture_arena(void)
{
    if (ngx_http_rackscope_logs_arena == NULL) {
        ngx_http_rackscope_logs_arena =
                              rsl_arena_create(NGX_HTTP_RACKSCOPE_LOGS_ARENA);
    }

    return ngx_http_rackscope_logs_arena;
}


/*
 * Pushes a record of nginx's own, which was built in the arena, wakes the
 * readers, and empties the arena.
 */

void
ngx_http_rackscope_logs_capture(ngx_shm_zone_t *zone,
    ngx_http_rackscope_logs_source_e source, rsl_redact_t *redact,
    rsl_record_t *record)
{
    uint64_t  ticket;

    if (ngx_http_rackscope_logs_capture_push(zone, source, redact,
                                             ngx_http_rackscope_logs_arena,
                                             record, &ticket)
        == NGX_OK
        && ticket == 0)
    {
        ngx_http_rackscope_logs_wake_readers(zone);
    }

    rsl_arena_reset(ngx_http_rackscope_logs_arena);
}


/*
 * Returns what takes a body, or NULL if there is no memory.  It is given back
 * by ngx_http_rackscope_logs_capture_envelope_done().
 */

rsl_envelope_t *
ngx_http_rackscope_logs_capture_envelope(rsl_intake_conf_t *conf,
    rsl_envelope_request_t *request)
{
    rsl_envelope_t  *envelope;

    envelope = ngx_http_rackscope_logs_spare;

    if (envelope == NULL) {
        return rsl_envelope_create(conf, request);
    }

    ngx_http_rackscope_logs_spare = NULL;

    rsl_envelope_use(envelope, conf, request);

    return envelope;
}


void
ngx_http_rackscope_logs_capture_envelope_done(rsl_envelope_t *envelope)
{
    if (ngx_http_rackscope_logs_spare) {
        rsl_envelope_destroy(envelope);
        return;
    }

    rsl_envelope_reset(envelope);

    ngx_http_rackscope_logs_spare = envelope;
}


/*
 * Makes nginx's own id of a request available, for requests to which neither
 * the client nor the backend gives one.
 */

ngx_int_t
ngx_http_rackscope_logs_capture_request_id_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    rmcf->request_id = ngx_http_get_variable_index(cf,
                                 &ngx_http_rackscope_logs_request_id_variable);

    return (rmcf->request_id == NGX_ERROR) ? NGX_ERROR : NGX_OK;
}


/*
 * Returns the id by which people will look for the request: the one in the
 * response, which they have before them; else the one that the client sent,
 * which a backend behind a plain proxy_pass logs; else nginx's own.
 */

ngx_str_t
ngx_http_rackscope_logs_capture_request_id(ngx_http_request_t *r)
{
    ngx_str_t                             id;
    ngx_table_elt_t                      *h;
    ngx_http_variable_value_t            *vv;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    h = ngx_http_rackscope_logs_header_find(&r->headers_out.headers,
                                   &ngx_http_rackscope_logs_request_id_header);

    if (h && h->value.len
        && h->value.len <= NGX_HTTP_RACKSCOPE_LOGS_REQUEST_ID)
    {
        return h->value;
    }

    /* there is no list before the request line has been read */

    if (r->headers_in.headers.part.elts) {
        h = ngx_http_rackscope_logs_header_find(&r->headers_in.headers,
                                   &ngx_http_rackscope_logs_request_id_header);

        if (h && ngx_http_rackscope_logs_capture_valid_id(&h->value)) {
            return h->value;
        }
    }

    ngx_str_null(&id);

    rmcf = ngx_http_get_module_main_conf(r, ngx_http_rackscope_logs_module);
    vv = ngx_http_get_indexed_variable(r, rmcf->request_id);

    if (vv && !vv->not_found && vv->len <= NGX_HTTP_RACKSCOPE_LOGS_REQUEST_ID) {
        id.len = vv->len;
        id.data = vv->data;
    }

    return id;
}


static ngx_uint_t
ngx_http_rackscope_logs_capture_valid_id(ngx_str_t *id)
{
    u_char  ch;
    size_t  i;

    if (id->len == 0 || id->len > NGX_HTTP_RACKSCOPE_LOGS_REQUEST_ID) {
        return 0;
    }

    for (i = 0; i < id->len; i++) {
        ch = id->data[i];

        if ((ch < 'a' || ch > 'z') && (ch < 'A' || ch > 'Z')
            && (ch < '0' || ch > '9')
            && (ch == '\0' || ngx_strchr("._:@/+=-", ch) == NULL))
        {
            return 0;
        }
    }

    return 1;
}
