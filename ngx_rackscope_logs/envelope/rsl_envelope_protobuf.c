
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * OTLP and Loki in protobuf.  Their messages become what they would be in JSON,
 * and are taken by the rows of these.  A block of Snappy, which Loki's clients
 * send, was decoded before.
 */


#include <stdlib.h>

#include "rsl_envelope_internal.h"


/* So many bytes tell what the body is. */
#define RSL_ENVELOPE_PROTOBUF_HEAD    32

/* The request, its first resource, an attribute of that, and its key. */
#define RSL_ENVELOPE_PROTOBUF_FIELDS  4


typedef struct {
    rsl_envelope_proto_t   proto;
    rsl_envelope_t        *envelope;
    u_char                 head[RSL_ENVELOPE_PROTOBUF_HEAD];
    size_t                 head_len;
    unsigned               looked:1;
} rsl_envelope_protobuf_t;


static int rsl_envelope_protobuf_takes(rsl_envelope_t *e,
    const rsl_envelope_request_t *request);
static int rsl_envelope_protobuf_looks(rsl_envelope_t *e, const u_char *p,
    size_t len);
static int rsl_envelope_protobuf_feed(rsl_envelope_t *e, const u_char *data,
    size_t len);
static int rsl_envelope_protobuf_look(rsl_envelope_t *e, const u_char *data,
    size_t len, int final);
static int rsl_envelope_protobuf_is_loki(const u_char *p, const u_char *end);
static int rsl_envelope_protobuf_skip(const u_char **p, const u_char *end,
    uint64_t *len);
static void rsl_envelope_protobuf_open(rsl_envelope_t *e, int loki);
static int rsl_envelope_protobuf_pass(rsl_envelope_t *e, const u_char *data,
    size_t len);
static int rsl_envelope_protobuf_context(void *data, unsigned level,
    const rsl_str_t *bytes);
static int rsl_envelope_protobuf_has_labels(const rsl_envelope_t *e);
static int rsl_envelope_protobuf_read(rsl_envelope_t *e, unsigned level,
    const rsl_str_t *bytes, rsl_value_t **value);
static int rsl_envelope_protobuf_record(void *data, const rsl_str_t *bytes);
static void rsl_envelope_protobuf_reject(void *data, uint64_t offset,
    const char *detail);
static int rsl_envelope_protobuf_finish(rsl_envelope_t *e);
static size_t rsl_envelope_protobuf_kept(const rsl_envelope_t *e);
static void rsl_envelope_protobuf_free(rsl_envelope_t *e);
static int rsl_envelope_protobuf_answer(rsl_envelope_t *e,
    rsl_arena_t *arena, const rsl_envelope_outcome_t *outcome,
    rsl_envelope_answer_t *answer);
static int rsl_envelope_protobuf_partial(rsl_envelope_t *e,
    rsl_arena_t *arena, rsl_envelope_answer_t *answer);
static u_char *rsl_envelope_protobuf_varint(u_char *p, uint64_t value);
static size_t rsl_envelope_protobuf_len(uint64_t value);


static const char  rsl_envelope_protobuf_type[] = "application/x-protobuf";

/* ExportLogsServiceRequest, ResourceLogs, ScopeLogs */

static const rsl_envelope_proto_level_t  rsl_envelope_protobuf_otlp_levels[] = {
    { 1, 0 },
    { 2, 1 },
    { 2, 1 }
};

/* PushRequest, StreamAdapter */

static const rsl_envelope_proto_level_t  rsl_envelope_protobuf_loki_levels[] = {
    { 1, 0 },
    { 2, 1 }
};


/* Which of both it is, the first bytes tell. */

const rsl_envelope_row_t  rsl_envelope_protobuf = {
    .name = "otlp",
    .takes = rsl_envelope_protobuf_takes,
    .looks = rsl_envelope_protobuf_looks,
    .feed = rsl_envelope_protobuf_feed,
    .finish = rsl_envelope_protobuf_finish,
    .kept = rsl_envelope_protobuf_kept,
    .free = rsl_envelope_protobuf_free,
    .answer = rsl_envelope_protobuf_answer
};

static const rsl_envelope_row_t  rsl_envelope_protobuf_loki = {
    .name = "loki",
    .feed = rsl_envelope_protobuf_feed,
    .finish = rsl_envelope_protobuf_finish,
    .kept = rsl_envelope_protobuf_kept,
    .free = rsl_envelope_protobuf_free,
    .answer = rsl_envelope_protobuf_answer
};


