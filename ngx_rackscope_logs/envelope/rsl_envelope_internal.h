
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the files of the envelopes share, and what their tests reach into.
 *
 * A section for each file, the lowest one first: a file calls only what stands
 * above its own section here.  To see the way of a body, begin at the end, in
 * rsl_envelope.c.  A new envelope is a file with a row, and its name in
 * rsl_envelope_table.c.
 */


#ifndef _RSL_ENVELOPE_INTERNAL_H_INCLUDED_
#define _RSL_ENVELOPE_INTERNAL_H_INCLUDED_


#include "rsl_envelope.h"


#define rsl_envelope_is_space(ch)                                             \
    ((ch) == ' ' || (ch) == '\t' || (ch) == '\r' || (ch) == '\n')

#define rsl_envelope_str_is(s, literal)                                       \
    ((s)->len == sizeof(literal) - 1                                          \
     && memcmp((s)->data, literal, sizeof(literal) - 1) == 0)


typedef struct rsl_envelope_row_s      rsl_envelope_row_t;
typedef struct rsl_envelope_refusal_s  rsl_envelope_refusal_t;


/*
 * The shape of an envelope of JSON: objects and arrays in turn.  An object of a
 * level has the array of the next level under "array", and beside it what
 * belongs to all in it under "context".
 */

#define RSL_ENVELOPE_LEVELS        3

#define RSL_ENVELOPE_NAMES         3    /* for one thing */

/* The longest key that a level has. */
#define RSL_ENVELOPE_KEY           32

/* What stands around records is cut to so many bytes. */
#define RSL_ENVELOPE_CONTEXT_MAX   65536

/* So many bytes of records wait for what stands around them. */
#define RSL_ENVELOPE_WAITING_MAX   (1024 * 1024)

typedef struct {
    rsl_str_t                  array[RSL_ENVELOPE_NAMES];
    rsl_str_t                  context[RSL_ENVELOPE_NAMES];
} rsl_envelope_level_t;

typedef struct {
    size_t                     nlevels;
    unsigned                   arrays:1;    /* records are arrays */
    rsl_envelope_level_t       levels[RSL_ENVELOPE_LEVELS];
} rsl_envelope_shape_t;


/* Where a walk stands; rsl_envelope_walk.c. */

typedef struct {
    u_char                    *data;
    size_t                     len;
    size_t                     size;
} rsl_envelope_buf_t;

typedef struct {
    rsl_arena_t               *arena;       /* of "value" */
    rsl_envelope_buf_t         text;
    rsl_value_t               *value;       /* NULL: it is not known */
    unsigned                   known:1;     /* it need not be waited for */
    unsigned                   late:1;      /* nor any more */
} rsl_envelope_context_t;

typedef struct {
    const rsl_envelope_shape_t  *shape;
    unsigned                   state;
    size_t                     level;
    unsigned                   in_array:1;  /* the one in that level */
    unsigned                   escape:1;
    unsigned                   opened:1;    /* the string */
    unsigned                   odd:1;       /* the key is no name */
    unsigned                   capture:1;   /* the value is context */
    u_char                     key[RSL_ENVELOPE_KEY];
    size_t                     key_len;
    rsl_grammar_t              grammar;
    rsl_envelope_context_t     contexts[RSL_ENVELOPE_LEVELS];
    rsl_envelope_buf_t         waiting;
} rsl_envelope_walk_t;


/* What of the context goes into each record. */

typedef struct {
    rsl_value_t               *extras;      /* a list, to be copied */
    rsl_str_t                  level;
    rsl_str_t                  logger;
    rsl_str_t                  scope;       /* a logger that comes first */
    rsl_str_t                  request_id;
} rsl_envelope_around_t;


struct rsl_envelope_s {
    rsl_intake_t              *intake;
    rsl_intake_envelopes_t     hook;        /* of the intake */
    uint32_t                   firsts[8];   /* first bytes of rows, as bits */
    uint32_t                   letters;     /* of keys behind a first brace */

    /* all of this is of one body */

