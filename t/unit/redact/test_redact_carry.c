
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Redaction over lines: what is hidden in one text is hidden in its lines, and
 * what is open ends in time.
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "redact/rsl_redact_internal.h"


#define TEST_SECRET  "Zq7vK9xWm2Lp"


static rsl_arena_t         *arena;
static rsl_redact_t        *redact;
static rsl_redact_carry_t   carry;


static int
test_setup(void **state)
{
    (void) state;

    arena = rsl_arena_create(65536);
    redact = rsl_redact_create(1);

    return arena == NULL || redact == NULL;
}


static int
test_teardown(void **state)
{
    (void) state;

    rsl_redact_destroy(redact);
    rsl_arena_destroy(arena);

    return 0;
}


static int
test_begin(void **state)
{
    (void) state;

    rsl_redact_carry_init(&carry, redact);

    return 0;
}


static int
test_end(void **state)
{
    (void) state;

    rsl_redact_carry_reset(&carry);
    assert_null(carry.data);
    assert_false(rsl_redact_carry_open(&carry));

    rsl_arena_reset(arena);

    return 0;
}


/* The line becomes "expected"; NULL: it is to be left out. */

static void
test_line_own(const char *line, const char *expected, int own)
{
    int        rc;
    char      *copy;
    rsl_str_t  text;

    /* so that nobody can read outside of it, or keeps it */

    copy = malloc(strlen(line) + 1);
    assert_non_null(copy);
    memcpy(copy, line, strlen(line));

    text.data = (u_char *) copy;
    text.len = strlen(line);

    rc = rsl_redact_carry_line(&carry, arena, &text, own);

    assert_int_equal(rc, expected == NULL ? RSL_DECLINED : RSL_OK);

    if (expected != NULL) {
        assert_int_equal(text.len, strlen(expected));
        assert_memory_equal(text.data, expected, text.len);
    }

    free(copy);
}


static void
test_line(const char *line, const char *expected)
{
    test_line_own(line, expected, 0);
}


static void
test_same(const char *line)
{
    test_line(line, line);
}


static void
test_key(void **state)
{
    (void) state;

    test_same("-----BEGIN RSA PRIVATE KEY-----");
    assert_true(rsl_redact_carry_open(&carry));
    test_line("Proc-Type: 4,ENCRYPTED", "***");
    test_line("", NULL);
    test_line("  MIIE" TEST_SECRET, NULL);
    test_line_own("2026-11-28 10:00:00 INFO started 3 workers",
                  "2026-11-28 10:00:00 INFO started 3 workers", 1);
    test_line("  " TEST_SECRET "==", "  ***");

    /* JSON may come between the lines of a key */

    assert_int_equal(rsl_redact_carry_line(&carry, arena, NULL, 1), RSL_OK);

    test_line(TEST_SECRET, "***");
    test_same("-----END RSA PRIVATE KEY-----");
    test_same("MIIE" TEST_SECRET);
}


static void
test_key_mentioned(void **state)
{
    size_t  i;

    (void) state;

    test_same("no start line, expected -----BEGIN RSA PRIVATE KEY-----");

    test_same("retrying");
    test_same("connected");

    for (i = 0; i < 4; i++) {
        test_same("    at Object.load (app.js:3:1)");
        test_same("server restarted by hand");
        test_same("done");
    }

    assert_false(rsl_redact_carry_open(&carry));
    test_same("MIIE" TEST_SECRET);
}


static void
test_certificate(void **state)
{
    (void) state;

    test_same("-----BEGIN CERTIFICATE-----");
    test_same("MIIE" TEST_SECRET);
    test_same("-----END CERTIFICATE-----");
    test_same("-----BEGIN PUBLIC KEY-----");
    test_same("MIIE" TEST_SECRET);
    test_same("-----END PUBLIC KEY-----");
}


static void
test_quote(void **state)
{
    (void) state;

    test_same("token: \"abc");
    test_line("\tdef", "\t***");
    test_line("ghi", NULL);
    test_line("jkl\" user=bob", "***\" user=bob");
    test_same("ghi");

    /* one mask is left, also if the first line is blank */

    test_same("secret = '");
    test_same("");
    test_line("abc", "***");
    test_line("", NULL);
    test_line("def", NULL);
    test_same("'");

    /* a record of its own ends it */

    test_line("token: \"abc", "token: \"***");
    test_line("def", "***");
    test_line_own("INFO def", "INFO def", 1);
    test_same("def");

    /* and so does JSON */

    test_same("token: \"");
    assert_int_equal(rsl_redact_carry_line(&carry, arena, NULL, 1), RSL_OK);
    test_same("def");

    /* an apostrophe is none */

    test_same("password can't be empty");
    test_same("def");
}


