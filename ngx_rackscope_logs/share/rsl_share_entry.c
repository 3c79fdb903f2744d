
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * An entry of the stream: [id, [name, value, ...]].
 *
 *     <base>-<seq>0    o p:n t <time> d <line>     a record
 *     <base>-<seq>1    c <time>                    the mark of a clear
 *
 * Somebody else may have written it.  A record that is none still takes its
 * number, and what takes its place is the same on all nodes.
 */


#include <stdio.h>

#include "rsl_share_internal.h"


static int rsl_share_entry_id(const rsl_share_reply_t *id,
    rsl_share_entry_t *entry);
static const char *rsl_share_entry_record(const rsl_share_reply_t *fields,
    size_t line_max, rsl_share_entry_t *entry);
static int rsl_share_entry_name(const rsl_share_reply_t *fields, size_t i,
    const char *name);
static int rsl_share_entry_refuse(rsl_share_entry_t *entry, const char *why,
    size_t line_max, rsl_arena_t *arena);


/* The longest text of an id: two numbers of 16 digits, the kind, the hyphen. */
#define RSL_SHARE_ID_LEN  (16 + 1 + 16 + 1)


int
rsl_share_entry(const rsl_share_reply_t *reply, size_t line_max,
    rsl_arena_t *arena, rsl_share_entry_t *entry)
{
    uint64_t                  t;
    const char               *why;
    const rsl_share_reply_t  *fields;

    memset(entry, 0, sizeof(rsl_share_entry_t));

    entry->kind = RSL_SHARE_FOREIGN;

    if (reply->type != REDIS_REPLY_ARRAY || reply->n != 2
        || rsl_share_entry_id(reply->items[0], entry) != RSL_OK)
    {
        return RSL_OK;
    }

    fields = reply->items[1];

    if (entry->kind == RSL_SHARE_MARK) {

        if (fields->type == REDIS_REPLY_ARRAY && fields->n == 2
            && rsl_share_reply_number(fields, 1, &t) == RSL_OK)
        {
            entry->origin.t = (int64_t) t;
        }

        return RSL_OK;
    }

    why = rsl_share_entry_record(fields, line_max, entry);

    return why ? rsl_share_entry_refuse(entry, why, line_max, arena) : RSL_OK;
}


static int
rsl_share_entry_id(const rsl_share_reply_t *id, rsl_share_entry_t *entry)
{
    rsl_str_t      base, seq;
    const u_char  *p;

    if (id->type != REDIS_REPLY_STRING || id->text.len > RSL_SHARE_ID_LEN) {
        return RSL_DECLINED;
    }

    p = memchr(id->text.data, '-', id->text.len);

    if (p == NULL || id->text.data + id->text.len - p < 3) {
        return RSL_DECLINED;
    }

    base.data = id->text.data;
    base.len = (size_t) (p - base.data);
    seq.data = p + 1;
    seq.len = id->text.len - base.len - 2;

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


static const char *
rsl_share_entry_record(const rsl_share_reply_t *fields, size_t line_max,
    rsl_share_entry_t *entry)
{
    uint64_t    t;
    const char  *why;

    why = NULL;

    if (!rsl_share_entry_name(fields, 0, "o")
        || rsl_share_number_read_origin(&fields->items[1]->text,
                                        &entry->origin)
           != RSL_OK)
    {
        entry->origin.p = 0;
        entry->origin.n = entry->seq;
        why = "its origin is wrong";
    }

    if (!rsl_share_entry_name(fields, 2, "t")
        || rsl_share_number(&fields->items[3]->text, &t) != RSL_OK)
    {
        t = 0;
        why = "its time is wrong";
    }

    entry->origin.t = (int64_t) t;

    if (!rsl_share_entry_name(fields, 4, "d") || fields->n != 6) {
        return "it has no line";
    }

    if (why) {
        return why;
    }

    entry->text = fields->items[5]->text.data;

    return rsl_share_line(&fields->items[5]->text, line_max, &entry->line);
}


/* Is there a field of this name, which has a value? */

static int
rsl_share_entry_name(const rsl_share_reply_t *fields, size_t i,
    const char *name)
{
    const rsl_share_reply_t  *item;

    if (fields->type != REDIS_REPLY_ARRAY || fields->n < i + 2) {
        return 0;
    }

    item = fields->items[i];

    return item->type == REDIS_REPLY_STRING && item->text.len == 1
           && item->text.data[0] == (u_char) *name
           && fields->items[i + 1]->type == REDIS_REPLY_STRING;
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
