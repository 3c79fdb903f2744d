
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Redaction: rules of the operator, the walk over a record, and how the time
 * grows with the length of the worst texts.
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "redact/rsl_redact_internal.h"


#define STRING(text)  { sizeof(text) - 1, (const u_char *) text }


static const rsl_redact_limits_t  test_limits = {
    1000, 1000, 64, 32 * 1024, 1000000
};


static rsl_arena_t  *arena;


static int
test_setup(void **state)
{
    (void) state;

    arena = rsl_arena_create(65536);

    return arena == NULL;
}


static int
test_teardown(void **state)
{
    (void) state;

    rsl_arena_destroy(arena);

    return 0;
}


static int
test_add(rsl_redact_t *redact, const char *pattern, const char *replacement,
    char *error)
{
    rsl_str_t  from, to;

    from.data = (const u_char *) pattern;
    from.len = strlen(pattern);
    to.data = (const u_char *) replacement;
    to.len = strlen(replacement);

    return rsl_redact_add(redact, &from, &to, error, 256);
}


static void
test_text(rsl_redact_t *redact, const char *before, const char *after)
{
    rsl_str_t  text;

    text.data = (const u_char *) before;
    text.len = strlen(before);

    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
    assert_int_equal(text.len, strlen(after));
    assert_memory_equal(text.data, after, text.len);
}


static void
test_operator_rules(void **state)
{
    char           error[256];
    rsl_redact_t  *redact;

    (void) state;

    redact = rsl_redact_create(1);
    assert_non_null(redact);

    assert_int_equal(test_add(redact, "rack-(\\d+)", "rack-<$1>", error), 0);
    assert_int_equal(test_add(redact, "<(?<n>1)>", "[${n}$$$01]", error), 0);
    assert_int_equal(test_add(redact, "(x)|(y)", "($1$2)", error), 0);
    assert_int_equal(test_add(redact, "(?i)caf\xc3\xa9", "$0!", error), 0);
    assert_int_equal(test_add(redact, "^(?=.)", "> ", error), 0);
    assert_int_equal(test_add(redact, "(z)", "\\$010\\n", error), 0);

    test_text(redact, "rack-1 rack-22", "> rack-[1$1] rack-<22>");
    test_text(redact, "xy", "> (x)(y)");
    test_text(redact, "z", "> \\z0\\n");
    test_text(redact, "CAF\xc3\x89", "> CAF\xc3\x89!");
    test_text(redact, "password=a", "> password=***");
    assert_int_equal(rsl_redact_failures(redact), 0);

    rsl_redact_destroy(redact);
}


/* A hit of no length, at each place, between characters of several bytes. */

static void
test_operator_empty_hit(void **state)
{
    char           error[256];
    rsl_redact_t  *redact;

    (void) state;

    redact = rsl_redact_create(0);
    assert_int_equal(test_add(redact, "(?<=.)q*", "-", error), 0);

    test_text(redact, "\xc3\xa9q\xe2\x82\xac", "\xc3\xa9--\xe2\x82\xac-");

    rsl_redact_destroy(redact);
}


