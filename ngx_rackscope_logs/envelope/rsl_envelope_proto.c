
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A body of protobuf, in any pieces: messages within messages, down to those
 * that are records, or stand around them.  Only these are read as a whole, and
 * of all others only the tags of their fields, so an envelope of any size needs
 * no more memory than a record and what waits.
 */


#include "rsl_envelope_internal.h"


static int rsl_envelope_proto_tag(rsl_envelope_proto_t *proto,
    const u_char **p);
static int rsl_envelope_proto_len(rsl_envelope_proto_t *proto,
    const u_char **p);
static int rsl_envelope_proto_open(rsl_envelope_proto_t *proto, uint64_t len);
static int rsl_envelope_proto_skip(rsl_envelope_proto_t *proto,
    const u_char **p, const u_char *end);
static int rsl_envelope_proto_keep(rsl_envelope_proto_t *proto,
    const u_char **p, const u_char *end);
static int rsl_envelope_proto_add(rsl_envelope_proto_t *proto,
    const u_char *data, size_t len);
static int rsl_envelope_proto_take(rsl_envelope_proto_t *proto,
    const rsl_str_t *bytes);
static int rsl_envelope_proto_up(rsl_envelope_proto_t *proto);
static int rsl_envelope_proto_broken(rsl_envelope_proto_t *proto,
    const char *detail);


static const char  rsl_envelope_proto_tag_wrong[] =
    "this is no protobuf: no field begins here";

static const char  rsl_envelope_proto_beyond[] =
    "this is no protobuf: a field reaches beyond its message";

static const char  rsl_envelope_proto_ends[] =
    "the protobuf breaks off";

static const char  rsl_envelope_proto_large[] =
    "the record is larger than 1 MB";


void
rsl_envelope_proto_start(rsl_envelope_proto_t *proto,
    const rsl_envelope_proto_level_t *levels, unsigned last,
    const rsl_envelope_taker_t *taker,
    void (*reject)(void *data, uint64_t offset, const char *detail))
{
    unsigned  level, wanted;

    memset(proto, 0, sizeof(rsl_envelope_proto_t));

    wanted = 0;

    for (level = 0; level <= last; level++) {
        if (levels[level].context) {
            wanted |= 1u << level;
        }
    }

    rsl_envelope_wait_start(&proto->wait, taker, last, wanted);

    proto->levels = levels;
    proto->last = last;
    proto->reject = reject;
    proto->ends[0] = UINT64_MAX;
}


void
rsl_envelope_proto_free(rsl_envelope_proto_t *proto)
{
    rsl_envelope_wait_free(&proto->wait);
    rsl_envelope_buf_free(&proto->buf);
}


int
rsl_envelope_proto_feed(rsl_envelope_proto_t *proto, const u_char *p,
    size_t len)
{
    int            rc;
    const u_char  *end;

    rc = RSL_OK;
    end = p + len;

    while (p < end && rc == RSL_OK) {

        switch (proto->state) {

        case RSL_ENVELOPE_PROTO_TAG:
        case RSL_ENVELOPE_PROTO_VARINT:
            rc = rsl_envelope_proto_tag(proto, &p);
            break;

        case RSL_ENVELOPE_PROTO_LEN:
            rc = rsl_envelope_proto_len(proto, &p);
            break;

        case RSL_ENVELOPE_PROTO_SKIP:
            rc = rsl_envelope_proto_skip(proto, &p, end);
            break;

        case RSL_ENVELOPE_PROTO_KEEP:
            rc = rsl_envelope_proto_keep(proto, &p, end);
            break;

        case RSL_ENVELOPE_PROTO_BROKEN:
            return RSL_OK;
        }
    }

    return rc;
}


/* Takes a byte of a tag, or of a number that is skipped. */

