
#include "rsl_json.h"
#include "rsl_word.h"


static size_t rsl_json_escape(const u_char *p, const u_char *end, u_char *dst,
    size_t *len);
static size_t rsl_json_ascii(const u_char *p, const u_char *end);


#define RSL_JSON_ESCAPE_MAX  6


/* What follows the backslash; 0: the character stands for itself. */

static const u_char  rsl_json_escapes[0x80] = {
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b', 't', 'n', 'u', 'f', 'r',
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
    'u', 'u', 'u', 'u', ['"'] = '"', ['\\'] = '\\'
};


int
rsl_value_print(rsl_arena_t *arena, const rsl_value_t *value, rsl_str_t *text)
{
    u_char      none, *p;
    size_t      len;
    rsl_json_t  json;

    json.pos = &none;
    json.last = &none;
    json.excess = 0;

    rsl_json_put_value(&json, value);

    len = json.excess;

    p = rsl_arena_alloc(arena, len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    json.pos = p;
    json.last = p + len;

    rsl_json_put_value(&json, value);

    text->data = p;
    text->len = len;

    return RSL_OK;
}


void
rsl_json_put_value(rsl_json_t *json, const rsl_value_t *value)
{
    const rsl_value_t  *child;

    switch (value->type) {

    case RSL_VALUE_STRING:
        rsl_json_put_literal(json, "\"");
        rsl_json_put_text(json, &value->text);
        rsl_json_put_literal(json, "\"");
        return;

    case RSL_VALUE_SCALAR:
        rsl_json_put(json, value->text.data, value->text.len);
        return;

    case RSL_VALUE_OBJECT:
    case RSL_VALUE_ARRAY:
        break;
    }

    rsl_json_put(json, (value->type == RSL_VALUE_OBJECT) ? "{" : "[", 1);

    for (child = value->child; child != NULL; child = child->next) {

        if (child != value->child) {
            rsl_json_put_literal(json, ",");
        }

        if (value->type == RSL_VALUE_OBJECT) {
            rsl_json_put_literal(json, "\"");
            rsl_json_put_text(json, &child->key);
            rsl_json_put_literal(json, "\":");
        }

        rsl_json_put_value(json, child);
    }

    rsl_json_put(json, (value->type == RSL_VALUE_OBJECT) ? "}" : "]", 1);
}


void
rsl_json_put_text(rsl_json_t *json, const rsl_str_t *s)
{
    size_t         n, len;
    u_char         buf[RSL_JSON_ESCAPE_MAX];
    const u_char  *p, *end;

    if (s->len == 0) {
        return;
    }

    p = s->data;
    end = p + s->len;

    while (p < end) {
        n = rsl_json_plain(p, end);

        rsl_json_put(json, p, n);

        p += n;

        if (p == end) {
            break;
        }

        p += rsl_json_escape(p, end, buf, &len);

        rsl_json_put(json, buf, len);
    }
}


size_t
rsl_json_fit(const rsl_str_t *s, size_t room, size_t *escaped)
{
    size_t         n, len, rest;
    u_char         buf[RSL_JSON_ESCAPE_MAX];
    const u_char  *p, *end;

    *escaped = 0;

    if (s->len == 0) {
        return 0;
    }

    p = s->data;
    end = p + s->len;
    rest = room;

    while (p < end) {
        n = end - p;

        n = rsl_json_plain(p, p + ((n < rest) ? n : rest));

        p += n;
        rest -= n;

        if (p == end) {
            break;
        }

        n = rsl_json_escape(p, end, buf, &len);

        if (len > rest) {
            break;
        }

        p += n;
        rest -= len;
    }

    *escaped = room - rest;

    return p - s->data;
}


/* One character, into RSL_JSON_ESCAPE_MAX bytes. */

static size_t
rsl_json_escape(const u_char *p, const u_char *end, u_char *dst, size_t *len)
{
    static const u_char  hex[] = "0123456789abcdef";

    size_t  n;

    if (*p >= 0x80) {
        n = rsl_utf8_sequence(p, end);

        if (n) {
            memcpy(dst, p, n);
            *len = n;
            return n;
        }

        memcpy(dst, "\xef\xbf\xbd", 3);
        *len = 3;
        return rsl_utf8_ill_formed(p, end);
    }

    dst[0] = '\\';
    dst[1] = rsl_json_escapes[*p];
    *len = 2;

    if (dst[1] == 'u') {
        dst[2] = '0';
        dst[3] = '0';
        dst[4] = hex[*p >> 4];
        dst[5] = hex[*p & 0xf];
        *len = 6;
    }

    return 1;
}


static size_t
rsl_json_ascii(const u_char *p, const u_char *end)
{
    int            found;
    const u_char  *start;

    start = p;
    p += rsl_word_plain(p, end, &found);

    if (found) {
        return (size_t) (p - start);
    }

    while (p < end && *p < 0x80 && rsl_json_escapes[*p] == 0) {
        p++;
    }

    return (size_t) (p - start);
}


size_t
rsl_json_plain(const u_char *p, const u_char *end)
{
    size_t         n;
    const u_char  *start;

    start = p;

    for ( ;; ) {
        p += rsl_json_ascii(p, end);

        if (p == end || *p < 0x80) {
            break;
        }

        do {
            n = rsl_utf8_sequence(p, end);

            if (n == 0) {
                return p - start;
            }

            p += n;

        } while (p < end && *p >= 0x80);
    }

    return p - start;
}


void
rsl_json_put_integer(rsl_json_t *json, int64_t value)
{
    u_char    buf[RSL_UINT64_LEN];
    uint64_t  rest;

    rest = value;

    if (value < 0) {
        rsl_json_put_literal(json, "-");
        rest = 0 - rest;
    }

    rsl_json_put(json, buf, rsl_decimal(buf, rest));
}


size_t
rsl_json_unescape(const rsl_str_t *text, u_char *dst)
{
    u_char        *start;
    const u_char  *p, *end, *slash;

    if (text->len == 0) {
        return 0;
    }

    start = dst;
    p = text->data;
    end = p + text->len;

    while (p < end) {
        slash = memchr(p, '\\', end - p);

        if (slash == NULL || end - slash < 2) {
            slash = end;
        }

        memcpy(dst, p, slash - p);
        dst += slash - p;

        if (slash == end) {
            break;
        }

        p = slash + 2;

        switch (slash[1]) {

        case 'b':
            *dst++ = '\b';
            break;

        case 'f':
            *dst++ = '\f';
            break;

        case 'n':
            *dst++ = '\n';
            break;

        case 'r':
            *dst++ = '\r';
            break;

        case 't':
            *dst++ = '\t';
            break;

        case 'u':
            if (end - p < 4) {
                return dst - start;
            }

            /* \u0000 to \u001f: nothing else is written that way */

            *dst++ = (u_char) (((p[2] & 1) << 4)
                               + (p[3] & 0xf) + ((p[3] > '9') ? 9 : 0));
            p += 4;
            break;

        default:
            *dst++ = slash[1];
            break;
        }
    }

    return dst - start;
}