    const rsl_envelope_row_t  *row;         /* of the body; NULL: none, or it
                                               is not known yet */
    const rsl_envelope_row_t  *opened;      /* of the object that is walked */
    int64_t                    now;
    uint64_t                   late;

    unsigned                   otlp_path:1; /* the path is that of OTLP */
    unsigned                   splunk:1;    /* the request is one to a HEC */
    unsigned                   whole:1;     /* the row takes the whole body */
    unsigned                   looked:1;    /* at the first bytes */
    unsigned                   taken:1;     /* that row has finished */
    unsigned                   refused:1;
    unsigned                   cut:1;       /* the body was not read to its end,
                                               or the client went away */

    const rsl_envelope_refusal_t  *refusal;     /* why it was refused */

    u_char                     head[RSL_ENVELOPE_KEY];  /* the first bytes, */
    size_t                     head_len;    /* until they are known */

    rsl_grammar_t              grammar;     /* of an object that may be one of a
                                               list, of which so much was */
    size_t                     scanned;     /* looked at; 0: there is none */
    rsl_str_t                  array;       /* the key of its array, which is a
                                               constant */

    rsl_envelope_walk_t        walk;
    rsl_envelope_around_t      around;
    void                      *state;       /* of the row that takes the whole
                                               body; row->free() frees it */
};


/*
 * An envelope.  Functions that it does not need are NULL.  All of them return
 * RSL_OK, or RSL_ERROR as rsl_intake_feed() does, if nothing else is said.
 */

struct rsl_envelope_row_s {
    const char                *name;        /* in metrics, too */

    /*
     * Of an envelope that takes the whole body.  takes(): is the body such a
     * one, by what the request says?  "first": or does it begin with one of
     * these, which are shorter than RSL_ENVELOPE_KEY?  A list that ends with an
     * empty string.  looks(): or with these bytes, of which there are less than
     * RSL_ENVELOPE_KEY only if no more are there yet?  It is not asked if the
     * first one is "{", "[" or a small letter.  feed() may also return
     * RSL_AGAIN, as the intake does, and RSL_DECLINED if the body is refused.
     * A row that finds that the body is another one gives what it has kept to
     * rsl_envelope_pass().
     */
    int                      (*takes)(rsl_envelope_t *e,
                                      const rsl_envelope_request_t *request);
    const rsl_str_t           *first;
    int                      (*looks)(rsl_envelope_t *e, const u_char *p,
                                      size_t len);
    int                      (*feed)(rsl_envelope_t *e, const u_char *data,
                                     size_t len);
    int                      (*finish)(rsl_envelope_t *e);
    size_t                   (*kept)(const rsl_envelope_t *e);
    void                     (*free)(rsl_envelope_t *e);

    /*
     * Of an envelope that is an object.  "keys": the first key of it, a list
     * that ends with an empty string.  opens(): the value of this key begins at
     * "p"; is it an envelope?  RSL_DECLINED: no.  RSL_AGAIN: more bytes are
     * needed, which is not returned if it is final.  "start" is the object.
     * NULL: it is if it is an array of objects, or an empty one.  large(): is
     * it an envelope, as far as its first RSL_INTAKE_LARGE bytes show?
     */
    const rsl_str_t           *keys;
    int                      (*opens)(rsl_envelope_t *e, const u_char *start,
                                      const rsl_str_t *key, const u_char *p,
                                      const u_char *end, int final);
    int                      (*large)(rsl_envelope_t *e, const u_char *start,
                                      const u_char *end);
    const rsl_envelope_shape_t  *shape;

    /* The context of a level is another now; e->walk.contexts has it. */
    int                      (*context)(rsl_envelope_t *e, size_t level);

    /* Takes one record.  RSL_DECLINED: it is none; the intake rejects it. */
    int                      (*element)(rsl_envelope_t *e, rsl_arena_t *arena,
                                        rsl_value_t *value);

    /*
     * Takes an object that was read as a whole.  RSL_DECLINED: it is no such
     * envelope.  It has one of the keys by which rsl_envelope_object() knows
     * what may be one.
     */
    int                      (*object)(rsl_envelope_t *e, rsl_arena_t *arena,
                                       rsl_value_t *object, int known);