static void
test_operator_errors(void **state)
{
    int            rc;
    char           error[256], offset[32];
    size_t         i, n;
    rsl_redact_t  *redact;

    static const struct {
        const char  *pattern;
        const char  *replacement;
        const char  *says;
    } cases[] = {
        { "a(b", "", "pattern: missing closing parenthesis at offset 3" },
        { "\xff", "", "pattern: UTF-8 error" },
        { "", "x", "pattern: it is empty" },
        { "q*", "x", "pattern: it matches an empty text" },
        { "^", "x", "pattern: it matches an empty text" },
        { "a|$", "x", "pattern: it matches an empty text" },
        { "a\\C", "x", "pattern: using \\C is disabled" },
        { "a", "\xff", "replacement: it must be UTF-8, and is not at "
                        "offset 0" },
        { "a", "b\xe2\x82", "UTF-8, and is not at offset 1" },
        { "a", "\xed\xa0\x80", "UTF-8, and is not at offset 0" },
        { "(a)", "$2", "\"$2\" at offset 0 is to a group" },
        { "(a)", "x$2", "\"$2\" at offset 1 is to a group" },
        { "(a)", "$10", "it has 1; before a digit write $01 for $1" },
        { "(a)", "$99", "\"$99\" at offset 0 is to a group" },
        { "a", "$10", "\"$10\" at offset 0 is to a group that the pattern "
                      "does not have: it has 0" },
        { "(a)", "${b}", "\"${b}\" at offset 0 is to a group" },
        { "(?<b>a)", "${bc}", "\"${bc}\" at offset 0 is to a group" },
        { "(?<b>a)", "$b", "\"$\" at offset 0" },
        { "(a)", "b\\1", "replacement: \"\\1\" at offset 1 is no reference to "
                        "a group, \"$1\" is one" },
        { "(a)", "$", "\"$\" at offset 0" },
        { "(a)", "x$y", "\"$\" at offset 1" },
        { "(a)", "${}", "\"$\" at offset 0" },
        { "(a)", "${a", "\"$\" at offset 0" },
        { "(?:.+)+\\d{20}", "", "too many steps" },
    };

    (void) state;

    redact = rsl_redact_create_limits(0, &test_limits);
    assert_non_null(redact);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        error[0] = '\0';
        assert_int_equal(test_add(redact, cases[i].pattern,
                                  cases[i].replacement, error), RSL_DECLINED);

        if (strstr(error, cases[i].says) == NULL) {
            fail_msg("\"%s\" \"%s\": %s", cases[i].pattern,
                     cases[i].replacement, error);
        }
    }

    /* one that PCRE2 counts differently from version to version */

    pcre2_code_free(pcre2_compile((PCRE2_SPTR) "[z-a]", 5, 0, &rc, &n, NULL));
    (void) snprintf(offset, sizeof(offset), "class at offset %zu", n);
    assert_int_equal(test_add(redact, "[z-a]", "", error), RSL_DECLINED);
    assert_non_null(strstr(error, offset));

    test_text(redact, "(a)", "(a)");

    rsl_redact_destroy(redact);
}


/* A byte of 0 in a pattern and in a replacement is a byte as any other. */

static void
test_operator_nul(void **state)
{
    char           error[256];
    rsl_str_t      pattern = STRING("a\0+b");
    rsl_str_t      replacement = STRING("c\0d");
    rsl_str_t      text = STRING("a\0\0b");
    rsl_str_t      name = STRING("${n\0}");
    rsl_redact_t  *redact;

    (void) state;

    redact = rsl_redact_create(1);
    assert_int_equal(rsl_redact_add(redact, &pattern, &replacement, error,
                                    sizeof(error)), RSL_OK);
    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
    assert_int_equal(text.len, 3);
    assert_memory_equal(text.data, "c\0d", 3);

    pattern.data = (const u_char *) "(?<n>a)";
    pattern.len = 7;
    assert_int_equal(rsl_redact_add(redact, &pattern, &name, error,
                                    sizeof(error)), RSL_DECLINED);

    rsl_redact_destroy(redact);
}


/* A text that a rule makes far longer is hidden, and memory is bounded. */

static void
test_operator_growth(void **state)
{
    char           error[256], replacement[2049];
    size_t         i;
    u_char        *p;
    rsl_str_t      text;
    rsl_redact_t  *redact;

    (void) state;

    for (i = 0; i < 2048; i += 2) {
        memcpy(replacement + i, "$0", 2);
    }

    replacement[2048] = '\0';

    redact = rsl_redact_create(1);
    assert_int_equal(test_add(redact, "q+", replacement, error), 0);

    p = rsl_arena_alloc(arena, 65536);
    assert_non_null(p);
    memset(p, 'q', 65536);

    text.data = p;
    text.len = 1024;
    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
    assert_int_equal(text.len, 1024 * 1024);

    text.data = p;
    text.len = 65536;
    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
    assert_int_equal(text.len, strlen(RSL_REDACT_HIDDEN));
    assert_memory_equal(text.data, RSL_REDACT_HIDDEN, text.len);
    assert_int_equal(rsl_redact_failures(redact), 1);

    rsl_redact_destroy(redact);
}


