
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Inside of rsl_intake_read_json() and rsl_intake_record(): the fields of a record
 * and the names that they go by.
 */


#ifndef _RSL_INTAKE_FIELD_H_INCLUDED_
#define _RSL_INTAKE_FIELD_H_INCLUDED_


#include <jansson.h>

#include "rsl_intake_internal.h"


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
    RSL_INTAKE_FIELDS
} rsl_intake_field_e;


/* What is special about the values of an alias. */

typedef enum {
    RSL_INTAKE_ALIAS_PLAIN = 0,

    /* level: names, and numbers of this scale */
    RSL_INTAKE_ALIAS_LEVEL,                /* told apart by their size */
    RSL_INTAKE_ALIAS_SYSLOG,
    RSL_INTAKE_ALIAS_OTLP,
    RSL_INTAKE_ALIAS_PYTHON,
    RSL_INTAKE_ALIAS_LOGBACK,

    RSL_INTAKE_ALIAS_FACILITY,             /* GELF's logger, else syslog's number */
    RSL_INTAKE_ALIAS_SHORT,                /* GELF's message, */
    RSL_INTAKE_ALIAS_FULL,                 /* and the same, perhaps with a trace */
    RSL_INTAKE_ALIAS_TREE,                 /* may be an object or an array */
    RSL_INTAKE_ALIAS_STRING,               /* is no number */
    RSL_INTAKE_ALIAS_LOG,                  /* Docker's line, JSON perhaps */
    RSL_INTAKE_ALIAS_NANOSECONDS,
    RSL_INTAKE_ALIAS_NAME_OR_CODE          /* "status" */
} rsl_intake_alias_kind_e;


/*
 * The name is folded: in lower case, without "_", "-" and ".", and with the
 * names of the objects around it before it.
 */

typedef struct {
    rsl_str_t                name;
    rsl_intake_field_e       field;
    rsl_intake_alias_kind_e  kind;
} rsl_intake_alias_t;


/* The aliases in their order: those of one field stand together. */

extern const rsl_intake_alias_t  rsl_intake_aliases[];

/* No alias has this number; there is room for so many. */
#define RSL_INTAKE_ALIASES           192
#define RSL_INTAKE_ALIAS_NAME_MAX    24
#define RSL_INTAKE_ALIAS_LEVELS      3     /* of objects within each other */
#define RSL_INTAKE_ALIAS_INDEX       512   /* a power of two */

/* The record's own names are fewer, and each is shorter. */
#define RSL_INTAKE_OWN_NAMES         16
#define RSL_INTAKE_OWN_LENGTH        16


/*
 * Where names are found in the tables of rsl_intake_alias.c, from which it is
 * made.  Numbers of aliases in "slots" and of own names are one higher, so that
 * 0 is none.
 */

struct rsl_intake_alias_index_s {
    u_char  slots[RSL_INTAKE_ALIAS_INDEX];             /* by the hash */
    u_char  own[RSL_INTAKE_OWN_NAMES];                 /* the alias of its field */
    u_char  next[RSL_INTAKE_OWN_NAMES];                /* of the same length */
    u_char  first[RSL_INTAKE_OWN_LENGTH];              /* of a length */
};


typedef struct {
    size_t    len;
    uint32_t  hash;
    u_char    data[RSL_INTAKE_ALIAS_NAME_MAX];
} rsl_intake_folded_t;


static inline void
rsl_intake_alias_start(rsl_intake_folded_t *name)
{
    name->len = 0;
    name->hash = 0x811c9dc5u;       /* FNV-1a, as are the factors above */
}


/* Appends a key to a folded name; RSL_DECLINED: no alias is so long. */
int rsl_intake_alias_fold(rsl_intake_folded_t *name, const rsl_str_t *key);

/* The alias, or RSL_INTAKE_ALIASES. */
size_t rsl_intake_alias_find(const rsl_intake_alias_index_t *index,
    const rsl_intake_folded_t *name);

/*
 * Is the key one of the record itself?  *alias is that of its field, or
 * RSL_INTAKE_ALIASES where senders do not set it.
 */
int rsl_intake_alias_own(const rsl_intake_alias_index_t *index,
    const rsl_str_t *key, size_t *alias);


/* A record in the making. */

typedef struct {
    rsl_arena_t                     *arena;
    rsl_record_t                    *record;
    const rsl_intake_alias_index_t  *aliases;

    uint64_t                         seen[RSL_INTAKE_ALIASES / 64];
    rsl_value_t                     *members[RSL_INTAKE_ALIASES];
    rsl_value_t                     *log;

    unsigned                         done;  /* bits of rsl_intake_field_e */
    unsigned                         is_short:1;

    unsigned                         rank;  /* of the level's number */
    rsl_level_t                      level;
    rsl_value_t                     *level_member;
} rsl_intake_making_t;

