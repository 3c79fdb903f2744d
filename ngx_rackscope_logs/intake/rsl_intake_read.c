
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * One JSON value, from the bytes that a client sent.  Plain JSON is read here,
 * in one pass and where it lies: a string without escapes stays in the text.
 * What is not plain is left to jansson: keys that come twice, and what has to
 * be repaired or refused.  Of what is plain jansson would make the same.
 */


#include "rsl_intake_internal.h"


/*
 * An object with more members is left to jansson.  Each key is compared with
 * those before it, which takes too long for very many.
 */
#define RSL_INTAKE_READ_MEMBERS  64

/* So many values are allocated at a time; most entries need no more. */
#define RSL_INTAKE_READ_VALUES   16


typedef struct {
    const u_char  *pos;
    const u_char  *end;
    rsl_arena_t   *arena;
    rsl_value_t   *values;      /* allocated, and not used yet */
    size_t         nvalues;     /* how many of them */
    unsigned       depth;
    unsigned       partial:1;   /* the bytes ended within the value */
} rsl_intake_read_t;


static inline rsl_value_t *rsl_intake_read_new(rsl_intake_read_t *r);
static int rsl_intake_read_value(rsl_intake_read_t *r, rsl_value_t *value);
static int rsl_intake_read_object(rsl_intake_read_t *r, rsl_value_t *object);
static int rsl_intake_read_member(rsl_intake_read_t *r, rsl_value_t *member);
static int rsl_intake_read_is_new(const rsl_value_t *object,
    const rsl_str_t *key, uint64_t *seen);
static int rsl_intake_read_array(rsl_intake_read_t *r, rsl_value_t *array);
static int rsl_intake_read_string(rsl_intake_read_t *r, rsl_str_t *s,
    int is_key);
static const u_char *rsl_intake_read_escape(const u_char *p, const u_char *end,
    int is_key);
static int rsl_intake_read_decode(rsl_arena_t *arena, rsl_str_t *s);
static uint32_t rsl_intake_read_code(const u_char **p);
static u_char *rsl_intake_read_put(u_char *dst, uint32_t code);
static int rsl_intake_read_number(rsl_intake_read_t *r, rsl_value_t *value);
static int rsl_intake_read_literal(rsl_intake_read_t *r, rsl_value_t *value);
static inline int rsl_intake_read_next(rsl_intake_read_t *r);


/* What a character behind a backslash stands for; 0: it is no such escape. */

static const u_char  rsl_intake_read_escapes[256] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f',
    ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'
};


