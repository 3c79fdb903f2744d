
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The core of Rackscope logs: plain C11, no nginx, no I/O, no logging, no
 * global state.  What all of its rooms share: strings, an arena, UTF-8.
 */


#ifndef _RSL_CORE_H_INCLUDED_
#define _RSL_CORE_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>


/* Return codes of every function of the core that can fail. */

#define RSL_OK        0
#define RSL_ERROR    -1     /* out of memory: the caller gives up the request */
#define RSL_DECLINED -2     /* not this time: what it means is said there */
#define RSL_AGAIN    -3     /* not all is done: call it again */


/* Like ngx_str_t: counted, not terminated by NUL, and it may hold NULs. */

typedef struct {
    size_t         len;
    const u_char  *data;
} rsl_str_t;


#define rsl_string(str)     { sizeof(str) - 1, (const u_char *) str }
#define rsl_null_string     { 0, NULL }


/*
 * An arena hands out memory that is freed all at once.  One is reset for each
 * record.
 */

typedef struct rsl_chunk_s  rsl_chunk_t;

typedef struct {
    u_char       *pos;              /* aligned, and so is "last" */
    u_char       *last;
    size_t        size;
    rsl_chunk_t  *first;            /* survives a reset */
    rsl_chunk_t  *current;
} rsl_arena_t;


#define RSL_ARENA_ALIGNMENT  _Alignof(max_align_t)
#define rsl_arena_aligned(size)                                               \
    (((size) + RSL_ARENA_ALIGNMENT - 1) & ~(RSL_ARENA_ALIGNMENT - 1))


/* Creates an arena that grows by chunks of at least "size" bytes, or NULL. */
rsl_arena_t *rsl_arena_create(size_t size);

/* What rsl_arena_alloc() does when the current chunk has no room. */
void *rsl_arena_alloc_chunk(rsl_arena_t *arena, size_t size);

/*
 * Takes back all that was handed out, overwrites it with zeros (it may have
 * held secrets) and keeps one chunk for the next record.
 */
void rsl_arena_reset(rsl_arena_t *arena);

/* Resets and frees the arena; NULL is allowed. */
void rsl_arena_destroy(rsl_arena_t *arena);


/* "size" bytes aligned for any type, valid until the reset; NULL: no memory. */

static inline void *
rsl_arena_alloc(rsl_arena_t *arena, size_t size)
{
    u_char  *p;

    p = arena->pos;

    if (size > (size_t) (arena->last - p)) {
        return rsl_arena_alloc_chunk(arena, size);
    }

    arena->pos = p + rsl_arena_aligned(size);

    return p;
}


/*
 * The length of the well-formed UTF-8 sequence (RFC 3629) at "p", 1 to 4, or
 * 0 if there is none: overlong forms, surrogates, values above U+10FFFF and
 * sequences that "end" cuts are none.  p < end.
 */
size_t rsl_utf8_sequence(const u_char *p, const u_char *end);

/*
 * Where rsl_utf8_sequence() is 0: the length, 1 to 3, of the maximal ill-formed
 * part at "p", the one that U+FFFD stands for.  p < end.
 */
size_t rsl_utf8_ill_formed(const u_char *p, const u_char *end);

/* The number of leading bytes of "s" that are well-formed UTF-8. */
size_t rsl_utf8_valid(const rsl_str_t *s);

/*
 * The longest prefix of "s" of at most "len" bytes that ends on a character
 * boundary.  s is well-formed UTF-8.
 */
size_t rsl_utf8_cut(const rsl_str_t *s, size_t len);

/*
 * Makes "s" well-formed: each maximal ill-formed part (Unicode 15, 3.9, table
 * 3-8) becomes one U+FFFD.  What was well-formed is left where it stands; a
 * repaired copy is in the arena.  RSL_ERROR: no memory.
 */
int rsl_utf8_repair(rsl_arena_t *arena, rsl_str_t *s);


#define RSL_UINT64_LEN  20

/* The value of a hexadecimal digit, in either case, or -1. */
int rsl_number_hex(u_char ch);

/* Writes the last "n" decimal digits of "value", with leading zeros. */
void rsl_number_digits(u_char *p, uint64_t value, size_t n);

/* Writes "value" in decimal, at most RSL_UINT64_LEN digits; how many? */
size_t rsl_number_decimal(u_char *p, uint64_t value);

/*
 * Parses an optional sign and decimal digits, the whole of "s".  What does not
 * fit into 64 bits becomes INT64_MAX or INT64_MIN.  RSL_DECLINED: no integer.
 */
int rsl_number_parse(const rsl_str_t *s, int64_t *value);


/* The two digits of each number below 100, one pair after the other. */
extern const u_char  rsl_number_pairs[];


/* Writes the two digits of "value", which is less than 100. */

static inline void
rsl_number_pair(u_char *p, uint32_t value)
{
    memcpy(p, &rsl_number_pairs[value * 2], 2);
}


#endif /* _RSL_CORE_H_INCLUDED_ */
