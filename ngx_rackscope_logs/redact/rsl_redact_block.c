
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Values of several lines, and values on the lines below their names: keys in
 * PEM, blocks and lists of YAML, what an installer prints below "password:",
 * and string literals in pieces.
 *
 * A line is read once for each name that ends the line before it, and what was
 * read further is hidden.  So the time is linear in the length of the text.
 */


#include "rsl_redact_internal.h"


/* How many blanks before a name, or between pieces, are looked at. */
#define RSL_REDACT_BLOCK_BLANKS  256

/* A heading and the value below it may have this many empty lines between. */
#define RSL_REDACT_BLOCK_EMPTY   2

/* A word that stands alone below a name is no value if it is shorter. */
#define RSL_REDACT_BLOCK_MIN     6


/* A word below a line that only speaks of a secret has to be longer. */
#define RSL_REDACT_BLOCK_HEADING  8

/* How many lines below a name are looked at for its default. */
#define RSL_REDACT_BLOCK_MEMBERS  8


/* What a line holds, without the blanks around it. */

typedef struct {
    size_t         indent;
    const u_char  *start;
    const u_char  *end;
    const u_char  *feed;    /* its line feed, or the end of the text */
} rsl_redact_block_line_t;


static int rsl_redact_block_pem(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_block_literal(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);
static const u_char *rsl_redact_block_feed(const u_char *p, const u_char *end);
static int rsl_redact_block_line(const u_char *p, const u_char *end,
    rsl_redact_block_line_t *line);
static size_t rsl_redact_block_indent(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
static size_t rsl_redact_block_next(const rsl_redact_scan_t *scan,
    const u_char *p, rsl_redact_block_line_t *line);
static void rsl_redact_block_default(rsl_redact_scan_t *scan,
    rsl_redact_block_line_t *line);
static int rsl_redact_block_quoted(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_block_list(rsl_redact_scan_t *scan,
    rsl_redact_block_line_t *line);
static int rsl_redact_block_item(rsl_redact_block_line_t *line);
static int rsl_redact_block_word(rsl_redact_scan_t *scan,
    const rsl_redact_block_line_t *line, const rsl_redact_name_t *name,
    int below);
static int rsl_redact_block_piece(rsl_redact_scan_t *scan,
    rsl_redact_quote_t *quote);
static int rsl_redact_block_opaque(const u_char *p, const u_char *end);
static int rsl_redact_block_state(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);


int
rsl_redact_block(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    switch (*p) {

    case '-':
        return rsl_redact_block_pem(scan, p);

    case '|':
    case '>':
        return rsl_redact_block_literal(scan, p, name);

    default:
        return 0;
    }
}


/* A key in PEM goes on to the end of its last line. */

static int
rsl_redact_block_pem(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s, *end;

    end = scan->end;

    if (!rsl_redact_char_caseless(p, end, "-----begin", 10)) {
        return 0;
    }

    s = rsl_redact_char_until(p, end, "-----END");
    s = rsl_redact_char_until(end - s > 8 ? s + 8 : end, end, "-----");

    scan->value = p;
    scan->stop = end - s > 5 ? s + 5 : end;

    return 1;
}


/*
 * A block of YAML, behind "|", ">-", "|2": the lines that are indented more
 * than their name.
 */

static int
rsl_redact_block_literal(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    size_t                    indent;
    const u_char             *s;
    rsl_redact_block_line_t   line;

    for (s = p + 1; s < scan->end && s - p < 4
         && (*s == '-' || *s == '+' || (*s >= '1' && *s <= '9')); s++)
    {
        /* void */
    }

    s = rsl_redact_block_feed(s, scan->end);

    if (s == NULL) {
        return 0;
    }

    indent = rsl_redact_block_indent(scan, name);
    scan->value = NULL;

    while (rsl_redact_block_line(s + 1, scan->end, &line)) {

        if (line.start < line.end) {

            if (line.indent <= indent) {
                break;
            }

            if (scan->value == NULL) {
                scan->value = line.start;
            }

            scan->stop = line.end;
        }

        s = line.feed;

        if (s == scan->end) {
            break;
        }
    }

    return scan->value != NULL;
}


/* The line feed behind blanks and a comment at "p"; NULL: there is none. */

static const u_char *
rsl_redact_block_feed(const u_char *p, const u_char *end)
{
    const u_char  *s;

    s = rsl_redact_extent_blanks(p, end, RSL_REDACT_PLAIN, 0);

    if (end - s > 2 && *s == '#' && s[-1] == ' ' && s[1] == ' ') {
        s = rsl_redact_char_eol(s, end);

    } else if (end - s > 1 && *s == '\r') {
        s++;
    }

    return s < end && *s == '\n' ? s : NULL;
}


/* Reads the line that begins at "p"; 0: there is none. */

static int
rsl_redact_block_line(const u_char *p, const u_char *end,
    rsl_redact_block_line_t *line)
{
    if (p >= end) {
        return 0;
    }

    line->feed = rsl_redact_char_eol(p, end);
    line->start = p;
    line->end = line->feed;

    while (line->start < line->end && rsl_redact_char_is_blank(*line->start)) {
        line->start++;
    }

    while (line->end > line->start && rsl_redact_char_is_blank(line->end[-1])) {
        line->end--;
    }

    line->indent = (size_t) (line->start - p);

    return 1;
}


/*
 * The column of a name that is the first on its line; the dash of a list may
 * be before it.  Of another name it is that of the line.
 */

static size_t
rsl_redact_block_indent(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    const u_char  *s, *p, *limit;

    limit = name->start - scan->start > RSL_REDACT_BLOCK_BLANKS
            ? name->start - RSL_REDACT_BLOCK_BLANKS : scan->start;

    for (s = name->start; s > limit && s[-1] != '\n'; s--) { /* void */ }

    if (s == limit && s > scan->start) {
        return 0;
    }

    for (p = s; p < name->start && (*p == ' ' || *p == '\t'); p++) {
        /* void */
    }

    limit = p;

    while (p < name->start && (rsl_redact_char_is_blank(*p) || *p == '-')) {
        p++;
    }

    if (name->start - p > 1) {
        p = limit;
    }

    return (size_t) (p - s);
}


int
rsl_redact_block_below(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    size_t                    n, indent;
    rsl_redact_block_line_t   line;

    n = rsl_redact_block_next(scan, p, &line);

    if (n == 0 || !rsl_redact_except_allows(scan, line.start, name, ':')) {
        return 0;
    }

    indent = rsl_redact_block_indent(scan, name);

    if (n == 1 && line.indent > indent
        && rsl_redact_block_quoted(scan, line.start))
    {
        return 1;
    }

    if (*line.start == '-') {
        return n == 1 && line.indent >= indent
               && rsl_redact_block_list(scan, &line);
    }

    if (rsl_redact_block_word(scan, &line, name,
                              n == 1 && line.indent > indent))
    {
        return name->kind != RSL_REDACT_NAME_OPAQUE
               || rsl_redact_except_opaque(scan->value, scan->stop);
    }

    if (n == 1 && line.indent > indent
        && name->kind == RSL_REDACT_NAME_SECRET)
    {
        rsl_redact_block_default(scan, &line);
    }

    return 0;
}


/*
 * A text in quotes as Ruby prints it, or with a type before it as PHP does, is
 * indented more than its name; behind a "\" of a file of properties any value
 * may be on the next line.
 */

const u_char *
rsl_redact_block_assigned(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    const u_char             *s;
    rsl_redact_block_line_t   line;

    s = p + (*p == '\\');

    if (rsl_redact_block_next(scan, s, &line) != 1) {
        return p;
    }

    if (s > p) {
        return line.start;
    }

    s = line.start;

    return ((*s == '"' || *s == '\'')
            && line.indent > rsl_redact_block_indent(scan, name))
           || rsl_redact_char_caseless(s, line.end, "string(", 7)
           || rsl_redact_char_caseless(s, line.end, "array(", 6)
           || rsl_redact_char_caseless(s, line.end, "object(", 7)
           ? s : p;
}


/*
 * Reads the next line that is not empty; "p" is at the end of a line.  Returns
 * how many lines further it is, or 0.
 */

static size_t
rsl_redact_block_next(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_redact_block_line_t *line)
{
    size_t         n;
    const u_char  *s;

    s = rsl_redact_block_feed(p, scan->end);

    for (n = 1; s != NULL && n <= RSL_REDACT_BLOCK_EMPTY + 1; n++) {

        if (!rsl_redact_block_line(s + 1, scan->end, line)) {
            return 0;
        }

        if (line->start < line->end) {
            return n;
        }

        s = line->feed;
    }

    return 0;
}


/*
 * What YAML says of a secret may have its value: "type: string" and "default:
 * x" on the lines below "db_password:".  The pass knows it by its place.
 */

static void
rsl_redact_block_default(rsl_redact_scan_t *scan,
    rsl_redact_block_line_t *line)
{
    size_t  n, indent;

    indent = line->indent;

    for (n = 0; n < RSL_REDACT_BLOCK_MEMBERS && line->indent == indent; n++) {

        if (rsl_redact_char_caseless(line->start, line->end, "default:", 8)) {
            scan->member = line->start + 8;
            return;
        }

        if (rsl_redact_char_caseless(line->start, line->end, "value:", 6)) {
            scan->member = line->start + 6;
            return;
        }

        if (!rsl_redact_block_line(line->feed + 1, scan->end, line)) {
            return;
        }
    }
}


int
rsl_redact_block_heading(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t                    joints, part, longest;
    const u_char             *s;
    rsl_redact_name_t         name;
    rsl_redact_block_line_t   line;

    if (rsl_redact_block_next(scan, p, &line) == 0
        || line.end - line.start > RSL_REDACT_BLOCK_BLANKS)
    {
        return 0;
    }

    memset(&name, 0, sizeof(rsl_redact_name_t));
    name.kind = RSL_REDACT_NAME_WEAK;

    if (!rsl_redact_block_word(scan, &line, &name, 0)
        || line.end - line.start < RSL_REDACT_BLOCK_HEADING)
    {
        return 0;
    }

    /* "web-01.example.com" is the name of something */

    joints = 0;
    part = 0;
    longest = 0;

    for (s = line.start; s < line.end; s++) {

        if (strchr(".-_:/", *s) != NULL) {
            joints++;
            part = 0;
            continue;
        }

        if (!rsl_redact_char_is_word_utf8(*s)) {
            /* no name has this in it */
            return 1;
        }

        part++;
        longest = part > longest ? part : longest;
    }

    return joints == 0 || longest > RSL_REDACT_EXCEPT_LONG
           || (joints == 4 && longest == 12 && line.end - line.start == 36);
}


/* A text in quotes, which is not the next name. */

static int
rsl_redact_block_quoted(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char        *s;
    rsl_redact_quote_t   quote;

    s = rsl_redact_extent_opening(p, scan->end, RSL_REDACT_PLAIN, &quote);

    if (s == NULL
        || rsl_redact_placeholder_quoted(scan->names, s, scan->end, &quote))
    {
        return 0;
    }

    scan->value = s;
    scan->stop = rsl_redact_extent_quoted(s, scan->end, &quote);

    rsl_redact_block_pieces(scan, &quote);

    s = rsl_redact_extent_blanks(scan->stop + (scan->stop < scan->end),
                                 scan->end, RSL_REDACT_PLAIN, 0);

    return scan->stop > scan->value
           && (s == scan->end || strchr("\r\n,;)]}#", *s) != NULL);
}


/*
 * A list of YAML, each item of which is a word or a text in quotes.  It is
 * hidden from its first item to its last one, if one of them at least is made
 * like a secret.
 */

static int
rsl_redact_block_list(rsl_redact_scan_t *scan, rsl_redact_block_line_t *line)
{
    int     opaque;
    size_t  indent;

    opaque = 0;
    indent = line->indent;
    scan->value = line->start + 2;

    while (line->indent == indent && *line->start == '-') {

        if (!rsl_redact_block_item(line)) {
            return 0;
        }

        opaque |= rsl_redact_block_opaque(line->start + 2, line->end);
        scan->stop = line->end;

        if (line->feed == scan->end
            || !rsl_redact_block_line(line->feed + 1, scan->end, line)
            || line->start == line->end)
        {
            break;
        }
    }

    return opaque;
}


static int
rsl_redact_block_item(rsl_redact_block_line_t *line)
{
    const u_char  *p;

    p = line->start + 1;

    if (line->end - p < 2 || *p++ != ' ') {
        return 0;
    }

    /* not the comment behind it */

    line->end = rsl_redact_char_until(p, line->end, " #");

    while (line->end > p && line->end[-1] == ' ') {
        line->end--;
    }

    if ((*p == '"' || *p == '\'') && line->end - p > 1
        && line->end[-1] == *p)
    {
        return 1;
    }

    /* "- name: x" is an item with members */

    return memchr(p, ' ', (size_t) (line->end - p)) == NULL
           && line->end[-1] != ':' && *p != '-';
}


/*
 * Is the only word of its line a value?  "below": it stands directly below its
 * name and is indented more, as in YAML.
 */

static int
rsl_redact_block_word(rsl_redact_scan_t *scan,
    const rsl_redact_block_line_t *line, const rsl_redact_name_t *name,
    int below)
{
    int            opaque;
    size_t         len;
    const u_char  *p, *s, *end;

    p = line->start;
    end = line->end;
    len = (size_t) (end - p);

    if (below && (*p == '[' || *p == '{')
        && name->kind != RSL_REDACT_NAME_WEAK)
    {
        scan->value = p;
        scan->stop = rsl_redact_extent_nested(p, scan->end);
        return 1;
    }

    if (rsl_redact_char_masked(p, end)) {
        scan->value = p;
        scan->stop = p + RSL_REDACT_MASK_LEN;
        return 1;
    }

    for (s = p; s < end && *s > ' '; s++) { /* void */ }

    if (s < end || strchr("<>[]{}()#*/-=@|\"'`", *p) != NULL
        || strchr(":;{(", end[-1]) != NULL)
    {
        return 0;
    }

    /* "user=bob", and not what ends as base64 does */

    s = memchr(p, '=', len);

    if ((s != NULL && end - s > 2)
        || rsl_redact_char_until(p, end, "://") < end
        || rsl_redact_placeholder_bare(scan->names, p, end)
        || rsl_redact_block_state(scan->names, p, end))
    {
        return 0;
    }

    opaque = rsl_redact_block_opaque(p, end);

    if (name->kind == RSL_REDACT_NAME_SECRET && below) {
        if (len < RSL_REDACT_BLOCK_MIN && !opaque) {
            return 0;
        }

    } else if (len < RSL_REDACT_BLOCK_MIN || !opaque) {
        return 0;
    }

    scan->value = p;
    scan->stop = end;

    return 1;
}


/* Are there digits and letters in it, or letters in an order of no word? */

static int
rsl_redact_block_opaque(const u_char *p, const u_char *end)
{
    int            digits, letters, changes;
    const u_char  *s;

    digits = 0;
    letters = 0;
    changes = 0;

    for (s = p; s < end; s++) {
        if (*s >= '0' && *s <= '9') {
            digits++;

        } else if (rsl_redact_char_is_word_utf8(*s)) {
            changes += letters > 0 && *s >= 'A' && *s <= 'Z' && s[-1] >= 'a'
                       && s[-1] <= 'z';
            letters++;
        }
    }

    return letters > 0 && (digits > 0 || changes > 1);
}


/* Is it a word about a secret, such as "required", and a stop perhaps? */

static int
rsl_redact_block_state(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    while (end > p && strchr(".,;!?", end[-1]) != NULL) {
        end--;
    }

    return rsl_redact_word(names, p, end) != 0;
}


void
rsl_redact_block_pieces(rsl_redact_scan_t *scan,
    const rsl_redact_quote_t *quote)
{
    rsl_redact_quote_t  piece;

    piece = *quote;

    while (!quote->encoded && scan->end - scan->stop > 2) {
        if (!rsl_redact_block_piece(scan, &piece)) {
            break;
        }
    }

    if (piece.ch == quote->ch) {
        return;
    }

    /* what opens is not what closes, so both quotes are hidden */

    while (*scan->value != quote->ch && scan->value > scan->from) {
        scan->value--;
    }

    scan->stop += scan->stop < scan->end;
}


/*
 * Moves stop from the closing quote of a piece to that of the next one, on the
 * next line.  0: there is none.
 */

static int
rsl_redact_block_piece(rsl_redact_scan_t *scan, rsl_redact_quote_t *quote)
{
    const u_char        *p, *s, *limit;
    rsl_redact_quote_t   piece;

    p = scan->stop + 1;
    limit = scan->end - p > RSL_REDACT_BLOCK_BLANKS
            ? p + RSL_REDACT_BLOCK_BLANKS : scan->end;

    while (p < limit && (*p == ' ' || *p == '+' || *p == '\\')) {
        p++;
    }

    if (p == limit || (*p != '\n' && *p != '\r')) {
        return 0;
    }

    while (p < limit && (rsl_redact_char_is_blank(*p) || *p == '+')) {
        p++;
    }

    /* the next line is indented, for it belongs to this one */

    if (p == limit || (p[-1] != ' ' && p[-1] != '\t')) {
        return 0;
    }

    s = rsl_redact_extent_opening(p, scan->end, RSL_REDACT_PLAIN, &piece);

    if (s == NULL || piece.encoded || piece.escapes != quote->escapes) {
        return 0;
    }

    s = rsl_redact_extent_quoted(s, scan->end, &piece);

    if (s < scan->end) {
        p = rsl_redact_extent_blanks(s + 1, scan->end, RSL_REDACT_PLAIN, 0);

        if (p < scan->end && (*p == ':' || *p == '=')) {
            /* it is the next name */
            return 0;
        }
    }

    scan->stop = s;
    *quote = piece;

    return 1;
}
