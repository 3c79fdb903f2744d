
/*
 * Exceptions that are sent as objects become text as their languages print it.
 */


#include "rsl_intake_field.h"


/* Counts only, as long as there is no memory. */

typedef struct {
    u_char  *start;
    size_t   len;
} rsl_exception_t;


static int rsl_exception_object(rsl_making_t *making, json_t *json,
    rsl_str_t *text);
static void *rsl_exception_member(json_t *json, const rsl_str_t *names,
    rsl_str_t *text);
static int rsl_exception_print(rsl_arena_t *arena, json_t *json,
    void (*print)(rsl_exception_t *e, json_t *json), rsl_str_t *text);
static void rsl_exception_lines(rsl_exception_t *e, json_t *json);
static void rsl_exception_python(rsl_exception_t *e, json_t *json);
static void rsl_exception_frames(rsl_exception_t *e, json_t *json);
static void rsl_exception_put_member(rsl_exception_t *e, json_t *json,
    const char *key);
static void rsl_exception_put_line(rsl_exception_t *e, json_t *json);
static void rsl_exception_put_integer(rsl_exception_t *e, json_int_t value);
static void rsl_exception_put(rsl_exception_t *e, const void *data,
    size_t len);


#define rsl_exception_put_literal(e, text)                                    \
    rsl_exception_put(e, text, sizeof(text) - 1)


/* Folded; the last one is empty. */

static const rsl_str_t  rsl_exception_stacks[] = {
    rsl_string("stack"),
    rsl_string("stacktrace"),
    rsl_string("traceback"),
    rsl_string("extendedstacktrace"),
    rsl_null_string
};

static const rsl_str_t  rsl_exception_types[] = {
    rsl_string("type"),
    rsl_string("exctype"),
    rsl_string("class"),
    rsl_string("name"),
    rsl_string("kind"),
    rsl_null_string
};

static const rsl_str_t  rsl_exception_messages[] = {
    rsl_string("message"),
    rsl_string("value"),
    rsl_string("excvalue"),
    rsl_string("msg"),
    rsl_null_string
};


int
rsl_exception_text(rsl_making_t *making, json_t *json, rsl_str_t *text,
    int *whole)
{
    int           rc;
    json_t       *first;
    rsl_value_t  *value;

    *whole = 1;

    if (json_is_object(json)) {
        rc = rsl_exception_object(making, json, text);

        if (rc != RSL_DECLINED) {
            *whole = 0;
            return rc;
        }
    }

    first = json_array_get(json, 0);

    if (json_is_string(first)) {
        return rsl_exception_print(making->arena, json, rsl_exception_lines,
                                   text);
    }

    if (json_is_string(json_object_get(first, "exc_type"))) {
        return rsl_exception_print(making->arena, json, rsl_exception_python,
                                   text);
    }

    if (json_object_size(json) == 0 && first == NULL) {
        return RSL_DECLINED;
    }

    if (rsl_json_value(making->arena, json, &value) != RSL_OK) {
        return RSL_ERROR;
    }

    return rsl_value_print(making->arena, value, text);
}


/* What the text says is taken out of the object, the rest of it stays. */

