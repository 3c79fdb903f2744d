
/*
 * One JSON value from the bytes that a client sent.  jansson parses it, and if
 * that would refuse or change what can be kept, a repaired copy.
 */


#include <stdlib.h>

#include "rsl_intake_field.h"


static void *rsl_json_alloc(size_t size);
static void rsl_json_free(void *p);
static int rsl_json_load(const rsl_str_t *text, const rsl_aside_t *aside,
    json_t **json, json_error_t *error);


/* jansson has no argument for it.  NULL: there is none, or another thread. */
static _Thread_local rsl_arena_t  *rsl_json_arena;


void
rsl_intake_json_begin(rsl_arena_t *arena, rsl_json_memory_t *others)
{
    rsl_json_arena = arena;

    json_get_alloc_funcs(&others->malloc, &others->free);
    json_set_alloc_funcs(rsl_json_alloc, rsl_json_free);
}


void
rsl_intake_json_end(const rsl_json_memory_t *others)
{
    json_set_alloc_funcs(others->malloc, others->free);

    rsl_json_arena = NULL;
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


int
rsl_intake_json(rsl_arena_t *arena, const rsl_str_t *text, json_t **json,
    size_t *offset, const char **detail, int *premature)
{
    int           rc;
    rsl_str_t     clean;
    rsl_aside_t   aside;
    json_error_t  error;

    clean = *text;
    rc = rsl_json_set_aside(arena, &clean, &aside);

    if (rc == RSL_DECLINED) {
        clean = *text;
        aside.n = 0;
        rc = rsl_json_repair(arena, &clean, 0);
    }

    if (rc != RSL_OK) {
        return rc;
    }

    rc = rsl_json_load(&clean, &aside, json, &error);

    if (rc == RSL_DECLINED
        && json_error_code(&error) == json_error_null_byte_in_key)
    {
        clean = *text;
        aside.n = 0;

        if (rsl_json_repair(arena, &clean, 1) != RSL_OK) {
            return RSL_ERROR;
        }

        rc = rsl_json_load(&clean, &aside, json, &error);
    }

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


static int
rsl_json_load(const rsl_str_t *text, const rsl_aside_t *aside, json_t **json,
    json_error_t *error)
{
    *json = json_loadb((const char *) text->data, text->len,
                       JSON_ALLOW_NUL|JSON_DECODE_ANY, error);

    if (*json == NULL) {
        return RSL_DECLINED;
    }

    if (rsl_json_put_back(*json, aside) != RSL_OK) {
        json_decref(*json);
        return RSL_ERROR;
    }

    return RSL_OK;
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