static int
rsl_envelope_proto_tag(rsl_envelope_proto_t *proto, const u_char **p)
{
    int                  rc;
    rsl_envelope_wire_e  type;

    if (proto->offset == proto->ends[proto->level]) {
        return rsl_envelope_proto_broken(proto, rsl_envelope_proto_beyond);
    }

    rc = rsl_envelope_wire_varint(&proto->varint, *(*p)++);
    proto->offset++;

    if (rc == RSL_AGAIN) {
        return RSL_OK;
    }

    if (rc == RSL_OK && proto->state == RSL_ENVELOPE_PROTO_VARINT) {
        return rsl_envelope_proto_up(proto);
    }

    if (rc != RSL_OK
        || rsl_envelope_wire_tag(proto->varint.value, &proto->number, &type)
           != RSL_OK)
    {
        return rsl_envelope_proto_broken(proto, rsl_envelope_proto_tag_wrong);
    }

    memset(&proto->varint, 0, sizeof(rsl_envelope_wire_varint_t));

    switch (type) {

    case RSL_ENVELOPE_WIRE_VARINT:
        proto->state = RSL_ENVELOPE_PROTO_VARINT;
        return RSL_OK;

    case RSL_ENVELOPE_WIRE_BYTES:
        proto->state = RSL_ENVELOPE_PROTO_LEN;
        return RSL_OK;

    default:
        proto->state = RSL_ENVELOPE_PROTO_SKIP;
        proto->left = (type == RSL_ENVELOPE_WIRE_FIXED64) ? 8 : 4;
    }

    if (proto->left > proto->ends[proto->level] - proto->offset) {
        return rsl_envelope_proto_broken(proto, rsl_envelope_proto_beyond);
    }

    return RSL_OK;
}


/* Takes a byte of the length of a field. */

static int
rsl_envelope_proto_len(rsl_envelope_proto_t *proto, const u_char **p)
{
    int       rc;
    uint64_t  len;

    if (proto->offset == proto->ends[proto->level]) {
        return rsl_envelope_proto_broken(proto, rsl_envelope_proto_beyond);
    }

    rc = rsl_envelope_wire_varint(&proto->varint, *(*p)++);
    proto->offset++;

    if (rc == RSL_AGAIN) {
        return RSL_OK;
    }

    len = proto->varint.value;

    if (rc != RSL_OK || len > proto->ends[proto->level] - proto->offset) {
        return rsl_envelope_proto_broken(proto, rsl_envelope_proto_beyond);
    }

    memset(&proto->varint, 0, sizeof(rsl_envelope_wire_varint_t));

    return rsl_envelope_proto_open(proto, len);
}


/* A field of so many bytes begins: a group, a record, a context or another. */

static int
rsl_envelope_proto_open(rsl_envelope_proto_t *proto, uint64_t len)
{
    const rsl_envelope_proto_level_t  *level;

    level = &proto->levels[proto->level];

    if (proto->number == level->groups && proto->level < proto->last) {
        proto->level++;
        proto->ends[proto->level] = proto->offset + len;
        proto->state = RSL_ENVELOPE_PROTO_TAG;

        return (rsl_envelope_wait_begin(&proto->wait, proto->level) == RSL_OK)
               ? rsl_envelope_proto_up(proto) : RSL_ERROR;
    }

    proto->start = proto->offset;
    proto->left = len;
    rsl_envelope_buf_reset(&proto->buf);
    proto->record = (proto->number == level->groups);
    proto->state = RSL_ENVELOPE_PROTO_SKIP;

    if (proto->record || proto->number == level->context) {
        proto->state = RSL_ENVELOPE_PROTO_KEEP;
    }

    if (proto->record && len > RSL_ENVELOPE_RECORD_MAX) {
        proto->state = RSL_ENVELOPE_PROTO_SKIP;
        proto->reject(proto->wait.taker.data, proto->offset,
                      rsl_envelope_proto_large);
    }

    if (len) {
        return RSL_OK;
    }

    return (proto->state == RSL_ENVELOPE_PROTO_KEEP)
           ? rsl_envelope_proto_take(proto, NULL)
           : rsl_envelope_proto_up(proto);
}


