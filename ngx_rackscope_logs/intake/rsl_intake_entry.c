
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Entries, from their first byte to their last: elements of arrays, and lines.
 * What an entry begins as, rsl_intake_open() has found out.
 */


#include <stdlib.h>

#include "rsl_intake_internal.h"


static int rsl_intake_entry_line_end(rsl_intake_t *intake, rsl_str_t *line,
    int cut);
static int rsl_intake_entry_known(rsl_intake_t *intake, const rsl_str_t *line);
static int rsl_intake_entry_has_level(const rsl_intake_t *intake,
    const rsl_value_t *object);


static const char  rsl_intake_entry_no_array[] =
    "an entry must be a JSON array here";


/*
 * Takes an element: one of which a record is made, or one of another type,
 * which is not kept until its end, for nothing becomes of it.
 */

int
rsl_intake_entry_value(rsl_intake_t *intake, const u_char **p,
    const u_char *end)
{
    int                        rc;
    unsigned                   kept;
    const u_char              *q, *last;
    rsl_intake_scan_result_t   result;

    last = end;
    kept = (intake->state == RSL_INTAKE_OBJECT && intake->large == NULL);

    if (kept && end - *p > RSL_INTAKE_ENTRY_MAX) {
        last = *p + RSL_INTAKE_ENTRY_MAX;
    }

    if (kept && intake->scanned == 0) {
        rc = rsl_intake_entry_plain(intake, p, *p, last, end);

        if (rc != RSL_DECLINED) {
            return rc;
        }
    }

    q = *p + intake->scanned;
    result = rsl_intake_scan(&intake->scan, *p, &q, last,
                             intake->final && last == end);

    if (result == RSL_INTAKE_SCAN_BROKEN && kept && !intake->scan.deep) {
        return rsl_intake_object_broken(intake, p, q);
    }

    if (result != RSL_INTAKE_SCAN_MORE) {
        intake->scan.broken = (result == RSL_INTAKE_SCAN_BROKEN);
        return rsl_intake_entry_value_end(intake, p, q);
    }

    if (kept && last == end) {
        intake->scanned = q - *p;

        if (!intake->final) {
            return RSL_INTAKE_AGAIN;
        }

        intake->array = 0;

        return rsl_intake_object_broken(intake, p, end);
    }

    if (kept && rsl_intake_entry_large(intake, *p, q - *p) != RSL_OK) {
        return RSL_ERROR;
    }

    rsl_intake_scan_leave(&intake->scan, *p, q);

    intake->scanned = 0;
    rsl_intake_state_advance(intake, p, q);

    return (last == end) ? RSL_INTAKE_AGAIN : RSL_OK;
}


/*
 * Reads an object at once, which most are plain enough for, so that its end is
 * not looked for first.  If the end is not there yet, it is tried again when
 * there is twice as much: reading costs no more than twice the bytes, however
 * small the pieces are.
 */

int
rsl_intake_entry_plain(rsl_intake_t *intake, const u_char **p,
    const u_char *start, const u_char *last, const u_char *end)
{
    int            rc, large;
    rsl_str_t      text;
    rsl_value_t   *object;
    const u_char  *q;

    if ((size_t) (last - start) < 2 * intake->read) {
        return RSL_DECLINED;
    }

    q = start;
    rc = rsl_intake_read(intake->values, &q, last, &object);

    if (rc == RSL_OK
        && q - start > RSL_INTAKE_LARGE && !intake->array
        && (large = rsl_intake_walk_large(intake, p, start, q))
           != RSL_DECLINED)
    {
        rc = large;

    } else if (rc == RSL_OK) {
        intake->state = RSL_INTAKE_BETWEEN;
        intake->plain = 1;
        text.data = start;
        text.len = q - start;
        rc = rsl_intake_object_take(intake, object, &text, 0);
        rsl_intake_state_advance(intake, p, q);
        intake->plain = 0;

    } else if (rc == RSL_INTAKE_AGAIN) {
        intake->read = last - start;

        if (last != end || intake->final) {
            rc = RSL_DECLINED;
        }
    }

    rsl_arena_reset(intake->values);

    return rc;
}


