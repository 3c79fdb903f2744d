
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A name and its value with nothing but a blank, a verb, an arrow or the line
 * of a table between them: "password hunter2", "| api_key | 4f9a8b |".
 *
 * Prose is written the same way.  So what stands behind the name is hidden only
 * if it is made as no word of prose is, or if the line is of a kind that is
 * known to hold a name and its value ("certain" below).
 */


#include "rsl_redact_internal.h"


#define LITERAL(text)  text, sizeof(text) - 1


/* How many bytes of a text are read to find out whether it is a value. */
#define RSL_REDACT_LOOSE_MAX       256

/* An item is a text between blanks; this is how much of it is read. */
#define RSL_REDACT_LOOSE_ITEM_MAX  64


typedef struct {
    size_t  upper;
    size_t  lower;
    size_t  digits;
    size_t  changes;    /* from letters to digits and back */
    size_t  marks;      /* other bytes of ASCII in its middle: "P@ss" */
    size_t  joints;     /* ".", "-", ":", "_" and others that join names */
    size_t  longest;    /* the longest part between joints */
} rsl_redact_makeup_t;


static uint16_t rsl_redact_loose_ending(rsl_redact_names_t *names,
    const char *text, size_t len);
static int rsl_redact_loose_digits(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);
static int rsl_redact_loose_directive(const rsl_redact_scan_t *scan,
    const u_char *p);
static const u_char *rsl_redact_loose_link(const u_char *p, const u_char *end,
    int *certain);
static const u_char *rsl_redact_loose_link_for(const u_char *p,
    const u_char *end);