static int
rsl_envelope_proto_skip(rsl_envelope_proto_t *proto, const u_char **p,
    const u_char *end)
{
    size_t  n;

    n = (size_t) (end - *p);
    n = (n < proto->left) ? n : (size_t) proto->left;

    *p += n;
    proto->offset += n;
    proto->left -= n;

    return proto->left ? RSL_OK : rsl_envelope_proto_up(proto);
}


/* What is whole in the piece is taken where it lies. */

static int
rsl_envelope_proto_keep(rsl_envelope_proto_t *proto, const u_char **p,
    const u_char *end)
{
    size_t     n;
    rsl_str_t  bytes;

    n = (size_t) (end - *p);
    n = (n < proto->left) ? n : (size_t) proto->left;

    bytes.data = *p;
    bytes.len = n;

    *p += n;
    proto->offset += n;
    proto->left -= n;

    if (proto->left == 0 && proto->buf.len == 0) {
        return rsl_envelope_proto_take(proto, &bytes);
    }

    if (rsl_envelope_proto_add(proto, bytes.data, bytes.len) != RSL_OK) {
        return RSL_ERROR;
    }

    if (proto->left) {
        return RSL_OK;
    }

    bytes.data = proto->buf.data;
    bytes.len = proto->buf.len;

    return rsl_envelope_proto_take(proto, &bytes);
}


/* Of a context, no more is kept than is read. */

static int
rsl_envelope_proto_add(rsl_envelope_proto_t *proto, const u_char *data,
    size_t len)
{
    if (!proto->record
        && len > RSL_ENVELOPE_CONTEXT_MAX + 1 - proto->buf.len)
    {
        len = RSL_ENVELOPE_CONTEXT_MAX + 1 - proto->buf.len;
    }

    return rsl_envelope_buf_add(&proto->buf, data, len);
}


/* Takes what was kept; NULL: it is empty. */

static int
rsl_envelope_proto_take(rsl_envelope_proto_t *proto, const rsl_str_t *bytes)
{
    int        rc;
    rsl_str_t  context;

    static const rsl_str_t  empty = rsl_string("");

    if (bytes == NULL) {
        bytes = &empty;
    }

    if (proto->record) {
        rc = rsl_envelope_wait_record(&proto->wait, bytes);

    } else {
        /* one byte more than is allowed tells that it was cut */

        context = *bytes;

        if (context.len > RSL_ENVELOPE_CONTEXT_MAX) {
            context.len = RSL_ENVELOPE_CONTEXT_MAX + 1;
        }

        rc = rsl_envelope_wait_context(&proto->wait, proto->level, &context);
    }

    return (rc == RSL_OK) ? rsl_envelope_proto_up(proto) : rc;
}


/* A field has ended, and perhaps the messages in which it is. */

static int
rsl_envelope_proto_up(rsl_envelope_proto_t *proto)
{
    memset(&proto->varint, 0, sizeof(rsl_envelope_wire_varint_t));

    proto->state = RSL_ENVELOPE_PROTO_TAG;

    while (proto->level && proto->offset == proto->ends[proto->level]) {

        if (rsl_envelope_wait_end(&proto->wait, proto->level) != RSL_OK) {
            return RSL_ERROR;
        }

        proto->level--;
    }

    proto->start = proto->offset;

    return RSL_OK;
}


/* What was whole is kept; where another message begins is not known. */

static int
rsl_envelope_proto_broken(rsl_envelope_proto_t *proto, const char *detail)
{
    proto->state = RSL_ENVELOPE_PROTO_BROKEN;

    for ( /* void */ ; proto->level; proto->level--) {
        if (rsl_envelope_wait_end(&proto->wait, proto->level) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    proto->reject(proto->wait.taker.data, proto->start, detail);

    return RSL_OK;
}


int
rsl_envelope_proto_finish(rsl_envelope_proto_t *proto)
{
    if (proto->state == RSL_ENVELOPE_PROTO_BROKEN
        || (proto->state == RSL_ENVELOPE_PROTO_TAG && proto->level == 0
            && proto->varint.shift == 0))
    {
        return RSL_OK;
    }

    return rsl_envelope_proto_broken(proto, rsl_envelope_proto_ends);
}
