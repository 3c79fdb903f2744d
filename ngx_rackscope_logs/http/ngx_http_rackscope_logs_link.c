
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A connection of a share to Redis, or to a Sentinel: the name is resolved,
 * TCP connects, TLS shakes hands, and then bytes go to and fro.  What they say
 * is the business of the core.  A connection that fails is made again after a
 * pause, which doubles each time.
 */


#include "ngx_http_rackscope_logs.h"


#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

#define NGX_HTTP_RACKSCOPE_LOGS_LINK_POOL     512
#define NGX_HTTP_RACKSCOPE_LOGS_LINK_BUFFER   65536

/* Resolving, connecting and TLS may take this long, together, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_LINK_TIMEOUT  5000

/* The pause after a failure, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_LINK_PAUSE    100
#define NGX_HTTP_RACKSCOPE_LOGS_LINK_PAUSES   5000

/* A connection that stood for this long was no failure, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_LINK_STOOD    1000

/* So many buffers are read in one turn of the event loop. */
#define NGX_HTTP_RACKSCOPE_LOGS_LINK_READS    16


static void ngx_http_rackscope_logs_link_connect(
    ngx_http_rackscope_logs_link_t *link);
static void ngx_http_rackscope_logs_link_socket(
    ngx_http_rackscope_logs_link_t *link);
static void ngx_http_rackscope_logs_link_host(
    ngx_http_rackscope_logs_link_t *link);
static ngx_uint_t ngx_http_rackscope_logs_link_tried(
    ngx_http_rackscope_logs_link_t *link, struct sockaddr *sockaddr,
    socklen_t socklen);
static void ngx_http_rackscope_logs_link_resolve(
    ngx_http_rackscope_logs_link_t *link);
static void ngx_http_rackscope_logs_link_resolved(ngx_resolver_ctx_t *ctx);
static void ngx_http_rackscope_logs_link_peer(
    ngx_http_rackscope_logs_link_t *link, struct sockaddr *sockaddr,
    socklen_t socklen);
static void ngx_http_rackscope_logs_link_begin(
    ngx_http_rackscope_logs_link_t *link);
static const char *ngx_http_rackscope_logs_link_error(ngx_err_t err);
static void ngx_http_rackscope_logs_link_connected(
    ngx_http_rackscope_logs_link_t *link);
#if (NGX_SSL)
static void ngx_http_rackscope_logs_link_handshake(
    ngx_http_rackscope_logs_link_t *link);
static void ngx_http_rackscope_logs_link_shook(ngx_connection_t *c);
static void ngx_http_rackscope_logs_link_verify(
    ngx_http_rackscope_logs_link_t *link);
#endif
static void ngx_http_rackscope_logs_link_open(
    ngx_http_rackscope_logs_link_t *link);
static void ngx_http_rackscope_logs_link_connecting(ngx_event_t *ev);
static void ngx_http_rackscope_logs_link_reader(ngx_event_t *rev);
static void ngx_http_rackscope_logs_link_read(
    ngx_http_rackscope_logs_link_t *link);
static void ngx_http_rackscope_logs_link_writer(ngx_event_t *wev);
static void ngx_http_rackscope_logs_link_write(
    ngx_http_rackscope_logs_link_t *link);
static void ngx_http_rackscope_logs_link_timer(ngx_event_t *ev);
static void ngx_http_rackscope_logs_link_failed(
    ngx_http_rackscope_logs_link_t *link, const char *why);


/* What is read is handed on at once, so one buffer is enough for a process. */
static u_char  ngx_http_rackscope_logs_link_buf[
                                         NGX_HTTP_RACKSCOPE_LOGS_LINK_BUFFER];


void
ngx_http_rackscope_logs_link_init(ngx_http_rackscope_logs_link_t *link,
    ngx_log_t *log)
{
    /*
     * nginx logs each connection that fails, many times a second if there are
     * many workers.  The share says why once a minute.
     */

    link->log = *log;
    link->log.log_level = ngx_min(log->log_level, NGX_LOG_ALERT);

    link->fake.fd = (ngx_socket_t) -1;

    link->timer.handler = ngx_http_rackscope_logs_link_timer;
    link->timer.data = &link->fake;
    link->timer.log = &link->log;
    link->timer.cancelable = 1;

    link->fake.data = link;
}


