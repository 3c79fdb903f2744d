
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The intake wipes what it allocates: a secret of a body is in none of its
 * blocks when it frees them, nor between two bodies.
 */


#define _GNU_SOURCE         /* memmem() */

#include <malloc.h>

#include "intake.h"


void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);
void __wrap_free(void *p);
void __real_free(void *p);


#define BLOCKS  16

#define MARK    "S3cr3tV4l"
#define N(a)    (sizeof(a) / sizeof((a)[0]))


/* The blocks that the core has from malloc(). */
static void  *blocks[BLOCKS];

/* Those that it freed with the secret in them. */
static int    unwiped;


static int
has_mark(void *p)
{
    return memmem(p, malloc_usable_size(p), MARK, sizeof(MARK) - 1) != NULL;
}


/* What is left in memory by jansson is not the intake's: blocks are cleared. */

void *
__wrap_malloc(size_t size)
{
    void    *p;
    size_t   i;

    p = __real_malloc(size);
    assert_non_null(p);

    memset(p, 0, malloc_usable_size(p));

    for (i = 0; blocks[i] != NULL; i++) {
        assert_true(i < BLOCKS - 1);
    }

    blocks[i] = p;

    return p;
}


void
__wrap_free(void *p)
{
    size_t  i;

    for (i = 0; i < BLOCKS && p != NULL; i++) {

        if (blocks[i] == p) {
            blocks[i] = NULL;
            unwiped += has_mark(p);
        }
    }

    __real_free(p);
}


static size_t
marks_kept(void)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < BLOCKS; i++) {
        n += (blocks[i] != NULL && has_mark(blocks[i]));
    }

    return n;
}


/* A record is copied into the arena, and may be refused. */

static int
sink(void *data, rsl_arena_t *arena, rsl_record_t *record)
{
    u_char  *p;

    p = rsl_arena_alloc(arena, 10000);
    assert_non_null(p);

    memcpy(p, MARK, sizeof(MARK));

    return *(int *) data;
}


static rsl_intake_t *
create(int *rc)
{
    rsl_intake_t       *intake;
    rsl_intake_conf_t   conf;

    memset(&conf, 0, sizeof(rsl_intake_conf_t));

    conf.sink = sink;
    conf.data = rc;
    conf.level = RSL_LEVELS;

    intake = rsl_intake_create(&conf);
    assert_non_null(intake);

    return intake;
}


static void
check_wiped(const char *body, size_t len, size_t piece, int rc)
{
    size_t         i, n;
    rsl_intake_t  *intake;

    intake = create(&rc);
    unwiped = 0;

    for (i = 0; i < len; i += n) {
        n = (piece < len - i) ? piece : len - i;

        if (rsl_intake_feed(intake, (const u_char *) body + i, n, NOW)
            != RSL_OK)
        {
            assert_int_equal(rc, RSL_ERROR);
            break;
        }
    }

    (void) rsl_intake_finish(intake, NOW);
    rsl_intake_reset(intake);

    if (unwiped || marks_kept()) {
        fail_msg("%zu blocks keep it, %d were freed with it: pieces of %zu of "
                 "%.300s", marks_kept(), unwiped, piece, body);
    }

    rsl_intake_destroy(intake);

    for (i = 0; i < BLOCKS; i++) {
        assert_null(blocks[i]);
    }
}


static void
check_pieces(const char *body, size_t len)
{
    size_t  i;

    static const size_t  pieces[] = { 1, 7, 900, 5000, SIZE_MAX };

    for (i = 0; i < N(pieces); i++) {
        check_wiped(body, len, pieces[i], RSL_OK);
        check_wiped(body, len, pieces[i], RSL_ERROR);
    }
}


