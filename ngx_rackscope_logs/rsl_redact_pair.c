
/*
 * Pairs: a name that is a value itself, and the value beside it.
 */


#include "rsl_redact_internal.h"


#define RSL_REDACT_MEMBER_MAX  512

/* Of an object so many members behind its name are looked at. */
#define RSL_REDACT_MEMBERS     4


static const u_char *rsl_redact_limit(const rsl_redact_scan_t *scan,
    const u_char *p);
static const u_char *rsl_redact_text_name(const rsl_redact_scan_t *scan,
    const u_char *p, const u_char *limit, rsl_redact_name_t *name);
static const u_char *rsl_redact_member_text(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_member_key(const u_char *p,
    const u_char *limit, rsl_str_t *key, u_char *separator);


/* {"name": "DB_PASSWORD", "value": "x"} */

int
rsl_redact_member(rsl_redact_scan_t *scan, const u_char *value)
{
    u_char              separator;
    size_t              n;
    rsl_str_t           key;
    const u_char       *p, *s, *limit;
    rsl_redact_name_t   name;

    limit = rsl_redact_limit(scan, value);

    p = rsl_redact_text_name(scan, value, limit, &name);

    if (name.kind == RSL_REDACT_NAME_NONE) {
        return 0;
    }

    s = rsl_redact_member_text(p, scan->end);

    if (s != NULL) {
        scan->value = s;
        scan->stop = *p == '"' && p[1] == '>'
                     ? rsl_redact_until(s, scan->end, "<")
                     : rsl_redact_bare(s, scan->end, RSL_REDACT_PLAIN);

        return scan->stop > scan->value;
    }

    separator = '\0';

    for (n = 0; n < RSL_REDACT_MEMBERS; n++) {
        p = rsl_redact_member_key(p, limit, &key, &separator);

        if (p == NULL || rsl_redact_name_is_name(&key)) {
            return 0;
        }

        if (rsl_redact_name_is_value(&key)) {
            break;
        }

        /* {"name": "DB_PASSWORD", "type": "x", "value": "y"} */

        while (p < limit && *p != ',' && *p != '\n' && *p != '}') {
            p++;
        }
    }

    if (n == RSL_REDACT_MEMBERS) {
        return 0;
    }

    return rsl_redact_value(scan, p, &name, separator, RSL_REDACT_PLAIN);
}


/* {"value": "x", "name": "DB_PASSWORD"} */

int
rsl_redact_member_back(rsl_redact_scan_t *scan, const u_char *value,
    u_char separator)
{
    rsl_str_t           key;
    const u_char       *p;
    rsl_redact_scan_t   inner;
    rsl_redact_name_t   name;

    memset(&name, 0, sizeof(rsl_redact_name_t));
    name.kind = RSL_REDACT_NAME_SECRET;
    name.start = value;
    name.end = value;

    inner = *scan;
    inner.end = rsl_redact_limit(scan, value);

    if (!rsl_redact_value(&inner, value, &name, separator, RSL_REDACT_PLAIN)) {
        return 0;
    }

    p = rsl_redact_member_key(inner.stop, inner.end, &key, &separator);

    if (p == NULL || !rsl_redact_name_is_name(&key)) {
        return 0;
    }

    (void) rsl_redact_text_name(&inner, p, inner.end, &name);

    scan->value = inner.value;
    scan->stop = inner.stop;

    return name.kind != RSL_REDACT_NAME_NONE;
}


/* Members of one object stand near each other. */

static const u_char *
rsl_redact_limit(const rsl_redact_scan_t *scan, const u_char *p)
{
    return scan->end - p > RSL_REDACT_MEMBER_MAX ? p + RSL_REDACT_MEMBER_MAX
                                                 : scan->end;
}


/* What the name that is a value, at "p", says; returns what is behind it. */

static const u_char *
rsl_redact_text_name(const rsl_redact_scan_t *scan, const u_char *p,
    const u_char *limit, rsl_redact_name_t *name)
{
    rsl_redact_scan_t  inner;

    inner = *scan;
    inner.from = p;

    while (p < limit && (rsl_redact_blank(*p) || *p == '"' || *p == '\''
                         || *p == '\\'))
    {
        p++;
    }

    while (p < limit && (rsl_redact_wordly(*p) || *p == '-' || *p == '.')) {
        p++;
    }

    name->kind = RSL_REDACT_NAME_NONE;

    if (p > inner.from) {
        rsl_redact_name_before(&inner, p, name);
    }

    return p;
}


/* <property name="password">x, or a part of a form; NULL: neither. */

static const u_char *
rsl_redact_member_text(const u_char *p, const u_char *end)
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

    return NULL;
}


/* The key of the next member and its separator: what is behind it, or NULL. */

static const u_char *
rsl_redact_member_key(const u_char *p, const u_char *limit, rsl_str_t *key,
    u_char *separator)
{
    while (p < limit && !rsl_redact_wordly(*p)) {
        if (*p == '}' || *p == '=' || *p == ':') {
            return NULL;
        }

        p++;
    }

    key->data = p;

    while (p < limit && rsl_redact_wordly(*p)) {
        p++;
    }

    key->len = (size_t) (p - key->data);

    while (p < limit && (*p == '"' || *p == '\'' || *p == '\\' || *p == ' ')) {
        p++;
    }

    if (p == limit || (*p != ':' && *p != '=')) {
        return NULL;
    }

    *separator = *p;

    return p + 1;
}


const u_char *
rsl_redact_word_begin(const rsl_redact_scan_t *scan, const u_char *p)
{
    while (p > scan->from && rsl_redact_wordly(p[-1])) {
        p--;
    }

    return p;
}


/* ["password", "x"], ('password', 'x'), "--password", "x" */

int
rsl_redact_pair(rsl_redact_scan_t *scan, const u_char *p)
{
    u_char              ch;
    const u_char       *s, *after;
    rsl_redact_name_t   name;

    if (p == scan->from || (p[-1] != '"' && p[-1] != '\'')) {
        return 0;
    }

    rsl_redact_name_before(scan, p, &name);

    if (name.kind == RSL_REDACT_NAME_NONE || !name.quoted) {
        return 0;
    }

    for (s = p + 1; s < scan->end && rsl_redact_blank(*s); s++) { /* void */ }

    if (s == scan->end || strchr("\"'\\bBuU", *s) == NULL) {
        return 0;
    }

    if (!rsl_redact_value(scan, p + 1, &name, ',', RSL_REDACT_PLAIN)) {
        return 0;
    }

    s = name.start;

    if (s - scan->start > 2 && s[-1] == '-' && s[-2] == '-') {
        return 1;
    }

    while (s > scan->start
           && (s[-1] == '"' || s[-1] == '\'' || s[-1] == '\\'
               || (s[-1] | 0x20) == 'b' || (s[-1] | 0x20) == 'u'))
    {
        s--;
    }

    ch = s == scan->start ? 0 : s[-1];
    after = scan->stop;

    while (after < scan->end && (*after == '\\' || *after == '"'
                                 || *after == '\'' || rsl_redact_blank(*after)))
    {
        after++;
    }

    return (ch == '[' || ch == '(')
           && (after == scan->end || *after == ']' || *after == ')');
}
