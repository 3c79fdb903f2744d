
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The text with what was found in it replaced.
 */


#include "rsl_redact_internal.h"


static int rsl_redact_copy_over(rsl_redact_copy_t *copy, const u_char **from,
    const u_char *to);


int
rsl_redact_copy_replace(rsl_redact_copy_t *copy, rsl_redact_scan_t *scan)
{
    rsl_str_t          value;
    const u_char      *from, *to;
    rsl_redact_span_t  span;

    from = scan->value;
    to = scan->stop;
    scan->from = to;

    if (copy->dress == NULL) {
        value.data = from;
        value.len = (size_t) (to - from);

        if (rsl_redact_dress_any(&value)) {
            return RSL_AGAIN;
        }

    } else {
        (void) rsl_redact_dress_span(copy->dress,
                                     (size_t) (from - scan->start),
                                     (size_t) (to - scan->start), &span);
        from = copy->text + span.from;
        to = copy->text + span.to;
    }

    copy->last = from;
    copy->stop = to;

    if (from < copy->part && !rsl_redact_copy_over(copy, &from, to)) {
        return RSL_OK;
    }

    if (from < copy->kept) {
        from = copy->kept;
    }

    /*
     * a mask that is there already stays, so that a text in which nothing
     * else is found stays where it is
     */

    if (to - from == RSL_REDACT_MASK_LEN && rsl_redact_char_masked(from, to)) {
        return RSL_OK;
    }

    if (rsl_redact_engine_append(&copy->out, copy->kept,
                                 (size_t) (from - copy->kept))
        != RSL_OK
        || rsl_redact_engine_append(&copy->out,
                                    (const u_char *) RSL_REDACT_MASK,
                                    RSL_REDACT_MASK_LEN)
           != RSL_OK)
    {
        return RSL_ERROR;
    }

    copy->kept = to;

    if (copy->dress == NULL) {
        return RSL_OK;
    }

    span.from = (size_t) (from - copy->text);

    return rsl_redact_dress_styles(copy->dress, &span, &copy->out);
}


/*
 * The value begins before the part that is wanted.  Does it go on there?  Then
 * that is replaced, but not its indentation.
 */

static int
rsl_redact_copy_over(rsl_redact_copy_t *copy, const u_char **from,
    const u_char *to)
{
    const u_char  *p;

    for (p = copy->part; p < to; p++) {
        if (*p != ' ' && *p != '\t') {
            copy->over = *from;
            *from = p;
            return 1;
        }
    }

    return 0;
}


int
rsl_redact_copy_finish(rsl_redact_copy_t *copy, rsl_str_t *text)
{
    const u_char  *end;

    end = text->data + text->len;

    if (rsl_redact_engine_append(&copy->out, copy->kept,
                                 (size_t) (end - copy->kept))
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    text->data = copy->out.data;
    text->len = copy->out.len;

    return RSL_OK;
}
