
/* SPDX-License-Identifier: BSD-2-Clause */


/* The ring: slots in shared memory, with readers and one writer at a time. */


#include <stdatomic.h>

#include "rsl_core.h"


#define RSL_RING_MAGIC      UINT64_C(0x52534c52494e4731)    /* "RSLRING1" */
#define RSL_RING_FIRST_MIN  UINT64_C(1000000000000000)
#define RSL_CACHE_LINE      64

/* How many bytes of the next slot are fetched ahead: a line of usual length. */
#define RSL_RING_AHEAD      512

/*
 * A browser knows integers of so many bits exactly.  Unix time in microseconds
 * has no more until the year 2255.
 */
#define RSL_RING_SEQ_BITS   53


/*
 * What changes has a cache line of its own, so that a push does not take away
 * from other processors what every access reads.
 */

struct rsl_ring_s {
    uint64_t                               magic;   /* and version of the
                                                       layout */
    uint64_t                               entries;
    uint64_t                               entry_size;
    uint64_t                               first;

    _Alignas(RSL_CACHE_LINE)
    _Atomic uint64_t                       last;
    _Atomic uint64_t                       cleared; /* how often it was, above
                                                       the bits of "floor" */

    _Alignas(RSL_CACHE_LINE) u_char        slots[];
};


typedef struct {
    _Atomic uint64_t                       seq;     /* 0: none */
    rsl_line_t                             line;
    u_char                                 text[];
} rsl_slot_t;


static inline void rsl_ring_prefetch(const rsl_slot_t *slot);
static rsl_slot_t *rsl_ring_slot(const rsl_ring_t *ring, uint64_t seq);
static uint64_t rsl_ring_floor(uint64_t cleared);
static int rsl_ring_has(const rsl_slot_t *slot, uint64_t seq);
static int rsl_ring_copy(const rsl_ring_t *ring, uint64_t seq, u_char *buf,
    rsl_line_t *line);
static size_t rsl_ring_stride(size_t entry_size);


size_t
rsl_ring_size(size_t entries, size_t entry_size)
{
    return sizeof(rsl_ring_t) + entries * rsl_ring_stride(entry_size);
}


size_t
rsl_ring_line_max(size_t entry_size)
{
    return rsl_ring_stride(entry_size) - offsetof(rsl_slot_t, text);
}


void
rsl_ring_init(rsl_ring_t *ring, size_t entries, size_t entry_size,
    uint64_t first)
{
    if (first < RSL_RING_FIRST_MIN) {
        first = RSL_RING_FIRST_MIN;
    }

    ring->entries = entries;
    ring->entry_size = entry_size;
    ring->first = first;

    atomic_init(&ring->last, first - 1);
    atomic_init(&ring->cleared, first);

    /* the magic comes last: half a ring must not pass rsl_ring_check() */

    atomic_thread_fence(memory_order_release);

    ring->magic = RSL_RING_MAGIC;
}


int
rsl_ring_check(const rsl_ring_t *ring, size_t entries, size_t entry_size)
{
    return ring->magic == RSL_RING_MAGIC
           && ring->entries == entries
           && ring->entry_size == entry_size;
}


uint64_t
rsl_ring_push(rsl_ring_t *ring, const u_char *text, const rsl_line_t *line)
{
    uint64_t     seq;
    rsl_slot_t  *slot;

    seq = atomic_load_explicit(&ring->last, memory_order_relaxed) + 1;
    slot = rsl_ring_slot(ring, seq);

    atomic_store_explicit(&slot->seq, 0, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);

    slot->line = *line;
    memcpy(slot->text, text, line->len);
    rsl_number_digits(&slot->text[RSL_SEQ_OFFSET], seq, RSL_SEQ_DIGITS);

    atomic_store_explicit(&slot->seq, seq, memory_order_release);

    /*
     * This store publishes the line.  If the writer is killed before it, no
     * reader has seen the number, and the next writer uses it again.
     */

    atomic_store_explicit(&ring->last, seq, memory_order_release);

    rsl_ring_prefetch(rsl_ring_slot(ring, seq + 1));

    return seq;
}


/*
 * Nobody has touched the next slot for a whole round of the ring, so it is in
 * no cache.  It is fetched ahead and has arrived when the next line is pushed.
 */

