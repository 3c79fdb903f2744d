
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The record: its fields, and how it becomes one line of JSON.
 */


#ifndef _RSL_RECORD_H_INCLUDED_
#define _RSL_RECORD_H_INCLUDED_


#include "rsl_core.h"


typedef enum {
    RSL_LEVEL_DEBUG = 0,
    RSL_LEVEL_INFO,
    RSL_LEVEL_WARNING,
    RSL_LEVEL_ERROR,
    RSL_LEVEL_CRITICAL,
    RSL_LEVELS                      /* how many there are */
} rsl_level_t;


typedef enum {
    RSL_VALUE_STRING,
    RSL_VALUE_SCALAR,               /* number, true, false, null */
    RSL_VALUE_OBJECT,
    RSL_VALUE_ARRAY
} rsl_value_type_t;


/*
 * Any JSON value, decoded.  The members of an object and the elements of an
 * array are a list, in the sender's order.  All of it is in an arena.
 */

typedef struct rsl_value_s  rsl_value_t;

struct rsl_value_s {
    rsl_value_type_t  type;
    rsl_str_t         key;          /* of a member of an object, UTF-8 */
    rsl_str_t         text;         /* STRING: decoded, UTF-8;
                                       SCALAR: its JSON text */
    rsl_value_t      *child;        /* OBJECT, ARRAY: the first one */
    rsl_value_t      *next;
    unsigned          literal:1;    /* the key is a literal of the program:
                                       it neither is a secret nor names one */
    unsigned          own:1;        /* the key is one of the record's */
    unsigned          taken:1;      /* a field of the record has it */
};


/* All strings are UTF-8.  Of an unknown field, len is 0. */

typedef struct {
    int64_t           timestamp;    /* Unix time in microseconds */
    rsl_level_t       level;
    rsl_str_t         logger;
    rsl_str_t         message;
    rsl_str_t         request_id;
    rsl_str_t         duration_ms;  /* the text of a JSON number */
    rsl_str_t         method;
    rsl_str_t         path;
    int               status_code;  /* 0: unknown */
    rsl_str_t         exception;
    rsl_value_t      *extra;        /* members, none of them with a name
                                       that is a key of the record */
    rsl_value_t      *message_tree; /* NULL, or the message is no text but
                                       this value: it is redacted as a tree
                                       and then printed into "message" */
    unsigned          request:1;    /* the message is what the other fields
                                       say of a request: it is written when
                                       these are redacted */
    unsigned          truncated:1;  /* the sender's entry was cut already */
} rsl_record_t;


/*
 * What is known of a rendered line besides its text.  Offsets are into the
 * line and point behind the opening quote; what is between the quotes is
 * still escaped as JSON.
 */

typedef struct {
    uint32_t          len;
    uint32_t          level;        /* rsl_level_t */
    uint32_t          message;
    uint32_t          message_len;
    uint32_t          logger;
    uint32_t          logger_len;
    uint32_t          request_id;
    uint32_t          request_id_len;
} rsl_line_t;


/*
 * Every line begins with {"_seq": and 16 digits: a Unix time in microseconds
 * has 16 until the year 2286.  They are zeros until the ring numbers the line.
 */

#define RSL_SEQ_OFFSET   8
#define RSL_SEQ_DIGITS   16

/* No line fits into less; the smallest size that rsl_record_render() takes. */
#define RSL_LINE_MIN     512


extern const rsl_str_t  rsl_record_level_names[RSL_LEVELS];


/*
 * The level with exactly this name, in any case, or RSL_LEVELS.  The names
 * that other loggers use are the business of rsl_intake.
 */
rsl_level_t rsl_record_level_parse(const rsl_str_t *name);


/*
 * Renders "record" into "buf" of "size" bytes (>= RSL_LINE_MIN) as one line of
 * JSON without a line feed and describes it in "line".  It cannot fail: what
 * does not fit is cut on a character boundary and marked "… [N bytes cut]",
 * where N counts bytes of the decoded text, and "truncated":true is set.  Cut
 * first are exception and extras, the largest first; then message; then the
 * others.  An extra that is no string becomes the start of its JSON text; what
 * is left out are a duration_ms of absurd length and, from the end, extras
 * that do not fit even so.  Ill-formed UTF-8 becomes U+FFFD.
 */
void rsl_record_render(const rsl_record_t *record, u_char *buf, size_t size,
    rsl_line_t *line);

/*
 * Prints "value" as compact JSON (RFC 8259) into the arena.  RSL_ERROR: no
 * memory.
 */
int rsl_json_print(rsl_arena_t *arena, const rsl_value_t *value,
    rsl_str_t *text);

/*
 * Prints the method, the path and the status code into record->message, in the
 * arena: "GET /api/x - 200"; "no request - 400" without a method.  RSL_ERROR:
 * no memory.
 */
int rsl_record_request(rsl_arena_t *arena, rsl_record_t *record);

/*
 * Undoes the escaping of JSON in the text between two quotes, as a rendered
 * line has it, into "dst", which has room for text->len bytes; returns the
 * length.  The text is one that rsl_record_render() wrote.
 */
size_t rsl_json_unescape(const rsl_str_t *text, u_char *dst);


#endif /* _RSL_RECORD_H_INCLUDED_ */