    /* NULL: the usual answer. */
    int                      (*answer)(rsl_envelope_t *e, rsl_arena_t *arena,
                                       const rsl_envelope_outcome_t *outcome,
                                       rsl_envelope_answer_t *answer);
};


/* rsl_envelope_buf.c: memory that grows, and is overwritten when it is freed */

/* Appends bytes.  RSL_ERROR: no memory. */
int rsl_envelope_buf_add(rsl_envelope_buf_t *buf, const void *data, size_t len);

/* Empties it, but keeps the memory; or frees that, too. */
void rsl_envelope_buf_reset(rsl_envelope_buf_t *buf);
void rsl_envelope_buf_free(rsl_envelope_buf_t *buf);


/*
 * rsl_envelope_answer.c: the answers
 */

/* Was there something in the body, and nothing of it was usable? */
int rsl_envelope_answer_is_useless(const rsl_envelope_t *e,
    const rsl_envelope_outcome_t *outcome);

/*
 * Makes the usual answer: "head", which begins with a brace and may have
 * members with a comma behind each, then the counts and the errors.  With the
 * "detail" of the outcome, or, if "first" is set, that of the first error.
 * RSL_ERROR: no memory.
 */
int rsl_envelope_answer_counts(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, const char *head, int first,
    rsl_envelope_answer_t *answer);

/* The same with the usual head, and status 422 if nothing was usable. */
int rsl_envelope_answer_usual(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer);

/* OTLP's answer if something was rejected, as JSON.  RSL_ERROR: no memory. */
int rsl_envelope_answer_partial(rsl_arena_t *arena,
    const rsl_intake_result_t *result, rsl_envelope_answer_t *answer);

/* Where the first error is, and what it is.  RSL_ERROR: no memory. */
int rsl_envelope_answer_first(rsl_arena_t *arena,
    const rsl_intake_result_t *result, rsl_str_t *text);

/* An error: "detail" is a constant that JSON need not escape. */
int rsl_envelope_answer_error(rsl_arena_t *arena, unsigned status,
    const char *detail, rsl_envelope_answer_t *answer);


/*
 * rsl_envelope_json.c: JSON, before it is read
 *
 * The functions that look at text return RSL_AGAIN if it ends before they can
 * tell.
 */

/*
 * Reads the first key of the object at "start", and moves *p to its value.
 * RSL_DECLINED: there is none, or it is too long.
 */
int rsl_envelope_json_first(const u_char *start, const u_char *end,
    rsl_str_t *key, const u_char **p);

/*
 * Reads the key of the next member, from *p, behind "{", a value, or a comma,
 * and moves *p to its value.  RSL_DECLINED: there is no more member.
 */
int rsl_envelope_json_key(const u_char **p, const u_char *end, rsl_str_t *key);

/* Moves *p behind the value there.  RSL_DECLINED: it is none. */
int rsl_envelope_json_skip(const u_char **p, const u_char *end);

/*
 * Is there an array at "p" that begins with an object, or that is empty and the
 * last member?
 */
int rsl_envelope_json_is_array(const u_char *p, const u_char *end);


/*
 * rsl_envelope_tree.c: an object in the making, of which a record becomes
 *
 * Members that are the fields of the record come first; they may come again
 * from others.  Of all others, the first one with a key counts.
 */

typedef struct {
    rsl_arena_t               *arena;
    rsl_value_t               *object;
    rsl_value_t              **next;
    rsl_value_t              **others;      /* where the first one is linked
                                               that is no field */
    size_t                     n;           /* of the others */
} rsl_envelope_tree_t;

/* RSL_ERROR: no memory. */
int rsl_envelope_tree_start(rsl_envelope_tree_t *tree, rsl_arena_t *arena);

/* Adds a field that is a string, unless the text is empty. */
int rsl_envelope_tree_field(rsl_envelope_tree_t *tree, const char *key,
    const rsl_str_t *text);

