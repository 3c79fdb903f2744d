
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Intake: bytes in any pieces, as a client sends them, become records.
 */


#ifndef _RSL_INTAKE_H_INCLUDED_
#define _RSL_INTAKE_H_INCLUDED_


#include "core/rsl_core.h"


/*
 * The largest entry that is parsed as a whole.  Of a larger one the rest is
 * skipped, what is open is closed, and the record is marked as truncated.
 */
#define RSL_INTAKE_ENTRY_MAX  (1024 * 1024)

#define RSL_INTAKE_DEPTH_MAX  16
#define RSL_INTAKE_ERRORS     10


typedef struct rsl_intake_s  rsl_intake_t;


/*
 * Takes one record.  It lives until the sink returns; the sink may allocate
 * from the arena, and may change the record.  RSL_ERROR stops the intake.
 */
typedef int (*rsl_intake_sink_pt)(void *data, rsl_arena_t *arena,
    rsl_record_t *record);


typedef struct {
    rsl_intake_sink_pt  sink;
    void               *data;

    /* for plain text lines that do not say it themselves */
    rsl_str_t           logger;     /* as long as the intake lives; what is
                                       no UTF-8 in it becomes U+FFFD */
    rsl_level_t         level;      /* RSL_LEVELS: unknown */

    /*
     * What one call may cost that reads what was kept: about so many bytes.
     * 0: no limit, and nothing says RSL_AGAIN.
     */
    size_t              step;
} rsl_intake_conf_t;


typedef struct {
    uint64_t            index;      /* of the entry in the body, from 0 */
    uint64_t            line;       /* in the body, from 1 */
    uint64_t            column;     /* in bytes, from 1 */
    const char         *detail;     /* static, nothing of what was sent, and
                                       nothing that JSON would escape */
} rsl_intake_error_t;


typedef struct {
    uint64_t            records;    /* given to the sink */
    uint64_t            rejected;
    rsl_intake_error_t  errors[RSL_INTAKE_ERRORS];  /* the first of them */
} rsl_intake_result_t;


/* Creates an intake for one body.  NULL: no memory. */
rsl_intake_t *rsl_intake_create(const rsl_intake_conf_t *conf);

/*
 * Ends a body, whole or not: memory that held what a client sent is
 * overwritten.  Then, and only then, rsl_intake_use() may follow, for another
 * one.
 */
void rsl_intake_reset(rsl_intake_t *intake);
void rsl_intake_use(rsl_intake_t *intake, const rsl_intake_conf_t *conf);

/* Frees it; memory that held what a client sent is overwritten. */
void rsl_intake_destroy(rsl_intake_t *intake);

/*
 * Another sink, and what goes with it, for an intake that outlives who has made
 * it.  The level stays.
 */
void rsl_intake_hand_over(rsl_intake_t *intake, rsl_intake_sink_pt sink,
    void *data, const rsl_str_t *logger);

/*
 * Takes the next piece of the body.  "now", Unix time in microseconds, is the
 * time of capture for entries that do not carry one.  Records come out as soon
 * as they are complete: a JSON object with its last byte (for NDJSON at the
 * latest with its newline), a line of text when the next line shows that it
 * does not go on.
 *
 * RSL_AGAIN: all of the piece is kept, and what is kept has to be read on:
 * feed nothing, with a length of 0, until this says something else.
 * RSL_DECLINED: the body is compressed, and nothing of it was taken.
 * RSL_ERROR: no memory, or the sink said so.
 */
int rsl_intake_feed(rsl_intake_t *intake, const u_char *data, size_t len,
    int64_t now);

/* Is a record of text held back, because the next line may belong to it? */
int rsl_intake_held(const rsl_intake_t *intake);

/* Gives the record that is held back to the sink. */
int rsl_intake_release(rsl_intake_t *intake);

/*
 * The body has ended: what is not complete is taken or rejected now.
 * RSL_AGAIN: there is more of that, so call it again, and feed no more.
 */
int rsl_intake_finish(rsl_intake_t *intake, int64_t now);

/* How many bytes are kept that rsl_intake_finish() would have to look at? */
size_t rsl_intake_kept(const rsl_intake_t *intake);

const rsl_intake_result_t *rsl_intake_result(const rsl_intake_t *intake);


/*
 * The level that another logger means by this name (docs/ingest.md), or
 * RSL_LEVELS.
 */
rsl_level_t rsl_intake_level(const rsl_str_t *name);


#endif /* _RSL_INTAKE_H_INCLUDED_ */
