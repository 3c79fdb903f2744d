
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets that stand further ahead, of which a rule knows the places already.
 *
 * What is between may hold secrets too, so the pass reads it first and hides
 * what is at a place when it comes there.  The places in the rows of SQL's
 * INSERT are found one after the other, because there may be many rows.
 */


#include "rsl_redact_internal.h"


/* How many steps are taken over a value of a row: a byte, or a quoted text. */
#define RSL_REDACT_PLACE_STEPS  256

/* The longest list of columns. */
#define RSL_REDACT_PLACE_LIST   2048


static const u_char *rsl_redact_place_columns(const rsl_redact_scan_t *scan,
    const u_char *p, uint64_t *columns);
static int rsl_redact_place_column(const rsl_redact_scan_t *scan,
    const u_char *start, const u_char *end);
static void rsl_redact_place_row(rsl_redact_scan_t *scan);
static const u_char *rsl_redact_place_item(const u_char *p, const u_char *end,
    rsl_redact_place_t *item);
static int rsl_redact_place_is_bare(const u_char *p, const u_char *end);
static const u_char *rsl_redact_place_blanks(const u_char *p,
    const u_char *end);


void
rsl_redact_place_add(rsl_redact_scan_t *scan, const u_char *value,
    const u_char *stop)
{
    size_t  n;

    n = scan->nplaces;

    if (n == RSL_REDACT_PLACES || stop <= value
        || (n > 0 && value < scan->places[n - 1].stop))
    {
        return;
    }

    scan->places[n].value = value;
    scan->places[n].stop = stop;
    scan->nplaces++;
}


const u_char *
rsl_redact_place_next(rsl_redact_scan_t *scan)
{
    rsl_redact_place_t  *place;

    place = &scan->places[0];

    while (scan->nplaces != 0) {

        if (place->value < scan->from) {
            /* another rule has hidden its beginning, or all of it */
            place->value = scan->from;
        }

        if (place->value < place->stop) {
            return place->value;
        }

        scan->nplaces--;
        memmove(place, place + 1, scan->nplaces * sizeof(rsl_redact_place_t));

        if (scan->nplaces == 0 && scan->columns != 0) {
            rsl_redact_place_row(scan);
        }
    }

    return NULL;
}


int
rsl_redact_place(rsl_redact_scan_t *scan, const u_char *p)
{
    if (rsl_redact_place_next(scan) != p) {
        return 0;
    }

    scan->value = p;
    scan->stop = scan->places[0].stop;

    return 1;
}


int
rsl_redact_place_rows(rsl_redact_scan_t *scan, const u_char *p)
{
    uint64_t       columns;
    const u_char  *end;

    if (scan->nplaces != 0) {
        /* this INSERT is within a value of another one */
        return 0;
    }

    end = scan->end;
    p = rsl_redact_place_columns(scan, p, &columns);

    if (p == NULL || columns == 0) {
        return 0;
    }

    p = rsl_redact_place_blanks(p, end);

    if (!rsl_redact_char_caseless(p, end, "value", 5)) {
        return 0;
    }

    for (p += 5; p < end && rsl_redact_char_is_word(*p); p++) { /* void */ }

    scan->columns = columns;
    scan->column = 0;
    scan->row = p;

    rsl_redact_place_row(scan);

    return 0;
}


/*
 * Which of the columns in the list at "p" have the name of a secret, as bits?
 * Returns what is behind the list, or NULL: it is none.
 */

static const u_char *
rsl_redact_place_columns(const rsl_redact_scan_t *scan, const u_char *p,
    uint64_t *columns)
{
    unsigned       n;
    const u_char  *s, *end;

    end = scan->end - p > RSL_REDACT_PLACE_LIST ? p + RSL_REDACT_PLACE_LIST
                                                : scan->end;
    *columns = 0;
    n = 0;

    for (s = p; s < end; s++) {

        if (*s == ',' || *s == ')') {
            if (n < 64 && rsl_redact_place_column(scan, p, s)) {
                *columns |= (uint64_t) 1 << n;
            }

            if (*s == ')') {
                return s + 1;
            }

            n++;
            p = s + 1;

        } else if (*s == '(') {
            break;
        }
    }

    return NULL;
}


/* Is the column whose name is somewhere from "start" to "end" a secret's? */

