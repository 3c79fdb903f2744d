
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Bodies with errors.  A bad entry is counted, its error is described with its
 * place, and no good entry is lost with it.  What is too large is cut.  No body
 * takes longer than its length allows.
 */


#include <malloc.h>

#include "intake.h"


void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void __wrap_free(void *p);
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void __real_free(void *p);


#define A  "{\"message\":\"a\"}"
#define B  "{\"message\":\"b\"}"
#define C  "{\"message\":\"c\"}"

/* an object that is not closed, and is too deep already */
#define DEEP  "{\"y\":[[[[[[[[[[[[[[[["

#define N(array)  (sizeof(array) / sizeof(array[0]))


/*
 * One element is bad.  "expected" is what comes out up to the place of its
 * error.
 */

static void
check_one(const char *form, const char *bad, const char *expected)
{
    char   body[300];
    run_t  run;

    (void) snprintf(body, sizeof(body), form, bad);

    assert_int_equal(run_pieces(&run, body, strlen(body), 0), RSL_OK);

    if (strncmp(run.brief.data, expected, strlen(expected)) != 0
        || rsl_intake_result(run.intake)->rejected != 1)
    {
        fail_msg("%s became %s", body, run.full.data);
    }

    run_end(&run);
}


/* The text stands in the body, and as a record of its own in what comes out. */

static void
check_kept(const char *form, const char *text, const char *expected)
{
    char  body[300], records[300];

    (void) snprintf(body, sizeof(body), form, text);
    (void) snprintf(records, sizeof(records), expected, text);

    check(body, records);
}


static const char  *bad[] = {
    "{bad}", "{\"m\":}", "{\"m\" \"x\"}", "{'m':'x'}", "{\"m\":\"\\x\"}",
    "{\"m\":\"\\ud8\"}", "{\"m\":tru}", "{\"m\":01}", "{\"m\":1e}",
    "{\"m\":\"\t\"}", "{,}", "{\"m\":[1,2}", "{\"m\":[}", "{\"m\":1,}",
    "{\"m\":[1,]}", "{\"m\":1]}", "{1:2}", "{\"m\":{\"x\":[{]}}}",
    "{\"m\":1 \"x\":2}", "{\"m\":nan}", "{null}", "{\"m\":+1}",
    "{\"m\":.5}", "{\"m\":1.}", "{\"m\":\"x\"\"y\"}", "{\"m\"}",
    "{[\"m\"]}", "{\"m\":\xc3\xa4}", "{\x01}", "{\"m\":-}", "{\"m\":NaM}",
    "{\"m\":1e+}", "{\"m\":Infinite}", "{\"m\":0x1}", "{\"m\":\"\\u12g4\"}"
};


/* In an array, a bad element changes nothing for the others. */

static void
test_one_of_three(void **state)
{
    size_t  i, j;

    static const char  *forms[][2] = {
        { "[" A ",%s," B "]", "a\nb\n! 1 1:" },
        { "[\n" A ",\n%s,\n" B "\n]", "a\nb\n! 1 3:" }
    };

    for (i = 0; i < N(bad); i++) {
        for (j = 0; j < N(forms); j++) {
            check_one(forms[j][0], bad[i], forms[j][1]);
        }
    }
}


/* Elsewhere, a line that is no JSON is text. */

static void
test_no_json(void **state)
{
    size_t  i, j;

    static const char  *forms[][2] = {
        { "%s", "%s\n" },
        { "%s\n" A, "%s\na\n" },
        { A "\n%s\n" B "\n", "a\n%s\nb\n" },
        { A "\r\n%s\r\n" B, "a\n%s\nb\n" },
        { A "%s" B, "a\n%s" B "\n" },
        { A "\n\t%s and so on\n" B, "a\n\t%s and so on\nb\n" },
        { "x\n%s\ny\n", "x\n%s\ny\n" },
        { "{\n\"x\":1,\n\"message\":\"a\"\n}\n%s\n{\n\"message\":\n\"b\"\n}",
          "a\n%s\nb\n" }
    };

    for (i = 0; i < N(bad); i++) {
        for (j = 0; j < N(forms); j++) {
            check_kept(forms[j][0], bad[i], forms[j][1]);
        }
    }
}


/* So is a line that was cut off, whatever follows it. */

