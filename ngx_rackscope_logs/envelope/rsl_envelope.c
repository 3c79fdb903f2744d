
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The way of a body: to a row that takes all of it, or else to the intake,
 * which asks here what its objects are.
 */


#include <stdlib.h>

#include "rsl_envelope_internal.h"


static void rsl_envelope_hook(rsl_envelope_t *e);
static void rsl_envelope_request(rsl_envelope_t *e,
    const rsl_envelope_request_t *request);
static int rsl_envelope_path_has(const rsl_str_t *path, const char *part);
static inline int rsl_envelope_is_plain(const rsl_envelope_t *e,
    const u_char *data, size_t len);
static int rsl_envelope_look(rsl_envelope_t *e, const u_char *data, size_t len,
    int final);
static int rsl_envelope_looks(rsl_envelope_t *e, const u_char *p, size_t len);
static int rsl_envelope_is_first(const rsl_str_t *first, const u_char *p,
    size_t len);
static inline int rsl_envelope_take(rsl_envelope_t *e, const u_char *data,
    size_t len);
static int rsl_envelope_row_finish(rsl_envelope_t *e);
static int rsl_envelope_rc(const rsl_envelope_t *e, int rc);
static int rsl_envelope_begins(void *data, const u_char *p, const u_char *end,
    int final);
static int rsl_envelope_large(void *data, const u_char *p, const u_char *end);
static int rsl_envelope_open(rsl_envelope_t *e, const rsl_envelope_row_t *row);
static rsl_intake_walk_e rsl_envelope_more(void *data, const u_char **p,
    const u_char *end);
static int rsl_envelope_element(void *data, rsl_arena_t *arena,
    rsl_value_t *value, const rsl_str_t *text);
static int rsl_envelope_end(void *data);
static int rsl_envelope_object(void *data, rsl_arena_t *arena,
    rsl_value_t *object, int known);
static int rsl_envelope_may_be(const rsl_envelope_t *e,
    const rsl_value_t *object);


rsl_envelope_t *
rsl_envelope_create(const rsl_intake_conf_t *conf,
    const rsl_envelope_request_t *request)
{
    rsl_envelope_t  *e;

    e = calloc(1, sizeof(rsl_envelope_t));
    if (e == NULL) {
        return NULL;
    }

    e->intake = rsl_intake_create(conf);
    if (e->intake == NULL) {
        free(e);
        return NULL;
    }

    rsl_intake_reset(e->intake);

    rsl_envelope_hook(e);
    rsl_envelope_use(e, conf, request);

    return e;
}


/* These stay the same for all bodies. */

static void
rsl_envelope_hook(rsl_envelope_t *e)
{
    size_t            i;
    const rsl_str_t  *key;

    e->hook.data = e;
    e->hook.begins = rsl_envelope_begins;
    e->hook.large = rsl_envelope_large;
    e->hook.walk = rsl_envelope_more;
    e->hook.element = rsl_envelope_element;
    e->hook.end = rsl_envelope_end;
    e->hook.object = rsl_envelope_object;

    for (i = 0; rsl_envelope_rows[i] != NULL; i++) {

        key = rsl_envelope_rows[i]->keys;

        for ( /* void */ ; key != NULL && key->len; key++) {
            e->hook.letters |= 1u << (key->data[0] & 31);
        }

        key = rsl_envelope_rows[i]->first;

        for ( /* void */ ; key != NULL && key->len; key++) {
            e->firsts[key->data[0] / 32] |= 1u << (key->data[0] & 31);

            if (key->data[0] == '{' && key->data[1] == '"') {
                e->letters |= 1u << (key->data[2] & 31);
            }
        }
    }
}


void
rsl_envelope_use(rsl_envelope_t *e, const rsl_intake_conf_t *conf,
    const rsl_envelope_request_t *request)
{
    rsl_intake_conf_t  own;

    own = *conf;
    own.envelopes = &e->hook;

    rsl_intake_use(e->intake, &own);
    rsl_envelope_request(e, request);
}


static void
rsl_envelope_request(rsl_envelope_t *e, const rsl_envelope_request_t *request)
{
    size_t                     i;
    const rsl_envelope_row_t  *row;

    if (!request->splunk && !request->sentry && !request->firehose
        && rsl_envelope_request_is_usual(&request->type)
        && rsl_envelope_request_is_plain(&request->path))
    {
        /* no row takes it, and the path says nothing */
        return;
    }

    e->otlp_path = rsl_envelope_path_has(&request->path, "/v1/logs");
    e->splunk = request->splunk
                || rsl_envelope_path_has(&request->path, "/services/collector");

    for (i = 0; (row = rsl_envelope_rows[i]) != NULL; i++) {

        if (row->takes != NULL && row->takes(e, request)) {
            e->row = row;
            e->whole = (row->feed != NULL);
            e->looked = e->whole;
            break;
        }
    }
}


