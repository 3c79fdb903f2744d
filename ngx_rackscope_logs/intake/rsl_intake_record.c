
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A JSON object becomes a record.  Its members are collected by their names;
 * those that are aliases of a field set it; all others are the extras of the
 * record.
 */


#include <stdlib.h>

#include "rsl_intake_internal.h"


static int rsl_intake_record_log(rsl_intake_making_t *making,
    rsl_value_t *object, rsl_value_t **inner);
static int rsl_intake_record_line(rsl_intake_making_t *making,
    rsl_value_t *object, int64_t now, rsl_value_t **inner);
static int rsl_intake_record_unwrap(rsl_intake_making_t *making,
    rsl_value_t *member, int always, rsl_value_t **inner);
static int rsl_intake_record_says(const rsl_intake_making_t *making,
    rsl_intake_field_e field, const rsl_value_t *except);
static void rsl_intake_record_untake(rsl_value_t *object, unsigned depth);
static int rsl_intake_record_fields(rsl_intake_making_t *making,
    rsl_value_t *object, rsl_value_t *inner);
static void rsl_intake_record_collect(rsl_intake_making_t *making,
    rsl_value_t *object);
static void rsl_intake_record_members(rsl_intake_making_t *making,
    rsl_value_t *object, const rsl_intake_folded_t *prefix, unsigned depth);
static void rsl_intake_record_member(rsl_intake_making_t *making, size_t alias,
    rsl_value_t *member);
static int rsl_intake_record_resolve(rsl_intake_making_t *making);
static int rsl_intake_record_defaults(rsl_intake_making_t *making,
    rsl_value_t *object);
static int rsl_intake_record_take_over(rsl_arena_t *arena, rsl_value_t *object,
    const rsl_value_t *inner);
static int rsl_intake_record_compare(const void *one, const void *other);
static int rsl_intake_record_extras(rsl_intake_making_t *making,
    rsl_value_t *object, const rsl_value_t *outer, const rsl_value_t *inner);
static int rsl_intake_record_is_left(rsl_value_t *member, unsigned depth);
static int rsl_intake_record_is_empty(rsl_intake_making_t *making,
    const rsl_value_t *member);
static int rsl_intake_record_is_unset(const rsl_intake_making_t *making,
    const rsl_str_t *key);
static int rsl_intake_record_rename(rsl_arena_t *arena,
    const rsl_value_t *outer, const rsl_value_t *inner, rsl_str_t *key);
static rsl_value_t **rsl_intake_record_link(rsl_value_t *object,
    rsl_value_t **next);


#define RSL_INTAKE_RECORD_PREFIX      "extra_"
#define RSL_INTAKE_RECORD_PREFIX_LEN  (sizeof(RSL_INTAKE_RECORD_PREFIX) - 1)


