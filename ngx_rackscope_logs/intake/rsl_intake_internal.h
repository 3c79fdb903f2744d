
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the files of the intake share, and what its tests reach into.
 *
 * A section for each file, the lowest one first: a file calls only what stands
 * above its own section here.  To see how a body is taken apart, begin at the
 * end of the first part, with rsl_intake_open(), and with rsl_intake_run() in
 * rsl_intake.c, which calls it.  The second part is nginx's error log.
 * docs/design.md has the overview.
 *
 * A word is always a word of a line of text.  What JSON writes as true, false
 * or null is a literal.
 */


#ifndef _RSL_INTAKE_INTERNAL_H_INCLUDED_
#define _RSL_INTAKE_INTERNAL_H_INCLUDED_


#include "rsl_intake.h"


#define rsl_intake_is_space(ch)                                               \
    ((ch) == ' ' || (ch) == '\t' || (ch) == '\r' || (ch) == '\n')

#define rsl_intake_is_blank(ch)  ((ch) == ' ' || (ch) == '\t')
#define rsl_intake_is_digit(ch)  ((ch) >= '0' && (ch) <= '9')
#define rsl_intake_is_upper(ch)  ((ch) >= 'A' && (ch) <= 'Z')
#define rsl_intake_is_letter(ch)  (((ch) | 0x20) >= 'a' && ((ch) | 0x20) <= 'z')

#define rsl_intake_str_is(s, text)                                            \
    ((s)->len == sizeof(text) - 1                                             \
     && memcmp((s)->data, text, sizeof(text) - 1) == 0)

#define rsl_intake_str_begins(s, text)                                        \
    ((s)->len >= sizeof(text) - 1                                             \
     && memcmp((s)->data, text, sizeof(text) - 1) == 0)

/* More bytes are needed to go on; what was not taken has to be kept. */
#define RSL_INTAKE_AGAIN  1


/* rsl_intake_token.c: the tokens of JSON (RFC 8259) */

/* Any integer that has no more digits fits into 64 bits. */
#define RSL_INTAKE_INTEGER_DIGITS  18

typedef enum {
    RSL_INTAKE_SURROGATE_NONE = 0,
    RSL_INTAKE_SURROGATE_HIGH,
    RSL_INTAKE_SURROGATE_LOW
} rsl_intake_surrogate_e;

/* The length of the number at "start" (RFC 8259, 6); 0: there is none. */
size_t rsl_intake_token_number(const u_char *start, const u_char *end);

/*
 * The length of NaN, Infinity or -Infinity at "p", which are not JSON but which
 * Python writes; 0: none of them is there.
 */
size_t rsl_intake_token_no_number(const u_char *p, const u_char *end);

/*
 * Which half of a surrogate pair the escape at "p" stands for, such as \ud83d
 * (RFC 8259, 7).  Such an escape has six bytes.
 */
rsl_intake_surrogate_e rsl_intake_token_surrogate(const u_char *p,
    const u_char *end);

/*
 * Is the number, which is one of JSON, already written as jansson's reading of
 * it would be printed: as the shortest text that means the same?
 */
int rsl_intake_token_is_shortest(const rsl_str_t *number);

/* Would the number from "p" to "end" lose digits, so that its text is kept? */
int rsl_intake_token_is_exact(const u_char *p, const u_char *end);


/*
 * rsl_intake_value.c: values that were read from JSON
 *
 * A value of the type RSL_VALUE_SCALAR is a number or a literal.  The first
 * letter of a literal says which one it is.
 */

typedef enum {
    RSL_INTAKE_TRUE = 't',
    RSL_INTAKE_FALSE = 'f',
    RSL_INTAKE_NULL = 'n'
} rsl_intake_literal_e;

/* An empty value in the arena.  NULL: no memory. */
rsl_value_t *rsl_intake_value_new(rsl_arena_t *arena, rsl_value_type_t type);

/*
 * Copies the value and all values in it; their texts are shared.  RSL_ERROR: no
 * memory.
 */
int rsl_intake_value_copy(rsl_arena_t *arena, const rsl_value_t *value,
    rsl_value_t **copy);

/* The text of a string.  RSL_DECLINED: the value is none. */
int rsl_intake_value_text(const rsl_value_t *value, rsl_str_t *text);

/* The text of a number.  RSL_DECLINED: the value is none. */
int rsl_intake_value_number(const rsl_value_t *value, rsl_str_t *text);

/* Is the value this literal? */
int rsl_intake_value_is(const rsl_value_t *value, rsl_intake_literal_e literal);

/* Are objects and arrays nested in the value more than "depth" times? */
int rsl_intake_value_is_deeper(const rsl_value_t *value, unsigned depth);

/* The first member of an object that has this key.  NULL: there is none. */
rsl_value_t *rsl_intake_value_find(const rsl_value_t *object,
    const rsl_str_t *key);


/* rsl_intake_syntax.c: where a text stops being JSON */

extern const char  rsl_intake_syntax_too_deep[];

/*
 * Finds the error in a text that no parser takes.  Returns RSL_DECLINED, with
 * "offset" and "detail" as in rsl_intake_read_json(), or RSL_ERROR if the text
 * is JSON: then it was not parsed for lack of memory.
 */
int rsl_intake_syntax(const rsl_str_t *text, size_t *offset,
    const char **detail, int *premature);


/* rsl_intake_repair.c: from what is nearly JSON to what jansson takes */

/*
 * Replaces "text" by a repaired copy in the arena.  "nul_in_key": NULs are
 * taken out of keys, too, because jansson refuses them there.  RSL_ERROR: no
 * memory.
 */
int rsl_intake_repair(rsl_arena_t *arena, rsl_str_t *text, int nul_in_key);

/*
 * A number that would lose digits was hidden from jansson in a string.  Turns
 * the text of that string back into the text of the number.  RSL_DECLINED: it
 * is another string.
 */
