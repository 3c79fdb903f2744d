
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * How the table of stacks is read, with rows of languages that do not exist;
 * and whether the real rows keep the rules of the table.
 */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intake/rsl_intake_internal.h"


static rsl_intake_stack_index_t  index_of_rows;


static rsl_str_t
str(const char *text)
{
    rsl_str_t  s;

    s.data = (const u_char *) text;
    s.len = strlen(text);

    return s;
}


static void
use(const rsl_intake_stack_row_t *rows, size_t n)
{
    rsl_intake_stack_index_init(&index_of_rows, rows, n);
}


static rsl_intake_stack_start_t
begins(const char *text)
{
    rsl_str_t                 line;
    rsl_intake_stack_start_t  start;

    line = str(text);
    rsl_intake_stack_begins(&index_of_rows, &line, &start);

    return start;
}


/*
 * A line that does not belong to the stack leaves it as it was.  "is" is what
 * must be true of one that does.
 */

static int
goes_on(rsl_intake_stack_t *stack, const char *text, unsigned is)
{
    int                 rc;
    unsigned            must;
    rsl_str_t           line;
    rsl_intake_stack_t  before;

    line = str(text);
    before = *stack;

    must = 0;
    rc = rsl_intake_stack_goes_on(&index_of_rows, stack, &line, &must);

    if (rc == 0) {
        assert_memory_equal(stack, &before, sizeof(rsl_intake_stack_t));

    } else {
        assert_int_equal(must, is);
    }

    return rc;
}


static void
check_stack(rsl_intake_stack_t stack, uint32_t rows, unsigned step)
{
    assert_int_equal(stack.rows, rows);
    assert_int_equal(stack.step, step);
}


/* The pattern alone, of a line that begins a stack and of one that goes on. */

static int
matches(const char *pattern, const char *text)
{
    int                       first, next;
    unsigned                  must;
    rsl_str_t                 line;
    rsl_intake_stack_t        stack;
    rsl_intake_stack_row_t    row;
    rsl_intake_stack_start_t  start;

    memset(&row, 0, sizeof(rsl_intake_stack_row_t));

    row.lines[0].from = RSL_STACK_BEGINS|RSL_STACK_FRAMES;
    row.lines[0].pattern = pattern;
    row.lines[0].to = RSL_STACK_END;

    use(&row, 1);
    line = str(text);

    rsl_intake_stack_begins(&index_of_rows, &line, &start);
    first = (start.first.rows == 1);
    assert_int_equal(first, start.below.rows == 1);

    stack.rows = 1;
    stack.step = RSL_STACK_FRAMES;
    next = rsl_intake_stack_goes_on(&index_of_rows, &stack, &line, &must);

    /* what is indented begins nothing unless it is below something */

    assert_int_equal(first, next && text[0] != ' ' && text[0] != '\t');

    return next;
}


