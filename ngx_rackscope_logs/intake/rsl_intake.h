
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The door of the intake.  Two things become records here: the body of an
 * upload, which arrives in pieces of any size, and a line of nginx's own error
 * log.
 */


#ifndef _RSL_INTAKE_H_INCLUDED_
#define _RSL_INTAKE_H_INCLUDED_


#include "core/rsl_core.h"


/*
 * An entry is what becomes one record: a JSON object, or a line of text with
 * the lines that belong to it.  The largest entry that is parsed as a whole
 * has so many bytes.  The rest of a larger one is skipped, its brackets are
 * closed, and its record is marked as truncated.
 */
#define RSL_INTAKE_ENTRY_MAX  (1024 * 1024)

/* An entry whose objects and arrays are nested more deeply is rejected. */
#define RSL_INTAKE_DEPTH_MAX  16

/* All rejected entries are counted, and the first of them are described. */
#define RSL_INTAKE_ERRORS     10


typedef struct rsl_intake_s  rsl_intake_t;


/*
 * Takes one record, which lives until the sink returns.  The sink may change
 * it, and may allocate from the arena.  It returns RSL_OK, or RSL_ERROR, which
 * stops the intake.
 */
typedef int (*rsl_intake_sink_pt)(void *data, rsl_arena_t *arena,
    rsl_record_t *record);


/*
 * Takes each line of plain text of the body once, in their order and before
 * anything else is made of it, also one that is blank, and may replace it by
 * one in the arena.  "own": the line begins a record of its own, for it has a
 * level or a time; this is only found out while rsl_intake_open_pt says that
 * it matters.  A line that is NULL stands for records of JSON, which come
 * between two lines.  RSL_DECLINED: the line goes on with what the line before
 * it became, and is to be left out.  RSL_ERROR: no memory, which stops the
 * intake.
 */
typedef int (*rsl_intake_line_pt)(void *data, rsl_arena_t *arena,
    rsl_str_t *line, int own);

/* Is something open that began in a line before? */
typedef int (*rsl_intake_open_pt)(const void *data);


/*
 * Who knows the objects that senders wrap around their records: envelope/.
 * RSL_ERROR of these functions stops the intake.
 */

typedef enum {
    RSL_INTAKE_WALK_MORE = 0,       /* all bytes were taken */
    RSL_INTAKE_WALK_OBJECTS,        /* records begin here: the elements of an
                                       array whose "[" was taken, up to its
                                       "]", which are objects, */
    RSL_INTAKE_WALK_ARRAYS,         /* or arrays */
    RSL_INTAKE_WALK_END,            /* here the envelope is over */
    RSL_INTAKE_WALK_BROKEN,         /* here it stops being JSON */
    RSL_INTAKE_WALK_FAILED          /* as RSL_ERROR */
} rsl_intake_walk_e;


typedef struct {
    void               *data;

    /*
     * The letters with which the first key of an envelope may begin, as bits of
     * "letter & 31": no other object is asked about.
     */
    uint32_t            letters;

    /*
     * Does an envelope begin at "p", with "{"?  RSL_AGAIN: more bytes are
     * needed to tell, and the next call is for the same object, or the body
     * ends before.  "final": there will be no more, or RSL_INTAKE_LARGE of them
     * are there.  RSL_DECLINED: none begins, as far as can be told.
     */
    int               (*begins)(void *data, const u_char *p,
                                const u_char *end, int final);

    /*
     * The same of an object that may begin with any letter, of which there are
     * RSL_INTAKE_LARGE bytes and at least one more.
     */
    int               (*large)(void *data, const u_char *p,
                               const u_char *end);

    /* Takes bytes of the envelope, and moves *p to what comes next. */
    rsl_intake_walk_e (*walk)(void *data, const u_char **p, const u_char *end);

    /*
     * Takes an element of an array to which walk() has led: "value", whose JSON
     * is "text".  It may reset the arena, in which the value is, if it takes
     * it.  RSL_DECLINED: nothing is known of such an element.
     */
    int               (*element)(void *data, rsl_arena_t *arena,
                                 rsl_value_t *value, const rsl_str_t *text);

    /* The body breaks off within an envelope. */
    int               (*end)(void *data);

    /*
     * Takes an object that was read as a whole.  "known": large() has said no
     * to it.  RSL_DECLINED: it is a record.
     */
    int               (*object)(void *data, rsl_arena_t *arena,
                                rsl_value_t *object, int known);
} rsl_intake_envelopes_t;

