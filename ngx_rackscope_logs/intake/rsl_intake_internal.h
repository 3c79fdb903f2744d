
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the files of the intake know of each other.
 */


#ifndef _RSL_INTAKE_PRIVATE_H_INCLUDED_
#define _RSL_INTAKE_PRIVATE_H_INCLUDED_


#include "rsl_intake.h"


/*
 * Where the scanner stands in a JSON value.  It finds the end of the value and
 * leaves it to the parser whether what lies before is JSON: strings, brackets,
 * and lines that cannot go on.
 */

typedef struct {
    uint64_t          stack;        /* a bit for each bracket: 1 is "{" */
    size_t            depth;
    size_t            deeper;       /* those that have no room in the stack */
    u_char            last;         /* significant, before what is scanned */
    unsigned          string:1;
    unsigned          escape:1;
    unsigned          torn:1;       /* a line ended within the string */
    unsigned          lines:1;      /* it goes over more than one */
    unsigned          array:1;      /* it is an element of an array */
    unsigned          deep:1;
    unsigned          broken:1;     /* it has no end of its own */
} rsl_intake_scan_t;


typedef enum {
    RSL_INTAKE_SCAN_MORE = 0,              /* the end is not in sight */
    RSL_INTAKE_SCAN_END,
    RSL_INTAKE_SCAN_BROKEN                 /* another entry begins before its end */
} rsl_intake_scan_result_t;


/* What may follow in a traceback that the record held back has. */

typedef enum {
    RSL_TRACE_NONE = 0,
    RSL_TRACE_PYTHON,               /* its frames, then its exception */
    RSL_TRACE_PYTHON_END,           /* perhaps a chained one, */
    RSL_TRACE_PYTHON_CHAIN,         /* which was announced */
    RSL_TRACE_JAVA,                 /* and Node */
    RSL_TRACE_GO
} rsl_trace_t;


/* A record of text that may go on: message, then exception, in one buffer. */

typedef struct {
    u_char           *data;
    size_t            len;
    size_t            size;
    size_t            message;      /* its length */
    int64_t           timestamp;
    rsl_level_t       level;        /* RSL_LEVELS: the line does not say */
    rsl_trace_t       trace;
    size_t            blanks;       /* lines that belong to it if it goes on */
    unsigned          held:1;
    unsigned          traced:1;     /* it has a traceback */
    unsigned          truncated:1;
} rsl_text_t;


/* Where the names of fields are found: rsl_intake_field.h. */
typedef struct rsl_intake_alias_index_s  rsl_intake_alias_index_t;

/* Makes the index from the tables of names. */
void rsl_intake_alias_init(rsl_intake_alias_index_t *index);


typedef enum {
    RSL_INTAKE_BEGIN = 0,
    RSL_INTAKE_BETWEEN,             /* entries */
    RSL_INTAKE_OBJECT,
    RSL_INTAKE_SCALAR,              /* an element that is no object */
    RSL_INTAKE_TAIL,                /* of an envelope */
    RSL_INTAKE_LINE,
    RSL_INTAKE_SKIP,                /* the rest of a line */
    RSL_INTAKE_SALVAGE              /* what a broken object has in it */
} rsl_intake_state_t;


struct rsl_intake_s {
    rsl_intake_conf_t    conf;
    rsl_intake_result_t  result;
    rsl_arena_t         *arena;     /* the sink's */
    rsl_arena_t         *values;    /* of the entry at hand, while a record
                                       before it may be given out */
    rsl_intake_alias_index_t  *aliases;
    int64_t                    now;

    rsl_intake_state_t         state;
    rsl_intake_scan_t          scan;
    size_t                     scanned; /* of the entry at hand */
    size_t                     read; /* of it, and its end was not there */
    size_t                     broken; /* bytes to salvage from */
    size_t                     spent; /* of conf.step, in this call */
    unsigned                   array:1;
    unsigned                   envelope:1;
    unsigned                   text_seen:1;
    unsigned                   bad:1; /* the last entry, which was no text */
    unsigned                   column0:1; /* the next byte is the first of a line */
    unsigned                   bracket:1; /* the line may be an array */
    unsigned                   again:1; /* what is kept is to be read on */
    unsigned                   final:1;
    unsigned                   done:1; /* nothing is left to be given out */

    uint64_t                   index; /* of the next entry */
    uint64_t                   line;
    uint64_t                   column;
    uint64_t                   entry_line;
    uint64_t                   entry_column;

    u_char                    *buf; /* what is not taken yet */
    size_t                     len;
    size_t                     size;
    size_t                     taken; /* of them, by the steps so far */

    u_char                    *large; /* the start of an entry that is too
                                       large, NULL: it is not */
    size_t               large_len;

    rsl_text_t           text;
};


/* Does the value end before "end"?  *p is behind what was scanned. */
rsl_intake_scan_result_t rsl_intake_scan(rsl_intake_scan_t *scan,
    const u_char *start, const u_char **p, const u_char *end, int final);

/*
 * Closes what is open in the first "len" bytes of a JSON object, so that it
 * can be parsed; there is room for RSL_INTAKE_SCAN_CLOSE bytes more.  Returns the
 * new length.
 */
size_t rsl_intake_scan_close(u_char *text, size_t len);

#define RSL_INTAKE_SCAN_CLOSE  72

/* What is scanned up to "p" will not be there when the scan goes on. */
void rsl_intake_scan_leave(rsl_intake_scan_t *scan, const u_char *start,
    const u_char *p);


#define rsl_intake_is_space(ch)                                               \
    ((ch) == ' ' || (ch) == '\t' || (ch) == '\r' || (ch) == '\n')

#define rsl_intake_is_digit(ch)  ((ch) >= '0' && (ch) <= '9')