/* What the match limit does not stop, the clock does. */

static void
test_time_limit(void **state)
{
    char                 error[256];
    u_char              *p;
    rsl_str_t            text;
    rsl_redact_t        *redact;
    rsl_redact_limits_t  limits;

    (void) state;

    limits = test_limits;
    limits.match = 10000000;
    limits.heap = 20000;
    limits.usec = 1000;

    redact = rsl_redact_create_limits(0, &limits);
    assert_int_equal(test_add(redact, "[\\w.-]*(?:password|token)", "x",
                              error), 0);

    p = rsl_arena_alloc(arena, 65536);
    assert_non_null(p);
    memset(p, 'a', 65536);

    text.data = p;
    text.len = 65536;

    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
    assert_int_equal(text.len, strlen(RSL_REDACT_HIDDEN));
    assert_int_equal(rsl_redact_failures(redact), 1);

    rsl_redact_destroy(redact);
}


static void
test_unchanged_in_place(void **state)
{
    rsl_str_t      text = STRING("nothing to hide: 1 = 1");
    const u_char  *data;
    rsl_redact_t  *redact;

    (void) state;

    data = text.data;
    redact = rsl_redact_create(1);

    /* no arena is needed for it */
    assert_int_equal(rsl_redact_text(redact, NULL, &text), RSL_OK);
    assert_ptr_equal(text.data, data);

    rsl_redact_destroy(redact);
}


static rsl_value_t *
test_value(rsl_value_type_t type, const char *key, const char *text,
    rsl_value_t *child, rsl_value_t *next)
{
    rsl_value_t  *value;

    value = rsl_arena_alloc(arena, sizeof(rsl_value_t));
    assert_non_null(value);
    memset(value, 0, sizeof(rsl_value_t));

    value->type = type;
    value->key.data = (const u_char *) key;
    value->key.len = strlen(key);
    value->text.data = (const u_char *) text;
    value->text.len = strlen(text);
    value->child = child;
    value->next = next;

    return value;
}


static void
test_tree(rsl_value_t *tree, const char *json)
{
    rsl_str_t      text;
    rsl_value_t   *root;
    rsl_record_t   record;
    rsl_redact_t  *redact;

    memset(&record, 0, sizeof(rsl_record_t));
    record.extra = tree;

    redact = rsl_redact_create(1);
    assert_int_equal(rsl_redact_record(redact, arena, &record), RSL_OK);

    root = test_value(RSL_VALUE_OBJECT, "", "", record.extra, NULL);
    assert_int_equal(rsl_json_print(arena, root, &text), RSL_OK);
    assert_int_equal(text.len, strlen(json));
    assert_memory_equal(text.data, json, text.len);

    /* the same tree as the message */

    memset(&record, 0, sizeof(rsl_record_t));
    record.message_tree = root;

    assert_int_equal(rsl_redact_record(redact, arena, &record), RSL_OK);
    assert_int_equal(record.message.len, strlen(json));
    assert_memory_equal(record.message.data, json, record.message.len);

    rsl_redact_destroy(redact);
}