static int
rsl_envelope_protobuf_takes(rsl_envelope_t *e,
    const rsl_envelope_request_t *request)
{
    return rsl_envelope_request_is_protobuf(request);
}


/*
 * OTLP under a wrong type begins with the key of an attribute of a resource:
 * four fields within each other, which no text has by chance.
 */

static int
rsl_envelope_protobuf_looks(rsl_envelope_t *e, const u_char *p, size_t len)
{
    int            rc;
    size_t         i;
    uint64_t       inner, outer;
    const u_char  *q, *end;

    end = p + len;
    outer = UINT64_MAX;

    for (i = 0; i < RSL_ENVELOPE_PROTOBUF_FIELDS; i++) {
        q = p;
        rc = rsl_envelope_protobuf_skip(&p, end, &inner);

        if (rc != RSL_OK) {
            return (len < RSL_ENVELOPE_KEY) ? rc : RSL_DECLINED;
        }

        if (inner > outer || outer - inner < (uint64_t) (p - q)) {
            return RSL_DECLINED;
        }

        outer = inner;
    }

    return RSL_OK;
}


static int
rsl_envelope_protobuf_feed(rsl_envelope_t *e, const u_char *data, size_t len)
{
    rsl_envelope_protobuf_t  *protobuf;

    if (e->state == NULL) {

        protobuf = calloc(1, sizeof(rsl_envelope_protobuf_t));
        if (protobuf == NULL) {
            return RSL_ERROR;
        }

        protobuf->envelope = e;
        e->state = protobuf;
    }

    protobuf = e->state;

    return protobuf->looked ? rsl_envelope_proto_feed(&protobuf->proto, data,
                                                      len)
                            : rsl_envelope_protobuf_look(e, data, len, 0);
}


/* Waits until there are enough bytes to tell what the body is. */

