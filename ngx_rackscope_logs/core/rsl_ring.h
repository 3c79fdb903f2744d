
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The ring: the last "entries" lines, in slots of fixed size, in memory that
 * the caller gives.  It is shared between processes: it holds no pointers.
 *
 * Writers (push, clear) hold the caller's lock.  Readers need none: a slot
 * carries the number of its line, which is taken away before the slot is
 * written and set after, so a reader that sees the same number before and
 * after its copy has a whole line.  A writer that dies at any instruction
 * leaves at worst a slot without a number; the next push writes that slot.
 */


#ifndef _RSL_RING_H_INCLUDED_
#define _RSL_RING_H_INCLUDED_


#include "rsl_record.h"


typedef struct rsl_ring_s  rsl_ring_t;


/* One look at the ring.  It is empty if oldest > last. */

typedef struct {
    uint64_t  first;        /* the number of the first line ever pushed */
    uint64_t  oldest;       /* the oldest line that is there; while one is
                               pushed, or if its writer was killed, up to
                               entries - 1 lines are */
    uint64_t  last;         /* the newest; first - 1 if there was never one */
    uint64_t  floor;        /* nothing below it is there since the last clear */
    uint64_t  clears;       /* how often it was cleared, modulo 2048 */
} rsl_ring_state_t;


/*
 * The bytes of a ring of "entries" slots of "entry_size" bytes, and the
 * longest line, in bytes, that a slot of entry_size takes.
 */
size_t rsl_ring_size(size_t entries, size_t entry_size);
size_t rsl_ring_line_max(size_t entry_size);

/* The smallest entry_size that works, in bytes. */
#define RSL_ENTRY_SIZE_MIN   1024

/*
 * Makes an empty ring of rsl_ring_size() bytes of zeros, aligned to 64; the
 * first line that is pushed gets the number "first", or the least one of 16
 * digits if that is larger (a clock that starts in 1970).  Slots are not
 * touched: pages that are never used cost nothing.
 */
void rsl_ring_init(rsl_ring_t *ring, size_t entries, size_t entry_size,
    uint64_t first);

/* Is this a ring of this layout and geometry? */
int rsl_ring_check(const rsl_ring_t *ring, size_t entries, size_t entry_size);

/*
 * Numbers the line, copies it into its slot and publishes it, in this order,
 * and returns the number.  line->len <= rsl_ring_line_max().  The caller holds
 * the lock.
 */
uint64_t rsl_ring_push(rsl_ring_t *ring, const u_char *text,
    const rsl_line_t *line);

/* Empties the ring; the numbers go on.  The caller holds the lock. */
void rsl_ring_clear(rsl_ring_t *ring);

void rsl_ring_state(const rsl_ring_t *ring, rsl_ring_state_t *state);

/*
 * The length and level of line "seq", without its text (to count before the
 * copy).  RSL_DECLINED: it is not there (any more).
 */
int rsl_ring_peek(const rsl_ring_t *ring, uint64_t seq, rsl_line_t *line);

/*
 * Copies line "seq" into "buf", which has room for rsl_ring_line_max() bytes,
 * and describes it.  RSL_DECLINED: it is not there (any more); what "buf" then
 * holds is of no use.
 */
int rsl_ring_read(const rsl_ring_t *ring, uint64_t seq, u_char *buf,
    rsl_line_t *line);


#endif /* _RSL_RING_H_INCLUDED_ */
