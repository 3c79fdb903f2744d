
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Times, as the fields of JSON records and the lines of programs have them.
 */


#include "rsl_intake_internal.h"


/* What was read of a time, before it is known whether there is such a time. */

typedef struct {
    unsigned       year;
    unsigned       month;
    unsigned       day;
    unsigned       hour;
    unsigned       minute;
    unsigned       second;
    unsigned       pm;              /* hours are added: 12 in the afternoon */
    int64_t        micros;
    int64_t        offset;          /* of the zone to UTC, in seconds */
    unsigned       zoned:1;
} rsl_intake_time_parts_t;


static int rsl_intake_time_epoch(const rsl_str_t *text, int64_t *time);
static int rsl_intake_time_microsoft(const rsl_str_t *text, int64_t *time);
static size_t rsl_intake_time_iso(const u_char *p, const u_char *end,
    rsl_intake_time_t *t);
static inline int rsl_intake_time_has_digits(const u_char *p,
    const char *form, const char *mask);
static int rsl_intake_time_may_be(const char *form, size_t digits,
    u_char next);
static const u_char *rsl_intake_time_form(const char *form, const u_char *p,
    const u_char *end, rsl_intake_time_parts_t *parts);
static const u_char *rsl_intake_time_part(char part, const u_char *p,
    const u_char *end, rsl_intake_time_parts_t *parts);
static const u_char *rsl_intake_time_number(const u_char *p,
    const u_char *end, size_t min, size_t max, unsigned *number);
static const u_char *rsl_intake_time_name(const u_char *p, const u_char *end,
    const char *names, unsigned *number);
static const u_char *rsl_intake_time_gap(const u_char *p, const u_char *end);
static const u_char *rsl_intake_time_half(const u_char *p, const u_char *end,
    rsl_intake_time_parts_t *parts);
static const u_char *rsl_intake_time_fraction(const u_char *p,
    const u_char *end, int64_t *micros);
static const u_char *rsl_intake_time_zone(const u_char *p, const u_char *end,
    rsl_intake_time_parts_t *parts);
static const u_char *rsl_intake_time_offset(const u_char *p,
    const u_char *end, int64_t *offset);
static const u_char *rsl_intake_time_zone_end(const u_char *p,
    const u_char *end);
static int rsl_intake_time_make(const rsl_intake_time_parts_t *parts,
    rsl_intake_time_t *t);
static int64_t rsl_intake_time_days(unsigned year, unsigned month,
    unsigned day);
static unsigned rsl_intake_time_month_days(unsigned year, unsigned month);
static unsigned rsl_intake_time_two(const u_char *p);
static int rsl_intake_time_is(const u_char *p, const u_char *end,
    const char *text);


#define RSL_INTAKE_TIME_SECOND   INT64_C(1000000)
#define RSL_INTAKE_TIME_MAX                                                   \
    (INT64_C(253402300800) * RSL_INTAKE_TIME_SECOND - 1)

/* 2026-11-22T10:16:57 */
#define RSL_INTAKE_TIME_LEN      19

/* 64 bits hold one digit more. */
#define RSL_INTAKE_TIME_DIGITS   19

/* The shortest form is "9:00AM". */
#define RSL_INTAKE_TIME_MIN      6


/*
 * The forms of a time, in the letters of strptime(): Y a year, m and b a month
 * as a number and as a name, d a day, a weekday, H, M and S the time of the
 * day, f a fraction of a second, p the half of the day and z a zone.  f, p and
 * z may be missing, P is a half that may not.  U and y are years of four and of
 * two digits in dates whose order is not certain: such a date does not count.
 * A blank stands for blanks, and ~ for what separates date and time.
 */

static const char  *rsl_intake_time_numbers[] = {
    "Y-m-d~H:M:Sfz",        /* ISO 8601, and most loggers */
    "Y/m/d~H:M:Sfz",        /* nginx, Go */
    "Y-b-d~H:M:Sfz",        /* Boost */
    "H:M:Sfp",
    "H:MP",                 /* zerolog */
    "d/b/Y:H:M:Sz",         /* the access log of Apache and nginx */
    "d/b/Y H:M:Sz",         /* Django */
    "d-b-Y H:M:Sfz",        /* PHP, Tomcat, BIND */
    "d-b-Y::H:M:Sf",        /* Erlang */
    "d b Y H:M:Sfz",        /* Redis */
    "d b H:M:Sf",           /* Node-RED */
    "m/d/U~H:M:Sfpz",       /* NestJS, Akka */
    "Y.m.d H:M:Sf",         /* ClickHouse */
    "d.m.Y H:M:Sf",
    "y/m/d H:M:Sf",         /* Spark, Hadoop */
    "m-d H:M:Sf",           /* Android */
    "Ymd~H:M:Sfz",
    "Ymd~HMSfz",            /* ISO 8601, basic */
    "ymd H:M:Sf",           /* Jupyter, CockroachDB */
    NULL
};

