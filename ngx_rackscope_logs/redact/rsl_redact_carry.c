
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets over lines: a body is read line by line, and a line may leave open a
 * value, or a name whose value comes on the next line.
 *
 * The end of the lines before is kept as they came, and each new line is read
 * behind it, as one text: so each rule finds over lines what it finds in one
 * text.  Most lines leave nothing open, which their quotes, brackets and last
 * byte show.  What is kept stays short, however long a value is: it is replaced
 * by a text that leaves the same open.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memmem(), memrchr() */
#endif

#include <stdlib.h>

#include "rsl_redact_internal.h"


/* No more is kept of the lines before. */
#define RSL_REDACT_CARRY_MAX    1024

/* So many of the last lines are kept, for each new line has them read again. */
#define RSL_REDACT_CARRY_KEPT   8

/* What is kept of a long text before its open value, and of its first line. */
#define RSL_REDACT_CARRY_HEAD   384

/* What is kept of its last lines, behind a line feed. */
#define RSL_REDACT_CARRY_TAIL                                                 \
    (RSL_REDACT_CARRY_MAX - RSL_REDACT_CARRY_HEAD - 1)

/* So much is kept of the first word of the value. */
#define RSL_REDACT_CARRY_WORD   64

/* So many brackets may be open. */
#define RSL_REDACT_CARRY_DEPTH  256

/* So much of a line without its colours shows whether it is of a key. */
#define RSL_REDACT_CARRY_PLAIN  256

/* What is kept is forgotten after so many lines in which nothing is found. */
#define RSL_REDACT_CARRY_IDLE   8

/* A value that is not closed ends with so many lines or bytes. */
#define RSL_REDACT_CARRY_LINES  200
#define RSL_REDACT_CARRY_BYTES  16384


static int rsl_redact_carry_begin(rsl_redact_carry_t *carry,
    rsl_arena_t *arena, const rsl_str_t *line);
static int rsl_redact_carry_go_on(rsl_redact_carry_t *carry,
    rsl_arena_t *arena, rsl_str_t *line, int own);
static int rsl_redact_carry_again(rsl_redact_carry_t *carry,
    rsl_arena_t *arena, const rsl_str_t *line);
static int rsl_redact_carry_over(rsl_redact_carry_t *carry,
    const rsl_str_t *text, const rsl_redact_part_t *part,
    const rsl_str_t *line, int own);
static void rsl_redact_carry_forget(rsl_redact_carry_t *carry);
static int rsl_redact_carry_join(rsl_redact_carry_t *carry,
    rsl_arena_t *arena, const rsl_str_t *line, rsl_str_t *text);
static int rsl_redact_carry_keep(rsl_redact_carry_t *carry,
    const rsl_str_t *text, const rsl_redact_part_t *part);
static int rsl_redact_carry_keep_open(rsl_redact_carry_t *carry,
    const rsl_str_t *text, size_t value);
static void rsl_redact_carry_keep_ends(rsl_redact_carry_t *carry,
    const rsl_str_t *text);
static const u_char *rsl_redact_carry_last(const u_char *p,
    const u_char *end);
static int rsl_redact_carry_is_prose(const rsl_str_t *line);
static int rsl_redact_carry_is_key(const rsl_str_t *line, int strict);
static int rsl_redact_carry_is_header(const u_char *p, const u_char *end);
static int rsl_redact_carry_is_base64(const u_char *p, const u_char *end);


void
rsl_redact_carry_init(rsl_redact_carry_t *carry, rsl_redact_t *redact)
{
    memset(carry, 0, sizeof(rsl_redact_carry_t));
    carry->redact = redact;
}


void
rsl_redact_carry_reset(rsl_redact_carry_t *carry)
{
    if (carry->data != NULL) {
        explicit_bzero(carry->data, RSL_REDACT_CARRY_MAX);
        free(carry->data);
    }

    rsl_redact_carry_init(carry, carry->redact);
}


int
rsl_redact_carry_open(const void *data)
{
    const rsl_redact_carry_t  *carry = data;

    return carry->len != 0;
}


int
rsl_redact_carry_line(void *data, rsl_arena_t *arena, rsl_str_t *line, int own)
{
    rsl_redact_carry_t  *carry = data;

    if (line == NULL) {
        if (!carry->key) {
            rsl_redact_carry_forget(carry);
        }

        carry->hidden = 0;

        return RSL_OK;
    }

    if (carry->len == 0) {
        return rsl_redact_leave(&carry->redact->names, line)
               ? rsl_redact_carry_begin(carry, arena, line) : RSL_OK;
    }

    return rsl_redact_carry_go_on(carry, arena, line, own);
}


/* Nothing was open, and the line leaves something. */