static void
test_secret_keys(void **state)
{
    rsl_value_t  *list;

    (void) state;

    list = test_value(RSL_VALUE_SCALAR, "a", "1", NULL, NULL);
    list = test_value(RSL_VALUE_SCALAR, "max_tokens", "9", NULL, list);
    list = test_value(RSL_VALUE_OBJECT, "secret", "",
               test_value(RSL_VALUE_STRING, "b", "c", NULL, NULL), list);
    list = test_value(RSL_VALUE_SCALAR, "PASSWORD", "5", NULL, list);
    list = test_value(RSL_VALUE_SCALAR, "x-api-key", "null", NULL, list);
    list = test_value(RSL_VALUE_STRING, "\xef\xbd\x90\xef\xbd\x97\xef\xbd\x84",
               "d", NULL, list);
    list = test_value(RSL_VALUE_OBJECT, "deep", "",
               test_value(RSL_VALUE_ARRAY, "list", "",
                   test_value(RSL_VALUE_OBJECT, "", "",
                       test_value(RSL_VALUE_STRING, "to\xc2\xadken", "e",
                                  NULL, NULL),
                       NULL),
                   NULL),
               list);

    test_tree(list,
              "{\"deep\":{\"list\":[{\"to\xc2\xadken\":\"***\"}]},"
              "\"\xef\xbd\x90\xef\xbd\x97\xef\xbd\x84\":\"***\","
              "\"x-api-key\":\"***\",\"PASSWORD\":\"***\",\"secret\":\"***\","
              "\"max_tokens\":9,\"a\":1}");
}


/*
 * What is beside a weak name is looked into, and hidden is what has a name of
 * its own or no more than "id" and "value".
 */

static void
test_weak_keys(void **state)
{
    rsl_value_t  *list;

    (void) state;

    list = test_value(RSL_VALUE_STRING, "community", "edition", NULL, NULL);
    list = test_value(RSL_VALUE_STRING, "community", "Zq7vK9xW", NULL, list);
    list = test_value(RSL_VALUE_ARRAY, "recovery_codes", "",
               test_value(RSL_VALUE_STRING, "", "1111", NULL, NULL), list);
    list = test_value(RSL_VALUE_SCALAR, "pin", "4711", NULL, list);
    list = test_value(RSL_VALUE_OBJECT, "session", "",
               test_value(RSL_VALUE_STRING, "id", "Zq7vK9xW", NULL,
                   test_value(RSL_VALUE_STRING, "user", "bob", NULL, NULL)),
               list);
    list = test_value(RSL_VALUE_OBJECT, "auth", "",
               test_value(RSL_VALUE_STRING, "type", "JWT", NULL,
                   test_value(RSL_VALUE_STRING, "token", "hunter2", NULL,
                              NULL)),
               list);

    test_tree(list,
              "{\"auth\":{\"type\":\"JWT\",\"token\":\"***\"},"
              "\"session\":{\"id\":\"***\",\"user\":\"bob\"},"
              "\"pin\":\"***\",\"recovery_codes\":\"***\","
              "\"community\":\"***\",\"community\":\"edition\"}");
}


static void
test_pairs(void **state)
{
    rsl_value_t  *list;

    (void) state;

    list = test_value(RSL_VALUE_ARRAY, "c", "",
               test_value(RSL_VALUE_STRING, "", "password", NULL,
                   test_value(RSL_VALUE_STRING, "", "x", NULL, NULL)),
               NULL);
    list = test_value(RSL_VALUE_OBJECT, "b", "",
               test_value(RSL_VALUE_STRING, "value", "x", NULL,
                   test_value(RSL_VALUE_STRING, "name", "DB_PASSWORD", NULL,
                              NULL)),
               list);
    list = test_value(RSL_VALUE_OBJECT, "a", "",
               test_value(RSL_VALUE_STRING, "name", "HOME", NULL,
                   test_value(RSL_VALUE_STRING, "value", "/root", NULL,
                              NULL)),
               list);
    list = test_value(RSL_VALUE_STRING, "token=zq7Xk2", "x", NULL, list);

    test_tree(list,
              "{\"token=***\":\"x\","
              "\"a\":{\"name\":\"HOME\",\"value\":\"/root\"},"
              "\"b\":{\"value\":\"***\",\"name\":\"DB_PASSWORD\"},"
              "\"c\":[\"password\",\"***\"]}");
}