static int
rsl_envelope_protobuf_look(rsl_envelope_t *e, const u_char *data, size_t len,
    int final)
{
    int                       rc;
    size_t                    n;
    rsl_envelope_protobuf_t  *protobuf;

    protobuf = e->state;

    n = RSL_ENVELOPE_PROTOBUF_HEAD - protobuf->head_len;
    n = (len < n) ? len : n;

    memcpy(protobuf->head + protobuf->head_len, data, n);

    if (protobuf->head[0] == '{' || protobuf->head[0] == '[') {
        return rsl_envelope_protobuf_pass(e, data, len);
    }

    rc = rsl_envelope_protobuf_is_loki(protobuf->head, protobuf->head
                                                       + protobuf->head_len
                                                       + n);

    if (rc == RSL_AGAIN && !final) {
        protobuf->head_len += n;
        return RSL_OK;
    }

    rsl_envelope_protobuf_open(e, rc == RSL_OK);

    if (rsl_envelope_proto_feed(&protobuf->proto, protobuf->head,
                                protobuf->head_len)
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    return rsl_envelope_proto_feed(&protobuf->proto, data, len);
}


/*
 * Both begin with a message in which a field 1 comes first.  That of Loki is
 * the labels, a text with braces; with this byte, no message begins.
 */

static int
rsl_envelope_protobuf_is_loki(const u_char *p, const u_char *end)
{
    int       rc;
    uint64_t  len;

    rc = rsl_envelope_protobuf_skip(&p, end, &len);

    if (rc == RSL_OK) {
        rc = rsl_envelope_protobuf_skip(&p, end, &len);
    }

    if (rc != RSL_OK) {
        return rc;
    }

    return (p == end) ? RSL_AGAIN : (*p == '{') ? RSL_OK : RSL_DECLINED;
}


/* Moves *p behind the length of a field 1. */

static int
rsl_envelope_protobuf_skip(const u_char **p, const u_char *end, uint64_t *len)
{
    int                         rc;
    rsl_envelope_wire_varint_t  varint;

    memset(&varint, 0, sizeof(rsl_envelope_wire_varint_t));

    if (*p == end) {
        return RSL_AGAIN;
    }

    if (*(*p)++ != (1 << 3 | RSL_ENVELOPE_WIRE_BYTES)) {
        return RSL_DECLINED;
    }

    do {
        if (*p == end) {
            return RSL_AGAIN;
        }

        rc = rsl_envelope_wire_varint(&varint, *(*p)++);
    } while (rc == RSL_AGAIN);

    *len = varint.value;

    return (rc == RSL_OK && varint.value) ? RSL_OK : RSL_DECLINED;
}


static void
rsl_envelope_protobuf_open(rsl_envelope_t *e, int loki)
{
    rsl_envelope_taker_t      taker;
    rsl_envelope_protobuf_t  *protobuf;

    protobuf = e->state;

    taker.data = protobuf;
    taker.context = rsl_envelope_protobuf_context;
    taker.record = rsl_envelope_protobuf_record;

    protobuf->looked = 1;

    if (loki) {
        e->row = &rsl_envelope_protobuf_loki;
        rsl_envelope_proto_start(&protobuf->proto,
                                 rsl_envelope_protobuf_loki_levels, 1, &taker,
                                 rsl_envelope_protobuf_reject);
        return;
    }

    rsl_envelope_proto_start(&protobuf->proto,
                             rsl_envelope_protobuf_otlp_levels, 2, &taker,
                             rsl_envelope_protobuf_reject);
}


/* JSON under a wrong name: no message begins with a brace or a bracket. */

static int
rsl_envelope_protobuf_pass(rsl_envelope_t *e, const u_char *data, size_t len)
{
    rsl_envelope_protobuf_free(e);

    /* the first byte tells it, so nothing was kept */

    return rsl_envelope_pass(e, data, len);
}


static int
rsl_envelope_protobuf_context(void *data, unsigned level,
    const rsl_str_t *bytes)
{
    rsl_value_t              *value;
    rsl_envelope_t           *e;
    rsl_envelope_context_t   *context;
    rsl_envelope_protobuf_t  *protobuf = data;

    e = protobuf->envelope;
    context = &e->walk.contexts[level];

    if (context->arena == NULL) {
        context->arena = rsl_arena_create(4096);
        if (context->arena == NULL) {
            return RSL_ERROR;
        }
    }

    rsl_arena_reset(context->arena);

    value = NULL;

    if (bytes != NULL
        && rsl_envelope_protobuf_read(e, level, bytes, &value) != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (rsl_envelope_protobuf_has_labels(e)) {
        return rsl_envelope_loki_labels(e, value);
    }

    if (level == 1) {
        return rsl_envelope_otlp_resource(e, context->arena, value);
    }

    rsl_envelope_otlp_scope(e, value);

    return RSL_OK;
}


static int
rsl_envelope_protobuf_has_labels(const rsl_envelope_t *e)
{
    return e->row == &rsl_envelope_protobuf_loki;
}


/* What stands around records does no harm to them if it cannot be read. */

static int
rsl_envelope_protobuf_read(rsl_envelope_t *e, unsigned level,
    const rsl_str_t *bytes, rsl_value_t **value)
{
    int           rc, cut;
    rsl_str_t     text;
    const char   *detail;
    rsl_arena_t  *arena;

    arena = e->walk.contexts[level].arena;

    text = *bytes;
    cut = (text.len > RSL_ENVELOPE_CONTEXT_MAX);

    if (cut) {
        text.len = RSL_ENVELOPE_CONTEXT_MAX;
    }

    if (rsl_arena_copy(arena, &text) != RSL_OK) {
        return RSL_ERROR;
    }

    if (rsl_envelope_protobuf_has_labels(e)) {
        return rsl_envelope_labels(arena, &text, value);
    }

    rc = rsl_envelope_message(arena,
                              (level == 1) ? &rsl_envelope_message_resource
                                           : &rsl_envelope_message_scope,
                              &text, cut, value, &detail);

    if (rc == RSL_DECLINED) {
        *value = NULL;
        return RSL_OK;
    }

    return rc;
}


static int
rsl_envelope_protobuf_record(void *data, const rsl_str_t *bytes)
{
    int                       rc, labels;
    const char               *detail;
    rsl_arena_t              *arena;
    rsl_value_t              *value;
    rsl_envelope_t           *e;
    rsl_envelope_protobuf_t  *protobuf = data;

    e = protobuf->envelope;
    arena = rsl_intake_arena(e->intake);
    labels = rsl_envelope_protobuf_has_labels(e);

    rc = rsl_envelope_message(arena, labels ? &rsl_envelope_message_entry
                                            : &rsl_envelope_message_log_record,
                              bytes, 0, &value, &detail);

    if (rc == RSL_OK) {
        rc = labels ? rsl_envelope_labels_entry(e, arena, value)
                    : rsl_envelope_otlp_record(e, arena, value);

    } else if (rc == RSL_DECLINED) {
        rsl_envelope_protobuf_reject(protobuf, protobuf->proto.start, detail);
        rc = RSL_OK;
    }

    rsl_arena_reset(arena);

    return rc;
}


/* Protobuf has no lines: the column is the byte. */

static void
rsl_envelope_protobuf_reject(void *data, uint64_t offset, const char *detail)
{
    rsl_envelope_protobuf_t  *protobuf = data;

    rsl_intake_reject_at(protobuf->envelope->intake, 1, offset + 1, detail);
}


static int
rsl_envelope_protobuf_finish(rsl_envelope_t *e)
{
    int                       rc;
    rsl_envelope_protobuf_t  *protobuf;

    protobuf = e->state;

    if (protobuf == NULL) {
        return RSL_OK;
    }

    if (!protobuf->looked
        && rsl_envelope_protobuf_look(e, (const u_char *) "", 0, 1) != RSL_OK)
    {
        return RSL_ERROR;
    }

    protobuf = e->state;

    if (protobuf == NULL) {
        /* it was no protobuf, and the intake has it */
        return RSL_OK;
    }

    rc = rsl_envelope_proto_finish(&protobuf->proto);

    e->late += protobuf->proto.wait.late;

    rsl_envelope_protobuf_free(e);

    return rc;
}


static size_t
rsl_envelope_protobuf_kept(const rsl_envelope_t *e)
{
    const rsl_envelope_protobuf_t  *protobuf;

    protobuf = e->state;

    return protobuf ? protobuf->proto.buf.len + protobuf->proto.wait.buf.len
                    : 0;
}


static void
rsl_envelope_protobuf_free(rsl_envelope_t *e)
{
    rsl_envelope_protobuf_t  *protobuf;

    protobuf = e->state;

    if (protobuf != NULL) {
        rsl_envelope_proto_free(&protobuf->proto);
        explicit_bzero(protobuf, sizeof(rsl_envelope_protobuf_t));
        free(protobuf);
        e->state = NULL;
    }
}


/*
 * The client of OTLP reads ExportLogsServiceResponse; that of Loki looks at the
 * status alone.  What is wrong with the whole body is said in JSON.
 */

static int
rsl_envelope_protobuf_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer)
{
    if (rsl_envelope_protobuf_has_labels(e)) {
        return rsl_envelope_loki.answer(e, arena, outcome, answer);
    }

    if (outcome->end != RSL_ENVELOPE_WHOLE
        || rsl_envelope_answer_is_useless(e, outcome))
    {
        return rsl_envelope_answer_usual(e, arena, outcome, answer);
    }

    answer->status = 200;
    answer->type = rsl_envelope_protobuf_type;

    return rsl_intake_result(e->intake)->rejected
           ? rsl_envelope_protobuf_partial(e, arena, answer) : RSL_OK;
}


/* ExportLogsPartialSuccess: 1 is how many were rejected, 2 is why. */

static int
rsl_envelope_protobuf_partial(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_envelope_answer_t *answer)
{
    size_t                      len;
    u_char                     *p, *start, number[16];
    const char                 *detail;
    const rsl_intake_result_t  *result;

    result = rsl_intake_result(e->intake);
    detail = result->errors[0].detail;

    start = number;
    *start++ = 1 << 3;
    start = rsl_envelope_protobuf_varint(start, result->rejected);

    len = strlen(detail);

    p = rsl_arena_alloc(arena, 64 + len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    answer->body.data = p;

    *p++ = 1 << 3 | RSL_ENVELOPE_WIRE_BYTES;
    p = rsl_envelope_protobuf_varint(p, (uint64_t) (start - number) + 1
                                        + rsl_envelope_protobuf_len(len)
                                        + len);
    memcpy(p, number, (size_t) (start - number));
    p += start - number;

    *p++ = 2 << 3 | RSL_ENVELOPE_WIRE_BYTES;
    p = rsl_envelope_protobuf_varint(p, len);
    memcpy(p, detail, len);
    p += len;

    answer->body.len = (size_t) (p - answer->body.data);

    return RSL_OK;
}


static u_char *
rsl_envelope_protobuf_varint(u_char *p, uint64_t value)
{
    while (value >= 0x80) {
        *p++ = (u_char) (value | 0x80);
        value >>= 7;
    }

    *p++ = (u_char) value;

    return p;
}


/* How many bytes a varint has. */

static size_t
rsl_envelope_protobuf_len(uint64_t value)
{
    size_t  n;

    for (n = 1; value >= 0x80; n++) {
        value >>= 7;
    }

    return n;
}
