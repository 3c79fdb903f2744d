
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the clients of the benchmarks have in common.  Included before all else:
 * it asks for what only GNU's library has.
 */


#ifndef _BENCH_NET_H_INCLUDED_
#define _BENCH_NET_H_INCLUDED_


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
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>


static inline void
bench_die(const char *what)
{
    (void) fprintf(stderr, "%s: %s%s%s\n", program_invocation_short_name, what,
                   errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}


/* In nanoseconds. */

static inline int64_t
bench_now(void)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);

    return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}


/* Of two times, for qsort(). */

static inline int
bench_compare(const void *a, const void *b)
{
    int64_t  x = *(const int64_t *) a, y = *(const int64_t *) b;

    return (x > y) - (x < y);
}


static inline int
bench_connect(int port)
{
    int                  fd, on;
    struct sockaddr_in   address;

    memset(&address, 0, sizeof(struct sockaddr_in));

    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t) port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    on = 1;
    fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd == -1
        || connect(fd, (struct sockaddr *) &address, sizeof(address)) == -1
        || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(int)) == -1)
    {
        bench_die("connect");
    }

    return fd;
}


/* Is it all of an answer?  It ends with a zero. */

static inline int
bench_is_whole(const char *answer, size_t len)
{
    const char  *body, *length;

    body = strstr(answer, "\r\n\r\n");
    if (body == NULL) {
        return 0;
    }

    body += 4;
    length = strcasestr(answer, "\r\nContent-Length:");

    if (length != NULL && length < body) {
        return answer + len - body >= atol(length + 17);
    }

    return strcasestr(answer, "chunked") == NULL
           || strstr(body - 2, "\r\n0\r\n\r\n") != NULL;
}


#endif /* _BENCH_NET_H_INCLUDED_ */
