
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Redaction fails closed: whatever PCRE2 answers but a hit or none, the text is
 * hidden as a whole, and counted; what cannot be set up is not used.
 *
 * The linker puts the functions here between the core and PCRE2 (--wrap).
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

#include "redact/rsl_redact_internal.h"


#define TEST_SIZE  60000


static const rsl_redact_limits_t  test_limits = {
    10000000, 10000000, 20000, 256 * 1024, 10000000
};


/* The "at"-th call and those behind it answer "rc"; "calls" counts. */

typedef struct {
    int    rc;
    size_t at;
    size_t calls;
    int    last;
    int    no_memory;
} test_match_t;


static test_match_t  test_match;
static size_t        test_missing;      /* the setup call that fails */
static size_t        test_setups;
static int           test_jit_compile;


int __real_pcre2_match_8(const pcre2_code *code, PCRE2_SPTR subject,
    PCRE2_SIZE length, PCRE2_SIZE start, uint32_t options,
    pcre2_match_data *data, pcre2_match_context *context);
int __wrap_pcre2_match_8(const pcre2_code *code, PCRE2_SPTR subject,
    PCRE2_SIZE length, PCRE2_SIZE start, uint32_t options,
    pcre2_match_data *data, pcre2_match_context *context);
pcre2_match_data *__real_pcre2_match_data_create_8(uint32_t size,
    pcre2_general_context *context);
pcre2_match_data *__wrap_pcre2_match_data_create_8(uint32_t size,
    pcre2_general_context *context);
pcre2_match_context *__real_pcre2_match_context_create_8(
    pcre2_general_context *context);
pcre2_match_context *__wrap_pcre2_match_context_create_8(
    pcre2_general_context *context);
pcre2_jit_stack *__real_pcre2_jit_stack_create_8(size_t start, size_t max,
    pcre2_general_context *context);
pcre2_jit_stack *__wrap_pcre2_jit_stack_create_8(size_t start, size_t max,
    pcre2_general_context *context);
pcre2_code *__real_pcre2_compile_8(PCRE2_SPTR pattern, PCRE2_SIZE length,
    uint32_t options, int *error, PCRE2_SIZE *offset,
    pcre2_compile_context *context);
pcre2_code *__wrap_pcre2_compile_8(PCRE2_SPTR pattern, PCRE2_SIZE length,
    uint32_t options, int *error, PCRE2_SIZE *offset,
    pcre2_compile_context *context);
int __real_pcre2_jit_compile_8(pcre2_code *code, uint32_t options);
int __wrap_pcre2_jit_compile_8(pcre2_code *code, uint32_t options);


static rsl_arena_t            *arena;
static pcre2_general_context  *general;


static void *
test_alloc(size_t size, void *data)
{
    (void) data;

    return test_match.no_memory ? NULL : malloc(size);
}


static void
test_release(void *p, void *data)
{
    (void) data;

    free(p);
}


int
__wrap_pcre2_match_8(const pcre2_code *code, PCRE2_SPTR subject,
    PCRE2_SIZE length, PCRE2_SIZE start, uint32_t options,
    pcre2_match_data *data, pcre2_match_context *context)
{
    test_match.calls++;

    if (test_match.at != 0 && test_match.calls >= test_match.at) {
        test_match.last = test_match.rc;

    } else {
        test_match.last = __real_pcre2_match_8(code, subject, length, start,
                                               options, data, context);
    }

    return test_match.last;
}


static void
test_from(size_t at, int rc)
{
    test_match.calls = 0;
    test_match.at = at;
    test_match.rc = rc;
}


/* Is it this call's turn to fail? */

static int
test_setup_fails(void)
{
    return ++test_setups == test_missing;
}


pcre2_match_data *
__wrap_pcre2_match_data_create_8(uint32_t size,
    pcre2_general_context *context)
{
    (void) context;

    return test_setup_fails()
           ? NULL : __real_pcre2_match_data_create_8(size, general);
}


pcre2_match_context *
__wrap_pcre2_match_context_create_8(pcre2_general_context *context)
{
    return test_setup_fails()
           ? NULL : __real_pcre2_match_context_create_8(context);
}


pcre2_jit_stack *
__wrap_pcre2_jit_stack_create_8(size_t start, size_t max,
    pcre2_general_context *context)
{
    return test_setup_fails()
           ? NULL : __real_pcre2_jit_stack_create_8(start, max, context);
}


