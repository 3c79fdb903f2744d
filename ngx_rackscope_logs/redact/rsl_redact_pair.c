
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Pairs: a name that is a value itself, and the value beside it, as in
 * {"name": "DB_PASSWORD", "value": "x"} and ["password", "x"].
 *
 * What is read here and not hidden is read again by the pass, so each look
 * ahead is bounded.
 */


#include "rsl_redact_internal.h"


/* The most bytes between the name and the value of one object. */
#define RSL_REDACT_PAIR_MAX      512

/* The longest value without quotes that stands in front of its name. */
#define RSL_REDACT_PAIR_VALUE    48

/* How many members behind the one that holds the name are looked at. */
#define RSL_REDACT_PAIR_MEMBERS  4


static const u_char *rsl_redact_pair_limit(const rsl_redact_scan_t *scan,
    const u_char *p, ptrdiff_t max);
static const u_char *rsl_redact_pair_name(const rsl_redact_scan_t *scan,
    const u_char *p, const u_char *limit, rsl_redact_name_t *name);
static const u_char *rsl_redact_pair_text(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_pair_part(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_pair_blanks(const u_char *p,
    const u_char *end);
static int rsl_redact_pair_is_directive(const rsl_redact_name_t *name);
static int rsl_redact_pair_is_value(const u_char *p, const u_char *end);
static int rsl_redact_pair_is_word(const rsl_redact_scan_t *scan);
static u_char rsl_redact_pair_opened(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_pair_header(const rsl_redact_scan_t *scan,
    const u_char *p, const rsl_redact_name_t *name);
static int rsl_redact_pair_closed(const rsl_redact_scan_t *scan,
    const u_char *p, u_char bracket);


/*
 * The value of a member "name" is at "value".  Is it the name of a secret, and
 * does the secret follow: {"name": "DB_PASSWORD", "value": "x"}?
 */

int
rsl_redact_pair_member(rsl_redact_scan_t *scan, const u_char *value)
{
    size_t                n;
    const u_char         *p, *s, *limit;
    rsl_redact_name_t     name;
    rsl_redact_member_e   kind;
    rsl_redact_member_t   member;

    limit = rsl_redact_pair_limit(scan, value, RSL_REDACT_PAIR_MAX);

    p = rsl_redact_pair_name(scan, value, limit, &name);

    if (name.kind == RSL_REDACT_NAME_NONE) {
        return 0;
    }

    s = rsl_redact_pair_text(p, scan->end);

    if (s != NULL) {
        scan->value = s;
        scan->stop = *p == '"' && p[1] == '>'
                     ? rsl_redact_char_until(s, scan->end, "<")
                     : rsl_redact_extent_bare(s, scan->end, RSL_REDACT_PLAIN);

        return scan->stop > scan->value;
    }

    for (n = 0; n < RSL_REDACT_PAIR_MEMBERS; n++) {

        if (!rsl_redact_member(p, limit, &member)) {
            return 0;
        }

        kind = rsl_redact_name_member(scan->names, &member.key);

        if (kind == RSL_REDACT_MEMBER_NAME) {
            return 0;
        }

        if (kind == RSL_REDACT_MEMBER_VALUE) {
            break;
        }

        /*
         * this member is between them:
         * {"name": "DB_PASSWORD", "type": "x", "value": "y"}
         */

        p = member.end;
    }

    if (n == RSL_REDACT_PAIR_MEMBERS) {
        return 0;
    }

    if (n > 0) {
        /*
         * The members between them may hold secrets too, so the pass reads
         * these first.  When it comes to the value it knows it by its place.
         */
        scan->member = member.value;
        return 0;
    }

    return rsl_redact_value(scan, member.value, &name, member.separator,
                            RSL_REDACT_PLAIN);
}


void
rsl_redact_pair_block(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t                n;
    const u_char         *s, *limit;
    rsl_redact_name_t     name;
    rsl_redact_member_t   member;

    if ((p - scan->start < 9
         || !rsl_redact_char_caseless(p - 9, p, "variable ", 9))
        && (p - scan->start < 7
            || !rsl_redact_char_caseless(p - 7, p, "output ", 7)))
    {
        return;
    }

    limit = rsl_redact_pair_limit(scan, p, RSL_REDACT_PAIR_MAX);

    s = rsl_redact_pair_name(scan, p, limit, &name);

    if (name.kind == RSL_REDACT_NAME_NONE || limit - s < 3 || *s != '"') {
        return;
    }

    s = rsl_redact_extent_blanks(s + 1, limit, RSL_REDACT_PLAIN, 0);

    if (s == limit || *s != '{') {
        return;
    }

    member.end = s + 1;

    for (n = 0; n < 2 * RSL_REDACT_PAIR_MEMBERS; n++) {

        if (!rsl_redact_member(member.end, limit, &member)) {
            return;
        }

        if (rsl_redact_char_caseless(member.key.data, limit, "default", 7)
            || rsl_redact_name_member(scan->names, &member.key)
               == RSL_REDACT_MEMBER_VALUE)
        {
            scan->member = member.value;
            return;
        }
    }
}


/*
 * The value of a member "value" is at "value".  Returns the kind of the name
 * that follows it, and sets the extent of the value: {"value": "x", "name":
 * "DB_PASSWORD"}.
 */

rsl_redact_name_e
rsl_redact_pair_member_back(rsl_redact_scan_t *scan, const u_char *value,
    u_char separator)
{
    size_t                n;
    rsl_str_t             path;
    rsl_redact_scan_t     inner;
    rsl_redact_name_t     name;
    rsl_redact_quote_t    quote;
    rsl_redact_member_e   kind;
    rsl_redact_member_t   member;

    memset(&name, 0, sizeof(rsl_redact_name_t));
    name.kind = RSL_REDACT_NAME_SECRET;
    name.start = value;
    name.end = value;

    inner = *scan;
    inner.end = rsl_redact_pair_limit(scan, value, RSL_REDACT_PAIR_MAX);

    value = rsl_redact_extent_blanks(value, inner.end, RSL_REDACT_PLAIN, 0);
    inner.value = rsl_redact_extent_opening(value, inner.end, RSL_REDACT_PLAIN,
                                            &quote);

    if (inner.value != NULL) {
        inner.stop = rsl_redact_extent_quoted(inner.value, inner.end, &quote);

    } else {
        inner.end = rsl_redact_pair_limit(scan, value, RSL_REDACT_PAIR_VALUE);

        if (!rsl_redact_value(&inner, value, &name, separator,
                              RSL_REDACT_PLAIN)
            || (inner.stop == inner.end && inner.end != scan->end))
        {
            return RSL_REDACT_NAME_NONE;
        }

        inner.end = rsl_redact_pair_limit(scan, value, RSL_REDACT_PAIR_MAX);
    }

    /* other members may be between them */

    member.end = inner.stop;

    for (n = 0; n < RSL_REDACT_PAIR_MEMBERS; n++) {

        if (!rsl_redact_member(member.end, inner.end, &member)) {
            return RSL_REDACT_NAME_NONE;
        }

        kind = rsl_redact_name_member(scan->names, &member.key);

        if (kind == RSL_REDACT_MEMBER_VALUE) {
            return RSL_REDACT_NAME_NONE;
        }

        if (kind == RSL_REDACT_MEMBER_NAME) {
            (void) rsl_redact_pair_name(&inner, member.value, inner.end, &name);
            break;
        }

        if (rsl_redact_validation_is_path(&member.key)) {
            path.data = member.value;
            path.len = (size_t) (member.end - member.value);

            name.kind = rsl_redact_validation_path(scan->names, &member.key,
                                                   &path);
            break;
        }
    }

    if (n == RSL_REDACT_PAIR_MEMBERS) {
        return RSL_REDACT_NAME_NONE;
    }

    scan->value = inner.value;
    scan->stop = inner.stop;

    return name.kind;
}


/* The end of what is looked at from "p" on, "max" bytes at most. */

static const u_char *
rsl_redact_pair_limit(const rsl_redact_scan_t *scan, const u_char *p,
    ptrdiff_t max)
{
    return scan->end - p > max ? p + max : scan->end;
}


/* Reads the name that is a value, at "p"; returns what is behind it. */

static const u_char *
rsl_redact_pair_name(const rsl_redact_scan_t *scan, const u_char *p,
    const u_char *limit, rsl_redact_name_t *name)
{
    rsl_redact_scan_t  inner;

    inner = *scan;
    inner.from = p;

    while (p < limit && (rsl_redact_char_is_blank(*p) || *p == '"' || *p == '\''
                         || *p == '\\'))
    {
        p++;
    }

    while (p < limit
           && (rsl_redact_char_is_word(*p) || *p == '-' || *p == '.'))
    {
        p++;
    }

    name->kind = RSL_REDACT_NAME_NONE;

    if (p > inner.from) {
        rsl_redact_name_before(&inner, p, name);
    }

    return p;
}


/*
 * Where the value begins that is no member: behind the tag of <property
 * name="password">x, or behind the header of a part of a form, which may say
 * of which type the part is.  NULL: neither is at "p".
 */

static const u_char *
rsl_redact_pair_text(const u_char *p, const u_char *end)
{
    size_t                    i, len;
    static const char *const  gaps[] = {
        "\">", "\"\r\n\r\n", "\"\n\n", "\"\\r\\n\\r\\n",
        "\\\"\\r\\n\\r\\n"
    };

    for (i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
        len = strlen(gaps[i]);

        if ((size_t) (end - p) > len && memcmp(p, gaps[i], len) == 0) {
            return p + len;
        }
    }

    return end - p > 20 && *p == '"' ? rsl_redact_pair_part(p + 1, end) : NULL;
}


/* Behind the headers at "p" of a part of a form, and an empty line, or NULL. */

static const u_char *
rsl_redact_pair_part(const u_char *p, const u_char *end)
{
    size_t         n;
    const u_char  *s;

    for (n = 0; n < RSL_REDACT_PAIR_MEMBERS; n++) {

        s = p + (end - p > 2 && *p == '\r');

        if (end - s < 3 || *s != '\n') {
            return NULL;
        }

        p = s + 1;
        s = p + (*p == '\r');

        if (*s == '\n') {
            return n > 0 && s + 1 < end ? s + 1 : NULL;
        }

        if (!rsl_redact_char_caseless(p, end, "content-", 8)) {
            return NULL;
        }

        s = end - p > RSL_REDACT_PAIR_VALUE * 2 ? p + RSL_REDACT_PAIR_VALUE * 2
                                                : end;
        p = rsl_redact_char_eol(p, s);
        p -= p[-1] == '\r';
    }

    return NULL;
}


/*
 * Is the comma at "p" in a pair, ["password", "x"], ('password', 'x') or
 * {password, "x"}, or in a list of arguments, "--password", "x"?
 */

int
rsl_redact_pair(rsl_redact_scan_t *scan, const u_char *p)
{
    u_char              bracket;
    const u_char       *s, *value;
    rsl_redact_name_t   name;

    value = rsl_redact_pair_blanks(p + 1, scan->end);

    if (!rsl_redact_pair_is_value(value, scan->end)) {
        return 0;
    }

    /* <<"password">> of Erlang */

    s = p - scan->from > 2 && p[-1] == '>' && p[-2] == '>' ? p - 2 : p;

    rsl_redact_name_before(scan, s, &name);

    if (name.kind == RSL_REDACT_NAME_NONE) {
        return 0;
    }

    s = name.start;

    if (name.quoted && s - scan->start > 2 && s[-1] == '-' && s[-2] == '-') {
        return rsl_redact_value(scan, p + 1, &name, ',', RSL_REDACT_PLAIN);
    }

    bracket = rsl_redact_pair_opened(scan, s);

    if ((!name.quoted && bracket != '{')
        || (bracket == '\0' && !rsl_redact_pair_header(scan, p, &name)
            && !rsl_redact_pair_is_directive(&name))
        || !rsl_redact_value(scan, p + 1, &name, ',', RSL_REDACT_PLAIN))
    {
        return 0;
    }

    if (bracket == '[' && name.end[-1] == 'S'
        && rsl_redact_word(scan->names, scan->value, scan->stop))
    {
        /* ["PASS", "FAIL"] */
        return 0;
    }

    return rsl_redact_pair_closed(scan, p, bracket)
           && (bracket != '{' || !name.quoted || *value == '<'
               || !rsl_redact_pair_is_word(scan));
}


static const u_char *
rsl_redact_pair_blanks(const u_char *p, const u_char *end)
{
    while (p < end && rsl_redact_char_is_blank(*p)) {
        p++;
    }

    return p;
}


/* Is it a directive of Redis, as in ["CONFIG", "SET", "requirepass", "x"]? */

static int
rsl_redact_pair_is_directive(const rsl_redact_name_t *name)
{
    return (name->end - name->start == 11
            && rsl_redact_char_caseless(name->start, name->end, "requirepass",
                                        11))
           || (name->end - name->start == 10
               && rsl_redact_char_caseless(name->start, name->end,
                                           "masterauth", 10));
}


/* Is a quoted text at "p", or <<"x">> or [120,121] of Erlang? */

static int
rsl_redact_pair_is_value(const u_char *p, const u_char *end)
{
    if (end - p < 2) {
        return 0;
    }

    if (*p == '<') {
        return end - p > 2 && p[1] == '<' && p[2] == '"';
    }

    if (*p == '[') {
        return p[1] >= '1' && p[1] <= '9';
    }

    return *p != '\0' && strchr("\"'\\bBuU", *p) != NULL;
}


/* Is the value a word in small letters?  {"password", "email"} is a set. */

static int
rsl_redact_pair_is_word(const rsl_redact_scan_t *scan)
{
    const u_char  *s;

    for (s = scan->value; s < scan->stop; s++) {
        if ((*s < 'a' || *s > 'z') && *s != '_') {
            return 0;
        }
    }

    return 1;
}


/* The bracket before the name at "p", or 0: there is none. */

static u_char
rsl_redact_pair_opened(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s;

    for (s = p; s > scan->start && p - s < RSL_REDACT_PAIR_VALUE
         && (rsl_redact_char_is_blank(s[-1])
             || (s[-1] && strchr("\"'\\bBuU:<", s[-1]) != NULL)); s--)
    {
        /* void */
    }

    if (s == scan->start || (s[-1] != '[' && s[-1] != '(' && s[-1] != '{')) {
        return '\0';
    }

    return s[-1];
}


/*
 * The comma at "p" ends a line on which nothing but the name stands.  Is it
 * that of a header in a list that was cut: 'X-Api-Key', with 'x' on the next
 * line?
 */

static int
rsl_redact_pair_header(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    const u_char  *s, *begin;

    s = rsl_redact_extent_blanks(p + 1, scan->end, RSL_REDACT_PLAIN, 0);

    if (s == scan->end || (*s != '\n' && *s != '\r')
        || memchr(name->start, '-', (size_t) (name->end - name->start))
           == NULL)
    {
        return 0;
    }

    begin = name->start;
    begin -= begin > scan->start && (begin[-1] == '"' || begin[-1] == '\'');

    for (s = begin; s > scan->start && begin - s < RSL_REDACT_PAIR_VALUE
         && (s[-1] == ' ' || s[-1] == '\t'); s--)
    {
        /* void */
    }

    return s == scan->start || s[-1] == '\n';
}


/*
 * Does a bracket close behind the value of the pair whose comma is at "p"?  A
 * long value is hidden whether or not: it could contain many pairs, and would
 * be read again for each of them.  Behind that of a header, which was cut out
 * of its list, there is no comma at least.
 */

static int
rsl_redact_pair_closed(const rsl_redact_scan_t *scan, const u_char *p,
    u_char bracket)
{
    const u_char  *s;

    if (scan->stop - p > RSL_REDACT_PAIR_MAX) {
        return 1;
    }

    for (s = scan->stop; s < scan->end
         && (*s == '\\' || *s == '"' || *s == '\'' || *s == '>'
             || rsl_redact_char_is_blank(*s)); s++)
    {
        /* void */
    }

    if (s < scan->end && *s == ',' && bracket == '(') {
        /* setenv("DB_PASSWORD", "x", 1), define('DB_PASSWORD', 'x', true) */

        for (s++; s < scan->end && (*s == ' ' || (*s >= '0' && *s <= '9')
                                    || ((*s | 0x20) >= 'a'
                                        && (*s | 0x20) <= 'z')); s++)
        {
            /* void */
        }

        return s < scan->end && *s == ')';
    }

    return s == scan->end || *s == ']' || *s == ')'
           || (*s == '}' && bracket == '{') || (*s != ',' && bracket == '\0');
}