int rsl_intake_repair_exact(rsl_str_t *text);


/* rsl_intake_jansson.c: JSON, read by jansson */

/* As rsl_intake_read_json(), but all of it is read by jansson. */
int rsl_intake_jansson(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **value, size_t *offset, const char **detail, int *premature);

/*
 * Makes the text of a number the shortest one that means the same, unless it
 * would lose digits.  RSL_ERROR: no memory.
 */
int rsl_intake_jansson_number(rsl_arena_t *arena, rsl_value_t *value);


/* rsl_intake_read.c: JSON, most of it read without jansson */

/*
 * Reads the JSON value that begins at *p without jansson, and moves *p behind
 * it.  RSL_DECLINED: jansson might make something else of it, so it has to be
 * asked.  RSL_INTAKE_AGAIN: up to "end", where the value is not over, all is
 * plain.  RSL_ERROR: no memory.
 */
int rsl_intake_read(rsl_arena_t *arena, const u_char **p, const u_char *end,
    rsl_value_t **value);


/* rsl_intake_time.c: times */

typedef struct {
    int64_t           time;         /* in Unix microseconds, as if it were UTC
                                       if there is no zone */
    unsigned          dated:1;      /* with its year; else there is no "time" */
    unsigned          zoned:1;
} rsl_intake_time_t;

/*
 * Reads the time that begins at "p", in any of the forms that loggers print
 * (the tables of rsl_intake_time.c).  Returns its length; 0: there is none.
 */
size_t rsl_intake_time_read(const u_char *p, const u_char *end,
    rsl_intake_time_t *t);

/* Are these epoch seconds, which may have a fraction? */
int rsl_intake_time_is_epoch(const u_char *p, size_t len);


/*
 * rsl_intake_alias.c: the names under which loggers send a field
 *
 * A field of the record has several such names, its aliases.
 */

typedef enum {
    RSL_INTAKE_FIELD_TIMESTAMP = 0,
    RSL_INTAKE_FIELD_LEVEL,
    RSL_INTAKE_FIELD_LOGGER,
    RSL_INTAKE_FIELD_MESSAGE,
    RSL_INTAKE_FIELD_REQUEST_ID,
    RSL_INTAKE_FIELD_DURATION,
    RSL_INTAKE_FIELD_METHOD,
    RSL_INTAKE_FIELD_PATH,
    RSL_INTAKE_FIELD_STATUS,
    RSL_INTAKE_FIELD_EXCEPTION,
    RSL_INTAKE_FIELD_TRACE_ID,
    RSL_INTAKE_FIELD_SPAN_ID,
    RSL_INTAKE_FIELDS
} rsl_intake_field_e;

/* What is special about the values that are sent under an alias. */

typedef enum {
    RSL_INTAKE_ALIAS_PLAIN = 0,

    /* a level: its name, or its number in this scale */
    RSL_INTAKE_ALIAS_LEVEL,         /* the scale is seen by the number's size */
    RSL_INTAKE_ALIAS_SYSLOG,
    RSL_INTAKE_ALIAS_OTLP,
    RSL_INTAKE_ALIAS_PYTHON,
    RSL_INTAKE_ALIAS_LOGBACK,
    RSL_INTAKE_ALIAS_MONGO,         /* a letter, in a record of MongoDB's */

    RSL_INTAKE_ALIAS_FACILITY,      /* the logger if GELF, else a number of
                                       syslog's */
    RSL_INTAKE_ALIAS_SHORT,         /* GELF's message, */
    RSL_INTAKE_ALIAS_FULL,          /* and the same again, perhaps with a
                                       traceback */
    RSL_INTAKE_ALIAS_TREE,          /* may be an object or an array */
    RSL_INTAKE_ALIAS_STRING,        /* must not be a number */
    RSL_INTAKE_ALIAS_LINE_OR_TREE,  /* may also be a line of text, */
    RSL_INTAKE_ALIAS_LINE_OR_NUMBER,    /* or the number of a line, */
    RSL_INTAKE_ALIAS_LOG,           /* or an object as text */
    RSL_INTAKE_ALIAS_NANOSECONDS,
    RSL_INTAKE_ALIAS_NAME_OR_CODE   /* the name of a level, or an HTTP status */
} rsl_intake_alias_kind_e;

/*
 * The name is folded: it is in lower case and has no "_", "-" and ".".  The
 * name of a member of an object in the entry begins with the name of that
 * object: {"http": {"requestId": 1}} has "httprequestid".
 */

typedef struct {
    rsl_str_t                name;
    rsl_intake_field_e       field;
    rsl_intake_alias_kind_e  kind;
} rsl_intake_alias_t;

/*
 * An alias is known by its number in this table.  The aliases of a field stand
 * together, the preferred one first.
 */

extern const rsl_intake_alias_t  rsl_intake_aliases[];

/* There is room for so many aliases.  No alias has this number. */
#define RSL_INTAKE_ALIASES         192
#define RSL_INTAKE_ALIAS_NAME_MAX  24
#define RSL_INTAKE_ALIAS_LEVELS    3    /* of objects within each other */
#define RSL_INTAKE_ALIAS_INDEX     512  /* a power of two */

/* A record has fewer own names, and each of them is shorter. */
#define RSL_INTAKE_OWN_NAMES       16
#define RSL_INTAKE_OWN_LENGTH      16

/*
 * Finds names.  The numbers of aliases in "slots", and those of own names, are
 * one higher than in their tables, so that 0 is none.
 */

typedef struct {
    u_char  slots[RSL_INTAKE_ALIAS_INDEX];  /* aliases, by their hash */
    u_char  own[RSL_INTAKE_OWN_NAMES];      /* the alias of an own name */
    u_char  next[RSL_INTAKE_OWN_NAMES];     /* another name of its length */
    u_char  first[RSL_INTAKE_OWN_LENGTH];   /* the first name of a length */
} rsl_intake_alias_index_t;

