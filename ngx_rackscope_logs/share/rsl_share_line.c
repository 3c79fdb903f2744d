
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Is it a line as rsl_record_render() writes it?  A line from Redis goes into
 * the browser of an administrator, so this reader takes nothing else: no blank
 * between two words of JSON, no escape that the module does not write, and no
 * name of a field twice.
 */


#include "rsl_share_internal.h"


#define RSL_SHARE_LINE_DEPTH  32


typedef enum {
    RSL_SHARE_LINE_STRING = 0,
    RSL_SHARE_LINE_NUMBER,
    RSL_SHARE_LINE_TRUE,
    RSL_SHARE_LINE_OTHER
} rsl_share_line_type_e;


/* p is NULL as soon as it is known to be none. */

typedef struct {
    const u_char            *p;
    const u_char            *end;
    rsl_share_line_type_e    type;      /* of the last value */
} rsl_share_line_t;


typedef struct {
    rsl_str_t                name;
    rsl_share_line_type_e    type;
} rsl_share_field_t;


static void rsl_share_line_head(rsl_share_line_t *l, rsl_line_t *line,
    const u_char *start);
static void rsl_share_line_level(rsl_share_line_t *l, rsl_line_t *line);
static void rsl_share_line_members(rsl_share_line_t *l, rsl_line_t *line,
    const u_char *start);
static void rsl_share_line_member(rsl_share_line_t *l, const rsl_str_t *key,
    uint32_t *had, size_t *field);
static void rsl_share_line_value(rsl_share_line_t *l);
static int rsl_share_line_open(rsl_share_line_t *l, uint64_t *stack,
    size_t *depth);
static void rsl_share_line_close(rsl_share_line_t *l, uint64_t *stack,
    size_t *depth);
static void rsl_share_line_scalar(rsl_share_line_t *l);
static void rsl_share_line_number(rsl_share_line_t *l);
static size_t rsl_share_line_digits(rsl_share_line_t *l);
static void rsl_share_line_string(rsl_share_line_t *l, rsl_str_t *text);
static size_t rsl_share_line_escape(const u_char *p, const u_char *end);
static int rsl_share_line_is(const rsl_share_line_t *l, u_char ch);
static void rsl_share_line_text(rsl_share_line_t *l, const char *text,
    size_t len);


#define rsl_share_line_literal(l, text)                                       \
    rsl_share_line_text(l, text, sizeof(text) - 1)


/* Where these stand in the table. */

#define RSL_SHARE_LINE_HEAD        5
#define RSL_SHARE_LINE_REQUEST_ID  5
#define RSL_SHARE_LINE_TRUNCATED   13


static const rsl_share_field_t  rsl_share_line_fields[] = {
    { rsl_string("_seq"), RSL_SHARE_LINE_NUMBER },
    { rsl_string("timestamp"), RSL_SHARE_LINE_STRING },
    { rsl_string("level"), RSL_SHARE_LINE_STRING },
    { rsl_string("logger"), RSL_SHARE_LINE_STRING },
    { rsl_string("message"), RSL_SHARE_LINE_STRING },
    { rsl_string("request_id"), RSL_SHARE_LINE_STRING },
    { rsl_string("duration_ms"), RSL_SHARE_LINE_NUMBER },
    { rsl_string("method"), RSL_SHARE_LINE_STRING },
    { rsl_string("path"), RSL_SHARE_LINE_STRING },
    { rsl_string("status_code"), RSL_SHARE_LINE_NUMBER },
    { rsl_string("exception"), RSL_SHARE_LINE_STRING },
    { rsl_string("trace_id"), RSL_SHARE_LINE_STRING },
    { rsl_string("span_id"), RSL_SHARE_LINE_STRING },
    { rsl_string("truncated"), RSL_SHARE_LINE_TRUE }
};

#define RSL_SHARE_LINE_FIELDS                                                 \
    (sizeof(rsl_share_line_fields) / sizeof(rsl_share_field_t))


const char *
rsl_share_line(const rsl_str_t *text, size_t line_max, rsl_line_t *line)
{
    size_t            i;
    rsl_share_line_t  l;

    if (text->len > line_max) {
        return "it is longer than entry_size";
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < 0x20) {
            return "it has a control character";
        }
    }

    if (rsl_utf8_valid(text) != text->len) {
        return "it is no UTF-8";
    }

    memset(line, 0, sizeof(rsl_line_t));

    line->len = (uint32_t) text->len;

    l.p = text->data;
    l.end = l.p + text->len;
    l.type = RSL_SHARE_LINE_OTHER;

    rsl_share_line_head(&l, line, text->data);
    rsl_share_line_members(&l, line, text->data);

    return (l.p && l.p == l.end) ? NULL : "it is no record";
}


/* All fields up to the message have their places. */

