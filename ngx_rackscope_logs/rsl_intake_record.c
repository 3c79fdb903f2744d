
/*
 * A record out of a JSON object: which of its members are fields of the
 * record, and what becomes of the others.
 */


#include "rsl_intake_field.h"


static int rsl_record_unwrap(rsl_making_t *making, json_t *object,
    json_t **inner);
static void rsl_record_collect(rsl_making_t *making, json_t *object);
static void rsl_record_members(rsl_making_t *making, json_t *object,
    const rsl_folded_t *prefix, unsigned depth);
static void rsl_record_member(rsl_making_t *making, size_t alias,
    void *member);
static int rsl_record_resolve(rsl_making_t *making);
static int rsl_record_defaults(rsl_making_t *making, json_t *object);
static int rsl_record_extras(rsl_making_t *making, json_t *object,
    json_t *inner, rsl_value_t ***next);
static int rsl_record_extra(rsl_making_t *making, void *member,
    unsigned depth, rsl_value_t **value);
static int rsl_record_rest(rsl_making_t *making, json_t *object,
    unsigned depth, rsl_value_t **value);
static int rsl_record_is_own(const rsl_str_t *key);
static int rsl_record_rename(rsl_making_t *making, json_t *object,
    json_t *inner, rsl_str_t *key);
static int rsl_making_is_taken(const rsl_making_t *making, void *member);


#define RSL_EXTRA_PREFIX      "extra_"
#define RSL_EXTRA_PREFIX_LEN  (sizeof(RSL_EXTRA_PREFIX) - 1)


int
rsl_intake_record(rsl_arena_t *arena, json_t *object, int64_t now,
    rsl_record_t *record)
{
    int            rc;
    json_t        *inner;
    rsl_value_t  **next;
    rsl_making_t   making;

    memset(record, 0, sizeof(rsl_record_t));

    record->timestamp = now;

    making.arena = arena;
    making.record = record;
    making.done = 0;
    making.is_short = 0;
    making.level_member = NULL;
    making.ntaken = 0;

    inner = NULL;

    rsl_record_collect(&making, object);

    if (making.log != NULL) {
        rc = rsl_record_unwrap(&making, object, &inner);

        if (rc == RSL_ERROR) {
            return RSL_ERROR;
        }
    }

    if (inner != NULL) {
        rsl_record_collect(&making, inner);

        if (rsl_record_resolve(&making) != RSL_OK) {
            return RSL_ERROR;
        }

        rsl_record_collect(&making, object);
    }

    if (rsl_record_resolve(&making) != RSL_OK
        || rsl_record_defaults(&making, object) != RSL_OK)
    {
        return RSL_ERROR;
    }

    next = &record->extra;

    if (inner != NULL
        && rsl_record_extras(&making, inner, NULL, &next) != RSL_OK)
    {
        return RSL_ERROR;
    }

    return rsl_record_extras(&making, object, inner, &next);
}


/*
 * Container runtimes wrap the line that a program wrote into an object of
 * their own.  The inner object takes the place of its text, so that it lives
 * as long as the outer one.
 */

static int
rsl_record_unwrap(rsl_making_t *making, json_t *object, json_t **inner)
{
    int          rc, premature;
    size_t       offset;
    json_t      *json;
    rsl_str_t    text;
    const char  *detail;

    if (rsl_json_text(json_object_iter_value(making->log), &text) != RSL_OK
        || text.len == 0 || text.data[0] != '{')
    {
        return RSL_DECLINED;
    }

    rc = rsl_intake_json(making->arena, &text, &json, &offset, &detail,
                         &premature);
    if (rc != RSL_OK) {
        return rc;
    }

    if (rsl_json_is_deeper(json, RSL_INTAKE_DEPTH_MAX)) {
        json_decref(json);
        return RSL_DECLINED;
    }

    if (json_object_iter_set_new(object, making->log, json) != 0) {
        return RSL_ERROR;
    }

    rsl_making_take(making, making->log);

    *inner = json;

    return RSL_OK;
}


static void
rsl_record_collect(rsl_making_t *making, json_t *object)
{
    rsl_folded_t  prefix;

    prefix.len = 0;
    prefix.hash = RSL_ALIAS_SEED;

    memset(making->seen, 0, sizeof(making->seen));
    making->log = NULL;

    rsl_record_members(making, object, &prefix, 1);
}


