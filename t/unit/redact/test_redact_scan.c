
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Redaction: what is dismissed early must not be a secret's, wherever in a text
 * it stands.
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "redact/rsl_redact_internal.h"


/* Three times what is looked at at once, and a little. */
#define TEST_PAD  200

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


/* "before" and "after" stand behind "pad" bytes "ch", and before as many. */

static void
test_padded(const char *before, const char *after, u_char ch, size_t pad)
{
    size_t      len;
    u_char      expected[2 * TEST_PAD + 256];
    u_char     *data;
    rsl_str_t   text;

    /* memory of its own: nothing of what is around it may be read */

    len = strlen(before);
    data = malloc(2 * pad + len);
    assert_non_null(data);

    memset(data, ch, 2 * pad + len);
    memcpy(data + pad, before, len);

    text.data = data;
    text.len = 2 * pad + len;

    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);

    len = strlen(after);
    memset(expected, ch, 2 * pad + len);
    memcpy(expected + pad, after, len);

    assert_int_equal(text.len, 2 * pad + len);
    assert_memory_equal(text.data, expected, text.len);

    free(data);
    rsl_arena_reset(arena);
}


static int
test_changed(const char *before, size_t len)
{
    rsl_str_t  text;

    text.data = (const u_char *) before;
    text.len = len;

    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);

    return text.data != (const u_char *) before;
}


/* Every trigger, at every place of what is classified at once. */

static void
test_places(void **state)
{
    size_t  i, pad;

    static const struct {
        const char  *before;
        const char  *after;
    } cases[] = {
        { "pw=x", "pw=***" },
        { "\"token\": \"x\"", "\"token\": \"***\"" },
        { "[\"password\", \"x\"]", "[\"password\", \"***\"]" },
        { "password 'x'", "password '***'" },
        { "password hunter2", "password ***" },
        { "| api_key | 4f9a8b7c6d5e |", "| api_key | *** |" },
        { "|api_key|4f9a8b7c6d5e|", "|api_key|***|" },
        { "token\t4f9a8b7c6d5e", "token\t***" },
        { "password \"x\"", "password \"***\"" },
        { "--password x", "--password ***" },
        { "<password>x</password>", "<password>***</password>" },
        { "http://u:x@h", "http://u:***@h" },
        { "u:x@tcp(h)", "u:***@tcp(h)" },
        { "abc8Q~0123456789012345678901234567890123", "***" },
        { "token%3Dx%26a", "token%3D***%26a" },
        { "token&#61;x&amp;a", "token&#61;***&amp;a" },
        { "token\\u003dx", "token\\u003d***" },
        { "token\xef\xbc\x9dx", "token\xef\xbc\x9d***" },
        { "ghp_0123456789abcdef", "***" },
        { "dop_v1_0123456789abcdef0123456789abcdef", "***" },
        { "s.0123456789abcdefghijklmn", "***" },
        { "Bot123456789:0123456789abcdefghijklmnopqrst",
          "Bot123456789:***" },
        { "<meta name=\"csrf-token\" content=\"x\">",
          "<meta name=\"csrf-token\" content=\"***\">" },
        { "\033[1mpassword\033[0m=x\033[0m",
          "\033[1mpassword\033[0m=***\033[0m" },
        { "[1mpassword[0m=x[0m", "[1mpassword[0m=***[0m" },
        { "\\x1b[1mpassword=x", "\\x1b[1mpassword=***" },
        { "#033[1mpassword=x", "#033[1mpassword=***" },
        { "^[[Kpassword^[[K=x", "^[[Kpassword^[[K=***" },
        { "pass\xc2\x85word=x", "pass\xc2\x85word=***" },
        { "gh\xe2\x80\x8bp_0123456789abcdef", "***" },
        { "gh\xef\xbb\xbfp_0123456789abcdef", "***" },
        { "gh\1p_0123456789abcdef", "***" },
        { "nothing: to hide, \"in\" this | 10:57:11", NULL }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {

        for (pad = 0; pad < TEST_PAD; pad++) {
            test_padded(cases[i].before,
                        cases[i].after ? cases[i].after : cases[i].before,
                        ' ', pad);
            test_padded(cases[i].before,
                        cases[i].after ? cases[i].after : cases[i].before,
                        '\n', pad);
        }
    }
}


/*
 * No name of a secret is dismissed by its last letters, whatever is in the
 * tables, and neither is what may follow a name.
 */

static void
test_endings(void **state)
{
    char                         name[64];
    rsl_str_t                    key;
    const rsl_redact_keyword_t  *keyword;
    const rsl_redact_literal_t  *tail;

    (void) state;

    for (keyword = rsl_redact_keywords; keyword->text; keyword++) {
        key.data = (const u_char *) keyword->text;
        key.len = keyword->len;

        assert_int_equal(rsl_redact_name(&redact->names, &key),
                         keyword->kind);
    }

    key.data = (const u_char *) name;

    for (tail = rsl_redact_keyword_tails; tail->text; tail++) {
        key.len = (size_t) snprintf(name, sizeof(name), "password_%s2",
                                    tail->text);

        assert_int_equal(rsl_redact_name(&redact->names, &key),
                         RSL_REDACT_NAME_SECRET);
    }
}


/*
 * A value behind a blank is hidden if the keyword before it may have one there,
 * and those that may are told by their last three letters.
 */

static void
test_loose(void **state)
{
    char                         text[64];
    size_t                       len;
    u_char                      *p;
    const rsl_redact_keyword_t  *keyword, *other;

    (void) state;

    for (keyword = rsl_redact_keywords; keyword->text; keyword++) {

        if (keyword->len < 3) {
            assert_int_equal(keyword->loose, RSL_REDACT_LOOSE_NEVER);
            continue;
        }

        p = (u_char *) keyword->text + keyword->len;
        other = rsl_redact_keywords;

        while (other->text
               && (other->loose == RSL_REDACT_LOOSE_NEVER
                   || memcmp(other->text + other->len - 3, p - 3, 3) != 0))
        {
            other++;
        }

        assert_int_equal((rsl_redact_loose_name(&redact->names, p)
                          & redact->names.loose_names) != 0,
                         other->text != NULL);

        len = (size_t) snprintf(text, sizeof(text), "%s 4f9a8b7c6d5e",
                                keyword->text);

        if (keyword->kind == RSL_REDACT_NAME_SECRET && other->text) {
            assert_true(test_changed(text, len));
        }
    }
}


/* The names of members that hold a name, or the value beside it. */

static void
test_members(void **state)
{
    size_t  i;

    static const rsl_str_t  names[] = {
        STRING("name"), STRING("Key"), STRING("field"), STRING("header"),
        STRING("var"), STRING("VARIABLE"), STRING("parameter"),
        STRING("param"), STRING("property"), STRING("k"), STRING("{k")
    };

    static const rsl_str_t  values[] = {
        STRING("value"), STRING("val"), STRING("v"), STRING("values"),
        STRING("newValue"), STRING("old_value"), STRING("default-value"),
        STRING("stringValue"), STRING("data"), STRING("content"), STRING("(v")
    };

    (void) state;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(rsl_redact_name_member(&redact->names, &names[i]),
                         RSL_REDACT_MEMBER_NAME);
    }

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        assert_int_equal(rsl_redact_name_member(&redact->names, &values[i]),
                         RSL_REDACT_MEMBER_VALUE);
    }
}


