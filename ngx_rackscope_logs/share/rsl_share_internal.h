
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the files of the share have in common.  A section for each file, in the
 * order of reading.
 *
 * N is the number of entries, G and R are what keeps two numberings apart.  The
 * base is the numbering: the number from which on it counts.
 */


#ifndef _RSL_SHARE_INTERNAL_H_INCLUDED_
#define _RSL_SHARE_INTERNAL_H_INCLUDED_


#include <stdatomic.h>

#include <hiredis/hiredis.h>

#include "core/rsl_core.h"
#include "share/rsl_share.h"


#define RSL_SHARE_G           UINT64_C(1000000)
#define RSL_SHARE_R           UINT64_C(100000000000)

/* Exact in a browser and in Lua, with room above it for a kind of entry. */
#define RSL_SHARE_NUMBER_MAX  UINT64_C(9000000000000000)

#define RSL_SHARE_BATCH       200           /* records in a call, */
#define RSL_SHARE_BATCH_SIZE  262144        /* of so many bytes */
#define RSL_SHARE_PENDING     1048576       /* bytes that wait */
#define RSL_SHARE_READ_SIZE   1048576       /* bytes of lines in an XREAD, more
                                               or less */
#define RSL_SHARE_READ        4             /* entries, until it is known how
                                               large they are */

#define RSL_SHARE_BLOCK       5000          /* ms */
#define RSL_SHARE_DEAF        11000         /* ms: a tail that answers does so
                                               within twice the block */
#define RSL_SHARE_LEASE       2000          /* ms */
#define RSL_SHARE_TICK        500           /* ms */
#define RSL_SHARE_SOON        50            /* ms */
#define RSL_SHARE_STUCK       2             /* times */
#define RSL_SHARE_BACKOFF     1000          /* ms */
#define RSL_SHARE_BACKOFF_MAX 300000        /* ms */
#define RSL_SHARE_WARN_EVERY  60000         /* ms */
#define RSL_SHARE_AHEAD       60000         /* ms: no turn takes so long */

#define RSL_SHARE_TEXT        256           /* of a notice */

/* Of what is in Redis: who has another one does not meet us there. */
#define RSL_SHARE_FORM        2


/*
 * How many milliseconds ago was that?  Another worker, whose turn of the event
 * loop began later, may have set a time that is still to come for this one.
 */

static inline uint64_t
rsl_share_ago(const rsl_share_time_t *now, uint64_t then)
{
    return (then - now->msec < RSL_SHARE_AHEAD) ? 0 : now->msec - then;
}


/* Who made a record, and when. */

typedef struct {
    uint64_t                  p;        /* the producer: a worker process */
    uint64_t                  n;        /* its records count from 1 */
    int64_t                   t;        /* received then, in microseconds */
} rsl_share_origin_t;


/* A total order of records: returns less than, equal to, more than 0. */

static inline int
rsl_share_order(const rsl_share_origin_t *a, const rsl_share_origin_t *b)
{
    if (a->t != b->t) {
        return (a->t < b->t) ? -1 : 1;
    }

    if (a->p != b->p) {
        return (a->p < b->p) ? -1 : 1;
    }

    return (a->n > b->n) - (a->n < b->n);
}


/*
 * rsl_share_script.c: the four words J, S, A, C, which Redis executes, each as
 * one step.
 */

extern const rsl_str_t  rsl_share_script;


/* rsl_share_number.c: numbers as Redis has them. */

/* Decimal digits of a number below RSL_SHARE_NUMBER_MAX.  RSL_DECLINED: no. */
int rsl_share_number(const rsl_str_t *s, uint64_t *value);

#define RSL_SHARE_PRODUCER_LEN  16
#define RSL_SHARE_ORIGIN_LEN    (16 + 1 + RSL_UINT64_LEN)

/* Writes "p:n" and returns its length, at most RSL_SHARE_ORIGIN_LEN. */
size_t rsl_share_number_origin(u_char *dst, const rsl_share_origin_t *origin);