static int
rsl_envelope_path_has(const rsl_str_t *path, const char *part)
{
    size_t         len;
    const u_char  *p, *end;

    len = strlen(part);

    if (path->len < len) {
        return 0;
    }

    end = path->data + path->len - len;

    for (p = path->data; p <= end; p++) {

        p = memchr(p, part[0], (size_t) (end - p) + 1);

        if (p == NULL) {
            return 0;
        }

        if (memcmp(p, part, len) == 0) {
            return 1;
        }
    }

    return 0;
}


void
rsl_envelope_reset(rsl_envelope_t *e)
{
    rsl_intake_reset(e->intake);

    if (e->state != NULL) {
        e->row->free(e);
    }

    if (e->row != NULL) {
        rsl_envelope_context_free(&e->walk);
    }

    explicit_bzero((u_char *) e + offsetof(rsl_envelope_t, row),
                   sizeof(rsl_envelope_t) - offsetof(rsl_envelope_t, row));
}


void
rsl_envelope_destroy(rsl_envelope_t *e)
{
    if (e == NULL) {
        return;
    }

    rsl_envelope_reset(e);
    rsl_intake_destroy(e->intake);

    free(e);
}


void
rsl_envelope_hand_over(rsl_envelope_t *e, rsl_intake_sink_pt sink, void *data,
    void *line_data, const rsl_str_t *logger)
{
    rsl_intake_hand_over(e->intake, sink, data, line_data, logger);
}


int
rsl_envelope_feed(rsl_envelope_t *e, const u_char *data, size_t len,
    int64_t now)
{
    e->now = now;

    if (!e->looked && len) {

        if (e->head_len || !rsl_envelope_is_plain(e, data, len)) {
            return rsl_envelope_rc(e, rsl_envelope_look(e, data, len, 0));
        }

        e->looked = 1;
    }

    return rsl_envelope_rc(e, rsl_envelope_take(e, data, len));
}


/* Most bodies are JSON, or begin with a word, and need no look. */

static inline int
rsl_envelope_is_plain(const rsl_envelope_t *e, const u_char *data, size_t len)
{
    if (data[0] == '{' && len > 2 && data[1] == '"') {
        return !(e->letters >> (data[2] & 31) & 1);
    }

    return (data[0] == '{' || data[0] == '['
            || (data[0] >= 'a' && data[0] <= 'z'))
           && !(e->firsts[data[0] / 32] >> (data[0] & 31) & 1);
}


/* A few rows are known by the first bytes, of which there may be too few. */

static int
rsl_envelope_look(rsl_envelope_t *e, const u_char *data, size_t len, int final)
{
    int      rc;
    size_t   n, kept;
    u_char   head[RSL_ENVELOPE_KEY];

    kept = e->head_len;

    n = RSL_ENVELOPE_KEY - kept;
    n = (len < n) ? len : n;

    memcpy(head, e->head, kept);

    if (n) {
        memcpy(head + kept, data, n);
    }

    rc = rsl_envelope_looks(e, head, kept + n);

    if (rc == RSL_AGAIN && !final) {
        memcpy(e->head, head, kept + n);
        e->head_len = kept + n;
        return RSL_OK;
    }

    e->looked = 1;
    rc = RSL_OK;

    if (kept) {
        rc = rsl_envelope_take(e, head, kept);
    }

    /* what the intake has kept of it is read with what follows */

    if (len && (rc == RSL_OK || rc == RSL_AGAIN)) {
        rc = rsl_envelope_take(e, data, len);
    }

    return rc;
}


/* RSL_AGAIN: these bytes may be the beginning of what a row begins with. */

static int
rsl_envelope_looks(rsl_envelope_t *e, const u_char *p, size_t len)
{
    int                        rc, looks;
    size_t                     i;
    const rsl_str_t           *first;
    const rsl_envelope_row_t  *row;

    rc = RSL_DECLINED;

    for (i = 0; (row = rsl_envelope_rows[i]) != NULL; i++) {

        looks = row->looks ? row->looks(e, p, len) : RSL_DECLINED;

        if (looks == RSL_OK) {
            e->row = row;
            e->whole = 1;
            return RSL_OK;
        }

        if (looks == RSL_AGAIN) {
            rc = RSL_AGAIN;
        }

        first = row->first;

        for ( /* void */ ; first != NULL && first->len; first++) {

            switch (rsl_envelope_is_first(first, p, len)) {

            case RSL_OK:
                e->row = row;
                e->whole = 1;
                return RSL_OK;

            case RSL_AGAIN:
                rc = RSL_AGAIN;
                break;
            }
        }
    }

    return rc;
}