static int
rsl_exception_object(rsl_making_t *making, json_t *json, rsl_str_t *text)
{
    void       *member, *type_member;
    u_char     *p;
    rsl_str_t   type, message;

    member = rsl_exception_member(json, rsl_exception_stacks, text);

    if (member != NULL) {
        rsl_making_take(making, member);
        return RSL_OK;
    }

    type_member = rsl_exception_member(json, rsl_exception_types, &type);
    member = rsl_exception_member(json, rsl_exception_messages, &message);

    if (type_member == NULL && member == NULL) {
        return RSL_DECLINED;
    }

    if (type_member != NULL) {
        rsl_making_take(making, type_member);
    }

    if (member != NULL) {
        rsl_making_take(making, member);
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

static void *
rsl_exception_member(json_t *json, const rsl_str_t *names, rsl_str_t *text)
{
    void             *member;
    rsl_str_t         key;
    rsl_folded_t      folded;
    const rsl_str_t  *name;

    for (name = names; name->len; name++) {

        for (member = json_object_iter(json);
             member != NULL;
             member = json_object_iter_next(json, member))
        {
            key = rsl_json_key(member);

            folded.len = 0;
            folded.hash = RSL_ALIAS_SEED;

            if (rsl_alias_fold(&folded, (const char *) key.data, key.len)
                == RSL_OK
                && folded.len == name->len
                && memcmp(folded.data, name->data, name->len) == 0
                && rsl_json_text(json_object_iter_value(member), text)
                   == RSL_OK
                && text->len)
            {
                return member;
            }
        }
    }

    return NULL;
}


static int
rsl_exception_print(rsl_arena_t *arena, json_t *json,
    void (*print)(rsl_exception_t *e, json_t *json), rsl_str_t *text)
{
    rsl_exception_t  e;

    e.start = NULL;
    e.len = 0;

    print(&e, json);

    e.start = rsl_arena_alloc(arena, e.len);
    if (e.start == NULL) {
        return RSL_ERROR;
    }

    e.len = 0;

    print(&e, json);

    text->data = e.start;
    text->len = e.len;

    return RSL_OK;
}


static void
rsl_exception_lines(rsl_exception_t *e, json_t *json)
{
    size_t   i;
    json_t  *line;

    json_array_foreach(json, i, line) {

        if (i) {
            rsl_exception_put_literal(e, "\n");
        }

        rsl_exception_put_line(e, line);
    }
}


/*
 * Python's structlog lists the exception first and then what it came from;
 * Python itself prints the cause first.
 */

static void
rsl_exception_python(rsl_exception_t *e, json_t *json)
{
    size_t   i;
    json_t  *stack;

    for (i = json_array_size(json); i; i--) {
        stack = json_array_get(json, i - 1);

        rsl_exception_put_literal(e, "Traceback (most recent call last):\n");
        rsl_exception_frames(e, json_object_get(stack, "frames"));
        rsl_exception_put_member(e, stack, "exc_type");
        rsl_exception_put_literal(e, ": ");
        rsl_exception_put_member(e, stack, "exc_value");

        if (i == 1) {
            break;
        }

        if (json_is_true(json_object_get(stack, "is_cause"))) {
            rsl_exception_put_literal(e, "\n\nThe above exception was the "
                                      "direct cause of the following "
                                      "exception:\n\n");
        } else {
            rsl_exception_put_literal(e, "\n\nDuring handling of the above "
                                      "exception, another exception "
                                      "occurred:\n\n");
        }
    }
}


static void
rsl_exception_frames(rsl_exception_t *e, json_t *json)
{
    size_t   i;
    json_t  *frame;

    json_array_foreach(json, i, frame) {
        rsl_exception_put_literal(e, "  File \"");
        rsl_exception_put_member(e, frame, "filename");
        rsl_exception_put_literal(e, "\", line ");
        rsl_exception_put_integer(e, json_integer_value(
                                         json_object_get(frame, "lineno")));
        rsl_exception_put_literal(e, ", in ");
        rsl_exception_put_member(e, frame, "name");
        rsl_exception_put_literal(e, "\n");

        if (json_string_length(json_object_get(frame, "line"))) {
            rsl_exception_put_literal(e, "    ");
            rsl_exception_put_member(e, frame, "line");
            rsl_exception_put_literal(e, "\n");
        }
    }
}


static void
rsl_exception_put_member(rsl_exception_t *e, json_t *json, const char *key)
{
    rsl_exception_put_line(e, json_object_get(json, key));
}


static void
rsl_exception_put_line(rsl_exception_t *e, json_t *json)
{
    rsl_exception_put(e, json_string_value(json), json_string_length(json));
}


static void
rsl_exception_put_integer(rsl_exception_t *e, json_int_t value)
{
    u_char  digit;

    if (value >= 10) {
        rsl_exception_put_integer(e, value / 10);
    }

    digit = (u_char) ('0' + (value < 0 ? 0 : value % 10));

    rsl_exception_put(e, &digit, 1);
}


static void
rsl_exception_put(rsl_exception_t *e, const void *data, size_t len)
{
    if (e->start != NULL && len) {
        memcpy(e->start + e->len, data, len);
    }

    e->len += len;
}
