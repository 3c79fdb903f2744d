
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * JSON as the module writes it.  Text is escaped a block at a time: the whole
 * block is copied, and what was copied behind the first byte that has to be
 * escaped is overwritten.
 */


#include "rsl_core_internal.h"


static inline u_char *rsl_json_copy_marked(u_char *dst, u_char *limit,
    const u_char **src, const u_char *end);
static size_t rsl_json_escape(const u_char *p, const u_char *end, u_char *dst,
    size_t *len);
static size_t rsl_json_ascii(const u_char *p, const u_char *end);


#define RSL_JSON_ESCAPE_MAX  6

/*
 * The room that rsl_json_copy() needs for one step: a block is stored as a
 * whole, and so is an escape that may begin where the block ends.
 */
#define RSL_JSON_SLACK       (RSL_BLOCK + sizeof(rsl_escape_t))


typedef struct {
    u_char  text[7];
    u_char  len;            /* 0: the character stands for itself */
} rsl_escape_t;


/* RFC 8259, section 7; the short form where there is one. */

static const rsl_escape_t  rsl_json_escapes[0x80] = {
    { "\\u0000", 6 }, { "\\u0001", 6 }, { "\\u0002", 6 }, { "\\u0003", 6 },
    { "\\u0004", 6 }, { "\\u0005", 6 }, { "\\u0006", 6 }, { "\\u0007", 6 },
    { "\\b", 2 }, { "\\t", 2 }, { "\\n", 2 }, { "\\u000b", 6 },
    { "\\f", 2 }, { "\\r", 2 }, { "\\u000e", 6 }, { "\\u000f", 6 },
    { "\\u0010", 6 }, { "\\u0011", 6 }, { "\\u0012", 6 }, { "\\u0013", 6 },
    { "\\u0014", 6 }, { "\\u0015", 6 }, { "\\u0016", 6 }, { "\\u0017", 6 },
    { "\\u0018", 6 }, { "\\u0019", 6 }, { "\\u001a", 6 }, { "\\u001b", 6 },
    { "\\u001c", 6 }, { "\\u001d", 6 }, { "\\u001e", 6 }, { "\\u001f", 6 },
    ['"'] = { "\\\"", 2 }, ['\\'] = { "\\\\", 2 }
};


