
/* SPDX-License-Identifier: BSD-2-Clause */


#include <stdatomic.h>

#include "rsl_core.h"


#define RSL_RING_MAGIC      UINT64_C(0x52534c52494e4731)    /* "RSLRING1" */
#define RSL_RING_FIRST_MIN  UINT64_C(1000000000000000)
#define RSL_CACHE_LINE      64

/* What a line of usual length takes. */
#define RSL_RING_AHEAD      512

/* The numbers that stay exact in a browser: enough until the year 2255. */
#define RSL_RING_SEQ_BITS   53


/* What changes is kept apart from what every access has to read. */

struct rsl_ring_s {
    uint64_t                               magic;   /* and layout version */
    uint64_t                               entries;
    uint64_t                               entry_size;
    uint64_t                               first;

    _Alignas(RSL_CACHE_LINE)
    _Atomic uint64_t                       last;
    _Atomic uint64_t                       cleared; /* how often, and floor */

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

    /* a ring that is not complete must not pass rsl_ring_check() */

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
     * Until here the line is not there: who dies before this store leaves the
     * number to the next writer, and no reader has seen it.
     */

    atomic_store_explicit(&ring->last, seq, memory_order_release);

    rsl_ring_prefetch(rsl_ring_slot(ring, seq + 1));

    return seq;
}


/*
 * The next line goes where nobody has been for a whole round: its cache lines
 * are on their way until then.
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
 * Who sees the clear must see that the lines are gone, and the reverse: so
 * both are one store.
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

    /* "last" must not be that of a line after a clear that is not seen */

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
     * The next push begins with the slot of the oldest line.  If its writer
     * was killed, nothing else would tell that this line is gone.
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

    /* it may be half of one line and half of another */

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


/* A size that is no multiple of a cache line loses the rest of its last one. */

static size_t
rsl_ring_stride(size_t entry_size)
{
    return entry_size & ~((size_t) RSL_CACHE_LINE - 1);
}