/* Does what the core wants: connects, closes, or writes. */

void
ngx_http_rackscope_logs_link_run(ngx_http_rackscope_logs_link_t *link)
{
    rsl_share_time_t  now;

    if (!rsl_share_wants(link->core, link->id)) {

        if (link->state == NGX_HTTP_RACKSCOPE_LOGS_LINK_CONNECTING
            || link->state == NGX_HTTP_RACKSCOPE_LOGS_LINK_OPEN)
        {
            ngx_http_rackscope_logs_link_close(link);

            ngx_http_rackscope_logs_zone_time(&now);
            rsl_share_closed(link->core, link->id, NULL, &now);
        }

        return;
    }

    switch (link->state) {

    case NGX_HTTP_RACKSCOPE_LOGS_LINK_IDLE:
        ngx_http_rackscope_logs_link_connect(link);
        break;

    case NGX_HTTP_RACKSCOPE_LOGS_LINK_OPEN:
        ngx_http_rackscope_logs_link_write(link);
        break;

    default:
        break;
    }
}


static void
ngx_http_rackscope_logs_link_connect(ngx_http_rackscope_logs_link_t *link)
{
    link->pool = ngx_create_pool(NGX_HTTP_RACKSCOPE_LOGS_LINK_POOL,
                                 &link->log);
    if (link->pool == NULL) {
        ngx_http_rackscope_logs_link_failed(link, "there is no memory");
        return;
    }

    link->state = NGX_HTTP_RACKSCOPE_LOGS_LINK_CONNECTING;
    ngx_add_timer(&link->timer, NGX_HTTP_RACKSCOPE_LOGS_LINK_TIMEOUT);

    if (link->share->url.path.len) {
        ngx_http_rackscope_logs_link_socket(link);

    } else {
        ngx_http_rackscope_logs_link_host(link);
    }
}


static void
ngx_http_rackscope_logs_link_socket(ngx_http_rackscope_logs_link_t *link)
{
#if (NGX_HAVE_UNIX_DOMAIN)

    rsl_str_t           *path;
    struct sockaddr_un   sun;

    path = &link->share->url.path;

    if (path->len >= sizeof(sun.sun_path)) {
        ngx_http_rackscope_logs_link_failed(link,
                                            "the path of the socket is longer "
                                            "than the system allows");
        return;
    }

    ngx_memzero(&sun, sizeof(struct sockaddr_un));

    sun.sun_family = AF_UNIX;
    ngx_memcpy(sun.sun_path, path->data, path->len);

    ngx_http_rackscope_logs_link_peer(link, (struct sockaddr *) &sun,
                                      sizeof(struct sockaddr_un));

#else

    ngx_http_rackscope_logs_link_failed(link, "this system has no Unix "
                                              "sockets");

#endif
}


/* Finds the address of the master that a Sentinel has named, or of a host. */

static void
ngx_http_rackscope_logs_link_host(ngx_http_rackscope_logs_link_t *link)
{
    ngx_addr_t         addr, *addrs;
    ngx_uint_t         i, n;
    rsl_share_host_t   host;

    link->sentinel = 0;

    if (link->master) {
        link->master = 0;

        rsl_share_master(link->core, link->id, &host);

        link->port = (in_port_t) host.port;
        link->name.len = host.name.len;
        link->name.data = ngx_pnalloc(link->pool, host.name.len + 1);

        if (link->name.data == NULL) {
            ngx_http_rackscope_logs_link_failed(link, "there is no memory");
            return;
        }

        (void) ngx_cpystrn(link->name.data, (u_char *) host.name.data,
                           host.name.len + 1);
        addrs = NULL;
        n = 0;

    } else {
        i = link->attempts++ % link->share->url.nhosts;

        link->sentinel = (link->share->url.master.len != 0);
        link->port = (in_port_t) link->share->url.hosts[i].port;
        link->name = link->share->names[i];
        addrs = link->share->addrs[i];
        n = link->share->naddrs[i];
    }

    if (n) {
        i = ngx_random() % n;

        if (ngx_http_rackscope_logs_link_tried(link, addrs[i].sockaddr,
                                               addrs[i].socklen))
        {
            i = (i + 1) % n;
        }

        ngx_http_rackscope_logs_link_peer(link, addrs[i].sockaddr,
                                          addrs[i].socklen);
        return;
    }

    if (ngx_parse_addr(link->pool, &addr, link->name.data, link->name.len)
        == NGX_OK)
    {
        ngx_http_rackscope_logs_link_peer(link, addr.sockaddr, addr.socklen);
        return;
    }

    ngx_http_rackscope_logs_link_resolve(link);
}


