
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Names and values as languages dump them: a type or a constructor stands
 * before the value, and behind the name who may see it.
 *
 * A mask over the type instead of the value would be worse than none.
 */


#include "rsl_redact_internal.h"


/* The longest name of a type or a class. */
#define RSL_REDACT_DUMP_TYPE  96


static const u_char *rsl_redact_dump_tags(const u_char *p, const u_char *end);
static const u_char *rsl_redact_dump_php(const u_char *p, const u_char *end);
static const u_char *rsl_redact_dump_go(const u_char *p, const u_char *end);
static const u_char *rsl_redact_dump_go_type(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_dump_among(const u_char *p, const u_char *end,
    const char *const *text);
static const u_char *rsl_redact_dump_class(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_dump_inspected(const u_char *p,
    const u_char *end);
static int rsl_redact_dump_class_char(u_char ch);


/*
 * "(string) (len=5) " in dumps of Go, "string(5) " in those of PHP, "!vault "
 * or "&anchor " in YAML, "Just " in Haskell, "<<" in Erlang.
 */

const u_char *
rsl_redact_dump_typed(const u_char *p, const u_char *end)
{
    const u_char              *s;
    static const char *const  constructors[] = {
        "just ", "some ", "ok ", "right ", "new ", "string ", "chr ", NULL
    };

    if (*p == '!' || *p == '&') {
        p = rsl_redact_dump_tags(p, end);
    }

    if (*p == '(') {
        return rsl_redact_dump_go(p, end);
    }

    if (*p == '<') {
        return end - p > 2 && p[1] == '<' && p[2] == '"' ? p + 2 : p;
    }

    if ((*p < 'A' || *p > 'z') && *p != '&') {
        return p;
    }

    s = rsl_redact_dump_among(p, end, constructors);

    if (s != NULL) {
        return s < end && (*s == '"' || *s == '\'' || *s == '('
                           || rsl_redact_char_masked(s, end)) ? s : p;
    }

    return rsl_redact_dump_php(p, end);
}


/* Behind tags and an anchor of YAML, "!!str &pw x". */

static const u_char *
rsl_redact_dump_tags(const u_char *p, const u_char *end)
{
    const u_char  *s;

    while ((*p == '!' || *p == '&') && end - p > 2) {

        for (s = p + 1; s < end && s - p < 32
             && (rsl_redact_char_is_word_utf8(*s) || *s == '!'); s++)
        {
            /* void */
        }

        if (s - p > 1 && end - s > 1 && *s == ' ' && s[1] > ' ') {
            p = s + 1;
            continue;
        }

        /* without a blank "!x" may be a secret, but not "&x" or "!!x" */

        if (s - p > 2 && s < end && (*s == '\n' || *s == '\r')
            && (*p == '&' || p[1] == '!'))
        {
            return s;
        }

        break;
    }

    return p;
}


/*
 * Behind string(5), &string(5), array(2) and object(App\Secret)#3 (1), and
 * the "array" of var_export().
 */

static const u_char *
rsl_redact_dump_php(const u_char *p, const u_char *end)
{
    const u_char              *s, *limit;
    static const char *const  types[] = {
        "string(", "array(", "object(", NULL
    };

    if (rsl_redact_char_caseless(p, end, "array (", 7)) {
        return p + 6;
    }

    s = rsl_redact_dump_among(p + (*p == '&'), end, types);

    if (s == NULL) {
        return p;
    }

    limit = end - s > RSL_REDACT_DUMP_TYPE ? s + RSL_REDACT_DUMP_TYPE : end;

    while (s < limit && (rsl_redact_dump_class_char(*s) || *s == '@')) {
        s++;
    }

    while (s < limit && (rsl_redact_char_is_word(*s) || *s == ')' || *s == '#'
                         || *s == ' ' || *s == '('))
    {
        s++;
    }

    return s < limit && s[-1] == ' '
           && (*s == '"' || *s == '\'' || *s == '{'
               || rsl_redact_char_masked(s, end))
           ? s : p;
}


/*
 * Behind (string) (len=5), (*string)(0xc000012345); NULL: it is a pointer to
 * nothing.
 */

static const u_char *
rsl_redact_dump_go(const u_char *p, const u_char *end)
{
    const u_char  *s, *next;

    s = rsl_redact_dump_go_type(p, end);

    if (s == NULL) {
        return p;
    }

    for ( ;; ) {

        next = s + (end - s > 1 && *s == ' '
                    && (s[1] == '(' || s[1] == '"' || s[1] == '{'));

        if (!rsl_redact_char_caseless(next, end, "(len=", 5)
            && !rsl_redact_char_caseless(next, end, "(cap=", 5)
            && !rsl_redact_char_caseless(next, end, "(0x", 3))
        {
            break;
        }

        s = next;

        while (s < end && *s != ')' && s - next < RSL_REDACT_DUMP_TYPE) {
            s++;
        }

        if (s == end || *s++ != ')') {
            return p;
        }
    }

    if (next == end || rsl_redact_char_caseless(next, end, "(nil)", 5)
        || rsl_redact_char_caseless(next, end, "<nil>", 5))
    {
        return NULL;
    }

    return next;
}


/* Behind the type in parentheses at "p": (*string), (main.Secret). */

static const u_char *
rsl_redact_dump_go_type(const u_char *p, const u_char *end)
{
    int            type;
    const u_char  *s;
    static const char *const  types[] = {
        "string)", "int)", "int32)", "int64)", "uint)", "uint8)", "uint64)",
        "float64)", "bool)", "error)", "interface {}", "any)", "map[",
        "struct ", NULL
    };

    type = p[0] == '(' && end - p > 2
           && (p[1] == '*' || (p[1] == '[' && (p[2] == ']' || p[2] <= '9'))
               || rsl_redact_dump_among(p + 1, end, types) != NULL);

    for (s = p + 1; s < end && s - p < RSL_REDACT_DUMP_TYPE && *s != ')'; s++)
    {
        if (!rsl_redact_char_is_word(*s)
            && (*s == '\0' || strchr("*[]./ {}", *s) == NULL))
        {
            return NULL;
        }

        /* "main.Secret" */

        type |= *s == '.' && (s[-1] | 0x20) >= 'a' && (s[-1] | 0x20) <= 'z'
                && end - s > 1 && (s[1] | 0x20) >= 'a'
                && (s[1] | 0x20) <= 'z';
    }

    return type && s < end && *s == ')' ? s + 1 : NULL;
}


/* Behind the first of the texts that is at "p"; NULL: none is. */

static const u_char *
rsl_redact_dump_among(const u_char *p, const u_char *end,
    const char *const *text)
{
    size_t  len;

    for ( /* void */ ; *text != NULL; text++) {

        if (p == end || ((*p ^ (u_char) (*text)[0]) & ~0x20)) {
            continue;
        }

        len = strlen(*text);

        if (rsl_redact_char_caseless(p, end, *text, len)) {
            return p + len;
        }
    }

    return NULL;
}


int
rsl_redact_dump_object(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s;

    if (*p == '#') {
        s = rsl_redact_dump_inspected(p, scan->end);

    } else {
        s = rsl_redact_dump_class(p, scan->end);
        s = s == NULL ? NULL : rsl_redact_extent_nested(s, scan->end);
    }

    if (s == NULL) {
        return 0;
    }

    scan->value = p;
    scan->stop = s;

    return 1;
}


/*
 * The brace behind the name of a class at "p": Secret { in Rust and C#,
 * App\Secret {#13 in PHP, &main.Secret{ in Go.  NULL: there is none.
 */

static const u_char *
rsl_redact_dump_class(const u_char *p, const u_char *end)
{
    const u_char  *s, *limit;

    s = p + (*p == '&');
    limit = end - p > RSL_REDACT_DUMP_TYPE ? p + RSL_REDACT_DUMP_TYPE : end;

    if (s == limit || ((*s < 'A' || *s > 'Z') && *p != '&')) {
        return NULL;
    }

    while (s < limit && rsl_redact_dump_class_char(*s)) {
        s++;
    }

    if (s < limit && *s == ' ') {
        s++;
    }

    return s < limit && *s == '{' && s - p > 2 ? s : NULL;
}


/* Behind what Ruby inspects: #<Secret:0x00007f @value="x">. */

static const u_char *
rsl_redact_dump_inspected(const u_char *p, const u_char *end)
{
    size_t  depth;
    u_char  quote;

    if (end - p < 3 || p[1] != '<') {
        return NULL;
    }

    depth = 0;
    quote = '\0';

    for (p++; p < end; p++) {

        if (quote) {
            p += *p == '\\' && end - p > 1;
            quote = *p == quote && p[-1] != '\\' ? '\0' : quote;
            continue;
        }

        if (*p == '"') {
            quote = *p;

        } else if (*p == '<') {
            depth++;

        } else if (*p == '>' && p[-1] != '=' && p[-1] != '-'
                   && --depth == 0)
        {
            return p + 1;
        }
    }

    return end;
}


static int
rsl_redact_dump_class_char(u_char ch)
{
    return rsl_redact_char_is_word_utf8(ch) || ch == '\\' || ch == '.'
           || ch == ':';
}


const u_char *
rsl_redact_dump_property(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s, *limit;

    s = p - (p > scan->from && p[-1] == ' ');

    if (s - scan->from < 12 || s[-1] != ']') {
        return p;
    }

    if (rsl_redact_char_caseless(s - 11, s - 1, ":protected", 10)) {
        return s - 11;
    }

    if (!rsl_redact_char_caseless(s - 9, s - 1, ":private", 8)) {
        return p;
    }

    /* the class is between them, [password:App\Secret:private] */

    s -= 9;
    limit = s - scan->from > RSL_REDACT_DUMP_TYPE ? s - RSL_REDACT_DUMP_TYPE
                                                  : scan->from;

    do {
        s--;
    } while (s > limit && *s != ':'
             && (rsl_redact_dump_class_char(*s) || *s == '"'));

    return *s == ':' ? s : p;
}


int
rsl_redact_dump_is_property(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p; s < end && s - p < RSL_REDACT_DUMP_TYPE
         && (rsl_redact_dump_class_char(*s) || *s == '"'); s++)
    {
        /* void */
    }

    return s < end && *s == ']'
           && ((s - p >= 7 && rsl_redact_char_caseless(s - 7, s, "private", 7))
               || (s - p == 9
                   && rsl_redact_char_caseless(p, s, "protected", 9)));
}


int
rsl_redact_dump_printed(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    const u_char  *s, *eol;

    if (name->quoted || p - scan->start < 3 || memcmp(p - 3, "=> ", 3) != 0) {
        return 0;
    }

    s = name->start;

    if (s - scan->start < 2 || s[-1] != '['
        || (s[-2] != ' ' && s[-2] != '\t' && s[-2] != '\n'))
    {
        return 0;
    }

    for (s -= 2; s > scan->start && (*s == ' ' || *s == '\t'); s--) {
        /* void */
    }

    /* the text may be one line of it */

    if (*s != '\n' && (s > scan->start || (*s != ' ' && *s != '\t'))) {
        return 0;
    }

    eol = rsl_redact_char_eol(p, scan->end);

    /* an array or an object follows on the next lines */

    s = rsl_redact_extent_blanks(eol, scan->end, RSL_REDACT_PLAIN, 1);

    scan->value = p;
    scan->stop = s < scan->end && *s == '('
                 ? rsl_redact_extent_nested(s, scan->end)
                 : eol - (eol > p && eol[-1] == '\r');

    return scan->stop > scan->value;
}


int
rsl_redact_dump_rejected(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t         i;
    const u_char  *s, *limit;

    static const struct {
        const char  *begins;
        const char  *opens;
        const char  *closes;
    } sentences[] = {
        { "rejected value [", "[", "]" },
        { "path `", "(`", "`)" },
        { "<buffer ", " ", ">" },
        { "cast to ", "\"", "\" (" },
        { NULL, NULL, NULL }
    };

    if (strchr("rRpPcC<", *p) == NULL) {
        return 0;
    }

    limit = scan->end - p > RSL_REDACT_DUMP_TYPE ? p + RSL_REDACT_DUMP_TYPE
                                                 : scan->end;

    for (i = 0; sentences[i].begins != NULL; i++) {

        if (!rsl_redact_char_caseless(p, limit, sentences[i].begins,
                                      strlen(sentences[i].begins)))
        {
            continue;
        }

        s = rsl_redact_char_until(p, limit, sentences[i].opens);

        if (s == limit) {
            continue;
        }

        s += strlen(sentences[i].opens);

        scan->value = s;
        scan->stop = rsl_redact_char_until(s, scan->end, sentences[i].closes);

        return scan->stop > s;
    }

    return 0;
}
