
/* SPDX-License-Identifier: BSD-2-Clause */


/* The way of a body to the intake, if a row finds that it is not its own. */


#include "rsl_envelope_internal.h"


int
rsl_envelope_pass(rsl_envelope_t *e, const u_char *data, size_t len)
{
    e->whole = 0;
    e->looked = 1;
    e->row = NULL;

    return rsl_intake_feed(e->intake, data, len, e->now);
}
