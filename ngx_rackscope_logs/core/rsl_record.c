
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The record, and how it becomes a line.
 *
 * A record that fits is printed once.  One that does not is printed again with
 * a cap on each field of the first group, then with one on the second group as
 * well, and so on until it fits.  What room is left then is shared out among
 * the fields that are cut, in some more rounds.
 */


#include "rsl_core_internal.h"


/* Fields that are cut to the same length.  The first group is cut first. */

typedef enum {
    RSL_GROUP_EXTRAS = 0,               /* the exception is one of them */
    RSL_GROUP_MESSAGE,
    RSL_GROUP_OTHERS,
    RSL_GROUPS
} rsl_group_t;


typedef struct {
    rsl_json_t  json;
    u_char     *start;

    /* all of these are in bytes of escaped text, but for "cut" */

    size_t      cap[RSL_GROUPS];    /* what a field may have */
    size_t      cut[RSL_GROUPS];    /* how many fields were cut in this round */
    size_t      over[RSL_GROUPS];   /* what they got beyond their cap, since
                                       the mark needs so much */
    size_t      slack;              /* what they did not use of it, since a
                                       character is not cut */

    unsigned    cutting:1;          /* the line says that it is truncated */
    unsigned    dropping:1;         /* extras that do not fit are left out */
} rsl_writer_t;


/*
 * A short text that is always copied as 16 bytes, since a copy of a length that
 * the compiler knows is faster.
 */

typedef struct {
    u_char      text[16];
    size_t      len;
} rsl_piece_t;


static int rsl_record_print(rsl_writer_t *w, const rsl_record_t *record,
    rsl_line_t *line);
static void rsl_record_fill(rsl_writer_t *w, const rsl_record_t *record,
    rsl_line_t *line, rsl_group_t group);
static void rsl_record_head(rsl_writer_t *w, const rsl_record_t *record,
    rsl_line_t *line);
static void rsl_record_fields(rsl_writer_t *w, const rsl_record_t *record,
    rsl_line_t *line);
static void rsl_record_id(rsl_writer_t *w, const rsl_piece_t *name,
    const rsl_str_t *id);
static int rsl_record_extras(rsl_writer_t *w, const rsl_value_t *value);
static void rsl_record_extra(rsl_writer_t *w, const rsl_value_t *value);
static void rsl_record_timestamp(u_char *p, int64_t timestamp);
static uint32_t rsl_record_string(rsl_writer_t *w, const rsl_piece_t *name,
    const rsl_str_t *s, rsl_group_t group);
static inline void rsl_record_piece(rsl_writer_t *w, const rsl_piece_t *piece);
static inline void rsl_record_text(rsl_writer_t *w, const rsl_str_t *s,
    size_t cap, rsl_group_t group);
static void rsl_record_capped(rsl_writer_t *w, const rsl_str_t *s, size_t cap,
    rsl_group_t group);
static void rsl_record_mark(rsl_writer_t *w, size_t n);
static size_t rsl_record_mark_len(size_t n);


#define RSL_UNLIMITED      SIZE_MAX
#define RSL_KEY_MIN        128      /* no key is cut to less than that */
#define RSL_NUMBER_MAX     32       /* digits that are enough for any double */
#define RSL_ID_MAX         32       /* no id of a trace is cut to less */
#define RSL_FILL_MAX       16       /* rounds in which room is shared out */
#define RSL_TIMESTAMP_MAX  INT64_C(253402300799999999)  /* of year 9999 */

#define RSL_CUT_TAIL_LEN   (sizeof(rsl_cut_tail) - 1)
#define RSL_TAIL_LEN       1

#define rsl_piece(text)    { text, sizeof(text) - 1 }


const rsl_str_t  rsl_record_level_names[RSL_LEVELS] = {
    rsl_string("DEBUG"),
    rsl_string("INFO"),
    rsl_string("WARNING"),
    rsl_string("ERROR"),
    rsl_string("CRITICAL")
};


/*
 * What a field keeps before the next group is cut, too, in 32nds of the size of
 * the line.  The message keeps more than the others: its beginning is worth
 * more than the end of a long path.
 */

static const size_t  rsl_group_floor[RSL_GROUPS] = { 0, 4, 1 };


