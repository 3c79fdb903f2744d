
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Redaction: what others call.
 */


#include <stdlib.h>

#include "rsl_redact_internal.h"


static void rsl_redact_hide(rsl_redact_t *redact, rsl_str_t *text);


static const rsl_redact_limits_t  rsl_redact_limits = {
    50000,                  /* match */
    5000,                   /* depth */
    1024,                   /* heap, KiB */
    256 * 1024,             /* JIT stack */
    20000                   /* µs */
};


rsl_redact_t *
rsl_redact_create(int jit)
{
    return rsl_redact_create_limits(jit, &rsl_redact_limits);
}


rsl_redact_t *
rsl_redact_create_limits(int jit, const rsl_redact_limits_t *limits)
{
    uint32_t       have;
    rsl_redact_t  *redact;

    redact = calloc(1, sizeof(rsl_redact_t));
    if (redact == NULL) {
        return NULL;
    }

    redact->last = &redact->operators;
    redact->limits = *limits;

    have = 0;
    (void) pcre2_config(PCRE2_CONFIG_JIT, &have);
    redact->jit = jit && have;

    redact->match = pcre2_match_context_create(NULL);
    redact->data = pcre2_match_data_create(100, NULL);

    if (redact->match == NULL || redact->data == NULL) {
        goto failed;
    }

    (void) pcre2_set_match_limit(redact->match, limits->match);
    (void) pcre2_set_depth_limit(redact->match, limits->depth);
    (void) pcre2_set_heap_limit(redact->match, limits->heap);

    if (redact->jit) {
        redact->stack = pcre2_jit_stack_create(32 * 1024, limits->jit_stack,
                                               NULL);
        if (redact->stack == NULL) {
            goto failed;
        }

        pcre2_jit_stack_assign(redact->match, NULL, redact->stack);
    }

    if (rsl_redact_shape_compile(redact) != RSL_OK) {
        goto failed;
    }

    return redact;

failed:

    rsl_redact_destroy(redact);

    return NULL;
}


void
rsl_redact_destroy(rsl_redact_t *redact)
{
    if (redact == NULL) {
        return;
    }

    rsl_redact_operator_free(redact);
    rsl_redact_shape_free(redact);

    pcre2_jit_stack_free(redact->stack);
    pcre2_match_data_free(redact->data);
    pcre2_match_context_free(redact->match);

    free(redact);
}


int
rsl_redact_text(rsl_redact_t *redact, rsl_arena_t *arena, rsl_str_t *text)
{
    int  rc;

    if (text->len == 0) {
        return RSL_OK;
    }

    rc = RSL_OK;

    if (redact->operators != NULL) {
        rc = rsl_redact_operator_text(redact, arena, text);
    }

    if (rc == RSL_OK) {
        rc = rsl_redact_scan(redact, arena, text);
    }

    if (rc == RSL_DECLINED) {
        rsl_redact_hide(redact, text);
        return RSL_OK;
    }

    return rc;
}


static void
rsl_redact_hide(rsl_redact_t *redact, rsl_str_t *text)
{
    static const rsl_str_t  hidden = rsl_string(RSL_REDACT_HIDDEN);

    redact->failures++;
    *text = hidden;
}


uint64_t
rsl_redact_failures(const rsl_redact_t *redact)
{
    return redact->failures;
}


uint64_t
rsl_redact_matches(const rsl_redact_t *redact)
{
    return redact->matches;
}
