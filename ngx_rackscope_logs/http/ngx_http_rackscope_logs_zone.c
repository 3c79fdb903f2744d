
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A zone: its shared memory, which holds the ring and the places of the
 * streams, and the only lock of the module.
 *
 * The lock is the mutex of the zone's own slab pool, which nginx's master frees
 * when the worker that holds it dies.  Under the lock there are copies and
 * operations on integers, nothing else.
 */


#include "ngx_http_rackscope_logs.h"

#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)
#include <sys/random.h>
#endif


#define NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE                                       \
    ngx_align(sizeof(ngx_http_rackscope_logs_sh_t), 64)


static size_t ngx_http_rackscope_logs_zone_used(
    ngx_http_rackscope_logs_zone_t *zone);
static size_t ngx_http_rackscope_logs_zone_size(
    ngx_http_rackscope_logs_zone_t *zone);
static size_t ngx_http_rackscope_logs_zone_fit(ngx_conf_t *cf,
    ngx_shm_zone_t *shm_zone);
static ngx_shm_zone_t *ngx_http_rackscope_logs_zone_old(ngx_conf_t *cf,
    ngx_shm_zone_t *shm_zone);
static ngx_int_t ngx_http_rackscope_logs_zone_init(ngx_shm_zone_t *shm_zone,
    void *data);
static ngx_int_t ngx_http_rackscope_logs_zone_make(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_zone_t *ozone);
static void ngx_http_rackscope_logs_zone_begin(
    ngx_http_rackscope_logs_zone_t *zone);
static void ngx_http_rackscope_logs_zone_lay(
    ngx_http_rackscope_logs_zone_t *zone);
static void ngx_http_rackscope_logs_zone_touch(ngx_shm_zone_t *shm_zone);


/* Adds a zone that a directive declares. */

char *
ngx_http_rackscope_logs_zone_add(ngx_conf_t *cf, ngx_str_t *name,
    ngx_http_rackscope_logs_zone_t *zone)
{
    ngx_shm_zone_t  *shm_zone;

    /*
     * if a size were given here, nginx would complain of two sizes before the
     * duplicate can be reported
     */

    shm_zone = ngx_http_rackscope_logs_zone_use(cf, name);
    if (shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    if (shm_zone->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate zone \"%V\" in \"rackscope_logs_zone\", "
                           "which takes a name of its own for each ring",
                           name);
        return NGX_CONF_ERROR;
    }

    shm_zone->init = ngx_http_rackscope_logs_zone_init;
    shm_zone->data = zone;
    shm_zone->shm.size = ngx_http_rackscope_logs_zone_fit(cf, shm_zone);

    return NGX_CONF_OK;
}


/*
 * The zone is shared with other nginx, so it needs more memory: a directive
 * says so, which may stand before the one that declares the zone.
 */

void
ngx_http_rackscope_logs_zone_share(ngx_conf_t *cf, ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_share_t *share)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    zone->share = share;
    shm_zone->shm.size = ngx_http_rackscope_logs_zone_fit(cf, shm_zone);
}


/* What is allocated: the places, the ring, and what sharing it needs. */

static size_t
ngx_http_rackscope_logs_zone_used(ngx_http_rackscope_logs_zone_t *zone)
{
    size_t  size;

    size = NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE
           + rsl_ring_size(zone->entries, zone->entry_size);

#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

    if (zone->share) {
        size = ngx_align(size, 64) + rsl_share_zone_size(zone->entries);
    }

#endif

    return size;
}


/*
 * The slab pool keeps a descriptor for each page and aligns what it allocates.
 * Eight pages are added because nginx accepts no zone of less.
 */

static size_t
ngx_http_rackscope_logs_zone_size(ngx_http_rackscope_logs_zone_t *zone)
{
    size_t  size, pages;

    size = ngx_http_rackscope_logs_zone_used(zone);

    pages = size / ngx_pagesize + 1;
    pages += (pages * sizeof(ngx_slab_page_t)) / ngx_pagesize + 8;

    return pages * ngx_pagesize;
}


/*
 * On a reload, nginx keeps the memory of a zone if the size of it is the same.
 * So a ring of the same shape is given the size that it had, and a ring of
 * another shape is given another size, even if both add up to the same.  The
 * flag "noreuse" is no alternative: nginx frees the memory of a zone that had
 * the flag even when the next cycle reuses it.
 */

