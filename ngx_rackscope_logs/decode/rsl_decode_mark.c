
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The first bytes of a stream.  They count for more than the header does:
 * senders label what is not compressed, or zlib as gzip, or say nothing.
 */


#include "rsl_decode_internal.h"


static int rsl_decode_mark_find(const u_char *data, size_t len, int zlib,
    rsl_decode_coding_e *coding);
static int rsl_decode_mark_snappy(const u_char *data, size_t len);
static int rsl_decode_mark_deflate(const u_char *data, size_t len, int final,
    rsl_decode_coding_e *coding);
static int rsl_decode_mark_plain(const u_char *data, size_t len);
static int rsl_decode_mark_text(u_char ch);


/* The bit in the second byte of zlib that asks for a preset dictionary. */
#define RSL_DECODE_MARK_DICTIONARY  0x20

/* The first byte of most messages of protobuf: a field 1 that has a length. */
#define RSL_DECODE_MARK_FIELD       0x0a


/*
 * No text begins like gzip (RFC 1952), zlib at its usual levels (RFC 1950), or
 * a frame of Zstandard, whether it is compressed or to be skipped (RFC 8878).
 * The mask is for the first byte.
 */

static const struct {
    rsl_str_t            bytes;
    u_char               mask;
    rsl_decode_coding_e  coding;
} rsl_decode_marks[] = {
    { rsl_string("\x1f\x8b"), 0xff, RSL_DECODE_GZIP },
    { rsl_string("\x78\x01"), 0xff, RSL_DECODE_ZLIB },
    { rsl_string("\x78\x9c"), 0xff, RSL_DECODE_ZLIB },
    { rsl_string("\x78\xda"), 0xff, RSL_DECODE_ZLIB },
    { rsl_string("\x28\xb5\x2f\xfd"), 0xff, RSL_DECODE_ZSTD },
    { rsl_string("\x50\x2a\x4d\x18"), 0xf0, RSL_DECODE_ZSTD }
};


int
rsl_decode_wanted(const u_char *data, size_t len)
{
    rsl_decode_coding_e  coding;

    return len == 0
           || rsl_decode_mark_find(data, len, 1, &coding) != RSL_DECLINED;
}


int
rsl_decode_mark(const rsl_decode_header_t *header, unsigned level,
    const u_char *data, size_t len, int final, rsl_decode_coding_e *coding)
{
    int       rc, snappy;
    unsigned  i, named, deflate;

    named = (level < header->n);
    deflate = 0;

    /* some senders name two codings, and mean one of them */

    for (i = 0; i < header->n && named; i++) {
        deflate |= (header->codings[i] == RSL_DECODE_DEFLATE);
    }

    rc = rsl_decode_mark_find(data, len, !header->block || deflate, coding);

    if (rc == RSL_OK || (rc == RSL_AGAIN && !final)) {
        return rc;
    }

    if (header->block) {
        snappy = rsl_decode_mark_snappy(data, len);

        if (snappy == RSL_OK) {
            *coding = RSL_DECODE_SNAPPY;
        }

        if (snappy == RSL_OK || (snappy == RSL_AGAIN && !final)) {
            return snappy;
        }
    }

    if (rc == RSL_AGAIN && named && !rsl_decode_mark_plain(data, len)) {
        return RSL_OK;
    }

    if (deflate) {
        return rsl_decode_mark_deflate(data, len, final, coding);
    }

    if (!named || rsl_decode_mark_text(data[0])) {
        *coding = RSL_DECODE_PLAIN;
        return RSL_OK;
    }

    *coding = header->codings[header->n - 1 - level];

    return RSL_DECLINED;
}


/* RSL_AGAIN: so far it is this coding.  RSL_DECLINED: it is none. */