#define RSL_INTAKE_AGAIN  1     /* not enough bytes to go on */

/* Looks at the first bytes of the body.  RSL_DECLINED: it is compressed. */
int rsl_intake_open_body(rsl_intake_t *intake, const u_char **p,
    const u_char *end);

/* The first byte of an entry, "q", and those behind it say what it is. */
int rsl_intake_open(rsl_intake_t *intake, const u_char **p, const u_char *q,
    const u_char *end);

/*
 * Takes the value, or the line, that begins at *p, or as much of it as there
 * is, and moves *p behind what was taken.  RSL_INTAKE_AGAIN: it does not end
 * before "end".
 */
int rsl_intake_entry_value(rsl_intake_t *intake, const u_char **p,
    const u_char *end);
int rsl_intake_entry_line(rsl_intake_t *intake, const u_char **p,
    const u_char *end);

/* The value ends at "q". */
int rsl_intake_entry_value_end(rsl_intake_t *intake, const u_char **p,
    const u_char *q);

/* Takes an entry that was too large to be kept, after its end. */
int rsl_intake_entry_large_end(rsl_intake_t *intake);

/*
 * Takes the text of an object, which may turn out to be no JSON: then it is
 * rejected.  "cut": it was longer.
 */
int rsl_intake_object_parse(rsl_intake_t *intake, const rsl_str_t *text,
    int cut);

/* Takes an object that was read as JSON; "cut": it was longer. */
int rsl_intake_object_take(rsl_intake_t *intake, rsl_value_t *object, int cut);

/*
 * An object that goes on where it cannot, or until the body ends, up to "end".
 * rsl_intake_object_salvage() takes the next line of what is left of it, or says
 * RSL_AGAIN.
 */
int rsl_intake_object_broken(rsl_intake_t *intake, const u_char **p,
    const u_char *end);
int rsl_intake_object_salvage(rsl_intake_t *intake, const u_char **p);

extern const char  rsl_intake_object_not_closed[];

/* Skips the rest of the line of a bad entry. */
int rsl_intake_object_skip(rsl_intake_t *intake, const u_char **p,
    const u_char *end);

/* The end of what is between "p" and "end", without spaces and commas. */
const u_char *rsl_intake_object_trim(const u_char *p, const u_char *end);

/* Moves *p to "to", counting lines. */
void rsl_intake_state_advance(rsl_intake_t *intake, const u_char **p,
    const u_char *to);

/* An entry begins here: what was known of the one before it is forgotten. */
void rsl_intake_state_start(rsl_intake_t *intake, rsl_intake_state_t state);

/*
 * Counts an entry as rejected, with an error at "offset" of its text, or where
 * it began if "text" is NULL.
 */
void rsl_intake_state_reject(rsl_intake_t *intake, const rsl_str_t *text,
    size_t offset, const char *detail);

/* Gives a record to the sink, and takes the arena back. */
int rsl_intake_state_emit(rsl_intake_t *intake, rsl_record_t *record);

/* Takes a line of text, without its newline; "cut": it was longer. */
int rsl_intake_text_line(rsl_intake_t *intake, const rsl_str_t *line, int cut);

int rsl_intake_text_is_blank(const rsl_str_t *line);

/* Takes an empty line. */
void rsl_intake_text_blank(rsl_intake_t *intake);

/*
 * The level that the start of a line of text names, or RSL_LEVELS.  *time
 * becomes the time that the line begins with, if it has a date and a zone.
 */
rsl_level_t rsl_intake_line_read(const rsl_str_t *line, int64_t *time);

/* The level that a word of a line of text is, or RSL_LEVELS. */
rsl_level_t rsl_intake_level_word(const rsl_str_t *word);

/* Gives out what is held back; "end": nothing that comes belongs to it. */
int rsl_intake_text_release(rsl_intake_t *intake, int end);


/*
 * Reads "text", one JSON value, repairing what no parser would take: ill-formed
 * UTF-8 and lone surrogates become U+FFFD, NaN and Infinity strings.  Numbers
 * that 64 bits or a double do not hold are kept by their text.  Of a key that
 * comes twice the last value counts.  The value is in the arena, or points into
 * the text.
 *
 * RSL_DECLINED: it is no JSON; "offset" is where, in bytes from the start of
 * "text", and "detail" says what, as in rsl_intake_error_t.  *premature tells
 * that it is the beginning of JSON, or too deep, and not something else.
 */
int rsl_intake_read_json(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **value, size_t *offset, const char **detail, int *premature);

/*
 * Reads the JSON value that begins at *p, and moves *p behind it, if jansson
 * would make the same of it.  RSL_DECLINED: it may not.  RSL_INTAKE_AGAIN: it
 * may, for all that there is before "end".
 */
int rsl_intake_read(rsl_arena_t *arena, const u_char **p, const u_char *end,
    rsl_value_t **value);

/*
 * Makes a record of a JSON object, which is used up.  Strings of the record are
 * those of the object or lie in the arena.  "now" is the time of capture, in
 * microseconds.  RSL_ERROR: no memory.
 */
int rsl_intake_record(rsl_arena_t *arena,
    const rsl_intake_alias_index_t *aliases, rsl_value_t *object, int64_t now,
    rsl_record_t *record);

/*
 * Parses the whole of "text" as a time: ISO 8601 with or without a zone (UTC
 * then), "T" or a space, a fraction after "." or ","; or epoch seconds,
 * milliseconds, microseconds or nanoseconds, told apart by their size, with an
 * optional fraction.  In Unix microseconds.  RSL_DECLINED: it is none.
 */
int rsl_intake_time_parse(const rsl_str_t *text, int64_t *time);


#endif /* _RSL_INTAKE_PRIVATE_H_INCLUDED_ */
