
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The record of text that is held back: its buffer, what a shipper has put
 * around it, and how it becomes a record that is given out.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdlib.h>

#include "rsl_intake_internal.h"


static int rsl_intake_held_append(rsl_intake_text_t *text, const rsl_str_t *s);
static int rsl_intake_held_begin(const rsl_intake_t *intake,
    rsl_record_t *record);
static void rsl_intake_held_level(const rsl_intake_t *intake,
    rsl_record_t *record);
static void rsl_intake_held_console(rsl_intake_text_t *text,
    rsl_record_t *record);


#define RSL_INTAKE_HELD_SIZE    4096

/* So often it is kept what stands around the lines of one record. */
#define RSL_INTAKE_HELD_COPIES  16


int
rsl_intake_held_add(rsl_intake_text_t *text, const rsl_str_t *line)
{
    static const rsl_str_t  newline = rsl_string("\n");

    if (text->message == 0) {
        text->blanks = 0;

        if (rsl_intake_held_append(text, line) != RSL_OK) {
            return RSL_ERROR;
        }

        text->message = text->len;

        if (text->truncated) {
            /* it was at the end of the line */
            text->category = 0;
        }

        return RSL_OK;
    }

    if (text->len > text->message) {

        for (text->blanks++; text->blanks; text->blanks--) {
            if (rsl_intake_held_append(text, &newline) != RSL_OK) {
                return RSL_ERROR;
            }
        }
    }

    text->blanks = 0;

    if (text->waiting) {
        text->starts[text->waiting - 1] = text->len;
    }

    return rsl_intake_held_append(text, line);
}


static int
rsl_intake_held_append(rsl_intake_text_t *text, const rsl_str_t *s)
{
    size_t   len, size;
    u_char  *p;

    len = s->len;

    if (len > RSL_INTAKE_ENTRY_MAX - text->len) {
        len = rsl_utf8_cut(s, RSL_INTAKE_ENTRY_MAX - text->len);
        text->truncated = 1;
    }

    if (text->len + len > text->size) {

        size = text->size ? text->size : RSL_INTAKE_HELD_SIZE;

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


int
rsl_intake_held_wrap(rsl_intake_t *intake, rsl_intake_around_t *around,
    int kept, rsl_intake_around_t **wrapped)
{
    rsl_intake_wrap_t  *wrap;

    wrap = &intake->text.wrap;

    if (around == NULL || kept) {
        *wrapped = around;
        return RSL_OK;
    }

    if (wrap->arena == NULL) {

        wrap->arena = rsl_arena_create(RSL_INTAKE_HELD_SIZE);
        if (wrap->arena == NULL) {
            return RSL_ERROR;
        }
    }

    /* with the first line of a record, what was kept before is forgotten */

    if (wrapped == &wrap->first) {
        wrap->first = NULL;
        wrap->copies = 0;

        rsl_arena_reset(wrap->arena);
    }

    if (wrap->copies == RSL_INTAKE_HELD_COPIES) {
        *wrapped = wrap->first;
        return RSL_OK;
    }

    wrap->copies++;

    return rsl_intake_around_copy(wrap->arena, around, wrapped);
}


int
rsl_intake_held_emit(rsl_intake_t *intake)
{
    int                 rc;
    size_t              len;
    rsl_record_t        record;
    rsl_intake_text_t  *text;

    text = &intake->text;

    if (rsl_intake_held_begin(intake, &record) != RSL_OK) {
        return RSL_ERROR;
    }

    record.timestamp = text->timestamp;
    record.message.data = text->data;
    record.message.len = text->message;
    record.truncated |= text->truncated;

    if (text->sure > text->message) {
        record.exception.data = text->data + text->message;
        record.exception.len = text->sure - text->message;

        if (text->category) {
            rsl_intake_held_console(text, &record);
        }
    }

    rsl_intake_held_level(intake, &record);

    if (text->wrap.first != NULL) {
        /* these entries were counted when they came */
        intake->index--;
        intake->result.joined = text->wrap.entries - text->waiting - 1;
    }

    len = text->len;

    text->held = 0;
    text->traced = 0;
    text->truncated = 0;
    text->waiting = 0;
    text->loose = 0;
    text->len = 0;
    text->sure = 0;
    text->message = 0;
    text->blanks = 0;
    text->wrap.entries = 0;

    rc = rsl_intake_state_emit(intake, &record);

    intake->result.joined = 0;

    if (len) {
        explicit_bzero(text->data, len);
    }

    return rc;
}


/* What the record has besides its text. */

static int
rsl_intake_held_begin(const rsl_intake_t *intake, rsl_record_t *record)
{
    const rsl_intake_around_t  *around;

    around = intake->text.wrap.first;

    if (around != NULL) {
        return rsl_intake_around_record(intake->arena, around, record);
    }

    memset(record, 0, sizeof(rsl_record_t));

    record->logger = intake->conf.logger;

    return rsl_utf8_repair(intake->arena, &record->logger);
}


static void
rsl_intake_held_level(const rsl_intake_t *intake, rsl_record_t *record)
{
    rsl_level_t               level, least;
    const rsl_intake_text_t  *text;

    text = &intake->text;
    level = text->level;

    if (level == RSL_LEVELS && text->wrap.first == NULL) {
        level = intake->conf.level;
    }

    if (level == RSL_LEVELS) {
        least = text->traced ? RSL_LEVEL_ERROR : RSL_LEVEL_DEBUG;
        level = text->wrap.first ? text->wrap.first->shipped.level : level;

        if (level == RSL_LEVELS) {
            level = RSL_LEVEL_INFO;
        }

        level = (level < least) ? least : level;
    }

    record->level = level;
}


/* The message of .NET's console logger begins in the second line. */

static void
rsl_intake_held_console(rsl_intake_text_t *text, rsl_record_t *record)
{
    size_t         len;
    const u_char  *p, *end;

    p = record->exception.data;
    end = p + record->exception.len;

    if (*p != ' ' && *p != '\t') {
        return;
    }

    record->logger.data = record->message.data + text->message
                          - text->category;
    record->logger.len = text->category;

    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    record->message.data = p;

    p = memchr(p, '\n', (size_t) (end - p));

    len = (size_t) ((p ? p : end) - record->message.data);
    record->message.len = len;

    record->exception.data = p ? p + 1 : end;
    record->exception.len = p ? (size_t) (end - p - 1) : 0;
}
