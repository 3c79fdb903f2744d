
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The body of an upload, in the pieces in which it arrives, and what is kept of
 * it between two of them.  rsl_intake_run() takes it apart: the state says what
 * the next byte belongs to, and so which file takes it.
 */


#include <stdlib.h>

#include "rsl_intake_internal.h"


static void rsl_intake_free(u_char *data, size_t size);
static int rsl_intake_again(rsl_intake_t *intake);
static int rsl_intake_slice(rsl_intake_t *intake, const u_char **data,
    const u_char *end);
static int rsl_intake_join(rsl_intake_t *intake, const u_char **data,
    const u_char *end);
static void rsl_intake_drop(rsl_intake_t *intake, size_t n);
static int rsl_intake_keep(rsl_intake_t *intake, const u_char *data,
    size_t len);
static int rsl_intake_end(rsl_intake_t *intake);
static unsigned rsl_intake_says_fields(unsigned fields);
static int rsl_intake_run(rsl_intake_t *intake, const u_char **p,
    const u_char *end);
static void rsl_intake_reread(rsl_intake_t *intake, size_t n);
static int rsl_intake_between(rsl_intake_t *intake, const u_char **p,
    const u_char *end);
static int rsl_intake_between_line(rsl_intake_t *intake, size_t n,
    unsigned separator);


/*
 * A piece of the body is cut into slices of so many bytes, so that what is kept
 * is at most an entry and a slice.
 */
#define RSL_INTAKE_SLICE   65536

/* The first size of the buffer of what is kept. */
#define RSL_INTAKE_PIECE   4096

#define RSL_INTAKE_ARENA   4096

/* A line of text keeps its indentation, up to so many bytes of it. */
#define RSL_INTAKE_INDENT  1024


static const char  rsl_intake_array_open[] =
    "the array is not closed; it must end with ]";

static const char  rsl_intake_envelope_open[] =
    "the object around the records is not closed; it must end with }";


rsl_intake_t *
rsl_intake_create(const rsl_intake_conf_t *conf)
{
    rsl_intake_t  *intake;

    intake = calloc(1, sizeof(rsl_intake_t));
    if (intake == NULL) {
        return NULL;
    }

    intake->arena = rsl_arena_create(RSL_INTAKE_ARENA);
    intake->values = rsl_arena_create(RSL_INTAKE_ARENA);
    intake->aliases = malloc(sizeof(rsl_intake_alias_index_t));
    intake->stacks = malloc(sizeof(rsl_intake_stack_index_t));

    if (intake->arena == NULL || intake->values == NULL
        || intake->aliases == NULL || intake->stacks == NULL)
    {
        rsl_intake_destroy(intake);
        return NULL;
    }

    rsl_intake_alias_init(intake->aliases);
    rsl_intake_stack_index_init(intake->stacks, rsl_intake_stack_rows,
                                rsl_intake_stack_nrows);

    rsl_intake_use(intake, conf);

    return intake;
}


void
rsl_intake_reset(rsl_intake_t *intake)
{
    rsl_arena_t               *arena, *values;
    rsl_intake_alias_index_t  *aliases;
    rsl_intake_stack_index_t  *stacks;

    arena = intake->arena;
    values = intake->values;
    aliases = intake->aliases;
    stacks = intake->stacks;

    rsl_arena_reset(arena);
    rsl_arena_reset(values);
    rsl_arena_destroy(intake->text.wrap.arena);

    rsl_intake_free(intake->buf, intake->len);
    rsl_intake_free(intake->large, intake->large_len);
    rsl_intake_free(intake->text.data, intake->text.size);

    memset(intake, 0, sizeof(rsl_intake_t));

    intake->arena = arena;
    intake->values = values;
    intake->aliases = aliases;
    intake->stacks = stacks;
}


void
rsl_intake_use(rsl_intake_t *intake, const rsl_intake_conf_t *conf)
{
    intake->conf = *conf;
    intake->line = 1;
    intake->column = 1;
    intake->column0 = 1;
    intake->known_level = RSL_LEVELS;
}


void
rsl_intake_destroy(rsl_intake_t *intake)
{
    if (intake == NULL) {
        return;
    }

    rsl_arena_destroy(intake->arena);
    rsl_arena_destroy(intake->values);
    rsl_arena_destroy(intake->text.wrap.arena);

    rsl_intake_free(intake->buf, intake->len);
    rsl_intake_free(intake->large, intake->large_len);
    rsl_intake_free(intake->text.data, intake->text.size);

    free(intake->aliases);
    free(intake->stacks);
    free(intake);
}


/* Only so many bytes were written, or what was behind them is wiped already. */

static void
rsl_intake_free(u_char *data, size_t size)
{
    if (data != NULL) {
        explicit_bzero(data, size);
        free(data);
    }
}


