
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The script that Redis executes, and the words of the simulated Redis: both
 * are given the same calls, at random, and have to answer the same, and to have
 * the same in their stream and their hash.
 *
 *     scripts SOCKET SEED CALLS
 */


#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redis.h"
#include "share/rsl_share_internal.h"


#define SIZE    6
#define ARGS    128
#define TEXT    1024


typedef struct {
    char              text[ARGS][TEXT];
    int               n;
} call_t;


static redisContext  *real;
static redis_t        simulated;
static char           sha[64];
static uint64_t       state;
static uint64_t       counts[3];        /* what three workers have made */


static uint64_t
scripts_below(uint64_t n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;

    return (state >> 33) % n;
}


static void
scripts_ignore(uint64_t p, uint64_t n)
{
    (void) p;
    (void) n;
}


static void
scripts_given(const redis_entry_t *list, size_t n)
{
    (void) list;
    (void) n;
}


static void
scripts_seeded(const redis_data_t *data)
{
    (void) data;
}


static char *
scripts_keep(const char *text, size_t len)
{
    static char    pool[1 << 24];
    static size_t  used;

    if (used + len > sizeof(pool)) {
        used = 0;
    }

    memcpy(pool + used, text, len);
    used += len;

    return pool + used - len;
}


static const redis_watch_t  watch = {
    scripts_ignore, scripts_ignore, scripts_given, scripts_seeded, scripts_keep
};


__attribute__((format(printf, 2, 3)))
static void
scripts_put(call_t *call, const char *format, ...)
{
    va_list  args;

    if (call->n == ARGS) {
        abort();
    }

    va_start(args, format);
    (void) vsnprintf(call->text[call->n++], TEXT, format, args);
    va_end(args);
}


static redisReply *
scripts_real(const call_t *call)
{
    int          i;
    const char  *argv[ARGS];
    redisReply  *reply;

    for (i = 0; i < call->n; i++) {
        argv[i] = call->text[i];
    }

    reply = redisCommandArgv(real, call->n, argv, NULL);

    if (reply == NULL) {
        fprintf(stderr, "Redis: %s\n", real->errstr);
        exit(2);
    }

    return reply;
}


static redisReply *
scripts_simulated(const call_t *call)
{
    int            i;
    char          *command;
    void          *reply;
    long long      len;
    const char    *argv[ARGS];
    redisReader   *reader;
    redis_bytes_t  out;

    for (i = 0; i < call->n; i++) {
        argv[i] = call->text[i];
    }

    memset(&out, 0, sizeof(out));

    len = redisFormatCommandArgv(&command, call->n, argv, NULL);

    if (!redis_command(&simulated, command, (size_t) len, &watch, &out)) {
        redis_put(&out, "*-1\r\n", 5);
    }

    reader = redisReaderCreate();
    (void) redisReaderFeed(reader, out.data, out.len);
    (void) redisReaderGetReply(reader, &reply);

    redisReaderFree(reader);
    redisFreeCommand(command);
    free(out.data);

    return reply;
}


static int
scripts_same(const redisReply *a, const redisReply *b)
{
    size_t  i;

    if (a->type != b->type) {
        return 0;
    }

    /* the words of an error are those of Redis */

    if (a->type == REDIS_REPLY_ERROR) {
        return 1;
    }

    if (a->elements != b->elements) {
        return 0;
    }

    if (a->type == REDIS_REPLY_STRING
        && (a->len != b->len || memcmp(a->str, b->str, a->len) != 0))
    {
        return 0;
    }

    for (i = 0; i < a->elements; i++) {
        if (!scripts_same(a->element[i], b->element[i])) {
            return 0;
        }
    }

    return 1;
}


static void
scripts_print(const redisReply *reply)
{
    size_t  i;

    if (reply->type == REDIS_REPLY_ARRAY) {
        printf("[");

        for (i = 0; i < reply->elements; i++) {
            scripts_print(reply->element[i]);
        }

        printf("]");
        return;
    }

    printf(" %s", reply->str ? reply->str : "(nil)");
}


static void
scripts_begin(call_t *call, const char *word)
{
    call->n = 0;

    scripts_put(call, "EVALSHA");
    scripts_put(call, "%s", sha);
    scripts_put(call, "2");
    scripts_put(call, "s");
    scripts_put(call, "s:m");
    scripts_put(call, "%s", word);
    scripts_put(call, "%d", SIZE);
}


