
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The logs of OpenTelemetry (OTLP), as JSON has them: resourceLogs, in them
 * scopeLogs, in them logRecords.  All values have a type around them.
 */


#include "rsl_envelope_internal.h"


typedef enum {
    RSL_ENVELOPE_OTLP_TIME = 0,
    RSL_ENVELOPE_OTLP_OBSERVED,
    RSL_ENVELOPE_OTLP_NUMBER,
    RSL_ENVELOPE_OTLP_TEXT,
    RSL_ENVELOPE_OTLP_BODY,
    RSL_ENVELOPE_OTLP_ATTRIBUTES,
    RSL_ENVELOPE_OTLP_TRACE,
    RSL_ENVELOPE_OTLP_SPAN,
    RSL_ENVELOPE_OTLP_EVENT,
    RSL_ENVELOPE_OTLP_MEMBERS
} rsl_envelope_otlp_member_e;


static int rsl_envelope_otlp_context(rsl_envelope_t *e, size_t level);
static int rsl_envelope_otlp_is_kept(const rsl_str_t *key);
static int rsl_envelope_otlp_is_unknown(const rsl_str_t *name);
static void rsl_envelope_otlp_members(const rsl_value_t *record,
    rsl_value_t **members);
static int rsl_envelope_otlp_time(rsl_envelope_tree_t *tree,
    rsl_value_t **members);
static int rsl_envelope_otlp_level(rsl_envelope_tree_t *tree,
    rsl_value_t *number, rsl_value_t *text);
static int rsl_envelope_otlp_severity(const rsl_value_t *number);
static int rsl_envelope_otlp_body(rsl_envelope_tree_t *tree,
    rsl_value_t *body, const rsl_value_t *event);
static int rsl_envelope_otlp_attributes(rsl_envelope_tree_t *tree,
    rsl_value_t *list);
static int rsl_envelope_otlp_exception(rsl_envelope_tree_t *tree,
    const rsl_value_t *attributes);
static int rsl_envelope_otlp_id(rsl_envelope_tree_t *tree, const char *key,
    const rsl_value_t *id, size_t len);
static int rsl_envelope_otlp_base64(u_char ch);
static int rsl_envelope_otlp_object(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *object, int known);
static int rsl_envelope_otlp_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer);


#define RSL_ENVELOPE_OTLP_TRACE_LEN  16     /* in bytes */
#define RSL_ENVELOPE_OTLP_SPAN_LEN   8


/* Older senders call a scope a library. */

static const rsl_envelope_shape_t  rsl_envelope_otlp_shape = {
    .nlevels = 3,
    .levels = {
        { .array = { rsl_string("resourceLogs"),
                     rsl_string("resource_logs") } },
        { .array = { rsl_string("scopeLogs"), rsl_string("scope_logs"),
                     rsl_string("instrumentationLibraryLogs") },
          .context = { rsl_string("resource") } },
        { .array = { rsl_string("logRecords"), rsl_string("log_records"),
                     rsl_string("logs") },
          .context = { rsl_string("scope"),
                       rsl_string("instrumentationLibrary") } }
    }
};

static const rsl_str_t  rsl_envelope_otlp_keys[] = {
    rsl_string("resourceLogs"),
    rsl_string("resource_logs"),
    rsl_null_string
};


static const char  rsl_envelope_otlp_none[] =
    "resourceLogs must be an array of JSON objects";


/* Each of them has four numbers, from 1. */

#define RSL_ENVELOPE_OTLP_SEVERITIES  6

static const rsl_str_t  rsl_envelope_otlp_severities[] = {
    rsl_string("TRACE"),
    rsl_string("DEBUG"),
    rsl_string("INFO"),
    rsl_string("WARN"),
    rsl_string("ERROR"),
    rsl_string("FATAL")
};


const rsl_envelope_row_t  rsl_envelope_otlp = {
    .name = "otlp",
    .keys = rsl_envelope_otlp_keys,
    .shape = &rsl_envelope_otlp_shape,
    .context = rsl_envelope_otlp_context,
    .element = rsl_envelope_otlp_record,
    .object = rsl_envelope_otlp_object,
    .answer = rsl_envelope_otlp_answer
};