/* Blanks count for nothing before the first byte, and behind a brace. */

static int
rsl_envelope_is_first(const rsl_str_t *first, const u_char *p, size_t len)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < first->len; i++, n++) {

        if (i == 0 || first->data[i - 1] == '{') {
            while (n < len && rsl_envelope_is_space(p[n])) {
                n++;
            }
        }

        if (n == len) {
            return (len < RSL_ENVELOPE_KEY) ? RSL_AGAIN : RSL_DECLINED;
        }

        if (p[n] != first->data[i]) {
            return RSL_DECLINED;
        }
    }

    return RSL_OK;
}


static inline int
rsl_envelope_take(rsl_envelope_t *e, const u_char *data, size_t len)
{
    int  rc;

    if (!e->whole) {
        return rsl_intake_feed(e->intake, data, len, e->now);
    }

    /* of a body that a row takes, the intake gets nothing but the time */

    rc = rsl_intake_feed(e->intake, data, 0, e->now);

    return (rc == RSL_OK) ? e->row->feed(e, data, len) : rc;
}


/* A row that refuses an object has no other way to stop the intake. */

static int
rsl_envelope_rc(const rsl_envelope_t *e, int rc)
{
    return (rc == RSL_ERROR && e->refused) ? RSL_DECLINED : rc;
}


int
rsl_envelope_finish(rsl_envelope_t *e, int64_t now)
{
    int  rc;

    e->now = now;
    rc = RSL_OK;

    if (!e->looked && e->head_len) {
        rc = rsl_envelope_look(e, NULL, 0, 1);

        if (rc == RSL_AGAIN) {
            rc = RSL_OK;
        }
    }

    if (rc == RSL_OK) {
        rc = rsl_envelope_row_finish(e);
    }

    return rsl_envelope_rc(e, (rc == RSL_OK) ? rsl_intake_finish(e->intake, now)
                                             : rc);
}


static int
rsl_envelope_row_finish(rsl_envelope_t *e)
{
    int  rc;

    if (!e->whole || e->taken) {
        return RSL_OK;
    }

    (void) rsl_intake_feed(e->intake, (const u_char *) "", 0, e->now);

    rc = e->row->finish(e);
    e->taken = (rc != RSL_AGAIN);

    return rc;
}


int
rsl_envelope_held(const rsl_envelope_t *e)
{
    return rsl_intake_held(e->intake);
}


int
rsl_envelope_release(rsl_envelope_t *e)
{
    return rsl_intake_release(e->intake);
}


int
rsl_envelope_stop(rsl_envelope_t *e)
{
    e->cut = 1;

    if (rsl_envelope_row_finish(e) == RSL_ERROR
        || rsl_envelope_context_end(e) != RSL_OK)
    {
        return RSL_ERROR;
    }

    return rsl_intake_release(e->intake);
}


void
rsl_envelope_cut(rsl_envelope_t *e)
{
    e->cut = 1;
    rsl_intake_cut(e->intake);
}


size_t
rsl_envelope_kept(const rsl_envelope_t *e)
{
    size_t  kept;

    kept = rsl_intake_kept(e->intake) + rsl_envelope_context_kept(&e->walk);

    return (e->whole && e->row->kept != NULL) ? kept + e->row->kept(e) : kept;
}


const rsl_intake_result_t *
rsl_envelope_result(const rsl_envelope_t *e)
{
    return rsl_intake_result(e->intake);
}


const char *
rsl_envelope_name(const rsl_envelope_t *e)
{
    return e->row ? e->row->name : NULL;
}


/* A format that the table does not have would count as text. */

size_t
rsl_envelope_format(const rsl_envelope_t *e)
{
    size_t       i;
    const char  *name;

    name = e->row ? e->row->name
                  : rsl_intake_result(e->intake)->text ? "text" : "json";

    for (i = 0; rsl_envelope_formats[i + 1] != NULL; i++) {
        if (strcmp(rsl_envelope_formats[i], name) == 0) {
            break;
        }
    }

    return i;
}


uint64_t
rsl_envelope_late(const rsl_envelope_t *e)
{
    return e->late;
}