/* A folded name in the making, with its hash (FNV-1a, 32 bits). */

typedef struct {
    size_t    len;
    uint32_t  hash;
    u_char    data[RSL_INTAKE_ALIAS_NAME_MAX];
} rsl_intake_folded_t;


static inline void
rsl_intake_alias_start(rsl_intake_folded_t *name)
{
    name->len = 0;
    name->hash = 0x811c9dc5u;
}


/* Makes the index. */
void rsl_intake_alias_init(rsl_intake_alias_index_t *index);

/* Appends a key to a folded name.  RSL_DECLINED: no alias is so long. */
int rsl_intake_alias_fold(rsl_intake_folded_t *name, const rsl_str_t *key);

/* The alias that has this name, or RSL_INTAKE_ALIASES. */
size_t rsl_intake_alias_find(const rsl_intake_alias_index_t *index,
    const rsl_intake_folded_t *name);

/*
 * Is the key, to the letter, a name that the record itself has?  Then *alias is
 * the alias of that field, or RSL_INTAKE_ALIASES if senders do not set it.
 */
int rsl_intake_alias_own(const rsl_intake_alias_index_t *index,
    const rsl_str_t *key, size_t *alias);


/* rsl_intake_level.c: the names and numbers of levels */

/* Where in a line of text the name of a level is one. */

typedef enum {
    RSL_INTAKE_LEVEL_FIELD = 0,     /* nowhere: only as the value of a field */
    RSL_INTAKE_LEVEL_MARKED,        /* in brackets, before a colon, or right
                                       behind a time */
    RSL_INTAKE_LEVEL_TEXT           /* in capital letters also elsewhere */
} rsl_intake_level_place_e;

typedef struct {
    rsl_str_t                 name;
    rsl_level_t               level;
    rsl_intake_level_place_e  place;
} rsl_intake_level_t;

/* The row of a name of a level, in any case; NULL: it is none. */
const rsl_intake_level_t *rsl_intake_level_find(const u_char *p, size_t len);

/* The level that a number means in the scale of its alias, or RSL_LEVELS. */
rsl_level_t rsl_intake_level_number(rsl_intake_alias_kind_e scale,
    int64_t number);


/* rsl_intake_word.c: is a word of a line a level? */

/*
 * A word without the punctuation around it, which says something itself, as
 * does what stands before the word.
 */

typedef struct {
    const u_char     *data;
    size_t            len;
    const u_char     *next;         /* what follows its punctuation */
    const u_char     *end;          /* of what is looked at */

    unsigned          upper:1;      /* capital letters only */
    unsigned          bracket:1;    /* it stands in brackets, */
    unsigned          close:1;      /* which end behind it */
    unsigned          colon:1;      /* one follows */
    unsigned          bar:1;        /* "|" or a word "-" follows */

    unsigned          first:1;      /* nothing is before it */
    unsigned          opened:1;     /* a bracket is right before it */
    unsigned          separated:1;  /* "|" or "-" is right before it */
    unsigned          after_time:1; /* a time is right before it, */
    unsigned          after_thread:1;   /* or a time and a thread */
    unsigned          program:1;    /* "name:" is right before it: it is a level
                                       only if it is marked */
    unsigned          tool:1;       /* npm is right before it */
} rsl_intake_word_t;

/*
 * Reads the word that begins at "data".  Before the call, "bracket" and what
 * stands before the word are set.
 */
void rsl_intake_word_read(rsl_intake_word_t *word);

/* The level that the word is, or that a part of it is; RSL_LEVELS: none. */
rsl_level_t rsl_intake_word_level(const rsl_intake_word_t *word);

/* The level that the whole word names, or RSL_LEVELS. */
rsl_level_t rsl_intake_word_named(const rsl_intake_word_t *word);


/* rsl_intake_phrase.c: messages that say that something is wrong */

/*
 * The level of a message, or RSL_LEVELS.  *begins: a line with such a message
 * is the first one of a record.
 */
rsl_level_t rsl_intake_phrase_level(const u_char *p, const u_char *end,
    int *begins);

/* RSL_LEVEL_ERROR if the name of an exception is there, or RSL_LEVELS. */
rsl_level_t rsl_intake_phrase_exception(const u_char *p, const u_char *end);


/* rsl_intake_head.c: what a line of text says before its message */

typedef struct {
    int64_t           time;         /* in Unix microseconds, if it is zoned */
    rsl_level_t       level;        /* RSL_LEVELS: the line does not say */
    size_t            level_at;     /* where its word is in the line */
    unsigned          timed:1;      /* there is a time */
    unsigned          zoned:1;      /* which has a date and a zone */
    unsigned          worded:1;     /* a word says the level, and not what the
                                       message is */
    unsigned          first:1;      /* nothing is before this word */
    unsigned          coloured:1;   /* offsets do not count the colours */
} rsl_intake_head_t;

/* Takes the time, if it is the first one with a date and a zone. */

static inline void
rsl_intake_head_timed(rsl_intake_head_t *head, const rsl_intake_time_t *t)
{
    head->timed = 1;

    if (t->dated && t->zoned && !head->zoned) {
        head->time = t->time;
        head->zoned = 1;
    }
}


/* So much of a line is looked at. */
#define RSL_INTAKE_HEAD_SIZE  256

/* Takes the level and the time of the pairs that begin at "p". */
void rsl_intake_logfmt(const u_char *p, const u_char *end,
    rsl_intake_head_t *head);

void rsl_intake_head(const rsl_str_t *line, rsl_intake_head_t *head);

/* Copies up to RSL_INTAKE_HEAD_SIZE bytes without colours; returns how many. */
size_t rsl_intake_head_plain(const rsl_str_t *line, u_char *dst);


/* rsl_intake_stack.c: the stacks of languages */

