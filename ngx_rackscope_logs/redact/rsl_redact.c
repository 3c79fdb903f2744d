
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The door of the redaction: the rules are made and freed here, and a text
 * goes through the operator's rules and then through the built-in ones.
 */


#include <stdlib.h>

#include "rsl_redact_internal.h"


rsl_redact_t *
rsl_redact_create(int jit)
{
    return rsl_redact_create_limits(jit, &rsl_redact_engine_limits);
}


rsl_redact_t *
rsl_redact_create_limits(int jit, const rsl_redact_limits_t *limits)
{
    rsl_redact_t  *redact;

    redact = calloc(1, sizeof(rsl_redact_t));
    if (redact == NULL) {
        return NULL;
    }

    redact->last = &redact->operators;

    if (rsl_redact_engine_init(redact, jit, limits) != RSL_OK
        || rsl_redact_name_init(&redact->names) != RSL_OK
        || rsl_redact_word_init(&redact->names) != RSL_OK
        || rsl_redact_loose_init(&redact->names) != RSL_OK
        || rsl_redact_shape_init(redact) != RSL_OK)
    {
        rsl_redact_destroy(redact);
        return NULL;
    }

    return redact;
}


int
rsl_redact_add(rsl_redact_t *redact, const rsl_str_t *pattern,
    const rsl_str_t *replacement, char *error, size_t size)
{
    return rsl_redact_operator_add(redact, pattern, replacement, error, size);
}


void
rsl_redact_destroy(rsl_redact_t *redact)
{
    if (redact == NULL) {
        return;
    }

    rsl_redact_operator_free(redact);
    rsl_redact_shape_free(redact);
    rsl_redact_name_free(&redact->names);
    rsl_redact_engine_free(redact);

    free(redact);
}


int
rsl_redact_text(rsl_redact_t *redact, rsl_arena_t *arena, rsl_str_t *text)
{
    int            rc;
    const u_char  *data;

    if (text->len == 0) {
        return RSL_OK;
    }

    rc = RSL_OK;
    data = text->data;

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

    redact->replaced += (text->data != data);

    return rc;
}


/*
 * What could not be searched to its end may hold a secret anywhere, so none of
 * it is kept.
 */

void
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


void
rsl_redact_news(rsl_redact_t *redact, uint64_t *replaced, uint64_t *hidden)
{
    *replaced = redact->replaced;
    *hidden = redact->failures - redact->told;

    redact->replaced = 0;
    redact->told = redact->failures;
}
