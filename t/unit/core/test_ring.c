
/* SPDX-License-Identifier: BSD-2-Clause */


#define _GNU_SOURCE

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "core/rsl_core.h"
#include "../range.h"


static rsl_ring_t *ring_create(size_t entries, size_t entry_size);
static void ring_destroy(rsl_ring_t *ring, size_t entries, size_t entry_size);
static uint64_t ring_push(rsl_ring_t *ring, size_t len);
static void ring_write(rsl_ring_t *ring, unsigned seed);
static void assert_whole(const u_char *text, const rsl_line_t *line,
    uint64_t seq);
static int ring_next(unsigned *seed);


#define FIRST       UINT64_C(1795342617395827)
#define ENTRY_SIZE  65536


static rsl_ring_t *
ring_create(size_t entries, size_t entry_size)
{
    rsl_ring_t  *ring;

    ring = mmap(NULL, rsl_ring_size(entries, entry_size),
                PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    assert_true(ring != MAP_FAILED);

    rsl_ring_init(ring, entries, entry_size, FIRST);

    return ring;
}


static void
ring_destroy(rsl_ring_t *ring, size_t entries, size_t entry_size)
{
    assert_int_equal(munmap(ring, rsl_ring_size(entries, entry_size)), 0);
}


/* Pushes a line of one letter over and over, which its number determines. */

static uint64_t
ring_push(rsl_ring_t *ring, size_t len)
{
    rsl_line_t        line;
    rsl_ring_state_t  state;

    static u_char     text[ENTRY_SIZE];

    rsl_ring_state(ring, &state);

    memset(&line, 0, sizeof(rsl_line_t));

    line.len = len;
    line.level = (state.last + 1) % RSL_LEVELS;
    line.message = RSL_SEQ_OFFSET + RSL_SEQ_DIGITS;
    line.message_len = len - line.message;

    memset(text, 'a' + (int) ((state.last + 1) % 26), len);

    return rsl_ring_push(ring, text, &line);
}


/* Fails if the line is not as ring_push() makes the one of this number. */

static void
assert_whole(const u_char *text, const rsl_line_t *line, uint64_t seq)
{
    u_char    digits[RSL_SEQ_DIGITS];
    uint32_t  n;

    rsl_number_digits(digits, seq, RSL_SEQ_DIGITS);
    assert_memory_equal(text + RSL_SEQ_OFFSET, digits, RSL_SEQ_DIGITS);

    assert_int_equal(line->level, seq % RSL_LEVELS);
    assert_int_equal(line->message, RSL_SEQ_OFFSET + RSL_SEQ_DIGITS);
    assert_int_equal(line->message + line->message_len, line->len);

    for (n = line->message; n < line->len; n++) {
        if (text[n] != 'a' + seq % 26) {
            fail_msg("torn at %u of %u", n, line->len);
        }
    }
}


static int
ring_next(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;

    return *seed >> 16 & 0x7fff;
}


static void
test_ring_geometry(void **state)
{
    size_t       size;
    rsl_ring_t  *ring;

    (void) state;

    size = rsl_ring_size(1000, 16384);
    assert_uint_in_range(size, 1000 * 16384, 1000 * 16384 + 4096);
    assert_uint_in_range(rsl_ring_line_max(16384), 16384 - 64, 16384 - 1);

    size = rsl_ring_line_max(RSL_ENTRY_SIZE_MIN + 63);
    assert_uint_in_range(size, RSL_LINE_MIN, RSL_ENTRY_SIZE_MIN + 63);

    ring = ring_create(10, 1024);

    assert_true(rsl_ring_check(ring, 10, 1024));
    assert_false(rsl_ring_check(ring, 11, 1024));
    assert_false(rsl_ring_check(ring, 10, 2048));

    ring_destroy(ring, 10, 1024);

    ring = calloc(1, rsl_ring_size(1, 1024));
    assert_non_null(ring);
    assert_false(rsl_ring_check(ring, 1, 1024));
    free(ring);
}


static void
test_ring_empty(void **state)
{
    u_char            buf[1024];
    rsl_line_t        line;
    rsl_ring_t       *ring;
    rsl_ring_state_t  look;

    (void) state;

    ring = ring_create(10, 1024);

    rsl_ring_state(ring, &look);

    assert_int_equal(look.first, FIRST);
    assert_int_equal(look.floor, FIRST);
    assert_int_equal(look.oldest, FIRST);
    assert_int_equal(look.last, FIRST - 1);
    assert_int_equal(look.clears, 0);

    assert_int_equal(rsl_ring_read(ring, 0, buf, &line), RSL_DECLINED);
    assert_int_equal(rsl_ring_read(ring, FIRST - 1, buf, &line), RSL_DECLINED);
    assert_int_equal(rsl_ring_read(ring, FIRST, buf, &line), RSL_DECLINED);
    assert_int_equal(rsl_ring_read(ring, UINT64_MAX, buf, &line),
                     RSL_DECLINED);
    assert_int_equal(rsl_ring_peek(ring, FIRST, &line), RSL_DECLINED);

    ring_destroy(ring, 10, 1024);
}


/* Even if the clock of a machine starts in 1970, a number has 16 digits. */

static void
test_ring_first_has_16_digits(void **state)
{
    rsl_ring_t  *ring;

    (void) state;

    ring = ring_create(1, 1024);

    rsl_ring_init(ring, 1, 1024, 7);
    assert_int_equal(ring_push(ring, 100), 1000000000000000);

    ring_destroy(ring, 1, 1024);
}


static void
test_ring_wraps(void **state)
{
    size_t            n, max;
    u_char            buf[1500];
    uint64_t          seq;
    rsl_line_t        line;
    rsl_ring_t       *ring;
    rsl_ring_state_t  look;

    (void) state;

    ring = ring_create(7, 1500);
    max = rsl_ring_line_max(1500);

    for (n = 0; n < 100; n++) {
        assert_int_equal(ring_push(ring, (n % 3) ? max : 24 + n), FIRST + n);

        rsl_ring_state(ring, &look);

        assert_int_equal(look.last, FIRST + n);
        assert_int_equal(look.first, FIRST);
        assert_int_equal(look.oldest, (n < 7) ? FIRST : FIRST + n - 6);

        for (seq = look.oldest; seq <= look.last; seq++) {
            assert_int_equal(rsl_ring_peek(ring, seq, &line), RSL_OK);
            assert_int_equal(line.len, ((seq - FIRST) % 3)
                                       ? max : 24 + seq - FIRST);

            assert_int_equal(rsl_ring_read(ring, seq, buf, &line), RSL_OK);
            assert_whole(buf, &line, seq);
        }

        assert_int_equal(rsl_ring_read(ring, look.oldest - 1, buf, &line),
                         RSL_DECLINED);
        assert_int_equal(rsl_ring_read(ring, look.last + 1, buf, &line),
                         RSL_DECLINED);
    }

    ring_destroy(ring, 7, 1500);
}


static void
test_ring_clear(void **state)
{
    size_t            n;
    u_char            buf[1024];
    rsl_line_t        line;
    rsl_ring_t       *ring;
    rsl_ring_state_t  look;

    (void) state;

    ring = ring_create(7, 1024);

    rsl_ring_clear(ring);
    rsl_ring_state(ring, &look);
    assert_int_equal(look.clears, 1);
    assert_int_equal(look.floor, FIRST);

    for (n = 0; n < 10; n++) {
        ring_push(ring, 100);
    }

    rsl_ring_clear(ring);
    rsl_ring_state(ring, &look);

    assert_int_equal(look.clears, 2);
    assert_int_equal(look.floor, FIRST + 10);
    assert_int_equal(look.last, FIRST + 9);
    assert_true(look.oldest > look.last);
    assert_int_equal(rsl_ring_read(ring, FIRST + 9, buf, &line), RSL_DECLINED);
    assert_int_equal(rsl_ring_peek(ring, FIRST + 9, &line), RSL_DECLINED);

    assert_int_equal(ring_push(ring, 100), FIRST + 10);

    rsl_ring_state(ring, &look);
    assert_int_equal(look.oldest, FIRST + 10);
    assert_int_equal(look.last, FIRST + 10);
    assert_int_equal(rsl_ring_read(ring, FIRST + 10, buf, &line), RSL_OK);

    for (n = 0; n < 10; n++) {
        ring_push(ring, 100);
    }

    rsl_ring_state(ring, &look);
    assert_int_equal(look.oldest, FIRST + 14);
    assert_int_equal(look.floor, FIRST + 10);

    ring_destroy(ring, 7, 1024);
}


/*
 * The states that a writer leaves if it is killed when it has taken the number
 * of a slot away, and when it has set it again.
 */

static void
test_ring_slot_without_number(void **state)
{
    u_char            buf[1024];
    uint64_t          seq;
    uint64_t         *number;
    rsl_line_t        line;
    rsl_ring_t       *ring;
    rsl_ring_state_t  look;

    (void) state;

    ring = ring_create(4, 1024);

    for (seq = FIRST; seq < FIRST + 6; seq++) {
        ring_push(ring, 100);
    }

    seq = FIRST + 2;

    number = memmem(ring, rsl_ring_size(4, 1024), &seq, sizeof(seq));
    assert_non_null(number);
    *number = 0;

    rsl_ring_state(ring, &look);
    assert_int_equal(look.oldest, FIRST + 3);
    assert_int_equal(look.last, FIRST + 5);
    assert_int_equal(rsl_ring_read(ring, FIRST + 2, buf, &line),
                     RSL_DECLINED);
    assert_int_equal(rsl_ring_peek(ring, FIRST + 2, &line), RSL_DECLINED);

    /* the line has its number, but it is not published */

    *number = FIRST + 6;

    rsl_ring_state(ring, &look);
    assert_int_equal(look.oldest, FIRST + 3);
    assert_int_equal(look.last, FIRST + 5);
    assert_int_equal(rsl_ring_read(ring, FIRST + 6, buf, &line),
                     RSL_DECLINED);

    assert_int_equal(ring_push(ring, 100), FIRST + 6);

    rsl_ring_state(ring, &look);
    assert_int_equal(look.oldest, FIRST + 3);
    assert_int_equal(rsl_ring_read(ring, FIRST + 6, buf, &line), RSL_OK);
    assert_whole(buf, &line, FIRST + 6);

    ring_destroy(ring, 4, 1024);
}


static void
test_ring_absurd_length(void **state)
{
    u_char       buf[1024];
    uint64_t     seq;
    uint32_t    *len;
    rsl_line_t   line;
    rsl_ring_t  *ring;

    (void) state;

    ring = ring_create(4, 1024);
    seq = ring_push(ring, 100);

    len = memmem((u_char *) ring + 128, rsl_ring_size(4, 1024) - 128, &seq,
                 sizeof(seq));
    assert_non_null(len);
    assert_int_equal(len[2], 100);

    len[2] = UINT32_MAX;
    assert_int_equal(rsl_ring_read(ring, seq, buf, &line), RSL_DECLINED);

    len[2] = rsl_ring_line_max(1024) + 1;
    assert_int_equal(rsl_ring_peek(ring, seq, &line), RSL_DECLINED);

    ring_destroy(ring, 4, 1024);
}


/* Pushes, and now and then clears the ring, until the process is killed. */

static void
ring_write(rsl_ring_t *ring, unsigned seed)
{
    size_t  max;

    /* the kernel kills the writer if the test ends early */

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);

    max = rsl_ring_line_max(ENTRY_SIZE);

    for ( ;; ) {
        (void) ring_push(ring, max - ring_next(&seed));

        if (ring_next(&seed) % 64 == 0) {
            rsl_ring_clear(ring);
        }
    }
}