/* The same, but it becomes no extra if another member says that field. */
int rsl_envelope_tree_filler(rsl_envelope_tree_t *tree, const char *key,
    const rsl_str_t *text);

/* Adds a field with this value, which is used up; "key" is a literal. */
void rsl_envelope_tree_field_value(rsl_envelope_tree_t *tree, const char *key,
    rsl_value_t *value);

/* Adds another member, which is used up, or all of a list. */
void rsl_envelope_tree_add(rsl_envelope_tree_t *tree, rsl_value_t *member);
void rsl_envelope_tree_list(rsl_envelope_tree_t *tree, rsl_value_t *list);

/* Adds copies of all members of a list; their texts are shared. */
int rsl_envelope_tree_copies(rsl_envelope_tree_t *tree,
    const rsl_value_t *list);

/* The object is complete. */
int rsl_envelope_tree_end(rsl_envelope_tree_t *tree);

/* An empty value.  NULL: no memory. */
rsl_value_t *rsl_envelope_tree_value(rsl_arena_t *arena,
    rsl_value_type_t type);

/* The member that has this key.  NULL: there is none. */
rsl_value_t *rsl_envelope_tree_find(const rsl_value_t *object,
    const char *key);

/* Its text if it is a string that is not empty, or NULL. */
const rsl_str_t *rsl_envelope_tree_text(const rsl_value_t *object,
    const char *key);

/* Is the object, or the array, there and of this type?  Else NULL. */
rsl_value_t *rsl_envelope_tree_child(const rsl_value_t *object,
    const char *key, rsl_value_type_t type);

/* A copy of the value and of all in it; their texts are shared. */
rsl_value_t *rsl_envelope_tree_copy(rsl_arena_t *arena,
    const rsl_value_t *value);


/*
 * rsl_envelope_context.c: what stands around records, and what waits for it
 */

typedef enum {
    RSL_ENVELOPE_CONTEXT_RECORD = 0,
    RSL_ENVELOPE_CONTEXT_AROUND
} rsl_envelope_context_type_e;

/* Is all context known of so many levels? */
int rsl_envelope_context_is_known(const rsl_envelope_walk_t *walk,
    size_t nlevels);

/* Reads the context of a level.  Of a cut text, what is there counts. */
int rsl_envelope_context_read(rsl_envelope_t *e, size_t level,
    const rsl_str_t *text);

/* Another group of this level may come, of which nothing is known. */
void rsl_envelope_context_forget(rsl_envelope_walk_t *walk, size_t level);

/* Lets a record wait, or the context of those that wait before it. */
int rsl_envelope_context_wait(rsl_envelope_t *e,
    rsl_envelope_context_type_e type, const rsl_str_t *text);

/* Takes all records that wait, group by group; "late": they are counted. */
int rsl_envelope_context_release(rsl_envelope_t *e, int late);

/*
 * Takes a record whose JSON is "text", or keeps it until all is known that
 * stands around it.  Returns as element() of rsl_intake_envelopes_t.
 */
int rsl_envelope_context_element(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *value, const rsl_str_t *text);

/* No more will come of the envelope: takes what waits. */
int rsl_envelope_context_end(rsl_envelope_t *e);

/* Forgets what is kept, and frees it. */
void rsl_envelope_context_free(rsl_envelope_walk_t *walk);

/* How many bytes are kept? */
size_t rsl_envelope_context_kept(const rsl_envelope_walk_t *walk);


/*
 * rsl_envelope_walk.c: envelopes of JSON, in pieces of any size
 *
 * The objects of the shape are walked through, what is context is kept and
 * read, and everything else is skipped.
 */

/* A walk through e->opened begins with the next byte. */
void rsl_envelope_walk_start(rsl_envelope_t *e);

/* As walk() of rsl_intake_envelopes_t. */
rsl_intake_walk_e rsl_envelope_walk(rsl_envelope_t *e, const u_char **p,
    const u_char *end);

