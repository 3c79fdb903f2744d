
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * An entry of the stream: [id, [name, value]].
 *
 *     <base>-<seq>0    d "p:n <time> <line>\n..."  records; "seq" is the number
 *                                                  of the last one
 *     <base>-<seq>1    c <time>                    the mark of a clear
 *
 * Somebody else may have written it.  A record that is none still takes its
 * number, and what takes its place is the same on all nodes.
 */


#include <stdio.h>

#include "rsl_share_internal.h"


static int rsl_share_entry_id(const rsl_share_reply_t *reply,
    rsl_share_entry_t *entry);
static const rsl_str_t *rsl_share_entry_value(const rsl_share_reply_t *reply,
    const char *name);
static size_t rsl_share_entry_lines(const rsl_str_t *text);
static const char *rsl_share_entry_record(const rsl_str_t *text,
    size_t line_max, rsl_share_entry_t *entry);
static void rsl_share_entry_cut(rsl_str_t *text, u_char end, rsl_str_t *first);
static int rsl_share_entry_refuse(rsl_share_entry_t *entry, const char *why,
    size_t line_max, rsl_arena_t *arena);


/* The longest text of an id: two numbers of 16 digits, the kind, the hyphen. */
#define RSL_SHARE_ID_LEN  (16 + 1 + 16 + 1)


size_t
rsl_share_entry_put(u_char *dst, const rsl_share_origin_t *origin)
{
    size_t  n;

    n = rsl_share_number_origin(dst, origin);
    dst[n++] = ' ';
    n += rsl_number_decimal(dst + n, (uint64_t) origin->t);
    dst[n++] = ' ';

    return n;
}


/* More records than a node writes, or than there are numbers for, are none. */

size_t
rsl_share_entry_count(const rsl_share_reply_t *reply)
{
    size_t             n;
    const rsl_str_t   *text;
    rsl_share_entry_t  entry;

    if (rsl_share_entry_id(reply, &entry) != RSL_OK
        || entry.kind != RSL_SHARE_RECORD)
    {
        return 1;
    }

    text = rsl_share_entry_value(reply, "d");
    n = text ? rsl_share_entry_lines(text) : 1;

    return (n <= RSL_SHARE_BATCH && entry.seq >= entry.base
            && n <= entry.seq - entry.base + 1)
           ? n : 1;
}


static size_t
rsl_share_entry_lines(const rsl_str_t *text)
{
    size_t         n;
    const u_char  *p, *end;

    n = 0;
    end = text->data + text->len;

    for (p = text->data; p < end; p++) {

        n++;
        p = memchr(p, '\n', (size_t) (end - p));

        if (p == NULL) {
            break;
        }
    }

    return n ? n : 1;
}


