
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A line of text that a shipper has made an object of becomes what it would be
 * as text, with what else is in the object: a record, or a part of the record
 * of the lines before it.
 */


#include "rsl_intake_internal.h"


static int rsl_intake_shipped_is_calm(const rsl_intake_text_t *text);
static int rsl_intake_shipped_alone(rsl_intake_t *intake, rsl_record_t *record,
    const rsl_intake_shipped_t *shipped);
static int rsl_intake_shipped_stack(const rsl_intake_t *intake,
    rsl_record_t *record);
static int rsl_intake_shipped_begins(const rsl_intake_t *intake,
    rsl_intake_stack_t *stack, const rsl_str_t *line, int first);


int
rsl_intake_shipped(rsl_intake_t *intake, rsl_record_t *record,
    const rsl_intake_shipped_t *shipped)
{
    int                   same;
    rsl_str_t             line;
    rsl_intake_wrap_t    *wrap;
    rsl_intake_around_t   around;

    wrap = &intake->text.wrap;
    line = record->message;

    around.record = *record;
    around.shipped = *shipped;

    around.record.message.len = 0;

    if (shipped->is_text
        || (line.len != 0 && memchr(line.data, '\n', line.len) != NULL)
        || rsl_intake_around_size(&around) > RSL_INTAKE_AROUND_MAX)
    {
        return (rsl_intake_text_none(intake) == RSL_ERROR)
               ? RSL_ERROR : rsl_intake_shipped_alone(intake, record, shipped);
    }

    same = (wrap->first != NULL
            && rsl_intake_around_is_same(intake->aliases, wrap->first,
                                         &around));

    if (rsl_intake_text_give(intake, &line, wrap->first != NULL && !same)
        == RSL_ERROR)
    {
        return RSL_ERROR;
    }

    if (rsl_intake_text_is_blank(&line)) {

        if (!same || !intake->text.held) {
            return rsl_intake_shipped_alone(intake, record, shipped);
        }

        intake->text.blanks++;

        wrap->entries++;
        intake->index++;

        return RSL_OK;
    }

    if (!same && rsl_intake_text_release(intake, 1) != RSL_OK) {
        return RSL_ERROR;
    }

    if (rsl_intake_text_shipped(intake, &line, &around) != RSL_OK) {
        return RSL_ERROR;
    }

    /* no shipper sends this, and no error: nothing will follow */

    return (shipped->bare && rsl_intake_shipped_is_calm(&intake->text))
           ? rsl_intake_text_release(intake, 1) : RSL_OK;
}


/* Is the record a single line that says neither a level nor a stack? */

static int
rsl_intake_shipped_is_calm(const rsl_intake_text_t *text)
{
    return text->len == text->message && text->level == RSL_LEVELS
           && text->stack.rows == 0;
}


/* A record that no other line is a part of. */

static int
rsl_intake_shipped_alone(rsl_intake_t *intake, rsl_record_t *record,
    const rsl_intake_shipped_t *shipped)
{
    int                traced;
    rsl_intake_head_t  head;

    if (rsl_intake_text_release(intake, 1) != RSL_OK) {
        return RSL_ERROR;
    }

    traced = rsl_intake_shipped_stack(intake, record);

    if (shipped->is_line && !rsl_intake_text_is_blank(&record->message)) {
        rsl_intake_head(&record->message, &head);

        if (head.zoned && !shipped->timed) {
            record->timestamp = head.time;
        }

        if (head.level != RSL_LEVELS) {
            record->level = head.level;

        } else if (traced && record->level < RSL_LEVEL_ERROR) {
            record->level = RSL_LEVEL_ERROR;
        }
    }

    return rsl_intake_state_emit(intake, record);
}


/*
 * If a stack begins in one of the lines of the message, the exception begins
 * there, too, but not with the first line.
 */

static int
rsl_intake_shipped_stack(const rsl_intake_t *intake, rsl_record_t *record)
{
    int                  first;
    rsl_str_t            line;
    const u_char        *p, *begins, *end;
    rsl_intake_stack_t   stack;

    if (record->message.len == 0) {
        return 0;
    }

    memset(&stack, 0, sizeof(rsl_intake_stack_t));

    begins = NULL;
    first = 1;

    end = record->message.data + record->message.len;

    for (p = record->message.data; p < end; p = line.data + line.len + 1) {
        line.data = p;
        p = memchr(p, '\n', (size_t) (end - p));
        line.len = (size_t) ((p ? p : end) - line.data);

        if (!rsl_intake_text_is_blank(&line)) {

            if (rsl_intake_shipped_begins(intake, &stack, &line, first)) {
                begins = line.data;
            }

            if (stack.step & RSL_STACK_PRESENT) {
                break;
            }
        }

        first = 0;
    }

    if (begins == NULL || !(stack.step & RSL_STACK_PRESENT)) {
        return 0;
    }

    if (begins == record->message.data) {
        begins = memchr(begins, '\n', record->message.len);

        if (begins == NULL) {
            return 1;
        }

        begins++;
    }

    record->exception.data = begins;
    record->exception.len = (size_t) (end - begins);

    while (begins[-1] == '\n' && begins - 1 > record->message.data) {
        begins--;
    }

    record->message.len = (size_t) (begins - record->message.data);

    return 1;
}


/* Does a stack begin with the line, rather than go on?  Says how far it is. */

static int
rsl_intake_shipped_begins(const rsl_intake_t *intake,
    rsl_intake_stack_t *stack, const rsl_str_t *line, int first)
{
    unsigned                  is;
    rsl_intake_stack_start_t  start;

    if (stack->rows
        && rsl_intake_stack_goes_on(intake->stacks, stack, line, &is))
    {
        return 0;
    }

    rsl_intake_stack_begins(intake->stacks, line, &start);

    *stack = first ? start.first : start.below;

    return 1;
}
