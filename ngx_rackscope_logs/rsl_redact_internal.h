
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the files of rsl_redact share, and what its tests reach into.
 */


#ifndef _RSL_REDACT_INTERNAL_H_INCLUDED_
#define _RSL_REDACT_INTERNAL_H_INCLUDED_


#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>

#include "rsl_redact.h"


#define RSL_REDACT_MASK      "***"
#define RSL_REDACT_MASK_LEN  (sizeof(RSL_REDACT_MASK) - 1)


/*
 * Limits of one call of PCRE2.  The match limit counts per start, so it does
 * not bound the whole; the time does (rsl_redact_operator.c).
 */

typedef struct {
    uint32_t                   match;
    uint32_t                   depth;
    uint32_t                   heap;        /* in KiB */
    size_t                     jit_stack;   /* in bytes, at most */
    uint64_t                   usec;        /* for a text, over all rules */
} rsl_redact_limits_t;


/* What a name says about the value beside it. */

typedef enum {
    RSL_REDACT_NAME_NONE = 0,
    RSL_REDACT_NAME_SECRET,
    RSL_REDACT_NAME_WEAK,           /* a word of prose as well: "session" */
    RSL_REDACT_NAME_PLURAL,         /* a number beside it is a count */
    RSL_REDACT_NAME_COOKIE,         /* the rest of the line is the value */
    RSL_REDACT_NAME_AUTHORIZATION   /* a scheme may stand before the value */
} rsl_redact_name_e;


typedef struct {
    rsl_redact_name_e          kind;
    const u_char              *start;
    const u_char              *end;
    unsigned                   quoted:1;    /* a quote closes behind it */
} rsl_redact_name_t;


/*
 * How the separator was written.  A value is written the same way: in
 * "a%3Db%26c" the value ends at "%26", in "a=b%26c" it does not.
 */

typedef enum {
    RSL_REDACT_PLAIN = 0,
    RSL_REDACT_PERCENT,
    RSL_REDACT_ENTITY
} rsl_redact_form_e;


/*
 * One pass over one text.  A rule that hits sets value and stop: what is
 * between them is replaced.  No rule looks back beyond "from": what is before
 * it is done.
 */

typedef struct {
    const u_char              *start;
    const u_char              *end;
    const u_char              *from;
    const u_char              *kept;        /* what is before was copied */
    const u_char              *value;
    const u_char              *stop;
    const u_char              *commands;    /* no program just before it */
    const u_char              *member;      /* its name is a secret's */
    const u_char              *run;         /* no shape with "run" before it */
} rsl_redact_scan_t;


/*
 * A secret that has a shape: "pattern" is tried only where "prefix" stands
 * behind a character that is not part of a word, and is anchored there.  The
 * first group of the pattern, or else all of it, is replaced.
 */

typedef struct {
    const char                *name;
    const char                *prefix;
    const char                *pattern;
    const char                *until;       /* what is between is replaced */
    unsigned                   caseless:1;  /* the prefix, in lower case */
    unsigned                   anywhere:1;  /* in the middle of a word too */
    unsigned                   run:1;       /* if it fails, then for all of a
                                               run of base64url */
} rsl_redact_shape_t;


/* The first two letters of a prefix, each in both cases. */
#define RSL_REDACT_CASES     4


typedef struct {
    pcre2_code                *code;
    const rsl_redact_shape_t  *shape;
    size_t                     len;         /* of the prefix */
    size_t                     nrows;
    u_char                     rows[RSL_REDACT_CASES];
    uint32_t                   head;        /* its first four bytes, */
    uint32_t                   mask;        /* of them those that count */
} rsl_redact_rule_t;


typedef struct rsl_redact_operator_s  rsl_redact_operator_t;

struct rsl_redact_operator_s {
    pcre2_code                *code;
    u_char                    *replacement;
    size_t                     len;
    rsl_redact_operator_t     *next;
};


struct rsl_redact_s {
    pcre2_match_context       *match;
    pcre2_match_data          *data;
    pcre2_jit_stack           *stack;
    rsl_redact_rule_t         *rules;
    size_t                     nrules;

    /* the rules in rows, by the first two bytes of their prefixes */
    uint16_t                  *order;
    uint16_t                   first[256 + 1];

    /* the first four bytes of secrets: rsl_redact_shape_may_begin() */
    u_char                     begins[4096];

    rsl_redact_operator_t     *operators;
    rsl_redact_operator_t    **last;
    rsl_redact_limits_t        limits;
    uint64_t                   failures;
    uint64_t                   matches;
    unsigned                   jit:1;
};


/* A text under construction in an arena; none of it until the first change. */

typedef struct {
    rsl_arena_t               *arena;
    u_char                    *data;
    size_t                     len;
    size_t                     size;
} rsl_redact_out_t;


/* How a quoted value was opened, and so how it is closed. */

typedef struct {
    uint32_t         ch;            /* the quote that closes */
    size_t           escapes;       /* backslashes before it */
    unsigned         encoded:1;     /* "%22", "&quot;", or of typography */
    unsigned         doubled:1;     /* as in CSV */
    unsigned         tripled:1;     /* as in Python */
} rsl_redact_quote_t;