static int
rsl_redact_carry_begin(rsl_redact_carry_t *carry, rsl_arena_t *arena,
    const rsl_str_t *line)
{
    int                rc;
    rsl_str_t          text, part_text;
    rsl_redact_part_t  part;

    text = *line;

    if (text.len > RSL_REDACT_CARRY_BYTES) {
        text.data += text.len - RSL_REDACT_CARRY_BYTES;
        text.len = RSL_REDACT_CARRY_BYTES;
    }

    memset(&part, 0, sizeof(rsl_redact_part_t));

    if (rsl_utf8_repair(arena, &text) != RSL_OK) {
        return RSL_ERROR;
    }

    if (text.len > RSL_REDACT_CARRY_MAX) {
        part_text = text;
        rc = rsl_redact_scan_part(carry->redact, arena, &part_text, &part);

        if (rc == RSL_ERROR) {
            return RSL_ERROR;
        }
    }

    return rsl_redact_carry_keep(carry, &text, &part);
}


static int
rsl_redact_carry_go_on(rsl_redact_carry_t *carry, rsl_arena_t *arena,
    rsl_str_t *line, int own)
{
    int                rc, was, hidden, goes_on;
    size_t             i;
    rsl_str_t          text, rest;
    rsl_redact_part_t  part;

    was = carry->hidden;
    carry->hidden = 0;

    part.from = carry->len + 1;

    if (rsl_redact_carry_join(carry, arena, line, &text) != RSL_OK) {
        return RSL_ERROR;
    }

    rest = text;
    rc = rsl_redact_scan_part(carry->redact, arena, &rest, &part);

    if (rc == RSL_ERROR) {
        return RSL_ERROR;
    }

    if (rc == RSL_DECLINED) {
        rsl_redact_hide(carry->redact, line);
        return RSL_OK;
    }

    for (i = part.from; i < text.len && rsl_redact_char_is_blank(text.data[i]);
         i++)
    {
        /* void */
    }

    goes_on = (part.value < part.from && part.stop == text.len);

    if (part.over) {
        rc = rsl_redact_carry_over(carry, &text, &part, line, own);

        if (rc == RSL_DECLINED) {
            return RSL_OK;
        }

        if (rc != RSL_OK) {
            return rsl_redact_carry_again(carry, arena, line);
        }

    } else if (own && part.stop > i && part.value <= i + 1) {
        /* its first word is no value of a name on the line before */
        return rsl_redact_carry_again(carry, arena, line);

    } else if (!goes_on) {
        carry->bytes = 0;
        carry->lines = 0;
        carry->key = 0;
    }

    /* a blank line does not show that what is around it is hidden */

    hidden = i < text.len ? part.stop == text.len && part.value <= i
                          : was && goes_on;

    if (part.stop > part.from
        || rsl_redact_leave(&carry->redact->names, line))
    {
        carry->idle = 0;

    } else if (carry->idle++ == RSL_REDACT_CARRY_IDLE) {
        rsl_redact_carry_forget(carry);
        return RSL_OK;
    }

    if (part.stop > part.from) {
        *line = rest;
    }

    carry->hidden = hidden;

    if (rsl_redact_carry_keep(carry, &text, &part) != RSL_OK) {
        return RSL_ERROR;
    }

    return was && hidden && goes_on ? RSL_DECLINED : RSL_OK;
}


/* What was open ends before the line. */

static int
rsl_redact_carry_again(rsl_redact_carry_t *carry, rsl_arena_t *arena,
    const rsl_str_t *line)
{
    rsl_redact_carry_forget(carry);

    return rsl_redact_leave(&carry->redact->names, line)
           ? rsl_redact_carry_begin(carry, arena, line) : RSL_OK;
}


/*
 * A value of the lines before goes on in this one.  RSL_DECLINED: it does, but
 * the line is none of its lines; RSL_ERROR: it ends here, although it was not
 * closed.
 */