static size_t
ngx_http_rackscope_logs_zone_fit(ngx_conf_t *cf, ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    size_t                           size;
    ngx_shm_zone_t                  *old;
    ngx_http_rackscope_logs_zone_t  *ozone;

    size = ngx_http_rackscope_logs_zone_size(zone);
    old = ngx_http_rackscope_logs_zone_old(cf, shm_zone);

    if (old == NULL) {
        return size;
    }

    ozone = old->data;

    if (ozone->entries == zone->entries
        && ozone->entry_size == zone->entry_size
        && (ozone->share == NULL) == (zone->share == NULL))
    {
        return old->shm.size;
    }

    return (size == old->shm.size) ? size + ngx_pagesize : size;
}


/* Returns the zone of this name in the cycle to be replaced, or NULL. */

static ngx_shm_zone_t *
ngx_http_rackscope_logs_zone_old(ngx_conf_t *cf, ngx_shm_zone_t *shm_zone)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_shm_zone_t   *old;

    part = &cf->cycle->old_cycle->shared_memory.part;
    old = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return NULL;
            }

            part = part->next;
            old = part->elts;
            i = 0;
        }

        if (old[i].tag == shm_zone->tag
            && old[i].shm.name.len == shm_zone->shm.name.len
            && ngx_strncmp(old[i].shm.name.data, shm_zone->shm.name.data,
                           shm_zone->shm.name.len)
               == 0)
        {
            return &old[i];
        }
    }
}


static ngx_int_t
ngx_http_rackscope_logs_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_rackscope_logs_zone_t  *zone;

    if (ngx_http_rackscope_logs_zone_make(shm_zone, data) != NGX_OK) {
        return NGX_ERROR;
    }

    zone = shm_zone->data;

    /* "nginx -t" beside a running nginx must not take the memory again */

    if (zone->prealloc && !ngx_test_config) {
        ngx_http_rackscope_logs_zone_touch(shm_zone);
    }

    return zone->ready ? zone->ready(zone->ready_data) : NGX_OK;
}


/*
 * Sets a handler that is called when nginx has opened its logs, but has not yet
 * copied them into its listening sockets.
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

    /* nginx 1.27.3 and later pass the old data even if the memory is new */

    if (ozone && (u_char *) ozone->shpool == shm_zone->shm.addr) {
        zone->shpool = ozone->shpool;
        zone->sh = ozone->sh;
        ngx_http_rackscope_logs_zone_lay(zone);

        return NGX_OK;
    }

    zone->shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (shm_zone->shm.exists) {
        zone->sh = zone->shpool->data;
        ngx_http_rackscope_logs_zone_lay(zone);

        return NGX_OK;
    }

    /*
     * The memory comes fresh from the kernel and is all zeros.  Clearing it
     * here would touch each of its pages.
     */

    zone->sh = ngx_slab_alloc(zone->shpool,
                              ngx_http_rackscope_logs_zone_used(zone));
    if (zone->sh == NULL) {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "no room for the ring of \"rackscope_logs_zone\" \"%V\"",
                      &shm_zone->shm.name);
        return NGX_ERROR;
    }

    ngx_memzero(zone->sh, NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE);

    zone->shpool->data = zone->sh;

    ngx_http_rackscope_logs_zone_lay(zone);
    ngx_http_rackscope_logs_zone_begin(zone);

    if (!ngx_test_config) {
        ngx_log_error(NGX_LOG_NOTICE, shm_zone->shm.log, 0,
                      "rackscope_logs " RSL_VERSION ": zone \"%V\" is made, "
                      "with %uz entries in %uz bytes", &shm_zone->shm.name,
                      zone->entries, shm_zone->shm.size);
    }

    return NGX_OK;
}


/* The numbers of a shared ring begin where no other nginx may begin. */

static void
ngx_http_rackscope_logs_zone_begin(ngx_http_rackscope_logs_zone_t *zone)
{
    uint64_t  first;

    first = (uint64_t) ngx_http_rackscope_logs_zone_now();

#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

    if (zone->share) {
        rsl_share_time_t  now;

        ngx_http_rackscope_logs_zone_time(&now);

        first = rsl_share_first(&now, ngx_http_rackscope_logs_zone_random());
        rsl_share_zone_init(zone->shared, zone->entries);
    }

#endif

    rsl_ring_init(zone->ring, zone->entries, zone->entry_size, first);
}


#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

void
ngx_http_rackscope_logs_zone_time(rsl_share_time_t *now)
{
    now->wall = ngx_http_rackscope_logs_zone_now();
    now->msec = ngx_current_msec;
}


/* Returns 64 bits that nobody can guess. */

