
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Decoding wipes what it allocates, windows of the libraries included: a secret
 * of a body is in none of its blocks when they are freed.  All of them together
 * have a bound.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE         /* memmem() */
#endif

#include <malloc.h>

#include "decode.h"


void __wrap_free(void *p);
void __real_free(void *p);


#define MARK  "S3cr3tV4l"


/* Are blocks looked at? */
static int  watch;

/* Those with the secret in them. */
static int  freed, unwiped;


void
__wrap_free(void *p)
{
    if (watch && p != NULL) {
        freed++;
        unwiped += (memmem(p, malloc_usable_size(p), MARK, sizeof(MARK) - 1)
                    != NULL);
    }

    __real_free(p);
}


static void
check(const test_bytes_t *body, size_t n)
{
    int                  rc;
    rsl_str_t            piece;
    const u_char        *p;
    rsl_decode_t        *decode;
    rsl_decode_header_t  header;

    header = test_header(NULL);
    decode = rsl_decode_create(&header, 0);
    assert_non_null(decode);

    p = body->data;

    do {
        rc = rsl_decode(decode, &p, body->data + n, &piece);
    } while (rc == RSL_AGAIN);

    assert_int_equal(rc, RSL_OK);

    freed = 0;
    unwiped = 0;
    watch = 1;

    rsl_decode_destroy(decode);

    watch = 0;
    assert_true(freed > 2);
    assert_int_equal(unwiped, 0);
}


static void
test_decode_wipe(void **state)
{
    size_t        i;
    test_bytes_t  text = { NULL, 0 }, body = { NULL, 0 }, twice = { NULL, 0 };

    for (i = 0; i < 10000; i++) {
        test_append(&text, (u_char []) { 'a' + i % 23, 'b' + i % 7 }, 2);
        test_append(&text, MARK "\n", sizeof(MARK));
    }

    test_zlib(&body, TEST_GZIP, 6, text.data, text.len);
    check(&body, body.len);
    check(&body, body.len / 2);

    test_zstd(&twice, 0, body.data, body.len);
    check(&twice, twice.len);
    check(&twice, twice.len / 2);

    test_release(&body);
    test_release(&twice);

    test_zstd(&body, 17, text.data, text.len);
    check(&body, body.len);
    check(&body, body.len - 10);

    test_release(&body);
    test_release(&text);
}


static void
test_decode_memory(void **state)
{
    void                 *p, *q;
    rsl_decode_memory_t   memory = { 0 };

    rsl_decode_memory_free(&memory, NULL);

    p = rsl_decode_memory_alloc(&memory, RSL_DECODE_MEMORY - 100);
    assert_non_null(p);

    assert_null(rsl_decode_memory_alloc(&memory, 101));
    assert_null(rsl_decode_memory_alloc(&memory, SIZE_MAX));

    q = rsl_decode_memory_alloc(&memory, 100);
    assert_non_null(q);
    assert_int_equal((uintptr_t) q % RSL_ARENA_ALIGNMENT, 0);
    assert_null(rsl_decode_memory_alloc(&memory, 1));

    rsl_decode_memory_free(&memory, p);
    rsl_decode_memory_free(&memory, q);
    assert_int_equal(memory.used, 0);
}


/* Two windows of 8 MB, one in the other, are within the bound. */

static void
test_decode_windows(void **state)
{
    size_t               i, len;
    u_char              *data;
    test_run_t           run;
    test_bytes_t         body = { NULL, 0 }, twice = { NULL, 0 };
    rsl_decode_header_t  header;

    len = 12 * 1024 * 1024;
    data = malloc(len);
    assert_non_null(data);

    for (i = 0; i < len; i++) {
        data[i] = (u_char) ((i * 2654435761u) >> 13 ^ (i * i) >> 7);
    }

    test_zstd(&body, 23, data, len);
    test_zstd(&twice, 23, body.data, body.len);

    header = test_header("zstd, zstd");
    test_run(&run, &header, 0, twice.data, twice.len, 100000);

    assert_int_equal(run.rc, RSL_OK);
    assert_int_equal(run.bytes.len, len);

    test_release(&run.bytes);
    test_release(&body);
    test_release(&twice);
    free(data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_decode_wipe),
        cmocka_unit_test(test_decode_memory),
        cmocka_unit_test(test_decode_windows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
