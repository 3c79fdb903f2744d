
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A line of nginx's error log becomes a record:
 *
 *     2026/11/24 00:27:01 [error] 12#12: *3 message, client: 127.0.0.1,
 *     server: a.example, request: "GET /path?query HTTP/1.1", ...
 *
 * (in one line).  nginx escapes nothing of what a client has sent, so a message
 * or a value may look like the fields behind it.  A line that can be read in
 * two ways is not split.
 */


#include "rsl_intake_internal.h"


/*
 * What stands before the message: "2026/11/24 00:27:01 [error] 12#12: *3 ",
 * with the number of the connection, "*3", only if there is one.
 */

typedef struct {
    rsl_str_t  pid;
    rsl_str_t  connection;
    size_t     message;             /* where it begins; 0: there is no head */
} rsl_intake_nginx_head_t;


typedef struct {
    const char  *name;
    rsl_str_t    mark;
    unsigned     quoted:1;
} rsl_intake_nginx_field_t;


/*
 * The fields, in the order in which nginx appends them.  Angie 1.12 and later
 * have another name for the request, and quotes around the first two values.
 */

enum {
    RSL_INTAKE_NGINX_CLIENT = 0,
    RSL_INTAKE_NGINX_SERVER,
    RSL_INTAKE_NGINX_REQUEST,
    RSL_INTAKE_NGINX_REQUEST_LINE,
    RSL_INTAKE_NGINX_SUBREQUEST,
    RSL_INTAKE_NGINX_UPSTREAM,
    RSL_INTAKE_NGINX_HOST,
    RSL_INTAKE_NGINX_REFERRER,
    RSL_INTAKE_NGINX_FIELDS
};


static void rsl_intake_nginx_head(const rsl_str_t *line,
    rsl_intake_nginx_head_t *head);
static const u_char *rsl_intake_nginx_digits(const u_char *p, const u_char *end,
    rsl_str_t *digits);
static int rsl_intake_nginx_split(const rsl_str_t *line, size_t start,
    size_t fields, rsl_str_t *values, size_t *end);
static const u_char *rsl_intake_nginx_client(const rsl_str_t *line,
    size_t start, size_t fields);
static const u_char *rsl_intake_nginx_value(const u_char *p, const u_char *end,
    unsigned *field, rsl_str_t *value);
static unsigned rsl_intake_nginx_next(const u_char *p, const u_char *end,
    unsigned field);
static int rsl_intake_nginx_values(rsl_arena_t *arena, rsl_str_t *values,
    const rsl_intake_nginx_query_t *query, rsl_record_t *record);
static int rsl_intake_nginx_request(rsl_arena_t *arena, rsl_record_t *record,
    const rsl_str_t *line);
static int rsl_intake_nginx_copy(rsl_arena_t *arena, rsl_str_t *text);


#define RSL_INTAKE_NGINX_DATE     20      /* "2026/11/24 00:27:01 " */
#define RSL_INTAKE_NGINX_DIGITS   20      /* of 64 bits */


static const char *const  rsl_intake_nginx_levels[] = {
    "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"
};


static const rsl_level_t  rsl_intake_nginx_records[] = {
    RSL_LEVEL_CRITICAL, RSL_LEVEL_CRITICAL, RSL_LEVEL_CRITICAL,
    RSL_LEVEL_ERROR, RSL_LEVEL_WARNING, RSL_LEVEL_INFO, RSL_LEVEL_INFO,
    RSL_LEVEL_DEBUG
};


static const rsl_intake_nginx_field_t  rsl_intake_nginx_fields[] = {
    { "client",     rsl_string(", client: "),         0 },
    { "server",     rsl_string(", server: "),         0 },
    { "request",    rsl_string(", request: \""),      1 },
    { "request",    rsl_string(", request_line: \""), 1 },
    { "subrequest", rsl_string(", subrequest: \""),   1 },
    { "upstream",   rsl_string(", upstream: \""),     1 },
    { "host",       rsl_string(", host: \""),         1 },
    { "referrer",   rsl_string(", referrer: \""),     1 }
};


unsigned
rsl_intake_nginx_level(const rsl_str_t *name)
{
    u_char    lower[16];
    size_t    n;
    unsigned  i;

    if (name->len >= sizeof(lower)) {
        return 0;
    }

    for (n = 0; n < name->len; n++) {
        lower[n] = name->data[n];

        if (lower[n] >= 'A' && lower[n] <= 'Z') {
            lower[n] |= 0x20;
        }
    }

    lower[n] = '\0';

    /* nginx's names for these are "warn" and "crit" */

    if (strcmp((char *) lower, "warning") == 0
        || strcmp((char *) lower, "critical") == 0)
    {
        lower[4] = '\0';
    }

    for (i = 0; i < RSL_INTAKE_NGINX_DEBUG; i++) {
        if (strcmp((char *) lower, rsl_intake_nginx_levels[i]) == 0) {
            return i + RSL_INTAKE_NGINX_EMERG;
        }
    }

    return 0;
}


