
/* SPDX-License-Identifier: BSD-2-Clause */


/* Numbers and words as Redis has them. */


#include "rsl_share_internal.h"


#define RSL_SHARE_NUMBER_LEN  16


int
rsl_share_number(const rsl_str_t *s, uint64_t *value)
{
    size_t    i;
    uint64_t  n;

    if (s->len == 0 || s->len > RSL_SHARE_NUMBER_LEN) {
        return RSL_DECLINED;
    }

    n = 0;

    for (i = 0; i < s->len; i++) {
        if (s->data[i] < '0' || s->data[i] > '9') {
            return RSL_DECLINED;
        }

        n = n * 10 + (s->data[i] - '0');
    }

    *value = n;

    return (n < RSL_SHARE_NUMBER_MAX) ? RSL_OK : RSL_DECLINED;
}


size_t
rsl_share_number_origin(u_char *dst, const rsl_share_origin_t *origin)
{
    size_t  i;

    for (i = 0; i < 16; i++) {
        dst[i] = "0123456789abcdef"[origin->p >> (60 - 4 * i) & 15];
    }

    dst[16] = ':';

    return 17 + rsl_number_decimal(dst + 17, origin->n);
}


int
rsl_share_number_read_origin(const rsl_str_t *s, rsl_share_origin_t *origin)
{
    int        digit;
    size_t     i;
    uint64_t   p;
    rsl_str_t  n;

    if (s->len < 18 || s->data[16] != ':') {
        return RSL_DECLINED;
    }

    p = 0;

    for (i = 0; i < 16; i++) {
        digit = rsl_number_hex(s->data[i]);

        if (digit == -1 || (s->data[i] >= 'A' && s->data[i] <= 'F')) {
            return RSL_DECLINED;
        }

        p = p << 4 | (uint64_t) digit;
    }

    n.data = s->data + 17;
    n.len = s->len - 17;

    origin->p = p;

    /* one record has one name */

    if (n.data[0] == '0' && n.len > 1) {
        return RSL_DECLINED;
    }

    return rsl_share_number(&n, &origin->n);
}


void
rsl_share_number_words(char *dst, size_t size, const rsl_str_t *text)
{
    size_t  i, n;

    n = (text->len < size) ? text->len : size - 1;

    for (i = 0; i < n; i++) {
        dst[i] = (text->data[i] >= 0x20 && text->data[i] < 0x7f)
                 ? (char) text->data[i] : '?';
    }

    dst[i] = '\0';
}
