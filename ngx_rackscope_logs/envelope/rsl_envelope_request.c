
/* SPDX-License-Identifier: BSD-2-Clause */


/* What a request says of its body, as far as senders get that right. */


#include "rsl_envelope_internal.h"


int
rsl_envelope_request_is_usual(const rsl_str_t *type)
{
    return type->len == 0
           || rsl_envelope_str_is(type, "application/json")
           || rsl_envelope_str_is(type, "application/x-ndjson")
           || rsl_envelope_str_is(type, "text/plain");
}


int
rsl_envelope_request_is_plain(const rsl_str_t *path)
{
    u_char  ch;
    size_t  i;

    for (i = 1; i < path->len; i++) {
        ch = path->data[i];

        if (path->data[i - 1] == '/' && (ch == 'v' || ch == 's' || ch == 'e')) {
            return 0;
        }
    }

    return 1;
}


int
rsl_envelope_request_is(const rsl_str_t *type, const char *name)
{
    size_t  i, len;
    u_char  ch;

    /* the lengths differ in most cases, and "application/" is in all of them */

    len = strlen(name);

    if (type->len < len
        || (type->len > len && type->data[len] != ';'
            && !rsl_envelope_is_space(type->data[len])))
    {
        return 0;
    }

    for (i = 0; i < len; i++) {
        ch = type->data[i];
        ch |= (ch >= 'A' && ch <= 'Z') ? 0x20 : 0;

        if (ch != (u_char) name[i]) {
            return 0;
        }
    }

    return 1;
}


int
rsl_envelope_request_ends(const rsl_str_t *path, const char *end)
{
    size_t  len;

    len = strlen(end);

    return path->len >= len
           && path->data[path->len - 1] == (u_char) end[len - 1]
           && memcmp(path->data + path->len - len, end, len) == 0;
}


int
rsl_envelope_request_is_protobuf(const rsl_envelope_request_t *request)
{
    return rsl_envelope_request_is(&request->type, "application/x-protobuf")
           || rsl_envelope_request_is(&request->type, "application/protobuf");
}
