
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Whether the client of a stream is still there.
 *
 * nginx watches a connection for its end with ngx_http_test_reading(), but not
 * while the body of the request is discarded, nor after that.  A stream may
 * send nothing for long, so it would not find out for itself.
 */


#include "ngx_http_rackscope_logs.h"


static void ngx_http_rackscope_logs_client_reader(ngx_http_request_t *r);


/*
 * To be called again from an event when the handler of a request with a body
 * has returned: nginx sets its own read handler then, and a timer that ends a
 * request whose body does not come in time.
 */

ngx_int_t
ngx_http_rackscope_logs_client_watch(ngx_http_request_t *r)
{
    ngx_event_t  *rev;

    rev = r->connection->read;

    if (r->read_event_handler == ngx_http_rackscope_logs_client_reader) {
        return NGX_OK;
    }

    r->read_event_handler = ngx_http_rackscope_logs_client_reader;
    r->lingering_time = 0;

    if (rev->timer_set) {
        ngx_del_timer(rev);
    }

    /* the client may have gone already, and no further event would tell */

    if (rev->ready || rev->eof || rev->error) {
        ngx_post_event(rev, &ngx_posted_events);
        return NGX_OK;
    }

    return ngx_handle_read_event(rev, 0);
}


static void
ngx_http_rackscope_logs_client_reader(ngx_http_request_t *r)
{
    ngx_connection_t  *c;

    c = r->connection;

    if (r->discard_body) {
        ngx_http_discarded_request_body_handler(r);

        /* there is more to come, or the request was terminated */

        if (r->discard_body) {
            return;
        }

        r->read_event_handler = ngx_http_rackscope_logs_client_reader;

        if (c->error || c->read->eof) {
            ngx_http_finalize_request(r, NGX_HTTP_CLIENT_CLOSED_REQUEST);
            return;
        }
    }

    ngx_http_test_reading(r);
}
