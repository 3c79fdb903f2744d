
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What is not plain JSON goes through jansson, which decides what is JSON.  If
 * it would refuse or change what can be kept, it reads a repaired copy.
 */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "rsl_intake_internal.h"


static int rsl_intake_jansson_load(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t *value, json_error_t *error);
static int rsl_intake_jansson_value(rsl_arena_t *arena, json_t *json,
    rsl_value_t *value, unsigned depth);
static int rsl_intake_jansson_members(rsl_arena_t *arena, json_t *json,
    rsl_value_t *parent, unsigned depth);
static int rsl_intake_jansson_elements(rsl_arena_t *arena, json_t *json,
    rsl_value_t *parent, unsigned depth);
static int rsl_intake_jansson_string(rsl_arena_t *arena, const char *data,
    size_t len, rsl_str_t *text);
static int rsl_intake_jansson_scalar(rsl_arena_t *arena, json_t *json,
    rsl_value_t *value);
static int rsl_intake_jansson_integer(rsl_arena_t *arena, int64_t value,
    rsl_str_t *text);
static int rsl_intake_jansson_real(rsl_arena_t *arena, double value,
    rsl_str_t *text);
static size_t rsl_intake_jansson_decimal(u_char *buf, double value);
static size_t rsl_intake_jansson_put_decimal(u_char *buf, int negative,
    uint64_t digits, size_t places);
static size_t rsl_intake_jansson_shortest(u_char *buf, double value);


/* More than any number needs: "-1.2345678901234567e-308". */
#define RSL_INTAKE_JANSSON_NUMBER   32

/* The caller bounds what it parses; this bounds the stack if it does not. */
#define RSL_INTAKE_JANSSON_DEPTH    64

/* Below, integers and powers of ten are exact. */
#define RSL_INTAKE_JANSSON_MAX      1e15
#define RSL_INTAKE_JANSSON_MIN      1e-3
#define RSL_INTAKE_JANSSON_PLACES   6


int
rsl_intake_jansson(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **value, size_t *offset, const char **detail, int *premature)
{
    int           rc, nul_in_key;
    rsl_str_t     clean;
    json_error_t  error;

    *value = rsl_intake_value_new(arena, RSL_VALUE_SCALAR);
    if (*value == NULL) {
        return RSL_ERROR;
    }

    nul_in_key = 0;

    do {
        clean = *text;

        if (rsl_intake_repair(arena, &clean, nul_in_key) != RSL_OK) {
            return RSL_ERROR;
        }

        rc = rsl_intake_jansson_load(arena, &clean, *value, &error);

    } while (rc == RSL_DECLINED
             && json_error_code(&error) == json_error_null_byte_in_key
             && nul_in_key++ == 0);

    if (rc != RSL_DECLINED) {
        return rc;
    }

    if (json_error_code(&error) == json_error_stack_overflow) {
        *offset = 0;
        *detail = rsl_intake_syntax_too_deep;
        *premature = 1;

        return RSL_DECLINED;
    }

    /*
     * jansson points behind the token it stumbled on, quotes what was sent,
     * and calls a lack of memory a syntax error.
     */

    return rsl_intake_syntax(text, offset, detail, premature);
}


int
rsl_intake_jansson_number(rsl_arena_t *arena, rsl_value_t *value)
{
    rsl_str_t     text;
    json_error_t  error;

    text = value->text;

    if (rsl_intake_token_is_exact(text.data, text.data + text.len)) {
        return RSL_OK;
    }

    /* it is a number: only a lack of memory makes it none */

    if (rsl_intake_jansson_load(arena, &text, value, &error) != RSL_OK) {
        return RSL_ERROR;
    }

    return RSL_OK;
}


/*
 * jansson has one pair of functions for memory in the whole process, which may
 * be somebody else's.  So it keeps them, and the values are copied into the
 * arena.
 */

static int
rsl_intake_jansson_load(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t *value, json_error_t *error)
{
    int      rc;
    json_t  *json;

    /* jansson sets no code if there is no memory for its own buffer */

    memset(error, 0, sizeof(json_error_t));

    json = json_loadb((const char *) text->data, text->len,
                      JSON_ALLOW_NUL|JSON_DECODE_ANY, error);
    if (json == NULL) {
        return RSL_DECLINED;
    }

    rc = rsl_intake_jansson_value(arena, json, value, RSL_INTAKE_JANSSON_DEPTH);

    json_decref(json);

    return rc;
}


static int
rsl_intake_jansson_value(rsl_arena_t *arena, json_t *json, rsl_value_t *value,
    unsigned depth)
{
    if (depth && json_is_object(json)) {
        value->type = RSL_VALUE_OBJECT;
        return rsl_intake_jansson_members(arena, json, value, depth - 1);
    }

    if (depth && json_is_array(json)) {
        value->type = RSL_VALUE_ARRAY;
        return rsl_intake_jansson_elements(arena, json, value, depth - 1);
    }

    if (json_is_string(json)) {
        value->type = RSL_VALUE_STRING;

        if (rsl_intake_jansson_string(arena, json_string_value(json),
                                      json_string_length(json), &value->text)
            != RSL_OK)
        {
            return RSL_ERROR;
        }

        if (rsl_intake_repair_exact(&value->text) == RSL_OK) {
            value->type = RSL_VALUE_SCALAR;
        }

        return RSL_OK;
    }

    return rsl_intake_jansson_scalar(arena, json, value);
}


