
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the handling of a body leaves where nobody frees it: on the stack, and
 * in the buffer of HTTP/2 that all connections of a worker share.
 *
 * It is wiped from the event loop: by then the stack is down to where the
 * loop waits, and HTTP/2 has taken all that it read.
 */


#include "ngx_http_rackscope_logs.h"

#if (NGX_HTTP_V2)
#include <ngx_http_v2_module.h>
#endif


/*
 * Nearly twice as deep as nginx and jansson go together, and deeper than with
 * PCRE2.  To wipe so much after each record would empty the processor's first
 * cache.
 */

#define NGX_HTTP_RACKSCOPE_LOGS_STACK       8192
#define NGX_HTTP_RACKSCOPE_LOGS_STACK_DEEP  32768


static void ngx_http_rackscope_logs_wipe_cleanup(void *data);
static void ngx_http_rackscope_logs_wipe_event(ngx_event_t *ev);
static void ngx_http_rackscope_logs_wipe_v2(ngx_http_request_t *r);


static ngx_event_t   ngx_http_rackscope_logs_wiping;
static uint64_t      ngx_http_rackscope_logs_wipe_matches;

/* of HTTP/2; NULL: it holds nothing of ours */
static u_char       *ngx_http_rackscope_logs_wipe_buffer;
static size_t        ngx_http_rackscope_logs_wipe_size;


void
ngx_http_rackscope_logs_wipe_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    rmcf->http_v2 = ngx_http_rackscope_logs_module_index(cf,
                                                        "ngx_http_v2_module");
}


/*
 * Wipes what was taken of the buffer that nginx reads the body into, from where
 * that was done before; in the end, all that was read.  There is more in it
 * than the chain of the body has: nginx joins small chunks in place.
 */

void
ngx_http_rackscope_logs_wipe_body(ngx_http_request_t *r, u_char **wiped,
    ngx_uint_t last)
{
    u_char     *end;
    ngx_buf_t  *b;

    if (r->request_body == NULL || r->request_body->buf == NULL) {
        return;
    }

    b = r->request_body->buf;
    end = last ? b->last : b->pos;

    if (*wiped == NULL || *wiped > end) {
        *wiped = b->start;
    }

    ngx_explicit_memzero(*wiped, end - *wiped);

    *wiped = end;
}


/* Wipes a body that something else had read, when nobody needs it any more. */

void
ngx_http_rackscope_logs_wipe_shared(ngx_http_request_t *r)
{
    ngx_chain_t  *cl;

    /* the log of another location may have it: "$request_body" */

    if (r != r->main || r->request_body == NULL) {
        return;
    }

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        if (cl->buf->temporary) {
            ngx_explicit_memzero(cl->buf->pos, cl->buf->last - cl->buf->pos);
        }
    }
}


/* Wipes after the request, however it ends. */

ngx_int_t
ngx_http_rackscope_logs_wipe_add(ngx_http_request_t *r)
{
    ngx_http_cleanup_t  *cln;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_rackscope_logs_wipe_cleanup;
    cln->data = r;

    return NGX_OK;
}


static void
ngx_http_rackscope_logs_wipe_cleanup(void *data)
{
    ngx_http_request_t  *r = data;

    ngx_http_rackscope_logs_wipe(r);
}


/* Wipes when the event loop has its turn, once for all who asked for it. */

void
ngx_http_rackscope_logs_wipe(ngx_http_request_t *r)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    ngx_http_rackscope_logs_wipe_v2(r);

    rmcf = ngx_http_get_module_main_conf(r, ngx_http_rackscope_logs_module);

    ngx_http_rackscope_logs_wipe_stack(rmcf->redact);
}


void
ngx_http_rackscope_logs_wipe_stack(rsl_redact_t *redact)
{
    ngx_event_t  *ev;

    ev = &ngx_http_rackscope_logs_wiping;

    if (ev->posted) {
        return;
    }

    ev->handler = ngx_http_rackscope_logs_wipe_event;
    ev->data = redact;
    ev->log = ngx_cycle->log;

    ngx_post_event(ev, &ngx_posted_events);
}


static void
ngx_http_rackscope_logs_wipe_event(ngx_event_t *ev)
{
    size_t    size;
    u_char    stack[NGX_HTTP_RACKSCOPE_LOGS_STACK_DEEP];
    uint64_t  matches;

    size = NGX_HTTP_RACKSCOPE_LOGS_STACK;
    matches = rsl_redact_matches(ev->data);

    if (matches != ngx_http_rackscope_logs_wipe_matches) {
        ngx_http_rackscope_logs_wipe_matches = matches;
        size = NGX_HTTP_RACKSCOPE_LOGS_STACK_DEEP;
    }

    /* stacks grow downwards: what was in use last is at the end */

    ngx_explicit_memzero(stack + sizeof(stack) - size, size);

    if (ngx_http_rackscope_logs_wipe_buffer) {
        ngx_explicit_memzero(ngx_http_rackscope_logs_wipe_buffer,
                             ngx_http_rackscope_logs_wipe_size);
        ngx_http_rackscope_logs_wipe_buffer = NULL;
    }
}


static void
ngx_http_rackscope_logs_wipe_v2(ngx_http_request_t *r)
{
#if (NGX_HTTP_V2)
    ngx_http_v2_main_conf_t              *h2mcf;
    ngx_http_rackscope_logs_main_conf_t  *rmcf;

    rmcf = ngx_http_get_module_main_conf(r, ngx_http_rackscope_logs_module);

    if (r->stream == NULL || rmcf->http_v2 == NGX_CONF_UNSET_UINT) {
        return;
    }

    h2mcf = r->main_conf[rmcf->http_v2];

    ngx_http_rackscope_logs_wipe_buffer = h2mcf->recv_buffer;
    ngx_http_rackscope_logs_wipe_size = h2mcf->recv_buffer_size;
#endif
}
