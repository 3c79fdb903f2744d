
/* SPDX-License-Identifier: BSD-2-Clause */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdlib.h>

#include "rsl_intake_internal.h"


static int rsl_text_open(rsl_intake_t *intake, const rsl_str_t *line);
static int rsl_text_goes_on(rsl_text_t *text, const rsl_str_t *line);
static void rsl_text_indented(rsl_text_t *text, const rsl_str_t *line);
static int rsl_text_trace_goes_on(rsl_text_t *text, const rsl_str_t *line);
static int rsl_text_trace_begins(rsl_text_t *text, const rsl_str_t *line);
static int rsl_text_is_java_class(const rsl_str_t *line);
static int rsl_text_is_go(const rsl_str_t *line);
static int rsl_text_add(rsl_text_t *text, const rsl_str_t *line);
static int rsl_text_append(rsl_text_t *text, const rsl_str_t *s);
static int rsl_text_begins(const rsl_str_t *line, const char *prefix);
static int rsl_text_begins_any(const rsl_str_t *line, const char **prefixes);
static int rsl_text_ends(const rsl_str_t *line, const char *suffix);
static int rsl_text_has(const rsl_str_t *line, const char *part);


#define RSL_TEXT_SIZE  4096


static const char  *rsl_text_python_chains[] = {
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
    NULL
};

static const char  *rsl_text_java_parts[] = {
    "Caused by: ", "Suppressed: ", "... ", NULL
};

static const char  *rsl_text_go_starts[] = {
    "panic: ", "fatal error: ", NULL
};

static const char  *rsl_text_go_parts[] = {
    "goroutine ", "created by ", "exit status ", "[signal ",
    "...additional frames elided...", NULL
};


int
rsl_intake_text_is_blank(const rsl_str_t *line)
{
    size_t  i;

    for (i = 0; i < line->len; i++) {
        if (!rsl_intake_is_space(line->data[i])) {
            return 0;
        }
    }

    return 1;
}


/* Whether it belongs to the record before it, the next line will show. */

void
rsl_intake_text_blank(rsl_intake_t *intake)
{
    if (intake->text.held) {
        intake->text.blanks++;
    }
}


int
rsl_intake_text_line(rsl_intake_t *intake, const rsl_str_t *line, int cut)
{
    int          rc;
    rsl_str_t    s;
    rsl_text_t  *text;

    text = &intake->text;

    if (!(text->held && rsl_text_goes_on(text, line))
        && rsl_text_open(intake, line) != RSL_OK)
    {
        return RSL_ERROR;
    }

    s = *line;

    if (rsl_utf8_repair(intake->arena, &s) != RSL_OK) {
        return RSL_ERROR;
    }

    rc = rsl_text_add(text, &s);

    text->truncated |= (cut != 0);

    rsl_arena_reset(intake->arena);

    return rc;
}


/*
 * The line is the first of a record.  It may still belong to a traceback of
 * which the start was given out: the rest of that stays together, too.
 */

static int
rsl_text_open(rsl_intake_t *intake, const rsl_str_t *line)
{
    rsl_trace_t   trace;
    rsl_text_t   *text;

    text = &intake->text;
    trace = text->held ? RSL_TRACE_NONE : text->trace;

    if (rsl_intake_text_release(intake, 1) != RSL_OK) {
        return RSL_ERROR;
    }

    text->held = 1;
    text->timestamp = intake->now;
    text->level = rsl_intake_line_read(line, &text->timestamp);
    text->trace = trace;

    if (trace != RSL_TRACE_NONE && rsl_text_goes_on(text, line)) {
        text->traced = 1;
        return RSL_OK;
    }

    text->trace = RSL_TRACE_NONE;

    if (!rsl_text_trace_begins(text, line)
        && rsl_text_begins_any(line, rsl_text_go_starts))
    {
        text->trace = RSL_TRACE_GO;
    }

    return RSL_OK;
}


