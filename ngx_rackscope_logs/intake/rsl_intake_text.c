
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Lines of text become records.
 *
 * A record is held back until a line comes that does not belong to it.  A line
 * that says nothing of itself may be a part of a message of several lines: it
 * waits, as long as a stack may follow that says so.
 */


#include <stdlib.h>

#include "rsl_intake_internal.h"


/* What the line at hand says. */

typedef struct {
    rsl_intake_stack_start_t  start;        /* if it was looked for */
    rsl_intake_head_t         head;         /* if it was read */
    const rsl_str_t          *raw;          /* with its colours */
    rsl_level_t               level;        /* of broken JSON, or RSL_LEVELS */
    int64_t                   sent;         /* time of such, or 0 */
    unsigned                  looked:1;
    unsigned                  read:1;
    unsigned                  indented:1;
    unsigned                  own:1;        /* it begins a record */

    int64_t                   time;         /* when it came, or was sent */
    rsl_intake_around_t      *around;       /* NULL: it is plain text */
    int                       kept;         /* it comes out of the buffer */
} rsl_intake_text_line_t;


static int rsl_intake_text_take(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says);
static inline void rsl_intake_text_start(const rsl_str_t *line,
    rsl_str_t *plain, u_char *buf, rsl_intake_text_line_t *says);
static int rsl_intake_text_open(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says);
static size_t rsl_intake_text_category(const rsl_str_t *line,
    const rsl_intake_head_t *head);
static void rsl_intake_text_look(const rsl_intake_t *intake,
    const rsl_str_t *line, rsl_intake_text_line_t *says);
static void rsl_intake_text_read(const rsl_str_t *line,
    rsl_intake_text_line_t *says, int first);
static int rsl_intake_text_goes_on(rsl_intake_t *intake,
    const rsl_str_t *line, rsl_intake_text_line_t *says);
static int rsl_intake_text_is_detail(const rsl_intake_text_t *text,
    const rsl_str_t *line);
static int rsl_intake_text_loose(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says);
static int rsl_intake_text_is_calm(const rsl_intake_text_t *text);
static int rsl_intake_text_wait(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says);
static int rsl_intake_text_split(rsl_intake_t *intake);
static int rsl_intake_text_close(rsl_intake_t *intake);


/* So many lines at the left edge that say nothing go on with a stack. */
#define RSL_INTAKE_TEXT_LOOSE  20


int
rsl_intake_text_is_blank(const rsl_str_t *line)
{
    size_t  i;

    for (i = 0; i < line->len; i++) {
        if (!rsl_intake_is_space(line->data[i])) {
            return 0;
        }
    }

    return 1;
}


/* Whether it belongs to the record before it, the next line will show. */

int
rsl_intake_text_give(rsl_intake_t *intake, rsl_str_t *line, int other)
{
    const rsl_intake_conf_t  *conf;

    conf = &intake->conf;

    if (conf->line == NULL) {
        return RSL_OK;
    }

    intake->given = 1;

    if (!other && conf->open(conf->line_data)) {
        other = rsl_intake_begins(line);
    }

    return conf->line(conf->line_data, intake->values, line, other);
}


int
rsl_intake_text_none(rsl_intake_t *intake)
{
    if (!intake->given) {
        return RSL_OK;
    }

    intake->given = 0;

    return intake->conf.line(intake->conf.line_data, intake->values, NULL, 1);
}


int
rsl_intake_begins(const rsl_str_t *line)
{
    u_char                  buf[RSL_INTAKE_HEAD_SIZE];
    rsl_str_t               plain;
    rsl_intake_text_line_t  says;

    if (rsl_intake_text_is_blank(line)) {
        return 0;
    }

    rsl_intake_text_start(line, &plain, buf, &says);
    rsl_intake_text_read(&plain, &says, 0);

    return says.own;
}


void
rsl_intake_text_blank(rsl_intake_t *intake)
{
    rsl_str_t  none;

    none.data = (const u_char *) "";
    none.len = 0;

    if (intake->given
        && rsl_intake_text_give(intake, &none, 0) == RSL_DECLINED)
    {
        return;
    }

    if (intake->text.held) {
        intake->text.blanks++;
    }
}