/* What is not seen to be an envelope in so many bytes is none. */
#define RSL_INTAKE_LARGE  65536

/*
 * So many levels may be around what becomes the record, and so deep may be that
 * of which envelopes make one.
 */
#define RSL_INTAKE_DEPTH_AROUND   4
#define RSL_INTAKE_DEPTH_ELEMENT  64


typedef struct {
    rsl_intake_sink_pt  sink;
    void               *data;

    /* NULL: lines are taken as they are. */
    rsl_intake_line_pt  line;
    rsl_intake_open_pt  open;
    void               *line_data;

    /* NULL: each object is a record.  It must live as long as the intake. */
    const rsl_intake_envelopes_t  *envelopes;

    /* What a line of plain text gets that does not say it itself. */
    rsl_str_t           logger;     /* must live as long as the intake; what
                                       is not UTF-8 becomes U+FFFD */
    rsl_level_t         level;      /* RSL_LEVELS: unknown */

    /*
     * How many bytes, roughly, one call may read of what an earlier call has
     * kept.  A call that has read so many returns RSL_AGAIN.  0: no limit, and
     * RSL_AGAIN is never returned.
     */
    size_t              step;
} rsl_intake_conf_t;


typedef struct {
    uint64_t            index;      /* of the entry in the body, from 0 */
    uint64_t            line;       /* in the body, from 1 */
    uint64_t            column;     /* in bytes, from 1 */
    const char         *detail;     /* a constant, so it quotes nothing of what
                                       was sent; JSON need not escape it */
} rsl_intake_error_t;


/* Why an entry became no record. */

typedef enum {
    RSL_INTAKE_BAD_JSON = 0,
    RSL_INTAKE_BAD_DEPTH,           /* it is nested too deeply */
    RSL_INTAKE_BAD_ELEMENT,         /* it is no object, but must be one */
    RSL_INTAKE_BAD_ENVELOPE,        /* what is around it is wrong */
    RSL_INTAKE_REASONS
} rsl_intake_reason_e;


typedef struct {
    uint64_t            records;    /* given to the sink */
    uint64_t            joined;     /* while the sink has a record: the entries
                                       besides the first one that became a part
                                       of it */
    unsigned            text:1;     /* there was a line of plain text */
    uint64_t            rejected;   /* entries that became no record, */
    uint64_t            reasons[RSL_INTAKE_REASONS];    /* and of which kind */
    rsl_intake_error_t  errors[RSL_INTAKE_ERRORS];  /* of the first of these */
} rsl_intake_result_t;


/*
 * Creates an intake for one body; rsl_intake_destroy() frees it.  The
 * configuration is copied.  NULL: no memory.
 */
rsl_intake_t *rsl_intake_create(const rsl_intake_conf_t *conf);

/*
 * Ends a body, whether it is complete or not.  Memory that held what a client
 * sent is overwritten.  After this, and only then, rsl_intake_use() makes the
 * intake ready for another body.
 */
void rsl_intake_reset(rsl_intake_t *intake);
void rsl_intake_use(rsl_intake_t *intake, const rsl_intake_conf_t *conf);

/*
 * Frees the intake; NULL is allowed.  Memory that held what a client sent is
 * overwritten.
 */
void rsl_intake_destroy(rsl_intake_t *intake);

/*
 * Replaces the sink, the data of sink and lines, and the logger, for an intake
 * that is still needed when its maker is gone.  The rest stays.
 */
void rsl_intake_hand_over(rsl_intake_t *intake, rsl_intake_sink_pt sink,
    void *data, void *line_data, const rsl_str_t *logger);