static void
test_patterns(void **state)
{
    size_t  i;

    static const struct {
        const char  *pattern;
        const char  *text;
        int          matches;
    } cases[] = {
        { "ab", "ab", 1 },
        { "ab", "a", 0 },
        { "ab", "abc", 0 },
        { "ab", " ab", 0 },
        { "ab*", "ab", 1 },
        { "ab*", "abc", 1 },
        { "ab*", "b", 0 },
        { "*", "x", 1 },
        { "*", " x", 0 },
        { "*b", "ab", 1 },
        { "*b", "b", 1 },
        { "*b", "bbab", 1 },
        { "*b", "ba", 0 },
        { "a*:", "a:", 1 },
        { "a*:", "a::x:", 1 },
        { "a*:", "a:x", 0 },
        { "a*aab", "aaaab", 1 },
        { "*ab*ab", "abxab", 1 },
        { "*ab*ab", "xab", 0 },
        { "*a%d:*", "a:aa12:", 1 },
        { "*a%d:*", "aa1a2", 0 },

        { " *", " x", 1 },
        { " *", "\t x", 1 },
        { " *", "x", 0 },
        { " at *", "   at x", 1 },
        { " at *", "\t\tat x", 1 },
        { " at *", "at x", 0 },
        { " at *", " xat ", 0 },

        { "%d", "0123456789", 1 },
        { "%d", "x", 0 },
        { "%d", "1x", 0 },
        { "x%d:", "x:", 0 },
        { "x%d:", "x1:", 1 },

        { "%c*", "a.b.CException: boom", 1 },
        { "%c*", "a.b$_1Error", 1 },
        { "%c*", ".Throwable:", 1 },
        { "%c*", "a.Exceptions", 0 },
        { "%c*", "a.Exception boom", 0 },
        { "%c*", "Exception: boom", 0 },
        { "%c*", "TypeError: boom", 0 },
        { "%c*", "Error", 0 },
        { "%c*", "a.b", 0 },
        { "%c", "a.Error", 1 },
        { "%c", "a.Error:", 0 },

        { "%[a-c_]", "_abc", 1 },
        { "%[a-c_]", "abd", 0 },
        { "%[a-c_]:", ":", 1 },
        { "%[^ (](*)", "f(x)", 1 },
        { "%[^ (](*)", "(x)", 1 },
        { "%[^ (](*)", "f (x)", 0 },
        { "%[^ (](*)", "f(x", 0 },
        { "%[a-]", "a-", 1 },
        { "%[a-]", "b", 0 },
        { "%[\x80-\xff]", "\x80\xc3\xff", 1 },
        { "%[\x80-\xff]", "\x7f", 0 },

        { "%*%* (*", "** (x", 1 },
        { "%*%* (*", "a (x", 0 },
        { "%%", "%", 1 },
        { "%%", "x", 0 },
        { "\xc3*", "\xc3\xa4", 1 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (matches(cases[i].pattern, cases[i].text) != cases[i].matches) {
            fail_msg("\"%s\" with \"%s\"", cases[i].pattern, cases[i].text);
        }
    }
}


/*
 * A byte of zero in a line is a byte like others.  It does not match the end of
 * a pattern, behind which this one has another zero.
 */

static void
test_zero(void **state)
{
    rsl_str_t                 line;
    rsl_intake_stack_start_t  start;

    static const rsl_intake_stack_row_t  row = {
        "X", { { RSL_STACK_FIRST, "ab\0", RSL_STACK_HEAD, 0 },
               { RSL_STACK_FIRST, "%[^x]", RSL_STACK_END, 0 } }
    };

    use(&row, 1);

    line.data = (const u_char *) "ab\0c";
    line.len = 3;

    rsl_intake_stack_begins(&index_of_rows, &line, &start);
    check_stack(start.first, 1, RSL_STACK_END);

    line.len = 2;

    rsl_intake_stack_begins(&index_of_rows, &line, &start);
    check_stack(start.first, 1, RSL_STACK_HEAD);
}


static const rsl_intake_stack_row_t  rows[] = {

    { "A", {
        { RSL_STACK_FIRST, "crash: *", RSL_STACK_HEAD, 0 },
        { RSL_STACK_BEGINS, "stack:", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, " in *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_GOES_ON, "call *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "*!", RSL_STACK_END, RSL_STACK_PLAIN },
        { RSL_STACK_END, "because", RSL_STACK_CHAIN, 0 },
        { RSL_STACK_FRAMES, " end", RSL_STACK_OVER, 0 } } },

    { "B", {
        { RSL_STACK_BEGINS, "stack:", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "call *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "jump *", RSL_STACK_FRAMES, 0 } } },

    { "C", {
        { RSL_STACK_BELOW, "stack:", RSL_STACK_HEAD, 0 } } }
};

#define A  0x01
#define B  0x02
#define C  0x04


/* Where a line stands decides whether it begins a stack. */

static void
test_begins(void **state)
{
    use(rows, 3);

    check_stack(begins("crash: x").first, A, RSL_STACK_HEAD);
    check_stack(begins("crash: x").below, 0, 0);

    /* C would begin with another step than the rows above it */

    check_stack(begins("stack:").first, A|B, RSL_STACK_FRAMES);
    check_stack(begins("stack:").below, A|B, RSL_STACK_FRAMES);

    check_stack(begins("call x").first, 0, 0);
    check_stack(begins("call x").below, 0, 0);
    check_stack(begins(" in x").below, 0, 0);
    check_stack(begins("x").first, 0, 0);
}


static void
test_goes_on(void **state)
{
    rsl_intake_stack_t  stack;

    use(rows, 3);

    stack = begins("crash: x").first;

    assert_false(goes_on(&stack, "crash: y", 0));
    assert_false(goes_on(&stack, "stack:", 0));
    assert_false(goes_on(&stack, "jump x", 0));
    assert_true(goes_on(&stack, "call x", 0));
    check_stack(stack, A, RSL_STACK_FRAMES);

    /* the last line must say nothing of itself */

    assert_true(goes_on(&stack, "x!", RSL_STACK_PLAIN));
    check_stack(stack, A, RSL_STACK_END);

    assert_false(goes_on(&stack, "call x", 0));
    assert_false(goes_on(&stack, "stack:", 0));
    assert_true(goes_on(&stack, "because", 0));
    check_stack(stack, A, RSL_STACK_CHAIN);

    /* now another one has to begin, and what only begins a record does not */

    assert_false(goes_on(&stack, "crash: x", 0));
    assert_false(goes_on(&stack, "because", 0));
    assert_true(goes_on(&stack, "stack:", 0));
    check_stack(stack, A|B, RSL_STACK_FRAMES);
}


/* A stack of several languages becomes that of those that go on with it. */

static void
test_common(void **state)
{
    rsl_intake_stack_t  stack;

    use(rows, 3);

    stack = begins("stack:").below;

    assert_true(goes_on(&stack, "call x", 0));
    check_stack(stack, A|B, RSL_STACK_FRAMES);
    assert_true(goes_on(&stack, "jump x", 0));
    check_stack(stack, B, RSL_STACK_FRAMES);
    assert_true(goes_on(&stack, "call x", 0));
    check_stack(stack, B, RSL_STACK_FRAMES);
    assert_false(goes_on(&stack, "x!", 0));
}


static void
test_indented(void **state)
{
    rsl_intake_stack_t  stack;

    use(rows, 3);

    /* below a line without a stack, and below one of another language */

    memset(&stack, 0, sizeof(rsl_intake_stack_t));

    assert_false(goes_on(&stack, "  x", 0));
    assert_true(goes_on(&stack, "  in x", 0));
    check_stack(stack, A, RSL_STACK_FRAMES);

    stack.rows = B;
    stack.step = RSL_STACK_HEAD;

    assert_false(goes_on(&stack, "  end", 0));
    assert_true(goes_on(&stack, "\tin x", 0));
    check_stack(stack, A, RSL_STACK_FRAMES);

    /* a stack whose calls have come stays that of its own language */

    stack.rows = B;

    assert_false(goes_on(&stack, "  in x", 0));
    check_stack(stack, B, RSL_STACK_FRAMES);

    stack.rows = A;

    /* the end: nothing is open, and nothing goes on */

    assert_true(goes_on(&stack, "  end", 0));
    check_stack(stack, 0, RSL_STACK_OVER);
    assert_false(goes_on(&stack, "call x", 0));
}


/* As many rows and lines as there may be, and the last one counts. */

static void
test_full(void **state)
{
    size_t  i, k;

    static rsl_intake_stack_row_t  full[RSL_STACK_ROWS_MAX];

    for (i = 0; i < RSL_STACK_ROWS_MAX; i++) {
        for (k = 0; k < RSL_STACK_LINES_MAX; k++) {
            full[i].lines[k].from = RSL_STACK_FRAMES;
            full[i].lines[k].pattern = "x";
            full[i].lines[k].to = RSL_STACK_FRAMES;
        }

        full[i].lines[0].from = RSL_STACK_FIRST;
        full[i].lines[k - 2].from = RSL_STACK_FIRST;
        full[i].lines[k - 2].pattern = "z";
    }

    full[i - 1].lines[k - 1].pattern = "y";
    full[i - 1].lines[k - 2].pattern = "y";

    use(full, RSL_STACK_ROWS_MAX);

    assert_int_equal(index_of_rows.n, RSL_STACK_STARTS_MAX);
    check_stack(begins("x").first, 0xffffffff, RSL_STACK_FRAMES);
    check_stack(begins("y").first, 0x80000000, RSL_STACK_FRAMES);

    check_stack(begins("z").first, 0x7fffffff, RSL_STACK_FRAMES);
}


/* "%" and what belongs to it, and nothing that makes it slow. */

static void
check_pattern(const char *pattern)
{
    int  star;

    assert_true(pattern[0] != '\0');
    assert_false(pattern[0] == ' ' && pattern[1] == ' ');

    for (star = 0; *pattern != '\0'; pattern++) {

        if (*pattern == '*') {
            assert_true(pattern[1] != '*');
            assert_true(pattern[1] != '%' || strchr("*%", pattern[2]) != NULL);
            star = 1;
        }

        if (*pattern != '%') {
            continue;
        }

        pattern++;

        assert_non_null(strchr("dce[*%", *pattern));
        assert_true(*pattern != '\0');

        if (*pattern == 'c' || *pattern == 'e' || *pattern == '[') {
            assert_false(star);
        }

        if (*pattern == '[') {
            pattern = strchr(pattern, ']');
            assert_non_null(pattern);
        }
    }
}


static void
test_rows(void **state)
{
    size_t                         i, k, starts;
    const rsl_intake_stack_row_t  *row;

    starts = 0;

    for (i = 0; i < rsl_intake_stack_nrows; i++) {
        row = &rsl_intake_stack_rows[i];

        assert_true(row->name[0] != '\0');
        assert_true(row->lines[0].from & RSL_STACK_BEGINS);

        for (k = 0; k < RSL_STACK_LINES_MAX && row->lines[k].from; k++) {
            check_pattern(row->lines[k].pattern);

            /* what begins a stack leads to one, and needs nothing else */

            if (row->lines[k].from & RSL_STACK_BEGINS) {
                assert_true(row->lines[k].to != RSL_STACK_OVER);
                assert_int_equal(row->lines[k].is, 0);
                starts++;
            }
        }
    }

    use(rsl_intake_stack_rows, rsl_intake_stack_nrows);

    assert_int_equal(index_of_rows.n, starts);
}


/* Most lines of text begin like these, and are compared with nothing. */

static void
test_nothing(void **state)
{
    const char  *p;

    use(rsl_intake_stack_rows, rsl_intake_stack_nrows);

    for (p = "<({|\"'-+\\~\x1b\xc3"; *p != '\0'; p++) {
        assert_true(index_of_rows.edge[(u_char) *p] == 0);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_zero),
        cmocka_unit_test(test_begins),
        cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_common),
        cmocka_unit_test(test_indented),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_nothing)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
