
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the steps of a record cost, each of them alone, on real records:
 *
 *     bench_core time            nanoseconds, and how they grow with the ring
 *     bench_core STEP            runs one step once, to count instructions
 *
 * callgrind counts what is in bench_step() only.  Run from the root of the
 * repository.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <jansson.h>

#include "intake/rsl_intake.h"
#include "envelope/rsl_envelope.h"
#include "core/rsl_core.h"
#include "redact/rsl_redact.h"


#define BENCH_RECORDS     "t/data/rackscope-backend.ndjson"
#define BENCH_LINES_MAX   1000
#define BENCH_ENTRY_SIZE  8192
#define BENCH_COPIES      100
#define BENCH_ROUNDS      21
#define BENCH_USEC        10000
#define BENCH_NOW         1795342617395827

/* So much of a body comes with its head, which nginx reads 1 KB for. */
#define BENCH_PIECE       900


typedef struct bench_s  bench_t;

typedef struct {
    const char     *name;
    void          (*step)(bench_t *bench);
} bench_step_t;


struct bench_s {
    rsl_str_t       records;        /* NDJSON */
    rsl_str_t       otlp;           /* the same records in OTLP's JSON */
    rsl_redact_t   *redact;
    rsl_redact_carry_t  carry;
    rsl_arena_t    *arena;
    rsl_query_t    *query;

    u_char         *text;           /* lines, BENCH_ENTRY_SIZE each */
    rsl_line_t      lines[BENCH_LINES_MAX];
    size_t          nlines;

    rsl_ring_t     *ring;
    size_t          entries;
    u_char          copy[BENCH_ENTRY_SIZE];

    int             redacting;
    int             rendering;
    size_t          operations;     /* of the last step */
};


void bench_step(bench_t *bench, const bench_step_t *step);

static void bench_start(bench_t *bench);
static rsl_str_t bench_file(const char *name);
static void bench_make_otlp(bench_t *bench);
static json_t *bench_otlp_record(json_t *record);
static json_t *bench_otlp_value(json_t *value);
static void bench_ring(bench_t *bench, size_t entries);
static void bench_feed(bench_t *bench, const rsl_str_t *body, int redacting,
    int rendering);
static void bench_conf(bench_t *bench, rsl_intake_conf_t *conf, int redacting,
    int rendering);
static int bench_sink(void *data, rsl_arena_t *arena, rsl_record_t *record);
static void bench_jansson(bench_t *bench);
static void bench_parse(bench_t *bench);
static void bench_text(bench_t *bench);
static void bench_traceback(bench_t *bench);
static void bench_copies(bench_t *bench, const char *text);
static void bench_parse_redact(bench_t *bench);
static void bench_intake(bench_t *bench);
static void bench_posts(bench_t *bench);
static void bench_otlp(bench_t *bench);
static void bench_redact(bench_t *bench);
static void bench_push(bench_t *bench);
static void bench_snapshot(bench_t *bench);
static void bench_search(bench_t *bench);
static void bench_times(bench_t *bench);
static void bench_growth(bench_t *bench);
static double bench_nsec(bench_t *bench, const bench_step_t *step);
static double bench_median(double *nsec);
static int bench_compare(const void *a, const void *b);
static void bench_die(const char *what);


/* Of an ordinary sender. */

static const rsl_envelope_request_t  bench_request = {
    .type = rsl_string("application/json"),
    .path = rsl_string("/internal/logs")
};


static const bench_step_t  bench_steps[] = {
    { "jansson", bench_jansson },
    { "parse", bench_parse },
    { "text", bench_text },
    { "traceback", bench_traceback },
    { "parse+redact", bench_parse_redact },
    { "intake", bench_intake },
    { "posts", bench_posts },
    { "otlp", bench_otlp },
    { "redact", bench_redact },
    { "push", bench_push },
    { "snapshot", bench_snapshot },
    { "search", bench_search }
};

#define BENCH_STEPS  (sizeof(bench_steps) / sizeof(bench_step_t))


/* Lines of text in the formats of some loggers. */

