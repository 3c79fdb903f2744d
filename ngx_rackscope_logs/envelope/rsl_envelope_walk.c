
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Envelopes of JSON, of any size and in any pieces: a walk through the objects
 * and arrays of their shape.
 */


#include "rsl_envelope_internal.h"


typedef enum {
    RSL_ENVELOPE_WALK_OBJECT = 0,   /* "{" is expected, */
    RSL_ENVELOPE_WALK_MEMBER,       /* a key, or "}", */
    RSL_ENVELOPE_WALK_KEY,          /* the rest of a key, */
    RSL_ENVELOPE_WALK_COLON,
    RSL_ENVELOPE_WALK_VALUE,
    RSL_ENVELOPE_WALK_ELEMENT,      /* an object, or "]", */
    RSL_ENVELOPE_WALK_STRING,       /* the rest of a string, */
    RSL_ENVELOPE_WALK_SCALAR,       /* of another scalar, */
    RSL_ENVELOPE_WALK_NESTED,       /* of an object or array, */
    RSL_ENVELOPE_WALK_NEXT          /* a comma, or a closing bracket */
} rsl_envelope_walk_state_e;


static rsl_intake_walk_e rsl_envelope_walk_token(rsl_envelope_t *e,
    const u_char **p);
static rsl_intake_walk_e rsl_envelope_walk_member(rsl_envelope_t *e,
    const u_char **p);
static rsl_intake_walk_e rsl_envelope_walk_key(rsl_envelope_walk_t *walk,
    const u_char **p, const u_char *end);
static rsl_intake_walk_e rsl_envelope_walk_value(rsl_envelope_t *e,
    const u_char **p);
static int rsl_envelope_walk_is(const rsl_envelope_walk_t *walk,
    const rsl_str_t *names);
static int rsl_envelope_walk_is_array(const rsl_envelope_t *e);
static rsl_intake_walk_e rsl_envelope_walk_element_open(
    rsl_envelope_t *e, const u_char **p);
static rsl_intake_walk_e rsl_envelope_walk_wrong(rsl_envelope_t *e, u_char ch,
    const char *detail);
static rsl_intake_walk_e rsl_envelope_walk_skip_open(
    rsl_envelope_walk_t *walk, u_char ch);
static rsl_intake_walk_e rsl_envelope_walk_leave(rsl_envelope_t *e);
static int rsl_envelope_walk_group_end(rsl_envelope_t *e);
static rsl_intake_walk_e rsl_envelope_walk_skip(rsl_envelope_t *e,
    const u_char **p, const u_char *end);
static rsl_grammar_result_e rsl_envelope_walk_string(
    rsl_envelope_walk_t *walk, const u_char **p, const u_char *end);
static int rsl_envelope_walk_capture(rsl_envelope_walk_t *walk,
    const u_char *p, size_t len);
static int rsl_envelope_walk_captured(rsl_envelope_t *e);


static const char  rsl_envelope_walk_array[] =
    "what should be an array of records, or of groups of them, is none";

static const char  rsl_envelope_walk_object[] =
    "a group of records must be a JSON object, such as {...}";


void
rsl_envelope_walk_start(rsl_envelope_t *e)
{
    size_t                level;
    rsl_envelope_walk_t  *walk;

    walk = &e->walk;

    for (level = 0; level < RSL_ENVELOPE_LEVELS; level++) {
        rsl_envelope_context_forget(walk, level);
    }

    rsl_envelope_buf_reset(&walk->waiting);

    walk->shape = e->opened->shape;
    walk->state = RSL_ENVELOPE_WALK_OBJECT;
    walk->level = 0;
    walk->in_array = 0;
    walk->capture = 0;
    walk->escape = 0;
}


rsl_intake_walk_e
rsl_envelope_walk(rsl_envelope_t *e, const u_char **p, const u_char *end)
{
    rsl_intake_walk_e     rc;
    rsl_envelope_walk_t  *walk;

    walk = &e->walk;
    rc = RSL_INTAKE_WALK_MORE;

    while (*p < end && rc == RSL_INTAKE_WALK_MORE) {

        switch (walk->state) {

        case RSL_ENVELOPE_WALK_STRING:
        case RSL_ENVELOPE_WALK_SCALAR:
        case RSL_ENVELOPE_WALK_NESTED:
            rc = rsl_envelope_walk_skip(e, p, end);
            break;

        case RSL_ENVELOPE_WALK_KEY:
            rc = rsl_envelope_walk_key(walk, p, end);
            break;

        default:
            if (rsl_envelope_is_space(**p)) {
                (*p)++;

            } else {
                rc = rsl_envelope_walk_token(e, p);
            }
        }
    }

    return rc;
}


