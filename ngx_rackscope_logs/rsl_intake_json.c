
/*
 * One JSON value from the bytes that a client sent.  jansson parses it, and if
 * that would refuse or change what can be kept, a repaired copy.
 */


#include <stdlib.h>

#include "rsl_intake_field.h"


static int rsl_json_load(const rsl_str_t *text, json_t **json,
    json_error_t *error);
static int rsl_json_is_clean(const rsl_str_t *text);
static const u_char *rsl_json_clean_escape(const u_char *p, const u_char *end);
static const u_char *rsl_json_clean_number(const u_char *start,
    const u_char *p, const u_char *end);


/*
 * Where a repair may be needed: digits, the backslash, NaN and Infinity, and
 * all but ASCII.
 */

static const u_char  rsl_json_suspects[256] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
    ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1,
    ['\\'] = 1, ['N'] = 1, ['I'] = 1,
    [0x80 ... 0xff] = 1
};


void
rsl_intake_json_begin(rsl_json_memory_t *others)
{
    json_get_alloc_funcs(&others->malloc, &others->free);
    json_set_alloc_funcs(malloc, rsl_wipe_free);
}


void
rsl_intake_json_end(const rsl_json_memory_t *others)
{
    json_set_alloc_funcs(others->malloc, others->free);
}


int
rsl_intake_json(rsl_arena_t *arena, const rsl_str_t *text, json_t **json,
    size_t *offset, const char **detail, int *premature)
{
    rsl_str_t     clean;
    json_error_t  error;

    clean = *text;

    if (!rsl_json_is_clean(text)
        && rsl_json_repair(arena, &clean, 0) != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (rsl_json_load(&clean, json, &error) == RSL_OK) {
        return RSL_OK;
    }

    if (json_error_code(&error) == json_error_null_byte_in_key) {
        clean = *text;

        if (rsl_json_repair(arena, &clean, 1) != RSL_OK) {
            return RSL_ERROR;
        }

        if (rsl_json_load(&clean, json, &error) == RSL_OK) {
            return RSL_OK;
        }
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
rsl_json_load(const rsl_str_t *text, json_t **json, json_error_t *error)
{
    *json = json_loadb((const char *) text->data, text->len,
                       JSON_ALLOW_NUL|JSON_DECODE_ANY, error);

    return (*json == NULL) ? RSL_DECLINED : RSL_OK;
}


/*
 * Is there nothing to repair?  It does not tell strings from the rest, and
 * says no too often rather than reading twice.
 */

static int
rsl_json_is_clean(const rsl_str_t *text)
{
    size_t         n;
    const u_char  *p, *end;

    p = text->data;
    end = p + text->len;

    for ( ;; ) {

        while (p < end && rsl_json_suspects[*p] == 0) {
            p++;
        }

        if (p == end) {
            return 1;
        }

        if (*p >= 0x80) {
            n = rsl_utf8_sequence(p, end);
            p = n ? p + n : NULL;

        } else if (*p == '\\') {
            p = rsl_json_clean_escape(p, end);

        } else if (*p == 'N' || *p == 'I') {
            p = rsl_json_no_number(p, end) ? NULL : p + 1;

        } else {
            p = rsl_json_clean_number(text->data, p, end);
        }

        if (p == NULL) {
            return 0;
        }
    }
}


static const u_char *
rsl_json_clean_escape(const u_char *p, const u_char *end)
{
    switch (rsl_json_surrogate(p, end)) {

    case RSL_SURROGATE_LOW:
        return NULL;

    case RSL_SURROGATE_HIGH:
        return (rsl_json_surrogate(p + 6, end) == RSL_SURROGATE_LOW) ? p + 12
                                                                     : NULL;

    case RSL_SURROGATE_NONE:
        break;
    }

    return (end - p > 2) ? p + 2 : end;
}


static const u_char *
rsl_json_clean_number(const u_char *start, const u_char *p, const u_char *end)
{
    const u_char  *first;

    first = p;

    while (p < end && (rsl_is_digit(*p) || *p == '.')) {
        p++;
    }

    if (p - first > RSL_INTEGER_DIGITS) {
        return NULL;
    }

    if (p - first == 1 && *first == '0' && first > start && first[-1] == '-') {
        return NULL;
    }

    if (p == end || (*p != 'e' && *p != 'E')) {
        return p;
    }

    first = ++p;

    if (p < end && (*p == '+' || *p == '-')) {
        first = ++p;
    }

    while (p < end && rsl_is_digit(*p)) {
        p++;
    }

    return (p - first > RSL_EXPONENT_DIGITS) ? NULL : p;
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
