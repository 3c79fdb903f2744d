
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A form (URL Standard, application/x-www-form-urlencoded), such as Python's
 * HTTPHandler sends: one record.  curl and syslog-ng call everything a form, so
 * a body is one only if all of its bytes are those that a form is encoded in,
 * and one of its keys is that of a record.
 */


#include <stdlib.h>

#include "rsl_envelope_internal.h"


typedef struct {
    rsl_envelope_buf_t  buf;
    unsigned            digits;     /* that are missing behind a "%" */
} rsl_envelope_form_t;


static int rsl_envelope_form_takes(rsl_envelope_t *e,
    const rsl_envelope_request_t *request);
static int rsl_envelope_form_feed(rsl_envelope_t *e, const u_char *data,
    size_t len);
static int rsl_envelope_form_is_strict(rsl_envelope_form_t *form,
    const u_char *p, const u_char *end);
static int rsl_envelope_form_pass(rsl_envelope_t *e, const u_char *data,
    size_t len);
static int rsl_envelope_form_finish(rsl_envelope_t *e);
static int rsl_envelope_form_read(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **object);
static int rsl_envelope_form_field(rsl_arena_t *arena,
    const rsl_value_t *object, rsl_str_t *key, rsl_str_t *text,
    rsl_value_t ***next);
static rsl_value_t *rsl_envelope_form_member(const rsl_value_t *object,
    const rsl_str_t *key);
static int rsl_envelope_form_decode(rsl_arena_t *arena, rsl_str_t *text);
static int rsl_envelope_form_is_record(const rsl_value_t *object);
static size_t rsl_envelope_form_kept(const rsl_envelope_t *e);
static void rsl_envelope_form_free(rsl_envelope_t *e);


/* What follows in a larger form is not read. */
#define RSL_ENVELOPE_FORM_MAX     (1024 * 1024)

/* Each key is compared with those before it.  With more of them, it is text. */
#define RSL_ENVELOPE_FORM_FIELDS  256


static const char *const  rsl_envelope_form_keys[] = {
    "msg", "message", "level", "levelname", NULL
};


const rsl_envelope_row_t  rsl_envelope_form = {
    .name = "form",
    .takes = rsl_envelope_form_takes,
    .feed = rsl_envelope_form_feed,
    .finish = rsl_envelope_form_finish,
    .kept = rsl_envelope_form_kept,
    .free = rsl_envelope_form_free
};


static int
rsl_envelope_form_takes(rsl_envelope_t *e,
    const rsl_envelope_request_t *request)
{
    return rsl_envelope_request_is(&request->type,
                                   "application/x-www-form-urlencoded");
}


static int
rsl_envelope_form_feed(rsl_envelope_t *e, const u_char *data, size_t len)
{
    rsl_envelope_form_t  *form;

    if (e->state == NULL) {
        e->state = calloc(1, sizeof(rsl_envelope_form_t));

        if (e->state == NULL) {
            return RSL_ERROR;
        }
    }

    form = e->state;

    if (!rsl_envelope_form_is_strict(form, data, data + len)) {
        return rsl_envelope_form_pass(e, data, len);
    }

    if (len > RSL_ENVELOPE_FORM_MAX - form->buf.len) {
        len = RSL_ENVELOPE_FORM_MAX - form->buf.len;
    }

    return rsl_envelope_buf_add(&form->buf, data, len);
}


/* The encoders of forms leave letters, digits and a few others as they are. */

static int
rsl_envelope_form_is_strict(rsl_envelope_form_t *form, const u_char *p,
    const u_char *end)
{
    for ( /* void */ ; p < end; p++) {

        if (form->digits) {

            if (rsl_number_hex(*p) < 0) {
                return 0;
            }

            form->digits--;
            continue;
        }

        if (*p == '%') {
            form->digits = 2;
            continue;
        }

        if ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') {
            continue;
        }

        if ((*p < '0' || *p > '9')
            && (*p == '\0' || strchr("&=+-._~*!'()", *p) == NULL))
        {
            return 0;
        }
    }

    return 1;
}


/* The body is no form: what was kept of it is read as anything else is. */

static int
rsl_envelope_form_pass(rsl_envelope_t *e, const u_char *data, size_t len)
{
    int                   rc;
    rsl_envelope_buf_t    buf;
    rsl_envelope_form_t  *form;

    form = e->state;

    buf = form->buf;
    memset(&form->buf, 0, sizeof(rsl_envelope_buf_t));

    rsl_envelope_form_free(e);

    if (buf.len == 0) {
        return rsl_envelope_pass(e, data, len);
    }

    rc = rsl_envelope_buf_add(&buf, data, len);

    if (rc == RSL_OK) {
        rc = rsl_envelope_pass(e, buf.data, buf.len);
    }

    rsl_envelope_buf_free(&buf);

    return rc;
}


