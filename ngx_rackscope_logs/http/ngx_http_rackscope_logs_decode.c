
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A body that is compressed, on its way into the intake: in turns of the event
 * loop, so that other connections go on whatever the body becomes.
 */


#include "ngx_http_rackscope_logs_internal.h"


/* A turn makes at most 256 KB, with the last piece. */
#define NGX_HTTP_RACKSCOPE_LOGS_DECODE_TURN  (256 * 1024 - RSL_DECODE_PIECE)

/* A body may become so many times larger than "client_max_body_size". */
#define NGX_HTTP_RACKSCOPE_LOGS_DECODE_MAX   20

/* The longest text about an error. */
#define NGX_HTTP_RACKSCOPE_LOGS_DECODE_TEXT  512


static ngx_int_t ngx_http_rackscope_logs_decode_run(
    ngx_http_rackscope_logs_decode_t *decode,
    ngx_http_rackscope_logs_upload_t *upload, u_char **pos, u_char *last,
    ngx_uint_t final);
static ngx_int_t ngx_http_rackscope_logs_decode_status(
    ngx_http_rackscope_logs_decode_t *decode);


static ngx_str_t  ngx_http_rackscope_logs_encoding =
    ngx_string("Content-Encoding");


/*
 * Reads what the request says about its body.  Returns why that cannot be
 * decoded, or NULL if it can.
 */

const char *
ngx_http_rackscope_logs_decode_header(ngx_http_request_t *r,
    rsl_envelope_request_t *request, rsl_decode_header_t *header)
{
    rsl_str_t         value;
    ngx_str_t        *name;
    ngx_uint_t        i;
    const char       *detail;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    ngx_memzero(header, sizeof(rsl_decode_header_t));

    header->block = rsl_envelope_request_is_protobuf(request);

    name = &ngx_http_rackscope_logs_encoding;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len != name->len
                || ngx_strncasecmp(h[i].key.data, name->data, name->len) != 0)
            {
                continue;
            }

            value.len = h[i].value.len;
            value.data = h[i].value.data;

            if (rsl_decode_header(header, &value, &detail) != RSL_OK) {
                return detail;
            }
        }
    }

    return NULL;
}


void
ngx_http_rackscope_logs_decode_init(ngx_http_rackscope_logs_decode_t *decode,
    ngx_http_request_t *r, rsl_decode_header_t *header)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    decode->header = *header;

    if (clcf->client_max_body_size
        < NGX_MAX_OFF_T_VALUE / NGX_HTTP_RACKSCOPE_LOGS_DECODE_MAX)
    {
        decode->max = (uint64_t) clcf->client_max_body_size
                      * NGX_HTTP_RACKSCOPE_LOGS_DECODE_MAX;
    }
}


/* A turn of the event loop begins. */

void
ngx_http_rackscope_logs_decode_turn(ngx_http_rackscope_logs_decode_t *decode)
{
    if (decode->decode) {
        decode->turn = rsl_decode_work(decode->decode);
    }
}


/*
 * Takes bytes of the body from *pos, which is moved behind them.  Returns
 * NGX_OK if all were taken, NGX_AGAIN if this is to be called again, with those
 * that are left, after ngx_http_rackscope_logs_upload_step() and in a turn of
 * its own; or the status that ends the request.
 */

ngx_int_t
ngx_http_rackscope_logs_decode_feed(ngx_http_rackscope_logs_decode_t *decode,
    ngx_http_rackscope_logs_upload_t *upload, u_char **pos, u_char *last)
{
    u_char  *data;

    if (!decode->looked && *pos < last) {
        decode->looked = 1;

        if (decode->header.n || decode->header.block
            || rsl_decode_wanted(*pos, last - *pos))
        {

            decode->decode = rsl_decode_create(&decode->header, decode->max);
            if (decode->decode == NULL) {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }
        }
    }

    if (decode->decode == NULL) {
        data = *pos;
        *pos = last;

        return ngx_http_rackscope_logs_upload_feed(upload, data, last - data);
    }

    return ngx_http_rackscope_logs_decode_run(decode, upload, pos, last, 0);
}


/* The body has ended.  Returns the same as the function above. */

ngx_int_t
ngx_http_rackscope_logs_decode_finish(ngx_http_rackscope_logs_decode_t *decode,
    ngx_http_rackscope_logs_upload_t *upload)
{
    u_char     *pos;
    ngx_int_t   rc;

    if (decode->decode == NULL) {
        return NGX_OK;
    }

    pos = NULL;

    rc = ngx_http_rackscope_logs_decode_run(decode, upload, &pos, pos, 1);

    if (rc == NGX_OK) {
        /* the windows are large, and the answer may wait for its client */
        ngx_http_rackscope_logs_decode_done(decode);
    }

    return rc;
}


