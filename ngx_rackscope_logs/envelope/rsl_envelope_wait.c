
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Records that wait for what stands around their group, in one buffer, each
 * with a head before its bytes.  While the context of an outer group is
 * missing, groups within it may begin and end: a mark stands where each of them
 * begins, and what is known of its own context behind that.
 */


#include "rsl_envelope_internal.h"


typedef enum {
    RSL_ENVELOPE_WAIT_GROUP = 0,
    RSL_ENVELOPE_WAIT_CONTEXT,
    RSL_ENVELOPE_WAIT_RECORD
} rsl_envelope_wait_kind_e;


typedef struct {
    rsl_envelope_wait_kind_e  kind;
    unsigned                  level;
    size_t                    len;      /* of the bytes behind it */
} rsl_envelope_wait_head_t;


static int rsl_envelope_wait_add(rsl_envelope_wait_t *wait,
    rsl_envelope_wait_kind_e kind, unsigned level, const rsl_str_t *bytes);
static int rsl_envelope_wait_release(rsl_envelope_wait_t *wait,
    unsigned late);
static int rsl_envelope_wait_group(rsl_envelope_wait_t *wait,
    const u_char *p, unsigned level);
static const u_char *rsl_envelope_wait_next(const u_char *p,
    rsl_envelope_wait_head_t *head, rsl_str_t *bytes);


#define rsl_envelope_wait_bit(level)     (1u << (level))

/* The bits of the levels outside of "level". */
#define rsl_envelope_wait_around(level)  ((1u << (level)) - 1)


void
rsl_envelope_wait_start(rsl_envelope_wait_t *wait,
    const rsl_envelope_taker_t *taker, unsigned last, unsigned wanted)
{
    memset(wait, 0, sizeof(rsl_envelope_wait_t));

    wait->taker = *taker;
    wait->last = last;
    wait->wanted = wanted;
}


void
rsl_envelope_wait_free(rsl_envelope_wait_t *wait)
{
    rsl_envelope_buf_free(&wait->buf);
}


int
rsl_envelope_wait_begin(rsl_envelope_wait_t *wait, unsigned level)
{
    unsigned  bit;

    bit = rsl_envelope_wait_bit(level) & wait->wanted;

    if (bit == 0) {
        return RSL_OK;
    }

    wait->missing |= bit;

    if (wait->missing & rsl_envelope_wait_around(level)) {
        return rsl_envelope_wait_add(wait, RSL_ENVELOPE_WAIT_GROUP, level,
                                     NULL);
    }

    return wait->taker.context(wait->taker.data, level, NULL);
}


int
rsl_envelope_wait_context(rsl_envelope_wait_t *wait, unsigned level,
    const rsl_str_t *bytes)
{
    wait->missing &= ~rsl_envelope_wait_bit(level);

    if (wait->missing & rsl_envelope_wait_around(level)) {
        return rsl_envelope_wait_add(wait, RSL_ENVELOPE_WAIT_CONTEXT, level,
                                     bytes);
    }

    if (wait->taker.context(wait->taker.data, level, bytes) != RSL_OK) {
        return RSL_ERROR;
    }

    return wait->missing ? RSL_OK : rsl_envelope_wait_release(wait, 0);
}


int
rsl_envelope_wait_end(rsl_envelope_wait_t *wait, unsigned level)
{
    wait->missing &= ~rsl_envelope_wait_bit(level);

    return wait->missing ? RSL_OK : rsl_envelope_wait_release(wait, 0);
}


int
rsl_envelope_wait_record(rsl_envelope_wait_t *wait, const rsl_str_t *bytes)
{
    if (wait->missing == 0) {
        return wait->taker.record(wait->taker.data, bytes);
    }

    return rsl_envelope_wait_add(wait, RSL_ENVELOPE_WAIT_RECORD, wait->last,
                                 bytes);
}


/* Appends what waits; if there is no room left, all of it goes out before. */

static int
rsl_envelope_wait_add(rsl_envelope_wait_t *wait, rsl_envelope_wait_kind_e kind,
    unsigned level, const rsl_str_t *bytes)
{
    size_t                    len;
    rsl_envelope_wait_head_t  head;

    head.kind = kind;
    head.level = level;
    head.len = bytes ? bytes->len : 0;

    len = sizeof(rsl_envelope_wait_head_t) + head.len;

    if (len > RSL_ENVELOPE_WAITING_MAX - wait->buf.len) {
        wait->missing = 0;

        if (rsl_envelope_wait_release(wait, 1) != RSL_OK) {
            return RSL_ERROR;
        }

        if (kind == RSL_ENVELOPE_WAIT_RECORD) {
            wait->late++;
            return wait->taker.record(wait->taker.data, bytes);
        }

        return wait->taker.context(wait->taker.data, level, bytes);
    }

    if (rsl_envelope_buf_add(&wait->buf, &head, sizeof(head)) != RSL_OK) {
        return RSL_ERROR;
    }

    return head.len ? rsl_envelope_buf_add(&wait->buf, bytes->data, head.len)
                    : RSL_OK;
}


/* Gives out all that waits, with what is known by now. */

static int
rsl_envelope_wait_release(rsl_envelope_wait_t *wait, unsigned late)
{
    int                        rc;
    rsl_str_t                  bytes;
    const u_char              *p, *end;
    rsl_envelope_wait_head_t   head;

    if (wait->buf.len == 0) {
        return RSL_OK;
    }

    rc = RSL_OK;
    p = wait->buf.data;
    end = p + wait->buf.len;

    while (p < end && rc == RSL_OK) {
        p = rsl_envelope_wait_next(p, &head, &bytes);

        if (head.kind == RSL_ENVELOPE_WAIT_GROUP) {
            rc = rsl_envelope_wait_group(wait, p, head.level);

        } else if (head.kind == RSL_ENVELOPE_WAIT_RECORD) {
            rc = wait->taker.record(wait->taker.data, &bytes);
            wait->late += late;
        }
    }

    rsl_envelope_buf_reset(&wait->buf);

    return rc;
}


/* A group begins at "p", whose context stands before the next group, if any. */

static int
rsl_envelope_wait_group(rsl_envelope_wait_t *wait, const u_char *p,
    unsigned level)
{
    rsl_str_t                  bytes;
    const u_char              *end;
    rsl_envelope_wait_head_t   head;

    end = wait->buf.data + wait->buf.len;

    while (p < end) {
        p = rsl_envelope_wait_next(p, &head, &bytes);

        if (head.level == level && head.kind == RSL_ENVELOPE_WAIT_GROUP) {
            break;
        }

        if (head.level == level && head.kind == RSL_ENVELOPE_WAIT_CONTEXT) {
            return wait->taker.context(wait->taker.data, level, &bytes);
        }
    }

    return wait->taker.context(wait->taker.data, level, NULL);
}


static const u_char *
rsl_envelope_wait_next(const u_char *p, rsl_envelope_wait_head_t *head,
    rsl_str_t *bytes)
{
    memcpy(head, p, sizeof(rsl_envelope_wait_head_t));

    bytes->data = p + sizeof(rsl_envelope_wait_head_t);
    bytes->len = head->len;

    return bytes->data + bytes->len;
}
