
/* SPDX-License-Identifier: BSD-2-Clause */


/* Integers as text, both ways. */


#include "rsl_core_internal.h"


const u_char  rsl_number_pairs[] =
    "0001020304050607080910111213141516171819"
    "2021222324252627282930313233343536373839"
    "4041424344454647484950515253545556575859"
    "6061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";


void
rsl_number_digits(u_char *p, uint64_t value, size_t n)
{
    uint32_t  low, high;

    /*
     * Most of these divisions are of 32 bits, which is faster than 64, and do
     * not wait for each other's results.
     */

    while (n >= 8) {
        n -= 8;

        low = (uint32_t) (value % 100000000);
        value /= 100000000;

        high = low / 10000;
        low %= 10000;

        rsl_number_pair(p + n, high / 100);
        rsl_number_pair(p + n + 2, high % 100);
        rsl_number_pair(p + n + 4, low / 100);
        rsl_number_pair(p + n + 6, low % 100);
    }

    while (n >= 2) {
        n -= 2;
        rsl_number_pair(p + n, value % 100);
        value /= 100;
    }

    if (n) {
        *p = (u_char) ('0' + value % 10);
    }
}


size_t
rsl_number_decimal(u_char *p, uint64_t value)
{
    size_t    n;
    uint64_t  limit;

    n = 1;

    for (limit = 10; value >= limit && n < RSL_UINT64_LEN; limit *= 10) {
        n++;
    }

    rsl_number_digits(p, value, n);

    return n;
}


int
rsl_number_parse(const rsl_str_t *s, int64_t *value)
{
    int            negative, large;
    int64_t        n;
    const u_char  *p, *end;

    if (s->len == 0) {
        return RSL_DECLINED;
    }

    p = s->data;
    end = p + s->len;

    negative = (*p == '-');

    if (*p == '-' || *p == '+') {
        p++;
    }

    if (p == end) {
        return RSL_DECLINED;
    }

    n = 0;
    large = 0;

    for ( /* void */ ; p < end; p++) {

        if (*p < '0' || *p > '9') {
            return RSL_DECLINED;
        }

        large |= (n > (INT64_MAX - (*p - '0')) / 10);
        n = large ? INT64_MAX : n * 10 + (*p - '0');
    }

    *value = !negative ? n : large ? INT64_MIN : -n;

    return RSL_OK;
}


int
rsl_number_hex(u_char ch)
{
    if (ch >= '0' && ch <= '9') {
        return ch - '0';
    }

    ch |= 0x20;

    if (ch >= 'a' && ch <= 'f') {
        return ch - 'a' + 10;
    }

    return -1;
}
