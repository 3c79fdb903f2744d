
/*
 * How long redaction takes: typical texts, and the worst that is known for
 * each size, with JIT and without.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rsl_redact.h"


#define BENCH_ROUNDS  100000


static const char *const  bench_typical[] = {
    "GET /api/rooms/dc1/aisles/a1/racks/r01/state?include=metrics - 200 in "
    "12.5ms for 10.0.0.7 request 1e767417-a913-4250-bea8-6b3a7b0a1c2d served "
    "by worker 3 of 4; cache hit, 42 devices, 7 alerts: nothing to do until "
    "2026-11-22T10:57:18.405582+00:00, see /var/log/app.log for details of it",

    "{\"timestamp\": \"2026-11-22T10:57:11.738385+00:00\", \"level\": \"INFO\""
    ", \"logger\": \"rackscope.model.loader\", \"message\": \"Loaded 4 metrics "
    "from config/examples/homelab/metrics/library\", \"rack\": \"r01-01\", "
    "\"device\": \"srv-17\", \"took\": 12.5, \"user\": \"alice\", \"path\": "
    "\"/api/rooms/dc1\", \"status_code\": 200, \"ok\": true}",

    "login failed for bob password=hunter2 from 10.0.0.7 request 1e767417-a913"
    "-4250-bea8-6b3a7b0a1c2d served by worker 3 of 4; cache hit, 42 devices, "
    "7 alerts: nothing to do until 2026-11-22T10:57:18.405582+00:00, see the "
    "log of the run, Authorization: Bearer abcdef123456789 and some more of it"
};


static const char *const  bench_units[] = {
    "a", "=", ":", "\\", "\"", "'", "%", "&", "-", "@", "\xc2\xad",
    "%3D", "&quot;", "&#61;", "\\u003d", "\"\"", "a=", "auth=a&",
    "password=(", "password=\"", "password='\"", "password: a = ", "token=a ",
    "\\\"token\\\":\\\"a", "password%3D%22", "cookie=a; ",
    "authorization: basic ", "'authorization: x y ", "a://", "a://b:c@",
    "http://a:1/@", "a%3A%2F%2Fb%3Ac", "a:b@tcp(", "thin:a/b@",
    "--password a ", "-u a:b ", "-p ", "<password>", "name:",
    "name=password,", "value=\"a", "value='\"name=token,",
    "[\"password\",\"a\",", "-----BEGIN ", "eyJaaaaaaaa-", "eyJaaaaaaaaa.a",
    "bearer a", "basic aaaaaaaa", "sk-", "xoxb-", "SG.aaaaaaaaaaaaaaaa-",
    "8Q~", "tokens=a", "{\"a\":", "a b:"
};


static double
bench_now(void)
{
    struct timespec  now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);

    return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}


static void
bench_texts(rsl_redact_t *redact, rsl_arena_t *arena)
{
    double     from;
    size_t     i, n;
    rsl_str_t  text;

    for (i = 0; i < sizeof(bench_typical) / sizeof(bench_typical[0]); i++) {
        from = bench_now();

        for (n = 0; n < BENCH_ROUNDS; n++) {
            text.data = (const u_char *) bench_typical[i];
            text.len = strlen(bench_typical[i]);
            (void) rsl_redact_text(redact, arena, &text);
            rsl_arena_reset(arena);
        }

        (void) printf("  typical, %zu bytes: %.0f ns\n",
                      strlen(bench_typical[i]),
                      (bench_now() - from) / BENCH_ROUNDS);
    }
}


static void
bench_worst(rsl_redact_t *redact, rsl_arena_t *arena, u_char *p, size_t size)
{
    int          round;
    double       from, cost, least, worst;
    size_t       i, n, len;
    rsl_str_t    text;
    const char  *unit;

    worst = 0;
    unit = "";

    for (i = 0; i < sizeof(bench_units) / sizeof(bench_units[0]); i++) {
        len = strlen(bench_units[i]);

        for (n = 0; n < size; n++) {
            p[n] = (u_char) bench_units[i][n % len];
        }

        least = 0;

        for (round = 0; round < 5; round++) {
            text.data = p;
            text.len = size;

            from = bench_now();
            (void) rsl_redact_text(redact, arena, &text);
            cost = bench_now() - from;

            rsl_arena_reset(arena);
            least = round == 0 || cost < least ? cost : least;
        }

        if (least > worst) {
            worst = least;
            unit = bench_units[i];
        }
    }

    (void) printf("  worst, %zu bytes: %.0f us (%s)\n", size, worst / 1000,
                  unit);
}


int
main(void)
{
    int            jit;
    size_t         i;
    u_char        *p;
    rsl_arena_t   *arena;
    rsl_redact_t  *redact;

    static const size_t  sizes[] = { 1024, 8192, 16384, 65536, 1048576 };

    p = malloc(sizes[4]);
    arena = rsl_arena_create(65536);

    for (jit = 1; jit >= 0; jit--) {
        redact = rsl_redact_create(jit);

        if (p == NULL || arena == NULL || redact == NULL) {
            return 1;
        }

        (void) printf("redact, JIT %s:\n", jit ? "on" : "off");

        bench_texts(redact, arena);

        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            bench_worst(redact, arena, p, sizes[i]);
        }

        rsl_redact_destroy(redact);
    }

    rsl_arena_destroy(arena);
    free(p);

    return 0;
}