static const char  bench_lines[] =
    "2026-11-22 10:16:57,395 INFO orders payment 4711 received\n"
    "2026-11-22T10:16:57.395Z  WARN 1 --- [app] [main] c.e.Shop : slow\n"
    "INFO:     127.0.0.1:40112 - \"GET /api/racks HTTP/1.1\" 200 OK\n"
    "[2026-11-22 10:16:57 +0000] [7] [INFO] Booting worker with pid: 7\n"
    "time=2026-11-22T10:16:57.395Z level=ERROR msg=failed order=4711\n"
    "2026/11/22 10:16:57 [error] 7#7: *1 connect() failed\n"
    "Listening on http://127.0.0.1:8080 with 4 workers\n"
    "2026-11-22 10:16:57.395 | DEBUG    | app.shop:pay:16 - retry in 5 s\n";

/* Records of several lines. */

static const char  bench_stacks[] =
    "ERROR:    Exception in ASGI application\n"
    "Traceback (most recent call last):\n"
    "  File \"/app/shop.py\", line 16, in pay\n"
    "    send(order)\n"
    "  File \"/app/bank.py\", line 7, in send\n"
    "    raise ValueError(order)\n"
    "ValueError: 4711\n"
    "2026-11-22 10:16:57,395 ERROR [main] com.example.Shop - failed\n"
    "java.lang.IllegalStateException: 4711\n"
    "\tat com.example.Shop.pay(Shop.java:16)\n"
    "\tat com.example.Shop.main(Shop.java:7)\n"
    "Caused by: java.io.IOException: closed\n"
    "\tat com.example.Bank.send(Bank.java:48)\n"
    "\t... 2 more\n"
    "INFO done\n";


static const size_t  bench_entries[] = { 100, 1000, 10000, 100000 };


int
main(int argc, char **argv)
{
    size_t               n;
    bench_t             *bench;
    const bench_step_t  *step;

    if (argc != 2) {
        bench_die("usage: bench_core time|STEP");
    }

    bench = calloc(1, sizeof(bench_t));
    if (bench == NULL) {
        bench_die("no memory");
    }

    bench_start(bench);

    if (strcmp(argv[1], "time") == 0) {
        bench_times(bench);
        bench_growth(bench);
        return 0;
    }

    for (n = 0; n < BENCH_STEPS; n++) {
        step = &bench_steps[n];

        if (strcmp(argv[1], step->name) == 0) {
            /* the first time costs what is done once */
            step->step(bench);
            bench_step(bench, step);
            printf("%zu\n", bench->operations);
            return 0;
        }
    }

    bench_die("there is no such step");
}


/* The function that callgrind looks for. */

__attribute__((noinline)) void
bench_step(bench_t *bench, const bench_step_t *step)
{
    step->step(bench);
}


static void
bench_start(bench_t *bench)
{
    const char  *detail;
    rsl_str_t    args = rsl_string("n=1000&search=timeout");

    bench->records = bench_file(BENCH_RECORDS);
    bench->redact = rsl_redact_create(1);
    bench->arena = rsl_arena_create(65536);
    bench->text = malloc((size_t) BENCH_LINES_MAX * BENCH_ENTRY_SIZE);

    if (bench->redact == NULL || bench->arena == NULL || bench->text == NULL
        || rsl_query_parse(&bench->query, &args, 1000, &detail) != RSL_OK)
    {
        bench_die("no memory");
    }

    bench_make_otlp(bench);
    bench_ring(bench, 1000);

    while (bench->nlines < BENCH_LINES_MAX) {
        bench_intake(bench);
    }

    bench_push(bench);
}


static rsl_str_t
bench_file(const char *name)
{
    FILE       *file;
    u_char     *data;
    rsl_str_t   text;

    data = malloc(1024 * 1024);
    file = fopen(name, "rb");

    if (data == NULL || file == NULL) {
        bench_die(name);
    }

    text.data = data;
    text.len = fread(data, 1, 1024 * 1024, file);

    (void) fclose(file);

    return text;
}


/* As an exporter of OTLP writes them: of a resource and a scope. */

