
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The way of a body through the intake into the ring, as far as it does not
 * need the request: what a client has sent before it went away is read when the
 * request is gone.
 */


#include "ngx_http_rackscope_logs_internal.h"


/* Up to this size, what the intake has kept of a body is read at once. */
#define NGX_HTTP_RACKSCOPE_LOGS_SMALL  4096

/*
 * This many bodies without a request may wait, each of which can hold a few
 * megabytes.  Any further one is read at once.
 */
#define NGX_HTTP_RACKSCOPE_LOGS_LEFT   256


static ngx_int_t ngx_http_rackscope_logs_upload_rc(int rc);
static ngx_int_t ngx_http_rackscope_logs_upload_detach(
    ngx_http_rackscope_logs_upload_t *upload);
static void ngx_http_rackscope_logs_upload_done(
    ngx_http_rackscope_logs_upload_t *upload);
static void ngx_http_rackscope_logs_upload_rest(
    ngx_http_rackscope_logs_task_t *task);
static void ngx_http_rackscope_logs_upload_room(
    ngx_http_rackscope_logs_waiter_t *waiter);


/* The bodies of this process that wait without a request. */
static ngx_uint_t  ngx_http_rackscope_logs_left;


/* The way of records and of lines of text; also begins what lines carry. */

void
ngx_http_rackscope_logs_upload_conf(ngx_http_rackscope_logs_upload_t *upload,
    rsl_intake_conf_t *conf)
{
    conf->sink = ngx_http_rackscope_logs_upload_record;
    conf->data = upload;
    conf->line = rsl_redact_carry_line;
    conf->open = rsl_redact_carry_open;
    conf->line_data = &upload->carry;

    rsl_redact_carry_init(&upload->carry, upload->redact);
}


/* The sink of the intake: takes a record that it has made of the body. */

int
ngx_http_rackscope_logs_upload_record(void *data, rsl_arena_t *arena,
    rsl_record_t *record)
{
    uint64_t                           entries, ticket;
    ngx_http_rackscope_logs_upload_t  *upload = data;

    /* the lines of a traceback may have come as entries of their own */
    entries = 1 + rsl_envelope_result(upload->envelope)->joined;

    if (record->level < upload->level) {
        upload->filtered += entries;
        ngx_http_rackscope_logs_zone_count(upload->zone,
                                       NGX_HTTP_RACKSCOPE_LOGS_COUNT_FILTERED,
                                       entries);
        return RSL_OK;
    }

    switch (ngx_http_rackscope_logs_capture_push(upload->zone,
                                                NGX_HTTP_RACKSCOPE_LOGS_INGEST,
                                                upload->redact, arena, record,
                                                &ticket))
    {
    case NGX_OK:
        break;

    case NGX_BUSY:
        /* all has to be sent again: what is not taken is not there twice */

        upload->lost = 1;
        upload->cut = 1;
        return RSL_OK;

    default:
        return RSL_ERROR;
    }

    upload->accepted += entries;

    if (ticket) {
        upload->ticket = ticket;
    } else {
        upload->pushed = 1;
    }

    return RSL_OK;
}


/* Wakes the readers for what was pushed since the last time. */

void
ngx_http_rackscope_logs_upload_wake(ngx_http_rackscope_logs_upload_t *upload)
{
    if (upload->pushed) {
        upload->pushed = 0;
        ngx_http_rackscope_logs_wake_readers(upload->zone);
    }
}


/*
 * Takes a piece of the body.  Returns NGX_OK, or NGX_AGAIN if the intake has
 * kept something that is to be read by ngx_http_rackscope_logs_upload_step(),
 * or the status that ends the request.
 */

ngx_int_t
ngx_http_rackscope_logs_upload_feed(ngx_http_rackscope_logs_upload_t *upload,
    const u_char *data, size_t len)
{
    if (len == 0) {
        return NGX_OK;
    }

    upload->now = ngx_http_rackscope_logs_zone_now();

    return ngx_http_rackscope_logs_upload_rc(
                               rsl_envelope_feed(upload->envelope, data, len,
                                                 upload->now));
}