/* What FastAPI reports: {"loc": [...], "msg": "...", "input": ...}. */

static rsl_value_t *
test_error(const char *key, const char *name, rsl_value_t *input,
    rsl_value_t *next)
{
    rsl_value_t  *loc;

    loc = test_value(RSL_VALUE_ARRAY, "loc", "",
              test_value(RSL_VALUE_STRING, "", "body", NULL,
                  test_value(RSL_VALUE_SCALAR, "", "0", NULL,
                      test_value(RSL_VALUE_STRING, "", name, NULL,
                          test_value(RSL_VALUE_STRING, "", "str", NULL,
                                     NULL)))),
              input);

    return test_value(RSL_VALUE_OBJECT, key, "", loc, next);
}


static void
test_validation(void **state)
{
    rsl_value_t  *list, *input;

    (void) state;

    /* the message and the context repeat the input */

    input = test_value(RSL_VALUE_STRING, "msg", "'hunter2' is weak", NULL,
                test_value(RSL_VALUE_STRING, "input", "hunter2", NULL,
                    test_value(RSL_VALUE_OBJECT, "ctx", "",
                        test_value(RSL_VALUE_STRING, "error", "not hunter2",
                                   NULL, NULL),
                        NULL)));
    list = test_error("d", "password", input, NULL);

    input = test_value(RSL_VALUE_OBJECT, "input", "",
                test_value(RSL_VALUE_STRING, "x", "hunter2", NULL, NULL),
                NULL);
    list = test_error("c", "api_key", input, list);

    input = test_value(RSL_VALUE_STRING, "input", "bob", NULL, NULL);
    list = test_error("b", "name", input, list);

    list = test_value(RSL_VALUE_OBJECT, "a", "",
               test_value(RSL_VALUE_SCALAR, "data", "8473", NULL,
                   test_value(RSL_VALUE_STRING, "instancePath", "/u/password",
                              NULL, NULL)),
               list);

    test_tree(list,
              "{\"a\":{\"data\":\"***\",\"instancePath\":\"/u/password\"},"
              "\"b\":{\"loc\":[\"body\",0,\"name\",\"str\"],"
              "\"input\":\"bob\"},"
              "\"c\":{\"loc\":[\"body\",0,\"api_key\",\"str\"],"
              "\"input\":\"***\"},"
              "\"d\":{\"loc\":[\"body\",0,\"password\",\"str\"],"
              "\"msg\":\"***\",\"input\":\"***\","
              "\"ctx\":{\"error\":\"***\"}}}");

    /* in the extra fields themselves, and a path that is none of a field */

    list = test_value(RSL_VALUE_STRING, "input", "hunter2", NULL, NULL);
    list = test_value(RSL_VALUE_STRING, "loc", "body.password", NULL, list);
    test_tree(list, "{\"loc\":\"body.password\",\"input\":\"***\"}");

    list = test_value(RSL_VALUE_STRING, "input", "bob", NULL, NULL);
    list = test_value(RSL_VALUE_STRING, "path", "/a/token", NULL, list);
    test_tree(list, "{\"path\":\"/a/token\",\"input\":\"bob\"}");
}


/* The least of several times, in ns of this thread. */

static double
test_cost(rsl_redact_t *redact, const char *head, const char *unit,
    size_t size)
{
    int              i;
    size_t           n, len;
    double           cost, least;
    u_char          *p;
    rsl_str_t        text;
    struct timespec  from, to;

    p = malloc(size);
    assert_non_null(p);
    len = strlen(unit);

    for (n = 0; n < size; n++) {
        p[n] = (u_char) unit[n % len];
    }

    memcpy(p, head, strlen(head));
    p[size - 1] = ';';

    least = 0;

    for (i = 0; i < 3; i++) {
        text.data = p;
        text.len = size;

        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);

        rsl_arena_reset(arena);

        cost = (double) (to.tv_sec - from.tv_sec) * 1e9
               + (double) (to.tv_nsec - from.tv_nsec);
        least = i == 0 || cost < least ? cost : least;
    }

    free(p);

    return least;
}