static void
test_bracket(void **state)
{
    (void) state;

    test_same("{\"password\": [");
    test_line("  {\"a\": \"" TEST_SECRET "\",", "  ***");
    test_line("   \"b]\": [1, 2]},", NULL);
    test_line("  3], \"user\": \"bob\"", "  ***, \"user\": \"bob\"");
    test_same("  3], \"user\": \"bob\"");

    /* one that is not closed ends before a sentence */

    test_line("reading password: [", "reading password: ***");
    test_same("server started");
    test_same("[]");

    test_same("secret = {");
    test_line("key " TEST_SECRET, "***");
    test_line("a b, " TEST_SECRET, NULL);
    test_same("worker threads are ready");
}


/* However long it is, what is kept of it stays short. */

static void
test_long(void **state)
{
    size_t  i;

    (void) state;

    test_same("INFO cfg {\"password\": {\"a\": [");

    for (i = 0; i < 150; i++) {
        test_line("  {\"" TEST_SECRET TEST_SECRET TEST_SECRET "\": \"]\"},",
                  i ? NULL : "  ***");
    }

    test_line("\"x\"]", NULL);
    test_line("}, \"user\": \"bob\"}", "***, \"user\": \"bob\"}");
    test_same("  " TEST_SECRET);
}


static void
test_putty(void **state)
{
    size_t  i;

    (void) state;

    test_same("Private-Lines: 38");

    for (i = 0; i < 38; i++) {
        test_line("AAAAgQ" TEST_SECRET TEST_SECRET TEST_SECRET TEST_SECRET,
                  i ? NULL : "***");
    }

    test_same("Private-Mac");
    test_same("user bob");
}


static void
test_limits(void **state)
{
    size_t  i;
    char    line[1000];

    (void) state;

    test_same("password = 'abc");

    for (i = 0; i < 200; i++) {
        test_line("def", i ? NULL : "***");
    }

    test_same("def");
    test_same("def");

    memset(line, 'x', sizeof(line));
    line[sizeof(line) - 1] = '\0';

    test_same("password = 'abc");

    for (i = 0; i < 16; i++) {
        test_line(line, i ? NULL : "***");
    }

    test_same(line);
}


static void
test_name(void **state)
{
    (void) state;

    test_same("  \"password\":");
    test_line("    \"" TEST_SECRET "\",", "    \"***\",");

    test_same("- name: API_TOKEN");
    test_line("  value: " TEST_SECRET, "  value: ***");

    /* a line of its own is no value of a name before it */

    test_same("\"password\":");
    test_line_own("\"INFO\" started", "\"INFO\" started", 1);
}


static void
test_idle(void **state)
{
    size_t  i;

    (void) state;

    test_same("see the password:");
    assert_true(rsl_redact_carry_open(&carry));

    for (i = 0; i < 16; i++) {
        test_same("nothing to see");
    }

    assert_false(rsl_redact_carry_open(&carry));
}


/* What is kept is read again with each line, so it has few of them. */

static void
test_kept(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < 100; i++) {
        test_same("password:");
    }

    assert_true(carry.len > sizeof("password:"));
    assert_true(carry.len < 10 * sizeof("password:"));

    test_line("  hunter2hunter2", "  ***");
}


/* What is not needed any more is overwritten, although something is open. */

static void
test_wiped(void **state)
{
    size_t  i, len;

    (void) state;

    test_same("token: \"" TEST_SECRET);

    for (i = 0; i < 7; i++) {
        test_line(TEST_SECRET TEST_SECRET, i ? NULL : "***");
    }

    len = carry.len;

    for (i = 0; i < 7; i++) {
        test_line("", NULL);
    }

    assert_true(carry.len < len);

    for (i = carry.len; i < len; i++) {
        assert_int_equal(carry.data[i], 0);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_key, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_key_mentioned, test_begin,
                                        test_end),
        cmocka_unit_test_setup_teardown(test_certificate, test_begin,
                                        test_end),
        cmocka_unit_test_setup_teardown(test_quote, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_bracket, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_long, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_putty, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_limits, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_kept, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_wiped, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_name, test_begin, test_end),
        cmocka_unit_test_setup_teardown(test_idle, test_begin, test_end)
    };

    return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
