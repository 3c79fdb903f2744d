
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Eight bytes at a time, or sixteen where the processor has SSE2: which of them
 * are what is looked for?  Inside of the core.
 */


#ifndef _RSL_SWAR_H_INCLUDED_
#define _RSL_SWAR_H_INCLUDED_


#include <endian.h>

#if (__SSE2__)
#include <emmintrin.h>
#endif

#include "rsl_core.h"


#define RSL_SWAR_ONES  UINT64_C(0x0101010101010101)
#define RSL_SWAR_HIGH  UINT64_C(0x8080808080808080)


/*
 * A mask with the high bit set of the first byte that is less than "n", n <=
 * 0x80, or equal to "ch", and perhaps those of some behind it; 0: there is
 * none.  (A borrow goes upwards only.)
 */

#define rsl_swar_less(word, n)                                                \
    (((word) - RSL_SWAR_ONES * (n)) & ~(word) & RSL_SWAR_HIGH)
#define rsl_swar_has(word, ch)  rsl_swar_less((word) ^ RSL_SWAR_ONES * (ch), 1)

#define rsl_swar_high(word)     ((word) & RSL_SWAR_HIGH)

/* What does not stand for itself in a string of JSON, or may not be ASCII. */

#define rsl_swar_marks(word)                                                  \
    (rsl_swar_high(word) | rsl_swar_less(word, 0x20)                          \
     | rsl_swar_has(word, '"') | rsl_swar_has(word, '\\'))

/* A mask with the high bits of all bytes from "first" to "last" < 0x80. */
#define rsl_swar_between(word, first, last)                                   \
    ((((word) & ~RSL_SWAR_HIGH) + RSL_SWAR_ONES * (0x80 - (first)))           \
     & ~(((word) & ~RSL_SWAR_HIGH) + RSL_SWAR_ONES * (0x7f - (last)))         \
     & ~(word) & RSL_SWAR_HIGH)

/* The high bits of the bytes of a mask, side by side. */
#define rsl_swar_bits(mask)                                                   \
    (((mask) >> 7) * UINT64_C(0x0102040810204080) >> 56)

/* The index of the first byte of a mask that is not 0. */
#define rsl_swar_first(mask)    ((size_t) __builtin_ctzll(mask) / 8)


/* The first byte is the lowest one. */

static inline uint64_t
rsl_swar_load(const u_char *p)
{
    uint64_t  word;

    memcpy(&word, p, sizeof(word));

    return le64toh(word);
}


/* The "n" bytes at "p", n < 8, and zeros behind them. */

static inline uint64_t
rsl_swar_load_part(const u_char *p, size_t n)
{
    uint32_t  low, high;

    if (n >= 4) {
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);

        return le32toh(low) | (uint64_t) le32toh(high) << (8 * (n - 4));
    }

    if (n == 0) {
        return 0;
    }

    return p[0] | (uint64_t) p[n / 2] << (8 * (n / 2))
                | (uint64_t) p[n - 1] << (8 * (n - 1));
}


/* The four bytes at "p"; those that "end" cuts, p < end, are zeros. */

static inline uint32_t
rsl_utf8_load(const u_char *p, const u_char *end)
{
    uint32_t  word;

    if (end - p < 4) {
        return (uint32_t) rsl_swar_load_part(p, (size_t) (end - p));
    }

    memcpy(&word, p, 4);

    return le32toh(word);
}


/*
 * The length of the well-formed UTF-8 sequence that the bytes of "word" begin
 * with, the first one lowest, or 0 if there is none.
 */

static inline size_t
rsl_utf8_loaded_sequence(uint32_t word)
{
    uint32_t  bits;

    if ((word & 0x80) == 0) {
        return 1;
    }

    /* what could have been shorter is ill-formed */

    if ((word & 0xc0e0) == 0x80c0) {
        return (word & 0x1e) ? 2 : 0;
    }

    if ((word & 0xc0c0f0) == 0x8080e0) {
        bits = word & 0x200f;

        /* so are the surrogates, ed a0 80 to ed bf bf */

        return (bits && bits != 0x200d) ? 3 : 0;
    }

    if ((word & 0xc0c0c0f8) == 0x808080f0) {
        bits = (word & 0x07) << 2 | (word >> 12 & 0x03);

        /* the planes beyond the first one are 1 to 16 */

        return (bits >= 1 && bits <= 16) ? 4 : 0;
    }

    return 0;
}


