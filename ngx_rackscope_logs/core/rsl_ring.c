
/* SPDX-License-Identifier: BSD-2-Clause */


/* The ring: slots in shared memory, with readers and one writer at a time. */


#include <stdatomic.h>

#include "rsl_core.h"


#define RSL_RING_MAGIC      UINT64_C(0x52534c52494e4732)    /* "RSLRING2" */
#define RSL_RING_FIRST_MIN  UINT64_C(1000000000000000)
#define RSL_CACHE_LINE      64

/* How many bytes of the next slot are fetched ahead: a line of usual length. */
#define RSL_RING_AHEAD      512

/*
 * A browser knows integers of so many bits exactly.  Unix time in microseconds
 * has no more until the year 2255.
 */
#define RSL_RING_SEQ_BITS   53


/* Which lines are there, in one numbering. */

typedef struct {
    _Atomic uint64_t                       first;
    _Atomic uint64_t                       low;     /* no line is below it */
    _Atomic uint64_t                       last;
    _Atomic uint64_t                       cleared; /* how often it was, above
                                                       the bits of "floor" */
} rsl_ring_span_t;


/*
 * What changes has a cache line of its own, so that a push does not take away
 * from other processors what every access reads.
 *
 * There are two spans, and the lowest bit of "numbering" tells which one is
 * true.  A new numbering is written into the other one and published by one
 * store, so readers see the one or the other, even if the writer is killed.
 */

struct rsl_ring_s {
    uint64_t                               magic;   /* and version of the
                                                       layout */
    uint64_t                               entries;
    uint64_t                               entry_size;
    _Atomic uint64_t                       numbering;

    _Alignas(RSL_CACHE_LINE)
    rsl_ring_span_t                        spans[2];

    _Alignas(RSL_CACHE_LINE) u_char        slots[];
};


typedef struct {
    _Atomic uint64_t                       seq;     /* 0: none */
    rsl_line_t                             line;
    u_char                                 text[];
} rsl_slot_t;


static inline void rsl_ring_prefetch(const rsl_slot_t *slot);
static rsl_slot_t *rsl_ring_slot(const rsl_ring_t *ring, uint64_t seq);
static rsl_ring_span_t *rsl_ring_span(const rsl_ring_t *ring);
static uint64_t rsl_ring_oldest(const rsl_ring_t *ring,
    const rsl_ring_state_t *state, uint64_t low);
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

    atomic_init(&ring->numbering, 0);
    atomic_init(&ring->spans[0].first, first);
    atomic_init(&ring->spans[0].low, first);
    atomic_init(&ring->spans[0].last, first - 1);
    atomic_init(&ring->spans[0].cleared, first);

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
    uint64_t          seq;
    rsl_slot_t       *slot;
    rsl_ring_span_t  *span;

    span = rsl_ring_span(ring);
    seq = atomic_load_explicit(&span->last, memory_order_relaxed) + 1;
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

    atomic_store_explicit(&span->last, seq, memory_order_release);

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
    rsl_ring_span_t  *span;

    span = rsl_ring_span(ring);

    rsl_ring_mark(ring,
                  atomic_load_explicit(&span->last, memory_order_relaxed));
}


void
rsl_ring_mark(rsl_ring_t *ring, uint64_t seq)
{
    uint64_t          cleared, clears;
    rsl_ring_span_t  *span;

    span = rsl_ring_span(ring);
    cleared = atomic_load_explicit(&span->cleared, memory_order_relaxed);

    clears = (cleared >> RSL_RING_SEQ_BITS) + 1;

    atomic_store_explicit(&span->cleared,
                          clears << RSL_RING_SEQ_BITS | (seq + 1),
                          memory_order_release);

    if (seq > atomic_load_explicit(&span->last, memory_order_relaxed)) {
        atomic_store_explicit(&span->last, seq, memory_order_release);
    }
}


void
rsl_ring_skip(rsl_ring_t *ring, uint64_t seq)
{
    rsl_ring_span_t  *span;

    span = rsl_ring_span(ring);

    atomic_store_explicit(&span->low, seq, memory_order_relaxed);
    atomic_store_explicit(&span->last, seq - 1, memory_order_release);
}


