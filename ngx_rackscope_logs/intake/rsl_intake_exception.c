
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Exceptions that are sent as objects become text as their languages print it.
 */


#include "rsl_intake_internal.h"


/* Counts only, as long as there is no memory. */

typedef struct {
    u_char  *start;
    size_t   len;
} rsl_intake_exception_t;


static int rsl_intake_exception_object(rsl_intake_making_t *making,
    rsl_value_t *object, rsl_str_t *text);
static rsl_value_t *rsl_intake_exception_member(const rsl_value_t *object,
    const rsl_str_t *names, rsl_str_t *text);
static int rsl_intake_exception_print(rsl_arena_t *arena, rsl_value_t *first,
    void (*print)(rsl_intake_exception_t *e, const rsl_value_t *first),
    rsl_str_t *text);
static void rsl_intake_exception_lines(rsl_intake_exception_t *e,
    const rsl_value_t *line);
static rsl_value_t *rsl_intake_exception_reverse(rsl_value_t *first);
static void rsl_intake_exception_python(rsl_intake_exception_t *e,
    const rsl_value_t *stack);
static void rsl_intake_exception_frames(rsl_intake_exception_t *e,
    const rsl_value_t *stack);
static const rsl_value_t *rsl_intake_exception_find(const rsl_value_t *value,
    const char *key);
static void rsl_intake_exception_put_member(rsl_intake_exception_t *e,
    const rsl_value_t *object, const char *key);
static void rsl_intake_exception_put_text(rsl_intake_exception_t *e,
    const rsl_value_t *value);
static void rsl_intake_exception_put(rsl_intake_exception_t *e,
    const void *data, size_t len);


#define rsl_intake_exception_put_literal(e, text)                             \
    rsl_intake_exception_put(e, text, sizeof(text) - 1)


/* Folded; the last one is empty. */

static const rsl_str_t  rsl_intake_exception_stacks[] = {
    rsl_string("stack"),
    rsl_string("stacktrace"),
    rsl_string("traceback"),
    rsl_string("extendedstacktrace"),
    rsl_null_string
};

static const rsl_str_t  rsl_intake_exception_types[] = {
    rsl_string("type"),
    rsl_string("exctype"),
    rsl_string("class"),
    rsl_string("name"),
    rsl_string("kind"),
    rsl_null_string
};

static const rsl_str_t  rsl_intake_exception_messages[] = {
    rsl_string("message"),
    rsl_string("value"),
    rsl_string("excvalue"),
    rsl_string("msg"),
    rsl_null_string
};


int
rsl_intake_exception_text(rsl_intake_making_t *making, rsl_value_t *value,
    rsl_str_t *text, int *whole)
{
    int                 rc;
    rsl_value_t        *first;
    const rsl_value_t  *type;

    *whole = 1;

    if (value->type == RSL_VALUE_OBJECT) {
        rc = rsl_intake_exception_object(making, value, text);

        if (rc != RSL_DECLINED) {
            *whole = 0;
            return rc;
        }
    }

    first = value->child;

    if (first == NULL) {
        return RSL_DECLINED;
    }

    if (value->type == RSL_VALUE_ARRAY && first->type == RSL_VALUE_STRING) {
        return rsl_intake_exception_print(making->arena, first,
                                          rsl_intake_exception_lines, text);
    }

    type = rsl_intake_exception_find(first, "exc_type");

    if (value->type == RSL_VALUE_ARRAY
        && type != NULL && type->type == RSL_VALUE_STRING)
    {
        first = rsl_intake_exception_reverse(first);
        rc = rsl_intake_exception_print(making->arena, first,
                                        rsl_intake_exception_python, text);
        (void) rsl_intake_exception_reverse(first);

        return rc;
    }

    return rsl_json_print(making->arena, value, text);
}


/* What the text says is taken out of the object, the rest of it stays. */