static void
test_cut_lines(void **state)
{
    size_t  i;

    static const char  *cut[] = {
        "{", "{\"", "{\"m", "{\"m\"", "{\"m\":", "{\"m\":\"", "{\"m\":\"x",
        "{\"m\":\"x\\", "{\"m\":\"x\"", "{\"m\":\"x\",", "{\"m\":1",
        "{\"m\":tr", "{\"m\":{", "{\"m\":{\"x\":1", "{\"m\":{\"x\":1}",
        "{\"m\":{\"x\":1},", "{\"m\":[", "{\"m\":[1", "{\"m\":[1,",
        "{\"m\":[[1],", "{\"m\":[{},", "{\"m\":[{}", "{m", "{bad \"", "{ ",
        "{\"m\":-", "{\"m\":1.", "{\"m\":\"\\u12", "[", "[{", "[{\"m\"",
        "[ 1", "{\"m\":[[[[[[[[[[[[[[[[", "{\"m\":[[[[[[[[[[[[[[[[\"x",
        "{\"m\":[[[[[[[[[[[[[[[[1,"
    };

    for (i = 0; i < N(cut); i++) {
        check_kept("%s", cut[i], "%s\n");
        check_kept("%s\n", cut[i], "%s\n");
        check_kept(A "\n%s", cut[i], "a\n%s\n");
        check_kept("x\n%s\nb\n" C "\n", cut[i], "x\n%s\nb\nc\n");

        if (cut[i][0] != '[') {
            check_kept(A "\n%s\n\n" B "\n" C "\n", cut[i], "a\n%s\nb\nc\n");
            check_kept(A "\n%s\n" B "\n" C "\n", cut[i], "a\n%s\nb\nc\n");
            check_kept(A "\r\n%s\r\n" B, cut[i], "a\n%s\nb\n");
        }
    }
}


/*
 * A value stays open as long as it is JSON, and then only its first line is
 * text: what comes next is read from its own beginning.
 */

static void
test_first_line(void **state)
{
    check("{\n  \"x\": 1,\n" A "\n" B "\n", "{\na\nb\n");
    check("{\"x\":\n" A "\n" B "\n", "{\"x\":\na\nb\n");
    check("{\"x\":[\n" A ",\n" B ",\n", "{\"x\":[\na\nb\n");
    check("{\"x\":[\n" A ",\n\n" B "\n]\ny\n", "{\"x\":[\na\nb\n]\ny\n");
    check("{\"x\":{\"y\":\n{\"x\":[\n" A "\ny\n",
          "{\"x\":{\"y\":\n{\"x\":[\na\ny\n");
    check("{\n\"x\": \"y\n}\n" B, "{\n\"x\": \"y\n}\nb\n");
    check("  {\"x\":\n  z\n" A, "  {\"x\":\na\n");
    check("[\n\n\n{x}\n]\n" A, "[\n{x}\n]\na\n");
    check("[{\"x\"\n=>1}]\n" A, "[{\"x\"\n=>1}]\na\n");
}


/* "[" begins an array if its first element is an object, or if it is empty. */

static void
test_array_or_text(void **state)
{
    check("[1,2,3]", "[1,2,3]\n");
    check("[1," A ",2]", "[1," A ",2]\n");
    check("[[" A "]]\n" B, "[[" A "]]\nb\n");
    check(" [ 1 , \"[{\" ]\n" A, " [ 1 , \"[{\" ]\na\n");
    check("[{'x':1}]\n[{\"x\"=>1}]\n[{}x\n]\n", "[{'x':1}]\n[{\"x\"=>1}]\n\n"
          "! 3 3:4\n");
    check("[\n\n]\n[ { \"message\" : \"a\" } ]\n", "a\n");
    check("[\n1\n]\n", "[\n1\n]\n");
    check("[true, false]\n[null]\n[\"x\", \"y\"]\n[-1]\n[INFO] x\n",
          "[true, false]\n[null]\n[\"x\", \"y\"]\n[-1]\n[INFO] x\n");
}


static void
test_elements(void **state)
{
    /* any other value than an object */

    check("[" A ",1,\"x,]\",null,[" B "],-1.5e3,true," C "]",
          "a\nc\n! 1 1:18\n! 2 1:20\n! 3 1:26\n! 4 1:31\n! 5 1:49\n! 6 1:56\n");
    check("[" A ",2," B "]", "a\nb\n! 1 1:18\n");
    check("[" A ",}," B "]", "a\nb\n! 1 1:18\n");
    check("[\n" A ",\n1\n,\nx y\n,\n" B "\n]", "a\nb\n! 1 3:1\n! 2 5:1\n");

    /* an object that does not end, or seems not to */

    check("[" A ",{\"x\":{\"y\":1}," B "," C "]", "a\nb\nc\n! 1 1:30\n");
    check("[\n  " A ",\n  {\"x\":\"y},\n  " B ",\n  " C "\n]\n",
          "a\nb\nc\n! 1 3:11\n");
    check("[\n  {\n    \"x\": \"y,\n    \"z\": 1\n  },\n  " B "\n]\n",
          "b\n! 0 3:13\n");
    check("[\n  {\n    \"x\": \"y\n\n  },\n  " B "\n]\n", "b\n! 0 3:12\n");
}


