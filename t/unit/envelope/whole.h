
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the tests of whole bodies share: a body goes in, in pieces of any size,
 * and its records and its answer come out as text.
 */


#ifndef _WHOLE_H_INCLUDED_
#define _WHOLE_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "envelope/rsl_envelope_internal.h"


#define BODY_NOW   1795342617395827
#define BODY_LINE  65536


typedef struct {
    char            *text;          /* of all records, and of the answer */
    size_t           len;
    size_t           size;
    uint64_t         accepted;
    uint64_t         failing;       /* the sink fails at this record */
    rsl_envelope_t  *envelope;
} body_t;


static inline void
body_add(body_t *body, const void *data, size_t len)
{
    if (body->len + len + 1 > body->size) {
        body->size = (body->len + len + 1) * 2;
        body->text = realloc(body->text, body->size);
        assert_non_null(body->text);
    }

    if (len) {
        memcpy(body->text + body->len, data, len);
    }

    body->len += len;
    body->text[body->len] = '\0';
}


/* A record without its number: {"_seq":0000000000000000, is 24 bytes. */

static inline int
body_sink(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    rsl_line_t   line;
    body_t      *body = data;

    static u_char  buf[BODY_LINE];

    rsl_record_render(record, buf, BODY_LINE, &line);

    body_add(body, "{", 1);
    body_add(body, buf + 25, line.len - 25);
    body_add(body, "\n", 1);

    body->accepted += 1 + rsl_envelope_result(body->envelope)->joined;

    return (body->failing && --body->failing == 0) ? RSL_ERROR : RSL_OK;
}


static inline void
body_answer(body_t *body, int rc)
{
    char                    status[64];
    size_t                  i, n;
    rsl_arena_t            *arena;
    rsl_envelope_answer_t   answer;
    rsl_envelope_outcome_t  outcome;

    arena = rsl_arena_create(1024);
    assert_non_null(arena);

    memset(&outcome, 0, sizeof(rsl_envelope_outcome_t));

    outcome.end = (rc == RSL_DECLINED) ? RSL_ENVELOPE_REFUSED
                                       : RSL_ENVELOPE_WHOLE;
    outcome.accepted = body->accepted;

    assert_int_equal(rsl_envelope_answer(body->envelope, arena, &outcome,
                                         &answer),
                     RSL_OK);

    (void) snprintf(status, sizeof(status), "%u %s ", answer.status,
                    answer.type ? answer.type : "-");
    body_add(body, status, strlen(status));
    body_add(body, answer.body.data, answer.body.len);

    for (i = 0; i < answer.nparts; i++) {
        for (n = 0; n < answer.parts[i].n; n++) {
            body_add(body, answer.parts[i].text.data, answer.parts[i].text.len);
        }
    }

    rsl_arena_destroy(arena);
}


/* Feeds copies, so that a sanitizer finds who reads before or behind them. */

static inline int
body_feed(body_t *body, const char *data, size_t len)
{
    int      rc;
    u_char  *copy;

    copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, data, len);

    rc = rsl_envelope_feed(body->envelope, copy, len, BODY_NOW);

    memset(copy, '#', len);
    free(copy);

    while (rc == RSL_AGAIN) {
        rc = rsl_envelope_feed(body->envelope, (const u_char *) "", 0,
                               BODY_NOW);
    }

    return rc;
}


/* "first" bytes of the body come alone, all others in pieces of "piece". */

static inline int
body_run(body_t *body, const rsl_envelope_request_t *request,
    const char *data, size_t len, size_t first, size_t piece)
{
    int                rc;
    size_t             i, n;
    rsl_intake_conf_t  conf;

    memset(&conf, 0, sizeof(rsl_intake_conf_t));

    conf.sink = body_sink;
    conf.data = body;
    conf.level = RSL_LEVELS;
    conf.step = 65536;

    body->envelope = rsl_envelope_create(&conf, request);
    assert_non_null(body->envelope);

    rc = RSL_OK;
    n = first ? first : piece;

    for (i = 0; i < len && rc == RSL_OK; i += n, n = piece) {
        n = (n < len - i) ? n : len - i;
        rc = body_feed(body, data + i, n);
    }

    if (rc == RSL_OK) {

        do {
            rc = rsl_envelope_finish(body->envelope, BODY_NOW);
        } while (rc == RSL_AGAIN);
    }

    if (rc == RSL_OK) {
        assert_int_equal(rsl_envelope_kept(body->envelope), 0);
        assert_false(rsl_envelope_held(body->envelope));
    }

    if (rc != RSL_ERROR) {
        body_answer(body, rc);
    }

    rsl_envelope_destroy(body->envelope);

    return rc;
}


static inline void
body_free(body_t *body)
{
    free(body->text);
    memset(body, 0, sizeof(body_t));
}


/* The body makes this of itself, whole, in bytes, and split anywhere. */

static inline void
body_check(const rsl_envelope_request_t *request, const char *data, size_t len,
    const char *text)
{
    size_t  i, step;
    body_t  body;

    step = (len > 4000) ? len / 1000 : 1;

    for (i = 0; i < len + 1; i += step) {
        memset(&body, 0, sizeof(body_t));

        assert_int_not_equal(body_run(&body, request, data, len, i,
                                      (i == 1) ? 1 : len + 1),
                             RSL_ERROR);
        assert_string_equal(body.text, text);

        body_free(&body);
    }
}


static inline rsl_envelope_request_t
body_request(const char *type, const char *path)
{
    rsl_envelope_request_t  request;

    memset(&request, 0, sizeof(rsl_envelope_request_t));

    request.type.data = (const u_char *) type;
    request.type.len = strlen(type);
    request.path.data = (const u_char *) path;
    request.path.len = strlen(path);

    return request;
}


#endif /* _WHOLE_H_INCLUDED_ */