static inline void
rsl_ring_prefetch(const rsl_slot_t *slot)
{
    size_t         n;
    const u_char  *p;

    p = (const u_char *) slot;

    for (n = 0; n < RSL_RING_AHEAD; n += RSL_CACHE_LINE) {
        __builtin_prefetch(p + n, 1);
    }
}


/*
 * A reader that sees the new number of clears must see the new floor, and the
 * reverse, so both are in one integer, which is stored at once.
 */

void
rsl_ring_clear(rsl_ring_t *ring)
{
    uint64_t  last, cleared, clears;

    last = atomic_load_explicit(&ring->last, memory_order_relaxed);
    cleared = atomic_load_explicit(&ring->cleared, memory_order_relaxed);

    clears = (cleared >> RSL_RING_SEQ_BITS) + 1;

    atomic_store_explicit(&ring->cleared,
                          clears << RSL_RING_SEQ_BITS | (last + 1),
                          memory_order_release);
}


void
rsl_ring_state(const rsl_ring_t *ring, rsl_ring_state_t *state)
{
    uint64_t  cleared;

    /*
     * Between the two loads the ring may be cleared and written to.  "last"
     * would then be newer than "cleared", so both are loaded again.
     */

    do {
        cleared = atomic_load_explicit(&ring->cleared, memory_order_acquire);
        state->last = atomic_load_explicit(&ring->last, memory_order_acquire);

    } while (atomic_load_explicit(&ring->cleared, memory_order_relaxed)
             != cleared);

    state->clears = cleared >> RSL_RING_SEQ_BITS;
    state->floor = rsl_ring_floor(cleared);
    state->first = ring->first;
    state->oldest = state->floor;

    if (state->last - state->floor + 1 > ring->entries) {
        state->oldest = state->last - ring->entries + 1;
    }

    if (state->oldest > state->last) {
        return;
    }

    /*
     * A push begins with taking the number away from the slot of the oldest
     * line.  If the writer was killed then, only the slot tells that this line
     * is gone.
     */

    if (!rsl_ring_has(rsl_ring_slot(ring, state->oldest), state->oldest)) {
        state->oldest++;
    }
}


int
rsl_ring_peek(const rsl_ring_t *ring, uint64_t seq, rsl_line_t *line)
{
    return rsl_ring_copy(ring, seq, NULL, line);
}


int
rsl_ring_read(const rsl_ring_t *ring, uint64_t seq, u_char *buf,
    rsl_line_t *line)
{
    return rsl_ring_copy(ring, seq, buf, line);
}


static int
rsl_ring_copy(const rsl_ring_t *ring, uint64_t seq, u_char *buf,
    rsl_line_t *line)
{
    uint64_t     cleared;
    rsl_slot_t  *slot;

    cleared = atomic_load_explicit(&ring->cleared, memory_order_acquire);
    slot = rsl_ring_slot(ring, seq);

    if (seq < rsl_ring_floor(cleared)
        || seq > atomic_load_explicit(&ring->last, memory_order_acquire)
        || !rsl_ring_has(slot, seq))
    {
        return RSL_DECLINED;
    }

    *line = slot->line;

    /* while the slot is written, the length may be any number */

    if (line->len > rsl_ring_line_max(ring->entry_size)) {
        return RSL_DECLINED;
    }

    if (buf != NULL) {
        memcpy(buf, slot->text, line->len);
    }

    atomic_thread_fence(memory_order_acquire);

    return rsl_ring_has(slot, seq) ? RSL_OK : RSL_DECLINED;
}


static uint64_t
rsl_ring_floor(uint64_t cleared)
{
    return cleared & ((UINT64_C(1) << RSL_RING_SEQ_BITS) - 1);
}


static int
rsl_ring_has(const rsl_slot_t *slot, uint64_t seq)
{
    return atomic_load_explicit(&slot->seq, memory_order_acquire) == seq;
}


static rsl_slot_t *
rsl_ring_slot(const rsl_ring_t *ring, uint64_t seq)
{
    size_t  n;

    n = seq % ring->entries * rsl_ring_stride(ring->entry_size);

    return (rsl_slot_t *) (ring->slots + n);
}


/* The bytes of a slot: entry_size, rounded down to whole cache lines. */

static size_t
rsl_ring_stride(size_t entry_size)
{
    return entry_size & ~((size_t) RSL_CACHE_LINE - 1);
}