/*
 * Has it failed last?  A name often has an address of IPv4 and one of IPv6, and
 * Redis listens at one of them.
 */

static ngx_uint_t
ngx_http_rackscope_logs_link_tried(ngx_http_rackscope_logs_link_t *link,
    struct sockaddr *sockaddr, socklen_t socklen)
{
    return link->failures
           && ngx_cmp_sockaddr(&link->sockaddr.sockaddr, socklen, sockaddr,
                               socklen, 0)
              == NGX_OK;
}


static void
ngx_http_rackscope_logs_link_resolve(ngx_http_rackscope_logs_link_t *link)
{
    ngx_resolver_ctx_t  *ctx;

    if (link->share->resolver == NULL) {
        ngx_http_rackscope_logs_link_failed(link,
                                            "the Sentinel names a host by a "
                                            "name, for which nginx needs the "
                                            "directive \"resolver\"");
        return;
    }

    ctx = ngx_resolve_start(link->share->resolver, NULL);

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        ngx_http_rackscope_logs_link_failed(link, "there is no memory");
        return;
    }

    ctx->name = link->name;
    ctx->handler = ngx_http_rackscope_logs_link_resolved;
    ctx->data = link;
    ctx->timeout = NGX_HTTP_RACKSCOPE_LOGS_LINK_TIMEOUT;
    ctx->cancelable = 1;

    link->resolving = ctx;

    /* the handler may be called before this returns */

    if (ngx_resolve_name(ctx) != NGX_OK) {
        link->resolving = NULL;
        ngx_http_rackscope_logs_link_failed(link, "the resolver failed");
    }
}


static void
ngx_http_rackscope_logs_link_resolved(ngx_resolver_ctx_t *ctx)
{
    ngx_uint_t                       i;
    ngx_sockaddr_t                   sockaddr;
    socklen_t                        socklen;
    ngx_http_rackscope_logs_link_t  *link;

    link = ctx->data;
    link->resolving = NULL;

    if (ctx->state || ctx->naddrs == 0) {
        ngx_resolve_name_done(ctx);
        ngx_http_rackscope_logs_link_failed(link,
                                            "the name of its host does not "
                                            "resolve");
        link->pump(link->data);
        return;
    }

    i = ngx_random() % ctx->naddrs;

    if (ngx_http_rackscope_logs_link_tried(link, ctx->addrs[i].sockaddr,
                                           ctx->addrs[i].socklen))
    {
        i = (i + 1) % ctx->naddrs;
    }

    socklen = ctx->addrs[i].socklen;
    ngx_memcpy(&sockaddr, ctx->addrs[i].sockaddr, socklen);

    ngx_resolve_name_done(ctx);

    ngx_http_rackscope_logs_link_peer(link, &sockaddr.sockaddr, socklen);

    link->pump(link->data);
}


static void
ngx_http_rackscope_logs_link_peer(ngx_http_rackscope_logs_link_t *link,
    struct sockaddr *sockaddr, socklen_t socklen)
{
    ngx_peer_connection_t  *pc;

    ngx_memcpy(&link->sockaddr, sockaddr, socklen);

    if (sockaddr->sa_family != AF_UNIX) {
        ngx_inet_set_port(&link->sockaddr.sockaddr, link->port);
    }

    pc = &link->peer;
    ngx_memzero(pc, sizeof(ngx_peer_connection_t));