static void
test_ring_killed_writers(void **state)
{
    pid_t             pid;
    unsigned          n, died, seed;
    uint64_t          seq, target, oldest;
    rsl_line_t        line;
    rsl_ring_t       *ring;
    rsl_ring_state_t  look;

    static u_char     buf[ENTRY_SIZE];

    (void) state;

    ring = ring_create(5, ENTRY_SIZE);
    seed = 1;
    died = 0;

    for (n = 0; n < 300; n++) {

        rsl_ring_state(ring, &look);
        target = look.last + 1 + ring_next(&seed) % 50;

        pid = fork();
        assert_true(pid >= 0);

        if (pid == 0) {
            ring_write(ring, n);
        }

        do {
            rsl_ring_state(ring, &look);
        } while (look.last < target);

        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);

        rsl_ring_state(ring, &look);

        oldest = look.floor;

        if (look.last + 1 - look.floor > 5) {
            oldest = look.last - 4;
        }

        /* a killed writer may have taken the oldest line away, and no other */

        died += (look.oldest != oldest);
        assert_uint_in_range(look.oldest, oldest, oldest + 1);

        for (seq = look.oldest; seq <= look.last; seq++) {
            assert_int_equal(rsl_ring_read(ring, seq, buf, &line), RSL_OK);
            assert_whole(buf, &line, seq);
        }

        assert_int_equal(rsl_ring_read(ring, seq, buf, &line), RSL_DECLINED);

        assert_int_equal(ring_push(ring, 1000), look.last + 1);
        assert_int_equal(rsl_ring_read(ring, look.last + 1, buf, &line),
                         RSL_OK);
        assert_whole(buf, &line, look.last + 1);
    }

    print_message("%u of %u writers died while writing\n", died, n);

    ring_destroy(ring, 5, ENTRY_SIZE);
}


