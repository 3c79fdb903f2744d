
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Two nodes on a real Redis, by way of its socket: that they understand each
 * other, and what Redis says when something is wrong with it.
 *
 *     live SOCKET
 */


#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "share/rsl_share_internal.h"


#define NODES       2
#define SIZE        20
#define ENTRY_SIZE  1024
#define DEADLINE    30000           /* ms, for each thing that is waited for */
#define LONG        4194304         /* bytes of an entry */


typedef struct {
    rsl_ring_t        *ring;
    rsl_share_zone_t  *zone;
    rsl_share_t       *share;
    int                fds[RSL_SHARE_LINKS];
    char               said[4096];
} node_t;


typedef int (*until_pt)(void);


static node_t         nodes[NODES];
static const char    *path;
static redisContext  *redis;
static unsigned       count;
static uint64_t       ticket;


static rsl_share_time_t
live_now(void)
{
    struct timeval    tv;
    struct timespec   ts;
    rsl_share_time_t  now;

    (void) gettimeofday(&tv, NULL);
    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    now.wall = (int64_t) tv.tv_sec * 1000000 + tv.tv_usec;
    now.msec = (uint64_t) ts.tv_sec * 1000 + (uint64_t) ts.tv_nsec / 1000000;

    return now;
}


static void
live_nothing(void *data)
{
    (void) data;
}


static uint64_t
live_random(void *data)
{
    (void) data;

    return (uint64_t) random() << 40 ^ (uint64_t) random() << 20
           ^ (uint64_t) random();
}


static void
live_notice(void *data, rsl_share_severity_e severity, const char *text)
{
    size_t   len;
    node_t  *node;

    (void) severity;

    node = data;
    len = strlen(node->said);

    (void) snprintf(node->said + len, sizeof(node->said) - len, "%s\n", text);
}


static void
live_create(node_t *node, uint64_t shape)
{
    rsl_share_time_t  now;
    rsl_share_conf_t  conf;

    now = live_now();

    node->ring = aligned_alloc(64, rsl_ring_size(SIZE, ENTRY_SIZE));
    node->zone = calloc(1, rsl_share_zone_size(SIZE));
    memset(node->ring, 0, rsl_ring_size(SIZE, ENTRY_SIZE));

    rsl_ring_init(node->ring, SIZE, ENTRY_SIZE,
                  rsl_share_first(&now, live_random(NULL)));
    rsl_share_zone_init(node->zone, SIZE);

    memset(&conf, 0, sizeof(conf));

    conf.zone = node->zone;
    conf.ring = node->ring;
    conf.entries = SIZE;
    conf.line_max = rsl_ring_line_max(ENTRY_SIZE);
    conf.slot = 1;
    conf.timeout = 1000;
    conf.key.data = (const u_char *) "rackscope:{live}";
    conf.key.len = 16;
    conf.node.data = (const u_char *) "a node";
    conf.node.len = 6;
    conf.db = 3;
    conf.shape = shape;
    conf.data = node;
    conf.lock = live_nothing;
    conf.unlock = live_nothing;
    conf.random = live_random;
    conf.notice = live_notice;

    node->share = rsl_share_create(&conf, &now);
    node->fds[0] = -1;
    node->fds[1] = -1;
}


static void
live_connect(node_t *node, rsl_share_link_e link)
{
    int                 fd;
    rsl_share_time_t    now;
    struct sockaddr_un  sun;

    now = live_now();
    fd = socket(AF_UNIX, SOCK_STREAM, 0);

    memset(&sun, 0, sizeof(sun));
    sun.sun_family = AF_UNIX;
    (void) snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);

    if (connect(fd, (struct sockaddr *) &sun, sizeof(sun)) == -1) {
        (void) close(fd);
        rsl_share_closed(node->share, link, "connection refused", &now);
        return;
    }

    (void) fcntl(fd, F_SETFL, O_NONBLOCK);

    node->fds[link] = fd;

    rsl_share_opened(node->share, link, 0, &now);
}


static void
live_close(node_t *node, rsl_share_link_e link, const char *why)
{
    rsl_share_time_t  now;

    now = live_now();

    (void) close(node->fds[link]);
    node->fds[link] = -1;

    rsl_share_closed(node->share, link, why, &now);
}


