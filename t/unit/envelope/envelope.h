
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The bodies of t/unit/body.h go through the envelopes, and the request may say
 * something of them.
 */


#ifndef _ENVELOPE_H_INCLUDED_
#define _ENVELOPE_H_INCLUDED_


#include <string.h>

#include "envelope/rsl_envelope.h"


/* Of the request that comes next. */
static rsl_envelope_request_t  request;


typedef rsl_envelope_t  run_reader_t;

#define run_reader_create(conf)  rsl_envelope_create(conf, &request)
#define run_reader_feed          rsl_envelope_feed
#define run_reader_finish        rsl_envelope_finish
#define run_reader_held          rsl_envelope_held
#define run_reader_result        rsl_envelope_result
#define run_reader_destroy       rsl_envelope_destroy

/* Messages that are objects are printed. */
#define RUN_TREES

#include "../body.h"


/*
 * Feeds the body as a whole, and in two pieces, split at each byte: the same
 * comes out.  "run" is that of the whole body.
 */

static inline void
run_splits(run_t *run, const char *body, size_t len)
{
    run_t   split;
    size_t  i;

    run_begin(run, RSL_LEVELS);
    assert_int_equal(run_body(run, body, len, 0), RSL_OK);

    for (i = 0; i <= len; i++) {
        run_begin(&split, RSL_LEVELS);

        assert_int_equal(run_feed(&split, body, i), RSL_OK);
        assert_int_equal(run_body(&split, body + i, len - i, 0), RSL_OK);

        if (strcmp(split.full.data, run->full.data) != 0) {
            fail_msg("split at %zu, %.300s: %.2000s instead of %.2000s", i,
                     body, split.full.data, run->full.data);
        }

        run_end(&split);
    }
}


/* What comes out, without numbers: the records and errors, a line each. */

static inline void
check_records(const char *body, const char *expected)
{
    run_t  run;

    static const char  seq[] = "{\"_seq\":0000000000000000,";

    text_t       text;
    const char  *p, *next;

    run_splits(&run, body, strlen(body));

    memset(&text, 0, sizeof(text_t));
    text_add_string(&text, "");

    for (p = run.full.data; strncmp(p, seq, sizeof(seq) - 1) == 0; p = next) {
        p += sizeof(seq) - 1;
        next = strchr(p, '\n') + 1;
        text_add_string(&text, "{");
        text_add(&text, p, (size_t) (next - p));
    }

    if (strcmp(text.data, expected) != 0) {
        fail_msg("%.2000s\nbecame\n%.4000s\ninstead of\n%.4000s", body,
                 text.data, expected);
    }

    free(text.data);
    run_end(&run);
    run_pieces(&run, body, strlen(body), 0);
    run_end(&run);
}


/* The answer to the body, of whose records all are accepted: "status body". */

static inline void
check_answer(const char *body, const char *expected)
{
    int                      rc;
    char                     line[2000];
    run_t                    run;
    rsl_arena_t             *arena;
    rsl_envelope_answer_t    answer;
    rsl_envelope_outcome_t   outcome;

    memset(&outcome, 0, sizeof(rsl_envelope_outcome_t));

    run_begin(&run, RSL_LEVELS);
    rc = run_body(&run, body, strlen(body), 0);

    outcome.end = (rc == RSL_DECLINED) ? RSL_ENVELOPE_REFUSED
                                       : RSL_ENVELOPE_WHOLE;
    outcome.accepted = rsl_envelope_result(run.intake)->records;

    arena = rsl_arena_create(100);
    assert_non_null(arena);
    assert_int_equal(rsl_envelope_answer(run.intake, arena, &outcome, &answer),
                     RSL_OK);

    (void) snprintf(line, sizeof(line), "%u%s%.*s", answer.status,
                    answer.body.len ? " " : "", (int) answer.body.len,
                    (char *) answer.body.data);
    assert_string_equal(line, expected);

    rsl_arena_destroy(arena);
    run_end(&run);
}


#endif /* _ENVELOPE_H_INCLUDED_ */