pcre2_code *
__wrap_pcre2_compile_8(PCRE2_SPTR pattern, PCRE2_SIZE length, uint32_t options,
    int *error, PCRE2_SIZE *offset, pcre2_compile_context *context)
{
    if (test_setup_fails()) {
        *error = 121;           /* no memory, as PCRE2 says it */
        *offset = 0;
        return NULL;
    }

    return __real_pcre2_compile_8(pattern, length, options, error, offset,
                                  context);
}


int
__wrap_pcre2_jit_compile_8(pcre2_code *code, uint32_t options)
{
    return test_jit_compile ? test_jit_compile
                            : __real_pcre2_jit_compile_8(code, options);
}


static int
test_setup(void **state)
{
    (void) state;

    arena = rsl_arena_create(65536);
    general = pcre2_general_context_create(test_alloc, test_release, NULL);

    return arena == NULL || general == NULL;
}


static int
test_teardown(void **state)
{
    (void) state;

    rsl_arena_destroy(arena);
    pcre2_general_context_free(general);

    return 0;
}


static void
test_add(rsl_redact_t *redact, const char *pattern)
{
    char       error[256];
    rsl_str_t  from, to;

    from.data = (const u_char *) pattern;
    from.len = strlen(pattern);
    to.data = (const u_char *) "x";
    to.len = 1;

    assert_int_equal(rsl_redact_add(redact, &from, &to, error, sizeof(error)),
                     RSL_OK);
}


static void
test_hidden(rsl_redact_t *redact, const u_char *p, size_t len)
{
    uint64_t   failures;
    rsl_str_t  text;

    failures = rsl_redact_failures(redact);

    text.data = p;
    text.len = len;

    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
    assert_int_equal(text.len, strlen(RSL_REDACT_HIDDEN));
    assert_memory_equal(text.data, RSL_REDACT_HIDDEN, text.len);
    assert_int_equal(rsl_redact_failures(redact), failures + 1);

    rsl_arena_reset(arena);
}


/* The next text after a failure is redacted as ever. */

static void
test_redacted(rsl_redact_t *redact)
{
    uint64_t   failures;
    rsl_str_t  text = rsl_string("AKIAIOSFODNN7EXAMPLE");

    failures = rsl_redact_failures(redact);

    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
    assert_int_equal(text.len, RSL_REDACT_MASK_LEN);
    assert_memory_equal(text.data, RSL_REDACT_MASK, text.len);
    assert_int_equal(rsl_redact_failures(redact), failures);

    rsl_arena_reset(arena);
}


/* What PCRE2 itself answers to a text of one byte over and over. */

static void
test_answer(int jit, const rsl_redact_limits_t *limits, const char *pattern,
    char fill, int rc)
{
    u_char        *p;
    rsl_redact_t  *redact;

    redact = rsl_redact_create_limits(jit, limits);
    assert_non_null(redact);
    test_add(redact, pattern);

    p = malloc(TEST_SIZE);
    assert_non_null(p);
    memset(p, fill, TEST_SIZE);

    test_hidden(redact, p, TEST_SIZE);
    assert_int_equal(test_match.last, rc);

    free(p);
    rsl_redact_destroy(redact);
}


static void
test_limits_interpreted(void **state)
{
    rsl_redact_limits_t  limits;

    (void) state;

    limits = test_limits;
    limits.match = 1000;
    test_answer(0, &limits, "(?:q+)+[xy]", 'q', PCRE2_ERROR_MATCHLIMIT);

    limits = test_limits;
    limits.depth = 100;
    test_answer(0, &limits, "(q|Q)*[xy]", 'q', PCRE2_ERROR_DEPTHLIMIT);

    limits = test_limits;
    limits.heap = 64;
    test_answer(0, &limits, "(q|Q)*[xy]", 'q', PCRE2_ERROR_HEAPLIMIT);
}


static void
test_limits_jit(void **state)
{
    uint32_t             jit;
    rsl_redact_limits_t  limits;

    (void) state;

    jit = 0;
    (void) pcre2_config(PCRE2_CONFIG_JIT, &jit);

    if (!jit) {
        skip();
    }

    limits = test_limits;
    limits.match = 1000;
    test_answer(1, &limits, "(?:q+)+[xy]", 'q', PCRE2_ERROR_MATCHLIMIT);

    limits = test_limits;
    limits.jit_stack = 32 * 1024;
    test_answer(1, &limits, "(q|Q)*[xy]", 'q', PCRE2_ERROR_JIT_STACKLIMIT);
}