/*
 * How far a stack has come.  The table of the languages, in rsl_intake_stack.c,
 * says which lines lead from one of these steps to another.
 */

#define RSL_STACK_OVER      0x00    /* what follows is no part of it */
#define RSL_STACK_HEAD      0x04    /* its message was there, no call yet */
#define RSL_STACK_FRAMES    0x08    /* its calls come */
#define RSL_STACK_END       0x10    /* its last line was there */
#define RSL_STACK_CHAIN     0x20    /* a line said that another stack follows,
                                       which may be of any language */

#define RSL_STACK_GOES_ON   (RSL_STACK_HEAD|RSL_STACK_FRAMES)
#define RSL_STACK_PRESENT   (RSL_STACK_FRAMES|RSL_STACK_END|RSL_STACK_CHAIN)

/* Where a line stands that begins a stack. */

#define RSL_STACK_FIRST     0x01    /* it is the first line of its record */
#define RSL_STACK_BELOW     0x02    /* it follows the first line of a record,
                                       or is indented, or chained */

#define RSL_STACK_BEGINS    (RSL_STACK_FIRST|RSL_STACK_BELOW)

/* What else must be true of a line. */

#define RSL_STACK_PLAIN     0x01    /* it has no level, no time, and is no
                                       JSON */

#define RSL_STACK_ROWS_MAX   32
#define RSL_STACK_LINES_MAX  16     /* of a row */
#define RSL_STACK_STARTS_MAX 64     /* lines of all rows that begin a stack */

typedef struct {
    unsigned          from;         /* the steps, or places, in which it is
                                       looked for */
    const char       *pattern;
    unsigned          to;           /* the step that it leads to */
    unsigned          is;           /* RSL_STACK_PLAIN, or 0 */
} rsl_intake_stack_line_t;

typedef struct {
    const char               *name;
    rsl_intake_stack_line_t   lines[RSL_STACK_LINES_MAX];
} rsl_intake_stack_row_t;

/* The stack that a record of text has; without one, nothing but zeros. */

typedef struct {
    uint32_t          rows;         /* a bit for each that it may be of */
    unsigned          step;
} rsl_intake_stack_t;

/* What a line begins: that depends on where it stands. */

typedef struct {
    rsl_intake_stack_t  first;
    rsl_intake_stack_t  below;
} rsl_intake_stack_start_t;

/*
 * Made from the table, so that most lines of text are compared with none of its
 * lines: which of those that begin a stack can have this first byte, and in
 * which steps a row has lines at the left edge [0], and indented ones [1].
 */

typedef struct {
    const rsl_intake_stack_row_t   *rows;
    const rsl_intake_stack_line_t  *starts[RSL_STACK_STARTS_MAX];
    u_char                          row[RSL_STACK_STARTS_MAX];
    size_t                          n;
    uint64_t                        classes;        /* those that begin with
                                                       an exception's name */
    uint64_t                        edge[256];      /* a bit for each */
    uint64_t                        indented[256];  /* behind the blanks */
    u_char                          steps[RSL_STACK_ROWS_MAX][2];
} rsl_intake_stack_index_t;

/*
 * The lines of Python around stacks of exceptions that belong together: text is
 * recognized by them, and exceptions that come as objects are printed with
 * them.
 */

#define RSL_PYTHON_TRACEBACK  "Traceback (most recent call last):"
#define RSL_PYTHON_DURING                                                     \
    "During handling of the above exception, another exception occurred:"
#define RSL_PYTHON_CAUSE                                                      \
    "The above exception was the direct cause of the following exception:"

extern const rsl_intake_stack_row_t  rsl_intake_stack_rows[];
extern const size_t                  rsl_intake_stack_nrows;

/* Makes the index of "n" rows, to which it points from then on. */
void rsl_intake_stack_index_init(rsl_intake_stack_index_t *index,
    const rsl_intake_stack_row_t *rows, size_t n);

/* Says in "start" what begins with the line, which must not be blank. */
void rsl_intake_stack_begins(const rsl_intake_stack_index_t *index,
    const rsl_str_t *line, rsl_intake_stack_start_t *start);

/*
 * Returns 1 if the stack goes on with the line, or another one begins with it
 * that belongs to the stack, and then "stack" says how far that has come.
 * Otherwise returns 0 and leaves "stack" as it is.  What else must be true of
 * the line is set in *is.  The line must not be blank.
 */
int rsl_intake_stack_goes_on(const rsl_intake_stack_index_t *index,
    rsl_intake_stack_t *stack, const rsl_str_t *line, unsigned *is);


/*
 * rsl_intake_exception.c: exceptions that are objects or arrays
 *
 * A record in the making, from the members of an object.
 */

typedef struct {
    rsl_arena_t                     *arena;
    rsl_record_t                    *record;
    const rsl_intake_alias_index_t  *aliases;

    /* by the number of an alias: was it there, and which member is it */
    uint64_t                         seen[RSL_INTAKE_ALIASES / 64];
    rsl_value_t                     *members[RSL_INTAKE_ALIASES];
    rsl_value_t                     *log;       /* of RSL_INTAKE_ALIAS_LOG */
    rsl_value_t                     *line;      /* a message of text */

    unsigned                         done;      /* fields that are set: bits
                                                   of rsl_intake_field_e */
    unsigned                         is_short:1;    /* it is of GELF */
    const rsl_value_t               *object;    /* whose members they are */

    /* the best number of a level, which counts if no name does */
    unsigned                         rank;      /* 0 is the best */
    rsl_level_t                      level;
    rsl_value_t                     *level_member;
} rsl_intake_making_t;

#define rsl_intake_field_bit(field)  (1u << (field))

/*
 * The text of an exception that is an object or an array.  *whole is set if the
 * text says all that is in the value, which need not be kept then.
 * RSL_DECLINED: the value is no exception.  RSL_ERROR: no memory.
 */
