
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Redaction: secrets are replaced before anything is kept.
 */


#ifndef _RSL_REDACT_H_INCLUDED_
#define _RSL_REDACT_H_INCLUDED_


#include "core/rsl_core.h"


typedef struct rsl_redact_s  rsl_redact_t;


/* Instead of a text that could not be searched to its end. */
#define RSL_REDACT_HIDDEN  "*** (hidden: redaction failed)"


/*
 * Compiles the built-in rules, with PCRE2's JIT if "jit" is set and JIT is
 * there.  They are the caller's, who frees them by rsl_redact_destroy().  Only
 * scratch memory and counters change in them later: they may be used by one
 * thread at a time, and a fork may go on using its copy.  NULL: no memory.
 */
rsl_redact_t *rsl_redact_create(int jit);

/*
 * Adds a rule of the operator: a PCRE2 pattern (UTF) and a replacement, with
 * $0 to $99, ${name} and $$.  These rules run before the built-in ones, in the
 * order in which they were added.  RSL_DECLINED: the pattern or the replacement
 * is wrong, and "error", of "size" bytes, says what and where.  RSL_ERROR: no
 * memory.
 */
int rsl_redact_add(rsl_redact_t *redact, const rsl_str_t *pattern,
    const rsl_str_t *replacement, char *error, size_t size);

/* Frees the rules; NULL is allowed. */
void rsl_redact_destroy(rsl_redact_t *redact);

/*
 * Redacts one UTF-8 text.  An unchanged text stays where it is, a changed one
 * is in the arena.  An engine error or a limit that is hit replaces the whole
 * text by RSL_REDACT_HIDDEN and is counted.  RSL_ERROR: no memory; the text
 * must not be kept then.
 */
int rsl_redact_text(rsl_redact_t *redact, rsl_arena_t *arena, rsl_str_t *text);

/*
 * Redacts every string of the record, and the keys, at any depth; the value of
 * a key that names a secret becomes "***", whatever its type.  Prints
 * record->message_tree, or the request, into record->message.  RSL_ERROR: no
 * memory; the record must not be kept then.
 */
int rsl_redact_record(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_record_t *record);

/*
 * What the lines of a body leave open for those behind them, for a body is read
 * line by line, and a secret may have several lines.  It is small, and lives as
 * long as the body.
 */
typedef struct {
    rsl_redact_t  *redact;
    u_char        *data;        /* the end of the lines before; NULL: there was
                                   nothing open yet */
    size_t         len;         /* 0: nothing is open */
    size_t         bytes;       /* of the value that goes on so far, */
    unsigned       lines;       /* and lines */
    unsigned       idle;        /* lines since something was found or open */
    unsigned       foreign;     /* lines that are no part of the key */
    unsigned       key:1;       /* a private key is open */
    unsigned       hidden:1;    /* the line before was hidden as a whole */
} rsl_redact_carry_t;

/* Both begin a body; a reset overwrites and frees what was kept as well. */
void rsl_redact_carry_init(rsl_redact_carry_t *carry, rsl_redact_t *redact);
void rsl_redact_carry_reset(rsl_redact_carry_t *carry);

/* Is there anything open?  The data is an rsl_redact_carry_t. */
int rsl_redact_carry_open(const void *data);

/*
 * Takes the next line of the body, without its line feed, and hides what of it
 * belongs to a secret of the lines before it; the rest is left to
 * rsl_redact_record().  A changed line is in the arena.  "own": the line begins
 * a record of its own, which is no part of a value in quotes or brackets.
 * NULL: something else stands between two lines.
 *
 * RSL_DECLINED: the line is hidden as a whole, and so was the one before it, so
 * that it can be left out.  RSL_ERROR: no memory; the line must not be kept.
 */
int rsl_redact_carry_line(void *data, rsl_arena_t *arena, rsl_str_t *line,
    int own);

/* How many texts were hidden because the engine gave up. */
uint64_t rsl_redact_failures(const rsl_redact_t *redact);

/*
 * What happened since the last call: in how many texts and values something was
 * replaced, and how many texts were hidden because the engine gave up.
 */
void rsl_redact_news(rsl_redact_t *redact, uint64_t *replaced,
    uint64_t *hidden);


#endif /* _RSL_REDACT_H_INCLUDED_ */