uint64_t
ngx_http_rackscope_logs_zone_random(void)
{
    uint64_t  value;

    if (getrandom(&value, sizeof(value), 0) != sizeof(value)) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, ngx_errno,
                      "getrandom() failed");

        value = (uint64_t) ngx_http_rackscope_logs_zone_now()
                ^ (uint64_t) ngx_random() << 32 ^ (uint64_t) ngx_pid;
    }

    return value;
}

#endif


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

#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

    if (zone->share) {
        zone->shared = (rsl_share_zone_t *)
                       ngx_align_ptr((u_char *) zone->ring
                                     + rsl_ring_size(zone->entries,
                                                     zone->entry_size), 64);
    }

#endif
}


/*
 * Makes the kernel provide all pages now, and not when they are first written.
 * Workers of an older configuration may write there meanwhile, so a zero is
 * exchanged for a zero, atomically.  A word that is not zero shows that its
 * page was written before.
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


/* Pushes a line, and counts it. */

void
ngx_http_rackscope_logs_zone_push(ngx_shm_zone_t *shm_zone, u_char *text,
    rsl_line_t *line, ngx_http_rackscope_logs_tally_t *tally)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    uint64_t                           seq;
    rsl_ring_state_t                   state;
    ngx_http_rackscope_logs_counts_t  *counts;

    counts = &zone->sh->counts;

    ngx_shmtx_lock(&zone->shpool->mutex);

    /* the last writer may have been killed before it could count its line */

    rsl_ring_state(zone->ring, &state);
    ngx_http_rackscope_logs_count_end(counts, state.last);

    ngx_http_rackscope_logs_count_begin(counts, tally);
    seq = rsl_ring_push(zone->ring, text, line);
    ngx_http_rackscope_logs_count_end(counts, seq);

    ngx_shmtx_unlock(&zone->shpool->mutex);
}


/*
 * The mutex, for the places and for the share.  "data" is that of the zone.
 */

void
ngx_http_rackscope_logs_zone_lock(void *data)
{
    ngx_http_rackscope_logs_zone_t  *zone = data;

    ngx_shmtx_lock(&zone->shpool->mutex);
}


void
ngx_http_rackscope_logs_zone_unlock(void *data)
{
    ngx_http_rackscope_logs_zone_t  *zone = data;

    ngx_shmtx_unlock(&zone->shpool->mutex);
}


/* Counts a line that Redis will number. */

void
ngx_http_rackscope_logs_zone_tally(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_tally_t *tally)
{
    ngx_uint_t  i;

    for (i = 0; i < tally->nsums; i++) {
        ngx_http_rackscope_logs_zone_count(shm_zone, tally->sums[i].counter,
                                           tally->sums[i].n);
    }
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
 * Does some process wait until the ring has what Redis has numbered?  A process
 * is known by its slot, from which no worker follows, so all are woken.
 */

ngx_uint_t
ngx_http_rackscope_logs_zone_awaited(ngx_shm_zone_t *shm_zone)
{
#if (NGX_HTTP_RACKSCOPE_LOGS_SHARE)

    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_uint_t  slot;

    for (slot = 0; zone->share && slot < RSL_SHARE_SLOTS; slot++) {
        if (rsl_share_waits(zone->shared, slot)) {
            return 1;
        }
    }

#endif

    return 0;
}


/* A process that this one may not ask about counts as alive. */

ngx_uint_t
ngx_http_rackscope_logs_zone_pid_dead(ngx_pid_t pid)
{
    return kill(pid, 0) == -1 && ngx_errno == ESRCH;
}


/* Adds to a counter, which outlives reloads and workers as the ring does. */

void
ngx_http_rackscope_logs_zone_count(ngx_shm_zone_t *shm_zone,
    ngx_uint_t counter, ngx_atomic_uint_t n)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_http_rackscope_logs_count(&zone->sh->counts, counter, n);
}


uint64_t
ngx_http_rackscope_logs_zone_counted(ngx_shm_zone_t *shm_zone,
    ngx_uint_t counter)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return ngx_http_rackscope_logs_count_read(&zone->sh->counts, counter);
}


/*
 * Counts what a writer that was killed could not count.  If somebody has the
 * lock, that one will do it.
 */

void
ngx_http_rackscope_logs_zone_settle(ngx_shm_zone_t *shm_zone)
{
    rsl_ring_state_t                 state;
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    if (!ngx_shmtx_trylock(&zone->shpool->mutex)) {
        return;
    }

    rsl_ring_state(zone->ring, &state);
    ngx_http_rackscope_logs_count_end(&zone->sh->counts, state.last);

    ngx_shmtx_unlock(&zone->shpool->mutex);
}