static int
rsl_intake_jansson_members(rsl_arena_t *arena, json_t *json,
    rsl_value_t *parent, unsigned depth)
{
    void         *member;
    rsl_value_t  *value, **next;

    next = &parent->child;

    for (member = json_object_iter(json);
         member != NULL;
         member = json_object_iter_next(json, member))
    {
        value = rsl_intake_value_new(arena, RSL_VALUE_SCALAR);

        if (value == NULL
            || rsl_intake_jansson_string(arena, json_object_iter_key(member),
                                         json_object_iter_key_len(member),
                                         &value->key)
               != RSL_OK
            || rsl_intake_jansson_value(arena,
                                        json_object_iter_value(member), value,
                                        depth)
               != RSL_OK)
        {
            return RSL_ERROR;
        }

        *next = value;
        next = &value->next;
    }

    return RSL_OK;
}


static int
rsl_intake_jansson_elements(rsl_arena_t *arena, json_t *json,
    rsl_value_t *parent, unsigned depth)
{
    size_t        i;
    json_t       *element;
    rsl_value_t  *value, **next;

    next = &parent->child;

    json_array_foreach(json, i, element) {
        value = rsl_intake_value_new(arena, RSL_VALUE_SCALAR);

        if (value == NULL
            || rsl_intake_jansson_value(arena, element, value, depth) != RSL_OK)
        {
            return RSL_ERROR;
        }

        *next = value;
        next = &value->next;
    }

    return RSL_OK;
}


static int
rsl_intake_jansson_string(rsl_arena_t *arena, const char *data, size_t len,
    rsl_str_t *text)
{
    text->data = (const u_char *) data;
    text->len = len;

    return rsl_arena_copy(arena, text);
}


static int
rsl_intake_jansson_scalar(rsl_arena_t *arena, json_t *json, rsl_value_t *value)
{
    static const rsl_str_t  true_text = rsl_string("true");
    static const rsl_str_t  false_text = rsl_string("false");
    static const rsl_str_t  null_text = rsl_string("null");

    if (json_is_integer(json)) {
        return rsl_intake_jansson_integer(arena, json_integer_value(json),
                                          &value->text);
    }

    if (json_is_real(json)) {
        return rsl_intake_jansson_real(arena, json_real_value(json),
                                       &value->text);
    }

    value->text = json_is_true(json) ? true_text
                  : json_is_false(json) ? false_text : null_text;

    return RSL_OK;
}


static int
rsl_intake_jansson_integer(rsl_arena_t *arena, int64_t value, rsl_str_t *text)
{
    u_char    *p;
    uint64_t   magnitude;

    p = rsl_arena_alloc(arena, RSL_INTAKE_JANSSON_NUMBER);
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;
    magnitude = (uint64_t) value;

    if (value < 0) {
        *p++ = '-';
        magnitude = 0 - magnitude;
    }

    text->len = (size_t) (p - text->data) + rsl_number_decimal(p, magnitude);

    return RSL_OK;
}


static int
rsl_intake_jansson_real(rsl_arena_t *arena, double value, rsl_str_t *text)
{
    u_char  *p;

    p = rsl_arena_alloc(arena, RSL_INTAKE_JANSSON_NUMBER);
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;
    text->len = rsl_intake_jansson_decimal(p, value);

    if (text->len == 0) {
        text->len = rsl_intake_jansson_shortest(p, value);
    }

    return RSL_OK;
}


/*
 * What people and programs write has few decimal places.  An integer divided
 * by a power of ten is rounded as strtod() rounds, so if it gives the value
 * back, its digits mean it.  Returns 0 if there are more places.
 */

static size_t
rsl_intake_jansson_decimal(u_char *buf, double value)
{
    size_t    places;
    double    magnitude, power;
    uint64_t  digits;

    magnitude = fabs(value);

    /* tiny ones have an exponent, and zero may have a sign */

    if (!(magnitude >= RSL_INTAKE_JANSSON_MIN)) {
        return 0;
    }

    power = 1;

    for (places = 0; places <= RSL_INTAKE_JANSSON_PLACES; places++) {

        if (magnitude * power >= RSL_INTAKE_JANSSON_MAX) {
            return 0;
        }

        digits = (uint64_t) (magnitude * power + 0.5);

        if ((double) digits / power == magnitude) {
            return rsl_intake_jansson_put_decimal(buf, value < 0, digits,
                                                  places);
        }

        power *= 10;
    }

    return 0;
}


static size_t
rsl_intake_jansson_put_decimal(u_char *buf, int negative, uint64_t digits,
    size_t places)
{
    u_char  *p, *end, text[RSL_INTAKE_JANSSON_NUMBER];

    end = text + sizeof(text);
    p = end;

    if (places == 0) {
        *--p = '0';
    }

    for ( /* void */ ; places; places--) {
        *--p = (u_char) ('0' + digits % 10);
        digits /= 10;
    }

    *--p = '.';

    do {
        *--p = (u_char) ('0' + digits % 10);
        digits /= 10;
    } while (digits);

    if (negative) {
        *--p = '-';
    }

    memcpy(buf, p, end - p);

    return end - p;
}


static size_t
rsl_intake_jansson_shortest(u_char *buf, double value)
{
    int      len, precision;
    size_t   n;
    u_char  *point;

    len = 0;

    for (precision = 15; precision <= 17; precision++) {
        len = snprintf((char *) buf, RSL_INTAKE_JANSSON_NUMBER, "%.*g",
                       precision, value);

        if (strtod((char *) buf, NULL) == value) {
            break;
        }
    }

    n = len;
    point = NULL;

    for (len = 0; (size_t) len < n; len++) {

        if (buf[len] >= '0' && buf[len] <= '9') {
            continue;
        }

        if (buf[len] == 'e') {
            return n;
        }

        /* the locale may have a comma */

        if (buf[len] != '-') {
            point = &buf[len];
            *point = '.';
        }
    }

    if (point == NULL) {
        buf[n++] = '.';
        buf[n++] = '0';
    }

    return n;
}