/* Reads it. */
int rsl_share_number_read_origin(const rsl_str_t *s,
    rsl_share_origin_t *origin);

/*
 * Copies what may be printed of the text to "dst", which has "size" bytes, and
 * ends it with a NUL.
 */
void rsl_share_number_words(char *dst, size_t size, const rsl_str_t *text);


/*
 * rsl_share_line.c: is it a line as this module writes it?  Returns NULL and
 * describes it, or says why it is none.
 */
const char *rsl_share_line(const rsl_str_t *text, size_t line_max,
    rsl_line_t *line);


/*
 * rsl_share_reply.c: what Redis answers.  It is read by hiredis, with functions
 * that put it into an arena and stop at a limit.
 */

typedef struct rsl_share_reply_s  rsl_share_reply_t;

struct rsl_share_reply_s {
    int                       type;     /* REDIS_REPLY_… */
    int64_t                   integer;
    rsl_str_t                 text;
    size_t                    n;        /* of an array */
    rsl_share_reply_t       **items;
};

typedef struct {
    redisReader              *reader;
    rsl_arena_t              *arena;
    size_t                    spent;
    size_t                    limit;    /* bytes of one answer */
    size_t                    taken;    /* since the last answer */
    unsigned                  broken:1; /* the limit was reached */
} rsl_share_replies_t;

int rsl_share_reply_create(rsl_share_replies_t *replies);
void rsl_share_reply_destroy(rsl_share_replies_t *replies);

int rsl_share_reply_feed(rsl_share_replies_t *replies, const u_char *data,
    size_t len);

/*
 * RSL_OK: the next answer, which is valid until the next call.  RSL_AGAIN: it
 * is not whole yet.  RSL_DECLINED: it is none, or too large.
 */
int rsl_share_reply_next(rsl_share_replies_t *replies,
    rsl_share_reply_t **reply);

/* Is it an array that begins with this word, and has so many items? */
int rsl_share_reply_is(const rsl_share_reply_t *reply, const char *word,
    size_t n);

/* The item of an array as a number; RSL_DECLINED: it is none. */
int rsl_share_reply_number(const rsl_share_reply_t *reply, size_t i,
    uint64_t *value);


/*
 * rsl_share_entry.c: an entry of the stream: the mark of a clear, or records.
 */

/* What a record has there besides its line. */
#define RSL_SHARE_HEAD  (RSL_SHARE_ORIGIN_LEN + RSL_UINT64_LEN + 3)

typedef enum {
    RSL_SHARE_RECORD = 0,
    RSL_SHARE_MARK,                     /* of a clear */
    RSL_SHARE_FOREIGN                   /* its id is none of ours */
} rsl_share_kind_e;

typedef struct {
    rsl_share_kind_e          kind;
    uint64_t                  base;
    uint64_t                  seq;
    rsl_share_origin_t        origin;   /* of a mark: the time is
                                           that of the clear */
    rsl_line_t                line;
    const u_char             *text;
    unsigned                  refused:1; /* the line says why */
} rsl_share_entry_t;

/*
 * Writes what stands before the line of a record, up to RSL_SHARE_HEAD bytes,
 * and returns how many.  A line feed ends the line.
 */
size_t rsl_share_entry_put(u_char *dst, const rsl_share_origin_t *origin);

/* How many of an entry there are: at most RSL_SHARE_BATCH. */
size_t rsl_share_entry_count(const rsl_share_reply_t *reply);

/*
 * Reads an entry, into as many as it has, and makes the lines that take the
 * place of those that are not what this module writes.  Such a line is the same
 * on all nodes.  RSL_ERROR: no memory.
 */
int rsl_share_entry(const rsl_share_reply_t *reply, size_t line_max,
    rsl_arena_t *arena, rsl_share_entry_t *entries);


/* rsl_share_zone.c: the shared memory. */

typedef struct {
    _Atomic uint64_t          seq;      /* 0: of no record */
    rsl_share_origin_t        origin;
} rsl_share_cell_t;