static const rsl_piece_t  rsl_level_pieces[RSL_LEVELS] = {
    rsl_piece("DEBUG\""),
    rsl_piece("INFO\""),
    rsl_piece("WARNING\""),
    rsl_piece("ERROR\""),
    rsl_piece("CRITICAL\"")
};


static const rsl_piece_t  rsl_logger_name = rsl_piece(",\"logger\":\"");
static const rsl_piece_t  rsl_message_name = rsl_piece(",\"message\":\"");
static const rsl_piece_t  rsl_request_id_name = rsl_piece(",\"request_id\":\"");
static const rsl_piece_t  rsl_duration_name = rsl_piece(",\"duration_ms\":");
static const rsl_piece_t  rsl_method_name = rsl_piece(",\"method\":\"");
static const rsl_piece_t  rsl_path_name = rsl_piece(",\"path\":\"");
static const rsl_piece_t  rsl_status_name = rsl_piece(",\"status_code\":");
static const rsl_piece_t  rsl_exception_name = rsl_piece(",\"exception\":\"");
static const rsl_piece_t  rsl_trace_id_name = rsl_piece(",\"trace_id\":\"");
static const rsl_piece_t  rsl_span_id_name = rsl_piece(",\"span_id\":\"");

static const char  rsl_head[] =
    "{\"_seq\":0000000000000000,"
    "\"timestamp\":\"0000-00-00T00:00:00.000000+00:00\",\"level\":\"";

static const char  rsl_cut_tail[] = ",\"truncated\":true}";


rsl_level_t
rsl_record_level_parse(const rsl_str_t *name)
{
    size_t            n;
    rsl_level_t       level;
    const rsl_str_t  *known;

    for (level = RSL_LEVEL_DEBUG; level < RSL_LEVELS; level++) {
        known = &rsl_record_level_names[level];

        if (name->len != known->len) {
            continue;
        }

        for (n = 0; n < name->len; n++) {
            if ((name->data[n] & ~0x20) != known->data[n]) {
                break;
            }
        }

        if (n == name->len) {
            return level;
        }
    }

    return RSL_LEVELS;
}


void
rsl_record_render(const rsl_record_t *record, u_char *buf, size_t size,
    rsl_line_t *line)
{
    rsl_group_t   group;
    rsl_writer_t  w;

    w.start = buf;
    w.json.last = buf + size - (record->truncated ? RSL_CUT_TAIL_LEN
                                                  : RSL_TAIL_LEN);
    w.cutting = 0;
    w.dropping = 0;

    for (group = 0; group < RSL_GROUPS; group++) {
        w.cap[group] = RSL_UNLIMITED;
    }

    if (rsl_record_print(&w, record, line) == RSL_OK) {
        return;
    }

    w.json.last = buf + size - RSL_CUT_TAIL_LEN;
    w.cutting = 1;

    for (group = 0; group < RSL_GROUPS; group++) {
        w.cap[group] = size / 32 * rsl_group_floor[group];

        if (rsl_record_print(&w, record, line) == RSL_OK) {
            rsl_record_fill(&w, record, line, group);
            return;
        }
    }

    /* the keys of the extras alone are too much */

    w.dropping = 1;

    (void) rsl_record_print(&w, record, line);
}


/*
 * Shares out the room that is left among the fields of the group that are cut.
 * A field that needs less than its share becomes whole, and what it leaves is
 * shared out in the next round.  No field takes more than its share, so the
 * line fits in each round, and the last round is the result.
 */

static void
rsl_record_fill(rsl_writer_t *w, const rsl_record_t *record, rsl_line_t *line,
    rsl_group_t group)
{
    size_t    room;
    unsigned  n;

    for (n = 0; n < RSL_FILL_MAX; n++) {
        room = w->json.last - w->json.pos;
        room = (room > w->slack) ? room - w->slack : 0;

        if (room < w->cut[group] || w->cut[group] == 0) {
            break;
        }

        w->cap[group] += room / w->cut[group];

        /*
         * In most cases a single field is cut.  What it got beyond its cap is
         * then a part of its share, which only the next round would find out.
         */

        if (n == 0 && w->cut[group] == 1 && room >= w->over[group]) {
            w->cap[group] += w->over[group];
        }

        (void) rsl_record_print(w, record, line);
    }
}


