
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What is known and not read: each by its name, and with what to send instead.
 * A body is refused as a whole if its type or its first bytes say what it is.
 * An object is rejected where it stands, as others around it may be records.
 */


#include "rsl_envelope_internal.h"


struct rsl_envelope_refusal_s {
    const char  *known;     /* by; the start of a type ends with "/" or "*" */
    unsigned     status;
    const char  *detail;
};


static int rsl_envelope_refuse_takes(rsl_envelope_t *e,
    const rsl_envelope_request_t *request);
static const rsl_envelope_refusal_t *rsl_envelope_refuse_request(
    const rsl_envelope_request_t *request);
static int rsl_envelope_refuse_is_type(const rsl_str_t *type,
    const char *known);
static int rsl_envelope_refuse_looks(rsl_envelope_t *e, const u_char *p,
    size_t len);
static int rsl_envelope_refuse_is_msgpack(const u_char *p, size_t len);
static int rsl_envelope_refuse_is_value(u_char ch, int list);
static int rsl_envelope_refuse_feed(rsl_envelope_t *e, const u_char *data,
    size_t len);
static int rsl_envelope_refuse_finish(rsl_envelope_t *e);
static int rsl_envelope_refuse_object(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *object, int known);
static int rsl_envelope_refuse_may_be(const rsl_value_t *object);
static int rsl_envelope_refuse_otlp(const rsl_value_t *object);
static int rsl_envelope_refuse_rollbar(const rsl_value_t *object);
static int rsl_envelope_refuse_sentry(const rsl_value_t *object);
static int rsl_envelope_refuse_sentry_head(const rsl_value_t *object);
static int rsl_envelope_refuse_firehose(const rsl_value_t *object);
static int rsl_envelope_refuse_kubernetes(const rsl_value_t *object);
static int rsl_envelope_refuse_faro(const rsl_value_t *object);
static const rsl_value_t *rsl_envelope_refuse_find(const rsl_value_t *object,
    const char *key, rsl_value_type_t type);
static int rsl_envelope_refuse_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer);


#define RSL_ENVELOPE_REFUSE_JSON                                              \
    "send JSON (application/json, application/x-ndjson) or plain text "       \
    "(text/plain)"

#define RSL_ENVELOPE_REFUSE_MSGPACK                                           \
    "this is MessagePack, which is not read; set the format of the sender "   \
    "to JSON (Fluent Bit: format json)"

#define RSL_ENVELOPE_REFUSE_AVRO                                              \
    "this is Avro, which is not read; " RSL_ENVELOPE_REFUSE_JSON

#define RSL_ENVELOPE_REFUSE_CBOR                                              \
    "this is CBOR, which is not read; " RSL_ENVELOPE_REFUSE_JSON

#define RSL_ENVELOPE_REFUSE_ZIP                                               \
    "this is a ZIP archive, which is not read; compress the body by gzip"

#define RSL_ENVELOPE_REFUSE_MEDIA                                             \
    "this Content-Type cannot be read; " RSL_ENVELOPE_REFUSE_JSON

#define RSL_ENVELOPE_REFUSE_THRIFT                                            \
    "this is Thrift, in which traces are sent; only logs are taken"

#define RSL_ENVELOPE_REFUSE_SENTRY                                            \
    "this is for Sentry, whose events are not read; send the records of the " \
    "program's own logger here"

#define RSL_ENVELOPE_REFUSE_OTLP                                              \
    "these are traces, metrics or profiles of OTLP; only its logs are taken " \
    "(/v1/logs)"

#define RSL_ENVELOPE_REFUSE_FIREHOSE                                          \
    "this is Amazon Data Firehose, whose records are not read; have a "       \
    "shipper post their JSON"


