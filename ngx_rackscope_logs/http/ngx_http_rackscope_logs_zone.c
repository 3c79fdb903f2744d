
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The shared memory of a ring, and the only lock: the mutex of the zone's own
 * slab pool, which nginx's master frees when a worker dies that holds it.
 * Under it there are copies and integers, nothing else.
 */


#include "ngx_http_rackscope_logs_zone.h"


/* A place whose owner was not heard of for so long is free, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_LEASE        2000


static ngx_int_t ngx_http_rackscope_logs_zone_make(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_zone_t *ozone);
static void ngx_http_rackscope_logs_zone_lay(
    ngx_http_rackscope_logs_zone_t *zone);
static void ngx_http_rackscope_logs_zone_touch(ngx_shm_zone_t *shm_zone);
static void ngx_http_rackscope_logs_zone_free_dead(ngx_shm_zone_t *shm_zone);
static void ngx_http_rackscope_logs_zone_beat(
    ngx_http_rackscope_logs_zone_t *zone, ngx_http_rackscope_logs_cell_t *cell);
static ngx_uint_t ngx_http_rackscope_logs_zone_alive(ngx_msec_t beat);


ngx_int_t
ngx_http_rackscope_logs_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_rackscope_logs_zone_t  *zone;

    if (ngx_http_rackscope_logs_zone_make(shm_zone, data) != NGX_OK) {
        return NGX_ERROR;
    }

    zone = shm_zone->data;

    /* a check of the configuration must not take the memory a second time */

    if (zone->prealloc && !ngx_test_config) {
        ngx_http_rackscope_logs_zone_touch(shm_zone);
    }

    return zone->ready ? zone->ready(zone->ready_data) : NGX_OK;
}


/*
 * Calls "handler" when nginx has opened its logs, but not yet copied them into
 * its listening sockets.
 */

void
ngx_http_rackscope_logs_zone_ready(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_ready_pt handler, void *data)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    zone->ready = handler;
    zone->ready_data = data;
}


static ngx_int_t
ngx_http_rackscope_logs_zone_make(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_zone_t *ozone)
{
    ngx_http_rackscope_logs_zone_t  *zone;

    zone = shm_zone->data;

    /* nginx 1.27.3 and later give the old data with new memory, too */

    if (ozone && (u_char *) ozone->shpool == shm_zone->shm.addr) {
        zone->shpool = ozone->shpool;
        zone->sh = ozone->sh;
        zone->ring = ozone->ring;

        return NGX_OK;
    }

    zone->shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (shm_zone->shm.exists) {
        zone->sh = zone->shpool->data;
        ngx_http_rackscope_logs_zone_lay(zone);

        return NGX_OK;
    }

    /*
     * The memory is fresh from the kernel, all zeros; to clear it here would
     * be to touch every page of it.
     */

    zone->sh = ngx_slab_alloc(zone->shpool, NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE
                              + rsl_ring_size(zone->entries,
                                              zone->entry_size));
    if (zone->sh == NULL) {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "no room for the ring of \"rackscope_logs_zone\" \"%V\"",
                      &shm_zone->shm.name);
        return NGX_ERROR;
    }

    ngx_memzero(zone->sh, NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE);

    zone->shpool->data = zone->sh;

    ngx_http_rackscope_logs_zone_lay(zone);

    rsl_ring_init(zone->ring, zone->entries, zone->entry_size,
                  (uint64_t) ngx_http_rackscope_logs_zone_now());

    return NGX_OK;
}


int64_t
ngx_http_rackscope_logs_zone_now(void)
{
    struct timeval  tv;

    ngx_gettimeofday(&tv);

    return (int64_t) tv.tv_sec * 1000000 + tv.tv_usec;
}


static void
ngx_http_rackscope_logs_zone_lay(ngx_http_rackscope_logs_zone_t *zone)
{
    zone->ring = (rsl_ring_t *) ((u_char *) zone->sh
                                 + NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE);
}


/*
 * Has the kernel give all pages now, which it does when they are first written.
 * Workers of an older configuration may write there meanwhile: a word that is
 * zero stays zero, and one that is not was written before.
 */

static void
ngx_http_rackscope_logs_zone_touch(ngx_shm_zone_t *shm_zone)
{
    u_char  *p, *last;

    p = shm_zone->shm.addr;
    last = p + shm_zone->shm.size;

    for ( /* void */ ; p < last; p += ngx_pagesize) {
        (void) ngx_atomic_cmp_set((ngx_atomic_t *) p, 0, 0);
    }
}


ngx_shm_zone_t *
ngx_http_rackscope_logs_zone_use(ngx_conf_t *cf, ngx_str_t *name)
{
    return ngx_shared_memory_add(cf, name, 0, &ngx_http_rackscope_logs_module);
}


rsl_ring_t *
ngx_http_rackscope_logs_zone_ring(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return zone->ring;
}


size_t
ngx_http_rackscope_logs_zone_entries(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return zone->entries;
}


size_t
ngx_http_rackscope_logs_zone_line_max(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return rsl_ring_line_max(zone->entry_size);
}


void
ngx_http_rackscope_logs_zone_push(ngx_shm_zone_t *shm_zone, u_char *text,
    rsl_line_t *line)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_shmtx_lock(&zone->shpool->mutex);
    (void) rsl_ring_push(zone->ring, text, line);
    ngx_shmtx_unlock(&zone->shpool->mutex);
}


