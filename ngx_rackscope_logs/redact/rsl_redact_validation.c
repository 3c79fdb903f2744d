
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What validators report: the path of a field and, beside it, what was put in.
 *
 * FastAPI and pydantic say {"loc": ["body", "password"], "input": "x"}, others
 * call these "path" and "value".  As a printed text the path is on the line
 * before:
 *
 *     users.0.password
 *       String should have ... [type=..., input_value='x', input_type=str]
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE     /* memmem() */
#endif

#include "rsl_redact_internal.h"


/* How far from a path its input is looked for, and the other way round. */
#define RSL_REDACT_VALIDATION_AHEAD    1024
#define RSL_REDACT_VALIDATION_BACK     512

/* An input without quotes, a number, is shorter. */
#define RSL_REDACT_VALIDATION_BARE     64

/* A shorter input may stand in a message by chance. */
#define RSL_REDACT_VALIDATION_REPEATED  4

/* How many members are looked at. */
#define RSL_REDACT_VALIDATION_MEMBERS  8


static int rsl_redact_validation_among(const rsl_str_t *key,
    const rsl_redact_literal_t *literal);
static int rsl_redact_validation_input(rsl_redact_scan_t *scan,
    const u_char *value, u_char separator);
static void rsl_redact_validation_repeated(rsl_redact_scan_t *scan,
    const u_char *limit);
static void rsl_redact_validation_ahead(rsl_redact_scan_t *scan,
    const rsl_str_t *key, const u_char *value, u_char separator);
static int rsl_redact_validation_member(const rsl_redact_scan_t *scan,
    const u_char *p, const u_char *limit, const rsl_redact_literal_t *keys,
    rsl_redact_member_t *member);
static int rsl_redact_validation_printed(rsl_redact_scan_t *scan,
    const rsl_str_t *key, const u_char *p);
static int rsl_redact_validation_cut(const u_char *p, const u_char *end);
static int rsl_redact_validation_part(const u_char *p, const u_char *end,
    int last);
static int rsl_redact_validation_refused(rsl_redact_scan_t *scan,
    const u_char *p, const u_char *end);
static int rsl_redact_validation_line(const rsl_redact_scan_t *scan,
    const u_char *p, rsl_str_t *path);


#define LITERAL(text)  { text, sizeof(text) - 1 }

static const rsl_redact_literal_t  rsl_redact_validation_paths[] = {
    LITERAL("loc"), LITERAL("path"), LITERAL("instancepath"),
    LITERAL("instance_path"), LITERAL("datapath"), { NULL, 0 }
};

static const rsl_redact_literal_t  rsl_redact_validation_inputs[] = {
    LITERAL("input"), LITERAL("input_value"), LITERAL("value"),
    LITERAL("data"), LITERAL("given"), LITERAL("received"), { NULL, 0 }
};

static const rsl_redact_literal_t  rsl_redact_validation_input_value[] = {
    LITERAL("input_value"), { NULL, 0 }
};

static const rsl_redact_literal_t  rsl_redact_validation_input_first[] = {
    LITERAL("input"), LITERAL("received"), { NULL, 0 }
};


int
rsl_redact_validation(rsl_redact_scan_t *scan, const rsl_str_t *key,
    const u_char *value, u_char separator)
{
    if (separator == '=' && (key->data[0] | 0x20) == 'i'
        && rsl_redact_validation_among(key, rsl_redact_validation_input_value))
    {
        return rsl_redact_validation_printed(scan, key, value);
    }

    if (rsl_redact_validation_among(key, rsl_redact_validation_input_first)) {
        return rsl_redact_validation_input(scan, value, separator);
    }

    if (rsl_redact_validation_among(key, rsl_redact_validation_paths)) {
        rsl_redact_validation_ahead(scan, key, value, separator);
    }

    return 0;
}


int
rsl_redact_validation_is_path(const rsl_str_t *key)
{
    return rsl_redact_validation_among(key, rsl_redact_validation_paths);
}


int
rsl_redact_validation_is_input(const rsl_str_t *key)
{
    return rsl_redact_validation_among(key, rsl_redact_validation_inputs);
}


static int
rsl_redact_validation_among(const rsl_str_t *key,
    const rsl_redact_literal_t *literal)
{
    for ( /* void */ ; literal->text != NULL; literal++) {
        if (key->len == literal->len
            && rsl_redact_char_caseless(key->data, key->data + key->len,
                                        literal->text, literal->len))
        {
            return 1;
        }
    }

    return 0;
}


