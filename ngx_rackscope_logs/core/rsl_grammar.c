
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Is it JSON?  A function takes a byte, according to the state that the bytes
 * before it have led to.
 */


#include "rsl_core_internal.h"


typedef enum {
    RSL_GRAMMAR_VALUE = 0,              /* a value is expected, */
    RSL_GRAMMAR_ELEMENT,                /* or the end of the array, */
    RSL_GRAMMAR_MEMBER,                 /* a key, or the end of the object, */
    RSL_GRAMMAR_KEY,                    /* a key, */
    RSL_GRAMMAR_COLON,
    RSL_GRAMMAR_NEXT,                   /* a comma, or a closing bracket */
    RSL_GRAMMAR_STRING,
    RSL_GRAMMAR_ESCAPE,                 /* behind a backslash */
    RSL_GRAMMAR_HEX,
    RSL_GRAMMAR_MINUS,
    RSL_GRAMMAR_ZERO,
    RSL_GRAMMAR_INTEGER,
    RSL_GRAMMAR_POINT,
    RSL_GRAMMAR_FRACTION,
    RSL_GRAMMAR_EXPONENT,
    RSL_GRAMMAR_EXPONENT_SIGN,
    RSL_GRAMMAR_EXPONENT_DIGITS,
    RSL_GRAMMAR_LITERAL,
    RSL_GRAMMAR_DEEP                    /* more brackets than the stack has */
} rsl_grammar_state_e;


static const u_char *rsl_grammar_skip(const u_char *p, const u_char *end);
static rsl_grammar_result_e rsl_grammar_byte(rsl_grammar_t *g, u_char ch);
static rsl_grammar_result_e rsl_grammar_string(rsl_grammar_t *g, u_char ch);
static rsl_grammar_result_e rsl_grammar_number(rsl_grammar_t *g, u_char ch);
static rsl_grammar_result_e rsl_grammar_digits(rsl_grammar_t *g, u_char ch);
static rsl_grammar_result_e rsl_grammar_token(rsl_grammar_t *g, u_char ch);
static rsl_grammar_result_e rsl_grammar_next(rsl_grammar_t *g, u_char ch);
static rsl_grammar_result_e rsl_grammar_value(rsl_grammar_t *g, u_char ch);
static rsl_grammar_result_e rsl_grammar_literal(rsl_grammar_t *g,
    const char *rest);
static rsl_grammar_result_e rsl_grammar_deep(rsl_grammar_t *g, u_char ch);
static rsl_grammar_result_e rsl_grammar_open(rsl_grammar_t *g, u_char ch);
static rsl_grammar_result_e rsl_grammar_close(rsl_grammar_t *g);


#define RSL_GRAMMAR_STACK  64

#define rsl_grammar_is_space(ch)                                              \
    ((ch) == ' ' || (ch) == '\t' || (ch) == '\r' || (ch) == '\n')

#define rsl_grammar_is_digit(ch)  ((ch) >= '0' && (ch) <= '9')


void
rsl_grammar_start(rsl_grammar_t *g, size_t limit, int array)
{
    memset(g, 0, sizeof(rsl_grammar_t));

    g->limit = limit;
    g->state = RSL_GRAMMAR_VALUE;
    g->array = (array != 0);
}


rsl_grammar_result_e
rsl_grammar(rsl_grammar_t *g, const u_char **pos,
    const u_char *end)
{
    const u_char          *p;
    rsl_grammar_result_e   result;

    result = RSL_GRAMMAR_MORE;

    for (p = *pos; result == RSL_GRAMMAR_MORE; p++) {

        if (g->state == RSL_GRAMMAR_STRING) {
            p = rsl_grammar_skip(p, end);
        }

        if (p == end) {
            break;
        }

        result = rsl_grammar_byte(g, *p);

        if (result == RSL_GRAMMAR_BROKEN) {
            break;
        }
    }

    *pos = p;

    return result;
}


/* Returns where the next byte of a string stands that is not plain. */

static const u_char *
rsl_grammar_skip(const u_char *p, const u_char *end)
{
    int  found;

    while (p < end) {
        p += rsl_block_plain(p, end, &found);

        if (p == end || *p == '"' || *p == '\\' || *p < 0x20) {
            break;
        }

        /* it also stops near the end, and at what is not ASCII */

        p++;
    }

    return p;
}


