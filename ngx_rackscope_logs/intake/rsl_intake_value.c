
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Values that were read from JSON, and the questions that are asked of them
 * when they become a record.
 */


#include "rsl_intake_internal.h"


rsl_value_t *
rsl_intake_value_new(rsl_arena_t *arena, rsl_value_type_t type)
{
    rsl_value_t  *value;

    value = rsl_arena_alloc(arena, sizeof(rsl_value_t));
    if (value == NULL) {
        return NULL;
    }

    memset(value, 0, sizeof(rsl_value_t));
    value->type = type;

    return value;
}


int
rsl_intake_value_copy(rsl_arena_t *arena, const rsl_value_t *value,
    rsl_value_t **copy)
{
    rsl_value_t        **next;
    const rsl_value_t   *child;

    *copy = rsl_arena_alloc(arena, sizeof(rsl_value_t));
    if (*copy == NULL) {
        return RSL_ERROR;
    }

    **copy = *value;
    (*copy)->next = NULL;
    next = &(*copy)->child;

    for (child = value->child; child != NULL; child = child->next) {

        if (rsl_intake_value_copy(arena, child, next) != RSL_OK) {
            return RSL_ERROR;
        }

        next = &(*next)->next;
    }

    *next = NULL;

    return RSL_OK;
}


int
rsl_intake_value_text(const rsl_value_t *value, rsl_str_t *text)
{
    if (value->type != RSL_VALUE_STRING) {
        return RSL_DECLINED;
    }

    *text = value->text;

    return RSL_OK;
}


int
rsl_intake_value_number(const rsl_value_t *value, rsl_str_t *text)
{
    if (value->type != RSL_VALUE_SCALAR
        || (value->text.data[0] != '-'
            && !rsl_intake_is_digit(value->text.data[0])))
    {
        return RSL_DECLINED;
    }

    *text = value->text;

    return RSL_OK;
}


int
rsl_intake_value_is(const rsl_value_t *value, rsl_intake_literal_e literal)
{
    return value->type == RSL_VALUE_SCALAR && value->text.data[0] == literal;
}


int
rsl_intake_value_is_deeper(const rsl_value_t *value, unsigned depth)
{
    const rsl_value_t  *child;

    if (value->type != RSL_VALUE_OBJECT && value->type != RSL_VALUE_ARRAY) {
        return 0;
    }

    if (depth == 0) {
        return 1;
    }

    for (child = value->child; child != NULL; child = child->next) {
        if (rsl_intake_value_is_deeper(child, depth - 1)) {
            return 1;
        }
    }

    return 0;
}


rsl_value_t *
rsl_intake_value_find(const rsl_value_t *object, const rsl_str_t *key)
{
    rsl_value_t  *member;

    for (member = object->child; member != NULL; member = member->next) {

        if (member->key.len == key->len
            && memcmp(member->key.data, key->data, key->len) == 0)
        {
            break;
        }
    }

    return member;
}