static int
rsl_redact_carry_over(rsl_redact_carry_t *carry, const rsl_str_t *text,
    const rsl_redact_part_t *part, const rsl_str_t *line, int own)
{
    u_char     ch, buf[RSL_REDACT_CARRY_PLAIN];
    rsl_str_t  plain;

    ch = text->data[part->over];

    plain.data = text->data;
    plain.len = part->over;
    plain.len = rsl_redact_dress_last(&plain, buf, sizeof(buf));

    carry->key = (plain.len >= 5
                  && memcmp(buf + plain.len - 5, "-----", 5) == 0)
                 || rsl_redact_char_caseless(text->data + part->over,
                                             text->data + text->len,
                                             "-----begin", 10);

    plain.len = rsl_redact_dress_last(line, buf, sizeof(buf));
    plain.data = buf;

    if (!carry->key) {

        if (own
            || ((ch == '[' || ch == '{' || ch == '(')
                && rsl_redact_carry_is_prose(line)))
        {
            return RSL_ERROR;
        }

    } else if (rsl_redact_carry_is_key(&plain, carry->foreign || !carry->lines))
    {
        carry->foreign = (carry->foreign != 0);

    } else {
        return carry->foreign++ == RSL_REDACT_CARRY_IDLE ? RSL_ERROR
                                                         : RSL_DECLINED;
    }

    carry->lines++;
    carry->bytes += line->len;

    return carry->lines > RSL_REDACT_CARRY_LINES
           || carry->bytes > RSL_REDACT_CARRY_BYTES
           ? RSL_ERROR : RSL_OK;
}


static void
rsl_redact_carry_forget(rsl_redact_carry_t *carry)
{
    if (carry->len) {
        explicit_bzero(carry->data, carry->len);
    }

    carry->len = 0;
    carry->bytes = 0;
    carry->lines = 0;
    carry->idle = 0;
    carry->foreign = 0;
    carry->key = 0;
}


/* The line behind the lines before it, as one text. */

