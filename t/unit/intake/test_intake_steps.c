
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A large part of a body that was kept is read in steps, so that nobody else
 * has to wait for it.  The records and their order are the same, however large
 * a step is and however the body was cut into pieces.
 */


#include "intake.h"


#define A  "{\"message\":\"a\"}"
#define B  "{\"message\":\"b\"}"
#define C  "{\"message\":\"c\"}"

#define N(array)  (sizeof(array) / sizeof(array[0]))

/* The most bytes that a step of one call looks at, whatever it is told. */
#define SLICE     65536


typedef struct {
    size_t  step;
    size_t  calls;              /* that returned RSL_AGAIN */
    size_t  most;               /* records that came out of one call */
} steps_t;


static void
begin(run_t *run, size_t step)
{
    rsl_intake_conf_t  conf;

    memset(&conf, 0, sizeof(rsl_intake_conf_t));

    conf.sink = run_sink;
    conf.data = run;
    conf.level = RSL_LEVELS;
    conf.step = step;

    memset(run, 0, sizeof(run_t));

    run->intake = rsl_intake_create(&conf);
    assert_non_null(run->intake);

    text_add_string(&run->full, "");
    text_add_string(&run->brief, "");
}


static int
feed(run_t *run, steps_t *steps, const char *data, size_t len)
{
    int       rc;
    uint64_t  before, records;

    before = rsl_intake_result(run->intake)->records;
    rc = run_feed(run, data, len);

    while (rc == RSL_AGAIN) {
        steps->calls++;
        before = rsl_intake_result(run->intake)->records;

        rc = run_feed(run, "", 0);

        records = rsl_intake_result(run->intake)->records - before;
        steps->most = (records > steps->most) ? records : steps->most;
    }

    return rc;
}


static int
finish(run_t *run, steps_t *steps)
{
    int       rc;
    uint64_t  before, records;

    do {
        before = rsl_intake_result(run->intake)->records;

        rc = rsl_intake_finish(run->intake, NOW);

        records = rsl_intake_result(run->intake)->records - before;
        steps->most = (records > steps->most) ? records : steps->most;
        steps->calls += (rc == RSL_AGAIN);

    } while (rc == RSL_AGAIN);

    assert_int_equal(rsl_intake_kept(run->intake), 0);
    assert_int_equal(rsl_intake_finish(run->intake, NOW), RSL_OK);

    return rc;
}


/* The body in two pieces, and then in pieces of the given kind. */

static void
body(run_t *run, steps_t *steps, const char *data, size_t len, size_t split,
    size_t kind)
{
    size_t  i, n;

    begin(run, steps->step);

    steps->calls = 0;
    steps->most = 0;

    assert_int_equal(feed(run, steps, data, split), RSL_OK);

    for (i = split; i < len; i += n) {
        n = run_piece(run, kind);
        n = (n < len - i) ? n : len - i;

        assert_int_equal(feed(run, steps, data + i, n), RSL_OK);
    }

    assert_int_equal(finish(run, steps), RSL_OK);

    run_errors(run);
}


static void
compare(const run_t *run, const run_t *one, const steps_t *steps,
    const char *data, size_t split)
{
    if (strcmp(run->full.data, one->full.data) != 0) {
        fail_msg("steps of %zu, split at %zu of %.300s: %.1000s instead of "
                 "%.1000s", steps->step, split, data, run->full.data,
                 one->full.data);
    }
}


static const size_t  sizes[] = { 1, 300, 5000, SLICE };


/* Short bodies, split in two at each byte. */

static void
test_splits(void **state)
{
    run_t    run, one;
    size_t   i, j, split, len, again;
    steps_t  steps, whole;

    static const char  *bodies[] = {
        "{\"x\":[\n" A ",\n" B ",\n",
        "{\"x\":[\n" A ",\n" B ",\nz\n" C "\n",
        "{\"x\":[\n" A "}\n{}\n{\"y\"}\n" B ",\n{\n" C "  ,",
        "{\"x\":[\n" A ",\n{\"\n" B "\nz" C,
        "{\"x\":\n" A "\n" B "\n" C,
        "[\n{\"x\":[\n" A ",\n" B ",\n",
        "[" A ",\n{\"x\":\"\n" B ",\n" C "\n]\n",
        "{\"x\":[[[[[[[[[[[[[[[[[[\n" A ",\n" B ",\n",
        "{\n \"x\": 1,\n" A "\n" B "\n",
        "{\"x\":{\"y\":[\n{\"z\":{\n" A ",\n\n{\n\n" B "\n",
        "{\r\n\"x\":[\r\n" A ",\r\n" B "\r\n",
        "text\n{\"x\":[\n" A ",\n" B "\n",
        "{\"x\":[\n" A "\n,", "{\"x\":[\n{", "{\"x\":[\n{}", "{\n{\n{\n{"
    };

    again = 0;
    memset(&whole, 0, sizeof(steps_t));

    for (i = 0; i < N(bodies); i++) {
        len = strlen(bodies[i]);
        body(&one, &whole, bodies[i], len, len, 0);

        for (j = 0; j < N(sizes); j++) {
            steps.step = sizes[j];

            for (split = 0; split <= len; split++) {
                body(&run, &steps, bodies[i], len, split, split % 3);
                compare(&run, &one, &steps, bodies[i], split);

                again += steps.calls;
                run_end(&run);
            }
        }

        run_end(&one);
    }

    assert_int_not_equal(again, 0);
}