static ngx_int_t
ngx_http_rackscope_logs_decode_run(ngx_http_rackscope_logs_decode_t *decode,
    ngx_http_rackscope_logs_upload_t *upload, u_char **pos, u_char *last,
    ngx_uint_t final)
{
    int            rc;
    ngx_int_t      status;
    rsl_str_t      piece;
    const u_char  *p;

    for ( ;; ) {

        if (rsl_decode_work(decode->decode) - decode->turn
            >= NGX_HTTP_RACKSCOPE_LOGS_DECODE_TURN)
        {
            return NGX_AGAIN;
        }

        if (final) {
            rc = rsl_decode_finish(decode->decode, &piece);

        } else {
            p = *pos;
            rc = rsl_decode(decode->decode, &p, last, &piece);
            *pos += p - *pos;
        }

        status = ngx_http_rackscope_logs_upload_feed(upload, piece.data,
                                                     piece.len);
        if (status != NGX_OK) {
            return status;
        }

        switch (rc) {

        case RSL_OK:
            return NGX_OK;

        case RSL_AGAIN:
            break;

        case RSL_DECLINED:
            return ngx_http_rackscope_logs_decode_status(decode);

        default:
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }
}


static ngx_int_t
ngx_http_rackscope_logs_decode_status(ngx_http_rackscope_logs_decode_t *decode)
{
    switch (rsl_decode_error(decode->decode)->reason) {

    case RSL_DECODE_NESTED:
        return NGX_HTTP_UNSUPPORTED_MEDIA_TYPE;

    case RSL_DECODE_LARGE:
    case RSL_DECODE_BOMB:
        return NGX_HTTP_REQUEST_ENTITY_TOO_LARGE;

    default:    /* BROKEN, CUT */
        return NGX_HTTP_BAD_REQUEST;
    }
}


/* Returns why the body is not decoded to its end, or NULL if it is. */

const char *
ngx_http_rackscope_logs_decode_detail(ngx_http_rackscope_logs_decode_t *decode,
    ngx_http_request_t *r)
{
    u_char                    *text, *p, *last;
    const rsl_decode_error_t  *error;

    if (decode->decode == NULL) {
        return NULL;
    }

    error = rsl_decode_error(decode->decode);

    if (error->reason == 0) {
        return NULL;
    }

    text = ngx_pnalloc(r->pool, NGX_HTTP_RACKSCOPE_LOGS_DECODE_TEXT);
    if (text == NULL) {
        return "the body cannot be decompressed";
    }

    last = text + NGX_HTTP_RACKSCOPE_LOGS_DECODE_TEXT - 1;

    switch (error->reason) {

    case RSL_DECODE_NESTED:
        p = ngx_slprintf(text, last,
                         "the body is compressed more than twice; compress it "
                         "once, with gzip, deflate or zstd");
        break;

    case RSL_DECODE_LARGE:
        p = ngx_slprintf(text, last,
                         "the body, decompressed, is larger than %d times "
                         "client_max_body_size; send less at a time, or raise "
                         "that limit", NGX_HTTP_RACKSCOPE_LOGS_DECODE_MAX);
        break;

    case RSL_DECODE_BOMB:
        p = ngx_slprintf(text, last,
                         "the body, decompressed, is larger than 1 MB and %d "
                         "times its first %uL bytes; send less at a time, or "
                         "send it without compression (identity)",
                         RSL_DECODE_RATIO, error->offset);
        break;

    case RSL_DECODE_CUT:
        p = ngx_slprintf(text, last,
                         "the body breaks off: it has %uL bytes, and its %s "
                         "stream goes on; send all of it",
                         error->offset, error->coding);
        break;

    default:    /* BROKEN */
        p = ngx_slprintf(text, last,
                         "the %s stream of the body is broken at byte %uL: %s; "
                         "correct the sender or the proxy in front of nginx",
                         error->coding, error->offset, error->detail);
        break;
    }

    p = ngx_slprintf(p, last,
                     "; what was accepted stays, and the entry that breaks "
                     "off there is not taken");
    *p = '\0';

    return (const char *) text;
}


void
ngx_http_rackscope_logs_decode_done(ngx_http_rackscope_logs_decode_t *decode)
{
    rsl_decode_destroy(decode->decode);
    decode->decode = NULL;
}
