
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Loki in protobuf says some things otherwise than in JSON: its labels are a
 * text, {app="orders", level="error"}, and its times have seconds of their own.
 */


#include "rsl_envelope_internal.h"


static int rsl_envelope_labels_pair(rsl_arena_t *arena, const u_char **p,
    const u_char *end, rsl_value_t **member);
static int rsl_envelope_labels_string(rsl_arena_t *arena, const u_char **p,
    const u_char *end, rsl_str_t *text);
static u_char *rsl_envelope_labels_escape(u_char *dst, const u_char **p,
    const u_char *end);
static size_t rsl_envelope_labels_digits(u_char ch);
static u_char *rsl_envelope_labels_put(u_char *dst, uint32_t code);
static int rsl_envelope_labels_time(rsl_arena_t *arena,
    const rsl_value_t *timestamp, rsl_str_t *text);
static void rsl_envelope_labels_metadata(rsl_value_t *pair);


#define RSL_ENVELOPE_LABELS_SECOND  INT64_C(1000000000)


int
rsl_envelope_labels(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **labels)
{
    int             rc;
    rsl_value_t    *member, **next;
    const u_char   *p, *end;

    p = text->data;
    end = p + text->len;

    *labels = rsl_envelope_tree_value(arena, RSL_VALUE_OBJECT);
    if (*labels == NULL) {
        return RSL_ERROR;
    }

    next = &(*labels)->child;

    while (p < end) {

        if (*p == '{' || *p == ',' || *p == '}' || rsl_envelope_is_space(*p)) {
            p++;
            continue;
        }

        rc = rsl_envelope_labels_pair(arena, &p, end, &member);

        if (rc != RSL_OK) {
            /* what was read is of use, also if the rest was cut off */
            return (rc == RSL_DECLINED) ? RSL_OK : rc;
        }

        *next = member;
        next = &member->next;
    }

    return RSL_OK;
}


static int
rsl_envelope_labels_pair(rsl_arena_t *arena, const u_char **p,
    const u_char *end, rsl_value_t **member)
{
    int            rc;
    rsl_str_t      key, text;
    const u_char  *equals;

    equals = memchr(*p, '=', (size_t) (end - *p));

    if (equals == NULL) {
        return RSL_DECLINED;
    }

    key.data = *p;
    key.len = (size_t) (equals - *p);

    *p = equals + 1;
    rc = rsl_envelope_labels_string(arena, p, end, &text);

    if (rc != RSL_OK) {
        return rc;
    }

    *member = rsl_envelope_tree_value(arena, RSL_VALUE_STRING);
    if (*member == NULL) {
        return RSL_ERROR;
    }

    (*member)->key = key;
    (*member)->text = text;

    if (rsl_utf8_repair(arena, &(*member)->key) != RSL_OK) {
        return RSL_ERROR;
    }

    return rsl_utf8_repair(arena, &(*member)->text);
}


/* A string as Go quotes it. */

static int
rsl_envelope_labels_string(rsl_arena_t *arena, const u_char **p,
    const u_char *end, rsl_str_t *text)
{
    u_char        *dst;
    const u_char  *q, *last;

    if (*p == end || **p != '"') {
        return RSL_DECLINED;
    }

    q = *p + 1;

    for (last = q; last < end && *last != '"'; last++) {
        last += (*last == '\\' && end - last > 1);
    }

    if (last == end) {
        return RSL_DECLINED;
    }

    *p = last + 1;

    text->data = q;
    text->len = (size_t) (last - q);

    if (memchr(q, '\\', text->len) == NULL) {
        return RSL_OK;
    }

    dst = rsl_arena_alloc(arena, text->len);
    if (dst == NULL) {
        return RSL_ERROR;
    }

    text->data = dst;

    while (q < last) {

        if (*q == '\\') {
            dst = rsl_envelope_labels_escape(dst, &q, last);

        } else {
            *dst++ = *q++;
        }
    }

    text->len = (size_t) (dst - text->data);

    return RSL_OK;
}


/* No escape is shorter than what it stands for. */

