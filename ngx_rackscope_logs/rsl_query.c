
/* SPDX-License-Identifier: BSD-2-Clause */


#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>
#include <stdlib.h>

#include "rsl_query.h"


typedef enum {
    RSL_QUERY_N = 0,
    RSL_QUERY_SINCE_SEQ,
    RSL_QUERY_LEVEL,
    RSL_QUERY_MIN_LEVEL,
    RSL_QUERY_REQUEST_ID,
    RSL_QUERY_SEARCH,
    RSL_QUERY_PARAMETERS
} rsl_query_parameter_t;


typedef struct {
    rsl_str_t             values[RSL_QUERY_PARAMETERS];
    unsigned              given;        /* a bit for each of them */
} rsl_query_args_t;


struct rsl_query_s {
    rsl_arena_t          *arena;

    size_t                n;
    uint64_t              since;
    unsigned              since_given:1;

    unsigned              levels;       /* a bit for each that matches */
    rsl_str_t             request_id;   /* escaped, as a line has it */

    pcre2_code           *search;       /* NULL: every text matches */
    pcre2_match_data     *match_data;
    pcre2_match_context  *match_context;

    u_char               *scratch;
    size_t                scratch_size;
};


static int rsl_query_init(rsl_query_t *query, const rsl_str_t *args,
    size_t entries, const char **detail);
static void rsl_query_collect(rsl_query_args_t *args, const rsl_str_t *text,
    u_char *buf);
static size_t rsl_query_decode(const rsl_str_t *text, u_char *dst);
static int rsl_query_integers(rsl_query_t *query, const rsl_query_args_t *args,
    size_t entries, const char **detail);
static int rsl_query_levels(rsl_query_t *query, const rsl_query_args_t *args,
    const char **detail);
static int rsl_query_level_parse(const rsl_str_t *value, rsl_level_t *level);
static int rsl_query_request_id(rsl_query_t *query, const rsl_str_t *value,
    const char **detail);
static int rsl_query_search(rsl_query_t *query, const rsl_str_t *value,
    const char **detail);
static int rsl_query_find(rsl_query_t *query, const u_char *data, size_t len);


#define RSL_QUERY_LEVELS_ALL   ((1u << RSL_LEVELS) - 1)

/* A literal needs next to nothing of either. */
#define RSL_QUERY_MATCH_LIMIT  10000
#define RSL_QUERY_HEAP_LIMIT   1024         /* in kilobytes */


static const rsl_str_t  rsl_query_names[RSL_QUERY_PARAMETERS] = {
    rsl_string("n"),
    rsl_string("since_seq"),
    rsl_string("level"),
    rsl_string("min_level"),
    rsl_string("request_id"),
    rsl_string("search")
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

    rc = rsl_query_init(q, args, entries, detail);

    if (rc != RSL_OK) {
        rsl_query_destroy(q);
        return rc;
    }

    *query = q;

    return RSL_OK;
}


static int
rsl_query_init(rsl_query_t *query, const rsl_str_t *text, size_t entries,
    const char **detail)
{
    int                rc;
    u_char            *buf;
    rsl_query_args_t   args;

    buf = rsl_arena_alloc(query->arena, text->len);
    if (buf == NULL) {
        return RSL_ERROR;
    }

    rsl_query_collect(&args, text, buf);

    rc = rsl_query_integers(query, &args, entries, detail);
    if (rc != RSL_OK) {
        return rc;
    }

    rc = rsl_query_levels(query, &args, detail);
    if (rc != RSL_OK) {
        return rc;
    }

    rc = rsl_query_request_id(query, &args.values[RSL_QUERY_REQUEST_ID],
                              detail);
    if (rc != RSL_OK) {
        return rc;
    }

    return rsl_query_search(query, &args.values[RSL_QUERY_SEARCH], detail);
}


static void
rsl_query_collect(rsl_query_args_t *args, const rsl_str_t *text, u_char *buf)
{
    rsl_str_t               pair, name, value;
    const u_char           *p, *end, *next, *equal;
    rsl_query_parameter_t   i;

    memset(args, 0, sizeof(rsl_query_args_t));

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

        for (i = 0; i < RSL_QUERY_PARAMETERS; i++) {
            if (name.len == rsl_query_names[i].len
                && memcmp(name.data, rsl_query_names[i].data, name.len) == 0)
            {
                break;
            }
        }

        if (i == RSL_QUERY_PARAMETERS) {
            continue;
        }

        pair.data = (equal < next) ? equal + 1 : next;
        pair.len = next - pair.data;

        value.data = buf;
        value.len = rsl_query_decode(&pair, buf);

        buf += value.len;

        args->values[i] = value;
        args->given |= 1u << i;
    }
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
            && rsl_hex(p[1]) >= 0 && rsl_hex(p[2]) >= 0)
        {
            *dst++ = (u_char) (rsl_hex(p[1]) << 4 | rsl_hex(p[2]));
            p += 3;
            continue;
        }

        *dst++ = (*p == '+') ? ' ' : *p;
        p++;
    }

    return dst - start;
}


