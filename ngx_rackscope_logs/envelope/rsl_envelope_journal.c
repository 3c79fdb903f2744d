
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * systemd's export format (https://systemd.io/JOURNAL_EXPORT_FORMATS): a field
 * a line, an empty line behind each entry.  A value with line feeds in it has
 * its length before it, in eight bytes.  An entry becomes what the JSON of
 * journald would be.
 */


#include <stdlib.h>

#include "rsl_envelope_internal.h"


/* A longer entry is cut, and what is behind so many fields is left out. */
#define RSL_ENVELOPE_JOURNAL_MAX     (1024 * 1024)
#define RSL_ENVELOPE_JOURNAL_FIELDS  256


typedef enum {
    RSL_ENVELOPE_JOURNAL_LINE = 0,
    RSL_ENVELOPE_JOURNAL_LEN,
    RSL_ENVELOPE_JOURNAL_DATA,
    RSL_ENVELOPE_JOURNAL_NEWLINE,       /* behind the data */
    RSL_ENVELOPE_JOURNAL_SKIP           /* the rest of an entry */
} rsl_envelope_journal_state_e;


/* In bytes from the start of the entry. */

typedef struct {
    size_t                         name;
    size_t                         name_len;
    size_t                         value;
    size_t                         value_len;
} rsl_envelope_journal_field_t;


typedef struct {
    rsl_envelope_buf_t             buf;     /* the entry at hand */
    rsl_envelope_journal_state_e   state;
    rsl_envelope_journal_field_t   fields[RSL_ENVELOPE_JOURNAL_FIELDS];
    size_t                         n;       /* of the fields */
    size_t                         start;   /* of the line at hand */
    uint64_t                       line_len;
    uint64_t                       left;    /* of the data */
    unsigned                       digits;  /* bytes of their length */
    uint64_t                       line;    /* from 1 */
    uint64_t                       first;   /* line of the entry */
} rsl_envelope_journal_t;


static int rsl_envelope_journal_takes(rsl_envelope_t *e,
    const rsl_envelope_request_t *request);
static int rsl_envelope_journal_feed(rsl_envelope_t *e, const u_char *data,
    size_t len);
static int rsl_envelope_journal_start(rsl_envelope_t *e);
static int rsl_envelope_journal_piece(rsl_envelope_t *e, const u_char **p,
    const u_char *end);
static int rsl_envelope_journal_line(rsl_envelope_t *e, const u_char **p,
    const u_char *end);
static int rsl_envelope_journal_line_end(rsl_envelope_t *e);
static size_t rsl_envelope_journal_name(const u_char *p, size_t len);
static int rsl_envelope_journal_len(rsl_envelope_t *e, u_char ch);
static int rsl_envelope_journal_data(rsl_envelope_t *e, const u_char **p,
    const u_char *end);
static int rsl_envelope_journal_newline(rsl_envelope_t *e, u_char ch);
static void rsl_envelope_journal_skip(rsl_envelope_journal_t *journal,
    const u_char **p, const u_char *end);
static int rsl_envelope_journal_keep(rsl_envelope_journal_t *journal,
    const u_char *p, size_t len);
static void rsl_envelope_journal_field(rsl_envelope_journal_t *journal,
    size_t name_len, size_t value);
static void rsl_envelope_journal_next(rsl_envelope_journal_t *journal);
static void rsl_envelope_journal_entry(rsl_envelope_journal_t *journal);
static void rsl_envelope_journal_reject(rsl_envelope_t *e,
    const char *detail);
static int rsl_envelope_journal_take(rsl_envelope_t *e);
static int rsl_envelope_journal_member(rsl_arena_t *arena,
    rsl_value_t *object, rsl_value_t ***next, const rsl_str_t *name,
    const rsl_str_t *text);
static int rsl_envelope_journal_finish(rsl_envelope_t *e);
static int rsl_envelope_journal_end(rsl_envelope_t *e);
static size_t rsl_envelope_journal_kept(const rsl_envelope_t *e);
static void rsl_envelope_journal_free(rsl_envelope_t *e);


static const char  rsl_envelope_journal_no_field[] =
    "this line of the journal is no field; a field is NAME=value, or NAME and "
    "a value with its length before it";

static const char  rsl_envelope_journal_no_newline[] =
    "a value of the journal does not end where its length says";

static const char  rsl_envelope_journal_ends[] =
    "the journal breaks off within a value";


static const rsl_str_t  rsl_envelope_journal_first[] = {
    rsl_string("__CURSOR="),
    rsl_string("__REALTIME_TIMESTAMP="),
    rsl_null_string
};