static void
test_ring_readers_see_whole_lines(void **state)
{
    int               rc;
    pid_t             pid;
    uint64_t          seq, whole, gone, newest;
    rsl_line_t        line;
    rsl_ring_t       *ring;
    rsl_ring_state_t  look;

    static u_char     buf[ENTRY_SIZE];

    (void) state;

    ring = ring_create(3, ENTRY_SIZE);

    pid = fork();
    assert_true(pid >= 0);

    if (pid == 0) {
        ring_write(ring, 1);
    }

    whole = 0;
    gone = 0;
    newest = 0;

    while (whole < 20000) {
        rsl_ring_state(ring, &look);

        assert_true(look.last >= newest);
        assert_true(look.floor <= look.last + 1);
        assert_true(look.oldest >= look.floor);
        assert_true(look.last + 1 - look.oldest <= 3);

        newest = look.last;

        for (seq = look.oldest; seq <= look.last; seq++) {
            rc = rsl_ring_read(ring, seq, buf, &line);

            if (rc == RSL_OK) {
                assert_whole(buf, &line, seq);
                whole++;

            } else {
                assert_int_equal(rc, RSL_DECLINED);
                gone++;
            }
        }
    }

    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);

    print_message("%u lines read, %u were overwritten meanwhile\n",
                  (unsigned) whole, (unsigned) gone);

    ring_destroy(ring, 3, ENTRY_SIZE);
}