void
rsl_intake_hand_over(rsl_intake_t *intake, rsl_intake_sink_pt sink,
    void *data, void *line_data, const rsl_str_t *logger)
{
    intake->conf.sink = sink;
    intake->conf.data = data;
    intake->conf.line_data = line_data;
    intake->conf.logger = *logger;
}


int
rsl_intake_feed(rsl_intake_t *intake, const u_char *data, size_t len,
    int64_t now)
{
    int            rc;
    const u_char  *end;

    end = data + len;
    intake->now = now;
    intake->spent = 0;

    rc = intake->again ? rsl_intake_again(intake) : RSL_OK;

    while (data < end && rc == RSL_OK) {
        rc = intake->len ? rsl_intake_join(intake, &data, end)
                         : rsl_intake_slice(intake, &data, end);
    }

    if (rc == RSL_AGAIN) {
        intake->again = 1;

        if (data < end
            && rsl_intake_keep(intake, data, (size_t) (end - data)) != RSL_OK)
        {
            rc = RSL_ERROR;
        }
    }

    if (rc == RSL_ERROR) {
        /* of what was kept, an unknown part was given to the sink already */
        intake->done = 1;
    }

    return rc;
}


/* Reads on in what was kept, until it is used up or conf.step is reached. */

static int
rsl_intake_again(rsl_intake_t *intake)
{
    int            rc;
    const u_char  *p;

    p = intake->buf + intake->taken;

    rc = rsl_intake_run(intake, &p, intake->buf + intake->len);

    intake->taken = p - intake->buf;

    if (rc == RSL_OK) {
        intake->again = 0;
        rsl_intake_drop(intake, intake->taken);
        intake->taken = 0;
    }

    return rc;
}


/*
 * Nothing is kept, so entries are taken where they lie in the piece.  Of the
 * last one, of which only the beginning is there, that is kept.
 */

static int
rsl_intake_slice(rsl_intake_t *intake, const u_char **data,
    const u_char *end)
{
    int            rc;
    const u_char  *p;

    p = *data;

    if (end - p > RSL_INTAKE_SLICE) {
        end = p + RSL_INTAKE_SLICE;
    }

    *data = end;

    rc = rsl_intake_run(intake, &p, end);

    if ((rc != RSL_OK && rc != RSL_AGAIN) || p == end) {
        return rc;
    }

    if (rsl_intake_keep(intake, p, (size_t) (end - p)) != RSL_OK) {
        return RSL_ERROR;
    }

    return rc;
}


/*
 * What was kept is the beginning of an entry.  The rest of its line is appended
 * to it, and at least as many bytes as were kept, so that a long entry is not
 * read again for each small piece.  Bytes behind the end of the entry are not
 * used up: they are taken where they lie in the piece.  Never more than a slice
 * is appended, because "scanned" may count all of it.
 */

static int
rsl_intake_join(rsl_intake_t *intake, const u_char **data, const u_char *end)
{
    int            rc;
    size_t         n, most, kept, taken;
    const u_char  *p, *newline;

    kept = intake->len;
    most = (size_t) (end - *data);

    if (most > RSL_INTAKE_SLICE) {
        most = RSL_INTAKE_SLICE;
    }

    newline = memchr(*data, '\n', most);
    n = newline ? (size_t) (newline + 1 - *data) : most;

    if (n < kept) {
        n = (kept < most) ? kept : most;
    }

    if (rsl_intake_keep(intake, *data, n) != RSL_OK) {
        return RSL_ERROR;
    }

    p = intake->buf;
    rc = rsl_intake_run(intake, &p, p + intake->len);

    taken = (size_t) (p - intake->buf);

    if (rc == RSL_AGAIN) {
        intake->taken = taken;
        *data += n;
    }

    if (rc != RSL_OK) {
        return rc;
    }

    if (taken >= kept) {
        *data += taken - kept;
        taken = intake->len;

    } else {
        *data += n;
    }

    rsl_intake_drop(intake, taken);

    return RSL_OK;
}


static void
rsl_intake_drop(rsl_intake_t *intake, size_t n)
{
    size_t  rest;

    if (n == 0) {
        return;
    }

    rest = intake->len - n;

    memmove(intake->buf, intake->buf + n, rest);
    explicit_bzero(intake->buf + rest, n);

    intake->len = rest;
}


static int
rsl_intake_keep(rsl_intake_t *intake, const u_char *data, size_t len)
{
    size_t   size;
    u_char  *buf;

    if (intake->len + len > intake->size) {

        size = intake->size ? intake->size : RSL_INTAKE_PIECE;

        while (size < intake->len + len) {
            size *= 2;
        }

        buf = malloc(size);
        if (buf == NULL) {
            return RSL_ERROR;
        }

        if (intake->buf != NULL) {
            memcpy(buf, intake->buf, intake->len);
            rsl_intake_free(intake->buf, intake->len);
        }

        intake->buf = buf;
        intake->size = size;
    }

    memcpy(intake->buf + intake->len, data, len);
    intake->len += len;

    return RSL_OK;
}


