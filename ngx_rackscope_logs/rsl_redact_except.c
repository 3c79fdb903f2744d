
/*
 * What looks like a name and its secret and is none.
 */


#include "rsl_redact_internal.h"


static int rsl_redact_about_file(const u_char *p, const u_char *end);
static int rsl_redact_pam(const rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_package(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name);
static int rsl_redact_among(const rsl_redact_scan_t *scan,
    const char *const *word);


/* Is it really a name and its value? */

int
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

    /* the last word alone, for a name may have blanks in it */

    for (s = name->end; s > name->start && s[-1] > ' '; s--) { /* void */ }

    while (s > scan->start && (s[-1] == '.' || s[-1] == '_' || s[-1] == '-')) {
        s--;
    }

    if (s > scan->start && s[-1] == '/'
        && rsl_redact_about_file(p, scan->end))
    {
        return 0;
    }

    /* a parser: "Unexpected token: x" */

    if (s - scan->start > 10 && name->end - s == 5
        && rsl_redact_caseless(s - 11, name->end, "unexpected token", 16))
    {
        return 0;
    }

    /* a service of PAM: "pam_unix(passwd:chauthtok)" */

    s = name->start;

    return !(s - scan->start > 4 && s[-1] == '(' && s[-2] > ' '
             && rsl_redact_pam(scan, s - 1));
}


/*
 * Behind the name of a file, "/etc/passwd: permission denied": what programs
 * say about files, the number of a line, or the tag of an image.
 */

static int
rsl_redact_about_file(const u_char *p, const u_char *end)
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

        if (rsl_redact_caseless(p, end, *text, len)
            && ((*text)[len - 1] == ' ' || (size_t) (end - p) == len
                || !rsl_redact_word(p[len])))
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


/* Words that are never secrets. */

int
rsl_redact_constant(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    static const char *const  words[] = {
        "null", "none", "nil", "true", "false", "undefined", "(null)", NULL
    };
    static const char *const  answers[] = { "yes", "no", NULL };

    if (rsl_redact_among(scan, words) || rsl_redact_package(scan, name)) {
        return 1;
    }

    /* MySQL: "(using password: YES)" */

    return name->end - scan->start >= 14
           && rsl_redact_caseless(name->end - 14, name->end, "using password",
                                  14)
           && scan->value - name->end == 2
           && rsl_redact_among(scan, answers);
}


/* The architecture of a package: "xauth:amd64", "passwd:all". */

static int
rsl_redact_package(const rsl_redact_scan_t *scan,
    const rsl_redact_name_t *name)
{
    const u_char              *s;
    static const char *const  words[] = {
        "amd64", "arm64", "i386", "all", NULL
    };

    if (scan->value - name->end != 1 || *name->end != ':'
        || name->end - scan->start < 6)
    {
        return 0;
    }

    for (s = name->end; s > scan->start && (rsl_redact_wordly(s[-1])
                                            || s[-1] == '-'); s--)
    {
        /* void */
    }

    return (memcmp(name->end - 5, "xauth", 5) == 0
            || memcmp(name->end - 6, "passwd", 6) == 0
            || memcmp(s, "lib", 3) == 0)
           && rsl_redact_among(scan, words);
}


static int
rsl_redact_among(const rsl_redact_scan_t *scan, const char *const *word)
{
    size_t  len;

    len = (size_t) (scan->stop - scan->value);

    for ( /* void */ ; *word != NULL; word++) {
        if (strlen(*word) == len
            && rsl_redact_caseless(scan->value, scan->stop, *word, len))
        {
            return 1;
        }
    }

    return 0;
}
