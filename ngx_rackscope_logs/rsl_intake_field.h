
/*
 * Inside of rsl_intake_json() and rsl_intake_record(): the fields of a record
 * and the names that they go by.
 */


#ifndef _RSL_INTAKE_FIELD_H_INCLUDED_
#define _RSL_INTAKE_FIELD_H_INCLUDED_


#include "rsl_intake_private.h"


typedef enum {
    RSL_FIELD_TIMESTAMP = 0,
    RSL_FIELD_LEVEL,
    RSL_FIELD_LOGGER,
    RSL_FIELD_MESSAGE,
    RSL_FIELD_REQUEST_ID,
    RSL_FIELD_DURATION,
    RSL_FIELD_METHOD,
    RSL_FIELD_PATH,
    RSL_FIELD_STATUS,
    RSL_FIELD_EXCEPTION,
    RSL_FIELDS
} rsl_field_e;


/* What is special about the values of an alias. */

typedef enum {
    RSL_ALIAS_PLAIN = 0,

    /* level: names, and numbers of this scale */
    RSL_ALIAS_LEVEL,                /* told apart by their size */
    RSL_ALIAS_SYSLOG,
    RSL_ALIAS_OTLP,
    RSL_ALIAS_PYTHON,
    RSL_ALIAS_LOGBACK,

    RSL_ALIAS_FACILITY,             /* GELF's logger, else syslog's number */
    RSL_ALIAS_SHORT,                /* GELF's message, */
    RSL_ALIAS_FULL,                 /* and the same, perhaps with a trace */
    RSL_ALIAS_TREE,                 /* may be an object or an array */
    RSL_ALIAS_STRING,               /* is no number */
    RSL_ALIAS_LOG,                  /* Docker's line, JSON perhaps */
    RSL_ALIAS_NANOSECONDS,
    RSL_ALIAS_NAME_OR_CODE          /* "status" */
} rsl_alias_kind_e;


/*
 * The name is folded: in lower case, without "_", "-" and ".", and with the
 * names of the objects around it before it.
 */

typedef struct {
    rsl_str_t         name;
    rsl_field_e       field;
    rsl_alias_kind_e  kind;
} rsl_alias_t;


/* The aliases in their order: those of one field stand together. */

#define RSL_ALIASES           124
#define RSL_ALIAS_NAME_MAX    24
#define RSL_ALIAS_LEVELS      3     /* of objects within each other */
#define RSL_ALIAS_INDEX       512   /* a power of two */

extern const rsl_alias_t      rsl_aliases[RSL_ALIASES];
extern const unsigned char    rsl_alias_index[RSL_ALIAS_INDEX];


typedef struct {
    size_t         len;
    uint32_t       hash;
    u_char         data[RSL_ALIAS_NAME_MAX];
} rsl_folded_t;

#define RSL_ALIAS_SEED            0x811c9dc5u

#define rsl_alias_hash(hash, ch)  (((hash) ^ (ch)) * 0x01000193u)

#define rsl_alias_slot(hash)                                                  \
    (((hash) ^ (hash) >> 16) % RSL_ALIAS_INDEX)

/* Appends a key to a folded name; RSL_DECLINED: no alias is so long. */
int rsl_alias_fold(rsl_folded_t *name, const char *key, size_t len);

/* The alias, or RSL_ALIASES. */
size_t rsl_alias_find(const rsl_folded_t *name);


/* A record in the making. */

#define RSL_TAKEN_MAX  16

typedef struct {
    rsl_arena_t   *arena;
    rsl_record_t  *record;

    uint64_t       seen[(RSL_ALIASES + 63) / 64];
    void          *members[RSL_ALIASES];    /* iterators */
    void          *log;

    unsigned       done;                    /* bits of rsl_field_e */
    unsigned       is_short:1;

    unsigned       rank;                    /* of the level's number */
    rsl_level_t    level;
    void          *level_member;

    /* members that are in the record, and so no extras */
    size_t         ntaken;
    void          *taken[RSL_TAKEN_MAX];
} rsl_making_t;

#define rsl_field_bit(field)  (1u << (field))

void rsl_making_take(rsl_making_t *making, void *member);

/*
 * The value of a member for the field of its alias.  RSL_DECLINED: it is not
 * usable.
 */
