
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A line of text that a shipper has made an object of: whether an object is
 * one, and what else is in it.  All of that is kept as long as the record is
 * held back that the line is a part of.
 */


#include "rsl_intake_internal.h"


static int rsl_intake_around_is_priority(const rsl_intake_making_t *making);
static int rsl_intake_around_is_named(const rsl_str_t *key, const char *name);
static void rsl_intake_around_texts(rsl_record_t *record, rsl_str_t **texts);
static size_t rsl_intake_around_size_list(const rsl_value_t *value);
static int rsl_intake_around_is_same_list(
    const rsl_intake_alias_index_t *aliases, const rsl_value_t *one,
    const rsl_value_t *other);
static int rsl_intake_around_is_place(const rsl_intake_alias_index_t *aliases,
    const rsl_str_t *key);
static inline int rsl_intake_around_is_same_text(const rsl_str_t *one,
    const rsl_str_t *other);
static int rsl_intake_around_copy_list(rsl_arena_t *arena,
    const rsl_value_t *value, rsl_value_t **copy);


/* The texts of a record besides its message and its exception. */
#define RSL_INTAKE_AROUND_TEXTS  7


/*
 * Is the message a line of text?  It is if nothing else in the object says the
 * level, or an exception.
 */

void
rsl_intake_around(const rsl_intake_making_t *making,
    const rsl_value_t *object, rsl_intake_shipped_t *shipped)
{
    rsl_record_t  *record;

    record = making->record;

    shipped->level = RSL_LEVELS;
    shipped->is_line = 0;
    shipped->bare = 0;
    shipped->is_text = 0;
    shipped->timed = 0;

    if (making->line == NULL || record->exception.len) {
        return;
    }

    if (!(making->done & rsl_intake_field_bit(RSL_INTAKE_FIELD_LEVEL))) {
        shipped->is_line = 1;
        shipped->bare = (making->line == object->child
                         && object->child->next == NULL
                         && rsl_intake_around_is_named(&object->child->key,
                                                       "message"));

    } else if (!rsl_intake_around_is_priority(making)) {
        return;

    } else if (rsl_intake_around_is_made_up(making, object)) {
        shipped->is_line = 1;
        shipped->level = record->level;

    } else {
        shipped->is_text = memchr(record->message.data, '\n',
                                  record->message.len) != NULL;
    }

    shipped->timed =
        (making->done & rsl_intake_field_bit(RSL_INTAKE_FIELD_TIMESTAMP)) != 0;
}


int
rsl_intake_around_is_made_up(const rsl_intake_making_t *making,
    const rsl_value_t *object)
{
    const rsl_value_t  *member;

    if (!rsl_intake_around_is_priority(making)) {
        return 0;
    }

    for (member = object->child; member != NULL; member = member->next) {

        if (member->type == RSL_VALUE_STRING
            && rsl_intake_str_is(&member->text, "stdout")
            && rsl_intake_around_is_named(&member->key, "_transport"))
        {
            return 1;
        }
    }

    return 0;
}


/* Is the level one of the numbers that journald writes? */

static int
rsl_intake_around_is_priority(const rsl_intake_making_t *making)
{
    return making->level_member != NULL && making->level_member->taken
           && rsl_intake_around_is_named(&making->level_member->key,
                                         "priority");
}


/* Is this the name of the key, in any case? */

static int
rsl_intake_around_is_named(const rsl_str_t *key, const char *name)
{
    size_t  i;

    for (i = 0; i < key->len; i++) {

        if ((rsl_intake_is_upper(key->data[i]) ? key->data[i] | 0x20
                                               : key->data[i])
            != (u_char) name[i] || name[i] == '\0')
        {
            return 0;
        }
    }

    return name[i] == '\0';
}


size_t
rsl_intake_around_size(const rsl_intake_around_t *around)
{
    size_t         i, size;
    rsl_str_t     *texts[RSL_INTAKE_AROUND_TEXTS];
    rsl_record_t   record;

    record = around->record;
    size = sizeof(rsl_intake_around_t);

    rsl_intake_around_texts(&record, texts);

    for (i = 0; i < RSL_INTAKE_AROUND_TEXTS; i++) {
        size += texts[i]->len;
    }

    return size + rsl_intake_around_size_list(record.extra);
}


static void
rsl_intake_around_texts(rsl_record_t *record, rsl_str_t **texts)
{
    texts[0] = &record->logger;
    texts[1] = &record->request_id;
    texts[2] = &record->duration_ms;
    texts[3] = &record->method;
    texts[4] = &record->path;
    texts[5] = &record->trace_id;
    texts[6] = &record->span_id;
}


static size_t
rsl_intake_around_size_list(const rsl_value_t *value)
{
    size_t  size;

    size = 0;

    for ( /* void */ ; value != NULL; value = value->next) {
        size += sizeof(rsl_value_t) + value->key.len + value->text.len
                + rsl_intake_around_size_list(value->child);
    }

    return size;
}


