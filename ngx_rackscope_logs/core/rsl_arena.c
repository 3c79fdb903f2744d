
/* SPDX-License-Identifier: BSD-2-Clause */


/* An arena: a list of chunks of memory, the current one first. */


#include <stdlib.h>

#include "rsl_core.h"


struct rsl_chunk_s {
    rsl_chunk_t                  *next;
    size_t                        size;
    size_t                        used;     /* bytes that were handed out; not
                                               kept of the current chunk */
    _Alignas(max_align_t) u_char  data[];
};


static rsl_chunk_t *rsl_arena_chunk(rsl_arena_t *arena, size_t size);
static void rsl_arena_use(rsl_arena_t *arena, rsl_chunk_t *chunk);


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

    size = rsl_arena_aligned(size);

    chunk = rsl_arena_chunk(arena, size);
    if (chunk == NULL) {
        return NULL;
    }

    current = arena->current;

    /*
     * The chunk that has more room left is the current one: a large allocation
     * must not waste what is left of a chunk for the small ones.
     */

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


int
rsl_arena_copy(rsl_arena_t *arena, rsl_str_t *text)
{
    u_char  *p;

    if (text->len == 0) {
        text->data = (const u_char *) "";
        return RSL_OK;
    }

    p = rsl_arena_alloc(arena, text->len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    memcpy(p, text->data, text->len);
    text->data = p;

    return RSL_OK;
}


void
rsl_arena_reset(rsl_arena_t *arena)
{
    rsl_chunk_t  *chunk, *next;

    if (arena->pos == arena->first->data && arena->first->next == NULL) {
        /* nothing was handed out, so there is nothing to wipe */
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

    size = rsl_arena_aligned(size);

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
