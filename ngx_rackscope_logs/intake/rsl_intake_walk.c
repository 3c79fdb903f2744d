
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Envelopes: who knows them is asked where one may begin, and takes what stands
 * around its records.  The records are taken by the intake, as the elements of
 * any array are.
 */


#include "rsl_intake_internal.h"


static int rsl_intake_walk_open(rsl_intake_t *intake, const u_char **p,
    const u_char *q);


static const char  rsl_intake_walk_broken[] =
    "the object around the records is no JSON here; what follows is skipped";


/* Most objects are dismissed by the first letter of their first key. */

int
rsl_intake_walk_begins(rsl_intake_t *intake, const u_char **p, const u_char *q,
    const u_char *end)
{
    int                            rc, final;
    const rsl_intake_envelopes_t  *envelopes;

    envelopes = intake->conf.envelopes;

    if (envelopes == NULL
        || (end - q > 2 && q[1] == '"'
            && !(envelopes->letters >> (q[2] & 31) & 1)))
    {
        return RSL_DECLINED;
    }

    final = intake->final;

    if (end - q >= RSL_INTAKE_LARGE) {
        end = q + RSL_INTAKE_LARGE;
        final = 1;
    }

    rc = envelopes->begins(envelopes->data, q, end, final);

    if (rc == RSL_AGAIN) {
        return RSL_INTAKE_AGAIN;
    }

    return (rc == RSL_OK) ? rsl_intake_walk_open(intake, p, q) : rc;
}


int
rsl_intake_walk_large(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *end)
{
    int                            rc;
    const rsl_intake_envelopes_t  *envelopes;

    envelopes = intake->conf.envelopes;

    if (envelopes == NULL || intake->asked
        || end - start <= RSL_INTAKE_LARGE)
    {
        return RSL_DECLINED;
    }

    intake->asked = 1;

    rc = envelopes->large(envelopes->data, start, start + RSL_INTAKE_LARGE);

    return (rc == RSL_OK) ? rsl_intake_walk_open(intake, p, start) : rc;
}


static int
rsl_intake_walk_open(rsl_intake_t *intake, const u_char **p, const u_char *q)
{
    rsl_intake_state_advance(intake, p, q);
    rsl_intake_state_start(intake, RSL_INTAKE_ENVELOPE);

    return rsl_intake_text_release(intake, 1);
}


int
rsl_intake_walk(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    const u_char                  *q;
    rsl_intake_walk_e              rc;
    const rsl_intake_envelopes_t  *envelopes;

    q = *p;
    envelopes = intake->conf.envelopes;

    rc = envelopes->walk(envelopes->data, &q, end);

    rsl_arena_reset(intake->values);
    rsl_intake_state_advance(intake, p, q);

    switch (rc) {

    case RSL_INTAKE_WALK_MORE:
        return RSL_OK;

    case RSL_INTAKE_WALK_OBJECTS:
    case RSL_INTAKE_WALK_ARRAYS:
        intake->array = 1;
        intake->envelope = 1;
        intake->arrays = (rc == RSL_INTAKE_WALK_ARRAYS);
        intake->state = RSL_INTAKE_BETWEEN;
        return RSL_OK;

    case RSL_INTAKE_WALK_END:
        intake->state = RSL_INTAKE_BETWEEN;
        return RSL_OK;

    case RSL_INTAKE_WALK_BROKEN:
        rsl_intake_state_start(intake, RSL_INTAKE_SKIP);
        rsl_intake_state_reject(intake, RSL_INTAKE_BAD_ENVELOPE, NULL, 0,
                                rsl_intake_walk_broken);
        return RSL_OK;

    default:
        return RSL_ERROR;
    }
}
