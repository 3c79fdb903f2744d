
/* SPDX-License-Identifier: BSD-2-Clause */


/* JSNLog, a logger for browsers: all of its names are letters. */


#include "rsl_envelope_internal.h"


static int rsl_envelope_jsnlog_opens(rsl_envelope_t *e, const u_char *start,
    const rsl_str_t *key, const u_char *p, const u_char *end, int final);
static int rsl_envelope_jsnlog_context(rsl_envelope_t *e, size_t level);
static int rsl_envelope_jsnlog_element(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *value);
static int rsl_envelope_jsnlog_member(rsl_envelope_tree_t *tree,
    rsl_value_t *member);
static const rsl_str_t *rsl_envelope_jsnlog_level(const rsl_str_t *number);


static const rsl_envelope_shape_t  rsl_envelope_jsnlog_shape = {
    .nlevels = 1,
    .levels = {
        { .array = { rsl_string("lg") }, .context = { rsl_string("r") } }
    }
};

static const rsl_str_t  rsl_envelope_jsnlog_keys[] = {
    rsl_string("r"),
    rsl_string("lg"),
    rsl_null_string
};


const rsl_envelope_row_t  rsl_envelope_jsnlog = {
    .name = "jsnlog",
    .keys = rsl_envelope_jsnlog_keys,
    .opens = rsl_envelope_jsnlog_opens,
    .shape = &rsl_envelope_jsnlog_shape,
    .context = rsl_envelope_jsnlog_context,
    .element = rsl_envelope_jsnlog_element
};


static int
rsl_envelope_jsnlog_opens(rsl_envelope_t *e, const u_char *start,
    const rsl_str_t *key, const u_char *p, const u_char *end, int final)
{
    int        rc;
    rsl_str_t  next;

    if (rsl_envelope_str_is(key, "r")) {

        if (*p != '"') {
            return RSL_DECLINED;
        }

        rc = rsl_envelope_json_skip(&p, end);

        if (rc == RSL_OK) {
            rc = rsl_envelope_json_key(&p, end, &next);
        }

        if (rc != RSL_OK) {
            return rc;
        }

        if (!rsl_envelope_str_is(&next, "lg")) {
            return RSL_DECLINED;
        }
    }

    return rsl_envelope_json_is_array(p, end);
}


static int
rsl_envelope_jsnlog_context(rsl_envelope_t *e, size_t level)
{
    const rsl_value_t  *id;

    id = e->walk.contexts[level].value;

    e->around.request_id.len = 0;

    if (id != NULL && id->type == RSL_VALUE_STRING) {
        e->around.request_id = id->text;
    }

    return RSL_OK;
}


static int
rsl_envelope_jsnlog_element(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *value)
{
    rsl_value_t          *member, *next;
    rsl_envelope_tree_t   tree;

    if (value->type != RSL_VALUE_OBJECT) {
        return RSL_DECLINED;
    }

    if (rsl_envelope_tree_start(&tree, arena) != RSL_OK
        || rsl_envelope_tree_field(&tree, "request_id", &e->around.request_id)
           != RSL_OK)
    {
        return RSL_ERROR;
    }

    for (member = value->child; member != NULL; member = next) {
        next = member->next;

        if (rsl_envelope_jsnlog_member(&tree, member) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    if (rsl_envelope_tree_end(&tree) != RSL_OK) {
        return RSL_ERROR;
    }

    return rsl_intake_take(e->intake, tree.object);
}


static int
rsl_envelope_jsnlog_member(rsl_envelope_tree_t *tree, rsl_value_t *member)
{
    const rsl_str_t  *level;

    switch ((member->key.len == 1) ? member->key.data[0] : '\0') {

    case 'l':
        level = rsl_envelope_jsnlog_level(&member->text);

        if (level != NULL) {
            return rsl_envelope_tree_filler(tree, "level", level);
        }

        rsl_envelope_tree_field_value(tree, "level", member);
        return RSL_OK;

    case 'm':
        member->shipped = (member->type == RSL_VALUE_STRING);
        rsl_envelope_tree_field_value(tree, "message", member);
        return RSL_OK;

    case 'n':
        rsl_envelope_tree_field_value(tree, "logger", member);
        return RSL_OK;

    case 't':
        member->filler = 1;
        rsl_envelope_tree_field_value(tree, "@timestamp", member);
        return RSL_OK;

    default:
        rsl_envelope_tree_add(tree, member);
        return RSL_OK;
    }
}


/* The names of its levels are a thousand apart; what is between is allowed. */

static const rsl_str_t *
rsl_envelope_jsnlog_level(const rsl_str_t *number)
{
    int64_t  n;

    static const rsl_str_t  names[] = {
        rsl_string("TRACE"),
        rsl_string("DEBUG"),
        rsl_string("INFO"),
        rsl_string("WARN"),
        rsl_string("ERROR"),
        rsl_string("FATAL")
    };

    if (rsl_number_parse(number, &n) != RSL_OK || n < 1000) {
        return NULL;
    }

    n = n / 1000 - 1;

    return &names[(n < 5) ? n : 5];
}
