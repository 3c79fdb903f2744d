
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Times, in the two forms in which loggers write them: ISO 8601, and a number
 * of seconds, or of fractions of one, since 1970.
 */


#include "rsl_intake_internal.h"


static int rsl_intake_time_epoch(const rsl_str_t *text, int64_t *time);
static int rsl_intake_time_iso(const rsl_str_t *text, int64_t *time);
static inline int rsl_intake_time_has_form(const u_char *p, const char *form,
    const char *mask);
static int rsl_intake_time_date(const u_char *p, int64_t *seconds);
static const u_char *rsl_intake_time_fraction(const u_char *p,
    const u_char *end, int64_t *micros);
static int rsl_intake_time_zone(const u_char *p, const u_char *end,
    int64_t *seconds);
static int64_t rsl_intake_time_days(unsigned year, unsigned month,
    unsigned day);
static unsigned rsl_intake_time_month_days(unsigned year, unsigned month);
static unsigned rsl_intake_time_two(const u_char *p);


#define RSL_INTAKE_TIME_SECOND   INT64_C(1000000)
#define RSL_INTAKE_TIME_MAX                                                   \
    (INT64_C(253402300800) * RSL_INTAKE_TIME_SECOND - 1)

/* The length of 2026-11-22T10:16:57. */
#define RSL_INTAKE_TIME_LEN      19

/* Any number of so many digits fits into 64 bits. */
#define RSL_INTAKE_TIME_DIGITS   19


int
rsl_intake_time_parse(const rsl_str_t *text, int64_t *time)
{
    int  rc;

    if (text->len == 0) {
        return RSL_DECLINED;
    }

    if (text->len > 4 && !rsl_intake_is_digit(text->data[4])
        && text->data[4] != '.')
    {
        rc = rsl_intake_time_iso(text, time);

    } else {
        rc = rsl_intake_time_epoch(text, time);
    }

    if (rc == RSL_OK && (*time <= 0 || *time > RSL_INTAKE_TIME_MAX)) {
        return RSL_DECLINED;
    }

    return rc;
}


static int
rsl_intake_time_epoch(const rsl_str_t *text, int64_t *time)
{
    uint64_t       value, fraction, unit;
    const u_char  *p, *end;

    p = text->data;
    end = p + text->len;

    for (value = 0; p < end && rsl_intake_is_digit(*p); p++) {
        value = value * 10 + (*p - '0');
    }

    if (p == text->data || p - text->data > RSL_INTAKE_TIME_DIGITS) {
        return RSL_DECLINED;
    }

    if (value >= UINT64_C(100000000000000000)) {
        unit = 0;

    } else if (value >= UINT64_C(100000000000000)) {
        unit = 1;

    } else if (value >= UINT64_C(100000000000)) {
        unit = 1000;

    } else {
        unit = 1000000;
    }

    *time = (int64_t) (unit ? value * unit : value / 1000);

    if (p == end) {
        return RSL_OK;
    }

    if (*p++ != '.' || p == end) {
        return RSL_DECLINED;
    }

    for (fraction = 0; p < end && rsl_intake_is_digit(*p); p++) {
        unit /= 10;
        fraction += (*p - '0') * unit;
    }

    *time += (int64_t) fraction;

    return (p == end) ? RSL_OK : RSL_DECLINED;
}


static int
rsl_intake_time_iso(const rsl_str_t *text, int64_t *time)
{
    u_char         ch;
    int64_t        seconds, micros, offset;
    const u_char  *p, *end;

    p = text->data;
    end = p + text->len;

    if (text->len < RSL_INTAKE_TIME_LEN) {
        return RSL_DECLINED;
    }

    ch = p[10];

    if ((ch != ' ' && ch != 'T' && ch != 't')
        || !rsl_intake_time_has_form(p, "0000-00-",
                                     "\xff\xff\xff\xff\0\xff\xff\0")
        || !rsl_intake_time_has_form(p + 2, "00-00-00",
                                     "\xff\xff\0\xff\xff\0\xff\xff")
        || !rsl_intake_time_has_form(p + 11, "00:00:00",
                                     "\xff\xff\0\xff\xff\0\xff\xff"))
    {
        return RSL_DECLINED;
    }

    if (rsl_intake_time_date(text->data, &seconds) != RSL_OK) {
        return RSL_DECLINED;
    }

    p = rsl_intake_time_fraction(p + RSL_INTAKE_TIME_LEN, end, &micros);

    if (p == NULL || rsl_intake_time_zone(p, end, &offset) != RSL_OK) {
        return RSL_DECLINED;
    }

    *time = (seconds - offset) * RSL_INTAKE_TIME_SECOND + micros;

    return RSL_OK;
}


