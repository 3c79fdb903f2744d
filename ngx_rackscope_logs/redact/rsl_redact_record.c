
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Redaction of a record: every string and every key, at any depth.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE     /* memmem() */
#endif

#include "rsl_redact_internal.h"


/* A shorter input may stand in a message by chance. */
#define RSL_REDACT_RECORD_REPEATED  4

/* The end of a name, with room for characters of several bytes. */
#define RSL_REDACT_RECORD_NAME      (4 * RSL_REDACT_KEYWORD_MAX)


static void rsl_redact_record_query(rsl_str_t *path);
static int rsl_redact_record_request(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_record_t *record);
static void rsl_redact_record_logger(const rsl_redact_t *redact,
    rsl_record_t *record);
static int rsl_redact_record_list(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_value_t *value);
static int rsl_redact_record_value(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_value_t *value);
static int rsl_redact_record_arguments(rsl_redact_t *redact,
    rsl_arena_t *arena, rsl_value_t *value);
static void rsl_redact_record_pairs(const rsl_redact_t *redact,
    rsl_value_t *value);
static int rsl_redact_record_is_extra_path(const rsl_str_t *key);
static void rsl_redact_record_validation(const rsl_redact_t *redact,
    rsl_value_t *value);
static int rsl_redact_record_path_is_secret(const rsl_redact_t *redact,
    const rsl_value_t *path);
static void rsl_redact_record_repeated(rsl_value_t *value,
    const rsl_str_t *text);
static int rsl_redact_record_is_secret(const rsl_redact_t *redact,
    const rsl_str_t *key,
    const rsl_value_t *value);
static int rsl_redact_record_lists_secrets(const rsl_value_t *value);
static rsl_redact_name_e rsl_redact_record_name(const rsl_redact_t *redact,
    const rsl_str_t *key);
static int rsl_redact_record_is_open(const rsl_redact_t *redact,
    const rsl_str_t *key, const rsl_value_t *value);
static void rsl_redact_record_inside(const rsl_redact_t *redact,
    rsl_value_t *value);
static void rsl_redact_record_mask(rsl_value_t *value);


static const rsl_str_t  rsl_redact_record_masked = rsl_string(RSL_REDACT_MASK);


