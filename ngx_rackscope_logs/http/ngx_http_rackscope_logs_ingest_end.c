
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * How an upload ends: what is kept of it, and what its sender is told.
 */


#include "ngx_http_rackscope_logs_ingest.h"


static ngx_int_t ngx_http_rackscope_logs_ingest_cut(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_uint_t status,
    const char *detail);


void
ngx_http_rackscope_logs_ingest_end(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    ngx_int_t rc)
{
    ngx_http_request_t  *r;

    r = ctx->request;

    /* the request may live on: its answer waits, or is an error_page */

    ngx_http_rackscope_logs_ingest_stop(ctx);
    r->read_event_handler = ngx_http_block_reading;

    if (rc == NGX_OK) {
        ctx->upload.ended = 1;

        rc = ngx_http_rackscope_logs_upload_step(&ctx->upload);

        if (rc == NGX_AGAIN) {
            ngx_http_rackscope_logs_ingest_wait(ctx);
            return;
        }
    }

    rc = ngx_http_rackscope_logs_ingest_answer(ctx, rc);

    ngx_http_finalize_request(r, rc);
}


ngx_int_t
ngx_http_rackscope_logs_ingest_answer(
    ngx_http_rackscope_logs_ingest_ctx_t *ctx, ngx_int_t rc)
{
    ngx_http_request_t  *r;

    r = ctx->request;

    switch (rc) {

    case NGX_OK:
        return ngx_http_rackscope_logs_send_result(r,
                                         rsl_intake_result(ctx->upload.intake),
                                         ctx->upload.accepted,
                                         ctx->upload.filtered, NGX_HTTP_OK,
                                         NULL);

    case NGX_HTTP_UNSUPPORTED_MEDIA_TYPE:
        return ngx_http_rackscope_logs_send_error(r, rc,
                             "the body is compressed; "
                             "send it without compression (identity)");

    case NGX_HTTP_REQUEST_ENTITY_TOO_LARGE:
        return ngx_http_rackscope_logs_ingest_cut(ctx, rc,
                             "the body is larger than client_max_body_size; "
                             "send less at a time, or raise that limit; what "
                             "was accepted stays, and the entry that goes "
                             "beyond the limit is not taken");

    case NGX_HTTP_BAD_REQUEST:
        if (r->connection->error) {
            /* the client is gone */
            return rc;
        }

        return ngx_http_rackscope_logs_ingest_cut(ctx, rc,
                             "the chunks of the body or its length are wrong; "
                             "correct the sender or the proxy before nginx; "
                             "what was accepted stays, and the entry that "
                             "breaks off there is not taken");

    default:
        return rc;
    }
}


/*
 * Of a body that is not read to its end, the entries that are whole are kept.
 * The last one may be a part of what the client meant to say.
 */

static ngx_int_t
ngx_http_rackscope_logs_ingest_cut(ngx_http_rackscope_logs_ingest_ctx_t *ctx,
    ngx_uint_t status, const char *detail)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = ctx->request;

    /* the client is given time to read the answer while it sends */

    r->keepalive = 0;
    r->lingering_close = 1;

    /* nginx would refuse an error_page to a request that is too large */

    if (r->headers_in.chunked) {
        r->headers_in.content_length_n = ctx->size;
    }

    do {
        /* what the intake has kept and not read yet is within the limit */
        rc = ngx_http_rackscope_logs_upload_step(&ctx->upload);
    } while (rc == NGX_AGAIN);

    ctx->upload.cut = 1;

    if (rc != NGX_OK || rsl_intake_release(ctx->upload.intake) != RSL_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_rackscope_logs_upload_wake(&ctx->upload);

    return ngx_http_rackscope_logs_send_result(r,
                                         rsl_intake_result(ctx->upload.intake),
                                         ctx->upload.accepted,
                                         ctx->upload.filtered, status, detail);
}
