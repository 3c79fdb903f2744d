
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Protobuf on the wire: a message is a list of fields, each with a tag, which
 * is its number and how its value is written.  Groups, which nobody has written
 * for many years, are not read.
 */


#include "rsl_envelope_internal.h"


static int rsl_envelope_wire_number(const u_char **p, const u_char *end,
    uint64_t *value);
static int rsl_envelope_wire_fixed(const u_char **p, const u_char *end,
    size_t size, uint64_t *value);


/* The largest number of a field. */
#define RSL_ENVELOPE_WIRE_MAX  ((1u << 29) - 1)


int
rsl_envelope_wire_varint(rsl_envelope_wire_varint_t *varint, u_char ch)
{
    if (varint->shift == 63 && ch > 1) {
        return RSL_DECLINED;
    }

    varint->value |= (uint64_t) (ch & 0x7f) << varint->shift;
    varint->shift += 7;

    return (ch & 0x80) ? RSL_AGAIN : RSL_OK;
}


int
rsl_envelope_wire_tag(uint64_t tag, uint32_t *number, rsl_envelope_wire_e *type)
{
    *type = tag & 7;

    if (tag >> 3 == 0 || tag >> 3 > RSL_ENVELOPE_WIRE_MAX) {
        return RSL_DECLINED;
    }

    *number = (uint32_t) (tag >> 3);

    return (*type <= RSL_ENVELOPE_WIRE_BYTES
            || *type == RSL_ENVELOPE_WIRE_FIXED32)
           ? RSL_OK : RSL_DECLINED;
}


int
rsl_envelope_wire_field(const u_char **p, const u_char *end,
    rsl_envelope_wire_field_t *field)
{
    uint64_t  tag;

    if (rsl_envelope_wire_number(p, end, &tag) != RSL_OK
        || rsl_envelope_wire_tag(tag, &field->number, &field->type) != RSL_OK)
    {
        return RSL_DECLINED;
    }

    field->bytes.data = *p;
    field->bytes.len = 0;

    switch (field->type) {

    case RSL_ENVELOPE_WIRE_FIXED64:
        return rsl_envelope_wire_fixed(p, end, 8, &field->value);

    case RSL_ENVELOPE_WIRE_FIXED32:
        return rsl_envelope_wire_fixed(p, end, 4, &field->value);

    default:
        if (rsl_envelope_wire_number(p, end, &field->value) != RSL_OK) {
            return RSL_DECLINED;
        }
    }

    if (field->type == RSL_ENVELOPE_WIRE_BYTES) {

        if (field->value > (uint64_t) (end - *p)) {
            return RSL_DECLINED;
        }

        field->bytes.data = *p;
        field->bytes.len = (size_t) field->value;

        *p += field->bytes.len;
    }

    return RSL_OK;
}


static int
rsl_envelope_wire_number(const u_char **p, const u_char *end, uint64_t *value)
{
    int                         rc;
    rsl_envelope_wire_varint_t  varint;

    varint.value = 0;
    varint.shift = 0;

    do {
        if (*p == end) {
            return RSL_DECLINED;
        }

        rc = rsl_envelope_wire_varint(&varint, *(*p)++);
    } while (rc == RSL_AGAIN);

    *value = varint.value;

    return rc;
}


static int
rsl_envelope_wire_fixed(const u_char **p, const u_char *end, size_t size,
    uint64_t *value)
{
    size_t  i;

    if ((size_t) (end - *p) < size) {
        return RSL_DECLINED;
    }

    *value = 0;

    for (i = 0; i < size; i++) {
        *value |= (uint64_t) (*p)[i] << (8 * i);
    }

    *p += size;

    return RSL_OK;
}
