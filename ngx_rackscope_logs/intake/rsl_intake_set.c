
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * From the value of a member to a field of the record: which values are of use
 * for which field, and what becomes of them there.
 */


#include "rsl_intake_internal.h"


static int rsl_intake_set_timestamp(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_timestamp_object(const rsl_value_t *object,
    int64_t *time);
static int rsl_intake_set_part(const rsl_value_t *object,
    const rsl_str_t *names, int64_t *value);
static int rsl_intake_set_level(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_level_mongo(rsl_intake_making_t *making,
    rsl_value_t *member);
static unsigned rsl_intake_set_level_rank(const rsl_intake_alias_t *alias);
static int rsl_intake_set_integer(const rsl_value_t *value, int64_t *number);
static int rsl_intake_set_logger(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_message(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_text(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_tree(rsl_intake_making_t *making,
    const rsl_value_t *member);
static int rsl_intake_set_request_id(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_duration(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_milliseconds(rsl_arena_t *arena,
    const rsl_str_t *number, rsl_str_t *text);
static int rsl_intake_set_method(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_path(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_status(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_exception(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_trace_id(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_span_id(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);
static int rsl_intake_set_id(const rsl_value_t *member, size_t len,
    rsl_str_t *id);
static rsl_str_t rsl_intake_set_trim(rsl_str_t text);


typedef int (*rsl_intake_set_pt)(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);


/* The field is set, but the member stays among the extras. */
#define RSL_INTAKE_SET_KEPT     1

/* From nanoseconds to milliseconds, the decimal point moves so many places. */
#define RSL_INTAKE_SET_PLACES   6

/* The ids of W3C's trace context have so many digits. */
#define RSL_INTAKE_SET_TRACE    32
#define RSL_INTAKE_SET_SPAN     16


static const rsl_intake_set_pt  rsl_intake_setters[RSL_INTAKE_FIELDS] = {
    rsl_intake_set_timestamp,
    rsl_intake_set_level,
    rsl_intake_set_logger,
    rsl_intake_set_message,
    rsl_intake_set_request_id,
    rsl_intake_set_duration,
    rsl_intake_set_method,
    rsl_intake_set_path,
    rsl_intake_set_status,
    rsl_intake_set_exception,
    rsl_intake_set_trace_id,
    rsl_intake_set_span_id
};


int
rsl_intake_set(rsl_intake_making_t *making, const rsl_intake_alias_t *alias,
    rsl_value_t *member)
{
    int  rc;

    rc = rsl_intake_setters[alias->field](making, alias, member);

    if (rc < 0) {
        return rc;
    }

    making->done |= rsl_intake_field_bit(alias->field);

    if (rc == RSL_OK) {
        member->taken = 1;
    }

    return RSL_OK;
}


static int
rsl_intake_set_timestamp(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    int        rc;
    int64_t    time;
    rsl_str_t  text;

    (void) alias;

    time = 0;

    if (member->type == RSL_VALUE_OBJECT) {
        rc = rsl_intake_set_timestamp_object(member, &time);

    } else {
        rc = rsl_intake_value_text(member, &text);

        if (rc != RSL_OK) {
            rc = rsl_intake_value_number(member, &text);
        }

        if (rc == RSL_OK) {
            rc = rsl_intake_time_parse(&text, &time);
        }
    }

    if (rc == RSL_OK) {
        making->record->timestamp = time;
    }

    return rc;
}


/*
 * log4j2 and protobuf send an object with seconds and nanoseconds.  The second
 * 253402300800 is the first one of the year 10000.
 */

static int
rsl_intake_set_timestamp_object(const rsl_value_t *object, int64_t *time)
{
    int64_t                 seconds, nanos;

    static const rsl_str_t  second_names[] = {
        rsl_string("epochSecond"), rsl_string("seconds")
    };

    static const rsl_str_t  nano_names[] = {
        rsl_string("nanoOfSecond"), rsl_string("nanos")
    };

    seconds = -1;
    nanos = 0;

    if (rsl_intake_set_part(object, second_names, &seconds) != RSL_OK
        || rsl_intake_set_part(object, nano_names, &nanos) != RSL_OK
        || seconds < 0 || seconds >= INT64_C(253402300800)
        || nanos < 0 || nanos > 999999999)
    {
        return RSL_DECLINED;
    }

    *time = seconds * 1000000 + nanos / 1000;

    return (*time > 0) ? RSL_OK : RSL_DECLINED;
}


/*
 * The integer under the first of two names that is there.  If neither is,
 * *value stays as it is.
 */

static int
rsl_intake_set_part(const rsl_value_t *object, const rsl_str_t *names,
    int64_t *value)
{
    rsl_value_t  *part;

    part = rsl_intake_value_find(object, &names[0]);

    if (part == NULL) {
        part = rsl_intake_value_find(object, &names[1]);
    }

    return part ? rsl_intake_set_integer(part, value) : RSL_OK;
}


/*
 * The name of a level sets the level at once, and so does a number of OTLP's.
 * Any other number is only remembered: it counts if no alias has a name.
 */

static int
rsl_intake_set_level(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    int64_t       number;
    unsigned      rank;
    rsl_str_t     text;
    rsl_level_t   level;

    if (alias->kind == RSL_INTAKE_ALIAS_MONGO) {
        return rsl_intake_set_level_mongo(making, member);
    }

    if (rsl_intake_set_integer(member, &number) == RSL_OK) {
        level = rsl_intake_level_number(alias->kind, number);

        if (level == RSL_LEVELS) {
            return RSL_DECLINED;
        }

        if (alias->kind == RSL_INTAKE_ALIAS_OTLP) {
            making->record->level = level;
            return RSL_OK;
        }

        rank = rsl_intake_set_level_rank(alias);

        if (making->level_member == NULL || rank < making->rank) {
            making->level_member = member;
            making->level = level;
            making->rank = rank;
        }

        return RSL_DECLINED;
    }

    if (rsl_intake_value_text(member, &text) != RSL_OK) {
        return RSL_DECLINED;
    }

    level = rsl_intake_level(&text);

    if (level == RSL_LEVELS) {
        return RSL_DECLINED;
    }

    making->record->level = level;

    return RSL_OK;
}


/*
 * MongoDB calls the level "s", and writes a letter, or D1 to D5.  What else it
 * always writes shows that the record is one of MongoDB's.
 */

static int
rsl_intake_set_level_mongo(rsl_intake_making_t *making, rsl_value_t *member)
{
    rsl_str_t           text;
    rsl_level_t         level;
    const rsl_value_t  *time, *component;

    static const rsl_str_t  time_name = rsl_string("t");
    static const rsl_str_t  date_name = rsl_string("$date");
    static const rsl_str_t  component_name = rsl_string("c");

    time = rsl_intake_value_find(making->object, &time_name);
    component = rsl_intake_value_find(making->object, &component_name);

    if (time == NULL || time->type != RSL_VALUE_OBJECT
        || rsl_intake_value_find(time, &date_name) == NULL
        || component == NULL || component->type != RSL_VALUE_STRING
        || rsl_intake_value_text(member, &text) != RSL_OK)
    {
        return RSL_DECLINED;
    }

    if (text.len == 2 && text.data[0] == 'D'
        && rsl_intake_is_digit(text.data[1]))
    {
        text.len = 1;
    }

    level = (text.len == 1) ? rsl_intake_level(&text) : RSL_LEVELS;

    if (level == RSL_LEVELS) {
        return RSL_DECLINED;
    }

    making->record->level = level;

    return RSL_OK;
}


/* Of several numbers, the one with the lowest rank counts. */

static unsigned
rsl_intake_set_level_rank(const rsl_intake_alias_t *alias)
{
    switch (alias->kind) {

    case RSL_INTAKE_ALIAS_PYTHON:
        return 0;

    case RSL_INTAKE_ALIAS_LEVEL:
        return 1;

    case RSL_INTAKE_ALIAS_SYSLOG:
        return 2;

    default:
        return 3;
    }
}


/* An integer, which OTLP and others send as a string. */

static int
rsl_intake_set_integer(const rsl_value_t *value, int64_t *number)
{
    size_t         i;
    rsl_str_t      text;
    const u_char  *p;

    if (rsl_intake_value_text(value, &text) != RSL_OK
        && rsl_intake_value_number(value, &text) != RSL_OK)
    {
        return RSL_DECLINED;
    }

    p = text.data;
    i = (value->type == RSL_VALUE_SCALAR && *p == '-' && text.len > 1
         && p[1] != '0');

    if (text.len == i || text.len - i > RSL_INTAKE_INTEGER_DIGITS) {
        return RSL_DECLINED;
    }

    for (*number = 0; i < text.len; i++) {

        if (!rsl_intake_is_digit(p[i])) {
            return RSL_DECLINED;
        }

        *number = *number * 10 + (p[i] - '0');
    }

    if (*p == '-') {
        *number = -*number;
    }

    return RSL_OK;
}


static int
rsl_intake_set_logger(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    rsl_str_t  text;

    if (rsl_intake_value_text(member, &text) != RSL_OK || text.len == 0
        || (alias->kind == RSL_INTAKE_ALIAS_FACILITY && !making->is_short))
    {
        return RSL_DECLINED;
    }

    making->record->logger = text;

    return RSL_OK;
}


static int
rsl_intake_set_message(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    int        rc;
    rsl_str_t  text;

    if (member->type == RSL_VALUE_OBJECT || member->type == RSL_VALUE_ARRAY) {

        if (alias->kind != RSL_INTAKE_ALIAS_TREE
            && alias->kind != RSL_INTAKE_ALIAS_LINE_OR_TREE)
        {
            return RSL_DECLINED;
        }

        return rsl_intake_set_tree(making, member);
    }

    rc = rsl_intake_value_text(member, &text);

    if (rc == RSL_OK) {
        return rsl_intake_set_text(making, alias, member);
    }

    if (alias->kind == RSL_INTAKE_ALIAS_STRING
        || alias->kind == RSL_INTAKE_ALIAS_LINE_OR_NUMBER)
    {
        return RSL_DECLINED;
    }

    if (rsl_intake_value_is(member, RSL_INTAKE_TRUE)
        || rsl_intake_value_is(member, RSL_INTAKE_FALSE))
    {
        making->record->message = member->text;
        return RSL_OK;
    }

    return rsl_intake_value_number(member, &making->record->message);
}


/* The message is a string.  It is remembered if it may be a line of text. */

static int
rsl_intake_set_text(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    int64_t  number;

    switch (alias->kind) {

    case RSL_INTAKE_ALIAS_LINE_OR_NUMBER:

        if (rsl_intake_set_integer(member, &number) == RSL_OK) {
            return RSL_DECLINED;
        }

        /* fall through */

    case RSL_INTAKE_ALIAS_LINE_OR_TREE:
    case RSL_INTAKE_ALIAS_LOG:
        making->line = member;
        break;

    default:
        break;
    }

    making->record->message = rsl_intake_set_trim(member->text);

    return RSL_OK;
}


/* The message is an object or an array: the member, but without its key. */

static int
rsl_intake_set_tree(rsl_intake_making_t *making, const rsl_value_t *member)
{
    rsl_value_t  *tree;

    tree = rsl_intake_value_new(making->arena, member->type);
    if (tree == NULL) {
        return RSL_ERROR;
    }

    tree->child = member->child;
    making->record->message_tree = tree;

    return RSL_OK;
}


static rsl_str_t
rsl_intake_set_trim(rsl_str_t text)
{
    while (text.len && (text.data[text.len - 1] == '\n'
                        || text.data[text.len - 1] == '\r'))
    {
        text.len--;
    }

    return text;
}


static int
rsl_intake_set_request_id(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    rsl_str_t  text;

    (void) alias;

    if (rsl_intake_value_text(member, &text) != RSL_OK) {
        return rsl_intake_value_number(member, &making->record->request_id);
    }

    if (text.len == 0) {
        return RSL_DECLINED;
    }

    making->record->request_id = text;

    return RSL_OK;
}


static int
rsl_intake_set_duration(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    rsl_str_t  text;

    if (rsl_intake_value_text(member, &text) != RSL_OK
        && rsl_intake_value_number(member, &text) != RSL_OK)
    {
        return RSL_DECLINED;
    }

    if (text.len == 0 || text.data[0] == '-'
        || rsl_intake_token_number(text.data, text.data + text.len) != text.len)
    {
        return RSL_DECLINED;
    }

    if (alias->kind == RSL_INTAKE_ALIAS_NANOSECONDS) {
        return rsl_intake_set_milliseconds(making->arena, &text,
                                           &making->record->duration_ms);
    }

    making->record->duration_ms = text;

    return RSL_OK;
}


/* Writes an integer of nanoseconds as milliseconds, without losing a digit. */

static int
rsl_intake_set_milliseconds(rsl_arena_t *arena, const rsl_str_t *number,
    rsl_str_t *text)
{
    size_t   n, zeros, whole;
    u_char  *p;

    for (n = 0; n < number->len; n++) {
        if (number->data[n] < '0' || number->data[n] > '9') {
            return RSL_DECLINED;
        }
    }

    p = rsl_arena_alloc(arena, number->len + RSL_INTAKE_SET_PLACES + 2);
    if (p == NULL) {
        return RSL_ERROR;
    }

    zeros = (number->len > RSL_INTAKE_SET_PLACES)
            ? 0 : RSL_INTAKE_SET_PLACES + 1 - number->len;
    whole = number->len + zeros - RSL_INTAKE_SET_PLACES;

    memset(p, '0', zeros);
    memcpy(p + zeros, number->data, number->len);
    memmove(p + whole + 1, p + whole, RSL_INTAKE_SET_PLACES);
    p[whole] = '.';

    n = whole + 1 + RSL_INTAKE_SET_PLACES;

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
rsl_intake_set_method(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    size_t     i;
    rsl_str_t  text;

    (void) alias;

    if (rsl_intake_value_text(member, &text) != RSL_OK
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
rsl_intake_set_path(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    rsl_str_t  text;

    (void) alias;

    if (rsl_intake_value_text(member, &text) != RSL_OK
        || text.len == 0 || text.data[0] != '/')
    {
        return RSL_DECLINED;
    }

    making->record->path = text;

    return RSL_OK;
}


/* Some loggers send the name of a level as "status", others an HTTP status. */

static int
rsl_intake_set_status(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    int64_t    code;
    unsigned   level;

    if (rsl_intake_set_integer(member, &code) != RSL_OK) {

        level = making->done & rsl_intake_field_bit(RSL_INTAKE_FIELD_LEVEL);

        if (alias->kind == RSL_INTAKE_ALIAS_NAME_OR_CODE && !level
            && rsl_intake_set_level(making, alias, member) == RSL_OK)
        {
            making->done |= rsl_intake_field_bit(RSL_INTAKE_FIELD_LEVEL);
            member->taken = 1;
        }

        return RSL_DECLINED;
    }

    if (code < 100 || code > 599
        || (making->done & rsl_intake_field_bit(RSL_INTAKE_FIELD_STATUS)))
    {
        return RSL_DECLINED;
    }

    making->record->status_code = (int) code;

    return RSL_OK;
}


static int
rsl_intake_set_exception(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    int         rc, whole;
    rsl_str_t   text, trimmed, *message;

    if (member->type == RSL_VALUE_OBJECT || member->type == RSL_VALUE_ARRAY) {
        rc = rsl_intake_exception_text(making, member, &text, &whole);

        if (rc != RSL_OK) {
            return rc;
        }

        making->record->exception = text;

        return whole ? RSL_OK : RSL_INTAKE_SET_KEPT;
    }

    if (rsl_intake_value_text(member, &text) != RSL_OK) {
        return RSL_DECLINED;
    }

    if (alias->kind == RSL_INTAKE_ALIAS_FULL) {
        trimmed = rsl_intake_set_trim(text);
        message = &making->record->message;

        if (trimmed.len == message->len
            && memcmp(trimmed.data, message->data, trimmed.len) == 0)
        {
            member->taken = 1;
            return RSL_DECLINED;
        }
    }

    /*
     * Python writes these where there is no exception, or, in a form, for one
     * of which the traceback is only an address.
     */

    if (text.len == 0 || rsl_intake_str_is(&text, "None")
        || rsl_intake_str_begins(&text, "(None,")
        || rsl_intake_str_begins(&text, "(<class '"))
    {
        return RSL_DECLINED;
    }

    making->record->exception = text;

    return RSL_OK;
}


static int
rsl_intake_set_trace_id(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    (void) alias;

    return rsl_intake_set_id(member, RSL_INTAKE_SET_TRACE,
                             &making->record->trace_id);
}


static int
rsl_intake_set_span_id(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member)
{
    (void) alias;

    return rsl_intake_set_id(member, RSL_INTAKE_SET_SPAN,
                             &making->record->span_id);
}


/*
 * Only an id of W3C's trace context is one.  Zeros are written where there is
 * no trace.
 */

static int
rsl_intake_set_id(const rsl_value_t *member, size_t len, rsl_str_t *id)
{
    u_char     ch, any;
    size_t     i;
    rsl_str_t  text;

    if (rsl_intake_value_text(member, &text) != RSL_OK || text.len != len) {
        return RSL_DECLINED;
    }

    any = 0;

    for (i = 0; i < len; i++) {
        ch = text.data[i];

        if (!rsl_intake_is_digit(ch) && (ch < 'a' || ch > 'f')) {
            return RSL_DECLINED;
        }

        any |= ch ^ '0';
    }

    if (any == 0) {
        return RSL_DECLINED;
    }

    *id = text;

    return RSL_OK;
}
