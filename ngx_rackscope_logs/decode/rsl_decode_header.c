
/* SPDX-License-Identifier: BSD-2-Clause */


/* Content-Encoding (RFC 9110, 8.4): a list of names in any case. */


#include <strings.h>

#include "rsl_decode_internal.h"


static int rsl_decode_header_coding(const u_char *p, size_t len,
    rsl_decode_coding_e *coding);


static const char  rsl_decode_header_unknown[] =
    "this Content-Encoding cannot be read; compress the body with gzip, "
    "deflate or zstd, or send it without compression (identity)";

static const char  rsl_decode_header_many[] =
    "the body is compressed more than twice; compress it with one of gzip, "
    "deflate and zstd, or with two of them";


int
rsl_decode_header(rsl_decode_header_t *header, const rsl_str_t *value,
    const char **detail)
{
    size_t                len;
    const u_char         *p, *end, *next, *comma;
    rsl_decode_coding_e   coding;

    end = value->data + value->len;

    for (p = value->data; p < end; p = next) {
        comma = memchr(p, ',', (size_t) (end - p));
        next = comma ? comma + 1 : end;
        len = (size_t) ((comma ? comma : end) - p);

        while (len && (*p == ' ' || *p == '\t')) {
            p++;
            len--;
        }

        while (len && (p[len - 1] == ' ' || p[len - 1] == '\t')) {
            len--;
        }

        if (rsl_decode_header_coding(p, len, &coding) != RSL_OK
            || (coding == RSL_DECODE_SNAPPY && !header->block))
        {
            *detail = rsl_decode_header_unknown;
            return RSL_DECLINED;
        }

        /* a block of Snappy is known by its first bytes */

        if (coding == RSL_DECODE_PLAIN || coding == RSL_DECODE_SNAPPY) {
            continue;
        }

        if (header->n == RSL_DECODE_LEVELS) {
            *detail = rsl_decode_header_many;
            return RSL_DECLINED;
        }

        header->codings[header->n++] = coding;
    }

    return RSL_OK;
}


static int
rsl_decode_header_coding(const u_char *p, size_t len,
    rsl_decode_coding_e *coding)
{
    size_t  i;

    static const struct {
        rsl_str_t            name;
        rsl_decode_coding_e  coding;
    } names[] = {
        { rsl_string(""), RSL_DECODE_PLAIN },
        { rsl_string("identity"), RSL_DECODE_PLAIN },
        { rsl_string("gzip"), RSL_DECODE_GZIP },
        { rsl_string("x-gzip"), RSL_DECODE_GZIP },
        { rsl_string("deflate"), RSL_DECODE_DEFLATE },
        { rsl_string("zstd"), RSL_DECODE_ZSTD },
        { rsl_string("snappy"), RSL_DECODE_SNAPPY }
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {

        if (len == names[i].name.len
            && strncasecmp((const char *) p,
                           (const char *) names[i].name.data, len)
               == 0)
        {
            *coding = names[i].coding;
            return RSL_OK;
        }
    }

    return RSL_DECLINED;
}