static int
rsl_envelope_otlp_context(rsl_envelope_t *e, size_t level)
{
    rsl_envelope_context_t  *context;

    context = &e->walk.contexts[level];

    if (level == 1) {
        return rsl_envelope_otlp_resource(e, context->arena, context->value);
    }

    if (level == 2) {
        rsl_envelope_otlp_scope(e, context->value);
    }

    return RSL_OK;
}


int
rsl_envelope_otlp_resource(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *resource)
{
    rsl_value_t            *list, *object, *member, *next, **last;
    rsl_envelope_around_t  *around;

    around = &e->around;

    around->extras = NULL;
    around->logger.len = 0;

    list = resource ? rsl_envelope_tree_child(resource, "attributes",
                                              RSL_VALUE_ARRAY)
                    : NULL;
    if (list == NULL) {
        return RSL_OK;
    }

    if (rsl_envelope_value_pairs(arena, list->child, &object) != RSL_OK) {
        return RSL_ERROR;
    }

    last = &around->extras;

    for (member = object->child; member != NULL; member = next) {
        next = member->next;
        member->next = NULL;

        if (rsl_envelope_str_is(&member->key, "service.name")) {

            if (member->type != RSL_VALUE_STRING
                || rsl_envelope_otlp_is_unknown(&member->text))
            {
                continue;
            }

            around->logger = member->text;
        }

        if (rsl_envelope_otlp_is_kept(&member->key)) {
            *last = member;
            last = &member->next;
        }
    }

    return RSL_OK;
}


/* Most of what SDKs say of a process is the same in all records, and noise. */

static int
rsl_envelope_otlp_is_kept(const rsl_str_t *key)
{
    size_t  i;

    static const rsl_str_t  kept[] = {
        rsl_string("service."),
        rsl_string("deployment."),
        rsl_string("k8s.")
    };

    for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {

        if (key->len > kept[i].len
            && memcmp(key->data, kept[i].data, kept[i].len) == 0)
        {
            return 1;
        }
    }

    return rsl_envelope_str_is(key, "host.name");
}


/* SDKs make up a name of a service or a scope that has none. */

static int
rsl_envelope_otlp_is_unknown(const rsl_str_t *name)
{
    static const rsl_str_t  made_up = rsl_string("unknown_service");

    return name->len == 0 || rsl_envelope_str_is(name, "unknown")
           || (name->len >= made_up.len
               && memcmp(name->data, made_up.data, made_up.len) == 0
               && (name->len == made_up.len
                   || name->data[made_up.len] == ':'));
}


void
rsl_envelope_otlp_scope(rsl_envelope_t *e, const rsl_value_t *scope)
{
    const rsl_str_t  *name;

    name = scope ? rsl_envelope_tree_text(scope, "name") : NULL;

    e->around.scope.len = 0;

    if (name != NULL && !rsl_envelope_otlp_is_unknown(name)) {
        e->around.scope = *name;
    }
}


int
rsl_envelope_otlp_record(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *record)
{
    rsl_value_t          *members[RSL_ENVELOPE_OTLP_MEMBERS];
    rsl_envelope_tree_t   tree;

    if (record->type != RSL_VALUE_OBJECT) {
        return RSL_DECLINED;
    }

    rsl_envelope_otlp_members(record, members);

    if (rsl_envelope_tree_start(&tree, arena) != RSL_OK
        || rsl_envelope_otlp_time(&tree, members) != RSL_OK
        || rsl_envelope_otlp_level(&tree, members[RSL_ENVELOPE_OTLP_NUMBER],
                                   members[RSL_ENVELOPE_OTLP_TEXT])
           != RSL_OK
        || rsl_envelope_tree_field(&tree, "logger",
                                   e->around.scope.len ? &e->around.scope
                                                       : &e->around.logger)
           != RSL_OK
        || rsl_envelope_otlp_id(&tree, "trace_id",
                                members[RSL_ENVELOPE_OTLP_TRACE],
                                RSL_ENVELOPE_OTLP_TRACE_LEN)
           != RSL_OK
        || rsl_envelope_otlp_id(&tree, "span_id",
                                members[RSL_ENVELOPE_OTLP_SPAN],
                                RSL_ENVELOPE_OTLP_SPAN_LEN)
           != RSL_OK
        || rsl_envelope_otlp_body(&tree, members[RSL_ENVELOPE_OTLP_BODY],
                                  members[RSL_ENVELOPE_OTLP_EVENT])
           != RSL_OK
        || rsl_envelope_otlp_attributes(&tree,
                                        members[RSL_ENVELOPE_OTLP_ATTRIBUTES])
           != RSL_OK
        || rsl_envelope_tree_copies(&tree, e->around.extras) != RSL_OK
        || rsl_envelope_tree_end(&tree) != RSL_OK)
    {
        return RSL_ERROR;
    }

    return rsl_intake_take(e->intake, tree.object);
}


