
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What comes before J on each connection: who we are, which database, the
 * script; and of the tail, what the operator should know of this Redis.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE                 /* memmem() */
#endif

#include <stdio.h>
#include <stdlib.h>

#include "rsl_share_internal.h"


static void rsl_share_greet_hello(rsl_share_t *share, rsl_share_words_t *words);
static void rsl_share_greet_who(rsl_share_t *share, rsl_share_words_t *words,
    rsl_share_ask_e ask);
static int rsl_share_greet_master(rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply);
static int rsl_share_greet_server(rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply);
static void rsl_share_greet_disk(rsl_share_t *share,
    const rsl_share_reply_t *reply);
static void rsl_share_greet_other(rsl_share_t *share,
    const rsl_share_reply_t *reply);
static int rsl_share_greet_sha(rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply);
static int rsl_share_greet_text(const rsl_share_reply_t *reply,
    const char *text);
static int rsl_share_greet_secret(const rsl_share_t *share,
    const rsl_str_t *text);


/* An id that no entry reaches. */
#define RSL_SHARE_GREET_ID  "9000000000000000-0"

/* Streams keep the number of a deleted entry since then. */
#define RSL_SHARE_REDIS_MIN  7

#define RSL_SHARE_SHAPE_LEN  16


typedef struct {
    const char  *code;
    const char  *words;
} rsl_share_error_t;


static const rsl_share_error_t  rsl_share_greet_errors[] = {
    /* Redis repeats the arguments here, and those of HELLO are a secret */

    { "ERR unknown command", "Redis or Valkey has to be of version 7.0 or "
                             "later, and to know its commands by their own "
                             "names" },

    { "OOM", "Redis has no memory left: raise maxmemory" },
    { "NOPERM", "the user of Redis may not do that: see the rights in the "
                "documentation" },
    /* of what a script does: Redis 7, and Redis 8 and Valkey */
    { "ERR The user executing the script can't run", "the user of Redis may "
                "not do that: see the rights in the documentation" },
    { "ERR ACL failure in script", "the user of Redis may not do that: see "
                "the rights in the documentation" },
    { "NOAUTH", "Redis wants a password: name its file in password_file=" },
    { "WRONGPASS", "Redis does not take this user or password" },
    { "READONLY", "this Redis is a replica and takes no records" },
    { "UNBLOCKED", "this Redis has become a replica" },
    { "LOADING", "Redis is still loading its data" },
    { "MISCONF", "Redis cannot save to its disk and takes no records" },
    { "MASTERDOWN", "this Redis is a replica that has lost its master" },
    { "BUSY", "Redis is busy with the script of somebody else" },
    { "WRONGTYPE", "the key in Redis is used for something else: choose "
                   "another one with key=" }
};

#define RSL_SHARE_ERRORS                                                      \
    (sizeof(rsl_share_greet_errors) / sizeof(rsl_share_error_t))


void
rsl_share_greet(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now)
{
    rsl_share_words_t  words;

    rsl_share_words(share, &words, 8);

    switch (conn->step) {

    case RSL_SHARE_ASK_MASTER:
        rsl_share_words_literal(&words, "SENTINEL");
        rsl_share_words_literal(&words, "get-master-addr-by-name");
        rsl_share_words_put(&words, &share->conf.master);
        break;

    case RSL_SHARE_ASK_HELLO:
        rsl_share_greet_hello(share, &words);
        break;

    case RSL_SHARE_ASK_SELECT:
        rsl_share_words_literal(&words, "SELECT");
        rsl_share_words_number(share, &words, share->conf.db);
        break;

    case RSL_SHARE_ASK_DISK:
        rsl_share_words_literal(&words, "INFO");
        rsl_share_words_literal(&words, "persistence");
        break;

    case RSL_SHARE_ASK_WHO:
    case RSL_SHARE_ASK_SIGN:
        rsl_share_greet_who(share, &words, conn->step);
        break;

    case RSL_SHARE_ASK_LOAD:
        rsl_share_words_literal(&words, "SCRIPT");
        rsl_share_words_literal(&words, "LOAD");
        rsl_share_words_put(&words, &rsl_share_script);
        break;

    default: /* RSL_SHARE_ASK_TRY */

        /* whoever may write and not read would join, and never hear of it */

        rsl_share_words_literal(&words, "XREAD");
        rsl_share_words_literal(&words, "COUNT");
        rsl_share_words_literal(&words, "1");
        rsl_share_words_literal(&words, "BLOCK");
        rsl_share_words_literal(&words, "1");
        rsl_share_words_literal(&words, "STREAMS");
        rsl_share_words_put(&words, &share->stream);
        rsl_share_words_literal(&words, RSL_SHARE_GREET_ID);
        break;
    }

    rsl_share_words_send(share, conn, &words, conn->step, now);
}