static const char  *rsl_intake_time_names[] = {
    "b d H:M:Sf",           /* RFC 3164 */
    "b d, Y H:M:Sfpz",      /* java.util.logging */
    "b d Y H:M:Sfz",
    "a b d H:M:Sf Y",       /* ctime(), Apache */
    "a b d H:M:Sz Y",       /* date(1) */
    "a, d b Y H:M:Sfz",     /* RFC 1123, RFC 5322 */
    NULL
};

static const char  rsl_intake_time_months[] =
    "jan feb mar apr may jun jul aug sep oct nov dec ";

static const char  rsl_intake_time_weekdays[] = "mon tue wed thu fri sat sun ";


int
rsl_intake_time_parse(const rsl_str_t *text, int64_t *time)
{
    int                rc;
    const u_char      *p, *end;
    rsl_intake_time_t  t;

    if (text->len == 0) {
        return RSL_DECLINED;
    }

    p = text->data;
    end = p + text->len;

    if (text->len < 5 || rsl_intake_is_digit(p[4]) || p[4] == '.') {
        rc = rsl_intake_time_epoch(text, time);

        if (rc == RSL_OK) {
            return (*time <= 0 || *time > RSL_INTAKE_TIME_MAX) ? RSL_DECLINED
                                                        : RSL_OK;
        }
    }

    if (*p == '/') {
        return rsl_intake_time_microsoft(text, time);
    }

    if (rsl_intake_time_read(p, end, &t) != text->len || !t.dated) {
        return RSL_DECLINED;
    }

    *time = t.time;

    return RSL_OK;
}


size_t
rsl_intake_time_read(const u_char *p, const u_char *end, rsl_intake_time_t *t)
{
    size_t                    len, digits;
    const char              **form;
    const u_char             *q;
    rsl_intake_time_parts_t   parts;

    if (end - p < RSL_INTAKE_TIME_MIN) {
        return 0;
    }

    len = rsl_intake_time_iso(p, end, t);

    if (len) {
        return len;
    }

    for (digits = 0; digits < 5 && rsl_intake_is_digit(p[digits]); digits++) {
        /* void */
    }

    if (digits) {
        form = rsl_intake_time_numbers;

    } else if (rsl_intake_is_letter(*p) && (p[3] == ' ' || p[3] == ',')) {
        form = rsl_intake_time_names;

    } else {
        return 0;
    }

    for ( /* void */ ; *form != NULL; form++) {

        if (digits && !rsl_intake_time_may_be(*form, digits, p[digits])) {
            continue;
        }

        memset(&parts, 0, sizeof(rsl_intake_time_parts_t));

        q = rsl_intake_time_form(*form, p, end, &parts);

        if (q != NULL
            && (q == end
                || !(rsl_intake_is_digit(*q) || rsl_intake_is_letter(*q)))
            && rsl_intake_time_make(&parts, t) == RSL_OK)
        {
            return q - p;
        }
    }

    return 0;
}


int
rsl_intake_time_is_epoch(const u_char *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len && rsl_intake_is_digit(p[i]); i++) {
        /* void */
    }

    return i >= 10 && i <= 13 && (i == len || p[i] == '.');
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


/* "/Date(1795343492890+0100)/": the zone changes nothing about the time. */

static int
rsl_intake_time_microsoft(const rsl_str_t *text, int64_t *time)
{
    const u_char  *p, *end;
    rsl_str_t      number;

    static const rsl_str_t  head = rsl_string("/Date(");
    static const rsl_str_t  tail = rsl_string(")/");

    if (text->len <= head.len + tail.len
        || memcmp(text->data, head.data, head.len) != 0
        || memcmp(text->data + text->len - tail.len, tail.data, tail.len) != 0)
    {
        return RSL_DECLINED;
    }

    p = text->data + head.len;
    end = text->data + text->len - tail.len;

    for (number.data = p; p < end && rsl_intake_is_digit(*p); p++) {
        /* void */
    }

    number.len = p - number.data;

    if (p < end && ((*p != '+' && *p != '-') || end - p != 5)) {
        return RSL_DECLINED;
    }

    if (rsl_intake_time_epoch(&number, time) != RSL_OK
        || *time <= 0 || *time > RSL_INTAKE_TIME_MAX)
    {
        return RSL_DECLINED;
    }

    return RSL_OK;
}


