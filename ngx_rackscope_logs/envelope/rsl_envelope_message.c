
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A message of protobuf becomes the values that its JSON would be read as
 * (protobuf's JSON mapping, with ids as hex, as OTLP has them), so that whoever
 * makes a record of it need not know how it came.  Messages within messages
 * are kept on a stack of a fixed depth.
 */


#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "rsl_envelope_internal.h"


/* A message is an object, so there are no more of them within each other. */
#define RSL_ENVELOPE_MESSAGE_DEPTH   RSL_INTAKE_DEPTH_ELEMENT

/* An empty message has two bytes, and its value very many more. */
#define RSL_ENVELOPE_MESSAGE_VALUES  65536


typedef struct {
    const rsl_envelope_message_t  *message;
    const u_char                  *pos;
    const u_char                  *end;
    unsigned                       depth;   /* of its value */
    rsl_value_t                  **next;    /* where a member is linked, */
    rsl_value_t                  **ends[RSL_ENVELOPE_FIELDS];  /* an element */
    rsl_value_t                   *members[RSL_ENVELOPE_FIELDS];
} rsl_envelope_message_frame_t;


typedef struct {
    rsl_arena_t                   *arena;
    const char                    *detail;
    int                            cut;
    size_t                         values;
    size_t                         depth;
    rsl_envelope_message_frame_t   frames[RSL_ENVELOPE_MESSAGE_DEPTH];
} rsl_envelope_message_read_t;


static int rsl_envelope_message_run(rsl_envelope_message_read_t *r);
static int rsl_envelope_message_enter(rsl_envelope_message_read_t *r,
    const rsl_envelope_message_t *message, const rsl_str_t *bytes,
    rsl_value_t *value, unsigned depth);
static int rsl_envelope_message_take(rsl_envelope_message_read_t *r,
    const rsl_envelope_wire_field_t *wire);
static int rsl_envelope_message_fits(rsl_envelope_field_e type,
    rsl_envelope_wire_e wire);
static rsl_value_t *rsl_envelope_message_member(rsl_envelope_message_read_t *r,
    size_t n);
static int rsl_envelope_message_value(rsl_arena_t *arena,
    const rsl_envelope_field_t *field, const rsl_envelope_wire_field_t *wire,
    rsl_value_t *value);
static int rsl_envelope_message_number(rsl_arena_t *arena, uint64_t number,
    int negative, rsl_str_t *text);
static int rsl_envelope_message_double(rsl_arena_t *arena, uint64_t bits,
    rsl_value_t *value);
static int rsl_envelope_message_hex(rsl_arena_t *arena, rsl_str_t *text);
static int rsl_envelope_message_base64(rsl_arena_t *arena, rsl_str_t *text);


#define STRING   RSL_ENVELOPE_FIELD_STRING
#define BYTES    RSL_ENVELOPE_FIELD_BYTES
#define HEX      RSL_ENVELOPE_FIELD_HEX
#define INT      RSL_ENVELOPE_FIELD_INT
#define UINT     RSL_ENVELOPE_FIELD_UINT
#define TIME     RSL_ENVELOPE_FIELD_TIME
#define DOUBLE   RSL_ENVELOPE_FIELD_DOUBLE
#define BOOL     RSL_ENVELOPE_FIELD_BOOL
#define MESSAGE  RSL_ENVELOPE_FIELD_MESSAGE


static const char  rsl_envelope_message_broken[] =
    "the record is no protobuf";

static const char  rsl_envelope_message_too_deep[] =
    "the record is nested too deeply; an entry takes 16 levels";

static const char  rsl_envelope_message_too_many[] =
    "the record has more than 65536 values";


static const rsl_envelope_message_t  rsl_envelope_message_any;

static const rsl_envelope_message_t  rsl_envelope_message_key_value = { 2, {
    { 1, STRING, rsl_string("key"), NULL, 0 },
    { 2, MESSAGE, rsl_string("value"), &rsl_envelope_message_any, 0 }
} };

static const rsl_envelope_message_t  rsl_envelope_message_array = { 1, {
    { 1, MESSAGE, rsl_string("values"), &rsl_envelope_message_any, 1 }
} };

static const rsl_envelope_message_t  rsl_envelope_message_key_values = { 1, {
    { 1, MESSAGE, rsl_string("values"), &rsl_envelope_message_key_value, 1 }
} };

static const rsl_envelope_message_t  rsl_envelope_message_any = { 7, {
    { 1, STRING, rsl_string("stringValue"), NULL, 0 },
    { 2, BOOL, rsl_string("boolValue"), NULL, 0 },
    { 3, INT, rsl_string("intValue"), NULL, 0 },
    { 4, DOUBLE, rsl_string("doubleValue"), NULL, 0 },
    { 5, MESSAGE, rsl_string("arrayValue"), &rsl_envelope_message_array, 0 },
    { 6, MESSAGE, rsl_string("kvlistValue"), &rsl_envelope_message_key_values,
      0 },
    { 7, BYTES, rsl_string("bytesValue"), NULL, 0 }
} };

const rsl_envelope_message_t  rsl_envelope_message_resource = { 1, {
    { 1, MESSAGE, rsl_string("attributes"), &rsl_envelope_message_key_value, 1 }
} };

const rsl_envelope_message_t  rsl_envelope_message_scope = { 3, {
    { 1, STRING, rsl_string("name"), NULL, 0 },
    { 2, STRING, rsl_string("version"), NULL, 0 },
    { 3, MESSAGE, rsl_string("attributes"), &rsl_envelope_message_key_value, 1 }
} };

const rsl_envelope_message_t  rsl_envelope_message_log_record = { 11, {
    { 1, TIME, rsl_string("timeUnixNano"), NULL, 0 },
    { 2, INT, rsl_string("severityNumber"), NULL, 0 },
    { 3, STRING, rsl_string("severityText"), NULL, 0 },
    { 5, MESSAGE, rsl_string("body"), &rsl_envelope_message_any, 0 },
    { 6, MESSAGE, rsl_string("attributes"), &rsl_envelope_message_key_value,
      1 },
    { 7, UINT, rsl_string("droppedAttributesCount"), NULL, 0 },
    { 8, UINT, rsl_string("flags"), NULL, 0 },
    { 9, HEX, rsl_string("traceId"), NULL, 0 },
    { 10, HEX, rsl_string("spanId"), NULL, 0 },
    { 11, TIME, rsl_string("observedTimeUnixNano"), NULL, 0 },
    { 12, STRING, rsl_string("eventName"), NULL, 0 }
} };

static const rsl_envelope_message_t  rsl_envelope_message_timestamp = { 2, {
    { 1, INT, rsl_string("seconds"), NULL, 0 },
    { 2, INT, rsl_string("nanos"), NULL, 0 }
} };

static const rsl_envelope_message_t  rsl_envelope_message_pair = { 2, {
    { 1, STRING, rsl_string("name"), NULL, 0 },
    { 2, STRING, rsl_string("value"), NULL, 0 }
} };

const rsl_envelope_message_t  rsl_envelope_message_entry = { 3, {
    { 1, MESSAGE, rsl_string("timestamp"), &rsl_envelope_message_timestamp, 0 },
    { 2, STRING, rsl_string("line"), NULL, 0 },
    { 3, MESSAGE, rsl_string("structuredMetadata"), &rsl_envelope_message_pair,
      1 }
} };


int
rsl_envelope_message(rsl_arena_t *arena,
    const rsl_envelope_message_t *message, const rsl_str_t *bytes, int cut,
    rsl_value_t **value, const char **detail)
{
    int                          rc;
    rsl_envelope_message_read_t  r;

    r.arena = arena;
    r.detail = NULL;
    r.cut = cut;
    r.values = 0;
    r.depth = 0;

    *value = rsl_envelope_tree_value(arena, RSL_VALUE_OBJECT);
    if (*value == NULL) {
        return RSL_ERROR;
    }

    rc = rsl_envelope_message_enter(&r, message, bytes, *value, 1);

    if (rc == RSL_OK) {
        rc = rsl_envelope_message_run(&r);
    }

    *detail = r.detail;

    return rc;
}


static int
rsl_envelope_message_run(rsl_envelope_message_read_t *r)
{
    int                            rc;
    rsl_envelope_wire_field_t      wire;
    rsl_envelope_message_frame_t  *frame;

    while (r->depth) {
        frame = &r->frames[r->depth - 1];

        if (frame->pos == frame->end) {
            r->depth--;
            continue;
        }

        if (rsl_envelope_wire_field(&frame->pos, frame->end, &wire) != RSL_OK) {

            if (r->cut && r->depth == 1) {
                return RSL_OK;
            }

            r->detail = rsl_envelope_message_broken;
            return RSL_DECLINED;
        }

        rc = rsl_envelope_message_take(r, &wire);

        if (rc != RSL_OK) {
            return rc;
        }
    }

    return RSL_OK;
}


static int
rsl_envelope_message_enter(rsl_envelope_message_read_t *r,
    const rsl_envelope_message_t *message, const rsl_str_t *bytes,
    rsl_value_t *value, unsigned depth)
{
    rsl_envelope_message_frame_t  *frame;

    if (depth > RSL_INTAKE_DEPTH_ELEMENT) {
        r->detail = rsl_envelope_message_too_deep;
        return RSL_DECLINED;
    }

    frame = &r->frames[r->depth++];

    frame->message = message;
    frame->pos = bytes->data;
    frame->end = bytes->data + bytes->len;
    frame->depth = depth;
    frame->next = &value->child;

    value->child = NULL;
    memset(frame->members, 0, sizeof(frame->members));

    return RSL_OK;
}


static int
rsl_envelope_message_take(rsl_envelope_message_read_t *r,
    const rsl_envelope_wire_field_t *wire)
{
    size_t                               n;
    rsl_value_t                         *value;
    const rsl_envelope_field_t          *field;
    const rsl_envelope_message_frame_t  *frame;

    frame = &r->frames[r->depth - 1];
    field = frame->message->fields;

    for (n = 0; n < frame->message->n; n++) {
        if (field[n].number == wire->number) {
            break;
        }
    }

    if (n == frame->message->n
        || !rsl_envelope_message_fits(field[n].type, wire->type))
    {
        return RSL_OK;
    }

    if (r->values++ == RSL_ENVELOPE_MESSAGE_VALUES) {
        r->detail = rsl_envelope_message_too_many;
        return RSL_DECLINED;
    }

    value = rsl_envelope_message_member(r, n);
    if (value == NULL) {
        return RSL_ERROR;
    }

    if (field[n].type == MESSAGE) {
        return rsl_envelope_message_enter(r, field[n].message, &wire->bytes,
                                          value, frame->depth + 1
                                                 + field[n].repeated);
    }

    return rsl_envelope_message_value(r->arena, &field[n], wire, value);
}


/* A field that is written in another way than it should be is unknown. */

static int
rsl_envelope_message_fits(rsl_envelope_field_e type, rsl_envelope_wire_e wire)
{
    switch (type) {

    case INT:
    case BOOL:
        return wire == RSL_ENVELOPE_WIRE_VARINT;

    case UINT:
        return wire == RSL_ENVELOPE_WIRE_VARINT
               || wire == RSL_ENVELOPE_WIRE_FIXED32;

    case TIME:
    case DOUBLE:
        return wire == RSL_ENVELOPE_WIRE_FIXED64;

    default:
        return wire == RSL_ENVELOPE_WIRE_BYTES;
    }
}


/* Of a field that comes twice the last value counts, unless it is an array. */

static rsl_value_t *
rsl_envelope_message_member(rsl_envelope_message_read_t *r, size_t n)
{
    rsl_value_t                   *value, **member;
    rsl_value_type_t               type;
    const rsl_envelope_field_t    *field;
    rsl_envelope_message_frame_t  *frame;

    frame = &r->frames[r->depth - 1];
    field = &frame->message->fields[n];
    member = &frame->members[n];

    type = (field->type == MESSAGE) ? RSL_VALUE_OBJECT : RSL_VALUE_STRING;

    if (*member == NULL) {
        value = rsl_envelope_tree_value(r->arena, field->repeated
                                                  ? RSL_VALUE_ARRAY : type);
        if (value == NULL) {
            return NULL;
        }

        value->key = field->name;

        *member = value;
        *frame->next = value;
        frame->next = &value->next;
        frame->ends[n] = &value->child;
    }

    if (!field->repeated) {
        return *member;
    }

    value = rsl_envelope_tree_value(r->arena, type);
    if (value == NULL) {
        return NULL;
    }

    *frame->ends[n] = value;
    frame->ends[n] = &value->next;

    return value;
}


static int
rsl_envelope_message_value(rsl_arena_t *arena,
    const rsl_envelope_field_t *field, const rsl_envelope_wire_field_t *wire,
    rsl_value_t *value)
{
    int64_t  number;

    static const rsl_str_t  yes = rsl_string("true");
    static const rsl_str_t  no = rsl_string("false");

    value->text = wire->bytes;

    switch (field->type) {

    case STRING:
        return rsl_utf8_repair(arena, &value->text);

    case BYTES:
        return rsl_envelope_message_base64(arena, &value->text);

    case HEX:
        return rsl_envelope_message_hex(arena, &value->text);

    case TIME:
        return rsl_envelope_message_number(arena, wire->value, 0, &value->text);

    case DOUBLE:
        return rsl_envelope_message_double(arena, wire->value, value);

    case INT:
        value->type = RSL_VALUE_SCALAR;
        number = (int64_t) wire->value;

        return rsl_envelope_message_number(arena,
                                           (number < 0) ? -wire->value
                                                        : wire->value,
                                           number < 0, &value->text);

    case UINT:
        value->type = RSL_VALUE_SCALAR;
        return rsl_envelope_message_number(arena, wire->value, 0, &value->text);

    default:    /* BOOL */
        value->type = RSL_VALUE_SCALAR;
        value->text = wire->value ? yes : no;
        return RSL_OK;
    }
}


static int
rsl_envelope_message_number(rsl_arena_t *arena, uint64_t number, int negative,
    rsl_str_t *text)
{
    u_char  *p;

    p = rsl_arena_alloc(arena, RSL_UINT64_LEN + 1);
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;

    if (negative) {
        *p++ = '-';
    }

    text->len = rsl_number_decimal(p, number) + (size_t) negative;

    return RSL_OK;
}


/*
 * The shortest text that means the same.  What JSON has no number for becomes a
 * string, as it does where the intake finds it in JSON.
 */

static int
rsl_envelope_message_double(rsl_arena_t *arena, uint64_t bits,
    rsl_value_t *value)
{
    int      digits, len;
    char    *p, *point;
    double   number;

    static const rsl_str_t  none = rsl_string("NaN");
    static const rsl_str_t  most = rsl_string("Infinity");
    static const rsl_str_t  least = rsl_string("-Infinity");

    p = rsl_arena_alloc(arena, 32);
    if (p == NULL) {
        return RSL_ERROR;
    }

    memcpy(&number, &bits, sizeof(number));

    if (!isfinite(number)) {
        value->text = isnan(number) ? none : (number < 0) ? least : most;
        return RSL_OK;
    }

    digits = 15;

    do {
        len = snprintf(p, 32, "%.*g", digits, number);
    } while (strtod(p, NULL) != number && ++digits <= 17);

    /* the letter of another locale */

    point = memchr(p, ',', (size_t) len);

    if (point != NULL) {
        *point = '.';
    }

    value->type = RSL_VALUE_SCALAR;
    value->text.data = (u_char *) p;
    value->text.len = (size_t) len;

    return RSL_OK;
}


static int
rsl_envelope_message_hex(rsl_arena_t *arena, rsl_str_t *text)
{
    size_t   i;
    u_char  *p;

    static const char  hex[] = "0123456789abcdef";

    p = rsl_arena_alloc(arena, text->len * 2);
    if (p == NULL) {
        return RSL_ERROR;
    }

    for (i = 0; i < text->len; i++) {
        p[i * 2] = (u_char) hex[text->data[i] >> 4];
        p[i * 2 + 1] = (u_char) hex[text->data[i] & 0xf];
    }

    text->data = p;
    text->len *= 2;

    return RSL_OK;
}


static int
rsl_envelope_message_base64(rsl_arena_t *arena, rsl_str_t *text)
{
    size_t         n;
    u_char        *p, *dst;
    uint32_t       bits;
    const u_char  *src;

    static const char  digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    p = rsl_arena_alloc(arena, (text->len + 2) / 3 * 4);
    if (p == NULL) {
        return RSL_ERROR;
    }

    dst = p;
    src = text->data;

    for (n = text->len; n; n -= (n < 3) ? n : 3) {
        bits = (uint32_t) src[0] << 16
               | (n > 1 ? (uint32_t) src[1] << 8 : 0)
               | (n > 2 ? (uint32_t) src[2] : 0);

        dst[0] = (u_char) digits[bits >> 18];
        dst[1] = (u_char) digits[bits >> 12 & 0x3f];
        dst[2] = (u_char) (n > 1 ? digits[bits >> 6 & 0x3f] : '=');
        dst[3] = (u_char) (n > 2 ? digits[bits & 0x3f] : '=');

        dst += 4;
        src += 3;
    }

    text->data = p;
    text->len = (size_t) (dst - p);

    return RSL_OK;
}
