
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Posts records at a rate and reads them in streams, in one process, so that
 * one clock sees both:
 *
 *     bench_client PORT RATE SECONDS STREAMS FILE
 *
 * The streams are in another worker than the posts, if there is one.  Prints
 * what was sent and lost, and the median, the 99th percentile and the maximum
 * of the time from a record's first byte to its arrival in a stream, in µs.
 */


#include "bench_net.h"

#include <sys/timerfd.h>


#define CLIENT_POSTS     8
#define CLIENT_TRIES     400
#define CLIENT_RECORDS   1000
#define CLIENT_MARK      "bench #"
#define CLIENT_MARK_LEN  (sizeof(CLIENT_MARK) - 1)
#define CLIENT_NUMBER    8
#define CLIENT_DRAIN     2000000000     /* ns to wait for the last ones */


typedef struct {
    int       fd;
    int       stream;
    int       busy;
    char      worker[16];
    size_t    len;
    char      buf[65536];
} client_conn_t;


typedef struct {
    int              port;
    int              epoll;
    long             rate;
    long             total;         /* records to send */
    long             due;           /* of them, by now */
    long             sent;
    long             expected;      /* deliveries */
    long             received;
    long             streams;
    int64_t          start;
    int64_t         *sent_at;
    int64_t         *latency;
    unsigned char   *seen;          /* a bit for each stream */
    client_conn_t   *posts[CLIENT_POSTS];
    client_conn_t  **readers;
    char            *records[CLIENT_RECORDS];
    size_t           nrecords;
} client_t;


static void client_records(client_t *client, const char *name);
static client_conn_t *client_open(client_t *client, int stream,
    const char *like, const char *unlike);
static client_conn_t *client_connect(client_t *client, int stream);
static void client_hello(client_t *client, client_conn_t *conn);
static void client_post(client_t *client, client_conn_t *conn, long number);
static void client_run(client_t *client);
static void client_due(client_t *client, int timer);
static void client_send(client_t *client);
static int client_is_free(client_conn_t *conn);
static void client_fill(client_conn_t *conn);
static void client_events(client_t *client, client_conn_t *conn);
static void client_report(client_t *client);


int
main(int argc, char **argv)
{
    long         i;
    client_t    *client;
    const char  *posting, *reading;

    if (argc != 6) {
        bench_die("usage: bench_client PORT RATE SECONDS STREAMS FILE");
    }

    client = calloc(1, sizeof(client_t));
    if (client == NULL) {
        bench_die("no memory");
    }

    client->port = atoi(argv[1]);
    client->rate = atol(argv[2]);
    client->total = (long) ((double) client->rate * atof(argv[3]));
    client->streams = atol(argv[4]);
    client->expected = client->total * client->streams;
    client->epoll = epoll_create1(0);

    client->sent_at = calloc((size_t) client->total, sizeof(int64_t));
    client->latency = calloc((size_t) client->expected + 1, sizeof(int64_t));
    client->seen = calloc((size_t) client->total, 1);
    client->readers = calloc((size_t) client->streams + 1, sizeof(void *));

    if (client->sent_at == NULL || client->latency == NULL
        || client->seen == NULL || client->readers == NULL
        || client->total < 1 || client->streams > 8)
    {
        bench_die("no memory, or nothing to do");
    }

    client_records(client, argv[5]);

    posting = NULL;

    for (i = 0; i < CLIENT_POSTS; i++) {
        client->posts[i] = client_open(client, 0, posting, NULL);
        posting = client->posts[0]->worker;
    }

    reading = NULL;

    for (i = 0; i < client->streams; i++) {
        client->readers[i] = client_open(client, (int) i + 1, reading, posting);
        reading = client->readers[0]->worker;
    }

    client_run(client);
    client_report(client);

    return 0;
}


static void
client_records(client_t *client, const char *name)
{
    FILE    *file;
    char    *line;
    size_t   size;
    ssize_t  len;

    file = fopen(name, "rb");
    if (file == NULL) {
        bench_die(name);
    }

    while (client->nrecords < CLIENT_RECORDS) {
        line = NULL;
        size = 0;
        len = getline(&line, &size, file);

        if (len <= 0) {
            free(line);
            break;
        }

        line[strcspn(line, "\n")] = '\0';

        /* a traceback of kilobytes is not what comes a thousand times */

        if (len < 1024 && strstr(line, "\"message\": \"") != NULL) {
            client->records[client->nrecords++] = line;
        } else {
            free(line);
        }
    }

    (void) fclose(file);

    if (client->nrecords == 0) {
        bench_die("no records");
    }
}