static void
test_not_closed(void **state)
{
    check("[" A, "a\n! 1 1:17\n");
    check("[" A ",", "a\n! 1 1:18\n");
    check("[" A ",\n", "a\n! 1 2:1\n");
    check("[" A "," B ",{\"x\":", "a\nb\n! 2 1:39\n");
    check("[" A ",1", "a\n! 1 1:18\n");
    check("[{\"x\":", "! 0 1:7\n");
    check("[" A ",{\n  \"x\": 1,\n  \"y\": [\n    {\n", "a\n! 1 4:6\n");
    check("[{\n  \"x\": 1,\n" A "\n" B "\n]", "a\nb\n! 0 2:9\n");

    /* a line that is not complete, and the next one is an element */

    check("[{\"x\":\n" A "\n" B "\n]", "a\nb\n! 0 1:7\n");
    check("[{\"x\":[\n" A ",\n" B ",\n", "a\nb\n! 0 1:8\n");
}


/* What follows a value on its line, and closes nothing, is text. */

static void
test_rest(void **state)
{
    check(A "}\n" B, "a\n}\nb\n");
    check(A "}}]" B, "a\n}}]" B "\n");
    check(A "\n}\n]\n" B, "a\n}\n]\nb\n");
    check("[" A "]]\n" B, "a\n]\nb\n");
    check("{\"x\":[1,2}, \"y\":{\"z\":3}}\n" A,
          "{\"x\":[1,2}, \"y\":{\"z\":3}}\na\n");
}


static void
test_positions(void **state)
{
    check("\n\n[" A ",\n  {\"x\":1,\n \"y\":}]\n", "a\n! 1 5:6\n");
    check("[{\"x\":\"\xc3\xa4\",}]", "! 0 1:12\n");
    check("\xef\xbb\xbf[{\"x\":x}]", "! 0 1:7\n");
    check("x\n" A "\n[{\n" B "\n", "x\na\n[{\nb\n");
    check("[\r\n" A ",\r\n{\"m\":1,\r\n\"x\"}\r\n]", "a\n! 1 4:4\n");

    /* the first ten errors are described, and all are counted */

    check("[" A ",1,2,3,4,5," B ",6,7,8,9,10,11,12]",
          "a\nb\n! 1 1:18\n! 2 1:20\n! 3 1:22\n! 4 1:24\n! 5 1:26\n"
          "! 7 1:44\n! 8 1:46\n! 9 1:48\n! 10 1:50\n! 11 1:52\n");
    check_has("[" A ",1,2,3,4,5," B ",6,7,8,9,10,11,12]", 60, "\n2 12");
}


static void
nested(text_t *body, const char *begin, size_t depth, const char *end)
{
    memset(body, 0, sizeof(text_t));

    text_add_string(body, begin);
    text_add_times(body, "[", depth);
    text_add_times(body, "]", depth);
    text_add_string(body, end);
}