static void
bench_make_otlp(bench_t *bench)
{
    json_t      *json, *list;
    const char  *p, *end, *line_end;

    p = (const char *) bench->records.data;
    end = p + bench->records.len;
    list = json_array();

    while (p < end) {
        line_end = memchr(p, '\n', (size_t) (end - p));
        line_end = line_end ? line_end : end;

        json = json_loadb(p, (size_t) (line_end - p), JSON_ALLOW_NUL, NULL);
        if (json == NULL) {
            bench_die("no JSON");
        }

        (void) json_array_append_new(list, bench_otlp_record(json));
        json_decref(json);

        p = line_end + 1;
    }

    json = json_pack("{s:[{s:{s:[{s:s, s:{s:s}}]}, s:[{s:{s:s}, s:o}]}]}",
                     "resourceLogs", "resource", "attributes",
                     "key", "service.name", "value", "stringValue", "backend",
                     "scopeLogs", "scope", "name", "rackscope",
                     "logRecords", list);
    if (json == NULL) {
        bench_die("no memory");
    }

    bench->otlp.data = (u_char *) json_dumps(json, JSON_COMPACT
                                                   |JSON_REAL_PRECISION(6));
    if (bench->otlp.data == NULL) {
        bench_die("no memory");
    }

    bench->otlp.len = strlen((char *) bench->otlp.data);
    json_decref(json);
}


static json_t *
bench_otlp_record(json_t *record)
{
    json_t      *attributes, *value;
    const char  *name;

    attributes = json_array();

    json_object_foreach(record, name, value) {

        if (strcmp(name, "timestamp") != 0 && strcmp(name, "level") != 0
            && strcmp(name, "message") != 0)
        {
            value = json_pack("{s:s, s:o}", "key", name,
                              "value", bench_otlp_value(value));
            (void) json_array_append_new(attributes, value);
        }
    }

    return json_pack("{s:s, s:i, s:O, s:{s:O}, s:o}",
                     "timeUnixNano", "1795342617395827000",
                     "severityNumber", 9,
                     "severityText", json_object_get(record, "level"),
                     "body", "stringValue", json_object_get(record, "message"),
                     "attributes", attributes);
}


static json_t *
bench_otlp_value(json_t *value)
{
    return json_pack("{s:O}", json_is_real(value) ? "doubleValue"
                              : json_is_integer(value) ? "intValue"
                              : "stringValue", value);
}


static void
bench_ring(bench_t *bench, size_t entries)
{
    size_t  size;

    free(bench->ring);

    size = (rsl_ring_size(entries, BENCH_ENTRY_SIZE) + 63) / 64 * 64;

    bench->entries = entries;
    bench->ring = aligned_alloc(64, size);
    if (bench->ring == NULL) {
        bench_die("no memory");
    }

    memset(bench->ring, 0, size);
    rsl_ring_init(bench->ring, entries, BENCH_ENTRY_SIZE, 1);
}


static void
bench_feed(bench_t *bench, const rsl_str_t *body, int redacting,
    int rendering)
{
    rsl_envelope_t     *envelope;
    rsl_intake_conf_t   conf;

    bench_conf(bench, &conf, redacting, rendering);

    envelope = rsl_envelope_create(&conf, &bench_request);

    if (envelope == NULL
        || rsl_envelope_feed(envelope, body->data, body->len, BENCH_NOW)
           != RSL_OK
        || rsl_envelope_finish(envelope, BENCH_NOW) != RSL_OK)
    {
        bench_die("no memory");
    }

    rsl_envelope_destroy(envelope);
    rsl_redact_carry_reset(&bench->carry);
}


static void
bench_conf(bench_t *bench, rsl_intake_conf_t *conf, int redacting,
    int rendering)
{
    memset(conf, 0, sizeof(rsl_intake_conf_t));

    rsl_redact_carry_init(&bench->carry, bench->redact);

    conf->sink = bench_sink;
    conf->data = bench;
    conf->line = rsl_redact_carry_line;
    conf->open = rsl_redact_carry_open;
    conf->line_data = &bench->carry;
    conf->level = RSL_LEVELS;

    bench->redacting = redacting;
    bench->rendering = rendering;
    bench->operations = 0;
}


