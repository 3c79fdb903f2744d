
/*
 * Strings that go past jansson: it reads a byte at a time, and what is long in
 * a record is strings.  They are taken out of the text and put back into the
 * values, and what jansson parses is the rest.
 */


#include "rsl_intake_field.h"
#include "rsl_json.h"


/* DEL, which nobody writes, and a character: which string. */
#define RSL_ASIDE_MARK   0x7f
#define RSL_ASIDE_FIRST  ']'

/* A shorter one costs less than its way around. */
#define RSL_ASIDE_MIN    8


typedef struct {
    const u_char  *pos;
    const u_char  *end;
    u_char        *dst;
    size_t         depth;
    rsl_arena_t   *arena;
    rsl_aside_t   *aside;
} rsl_set_aside_t;


typedef enum {
    RSL_ASIDE_COPY = 0,
    RSL_ASIDE_STRING,
    RSL_ASIDE_DIGIT,
    RSL_ASIDE_OPEN,
    RSL_ASIDE_CLOSE,
    RSL_ASIDE_SPACE,
    RSL_ASIDE_WORD,                 /* NaN, Infinity */
    RSL_ASIDE_HIGH
} rsl_aside_class_e;


static int rsl_aside_may_be_forged(const rsl_str_t *text);
static int rsl_aside_string(rsl_set_aside_t *set);
static const u_char *rsl_aside_escape(const u_char *p, const u_char *end,
    int *simple);
static int rsl_aside_is_key(const u_char *p, const u_char *end);
static int rsl_aside_take(rsl_set_aside_t *set, const rsl_str_t *string,
    int escaped);
static int rsl_aside_number(rsl_set_aside_t *set, const u_char *start);
static void rsl_aside_space(rsl_set_aside_t *set, const u_char *start);
static int rsl_aside_high(rsl_set_aside_t *set);
static void rsl_aside_copy(rsl_set_aside_t *set, const u_char *end);
static int rsl_aside_back(json_t *json, const rsl_aside_t *aside, size_t depth);
static int rsl_aside_back_string(json_t *json, const rsl_aside_t *aside);


static const u_char  rsl_aside_classes[256] = {
    ['"'] = RSL_ASIDE_STRING,
    ['0' ... '9'] = RSL_ASIDE_DIGIT,
    ['{'] = RSL_ASIDE_OPEN,
    ['['] = RSL_ASIDE_OPEN,
    ['}'] = RSL_ASIDE_CLOSE,
    [']'] = RSL_ASIDE_CLOSE,
    [' '] = RSL_ASIDE_SPACE,
    ['\t'] = RSL_ASIDE_SPACE,
    ['\r'] = RSL_ASIDE_SPACE,
    ['\n'] = RSL_ASIDE_SPACE,
    ['N'] = RSL_ASIDE_WORD,
    ['I'] = RSL_ASIDE_WORD,
    [0x80 ... 0xff] = RSL_ASIDE_HIGH
};


int
rsl_json_set_aside(rsl_arena_t *arena, rsl_str_t *text, rsl_aside_t *aside)
{
    int               rc;
    u_char           *start;
    rsl_set_aside_t   set;

    aside->n = 0;

    if (rsl_aside_may_be_forged(text)) {
        return RSL_DECLINED;
    }

    /* what is put instead of a string is shorter than it */

    start = rsl_arena_alloc(arena, text->len + 1);
    if (start == NULL) {
        return RSL_ERROR;
    }

    set.pos = text->data;
    set.end = text->data + text->len;
    set.dst = start;
    set.depth = 0;
    set.arena = arena;
    set.aside = aside;

    rc = RSL_OK;

    while (set.pos < set.end && rc == RSL_OK) {

        switch (rsl_aside_classes[*set.pos]) {

        case RSL_ASIDE_STRING:
            rc = rsl_aside_string(&set);
            continue;

        case RSL_ASIDE_DIGIT:
            rc = rsl_aside_number(&set, text->data);
            continue;

        case RSL_ASIDE_SPACE:
            rsl_aside_space(&set, start);
            continue;

        case RSL_ASIDE_HIGH:
            rc = rsl_aside_high(&set);
            continue;

        case RSL_ASIDE_WORD:
            if (rsl_json_no_number(set.pos, set.end)) {
                return RSL_DECLINED;
            }

            break;

        case RSL_ASIDE_OPEN:
            set.depth++;
            break;

        case RSL_ASIDE_CLOSE:
            set.depth -= (set.depth > 0);
            break;

        default:
            break;
        }

        *set.dst++ = *set.pos++;
    }

    text->data = start;
    text->len = (size_t) (set.dst - start);

    return rc;
}