static void
test_depth(void **state)
{
    size_t  i;
    text_t  body;

    static const char  *forms[][4] = {
        { "{\"message\":\"x\",\"y\":", "}\n" B, "x\nb\n", "b\n! 0 1:1\n" },
        { "[" A ",{\"message\":\"x\",\"y\":", "}," B "]", "a\nx\nb\n",
          "a\nb\n! 1 1:18\n" },
        { "x\n{\"message\":\"x\",\"y\":", "}\n" B, "x\nx\nb\n",
          "x\nb\n! 1 2:1\n" },
        { "\n  {\n\"message\":\"x\",\"y\":\n", "\n}" B, "x\nb\n",
          "b\n! 0 2:3\n" }
    };

    for (i = 0; i < N(forms); i++) {
        nested(&body, forms[i][0], 15, forms[i][1]);
        check(body.data, forms[i][2]);
        free(body.data);

        nested(&body, forms[i][0], 16, forms[i][1]);
        check(body.data, forms[i][3]);
        free(body.data);

        nested(&body, forms[i][0], 100, forms[i][1]);
        check(body.data, forms[i][3]);
        free(body.data);
    }

    nested(&body, "{\"y\":", 100000, "}\n" B);
    check(body.data, "b\n! 0 1:1\n");
    free(body.data);

    /* it is deep and not whole, so that its end can only be guessed */

    check(DEEP "\n" B "\n" C, DEEP "\nb\nc\n");
    check(DEEP "\n1,\n" B "\n" C, "b\nc\n! 0 1:1\n");
    check(DEEP "\n1,\n\"x\n" B "\n" C, "b\nc\n! 0 1:1\n");
    check(DEEP "\n1,\n\"x\ty\n" B "\n" C, "b\nc\n! 0 1:1\n");

    /* brackets in strings do not count, nor those that are closed again */

    check("{\"message\":\"[[[[[[[[[[[[[[[[[[\",\"x\":[[],[],[],[],[],[],[],"
          "[],[],[],[],[],[],[],[],[],[],[]]}", "[[[[[[[[[[[[[[[[[[\n");
}


/* An entry of "len" bytes: "begin", then "fill" repeated, then "end". */

static void
sized(text_t *body, const char *begin, const char *fill, const char *end,
    size_t size)
{
    size_t  rest;

    memset(body, 0, sizeof(text_t));

    text_add_string(body, begin);
    rest = size - strlen(begin) - strlen(end);
    text_add_times(body, fill, rest / strlen(fill));
    text_add_times(body, " ", rest % strlen(fill));
    text_add_string(body, end);

    assert_int_equal(body->len, size);
}


static void
large(const char *begin, const char *fill, const char *end, size_t size,
    const char *kept, const char *result)
{
    run_t   run;
    text_t  body;

    sized(&body, begin, fill, end, size);
    text_add_string(&body, "\n" B "\n");

    assert_int_equal(run_pieces(&run, body.data, body.len, 0), RSL_OK);

    if (strstr(run.full.data, kept) == NULL
        || strstr(run.full.data, result) == NULL)
    {
        fail_msg("%s and %s are not in what came of %s", kept, result, begin);
    }

    run_end(&run);
    free(body.data);
}


/* An entry of up to 1 MB is taken whole; of a larger one, only its start. */

static void
test_large(void **state)
{
    size_t  i;

    static const char  whole[] = "xxx\",\"z\":1}\n";
    static const char  cut[] = "\"truncated\":true}\n";

    for (i = MB - 2; i <= MB; i++) {
        large("{\"message\":\"a\",\"y\":\"", "x", "\",\"z\":1}", i, whole,
              "\n2 0");
    }

    for (i = MB + 1; i < MB + 4; i++) {
        large("{\"message\":\"a\",\"y\":\"", "x", "\",\"z\":1}", i, cut,
              "\n2 0");
    }

    /* entries are cut in a string, a key, an array, a number, a character */

    i = 3 * MB / 2;

    large("{\"message\":\"", "\\u0041\\\\\\\"", "\"}", i, "A\\\\\\\"\",\"tr",
          "\n2 0");
    large("{\"message\":\"", "\xc3\xa4", "\"}", i, "\xc3\xa4\",\"tr", "\n2 0");
    large("{\"message\":\"a\",\"", "x", "\":1}", i, "\"a\",\"truncated\"",
          "\n2 0");
    large("{\"message\":\"a\",\"y\":[", "1,", "1]}", i, "1,1],\"truncated\"",
          "\n2 0");
    large("{\"message\":\"a\",\"y\":[[{\"z\":\"", "]", "\"}]]}", i,
          "]\"}]],\"truncated\"", "\n2 0");
    large("{\"message\":\"a\",\"y\":", "1", "}", i, "\"a\",\"truncated\"",
          "\n2 0");
    large("{\"message\":\"a\",\"y\":1,", " ", "\"z\":1}", i,
          "\"y\":1,\"truncated\"", "\n2 0");
    large("[{\"message\":\"a\",\"y\":[", "{\"z\":\"[\"},", "1]}]", i,
          "}],\"truncated\"", "\n2 0");

    /* the entry behind the large one is found */

    large("{\"message\":\"a\",\"y\":\"", "x", "\"}\n[{\"x\":1},bad]", i, cut,
          "! 2 2:10\n");
    large("{\"message\":\"a\",\"y\":[[[[[[[[[[[[[[[[", " ", "]]]]]]]]]]]]]]]]}",
          i, "\"b\"}", "\n1 1");
    /* what does not end on its line is text */

    large("{bad ", "x", "}", i, "\"{bad xx", "\n2 0");
    large("{\"a", "x", "", i, "xx\",\"truncated\"", "\n2 0");
    large("{\"a\":[1,", " ", "2", i, "\"{\\\"a\\\":[1,  ", "\n2 0");
    large("{\"a\":[", "1,", ",]}", i, "\"{\\\"a\\\":[1,1,", "\n2 0");
    large("{\"y\":\"", "x", "\",\"x\":" "[[[[[[[[[[[[[[[[1", i,
          "\"{\\\"y\\\":\\\"xx", "\n2 0");
    large("{\"message\":\"a\",\"y\":1,", "\n", "\"z\":1}", i,
          "\"{\\\"message\\\":\\\"a\\\",\\\"y\\\":1,\"", "\n3 0");
    large("{\"message\":\"a\",\"y\":", "[", "]}", i,
          "\"{\\\"message\\\":\\\"a\\\",\\\"y\\\":[[[", "\n2 0");
    large("[", " ", "{}]", i, "\"[  ", "\n2 0");
}