void
ngx_http_rackscope_logs_zone_clear(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_shmtx_lock(&zone->shpool->mutex);
    rsl_ring_clear(zone->ring);
    ngx_shmtx_unlock(&zone->shpool->mutex);
}


/*
 * Has this worker a stream that reads the zone?  After its last one has gone
 * the answer is still yes for the time of a lease: that costs a few wake-ups
 * for nobody, and who writes need not look at each place.
 */

ngx_uint_t
ngx_http_rackscope_logs_zone_watched(ngx_shm_zone_t *shm_zone,
    ngx_uint_t worker)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_msec_t  beat;

    beat = zone->sh->beats[worker];

    return beat && ngx_http_rackscope_logs_zone_alive(beat);
}


/*
 * A worker that was killed has given none of its places back.  The worker that
 * nginx starts in its stead frees them, so nobody has to wait until the leases
 * are over.  An old worker lives on during a reload and keeps its places.
 */

void
ngx_http_rackscope_logs_zone_init_worker(ngx_cycle_t *cycle)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_shm_zone_t   *shm_zone;

    if (ngx_process != NGX_PROCESS_WORKER) {
        return;
    }

    part = &cycle->shared_memory.part;
    shm_zone = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return;
            }

            part = part->next;
            shm_zone = part->elts;
            i = 0;
        }

        if (shm_zone[i].tag == &ngx_http_rackscope_logs_module) {
            ngx_http_rackscope_logs_zone_free_dead(&shm_zone[i]);
        }
    }
}


/*
 * The kernel is asked outside of the lock, and under it the place must still
 * be the one that was asked about.  No place can be this worker's own yet: one
 * with its process id is of a dead process that had the same id.
 */

static void
ngx_http_rackscope_logs_zone_free_dead(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_uint_t                       i;
    ngx_atomic_uint_t                token, pid;
    ngx_http_rackscope_logs_cell_t  *cell;

    for (i = 0; i < zone->streams; i++) {
        cell = &zone->sh->cells[i];

        token = cell->token;
        pid = cell->pid;

        if (token == 0
            || (pid != (ngx_atomic_uint_t) ngx_pid
                && !ngx_http_rackscope_logs_dead(pid)))
        {
            continue;
        }

        ngx_shmtx_lock(&zone->shpool->mutex);

        if (cell->token == token && cell->pid == pid) {
            cell->token = 0;
        }

        ngx_shmtx_unlock(&zone->shpool->mutex);
    }
}


/* Of a process that may not be asked about, the answer is that it lives. */

ngx_uint_t
ngx_http_rackscope_logs_dead(ngx_pid_t pid)
{
    return kill(pid, 0) == -1 && ngx_errno == ESRCH;
}


/*
 * A place is a lease and not a count: a worker that is killed gives nothing
 * back.  The token tells an owner who was away for too long that the place
 * has become somebody else's.
 */

ngx_int_t
ngx_http_rackscope_logs_zone_lease(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_uint_t                       i;
    ngx_http_rackscope_logs_cell_t  *cell;

    lease->token = 0;

    ngx_shmtx_lock(&zone->shpool->mutex);

    for (i = 0; i < zone->streams; i++) {
        cell = &zone->sh->cells[i];

        if (cell->token
            && ngx_http_rackscope_logs_zone_alive(cell->beat))
        {
            continue;
        }

        lease->cell = i;
        lease->token = ++zone->sh->tokens;

        ngx_http_rackscope_logs_zone_beat(zone, cell);
        cell->pid = ngx_pid;
        cell->token = lease->token;

        break;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return lease->token ? NGX_OK : NGX_BUSY;
}


static void
ngx_http_rackscope_logs_zone_beat(ngx_http_rackscope_logs_zone_t *zone,
    ngx_http_rackscope_logs_cell_t *cell)
{
    cell->beat = ngx_current_msec;
    zone->sh->beats[ngx_worker] = ngx_current_msec;
}


static ngx_uint_t
ngx_http_rackscope_logs_zone_alive(ngx_msec_t beat)
{
    return (ngx_msec_int_t) (ngx_current_msec - beat)
           < NGX_HTTP_RACKSCOPE_LOGS_LEASE;
}


/* Is the place still that of this lease?  Needs no lock. */

ngx_uint_t
ngx_http_rackscope_logs_zone_leased(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return lease->token && zone->sh->cells[lease->cell].token == lease->token;
}


/* Says that the owner lives; NGX_BUSY: too late, somebody has the place. */

ngx_int_t
ngx_http_rackscope_logs_zone_renew(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_int_t                        rc;
    ngx_http_rackscope_logs_cell_t  *cell;

    cell = &zone->sh->cells[lease->cell];
    rc = NGX_BUSY;

    ngx_shmtx_lock(&zone->shpool->mutex);

    if (cell->token == lease->token) {
        ngx_http_rackscope_logs_zone_beat(zone, cell);
        rc = NGX_OK;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return rc;
}


void
ngx_http_rackscope_logs_zone_release(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_http_rackscope_logs_cell_t  *cell;

    cell = &zone->sh->cells[lease->cell];

    ngx_shmtx_lock(&zone->shpool->mutex);

    if (cell->token == lease->token) {
        cell->token = 0;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    lease->token = 0;
}
