
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Preloaded into nginx by Rackscope::Clock: the wall clock is as many seconds
 * away from the kernel's as the file that $RACKSCOPE_CLOCK names says, in eight
 * bytes.  The file is mapped, so what a test writes there counts at once, and
 * in all processes of this nginx.  The clocks that only go forward are as they
 * are.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>


static const volatile int64_t  *clock_step;


static void __attribute__((constructor))
clock_map(void)
{
    int          fd;
    void        *p;
    const char  *path;

    path = getenv("RACKSCOPE_CLOCK");

    if (path == NULL) {
        return;
    }

    fd = open(path, O_RDONLY);

    if (fd == -1) {
        perror(path);
        exit(1);
    }

    p = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);

    if (p == MAP_FAILED) {
        perror(path);
        exit(1);
    }

    (void) close(fd);

    clock_step = p;
}


int
clock_gettime(clockid_t id, struct timespec *ts)
{
    int  rc;

    rc = (int) syscall(SYS_clock_gettime, id, ts);

    if (rc == 0 && clock_step != NULL
        && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
    {
        ts->tv_sec += (time_t) *clock_step;
    }

    return rc;
}


int
gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
    struct timespec  ts;

    (void) tz;
    (void) clock_gettime(CLOCK_REALTIME, &ts);

    tv->tv_sec = ts.tv_sec;
    tv->tv_usec = ts.tv_nsec / 1000;

    return 0;
}


time_t
time(time_t *t)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    if (t != NULL) {
        *t = ts.tv_sec;
    }

    return ts.tv_sec;
}
