
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Source code beside the name of a secret: where the secret is taken from,
 * request.form["password"], or of which type it is, "password: str = ".
 *
 * A dump is written much the same way, Some("x"), and so is a password now and
 * then.  So it has to be known where the value comes from: a call without
 * arguments, a call that looks something up, a member of a well-known object.
 */


#include "rsl_redact_internal.h"


/* No expression is longer, as far as it is read. */
#define RSL_REDACT_SOURCE_MAX  192


/* An expression, as far as it has been read. */

typedef struct {
    const u_char  *root_end;
    const u_char  *last;        /* the last name in it */
    const u_char  *last_end;
    unsigned       names;
    unsigned       called:1;
    unsigned       indexed:1;
    unsigned       literal:1;   /* a text may be the secret itself */
} rsl_redact_source_t;


static int rsl_redact_source_command(const u_char *p, const u_char *end);
static const u_char *rsl_redact_source_prefix(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_source_names(rsl_redact_source_t *source,
    const u_char *p, const u_char *end);
static const u_char *rsl_redact_source_joint(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_source_arguments(rsl_redact_source_t *source,
    const u_char *p, const u_char *end);
static int rsl_redact_source_wraps(const rsl_redact_source_t *source,
    const u_char *p, const u_char *end, int quoted);
static int rsl_redact_source_defaults(const u_char *p, const u_char *end);
static int rsl_redact_source_looks_up(const u_char *p, const u_char *end);
static int rsl_redact_source_is_one_of(const u_char *p, const u_char *end,
    const char *const *text);
static int rsl_redact_source_ends(const u_char *p, const u_char *end);


int
rsl_redact_source(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    int                        spaced;
    const u_char              *s;
    rsl_redact_source_t        source;
    static const char *const   roots[] = {
        "self", "this", "cls", "cfg", "config", "conf", "settings", "opts",
        "options", "args", "req", "request", "env", "process", "props", "ctx",
        "context", "params", "body", "state", "form", "creds", "credentials",
        "kwargs", "flags", "environment", "event", "payload", "var", "local",
        "data", "module", NULL
    };

    spaced = p[-1] == ' ';

    if (end - p > RSL_REDACT_SOURCE_MAX) {
        end = p + RSL_REDACT_SOURCE_MAX;
    }

    /* what a shell puts in: $(cat /run/secrets/x) */

    if (end - p > 3 && p[0] == '$' && p[1] == '(') {
        return memchr(p, ')', (size_t) (end - p)) != NULL;
    }

    if (*p == '`') {
        return rsl_redact_source_command(p + 1, end);
    }

    memset(&source, 0, sizeof(rsl_redact_source_t));

    s = rsl_redact_source_prefix(p, end);
    s = rsl_redact_source_names(&source, s, end);

    if (s == NULL || source.literal || !rsl_redact_source_ends(s, end)) {
        return 0;
    }

    if (source.called || source.indexed) {
        return 1;
    }

    p = rsl_redact_source_prefix(p, end);

    return source.names > 1
           && (*p == '$'
               || rsl_redact_word(names, source.last, source.last_end)
                  & RSL_REDACT_WORD_TYPE
               || rsl_redact_source_is_one_of(p, source.root_end, roots)
               || (spaced && rsl_redact_word_is_variable(source.last,
                                                         source.last_end)));
}


/* Is a command at "p" whose output a shell puts in: `cat /run/secrets/x`? */

static int
rsl_redact_source_command(const u_char *p, const u_char *end)
{
    size_t                     i, len;
    static const char *const   commands[] = {
        "aws ", "az ", "bw ", "cat ", "gcloud ", "head ", "kubectl ", "op ",
        "openssl ", "pass ", "pwgen ", "sops ", "vault ", NULL
    };

    for (i = 0; commands[i] != NULL; i++) {
        len = strlen(commands[i]);

        if ((size_t) (end - p) > len && memcmp(p, commands[i], len) == 0) {
            return memchr(p, '`', (size_t) (end - p)) != NULL;
        }
    }

    return 0;
}


/* Behind "await ", "new ", "&", "*", which may stand before an expression. */

static const u_char *
rsl_redact_source_prefix(const u_char *p, const u_char *end)
{
    size_t                     i, len;
    static const char *const   prefixes[] = {
        "await ", "new ", "yield ", "typeof ", "&", "*", NULL
    };

    for (i = 0; prefixes[i] != NULL; i++) {

        if (p == end || *p != (u_char) prefixes[i][0]) {
            continue;
        }

        len = strlen(prefixes[i]);

        if ((size_t) (end - p) > len && memcmp(p, prefixes[i], len) == 0) {
            p += len;
        }
    }

    return p;
}


/*
 * Behind names, calls and indices: a.b(c)["d"].  NULL: it is something else.
 */

static const u_char *
rsl_redact_source_names(rsl_redact_source_t *source, const u_char *p,
    const u_char *end)
{
    const u_char  *s;

    if (p < end && *p == '$') {
        p++;
    }

    for ( ;; ) {

        if (p == end || *p < 'A' || !rsl_redact_char_is_word(*p)) {
            return NULL;
        }

        s = p;

        while (p < end && rsl_redact_char_is_word(*p)) {

            /* a digit within a name is more likely one of a password */

            if (*p <= '9' && (source->names == 0 || end - p < 2
                              || rsl_redact_char_is_word(p[1])))
            {
                return NULL;
            }

            p++;
        }

        source->last = s;
        source->last_end = p;
        source->names++;

        if (source->root_end == NULL) {
            source->root_end = p;
        }

        p = rsl_redact_source_arguments(source, p, end);

        s = rsl_redact_source_joint(p, end);

        if (s == p) {
            return p;
        }

        p = s;
    }
}


/* Behind ".", "?.", "->" or "::", or "p". */

static const u_char *
rsl_redact_source_joint(const u_char *p, const u_char *end)
{
    if (end - p < 3) {
        return p;
    }

    if (*p == '.' && p[1] >= 'A' && rsl_redact_char_is_word(p[1])) {
        return p + 1;
    }

    if ((p[0] == '?' && p[1] == '.') || (p[0] == '-' && p[1] == '>')
        || (p[0] == ':' && p[1] == ':'))
    {
        return p + 2;
    }

    return p;
}


/* Behind the arguments and indices at "p". */

static const u_char *
rsl_redact_source_arguments(rsl_redact_source_t *source, const u_char *p,
    const u_char *end)
{
    int            quoted;
    size_t         depth;
    u_char         open;
    const u_char  *s;

    while (p < end && (*p == '(' || *p == '[' || *p == '!')) {

        if (*p == '!') {
            if (end - p > 1 && p[1] != '(') {
                return p;
            }

            p++;
            continue;
        }

        open = *p;
        quoted = 0;
        depth = 0;

        for (s = p; s < end; s++) {

            if (*s == '(' || *s == '[') {
                depth++;

            } else if (*s == ')' || *s == ']') {
                if (--depth == 0) {
                    break;
                }

            } else if (*s == '"' || *s == '\'') {
                quoted = 1;

            } else if (*s < ' ') {
                break;
            }
        }

        if (open == '[') {
            source->indexed = 1;

            /* Optional[x] is a dump, but not ENV["x"] */

            source->literal |= s == end || *s != ']' || s - p < 2
                               || (*source->last < 'a'
                                   && (source->last[1] >= 'a' || !quoted));

        } else {
            source->called = 1;
            source->literal |= (s - p > 1 || s == end || *s != ')')
                               && rsl_redact_source_wraps(source, p, s, quoted);
        }

        p = s < end && *s >= ' ' ? s + 1 : s;
    }

    return p;
}


/*
 * May the arguments from "p" to "end" be the secret: Some(x), Token("x"),
 * abc(123)?
 */

static int
rsl_redact_source_wraps(const rsl_redact_source_t *source, const u_char *p,
    const u_char *end, int quoted)
{
    int  capital;

    if (p[1] == '.' || (source->last_end - source->last > 5
                     && rsl_redact_char_caseless(source->last_end - 5,
                                                 source->last_end, "field", 5)))
    {
        /* Form(...), StringField("Password") */
        return 0;
    }

    capital = *source->last < 'a' && source->names == 1;

    if (!capital
        && rsl_redact_source_looks_up(source->last, source->last_end))
    {
        return rsl_redact_source_defaults(p, end);
    }

    if (source->last_end - source->last == 2
        && rsl_redact_char_caseless(source->last, source->last_end, "of", 2))
    {
        return 1;
    }

    if (quoted || capital) {
        return quoted || memchr(p, ',', (size_t) (end - p)) == NULL;
    }

    return source->names == 1
           && (p + 1 == end || (p[1] | 0x20) < 'a' || (p[1] | 0x20) > 'z');
}


/* Is a secret among the further arguments: get("DB_PASSWORD", "x")? */

static int
rsl_redact_source_defaults(const u_char *p, const u_char *end)
{
    u_char         quote;
    const u_char  *s;

    p = memchr(p, ',', (size_t) (end - p));

    for ( /* void */ ; p != NULL && p < end; p++) {

        if (*p != '"' && *p != '\'') {
            continue;
        }

        quote = *p++;

        for (s = p; s < end && *s != quote; s++) { /* void */ }

        if (rsl_redact_except_opaque(p, s)) {
            return 1;
        }

        p = s;
    }

    return 0;
}


/*
 * Does a call of this name look something up, or make something new?  Then the
 * text in its arguments is no secret.
 */

static int
rsl_redact_source_looks_up(const u_char *p, const u_char *end)
{
    size_t                     i, len;
    static const char *const   verbs[] = {
        "get", "getenv", "getpass", "fetch", "load", "read", "find", "lookup",
        "ask", "prompt", "input", "require", "env", "var", "param", "params",
        "form", "header", "query", "config", "pop", "resolve", "generate",
        "create", "make", "random", "urandom", "hash", "sign", "verify",
        "uuid", "hexdigest", "value", "select", "file", "field", "column",
        "char", NULL
    };

    for (i = 0; verbs[i] != NULL; i++) {
        len = strlen(verbs[i]);

        if (rsl_redact_char_caseless(p, end, verbs[i], len)
            && ((size_t) (end - p) == len || p[len] < 'a' || p[len] == '_'))
        {
            return 1;
        }
    }

    return 0;
}


static int
rsl_redact_source_is_one_of(const u_char *p, const u_char *end,
    const char *const *text)
{
    size_t  len;

    len = (size_t) (end - p);

    for ( /* void */ ; *text != NULL; text++) {
        if (strlen(*text) == len
            && rsl_redact_char_caseless(p, end, *text, len))
        {
            return 1;
        }
    }

    return 0;
}


/* Is nothing at "p" that would belong to a value? */

static int
rsl_redact_source_ends(const u_char *p, const u_char *end)
{
    while (p < end && *p && strchr(")]};,\"'`?", *p) != NULL) {
        p++;
    }

    return p == end || *p <= ' ';
}


int
rsl_redact_source_compares(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (end - p > RSL_REDACT_SOURCE_MAX) {
        end = p + RSL_REDACT_SOURCE_MAX;
    }

    for (s = p; s < end; s++) {
        if (!((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z') && *s != '_'
            && (*s != '.' || s == p))
        {
            break;
        }
    }

    return s > p && (s == end || (*s && strchr(" \t\n):;{(&|,?", *s) != NULL));
}


/*
 * Behind the "=" of a declaration, whose type is at "p": "str | None = ".
 */

const u_char *
rsl_redact_source_declared(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (end - p > RSL_REDACT_SOURCE_MAX / 2) {
        end = p + RSL_REDACT_SOURCE_MAX / 2;
    }

    if (*p == '*' || *p == '\'') {
        /* a mask, or a text in quotes */
        return NULL;
    }

    for (s = p; end - s > 3; s++) {

        if (*s == ' ' || *s == '\t') {

            while (end - s > 3 && (*s == ' ' || *s == '\t')) {
                s++;
            }

            if (*s == '=' && s[1] != '=' && s[1] != '>') {
                return s + 1;
            }

            /* of several words "|" has to be between them: "str | None" */

            if (*s == '|' && s[1] == ' ') {
                s++;
                continue;
            }

            if (s - p > 2 && s[-2] != '|' && s[-2] != ',' && *p != '&') {
                return NULL;
            }
        }

        if (!rsl_redact_char_is_word(*s) && (strchr(".:<>[]?!&*',", *s) == NULL
                                             || *s == '\0'))
        {
            return NULL;
        }
    }

    return NULL;
}
