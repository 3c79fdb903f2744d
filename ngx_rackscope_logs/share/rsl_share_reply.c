
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What Redis answers, in an arena.  An answer that is larger than what was
 * asked for can be is not read to its end: neither hiredis nor the arena takes
 * more than the limit.
 */


#include "rsl_share_internal.h"


/* hiredis 1.0 has another type for the number of elements. */

#if HIREDIS_MAJOR >= 1
typedef size_t  rsl_share_count_t;
#else
typedef int     rsl_share_count_t;
#endif


static rsl_share_reply_t *rsl_share_reply_make(const redisReadTask *task,
    size_t extra);
static void *rsl_share_reply_alloc(rsl_share_replies_t *replies, size_t size);
static void *rsl_share_reply_string(const redisReadTask *task, char *data,
    size_t len);
static void *rsl_share_reply_array(const redisReadTask *task,
    rsl_share_count_t n);
static void *rsl_share_reply_integer(const redisReadTask *task,
    long long value);
static void *rsl_share_reply_nil(const redisReadTask *task);
static void rsl_share_reply_free(void *reply);


#define RSL_SHARE_REPLY_ARENA  16384
#define RSL_SHARE_REPLY_LIMIT  65536


static redisReplyObjectFunctions  rsl_share_reply_functions = {
    .createString = rsl_share_reply_string,
    .createArray = rsl_share_reply_array,
    .createInteger = rsl_share_reply_integer,
    .createNil = rsl_share_reply_nil,
    .freeObject = rsl_share_reply_free
};


int
rsl_share_reply_create(rsl_share_replies_t *replies)
{
    rsl_share_reply_destroy(replies);

    replies->reader =
                  redisReaderCreateWithFunctions(&rsl_share_reply_functions);
    replies->arena = rsl_arena_create(RSL_SHARE_REPLY_ARENA);

    if (replies->reader == NULL || replies->arena == NULL) {
        rsl_share_reply_destroy(replies);
        return RSL_ERROR;
    }

    /* the functions find it by way of the outermost task */

    replies->reader->privdata = replies;
    replies->limit = RSL_SHARE_REPLY_LIMIT;

    return RSL_OK;
}


void
rsl_share_reply_destroy(rsl_share_replies_t *replies)
{
    if (replies->reader) {
        redisReaderFree(replies->reader);
    }

    rsl_arena_destroy(replies->arena);

    memset(replies, 0, sizeof(rsl_share_replies_t));
}


int
rsl_share_reply_feed(rsl_share_replies_t *replies, const u_char *data,
    size_t len)
{
    replies->taken += len;

    if (redisReaderFeed(replies->reader, (const char *) data, len)
        != REDIS_OK)
    {
        return RSL_DECLINED;
    }

    return RSL_OK;
}


int
rsl_share_reply_next(rsl_share_replies_t *replies, rsl_share_reply_t **reply)
{
    void  *found;

    /* a part of an answer lies there, unless the last one was whole */

    if (redisReaderGetObject(replies->reader) == NULL) {
        rsl_arena_reset(replies->arena);
        replies->spent = 0;
    }

    found = NULL;

    if (redisReaderGetReply(replies->reader, &found) != REDIS_OK) {
        return RSL_DECLINED;
    }

    *reply = found;

    if (found) {
        replies->taken = 0;
        return RSL_OK;
    }

    if (replies->taken > replies->limit) {
        replies->broken = 1;
        return RSL_DECLINED;
    }

    return RSL_AGAIN;
}


int
rsl_share_reply_is(const rsl_share_reply_t *reply, const char *word, size_t n)
{
    const rsl_str_t  *text;

    if (reply->type != REDIS_REPLY_ARRAY || reply->n != n
        || reply->items[0]->type != REDIS_REPLY_STRING)
    {
        return 0;
    }

    text = &reply->items[0]->text;

    return text->len == strlen(word)
           && memcmp(text->data, word, text->len) == 0;
}


int
rsl_share_reply_number(const rsl_share_reply_t *reply, size_t i,
    uint64_t *value)
{
    if (reply->items[i]->type != REDIS_REPLY_STRING) {
        return RSL_DECLINED;
    }

    return rsl_share_number(&reply->items[i]->text, value);
}


static void *
rsl_share_reply_string(const redisReadTask *task, char *data, size_t len)
{
    u_char             *p;
    rsl_share_reply_t  *reply;

    reply = rsl_share_reply_make(task, len);
    if (reply == NULL) {
        return NULL;
    }

    p = (u_char *) (reply + 1);
    memcpy(p, data, len);

    reply->text.data = p;
    reply->text.len = len;

    return reply;
}


static void *
rsl_share_reply_array(const redisReadTask *task, rsl_share_count_t n)
{
    rsl_share_reply_t  *reply;

    /* each element takes bytes of the answer: more than these it cannot have */

    if ((uint64_t) n > SIZE_MAX / (2 * sizeof(rsl_share_reply_t *))) {
        return NULL;
    }

    reply = rsl_share_reply_make(task,
                                 (size_t) n * sizeof(rsl_share_reply_t *));
    if (reply == NULL) {
        return NULL;
    }

    reply->n = (size_t) n;
    reply->items = (rsl_share_reply_t **) (reply + 1);

    return reply;
}


static void *
rsl_share_reply_integer(const redisReadTask *task, long long value)
{
    rsl_share_reply_t  *reply;

    reply = rsl_share_reply_make(task, 0);

    if (reply) {
        reply->integer = value;
    }

    return reply;
}


static void *
rsl_share_reply_nil(const redisReadTask *task)
{
    rsl_share_reply_t  *reply;

    /* to hiredis, a string that is not there has the type of a string */

    reply = rsl_share_reply_make(task, 0);

    if (reply != NULL) {
        reply->type = REDIS_REPLY_NIL;
    }

    return reply;
}


/*
 * The root is the only reply that is not put into an array.  Elements of an
 * array that are not read yet are NULL, but nobody sees an array before it is
 * whole.
 */

static rsl_share_reply_t *
rsl_share_reply_make(const redisReadTask *task, size_t extra)
{
    rsl_share_reply_t    *reply, *parent;
    rsl_share_replies_t  *replies;

    replies = task->privdata;

    reply = rsl_share_reply_alloc(replies, sizeof(rsl_share_reply_t) + extra);
    if (reply == NULL) {
        return NULL;
    }

    memset(reply, 0, sizeof(rsl_share_reply_t));
    reply->type = task->type;

    if (task->parent) {
        parent = task->parent->obj;
        parent->items[task->idx] = reply;
    }

    return reply;
}


static void *
rsl_share_reply_alloc(rsl_share_replies_t *replies, size_t size)
{
    /* small values take more here than on the wire */

    if (size > 8 * replies->limit || replies->spent > 8 * replies->limit - size)
    {
        replies->broken = 1;
        return NULL;
    }

    replies->spent += rsl_arena_aligned(size);

    return rsl_arena_alloc(replies->arena, size);
}


static void
rsl_share_reply_free(void *reply)
{
    (void) reply;
}
