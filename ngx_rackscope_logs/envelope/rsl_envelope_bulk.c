
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Bulk requests of Elasticsearch: a line says what is to be done, and the next
 * one has the document, which is a record.  The answer has an item for each,
 * named by its action.
 */


#include <stdlib.h>

#include "rsl_envelope_internal.h"


typedef enum {
    RSL_ENVELOPE_BULK_INDEX = 0,
    RSL_ENVELOPE_BULK_CREATE,
    RSL_ENVELOPE_BULK_UPDATE,
    RSL_ENVELOPE_BULK_DELETE,
    RSL_ENVELOPE_BULK_ACTIONS           /* how many there are */
} rsl_envelope_bulk_action_e;


typedef enum {
    RSL_ENVELOPE_BULK_ACTION = 0,
    RSL_ENVELOPE_BULK_DOCUMENT,
    RSL_ENVELOPE_BULK_LARGE             /* a document that the intake cuts */
} rsl_envelope_bulk_state_e;


/* Items that are alike, one behind the other. */

typedef struct {
    uint32_t                     n;
    uint16_t                     action;
    uint16_t                     status;
} rsl_envelope_bulk_run_t;


typedef struct {
    rsl_envelope_buf_t           buf;       /* the line at hand */
    rsl_envelope_buf_t           runs;
    rsl_envelope_bulk_state_e    state;
    rsl_envelope_bulk_action_e   action;    /* of the document */
    uint64_t                     line;      /* from 1 */
    uint64_t                     items;
    uint64_t                     rejected;  /* before the large document */
    unsigned                     first:1;   /* there was an action */
    unsigned                     errors:1;
} rsl_envelope_bulk_t;


static int rsl_envelope_bulk_feed(rsl_envelope_t *e, const u_char *data,
    size_t len);
static int rsl_envelope_bulk_piece(rsl_envelope_t *e, const u_char **p,
    const u_char *end);
static int rsl_envelope_bulk_pass(rsl_envelope_t *e, const u_char *p,
    size_t len);
static int rsl_envelope_bulk_line(rsl_envelope_t *e, const u_char *p,
    size_t len);
static int rsl_envelope_bulk_action(rsl_envelope_t *e, rsl_value_t *object);
static rsl_envelope_bulk_action_e rsl_envelope_bulk_is_action(
    const rsl_value_t *object);
static int rsl_envelope_bulk_document(rsl_envelope_t *e, rsl_value_t *object);
static rsl_value_t *rsl_envelope_bulk_updated(rsl_value_t *object);
static int rsl_envelope_bulk_large(rsl_envelope_t *e, const u_char *p,
    size_t len, int last);
static int rsl_envelope_bulk_reject(rsl_envelope_t *e, uint64_t line,
    size_t offset, const char *detail);
static int rsl_envelope_bulk_item(rsl_envelope_t *e, unsigned status);
static int rsl_envelope_bulk_finish(rsl_envelope_t *e);
static size_t rsl_envelope_bulk_kept(const rsl_envelope_t *e);
static void rsl_envelope_bulk_free(rsl_envelope_t *e);
static int rsl_envelope_bulk_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer);
static rsl_str_t rsl_envelope_bulk_text(const rsl_envelope_bulk_run_t *run);


/* Runs beyond these are not told apart: their items are errors. */
#define RSL_ENVELOPE_BULK_RUNS    65536

/* The first action is not longer than this. */
#define RSL_ENVELOPE_BULK_LINE    4096


static const char  rsl_envelope_bulk_no_action[] =
    "this line of a bulk request is no action, such as {\\\"index\\\":{}}";

static const char  rsl_envelope_bulk_no_document[] =
    "there is no document behind the action";

static const char  rsl_envelope_bulk_no_object[] =
    "the document must be a JSON object";

static const char  rsl_envelope_bulk_no_doc[] =
    "an update must have an object as \\\"doc\\\" or \\\"upsert\\\"";


