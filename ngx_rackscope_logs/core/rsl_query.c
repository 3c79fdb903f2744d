
/* SPDX-License-Identifier: BSD-2-Clause */


/* The query string of a request to the API, and whether a line matches it. */


#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include <stdlib.h>

#include "rsl_core_internal.h"


typedef int (*rsl_query_match_pt)(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line);


/*
 * A parameter of the API.
 *
 * "parse" takes its value into the query.  It returns RSL_OK if a line has to
 * match this value, RSL_QUERY_NO_FILTER if any line does, and in case of an
 * error what rsl_query_parse() returns.  "match" tells whether a line matches;
 * it is NULL if the parameter is no filter.
 */

typedef struct {
    rsl_str_t             name;
    int                 (*parse)(rsl_query_t *query, const rsl_str_t *value,
                                 const char **detail);
    rsl_query_match_pt    match;
} rsl_query_parameter_t;


#define RSL_QUERY_PARAMETERS   7


struct rsl_query_s {
    rsl_arena_t          *arena;
    size_t                entries;      /* of the ring */

    size_t                n;
    uint64_t              since;
    unsigned              since_given:1;
    rsl_query_format_e    format;

    /* a line has to match all of them; NULL ends the list */
    rsl_query_match_pt    filters[RSL_QUERY_PARAMETERS + 1];

    unsigned              levels;       /* the bit 1 << level is set if lines
                                           of this level match */
    rsl_str_t             request_id;   /* escaped, as it is in a line */

    pcre2_code           *search;       /* NULL: there is no search */
    pcre2_match_data     *match_data;
    pcre2_match_context  *match_context;

    u_char               *scratch;      /* for a text without its escapes */
    size_t                scratch_size;
};


static int rsl_query_init(rsl_query_t *query, const rsl_str_t *text,
    const char **detail);
static void rsl_query_collect(rsl_str_t *values, const rsl_str_t *text,
    u_char *buf);
static size_t rsl_query_row(const rsl_str_t *name);
static size_t rsl_query_decode(const rsl_str_t *text, u_char *dst);
static int rsl_query_parse_n(rsl_query_t *query, const rsl_str_t *value,
    const char **detail);
static int rsl_query_parse_since_seq(rsl_query_t *query,
    const rsl_str_t *value, const char **detail);
static int rsl_query_parse_format(rsl_query_t *query, const rsl_str_t *value,
    const char **detail);
static int rsl_query_parse_level(rsl_query_t *query, const rsl_str_t *value,
    const char **detail);
static int rsl_query_parse_min_level(rsl_query_t *query,
    const rsl_str_t *value, const char **detail);
static int rsl_query_level_of(const rsl_str_t *value, rsl_level_t *level);
static int rsl_query_parse_request_id(rsl_query_t *query,
    const rsl_str_t *value, const char **detail);
static int rsl_query_parse_search(rsl_query_t *query, const rsl_str_t *value,
    const char **detail);
static int rsl_query_match_level(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line);
static int rsl_query_match_request_id(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line);
static int rsl_query_match_search(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line);
static int rsl_query_find(rsl_query_t *query, const u_char *data, size_t len);


#define RSL_QUERY_NO_FILTER    1

#define RSL_QUERY_LEVELS_ALL   ((1u << RSL_LEVELS) - 1)

/* The search for a literal text needs next to nothing of either. */
#define RSL_QUERY_MATCH_LIMIT  10000
#define RSL_QUERY_HEAP_LIMIT   1024         /* in kilobytes */


/*
 * A new parameter is a row here, with its functions, and counts as one of
 * RSL_QUERY_PARAMETERS.  Nothing else has to know it, not even rsl_query_all().
 * Rows are parsed and matched in their order, so what is cheap to match comes
 * first.
 */

static const rsl_query_parameter_t
    rsl_query_parameters[RSL_QUERY_PARAMETERS] = {
    { rsl_string("n"), rsl_query_parse_n, NULL },
    { rsl_string("since_seq"), rsl_query_parse_since_seq, NULL },
    { rsl_string("format"), rsl_query_parse_format, NULL },
    { rsl_string("level"), rsl_query_parse_level, rsl_query_match_level },
    { rsl_string("min_level"), rsl_query_parse_min_level,
      rsl_query_match_level },
    { rsl_string("request_id"), rsl_query_parse_request_id,
      rsl_query_match_request_id },
    { rsl_string("search"), rsl_query_parse_search, rsl_query_match_search }
};