static int
rsl_intake_exception_object(rsl_intake_making_t *making, rsl_value_t *object,
    rsl_str_t *text)
{
    u_char       *p;
    rsl_str_t     type, message;
    rsl_value_t  *member, *type_member;

    member = rsl_intake_exception_member(object, rsl_intake_exception_stacks,
                                         text);

    if (member != NULL) {
        member->taken = 1;
        return RSL_OK;
    }

    type_member = rsl_intake_exception_member(object,
                                              rsl_intake_exception_types,
                                              &type);
    member = rsl_intake_exception_member(object,
                                         rsl_intake_exception_messages,
                                         &message);

    if (type_member == NULL && member == NULL) {
        return RSL_DECLINED;
    }

    if (type_member != NULL) {
        type_member->taken = 1;
    }

    if (member != NULL) {
        member->taken = 1;
    }

    if (type_member == NULL || member == NULL) {
        *text = (member == NULL) ? type : message;
        return RSL_OK;
    }

    p = rsl_arena_alloc(making->arena, type.len + 2 + message.len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;
    text->len = type.len + 2 + message.len;

    memcpy(p, type.data, type.len);
    memcpy(p + type.len, ": ", 2);
    memcpy(p + type.len + 2, message.data, message.len);

    return RSL_OK;
}


/* The member with the first of the names whose value is a text, or NULL. */

static rsl_value_t *
rsl_intake_exception_member(const rsl_value_t *object, const rsl_str_t *names,
    rsl_str_t *text)
{
    rsl_value_t          *member;
    rsl_intake_folded_t   folded;
    const rsl_str_t      *name;

    for (name = names; name->len; name++) {

        for (member = object->child; member != NULL; member = member->next) {

            rsl_intake_alias_start(&folded);

            if (rsl_intake_alias_fold(&folded, &member->key) == RSL_OK
                && folded.len == name->len
                && memcmp(folded.data, name->data, name->len) == 0
                && rsl_intake_value_text(member, text) == RSL_OK
                && text->len)
            {
                return member;
            }
        }
    }

    return NULL;
}


static int
rsl_intake_exception_print(rsl_arena_t *arena, rsl_value_t *first,
    void (*print)(rsl_intake_exception_t *e, const rsl_value_t *first),
    rsl_str_t *text)
{
    rsl_intake_exception_t  e;

    e.start = NULL;
    e.len = 0;

    print(&e, first);

    e.start = rsl_arena_alloc(arena, e.len);
    if (e.start == NULL) {
        return RSL_ERROR;
    }

    e.len = 0;

    print(&e, first);

    text->data = e.start;
    text->len = e.len;

    return RSL_OK;
}


static void
rsl_intake_exception_lines(rsl_intake_exception_t *e, const rsl_value_t *line)
{
    for ( ;; ) {
        rsl_intake_exception_put_text(e, line);

        line = line->next;

        if (line == NULL) {
            break;
        }

        rsl_intake_exception_put_literal(e, "\n");
    }
}


/*
 * Python's structlog lists the exception first and then what it came from;
 * Python itself prints the cause first.
 */

static rsl_value_t *
rsl_intake_exception_reverse(rsl_value_t *first)
{
    rsl_value_t  *last, *next;

    for (last = NULL; first != NULL; first = next) {
        next = first->next;
        first->next = last;
        last = first;
    }

    return last;
}


static void
rsl_intake_exception_python(rsl_intake_exception_t *e, const rsl_value_t *stack)
{
    const rsl_value_t  *is_cause;

    for ( ;; ) {
        rsl_intake_exception_put_literal(e, RSL_PYTHON_TRACEBACK "\n");
        rsl_intake_exception_frames(e, stack);
        rsl_intake_exception_put_member(e, stack, "exc_type");
        rsl_intake_exception_put_literal(e, ": ");
        rsl_intake_exception_put_member(e, stack, "exc_value");

        if (stack->next == NULL) {
            break;
        }

        is_cause = rsl_intake_exception_find(stack, "is_cause");

        if (is_cause != NULL
            && rsl_intake_value_is(is_cause, RSL_INTAKE_TRUE))
        {
            rsl_intake_exception_put_literal(e,
                                             "\n\n" RSL_PYTHON_CAUSE "\n\n");

        } else {
            rsl_intake_exception_put_literal(e,
                                             "\n\n" RSL_PYTHON_DURING "\n\n");
        }

        stack = stack->next;
    }
}


static void
rsl_intake_exception_frames(rsl_intake_exception_t *e, const rsl_value_t *stack)
{
    rsl_str_t           lineno;
    const rsl_value_t  *frame, *member;

    member = rsl_intake_exception_find(stack, "frames");

    if (member == NULL || member->type != RSL_VALUE_ARRAY) {
        return;
    }

    for (frame = member->child; frame != NULL; frame = frame->next) {
        rsl_intake_exception_put_literal(e, "  File \"");
        rsl_intake_exception_put_member(e, frame, "filename");
        rsl_intake_exception_put_literal(e, "\", line ");

        member = rsl_intake_exception_find(frame, "lineno");

        if (member == NULL || rsl_intake_value_number(member, &lineno) != RSL_OK
            || lineno.data[0] == '-')
        {
            rsl_intake_exception_put_literal(e, "0");

        } else {
            rsl_intake_exception_put(e, lineno.data, lineno.len);
        }

        rsl_intake_exception_put_literal(e, ", in ");
        rsl_intake_exception_put_member(e, frame, "name");
        rsl_intake_exception_put_literal(e, "\n");

        member = rsl_intake_exception_find(frame, "line");

        if (member != NULL && member->type == RSL_VALUE_STRING
            && member->text.len)
        {
            rsl_intake_exception_put_literal(e, "    ");
            rsl_intake_exception_put_text(e, member);
            rsl_intake_exception_put_literal(e, "\n");
        }
    }
}


static const rsl_value_t *
rsl_intake_exception_find(const rsl_value_t *value, const char *key)
{
    rsl_str_t  name;

    name.data = (const u_char *) key;
    name.len = strlen(key);

    return (value->type == RSL_VALUE_OBJECT)
           ? rsl_intake_value_find(value, &name)
                                             : NULL;
}


static void
rsl_intake_exception_put_member(rsl_intake_exception_t *e,
    const rsl_value_t *object, const char *key)
{
    const rsl_value_t  *member;

    member = rsl_intake_exception_find(object, key);

    if (member != NULL) {
        rsl_intake_exception_put_text(e, member);
    }
}


static void
rsl_intake_exception_put_text(rsl_intake_exception_t *e,
    const rsl_value_t *value)
{
    if (value->type == RSL_VALUE_STRING) {
        rsl_intake_exception_put(e, value->text.data, value->text.len);
    }
}


static void
rsl_intake_exception_put(rsl_intake_exception_t *e, const void *data,
    size_t len)
{
    if (e->start != NULL && len) {
        memcpy(e->start + e->len, data, len);
    }

    e->len += len;
}
