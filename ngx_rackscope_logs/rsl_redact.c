
/*
 * Redaction: the engine and what others call.
 */


#include <stdlib.h>

#include "rsl_redact_internal.h"


#define RSL_REDACT_OUT_MIN  128


static int rsl_redact_compile(rsl_redact_t *redact);
static int rsl_redact_compile_first(rsl_redact_t *redact,
    const rsl_redact_shape_t *shape, unsigned first);
static int rsl_redact_rule(rsl_redact_t *redact,
    const rsl_redact_shape_t *shape, u_char first);
static void rsl_redact_byte(uint32_t *bytes, const rsl_redact_shape_t *shape,
    size_t i);
static void rsl_redact_hide(rsl_redact_t *redact, rsl_str_t *text);


static const rsl_redact_shape_t *const  rsl_redact_tables[] = {
    rsl_redact_shapes, rsl_redact_commands
};

#define RSL_REDACT_TABLES                                                     \
    (sizeof(rsl_redact_tables) / sizeof(rsl_redact_tables[0]))


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

    if (rsl_redact_compile(redact) != RSL_OK) {
        goto failed;
    }

    return redact;

failed:

    rsl_redact_destroy(redact);

    return NULL;
}


/* Compiles the shapes, sorted by the first byte of their prefixes. */

static int
rsl_redact_compile(rsl_redact_t *redact)
{
    size_t                     i, n;
    unsigned                   first;
    const rsl_redact_shape_t  *shape;

    /* one more, since nothing may be asked for by size 0 */

    n = 1;

    for (i = 0; i < RSL_REDACT_TABLES; i++) {
        for (shape = rsl_redact_tables[i]; shape->name != NULL; shape++) {
            n += 1 + shape->caseless;
        }
    }

    redact->rules = calloc(n, sizeof(rsl_redact_rule_t));
    if (redact->rules == NULL) {
        return RSL_ERROR;
    }

    for (first = 0; first < 256; first++) {
        redact->first[first] = (uint16_t) redact->nrules;

        for (i = 0; i < RSL_REDACT_TABLES; i++) {
            if (rsl_redact_compile_first(redact, rsl_redact_tables[i], first)
                != RSL_OK)
            {
                return RSL_ERROR;
            }
        }
    }

    return RSL_OK;
}


static int
rsl_redact_compile_first(rsl_redact_t *redact,
    const rsl_redact_shape_t *shape, unsigned first)
{
    for ( /* void */ ; shape->name != NULL; shape++) {

        if ((u_char) shape->prefix[0] != first
            && !(shape->caseless && first >= 'A' && first <= 'Z'
                 && (u_char) shape->prefix[0] == (first | 0x20)))
        {
            continue;
        }

        if (rsl_redact_rule(redact, shape, (u_char) first) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


static int
rsl_redact_rule(rsl_redact_t *redact, const rsl_redact_shape_t *shape,
    u_char first)
{
    int                 error;
    PCRE2_SIZE          offset;
    rsl_redact_rule_t  *rule;

    rule = &redact->rules[redact->nrules++];
    rule->shape = shape;
    rule->len = strlen(shape->prefix);

    /* the optimizations of a start look for later bytes in all of the text */

    rule->code = pcre2_compile((PCRE2_SPTR) shape->pattern,
                               PCRE2_ZERO_TERMINATED,
                               PCRE2_ANCHORED|PCRE2_NO_START_OPTIMIZE, &error,
                               &offset, NULL);

    if (rule->code == NULL) {
        return RSL_ERROR;
    }

    if (redact->jit) {
        /* without it the pattern is interpreted: slower, not wrong */
        (void) pcre2_jit_compile(rule->code, PCRE2_JIT_COMPLETE);
    }

    redact->count[first]++;

    rsl_redact_byte(redact->second[first], shape, 1);
    rsl_redact_byte(redact->third[first], shape, 2);

    return RSL_OK;
}


/* Notes what the prefix has at "i"; if it ends before that, all bytes are. */

static void
rsl_redact_byte(uint32_t *bytes, const rsl_redact_shape_t *shape, size_t i)
{
    u_char  ch;

    if (i >= strlen(shape->prefix)) {
        memset(bytes, 0xff, 256 / 8);
        return;
    }

    ch = (u_char) shape->prefix[i];
    bytes[ch / 32] |= (uint32_t) 1 << ch % 32;

    if (shape->caseless && ch >= 'a' && ch <= 'z') {
        ch &= (u_char) ~0x20;
        bytes[ch / 32] |= (uint32_t) 1 << ch % 32;
    }
}


void
rsl_redact_destroy(rsl_redact_t *redact)
{
    size_t  i;

    if (redact == NULL) {
        return;
    }

    rsl_redact_operators_free(redact);

    for (i = 0; i < redact->nrules; i++) {
        pcre2_code_free(redact->rules[i].code);
    }

    free(redact->rules);

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
        rc = rsl_redact_operators(redact, arena, text);
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


/* A hit: the number of groups and one; 0: none; RSL_DECLINED: an error. */

int
rsl_redact_exec(rsl_redact_t *redact, const pcre2_code *code,
    const rsl_str_t *text, size_t offset, uint32_t options)
{
    int  rc;

    redact->matches++;

    rc = pcre2_match(code, text->data, text->len, offset, options,
                     redact->data, redact->match);

    if (rc == PCRE2_ERROR_NOMATCH) {
        return 0;
    }

    return rc <= 0 ? RSL_DECLINED : rc;
}


int
rsl_redact_out(rsl_redact_out_t *out, const u_char *p, size_t len)
{
    u_char  *data;
    size_t   size;

    if (out->data == NULL || len > out->size - out->len) {

        size = 2 * (out->len + len) + RSL_REDACT_OUT_MIN;

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