/*
 * Reads on in what the intake has kept; in the end, finishes the body.  Returns
 * the same as ngx_http_rackscope_logs_upload_feed().
 */

ngx_int_t
ngx_http_rackscope_logs_upload_step(ngx_http_rackscope_logs_upload_t *upload)
{
    int  rc;

    if (upload->ended) {
        rc = rsl_envelope_finish(upload->envelope, upload->now);

    } else {
        rc = rsl_envelope_feed(upload->envelope, (u_char *) "", 0,
                               upload->now);
    }

    /* readers start while the answer is being written */
    ngx_http_rackscope_logs_upload_wake(upload);

    return ngx_http_rackscope_logs_upload_rc(rc);
}


static ngx_int_t
ngx_http_rackscope_logs_upload_rc(int rc)
{
    switch (rc) {

    case RSL_OK:
        return NGX_OK;

    case RSL_AGAIN:
        return NGX_AGAIN;

    case RSL_DECLINED:
        return NGX_HTTP_UNSUPPORTED_MEDIA_TYPE;

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
}


/*
 * Counts the body and what was rejected of it: before the answer, so that who
 * has that sees them counted, or when the client has gone.
 */

void
ngx_http_rackscope_logs_upload_count(ngx_http_rackscope_logs_upload_t *upload)
{
    size_t                      format;
    ngx_uint_t                  i;
    const rsl_intake_result_t  *result;

    if (upload->counted) {
        return;
    }

    upload->counted = 1;

    format = rsl_envelope_format(upload->envelope);

    ngx_http_rackscope_logs_zone_count(upload->zone,
                                NGX_HTTP_RACKSCOPE_LOGS_COUNT_BODIES + format,
                                1);
    ngx_http_rackscope_logs_zone_count(upload->zone,
                                NGX_HTTP_RACKSCOPE_LOGS_COUNT_BYTES + format,
                                upload->bytes);

    result = rsl_envelope_result(upload->envelope);

    for (i = 0; result->rejected && i < RSL_INTAKE_REASONS; i++) {
        ngx_http_rackscope_logs_zone_count(upload->zone,
                                NGX_HTTP_RACKSCOPE_LOGS_COUNT_REJECTED + i,
                                result->reasons[i]);
    }
}


/* Counts the body, and why it was not taken as a whole. */

void
ngx_http_rackscope_logs_upload_end(ngx_http_rackscope_logs_upload_t *upload,
    rsl_envelope_end_e end, ngx_uint_t status, ngx_uint_t encoding)
{
    ngx_http_rackscope_logs_upload_count(upload);

    if (end == RSL_ENVELOPE_REFUSED) {
        ngx_http_rackscope_logs_upload_reject(upload->zone,
                                              RSL_INTAKE_BAD_ENVELOPE);

    } else if (end == RSL_ENVELOPE_CUT
               && status == NGX_HTTP_REQUEST_ENTITY_TOO_LARGE)
    {
        ngx_http_rackscope_logs_upload_reject(upload->zone,
                                           NGX_HTTP_RACKSCOPE_LOGS_TOO_LARGE);

    } else if (end == RSL_ENVELOPE_CUT && encoding) {
        ngx_http_rackscope_logs_upload_reject(upload->zone,
                                         NGX_HTTP_RACKSCOPE_LOGS_BAD_ENCODING);
    }
}


void
ngx_http_rackscope_logs_upload_reject(ngx_shm_zone_t *zone, ngx_uint_t reason)
{
    ngx_http_rackscope_logs_zone_count(zone,
                                NGX_HTTP_RACKSCOPE_LOGS_COUNT_REJECTED
                                + reason, 1);
}


/*
 * The request is going away, and "upload" may go with it, so the rest of the
 * body is taken care of here.  The lines that a client has sent before it went
 * away are whole, and the last of them may still be held back.
 */

void
ngx_http_rackscope_logs_upload_leave(ngx_http_rackscope_logs_upload_t *upload)
{
    ngx_http_rackscope_logs_task_delete(&upload->task);
    ngx_http_rackscope_logs_share_forget(upload->zone, &upload->waiter);

    if (upload->cut) {
        ngx_http_rackscope_logs_upload_done(upload);
        return;
    }

    if (!upload->ended) {
        rsl_envelope_cut(upload->envelope);
    }

    upload->ended = 1;

    if (rsl_envelope_kept(upload->envelope) > NGX_HTTP_RACKSCOPE_LOGS_SMALL
        && ngx_http_rackscope_logs_left < NGX_HTTP_RACKSCOPE_LOGS_LEFT
        && ngx_http_rackscope_logs_upload_detach(upload) == NGX_OK)
    {
        return;
    }

    while (ngx_http_rackscope_logs_upload_step(upload) == NGX_AGAIN) {
        /* void */
    }

    ngx_http_rackscope_logs_upload_done(upload);
}


static ngx_int_t
ngx_http_rackscope_logs_upload_detach(ngx_http_rackscope_logs_upload_t *upload)
{
    rsl_str_t                          logger;
    ngx_http_rackscope_logs_upload_t  *rest;

    rest = ngx_alloc(sizeof(ngx_http_rackscope_logs_upload_t)
                     + upload->logger.len, ngx_cycle->log);
    if (rest == NULL) {
        return NGX_ERROR;
    }

    *rest = *upload;

    logger.len = upload->logger.len;
    logger.data = (u_char *) (rest + 1);

    if (logger.len) {
        ngx_memcpy(rest + 1, upload->logger.data, logger.len);
    }

    rsl_envelope_hand_over(rest->envelope,
                           ngx_http_rackscope_logs_upload_record, rest,
                           &rest->carry, &logger);

    rest->task.handler = ngx_http_rackscope_logs_upload_rest;
    rest->task.request = NULL;

    ngx_http_rackscope_logs_left++;
    ngx_http_rackscope_logs_task_add(&rest->task);

    return NGX_OK;
}


static void
ngx_http_rackscope_logs_upload_done(ngx_http_rackscope_logs_upload_t *upload)
{
    ngx_http_rackscope_logs_upload_count(upload);

    rsl_redact_carry_reset(&upload->carry);
    ngx_http_rackscope_logs_capture_envelope_done(upload->envelope);
}


static void
ngx_http_rackscope_logs_upload_rest(ngx_http_rackscope_logs_task_t *task)
{
    ngx_http_rackscope_logs_upload_t  *upload;

    upload = (ngx_http_rackscope_logs_upload_t *) task;

    if (upload->ticket) {
        upload->waiter.handler = ngx_http_rackscope_logs_upload_room;
        upload->waiter.ticket = 0;

        if (!ngx_exiting
            && ngx_http_rackscope_logs_share_wait(upload->zone,
                                                  &upload->waiter)
               == NGX_AGAIN)
        {
            return;
        }
    }

    if (ngx_http_rackscope_logs_upload_step(upload) == NGX_AGAIN) {
        ngx_http_rackscope_logs_task_add(task);
        return;
    }

    ngx_http_rackscope_logs_left--;

    ngx_http_rackscope_logs_upload_done(upload);

    ngx_free(upload);
}


/* What waits for Redis has become less, so there is room for more of this. */

static void
ngx_http_rackscope_logs_upload_room(ngx_http_rackscope_logs_waiter_t *waiter)
{
    ngx_http_rackscope_logs_upload_t  *upload;

    upload = (ngx_http_rackscope_logs_upload_t *)
             ((u_char *) waiter
              - offsetof(ngx_http_rackscope_logs_upload_t, waiter));

    ngx_http_rackscope_logs_task_add(&upload->task);
}
