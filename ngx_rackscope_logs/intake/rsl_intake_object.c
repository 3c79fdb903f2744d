
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * One object: from its text, or from what was read of it already, to a record.
 */


#include "rsl_intake_field.h"


const char  rsl_intake_not_closed[] =
    "the object is not closed; it must end with }";


/* What was scanned as an object, and may be one. */

int
rsl_intake_object(rsl_intake_t *intake, const rsl_str_t *text, int cut)
{
    int           rc, premature;
    size_t        offset;
    const char   *detail;
    rsl_value_t  *value;

    rc = rsl_intake_json(intake->values, text, &value, &offset, &detail,
                         &premature);

    if (rc == RSL_OK) {
        rc = rsl_intake_take(intake, value, cut);

    } else if (rc == RSL_DECLINED) {
        rsl_intake_reject(intake, text, offset, detail);
        rc = RSL_OK;
    }

    rsl_arena_reset(intake->values);

    return rc;
}


int
rsl_intake_take(rsl_intake_t *intake, rsl_value_t *object, int cut)
{
    rsl_record_t  record;

    if (rsl_text_release(intake, 1) != RSL_OK
        || rsl_intake_record(intake->values, intake->aliases, object,
                             intake->now, &record)
           != RSL_OK)
    {
        return RSL_ERROR;
    }

    record.truncated |= (cut != 0);

    return rsl_intake_emit(intake, &record);
}


const u_char *
rsl_intake_trim(const u_char *p, const u_char *end)
{
    while (end > p && (rsl_intake_is_space(end[-1]) || end[-1] == ',')) {
        end--;
    }

    return end;
}