static void
test_large_text(void **state)
{
    size_t  i;

    for (i = MB; i < MB + 2; i++) {
        large("a", "x", "z", i, (i == MB) ? "xz\"}" : "xx\",\"truncated\"",
              "\n2 0");
    }

    large("y\n{\"message\":\"", "x", "\"}", 2 * MB, "xx\",\"truncated\"",
          "\n3 0");
    large("y\n", "\xe2\x82\xac", "z", 2 * MB, "\"truncated\":true", "\n3 0");
    large("y\n", "\xff", "", 2 * MB, "\"truncated\":true", "\n3 0");

    /* an exception of that size */

    large("y\n", "  at x (y:1)\n", " z", 2 * MB, "\"truncated\":true", "\n2 0");
}


static void
long_spaces(const char *begin, const char *fill, const char *end,
    const char *expected)
{
    size_t  i;
    text_t  body;

    static const size_t  sizes[] = { 1020, 1022, 1023, 1024, 1025, 1026, 3000 };

    for (i = 0; i < N(sizes); i++) {
        memset(&body, 0, sizeof(text_t));

        text_add_string(&body, begin);
        text_add_times(&body, fill, sizes[i]);
        text_add_string(&body, end);

        check(body.data, expected);
        free(body.data);
    }
}


static void
test_spaces(void **state)
{
    long_spaces("", " ", A, "a\n");
    long_spaces("", "\n", A, "a\n");
    long_spaces("", "\t", "\n" A, "a\n");
    long_spaces("[", " ", A "]", "a\n");
    long_spaces("{", " ", "\"message\":\"a\"}", "a\n");
    long_spaces("x\n", " ", A, "x\na\n");
    long_spaces("x\n", "\n", A, "x\na\n");
    long_spaces(A, ",", B, "a\nb\n");
}


/* If the time grew by the square of the length, each would take minutes. */

static void
test_linear(void **state)
{
    size_t  i, j;
    run_t   run;
    text_t  body;

    static const char  *bodies[][2] = {
        { "", " {\"a\":[\n" }, { "", "{\"a\":[\n" }, { "", "{\"a\":\n" },
        { "", "{\"a\":{\"b\":{},\n" }, { "", "{\"a\":\"\n" }, { "", "{\n" },
        { "", "[\n" }, { "", "[" }, { "", "{" }, { "{\"a\":", "[" },
        { "", "[{\"a\":" }, { "{", " " }, { "[", " " },
        { "", " " }, { "", "\n" }, { "", "," }, { "x\n", "\n" },
        { "x\n", "\n\n y" }, { "x\n", "{\"a\":\n" }, { "x\n", " {}}\n" },
        { "[\n", "{\"a\":\"\n" }, { "[\n", " {\"a\":[\n" }, { "[", "}" },
        { "[", "x\n" }, { "[\"", "x\n" }, { "[1,", "\n\n" }, { A, "}" },
        { "{bad}", "x" }, { "", "\x1b[" }, { "x\n", "\x1b[0" },
        { "", "{\"a\":[1,\n" }, { "", "[{\"a\"\n" }, { "", "[ \n" },
        { "", DEEP "\n" }, { "", DEEP "1,\n" }, { "", DEEP "\"\n" },
        { DEEP, "\n1" }, { "", "{\"a\":[{},\n{},\n" }, { "x\n", ",\n" },
        { "", "{\"level\":1,\n" }, { "{\"a\":\n", "{},\n" },
        { "{\"a\":[\n{\"a\":[\n{\"a\":[\n", "[{},\n{\"a\":1}],\n" },
        { "{\"a\":\"", "\\" }, { "{\"a\":1,", "\n\"" }, { "{\"a\":", "\n" },
        { "[{\"a\":\"\n", "\n " }, { "", "{},{" }, { "", "panic: x\n\n" }
    };

    for (i = 0; i < N(bodies); i++) {
        memset(&body, 0, sizeof(text_t));

        text_add_string(&body, bodies[i][0]);

        while (body.len < MB - 64) {
            text_add_string(&body, bodies[i][1]);
        }

        for (j = 0; j < 2; j++) {
            run_begin(&run, RSL_LEVELS);
            assert_int_equal(run_body(&run, body.data, body.len, j), RSL_OK);
            run_end(&run);
        }

        free(body.data);
    }
}


