
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The tokens of JSON (RFC 8259): numbers, what programs write in their place,
 * and surrogates that are escaped.  All files that read JSON use these
 * functions, and so agree on what a token is.
 */


#include "rsl_intake_internal.h"


/*
 * jansson reads a number with a point or an exponent as a double.  One with
 * more digits than these may lose some of them.
 */
#define RSL_INTAKE_REAL_DIGITS      17
#define RSL_INTAKE_EXPONENT_DIGITS  2

/* A double gives so many significant digits back as they were. */
#define RSL_INTAKE_DOUBLE_DIGITS    15


size_t
rsl_intake_token_number(const u_char *start, const u_char *end)
{
    const u_char  *p, *digits;

    p = start;

    if (p < end && *p == '-') {
        p++;
    }

    digits = p;

    while (p < end && rsl_intake_is_digit(*p)) {
        p++;
    }

    if (p == digits || (*digits == '0' && p - digits > 1)) {
        return 0;
    }

    if (p < end && *p == '.') {
        digits = ++p;

        while (p < end && rsl_intake_is_digit(*p)) {
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

        while (p < end && rsl_intake_is_digit(*p)) {
            p++;
        }

        if (p == digits) {
            return 0;
        }
    }

    return p - start;
}


size_t
rsl_intake_token_no_number(const u_char *p, const u_char *end)
{
    size_t                  n, rest;

    static const rsl_str_t  literals[] = {
        rsl_string("NaN"),
        rsl_string("Infinity"),
        rsl_string("-Infinity")
    };

    rest = end - p;

    for (n = 0; n < sizeof(literals) / sizeof(rsl_str_t); n++) {
        if (literals[n].len <= rest
            && memcmp(p, literals[n].data, literals[n].len) == 0)
        {
            return literals[n].len;
        }
    }

    return 0;
}


rsl_intake_surrogate_e
rsl_intake_token_surrogate(const u_char *p, const u_char *end)
{
    size_t  n;

    if (end - p < 6 || p[0] != '\\' || p[1] != 'u' || (p[2] | 0x20) != 'd') {
        return RSL_INTAKE_SURROGATE_NONE;
    }

    for (n = 3; n < 6; n++) {

        if (!rsl_intake_is_digit(p[n])
            && ((p[n] | 0x20) < 'a' || (p[n] | 0x20) > 'f'))
        {
            return RSL_INTAKE_SURROGATE_NONE;
        }
    }

    if (p[3] < '8') {
        return RSL_INTAKE_SURROGATE_NONE;
    }

    return (p[3] == '8' || p[3] == '9' || (p[3] | 0x20) <= 'b')
           ? RSL_INTAKE_SURROGATE_HIGH : RSL_INTAKE_SURROGATE_LOW;
}


/*
 * An integer is its own shortest text.  A decimal number is, if a double gives
 * its digits back, if it is not so small that its shortest text would have an
 * exponent, and if it ends in no zero but that of "1.0".
 */

int
rsl_intake_token_is_shortest(const rsl_str_t *number)
{
    size_t         whole, places, zeros;
    const u_char  *p, *end, *first;

    p = number->data;
    end = p + number->len;

    p += (*p == '-');
    first = p;

    while (p < end && rsl_intake_is_digit(*p)) {
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

    for (places = zeros; p < end && rsl_intake_is_digit(*p); p++) {
        places++;
    }

    return p == end && whole + places <= RSL_INTAKE_DOUBLE_DIGITS && zeros < 3
           && (end[-1] != '0' || (places == 1 && *first != '0'));
}


int
rsl_intake_token_is_exact(const u_char *p, const u_char *end)
{
    size_t    digits, exponent;
    unsigned  real, negative;

    negative = (*p == '-');
    p += negative;

    if (negative && end - p == 1 && *p == '0') {
        return 1;
    }

    digits = 0;
    exponent = 0;
    real = 0;

    for ( /* void */ ; p < end && *p != 'e' && *p != 'E'; p++) {

        if (*p == '.') {
            real = 1;

        } else if (digits || *p != '0') {
            digits++;
        }
    }

    if (p < end) {
        real = 1;
        p++;

        for (p += !rsl_intake_is_digit(*p); p < end; p++) {
            exponent++;
        }
    }

    return exponent > RSL_INTAKE_EXPONENT_DIGITS
           || digits > (real ? RSL_INTAKE_REAL_DIGITS
                             : RSL_INTAKE_INTEGER_DIGITS);
}
