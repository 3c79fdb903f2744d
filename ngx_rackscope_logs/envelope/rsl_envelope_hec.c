
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Splunk's HTTP Event Collector: objects with an event, and what stands around
 * it.  What the event is made of differs from client to client.
 */


#include "rsl_envelope_internal.h"


static int rsl_envelope_hec_takes(rsl_envelope_t *e,
    const rsl_envelope_request_t *request);
static int rsl_envelope_hec_object(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *object, int known);
static int rsl_envelope_hec_is_one(const rsl_value_t *object);
static void rsl_envelope_hec_event(rsl_envelope_tree_t *tree,
    rsl_value_t *event);
static void rsl_envelope_hec_message(rsl_envelope_tree_t *tree,
    rsl_value_t *message);
static void rsl_envelope_hec_list(rsl_envelope_tree_t *tree,
    rsl_value_t *list, const rsl_value_t *except);
static void rsl_envelope_hec_line(rsl_envelope_tree_t *tree,
    rsl_value_t *line);
static void rsl_envelope_hec_around(rsl_envelope_t *e,
    rsl_envelope_tree_t *tree, rsl_value_t *object, rsl_value_t *event);
static int rsl_envelope_hec_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer);


const rsl_envelope_row_t  rsl_envelope_hec = {
    .name = "hec",
    .takes = rsl_envelope_hec_takes,
    .object = rsl_envelope_hec_object,
    .answer = rsl_envelope_hec_answer
};


/* The body is read as any other, and only its objects are looked at. */

static int
rsl_envelope_hec_takes(rsl_envelope_t *e, const rsl_envelope_request_t *request)
{
    return e->splunk;
}


static int
rsl_envelope_hec_object(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *object, int known)
{
    rsl_value_t          *event;
    rsl_envelope_tree_t   tree;

    event = rsl_envelope_tree_find(object, "event");

    if (event == NULL
        || (event->type == RSL_VALUE_SCALAR && event->text.data[0] == 'n')
        || (!e->splunk && !rsl_envelope_hec_is_one(object)))
    {
        return RSL_DECLINED;
    }

    if (rsl_envelope_tree_start(&tree, arena) != RSL_OK) {
        return RSL_ERROR;
    }

    if (event->type == RSL_VALUE_OBJECT) {
        rsl_envelope_hec_event(&tree, event);
    }

    rsl_envelope_hec_around(e, &tree, object, event);

    if (event->type != RSL_VALUE_OBJECT) {
        rsl_envelope_hec_line(&tree, event);
    }

    if (rsl_envelope_tree_end(&tree) != RSL_OK) {
        return RSL_ERROR;
    }

    return rsl_intake_take(e->intake, tree.object);
}


/* A record of ECS has an "event" and a "source", too, but also a message. */

static int
rsl_envelope_hec_is_one(const rsl_value_t *object)
{
    size_t  i;

    static const char  *names[] = { "source", "sourcetype", "index", "fields" };

    if (rsl_envelope_tree_child(object, "message", RSL_VALUE_STRING) != NULL) {
        return 0;
    }

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (rsl_envelope_tree_find(object, names[i]) != NULL) {
            return 1;
        }
    }

    return 0;
}


static void
rsl_envelope_hec_event(rsl_envelope_tree_t *tree, rsl_value_t *event)
{
    rsl_value_t  *message, *line;

    message = rsl_envelope_tree_child(event, "message", RSL_VALUE_OBJECT);

    if (message != NULL) {
        rsl_envelope_hec_message(tree, message);
        rsl_envelope_hec_list(tree, event->child, message);
        return;
    }

    line = rsl_envelope_tree_find(event, "line");

    if (line != NULL && line->type == RSL_VALUE_OBJECT) {
        rsl_envelope_tree_list(tree, line->child);
        rsl_envelope_hec_list(tree, event->child, line);
        return;
    }

    if (line != NULL
        && rsl_envelope_tree_find(event, "message") == NULL)
    {
        rsl_envelope_hec_list(tree, event->child, line);
        rsl_envelope_hec_line(tree, line);
        return;
    }

    rsl_envelope_tree_list(tree, event->child);
}


/* Some clients make this object for a text and what else there is. */

static void
rsl_envelope_hec_message(rsl_envelope_tree_t *tree, rsl_value_t *message)
{
    rsl_value_t  *msg, *meta, *same;

    msg = rsl_envelope_tree_find(message, "msg");
    meta = rsl_envelope_tree_child(message, "meta", RSL_VALUE_OBJECT);

    if (msg == NULL || meta == NULL) {
        rsl_envelope_tree_list(tree, message->child);
        return;
    }

    same = rsl_envelope_tree_child(meta, "message", RSL_VALUE_STRING);

    if (same != NULL
        && (same->text.len != msg->text.len
            || memcmp(same->text.data, msg->text.data, msg->text.len) != 0))
    {
        same = NULL;
    }

    rsl_envelope_hec_list(tree, meta->child, same);

    meta->taken = 1;
    msg->taken = 1;
    rsl_envelope_hec_list(tree, message->child, NULL);

    msg->taken = 0;
    rsl_envelope_tree_field_value(tree, "message", msg);
}


/* Adds all members but this one, and those that are taken already. */

static void
rsl_envelope_hec_list(rsl_envelope_tree_t *tree, rsl_value_t *list,
    const rsl_value_t *except)
{
    rsl_value_t  *next;

    for ( /* void */ ; list != NULL; list = next) {
        next = list->next;

        if (list != except && !list->taken) {
            rsl_envelope_tree_add(tree, list);
        }
    }
}


static void
rsl_envelope_hec_line(rsl_envelope_tree_t *tree, rsl_value_t *line)
{
    line->shipped = (line->type == RSL_VALUE_STRING);

    rsl_envelope_tree_field_value(tree, "message", line);
}


/* The time of an event that is an object counts if the event has none. */

static void
rsl_envelope_hec_around(rsl_envelope_t *e, rsl_envelope_tree_t *tree,
    rsl_value_t *object, rsl_value_t *event)
{
    rsl_value_t  *time, *fields;

    time = rsl_envelope_tree_find(object, "time");
    fields = rsl_envelope_tree_child(object, "fields", RSL_VALUE_OBJECT);

    event->taken = 1;

    if (time != NULL) {
        time->taken = 1;
    }

    if (fields != NULL) {
        fields->taken = 1;
    }

    rsl_envelope_hec_list(tree, object->child, NULL);

    event->taken = 0;

    if (fields != NULL) {
        rsl_envelope_tree_list(tree, fields->child);
    }

    if (time != NULL
        && (event->type != RSL_VALUE_OBJECT
            || !(rsl_intake_says(e->intake, tree->object)
                 & RSL_INTAKE_SAYS_TIMESTAMP)))
    {
        time->taken = 0;
        time->filler = 1;
        rsl_envelope_tree_field_value(tree, "@timestamp", time);
    }
}


static int
rsl_envelope_hec_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer)
{
    int  useless;

    static const char  success[] = "{\"text\":\"Success\",\"code\":0,";
    static const char  invalid[] =
        "{\"text\":\"Invalid data format\",\"code\":6,";

    if (outcome->end != RSL_ENVELOPE_WHOLE) {
        return rsl_envelope_answer_usual(e, arena, outcome, answer);
    }

    useless = rsl_envelope_answer_is_useless(e, outcome);

    answer->status = useless ? 400 : 200;

    return rsl_envelope_answer_counts(e, arena, outcome,
                                      useless ? invalid : success, useless,
                                      answer);
}
