
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A Redis that is simulated: the commands that the share sends, on one stream
 * and one hash, with the failures of a real one.
 */


#ifndef _SHARE_REDIS_H_INCLUDED_
#define _SHARE_REDIS_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>


#define REDIS_ENTRIES   256
#define REDIS_WORKERS   512
#define REDIS_ARGS      4096


/*
 * A record, or the mark of a clear.  Those with the same base and "last" are
 * one entry of the stream.  The texts are never freed before the end of a run.
 */

typedef struct {
    uint64_t         base;
    uint64_t         seq;
    uint64_t         last;          /* the number of the entry */
    unsigned         kind;          /* 0: a record, 1: the mark of a clear */
    uint64_t         p;
    uint64_t         n;
    uint64_t         t;
    const char      *d;
    size_t           len;
} redis_entry_t;

typedef struct {
    redis_entry_t    entries[REDIS_ENTRIES];
    size_t           count;

    int              there;         /* the hash */
    uint64_t         base;
    uint64_t         last;
    uint64_t         floor;
    uint64_t         ct;
    uint64_t         len;           /* entries of the stream */
    uint64_t         run;           /* those of the script that wrote it */
    uint64_t         line;
    struct {
        uint64_t     p;
        uint64_t     n;
    } seen[REDIS_WORKERS];
    size_t           nseen;
} redis_data_t;

typedef struct {
    redis_data_t     data;
    uint64_t         run;           /* run_id */
    uint64_t         line;          /* master_replid2 */
    unsigned         generation;    /* clients of another one are cut off */
    int              down;
    int              replica;
    int              oom;
    int              loaded;        /* the script */
} redis_t;

typedef struct {
    char            *data;
    size_t           len;
    size_t           size;
} redis_bytes_t;

/* What the world wants to know: a record was overwritten, or was cleared. */

typedef struct {
    void           (*evicted)(uint64_t p, uint64_t n);
    void           (*cleared)(uint64_t p, uint64_t n);
    void           (*given)(const redis_entry_t *list, size_t n);
    void           (*seeded)(const redis_data_t *data);
    char          *(*keep)(const char *text, size_t len);
} redis_watch_t;


static inline void
redis_put(redis_bytes_t *out, const void *data, size_t len)
{
    if (out->len + len > out->size) {
        out->size = 2 * (out->len + len) + 1024;
        out->data = realloc(out->data, out->size);

        if (out->data == NULL) {
            abort();
        }
    }

    memcpy(out->data + out->len, data, len);
    out->len += len;
}


/*
 * Executes the command, and writes the answer.  Returns 0 if it is an XREAD
 * that blocks: then nothing is written.
 */
int redis_command(redis_t *redis, const char *command, size_t len,
    const redis_watch_t *watch, redis_bytes_t *out);


#endif /* _SHARE_REDIS_H_INCLUDED_ */
