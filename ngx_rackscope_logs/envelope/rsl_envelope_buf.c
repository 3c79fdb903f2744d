
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Memory that grows.  It holds what a client sent, so it is overwritten before
 * it is given back.
 */


#include <stdlib.h>

#include "rsl_envelope_internal.h"


#define RSL_ENVELOPE_BUF  1024


int
rsl_envelope_buf_add(rsl_envelope_buf_t *buf, const void *data, size_t len)
{
    size_t   size;
    u_char  *p;

    if (buf->len + len > buf->size) {

        size = buf->size ? buf->size : RSL_ENVELOPE_BUF;

        while (size < buf->len + len) {
            size *= 2;
        }

        p = malloc(size);
        if (p == NULL) {
            return RSL_ERROR;
        }

        if (buf->data != NULL) {
            memcpy(p, buf->data, buf->len);
            explicit_bzero(buf->data, buf->size);
            free(buf->data);
        }

        buf->data = p;
        buf->size = size;
    }

    if (len) {
        memcpy(buf->data + buf->len, data, len);
        buf->len += len;
    }

    return RSL_OK;
}


void
rsl_envelope_buf_reset(rsl_envelope_buf_t *buf)
{
    if (buf->len) {
        explicit_bzero(buf->data, buf->len);
        buf->len = 0;
    }
}


void
rsl_envelope_buf_free(rsl_envelope_buf_t *buf)
{
    if (buf->data != NULL) {
        explicit_bzero(buf->data, buf->size);
        free(buf->data);
    }

    memset(buf, 0, sizeof(rsl_envelope_buf_t));
}