/* Eight times the text: if the time were quadratic, 64 times the time. */

static void
test_growth(void **state)
{
    size_t         i, n;
    double         small, large;
    rsl_redact_t  *redact;

    /* what the unit is behind */
    static const char *const  heads[] = { "", "password=", "cookie: \"" };

    static const char *const  units[] = {
        "a", "=", ":", " ", "\n", "\\", "\"", "'", "%", "&", "-", "@", "~",
        "<", ">", ",", "(", "[", "{", "*", "\xc2\xad", "\xef\xbc\x9d",
        "%25", "%3D", "&quot;", "&#61;", "\\u003d", "\\\"", "\"\"", "a=",
        "password=", "password:", "password=(", "password=\"", "password=[",
        "password='\"", "password: a = ", "password=a(", "token=a ", "auth=a;",
        "\"password\":\"a\",", "\\\"token\\\":\\\"a", "password%3D%22",
        "password&#61;&quot;", "cookie: a", "cookie=a; ", "authorization: ",
        "authorization: basic ", "authorization: digest a\n",
        "'authorization: x y ", "a://", "a://b:c@", "a://b", "http://a:1/@",
        "a%3A%2F%2F", "a%3A%2F%2Fb%3Ac", "a:b@tcp(", "@tcp(", "thin:a/b@",
        "--password a ", "--a ", "-u a:b ", "-u a", "mysql -p", "-p ",
        "<password>", "<password>a<", "name:", "name=password,",
        "name:password value:", "value=", "value=\"a", "value='\"name=token,",
        "value=\\\"a", "[\"password\",\"a\",", "password '", "identified by '",
        "-----BEGIN", "-----BEGIN A PRIVATE KEY-----", "eyJ",
        "eyJaaaaaaaaa.a",
        "eyJaaaaaaaa-", "bearer ", "bearer a", "basic aaaaaaaa", "ghp_",
        "sk-", "sk-a", "xoxb-", "SG.aaaaaaaaaaaaaaaa.",
        "SG.aaaaaaaaaaaaaaaa-", "8Q~", "aa8Q~",
        "hooks.slack.com/", "bot1", "tokens=a", "session: a ", "pam_(auth:",
        "curl=-u", "mysql=-p-", "\"password\",b(;", "[\"pw\",\"a\"b(;", "eyJ-",
        "v=", "/@", " -p"
    };

    (void) state;

    redact = rsl_redact_create(0);

    for (n = 0; n < sizeof(heads) / sizeof(heads[0]); n++) {
        for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
            small = test_cost(redact, heads[n], units[i], 8 * 1024);
            large = test_cost(redact, heads[n], units[i], 64 * 1024);

            if (large > 32 * (small + 20000)) {
                fail_msg("%s\"%s\": %.0f ns, and %.0f for 8 times the text",
                         heads[n], units[i], small, large);
            }
        }
    }

    assert_int_equal(rsl_redact_failures(redact), 0);
    rsl_redact_destroy(redact);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_operator_rules),
        cmocka_unit_test(test_operator_empty_hit),
        cmocka_unit_test(test_operator_errors),
        cmocka_unit_test(test_operator_nul),
        cmocka_unit_test(test_operator_growth),
        cmocka_unit_test(test_time_limit),
        cmocka_unit_test(test_unchanged_in_place),
        cmocka_unit_test(test_secret_keys),
        cmocka_unit_test(test_weak_keys),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_validation),
        cmocka_unit_test(test_growth),
    };

    return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
