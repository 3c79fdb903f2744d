
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Where JSON ends, and where a text stops being JSON: it is the same wherever
 * the pieces of the text end.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/rsl_core.h"


#define LIMIT  4


/* Checks where reading ends, in one piece and in two, and how. */

static void
check(const char *text, int array, size_t offset, rsl_grammar_result_e expected)
{
    size_t                 split, len;
    const u_char          *start, *p;
    rsl_grammar_t          g;
    rsl_grammar_result_e   result;

    start = (const u_char *) text;
    len = strlen(text);

    for (split = 0; split <= len; split++) {
        p = start;

        rsl_grammar_start(&g, LIMIT, array);

        result = rsl_grammar(&g, &p, start + split);

        if (result == RSL_GRAMMAR_MORE) {
            assert_ptr_equal(p, start + split);
            result = rsl_grammar(&g, &p, start + len);
        }

        if (result != expected || p != start + offset) {
            fail_msg("%s, split at %zu: %d at %zu", text, split, (int) result,
                     (size_t) (p - start));
        }
    }
}


static void
test_values(void **state)
{
    size_t  i;

    static const char  *values[] = {
        "{}", "[]", "{ }", "[\r\n\t ]", "{\"\":\"\"}",
        "[1,-1,0,-0,10,0.5,1e3]",
        "[1E+3,1.25e-10,NaN,Infinity,-Infinity,true,false,null]",
        "{\"a\" : [ { } , \"b\" ] , \"c\" : 1 }",
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
        "[\"\\ud83d\\u00E4\xff\xc3\"]", "[[[[]]]]",
        "{\"a\":{\"b\":{\"c\":{}}}}",
        "[\"[{]},:\"]", "[[[[[[1]]]]],{}]"
    };

    (void) state;

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        check(values[i], 0, strlen(values[i]), RSL_GRAMMAR_END);
    }

    check("{}}", 0, 2, RSL_GRAMMAR_END);
    check("[1] x", 0, 3, RSL_GRAMMAR_END);
}


static void
test_broken(void **state)
{
    size_t  i;

    /* a text, up to the first byte with which it is no JSON */

    static const char  *texts[] = {
        "{a", "{'", "{,", "{1", "{\"a\":,", "{\"a\"=", "{\"a\" \"",
        "{\"a\":1,}",
        "{\"a\":1 \"", "{\"a\":1]", "[1}", "[1,]", "[,", "[1 2", "[01", "[-a",
        "[+", "[.", "[1.e", "[1.,", "[1e,", "[1e+]", "[1ee", "[1.5.", "[0x",
        "[trua", "[tru]", "[T", "[No", "[-Ia", "[Na]", "[\"\\x",
        "[\"\\u12g", "[\"\\ud8\"", "[\"a\n", "[\"\t", "[\"\x1f", "{\"a\n",
        "[1a",
        "[nullx", "[\"a\"b"
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        check(texts[i], 0, strlen(texts[i]) - 1, RSL_GRAMMAR_BROKEN);
    }
}


static void
test_more(void **state)
{
    size_t  i;

    static const char  *texts[] = {
        "", "{", "[", "{\"", "{\"a", "{\"a\\", "{\"a\"", "{\"a\":", "{\"a\":1",
        "[-", "[1.", "[1e", "[1e-", "[t", "[\"\\u1", "[1,\n\n", "[{}", "[-Inf"
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        check(texts[i], 0, strlen(texts[i]), RSL_GRAMMAR_MORE);
    }
}


/* Is it an array whose first element is an object, or an empty one? */

static void
test_array(void **state)
{
    (void) state;

    check("[]", 1, 2, RSL_GRAMMAR_END);
    check("[\n ]", 1, 4, RSL_GRAMMAR_END);
    check("[{}, x", 1, 3, RSL_GRAMMAR_END);
    check("[ {\"a\" : x", 1, 8, RSL_GRAMMAR_END);

    check("[1]", 1, 1, RSL_GRAMMAR_BROKEN);
    check("[[{}]]", 1, 1, RSL_GRAMMAR_BROKEN);
    check("[\"a\"]", 1, 1, RSL_GRAMMAR_BROKEN);
    check("[{a:1}]", 1, 2, RSL_GRAMMAR_BROKEN);
    check("[{\"a\"=>1}]", 1, 5, RSL_GRAMMAR_BROKEN);

    check("[", 1, 1, RSL_GRAMMAR_MORE);
    check("[{\"a", 1, 4, RSL_GRAMMAR_MORE);
}


static unsigned
deep(const char *text, rsl_grammar_result_e expected)
{
    const u_char   *p;
    rsl_grammar_t   g;

    p = (const u_char *) text;

    rsl_grammar_start(&g, LIMIT, 0);

    assert_int_equal(rsl_grammar(&g, &p, p + strlen(text)), expected);

    return g.deep;
}


static void
test_depth(void **state)
{
    int   i;
    char  text[201];

    (void) state;

    assert_false(deep("[[[[]]],[[[1]]]]", RSL_GRAMMAR_END));
    assert_true(deep("[[[[[]]]]]", RSL_GRAMMAR_END));
    assert_true(deep("{\"a\":[[[{", RSL_GRAMMAR_MORE));

    /* also where there are more brackets than the stack has room for */

    for (i = 0; i < 100; i++) {
        text[i] = '[';
        text[199 - i] = ']';
    }

    text[200] = '\0';

    check(text, 0, 200, RSL_GRAMMAR_END);

    text[150] = '}';
    check(text, 0, 150, RSL_GRAMMAR_BROKEN);

    text[150] = ']';
    text[100] = '"';
    check(text, 0, 200, RSL_GRAMMAR_MORE);

    /* only what is too deep ends before a line with a brace */

    check("[[[[[\n{}", 0, 6, RSL_GRAMMAR_BROKEN);
    check("[[[[[\n {}]]]]]", 0, 14, RSL_GRAMMAR_END);
    check("[[[[\n{}]]]]", 0, 11, RSL_GRAMMAR_END);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_more),
        cmocka_unit_test(test_array),
        cmocka_unit_test(test_depth)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
