
/*
 * One JSON value from the bytes that a client sent: jansson, and before it the
 * repair of what jansson would refuse or change.
 */


#include "rsl_intake_field.h"


typedef struct {
    const u_char  *pos;
    const u_char  *end;
    u_char        *dst;
    unsigned       nul_in_key:1;
} rsl_repair_t;


static int rsl_json_load(const rsl_str_t *text, json_t **json,
    json_error_t *error);
static int rsl_json_is_clean(const rsl_str_t *text);
static const u_char *rsl_json_clean_escape(const u_char *p, const u_char *end);
static const u_char *rsl_json_clean_number(const u_char *start,
    const u_char *p, const u_char *end);
static int rsl_json_repair(rsl_arena_t *arena, rsl_str_t *text,
    unsigned nul_in_key);
static void rsl_json_repair_string(rsl_repair_t *r);
static void rsl_json_repair_escape(rsl_repair_t *r);
static void rsl_json_repair_key(rsl_repair_t *r, u_char *key);
static void rsl_json_repair_number(rsl_repair_t *r);
static int rsl_json_is_exact(const u_char *p, const u_char *end);
static void rsl_json_repair_byte(rsl_repair_t *r);
static unsigned rsl_json_surrogate(const u_char *p, const u_char *end);


/*
 * A number that would lose digits goes through jansson as a string that begins
 * with this, a noncharacter.  A client that writes it itself turns a string of
 * its own into a number, and nothing else.
 */

#define RSL_EXACT_PREFIX        "\xef\xb7\x90#"
#define RSL_EXACT_PREFIX_LEN    (sizeof(RSL_EXACT_PREFIX) - 1)

/* Of an integer, of a real, of an exponent: more may be too many. */
#define RSL_INTEGER_DIGITS      18
#define RSL_REAL_DIGITS         17
#define RSL_EXPONENT_DIGITS     2

#define RSL_SURROGATE_NONE      0
#define RSL_SURROGATE_HIGH      1
#define RSL_SURROGATE_LOW       2

/*
 * The worst is one bad byte that becomes three; "-0" and a comma become nine
 * bytes out of three as well.
 */

#define RSL_REPAIR_FACTOR       3
#define RSL_REPAIR_ROOM         16

#define rsl_is_digit(ch)        ((ch) >= '0' && (ch) <= '9')


/* Bytes that may need a repair: digits, the backslash, and all but ASCII. */

static const u_char  rsl_json_suspects[256] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
    ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1,
    ['\\'] = 1,
    [0x80 ... 0xff] = 1
};


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


