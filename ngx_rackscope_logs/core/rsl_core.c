
/* SPDX-License-Identifier: BSD-2-Clause */


#include <stdlib.h>

#include "rsl_word.h"


struct rsl_chunk_s {
    rsl_chunk_t                  *next;
    size_t                        size;
    size_t                        used;     /* unless it is the current one */
    _Alignas(max_align_t) u_char  data[];
};


static rsl_chunk_t *rsl_arena_chunk(rsl_arena_t *arena, size_t size);
static void rsl_arena_use(rsl_arena_t *arena, rsl_chunk_t *chunk);
static size_t rsl_utf8_replace(const rsl_str_t *s, u_char *dst);


static const u_char  rsl_replacement[] = { 0xef, 0xbf, 0xbd };


const u_char  rsl_digit_pairs[] =
    "0001020304050607080910111213141516171819"
    "2021222324252627282930313233343536373839"
    "4041424344454647484950515253545556575859"
    "6061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";


rsl_arena_t *
rsl_arena_create(size_t size)
{
    rsl_arena_t  *arena;

    arena = malloc(sizeof(rsl_arena_t));
    if (arena == NULL) {
        return NULL;
    }

    arena->size = size;

    arena->first = rsl_arena_chunk(arena, size);
    if (arena->first == NULL) {
        free(arena);
        return NULL;
    }

    rsl_arena_use(arena, arena->first);

    return arena;
}


void *
rsl_arena_alloc_chunk(rsl_arena_t *arena, size_t size)
{
    rsl_chunk_t  *chunk, *current;

    if (size > PTRDIFF_MAX / 2) {
        return NULL;
    }

    size = rsl_aligned(size);

    chunk = rsl_arena_chunk(arena, size);
    if (chunk == NULL) {
        return NULL;
    }

    current = arena->current;

    /* one large allocation must not waste what the current chunk has */

    if (chunk->size - size < (size_t) (arena->last - arena->pos)) {
        chunk->used = size;
        chunk->next = current->next;
        current->next = chunk;

        return chunk->data;
    }

    current->used = arena->pos - current->data;
    chunk->next = current;

    rsl_arena_use(arena, chunk);
    arena->pos += size;

    return chunk->data;
}


void
rsl_arena_reset(rsl_arena_t *arena)
{
    rsl_chunk_t  *chunk, *next;

    if (arena->pos == arena->first->data && arena->first->next == NULL) {
        /* nothing was handed out */
        return;
    }

    arena->current->used = arena->pos - arena->current->data;

    for (chunk = arena->current; chunk != NULL; chunk = next) {
        next = chunk->next;

        explicit_bzero(chunk->data, chunk->used);

        if (chunk != arena->first) {
            free(chunk);
        }
    }

    arena->first->next = NULL;

    rsl_arena_use(arena, arena->first);
}


void
rsl_arena_destroy(rsl_arena_t *arena)
{
    if (arena == NULL) {
        return;
    }

    rsl_arena_reset(arena);

    free(arena->first);
    free(arena);
}


static rsl_chunk_t *
rsl_arena_chunk(rsl_arena_t *arena, size_t size)
{
    rsl_chunk_t  *chunk;

    if (size < arena->size) {
        size = arena->size;
    }

    size = rsl_aligned(size);

    chunk = malloc(sizeof(rsl_chunk_t) + size);
    if (chunk == NULL) {
        return NULL;
    }

    chunk->next = NULL;
    chunk->size = size;

    return chunk;
}


static void
rsl_arena_use(rsl_arena_t *arena, rsl_chunk_t *chunk)
{
    arena->current = chunk;
    arena->pos = chunk->data;
    arena->last = chunk->data + chunk->size;
}


size_t
rsl_utf8_sequence(const u_char *p, const u_char *end)
{
    return rsl_word_sequence(rsl_word_four(p, end));
}


size_t
rsl_utf8_ill_formed(const u_char *p, const u_char *end)
{
    return rsl_word_ill_formed(rsl_word_four(p, end));
}


size_t
rsl_utf8_valid(const rsl_str_t *s)
{
    size_t         n;
    uint64_t       mask;
    const u_char  *p, *end;

    if (s->len == 0) {
        return 0;
    }

    p = s->data;
    end = p + s->len;

    while (p < end) {

        if ((size_t) (end - p) >= sizeof(mask)) {
            mask = rsl_word_high(rsl_word(p));

            if (mask == 0) {
                p += sizeof(mask);
                continue;
            }

            p += rsl_word_first(mask);
        }

        n = rsl_utf8_sequence(p, end);
        if (n == 0) {
            break;
        }

        p += n;
    }

    return p - s->data;
}


size_t
rsl_utf8_cut(const rsl_str_t *s, size_t len)
{
    if (len >= s->len) {
        return s->len;
    }

    while (len > 0 && (s->data[len] & 0xc0) == 0x80) {
        len--;
    }

    return len;
}


int
rsl_utf8_repair(rsl_arena_t *arena, rsl_str_t *s)
{
    size_t   len;
    u_char  *p;

    if (rsl_utf8_valid(s) == s->len) {
        return RSL_OK;
    }

    len = rsl_utf8_replace(s, NULL);

    p = rsl_arena_alloc(arena, len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    (void) rsl_utf8_replace(s, p);

    s->data = p;
    s->len = len;

    return RSL_OK;
}


/* With dst of NULL this only counts. */

static size_t
rsl_utf8_replace(const rsl_str_t *s, u_char *dst)
{
    size_t     len;
    rsl_str_t  rest, good;

    len = 0;
    rest = *s;

    for ( ;; ) {
        good.data = rest.data;
        good.len = rsl_utf8_valid(&rest);

        if (dst != NULL) {
            memcpy(dst + len, good.data, good.len);
        }

        len += good.len;
        rest.data += good.len;
        rest.len -= good.len;

        if (rest.len == 0) {
            return len;
        }

        if (dst != NULL) {
            memcpy(dst + len, rsl_replacement, sizeof(rsl_replacement));
        }

        len += sizeof(rsl_replacement);

        good.len = rsl_utf8_ill_formed(rest.data, rest.data + rest.len);
        rest.data += good.len;
        rest.len -= good.len;
    }
}


void
rsl_digits(u_char *p, uint64_t value, size_t n)
{
    uint32_t  low, high;

    /* divisions of 32 bits, and few of them wait for each other */

    while (n >= 8) {
        n -= 8;

        low = (uint32_t) (value % 100000000);
        value /= 100000000;

        high = low / 10000;
        low %= 10000;

        rsl_digit_pair(p + n, high / 100);
        rsl_digit_pair(p + n + 2, high % 100);
        rsl_digit_pair(p + n + 4, low / 100);
        rsl_digit_pair(p + n + 6, low % 100);
    }

    while (n >= 2) {
        n -= 2;
        rsl_digit_pair(p + n, value % 100);
        value /= 100;
    }

    if (n) {
        *p = (u_char) ('0' + value % 10);
    }
}


size_t
rsl_decimal(u_char *p, uint64_t value)
{
    size_t    n;
    uint64_t  limit;

    n = 1;

    for (limit = 10; value >= limit && n < RSL_UINT64_LEN; limit *= 10) {
        n++;
    }

    rsl_digits(p, value, n);

    return n;
}


int
rsl_hex(u_char ch)
{
    if (ch >= '0' && ch <= '9') {
        return ch - '0';
    }

    ch |= 0x20;

    if (ch >= 'a' && ch <= 'f') {
        return ch - 'a' + 10;
    }

    return -1;
}