/* Is the mark in the text, in whichever way it may be written? */

static int
rsl_aside_may_be_forged(const rsl_str_t *text)
{
    size_t         n;
    const u_char  *p, *end;

    end = text->data + text->len;

    if (memchr(text->data, RSL_ASIDE_MARK, text->len) != NULL) {
        return 1;
    }

    for (p = text->data; (n = (size_t) (end - p)) >= 6; p++) {

        p = memchr(p, '\\', n - 5);
        if (p == NULL) {
            return 0;
        }

        if (memcmp(p + 1, "u007", 4) == 0 && (p[5] | 0x20) == 'f') {
            return 1;
        }
    }

    return 0;
}


/* A string, from quote to quote; it may have no end. */

static int
rsl_aside_string(rsl_set_aside_t *set)
{
    int            simple, escaped, closed;
    rsl_str_t      string;
    const u_char  *p, *start;

    start = set->pos + 1;
    simple = 1;
    escaped = 0;

    for (p = start; ; /* void */ ) {
        p += rsl_json_plain(p, set->end);

        if (p == set->end || *p == '"') {
            break;
        }

        if (*p >= 0x80) {
            return RSL_DECLINED;
        }

        if (*p != '\\') {
            /* a control character: jansson shall see it */
            simple = 0;
            p++;
            continue;
        }

        escaped = 1;

        p = rsl_aside_escape(p, set->end, &simple);
        if (p == NULL) {
            return RSL_DECLINED;
        }
    }

    string.data = start;
    string.len = (size_t) (p - start);

    closed = (p < set->end);
    p += closed;

    if (simple && closed && string.len >= RSL_ASIDE_MIN
        && set->depth <= RSL_INTAKE_DEPTH_MAX
        && set->aside->n < RSL_ASIDE_MAX
        && !rsl_aside_is_key(p, set->end))
    {
        set->pos = p;
        return rsl_aside_take(set, &string, escaped);
    }

    rsl_aside_copy(set, p);

    return RSL_OK;
}


/* Behind an escape; NULL: it has to be repaired.  Not simple: jansson's. */

static const u_char *
rsl_aside_escape(const u_char *p, const u_char *end, int *simple)
{
    if (end - p >= 2 && p[1] != '\0' && strchr("\"\\/bfnrt", p[1]) != NULL) {
        return p + 2;
    }

    *simple = 0;

    switch (rsl_json_surrogate(p, end)) {

    case RSL_SURROGATE_LOW:
        return NULL;

    case RSL_SURROGATE_HIGH:
        return (rsl_json_surrogate(p + 6, end) == RSL_SURROGATE_LOW) ? p + 12
                                                                     : NULL;

    case RSL_SURROGATE_NONE:
        break;
    }

    return (end - p >= 2 && p[1] < 0x80) ? p + 2 : p + 1;
}


static int
rsl_aside_is_key(const u_char *p, const u_char *end)
{
    while (p < end && rsl_aside_classes[*p] == RSL_ASIDE_SPACE) {
        p++;
    }

    return p < end && *p == ':';
}