typedef struct {
    uint64_t                  producer;
    uint64_t                  seen;     /* its highest n in the ring */
    _Atomic uint64_t          pending;  /* records */
    _Atomic uint64_t          waits;
} rsl_share_worker_t;

struct rsl_share_zone_s {
    uint64_t                  entries;
    uint64_t                  shape;    /* 0: not known yet */
    uint64_t                  place;

    _Atomic uint32_t          own;      /* the numbering is this nginx's own */
    _Atomic uint32_t          alone;
    _Atomic uint64_t          hold;     /* the token of the link that joins */
    uint64_t                  hold_msec;
    int64_t                   ct;       /* the time of the last clear */
    uint64_t                  given;    /* the ring held a record once */
    uint64_t                  skipped;  /* the ring never had those below it
                                           that it went on from */

    uint64_t                  retry;    /* while alone: the next J, in ms */
    uint64_t                  backoff;
    uint64_t                  warned;   /* ms */
    uint64_t                  why;      /* what the error log was told */
    uint64_t                  told;     /* since it is so */

    _Atomic uint64_t          heard;    /* the last answer to the tail, ms */
    _Atomic uint64_t          lease;    /* the token of the tail */
    uint64_t                  lease_msec;

    /* what a worker that was killed under the mutex had begun */
    uint64_t                  adopting;
    uint64_t                  moving;   /* lines to renumber, and 1 */
    uint64_t                  moving_from;
    uint64_t                  moving_to;
    uint64_t                  moving_alone;

    _Atomic uint64_t          refused;
    rsl_share_worker_t        workers[RSL_SHARE_SLOTS];
    rsl_share_cell_t          cells[];
};


/*
 * What follows is called between rsl_share_zone_enter() and _leave(), which
 * take and free the mutex.  enter() mends what a worker has left that was
 * killed there, and sees whether the share is stale.
 */

void rsl_share_zone_enter(rsl_share_t *share, const rsl_share_time_t *now);
void rsl_share_zone_leave(rsl_share_t *share);

/* This worker begins; a new shape is that of the zone from now on. */
void rsl_share_zone_begin(rsl_share_t *share, const rsl_share_time_t *now);

/* Returns a number above "top" with which a numbering may begin. */
uint64_t rsl_share_zone_fresh(uint64_t top, int64_t wall, uint64_t random);

/* Returns the newest number, or 0 if the ring never held a record. */
uint64_t rsl_share_zone_top(rsl_share_t *share);

/* Pushes a line with the next number. */
void rsl_share_zone_push(rsl_share_t *share, const u_char *text,
    const rsl_line_t *line, const rsl_share_origin_t *origin);

/* Returns the origin of the record, or NULL if it is none that may be sent. */
const rsl_share_origin_t *rsl_share_zone_origin(const rsl_share_t *share,
    uint64_t seq);

/* Numbers alone from now on. */
void rsl_share_zone_alone(rsl_share_t *share, const rsl_share_time_t *now);

/* Takes a numbering of Redis, which is empty so far: rsl_share_zone_push(). */
void rsl_share_zone_adopt(rsl_share_t *share, uint64_t base, uint64_t floor,
    uint64_t low);
void rsl_share_zone_adopted(rsl_share_t *share, int64_t ct);

/* A clear of all nodes, up to "seq", at the time "ct". */
void rsl_share_zone_mark(rsl_share_t *share, uint64_t seq, int64_t ct);

/* Is a link that joins at work, which is none of this token? */
int rsl_share_zone_held(const rsl_share_t *share, uint64_t token,
    const rsl_share_time_t *now);

/* Takes the lease of the tail, or renews it: does this worker have it? */
int rsl_share_zone_lease(rsl_share_t *share, const rsl_share_time_t *now,
    int steal);

/* Gives it back, so that another worker can have it at once. */
void rsl_share_zone_release(rsl_share_t *share);

/* While alone: the next J comes later, and the one after it even more. */
void rsl_share_zone_later(rsl_share_t *share, const rsl_share_time_t *now);


/* rsl_share_words.c: what is sent. */