const rsl_envelope_row_t  rsl_envelope_journal = {
    .name = "journal",
    .takes = rsl_envelope_journal_takes,
    .first = rsl_envelope_journal_first,
    .feed = rsl_envelope_journal_feed,
    .finish = rsl_envelope_journal_finish,
    .kept = rsl_envelope_journal_kept,
    .free = rsl_envelope_journal_free
};


static int
rsl_envelope_journal_takes(rsl_envelope_t *e,
    const rsl_envelope_request_t *request)
{
    return rsl_envelope_request_is(&request->type,
                                   "application/vnd.fdo.journal");
}


static int
rsl_envelope_journal_feed(rsl_envelope_t *e, const u_char *data, size_t len)
{
    int            rc;
    const u_char  *end;

    if (len == 0) {
        return RSL_OK;
    }

    if (e->state == NULL) {

        if (*data != '\n' && rsl_envelope_journal_name(data, 1) == 0) {
            return rsl_envelope_pass(e, data, len);
        }

        if (rsl_envelope_journal_start(e) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    rc = RSL_OK;
    end = data + len;

    while (data < end && rc == RSL_OK) {
        rc = rsl_envelope_journal_piece(e, &data, end);
    }

    return rc;
}


static int
rsl_envelope_journal_start(rsl_envelope_t *e)
{
    rsl_envelope_journal_t  *journal;

    journal = calloc(1, sizeof(rsl_envelope_journal_t));
    if (journal == NULL) {
        return RSL_ERROR;
    }

    journal->line = 1;
    journal->first = 1;

    e->state = journal;

    return RSL_OK;
}


static int
rsl_envelope_journal_piece(rsl_envelope_t *e, const u_char **p,
    const u_char *end)
{
    rsl_envelope_journal_t  *journal;

    journal = e->state;

    switch (journal->state) {

    case RSL_ENVELOPE_JOURNAL_LINE:
        return rsl_envelope_journal_line(e, p, end);

    case RSL_ENVELOPE_JOURNAL_LEN:
        return rsl_envelope_journal_len(e, *(*p)++);

    case RSL_ENVELOPE_JOURNAL_DATA:
        return rsl_envelope_journal_data(e, p, end);

    case RSL_ENVELOPE_JOURNAL_NEWLINE:
        return rsl_envelope_journal_newline(e, *(*p)++);

    default:
        rsl_envelope_journal_skip(journal, p, end);
        return RSL_OK;
    }
}


static int
rsl_envelope_journal_line(rsl_envelope_t *e, const u_char **p,
    const u_char *end)
{
    const u_char            *start, *newline;
    rsl_envelope_journal_t  *journal;

    journal = e->state;
    start = *p;

    newline = memchr(start, '\n', (size_t) (end - start));
    *p = newline ? newline + 1 : end;
    end = newline ? newline : end;

    journal->line_len += (uint64_t) (end - start);

    if (rsl_envelope_journal_keep(journal, start, (size_t) (end - start))
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    return newline ? rsl_envelope_journal_line_end(e) : RSL_OK;
}


static int
rsl_envelope_journal_line_end(rsl_envelope_t *e)
{
    size_t                   len, name;
    const u_char            *line;
    rsl_envelope_journal_t  *journal;

    journal = e->state;

    if (journal->line_len == 0) {
        return rsl_envelope_journal_take(e);
    }

    /* there is no line if the entry is full: what would be there is skipped */

    line = journal->buf.data ? journal->buf.data + journal->start
                             : (const u_char *) "";
    len = journal->buf.len - journal->start;
    name = rsl_envelope_journal_name(line, len);

    if (name && name == journal->line_len) {
        journal->state = RSL_ENVELOPE_JOURNAL_LEN;
        journal->line++;
        journal->left = 0;
        journal->digits = 0;
        return RSL_OK;
    }

    if (name && name < len && line[name] == '=') {
        rsl_envelope_journal_field(journal, name, name + 1);

    } else if (len == journal->line_len) {
        rsl_envelope_journal_reject(e, rsl_envelope_journal_no_field);
        return RSL_OK;
    }

    rsl_envelope_journal_next(journal);

    return RSL_OK;
}


/* The length of the name at "p": upper-case letters, digits, underscores. */

static size_t
rsl_envelope_journal_name(const u_char *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if ((p[i] < 'A' || p[i] > 'Z') && (p[i] < '0' || p[i] > '9')
            && p[i] != '_')
        {
            break;
        }
    }

    return i;
}


static int
rsl_envelope_journal_len(rsl_envelope_t *e, u_char ch)
{
    rsl_envelope_journal_t  *journal;

    journal = e->state;

    journal->left |= (uint64_t) ch << (8 * journal->digits++);

    if (journal->digits == 8) {
        journal->state = journal->left ? RSL_ENVELOPE_JOURNAL_DATA
                                       : RSL_ENVELOPE_JOURNAL_NEWLINE;
    }

    return RSL_OK;
}


static int
rsl_envelope_journal_data(rsl_envelope_t *e, const u_char **p,
    const u_char *end)
{
    const u_char            *start, *newline;
    rsl_envelope_journal_t  *journal;

    journal = e->state;
    start = *p;

    if ((uint64_t) (end - start) > journal->left) {
        end = start + journal->left;
    }

    *p = end;
    journal->left -= (uint64_t) (end - start);

    if (journal->left == 0) {
        journal->state = RSL_ENVELOPE_JOURNAL_NEWLINE;
    }

    if (rsl_envelope_journal_keep(journal, start, (size_t) (end - start))
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    while ((newline = memchr(start, '\n', (size_t) (end - start))) != NULL) {
        start = newline + 1;
        journal->line++;
    }

    return RSL_OK;
}


static int
rsl_envelope_journal_newline(rsl_envelope_t *e, u_char ch)
{
    rsl_envelope_journal_t  *journal;

    journal = e->state;

    if (ch != '\n') {
        rsl_envelope_journal_reject(e, rsl_envelope_journal_no_newline);
        return RSL_OK;
    }

    journal->line++;

    rsl_envelope_journal_field(journal, (size_t) journal->line_len,
                               (size_t) journal->line_len);
    rsl_envelope_journal_next(journal);

    return RSL_OK;
}


/* The next entry begins behind an empty line. */

static void
rsl_envelope_journal_skip(rsl_envelope_journal_t *journal, const u_char **p,
    const u_char *end)
{
    const u_char  *newline;

    newline = memchr(*p, '\n', (size_t) (end - *p));

    journal->line_len += (uint64_t) ((newline ? newline : end) - *p);

    *p = newline ? newline + 1 : end;

    if (newline == NULL) {
        return;
    }

    journal->line++;

    if (journal->line_len == 0) {
        rsl_envelope_journal_entry(journal);
    }

    journal->line_len = 0;
}


/* Keeps what the entry has room for. */

static int
rsl_envelope_journal_keep(rsl_envelope_journal_t *journal, const u_char *p,
    size_t len)
{
    size_t  room;

    room = RSL_ENVELOPE_JOURNAL_MAX - journal->buf.len;

    return rsl_envelope_buf_add(&journal->buf, p, (len < room) ? len : room);
}


/* The line at hand is a field, whose value begins so many bytes behind it. */

static void
rsl_envelope_journal_field(rsl_envelope_journal_t *journal, size_t name_len,
    size_t value)
{
    rsl_envelope_journal_field_t  *field;

    if (journal->n == RSL_ENVELOPE_JOURNAL_FIELDS) {
        journal->buf.len = journal->start;
        return;
    }

    field = &journal->fields[journal->n++];

    field->name = journal->start;
    field->name_len = name_len;
    field->value = journal->start + value;
    field->value_len = journal->buf.len - field->value;
}


static void
rsl_envelope_journal_next(rsl_envelope_journal_t *journal)
{
    if (journal->state == RSL_ENVELOPE_JOURNAL_LINE) {
        journal->line++;
    }

    journal->state = RSL_ENVELOPE_JOURNAL_LINE;
    journal->start = journal->buf.len;
    journal->line_len = 0;
}


/* An entry begins with the next line. */

static void
rsl_envelope_journal_entry(rsl_envelope_journal_t *journal)
{
    rsl_envelope_buf_reset(&journal->buf);

    journal->state = RSL_ENVELOPE_JOURNAL_LINE;
    journal->n = 0;
    journal->start = 0;
    journal->line_len = 0;
    journal->first = journal->line;
}


static void
rsl_envelope_journal_reject(rsl_envelope_t *e, const char *detail)
{
    rsl_envelope_journal_t  *journal;

    journal = e->state;

    rsl_intake_reject_at(e->intake, journal->line, 1, detail);

    /* the newline of a line was taken, and a byte that should have been one */

    if (journal->state == RSL_ENVELOPE_JOURNAL_LINE) {
        journal->line++;
    }

    journal->line_len = (journal->state == RSL_ENVELOPE_JOURNAL_NEWLINE);
    journal->state = RSL_ENVELOPE_JOURNAL_SKIP;
}


/* The entry at hand has ended. */

static int
rsl_envelope_journal_take(rsl_envelope_t *e)
{
    int                            rc;
    size_t                         i;
    rsl_str_t                      name, text;
    rsl_arena_t                   *arena;
    rsl_value_t                   *object, **next;
    rsl_envelope_journal_t        *journal;
    rsl_envelope_journal_field_t  *field;

    journal = e->state;
    arena = rsl_intake_arena(e->intake);

    journal->line++;

    if (journal->n == 0) {
        rsl_envelope_journal_entry(journal);
        return RSL_OK;
    }

    object = rsl_envelope_tree_value(arena, RSL_VALUE_OBJECT);
    if (object == NULL) {
        return RSL_ERROR;
    }

    rc = RSL_OK;
    next = &object->child;

    for (i = 0; i < journal->n && rc == RSL_OK; i++) {
        field = &journal->fields[i];

        name.data = journal->buf.data + field->name;
        name.len = field->name_len;
        text.data = journal->buf.data + field->value;
        text.len = field->value_len;

        rc = rsl_envelope_journal_member(arena, object, &next, &name, &text);
    }

    if (rc == RSL_OK) {
        rc = rsl_intake_take(e->intake, object);
    }

    rsl_arena_reset(arena);
    rsl_envelope_journal_entry(journal);

    return rc;
}


/* A field that comes twice is an array, as in the JSON of journald. */

static int
rsl_envelope_journal_member(rsl_arena_t *arena, rsl_value_t *object,
    rsl_value_t ***next, const rsl_str_t *name, const rsl_str_t *text)
{
    rsl_value_t  *member, *first, *value, **last;

    value = rsl_envelope_tree_value(arena, RSL_VALUE_STRING);
    if (value == NULL) {
        return RSL_ERROR;
    }

    value->text = *text;
    value->shipped = rsl_envelope_str_is(name, "MESSAGE");

    if (rsl_utf8_repair(arena, &value->text) != RSL_OK) {
        return RSL_ERROR;
    }

    for (member = object->child; member != NULL; member = member->next) {
        if (member->key.len == name->len
            && memcmp(member->key.data, name->data, name->len) == 0)
        {
            break;
        }
    }

    if (member == NULL) {
        value->key = *name;

        **next = value;
        *next = &value->next;

        return RSL_OK;
    }

    if (member->type == RSL_VALUE_STRING) {
        first = rsl_envelope_tree_value(arena, RSL_VALUE_STRING);
        if (first == NULL) {
            return RSL_ERROR;
        }

        first->text = member->text;

        member->type = RSL_VALUE_ARRAY;
        member->shipped = 0;
        member->child = first;
        memset(&member->text, 0, sizeof(rsl_str_t));
    }

    last = &member->child;

    while (*last != NULL) {
        last = &(*last)->next;
    }

    *last = value;

    return RSL_OK;
}


static int
rsl_envelope_journal_finish(rsl_envelope_t *e)
{
    int  rc;

    rc = (e->state != NULL && !e->cut) ? rsl_envelope_journal_end(e) : RSL_OK;

    rsl_envelope_journal_free(e);

    return rc;
}


/* The last entry needs no empty line, and its last field no line feed. */

static int
rsl_envelope_journal_end(rsl_envelope_t *e)
{
    rsl_envelope_journal_t  *journal;

    journal = e->state;

    if (journal->state == RSL_ENVELOPE_JOURNAL_NEWLINE) {
        (void) rsl_envelope_journal_newline(e, '\n');
    }

    if (journal->state == RSL_ENVELOPE_JOURNAL_LINE && journal->line_len
        && rsl_envelope_journal_line_end(e) != RSL_OK)
    {
        return RSL_ERROR;
    }

    switch (journal->state) {

    case RSL_ENVELOPE_JOURNAL_LINE:
        return rsl_envelope_journal_take(e);

    case RSL_ENVELOPE_JOURNAL_LEN:
    case RSL_ENVELOPE_JOURNAL_DATA:
        rsl_envelope_journal_reject(e, rsl_envelope_journal_ends);
        return RSL_OK;

    default:
        return RSL_OK;
    }
}


static size_t
rsl_envelope_journal_kept(const rsl_envelope_t *e)
{
    const rsl_envelope_journal_t  *journal;

    journal = e->state;

    return journal ? journal->buf.len : 0;
}


static void
rsl_envelope_journal_free(rsl_envelope_t *e)
{
    rsl_envelope_journal_t  *journal;

    journal = e->state;

    if (journal != NULL) {
        rsl_envelope_buf_free(&journal->buf);
        free(journal);
        e->state = NULL;
    }
}
