
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The memory of the libraries: it has a bound, and it is overwritten when it is
 * freed, because a window holds what a client sent.
 */


#include <stdlib.h>

#include "rsl_decode_internal.h"


/* The size of a block stands in front of it. */
#define RSL_DECODE_MEMORY_HEAD  RSL_ARENA_ALIGNMENT


void *
rsl_decode_memory_alloc(void *memory, size_t size)
{
    u_char               *block;
    rsl_decode_memory_t  *m = memory;

    if (size > RSL_DECODE_MEMORY - m->used) {
        return NULL;
    }

    block = malloc(RSL_DECODE_MEMORY_HEAD + size);
    if (block == NULL) {
        return NULL;
    }

    memcpy(block, &size, sizeof(size_t));
    m->used += size;

    return block + RSL_DECODE_MEMORY_HEAD;
}


void
rsl_decode_memory_free(void *memory, void *p)
{
    size_t                size;
    u_char               *block;
    rsl_decode_memory_t  *m = memory;

    if (p == NULL) {
        return;
    }

    block = (u_char *) p - RSL_DECODE_MEMORY_HEAD;

    memcpy(&size, block, sizeof(size_t));
    m->used -= size;

    explicit_bzero(p, size);
    free(block);
}
