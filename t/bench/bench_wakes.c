
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What delivery cannot be faster than: a process wakes a second one, that a
 * third one, and that the first one again, by one byte over loopback each, and
 * none of them does anything else:
 *
 *     bench_wakes RATE SECONDS
 *
 * Prints the median, the 99th percentile and the maximum of a round, in µs.
 */


#include "bench_net.h"

#include <signal.h>
#include <sys/prctl.h>


static void wakes_pair(int *ends);
static void wakes_pass(int from, int to);


int
main(int argc, char **argv)
{
    int               first[2], second[2], third[2];
    char              ch;
    long              i, total;
    int64_t           start, sent, next, *time;
    struct timespec   at;

    if (argc != 3) {
        bench_die("usage: bench_wakes RATE SECONDS");
    }

    total = (long) (atof(argv[1]) * atof(argv[2]));

    time = calloc((size_t) total + 1, sizeof(int64_t));
    if (time == NULL || total < 1) {
        bench_die("no memory, or nothing to do");
    }

    wakes_pair(first);
    wakes_pair(second);
    wakes_pair(third);

    wakes_pass(first[1], second[0]);
    wakes_pass(second[1], third[0]);

    start = bench_now();

    for (i = 0; i < total; i++) {
        next = start + (int64_t) ((double) i * 1e9 / atof(argv[1]));
        at.tv_sec = next / 1000000000;
        at.tv_nsec = next % 1000000000;

        (void) clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);

        sent = bench_now();

        if (write(first[0], "", 1) != 1 || read(third[1], &ch, 1) != 1) {
            bench_die("nobody is there");
        }

        time[i] = bench_now() - sent;
    }

    qsort(time, (size_t) total, sizeof(int64_t), bench_compare);

    printf("%.1f\t%.1f\t%.1f\n", (double) time[total / 2] / 1e3,
           (double) time[total * 99 / 100] / 1e3,
           (double) time[total - 1] / 1e3);

    return 0;
}


static void
wakes_pair(int *ends)
{
    int                  fd;
    socklen_t            len;
    struct sockaddr_in   address;

    memset(&address, 0, sizeof(struct sockaddr_in));

    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    len = sizeof(address);
    fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd == -1 || bind(fd, (struct sockaddr *) &address, len) == -1
        || listen(fd, 1) == -1
        || getsockname(fd, (struct sockaddr *) &address, &len) == -1)
    {
        bench_die("listen");
    }

    ends[0] = bench_connect(ntohs(address.sin_port));
    ends[1] = accept(fd, NULL, NULL);

    if (ends[1] == -1) {
        bench_die("accept");
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
        bench_die("fork");
    }

    if (pid != 0) {
        return;
    }

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);

    while (read(from, &ch, 1) == 1 && write(to, &ch, 1) == 1) { /* void */ }

    exit(0);
}
