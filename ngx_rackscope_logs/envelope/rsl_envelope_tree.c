
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * An object in the making, put together of what an envelope holds.  No key of
 * it comes twice, but for those of the record's own fields, of which the intake
 * takes the first one and renames the others.
 */


#include <stdlib.h>

#include "rsl_envelope_internal.h"


static int rsl_envelope_tree_is_new(const rsl_envelope_tree_t *tree,
    const rsl_str_t *key);
static int rsl_envelope_tree_compare(const void *one, const void *other);


/* So many keys are compared with each other; more of them are sorted. */
#define RSL_ENVELOPE_TREE_FEW  32

typedef struct {
    rsl_value_t  *member;
    size_t        order;
} rsl_envelope_tree_key_t;


int
rsl_envelope_tree_start(rsl_envelope_tree_t *tree, rsl_arena_t *arena)
{
    tree->arena = arena;
    tree->n = 0;

    tree->object = rsl_envelope_tree_value(arena, RSL_VALUE_OBJECT);
    if (tree->object == NULL) {
        return RSL_ERROR;
    }

    tree->next = &tree->object->child;
    tree->others = tree->next;

    return RSL_OK;
}


int
rsl_envelope_tree_field(rsl_envelope_tree_t *tree, const char *key,
    const rsl_str_t *text)
{
    rsl_value_t  *value;

    if (text == NULL || text->len == 0) {
        return RSL_OK;
    }

    value = rsl_envelope_tree_value(tree->arena, RSL_VALUE_STRING);
    if (value == NULL) {
        return RSL_ERROR;
    }

    value->text = *text;

    rsl_envelope_tree_field_value(tree, key, value);

    return RSL_OK;
}


int
rsl_envelope_tree_filler(rsl_envelope_tree_t *tree, const char *key,
    const rsl_str_t *text)
{
    rsl_value_t  *value;

    if (text == NULL || text->len == 0) {
        return RSL_OK;
    }

    value = rsl_envelope_tree_value(tree->arena, RSL_VALUE_STRING);
    if (value == NULL) {
        return RSL_ERROR;
    }

    value->text = *text;
    value->filler = 1;

    rsl_envelope_tree_field_value(tree, key, value);

    return RSL_OK;
}


/* A field may be found when others were added before it: it goes to its own. */

void
rsl_envelope_tree_field_value(rsl_envelope_tree_t *tree, const char *key,
    rsl_value_t *value)
{
    value->key.data = (const u_char *) key;
    value->key.len = strlen(key);

    value->next = *tree->others;
    *tree->others = value;

    if (tree->next == tree->others) {
        tree->next = &value->next;
    }

    tree->others = &value->next;
}


void
rsl_envelope_tree_add(rsl_envelope_tree_t *tree, rsl_value_t *member)
{
    if (tree->n < RSL_ENVELOPE_TREE_FEW
        && !rsl_envelope_tree_is_new(tree, &member->key))
    {
        return;
    }

    member->next = NULL;

    *tree->next = member;
    tree->next = &member->next;
    tree->n++;
}


static int
rsl_envelope_tree_is_new(const rsl_envelope_tree_t *tree, const rsl_str_t *key)
{
    const rsl_value_t  *member;

    for (member = *tree->others; member != NULL; member = member->next) {

        if (member->key.len == key->len
            && (key->len == 0
                || memcmp(member->key.data, key->data, key->len) == 0))
        {
            return 0;
        }
    }

    return 1;
}


void
rsl_envelope_tree_list(rsl_envelope_tree_t *tree, rsl_value_t *list)
{
    rsl_value_t  *next;

    for ( /* void */ ; list != NULL; list = next) {
        next = list->next;
        rsl_envelope_tree_add(tree, list);
    }
}


