
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the files of the redaction share, and what its tests reach into.
 *
 * A section for each file, the lowest one first: a file calls only what stands
 * above its own section here.  Who wants to know how a text is read begins at
 * the end, with rsl_redact_scan(); docs/design.md has the overview.
 */


#ifndef _RSL_REDACT_INTERNAL_H_INCLUDED_
#define _RSL_REDACT_INTERNAL_H_INCLUDED_

#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>

#include "rsl_redact.h"

/* In a table: an error of the compiler if it is false, and otherwise 0. */
#define RSL_REDACT_CHECK(condition, message)                                  \
    (0 * sizeof(struct {                                                      \
                    char  check;                                              \
                    _Static_assert(condition, message);                       \
                }))

/* What a secret is replaced by. */
#define RSL_REDACT_MASK      "***"
#define RSL_REDACT_MASK_LEN  (sizeof(RSL_REDACT_MASK) - 1)


/*
 * rsl_redact_char.c: bytes, and characters whichever way they are written.
 *
 * A trigger is a byte at which a rule may begin to apply.  Its kind says which
 * rule (rsl_redact_scan.c); a byte that is not listed is no trigger.
 */

#define RSL_REDACT_SKIP       0
#define RSL_REDACT_SEPARATOR  1     /* = and :, as they are or encoded */
#define RSL_REDACT_COMMA      2     /* ["password", "x"] */
#define RSL_REDACT_DASH       3     /* --password x, -----BEGIN */
#define RSL_REDACT_QUOTE      4     /* password 'x' */
#define RSL_REDACT_ELEMENT    5     /* <password>x */
#define RSL_REDACT_WORD       6     /* a shape: ghp_... */
#define RSL_REDACT_AT         7     /* user:x@tcp(host) */
#define RSL_REDACT_TILDE      8     /* a secret of Azure: abc8Q~... */
#define RSL_REDACT_BLANK      9     /* password hunter2 */
#define RSL_REDACT_DRESS      10    /* a code or a control character */
#define RSL_REDACT_ESCAPE     11    /* a separator, or a code shown as text */

/*
 * The triggers but words and control characters.  An encoded separator begins
 * with "%", "&" or "\", one of full width with the byte 0xef.  Characters that
 * nobody sees begin with 0xc2, 0xe2 or 0xef.
 */

#define RSL_REDACT_CHAR_TRIGGERS(row)                                         \
    row('=', SEPARATOR)                                                       \
    row(':', SEPARATOR)                                                       \
    row('%', SEPARATOR)                                                       \
    row('&', SEPARATOR)                                                       \
    row('\\', ESCAPE)                                                         \
    row(0xef, ESCAPE)                                                         \
    row(',', COMMA)                                                           \
    row('-', DASH)                                                            \
    row('"', QUOTE)                                                           \
    row('\'', QUOTE)                                                          \
    row('>', ELEMENT)                                                         \
    row('@', AT)                                                              \
    row('~', TILDE)                                                           \
    row(' ', BLANK)                                                           \
    row('\t', BLANK)                                                          \
    row('|', BLANK)                                                           \
    row('[', DRESS)                                                           \
    row('#', DRESS)                                                           \
    row(0xc2, DRESS)                                                          \
    row(0xe2, DRESS)

/* The triggers that are control characters, in a table of all bytes. */

#define RSL_REDACT_CHAR_CONTROLS(value)                                       \
    [0x00 ... 0x08] = value, [0x0b ... 0x1f] = value, [0x7f] = value

extern const u_char  rsl_redact_char_triggers[256];

/* Is it a byte of a word: a letter or a digit of ASCII, or "_"? */

static inline int
rsl_redact_char_is_word(u_char ch)
{
    return rsl_redact_char_triggers[ch] == RSL_REDACT_WORD;
}


/* The same, or a byte of a character that is not ASCII. */

static inline int
rsl_redact_char_is_word_utf8(u_char ch)
{
    return ch >= 0x80 || rsl_redact_char_is_word(ch);
}


/* Is it one of the four blanks of JSON? */

static inline int
rsl_redact_char_is_blank(u_char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}


/*
 * The character that ends at "p", from < p, is returned; *start is set to its
 * first byte.  0: a character that nobody sees and that counts for nothing.
 */
uint32_t rsl_redact_char_before(const u_char *from, const u_char *p,
    const u_char **start);

/* The same for the character at "p", p < end; *next is set behind it. */
uint32_t rsl_redact_char_at(const u_char *p, const u_char *end,
    const u_char **next);

/* Does "text", in lower case and "len" bytes long, stand at "p" in any case? */
int rsl_redact_char_caseless(const u_char *p, const u_char *end,
    const char *text, size_t len);

/* The end of the line that "p" is in, without its line feed. */
const u_char *rsl_redact_char_eol(const u_char *p, const u_char *end);

/* Where "literal" stands next, or "end". */
const u_char *rsl_redact_char_until(const u_char *p, const u_char *end,
    const char *literal);

/* Does RSL_REDACT_MASK stand at "p"? */
int rsl_redact_char_masked(const u_char *p, const u_char *end);


/*
 * rsl_redact_code.c: codes of terminals and control characters, as they are or
 * shown as text ("\x1b[0m", "#033[0m", "^[[0m").
 */

typedef enum {
    RSL_REDACT_CODE_NONE = 0,
    RSL_REDACT_CODE_STYLE,          /* a colour, a move, a set of letters */
    RSL_REDACT_CODE_STRING,         /* a link or a title, with a text in it */
    RSL_REDACT_CODE_BACK,           /* what is before it is struck over */
    RSL_REDACT_CODE_SPACE,          /* a line feed or tab, shown as text */
    RSL_REDACT_CODE_LINE,           /* one that may stand between two lines */
    RSL_REDACT_CODE_CONTROL         /* any other one */
} rsl_redact_code_e;