/* In the worker "like", and not in "unlike", if that can be had. */

static client_conn_t *
client_open(client_t *client, int stream, const char *like, const char *unlike)
{
    int             i;
    client_conn_t  *conn;

    for (i = 0; /* void */ ; i++) {
        conn = client_connect(client, stream);

        client_hello(client, conn);

        if (i == CLIENT_TRIES || conn->worker[0] == '\0'
            || ((like == NULL || strcmp(conn->worker, like) == 0)
                && (unlike == NULL || strcmp(conn->worker, unlike) != 0)))
        {
            return conn;
        }

        (void) close(conn->fd);
        free(conn);
    }
}


static client_conn_t *
client_connect(client_t *client, int stream)
{
    client_conn_t       *conn;
    struct epoll_event   event;

    conn = calloc(1, sizeof(client_conn_t));
    if (conn == NULL) {
        bench_die("no memory");
    }

    conn->fd = bench_connect(client->port);
    conn->stream = stream;

    memset(&event, 0, sizeof(struct epoll_event));

    event.events = EPOLLIN;
    event.data.ptr = conn;

    /* an answer is not to wake us while a record is on its way to a stream */

    if (stream) {
        (void) epoll_ctl(client->epoll, EPOLL_CTL_ADD, conn->fd, &event);
    }

    return conn;
}


/* The head of the first answer, which says the worker. */

static void
client_hello(client_t *client, client_conn_t *conn)
{
    char  *p;

    static const char  get[] = "GET /api/logs/stream HTTP/1.1\r\n"
                               "Host: localhost\r\n"
                               "Accept: text/event-stream\r\n\r\n";

    if (!conn->stream) {
        client_post(client, conn, -1);

    } else if (write(conn->fd, get, sizeof(get) - 1) < 0) {
        bench_die("write");
    }

    do {
        client_fill(conn);

    } while (conn->stream ? strstr(conn->buf, "\r\n\r\n") == NULL
                          : !bench_is_whole(conn->buf, conn->len));

    if (strncmp(conn->buf, "HTTP/1.1 2", 10) != 0) {
        bench_die(conn->buf);
    }

    p = strstr(conn->buf, "X-Worker: ");

    if (p != NULL) {
        (void) sscanf(p, "X-Worker: %15[0-9]", conn->worker);
    }

    conn->busy = 0;
    conn->len = 0;
}


/* A real record, with a number at the start of its message. */

static void
client_post(client_t *client, client_conn_t *conn, long number)
{
    int          len, before;
    const char  *record, *message;

    static char  request[8192];

    record = client->records[(size_t) (number + 1) % client->nrecords];
    message = strstr(record, "\"message\": \"") + strlen("\"message\": \"");
    before = (int) (message - record);

    len = snprintf(request, sizeof(request),
                   "POST /ingest HTTP/1.1\r\nHost: localhost\r\n"
                   "Content-Type: application/x-ndjson\r\n"
                   "Content-Length: %zu\r\n\r\n%.*s" CLIENT_MARK "%0*ld %s",
                   strlen(record) + CLIENT_MARK_LEN + CLIENT_NUMBER + 1,
                   before, record, CLIENT_NUMBER,
                   number < 0 ? 99999999L : number, message);

    if (number >= 0) {
        client->sent_at[number] = bench_now();
    }

    conn->busy = 1;
    conn->len = 0;

    if (write(conn->fd, request, (size_t) len) != len) {
        bench_die("write");
    }
}