/*
 * rsl_envelope_wait.c: records that wait for what stands around their group
 *
 * A group is a message that has records in it, or other groups, and perhaps a
 * context: what is said once for all of them.  If that comes behind the
 * records, they wait for it, as bytes, and then go out with it.  Groups have
 * the levels from 1; those of the last one hold the records.
 */

typedef struct {
    void      *data;

    /* This is around the records that follow; NULL: nothing is known yet. */
    int      (*context)(void *data, unsigned level, const rsl_str_t *bytes);

    int      (*record)(void *data, const rsl_str_t *bytes);
} rsl_envelope_taker_t;

typedef struct {
    rsl_envelope_taker_t   taker;
    unsigned               last;        /* level */
    unsigned               wanted;      /* a bit for each level that may have
                                           a context */
    unsigned               missing;     /* a bit for each of them of which it
                                           has not come yet */
    rsl_envelope_buf_t     buf;
    uint64_t               late;        /* records that went out without their
                                           context, because too many waited */
} rsl_envelope_wait_t;

/* "wanted" as in the structure. */
void rsl_envelope_wait_start(rsl_envelope_wait_t *wait,
    const rsl_envelope_taker_t *taker, unsigned last, unsigned wanted);

/* What waits is overwritten. */
void rsl_envelope_wait_free(rsl_envelope_wait_t *wait);

/*
 * A group begins, its context is here, it ends.  RSL_ERROR: there was no
 * memory, or the taker returned it.
 */
int rsl_envelope_wait_begin(rsl_envelope_wait_t *wait, unsigned level);
int rsl_envelope_wait_context(rsl_envelope_wait_t *wait, unsigned level,
    const rsl_str_t *bytes);
int rsl_envelope_wait_end(rsl_envelope_wait_t *wait, unsigned level);

/* Takes a record, or a copy of it. */
int rsl_envelope_wait_record(rsl_envelope_wait_t *wait,
    const rsl_str_t *bytes);


/*
 * rsl_envelope_wire.c: protobuf on the wire
 */

typedef enum {
    RSL_ENVELOPE_WIRE_VARINT = 0,
    RSL_ENVELOPE_WIRE_FIXED64 = 1,
    RSL_ENVELOPE_WIRE_BYTES = 2,
    RSL_ENVELOPE_WIRE_FIXED32 = 5
} rsl_envelope_wire_e;

typedef struct {
    uint32_t               number;
    rsl_envelope_wire_e    type;
    uint64_t               value;       /* of a number: its bits */
    rsl_str_t              bytes;
} rsl_envelope_wire_field_t;

/* A varint that arrives byte by byte. */

typedef struct {
    uint64_t               value;
    unsigned               shift;
} rsl_envelope_wire_varint_t;

/*
 * Takes the next byte.  RSL_OK: it was the last one; RSL_AGAIN: it was not;
 * RSL_DECLINED: this is more than 64 bits.
 */
int rsl_envelope_wire_varint(rsl_envelope_wire_varint_t *varint, u_char ch);

/* Takes a tag apart.  RSL_DECLINED: there is no such tag. */
int rsl_envelope_wire_tag(uint64_t tag, uint32_t *number,
    rsl_envelope_wire_e *type);

/* Reads a field, and moves *p behind it.  RSL_DECLINED: there is none. */
int rsl_envelope_wire_field(const u_char **p, const u_char *end,
    rsl_envelope_wire_field_t *field);


/*
 * rsl_envelope_message.c: from a message of protobuf to what its JSON would be
 */

typedef enum {
    RSL_ENVELOPE_FIELD_STRING = 0,
    RSL_ENVELOPE_FIELD_BYTES,           /* base64 in JSON */
    RSL_ENVELOPE_FIELD_HEX,             /* an id: bytes that JSON has as hex */
    RSL_ENVELOPE_FIELD_INT,
    RSL_ENVELOPE_FIELD_UINT,            /* also as 32 bits of a fixed length */
    RSL_ENVELOPE_FIELD_TIME,            /* 64 bits, a string in JSON */
    RSL_ENVELOPE_FIELD_DOUBLE,
    RSL_ENVELOPE_FIELD_BOOL,
    RSL_ENVELOPE_FIELD_MESSAGE
} rsl_envelope_field_e;

