
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What the tests of protobuf share: messages are written here, field by field.
 */


#ifndef _WIRE_H_INCLUDED_
#define _WIRE_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "envelope/rsl_envelope_internal.h"


#define WIRE_MAX  (3 * 1024 * 1024)


typedef struct {
    u_char  *data;
    size_t   len;
} wire_t;


static inline wire_t
wire_new(void)
{
    wire_t  wire;

    wire.data = malloc(WIRE_MAX);
    wire.len = 0;

    assert_non_null(wire.data);

    return wire;
}


static inline void
wire_free(wire_t *wire)
{
    free(wire->data);
}


static inline void
wire_bytes(wire_t *wire, const void *data, size_t len)
{
    assert_true(len <= WIRE_MAX - wire->len);

    memcpy(wire->data + wire->len, data, len);
    wire->len += len;
}


static inline void
wire_varint(wire_t *wire, uint64_t value)
{
    u_char  ch;

    do {
        ch = (u_char) (value & 0x7f);
        value >>= 7;
        ch |= value ? 0x80 : 0;
        wire_bytes(wire, &ch, 1);
    } while (value);
}


static inline void
wire_number(wire_t *wire, unsigned number, uint64_t value)
{
    wire_varint(wire, number << 3);
    wire_varint(wire, value);
}


static inline void
wire_fixed(wire_t *wire, unsigned number, uint64_t value, size_t size)
{
    size_t  i;
    u_char  ch;

    wire_varint(wire, number << 3 | (size == 8 ? 1 : 5));

    for (i = 0; i < size; i++) {
        ch = (u_char) (value >> (8 * i));
        wire_bytes(wire, &ch, 1);
    }
}


static inline void
wire_string(wire_t *wire, unsigned number, const void *data, size_t len)
{
    wire_varint(wire, number << 3 | 2);
    wire_varint(wire, len);
    wire_bytes(wire, data, len);
}


static inline void
wire_text(wire_t *wire, unsigned number, const char *text)
{
    wire_string(wire, number, text, strlen(text));
}


/* Appends a message, and frees it. */

static inline void
wire_message(wire_t *wire, unsigned number, wire_t message)
{
    wire_string(wire, number, message.data, message.len);
    wire_free(&message);
}


#endif /* _WIRE_H_INCLUDED_ */