int
rsl_intake_record(rsl_arena_t *arena, const rsl_intake_alias_index_t *aliases,
    rsl_value_t *object, int64_t now, rsl_record_t *record,
    rsl_intake_shipped_t *shipped)
{
    rsl_value_t          *inner, **next;
    rsl_intake_making_t   making;

    memset(record, 0, sizeof(rsl_record_t));

    record->timestamp = now;

    making.arena = arena;
    making.record = record;
    making.aliases = aliases;
    making.done = 0;
    making.is_short = 0;
    making.level_member = NULL;
    making.line = NULL;

    inner = NULL;

    rsl_intake_record_collect(&making, object);

    if ((making.log != NULL
         && rsl_intake_record_log(&making, object, &inner) == RSL_ERROR)
        || rsl_intake_record_fields(&making, object, inner) != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (making.line != NULL && inner == NULL
        && rsl_intake_record_line(&making, object, now, &inner) == RSL_ERROR)
    {
        return RSL_ERROR;
    }

    if (rsl_intake_record_defaults(&making, inner ? inner : object) != RSL_OK) {
        return RSL_ERROR;
    }

    rsl_intake_around(&making, object, shipped);

    next = &record->extra;

    if (inner != NULL) {

        if (rsl_intake_record_take_over(arena, object, inner) != RSL_OK
            || rsl_intake_record_extras(&making, inner, object, inner)
               != RSL_OK)
        {
            return RSL_ERROR;
        }

        next = rsl_intake_record_link(inner, next);
    }

    if (rsl_intake_record_extras(&making, object, object, inner) != RSL_OK) {
        return RSL_ERROR;
    }

    *rsl_intake_record_link(object, next) = NULL;

    return RSL_OK;
}


/*
 * A container runtime calls the line "log".  An object in it is read even if
 * there is a message or a level around it.  RSL_DECLINED: it is none.
 */

static int
rsl_intake_record_log(rsl_intake_making_t *making, rsl_value_t *object,
    rsl_value_t **inner)
{
    int        rc, always;
    rsl_str_t  text;

    if (rsl_intake_value_text(making->log, &text) != RSL_OK
        || text.len == 0 || text.data[0] != '{')
    {
        return RSL_DECLINED;
    }

    always = rsl_intake_record_says(making, RSL_INTAKE_FIELD_MESSAGE,
                                    making->log);

    rc = rsl_intake_record_unwrap(making, making->log, always, inner);

    if (rc == RSL_DECLINED) {
        rsl_intake_record_collect(making, object);
    }

    return rc;
}


/*
 * The message may be the line that a shipper was given.  If nothing around it
 * says a level, an object in it is the record, and what was made of the object
 * around it is made again, with less weight.  RSL_DECLINED: it is none.
 */

static int
rsl_intake_record_line(rsl_intake_making_t *making, rsl_value_t *object,
    int64_t now, rsl_value_t **inner)
{
    int            rc;
    rsl_record_t  *record;

    record = making->record;

    if (record->exception.len
        || record->message.len == 0 || record->message.data[0] != '{'
        || ((making->done & rsl_intake_field_bit(RSL_INTAKE_FIELD_LEVEL))
            && !rsl_intake_around_is_made_up(making, object)))
    {
        return RSL_DECLINED;
    }

    rc = rsl_intake_record_unwrap(making, making->line, 0, inner);

    if (rc != RSL_OK) {
        return rc;
    }

    rsl_intake_record_untake(object, 1);
    making->line->taken = 1;

    memset(record, 0, sizeof(rsl_record_t));

    record->timestamp = now;

    making->done = 0;
    making->is_short = 0;
    making->level_member = NULL;
    making->line = NULL;

    return rsl_intake_record_fields(making, object, *inner);
}


/*
 * If the text of the member is an object that says a message or a level, it is
 * read, and takes the place of its text; "always": whatever it says.
 * RSL_DECLINED: it is no such object.
 */

static int
rsl_intake_record_unwrap(rsl_intake_making_t *making, rsl_value_t *member,
    int always, rsl_value_t **inner)
{
    int           rc, premature;
    size_t        offset;
    rsl_str_t     text;
    const char   *detail;
    rsl_value_t  *value;

    static const rsl_str_t  null = rsl_string("null");

    if (rsl_intake_value_text(member, &text) != RSL_OK
        || text.len == 0 || text.data[0] != '{')
    {
        return RSL_DECLINED;
    }

    rc = rsl_intake_read_json(making->arena, &text, &value, &offset, &detail,
                              &premature);
    if (rc != RSL_OK) {
        return rc;
    }

    if (rsl_intake_value_is_deeper(value, RSL_INTAKE_DEPTH_MAX)) {
        return RSL_DECLINED;
    }

    rsl_intake_record_collect(making, value);

    if (!always
        && !rsl_intake_record_says(making, RSL_INTAKE_FIELD_MESSAGE, NULL)
        && !rsl_intake_record_says(making, RSL_INTAKE_FIELD_LEVEL, NULL))
    {
        return RSL_DECLINED;
    }

    member->type = RSL_VALUE_SCALAR;
    member->text = null;
    member->taken = 1;

    *inner = value;

    return RSL_OK;
}


/* Was a member found for the field, other than "except"? */

static int
rsl_intake_record_says(const rsl_intake_making_t *making,
    rsl_intake_field_e field, const rsl_value_t *except)
{
    size_t    n, alias;
    uint64_t  seen;

    for (n = 0; n < sizeof(making->seen) / sizeof(uint64_t); n++) {

        for (seen = making->seen[n]; seen; seen &= seen - 1) {
            alias = n * 64 + __builtin_ctzll(seen);

            if (rsl_intake_aliases[alias].field == field
                && making->members[alias] != except)
            {
                return 1;
            }
        }
    }

    return 0;
}


static void
rsl_intake_record_untake(rsl_value_t *object, unsigned depth)
{
    rsl_value_t  *member;

    for (member = object->child; member != NULL; member = member->next) {
        member->taken = 0;

        if (member->type == RSL_VALUE_OBJECT
            && depth < RSL_INTAKE_ALIAS_LEVELS)
        {
            rsl_intake_record_untake(member, depth + 1);
        }
    }
}


/*
 * Sets the fields: those that the inner object has, if there is one, and then
 * those that stand around it.
 */

static int
rsl_intake_record_fields(rsl_intake_making_t *making, rsl_value_t *object,
    rsl_value_t *inner)
{
    if (inner != NULL) {
        rsl_intake_record_collect(making, inner);

        if (rsl_intake_record_resolve(making) != RSL_OK) {
            return RSL_ERROR;
        }

        rsl_intake_record_collect(making, object);
    }

    return rsl_intake_record_resolve(making);
}


/* Finds the members whose names are aliases.  Others may be known already. */

static void
rsl_intake_record_collect(rsl_intake_making_t *making, rsl_value_t *object)
{
    rsl_intake_folded_t  prefix;

    rsl_intake_alias_start(&prefix);

    memset(making->seen, 0, sizeof(making->seen));
    making->log = NULL;
    making->object = object;

    rsl_intake_record_members(making, object, &prefix, 1);
}


static void
rsl_intake_record_members(rsl_intake_making_t *making, rsl_value_t *object,
    const rsl_intake_folded_t *prefix, unsigned depth)
{
    size_t                alias;
    rsl_value_t          *member;
    rsl_intake_folded_t   name;

    for (member = object->child; member != NULL; member = member->next) {

        if (depth == 1
            && rsl_intake_alias_own(making->aliases, &member->key, &alias))
        {
            member->own = 1;

            if (member->type != RSL_VALUE_OBJECT) {
                rsl_intake_record_member(making, alias, member);

                if (member->shipped) {
                    making->log = member;
                }

                continue;
            }
        }

        name.len = prefix->len;
        name.hash = prefix->hash;

        if (prefix->len) {
            memcpy(name.data, prefix->data, sizeof(name.data));
        }

        if (rsl_intake_alias_fold(&name, &member->key) != RSL_OK) {
            continue;
        }

        alias = rsl_intake_alias_find(making->aliases, &name);
        rsl_intake_record_member(making, alias, member);

        if (member->shipped
            || (depth == 1 && alias < RSL_INTAKE_ALIASES
                && rsl_intake_aliases[alias].kind == RSL_INTAKE_ALIAS_LOG
                && (making->log == NULL || !making->log->shipped)))
        {
            making->log = member;
        }

        if (member->type == RSL_VALUE_OBJECT
            && depth < RSL_INTAKE_ALIAS_LEVELS)
        {
            rsl_intake_record_members(making, member, &name, depth + 1);
        }
    }
}


static void
rsl_intake_record_member(rsl_intake_making_t *making, size_t alias,
    rsl_value_t *member)
{
    uint64_t  bit;

    if (alias == RSL_INTAKE_ALIASES
        || rsl_intake_value_is(member, RSL_INTAKE_NULL))
    {
        return;
    }

    bit = UINT64_C(1) << alias % 64;

    if (making->seen[alias / 64] & bit) {
        return;
    }

    making->seen[alias / 64] |= bit;
    making->members[alias] = member;

    if (rsl_intake_aliases[alias].kind == RSL_INTAKE_ALIAS_SHORT) {
        making->is_short = 1;
    }
}


/*
 * Sets the fields that are not set yet.  If a field was sent under several
 * aliases, their order in the table decides, and not that of the members.
 */

static int
rsl_intake_record_resolve(rsl_intake_making_t *making)
{
    int                        rc;
    size_t                     n, alias;
    uint64_t                   seen;
    const rsl_intake_alias_t  *a;

    for (n = 0; n < sizeof(making->seen) / sizeof(uint64_t); n++) {

        for (seen = making->seen[n]; seen; seen &= seen - 1) {
            alias = n * 64 + __builtin_ctzll(seen);
            a = &rsl_intake_aliases[alias];

            if ((making->done & rsl_intake_field_bit(a->field))
                && a->kind != RSL_INTAKE_ALIAS_NAME_OR_CODE)
            {
                continue;
            }

            rc = rsl_intake_set(making, a, making->members[alias]);

            if (rc == RSL_ERROR) {
                return RSL_ERROR;
            }
        }
    }

    if (!(making->done & rsl_intake_field_bit(RSL_INTAKE_FIELD_LEVEL))
        && making->level_member != NULL)
    {
        making->record->level = making->level;
        making->done |= rsl_intake_field_bit(RSL_INTAKE_FIELD_LEVEL);

        making->level_member->taken = 1;
    }

    return RSL_OK;
}


/* Sets the level and the message if nothing that was sent did. */

static int
rsl_intake_record_defaults(rsl_intake_making_t *making, rsl_value_t *object)
{
    rsl_value_t   *tree, **child;
    rsl_record_t  *record;

    record = making->record;

    if (!(making->done & rsl_intake_field_bit(RSL_INTAKE_FIELD_LEVEL))) {
        record->level = record->exception.len ? RSL_LEVEL_ERROR
                                              : RSL_LEVEL_INFO;
    }

    if (making->done & rsl_intake_field_bit(RSL_INTAKE_FIELD_MESSAGE)) {
        return RSL_OK;
    }

    if (rsl_intake_value_copy(making->arena, object, &tree) != RSL_OK) {
        return RSL_ERROR;
    }

    for (child = &tree->child; *child != NULL; child = &(*child)->next) {

        if (rsl_intake_str_is(&(*child)->key, "_seq")) {
            *child = (*child)->next;
            break;
        }
    }

    record->message_tree = tree;

    return RSL_OK;
}


/* Members of the inner object replace those of the outer with the same key. */

static int
rsl_intake_record_take_over(rsl_arena_t *arena, rsl_value_t *object,
    const rsl_value_t *inner)
{
    size_t              n;
    rsl_str_t          *keys;
    rsl_value_t        *member;
    const rsl_value_t  *child;

    n = 0;

    for (child = inner->child; child != NULL; child = child->next) {
        n++;
    }

    keys = rsl_arena_alloc(arena, (n + 1) * sizeof(rsl_str_t));
    if (keys == NULL) {
        return RSL_ERROR;
    }

    n = 0;

    for (child = inner->child; child != NULL; child = child->next) {
        keys[n++] = child->key;
    }

    /* both may have many thousands of members */

    qsort(keys, n, sizeof(rsl_str_t), rsl_intake_record_compare);

    for (member = object->child; member != NULL; member = member->next) {

        if (bsearch(&member->key, keys, n, sizeof(rsl_str_t),
                    rsl_intake_record_compare)
            != NULL)
        {
            member->taken = 1;
        }
    }

    return RSL_OK;
}


static int
rsl_intake_record_compare(const void *one, const void *other)
{
    const rsl_str_t *a = one, *b = other;

    if (a->len != b->len) {
        return (a->len < b->len) ? -1 : 1;
    }

    return memcmp(a->data, b->data, a->len);
}


/*
 * Marks the members that are no extras as taken, and renames those of the
 * others that have a name of the record.
 */

static int
rsl_intake_record_extras(rsl_intake_making_t *making, rsl_value_t *object,
    const rsl_value_t *outer, const rsl_value_t *inner)
{
    rsl_value_t  *member;

    for (member = object->child; member != NULL; member = member->next) {

        if (!rsl_intake_record_is_left(member, 1)) {
            member->taken = 1;
            continue;
        }

        if (!member->own) {
            continue;
        }

        if (rsl_intake_record_is_empty(making, member)) {
            member->taken = 1;
            continue;
        }

        if (rsl_intake_record_is_unset(making, &member->key)) {
            continue;
        }

        if (rsl_intake_record_rename(making->arena, outer, inner, &member->key)
            != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


/*
 * Is anything left of the member?  Of an object, the members that are taken are
 * removed, as deep as aliases reach.
 */

static int
rsl_intake_record_is_left(rsl_value_t *member, unsigned depth)
{
    rsl_value_t  *child, **next;

    if (member->taken || member->filler) {
        return 0;
    }

    if (member->type != RSL_VALUE_OBJECT || depth == RSL_INTAKE_ALIAS_LEVELS
        || member->child == NULL)
    {
        return 1;
    }

    next = &member->child;

    for (child = member->child; child != NULL; child = child->next) {

        if (rsl_intake_record_is_left(child, depth + 1)) {
            *next = child;
            next = &child->next;
        }
    }

    *next = NULL;

    return member->child != NULL;
}


/*
 * Is a member that has a name of the record not worth to be kept as an extra?
 * What it says may be in the record then.
 */

static int
rsl_intake_record_is_empty(rsl_intake_making_t *making,
    const rsl_value_t *member)
{
    if (rsl_intake_value_is(member, RSL_INTAKE_NULL)
        || (member->type == RSL_VALUE_STRING && member->text.len == 0)
        || rsl_intake_str_is(&member->key, "_seq"))
    {
        return 1;
    }

    if (rsl_intake_str_is(&member->key, "truncated")
        && rsl_intake_value_is(member, RSL_INTAKE_TRUE))
    {
        making->record->truncated = 1;
        return 1;
    }

    return 0;
}


/*
 * Many senders have a trace_id that is not W3C's.  It stays what it is called,
 * as long as the record has no other.
 */

static int
rsl_intake_record_is_unset(const rsl_intake_making_t *making,
    const rsl_str_t *key)
{
    const rsl_record_t  *record;

    record = making->record;

    return (rsl_intake_str_is(key, "trace_id") && record->trace_id.len == 0)
           || (rsl_intake_str_is(key, "span_id") && record->span_id.len == 0);
}


/*
 * Puts "extra_" before a key that is a name of the record, as often as it takes
 * to find a new one: clients rely on the types of the record's own fields, and
 * no key may come twice.
 */

static int
rsl_intake_record_rename(rsl_arena_t *arena, const rsl_value_t *outer,
    const rsl_value_t *inner, rsl_str_t *key)
{
    u_char     *p;
    rsl_str_t   name;

    name = *key;

    do {
        p = rsl_arena_alloc(arena, RSL_INTAKE_RECORD_PREFIX_LEN + name.len);
        if (p == NULL) {
            return RSL_ERROR;
        }

        memcpy(p, RSL_INTAKE_RECORD_PREFIX, RSL_INTAKE_RECORD_PREFIX_LEN);
        memcpy(p + RSL_INTAKE_RECORD_PREFIX_LEN, name.data, name.len);

        name.data = p;
        name.len += RSL_INTAKE_RECORD_PREFIX_LEN;

    } while (rsl_intake_value_find(outer, &name) != NULL
             || (inner != NULL && rsl_intake_value_find(inner, &name) != NULL));

    *key = name;

    return RSL_OK;
}


/*
 * Appends the members that are not taken to a list, whose last pointer is
 * *next.  Returns the new last pointer.
 */

static rsl_value_t **
rsl_intake_record_link(rsl_value_t *object, rsl_value_t **next)
{
    rsl_value_t  *member;

    for (member = object->child; member != NULL; member = member->next) {

        if (!member->taken) {
            *next = member;
            next = &member->next;
        }
    }

    return next;
}


unsigned
rsl_intake_record_has(const rsl_intake_alias_index_t *aliases,
    rsl_value_t *object)
{
    unsigned             fields;
    rsl_intake_field_e   field;
    rsl_intake_making_t  making;

    making.aliases = aliases;

    rsl_intake_record_collect(&making, object);

    fields = 0;

    for (field = 0; field < RSL_INTAKE_FIELDS; field++) {
        if (rsl_intake_record_says(&making, field, NULL)) {
            fields |= rsl_intake_field_bit(field);
        }
    }

    return fields;
}


unsigned
rsl_intake_record_has_key(const rsl_intake_alias_index_t *aliases,
    const rsl_str_t *key)
{
    size_t               alias;
    rsl_intake_folded_t  name;

    rsl_intake_alias_start(&name);

    if (rsl_intake_alias_fold(&name, key) != RSL_OK) {
        return 0;
    }

    alias = rsl_intake_alias_find(aliases, &name);

    return (alias < RSL_INTAKE_ALIASES)
           ? rsl_intake_field_bit(rsl_intake_aliases[alias].field) : 0;
}