int
rsl_intake_entry_value_end(rsl_intake_t *intake, const u_char **p,
    const u_char *q)
{
    int                 rc;
    rsl_str_t           text;
    rsl_intake_state_t  state;

    text.data = *p;
    text.len = q - *p;

    rc = RSL_OK;
    state = intake->state;
    intake->state = RSL_INTAKE_BETWEEN;

    if (state == RSL_INTAKE_SCALAR) {
        rsl_intake_state_reject(intake, RSL_INTAKE_BAD_ELEMENT, NULL, 0,
                                intake->arrays ? rsl_intake_entry_no_array
                                               : rsl_intake_object_none);

    } else if (state == RSL_INTAKE_OBJECT && intake->scan.deep) {
        rsl_intake_state_reject(intake, RSL_INTAKE_BAD_DEPTH, NULL, 0,
                                rsl_intake_object_too_deep);
        rsl_intake_entry_large_free(intake);

    } else if (state == RSL_INTAKE_OBJECT && intake->scan.broken) {
        rsl_intake_state_reject(intake, RSL_INTAKE_BAD_JSON, NULL, 0,
                                rsl_intake_object_not_closed);
        rsl_intake_entry_large_free(intake);

    } else if (state == RSL_INTAKE_OBJECT && intake->large != NULL) {
        rc = rsl_intake_entry_large_end(intake);

    } else if (state == RSL_INTAKE_OBJECT) {
        rc = rsl_intake_object_parse(intake, &text, 0);
    }

    rsl_intake_state_advance(intake, p, q);

    return rc;
}


int
rsl_intake_entry_line(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    int            rc, large;
    rsl_str_t      line;
    const u_char  *q, *next;

    next = memchr(*p + intake->scanned, '\n', end - *p - intake->scanned);

    q = next ? next : end;
    large = (intake->large == NULL && q - *p > RSL_INTAKE_ENTRY_MAX);

    if (large && rsl_intake_entry_large(intake, *p, q - *p) != RSL_OK) {
        return RSL_ERROR;
    }

    if (next == NULL && !intake->final) {
        intake->scanned = end - *p;

        if (intake->large != NULL) {
            intake->scanned = 0;
            rsl_intake_state_advance(intake, p, end);
        }

        return RSL_INTAKE_AGAIN;
    }

    if (intake->large != NULL) {
        rc = rsl_intake_entry_large_end(intake);

    } else {
        intake->state = RSL_INTAKE_BETWEEN;

        line.data = *p;
        line.len = q - *p;
        rc = rsl_intake_entry_line_end(intake, &line, 0);
    }

    rsl_intake_state_advance(intake, p, next ? next + 1 : end);

    return rc;
}


static int
rsl_intake_entry_line_end(rsl_intake_t *intake, rsl_str_t *line, int cut)
{
    int  rc;

    if (line->len && line->data[line->len - 1] == '\r') {
        line->len--;
    }

    intake->known_level = RSL_LEVELS;
    intake->known_time = 0;

    rc = rsl_intake_text_give(intake, line, 0);

    if (rc == RSL_OK && intake->json) {
        rc = rsl_intake_entry_known(intake, line);
    }

    if (rc == RSL_OK) {
        rc = rsl_intake_text_line(intake, line, cut);
    }

    if (intake->given || intake->json) {
        rsl_arena_reset(intake->values);
    }

    return (rc == RSL_ERROR) ? RSL_ERROR : RSL_OK;
}


/*
 * The line begins with JSON and is none: it was cut off, or it is broken.  What
 * can be read of it may still say how bad it is, and when it happened.
 */