int
rsl_query_parse(rsl_query_t **query, const rsl_str_t *args, size_t entries,
    const char **detail)
{
    int           rc;
    rsl_arena_t  *arena;
    rsl_query_t  *q;

    arena = rsl_arena_create(sizeof(rsl_query_t) + 2 * args->len + 64);
    if (arena == NULL) {
        return RSL_ERROR;
    }

    q = rsl_arena_alloc(arena, sizeof(rsl_query_t));
    if (q == NULL) {
        rsl_arena_destroy(arena);
        return RSL_ERROR;
    }

    memset(q, 0, sizeof(rsl_query_t));
    q->arena = arena;
    q->entries = entries;

    rc = rsl_query_init(q, args, detail);

    if (rc != RSL_OK) {
        rsl_query_destroy(q);
        return rc;
    }

    *query = q;

    return RSL_OK;
}


static int
rsl_query_init(rsl_query_t *query, const rsl_str_t *text,
    const char **detail)
{
    int         rc;
    size_t      i, n;
    u_char     *buf;
    rsl_str_t   values[RSL_QUERY_PARAMETERS];

    query->n = (RSL_QUERY_N_DEFAULT < query->entries) ? RSL_QUERY_N_DEFAULT
                                                      : query->entries;
    query->levels = RSL_QUERY_LEVELS_ALL;

    buf = rsl_arena_alloc(query->arena, text->len);
    if (buf == NULL) {
        return RSL_ERROR;
    }

    rsl_query_collect(values, text, buf);

    for (i = 0, n = 0; i < RSL_QUERY_PARAMETERS; i++) {

        if (values[i].data == NULL) {
            continue;
        }

        rc = rsl_query_parameters[i].parse(query, &values[i], detail);

        if (rc == RSL_OK) {
            query->filters[n++] = rsl_query_parameters[i].match;

        } else if (rc != RSL_QUERY_NO_FILTER) {
            return rc;
        }
    }

    return RSL_OK;
}


/*
 * Finds the last value of each parameter and decodes it into "buf", which has
 * room for the whole of the text.  The data of a value is NULL if the parameter
 * is not there.
 */

static void
rsl_query_collect(rsl_str_t *values, const rsl_str_t *text, u_char *buf)
{
    size_t         i;
    rsl_str_t      pair, name;
    const u_char  *p, *end, *next, *equal;

    memset(values, 0, RSL_QUERY_PARAMETERS * sizeof(rsl_str_t));

    if (text->len == 0) {
        return;
    }

    end = text->data + text->len;

    for (p = text->data; p < end; p = next + 1) {

        next = memchr(p, '&', end - p);
        if (next == NULL) {
            next = end;
        }

        equal = memchr(p, '=', next - p);
        if (equal == NULL) {
            equal = next;
        }

        pair.data = p;
        pair.len = equal - p;

        name.data = buf;
        name.len = rsl_query_decode(&pair, buf);

        i = rsl_query_row(&name);

        if (i == RSL_QUERY_PARAMETERS) {
            continue;
        }

        pair.data = (equal < next) ? equal + 1 : next;
        pair.len = next - pair.data;

        values[i].data = buf;
        values[i].len = rsl_query_decode(&pair, buf);

        buf += values[i].len;
    }
}


/* Returns the row of this name, or RSL_QUERY_PARAMETERS if it has none. */

static size_t
rsl_query_row(const rsl_str_t *name)
{
    size_t            i;
    const rsl_str_t  *known;

    for (i = 0; i < RSL_QUERY_PARAMETERS; i++) {
        known = &rsl_query_parameters[i].name;

        if (known->len == name->len
            && memcmp(known->data, name->data, name->len) == 0)
        {
            break;
        }
    }

    return i;
}


