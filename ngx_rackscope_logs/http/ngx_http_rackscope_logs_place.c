
/* SPDX-License-Identifier: BSD-2-Clause */


/* The places of the streams of a zone, which are leased. */


#include "ngx_http_rackscope_logs.h"


/* A place is free if its lease was not renewed for this long, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_LEASE        2000


static void ngx_http_rackscope_logs_place_free_dead(ngx_shm_zone_t *shm_zone);
static void ngx_http_rackscope_logs_place_free_cell(
    ngx_http_rackscope_logs_zone_t *zone, ngx_http_rackscope_logs_cell_t *cell);
static void ngx_http_rackscope_logs_place_beat(
    ngx_http_rackscope_logs_zone_t *zone, ngx_http_rackscope_logs_cell_t *cell);
static ngx_uint_t ngx_http_rackscope_logs_place_alive(ngx_msec_t beat);


/*
 * Does this worker serve a stream that reads the zone?  For the time of a lease
 * the answer is still yes after its last stream has ended.  That costs a few
 * wake-ups that nobody needs, and it saves a writer from looking at each place.
 */

ngx_uint_t
ngx_http_rackscope_logs_place_watched(ngx_shm_zone_t *shm_zone,
    ngx_uint_t worker)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_msec_t  beat;

    beat = zone->sh->beats[worker];

    return beat && ngx_http_rackscope_logs_place_alive(beat);
}


/*
 * A worker that was killed has given none of its places back.  The worker that
 * nginx starts in its stead frees them, so nobody has to wait until the leases
 * expire.  An old worker lives on during a reload and keeps its places.
 */

void
ngx_http_rackscope_logs_place_init_worker(ngx_cycle_t *cycle)
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
            ngx_http_rackscope_logs_place_free_dead(&shm_zone[i]);
        }
    }
}


/*
 * Whether a process lives is asked outside of the lock, so under the lock the
 * place must still belong to that process.  This worker has no places yet: one
 * with its process id belonged to a dead process of the same id.
 */

static void
ngx_http_rackscope_logs_place_free_dead(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_uint_t  i, kind;

    for (kind = 0; kind < NGX_HTTP_RACKSCOPE_LOGS_KINDS; kind++) {
        for (i = 0; i < zone->places[kind]; i++) {
            ngx_http_rackscope_logs_place_free_cell(zone,
                                                   &zone->sh->cells[kind][i]);
        }
    }
}


static void
ngx_http_rackscope_logs_place_free_cell(ngx_http_rackscope_logs_zone_t *zone,
    ngx_http_rackscope_logs_cell_t *cell)
{
    ngx_atomic_uint_t  token, pid;

    token = cell->token;
    pid = cell->pid;

    if (token == 0
        || (pid != (ngx_atomic_uint_t) ngx_pid
            && !ngx_http_rackscope_logs_zone_pid_dead(pid)))
    {
        return;
    }

    ngx_http_rackscope_logs_zone_lock(zone);

    if (cell->token == token && cell->pid == pid) {
        cell->token = 0;
    }

    ngx_http_rackscope_logs_zone_unlock(zone);
}


/*
 * Places are leased and not counted, because a worker that is killed gives
 * nothing back.  The token tells an owner who was away for too long that the
 * place has become somebody else's.
 */

ngx_int_t
ngx_http_rackscope_logs_place_lease(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_uint_t                       i;
    ngx_http_rackscope_logs_cell_t  *cell;

    lease->token = 0;

    ngx_http_rackscope_logs_zone_lock(zone);

    for (i = 0; i < zone->places[lease->kind]; i++) {
        cell = &zone->sh->cells[lease->kind][i];

        if (cell->token
            && ngx_http_rackscope_logs_place_alive(cell->beat))
        {
            continue;
        }

        lease->cell = i;
        lease->token = ++zone->sh->tokens;

        ngx_http_rackscope_logs_place_beat(zone, cell);
        cell->pid = ngx_pid;
        cell->token = lease->token;

        break;
    }

    ngx_http_rackscope_logs_zone_unlock(zone);

    return lease->token ? NGX_OK : NGX_BUSY;
}


static void
ngx_http_rackscope_logs_place_beat(ngx_http_rackscope_logs_zone_t *zone,
    ngx_http_rackscope_logs_cell_t *cell)
{
    cell->beat = ngx_current_msec;
    zone->sh->beats[ngx_worker] = ngx_current_msec;
}


static ngx_uint_t
ngx_http_rackscope_logs_place_alive(ngx_msec_t beat)
{
    return (ngx_msec_int_t) (ngx_current_msec - beat)
           < NGX_HTTP_RACKSCOPE_LOGS_LEASE;
}


/* Is the place still that of this lease?  This needs no lock. */

ngx_uint_t
ngx_http_rackscope_logs_place_leased(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return lease->token
           && zone->sh->cells[lease->kind][lease->cell].token == lease->token;
}


/*
 * Renews the lease.  Returns NGX_BUSY if it is too late, because somebody else
 * has the place.
 */

ngx_int_t
ngx_http_rackscope_logs_place_renew(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_int_t                        rc;
    ngx_http_rackscope_logs_cell_t  *cell;

    cell = &zone->sh->cells[lease->kind][lease->cell];
    rc = NGX_BUSY;

    ngx_http_rackscope_logs_zone_lock(zone);

    if (cell->token == lease->token) {
        ngx_http_rackscope_logs_place_beat(zone, cell);
        rc = NGX_OK;
    }

    ngx_http_rackscope_logs_zone_unlock(zone);

    return rc;
}


void
ngx_http_rackscope_logs_place_release(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_http_rackscope_logs_cell_t  *cell;

    cell = &zone->sh->cells[lease->kind][lease->cell];

    ngx_http_rackscope_logs_zone_lock(zone);

    if (cell->token == lease->token) {
        cell->token = 0;
    }

    ngx_http_rackscope_logs_zone_unlock(zone);

    lease->token = 0;
}


/* How many places of the kind are there, and how many of them are taken? */

ngx_uint_t
ngx_http_rackscope_logs_place_all(ngx_shm_zone_t *shm_zone, ngx_uint_t kind)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return zone->places[kind];
}


ngx_uint_t
ngx_http_rackscope_logs_place_taken(ngx_shm_zone_t *shm_zone, ngx_uint_t kind)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_uint_t                       i, n;
    ngx_http_rackscope_logs_cell_t  *cell;

    n = 0;

    for (i = 0; i < zone->places[kind]; i++) {
        cell = &zone->sh->cells[kind][i];

        n += (cell->token && ngx_http_rackscope_logs_place_alive(cell->beat));
    }

    return n;
}