typedef struct rsl_envelope_message_s  rsl_envelope_message_t;

typedef struct {
    uint32_t                       number;
    rsl_envelope_field_e           type;
    rsl_str_t                      name;
    const rsl_envelope_message_t  *message;
    unsigned                       repeated;
} rsl_envelope_field_t;

/* The fields by their numbers, upwards. */
#define RSL_ENVELOPE_FIELDS  12

struct rsl_envelope_message_s {
    size_t                         n;
    rsl_envelope_field_t           fields[RSL_ENVELOPE_FIELDS];
};

/*
 * What logs of OTLP and of Loki are made of (opentelemetry/proto/logs/v1,
 * logproto.proto).
 */
extern const rsl_envelope_message_t  rsl_envelope_message_log_record;
extern const rsl_envelope_message_t  rsl_envelope_message_resource;
extern const rsl_envelope_message_t  rsl_envelope_message_scope;
extern const rsl_envelope_message_t  rsl_envelope_message_entry;

/*
 * Reads a message.  Its texts are in the arena, or point into "bytes".  "cut":
 * the bytes may end anywhere, and what is whole is read.  RSL_DECLINED: it is
 * no such message; *detail says why.  RSL_ERROR: no memory.
 */
int rsl_envelope_message(rsl_arena_t *arena,
    const rsl_envelope_message_t *message, const rsl_str_t *bytes, int cut,
    rsl_value_t **value, const char **detail);


/*
 * rsl_envelope_proto.c: protobuf in any pieces
 */

/* The numbers of the fields of a message that holds others. */

typedef struct {
    uint32_t               groups;      /* or records, on the last level */
    uint32_t               context;     /* 0: there is none */
} rsl_envelope_proto_level_t;

/* A larger record is rejected. */
#define RSL_ENVELOPE_RECORD_MAX  (1024 * 1024)

typedef enum {
    RSL_ENVELOPE_PROTO_TAG = 0,
    RSL_ENVELOPE_PROTO_VARINT,          /* of a field that is skipped */
    RSL_ENVELOPE_PROTO_LEN,
    RSL_ENVELOPE_PROTO_SKIP,
    RSL_ENVELOPE_PROTO_KEEP,
    RSL_ENVELOPE_PROTO_BROKEN           /* the rest of the body is skipped */
} rsl_envelope_proto_state_e;

typedef struct {
    const rsl_envelope_proto_level_t  *levels;
    unsigned                           last;    /* level */
    rsl_envelope_wait_t                wait;

    /* What could not be read, so many bytes behind the start of the body. */
    void                             (*reject)(void *data, uint64_t offset,
                                               const char *detail);

    rsl_envelope_proto_state_e         state;
    unsigned                           level;   /* of the message at hand */
    uint64_t                           ends[RSL_ENVELOPE_LEVELS];
    uint64_t                           offset;  /* of the next byte */
    uint64_t                           start;   /* of the field at hand */
    uint64_t                           left;    /* of it */
    rsl_envelope_wire_varint_t         varint;
    uint32_t                           number;
    rsl_envelope_buf_t                 buf;
    unsigned                           record:1;  /* this is kept */
} rsl_envelope_proto_t;

/*
 * "levels" has a row for each level from 0, which is the body itself, up to
 * "last", whose groups are the records.
 */
void rsl_envelope_proto_start(rsl_envelope_proto_t *proto,
    const rsl_envelope_proto_level_t *levels, unsigned last,
    const rsl_envelope_taker_t *taker,
    void (*reject)(void *data, uint64_t offset, const char *detail));

/* What is kept is overwritten. */
void rsl_envelope_proto_free(rsl_envelope_proto_t *proto);

/* RSL_ERROR: there was no memory, or the taker returned it. */
int rsl_envelope_proto_feed(rsl_envelope_proto_t *proto, const u_char *p,
    size_t len);
int rsl_envelope_proto_finish(rsl_envelope_proto_t *proto);


