
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * One JSON value from the bytes that a client sent.  What is plain is read
 * without jansson; it parses all else, and if it would refuse or change what
 * can be kept, a repaired copy.
 */


#include <stdlib.h>

#include <jansson.h>

#include "rsl_intake_field.h"


static int rsl_json_load(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t *value, json_error_t *error);
static void *rsl_json_alloc(size_t size);
static void rsl_json_free(void *p);


/* jansson has no argument for it.  NULL: there is none, or another thread. */
static _Thread_local rsl_arena_t  *rsl_json_arena;


int
rsl_intake_json(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **value, size_t *offset, const char **detail, int *premature)
{
    int            rc;
    const u_char  *p, *end;

    p = text->data;
    end = p + text->len;

    rc = rsl_intake_read(arena, &p, end, value);

    while (rc == RSL_OK && p < end) {
        rc = rsl_intake_is_space(*p) ? RSL_OK : RSL_DECLINED;
        p++;
    }

    return (rc == RSL_DECLINED || rc == RSL_INTAKE_AGAIN)
           ? rsl_intake_jansson(arena, text, value, offset, detail, premature)
           : rc;
}


int
rsl_intake_jansson(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **value, size_t *offset, const char **detail, int *premature)
{
    int           rc, nul_in_key;
    rsl_str_t     clean;
    json_error_t  error;

    *value = rsl_value_new(arena, RSL_VALUE_SCALAR);
    if (*value == NULL) {
        return RSL_ERROR;
    }

    nul_in_key = 0;

    do {
        clean = *text;

        if (rsl_json_repair(arena, &clean, nul_in_key) != RSL_OK) {
            return RSL_ERROR;
        }

        rc = rsl_json_load(arena, &clean, *value, &error);

    } while (rc == RSL_DECLINED
             && json_error_code(&error) == json_error_null_byte_in_key
             && nul_in_key++ == 0);

    if (rc != RSL_DECLINED) {
        return rc;
    }

    if (json_error_code(&error) == json_error_stack_overflow) {
        *offset = 0;
        *detail = rsl_intake_too_deep;
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
rsl_intake_json_number(rsl_arena_t *arena, rsl_value_t *value)
{
    rsl_str_t     text;
    json_error_t  error;

    text = value->text;

    if (rsl_json_is_exact(text.data, text.data + text.len)) {
        return RSL_OK;
    }

    /* it is a number: only a lack of memory makes it none */

    return (rsl_json_load(arena, &text, value, &error) == RSL_OK) ? RSL_OK
                                                                  : RSL_ERROR;
}


/*
 * jansson is not asked to forget: its memory is that of the arena, in which
 * nothing is freed before it is wiped, and the values stay where it has put
 * them.  Its functions for memory are one pair in the process, so those of
 * others are put back, and other threads get malloc() and free() meanwhile.
 */

static int
rsl_json_load(rsl_arena_t *arena, const rsl_str_t *text, rsl_value_t *value,
    json_error_t *error)
{
    int            rc;
    json_t        *json;
    json_free_t    others_free;
    json_malloc_t  others_malloc;

    json_get_alloc_funcs(&others_malloc, &others_free);

    rsl_json_arena = arena;
    json_set_alloc_funcs(rsl_json_alloc, rsl_json_free);

    json = json_loadb((const char *) text->data, text->len,
                      JSON_ALLOW_NUL|JSON_DECODE_ANY, error);

    rc = json ? rsl_json_value(arena, json, value) : RSL_DECLINED;

    json_set_alloc_funcs(others_malloc, others_free);
    rsl_json_arena = NULL;

    return rc;
}


static void *
rsl_json_alloc(size_t size)
{
    return rsl_json_arena ? rsl_arena_alloc(rsl_json_arena, size)
                          : malloc(size);
}


static void
rsl_json_free(void *p)
{
    if (rsl_json_arena == NULL) {
        free(p);
    }
}


/*
 * An integer always says what it means.  A double has 15 digits that it gives
 * back, and from a thousandth on its shortest text has no exponent.
 */

int
rsl_json_is_shortest(const rsl_str_t *number)
{
    size_t         whole, places, zeros;
    const u_char  *p, *end, *first;

    p = number->data;
    end = p + number->len;

    p += (*p == '-');
    first = p;

    while (p < end && rsl_is_digit(*p)) {
        p++;
    }

    if (p == end) {
        return 1;
    }

    whole = (size_t) (p - first);

    if (*p != '.') {
        return 0;
    }

    for (p++, zeros = 0; *p == '0' && *first == '0' && end - p > 1; p++) {
        zeros++;
    }

    for (places = zeros; p < end && rsl_is_digit(*p); p++) {
        places++;
    }

    return p == end && whole + places <= RSL_DOUBLE_DIGITS && zeros < 3
           && (end[-1] != '0' || (places == 1 && *first != '0'));
}


size_t
rsl_json_number(const u_char *start, const u_char *end)
{
    const u_char  *p, *digits;

    p = start;

    if (p < end && *p == '-') {
        p++;
    }

    digits = p;

    while (p < end && rsl_is_digit(*p)) {
        p++;
    }

    if (p == digits || (*digits == '0' && p - digits > 1)) {
        return 0;
    }

    if (p < end && *p == '.') {
        digits = ++p;

        while (p < end && rsl_is_digit(*p)) {
            p++;
        }

        if (p == digits) {
            return 0;
        }
    }

    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;

        if (p < end && (*p == '+' || *p == '-')) {
            p++;
        }

        digits = p;

        while (p < end && rsl_is_digit(*p)) {
            p++;
        }

        if (p == digits) {
            return 0;
        }
    }

    return p - start;
}


size_t
rsl_json_no_number(const u_char *p, const u_char *end)
{
    size_t                  n, rest;

    static const rsl_str_t  words[] = {
        rsl_string("NaN"),
        rsl_string("Infinity"),
        rsl_string("-Infinity")
    };

    rest = end - p;

    for (n = 0; n < sizeof(words) / sizeof(rsl_str_t); n++) {
        if (words[n].len <= rest
            && memcmp(p, words[n].data, words[n].len) == 0)
        {
            return words[n].len;
        }
    }

    return 0;
}


rsl_surrogate_e
rsl_json_surrogate(const u_char *p, const u_char *end)
{
    size_t  n;

    if (end - p < 6 || p[0] != '\\' || p[1] != 'u' || (p[2] | 0x20) != 'd') {
        return RSL_SURROGATE_NONE;
    }

    for (n = 3; n < 6; n++) {

        if (!rsl_is_digit(p[n])
            && ((p[n] | 0x20) < 'a' || (p[n] | 0x20) > 'f'))
        {
            return RSL_SURROGATE_NONE;
        }
    }

    if (p[3] < '8') {
        return RSL_SURROGATE_NONE;
    }

    return (p[3] == '8' || p[3] == '9' || (p[3] | 0x20) <= 'b')
           ? RSL_SURROGATE_HIGH : RSL_SURROGATE_LOW;
}
