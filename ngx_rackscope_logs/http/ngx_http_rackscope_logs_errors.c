
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A record for each line of nginx's own error log: the directive, and what
 * nginx calls for a line.
 *
 * The code that writes a line may be a signal handler, or hold any lock.  So a
 * line is only copied onto the stage here, and the workers are woken: one of
 * them takes it apart, redacts it and puts it into the ring.
 */


#include "ngx_http_rackscope_logs_internal.h"


/*
 * Angie 1.12 and later write a line anew for each log that takes it, since each
 * may have a form of its own.  So the handler that adds the fields of a request
 * to a line is called once for each log, and is told which one that is.
 */

#if (defined angie_version && angie_version >= 1012000)

#define NGX_HTTP_RACKSCOPE_LOGS_ANGIE  1

typedef ngx_log_ext_handler_pt   ngx_http_rackscope_logs_fields_pt;

#else

#define NGX_HTTP_RACKSCOPE_LOGS_ANGIE  0

typedef ngx_http_log_handler_pt  ngx_http_rackscope_logs_fields_pt;

#endif


/* The request of the line that is being written, in this process. */

typedef struct {
    u_char                           *fields;   /* in nginx's buffer */
    ngx_atomic_uint_t                 connection;
    ngx_uint_t                        busy;
    ngx_uint_t                        enable;
    size_t                            len;
    size_t                            queries_len;
    u_char                      id[NGX_HTTP_RACKSCOPE_LOGS_REQUEST_ID];
    u_char                      queries[NGX_HTTP_RACKSCOPE_LOGS_QUERIES];
} ngx_http_rackscope_logs_error_request_t;


static ngx_int_t ngx_http_rackscope_logs_errors_stage(ngx_conf_t *cf,
    ngx_http_rackscope_logs_errors_t *errors);
static void ngx_http_rackscope_logs_errors_cleanup(void *data);
static ngx_int_t ngx_http_rackscope_logs_errors_ready(void *data);
static void ngx_http_rackscope_logs_errors_insert(ngx_log_t *log,
    ngx_log_t *new_log);
static void ngx_http_rackscope_logs_errors_remove(ngx_log_t *log,
    ngx_http_rackscope_logs_errors_t *errors);
static void ngx_http_rackscope_logs_errors_writer(ngx_log_t *log,
    ngx_uint_t level, u_char *buf, size_t len);
static ngx_uint_t ngx_http_rackscope_logs_errors_request(rsl_str_t *line);
static ngx_uint_t ngx_http_rackscope_logs_errors_debug(ngx_log_t *log);
static ngx_int_t ngx_http_rackscope_logs_errors_post_read(
    ngx_http_request_t *r);
#if (NGX_HTTP_RACKSCOPE_LOGS_ANGIE)
static u_char *ngx_http_rackscope_logs_errors_handler(ngx_log_t *log,
    u_char *buf, u_char *last, void *data);
#else
static u_char *ngx_http_rackscope_logs_errors_handler(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf, size_t len);
#endif
static void ngx_http_rackscope_logs_errors_fields(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf);
static ngx_uint_t ngx_http_rackscope_logs_errors_enabled(ngx_http_request_t *r,
    ngx_http_request_t *sr);
static size_t ngx_http_rackscope_logs_errors_queries(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf);
static void ngx_http_rackscope_logs_errors_query(ngx_str_t *url,
    ngx_str_t *query);
static u_char *ngx_http_rackscope_logs_errors_query_add(u_char *p, u_char *last,
    ngx_str_t *query);


/*
 * Stands for a query string of which nothing is known: whatever may be one is
 * hidden.
 */
static const rsl_str_t  ngx_http_rackscope_logs_errors_unknown =
    rsl_string("?");


/* These are of this process. */

static ngx_http_rackscope_logs_error_request_t
                              ngx_http_rackscope_logs_error_request;
static ngx_http_rackscope_logs_fields_pt
                              ngx_http_rackscope_logs_errors_next;
static ngx_log_handler_pt     ngx_http_rackscope_logs_errors_http;