int
rsl_intake_text_line(rsl_intake_t *intake, const rsl_str_t *line, int cut)
{
    rsl_intake_text_line_t  says;

    /* a line that stands for itself is no part of what a shipper sent */

    if (intake->text.wrap.first != NULL
        && rsl_intake_text_release(intake, 1) != RSL_OK)
    {
        return RSL_ERROR;
    }

    intake->result.text = 1;

    says.time = intake->now;
    says.around = NULL;
    says.kept = 0;
    says.level = intake->known_level;
    says.sent = intake->known_time;

    intake->known_level = RSL_LEVELS;
    intake->known_time = 0;

    if (rsl_intake_text_take(intake, line, &says) != RSL_OK) {
        return RSL_ERROR;
    }

    intake->text.truncated |= (cut != 0);

    return RSL_OK;
}


int
rsl_intake_text_shipped(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_around_t *around)
{
    rsl_intake_text_line_t  says;

    intake->index++;

    says.time = around->record.timestamp;
    says.around = around;
    says.kept = 0;
    says.level = RSL_LEVELS;
    says.sent = 0;

    return rsl_intake_text_take(intake, line, &says);
}


static int
rsl_intake_text_take(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says)
{
    int                 rc;
    u_char              buf[RSL_INTAKE_HEAD_SIZE];
    rsl_str_t           s, plain;
    rsl_intake_text_t  *text;

    text = &intake->text;

    rsl_intake_text_start(line, &plain, buf, says);

    rc = (text->held && says->level == RSL_LEVELS)
         ? rsl_intake_text_goes_on(intake, &plain, says) : RSL_DECLINED;

    if (rc == RSL_DECLINED) {
        rc = rsl_intake_text_open(intake, &plain, says);
    }

    if (rc != RSL_OK) {
        return rc;
    }

    text->wrap.entries++;

    s = *line;

    if (rsl_utf8_repair(intake->arena, &s) != RSL_OK) {
        return RSL_ERROR;
    }

    rc = rsl_intake_held_add(text, &s);

    if (text->waiting == 0) {
        text->sure = text->len;
    }

    rsl_arena_reset(intake->arena);

    return rc;
}


/*
 * Nothing is known yet of the line, but whether it is indented.  "plain" is the
 * line, or its start without colours in "buf", of RSL_INTAKE_HEAD_SIZE bytes.
 */

static inline void
rsl_intake_text_start(const rsl_str_t *line, rsl_str_t *plain, u_char *buf,
    rsl_intake_text_line_t *says)
{
    size_t     i;
    rsl_str_t  s;

    *plain = *line;

    /* a colour may stand before the indentation */

    if (line->data[0] == 0x1b) {
        s.data = buf;
        s.len = rsl_intake_head_plain(line, buf);

        for (i = 0; i < s.len; i++) {
            if (!rsl_intake_is_space(s.data[i])) {
                *plain = s;
                break;
            }
        }
    }

    says->raw = line;
    says->looked = 0;
    says->read = 0;
    says->own = 0;
    says->indented = rsl_intake_is_blank(plain->data[0]);
}


/*
 * The line is the first of a record.  If the record before it was given out
 * because of a pause, the line may belong to the stack of that one.  What is
 * left of such a stack stays together.
 */