/*
 * The first of the forms, in fewer steps: it is that of nearly all JSON, and
 * of most lines.  Returns 0 as well if the form needs the slower way.
 */

static size_t
rsl_intake_time_iso(const u_char *p, const u_char *end, rsl_intake_time_t *t)
{
    const u_char             *q;
    rsl_intake_time_parts_t   parts;

    if (end - p < RSL_INTAKE_TIME_LEN
        || (p[10] != ' ' && p[10] != 'T' && p[10] != 't')
        || !rsl_intake_time_has_digits(p, "0000-00-",
                                       "\xff\xff\xff\xff\0\xff\xff\0")
        || !rsl_intake_time_has_digits(p + 2, "00-00-00",
                                       "\xff\xff\0\xff\xff\0\xff\xff")
        || !rsl_intake_time_has_digits(p + 11, "00:00:00",
                                       "\xff\xff\0\xff\xff\0\xff\xff"))
    {
        return 0;
    }

    parts.year = rsl_intake_time_two(p) * 100 + rsl_intake_time_two(p + 2);
    parts.month = rsl_intake_time_two(p + 5);
    parts.day = rsl_intake_time_two(p + 8);
    parts.hour = rsl_intake_time_two(p + 11);
    parts.minute = rsl_intake_time_two(p + 14);
    parts.second = rsl_intake_time_two(p + 17);
    parts.pm = 0;
    parts.offset = 0;
    parts.zoned = 0;

    q = rsl_intake_time_fraction(p + RSL_INTAKE_TIME_LEN, end, &parts.micros);
    q = rsl_intake_time_zone(q, end, &parts);

    if ((q < end && (rsl_intake_is_digit(*q) || rsl_intake_is_letter(*q)))
        || rsl_intake_time_make(&parts, t) != RSL_OK)
    {
        return 0;
    }

    return q - p;
}


/* Are there digits at "p" where the mask is set, and elsewhere the form? */

static inline int
rsl_intake_time_has_digits(const u_char *p, const char *form,
    const char *mask)
{
    uint64_t  rest, digits;

    rest = rsl_swar_load(p) ^ rsl_swar_load((const u_char *) form);
    digits = rsl_swar_load((const u_char *) mask);

    /* a digit leaves less than ten of its byte */

    return (rest & ~digits) == 0
           && ((rest | (rest + RSL_SWAR_ONES * (0x7f - 9))) & RSL_SWAR_HIGH)
              == 0;
}


/* Does the form begin with so many digits, 5 being more, and then this byte? */

static int
rsl_intake_time_may_be(const char *form, size_t digits, u_char next)
{
    if (form[1] == 'm') {
        return digits == 5;
    }

    return (*form == 'Y') ? (digits == 4 && next == (u_char) form[1])
                          : (digits < 3 && next == (u_char) form[1]);
}


/* Returns what follows the time, or NULL if it is not of this form. */

static const u_char *
rsl_intake_time_form(const char *form, const u_char *p, const u_char *end,
    rsl_intake_time_parts_t *parts)
{
    for ( /* void */ ; *form; form++) {

        if (rsl_intake_is_letter(*form) || *form == ' ' || *form == '~')
        {
            p = rsl_intake_time_part(*form, p, end, parts);

            if (p == NULL) {
                return NULL;
            }

        } else if (p == end || *p++ != (u_char) *form) {
            return NULL;
        }
    }

    return p;
}