char *
ngx_http_rackscope_logs_errors_log(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_rackscope_logs_main_conf_t  *rmcf = conf;

    rsl_str_t                          name;
    ngx_str_t                         *value;
    ngx_uint_t                         level;
    ngx_http_rackscope_logs_errors_t  *errors;

    if (rmcf->errors_set) {
        return "is duplicate";
    }

    rmcf->errors_set = 1;

    value = cf->args->elts;
    level = NGX_LOG_WARN;

    if (cf->args->nelts == 3) {
        name.len = value[2].len;
        name.data = value[2].data;

        level = rsl_intake_nginx_level(&name);
    }

    if (ngx_strcmp(value[1].data, "off") == 0) {

        if (cf->args->nelts == 2) {
            return NGX_CONF_OK;
        }

        level = 0;
    }

    if (level == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\", which takes "
                           "the name of a zone and then a level (debug, info, "
                           "notice, warn, error, crit, alert or emerg), or "
                           "\"off\"", &value[2], &cmd->name);
        return NGX_CONF_ERROR;
    }

    errors = ngx_pcalloc(cf->pool, sizeof(ngx_http_rackscope_logs_errors_t));
    if (errors == NULL) {
        return NGX_CONF_ERROR;
    }

    errors->level = level;
    errors->cycle = cf->cycle;

    if (ngx_array_init(&errors->logs, cf->pool, 4, sizeof(ngx_log_t *))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    rmcf->errors = errors;

    return ngx_http_rackscope_logs_conf_use(cf, NULL, &errors->zone);
}


/*
 * Adds the log of a server or location to those that get the writer.  Most of
 * them have the same log.
 */

ngx_int_t
ngx_http_rackscope_logs_errors_add(ngx_conf_t *cf,
    ngx_http_rackscope_logs_errors_t *errors, ngx_log_t *log)
{
    ngx_uint_t    i;
    ngx_log_t   **logs;

    logs = errors->logs.elts;

    for (i = 0; i < errors->logs.nelts; i++) {
        if (logs[i] == log) {
            return NGX_OK;
        }
    }

    logs = ngx_array_push(&errors->logs);
    if (logs == NULL) {
        return NGX_ERROR;
    }

    *logs = log;

    return NGX_OK;
}


ngx_int_t
ngx_http_rackscope_logs_errors_init(ngx_conf_t *cf,
    ngx_http_rackscope_logs_main_conf_t *rmcf)
{
    ngx_http_handler_pt                 *h;
    ngx_http_core_main_conf_t           *cmcf;
    ngx_http_rackscope_logs_errors_t    *errors;
    ngx_http_rackscope_logs_loc_conf_t  *rlcf;

    errors = rmcf->errors;

    if (errors == NULL) {
        return NGX_OK;
    }

    rlcf = ngx_http_conf_get_module_loc_conf(cf,
                                             ngx_http_rackscope_logs_module);

    errors->enable = (rlcf->enable != 0);
    errors->redact = rmcf->redact;

    if (ngx_http_rackscope_logs_errors_add(cf, errors, &cf->cycle->new_log)
        != NGX_OK
        || ngx_http_rackscope_logs_errors_stage(cf, errors) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_rackscope_logs_zone_ready(errors->zone,
                                       ngx_http_rackscope_logs_errors_ready,
                                       errors);

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_POST_READ_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_rackscope_logs_errors_post_read;

    return NGX_OK;
}


static ngx_int_t
ngx_http_rackscope_logs_errors_stage(ngx_conf_t *cf,
    ngx_http_rackscope_logs_errors_t *errors)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    errors->shm.size = ngx_http_rackscope_logs_stage_size();
    errors->shm.log = cf->log;
    ngx_str_set(&errors->shm.name, "rackscope_logs_errors");

    if (ngx_shm_alloc(&errors->shm) != NGX_OK) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_rackscope_logs_errors_cleanup;
    cln->data = errors;

    return NGX_OK;
}


/*
 * nginx destroys the pool of the configuration, unloads the module with it, and
 * goes on writing debugging lines.  So the writer is taken out of all logs
 * here.
 */

static void
ngx_http_rackscope_logs_errors_cleanup(void *data)
{
    ngx_http_rackscope_logs_errors_t  *errors = data;

    ngx_uint_t   i;
    ngx_log_t  **logs;

    logs = errors->logs.elts;

    for (i = 0; i < errors->logs.nelts; i++) {
        ngx_http_rackscope_logs_errors_remove(logs[i], errors);
    }

    errors->stage = NULL;

    ngx_shm_free(&errors->shm);
}


