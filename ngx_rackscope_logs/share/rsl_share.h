
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The door of the share: one ring over several nginx, by way of Redis.
 *
 * Here are the words that nginx and Redis exchange, and the rules by which the
 * ring of a zone follows a stream in Redis.  There is no I/O here, no clock and
 * no lock of its own: who uses it owns the connections, says what time it is,
 * and gives two functions that take and free the mutex of the zone.
 *
 * A share belongs to one worker and one zone.  What all workers have to agree
 * on is in the zone's shared memory, in a rsl_share_zone_t beside the ring.
 */


#ifndef _RSL_SHARE_H_INCLUDED_
#define _RSL_SHARE_H_INCLUDED_


#include "core/rsl_core.h"


/* The two clocks.  Both are read by the caller, once for each call. */

typedef struct {
    int64_t           wall;         /* Unix time in microseconds */
    uint64_t          msec;         /* a clock that no one sets, the same for
                                       all workers */
} rsl_share_time_t;


/*
 * rsl_share_url.c: where Redis is.
 *
 *     redis://[user@]host[:port][/db]
 *     rediss://[user@]host[:port][/db]
 *     unix:/path[?db=n]
 *     redis+sentinel://host[:port][,host[:port]...]/mastername[/db]
 */

#define RSL_SHARE_HOSTS      8
#define RSL_SHARE_PORT       6379
#define RSL_SHARE_SENTINEL   26379

typedef struct {
    rsl_str_t         name;         /* without the brackets of IPv6 */
    unsigned          port;
} rsl_share_host_t;

typedef struct {
    rsl_share_host_t  hosts[RSL_SHARE_HOSTS];
    size_t            nhosts;       /* of Redis 1, of Sentinel all, of a socket
                                       none */
    rsl_str_t         path;         /* of a socket */
    rsl_str_t         user;
    rsl_str_t         master;       /* its name; not empty: the hosts are
                                       Sentinels */
    unsigned          db;
    unsigned          tls:1;
} rsl_share_url_t;

/*
 * Parses the text, to which the strings of the URL will point.  RSL_DECLINED:
 * *error is a static text that says what is wrong and what would be right.
 */
int rsl_share_url(rsl_share_url_t *url, const rsl_str_t *text,
    const char **error);


/*
 * rsl_share_shape.c: what nodes must have in common to share a ring, as one
 * number.  "rules" are those of the operator, patterns and replacements in the
 * order of the configuration.
 */
uint64_t rsl_share_shape(size_t entries, size_t entry_size,
    const rsl_str_t *rules, size_t nrules);

/* Which stream of which Redis a zone is shared by, as one number. */
uint64_t rsl_share_place(const rsl_share_url_t *url, const rsl_str_t *key);


/*
 * rsl_share_zone.c: what is in shared memory beside the ring.
 *
 * Whoever reads only the state, or counters, holds no lock.
 */

typedef struct rsl_share_zone_s  rsl_share_zone_t;

typedef enum {
    RSL_SHARE_JOINING = 0,          /* what comes has to wait */
    RSL_SHARE_TOGETHER,             /* Redis numbers the records */
    RSL_SHARE_ALONE                 /* this nginx numbers them itself */
} rsl_share_state_e;

/* A ring in one call: entries * entry_size of a shared zone, at most. */
#define RSL_SHARE_RING_MAX   (64 * 1024 * 1024)

/* So many processes of nginx; "slot" is below that. */
#define RSL_SHARE_SLOTS      1024

/* Returns the bytes that the zone needs; they are to be aligned to 64 bytes. */
size_t rsl_share_zone_size(size_t entries);

/*
 * Returns the number with which the ring of a new zone begins: to be passed to
 * rsl_ring_init().  "random": 64 bits that nobody can guess.
 */
uint64_t rsl_share_first(const rsl_share_time_t *now, uint64_t random);

/* Makes the zone, of bytes that are zeros.  No other process knows it yet. */
void rsl_share_zone_init(rsl_share_zone_t *zone, size_t entries);

rsl_share_state_e rsl_share_state(const rsl_share_zone_t *zone);