/*
 * Counts the memory that the core and this test have from malloc().  The linker
 * puts these functions before those of the C library, because not every one of
 * these has mallinfo2().
 */

static size_t  allocated;


void *
__wrap_malloc(size_t size)
{
    void  *p;

    p = __real_malloc(size);
    allocated += malloc_usable_size(p);

    return p;
}


void *
__wrap_calloc(size_t n, size_t size)
{
    void  *p;

    p = __real_calloc(n, size);
    allocated += malloc_usable_size(p);

    return p;
}


void *
__wrap_realloc(void *p, size_t size)
{
    size_t  before;

    before = malloc_usable_size(p);

    p = __real_realloc(p, size);
    assert_non_null(p);

    allocated += malloc_usable_size(p) - before;

    return p;
}


void
__wrap_free(void *p)
{
    allocated -= malloc_usable_size(p);

    __real_free(p);
}


/* However long a body is, little of it is kept. */

static void
test_memory(void **state)
{
    size_t   i, j, before;
    run_t    run;
    char     piece[4096];

    static const char  *bodies[] = {
        " ", "\n", "[", "[ ", "{", "{ ", "{\"a\":\"", "[\"", "x",
        "x\n", "x\n ", "[1,", "{bad}x", "[{\"a\":", "\x1b["
    };

    for (i = 0; i < N(bodies); i++) {
        run_begin(&run, RSL_LEVELS);
        before = allocated;

        assert_int_equal(run_feed(&run, bodies[i], strlen(bodies[i])), RSL_OK);

        memset(piece, bodies[i][strlen(bodies[i]) - 1], sizeof(piece));

        for (j = 0; j < 16 * MB / sizeof(piece); j++) {
            assert_int_equal(run_feed(&run, piece, sizeof(piece)), RSL_OK);
        }

        assert_uint_in_range(allocated, 0, before + 8 * MB);

        assert_int_equal(rsl_intake_finish(run.intake, NOW), RSL_OK);
        run_end(&run);
    }
}


/*
 * Large entries in one piece.  What follows an entry comes together with its
 * end, and must nevertheless be scanned from its own start.
 */

static void
large_in_a_row(const char *before, const char *after)
{
    run_t   run;
    size_t  i;
    text_t  body, expected;

    static const size_t  sizes[] = { 131072, 140000, 66000, 131072, 150000 };

    memset(&body, 0, sizeof(text_t));
    memset(&expected, 0, sizeof(text_t));

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        text_add_string(&body, before);
        text_add_times(&body, "z", sizes[i]);
        text_add_string(&body, after);

        text_add_times(&expected, "z", sizes[i]);
        text_add_string(&expected, "\n");
    }

    run_begin(&run, RSL_LEVELS);

    assert_int_equal(run_body(&run, body.data, body.len, 0), RSL_OK);
    assert_string_equal(run.brief.data, expected.data);

    run_end(&run);
    free(body.data);
    free(expected.data);
}


static void
test_large_in_a_row(void **state)
{
    (void) state;

    large_in_a_row("{\"message\":\"", "\"}\n");
    large_in_a_row("", "\n");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_one_of_three),
        cmocka_unit_test(test_no_json),
        cmocka_unit_test(test_cut_lines),
        cmocka_unit_test(test_first_line),
        cmocka_unit_test(test_array_or_text),
        cmocka_unit_test(test_elements),
        cmocka_unit_test(test_not_closed),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_positions),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_large_text),
        cmocka_unit_test(test_spaces),
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_large_in_a_row)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