static void
test_bodies(void **state)
{
    size_t  i;

    static const char  *bodies[] = {
        "{\"message\":\"m\",\"password\":\"" MARK "\"}\n",
        "{\"message\":\"m\",\"a\":{\"b\":[1,{\"" MARK "\":\"" MARK "\"}]}}",
        "{\"log\":\"{\\\"message\\\":\\\"" MARK "\\\"}\\n\"}",
        "{\"log\":\"ERROR " MARK "\",\"" MARK "\":[\"" MARK "\"]}\n"
        "{\"log\":\"a " MARK "\",\"" MARK "\":[\"" MARK "\"]}\n"
        "{\"log\":\"Traceback (most recent call last):\",\"" MARK "\":[\""
        MARK "\"]}\n{\"log\":\"  " MARK "\",\"name\":\"" MARK "\"}",
        "[{\"token\":\"" MARK "\"},{\"token\":\"" MARK "\"},\"" MARK "\"]",
        "{\"token\":\"" MARK "\",\"records\":[{\"message\":\"" MARK "\"}]}",

        /* these need jansson */

        "{\"message\":\"\xff\",\"password\":\"" MARK "\xc3\"}",
        "{\"message\":\"\\ud800\",\"" MARK "\":\"\\n" MARK "\"}",
        "{\"message\":\"m\",\"a\\u0000\":NaN,\"password\":\"" MARK "\"}",

        /* and these are no JSON */

        "{\"message\":\"m\",\"password\":\"" MARK "\\q\"}",
        "{\"message\":\"m\",\"password\":\"" MARK "\x01\"}\n",
        "{\"message\":\"m\",\"password\":\"" MARK,
        "{\"n\":1 \"password\":\"" MARK "\"}\n{\"token\":\"" MARK "\"}\n",

        "INFO: password=" MARK "\nINFO: password=" MARK "\n",
        "ERROR: x\nTraceback (most recent call last):\n"
        "  File \"a.py\", line 1, in <module>\n    f('" MARK "')\n"
        "E: token=" MARK "\nINFO: password=" MARK
    };

    (void) state;

    for (i = 0; i < N(bodies); i++) {
        check_pieces(bodies[i], strlen(bodies[i]));
    }
}


/* Buffers grow, and the start of what is too large is kept elsewhere. */

static void
test_large_bodies(void **state)
{
    size_t  i, j, len;

    static const char  *ends[][2] = {
        { "{\"message\":\"" MARK " ", " " MARK "\"}\n" },
        { "{\"message\" \"" MARK " ", " " MARK "\"}\n" },
        { "INFO: " MARK " ", " " MARK "\n" },
        { "Traceback (most recent call last):\n  File \"" MARK "\", line 1\n"
          "    ", " " MARK "\n" }
    };

    static const size_t  sizes[] = { 70000, 1200000 };

    static char  body[1200100];

    (void) state;

    for (i = 0; i < N(ends); i++) {
        for (j = 0; j < N(sizes); j++) {
            strcpy(body, ends[i][0]);
            len = strlen(body);
            memset(body + len, 'x', sizes[j]);
            strcpy(body + len + sizes[j], ends[i][1]);
            len += sizes[j] + strlen(ends[i][1]);

            check_wiped(body, len, 900, RSL_OK);
            check_wiped(body, len, SIZE_MAX, RSL_OK);
            check_wiped(body, len, SIZE_MAX, RSL_ERROR);
        }
    }
}


/* A body that stays open holds nothing of the entries that it has brought. */

static void
test_open_body(void **state)
{
    int            rc;
    size_t         i, j, len;
    rsl_intake_t  *intake;

    static const char  *entries[] = {
        "{\"message\":\"m\",\"password\":\"" MARK "\"}\n",
        "{\"message\":\"\xff\",\"password\":\"" MARK "\"}\n",
        "{\"message\":\"m\",\"password\":\"" MARK "\\q\"}\n",
        "{\"log\":\"ERROR m\",\"logger\":\"" MARK "\"}\n",
        "INFO: password=" MARK "\n"
    };

    (void) state;

    rc = RSL_OK;
    intake = create(&rc);

    for (i = 0; i < N(entries); i++) {
        len = strlen(entries[i]);

        for (j = 1; j < len; j++) {
            assert_int_equal(rsl_intake_feed(intake,
                                             (const u_char *) entries[i], j,
                                             NOW),
                             RSL_OK);
            assert_int_equal(rsl_intake_feed(intake,
                                             (const u_char *) entries[i] + j,
                                             len - j, NOW),
                             RSL_OK);
            assert_int_equal(rsl_intake_release(intake), RSL_OK);
            assert_int_equal(marks_kept(), 0);
        }
    }

    rsl_intake_destroy(intake);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_large_bodies),
        cmocka_unit_test(test_open_body)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
