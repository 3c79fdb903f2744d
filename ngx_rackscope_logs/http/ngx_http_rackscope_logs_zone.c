
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A zone: the directive that declares it, its shared memory, which holds the
 * ring and the places of the streams, and the only lock of the module.
 *
 * The lock is the mutex of the zone's own slab pool, which nginx's master frees
 * when the worker that holds it dies.  Under the lock there are copies and
 * operations on integers, nothing else.
 */


#include "ngx_http_rackscope_logs.h"


#define NGX_HTTP_RACKSCOPE_LOGS_ENTRIES      1000
#define NGX_HTTP_RACKSCOPE_LOGS_ENTRIES_MAX  1000000
#define NGX_HTTP_RACKSCOPE_LOGS_ENTRY_SIZE   16384
#define NGX_HTTP_RACKSCOPE_LOGS_ENTRY_MAX    1048576
#define NGX_HTTP_RACKSCOPE_LOGS_STREAMS      5
#define NGX_HTTP_RACKSCOPE_LOGS_FOLLOWERS    2
#define NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX  1024   /* of a kind */

/* A place is free if its lease was not renewed for this long, in ms. */
#define NGX_HTTP_RACKSCOPE_LOGS_LEASE        2000


typedef struct {
    ngx_atomic_t                        token;      /* 0: free */
    ngx_atomic_t                        beat;       /* ngx_current_msec */
    ngx_atomic_t                        pid;        /* of the owner */
} ngx_http_rackscope_logs_cell_t;


/* This is in shared memory, in front of the ring, so it holds no pointers. */

typedef struct {
    ngx_http_rackscope_logs_counts_t    counts;
    ngx_atomic_t                        tokens;
    ngx_atomic_t                        beats[NGX_MAX_PROCESSES];
                                                    /* the last one of each
                                                       worker */
    ngx_http_rackscope_logs_cell_t      cells[NGX_HTTP_RACKSCOPE_LOGS_KINDS][
                                     NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX];
} ngx_http_rackscope_logs_sh_t;


typedef struct {
    ngx_slab_pool_t                    *shpool;
    ngx_http_rackscope_logs_sh_t       *sh;
    rsl_ring_t                         *ring;
    size_t                              entries;
    size_t                              entry_size;
    size_t                              places[NGX_HTTP_RACKSCOPE_LOGS_KINDS];
    ngx_uint_t                          prealloc;   /* unsigned  prealloc:1; */

    ngx_http_rackscope_logs_ready_pt    ready;      /* NULL: nobody waits */
    void                               *ready_data;
} ngx_http_rackscope_logs_zone_t;


#define NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE                                       \
    ngx_align(sizeof(ngx_http_rackscope_logs_sh_t), 64)


static char *ngx_http_rackscope_logs_zone_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_zone_t *zone, ngx_str_t *value);
static char *ngx_http_rackscope_logs_zone_number(ngx_conf_t *cf,
    ngx_str_t *value, size_t skip, ssize_t n, size_t min, size_t max,
    size_t *number);
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
static void ngx_http_rackscope_logs_zone_lay(
    ngx_http_rackscope_logs_zone_t *zone);
static void ngx_http_rackscope_logs_zone_touch(ngx_shm_zone_t *shm_zone);
static void ngx_http_rackscope_logs_zone_free_dead(ngx_shm_zone_t *shm_zone);
static void ngx_http_rackscope_logs_zone_free_cell(
    ngx_http_rackscope_logs_zone_t *zone, ngx_http_rackscope_logs_cell_t *cell);
static void ngx_http_rackscope_logs_zone_beat(
    ngx_http_rackscope_logs_zone_t *zone, ngx_http_rackscope_logs_cell_t *cell);
static ngx_uint_t ngx_http_rackscope_logs_zone_alive(ngx_msec_t beat);