extern const rsl_redact_shape_t  rsl_redact_shapes[];
extern const rsl_redact_shape_t  rsl_redact_commands[];


/* rsl_redact.c */

rsl_redact_t *rsl_redact_create_limits(int jit,
    const rsl_redact_limits_t *limits);

/* rsl_redact_engine.c */

int rsl_redact_engine_append(rsl_redact_out_t *out, const u_char *p,
    size_t len);

/* Is this an error of the engine, a hit (1), or no hit (0)? */
int rsl_redact_engine_exec(rsl_redact_t *redact, const pcre2_code *code,
    const rsl_str_t *text, size_t offset, uint32_t options);

/* rsl_redact_operator.c */

/* RSL_DECLINED: the engine gave up, and the text must be hidden. */
int rsl_redact_operator_text(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_str_t *text);
void rsl_redact_operator_free(rsl_redact_t *redact);

/* rsl_redact_scan.c: the built-in rules; RSL_DECLINED as above */

int rsl_redact_scan(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_str_t *text);

/* rsl_redact_shape.c */

int rsl_redact_shape_compile(rsl_redact_t *redact);
void rsl_redact_shape_free(rsl_redact_t *redact);

/* No secret with a shape is shorter. */
#define RSL_REDACT_SHAPE_MIN  4

/* The first byte is the lowest one. */
#define rsl_redact_shape_head(p)                                              \
    ((p)[0] | (uint32_t) (p)[1] << 8 | (uint32_t) (p)[2] << 16                \
     | (uint32_t) (p)[3] << 24)

/*
 * A row for the first two bytes, one for the first three, and a bit in that for
 * the fourth: digits and signs, capitals, small letters.  With these factors
 * few words share a row with a secret.
 */
#define rsl_redact_shape_row(head)        ((head) * 177 >> 8 & 0xff)
#define rsl_redact_shape_begin_row(head)  ((head) * 0x767c4700 >> 20)
#define rsl_redact_shape_begin_bit(head)  ((head) >> 29)

/* Could one of the shapes begin with the four bytes at "p"? */

static inline unsigned
rsl_redact_shape_may_begin(const rsl_redact_t *redact, const u_char *p)
{
    uint32_t  head;

    head = rsl_redact_shape_head(p);

    return redact->begins[rsl_redact_shape_begin_row(head)]
           >> rsl_redact_shape_begin_bit(head) & 1;
}


/* Another rule may hit. */
#define RSL_REDACT_NEXT  2

/* 1: value and stop are set; 0: nothing is here; -1: the engine gave up. */
int rsl_redact_shape(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const rsl_redact_rule_t *rule, const u_char *p);
int rsl_redact_shape_azure(rsl_redact_scan_t *scan, const u_char *p);

/* rsl_redact_trigger.c */

int rsl_redact_trigger_separator(rsl_redact_scan_t *scan, const u_char *p);
int rsl_redact_trigger_spoken(rsl_redact_scan_t *scan, const u_char *p);

/* rsl_redact_name.c */

rsl_redact_name_e rsl_redact_name(const rsl_str_t *key);

/* The name that ends at "p", quotes and blanks between them aside. */
void rsl_redact_name_before(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_redact_name_t *name);

/* Is this the name of the member that holds a name, or the value? */
int rsl_redact_name_is_name(const rsl_str_t *key);
int rsl_redact_name_is_value(const rsl_str_t *key);

/* rsl_redact_char.c: characters, whichever way they are written */

/* What each byte is a trigger of. */

#define RSL_REDACT_SKIP       0
#define RSL_REDACT_SEPARATOR  1     /* = : and their encoded forms */
#define RSL_REDACT_COMMA      2     /* ["password", "x"] */
#define RSL_REDACT_DASH       3     /* --password x */
#define RSL_REDACT_QUOTE      4     /* password 'x' */
#define RSL_REDACT_ELEMENT    5     /* <password>x */
#define RSL_REDACT_WORD       6
#define RSL_REDACT_AT         7     /* user:x@tcp(host) */
#define RSL_REDACT_TILDE      8     /* a secret of Azure AD: abc8Q~... */
#define RSL_REDACT_BLANK      9     /* password hunter2 */

extern const u_char  rsl_redact_char_triggers[256];

/* In JSON and in names: what separates, and what is a part of them. */
int rsl_redact_char_is_blank(u_char ch);

static inline int
rsl_redact_char_is_word(u_char ch)
{
    return rsl_redact_char_triggers[ch] == RSL_REDACT_WORD;
}


int rsl_redact_char_is_word_utf8(u_char ch);
const u_char *rsl_redact_char_word_begin(const rsl_redact_scan_t *scan,
    const u_char *p);
const u_char *rsl_redact_char_eol(const u_char *p, const u_char *end);
const u_char *rsl_redact_char_until(const u_char *p, const u_char *end,
    const char *literal);

