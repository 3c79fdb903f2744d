
/* SPDX-License-Identifier: BSD-2-Clause */


/* UTF-8: what is well-formed, where to cut it, and how to repair it. */


#include "rsl_core_internal.h"


static size_t rsl_utf8_replace(const rsl_str_t *s, u_char *dst);


size_t
rsl_utf8_sequence(const u_char *p, const u_char *end)
{
    return rsl_utf8_loaded_sequence(rsl_utf8_load(p, end));
}


size_t
rsl_utf8_ill_formed(const u_char *p, const u_char *end)
{
    return rsl_utf8_loaded_ill_formed(rsl_utf8_load(p, end));
}


size_t
rsl_utf8_valid(const rsl_str_t *s)
{
    size_t         n;
    uint64_t       mask;
    const u_char  *p, *end;

    if (s->len == 0) {
        return 0;
    }

    p = s->data;
    end = p + s->len;

    while (p < end) {

        if ((size_t) (end - p) >= sizeof(mask)) {
            mask = rsl_swar_high(rsl_swar_load(p));

            if (mask == 0) {
                p += sizeof(mask);
                continue;
            }

            p += rsl_swar_first(mask);
        }

        n = rsl_utf8_sequence(p, end);
        if (n == 0) {
            break;
        }

        p += n;
    }

    return p - s->data;
}


size_t
rsl_utf8_cut(const rsl_str_t *s, size_t len)
{
    if (len >= s->len) {
        return s->len;
    }

    while (len > 0 && (s->data[len] & 0xc0) == 0x80) {
        len--;
    }

    return len;
}


int
rsl_utf8_repair(rsl_arena_t *arena, rsl_str_t *s)
{
    size_t   len;
    u_char  *p;

    if (rsl_utf8_valid(s) == s->len) {
        return RSL_OK;
    }

    len = rsl_utf8_replace(s, NULL);

    p = rsl_arena_alloc(arena, len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    (void) rsl_utf8_replace(s, p);

    s->data = p;
    s->len = len;

    return RSL_OK;
}


/*
 * Writes "s" to "dst", with U+FFFD in the place of each ill-formed part, and
 * returns the length.  If dst is NULL, nothing is written.
 */

static size_t
rsl_utf8_replace(const rsl_str_t *s, u_char *dst)
{
    size_t     len;
    rsl_str_t  rest, good;

    len = 0;
    rest = *s;

    for ( ;; ) {
        good.data = rest.data;
        good.len = rsl_utf8_valid(&rest);

        if (dst != NULL) {
            memcpy(dst + len, good.data, good.len);
        }

        len += good.len;
        rest.data += good.len;
        rest.len -= good.len;

        if (rest.len == 0) {
            return len;
        }

        if (dst != NULL) {
            memcpy(dst + len, RSL_UTF8_REPLACEMENT, RSL_UTF8_REPLACEMENT_LEN);
        }

        len += RSL_UTF8_REPLACEMENT_LEN;

        good.len = rsl_utf8_ill_formed(rest.data, rest.data + rest.len);
        rest.data += good.len;
        rest.len -= good.len;
    }
}