int
rsl_intake_read_json(rsl_arena_t *arena, const rsl_str_t *text,
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
rsl_intake_read(rsl_arena_t *arena, const u_char **p, const u_char *end,
    rsl_value_t **value)
{
    int                rc;
    rsl_intake_read_t  r;

    r.pos = *p;
    r.end = end;
    r.arena = arena;
    r.nvalues = 0;
    r.depth = 0;
    r.partial = 0;

    *value = rsl_intake_read_new(&r);
    if (*value == NULL) {
        return RSL_ERROR;
    }

    rc = rsl_intake_read_value(&r, *value);

    if (rc == RSL_OK) {
        *p = r.pos;
    }

    return (rc == RSL_DECLINED && r.partial) ? RSL_INTAKE_AGAIN : rc;
}


static inline rsl_value_t *
rsl_intake_read_new(rsl_intake_read_t *r)
{
    rsl_value_t  *value;

    if (r->nvalues == 0) {
        r->values = rsl_arena_alloc(r->arena, RSL_INTAKE_READ_VALUES
                                              * sizeof(rsl_value_t));
        if (r->values == NULL) {
            return NULL;
        }

        r->nvalues = RSL_INTAKE_READ_VALUES;
    }

    r->nvalues--;
    value = r->values++;

    memset(value, 0, sizeof(rsl_value_t));
    value->type = RSL_VALUE_SCALAR;

    return value;
}


static int
rsl_intake_read_value(rsl_intake_read_t *r, rsl_value_t *value)
{
    switch (rsl_intake_read_next(r)) {

    case '"':
        value->type = RSL_VALUE_STRING;
        return rsl_intake_read_string(r, &value->text, 0);

    case '{':
        value->type = RSL_VALUE_OBJECT;
        return rsl_intake_read_object(r, value);

    case '[':
        value->type = RSL_VALUE_ARRAY;
        return rsl_intake_read_array(r, value);

    case 't':
    case 'f':
    case 'n':
        return rsl_intake_read_literal(r, value);

    default:
        return rsl_intake_read_number(r, value);
    }
}


static int
rsl_intake_read_object(rsl_intake_read_t *r, rsl_value_t *object)
{
    int           rc, ch;
    unsigned      n;
    uint64_t      seen;
    rsl_value_t  *member, **next;

    if (r->depth++ == RSL_INTAKE_DEPTH_MAX) {
        return RSL_DECLINED;
    }

    r->pos++;
    ch = rsl_intake_read_next(r);

    seen = 0;
    next = &object->child;

    for (n = 0; ch != '}'; n++) {

        if (n) {

            if (ch != ',' || n == RSL_INTAKE_READ_MEMBERS) {
                return RSL_DECLINED;
            }

            r->pos++;
            ch = rsl_intake_read_next(r);
        }

        if (ch != '"') {
            return RSL_DECLINED;
        }

        member = rsl_intake_read_new(r);
        if (member == NULL) {
            return RSL_ERROR;
        }

        rc = rsl_intake_read_member(r, member);

        if (rc != RSL_OK) {
            return rc;
        }

        if (!rsl_intake_read_is_new(object, &member->key, &seen)) {
            return RSL_DECLINED;
        }

        *next = member;
        next = &member->next;

        ch = rsl_intake_read_next(r);
    }

    r->pos++;
    r->depth--;

    return RSL_OK;
}


static int
rsl_intake_read_member(rsl_intake_read_t *r, rsl_value_t *member)
{
    int  rc;

    rc = rsl_intake_read_string(r, &member->key, 1);

    if (rc != RSL_OK) {
        return rc;
    }

    if (rsl_intake_read_next(r) != ':') {
        return RSL_DECLINED;
    }

    r->pos++;

    return rsl_intake_read_value(r, member);
}


/*
 * Has no member of the object this key yet?  *seen has a bit for each key,
 * which is computed from its length and two of its bytes.  If the bit is new,
 * the key is, and nothing needs to be compared.
 */

static int
rsl_intake_read_is_new(const rsl_value_t *object, const rsl_str_t *key,
    uint64_t *seen)
{
    uint64_t            bit;
    const rsl_value_t  *member;

    bit = key->len;

    if (key->len) {
        bit += key->data[0] * UINT64_C(7) + key->data[key->len - 1];
    }

    bit = UINT64_C(1) << bit % 64;

    if (!(*seen & bit)) {
        *seen |= bit;
        return 1;
    }

    for (member = object->child; member != NULL; member = member->next) {

        if (member->key.len == key->len
            && memcmp(member->key.data, key->data, key->len) == 0)
        {
            return 0;
        }
    }

    return 1;
}


static int
rsl_intake_read_array(rsl_intake_read_t *r, rsl_value_t *array)
{
    int           rc, ch;
    rsl_value_t  *element, **next;

    if (r->depth++ == RSL_INTAKE_DEPTH_MAX) {
        return RSL_DECLINED;
    }

    r->pos++;
    next = &array->child;

    for (ch = rsl_intake_read_next(r);
         ch != ']';
         ch = rsl_intake_read_next(r))
    {

        if (array->child != NULL) {

            if (ch != ',') {
                return RSL_DECLINED;
            }

            r->pos++;
        }

        element = rsl_intake_read_new(r);
        if (element == NULL) {
            return RSL_ERROR;
        }

        rc = rsl_intake_read_value(r, element);

        if (rc != RSL_OK) {
            return rc;
        }

        *next = element;
        next = &element->next;
    }

    r->pos++;
    r->depth--;

    return RSL_OK;
}


static int
rsl_intake_read_string(rsl_intake_read_t *r, rsl_str_t *s, int is_key)
{
    int            found, escaped;
    const u_char  *p;

    p = r->pos + 1;
    s->data = p;
    escaped = 0;

    /* most strings are ASCII without escapes: then this finds the quote */

    p += rsl_block_plain(p, r->end, &found);

    while (!found || *p != '"') {
        p += rsl_json_plain(p, r->end);

        if (p == r->end) {
            r->partial = 1;
            return RSL_DECLINED;
        }

        if (*p == '"') {
            break;
        }

        p = rsl_intake_read_escape(p, r->end, is_key);
        if (p == NULL) {
            return RSL_DECLINED;
        }

        found = 0;
        escaped = 1;
    }

    s->len = (size_t) (p - s->data);
    r->pos = p + 1;

    return escaped ? rsl_intake_read_decode(r->arena, s) : RSL_OK;
}


/*
 * Returns what follows the escape at "p".  NULL: it is none, or it is one that
 * must be repaired.
 */

static const u_char *
rsl_intake_read_escape(const u_char *p, const u_char *end, int is_key)
{
    size_t  n;

    if (*p != '\\' || end - p < 2) {
        return NULL;
    }

    if (rsl_intake_read_escapes[p[1]]) {
        return p + 2;
    }

    if (p[1] != 'u' || end - p < 6) {
        return NULL;
    }

    for (n = 2; n < 6; n++) {
        if (rsl_number_hex(p[n]) == -1) {
            return NULL;
        }
    }

    switch (rsl_intake_token_surrogate(p, end)) {

    case RSL_INTAKE_SURROGATE_LOW:
        return NULL;

    case RSL_INTAKE_SURROGATE_HIGH:
        return (rsl_intake_token_surrogate(p + 6, end)
                == RSL_INTAKE_SURROGATE_LOW)
               ? p + 12 : NULL;

    case RSL_INTAKE_SURROGATE_NONE:
        break;
    }

    /* jansson takes no key with a NUL in it, so the key must be repaired */

    return (is_key && memcmp(p + 2, "0000", 4) == 0) ? NULL : p + 6;
}


/* Decodes a string, whose escapes rsl_intake_read_escape() has checked. */

static int
rsl_intake_read_decode(rsl_arena_t *arena, rsl_str_t *s)
{
    size_t         n;
    u_char        *dst;
    const u_char  *p, *end, *slash;

    dst = rsl_arena_alloc(arena, s->len);
    if (dst == NULL) {
        return RSL_ERROR;
    }

    p = s->data;
    end = p + s->len;
    s->data = dst;

    while ((slash = memchr(p, '\\', (size_t) (end - p))) != NULL) {
        n = (size_t) (slash - p);

        memcpy(dst, p, n);
        dst += n;
        p = slash + 2;

        if (slash[1] == 'u') {
            dst = rsl_intake_read_put(dst, rsl_intake_read_code(&p));

        } else {
            *dst++ = rsl_intake_read_escapes[slash[1]];
        }
    }

    memcpy(dst, p, (size_t) (end - p));
    s->len = (size_t) (dst + (end - p) - s->data);

    return RSL_OK;
}


/*
 * The code point whose four digits are at *p, or the pair of surrogates that
 * begins with them (RFC 8259, 7).  Moves *p behind it.
 */

static uint32_t
rsl_intake_read_code(const u_char **p)
{
    size_t    n;
    uint32_t  code, low;

    code = 0;

    for (n = 0; n < 4; n++) {
        code = code << 4 | (uint32_t) rsl_number_hex(*(*p)++);
    }

    if (code < 0xd800 || code > 0xdfff) {
        return code;
    }

    low = 0;

    for (n = 2; n < 6; n++) {
        low = low << 4 | (uint32_t) rsl_number_hex((*p)[n]);
    }

    *p += 6;

    return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}


/* Writes the code point in UTF-8 (RFC 3629, 3). */

static u_char *
rsl_intake_read_put(u_char *dst, uint32_t code)
{
    if (code < 0x80) {
        *dst++ = (u_char) code;
        return dst;
    }

    if (code < 0x800) {
        *dst++ = (u_char) (0xc0 | code >> 6);

    } else {

        if (code < 0x10000) {
            *dst++ = (u_char) (0xe0 | code >> 12);

        } else {
            *dst++ = (u_char) (0xf0 | code >> 18);
            *dst++ = (u_char) (0x80 | (code >> 12 & 0x3f));
        }

        *dst++ = (u_char) (0x80 | (code >> 6 & 0x3f));
    }

    *dst++ = (u_char) (0x80 | (code & 0x3f));

    return dst;
}


static int
rsl_intake_read_number(rsl_intake_read_t *r, rsl_value_t *value)
{
    size_t  n;

    n = rsl_intake_token_number(r->pos, r->end);

    if (n == 0) {
        return RSL_DECLINED;
    }

    value->text.data = r->pos;
    value->text.len = n;
    r->pos += n;

    return rsl_intake_token_is_shortest(&value->text)
           ? RSL_OK : rsl_intake_jansson_number(r->arena, value);
}


static int
rsl_intake_read_literal(rsl_intake_read_t *r, rsl_value_t *value)
{
    size_t                  n;

    static const rsl_str_t  literals[] = {
        rsl_string("true"),
        rsl_string("false"),
        rsl_string("null")
    };

    for (n = 0; n < sizeof(literals) / sizeof(rsl_str_t); n++) {

        if ((size_t) (r->end - r->pos) >= literals[n].len
            && memcmp(r->pos, literals[n].data, literals[n].len) == 0)
        {
            value->text = literals[n];
            r->pos += literals[n].len;
            return RSL_OK;
        }
    }

    return RSL_DECLINED;
}


/* Moves to the next byte that is no space, and returns it; -1: none is left. */

static inline int
rsl_intake_read_next(rsl_intake_read_t *r)
{
    for ( /* void */ ; r->pos < r->end; r->pos++) {

        if (!rsl_intake_is_space(*r->pos)) {
            return *r->pos;
        }
    }

    r->partial = 1;

    return -1;
}