int
rsl_share_entry(const rsl_share_reply_t *reply, size_t line_max,
    rsl_arena_t *arena, rsl_share_entry_t *entries)
{
    size_t              i, n;
    uint64_t            t;
    rsl_str_t           rest, text;
    const char         *why;
    const rsl_str_t    *value;
    rsl_share_entry_t  *entry, last;

    if (rsl_share_entry_id(reply, &last) != RSL_OK) {
        entries[0] = last;
        return RSL_OK;
    }

    if (last.kind == RSL_SHARE_MARK) {
        value = rsl_share_entry_value(reply, "c");

        if (value && rsl_share_number(value, &t) == RSL_OK) {
            last.origin.t = (int64_t) t;
        }

        entries[0] = last;
        return RSL_OK;
    }

    n = rsl_share_entry_count(reply);
    value = rsl_share_entry_value(reply, "d");

    rest.data = value ? value->data : (const u_char *) "";
    rest.len = value ? value->len : 0;

    for (i = 0; i < n; i++) {
        entry = &entries[i];

        *entry = last;
        entry->seq = last.seq - (n - 1 - i);

        rsl_share_entry_cut(&rest, '\n', &text);

        if (i == n - 1 && rest.len) {

            /* it has more of them than are taken */

            text.len = 0;
        }

        why = rsl_share_entry_record(&text, line_max, entry);

        if (why && rsl_share_entry_refuse(entry, why, line_max, arena)
                   != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


static int
rsl_share_entry_id(const rsl_share_reply_t *reply, rsl_share_entry_t *entry)
{
    rsl_str_t         base, seq;
    const u_char     *p;
    const rsl_str_t  *text;

    memset(entry, 0, sizeof(rsl_share_entry_t));

    entry->kind = RSL_SHARE_FOREIGN;

    if (reply->type != REDIS_REPLY_ARRAY || reply->n != 2
        || reply->items[0]->type != REDIS_REPLY_STRING)
    {
        return RSL_DECLINED;
    }

    text = &reply->items[0]->text;

    if (text->len > RSL_SHARE_ID_LEN) {
        return RSL_DECLINED;
    }

    p = memchr(text->data, '-', text->len);

    if (p == NULL || text->data + text->len - p < 3) {
        return RSL_DECLINED;
    }

    base.data = text->data;
    base.len = (size_t) (p - base.data);
    seq.data = p + 1;
    seq.len = text->len - base.len - 2;

    if (rsl_share_number(&base, &entry->base) != RSL_OK
        || rsl_share_number(&seq, &entry->seq) != RSL_OK)
    {
        return RSL_DECLINED;
    }

    switch (seq.data[seq.len]) {

    case '0':
        entry->kind = RSL_SHARE_RECORD;
        return RSL_OK;

    case '1':
        entry->kind = RSL_SHARE_MARK;
        return RSL_OK;
    }

    return RSL_DECLINED;
}


/* The value of the only field, if that is its name. */

static const rsl_str_t *
rsl_share_entry_value(const rsl_share_reply_t *reply, const char *name)
{
    const rsl_share_reply_t  *fields, *item;

    fields = reply->items[1];

    if (fields->type != REDIS_REPLY_ARRAY || fields->n != 2) {
        return NULL;
    }

    item = fields->items[0];

    return (item->type == REDIS_REPLY_STRING && item->text.len == 1
            && item->text.data[0] == (u_char) *name
            && fields->items[1]->type == REDIS_REPLY_STRING)
           ? &fields->items[1]->text : NULL;
}


static const char *
rsl_share_entry_record(const rsl_str_t *text, size_t line_max,
    rsl_share_entry_t *entry)
{
    uint64_t     t;
    rsl_str_t    line, part;
    const char  *why;

    why = NULL;
    line = *text;

    rsl_share_entry_cut(&line, ' ', &part);

    if (rsl_share_number_read_origin(&part, &entry->origin) != RSL_OK) {
        entry->origin.p = 0;
        entry->origin.n = entry->seq;
        why = "its origin is wrong";
    }

    rsl_share_entry_cut(&line, ' ', &part);

    if (rsl_share_number(&part, &t) != RSL_OK) {
        t = 0;
        why = "its time is wrong";
    }

    entry->origin.t = (int64_t) t;

    if (line.len == 0) {
        return "it has no line";
    }

    if (why) {
        return why;
    }

    entry->text = line.data;

    return rsl_share_line(&line, line_max, &entry->line);
}


/* What stands before "end" is the first part, and what is behind it is left. */

static void
rsl_share_entry_cut(rsl_str_t *text, u_char end, rsl_str_t *first)
{
    const u_char  *p;

    *first = *text;

    p = text->len ? memchr(text->data, end, text->len) : NULL;

    if (p == NULL) {
        text->data += text->len;
        text->len = 0;
        return;
    }

    first->len = (size_t) (p - text->data);

    text->data = p + 1;
    text->len -= first->len + 1;
}


static int
rsl_share_entry_refuse(rsl_share_entry_t *entry, const char *why,
    size_t line_max, rsl_arena_t *arena)
{
    int           n;
    u_char       *line;
    char          message[RSL_SHARE_TEXT];
    rsl_record_t  record;

    static const rsl_str_t  logger = rsl_string("nginx.share");

    n = snprintf(message, sizeof(message), "A record from Redis is not shown: "
                 "%s. Somebody else writes to this key.", why);

    memset(&record, 0, sizeof(rsl_record_t));

    record.timestamp = entry->origin.t;
    record.level = RSL_LEVEL_ERROR;
    record.logger = logger;
    record.message.data = (u_char *) message;
    record.message.len = (size_t) n;

    line_max = (line_max > RSL_LINE_MIN) ? RSL_LINE_MIN : line_max;

    line = rsl_arena_alloc(arena, line_max);
    if (line == NULL) {
        return RSL_ERROR;
    }

    rsl_record_render(&record, line, line_max, &entry->line);

    entry->text = line;
    entry->refused = 1;

    return RSL_OK;
}