int
rsl_redact_record(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_record_t *record)
{
    size_t       i;
    rsl_value_t  extra;
    rsl_str_t   *fields[] = {
        &record->message, &record->exception, &record->logger,
        &record->request_id, &record->method, &record->path,
        &record->trace_id, &record->span_id
    };

    if (record->message_tree != NULL) {
        if (rsl_redact_record_list(redact, arena, record->message_tree)
            != RSL_OK
            || rsl_json_print(arena, record->message_tree, &record->message)
               != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (fields[i]->len != 0
            && rsl_redact_text(redact, arena, fields[i]) != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    rsl_redact_record_query(&record->path);

    if (record->request
        && rsl_redact_record_request(redact, arena, record) != RSL_OK)
    {
        return RSL_ERROR;
    }

    memset(&extra, 0, sizeof(rsl_value_t));
    extra.type = RSL_VALUE_OBJECT;
    extra.child = record->extra;

    rsl_redact_record_pairs(redact, &extra);
    rsl_redact_record_logger(redact, record);

    return rsl_redact_record_list(redact, arena, record->extra);
}


/*
 * The "name" of an object that was posted is the logger of its record.  It is
 * that of the value beside it if it is no name for a logger or if the object
 * has no message.
 */

static void
rsl_redact_record_logger(const rsl_redact_t *redact, rsl_record_t *record)
{
    rsl_value_t        *value;
    rsl_redact_name_e   kind;

    if (record->logger.len == 0 || record->extra == NULL) {
        return;
    }

    kind = rsl_redact_record_name(redact, &record->logger);

    if (kind != RSL_REDACT_NAME_SECRET
        || (record->message_tree == NULL
            && rsl_redact_name_strength(&redact->names, record->logger.data,
                                        record->logger.data
                                        + record->logger.len)
               != RSL_REDACT_STRONG))
    {
        return;
    }

    for (value = record->extra; value != NULL; value = value->next) {
        if (!value->literal
            && rsl_redact_name_member(&redact->names, &value->key)
               == RSL_REDACT_MEMBER_VALUE)
        {
            rsl_redact_record_mask(value);
        }
    }
}


/*
 * Cuts the query off, for queries carry secrets.  This is done after the path
 * was redacted: a URL with a "?" in its password would not look like one
 * without the rest.
 */

static void
rsl_redact_record_query(rsl_str_t *path)
{
    const u_char  *query;

    if (path->len == 0) {
        return;
    }

    query = memchr(path->data, '?', path->len);

    if (query != NULL) {
        path->len = (size_t) (query - path->data);
    }
}


/*
 * Makes the message of a request out of its fields.  The built-in rules would
 * find no more in it than in these, which are redacted already; but a rule of
 * the operator may be meant for the message.
 */

static int
rsl_redact_record_request(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_record_t *record)
{
    if (rsl_record_request(arena, record) != RSL_OK) {
        return RSL_ERROR;
    }

    return redact->operators ? rsl_redact_text(redact, arena, &record->message)
                             : RSL_OK;
}


/* Redacts the values of a list and what is in them. */

static int
rsl_redact_record_list(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_value_t *value)
{
    for ( /* void */ ; value != NULL; value = value->next) {
        if (rsl_redact_record_value(redact, arena, value) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


/* Redacts a value and its key, and hides it if the key names a secret. */

static int
rsl_redact_record_value(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_value_t *value)
{
    if (!value->literal) {

        if (rsl_redact_record_is_secret(redact, &value->key, value)) {
            rsl_redact_record_mask(value);

        } else if (rsl_redact_record_is_open(redact, &value->key, value)
                   && rsl_redact_record_name(redact, &value->key)
                      != RSL_REDACT_NAME_OPAQUE)
        {
            rsl_redact_record_inside(redact, value);
        }

        if (rsl_redact_text(redact, arena, &value->key) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    switch (value->type) {

    case RSL_VALUE_STRING:
        redact->replaced += (value->text.data == rsl_redact_record_masked.data);

        return rsl_redact_text(redact, arena, &value->text);

    case RSL_VALUE_OBJECT:
    case RSL_VALUE_ARRAY:
        rsl_redact_record_pairs(redact, value);

        if (rsl_redact_record_arguments(redact, arena, value) != RSL_OK) {
            return RSL_ERROR;
        }

        return rsl_redact_record_list(redact, arena, value->child);

    default:
        return RSL_OK;
    }
}


/*
 * Hides the secrets in a list of arguments, or all of it if it could not be
 * searched to its end.
 */

static int
rsl_redact_record_arguments(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_value_t *value)
{
    int  rc;

    if (value->type != RSL_VALUE_ARRAY) {
        return RSL_OK;
    }

    rc = rsl_redact_arguments(redact, arena, value->child);

    if (rc == RSL_DECLINED) {
        redact->failures++;
        rsl_redact_record_mask(value);
        return RSL_OK;
    }

    return rc;
}


/*
 * Hides the values of pairs: {"name": "DB_PASSWORD", "value": "x"},
 * ["password", "x"].
 */

static void
rsl_redact_record_pairs(const rsl_redact_t *redact, rsl_value_t *value)
{
    rsl_value_t          *child, *name, *secret;
    rsl_redact_member_e   kind;

    child = value->child;

    if (value->type == RSL_VALUE_ARRAY) {

        if (child != NULL && child->type == RSL_VALUE_STRING
            && child->next != NULL && child->next->next == NULL
            && rsl_redact_record_is_secret(redact, &child->text, child->next))
        {
            rsl_redact_record_mask(child->next);
        }

        return;
    }

    name = NULL;
    secret = NULL;

    for ( /* void */ ; child != NULL; child = child->next) {

        kind = rsl_redact_name_member(&redact->names, &child->key);

        if (child->type == RSL_VALUE_STRING
            && kind == RSL_REDACT_MEMBER_NAME
            && rsl_redact_record_name(redact, &child->text)
               != RSL_REDACT_NAME_NONE)
        {
            name = child;

        } else if (kind == RSL_REDACT_MEMBER_VALUE) {
            secret = child;
        }
    }

    if (name != NULL && secret != NULL
        && rsl_redact_record_is_secret(redact, &name->text, secret))
    {
        rsl_redact_record_mask(secret);
    }

    rsl_redact_record_validation(redact, value);
}


/* The "path" of a record is that of a request, and so a list is renamed. */

static int
rsl_redact_record_is_extra_path(const rsl_str_t *key)
{
    return key->len == sizeof("extra_path") - 1
           && memcmp(key->data, "extra_path", key->len) == 0;
}


/*
 * Hides what was put into a field that holds a secret, {"loc": ["body",
 * "password"], "input": "x"}, and what repeats it: a message, a context.
 */

static void
rsl_redact_record_validation(const rsl_redact_t *redact, rsl_value_t *value)
{
    rsl_str_t     text;
    rsl_value_t  *child, *path, *input;

    path = NULL;
    input = NULL;

    for (child = value->child; child != NULL; child = child->next) {

        if (rsl_redact_validation_is_path(&child->key)
            || rsl_redact_record_is_extra_path(&child->key))
        {
            path = child;

        } else if (rsl_redact_validation_is_input(&child->key)) {
            input = child;
        }
    }

    if (path == NULL || input == NULL
        || !rsl_redact_record_path_is_secret(redact, path))
    {
        return;
    }

    text = input->text;

    if (input->type == RSL_VALUE_STRING
        && text.len >= RSL_REDACT_RECORD_REPEATED)
    {
        rsl_redact_record_repeated(value->child, &text);
    }

    rsl_redact_record_mask(input);
}


/* Does a path, as a text or as a list, end in the name of a secret? */

static int
rsl_redact_record_path_is_secret(const rsl_redact_t *redact,
    const rsl_value_t *path)
{
    const rsl_value_t  *child, *last;

    if (path->type == RSL_VALUE_STRING) {
        return rsl_redact_validation_path(&redact->names, &path->key,
                                          &path->text)
               != RSL_REDACT_NAME_NONE;
    }

    if (path->type != RSL_VALUE_ARRAY) {
        return 0;
    }

    last = NULL;

    for (child = path->child; child != NULL; child = child->next) {
        if (child->type == RSL_VALUE_STRING
            && !rsl_redact_validation_is_tag(&child->text))
        {
            last = child;
        }
    }

    return last != NULL
           && rsl_redact_record_name(redact, &last->text)
              != RSL_REDACT_NAME_NONE;
}


/* Hides the strings in which the text stands, at any depth. */

static void
rsl_redact_record_repeated(rsl_value_t *value, const rsl_str_t *text)
{
    for ( /* void */ ; value != NULL; value = value->next) {

        if (value->type == RSL_VALUE_STRING) {
            if (memmem(value->text.data, value->text.len, text->data,
                       text->len) != NULL)
            {
                rsl_redact_record_mask(value);
            }

        } else if (value->type == RSL_VALUE_OBJECT
                   || value->type == RSL_VALUE_ARRAY)
        {
            rsl_redact_record_repeated(value->child, text);
        }
    }
}


/*
 * Does the key say that this value is a secret?  Beside "tokens" only a string
 * is one: a number is a count.
 */

static int
rsl_redact_record_is_secret(const rsl_redact_t *redact,
    const rsl_str_t *key, const rsl_value_t *value)
{
    rsl_redact_name_e  kind;

    kind = rsl_redact_record_name(redact, key);

    if (kind != RSL_REDACT_NAME_NONE && value->type == RSL_VALUE_STRING
        && rsl_redact_placeholder_all(&redact->names, value->text.data,
                                      value->text.data + value->text.len))
    {
        return 0;
    }

    switch (kind) {

    case RSL_REDACT_NAME_NONE:
        return 0;

    case RSL_REDACT_NAME_PLURAL:
        return value->type == RSL_VALUE_STRING
               || rsl_redact_record_lists_secrets(value);

    case RSL_REDACT_NAME_OPAQUE:
        return value->type == RSL_VALUE_STRING
               && rsl_redact_except_opaque(value->text.data,
                                           value->text.data + value->text.len);

    case RSL_REDACT_NAME_COOKIE:

        if (value->type == RSL_VALUE_SCALAR
            && (key->data[key->len - 1] | 0x20) == 's')
        {
            /* "cookies": 3 */
            return 0;
        }

        /* fall through */

    default:
        return !rsl_redact_record_is_open(redact, key, value);
    }
}


/* Is it a list beside "tokens" in which a string is made like a secret? */

static int
rsl_redact_record_lists_secrets(const rsl_value_t *value)
{
    const rsl_value_t  *child;

    if (value->type != RSL_VALUE_ARRAY) {
        return 0;
    }

    for (child = value->child; child != NULL; child = child->next) {
        if (child->type == RSL_VALUE_STRING
            && rsl_redact_except_opaque(child->text.data,
                                        child->text.data + child->text.len))
        {
            return 1;
        }
    }

    return 0;
}


/* Is it an object or an array that is looked into, beside a weak name? */

static int
rsl_redact_record_is_open(const rsl_redact_t *redact, const rsl_str_t *key,
    const rsl_value_t *value)
{
    rsl_redact_strength_e  strength;

    if (value->type != RSL_VALUE_OBJECT && value->type != RSL_VALUE_ARRAY) {
        return 0;
    }

    /* an element of an array has no key, and its address is NULL */

    if (key->len == 0) {
        return 0;
    }

    strength = rsl_redact_name_strength(&redact->names, key->data,
                                        key->data + key->len);

    return strength != RSL_REDACT_STRONG && strength != RSL_REDACT_DIGITS;
}


/*
 * Hides what in an object or array beside a weak name has its name from there:
 * "session": {"id": "x"}, "X-Auth-Token": ["x"], "cookies": {"theme": "x"}.
 */

static void
rsl_redact_record_inside(const rsl_redact_t *redact, rsl_value_t *value)
{
    int           cookies, secret;
    rsl_str_t    *text;
    rsl_value_t  *child;

    cookies = rsl_redact_record_name(redact, &value->key)
              == RSL_REDACT_NAME_COOKIE;

    for (child = value->child; child != NULL; child = child->next) {

        if (child->type != RSL_VALUE_STRING) {
            continue;
        }

        text = &child->text;

        if (value->type == RSL_VALUE_ARRAY) {
            secret = !rsl_redact_word(&redact->names, text->data,
                                      text->data + text->len);

        } else {
            secret = (cookies
                      || rsl_redact_object_is_generic(&redact->names,
                                                      &child->key))
                     && rsl_redact_except_opaque(text->data,
                                                 text->data + text->len);
        }

        if (secret) {
            rsl_redact_record_mask(child);
        }
    }
}


/* What a key says, or a value that is a name, without its dress. */

static rsl_redact_name_e
rsl_redact_record_name(const rsl_redact_t *redact, const rsl_str_t *key)
{
    u_char     buf[RSL_REDACT_RECORD_NAME];
    rsl_str_t  plain;

    if (!rsl_redact_dress_any(key)) {
        return rsl_redact_name(&redact->names, key);
    }

    plain.data = buf;
    plain.len = rsl_redact_dress_last(key, buf, sizeof(buf));

    return rsl_redact_name(&redact->names, &plain);
}


static void
rsl_redact_record_mask(rsl_value_t *value)
{
    value->type = RSL_VALUE_STRING;
    value->text = rsl_redact_record_masked;
    value->child = NULL;
}
