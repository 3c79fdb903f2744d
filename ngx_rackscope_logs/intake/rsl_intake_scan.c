
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Where an element of an array ends, found without parsing it.  A client may
 * send JSON that is broken, and then the next element must not be lost with it:
 * a line with which the value cannot go on begins another one.
 */


#include "rsl_intake_internal.h"


static const u_char *rsl_intake_scan_skip(rsl_intake_scan_t *scan,
    const u_char *p, const u_char *end);
static const u_char *rsl_intake_scan_string_skip(const u_char *p,
    const u_char *end);
static int rsl_intake_scan_ends(rsl_intake_scan_t *scan, const u_char **p);
static void rsl_intake_scan_push(rsl_intake_scan_t *scan, u_char ch);
static void rsl_intake_scan_pop(rsl_intake_scan_t *scan, u_char ch);
static rsl_intake_scan_result_t rsl_intake_scan_torn(rsl_intake_scan_t *scan,
    const u_char **p, const u_char *end);
static int rsl_intake_scan_goes_on(const rsl_intake_scan_t *scan,
    const u_char *start, const u_char *newline, u_char next);
static int rsl_intake_scan_is_object(const rsl_intake_scan_t *scan);
static u_char rsl_intake_scan_last(const rsl_intake_scan_t *scan,
    const u_char *start, const u_char *p);
static size_t rsl_intake_scan_string(const u_char *text, size_t i, size_t end);


#define RSL_INTAKE_SCAN_STACK  64

/* The bytes that mean something outside of a string. */

static const u_char  rsl_intake_scan_class[256] = {
    ['"'] = 1, ['\n'] = 1, ['{'] = 1, ['}'] = 1, ['['] = 1, [']'] = 1,
    [','] = 1
};


rsl_intake_scan_result_t
rsl_intake_scan(rsl_intake_scan_t *scan, const u_char *start, const u_char **p,
    const u_char *end, int final)
{
    const u_char  *q;

    for (q = *p; /* void */ ; q++) {

        if (scan->torn
            && rsl_intake_scan_torn(scan, &q, end) != RSL_INTAKE_SCAN_MORE)
        {
            *p = q;
            return RSL_INTAKE_SCAN_BROKEN;
        }

        q = rsl_intake_scan_skip(scan, q, end);

        if (q == end) {
            *p = q;
            return RSL_INTAKE_SCAN_MORE;
        }

        switch (*q) {

        case '"':
            scan->string = !scan->string;
            continue;

        case '\\':
            scan->escape = 1;
            continue;

        case '\n':
            if (q + 1 == end && !final) {
                *p = q;
                return RSL_INTAKE_SCAN_MORE;
            }

            if (q + 1 < end && !rsl_intake_scan_goes_on(scan, start, q, q[1])) {
                *p = q + 1;
                return RSL_INTAKE_SCAN_BROKEN;
            }

            scan->torn = scan->string;
            continue;

        case '{':
            if (rsl_intake_scan_is_object(scan)
                && rsl_intake_scan_last(scan, start, q) == ',')
            {
                *p = q;
                return RSL_INTAKE_SCAN_BROKEN;
            }

            /* fall through */

        case '[':
            rsl_intake_scan_push(scan, *q);
            continue;

        default:    /* '}', ']' and ',' */

            if (rsl_intake_scan_ends(scan, &q)) {
                *p = q;
                return RSL_INTAKE_SCAN_END;
            }
        }
    }
}


/* Returns where the next byte stands that means something. */

static const u_char *
rsl_intake_scan_skip(rsl_intake_scan_t *scan, const u_char *p,
    const u_char *end)
{
    if (scan->escape && p < end) {
        scan->escape = 0;
        p += (*p != '\n');
    }

    if (scan->string) {
        return rsl_intake_scan_string_skip(p, end);
    }

    while (p < end && !rsl_intake_scan_class[*p]) {
        p++;
    }

    return p;
}


static const u_char *
rsl_intake_scan_string_skip(const u_char *p, const u_char *end)
{
    int  found;

    do {
        p += rsl_block_plain(p, end, &found);

        if (p == end || *p == '"' || *p == '\\' || *p == '\n') {
            return p;
        }

        /* it also stops near the end, and at what is not ASCII */

        p++;

    } while (p < end);

    return p;
}


/*
 * Does the value end with this byte, or before it?  Then *p is moved behind its
 * end.
 */

static int
rsl_intake_scan_ends(rsl_intake_scan_t *scan, const u_char **p)
{
    if (scan->depth == 0) {
        return **p != '}';
    }

    if (**p == ',') {
        return 0;
    }

    rsl_intake_scan_pop(scan, **p);

    if (scan->depth) {
        return 0;
    }

    (*p)++;

    return 1;
}


static void
rsl_intake_scan_push(rsl_intake_scan_t *scan, u_char ch)
{
    if (scan->depth == RSL_INTAKE_SCAN_STACK) {
        scan->deep = 1;
        scan->deeper++;
        return;
    }

    scan->stack = scan->stack << 1 | (ch == '{');
    scan->depth++;

    if (scan->depth > scan->limit) {
        scan->deep = 1;
    }
}


