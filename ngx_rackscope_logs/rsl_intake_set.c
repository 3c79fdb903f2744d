
/*
 * Which values are usable for a field, and what becomes of them there.
 */


#include "rsl_intake_field.h"


static int rsl_set_timestamp(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static int rsl_set_timestamp_object(json_t *json, int64_t *time);
static int rsl_set_level(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static unsigned rsl_set_level_rank(const rsl_alias_t *alias);
static int rsl_set_integer(const json_t *json, int64_t *value);
static int rsl_set_logger(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static int rsl_set_message(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static int rsl_set_request_id(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static int rsl_set_duration(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static int rsl_set_milliseconds(rsl_arena_t *arena, const rsl_str_t *number,
    rsl_str_t *text);
static int rsl_set_method(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static int rsl_set_path(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static int rsl_set_status(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static int rsl_set_exception(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);
static rsl_str_t rsl_set_trim(rsl_str_t text);


typedef int (*rsl_set_pt)(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);


/* Taken, but the member stays among the extras. */
#define RSL_KEPT       1

#define RSL_MILLION    6            /* zeros */


static const rsl_set_pt  rsl_setters[RSL_FIELDS] = {
    rsl_set_timestamp,
    rsl_set_level,
    rsl_set_logger,
    rsl_set_message,
    rsl_set_request_id,
    rsl_set_duration,
    rsl_set_method,
    rsl_set_path,
    rsl_set_status,
    rsl_set_exception
};


int
rsl_field_set(rsl_making_t *making, const rsl_alias_t *alias, void *member)
{
    int  rc;

    rc = rsl_setters[alias->field](making, alias, member);

    if (rc < 0) {
        return rc;
    }

    making->done |= rsl_field_bit(alias->field);

    if (rc == RSL_OK) {
        rsl_making_take(making, member);
    }

    return RSL_OK;
}


static int
rsl_set_timestamp(rsl_making_t *making, const rsl_alias_t *alias,
    void *member)
{
    int        rc;
    json_t    *json;
    int64_t    time;
    rsl_str_t  text;

    (void) alias;

    time = 0;
    json = json_object_iter_value(member);

    if (json_is_object(json)) {
        rc = rsl_set_timestamp_object(json, &time);

    } else {
        rc = rsl_json_text(json, &text);

        if (rc != RSL_OK) {
            rc = rsl_json_number_text(making->arena, json, &text);
        }

        if (rc == RSL_OK) {
            rc = rsl_time_parse(&text, &time);
        }
    }

    if (rc == RSL_OK) {
        making->record->timestamp = time;
    }

    return rc;
}


/* log4j2's and protobuf's pairs of seconds and nanoseconds. */

static int
rsl_set_timestamp_object(json_t *json, int64_t *time)
{
    json_t    *part;
    int64_t    seconds, nanos;

    part = json_object_get(json, "epochSecond");

    if (part == NULL) {
        part = json_object_get(json, "seconds");
    }

    if (rsl_set_integer(part, &seconds) != RSL_OK
        || seconds < 0 || seconds >= INT64_C(253402300800))
    {
        return RSL_DECLINED;
    }

    part = json_object_get(json, "nanoOfSecond");

    if (part == NULL) {
        part = json_object_get(json, "nanos");
    }

    nanos = 0;

    if (part != NULL
        && (rsl_set_integer(part, &nanos) != RSL_OK
            || nanos < 0 || nanos > 999999999))
    {
        return RSL_DECLINED;
    }

    *time = seconds * 1000000 + nanos / 1000;

    return (*time > 0) ? RSL_OK : RSL_DECLINED;
}


/* A name counts at once, a number if there is no name. */

static int
rsl_set_level(rsl_making_t *making, const rsl_alias_t *alias, void *member)
{
    json_t       *json;
    int64_t       number;
    unsigned      rank;
    rsl_str_t     text;
    rsl_level_t   level;

    json = json_object_iter_value(member);

    if (rsl_set_integer(json, &number) == RSL_OK) {
        level = rsl_level_number(alias->kind, number);

        if (level == RSL_LEVELS) {
            return RSL_DECLINED;
        }

        if (alias->kind == RSL_ALIAS_OTLP) {
            making->record->level = level;
            return RSL_OK;
        }

        rank = rsl_set_level_rank(alias);

        if (making->level_member == NULL || rank < making->rank) {
            making->level_member = member;
            making->level = level;
            making->rank = rank;
        }

        return RSL_DECLINED;
    }

    if (rsl_json_text(json, &text) != RSL_OK) {
        return RSL_DECLINED;
    }

    level = rsl_level_alias(&text);

    if (level == RSL_LEVELS) {
        return RSL_DECLINED;
    }

    making->record->level = level;

    return RSL_OK;
}


static unsigned
rsl_set_level_rank(const rsl_alias_t *alias)
{
    switch (alias->kind) {

    case RSL_ALIAS_PYTHON:
        return 0;

    case RSL_ALIAS_LEVEL:
        return 1;

    case RSL_ALIAS_SYSLOG:
        return 2;

    default:
        return 3;
    }
}


static int
rsl_set_integer(const json_t *json, int64_t *value)
{
    size_t     i;
    rsl_str_t  text;

    if (rsl_json_integer(json, value) == RSL_OK) {
        return RSL_OK;
    }

    /* OTLP and others send digits as a string */

    if (rsl_json_text(json, &text) != RSL_OK || text.len == 0
        || text.len > 18)
    {
        return RSL_DECLINED;
    }

    *value = 0;

    for (i = 0; i < text.len; i++) {

        if (text.data[i] < '0' || text.data[i] > '9') {
            return RSL_DECLINED;
        }

        *value = *value * 10 + (text.data[i] - '0');
    }

    return RSL_OK;
}


static int
rsl_set_logger(rsl_making_t *making, const rsl_alias_t *alias, void *member)
{
    rsl_str_t  text;

    if (rsl_json_text(json_object_iter_value(member), &text) != RSL_OK
        || text.len == 0
        || (alias->kind == RSL_ALIAS_FACILITY && !making->is_short))
    {
        return RSL_DECLINED;
    }

    making->record->logger = text;

    return RSL_OK;
}


static int
rsl_set_message(rsl_making_t *making, const rsl_alias_t *alias, void *member)
{
    int                     rc;
    json_t                 *json;
    rsl_str_t               text;

    static const rsl_str_t  true_text = rsl_string("true");
    static const rsl_str_t  false_text = rsl_string("false");

    json = json_object_iter_value(member);

    if (json_is_object(json) || json_is_array(json)) {

        if (alias->kind != RSL_ALIAS_TREE) {
            return RSL_DECLINED;
        }

        return rsl_json_value(making->arena, json,
                              &making->record->message_tree);
    }

    rc = rsl_json_text(json, &text);

    if (rc == RSL_OK) {
        making->record->message = rsl_set_trim(text);
        return RSL_OK;
    }

    if (alias->kind == RSL_ALIAS_STRING) {
        return RSL_DECLINED;
    }

    if (json_is_boolean(json)) {
        making->record->message = json_is_true(json) ? true_text : false_text;
        return RSL_OK;
    }

    return rsl_json_number_text(making->arena, json,
                                &making->record->message);
}


static rsl_str_t
rsl_set_trim(rsl_str_t text)
{
    while (text.len && (text.data[text.len - 1] == '\n'
                        || text.data[text.len - 1] == '\r'))
    {
        text.len--;
    }

    return text;
}


static int
rsl_set_request_id(rsl_making_t *making, const rsl_alias_t *alias,
    void *member)
{
    json_t     *json;
    rsl_str_t   text;

    (void) alias;

    json = json_object_iter_value(member);

    if (rsl_json_text(json, &text) != RSL_OK) {
        return rsl_json_number_text(making->arena, json,
                                    &making->record->request_id);
    }

    if (text.len == 0) {
        return RSL_DECLINED;
    }

    making->record->request_id = text;

    return RSL_OK;
}


static int
rsl_set_duration(rsl_making_t *making, const rsl_alias_t *alias, void *member)
{
    int         rc;
    json_t     *json;
    rsl_str_t   text;

    json = json_object_iter_value(member);

    rc = rsl_json_text(json, &text);

    if (rc != RSL_OK) {
        rc = rsl_json_number_text(making->arena, json, &text);
    }

    if (rc != RSL_OK) {
        return rc;
    }

    if (text.len == 0 || text.data[0] == '-'
        || rsl_json_number(text.data, text.data + text.len) != text.len)
    {
        return RSL_DECLINED;
    }

    if (alias->kind == RSL_ALIAS_NANOSECONDS) {
        return rsl_set_milliseconds(making->arena, &text,
                                    &making->record->duration_ms);
    }

    making->record->duration_ms = text;

    return RSL_OK;
}


/* Only an integer is a count of nanoseconds: its point moves by six places. */

static int
rsl_set_milliseconds(rsl_arena_t *arena, const rsl_str_t *number,
    rsl_str_t *text)
{
    size_t   n, zeros, whole;
    u_char  *p;

    for (n = 0; n < number->len; n++) {
        if (number->data[n] < '0' || number->data[n] > '9') {
            return RSL_DECLINED;
        }
    }

    p = rsl_arena_alloc(arena, number->len + RSL_MILLION + 2);
    if (p == NULL) {
        return RSL_ERROR;
    }

    zeros = (number->len > RSL_MILLION) ? 0 : RSL_MILLION + 1 - number->len;
    whole = number->len + zeros - RSL_MILLION;

    memset(p, '0', zeros);
    memcpy(p + zeros, number->data, number->len);
    memmove(p + whole + 1, p + whole, RSL_MILLION);
    p[whole] = '.';

    n = whole + 1 + RSL_MILLION;

    while (p[n - 1] == '0') {
        n--;
    }

    if (p[n - 1] == '.') {
        n--;
    }

    text->data = p;
    text->len = n;

    return RSL_OK;
}


static int
rsl_set_method(rsl_making_t *making, const rsl_alias_t *alias, void *member)
{
    size_t     i;
    rsl_str_t  text;

    (void) alias;

    if (rsl_json_text(json_object_iter_value(member), &text) != RSL_OK
        || text.len < 3 || text.len > 10)
    {
        return RSL_DECLINED;
    }

    for (i = 0; i < text.len; i++) {
        if (text.data[i] < 'A' || text.data[i] > 'Z') {
            return RSL_DECLINED;
        }
    }

    making->record->method = text;

    return RSL_OK;
}


static int
rsl_set_path(rsl_making_t *making, const rsl_alias_t *alias, void *member)
{
    rsl_str_t  text;

    (void) alias;

    if (rsl_json_text(json_object_iter_value(member), &text) != RSL_OK
        || text.len == 0 || text.data[0] != '/')
    {
        return RSL_DECLINED;
    }

    making->record->path = text;

    return RSL_OK;
}


static int
rsl_set_status(rsl_making_t *making, const rsl_alias_t *alias, void *member)
{
    int64_t    code;
    unsigned   level;

    if (rsl_set_integer(json_object_iter_value(member), &code) != RSL_OK) {

        level = making->done & rsl_field_bit(RSL_FIELD_LEVEL);

        if (alias->kind == RSL_ALIAS_NAME_OR_CODE && !level
            && rsl_set_level(making, alias, member) == RSL_OK)
        {
            making->done |= rsl_field_bit(RSL_FIELD_LEVEL);
            rsl_making_take(making, member);
        }

        return RSL_DECLINED;
    }

    if (code < 100 || code > 599
        || (making->done & rsl_field_bit(RSL_FIELD_STATUS)))
    {
        return RSL_DECLINED;
    }

    making->record->status_code = (int) code;

    return RSL_OK;
}


static int
rsl_set_exception(rsl_making_t *making, const rsl_alias_t *alias,
    void *member)
{
    int         rc, whole;
    json_t     *json;
    rsl_str_t   text, trimmed, *message;

    json = json_object_iter_value(member);

    if (json_is_object(json) || json_is_array(json)) {
        rc = rsl_exception_text(making, json, &text, &whole);

        if (rc != RSL_OK) {
            return rc;
        }

        making->record->exception = text;

        return whole ? RSL_OK : RSL_KEPT;
    }

    if (rsl_json_text(json, &text) != RSL_OK) {
        return RSL_DECLINED;
    }

    if (alias->kind == RSL_ALIAS_FULL) {
        trimmed = rsl_set_trim(text);
        message = &making->record->message;

        if (trimmed.len == message->len
            && memcmp(trimmed.data, message->data, trimmed.len) == 0)
        {
            rsl_making_take(making, member);
            return RSL_DECLINED;
        }
    }

    /* Python's spellings of "there is none" */

    if (text.len == 0 || rsl_str_is(&text, "None")
        || rsl_str_begins(&text, "(None,"))
    {
        return RSL_DECLINED;
    }

    making->record->exception = text;

    return RSL_OK;
}
