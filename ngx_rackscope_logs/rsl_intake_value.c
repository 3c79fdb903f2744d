
/*
 * Values as jansson has them become values of the core.
 */


#include <stdio.h>
#include <stdlib.h>
#include <math.h>

#include "rsl_intake_field.h"


static int rsl_json_value_at(rsl_arena_t *arena, json_t *json,
    rsl_value_t **value, unsigned depth);
static int rsl_json_members(rsl_arena_t *arena, json_t *json,
    rsl_value_t *parent, unsigned depth);
static int rsl_json_elements(rsl_arena_t *arena, json_t *json,
    rsl_value_t *parent, unsigned depth);
static int rsl_json_scalar(rsl_arena_t *arena, json_t *json,
    rsl_value_t *value);
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


int
rsl_json_text(const json_t *json, rsl_str_t *text)
{
    rsl_str_t  number;

    if (!json_is_string(json) || rsl_json_exact(json, &number) == RSL_OK) {
        return RSL_DECLINED;
    }

    text->data = (const u_char *) json_string_value(json);
    text->len = json_string_length(json);

    return RSL_OK;
}


int
rsl_json_integer(const json_t *json, int64_t *value)
{
    if (!json_is_integer(json)) {
        return RSL_DECLINED;
    }

    *value = json_integer_value(json);

    return RSL_OK;
}


int
rsl_json_number_text(rsl_arena_t *arena, const json_t *json, rsl_str_t *text)
{
    u_char    *p;
    int64_t    value;
    uint64_t   rest;

    if (json_is_string(json)) {
        return rsl_json_exact(json, text);
    }

    if (json_is_real(json)) {
        return rsl_json_real_text(arena, json_real_value(json), text);
    }

    if (!json_is_integer(json)) {
        return RSL_DECLINED;
    }

    p = rsl_arena_alloc(arena, RSL_NUMBER_TEXT);
    if (p == NULL) {
        return RSL_ERROR;
    }

    value = json_integer_value(json);
    rest = (value < 0) ? 0 - (uint64_t) value : (uint64_t) value;

    text->data = p;

    if (value < 0) {
        *p++ = '-';
    }

    text->len = (size_t) (p - text->data) + rsl_decimal(p, rest);

    return RSL_OK;
}


int
rsl_json_real_text(rsl_arena_t *arena, double value, rsl_str_t *text)
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


rsl_str_t
rsl_json_key(void *member)
{
    rsl_str_t  key;

    key.data = (const u_char *) json_object_iter_key(member);
    key.len = json_object_iter_key_len(member);

    return key;
}


rsl_value_t *
rsl_json_new_value(rsl_arena_t *arena, rsl_value_type_t type)
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
rsl_json_value(rsl_arena_t *arena, json_t *json, rsl_value_t **value)
{
    return rsl_json_value_at(arena, json, value, RSL_VALUE_DEPTH_MAX);
}


static int
rsl_json_value_at(rsl_arena_t *arena, json_t *json, rsl_value_t **value,
    unsigned depth)
{
    *value = rsl_json_new_value(arena, RSL_VALUE_SCALAR);
    if (*value == NULL) {
        return RSL_ERROR;
    }

    if (depth && json_is_object(json)) {
        (*value)->type = RSL_VALUE_OBJECT;
        return rsl_json_members(arena, json, *value, depth - 1);
    }

    if (depth && json_is_array(json)) {
        (*value)->type = RSL_VALUE_ARRAY;
        return rsl_json_elements(arena, json, *value, depth - 1);
    }

    if (rsl_json_text(json, &(*value)->text) == RSL_OK) {
        (*value)->type = RSL_VALUE_STRING;
        return RSL_OK;
    }

    return rsl_json_scalar(arena, json, *value);
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
        if (rsl_json_value_at(arena, json_object_iter_value(member), &value,
                              depth)
            != RSL_OK)
        {
            return RSL_ERROR;
        }

        value->key = rsl_json_key(member);

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

        if (rsl_json_value_at(arena, element, &value, depth) != RSL_OK) {
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

    if (json_is_true(json)) {
        value->text = true_text;
        return RSL_OK;
    }

    if (json_is_false(json)) {
        value->text = false_text;
        return RSL_OK;
    }

    if (json_is_number(json) || json_is_string(json)) {
        return rsl_json_number_text(arena, json, &value->text);
    }

    value->text = null_text;

    return RSL_OK;
}


int
rsl_json_is_deeper(json_t *json, unsigned depth)
{
    void    *member;
    size_t   i;
    json_t  *element;

    if (!json_is_object(json) && !json_is_array(json)) {
        return 0;
    }

    if (depth == 0) {
        return 1;
    }

    json_array_foreach(json, i, element) {
        if (rsl_json_is_deeper(element, depth - 1)) {
            return 1;
        }
    }

    for (member = json_object_iter(json);
         member != NULL;
         member = json_object_iter_next(json, member))
    {
        if (rsl_json_is_deeper(json_object_iter_value(member), depth - 1)) {
            return 1;
        }
    }

    return 0;
}