/* Adds a record to those of an entry. */

__attribute__((format(printf, 5, 6)))
static void
scripts_line(char *lines, uint64_t p, uint64_t n, uint64_t t,
    const char *format, ...)
{
    size_t   len;
    va_list  args;

    len = strlen(lines);
    len += (size_t) snprintf(lines + len, TEXT - len, "%016" PRIx64 ":%" PRIu64
                             " %" PRIu64 " ", p, n, t);

    va_start(args, format);
    len += (size_t) vsnprintf(lines + len, TEXT - len, format, args);
    va_end(args);

    if (len + 2 > TEXT) {
        abort();
    }

    memcpy(lines + len, "\n", 2);
}


/* A number that is mostly the one that is right. */

static uint64_t
scripts_near(uint64_t n)
{
    switch (scripts_below(8)) {

    case 0:
        return n + 1 + scripts_below(3);

    case 1:
        return n ? n - 1 : 0;
    }

    return n;
}


static void
scripts_seed(call_t *call)
{
    char                  lines[TEXT];
    size_t                i, n;
    const redis_data_t   *d;
    const redis_entry_t  *e;

    d = &simulated.data;

    scripts_begin(call, "S");
    scripts_put(call, "%" PRIu64, scripts_near(d->base));

    if (d->count) {
        e = &d->entries[scripts_below(4) ? d->count - 1
                                         : scripts_below(d->count)];
        scripts_put(call, "%" PRIu64 "-%" PRIu64 "%u", e->base, e->last,
                    e->kind);
    } else {
        scripts_put(call, "0-0");
    }

    scripts_put(call, "%" PRIu64, UINT64_C(1795000000000000)
                                  + scripts_below(1000));
    scripts_put(call, "%" PRIu64, scripts_below(1000000));
    scripts_put(call, "%" PRIu64, scripts_below(100));

    n = scripts_below(2 * SIZE);
    *lines = '\0';

    for (i = 0; i < n; i++) {

        if (d->count && scripts_below(2)) {
            e = &d->entries[scripts_below(d->count)];

            if (e->kind == 0) {
                scripts_line(lines, e->p, e->n, e->t, "%.*s", (int) e->len,
                             e->d);
            }

        } else {
            scripts_line(lines, scripts_below(3) + 1, scripts_below(30) + 1,
                         scripts_below(1000), "line %" PRIu64,
                         scripts_below(1000));
        }

        if (*lines && (i == n - 1 || scripts_below(3) == 0)) {
            scripts_put(call, "%s", lines);
            *lines = '\0';
        }
    }
}


static void
scripts_append(call_t *call)
{
    char       lines[TEXT];
    size_t     i, n, p;
    uint64_t   back;

    p = scripts_below(3);
    back = scripts_below(3);
    back = (back > counts[p]) ? counts[p] : back;

    scripts_begin(call, "A");
    scripts_put(call, "%" PRIu64, scripts_near(simulated.data.base));
    scripts_put(call, "%" PRIu64, scripts_near(simulated.data.last));
    scripts_put(call, "%016zx", p + 1);
    scripts_put(call, "%" PRIu64, counts[p] + 1 - back);

    n = 1 + scripts_below(SIZE + 3);
    *lines = '\0';

    for (i = 0; i < n; i++) {
        scripts_line(lines, p + 1, counts[p] + 1 - back + i,
                     scripts_below(1000), "line %" PRIu64,
                     scripts_below(1000));
    }

    scripts_put(call, "%zu", n);
    scripts_put(call, "%s", lines);

    counts[p] += (n > back) ? n - back : 0;
}


/* What others do to the keys: to both. */