static void
live_link(node_t *node, rsl_share_link_e link)
{
    ssize_t           n;
    rsl_str_t         bytes;
    rsl_share_time_t  now;

    static u_char     buf[65536];

    if (node->fds[link] == -1) {
        if (rsl_share_wants(node->share, link)) {
            live_connect(node, link);
        }

        return;
    }

    if (!rsl_share_wants(node->share, link)) {
        live_close(node, link, NULL);
        return;
    }

    rsl_share_unsent(node->share, link, &bytes);

    if (bytes.len) {
        n = write(node->fds[link], bytes.data, bytes.len);

        if (n > 0) {
            rsl_share_sent(node->share, link, (size_t) n);
        }
    }

    n = read(node->fds[link], buf, sizeof(buf));
    now = live_now();

    if (n == 0 || (n == -1 && errno != EAGAIN)) {
        live_close(node, link, "Redis has closed the connection");

    } else if (n > 0
               && rsl_share_received(node->share, link, buf, (size_t) n, &now)
                  != RSL_OK)
    {
        live_close(node, link, NULL);
    }
}


/* Goes on until it is so, or the deadline has passed. */

static int
live_until(const char *what, until_pt until)
{
    int               i, link;
    uint64_t          started;
    rsl_share_time_t  now;

    started = live_now().msec;

    for ( ;; ) {

        for (i = 0; i < NODES; i++) {
            now = live_now();
            rsl_share_tick(nodes[i].share, &now);

            for (link = 0; link < RSL_SHARE_LINKS; link++) {
                live_link(&nodes[i], (rsl_share_link_e) link);
            }
        }

        if (until()) {
            printf("ok - %s\n", what);
            return 1;
        }

        if (live_now().msec - started > DEADLINE) {
            break;
        }

        (void) poll(NULL, 0, 1);
    }

    printf("not ok - %s\n", what);

    for (i = 0; i < NODES; i++) {
        printf("# node %d: state %d; %s; %s; %s\n", i,
               rsl_share_state(nodes[i].zone),
               rsl_share_reason(nodes[i].share, RSL_SHARE_WRITER),
               rsl_share_reason(nodes[i].share, RSL_SHARE_TAIL),
               nodes[i].said);
    }

    return 0;
}


static void
live_add(int n)
{
    char              text[64];
    u_char            buf[ENTRY_SIZE];
    rsl_line_t        line;
    rsl_record_t      record;
    rsl_share_time_t  now;

    now = live_now();

    memset(&record, 0, sizeof(record));

    record.timestamp = now.wall;
    record.level = RSL_LEVEL_INFO;
    record.message.data = (u_char *) text;
    record.message.len = (size_t) snprintf(text, sizeof(text), "record %u",
                                           ++count);

    rsl_record_render(&record, buf, rsl_ring_line_max(ENTRY_SIZE), &line);

    (void) rsl_share_add(nodes[n].share, buf, &line, &now);
}


static int
live_together(void)
{
    return rsl_share_state(nodes[0].zone) == RSL_SHARE_TOGETHER
           && rsl_share_state(nodes[1].zone) == RSL_SHARE_TOGETHER;
}


static int
live_answered(void)
{
    return nodes[0].share->first == NULL && nodes[1].share->first == NULL;
}


static int
live_same(void)
{
    u_char            a[ENTRY_SIZE], b[ENTRY_SIZE];
    rsl_line_t        line;
    rsl_ring_state_t  one, other;

    rsl_ring_state(nodes[0].ring, &one);
    rsl_ring_state(nodes[1].ring, &other);

    if (!live_together() || !live_answered() || one.first != other.first
        || one.last != other.last || one.oldest != other.oldest)
    {
        return 0;
    }

    for ( /* void */ ; one.oldest <= one.last; one.oldest++) {
        if (rsl_ring_read(nodes[0].ring, one.oldest, a, &line) != RSL_OK
            || rsl_ring_read(nodes[1].ring, one.oldest, b, &line) != RSL_OK
            || memcmp(a, b, line.len) != 0)
        {
            return 0;
        }
    }

    return 1;
}


static int
live_full(void)
{
    rsl_ring_state_t  state;

    rsl_ring_state(nodes[0].ring, &state);

    return live_same() && state.last - state.oldest + 1 == SIZE;
}


static int
live_empty(void)
{
    rsl_ring_state_t  one, other;

    rsl_ring_state(nodes[0].ring, &one);
    rsl_ring_state(nodes[1].ring, &other);

    return one.oldest > one.last && other.oldest > other.last;
}


static int
live_cleared(void)
{
    int  alone;

    return rsl_share_cleared(nodes[0].share, ticket, &alone) == RSL_OK
           && !alone && live_empty();
}


static int
live_refused(void)
{
    return rsl_share_refused(nodes[0].zone) == 1
           && rsl_share_refused(nodes[1].zone) == 1 && live_same();
}


static int
live_alone(void)
{
    return rsl_share_state(nodes[0].zone) == RSL_SHARE_ALONE;
}


static int
live_memory(void)
{
    return live_alone()
           && strstr(rsl_share_reason(nodes[0].share, RSL_SHARE_WRITER),
                     "no memory left");
}


static int
live_other_shape(void)
{
    return strstr(nodes[1].said, "shares nothing") != NULL;
}


