
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What looks like a name and its secret and is none.
 *
 * A new exception is a row of a table here, or a function that
 * rsl_redact_except_allows() asks, and has a line in t/redaction/harmless.txt.
 * An exception looks at the beginning of a value and at a few bytes before the
 * name only, because it is asked at every name.
 */


#include "rsl_redact_internal.h"


/* How far before a name its logger or its ARN is looked for, in bytes. */
#define RSL_REDACT_EXCEPT_LOGGER  96


static int rsl_redact_except_declared(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
static int rsl_redact_except_about_key(const u_char *p, const u_char *end);
static int rsl_redact_except_failed(const u_char *p, const u_char *end);
static int rsl_redact_except_prompt(const rsl_redact_scan_t *scan,
    const u_char *p, const rsl_redact_name_t *name);
static int rsl_redact_except_numbered(const rsl_redact_scan_t *scan,
    const u_char *p, const rsl_redact_name_t *name);
static int rsl_redact_except_about_file(const u_char *p, const u_char *end);
static int rsl_redact_except_pam(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_except_logger(const rsl_redact_scan_t *scan,
    const u_char *p, const rsl_redact_name_t *name);
static int rsl_redact_except_arn(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
static int rsl_redact_except_package(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
static int rsl_redact_except_among(const rsl_redact_scan_t *scan,
    const char *const *word);


/*
 * Is it really a name and its value, as far as the beginning of the value at
 * "p" shows?
 */

int
rsl_redact_except_allows(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator)
{
    size_t         len;
    const u_char  *s;

    s = name->start;
    len = (size_t) (name->end - s);

    /* the working directory: a shell's PWD=/home/x */

    if ((len == 3 || len == 6) && memcmp(s + len - 3, "PWD", 3) == 0
        && (len == 3 || memcmp(s, "OLD", 3) == 0)
        && (*p == '/' || *p == '~' || (scan->end - p > 1 && p[1] == '/')))
    {
        return 0;
    }

    if ((name->end[-1] | 0x20) == 'y'
        && rsl_redact_except_about_key(p, scan->end))
    {
        return 0;
    }

    if (separator == '=' && rsl_redact_except_declared(scan, name)) {
        return 0;
    }

    if (separator != ':') {
        return 1;
    }

    if (*p == '?' && name->start - scan->start > 1 && name->start[-1] == '{'
        && name->start[-2] == '$')
    {
        /* what a shell says if it is not set: ${PASSWORD:?not set} */
        return 0;
    }

    /*
     * Is a path before the name, as in "/etc/passwd: ..."?  A name may have
     * blanks in it, so the part behind the last of them counts.
     */

    for (s = name->end; s > name->start && s[-1] > ' '; s--) { /* void */ }

    while (s > scan->start && (s[-1] == '.' || s[-1] == '_' || s[-1] == '-')) {
        s--;
    }

    if (s > scan->start && s[-1] == '/'
        && rsl_redact_except_about_file(p, scan->end))
    {
        return 0;
    }

    if (name->start - scan->start > 4 && name->start[-1] == '('
        && name->start[-2] > ' '
        && rsl_redact_except_pam(scan, name->start - 1))
    {
        return 0;
    }

    return !rsl_redact_except_parser(scan, name)
           && !rsl_redact_except_logger(scan, p, name)
           && !rsl_redact_except_arn(scan, name)
           && !rsl_redact_except_failed(p, scan->end)
           && !rsl_redact_except_prompt(scan, p, name)
           && !rsl_redact_except_numbered(scan, p, name);
}


/* Is the name that of a type: "type Credentials = Pick<User, 'email'>"? */

static int
rsl_redact_except_declared(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    const u_char  *s;

    for (s = name->end; s > name->start && s[-1] > ' '; s--) { /* void */ }

    return *s >= 'A' && *s <= 'Z' && s - scan->start > 4
           && memcmp(s - 5, "type ", 5) == 0
           && name->end < scan->end && *name->end == ' ';
}


/* Beside the name of a key: the file that it is in, or its size in bits. */

static int
rsl_redact_except_about_key(const u_char *p, const u_char *end)
{
    const u_char              *s;
    const char *const         *root;
    static const char *const  roots[] = {
        "/home/", "/etc/", "/root/", "/usr/", "/var/", "/opt/", "/run/",
        "/tmp/", "/users/", "/srv/", "~/.ssh/", NULL
    };

    if (*p == '(') {
        for (s = p + 1; s < end && *s >= '0' && *s <= '9'; s++) { /* void */ }

        return s - p > 1 && rsl_redact_char_caseless(s, end, " bit", 4);
    }

    for (root = roots; *root != NULL; root++) {
        if (rsl_redact_char_caseless(p, end, *root, strlen(*root))) {
            return 1;
        }
    }

    return 0;
}


/*
 * Why something failed that concerns a secret: "could not read the credentials:
 * Permission denied".
 */

static int
rsl_redact_except_failed(const u_char *p, const u_char *end)
{
    const char *const         *text;
    static const char *const  texts[] = {
        "permission denied", "no such file", "no such device", "access denied",
        "incorrect password", "out of memory", "connection refused",
        "connection reset", "connection timed out", "operation not ",
        "operation timed out", "invalid argument", "cannot allocate memory",
        "does not exist", "resource temporarily unavailable", "errno ",
        "is a directory", "not a directory", "file exists", "broken pipe",
        "input/output error", "no space left", "too many open files",
        "secret \"", "configmap \"", NULL
    };

    for (text = texts; *text != NULL; text++) {
        if (rsl_redact_char_caseless(p, end, *text, strlen(*text))) {
            return 1;
        }
    }

    return 0;
}


/*
 * In source code "Password: " may be the text of a prompt, as in
 * getpass('Password: ', x).  The quote behind it closes that text and opens no
 * value.
 */

static int
rsl_redact_except_prompt(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    const u_char  *s;

    if ((*p != '"' && *p != '\'') || name->quoted) {
        return 0;
    }

    for (s = name->start; s > scan->start && s[-1] > ' '; s--) {
        if (s[-1] == *p) {
            break;
        }
    }

    return s > scan->start && s[-1] == *p
           && (scan->end - p == 1 || strchr(",)]; ", p[1]) != NULL);
}


/*
 * The number of a stream or a login, "sid:1"; the name of a count,
 * "auth:p50=12"; the version of a package, "xauth_1%3a1.1.2".
 */

static int
rsl_redact_except_numbered(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    size_t         len;
    const u_char  *s;

    for (s = p; s < scan->end && *s >= '0' && *s <= '9'; s++) { /* void */ }

    len = (size_t) (name->end - name->start);

    if (s > p && s - p < 6 && p - name->end == 1 && len >= 3
        && rsl_redact_char_caseless(name->end - 3, name->end, "sid", 3)
        && (s == scan->end || *s == ' ' || *s == ','))
    {
        return 1;
    }

    if (s > p && *name->end == '%' && len > 2
        && name->end[-1] >= '0' && name->end[-1] <= '9')
    {
        for (s = name->end; s > name->start && s[-1] >= '0' && s[-1] <= '9';
             s--)
        {
            /* void */
        }

        return s > name->start && s[-1] == '_';
    }

    if (p - name->end != 1 || len < 5
        || memcmp(name->end - 5, "_auth", 5) != 0)
    {
        return 0;
    }

    for (s = p; s < scan->end && rsl_redact_char_is_word(*s); s++) {
        /* void */
    }

    return scan->end - s > 1 && *s == '=' && s[1] >= '0' && s[1] <= '9';
}


/* What a parser says: "Unexpected token: x", "unexpected json token". */

int
rsl_redact_except_parser(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    const u_char  *s, *limit;

    if (name->end - scan->start < 16
        || !rsl_redact_char_caseless(name->end - 6, name->end, " token", 6))
    {
        return 0;
    }

    limit = name->end - scan->start > 32 ? name->end - 32 : scan->start;

    for (s = name->end - 15; s >= limit; s--) {
        if (rsl_redact_char_caseless(s, name->end, "unexpected ", 11)
            || rsl_redact_char_caseless(s, name->end, "unrecognized ", 13))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Behind a path, "/etc/passwd: permission denied": what programs say about
 * files, the number of a line, or the tag of an image of a container.
 */

static int
rsl_redact_except_about_file(const u_char *p, const u_char *end)
{
    size_t                    len;
    const u_char             *s;
    const char *const        *text;
    static const char *const  texts[] = {
        "permission denied", "no such file", "not found", "no such ",
        "command not found", "is a directory", "is not a ", "not a directory",
        "not a regular file", "file exists", "directory ", "file not found",
        "operation not permitted", "read-only file", "too many ",
        "text file busy", "input/output error", "line ", "ascii text",
        "setuid ", "cannot ", "could not ", "failed to ", "unable to ",
        "access denied", "invalid argument", "bad permissions", "empty file",
        "file name too long", "cannot open", "does not exist", "latest",
        "deprecationwarning", "userwarning", NULL
    };

    for (text = texts; *text != NULL; text++) {
        len = strlen(*text);

        if (rsl_redact_char_caseless(p, end, *text, len)
            && ((*text)[len - 1] == ' ' || (size_t) (end - p) == len
                || !rsl_redact_char_is_word_utf8(p[len])))
        {
            return 1;
        }
    }

    for (s = p; s < end && s - p < 6 && *s >= '0' && *s <= '9'; s++) {
        /* void */
    }

    /* "auth:12: error", "auth:1.2" */

    return s > p && p[-1] == ':' && end - s > 1
           && (*s == ':' || (*s == '.' && s[1] >= '0' && s[1] <= '9'));
}


/* Is "p" behind a module of PAM: "pam_unix(sshd:auth): ..."? */

static int
rsl_redact_except_pam(const rsl_redact_scan_t *scan, const u_char *p)
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


/*
 * Is it the name of a logger, behind a level and before a sentence, as Python
 * prints it: "INFO:app.auth:user bob logged in"?
 */

static int
rsl_redact_except_logger(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    size_t                     i, len;
    const u_char              *s, *limit;
    static const char *const   levels[] = {
        "debug", "info", "warning", "warn", "error", "critical", "fatal",
        "trace", "notice", NULL
    };

    if (p - name->end != 1 || name->quoted || !rsl_redact_char_is_word(*p)) {
        return 0;
    }

    /* pytest: "ERROR app.auth:views.py:33 login failed" */

    for (s = p; s < scan->end && rsl_redact_char_is_word(*s); s++) {
        /* void */
    }

    if (scan->end - s > 4 && memcmp(s, ".py:", 4) == 0) {
        return 1;
    }

    limit = name->end - scan->start > RSL_REDACT_EXCEPT_LOGGER
            ? name->end - RSL_REDACT_EXCEPT_LOGGER : scan->start;

    for (s = name->end; s > limit && (rsl_redact_char_is_word(s[-1])
                                      || s[-1] == '.' || s[-1] == '-'); s--)
    {
        /* void */
    }

    if (s == limit || s[-1] != ':') {
        return 0;
    }

    for (i = 0; levels[i] != NULL; i++) {
        len = strlen(levels[i]);

        if ((size_t) (s - 1 - limit) >= len
            && rsl_redact_char_caseless(s - 1 - len, s, levels[i], len)
            && (s - 1 - len == scan->start
                || !rsl_redact_char_is_word(s[-2 - (ptrdiff_t) len])))
        {
            break;
        }
    }

    if (levels[i] == NULL) {
        return 0;
    }

    for (s = p; s < scan->end && s - p < RSL_REDACT_EXCEPT_LOGGER
         && *s > ' '; s++)
    {
        /* void */
    }

    return memchr(name->start, '.', (size_t) (name->end - name->start)) != NULL
           || (name->start > scan->start && name->start[-1] == '.')
           || (s < scan->end && *s == ' ');
}


/* The name of a secret of AWS: "arn:aws:secretsmanager:...:secret:db-AbCdEf" */

static int
rsl_redact_except_arn(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    const u_char  *s, *limit;

    s = name->start;

    if (s == scan->start || (s[-1] != ':' && s[-1] != '/')) {
        return 0;
    }

    limit = s - scan->start > RSL_REDACT_EXCEPT_LOGGER
            ? s - RSL_REDACT_EXCEPT_LOGGER : scan->start;

    for ( /* void */ ; s > limit && s[-1] > ' '; s--) {
        if (*s == ':' && s - limit > 2
            && rsl_redact_char_caseless(s - 3, name->start, "arn:", 4))
        {
            return 1;
        }
    }

    return 0;
}


/* A sentence about the name goes on: "password is required". */

int
rsl_redact_except_prose_at(const u_char *p, const u_char *end)
{
    size_t                    i;
    static const char *const  words[] = {
        "to ", "is ", "was ", "or ", "and ", "for ", "must ", "not ",
        "option", "flag", "argument", "instead", "with ", "in ", "given",
        "requires", "if ", "from ", "are ", "has ", "cannot ", "can ",
        "should ", "will ", "on ", "via ", "work ", "works ", "wouldn't ",
        "doesn't ", "may ", NULL
    };

    for (i = 0; words[i] != NULL; i++) {
        if ((size_t) (end - p) >= strlen(words[i])
            && memcmp(p, words[i], strlen(words[i])) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/*
 * A constant of a programming language, the architecture of a package, or an
 * answer is no secret.
 */

int
rsl_redact_except_constant(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    static const char *const  words[] = {
        "null", "none", "nil", "true", "false", "undefined", "(null)", NULL
    };
    static const char *const  answers[] = { "yes", "no", NULL };

    if (rsl_redact_except_among(scan, words)
        || rsl_redact_except_package(scan, name))
    {
        return 1;
    }

    /* MySQL: "(using password: YES)" */

    return name->end - scan->start >= 14
           && rsl_redact_char_caseless(name->end - 14, name->end,
                                       "using password", 14)
           && scan->value - name->end == 2
           && rsl_redact_except_among(scan, answers);
}


/*
 * The architecture of a package is no secret: "xauth:amd64", "python3-jwt:all".
 */

static int
rsl_redact_except_package(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    static const char *const  words[] = {
        "amd64", "arm64", "armhf", "i386", "ppc64el", "s390x", "all", "any",
        NULL
    };

    return scan->value - name->end == 1 && *name->end == ':'
           && rsl_redact_except_among(scan, words);
}


/* Is the value one of these, in any case? */

static int
rsl_redact_except_among(const rsl_redact_scan_t *scan, const char *const *word)
{
    size_t  len;

    len = (size_t) (scan->stop - scan->value);

    for ( /* void */ ; *word != NULL; word++) {
        if (strlen(*word) == len
            && rsl_redact_char_caseless(scan->value, scan->stop, *word, len))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * "session" and "pass" are used in prose too, and a word of prose beside them
 * is no secret: "session: started".
 */

int
rsl_redact_except_prose(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    const u_char  *s;

    /* the number of a login: "unix-session:2" */

    if (name->end[-1] == 'n' && *name->end == ':'
        && scan->value == name->end + 1 && scan->stop - scan->value < 4)
    {
        for (s = scan->value; s < scan->stop && *s >= '0' && *s <= '9'; s++) {
            /* void */
        }

        return s == scan->stop;
    }

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


/*
 * A count is a number, several numbers, or a word: what has no digits, or less
 * than three letters.
 */

int
rsl_redact_except_count(const rsl_redact_scan_t *scan)
{
    int            digits, letters;
    const u_char  *s;

    digits = 0;
    letters = 0;

    if (scan->value < scan->stop && *scan->value == '{') {
        /* not an array of PHP with texts in it */
        return rsl_redact_char_until(scan->value, scan->stop, "string(")
               == scan->stop;
    }

    for (s = scan->value; s < scan->stop; s++) {
        if (*s >= '0' && *s <= '9') {
            digits++;

        } else if (rsl_redact_char_is_word_utf8(*s)) {
            letters++;
        }
    }

    return digits == 0 || letters < 3;
}


/* fetch(url, { credentials: 'omit' }) */

int
rsl_redact_except_fetched(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    size_t                     i, len;
    static const char *const   values[] = {
        "omit", "include", "same-origin", NULL
    };

    if (name->end - name->start != 11
        || !rsl_redact_char_caseless(name->start, name->end, "credentials", 11))
    {
        return 0;
    }

    len = (size_t) (scan->stop - p);

    for (i = 0; values[i] != NULL; i++) {
        if (strlen(values[i]) == len && memcmp(p, values[i], len) == 0) {
            return 1;
        }
    }

    return 0;
}


/*
 * In a help text stands "--password PASSWORD" or "--token string", and in
 * source code "self.password = password".
 */

int
rsl_redact_except_itself(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    int            option;
    size_t         len;
    const u_char  *s, *start;

    for (s = p; s < scan->end && (rsl_redact_char_is_word(*s)
                                  || (s > p && *s == '-')); s++)
    {
        /* void */
    }

    len = (size_t) (s - p);

    if (len == 0 || len > RSL_REDACT_EXCEPT_LONG + 4
        || (s < scan->end && *s > ' ' && strchr("]);,|", *s) == NULL))
    {
        return 0;
    }

    start = name->start;

    option = start < name->end
             && (*start == '-'
                 || (start - scan->start > 1 && start[-1] == '-'
                     && start[-2] == '-'));

    if (option) {
        return (*p < 'a' && rsl_redact_word_is_variable(p, s)
                && (rsl_redact_word_has_stem(p, s)
                    || rsl_redact_word(scan->names, p, s)
                       & RSL_REDACT_WORD_TYPE))
               || (scan->end - s > 2 && s[0] == ' ' && s[1] == ' '
                   && rsl_redact_word(scan->names, p, s)
                      & RSL_REDACT_WORD_TYPE);
    }

    if ((size_t) (name->end - start) == len && s < scan->end
        && (*s == ')' || *s == ',') && p[-1] == '='
        && memcmp(start, p, len) == 0
        && rsl_redact_name_strength(scan->names, start, name->end)
           != RSL_REDACT_STRONG)
    {
        /* get(url, auth=auth) */
        return 1;
    }

    if ((size_t) (name->end - start) <= len + 4 || name->quoted
        || (!rsl_redact_char_caseless(start, name->end, "self.", 5)
            && !rsl_redact_char_caseless(start, name->end, "this.", 5)))
    {
        return 0;
    }

    return name->end[-1 - (ptrdiff_t) len] == '.'
           && memcmp(name->end - len, p, len) == 0;
}


/*
 * A community of SNMP is a secret, and so it is made as no word and no number
 * is: "community: edition", "community=65000:100".
 */

int
rsl_redact_except_opaque(const u_char *p, const u_char *end)
{
    size_t         digits, letters, others, changes;
    u_char         last;
    const u_char  *s;

    digits = 0;
    letters = 0;
    others = 0;
    changes = 0;
    last = 0;

    for (s = p; s < end && s - p < 64; s++) {

        if (*s >= '0' && *s <= '9') {
            digits++;
            changes += last == 'a';
            last = '0';

        } else if ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z') {
            letters++;
            changes += last == '0';
            last = 'a';

        } else if (*s == ' ' || *s == '.' || *s == '/' || *s == ':') {
            return 0;

        } else {
            others += *s != '-' && *s != '_';
        }
    }

    return letters > 2 && end - p >= 6
           && ((digits > 0 && (changes > 1 || others > 0)) || digits > 2
               || (others > 0 && letters > 3));
}


/*
 * Terms that have letters and digits as a token has: algorithms, architectures,
 * "0x7f", "16KB", "3rd", an address of mail, an assignment.
 */

int
rsl_redact_except_term(const u_char *p, const u_char *end)
{
    size_t                     i, len;
    const u_char              *s, *at;
    static const char *const   terms[] = {
        "sha", "md5", "hmac", "bcrypt", "scrypt", "argon2", "pbkdf2", "aes",
        "rsa", "ecdsa", "ed25519", "x509", "x86", "amd64", "arm64", "i386",
        "oauth", "base64", "utf", "http", "ipv", "jwt", "0x", "pkcs", NULL
    };

    for (s = p; s < end && ((*s | 0x20) >= 'a' || *s == '_')
         && (*s | 0x20) <= 'z'; s++)
    {
        /* void */
    }

    if (s - p > 1 && end - s > 2 && *s == '=' && s[1] != '=') {
        return 1;
    }

    if (end - p > RSL_REDACT_EXCEPT_LONG + 4) {
        return 0;
    }

    for (i = 0; terms[i] != NULL; i++) {
        len = strlen(terms[i]);

        if (rsl_redact_char_caseless(p, end, terms[i], len)) {
            return 1;
        }
    }

    for (s = p; s < end && *s >= '0' && *s <= '9'; s++) { /* void */ }

    for (at = s; at < end && ((*at | 0x20) >= 'a' && (*at | 0x20) <= 'z');
         at++)
    {
        /* void */
    }

    if (s > p && at == end && at - s < 6) {
        return 1;
    }

    at = memchr(p, '@', (size_t) (end - p));

    if (at != NULL && memchr(at, '.', (size_t) (end - at)) != NULL) {
        return 1;
    }

    at = memchr(p, '=', (size_t) (end - p));

    return at != NULL && end - at > 2;
}