static int
rsl_aside_take(rsl_set_aside_t *set, const rsl_str_t *string, int escaped)
{
    u_char     *p;
    rsl_str_t  *taken;

    taken = &set->aside->strings[set->aside->n];
    *taken = *string;

    if (escaped) {
        p = rsl_arena_alloc(set->arena, string->len);
        if (p == NULL) {
            return RSL_ERROR;
        }

        taken->data = p;
        taken->len = rsl_json_unescape(string, p);
    }

    *set->dst++ = '"';
    *set->dst++ = RSL_ASIDE_MARK;
    *set->dst++ = (u_char) (RSL_ASIDE_FIRST + set->aside->n);
    *set->dst++ = '"';

    set->aside->n++;

    return RSL_OK;
}


/* Not one that has to be kept by its text. */

static int
rsl_aside_number(rsl_set_aside_t *set, const u_char *start)
{
    const u_char  *p, *first;

    first = set->pos;
    p = first;

    while (p < set->end && (rsl_is_digit(*p) || *p == '.')) {
        p++;
    }

    if (p - first > RSL_INTEGER_DIGITS
        || (p - first == 1 && *first == '0' && first > start
            && first[-1] == '-'))
    {
        return RSL_DECLINED;
    }

    if (p < set->end && (*p == 'e' || *p == 'E')) {
        first = ++p;

        if (p < set->end && (*p == '+' || *p == '-')) {
            first = ++p;
        }

        while (p < set->end && rsl_is_digit(*p)) {
            p++;
        }

        if (p - first > RSL_EXPONENT_DIGITS) {
            return RSL_DECLINED;
        }
    }

    rsl_aside_copy(set, p);

    return RSL_OK;
}


/* Nobody needs it behind what separates. */

static void
rsl_aside_space(rsl_set_aside_t *set, const u_char *start)
{
    u_char  last;

    last = (set->dst > start) ? set->dst[-1] : ',';

    if (last == ',' || last == ':' || last == '{' || last == '[') {
        set->pos++;
        return;
    }

    *set->dst++ = *set->pos++;
}


static int
rsl_aside_high(rsl_set_aside_t *set)
{
    size_t  n;

    n = rsl_utf8_sequence(set->pos, set->end);

    if (n == 0) {
        return RSL_DECLINED;
    }

    rsl_aside_copy(set, set->pos + n);

    return RSL_OK;
}


static void
rsl_aside_copy(rsl_set_aside_t *set, const u_char *end)
{
    size_t  len;

    len = (size_t) (end - set->pos);

    memcpy(set->dst, set->pos, len);
    set->dst += len;
    set->pos = end;
}


int
rsl_json_put_back(json_t *json, const rsl_aside_t *aside)
{
    return aside->n ? rsl_aside_back(json, aside, 0) : RSL_OK;
}


static int
rsl_aside_back(json_t *json, const rsl_aside_t *aside, size_t depth)
{
    void    *member;
    size_t   i;
    json_t  *element;

    if (json_is_string(json)) {
        return rsl_aside_back_string(json, aside);
    }

    if (depth == RSL_INTAKE_DEPTH_MAX) {
        return RSL_OK;
    }

    json_array_foreach(json, i, element) {
        if (rsl_aside_back(element, aside, depth + 1) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    for (member = json_object_iter(json);
         member != NULL;
         member = json_object_iter_next(json, member))
    {
        if (rsl_aside_back(json_object_iter_value(member), aside, depth + 1)
            != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


static int
rsl_aside_back_string(json_t *json, const rsl_aside_t *aside)
{
    const char       *text;
    const rsl_str_t  *string;

    text = json_string_value(json);

    if (json_string_length(json) != 2 || text[0] != RSL_ASIDE_MARK) {
        return RSL_OK;
    }

    string = &aside->strings[text[1] - RSL_ASIDE_FIRST];

    return json_string_setn_nocheck(json, (const char *) string->data,
                                    string->len)
           ? RSL_ERROR : RSL_OK;
}