/* The input is at "value".  Does the path of a secret follow? */

static int
rsl_redact_validation_input(rsl_redact_scan_t *scan, const u_char *value,
    u_char separator)
{
    const u_char         *s, *limit;
    rsl_str_t             path;
    rsl_redact_name_t     name;
    rsl_redact_member_t   member;

    limit = scan->end - value > RSL_REDACT_VALIDATION_BACK
            ? value + RSL_REDACT_VALIDATION_BACK : scan->end;

    s = rsl_redact_extent_blanks(value, limit, RSL_REDACT_PLAIN, 1);

    if (limit - s > RSL_REDACT_VALIDATION_BARE && rsl_redact_char_is_word(*s)
        && rsl_redact_member_behind(s, s + RSL_REDACT_VALIDATION_BARE,
                                    separator)
           == s + RSL_REDACT_VALIDATION_BARE)
    {
        return 0;
    }

    s = rsl_redact_member_behind(value, limit, separator);

    if (!rsl_redact_validation_member(scan, s, limit,
                                      rsl_redact_validation_paths, &member))
    {
        return 0;
    }

    path.data = member.value;
    path.len = (size_t) (member.end - member.value);

    name.kind = rsl_redact_validation_path(scan->names, &member.key, &path);

    if (name.kind == RSL_REDACT_NAME_NONE) {
        return 0;
    }

    name.kind = RSL_REDACT_NAME_SECRET;
    name.start = value;
    name.end = value;
    name.quoted = 1;

    if (!rsl_redact_value(scan, value, &name, separator, RSL_REDACT_PLAIN)) {
        return 0;
    }

    rsl_redact_validation_repeated(scan, limit);

    return 1;
}


/* The value that was found may stand in the message behind it as well. */

static void
rsl_redact_validation_repeated(rsl_redact_scan_t *scan, const u_char *limit)
{
    size_t         len;
    const u_char  *s;

    len = (size_t) (scan->stop - scan->value);

    if (len < RSL_REDACT_VALIDATION_REPEATED || scan->nplaces != 0
        || scan->columns != 0 || limit <= scan->stop)
    {
        return;
    }

    s = memmem(scan->stop, (size_t) (limit - scan->stop), scan->value, len);

    if (s != NULL) {
        rsl_redact_place_add(scan, s, s + len);
    }
}


/*
 * A path is at "value".  If it is that of a secret, the pass knows the input by
 * its place when it comes there.
 */

static void
rsl_redact_validation_ahead(rsl_redact_scan_t *scan, const rsl_str_t *key,
    const u_char *value, u_char separator)
{
    const u_char         *s, *limit;
    rsl_str_t             path;
    rsl_redact_member_t   member;

    limit = scan->end - value > RSL_REDACT_VALIDATION_AHEAD
            ? value + RSL_REDACT_VALIDATION_AHEAD : scan->end;

    s = rsl_redact_member_behind(value, limit, separator);

    path.data = value;
    path.len = (size_t) (s - value);

    if (rsl_redact_validation_path(scan->names, key, &path)
        != RSL_REDACT_NAME_NONE
        && rsl_redact_validation_member(scan, s, limit,
                                        rsl_redact_validation_inputs, &member))
    {
        scan->member = member.value;
    }
}


/* Finds a member with one of the keys behind "p". */

static int
rsl_redact_validation_member(const rsl_redact_scan_t *scan, const u_char *p,
    const u_char *limit, const rsl_redact_literal_t *keys,
    rsl_redact_member_t *member)
{
    size_t  n;

    for (n = 0; n < RSL_REDACT_VALIDATION_MEMBERS; n++) {

        if (!rsl_redact_member(p, limit, member)) {
            return 0;
        }

        if (rsl_redact_validation_among(&member->key, keys)) {
            return member->end < limit || limit == scan->end;
        }

        p = member->end;
    }

    return 0;
}


/* "p" is behind "input_value=". */

static int
rsl_redact_validation_printed(rsl_redact_scan_t *scan, const rsl_str_t *key,
    const u_char *p)
{
    rsl_str_t       path;
    const u_char   *s, *limit;

    limit = scan->end - p > RSL_REDACT_VALIDATION_BACK
            ? p + RSL_REDACT_VALIDATION_BACK : scan->end;

    s = rsl_redact_char_until(p, limit, ", input_type=");

    if ((!rsl_redact_validation_line(scan, p, &path)
         || rsl_redact_validation_path(scan->names, key, &path)
            == RSL_REDACT_NAME_NONE)
        && !rsl_redact_validation_cut(p, s))
    {
        return 0;
    }

    if (s == limit) {
        s = rsl_redact_member_behind(p, scan->end, '=');
    }

    if (s - p > 2 && (*p == '\'' || *p == '"') && s[-1] == *p) {
        p++;
        s--;
    }

    scan->value = p;
    scan->stop = s;

    return s > p;
}