static void
rsl_share_greet_hello(rsl_share_t *share, rsl_share_words_t *words)
{
    rsl_share_words_literal(words, "HELLO");
    rsl_share_words_literal(words, "2");

    if (share->conf.password.len == 0) {
        return;
    }

    rsl_share_words_literal(words, "AUTH");

    if (share->conf.user.len) {
        rsl_share_words_put(words, &share->conf.user);
    } else {
        rsl_share_words_literal(words, "default");
    }

    rsl_share_words_put(words, &share->conf.password);
}


/* Who was the last to join here, and of which shape?  Then it is this one. */

static void
rsl_share_greet_who(rsl_share_t *share, rsl_share_words_t *words,
    rsl_share_ask_e ask)
{
    rsl_str_t  shape;

    rsl_share_words_literal(words, (ask == RSL_SHARE_ASK_WHO) ? "HMGET"
                                                              : "HSET");
    rsl_share_words_put(words, &share->who);
    rsl_share_words_literal(words, "shape");

    if (ask == RSL_SHARE_ASK_SIGN) {

        /* the keys end with it, and the first of them with nothing else */

        shape.len = RSL_SHARE_SHAPE_LEN;
        shape.data = share->stream.data + share->stream.len - shape.len;

        rsl_share_words_put(words, &shape);
    }

    rsl_share_words_literal(words, "node");

    if (ask == RSL_SHARE_ASK_SIGN) {
        rsl_share_words_put(words, &share->conf.node);
    }
}


int
rsl_share_greet_answer(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply)
{
    int  rc;

    rc = RSL_OK;

    switch (conn->step) {

    case RSL_SHARE_ASK_MASTER:
        return rsl_share_greet_master(conn, reply);

    case RSL_SHARE_ASK_HELLO:
        rc = rsl_share_greet_server(conn, reply);
        conn->step = share->conf.db ? RSL_SHARE_ASK_SELECT
                                    : RSL_SHARE_ASK_DISK;
        break;

    case RSL_SHARE_ASK_SELECT:
        conn->step = RSL_SHARE_ASK_DISK;
        break;

    case RSL_SHARE_ASK_DISK:
        rsl_share_greet_disk(share, reply);
        conn->step = RSL_SHARE_ASK_WHO;
        break;

    case RSL_SHARE_ASK_WHO:
        rsl_share_greet_other(share, reply);
        conn->step = RSL_SHARE_ASK_SIGN;
        break;

    case RSL_SHARE_ASK_SIGN:
        conn->step = RSL_SHARE_ASK_LOAD;
        break;

    case RSL_SHARE_ASK_LOAD:
        rc = rsl_share_greet_sha(conn, reply);
        conn->step = (conn->id == RSL_SHARE_TAIL) ? RSL_SHARE_ASK_TRY
                                                  : RSL_SHARE_ASK_READY;
        break;

    default: /* RSL_SHARE_ASK_TRY */
        conn->step = RSL_SHARE_ASK_READY;
        break;
    }

    /* only one connection of a worker has to know of these */

    if (conn->id == RSL_SHARE_WRITER && conn->step == RSL_SHARE_ASK_DISK) {
        conn->step = RSL_SHARE_ASK_LOAD;
    }

    return rc;
}


static int
rsl_share_greet_master(rsl_share_conn_t *conn, const rsl_share_reply_t *reply)
{
    uint64_t          port;
    const rsl_str_t  *host;

    if (reply->type == REDIS_REPLY_NIL) {
        rsl_share_words_fail(conn, "this Sentinel knows no master of that "
                                   "name");
        return RSL_DECLINED;
    }

    if (reply->type != REDIS_REPLY_ARRAY || reply->n != 2
        || rsl_share_reply_number(reply, 1, &port) != RSL_OK
        || port == 0 || port > 65535
        || reply->items[0]->type != REDIS_REPLY_STRING)
    {
        rsl_share_words_fail(conn, "the Sentinel names no address");
        return RSL_DECLINED;
    }

    host = &reply->items[0]->text;

    rsl_share_number_words(conn->host, sizeof(conn->host), host);
    conn->port = (unsigned) port;

    return RSL_OK;
}


/* A list of names and values. */

static int
rsl_share_greet_server(rsl_share_conn_t *conn, const rsl_share_reply_t *reply)
{
    int                       version;
    size_t                    i;
    char                      text[8];
    const rsl_share_reply_t  *value;

    if (reply->type != REDIS_REPLY_ARRAY) {
        rsl_share_words_fail(conn, "this is no Redis");
        return RSL_DECLINED;
    }

    version = 0;

    for (i = 0; i + 1 < reply->n; i += 2) {
        value = reply->items[i + 1];

        if (value->type != REDIS_REPLY_STRING) {
            continue;
        }

        if (rsl_share_greet_text(reply->items[i], "version")) {
            rsl_share_number_words(text, sizeof(text), &value->text);
            version = atoi(text);
        }

        if (rsl_share_greet_text(reply->items[i], "role")
            && !rsl_share_greet_text(value, "master"))
        {
            rsl_share_words_fail(conn, "this Redis is a replica and takes no "
                                       "records");
            return RSL_DECLINED;
        }
    }

    if (version < RSL_SHARE_REDIS_MIN) {
        rsl_share_words_fail(conn, "Redis or Valkey has to be of version 7.0 "
                                   "or later");
        return RSL_DECLINED;
    }

    return RSL_OK;
}