static rsl_intake_walk_e
rsl_envelope_walk_token(rsl_envelope_t *e, const u_char **p)
{
    rsl_envelope_walk_t  *walk;

    walk = &e->walk;

    switch (walk->state) {

    case RSL_ENVELOPE_WALK_OBJECT:
        (*p)++;
        walk->state = RSL_ENVELOPE_WALK_MEMBER;
        return RSL_INTAKE_WALK_MORE;

    case RSL_ENVELOPE_WALK_COLON:

        if (**p != ':') {
            return RSL_INTAKE_WALK_BROKEN;
        }

        (*p)++;
        walk->state = RSL_ENVELOPE_WALK_VALUE;
        return RSL_INTAKE_WALK_MORE;

    case RSL_ENVELOPE_WALK_VALUE:
        return rsl_envelope_walk_value(e, p);

    case RSL_ENVELOPE_WALK_ELEMENT:
        return rsl_envelope_walk_element_open(e, p);

    default:    /* MEMBER, NEXT */
        return rsl_envelope_walk_member(e, p);
    }
}


static rsl_intake_walk_e
rsl_envelope_walk_member(rsl_envelope_t *e, const u_char **p)
{
    rsl_envelope_walk_t  *walk;

    walk = &e->walk;

    if (**p == '}') {
        (*p)++;
        return rsl_envelope_walk_leave(e);
    }

    if (**p == ',' && walk->state == RSL_ENVELOPE_WALK_NEXT) {
        (*p)++;
        walk->state = RSL_ENVELOPE_WALK_MEMBER;
        return RSL_INTAKE_WALK_MORE;
    }

    if (**p == '"' && walk->state == RSL_ENVELOPE_WALK_MEMBER) {
        (*p)++;
        walk->state = RSL_ENVELOPE_WALK_KEY;
        walk->key_len = 0;
        walk->odd = 0;
        return RSL_INTAKE_WALK_MORE;
    }

    return RSL_INTAKE_WALK_BROKEN;
}


/* A key that is escaped, or too long, is no name that is looked for. */

static rsl_intake_walk_e
rsl_envelope_walk_key(rsl_envelope_walk_t *walk, const u_char **p,
    const u_char *end)
{
    u_char  ch;

    while (*p < end) {
        ch = **p;

        if (ch < ' ') {
            return RSL_INTAKE_WALK_BROKEN;
        }

        (*p)++;

        if (walk->escape) {
            walk->escape = 0;
            continue;
        }

        if (ch == '"') {
            walk->state = RSL_ENVELOPE_WALK_COLON;
            return RSL_INTAKE_WALK_MORE;
        }

        if (ch == '\\' || walk->key_len == RSL_ENVELOPE_KEY) {
            walk->escape = (ch == '\\');
            walk->odd = 1;
            continue;
        }

        walk->key[walk->key_len++] = ch;
    }

    return RSL_INTAKE_WALK_MORE;
}


static rsl_intake_walk_e
rsl_envelope_walk_value(rsl_envelope_t *e, const u_char **p)
{
    rsl_envelope_walk_t         *walk;
    rsl_envelope_context_t      *context;
    const rsl_envelope_shape_t  *shape;

    walk = &e->walk;
    shape = walk->shape;

    if (rsl_envelope_walk_is_array(e)) {

        if (**p != '[') {
            return rsl_envelope_walk_wrong(e, **p, rsl_envelope_walk_array);
        }

        (*p)++;

        if (walk->level < shape->nlevels - 1) {
            walk->in_array = 1;
            walk->state = RSL_ENVELOPE_WALK_ELEMENT;
            return RSL_INTAKE_WALK_MORE;
        }

        walk->state = RSL_ENVELOPE_WALK_NEXT;

        return shape->arrays ? RSL_INTAKE_WALK_ARRAYS : RSL_INTAKE_WALK_OBJECTS;
    }

    if (rsl_envelope_walk_is(walk, shape->levels[walk->level].context)) {
        context = &walk->contexts[walk->level];
        walk->capture = 1;
        context->value = NULL;
        rsl_envelope_buf_reset(&context->text);
    }

    return rsl_envelope_walk_skip_open(walk, **p);
}