static int rsl_redact_loose_login(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_loose_ftp(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_loose_given(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
static int rsl_redact_loose_netrc(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_loose_item_is(const rsl_str_t *item, const char *text);
static const u_char *rsl_redact_loose_item_before(const rsl_redact_scan_t *scan,
    const u_char *p, rsl_str_t *word);
static int rsl_redact_loose_opaque_at(rsl_redact_scan_t *scan, const u_char *p,
    int password);
static void rsl_redact_loose_makeup(rsl_redact_makeup_t *makeup,
    const u_char *p, const u_char *end);


/*
 * Directives and commands of Redis, in lower case.  What follows the first two
 * is a password in any case; AUTH counts in capitals only.
 */

static const rsl_redact_literal_t  rsl_redact_loose_directives[] = {
    { LITERAL("requirepass") }, { LITERAL("masterauth") },
    { NULL, 0 }
};

static const rsl_redact_literal_t  rsl_redact_loose_auth = { LITERAL("auth") };

/* The command of FTP and POP3, which counts in capitals only as well. */

static const rsl_redact_literal_t  rsl_redact_loose_pass = { LITERAL("pass") };


/*
 * Makes the tables of rsl_redact_loose_name(), for there are many blanks in a
 * text, and few of them stand behind a name.
 */

int
rsl_redact_loose_init(rsl_redact_names_t *names)
{
    uint16_t                     bit;
    const rsl_redact_keyword_t  *keyword;
    const rsl_redact_literal_t  *directive;

    for (keyword = rsl_redact_keywords; keyword->text != NULL; keyword++) {

        if (keyword->loose == RSL_REDACT_LOOSE_NEVER) {
            continue;
        }

        bit = rsl_redact_loose_ending(names, keyword->text, keyword->len);
        if (bit == 0) {
            return RSL_ERROR;
        }

        names->loose_names |= bit;

        if (keyword->loose == RSL_REDACT_LOOSE_PASSWORD) {
            names->loose_passwords |= bit;
        }
    }

    for (directive = rsl_redact_loose_directives; directive->text != NULL;
         directive++)
    {
        if (rsl_redact_loose_ending(names, directive->text, directive->len)
            == 0)
        {
            return RSL_ERROR;
        }
    }

    return rsl_redact_loose_ending(names, rsl_redact_loose_auth.text,
                                   rsl_redact_loose_auth.len)
           && rsl_redact_loose_ending(names, rsl_redact_loose_pass.text,
                                      rsl_redact_loose_pass.len)
           ? RSL_OK : RSL_ERROR;
}


/*
 * Notes the last three letters, and returns the bit of the last two of them.
 * 0: there are less than three, or the bits are used up, of which a new one is
 * taken for each pair of last letters.
 */

static uint16_t
rsl_redact_loose_ending(rsl_redact_names_t *names, const char *text,
    size_t len)
{
    size_t    i;
    u_char    ch;
    uint16_t  bit, used;

    if (len < 3) {
        return 0;
    }

    text += len;
    bit = names->loose[0][(u_char) text[-1]]
          & names->loose[1][(u_char) text[-2]];

    if (bit == 0) {
        for (used = 0, i = 'a'; i <= 'z'; i++) {
            used |= names->loose[0][i];
        }

        /* the bits are taken from the lowest one on */
        bit = (uint16_t) (used + 1);
    }

    for (i = 0; i < 3; i++) {
        ch = (u_char) text[-1 - (ptrdiff_t) i];

        names->loose[i][ch] |= bit;
        names->loose[i][ch & ~0x20] |= bit;
    }

    return bit;
}


int
rsl_redact_loose(rsl_redact_scan_t *scan, const u_char *p)
{
    int                 certain;
    uint16_t            group;
    const u_char       *value;
    rsl_redact_name_t   name;

    group = rsl_redact_loose_name(scan->names, p);
    certain = rsl_redact_loose_directive(scan, p);

    if (!certain) {

        if (p - scan->from >= 4 && memcmp(p - 4, "AUTH", 4) == 0) {
            return rsl_redact_loose_login(scan, p);
        }

        if (p - scan->from >= 4 && memcmp(p - 4, "PASS", 4) == 0) {
            return rsl_redact_loose_ftp(scan, p);
        }

        if (!(group & scan->names->loose_names)) {
            return 0;
        }

        rsl_redact_name_before(scan, p, &name);

        if ((name.kind != RSL_REDACT_NAME_SECRET
             && name.kind != RSL_REDACT_NAME_OPAQUE) || name.quoted
            || rsl_redact_except_parser(scan, &name))
        {
            return 0;
        }

        certain = rsl_redact_loose_given(scan, &name);
    }

    value = rsl_redact_loose_link(p, scan->end, &certain);

    if (value == NULL) {
        return 0;
    }

    if (certain) {

        if (rsl_redact_except_prose_at(value, scan->end)
            || (scan->end - value > 2 && value[0] == '-' && value[1] == '-'))
        {
            return 0;
        }

        /* an empty name: no exception for names applies to what was given */

        name.kind = RSL_REDACT_NAME_SECRET;
        name.start = p;
        name.end = p;
        name.quoted = 0;

        return rsl_redact_value(scan, value, &name, ' ', RSL_REDACT_PLAIN);
    }

    if (rsl_redact_loose_digits(scan, value, &name)) {
        return 1;
    }

    return rsl_redact_loose_opaque_at(scan, value,
                                      (group & scan->names->loose_passwords)
                                      != 0);
}


/* A code is made of digits only: "your verification code is 123456". */

static int
rsl_redact_loose_digits(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    const u_char  *s;

    for (s = p; s < scan->end && *s >= '0' && *s <= '9'; s++) { /* void */ }

    if (s - p < 4 || s - p > 10
        || (s < scan->end && rsl_redact_char_is_word_utf8(*s))
        || rsl_redact_name_strength(scan->names, name->start, name->end)
           != RSL_REDACT_DIGITS)
    {
        return 0;
    }

    scan->value = p;
    scan->stop = s;

    return 1;
}


/* Is one of the directives before "p"? */

static int
rsl_redact_loose_directive(const rsl_redact_scan_t *scan, const u_char *p)
{
    const rsl_redact_literal_t  *directive;

    for (directive = rsl_redact_loose_directives; directive->text != NULL;
         directive++)
    {
        if ((size_t) (p - scan->from) >= directive->len
            && rsl_redact_char_caseless(p - directive->len, p,
                                        directive->text, directive->len))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Goes over the blanks, the verb, the arrow or the line of a table behind the
 * name that ends at "p" to where the value begins; NULL: there is none.  A verb
 * with a colon, "is: ", makes it certain.
 */

static const u_char *
rsl_redact_loose_link(const u_char *p, const u_char *end, int *certain)
{
    size_t                     i, len;
    const u_char              *s;
    static const char *const   links[] = {
        "is: ", "was: ", "is ", "was ", "to ", "enc ", "-> some(", "-> ",
        "\xe2\x86\x92 ", "| ", "|", "\xe2\x94\x82 ", "\xe2\x94\x83 ",
        "\xe2\x95\x91 ", NULL
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

    if (end - p > 3 && memcmp(p, "...", 3) == 0) {
        /* Laravel: password ........ x */

        for (s = p; s < end && s - p < RSL_REDACT_LOOSE_MAX && *s == '.'; s++) {
            /* void */
        }

        p = s;
    }

    p = rsl_redact_extent_blanks(p, end, RSL_REDACT_PLAIN, 0);

    return p < end && *p > ' ' ? p : NULL;
}


/* Behind "for bob: " of "Password for user bob: x", or NULL. */

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


/*
 * The command AUTH ends at "p": AUTH x, AUTH user x, AUTH PLAIN x.  So its
 * first or its second argument is the password.
 */

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


/*
 * The command PASS ends at "p".  Its argument is a password in a session of FTP
 * or POP3, where it follows "USER bob" or the answer to that.  Runners of tests
 * print "PASS src/a.test.js", and texts speak of "USER and PASS".
 */

static int
rsl_redact_loose_ftp(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t                    i;
    const u_char             *s, *limit;
    static const char *const  prose[] = {
        " and ", " the ", " or ", " send ", "/", NULL
    };

    if (p - scan->start > 4 && rsl_redact_char_is_word(p[-5])) {
        return 0;
    }

    for (i = 0; prose[i] != NULL; i++) {
        s = p - 4 - strlen(prose[i]);

        if (s >= scan->start
            && rsl_redact_char_caseless(s, p, prose[i], strlen(prose[i])))
        {
            return 0;
        }
    }

    limit = p - scan->start > RSL_REDACT_LOOSE_MAX ? p - RSL_REDACT_LOOSE_MAX
                                                   : scan->start;

    for (s = p - 4; s > limit; s--) {

        if (s > limit + 1 && rsl_redact_char_is_word(s[-2])) {
            continue;
        }

        if (rsl_redact_char_caseless(s - 1, p, "331 ", 4)
            || rsl_redact_char_caseless(s - 1, p, "+ok", 3)
            || memcmp(s - 1, "USER ", 5) == 0)
        {
            break;
        }
    }

    if (s == limit) {
        return 0;
    }

    p = rsl_redact_extent_blanks(p, scan->end, RSL_REDACT_PLAIN, 0);
    s = rsl_redact_extent_bare(p, scan->end, RSL_REDACT_PLAIN);

    if (memchr(p, '/', (size_t) (s - p)) != NULL
        && memchr(p, '.', (size_t) (s - p)) != NULL)
    {
        return 0;
    }

    scan->value = p;
    scan->stop = s;

    return s > p;
}


/*
 * Is the name on a line that gives a name its value: ENV NAME x, or "login bob
 * password x" of a .netrc?
 */

static int
rsl_redact_loose_given(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    size_t                     i, joints;
    rsl_str_t                  item;
    const u_char              *p, *s;
    static const char *const   givers[] = {
        "env", "arg", "set", "setx", "setenv", "export", "fastcgi_param",
        "uwsgi_param", "scgi_param", "proxy_set_header", "add_header",
        "requestheader", NULL
    };

    p = rsl_redact_loose_item_before(scan, name->end, &item);

    if (rsl_redact_loose_item_is(&item, "password")) {
        return rsl_redact_loose_netrc(scan, p);
    }

    joints = 0;

    for (s = item.data; s < name->end; s++) {
        joints += *s == '_' || *s == '-';
    }

    if (joints == 0) {
        return 0;
    }

    (void) rsl_redact_loose_item_before(scan, p, &item);

    for (i = 0; givers[i] != NULL; i++) {
        if (rsl_redact_loose_item_is(&item, givers[i])) {
            return 1;
        }
    }

    return 0;
}


/*
 * Is "p" in a .netrc behind "machine h login bob" or "default login bob", or
 * behind "login bob" at the beginning of a line?
 */

static int
rsl_redact_loose_netrc(const rsl_redact_scan_t *scan, const u_char *p)
{
    rsl_str_t  item;

    p = rsl_redact_loose_item_before(scan, p, &item);
    p = rsl_redact_loose_item_before(scan, p, &item);

    if (!rsl_redact_loose_item_is(&item, "login")) {
        return 0;
    }

    while (p > scan->start && (p[-1] == ' ' || p[-1] == '\t')) {
        p--;
    }

    if (p == scan->start || p[-1] == '\n' || p[-1] == '/') {
        return 1;
    }

    p = rsl_redact_loose_item_before(scan, p, &item);

    if (rsl_redact_loose_item_is(&item, "default")) {
        return 1;
    }

    (void) rsl_redact_loose_item_before(scan, p, &item);

    return rsl_redact_loose_item_is(&item, "machine");
}


static int
rsl_redact_loose_item_is(const rsl_str_t *item, const char *text)
{
    return item->len == strlen(text)
           && rsl_redact_char_caseless(item->data, item->data + item->len, text,
                                       item->len);
}


/*
 * The item before "p" and before the blanks that precede it; returns where it
 * begins.  A "/" does not belong to it.
 */

static const u_char *
rsl_redact_loose_item_before(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_str_t *item)
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

    item->data = p;
    item->len = (size_t) (end - p);

    return p;
}


/*
 * Is the text at "p" made like a token or, if "password" is set, like a
 * password?  A term, a word of prose or a number is not.
 */

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
        /* the secret in it has been hidden already */
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

    /* letters alone are a word, unless there are marks: "P@ssword" */

    if (makeup.digits == 0 || makeup.upper + makeup.lower == 0) {
        return password && makeup.marks > 0 && makeup.joints == 0
               && makeup.upper + makeup.lower > 0;
    }

    /*
     * "web-01.example.com" is the name of something, but not what is long or
     * a UUID
     */

    if (makeup.joints > 0 && makeup.marks == 0) {
        return makeup.longest >= RSL_REDACT_EXCEPT_LONG
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