int rsl_intake_exception_text(rsl_intake_making_t *making, rsl_value_t *value,
    rsl_str_t *text, int *whole);


/* rsl_intake_set.c: from the value of a member to a field of the record */

/*
 * Sets the field of the alias to the value of the member.  RSL_DECLINED: the
 * value is of no use there.  RSL_ERROR: no memory.
 */
int rsl_intake_set(rsl_intake_making_t *making,
    const rsl_intake_alias_t *alias, rsl_value_t *member);


/* Whether the message of a record is such a line, and what it has to say. */

typedef struct {
    rsl_level_t       level;        /* what journald has made up for it;
                                       RSL_LEVELS: nothing */
    unsigned          is_line:1;    /* it says its level, if anything does */
    unsigned          bare:1;       /* there is nothing but this message */
    unsigned          is_text:1;    /* the level is known, but the lines of the
                                       text may be a message and a stack */
    unsigned          timed:1;      /* its time is the sender's */
} rsl_intake_shipped_t;


/* So many lines may wait for what shows whether they are of one record. */
#define RSL_INTAKE_TEXT_WAITING  8


/*
 * rsl_intake_around.c: what stands around a line
 *
 * Lines can be parts of one record only if the same stands around them.
 */

typedef struct {
    rsl_record_t          record;   /* without a message */
    rsl_intake_shipped_t  shipped;
} rsl_intake_around_t;

/* If there is more around a line, it is a record of its own. */
#define RSL_INTAKE_AROUND_MAX  65536

/* What stands around the lines of the record that is held back. */

typedef struct {
    rsl_arena_t          *arena;    /* for what follows; NULL: there was no
                                       need for it yet */
    size_t                copies;   /* that are in the arena */
    rsl_intake_around_t  *first;    /* around its first line; NULL: the record
                                       is of plain text */
    rsl_intake_around_t  *waiting[RSL_INTAKE_TEXT_WAITING];
    size_t                entries;  /* lines, also those that wait or are
                                       blank: each came as an entry */
} rsl_intake_wrap_t;

/*
 * A record of text that may go on, in one buffer: its message, its exception,
 * and the lines that wait to be a part of it or records of their own.
 */

typedef struct {
    u_char              *data;
    size_t               len;
    size_t               size;
    size_t               message;   /* its length */
    size_t               sure;      /* the length without what waits */
    size_t               waiting;   /* lines */
    size_t               starts[RSL_INTAKE_TEXT_WAITING];
    int64_t              since[RSL_INTAKE_TEXT_WAITING];
    rsl_intake_wrap_t    wrap;
    int64_t              timestamp;
    rsl_level_t          level;     /* RSL_LEVELS: the line does not say */
    size_t               prefix;    /* of the line, before its level */
    size_t               category;  /* the length of the logger's name at its
                                       end, if there is nothing else */
    rsl_intake_stack_t   stack;
    size_t               blanks;    /* lines that belong to it if it goes on */
    unsigned             loose;     /* lines since one of its stack */
    unsigned             held:1;
    unsigned             traced:1;  /* it has a stack */
    unsigned             truncated:1;
} rsl_intake_text_t;

/* Does the object that is made a record have a line as its message? */
void rsl_intake_around(const rsl_intake_making_t *making,
    const rsl_value_t *object, rsl_intake_shipped_t *shipped);

/*
 * Of what a service prints, journald does not know the level, so it makes a
 * PRIORITY up.  Is that all that is known of the level?
 */
int rsl_intake_around_is_made_up(const rsl_intake_making_t *making,
    const rsl_value_t *object);

/* How many bytes would a copy need, roughly? */
size_t rsl_intake_around_size(const rsl_intake_around_t *around);

/* Is all the same but for times, and for what numbers the lines? */
int rsl_intake_around_is_same(const rsl_intake_alias_index_t *aliases,
    const rsl_intake_around_t *one, const rsl_intake_around_t *other);

/* Copies all of it into the arena.  RSL_ERROR: no memory. */
int rsl_intake_around_copy(rsl_arena_t *arena,
    const rsl_intake_around_t *around, rsl_intake_around_t **copy);

/*
 * Makes a record that the sink may change: what "around" has stays as it is,
 * but its texts are shared.  RSL_ERROR: no memory.
 */
int rsl_intake_around_record(rsl_arena_t *arena,
    const rsl_intake_around_t *around, rsl_record_t *record);


/* rsl_intake_record.c: from a JSON object to a record */

/*
 * Makes a record of the object, which is used up.  Strings of the record are
 * those of the object, or lie in the arena.  "now" is the time of capture, in
 * Unix microseconds.  RSL_ERROR: no memory.
 */
int rsl_intake_record(rsl_arena_t *arena,
    const rsl_intake_alias_index_t *aliases, rsl_value_t *object, int64_t now,
    rsl_record_t *record, rsl_intake_shipped_t *shipped);

/*
 * The fields, as bits, for which the object has members, or for which a member
 * with this key is one.
 */
unsigned rsl_intake_record_has(const rsl_intake_alias_index_t *aliases,
    rsl_value_t *object);
unsigned rsl_intake_record_has_key(const rsl_intake_alias_index_t *aliases,
    const rsl_str_t *key);


/*
 * rsl_intake_scan.c: where an element of an array ends
 *
 * The scanner looks at strings, at brackets, and at lines with which a value
 * cannot go on.  Whether what it has found is JSON, the parser decides.  This
 * is where the scanner stands when the bytes run out.
 */

typedef struct {
    uint64_t          stack;        /* a bit for each open bracket: 1 is "{" */
    size_t            depth;
    size_t            deeper;       /* open brackets beyond the stack */
    size_t            limit;        /* of the depth */
    u_char            last;         /* the last byte before what is scanned
                                       that is no space */
    unsigned          string:1;     /* within a string */
    unsigned          escape:1;     /* behind a backslash */
    unsigned          torn:1;       /* a line ended within the string */
    unsigned          deep:1;       /* it is deeper than it may be */
    unsigned          broken:1;     /* it has no end of its own */
} rsl_intake_scan_t;

