
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The shared memory of a ring, as its two files know it: one cares for the
 * directive, the other for what is in the memory.
 */


#ifndef _NGX_HTTP_RACKSCOPE_LOGS_ZONE_H_INCLUDED_
#define _NGX_HTTP_RACKSCOPE_LOGS_ZONE_H_INCLUDED_


#include "ngx_http_rackscope_logs.h"


#define NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX  1024


typedef struct {
    ngx_atomic_t                        token;      /* 0: free */
    ngx_atomic_t                        beat;       /* ngx_current_msec */
    ngx_atomic_t                        pid;        /* of the owner */
} ngx_http_rackscope_logs_cell_t;


/* In shared memory, before the ring: no pointers. */

typedef struct {
    ngx_atomic_t                        tokens;
    ngx_atomic_t                        beats[NGX_MAX_PROCESSES];
                                                    /* the last one of each
                                                       worker */
    ngx_http_rackscope_logs_cell_t      cells[
                                     NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX];
} ngx_http_rackscope_logs_sh_t;


typedef struct {
    ngx_slab_pool_t                    *shpool;
    ngx_http_rackscope_logs_sh_t       *sh;
    rsl_ring_t                         *ring;
    size_t                              entries;
    size_t                              entry_size;
    ngx_uint_t                          streams;
    ngx_uint_t                          prealloc;   /* unsigned  prealloc:1; */

    ngx_http_rackscope_logs_ready_pt    ready;      /* NULL: nobody waits */
    void                               *ready_data;
} ngx_http_rackscope_logs_zone_t;


#define NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE                                       \
    ngx_align(sizeof(ngx_http_rackscope_logs_sh_t), 64)


ngx_int_t ngx_http_rackscope_logs_zone_init(ngx_shm_zone_t *shm_zone,
    void *data);


#endif /* _NGX_HTTP_RACKSCOPE_LOGS_ZONE_H_INCLUDED_ */
