
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A search for slow inputs: changes the slowest one that is known at random,
 * and keeps what is slower.  The numbers are the same in every run, so that
 * what is found can be found again; the times are not.
 */


#include "bench_redact.h"


/* So large is a text that is tried. */
#define BENCH_TRY  4096


static size_t bench_random(size_t n);
static void bench_change(const char *const *atoms, bench_input_t *input);
static void bench_insert(char *part, size_t *len, const char *text,
    size_t text_len);
static void bench_remove(char *part, size_t *len);


static uint64_t  bench_state;


void
bench_search(bench_engine_t *engine, const char *const *atoms,
    bench_input_t *input, size_t rounds)
{
    size_t         i, n;
    double         cost, most;
    bench_input_t  other;

    bench_state = 88172645463325252u;
    most = bench_cost(engine, input, BENCH_TRY, 2);

    for (i = 0; i < rounds; i++) {
        other = *input;

        for (n = 1 + bench_random(3); n > 0; n--) {
            bench_change(atoms, &other);
        }

        if (other.unit_len == 0) {
            continue;
        }

        cost = bench_cost(engine, &other, BENCH_TRY, 1);

        if (cost > most) {
            /* others use the machine too */
            cost = bench_cost(engine, &other, BENCH_TRY, 3);
        }

        if (cost > most) {
            most = cost;
            *input = other;
        }
    }
}


/* xorshift */

static size_t
bench_random(size_t n)
{
    bench_state ^= bench_state << 13;
    bench_state ^= bench_state >> 7;
    bench_state ^= bench_state << 17;

    return (size_t) (bench_state % n);
}


static void
bench_change(const char *const *atoms, bench_input_t *input)
{
    char    *part, run[BENCH_PART_MAX];
    size_t  *len, n;

    switch (bench_random(8)) {

    case 0:
        part = input->head;
        len = &input->head_len;
        break;

    case 1:
        part = input->tail;
        len = &input->tail_len;
        break;

    default:
        part = input->unit;
        len = &input->unit_len;
    }

    for (n = 0; atoms[n] != NULL; n++) { /* void */ }

    n = bench_random(n);

    switch (bench_random(6)) {

    case 0:
    case 1:
        bench_remove(part, len);
        break;

    case 2:
        /* a run of one character */
        memset(run, atoms[n][0], sizeof(run));
        bench_insert(part, len, run, 1 + bench_random(sizeof(run)));
        break;

    case 3:
        /* a piece of the unit once more, also as a head */
        bench_insert(part, len, input->unit, input->unit_len);
        break;

    default:
        bench_insert(part, len, atoms[n], strlen(atoms[n]));
    }
}


static void
bench_insert(char *part, size_t *len, const char *text, size_t text_len)
{
    size_t  at;
    char    copy[BENCH_PART_MAX];

    memcpy(copy, text, text_len);

    if (text_len > BENCH_PART_MAX - *len) {
        text_len = BENCH_PART_MAX - *len;
    }

    at = bench_random(*len + 1);

    memmove(part + at + text_len, part + at, *len - at);
    memcpy(part + at, copy, text_len);
    *len += text_len;
}


static void
bench_remove(char *part, size_t *len)
{
    size_t  at, n;

    if (*len == 0) {
        return;
    }

    at = bench_random(*len);
    n = 1 + bench_random(*len - at);

    memmove(part + at, part + at + n, *len - at - n);
    *len -= n;
}
