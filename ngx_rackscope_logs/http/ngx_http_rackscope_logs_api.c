
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * GET and HEAD on the ring, and the way to the stream and to clearing it.
 */


#include "ngx_http_rackscope_logs_internal.h"


#define NGX_HTTP_RACKSCOPE_LOGS_STREAM  "/stream"

/* The size of an answer is estimated from the length of this many lines. */
#define NGX_HTTP_RACKSCOPE_LOGS_SAMPLE  16

/* This goes around the lines of an answer. */
#define NGX_HTTP_RACKSCOPE_LOGS_FRAME                                         \
    (sizeof("{\"records\":[],\"total\":,\"last_seq\":,"                       \
            "\"renumbered\":true}")                                          \
     + 2 * NGX_INT64_LEN)


typedef struct {
    rsl_ring_t                      *ring;
    rsl_query_t                     *query;
    size_t                           line_max;
    u_char                          *text;      /* room for a line */
    uint64_t                        *seqs;      /* the newest first; NULL: all
                                                   from "first" */
    uint64_t                         first;
    uint64_t                         next;      /* the next to look at, back to
                                                   "first" */
    size_t                           n;
    size_t                           max;
    uint64_t                         last;      /* the newest in the ring, 0: it
                                                   is empty */
    size_t                           spent;     /* in this turn */
    ngx_uint_t                       renumbered;    /* the ring was, so the
                                                   number of the client says
                                                   nothing */
} ngx_http_rackscope_logs_found_t;


typedef struct {
    ngx_uint_t                       ndjson;    /* unsigned  ndjson:1; */
    ngx_chain_t                     *chain;
    ngx_chain_t                     *tail;
    off_t                            size;
    size_t                           left;      /* lines to come */
    uint64_t                         total;
} ngx_http_rackscope_logs_answer_t;


/* How often a request looks whether a shared ring knows its number, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_LOOK  50


/*
 * A search that takes more than one turn of the event loop, or that cannot
 * begin yet.
 */

typedef struct {
    ngx_http_rackscope_logs_task_t    task;     /* must be first */
    ngx_event_t                       event;
    ngx_msec_t                        asked;
    ngx_http_rackscope_logs_found_t   found;
    ngx_http_rackscope_logs_answer_t  answer;
} ngx_http_rackscope_logs_search_t;


static ngx_int_t ngx_http_rackscope_logs_api_path(ngx_http_request_t *r,
    ngx_uint_t *stream);
static ngx_int_t ngx_http_rackscope_logs_api_get(ngx_http_request_t *r);
static ngx_int_t ngx_http_rackscope_logs_api_reply(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer);
static ngx_int_t ngx_http_rackscope_logs_api_find(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found);
static ngx_http_rackscope_logs_reader_e ngx_http_rackscope_logs_api_place(
    ngx_http_request_t *r, ngx_http_rackscope_logs_found_t *found,
    ngx_msec_t waited);
static ngx_int_t ngx_http_rackscope_logs_api_hold(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer);
static void ngx_http_rackscope_logs_api_held(ngx_event_t *ev);
static ngx_http_rackscope_logs_search_t *ngx_http_rackscope_logs_api_search(
    ngx_http_request_t *r, ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer);
static ngx_int_t ngx_http_rackscope_logs_api_wait(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer);
static void ngx_http_rackscope_logs_api_cleanup(void *data);
static void ngx_http_rackscope_logs_api_task(
    ngx_http_rackscope_logs_task_t *task);
static ngx_int_t ngx_http_rackscope_logs_api_turn(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer);
static ngx_int_t ngx_http_rackscope_logs_api_match(
    ngx_http_rackscope_logs_found_t *found);
static ngx_int_t ngx_http_rackscope_logs_api_render(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer);
static uint64_t ngx_http_rackscope_logs_api_seq(
    ngx_http_rackscope_logs_found_t *found, size_t n);
static ngx_buf_t *ngx_http_rackscope_logs_api_room(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer, size_t n);
static size_t ngx_http_rackscope_logs_api_size(
    ngx_http_rackscope_logs_found_t *found, size_t n);