static const u_char *
rsl_intake_time_part(char part, const u_char *p, const u_char *end,
    rsl_intake_time_parts_t *parts)
{
    unsigned       ignored;
    const u_char  *q;

    switch (part) {

    case 'Y':
        return rsl_intake_time_number(p, end, 4, 4, &parts->year);

    case 'U':
        return rsl_intake_time_number(p, end, 4, 4, &ignored);

    case 'y':
        return rsl_intake_time_number(p, end, 2, 2, &ignored);

    case 'm':
        return rsl_intake_time_number(p, end, 1, 2, &parts->month);

    case 'b':
        return rsl_intake_time_name(p, end, rsl_intake_time_months,
                                    &parts->month);

    case 'a':
        return rsl_intake_time_name(p, end, rsl_intake_time_weekdays,
                                    &ignored);

    case 'd':
        return rsl_intake_time_number(p, end, 1, 2, &parts->day);

    case 'H':
        return rsl_intake_time_number(p, end, 1, 2, &parts->hour);

    case 'M':
        return rsl_intake_time_number(p, end, 2, 2, &parts->minute);

    case 'S':
        return rsl_intake_time_number(p, end, 2, 2, &parts->second);

    case 'f':
        return rsl_intake_time_fraction(p, end, &parts->micros);

    case 'p':
        return rsl_intake_time_half(p, end, parts);

    case 'P':
        q = rsl_intake_time_half(p, end, parts);
        return (q == p) ? NULL : q;

    case 'z':
        return rsl_intake_time_zone(p, end, parts);

    case '~':
        if (p < end && (*p == 'T' || *p == 't' || *p == '_')) {
            return p + 1;
        }

        if (p < end && *p == ',') {
            p++;
        }

        /* fall through */

    default: /* ' ' */
        return rsl_intake_time_gap(p, end);
    }
}


static const u_char *
rsl_intake_time_number(const u_char *p, const u_char *end, size_t min,
    size_t max, unsigned *number)
{
    size_t  n;

    *number = 0;

    for (n = 0; n < max && p < end && rsl_intake_is_digit(*p); n++) {
        *number = *number * 10 + (*p++ - '0');
    }

    return (n < min) ? NULL : p;
}


/* Of three letters, in any case; whole names begin with them. */

static const u_char *
rsl_intake_time_name(const u_char *p, const u_char *end, const char *names,
    unsigned *number)
{
    unsigned  n;

    if (end - p < 3) {
        return NULL;
    }

    for (n = 1; *names; names += 4, n++) {

        if ((p[0] | 0x20) == names[0] && (p[1] | 0x20) == names[1]
            && (p[2] | 0x20) == names[2])
        {
            *number = n;
            return p + 3;
        }
    }

    return NULL;
}


static const u_char *
rsl_intake_time_gap(const u_char *p, const u_char *end)
{
    const u_char  *start;

    for (start = p; p < end && (*p == ' ' || *p == '\t'); p++) {
        /* void */
    }

    return (p == start) ? NULL : p;
}


/* "AM" or "PM"; returns "p" if there is none. */

static const u_char *
rsl_intake_time_half(const u_char *p, const u_char *end,
    rsl_intake_time_parts_t *parts)
{
    const u_char  *q;

    q = p;

    /* ICU separates the half by a narrow no-break space, U+202F */

    if (rsl_intake_time_is(q, end, "\xe2\x80\xaf")) {
        q += 3;

    } else if (q < end && *q == ' ') {
        q++;
    }

    if (end - q < 2 || (q[1] | 0x20) != 'm'
        || ((q[0] | 0x20) != 'a' && (q[0] | 0x20) != 'p')
        || (end - q > 2 && rsl_intake_is_letter(q[2]))
        || parts->hour == 0 || parts->hour > 12)
    {
        return p;
    }

    parts->hour %= 12;
    parts->pm = ((q[0] | 0x20) == 'p') ? 12 : 0;

    return q + 2;
}


/* Returns "p" if there is none. */

static const u_char *
rsl_intake_time_fraction(const u_char *p, const u_char *end, int64_t *micros)
{
    int64_t        unit;
    const u_char  *q;

    *micros = 0;

    if (end - p < 2 || (*p != '.' && *p != ',') || !rsl_intake_is_digit(p[1])) {
        return p;
    }

    unit = RSL_INTAKE_TIME_SECOND / 10;

    for (q = p + 1; q < end && rsl_intake_is_digit(*q); q++) {
        *micros += (*q - '0') * unit;
        unit /= 10;
    }

    return q;
}


/* Returns "p" if there is none. */