/*
 * rsl_envelope_request.c: what a request says of its body
 */

/* Nearly all senders say one of these types, of which no row takes any. */
int rsl_envelope_request_is_usual(const rsl_str_t *type);

/*
 * Does no part of the path begin as one does of a path that is known?  Those
 * that are known have "/v1", "/services", "/store" or "/envelope" in them.
 */
int rsl_envelope_request_is_plain(const rsl_str_t *path);

/* Is the Content-Type this one, whatever its parameters are? */
int rsl_envelope_request_is(const rsl_str_t *type, const char *name);

/* Does the path end like this? */
int rsl_envelope_request_ends(const rsl_str_t *path, const char *end);


/* rsl_envelope_pass.c: a body that is none of the row that has taken it */

/*
 * For a row that takes the whole body and finds that it is another one: these
 * bytes of it go to the intake, as all that follow will.  Returns as
 * rsl_intake_feed().
 */
int rsl_envelope_pass(rsl_envelope_t *e, const u_char *data, size_t len);


/*
 * rsl_envelope_value.c: values with a type around them, as OTLP has them
 *
 * RSL_ERROR: no memory.
 */

/* Makes an object of pairs, { "key": ..., "value": {...} }. */
int rsl_envelope_value_pairs(rsl_arena_t *arena, rsl_value_t *pair,
    rsl_value_t **object);

/* Takes the type away that is around a value.  NULL: there is no value. */
int rsl_envelope_value(rsl_arena_t *arena, rsl_value_t *any,
    rsl_value_t **value);


/*
 * rsl_envelope_otlp.c: the logs of OpenTelemetry
 *
 * All of these take what JSON has, whoever has read it: members may be called
 * as in JSON (timeUnixNano) or as in protobuf (time_unix_nano), numbers of 64
 * bits may be strings, and ids may be hexadecimal or base64.
 */

/* What is around records is another now; NULL: nothing. */
int rsl_envelope_otlp_resource(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *resource);
void rsl_envelope_otlp_scope(rsl_envelope_t *e, const rsl_value_t *scope);

/* Takes a LogRecord. */
int rsl_envelope_otlp_record(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *record);

extern const rsl_envelope_row_t  rsl_envelope_otlp;


/*
 * rsl_envelope_loki.c: what is pushed to Loki
 */

/* The labels of a stream are others now, an object; NULL: there are none. */
int rsl_envelope_loki_labels(rsl_envelope_t *e, rsl_value_t *labels);

/*
 * Takes an entry: its time, its line, and the members of its metadata, which
 * may be NULL.
 */
int rsl_envelope_loki_entry(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_str_t *time, const rsl_str_t *line, rsl_value_t *metadata);

extern const rsl_envelope_row_t  rsl_envelope_loki;


/*
 * rsl_envelope_labels.c: what Loki says otherwise in protobuf than in JSON
 */

/* Reads a list of labels, as far as it goes.  RSL_ERROR: no memory. */
int rsl_envelope_labels(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **labels);

/* Takes an EntryAdapter. */
int rsl_envelope_labels_entry(rsl_envelope_t *e, rsl_arena_t *arena,
    rsl_value_t *entry);


/* Other rows, each in a file of that name. */

extern const rsl_envelope_row_t  rsl_envelope_hec;
extern const rsl_envelope_row_t  rsl_envelope_jsnlog;
extern const rsl_envelope_row_t  rsl_envelope_refuse;
extern const rsl_envelope_row_t  rsl_envelope_protobuf;
extern const rsl_envelope_row_t  rsl_envelope_form;
extern const rsl_envelope_row_t  rsl_envelope_journal;
extern const rsl_envelope_row_t  rsl_envelope_bulk;
extern const rsl_envelope_row_t  rsl_envelope_list;


/* rsl_envelope_table.c: all rows */

/* A list that ends with NULL.  The first row that takes a body has it. */
extern const rsl_envelope_row_t *const  rsl_envelope_rows[];


#endif /* _RSL_ENVELOPE_INTERNAL_H_INCLUDED_ */
