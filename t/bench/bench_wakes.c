
/*
 * What delivery cannot be faster than: a process wakes a second one, that a
 * third one, and that the first one again, by one byte over loopback each, and
 * none of them does anything else:
 *
 *     bench_wakes RATE SECONDS
 *
 * Prints the median, the 99th percentile and the maximum of a round, in µs.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>


static void wakes_pair(int *ends);
static void wakes_pass(int from, int to);
static int64_t wakes_now(void);
static int wakes_compare(const void *a, const void *b);
static void wakes_die(const char *what);


int
main(int argc, char **argv)
{
    int               first[2], second[2], third[2];
    char              ch;
    long              i, total;
    int64_t           start, sent, next, *time;
    struct timespec   at;

    if (argc != 3) {
        wakes_die("usage: bench_wakes RATE SECONDS");
    }

    total = (long) (atof(argv[1]) * atof(argv[2]));

    time = calloc((size_t) total + 1, sizeof(int64_t));
    if (time == NULL || total < 1) {
        wakes_die("no memory, or nothing to do");
    }

    wakes_pair(first);
    wakes_pair(second);
    wakes_pair(third);

    wakes_pass(first[1], second[0]);
    wakes_pass(second[1], third[0]);

    start = wakes_now();

    for (i = 0; i < total; i++) {
        next = start + (int64_t) ((double) i * 1e9 / atof(argv[1]));
        at.tv_sec = next / 1000000000;
        at.tv_nsec = next % 1000000000;

        (void) clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);

        sent = wakes_now();

        if (write(first[0], "", 1) != 1 || read(third[1], &ch, 1) != 1) {
            wakes_die("nobody is there");
        }

        time[i] = wakes_now() - sent;
    }

    qsort(time, (size_t) total, sizeof(int64_t), wakes_compare);

    printf("%.1f\t%.1f\t%.1f\n", (double) time[total / 2] / 1e3,
           (double) time[total * 99 / 100] / 1e3,
           (double) time[total - 1] / 1e3);

    return 0;
}


static void
wakes_pair(int *ends)
{
    int                  fd, on;
    socklen_t            len;
    struct sockaddr_in   address;

    memset(&address, 0, sizeof(struct sockaddr_in));

    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    on = 1;
    len = sizeof(address);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);

    if (fd == -1 || ends[0] == -1
        || bind(fd, (struct sockaddr *) &address, len) == -1
        || listen(fd, 1) == -1
        || getsockname(fd, (struct sockaddr *) &address, &len) == -1
        || connect(ends[0], (struct sockaddr *) &address, len) == -1)
    {
        wakes_die("connect");
    }

    ends[1] = accept(fd, NULL, NULL);

    if (ends[1] == -1
        || setsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(int))
           == -1)
    {
        wakes_die("accept");
    }

    (void) close(fd);
}


/* A process that passes on what comes, until the first one is gone. */

static void
wakes_pass(int from, int to)
{
    char   ch;
    pid_t  pid;

    pid = fork();

    if (pid == -1) {
        wakes_die("fork");
    }

    if (pid != 0) {
        return;
    }

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);

    while (read(from, &ch, 1) == 1 && write(to, &ch, 1) == 1) { /* void */ }

    exit(0);
}


static int64_t
wakes_now(void)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);

    return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}


static int
wakes_compare(const void *a, const void *b)
{
    int64_t  x = *(const int64_t *) a, y = *(const int64_t *) b;

    return (x > y) - (x < y);
}


static void
wakes_die(const char *what)
{
    (void) fprintf(stderr, "bench_wakes: %s%s%s\n", what, errno ? ": " : "",
                   errno ? strerror(errno) : "");
    exit(1);
}