static const rsl_envelope_refusal_t  rsl_envelope_refuse_types[] = {
    { "multipart/", 415,
      "this is a multipart form, which is not read; send JSON, or a form as "
      "application/x-www-form-urlencoded (URLSearchParams)" },
    { "application/msgpack", 415, RSL_ENVELOPE_REFUSE_MSGPACK },
    { "application/x-msgpack", 415, RSL_ENVELOPE_REFUSE_MSGPACK },
    { "application/vnd.msgpack", 415, RSL_ENVELOPE_REFUSE_MSGPACK },
    { "application/logplex-1", 415,
      "this is a drain of Heroku's logplex, which is not read; have a shipper "
      "post it as JSON or plain text" },
    { "application/x-sentry-envelope", 415, RSL_ENVELOPE_REFUSE_SENTRY },
    { "application/grpc*", 415,
      "this is gRPC, which is not read; send OTLP by HTTP (http/protobuf or "
      "http/json)" },
    { "application/vnd.google.protobuf", 415,
      "this is protobuf of a kind that is not read; OTLP and Loki send "
      "application/x-protobuf" },
    { "application/x-thrift", 415, RSL_ENVELOPE_REFUSE_THRIFT },
    { "application/vnd.apache.thrift*", 415, RSL_ENVELOPE_REFUSE_THRIFT },
    { "application/cbor", 415, RSL_ENVELOPE_REFUSE_CBOR },
    { "application/bson", 415,
      "this is BSON, which is not read; " RSL_ENVELOPE_REFUSE_JSON },
    { "application/avro*", 415, RSL_ENVELOPE_REFUSE_AVRO },
    { "avro/binary", 415, RSL_ENVELOPE_REFUSE_AVRO },
    { "application/zip", 415, RSL_ENVELOPE_REFUSE_ZIP },
    { "application/pdf", 415, RSL_ENVELOPE_REFUSE_MEDIA },
    { "image/", 415, RSL_ENVELOPE_REFUSE_MEDIA },
    { "audio/", 415, RSL_ENVELOPE_REFUSE_MEDIA },
    { "video/", 415, RSL_ENVELOPE_REFUSE_MEDIA },
    { "font/", 415, RSL_ENVELOPE_REFUSE_MEDIA },
    { NULL, 0, NULL }
};


/* What the path ends with. */

static const rsl_envelope_refusal_t  rsl_envelope_refuse_paths[] = {
    { "/v1/traces", 415, RSL_ENVELOPE_REFUSE_OTLP },
    { "/v1/metrics", 415, RSL_ENVELOPE_REFUSE_OTLP },
    { "/v1development/profiles", 415, RSL_ENVELOPE_REFUSE_OTLP },
    { "/api/v1/write", 415,
      "this is remote write of Prometheus, which sends metrics; only logs are "
      "taken" },
    { "/envelope/", 422, RSL_ENVELOPE_REFUSE_SENTRY },
    { "/store/", 422, RSL_ENVELOPE_REFUSE_SENTRY },
    { NULL, 0, NULL }
};


/* What the body begins with, besides MessagePack. */

static const struct {
    rsl_str_t               bytes;
    rsl_envelope_refusal_t  refusal;
} rsl_envelope_refuse_marks[] = {
    { rsl_string("\x1e\x0f"), { NULL, 415,
      "this is a part of a GELF message as it is sent by UDP; send GELF by "
      "HTTP, a whole message a request" } },
    { rsl_string("1W\0"), { NULL, 415,
      "this is Lumberjack, the protocol of Beats, which is not read; pipe what "
      "their output.console prints to a POST" } },
    { rsl_string("2W\0"), { NULL, 415,
      "this is Lumberjack, the protocol of Beats, which is not read; pipe what "
      "their output.console prints to a POST" } },
    { rsl_string("Obj\1"), { NULL, 415, RSL_ENVELOPE_REFUSE_AVRO } },
    { rsl_string("\xd9\xd9\xf7"), { NULL, 415, RSL_ENVELOPE_REFUSE_CBOR } },
    { rsl_string("PK\3\4"), { NULL, 415, RSL_ENVELOPE_REFUSE_ZIP } }
};

#define RSL_ENVELOPE_REFUSE_MARKS                                             \
    (sizeof(rsl_envelope_refuse_marks) / sizeof(rsl_envelope_refuse_marks[0]))


static const rsl_envelope_refusal_t  rsl_envelope_refuse_msgpack = {
    NULL, 415, RSL_ENVELOPE_REFUSE_MSGPACK
};

static const rsl_envelope_refusal_t  rsl_envelope_refuse_sentry_body = {
    NULL, 422, RSL_ENVELOPE_REFUSE_SENTRY
};

static const rsl_envelope_refusal_t  rsl_envelope_refuse_firehose_body = {
    NULL, 415, RSL_ENVELOPE_REFUSE_FIREHOSE
};


