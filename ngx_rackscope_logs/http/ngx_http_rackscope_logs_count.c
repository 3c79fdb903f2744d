
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The counters of a zone, in shared memory: they are the same for all workers,
 * and exact whatever happens to one.
 *
 * Most are added to by an atomic operation.  Those of records must agree with
 * the ring, so they are set under its lock, and a worker may be killed there
 * at any instruction: between the record and its count, or in the middle of
 * the latter.  Therefore it first notes what the counters will be, then pushes
 * the record, and then sets them, which can be done again by somebody else: the
 * number of the record tells whether it came into the ring, and the number in
 * the counters whether it was counted.
 */


#include "ngx_http_rackscope_logs.h"


/* Adds to a counter. */

void
ngx_http_rackscope_logs_count(ngx_http_rackscope_logs_counts_t *counts,
    ngx_uint_t counter, ngx_atomic_uint_t n)
{
    ngx_uint_t  lane;

    lane = ngx_worker % NGX_HTTP_RACKSCOPE_LOGS_LANES;

    (void) ngx_atomic_fetch_add(&counts->lanes[lane][counter], n);
}


/* Adds to what is to be counted together with a record. */

void
ngx_http_rackscope_logs_count_with(ngx_http_rackscope_logs_tally_t *tally,
    ngx_uint_t counter, ngx_atomic_uint_t n)
{
    ngx_http_rackscope_logs_sum_t  *sum;

    if (n == 0) {
        return;
    }

    sum = &tally->sums[tally->nsums++];

    sum->counter = counter;
    sum->n = n;
}


/*
 * Notes what a record will be counted as.  The caller holds the lock, and has
 * called ngx_http_rackscope_logs_count_end() for the last record.
 */

void
ngx_http_rackscope_logs_count_begin(ngx_http_rackscope_logs_counts_t *counts,
    ngx_http_rackscope_logs_tally_t *tally)
{
    ngx_uint_t                      i;
    ngx_http_rackscope_logs_sum_t  *sum;

    /* nothing else adds to these counters, so one lane is enough */

    for (i = 0; i < tally->nsums; i++) {
        sum = &tally->sums[i];

        counts->sums[i].counter = sum->counter;
        counts->sums[i].value = counts->lanes[0][sum->counter] + sum->n;
    }

    counts->nsums = tally->nsums;

    ngx_memory_barrier();
}


/*
 * Counts the last record of the ring, unless that was done.  The caller holds
 * the lock.
 */

void
ngx_http_rackscope_logs_count_end(ngx_http_rackscope_logs_counts_t *counts,
    uint64_t seq)
{
    ngx_uint_t  i;

    if (counts->seq == seq) {
        return;
    }

    for (i = 0; i < counts->nsums; i++) {
        counts->lanes[0][counts->sums[i].counter] = counts->sums[i].value;
    }

    ngx_memory_barrier();

    counts->seq = seq;

    ngx_memory_barrier();
}


uint64_t
ngx_http_rackscope_logs_count_read(ngx_http_rackscope_logs_counts_t *counts,
    ngx_uint_t counter)
{
    uint64_t    n;
    ngx_uint_t  lane;

    n = 0;

    for (lane = 0; lane < NGX_HTTP_RACKSCOPE_LOGS_LANES; lane++) {
        n += counts->lanes[lane][counter];
    }

    return n;
}
