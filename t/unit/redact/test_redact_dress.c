
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Redaction: colours and control characters stay where they are, and do not
 * switch it off.  The corpus, t/redaction/dress.tsv, has what programs print;
 * here stands what it cannot say.
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "redact/rsl_redact_internal.h"


/* Longer than what the scan takes a look at before it begins. */
#define TEST_LONG  40000

#define STRING(text)  { sizeof(text) - 1, (const u_char *) text }


static rsl_arena_t   *arena;
static rsl_redact_t  *redact;


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


static void
test_text(rsl_redact_t *rules, const char *before, const char *after)
{
    rsl_str_t  text;

    text.data = (const u_char *) before;
    text.len = strlen(before);

    assert_int_equal(rsl_redact_text(rules, arena, &text), RSL_OK);

    if (text.len != strlen(after) || memcmp(text.data, after, text.len) != 0) {
        fail_msg("%s\nbecame %.*s", before, (int) text.len, text.data);
    }

    rsl_arena_reset(arena);
}


/* A code at each place of a text: it stays, and the secret goes. */

static void
test_every_place(void **state)
{
    size_t  i, n, at, len;
    char    before[256], after[256];

    static const char *const  codes[] = {
        "\033[1m", "\033[0;38;5;113m", "\033[K", "\033]8;;http://h/\007",
        "\033]8;;http://h/\033\\", "\033(B", "\302\2331m", "\\x1b[1m",
        "\\u001b[1m", "\\\\u001b[1m", "\\033[1m", "\\e[1m", "#033[1m",
        "^[[1m", "<ESC>[1m", "[1m", "\033"
    };

    static const char  text[] = "a password=hunter2x, https://u:hunter2x@h/ b";
    static const char  masked[] = "a password=***, https://u:***@h/ b";

    (void) state;

    len = sizeof(text) - 1;

    for (n = 0; n < sizeof(codes) / sizeof(codes[0]); n++) {

        for (i = 0; i <= len; i++) {
            (void) snprintf(before, sizeof(before), "%.*s%s%s", (int) i, text,
                            codes[n], text + i);

            /* where that is if both secrets are masks, and behind these */

            at = i <= 11 ? i : i < 19 ? 14 : i <= 31 ? i - 5
                 : i < 39 ? 29 : i - 10;

            (void) snprintf(after, sizeof(after), "%.*s%s%s", (int) at, masked,
                            codes[n], masked + at);

            test_text(redact, before, after);
        }
    }
}


/* What has no secret in it stays where it is. */

static void
test_untouched(void **state)
{
    size_t  i;

    static const rsl_str_t  texts[] = {
        STRING("\033[32mINFO\033[0m \033]8;;http://h/\033\\tokens\033]8;;\007"),
        STRING("a\0b\0c\0"), STRING("ab\bc\b\b\b\b\b"), STRING("a\rb\r\r\r\nc"),
        STRING("\\x1b[1mpassword\\x1b[0m: \\x1b[1m***\\x1b[0m"),
        STRING("\033]8;;"), STRING("\033["), STRING("\033"), STRING("a\\x1b"),
        STRING("#033 ^[ [1;2] [0m] \\e \\u001 &#27; <ESC> \xef\xbf\xbd[ ^@ ^")
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        rsl_str_t  text = texts[i];

        assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
        assert_ptr_equal(text.data, texts[i].data);
        assert_int_equal(text.len, texts[i].len);

        rsl_arena_reset(arena);
    }
}


/* In a long text the dress is looked for first. */

static void
test_long(void **state)
{
    size_t        len;
    rsl_str_t     text;

    static char        data[TEST_LONG + 64];
    static const char  secret[] = "\033[1mpassword\033[0m=\033[1mx\033[0m";
    static const char  masked[] = "\033[1mpassword\033[0m=\033[1m***\033[0m";

    (void) state;

    memset(data, 'a', TEST_LONG);
    data[TEST_LONG - 1] = '\n';

    len = sizeof(secret) - 1;
    memcpy(data + TEST_LONG, secret, len);

    text.data = (u_char *) data;
    text.len = TEST_LONG + len;

    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);

    len = sizeof(masked) - 1;
    assert_int_equal(text.len, TEST_LONG + len);
    assert_memory_equal(text.data, data, TEST_LONG);
    assert_memory_equal(text.data + TEST_LONG, masked, len);

    rsl_arena_reset(arena);
}


/*
 * A rule of the operator hits in the plain copy what it cannot hit in the text,
 * and nothing twice.
 */

static void
test_operator(void **state)
{
    char           error[128];
    size_t         i;
    rsl_redact_t  *rules;

    static const rsl_str_t  patterns[][2] = {
        { STRING("badge (\\d+)"), STRING("badge <$1> badge 7") },
        { STRING("<\\d"), STRING("<#") },
        { STRING("\\x1b\\[3m"), STRING("") }
    };

    (void) state;

    rules = rsl_redact_create(1);
    assert_non_null(rules);

    for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        assert_int_equal(rsl_redact_add(rules, &patterns[i][0], &patterns[i][1],
                                        error, sizeof(error)),
                         RSL_OK);
    }

    test_text(rules, "badge 12", "badge <#2> badge 7");
    test_text(rules, "\033[1mbadge 12\033[0m",
              "\033[1mbadge <#2> badge 7\033[0m");
    test_text(rules, "\033[1mbadge\033[0m 12\033[3m!",
              "\033[1mbadge <#2> badge 7\033[0m!");
    test_text(rules, "\033[1mbadge\033[0m 12, badge 4, ba\033[0mdge 5.",
              "\033[1mbadge <#2> badge 7\033[0m, badge <#> badge 7, "
              "badge <#> badge 7\033[0m.");

    rsl_redact_destroy(rules);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_every_place),
        cmocka_unit_test(test_untouched),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_operator)
    };

    return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