/*
 * Are the eight bytes at "p" digits where the mask is set, and those of the
 * form elsewhere?
 */

static inline int
rsl_intake_time_has_form(const u_char *p, const char *form, const char *mask)
{
    uint64_t  rest, digits;

    rest = rsl_swar_load(p) ^ rsl_swar_load((const u_char *) form);
    digits = rsl_swar_load((const u_char *) mask);

    /* what is left of a digit, without the bits of "0", is less than ten */

    return (rest & ~digits) == 0
           && ((rest | (rest + RSL_SWAR_ONES * (0x7f - 9))) & RSL_SWAR_HIGH)
              == 0;
}


static int
rsl_intake_time_date(const u_char *p, int64_t *seconds)
{
    unsigned  year, month, day, hour, minute, second;

    year = rsl_intake_time_two(p) * 100 + rsl_intake_time_two(p + 2);
    month = rsl_intake_time_two(p + 5);
    day = rsl_intake_time_two(p + 8);

    if (year < 1970 || month < 1 || month > 12
        || day < 1 || day > rsl_intake_time_month_days(year, month))
    {
        return RSL_DECLINED;
    }

    hour = rsl_intake_time_two(p + 11);
    minute = rsl_intake_time_two(p + 14);
    second = rsl_intake_time_two(p + 17);

    /* a leap second, 60, becomes the first second of the next minute */

    if (hour > 23 || minute > 59 || second > 60) {
        return RSL_DECLINED;
    }

    *seconds = rsl_intake_time_days(year, month, day) * 86400
               + hour * 3600 + minute * 60 + second;

    return RSL_OK;
}


/* Returns what follows the fraction, if there is one; NULL: it has no digit. */

static const u_char *
rsl_intake_time_fraction(const u_char *p, const u_char *end, int64_t *micros)
{
    int64_t        unit;
    const u_char  *start;

    *micros = 0;

    if (p == end || (*p != '.' && *p != ',')) {
        return p;
    }

    start = ++p;

    for (unit = RSL_INTAKE_TIME_SECOND / 10;
         p < end && rsl_intake_is_digit(*p);
         p++)
    {
        *micros += (*p - '0') * unit;
        unit /= 10;
    }

    return (p == start) ? NULL : p;
}


/* *seconds is how far the zone is ahead of UTC.  No zone is UTC. */

static int
rsl_intake_time_zone(const u_char *p, const u_char *end, int64_t *seconds)
{
    size_t    len;
    u_char    sign;
    unsigned  minutes;

    *seconds = 0;

    if (p == end) {
        return RSL_OK;
    }

    if (*p == ' ') {
        p++;
    }

    if (end - p == 1 && (*p == 'Z' || *p == 'z')) {
        return RSL_OK;
    }

    /* +hh, +hhmm, +hh:mm */

    len = end - p;

    if ((len != 3 && len != 5 && len != 6) || (*p != '+' && *p != '-')) {
        return RSL_DECLINED;
    }

    sign = *p++;
    minutes = 0;

    if (!rsl_intake_is_digit(p[0]) || !rsl_intake_is_digit(p[1])
        || (len == 6 && p[2] != ':'))
    {
        return RSL_DECLINED;
    }

    if (len > 3) {

        if (!rsl_intake_is_digit(end[-2]) || !rsl_intake_is_digit(end[-1])) {
            return RSL_DECLINED;
        }

        minutes = rsl_intake_time_two(end - 2);
    }

    if (rsl_intake_time_two(p) > 23 || minutes > 59) {
        return RSL_DECLINED;
    }

    *seconds = (rsl_intake_time_two(p) * 60 + minutes) * 60;

    if (sign == '-') {
        *seconds = -*seconds;
    }

    return RSL_OK;
}


/*
 * The days since 1970-01-01.  Years are counted from March on here, so that the
 * leap day is the last day of a year.
 */

static int64_t
rsl_intake_time_days(unsigned year, unsigned month, unsigned day)
{
    if (month < 3) {
        year--;
        month += 12;
    }

    return (int64_t) year * 365 + year / 4 - year / 100 + year / 400
           + (153 * (month - 3) + 2) / 5 + day - 1 - 719468;
}


static unsigned
rsl_intake_time_month_days(unsigned year, unsigned month)
{
    if (month == 2) {
        return (year % 4 == 0 && (year % 100 || year % 400 == 0)) ? 29 : 28;
    }

    return 30 + ((month + month / 8) & 1);
}


static unsigned
rsl_intake_time_two(const u_char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}