static void
rsl_share_line_head(rsl_share_line_t *l, rsl_line_t *line,
    const u_char *start)
{
    size_t      i;
    rsl_str_t   text;

    static const char  time[] = "0000-00-00T00:00:00.000000+00:00";

    rsl_share_line_literal(l, "{\"_seq\":");

    if (l->p && rsl_share_line_digits(l) != RSL_SEQ_DIGITS) {
        l->p = NULL;
    }

    rsl_share_line_literal(l, ",\"timestamp\":\"");

    for (i = 0; l->p && i < RSL_TIMESTAMP_LEN; i++) {

        if (time[i] != '0') {
            rsl_share_line_text(l, &time[i], 1);

        } else if (l->p < l->end && *l->p >= '0' && *l->p <= '9') {
            l->p++;

        } else {
            l->p = NULL;
        }
    }

    rsl_share_line_literal(l, "\",\"level\":\"");
    rsl_share_line_level(l, line);
    rsl_share_line_literal(l, "\",\"logger\":");
    rsl_share_line_string(l, &text);

    if (l->p) {
        line->logger = (uint32_t) (text.data - start);
        line->logger_len = (uint32_t) text.len;
    }

    rsl_share_line_literal(l, ",\"message\":");
    rsl_share_line_string(l, &text);

    if (l->p) {
        line->message = (uint32_t) (text.data - start);
        line->message_len = (uint32_t) text.len;
    }
}


static void
rsl_share_line_level(rsl_share_line_t *l, rsl_line_t *line)
{
    size_t            level;
    const rsl_str_t  *name;

    for (level = 0; l->p && level < RSL_LEVELS; level++) {
        name = &rsl_record_level_names[level];

        if ((size_t) (l->end - l->p) > name->len
            && memcmp(l->p, name->data, name->len) == 0)
        {
            line->level = (uint16_t) level;
            l->p += name->len;
            return;
        }
    }

    l->p = NULL;
}


static void
rsl_share_line_members(rsl_share_line_t *l, rsl_line_t *line,
    const u_char *start)
{
    size_t      field;
    uint32_t    had;
    rsl_str_t   key;

    had = (1 << RSL_SHARE_LINE_HEAD) - 1;

    while (rsl_share_line_is(l, ',')) {
        l->p++;

        rsl_share_line_string(l, &key);
        rsl_share_line_literal(l, ":");

        field = l->p ? (size_t) (l->p - start) : 0;
        line->truncated = 0;

        rsl_share_line_value(l);

        if (l->p == NULL) {
            return;
        }

        if (l->type == RSL_SHARE_LINE_STRING && line->request_id == 0
            && key.len == sizeof("request_id") - 1
            && memcmp(key.data, "request_id", key.len) == 0)
        {
            line->request_id = (uint32_t) field + 1;
            line->request_id_len = (uint32_t) (l->p - start - field) - 2;
        }

        rsl_share_line_member(l, &key, &had, &field);

        line->truncated = (field == RSL_SHARE_LINE_TRUNCATED);
    }

    rsl_share_line_literal(l, "}");
}


/* Is the name that of a field, which comes once and has a type? */

static void
rsl_share_line_member(rsl_share_line_t *l, const rsl_str_t *key,
    uint32_t *had, size_t *field)
{
    size_t                    i;
    const rsl_share_field_t  *known;

    for (i = 0; i < RSL_SHARE_LINE_FIELDS; i++) {
        known = &rsl_share_line_fields[i];

        if (key->len == known->name.len
            && memcmp(key->data, known->name.data, key->len) == 0)
        {
            break;
        }
    }

    *field = i;

    if (i == RSL_SHARE_LINE_FIELDS) {
        return;
    }

    if ((*had & (1u << i)) || rsl_share_line_fields[i].type != l->type) {
        l->p = NULL;
    }

    *had |= 1u << i;
}


/* A value, whatever it holds; the depth is bounded, and nothing is called. */

static void
rsl_share_line_value(rsl_share_line_t *l)
{
    size_t     depth;
    uint64_t   stack;

    depth = 0;
    stack = 0;

    do {
        if (rsl_share_line_open(l, &stack, &depth)) {
            continue;
        }

        rsl_share_line_scalar(l);
        rsl_share_line_close(l, &stack, &depth);

    } while (l->p && depth);
}


/*
 * Goes into an array or an object, if one begins here that is not empty.  What
 * is empty counts as a value.
 */

static int
rsl_share_line_open(rsl_share_line_t *l, uint64_t *stack, size_t *depth)
{
    u_char     ch;
    rsl_str_t  key;

    if (!rsl_share_line_is(l, '{') && !rsl_share_line_is(l, '[')) {
        return 0;
    }

    ch = *l->p;

    if (l->end - l->p < 2 || *depth == RSL_SHARE_LINE_DEPTH) {
        l->p = NULL;
        return 0;
    }

    if (l->p[1] == ch + 2) {
        return 0;
    }

    l->p++;
    (*depth)++;
    *stack = *stack << 1 | (ch == '{');

    if (ch == '{') {
        rsl_share_line_string(l, &key);
        rsl_share_line_literal(l, ":");
    }

    return l->p != NULL;
}


