
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What stands around the records of an envelope of JSON, and the records that
 * wait for it, because it may come behind them.  They wait as text, in a list
 * of items.  If the innermost context is complete, but one around it is not
 * known yet, it is an item, too, behind its records.
 */


#include "rsl_envelope_internal.h"


typedef struct {
    size_t                        len;      /* of the text behind this */
    rsl_envelope_context_type_e   type;
} rsl_envelope_context_item_t;


static int rsl_envelope_context_too_late(rsl_envelope_t *e);
static int rsl_envelope_context_release_group(rsl_envelope_t *e, size_t at,
    size_t end, int late);
static size_t rsl_envelope_context_item(const rsl_envelope_walk_t *walk,
    size_t at, rsl_envelope_context_type_e *type, rsl_str_t *text);
static int rsl_envelope_context_record(rsl_envelope_t *e,
    const rsl_str_t *text);


#define RSL_ENVELOPE_CONTEXT_ARENA  4096


int
rsl_envelope_context_is_known(const rsl_envelope_walk_t *walk, size_t nlevels)
{
    size_t                         level;
    const rsl_envelope_context_t  *context;

    for (level = 0; level < nlevels; level++) {
        context = &walk->contexts[level];

        if (walk->shape->levels[level].context[0].len
            && !context->known && !context->late)
        {
            return 0;
        }
    }

    return 1;
}


int
rsl_envelope_context_read(rsl_envelope_t *e, size_t level,
    const rsl_str_t *text)
{
    int                      rc, premature;
    size_t                   offset;
    const char              *detail;
    rsl_envelope_context_t  *context;

    context = &e->walk.contexts[level];
    context->value = NULL;

    if (context->arena == NULL) {

        context->arena = rsl_arena_create(RSL_ENVELOPE_CONTEXT_ARENA);
        if (context->arena == NULL) {
            return RSL_ERROR;
        }
    }

    rsl_arena_reset(context->arena);

    if (text->len) {
        rc = rsl_intake_read_json(context->arena, text, &context->value,
                                  &offset, &detail, &premature);

        if (rc == RSL_DECLINED) {
            rc = rsl_intake_read_start(context->arena, text, &context->value);
        }

        if (rc == RSL_ERROR) {
            return RSL_ERROR;
        }

        if (rc != RSL_OK) {
            context->value = NULL;
        }
    }

    return e->opened->context ? e->opened->context(e, level) : RSL_OK;
}


void
rsl_envelope_context_forget(rsl_envelope_walk_t *walk, size_t level)
{
    rsl_envelope_context_t  *context;

    context = &walk->contexts[level];

    if (context->arena != NULL) {
        rsl_arena_reset(context->arena);
    }

    rsl_envelope_buf_reset(&context->text);

    context->value = NULL;
    context->known = 0;
    context->late = 0;
}


int
rsl_envelope_context_element(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *value, const rsl_str_t *text)
{
    if (rsl_envelope_context_is_known(&e->walk, e->walk.shape->nlevels)) {
        return e->opened->element(e, arena, value);
    }

    return rsl_envelope_context_wait(e, RSL_ENVELOPE_CONTEXT_RECORD, text);
}


int
rsl_envelope_context_wait(rsl_envelope_t *e, rsl_envelope_context_type_e type,
    const rsl_str_t *text)
{
    rsl_envelope_walk_t       *walk;
    rsl_envelope_context_item_t   item;

    walk = &e->walk;

    memset(&item, 0, sizeof(rsl_envelope_context_item_t));

    item.len = text->len;
    item.type = type;

    if (rsl_envelope_buf_add(&walk->waiting, &item,
                             sizeof(rsl_envelope_context_item_t))
        != RSL_OK
        || rsl_envelope_buf_add(&walk->waiting, text->data, text->len)
           != RSL_OK)
    {
        return RSL_ERROR;
    }

    return (walk->waiting.len > RSL_ENVELOPE_WAITING_MAX)
           ? rsl_envelope_context_too_late(e) : RSL_OK;
}


/* What is not known yet will come too late for the records of these groups. */

