
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * An object with a list of records under a usual name.  Ordinary records have
 * such lists, too, so the object must not look like a record itself.
 */


#include "rsl_envelope_internal.h"


static int rsl_envelope_list_opens(rsl_envelope_t *e, const u_char *start,
    const rsl_str_t *key, const u_char *p, const u_char *end, int final);
static int rsl_envelope_list_large(rsl_envelope_t *e, const u_char *start,
    const u_char *end);
static int rsl_envelope_list_member(rsl_envelope_t *e, const rsl_str_t *key,
    const u_char *p, const u_char *end);
static int rsl_envelope_list_first(rsl_envelope_t *e, const u_char *p,
    const u_char *end);
static int rsl_envelope_list_object(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *object, int known);
static rsl_value_t *rsl_envelope_list_find(rsl_envelope_t *e,
    rsl_value_t *object);
static const rsl_str_t *rsl_envelope_list_key(const rsl_str_t *key);
static int rsl_envelope_list_is_record(rsl_envelope_t *e,
    const rsl_str_t *key, u_char value);


/* What the first record of a list has to say, one of these; */
#define RSL_ENVELOPE_LIST_SAYS                                                \
    (RSL_INTAKE_SAYS_MESSAGE|RSL_INTAKE_SAYS_LEVEL|RSL_INTAKE_SAYS_EXCEPTION)

/* and what no scalar beside the list may say. */
#define RSL_ENVELOPE_LIST_SAYS_NOT                                            \
    (RSL_INTAKE_SAYS_MESSAGE|RSL_INTAKE_SAYS_LEVEL)


static const rsl_str_t  rsl_envelope_list_keys[] = {
    rsl_string("logs"),
    rsl_string("events"),
    rsl_string("Events"),
    rsl_string("records"),
    rsl_string("lines"),
    rsl_string("ls"),
    rsl_null_string
};

/* Its array is that of e->array. */

static const rsl_envelope_shape_t  rsl_envelope_list_shape = { .nlevels = 1 };


const rsl_envelope_row_t  rsl_envelope_list = {
    .name = "list",
    .keys = rsl_envelope_list_keys,
    .opens = rsl_envelope_list_opens,
    .large = rsl_envelope_list_large,
    .shape = &rsl_envelope_list_shape,
    .object = rsl_envelope_list_object
};


/*
 * Waits until the object is whole, or stops being JSON: what is right of it is
 * taken then.
 */

static int
rsl_envelope_list_opens(rsl_envelope_t *e, const u_char *start,
    const rsl_str_t *key, const u_char *p, const u_char *end, int final)
{
    int                    rc;
    const u_char          *q;
    rsl_grammar_result_e   result;

    rc = rsl_envelope_json_is_array(p, end);

    if (rc == RSL_DECLINED || (rc == RSL_AGAIN && !final)) {
        return rc;
    }

    if (rc == RSL_AGAIN) {
        e->array = *rsl_envelope_list_key(key);
        return RSL_OK;
    }

    if (e->scanned == 0) {
        rsl_grammar_start(&e->grammar, RSL_INTAKE_DEPTH_ELEMENT, 0);
    }

    q = start + e->scanned;
    result = rsl_grammar(&e->grammar, &q, end);

    if (result == RSL_GRAMMAR_MORE && !final) {
        e->scanned = (size_t) (q - start);
        return RSL_AGAIN;
    }

    return rsl_envelope_list_large(e, start, q);
}


/* Is it a list, as far as it goes here? */

static int
rsl_envelope_list_large(rsl_envelope_t *e, const u_char *start,
    const u_char *end)
{
    int            rc;
    size_t         n;
    unsigned       empty;
    rsl_str_t      key;
    const u_char  *p;

    p = start + 1;
    empty = 0;
    e->array.len = 0;

    for (n = 0; rsl_envelope_json_key(&p, end, &key) == RSL_OK; n++) {

        rc = rsl_envelope_list_member(e, &key, p, end);

        if (rc == RSL_ERROR) {
            return RSL_ERROR;
        }

        if (rc == RSL_DECLINED) {
            e->array.len = 0;
            return RSL_DECLINED;
        }

        if (rc == RSL_AGAIN) {
            empty = 1;
        }

        if (rsl_envelope_json_skip(&p, end) != RSL_OK) {
            n++;
            break;
        }
    }

    if (e->array.len == 0 && empty && n == 1) {
        p = start + 1;
        (void) rsl_envelope_json_key(&p, end, &key);
        e->array = *rsl_envelope_list_key(&key);
    }

    return e->array.len ? RSL_OK : RSL_DECLINED;
}