typedef struct {
    rsl_redact_code_e          kind;
    const u_char              *content;     /* of a string */
    const u_char              *stop;        /* the end of its content */
    const u_char              *end;         /* of the code; if it is none, no
                                               code begins before this */
} rsl_redact_code_t;

/*
 * Not 0 for the bytes with which a code can begin: the bits tell for which of
 * the second ones that is so.
 */
extern const u_char  rsl_redact_code_starts[256];
extern const u_char  rsl_redact_code_seconds[256];

/* Could a code begin at "p", p < end?  Of several backslashes with the last. */

static inline int
rsl_redact_code_may_begin(const u_char *p, const u_char *end)
{
    return (rsl_redact_code_starts[*p]
            & (end - p > 1 ? rsl_redact_code_seconds[p[1]] : 1))
           != 0;
}


/* Where a code could begin next, or "end". */
const u_char *rsl_redact_code_next(const u_char *p, const u_char *end);

/* Describes the code at "p", p < end, and returns its kind. */
rsl_redact_code_e rsl_redact_code(const u_char *p, const u_char *end,
    rsl_redact_code_t *code);


/* rsl_redact_engine.c: PCRE2 within its limits, and a text in the making */

typedef struct {
    uint32_t                   match;
    uint32_t                   depth;
    uint32_t                   heap;        /* in KiB */
    size_t                     jit_stack;   /* in bytes, at most */
    uint64_t                   usec;        /* for a text, over all rules of
                                               the operator */
} rsl_redact_limits_t;

/* It is in the arena, and has no memory until something is appended. */

typedef struct {
    rsl_arena_t               *arena;
    u_char                    *data;
    size_t                     len;
    size_t                     size;
} rsl_redact_out_t;

extern const rsl_redact_limits_t  rsl_redact_engine_limits;

/* RSL_ERROR: no memory; what is there is freed by rsl_redact_engine_free(). */
int rsl_redact_engine_init(rsl_redact_t *redact, int jit,
    const rsl_redact_limits_t *limits);
void rsl_redact_engine_free(rsl_redact_t *redact);

/*
 * Compiles a pattern of "len" bytes, which the caller frees by
 * pcre2_code_free().  NULL: *error and *offset are those of pcre2_compile().
 */
pcre2_code *rsl_redact_engine_compile(const rsl_redact_t *redact,
    const u_char *pattern, size_t len, uint32_t options, int *error,
    size_t *offset);

/*
 * Searches the text from "offset" on.  Returns the number of groups that were
 * set, the whole hit included, which redact->data holds then; 0: no hit;
 * RSL_DECLINED: PCRE2 gave up, and the text must be hidden.
 */
int rsl_redact_engine_exec(rsl_redact_t *redact, const pcre2_code *code,
    const rsl_str_t *text, size_t offset, uint32_t options);

/* RSL_ERROR: no memory. */
int rsl_redact_engine_append(rsl_redact_out_t *out, const u_char *p,
    size_t len);


/* rsl_redact_keyword.c: the names of secrets, as data */

/* What a name says about the value beside it. */

typedef enum {
    RSL_REDACT_NAME_NONE = 0,
    RSL_REDACT_NAME_SECRET,
    RSL_REDACT_NAME_WEAK,           /* it is used in prose too: "session" */
    RSL_REDACT_NAME_PLURAL,         /* a number beside it is a count */
    RSL_REDACT_NAME_OPAQUE,         /* a word beside it is no secret */
    RSL_REDACT_NAME_COOKIE,         /* the rest of the line is the value */
    RSL_REDACT_NAME_AUTHORIZATION   /* a scheme may stand before the value */
} rsl_redact_name_e;

/* May a value stand behind the name with only a blank between them? */

typedef enum {
    RSL_REDACT_LOOSE_NEVER = 0,
    RSL_REDACT_LOOSE_TOKEN,         /* if it is made like a token */
    RSL_REDACT_LOOSE_PASSWORD       /* also if it is made like a password */
} rsl_redact_loose_e;

/* What may stand beside the name and is no secret (rsl_redact_clause.c)? */

typedef enum {
    RSL_REDACT_STRONG = 0,          /* words for failures and types only */
    RSL_REDACT_WEAK,                /* states, counts and sentences too */
    RSL_REDACT_DIGITS,              /* the same, but digits are the secret */
    RSL_REDACT_WORDS,               /* states, but no other word */
    RSL_REDACT_LINE                 /* it is weak, and a header */
} rsl_redact_strength_e;

typedef struct {
    const char                *text;    /* small letters, no separators */
    size_t                     len;
    rsl_redact_name_e          kind;
    rsl_redact_loose_e         loose;
    unsigned                   whole:1; /* not the end of a longer part */
    rsl_redact_strength_e      strength;
} rsl_redact_keyword_t;

typedef struct {
    const char                *text;
    size_t                     len;
} rsl_redact_literal_t;

/* Each ends in a row whose text is NULL. */

extern const rsl_redact_keyword_t  rsl_redact_keywords[];
extern const rsl_redact_literal_t  rsl_redact_keyword_tails[];
extern const rsl_redact_literal_t  rsl_redact_keyword_name_keys[];
extern const rsl_redact_literal_t  rsl_redact_keyword_value_keys[];

