
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Marks the bytes of a text that belong to a query string, and then takes them
 * out or replaces them by "***".
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "rsl_intake_internal.h"


/*
 * A shorter value may be a part of any word.  It is masked only where it is all
 * that stands between two quotes.
 */
#define RSL_INTAKE_NGINX_VALUE_MIN  6

/*
 * The number of values times the bytes in which they are looked for: sixteen
 * values in the longest line, or more of them in a shorter one.
 */
#define RSL_INTAKE_NGINX_WORK_MAX   (16 * 2048)


static int rsl_intake_nginx_mark_is_letters(const rsl_str_t *part);
static size_t rsl_intake_nginx_mark_encoded(const u_char *p, size_t len);
static void rsl_intake_nginx_mark_password(rsl_intake_nginx_marks_t *marks,
    size_t start, size_t i, size_t end);
static int rsl_intake_nginx_mark_has(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end, const char *s);


void
rsl_intake_nginx_mark_lower(u_char *dst, const u_char *src, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        dst[i] = (src[i] >= 'A' && src[i] <= 'Z') ? src[i] | 0x20 : src[i];
    }
}


int
rsl_intake_nginx_mark_start(rsl_arena_t *arena, rsl_intake_nginx_marks_t *marks,
    const rsl_intake_nginx_query_t *query, const rsl_str_t *text)
{
    marks->query = query;
    marks->text = text->data;
    marks->len = text->len;

    marks->bytes = rsl_arena_alloc(arena, 2 * text->len + 1);
    if (marks->bytes == NULL) {
        return RSL_ERROR;
    }

    memset(marks->bytes, RSL_INTAKE_NGINX_KEEP, text->len);

    marks->lower = marks->bytes + text->len;
    rsl_intake_nginx_mark_lower(marks->lower, text->data, text->len);

    return RSL_OK;
}


void
rsl_intake_nginx_mark(rsl_intake_nginx_marks_t *marks, size_t start, size_t end,
    int mark)
{
    if (start < end) {
        memset(marks->bytes + start, mark, end - start);
    }
}


void
rsl_intake_nginx_mark_known(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, int letters)
{
    size_t            i, pos;
    const u_char     *p;
    const rsl_str_t  *part;

    if (rsl_intake_nginx_mark_too_much(marks, start, end)) {
        rsl_intake_nginx_mark(marks, start, end, RSL_INTAKE_NGINX_MASK);
        return;
    }

    for (i = 0; i < marks->query->n; i++) {
        part = &marks->query->parts[i];

        if (part->len < RSL_INTAKE_NGINX_VALUE_MIN
            || rsl_intake_nginx_mark_is_letters(part) != letters)
        {
            continue;
        }

        for (pos = start; pos < end; pos += part->len) {

            p = memmem(marks->lower + pos, end - pos, part->data, part->len);
            if (p == NULL) {
                break;
            }

            pos = p - marks->lower;
            rsl_intake_nginx_mark(marks, pos, pos + part->len,
                                  RSL_INTAKE_NGINX_MASK);
        }
    }
}


int
rsl_intake_nginx_mark_too_much(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end)
{
    return marks->query->n * (end - start) > RSL_INTAKE_NGINX_WORK_MAX;
}


static int
rsl_intake_nginx_mark_is_letters(const rsl_str_t *part)
{
    size_t  i;

    for (i = 0; i < part->len; i++) {
        if (part->data[i] < 'a' || part->data[i] > 'z') {
            return 0;
        }
    }

    return 1;
}


