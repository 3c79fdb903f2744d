
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Lists of arguments in a record: ["prog", "--password", "x"].
 *
 * Such a list is read like the command line that its strings make, for the
 * program, the option and the secret may be an element each.  Only what belongs
 * to command lines counts here; each string is redacted by itself as well.
 */


#include "rsl_redact_internal.h"


/* Where a string of the list stands in the command line. */

typedef struct {
    rsl_arena_t   *arena;
    rsl_value_t   *value;
    const u_char  *start;
    const u_char  *end;
} rsl_redact_cursor_t;


static const u_char *rsl_redact_arguments_end(const u_char *p);
static int rsl_redact_arguments_may_be(const rsl_redact_t *redact,
    const rsl_value_t *list, size_t *len);
static void rsl_redact_arguments_join(const rsl_value_t *list, u_char *p);
static u_char rsl_redact_arguments_byte(u_char ch);
static int rsl_redact_arguments_hide(rsl_redact_cursor_t *cursor,
    rsl_redact_scan_t *scan, int option);
static void rsl_redact_arguments_next(rsl_redact_cursor_t *cursor);
static int rsl_redact_arguments_cut(rsl_arena_t *arena, rsl_value_t *value,
    size_t from, size_t to);


/* What is joined ends in blanks, because four bytes have to be at an option. */
static const u_char  rsl_redact_arguments_tail[RSL_REDACT_SHAPE_MIN] = {
    ' ', ' ', ' ', ' '
};


int
rsl_redact_arguments(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_value_t *list)
{
    int                   rc;
    size_t                len;
    u_char               *data;
    rsl_str_t             text;
    const u_char         *p, *end, *place;
    rsl_redact_scan_t     scan;
    rsl_redact_cursor_t   cursor;

    if (!rsl_redact_arguments_may_be(redact, list, &len)) {
        return RSL_OK;
    }

    data = rsl_arena_alloc(arena, len);
    if (data == NULL) {
        return RSL_ERROR;
    }

    rsl_redact_arguments_join(list, data);

    text.data = data;
    text.len = len;
    rsl_redact_scan_init(redact, &scan, &text);

    cursor.arena = arena;
    cursor.value = list;
    cursor.start = data;
    cursor.end = rsl_redact_arguments_end(data);

    for (p = data; scan.end - p > RSL_REDACT_SHAPE_MIN; p = end + 1) {
        end = rsl_redact_arguments_end(p);
        place = rsl_redact_place_next(&scan);

        if (place != NULL && place < end) {
            rc = rsl_redact_place(&scan, place);

        } else {
            rc = p < scan.from ? 0 : rsl_redact_scan_at(redact, &scan, p);
        }

        if (rc < 0) {
            return rc;
        }

        if (rc > 0
            && rsl_redact_arguments_hide(&cursor, &scan, *p == '-') != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


/* The end of the string that begins at "p": a blank is behind each of them. */

static const u_char *
rsl_redact_arguments_end(const u_char *p)
{
    while (*p != ' ') {
        p++;
    }

    return p;
}


/*
 * Could the list be a command line with a secret in it?  Most lists are
 * dismissed by the beginnings of their strings.  Sets "len" to how much memory
 * the command line takes.
 */

static int
rsl_redact_arguments_may_be(const rsl_redact_t *redact,
    const rsl_value_t *list, size_t *len)
{
    int            may;
    const u_char  *p;

    if (list == NULL || list->next == NULL) {
        return 0;
    }

    may = 0;
    *len = sizeof(rsl_redact_arguments_tail);

    for ( /* void */ ; list != NULL; list = list->next) {

        if (list->type == RSL_VALUE_OBJECT || list->type == RSL_VALUE_ARRAY) {
            return 0;
        }

        *len += list->text.len + 1;

        if (may || list->text.len < 2) {
            continue;
        }

        p = list->text.data;
        may = *p == '-' || list->text.len < RSL_REDACT_SHAPE_MIN
              || rsl_redact_shape_may_begin(redact, p);
    }

    return may;
}


static void
rsl_redact_arguments_join(const rsl_value_t *list, u_char *p)
{
    size_t  i;

    for ( /* void */ ; list != NULL; list = list->next) {

        for (i = 0; i < list->text.len; i++) {
            *p++ = rsl_redact_arguments_byte(list->text.data[i]);
        }

        *p++ = ' ';
    }

    memcpy(p, rsl_redact_arguments_tail, sizeof(rsl_redact_arguments_tail));
}


/* What would end an argument, or a command, is a part of this one. */

static u_char
rsl_redact_arguments_byte(u_char ch)
{
    return ch <= ' ' || ch == '"' || ch == '\'' || ch == '`' || ch == ';'
           || ch == ',' || ch == '|' || ch == '&' || ch == '<' ? '_' : ch;
}


/*
 * Hides what is between scan->value and scan->stop; the secret behind an option
 * goes on to the end of its string.
 */

static int
rsl_redact_arguments_hide(rsl_redact_cursor_t *cursor, rsl_redact_scan_t *scan,
    int option)
{
    size_t         from, to;
    const u_char  *stop;

    scan->from = scan->stop;

    while (cursor->value != NULL && cursor->end <= scan->value) {
        rsl_redact_arguments_next(cursor);
    }

    if (cursor->value == NULL || scan->value < cursor->start) {
        /* this string has been cut already */
        return RSL_OK;
    }

    stop = option || scan->stop > cursor->end ? cursor->end : scan->stop;
    from = (size_t) (scan->value - cursor->start);
    to = (size_t) (stop - cursor->start);

    if (rsl_redact_arguments_cut(cursor->arena, cursor->value, from, to)
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    rsl_redact_arguments_next(cursor);

    return RSL_OK;
}


static void
rsl_redact_arguments_next(rsl_redact_cursor_t *cursor)
{
    cursor->value = cursor->value->next;
    cursor->start = cursor->end + 1;
    cursor->end = rsl_redact_arguments_end(cursor->start);
}


/* Replaces what is between two places of a string. */

static int
rsl_redact_arguments_cut(rsl_arena_t *arena, rsl_value_t *value, size_t from,
    size_t to)
{
    rsl_redact_out_t  out;

    if (value->type != RSL_VALUE_STRING) {
        /* a number */
        value->type = RSL_VALUE_STRING;
        from = 0;
        to = value->text.len;
    }

    memset(&out, 0, sizeof(rsl_redact_out_t));
    out.arena = arena;

    if (rsl_redact_engine_append(&out, value->text.data, from) != RSL_OK
        || rsl_redact_engine_append(&out, (const u_char *) RSL_REDACT_MASK,
                                    RSL_REDACT_MASK_LEN) != RSL_OK
        || rsl_redact_engine_append(&out, value->text.data + to,
                                    value->text.len - to) != RSL_OK)
    {
        return RSL_ERROR;
    }

    value->text.data = out.data;
    value->text.len = out.len;

    return RSL_OK;
}
