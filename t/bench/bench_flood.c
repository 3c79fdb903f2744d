
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Posts the lines of a file, each as a body of its own, or the whole file as
 * one, or what is a request already, as fast as they are answered:
 *
 *     bench_flood PORT SECONDS CONNECTIONS FILE line|whole|request [awake]
 *
 * All requests are made beforehand and an answer is hardly looked at, so that
 * it is the server that takes the time.  Who has a processor for it alone stays
 * "awake": a client that sleeps is woken by the server, which takes time of
 * the server's, and the more the slower the server is.  Prints how many were
 * answered, and the seconds that it took.
 */


#include "bench_net.h"


#define FLOOD_CONNECTIONS  1024
#define FLOOD_REQUESTS     100000
#define FLOOD_ANSWER       4096
#define FLOOD_WHOLE        (16 * 1024 * 1024)


typedef struct {
    char            *text;
    size_t           len;
} flood_request_t;


typedef struct {
    int              fd;
    size_t           request;           /* the one that is on its way */
    size_t           sent;              /* of its bytes */
    size_t           len;               /* of the answer */
    char             answer[FLOOD_ANSWER + 1];
} flood_conn_t;


typedef struct {
    int              port;
    int              epoll;
    long             answered;
    size_t           next;
    size_t           nrequests;
    flood_request_t  requests[FLOOD_REQUESTS];
} flood_t;


static void flood_load(flood_t *flood, const char *name, const char *how);
static void flood_lines(flood_t *flood, FILE *file);
static void flood_whole(flood_t *flood, FILE *file, int request);
static void flood_request(flood_t *flood, const char *body, size_t len);
static void flood_add(flood_t *flood, char *text, size_t len);
static void flood_connect(flood_t *flood);
static void flood_post(flood_t *flood, flood_conn_t *conn);
static void flood_send(flood_t *flood, flood_conn_t *conn);
static void flood_recv(flood_t *flood, flood_conn_t *conn);


static flood_t  flood;


int
main(int argc, char **argv)
{
    int                 i, n, connections, pause;
    int64_t             start, end;
    struct epoll_event  events[64];

    if (argc != 6 && !(argc == 7 && strcmp(argv[6], "awake") == 0)) {
        bench_die("usage: bench_flood PORT SECONDS CONNECTIONS FILE "
                  "line|whole|request [awake]");
    }

    pause = (argc == 7) ? 0 : 100;

    flood.port = atoi(argv[1]);
    flood.epoll = epoll_create1(0);
    connections = atoi(argv[3]);

    if (connections < 1 || connections > FLOOD_CONNECTIONS) {
        bench_die("from 1 to 1024 connections");
    }

    flood_load(&flood, argv[4], argv[5]);

    start = bench_now();
    end = start + (int64_t) (atof(argv[2]) * 1e9);

    for (i = 0; i < connections; i++) {
        flood_connect(&flood);
    }

    while (bench_now() < end) {
        n = epoll_wait(flood.epoll, events, 64, pause);

        for (i = 0; i < n; i++) {
            flood_send(&flood, events[i].data.ptr);
            flood_recv(&flood, events[i].data.ptr);
        }
    }

    printf("%ld\t%.6f\n", flood.answered,
           (double) (bench_now() - start) / 1e9);

    return 0;
}


static void
flood_load(flood_t *flood, const char *name, const char *how)
{
    FILE  *file;

    file = fopen(name, "rb");
    if (file == NULL) {
        bench_die(name);
    }

    if (strcmp(how, "line") == 0) {
        flood_lines(flood, file);

    } else {
        flood_whole(flood, file, strcmp(how, "request") == 0);
    }

    (void) fclose(file);

    if (flood->nrequests == 0) {
        bench_die("nothing to post");
    }
}