void
rsl_ring_restart(rsl_ring_t *ring, uint64_t first, uint64_t floor,
    uint64_t low)
{
    uint64_t          numbering, clears;
    rsl_ring_span_t  *span, *next;

    span = rsl_ring_span(ring);
    numbering = atomic_load_explicit(&ring->numbering, memory_order_relaxed)
                + 1;
    next = &ring->spans[numbering & 1];

    clears = atomic_load_explicit(&span->cleared, memory_order_relaxed)
             >> RSL_RING_SEQ_BITS;

    /* a reader that has seen the span before must not take what follows */

    atomic_thread_fence(memory_order_release);

    atomic_store_explicit(&next->first, first, memory_order_relaxed);
    atomic_store_explicit(&next->low, low, memory_order_relaxed);
    atomic_store_explicit(&next->last, low - 1, memory_order_relaxed);
    atomic_store_explicit(&next->cleared, clears << RSL_RING_SEQ_BITS | floor,
                          memory_order_relaxed);

    atomic_store_explicit(&ring->numbering, numbering, memory_order_release);
}


void
rsl_ring_keep(rsl_ring_t *ring)
{
    uint64_t          seq;
    rsl_slot_t       *slot;
    rsl_ring_span_t  *span;

    span = rsl_ring_span(ring);
    seq = atomic_load_explicit(&span->last, memory_order_relaxed) + 1;
    slot = rsl_ring_slot(ring, seq);

    atomic_store_explicit(&slot->seq, 0, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);

    rsl_number_digits(&slot->text[RSL_SEQ_OFFSET], seq, RSL_SEQ_DIGITS);

    atomic_store_explicit(&slot->seq, seq, memory_order_release);
    atomic_store_explicit(&span->last, seq, memory_order_release);
}


void
rsl_ring_state(const rsl_ring_t *ring, rsl_ring_state_t *state)
{
    uint64_t          cleared, low;
    rsl_ring_span_t  *span;

    /*
     * Between the loads the ring may be cleared and written to.  "last" would
     * then be newer than "cleared", so both are loaded again.  The same goes
     * for a new numbering.
     */

    do {
        state->numbering = atomic_load_explicit(&ring->numbering,
                                                memory_order_acquire);
        span = (rsl_ring_span_t *) &ring->spans[state->numbering & 1];

        cleared = atomic_load_explicit(&span->cleared, memory_order_acquire);
        state->first = atomic_load_explicit(&span->first,
                                            memory_order_relaxed);
        state->last = atomic_load_explicit(&span->last, memory_order_acquire);
        low = atomic_load_explicit(&span->low, memory_order_acquire);

    } while (atomic_load_explicit(&span->cleared, memory_order_relaxed)
             != cleared
             || atomic_load_explicit(&ring->numbering, memory_order_relaxed)
                != state->numbering);

    state->clears = cleared >> RSL_RING_SEQ_BITS;
    state->floor = rsl_ring_floor(cleared);
    state->oldest = rsl_ring_oldest(ring, state, low);
}


static uint64_t
rsl_ring_oldest(const rsl_ring_t *ring, const rsl_ring_state_t *state,
    uint64_t low)
{
    uint64_t  oldest;

    oldest = (low > state->floor) ? low : state->floor;

    if (oldest > state->last) {
        return oldest;
    }

    if (state->last - oldest + 1 > ring->entries) {
        oldest = state->last - ring->entries + 1;
    }

    /*
     * A push begins with taking the number away from the slot of the oldest
     * line.  If the writer was killed then, only the slot tells that this line
     * is gone.
     */

    return oldest + !rsl_ring_has(rsl_ring_slot(ring, oldest), oldest);
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
    uint64_t          cleared;
    rsl_slot_t       *slot;
    rsl_ring_span_t  *span;

    span = rsl_ring_span(ring);
    cleared = atomic_load_explicit(&span->cleared, memory_order_acquire);
    slot = rsl_ring_slot(ring, seq);

    if (seq < rsl_ring_floor(cleared)
        || seq < atomic_load_explicit(&span->low, memory_order_acquire)
        || seq > atomic_load_explicit(&span->last, memory_order_acquire)
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


static rsl_ring_span_t *
rsl_ring_span(const rsl_ring_t *ring)
{
    uint64_t  numbering;

    numbering = atomic_load_explicit(&ring->numbering, memory_order_acquire);

    return (rsl_ring_span_t *) &ring->spans[numbering & 1];
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