static int
rsl_record_print(rsl_writer_t *w, const rsl_record_t *record,
    rsl_line_t *line)
{
    w->json.pos = w->start;
    w->json.excess = 0;
    w->slack = 0;

    memset(w->cut, 0, sizeof(w->cut));
    memset(w->over, 0, sizeof(w->over));

    rsl_record_head(w, record, line);
    rsl_record_fields(w, record, line);

    if (w->json.excess || rsl_record_extras(w, record->extra) != RSL_OK) {
        return RSL_DECLINED;
    }

    line->len = w->json.pos - w->start;

    /* rsl_record_render() has set the room for the tail aside */

    line->truncated = (w->cutting || record->truncated);

    if (line->truncated) {
        memcpy(w->json.pos, rsl_cut_tail, RSL_CUT_TAIL_LEN);
        line->len += RSL_CUT_TAIL_LEN;

    } else {
        *w->json.pos = '}';
        line->len += RSL_TAIL_LEN;
    }

    return RSL_OK;
}


static void
rsl_record_head(rsl_writer_t *w, const rsl_record_t *record, rsl_line_t *line)
{
    /* the head fits into any line, which has at least RSL_LINE_MIN bytes */

    memcpy(w->start, rsl_head, sizeof(rsl_head) - 1);
    w->json.pos = w->start + sizeof(rsl_head) - 1;

    rsl_record_timestamp(w->start + RSL_TIMESTAMP_OFFSET, record->timestamp);
    rsl_record_piece(w, &rsl_level_pieces[record->level]);

    line->level = record->level;

    line->logger_len = rsl_record_string(w, &rsl_logger_name, &record->logger,
                                         RSL_GROUP_OTHERS);
    line->logger = w->json.pos - w->start - 1 - line->logger_len;

    line->message_len = rsl_record_string(w, &rsl_message_name,
                                          &record->message,
                                          RSL_GROUP_MESSAGE);
    line->message = w->json.pos - w->start - 1 - line->message_len;
}


static void
rsl_record_fields(rsl_writer_t *w, const rsl_record_t *record,
    rsl_line_t *line)
{
    const rsl_str_t  *duration;

    line->request_id = 0;
    line->request_id_len = 0;

    if (record->request_id.len) {
        line->request_id_len = rsl_record_string(w, &rsl_request_id_name,
                                                 &record->request_id,
                                                 RSL_GROUP_OTHERS);
        line->request_id = w->json.pos - w->start - 1 - line->request_id_len;
    }

    duration = &record->duration_ms;

    /* clients calculate with it, so it is left out rather than cut */

    if (duration->len && !(w->cutting && duration->len > RSL_NUMBER_MAX)) {
        rsl_record_piece(w, &rsl_duration_name);
        rsl_json_put(&w->json, duration->data, duration->len);
    }

    if (record->method.len) {
        (void) rsl_record_string(w, &rsl_method_name, &record->method,
                                 RSL_GROUP_OTHERS);
    }

    if (record->path.len) {
        (void) rsl_record_string(w, &rsl_path_name, &record->path,
                                 RSL_GROUP_OTHERS);
    }

    if (record->status_code) {
        rsl_record_piece(w, &rsl_status_name);
        rsl_json_put_integer(&w->json, record->status_code);
    }

    if (record->exception.len) {
        (void) rsl_record_string(w, &rsl_exception_name, &record->exception,
                                 RSL_GROUP_EXTRAS);
    }

    if (record->trace_id.len) {
        rsl_record_id(w, &rsl_trace_id_name, &record->trace_id);
    }

    if (record->span_id.len) {
        rsl_record_id(w, &rsl_span_id_name, &record->span_id);
    }
}


/* Of an id that was cut, nobody would find the trace. */

static void
rsl_record_id(rsl_writer_t *w, const rsl_piece_t *name, const rsl_str_t *id)
{
    size_t  cap;

    cap = w->cap[RSL_GROUP_OTHERS];

    if (cap < RSL_ID_MAX) {
        cap = RSL_ID_MAX;
    }

    rsl_record_piece(w, name);
    rsl_record_text(w, id, cap, RSL_GROUP_OTHERS);
    rsl_json_put_literal(&w->json, "\"");
}


