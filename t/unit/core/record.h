
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the tests of rsl_record share: they make a record, render it, and read
 * the line with jansson, which shares no code with what is tested.
 */


#ifndef _RECORD_H_INCLUDED_
#define _RECORD_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/rsl_core_internal.h"
#include "../range.h"


#define SIZE_MAX_TESTED  (1024 * 1024)
#define MARK             "\xe2\x80\xa6 ["

/* Characters of one to four bytes, and some that have to be escaped. */

#define MIXED                                                                 \
    "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"\\\n\x01 b\xd0\xb4\xe3\x81\x82"   \
    "\xf0\x9f\xa6\x8a/c\t\xc3\x9f\xe2\x80\xa6\x7f-d\xcf\x89\xe4\xb8\xad"      \
    "\xf0\x90\x8d\x88" "efg"

#define MIXED_4   MIXED MIXED MIXED MIXED
#define MIXED_16  MIXED_4 MIXED_4 MIXED_4 MIXED_4


static rsl_value_t  values[40000];
static size_t       nvalues;
static u_char       buf[SIZE_MAX_TESTED + 16];


static inline rsl_str_t
string(const char *text)
{
    rsl_str_t  s;

    s.data = (const u_char *) text;
    s.len = strlen(text);

    return s;
}


static inline rsl_value_t *
extra(const char *key, rsl_value_type_t type, const char *text,
    rsl_value_t *next)
{
    rsl_value_t  *value;

    value = &values[nvalues++ % 40000];

    memset(value, 0, sizeof(rsl_value_t));

    value->type = type;
    value->key = string(key);
    value->text = string(text);
    value->next = next;

    return value;
}


static inline rsl_record_t
record_full(void)
{
    rsl_value_t   *array, *object;
    rsl_record_t   record;

    array = extra("list", RSL_VALUE_ARRAY, "", NULL);
    array->child = extra("", RSL_VALUE_SCALAR, "1",
                         extra("", RSL_VALUE_STRING, "a\"b",
                               extra("", RSL_VALUE_OBJECT, "", NULL)));

    object = extra("ctx", RSL_VALUE_OBJECT, "", array);
    object->child = extra("k\n", RSL_VALUE_STRING, "v",
                          extra("n", RSL_VALUE_SCALAR, "null", NULL));

    memset(&record, 0, sizeof(rsl_record_t));

    record.timestamp = 1795342617395827;
    record.level = RSL_LEVEL_WARNING;
    record.logger = string("rackscope.api");
    record.message = string("line \"1\"\nline 2");
    record.request_id = string("c0ffee");
    record.duration_ms = string("12.5e0");
    record.method = string("GET");
    record.path = string("/api/x?y=1");
    record.status_code = 503;
    record.exception = string("Traceback\n\tboom");
    record.trace_id = string("4bf92f3577b34da6a3ce929d0e0e4736");
    record.span_id = string("00f067aa0ba902b7");
    record.extra = extra("rack_id", RSL_VALUE_STRING, "a01-r02", object);

    return record;
}


/* The line must have the value at this offset, in this length. */

static inline void
assert_offsets(const rsl_line_t *line, uint32_t offset, uint32_t len,
    const json_t *value)
{
    size_t     n;
    rsl_str_t  text;

    static u_char  plain[SIZE_MAX_TESTED];

    if (value == NULL) {
        assert_int_equal(offset, 0);
        assert_int_equal(len, 0);
        return;
    }

    assert_true(offset + len < line->len);
    assert_int_equal(buf[offset - 1], '"');
    assert_int_equal(buf[offset + len], '"');

    text.data = buf + offset;
    text.len = len;

    n = rsl_json_unescape(&text, plain);

    assert_int_equal(n, json_string_length(value));
    assert_memory_equal(plain, json_string_value(value), n);
}


/*
 * Renders the record, checks what is true of every line (it is JSON, it keeps
 * to its size, "line" describes it), and returns it as jansson reads it.
 */

static inline json_t *
render(const rsl_record_t *record, size_t size, rsl_line_t *line)
{
    size_t        n;
    json_t       *json;
    json_error_t  error;

    memset(buf, 0xee, size + 16);

    rsl_record_render(record, buf, size, line);

    assert_uint_in_range(line->len, 100, size);

    for (n = line->len; n < size + 16; n++) {
        if (n >= size && buf[n] != 0xee) {
            fail_msg("written behind %zu", size);
        }
    }

    for (n = 0; n < line->len; n++) {
        if (buf[n] < 0x20) {
            fail_msg("control character at %zu", n);
        }
    }

    assert_memory_equal(buf, "{\"_seq\":0000000000000000,", 25);
    memcpy(buf + RSL_SEQ_OFFSET, "1795342617395827", RSL_SEQ_DIGITS);

    json = json_loadb((char *) buf, line->len, JSON_ALLOW_NUL, &error);
    if (json == NULL) {
        fail_msg("%s in %.*s", error.text, (int) line->len, buf);
    }

    assert_int_equal(line->level, record->level);
    assert_string_equal(json_string_value(json_object_get(json, "level")),
                        (char *) rsl_record_level_names[record->level].data);

    assert_offsets(line, line->logger, line->logger_len,
                   json_object_get(json, "logger"));
    assert_offsets(line, line->message, line->message_len,
                   json_object_get(json, "message"));
    assert_offsets(line, line->request_id, line->request_id_len,
                   json_object_get(json, "request_id"));

    return json;
}


/*
 * Returns how many bytes of "text" were cut.  The value must be a prefix of it
 * and a mark that tells that number, or the whole of it without a mark.
 */

static inline size_t
assert_cut(const json_t *value, const rsl_str_t *text)
{
    size_t       kept, len;
    char         mark[64];
    const char  *got, *p;

    got = json_string_value(value);
    assert_non_null(got);

    len = json_string_length(value);

    if (len == text->len && memcmp(got, text->data, len) == 0) {
        return 0;
    }

    assert_true(len >= sizeof(MARK) - 1);

    p = got + len - (sizeof(MARK) - 1);

    for ( /* void */ ; memcmp(p, MARK, sizeof(MARK) - 1) != 0; p--) {
        assert_true(p > got);
    }

    kept = p - got;
    assert_true(kept < text->len);
    assert_memory_equal(got, text->data, kept);
    assert_int_equal(rsl_utf8_cut(text, kept), kept);

    (void) snprintf(mark, sizeof(mark), MARK "%zu bytes cut]",
                    text->len - kept);
    assert_string_equal(p, mark);

    return text->len - kept;
}


static inline size_t
cut(const json_t *json, const char *name, const char *text)
{
    rsl_str_t  s;

    s = string(text);

    return assert_cut(json_object_get(json, name), &s);
}


#endif /* _RECORD_H_INCLUDED_ */