static ngx_int_t
ngx_http_rackscope_logs_errors_ready(void *data)
{
    ngx_http_rackscope_logs_errors_t  *errors = data;

    ngx_uint_t   i;
    ngx_log_t   *log, **logs;

    errors->stage = (ngx_http_rackscope_logs_stage_t *) errors->shm.addr;

    logs = errors->logs.elts;

    for (i = 0; i < errors->logs.nelts; i++) {

        log = ngx_pcalloc(errors->cycle->pool, sizeof(ngx_log_t));
        if (log == NULL) {
            return NGX_ERROR;
        }

        log->log_level = errors->level;

        if (errors->level == NGX_LOG_DEBUG
            && logs[i]->log_level > NGX_LOG_DEBUG)
        {
            /* the head of a chain says what is to be debugged */
            log->log_level = logs[i]->log_level;
        }

        log->writer = ngx_http_rackscope_logs_errors_writer;
        log->wdata = errors;

#if (NGX_HTTP_RACKSCOPE_LOGS_ANGIE)

        /* Angie finds the names of the fields there */

        log->conf = (ngx_log_conf_t *) ngx_get_conf(errors->cycle->conf_ctx,
                                                    ngx_errlog_module);
#endif

        ngx_http_rackscope_logs_errors_insert(logs[i], log);
    }

    return NGX_OK;
}


/*
 * Does what ngx_log_insert() does: the log that takes the most levels comes
 * first, and the address of the head stays.  But of two logs of the same level
 * ours comes first, because only then is the writer given the log of a
 * connection.
 */

static void
ngx_http_rackscope_logs_errors_insert(ngx_log_t *log, ngx_log_t *new_log)
{
    ngx_log_t  tmp;

    if (new_log->log_level >= log->log_level) {
        tmp = *log;
        *log = *new_log;
        *new_log = tmp;

        log->next = new_log;
        return;
    }

    while (log->next && log->next->log_level >= new_log->log_level) {
        log = log->next;
    }

    new_log->next = log->next;
    log->next = new_log;
}


/*
 * Takes the log out again.  If it is the head, the next one takes its address.
 */

static void
ngx_http_rackscope_logs_errors_remove(ngx_log_t *log,
    ngx_http_rackscope_logs_errors_t *errors)
{
    if (log->wdata == errors) {
        *log = *log->next;
        return;
    }

    for ( /* void */ ; log->next; log = log->next) {

        if (log->next->wdata == errors) {
            log->next = log->next->next;
            return;
        }
    }
}


/*
 * Puts a line onto the stage.  This may run in a signal handler and under any
 * lock, so it takes no lock, allocates nothing and posts no event.  The level
 * is checked here because with "debug_connection" nginx ignores the levels of
 * the chain.
 */

static void
ngx_http_rackscope_logs_errors_writer(ngx_log_t *log, ngx_uint_t level,
    u_char *buf, size_t len)
{
    ngx_http_rackscope_logs_errors_t  *errors = log->wdata;

    ngx_atomic_uint_t                         call;
    ngx_http_rackscope_logs_stage_t          *stage;
    ngx_http_rackscope_logs_staged_t          staged;
    ngx_http_rackscope_logs_error_request_t  *request;

    stage = errors->stage;

    if (stage == NULL || level > errors->level
        || ngx_http_rackscope_logs_stage_hushed(level))
    {
        return;
    }

    ngx_memzero(&staged, sizeof(ngx_http_rackscope_logs_staged_t));

    staged.level = level;
    staged.line.data = buf;
    staged.line.len = len - NGX_LINEFEED_SIZE;

    request = &ngx_http_rackscope_logs_error_request;

    if (ngx_http_rackscope_logs_errors_request(&staged.line)) {

        staged.fields = ngx_min((size_t) (request->fields - buf),
                                staged.line.len);
        staged.id.len = request->len;
        staged.id.data = request->id;

        request->fields = NULL;

    } else if (level != NGX_LOG_DEBUG
               || !ngx_http_rackscope_logs_errors_debug(log))
    {
        request = NULL;
    }

    if (request) {
        staged.queries.len = request->queries_len;
        staged.queries.data = request->queries;

    } else if (level == NGX_LOG_DEBUG && log->handler
               && ngx_http_rackscope_logs_errors_http == NULL)
    {
        staged.queries = ngx_http_rackscope_logs_errors_unknown;
    }

    if (!(request ? request->enable : errors->enable)) {
        return;
    }

    staged.time = ngx_http_rackscope_logs_zone_now();

    ngx_http_rackscope_logs_stage_put(stage, &staged);

    if (ngx_http_rackscope_logs_stage_call(stage, &call)) {
        ngx_http_rackscope_logs_wake_all(errors->workers);
        ngx_http_rackscope_logs_stage_told(stage, call);
    }
}