static int
rsl_record_extras(rsl_writer_t *w, const rsl_value_t *value)
{
    size_t   cap;
    u_char  *start;

    cap = w->cap[RSL_GROUP_EXTRAS];

    if (cap < RSL_KEY_MIN) {
        cap = RSL_KEY_MIN;
    }

    for ( /* void */ ; value != NULL; value = value->next) {
        start = w->json.pos;

        rsl_json_put_literal(&w->json, ",\"");
        rsl_record_text(w, &value->key, cap, RSL_GROUP_EXTRAS);
        rsl_json_put_literal(&w->json, "\":");
        rsl_record_extra(w, value);

        if (w->json.excess == 0) {
            continue;
        }

        if (!w->dropping) {
            return RSL_DECLINED;
        }

        w->json.pos = start;
        break;
    }

    return RSL_OK;
}


static void
rsl_record_extra(rsl_writer_t *w, const rsl_value_t *value)
{
    size_t      n, cap, len, mark, escaped;
    u_char     *start, *src, *dst;
    rsl_str_t   text;

    start = w->json.pos;

    if (value->type == RSL_VALUE_STRING) {
        rsl_json_put_literal(&w->json, "\"");
        rsl_record_text(w, &value->text, w->cap[RSL_GROUP_EXTRAS],
                        RSL_GROUP_EXTRAS);
        rsl_json_put_literal(&w->json, "\"");
        return;
    }

    rsl_json_put_value(&w->json, value);

    text.data = start;
    text.len = w->json.pos - start;

    len = text.len + w->json.excess;
    cap = w->cap[RSL_GROUP_EXTRAS];

    if (len <= cap) {
        return;
    }

    mark = rsl_record_mark_len(len);

    if (cap < mark) {
        cap = mark;
    }

    if (len <= cap) {
        return;
    }

    n = rsl_json_fit(&text, cap - mark, &escaped);

    if (escaped >= (size_t) (w->json.last - start)) {
        w->json.excess = 1;
        return;
    }

    /*
     * The text becomes a string where it stands.  It grows, so it is moved from
     * its end.  Text of JSON has no control characters: only quotes and
     * backslashes are escaped.
     */

    src = start + n;
    dst = start + 1 + escaped;

    w->json.pos = dst;
    w->json.excess = 0;

    while (src > start) {
        *--dst = *--src;

        if (*src == '"' || *src == '\\') {
            *--dst = '\\';
        }
    }

    *start = '"';

    rsl_record_mark(w, len - n);
    rsl_json_put_literal(&w->json, "\"");

    w->cut[RSL_GROUP_EXTRAS]++;
    w->over[RSL_GROUP_EXTRAS] += cap - w->cap[RSL_GROUP_EXTRAS];
    w->slack += cap + 2 - (w->json.pos - start);
}


/*
 * Writes the date and the time over the zeros at "p".  The date is calculated
 * as in C. Neri, L. Schneider, "Euclidean affine functions and their
 * application to calendar algorithms" (2022): its years begin in March, so that
 * February 29 is the last day of a year.
 */

static void
rsl_record_timestamp(u_char *p, int64_t timestamp)
{
    uint32_t  rest, year, month, day, second, us;
    uint64_t  seconds, years;

    if (timestamp < 0) {
        timestamp = 0;
    }

    if (timestamp > RSL_TIMESTAMP_MAX) {
        timestamp = RSL_TIMESTAMP_MAX;
    }

    seconds = (uint64_t) timestamp / 1000000;
    us = (uint32_t) ((uint64_t) timestamp % 1000000);
    second = (uint32_t) (seconds % 86400);

    rest = 4 * ((uint32_t) (seconds / 86400) + 719468) + 3;
    year = rest / 146097 * 100;

    years = (uint64_t) (rest % 146097 | 3) * 2939745;
    year += (uint32_t) (years >> 32);
    day = (uint32_t) years / (4 * 2939745);

    rest = 2141 * day + 197913;
    month = rest >> 16;

    if (day >= 306) {
        month -= 12;
        year++;
    }

    rsl_number_pair(p, year / 100);
    rsl_number_pair(p + 2, year % 100);
    rsl_number_pair(p + 5, month);
    rsl_number_pair(p + 8, (rest & 0xffff) / 2141 + 1);
    rsl_number_pair(p + 11, second / 3600);
    rsl_number_pair(p + 14, second / 60 % 60);
    rsl_number_pair(p + 17, second % 60);
    rsl_number_pair(p + 20, us / 10000);
    rsl_number_pair(p + 22, us / 100 % 100);
    rsl_number_pair(p + 24, us % 100);
}


