
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The date and the time of a second since 1970, independently of the core and
 * of the C library, whose time_t may end in the year 2038.
 */


#ifndef _CALENDAR_H_INCLUDED_
#define _CALENDAR_H_INCLUDED_


#include <stdint.h>
#include <stdio.h>


static inline int
calendar_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}


static inline int
calendar_days(int year, int month)
{
    static const int  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    return days[month - 1] + (month == 2 && calendar_leap(year));
}


/* "2026-11-22T12:00:00", of the years 1970 to 9999 */

static inline void
calendar_print(char *buf, size_t size, int64_t seconds)
{
    int  days, left, year, month;

    days = (int) (seconds / 86400);
    left = (int) (seconds % 86400);

    for (year = 1970; days >= 365 + calendar_leap(year); year++) {
        days -= 365 + calendar_leap(year);
    }

    for (month = 1; days >= calendar_days(year, month); month++) {
        days -= calendar_days(year, month);
    }

    (void) snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02d", year, month,
                    days + 1, left / 3600, left / 60 % 60, left % 60);
}


#endif /* _CALENDAR_H_INCLUDED_ */