int
rsl_intake_around_is_same(const rsl_intake_alias_index_t *aliases,
    const rsl_intake_around_t *one, const rsl_intake_around_t *other)
{
    size_t         i;
    rsl_str_t     *texts[RSL_INTAKE_AROUND_TEXTS],
                  *others[RSL_INTAKE_AROUND_TEXTS];
    rsl_record_t   record, another;

    record = one->record;
    another = other->record;

    if (one->shipped.timed != other->shipped.timed
        || one->shipped.level != other->shipped.level
        || record.status_code != another.status_code
        || record.truncated != another.truncated)
    {
        return 0;
    }

    rsl_intake_around_texts(&record, texts);
    rsl_intake_around_texts(&another, others);

    for (i = 0; i < RSL_INTAKE_AROUND_TEXTS; i++) {
        if (!rsl_intake_around_is_same_text(texts[i], others[i])) {
            return 0;
        }
    }

    return rsl_intake_around_is_same_list(aliases, record.extra,
                                          another.extra);
}


/* Shippers write the members of all lines in the same order. */

static int
rsl_intake_around_is_same_list(const rsl_intake_alias_index_t *aliases,
    const rsl_value_t *one, const rsl_value_t *other)
{
    while (one != NULL && other != NULL) {

        if (!rsl_intake_around_is_same_text(&one->key, &other->key)) {
            return 0;
        }

        if ((one->type != other->type
             || !rsl_intake_around_is_same_text(&one->text, &other->text)
             || !rsl_intake_around_is_same_list(aliases, one->child,
                                                other->child))
            && !rsl_intake_around_is_place(aliases, &one->key))
        {
            return 0;
        }

        one = one->next;
        other = other->next;
    }

    return one == other;
}


/*
 * Does the key say when the line was written, or where in its file or journal
 * it is?  journald's names for that begin with "__", and end with "_TIMESTAMP".
 */

static int
rsl_intake_around_is_place(const rsl_intake_alias_index_t *aliases,
    const rsl_str_t *key)
{
    size_t               alias, len;
    rsl_str_t            end;
    rsl_intake_folded_t  name;

    if (key->len == 0) {
        return 0;
    }

    if (rsl_intake_str_begins(key, "__") || rsl_intake_str_is(key, "offset")) {
        return 1;
    }

    len = sizeof("_timestamp") - 1;

    if (key->len > len) {
        end.data = key->data + key->len - len;
        end.len = len;

        if (rsl_intake_around_is_named(&end, "_timestamp")) {
            return 1;
        }
    }

    rsl_intake_alias_start(&name);

    if (rsl_intake_alias_fold(&name, key) != RSL_OK) {
        return 0;
    }

    alias = rsl_intake_alias_find(aliases, &name);

    return alias != RSL_INTAKE_ALIASES
           && rsl_intake_aliases[alias].field == RSL_INTAKE_FIELD_TIMESTAMP;
}


static inline int
rsl_intake_around_is_same_text(const rsl_str_t *one, const rsl_str_t *other)
{
    return one->len == other->len
           && (one->len == 0 || memcmp(one->data, other->data, one->len) == 0);
}


int
rsl_intake_around_copy(rsl_arena_t *arena, const rsl_intake_around_t *around,
    rsl_intake_around_t **copy)
{
    size_t                i;
    rsl_str_t            *texts[RSL_INTAKE_AROUND_TEXTS];
    rsl_intake_around_t  *c;

    c = rsl_arena_alloc(arena, sizeof(rsl_intake_around_t));
    if (c == NULL) {
        return RSL_ERROR;
    }

    *c = *around;

    rsl_intake_around_texts(&c->record, texts);

    for (i = 0; i < RSL_INTAKE_AROUND_TEXTS; i++) {
        if (rsl_arena_copy(arena, texts[i]) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    *copy = c;

    return rsl_intake_around_copy_list(arena, around->record.extra,
                                       &c->record.extra);
}


/* Copies values with their texts. */

static int
rsl_intake_around_copy_list(rsl_arena_t *arena, const rsl_value_t *value,
    rsl_value_t **copy)
{
    rsl_value_t  *c;

    for ( /* void */ ; value != NULL; value = value->next) {

        c = rsl_arena_alloc(arena, sizeof(rsl_value_t));
        if (c == NULL) {
            return RSL_ERROR;
        }

        *c = *value;
        *copy = c;
        copy = &c->next;

        if (rsl_arena_copy(arena, &c->key) != RSL_OK
            || rsl_arena_copy(arena, &c->text) != RSL_OK
            || rsl_intake_around_copy_list(arena, value->child, &c->child)
               != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    *copy = NULL;

    return RSL_OK;
}


int
rsl_intake_around_record(rsl_arena_t *arena, const rsl_intake_around_t *around,
    rsl_record_t *record)
{
    rsl_value_t        **next;
    const rsl_value_t   *extra;

    *record = around->record;
    next = &record->extra;

    for (extra = around->record.extra; extra != NULL; extra = extra->next) {

        if (rsl_intake_value_copy(arena, extra, next) != RSL_OK) {
            return RSL_ERROR;
        }

        next = &(*next)->next;
    }

    return RSL_OK;
}