/*
 * Does the line belong to the request that nginx has last asked for its fields?
 * If the line was cut, it may have only a part of the fields, or none.
 */

static ngx_uint_t
ngx_http_rackscope_logs_errors_request(rsl_str_t *line)
{
    u_char                                   *p;
    size_t                                    i, left;
    rsl_str_t                                 number;
    ngx_atomic_uint_t                         n;
    ngx_http_rackscope_logs_error_request_t  *request;

    request = &ngx_http_rackscope_logs_error_request;
    p = request->fields;

    if (p < line->data || p > line->data + NGX_MAX_ERROR_STR) {
        return 0;
    }

    left = line->data + line->len > p ? line->data + line->len - p : 0;

    if (left < sizeof(", server: ") - 1
        && line->len < NGX_MAX_ERROR_STR - NGX_LINEFEED_SIZE)
    {
        return 0;
    }

    if (ngx_memcmp(p, ", server: ", ngx_min(left, sizeof(", server: ") - 1))
        != 0)
    {
        return 0;
    }

    number = rsl_intake_nginx_connection(line);
    n = 0;

    for (i = 0; i < number.len; i++) {
        n = n * 10 + (number.data[i] - '0');
    }

    return number.len && n == request->connection;
}


/*
 * When nginx writes a debugging line, it does not ask the request for its
 * fields.  But the log is that of the connection then, and knows the request.
 */

static ngx_uint_t
ngx_http_rackscope_logs_errors_debug(ngx_log_t *log)
{
    ngx_http_log_ctx_t                       *ctx;
    ngx_http_rackscope_logs_error_request_t  *request;

    if (log->handler == NULL
        || log->handler != ngx_http_rackscope_logs_errors_http)
    {
        return 0;
    }

    ctx = log->data;

    if (ctx == NULL || ctx->request == NULL || ctx->current_request == NULL) {
        return 0;
    }

    request = &ngx_http_rackscope_logs_error_request;

    request->enable = ngx_http_rackscope_logs_errors_enabled(ctx->request,
                                                         ctx->current_request);
    request->queries_len = ngx_http_rackscope_logs_errors_queries(ctx->request,
                                                       ctx->current_request,
                                                       request->queries);
    return 1;
}


static ngx_int_t
ngx_http_rackscope_logs_errors_post_read(ngx_http_request_t *r)
{
    if (r->log_handler == ngx_http_rackscope_logs_errors_handler) {
        return NGX_DECLINED;
    }

    ngx_http_rackscope_logs_errors_http = r->connection->log->handler;

    /* the first handler that is seen is nginx's: no other module sets one */

    if (ngx_http_rackscope_logs_errors_next == NULL) {
        ngx_http_rackscope_logs_errors_next = r->log_handler;
    }

    if (ngx_http_rackscope_logs_errors_next == r->log_handler) {
        r->log_handler = ngx_http_rackscope_logs_errors_handler;
    }

    return NGX_DECLINED;
}


#if (NGX_HTTP_RACKSCOPE_LOGS_ANGIE)

static u_char *
ngx_http_rackscope_logs_errors_handler(ngx_log_t *log, u_char *buf,
    u_char *last, void *data)
{
    ngx_http_log_ctx_t  *ctx = data;

    if (log->writer == ngx_http_rackscope_logs_errors_writer) {
        ngx_http_rackscope_logs_errors_fields(ctx->request,
                                              ctx->current_request, buf);
    }

    return ngx_http_rackscope_logs_errors_next(log, buf, last, data);
}