static const struct {
    rsl_str_t  name;
    unsigned   status;
    rsl_str_t  right;       /* the item that is answered */
    rsl_str_t  wrong;
} rsl_envelope_bulk_actions[RSL_ENVELOPE_BULK_ACTIONS] = {
    { rsl_string("index"), 201,
      rsl_string("{\"index\":{\"status\":201}},"),
      rsl_string("{\"index\":{\"status\":400}},") },
    { rsl_string("create"), 201,
      rsl_string("{\"create\":{\"status\":201}},"),
      rsl_string("{\"create\":{\"status\":400}},") },
    { rsl_string("update"), 200,
      rsl_string("{\"update\":{\"status\":200}},"),
      rsl_string("{\"update\":{\"status\":400}},") },
    { rsl_string("delete"), 200,
      rsl_string("{\"delete\":{\"status\":200}},"),
      rsl_string("{\"delete\":{\"status\":400}},") }
};

static const rsl_str_t  rsl_envelope_bulk_right =
    rsl_string("{\"took\":0,\"errors\":false,\"items\":[");
static const rsl_str_t  rsl_envelope_bulk_wrong =
    rsl_string("{\"took\":0,\"errors\":true,\"items\":[");
static const rsl_str_t  rsl_envelope_bulk_end = rsl_string("]}");


static const rsl_str_t  rsl_envelope_bulk_first[] = {
    rsl_string("{\"index\""),
    rsl_string("{\"create\""),
    rsl_string("{\"update\""),
    rsl_string("{\"delete\""),
    rsl_null_string
};


const rsl_envelope_row_t  rsl_envelope_bulk = {
    .name = "bulk",
    .first = rsl_envelope_bulk_first,
    .feed = rsl_envelope_bulk_feed,
    .finish = rsl_envelope_bulk_finish,
    .kept = rsl_envelope_bulk_kept,
    .free = rsl_envelope_bulk_free,
    .answer = rsl_envelope_bulk_answer
};


static int
rsl_envelope_bulk_feed(rsl_envelope_t *e, const u_char *data, size_t len)
{
    int                   rc;
    const u_char         *end;
    rsl_envelope_bulk_t  *bulk;

    if (e->state == NULL) {

        bulk = calloc(1, sizeof(rsl_envelope_bulk_t));
        if (bulk == NULL) {
            return RSL_ERROR;
        }

        bulk->line = 1;
        e->state = bulk;
    }

    rc = RSL_OK;
    end = data + len;

    while (data < end && rc == RSL_OK && e->whole) {
        rc = rsl_envelope_bulk_piece(e, &data, end);
    }

    /* it is no bulk request, so what is left of the piece is the intake's */

    return (data < end && (rc == RSL_OK || rc == RSL_AGAIN))
           ? rsl_envelope_pass(e, data, (size_t) (end - data)) : rc;
}


/* Takes a line, where it lies in the piece if all of it is there. */

