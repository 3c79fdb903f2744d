
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * cmocka 2 has assert_uint_in_range() and calls assert_in_range() deprecated;
 * cmocka 1 has only the latter.
 */


#ifndef _RANGE_H_INCLUDED_
#define _RANGE_H_INCLUDED_


#ifndef assert_uint_in_range
#define assert_uint_in_range  assert_in_range
#endif


#endif /* _RANGE_H_INCLUDED_ */