#else

static u_char *
ngx_http_rackscope_logs_errors_handler(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf, size_t len)
{
    ngx_http_rackscope_logs_errors_fields(r, sr, buf);

    return ngx_http_rackscope_logs_errors_next(r, sr, buf, len);
}

#endif


/*
 * Notes that the fields of the request begin at "buf".  Finding the id may
 * write lines, too, which then go without an id.
 */

static void
ngx_http_rackscope_logs_errors_fields(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf)
{
    ngx_str_t                                 id;
    ngx_http_rackscope_logs_error_request_t  *request;

    request = &ngx_http_rackscope_logs_error_request;

    if (request->busy) {
        return;
    }

    request->busy = 1;

    id = ngx_http_rackscope_logs_capture_request_id(r);

    request->fields = buf;
    request->connection = r->connection->log->connection;
    request->enable = ngx_http_rackscope_logs_errors_enabled(r, sr);
    request->len = id.len;

    if (id.len) {
        ngx_memcpy(request->id, id.data, id.len);
    }

    request->queries_len = ngx_http_rackscope_logs_errors_queries(r, sr,
                                                          request->queries);
    request->busy = 0;
}


/*
 * "rackscope_logs off" holds for the location of a subrequest as well, so the
 * failures of an auth_request need not fill the log that it guards.
 */

static ngx_uint_t
ngx_http_rackscope_logs_errors_enabled(ngx_http_request_t *r,
    ngx_http_request_t *sr)
{
    ngx_http_rackscope_logs_loc_conf_t  *rlcf, *srlcf;

    rlcf = ngx_http_get_module_loc_conf(r, ngx_http_rackscope_logs_module);
    srlcf = ngx_http_get_module_loc_conf(sr, ngx_http_rackscope_logs_module);

    return rlcf->enable && srlcf->enable;
}


/*
 * Writes the query strings of the request into "buf", for
 * rsl_intake_nginx_parse() to take them out of the line: the client's query,
 * what became of it, that of a subrequest, and the referrer's.  Returns their
 * length, which is at most NGX_HTTP_RACKSCOPE_LOGS_QUERIES.
 */

static size_t
ngx_http_rackscope_logs_errors_queries(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf)
{
    u_char     *p, *last;
    ngx_str_t   query;

    last = buf + NGX_HTTP_RACKSCOPE_LOGS_QUERIES;

    ngx_http_rackscope_logs_errors_query(&r->unparsed_uri, &query);
    p = ngx_http_rackscope_logs_errors_query_add(buf, last, &query);

    if (r->args.len
        && (r->args.len != query.len
            || ngx_memcmp(r->args.data, query.data, query.len) != 0))
    {
        p = ngx_http_rackscope_logs_errors_query_add(p, last, &r->args);
    }

    if (sr != r) {
        p = ngx_http_rackscope_logs_errors_query_add(p, last, &sr->args);
    }

    if (r->headers_in.referer) {
        ngx_http_rackscope_logs_errors_query(&r->headers_in.referer->value,
                                             &query);
        p = ngx_http_rackscope_logs_errors_query_add(p, last, &query);
    }

    return p - buf;
}


/* Sets "query" to what follows the first "?" or "#". */

static void
ngx_http_rackscope_logs_errors_query(ngx_str_t *url, ngx_str_t *query)
{
    size_t  i;

    for (i = 0; i < url->len; i++) {
        if (url->data[i] == '?' || url->data[i] == '#') {
            i++;
            break;
        }
    }

    query->len = url->len - i;
    query->data = url->data + i;
}


/*
 * A query ends with a line feed.  One for which there is no room is cut and has
 * none, and those after it have none either.
 */

static u_char *
ngx_http_rackscope_logs_errors_query_add(u_char *p, u_char *last,
    ngx_str_t *query)
{
    size_t  room;

    if (query->len == 0) {
        return p;
    }

    room = last - p;

    p = ngx_cpymem(p, query->data, ngx_min(query->len, room));

    if (query->len + 1 < room) {
        *p++ = LF;
    }

    return p;
}