/* The ring follows another one, which was cleared, or has gone ahead. */

static void
test_ring_follows(void **state)
{
    rsl_ring_t        *ring;
    rsl_line_t         line;
    rsl_ring_state_t   now;

    ring = ring_create(4, ENTRY_SIZE);

    (void) ring_push(ring, 100);
    (void) ring_push(ring, 100);

    /* the records in between are missed, and not cleared */

    rsl_ring_skip(ring, FIRST + 10);
    rsl_ring_state(ring, &now);
    assert_true(now.oldest == FIRST + 10 && now.last == FIRST + 9);
    assert_true(now.floor == FIRST && now.clears == 0 && now.numbering == 0);
    assert_int_equal(rsl_ring_peek(ring, FIRST + 1, &line), RSL_DECLINED);
    assert_true(ring_push(ring, 100) == FIRST + 10);

    /* a clear beyond the last line, and one of exactly that */

    rsl_ring_mark(ring, FIRST + 20);
    rsl_ring_state(ring, &now);
    assert_true(now.oldest == FIRST + 21 && now.last == FIRST + 20);
    assert_true(now.floor == FIRST + 21 && now.clears == 1);
    assert_true(ring_push(ring, 100) == FIRST + 21);

    rsl_ring_mark(ring, FIRST + 21);
    rsl_ring_state(ring, &now);
    assert_true(now.oldest == FIRST + 22 && now.last == FIRST + 21);
    assert_true(now.clears == 2 && now.first == FIRST);

    ring_destroy(ring, 4, ENTRY_SIZE);
}