void
rsl_intake_cut(rsl_intake_t *intake)
{
    intake->cut = 1;
}


int
rsl_intake_finish(rsl_intake_t *intake, int64_t now)
{
    int  rc;

    if (intake->done) {
        return RSL_OK;
    }

    intake->now = now;
    intake->spent = 0;
    intake->final = 1;

    rc = intake->len ? rsl_intake_again(intake) : RSL_OK;

    if (rc == RSL_AGAIN) {
        return rc;
    }

    intake->done = 1;

    if (rc == RSL_OK) {
        rc = rsl_intake_end(intake);
    }

    return (rc == RSL_OK) ? rsl_intake_text_release(intake, 1) : rc;
}


/* Ends an entry that was not kept, because it is too large or no object. */

static int
rsl_intake_end(rsl_intake_t *intake)
{
    int                            rc;
    const u_char                  *p;
    const rsl_intake_envelopes_t  *envelopes;

    envelopes = intake->conf.envelopes;
    p = (const u_char *) "";
    rc = RSL_OK;

    if (intake->state == RSL_INTAKE_VALUE) {

        /* it is text, or nothing, as there will be no more of it */

        (void) rsl_intake_json(intake, &p, p);
    }

    if (intake->state == RSL_INTAKE_LINE && intake->large != NULL) {
        rc = rsl_intake_entry_large_end(intake);

    } else if (intake->state == RSL_INTAKE_SCALAR || intake->large != NULL) {
        intake->array = 0;
        intake->scan.broken = 1;
        rc = rsl_intake_entry_value_end(intake, &p, p);
    }

    if (intake->envelope || intake->state == RSL_INTAKE_ENVELOPE) {
        rc = (rc == RSL_OK) ? envelopes->end(envelopes->data) : rc;
    }

    if (intake->array || intake->state == RSL_INTAKE_ENVELOPE) {
        rsl_intake_state_start(intake, intake->state);

        if (intake->array) {
            rsl_intake_state_reject(intake, RSL_INTAKE_BAD_JSON, NULL, 0,
                                    rsl_intake_array_open);
        } else {
            rsl_intake_state_reject(intake, RSL_INTAKE_BAD_ENVELOPE, NULL, 0,
                                    rsl_intake_envelope_open);
        }
    }

    return rc;
}


void
rsl_intake_reject(rsl_intake_t *intake, const char *detail)
{
    rsl_intake_state_reject(intake, RSL_INTAKE_BAD_ENVELOPE, NULL, 0, detail);
}


void
rsl_intake_reject_at(rsl_intake_t *intake, uint64_t line, uint64_t column,
    const char *detail)
{
    intake->entry_line = line;
    intake->entry_column = column;

    rsl_intake_state_reject(intake, RSL_INTAKE_BAD_ENVELOPE, NULL, 0, detail);
}


int
rsl_intake_read_start(rsl_arena_t *arena, const rsl_str_t *text,
    rsl_value_t **value)
{
    int          premature;
    size_t       offset;
    u_char      *p;
    rsl_str_t    closed;
    const char  *detail;

    p = rsl_arena_alloc(arena, text->len + RSL_INTAKE_SCAN_CLOSE);
    if (p == NULL) {
        return RSL_ERROR;
    }

    memcpy(p, text->data, text->len);

    closed.data = p;
    closed.len = rsl_intake_scan_close(p, text->len);

    return rsl_intake_read_json(arena, &closed, value, &offset, &detail,
                                &premature);
}


unsigned
rsl_intake_says_key(const rsl_intake_t *intake, const rsl_str_t *key)
{
    return rsl_intake_says_fields(rsl_intake_record_has_key(intake->aliases,
                                                            key));
}


unsigned
rsl_intake_says(const rsl_intake_t *intake, rsl_value_t *object)
{
    return rsl_intake_says_fields(rsl_intake_record_has(intake->aliases,
                                                        object));
}


static unsigned
rsl_intake_says_fields(unsigned fields)
{
    size_t    i;
    unsigned  says;

    static const struct {
        rsl_intake_field_e  field;
        unsigned            says;
    } known[] = {
        { RSL_INTAKE_FIELD_TIMESTAMP, RSL_INTAKE_SAYS_TIMESTAMP },
        { RSL_INTAKE_FIELD_LEVEL, RSL_INTAKE_SAYS_LEVEL },
        { RSL_INTAKE_FIELD_MESSAGE, RSL_INTAKE_SAYS_MESSAGE },
        { RSL_INTAKE_FIELD_EXCEPTION, RSL_INTAKE_SAYS_EXCEPTION }
    };

    says = 0;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (fields & rsl_intake_field_bit(known[i].field)) {
            says |= known[i].says;
        }
    }

    return says;
}