static int
rsl_envelope_bulk_piece(rsl_envelope_t *e, const u_char **p, const u_char *end)
{
    int                   rc;
    const u_char         *start, *newline;
    rsl_envelope_bulk_t  *bulk;

    bulk = e->state;
    start = *p;

    newline = memchr(start, '\n', (size_t) (end - start));
    *p = newline ? newline + 1 : end;

    if (bulk->state == RSL_ENVELOPE_BULK_LARGE) {
        return rsl_envelope_bulk_large(e, start, (size_t) (*p - start),
                                       newline != NULL);
    }

    if (newline != NULL && bulk->buf.len == 0) {
        return rsl_envelope_bulk_line(e, start, (size_t) (newline - start));
    }

    if (rsl_envelope_buf_add(&bulk->buf, start, (size_t) (*p - start))
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (newline != NULL) {
        rc = rsl_envelope_bulk_line(e, bulk->buf.data, bulk->buf.len - 1);

        if (e->state != NULL) {
            rsl_envelope_buf_reset(&bulk->buf);
        }

        return rc;
    }

    if (!bulk->first && bulk->buf.len > RSL_ENVELOPE_BULK_LINE)
    {
        return rsl_envelope_bulk_pass(e, bulk->buf.data, bulk->buf.len);
    }

    return (bulk->buf.len > RSL_INTAKE_ENTRY_MAX)
           ? rsl_envelope_bulk_large(e, NULL, 0, 0) : RSL_OK;
}


/* The body begins like a bulk request, but its first line is no action. */

static int
rsl_envelope_bulk_pass(rsl_envelope_t *e, const u_char *p, size_t len)
{
    int                   rc;
    rsl_envelope_buf_t    buf;
    rsl_envelope_bulk_t  *bulk;

    bulk = e->state;

    buf = bulk->buf;
    memset(&bulk->buf, 0, sizeof(rsl_envelope_buf_t));

    rsl_envelope_bulk_free(e);

    rc = rsl_envelope_pass(e, p, len);

    rsl_envelope_buf_free(&buf);

    return rc;
}


static int
rsl_envelope_bulk_line(rsl_envelope_t *e, const u_char *p, size_t len)
{
    int                   rc, premature;
    size_t                offset;
    rsl_str_t             text;
    const char           *detail;
    rsl_arena_t          *arena;
    rsl_value_t          *object;
    rsl_envelope_bulk_t  *bulk;

    bulk = e->state;
    arena = rsl_intake_arena(e->intake);

    text.data = p;
    text.len = len;

    while (text.len && rsl_envelope_is_space(p[text.len - 1])) {
        text.len--;
    }

    if (text.len == 0) {
        bulk->line++;
        return RSL_OK;
    }

    offset = 0;
    rc = rsl_intake_read_json(arena, &text, &object, &offset, &detail,
                              &premature);

    if (rc == RSL_OK) {
        rc = (bulk->state == RSL_ENVELOPE_BULK_ACTION)
             ? rsl_envelope_bulk_action(e, object)
             : rsl_envelope_bulk_document(e, object);

    } else if (rc == RSL_DECLINED && bulk->first) {
        rc = rsl_envelope_bulk_reject(e, bulk->line, offset, detail);
        bulk->state = RSL_ENVELOPE_BULK_ACTION;
    }

    rsl_arena_reset(arena);

    if (!bulk->first && (rc == RSL_OK || rc == RSL_DECLINED)) {
        return rsl_envelope_bulk_pass(e, p, len + 1);
    }

    bulk->line++;

    return rc;
}


static int
rsl_envelope_bulk_action(rsl_envelope_t *e, rsl_value_t *object)
{
    rsl_envelope_bulk_t         *bulk;
    rsl_envelope_bulk_action_e   action;

    bulk = e->state;
    action = rsl_envelope_bulk_is_action(object);

    if (action == RSL_ENVELOPE_BULK_ACTIONS) {

        if (!bulk->first) {
            return RSL_OK;
        }

        bulk->action = RSL_ENVELOPE_BULK_INDEX;

        return rsl_envelope_bulk_reject(e, bulk->line, 0,
                                        rsl_envelope_bulk_no_action);
    }

    bulk->first = 1;
    bulk->action = action;

    if (action == RSL_ENVELOPE_BULK_DELETE) {
        return rsl_envelope_bulk_item(e, 0);
    }

    bulk->state = RSL_ENVELOPE_BULK_DOCUMENT;

    return RSL_OK;
}


/* The action of an object that has it and nothing else. */

static rsl_envelope_bulk_action_e
rsl_envelope_bulk_is_action(const rsl_value_t *object)
{
    size_t              n;
    const rsl_str_t    *name;
    const rsl_value_t  *member;

    member = (object->type == RSL_VALUE_OBJECT) ? object->child : NULL;

    if (member == NULL || member->next != NULL
        || member->type != RSL_VALUE_OBJECT)
    {
        return RSL_ENVELOPE_BULK_ACTIONS;
    }

    for (n = 0; n < RSL_ENVELOPE_BULK_ACTIONS; n++) {
        name = &rsl_envelope_bulk_actions[n].name;

        if (name->len == member->key.len
            && memcmp(name->data, member->key.data, name->len) == 0)
        {
            break;
        }
    }

    return (rsl_envelope_bulk_action_e) n;
}


static int
rsl_envelope_bulk_document(rsl_envelope_t *e, rsl_value_t *object)
{
    int                         rc;
    uint64_t                    rejected;
    const char                 *detail;
    rsl_envelope_bulk_t        *bulk;
    const rsl_intake_result_t  *result;

    bulk = e->state;
    bulk->state = RSL_ENVELOPE_BULK_ACTION;

    if (rsl_envelope_bulk_is_action(object) != RSL_ENVELOPE_BULK_ACTIONS) {
        rc = rsl_envelope_bulk_reject(e, bulk->line, 0,
                                      rsl_envelope_bulk_no_document);

        return (rc == RSL_OK) ? rsl_envelope_bulk_action(e, object) : rc;
    }

    detail = rsl_envelope_bulk_no_object;

    if (bulk->action == RSL_ENVELOPE_BULK_UPDATE) {
        detail = rsl_envelope_bulk_no_doc;
        object = rsl_envelope_bulk_updated(object);
    }

    if (object == NULL || object->type != RSL_VALUE_OBJECT) {
        return rsl_envelope_bulk_reject(e, bulk->line, 0, detail);
    }

    result = rsl_intake_result(e->intake);
    rejected = result->rejected;

    rc = rsl_intake_take(e->intake, object);

    if (rc != RSL_OK) {
        return rc;
    }

    return rsl_envelope_bulk_item(e, (result->rejected == rejected) ? 0 : 400);
}


/* What an update says that the document is, in part or if there is none. */

static rsl_value_t *
rsl_envelope_bulk_updated(rsl_value_t *object)
{
    rsl_value_t  *doc;

    if (object->type != RSL_VALUE_OBJECT) {
        return NULL;
    }

    doc = rsl_envelope_tree_find(object, "doc");

    if (doc == NULL || doc->type != RSL_VALUE_OBJECT) {
        doc = rsl_envelope_tree_find(object, "upsert");
    }

    return doc;
}


/*
 * A line that is too long to be kept goes to the intake, as it comes, which
 * reads the beginning of it.
 */

static int
rsl_envelope_bulk_large(rsl_envelope_t *e, const u_char *p, size_t len,
    int last)
{
    int                         rc;
    rsl_envelope_bulk_t        *bulk;
    const rsl_intake_result_t  *result;

    bulk = e->state;
    result = rsl_intake_result(e->intake);

    if (bulk->state != RSL_ENVELOPE_BULK_LARGE) {
        bulk->state = RSL_ENVELOPE_BULK_LARGE;
        bulk->rejected = result->rejected;

        p = bulk->buf.data;
        len = bulk->buf.len;
    }

    rc = rsl_intake_feed(e->intake, p, len, e->now);

    while (rc == RSL_AGAIN) {
        rc = rsl_intake_feed(e->intake, p, 0, e->now);
    }

    rsl_envelope_buf_reset(&bulk->buf);

    if (rc != RSL_OK || !last) {
        return rc;
    }

    bulk->state = RSL_ENVELOPE_BULK_ACTION;
    bulk->line++;

    return rsl_envelope_bulk_item(e, (result->rejected == bulk->rejected)
                                     ? 0 : 400);
}


/* "offset": where it stops being JSON. */

static int
rsl_envelope_bulk_reject(rsl_envelope_t *e, uint64_t line, size_t offset,
    const char *detail)
{
    rsl_intake_reject_at(e->intake, line, offset + 1, detail);

    return rsl_envelope_bulk_item(e, 400);
}


/* Counts an item with this status, or, if it is 0, that of its action. */

static int
rsl_envelope_bulk_item(rsl_envelope_t *e, unsigned status)
{
    size_t                    n;
    rsl_envelope_bulk_t      *bulk;
    rsl_envelope_bulk_run_t   run, *last;

    bulk = e->state;

    bulk->items++;
    bulk->errors |= (status != 0);

    run.n = 1;
    run.action = (uint16_t) bulk->action;
    run.status = (uint16_t) (status ? status
                             : rsl_envelope_bulk_actions[bulk->action].status);

    n = bulk->runs.len / sizeof(rsl_envelope_bulk_run_t);

    if (n) {
        last = (rsl_envelope_bulk_run_t *) bulk->runs.data + n - 1;

        if (n == RSL_ENVELOPE_BULK_RUNS && last->n < UINT32_MAX) {
            bulk->errors = 1;
            last->status = 400;
            last->n++;
            return RSL_OK;
        }

        if (last->action == run.action && last->status == run.status
            && last->n < UINT32_MAX)
        {
            last->n++;
            return RSL_OK;
        }
    }

    return rsl_envelope_buf_add(&bulk->runs, &run, sizeof(run));
}


static int
rsl_envelope_bulk_finish(rsl_envelope_t *e)
{
    int                   rc;
    rsl_envelope_bulk_t  *bulk;

    bulk = e->state;

    if (bulk == NULL) {
        return RSL_OK;
    }

    rc = RSL_OK;

    if (bulk->state == RSL_ENVELOPE_BULK_LARGE) {
        rc = rsl_envelope_bulk_large(e, (const u_char *) "\n", 1, 1);

    } else if (bulk->buf.len && !e->cut) {
        rc = rsl_envelope_buf_add(&bulk->buf, "\n", 1);

        if (rc == RSL_OK) {
            rc = rsl_envelope_bulk_line(e, bulk->buf.data, bulk->buf.len - 1);
        }
    }

    bulk = e->state;

    if (rc == RSL_OK && bulk != NULL && !e->cut
        && bulk->state == RSL_ENVELOPE_BULK_DOCUMENT)
    {
        bulk->state = RSL_ENVELOPE_BULK_ACTION;
        rc = rsl_envelope_bulk_reject(e, bulk->line, 0,
                                      rsl_envelope_bulk_no_document);
    }

    if (bulk != NULL) {
        rsl_envelope_buf_free(&bulk->buf);
    }

    return rc;
}


static size_t
rsl_envelope_bulk_kept(const rsl_envelope_t *e)
{
    const rsl_envelope_bulk_t  *bulk;

    bulk = e->state;

    return bulk ? bulk->buf.len : 0;
}


static void
rsl_envelope_bulk_free(rsl_envelope_t *e)
{
    rsl_envelope_bulk_t  *bulk;

    bulk = e->state;

    if (bulk != NULL) {
        rsl_envelope_buf_free(&bulk->buf);
        rsl_envelope_buf_free(&bulk->runs);
        free(bulk);
        e->state = NULL;
    }
}


/* Of a body that was not read to its end, the usual answer says why. */

static int
rsl_envelope_bulk_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer)
{
    size_t                          i, n;
    rsl_envelope_part_t            *part;
    const rsl_envelope_bulk_t      *bulk;
    const rsl_envelope_bulk_run_t  *run;

    bulk = e->state;

    if (bulk == NULL || outcome->end != RSL_ENVELOPE_WHOLE) {
        return rsl_envelope_answer_usual(e, arena, outcome, answer);
    }

    n = bulk->runs.len / sizeof(rsl_envelope_bulk_run_t);
    run = (const rsl_envelope_bulk_run_t *) bulk->runs.data;

    /* of each run all but its last item, and that with what is behind it */

    part = rsl_arena_alloc(arena, (2 * n + 2) * sizeof(rsl_envelope_part_t));
    if (part == NULL) {
        return RSL_ERROR;
    }

    answer->parts = part;

    part->text = bulk->errors ? rsl_envelope_bulk_wrong
                              : rsl_envelope_bulk_right;
    part->n = 1;
    part++;

    for (i = 0; i < n; i++) {
        part[0].text = rsl_envelope_bulk_text(&run[i]);
        part[0].n = run[i].n;

        if (i == n - 1) {
            part[0].n--;

            part[1].text = part[0].text;
            part[1].text.len--;
            part[1].n = 1;
            part++;
        }

        part++;
    }

    part->text = rsl_envelope_bulk_end;
    part->n = 1;
    part++;

    answer->nparts = (size_t) (part - answer->parts);

    return RSL_OK;
}


/* The text of an item, with a comma. */

static rsl_str_t
rsl_envelope_bulk_text(const rsl_envelope_bulk_run_t *run)
{
    return (run->status == 400) ? rsl_envelope_bulk_actions[run->action].wrong
                                : rsl_envelope_bulk_actions[run->action].right;
}