static int
bench_sink(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    bench_t *bench = data;

    size_t  n;

    bench->operations++;

    if (bench->redacting
        && rsl_redact_record(bench->redact, arena, record) != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (bench->rendering) {
        n = bench->nlines < BENCH_LINES_MAX ? bench->nlines++ : 0;

        rsl_record_render(record, bench->text + n * BENCH_ENTRY_SIZE,
                          rsl_ring_line_max(BENCH_ENTRY_SIZE),
                          &bench->lines[n]);
    }

    return RSL_OK;
}


/* The same records in the parser alone: what an intake costs at least. */

static void
bench_jansson(bench_t *bench)
{
    json_t      *json;
    const char  *p, *end, *line_end;

    p = (const char *) bench->records.data;
    end = p + bench->records.len;
    bench->operations = 0;

    while (p < end) {
        line_end = memchr(p, '\n', (size_t) (end - p));
        line_end = line_end ? line_end : end;

        json = json_loadb(p, (size_t) (line_end - p), JSON_ALLOW_NUL, NULL);
        if (json == NULL) {
            bench_die("no JSON");
        }

        json_decref(json);

        bench->operations++;
        p = line_end + 1;
    }
}


static void
bench_parse(bench_t *bench)
{
    bench_feed(bench, &bench->records, 0, 0);
}


static void
bench_text(bench_t *bench)
{
    bench_copies(bench, bench_lines);
}


static void
bench_traceback(bench_t *bench)
{
    bench_copies(bench, bench_stacks);
}


static void
bench_copies(bench_t *bench, const char *text)
{
    size_t     i, len;
    rsl_str_t  body;

    static u_char  copies[BENCH_COPIES * 1024];

    len = strlen(text);

    for (i = 0; i < BENCH_COPIES; i++) {
        memcpy(copies + i * len, text, len);
    }

    body.data = copies;
    body.len = BENCH_COPIES * len;

    bench_feed(bench, &body, 0, 0);
}


static void
bench_parse_redact(bench_t *bench)
{
    bench_feed(bench, &bench->records, 1, 0);
}


static void
bench_intake(bench_t *bench)
{
    bench_feed(bench, &bench->records, 1, 1);
}


/* The same, each record as a body of its own, in the pieces it comes in. */

static void
bench_posts(bench_t *bench)
{
    size_t              n;
    rsl_envelope_t     *envelope;
    const u_char       *p, *end, *line_end;
    rsl_intake_conf_t   conf;

    p = bench->records.data;
    end = p + bench->records.len;

    bench_conf(bench, &conf, 1, 1);

    envelope = rsl_envelope_create(&conf, &bench_request);
    if (envelope == NULL) {
        bench_die("no memory");
    }

    while (p < end) {
        line_end = memchr(p, '\n', (size_t) (end - p));
        line_end = line_end ? line_end : end;

        n = (size_t) (line_end - p);
        n = n < BENCH_PIECE ? n : BENCH_PIECE;

        if (rsl_envelope_feed(envelope, p, n, BENCH_NOW) != RSL_OK
            || rsl_envelope_feed(envelope, p + n,
                                 (size_t) (line_end - p) - n, BENCH_NOW)
               != RSL_OK
            || rsl_envelope_finish(envelope, BENCH_NOW) != RSL_OK)
        {
            bench_die("no memory");
        }

        rsl_envelope_reset(envelope);
        rsl_envelope_use(envelope, &conf, &bench_request);

        p = line_end + 1;
    }

    rsl_envelope_destroy(envelope);
    rsl_redact_carry_reset(&bench->carry);
}


/* All of it, in an envelope. */

static void
bench_otlp(bench_t *bench)
{
    bench_feed(bench, &bench->otlp, 1, 1);
}


/* Whole lines of JSON: more to look at than a message has. */

static void
bench_redact(bench_t *bench)
{
    size_t     i;
    rsl_str_t  text;

    for (i = 0; i < bench->nlines; i++) {
        text.data = bench->text + i * BENCH_ENTRY_SIZE;
        text.len = bench->lines[i].len;

        if (rsl_redact_text(bench->redact, bench->arena, &text) != RSL_OK) {
            bench_die("no memory");
        }

        rsl_arena_reset(bench->arena);
    }

    bench->operations = bench->nlines;
}


static void
bench_push(bench_t *bench)
{
    size_t  i;

    for (i = 0; i < bench->nlines; i++) {
        (void) rsl_ring_push(bench->ring, bench->text + i * BENCH_ENTRY_SIZE,
                             &bench->lines[i]);
    }

    bench->operations = bench->nlines;
}


/* As GET /api/logs does: the newest 1,000 lines or what is there. */

static void
bench_snapshot(bench_t *bench)
{
    uint64_t          seq;
    rsl_line_t        line;
    rsl_ring_state_t  state;

    rsl_ring_state(bench->ring, &state);

    seq = state.last >= state.oldest + 1000 ? state.last - 999 : state.oldest;

    for ( /* void */ ; seq <= state.last; seq++) {
        (void) rsl_ring_read(bench->ring, seq, bench->copy, &line);
    }

    bench->operations = 1;
}


static void
bench_search(bench_t *bench)
{
    size_t            found;
    uint64_t          seq;
    rsl_line_t        line;
    rsl_ring_state_t  state;

    rsl_ring_state(bench->ring, &state);
    found = 0;

    for (seq = state.oldest; seq <= state.last; seq++) {

        if (rsl_ring_read(bench->ring, seq, bench->copy, &line) == RSL_OK) {
            found += rsl_query_match(bench->query, bench->copy, &line) != 0;
        }
    }

    bench->operations = 1;

    if (found > BENCH_LINES_MAX) {
        bench_die("found more than there is");
    }
}


/* In turn, so that what the machine does meanwhile meets all steps. */

static void
bench_times(bench_t *bench)
{
    size_t               i, n;
    const bench_step_t  *step;

    static double        nsec[BENCH_STEPS][BENCH_ROUNDS];

    for (i = 0; i < BENCH_ROUNDS; i++) {
        for (n = 0; n < BENCH_STEPS; n++) {
            nsec[n][i] = bench_nsec(bench, &bench_steps[n]);
        }
    }

    for (n = 0; n < BENCH_STEPS; n++) {
        step = &bench_steps[n];
        printf("%s\t%.1f\n", step->name, bench_median(nsec[n]));
    }
}


static void
bench_growth(bench_t *bench)
{
    size_t                     i, n;
    double                     push[BENCH_ROUNDS], snapshot[BENCH_ROUNDS];

    static const bench_step_t  pushing = { "push", bench_push };
    static const bench_step_t  reading = { "snapshot", bench_snapshot };

    for (i = 0; i < sizeof(bench_entries) / sizeof(bench_entries[0]); i++) {
        bench_ring(bench, bench_entries[i]);

        /* every slot has been written before it counts */

        for (n = 0; n < bench_entries[i]; n += bench->nlines) {
            bench_push(bench);
        }

        for (n = 0; n < BENCH_ROUNDS; n++) {
            push[n] = bench_nsec(bench, &pushing);
            snapshot[n] = bench_nsec(bench, &reading);
        }

        printf("push/%zu\t%.1f\n", bench_entries[i], bench_median(push));
        printf("snapshot/%zu\t%.1f\n", bench_entries[i],
               bench_median(snapshot));
    }
}


/* Of one operation, measured for BENCH_USEC. */

static double
bench_nsec(bench_t *bench, const bench_step_t *step)
{
    double           passed;
    size_t           n;
    struct timespec  start, now;

    (void) clock_gettime(CLOCK_MONOTONIC, &start);
    n = 0;

    do {
        bench_step(bench, step);
        n += bench->operations;

        (void) clock_gettime(CLOCK_MONOTONIC, &now);
        passed = (double) (now.tv_sec - start.tv_sec) * 1e9
                 + (double) (now.tv_nsec - start.tv_nsec);

    } while (passed < BENCH_USEC * 1e3);

    return passed / (double) n;
}


static double
bench_median(double *nsec)
{
    qsort(nsec, BENCH_ROUNDS, sizeof(double), bench_compare);

    return nsec[BENCH_ROUNDS / 2];
}


static int
bench_compare(const void *a, const void *b)
{
    double  x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}


static void
bench_die(const char *what)
{
    (void) fprintf(stderr, "bench_core: %s\n", what);
    exit(1);
}