static int
live_left(void)
{
    int               rc;
    redisReply       *reply;
    rsl_share_time_t  now;

    now = live_now();

    if (rsl_share_leave(nodes[0].share, &now) != RSL_OK) {
        return 0;
    }

    reply = redisCommand(redis, "HEXISTS rackscope:{live}:%s:m p:%016llx",
                         "0000000000000007",
                         (unsigned long long) nodes[0].share->producer);
    rc = (reply->integer == 0);
    freeReplyObject(reply);

    return rc;
}


static void
live_command(const char *command)
{
    redisReply  *reply;

    reply = redisCommand(redis, command);

    if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
        printf("# %s: %s\n", command, reply ? reply->str : redis->errstr);
    }

    freeReplyObject(reply);
}


static void
live_foreign(void)
{
    redisReply        *reply;
    rsl_ring_state_t   state;

    rsl_ring_state(nodes[0].ring, &state);

    reply = redisCommand(redis, "XADD rackscope:{live}:0000000000000007 "
                         "%llu-%llu0 d <script>",
                         (unsigned long long) state.first,
                         (unsigned long long) state.last + 1);
    freeReplyObject(reply);
}


/*
 * Whoever may write the key must not keep Redis busy for hours, by an entry in
 * which no line ends.
 */

static int
live_long(void)
{
    int             ok;
    char           *text;
    redisReply     *reply;
    struct timeval  deadline;

    deadline.tv_sec = DEADLINE / 1000;
    deadline.tv_usec = 0;

    (void) redisSetTimeout(redis, deadline);

    text = malloc(LONG);
    memset(text, 'x', LONG);

    reply = redisCommand(redis, "XADD {long} 1-10 d %b", text, (size_t) LONG);
    freeReplyObject(reply);
    free(text);

    reply = redisCommand(redis, "EVAL %b 2 {long} {long}:m S %d 0 0-0 0 0 0",
                         rsl_share_script.data, rsl_share_script.len, SIZE);
    ok = (reply && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2);
    freeReplyObject(reply);

    printf("%s - an entry in which no line ends\n", ok ? "ok" : "not ok");

    return ok;
}


int
main(int argc, char *argv[])
{
    int               i, ok;
    rsl_share_time_t  now;

    if (argc < 2) {
        fprintf(stderr, "usage: live SOCKET\n");
        return 2;
    }

    (void) setvbuf(stdout, NULL, _IOLBF, 0);
    (void) signal(SIGPIPE, SIG_IGN);

    path = argv[1];
    redis = redisConnectUnix(path);

    if (redis == NULL || redis->err) {
        fprintf(stderr, "cannot connect to %s\n", path);
        return 2;
    }

    srandom((unsigned) live_now().wall);

    live_command("FLUSHALL");
    live_command("SELECT 3");

    ok = live_long();

    live_create(&nodes[0], 7);
    live_create(&nodes[1], 7);

    ok &= live_until("two nodes join", live_together);

    for (i = 0; i < 30; i++) {
        live_add(i % 2);
    }

    ok &= live_until("their rings are the same", live_full);

    live_command("SCRIPT FLUSH");
    live_add(0);
    ok &= live_until("a script that was forgotten is loaded again", live_same);

    now = live_now();
    ticket = rsl_share_clear(nodes[0].share, &now);
    ok &= live_until("both are cleared", live_cleared);

    for (i = 0; i < 30; i++) {
        live_add(i % 2);
    }

    ok &= live_until("they go on", live_full);

    live_command("FLUSHALL");
    live_add(0);
    ok &= live_until("Redis was flushed, and nothing is missing", live_full);

    live_foreign();
    ok &= live_until("what somebody else writes is refused", live_refused);

    live_command("CLIENT KILL TYPE normal SKIPME yes");
    live_add(1);
    ok &= live_until("connections were cut", live_same);

    live_command("CONFIG SET maxmemory 1");
    live_add(0);
    ok &= live_until("Redis has no memory: a node goes on alone", live_memory);

    live_command("CONFIG SET maxmemory 0");
    ok &= live_until("and joins again", live_same);

    ok &= live_until("a worker leaves nothing behind", live_left);

    rsl_share_destroy(nodes[1].share);
    (void) close(nodes[1].fds[0]);
    (void) close(nodes[1].fds[1]);
    free(nodes[1].ring);
    free(nodes[1].zone);
    live_create(&nodes[1], 8);
    ok &= live_until("another shape is named", live_other_shape);

    for (i = 0; i < NODES; i++) {
        rsl_share_destroy(nodes[i].share);
        free(nodes[i].ring);
        free(nodes[i].zone);
    }

    redisFree(redis);

    return ok ? 0 : 1;
}
