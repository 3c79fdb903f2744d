
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What is pushed to Loki: streams, each with its labels and its entries, which
 * are arrays of a time, a line, and perhaps more members.
 */


#include "rsl_envelope_internal.h"


static int rsl_envelope_loki_context(rsl_envelope_t *e, size_t level);
static const rsl_value_t *rsl_envelope_loki_label(const rsl_value_t *labels,
    const char *const *names, int level);
static int rsl_envelope_loki_element(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *value);
static int rsl_envelope_loki_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer);


static const rsl_envelope_shape_t  rsl_envelope_loki_shape = {
    .nlevels = 2,
    .arrays = 1,
    .levels = {
        { .array = { rsl_string("streams") } },
        { .array = { rsl_string("values"), rsl_string("entries") },
          .context = { rsl_string("stream") } }
    }
};

static const rsl_str_t  rsl_envelope_loki_keys[] = {
    rsl_string("streams"),
    rsl_null_string
};

/* Labels that say the level or the logger, the best one first. */

static const char *const  rsl_envelope_loki_levels[] = {
    "level", "detected_level", NULL
};

static const char *const  rsl_envelope_loki_loggers[] = {
    "logger", "app", "job", "service_name", NULL
};

static const char  rsl_envelope_loki_none[] =
    "an entry must be an array of a time in nanoseconds and a line";


const rsl_envelope_row_t  rsl_envelope_loki = {
    .name = "loki",
    .keys = rsl_envelope_loki_keys,
    .shape = &rsl_envelope_loki_shape,
    .context = rsl_envelope_loki_context,
    .element = rsl_envelope_loki_element,
    .answer = rsl_envelope_loki_answer
};


static int
rsl_envelope_loki_context(rsl_envelope_t *e, size_t level)
{
    return (level == 1)
           ? rsl_envelope_loki_labels(e, e->walk.contexts[level].value)
           : RSL_OK;
}


int
rsl_envelope_loki_labels(rsl_envelope_t *e, rsl_value_t *labels)
{
    rsl_value_t            *label, *next, **last;
    const rsl_value_t      *level, *logger;
    rsl_envelope_around_t  *around;

    around = &e->around;

    memset(around, 0, sizeof(rsl_envelope_around_t));

    if (labels == NULL || labels->type != RSL_VALUE_OBJECT) {
        return RSL_OK;
    }

    level = rsl_envelope_loki_label(labels, rsl_envelope_loki_levels, 1);
    logger = rsl_envelope_loki_label(labels, rsl_envelope_loki_loggers, 0);

    last = &around->extras;

    for (label = labels->child; label != NULL; label = next) {
        next = label->next;
        label->next = NULL;

        if (label == level) {
            around->level = label->text;

        } else if (label == logger) {
            around->logger = label->text;

        } else {
            *last = label;
            last = &label->next;
        }
    }

    return RSL_OK;
}


/* The first label with a text, which has to be the name of a level if asked. */

static const rsl_value_t *
rsl_envelope_loki_label(const rsl_value_t *labels, const char *const *names,
    int level)
{
    const rsl_value_t  *label;

    for ( /* void */ ; *names != NULL; names++) {
        label = rsl_envelope_tree_child(labels, *names, RSL_VALUE_STRING);

        if (label != NULL && label->text.len
            && (!level || rsl_intake_level(&label->text) != RSL_LEVELS))
        {
            return label;
        }
    }

    return NULL;
}


static int
rsl_envelope_loki_element(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *value)
{
    rsl_value_t  *time, *line, *metadata;

    time = (value->type == RSL_VALUE_ARRAY) ? value->child : NULL;
    line = time ? time->next : NULL;

    if (line == NULL || line->type != RSL_VALUE_STRING
        || (time->type != RSL_VALUE_STRING && time->type != RSL_VALUE_SCALAR))
    {
        rsl_intake_reject(e->intake, rsl_envelope_loki_none);
        return RSL_OK;
    }

    metadata = line->next;

    if (metadata != NULL) {
        metadata = (metadata->type == RSL_VALUE_OBJECT) ? metadata->child
                                                        : NULL;
    }

    return rsl_envelope_loki_entry(e, arena, &time->text, &line->text,
                                   metadata);
}


/* The line says what it says itself: the labels only fill in. */

int
rsl_envelope_loki_entry(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_str_t *time, const rsl_str_t *line, rsl_value_t *metadata)
{
    rsl_value_t            *message, *next;
    rsl_envelope_tree_t     tree;
    rsl_envelope_around_t  *around;

    around = &e->around;

    message = rsl_envelope_tree_value(arena, RSL_VALUE_STRING);

    if (message == NULL || rsl_envelope_tree_start(&tree, arena) != RSL_OK) {
        return RSL_ERROR;
    }

    message->text = *line;
    message->shipped = 1;

    rsl_envelope_tree_field_value(&tree, "message", message);

    if (rsl_envelope_tree_filler(&tree, "@timestamp", time) != RSL_OK
        || rsl_envelope_tree_filler(&tree, "level", &around->level) != RSL_OK
        || rsl_envelope_tree_filler(&tree, "logger", &around->logger)
           != RSL_OK)
    {
        return RSL_ERROR;
    }

    for ( /* void */ ; metadata != NULL; metadata = next) {
        next = metadata->next;

        if (around->level.len && rsl_envelope_str_is(&metadata->key, "level")
            && metadata->text.len == around->level.len
            && memcmp(metadata->text.data, around->level.data,
                      around->level.len)
               == 0)
        {
            continue;
        }

        rsl_envelope_tree_add(&tree, metadata);
    }

    if (rsl_envelope_tree_copies(&tree, around->extras) != RSL_OK
        || rsl_envelope_tree_end(&tree) != RSL_OK)
    {
        return RSL_ERROR;
    }

    return rsl_intake_take(e->intake, tree.object);
}


static int
rsl_envelope_loki_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer)
{
    if (outcome->end != RSL_ENVELOPE_WHOLE
        || rsl_envelope_answer_is_useless(e, outcome))
    {
        return rsl_envelope_answer_usual(e, arena, outcome, answer);
    }

    answer->status = 204;
    answer->type = NULL;

    return RSL_OK;
}