ngx_int_t
ngx_http_rackscope_logs_api_handler(ngx_http_request_t *r)
{
    ngx_uint_t                           stream;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    if (!rlcf->enable
        || ngx_http_rackscope_logs_api_path(r, &stream) != NGX_OK)
    {
        return NGX_HTTP_NOT_FOUND;
    }

    if (!ngx_http_rackscope_logs_admin_approved(r, !stream)) {
        return ngx_http_rackscope_logs_admin_refuse(r);
    }

    if (stream) {
        if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
            return ngx_http_rackscope_logs_reply_not_allowed(r, "GET, HEAD",
                                     "the stream takes GET and HEAD");
        }

        return ngx_http_rackscope_logs_stream_handler(r);
    }

    switch (r->method) {

    case NGX_HTTP_GET:
    case NGX_HTTP_HEAD:
        return ngx_http_rackscope_logs_api_get(r);

    case NGX_HTTP_DELETE:
        return ngx_http_rackscope_logs_clear_handler(r);

    default:
        return ngx_http_rackscope_logs_reply_not_allowed(r, "GET, HEAD, DELETE",
                                 "the log API takes GET, HEAD and DELETE");
    }
}


/*
 * Is this a request for the stream, and not for the ring?  The name of the
 * location may be followed by nothing or by "/stream".  In a location that is
 * exact or a regular expression nothing can follow the name, so the end of the
 * URI tells.
 */