typedef enum {
    RSL_SHARE_ASK_NOTHING = 0,
    RSL_SHARE_ASK_MASTER,
    RSL_SHARE_ASK_HELLO,
    RSL_SHARE_ASK_SELECT,
    RSL_SHARE_ASK_DISK,
    RSL_SHARE_ASK_WHO,
    RSL_SHARE_ASK_SIGN,
    RSL_SHARE_ASK_LOAD,
    RSL_SHARE_ASK_TRY,
    RSL_SHARE_ASK_READY,                /* nothing of this is left */
    RSL_SHARE_ASK_JOIN,
    RSL_SHARE_ASK_SEED,
    RSL_SHARE_ASK_APPEND,
    RSL_SHARE_ASK_CLEAR,
    RSL_SHARE_ASK_READ,
    RSL_SHARE_ASK_DELETE
} rsl_share_ask_e;

typedef struct rsl_share_chunk_s  rsl_share_chunk_t;

struct rsl_share_chunk_s {
    rsl_share_chunk_t        *next;
    char                     *data;     /* hiredis made it */
    size_t                    pos;
    size_t                    len;
};

typedef struct {
    rsl_share_link_e          id;
    uint64_t                  token;
    rsl_share_replies_t       replies;
    rsl_share_chunk_t        *first;
    rsl_share_chunk_t        *last;

    rsl_share_ask_e           ask;      /* what is not answered yet */
    rsl_share_ask_e           step;     /* of the greeting */
    uint64_t                  asked;    /* ms */

    unsigned                  wanted:1;
    unsigned                  open:1;
    unsigned                  failed:1; /* it is to be closed */
    unsigned                  joined:1; /* GO */
    unsigned                  look:1;   /* GO is not wanted */
    unsigned                  stood:1;  /* GO, on this connection */

    uint64_t                  pause;    /* nothing is asked until then, in ms */
    uint64_t                  base;     /* those that the call names */
    uint64_t                  newest;
    uint64_t                  n;        /* the last record of an A; the ticket
                                           of a C */
    size_t                    read;     /* entries in an XREAD */
    size_t                    nsha;
    char                      sha[64];
    char                      reason[RSL_SHARE_TEXT];
    char                      host[RSL_SHARE_TEXT];
    unsigned                  port;
} rsl_share_conn_t;


/* An entry that a node has written has at most so many bytes. */
size_t rsl_share_words_entry(const rsl_share_t *share);

/* The arguments of a command; the texts must live until it is sent. */

typedef struct {
    const char              **argv;
    size_t                   *lens;
    int                       n;
    int                       size;
    unsigned                  failed:1; /* no memory */
} rsl_share_words_t;

void rsl_share_words(rsl_share_t *share, rsl_share_words_t *words, size_t size);
void rsl_share_words_put(rsl_share_words_t *words, const rsl_str_t *text);
void rsl_share_words_literal(rsl_share_words_t *words, const char *text);
void rsl_share_words_number(rsl_share_t *share, rsl_share_words_t *words,
    uint64_t value);
void rsl_share_words_producer(rsl_share_t *share, rsl_share_words_t *words,
    uint64_t p);
void rsl_share_words_origin(rsl_share_t *share, rsl_share_words_t *words,
    const rsl_share_origin_t *origin);

/* Begins a call of the script: what is put next are its arguments. */
void rsl_share_words_call(rsl_share_t *share, rsl_share_conn_t *conn,
    rsl_share_words_t *words, const char *word, size_t size);

/* Sends the command, and forgets the arena of the share. */
void rsl_share_words_send(rsl_share_t *share, rsl_share_conn_t *conn,
    rsl_share_words_t *words, rsl_share_ask_e ask,
    const rsl_share_time_t *now);

void rsl_share_words_free(rsl_share_conn_t *conn);

/* The connection is to be closed, for this reason. */
void rsl_share_words_fail(rsl_share_conn_t *conn, const char *reason);


/* rsl_share_pending.c: what this worker has taken and not answered. */

typedef struct rsl_share_record_s  rsl_share_record_t;

