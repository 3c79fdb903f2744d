
/*
 * Eight bytes at a time, or sixteen where the processor has SSE2: which of them
 * are what is looked for?  Inside of the core.
 */


#ifndef _RSL_WORD_H_INCLUDED_
#define _RSL_WORD_H_INCLUDED_


#include <endian.h>

#if (__SSE2__)
#include <emmintrin.h>
#endif

#include "rsl_core.h"


#define RSL_WORD_ONES  UINT64_C(0x0101010101010101)
#define RSL_WORD_HIGH  UINT64_C(0x8080808080808080)


/*
 * A mask with the high bit set of the first byte that is less than "n", n <=
 * 0x80, or equal to "ch", and perhaps those of some behind it; 0: there is
 * none.  (A borrow goes upwards only.)
 */

#define rsl_word_less(word, n)                                                \
    (((word) - RSL_WORD_ONES * (n)) & ~(word) & RSL_WORD_HIGH)
#define rsl_word_has(word, ch)  rsl_word_less((word) ^ RSL_WORD_ONES * (ch), 1)

#define rsl_word_high(word)     ((word) & RSL_WORD_HIGH)

/* A mask with the high bits of all bytes from "first" to "last" < 0x80. */
#define rsl_word_between(word, first, last)                                   \
    ((((word) & ~RSL_WORD_HIGH) + RSL_WORD_ONES * (0x80 - (first)))           \
     & ~(((word) & ~RSL_WORD_HIGH) + RSL_WORD_ONES * (0x7f - (last)))         \
     & ~(word) & RSL_WORD_HIGH)

/* The high bits of the bytes of a mask, side by side. */
#define rsl_word_bits(mask)                                                   \
    (((mask) >> 7) * UINT64_C(0x0102040810204080) >> 56)

/* The index of the first byte of a mask that is not 0. */
#define rsl_word_first(mask)    ((size_t) __builtin_ctzll(mask) / 8)


/* The first byte is the lowest one. */

static inline uint64_t
rsl_word(const u_char *p)
{
    uint64_t  word;

    memcpy(&word, p, sizeof(word));

    return le64toh(word);
}


/*
 * How many bytes at "p" are ASCII that stands for itself in a string of JSON,
 * of those that fit into words: it may be more.  *found: the next one is none.
 */

static inline size_t
rsl_word_plain(const u_char *p, const u_char *end, int *found)
{
    uint64_t       word, mask;
    const u_char  *start;

    start = p;
    *found = 1;

#if (__SSE2__)

    while (end - p >= 16) {
        __m128i   block;
        unsigned  bits;

        block = _mm_loadu_si128((const __m128i *) p);

        /* bytes are signed: those from 0x80 on are below 0x20, too */

        bits = (unsigned) _mm_movemask_epi8(
                   _mm_or_si128(_mm_cmplt_epi8(block, _mm_set1_epi8(0x20)),
                   _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                                _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')))));

        if (bits) {
            return (size_t) (p - start) + (size_t) __builtin_ctz(bits);
        }

        p += 16;
    }

#endif

    while ((size_t) (end - p) >= sizeof(word)) {
        word = rsl_word(p);

        mask = rsl_word_high(word) | rsl_word_less(word, 0x20)
               | rsl_word_has(word, '"') | rsl_word_has(word, '\\');

        if (mask) {
            return (size_t) (p - start) + rsl_word_first(mask);
        }

        p += sizeof(word);
    }

    *found = 0;

    return (size_t) (p - start);
}


#endif /* _RSL_WORD_H_INCLUDED_ */