static int
rsl_intake_text_open(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says)
{
    unsigned             is;
    rsl_intake_text_t   *text;
    rsl_intake_stack_t   stack;

    text = &intake->text;

    memset(&stack, 0, sizeof(rsl_intake_stack_t));

    if (!text->held) {
        stack = text->stack;
    }

    if (rsl_intake_text_close(intake) != RSL_OK
        || (says->around != NULL
            && rsl_intake_held_wrap(intake, says->around, says->kept,
                                    &text->wrap.first)
               != RSL_OK))
    {
        return RSL_ERROR;
    }

    rsl_intake_text_read(line, says, 1);

    text->held = 1;
    text->timestamp = says->time;
    text->level = says->head.level;

    if (says->head.zoned && !(says->around && says->around->shipped.timed)) {
        text->timestamp = says->head.time;
    }

    if (says->level != RSL_LEVELS) {
        text->level = says->level;
    }

    if (says->sent) {
        text->timestamp = says->sent;
    }

    text->prefix = says->head.coloured ? 0 : says->head.level_at;
    text->category = rsl_intake_text_category(says->raw, &says->head);
    text->stack = stack;
    text->traced = 0;

    is = 0;

    if (stack.rows
        && rsl_intake_stack_goes_on(intake->stacks, &text->stack, line, &is)
        && !(is & RSL_STACK_PLAIN))
    {
        text->traced = 1;
        return RSL_OK;
    }

    memset(&text->stack, 0, sizeof(rsl_intake_stack_t));

    /*
     * No stack begins with a time, and none with a level but those of crashes
     * ("panic: ") and of a sanitizer ("WARNING: ThreadSanitizer: ").
     */

    if (!says->head.timed
        && (!says->head.first || !says->head.worded
            || says->head.level == RSL_LEVEL_WARNING
            || says->head.level == RSL_LEVEL_CRITICAL))
    {
        rsl_intake_text_look(intake, line, says);

        text->stack = says->start.first;
        text->traced = (text->stack.step & RSL_STACK_PRESENT) != 0;
    }

    return RSL_OK;
}


/*
 * Where .NET's console logger writes, the first line has nothing but the level
 * and a category: "fail: Shop.Orders[0]".  Returns the length of the category.
 */

static size_t
rsl_intake_text_category(const rsl_str_t *line, const rsl_intake_head_t *head)
{
    rsl_str_t      category;
    const u_char  *p, *end;

    if (!head->first || !head->worded || line->len < 8) {
        return 0;
    }

    end = line->data + line->len;

    if (end[-1] != ']') {
        return 0;
    }

    for (p = end - 1; p > line->data && rsl_intake_is_digit(p[-1]); p--) {
        /* void */
    }

    if (p == end - 1 || p[-1] != '[') {
        return 0;
    }

    for (p--; p > line->data && p[-1] != ' '; p--) {
        if (*p == ':') {
            return 0;
        }
    }

    /* the level has four letters, perhaps with colours around them */

    if (p - line->data < 6 || p[-1] != ' ' || p[-2] != ':'
        || memchr(line->data, ' ', (size_t) (p - 1 - line->data)) != NULL)
    {
        return 0;
    }

    /* what is no UTF-8 has another length in the message */

    category.data = p;
    category.len = (size_t) (end - p);

    return (rsl_utf8_valid(&category) == category.len) ? category.len : 0;
}


static void
rsl_intake_text_look(const rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says)
{
    if (!says->looked) {
        rsl_intake_stack_begins(intake->stacks, line, &says->start);
        says->looked = 1;
    }
}


/*
 * Levels that are aligned to the right are indented.  So is much else that
 * belongs to the line before it, so only capital letters make a level there, or
 * a time before it.  "first": there is no line before.
 */

static void
rsl_intake_text_read(const rsl_str_t *line, rsl_intake_text_line_t *says,
    int first)
{
    u_char              ch;
    const u_char       *p, *last;
    rsl_intake_head_t  *head;

    if (says->read) {
        return;
    }

    head = &says->head;

    last = line->data + line->len - 1;

    if (says->indented && !first) {

        for (p = line->data; p < last && (*p == ' ' || *p == '\t'); p++) {
            /* void */
        }

        if (!(rsl_intake_is_upper(*p) || rsl_intake_is_digit(*p) || *p == '['
              || *p == '*' || *p == 0x1b || *p >= 0x80))
        {
            return;
        }
    }

    says->read = 1;

    rsl_intake_head(line, head);

    head->coloured |= (line->data != says->raw->data);

    if (head->level == RSL_LEVELS || !head->worded) {
        says->own = (head->timed && !says->indented);
        return;
    }

    if (!says->indented) {
        says->own = 1;
        return;
    }

    ch = line->data[head->level_at + 1 <= (size_t) (last - line->data)
                    ? head->level_at + 1 : head->level_at];

    says->own = head->timed
                || (head->first && (head->coloured
                                    || rsl_intake_is_upper(ch)));
}