    pc->sockaddr = &link->sockaddr.sockaddr;
    pc->socklen = socklen;
    pc->name = &link->share->zone->shm.name;
    pc->get = ngx_event_get_peer;
    pc->log = &link->log;
    pc->log_error = NGX_ERROR_INFO;
    pc->so_keepalive = 1;

    ngx_http_rackscope_logs_link_begin(link);
}


static void
ngx_http_rackscope_logs_link_begin(ngx_http_rackscope_logs_link_t *link)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    ngx_set_errno(0);

    rc = ngx_event_connect_peer(&link->peer);

    if (rc != NGX_OK && rc != NGX_AGAIN) {
        ngx_http_rackscope_logs_link_failed(link,
                             ngx_http_rackscope_logs_link_error(ngx_errno));
        return;
    }

    c = link->peer.connection;

    c->data = link;
    c->pool = link->pool;
    c->log = &link->log;
    c->read->log = &link->log;
    c->write->log = &link->log;
    c->read->handler = ngx_http_rackscope_logs_link_connecting;
    c->write->handler = ngx_http_rackscope_logs_link_connecting;

    if (rc == NGX_OK) {
        ngx_http_rackscope_logs_link_connected(link);
    }
}


static const char *
ngx_http_rackscope_logs_link_error(ngx_err_t err)
{
    switch (err) {

    case NGX_ECONNREFUSED:
        return "nothing listens at its address (connection refused)";

    case NGX_ENOENT:
        return "its socket does not exist";

    case NGX_EACCES:
    case NGX_EPERM:
        return "nginx's user may not connect to it (permission denied)";

    case NGX_EHOSTUNREACH:
    case NGX_ENETUNREACH:
    case NGX_EHOSTDOWN:
    case NGX_ENETDOWN:
        return "there is no way to its address (unreachable)";

    case NGX_ETIMEDOUT:
        return "it does not answer (timed out)";

    case NGX_ECONNRESET:
        return "the connection was reset";

    default:
        return "the connection could not be made";
    }
}


static void
ngx_http_rackscope_logs_link_connecting(ngx_event_t *ev)
{
    int                              err;
    socklen_t                        len;
    ngx_connection_t                *c;
    ngx_http_rackscope_logs_link_t  *link;

    c = ev->data;
    link = c->data;

    err = 0;
    len = sizeof(int);

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    if (err) {
        ngx_http_rackscope_logs_link_failed(link,
                                      ngx_http_rackscope_logs_link_error(err));

    } else if (ev == c->write) {
        ngx_http_rackscope_logs_link_connected(link);
    }

    link->pump(link->data);
}


static void
ngx_http_rackscope_logs_link_connected(ngx_http_rackscope_logs_link_t *link)
{
    ngx_connection_t  *c;

    c = link->peer.connection;

    if (link->sockaddr.sockaddr.sa_family != AF_UNIX) {
        (void) ngx_tcp_nodelay(c);
    }

#if (NGX_SSL)

    if (link->share->url.tls) {
        ngx_http_rackscope_logs_link_handshake(link);
        return;
    }

#endif

    ngx_http_rackscope_logs_link_open(link);
}


#if (NGX_SSL)

static void
ngx_http_rackscope_logs_link_handshake(ngx_http_rackscope_logs_link_t *link)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    c = link->peer.connection;

    if (ngx_ssl_create_connection(link->share->ssl, c,
                                  NGX_SSL_BUFFER|NGX_SSL_CLIENT)
        != NGX_OK)
    {
        ngx_http_rackscope_logs_link_failed(link, "TLS could not begin");
        return;
    }

#ifdef SSL_CTRL_SET_TLSEXT_HOSTNAME

    /* an address is no name (RFC 6066, 3) */

    if (!ngx_http_rackscope_logs_tls_address(&link->name)
        && SSL_set_tlsext_host_name(c->ssl->connection,
                                    (char *) link->name.data)
           == 0)
    {
        ngx_http_rackscope_logs_link_failed(link, "TLS could not begin");
        return;
    }