static void
test_ill_formed(void **state)
{
    int  jit;

    (void) state;

    for (jit = 0; jit < 2; jit++) {
        test_answer(jit, &test_limits, "q", (char) 0xff,
                    PCRE2_ERROR_UTF8_ERR21);
        test_answer(jit, &test_limits, "q", (char) 0x80,
                    PCRE2_ERROR_UTF8_ERR20);
        test_answer(jit, &test_limits, "q", (char) 0xc3,
                    PCRE2_ERROR_UTF8_ERR6);
    }
}


static void
test_no_memory(void **state)
{
    u_char        *p;
    rsl_redact_t  *redact;

    (void) state;

    redact = rsl_redact_create_limits(0, &test_limits);
    assert_non_null(redact);
    test_add(redact, "(q|Q)*[xy]");

    p = malloc(TEST_SIZE);
    assert_non_null(p);
    memset(p, 'q', TEST_SIZE);

    test_match.no_memory = 1;
    test_hidden(redact, p, TEST_SIZE);
    test_match.no_memory = 0;

    assert_int_equal(test_match.last, PCRE2_ERROR_NOMEMORY);
    test_redacted(redact);

    free(p);
    rsl_redact_destroy(redact);
}


/* Every call answers "rc" in its turn, until there are no more. */

static void
test_every_call(rsl_redact_t *redact, const rsl_str_t *subject, int rc)
{
    size_t     n, calls;
    rsl_str_t  text;

    test_match.calls = 0;
    text = *subject;
    assert_int_equal(rsl_redact_text(redact, arena, &text), RSL_OK);
    calls = test_match.calls;
    assert_true(calls > 0);

    for (n = 1; n <= calls; n++) {
        test_from(n, rc);
        test_hidden(redact, subject->data, subject->len);
        assert_int_equal(test_match.last, rc);
        assert_true(test_match.calls >= n);
    }

    test_match.at = 0;

    test_redacted(redact);
}


static void
test_forced(void **state)
{
    int            jit;
    size_t         i;
    rsl_redact_t  *redact;

    static const int  codes[] = {
        PCRE2_ERROR_JIT_STACKLIMIT, PCRE2_ERROR_MATCHLIMIT,
        PCRE2_ERROR_UTF8_ERR21, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT,
        PCRE2_ERROR_NOMEMORY, PCRE2_ERROR_INTERNAL, PCRE2_ERROR_PARTIAL,
        PCRE2_ERROR_BADDATA, PCRE2_ERROR_BADOFFSET, PCRE2_ERROR_BADOPTION,
        PCRE2_ERROR_JIT_BADOPTION, 0
    };
    static const rsl_str_t  shapes = rsl_string(
        "ghp_0123456789abcdef0123 sk-a eyJa.b bearer abc123 password=x");
    static const rsl_str_t  shorter = rsl_string("q q");
    static const rsl_str_t  longer = rsl_string(
        "------------------------------------------------------------------"
        "------------------------------------------------------------------"
        "------------------------------------------------------------------"
        "------------------------------------------------------------------"
        "q ------------------------------------------------------------- q");

    (void) state;

    for (jit = 0; jit < 2; jit++) {
        for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
            redact = rsl_redact_create(jit);
            assert_non_null(redact);

            test_every_call(redact, &shapes, codes[i]);

            test_add(redact, "q");
            test_add(redact, "(?<=x )x");
            test_every_call(redact, &shapes, codes[i]);
            test_every_call(redact, &shorter, codes[i]);
            test_every_call(redact, &longer, codes[i]);

            rsl_redact_destroy(redact);
        }
    }
}


/* Of a record those texts are hidden on which the engine gave up. */