/*
 * A member of what may be a list.  RSL_DECLINED: it is a record.  RSL_AGAIN:
 * the list is empty.
 */

static int
rsl_envelope_list_member(rsl_envelope_t *e, const rsl_str_t *key,
    const u_char *p, const u_char *end)
{
    int               rc;
    const rsl_str_t  *name;

    if (*p != '[') {
        return rsl_envelope_list_is_record(e, key, *p) ? RSL_DECLINED : RSL_OK;
    }

    name = rsl_envelope_list_key(key);

    if (e->array.len || name == NULL
        || rsl_envelope_json_is_array(p, end) != RSL_OK)
    {
        return RSL_OK;
    }

    for (p++; rsl_envelope_is_space(*p); p++) {
        /* void */
    }

    if (*p == ']') {
        return RSL_AGAIN;
    }

    rc = rsl_envelope_list_first(e, p, end);

    if (rc == RSL_OK) {
        e->array = *name;
    }

    return (rc == RSL_ERROR) ? RSL_ERROR : RSL_OK;
}


/* Is the first element a record, or what there is of it? */

static int
rsl_envelope_list_first(rsl_envelope_t *e, const u_char *p, const u_char *end)
{
    int            rc;
    rsl_str_t      text;
    rsl_value_t   *value;
    const u_char  *q;

    q = p;
    (void) rsl_envelope_json_skip(&q, end);

    text.data = p;
    text.len = (size_t) (q - p);

    rc = rsl_intake_read_start(rsl_intake_arena(e->intake), &text, &value);

    if (rc != RSL_OK) {
        return rc;
    }

    return (rsl_intake_says(e->intake, value) & RSL_ENVELOPE_LIST_SAYS)
           ? RSL_OK : RSL_DECLINED;
}


static int
rsl_envelope_list_object(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *object, int known)
{
    int           rc;
    rsl_value_t  *list, *element, *next;

    list = known ? NULL : rsl_envelope_list_find(e, object);

    if (list == NULL) {
        return RSL_DECLINED;
    }

    rc = RSL_OK;

    for (element = list->child; element != NULL && rc == RSL_OK; element = next)
    {
        next = element->next;
        rc = rsl_intake_take(e->intake, element);
    }

    return rc;
}


static rsl_value_t *
rsl_envelope_list_find(rsl_envelope_t *e, rsl_value_t *object)
{
    rsl_value_t  *member, *list;

    list = NULL;

    for (member = object->child; member != NULL; member = member->next) {

        if (member->type == RSL_VALUE_STRING
            || member->type == RSL_VALUE_SCALAR)
        {
            if (rsl_envelope_list_is_record(e, &member->key,
                                            (member->type == RSL_VALUE_STRING)
                                            ? '"' : member->text.data[0]))
            {
                return NULL;
            }

        } else if (list == NULL && member->type == RSL_VALUE_ARRAY
                   && rsl_envelope_list_key(&member->key) != NULL)
        {
            if (member->child == NULL) {

                if (object->child->next == NULL) {
                    return member;
                }

            } else if (member->child->type == RSL_VALUE_OBJECT
                       && (rsl_intake_says(e->intake, member->child)
                           & RSL_ENVELOPE_LIST_SAYS))
            {
                list = member;
            }
        }
    }

    return list;
}


/* The name in the table; NULL: the key is no name of a list. */

static const rsl_str_t *
rsl_envelope_list_key(const rsl_str_t *key)
{
    const rsl_str_t  *name;

    for (name = rsl_envelope_list_keys; name->len; name++) {

        if (name->len == key->len
            && memcmp(name->data, key->data, key->len) == 0)
        {
            return name;
        }
    }

    return NULL;
}


/* Does a scalar that begins with this byte show that its object is a record? */

static int
rsl_envelope_list_is_record(rsl_envelope_t *e, const rsl_str_t *key,
    u_char value)
{
    return value != '{' && value != 'n'
           && (rsl_intake_says_key(e->intake, key)
               & RSL_ENVELOPE_LIST_SAYS_NOT);
}