static int
rsl_envelope_form_finish(rsl_envelope_t *e)
{
    int                   rc;
    rsl_str_t             text;
    rsl_arena_t          *arena;
    rsl_value_t          *object;
    rsl_envelope_form_t  *form;

    form = e->state;

    if (form == NULL) {
        return RSL_OK;
    }

    if (e->cut) {
        rsl_envelope_form_free(e);
        return RSL_OK;
    }

    object = NULL;
    arena = rsl_intake_arena(e->intake);

    text.data = form->buf.data;
    text.len = form->buf.len;

    rc = form->digits && text.len < RSL_ENVELOPE_FORM_MAX
         ? RSL_DECLINED : rsl_envelope_form_read(arena, &text, &object);

    if (rc == RSL_OK && !rsl_envelope_form_is_record(object)) {
        rc = RSL_DECLINED;
    }

    if (rc == RSL_OK) {
        rc = rsl_intake_take(e->intake, object);

    } else if (rc == RSL_DECLINED) {
        rc = rsl_envelope_form_pass(e, NULL, 0);
    }

    rsl_arena_reset(arena);
    rsl_envelope_form_free(e);

    return rc;
}


/* RSL_DECLINED: there are too many fields. */

static int
rsl_envelope_form_read(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **object)
{
    size_t          n;
    rsl_str_t       key, value;
    rsl_value_t   **next;
    const u_char   *p, *end, *last, *equals;

    *object = rsl_envelope_tree_value(arena, RSL_VALUE_OBJECT);
    if (*object == NULL) {
        return RSL_ERROR;
    }

    next = &(*object)->child;
    end = text->data + text->len;
    n = 0;

    for (p = text->data; p < end; p = last + 1) {
        last = memchr(p, '&', (size_t) (end - p));
        last = last ? last : end;

        equals = memchr(p, '=', (size_t) (last - p));

        if (equals == NULL || equals == p) {
            continue;
        }

        if (n++ == RSL_ENVELOPE_FORM_FIELDS) {
            return RSL_DECLINED;
        }

        key.data = p;
        key.len = (size_t) (equals - p);
        value.data = equals + 1;
        value.len = (size_t) (last - value.data);

        if (rsl_envelope_form_field(arena, *object, &key, &value, &next)
            != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


static int
rsl_envelope_form_field(rsl_arena_t *arena, const rsl_value_t *object,
    rsl_str_t *key, rsl_str_t *text, rsl_value_t ***next)
{
    rsl_value_t  *member;

    static const rsl_str_t  null = rsl_string("null");

    if (rsl_envelope_form_decode(arena, key) != RSL_OK
        || rsl_envelope_form_decode(arena, text) != RSL_OK)
    {
        return RSL_ERROR;
    }

    member = rsl_envelope_form_member(object, key);

    if (member == NULL) {
        member = rsl_envelope_tree_value(arena, RSL_VALUE_STRING);
        if (member == NULL) {
            return RSL_ERROR;
        }

        member->key = *key;

        **next = member;
        *next = &member->next;
    }

    member->type = RSL_VALUE_STRING;
    member->text = *text;

    if (rsl_envelope_str_is(text, "None")) {
        member->type = RSL_VALUE_SCALAR;
        member->text = null;
    }

    return RSL_OK;
}


/* Of a key that comes twice, the last value counts, as in JSON. */

static rsl_value_t *
rsl_envelope_form_member(const rsl_value_t *object, const rsl_str_t *key)
{
    rsl_value_t  *member;

    for (member = object->child; member != NULL; member = member->next) {

        if (member->key.len == key->len
            && memcmp(member->key.data, key->data, key->len) == 0)
        {
            return member;
        }
    }

    return NULL;
}


static int
rsl_envelope_form_decode(rsl_arena_t *arena, rsl_str_t *text)
{
    u_char        *dst;
    const u_char  *p, *end;

    p = text->data;
    end = p + text->len;

    dst = rsl_arena_alloc(arena, text->len);
    if (dst == NULL) {
        return RSL_ERROR;
    }

    text->data = dst;

    for ( /* void */ ; p < end; p++) {

        if (*p == '%' && end - p > 2) {
            *dst++ = (u_char) (rsl_number_hex(p[1]) << 4
                               | rsl_number_hex(p[2]));
            p += 2;

        } else {
            *dst++ = (*p == '+') ? ' ' : *p;
        }
    }

    text->len = (size_t) (dst - text->data);

    return rsl_utf8_repair(arena, text);
}


static int
rsl_envelope_form_is_record(const rsl_value_t *object)
{
    size_t  n;

    for (n = 0; rsl_envelope_form_keys[n] != NULL; n++) {
        if (rsl_envelope_tree_find(object, rsl_envelope_form_keys[n]) != NULL) {
            return 1;
        }
    }

    return 0;
}


static size_t
rsl_envelope_form_kept(const rsl_envelope_t *e)
{
    const rsl_envelope_form_t  *form;

    form = e->state;

    return form ? form->buf.len : 0;
}


static void
rsl_envelope_form_free(rsl_envelope_t *e)
{
    rsl_envelope_form_t  *form;

    form = e->state;

    if (form != NULL) {
        rsl_envelope_buf_free(&form->buf);
        free(form);
        e->state = NULL;
    }
}