static size_t
rsl_query_decode(const rsl_str_t *text, u_char *dst)
{
    u_char        *start;
    const u_char  *p, *end;

    start = dst;
    p = text->data;
    end = p + text->len;

    while (p < end) {

        if (*p == '%' && end - p > 2
            && rsl_number_hex(p[1]) >= 0 && rsl_number_hex(p[2]) >= 0)
        {
            *dst++ = (u_char) (rsl_number_hex(p[1]) << 4
                               | rsl_number_hex(p[2]));
            p += 3;
            continue;
        }

        *dst++ = (*p == '+') ? ' ' : *p;
        p++;
    }

    return dst - start;
}


static int
rsl_query_parse_n(rsl_query_t *query, const rsl_str_t *value,
    const char **detail)
{
    int64_t  n;

    if (rsl_number_parse(value, &n) != RSL_OK) {
        *detail = "n must be an integer; it is clamped to 1 and the number "
                  "of entries of the ring";
        return RSL_DECLINED;
    }

    if (n < 1) {
        n = 1;
    }

    query->n = ((uint64_t) n < query->entries) ? (size_t) n : query->entries;

    return RSL_QUERY_NO_FILTER;
}


static int
rsl_query_parse_since_seq(rsl_query_t *query, const rsl_str_t *value,
    const char **detail)
{
    int64_t  seq;

    if (rsl_number_parse(value, &seq) != RSL_OK) {
        *detail = "since_seq must be an integer, the _seq of a record";
        return RSL_DECLINED;
    }

    query->since_given = 1;
    query->since = (seq == INT64_MAX) ? UINT64_MAX
                                      : (seq > 0) ? (uint64_t) seq : 0;

    return RSL_QUERY_NO_FILTER;
}


static int
rsl_query_parse_format(rsl_query_t *query, const rsl_str_t *value,
    const char **detail)
{
    size_t  i;

    static const rsl_str_t  formats[] = {
        rsl_string("json"),
        rsl_string("ndjson")
    };

    for (i = 0; i < sizeof(formats) / sizeof(rsl_str_t); i++) {
        if (value->len == formats[i].len
            && memcmp(value->data, formats[i].data, value->len) == 0)
        {
            query->format = RSL_QUERY_JSON + i;
            return RSL_QUERY_NO_FILTER;
        }
    }

    *detail = "format must be json or ndjson";

    return RSL_DECLINED;
}


static int
rsl_query_parse_level(rsl_query_t *query, const rsl_str_t *value,
    const char **detail)
{
    rsl_level_t  level;

    if (rsl_query_level_of(value, &level) != RSL_OK) {
        *detail = "level must be DEBUG, INFO, WARNING, ERROR, CRITICAL or ALL";
        return RSL_DECLINED;
    }

    if (level == RSL_LEVELS) {
        return RSL_QUERY_NO_FILTER;
    }

    query->levels &= 1u << level;

    return RSL_OK;
}


static int
rsl_query_parse_min_level(rsl_query_t *query, const rsl_str_t *value,
    const char **detail)
{
    rsl_level_t  level;

    if (rsl_query_level_of(value, &level) != RSL_OK) {
        *detail = "min_level must be DEBUG, INFO, WARNING, ERROR, CRITICAL "
                  "or ALL";
        return RSL_DECLINED;
    }

    /* every level is at least DEBUG */

    if (level == RSL_LEVELS || level == RSL_LEVEL_DEBUG) {
        return RSL_QUERY_NO_FILTER;
    }

    query->levels &= RSL_QUERY_LEVELS_ALL << level;

    return RSL_OK;
}


/* The level that the value names; RSL_LEVELS if it says ALL, or nothing. */

static int
rsl_query_level_of(const rsl_str_t *value, rsl_level_t *level)
{
    *level = RSL_LEVELS;

    if (value->len == 0) {
        return RSL_OK;
    }

    *level = rsl_record_level_parse(value);

    if (*level != RSL_LEVELS) {
        return RSL_OK;
    }

    return (value->len == 3
            && (value->data[0] | 0x20) == 'a'
            && (value->data[1] | 0x20) == 'l'
            && (value->data[2] | 0x20) == 'l')
           ? RSL_OK : RSL_DECLINED;
}


