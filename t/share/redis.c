
/* SPDX-License-Identifier: BSD-2-Clause */


/* The four words of the script, as C, and the commands around them. */


#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redis.h"


typedef struct {
    const char           *text[REDIS_ARGS];
    size_t                lens[REDIS_ARGS];
    size_t                n;
    redis_t              *redis;
    redis_data_t         *data;
    const redis_watch_t  *watch;
    redis_bytes_t        *out;
} redis_call_t;


#define REDIS_G    UINT64_C(1000000)
#define REDIS_MAX  UINT64_C(9000000000000000)
#define REDIS_SHA  "0123456789abcdef0123456789abcdef01234567"


static void
redis_raw(redis_call_t *c, const char *text)
{
    redis_put(c->out, text, strlen(text));
}


static void
redis_array(redis_call_t *c, size_t n)
{
    char  buf[32];

    (void) snprintf(buf, sizeof(buf), "*%zu\r\n", n);
    redis_raw(c, buf);
}


static void
redis_bulk(redis_call_t *c, const char *text, size_t len)
{
    char  buf[32];

    (void) snprintf(buf, sizeof(buf), "$%zu\r\n", len);
    redis_raw(c, buf);
    redis_put(c->out, text, len);
    redis_raw(c, "\r\n");
}


static void
redis_word(redis_call_t *c, const char *word)
{
    redis_bulk(c, word, strlen(word));
}


static void
redis_number(redis_call_t *c, uint64_t n)
{
    char  buf[32];

    (void) snprintf(buf, sizeof(buf), "%" PRIu64, n);
    redis_word(c, buf);
}


/* The entry that begins there.  Returns how many records it has. */

static size_t
redis_block(const redis_data_t *d, size_t i)
{
    size_t  n;

    for (n = 1; d->entries[i + n - 1].seq != d->entries[i].last; n++) {
        /* void */
    }

    return n;
}


static size_t
redis_blocks(const redis_data_t *d)
{
    size_t  i, n;

    for (i = 0, n = 0; i < d->count; n++) {
        i += redis_block(d, i);
    }

    return n;
}


static void
redis_entry(redis_call_t *c, size_t i)
{
    char            buf[64];
    size_t          n;
    redis_bytes_t   text;
    redis_entry_t  *entry;

    entry = &c->data->entries[i];
    n = redis_block(c->data, i);

    redis_array(c, 2);

    (void) snprintf(buf, sizeof(buf), "%" PRIu64 "-%" PRIu64 "%u", entry->base,
                    entry->last, entry->kind);
    redis_word(c, buf);
    redis_array(c, 2);

    if (entry->kind == 1) {
        redis_word(c, "c");
        redis_number(c, entry->t);
        return;
    }

    memset(&text, 0, sizeof(redis_bytes_t));

    for ( /* void */ ; n; n--, entry++) {
        (void) snprintf(buf, sizeof(buf), "%016" PRIx64 ":%" PRIu64 " %" PRIu64
                        " ", entry->p, entry->n, entry->t);
        redis_put(&text, buf, strlen(buf));
        redis_put(&text, entry->d, entry->len);
        redis_put(&text, "\n", 1);
    }

    redis_word(c, "d");
    redis_bulk(c, text.data, text.len);
    free(text.data);
}


static uint64_t
redis_arg(const redis_call_t *c, size_t i)
{
    char       *end;
    uint64_t    n;

    if (i >= c->n || c->lens[i] == 0 || c->lens[i] > 16) {
        return 0;
    }

    n = strtoull(c->text[i], &end, 10);

    return (end == c->text[i] + c->lens[i] && n < REDIS_MAX) ? n : 0;
}


static int
redis_is(const redis_call_t *c, size_t i, const char *word)
{
    return i < c->n && c->lens[i] == strlen(word)
           && memcmp(c->text[i], word, c->lens[i]) == 0;
}