/*
 * "}" also closes each "[" that is still open in its object, so that an entry
 * in which a "]" was forgotten ends where its sender meant it to.  A "]" that
 * closes nothing is passed over.
 */

static void
rsl_intake_scan_pop(rsl_intake_scan_t *scan, u_char ch)
{
    unsigned  object;

    if (scan->deeper) {
        scan->deeper--;
        return;
    }

    if (ch == ']') {
        if (!(scan->stack & 1)) {
            scan->stack >>= 1;
            scan->depth--;
        }

        return;
    }

    while (scan->depth) {
        object = scan->stack & 1;

        scan->stack >>= 1;
        scan->depth--;

        if (object) {
            break;
        }
    }
}


/*
 * A line ended within a string, which JSON does not allow.  Either the closing
 * quote was forgotten, and the string ended with the line, or it has a line
 * break that should have been escaped.  The next byte that is no space tells
 * which.
 */

static rsl_intake_scan_result_t
rsl_intake_scan_torn(rsl_intake_scan_t *scan, const u_char **p,
    const u_char *end)
{
    const u_char  *q;

    for (q = *p; q < end; q++) {
        if (!rsl_intake_is_space(*q)) {
            scan->torn = 0;
            scan->string = (*q != '"' && *q != '}' && *q != ']');
            break;
        }
    }

    *p = q;

    return (q < end && *q == '{') ? RSL_INTAKE_SCAN_BROKEN
                                  : RSL_INTAKE_SCAN_MORE;
}


/*
 * Can the value go on with the line that begins with the byte "next"?  If not,
 * another entry begins there.
 */

static int
rsl_intake_scan_goes_on(const rsl_intake_scan_t *scan, const u_char *start,
    const u_char *newline, u_char next)
{
    u_char  last;

    if (next != '{') {
        return 1;
    }

    if (scan->string || scan->deep) {
        return 0;
    }

    last = rsl_intake_scan_last(scan, start, newline);

    return rsl_intake_scan_is_object(scan) ? last == ':'
                                           : last == '[' || last == ',';
}


static int
rsl_intake_scan_is_object(const rsl_intake_scan_t *scan)
{
    return scan->depth && scan->deeper == 0 && (scan->stack & 1);
}


static u_char
rsl_intake_scan_last(const rsl_intake_scan_t *scan, const u_char *start,
    const u_char *p)
{
    while (p > start) {
        p--;

        if (!rsl_intake_is_space(*p)) {
            return *p;
        }
    }

    return scan->last;
}


void
rsl_intake_scan_leave(rsl_intake_scan_t *scan, const u_char *start,
    const u_char *p)
{
    scan->last = rsl_intake_scan_last(scan, start, p);
}


/*
 * If the text ends within a string that is a value, the string is closed there.
 * Otherwise the text is cut back to the last string that is a value, comma or
 * bracket, up to which everything is complete.
 */

size_t
rsl_intake_scan_close(u_char *text, size_t len)
{
    size_t             i, cut;
    u_char             last;
    rsl_intake_scan_t  scan, back;

    memset(&scan, 0, sizeof(rsl_intake_scan_t));

    back = scan;
    cut = 0;
    last = '\0';

    for (i = 0; i < len; i++) {

        if (text[i] == '"') {
            i = rsl_intake_scan_string(text, i + 1, len);

            if (i == len || text[i] != '"') {
                break;
            }

            if (last == ':' || !(scan.stack & 1)) {
                cut = i + 1;
                back = scan;
            }

        } else if (text[i] == '{' || text[i] == '[') {
            rsl_intake_scan_push(&scan, text[i]);
            cut = i + 1;
            back = scan;

        } else if (text[i] == '}' || text[i] == ']') {
            rsl_intake_scan_pop(&scan, text[i]);
            cut = i + 1;
            back = scan;

        } else if (text[i] == ',') {
            cut = i;
            back = scan;
        }

        if (!rsl_intake_is_space(text[i])) {
            last = text[i];
        }
    }

    /* within an object, a string with no ":" before it is a key */

    if (i < len && (last == ':' || !(scan.stack & 1))) {
        text[i] = '"';
        cut = i + 1;
        back = scan;
    }

    while (back.depth--) {
        text[cut++] = (back.stack & 1) ? '}' : ']';
        back.stack >>= 1;
    }

    return cut;
}


/*
 * Returns where the closing quote of a string stands.  If "end" comes first,
 * returns where the string can be cut: before "end", and neither within an
 * escape nor within a character.
 */

static size_t
rsl_intake_scan_string(const u_char *text, size_t i, size_t end)
{
    size_t  n;

    while (i < end && text[i] != '"') {
        n = 1;

        if (text[i] == '\\') {
            n = (i + 1 < end && text[i + 1] == 'u') ? 6 : 2;
        }

        if (i + n >= end) {

            for (n = 3; n && (text[i] & 0xc0) == 0x80; n--) {
                i--;
            }

            break;
        }

        i += n;
    }

    return i;
}
