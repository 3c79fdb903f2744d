
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Values: how those of jansson become values of the core, and what a record in
 * the making asks of them.
 */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "rsl_intake_field.h"


static int rsl_json_value_at(rsl_arena_t *arena, json_t *json,
    rsl_value_t *value, unsigned depth);
static int rsl_json_members(rsl_arena_t *arena, json_t *json,
    rsl_value_t *parent, unsigned depth);
static int rsl_json_elements(rsl_arena_t *arena, json_t *json,
    rsl_value_t *parent, unsigned depth);
static int rsl_json_scalar(rsl_arena_t *arena, json_t *json,
    rsl_value_t *value);
static int rsl_json_integer(rsl_arena_t *arena, int64_t value,
    rsl_str_t *text);
static int rsl_json_real(rsl_arena_t *arena, double value, rsl_str_t *text);
static size_t rsl_json_decimal(u_char *buf, double value);
static size_t rsl_json_put_decimal(u_char *buf, int negative, uint64_t digits,
    size_t places);
static size_t rsl_json_shortest(u_char *buf, double value);


/* More than any number needs: "-1.2345678901234567e-308". */
#define RSL_NUMBER_TEXT      32

/* The caller bounds what it parses; this bounds the stack if it does not. */
#define RSL_VALUE_DEPTH_MAX  64

/* Below, integers and powers of ten are exact. */
#define RSL_DECIMAL_MAX      1e15
#define RSL_DECIMAL_MIN      1e-3
#define RSL_DECIMAL_PLACES   6


rsl_value_t *
rsl_value_new(rsl_arena_t *arena, rsl_value_type_t type)
{
    rsl_value_t  *value;

    value = rsl_arena_alloc(arena, sizeof(rsl_value_t));
    if (value == NULL) {
        return NULL;
    }

    memset(value, 0, sizeof(rsl_value_t));
    value->type = type;

    return value;
}


int
rsl_value_copy(rsl_arena_t *arena, const rsl_value_t *value,
    rsl_value_t **copy)
{
    rsl_value_t        **next;
    const rsl_value_t   *child;

    *copy = rsl_arena_alloc(arena, sizeof(rsl_value_t));
    if (*copy == NULL) {
        return RSL_ERROR;
    }

    **copy = *value;
    (*copy)->next = NULL;
    next = &(*copy)->child;

    for (child = value->child; child != NULL; child = child->next) {

        if (rsl_value_copy(arena, child, next) != RSL_OK) {
            return RSL_ERROR;
        }

        next = &(*next)->next;
    }

    *next = NULL;

    return RSL_OK;
}


int
rsl_value_text(const rsl_value_t *value, rsl_str_t *text)
{
    if (value->type != RSL_VALUE_STRING) {
        return RSL_DECLINED;
    }

    *text = value->text;

    return RSL_OK;
}


int
rsl_value_number(const rsl_value_t *value, rsl_str_t *text)
{
    if (value->type != RSL_VALUE_SCALAR
        || (value->text.data[0] != '-' && !rsl_is_digit(value->text.data[0])))
    {
        return RSL_DECLINED;
    }

    *text = value->text;

    return RSL_OK;
}


int
rsl_value_is(const rsl_value_t *value, rsl_word_e word)
{
    return value->type == RSL_VALUE_SCALAR && value->text.data[0] == word;
}


int
rsl_value_is_deeper(const rsl_value_t *value, unsigned depth)
{
    const rsl_value_t  *child;

    if (value->type != RSL_VALUE_OBJECT && value->type != RSL_VALUE_ARRAY) {
        return 0;
    }

    if (depth == 0) {
        return 1;
    }

    for (child = value->child; child != NULL; child = child->next) {
        if (rsl_value_is_deeper(child, depth - 1)) {
            return 1;
        }
    }

    return 0;
}


rsl_value_t *
rsl_value_find(const rsl_value_t *object, const rsl_str_t *key)
{
    rsl_value_t  *member;

    for (member = object->child; member != NULL; member = member->next) {

        if (member->key.len == key->len
            && memcmp(member->key.data, key->data, key->len) == 0)
        {
            break;
        }
    }

    return member;
}


int
rsl_json_value(rsl_arena_t *arena, json_t *json, rsl_value_t *value)
{
    return rsl_json_value_at(arena, json, value, RSL_VALUE_DEPTH_MAX);
}


static int
rsl_json_value_at(rsl_arena_t *arena, json_t *json, rsl_value_t *value,
    unsigned depth)
{
    if (depth && json_is_object(json)) {
        value->type = RSL_VALUE_OBJECT;
        return rsl_json_members(arena, json, value, depth - 1);
    }

    if (depth && json_is_array(json)) {
        value->type = RSL_VALUE_ARRAY;
        return rsl_json_elements(arena, json, value, depth - 1);
    }

    if (json_is_string(json)) {
        value->type = RSL_VALUE_STRING;
        value->text.data = (const u_char *) json_string_value(json);
        value->text.len = json_string_length(json);

        if (rsl_json_exact(&value->text) == RSL_OK) {
            value->type = RSL_VALUE_SCALAR;
        }

        return RSL_OK;
    }

    return rsl_json_scalar(arena, json, value);
}