struct rsl_share_record_s {
    rsl_share_record_t       *next;
    rsl_share_origin_t        origin;
    rsl_line_t                line;
    u_char                    text[];
};

typedef struct {
    uint64_t                  base;     /* 0: nothing was answered */
    uint64_t                  last;
    uint64_t                  newest;   /* of the ring, when it was asked */
    uint64_t                  n;        /* of the record, or the ticket */
    uint64_t                  msec;
} rsl_share_ok_t;

struct rsl_share_s {
    rsl_share_conf_t          conf;
    uint64_t                  producer;
    rsl_share_conn_t          conns[RSL_SHARE_LINKS];
    rsl_arena_t              *arena;

    rsl_str_t                 stream;   /* the keys */
    rsl_str_t                 meta;
    rsl_str_t                 who;

    rsl_share_record_t       *first;
    rsl_share_record_t      **last;
    size_t                    bytes;
    size_t                    count;
    uint64_t                  n;        /* the newest one */
    uint64_t                  done;
    uint64_t                  since;    /* the oldest one waits, in ms */
    rsl_share_ok_t            ok;       /* of A */
    unsigned                  stuck;    /* so often the ring got nothing of what
                                           Redis had answered */

    uint64_t                  clears;   /* tickets */
    uint64_t                  cleared;
    uint64_t                  cleared_alone;    /* the last one that was only
                                                   of this nginx */
    rsl_share_ok_t            mark;     /* of C */

    uint64_t                  beat;     /* the lease was asked for, in ms */
    uint64_t                  leased_msec;
    unsigned                  leased:1;
    unsigned                  steal:1;
    unsigned                  stale:1;
    unsigned                  news:1;
    unsigned                  heard:1;  /* Redis, after something was wrong */
    unsigned                  leaving:1;
    unsigned                  left:1;
    unsigned                  told_disk:1;
    unsigned                  told_join:1;
    uint64_t                  told_shape;
    char                      before[RSL_SHARE_TEXT];   /* who joined last */
};

/* Takes a record; RSL_DECLINED: there is no room or no memory. */
int rsl_share_pending_add(rsl_share_t *share, const u_char *text,
    const rsl_line_t *line, const rsl_share_time_t *now);

/* Takes a record of nginx.share. */
void rsl_share_pending_say(rsl_share_t *share, rsl_level_t level,
    const char *message, const rsl_share_time_t *now);

/*
 * Answers what is in the ring, or what this nginx may number alone.  Returns
 * whether this nginx has begun to number alone.
 */
int rsl_share_pending_settle(rsl_share_t *share, const rsl_share_time_t *now);

/* Tells the metrics and the other workers what waits. */
void rsl_share_pending_tell(rsl_share_t *share);

/* Forgets all of it. */
void rsl_share_pending_drop(rsl_share_t *share);

/* Appends what is next. */
void rsl_share_pending_append(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);


/* rsl_share_look.c: joining, when Redis has said LOOK. */

/*
 * Takes what Redis has, or sends the union with what the ring has.  RSL_AGAIN:
 * another link is at it.
 */
int rsl_share_look(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now);


/* rsl_share_tail.c: following the stream. */

void rsl_share_tail_read(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);
void rsl_share_tail_take(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now);


/* rsl_share_greet.c: what comes before J. */

void rsl_share_greet(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);

/* RSL_DECLINED: the connection has failed. */
int rsl_share_greet_answer(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply);

/* An error of Redis becomes the reason of the link, in plain words. */
void rsl_share_greet_error(const rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_str_t *text);


/* rsl_share_link.c: what is asked next, and what follows from an answer. */

void rsl_share_link_next(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);
void rsl_share_link_answer(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_reply_t *reply, const rsl_share_time_t *now);

/* Fails if the answer should have come by now. */
void rsl_share_link_late(rsl_share_t *share, rsl_share_conn_t *conn,
    const rsl_share_time_t *now);


#endif /* _RSL_SHARE_INTERNAL_H_INCLUDED_ */
