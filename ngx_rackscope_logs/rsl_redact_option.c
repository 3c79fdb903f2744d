
/*
 * Secrets on command lines: --password x, -u user:x, mysql -px.
 */


#include "rsl_redact_internal.h"


/* So far before an option the name of its program is looked for. */
#define RSL_REDACT_COMMAND_MAX  96


typedef struct {
    const char  *program;
    size_t       len;
    char         letter;
    unsigned     attached:1;    /* the value is never a word of its own */
} rsl_redact_letter_t;

#define PROGRAM(name)  name, sizeof(name) - 1


static int rsl_redact_user(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_letter(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_program(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_letter_t *letter);
static int rsl_redact_option_blank(u_char ch);
static int rsl_redact_option_char(u_char ch);


/* Options of one letter mean a password to these programs only. */

static const rsl_redact_letter_t  rsl_redact_programs[] = {
    { PROGRAM("mysql"), 'p', 1 },
    { PROGRAM("mariadb"), 'p', 1 },
    { PROGRAM("sshpass"), 'p', 0 },
    { PROGRAM("login"), 'p', 0 },
    { PROGRAM("mongo"), 'p', 0 },
    { PROGRAM("redis-cli"), 'a', 0 },
    { PROGRAM("ldap"), 'w', 0 },
    { NULL, 0, 0, 0 }
};


/* --password x, -u user:x */

int
rsl_redact_option(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t                    i;
    const u_char             *s, *value, *before, *begin;
    rsl_str_t                 key;
    rsl_redact_name_t         name;
    static const char *const  prose[] = {
        "to ", "is ", "was ", "or ", "and ", "for ", "must ", "not ",
        "option", "flag", "argument", "instead", "with ", "in ", "given",
        "requires", "if ", "from ", "are ", "has ", "cannot ", "can ",
        "should ", "will ", "on ", NULL
    };

    before = p;

    if (p > scan->start && p[-1] > ' ' && p[-1] != '"'
        && p[-1] != '\'' && p[-1] != '=' && p[-1] != '(' && p[-1] != '[')
    {
        return 0;
    }

    if (scan->end - p < 4) {
        return 0;
    }

    if (p[1] != '-'
        && (rsl_redact_user(scan, p) || rsl_redact_letter(scan, p)))
    {
        return 1;
    }

    /* -password x, --password x */

    begin = p[1] == '-' ? p + 2 : p + 1;

    for (s = begin; s < scan->end && s - p < 64
         && rsl_redact_option_char(*s); s++)
    {
        /* void */
    }

    if (s == scan->end || !rsl_redact_option_blank(*s)) {
        return 0;
    }

    key.data = begin;
    key.len = (size_t) (s - begin);

    name.kind = rsl_redact_name(&key);
    name.start = before;
    name.end = s;
    name.quoted = 0;

    if (begin == p + 1 && name.kind != RSL_REDACT_NAME_SECRET) {
        return 0;
    }

    if (name.kind == RSL_REDACT_NAME_NONE) {
        return key.len >= 4 && rsl_redact_caseless(s - 4, s, "user", 4)
               ? rsl_redact_user(scan, p) : 0;
    }

    value = s;

    while (value < scan->end && rsl_redact_option_blank(*value)) {
        value++;
    }

    if (value == scan->end || *value == '-') {
        return 0;
    }

    for (i = 0; prose[i] != NULL; i++) {
        if ((size_t) (scan->end - value) >= strlen(prose[i])
            && memcmp(value, prose[i], strlen(prose[i])) == 0)
        {
            return 0;
        }
    }

    return rsl_redact_value(scan, value, &name, ' ', RSL_REDACT_PLAIN);
}


/* -u user:x, --user user:x, --proxy-user user:x */

static int
rsl_redact_user(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t                            len;
    const u_char                     *s, *colon, *end;
    static const rsl_redact_letter_t  curl = { PROGRAM("curl"), 'u', 0 };

    if (p[1] != '-' && p[1] != 'u' && p[1] != 'U') {
        return 0;
    }

    s = p + 1;

    if (*s == 'u' && rsl_redact_program(scan, p, &curl)) {
        /* curl -uuser:x */
        s++;
    }

    for ( /* void */ ; s < scan->end && !rsl_redact_option_blank(*s); s++) {
        if (p[1] != '-' && s - p > 1) {
            break;
        }
    }

    if (s < scan->end && !rsl_redact_option_blank(*s)
        && !rsl_redact_program(scan, p, &curl))
    {
        return 0;
    }

    while (s < scan->end && (*s == ' ' || *s == '"' || *s == '\'')) {
        s++;
    }

    colon = NULL;

    for (end = s; end < scan->end && *end > ' ' && *end != '"'
         && *end != '\''; end++)
    {
        if (*end == ':' && colon == NULL) {
            colon = end;
        }
    }

    if (colon == NULL || colon == s || colon + 1 == end || colon[1] == '/') {
        return 0;
    }

    len = (size_t) (colon - s);

    if ((size_t) (end - colon - 1) == len && memcmp(s, colon + 1, len) == 0) {
        /* -u www-data:www-data */
        return 0;
    }

    if (*s >= '0' && *s <= '9' && colon[1] >= '0' && colon[1] <= '9'
        && end - colon < 7)
    {
        return 0;
    }

    scan->value = colon + 1;
    scan->stop = end;

    return 1;
}


/* mysql -px, sshpass -p x, redis-cli -a x */

static int
rsl_redact_letter(rsl_redact_scan_t *scan, const u_char *p)
{
    int                         attached;
    const u_char               *s;
    const rsl_redact_letter_t  *letter;

    attached = !rsl_redact_option_blank(p[2]);

    for (letter = rsl_redact_programs; letter->program != NULL; letter++) {

        if ((p[1] | 0x20) == (u_char) letter->letter
            && (attached || !letter->attached)
            && rsl_redact_program(scan, p, letter))
        {
            break;
        }
    }

    if (letter->program == NULL) {
        return 0;
    }

    for (s = p + 2; s < scan->end && (rsl_redact_option_blank(*s) || *s == '\''
                                      || *s == '"'); s++)
    {
        /* void */
    }

    scan->value = s;

    while (s < scan->end && *s > ' ' && *s != '\'' && *s != '"') {
        s++;
    }

    scan->stop = s;

    return s > scan->value && *scan->value != '-';
}


static int
rsl_redact_program(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_letter_t *letter)
{
    const u_char  *s, *limit;

    limit = p - scan->start > RSL_REDACT_COMMAND_MAX
            ? p - RSL_REDACT_COMMAND_MAX : scan->start;

    for (s = p; s > limit; s--) {

        if (s[-1] == '\n' || s[-1] == ';' || s[-1] == '|') {
            return 0;
        }

        if ((s[-1] | 0x20) == (u_char) letter->program[0]
            && rsl_redact_caseless(s - 1, p, letter->program, letter->len))
        {
            return 1;
        }
    }

    return 0;
}


static int
rsl_redact_option_blank(u_char ch)
{
    return ch == ' ' || ch == '\t';
}


static int
rsl_redact_option_char(u_char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
           || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-';
}
