
/* SPDX-License-Identifier: BSD-2-Clause */


/* What is answered to an upload, when its body was read or could not be. */


#include "ngx_http_rackscope_logs_internal.h"


static ngx_int_t ngx_http_rackscope_logs_answer_busy(ngx_http_request_t *r,
    ngx_http_rackscope_logs_upload_t *upload);
static ngx_int_t ngx_http_rackscope_logs_answer_cut(ngx_http_request_t *r,
    ngx_http_rackscope_logs_upload_t *upload,
    ngx_http_rackscope_logs_decode_t *decode, ngx_uint_t status,
    const char *detail);
static ngx_int_t ngx_http_rackscope_logs_answer_result(ngx_http_request_t *r,
    ngx_http_rackscope_logs_upload_t *upload,
    ngx_http_rackscope_logs_decode_t *decode, rsl_envelope_end_e end,
    ngx_uint_t status, const char *detail);


/*
 * Sends the answer, and returns what the request is to be finalized with.  "rc"
 * is NGX_OK if the body was read to its end, otherwise the status that it
 * failed with.
 */

ngx_int_t
ngx_http_rackscope_logs_answer(ngx_http_request_t *r,
    ngx_http_rackscope_logs_upload_t *upload,
    ngx_http_rackscope_logs_decode_t *decode, ngx_int_t rc)
{
    const char  *detail;

    detail = ngx_http_rackscope_logs_decode_detail(decode, r);

    if (detail && rc != NGX_HTTP_INTERNAL_SERVER_ERROR) {
        return ngx_http_rackscope_logs_answer_cut(r, upload, decode, rc,
                                                  detail);
    }

    switch (rc) {

    case NGX_OK:
        return upload->lost
               ? ngx_http_rackscope_logs_answer_busy(r, upload)
               : ngx_http_rackscope_logs_answer_result(r, upload, decode,
                                                       RSL_ENVELOPE_WHOLE,
                                                       NGX_HTTP_OK, NULL);

    case NGX_HTTP_SERVICE_UNAVAILABLE:
        return ngx_http_rackscope_logs_answer_busy(r, upload);

    case NGX_HTTP_UNSUPPORTED_MEDIA_TYPE:
        return ngx_http_rackscope_logs_answer_result(r, upload, decode,
                                                     RSL_ENVELOPE_REFUSED, rc,
                                                     NULL);

    case NGX_HTTP_REQUEST_ENTITY_TOO_LARGE:
        return ngx_http_rackscope_logs_answer_cut(r, upload, decode, rc,
                             "the body is larger than client_max_body_size; "
                             "send less at a time, or raise that limit; what "
                             "was accepted stays, and the entry that goes "
                             "beyond the limit is not taken");

    case NGX_HTTP_BAD_REQUEST:
        if (r->connection->error) {
            /* the client is gone */
            return rc;
        }

        return ngx_http_rackscope_logs_answer_cut(r, upload, decode, rc,
                             "the chunks of the body or its length are wrong; "
                             "correct the sender or the proxy in front of "
                             "nginx; what was accepted stays, and the entry "
                             "that breaks off there is not taken");

    default:
        return rc;
    }
}


/*
 * So much waits for Redis that some of it could not be taken, or none of it can
 * be shared any more: whoever sends it again loses nothing.
 */

static ngx_int_t
ngx_http_rackscope_logs_answer_busy(ngx_http_request_t *r,
    ngx_http_rackscope_logs_upload_t *upload)
{
    ngx_http_rackscope_logs_upload_count(upload);

    if (ngx_http_rackscope_logs_header_add(r, "Retry-After", "1") == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_rackscope_logs_reply_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                              "too many records wait for the Redis that this "
                              "zone is shared by; send them again later");
}


/*
 * The body was not read to its end.  The entries that are whole are kept.  The
 * last entry is not taken, because it may be only a part of what the client
 * meant to say.
 */

static ngx_int_t
ngx_http_rackscope_logs_answer_cut(ngx_http_request_t *r,
    ngx_http_rackscope_logs_upload_t *upload,
    ngx_http_rackscope_logs_decode_t *decode, ngx_uint_t status,
    const char *detail)
{
    ngx_int_t  rc;

    /* the client may still be sending: it is given time to read the answer */

    r->keepalive = 0;
    r->lingering_close = 1;

    do {
        /* what the intake has kept and not read yet is within the limit */
        rc = ngx_http_rackscope_logs_upload_step(upload);
    } while (rc == NGX_AGAIN);

    upload->cut = 1;

    if (rc != NGX_OK || rsl_envelope_stop(upload->envelope) != RSL_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_rackscope_logs_upload_wake(upload);

    return ngx_http_rackscope_logs_answer_result(r, upload, decode,
                                                 RSL_ENVELOPE_CUT, status,
                                                 detail);
}


/* Answers what became of the body. */

static ngx_int_t
ngx_http_rackscope_logs_answer_result(ngx_http_request_t *r,
    ngx_http_rackscope_logs_upload_t *upload,
    ngx_http_rackscope_logs_decode_t *decode, rsl_envelope_end_e end,
    ngx_uint_t status, const char *detail)
{
    ngx_int_t                rc;
    rsl_arena_t             *arena;
    rsl_envelope_answer_t    answer;
    rsl_envelope_outcome_t   outcome;

    arena = ngx_http_rackscope_logs_capture_arena();
    if (arena == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    outcome.end = end;
    outcome.status = status;
    outcome.detail = detail;
    outcome.accepted = upload->accepted;
    outcome.filtered = upload->filtered;

    ngx_http_rackscope_logs_upload_end(upload, end, status,
                              ngx_http_rackscope_logs_decode_detail(decode, r)
                              != NULL);

    rc = rsl_envelope_answer(upload->envelope, arena, &outcome, &answer);

    rc = (rc == RSL_OK)
         ? ngx_http_rackscope_logs_reply_answer(r, &answer)
         : NGX_HTTP_INTERNAL_SERVER_ERROR;

    rsl_arena_reset(arena);

    return rc;
}
