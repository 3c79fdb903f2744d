
/* SPDX-License-Identifier: BSD-2-Clause */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/rsl_core.h"


void __wrap_free(void *p);
void __real_free(void *p);


#define WATCHED  10000


/* The memory of an arena that a test expects to be freed; NULL: it was. */
static u_char  *watched;

/* Was it all zeros when it was freed? */
static int      watched_wiped;


/*
 * The linker makes the core call this in place of free() (Makefile).  The block
 * that is freed begins before the memory that it hands out, with a header.
 */

void
__wrap_free(void *p)
{
    size_t   n;
    u_char  *block;

    block = p;

    if (watched != NULL && block < watched && watched - block <= 64) {

        for (n = 0; n < WATCHED && watched[n] == 0; n++) {
            /* void */
        }

        watched_wiped = (n == WATCHED);
        watched = NULL;
    }

    __real_free(p);
}


static void
test_arena_alignment(void **state)
{
    size_t        n;
    u_char       *p;
    rsl_arena_t  *arena;

    (void) state;

    arena = rsl_arena_create(100);
    assert_non_null(arena);

    for (n = 0; n < 1000; n++) {
        p = rsl_arena_alloc(arena, n);

        assert_non_null(p);
        assert_int_equal((uintptr_t) p % _Alignof(max_align_t), 0);

        memset(p, (int) n, n);
    }

    rsl_arena_destroy(arena);
    rsl_arena_destroy(NULL);
}


static void
test_arena_keeps_what_it_gave(void **state)
{
    size_t        n, i, len;
    u_char       *p[200];
    rsl_arena_t  *arena;

    (void) state;

    arena = rsl_arena_create(64);
    assert_non_null(arena);

    for (n = 0; n < 200; n++) {
        len = (n % 10 == 0) ? 5000 : n;

        p[n] = rsl_arena_alloc(arena, len + 1);
        assert_non_null(p[n]);

        memset(p[n], (int) n, len + 1);
    }

    for (n = 0; n < 200; n++) {
        len = (n % 10 == 0) ? 5000 : n;

        for (i = 0; i <= len; i++) {
            assert_int_equal(p[n][i], n);
        }
    }

    rsl_arena_destroy(arena);
}


static void
test_arena_reset_wipes(void **state)
{
    size_t        n;
    u_char       *first, *again;
    rsl_arena_t  *arena;

    (void) state;

    arena = rsl_arena_create(256);
    assert_non_null(arena);

    first = rsl_arena_alloc(arena, 128);
    assert_non_null(first);
    memset(first, 's', 128);

    assert_non_null(rsl_arena_alloc(arena, 10000));
    assert_non_null(rsl_arena_alloc(arena, 200));

    rsl_arena_reset(arena);

    again = rsl_arena_alloc(arena, 128);
    assert_ptr_equal(again, first);

    for (n = 0; n < 128; n++) {
        assert_int_equal(again[n], 0);
    }

    rsl_arena_destroy(arena);
}


/*
 * An allocation that no chunk has room for gets a chunk of its own, which a
 * reset wipes and frees.
 */

static void
test_arena_reset_frees(void **state)
{
    size_t        n;
    rsl_arena_t  *arena;

    (void) state;

    arena = rsl_arena_create(256);
    assert_non_null(arena);

    for (n = 0; n < 2; n++) {
        assert_true(n == 0 || rsl_arena_alloc(arena, n) != NULL);

        watched = rsl_arena_alloc(arena, WATCHED);
        watched_wiped = 0;

        assert_non_null(watched);
        memset(watched, 's', WATCHED);

        rsl_arena_reset(arena);

        assert_null(watched);
        assert_true(watched_wiped);
    }

    rsl_arena_destroy(arena);
}


static void
test_arena_refuses_the_impossible(void **state)
{
    rsl_arena_t  *arena;

    (void) state;

    arena = rsl_arena_create(0);
    assert_non_null(arena);

    assert_null(rsl_arena_alloc(arena, SIZE_MAX));
    assert_null(rsl_arena_alloc(arena, SIZE_MAX - 8));
    assert_null(rsl_arena_alloc(arena, (size_t) PTRDIFF_MAX));
    assert_non_null(rsl_arena_alloc(arena, 1));

    rsl_arena_destroy(arena);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_arena_alignment),
        cmocka_unit_test(test_arena_keeps_what_it_gave),
        cmocka_unit_test(test_arena_reset_wipes),
        cmocka_unit_test(test_arena_reset_frees),
        cmocka_unit_test(test_arena_refuses_the_impossible)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
