
/* SPDX-License-Identifier: BSD-2-Clause */


/* What nodes, or workers, must have in common, as a number: FNV-1a over it. */


#include "rsl_share_internal.h"


#define RSL_SHARE_SHAPE_BEGIN  UINT64_C(0xcbf29ce484222325)


static uint64_t rsl_share_shape_bytes(uint64_t hash, const void *data,
    size_t len);
static uint64_t rsl_share_shape_text(uint64_t hash, const void *data,
    size_t len);


uint64_t
rsl_share_shape(size_t entries, size_t entry_size, const rsl_str_t *rules,
    size_t nrules)
{
    size_t    i;
    uint64_t  hash;

    /* the version stands for the rules of the module and the form of lines */

    hash = RSL_SHARE_SHAPE_BEGIN;
    hash = rsl_share_shape_text(hash, NULL, RSL_SHARE_FORM);
    hash = rsl_share_shape_text(hash, RSL_VERSION, sizeof(RSL_VERSION) - 1);
    hash = rsl_share_shape_text(hash, NULL, entries);
    hash = rsl_share_shape_text(hash, NULL, entry_size);

    for (i = 0; i < nrules; i++) {
        hash = rsl_share_shape_text(hash, rules[i].data, rules[i].len);
    }

    return hash ? hash : 1;
}


uint64_t
rsl_share_place(const rsl_share_url_t *url, const rsl_str_t *key)
{
    size_t    i;
    uint64_t  hash;

    hash = RSL_SHARE_SHAPE_BEGIN;
    hash = rsl_share_shape_text(hash, key->data, key->len);
    hash = rsl_share_shape_text(hash, url->path.data, url->path.len);
    hash = rsl_share_shape_text(hash, url->master.data, url->master.len);
    hash = rsl_share_shape_text(hash, NULL, url->db);

    for (i = 0; i < url->nhosts; i++) {
        hash = rsl_share_shape_text(hash, url->hosts[i].name.data,
                                    url->hosts[i].name.len);
        hash = rsl_share_shape_text(hash, NULL, url->hosts[i].port);
    }

    return hash;
}


/* The length comes first, so that no two lists of texts are the same bytes. */

static uint64_t
rsl_share_shape_text(uint64_t hash, const void *data, size_t len)
{
    uint64_t  n;

    n = htole64(len);
    hash = rsl_share_shape_bytes(hash, &n, sizeof(n));

    return data ? rsl_share_shape_bytes(hash, data, len) : hash;
}


static uint64_t
rsl_share_shape_bytes(uint64_t hash, const void *data, size_t len)
{
    const u_char  *p, *end;

    p = data;

    for (end = p + len; p < end; p++) {
        hash = (hash ^ *p) * UINT64_C(0x100000001b3);
    }

    return hash;
}