rsl_arena_t *
rsl_intake_arena(rsl_intake_t *intake)
{
    return intake->values;
}


int
rsl_intake_held(const rsl_intake_t *intake)
{
    return intake->text.held;
}


size_t
rsl_intake_kept(const rsl_intake_t *intake)
{
    if (intake->done) {
        return 0;
    }

    return intake->len - intake->taken + intake->text.len
           + (intake->large ? intake->large_len : 0);
}


int
rsl_intake_release(rsl_intake_t *intake)
{
    return rsl_intake_text_release(intake, 0);
}


const rsl_intake_result_t *
rsl_intake_result(const rsl_intake_t *intake)
{
    return &intake->result;
}


/*
 * Takes entries from *p as long as they are complete.  A state that needs more
 * bytes returns RSL_INTAKE_AGAIN.  When the body has ended, none does: each
 * then makes do with what there is.  RSL_AGAIN: conf.step is reached.
 */

static int
rsl_intake_run(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    int            rc;
    const u_char  *start;

    rc = RSL_OK;

    while (rc == RSL_OK && *p < end) {

        if (intake->reread && intake->conf.step
            && intake->spent >= intake->conf.step)
        {
            return RSL_AGAIN;
        }

        start = *p;

        switch (intake->state) {

        case RSL_INTAKE_BEGIN:
            rc = rsl_intake_open_body(intake, p, end);
            break;

        case RSL_INTAKE_BETWEEN:
            rc = rsl_intake_between(intake, p, end);
            break;

        case RSL_INTAKE_VALUE:
            rc = rsl_intake_json(intake, p, end);
            break;

        case RSL_INTAKE_LINE:
            rc = rsl_intake_entry_line(intake, p, end);
            break;

        case RSL_INTAKE_SKIP:
            rc = rsl_intake_object_skip(intake, p, end);
            break;

        case RSL_INTAKE_SALVAGE:
            rc = rsl_intake_object_salvage(intake, p);
            break;

        case RSL_INTAKE_ENVELOPE:
            rc = rsl_intake_walk(intake, p, end);
            break;

        default:    /* OBJECT, SCALAR */
            rc = rsl_intake_entry_value(intake, p, end);
            break;
        }

        if (intake->reread) {
            rsl_intake_reread(intake, (size_t) (*p - start));
        }
    }

    return (rc == RSL_INTAKE_AGAIN) ? RSL_OK : rc;
}


/* So many bytes were taken that had been read before, for a value. */

static void
rsl_intake_reread(rsl_intake_t *intake, size_t n)
{
    if (n) {
        intake->spent += n + RSL_INTAKE_OBJECT_LINE;
    }

    intake->reread -= (n < intake->reread) ? n : intake->reread;
}


static int
rsl_intake_between(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    unsigned       separator;
    const u_char  *q;

    separator = 0;

    for (q = *p; q < end; q++) {

        switch (*q) {

        case '\n':
            if (rsl_intake_between_line(intake, q - *p, separator) != RSL_OK) {
                return RSL_OK;
            }

            rsl_intake_state_advance(intake, p, q + 1);

            if (intake->reread) {
                return RSL_OK;
            }

            separator = 0;
            continue;

        case ',':
        case 0x1e:
            separator = 1;

            if (intake->array || !intake->column0) {
                rsl_intake_state_advance(intake, p, q + 1);
            }

            continue;

        case ' ':
        case '\t':
        case '\r':
            continue;
        }

        if (q - *p > RSL_INTAKE_INDENT) {
            rsl_intake_state_advance(intake, p, q);
        }

        return rsl_intake_open(intake, p, q, end);
    }

    /* these spaces may be the indentation of a line of text, which keeps it */

    if (!intake->final && !intake->array && intake->column0
        && end - *p <= RSL_INTAKE_INDENT)
    {
        return RSL_INTAKE_AGAIN;
    }

    if (rsl_intake_between_line(intake, end - *p, separator) == RSL_OK) {
        rsl_intake_state_advance(intake, p, end);
    }

    return RSL_OK;
}


/*
 * A line has only spaces and what separates entries, in "n" bytes.  Behind text
 * it is a line of text.  RSL_DECLINED: it is to be taken as one.
 */

static int
rsl_intake_between_line(rsl_intake_t *intake, size_t n, unsigned separator)
{
    if (intake->array || !intake->column0 || n > RSL_INTAKE_INDENT) {
        return RSL_OK;
    }

    if (!separator) {
        rsl_intake_text_blank(intake);
        return RSL_OK;
    }

    if (!intake->text_last) {
        return RSL_OK;
    }

    rsl_intake_state_start(intake, RSL_INTAKE_LINE);

    return RSL_DECLINED;
}
