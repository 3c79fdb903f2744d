
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Snappy's block format (format_description.txt of Snappy): a length, and then
 * literals and copies of what was decoded before.
 */


#include "rsl_decode_internal.h"


static const u_char *rsl_decode_snappy_head(const rsl_str_t *block,
    size_t *len);
static int rsl_decode_snappy_number(const u_char **p, const u_char *end,
    size_t n, size_t *value);
static void rsl_decode_snappy_copy(u_char *q, size_t offset, size_t n);


int
rsl_decode_snappy_len(const rsl_str_t *block, size_t *len)
{
    return rsl_decode_snappy_head(block, len) ? RSL_OK : RSL_DECLINED;
}


/* Returns what follows the length: seven bits a byte, the lowest ones first. */

static const u_char *
rsl_decode_snappy_head(const rsl_str_t *block, size_t *len)
{
    size_t    i;
    uint64_t  n;

    n = 0;

    for (i = 0; i < block->len && i < 5; i++) {
        n |= (uint64_t) (block->data[i] & 0x7f) << 7 * i;

        if (block->data[i] < 0x80) {
            *len = (size_t) n;
            return (n <= UINT32_MAX) ? block->data + i + 1 : NULL;
        }
    }

    return NULL;
}


int
rsl_decode_snappy(const rsl_str_t *block, u_char *buf, size_t len)
{
    int            rc;
    u_char         tag, *q;
    size_t         n, offset;
    const u_char  *p, *end;

    p = rsl_decode_snappy_head(block, &n);

    if (p == NULL || n != len) {
        return RSL_DECLINED;
    }

    end = block->data + block->len;
    q = buf;
    rc = RSL_OK;

    while (p < end) {
        tag = *p++;
        n = tag >> 2;
        offset = 0;

        switch (tag & 3) {

        case 0:
            if (n >= 60) {
                rc = rsl_decode_snappy_number(&p, end, n - 59, &n);
            }

            break;

        case 1:
            n &= 7;
            n += 3;
            rc = rsl_decode_snappy_number(&p, end, 1, &offset);
            offset |= (size_t) (tag & 0xe0) << 3;
            break;

        default:
            rc = rsl_decode_snappy_number(&p, end, (tag & 3) == 2 ? 2 : 4,
                                          &offset);
            break;
        }

        /* n is one less than the length, which does not overflow so */

        if (rc != RSL_OK || n >= len - (size_t) (q - buf)) {
            return RSL_DECLINED;
        }

        n++;

        if ((tag & 3) == 0) {

            if (n > (size_t) (end - p)) {
                return RSL_DECLINED;
            }

            memcpy(q, p, n);
            p += n;

        } else {

            if (offset == 0 || offset > (size_t) (q - buf)) {
                return RSL_DECLINED;
            }

            rsl_decode_snappy_copy(q, offset, n);
        }

        q += n;
    }

    return ((size_t) (q - buf) == len) ? RSL_OK : RSL_DECLINED;
}


/* A number of "n" bytes, the lowest one first. */

static int
rsl_decode_snappy_number(const u_char **p, const u_char *end, size_t n,
    size_t *value)
{
    size_t  i;

    if (n > (size_t) (end - *p)) {
        return RSL_DECLINED;
    }

    *value = 0;

    for (i = 0; i < n; i++) {
        *value |= (size_t) (*p)[i] << 8 * i;
    }

    *p += n;

    return RSL_OK;
}


/* The copy may overlap what it is made of, and repeats it then. */

static void
rsl_decode_snappy_copy(u_char *q, size_t offset, size_t n)
{
    size_t  i;

    if (offset >= n) {
        memcpy(q, q - offset, n);
        return;
    }

    for (i = 0; i < n; i++) {
        q[i] = *(q + i - offset);
    }
}