static const struct {
    int        (*is)(const rsl_value_t *object);
    const char  *detail;
} rsl_envelope_refuse_objects[] = {
    { rsl_envelope_refuse_otlp, RSL_ENVELOPE_REFUSE_OTLP },
    { rsl_envelope_refuse_rollbar,
      "this is for Rollbar, whose items are not read; send the records of the "
      "program's own logger here" },
    { rsl_envelope_refuse_sentry, RSL_ENVELOPE_REFUSE_SENTRY },
    { rsl_envelope_refuse_firehose, RSL_ENVELOPE_REFUSE_FIREHOSE },
    { rsl_envelope_refuse_kubernetes,
      "this is a list of Kubernetes' audit events, which is not read; have a "
      "shipper post them one by one" },
    { rsl_envelope_refuse_faro,
      "this is Grafana Faro, which is not read; send the records of the "
      "program's own logger here" }
};

#define RSL_ENVELOPE_REFUSE_OBJECTS                                           \
    (sizeof(rsl_envelope_refuse_objects)                                      \
     / sizeof(rsl_envelope_refuse_objects[0]))


const rsl_envelope_row_t  rsl_envelope_refuse = {
    .name = "refused",
    .takes = rsl_envelope_refuse_takes,
    .looks = rsl_envelope_refuse_looks,
    .feed = rsl_envelope_refuse_feed,
    .finish = rsl_envelope_refuse_finish,
    .object = rsl_envelope_refuse_object,
    .answer = rsl_envelope_refuse_answer
};


int
rsl_envelope_refuses(const rsl_envelope_request_t *request, unsigned *status,
    const char **detail)
{
    const rsl_envelope_refusal_t  *refusal;

    refusal = rsl_envelope_refuse_request(request);

    if (refusal == NULL) {
        return 0;
    }

    *status = refusal->status;
    *detail = refusal->detail;

    return 1;
}


/* Nothing of such a body is read. */

static int
rsl_envelope_refuse_takes(rsl_envelope_t *e,
    const rsl_envelope_request_t *request)
{
    e->refusal = rsl_envelope_refuse_request(request);
    e->refused = (e->refusal != NULL);

    return e->refused;
}


static const rsl_envelope_refusal_t *
rsl_envelope_refuse_request(const rsl_envelope_request_t *request)
{
    const rsl_envelope_refusal_t  *refusal;

    for (refusal = rsl_envelope_refuse_paths; refusal->known; refusal++) {
        if (rsl_envelope_request_ends(&request->path, refusal->known)) {
            return refusal;
        }
    }

    if (!rsl_envelope_request_is_usual(&request->type)) {

        for (refusal = rsl_envelope_refuse_types; refusal->known; refusal++) {
            if (rsl_envelope_refuse_is_type(&request->type, refusal->known)) {
                return refusal;
            }
        }
    }

    return request->sentry ? &rsl_envelope_refuse_sentry_body
           : request->firehose ? &rsl_envelope_refuse_firehose_body : NULL;
}


static int
rsl_envelope_refuse_is_type(const rsl_str_t *type, const char *known)
{
    size_t  i, len;
    u_char  ch;

    len = strlen(known);

    if (known[len - 1] != '/' && known[len - 1] != '*') {
        return rsl_envelope_request_is(type, known);
    }

    len -= (known[len - 1] == '*');

    for (i = 0; i < len && i < type->len; i++) {
        ch = type->data[i];
        ch |= (ch >= 'A' && ch <= 'Z') ? 0x20 : 0;

        if (ch != (u_char) known[i]) {
            break;
        }
    }

    return i == len;
}


static int
rsl_envelope_refuse_looks(rsl_envelope_t *e, const u_char *p, size_t len)
{
    int               rc;
    size_t            i, n;
    const rsl_str_t  *bytes;

    /* what begins like nearly everything is looked at no further */

    if (p[0] == '{' || p[0] == '[' || (p[0] >= 'a' && p[0] <= 'z')) {
        return RSL_DECLINED;
    }

    rc = RSL_DECLINED;

    for (i = 0; i < RSL_ENVELOPE_REFUSE_MARKS; i++) {
        bytes = &rsl_envelope_refuse_marks[i].bytes;
        n = (len < bytes->len) ? len : bytes->len;

        if (p[0] != bytes->data[0] || memcmp(p, bytes->data, n) != 0) {
            continue;
        }

        rc = (n == bytes->len) ? RSL_OK : RSL_AGAIN;

        if (rc == RSL_OK) {
            e->refusal = &rsl_envelope_refuse_marks[i].refusal;
            return RSL_OK;
        }
    }

    if (rc == RSL_DECLINED) {
        rc = rsl_envelope_refuse_is_msgpack(p, len);
        e->refusal = &rsl_envelope_refuse_msgpack;
    }

    return rc;
}