/*
 * A prefix is of two bytes at least, by which its rule is found; in lower case
 * if it stands for any case; and no secret is shorter than the four bytes by
 * which it is looked up.
 */

static void
test_shape(const rsl_redact_shape_t *shape)
{
    int          error;
    uint32_t     min;
    size_t       len, offset;
    pcre2_code  *code;
    const char  *p;

    len = strlen(shape->prefix);
    assert_true(len >= 2);

    for (p = shape->prefix; shape->caseless && *p; p++) {
        assert_false(*p >= 'A' && *p <= 'Z');
    }

    code = pcre2_compile((PCRE2_SPTR) shape->pattern, PCRE2_ZERO_TERMINATED,
                         PCRE2_ANCHORED, &error, &offset, NULL);
    assert_non_null(code);

    assert_int_equal(pcre2_pattern_info(code, PCRE2_INFO_MINLENGTH, &min), 0);
    assert_true(len + min >= RSL_REDACT_SHAPE_MIN);

    pcre2_code_free(code);
}


static void
test_shapes(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; rsl_redact_shapes[i].name; i++) {
        test_shape(&rsl_redact_shapes[i]);
    }

    for (i = 0; rsl_redact_commands[i].name; i++) {
        test_shape(&rsl_redact_commands[i]);
    }

    for (i = 0; rsl_redact_statements[i].name; i++) {
        test_shape(&rsl_redact_statements[i]);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_endings),
        cmocka_unit_test(test_loose),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_members),
    };

    return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