static int
redis_parse(redis_call_t *c, const char *p, size_t len)
{
    char        *next;
    size_t       i;
    const char  *end;

    end = p + len;
    c->n = strtoul(p + 1, &next, 10);

    if (*p != '*' || c->n > REDIS_ARGS) {
        return 0;
    }

    p = next + 2;

    for (i = 0; i < c->n; i++) {
        c->lens[i] = strtoul(p + 1, &next, 10);
        c->text[i] = next + 2;
        p = c->text[i] + c->lens[i] + 2;
    }

    return p == end;
}


static int
redis_whole(const redis_data_t *d)
{
    return d->there && d->base && redis_blocks(d) == d->len;
}


static uint64_t *
redis_seen(redis_data_t *d, uint64_t p)
{
    size_t  i;

    for (i = 0; i < d->nseen; i++) {
        if (d->seen[i].p == p) {
            return &d->seen[i].n;
        }
    }

    if (d->nseen == REDIS_WORKERS) {
        abort();
    }

    d->seen[i].p = p;
    d->seen[i].n = 0;
    d->nseen++;

    return &d->seen[i].n;
}


static void
redis_remove(redis_data_t *d, size_t n)
{
    d->count -= n;
    memmove(d->entries, d->entries + n, d->count * sizeof(redis_entry_t));
}


static redis_entry_t *
redis_add(redis_data_t *d)
{
    if (d->count == REDIS_ENTRIES) {
        abort();
    }

    memset(&d->entries[d->count], 0, sizeof(redis_entry_t));

    return &d->entries[d->count++];
}


static void
redis_join(redis_call_t *c, uint64_t size)
{
    int            sound;
    size_t         i, n;
    redis_data_t  *d;

    d = c->data;
    d->there = 1;

    sound = redis_whole(d) && d->run == c->redis->run
            && d->line == c->redis->line;

    if (sound && redis_arg(c, 7) == d->base && redis_arg(c, 8) <= d->last) {
        redis_array(c, 3);
        redis_word(c, "GO");
        redis_number(c, d->ct);
        redis_number(c, d->floor);
        return;
    }

    redis_array(c, 7);
    redis_word(c, "LOOK");
    redis_word(c, sound ? "1" : "0");
    redis_number(c, d->base);
    redis_number(c, d->last);
    redis_number(c, d->floor);
    redis_number(c, d->ct);

    n = redis_blocks(d);
    n = (n > 2 * size + 16) ? 2 * size + 16 : n;

    redis_array(c, n);

    for (i = d->count; n; n--) {

        do {
            i--;
        } while (i && d->entries[i - 1].base == d->entries[i].base
                 && d->entries[i - 1].last == d->entries[i].last
                 && d->entries[i - 1].kind == d->entries[i].kind);

        redis_entry(c, i);
    }
}


static int
redis_given(const redis_entry_t *list, size_t n, const redis_entry_t *entry)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (list[i].p == entry->p && list[i].n == entry->n) {
            return 1;
        }
    }

    return 0;
}


/* Adds the record to the list unless it is there. */

static size_t
redis_take(redis_entry_t *list, size_t n, const redis_entry_t *entry)
{
    if (redis_given(list, n, entry)) {
        return n;
    }

    if (n == 2 * REDIS_ENTRIES) {
        abort();
    }

    list[n] = *entry;

    return n + 1;
}


/* Takes a line off the text: a record. */

static void
redis_line(redis_call_t *c, const char **p, redis_entry_t *entry)
{
    char        *next;
    const char  *end;

    memset(entry, 0, sizeof(redis_entry_t));

    entry->p = strtoull(*p, &next, 16);
    entry->n = strtoull(next + 1, &next, 10);
    entry->t = strtoull(next + 1, &next, 10);

    end = strchr(next, '\n');
    entry->len = (size_t) (end - next - 1);
    entry->d = c->watch->keep(next + 1, entry->len);

    *p = end + 1;
}


/* d*, which S is given.  Those of one entry have the same "last". */