typedef enum {
    RSL_INTAKE_SCAN_MORE = 0,       /* the end is not in sight */
    RSL_INTAKE_SCAN_END,
    RSL_INTAKE_SCAN_BROKEN          /* another entry begins before the end */
} rsl_intake_scan_result_t;

/*
 * Does the value that begins at "start" end before "end"?  *p is where the scan
 * goes on, and is moved behind what was scanned.  "final": no more bytes will
 * come.
 */
rsl_intake_scan_result_t rsl_intake_scan(rsl_intake_scan_t *scan,
    const u_char *start, const u_char **p, const u_char *end, int final);

/* The bytes from "start" to "p" will not be there when the scan goes on. */
void rsl_intake_scan_leave(rsl_intake_scan_t *scan, const u_char *start,
    const u_char *p);

/*
 * Closes what is open in the first "len" bytes of a JSON object, so that they
 * can be parsed.  There must be room for RSL_INTAKE_SCAN_CLOSE bytes more.
 * Returns the new length.
 */
size_t rsl_intake_scan_close(u_char *text, size_t len);

#define RSL_INTAKE_SCAN_CLOSE  72


/* rsl_intake_state.c: where an intake stands, and what leaves it */

/* What the next byte belongs to. */

typedef enum {
    RSL_INTAKE_BEGIN = 0,           /* the start of the body */
    RSL_INTAKE_BETWEEN,             /* the space between two entries */
    RSL_INTAKE_VALUE,               /* JSON, as long as its grammar holds */
    RSL_INTAKE_OBJECT,              /* an element of an array, of the type
                                       that a record has there */
    RSL_INTAKE_SCALAR,              /* an element of another type */
    RSL_INTAKE_ENVELOPE,            /* an envelope, but not its records */
    RSL_INTAKE_LINE,                /* of text */
    RSL_INTAKE_SKIP,                /* the rest of a line with a bad entry */
    RSL_INTAKE_SALVAGE              /* an element that does not end */
} rsl_intake_state_t;

struct rsl_intake_s {
    rsl_intake_conf_t          conf;
    rsl_intake_result_t        result;
    rsl_arena_t               *arena;   /* for the sink */
    rsl_arena_t               *values;  /* for the entry at hand; the record
                                           before it may be given to the sink
                                           meanwhile */
    rsl_intake_alias_index_t  *aliases;
    int64_t                    now;

    rsl_intake_state_t         state;
    rsl_grammar_t              grammar;     /* of RSL_INTAKE_VALUE */
    rsl_intake_scan_t          scan;        /* of elements of an array */
    size_t                     indent;      /* bytes of its line before it */
    size_t                     scanned;     /* bytes of the entry at hand */
    size_t                     read;        /* bytes of it that were there when
                                               it was last read in vain */
    size_t                     broken;      /* bytes to salvage from */
    size_t                     reread;      /* bytes that are read again */
    size_t                     json;        /* bytes of a line that are JSON */
    size_t                     spent;       /* of conf.step, in this call */

    unsigned                   array:1;     /* entries are its elements */
    unsigned                   envelope:1;  /* it is in an envelope */
    unsigned                   arrays:1;    /* these are arrays themselves */
    unsigned                   shortened:1; /* the element at hand was longer */
    unsigned                   plain:1;     /* it is not too deep */
    unsigned                   asked:1;     /* the entry at hand is large, and
                                               no envelope */
    unsigned                   text_last:1; /* the last entry was text */
    unsigned                   column0:1;   /* a line begins with the next
                                               byte */
    unsigned                   again:1;     /* what is kept is to be read on */
    unsigned                   cut:1;       /* the client went away */
    unsigned                   final:1;     /* the body has ended */
    unsigned                   given:1;     /* conf.line had a line of text
                                               since the last object */
    unsigned                   done:1;      /* nothing more will come out */

    uint64_t                   index;       /* of the next entry */
    uint64_t                   line;        /* of the next byte */
    uint64_t                   column;
    uint64_t                   entry_line;  /* of the entry at hand */
    uint64_t                   entry_column;

    u_char                    *buf;         /* what is not taken yet */
    size_t                     len;
    size_t                     size;
    size_t                     taken;       /* of "len", while "again" is set */

    u_char                    *large;       /* the start of an entry that is
                                               too large; NULL: it is not */
    size_t                     large_len;

    rsl_intake_stack_index_t  *stacks;
    rsl_intake_text_t          text;
    rsl_level_t                known_level; /* a line of JSON that says it, not
                                               RSL_LEVELS, begins a record */
    int64_t                    known_time;  /* likewise; 0: not known */
};

/* Moves *p to "to", and counts the lines and columns in between. */
void rsl_intake_state_advance(rsl_intake_t *intake, const u_char **p,
    const u_char *to);

/* So deep an entry may be that begins here. */
size_t rsl_intake_state_depth(const rsl_intake_t *intake);

/* An entry begins here: what was known of the one before it is forgotten. */
void rsl_intake_state_start(rsl_intake_t *intake, rsl_intake_state_t state);

/*
 * Counts an entry as rejected.  The error is "offset" bytes behind the start of
 * its text, or, if "text" is NULL, where the entry began.
 */
void rsl_intake_state_reject(rsl_intake_t *intake, rsl_intake_reason_e reason,
    const rsl_str_t *text, size_t offset, const char *detail);

/* Gives a record to the sink, resets the arena, and returns as the sink did. */
int rsl_intake_state_emit(rsl_intake_t *intake, rsl_record_t *record);


/*
 * rsl_intake_held.c: the record of text that is held back
 *
 * RSL_ERROR: no memory.
 */

