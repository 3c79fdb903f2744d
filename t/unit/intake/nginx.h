
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the tests of nginx's error log share: a line goes in, and a record comes
 * out.
 */


#ifndef _NGINX_H_INCLUDED_
#define _NGINX_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "intake/rsl_intake.h"
#include "../range.h"


#define HEAD     "2026/11/24 00:27:01 [error] 12#12: "
#define REQUEST  ", client: 127.0.0.1, server: a.example, request: "


static rsl_arena_t   *arena;
static rsl_record_t   record;


static rsl_str_t      queries;


static inline void
parse(const char *text, const char *fields)
{
    rsl_str_t  line;

    if (arena != NULL) {
        rsl_arena_destroy(arena);
    }

    arena = rsl_arena_create(1024);
    assert_non_null(arena);

    line.data = (const u_char *) text;
    line.len = strlen(text);

    memset(&record, 0, sizeof(rsl_record_t));

    assert_int_equal(rsl_intake_nginx_parse(arena, &line,
                                            fields ? fields - text : 0,
                                            &queries, &record),
                     RSL_OK);
}


static inline void
assert_text(const rsl_str_t *s, const char *text)
{
    assert_int_equal(s->len, strlen(text));
    assert_memory_equal(s->data, text, s->len);
}


static inline void
assert_extra(const char *key, const char *text)
{
    rsl_value_t  *value;

    for (value = record.extra; value != NULL; value = value->next) {
        if (value->key.len == strlen(key)
            && memcmp(value->key.data, key, value->key.len) == 0)
        {
            if (text == NULL) {
                fail_msg("there is %s", key);
                return;
            }

            assert_text(&value->text, text);
            return;
        }
    }

    assert_null(text);
}


#endif /* _NGINX_H_INCLUDED_ */