static size_t
redis_list(redis_call_t *c, redis_entry_t *list)
{
    size_t          i, n;
    const char     *p;
    redis_entry_t   entry;

    n = 0;

    for (i = 12; i < c->n; i++) {
        for (p = c->text[i]; p < c->text[i] + c->lens[i]; /* void */) {
            redis_line(c, &p, &entry);
            entry.last = i;
            n = redis_take(list, n, &entry);
        }
    }

    return n;
}


/* How many of the list have no place: whole entries. */

static size_t
redis_skip(const redis_entry_t *list, size_t n, uint64_t size)
{
    size_t  i, k;

    for (i = 0; n - i > size; i = k) {

        for (k = i; k < n && list[k].last == list[i].last; k++) {
            /* void */
        }

        if (n - k < size) {
            break;
        }
    }

    return i;
}


/* The mark of a clear, as the newest entry. */

static void
redis_mark(redis_data_t *d)
{
    redis_entry_t  *entry;

    entry = redis_add(d);
    entry->base = d->base;
    entry->seq = d->last;
    entry->last = d->last;
    entry->kind = 1;
    entry->t = d->ct;
}


/* A new numbering, with these records. */

static void
redis_begin(redis_call_t *c, const redis_entry_t *list, size_t n, uint64_t top,
    uint64_t ct)
{
    size_t         i, k;
    uint64_t      *seen;
    redis_data_t  *d;

    d = c->data;

    memset(d, 0, sizeof(redis_data_t));

    d->there = 1;
    d->base = top + REDIS_G + redis_arg(c, 10);
    d->last = d->base - 1;
    d->floor = d->base - 1;
    d->ct = ct;
    d->run = c->redis->run;
    d->line = c->redis->line;

    for (i = 0; i < n; i++) {
        d->entries[i] = list[i];
        d->entries[i].base = d->base;
        d->entries[i].seq = ++d->last;

        seen = redis_seen(d, list[i].p);
        *seen = (list[i].n > *seen) ? list[i].n : *seen;

        for (k = i; k && list[k - 1].last == list[i].last; k--) {
            d->entries[k - 1].last = d->last;
        }

        d->entries[i].last = d->last;
    }

    d->count = n;

    if (n == 0) {
        redis_mark(d);
    }

    d->len = redis_blocks(d);

    c->watch->seeded(d);
}


static void
redis_seed(redis_call_t *c, uint64_t size)
{
    size_t         i, n, given;
    uint64_t       top, base, seq, ct;
    redis_data_t  *d;

    static redis_entry_t  list[2 * REDIS_ENTRIES];

    d = c->data;

    if (redis_arg(c, 7) != d->base) {
        redis_array(c, 1);
        redis_word(c, "AGAIN");
        return;
    }

    n = redis_list(c, list);
    given = n;

    if (given >= size) {
        c->watch->given(list, given);
    }

    top = (d->last > d->base) ? d->last : d->base;
    top = (redis_arg(c, 9) > top) ? redis_arg(c, 9) : top;

    base = strtoull(c->text[8], NULL, 10);
    seq = strtoull(strchr(c->text[8], '-') + 1, NULL, 10);

    for (i = 0; i < d->count; i++) {
        top = (d->entries[i].base > top) ? d->entries[i].base : top;

        if (i == d->count - 1 && d->entries[i].seq > top) {
            top = d->entries[i].seq;
        }

        if (d->entries[i].base < base
            || (d->entries[i].base == base
                && d->entries[i].last * 10 + d->entries[i].kind <= seq))
        {
            continue;
        }

        if (d->entries[i].kind == 1) {
            redis_array(c, 1);
            redis_word(c, "AGAIN");
            return;
        }

        n = redis_take(list, n, &d->entries[i]);
    }

    ct = (redis_arg(c, 11) > d->ct) ? redis_arg(c, 11) : d->ct;

    for (i = 0; i < d->count; i++) {
        if (d->entries[i].kind == 0 && d->entries[i].t <= ct
            && !redis_given(list, n, &d->entries[i]))
        {
            c->watch->cleared(d->entries[i].p, d->entries[i].n);
        }
    }

    for (i = 0; n - i > size; i++) {
        c->watch->evicted(list[i].p, list[i].n);
    }

    i = redis_skip(list, n, size);

    redis_begin(c, list + i, n - i, top, ct);

    redis_array(c, 2);
    redis_word(c, "OK");
    redis_number(c, d->base);
}


