
/* SPDX-License-Identifier: BSD-2-Clause */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdlib.h>

#include "rsl_intake_internal.h"


static int rsl_intake_text_open(rsl_intake_t *intake, const rsl_str_t *line,
    const rsl_intake_stack_start_t *start);
static int rsl_intake_text_goes_on(rsl_intake_t *intake, const rsl_str_t *line,
    const rsl_intake_stack_start_t *start);
static int rsl_intake_text_add(rsl_intake_text_t *text, const rsl_str_t *line);
static int rsl_intake_text_append(rsl_intake_text_t *text, const rsl_str_t *s);


#define RSL_TEXT_SIZE  4096


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
    int                        rc;
    rsl_str_t                  s;
    rsl_intake_text_t                *text;
    rsl_intake_stack_start_t   start;

    text = &intake->text;

    rsl_intake_stack_begins(intake->stacks, line, &start);

    if (!(text->held && rsl_intake_text_goes_on(intake, line, &start))
        && rsl_intake_text_open(intake, line, &start) != RSL_OK)
    {
        return RSL_ERROR;
    }

    s = *line;

    if (rsl_utf8_repair(intake->arena, &s) != RSL_OK) {
        return RSL_ERROR;
    }

    rc = rsl_intake_text_add(text, &s);

    text->truncated |= (cut != 0);

    rsl_arena_reset(intake->arena);

    return rc;
}


/*
 * The line is the first of a record.  If the record before it was given out
 * because of a pause, the line may belong to the stack of that one.  What is
 * left of such a stack stays together.
 */

static int
rsl_intake_text_open(rsl_intake_t *intake, const rsl_str_t *line,
    const rsl_intake_stack_start_t *start)
{
    rsl_intake_text_t          *text;
    rsl_intake_stack_t   stack;

    text = &intake->text;

    memset(&stack, 0, sizeof(rsl_intake_stack_t));

    if (!text->held) {
        stack = text->stack;
    }

    if (rsl_intake_text_release(intake, 1) != RSL_OK) {
        return RSL_ERROR;
    }

    text->held = 1;
    text->timestamp = intake->now;
    text->level = rsl_intake_line_read(line, &text->timestamp);
    text->stack = stack;

    if (stack.rows && rsl_intake_text_goes_on(intake, line, start)) {
        text->traced = 1;
        return RSL_OK;
    }

    text->stack = start->first;
    text->traced = (text->stack.step & RSL_STACK_PRESENT) != 0;

    return RSL_OK;
}


int
rsl_intake_text_release(rsl_intake_t *intake, int end)
{
    int            rc;
    size_t         len;
    rsl_intake_text_t    *text;
    rsl_record_t   record;

    text = &intake->text;

    if (end) {
        memset(&text->stack, 0, sizeof(rsl_intake_stack_t));
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
rsl_intake_text_goes_on(rsl_intake_t *intake, const rsl_str_t *line,
    const rsl_intake_stack_start_t *start)
{
    int          goes_on, indented;
    rsl_intake_text_t  *text;

    text = &intake->text;
    indented = (line->data[0] == ' ' || line->data[0] == '\t');

    if (indented || text->stack.rows) {
        goes_on = rsl_intake_stack_goes_on(intake->stacks, &text->stack, line,
                                           text->blanks ? 0
                                                        : RSL_STACK_ADJACENT);

    } else {
        goes_on = text->blanks == 0 && text->len == text->message
                  && start->below.rows;

        if (goes_on) {
            text->stack = start->below;
        }
    }

    if (text->stack.step & RSL_STACK_PRESENT) {
        text->traced = 1;
    }

    return goes_on || indented;
}


/* The first line is the message, and all others are the exception. */

static int
rsl_intake_text_add(rsl_intake_text_t *text, const rsl_str_t *line)
{
    static const rsl_str_t  newline = rsl_string("\n");

    if (text->message == 0) {
        text->blanks = 0;

        if (rsl_intake_text_append(text, line) != RSL_OK) {
            return RSL_ERROR;
        }

        text->message = text->len;

        return RSL_OK;
    }

    if (text->len > text->message) {

        for (text->blanks++; text->blanks; text->blanks--) {
            if (rsl_intake_text_append(text, &newline) != RSL_OK) {
                return RSL_ERROR;
            }
        }
    }

    text->blanks = 0;

    return rsl_intake_text_append(text, line);
}


static int
rsl_intake_text_append(rsl_intake_text_t *text, const rsl_str_t *s)
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