/*
 * An object of a megabyte that never ends, with very many lines in it that are
 * objects: no call gives out more records than conf.step allows.
 */

static void
large(const char *first, const char *fill, const char *last)
{
    run_t    run, one;
    size_t   i, kind, lines;
    text_t   text;
    steps_t  steps, whole;

    memset(&text, 0, sizeof(text_t));
    memset(&whole, 0, sizeof(steps_t));

    text_add_string(&text, first);

    while (text.len < MB - 4096) {
        text_add_string(&text, fill);
    }

    text_add_string(&text, last);

    body(&one, &whole, text.data, text.len, text.len, 0);
    assert_int_equal(whole.calls, 0);

    for (i = 0, lines = 0; i < text.len; i++) {
        lines += (text.data[i] == '\n');
    }

    for (i = 0; i < N(sizes); i++) {

        steps.step = sizes[i];

        /* pieces of a few bytes are left out, because they would take long */

        for (kind = 0; kind < PIECES; kind = kind ? kind + 1 : 3) {
            body(&run, &steps, text.data, text.len, 0, kind);
            compare(&run, &one, &steps, text.data, 0);

            assert_in_range(steps.most, 0, steps.step / 256 + 5);
            assert_in_range(steps.calls, (MB - 4096) / (steps.step + SLICE),
                            2 * (lines + 16));
            run_end(&run);
        }
    }

    run_end(&one);
    free(text.data);
}


static void
test_large(void **state)
{
    /* what it is, is known when the body ends, or when its grammar breaks */

    large("{\"x\":[\n", A ",\n", "");
    large("{\"x\":[\n", A ",\n", "z\n" B "\n" C "\n");
    large("[\n{\"x\":[\n", A ",\n", "");
    large("{\"x\":[\n", "{\"\":1},\n", "");
    large("{\"x\":[\n", "\n \n", "");
    large("[{\"x\":[\n", "{\"\"},\n", "");
    large("[{\"x\":[\n", "[\n", "");
    large("{\"x\":[\n{\"x\":[\n", "1,\n", "z\n" B "\n" C "\n");
    large("[{\"x\":[\n", "1,", "\nz\n" B "\n" C "\n");
}


/* The error of an element that never ends is described only if it is near. */

static void
test_position(void **state)
{
    text_t  text;

    memset(&text, 0, sizeof(text_t));

    text_add_string(&text, "[" A ",\n{\"x\":\"");
    text_add_times(&text, "y", SLICE - 100);
    check(text.data, "a\n! 1 2:65443\n");

    text_add_times(&text, "y", 200);
    check(text.data, "a\n! 1 2:1\n");

    free(text.data);
}


/* What is fed in spite of RSL_AGAIN is kept, and the body may end then. */

static void
test_impatient(void **state)
{
    run_t              run;
    steps_t            steps;

    static const char  broken[] = "{\"x\":[\n" A ",\n" B ",\nz\n";

    memset(&steps, 0, sizeof(steps_t));
    begin(&run, 1);

    assert_int_equal(run_feed(&run, broken, sizeof(broken) - 1), RSL_AGAIN);
    assert_int_equal(run_feed(&run, C "\n", sizeof(C)), RSL_AGAIN);

    assert_int_equal(finish(&run, &steps), RSL_OK);
    assert_string_equal(run.brief.data, "{\"x\":[\na\nb\nz\nc\n");

    run_end(&run);
}


/* Who takes an intake over gets the rest; after an error there is none. */

static int
other_sink(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    size_t  *left = data;

    (void) arena;
    (void) record;

    return --*left ? RSL_OK : RSL_ERROR;
}


static void
test_hand_over(void **state)
{
    run_t              run;
    size_t             left;
    steps_t            steps;

    static rsl_str_t   none = rsl_null_string;
    static const char  open[] = "{\"x\":[\n" A ",\n" B ",\n" C "\n";

    memset(&steps, 0, sizeof(steps_t));
    begin(&run, 1);

    assert_int_equal(run_feed(&run, open, sizeof(open) - 1), RSL_OK);
    assert_int_not_equal(rsl_intake_kept(run.intake), 0);

    while (rsl_intake_result(run.intake)->records < 2) {
        assert_int_equal(rsl_intake_finish(run.intake, NOW), RSL_AGAIN);
    }

    left = 2;
    rsl_intake_hand_over(run.intake, other_sink, &left, NULL, &none);

    assert_int_equal(finish(&run, &steps), RSL_ERROR);
    assert_string_equal(run.brief.data, "{\"x\":[\na\n");
    assert_int_equal(left, 0);

    run_end(&run);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_splits),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_position),
        cmocka_unit_test(test_impatient),
        cmocka_unit_test(test_hand_over)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
