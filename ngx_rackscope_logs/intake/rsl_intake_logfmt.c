
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * logfmt: time="2026-…" level=error msg="…".  The level is one of the pairs
 * that stand one after the other, whichever, and so is the time.
 */


#include "rsl_intake_internal.h"


static const u_char *rsl_intake_logfmt_pair(const u_char *p,
    const u_char *end, rsl_str_t *name, rsl_str_t *value);
static int rsl_intake_logfmt_is_any(const rsl_str_t *name,
    const char **names);
static void rsl_intake_logfmt_time(rsl_intake_head_t *head,
    const rsl_str_t *value);


/* The names that are looked for; the last one is NULL. */

static const char  *rsl_intake_logfmt_levels[] = {
    "level", "lvl", "severity", "log_level", "loglevel", "log.level", NULL
};

static const char  *rsl_intake_logfmt_times[] = {
    "time", "ts", "t", "timestamp", NULL
};


void
rsl_intake_logfmt(const u_char *p, const u_char *end, rsl_intake_head_t *head)
{
    rsl_str_t  name, value;

    for ( ;; ) {
        p = rsl_intake_logfmt_pair(p, end, &name, &value);

        if (p == NULL) {
            return;
        }

        if (head->level == RSL_LEVELS
            && rsl_intake_logfmt_is_any(&name, rsl_intake_logfmt_levels))
        {
            head->level = rsl_intake_level(&value);
            head->worded = (head->level != RSL_LEVELS);

        } else if (rsl_intake_logfmt_is_any(&name, rsl_intake_logfmt_times)) {
            rsl_intake_logfmt_time(head, &value);
        }
    }
}


/* Returns what follows the pair, or NULL if there is none. */

static const u_char *
rsl_intake_logfmt_pair(const u_char *p, const u_char *end, rsl_str_t *name,
    rsl_str_t *value)
{
    while (p < end && rsl_intake_is_blank(*p)) {
        p++;
    }

    for (name->data = p; p < end && *p != '='; p++) {
        if (rsl_intake_is_blank(*p)) {
            return NULL;
        }
    }

    name->len = (size_t) (p - name->data);

    if (p == end || name->len == 0) {
        return NULL;
    }

    value->data = ++p;

    if (p == end || *p != '"') {

        while (p < end && !rsl_intake_is_blank(*p)) {
            p++;
        }

        value->len = (size_t) (p - value->data);

        return p;
    }

    value->data++;

    for (p++; p < end && *p != '"'; p++) {
        p += (*p == '\\' && end - p > 1);
    }

    value->len = (size_t) (p - value->data);

    return p + (p < end);
}


static int
rsl_intake_logfmt_is_any(const rsl_str_t *name, const char **names)
{
    for ( /* void */ ; *names != NULL; names++) {
        if (strlen(*names) == name->len
            && memcmp(name->data, *names, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* Epoch seconds are a time as well, and one with a zone. */

static void
rsl_intake_logfmt_time(rsl_intake_head_t *head, const rsl_str_t *value)
{
    int64_t            time;
    rsl_intake_time_t  t;

    if (value->len && rsl_intake_time_is_epoch(value->data, value->len)
        && rsl_intake_time_parse(value, &time) == RSL_OK)
    {
        t.time = time;
        t.dated = 1;
        t.zoned = 1;

    } else if (rsl_intake_time_read(value->data, value->data + value->len, &t)
               == 0)
    {
        return;
    }

    rsl_intake_head_timed(head, &t);
}