static const u_char *
rsl_intake_time_zone(const u_char *p, const u_char *end,
    rsl_intake_time_parts_t *parts)
{
    const u_char  *q;

    q = p;

    if (q < end && *q == ' ') {
        q++;
    }

    if (q == end) {
        return p;
    }

    if (*q == '+' || *q == '-') {
        q = rsl_intake_time_offset(q, end, &parts->offset);

        if (q == NULL) {
            return p;
        }

    } else if (rsl_intake_time_is(q, end, "UTC")
               || rsl_intake_time_is(q, end, "GMT"))
    {
        q += 3;

    } else if (*q == 'Z' || *q == 'z') {
        q++;

    } else {
        return p;
    }

    if (q < end && (rsl_intake_is_digit(*q) || rsl_intake_is_letter(*q))) {
        parts->offset = 0;
        return p;
    }

    parts->zoned = 1;

    return rsl_intake_time_zone_end(q, end);
}


/* "+hh", "+hhmm" or "+hh:mm", in seconds; NULL: it is none of them. */

static const u_char *
rsl_intake_time_offset(const u_char *p, const u_char *end, int64_t *offset)
{
    unsigned       hours, minutes;
    const u_char  *q, *start;

    start = p;
    minutes = 0;

    p = rsl_intake_time_number(p + 1, end, 2, 2, &hours);

    if (p == NULL) {
        return NULL;
    }

    q = (p < end && *p == ':') ? p + 1 : p;
    q = rsl_intake_time_number(q, end, 2, 2, &minutes);

    if (q != NULL) {
        p = q;

    } else {
        minutes = 0;
    }

    if (hours > 23 || minutes > 59) {
        return NULL;
    }

    *offset = (hours * 60 + minutes) * 60;

    if (*start == '-') {
        *offset = -*offset;
    }

    return p;
}


/*
 * What says the same once more: java.time's "[Europe/Paris]", and the name and
 * the monotonic clock that Go prints, "+0000 UTC m=+0.1".
 */

static const u_char *
rsl_intake_time_zone_end(const u_char *p, const u_char *end)
{
    const u_char  *q;

    if (end - p > 2 && *p == '[' && rsl_intake_is_letter(p[1])) {

        for (q = p + 1; q < end && (rsl_intake_is_letter(*q)
                                    || *q == '/' || *q == '_'
                                    || *q == '-'); q++)
        {
            /* void */
        }

        return (q < end && *q == ']' && memchr(p, '/', q - p) != NULL) ? q + 1
                                                                       : p;
    }

    if (rsl_intake_time_is(p, end, " UTC")
        && (end - p == 4 || p[4] == ' ' || p[4] == ']'))
    {
        p += 4;
    }

    if (!rsl_intake_time_is(p, end, " m=")) {
        return p;
    }

    for (q = p + 3; q < end; q++) {
        if (!rsl_intake_is_digit(*q) && *q != '.' && *q != '+' && *q != '-') {
            break;
        }
    }

    return q;
}


/* RSL_DECLINED: there is no such time. */

static int
rsl_intake_time_make(const rsl_intake_time_parts_t *parts,
    rsl_intake_time_t *t)
{
    int64_t  seconds;

    /*
     * A leap second is the first one of the next minute, and 24:00:00, which
     * ISO 8601 has, the first one of the next day.
     */

    if (parts->minute > 59 || parts->second > 60 || parts->hour > 24
        || (parts->hour == 24 && (parts->minute || parts->second)))
    {
        return RSL_DECLINED;
    }

    t->time = 0;
    t->dated = 0;
    t->zoned = parts->zoned;

    if (parts->month == 0 && parts->day == 0) {
        return RSL_OK;
    }

    if (parts->month < 1 || parts->month > 12 || parts->day < 1
        || parts->day > rsl_intake_time_month_days(parts->year ? parts->year
                                                               : 2000,
                                                   parts->month))
    {
        return RSL_DECLINED;
    }

    if (parts->year == 0) {
        return RSL_OK;
    }

    if (parts->year < 1970) {
        return RSL_DECLINED;
    }

    seconds = rsl_intake_time_days(parts->year, parts->month, parts->day)
              * 86400 + (parts->hour + parts->pm) * 3600 + parts->minute * 60
              + parts->second - parts->offset;

    t->time = seconds * RSL_INTAKE_TIME_SECOND + parts->micros;
    t->dated = 1;

    if (t->time <= 0 || t->time > RSL_INTAKE_TIME_MAX) {
        return RSL_DECLINED;
    }

    return RSL_OK;
}


/* Since 1970-01-01.  Years begin in March here. */

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


static int
rsl_intake_time_is(const u_char *p, const u_char *end, const char *text)
{
    for ( /* void */ ; *text; p++, text++) {
        if (p == end || *p != (u_char) *text) {
            return 0;
        }
    }

    return 1;
}