/* Appends a line: the first is the message, all others are the exception. */
int rsl_intake_held_add(rsl_intake_text_t *text, const rsl_str_t *line);

/*
 * Keeps what stands around a line, in one of the pointers of the wrap.  "kept":
 * it is there already.
 */
int rsl_intake_held_wrap(rsl_intake_t *intake, rsl_intake_around_t *around,
    int kept, rsl_intake_around_t **wrapped);

/*
 * Gives out the record, without the lines that wait.  RSL_ERROR also: the sink
 * returned it.
 */
int rsl_intake_held_emit(rsl_intake_t *intake);


/* rsl_intake_text.c: from lines of text to records with their tracebacks */

/*
 * Gives a line of text, without its newline, to conf.line.  "other": it does
 * not go on with the line before it.  RSL_DECLINED, RSL_ERROR: see there.
 */
int rsl_intake_text_give(rsl_intake_t *intake, rsl_str_t *line, int other);

/* What comes now is no text. */
int rsl_intake_text_none(rsl_intake_t *intake);

/*
 * Takes a line of text, which was given to conf.line.  "cut": the line was
 * longer.  RSL_ERROR: there was no memory, or the sink returned it.
 */
int rsl_intake_text_line(rsl_intake_t *intake, const rsl_str_t *line, int cut);

/*
 * Takes a line that has all of this around it.  Either no record is held back,
 * or one around which is the same.  RSL_ERROR: there was no memory, or the sink
 * returned it.
 */
int rsl_intake_text_shipped(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_around_t *around);

/* Is there nothing but spaces in the line? */
int rsl_intake_text_is_blank(const rsl_str_t *line);

/* Takes a line with nothing in it. */
void rsl_intake_text_blank(rsl_intake_t *intake);

/*
 * Gives out the record that is held back, if there is one.  "end": nothing that
 * comes later belongs to it.  RSL_ERROR: as with rsl_intake_text_line().
 */
int rsl_intake_text_release(rsl_intake_t *intake, int end);


/* rsl_intake_shipped.c: from a line in an object to a part of a record */

/*
 * Takes a record whose message is a line, or text.  RSL_ERROR: there was no
 * memory, or the sink returned it.
 */
int rsl_intake_shipped(rsl_intake_t *intake, rsl_record_t *record,
    const rsl_intake_shipped_t *shipped);


/*
 * rsl_intake_object.c: from an object to a record
 *
 * All of these return RSL_OK even if they have rejected the entry.  RSL_ERROR:
 * there was no memory, or the sink returned it.
 */

extern const char  rsl_intake_object_not_closed[];
extern const char  rsl_intake_object_none[];
extern const char  rsl_intake_object_too_deep[];

/* Taking a line costs as much as reading so many bytes (conf.step). */
#define RSL_INTAKE_OBJECT_LINE  256

/* Takes the text of an object; "cut": it was longer. */
int rsl_intake_object_parse(rsl_intake_t *intake, const rsl_str_t *text,
    int cut);

/*
 * Takes an object, or an element, that was read already from this text; "cut":
 * it was longer.
 */
int rsl_intake_object_take(rsl_intake_t *intake, rsl_value_t *object,
    const rsl_str_t *text, int cut);

/*
 * Rejects the element at *p, which does not end before "end": another entry
 * begins there, or the body ends.  Any line of it may be an object itself.
 * Each call of rsl_intake_object_salvage() takes the next one, or returns
 * RSL_AGAIN if this call of the intake has done enough (conf.step).
 */
int rsl_intake_object_broken(rsl_intake_t *intake, const u_char **p,
    const u_char *end);
int rsl_intake_object_salvage(rsl_intake_t *intake, const u_char **p);

/* Skips the rest of the line with which a rejected entry has ended. */
int rsl_intake_object_skip(rsl_intake_t *intake, const u_char **p,
    const u_char *end);

/* The end of what is between "p" and "end", without spaces and commas there. */
const u_char *rsl_intake_object_trim(const u_char *p, const u_char *end);


/*
 * rsl_intake_walk.c: envelopes
 *
 * Does an envelope begin at "q", or, of a large object of which the bytes up to
 * "end" are there, at "start"?  Then the state is RSL_INTAKE_ENVELOPE, and *p
 * is there.  RSL_DECLINED: none does.  RSL_INTAKE_AGAIN: it is not known yet.
 * RSL_ERROR: there was no memory, or the sink returned it.
 */

int rsl_intake_walk_begins(rsl_intake_t *intake, const u_char **p,
    const u_char *q, const u_char *end);
int rsl_intake_walk_large(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *end);

/* Takes more of an envelope, but not its records, and moves *p behind that. */
int rsl_intake_walk(rsl_intake_t *intake, const u_char **p, const u_char *end);


/*
 * rsl_intake_entry.c: entries, from their first byte to their last
 *
 * These functions take an entry that begins at *p, or as much of it as there
 * is, and move *p behind what was taken.  RSL_INTAKE_AGAIN: it does not end
 * before "end".  RSL_ERROR: there was no memory, or the sink returned it.
 */

int rsl_intake_entry_value(rsl_intake_t *intake, const u_char **p,
    const u_char *end);
int rsl_intake_entry_line(rsl_intake_t *intake, const u_char **p,
    const u_char *end);

/*
 * Reads the object at "start", at *p or behind the spaces there, if it is plain
 * enough and ends before "last".  RSL_DECLINED: its end must be looked for.
 */
int rsl_intake_entry_plain(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *last, const u_char *end);

/* Takes the value that begins at *p and ends at "q". */
int rsl_intake_entry_value_end(rsl_intake_t *intake, const u_char **p,
    const u_char *q);

/* Keeps the start of a large entry, takes it at its end, or forgets it. */
int rsl_intake_entry_large(rsl_intake_t *intake, const u_char *p, size_t len);
int rsl_intake_entry_large_end(rsl_intake_t *intake);
void rsl_intake_entry_large_free(rsl_intake_t *intake);


