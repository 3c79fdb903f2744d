
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Which lines of text belong to a stack, in any language: the table has a row
 * for each language, and all code here works for all rows.
 */


#include "rsl_intake_internal.h"


static void rsl_intake_stack_index_line(rsl_intake_stack_index_t *index,
    uint64_t bit, const char *pattern);
static void rsl_intake_stack_look(const rsl_intake_stack_index_t *index,
    uint64_t bits, const rsl_str_t *line, const u_char *text,
    rsl_intake_stack_start_t *start);
static const rsl_intake_stack_line_t *rsl_intake_stack_row(
    const rsl_intake_stack_row_t *row, const rsl_str_t *line,
    const u_char *text, unsigned step);
static int rsl_intake_stack_is_like(const rsl_intake_stack_line_t *like,
    const rsl_str_t *line, const u_char *text);
static void rsl_intake_stack_found(rsl_intake_stack_t *found, unsigned row,
    unsigned to);
static const u_char *rsl_intake_stack_text(const rsl_str_t *line);
static int rsl_intake_stack_match(const char *item, const u_char *p,
    const u_char *end);
static const char *rsl_intake_stack_item(const char *item, const u_char **p,
    const u_char *end);
static int rsl_intake_stack_in_set(const char *set, u_char ch);
static const u_char *rsl_intake_stack_class(const u_char *start,
    const u_char *end);


/* A byte of the name of an exception. */

#define rsl_intake_stack_is_name(ch)                                          \
    ((((ch) | 0x20) >= 'a' && ((ch) | 0x20) <= 'z')                           \
     || rsl_intake_is_digit(ch) || (ch) == '_' || (ch) == '$' || (ch) == '.')

/* A byte of a path begins a line that may be anything up to a ":". */

#define rsl_intake_stack_is_path(ch)                                          \
    (rsl_intake_stack_is_name(ch) || (ch) == '/')


/*
 * A row holds the lines that a language prints.  Each of them says how far the
 * stack must have come, what the line looks like, how far the stack has come
 * with it, and what else must be true of it.  Of the lines of a row the first
 * that matches counts.  An indented line belongs to the record before it in any
 * case, so a row names it only if it tells how far the stack is.
 *
 * Two languages may have a line in common: then the stack is of both until a
 * line comes that only one of them has.
 *
 * A line must match the whole of its pattern:
 *
 *     " " at the start   the line is indented; without it, it is not
 *     *                  any bytes, or none
 *     %d                 digits, at least one
 *     %c                 the name of an exception, with a dot in it, which ends
 *                        at a colon, at " (" or with the line: java.lang.Error
 *     %e                 the same, without a dot: TypeError
 *     %[a-z_], %[^ (]    bytes that are in the set, or that are not, or none
 *     %* and %%          the byte behind "%"
 *
 * What is not "*" takes all bytes that it can.  So that the time is linear in
 * the length of the line, "*" is followed by a byte that stands for itself, and
 * no %c or %[] comes behind it.
 *
 * Each line of text is compared with those lines here that begin a stack, if
 * its first byte can be theirs.  So they should begin with a byte that stands
 * for itself, or else with something that most lines fail soon.  One that
 * begins with "*" is looked for in lines that begin like a name or a path.
 */