static void
rsl_envelope_otlp_members(const rsl_value_t *record, rsl_value_t **members)
{
    size_t        i;
    rsl_value_t  *member;

    static const struct {
        rsl_str_t                   name;
        rsl_envelope_otlp_member_e  member;
    } names[] = {
        { rsl_string("timeUnixNano"), RSL_ENVELOPE_OTLP_TIME },
        { rsl_string("time_unix_nano"), RSL_ENVELOPE_OTLP_TIME },
        { rsl_string("observedTimeUnixNano"), RSL_ENVELOPE_OTLP_OBSERVED },
        { rsl_string("observed_time_unix_nano"), RSL_ENVELOPE_OTLP_OBSERVED },
        { rsl_string("severityNumber"), RSL_ENVELOPE_OTLP_NUMBER },
        { rsl_string("severity_number"), RSL_ENVELOPE_OTLP_NUMBER },
        { rsl_string("severityText"), RSL_ENVELOPE_OTLP_TEXT },
        { rsl_string("severity_text"), RSL_ENVELOPE_OTLP_TEXT },
        { rsl_string("body"), RSL_ENVELOPE_OTLP_BODY },
        { rsl_string("attributes"), RSL_ENVELOPE_OTLP_ATTRIBUTES },
        { rsl_string("traceId"), RSL_ENVELOPE_OTLP_TRACE },
        { rsl_string("trace_id"), RSL_ENVELOPE_OTLP_TRACE },
        { rsl_string("spanId"), RSL_ENVELOPE_OTLP_SPAN },
        { rsl_string("span_id"), RSL_ENVELOPE_OTLP_SPAN },
        { rsl_string("eventName"), RSL_ENVELOPE_OTLP_EVENT },
        { rsl_string("event_name"), RSL_ENVELOPE_OTLP_EVENT }
    };

    memset(members, 0, RSL_ENVELOPE_OTLP_MEMBERS * sizeof(rsl_value_t *));

    for (member = record->child; member != NULL; member = member->next) {

        for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {

            if (member->key.len == names[i].name.len
                && member->key.data[0] == names[i].name.data[0]
                && memcmp(member->key.data, names[i].name.data,
                          member->key.len)
                   == 0)
            {
                members[names[i].member] = member;
                break;
            }
        }
    }
}


/* The time when the event was observed counts if the event has none. */

static int
rsl_envelope_otlp_time(rsl_envelope_tree_t *tree, rsl_value_t **members)
{
    size_t              i;
    const rsl_value_t  *time;

    static const rsl_envelope_otlp_member_e  times[] = {
        RSL_ENVELOPE_OTLP_TIME, RSL_ENVELOPE_OTLP_OBSERVED
    };

    for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        time = members[times[i]];

        if (time != NULL
            && (time->type == RSL_VALUE_STRING
                || time->type == RSL_VALUE_SCALAR)
            && time->text.len && !rsl_envelope_str_is(&time->text, "0"))
        {
            return rsl_envelope_tree_field(tree, "@timestamp", &time->text);
        }
    }

    return RSL_OK;
}


/* The number goes before the text, which is the word of the sender's logger. */

