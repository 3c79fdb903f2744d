
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The benchmark of redaction: what its files share.
 */


#ifndef _BENCH_REDACT_H_INCLUDED_
#define _BENCH_REDACT_H_INCLUDED_


#include <stdio.h>
#include <stdlib.h>

#include "redact/rsl_redact_internal.h"


#define BENCH_PART_MAX  64


/* A text of any size: a head, then as many units as fit, and a tail. */

typedef struct {
    size_t               head_len;
    size_t               unit_len;
    size_t               tail_len;
    char                 head[BENCH_PART_MAX];
    char                 unit[BENCH_PART_MAX];
    char                 tail[BENCH_PART_MAX];
} bench_input_t;


/* The same, as it is written down. */

typedef struct {
    const char          *head;
    const char          *unit;
    const char          *tail;
} bench_seed_t;


/*
 * A rule or a group of rules: inputs that are slow for it, and the atoms of
 * which the search makes others.  Both end in NULL.
 */

typedef struct {
    const char          *name;
    const bench_seed_t  *seeds;
    const char *const   *atoms;
    const char          *pattern;       /* a rule of the operator */
} bench_family_t;


/* Where an input is tried. */

typedef struct {
    rsl_redact_t        *redact;
    rsl_arena_t         *arena;
    u_char              *text;          /* of BENCH_SIZE_MAX bytes */
    unsigned             hidden:1;      /* the engine gave the last one up */
} bench_engine_t;


/* The sizes of the table, and two of them. */

#define BENCH_SIZES     5
#define BENCH_8K        1
#define BENCH_16K       2
#define BENCH_64K       3
#define BENCH_SIZE_MAX  (1024 * 1024)

extern const size_t          bench_sizes[BENCH_SIZES];
extern const bench_family_t  bench_families[];
extern const char *const     bench_shape_atoms[];


/* bench_redact.c: the least time of "rounds" runs, in ns */
double bench_cost(bench_engine_t *engine, const bench_input_t *input,
    size_t size, int rounds);
double bench_now(void);

/* redact_input.c */

void bench_input(bench_input_t *input, const char *head, const char *unit,
    const char *tail);
void bench_fill(const bench_input_t *input, u_char *p, size_t size);
void bench_print(const bench_input_t *input);

/* The "n"-th input that is slow for a shape; 0: there are no more. */
int bench_shape_input(const rsl_redact_shape_t *shape, size_t n,
    bench_input_t *input);

/* redact_search.c: a slower input than "input", by "rounds" tries */
void bench_search(bench_engine_t *engine, const char *const *atoms,
    bench_input_t *input, size_t rounds);

/* redact_typical.c: real records */
int bench_typical(bench_engine_t *engine, const char *path);


#endif /* _BENCH_REDACT_H_INCLUDED_ */