#endif

    rc = ngx_ssl_handshake(c);

    if (rc == NGX_AGAIN) {
        c->ssl->handler = ngx_http_rackscope_logs_link_shook;
        return;
    }

    ngx_http_rackscope_logs_link_verify(link);
}


static void
ngx_http_rackscope_logs_link_shook(ngx_connection_t *c)
{
    ngx_http_rackscope_logs_link_t  *link;

    link = c->data;

    ngx_http_rackscope_logs_link_verify(link);

    link->pump(link->data);
}


static void
ngx_http_rackscope_logs_link_verify(ngx_http_rackscope_logs_link_t *link)
{
    const char        *why;
    ngx_connection_t  *c;

    c = link->peer.connection;

    if (!c->ssl->handshaked) {
        ngx_http_rackscope_logs_link_failed(link, "the TLS handshake failed");
        return;
    }

    why = ngx_http_rackscope_logs_tls_verify(c, &link->name);

    if (why) {
        ngx_http_rackscope_logs_link_failed(link, why);
        return;
    }

    ngx_http_rackscope_logs_link_open(link);
}

#endif


static void
ngx_http_rackscope_logs_link_open(ngx_http_rackscope_logs_link_t *link)
{
    ngx_connection_t  *c;
    rsl_share_time_t   now;

    c = link->peer.connection;

    link->state = NGX_HTTP_RACKSCOPE_LOGS_LINK_OPEN;
    link->since = ngx_current_msec;

    ngx_del_timer(&link->timer);

    c->read->handler = ngx_http_rackscope_logs_link_reader;
    c->write->handler = ngx_http_rackscope_logs_link_writer;

    ngx_http_rackscope_logs_zone_time(&now);
    rsl_share_opened(link->core, link->id, link->sentinel, &now);

    ngx_post_event(c->read, &ngx_posted_events);
}


static void
ngx_http_rackscope_logs_link_reader(ngx_event_t *rev)
{
    ngx_connection_t                *c;
    ngx_http_rackscope_logs_link_t  *link;

    c = rev->data;
    link = c->data;

    ngx_http_rackscope_logs_link_read(link);

    link->pump(link->data);
}


static void
ngx_http_rackscope_logs_link_read(ngx_http_rackscope_logs_link_t *link)
{
    int                rc;
    ssize_t            n;
    ngx_uint_t         i;
    ngx_connection_t  *c;
    rsl_share_time_t   now;

    c = link->peer.connection;

    for (i = 0; i < NGX_HTTP_RACKSCOPE_LOGS_LINK_READS; i++) {

        n = c->recv(c, ngx_http_rackscope_logs_link_buf,
                    NGX_HTTP_RACKSCOPE_LOGS_LINK_BUFFER);

        if (n == NGX_AGAIN) {
            if (ngx_handle_read_event(c->read, 0) != NGX_OK) {
                ngx_http_rackscope_logs_link_failed(link, "the connection "
                                                          "failed");
            }

            return;
        }

        if (n == NGX_ERROR || n == 0) {
            ngx_http_rackscope_logs_link_failed(link,
                                                "it closed the connection");
            return;
        }

        ngx_http_rackscope_logs_zone_time(&now);

        rc = rsl_share_received(link->core, link->id,
                                ngx_http_rackscope_logs_link_buf, n, &now);

        if (rc == RSL_AGAIN) {
            /* a Sentinel has named the master: to it at once */

            ngx_http_rackscope_logs_link_close(link);
            link->master = 1;

            rsl_share_closed(link->core, link->id, NULL, &now);
            return;
        }

        if (rc != RSL_OK) {
            ngx_http_rackscope_logs_link_failed(link, NULL);
            return;
        }
    }

    ngx_post_event(c->read, &ngx_posted_next_events);
}


static void
ngx_http_rackscope_logs_link_writer(ngx_event_t *wev)
{
    ngx_connection_t                *c;
    ngx_http_rackscope_logs_link_t  *link;

    c = wev->data;
    link = c->data;

    link->pump(link->data);
}