static int
rsl_envelope_otlp_level(rsl_envelope_tree_t *tree, rsl_value_t *number,
    rsl_value_t *text)
{
    int               severity;
    const rsl_str_t  *names;

    names = rsl_envelope_otlp_severities;
    severity = rsl_envelope_otlp_severity(number);

    if (severity
        && rsl_envelope_tree_field(tree, "level", &names[(severity - 1) / 4])
           != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (text == NULL || text->type != RSL_VALUE_STRING || text->text.len == 0) {
        return RSL_OK;
    }

    if (rsl_intake_level(&text->text) == RSL_LEVELS) {
        rsl_envelope_tree_add(tree, text);
        return RSL_OK;
    }

    return severity ? RSL_OK
                    : rsl_envelope_tree_field(tree, "level", &text->text);
}


/* The number of a severity, which may be its name in protobuf; 0: unset. */

static int
rsl_envelope_otlp_severity(const rsl_value_t *number)
{
    size_t            i;
    int64_t           n;
    rsl_str_t         name;
    const rsl_str_t  *names;

    static const rsl_str_t  prefix = rsl_string("SEVERITY_NUMBER_");

    names = rsl_envelope_otlp_severities;

    if (number == NULL || number->text.len == 0) {
        return 0;
    }

    if (rsl_number_parse(&number->text, &n) == RSL_OK) {
        return (n >= 1 && n <= 24) ? (int) n : 0;
    }

    name = number->text;

    if (name.len <= prefix.len
        || memcmp(name.data, prefix.data, prefix.len) != 0)
    {
        return 0;
    }

    name.data += prefix.len;
    name.len -= prefix.len;

    for (i = 0; i < RSL_ENVELOPE_OTLP_SEVERITIES; i++) {

        if (name.len >= names[i].len
            && memcmp(name.data, names[i].data, names[i].len) == 0)
        {
            return (int) i * 4 + 1;
        }
    }

    return 0;
}


/*
 * Of a body with members one is the message, and the others are extras.  If
 * there is none, all of it is the message.
 */

static int
rsl_envelope_otlp_body(rsl_envelope_tree_t *tree, rsl_value_t *body,
    const rsl_value_t *event)
{
    size_t        i;
    rsl_value_t  *value, *member, *next;

    static const char  *names[] = { "message", "event", "msg" };

    value = NULL;

    if (body != NULL
        && rsl_envelope_value(tree->arena, body, &value) != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (value == NULL) {
        return (event != NULL && event->type == RSL_VALUE_STRING)
               ? rsl_envelope_tree_field(tree, "message", &event->text)
               : RSL_OK;
    }

    member = NULL;

    for (i = 0; i < sizeof(names) / sizeof(names[0]) && member == NULL; i++) {
        member = (value->type == RSL_VALUE_OBJECT)
                 ? rsl_envelope_tree_child(value, names[i], RSL_VALUE_STRING)
                 : NULL;
    }

    if (member == NULL) {
        rsl_envelope_tree_field_value(tree, "message", value);

    } else {

        for (next = value->child; next != NULL; next = value->child) {
            value->child = next->next;

            if (next != member) {
                rsl_envelope_tree_add(tree, next);
            }
        }

        rsl_envelope_tree_field_value(tree, "message", member);
    }

    if (event != NULL && event->type == RSL_VALUE_STRING && event->text.len) {

        member = rsl_envelope_tree_copy(tree->arena, event);
        if (member == NULL) {
            return RSL_ERROR;
        }

        member->key.data = (const u_char *) "event.name";
        member->key.len = sizeof("event.name") - 1;
        rsl_envelope_tree_add(tree, member);
    }

    return RSL_OK;
}


static int
rsl_envelope_otlp_attributes(rsl_envelope_tree_t *tree, rsl_value_t *list)
{
    rsl_value_t  *object;

    if (list == NULL || list->type != RSL_VALUE_ARRAY || list->child == NULL) {
        return RSL_OK;
    }

    if (rsl_envelope_value_pairs(tree->arena, list->child, &object) != RSL_OK
        || rsl_envelope_otlp_exception(tree, object) != RSL_OK)
    {
        return RSL_ERROR;
    }

    rsl_envelope_tree_list(tree, object->child);

    return RSL_OK;
}


/* Without a stack, the type and the message of an exception are all of it. */

static int
rsl_envelope_otlp_exception(rsl_envelope_tree_t *tree,
    const rsl_value_t *attributes)
{
    rsl_value_t          *exception;
    const rsl_str_t      *type, *message;
    rsl_envelope_tree_t   made;

    type = rsl_envelope_tree_text(attributes, "exception.type");
    message = rsl_envelope_tree_text(attributes, "exception.message");

    if ((type == NULL && message == NULL)
        || rsl_envelope_tree_text(attributes, "exception.stacktrace") != NULL)
    {
        return RSL_OK;
    }

    if (rsl_envelope_tree_start(&made, tree->arena) != RSL_OK
        || rsl_envelope_tree_field(&made, "type", type) != RSL_OK
        || rsl_envelope_tree_field(&made, "message", message) != RSL_OK)
    {
        return RSL_ERROR;
    }

    exception = made.object;
    rsl_envelope_tree_field_value(tree, "exception", exception);

    return RSL_OK;
}


/* An id of "len" bytes, in base64 or not.  One that is all zeros is none. */

static int
rsl_envelope_otlp_id(rsl_envelope_tree_t *tree, const char *key,
    const rsl_value_t *id, size_t len)
{
    int        digit;
    size_t     i, n;
    u_char    *p;
    uint32_t   bits;
    rsl_str_t  text;

    if (id == NULL || id->type != RSL_VALUE_STRING) {
        return RSL_OK;
    }

    text = id->text;

    p = rsl_arena_alloc(tree->arena, 2 * len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    if (text.len == 2 * len) {

        for (i = 0; i < text.len; i++) {
            p[i] = (u_char) ((text.data[i] >= 'A' && text.data[i] <= 'F')
                             ? text.data[i] | 0x20 : text.data[i]);
        }

        text.data = p;
    }

    while (text.len && text.data[text.len - 1] == '=') {
        text.len--;
    }

    if (text.len == (len * 8 + 5) / 6) {
        bits = 0;

        for (i = 0, n = 0; i < text.len; i++) {

            digit = rsl_envelope_otlp_base64(text.data[i]);
            if (digit == -1) {
                break;
            }

            bits = bits << 6 | (uint32_t) digit;

            for ( /* void */ ; n < 2 * len && n * 4 + 4 <= (i + 1) * 6; n++) {
                p[n] = (u_char) "0123456789abcdef"[bits >> ((i + 1) * 6
                                                            - n * 4 - 4) & 15];
            }
        }

        if (i == text.len) {
            text.data = p;
            text.len = 2 * len;
        }
    }

    for (i = 0; i < text.len && text.data[i] == '0'; i++) {
        /* void */
    }

    return (i == text.len) ? RSL_OK
                           : rsl_envelope_tree_field(tree, key, &text);
}


static int
rsl_envelope_otlp_base64(u_char ch)
{
    if (ch >= 'A' && ch <= 'Z') {
        return ch - 'A';
    }

    if (ch >= 'a' && ch <= 'z') {
        return ch - 'a' + 26;
    }

    if (ch >= '0' && ch <= '9') {
        return ch - '0' + 52;
    }

    return (ch == '+' || ch == '-') ? 62 : (ch == '/' || ch == '_') ? 63 : -1;
}


/*
 * A request that is empty is an object without members, or has null for them.
 * One that holds something else than resources is no record for that.
 */

static int
rsl_envelope_otlp_object(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *object, int known)
{
    const rsl_value_t  *member;

    member = object->child;

    if (member == NULL) {
        return e->otlp_path ? RSL_OK : RSL_DECLINED;
    }

    if (member->next != NULL
        || (!rsl_envelope_str_is(&member->key, "resourceLogs")
            && !rsl_envelope_str_is(&member->key, "resource_logs")))
    {
        return RSL_DECLINED;
    }

    if (member->type != RSL_VALUE_SCALAR
        || !rsl_envelope_str_is(&member->text, "null"))
    {
        rsl_intake_reject(e->intake, rsl_envelope_otlp_none);
    }

    return RSL_OK;
}


static int
rsl_envelope_otlp_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer)
{
    const rsl_intake_result_t  *result;

    static const rsl_str_t  empty = rsl_string("{}");

    result = rsl_intake_result(e->intake);

    if (outcome->end != RSL_ENVELOPE_WHOLE
        || rsl_envelope_answer_is_useless(e, outcome))
    {
        return rsl_envelope_answer_usual(e, arena, outcome, answer);
    }

    if (result->rejected) {
        return rsl_envelope_answer_partial(arena, result, answer);
    }

    answer->body = empty;

    return RSL_OK;
}