#define rsl_intake_field_bit(field)  (1u << (field))

/*
 * The value of a member for the field of its alias.  RSL_DECLINED: it is not
 * usable.
 */
int rsl_intake_set(rsl_intake_making_t *making, const rsl_intake_alias_t *alias,
    rsl_value_t *member);

/*
 * The text of an exception that is an object or an array.  *whole: nothing of
 * the value is worth keeping beside it.
 */
int rsl_intake_exception_text(rsl_intake_making_t *making, rsl_value_t *value,
    rsl_str_t *text, int *whole);


#define rsl_intake_str_is(s, text)                                            \
    ((s)->len == sizeof(text) - 1                                             \
     && memcmp((s)->data, text, sizeof(text) - 1) == 0)

#define rsl_intake_str_begins(s, text)                                        \
    ((s)->len >= sizeof(text) - 1                                             \
     && memcmp((s)->data, text, sizeof(text) - 1) == 0)


/* Values. */

/* The first letters of true, false and null. */

typedef enum {
    RSL_INTAKE_TRUE = 't',
    RSL_INTAKE_FALSE = 'f',
    RSL_INTAKE_NULL = 'n'
} rsl_intake_literal_e;

rsl_value_t *rsl_intake_value_new(rsl_arena_t *arena, rsl_value_type_t type);

/* Copies it with all that is in it, but not its texts. */
int rsl_intake_value_copy(rsl_arena_t *arena, const rsl_value_t *value,
    rsl_value_t **copy);

/* A string; RSL_DECLINED: it is none. */
int rsl_intake_value_text(const rsl_value_t *value, rsl_str_t *text);

/*
 * The text of a number: what was sent, if it is exact, else the shortest that
 * means the same.  RSL_DECLINED: it is no number.
 */
int rsl_intake_value_number(const rsl_value_t *value, rsl_str_t *text);

int rsl_intake_value_is(const rsl_value_t *value, rsl_intake_literal_e literal);

/* Is it nested more deeply? */
int rsl_intake_value_is_deeper(const rsl_value_t *value, unsigned depth);

/* The member of an object with this key, or NULL. */
rsl_value_t *rsl_intake_value_find(const rsl_value_t *object,
    const rsl_str_t *key);

/* Fills in what jansson has read.  RSL_ERROR: no memory. */
int rsl_json_value(rsl_arena_t *arena, json_t *json, rsl_value_t *value);


/* JSON texts. */

/* An integer, a real or an exponent with more digits may lose some. */
#define RSL_INTAKE_INTEGER_DIGITS   18

typedef enum {
    RSL_INTAKE_SURROGATE_NONE = 0,
    RSL_INTAKE_SURROGATE_HIGH,
    RSL_INTAKE_SURROGATE_LOW
} rsl_intake_surrogate_e;

/* The length of the JSON number at "start", 0: there is none. */
size_t rsl_intake_token_number(const u_char *start, const u_char *end);

/* The length of NaN, Infinity or -Infinity at "p": Python writes them. */
size_t rsl_intake_token_no_number(const u_char *p, const u_char *end);

/* The surrogate whose escape, of six bytes, is at "p". */
rsl_intake_surrogate_e rsl_intake_token_surrogate(const u_char *p,
    const u_char *end);

/* Is it the shortest text that means the same number? */
int rsl_intake_token_is_shortest(const rsl_str_t *number);

/* Has the number to be kept by its text? */
int rsl_intake_token_is_exact(const u_char *p, const u_char *end);

/* Like rsl_intake_read_json(), but nothing is read without jansson. */
int rsl_intake_jansson(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **value, size_t *offset, const char **detail, int *premature);

/* Makes the text of a number the shortest one, or leaves it if it is exact. */
int rsl_intake_jansson_number(rsl_arena_t *arena, rsl_value_t *value);

/*
 * Makes of "text" a repaired copy in the arena.  "nul_in_key": keys are not to
 * have NULs, which jansson does not take.
 */
int rsl_intake_repair(rsl_arena_t *arena, rsl_str_t *text, int nul_in_key);

/*
 * Makes of a string what the repair made a string of, a number; RSL_DECLINED:
 * it is none.
 */
int rsl_intake_repair_exact(rsl_str_t *text);

extern const char  rsl_intake_syntax_too_deep[];

/* Like rsl_intake_read_json(), of a text that is no JSON; RSL_ERROR: it is. */
int rsl_intake_syntax(const rsl_str_t *text, size_t *offset,
    const char **detail, int *premature);


/* Levels. */

/*
 * The level that a number means, in the scale of its alias, or RSL_LEVELS.
 */
rsl_level_t rsl_intake_level_number(rsl_intake_alias_kind_e scale,
    int64_t number);


#endif /* _RSL_INTAKE_FIELD_H_INCLUDED_ */
