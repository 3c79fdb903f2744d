
/*
 * PCRE2 within its limits, and a text under construction.
 */


#include "rsl_redact_internal.h"


#define RSL_REDACT_OUT_MIN  128


/* A hit: the number of groups and one; 0: none; RSL_DECLINED: an error. */

int
rsl_redact_engine_exec(rsl_redact_t *redact, const pcre2_code *code,
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
rsl_redact_engine_append(rsl_redact_out_t *out, const u_char *p, size_t len)
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
