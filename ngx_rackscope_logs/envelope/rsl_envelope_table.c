
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * All envelopes.  A new one is a file with its row, declared in the internal
 * header, and a line here.
 */


#include "rsl_envelope_internal.h"


const rsl_envelope_row_t *const  rsl_envelope_rows[] = {
    &rsl_envelope_refuse,
    &rsl_envelope_protobuf,
    &rsl_envelope_form,
    &rsl_envelope_journal,
    &rsl_envelope_bulk,
    &rsl_envelope_otlp,
    &rsl_envelope_loki,
    &rsl_envelope_hec,
    &rsl_envelope_jsnlog,
    &rsl_envelope_list,
    NULL
};


/* The names of all rows, and what bodies without an envelope are called. */

const char *const  rsl_envelope_formats[RSL_ENVELOPE_FORMATS] = {
    "otlp", "loki", "hec", "bulk", "form", "jsnlog", "list", "journal",
    "refused", "json", "text"
};