static int
rsl_query_parse_request_id(rsl_query_t *query, const rsl_str_t *value,
    const char **detail)
{
    rsl_value_t  string;

    if (value->len == 0) {
        return RSL_QUERY_NO_FILTER;
    }

    if (rsl_utf8_valid(value) != value->len) {
        *detail = "request_id must be valid UTF-8";
        return RSL_DECLINED;
    }

    memset(&string, 0, sizeof(rsl_value_t));

    string.type = RSL_VALUE_STRING;
    string.text = *value;

    if (rsl_json_print(query->arena, &string, &query->request_id) != RSL_OK) {
        return RSL_ERROR;
    }

    /* a line is compared with what is between the quotes */

    query->request_id.data++;
    query->request_id.len -= 2;

    return RSL_OK;
}


static int
rsl_query_parse_search(rsl_query_t *query, const rsl_str_t *value,
    const char **detail)
{
    int     error;
    size_t  offset;

    if (value->len == 0) {
        return RSL_QUERY_NO_FILTER;
    }

    if (rsl_utf8_valid(value) != value->len) {
        *detail = "search must be valid UTF-8";
        return RSL_DECLINED;
    }

    query->search = pcre2_compile(value->data, value->len,
                                  PCRE2_LITERAL|PCRE2_CASELESS|PCRE2_UTF,
                                  &error, &offset, NULL);

    if (query->search == NULL) {

        if (error == PCRE2_ERROR_HEAP_FAILED) {
            return RSL_ERROR;
        }

        *detail = "search must be a shorter text";
        return RSL_DECLINED;
    }

    /* if the JIT compiler fails, the search is slower, and nothing else */

    (void) pcre2_jit_compile(query->search, PCRE2_JIT_COMPLETE);

    query->match_data = pcre2_match_data_create(1, NULL);
    query->match_context = pcre2_match_context_create(NULL);

    if (query->match_data == NULL || query->match_context == NULL) {
        return RSL_ERROR;
    }

    (void) pcre2_set_match_limit(query->match_context, RSL_QUERY_MATCH_LIMIT);
    (void) pcre2_set_heap_limit(query->match_context, RSL_QUERY_HEAP_LIMIT);

    return RSL_OK;
}


void
rsl_query_destroy(rsl_query_t *query)
{
    if (query == NULL) {
        return;
    }

    pcre2_match_context_free(query->match_context);
    pcre2_match_data_free(query->match_data);
    pcre2_code_free(query->search);

    free(query->scratch);

    rsl_arena_destroy(query->arena);
}


size_t
rsl_query_n(const rsl_query_t *query)
{
    return query->n;
}


uint64_t
rsl_query_since(const rsl_query_t *query, int *given)
{
    *given = query->since_given;

    return query->since;
}


rsl_query_format_e
rsl_query_format(const rsl_query_t *query)
{
    return query->format;
}


int
rsl_query_all(const rsl_query_t *query)
{
    return query->filters[0] == NULL;
}


int
rsl_query_level(const rsl_query_t *query, const rsl_line_t *line)
{
    return query->levels >> line->level & 1;
}


int
rsl_query_match(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line)
{
    const rsl_query_match_pt  *match;

    for (match = query->filters; *match != NULL; match++) {
        if (!(*match)(query, text, line)) {
            return 0;
        }
    }

    return 1;
}


static int
rsl_query_match_level(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line)
{
    return rsl_query_level(query, line);
}


static int
rsl_query_match_request_id(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line)
{
    return query->request_id.len == line->request_id_len
           && memcmp(query->request_id.data, text + line->request_id,
                     line->request_id_len)
              == 0;
}


static int
rsl_query_match_search(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line)
{
    return rsl_query_find(query, text + line->message, line->message_len)
           || rsl_query_find(query, text + line->logger, line->logger_len);
}


static int
rsl_query_find(rsl_query_t *query, const u_char *data, size_t len)
{
    int        rc;
    u_char    *scratch;
    rsl_str_t  text;

    if (memchr(data, '\\', len) != NULL) {

        if (query->scratch_size < len) {
            scratch = realloc(query->scratch, len);
            if (scratch == NULL) {
                return 0;
            }

            query->scratch = scratch;
            query->scratch_size = len;
        }

        text.data = data;
        text.len = len;

        len = rsl_json_unescape(&text, query->scratch);
        data = query->scratch;
    }

    rc = pcre2_match(query->search, data, len, 0, PCRE2_NO_UTF_CHECK,
                     query->match_data, query->match_context);

    return rc >= 0;
}