int
rsl_json_print(rsl_arena_t *arena, const rsl_value_t *value, rsl_str_t *text)
{
    u_char      none, *p;
    size_t      len;
    rsl_json_t  json;

    /* without any room, all is counted */

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


const u_char *
rsl_json_copy(rsl_json_t *json, const u_char *p, const u_char *end)
{
    size_t              n;
    u_char             *dst, *limit;
    rsl_block_t         block;
    const u_char       *start;
    rsl_block_marks_t   marks;

    start = p;
    dst = json->pos;

    if ((size_t) (json->last - dst) < RSL_JSON_SLACK) {
        return p;
    }

    limit = json->last - RSL_JSON_SLACK;

    do {

        if (end - p >= RSL_BLOCK) {
            block = rsl_block_load(p);

        } else if (end - start >= RSL_BLOCK
                   && rsl_block_marks(rsl_block_load(end - RSL_BLOCK)) == 0)
        {
            /*
             * The last block of the text needs no escapes.  The part of it that
             * lies before "p" has been copied as it is, so storing it again
             * changes nothing.
             */

            dst += end - p;
            rsl_block_store(dst - RSL_BLOCK, rsl_block_load(end - RSL_BLOCK));
            p = end;
            break;

        } else {
            block = rsl_block_load_part(p, end - p);
        }

        rsl_block_store(dst, block);

        marks = rsl_block_marks(block);

        if (marks == 0) {
            p += RSL_BLOCK;
            dst += RSL_BLOCK;
            continue;
        }

        n = rsl_block_first(marks);
        p += n;
        dst += n;

        if (p == end) {
            break;
        }

        dst = rsl_json_copy_marked(dst, limit, &p, end);

    } while (dst <= limit);

    json->pos = dst;

    return p;
}


/*
 * Copies what rsl_json_copy() has stopped at: one character that is escaped, or
 * a run of characters that are not ASCII.  A store of more bytes than are meant
 * stays within RSL_JSON_SLACK.
 */

static inline u_char *
rsl_json_copy_marked(u_char *dst, u_char *limit, const u_char **src,
    const u_char *end)
{
    size_t               n;
    uint32_t             bytes;
    const u_char        *p;
    const rsl_escape_t  *escape;

    p = *src;
    n = *p;

    if (n < 0x80) {
        escape = &rsl_json_escapes[n];
        memcpy(dst, escape, sizeof(rsl_escape_t));
        *src = p + 1;

        return dst + escape->len;
    }

    do {
        bytes = rsl_utf8_load(p, end);
        n = rsl_utf8_loaded_sequence(bytes);

        if (n) {
            bytes = htole32(bytes);
            memcpy(dst, &bytes, 4);
            p += n;
            dst += n;

        } else {
            memcpy(dst, RSL_UTF8_REPLACEMENT, RSL_UTF8_REPLACEMENT_LEN);
            p += rsl_utf8_loaded_ill_formed(bytes);
            dst += RSL_UTF8_REPLACEMENT_LEN;
        }

    } while (p < end && *p >= 0x80 && dst <= limit);

    *src = p;

    return dst;
}


void
rsl_json_put_slowly(rsl_json_t *json, const u_char *p, const u_char *end)
{
    size_t  n, len;
    u_char  buf[RSL_JSON_ESCAPE_MAX];

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
rsl_json_put_prefix(rsl_json_t *json, const rsl_str_t *s, size_t room)
{
    size_t         escaped;
    u_char        *last;
    rsl_str_t      rest;
    const u_char  *end;

    if (s->len == 0) {
        return 0;
    }

    last = json->last;

    if (room < (size_t) (last - json->pos)) {
        json->last = json->pos + room;
    }

    end = s->data + s->len;

    rest.data = rsl_json_copy(json, s->data, end);
    rest.len = end - rest.data;

    rest.len = rsl_json_fit(&rest, json->last - json->pos, &escaped);

    end = rest.data + rest.len;

    rsl_json_put_slowly(json, rest.data, end);

    json->last = last;

    return end - s->data;
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

        if (p == end || rest == 0) {
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


/*
 * Escapes the character at "p" into "dst", which has RSL_JSON_ESCAPE_MAX bytes;
 * "len" becomes the length of the result.  Returns that of the character.
 */

static size_t
rsl_json_escape(const u_char *p, const u_char *end, u_char *dst, size_t *len)
{
    size_t  n;

    if (*p < 0x80) {
        *len = rsl_json_escapes[*p].len;
        memcpy(dst, rsl_json_escapes[*p].text, RSL_JSON_ESCAPE_MAX);
        return 1;
    }

    n = rsl_utf8_sequence(p, end);

    if (n) {
        memcpy(dst, p, n);
        *len = n;
        return n;
    }

    memcpy(dst, RSL_UTF8_REPLACEMENT, RSL_UTF8_REPLACEMENT_LEN);
    *len = RSL_UTF8_REPLACEMENT_LEN;

    return rsl_utf8_ill_formed(p, end);
}


/* As rsl_block_plain(), but up to the last byte. */

static size_t
rsl_json_ascii(const u_char *p, const u_char *end)
{
    rsl_block_t         block;
    const u_char       *start;
    rsl_block_marks_t   marks;

    for (start = p; p < end; p += RSL_BLOCK) {
        block = (end - p >= RSL_BLOCK) ? rsl_block_load(p)
                                       : rsl_block_load_part(p, end - p);

        marks = rsl_block_marks(block);

        if (marks) {
            p += rsl_block_first(marks);
            break;
        }
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

    rsl_json_put(json, buf, rsl_number_decimal(buf, rest));
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

            /* only \u0000 to \u001f are written that way */

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
