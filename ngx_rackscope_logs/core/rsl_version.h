
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The version of the module and of its tool.  Only this file has it, and
 * CHANGELOG.md says what is in it.
 */


#ifndef _RSL_VERSION_H_INCLUDED_
#define _RSL_VERSION_H_INCLUDED_


#define RSL_VERSION  "0.2.0"


#endif /* _RSL_VERSION_H_INCLUDED_ */