int
rsl_intake_nginx_mark_is_known(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end)
{
    size_t            i;
    const rsl_str_t  *part;

    for (i = 0; i < marks->query->n; i++) {
        part = &marks->query->parts[i];

        if (part->len == end - start
            && memcmp(part->data, marks->lower + start, part->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


int
rsl_intake_nginx_mark_query(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, size_t stop, rsl_intake_nginx_place_t place)
{
    size_t  i, n;

    for (i = start; i < end; i++) {

        n = rsl_intake_nginx_mark_begins(marks, start, i, end, place);

        if (n == 0) {
            continue;
        }

        rsl_intake_nginx_mark_password(marks, start, i, stop);

        /* an encoded "?" is kept: it may be why nginx found no such path */

        rsl_intake_nginx_mark(marks, (n > 1) ? i + n : i, stop,
                              RSL_INTAKE_NGINX_DROP);

        return 1;
    }

    return 0;
}


size_t
rsl_intake_nginx_mark_begins(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t i, size_t end, rsl_intake_nginx_place_t place)
{
    int  path, value;

    switch (marks->text[i]) {

    case '?':
    case '#':
        path = rsl_intake_nginx_mark_has(marks, start, i, "/");
        value = rsl_intake_nginx_mark_has(marks, i, end, "=");

        if (marks->text[i] == '#' && place != RSL_INTAKE_NGINX_URL) {
            /* "#" may stand in prose; "/a#access_token=x" is a fragment */
            return path && value;
        }

        return place != RSL_INTAKE_NGINX_PROSE
               || (i + 1 < end && (path || value));

    case '%':
        if (place == RSL_INTAKE_NGINX_PROSE
            && !rsl_intake_nginx_mark_has(marks, start, i, "/"))
        {
            return 0;
        }

        return rsl_intake_nginx_mark_encoded(marks->text + i, end - i);

    default:
        return 0;
    }
}


/*
 * The length of an encoded "?": "%3F", or that encoded again, as "%253F".  Who
 * decodes it finds a query.  0: it is none.
 */

static size_t
rsl_intake_nginx_mark_encoded(const u_char *p, size_t len)
{
    size_t  n;

    n = 1;

    while (len - n >= 2 && p[n] == '2' && p[n + 1] == '5') {
        n += 2;
    }

    if (len - n >= 2 && p[n] == '3' && (p[n + 1] | 0x20) == 'f') {
        return n + 2;
    }

    return 0;
}


/*
 * In "https://user:pass?word@host/" the "?" may belong to the password, and in
 * "https://user:pass?mail=a@host" it begins a query.  These cannot be told
 * apart, so what follows the "?" is dropped, and what stands before it, and may
 * be the beginning of a password, is masked here.
 */

static void
rsl_intake_nginx_mark_password(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t i, size_t end)
{
    const u_char  *host, *colon;

    host = memmem(marks->text + start, i - start, "://", 3);

    if (host == NULL || memchr(marks->text + i, '@', end - i) == NULL) {
        return;
    }

    host += 3;
    colon = memchr(host, ':', marks->text + i - host);

    if (colon == NULL || memchr(host, '/', marks->text + i - host)) {
        return;
    }

    rsl_intake_nginx_mark(marks, colon + 1 - marks->text, i,
                          RSL_INTAKE_NGINX_MASK);
}


static int
rsl_intake_nginx_mark_has(const rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, const char *s)
{
    return rsl_intake_nginx_mark_find(marks, start, end, s) != end;
}


size_t
rsl_intake_nginx_mark_find(const rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end, const char *s)
{
    const u_char  *p;

    p = memmem(marks->text + start, end - start, s, strlen(s));

    return p ? (size_t) (p - marks->text) : end;
}


int
rsl_intake_nginx_mark_apply(rsl_arena_t *arena,
    const rsl_intake_nginx_marks_t *marks, rsl_str_t *text)
{
    size_t   i, n;
    u_char  *p;

    static const rsl_str_t  mask = rsl_string("***");

    for (i = 0, n = 0; i < marks->len; i++) {
        n += (marks->bytes[i] != RSL_INTAKE_NGINX_KEEP);
    }

    if (n == 0) {
        return RSL_OK;
    }

    p = rsl_arena_alloc(arena, marks->len + n * mask.len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    for (i = 0, n = 0; i < marks->len; i++) {

        if (marks->bytes[i] == RSL_INTAKE_NGINX_KEEP) {
            p[n++] = marks->text[i];

        } else if (marks->bytes[i] == RSL_INTAKE_NGINX_MASK
                   && (i == 0 || marks->bytes[i - 1] != RSL_INTAKE_NGINX_MASK))
        {
            memcpy(p + n, mask.data, mask.len);
            n += mask.len;
        }
    }

    text->data = p;
    text->len = n;

    return RSL_OK;
}