static int
rsl_json_members(rsl_arena_t *arena, json_t *json, rsl_value_t *parent,
    unsigned depth)
{
    void         *member;
    rsl_value_t  *value, **next;

    next = &parent->child;

    for (member = json_object_iter(json);
         member != NULL;
         member = json_object_iter_next(json, member))
    {
        value = rsl_value_new(arena, RSL_VALUE_SCALAR);

        if (value == NULL
            || rsl_json_value_at(arena, json_object_iter_value(member), value,
                                 depth)
               != RSL_OK)
        {
            return RSL_ERROR;
        }

        value->key.data = (const u_char *) json_object_iter_key(member);
        value->key.len = json_object_iter_key_len(member);

        *next = value;
        next = &value->next;
    }

    return RSL_OK;
}


static int
rsl_json_elements(rsl_arena_t *arena, json_t *json, rsl_value_t *parent,
    unsigned depth)
{
    size_t        i;
    json_t       *element;
    rsl_value_t  *value, **next;

    next = &parent->child;

    json_array_foreach(json, i, element) {
        value = rsl_value_new(arena, RSL_VALUE_SCALAR);

        if (value == NULL
            || rsl_json_value_at(arena, element, value, depth) != RSL_OK)
        {
            return RSL_ERROR;
        }

        *next = value;
        next = &value->next;
    }

    return RSL_OK;
}


static int
rsl_json_scalar(rsl_arena_t *arena, json_t *json, rsl_value_t *value)
{
    static const rsl_str_t  true_text = rsl_string("true");
    static const rsl_str_t  false_text = rsl_string("false");
    static const rsl_str_t  null_text = rsl_string("null");

    if (json_is_integer(json)) {
        return rsl_json_integer(arena, json_integer_value(json),
                                &value->text);
    }

    if (json_is_real(json)) {
        return rsl_json_real(arena, json_real_value(json), &value->text);
    }

    value->text = json_is_true(json) ? true_text
                  : json_is_false(json) ? false_text : null_text;

    return RSL_OK;
}


static int
rsl_json_integer(rsl_arena_t *arena, int64_t value, rsl_str_t *text)
{
    u_char    *p;
    uint64_t   magnitude;

    p = rsl_arena_alloc(arena, RSL_NUMBER_TEXT);
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;
    magnitude = (uint64_t) value;

    if (value < 0) {
        *p++ = '-';
        magnitude = 0 - magnitude;
    }

    text->len = (size_t) (p - text->data) + rsl_decimal(p, magnitude);

    return RSL_OK;
}


static int
rsl_json_real(rsl_arena_t *arena, double value, rsl_str_t *text)
{
    u_char  *p;

    p = rsl_arena_alloc(arena, RSL_NUMBER_TEXT);
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;
    text->len = rsl_json_decimal(p, value);

    if (text->len == 0) {
        text->len = rsl_json_shortest(p, value);
    }

    return RSL_OK;
}


/*
 * What people and programs write has few decimal places.  An integer divided
 * by a power of ten is rounded as strtod() rounds, so if it gives the value
 * back, its digits mean it.  Returns 0 if there are more places.
 */

static size_t
rsl_json_decimal(u_char *buf, double value)
{
    size_t    places;
    double    magnitude, power;
    uint64_t  digits;

    magnitude = fabs(value);

    /* tiny ones have an exponent, and zero may have a sign */

    if (!(magnitude >= RSL_DECIMAL_MIN)) {
        return 0;
    }

    power = 1;

    for (places = 0; places <= RSL_DECIMAL_PLACES; places++) {

        if (magnitude * power >= RSL_DECIMAL_MAX) {
            return 0;
        }

        digits = (uint64_t) (magnitude * power + 0.5);

        if ((double) digits / power == magnitude) {
            return rsl_json_put_decimal(buf, value < 0, digits, places);
        }

        power *= 10;
    }

    return 0;
}


static size_t
rsl_json_put_decimal(u_char *buf, int negative, uint64_t digits,
    size_t places)
{
    u_char  *p, *end, text[RSL_NUMBER_TEXT];

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
rsl_json_shortest(u_char *buf, double value)
{
    int      len, precision;
    size_t   n;
    u_char  *point;

    len = 0;

    for (precision = 15; precision <= 17; precision++) {
        len = snprintf((char *) buf, RSL_NUMBER_TEXT, "%.*g", precision,
                       value);

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