int rsl_field_set(rsl_making_t *making, const rsl_alias_t *alias,
    void *member);

/*
 * The text of an exception that is an object or an array.  *whole: nothing of
 * the value is worth keeping beside it.
 */
int rsl_exception_text(rsl_making_t *making, json_t *json, rsl_str_t *text,
    int *whole);


#define rsl_str_is(s, text)                                                   \
    ((s)->len == sizeof(text) - 1                                             \
     && memcmp((s)->data, text, sizeof(text) - 1) == 0)

#define rsl_str_begins(s, text)                                               \
    ((s)->len >= sizeof(text) - 1                                             \
     && memcmp((s)->data, text, sizeof(text) - 1) == 0)


/* Values of jansson. */

/* A string; RSL_DECLINED: it is none. */
int rsl_json_text(const json_t *json, rsl_str_t *text);

/*
 * The text of a number: what was sent, if it is exact, else the shortest that
 * means the same.  RSL_DECLINED: it is no number.
 */
int rsl_json_number_text(rsl_arena_t *arena, const json_t *json,
    rsl_str_t *text);

/* An integer; RSL_DECLINED: it is none. */
int rsl_json_integer(const json_t *json, int64_t *value);

/* The text of a double. */
int rsl_json_real_text(rsl_arena_t *arena, double value, rsl_str_t *text);

/* A copy in the arena; strings and keys stay where they are. */
int rsl_json_value(rsl_arena_t *arena, json_t *json, rsl_value_t **value);

rsl_str_t rsl_json_key(void *member);

rsl_value_t *rsl_json_new_value(rsl_arena_t *arena, rsl_value_type_t type);

/* Is it nested more deeply? */
int rsl_json_is_deeper(json_t *json, unsigned depth);


/* JSON texts. */

/* An integer, a real or an exponent with more digits may lose some. */
#define RSL_INTEGER_DIGITS   18
#define RSL_REAL_DIGITS      17
#define RSL_EXPONENT_DIGITS  2

#define rsl_is_digit(ch)     ((ch) >= '0' && (ch) <= '9')

typedef enum {
    RSL_SURROGATE_NONE = 0,
    RSL_SURROGATE_HIGH,
    RSL_SURROGATE_LOW
} rsl_surrogate_e;

/* The length of the JSON number at "start", 0: there is none. */
size_t rsl_json_number(const u_char *start, const u_char *end);

/* The length of NaN, Infinity or -Infinity at "p": Python writes them. */
size_t rsl_json_no_number(const u_char *p, const u_char *end);

/* The surrogate whose escape, of six bytes, is at "p". */
rsl_surrogate_e rsl_json_surrogate(const u_char *p, const u_char *end);

/* Strings that jansson does not see. */

#define RSL_ASIDE_MAX  32

typedef struct {
    size_t         n;
    rsl_str_t      strings[RSL_ASIDE_MAX];
} rsl_aside_t;

/*
 * Makes of "text" a copy in the arena without its long strings, which are in
 * "aside"; they point into the text or the arena.  RSL_DECLINED: there may be
 * something to repair.
 */
int rsl_json_set_aside(rsl_arena_t *arena, rsl_str_t *text, rsl_aside_t *aside);

/* Puts them where they belong.  RSL_ERROR: no memory. */
int rsl_json_put_back(json_t *json, const rsl_aside_t *aside);

/*
 * Makes of "text" a repaired copy in the arena.  "nul_in_key": keys are not to
 * have NULs, which jansson does not take.
 */
int rsl_json_repair(rsl_arena_t *arena, rsl_str_t *text, int nul_in_key);

/* The text of a number that the repair made a string of. */
int rsl_json_exact(const json_t *json, rsl_str_t *number);

extern const char  rsl_intake_too_deep[];

/* Like rsl_intake_json(), of a text that is no JSON; RSL_ERROR: it is. */
int rsl_intake_syntax(const rsl_str_t *text, size_t *offset,
    const char **detail, int *premature);


/* Levels. */

/*
 * The level that a number means, in the scale of its alias, or RSL_LEVELS.
 */
rsl_level_t rsl_level_number(rsl_alias_kind_e scale, int64_t number);


#endif /* _RSL_INTAKE_FIELD_H_INCLUDED_ */