static void
ngx_http_rackscope_logs_link_write(ngx_http_rackscope_logs_link_t *link)
{
    ssize_t            n;
    rsl_str_t          bytes;
    ngx_connection_t  *c;

    c = link->peer.connection;

    for ( ;; ) {

        rsl_share_unsent(link->core, link->id, &bytes);

        if (bytes.len == 0 || !c->write->ready) {
            break;
        }

        n = c->send(c, (u_char *) bytes.data, bytes.len);

        if (n == NGX_ERROR) {
            ngx_http_rackscope_logs_link_failed(link,
                                                "it closed the connection");
            return;
        }

        if (n == NGX_AGAIN) {
            break;
        }

        rsl_share_sent(link->core, link->id, n);
    }

    if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
        ngx_http_rackscope_logs_link_failed(link, "the connection failed");
    }
}


/* Something took too long, or a pause is over. */

static void
ngx_http_rackscope_logs_link_timer(ngx_event_t *ev)
{
    ngx_connection_t                *c;
    ngx_http_rackscope_logs_link_t  *link;

    c = ev->data;
    link = c->data;

    ev->timedout = 0;

    if (link->state == NGX_HTTP_RACKSCOPE_LOGS_LINK_PAUSING) {
        link->state = NGX_HTTP_RACKSCOPE_LOGS_LINK_IDLE;

    } else if (link->resolving) {
        ngx_http_rackscope_logs_link_failed(link,
                                            "the name of its host does not "
                                            "resolve: the resolver does not "
                                            "answer");

#if (NGX_SSL)

    } else if (link->peer.connection && link->peer.connection->ssl) {
        ngx_http_rackscope_logs_link_failed(link,
                                            "it does not answer the TLS "
                                            "handshake: is that its port for "
                                            "TLS?");
#endif

    } else {
        ngx_http_rackscope_logs_link_failed(link,
                                            "it does not answer (timed out)");
    }

    link->pump(link->data);
}


/* "why" is NULL if the core knows better. */

static void
ngx_http_rackscope_logs_link_failed(ngx_http_rackscope_logs_link_t *link,
    const char *why)
{
    ngx_msec_t        pause;
    rsl_share_time_t  now;

    if (link->state == NGX_HTTP_RACKSCOPE_LOGS_LINK_OPEN
        && ngx_current_msec - link->since
           > NGX_HTTP_RACKSCOPE_LOGS_LINK_STOOD)
    {
        link->failures = 0;
    }

    ngx_http_rackscope_logs_link_close(link);

    pause = NGX_HTTP_RACKSCOPE_LOGS_LINK_PAUSE << link->failures;

    if (pause < NGX_HTTP_RACKSCOPE_LOGS_LINK_PAUSES) {
        link->failures++;

    } else {
        pause = NGX_HTTP_RACKSCOPE_LOGS_LINK_PAUSES;
    }

    /* nginx that have lost Redis together do not come back together */

    pause = pause / 2 + ngx_random() % (pause / 2 + 1);

    link->state = NGX_HTTP_RACKSCOPE_LOGS_LINK_PAUSING;
    ngx_add_timer(&link->timer, pause);

    ngx_http_rackscope_logs_zone_time(&now);
    rsl_share_closed(link->core, link->id, why, &now);
}


/* Forgets the connection, and whatever was to become one. */

void
ngx_http_rackscope_logs_link_close(ngx_http_rackscope_logs_link_t *link)
{
    ngx_connection_t  *c;

    if (link->timer.timer_set) {
        ngx_del_timer(&link->timer);
    }

    if (link->resolving) {
        ngx_resolve_name_done(link->resolving);
        link->resolving = NULL;
    }

    c = link->peer.connection;

    if (c) {

#if (NGX_SSL)

        if (c->ssl) {
            c->ssl->no_wait_shutdown = 1;
            c->ssl->no_send_shutdown = 1;

            (void) ngx_ssl_shutdown(c);
        }

#endif

        ngx_close_connection(c);
        link->peer.connection = NULL;
    }

    if (link->pool) {
        ngx_destroy_pool(link->pool);
        link->pool = NULL;
    }

    link->state = NGX_HTTP_RACKSCOPE_LOGS_LINK_IDLE;
}

#endif