static int
rsl_envelope_walk_is(const rsl_envelope_walk_t *walk, const rsl_str_t *names)
{
    size_t  i;

    if (walk->odd) {
        return 0;
    }

    for (i = 0; i < RSL_ENVELOPE_NAMES && names[i].len; i++) {
        if (walk->key_len == names[i].len
            && memcmp(walk->key, names[i].data, names[i].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static int
rsl_envelope_walk_is_array(const rsl_envelope_t *e)
{
    rsl_str_t                   names[RSL_ENVELOPE_NAMES];
    const rsl_envelope_walk_t  *walk;

    walk = &e->walk;

    if (e->array.len == 0) {
        return rsl_envelope_walk_is(walk,
                                    walk->shape->levels[walk->level].array);
    }

    memset(names, 0, sizeof(names));
    names[0] = e->array;

    return rsl_envelope_walk_is(walk, names);
}


static rsl_intake_walk_e
rsl_envelope_walk_element_open(rsl_envelope_t *e, const u_char **p)
{
    rsl_envelope_walk_t  *walk;

    walk = &e->walk;

    switch (**p) {

    case ',':
        (*p)++;
        return RSL_INTAKE_WALK_MORE;

    case ']':
        (*p)++;
        walk->in_array = 0;
        walk->state = RSL_ENVELOPE_WALK_NEXT;
        return RSL_INTAKE_WALK_MORE;

    case '{':
        (*p)++;
        walk->level++;
        walk->in_array = 0;
        walk->state = RSL_ENVELOPE_WALK_MEMBER;
        return RSL_INTAKE_WALK_MORE;

    default:
        return rsl_envelope_walk_wrong(e, **p, rsl_envelope_walk_object);
    }
}


/*
 * What should hold records is of another type.  It is skipped, and the sender
 * is told, unless it says by null that there are none.
 */

static rsl_intake_walk_e
rsl_envelope_walk_wrong(rsl_envelope_t *e, u_char ch, const char *detail)
{
    rsl_intake_walk_e  rc;

    rc = rsl_envelope_walk_skip_open(&e->walk, ch);

    if (rc == RSL_INTAKE_WALK_MORE && ch != 'n') {
        rsl_intake_reject(e->intake, detail);
    }

    return rc;
}


static rsl_intake_walk_e
rsl_envelope_walk_skip_open(rsl_envelope_walk_t *walk, u_char ch)
{
    switch (ch) {

    case '"':
        walk->state = RSL_ENVELOPE_WALK_STRING;
        walk->opened = 0;
        return RSL_INTAKE_WALK_MORE;

    case '{':
    case '[':
        walk->state = RSL_ENVELOPE_WALK_NESTED;
        rsl_grammar_start(&walk->grammar, RSL_INTAKE_DEPTH_ELEMENT, 0);
        return RSL_INTAKE_WALK_MORE;
    }

    walk->state = RSL_ENVELOPE_WALK_SCALAR;

    return (ch == '-' || (ch >= '0' && ch <= '9') || ch == 't' || ch == 'f'
            || ch == 'n' || ch == 'N' || ch == 'I')
           ? RSL_INTAKE_WALK_MORE : RSL_INTAKE_WALK_BROKEN;
}


static rsl_intake_walk_e
rsl_envelope_walk_leave(rsl_envelope_t *e)
{
    rsl_envelope_walk_t  *walk;

    walk = &e->walk;

    if (rsl_envelope_walk_group_end(e) != RSL_OK) {
        return RSL_INTAKE_WALK_FAILED;
    }

    if (walk->level == 0) {
        return RSL_INTAKE_WALK_END;
    }

    walk->level--;
    walk->in_array = 1;
    walk->state = RSL_ENVELOPE_WALK_ELEMENT;

    return RSL_INTAKE_WALK_MORE;
}


/*
 * No more of the context of this level will come.  If only one around it is
 * missing, that of the records has to wait with them.
 */

static int
rsl_envelope_walk_group_end(rsl_envelope_t *e)
{
    rsl_str_t             text;
    rsl_envelope_walk_t  *walk;

    walk = &e->walk;

    if (walk->waiting.len) {

        if (rsl_envelope_context_is_known(walk, walk->level)) {

            if (rsl_envelope_context_release(e, 0) != RSL_OK) {
                return RSL_ERROR;
            }

        } else if (walk->level == walk->shape->nlevels - 1) {
            text.data = walk->contexts[walk->level].text.data;
            text.len = walk->contexts[walk->level].text.len;

            if (rsl_envelope_context_wait(e, RSL_ENVELOPE_CONTEXT_AROUND, &text)
                != RSL_OK)
            {
                return RSL_ERROR;
            }
        }
    }

    rsl_envelope_context_forget(walk, walk->level);

    return e->opened->context ? e->opened->context(e, walk->level) : RSL_OK;
}


static rsl_intake_walk_e
rsl_envelope_walk_skip(rsl_envelope_t *e, const u_char **p, const u_char *end)
{
    const u_char          *start;
    rsl_envelope_walk_t   *walk;
    rsl_grammar_result_e   rc;

    walk = &e->walk;
    start = *p;
    rc = RSL_GRAMMAR_MORE;

    if (walk->state == RSL_ENVELOPE_WALK_NESTED) {
        rc = rsl_grammar(&walk->grammar, p, end);

    } else if (walk->state == RSL_ENVELOPE_WALK_STRING) {
        rc = rsl_envelope_walk_string(walk, p, end);

    } else {

        while (*p < end && rc == RSL_GRAMMAR_MORE) {

            if (**p == ',' || **p == '}' || **p == ']'
                || rsl_envelope_is_space(**p))
            {
                rc = RSL_GRAMMAR_END;

            } else {
                (*p)++;
            }
        }
    }

    if (rc == RSL_GRAMMAR_BROKEN) {
        return RSL_INTAKE_WALK_BROKEN;
    }

    if (walk->capture
        && rsl_envelope_walk_capture(walk, start, (size_t) (*p - start))
           != RSL_OK)
    {
        return RSL_INTAKE_WALK_FAILED;
    }

    if (rc == RSL_GRAMMAR_END) {
        walk->state = walk->in_array ? RSL_ENVELOPE_WALK_ELEMENT
                                     : RSL_ENVELOPE_WALK_NEXT;

        if (walk->capture && rsl_envelope_walk_captured(e) != RSL_OK) {
            return RSL_INTAKE_WALK_FAILED;
        }
    }

    return RSL_INTAKE_WALK_MORE;
}


static rsl_grammar_result_e
rsl_envelope_walk_string(rsl_envelope_walk_t *walk, const u_char **p,
    const u_char *end)
{
    u_char  ch;

    while (*p < end) {
        ch = **p;

        if (ch < ' ') {
            return RSL_GRAMMAR_BROKEN;
        }

        (*p)++;

        if (walk->escape) {
            walk->escape = 0;

        } else if (ch == '\\') {
            walk->escape = 1;

        } else if (ch == '"' && walk->opened++) {
            return RSL_GRAMMAR_END;
        }
    }

    return RSL_GRAMMAR_MORE;
}


static int
rsl_envelope_walk_capture(rsl_envelope_walk_t *walk, const u_char *p,
    size_t len)
{
    rsl_envelope_buf_t  *text;

    text = &walk->contexts[walk->level].text;

    if (len > RSL_ENVELOPE_CONTEXT_MAX - text->len) {
        len = RSL_ENVELOPE_CONTEXT_MAX - text->len;
    }

    return rsl_envelope_buf_add(text, p, len);
}


/* Records that have waited for this alone need not wait any longer. */

static int
rsl_envelope_walk_captured(rsl_envelope_t *e)
{
    rsl_str_t                text;
    rsl_envelope_walk_t     *walk;
    rsl_envelope_context_t  *context;

    walk = &e->walk;
    walk->capture = 0;

    context = &walk->contexts[walk->level];
    context->known = 1;

    text.data = context->text.data;
    text.len = context->text.len;

    if (rsl_envelope_context_read(e, walk->level, &text) != RSL_OK) {
        return RSL_ERROR;
    }

    return (walk->waiting.len
            && rsl_envelope_context_is_known(walk, walk->level + 1))
           ? rsl_envelope_context_release(e, 0) : RSL_OK;
}