int
rsl_envelope_tree_copies(rsl_envelope_tree_t *tree, const rsl_value_t *list)
{
    rsl_value_t  *copy;

    for ( /* void */ ; list != NULL; list = list->next) {

        copy = rsl_envelope_tree_copy(tree->arena, list);
        if (copy == NULL) {
            return RSL_ERROR;
        }

        rsl_envelope_tree_add(tree, copy);
    }

    return RSL_OK;
}


int
rsl_envelope_tree_end(rsl_envelope_tree_t *tree)
{
    size_t                    i, n;
    rsl_value_t              *member, **next;
    rsl_envelope_tree_key_t  *keys;

    if (tree->n < RSL_ENVELOPE_TREE_FEW) {
        return RSL_OK;
    }

    keys = rsl_arena_alloc(tree->arena,
                           tree->n * sizeof(rsl_envelope_tree_key_t));
    if (keys == NULL) {
        return RSL_ERROR;
    }

    n = 0;

    for (member = *tree->others; member != NULL; member = member->next) {
        keys[n].member = member;
        keys[n].order = n;
        n++;
    }

    qsort(keys, n, sizeof(rsl_envelope_tree_key_t), rsl_envelope_tree_compare);

    for (i = 1; i < n; i++) {
        keys[i].member->taken = (keys[i].member->key.len
                                 == keys[i - 1].member->key.len
                                 && memcmp(keys[i].member->key.data,
                                           keys[i - 1].member->key.data,
                                           keys[i].member->key.len)
                                    == 0);
    }

    next = tree->others;

    for (member = *next; member != NULL; member = member->next) {

        if (!member->taken) {
            *next = member;
            next = &member->next;
        }
    }

    *next = NULL;

    return RSL_OK;
}


static int
rsl_envelope_tree_compare(const void *one, const void *other)
{
    int                             rc;
    const rsl_str_t                *a, *b;
    const rsl_envelope_tree_key_t  *x = one, *y = other;

    a = &x->member->key;
    b = &y->member->key;

    if (a->len != b->len) {
        return (a->len < b->len) ? -1 : 1;
    }

    rc = a->len ? memcmp(a->data, b->data, a->len) : 0;

    return rc ? rc : (x->order < y->order) ? -1 : 1;
}


rsl_value_t *
rsl_envelope_tree_value(rsl_arena_t *arena, rsl_value_type_t type)
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


rsl_value_t *
rsl_envelope_tree_find(const rsl_value_t *object, const char *key)
{
    size_t        len;
    rsl_value_t  *member;

    len = strlen(key);

    for (member = object->child; member != NULL; member = member->next) {

        if (member->key.len == len && memcmp(member->key.data, key, len) == 0) {
            return member;
        }
    }

    return NULL;
}


const rsl_str_t *
rsl_envelope_tree_text(const rsl_value_t *object, const char *key)
{
    const rsl_value_t  *member;

    member = rsl_envelope_tree_find(object, key);

    return (member != NULL && member->type == RSL_VALUE_STRING
            && member->text.len) ? &member->text : NULL;
}


rsl_value_t *
rsl_envelope_tree_child(const rsl_value_t *object, const char *key,
    rsl_value_type_t type)
{
    rsl_value_t  *member;

    member = rsl_envelope_tree_find(object, key);

    return (member != NULL && member->type == type) ? member : NULL;
}


/* Values are at most RSL_INTAKE_DEPTH_ELEMENT deep. */

rsl_value_t *
rsl_envelope_tree_copy(rsl_arena_t *arena, const rsl_value_t *value)
{
    rsl_value_t        *copy, **next;
    const rsl_value_t  *child;

    copy = rsl_arena_alloc(arena, sizeof(rsl_value_t));
    if (copy == NULL) {
        return NULL;
    }

    *copy = *value;
    copy->next = NULL;
    next = &copy->child;

    for (child = value->child; child != NULL; child = child->next) {

        *next = rsl_envelope_tree_copy(arena, child);
        if (*next == NULL) {
            return NULL;
        }

        next = &(*next)->next;
    }

    return copy;
}