char *
ngx_http_rackscope_logs_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                       *value;
    ngx_uint_t                       i;
    ngx_shm_zone_t                  *shm_zone;
    ngx_http_rackscope_logs_zone_t  *zone;

    zone = ngx_pcalloc(cf->pool, sizeof(ngx_http_rackscope_logs_zone_t));
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    zone->entries = NGX_HTTP_RACKSCOPE_LOGS_ENTRIES;
    zone->entry_size = NGX_HTTP_RACKSCOPE_LOGS_ENTRY_SIZE;
    zone->places[NGX_HTTP_RACKSCOPE_LOGS_SSE] = NGX_HTTP_RACKSCOPE_LOGS_STREAMS;
    zone->places[NGX_HTTP_RACKSCOPE_LOGS_NDJSON] =
                                             NGX_HTTP_RACKSCOPE_LOGS_FOLLOWERS;

    value = cf->args->elts;

    if (value[1].len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "empty name in \"rackscope_logs_zone\", which takes "
                           "a name and then any of entries=, entry_size=, "
                           "streams=, followers=, prealloc");
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_rackscope_logs_zone_parameter(cf, zone, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    /*
     * if a size were given here, nginx would complain of two sizes before the
     * duplicate can be reported
     */

    shm_zone = ngx_http_rackscope_logs_zone_use(cf, &value[1]);
    if (shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    if (shm_zone->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate zone \"%V\" in \"rackscope_logs_zone\", "
                           "which takes a name of its own for each ring",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    shm_zone->init = ngx_http_rackscope_logs_zone_init;
    shm_zone->data = zone;
    shm_zone->shm.size = ngx_http_rackscope_logs_zone_fit(cf, shm_zone);

    return NGX_CONF_OK;
}


static char *
ngx_http_rackscope_logs_zone_parameter(ngx_conf_t *cf,
    ngx_http_rackscope_logs_zone_t *zone, ngx_str_t *value)
{
    ngx_str_t  s;

    if (ngx_strncmp(value->data, "entries=", 8) == 0) {
        return ngx_http_rackscope_logs_zone_number(cf, value, 8,
                                     ngx_atosz(value->data + 8, value->len - 8),
                                     1, NGX_HTTP_RACKSCOPE_LOGS_ENTRIES_MAX,
                                     &zone->entries);
    }

    if (ngx_strncmp(value->data, "entry_size=", 11) == 0) {
        s.len = value->len - 11;
        s.data = value->data + 11;

        return ngx_http_rackscope_logs_zone_number(cf, value, 11,
                                     ngx_parse_size(&s), RSL_ENTRY_SIZE_MIN,
                                     NGX_HTTP_RACKSCOPE_LOGS_ENTRY_MAX,
                                     &zone->entry_size);
    }

    if (ngx_strncmp(value->data, "streams=", 8) == 0) {
        return ngx_http_rackscope_logs_zone_number(cf, value, 8,
                                     ngx_atosz(value->data + 8, value->len - 8),
                                     1, NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX,
                                   &zone->places[NGX_HTTP_RACKSCOPE_LOGS_SSE]);
    }

    if (ngx_strncmp(value->data, "followers=", 10) == 0) {
        return ngx_http_rackscope_logs_zone_number(cf, value, 10,
                                   ngx_atosz(value->data + 10, value->len - 10),
                                   0, NGX_HTTP_RACKSCOPE_LOGS_STREAMS_MAX,
                                &zone->places[NGX_HTTP_RACKSCOPE_LOGS_NDJSON]);
    }

    if (ngx_strcmp(value->data, "prealloc") == 0) {
        zone->prealloc = 1;
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"rackscope_logs_zone\", "
                       "which takes a name and then any of entries=, "
                       "entry_size=, streams=, followers=, prealloc", value);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_rackscope_logs_zone_number(ngx_conf_t *cf, ngx_str_t *value,
    size_t skip, ssize_t n, size_t min, size_t max, size_t *number)
{
    ngx_str_t  name;

    if (n != NGX_ERROR && (size_t) n >= min && (size_t) n <= max) {
        *number = n;
        return NGX_CONF_OK;
    }

    name.len = skip - 1;
    name.data = value->data;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"rackscope_logs_zone\": "
                       "\"%V\" takes a number from %uz to %uz",
                       value, &name, min, max);

    return NGX_CONF_ERROR;
}


/*
 * The slab pool keeps a descriptor for each page and aligns what it allocates.
 * Eight pages are added because nginx accepts no zone of less.
 */

static size_t
ngx_http_rackscope_logs_zone_size(ngx_http_rackscope_logs_zone_t *zone)
{
    size_t  size, pages;

    size = NGX_HTTP_RACKSCOPE_LOGS_SH_SIZE
           + rsl_ring_size(zone->entries, zone->entry_size);

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
        && ozone->entry_size == zone->entry_size)
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
     * The memory comes fresh from the kernel and is all zeros.  Clearing it
     * here would touch each of its pages.
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

    if (!ngx_test_config) {
        ngx_log_error(NGX_LOG_NOTICE, shm_zone->shm.log, 0,
                      "rackscope_logs " RSL_VERSION ": zone \"%V\" is made, "
                      "with %uz entries in %uz bytes", &shm_zone->shm.name,
                      zone->entries, shm_zone->shm.size);
    }

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


void
ngx_http_rackscope_logs_zone_clear(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_shmtx_lock(&zone->shpool->mutex);
    rsl_ring_clear(zone->ring);
    ngx_shmtx_unlock(&zone->shpool->mutex);
}


/*
 * Does this worker serve a stream that reads the zone?  For the time of a lease
 * the answer is still yes after its last stream has ended.  That costs a few
 * wake-ups that nobody needs, and it saves a writer from looking at each place.
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
 * expire.  An old worker lives on during a reload and keeps its places.
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
 * Whether a process lives is asked outside of the lock, so under the lock the
 * place must still belong to that process.  This worker has no places yet: one
 * with its process id belonged to a dead process of the same id.
 */

static void
ngx_http_rackscope_logs_zone_free_dead(ngx_shm_zone_t *shm_zone)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_uint_t  i, kind;

    for (kind = 0; kind < NGX_HTTP_RACKSCOPE_LOGS_KINDS; kind++) {
        for (i = 0; i < zone->places[kind]; i++) {
            ngx_http_rackscope_logs_zone_free_cell(zone,
                                                   &zone->sh->cells[kind][i]);
        }
    }
}


static void
ngx_http_rackscope_logs_zone_free_cell(ngx_http_rackscope_logs_zone_t *zone,
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

    ngx_shmtx_lock(&zone->shpool->mutex);

    if (cell->token == token && cell->pid == pid) {
        cell->token = 0;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);
}


/* A process that this one may not ask about counts as alive. */

ngx_uint_t
ngx_http_rackscope_logs_zone_pid_dead(ngx_pid_t pid)
{
    return kill(pid, 0) == -1 && ngx_errno == ESRCH;
}


/*
 * Places are leased and not counted, because a worker that is killed gives
 * nothing back.  The token tells an owner who was away for too long that the
 * place has become somebody else's.
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

    for (i = 0; i < zone->places[lease->kind]; i++) {
        cell = &zone->sh->cells[lease->kind][i];

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


/* Is the place still that of this lease?  This needs no lock. */

ngx_uint_t
ngx_http_rackscope_logs_zone_leased(ngx_shm_zone_t *shm_zone,
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
ngx_http_rackscope_logs_zone_renew(ngx_shm_zone_t *shm_zone,
    ngx_http_rackscope_logs_lease_t *lease)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_int_t                        rc;
    ngx_http_rackscope_logs_cell_t  *cell;

    cell = &zone->sh->cells[lease->kind][lease->cell];
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

    cell = &zone->sh->cells[lease->kind][lease->cell];

    ngx_shmtx_lock(&zone->shpool->mutex);

    if (cell->token == lease->token) {
        cell->token = 0;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    lease->token = 0;
}


/* How many places of the kind are there, and how many of them are taken? */

ngx_uint_t
ngx_http_rackscope_logs_zone_places(ngx_shm_zone_t *shm_zone, ngx_uint_t kind)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    return zone->places[kind];
}


ngx_uint_t
ngx_http_rackscope_logs_zone_taken(ngx_shm_zone_t *shm_zone, ngx_uint_t kind)
{
    ngx_http_rackscope_logs_zone_t  *zone = shm_zone->data;

    ngx_uint_t                       i, n;
    ngx_http_rackscope_logs_cell_t  *cell;

    n = 0;

    for (i = 0; i < zone->places[kind]; i++) {
        cell = &zone->sh->cells[kind][i];

        n += (cell->token && ngx_http_rackscope_logs_zone_alive(cell->beat));
    }

    return n;
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