static void
rsl_record_members(rsl_making_t *making, json_t *object,
    const rsl_folded_t *prefix, unsigned depth)
{
    void          *member;
    size_t         alias;
    json_t        *value;
    rsl_folded_t   name;

    for (member = json_object_iter(object);
         member != NULL;
         member = json_object_iter_next(object, member))
    {
        value = json_object_iter_value(member);

        if (json_is_null(value)) {
            continue;
        }

        name.len = prefix->len;
        name.hash = prefix->hash;

        memcpy(name.data, prefix->data, prefix->len);

        if (rsl_alias_fold(&name, json_object_iter_key(member),
                           json_object_iter_key_len(member))
            != RSL_OK)
        {
            continue;
        }

        alias = rsl_alias_find(&name);

        if (alias < RSL_ALIASES) {

            rsl_record_member(making, alias, member);

            if (rsl_aliases[alias].kind == RSL_ALIAS_LOG && depth == 1) {
                making->log = member;
            }
        }

        if (json_is_object(value) && depth < RSL_ALIAS_LEVELS) {
            rsl_record_members(making, value, &name, depth + 1);
        }
    }
}


static void
rsl_record_member(rsl_making_t *making, size_t alias, void *member)
{
    uint64_t  bit;

    bit = UINT64_C(1) << alias % 64;

    if (making->seen[alias / 64] & bit) {
        return;
    }

    making->seen[alias / 64] |= bit;
    making->members[alias] = member;

    if (rsl_aliases[alias].kind == RSL_ALIAS_SHORT) {
        making->is_short = 1;
    }
}


/* The order of the aliases decides, not that of the members. */

static int
rsl_record_resolve(rsl_making_t *making)
{
    int                 rc;
    size_t              n, alias;
    uint64_t            seen;
    const rsl_alias_t  *a;

    for (n = 0; n < sizeof(making->seen) / sizeof(uint64_t); n++) {

        for (seen = making->seen[n]; seen; seen &= seen - 1) {
            alias = n * 64 + __builtin_ctzll(seen);
            a = &rsl_aliases[alias];

            if ((making->done & rsl_field_bit(a->field))
                && a->kind != RSL_ALIAS_NAME_OR_CODE)
            {
                continue;
            }

            rc = rsl_field_set(making, a, making->members[alias]);

            if (rc == RSL_ERROR) {
                return RSL_ERROR;
            }
        }
    }

    if (!(making->done & rsl_field_bit(RSL_FIELD_LEVEL))
        && making->level_member != NULL)
    {
        making->record->level = making->level;
        making->done |= rsl_field_bit(RSL_FIELD_LEVEL);

        rsl_making_take(making, making->level_member);
    }

    return RSL_OK;
}


static int
rsl_record_defaults(rsl_making_t *making, json_t *object)
{
    rsl_value_t   *tree, **child;
    rsl_record_t  *record;

    record = making->record;

    if (!(making->done & rsl_field_bit(RSL_FIELD_LEVEL))) {
        record->level = record->exception.len ? RSL_LEVEL_ERROR
                                              : RSL_LEVEL_INFO;
    }

    if (making->done & rsl_field_bit(RSL_FIELD_MESSAGE)) {
        return RSL_OK;
    }

    if (rsl_json_value(making->arena, object, &tree) != RSL_OK) {
        return RSL_ERROR;
    }

    for (child = &tree->child; *child != NULL; child = &(*child)->next) {

        if (rsl_str_is(&(*child)->key, "_seq")) {
            *child = (*child)->next;
            break;
        }
    }

    record->message_tree = tree;

    return RSL_OK;
}


/*
 * Appends the members of the object that are not in the record.  "inner": an
 * object whose members win over those of the same name.
 */

