
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The names and numbers that other loggers use for levels.  A new name is a row
 * of the table below, and of the one in docs/ingest.md.
 */


#include "rsl_intake_internal.h"


/*
 * A scale of numbers: the lowest number of all, then, for each level from DEBUG
 * on, the first number that is above it.
 */

typedef struct {
    int64_t      first;
    int64_t      bounds[RSL_LEVELS];
} rsl_intake_level_scale_t;


static rsl_level_t rsl_intake_level_python(const rsl_str_t *name);
static size_t rsl_intake_level_offset(const u_char *p, size_t len);
static rsl_level_t rsl_intake_level_scaled(
    const rsl_intake_level_scale_t *scale, int64_t number);


#define RSL_INTAKE_LEVEL_NAME_MAX  13

#define ROW(name, level, place)                                               \
    { rsl_string(name), RSL_LEVEL_ ## level, RSL_INTAKE_LEVEL_ ## place }

#define FIELD(name, level)   ROW(name, level, FIELD)
#define MARKED(name, level)  ROW(name, level, MARKED)
#define TEXT(name, level)    ROW(name, level, TEXT)


/* The table is searched from its first row: the most frequent names lead. */

static const rsl_intake_level_t  rsl_intake_levels[] = {
    TEXT("INFO", INFO),
    TEXT("DEBUG", DEBUG),
    TEXT("WARNING", WARNING),
    TEXT("ERROR", ERROR),
    TEXT("WARN", WARNING),
    TEXT("ERR", ERROR),
    TEXT("CRITICAL", CRITICAL),
    TEXT("FATAL", CRITICAL),
    TEXT("TRACE", DEBUG),
    TEXT("NOTICE", INFO),
    TEXT("INFORMATION", INFO),

    TEXT("TRC", DEBUG),
    TEXT("VERBOSE", DEBUG),
    TEXT("VRB", DEBUG),
    TEXT("DBG", DEBUG),
    TEXT("DBUG", DEBUG),
    TEXT("DEBU", DEBUG),
    TEXT("TRCE", DEBUG),
    TEXT("TRAC", DEBUG),
    FIELD("SILLY", DEBUG),
    MARKED("FINEST", DEBUG),
    MARKED("FINER", DEBUG),
    MARKED("FINE", DEBUG),
    MARKED("CONFIG", DEBUG),
    FIELD("ALL", DEBUG),
    FIELD("T", DEBUG),
    FIELD("V", DEBUG),
    FIELD("D", DEBUG),

    TEXT("INF", INFO),
    TEXT("SUCCESS", INFO),
    MARKED("NOTE", INFO),
    FIELD("INFORMATIONAL", INFO),
    FIELD("HTTP", INFO),
    MARKED("LOG", INFO),
    FIELD("DEFAULT", INFO),
    FIELD("OK", INFO),
    FIELD("I", INFO),
    FIELD("N", INFO),

    TEXT("WRN", WARNING),
    FIELD("W", WARNING),

    TEXT("SEVERE", ERROR),
    TEXT("ERRO", ERROR),
    MARKED("FAIL", ERROR),
    FIELD("E", ERROR),

    TEXT("CRIT", CRITICAL),
    TEXT("FTL", CRITICAL),
    TEXT("FATA", CRITICAL),
    TEXT("PANI", CRITICAL),
    TEXT("PANIC", CRITICAL),
    TEXT("ALERT", CRITICAL),
    TEXT("EMERG", CRITICAL),
    TEXT("EMERGENCY", CRITICAL),
    FIELD("DPANIC", CRITICAL),
    FIELD("C", CRITICAL),
    FIELD("F", CRITICAL),
    FIELD("A", CRITICAL)
};


static const rsl_intake_level_scale_t  rsl_intake_level_otlp =
    { 1, { 9, 13, 17, 21, 25 } };

static const rsl_intake_level_scale_t  rsl_intake_level_pino =
    { 8, { 30, 40, 50, 60, 100 } };

static const rsl_intake_level_scale_t  rsl_intake_level_monolog =
    { 100, { 200, 300, 400, 500, 1000 } };

/* Python's 0 is NOTSET, which is no level. */

static const rsl_intake_level_scale_t  rsl_intake_level_py =
    { 1, { 20, 30, 40, 50, INT64_MAX } };

static const rsl_intake_level_scale_t  rsl_intake_level_logback =
    { 1, { 20000, 30000, 40000, 50000, INT64_MAX } };

static const rsl_level_t  rsl_intake_level_syslog[] = {
    RSL_LEVEL_CRITICAL,
    RSL_LEVEL_CRITICAL,
    RSL_LEVEL_CRITICAL,
    RSL_LEVEL_ERROR,
    RSL_LEVEL_WARNING,
    RSL_LEVEL_INFO,
    RSL_LEVEL_INFO,
    RSL_LEVEL_DEBUG
};


rsl_level_t
rsl_intake_level(const rsl_str_t *name)
{
    size_t                     len;
    rsl_str_t                  trimmed;
    const u_char              *p;
    const rsl_intake_level_t  *found;

    p = name->data;
    len = name->len;

    while (len && (*p == ' ' || *p == '\t')) {
        p++;
        len--;
    }

    while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'
                   || p[len - 1] == '\n' || p[len - 1] == '\r'))
    {
        len--;
    }

    trimmed.data = p;
    trimmed.len = len;

    len -= rsl_intake_level_offset(p, len);

    found = rsl_intake_level_find(p, len);

    return found ? found->level : rsl_intake_level_python(&trimmed);
}