/*
 * Takes the next piece of the body.  "now", Unix time in microseconds, becomes
 * the time of entries that carry none.  A record is given to the sink as soon
 * as it is complete: a JSON object with its last byte (in NDJSON, at the latest
 * with its newline), a line of text when the next line shows that it does not
 * go on.
 *
 * RSL_AGAIN: the whole piece is kept, and more of it is to be read.  Call this
 * with a length of 0 until it returns something else.
 * RSL_ERROR: there was no memory, or the sink returned it.
 */
int rsl_intake_feed(rsl_intake_t *intake, const u_char *data, size_t len,
    int64_t now);

/*
 * Reads "text", one JSON value.  What no parser would take is repaired before:
 * ill-formed UTF-8 and single surrogates become U+FFFD, NaN and Infinity become
 * strings.  Numbers that 64 bits or a double do not hold are kept by their
 * text.  If a key comes twice, its last value counts.  The value is in the
 * arena, or points into the text.
 *
 * RSL_DECLINED: the text is no JSON.  "offset" is where it stops being JSON, in
 * bytes from its start, and "detail" says why, as in rsl_intake_error_t.
 * *premature is set if the text is the beginning of JSON, or JSON that is too
 * deep, and not if it is something else.  RSL_ERROR: no memory.
 */
int rsl_intake_read_json(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **value, size_t *offset, const char **detail, int *premature);

/*
 * Reads as much as there is of an object or an array, of which "text" is only
 * the beginning.  RSL_DECLINED: even that is no JSON.  RSL_ERROR: no memory.
 */
int rsl_intake_read_start(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **value);

/* What members of an object say by their names, as bits. */
#define RSL_INTAKE_SAYS_TIMESTAMP  0x01
#define RSL_INTAKE_SAYS_LEVEL      0x02
#define RSL_INTAKE_SAYS_MESSAGE    0x04
#define RSL_INTAKE_SAYS_EXCEPTION  0x08

/* What does a member with this key say, or the whole object? */
unsigned rsl_intake_says_key(const rsl_intake_t *intake, const rsl_str_t *key);
unsigned rsl_intake_says(const rsl_intake_t *intake, rsl_value_t *object);

/*
 * For envelopes: makes a record of the object, which is used up, as if it stood
 * in the body.  RSL_ERROR: as with rsl_intake_feed().
 */
int rsl_intake_take(rsl_intake_t *intake, rsl_value_t *object);

/* For envelopes: counts what became no record.  "detail" as in its error. */
void rsl_intake_reject(rsl_intake_t *intake, const char *detail);

/* The same of a body that the envelope reads itself, and knows where it is. */
void rsl_intake_reject_at(rsl_intake_t *intake, uint64_t line, uint64_t column,
    const char *detail);

/*
 * For envelopes: the arena that rsl_intake_take() uses.  The intake resets it
 * when the functions of rsl_intake_envelopes_t are done; who takes objects
 * elsewhere does so between them.
 */
rsl_arena_t *rsl_intake_arena(rsl_intake_t *intake);

/* Is a record of text held back, because the next line may belong to it? */
int rsl_intake_held(const rsl_intake_t *intake);

/*
 * Gives the record that is held back to the sink, if there is one.  RSL_ERROR:
 * as with rsl_intake_feed().
 */
int rsl_intake_release(rsl_intake_t *intake);

/*
 * To be called before rsl_intake_finish() if the client went away in the midst
 * of the body: a JSON object that begins in the last line, which is not whole
 * then, is dropped.
 */
void rsl_intake_cut(rsl_intake_t *intake);

/*
 * Ends the body: what is not complete is now taken or rejected.  RSL_AGAIN:
 * there is more of it, so call this again, and feed no more.  RSL_ERROR: as
 * with rsl_intake_feed().
 */
int rsl_intake_finish(rsl_intake_t *intake, int64_t now);

/* How many bytes are kept that rsl_intake_finish() would have to look at? */
size_t rsl_intake_kept(const rsl_intake_t *intake);