/* Does the line belong to the record that is held back?  RSL_DECLINED: no. */

static int
rsl_intake_text_goes_on(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says)
{
    int                  is_part;
    unsigned             is;
    rsl_intake_text_t   *text;
    rsl_intake_stack_t   stack;

    text = &intake->text;
    stack = text->stack;

    is = 0;
    is_part = 0;

    if (stack.rows || says->indented) {
        is_part = rsl_intake_stack_goes_on(intake->stacks, &stack, line, &is);

    } else if (!rsl_intake_text_is_calm(text)) {
        rsl_intake_text_look(intake, line, says);

        if (says->start.below.step & RSL_STACK_PRESENT) {
            return rsl_intake_text_loose(intake, line, says);
        }
    }

    if (!is_part || (is & RSL_STACK_PLAIN)) {
        rsl_intake_text_read(line, says, 0);

        if (says->own) {

            if (!rsl_intake_text_is_detail(text, line)) {
                return RSL_DECLINED;
            }

            text->waiting = 0;

            return RSL_OK;
        }
    }

    if (!is_part && !says->indented) {
        return rsl_intake_text_loose(intake, line, says);
    }

    if (is_part && ((stack.step & RSL_STACK_PRESENT) || stack.rows == 0)) {

        if (!text->traced && rsl_intake_text_is_calm(text)) {
            return RSL_DECLINED;
        }

        text->traced = 1;
        text->waiting = 0;
        text->loose = 0;
    }

    if (is_part) {
        text->stack = stack;
    }

    return text->waiting ? rsl_intake_text_wait(intake, line, says) : RSL_OK;
}


/*
 * PostgreSQL says more of an error in lines of their own, which begin as that
 * of the error does: with the same time and process.
 */

