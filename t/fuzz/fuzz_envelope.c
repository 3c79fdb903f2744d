
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Envelopes: whatever comes, in whatever pieces and steps, gives the same
 * records and the same answer, and little of it is kept.  The first byte of the
 * input says what the request does.
 */


#include <stdio.h>
#include <stdlib.h>

#include "envelope/rsl_envelope.h"


#define FUZZ_NOW     1795342617395827
#define FUZZ_LINE    16384
#define FUZZ_SINGLE  1024       /* inputs that are fed byte by byte, too */
#define FUZZ_KEPT    (8 * 1024 * 1024)


typedef struct {
    u_char          *data;      /* what came out */
    size_t           len;
    size_t           size;
    uint64_t         random;
    uint64_t         records;
    size_t           step;

    rsl_envelope_t  *envelope;
} fuzz_run_t;


static const rsl_envelope_request_t  fuzz_requests[] = {
    { .type = rsl_string("application/json") },
    { .type = rsl_string("application/json"), .path = rsl_string("/v1/logs") },
    { .path = rsl_string("/services/collector/event"), .splunk = 1 },
    { .type = rsl_string("application/x-protobuf"),
      .path = rsl_string("/v1/logs") },
    { .type = rsl_string("application/x-protobuf"),
      .path = rsl_string("/loki/api/v1/push") },
    { .type = rsl_string("application/x-www-form-urlencoded") },
    { .type = rsl_string("application/vnd.fdo.journal") },
    { .type = rsl_string("application/x-ndjson"),
      .path = rsl_string("/_bulk") }
};


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_check(int ok, const char *what)
{
    if (!ok) {
        (void) fprintf(stderr, "%s\n", what);
        abort();
    }
}


static void
fuzz_add(fuzz_run_t *run, const void *data, size_t len)
{
    if (run->len + len > run->size) {
        run->size = (run->len + len) * 2;
        run->data = realloc(run->data, run->size);
        fuzz_check(run->data != NULL, "no memory");
    }

    if (len) {
        memcpy(run->data + run->len, data, len);
    }

    run->len += len;
}


static int
fuzz_sink(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    u_char       line[FUZZ_LINE];
    rsl_line_t   described;

    fuzz_run_t  *run = data;

    if (record->message_tree != NULL) {
        fuzz_check(rsl_json_print(arena, record->message_tree,
                                  &record->message) == RSL_OK, "no memory");
    }

    fuzz_check(rsl_utf8_valid(&record->message) == record->message.len,
               "the message is no UTF-8");
    fuzz_check(rsl_utf8_valid(&record->logger) == record->logger.len,
               "the logger is no UTF-8");

    rsl_record_render(record, line, FUZZ_LINE, &described);

    fuzz_add(run, line, described.len);
    fuzz_add(run, "\n", 1);
    run->records++;

    return RSL_OK;
}


/* xorshift64 */

static size_t
fuzz_random(fuzz_run_t *run, size_t n)
{
    run->random ^= run->random << 13;
    run->random ^= run->random >> 7;
    run->random ^= run->random << 17;

    return run->random % n;
}


static int
fuzz_body(fuzz_run_t *run, const uint8_t *data, size_t size, size_t most)
{
    int      rc;
    size_t   i, n;
    u_char  *copy;

    rc = RSL_OK;

    for (i = 0; i < size && rc == RSL_OK; i += n) {
        n = (most > 1) ? fuzz_random(run, most) + 1 : 1;
        n = (n < size - i) ? n : size - i;

        /* a copy, so that a sanitizer sees who reads beside it */

        copy = malloc(n);
        fuzz_check(copy != NULL, "no memory");
        memcpy(copy, data + i, n);

        rc = rsl_envelope_feed(run->envelope, copy, n, FUZZ_NOW);
        free(copy);

        while (rc == RSL_AGAIN) {
            rc = rsl_envelope_feed(run->envelope, (const u_char *) "", 0,
                                   FUZZ_NOW);
        }

        fuzz_check(rsl_envelope_kept(run->envelope) < FUZZ_KEPT,
                   "too much is kept");
    }

    if (rc != RSL_OK) {
        return rc;
    }

    do {
        rc = rsl_envelope_finish(run->envelope, FUZZ_NOW);
    } while (rc == RSL_AGAIN);

    return rc;
}