/* Does what was redacted already begin at "p"? */
int rsl_redact_char_masked(const u_char *p, const u_char *end);

/* Is "word", in lower case, at "p" in any case? */
int rsl_redact_char_caseless(const u_char *p, const u_char *end,
    const char *word, size_t len);

uint32_t rsl_redact_char_before(const u_char *from, const u_char *p,
    const u_char **start);
uint32_t rsl_redact_char_at(const u_char *p, const u_char *end,
    const u_char **next);

/* rsl_redact_value.c: where a value begins and ends */

int rsl_redact_value(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form);

/* rsl_redact_except.c: names and values that are none */

int rsl_redact_except_allows(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator);
int rsl_redact_except_constant(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
int rsl_redact_except_parser(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
int rsl_redact_except_prose_at(const u_char *p, const u_char *end);
int rsl_redact_except_prose(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
int rsl_redact_except_count(const rsl_redact_scan_t *scan);
int rsl_redact_except_term(const u_char *p, const u_char *end);
int rsl_redact_except_option(const rsl_str_t *key);

/* A name without a word of prose in it: shorter ones may be of a file. */
#define RSL_REDACT_LONG  20

/* rsl_redact_extent.c */

const u_char *rsl_redact_extent_blanks(const u_char *p, const u_char *end,
    rsl_redact_form_e form, int lines);
const u_char *rsl_redact_extent_opening(const u_char *p, const u_char *end,
    rsl_redact_form_e form, rsl_redact_quote_t *quote);
const u_char *rsl_redact_extent_quoted(const u_char *p, const u_char *end,
    const rsl_redact_quote_t *quote);
const u_char *rsl_redact_extent_nested(const u_char *p, const u_char *end);
const u_char *rsl_redact_extent_typed(const u_char *p, const u_char *end);
int rsl_redact_extent_block(rsl_redact_scan_t *scan, const u_char *p);
const u_char *rsl_redact_extent_bare(const u_char *p, const u_char *end,
    rsl_redact_form_e form);
const u_char *rsl_redact_extent_further(const u_char *start, const u_char *p,
    const u_char *end, rsl_redact_form_e form);

/* rsl_redact_pair.c */

int rsl_redact_pair_member(rsl_redact_scan_t *scan, const u_char *value);
rsl_redact_name_e rsl_redact_pair_member_back(rsl_redact_scan_t *scan,
    const u_char *value, u_char separator);
int rsl_redact_pair(rsl_redact_scan_t *scan, const u_char *p);

/* rsl_redact_url.c */

int rsl_redact_url(rsl_redact_scan_t *scan, const u_char *p);
int rsl_redact_url_encoded(rsl_redact_scan_t *scan, const u_char *p);
int rsl_redact_url_dsn(rsl_redact_scan_t *scan, const u_char *p);

/* rsl_redact_loose.c */

/* The last three letters of its names, from the end: a bit for each of them. */
extern const u_char  rsl_redact_loose_ends[3][256];

/* May such a name end at "p"?  It has three bytes at least. */
#define rsl_redact_loose_name(p)                                              \
    (rsl_redact_loose_ends[0][(p)[-1]] & rsl_redact_loose_ends[1][(p)[-2]]    \
     & rsl_redact_loose_ends[2][(p)[-3]])

int rsl_redact_loose(rsl_redact_scan_t *scan, const u_char *p);

/* rsl_redact_markup.c */

int rsl_redact_markup_element(rsl_redact_scan_t *scan, const u_char *p);
int rsl_redact_markup_encoded(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *next);
int rsl_redact_markup_serialized(rsl_redact_scan_t *scan, const u_char *p);

/* rsl_redact_option.c */

int rsl_redact_option(rsl_redact_scan_t *scan, const u_char *p);


/* A name of a secret, and how it counts. */

typedef struct {
    const char            *word;
    size_t                 len;
    rsl_redact_name_e      kind;
    unsigned               whole:1;     /* not the end of a longer word */
} rsl_redact_keyword_t;


/* What may stand before the last letter of a name, and before that: bits. */

typedef struct {
    uint32_t               second;
    uint32_t               third;
} rsl_redact_ending_t;

/* The place and the bit of a letter, in either case. */
#define rsl_redact_ending_row(ch)  ((ch) & 0x1f)
#define rsl_redact_ending_bit(ch)  ((uint32_t) 1 << rsl_redact_ending_row(ch))

extern const rsl_redact_keyword_t *const  rsl_redact_keywords[26];
extern const rsl_redact_ending_t          rsl_redact_endings[32];


typedef struct {
    const char            *text;
    size_t                 len;
} rsl_redact_literal_t;

extern const rsl_redact_literal_t            rsl_redact_tails[];
extern const rsl_redact_literal_t            rsl_redact_name_keys[];
extern const rsl_redact_literal_t            rsl_redact_value_keys[];
extern const rsl_redact_ending_t          rsl_redact_key_endings[32];


#endif /* _RSL_REDACT_INTERNAL_H_INCLUDED_ */