/* Has somebody else taken the next number, or one behind it? */

static int
redis_beyond(const redis_data_t *d)
{
    const redis_entry_t  *entry;

    if (d->count == 0) {
        return 0;
    }

    entry = &d->entries[d->count - 1];

    return entry->base > d->base
           || (entry->base == d->base && entry->last > d->last);
}


/* What is no longer of the ring goes with the last one of its entry. */

static void
redis_trim(redis_call_t *c, uint64_t size)
{
    size_t          i;
    redis_data_t   *d;
    redis_entry_t  *entry;

    d = c->data;

    for (i = 0; i < d->count; i++) {
        entry = &d->entries[i];

        if (entry->base == d->base && entry->seq + size <= d->last
            && entry->kind == 0)
        {
            c->watch->evicted(entry->p, entry->n);
        }
    }

    while (d->count && d->entries[0].base == d->base
           && d->entries[0].last + size <= d->last)
    {
        redis_remove(d, redis_block(d, 0));
    }

    d->len = redis_blocks(d);
}


static void
redis_append(redis_call_t *c, uint64_t size)
{
    uint64_t        n, count, *seen;
    const char     *p;
    redis_data_t   *d;
    redis_entry_t  *entry;

    d = c->data;

    if (redis_arg(c, 7) != d->base || redis_arg(c, 8) > d->last
        || !redis_whole(d))
    {
        redis_array(c, 1);
        redis_word(c, "NUM");
        return;
    }

    seen = redis_seen(d, strtoull(c->text[9], NULL, 16));
    n = redis_arg(c, 10);
    count = redis_arg(c, 11);

    if (n > *seen) {

        if (redis_beyond(d)) {
            redis_raw(c, "-ERR somebody else writes to this key\r\n");
            return;
        }

        *seen = n + count - 1;
        count += d->last;

        for (p = c->text[12]; d->last < count; /* void */) {
            entry = redis_add(d);
            redis_line(c, &p, entry);
            entry->base = d->base;
            entry->seq = ++d->last;
            entry->last = count;
        }

        redis_trim(c, size);
    }

    redis_array(c, 3);
    redis_word(c, "OK");
    redis_number(c, d->last);
    redis_number(c, *seen);
}


static void
redis_clear(redis_call_t *c, uint64_t size)
{
    size_t         i;
    uint64_t       ct;
    redis_data_t  *d;

    d = c->data;

    if (redis_arg(c, 7) != d->base || !redis_whole(d)) {
        redis_array(c, 1);
        redis_word(c, "NUM");
        return;
    }

    ct = (redis_arg(c, 8) > d->ct) ? redis_arg(c, 8) : d->ct;

    if (d->floor != d->last) {

        if (redis_beyond(d)) {
            redis_raw(c, "-ERR somebody else writes to this key\r\n");
            return;
        }

        for (i = 0; i < d->count; i++) {
            if (d->entries[i].kind == 0) {
                c->watch->cleared(d->entries[i].p, d->entries[i].n);
            }
        }

        d->floor = d->last;
        d->count = 0;
        d->ct = ct;
        d->len = 1;
        redis_mark(d);
    }

    d->ct = ct;

    redis_array(c, 2);
    redis_word(c, "OK");
    redis_number(c, d->last);
}


/* EVALSHA sha 2 stream meta word size ... */

