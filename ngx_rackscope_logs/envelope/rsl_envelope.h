
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The door of the envelopes: what well-known senders wrap around their records,
 * and the answer that each of them waits for.  A body goes through here into
 * the intake, whether it has an envelope or not.
 */


#ifndef _RSL_ENVELOPE_H_INCLUDED_
#define _RSL_ENVELOPE_H_INCLUDED_


#include "core/rsl_core.h"
#include "intake/rsl_intake.h"


typedef struct rsl_envelope_s  rsl_envelope_t;


/* What the request says of its body.  Only rsl_envelope_use() looks at it. */

typedef struct {
    rsl_str_t           type;       /* Content-Type */
    rsl_str_t           path;       /* as it was sent, without the query */
    unsigned            splunk:1;   /* "Authorization: Splunk ..." is there */
    unsigned            sentry:1;   /* X-Sentry-Auth is there */
    unsigned            firehose:1; /* X-Amz-Firehose-Protocol-Version is */
} rsl_envelope_request_t;


/* How the reading of a body has ended. */

typedef enum {
    RSL_ENVELOPE_WHOLE = 0,         /* all of it was read */
    RSL_ENVELOPE_REFUSED,           /* rsl_envelope_feed() or _finish() has
                                       returned RSL_DECLINED */
    RSL_ENVELOPE_CUT                /* it was not read to its end */
} rsl_envelope_end_e;

typedef struct {
    rsl_envelope_end_e  end;
    unsigned            status;     /* of a body that was cut */
    const char         *detail;     /* why it was; JSON need not escape it */
    uint64_t            accepted;   /* entries that are in the ring */
    uint64_t            filtered;   /* entries below the capture level */
} rsl_envelope_outcome_t;

/* A text that comes so many times. */

typedef struct {
    rsl_str_t           text;
    uint64_t            n;
} rsl_envelope_part_t;

typedef struct {
    unsigned            status;     /* of HTTP */
    const char         *type;       /* Content-Type; NULL: there is no body */
    rsl_str_t           body;       /* or, if there are some, these parts: */
    const rsl_envelope_part_t  *parts;
    size_t              nparts;
} rsl_envelope_answer_t;


/*
 * These do what the functions of the intake do that are called alike, whose
 * "envelopes" in the configuration is set here.
 */

rsl_envelope_t *rsl_envelope_create(const rsl_intake_conf_t *conf,
    const rsl_envelope_request_t *request);
void rsl_envelope_use(rsl_envelope_t *e, const rsl_intake_conf_t *conf,
    const rsl_envelope_request_t *request);
void rsl_envelope_reset(rsl_envelope_t *e);
void rsl_envelope_destroy(rsl_envelope_t *e);

void rsl_envelope_hand_over(rsl_envelope_t *e, rsl_intake_sink_pt sink,
    void *data, void *line_data, const rsl_str_t *logger);

/*
 * RSL_DECLINED also: the body is of a kind that is known and not read.
 * rsl_envelope_answer() says so.
 */
int rsl_envelope_feed(rsl_envelope_t *e, const u_char *data, size_t len,
    int64_t now);
int rsl_envelope_finish(rsl_envelope_t *e, int64_t now);

int rsl_envelope_held(const rsl_envelope_t *e);
int rsl_envelope_release(rsl_envelope_t *e);

/*
 * Of a body that was not read to its end, takes what is whole and still waits
 * for what comes behind it.  RSL_ERROR: as with rsl_envelope_release().
 */
int rsl_envelope_stop(rsl_envelope_t *e);

void rsl_envelope_cut(rsl_envelope_t *e);
size_t rsl_envelope_kept(const rsl_envelope_t *e);
const rsl_intake_result_t *rsl_envelope_result(const rsl_envelope_t *e);


/*
 * Is the body known and not read, as far as the request tells?  Then the answer
 * is this, and "detail" is a constant that JSON need not escape.
 */
int rsl_envelope_refuses(const rsl_envelope_request_t *request,
    unsigned *status, const char **detail);

/* Is the body protobuf? */
int rsl_envelope_request_is_protobuf(const rsl_envelope_request_t *request);

/* The name of the envelope, or NULL if there is none, as far as is known. */
const char *rsl_envelope_name(const rsl_envelope_t *e);

/*
 * Which of the formats the body has, as far as is known: its index in the table
 * of their names, which ends with NULL.
 */

#define RSL_ENVELOPE_FORMATS  16

extern const char *const  rsl_envelope_formats[RSL_ENVELOPE_FORMATS];

size_t rsl_envelope_format(const rsl_envelope_t *e);

/*
 * How many records went out without what stands around them, because that came
 * too late?
 */
uint64_t rsl_envelope_late(const rsl_envelope_t *e);

/* The answer to the body, made in the arena.  RSL_ERROR: no memory. */
int rsl_envelope_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer);


#endif /* _RSL_ENVELOPE_H_INCLUDED_ */
