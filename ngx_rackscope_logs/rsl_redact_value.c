
/*
 * Where the value beside a name begins and ends.
 *
 * Every step goes forward, and what was looked at is hidden or is at most a
 * few bytes: the time is linear in the length of the text.
 */


#include "rsl_redact_internal.h"


#define RSL_REDACT_BLANKS_MAX  64


/* How a quoted value was opened, and so how it is closed. */

typedef struct {
    uint32_t         ch;            /* the quote that closes */
    size_t           escapes;       /* backslashes before it */
    unsigned         encoded:1;     /* "%22", "&quot;", or of typography */
    unsigned         doubled:1;     /* as in CSV */
    unsigned         tripled:1;     /* as in Python */
} rsl_redact_quote_t;


static void rsl_redact_joined(rsl_redact_scan_t *scan,
    const rsl_redact_quote_t *quote);
static int rsl_redact_allowed(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator);
static int rsl_redact_pam(const rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_prose(const rsl_redact_scan_t *scan);
static int rsl_redact_count(const rsl_redact_scan_t *scan);
static int rsl_redact_constant(const rsl_redact_scan_t *scan);
static const u_char *rsl_redact_blanks(const u_char *p, const u_char *end,
    rsl_redact_form_e form, int lines);
static const u_char *rsl_redact_opening(const u_char *p, const u_char *end,
    rsl_redact_form_e form, rsl_redact_quote_t *quote);
static const u_char *rsl_redact_quoted(const u_char *p, const u_char *end,
    const rsl_redact_quote_t *quote);
static const u_char *rsl_redact_encoded(const u_char *p, const u_char *end,
    uint32_t quote);
static void rsl_redact_bracketed(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);
static const u_char *rsl_redact_nested(const u_char *p, const u_char *end);
static const u_char *rsl_redact_bare(const u_char *p, const u_char *end,
    rsl_redact_form_e form);
static int rsl_redact_escaped_end(const u_char *p, const u_char *end);
static const u_char *rsl_redact_eol(const u_char *p, const u_char *end);
static void rsl_redact_line(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator);
static int rsl_redact_single(const u_char *p, const u_char *end);
static void rsl_redact_annotated(rsl_redact_scan_t *scan);
static const u_char *rsl_redact_scheme(const u_char *p, const u_char *end,
    rsl_redact_name_e kind);
static int rsl_redact_word(u_char ch);


/* HTTP authorization schemes: what stays before the credential. */

static const char *const  rsl_redact_schemes[] = {
    "basic", "bearer", "digest", "negotiate", "ntlm", "oauth", "apikey",
    "api-key", "token", "hawk", "hoba", "mutual", "dpop", "gnap", "kerberos",
    "scram-sha-1", "scram-sha-256", "aws4-hmac-sha256", "sharedkey",
    "sharedkeylite", "sharedaccesssignature", "googlelogin", "splunk", "key",
    "privatetoken", "vapid", "signature", "jwt", NULL
};


/*
 * The value behind the separator that ends before "p".  Sets what of it is to
 * be hidden; 0: nothing.
 */

int
rsl_redact_value(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form)
{
    const u_char        *s, *end;
    rsl_redact_quote_t   quote;

    end = scan->end;
    p = rsl_redact_blanks(p, end, form, name->quoted);

    if (p == end || !rsl_redact_allowed(scan, p, name, separator)) {
        return 0;
    }

    s = rsl_redact_opening(p, end, form, &quote);

    if (s != NULL) {
        scan->stop = rsl_redact_quoted(s, end, &quote);
        scan->value = rsl_redact_scheme(s, scan->stop, name->kind);
        rsl_redact_joined(scan, &quote);

    } else if (*p == '[' || *p == '{') {
        rsl_redact_bracketed(scan, p, name);

    } else if (name->kind == RSL_REDACT_NAME_COOKIE
               || name->kind == RSL_REDACT_NAME_AUTHORIZATION)
    {
        rsl_redact_line(scan, p, name, separator);

    } else {
        scan->value = rsl_redact_scheme(p, end, name->kind);
        scan->stop = rsl_redact_bare(scan->value, end, form);

        if (rsl_redact_constant(scan)) {
            return 0;
        }

        if (name->kind == RSL_REDACT_NAME_WEAK && !name->quoted
            && separator != '=' && rsl_redact_prose(scan))
        {
            return 0;
        }

        if (separator == ':') {
            rsl_redact_annotated(scan);
        }
    }

    if (name->kind == RSL_REDACT_NAME_PLURAL && rsl_redact_count(scan)) {
        return 0;
    }

    return scan->stop > scan->value;
}


/* A shell joins what is quoted and what follows: password="a b"c */

static void
rsl_redact_joined(rsl_redact_scan_t *scan, const rsl_redact_quote_t *quote)
{
    const u_char  *p;

    p = scan->stop + 1;

    if (quote->escapes || quote->encoded || quote->doubled || quote->tripled
        || p >= scan->end || scan->stop == scan->value || !rsl_redact_word(*p))
    {
        return;
    }

    scan->stop = rsl_redact_bare(p, scan->end, RSL_REDACT_PLAIN);
}


/* Is it really a name and its value? */

static int
rsl_redact_allowed(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator)
{
    size_t         len;
    const u_char  *s;

    s = name->start;
    len = (size_t) (name->end - s);

    /* the working directory: a shell's PWD=/home/x */

    if (len == 3 && memcmp(s, "PWD", 3) == 0
        && (*p == '/' || *p == '~' || (scan->end - p > 1 && p[1] == '/')))
    {
        return 0;
    }

    if (separator != ':') {
        return 1;
    }

    /* a file that is named so: "/etc/passwd: permission denied" */

    while (s > scan->start && (s[-1] == '.' || s[-1] == '_' || s[-1] == '-')) {
        s--;
    }

    if (s > scan->start && s[-1] == '/' && !name->quoted) {
        return 0;
    }

    /* a service of PAM: "pam_unix(passwd:chauthtok)" */

    return !(s - scan->start > 4 && s[-1] == '(' && s[-2] > ' '
             && rsl_redact_pam(scan, s - 1));
}


static int
rsl_redact_pam(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s;

    for (s = p; s > scan->start && p - s < 32; s--) {
        if (s[-1] == '_' && s - scan->start >= 4
            && memcmp(s - 4, "pam_", 4) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* Beside a name that is a word of prose too: a word of prose. */

static int
rsl_redact_prose(const rsl_redact_scan_t *scan)
{
    const u_char  *s;

    if (scan->stop - scan->value >= 16) {
        return 0;
    }

    for (s = scan->value; s < scan->stop; s++) {
        if (*s >= 'a' && *s <= 'z') {
            continue;
        }

        if (s > scan->value && (*s == '.' || *s == '-' || *s == '\'')) {
            continue;
        }

        if (s == scan->value && *s >= 'A' && *s <= 'Z') {
            continue;
        }

        return 0;
    }

    return 1;
}


/* Beside "tokens": a number, numbers, or a word. */

static int
rsl_redact_count(const rsl_redact_scan_t *scan)
{
    int            digits, letters;
    const u_char  *s;

    digits = 0;
    letters = 0;

    if (scan->value < scan->stop && *scan->value == '{') {
        return 1;
    }

    for (s = scan->value; s < scan->stop; s++) {
        if (*s >= '0' && *s <= '9') {
            digits++;

        } else if (rsl_redact_word(*s)) {
            letters++;
        }
    }

    return digits == 0 || letters < 3;
}


/* Words that are never secrets. */

static int
rsl_redact_constant(const rsl_redact_scan_t *scan)
{
    size_t                    i, len;
    const char *const        *word;
    static const char *const  words[] = {
        "null", "none", "nil", "true", "false", "undefined", "(null)",

        /* architectures behind a package: "xauth:amd64" */
        "amd64", "arm64", "i386", "all", "any", NULL
    };

    len = (size_t) (scan->stop - scan->value);

    for (word = words; *word != NULL; word++) {
        if (strlen(*word) != len) {
            continue;
        }

        for (i = 0; i < len; i++) {
            if ((scan->value[i] | 0x20) != (u_char) (*word)[i]) {
                break;
            }
        }

        if (i == len) {
            return 1;
        }
    }

    return 0;
}


static const u_char *
rsl_redact_blanks(const u_char *p, const u_char *end, rsl_redact_form_e form,
    int lines)
{
    uint32_t       ch;
    const u_char  *next, *limit;

    limit = end - p > RSL_REDACT_BLANKS_MAX ? p + RSL_REDACT_BLANKS_MAX : end;

    while (p < limit) {
        ch = rsl_redact_char_at(p, end, &next);

        if (ch == '+' && form == RSL_REDACT_PERCENT) {
            ch = ' ';
        }

        if (*p == '%' && form != RSL_REDACT_PERCENT) {
            break;
        }

        if (ch != ' ' && ch != '\t'
            && !(lines && (ch == '\n' || ch == '\r')))
        {
            break;
        }

        p = next;
    }

    return p;
}


/* Is there a quote that opens at "p"?  What is behind it, or NULL. */

static const u_char *
rsl_redact_opening(const u_char *p, const u_char *end, rsl_redact_form_e form,
    rsl_redact_quote_t *quote)
{
    uint32_t       ch;
    const u_char  *s, *next;

    memset(quote, 0, sizeof(rsl_redact_quote_t));

    /* b'x', rb"x", @"x", $'x' */

    for (s = p; s < end && s - p < 2; s++) {
        ch = *s | 0x20u;

        if (ch != 'b' && ch != 'u' && ch != 'r' && ch != 'f' && ch != 'l'
            && *s != '@' && *s != '$')
        {
            break;
        }
    }

    while (s < end && *s == '\\') {
        ch = rsl_redact_char_at(s, end, &next);

        if (ch == '"' || ch == '\'') {
            break;
        }

        quote->escapes++;
        s++;
    }

    if (s == end) {
        return NULL;
    }

    if (*s == '"' || *s == '\'' || *s == '`') {
        quote->ch = *s++;

        if (end - s >= 2 && s[0] == quote->ch && quote->escapes == 0) {

            if (s[1] == quote->ch) {
                quote->tripled = 1;
                return s + 2;
            }

            if (rsl_redact_word(s[1])) {
                quote->doubled = 1;
                return s + 1;
            }
        }

        return s;
    }

    if (*s == '%' && form != RSL_REDACT_PERCENT) {
        return NULL;
    }

    do {
        ch = rsl_redact_char_at(s, end, &next);
        s = next;
    } while (ch == '\\' && s < end);

    if ((ch == '"' || ch == '\'') && quote->escapes == 0) {
        quote->ch = ch;
        quote->encoded = 1;
        return s;
    }

    return NULL;
}


/*
 * The end of a quoted value.  In an escaped string the quotes themselves are
 * behind backslashes, and those within the value behind more of them.  A value
 * whose quote is never closed goes on to the end of the text.
 */

static const u_char *
rsl_redact_quoted(const u_char *p, const u_char *end,
    const rsl_redact_quote_t *quote)
{
    size_t         n, period;
    const u_char  *s;

    if (quote->encoded) {
        return rsl_redact_encoded(p, end, quote->ch);
    }

    n = 0;
    period = 2 * quote->escapes + 2;

    for (s = p; s < end; s++) {

        if (*s == '\\') {
            n++;
            continue;
        }

        if (*s != quote->ch || n % period == period - 1) {
            n = 0;
            continue;
        }

        if (quote->tripled) {
            if (end - s >= 3 && s[1] == quote->ch && s[2] == quote->ch) {
                return s;
            }

        } else if (quote->doubled) {
            if (end - s >= 2 && s[1] == quote->ch) {
                return s;
            }

        } else if (end - s >= 3 && quote->escapes == 0 && s > p
                   && s[1] == quote->ch && rsl_redact_word(s[2]))
        {
            /* 'it''s' */
            s++;

        } else {
            return s - (n < quote->escapes ? n : quote->escapes);
        }

        n = 0;
    }

    return end;
}


static const u_char *
rsl_redact_encoded(const u_char *p, const u_char *end, uint32_t quote)
{
    uint32_t       ch;
    const u_char  *next, *escape;

    escape = NULL;

    for ( /* void */ ; p < end; p = next) {
        ch = rsl_redact_char_at(p, end, &next);

        if (ch == quote && escape == NULL) {
            return p;
        }

        /* a backslash of JSON hides the quote behind it */
        escape = (ch == '\\' && escape == NULL) ? p : NULL;
    }

    return end;
}


/* What is in brackets, in Go's and other dumps, or a value of JSON. */

static void
rsl_redact_bracketed(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    scan->value = p;
    scan->stop = rsl_redact_nested(p, scan->end);

    if (*p == '[' && (name->kind == RSL_REDACT_NAME_AUTHORIZATION
                      || name->kind == RSL_REDACT_NAME_COOKIE))
    {
        /* Authorization:[Bearer X] */
        scan->value = rsl_redact_scheme(p + 1, scan->stop, name->kind);
        scan->stop -= scan->stop[-1] == ']';
    }
}


/* Behind the bracket that closes the one at "p". */

static const u_char *
rsl_redact_nested(const u_char *p, const u_char *end)
{
    size_t         depth;
    u_char         quote;
    const u_char  *s;

    depth = 0;
    quote = 0;

    for (s = p; s < end; s++) {

        if (*s == '\\') {
            s++;
            continue;
        }

        if (quote) {
            quote = *s == quote ? 0 : quote;
            continue;
        }

        switch (*s) {

        case '"':
            quote = *s;
            break;

        case '\'':
            if (!rsl_redact_word(s[-1])) {
                quote = *s;
            }

            break;

        case '(':
        case '[':
        case '{':
            depth++;
            break;

        case ')':
        case ']':
        case '}':
            if (--depth == 0) {
                return s + 1;
            }

            break;
        }
    }

    return end;
}


/* The end of a value without quotes. */

static const u_char *
rsl_redact_bare(const u_char *p, const u_char *end, rsl_redact_form_e form)
{
    uint32_t       ch;
    const u_char  *s, *next;

    for (s = p; s < end; s++) {

        switch (*s) {

        case ',':
        case ';':
        case '&':
        case '<':
            return s;

        case '"':
        case '\'':
        case '`':
        case ')':
        case ']':
        case '}':
        case '>':
        case '|':
            /* in the middle of a word it is a part of the secret */
            if (s == p || s + 1 == end || !rsl_redact_word(s[1])) {
                return s;
            }

            break;

        case '(':
        case '[':
        case '{':
            /* Some("x"), ${X} */
            if (s > p && (rsl_redact_word(s[-1]) || s[-1] == '$')) {
                s = rsl_redact_nested(s, rsl_redact_eol(s, end)) - 1;
            }

            break;

        case '\\':
            if (rsl_redact_escaped_end(s, end)) {
                return s;
            }

            break;

        case '%':
            if (form == RSL_REDACT_PERCENT) {
                ch = rsl_redact_char_at(s, end, &next);

                if (ch <= ' ' || strchr("\"'`,;&<>)]}", (int) ch) != NULL) {
                    return s;
                }
            }

            break;

        default:
            if (*s <= ' ' || *s == 0x7f) {
                return s;
            }
        }
    }

    return end;
}


/* Is the backslash at "p" a quote's, or a line feed's? */

static int
rsl_redact_escaped_end(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p; s < end && *s == '\\'; s++) { /* void */ }

    if (s == end) {
        return 0;
    }

    if (*s == '"' || *s == '\'') {
        return s + 1 == end || !rsl_redact_word(s[1]);
    }

    if (*s != 'n' && *s != 'r' && *s != 't') {
        return 0;
    }

    /* "\nuser=x" */

    for (s++, p = s; s < end && s - p < 40 && rsl_redact_word(*s); s++) {
        /* void */
    }

    return s == end || s == p || strchr("=: \"'\\", *s) != NULL;
}


static const u_char *
rsl_redact_eol(const u_char *p, const u_char *end)
{
    const u_char  *s;

    s = memchr(p, '\n', (size_t) (end - p));

    return s == NULL ? end : s;
}


/* The value of a header, to the end of the line. */

static void
rsl_redact_line(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator)
{
    const u_char        *s, *end;
    rsl_redact_quote_t   quote;

    scan->value = p;
    end = scan->end;

    if (name->kind == RSL_REDACT_NAME_AUTHORIZATION) {
        s = rsl_redact_scheme(p, end, name->kind);
        scan->value = s;

        if (s != p && rsl_redact_single(p, s)) {
            scan->stop = rsl_redact_bare(s, end, RSL_REDACT_PLAIN);
            return;
        }
    }

    end = rsl_redact_eol(p, end);

    s = name->start;

    if (s > scan->start && (s[-1] == '"' || s[-1] == '\'') && !name->quoted) {
        /* -H 'Cookie: a=b; c=d' */
        memset(&quote, 0, sizeof(rsl_redact_quote_t));
        quote.ch = s[-1];

        for (s--; s > scan->start && s[-1] == '\\'; s--) {
            quote.escapes++;
        }

        scan->stop = rsl_redact_quoted(p, end, &quote);
        return;
    }

    if (separator == ':') {
        scan->stop = end;
        return;
    }

    /* cookie=a=b; c=d path=/x */

    for (s = p; s < end; s++) {
        s = rsl_redact_bare(s, end, RSL_REDACT_PLAIN);

        if (s == end || *s != ';') {
            break;
        }

        while (s + 1 < end && s[1] == ' ') {
            s++;
        }
    }

    scan->stop = s;
}


/* Has the scheme at "p" one word behind it, unlike Digest? */

static int
rsl_redact_single(const u_char *p, const u_char *end)
{
    u_char  ch;

    ch = *p | 0x20;

    /* of digest, hawk, oauth, signature, scram-…, aws4-hmac-…, vapid */

    return ch != 'd' && ch != 'h' && ch != 'o' && ch != 's' && ch != 'a'
           && ch != 'v' && end > p;
}


/* password: str = "x" */

static void
rsl_redact_annotated(rsl_redact_scan_t *scan)
{
    const u_char        *p, *s;
    rsl_redact_quote_t   quote;

    p = rsl_redact_blanks(scan->stop, scan->end, RSL_REDACT_PLAIN, 0);

    if (p == scan->stop || scan->end - p < 2 || *p != '=' || p[1] == '=') {
        return;
    }

    p = rsl_redact_blanks(p + 1, scan->end, RSL_REDACT_PLAIN, 0);
    s = rsl_redact_opening(p, scan->end, RSL_REDACT_PLAIN, &quote);

    scan->stop = s == NULL
                 ? rsl_redact_bare(p, scan->end, RSL_REDACT_PLAIN)
                 : rsl_redact_quoted(s, scan->end, &quote);
}


/* Behind the scheme of an authorization and its blanks, or "p". */

static const u_char *
rsl_redact_scheme(const u_char *p, const u_char *end, rsl_redact_name_e kind)
{
    size_t              i, n;
    const u_char       *s;
    const char *const  *scheme;

    n = kind == RSL_REDACT_NAME_AUTHORIZATION ? (size_t) -1 : 2;

    for (scheme = rsl_redact_schemes; *scheme != NULL && n > 0; scheme++, n--) {

        s = p;

        for (i = 0; (*scheme)[i] && s < end; i++, s++) {
            if ((*s >= 'A' && *s <= 'Z' ? *s | 0x20 : *s)
                != (u_char) (*scheme)[i])
            {
                break;
            }
        }

        if ((*scheme)[i] || s == end || *s != ' ') {
            continue;
        }

        s = rsl_redact_blanks(s, end, RSL_REDACT_PLAIN, 0);

        return s == end ? p : s;
    }

    return p;
}


static int
rsl_redact_word(u_char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
           || (ch >= '0' && ch <= '9') || ch == '_' || ch >= 0x80;
}
