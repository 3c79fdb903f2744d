
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The levels of other loggers.
 */


#include "rsl_intake_field.h"


typedef struct {
    rsl_str_t    name;
    rsl_level_t  level;
} rsl_level_name_t;


/* The first number of each level but the lowest one, and of none any more. */

typedef struct {
    int64_t      first;
    int64_t      bounds[RSL_LEVELS];
} rsl_level_scale_t;


static rsl_level_t rsl_level_python(const rsl_str_t *name);
static size_t rsl_level_offset(const u_char *p, size_t len);
static rsl_level_t rsl_level_scaled(const rsl_level_scale_t *scale,
    int64_t number);


#define RSL_LEVEL_NAME_MAX  13

#define D(name)  { rsl_string(name), RSL_LEVEL_DEBUG }
#define I(name)  { rsl_string(name), RSL_LEVEL_INFO }
#define W(name)  { rsl_string(name), RSL_LEVEL_WARNING }
#define E(name)  { rsl_string(name), RSL_LEVEL_ERROR }
#define C(name)  { rsl_string(name), RSL_LEVEL_CRITICAL }


/* The most frequent ones first. */

static const rsl_level_name_t  rsl_level_aliases[] = {
    I("INFO"), D("DEBUG"), W("WARNING"), E("ERROR"), W("WARN"), E("ERR"),
    C("CRITICAL"), C("FATAL"), D("TRACE"), I("NOTICE"), I("INFORMATION"),

    D("TRC"), D("VERBOSE"), D("VRB"), D("SILLY"), D("FINEST"), D("FINER"),
    D("FINE"), D("CONFIG"), D("ALL"), D("DBG"), D("T"), D("V"), D("D"),

    I("INF"), I("INFORMATIONAL"), I("SUCCESS"), I("HTTP"), I("LOG"),
    I("DEFAULT"), I("OK"), I("I"), I("N"),

    W("WRN"), W("W"),

    E("SEVERE"), E("FAIL"), E("E"),

    C("CRIT"), C("FTL"), C("PANIC"), C("DPANIC"), C("ALERT"), C("EMERG"),
    C("EMERGENCY"), C("C"), C("F"), C("A")
};


static const rsl_level_scale_t  rsl_level_otlp =
    { 1, { 9, 13, 17, 21, 25 } };

static const rsl_level_scale_t  rsl_level_pino =
    { 8, { 30, 40, 50, 60, 100 } };

static const rsl_level_scale_t  rsl_level_monolog =
    { 100, { 200, 300, 400, 500, 1000 } };

/* 0 is NOTSET */

static const rsl_level_scale_t  rsl_level_py =
    { 1, { 20, 30, 40, 50, INT64_MAX } };

static const rsl_level_scale_t  rsl_level_logback =
    { 1, { 20000, 30000, 40000, 50000, INT64_MAX } };

static const rsl_level_t  rsl_level_syslog[] = {
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
rsl_level_alias(const rsl_str_t *name)
{
    size_t         i, len;
    u_char         upper[RSL_LEVEL_NAME_MAX];
    rsl_str_t      trimmed;
    const u_char  *p;

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

    len -= rsl_level_offset(p, len);

    if (len == 0 || len > RSL_LEVEL_NAME_MAX) {
        return RSL_LEVELS;
    }

    for (i = 0; i < len; i++) {
        upper[i] = (p[i] >= 'a' && p[i] <= 'z') ? p[i] & ~0x20 : p[i];
    }

    for (i = 0; i < sizeof(rsl_level_aliases) / sizeof(rsl_level_name_t); i++)
    {
        if (rsl_level_aliases[i].name.len == len
            && memcmp(rsl_level_aliases[i].name.data, upper, len) == 0)
        {
            return rsl_level_aliases[i].level;
        }
    }

    return rsl_level_python(&trimmed);
}


/* Python calls a level without a name "Level 25". */

static rsl_level_t
rsl_level_python(const rsl_str_t *name)
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

    return rsl_level_scaled(&rsl_level_py, number);
}


/* Go's slog says WARN+2 for what is between its names. */

static size_t
rsl_level_offset(const u_char *p, size_t len)
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
rsl_level_number(rsl_alias_kind_e scale, int64_t number)
{
    switch (scale) {

    case RSL_ALIAS_OTLP:
        return rsl_level_scaled(&rsl_level_otlp, number);

    case RSL_ALIAS_PYTHON:
        return rsl_level_scaled(&rsl_level_py, number);

    case RSL_ALIAS_LOGBACK:
        return rsl_level_scaled(&rsl_level_logback, number);

    case RSL_ALIAS_LEVEL:
    case RSL_ALIAS_SYSLOG:
        break;

    default:
        return RSL_LEVELS;
    }

    if (number >= 0 && number <= 7) {
        return rsl_level_syslog[number];
    }

    if (scale == RSL_ALIAS_SYSLOG) {
        return RSL_LEVELS;
    }

    return rsl_level_scaled((number < rsl_level_monolog.first)
                            ? &rsl_level_pino : &rsl_level_monolog, number);
}


static rsl_level_t
rsl_level_scaled(const rsl_level_scale_t *scale, int64_t number)
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