/* "Never on disk" ends at nginx: the operator has to know if Redis saves. */

static void
rsl_share_greet_disk(rsl_share_t *share, const rsl_share_reply_t *reply)
{
    size_t       i;
    rsl_str_t    line;

    static const char  *signs[] = {
        "\naof_enabled:1", "\nrdb_bgsave_in_progress:1", "\nrdb_saves:"
    };

    if (reply->type != REDIS_REPLY_STRING || share->told_disk) {
        return;
    }

    for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {

        line.data = memmem(reply->text.data, reply->text.len, signs[i],
                           strlen(signs[i]));

        if (line.data == NULL) {
            continue;
        }

        line.data += strlen(signs[i]);

        if (i == 2 && (line.data == reply->text.data + reply->text.len
                       || *line.data == '0'))
        {
            continue;
        }

        share->told_disk = 1;
        share->conf.notice(share->conf.data, RSL_SHARE_WARN,
                           "Redis writes to its disk what it is given here: "
                           "set save \"\" and appendonly no there");
        return;
    }
}


static void
rsl_share_greet_other(rsl_share_t *share, const rsl_share_reply_t *reply)
{
    char              text[2 * RSL_SHARE_TEXT];
    uint64_t          seen;
    const rsl_str_t  *shape;

    share->before[0] = '\0';

    if (reply->type != REDIS_REPLY_ARRAY || reply->n != 2
        || reply->items[0]->type != REDIS_REPLY_STRING
        || reply->items[1]->type != REDIS_REPLY_STRING)
    {
        return;
    }

    rsl_share_number_words(share->before, RSL_SHARE_TEXT / 2,
                           &reply->items[1]->text);

    shape = &reply->items[0]->text;

    if (shape->len == RSL_SHARE_SHAPE_LEN
        && memcmp(share->stream.data + share->stream.len - shape->len,
                  shape->data, shape->len)
           == 0)
    {
        return;
    }

    /* it is said once for each of them */

    seen = rsl_share_shape(0, 0, shape, 1);

    if (share->told_shape == seen) {
        return;
    }

    share->told_shape = seen;

    (void) snprintf(text, sizeof(text), "\"%s\" uses the same key with other "
                    "rackscope_logs_zone or rackscope_logs_redact, or another "
                    "version: it shares nothing with this nginx",
                    share->before);

    share->conf.notice(share->conf.data, RSL_SHARE_WARN, text);
}


static int
rsl_share_greet_sha(rsl_share_conn_t *conn, const rsl_share_reply_t *reply)
{
    if (reply->type != REDIS_REPLY_STRING || reply->text.len == 0
        || reply->text.len >= sizeof(conn->sha))
    {
        rsl_share_words_fail(conn, "Redis does not load the script");
        return RSL_DECLINED;
    }

    memcpy(conn->sha, reply->text.data, reply->text.len);
    conn->nsha = reply->text.len;

    return RSL_OK;
}


static int
rsl_share_greet_text(const rsl_share_reply_t *reply, const char *text)
{
    return reply->type == REDIS_REPLY_STRING
           && reply->text.len == strlen(text)
           && memcmp(reply->text.data, text, reply->text.len) == 0;
}


void
rsl_share_greet_error(const rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_str_t *text)
{
    char                      words[RSL_SHARE_TEXT / 2];
    size_t                    i, len;
    const rsl_share_error_t  *error;

    for (i = 0; i < RSL_SHARE_ERRORS; i++) {
        error = &rsl_share_greet_errors[i];
        len = strlen(error->code);

        /* a script that fails says where, and the code may stand behind */

        if (text->len >= len && memcmp(text->data, error->code, len) == 0) {
            rsl_share_words_fail(conn, error->words);
            return;
        }
    }

    if (rsl_share_greet_secret(share, text)) {
        rsl_share_words_fail(conn, "Redis answers with an error that holds the "
                                   "password");
        return;
    }

    rsl_share_number_words(words, sizeof(words), text);

    (void) snprintf(conn->reason, sizeof(conn->reason), "Redis says: %s",
                    words);
    conn->failed = 1;
}


/* Whoever answers in the place of Redis may repeat what it was told. */

static int
rsl_share_greet_secret(const rsl_share_t *share, const rsl_str_t *text)
{
    const rsl_str_t  *password;

    password = &share->conf.password;

    return password->len
           && memmem(text->data, text->len, password->data, password->len)
              != NULL;
}