static ngx_int_t
ngx_http_rackscope_logs_api_path(ngx_http_request_t *r, ngx_uint_t *stream)
{
    u_char                              *rest;
    size_t                               len;
    ngx_http_core_loc_conf_t            *clcf;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    len = sizeof(NGX_HTTP_RACKSCOPE_LOGS_STREAM) - 1;
    rest = r->uri.data + r->uri.len - ngx_min(len, r->uri.len);

    *stream = (r->uri.len >= len
               && ngx_strncmp(rest, NGX_HTTP_RACKSCOPE_LOGS_STREAM, len) == 0);

    if (rlcf->whole || r->uri.len == clcf->name.len) {
        *stream = *stream && rlcf->whole;
        return NGX_OK;
    }

    /* the name of the location may end in the slash */

    len = clcf->name.len;

    if (*stream
        && (rest == r->uri.data + len
            || (rest + 1 == r->uri.data + len && *rest == '/')))
    {
        return NGX_OK;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_rackscope_logs_api_get(ngx_http_request_t *r)
{
    size_t                               entries;
    ngx_int_t                            rc;
    rsl_str_t                            args;
    const char                          *detail;
    ngx_http_rackscope_logs_found_t      found;
    ngx_http_rackscope_logs_answer_t     answer;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    entries = ngx_http_rackscope_logs_zone_entries(rlcf->api);

    args.len = r->args.len;
    args.data = r->args.data;

    switch (rsl_query_parse(&found.query, &args, entries, &detail)) {

    case RSL_OK:
        break;

    case RSL_DECLINED:
        return ngx_http_rackscope_logs_reply_error(r, 422, detail);

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    found.ring = ngx_http_rackscope_logs_zone_ring(rlcf->api);
    found.line_max = ngx_http_rackscope_logs_zone_line_max(rlcf->api);

    answer.chain = NULL;
    answer.ndjson = ngx_http_rackscope_logs_reply_ndjson(r, found.query);

    if (ngx_http_rackscope_logs_api_place(r, &found, 0)
        == NGX_HTTP_RACKSCOPE_LOGS_READER_WAITS)
    {
        return ngx_http_rackscope_logs_api_hold(r, &found, &answer);
    }

    rc = ngx_http_rackscope_logs_api_find(r, &found);

    if (rc == NGX_OK) {
        rc = ngx_http_rackscope_logs_api_turn(r, &found, &answer);
    }

    if (rc == NGX_AGAIN) {
        return ngx_http_rackscope_logs_api_wait(r, &found, &answer);
    }

    rsl_query_destroy(found.query);

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_rackscope_logs_api_reply(r, &found, &answer);
}


static ngx_int_t
ngx_http_rackscope_logs_api_reply(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer)
{
    u_char           *p;
    ngx_table_elt_t  *h;

    if (!answer->ndjson) {
        return ngx_http_rackscope_logs_reply_chain(r, NGX_HTTP_OK,
                                             NGX_HTTP_RACKSCOPE_LOGS_JSON_TYPE,
                                             answer->chain, answer->size);
    }

    h = ngx_http_rackscope_logs_header_add(r, "X-Last-Seq", "");
    p = ngx_pnalloc(r->pool, NGX_INT64_LEN);

    if (h == NULL || p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    h->value.data = p;
    h->value.len = ngx_sprintf(p, "%uL", found->last) - p;

    if (found->renumbered
        && ngx_http_rackscope_logs_header_add(r, "X-Renumbered", "true")
           == NULL)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_rackscope_logs_reply_chain(r, NGX_HTTP_OK,
                                           NGX_HTTP_RACKSCOPE_LOGS_NDJSON_TYPE,
                                           answer->chain, answer->size);
}


/*
 * Another nginx may have given the number that the client names, and this one
 * may not have that record yet, or never again.
 */

static ngx_http_rackscope_logs_reader_e
ngx_http_rackscope_logs_api_place(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found, ngx_msec_t waited)
{
    int                                  given;
    uint64_t                             since;
    rsl_ring_state_t                     state;
    ngx_http_rackscope_logs_reader_e     reader;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    since = rsl_query_since(found->query, &given);
    found->renumbered = 0;

    if (since == 0 || !ngx_http_rackscope_logs_share_is(rlcf->api)) {
        return NGX_HTTP_RACKSCOPE_LOGS_READER_GOES_ON;
    }

    rsl_ring_state(found->ring, &state);

    reader = ngx_http_rackscope_logs_share_reader(rlcf->api, &state, since,
                                                  waited);

    found->renumbered = (reader == NGX_HTTP_RACKSCOPE_LOGS_READER_RENUMBERED);

    return reader;
}


static ngx_int_t
ngx_http_rackscope_logs_api_hold(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer)
{
    ngx_http_rackscope_logs_search_t  *search;

    search = ngx_http_rackscope_logs_api_search(r, found, answer);

    if (search == NULL) {
        rsl_query_destroy(found->query);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    search->asked = ngx_current_msec;

    search->event.handler = ngx_http_rackscope_logs_api_held;
    search->event.data = search;
    search->event.log = r->connection->log;

    ngx_add_timer(&search->event, NGX_HTTP_RACKSCOPE_LOGS_LOOK);

    return NGX_DONE;
}


static void
ngx_http_rackscope_logs_api_held(ngx_event_t *ev)
{
    ngx_connection_t                  *c;
    ngx_http_request_t                *r;
    ngx_http_rackscope_logs_search_t  *search;

    search = ev->data;
    r = search->task.request;
    c = r->connection;

    ev->timedout = 0;

    ngx_http_set_log_request(c->log, r);

    if (ngx_http_rackscope_logs_api_place(r, &search->found,
                                          ngx_current_msec - search->asked)
        == NGX_HTTP_RACKSCOPE_LOGS_READER_WAITS)
    {
        ngx_add_timer(ev, NGX_HTTP_RACKSCOPE_LOGS_LOOK);
        return;
    }

    if (ngx_http_rackscope_logs_api_find(r, &search->found) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        ngx_http_run_posted_requests(c);
        return;
    }

    ngx_http_rackscope_logs_task_add(&search->task);
}


/*
 * The rest is done in further turns of the event loop.  The client may go away
 * meanwhile.
 */

static ngx_int_t
ngx_http_rackscope_logs_api_wait(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer)
{
    ngx_http_rackscope_logs_search_t  *search;

    search = ngx_http_rackscope_logs_api_search(r, found, answer);

    if (search == NULL) {
        rsl_query_destroy(found->query);
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_rackscope_logs_task_add(&search->task);

    return NGX_DONE;
}


static ngx_http_rackscope_logs_search_t *
ngx_http_rackscope_logs_api_search(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer)
{
    ngx_http_cleanup_t                *cln;
    ngx_http_rackscope_logs_search_t  *search;

    search = ngx_pcalloc(r->pool, sizeof(ngx_http_rackscope_logs_search_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (search == NULL || cln == NULL) {
        return NULL;
    }

    search->found = *found;
    search->answer = *answer;
    search->task.handler = ngx_http_rackscope_logs_api_task;
    search->task.request = r;

    cln->handler = ngx_http_rackscope_logs_api_cleanup;
    cln->data = search;

    if (!r->discard_body) {
        r->read_event_handler = ngx_http_test_reading;
    }

    r->main->count++;

    return search;
}


static void
ngx_http_rackscope_logs_api_cleanup(void *data)
{
    ngx_http_rackscope_logs_search_t  *search = data;

    ngx_http_rackscope_logs_task_delete(&search->task);

    if (search->event.timer_set) {
        ngx_del_timer(&search->event);
    }

    rsl_query_destroy(search->found.query);
}


static void
ngx_http_rackscope_logs_api_task(ngx_http_rackscope_logs_task_t *task)
{
    ngx_int_t                          rc;
    ngx_connection_t                  *c;
    ngx_http_request_t                *r;
    ngx_http_rackscope_logs_search_t  *search;

    search = (ngx_http_rackscope_logs_search_t *) task;
    r = task->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = ngx_http_rackscope_logs_api_turn(r, &search->found, &search->answer);

    if (rc == NGX_AGAIN) {
        ngx_http_rackscope_logs_task_add(task);
        return;
    }

    if (rc == NGX_OK) {
        rc = ngx_http_rackscope_logs_api_reply(r, &search->found,
                                               &search->answer);
    } else {
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_finalize_request(r, rc);

    ngx_http_run_posted_requests(c);
}


static ngx_int_t
ngx_http_rackscope_logs_api_turn(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer)
{
    found->spent = 0;

    if (ngx_http_rackscope_logs_api_match(found) == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    return ngx_http_rackscope_logs_api_render(r, found, answer);
}


static ngx_int_t
ngx_http_rackscope_logs_api_find(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found)
{
    int               given;
    size_t            max;
    uint64_t          oldest, since;
    rsl_ring_state_t  state;

    rsl_ring_state(found->ring, &state);

    found->seqs = NULL;
    found->n = 0;
    found->max = 0;
    found->last = (state.oldest > state.last) ? 0 : state.last;

    since = found->renumbered ? 0 : rsl_query_since(found->query, &given);
    oldest = (since >= state.oldest) ? since + (since != UINT64_MAX)
                                     : state.oldest;

    if (oldest > state.last) {
        return NGX_OK;
    }

    max = rsl_query_n(found->query);
    max = ngx_min(max, state.last - oldest + 1);

    if (rsl_query_all(found->query)) {
        found->first = state.last - max + 1;
        found->n = max;
        found->max = max;

        return NGX_OK;
    }

    found->first = oldest;
    found->next = state.last;
    found->max = max;

    found->seqs = ngx_palloc(r->pool, max * sizeof(uint64_t));
    found->text = ngx_palloc(r->pool, found->line_max);

    return (found->seqs && found->text) ? NGX_OK : NGX_ERROR;
}


/*
 * Looks for lines that match, from the newest back to the first one, until
 * there are enough.
 */

static ngx_int_t
ngx_http_rackscope_logs_api_match(ngx_http_rackscope_logs_found_t *found)
{
    uint64_t    seq;
    rsl_line_t  line;

    while (found->n < found->max && found->next >= found->first) {

        if (found->spent >= NGX_HTTP_RACKSCOPE_LOGS_TURN) {
            return NGX_AGAIN;
        }

        found->spent += NGX_HTTP_RACKSCOPE_LOGS_TURN_LINE;

        seq = found->next--;

        if (rsl_ring_peek(found->ring, seq, &line) != RSL_OK
            || !rsl_query_level(found->query, &line)
            || rsl_ring_read(found->ring, seq, found->text, &line) != RSL_OK)
        {
            continue;
        }

        found->spent += line.len;

        if (rsl_query_match(found->query, found->text, &line)) {
            found->seqs[found->n++] = seq;
        }
    }

    return NGX_OK;
}


/* Adds the lines to the answer.  A line that was found may be gone by now. */

static ngx_int_t
ngx_http_rackscope_logs_api_render(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer)
{
    ngx_buf_t   *b;
    ngx_uint_t   comma;
    rsl_line_t   line;

    if (answer->chain == NULL) {
        answer->size = 0;
        answer->left = found->n;
        answer->total = 0;

        b = ngx_http_rackscope_logs_api_room(r, found, answer, found->n);
        if (b == NULL) {
            return NGX_ERROR;
        }

        if (!answer->ndjson) {
            b->last = ngx_cpymem(b->last, "{\"records\":[",
                                 sizeof("{\"records\":[") - 1);
        }
    }

    for ( /* void */ ; answer->left; answer->left--) {

        if (found->spent >= NGX_HTTP_RACKSCOPE_LOGS_TURN) {
            return NGX_AGAIN;
        }

        found->spent += NGX_HTTP_RACKSCOPE_LOGS_TURN_LINE;

        b = ngx_http_rackscope_logs_api_room(r, found, answer, answer->left);
        if (b == NULL) {
            return NGX_ERROR;
        }

        comma = !answer->ndjson && answer->total;

        if (rsl_ring_read(found->ring,
                          ngx_http_rackscope_logs_api_seq(found, answer->left),
                          b->last + comma, &line)
            != RSL_OK)
        {
            continue;
        }

        if (comma) {
            *b->last = ',';
        }

        b->last += comma + line.len;
        found->spent += line.len;
        answer->total++;

        if (answer->ndjson) {
            *b->last++ = '\n';
        }
    }

    b = answer->tail->buf;

    if (!answer->ndjson) {
        b->last = ngx_sprintf(b->last, "],\"total\":%uL,\"last_seq\":%uL%s}",
                              answer->total, found->last,
                              found->renumbered ? ",\"renumbered\":true" : "");
    }

    answer->size += b->last - b->pos;

    return NGX_OK;
}


/* Returns the number of the line after which n - 1 are to come. */

static uint64_t
ngx_http_rackscope_logs_api_seq(ngx_http_rackscope_logs_found_t *found,
    size_t n)
{
    return found->seqs ? found->seqs[n - 1] : found->first + found->n - n;
}


/* Returns a buffer with room for a line and the end; n lines are to come. */

static ngx_buf_t *
ngx_http_rackscope_logs_api_room(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found,
    ngx_http_rackscope_logs_answer_t *answer, size_t n)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (answer->chain) {
        b = answer->tail->buf;

        if ((size_t) (b->end - b->last)
            > found->line_max + NGX_HTTP_RACKSCOPE_LOGS_FRAME)
        {
            return b;
        }

        answer->size += b->last - b->pos;
    }

    cl = ngx_alloc_chain_link(r->pool);
    if (cl == NULL) {
        return NULL;
    }

    cl->buf = ngx_create_temp_buf(r->pool,
                                 ngx_http_rackscope_logs_api_size(found, n));
    if (cl->buf == NULL) {
        return NULL;
    }

    cl->next = NULL;

    if (answer->chain) {
        answer->tail->next = cl;

    } else {
        answer->chain = cl;
    }

    answer->tail = cl;

    return cl->buf;
}


/*
 * To ask each line for its length would take as long as to copy it.  Some of
 * them, and an eighth more, are enough in most cases.
 */

static size_t
ngx_http_rackscope_logs_api_size(ngx_http_rackscope_logs_found_t *found,
    size_t n)
{
    size_t       i, step, lines, size;
    rsl_line_t   line;

    lines = 0;
    size = 0;
    step = n / NGX_HTTP_RACKSCOPE_LOGS_SAMPLE + 1;

    for (i = n; i; i -= ngx_min(i, step)) {

        if (rsl_ring_peek(found->ring,
                          ngx_http_rackscope_logs_api_seq(found, i), &line)
            == RSL_OK)
        {
            size += line.len + 1;
            lines++;
        }
    }

    if (lines) {
        size = size / lines * n;
    }

    return size + size / 8 + 2 * (found->line_max
                                  + NGX_HTTP_RACKSCOPE_LOGS_FRAME);
}