static int
rsl_query_integers(rsl_query_t *query, const rsl_query_args_t *args,
    size_t entries, const char **detail)
{
    int64_t  value;

    value = RSL_QUERY_N_DEFAULT;

    if (args->given & 1u << RSL_QUERY_N
        && rsl_parse_integer(&args->values[RSL_QUERY_N], &value) != RSL_OK)
    {
        *detail = "n must be an integer; it is clamped to 1 and the number "
                  "of entries of the ring";
        return RSL_DECLINED;
    }

    if (value < 1) {
        value = 1;
    }

    query->n = ((uint64_t) value < entries) ? (size_t) value : entries;

    if (!(args->given & 1u << RSL_QUERY_SINCE_SEQ)) {
        return RSL_OK;
    }

    if (rsl_parse_integer(&args->values[RSL_QUERY_SINCE_SEQ], &value)
        != RSL_OK)
    {
        *detail = "since_seq must be an integer, the _seq of a record";
        return RSL_DECLINED;
    }

    query->since_given = 1;
    query->since = (value == INT64_MAX) ? UINT64_MAX
                                        : (value > 0) ? (uint64_t) value : 0;

    return RSL_OK;
}


static int
rsl_query_levels(rsl_query_t *query, const rsl_query_args_t *args,
    const char **detail)
{
    rsl_level_t  level;

    query->levels = RSL_QUERY_LEVELS_ALL;

    if (rsl_query_level_parse(&args->values[RSL_QUERY_LEVEL], &level)
        != RSL_OK)
    {
        *detail = "level must be DEBUG, INFO, WARNING, ERROR, CRITICAL or ALL";
        return RSL_DECLINED;
    }

    if (level != RSL_LEVELS) {
        query->levels = 1u << level;
    }

    if (rsl_query_level_parse(&args->values[RSL_QUERY_MIN_LEVEL], &level)
        != RSL_OK)
    {
        *detail = "min_level must be DEBUG, INFO, WARNING, ERROR, CRITICAL "
                  "or ALL";
        return RSL_DECLINED;
    }

    if (level != RSL_LEVELS) {
        query->levels &= RSL_QUERY_LEVELS_ALL << level;
    }

    return RSL_OK;
}


/* RSL_LEVELS stands for all of them. */

static int
rsl_query_level_parse(const rsl_str_t *value, rsl_level_t *level)
{
    *level = RSL_LEVELS;

    if (value->len == 0) {
        return RSL_OK;
    }

    *level = rsl_level_parse(value);

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
rsl_query_request_id(rsl_query_t *query, const rsl_str_t *value,
    const char **detail)
{
    rsl_value_t  string;

    if (value->len == 0) {
        return RSL_OK;
    }

    if (rsl_utf8_valid(value) != value->len) {
        *detail = "request_id must be valid UTF-8";
        return RSL_DECLINED;
    }

    memset(&string, 0, sizeof(rsl_value_t));

    string.type = RSL_VALUE_STRING;
    string.text = *value;

    if (rsl_value_print(query->arena, &string, &query->request_id) != RSL_OK) {
        return RSL_ERROR;
    }

    /* without the quotes */

    query->request_id.data++;
    query->request_id.len -= 2;

    return RSL_OK;
}


static int
rsl_query_search(rsl_query_t *query, const rsl_str_t *value,
    const char **detail)
{
    int     error;
    size_t  offset;

    if (value->len == 0) {
        return RSL_OK;
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

    /* without JIT it is slower, and nothing else */

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


int
rsl_query_all(const rsl_query_t *query)
{
    return query->levels == RSL_QUERY_LEVELS_ALL
           && query->request_id.len == 0
           && query->search == NULL;
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
    if (!rsl_query_level(query, line)) {
        return 0;
    }

    if (query->request_id.len
        && (query->request_id.len != line->request_id_len
            || memcmp(query->request_id.data, text + line->request_id,
                      line->request_id_len)
               != 0))
    {
        return 0;
    }

    if (query->search == NULL) {
        return 1;
    }

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


int
rsl_parse_integer(const rsl_str_t *s, int64_t *value)
{
    int            negative, large;
    int64_t        n;
    const u_char  *p, *end;

    if (s->len == 0) {
        return RSL_DECLINED;
    }

    p = s->data;
    end = p + s->len;

    negative = (*p == '-');

    if (*p == '-' || *p == '+') {
        p++;
    }

    if (p == end) {
        return RSL_DECLINED;
    }

    n = 0;
    large = 0;

    for ( /* void */ ; p < end; p++) {

        if (*p < '0' || *p > '9') {
            return RSL_DECLINED;
        }

        large |= (n > (INT64_MAX - (*p - '0')) / 10);
        n = large ? INT64_MAX : n * 10 + (*p - '0');
    }

    *value = !negative ? n : large ? INT64_MIN : -n;

    return RSL_OK;
}