static int
rsl_envelope_context_too_late(rsl_envelope_t *e)
{
    size_t                   level;
    rsl_envelope_context_t  *context;

    for (level = 0; level < RSL_ENVELOPE_LEVELS; level++) {
        context = &e->walk.contexts[level];
        context->late = !context->known;
    }

    return rsl_envelope_context_release(e, 1);
}


int
rsl_envelope_context_release(rsl_envelope_t *e, int late)
{
    size_t                     at, next, level;
    rsl_str_t                  text;
    rsl_envelope_walk_t       *walk;
    rsl_envelope_context_type_e   type;

    walk = &e->walk;
    level = walk->shape->nlevels - 1;

    at = 0;
    next = 0;

    while (next < walk->waiting.len) {

        next = rsl_envelope_context_item(walk, next, &type, &text);

        if (type != RSL_ENVELOPE_CONTEXT_AROUND) {
            continue;
        }

        if (rsl_envelope_context_read(e, level, &text) != RSL_OK
            || rsl_envelope_context_release_group(e, at, next, late) != RSL_OK)
        {
            return RSL_ERROR;
        }

        at = next;
    }

    if (at) {
        text.data = walk->contexts[level].text.data;
        text.len = walk->contexts[level].text.len;

        if (rsl_envelope_context_read(e, level, &text) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    if (rsl_envelope_context_release_group(e, at, next, late) != RSL_OK) {
        return RSL_ERROR;
    }

    rsl_envelope_buf_reset(&walk->waiting);

    return RSL_OK;
}


static int
rsl_envelope_context_release_group(rsl_envelope_t *e, size_t at, size_t end,
    int late)
{
    rsl_str_t                 text;
    rsl_envelope_context_type_e  type;

    while (at < end) {
        at = rsl_envelope_context_item(&e->walk, at, &type, &text);

        if (type == RSL_ENVELOPE_CONTEXT_AROUND) {
            continue;
        }

        e->late += (late != 0);

        if (rsl_envelope_context_record(e, &text) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


/* Returns where the next item begins. */

static size_t
rsl_envelope_context_item(const rsl_envelope_walk_t *walk, size_t at,
    rsl_envelope_context_type_e *type, rsl_str_t *text)
{
    rsl_envelope_context_item_t  item;

    memcpy(&item, walk->waiting.data + at, sizeof(rsl_envelope_context_item_t));
    at += sizeof(rsl_envelope_context_item_t);

    *type = item.type;

    text->data = walk->waiting.data + at;
    text->len = item.len;

    return at + item.len;
}


static int
rsl_envelope_context_record(rsl_envelope_t *e, const rsl_str_t *text)
{
    int           rc, premature;
    size_t        offset;
    const char   *detail;
    rsl_arena_t  *arena;
    rsl_value_t  *value;

    arena = rsl_intake_arena(e->intake);
    rsl_arena_reset(arena);

    rc = rsl_intake_read_json(arena, text, &value, &offset, &detail,
                              &premature);

    if (rc == RSL_OK) {
        rc = e->opened->element(e, arena, value);

        if (rc == RSL_DECLINED) {
            rc = rsl_intake_take(e->intake, value);
        }

    } else if (rc == RSL_DECLINED) {
        rsl_intake_reject(e->intake, detail);
        rc = RSL_OK;
    }

    rsl_arena_reset(arena);

    return rc;
}


int
rsl_envelope_context_end(rsl_envelope_t *e)
{
    return e->walk.waiting.len ? rsl_envelope_context_too_late(e) : RSL_OK;
}


void
rsl_envelope_context_free(rsl_envelope_walk_t *walk)
{
    size_t  level;

    for (level = 0; level < RSL_ENVELOPE_LEVELS; level++) {
        rsl_arena_destroy(walk->contexts[level].arena);
        rsl_envelope_buf_free(&walk->contexts[level].text);
    }

    rsl_envelope_buf_free(&walk->waiting);

    memset(walk, 0, sizeof(rsl_envelope_walk_t));
}


size_t
rsl_envelope_context_kept(const rsl_envelope_walk_t *walk)
{
    return walk->waiting.len;
}