static rsl_grammar_result_e
rsl_grammar_byte(rsl_grammar_t *g, u_char ch)
{
    switch (g->state) {

    case RSL_GRAMMAR_STRING:
    case RSL_GRAMMAR_ESCAPE:
    case RSL_GRAMMAR_HEX:
        return rsl_grammar_string(g, ch);

    case RSL_GRAMMAR_MINUS:
    case RSL_GRAMMAR_POINT:
    case RSL_GRAMMAR_EXPONENT:
    case RSL_GRAMMAR_EXPONENT_SIGN:
        return rsl_grammar_number(g, ch);

    case RSL_GRAMMAR_ZERO:
    case RSL_GRAMMAR_INTEGER:
    case RSL_GRAMMAR_FRACTION:
    case RSL_GRAMMAR_EXPONENT_DIGITS:
        return rsl_grammar_digits(g, ch);

    case RSL_GRAMMAR_LITERAL:
        return (ch == (u_char) *g->literal)
               ? rsl_grammar_literal(g, g->literal + 1)
               : RSL_GRAMMAR_BROKEN;

    default:
        return rsl_grammar_token(g, ch);
    }
}


static rsl_grammar_result_e
rsl_grammar_string(rsl_grammar_t *g, u_char ch)
{
    if (g->state == RSL_GRAMMAR_HEX) {

        if (rsl_number_hex(ch) == -1) {
            return RSL_GRAMMAR_BROKEN;
        }

        if (--g->digits == 0) {
            g->state = RSL_GRAMMAR_STRING;
        }

        return RSL_GRAMMAR_MORE;
    }

    if (g->state == RSL_GRAMMAR_ESCAPE) {

        if (ch == 'u') {
            g->state = RSL_GRAMMAR_HEX;
            g->digits = 4;
            return RSL_GRAMMAR_MORE;
        }

        g->state = RSL_GRAMMAR_STRING;

        return (ch && strchr("\"\\/bfnrt", ch)) ? RSL_GRAMMAR_MORE
                                                : RSL_GRAMMAR_BROKEN;
    }

    if (ch == '\\') {
        g->state = RSL_GRAMMAR_ESCAPE;

    } else if (ch == '"') {
        g->state = (g->depth > RSL_GRAMMAR_STACK)
                   ? RSL_GRAMMAR_DEEP
                   : g->key ? RSL_GRAMMAR_COLON
                            : RSL_GRAMMAR_NEXT;
    }

    return (ch < 0x20) ? RSL_GRAMMAR_BROKEN : RSL_GRAMMAR_MORE;
}


/* The number cannot end here. */

static rsl_grammar_result_e
rsl_grammar_number(rsl_grammar_t *g, u_char ch)
{
    if (g->state == RSL_GRAMMAR_MINUS && ch == 'I') {
        return rsl_grammar_literal(g, "nfinity");
    }

    if (g->state == RSL_GRAMMAR_EXPONENT && (ch == '+' || ch == '-')) {
        g->state = RSL_GRAMMAR_EXPONENT_SIGN;
        return RSL_GRAMMAR_MORE;
    }

    if (!rsl_grammar_is_digit(ch)) {
        return RSL_GRAMMAR_BROKEN;
    }

    if (g->state == RSL_GRAMMAR_MINUS) {
        g->state = (ch == '0') ? RSL_GRAMMAR_ZERO
                               : RSL_GRAMMAR_INTEGER;

    } else if (g->state == RSL_GRAMMAR_POINT) {
        g->state = RSL_GRAMMAR_FRACTION;

    } else {
        g->state = RSL_GRAMMAR_EXPONENT_DIGITS;
    }

    return RSL_GRAMMAR_MORE;
}


/* The number may end here, and then the byte is what follows it. */

static rsl_grammar_result_e
rsl_grammar_digits(rsl_grammar_t *g, u_char ch)
{
    if (rsl_grammar_is_digit(ch) && g->state != RSL_GRAMMAR_ZERO) {
        return RSL_GRAMMAR_MORE;
    }

    if (ch == '.' && (g->state == RSL_GRAMMAR_ZERO
                      || g->state == RSL_GRAMMAR_INTEGER))
    {
        g->state = RSL_GRAMMAR_POINT;
        return RSL_GRAMMAR_MORE;
    }

    if ((ch | 0x20) == 'e' && g->state != RSL_GRAMMAR_EXPONENT_DIGITS) {
        g->state = RSL_GRAMMAR_EXPONENT;
        return RSL_GRAMMAR_MORE;
    }

    g->state = RSL_GRAMMAR_NEXT;

    return rsl_grammar_token(g, ch);
}


/* An object that is too deep and was cut off must not take the next line. */