static void
flood_lines(flood_t *flood, FILE *file)
{
    char    *line;
    size_t   size;
    ssize_t  len;

    line = NULL;
    size = 0;

    for ( ;; ) {
        len = getline(&line, &size, file);

        if (len <= 0) {
            break;
        }

        if (line[len - 1] == '\n') {
            len--;
        }

        flood_request(flood, line, (size_t) len);
    }

    free(line);
}


static void
flood_whole(flood_t *flood, FILE *file, int request)
{
    char    *text;
    size_t   len;

    text = malloc(FLOOD_WHOLE);
    if (text == NULL) {
        bench_die("no memory");
    }

    len = fread(text, 1, FLOOD_WHOLE, file);

    if (len == FLOOD_WHOLE) {
        bench_die("the file is too large");
    }

    if (request) {
        flood_add(flood, text, len);
        return;
    }

    flood_request(flood, text, len);
    free(text);
}


static void
flood_request(flood_t *flood, const char *body, size_t len)
{
    int    n;
    char  *text;

    text = malloc(len + 256);
    if (text == NULL) {
        bench_die("no memory");
    }

    n = snprintf(text, 256, "POST /ingest HTTP/1.1\r\n"
                 "Host: localhost\r\n"
                 "Content-Type: application/x-ndjson\r\n"
                 "Content-Length: %zu\r\n\r\n", len);

    memcpy(text + n, body, len);

    flood_add(flood, text, (size_t) n + len);
}


static void
flood_add(flood_t *flood, char *text, size_t len)
{
    flood_request_t  *request;

    if (flood->nrequests == FLOOD_REQUESTS) {
        free(text);
        return;
    }

    request = &flood->requests[flood->nrequests++];
    request->text = text;
    request->len = len;
}


static void
flood_connect(flood_t *flood)
{
    flood_conn_t        *conn;
    struct epoll_event   event;

    conn = calloc(1, sizeof(flood_conn_t));
    if (conn == NULL) {
        bench_die("no memory");
    }

    conn->fd = bench_connect(flood->port);

    memset(&event, 0, sizeof(struct epoll_event));

    event.events = EPOLLIN|EPOLLOUT|EPOLLET;
    event.data.ptr = conn;

    flood_post(flood, conn);

    if (epoll_ctl(flood->epoll, EPOLL_CTL_ADD, conn->fd, &event) == -1) {
        bench_die("epoll");
    }
}


static void
flood_post(flood_t *flood, flood_conn_t *conn)
{
    conn->request = flood->next++ % flood->nrequests;
    conn->sent = 0;
    conn->len = 0;

    flood_send(flood, conn);
}


static void
flood_send(flood_t *flood, flood_conn_t *conn)
{
    ssize_t           n;
    flood_request_t  *request;

    request = &flood->requests[conn->request];

    while (conn->sent < request->len) {

        n = send(conn->fd, request->text + conn->sent,
                 request->len - conn->sent, MSG_DONTWAIT|MSG_NOSIGNAL);

        if (n < 0 && errno == EAGAIN) {
            return;
        }

        if (n < 0) {
            bench_die("send");
        }

        conn->sent += (size_t) n;
    }
}


/* The next event is told only if nothing was left to read. */

static void
flood_recv(flood_t *flood, flood_conn_t *conn)
{
    ssize_t  n;

    for ( ;; ) {
        n = recv(conn->fd, conn->answer + conn->len, FLOOD_ANSWER - conn->len,
                 MSG_DONTWAIT);

        if (n < 0 && errno == EAGAIN) {
            return;
        }

        if (n <= 0) {
            bench_die("the server closed the connection");
        }

        conn->len += (size_t) n;
        conn->answer[conn->len] = '\0';

        if (!bench_is_whole(conn->answer, conn->len)) {
            continue;
        }

        if (strncmp(conn->answer, "HTTP/1.1 2", 10) != 0) {
            errno = 0;
            bench_die(conn->answer);
        }

        flood->answered++;
        flood_post(flood, conn);

        /* what is answered from here on is an event of its own */
        return;
    }
}
