
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * How long redaction takes: typical records, and for each rule the worst input
 * that is known or that a search finds, at several sizes, with JIT and without.
 *
 *   bench_redact [ROUNDS]      tries of the search per rule
 */


#include <time.h>

#include "bench_redact.h"


#define BENCH_ROUNDS    80

/* What the whole of a record may cost, in ns, at 16 KB. */
#define BENCH_LIMIT     2e6

/* More than so many times the size is more than linear. */
#define BENCH_GROWTH    2.0

/* No larger sizes behind so much, in ns. */
#define BENCH_LONG      1e8


typedef struct {
    const char     *name;
    bench_input_t   input;
    double          ns[BENCH_SIZES];        /* 0: not measured */
    unsigned        hidden:1;
} bench_row_t;


typedef struct {
    size_t          rows;
    size_t          slow;
    size_t          grown;
    bench_row_t     worst;
} bench_sum_t;


static int bench_table(rsl_arena_t *arena, u_char *text, int jit,
    size_t rounds);
static int bench_engine(bench_engine_t *engine, int jit, const char *pattern);
static void bench_family(bench_engine_t *engine, const bench_family_t *family,
    size_t rounds, bench_sum_t *sum);
static void bench_shape(bench_engine_t *engine,
    const rsl_redact_shape_t *shape, size_t rounds, bench_sum_t *sum);
static void bench_worse(bench_engine_t *engine, const bench_input_t *input,
    bench_input_t *worst, double *most);
static void bench_row(bench_engine_t *engine, const char *name,
    const bench_input_t *input, bench_sum_t *sum);
static void bench_measure(bench_engine_t *engine, bench_row_t *row);
static int bench_is_slow(const bench_row_t *row);
static int bench_grows(const bench_row_t *row);
static void bench_print_row(const bench_row_t *row, bench_sum_t *sum);
static void bench_print_sum(const bench_sum_t *sum);


int
main(int argc, char **argv)
{
    int           rc;
    size_t        rounds;
    u_char       *text;
    rsl_arena_t  *arena;

    rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : BENCH_ROUNDS;

    text = malloc(BENCH_SIZE_MAX);
    arena = rsl_arena_create(65536);

    if (text == NULL || arena == NULL) {
        return 1;
    }

    rc = bench_table(arena, text, 1, rounds)
         || bench_table(arena, text, 0, rounds);

    rsl_arena_destroy(arena);
    free(text);

    return rc;
}


static int
bench_table(rsl_arena_t *arena, u_char *text, int jit, size_t rounds)
{
    size_t                                  i;
    bench_sum_t                             sum;
    bench_engine_t                          engine;
    const bench_family_t                   *family;
    const rsl_redact_shape_t               *shape;
    static const rsl_redact_shape_t *const  tables[] = {
        rsl_redact_shapes, rsl_redact_commands, rsl_redact_statements
    };

    engine.arena = arena;
    engine.text = text;
    memset(&sum, 0, sizeof(bench_sum_t));

    if (bench_engine(&engine, jit, NULL) != RSL_OK) {
        return 1;
    }

    (void) printf("JIT %s, least times of several\n\ntypical\n",
                  jit ? "on" : "off");

    if (bench_typical(&engine, "t/data/rackscope-backend.ndjson")
        || bench_typical(&engine, "t/data/rackscope-backend.log"))
    {
        return 1;
    }

    (void) printf("\n%-23s %7s %7s %7s %7s %7s  %6s %5s %5s\n", "worst, in us",
                  "1 KB", "8 KB", "16 KB", "64 KB", "1 MB", "ns/B", "64/8",
                  "1M/64");

    for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        for (shape = tables[i]; shape->name != NULL; shape++) {
            bench_shape(&engine, shape, rounds, &sum);
        }
    }

    for (family = bench_families; family->name != NULL; family++) {

        if (family->pattern != NULL) {
            rsl_redact_destroy(engine.redact);

            if (bench_engine(&engine, jit, family->pattern) != RSL_OK) {
                return 1;
            }
        }

        bench_family(&engine, family, rounds, &sum);
    }

    bench_print_sum(&sum);
    rsl_redact_destroy(engine.redact);

    return 0;
}


static int
bench_engine(bench_engine_t *engine, int jit, const char *pattern)
{
    char       error[256];
    rsl_str_t  from, to;

    engine->hidden = 0;
    engine->redact = rsl_redact_create(jit);

    if (engine->redact == NULL || pattern == NULL) {
        return engine->redact ? RSL_OK : RSL_ERROR;
    }

    from.data = (const u_char *) pattern;
    from.len = strlen(pattern);
    to.data = (const u_char *) RSL_REDACT_MASK;
    to.len = RSL_REDACT_MASK_LEN;

    return rsl_redact_add(engine->redact, &from, &to, error, sizeof(error));
}


/* The worst of the known inputs, and a worse one out of it. */

static void
bench_family(bench_engine_t *engine, const bench_family_t *family,
    size_t rounds, bench_sum_t *sum)
{
    double               most;
    bench_input_t        input, worst;
    const bench_seed_t  *seed;

    most = 0;

    for (seed = family->seeds; seed->unit != NULL; seed++) {
        bench_input(&input, seed->head, seed->unit, seed->tail);
        bench_worse(engine, &input, &worst, &most);
    }

    bench_search(engine, family->atoms, &worst, rounds);
    bench_row(engine, family->name, &worst, sum);
}


