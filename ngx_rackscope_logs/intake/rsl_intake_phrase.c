
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Messages that say themselves that something is wrong: those of crashes, and
 * exceptions that nobody has caught.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "rsl_intake_internal.h"


/* How a message begins that is no prose but that of a crash. */

typedef struct {
    const char         *text;
    const char         *part;       /* of what follows; NULL: anything */
    rsl_level_t         level;
    unsigned            begins:1;   /* such a line begins a record */
} rsl_intake_phrase_t;


static int rsl_intake_phrase_is(const u_char *p, const u_char *end,
    const char *text);


static const rsl_intake_phrase_t  rsl_intake_phrases[] = {
    { "fatal error: ", NULL, RSL_LEVEL_CRITICAL, 1 },
    { "Fatal error: exception ", NULL, RSL_LEVEL_ERROR, 1 },
    { "Fatal error: ", NULL, RSL_LEVEL_CRITICAL, 1 },
    { "Parse error: ", NULL, RSL_LEVEL_ERROR, 1 },
    { "Recoverable fatal error: ", NULL, RSL_LEVEL_ERROR, 1 },
    { "thread '", "panicked at ", RSL_LEVEL_CRITICAL, 1 },
    { "thread ", " panic: ", RSL_LEVEL_CRITICAL, 1 },
    { "Traceback (most recent call last)", NULL, RSL_LEVEL_ERROR, 0 },
    { "Exception in ", NULL, RSL_LEVEL_ERROR, 0 },
    { "Unhandled ", NULL, RSL_LEVEL_ERROR, 0 },
    { "Uncaught ", NULL, RSL_LEVEL_ERROR, 0 },
    { "uncaughtException", NULL, RSL_LEVEL_ERROR, 0 },
    { "unhandledRejection", NULL, RSL_LEVEL_ERROR, 0 },
    { "** (", ") ", RSL_LEVEL_ERROR, 0 },
    { "Error in ", ") : ", RSL_LEVEL_ERROR, 0 },
    { "Warning message", ":", RSL_LEVEL_WARNING, 0 },
    { "=ERROR REPORT=", NULL, RSL_LEVEL_ERROR, 1 },
    { "=CRASH REPORT=", NULL, RSL_LEVEL_ERROR, 1 },
    { "=SUPERVISOR REPORT=", NULL, RSL_LEVEL_ERROR, 1 },
    { "=WARNING REPORT=", NULL, RSL_LEVEL_WARNING, 1 },
    { "=PROGRESS REPORT=", NULL, RSL_LEVEL_INFO, 1 },
    { "=INFO REPORT=", NULL, RSL_LEVEL_INFO, 1 },
    { "=NOTICE REPORT=", NULL, RSL_LEVEL_INFO, 1 },
    { "terminate called ", NULL, RSL_LEVEL_ERROR, 1 },
    { "==", "==ERROR: ", RSL_LEVEL_ERROR, 1 },
    { "==", "==WARNING: ", RSL_LEVEL_WARNING, 1 },
    { NULL, NULL, RSL_LEVELS, 0 }
};


rsl_level_t
rsl_intake_phrase_level(const u_char *p, const u_char *end, int *begins)
{
    size_t                      len;
    const rsl_intake_phrase_t  *phrase;

    *begins = 0;

    for (phrase = rsl_intake_phrases; phrase->text != NULL; phrase++) {

        if (*p != (u_char) *phrase->text
            || !rsl_intake_phrase_is(p, end, phrase->text))
        {
            continue;
        }

        len = strlen(phrase->text);

        if (phrase->part == NULL
            || memmem(p + len, (size_t) (end - p) - len, phrase->part,
                      strlen(phrase->part)) != NULL)
        {
            *begins = phrase->begins;
            return phrase->level;
        }
    }

    return rsl_intake_phrase_exception(p, end);
}


/*
 * "java.io.IOException: failed", "System.AggregateException", "TypeError: x",
 * and Ruby's "app.rb:3:in `f': failed (RuntimeError)".
 */

rsl_level_t
rsl_intake_phrase_exception(const u_char *p, const u_char *end)
{
    size_t         i, len;
    const u_char  *q;

    static const char  *suffixes[] = { "Error", "Exception", "Throwable" };

    for (q = p; q < end && !rsl_intake_is_blank(*q) && *q != ':'; q++) {
        /* void */
    }

    /* "ActiveRecord::RecordInvalidError: " */

    while (end - q > 2 && q[0] == ':' && q[1] == ':'
           && rsl_intake_is_letter(q[2]))
    {
        for (q += 2; q < end && !rsl_intake_is_blank(*q) && *q != ':';
             q++)
        {
            /* void */
        }
    }

    if (end - q > 4 && *q == ':' && rsl_intake_is_digit(q[1])
        && end[-1] == ')' && memmem(q, end - q, ":in ", 4) != NULL)
    {
        return RSL_LEVEL_ERROR;
    }

    if (q < end && *q != ':') {
        return RSL_LEVELS;
    }

    for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        len = strlen(suffixes[i]);

        if ((size_t) (q - p) >= len && memcmp(q - len, suffixes[i], len) == 0
            && (q < end || memchr(p, '.', q - p) != NULL))
        {
            return RSL_LEVEL_ERROR;
        }
    }

    return RSL_LEVELS;
}


static int
rsl_intake_phrase_is(const u_char *p, const u_char *end, const char *text)
{
    size_t  len;

    len = strlen(text);

    return (size_t) (end - p) >= len && memcmp(p, text, len) == 0;
}