/* No keyword is shorter, and of a longer name only the last letters count. */
#define RSL_REDACT_KEYWORD_MIN  2
#define RSL_REDACT_KEYWORD_MAX  40

/*
 * Which letters stand before the last letter of a name, and before that one,
 * as bits; a row for each last letter, in either case.
 */

typedef struct {
    uint32_t                   second;
    uint32_t                   third;
} rsl_redact_ending_t;

/* A word, and the lists of rsl_redact_word.c that it is in. */

typedef struct {
    const char                *text;
    uint8_t                    len;
    uint8_t                    kinds;
} rsl_redact_word_t;

/* the places of the hash table of words, and the length of the longest */
#define RSL_REDACT_WORDS_SIZE  2048
#define RSL_REDACT_WORD_MAX    20

/*
 * What rsl_redact_create() makes of the tables of names and words, so that most
 * names are dismissed by their last letters.
 */

#define RSL_REDACT_ENDINGS     32
#define RSL_REDACT_LETTERS     26

typedef struct {
    /* the keywords in rows by their last two letters, the longest of each
       first */
    rsl_redact_keyword_t      *keywords;
    uint16_t                   first[RSL_REDACT_LETTERS * RSL_REDACT_LETTERS
                                     + 1];

    /* of keywords and tails, and of the keys of members */
    rsl_redact_ending_t        endings[RSL_REDACT_ENDINGS];
    rsl_redact_ending_t        member_endings[RSL_REDACT_ENDINGS];

    u_char                     foreign[256];    /* not the end of any name */

    /* see rsl_redact_loose_name() */
    uint16_t                   loose[3][256];
    uint16_t                   loose_names;
    uint16_t                   loose_passwords;

    rsl_redact_word_t          words[RSL_REDACT_WORDS_SIZE];
} rsl_redact_names_t;


/*
 * rsl_redact_rules.c, rsl_redact_command.c, rsl_redact_statement.c: secrets
 * with a shape, as data.  One begins with "prefix", behind a byte that is no
 * part of a word, and goes on as "pattern" says.  Each group of the pattern is
 * replaced, or prefix and match if it has none.
 */

typedef struct {
    const char                *name;
    const char                *prefix;      /* of two bytes at least */
    const char                *pattern;
    const char                *until;       /* NULL, or not the match is
                                               replaced but what stands
                                               between it and this text */
    unsigned                   caseless:1;  /* the prefix is in lower case and
                                               stands for any case */
    unsigned                   anywhere:1;  /* within a word too */
    unsigned                   how:3;       /* RSL_REDACT_SHAPE_... */
} rsl_redact_shape_t;

/* no match at its beginning, none in the same run of base64url */
#define RSL_REDACT_SHAPE_RUN    1
#define RSL_REDACT_SHAPE_VALUE  2   /* a value is behind it, as behind a name */
#define RSL_REDACT_SHAPE_ROWS   3   /* the columns of an INSERT are behind it */
#define RSL_REDACT_SHAPE_PIPED  4   /* a value is piped into it */

/* Each ends in a row whose name is NULL. */

extern const rsl_redact_shape_t  rsl_redact_shapes[];
extern const rsl_redact_shape_t  rsl_redact_commands[];
extern const rsl_redact_shape_t  rsl_redact_statements[];

/* How a prefix begins, and of which rule it is. */

typedef struct {
    uint32_t                   head;        /* its first four bytes, */
    uint32_t                   mask;        /* and which bits of them count */
    u_char                     fifth;       /* and the same for its next byte */
    u_char                     fifth_mask;
    uint16_t                   rule;
} rsl_redact_head_t;

typedef struct rsl_redact_rule_s      rsl_redact_rule_t;
typedef struct rsl_redact_operator_s  rsl_redact_operator_t;

/* All that rsl_redact_create() makes; only the counters change later. */

struct rsl_redact_s {
    /* of rsl_redact_engine.c */
    pcre2_match_context       *match;
    pcre2_match_data          *data;
    pcre2_jit_stack           *stack;
    rsl_redact_limits_t        limits;
    uint64_t                   failures;    /* texts that were hidden, */
    uint64_t                   told;        /* so many of them by _news() */
    uint64_t                   replaced;    /* see rsl_redact_news() */

    rsl_redact_names_t         names;

    /*
     * of rsl_redact_shape.c: the rules, and how they begin, in rows by the
     * first two bytes of the prefixes
     */
    rsl_redact_rule_t         *rules;
    size_t                     nrules;
    rsl_redact_head_t         *heads;
    uint16_t                   first[256 + 1];

    /* see rsl_redact_shape_may_begin() */
    uint32_t                   begins[2048];

    rsl_redact_operator_t     *operators;
    rsl_redact_operator_t    **last;

    unsigned                   jit:1;
};

#define RSL_REDACT_PLACES    4
#define RSL_REDACT_PROGRAMS  4

typedef struct {
    const u_char              *value;       /* see rsl_redact_place.c */
    const u_char              *stop;
} rsl_redact_place_t;

typedef struct {
    const u_char              *start;       /* see rsl_redact_option.c */
    size_t                     row;
} rsl_redact_program_t;

/*
 * One pass of the built-in rules over one text.  A rule that hits sets "value"
 * and "stop", and what is between them is replaced.  The text before "from" is
 * done: that no rule returns to it bounds the time by the length of the text.
 * A look at what stands just before a name may go back to "start".
 */

