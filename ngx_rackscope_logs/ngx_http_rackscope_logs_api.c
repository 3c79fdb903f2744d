
/*
 * GET, HEAD and DELETE on the ring, and the way to the stream.
 */


#include "ngx_http_rackscope_logs.h"


#define NGX_HTTP_RACKSCOPE_LOGS_STREAM  "/stream"


typedef struct {
    rsl_ring_t  *ring;
    rsl_query_t *query;
    uint64_t    *seqs;          /* the newest first */
    size_t       n;
    size_t       size;          /* of their lines, in bytes */
    uint64_t     last;          /* the newest in the ring, 0: it is empty */
} ngx_http_rackscope_logs_found_t;


static ngx_int_t ngx_http_rackscope_logs_api_path(ngx_http_request_t *r,
    ngx_uint_t *stream);
static ngx_int_t ngx_http_rackscope_logs_api_get(ngx_http_request_t *r);
static ngx_int_t ngx_http_rackscope_logs_api_find(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found, size_t line_max);
static ngx_buf_t *ngx_http_rackscope_logs_api_render(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found, size_t line_max);
static ngx_int_t ngx_http_rackscope_logs_api_delete(ngx_http_request_t *r);


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

    if (!ngx_http_rackscope_logs_approved(r)) {
        return ngx_http_rackscope_logs_refuse(r);
    }

    if (stream) {
        if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
            return ngx_http_rackscope_logs_not_allowed(r, "GET, HEAD",
                                     "the stream takes GET and HEAD");
        }

        return ngx_http_rackscope_logs_stream(r);
    }

    switch (r->method) {

    case NGX_HTTP_GET:
    case NGX_HTTP_HEAD:
        return ngx_http_rackscope_logs_api_get(r);

    case NGX_HTTP_DELETE:
        return ngx_http_rackscope_logs_api_delete(r);

    default:
        return ngx_http_rackscope_logs_not_allowed(r, "GET, HEAD, DELETE",
                                 "the log API takes GET, HEAD and DELETE");
    }
}


/*
 * What follows the name of the location is nothing, or the stream.  A location
 * that is exact or a regular expression has no such rest: there the end of the
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
    size_t                               entries, line_max;
    ngx_int_t                            rc;
    rsl_str_t                            args;
    ngx_buf_t                           *b;
    const char                          *detail;
    ngx_http_rackscope_logs_found_t      found;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    entries = ngx_http_rackscope_logs_zone_entries(rlcf->api);
    line_max = ngx_http_rackscope_logs_zone_line_max(rlcf->api);

    args.len = r->args.len;
    args.data = r->args.data;

    switch (rsl_query_parse(&found.query, &args, entries, &detail)) {

    case RSL_OK:
        break;

    case RSL_DECLINED:
        return ngx_http_rackscope_logs_send_error(r, 422, detail);

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    found.ring = ngx_http_rackscope_logs_zone_ring(rlcf->api);

    b = NULL;
    rc = ngx_http_rackscope_logs_api_find(r, &found, line_max);

    if (rc == NGX_OK) {
        b = ngx_http_rackscope_logs_api_render(r, &found, line_max);
    }

    rsl_query_destroy(found.query);

    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_rackscope_logs_send_json(r, NGX_HTTP_OK, b);
}


/* From the newest back, until there are enough. */

static ngx_int_t
ngx_http_rackscope_logs_api_find(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found, size_t line_max)
{
    int                given;
    size_t             max;
    u_char            *text;
    uint64_t           seq, oldest, since;
    rsl_line_t         line;
    ngx_uint_t         all;
    rsl_ring_state_t   state;

    rsl_ring_state(found->ring, &state);

    found->n = 0;
    found->size = 0;
    found->last = (state.oldest > state.last) ? 0 : state.last;

    since = rsl_query_since(found->query, &given);
    oldest = (since >= state.oldest) ? since + (since != UINT64_MAX)
                                     : state.oldest;

    if (oldest > state.last) {
        return NGX_OK;
    }

    max = rsl_query_n(found->query);
    max = ngx_min(max, state.last - oldest + 1);

    found->seqs = ngx_palloc(r->pool, max * sizeof(uint64_t));
    if (found->seqs == NULL) {
        return NGX_ERROR;
    }

    all = rsl_query_all(found->query);
    text = NULL;

    if (!all) {
        text = ngx_palloc(r->pool, line_max);
        if (text == NULL) {
            return NGX_ERROR;
        }
    }

    for (seq = state.last; seq >= oldest && found->n < max; seq--) {

        if (rsl_ring_peek(found->ring, seq, &line) != RSL_OK) {
            continue;
        }

        if (!all
            && (!rsl_query_level(found->query, &line)
                || rsl_ring_read(found->ring, seq, text, &line) != RSL_OK
                || !rsl_query_match(found->query, text, &line)))
        {
            continue;
        }

        found->seqs[found->n++] = seq;
        found->size += line.len;
    }

    return NGX_OK;
}


/*
 * A line that was found may be gone by now, and what stands in its slot may
 * be longer: it is not copied, since its number is another.  The room of one
 * more line is for a copy that turns out to be torn.
 */

static ngx_buf_t *
ngx_http_rackscope_logs_api_render(ngx_http_request_t *r,
    ngx_http_rackscope_logs_found_t *found, size_t line_max)
{
    size_t       len;
    ngx_buf_t   *b;
    uint64_t     total;
    rsl_line_t   line;

    len = sizeof("{\"records\":[],\"total\":,\"last_seq\":}")
          + 2 * NGX_INT64_LEN + found->size + found->n + line_max;

    b = ngx_create_temp_buf(r->pool, len);
    if (b == NULL) {
        return NULL;
    }

    b->last = ngx_cpymem(b->last, "{\"records\":[",
                         sizeof("{\"records\":[") - 1);

    for (total = 0; found->n; found->n--) {

        if (rsl_ring_read(found->ring, found->seqs[found->n - 1],
                          b->last + (total != 0), &line)
            != RSL_OK)
        {
            continue;
        }

        if (total++) {
            *b->last++ = ',';
        }

        b->last += line.len;
    }

    b->last = ngx_sprintf(b->last, "],\"total\":%uL,\"last_seq\":%uL}",
                          total, found->last);

    return b;
}


static ngx_int_t
ngx_http_rackscope_logs_api_delete(ngx_http_request_t *r)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    static ngx_str_t  answer =
                ngx_string("{\"ok\":true,\"message\":\"Log buffer cleared\"}");

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);

    ngx_http_rackscope_logs_zone_clear(rlcf->api);
    ngx_http_rackscope_logs_wake_readers(rlcf->api);

    return ngx_http_rackscope_logs_send_text(r, NGX_HTTP_OK, &answer);
}