/*
 * A map, or an array with something in it: as UTF-8, none of these bytes could
 * be a text, and in other encodings no text begins with two of them.
 */

static int
rsl_envelope_refuse_is_msgpack(const u_char *p, size_t len)
{
    int     list;
    size_t  n;

    switch (p[0]) {

    case 0xdc:
    case 0xde:
        n = 3;
        break;

    case 0xdd:
    case 0xdf:
        n = 5;
        break;

    default:
        if (p[0] < 0x81 || p[0] > 0x9f || p[0] == 0x90) {
            return RSL_DECLINED;
        }

        n = 1;
    }

    list = (p[0] >= 0x90 && p[0] <= 0x9f) || p[0] == 0xdc || p[0] == 0xdd;

    if (len > 1 && n > 1 && p[1] >= 0x80) {
        return RSL_DECLINED;
    }

    if (len <= n) {
        return RSL_AGAIN;
    }

    return rsl_envelope_refuse_is_value(p[n], list) ? RSL_OK : RSL_DECLINED;
}


/* Does a string begin with this byte, or, in a list, a map or another list? */

static int
rsl_envelope_refuse_is_value(u_char ch, int list)
{
    if ((ch >= 0xa0 && ch <= 0xbf) || (ch >= 0xd9 && ch <= 0xdb)) {
        return 1;
    }

    return list && ((ch >= 0x80 && ch <= 0x9f) || (ch >= 0xdc && ch <= 0xdf));
}


static int
rsl_envelope_refuse_feed(rsl_envelope_t *e, const u_char *data, size_t len)
{
    e->refused = 1;

    return RSL_DECLINED;
}


static int
rsl_envelope_refuse_finish(rsl_envelope_t *e)
{
    return rsl_envelope_refuse_feed(e, NULL, 0);
}


static int
rsl_envelope_refuse_object(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *object, int known)
{
    size_t                      i;
    const rsl_intake_result_t  *result;

    if (!rsl_envelope_refuse_may_be(object)) {
        return RSL_DECLINED;
    }

    result = rsl_intake_result(e->intake);

    if (result->records == 0 && result->rejected == 0
        && rsl_envelope_refuse_sentry_head(object))
    {
        e->refusal = &rsl_envelope_refuse_sentry_body;
        e->refused = 1;
        return RSL_ERROR;
    }

    for (i = 0; i < RSL_ENVELOPE_REFUSE_OBJECTS; i++) {

        if (rsl_envelope_refuse_objects[i].is(object)) {
            rsl_intake_reject(e->intake, rsl_envelope_refuse_objects[i].detail);
            return RSL_OK;
        }
    }

    return RSL_DECLINED;
}


/* Each of them has one of these keys. */

static int
rsl_envelope_refuse_may_be(const rsl_value_t *object)
{
    const rsl_str_t    *key;
    const rsl_value_t  *member;

    for (member = object->child; member != NULL; member = member->next) {
        key = &member->key;

        if (key->len < 4) {
            continue;
        }

        switch (key->data[0]) {

        case 'r':
            if (key->len > sizeof("resource") - 1
                && memcmp(key->data, "resource", sizeof("resource") - 1) == 0)
            {
                return 1;
            }

            if (rsl_envelope_str_is(key, "records")) {
                return 1;
            }

            break;

        case 'a':
        case 'd':
        case 'e':
        case 'm':
        case 's':
            if (rsl_envelope_str_is(key, "data")
                || rsl_envelope_str_is(key, "meta")
                || rsl_envelope_str_is(key, "sent_at")
                || rsl_envelope_str_is(key, "event_id")
                || rsl_envelope_str_is(key, "apiVersion"))
            {
                return 1;
            }
        }
    }

    return 0;
}


static int
rsl_envelope_refuse_otlp(const rsl_value_t *object)
{
    size_t  i;

    static const char *const  names[] = {
        "resourceSpans", "resourceMetrics", "resourceProfiles",
        "resource_spans", "resource_metrics", "resource_profiles"
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (rsl_envelope_refuse_find(object, names[i], RSL_VALUE_ARRAY)) {
            return 1;
        }
    }

    return 0;
}


