
/* SPDX-License-Identifier: BSD-2-Clause */


#include "rsl_record.h"


const rsl_str_t  rsl_level_names[RSL_LEVELS] = {
    rsl_string("DEBUG"),
    rsl_string("INFO"),
    rsl_string("WARNING"),
    rsl_string("ERROR"),
    rsl_string("CRITICAL")
};


rsl_level_t
rsl_level_parse(const rsl_str_t *name)
{
    size_t            n;
    rsl_level_t       level;
    const rsl_str_t  *known;

    for (level = RSL_LEVEL_DEBUG; level < RSL_LEVELS; level++) {
        known = &rsl_level_names[level];

        if (name->len != known->len) {
            continue;
        }

        for (n = 0; n < name->len; n++) {
            if ((name->data[n] & ~0x20) != known->data[n]) {
                break;
            }
        }

        if (n == name->len) {
            return level;
        }
    }

    return RSL_LEVELS;
}
