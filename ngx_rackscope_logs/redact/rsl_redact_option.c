
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets behind an option of a command line: --password x, -u user:x,
 * mysql -px.  What a command takes without an option is in
 * rsl_redact_command.c.
 */


#include "rsl_redact_internal.h"


/* How many bytes before an option the name of its program is looked for. */
#define RSL_REDACT_COMMAND_MAX  96

/* The longest name of a user before its ":". */
#define RSL_REDACT_USER_MAX     128


typedef struct {
    const char  *program;
    size_t       len;
    u_char       letter;        /* a small letter stands for both cases */
    u_char       behind;        /* the secret begins behind this byte of the
                                   value; 0: it is all of the value */
    unsigned     attached:1;    /* the value has to follow without a blank */
} rsl_redact_letter_t;

#define PROGRAM(name)  name, sizeof(name) - 1


static int rsl_redact_option_user(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_option_user_value(rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_option_letter(rsl_redact_scan_t *scan, const u_char *p);
static const rsl_redact_letter_t *rsl_redact_option_program(
    rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_letter_t *letter, int attached);
static int rsl_redact_option_letter_is(const rsl_redact_letter_t *letter,
    u_char ch, int attached);
static int rsl_redact_option_blank(u_char ch);
static int rsl_redact_option_char(u_char ch);


/* With these programs an option of one letter takes a password. */

static const rsl_redact_letter_t  rsl_redact_option_programs[] = {
    { PROGRAM("7z"), 'p', 0, 1 },
    { PROGRAM("bcp "), 'P', 0, 0 },
    { PROGRAM("cqlsh"), 'p', 0, 0 },
    { PROGRAM("isql "), 'P', 0, 0 },
    { PROGRAM("ldap"), 'w', 0, 0 },
    { PROGRAM("lftp"), 'u', ',', 0 },
    { PROGRAM("login"), 'p', 0, 0 },
    { PROGRAM("mariadb"), 'p', 0, 1 },
    { PROGRAM("mongo"), 'p', 0, 0 },
    { PROGRAM("mosquitto_"), 'P', 0, 0 },
    { PROGRAM("mysql"), 'p', 0, 1 },
    { PROGRAM("net "), 'U', '%', 0 },
    { PROGRAM("openssl"), 'k', 0, 0 },
    { PROGRAM("rar "), 'p', 0, 1 },
    { PROGRAM("rar "), 'h', 'p', 1 },
    { PROGRAM("rdesktop"), 'p', 0, 0 },
    { PROGRAM("redis-cli"), 'a', 0, 0 },
    { PROGRAM("rpcclient"), 'U', '%', 0 },
    { PROGRAM("smbclient"), 'U', '%', 0 },
    { PROGRAM("sqlcmd"), 'P', 0, 0 },
    { PROGRAM("sshpass"), 'p', 0, 0 },
    { PROGRAM("unzip "), 'P', 0, 0 },
    { PROGRAM("winexe"), 'U', '%', 0 },
    { PROGRAM("zip "), 'P', 0, 0 },
    { NULL, 0, 0, 0, 0 }
};

static const rsl_redact_letter_t  rsl_redact_option_curl[] = {
    { PROGRAM("curl"), 'u', 0, 0 },
    { NULL, 0, 0, 0, 0 }
};


/* Is a secret behind the option at "p"? */

int
rsl_redact_option(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char       *s, *value, *before, *begin;
    rsl_str_t           key;
    rsl_redact_name_t   name;

    before = p;

    if (p > scan->start && p[-1] > ' ' && p[-1] != '"'
        && p[-1] != '\'' && p[-1] != '=' && p[-1] != '(' && p[-1] != '[')
    {
        return 0;
    }

    /* a dash on its own is no option */

    if (p[1] <= ' ') {
        return 0;
    }

    if (p[1] != '-'
        && (rsl_redact_option_user(scan, p)
            || rsl_redact_option_letter(scan, p)))
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

    name.kind = rsl_redact_name(scan->names, &key);
    name.start = before;
    name.end = s;
    name.quoted = 0;

    if ((begin == p + 1 && name.kind != RSL_REDACT_NAME_SECRET)
        || rsl_redact_except_option(&key))
    {
        return 0;
    }

    if (name.kind == RSL_REDACT_NAME_NONE) {
        return key.len >= 4 && rsl_redact_char_caseless(s - 4, s, "user", 4)
               ? rsl_redact_option_user(scan, p) : 0;
    }

    value = s;

    while (value < scan->end && rsl_redact_option_blank(*value)) {
        value++;
    }

    if (value == scan->end || *value == '-'
        || rsl_redact_except_prose_at(value, scan->end))
    {
        return 0;
    }

    return rsl_redact_value(scan, value, &name, ' ', RSL_REDACT_PLAIN);
}


/*
 * Is it an option that takes a user and a password: -u user:x, --user user:x,
 * --proxy-user user:x?
 */

static int
rsl_redact_option_user(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s;

    if (p[1] != '-' && p[1] != 'u' && p[1] != 'U') {
        return 0;
    }

    s = p + 1;

    if (*s == 'u'
        && rsl_redact_option_program(scan, p, rsl_redact_option_curl, 0))
    {
        /* curl -uuser:x */
        s++;
    }

    for ( /* void */ ; s < scan->end && !rsl_redact_option_blank(*s); s++) {
        if (p[1] != '-' && s - p > 1) {
            break;
        }
    }

    if (s < scan->end && !rsl_redact_option_blank(*s)
        && !rsl_redact_option_program(scan, p, rsl_redact_option_curl, 0))
    {
        return 0;
    }

    return rsl_redact_option_user_value(scan, s);
}


/* Is there a user and a password at "p": user:x, 'user:x y'? */

static int
rsl_redact_option_user_value(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t         len;
    u_char         quote;
    const u_char  *s, *colon;

    for (quote = '\0'; p < scan->end && (*p == ' ' || *p == '"' || *p == '\'');
         p++)
    {
        quote = *p == ' ' ? '\0' : *p;
    }

    colon = NULL;

    for (s = p; s < scan->end; s++) {

        if (*s < ' ' || *s == '"' || *s == '\'' || (*s == ' ' && !quote)
            || (colon == NULL && s - p > RSL_REDACT_USER_MAX))
        {
            break;
        }

        if (*s == ':' && colon == NULL) {
            colon = s;
        }
    }

    if (colon == NULL || colon == p || colon + 1 == s || colon[1] == '/') {
        return 0;
    }

    len = (size_t) (colon - p);

    if ((size_t) (s - colon - 1) == len && memcmp(p, colon + 1, len) == 0) {
        /* a user and a group, -u www-data:www-data */
        return 0;
    }

    /* the numbers of a user and a group, -u 1000:1000 */

    if (*p >= '0' && *p <= '9' && colon[1] >= '0' && colon[1] <= '9'
        && s - colon < 7)
    {
        return 0;
    }

    scan->value = colon + 1;
    scan->stop = s;

    return 1;
}


/*
 * Is it an option of one letter that takes a password: mysql -px, sshpass -p x,
 * smbclient -U user%x?
 */

static int
rsl_redact_option_letter(rsl_redact_scan_t *scan, const u_char *p)
{
    u_char                      quote;
    const u_char               *s;
    const rsl_redact_letter_t  *letter;

    letter = rsl_redact_option_program(scan, p, rsl_redact_option_programs,
                                       !rsl_redact_option_blank(p[2]));
    if (letter == NULL) {
        return 0;
    }

    quote = '\0';

    for (s = p + 2; s < scan->end && (rsl_redact_option_blank(*s) || *s == '\''
                                      || *s == '"'); s++)
    {
        quote = rsl_redact_option_blank(*s) ? '\0' : *s;
    }

    if (s == scan->end || *s == '-') {
        return 0;
    }

    scan->value = letter->behind ? NULL : s;

    for ( /* void */ ; s < scan->end && (*s > ' ' || (quote && *s == ' '))
         && *s != '\'' && *s != '"'; s++)
    {
        if (scan->value != NULL) {
            continue;
        }

        if ((*s | 0x20) == letter->behind) {
            scan->value = s + 1;

        } else if (s - p > RSL_REDACT_USER_MAX) {
            return 0;
        }
    }

    scan->stop = s;

    return scan->value != NULL && s > scan->value;
}


/*
 * Finds the program before the option at "p" with which this option takes a
 * password; NULL: there is none.  A text in which no program was found is not
 * searched again for the next option: scan->commands is set behind it.
 */

static const rsl_redact_letter_t *
rsl_redact_option_program(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_letter_t *letter, int attached)
{
    int                         any;
    const u_char               *s, *limit;
    const rsl_redact_letter_t  *l;

    for (l = letter; l->program != NULL; l++) {
        if (rsl_redact_option_letter_is(l, p[1], attached)) {
            break;
        }
    }

    if (l->program == NULL) {
        return NULL;
    }

    any = 0;
    limit = p - scan->commands > RSL_REDACT_COMMAND_MAX
            ? p - RSL_REDACT_COMMAND_MAX : scan->commands;

    for (s = p - 1; s >= limit; s--) {

        if (*s == '\n' || *s == ';' || *s == '|') {
            return NULL;
        }

        if (s > scan->start && rsl_redact_char_is_word(s[-1])) {
            continue;
        }

        for (l = letter; l->program != NULL; l++) {

            if ((*s | 0x20) != (u_char) l->program[0]
                || !rsl_redact_char_caseless(s, p, l->program, l->len))
            {
                continue;
            }

            if (rsl_redact_option_letter_is(l, p[1], attached)) {
                return l;
            }

            any = 1;
        }
    }

    if (!any && letter == rsl_redact_option_programs) {
        scan->commands = p;
    }

    return NULL;
}


/*
 * Is "ch" the letter of this row?  "attached": its value follows without a
 * blank.
 */

static int
rsl_redact_option_letter_is(const rsl_redact_letter_t *letter, u_char ch,
    int attached)
{
    return (ch == letter->letter
            || (letter->letter >= 'a' && (ch | 0x20) == letter->letter))
           && (attached || !letter->attached);
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