static int
rsl_redact_place_column(const rsl_redact_scan_t *scan, const u_char *start,
    const u_char *end)
{
    rsl_str_t  key;

    while (end > start && !rsl_redact_char_is_word_utf8(end[-1])) {
        end--;
    }

    while (start < end && !rsl_redact_char_is_word_utf8(*start)) {
        start++;
    }

    key.data = start;
    key.len = (size_t) (end - start);

    return rsl_redact_name(scan->names, &key) != RSL_REDACT_NAME_NONE;
}


/*
 * Adds the next secret of the rows at scan->row to the places, if there is one;
 * scan->columns is 0 behind the last row.
 */

static void
rsl_redact_place_row(rsl_redact_scan_t *scan)
{
    const u_char        *p, *end;
    rsl_redact_place_t   item;

    end = scan->end;
    p = scan->row;

    while (scan->nplaces == 0) {
        p = rsl_redact_place_blanks(p, end);

        if (scan->column == 0) {
            if (p < end && *p == ',') {
                p = rsl_redact_place_blanks(p + 1, end);
            }

            if (p == end || *p != '(') {
                scan->columns = 0;
                return;
            }

            p++;
        }

        p = rsl_redact_place_item(p, end, &item);

        if (p == NULL) {
            scan->columns = 0;
            return;
        }

        if (scan->column < 64 && scan->columns >> scan->column & 1) {
            rsl_redact_place_add(scan, item.value, item.stop);
        }

        if (p == end) {
            scan->columns = 0;
            return;
        }

        scan->column = *p == ')' ? 0 : scan->column + 1;
        p++;
    }

    scan->row = p;
}


/*
 * The value at "p" of a row: what is in its quotes, or all of it if it is a
 * call with a quoted text in it.  Returns where the value ends, at a comma or a
 * bracket or at the end of the text, or NULL: it is none.
 */

static const u_char *
rsl_redact_place_item(const u_char *p, const u_char *end,
    rsl_redact_place_t *item)
{
    size_t               n, depth, quotes;
    const u_char        *s, *start;
    rsl_redact_quote_t   quote;

    start = rsl_redact_place_blanks(p, end);

    if (end - start > 1 && (start[1] == '\'' || start[1] == '"')
        && strchr("nNeExX", *start) != NULL)
    {
        /* N'x', E'x' */
        start++;
    }

    depth = 0;
    quotes = 0;
    item->value = start;
    item->stop = start;

    for (n = 0, p = start; p < end; n++) {

        if (n == RSL_REDACT_PLACE_STEPS) {
            return NULL;
        }

        s = *p == '\'' || *p == '"' || *p == '\\' || *p == '`'
            ? rsl_redact_extent_opening(p, end, RSL_REDACT_PLAIN, &quote)
            : NULL;

        if (s != NULL) {
            /* two quotes in a row are never those of CSV here */
            quote.doubled = 0;
            quote.tripled = 0;
            s = p + quote.escapes + 1;
            p = rsl_redact_extent_quoted(s, end, &quote);

            if (quotes++ == 0 && depth == 0 && item->value == start
                && s - start <= (ptrdiff_t) quote.escapes + 1)
            {
                item->value = s;
                item->stop = p;
            }

            p += quote.escapes + 1;
            p = p > end ? end : p;
            continue;
        }

        if (depth == 0 && (*p == ',' || *p == ')')) {
            break;
        }

        depth += (*p == '(');
        depth -= (*p == ')');
        p++;
    }

    if (item->value == start && (quotes || rsl_redact_place_is_bare(start, p)))
    {
        item->stop = p;
    }

    return p;
}


/* Is the value from "p" to "end" a number, and not a column or a parameter? */

static int
rsl_redact_place_is_bare(const u_char *p, const u_char *end)
{
    return p < end && *p >= '0' && *p <= '9' && end - p > 3;
}


static const u_char *
rsl_redact_place_blanks(const u_char *p, const u_char *end)
{
    while (p < end && (rsl_redact_char_is_blank(*p)
                       || (*p == '\\' && end - p > 1
                           && (p[1] == 'n' || p[1] == 't' || p[1] == 'r'))))
    {
        p += *p == '\\' ? 2 : 1;
    }

    return p;
}
