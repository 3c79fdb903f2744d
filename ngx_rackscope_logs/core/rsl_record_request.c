
/* SPDX-License-Identifier: BSD-2-Clause */


#include "rsl_record.h"


int
rsl_record_request(rsl_arena_t *arena, rsl_record_t *record)
{
    u_char     *p;
    rsl_str_t   method;

    static const rsl_str_t  none = rsl_string("no request");

    method = record->method.len ? record->method : none;

    p = rsl_arena_alloc(arena, method.len + record->path.len
                               + sizeof("  - 000"));
    if (p == NULL) {
        return RSL_ERROR;
    }

    record->message.data = p;

    memcpy(p, method.data, method.len);
    p += method.len;

    if (record->path.len) {
        *p++ = ' ';
        memcpy(p, record->path.data, record->path.len);
        p += record->path.len;
    }

    memcpy(p, " - ", 3);
    rsl_digits(p + 3, (uint64_t) record->status_code, 3);

    record->message.len = (size_t) (p + 6 - record->message.data);

    return RSL_OK;
}
