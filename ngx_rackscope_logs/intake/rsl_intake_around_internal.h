
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Sections of rsl_intake_internal.h, which includes this file in their place:
 * what is kept of a record of text, and what stands around a line of text that
 * a shipper, such as Docker or Fluent Bit, has made an object of.
 */


#ifndef _RSL_INTAKE_AROUND_INTERNAL_H_INCLUDED_
#define _RSL_INTAKE_AROUND_INTERNAL_H_INCLUDED_


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


#endif /* _RSL_INTAKE_AROUND_INTERNAL_H_INCLUDED_ */