/*
 * For the metrics: is this nginx together with the others, and has it heard
 * from Redis of late?  Without a record to send its state stays as it is.
 */
int rsl_share_up(const rsl_share_zone_t *zone, const rsl_share_time_t *now);

/*
 * Does the worker of this slot wait for the ring to reach a record?  Who has
 * written to the ring wakes such workers, which then call rsl_share_tick().
 */
int rsl_share_waits(const rsl_share_zone_t *zone, unsigned slot);

/* For the metrics: records that wait, and those that were refused. */
uint64_t rsl_share_pending(const rsl_share_zone_t *zone);
uint64_t rsl_share_refused(const rsl_share_zone_t *zone);


/*
 * A reader that has a cursor, by rule 10.  GOES_ON: the ring gave that number,
 * begin behind it.  WAITS: look again when the ring has changed, until "since"
 * is RSL_SHARE_PATIENCE ago.  RENUMBERED: say "missed":null (a stream) or
 * "renumbered":true (a snapshot), and then everything.  A reader asks again
 * whenever state.numbering of the ring has changed, with the result RENUMBERED.
 */

typedef enum {
    RSL_SHARE_GOES_ON = 0,
    RSL_SHARE_WAITS,
    RSL_SHARE_RENUMBERED
} rsl_share_reader_e;

#define RSL_SHARE_PATIENCE   10000          /* ms */

rsl_share_reader_e rsl_share_reader(const rsl_share_zone_t *zone,
    const rsl_ring_state_t *state, uint64_t cursor, uint64_t waited);


/*
 * rsl_share.c: the share of a worker in a zone.
 *
 * After each call of a function that takes a time, the caller looks at what may
 * have changed: rsl_share_wants() and rsl_share_unsent() of both links, then
 * rsl_share_done(), rsl_share_news(), rsl_share_full() and rsl_share_due().
 */

typedef struct rsl_share_s  rsl_share_t;

/* The connections: each is a link. */

typedef enum {
    RSL_SHARE_WRITER = 0,           /* appends what this worker takes */
    RSL_SHARE_TAIL,                 /* follows the stream, for all workers */
    RSL_SHARE_LINKS
} rsl_share_link_e;

typedef enum {
    RSL_SHARE_INFO = 0,
    RSL_SHARE_WARN,
    RSL_SHARE_ERR
} rsl_share_severity_e;

typedef struct {
    rsl_share_zone_t  *zone;
    rsl_ring_t        *ring;
    size_t             entries;
    size_t             line_max;    /* of the ring */
    unsigned           slot;        /* of this process */
    uint64_t           timeout;     /* ms */

    rsl_str_t          key;
    rsl_str_t          user;        /* may be empty */
    rsl_str_t          password;    /* may be empty */
    rsl_str_t          node;        /* the name of this machine */
    rsl_str_t          master;      /* its name, of Sentinel; may be empty */
    unsigned           db;
    uint64_t           shape;
    uint64_t           place;
    unsigned           moves:1;     /* whoever connects anew may come to another
                                       Redis, by a name or by Sentinel */

    void              *data;        /* what these are called with: */
    void             (*lock)(void *data);
    void             (*unlock)(void *data);
    uint64_t         (*random)(void *data);     /* 64 bits, not guessable */
    void             (*notice)(void *data, rsl_share_severity_e severity,
                          const char *text);    /* a line for the error log,
                                                   never under the lock */
} rsl_share_conf_t;


/*
 * The configuration is copied, and its strings must live as long as the share.
 * NULL: no memory.
 */
rsl_share_t *rsl_share_create(const rsl_share_conf_t *conf,
    const rsl_share_time_t *now);

void rsl_share_destroy(rsl_share_t *share);

/*
 * Goes on with what time alone brings: deadlines, leases, numbering alone.  To
 * be called when rsl_share_due() says, and when somebody has woken this worker.
 */
void rsl_share_tick(rsl_share_t *share, const rsl_share_time_t *now);

/* Returns in how many milliseconds rsl_share_tick() is to be called. */
uint64_t rsl_share_due(const rsl_share_t *share, const rsl_share_time_t *now);