rsl_level_t
rsl_intake_nginx_level_record(unsigned level)
{
    if (level < RSL_INTAKE_NGINX_EMERG) {
        return RSL_LEVEL_CRITICAL;
    }

    if (level > RSL_INTAKE_NGINX_DEBUG) {
        return RSL_LEVEL_DEBUG;
    }

    return rsl_intake_nginx_records[level - RSL_INTAKE_NGINX_EMERG];
}


int
rsl_intake_nginx_parse(rsl_arena_t *arena, const rsl_str_t *line, size_t fields,
    const rsl_str_t *queries, rsl_record_t *record)
{
    size_t                     end;
    rsl_str_t                 *request, values[RSL_INTAKE_NGINX_FIELDS];
    rsl_intake_nginx_head_t    head;
    rsl_intake_nginx_query_t   query;

    rsl_intake_nginx_head(line, &head);

    memset(values, 0, sizeof(values));

    /* nginx cuts a line at its end, so what is there is as it was written */

    record->truncated = (line->len >= RSL_INTAKE_NGINX_LINE_MAX - 1);

    if (rsl_intake_nginx_split(line, head.message, fields, values, &end)
        != RSL_OK)
    {
        memset(values, 0, sizeof(values));
        end = line->len;
    }

    record->message.data = line->data + head.message;
    record->message.len = end - head.message;

    request = &values[RSL_INTAKE_NGINX_REQUEST];

    if (request->len == 0) {
        request = &values[RSL_INTAKE_NGINX_REQUEST_LINE];
    }

    if (rsl_intake_nginx_query(arena, &query, queries, request,
                               &values[RSL_INTAKE_NGINX_REFERRER])
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    /* a line without a connection belongs to no request, and has no query */

    if (head.connection.len
        && rsl_intake_nginx_message(arena, &query, &record->message) != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (rsl_intake_nginx_copy(arena, &record->message) != RSL_OK
        || rsl_intake_nginx_values(arena, values, &query, record) != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (rsl_intake_nginx_extra(arena, record, RSL_VALUE_SCALAR, "connection",
                               &head.connection)
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    return rsl_intake_nginx_extra(arena, record, RSL_VALUE_SCALAR, "pid",
                                  &head.pid);
}


int
rsl_intake_nginx_path(rsl_arena_t *arena, rsl_str_t *path)
{
    return rsl_intake_nginx_message_path(arena, NULL, path);
}


int
rsl_intake_nginx_host(rsl_arena_t *arena, rsl_str_t *host)
{
    u_char        *p;
    size_t         start;
    const u_char  *end;

    if (rsl_intake_nginx_message_path(arena, NULL, host) != RSL_OK) {
        return RSL_ERROR;
    }

    if (host->len == 0) {
        return RSL_OK;
    }

    /* the colons of an IPv6 address stand in brackets */

    end = (*host->data == '[') ? memchr(host->data, ']', host->len) : NULL;
    start = end ? (size_t) (end - host->data) : 0;

    end = memchr(host->data + start, ':', host->len - start);

    if (end) {
        host->len = end - host->data;
    }

    if (host->len && host->data[host->len - 1] == '.') {
        host->len--;
    }

    p = rsl_arena_alloc(arena, host->len + 1);
    if (p == NULL) {
        return RSL_ERROR;
    }

    rsl_intake_nginx_mark_lower(p, host->data, host->len);
    host->data = p;

    return RSL_OK;
}


rsl_str_t
rsl_intake_nginx_connection(const rsl_str_t *line)
{
    rsl_intake_nginx_head_t  head;

    rsl_intake_nginx_head(line, &head);

    return head.connection;
}


static void
rsl_intake_nginx_head(const rsl_str_t *line, rsl_intake_nginx_head_t *head)
{
    rsl_str_t      tid, connection;
    const u_char  *p, *end;

    memset(head, 0, sizeof(rsl_intake_nginx_head_t));

    if (line->len <= RSL_INTAKE_NGINX_DATE
        || line->data[RSL_INTAKE_NGINX_DATE] != '[')
    {
        return;
    }

    end = line->data + line->len;
    p = memchr(line->data + RSL_INTAKE_NGINX_DATE, ']',
               line->len - RSL_INTAKE_NGINX_DATE);

    if (p == NULL || end - p < 2 || p[1] != ' ') {
        return;
    }

    p = rsl_intake_nginx_digits(p + 2, end, &head->pid);

    if (p == NULL || p == end || *p != '#') {
        memset(head, 0, sizeof(rsl_intake_nginx_head_t));
        return;
    }

    p = rsl_intake_nginx_digits(p + 1, end, &tid);

    if (p == NULL || end - p < 2 || p[0] != ':' || p[1] != ' ') {
        memset(head, 0, sizeof(rsl_intake_nginx_head_t));
        return;
    }

    p += 2;
    head->message = p - line->data;

    if (p == end || *p != '*') {
        return;
    }

    p = rsl_intake_nginx_digits(p + 1, end, &connection);

    if (p && p < end && *p == ' ') {
        head->connection = connection;
        head->message = p + 1 - line->data;
    }
}


/*
 * Digits that are a number of JSON, as an extra of the record has to be.
 * Returns what follows them.  NULL: there are none.
 */

static const u_char *
rsl_intake_nginx_digits(const u_char *p, const u_char *end, rsl_str_t *digits)
{
    digits->data = p;

    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }

    digits->len = p - digits->data;

    if (digits->len == 0 || digits->len > RSL_INTAKE_NGINX_DIGITS
        || (digits->len > 1 && digits->data[0] == '0'))
    {
        return NULL;
    }

    return p;
}


/*
 * Splits the line into its message, which ends at *end, and the values of the
 * fields.  RSL_DECLINED: there are no fields, or it is not certain which.
 */

static int
rsl_intake_nginx_split(const rsl_str_t *line, size_t start, size_t fields,
    rsl_str_t *values, size_t *end)
{
    unsigned       field, next;
    const u_char  *p, *last;

    last = line->data + line->len;

    p = rsl_intake_nginx_client(line, start, fields);
    if (p == NULL) {
        return RSL_DECLINED;
    }

    *end = p - line->data;
    field = RSL_INTAKE_NGINX_CLIENT;

    while (p < last) {
        p += rsl_intake_nginx_fields[field].mark.len;
        next = field;

        p = rsl_intake_nginx_value(p, last, &next, &values[field]);

        if (p == NULL) {

            if (line->len < RSL_INTAKE_NGINX_LINE_MAX - 1) {
                return RSL_DECLINED;
            }

            return RSL_OK;
        }

        /* nginx always appends both of the first two fields */

        if ((field == RSL_INTAKE_NGINX_CLIENT
             && next != RSL_INTAKE_NGINX_SERVER)
            || memchr(values[RSL_INTAKE_NGINX_CLIENT].data, ' ',
                      values[RSL_INTAKE_NGINX_CLIENT].len))
        {
            return RSL_DECLINED;
        }

        field = next;
    }

    return RSL_OK;
}


/*
 * Where the fields begin: at ", client: ".  NULL: it is not there, or, if
 * "fields" does not tell which one is nginx's, there more than once.
 */

static const u_char *
rsl_intake_nginx_client(const rsl_str_t *line, size_t start, size_t fields)
{
    const u_char     *p, *end, *found;
    const rsl_str_t  *mark;

    mark = &rsl_intake_nginx_fields[RSL_INTAKE_NGINX_CLIENT].mark;
    end = line->data + (fields && fields <= line->len ? fields : line->len);
    found = NULL;

    for (p = line->data + start; end - p >= (ptrdiff_t) mark->len; p++) {

        if (memcmp(p, mark->data, mark->len) != 0) {
            continue;
        }

        if (found && !fields) {
            return NULL;
        }

        found = p;
    }

    return found;
}


/*
 * Finds the value of *field, which begins at "p".  Returns where the next field
 * begins, or the end of the line, and sets *field to that field, or to
 * RSL_INTAKE_NGINX_FIELDS.  NULL: the value has no closing quote.
 */

static const u_char *
rsl_intake_nginx_value(const u_char *p, const u_char *end, unsigned *field,
    rsl_str_t *value)
{
    unsigned       next, quoted;
    const u_char  *start, *behind;

    quoted = rsl_intake_nginx_fields[*field].quoted;

    if (!quoted && p < end && *p == '"') {
        quoted = 1;
        p++;
    }

    start = p;

    for ( /* void */ ; p < end; p++) {

        if (quoted && *p != '"') {
            continue;
        }

        behind = p + quoted;
        next = rsl_intake_nginx_next(behind, end, *field);

        if (next == RSL_INTAKE_NGINX_FIELDS && (behind < end || !quoted)) {
            continue;
        }

        value->data = start;
        value->len = p - start;
        *field = next;

        return behind;
    }

    value->data = start;
    value->len = end - start;

    return quoted ? NULL : end;
}


/* The field that begins at "p", of those that may follow "field". */

static unsigned
rsl_intake_nginx_next(const u_char *p, const u_char *end, unsigned field)
{
    const rsl_str_t  *mark;

    if (p == end || *p != ',') {
        return RSL_INTAKE_NGINX_FIELDS;
    }

    for (field++; field < RSL_INTAKE_NGINX_FIELDS; field++) {
        mark = &rsl_intake_nginx_fields[field].mark;

        if ((size_t) (end - p) >= mark->len
            && memcmp(p, mark->data, mark->len) == 0)
        {
            return field;
        }
    }

    return RSL_INTAKE_NGINX_FIELDS;
}


static int
rsl_intake_nginx_values(rsl_arena_t *arena, rsl_str_t *values,
    const rsl_intake_nginx_query_t *query, rsl_record_t *record)
{
    unsigned    i;
    rsl_str_t  *value;

    for (i = 0; i < RSL_INTAKE_NGINX_FIELDS; i++) {
        value = &values[i];

        if (value->len == 0) {
            continue;
        }

        if (i == RSL_INTAKE_NGINX_REQUEST
            || i == RSL_INTAKE_NGINX_REQUEST_LINE)
        {
            if (rsl_intake_nginx_request(arena, record, value) != RSL_OK) {
                return RSL_ERROR;
            }

            continue;
        }

        /* a configuration may put a value of the query into these paths */

        if (i >= RSL_INTAKE_NGINX_SUBREQUEST
            && i != RSL_INTAKE_NGINX_HOST
            && rsl_intake_nginx_message_path(arena,
                                             i <= RSL_INTAKE_NGINX_UPSTREAM
                                             ? query : NULL,
                                             value)
               != RSL_OK)
        {
            return RSL_ERROR;
        }

        if (rsl_intake_nginx_copy(arena, value) != RSL_OK
            || (i == RSL_INTAKE_NGINX_HOST
                && rsl_intake_nginx_host(arena, value) != RSL_OK)
            || rsl_intake_nginx_extra(arena, record, RSL_VALUE_STRING,
                                      rsl_intake_nginx_fields[i].name, value)
               != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


/*
 * Takes method and path from a request line, "GET /path?query HTTP/1.1".  What
 * is no request line is kept as an extra.
 */

static int
rsl_intake_nginx_request(rsl_arena_t *arena, rsl_record_t *record,
    const rsl_str_t *line)
{
    rsl_str_t      path;
    const u_char  *p, *end, *scheme;

    p = line->data;
    end = p + line->len;

    while (p < end && ((*p >= 'A' && *p <= 'Z') || *p == '_' || *p == '-')) {
        p++;
    }

    if (p == line->data || p == end || *p != ' ' || p + 1 == end) {
        path = *line;

        if (rsl_intake_nginx_message_path(arena, NULL, &path) != RSL_OK
            || rsl_intake_nginx_copy(arena, &path) != RSL_OK)
        {
            return RSL_ERROR;
        }

        return rsl_intake_nginx_extra(arena, record, RSL_VALUE_STRING,
                                      "request", &path);
    }

    record->method.data = line->data;
    record->method.len = p - line->data;

    path.data = ++p;

    while (p < end && *p != ' ') {
        p++;
    }

    path.len = p - path.data;

    /* of "http://host/path" only the path is kept */

    scheme = memchr(path.data, ':', path.len);

    if (*path.data != '/' && scheme && p - scheme > 3 && scheme[1] == '/'
        && scheme[2] == '/')
    {
        scheme = memchr(scheme + 3, '/', p - scheme - 3);

        if (scheme && memchr(path.data, '?', scheme - path.data) == NULL) {
            path.data = scheme;
            path.len = p - scheme;
        }
    }

    record->path = path;

    if (rsl_intake_nginx_message_path(arena, NULL, &record->path) != RSL_OK
        || rsl_intake_nginx_copy(arena, &record->path) != RSL_OK)
    {
        return RSL_ERROR;
    }

    return rsl_intake_nginx_copy(arena, &record->method);
}


/* Copies the text into the arena, and replaces what is not UTF-8. */

static int
rsl_intake_nginx_copy(rsl_arena_t *arena, rsl_str_t *text)
{
    if (rsl_arena_copy(arena, text) != RSL_OK) {
        return RSL_ERROR;
    }

    return rsl_utf8_repair(arena, text);
}


int
rsl_intake_nginx_extra(rsl_arena_t *arena, rsl_record_t *record,
    rsl_value_type_t type, const char *key, const rsl_str_t *text)
{
    rsl_value_t  *value, **last;

    if (text->len == 0) {
        return RSL_OK;
    }

    value = rsl_arena_alloc(arena, sizeof(rsl_value_t));
    if (value == NULL) {
        return RSL_ERROR;
    }

    memset(value, 0, sizeof(rsl_value_t));

    value->type = type;
    value->key.data = (const u_char *) key;
    value->key.len = strlen(key);
    value->text = *text;
    value->literal = 1;

    for (last = &record->extra; *last; last = &(*last)->next) { /* void */ }

    *last = value;

    return RSL_OK;
}