/*
 * A dictionary that is too long is cut in its middle: {'user': 'bob',
 * 'passwo...: 'x'}.  Could the name that was cut be that of a secret?
 */

static int
rsl_redact_validation_cut(const u_char *p, const u_char *end)
{
    u_char         quote;
    const u_char  *s, *cut, *open;

    if (p == end || *p != '{') {
        return 0;
    }

    cut = rsl_redact_char_until(p, end, "...");

    if (cut == end) {
        return 0;
    }

    quote = '\0';
    open = p;

    for (s = p; s < cut; s++) {
        if (quote) {
            quote = *s == quote ? '\0' : quote;

        } else if (*s == '\'' || *s == '"') {
            quote = *s;
            open = s;
        }
    }

    for (s = open; s > p && s[-1] == ' '; s--) { /* void */ }

    if (quote && (s[-1] == ',' || s[-1] == '{')) {
        return rsl_redact_validation_part(open + 1, cut, 0);
    }

    /* the name may have been cut from the front */

    open = cut + 3;

    for (s = open; s < end && *s != '\'' && *s != '"'; s++) { /* void */ }

    return end - s > 1 && s[1] == ':'
           && rsl_redact_validation_part(open, s, 1);
}


/* Does a keyword begin as the letters at "p" do, or end so if "last" is set? */

static int
rsl_redact_validation_part(const u_char *p, const u_char *end, int last)
{
    size_t                       i, len;
    u_char                       letters[RSL_REDACT_KEYWORD_MAX];
    const rsl_redact_keyword_t  *keyword;

    len = 0;

    for ( /* void */ ; p < end && len < RSL_REDACT_KEYWORD_MAX; p++) {
        if ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') {
            letters[len++] = *p | 0x20;
        }
    }

    for (keyword = rsl_redact_keywords; keyword->text != NULL; keyword++) {

        if (last) {
            if (len >= 3 && len <= keyword->len
                && memcmp(keyword->text + keyword->len - len, letters, len)
                   == 0)
            {
                return 1;
            }

            continue;
        }

        for (i = 0; i + 2 < len; i++) {
            if (len - i <= keyword->len
                && memcmp(letters + i, keyword->text, len - i) == 0)
            {
                return 1;
            }
        }
    }

    return 0;
}


int
rsl_redact_validation_spoken(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char        *s;
    rsl_redact_scan_t    inner;
    rsl_redact_name_t    name;
    rsl_redact_quote_t   quote;

    if (p - scan->from > 12
        && rsl_redact_char_caseless(p - 12, p, " with value ", 12))
    {
        rsl_redact_name_before(scan, p - 12, &name);

        return name.kind != RSL_REDACT_NAME_NONE && name.quoted
               && rsl_redact_value(scan, p, &name, ' ', RSL_REDACT_PLAIN);
    }

    inner = *scan;

    if (scan->end - p > RSL_REDACT_VALIDATION_BACK) {
        inner.end = p + RSL_REDACT_VALIDATION_BACK;
    }

    if (p - scan->from >= 6 && *p == '\''
        && rsl_redact_char_caseless(p - 6, p, "value ", 6)
        && rsl_redact_validation_refused(scan, p + 1, inner.end))
    {
        return 1;
    }

    if (p - scan->from < 11
        || !rsl_redact_char_caseless(p - 11, p, " for value ", 11))
    {
        return 0;
    }

    scan->value = rsl_redact_extent_opening(p, inner.end, RSL_REDACT_PLAIN,
                                            &quote);
    if (scan->value == NULL) {
        return 0;
    }

    scan->stop = rsl_redact_extent_quoted(scan->value, inner.end, &quote);

    s = scan->stop + (scan->stop < inner.end);
    s = rsl_redact_char_until(s, inner.end, "\"");

    if (s == inner.end || s - scan->stop < 10
        || !rsl_redact_char_caseless(s - 9, s, " at path ", 9))
    {
        return 0;
    }

    inner.from = s + 1;
    s = rsl_redact_char_until(s + 1, inner.end, "\"");

    rsl_redact_name_before(&inner, s, &name);

    return name.kind != RSL_REDACT_NAME_NONE && scan->stop > scan->value;
}