static u_char *
rsl_envelope_labels_escape(u_char *dst, const u_char **p, const u_char *end)
{
    int          digit;
    u_char       ch;
    size_t       i, n;
    uint32_t     code;
    const char  *known;

    static const char  escapes[] = "a\ab\bf\fn\nr\rt\tv\v";

    ch = *++(*p);
    (*p)++;

    n = rsl_envelope_labels_digits(ch);

    if (n == 0 || (size_t) (end - *p) < n) {
        known = (ch >= 'a' && ch <= 'v') ? strchr(escapes, ch) : NULL;
        *dst++ = known ? (u_char) known[1] : ch;
        return dst;
    }

    code = 0;

    for (i = 0; i < n; i++) {
        digit = rsl_number_hex((*p)[i]);
        code = code << 4 | (uint32_t) (digit < 0 ? 0 : digit);
    }

    *p += n;

    if (n == 2) {
        *dst++ = (u_char) code;
        return dst;
    }

    return rsl_envelope_labels_put(dst, code);
}


static size_t
rsl_envelope_labels_digits(u_char ch)
{
    switch (ch) {

    case 'x':
        return 2;

    case 'u':
        return 4;

    case 'U':
        return 8;

    default:
        return 0;
    }
}


/* Writes a character, or bytes that are repaired later if there is no such. */

static u_char *
rsl_envelope_labels_put(u_char *dst, uint32_t code)
{
    if (code < 0x80) {
        *dst++ = (u_char) code;

    } else if (code < 0x800) {
        *dst++ = (u_char) (0xc0 | code >> 6);
        *dst++ = (u_char) (0x80 | (code & 0x3f));

    } else if (code < 0x10000) {
        *dst++ = (u_char) (0xe0 | code >> 12);
        *dst++ = (u_char) (0x80 | (code >> 6 & 0x3f));
        *dst++ = (u_char) (0x80 | (code & 0x3f));

    } else if (code <= 0x10ffff) {
        *dst++ = (u_char) (0xf0 | code >> 18);
        *dst++ = (u_char) (0x80 | (code >> 12 & 0x3f));
        *dst++ = (u_char) (0x80 | (code >> 6 & 0x3f));
        *dst++ = (u_char) (0x80 | (code & 0x3f));

    } else {
        *dst++ = 0xff;
    }

    return dst;
}


int
rsl_envelope_labels_entry(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *entry)
{
    rsl_str_t     time, line;
    rsl_value_t  *member, *metadata;

    static const rsl_str_t  empty = rsl_string("");

    time = empty;
    line = empty;

    member = rsl_envelope_tree_find(entry, "timestamp");

    if (member != NULL
        && rsl_envelope_labels_time(arena, member, &time) != RSL_OK)
    {
        return RSL_ERROR;
    }

    member = rsl_envelope_tree_find(entry, "line");

    if (member != NULL) {
        line = member->text;
    }

    metadata = rsl_envelope_tree_find(entry, "structuredMetadata");

    if (metadata != NULL) {
        metadata = metadata->child;
        rsl_envelope_labels_metadata(metadata);
    }

    return rsl_envelope_loki_entry(e, arena, &time, &line, metadata);
}


/* In nanoseconds; what cannot be is no time. */

static int
rsl_envelope_labels_time(rsl_arena_t *arena, const rsl_value_t *timestamp,
    rsl_str_t *text)
{
    u_char             *p;
    int64_t             seconds, nanos;
    const rsl_value_t  *member;

    seconds = 0;
    nanos = 0;

    member = rsl_envelope_tree_find(timestamp, "seconds");

    if (member != NULL) {
        (void) rsl_number_parse(&member->text, &seconds);
    }

    member = rsl_envelope_tree_find(timestamp, "nanos");

    if (member != NULL) {
        (void) rsl_number_parse(&member->text, &nanos);
    }

    if (seconds < 0 || seconds >= INT64_MAX / RSL_ENVELOPE_LABELS_SECOND
        || nanos < 0 || nanos >= RSL_ENVELOPE_LABELS_SECOND)
    {
        return RSL_OK;
    }

    p = rsl_arena_alloc(arena, RSL_UINT64_LEN);
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;
    text->len = rsl_number_decimal(p, (uint64_t) (seconds
                                                  * RSL_ENVELOPE_LABELS_SECOND
                                                  + nanos));

    return RSL_OK;
}


/* The pairs of the list become the members of an object. */

static void
rsl_envelope_labels_metadata(rsl_value_t *pair)
{
    const rsl_value_t  *name, *value;

    for ( /* void */ ; pair != NULL; pair = pair->next) {
        name = rsl_envelope_tree_find(pair, "name");
        value = rsl_envelope_tree_find(pair, "value");

        pair->type = RSL_VALUE_STRING;
        pair->child = NULL;

        if (name != NULL) {
            pair->key = name->text;
        }

        if (value != NULL) {
            pair->text = value->text;
        }
    }
}