/* rsl_intake_json.c: JSON outside of arrays, which may turn out to be text */

int rsl_intake_json(rsl_intake_t *intake, const u_char **p, const u_char *end);


/* rsl_intake_open.c: what the body is, and what an entry begins as */

/*
 * Moves *p behind a byte order mark, if the body begins with one.
 * RSL_INTAKE_AGAIN: that is not known yet.
 */
int rsl_intake_open_body(rsl_intake_t *intake, const u_char **p,
    const u_char *end);

/*
 * Finds out what the entry is, from its first byte, "q", and those behind it:
 * sets the state, and moves *p to where that begins.  RSL_INTAKE_AGAIN: there
 * are too few of them.
 */
int rsl_intake_open(rsl_intake_t *intake, const u_char **p, const u_char *q,
    const u_char *end);



/*
 * rsl_intake_nginx_mark.c: the bytes of a text that belong to a query string
 *
 * What is known of the query strings of a request: the strings themselves, and
 * each value in them, as it was sent and decoded.  All of it is in lower case,
 * because nginx writes some values in lower case.
 */

#define RSL_INTAKE_NGINX_QUERY_PARTS  64

typedef struct {
    size_t                           n;
    unsigned                         unknown:1; /* there is more than that */
    rsl_str_t                        parts[RSL_INTAKE_NGINX_QUERY_PARTS];
} rsl_intake_nginx_query_t;

/*
 * What becomes of each byte of a text.  All rules see the whole text, because
 * nothing is taken out of it before the last of them has marked its bytes.
 */

#define RSL_INTAKE_NGINX_KEEP  0
#define RSL_INTAKE_NGINX_MASK  1    /* a run of these becomes "***" */
#define RSL_INTAKE_NGINX_DROP  2

typedef struct {
    const rsl_intake_nginx_query_t  *query;
    const u_char                    *text;
    size_t                           len;
    u_char                          *lower;     /* the text in lower case */
    u_char                          *bytes;     /* a mark for each byte */
} rsl_intake_nginx_marks_t;

/* What the text around a "?" is.  The later ones are the more certain ones. */

typedef enum {
    RSL_INTAKE_NGINX_PROSE = 0,
    RSL_INTAKE_NGINX_QUOTED,
    RSL_INTAKE_NGINX_URL
} rsl_intake_nginx_place_t;

/* Copies "len" bytes, in lower case. */
void rsl_intake_nginx_mark_lower(u_char *dst, const u_char *src, size_t len);

/* Begins to mark a text, of which all is kept as yet.  RSL_ERROR: no memory. */
int rsl_intake_nginx_mark_start(rsl_arena_t *arena,
    rsl_intake_nginx_marks_t *marks, const rsl_intake_nginx_query_t *query,
    const rsl_str_t *text);

/* Marks the bytes from "start" to "end". */
void rsl_intake_nginx_mark(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, int mark);

/*
 * Masks what is known of the query strings, wherever it stands between "start"
 * and "end".  "letters": only values that consist of letters, which could also
 * be words of nginx's own message; otherwise only all others.
 */
void rsl_intake_nginx_mark_known(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, int letters);

/*
 * Would that take too long?  Then rsl_intake_nginx_mark_known() masks all of
 * it: who sends very many values gets less to read, and does not get more of a
 * worker's time.
 */
int rsl_intake_nginx_mark_too_much(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end);

/* Is all that stands between "start" and "end" a query string or a value? */
int rsl_intake_nginx_mark_is_known(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end);

/*
 * If a query begins between "start" and "end", drops it up to "stop" and
 * returns 1; otherwise returns 0.
 */
int rsl_intake_nginx_mark_query(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, size_t stop, rsl_intake_nginx_place_t place);

/*
 * The length of what begins a query at "i", which is 1 for "?" and more if that
 * is encoded; 0: no query begins there.
 */
size_t rsl_intake_nginx_mark_begins(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t i, size_t end, rsl_intake_nginx_place_t place);

/* Where "s" stands first between "start" and "end"; if nowhere, "end". */
size_t rsl_intake_nginx_mark_find(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end, const char *s);

/*
 * Does to the text as it is marked.  The text stays where it is if all of it is
 * kept, and otherwise a copy is in the arena.  RSL_ERROR: no memory.
 */
int rsl_intake_nginx_mark_apply(rsl_arena_t *arena,
    const rsl_intake_nginx_marks_t *marks, rsl_str_t *text);


/* rsl_intake_nginx_query.c: what is known of the query strings of a request */

/*
 * Collects it: "queries" as in rsl_intake_nginx_parse(), "request" from a
 * request line, "referrer" from a URL.  These texts must live as long as
 * "query".  RSL_ERROR: no memory.
 */
int rsl_intake_nginx_query(rsl_arena_t *arena, rsl_intake_nginx_query_t *query,
    const rsl_str_t *queries, const rsl_str_t *request,
    const rsl_str_t *referrer);


/* rsl_intake_nginx_message.c: query strings in what nginx writes */

/*
 * Takes all query strings out of a message.  If the fields of a request stand
 * in it, it is not certain that nginx has written them, so nothing is left
 * there behind a "?".  RSL_ERROR: no memory.
 */
int rsl_intake_nginx_message(rsl_arena_t *arena,
    const rsl_intake_nginx_query_t *query, rsl_str_t *text);

/*
 * Does the same to a URL, or its path.  If "query" is not NULL, its values are
 * also masked in the path.  RSL_ERROR: no memory.
 */
int rsl_intake_nginx_message_path(rsl_arena_t *arena,
    const rsl_intake_nginx_query_t *query, rsl_str_t *text);


#endif /* _RSL_INTAKE_INTERNAL_H_INCLUDED_ */