static void
test_record(void **state)
{
    rsl_str_t      name = rsl_string("ghp_0123456789abcdef0123");
    rsl_value_t    member;
    rsl_record_t   record;
    rsl_redact_t  *redact;

    (void) state;

    memset(&member, 0, sizeof(rsl_value_t));
    member.key = name;
    member.type = RSL_VALUE_STRING;
    member.text = name;

    memset(&record, 0, sizeof(rsl_record_t));
    record.message = name;
    record.extra = &member;

    redact = rsl_redact_create(1);
    assert_non_null(redact);

    /* the message, the key, the value */
    test_from(2, PCRE2_ERROR_MATCHLIMIT);

    assert_int_equal(rsl_redact_record(redact, arena, &record), RSL_OK);
    assert_int_equal(record.message.len, RSL_REDACT_MASK_LEN);
    assert_int_equal(member.key.len, strlen(RSL_REDACT_HIDDEN));
    assert_int_equal(member.text.len, strlen(RSL_REDACT_HIDDEN));
    assert_memory_equal(member.text.data, RSL_REDACT_HIDDEN, member.text.len);
    assert_int_equal(rsl_redact_failures(redact), 2);

    test_match.at = 0;

    rsl_redact_destroy(redact);
    rsl_arena_reset(arena);
}


/* A rule that tries itself out on an error is refused. */

static void
test_rule_refused(void **state)
{
    char           error[256];
    size_t         n;
    rsl_str_t      pattern = rsl_string("q");
    rsl_redact_t  *redact;

    (void) state;

    redact = rsl_redact_create(1);
    assert_non_null(redact);

    for (n = 1; n <= 2; n++) {
        test_from(n, PCRE2_ERROR_MATCHLIMIT);
        assert_int_equal(rsl_redact_add(redact, &pattern, &pattern, error,
                                        sizeof(error)), RSL_DECLINED);
        assert_non_null(strstr(error, "PCRE2 gives it up"));
        assert_int_equal(test_match.calls, n);
    }

    test_match.at = 0;
    test_missing = test_setups + 1;
    assert_int_equal(rsl_redact_add(redact, &pattern, &pattern, error,
                                    sizeof(error)), RSL_DECLINED);
    assert_int_equal(test_missing, test_setups);
    assert_null(redact->operators);

    test_missing = 0;
    test_redacted(redact);
    rsl_redact_destroy(redact);
}


/* Without one of its parts there is no redaction, and so no capture. */

static void
test_not_set_up(void **state)
{
    int            jit;
    size_t         n, setups;
    rsl_redact_t  *redact;

    (void) state;

    for (jit = 0; jit < 2; jit++) {
        test_missing = 0;
        test_setups = 0;

        redact = rsl_redact_create(jit);
        assert_non_null(redact);
        rsl_redact_destroy(redact);

        setups = test_setups;
        assert_true(setups > 40);

        for (n = 1; n <= setups; n++) {
            test_setups = 0;
            test_missing = n;
            assert_null(rsl_redact_create(jit));
            assert_true(test_setups >= n);
        }
    }

    test_missing = 0;
}


/* Where JIT compiles nothing, the patterns are interpreted. */

static void
test_jit_not_compiled(void **state)
{
    rsl_redact_t  *redact;

    (void) state;

    test_jit_compile = PCRE2_ERROR_NOMEMORY;
    redact = rsl_redact_create(1);
    assert_non_null(redact);
    test_add(redact, "q");
    test_jit_compile = 0;

    test_redacted(redact);
    rsl_redact_destroy(redact);
}


/*
 * Most texts are done without PCRE2, so that it costs nothing for them, and
 * nothing of theirs can fail.
 */

static void
test_not_asked(void **state)
{
    rsl_str_t      plain = rsl_string("GET /api/racks/r1 - 200 in 12 ms");
    rsl_redact_t  *redact;

    (void) state;

    redact = rsl_redact_create(1);
    assert_non_null(redact);

    test_from(0, 0);

    assert_int_equal(rsl_redact_text(redact, arena, &plain), RSL_OK);
    assert_int_equal(test_match.calls, 0);

    test_redacted(redact);
    assert_true(test_match.calls > 0);

    rsl_redact_destroy(redact);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_limits_interpreted),
        cmocka_unit_test(test_limits_jit),
        cmocka_unit_test(test_ill_formed),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_forced),
        cmocka_unit_test(test_record),
        cmocka_unit_test(test_rule_refused),
        cmocka_unit_test(test_not_set_up),
        cmocka_unit_test(test_jit_not_compiled),
        cmocka_unit_test(test_not_asked),
    };

    return cmocka_run_group_tests(tests, test_setup, test_teardown);
}
