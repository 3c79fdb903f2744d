
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets in XML and its relatives, and in what PHP serializes.
 */


#include "rsl_redact_internal.h"


/* How many bytes before a ">" its tag, and the tag before it, may begin. */
#define RSL_REDACT_TAG_MAX  256

/* What stands behind a name in angle brackets that is no tag. */
#define RSL_REDACT_MARKUP_BEHIND  "])}.,;:|`"


static int rsl_redact_markup_in_quotes(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_markup_is_term(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_markup_text(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_markup_apart(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *tag);
static int rsl_redact_markup_alone(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_markup_name(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_markup_closed(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_markup_attributes(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_markup_key(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_markup_behind(const rsl_redact_scan_t *scan,
    const u_char **p, const char *text);


/*
 * Is "p" at the ">" of a tag behind which a secret stands:
 * <password>x</password>?
 */

int
rsl_redact_markup_element(rsl_redact_scan_t *scan, const u_char *p)
{
    int            cdata;
    const u_char  *s;

    for (s = p + 1; s < scan->end && s - p < RSL_REDACT_TAG_MAX
         && rsl_redact_char_is_blank(*s); s++)
    {
        /* void */
    }

    cdata = rsl_redact_char_caseless(s, scan->end, "<![cdata[", 9);

    if (s == scan->end || (*s == '<' && !cdata)) {
        return 0;
    }

    if (rsl_redact_markup_in_quotes(scan, p)) {
        return 0;
    }

    if (!(rsl_redact_markup_name(scan, p)
          && !rsl_redact_markup_is_term(scan, p))
        && !rsl_redact_markup_attributes(scan, p)
        && !rsl_redact_markup_key(scan, p))
    {
        return 0;
    }

    if (cdata) {
        scan->value = s + 9;
        scan->stop = rsl_redact_char_until(s + 9, scan->end, "]]>");

        return scan->stop > scan->value;
    }

    return s == p + 1 ? rsl_redact_markup_text(scan, s)
                      : rsl_redact_markup_apart(scan, s, p);
}


/* Is the tag that ends at "p" all that its quotes enclose: "<password>"? */

static int
rsl_redact_markup_in_quotes(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s, *limit;

    if (p[1] == '@') {
        /* user:<password>@host */
        return 1;
    }

    if (p[1] != '"' && p[1] != '\'') {
        return 0;
    }

    if (scan->end - p == 2 || (p[2] && strchr(" ,;)]}\n\\", p[2]) != NULL)) {
        /* it closes: -H 'Authorization: Bearer <token>' */
        return 1;
    }

    limit = p - scan->start > 64 ? p - 64 : scan->start;

    for (s = p; s > limit && *s != '<' && *s != p[1]; s--) { /* void */ }

    return s > limit && *s == '<' && s[-1] == p[1];
}


/*
 * Is the name in angle brackets, the last of them at "p", that of a type,
 * Vec<Token>, or a placeholder, [-p <password>]?  An element has its end tag,
 * at least if no text is before it.
 */

static int
rsl_redact_markup_is_term(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s, *limit;

    limit = p - scan->start > RSL_REDACT_TAG_MAX ? p - RSL_REDACT_TAG_MAX
                                                 : scan->start;

    for (s = p; s > limit && *s != '<'; s--) { /* void */ }

    if ((s == limit || (!rsl_redact_char_is_word(s[-1]) && s[-1] != '.'))
        && (p[1] == '\0' || strchr("]),.:;|`\"'>(", p[1]) == NULL))
    {
        return 0;
    }

    limit = scan->end - p > RSL_REDACT_TAG_MAX ? p + RSL_REDACT_TAG_MAX
                                               : scan->end;

    return rsl_redact_char_until(p, limit, "</") == limit;
}


/* &lt;password&gt;x&lt;/password&gt;: the same where the tags are encoded. */

int
rsl_redact_markup_encoded(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *next)
{
    uint32_t            ch;
    const u_char       *s, *after;
    rsl_redact_name_t   name;

    if (next == scan->end || rsl_redact_char_is_blank(*next)) {
        return 0;
    }

    rsl_redact_name_before(scan, p, &name);

    if (name.kind == RSL_REDACT_NAME_NONE || name.start == scan->from
        || rsl_redact_char_before(scan->from, name.start, &s) != '<')
    {
        return 0;
    }

    scan->value = next;

    for (s = next; s < scan->end; s = after) {
        ch = rsl_redact_char_at(s, scan->end, &after);

        if (ch == '<') {
            break;
        }
    }

    scan->stop = s;

    return scan->stop > scan->value;
}


/* The text of an element goes on to the next tag. */

static int
rsl_redact_markup_text(rsl_redact_scan_t *scan, const u_char *p)
{
    scan->value = p;
    scan->stop = rsl_redact_char_until(p, scan->end, "<");

    return scan->stop > scan->value;
}


/*
 * The same for a text with blanks around it, which needs an end tag: "login
 * <user> <password> [options]" is no element.  If our text ends before it, the
 * tag, whose ">" is at "tag", has to be alone on its line.
 */

static int
rsl_redact_markup_apart(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *tag)
{
    const u_char  *s, *limit;

    limit = scan->end - p > RSL_REDACT_TAG_MAX ? p + RSL_REDACT_TAG_MAX
                                               : scan->end;

    s = rsl_redact_char_until(p, limit, "<");

    if (limit - s < 2 || s[1] != '/') {

        if (s < scan->end || !rsl_redact_markup_alone(scan, tag)) {
            return 0;
        }

        s = rsl_redact_char_eol(p, scan->end);
    }

    while (s > p && rsl_redact_char_is_blank(s[-1])) {
        s--;
    }

    scan->value = p;
    scan->stop = s;

    return s > p;
}


/* Is the tag whose ">" is at "p" all that is on its line? */

static int
rsl_redact_markup_alone(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s, *limit;

    limit = p - scan->start > RSL_REDACT_TAG_MAX ? p - RSL_REDACT_TAG_MAX
                                                 : scan->start;

    if (p[1] != '\n' && p[1] != '\r') {
        return 0;
    }

    for (s = p; s > limit && *s != '<'; s--) {
        /* void */
    }

    while (s > limit && (s[-1] == ' ' || s[-1] == '\t')) {
        s--;
    }

    return s == scan->start || s[-1] == '\n';
}


/*
 * Is the name of the tag a secret's: <password>, <ns:password>?  In the type
 * "Option<Token>" and in a help text, "[-p <password>]", it is no tag, unless
 * there is an end tag.
 */

static int
rsl_redact_markup_name(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char       *s;
    rsl_redact_name_t   name;

    rsl_redact_name_before(scan, p, &name);

    if (name.kind == RSL_REDACT_NAME_NONE) {
        return 0;
    }

    s = name.start;

    while (s > scan->start
           && (rsl_redact_char_is_word(s[-1]) || s[-1] == ':'))
    {
        s--;
    }

    if (s == scan->start || s[-1] != '<') {
        return 0;
    }

    if ((s - scan->start > 1 && rsl_redact_char_is_word(s[-2]))
        || (p[1] != '\0' && strchr(RSL_REDACT_MARKUP_BEHIND, p[1]) != NULL))
    {
        return rsl_redact_markup_closed(scan, p);
    }

    return 1;
}


/* Is the next tag behind the ">" at "p" an end tag? */

static int
rsl_redact_markup_closed(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s, *limit;

    limit = scan->end - p > RSL_REDACT_TAG_MAX ? p + RSL_REDACT_TAG_MAX
                                               : scan->end;

    s = rsl_redact_char_until(p, limit, "<");

    return limit - s > 1 && s[1] == '/';
}


/* The same for a tag with attributes: <wsse:Password Type="PasswordText">. */

static int
rsl_redact_markup_attributes(const rsl_redact_scan_t *scan, const u_char *p)
{
    rsl_str_t      key;
    const u_char  *s, *limit;

    if (p - scan->start < 4 || (p[-1] != '"' && p[-1] != '\'')) {
        return 0;
    }

    /* not from scan->from on: an attribute may have been hidden before */

    limit = p - scan->start > RSL_REDACT_TAG_MAX ? p - RSL_REDACT_TAG_MAX
                                                 : scan->start;

    for (s = p - 1; s > limit && *s != '<' && *s != '>'; s--) { /* void */ }

    if (*s != '<') {
        return 0;
    }

    key.data = s + 1;

    for (s++; s < p && (rsl_redact_char_is_word(*s) || *s == '-' || *s == ':');
         s++)
    {
        if (*s == ':') {
            key.data = s + 1;
        }
    }

    key.len = (size_t) (s - key.data);

    return rsl_redact_char_is_blank(*s)
           && rsl_redact_name(scan->names, &key) != RSL_REDACT_NAME_NONE;
}


/*
 * Is the name of a secret the text of the element before this tag, as in lists
 * of properties: <key>password</key><string>,
 * <name>password</name><value><string>?
 */

static int
rsl_redact_markup_key(const rsl_redact_scan_t *scan, const u_char *p)
{
    rsl_redact_name_t  name;

    if (!rsl_redact_markup_behind(scan, &p, "<string")
        && !rsl_redact_markup_behind(scan, &p, "<value")
        && !rsl_redact_markup_behind(scan, &p, "<param-value")
        && !rsl_redact_markup_behind(scan, &p, "<data"))
    {
        return 0;
    }

    (void) rsl_redact_markup_behind(scan, &p, "<value>");

    if (!rsl_redact_markup_behind(scan, &p, "</key>")
        && !rsl_redact_markup_behind(scan, &p, "</name>")
        && !rsl_redact_markup_behind(scan, &p, "</param-name>"))
    {
        return 0;
    }

    rsl_redact_name_before(scan, p, &name);

    return name.kind != RSL_REDACT_NAME_NONE;
}


/*
 * Is "text" before *p, with blanks between them or not?  Then *p is set to
 * where it begins.
 */

static int
rsl_redact_markup_behind(const rsl_redact_scan_t *scan, const u_char **p,
    const char *text)
{
    size_t         len;
    const u_char  *s;

    s = *p;

    while (s > scan->from && *p - s < RSL_REDACT_TAG_MAX
           && rsl_redact_char_is_blank(s[-1]))
    {
        s--;
    }

    len = strlen(text);

    if ((size_t) (s - scan->from) < len
        || !rsl_redact_char_caseless(s - len, s, text, len))
    {
        return 0;
    }

    *p = s - len;

    return 1;
}


/*
 * What PHP serializes: s:8:"password";s:1:"x"; "p" is at the ":" before the
 * value.
 */

int
rsl_redact_markup_serialized(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char       *s;
    rsl_redact_name_t   name;

    if (scan->end - p < 3 || (p[1] != '"' && p[1] != '\\')) {
        return 0;
    }

    for (s = p; s > scan->from && s[-1] >= '0' && s[-1] <= '9'; s--) {
        /* void */
    }

    if (s == p || s - scan->from < 6 || s[-1] != ':' || (s[-2] | 0x20) != 's'
        || s[-3] != ';')
    {
        return 0;
    }

    rsl_redact_name_before(scan, s - 3, &name);

    if (name.kind == RSL_REDACT_NAME_NONE || !name.quoted) {
        return 0;
    }

    return rsl_redact_value(scan, p + 1, &name, '=', RSL_REDACT_PLAIN);
}
