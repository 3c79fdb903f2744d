
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the files of the core share among themselves, and what its tests reach
 * into.
 */


#ifndef _RSL_CORE_INTERNAL_H_INCLUDED_
#define _RSL_CORE_INTERNAL_H_INCLUDED_


#include "rsl_core.h"


/* U+FFFD, which is put in the place of ill-formed UTF-8. */

#define RSL_UTF8_REPLACEMENT      "\xef\xbf\xbd"
#define RSL_UTF8_REPLACEMENT_LEN  (sizeof(RSL_UTF8_REPLACEMENT) - 1)


/*
 * Four bytes in a register, the first one lowest, are enough to judge any
 * sequence of UTF-8.  Those that "end" cuts off are zeros.  p < end.
 */

static inline uint32_t
rsl_utf8_load(const u_char *p, const u_char *end)
{
    uint32_t  bytes;

    if (end - p < 4) {
        return (uint32_t) rsl_swar_load_part(p, (size_t) (end - p));
    }

    memcpy(&bytes, p, 4);

    return le32toh(bytes);
}


/* What rsl_utf8_sequence() returns for the place that was loaded. */

static inline size_t
rsl_utf8_loaded_sequence(uint32_t bytes)
{
    uint32_t  bits;

    if ((bytes & 0x80) == 0) {
        return 1;
    }

    /* an overlong form, which a shorter one could replace, is ill-formed */

    if ((bytes & 0xc0e0) == 0x80c0) {
        return (bytes & 0x1e) ? 2 : 0;
    }

    if ((bytes & 0xc0c0f0) == 0x8080e0) {
        bits = bytes & 0x200f;

        /* 0 is an overlong form; 0x200d are the surrogates, U+D800 to U+DFFF */

        return (bits && bits != 0x200d) ? 3 : 0;
    }

    if ((bytes & 0xc0c0c0f8) == 0x808080f0) {
        bits = (bytes & 0x07) << 2 | (bytes >> 12 & 0x03);

        /* the plane: 0 is an overlong form, and 16 is the last one */

        return (bits >= 1 && bits <= 16) ? 4 : 0;
    }

    return 0;
}


/*
 * What rsl_utf8_ill_formed() returns for the place that was loaded: more than
 * one byte if they could begin a sequence, but do not go on as one.
 */

static inline size_t
rsl_utf8_loaded_ill_formed(uint32_t bytes)
{
    uint32_t  bits;

    if ((bytes & 0xc0f0) == 0x80e0) {
        bits = bytes & 0x200f;

        return (bits && bits != 0x200d) ? 2 : 1;
    }

    if ((bytes & 0xc0f8) == 0x80f0) {
        bits = (bytes & 0x07) << 2 | (bytes >> 12 & 0x03);

        if (bits >= 1 && bits <= 16) {
            return ((bytes & 0xc00000) == 0x800000) ? 3 : 2;
        }
    }

    return 1;
}


/* The two digits of each number below 100, one pair behind the other. */
extern const u_char  rsl_number_pairs[];


/* Writes the two digits of "value", which is less than 100. */

static inline void
rsl_number_pair(u_char *p, uint32_t value)
{
    memcpy(p, &rsl_number_pairs[value * 2], 2);
}


/* Stores a whole block at "p". */

static inline void
rsl_block_store(u_char *p, rsl_block_t block)
{
#if (__SSE2__)
    _mm_storeu_si128((__m128i *) p, block);
#else
    block = htole64(block);

    memcpy(p, &block, sizeof(block));
#endif
}


/*
 * JSON is written into memory that may not suffice.  As with snprintf(), what
 * has room is written, and the rest is counted.
 */

typedef struct {
    u_char  *pos;
    u_char  *last;
    size_t   excess;        /* bytes that had no room */
} rsl_json_t;


#define rsl_json_put_literal(json, text)                                      \
    rsl_json_put(json, text, sizeof(text) - 1)


/* Puts bytes as they are. */

static inline void
rsl_json_put(rsl_json_t *json, const void *data, size_t len)
{
    size_t  room;

    room = json->last - json->pos;

    if (len > room) {
        json->excess += len - room;
        memcpy(json->pos, data, room);
        json->pos = json->last;
        return;
    }

    memcpy(json->pos, data, len);
    json->pos += len;
}


/*
 * Escapes the text from "p" on, without counting the room that is left, until
 * there might be too little of it.  Returns where it stopped: usually at "end".
 */
const u_char *rsl_json_copy(rsl_json_t *json, const u_char *p,
    const u_char *end);

/* Escapes the text to the last byte of the room, and counts the rest. */
void rsl_json_put_slowly(rsl_json_t *json, const u_char *p, const u_char *end);


/* Puts the escaped text of a string, without its quotes. */

static inline void
rsl_json_put_text(rsl_json_t *json, const rsl_str_t *s)
{
    const u_char  *p, *end;

    if (s->len == 0) {
        return;
    }

    end = s->data + s->len;

    p = rsl_json_copy(json, s->data, end);

    if (p != end) {
        rsl_json_put_slowly(json, p, end);
    }
}


/*
 * Puts the longest prefix of "s" that ends between two characters, whose
 * escaped text has at most "room" bytes, and for which there is room, and
 * returns its length before it was escaped.
 */
size_t rsl_json_put_prefix(rsl_json_t *json, const rsl_str_t *s, size_t room);

/* Puts a value without blanks; its own key is not put. */
void rsl_json_put_value(rsl_json_t *json, const rsl_value_t *value);

void rsl_json_put_integer(rsl_json_t *json, int64_t value);

/*
 * Returns the length of the longest prefix of "s" that ends between two
 * characters and whose escaped text has at most "room" bytes; *escaped becomes
 * the length of that text.
 */
size_t rsl_json_fit(const rsl_str_t *s, size_t room, size_t *escaped);

/*
 * Undoes the escaping of "text", which is the content of a string that
 * rsl_record_render() wrote, without its quotes.  "dst" has room for text->len
 * bytes.  Returns the length of the result.
 */
size_t rsl_json_unescape(const rsl_str_t *text, u_char *dst);


#endif /* _RSL_CORE_INTERNAL_H_INCLUDED_ */