int
rsl_intake_text_release(rsl_intake_t *intake, int end)
{
    int            rc;
    size_t         len;
    rsl_text_t    *text;
    rsl_record_t   record;

    text = &intake->text;

    if (end) {
        text->trace = RSL_TRACE_NONE;
    }

    if (!text->held) {
        return RSL_OK;
    }

    memset(&record, 0, sizeof(rsl_record_t));

    record.logger = intake->conf.logger;

    if (rsl_utf8_repair(intake->arena, &record.logger) != RSL_OK) {
        return RSL_ERROR;
    }

    record.timestamp = text->timestamp;
    record.level = text->level;
    record.message.data = text->data;
    record.message.len = text->message;
    record.truncated = text->truncated;

    if (text->len > text->message) {
        record.exception.data = text->data + text->message;
        record.exception.len = text->len - text->message;
    }

    if (record.level == RSL_LEVELS) {
        record.level = intake->conf.level;
    }

    if (record.level == RSL_LEVELS) {
        record.level = text->traced ? RSL_LEVEL_ERROR : RSL_LEVEL_INFO;
    }

    len = text->len;

    text->held = 0;
    text->traced = 0;
    text->truncated = 0;
    text->len = 0;
    text->message = 0;
    text->blanks = 0;

    rc = rsl_intake_state_emit(intake, &record);

    if (len) {
        explicit_bzero(text->data, len);
    }

    return rc;
}


/* Does the line belong to the record that is held back? */

static int
rsl_text_goes_on(rsl_text_t *text, const rsl_str_t *line)
{
    if (line->data[0] == ' ' || line->data[0] == '\t') {
        rsl_text_indented(text, line);
        return 1;
    }

    if (text->trace != RSL_TRACE_NONE) {
        return rsl_text_trace_goes_on(text, line);
    }

    return text->blanks == 0 && text->len == text->message
           && rsl_text_trace_begins(text, line);
}


static void
rsl_text_indented(rsl_text_t *text, const rsl_str_t *line)
{
    size_t     i;
    rsl_str_t  rest;

    if (text->trace == RSL_TRACE_PYTHON || text->trace == RSL_TRACE_GO) {
        return;
    }

    for (i = 0; line->data[i] == ' ' || line->data[i] == '\t'; i++) {
        /* void */
    }

    rest.data = line->data + i;
    rest.len = line->len - i;

    /* a group of exceptions has all of its parts indented */

    if (rsl_text_has(&rest, "Traceback (most recent call last):")) {
        text->trace = RSL_TRACE_PYTHON_END;
        text->traced = 1;

    } else if (rsl_text_begins(&rest, "at ")
               && (rsl_text_has(&rest, ":") || rsl_text_has(&rest, "(")))
    {
        text->trace = RSL_TRACE_JAVA;
        text->traced = 1;
    }
}


static int
rsl_text_trace_goes_on(rsl_text_t *text, const rsl_str_t *line)
{
    switch (text->trace) {

    case RSL_TRACE_PYTHON:

        /* the exception itself, right behind its frames */

        text->trace = RSL_TRACE_PYTHON_END;

        return text->blanks == 0;

    case RSL_TRACE_PYTHON_END:

        if (!rsl_text_begins_any(line, rsl_text_python_chains)) {
            return 0;
        }

        text->trace = RSL_TRACE_PYTHON_CHAIN;

        return 1;

    case RSL_TRACE_PYTHON_CHAIN:

        text->trace = RSL_TRACE_NONE;

        return rsl_text_trace_begins(text, line);

    case RSL_TRACE_JAVA:

        return rsl_text_begins_any(line, rsl_text_java_parts)
               || (line->len == 1
                   && (line->data[0] == '}' || line->data[0] == ']'));

    default: /* RSL_TRACE_GO */

        if (!rsl_text_is_go(line)) {
            return 0;
        }

        text->traced = 1;

        return 1;
    }
}


static int
rsl_text_trace_begins(rsl_text_t *text, const rsl_str_t *line)
{
    if (rsl_text_begins(line, "Traceback (most recent call last):")) {
        text->trace = RSL_TRACE_PYTHON;

    } else if (rsl_text_begins(line, "goroutine ")
               && line->data[line->len - 1] == ':')
    {
        text->trace = RSL_TRACE_GO;

    } else if (rsl_text_is_java_class(line)) {
        text->trace = RSL_TRACE_JAVA;

    } else {
        return 0;
    }

    text->traced = 1;

    return 1;
}


