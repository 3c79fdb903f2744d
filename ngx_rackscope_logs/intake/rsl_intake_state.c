
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Where an intake stands in its body, and what leaves it: records go to the
 * sink, errors into the result.  All files that take entries use this.
 */


#include "rsl_intake_internal.h"


void
rsl_intake_state_advance(rsl_intake_t *intake, const u_char **p,
    const u_char *to)
{
    const u_char  *q, *next;

    for (q = *p; q < to; q = next) {
        next = memchr(q, '\n', to - q);

        if (next == NULL) {
            intake->column += to - q;
            intake->column0 = 0;
            break;
        }

        next++;
        intake->line++;
        intake->column = 1;
        intake->column0 = 1;
    }

    *p = to;
}


/* What becomes the record may be less deep, which is looked at later. */

size_t
rsl_intake_state_depth(const rsl_intake_t *intake)
{
    if (intake->envelope) {
        return RSL_INTAKE_DEPTH_ELEMENT;
    }

    return RSL_INTAKE_DEPTH_MAX
           + (intake->conf.envelopes ? RSL_INTAKE_DEPTH_AROUND : 0);
}


void
rsl_intake_state_start(rsl_intake_t *intake, rsl_intake_state_t state)
{
    intake->state = state;
    intake->indent = 0;
    intake->scanned = 0;
    intake->read = 0;
    intake->json = 0;
    intake->asked = 0;
    intake->text_last = (state == RSL_INTAKE_LINE);
    intake->entry_line = intake->line;
    intake->entry_column = intake->column;

    memset(&intake->scan, 0, sizeof(rsl_intake_scan_t));

    intake->scan.limit = rsl_intake_state_depth(intake);
}


void
rsl_intake_state_reject(rsl_intake_t *intake, rsl_intake_reason_e reason,
    const rsl_str_t *text, size_t offset, const char *detail)
{
    size_t               i;
    rsl_intake_error_t  *error;

    intake->result.rejected++;
    intake->result.reasons[reason]++;

    if (intake->result.rejected > RSL_INTAKE_ERRORS) {
        intake->index++;
        return;
    }

    error = &intake->result.errors[intake->result.rejected - 1];

    error->index = intake->index++;
    error->line = intake->entry_line;
    error->column = intake->entry_column;
    error->detail = detail;

    if (text == NULL) {
        return;
    }

    for (i = 0; i < offset && i < text->len; i++) {
        error->column++;

        if (text->data[i] == '\n') {
            error->line++;
            error->column = 1;
        }
    }
}


int
rsl_intake_state_emit(rsl_intake_t *intake, rsl_record_t *record)
{
    int  rc;

    intake->index++;
    intake->result.records++;

    rc = intake->conf.sink(intake->conf.data, intake->arena, record);

    rsl_arena_reset(intake->arena);

    return rc;
}