static int
rsl_intake_entry_known(rsl_intake_t *intake, const rsl_str_t *line)
{
    int                    rc, premature, has_level;
    size_t                 len, offset;
    u_char                *p;
    rsl_str_t              text;
    const char            *detail;
    rsl_value_t           *object;
    rsl_record_t           record;
    const u_char          *start;
    rsl_intake_shipped_t   shipped;

    len = (intake->json < line->len) ? intake->json : line->len;
    start = memchr(line->data, '{', len);

    if (start == NULL) {
        /* it was replaced */
        return RSL_OK;
    }

    len -= start - line->data;

    if (memchr(start, ':', len) == NULL) {
        return RSL_OK;
    }

    p = rsl_arena_alloc(intake->values, len + RSL_INTAKE_SCAN_CLOSE);
    if (p == NULL) {
        return RSL_ERROR;
    }

    memcpy(p, start, len);

    text.data = p;
    text.len = rsl_intake_scan_close(p, len);

    rc = rsl_intake_read_json(intake->values, &text, &object, &offset, &detail,
                              &premature);

    if (rc == RSL_OK) {
        has_level = rsl_intake_entry_has_level(intake, object);
        rc = rsl_intake_record(intake->values, intake->aliases, object, 0,
                               &record, &shipped);
        intake->known_time = record.timestamp;

        if (has_level || record.level != RSL_LEVEL_INFO) {
            intake->known_level = record.level;
        }
    }

    return (rc == RSL_ERROR) ? RSL_ERROR : RSL_OK;
}


/*
 * Does a member have a name of the level?  Without one, the level of a record
 * is INFO, which then says nothing.
 */

static int
rsl_intake_entry_has_level(const rsl_intake_t *intake,
    const rsl_value_t *object)
{
    size_t                alias;
    const rsl_value_t    *member;
    rsl_intake_folded_t   name;

    for (member = object->child; member != NULL; member = member->next) {

        rsl_intake_alias_start(&name);

        if (rsl_intake_alias_fold(&name, &member->key) != RSL_OK) {
            continue;
        }

        alias = rsl_intake_alias_find(intake->aliases, &name);

        if (alias < RSL_INTAKE_ALIASES
            && rsl_intake_aliases[alias].field == RSL_INTAKE_FIELD_LEVEL)
        {
            return 1;
        }
    }

    return 0;
}


int
rsl_intake_entry_large(rsl_intake_t *intake, const u_char *p, size_t len)
{
    if (len > RSL_INTAKE_ENTRY_MAX) {
        len = RSL_INTAKE_ENTRY_MAX;
    }

    intake->large = malloc(RSL_INTAKE_ENTRY_MAX + RSL_INTAKE_SCAN_CLOSE);
    if (intake->large == NULL) {
        return RSL_ERROR;
    }

    memcpy(intake->large, p, len);
    intake->large_len = len;

    return RSL_OK;
}


int
rsl_intake_entry_large_end(rsl_intake_t *intake)
{
    int          rc, premature;
    size_t       offset;
    rsl_str_t    text;
    const char  *detail;

    text.data = intake->large;
    text.len = intake->large_len;

    if (intake->state == RSL_INTAKE_LINE) {
        rc = rsl_intake_entry_line_end(intake, &text, 1);

    } else {

        /*
         * Once its brackets are closed, no error could be told from the cut.
         * Outside of arrays the grammar has seen that there is none.
         */

        rc = RSL_DECLINED;
        premature = 1;
        offset = 0;
        detail = NULL;

        if (intake->state != RSL_INTAKE_VALUE) {
            rc = rsl_intake_syntax(&text, &offset, &detail, &premature);
        }

        if (rc == RSL_DECLINED && premature) {
            text.len = rsl_intake_scan_close(intake->large, intake->large_len);
            rc = rsl_intake_object_parse(intake, &text, 1);

        } else if (rc == RSL_DECLINED) {
            rsl_intake_state_reject(intake, RSL_INTAKE_BAD_JSON, &text, offset,
                                    detail);
            rc = RSL_OK;
        }
    }

    intake->state = RSL_INTAKE_BETWEEN;

    rsl_intake_entry_large_free(intake);

    return rc;
}


void
rsl_intake_entry_large_free(rsl_intake_t *intake)
{
    if (intake->large != NULL) {
        explicit_bzero(intake->large, intake->large_len);
        free(intake->large);
        intake->large = NULL;
    }
}