const rsl_intake_stack_row_t  rsl_intake_stack_rows[] = {

    { "Python", {
        { RSL_STACK_BEGINS, RSL_PYTHON_TRACEBACK "*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BEGINS, "Stack (most recent call last):*",
          RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, " *", RSL_STACK_FRAMES, 0 },

        /* loguru marks the frame that caught the exception */
        { RSL_STACK_PRESENT, "> File *", RSL_STACK_FRAMES, 0 },

        /* the exception itself */
        { RSL_STACK_FRAMES, "*", RSL_STACK_END, RSL_STACK_PLAIN },

        /* a group of exceptions has all of its parts indented */
        { RSL_STACK_BELOW, " *" RSL_PYTHON_TRACEBACK "*", RSL_STACK_END, 0 },

        { RSL_STACK_END, RSL_PYTHON_DURING "*", RSL_STACK_CHAIN, 0 },
        { RSL_STACK_END, RSL_PYTHON_CAUSE "*", RSL_STACK_CHAIN, 0 } } },

    { "Rust", {
        { RSL_STACK_FIRST, "thread '*' panicked at *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FIRST, "thread '*' (%d) panicked at *",
          RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "note: *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "stack backtrace:", RSL_STACK_FRAMES, 0 },

        /* where tracing's pretty form of a record says it came from */
        { RSL_STACK_BELOW, " at *.rs:%d*", RSL_STACK_HEAD, 0 },

        /* anyhow */
        { RSL_STACK_BELOW, "Caused by:", RSL_STACK_FRAMES, 0 } } },

    { "Java", {
        { RSL_STACK_BEGINS, "%c*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BEGINS, "Exception in thread *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, " at *:*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, " at *(*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "Caused by: *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "Wrapped by: *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "Suppressed: *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "... *", RSL_STACK_FRAMES, 0 },

        /* dropwizard */
        { RSL_STACK_BELOW, "! %c*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "!*", RSL_STACK_FRAMES, 0 } } },

    { "Node", {

        /* the source line that threw, and what it threw */
        { RSL_STACK_FIRST, "/%[^: ]:%d", RSL_STACK_HEAD, 0 },
        { RSL_STACK_FIRST, "file:///%[^: ]:%d", RSL_STACK_HEAD, 0 },
        { RSL_STACK_FIRST, "node:internal/%[^: ]:%d", RSL_STACK_HEAD, 0 },
        { RSL_STACK_BEGINS, "%e:*", RSL_STACK_HEAD, 0 },
        { RSL_STACK_BEGINS, "Uncaught *", RSL_STACK_HEAD, 0 },
        { RSL_STACK_BELOW, " at *:*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, " at *(*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "}", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "]", RSL_STACK_FRAMES, 0 },

        /* Rust's eyre begins in the same way */
        { RSL_STACK_HEAD, " %d: *", RSL_STACK_FRAMES, 0 },

        { RSL_STACK_GOES_ON, "Node.js v*", RSL_STACK_OVER, 0 } } },

    { "Go", {
        { RSL_STACK_FIRST, "panic: *", RSL_STACK_HEAD, 0 },
        { RSL_STACK_FIRST, "fatal error: *", RSL_STACK_HEAD, 0 },
        { RSL_STACK_BEGINS, "goroutine *:", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, " /*.go:%d*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_HEAD, " *", RSL_STACK_HEAD, 0 },
        { RSL_STACK_FRAMES, " *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_GOES_ON, "goroutine *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_GOES_ON, "created by *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_GOES_ON, "exit status *", RSL_STACK_OVER, 0 },
        { RSL_STACK_GOES_ON, "[signal *", RSL_STACK_HEAD, 0 },
        { RSL_STACK_GOES_ON, "...additional frames elided...*",
          RSL_STACK_FRAMES, 0 },

        /* a call: main.(*T).f(0x1, 0x2); or the dot is in an argument */
        { RSL_STACK_GOES_ON, "%[^ (.].%[^ (](*)", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_GOES_ON, "%[^ (](*.*)", RSL_STACK_FRAMES, 0 } } },

    { ".NET", {
        { RSL_STACK_BEGINS, "Unhandled exception*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BEGINS, "Unhandled Exception*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, " ---> *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "--- End of *", RSL_STACK_FRAMES, 0 } } },

    { "PHP", {
        { RSL_STACK_FIRST, "PHP Fatal error: *", RSL_STACK_HEAD, 0 },
        { RSL_STACK_FIRST, "Fatal error: *", RSL_STACK_HEAD, 0 },
        { RSL_STACK_BELOW, "Stack trace:", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, "Stack Trace:", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, "PHP Stack trace:", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, "[stacktrace]", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, "#%d *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "PHP *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "Next *", RSL_STACK_FRAMES, 0 } } },

    { "Ruby", {
        { RSL_STACK_BEGINS, "*:%d:in *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, " from *", RSL_STACK_FRAMES, 0 } } },

    { "Elixir, Erlang", {
        { RSL_STACK_BEGINS, "%*%* (*) *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FIRST, "=*REPORT====*", RSL_STACK_FRAMES, 0 } } },

    { "sanitizers", {
        { RSL_STACK_FIRST, "=================*=", RSL_STACK_HEAD, 0 },
        { RSL_STACK_FIRST, "==%d==*Sanitizer: *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FIRST, "WARNING: ThreadSanitizer: *",
          RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, " #%d 0x*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_HEAD, "==%d==*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_HEAD, "WARNING: *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "SUMMARY: *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "=>*", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "=================*=", RSL_STACK_OVER, 0 },
        { RSL_STACK_FRAMES, "==%d==*", RSL_STACK_OVER, 0 } } },

    { "others", {
        { RSL_STACK_FIRST, "terminate called *", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_FRAMES, "Aborted*", RSL_STACK_OVER, 0 },
        { RSL_STACK_BELOW, "stack traceback:", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, "Stacktrace:", RSL_STACK_FRAMES, 0 },
        { RSL_STACK_BELOW, "CallStack (from HasCallStack):",
          RSL_STACK_FRAMES, 0 } } }
};

#define RSL_STACK_ROWS                                                        \
    (sizeof(rsl_intake_stack_rows) / sizeof(rsl_intake_stack_row_t))

const size_t  rsl_intake_stack_nrows = RSL_STACK_ROWS;

_Static_assert(RSL_STACK_ROWS <= RSL_STACK_ROWS_MAX,
               "rsl_intake_stack_t has no bit for the last row");


/* How the name of an exception ends. */

static const rsl_str_t  rsl_intake_stack_exceptions[] = {
    rsl_string("Exception"),
    rsl_string("Error"),
    rsl_string("Throwable"),
    rsl_null_string
};


void
rsl_intake_stack_index_init(rsl_intake_stack_index_t *index,
    const rsl_intake_stack_row_t *rows, size_t n)
{
    size_t                          i, k;
    const rsl_intake_stack_line_t  *like;

    memset(index, 0, sizeof(rsl_intake_stack_index_t));

    index->rows = rows;

    for (i = 0; i < n; i++) {

        for (k = 0; k < RSL_STACK_LINES_MAX; k++) {
            like = &rows[i].lines[k];

            if (like->from == 0) {
                break;
            }

            index->steps[i][*like->pattern == ' '] |= (u_char) like->from;

            if (!(like->from & RSL_STACK_BEGINS)
                || index->n == RSL_STACK_STARTS_MAX)
            {
                continue;
            }

            rsl_intake_stack_index_line(index, (uint64_t) 1 << index->n,
                                        like->pattern);

            if (like->pattern[0] == '%'
                && (like->pattern[1] == 'c' || like->pattern[1] == 'e'))
            {
                index->classes |= (uint64_t) 1 << index->n;
            }

            index->starts[index->n] = like;
            index->row[index->n++] = (u_char) i;
        }
    }
}


/* Sets the bit for each byte that a line like the pattern may begin with. */

static void
rsl_intake_stack_index_line(rsl_intake_stack_index_t *index, uint64_t bit,
    const char *pattern)
{
    unsigned   ch;
    uint64_t  *bytes;

    bytes = index->edge;

    if (*pattern == ' ') {
        bytes = index->indented;
        pattern++;
    }

    /* a set may match no byte, so what follows it may be the first, too */

    while (pattern[0] == '%' && pattern[1] == '[') {

        for (ch = 0; ch < 256; ch++) {
            if (rsl_intake_stack_in_set(pattern + 2, (u_char) ch)) {
                bytes[ch] |= bit;
            }
        }

        pattern = strchr(pattern, ']') + 1;
    }

    if (pattern[0] != '*' && pattern[0] != '%') {
        bytes[(u_char) pattern[0]] |= bit;
        return;
    }

    for (ch = 0; ch < 256; ch++) {
        if ((pattern[0] == '*' && (bytes == index->indented
                                   || rsl_intake_stack_is_path(ch)))
            || (pattern[1] == 'd' && rsl_intake_is_digit(ch))
            || ((pattern[1] == 'c' || pattern[1] == 'e')
                && rsl_intake_stack_is_name(ch))
            || (u_char) pattern[1] == ch)
        {
            bytes[ch] |= bit;
        }
    }
}


void
rsl_intake_stack_begins(const rsl_intake_stack_index_t *index,
    const rsl_str_t *line, rsl_intake_stack_start_t *start)
{
    uint64_t  bits;

    memset(start, 0, sizeof(rsl_intake_stack_start_t));

    if (line->data[0] == ' ' || line->data[0] == '\t') {
        return;
    }

    bits = index->edge[line->data[0]];

    if ((bits & index->classes)
        && rsl_intake_stack_class(line->data, line->data + line->len)
           == line->data)
    {
        bits &= ~index->classes;
    }

    rsl_intake_stack_look(index, bits, line, line->data, start);
}


/* Which of these lines that begin a stack is this one like? */

static void
rsl_intake_stack_look(const rsl_intake_stack_index_t *index, uint64_t bits,
    const rsl_str_t *line, const u_char *text,
    rsl_intake_stack_start_t *start)
{
    unsigned                        i, row, from;
    const rsl_intake_stack_line_t  *like;

    for ( /* void */ ; bits; bits &= bits - 1) {
        i = (unsigned) __builtin_ctzll(bits);

        row = index->row[i];
        like = index->starts[i];
        from = like->from;

        if (start->first.rows & (uint32_t) 1 << row) {
            from &= ~RSL_STACK_FIRST;
        }

        if (start->below.rows & (uint32_t) 1 << row) {
            from &= ~RSL_STACK_BELOW;
        }

        if (!(from & RSL_STACK_BEGINS)
            || !rsl_intake_stack_is_like(like, line, text))
        {
            continue;
        }

        if (from & RSL_STACK_FIRST) {
            rsl_intake_stack_found(&start->first, row, like->to);
        }

        if (from & RSL_STACK_BELOW) {
            rsl_intake_stack_found(&start->below, row, like->to);
        }
    }
}


int
rsl_intake_stack_goes_on(const rsl_intake_stack_index_t *index,
    rsl_intake_stack_t *stack, const rsl_str_t *line, unsigned *is)
{
    int                             indented;
    unsigned                        i;
    uint32_t                        rows;
    const u_char                   *text;
    rsl_intake_stack_t              found;
    rsl_intake_stack_start_t        start;
    const rsl_intake_stack_line_t  *like;

    *is = 0;

    memset(&found, 0, sizeof(rsl_intake_stack_t));
    memset(&start, 0, sizeof(rsl_intake_stack_start_t));

    text = rsl_intake_stack_text(line);
    indented = (text != line->data);

    for (rows = stack->rows; rows; rows &= rows - 1) {
        i = (unsigned) __builtin_ctz(rows);

        if (!(index->steps[i][indented] & stack->step)) {
            continue;
        }

        like = rsl_intake_stack_row(&index->rows[i], line, text, stack->step);

        if (like != NULL) {
            *is |= (found.rows == 0) ? like->is : 0;
            rsl_intake_stack_found(&found, i, like->to);
        }
    }

    if (found.rows == 0
        && ((indented && !(stack->step & RSL_STACK_PRESENT))
            || stack->step == RSL_STACK_CHAIN))
    {
        rsl_intake_stack_look(index, indented ? index->indented[*text]
                                              : index->edge[*text],
                              line, text, &start);
        found = start.below;
    }

    if (found.rows == 0) {
        return 0;
    }

    if (found.step == RSL_STACK_OVER) {
        found.rows = 0;
    }

    *stack = found;

    return 1;
}


/* The first line of the row that this one is like, or NULL. */

static const rsl_intake_stack_line_t *
rsl_intake_stack_row(const rsl_intake_stack_row_t *row, const rsl_str_t *line,
    const u_char *text, unsigned step)
{
    const rsl_intake_stack_line_t  *like, *last;

    last = row->lines + RSL_STACK_LINES_MAX;

    for (like = row->lines; like < last && like->from; like++) {

        if ((like->from & step)
            && rsl_intake_stack_is_like(like, line, text))
        {
            return like;
        }
    }

    return NULL;
}


static int
rsl_intake_stack_is_like(const rsl_intake_stack_line_t *like,
    const rsl_str_t *line, const u_char *text)
{
    int          indented;
    const char  *item;

    item = like->pattern;
    indented = (text != line->data);

    if ((*item == ' ') != indented) {
        return 0;
    }

    item += indented;

    return ((u_char) *item == *text || *item == '*' || *item == '%')
           && rsl_intake_stack_match(item, text, line->data + line->len);
}


/*
 * Several languages may print such a line.  The stack stays that of all of them
 * until a line tells them apart; where they disagree, the first row decides how
 * far the stack has come.
 */

static void
rsl_intake_stack_found(rsl_intake_stack_t *found, unsigned row, unsigned to)
{
    if (found->rows == 0) {
        found->step = to;
    }

    if (found->step == to) {
        found->rows |= (uint32_t) 1 << row;
    }
}


/* The line without its indentation. */

static const u_char *
rsl_intake_stack_text(const rsl_str_t *line)
{
    const u_char  *p, *last;

    p = line->data;
    last = p + line->len - 1;

    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}


/*
 * Where the line is not like the pattern, the last "*" takes one byte more, up
 * to the next one that is as the pattern goes on.
 */

static int
rsl_intake_stack_match(const char *item, const u_char *p, const u_char *end)
{
    const char    *retry;
    const u_char  *from;

    retry = NULL;
    from = p;

    for ( ;; ) {

        if (*item == '*') {
            retry = ++item;
            from = p;

            if (*item == '\0') {
                return 1;
            }

        } else if (*item == '\0' && p == end) {
            return 1;

        } else {
            item = rsl_intake_stack_item(item, &p, end);

            if (item != NULL) {
                continue;
            }

            if (retry == NULL || from == end) {
                return 0;
            }

            item = retry;
            from++;
        }

        if (*item != '%') {
            from = memchr(from, *item, (size_t) (end - from));

            if (from == NULL) {
                return 0;
            }
        }

        p = from;
    }
}


/*
 * Moves *p behind the bytes that match the item, or some bytes that stand for
 * themselves, and returns the next item.  NULL: they do not match.
 */

static const char *
rsl_intake_stack_item(const char *item, const u_char **p, const u_char *end)
{
    const u_char  *start;

    start = *p;

    switch (item[0] == '%' ? item[1] : '\0') {

    case 'd':
        while (*p < end && rsl_intake_is_digit(**p)) {
            ++*p;
        }

        return (*p > start) ? item + 2 : NULL;

    case 'c':
    case 'e':
        *p = rsl_intake_stack_class(start, end);

        if ((memchr(start, '.', (size_t) (*p - start)) != NULL)
            != (item[1] == 'c'))
        {
            return NULL;
        }

        return (*p > start) ? item + 2 : NULL;

    case '[':
        while (*p < end && rsl_intake_stack_in_set(item + 2, **p)) {
            ++*p;
        }

        return strchr(item, ']') + 1;
    }

    item += (item[0] == '%');

    do {
        if (*item == '\0' || start == end || *start != (u_char) *item) {
            return NULL;
        }

        start++;
        item++;

    } while (*item != '\0' && *item != '*' && *item != '%');

    *p = start;

    return item;
}


/* The set ends with "]"; "^" before it means the bytes that are not in it. */

static int
rsl_intake_stack_in_set(const char *set, u_char ch)
{
    int     others;
    u_char  last;

    others = (*set == '^');

    for (set += others; *set != ']'; set++) {
        last = (u_char) *set;

        if (set[1] == '-' && set[2] != ']') {
            last = (u_char) set[2];
        }

        if (ch >= (u_char) *set && ch <= last) {
            return !others;
        }

        if (last != (u_char) *set) {
            set += 2;
        }
    }

    return others;
}


/* The end of the name, or its start if it is none. */

static const u_char *
rsl_intake_stack_class(const u_char *start, const u_char *end)
{
    const u_char     *p, *last, *space;
    const rsl_str_t  *name;

    space = memchr(start, ' ', (size_t) (end - start));
    last = space ? space : end;

    p = memchr(start, ':', (size_t) (last - start));

    if (p != NULL) {
        last = p;

    } else if (space != NULL && (end - space == 1 || space[1] != '(')) {
        return start;
    }

    for (name = rsl_intake_stack_exceptions; name->len; name++) {
        if ((size_t) (last - start) >= name->len
            && last[-1] == name->data[name->len - 1]
            && memcmp(last - name->len, name->data, name->len) == 0)
        {
            break;
        }
    }

    if (name->len == 0) {
        return start;
    }

    for (p = start; p < last; p++) {
        if (!rsl_intake_stack_is_name(*p)) {
            return start;
        }
    }

    return last;
}