/* It gets other numbers, and its lines stay in their slots, or go. */

static void
test_ring_numbers_anew(void **state)
{
    u_char             buf[ENTRY_SIZE];
    uint64_t           seq;
    rsl_line_t         line;
    rsl_ring_t        *ring;
    rsl_ring_state_t   now;

    ring = ring_create(4, ENTRY_SIZE);

    for (seq = 0; seq < 6; seq++) {
        (void) ring_push(ring, 100);
    }

    rsl_ring_clear(ring);

    for (seq = 0; seq < 3; seq++) {
        (void) ring_push(ring, 100);
    }

    rsl_ring_state(ring, &now);
    assert_true(now.oldest == FIRST + 6 && now.last == FIRST + 8);

    /* 4000 is a number of whole rounds, so the slots are the same */

    rsl_ring_restart(ring, FIRST + 4006, FIRST + 4006, FIRST + 4006);
    rsl_ring_state(ring, &now);
    assert_true(now.oldest > now.last && now.first == FIRST + 4006);
    assert_true(now.numbering == 1 && now.clears == 1);

    for (seq = 0; seq < 3; seq++) {
        rsl_ring_keep(ring);
        assert_int_equal(rsl_ring_read(ring, FIRST + 4006 + seq, buf, &line),
                         RSL_OK);
        assert_int_equal(line.len, 100);
        assert_memory_equal(buf + RSL_SEQ_OFFSET, "179534261739", 12);
    }

    rsl_ring_state(ring, &now);
    assert_true(now.oldest == FIRST + 4006 && now.last == FIRST + 4008);
    assert_int_equal(rsl_ring_peek(ring, FIRST + 8, &line), RSL_DECLINED);

    /* what another ring has: 9000 to 9002 were cleared, 9003 is gone */

    rsl_ring_restart(ring, FIRST + 9000, FIRST + 9003, FIRST + 9004);
    assert_true(ring_push(ring, 100) == FIRST + 9004);
    rsl_ring_state(ring, &now);
    assert_true(now.first == FIRST + 9000 && now.floor == FIRST + 9003);
    assert_true(now.oldest == FIRST + 9004 && now.last == FIRST + 9004);
    assert_true(now.numbering == 2);

    ring_destroy(ring, 4, ENTRY_SIZE);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_ring_geometry),
        cmocka_unit_test(test_ring_empty),
        cmocka_unit_test(test_ring_first_has_16_digits),
        cmocka_unit_test(test_ring_wraps),
        cmocka_unit_test(test_ring_clear),
        cmocka_unit_test(test_ring_follows),
        cmocka_unit_test(test_ring_numbers_anew),
        cmocka_unit_test(test_ring_slot_without_number),
        cmocka_unit_test(test_ring_absurd_length),
        cmocka_unit_test(test_ring_killed_writers),
        cmocka_unit_test(test_ring_readers_see_whole_lines)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