static void
fuzz_answer(fuzz_run_t *run, int rc)
{
    char                     line[100];
    size_t                   i;
    rsl_arena_t             *arena;
    rsl_envelope_answer_t    answer;
    rsl_envelope_outcome_t   outcome;

    memset(&outcome, 0, sizeof(rsl_envelope_outcome_t));

    outcome.end = (rc == RSL_OK) ? RSL_ENVELOPE_WHOLE : RSL_ENVELOPE_REFUSED;
    outcome.accepted = rsl_envelope_result(run->envelope)->records;

    arena = rsl_arena_create(1000);
    fuzz_check(arena != NULL, "no memory");

    fuzz_check(rsl_envelope_answer(run->envelope, arena, &outcome, &answer)
               == RSL_OK, "no answer");
    fuzz_check(answer.status >= 200 && answer.status < 600, "no status");

    (void) snprintf(line, sizeof(line), "%d %u %lu ", rc, answer.status,
                    (unsigned long) rsl_envelope_late(run->envelope));
    fuzz_add(run, line, strlen(line));
    fuzz_add(run, answer.body.data, answer.body.len);

    for (i = 0; i < answer.nparts; i++) {
        fuzz_add(run, answer.parts[i].text.data, answer.parts[i].text.len);
        fuzz_add(run, &answer.parts[i].n, sizeof(answer.parts[i].n));
    }

    rsl_arena_destroy(arena);
}


/* Feeds the body in pieces of at most "most" bytes. */

static void
fuzz_run(fuzz_run_t *run, const rsl_envelope_request_t *request,
    const uint8_t *data, size_t size, size_t most, size_t step)
{
    int                rc;
    rsl_intake_conf_t  conf;

    memset(&conf, 0, sizeof(rsl_intake_conf_t));
    memset(run, 0, sizeof(fuzz_run_t));

    run->random = size * 2654435761u + most + 1;

    conf.sink = fuzz_sink;
    conf.data = run;
    conf.level = RSL_LEVELS;
    conf.step = step;

    run->envelope = rsl_envelope_create(&conf, request);
    fuzz_check(run->envelope != NULL, "no memory");

    rc = fuzz_body(run, data, size, most);
    fuzz_check(rc != RSL_ERROR, "no memory");

    fuzz_answer(run, rc);

    rsl_envelope_destroy(run->envelope);
}


static void
fuzz_same(const fuzz_run_t *whole, fuzz_run_t *run, const char *what)
{
    if (whole->len != run->len
        || (run->len && memcmp(whole->data, run->data, run->len) != 0))
    {
        (void) fprintf(stderr, "%.*s\n--- and ---\n%.*s\n", (int) whole->len,
                       (char *) whole->data, (int) run->len,
                       (char *) run->data);
        fuzz_check(0, what);
    }

    free(run->data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_run_t                     whole, run;
    const rsl_envelope_request_t  *request;

    if (size == 0) {
        return 0;
    }

    request = &fuzz_requests[data[0] % (sizeof(fuzz_requests)
                                        / sizeof(fuzz_requests[0]))];
    data++;
    size--;

    fuzz_run(&whole, request, data, size, size + 1, 0);

    fuzz_run(&run, request, data, size, 30, 0);
    fuzz_same(&whole, &run, "other pieces, other records");

    fuzz_run(&run, request, data, size, 300, 64);
    fuzz_same(&whole, &run, "other steps, other records");

    if (size <= FUZZ_SINGLE) {
        fuzz_run(&run, request, data, size, 1, 0);
        fuzz_same(&whole, &run, "single bytes, other records");
    }

    free(whole.data);

    return 0;
}
