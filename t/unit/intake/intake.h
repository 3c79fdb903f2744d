
/* SPDX-License-Identifier: BSD-2-Clause */


/* The bodies of t/unit/body.h go to the intake. */


#ifndef _INTAKE_H_INCLUDED_
#define _INTAKE_H_INCLUDED_


#include <string.h>

#include "intake/rsl_intake.h"


typedef rsl_intake_t  run_reader_t;

#define run_reader_create   rsl_intake_create
#define run_reader_feed     rsl_intake_feed
#define run_reader_finish   rsl_intake_finish
#define run_reader_held     rsl_intake_held
#define run_reader_result   rsl_intake_result
#define run_reader_destroy  rsl_intake_destroy


#include "../body.h"


#endif /* _INTAKE_H_INCLUDED_ */