static int
rsl_redact_carry_join(rsl_redact_carry_t *carry, rsl_arena_t *arena,
    const rsl_str_t *line, rsl_str_t *text)
{
    u_char     *p;
    rsl_str_t   whole;

    whole = *line;

    if (rsl_utf8_repair(arena, &whole) != RSL_OK) {
        return RSL_ERROR;
    }

    text->len = carry->len + 1 + whole.len;

    p = rsl_arena_alloc(arena, text->len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;

    memcpy(p, carry->data, carry->len);
    p += carry->len;
    *p++ = '\n';

    if (whole.len) {
        memcpy(p, whole.data, whole.len);
    }

    return RSL_OK;
}


/* Keeps of the text what the next line may go on with. */

static int
rsl_redact_carry_keep(rsl_redact_carry_t *carry, const rsl_str_t *text,
    const rsl_redact_part_t *part)
{
    size_t         len;
    const u_char  *p, *end;

    if (carry->data == NULL) {
        carry->data = malloc(RSL_REDACT_CARRY_MAX);
        if (carry->data == NULL) {
            return RSL_ERROR;
        }
    }

    len = carry->len;
    p = text->data;
    end = p + text->len;

    if (text->len <= RSL_REDACT_CARRY_MAX
        && rsl_redact_carry_last(rsl_redact_char_eol(p, end), end) == NULL)
    {
        memcpy(carry->data, p, text->len);
        carry->len = text->len;

    } else if (part->stop < text->len
               || rsl_redact_carry_keep_open(carry, text, part->value)
                  != RSL_OK)
    {
        rsl_redact_carry_keep_ends(carry, text);
    }

    if (carry->len < len) {
        explicit_bzero(carry->data + carry->len, len - carry->len);
    }

    return RSL_OK;
}


/*
 * The value goes on to the end of the text.  Of the value only the brackets
 * matter that are not closed.  RSL_DECLINED: these are too many.
 */

static int
rsl_redact_carry_keep_open(rsl_redact_carry_t *carry, const rsl_str_t *text,
    size_t value)
{
    size_t              i, from;
    u_char             *p;
    const u_char       *s, *end;
    rsl_redact_nest_t   nest;

    s = text->data + value;
    end = text->data + text->len;

    nest.depth = 0;
    nest.quote = 0;
    nest.indented = 0;

    if (*s == '[' || *s == '{' || *s == '(') {
        (void) rsl_redact_extent_nest(s, end, &nest);

        if (nest.depth > RSL_REDACT_CARRY_DEPTH) {
            return RSL_DECLINED;
        }
    }

    from = value > RSL_REDACT_CARRY_HEAD ? value - RSL_REDACT_CARRY_HEAD : 0;

    while (from < value && (text->data[from] & 0xc0) == 0x80) {
        from++;
    }

    p = carry->data;

    memcpy(p, text->data + from, value - from);
    p += value - from;

    memset(p, '[', nest.depth);
    p += nest.depth;

    if (nest.quote) {
        *p++ = nest.quote;

    } else {
        /* a line of base64 is still one */

        for (i = 0; i < RSL_REDACT_CARRY_WORD && s + i < end; i++) {
            if (!rsl_redact_char_is_word(s[i]) && s[i] != '+' && s[i] != '/') {
                break;
            }

            *p++ = s[i];
        }
    }

    carry->len = (size_t) (p - carry->data);

    return RSL_OK;
}


/* Keeps the first line, which may have the name, and the last ones. */

static void
rsl_redact_carry_keep_ends(rsl_redact_carry_t *carry, const rsl_str_t *text)
{
    size_t         len;
    const u_char  *p, *s, *end;

    end = text->data + text->len;
    s = rsl_redact_char_eol(text->data, end);
    len = (size_t) (s - text->data);

    if (len > RSL_REDACT_CARRY_HEAD) {
        len = 0;
    }

    p = rsl_redact_carry_last(s, end);

    if (p == NULL || end - p > RSL_REDACT_CARRY_TAIL) {
        p = end - RSL_REDACT_CARRY_TAIL;
        s = rsl_redact_char_eol(p, end);

        if (end - s > 1) {
            p = s + 1;

        } else {
            while (p < end && (*p & 0xc0) == 0x80) {
                p++;
            }
        }
    }

    memmove(carry->data, text->data, len);
    carry->data[len++] = '\n';
    memcpy(carry->data + len, p, (size_t) (end - p));

    carry->len = len + (size_t) (end - p);
}


/*
 * Where the last lines begin that are kept of those behind the line feed at
 * "p"; NULL: there are no more than these.
 */

static const u_char *
rsl_redact_carry_last(const u_char *p, const u_char *end)
{
    size_t         n;
    const u_char  *s;

    for (n = 0; n < RSL_REDACT_CARRY_KEPT; n++) {
        s = memrchr(p, '\n', (size_t) (end - p));

        if (s == NULL || s == p) {
            return NULL;
        }

        end = s;
    }

    return end + 1;
}


/*
 * Does the line begin with two words, and has no quote or comma?  Then it is no
 * part of a value in brackets, although that was not closed.
 */

static int
rsl_redact_carry_is_prose(const rsl_str_t *line)
{
    unsigned       words;
    const u_char  *p, *s, *end;

    end = line->data + line->len;

    for (s = line->data; s < end; s++) {
        if (strchr("\"'`,[]{}=:", *s) != NULL) {
            return 0;
        }
    }

    p = line->data;

    for (words = 0; words < 2; words++) {

        for (s = p; s < end && (*s | 0x20) >= 'a' && (*s | 0x20) <= 'z'; s++) {
            /* void */
        }

        if (s - p < 2 || (s < end && *s != ' ')) {
            return 0;
        }

        p = s + (s < end);
    }

    return 1;
}


/*
 * May the line be one of a private key: a header, base64, or its end?  In
 * between may be lines of others, which are no part of it.  "strict": there
 * were some, or it would be the first line of the key, so that a plain word is
 * none of its lines.
 */

static int
rsl_redact_carry_is_key(const rsl_str_t *line, int strict)
{
    const u_char  *p, *s, *word, *end;

    p = line->data;
    end = p + line->len;

    while (end > p && strchr(" \t\r\"',;+\\)]}", end[-1]) && end[-1]) {
        end--;
    }

    if (end - p > 2 && end[-2] == '\\' && end[-1] == 'n') {
        end -= 2;
    }

    while (p < end && strchr(" \t\"'>|#*/+-", *p) && *p) {
        p++;
    }

    if (p == end
        || memmem(line->data, line->len, "-----", 5) != NULL
        || rsl_redact_carry_is_header(p, end))
    {
        return 1;
    }

    s = memrchr(p, ' ', (size_t) (end - p));
    s = s == NULL ? p : s + 1;

    if (s == end || !rsl_redact_carry_is_base64(s, end)) {
        return 0;
    }

    for (word = s; strict && word < end && *word >= 'a' && *word <= 'z'; word++)
    {
        /* void */
    }

    if (word == end) {
        return 0;
    }

    /* behind a container's name, or behind a time and a level */

    return s == p || end - s >= 24 || (s - p > 2 && s[-2] == '|');
}


static int
rsl_redact_carry_is_header(const u_char *p, const u_char *end)
{
    size_t  i;

    static const rsl_str_t  names[] = {
        rsl_string("proc-type:"),
        rsl_string("dek-info:"),
        rsl_string("comment:"),
        rsl_string("version:"),
        rsl_string("charset:"),
        rsl_string("hash:"),
        rsl_string("***")
    };

    for (i = 0; i < sizeof(names) / sizeof(rsl_str_t); i++) {
        if (rsl_redact_char_caseless(p, end, (const char *) names[i].data,
                                     names[i].len))
        {
            return 1;
        }
    }

    return 0;
}


static int
rsl_redact_carry_is_base64(const u_char *p, const u_char *end)
{
    for ( /* void */ ; p < end; p++) {
        if (*p == '_' || (!rsl_redact_char_is_word(*p) && *p != '+'
                          && *p != '/' && *p != '='))
        {
            return 0;
        }
    }

    return 1;
}