static void
redis_script(redis_call_t *c)
{
    uint64_t  size;

    if (!c->redis->loaded) {
        redis_raw(c, "-NOSCRIPT No matching script. Please use EVAL.\r\n");
        return;
    }

    if (c->redis->oom) {
        redis_raw(c, "-OOM command not allowed when used memory > "
                     "'maxmemory'. script: x, on @user_script:1.\r\n");
        return;
    }

    if (c->redis->replica) {
        redis_raw(c, "-READONLY You can't write against a read only "
                     "replica.\r\n");
        return;
    }

    size = redis_arg(c, 6);

    if (redis_is(c, 5, "J")) {
        redis_join(c, size);

    } else if (redis_is(c, 5, "S")) {
        redis_seed(c, size);

    } else if (redis_is(c, 5, "A")) {
        redis_append(c, size);

    } else {
        redis_clear(c, size);
    }
}


/* XREAD COUNT n BLOCK ms STREAMS stream id */

static int
redis_read(redis_call_t *c)
{
    size_t          i, first, n;
    uint64_t        base, seq, count;
    redis_entry_t  *entry;

    base = strtoull(c->text[7], NULL, 10);
    seq = strtoull(strchr(c->text[7], '-') + 1, NULL, 10);
    count = redis_arg(c, 2);

    for (first = 0; first < c->data->count; first++) {
        entry = &c->data->entries[first];

        if (entry->base > base
            || (entry->base == base && entry->last * 10 + entry->kind > seq))
        {
            break;
        }
    }

    if (first == c->data->count) {

        if (redis_arg(c, 4) > 1) {
            return 0;
        }

        redis_raw(c, "*-1\r\n");
        return 1;
    }

    n = 0;

    for (i = first; i < c->data->count && n < count; n++) {
        i += redis_block(c->data, i);
    }

    redis_array(c, 1);
    redis_array(c, 2);
    redis_bulk(c, c->text[6], c->lens[6]);
    redis_array(c, n);
    for (i = first; n; n--) {
        redis_entry(c, i);
        i += redis_block(c->data, i);
    }

    return 1;
}


static void
redis_delete(redis_call_t *c)
{
    size_t         i;
    uint64_t       p;
    redis_data_t  *d;

    d = c->data;
    p = strtoull(c->text[2] + 2, NULL, 16);

    for (i = 0; i < d->nseen; i++) {
        if (d->seen[i].p == p) {
            d->seen[i] = d->seen[--d->nseen];
            break;
        }
    }

    redis_raw(c, ":1\r\n");
}


int
redis_command(redis_t *redis, const char *command, size_t len,
    const redis_watch_t *watch, redis_bytes_t *out)
{
    static redis_call_t  call;

    redis_call_t  *c;

    c = &call;
    c->redis = redis;
    c->data = &redis->data;
    c->watch = watch;
    c->out = out;

    if (!redis_parse(c, command, len)) {
        abort();
    }

    if (redis_is(c, 0, "EVALSHA")) {
        redis_script(c);

    } else if (redis_is(c, 0, "XREAD")) {
        return redis_read(c);

    } else if (redis_is(c, 0, "HELLO")) {
        redis_array(c, 4);
        redis_word(c, "version");
        redis_word(c, "7.0.15");
        redis_word(c, "role");
        redis_word(c, redis->replica ? "replica" : "master");

    } else if (redis_is(c, 0, "SCRIPT")) {
        redis->loaded = 1;
        redis_word(c, REDIS_SHA);

    } else if (redis_is(c, 0, "INFO")) {
        redis_word(c, "# Persistence\r\naof_enabled:0\r\n");

    } else if (redis_is(c, 0, "HMGET")) {
        redis_raw(c, "*2\r\n$-1\r\n$-1\r\n");

    } else if (redis_is(c, 0, "HDEL")) {
        redis_delete(c);

    } else if (redis_is(c, 0, "HSET")) {
        redis_raw(c, ":0\r\n");

    } else {
        abort();
    }

    return 1;
}