static void
client_run(client_t *client)
{
    int                 i, n, timer;
    int64_t             last;
    struct itimerspec   when;
    struct epoll_event  events[64], event;

    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);

    memset(&when, 0, sizeof(struct itimerspec));
    when.it_value.tv_nsec = 1;
    when.it_interval.tv_sec = client->rate == 1;
    when.it_interval.tv_nsec = client->rate == 1 ? 0
                                                 : 1000000000L / client->rate;

    memset(&event, 0, sizeof(struct epoll_event));
    event.events = EPOLLIN;

    if (timer == -1 || timerfd_settime(timer, 0, &when, NULL) == -1
        || epoll_ctl(client->epoll, EPOLL_CTL_ADD, timer, &event) == -1)
    {
        bench_die("timer");
    }

    client->start = bench_now();
    last = client->start;

    while (client->sent < client->total
           || (client->received < client->expected
               && bench_now() - last < CLIENT_DRAIN))
    {
        n = epoll_wait(client->epoll, events, 64, 100);

        for (i = 0; i < n; i++) {
            if (events[i].data.ptr != NULL) {
                client_fill(events[i].data.ptr);
                client_events(client, events[i].data.ptr);

            } else {
                client_due(client, timer);
            }
        }

        if (client->sent < client->total) {
            client_send(client);
            last = bench_now();
        }
    }
}


/* One for each tick of the timer: by the clock, some would come in pairs. */

static void
client_due(client_t *client, int timer)
{
    uint64_t  ticks;

    if (read(timer, &ticks, sizeof(ticks)) == sizeof(ticks)) {
        client->due += (long) ticks;
    }

    if (client->due > client->total) {
        client->due = client->total;
    }
}


/* Sends what is due; what finds no connection is sent later, and counts so. */

static void
client_send(client_t *client)
{
    int  i;

    for (i = 0; i < CLIENT_POSTS && client->sent < client->due; i++) {
        if (client_is_free(client->posts[i])) {
            client_post(client, client->posts[i], client->sent++);
        }
    }
}


/* Takes the answer to what was posted before, if it is there. */

static int
client_is_free(client_conn_t *conn)
{
    char  ch;

    while (conn->busy && recv(conn->fd, &ch, 1, MSG_PEEK|MSG_DONTWAIT) >= 0) {
        client_fill(conn);

        conn->busy = !bench_is_whole(conn->buf, conn->len);
    }

    if (!conn->busy && conn->len
        && strncmp(conn->buf, "HTTP/1.1 2", 10) != 0)
    {
        bench_die(conn->buf);
    }

    return !conn->busy;
}


static void
client_fill(client_conn_t *conn)
{
    ssize_t  n;

    n = read(conn->fd, conn->buf + conn->len,
             sizeof(conn->buf) - 1 - conn->len);
    if (n <= 0) {
        bench_die("the server closed the connection");
    }

    conn->len += (size_t) n;
    conn->buf[conn->len] = '\0';
}


static void
client_events(client_t *client, client_conn_t *conn)
{
    long      number;
    char     *p, *next;
    size_t    rest;
    int64_t   now;

    now = bench_now();
    p = conn->buf;

    for ( ;; ) {
        next = memmem(p, conn->len - (size_t) (p - conn->buf), CLIENT_MARK,
                      CLIENT_MARK_LEN);

        if (next == NULL || (size_t) (conn->buf + conn->len - next)
                            < CLIENT_MARK_LEN + CLIENT_NUMBER)
        {
            break;
        }

        p = next + CLIENT_MARK_LEN;
        number = strtol(p, NULL, 10);

        if (number >= client->total
            || (client->seen[number] >> (conn->stream - 1) & 1))
        {
            continue;
        }

        client->seen[number] |= (unsigned char) (1 << (conn->stream - 1));
        client->latency[client->received++] = now - client->sent_at[number];
    }

    /* what may be the beginning of another one */

    if (next == NULL) {
        rest = conn->len < CLIENT_MARK_LEN ? conn->len : CLIENT_MARK_LEN;
        next = conn->buf + conn->len - rest;

    } else {
        rest = (size_t) (conn->buf + conn->len - next);
    }

    memmove(conn->buf, next, rest);
    conn->len = rest;
}


static void
client_report(client_t *client)
{
    long  n = client->received;

    qsort(client->latency, (size_t) n, sizeof(int64_t), bench_compare);

    printf("%ld\t%ld\t%.1f\t%.1f\t%.1f\t%.1f\n", client->sent,
           client->expected - n,
           n ? (double) client->latency[n / 2] / 1e3 : 0,
           n ? (double) client->latency[n * 99 / 100] / 1e3 : 0,
           n ? (double) client->latency[n - 1] / 1e3 : 0,
           (double) client->total * 1e9
           / (double) (bench_now() - client->start));
}
