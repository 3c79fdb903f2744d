
/*
 * Eight bytes at a time: which of them are what is looked for?  Inside of the
 * core.
 */


#ifndef _RSL_WORD_H_INCLUDED_
#define _RSL_WORD_H_INCLUDED_


#include <endian.h>

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


#endif /* _RSL_WORD_H_INCLUDED_ */
