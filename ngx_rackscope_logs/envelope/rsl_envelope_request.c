
/* SPDX-License-Identifier: BSD-2-Clause */


/* What a request says of its body, as far as senders get that right. */


#include "rsl_envelope_internal.h"


int
rsl_envelope_request_is(const rsl_str_t *type, const char *name)
{
    size_t  i;
    u_char  ch;

    for (i = 0; i < type->len; i++) {
        ch = type->data[i];

        if (ch == ';' || rsl_envelope_is_space(ch) || name[i] == '\0') {
            break;
        }

        ch |= (ch >= 'A' && ch <= 'Z') ? 0x20 : 0;

        if (ch != (u_char) name[i]) {
            return 0;
        }
    }

    return name[i] == '\0'
           && (i == type->len || type->data[i] == ';'
               || rsl_envelope_is_space(type->data[i]));
}


int
rsl_envelope_request_ends(const rsl_str_t *path, const char *end)
{
    size_t  len;

    len = strlen(end);

    return path->len >= len
           && memcmp(path->data + path->len - len, end, len) == 0;
}


int
rsl_envelope_request_is_protobuf(const rsl_envelope_request_t *request)
{
    return rsl_envelope_request_is(&request->type, "application/x-protobuf")
           || rsl_envelope_request_is(&request->type, "application/protobuf");
}
