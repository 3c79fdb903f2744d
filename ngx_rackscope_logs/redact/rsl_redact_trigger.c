
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Values behind their names, with a separator or a quote between them.
 *
 * Who reads how a secret is found begins here: the trigger asks for the name
 * before it (rsl_redact_name.c) and for the value behind it
 * (rsl_redact_value.c), which asks how far it reaches (rsl_redact_extent.c)
 * and whether it is an exception (rsl_redact_except.c).
 */


#include "rsl_redact_internal.h"


/* How much of a line is read to find out whether it speaks of a secret. */
#define RSL_REDACT_TRIGGER_LINE    160

/* A secret below such a line needs more bytes than this. */
#define RSL_REDACT_TRIGGER_HEADED  6

/* How many blanks may be before the quote of a password in SQL. */
#define RSL_REDACT_TRIGGER_BLANKS  64


static const u_char *rsl_redact_trigger_name_end(
    const rsl_redact_scan_t *scan, const u_char *p, const u_char *value,
    uint32_t separator);
static int rsl_redact_trigger_named(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *value, u_char separator, rsl_redact_form_e form);
static int rsl_redact_trigger_speaks(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_trigger_below(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_trigger_role(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_trigger_base64(rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_trigger_called(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_trigger_dotted(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_trigger_beside(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_trigger_header(const rsl_redact_scan_t *scan,
    const u_char *p);


/*
 * Is there a separator at "p", with the name of a secret before it and a value
 * behind it?  A ":" may also belong to a URL or to what PHP serializes.
 */

int
rsl_redact_trigger_separator(rsl_redact_scan_t *scan, const u_char *p)
{
    uint32_t            ch;
    const u_char       *next, *before;
    rsl_redact_form_e   form;

    form = RSL_REDACT_PLAIN;

    if (*p == '=' || *p == ':') {
        ch = *p;
        next = p + 1;

    } else {
        ch = rsl_redact_char_at(p, scan->end, &next);

        if (ch == '>') {
            return rsl_redact_markup_encoded(scan, p, next);
        }

        if (ch != '=' && ch != ':') {
            return 0;
        }

        if (*p == '%') {
            form = RSL_REDACT_PERCENT;

        } else if (*p == '&') {
            form = RSL_REDACT_ENTITY;
        }
    }

    if (ch == ':' && scan->end - p >= 3 && p[1] == '/' && p[2] == '/') {
        return rsl_redact_url(scan, p + 3);
    }

    if (ch == ':' && scan->end - p >= 5 && memcmp(p + 1, "\\/\\/", 4) == 0) {
        return rsl_redact_url(scan, p + 5);
    }

    if (ch == ':' && form == RSL_REDACT_PERCENT
        && rsl_redact_url_encoded(scan, next))
    {
        return 1;
    }

    /* "::" is of a programming language */

    if (next < scan->end && *next == ':' && ch == ':') {
        return rsl_redact_trigger_base64(scan, p);
    }

    if (p == scan->from || (ch == ':' && p[-1] == ':')) {
        return 0;
    }

    /* "||=", "?=", "+=", "==", ":=", "=>" are separators as well */

    for (before = p; ch == '=' && before > scan->from && p - before < 2
         && (before[-1] == '|' || before[-1] == '?' || before[-1] == '+');
         before--)
    {
        /* void */
    }

    while (next < scan->end && next - p < 3
           && (*next == '=' || (ch == '=' && *next == '>')))
    {
        next++;
    }

    if (next - p > 1 && next[-1] == '=' && p[-1] == ' ' && scan->end - next > 1
        && *next == ' ' && rsl_redact_source_compares(next + 1, scan->end))
    {
        /* password == expected */
        return 0;
    }

    before = rsl_redact_trigger_name_end(scan, before, next, ch);

    if (ch == ':' && rsl_redact_markup_serialized(scan, p)) {
        return 1;
    }

    return rsl_redact_trigger_named(scan, before, next, (u_char) ch, form);
}


/*
 * Where the name ends whose separator is from "p" to "value", if something
 * stands between them; else "p".
 */

static const u_char *
rsl_redact_trigger_name_end(const rsl_redact_scan_t *scan, const u_char *p,
    const u_char *value, uint32_t separator)
{
    if (p - scan->from < 3) {
        return p;
    }

    if (separator == ':') {
        /* [Symbol(token)]: 'x' in JavaScript */
        return p[-1] == ']' && p[-2] == ')' ? p - 2 : p;
    }

    if (p - scan->from > 4 && p[-1] == ' ' && p[-2] == '>' && p[-3] == '>') {
        /* <<"password">> => <<"x">> of Erlang */
        return p - 3;
    }

    if (p[-1] == ')' && value < scan->end && *value == '(') {
        /* a message of PostgreSQL: Key (token)=(x) */
        return p - 1;
    }

    return rsl_redact_dump_property(scan, p);
}


/* The name ends at "p", the value begins at "value". */

static int
rsl_redact_trigger_named(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *value, u_char separator, rsl_redact_form_e form)
{
    rsl_str_t             key;
    const u_char         *s;
    rsl_redact_name_e     kind;
    rsl_redact_name_t     name;
    rsl_redact_member_e   member;

    rsl_redact_name_before(scan, p, &name);

    if (value == scan->member && name.kind == RSL_REDACT_NAME_NONE) {
        name.kind = RSL_REDACT_NAME_SECRET;
        name.start = p;
        name.end = p;
    }

    if (name.kind != RSL_REDACT_NAME_NONE) {

        if (separator == ':' && rsl_redact_dump_is_property(value, scan->end))
        {
            return 0;
        }

        return rsl_redact_value(scan, value, &name, separator, form);
    }

    if (separator == ':' && scan->end - value > RSL_REDACT_TRIGGER_HEADED
        && (*value == '\n' || *value == '\r')
        && rsl_redact_block_heading(scan, value)
        && rsl_redact_trigger_speaks(scan, p))
    {
        return 1;
    }

    if (name.end == NULL) {
        return 0;
    }

    /*
     * A member whose key is "name" or "value": <input name="password"
     * value="x">.  The key is the last word only, for a tag may be before it.
     */

    for (s = name.end; s > scan->from && rsl_redact_char_is_word(s[-1]); s--) {
        /* void */
    }

    key.data = s;
    key.len = (size_t) (name.end - s);

    if (RSL_REDACT_QUERY_MAYBE(key.len)
        && rsl_redact_query(scan, &key, value, form))
    {
        return 1;
    }

    member = rsl_redact_name_member(scan->names, &key);

    if (member == RSL_REDACT_MEMBER_NAME) {
        return rsl_redact_pair_member(scan, value);
    }

    if (member != RSL_REDACT_MEMBER_VALUE) {
        return rsl_redact_validation_key(key)
               ? rsl_redact_validation(scan, &key, value, separator) : 0;
    }

    kind = rsl_redact_pair_member_back(scan, value, separator);

    /*
     * Messages have a "content" too, so it is a value only where an attribute
     * is written with "=": <meta content="x" name="csrf-token">
     */

    if (rsl_redact_char_caseless(key.data, name.end, "content", 7)) {
        return separator == '=' && kind == RSL_REDACT_NAME_SECRET;
    }

    return kind != RSL_REDACT_NAME_NONE;
}


/*
 * Does the line that ends at "p" speak of one secret: "Please use the following
 * password to proceed to installation:"?
 */

static int
rsl_redact_trigger_speaks(const rsl_redact_scan_t *scan, const u_char *p)
{
    rsl_str_t           word;
    const u_char       *s, *limit;
    rsl_redact_name_e   kind;

    limit = p - scan->from > RSL_REDACT_TRIGGER_LINE
            ? p - RSL_REDACT_TRIGGER_LINE : scan->from;

    while (p > limit && p[-1] != '\n') {

        for (s = p; s > limit && rsl_redact_char_is_word(s[-1]); s--) {
            /* void */
        }

        if (s == p) {
            p--;
            continue;
        }

        word.data = s;
        word.len = (size_t) (p - s);

        kind = rsl_redact_name(scan->names, &word);

        if (kind == RSL_REDACT_NAME_SECRET || kind == RSL_REDACT_NAME_WEAK) {
            return 1;
        }

        p = s;
    }

    return 0;
}


/*
 * In LDIF "::" stands between a name and its value in base64, on a line of
 * their own: "userPassword:: eHh4eA==".
 */

static int
rsl_redact_trigger_base64(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char       *s;
    rsl_redact_name_t   name;

    if (p == scan->from || scan->end - p < 7 || p[2] != ' ') {
        return 0;
    }

    rsl_redact_name_before(scan, p, &name);

    if (name.kind != RSL_REDACT_NAME_SECRET || name.end != p
        || (name.start > scan->start && name.start[-1] != '\n'))
    {
        return 0;
    }

    for (s = p + 3; s < scan->end
         && (rsl_redact_char_is_word(*s) || *s == '+' || *s == '/'
             || *s == '='); s++)
    {
        /* void */
    }

    scan->value = p + 3;
    scan->stop = s;

    return s - p > 6 && (s - p - 3) % 4 == 0 && (s == scan->end || *s <= ' ');
}


/*
 * Is the quote at "p" that of a value: password 'x', X-Api-Key "x",
 * PASSWORD('x') of SQL, {:password "x"} and {"password" "x"} of Clojure,
 * (password . "x") of Lisp?
 */

int
rsl_redact_trigger_spoken(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char       *s;
    rsl_redact_name_t   name;

    if (scan->end - p < 2) {
        return 0;
    }

    if (p[-1] == '(') {
        return rsl_redact_trigger_called(scan, p);
    }

    if (p[-1] == '.') {
        return p[-2] == '.' && p[-3] == '.'
               ? rsl_redact_trigger_dotted(scan, p) : 0;
    }

    if (!rsl_redact_char_is_word(p[-2]) || p[-1] == '\n') {

        if (p[-1] == '\n' || rsl_redact_char_is_blank(p[-2])) {
            return rsl_redact_trigger_below(scan, p);
        }

        return p[-2] == '"' || p[-2] == '.' || p[-2] == '>'
               ? rsl_redact_trigger_beside(scan, p) : 0;
    }

    /* "variable" and "output", "value" */

    switch ((p[-4] | 0x20) << 16 | (p[-3] | 0x20) << 8 | (p[-2] | 0x20)) {

    case 'b' << 16 | 'l' << 8 | 'e':
    case 'p' << 16 | 'u' << 8 | 't':
        rsl_redact_pair_block(scan, p);
        break;

    case 'l' << 16 | 'u' << 8 | 'e':
        if (rsl_redact_validation_spoken(scan, p)) {
            return 1;
        }

        break;
    }

    s = p - 1;

    if (s - scan->from > 8 && memcmp(s - 5, " LIKE", 5) == 0) {
        s -= 5;

    } else if ((s[-1] | 0x20) != 'd' && (s[-1] | 0x20) != 'e'
               && !rsl_redact_trigger_header(scan, s))
    {
        /*
         * The name has to end in "d" or "e", as "password" and "passphrase"
         * do: "token 'x'" is what parsers write in their messages.
         */
        return 0;
    }

    rsl_redact_name_before(scan, s, &name);

    if (name.kind != RSL_REDACT_NAME_SECRET
        || (name.quoted && s == p - 1))
    {
        return 0;
    }

    return rsl_redact_value(scan, p, &name, ' ', RSL_REDACT_PLAIN);
}


/* The same in SQL with a line feed or several blanks before the quote. */

static int
rsl_redact_trigger_below(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char       *s, *limit;
    rsl_redact_name_t   name;

    limit = p - scan->from > RSL_REDACT_TRIGGER_BLANKS
            ? p - RSL_REDACT_TRIGGER_BLANKS : scan->from;

    for (s = p; s > limit && rsl_redact_char_is_blank(s[-1]); s--) {
        /* void */
    }

    if (!rsl_redact_trigger_role(scan, s)) {
        return 0;
    }

    name.kind = RSL_REDACT_NAME_SECRET;
    name.start = s - 1;
    name.end = s;
    name.quoted = 0;

    return rsl_redact_value(scan, p, &name, ' ', RSL_REDACT_PLAIN);
}


/* Is "p" behind PASSWORD in a statement about a role or a user? */

static int
rsl_redact_trigger_role(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s, *limit;

    if (p - scan->from < 9
        || !rsl_redact_char_caseless(p - 9, p, " password", 9))
    {
        return 0;
    }

    limit = p - scan->from > RSL_REDACT_TRIGGER_LINE
            ? p - RSL_REDACT_TRIGGER_LINE : scan->from;

    for (s = p - 9; s > limit; s--) {
        if (rsl_redact_char_caseless(s, p, " role ", 6)
            || rsl_redact_char_caseless(s, p, " user ", 6))
        {
            return 1;
        }
    }

    return 0;
}


/* PASSWORD('x') and token IN ('x', 'y') of SQL; "p" is behind the bracket. */

static int
rsl_redact_trigger_called(rsl_redact_scan_t *scan, const u_char *p)
{
    rsl_redact_name_t  name;

    if (p - scan->from < 8) {
        return 0;
    }

    if (memcmp(p - 5, " IN (", 5) == 0) {
        rsl_redact_name_before(scan, p - 5, &name);

        scan->value = p;
        scan->stop = rsl_redact_extent_nested(p - 1, scan->end);
        scan->stop -= scan->stop[-1] == ')';

        return name.kind == RSL_REDACT_NAME_SECRET && scan->stop > p;
    }

    if (p - scan->from < 10
        || !rsl_redact_char_caseless(p - 10, p, " password(", 10))
    {
        return 0;
    }

    rsl_redact_name_before(scan, p - 1, &name);

    return name.kind == RSL_REDACT_NAME_SECRET
           && rsl_redact_value(scan, p, &name, ' ', RSL_REDACT_PLAIN);
}


/* A row of dots is between a name and the quoted value at "p". */

static int
rsl_redact_trigger_dotted(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char       *s, *limit;
    rsl_redact_name_t   name;

    limit = p - scan->from > RSL_REDACT_TRIGGER_BLANKS
            ? p - RSL_REDACT_TRIGGER_BLANKS : scan->from;

    for (s = p; s > limit && s[-1] == '.'; s--) { /* void */ }

    rsl_redact_name_before(scan, s, &name);

    return name.kind == RSL_REDACT_NAME_SECRET && !name.quoted
           && rsl_redact_value(scan, p, &name, ' ', RSL_REDACT_PLAIN);
}


/*
 * Behind the name that is beside the quoted value at "p" stands its own quote,
 * the dot of Lisp, or "<>" of SQL.  What follows the value has to show that
 * these two are a pair.
 */

static int
rsl_redact_trigger_beside(rsl_redact_scan_t *scan, const u_char *p)
{
    u_char              sign;
    const u_char       *s;
    rsl_redact_name_t   name;

    sign = p[-2];
    s = p - 1;

    if (sign == '>') {
        if (s[-2] != '<') {
            return 0;
        }

        s -= 2;

    } else if (sign == '.') {
        if (s[-2] != ' ') {
            return 0;
        }

        s -= 2;
    }

    rsl_redact_name_before(scan, s, &name);

    if (name.kind == RSL_REDACT_NAME_NONE) {
        return 0;
    }

    for (s = name.start; s > scan->start && (s[-1] == '"' || s[-1] == '\\');
         s--)
    {
        /* void */
    }

    if (sign == '>') {
        return rsl_redact_value(scan, p, &name, ' ', RSL_REDACT_PLAIN);
    }

    if (s == scan->start
        || (sign == '"' && s[-1] != '{' && s[-1] != ' ' && s[-1] != ',')
        || (sign == '.' && s[-1] != '(')
        || !rsl_redact_value(scan, p, &name, ' ', RSL_REDACT_PLAIN))
    {
        return 0;
    }

    /* the end of a value that is taken is not looked for again */

    if (s[-1] == '{' || sign == '.') {
        return 1;
    }

    /* the value closes at a quote, before which backslashes may stand */

    for (s = scan->stop; s < scan->end && (*s == '"' || *s == '\\'); s++) {
        /* void */
    }

    return s < scan->end && (*s == '}' || *s == ',');
}


/*
 * Does the name of a header that begins with "X-" end at "p", or a keyword of
 * Clojure, ":db/token"?
 */

static int
rsl_redact_trigger_header(const rsl_redact_scan_t *scan, const u_char *p)
{
    size_t         n;
    const u_char  *s;

    for (s = p, n = 0; s > scan->from && n < 40; s--, n++) {
        if (!rsl_redact_char_is_word(s[-1]) && s[-1] != '-' && s[-1] != '/') {
            break;
        }
    }

    if (p - s > 2 && (*s | 0x20) == 'x' && s[1] == '-') {
        return 1;
    }

    return s > scan->start && s[-1] == ':'
           && (s - 1 == scan->start || s[-2] <= ' ' || s[-2] == '{'
               || s[-2] == '(' || s[-2] == '#');
}
