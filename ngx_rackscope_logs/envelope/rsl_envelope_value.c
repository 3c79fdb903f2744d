
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Values as OpenTelemetry has them, with a type around each of them.  They
 * become what JSON has for it, in their own place.
 */


#include "rsl_envelope_internal.h"


typedef enum {
    RSL_ENVELOPE_VALUE_STRING = 0,
    RSL_ENVELOPE_VALUE_INT,
    RSL_ENVELOPE_VALUE_ARRAY,
    RSL_ENVELOPE_VALUE_KVLIST
} rsl_envelope_value_type_e;


static int rsl_envelope_value_array(rsl_arena_t *arena, rsl_value_t *array);
static int rsl_envelope_value_is_integer(const rsl_str_t *text);


int
rsl_envelope_value_pairs(rsl_arena_t *arena, rsl_value_t *pair,
    rsl_value_t **object)
{
    rsl_str_t             key;
    rsl_value_t          *member, *any, *value;
    rsl_envelope_tree_t   tree;

    if (rsl_envelope_tree_start(&tree, arena) != RSL_OK) {
        return RSL_ERROR;
    }

    for ( /* void */ ; pair != NULL; pair = pair->next) {

        any = NULL;
        key.data = NULL;

        for (member = pair->child; member != NULL; member = member->next) {

            if (rsl_envelope_str_is(&member->key, "key")
                && member->type == RSL_VALUE_STRING)
            {
                key = member->text;

            } else if (rsl_envelope_str_is(&member->key, "value")) {
                any = member;
            }
        }

        if (key.data == NULL || any == NULL) {
            continue;
        }

        if (rsl_envelope_value(arena, any, &value) != RSL_OK) {
            return RSL_ERROR;
        }

        if (value != NULL) {
            value->key = key;
            rsl_envelope_tree_add(&tree, value);
        }
    }

    *object = tree.object;

    return rsl_envelope_tree_end(&tree);
}


int
rsl_envelope_value(rsl_arena_t *arena, rsl_value_t *any,
    rsl_value_t **value)
{
    size_t        i;
    rsl_value_t  *typed, *list;

    static const struct {
        rsl_str_t                 name;
        rsl_envelope_value_type_e  type;
    } types[] = {
        { rsl_string("stringValue"), RSL_ENVELOPE_VALUE_STRING },
        { rsl_string("intValue"), RSL_ENVELOPE_VALUE_INT },
        { rsl_string("int_value"), RSL_ENVELOPE_VALUE_INT },
        { rsl_string("arrayValue"), RSL_ENVELOPE_VALUE_ARRAY },
        { rsl_string("array_value"), RSL_ENVELOPE_VALUE_ARRAY },
        { rsl_string("kvlistValue"), RSL_ENVELOPE_VALUE_KVLIST },
        { rsl_string("kvlist_value"), RSL_ENVELOPE_VALUE_KVLIST }
    };

    *value = any;

    if (any->type != RSL_VALUE_OBJECT) {
        return RSL_OK;
    }

    typed = any->child;
    *value = typed;

    if (typed == NULL) {
        return RSL_OK;
    }

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {

        if (types[i].name.len == typed->key.len
            && memcmp(types[i].name.data, typed->key.data, typed->key.len)
               == 0)
        {
            break;
        }
    }

    if (i == sizeof(types) / sizeof(types[0])
        || types[i].type == RSL_ENVELOPE_VALUE_STRING)
    {
        return RSL_OK;
    }

    if (types[i].type == RSL_ENVELOPE_VALUE_INT) {

        if (typed->type == RSL_VALUE_STRING
            && rsl_envelope_value_is_integer(&typed->text))
        {
            typed->type = RSL_VALUE_SCALAR;
        }

        return RSL_OK;
    }

    if (typed->type != RSL_VALUE_OBJECT) {
        return RSL_OK;
    }

    /* an empty list may be left out */

    list = rsl_envelope_tree_child(typed, "values", RSL_VALUE_ARRAY);
    list = list ? list->child : NULL;

    if (types[i].type == RSL_ENVELOPE_VALUE_KVLIST) {
        return rsl_envelope_value_pairs(arena, list, value);
    }

    typed->type = RSL_VALUE_ARRAY;
    typed->child = list;

    return rsl_envelope_value_array(arena, typed);
}


static int
rsl_envelope_value_array(rsl_arena_t *arena, rsl_value_t *array)
{
    rsl_value_t  *any, *rest, *value, **next;

    static const rsl_str_t  null = rsl_string("null");

    next = &array->child;

    for (any = array->child; any != NULL; any = rest) {
        rest = any->next;

        if (rsl_envelope_value(arena, any, &value) != RSL_OK) {
            return RSL_ERROR;
        }

        if (value == NULL) {
            value = any;
            value->type = RSL_VALUE_SCALAR;
            value->text = null;
        }

        value->key.len = 0;

        *next = value;
        next = &value->next;
    }

    *next = NULL;

    return RSL_OK;
}


/* Can the text stand as a number in JSON? */

static int
rsl_envelope_value_is_integer(const rsl_str_t *text)
{
    size_t  i, digits;

    i = (text->len && text->data[0] == '-');
    digits = text->len - i;

    if (digits == 0 || digits >= RSL_UINT64_LEN
        || (digits > 1 && text->data[i] == '0'))
    {
        return 0;
    }

    while (i < text->len && text->data[i] >= '0' && text->data[i] <= '9') {
        i++;
    }

    return i == text->len;
}