/*
 * Where rsl_utf8_loaded_sequence() is 0: the length of the maximal ill-formed
 * part.  It is more than 1 byte if the second one could follow the first.
 */

static inline size_t
rsl_utf8_loaded_ill_formed(uint32_t word)
{
    uint32_t  bits;

    if ((word & 0xc0f0) == 0x80e0) {
        bits = word & 0x200f;

        return (bits && bits != 0x200d) ? 2 : 1;
    }

    if ((word & 0xc0f8) == 0x80f0) {
        bits = (word & 0x07) << 2 | (word >> 12 & 0x03);

        if (bits >= 1 && bits <= 16) {
            return ((word & 0xc00000) == 0x800000) ? 3 : 2;
        }
    }

    return 1;
}


/*
 * A block is what is looked at and copied at once, and its marks are those of
 * rsl_swar_marks().  Again, only the first one is exact.
 */

#if (__SSE2__)

#define RSL_BLOCK               16
#define rsl_block_first(marks)  ((size_t) __builtin_ctz(marks))

typedef __m128i   rsl_block_t;
typedef unsigned  rsl_block_marks_t;


static inline rsl_block_t
rsl_block_load(const u_char *p)
{
    return _mm_loadu_si128((const __m128i *) p);
}


static inline void
rsl_block_store(u_char *p, rsl_block_t block)
{
    _mm_storeu_si128((__m128i *) p, block);
}


static inline rsl_block_marks_t
rsl_block_marks(rsl_block_t block)
{
    __m128i  low, slash;

    /*
     * With one bit flipped, the quote is next to the control characters.  The
     * bytes are signed and what is below 0x21 gets a sign or has one: those
     * from 0x80 on, too.
     */

    low = _mm_subs_epi8(_mm_xor_si128(block, _mm_set1_epi8(0x02)),
                        _mm_set1_epi8(0x21));
    slash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));

    return (unsigned) _mm_movemask_epi8(_mm_or_si128(low, slash));
}


/* The "n" bytes at "p", n < RSL_BLOCK, and zeros, which are marked. */

static inline rsl_block_t
rsl_block_load_part(const u_char *p, size_t n)
{
    unsigned  shift;

    if (n < 8) {
        return _mm_set_epi64x(0, (int64_t) rsl_swar_load_part(p, n));
    }

    /* a word cannot be shifted by all of its bits at once */

    shift = (unsigned) (16 - n) * 4;

    return _mm_set_epi64x(
               (int64_t) (rsl_swar_load(p + n - 8) >> shift >> shift),
               (int64_t) rsl_swar_load(p));
}

#else

#define RSL_BLOCK               8
#define rsl_block_first(marks)  rsl_swar_first(marks)
#define rsl_block_load(p)            rsl_swar_load(p)
#define rsl_block_load_part(p, n)    rsl_swar_load_part(p, n)
#define rsl_block_marks(block)  rsl_swar_marks(block)

typedef uint64_t  rsl_block_t;
typedef uint64_t  rsl_block_marks_t;


static inline void
rsl_block_store(u_char *p, rsl_block_t block)
{
    block = htole64(block);

    memcpy(p, &block, sizeof(block));
}

#endif


/*
 * How many bytes at "p" are ASCII that stands for itself in a string of JSON,
 * of those that fit into words: it may be more.  *found: the next one is none.
 */

static inline size_t
rsl_block_plain(const u_char *p, const u_char *end, int *found)
{
    uint64_t            word, mask;
    const u_char       *start;
    rsl_block_marks_t   marks;

    start = p;
    *found = 1;

    while (end - p >= RSL_BLOCK) {
        marks = rsl_block_marks(rsl_block_load(p));

        if (marks) {
            return (size_t) (p - start) + rsl_block_first(marks);
        }

        p += RSL_BLOCK;
    }

    while ((size_t) (end - p) >= sizeof(word)) {
        word = rsl_swar_load(p);

        mask = rsl_swar_marks(word);

        if (mask) {
            return (size_t) (p - start) + rsl_swar_first(mask);
        }

        p += sizeof(word);
    }

    *found = 0;

    return (size_t) (p - start);
}


#endif /* _RSL_SWAR_H_INCLUDED_ */