/* The value at "p" may be followed by "' is not valid for Password". */

static int
rsl_redact_validation_refused(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *end)
{
    size_t              i, len;
    const u_char       *s, *stop;
    rsl_redact_scan_t   inner;
    rsl_redact_name_t   name;

    static const char *const  texts[] = {
        "' is not valid for ", "' is invalid for ", NULL
    };

    for (i = 0; texts[i] != NULL; i++) {
        len = strlen(texts[i]);
        stop = rsl_redact_char_until(p, end, texts[i]);

        if (stop == end) {
            continue;
        }

        inner = *scan;
        inner.from = stop + len;

        for (s = inner.from; s < end && rsl_redact_char_is_word(*s); s++) {
            /* void */
        }

        rsl_redact_name_before(&inner, s, &name);

        scan->value = p;
        scan->stop = stop;

        return name.kind != RSL_REDACT_NAME_NONE && stop > p;
    }

    return 0;
}


/* The path of the field on the line before that of "p". */

static int
rsl_redact_validation_line(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_str_t *path)
{
    const u_char  *s, *limit;

    limit = p - scan->start > RSL_REDACT_VALIDATION_BACK
            ? p - RSL_REDACT_VALIDATION_BACK : scan->start;

    for (s = p; s > limit && s[-1] != '\n'; s--) { /* void */ }

    if (s == limit) {
        return 0;
    }

    p = s - 1;
    p -= p > limit && p[-1] == '\r';

    if (p > limit && p[-1] == ']') {
        /* password.function-after[check(), str] */

        for (s = p - 1; s > limit && *s != '[' && *s != '\n'; s--) {
            /* void */
        }

        p = *s == '[' ? s : p;
    }

    for (s = p; s > limit && s[-1] > ' '; s--) { /* void */ }

    path->data = s;
    path->len = (size_t) (p - s);

    return s == scan->start || s[-1] == '\n';
}


rsl_redact_name_e
rsl_redact_validation_path(const rsl_redact_names_t *names,
    const rsl_str_t *key, const rsl_str_t *path)
{
    size_t         n;
    rsl_str_t      part;
    const u_char  *s, *p;

    /* a "path" with slashes is that of a file or a URL */

    if (path->len == 0
        || (key->len == 4 && memchr(path->data, '/', path->len) != NULL))
    {
        return RSL_REDACT_NAME_NONE;
    }

    p = path->data + path->len;

    /* the last element may be "function-after[check(), str]" */

    while (p > path->data && !rsl_redact_char_is_word_utf8(p[-1])) {
        p--;
    }

    for (s = p; s > path->data && s[-1] != '\'' && s[-1] != '"'; s--) {
        /* void */
    }

    if (s > path->data && memchr(s, '[', (size_t) (p - s)) != NULL) {
        p = s;
    }

    for (n = 0; n < 3; n++) {

        while (p > path->data && !rsl_redact_char_is_word_utf8(p[-1])) {

            if (p[-1] == '}' || p[-1] == '{') {
                return RSL_REDACT_NAME_NONE;
            }

            p--;
        }

        for (s = p; s > path->data
             && (rsl_redact_char_is_word_utf8(s[-1]) || s[-1] == '-'); s--)
        {
            /* void */
        }

        part.data = s;
        part.len = (size_t) (p - s);

        if (!rsl_redact_validation_is_tag(&part)) {
            break;
        }

        /* the index in a list, or the type that did not match */

        p = s;
    }

    return n < 3 ? rsl_redact_name(names, &part) : RSL_REDACT_NAME_NONE;
}


int
rsl_redact_validation_is_tag(const rsl_str_t *key)
{
    size_t                             i;
    static const rsl_redact_literal_t  tags[] = {
        LITERAL("str"), LITERAL("bytes"), LITERAL("int"), LITERAL("float"),
        LITERAL("bool"), LITERAL("list"), LITERAL("dict"), LITERAL("tuple"),
        LITERAL("set"), LITERAL("nullable"), LITERAL("constrained-str"),
        LITERAL("function-after"), LITERAL("function-before"),
        LITERAL("function-wrap"), LITERAL("function-plain"),
        { NULL, 0 }
    };

    for (i = 0; i < key->len; i++) {
        if (key->data[i] < '0' || key->data[i] > '9') {
            break;
        }
    }

    /* "function-after[check(), str]" */

    return i == key->len || memchr(key->data, '[', key->len) != NULL
           || rsl_redact_validation_among(key, tags);
}