static int
rsl_record_extras(rsl_making_t *making, json_t *object, json_t *inner,
    rsl_value_t ***next)
{
    int           rc;
    void         *member;
    json_t       *json;
    rsl_str_t     key;
    rsl_value_t  *value;

    for (member = json_object_iter(object);
         member != NULL;
         member = json_object_iter_next(object, member))
    {
        json = json_object_iter_value(member);
        key = rsl_json_key(member);

        if (inner != NULL
            && json_object_get(inner, (const char *) key.data) != NULL)
        {
            continue;
        }

        if (rsl_record_is_own(&key)) {

            if (json_is_null(json) || rsl_str_is(&key, "_seq")
                || (json_is_string(json) && json_string_length(json) == 0)
                || rsl_making_is_taken(making, member))
            {
                continue;
            }

            if (rsl_str_is(&key, "truncated") && json_is_true(json)) {
                making->record->truncated = 1;
                continue;
            }

            if (rsl_record_rename(making, object, inner, &key) != RSL_OK) {
                return RSL_ERROR;
            }
        }

        rc = rsl_record_extra(making, member, 1, &value);

        if (rc == RSL_ERROR) {
            return RSL_ERROR;
        }

        if (rc == RSL_OK) {
            value->key = key;

            **next = value;
            *next = &value->next;
        }
    }

    return RSL_OK;
}


/* RSL_DECLINED: nothing of the member is left. */

static int
rsl_record_extra(rsl_making_t *making, void *member, unsigned depth,
    rsl_value_t **value)
{
    json_t  *json;

    if (rsl_making_is_taken(making, member)) {
        return RSL_DECLINED;
    }

    json = json_object_iter_value(member);

    if (json_is_object(json) && depth < RSL_ALIAS_LEVELS) {
        return rsl_record_rest(making, json, depth + 1, value);
    }

    return rsl_json_value(making->arena, json, value);
}


static int
rsl_record_rest(rsl_making_t *making, json_t *object, unsigned depth,
    rsl_value_t **value)
{
    int           rc;
    void         *member;
    rsl_value_t  *child, **next;

    *value = rsl_json_new_value(making->arena, RSL_VALUE_OBJECT);
    if (*value == NULL) {
        return RSL_ERROR;
    }

    next = &(*value)->child;

    for (member = json_object_iter(object);
         member != NULL;
         member = json_object_iter_next(object, member))
    {
        rc = rsl_record_extra(making, member, depth, &child);

        if (rc == RSL_ERROR) {
            return RSL_ERROR;
        }

        if (rc == RSL_OK) {
            child->key = rsl_json_key(member);

            *next = child;
            next = &child->next;
        }
    }

    return ((*value)->child == NULL && json_object_size(object))
           ? RSL_DECLINED : RSL_OK;
}


static int
rsl_record_is_own(const rsl_str_t *key)
{
    size_t                  n;

    static const rsl_str_t  own[] = {
        rsl_string("_seq"),
        rsl_string("timestamp"),
        rsl_string("level"),
        rsl_string("logger"),
        rsl_string("message"),
        rsl_string("request_id"),
        rsl_string("duration_ms"),
        rsl_string("method"),
        rsl_string("path"),
        rsl_string("status_code"),
        rsl_string("exception"),
        rsl_string("truncated")
    };

    for (n = 0; n < sizeof(own) / sizeof(rsl_str_t); n++) {
        if (key->len == own[n].len
            && memcmp(key->data, own[n].data, key->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Clients rely on the types of the record's own keys, and no key may be there
 * twice.
 */

static int
rsl_record_rename(rsl_making_t *making, json_t *object, json_t *inner,
    rsl_str_t *key)
{
    u_char  *p;

    do {
        p = rsl_arena_alloc(making->arena, RSL_EXTRA_PREFIX_LEN + key->len + 1);
        if (p == NULL) {
            return RSL_ERROR;
        }

        memcpy(p, RSL_EXTRA_PREFIX, RSL_EXTRA_PREFIX_LEN);
        memcpy(p + RSL_EXTRA_PREFIX_LEN, key->data, key->len);
        p[RSL_EXTRA_PREFIX_LEN + key->len] = '\0';

        key->data = p;
        key->len += RSL_EXTRA_PREFIX_LEN;

    } while (json_object_get(object, (char *) p) != NULL
             || (inner != NULL && json_object_get(inner, (char *) p) != NULL));

    return RSL_OK;
}


void
rsl_making_take(rsl_making_t *making, void *member)
{
    if (making->ntaken < RSL_TAKEN_MAX) {
        making->taken[making->ntaken++] = member;
    }
}


static int
rsl_making_is_taken(const rsl_making_t *making, void *member)
{
    size_t  n;

    for (n = 0; n < making->ntaken; n++) {
        if (making->taken[n] == member) {
            return 1;
        }
    }

    return 0;
}