static rsl_grammar_result_e
rsl_grammar_token(rsl_grammar_t *g, u_char ch)
{
    unsigned  newline;

    newline = g->newline;
    g->newline = (ch == '\n');
    g->lines += (g->newline && !newline);

    if (ch == '{' && newline && g->deep) {
        return RSL_GRAMMAR_BROKEN;
    }

    if (g->state == RSL_GRAMMAR_DEEP) {
        return rsl_grammar_deep(g, ch);
    }

    if (rsl_grammar_is_space(ch)) {
        return RSL_GRAMMAR_MORE;
    }

    switch (g->state) {

    case RSL_GRAMMAR_MEMBER:
    case RSL_GRAMMAR_KEY:

        if (ch == '}' && g->state == RSL_GRAMMAR_MEMBER) {
            return rsl_grammar_close(g);
        }

        g->key = 1;
        g->state = RSL_GRAMMAR_STRING;

        return (ch == '"') ? RSL_GRAMMAR_MORE
                           : RSL_GRAMMAR_BROKEN;

    case RSL_GRAMMAR_COLON:
        g->state = RSL_GRAMMAR_VALUE;

        if (ch != ':') {
            return RSL_GRAMMAR_BROKEN;
        }

        return g->array ? RSL_GRAMMAR_END : RSL_GRAMMAR_MORE;

    case RSL_GRAMMAR_ELEMENT:

        if (ch == ']') {
            return rsl_grammar_close(g);
        }

        if (g->array && ch != '{') {
            return RSL_GRAMMAR_BROKEN;
        }

        return rsl_grammar_value(g, ch);

    case RSL_GRAMMAR_NEXT:
        return rsl_grammar_next(g, ch);

    default: /* RSL_GRAMMAR_VALUE */
        return rsl_grammar_value(g, ch);
    }
}


/* What follows a value in its object or array. */

static rsl_grammar_result_e
rsl_grammar_next(rsl_grammar_t *g, u_char ch)
{
    unsigned  object;

    object = g->stack & 1;

    if (ch == ',') {
        g->state = object ? RSL_GRAMMAR_KEY : RSL_GRAMMAR_VALUE;
        return RSL_GRAMMAR_MORE;
    }

    return (ch == (object ? '}' : ']')) ? rsl_grammar_close(g)
                                        : RSL_GRAMMAR_BROKEN;
}


static rsl_grammar_result_e
rsl_grammar_value(rsl_grammar_t *g, u_char ch)
{
    switch (ch) {

    case '"':
        g->key = 0;
        g->state = RSL_GRAMMAR_STRING;
        return RSL_GRAMMAR_MORE;

    case '{':
    case '[':
        return rsl_grammar_open(g, ch);

    case 't':
        return rsl_grammar_literal(g, "rue");

    case 'f':
        return rsl_grammar_literal(g, "alse");

    case 'n':
        return rsl_grammar_literal(g, "ull");

    case 'N':
        return rsl_grammar_literal(g, "aN");

    case 'I':
        return rsl_grammar_literal(g, "nfinity");

    case '-':
        g->state = RSL_GRAMMAR_MINUS;
        return RSL_GRAMMAR_MORE;

    case '0':
        g->state = RSL_GRAMMAR_ZERO;
        return RSL_GRAMMAR_MORE;
    }

    g->state = RSL_GRAMMAR_INTEGER;

    return rsl_grammar_is_digit(ch) ? RSL_GRAMMAR_MORE
                                   : RSL_GRAMMAR_BROKEN;
}


/* "rest" has to follow. */

static rsl_grammar_result_e
rsl_grammar_literal(rsl_grammar_t *g, const char *rest)
{
    g->literal = rest;
    g->state = *rest ? RSL_GRAMMAR_LITERAL : RSL_GRAMMAR_NEXT;

    return RSL_GRAMMAR_MORE;
}


/* It is deeper than the stack, so only strings and brackets are looked at. */

static rsl_grammar_result_e
rsl_grammar_deep(rsl_grammar_t *g, u_char ch)
{
    switch (ch) {

    case '"':
        g->state = RSL_GRAMMAR_STRING;
        return RSL_GRAMMAR_MORE;

    case '{':
    case '[':
        return rsl_grammar_open(g, ch);

    case '}':
    case ']':
        return rsl_grammar_close(g);

    default:
        return RSL_GRAMMAR_MORE;
    }
}


static rsl_grammar_result_e
rsl_grammar_open(rsl_grammar_t *g, u_char ch)
{
    g->depth++;
    g->deep |= (g->depth > g->limit);

    if (g->depth > RSL_GRAMMAR_STACK) {
        g->state = RSL_GRAMMAR_DEEP;
        return RSL_GRAMMAR_MORE;
    }

    g->stack = g->stack << 1 | (ch == '{');
    g->state = (ch == '{') ? RSL_GRAMMAR_MEMBER
                           : RSL_GRAMMAR_ELEMENT;

    return RSL_GRAMMAR_MORE;
}


static rsl_grammar_result_e
rsl_grammar_close(rsl_grammar_t *g)
{
    g->depth--;

    if (g->depth == 0 || g->array) {
        return RSL_GRAMMAR_END;
    }

    if (g->depth < RSL_GRAMMAR_STACK) {
        g->stack >>= 1;
    }

    if (g->depth <= RSL_GRAMMAR_STACK) {
        g->state = RSL_GRAMMAR_NEXT;
    }

    return RSL_GRAMMAR_MORE;
}