/* Behind a value: the next one, or the end of what it is in. */

static void
rsl_share_line_close(rsl_share_line_t *l, uint64_t *stack, size_t *depth)
{
    rsl_str_t  key;

    while (l->p && *depth) {

        if (rsl_share_line_is(l, ',')) {
            l->p++;

            if (*stack & 1) {
                rsl_share_line_string(l, &key);
                rsl_share_line_literal(l, ":");
            }

            return;
        }

        rsl_share_line_text(l, (*stack & 1) ? "}" : "]", 1);

        *stack >>= 1;
        (*depth)--;
        l->type = RSL_SHARE_LINE_OTHER;
    }
}


static void
rsl_share_line_scalar(rsl_share_line_t *l)
{
    rsl_str_t  text;

    if (l->p == NULL || l->p == l->end) {
        l->p = NULL;
        return;
    }

    l->type = RSL_SHARE_LINE_OTHER;

    switch (*l->p) {

    case '"':
        rsl_share_line_string(l, &text);
        l->type = RSL_SHARE_LINE_STRING;
        return;

    case '{':
        rsl_share_line_literal(l, "{}");
        return;

    case '[':
        rsl_share_line_literal(l, "[]");
        return;

    case 't':
        rsl_share_line_literal(l, "true");
        l->type = RSL_SHARE_LINE_TRUE;
        return;

    case 'f':
        rsl_share_line_literal(l, "false");
        return;

    case 'n':
        rsl_share_line_literal(l, "null");
        return;
    }

    rsl_share_line_number(l);
    l->type = RSL_SHARE_LINE_NUMBER;
}


static void
rsl_share_line_number(rsl_share_line_t *l)
{
    if (rsl_share_line_is(l, '-')) {
        l->p++;
    }

    if (rsl_share_line_is(l, '0')) {
        l->p++;

    } else if (rsl_share_line_digits(l) == 0) {
        l->p = NULL;
    }

    if (rsl_share_line_is(l, '.')) {
        l->p++;

        if (rsl_share_line_digits(l) == 0) {
            l->p = NULL;
        }
    }

    if (rsl_share_line_is(l, 'e') || rsl_share_line_is(l, 'E')) {
        l->p++;

        if (rsl_share_line_is(l, '+') || rsl_share_line_is(l, '-')) {
            l->p++;
        }

        if (rsl_share_line_digits(l) == 0) {
            l->p = NULL;
        }
    }
}


static size_t
rsl_share_line_digits(rsl_share_line_t *l)
{
    const u_char  *start;

    start = l->p;

    while (l->p && l->p < l->end && *l->p >= '0' && *l->p <= '9') {
        l->p++;
    }

    return (size_t) (l->p - start);
}


/* The text is what is between the quotes. */

static void
rsl_share_line_string(rsl_share_line_t *l, rsl_str_t *text)
{
    size_t         n;
    const u_char  *start;

    if (!rsl_share_line_is(l, '"')) {
        l->p = NULL;
        return;
    }

    start = ++l->p;

    for ( ;; ) {
        l->p += rsl_json_plain(l->p, l->end);

        if (rsl_share_line_is(l, '"')) {
            text->data = start;
            text->len = (size_t) (l->p - start);
            l->p++;
            return;
        }

        n = rsl_share_line_escape(l->p, l->end);

        if (n == 0) {
            l->p = NULL;
            return;
        }

        l->p += n;
    }
}


/* Returns the length of an escape that the module writes, or 0. */

static size_t
rsl_share_line_escape(const u_char *p, const u_char *end)
{
    if (end - p < 2 || p[0] != '\\') {
        return 0;
    }

    switch (p[1]) {

    case '"':
    case '\\':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return 2;

    case 'u':
        return (end - p >= 6 && p[2] == '0' && p[3] == '0'
                && (p[4] == '0' || p[4] == '1')
                && rsl_number_hex(p[5]) != -1)
               ? 6 : 0;
    }

    return 0;
}


static int
rsl_share_line_is(const rsl_share_line_t *l, u_char ch)
{
    return l->p && l->p < l->end && *l->p == ch;
}


static void
rsl_share_line_text(rsl_share_line_t *l, const char *text, size_t len)
{
    if (l->p == NULL) {
        return;
    }

    if ((size_t) (l->end - l->p) < len || memcmp(l->p, text, len) != 0) {
        l->p = NULL;
        return;
    }

    l->p += len;
}