static int
rsl_intake_text_is_detail(const rsl_intake_text_t *text,
    const rsl_str_t *line)
{
    size_t     i;
    rsl_str_t  rest;

    static const rsl_str_t  words[] = {
        rsl_string("DETAIL:"),
        rsl_string("HINT:"),
        rsl_string("STATEMENT:"),
        rsl_string("CONTEXT:"),
        rsl_string("QUERY:"),
        rsl_string("LOCATION:"),
        rsl_string("BACKTRACE:")
    };

    if (text->prefix == 0 || line->len <= text->prefix
        || text->message < text->prefix
        || memcmp(line->data, text->data, text->prefix) != 0)
    {
        return 0;
    }

    rest.data = line->data + text->prefix;

    /* the word of the level may have the rest of the prefix in front of it */

    for (i = text->prefix;
         i < text->message && i < line->len && line->data[i] == text->data[i]
         && !rsl_intake_is_blank(line->data[i]);
         i++)
    {
        if (!rsl_intake_is_upper(line->data[i])) {
            rest.data = line->data + i + 1;
        }
    }

    rest.len = (size_t) (line->data + line->len - rest.data);

    for (i = 0; i < sizeof(words) / sizeof(rsl_str_t); i++) {
        if (rest.len >= words[i].len
            && memcmp(rest.data, words[i].data, words[i].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* A line at the left edge that says nothing of itself. */

static int
rsl_intake_text_loose(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says)
{
    rsl_intake_text_t         *text;
    const rsl_intake_stack_t  *below;

    text = &intake->text;
    below = &says->start.below;

    if (text->traced) {

        if (text->stack.rows == 0 || text->loose == RSL_INTAKE_TEXT_LOOSE) {
            return RSL_DECLINED;
        }

        text->loose++;

        return RSL_OK;
    }

    if (rsl_intake_text_is_calm(text)) {
        return RSL_DECLINED;
    }

    rsl_intake_text_look(intake, line, says);

    if (text->level == RSL_LEVELS && text->stack.rows == 0
        && text->waiting == 0 && (text->blanks || below->rows == 0))
    {
        return RSL_DECLINED;
    }

    if (below->rows) {
        text->stack = *below;
    }

    if (below->step & RSL_STACK_PRESENT) {
        text->traced = 1;
        text->waiting = 0;

        return RSL_OK;
    }

    return rsl_intake_text_wait(intake, line, says);
}


/*
 * Does the record say of itself that nothing is wrong?  Then no stack belongs
 * to it.
 */

static int
rsl_intake_text_is_calm(const rsl_intake_text_t *text)
{
    return text->level == RSL_LEVEL_DEBUG || text->level == RSL_LEVEL_INFO;
}


/*
 * The line may be a part of a message, which a stack will show, or a record of
 * its own.
 */

static int
rsl_intake_text_wait(rsl_intake_t *intake, const rsl_str_t *line,
    rsl_intake_text_line_t *says)
{
    size_t              len, room;
    rsl_intake_text_t  *text;

    text = &intake->text;
    len = says->raw->len + text->blanks + 1;
    room = RSL_INTAKE_ENTRY_MAX - text->len;

    /*
     * A line that waits may not be cut, because it may become a record of its
     * own.  A byte that is no UTF-8 becomes three, those of U+FFFD.
     */

    if (len + 2 * says->raw->len > room
        && rsl_utf8_valid(says->raw) != says->raw->len)
    {
        len += 2 * says->raw->len;
    }

    if (text->waiting == RSL_INTAKE_TEXT_WAITING || len > room) {
        if (text->waiting == 0) {
            return RSL_DECLINED;
        }

        if (rsl_intake_text_split(intake) != RSL_OK) {
            return RSL_ERROR;
        }

        return rsl_intake_text_goes_on(intake, line, says);
    }

    if (rsl_intake_held_wrap(intake, says->around, says->kept,
                             &text->wrap.waiting[text->waiting])
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    text->since[text->waiting++] = says->time;

    return RSL_OK;
}


/* No stack has come: the lines that wait for one are records of their own. */

static int
rsl_intake_text_split(rsl_intake_t *intake)
{
    int                      rc;
    size_t                   i, n, len;
    u_char                  *copy, *end;
    rsl_str_t                line;
    rsl_intake_text_t       *text, old;
    rsl_intake_text_line_t   says;

    text = &intake->text;
    n = text->waiting;
    old = *text;

    len = text->len - text->sure;

    copy = malloc(len);
    if (copy == NULL) {
        return RSL_ERROR;
    }

    memcpy(copy, text->data + text->sure, len);

    rc = rsl_intake_held_emit(intake);

    for (i = 0; i < n && rc == RSL_OK; i++) {
        line.data = copy + (old.starts[i] - old.sure);
        end = copy + (i + 1 < n ? old.starts[i + 1] - old.sure : len);

        while (i + 1 < n && end > line.data && end[-1] == '\n') {
            end--;
        }

        line.len = (size_t) (end - line.data);

        says.time = old.since[i];
        says.around = old.wrap.waiting[i];
        says.kept = 1;
        says.level = RSL_LEVELS;
        says.sent = 0;

        rc = rsl_intake_text_take(intake, &line, &says);
    }

    explicit_bzero(copy, len);
    free(copy);

    return rc;
}


int
rsl_intake_text_release(rsl_intake_t *intake, int end)
{
    rsl_intake_text_t  *text;

    text = &intake->text;

    if (rsl_intake_text_close(intake) != RSL_OK) {
        return RSL_ERROR;
    }

    if (end) {
        memset(&text->stack, 0, sizeof(rsl_intake_stack_t));
    }

    if (text->wrap.first != NULL && text->stack.rows == 0) {
        text->wrap.first = NULL;
        rsl_arena_reset(text->wrap.arena);
    }

    return RSL_OK;
}


static int
rsl_intake_text_close(rsl_intake_t *intake)
{
    while (intake->text.waiting) {
        if (rsl_intake_text_split(intake) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    return intake->text.held ? rsl_intake_held_emit(intake) : RSL_OK;
}
