
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the tests of single entries share: an entry goes in, and its line comes
 * out.
 */


#ifndef _ENTRY_H_INCLUDED_
#define _ENTRY_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "intake/rsl_intake_internal.h"
#include "../range.h"


#define NOW       INT64_C(1795342617395827)
#define NOW_TEXT  "2026-11-22T10:16:57.395827+00:00"

#define LINE_MAX_TESTED  (256 * 1024)


static char  line_text[LINE_MAX_TESTED + 1];


static inline rsl_str_t
string_n(const char *text, size_t len)
{
    rsl_str_t  s;

    s.data = (const u_char *) text;
    s.len = len;

    return s;
}


static inline rsl_str_t
string(const char *text)
{
    return string_n(text, strlen(text));
}


static inline const rsl_intake_alias_index_t *
alias_index(void)
{
    static rsl_intake_alias_index_t  index;

    rsl_intake_alias_init(&index);

    return &index;
}


static inline int
record_of(rsl_arena_t *arena, const rsl_str_t *text, rsl_record_t *record)
{
    int           rc, premature;
    size_t        offset;
    const char   *detail;
    rsl_value_t  *value;

    rsl_intake_shipped_t  shipped;

    rc = rsl_intake_read_json(arena, text, &value, &offset, &detail,
                              &premature);

    if (rc != RSL_OK) {
        return rc;
    }

    rc = rsl_intake_record(arena, alias_index(), value, NOW, record,
                           &shipped);

    if (rc == RSL_OK && record->message_tree != NULL) {
        rc = rsl_json_print(arena, record->message_tree, &record->message);
    }

    return rc;
}


/* The line of an entry, without "_seq". */

static inline const char *
line_of_n(const char *text, size_t len)
{
    rsl_str_t      s;
    rsl_line_t     line;
    rsl_arena_t   *arena;
    rsl_record_t   record;

    static const char  head[] = "{\"_seq\":0000000000000000,";

    s = string_n(text, len);

    arena = rsl_arena_create(1024);
    assert_non_null(arena);

    assert_int_equal(record_of(arena, &s, &record), RSL_OK);

    rsl_record_render(&record, (u_char *) line_text, LINE_MAX_TESTED, &line);
    line_text[line.len] = '\0';

    rsl_arena_destroy(arena);

    assert_memory_equal(line_text, head, sizeof(head) - 1);
    line_text[sizeof(head) - 2] = '{';

    return line_text + sizeof(head) - 2;
}


static inline const char *
line_of(const char *text)
{
    return line_of_n(text, strlen(text));
}


/* The line behind its timestamp, which must be NOW. */

static inline const char *
rest_of(const char *text)
{
    const char         *line;

    static const char   head[] = "{\"timestamp\":\"" NOW_TEXT "\",";

    line = line_of(text);
    assert_memory_equal(line, head, sizeof(head) - 1);

    return line + sizeof(head) - 1;
}


#endif /* _ENTRY_H_INCLUDED_ */