static int
rsl_envelope_begins(void *data, const u_char *p, const u_char *end, int final)
{
    int                        rc;
    size_t                     i;
    rsl_str_t                  key;
    const u_char              *value;
    const rsl_str_t           *name;
    const rsl_envelope_row_t  *row;

    rsl_envelope_t  *e = data;

    rc = rsl_envelope_json_first(p, end, &key, &value);

    if (rc != RSL_OK) {
        return final ? RSL_DECLINED : rc;
    }

    for (i = 0; (row = rsl_envelope_rows[i]) != NULL; i++) {

        name = row->keys;

        for ( /* void */ ; name != NULL && name->len; name++) {

            if (name->len != key.len
                || memcmp(name->data, key.data, key.len) != 0)
            {
                continue;
            }

            e->array.len = 0;

            rc = row->opens ? row->opens(e, p, &key, value, end, final)
                            : rsl_envelope_json_is_array(value, end);

            if (rc == RSL_AGAIN && !final) {
                return RSL_AGAIN;
            }

            e->scanned = 0;
            rsl_arena_reset(rsl_intake_arena(e->intake));

            return (rc == RSL_OK) ? rsl_envelope_open(e, row)
                                  : (rc == RSL_AGAIN) ? RSL_DECLINED : rc;
        }
    }

    return RSL_DECLINED;
}


static int
rsl_envelope_large(void *data, const u_char *p, const u_char *end)
{
    int                        rc;
    size_t                     i;
    const rsl_envelope_row_t  *row;

    rsl_envelope_t  *e = data;

    for (i = 0; (row = rsl_envelope_rows[i]) != NULL; i++) {

        rc = row->large ? row->large(e, p, end) : RSL_DECLINED;

        if (rc != RSL_DECLINED) {
            return (rc == RSL_OK) ? rsl_envelope_open(e, row) : rc;
        }
    }

    return RSL_DECLINED;
}


static int
rsl_envelope_open(rsl_envelope_t *e, const rsl_envelope_row_t *row)
{
    e->opened = row;

    if (e->row == NULL) {
        e->row = row;
    }

    memset(&e->around, 0, sizeof(rsl_envelope_around_t));
    rsl_envelope_walk_start(e);

    return RSL_OK;
}


static rsl_intake_walk_e
rsl_envelope_more(void *data, const u_char **p, const u_char *end)
{
    rsl_intake_walk_e  rc;

    rc = rsl_envelope_walk(data, p, end);

    /* what is behind the error does not come to those that wait for it */

    return (rc == RSL_INTAKE_WALK_BROKEN
            && rsl_envelope_context_end(data) != RSL_OK)
           ? RSL_INTAKE_WALK_FAILED : rc;
}


static int
rsl_envelope_element(void *data, rsl_arena_t *arena, rsl_value_t *value,
    const rsl_str_t *text)
{
    rsl_envelope_t  *e = data;

    return e->opened->element
           ? rsl_envelope_context_element(e, arena, value, text) : RSL_DECLINED;
}


static int
rsl_envelope_end(void *data)
{
    return rsl_envelope_context_end(data);
}


static int
rsl_envelope_object(void *data, rsl_arena_t *arena, rsl_value_t *object,
    int known)
{
    int                        rc;
    size_t                     i;
    const rsl_envelope_row_t  *row;

    rsl_envelope_t  *e = data;

    if (!rsl_envelope_may_be(e, object)) {
        return RSL_DECLINED;
    }

    for (i = 0; (row = rsl_envelope_rows[i]) != NULL; i++) {

        rc = row->object ? row->object(e, arena, object, known) : RSL_DECLINED;

        if (rc != RSL_DECLINED) {

            if (e->row == NULL) {
                e->row = row;
            }

            return rc;
        }
    }

    return RSL_DECLINED;
}


/*
 * This is asked of each object, so it looks at little: does a member hold a
 * list, or is it called "event" or as one for Sentry or Rollbar is, or is the
 * only one no string, or called as that of OTLP is?
 */

static int
rsl_envelope_may_be(const rsl_envelope_t *e, const rsl_value_t *object)
{
    const rsl_value_t  *member;

    static const uint32_t  letters =
        1u << ('e' & 31) | 1u << ('s' & 31) | 1u << ('a' & 31);

    if (object->type != RSL_VALUE_OBJECT || e->splunk) {
        return e->splunk;
    }

    member = object->child;

    if (member == NULL || member->next == NULL) {
        return member == NULL || member->type != RSL_VALUE_STRING
               || rsl_envelope_str_is(&member->key, "resourceLogs");
    }

    for ( /* void */ ; member != NULL; member = member->next) {

        if (member->type == RSL_VALUE_ARRAY) {
            return 1;
        }

        if (member->key.len < sizeof("event") - 1
            || !(letters >> (member->key.data[0] & 31) & 1))
        {
            continue;
        }

        if (rsl_envelope_str_is(&member->key, "event")
            || rsl_envelope_str_is(&member->key, "event_id")
            || rsl_envelope_str_is(&member->key, "sent_at")
            || rsl_envelope_str_is(&member->key, "access_token"))
        {
            return 1;
        }
    }

    return 0;
}