static int
rsl_envelope_refuse_rollbar(const rsl_value_t *object)
{
    const rsl_value_t  *data;

    data = rsl_envelope_refuse_find(object, "data", RSL_VALUE_OBJECT);

    return data != NULL
           && rsl_envelope_refuse_find(data, "body", RSL_VALUE_OBJECT)
           && (rsl_envelope_refuse_find(data, "notifier", RSL_VALUE_OBJECT)
               || rsl_envelope_refuse_find(data, "environment",
                                           RSL_VALUE_STRING));
}


/* An event as it was posted to /store/. */

static int
rsl_envelope_refuse_sentry(const rsl_value_t *object)
{
    return rsl_envelope_refuse_find(object, "event_id", RSL_VALUE_STRING)
           && rsl_envelope_refuse_find(object, "platform", RSL_VALUE_STRING)
           && (rsl_envelope_refuse_find(object, "sdk", RSL_VALUE_OBJECT)
               || rsl_envelope_refuse_find(object, "exception",
                                           RSL_VALUE_OBJECT)
               || rsl_envelope_refuse_find(object, "logentry",
                                           RSL_VALUE_OBJECT));
}


/* The first line of an envelope. */

static int
rsl_envelope_refuse_sentry_head(const rsl_value_t *object)
{
    const rsl_value_t  *id, *sent, *dsn;

    id = rsl_envelope_refuse_find(object, "event_id", RSL_VALUE_STRING);
    sent = rsl_envelope_refuse_find(object, "sent_at", RSL_VALUE_STRING);
    dsn = rsl_envelope_refuse_find(object, "dsn", RSL_VALUE_STRING);

    return (id != NULL && (sent != NULL || dsn != NULL))
           || (sent != NULL
               && (dsn != NULL
                   || rsl_envelope_refuse_find(object, "sdk",
                                               RSL_VALUE_OBJECT)));
}


static int
rsl_envelope_refuse_firehose(const rsl_value_t *object)
{
    const rsl_value_t  *records;

    records = rsl_envelope_refuse_find(object, "records", RSL_VALUE_ARRAY);

    return records != NULL && records->child != NULL
           && records->child->type == RSL_VALUE_OBJECT
           && rsl_envelope_refuse_find(records->child, "data",
                                       RSL_VALUE_STRING)
           && rsl_envelope_refuse_find(object, "requestId", RSL_VALUE_STRING)
           && rsl_envelope_refuse_find(object, "timestamp", RSL_VALUE_SCALAR);
}


static int
rsl_envelope_refuse_kubernetes(const rsl_value_t *object)
{
    const rsl_value_t  *version;

    static const char  audit[] = "audit.k8s.io/";

    version = rsl_envelope_refuse_find(object, "apiVersion", RSL_VALUE_STRING);

    return version != NULL && version->text.len >= sizeof(audit) - 1
           && memcmp(version->text.data, audit, sizeof(audit) - 1) == 0
           && rsl_envelope_refuse_find(object, "items", RSL_VALUE_ARRAY);
}


static int
rsl_envelope_refuse_faro(const rsl_value_t *object)
{
    size_t              i;
    const rsl_value_t  *meta;

    static const char *const  lists[] = {
        "logs", "exceptions", "measurements", "events"
    };

    meta = rsl_envelope_refuse_find(object, "meta", RSL_VALUE_OBJECT);

    if (meta == NULL
        || !rsl_envelope_refuse_find(meta, "sdk", RSL_VALUE_OBJECT)
        || !rsl_envelope_refuse_find(meta, "app", RSL_VALUE_OBJECT))
    {
        return 0;
    }

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (rsl_envelope_refuse_find(object, lists[i], RSL_VALUE_ARRAY)) {
            return 1;
        }
    }

    return rsl_envelope_refuse_find(object, "traces", RSL_VALUE_OBJECT) != NULL;
}


static const rsl_value_t *
rsl_envelope_refuse_find(const rsl_value_t *object, const char *key,
    rsl_value_type_t type)
{
    const rsl_value_t  *member;

    member = rsl_envelope_tree_find(object, key);

    return (member != NULL && member->type == type) ? member : NULL;
}


static int
rsl_envelope_refuse_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer)
{
    return e->refused ? rsl_envelope_answer_error(arena, e->refusal->status,
                                                  e->refusal->detail, answer)
                      : rsl_envelope_answer_usual(e, arena, outcome, answer);
}