/* What has become of the body so far.  It lives as long as the intake. */
const rsl_intake_result_t *rsl_intake_result(const rsl_intake_t *intake);


/*
 * The level that some logger means by this name (docs/ingest.md has them all),
 * in any case and with blanks around it.  RSL_LEVELS: it is no level.
 */
rsl_level_t rsl_intake_level(const rsl_str_t *name);

/*
 * Does a line of plain text have a level or a time, with which a record of its
 * own begins?
 */
int rsl_intake_begins(const rsl_str_t *line);


/*
 * Parses the whole of "text" as a time, in Unix microseconds: in any of the
 * forms that loggers print, taken for UTC if it has no zone;
 * "/Date(milliseconds)/"; or an epoch, with a fraction or without, in seconds,
 * milliseconds, microseconds or nanoseconds, which its size tells apart.
 * RSL_DECLINED: it is no time between 1970 and 9999.
 */
int rsl_intake_time_parse(const rsl_str_t *text, int64_t *time);


/* nginx's error log. */

/* The longest line that nginx writes, with its line feed. */
#define RSL_INTAKE_NGINX_LINE_MAX  2048

/* The first and the last of nginx's levels: NGX_LOG_EMERG, NGX_LOG_DEBUG. */
#define RSL_INTAKE_NGINX_EMERG     1
#define RSL_INTAKE_NGINX_DEBUG     8

/*
 * nginx's number of a level: of a name that the directive "error_log" takes, or
 * of "warning" or "critical", in any case.  0: there is no such level.
 */
unsigned rsl_intake_nginx_level(const rsl_str_t *name);

/*
 * The level of a record for one of nginx's numbers; what is out of their range
 * counts as the nearest of them.
 */
rsl_level_t rsl_intake_nginx_level_record(unsigned level);

/*
 * Takes apart a line of the error log, without its line feed.  Sets message,
 * method, path, extra and truncated (if nginx has cut the line) of the record,
 * and nothing else; their strings are in the arena.  RSL_ERROR: no memory.
 *
 * No query string stays in any of them.  "queries" has what is known of those
 * of the request: each without its "?" and with a line feed behind it; one
 * without a line feed was cut.
 *
 * nginx appends the fields of the request to the message.  "fields" is where
 * ", server: " of them begins, in bytes from the start of the line, or 0 if
 * that is not known.  A client can send what looks like these fields: if it is
 * not known where they begin, and the line can be read in two ways, it stays
 * one message, and only what follows a "?" is taken out.
 */
int rsl_intake_nginx_parse(rsl_arena_t *arena, const rsl_str_t *line,
    size_t fields, const rsl_str_t *queries, rsl_record_t *record);

/*
 * Takes the query out of a path as a client sent it, and also what begins with
 * "#" or with an encoded "?".  An unchanged path stays where it is, a changed
 * one is in the arena.  RSL_ERROR: no memory.
 */
int rsl_intake_nginx_path(rsl_arena_t *arena, rsl_str_t *path);

/*
 * Makes of a host as a client sent it the one that $host has: in lower case,
 * without a port and a dot at its end; and without a query.  The result is in
 * the arena.  RSL_ERROR: no memory.
 */
int rsl_intake_nginx_host(rsl_arena_t *arena, rsl_str_t *host);

/*
 * The number of the connection that the line names, as text within the line.
 * Its len is 0 if the line names none.  This allocates nothing, and calls
 * nothing of nginx's or the C library's but functions on memory.
 */
rsl_str_t rsl_intake_nginx_connection(const rsl_str_t *line);

/*
 * Appends one more member to the extras of the record, unless its text is
 * empty.  "key" must need no escaping in JSON; it and the text are not copied.
 * RSL_ERROR: no memory.
 */
int rsl_intake_nginx_extra(rsl_arena_t *arena, rsl_record_t *record,
    rsl_value_type_t type, const char *key, const rsl_str_t *text);


#endif /* _RSL_INTAKE_H_INCLUDED_ */
