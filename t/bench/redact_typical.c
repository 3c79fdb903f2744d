
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Real records, as a backend wrote them: the mean time of those of about 300
 * bytes, and of all.
 */


#include "bench_redact.h"
#include "intake/rsl_intake.h"


#define BENCH_REPEATS  10


typedef struct {
    bench_engine_t  *engine;
    size_t           records[2];        /* of about 300 bytes; all */
    double           bytes[2];
    double           ns[2];
} bench_typical_t;


static int bench_record(void *data, rsl_arena_t *arena, rsl_record_t *record);
static void bench_add(bench_typical_t *typical, int i, double bytes,
    double ns);


int
bench_typical(bench_engine_t *engine, const char *path)
{
    int                         i;
    FILE                       *file;
    size_t                      n;
    u_char                      piece[4096];
    rsl_intake_t               *intake;
    bench_typical_t             typical;
    rsl_intake_conf_t           conf;
    static const char *const    which[] = { "200 to 400 bytes", "all" };

    file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        return 1;
    }

    memset(&typical, 0, sizeof(bench_typical_t));
    typical.engine = engine;

    memset(&conf, 0, sizeof(rsl_intake_conf_t));
    conf.sink = bench_record;
    conf.data = &typical;
    conf.level = RSL_LEVELS;

    intake = rsl_intake_create(&conf);
    if (intake == NULL) {
        (void) fclose(file);
        return 1;
    }

    while ((n = fread(piece, 1, sizeof(piece), file)) > 0) {
        (void) rsl_intake_feed(intake, piece, n, 0);
    }

    (void) rsl_intake_finish(intake, 0);
    rsl_intake_destroy(intake);
    (void) fclose(file);

    for (i = 0; i < 2; i++) {
        n = typical.records[i] ? typical.records[i] : 1;
        (void) printf("  %s, %s: %zu records, mean %.0f bytes, %.2f us\n",
                      path, which[i], typical.records[i],
                      typical.bytes[i] / (double) n,
                      typical.ns[i] / (double) n / 1000);
    }

    return typical.records[1] == 0;
}


static int
bench_record(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    bench_typical_t  *typical = data;

    int           i;
    double        from, cost, least;
    u_char        line[16384];
    rsl_line_t    rendered;
    rsl_record_t  copy;

    rsl_record_render(record, line, sizeof(line), &rendered);
    least = 0;

    for (i = 0; i < BENCH_REPEATS; i++) {
        copy = *record;

        from = bench_now();

        if (rsl_redact_record(typical->engine->redact, arena, &copy)
            != RSL_OK)
        {
            return RSL_ERROR;
        }

        cost = bench_now() - from;
        least = i == 0 || cost < least ? cost : least;
    }

    if (rendered.len >= 200 && rendered.len <= 400) {
        bench_add(typical, 0, rendered.len, least);
    }

    bench_add(typical, 1, rendered.len, least);

    return RSL_OK;
}


static void
bench_add(bench_typical_t *typical, int i, double bytes, double ns)
{
    typical->records[i]++;
    typical->bytes[i] += bytes;
    typical->ns[i] += ns;
}