/*
 * Takes a line as rsl_record_render() wrote it, and returns its ticket, which
 * is not 0.  The line is in the ring, and may be answered, when
 * rsl_share_done() has reached the ticket.  0: there is no room or no memory,
 * or the share is stale, and the line is not taken.
 *
 * Nothing is sent yet: rsl_share_due() is 0 then, so that the lines of one turn
 * of the event loop go together.
 */
uint64_t rsl_share_add(rsl_share_t *share, const u_char *text,
    const rsl_line_t *line, const rsl_share_time_t *now);

/* Returns the ticket up to which everything is in the ring. */
uint64_t rsl_share_done(const rsl_share_t *share);

/*
 * So much waits that uploads are not to be read on.  What has been read may
 * still be added: there is room for as much again.
 */
int rsl_share_full(const rsl_share_t *share);

/*
 * A newer configuration has another shape or another place, so nothing of this
 * worker's can be shared any more: what waits is lost, and its senders are told
 * so (503).
 */
int rsl_share_stale(const rsl_share_t *share);

/* Was the ring changed since the last call, so that readers are to be woken? */
int rsl_share_news(rsl_share_t *share);

/*
 * Empties the ring, of all nodes if it can.  Returns a ticket for
 * rsl_share_cleared(), which returns RSL_OK when it is done and *alone says
 * whether only this nginx was emptied, RSL_AGAIN as long as it is not, and
 * RSL_DECLINED if the share is stale.
 */
uint64_t rsl_share_clear(rsl_share_t *share, const rsl_share_time_t *now);
int rsl_share_cleared(const rsl_share_t *share, uint64_t ticket, int *alone);

/*
 * Nobody waits for it any more: what is not under way to Redis yet must not
 * empty the ring later, when nobody thinks of it.
 */
void rsl_share_clear_end(rsl_share_t *share, uint64_t ticket);

/*
 * The worker ends in order: it leaves the tail to others, and when nothing
 * waits, its field in Redis is deleted.  Returns RSL_OK when all is sent or no
 * connection is there, and RSL_AGAIN before.  An upload that is still open may
 * add more, even after RSL_OK: then the worker has to leave once more.
 */
int rsl_share_leave(rsl_share_t *share, const rsl_share_time_t *now);


/*
 * The links.
 *
 * Is a connection wanted?  If it is, the caller connects, with a pause between
 * two attempts that fail, and calls rsl_share_opened() when TLS, too, stands.
 * If it is not, the caller closes what it has, and calls rsl_share_closed().
 */
int rsl_share_wants(const rsl_share_t *share, rsl_share_link_e link);

/*
 * The connection stands.  "sentinel": to a Sentinel, which is asked for the
 * master; else to Redis.
 */
void rsl_share_opened(rsl_share_t *share, rsl_share_link_e link, int sentinel,
    const rsl_share_time_t *now);

/*
 * Takes what was read.  RSL_DECLINED: the caller closes the connection, for the
 * reason that rsl_share_reason() tells.  RSL_AGAIN: a Sentinel has named the
 * master, rsl_share_master() tells it; the caller closes this connection, calls
 * rsl_share_closed(), and connects there.
 */
int rsl_share_received(rsl_share_t *share, rsl_share_link_e link,
    const u_char *data, size_t len, const rsl_share_time_t *now);

/*
 * The connection is gone, or could not be made: "why" is a static text, or NULL
 * if the share itself had it closed.
 */
void rsl_share_closed(rsl_share_t *share, rsl_share_link_e link,
    const char *why, const rsl_share_time_t *now);

/* What is to be sent next: a length of 0 if nothing is. */
void rsl_share_unsent(const rsl_share_t *share, rsl_share_link_e link,
    rsl_str_t *bytes);

/* So many bytes of it were sent. */
void rsl_share_sent(rsl_share_t *share, rsl_share_link_e link, size_t n);

/* Why the link was given up last, in words that hold no secret. */
const char *rsl_share_reason(const rsl_share_t *share, rsl_share_link_e link);

/* The master that a Sentinel has named; valid until the link opens again. */
void rsl_share_master(const rsl_share_t *share, rsl_share_link_e link,
    rsl_share_host_t *host);


#endif /* _RSL_SHARE_H_INCLUDED_ */