typedef struct {
    const rsl_redact_names_t  *names;
    const u_char              *start;
    const u_char              *end;
    const u_char              *from;
    const u_char              *value;
    const u_char              *stop;
    const u_char              *commands;    /* the programs before it are, the
                                               nearest first, */
    rsl_redact_program_t       programs[RSL_REDACT_PROGRAMS];
    size_t                     nprograms;
    const u_char              *member;      /* here stands the value of a
                                               member whose name, further
                                               before, is a secret's */
    const u_char              *run;         /* before this no shape that has
                                               RSL_REDACT_SHAPE_RUN matches */
    unsigned                   plain:1;     /* the text has no dress any more */

    rsl_redact_place_t         places[RSL_REDACT_PLACES];
    size_t                     nplaces;
    uint64_t                   columns;     /* of an INSERT, a bit for each
                                               that holds secrets */
    const u_char              *row;         /* its rows are read up to here, */
    size_t                     column;      /* where this column begins */
} rsl_redact_scan_t;

/* A name in a text, and its kind. */

typedef struct {
    rsl_redact_name_e          kind;
    const u_char              *start;
    const u_char              *end;
    unsigned                   quoted:1;    /* a quote stands behind it */
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

/* How a quoted value was opened, and so how it is closed. */

typedef struct {
    uint32_t                   ch;          /* the quote that closes */
    size_t                     escapes;     /* backslashes before it */
    unsigned                   encoded:1;   /* "%22", "&quot;", or one of
                                               typography */
    unsigned                   doubled:1;   /* as in CSV */
    unsigned                   tripled:1;   /* as in Python */
} rsl_redact_quote_t;


/* rsl_redact_name.c: what is a name, and what it says */

/* RSL_ERROR: no memory; what is there is freed by rsl_redact_name_free(). */
int rsl_redact_name_init(rsl_redact_names_t *names);
void rsl_redact_name_free(rsl_redact_names_t *names);

/* The kind of the name that is all of "key". */
rsl_redact_name_e rsl_redact_name(const rsl_redact_names_t *names,
    const rsl_str_t *key);

/*
 * The name that ends at "p", apart from quotes, brackets and blanks that may
 * stand behind it.  Always sets "kind" and "quoted"; "end" is NULL if there is
 * nothing before "p"; "start" is valid only if the kind is not NONE.
 */
void rsl_redact_name_before(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_redact_name_t *name);

/*
 * Can the name of a secret end at "p"?  Most names are dismissed here, because
 * no secret's name ends in their last three letters.  This only saves time: a
 * letter that is encoded would have to be decoded first, so the answer is yes.
 */
int rsl_redact_name_may_end(const rsl_redact_names_t *names,
    const u_char *from, const u_char *p);

/* What is spared beside this name?  As little as can be if it is none. */
rsl_redact_strength_e rsl_redact_name_strength(const rsl_redact_names_t *names,
    const u_char *start, const u_char *end);

/* What does a member of an object that has this key hold? */

typedef enum {
    RSL_REDACT_MEMBER_OTHER = 0,
    RSL_REDACT_MEMBER_NAME,
    RSL_REDACT_MEMBER_VALUE
} rsl_redact_member_e;

rsl_redact_member_e rsl_redact_name_member(const rsl_redact_names_t *names,
    const rsl_str_t *key);


/*
 * rsl_redact_word.c: words that are no secret.  The kinds of a word are bits.
 */

#define RSL_REDACT_WORD_FAILURE  0x01   /* "incorrect", "missing", "not" */
#define RSL_REDACT_WORD_TYPE     0x02   /* "string" */
#define RSL_REDACT_WORD_STATE    0x04   /* "ok", "enabled" */
#define RSL_REDACT_WORD_METHOD   0x08   /* "basic", "ldap" */
#define RSL_REDACT_WORD_FILLER   0x10   /* what goes with them: "the", "user" */
#define RSL_REDACT_WORD_HIDDEN   0x20   /* "redacted" */
#define RSL_REDACT_WORD_SCHEME   0x40   /* a credential follows: "basic" */
#define RSL_REDACT_WORD_CONSTRUCTOR  0x80   /* of a dump: Just "x" */

/* RSL_ERROR: there are more words than places, or one is too long. */
int rsl_redact_word_init(rsl_redact_names_t *names);

/* The kinds of the word from "p" to "end", or 0. */
unsigned rsl_redact_word(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end);

/* Is it made of letters only, as a word is, in any language's prose? */
int rsl_redact_word_is_plain(const u_char *p, const u_char *end);

/* Does it end as "refreshed" and "loading" do? */
int rsl_redact_word_is_participle(const u_char *p, const u_char *end);

/* Is it the name of a variable: "HOST", "db_password"? */
int rsl_redact_word_is_variable(const u_char *p, const u_char *end);

/* Is what names a secret in it: "TOKEN", "db_password"? */
int rsl_redact_word_has_stem(const u_char *p, const u_char *end);


/*
 * rsl_redact_placeholder.c: what stands for a secret.  Each reads a bounded
 * number of bytes.
 */

/* Is all from "p" to "end" a placeholder? */
int rsl_redact_placeholder_all(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);

/* Is a placeholder at "p", and all of a value without quotes, or with these? */
int rsl_redact_placeholder_bare(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);
int rsl_redact_placeholder_quoted(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end, const rsl_redact_quote_t *quote);


/*
 * rsl_redact_except.c: what looks like a name and its secret and is none.
 * "p" is where the value begins; each returns whether the exception applies,
 * but for rsl_redact_except_allows(), which is 1 if none of its own does.
 */

/* Those that need no more of a value than its beginning. */
int rsl_redact_except_allows(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator);

/* Is the value from scan->value to scan->stop one that is never a secret? */
int rsl_redact_except_constant(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);

/* Is that value prose?  For names of the kind WEAK. */
int rsl_redact_except_prose(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);

/* Is that value a count?  For names of the kind PLURAL. */
int rsl_redact_except_count(const rsl_redact_scan_t *scan);

/* Says the value from "p" to scan->stop how a browser sends credentials? */
int rsl_redact_except_fetched(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);

/* Does the name of the secret stand at "p" instead of the secret? */
int rsl_redact_except_itself(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);

/* Is it made as a secret is?  For names of the kind OPAQUE. */
int rsl_redact_except_opaque(const u_char *p, const u_char *end);

/* Is the name the "token" of a parser: "unexpected token: x"? */
int rsl_redact_except_parser(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);

/* Does a sentence about the name go on at "p"? */
int rsl_redact_except_prose_at(const u_char *p, const u_char *end);

/* Is what is from "p" to "end" a term that only looks as random as a token? */
int rsl_redact_except_term(const u_char *p, const u_char *end);

/* What is longer than this, without a joint in it, is no file name or term. */
#define RSL_REDACT_EXCEPT_LONG  20


/* rsl_redact_source.c: source code; bounded as well */

/* Is a name at "p", behind "==", with which another one is compared? */
int rsl_redact_source_compares(const u_char *p, const u_char *end);

/* Does an expression stand at "p" that takes the value from elsewhere? */
int rsl_redact_source(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end);

/* Behind the type at "p" and a "=", or NULL. */
const u_char *rsl_redact_source_declared(const u_char *p, const u_char *end);


/*
 * rsl_redact_clause.c: what is said of a secret.  Does the text at "p", behind
 * the separator of this name, say that something is the matter with it?
 */
int rsl_redact_clause(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator,
    rsl_redact_strength_e strength);


/* rsl_redact_object.c: an object beside a weak name */

/* Has the object at "p" a secret in it that takes its name from the object? */
int rsl_redact_object_holds(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end);

/* Is a list of words at "p", which is a bracket? */
int rsl_redact_object_lists_words(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);

/* Is the key one that says nothing, as "value" and "id"? */
int rsl_redact_object_is_generic(const rsl_redact_names_t *names,
    const rsl_str_t *key);


/*
 * rsl_redact_extent.c: how far a value reaches.  Each goes forward only and
 * returns a place not behind "end".
 */

/* Behind blanks, at most 64 bytes of them; "lines": line feeds are blanks. */
const u_char *rsl_redact_extent_blanks(const u_char *p, const u_char *end,
    rsl_redact_form_e form, int lines);

/*
 * Behind the quote that opens at "p", which is described in "quote"; or NULL:
 * there is none.
 */
const u_char *rsl_redact_extent_opening(const u_char *p, const u_char *end,
    rsl_redact_form_e form, rsl_redact_quote_t *quote);

/* The end of the quoted value at "p". */
const u_char *rsl_redact_extent_quoted(const u_char *p, const u_char *end,
    const rsl_redact_quote_t *quote);

/* Behind the bracket that closes the one at "p", p < end. */
const u_char *rsl_redact_extent_nested(const u_char *p, const u_char *end);

/* Brackets that are open, and in the last of them a quote, or 0. */

typedef struct {
    size_t                     depth;
    u_char                     quote;
    unsigned                   indented:1;  /* a line that is not, ends them */
} rsl_redact_nest_t;

/* The same if these are open at "p", behind the byte before it. */
const u_char *rsl_redact_extent_nest(const u_char *p, const u_char *end,
    rsl_redact_nest_t *nest);

/* The end of the value at "p", which has no quotes. */
const u_char *rsl_redact_extent_bare(const u_char *p, const u_char *end,
    rsl_redact_form_e form);

/* The same for a value that begins at "start" and goes on at "p". */
const u_char *rsl_redact_extent_further(const u_char *start, const u_char *p,
    const u_char *end, rsl_redact_form_e form);


/* rsl_redact_dump.c: names and values as languages dump them; p < end */

/*
 * Behind what says of which type the value at "p" is, or "p"; NULL: it is
 * said that there is none.
 */
const u_char *rsl_redact_dump_typed(const u_char *p, const u_char *end);

/* Is an object with the name of its class at "p"?  Sets value and stop. */
int rsl_redact_dump_object(rsl_redact_scan_t *scan, const u_char *p);

/* Is the value at "p" in a sentence of a validator?  Sets value and stop. */
int rsl_redact_dump_rejected(rsl_redact_scan_t *scan, const u_char *p);

/*
 * Where the name of a property of PHP ends whose arrow begins at "p", or "p":
 * ["password":protected]=>.  The other way round, the ":" is before "p".
 */
const u_char *rsl_redact_dump_property(const rsl_redact_scan_t *scan,
    const u_char *p);
int rsl_redact_dump_is_property(const u_char *p, const u_char *end);

/* Is the value at "p" on a line of print_r()?  Sets value and stop. */
int rsl_redact_dump_printed(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);


/*
 * rsl_redact_block.c: values of several lines, or on the lines below.  The
 * first two return 1 with value and stop set, or 0; p < end.
 */

/* Is a value of several lines at "p"? */
int rsl_redact_block(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);

/* Does the line end at "p", and does the value stand on the lines below? */
int rsl_redact_block_below(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);

/*
 * The same where the name is somewhere before on its line.  The value has to
 * be made like a secret then.
 */
int rsl_redact_block_heading(rsl_redact_scan_t *scan, const u_char *p);

/*
 * The line of an assignment ends at "p".  Returns where its value begins on the
 * next line, or "p".
 */
const u_char *rsl_redact_block_assigned(const rsl_redact_scan_t *scan,
    const u_char *p, const rsl_redact_name_t *name);

/* Moves stop, a closing quote, to that of the last piece on further lines. */
void rsl_redact_block_pieces(rsl_redact_scan_t *scan,
    const rsl_redact_quote_t *quote);


/* rsl_redact_scheme.c: a scheme of HTTP authorization stays */

/* Behind the scheme at "p" and its blanks, or "p" if nothing follows them. */
const u_char *rsl_redact_scheme(const u_char *p, const u_char *end,
    rsl_redact_name_e kind);

/* Does a list of parameters follow the scheme at "p"? */
int rsl_redact_scheme_has_list(const u_char *p, const u_char *end,
    rsl_redact_name_e kind);

/* Behind the line feed of a header at "p" whose value is folded, or "p". */
const u_char *rsl_redact_scheme_folded(const u_char *p, const u_char *end,
    const rsl_redact_name_t *name);

/* The end of the line at "p" and of those that a folded header goes on with. */
const u_char *rsl_redact_scheme_unfolded(const u_char *p, const u_char *end);


/*
 * rsl_redact_value.c: the value beside a name.
 *
 * The separator ends before "p"; it was "separator" ('=', ':', ',' or ' ' for
 * none), written in "form".  1: value and stop are set; 0: nothing is to be
 * hidden, and these may have been changed.
 */
int rsl_redact_value(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form);


/*
 * rsl_redact_place.c: secrets that stand further ahead.  Their places have to
 * be added in their order.  The next one is not before scan->from, or NULL; of
 * rsl_redact_place() it is at "p" if it returns 1, with value and stop.
 */
void rsl_redact_place_add(rsl_redact_scan_t *scan, const u_char *value,
    const u_char *stop);
const u_char *rsl_redact_place_next(rsl_redact_scan_t *scan);
int rsl_redact_place(rsl_redact_scan_t *scan, const u_char *p);

/* "p" is behind the "(" of the columns.  Returns 0: it hides nothing yet. */
int rsl_redact_place_rows(rsl_redact_scan_t *scan, const u_char *p);


/* rsl_redact_member.c: the members of an object */

typedef struct {
    rsl_str_t                  key;
    u_char                     separator;
    const u_char              *value;   /* behind the separator */
    const u_char              *end;     /* behind the value */
} rsl_redact_member_t;

/*
 * Reads the next member of an object, of which what is before "p" was read.
 * Returns 0: the object ends, or the limit is reached.
 */
int rsl_redact_member(const u_char *p, const u_char *limit,
    rsl_redact_member_t *member);

/* Behind the value at "p" of a member with this separator. */
const u_char *rsl_redact_member_behind(const u_char *p, const u_char *limit,
    u_char separator);

/*
 * The rules, a file for each way to write a secret.  "p" is at the trigger if
 * nothing else is said.  1: value and stop are set; 0: nothing is to be hidden.
 */

/* rsl_redact_validation.c: the path of a field, and what was put into it */

/*
 * The value of a member that has this key is at "value".  Most keys are
 * dismissed before, because no key of these has their length and last letter.
 */
#define rsl_redact_validation_key(key)                                        \
    ((key).len < 14 && 0x3938u >> (key).len & 1                               \
     && 0x00100138u >> ((key).data[(key).len - 1] & 0x1f) & 1)
int rsl_redact_validation(rsl_redact_scan_t *scan, const rsl_str_t *key,
    const u_char *value, u_char separator);

/*
 * Is the quote at "p" that of a value in a sentence of Joi, Mongoose or
 * ASP.NET: "password" with value "x", failed for value "x" at path "password",
 * value 'x' is not valid for Password?
 */
int rsl_redact_validation_spoken(rsl_redact_scan_t *scan, const u_char *p);

/* Does a member that has this key hold a path, or what was put in? */
int rsl_redact_validation_is_path(const rsl_str_t *key);
int rsl_redact_validation_is_input(const rsl_str_t *key);

/* Is the last part of a path not its name, but an index or a type? */
int rsl_redact_validation_is_tag(const rsl_str_t *key);

/*
 * The kind of the name in which the path of a member "key" ends:
 * "users.0.password".
 */
rsl_redact_name_e rsl_redact_validation_path(const rsl_redact_names_t *names,
    const rsl_str_t *key, const rsl_str_t *path);


/* rsl_redact_pair.c: a name that is a value itself, and the value beside it */

/* The name that is a value is at "value". */
int rsl_redact_pair_member(rsl_redact_scan_t *scan, const u_char *value);

/* The value is at "value"; returns the kind of the name that follows it. */
rsl_redact_name_e rsl_redact_pair_member_back(rsl_redact_scan_t *scan,
    const u_char *value, u_char separator);

/*
 * The name of a block of HCL may be quoted at "p": variable "db_password" {.
 * The pass then knows the default in it by its place.
 */
void rsl_redact_pair_block(rsl_redact_scan_t *scan, const u_char *p);

/* "p" is at the comma behind the quote of a name. */
int rsl_redact_pair(rsl_redact_scan_t *scan, const u_char *p);


/* rsl_redact_url.c: "p" is behind "://", behind "%3A", at the "@" */

int rsl_redact_url(rsl_redact_scan_t *scan, const u_char *p);
int rsl_redact_url_encoded(rsl_redact_scan_t *scan, const u_char *p);
int rsl_redact_url_dsn(rsl_redact_scan_t *scan, const u_char *p);


/* rsl_redact_markup.c: XML, and what PHP serializes */

int rsl_redact_markup_element(rsl_redact_scan_t *scan, const u_char *p);

/* The encoded ">" is from "p" to "next". */
int rsl_redact_markup_encoded(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *next);

/* "p" is at the ":" before the value. */
int rsl_redact_markup_serialized(rsl_redact_scan_t *scan, const u_char *p);


/* rsl_redact_loose.c: only a blank between a name and its value */

/*
 * RSL_ERROR: a keyword that may have its value behind a blank is too short, or
 * these have more than 16 different pairs of last letters.
 */
int rsl_redact_loose_init(rsl_redact_names_t *names);

/*
 * Could a name end at "p" behind which a value may stand without a separator?
 * Three bytes at least are before "p".  Each bit of the three tables stands for
 * the names that have the last two letters in common: if it is left over, the
 * last three letters are those of such a name.
 */
#define rsl_redact_loose_name(names, p)                                       \
    ((names)->loose[0][(p)[-1]] & (names)->loose[1][(p)[-2]]                  \
     & (names)->loose[2][(p)[-3]])

/* "p" is behind such a name. */
int rsl_redact_loose(rsl_redact_scan_t *scan, const u_char *p);


/* rsl_redact_option.c: command lines; four bytes at least are at "p" */

int rsl_redact_option(rsl_redact_scan_t *scan, const u_char *p);


/* rsl_redact_shape.c: secrets that are known by their shape */

/* RSL_ERROR: no memory; what is there is freed by rsl_redact_shape_free(). */
int rsl_redact_shape_init(rsl_redact_t *redact);
void rsl_redact_shape_free(rsl_redact_t *redact);

/* No secret with a shape is shorter. */
#define RSL_REDACT_SHAPE_MIN  4

/* The four bytes at "p" as a number, the first one lowest. */
#define rsl_redact_shape_head(p)                                              \
    ((p)[0] | (uint32_t) (p)[1] << 8 | (uint32_t) (p)[2] << 16                \
     | (uint32_t) (p)[3] << 24)

/*
 * Hashes of these bytes: of the first two for the row of the rules, of the
 * first three for a number of redact->begins, in which the fourth, whatever its
 * case, chooses the bit.  The factors were chosen so that few words of logs
 * share a row or a bit with a secret.
 */
#define rsl_redact_shape_row(head)        ((head) * 22192 >> 8 & 0xff)
#define rsl_redact_shape_begin_row(head)  ((head) * 0xa8a12000 >> 21)
#define rsl_redact_shape_begin_bit(head)  ((head) >> 24 & 0x1f)

/* Could one of the shapes begin with the four bytes at "p"? */

static inline unsigned
rsl_redact_shape_may_begin(const rsl_redact_t *redact, const u_char *p)
{
    uint32_t  head;

    head = rsl_redact_shape_head(p);

    return redact->begins[rsl_redact_shape_begin_row(head)]
           >> rsl_redact_shape_begin_bit(head) & 1;
}


/* It was not this shape, but may be another one. */
#define RSL_REDACT_NEXT  2

/*
 * Does the secret of the rule that has this head stand at "p"?  As above, or
 * RSL_REDACT_NEXT, or RSL_DECLINED: PCRE2 gave up.
 */
int rsl_redact_shape(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const rsl_redact_head_t *head, const u_char *p);

/* Does the text at "p" have a prefix of a shape, or its first four bytes? */
int rsl_redact_shape_begins(const rsl_redact_t *redact, const u_char *p,
    const u_char *end);

/* Is a license of New Relic at "p"?  Which words of "bits" may be one? */
int rsl_redact_shape_license(rsl_redact_scan_t *scan, const u_char *p);
uint64_t rsl_redact_shape_licenses(const rsl_redact_scan_t *scan,
    const u_char *p, uint64_t bits, uint64_t word);

/* "p" is at the "~". */
int rsl_redact_shape_azure(rsl_redact_scan_t *scan, const u_char *p);


/*
 * rsl_redact_dress.c: a text without its dress, which is its codes and control
 * characters.
 *
 * The rules search a plain copy, and what they find is replaced in the text
 * itself.  A gap is what stands in the text and not in the copy.
 */

typedef enum {
    /* a code joins what is before and behind it, but a NUL or CR before another
       name or the shape of a secret is taken for the end of a line */
    RSL_REDACT_DRESS_JOINED = 0,

    /* the other way round: those join, and a colour before a shape does not */
    RSL_REDACT_DRESS_TURNED,

    /* what is in links and titles, and nothing else */
    RSL_REDACT_DRESS_LINKS
} rsl_redact_dress_e;

typedef struct rsl_redact_gap_s  rsl_redact_gap_t;

typedef struct {
    const rsl_redact_t        *redact;
    rsl_arena_t               *arena;
    rsl_redact_dress_e         way;
    rsl_str_t                  text;
    rsl_str_t                  plain;
    u_char                    *copy;        /* that of plain.data */
    rsl_redact_gap_t          *gaps;
    size_t                     ngaps;
    size_t                     size;
    size_t                     first;       /* gaps before this one are before
                                               all that is still to be mapped */
    size_t                     turn;        /* the gap whose trigger is next */
    unsigned                   turned:1;    /* the way TURNED differs */
    unsigned                   links:1;     /* there are some */
} rsl_redact_dress_t;

/* A part of the text, and the gaps in it. */

typedef struct {
    size_t                     from;
    size_t                     to;
    size_t                     first;
    size_t                     last;        /* behind the last gap */
} rsl_redact_span_t;

/* Does the trigger at "p" begin a code, or end what is shown instead of ESC? */
int rsl_redact_dress_at(const u_char *start, const u_char *p,
    const u_char *end);

/* Is one anywhere in the text? */
int rsl_redact_dress_any(const rsl_str_t *text);

/* Copies at most "size" bytes, the last ones without the dress: how many? */
size_t rsl_redact_dress_last(const rsl_str_t *text, u_char *buf, size_t size);

/* Makes the copy and the gaps, in the arena.  RSL_ERROR: no memory. */
int rsl_redact_dress(const rsl_redact_t *redact, rsl_arena_t *arena,
    const rsl_str_t *text, rsl_redact_dress_e way, rsl_redact_dress_t *dress);

/*
 * The triggers of the way TURNED among the "n" bytes from "from" on, as bits;
 * n <= 64.  What is before was asked before.
 */
uint64_t rsl_redact_dress_triggers(rsl_redact_dress_t *dress, size_t from,
    size_t n);

/*
 * Where the bytes "from" to "to" of the copy, which are not before those of the
 * last call, stand in the text.  1: there is a gap within them.
 */
int rsl_redact_dress_span(rsl_redact_dress_t *dress, size_t from, size_t to,
    rsl_redact_span_t *span);

/* Appends the styles within the span.  RSL_ERROR: no memory. */
int rsl_redact_dress_styles(const rsl_redact_dress_t *dress,
    const rsl_redact_span_t *span, rsl_redact_out_t *out);


/* rsl_redact_copy.c: the text with what was found in it replaced */

typedef struct {
    rsl_redact_out_t           out;
    const u_char              *text;        /* its beginning */
    const u_char              *kept;        /* what is before was copied */
    rsl_redact_dress_t        *dress;       /* not NULL: its plain copy is
                                               scanned */

    const u_char              *part;        /* only what is from here on is
                                               wanted */
    const u_char              *last;        /* the value found last, */
    const u_char              *stop;        /* and its end */
    const u_char              *over;        /* one that goes on in the part */
} rsl_redact_copy_t;

/*
 * Copies what stands between the last hit and this one, and a mask.  RSL_AGAIN:
 * there is a dress within the hit; RSL_ERROR: no memory.
 */
int rsl_redact_copy_replace(rsl_redact_copy_t *copy, rsl_redact_scan_t *scan);

/* Copies what stands behind the last hit, and makes the copy the text. */
int rsl_redact_copy_finish(rsl_redact_copy_t *copy, rsl_str_t *text);


/*
 * rsl_redact_query.c: parameters of a request that are a secret's only there,
 * "code" and "key".  The parameter is "key", and its value is at "value".
 */
#define RSL_REDACT_QUERY_MAYBE(len)  ((len) == 3 || (len) == 4)

int rsl_redact_query(rsl_redact_scan_t *scan, const rsl_str_t *key,
    const u_char *value, rsl_redact_form_e form);


/* rsl_redact_trigger.c: a separator or a quote, a name before it */

int rsl_redact_trigger_separator(rsl_redact_scan_t *scan, const u_char *p);

/* A blank or a bracket is before the quote at "p", and two bytes before. */
int rsl_redact_trigger_spoken(rsl_redact_scan_t *scan, const u_char *p);


/*
 * rsl_redact_scan.c, rsl_redact_operator.c: the passes over a text, that of
 * the built-in rules and that of the operator's.  A changed text is in the
 * arena.  RSL_DECLINED: PCRE2 gave up, and the text must be hidden; RSL_ERROR:
 * no memory.
 */

int rsl_redact_scan(rsl_redact_t *redact, rsl_arena_t *arena, rsl_str_t *text);

/* Is an option or a command with a secret at "p"? */
void rsl_redact_scan_init(const rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const rsl_str_t *text);
int rsl_redact_scan_at(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p);

/* A line, and the text that it goes on with. */

typedef struct {
    size_t                     from;        /* where the line begins, and */
    size_t                     value;       /* the last value that was found in
                                               the text, */
    size_t                     stop;        /* and ends; 0: none was found */
    size_t                     over;        /* where a value begins that goes
                                               on in the line; 0: none does */
} rsl_redact_part_t;

/*
 * The same for the part of the text that begins at part->from: that is what the
 * text becomes.  Sets the rest of "part".
 */
int rsl_redact_scan_part(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_str_t *text, rsl_redact_part_t *part);

/* As rsl_redact_add(), and frees all that were added. */
int rsl_redact_operator_add(rsl_redact_t *redact, const rsl_str_t *pattern,
    const rsl_str_t *replacement, char *error, size_t size);
void rsl_redact_operator_free(rsl_redact_t *redact);

int rsl_redact_operator_text(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_str_t *text);


/*
 * rsl_redact_arguments.c: a list of arguments, of which "list" is the first.
 * RSL_DECLINED: PCRE2 gave up, and it must be hidden; RSL_ERROR: no memory.
 */
int rsl_redact_arguments(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_value_t *list);


/*
 * rsl_redact_leave.c: may something be open behind the line?  It ends as such
 * lines do, or has a quote or a bracket that is not closed, and the name of a
 * secret.
 */
int rsl_redact_leave(const rsl_redact_names_t *names, const rsl_str_t *line);


/* rsl_redact_carry.c, rsl_redact.c, rsl_redact_record.c: rsl_redact.h */

/* Instead of a text that could not be searched to its end. */
void rsl_redact_hide(rsl_redact_t *redact, rsl_str_t *text);

rsl_redact_t *rsl_redact_create_limits(int jit,
    const rsl_redact_limits_t *limits);


#endif /* _RSL_REDACT_INTERNAL_H_INCLUDED_ */
