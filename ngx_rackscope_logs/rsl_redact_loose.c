
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A name and its value with nothing but a blank, a verb, an arrow or the line
 * of a table between them: "password hunter2", "| api_key | 4f9a8b |".
 *
 * Prose is written the same way, so what stands there is hidden only if no
 * word looks like that, or if the line is known to hold a name and a value.
 */


#include "rsl_redact_internal.h"


/* Of a value this much is looked at before it is known to be one. */
#define RSL_REDACT_LOOSE_MAX   256

#define RSL_REDACT_LOOSE_ITEM_MAX    64


typedef struct {
    size_t  upper;
    size_t  lower;
    size_t  digits;
    size_t  changes;    /* between letters and digits */
    size_t  marks;      /* within the word: "P@ss" */
    size_t  joints;     /* ".", "-", ":" and "_" */
    size_t  longest;    /* of what is between joints */
} rsl_redact_makeup_t;


static int rsl_redact_loose_directive(const rsl_redact_scan_t *scan,
    const u_char *p);
static const u_char *rsl_redact_loose_link(const u_char *p, const u_char *end,
    int *certain);
static const u_char *rsl_redact_loose_link_for(const u_char *p,
    const u_char *end);
static int rsl_redact_loose_login(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_loose_given(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
static int rsl_redact_loose_netrc(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_loose_item_is(const rsl_str_t *word, const char *text);
static const u_char *rsl_redact_loose_item_before(const rsl_redact_scan_t *scan,
    const u_char *p, rsl_str_t *word);
static int rsl_redact_loose_opaque_at(rsl_redact_scan_t *scan, const u_char *p,
    int password);
static void rsl_redact_loose_makeup(rsl_redact_makeup_t *makeup,
    const u_char *p, const u_char *end);


/*
 * password, passwd, pwd, passphrase, token, secret, key, requirepass and auth:
 * a look at their last letters, for there are many blanks.
 */

#define ORD                   0x01
#define SWD                   0x02
#define ASE                   0x04
#define KEN                   0x08
#define RET                   0x10
#define KEY                   0x20
#define ASS                   0x40
#define UTH                   0x80
#define LETTER(letter, ends)  [letter] = ends, [letter - 0x20] = ends

const u_char  rsl_redact_loose_ends[3][256] = {
    {
        LETTER('d', ORD|SWD), LETTER('e', ASE), LETTER('n', KEN),
        LETTER('t', RET), LETTER('y', KEY), LETTER('s', ASS), LETTER('h', UTH)
    },
    {
        LETTER('r', ORD), LETTER('w', SWD), LETTER('s', ASE|ASS),
        LETTER('e', KEN|RET|KEY), LETTER('t', UTH)
    },
    {
        LETTER('o', ORD), LETTER('s', SWD), LETTER('p', SWD),
        LETTER('a', ASE|ASS), LETTER('k', KEN|KEY), LETTER('r', RET),
        LETTER('u', UTH)
    }
};


/* "p" is behind what rsl_redact_loose_name() takes for a name. */

int
rsl_redact_loose(rsl_redact_scan_t *scan, const u_char *p)
{
    int                 certain, password;
    const u_char       *value;
    rsl_redact_name_t   name;

    certain = rsl_redact_loose_directive(scan, p);

    if (!certain) {

        if (p - scan->from >= 4 && memcmp(p - 4, "AUTH", 4) == 0) {
            return rsl_redact_loose_login(scan, p);
        }

        rsl_redact_name_before(scan, p, &name);

        if (name.kind != RSL_REDACT_NAME_SECRET || name.quoted
            || (p[-1] | 0x20) == 'h')
        {
            return 0;
        }

        if (rsl_redact_except_parser(scan, &name)) {
            return 0;
        }

        certain = rsl_redact_loose_given(scan, &name);
    }

    value = rsl_redact_loose_link(p, scan->end, &certain);

    if (value == NULL) {
        return 0;
    }

    if (certain) {

        if (rsl_redact_except_prose_at(value, scan->end)) {
            return 0;
        }

        name.kind = RSL_REDACT_NAME_SECRET;
        name.start = p;
        name.end = p;
        name.quoted = 0;

        return rsl_redact_value(scan, value, &name, ' ', RSL_REDACT_PLAIN);
    }

    password = (p[-1] | 0x20) == 'd' || (p[-2] | 0x20) == 's';

    return rsl_redact_loose_opaque_at(scan, value, password);
}


/* Directives of Redis. */

static int
rsl_redact_loose_directive(const rsl_redact_scan_t *scan, const u_char *p)
{
    size_t  len;

    len = (size_t) (p - scan->from);

    return (len >= 11
            && rsl_redact_char_caseless(p - 11, p, "requirepass", 11))
           || (len >= 10
               && rsl_redact_char_caseless(p - 10, p, "masterauth", 10));
}


/* Where the value begins; NULL: nowhere. */

static const u_char *
rsl_redact_loose_link(const u_char *p, const u_char *end, int *certain)
{
    size_t                     i, len;
    const u_char              *s;
    static const char *const   links[] = {
        "is: ", "was: ", "is ", "was ", "to ", "-> ", "\xe2\x86\x92 ", "| ",
        "|", NULL
    };

    p = rsl_redact_extent_blanks(p, end, RSL_REDACT_PLAIN, 0);

    s = rsl_redact_loose_link_for(p, end);

    if (s != NULL) {
        p = s;
    }

    for (i = 0; s == NULL && links[i] != NULL; i++) {
        len = strlen(links[i]);

        if (rsl_redact_char_caseless(p, end, links[i], len)) {
            *certain |= len > 2 && links[i][len - 2] == ':';
            p += len;
            break;
        }
    }

    p = rsl_redact_extent_blanks(p, end, RSL_REDACT_PLAIN, 0);

    return p < end && *p > ' ' ? p : NULL;
}


/* Password for user bob: x */

static const u_char *
rsl_redact_loose_link_for(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (!rsl_redact_char_caseless(p, end, "for ", 4)) {
        return NULL;
    }

    p += 4;

    if (rsl_redact_char_caseless(p, end, "user ", 5)) {
        p += 5;
    }

    for (s = p; s < end && s - p < RSL_REDACT_LOOSE_ITEM_MAX; s++) {
        if (*s <= ' ' || *s == ':') {
            break;
        }
    }

    return s > p && end - s > 2 && *s == ':' && s[1] == ' ' ? s + 2 : NULL;
}


/* AUTH x, AUTH user x, AUTH PLAIN x */

static int
rsl_redact_loose_login(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t         n;
    const u_char  *s;

    if (p - scan->start > 4 && rsl_redact_char_is_word(p[-5])) {
        return 0;
    }

    for (n = 0; n < 2; n++) {
        s = rsl_redact_extent_blanks(p, scan->end, RSL_REDACT_PLAIN, 0);

        if (s == p || s == scan->end || rsl_redact_char_masked(s, scan->end)) {
            break;
        }

        if (rsl_redact_loose_opaque_at(scan, s, 1)) {
            return 1;
        }

        for (p = s; p < scan->end && p - s < RSL_REDACT_LOOSE_ITEM_MAX
             && *p > ' '; p++)
        {
            /* void */
        }
    }

    return 0;
}


/* Is it a line that gives a name its value: ENV NAME x, login y password x? */

static int
rsl_redact_loose_given(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    size_t                     i, joints;
    rsl_str_t                  word;
    const u_char              *p, *s;
    static const char *const   words[] = {
        "env", "arg", "set", "setx", "setenv", "export", "fastcgi_param",
        "uwsgi_param", "scgi_param", "proxy_set_header", "add_header",
        "requestheader", NULL
    };

    p = rsl_redact_loose_item_before(scan, name->end, &word);

    if (rsl_redact_loose_item_is(&word, "password")) {
        return rsl_redact_loose_netrc(scan, p);
    }

    joints = 0;

    for (s = word.data; s < name->end; s++) {
        joints += *s == '_' || *s == '-';
    }

    if (joints == 0) {
        return 0;
    }

    (void) rsl_redact_loose_item_before(scan, p, &word);

    for (i = 0; words[i] != NULL; i++) {
        if (rsl_redact_loose_item_is(&word, words[i])) {
            return 1;
        }
    }

    return 0;
}


/* Is "machine h login y" before "p", or a line of it? */

static int
rsl_redact_loose_netrc(const rsl_redact_scan_t *scan, const u_char *p)
{
    rsl_str_t  word;

    p = rsl_redact_loose_item_before(scan, p, &word);
    p = rsl_redact_loose_item_before(scan, p, &word);

    if (!rsl_redact_loose_item_is(&word, "login")) {
        return 0;
    }

    while (p > scan->start && (p[-1] == ' ' || p[-1] == '\t')) {
        p--;
    }

    if (p == scan->start || p[-1] == '\n' || p[-1] == '/') {
        return 1;
    }

    p = rsl_redact_loose_item_before(scan, p, &word);

    if (rsl_redact_loose_item_is(&word, "default")) {
        return 1;
    }

    (void) rsl_redact_loose_item_before(scan, p, &word);

    return rsl_redact_loose_item_is(&word, "machine");
}


static int
rsl_redact_loose_item_is(const rsl_str_t *word, const char *text)
{
    return word->len == strlen(text)
           && rsl_redact_char_caseless(word->data, word->data + word->len, text,
                                       word->len);
}


/* The word before "p" and the blanks between; returns where it begins. */

static const u_char *
rsl_redact_loose_item_before(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_str_t *word)
{
    const u_char  *end, *limit;

    limit = p - scan->start > RSL_REDACT_LOOSE_ITEM_MAX
            ? p - RSL_REDACT_LOOSE_ITEM_MAX : scan->start;

    while (p > limit && rsl_redact_char_is_blank(p[-1])) {
        p--;
    }

    end = p;

    while (p > limit && p[-1] > ' ' && p[-1] != '/') {
        p--;
    }

    word->data = p;
    word->len = (size_t) (end - p);

    return p;
}


/* Is what begins at "p" no word of a language, of a program or of numbers? */

static int
rsl_redact_loose_opaque_at(rsl_redact_scan_t *scan, const u_char *p,
    int password)
{
    const u_char         *s, *stop;
    rsl_redact_makeup_t   makeup;

    for (s = p; s < scan->end && *s > ' ' && *s != 0x7f; s++) {
        if (strchr("\"'`,;<>|()[]{}", *s) != NULL) {
            break;
        }
    }

    stop = s;

    if (rsl_redact_char_until(p, s, RSL_REDACT_MASK) < s) {
        /* what is secret of it has been hidden */
        return 0;
    }

    while (stop > p && strchr(".:!?", stop[-1]) != NULL) {
        stop--;
    }

    if (stop - p < 6 || (s < scan->end && strchr("([{", *s) != NULL)
        || strchr("/$%<-\\@#", *p) != NULL || rsl_redact_except_term(p, stop))
    {
        return 0;
    }

    scan->value = p;
    scan->stop = s;

    if (stop - p > RSL_REDACT_LOOSE_MAX) {
        stop = p + RSL_REDACT_LOOSE_MAX;
    }

    rsl_redact_loose_makeup(&makeup, p, stop);

    if (makeup.digits == 0 || makeup.upper + makeup.lower == 0) {
        return password && makeup.marks > 0 && makeup.joints == 0
               && makeup.upper + makeup.lower > 0;
    }

    if (makeup.joints > 0 && makeup.marks == 0) {
        return makeup.longest >= RSL_REDACT_LONG
               || (stop - p == 36 && makeup.joints == 4
                   && makeup.longest == 12);
    }

    return password || makeup.marks > 0 || makeup.changes > 2
           || (makeup.upper > 0 && makeup.lower > 0 && makeup.changes > 1);
}


static void
rsl_redact_loose_makeup(rsl_redact_makeup_t *makeup, const u_char *p,
    const u_char *end)
{
    u_char         last;
    size_t         part;
    const u_char  *s;

    memset(makeup, 0, sizeof(rsl_redact_makeup_t));

    last = 0;
    part = 0;

    for (s = p; s < end; s++, part++) {

        if (*s >= '0' && *s <= '9') {
            makeup->digits++;
            makeup->changes += last == 'a';
            last = '0';

        } else if ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z') {
            makeup->upper += *s < 'a';
            makeup->lower += *s >= 'a';
            makeup->changes += last == '0';
            last = 'a';

        } else if (strchr(".-:_/+=", *s) != NULL) {
            makeup->joints++;
            part = (size_t) -1;

        } else if (s > p && s < end - 1 && *s < 0x80) {
            makeup->marks++;
        }

        if (part != (size_t) -1 && part + 1 > makeup->longest) {
            makeup->longest = part + 1;
        }
    }
}