static int
rsl_decode_mark_find(const u_char *data, size_t len, int zlib,
    rsl_decode_coding_e *coding)
{
    size_t            i, n;
    const rsl_str_t  *bytes;

    for (i = 0; i < sizeof(rsl_decode_marks) / sizeof(rsl_decode_marks[0]);
         i++)
    {
        bytes = &rsl_decode_marks[i].bytes;
        n = (len < bytes->len) ? len : bytes->len;

        if ((data[0] & rsl_decode_marks[i].mask) != bytes->data[0]
            || memcmp(data + 1, bytes->data + 1, n - 1) != 0
            || (rsl_decode_marks[i].coding == RSL_DECODE_ZLIB && !zlib))
        {
            continue;
        }

        *coding = rsl_decode_marks[i].coding;

        return (n == bytes->len) ? RSL_OK : RSL_AGAIN;
    }

    return RSL_DECLINED;
}


/*
 * A block of Snappy has its length first, and then a literal, as there is
 * nothing to copy yet.  In that a message begins with its field 1, which is not
 * the first byte of a block: one with this length could hold no record.
 */

static int
rsl_decode_mark_snappy(const u_char *data, size_t len)
{
    size_t  i;

    if (data[0] == RSL_DECODE_MARK_FIELD) {
        return RSL_DECLINED;
    }

    for (i = 0; i < len && data[i] >= 0x80; i++) {
        if (i == 4) {
            return RSL_DECLINED;
        }
    }

    i++;

    if (i >= len) {
        return RSL_AGAIN;
    }

    if (data[i] & 3) {
        return RSL_DECLINED;
    }

    /* a long literal has its length in one to four bytes behind the tag */

    i += (data[i] >> 2 >= 60) ? (data[i] >> 2) - 58 : 1;

    if (i >= len) {
        return RSL_AGAIN;
    }

    return (data[i] == RSL_DECODE_MARK_FIELD) ? RSL_OK : RSL_DECLINED;
}


/*
 * "deflate" is zlib by its definition, and what some senders mean by it has no
 * header at all.  Almost any byte may be the first one of that, also "{" and
 * "[".  But among the first sixteen there is one that no text has: in one of a
 * few millions of streams there is none.
 */

static int
rsl_decode_mark_deflate(const u_char *data, size_t len, int final,
    rsl_decode_coding_e *coding)
{
    int  zlib;

    if (len < 2 && !final) {
        return RSL_AGAIN;
    }

    /* a multiple of 31, method 8, at most 32 KB */

    zlib = len > 1 && (data[0] << 8 | data[1]) % 31 == 0
           && (data[0] & 0x8f) == 8;

    if (zlib && !(data[1] & RSL_DECODE_MARK_DICTIONARY)) {
        *coding = RSL_DECODE_ZLIB;
        return RSL_OK;
    }

    if (!rsl_decode_mark_plain(data, len)) {
        *coding = zlib ? RSL_DECODE_ZLIB : RSL_DECODE_DEFLATE;
        return RSL_OK;
    }

    *coding = RSL_DECODE_PLAIN;

    return (len < RSL_DECODE_HEAD && !final) ? RSL_AGAIN : RSL_OK;
}


/* Are these bytes the beginning of a text? */

static int
rsl_decode_mark_plain(const u_char *data, size_t len)
{
    size_t         n;
    const u_char  *p, *end;

    end = data + len;

    for (p = data; p < end; p += n) {

        if (*p < 0x80) {

            if (!rsl_decode_mark_text(*p)) {
                return 0;
            }

            n = 1;
            continue;
        }

        n = rsl_utf8_sequence(p, end);

        if (n == 0) {
            /* is the rest of it still to come? */
            return *p >= 0xc2 && *p <= 0xf4
                   && p + rsl_utf8_ill_formed(p, end) == end;
        }
    }

    return 1;
}


/* RS begins each entry of a JSON text sequence (RFC 7464). */

static int
rsl_decode_mark_text(u_char ch)
{
    return (ch >= 0x20) ? ch != 0x7f
                        : (ch >= '\t' && ch <= '\r') || ch == 0x1b
                          || ch == 0x1e;
}