/* Puts a field that is a string, and returns the length of its escaped text. */

static uint32_t
rsl_record_string(rsl_writer_t *w, const rsl_piece_t *name, const rsl_str_t *s,
    rsl_group_t group)
{
    u_char  *start;

    rsl_record_piece(w, name);

    start = w->json.pos;

    rsl_record_text(w, s, w->cap[group], group);
    rsl_json_put_literal(&w->json, "\"");

    return w->json.pos - 1 - start;
}


static inline void
rsl_record_piece(rsl_writer_t *w, const rsl_piece_t *piece)
{
    if (w->json.last - w->json.pos < (ptrdiff_t) sizeof(piece->text)) {
        rsl_json_put(&w->json, piece->text, piece->len);
        return;
    }

    memcpy(w->json.pos, piece->text, sizeof(piece->text));
    w->json.pos += piece->len;
}


static inline void
rsl_record_text(rsl_writer_t *w, const rsl_str_t *s, size_t cap,
    rsl_group_t group)
{
    if (cap != RSL_UNLIMITED) {
        rsl_record_capped(w, s, cap, group);
        return;
    }

    /* it does not fit even unescaped: a megabyte must not be escaped in vain */

    if (s->len > (size_t) (w->json.last - w->json.pos)) {
        w->json.pos = w->json.last;
        w->json.excess = s->len;
        return;
    }

    rsl_json_put_text(&w->json, s);
}


/* Puts the text in at most "cap" bytes, with a mark if it is cut. */

static void
rsl_record_capped(rsl_writer_t *w, const rsl_str_t *s, size_t cap,
    rsl_group_t group)
{
    size_t      n, mark, escaped;
    u_char     *start;
    rsl_str_t   rest;

    mark = rsl_record_mark_len(s->len);

    if (cap < mark) {
        cap = mark;
    }

    start = w->json.pos;

    n = rsl_json_put_prefix(&w->json, s, cap - mark);

    if (n == s->len) {
        return;
    }

    rest.data = s->data + n;
    rest.len = s->len - n;

    /* without the mark, the rest may fit into the room that the mark needs */

    if (rsl_json_fit(&rest, cap - (w->json.pos - start), &escaped)
        == rest.len)
    {
        rsl_json_put_text(&w->json, &rest);
        return;
    }

    rsl_record_mark(w, rest.len);

    w->cut[group]++;
    w->over[group] += cap - w->cap[group];
    w->slack += cap - (w->json.pos - start);
}


static void
rsl_record_mark(rsl_writer_t *w, size_t n)
{
    rsl_json_put_literal(&w->json, "\xe2\x80\xa6 [");
    rsl_json_put_integer(&w->json, n);
    rsl_json_put_literal(&w->json, " bytes cut]");
}


static size_t
rsl_record_mark_len(size_t n)
{
    size_t  len;

    len = sizeof("\xe2\x80\xa6 [0 bytes cut]") - 1;

    while (n >= 10) {
        n /= 10;
        len++;
    }

    return len;
}


int
rsl_record_request(rsl_arena_t *arena, rsl_record_t *record)
{
    u_char     *p;
    rsl_str_t   method;

    static const rsl_str_t  none = rsl_string("no request");

    method = record->method.len ? record->method : none;

    p = rsl_arena_alloc(arena, method.len + record->path.len
                               + sizeof("  - 000"));
    if (p == NULL) {
        return RSL_ERROR;
    }

    record->message.data = p;

    memcpy(p, method.data, method.len);
    p += method.len;

    if (record->path.len) {
        *p++ = ' ';
        memcpy(p, record->path.data, record->path.len);
        p += record->path.len;
    }

    memcpy(p, " - ", 3);
    rsl_number_digits(p + 3, (uint64_t) record->status_code, 3);

    record->message.len = (size_t) (p + 6 - record->message.data);

    return RSL_OK;
}