int
rsl_json_exact(const json_t *json, rsl_str_t *number)
{
    size_t         len;
    const u_char  *p;

    p = (const u_char *) json_string_value(json);
    len = json_string_length(json);

    if (len <= RSL_EXACT_PREFIX_LEN
        || p[0] != (u_char) RSL_EXACT_PREFIX[0]
        || memcmp(p, RSL_EXACT_PREFIX, RSL_EXACT_PREFIX_LEN) != 0)
    {
        return RSL_DECLINED;
    }

    number->data = p + RSL_EXACT_PREFIX_LEN;
    number->len = len - RSL_EXACT_PREFIX_LEN;

    if (rsl_json_number(number->data, p + len) != number->len) {
        return RSL_DECLINED;
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
        if (rsl_json_surrogate(p + 6, end) != RSL_SURROGATE_LOW) {
            return NULL;
        }

        return p + 12;
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


static int
rsl_json_repair(rsl_arena_t *arena, rsl_str_t *text, unsigned nul_in_key)
{
    u_char        *start;
    rsl_repair_t   r;

    start = rsl_arena_alloc(arena, text->len * RSL_REPAIR_FACTOR
                                   + RSL_REPAIR_ROOM);
    if (start == NULL) {
        return RSL_ERROR;
    }

    r.pos = text->data;
    r.end = text->data + text->len;
    r.dst = start;
    r.nul_in_key = nul_in_key;

    while (r.pos < r.end) {

        if (*r.pos == '"') {
            rsl_json_repair_string(&r);

        } else if (*r.pos == '-' || rsl_is_digit(*r.pos)) {
            rsl_json_repair_number(&r);

        } else {
            rsl_json_repair_byte(&r);
        }
    }

    text->data = start;
    text->len = r.dst - start;

    return RSL_OK;
}


static void
rsl_json_repair_string(rsl_repair_t *r)
{
    u_char  *key;

    key = r->dst;

    *r->dst++ = *r->pos++;

    while (r->pos < r->end) {

        if (*r->pos == '"') {
            *r->dst++ = *r->pos++;

            if (r->nul_in_key) {
                rsl_json_repair_key(r, key);
            }

            return;
        }

        if (*r->pos == '\\') {
            rsl_json_repair_escape(r);

        } else {
            rsl_json_repair_byte(r);
        }
    }
}


static void
rsl_json_repair_escape(rsl_repair_t *r)
{
    size_t    n;
    unsigned  surrogate;

    surrogate = rsl_json_surrogate(r->pos, r->end);

    if (surrogate == RSL_SURROGATE_HIGH
        && rsl_json_surrogate(r->pos + 6, r->end) == RSL_SURROGATE_LOW)
    {
        memcpy(r->dst, r->pos, 12);
        r->dst += 12;
        r->pos += 12;
        return;
    }

    if (surrogate) {
        memcpy(r->dst, "\\ufffd", 6);
        r->dst += 6;
        r->pos += 6;
        return;
    }

    *r->dst++ = *r->pos++;

    n = (r->pos < r->end && *r->pos < 0x80);

    memcpy(r->dst, r->pos, n);
    r->dst += n;
    r->pos += n;
}


/* jansson has no object keys with a NUL in them. */

static void
rsl_json_repair_key(rsl_repair_t *r, u_char *key)
{
    u_char        *p;
    const u_char  *next;

    next = r->pos;

    while (next < r->end && (*next == ' ' || *next == '\t' || *next == '\n'
                             || *next == '\r'))
    {
        next++;
    }

    if (next == r->end || *next != ':') {
        return;
    }

    for (p = key; p < r->dst; p++) {

        if (*p != '\\') {
            continue;
        }

        if (r->dst - p > 6 && memcmp(p, "\\u0000", 6) == 0) {
            memcpy(p, "\\ufffd", 6);
        }

        p++;
    }
}


static void
rsl_json_repair_number(rsl_repair_t *r)
{
    size_t         n;
    const u_char  *p;

    n = rsl_json_number(r->pos, r->end);
    p = r->pos + n;

    /* what goes on is no number: jansson shall see it as it is */

    if (n == 0 || (p < r->end && (*p == '.' || *p == '-' || *p == '+'
                                  || rsl_is_digit(*p)))
        || !rsl_json_is_exact(r->pos, p))
    {
        do {
            *r->dst++ = *r->pos++;
        } while (r->pos < r->end
                 && (rsl_is_digit(*r->pos) || *r->pos == '.' || *r->pos == '-'
                     || *r->pos == '+' || *r->pos == 'e' || *r->pos == 'E'));

        return;
    }

    *r->dst++ = '"';
    memcpy(r->dst, RSL_EXACT_PREFIX, RSL_EXACT_PREFIX_LEN);
    r->dst += RSL_EXACT_PREFIX_LEN;
    memcpy(r->dst, r->pos, n);
    r->dst += n;
    *r->dst++ = '"';

    r->pos = p;
}


/* Has the number to be kept by its text? */

static int
rsl_json_is_exact(const u_char *p, const u_char *end)
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

        for (p += !rsl_is_digit(*p); p < end; p++) {
            exponent++;
        }
    }

    return exponent > RSL_EXPONENT_DIGITS
           || digits > (real ? RSL_REAL_DIGITS : RSL_INTEGER_DIGITS);
}


static void
rsl_json_repair_byte(rsl_repair_t *r)
{
    size_t  n;

    if (*r->pos < 0x80) {
        *r->dst++ = *r->pos++;
        return;
    }

    n = rsl_utf8_sequence(r->pos, r->end);

    if (n) {
        memcpy(r->dst, r->pos, n);
        r->dst += n;
        r->pos += n;
        return;
    }

    memcpy(r->dst, "\xef\xbf\xbd", 3);
    r->dst += 3;
    r->pos += rsl_utf8_ill_formed(r->pos, r->end);
}


static unsigned
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