static void
scripts_break(void)
{
    call_t          call;
    redis_data_t   *d;
    redis_entry_t  *e;

    d = &simulated.data;
    call.n = 0;

    switch (scripts_below(4)) {

    case 0:
        scripts_put(&call, "DEL");
        scripts_put(&call, "s");
        d->count = 0;
        break;

    case 1:
        scripts_put(&call, "DEL");
        scripts_put(&call, "s:m");
        d->there = 0;
        d->base = d->last = d->floor = d->ct = d->len = d->run = d->line = 0;
        d->nseen = 0;
        break;

    case 2:
        scripts_put(&call, "FLUSHALL");
        memset(d, 0, sizeof(redis_data_t));
        break;

    default:
        if (d->base == 0 || (d->count
                             && d->entries[d->count - 1].last > d->last))
        {
            return;
        }

        e = &d->entries[d->count++];
        memset(e, 0, sizeof(redis_entry_t));
        e->base = d->base;
        e->seq = d->last + 1;
        e->last = e->seq;
        e->p = 9;
        e->n = 1;
        e->d = "x";
        e->len = 1;

        scripts_put(&call, "XADD");
        scripts_put(&call, "s");
        scripts_put(&call, "%" PRIu64 "-%" PRIu64 "0", e->base, e->seq);
        scripts_put(&call, "d");
        scripts_put(&call, "%016x:1 0 x\n", 9);
        break;
    }

    freeReplyObject(scripts_real(&call));
}


static int
scripts_compare(const call_t *call)
{
    int          i, same;
    redisReply  *a, *b;

    a = scripts_real(call);
    b = scripts_simulated(call);

    same = scripts_same(a, b);

    if (!same) {
        for (i = 0; i < call->n; i++) {
            printf(" %s", call->text[i]);
        }

        printf("\nRedis:    ");
        scripts_print(a);
        printf("\nsimulated:");
        scripts_print(b);
        printf("\n");
    }

    freeReplyObject(a);
    freeReplyObject(b);

    return same;
}


static int
scripts_step(uint64_t *words)
{
    call_t  call;

    switch (scripts_below(16)) {

    case 0:
        scripts_break();
        return 1;

    case 1:
    case 2:
        scripts_seed(&call);
        words[1]++;
        break;

    case 3:
        scripts_begin(&call, "C");
        scripts_put(&call, "%" PRIu64, scripts_near(simulated.data.base));
        scripts_put(&call, "%" PRIu64, scripts_below(100));
        words[3]++;
        break;

    case 4:
    case 5:
    case 6:
        scripts_begin(&call, "J");
        scripts_put(&call, "%" PRIu64, scripts_near(simulated.data.base));
        scripts_put(&call, "%" PRIu64, scripts_near(simulated.data.last));
        scripts_put(&call, "1000");
        scripts_put(&call, "100000");
        words[0]++;
        break;

    case 7:
        /* the whole state: nobody has this base */
        scripts_begin(&call, "J");
        scripts_put(&call, "1");
        scripts_put(&call, "0");
        scripts_put(&call, "1000");
        scripts_put(&call, "100000");
        break;

    default:
        scripts_append(&call);
        words[2]++;
        break;
    }

    return scripts_compare(&call);
}


int
main(int argc, char *argv[])
{
    uint64_t     i, n, words[4];
    redisReply  *reply;

    if (argc < 4) {
        fprintf(stderr, "usage: scripts SOCKET SEED CALLS\n");
        return 2;
    }

    real = redisConnectUnix(argv[1]);

    if (real == NULL || real->err) {
        fprintf(stderr, "cannot connect to %s\n", argv[1]);
        return 2;
    }

    state = strtoull(argv[2], NULL, 10);
    n = strtoull(argv[3], NULL, 10);

    freeReplyObject(redisCommand(real, "FLUSHALL"));
    reply = redisCommand(real, "SCRIPT LOAD %b", rsl_share_script.data,
                         rsl_share_script.len);

    if (reply == NULL || reply->type != REDIS_REPLY_STRING) {
        fprintf(stderr, "the script is not loaded: %s\n",
                reply ? reply->str : real->errstr);
        return 2;
    }

    (void) snprintf(sha, sizeof(sha), "%s", reply->str);
    freeReplyObject(reply);

    simulated.run = 1;
    simulated.line = 1;
    simulated.loaded = 1;

    memset(words, 0, sizeof(words));

    for (i = 0; i < n; i++) {
        if (!scripts_step(words)) {
            printf("call %" PRIu64 " is answered in two ways\n", i);
            return 1;
        }
    }

    redisFree(real);

    printf("%" PRIu64 " calls, of them J %" PRIu64 ", S %" PRIu64 ", A %" PRIu64
           ", C %" PRIu64 ": the same\n", n, words[0], words[1], words[2],
           words[3]);

    return 0;
}