const rsl_intake_level_t *
rsl_intake_level_find(const u_char *p, size_t len)
{
    size_t            i;
    u_char            upper[RSL_INTAKE_LEVEL_NAME_MAX];
    const rsl_str_t  *name;

    if (len == 0 || len > RSL_INTAKE_LEVEL_NAME_MAX) {
        return NULL;
    }

    for (i = 0; i < len; i++) {
        upper[i] = (p[i] >= 'a' && p[i] <= 'z') ? p[i] & ~0x20 : p[i];
    }

    for (i = 0;
         i < sizeof(rsl_intake_levels) / sizeof(rsl_intake_level_t);
         i++)
    {
        name = &rsl_intake_levels[i].name;

        if (name->len == len && memcmp(name->data, upper, len) == 0) {
            return &rsl_intake_levels[i];
        }
    }

    return NULL;
}


/* Python writes "Level 25" for a level that has no name. */

static rsl_level_t
rsl_intake_level_python(const rsl_str_t *name)
{
    size_t   i;
    int64_t  number;

    static const u_char  prefix[] = "LEVEL ";

    if (name->len < sizeof(prefix) || name->len > sizeof(prefix) + 3) {
        return RSL_LEVELS;
    }

    for (i = 0; i < sizeof(prefix) - 2; i++) {
        if ((name->data[i] & ~0x20) != prefix[i]) {
            return RSL_LEVELS;
        }
    }

    if (name->data[i++] != ' ') {
        return RSL_LEVELS;
    }

    for (number = 0; i < name->len; i++) {

        if (name->data[i] < '0' || name->data[i] > '9') {
            return RSL_LEVELS;
        }

        number = number * 10 + (name->data[i] - '0');
    }

    return rsl_intake_level_scaled(&rsl_intake_level_py, number);
}


/*
 * Go's slog writes WARN+2 for a level between two names.  Returns the length of
 * such an offset, which is ignored.
 */

static size_t
rsl_intake_level_offset(const u_char *p, size_t len)
{
    size_t  n;

    for (n = len; n && p[n - 1] >= '0' && p[n - 1] <= '9'; n--) {
        /* void */
    }

    if (n == len || n == 0 || (p[n - 1] != '+' && p[n - 1] != '-')) {
        return 0;
    }

    return len - n + 1;
}


rsl_level_t
rsl_intake_level_number(rsl_intake_alias_kind_e scale, int64_t number)
{
    switch (scale) {

    case RSL_INTAKE_ALIAS_OTLP:
        return rsl_intake_level_scaled(&rsl_intake_level_otlp, number);

    case RSL_INTAKE_ALIAS_PYTHON:
        return rsl_intake_level_scaled(&rsl_intake_level_py, number);

    case RSL_INTAKE_ALIAS_LOGBACK:
        return rsl_intake_level_scaled(&rsl_intake_level_logback, number);

    case RSL_INTAKE_ALIAS_LEVEL:
    case RSL_INTAKE_ALIAS_SYSLOG:
        break;

    default:
        return RSL_LEVELS;
    }

    if (number >= 0 && number <= 7) {
        return rsl_intake_level_syslog[number];
    }

    if (scale == RSL_INTAKE_ALIAS_SYSLOG) {
        return RSL_LEVELS;
    }

    return rsl_intake_level_scaled((number < rsl_intake_level_monolog.first)
                                   ? &rsl_intake_level_pino
                                   : &rsl_intake_level_monolog,
                                   number);
}


static rsl_level_t
rsl_intake_level_scaled(const rsl_intake_level_scale_t *scale, int64_t number)
{
    rsl_level_t  level;

    if (number < scale->first) {
        return RSL_LEVELS;
    }

    for (level = RSL_LEVEL_DEBUG; level < RSL_LEVELS; level++) {
        if (number < scale->bounds[level]) {
            break;
        }
    }

    return level;
}