static void
bench_shape(bench_engine_t *engine, const rsl_redact_shape_t *shape,
    size_t rounds, bench_sum_t *sum)
{
    double         most;
    size_t         i, n;
    const char    *atoms[64];
    bench_input_t  input, worst;

    most = 0;

    for (n = 0; bench_shape_input(shape, n, &input); n++) {
        bench_worse(engine, &input, &worst, &most);
    }

    for (i = 0; bench_shape_atoms[i] != NULL; i++) {
        atoms[i] = bench_shape_atoms[i];
    }

    atoms[i++] = shape->prefix;
    atoms[i++] = shape->prefix;
    atoms[i] = NULL;

    bench_search(engine, atoms, &worst, rounds);
    bench_row(engine, shape->name, &worst, sum);
}


static void
bench_worse(bench_engine_t *engine, const bench_input_t *input,
    bench_input_t *worst, double *most)
{
    double  cost;

    cost = bench_cost(engine, input, bench_sizes[BENCH_16K], 2);

    if (cost > *most) {
        *most = cost;
        *worst = *input;
    }
}


static void
bench_row(bench_engine_t *engine, const char *name,
    const bench_input_t *input, bench_sum_t *sum)
{
    bench_row_t  row;

    memset(&row, 0, sizeof(bench_row_t));
    row.name = name;
    row.input = *input;

    bench_measure(engine, &row);

    if (bench_is_slow(&row) || bench_grows(&row)) {
        /* others use the machine too */
        bench_measure(engine, &row);
    }

    bench_print_row(&row, sum);
}


static void
bench_measure(bench_engine_t *engine, bench_row_t *row)
{
    size_t  i;
    double  cost;

    for (i = 0; i < BENCH_SIZES; i++) {
        cost = bench_cost(engine, &row->input, bench_sizes[i],
                          i == BENCH_SIZES - 1 ? 2 : 5);

        if (row->ns[i] == 0 || cost < row->ns[i]) {
            row->ns[i] = cost;
        }

        row->hidden |= engine->hidden;

        if (cost > BENCH_LONG) {
            break;
        }
    }
}


static int
bench_is_slow(const bench_row_t *row)
{
    return row->ns[BENCH_16K] > BENCH_LIMIT;
}


static int
bench_grows(const bench_row_t *row)
{
    return row->ns[BENCH_64K] > 8 * BENCH_GROWTH * row->ns[BENCH_8K]
           || row->ns[BENCH_SIZES - 1]
              > 16 * BENCH_GROWTH * row->ns[BENCH_64K];
}


static void
bench_print_row(const bench_row_t *row, bench_sum_t *sum)
{
    int     slow, grown;
    size_t  i;
    double  growth[2];

    growth[0] = row->ns[BENCH_64K] / row->ns[BENCH_8K];
    growth[1] = row->ns[BENCH_SIZES - 1] / row->ns[BENCH_64K];

    slow = bench_is_slow(row);
    grown = bench_grows(row);

    (void) printf("%-23s", row->name);

    for (i = 0; i < BENCH_SIZES; i++) {
        if (row->ns[i] > 0) {
            (void) printf(" %7.0f", row->ns[i] / 1000);

        } else {
            (void) printf(" %7s", "-");
        }
    }

    (void) printf("  %6.1f %5.1f %5.1f %s%s%s ",
                  row->ns[BENCH_16K] / (double) bench_sizes[BENCH_16K],
                  growth[0], growth[1], slow ? " SLOW" : "",
                  grown ? " GROWS" : "", row->hidden ? " hidden" : "");
    bench_print(&row->input);
    (void) putchar('\n');

    sum->rows++;
    sum->slow += (size_t) slow;
    sum->grown += (size_t) grown;

    if (row->ns[BENCH_16K] > sum->worst.ns[BENCH_16K]) {
        sum->worst = *row;
    }
}


static void
bench_print_sum(const bench_sum_t *sum)
{
    (void) printf("\n%zu rules, %zu above %.0f us at 16 KB, %zu more than "
                  "linear\nthe worst at 16 KB: %s, %.0f us, ", sum->rows,
                  sum->slow, BENCH_LIMIT / 1000, sum->grown, sum->worst.name,
                  sum->worst.ns[BENCH_16K] / 1000);
    bench_print(&sum->worst.input);
    (void) printf("\n\n");
}


double
bench_cost(bench_engine_t *engine, const bench_input_t *input, size_t size,
    int rounds)
{
    int        i;
    double     from, cost, least;
    uint64_t   failures;
    rsl_str_t  text;

    failures = rsl_redact_failures(engine->redact);
    bench_fill(input, engine->text, size);
    least = 0;

    for (i = 0; i < rounds; i++) {
        text.data = engine->text;
        text.len = size;

        from = bench_now();
        (void) rsl_redact_text(engine->redact, engine->arena, &text);
        cost = bench_now() - from;

        rsl_arena_reset(engine->arena);
        least = i == 0 || cost < least ? cost : least;
    }

    engine->hidden = rsl_redact_failures(engine->redact) != failures;

    return least;
}


/* The time that this thread has computed, in ns. */

double
bench_now(void)
{
    struct timespec  now;

    (void) clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);

    return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}
