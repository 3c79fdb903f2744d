
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * PCRE2 within its limits, and a text under construction.
 */


#include "rsl_redact_internal.h"


/* A replacement can ask for the groups $0 to $99. */
#define RSL_REDACT_ENGINE_GROUPS  100

#define RSL_REDACT_ENGINE_STACK   (32 * 1024)

/* A changed text gets this many bytes beyond twice of what is in it. */
#define RSL_REDACT_ENGINE_OUT     128


const rsl_redact_limits_t  rsl_redact_engine_limits = {
    50000,                  /* match */
    5000,                   /* depth */
    1024,                   /* heap, KiB */
    256 * 1024,             /* JIT stack */
    20000                   /* µs */
};


int
rsl_redact_engine_init(rsl_redact_t *redact, int jit,
    const rsl_redact_limits_t *limits)
{
    uint32_t  have;

    redact->limits = *limits;

    have = 0;
    (void) pcre2_config(PCRE2_CONFIG_JIT, &have);
    redact->jit = jit && have;

    redact->match = pcre2_match_context_create(NULL);
    redact->data = pcre2_match_data_create(RSL_REDACT_ENGINE_GROUPS, NULL);

    if (redact->match == NULL || redact->data == NULL) {
        return RSL_ERROR;
    }

    (void) pcre2_set_match_limit(redact->match, limits->match);
    (void) pcre2_set_depth_limit(redact->match, limits->depth);
    (void) pcre2_set_heap_limit(redact->match, limits->heap);

    if (redact->jit) {
        redact->stack = pcre2_jit_stack_create(RSL_REDACT_ENGINE_STACK,
                                               limits->jit_stack, NULL);
        if (redact->stack == NULL) {
            return RSL_ERROR;
        }

        pcre2_jit_stack_assign(redact->match, NULL, redact->stack);
    }

    return RSL_OK;
}


void
rsl_redact_engine_free(rsl_redact_t *redact)
{
    pcre2_jit_stack_free(redact->stack);
    pcre2_match_data_free(redact->data);
    pcre2_match_context_free(redact->match);
}


pcre2_code *
rsl_redact_engine_compile(const rsl_redact_t *redact, const u_char *pattern,
    size_t len, uint32_t options, int *error, size_t *offset)
{
    pcre2_code  *code;

    code = pcre2_compile(pattern, len, options, error, offset, NULL);

    if (code != NULL && redact->jit) {
        /* without it the pattern is interpreted: slower, not wrong */
        (void) pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    }

    return code;
}


int
rsl_redact_engine_exec(rsl_redact_t *redact, const pcre2_code *code,
    const rsl_str_t *text, size_t offset, uint32_t options)
{
    int  rc;

    rc = pcre2_match(code, text->data, text->len, offset, options,
                     redact->data, redact->match);

    if (rc == PCRE2_ERROR_NOMATCH) {
        return 0;
    }

    /* 0: more groups than the match data has room for */

    return rc <= 0 ? RSL_DECLINED : rc;
}


int
rsl_redact_engine_append(rsl_redact_out_t *out, const u_char *p, size_t len)
{
    u_char  *data;
    size_t   size;

    if (out->data == NULL || len > out->size - out->len) {

        size = 2 * (out->len + len) + RSL_REDACT_ENGINE_OUT;

        data = rsl_arena_alloc(out->arena, size);
        if (data == NULL) {
            return RSL_ERROR;
        }

        if (out->data != NULL) {
            memcpy(data, out->data, out->len);
        }

        out->data = data;
        out->size = size;
    }

    if (len > 0) {
        memcpy(out->data + out->len, p, len);
        out->len += len;
    }

    return RSL_OK;
}