/* "java.lang.IllegalStateException: boom", with at least one dot. */

static int
rsl_text_is_java_class(const rsl_str_t *line)
{
    u_char     ch;
    size_t     i, dots;
    rsl_str_t  name;

    dots = 0;

    for (i = 0; i < line->len; i++) {
        ch = line->data[i];

        if (ch == '.') {
            dots++;
            continue;
        }

        if (!((ch | 0x20) >= 'a' && (ch | 0x20) <= 'z')
            && !(ch >= '0' && ch <= '9') && ch != '_' && ch != '$')
        {
            break;
        }
    }

    if (dots == 0 || (i < line->len && line->data[i] != ':')) {
        return 0;
    }

    name.data = line->data;
    name.len = i;

    return rsl_text_ends(&name, "Exception") || rsl_text_ends(&name, "Error")
           || rsl_text_ends(&name, "Throwable");
}


/* Besides its own words, a stack of Go has calls: main.(*T).f(0x1, 0x2). */

static int
rsl_text_is_go(const rsl_str_t *line)
{
    const u_char  *bracket, *space;

    if (rsl_text_begins_any(line, rsl_text_go_parts)) {
        return 1;
    }

    if (line->data[line->len - 1] != ')') {
        return 0;
    }

    bracket = memchr(line->data, '(', line->len);
    space = memchr(line->data, ' ', line->len);

    return bracket != NULL && (space == NULL || bracket < space)
           && memchr(line->data, '.', line->len) != NULL;
}


/* The first line is the message, and all others are the exception. */

static int
rsl_text_add(rsl_text_t *text, const rsl_str_t *line)
{
    static const rsl_str_t  newline = rsl_string("\n");

    if (text->message == 0) {
        text->blanks = 0;

        if (rsl_text_append(text, line) != RSL_OK) {
            return RSL_ERROR;
        }

        text->message = text->len;

        return RSL_OK;
    }

    if (text->len > text->message) {

        for (text->blanks++; text->blanks; text->blanks--) {
            if (rsl_text_append(text, &newline) != RSL_OK) {
                return RSL_ERROR;
            }
        }
    }

    text->blanks = 0;

    return rsl_text_append(text, line);
}


static int
rsl_text_append(rsl_text_t *text, const rsl_str_t *s)
{
    size_t   len, size;
    u_char  *p;

    len = s->len;

    if (len > RSL_INTAKE_ENTRY_MAX - text->len) {
        len = rsl_utf8_cut(s, RSL_INTAKE_ENTRY_MAX - text->len);
        text->truncated = 1;
    }

    if (text->len + len > text->size) {

        size = text->size ? text->size : RSL_TEXT_SIZE;

        while (size < text->len + len) {
            size *= 2;
        }

        p = malloc(size);
        if (p == NULL) {
            return RSL_ERROR;
        }

        if (text->data != NULL) {
            memcpy(p, text->data, text->len);
            explicit_bzero(text->data, text->size);
            free(text->data);
        }

        text->data = p;
        text->size = size;
    }

    memcpy(text->data + text->len, s->data, len);
    text->len += len;

    return RSL_OK;
}


static int
rsl_text_begins_any(const rsl_str_t *line, const char **prefixes)
{
    for ( /* void */ ; *prefixes != NULL; prefixes++) {
        if (rsl_text_begins(line, *prefixes)) {
            return 1;
        }
    }

    return 0;
}


static int
rsl_text_begins(const rsl_str_t *line, const char *prefix)
{
    size_t  len;

    len = strlen(prefix);

    return line->len >= len && memcmp(line->data, prefix, len) == 0;
}


static int
rsl_text_ends(const rsl_str_t *line, const char *suffix)
{
    size_t  len;

    len = strlen(suffix);

    return line->len >= len
           && memcmp(line->data + line->len - len, suffix, len) == 0;
}


static int
rsl_text_has(const rsl_str_t *line, const char *part)
{
    return memmem(line->data, line->len, part, strlen(part)) != NULL;
}
