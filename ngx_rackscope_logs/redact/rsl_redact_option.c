
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets behind an option of a command line: --password x, -u user:x,
 * mysql -px.  What a command takes without an option is in
 * rsl_redact_command.c.
 */


#include "rsl_redact_internal.h"


/* How far before an option its program may be. */
#define RSL_REDACT_COMMAND_MAX  256

/* The longest name of a user before its ":". */
#define RSL_REDACT_USER_MAX     128

/* The most bytes between two arguments: a blank, or quotes and a comma. */
#define RSL_REDACT_OPTION_GAP   24


typedef struct {
    const char  *program;
    size_t       len;
    u_char       letter;        /* a small letter stands for both cases */
    u_char       behind;        /* the secret begins behind this byte of the
                                   value; 0: it is all of the value */
    unsigned     how;           /* the flags below */
} rsl_redact_letter_t;

#define ATTACHED  0x01          /* the value has to follow without a blank, */
#define APART     0x02          /* or with one */
#define EXACT     0x04          /* a small letter is only itself */
#define WHOLE     0x08          /* the name of the program has no other end */
#define GROUPED   0x10          /* flags may be before the letter: -sSu */
#define PROTOCOL  0x20          /* the name of a protocol is no secret */

#define PROGRAM(name)  name, sizeof(name) - 1


static int rsl_redact_option_word(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_option_is_flag(const rsl_str_t *key);
static int rsl_redact_option_explained(const u_char *p, const u_char *value,
    const u_char *end);
static int rsl_redact_option_is_variable(const u_char *p, const u_char *end);
static int rsl_redact_option_user(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_option_letter(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_option_may_be(const u_char *p, const u_char *end);
static int rsl_redact_option_letter_value(rsl_redact_scan_t *scan,
    const u_char *p, const rsl_redact_letter_t *letter);
static int rsl_redact_option_is_protocol(const u_char *p, const u_char *end);
static int rsl_redact_option_is_port(const u_char *p, const u_char *end);
static void rsl_redact_option_search(rsl_redact_scan_t *scan, const u_char *p);
static void rsl_redact_option_program(rsl_redact_scan_t *scan, const u_char *p);
static const u_char *rsl_redact_option_letter_at(const u_char *p,
    const u_char *end, const rsl_redact_letter_t *letter);
static const u_char *rsl_redact_option_gap(const u_char *p, const u_char *end,
    u_char *quote);
static const u_char *rsl_redact_option_numbered(const u_char *p,
    const u_char *end);
static int rsl_redact_option_ends(const u_char *p, const u_char *end);
static int rsl_redact_option_blank(u_char ch);
static int rsl_redact_option_char(u_char ch);


/*
 * With these programs an option of one letter takes a password.  The rows are
 * in the order of their first bytes, and those of a program stand together.
 */

static const rsl_redact_letter_t  rsl_redact_option_programs[] = {
    { PROGRAM("7z"), 'p', 0, ATTACHED },
    { PROGRAM("bcp"), 'P', 0, WHOLE },
    { PROGRAM("bmc-"), 'p', 0, 0 },
    { PROGRAM("check_http"), 'a', ':', WHOLE },
    { PROGRAM("check_ipmi"), 'P', 0, 0 },
    { PROGRAM("check_ldap"), 'P', 0, 0 },
    { PROGRAM("check_mysql"), 'p', 0, 0 },
    { PROGRAM("check_pgsql"), 'p', 0, 0 },
    { PROGRAM("check_snmp"), 'C', 0, 0 },
    { PROGRAM("cqlsh"), 'p', 0, 0 },
    { PROGRAM("crackmapexec"), 'p', 0, 0 },
    { PROGRAM("curl"), 'u', ':', GROUPED },
    { PROGRAM("curl"), 'E', ':', 0 },
    { PROGRAM("doctl"), 't', 0, APART },
    { PROGRAM("esxcli"), 'p', 0, 0 },
    { PROGRAM("evil-winrm"), 'p', 0, 0 },
    { PROGRAM("fence_"), 'p', 0, 0 },
    { PROGRAM("http"), 'a', ':', WHOLE },
    { PROGRAM("https"), 'a', ':', WHOLE },
    { PROGRAM("ilorest"), 'p', 0, 0 },
    { PROGRAM("influx"), 't', 0, APART },
    { PROGRAM("ipmi-"), 'p', 0, 0 },
    { PROGRAM("ipmiconsole"), 'p', 0, 0 },
    { PROGRAM("ipmipower"), 'p', 0, 0 },
    { PROGRAM("ipmitool"), 'P', 0, 0 },
    { PROGRAM("ipmiutil"), 'P', 0, 0 },
    { PROGRAM("isql"), 'P', 0, 0 },
    { PROGRAM("kadmin"), 'w', 0, 0 },
    { PROGRAM("ldap"), 'w', 0, 0 },
    { PROGRAM("ldappasswd"), 's', 0, APART },
    { PROGRAM("lftp"), 'u', ',', 0 },
    { PROGRAM("login"), 'p', 0, 0 },
    { PROGRAM("mariadb"), 'p', 0, ATTACHED },
    { PROGRAM("mongo"), 'p', 0, 0 },
    { PROGRAM("mosquitto_"), 'P', 0, 0 },
    { PROGRAM("mqttx"), 'P', 0, 0 },
    { PROGRAM("mysql"), 'p', 0, ATTACHED },
    { PROGRAM("ncftp"), 'p', 0, 0 },
    { PROGRAM("net"), 'U', '%', WHOLE },
    { PROGRAM("net-snmp-create-v3-user"), 'a', 0, APART|PROTOCOL },
    { PROGRAM("net-snmp-create-v3-user"), 'x', 0, APART|PROTOCOL },
    { PROGRAM("netexec"), 'p', 0, 0 },
    { PROGRAM("nxc"), 'p', 0, WHOLE },
    { PROGRAM("openbmctool"), 'P', 0, 0 },
    { PROGRAM("openssl"), 'k', 0, 0 },
    { PROGRAM("psexec"), 'p', 0, 0 },
    { PROGRAM("racadm"), 'p', 0, 0 },
    { PROGRAM("rancher"), 't', 0, APART },
    { PROGRAM("rar"), 'h', 'p', ATTACHED|WHOLE },
    { PROGRAM("rar"), 'p', 0, ATTACHED|WHOLE },
    { PROGRAM("rdesktop"), 'p', 0, 0 },
    { PROGRAM("redfish"), 'p', 0, 0 },
    { PROGRAM("redis-cli"), 'a', 0, 0 },
    { PROGRAM("rpcclient"), 'U', '%', 0 },
    { PROGRAM("rvitals"), 'p', 0, 0 },
    { PROGRAM("smbclient"), 'U', '%', 0 },
    { PROGRAM("smbmap"), 'p', 0, 0 },
    { PROGRAM("snmp"), 'a', 0, PROTOCOL },
    { PROGRAM("snmp"), 'c', 0, APART },
    { PROGRAM("snmp"), 'c', 0, ATTACHED|EXACT },
    { PROGRAM("snmp"), 'x', 0, PROTOCOL },
    { PROGRAM("sqlcmd"), 'P', 0, 0 },
    { PROGRAM("sshpass"), 'p', 0, 0 },
    { PROGRAM("sum"), 'p', 0, WHOLE },
    { PROGRAM("tsql"), 'P', 0, 0 },
    { PROGRAM("unzip"), 'P', 0, WHOLE },
    { PROGRAM("upscmd"), 'p', 0, 0 },
    { PROGRAM("upsrw"), 'p', 0, 0 },
    { PROGRAM("vncdo"), 'p', 0, 0 },
    { PROGRAM("winexe"), 'U', '%', 0 },
    { PROGRAM("xh"), 'a', ':', WHOLE },
    { PROGRAM("zip"), 'P', 0, WHOLE },
    { NULL, 0, 0, 0, 0 }
};


/* The flags of curl that may stand before another one, as in -sSu. */
static const char  rsl_redact_option_flags[] = "sSkfLviIgG#nNOJRaBjlMpq012346Z";


/* Is a secret behind the option at "p"? */

int
rsl_redact_option(rsl_redact_scan_t *scan, const u_char *p)
{
    u_char         quote;
    const u_char  *s;

    if (p > scan->start && p[-1] > ' ' && p[-1] != '"'
        && p[-1] != '\'' && p[-1] != '=' && p[-1] != '(' && p[-1] != '[')
    {
        return 0;
    }

    /* a dash on its own is no option */

    if (p[1] <= ' ') {
        return 0;
    }

    if (p[1] != '-') {

        if (rsl_redact_option_letter(scan, p)) {
            return 1;
        }

        /* -u user:x of any program */

        if ((p[1] | 0x20) == 'u' && rsl_redact_option_ends(p + 2, scan->end)) {
            s = rsl_redact_option_gap(p + 2, scan->end, &quote);

            if (rsl_redact_option_user(scan, s)) {
                return 1;
            }
        }
    }

    return rsl_redact_option_word(scan, p);
}


/* -password x, --password x, --user user:x */

static int
rsl_redact_option_word(rsl_redact_scan_t *scan, const u_char *p)
{
    u_char              quote;
    rsl_str_t           key;
    const u_char       *s, *value, *begin;
    rsl_redact_name_t   name;

    begin = p[1] == '-' ? p + 2 : p + 1;

    for (s = begin; s < scan->end && s - p < 64
         && rsl_redact_option_char(*s); s++)
    {
        /* void */
    }

    /* a value is behind it */

    if (s == scan->end || (!rsl_redact_option_ends(s, scan->end) && *s != '='))
    {
        return 0;
    }

    key.data = begin;
    key.len = (size_t) (s - begin);

    name.kind = rsl_redact_name(scan->names, &key);

    if (name.kind == RSL_REDACT_NAME_NONE && begin == p + 2 && key.len >= 4
        && rsl_redact_char_caseless(s - 4, s, "user", 4))
    {
        s = rsl_redact_option_gap(*s == '=' ? s + 1 : s, scan->end, &quote);
        return rsl_redact_option_user(scan, s);
    }

    /* what is behind a "=" or a comma is found by these */

    value = rsl_redact_option_gap(s, scan->end, &quote);

    if (name.kind == RSL_REDACT_NAME_NONE || *s == '='
        || (!rsl_redact_option_blank(*s)
            && (!quote || memchr(s, ',', (size_t) (value - s)) != NULL))
        || (begin == p + 1 && name.kind != RSL_REDACT_NAME_SECRET)
        || rsl_redact_option_is_flag(&key))
    {
        return 0;
    }

    if (value == scan->end || *value == '-' || *value == '('
        || (!quote && rsl_redact_option_explained(s, value, scan->end))
        || (!quote && rsl_redact_option_is_variable(value, scan->end))
        || rsl_redact_except_prose_at(value, scan->end))
    {
        return 0;
    }

    name.start = p;
    name.end = s;
    name.quoted = 0;

    return rsl_redact_value(scan, quote ? value - 1 : value, &name, ' ',
                            RSL_REDACT_PLAIN);
}


/*
 * Is it the name of an option that takes no value, though it has the name of a
 * secret: --anyauth, --no-password?
 */

static int
rsl_redact_option_is_flag(const rsl_str_t *key)
{
    size_t                    i, len;
    static const char *const  flags[] = {
        "no-", "noauth", "ask-", "anyauth", "proxy-anyauth", "secure-",
        "junk-", "keep-", NULL
    };

    for (i = 0; flags[i] != NULL; i++) {
        len = strlen(flags[i]);

        if (rsl_redact_char_caseless(key->data, key->data + key->len, flags[i],
                                     len))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * In a help text several blanks are between the option that ends at "p" and
 * what is said of it at "value": "--password   force a prompt for it".
 */

static int
rsl_redact_option_explained(const u_char *p, const u_char *value,
    const u_char *end)
{
    const u_char  *s;

    if (value - p < 2 || p[0] != ' ' || p[1] != ' ') {
        return 0;
    }

    for (s = value; s < end && ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z');
         s++)
    {
        /* void */
    }

    return end - s > 1 && s > value && s[0] == ' ' && (s[1] | 0x20) >= 'a'
           && (s[1] | 0x20) <= 'z';
}


/* Is all of the argument at "p" a variable of a shell: $x? */

static int
rsl_redact_option_is_variable(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (*p != '$') {
        return 0;
    }

    for (s = p + 1; s < end && rsl_redact_char_is_word(*s); s++) { /* void */ }

    return s > p + 1 && rsl_redact_option_ends(s, end);
}


/* Is there a user and a password at "p": user:x, 'user:x y'? */

static int
rsl_redact_option_user(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t         len;
    u_char         quote;
    const u_char  *s, *colon;

    quote = p > scan->start && (p[-1] == '"' || p[-1] == '\'') ? p[-1] : '\0';
    colon = NULL;

    for (s = p; s < scan->end; s++) {

        if (*s < ' ' || *s == '"' || *s == '\'' || (*s == ' ' && !quote)
            || (colon == NULL && s - p > RSL_REDACT_USER_MAX))
        {
            break;
        }

        if (*s == '\\' && scan->end - s > 1 && s[1] == quote) {
            break;
        }

        if (*s == ':' && colon == NULL) {
            colon = s;
        }
    }

    if (colon == NULL || colon == p || colon + 1 == s || colon[1] == '/'
        || *p == '<')
    {
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

    if (!quote && (s[-1] == ']' || s[-1] == ')') && s - colon > 2) {
        /* it closes the list of arguments: [curl -u user:x] */
        s--;
    }

    scan->value = colon + 1;
    scan->stop = s;

    return !rsl_redact_placeholder_all(scan->names, colon + 1, s);
}


/*
 * Is it an option of one letter that takes a password: mysql -px, sshpass -p x,
 * smbclient -U user%x, curl -sSu user:x?  The program that is nearest counts,
 * of those with which the letter takes a password.
 */

static int
rsl_redact_option_letter(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t                      n;
    const u_char               *s;
    const rsl_redact_letter_t  *letter, *first;

    if (!rsl_redact_option_may_be(p, scan->end)) {
        return 0;
    }

    rsl_redact_option_search(scan, p);

    for (n = 0; n < scan->nprograms; n++) {

        if (p - scan->programs[n].start > RSL_REDACT_COMMAND_MAX) {
            continue;
        }

        first = &rsl_redact_option_programs[scan->programs[n].row];

        for (letter = first; letter->program != NULL
             && strcmp(letter->program, first->program) == 0; letter++)
        {
            s = rsl_redact_option_letter_at(p, scan->end, letter);

            if (s != NULL) {
                return rsl_redact_option_letter_value(scan, s, letter);
            }
        }
    }

    return 0;
}


/* Is the option at "p" one of the table, or are there several letters? */

static int
rsl_redact_option_may_be(const u_char *p, const u_char *end)
{
    size_t         n;
    const u_char  *s;

    if (p[1] == '\0') {
        return 0;
    }

    for (s = p + 1; s < end && *s && strchr(rsl_redact_option_flags, *s); s++) {
        /* void */
    }

    if (s < end && (*s | 0x20) == 'u') {
        return 1;
    }

    for (n = 0; rsl_redact_option_programs[n].program != NULL; n++) {
        if ((rsl_redact_option_programs[n].letter | 0x20) == (p[1] | 0x20)) {
            return 1;
        }
    }

    return 0;
}


/* The value begins at "p", or behind what stands between two arguments. */

static int
rsl_redact_option_letter_value(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_letter_t *letter)
{
    u_char         quote;
    const u_char  *s;

    s = rsl_redact_option_gap(p, scan->end, &quote);

    if (letter->behind == ':') {
        return rsl_redact_option_user(scan, s);
    }

    if (s == scan->end || *s == '-'
        || ((letter->how & PROTOCOL)
            && rsl_redact_option_is_protocol(s, scan->end)))
    {
        return 0;
    }

    p = s;
    scan->value = letter->behind ? NULL : s;

    for ( /* void */ ; s < scan->end && (*s > ' ' || (quote && *s == ' '))
         && *s != '\'' && *s != '"'; s++)
    {
        if (*s == '\\' && scan->end - s > 1
            && (s[1] == '"' || s[1] == '\''))
        {
            /* an escaped quote, which closes as well */
            break;
        }

        if (scan->value != NULL) {
            continue;
        }

        if ((*s | 0x20) == (letter->behind | 0x20)) {
            scan->value = s + 1;

        } else if (s - p > RSL_REDACT_USER_MAX) {
            return 0;
        }
    }

    if (!quote && s > p + 1 && (s[-1] == ']' || s[-1] == ')')
        && (s == scan->end || *s != '"'))
    {
        /* it closes the list of arguments: [sshpass -p x] */
        s--;
    }

    scan->stop = s;

    return scan->value != NULL && s > scan->value
           && !rsl_redact_option_is_port(scan->value, s)
           && !rsl_redact_placeholder_all(scan->names, scan->value, s);
}


/* "-a SHA", "-x AES" */

static int
rsl_redact_option_is_protocol(const u_char *p, const u_char *end)
{
    size_t                    i, len;
    static const char *const  names[] = {
        "md5", "sha", "sha1", "sha224", "sha256", "sha384", "sha512", "sha-1",
        "sha-224", "sha-256", "sha-384", "sha-512", "des", "3des", "aes",
        "aes128", "aes192", "aes256", "aes-128", "aes-192", "aes-256",
        "aes-192-c", "aes-256-c", "aes192c", "aes256c", NULL
    };

    for (i = 0; names[i] != NULL; i++) {
        len = strlen(names[i]);

        if (rsl_redact_char_caseless(p, end, names[i], len)
            && ((size_t) (end - p) == len || p[len] <= ' ' || p[len] == '"'
                || p[len] == '\'' || p[len] == '\\'))
        {
            return 1;
        }
    }

    return 0;
}


/* The ports of a container are no secret: -p 8080:80. */

static int
rsl_redact_option_is_port(const u_char *p, const u_char *end)
{
    size_t         colons;
    const u_char  *s;

    for (s = p, colons = 0; s < end; s++) {
        colons += (*s == ':');

        if ((*s < '0' || *s > '9') && *s != ':' && *s != '.') {
            return 0;
        }
    }

    return colons > 0;
}


/*
 * Notes the programs before the option at "p".  What was read for an option
 * before it is not read again: the last programs are kept, the nearest first.
 * A ";", a "|" and a line feed end a command.
 */

static void
rsl_redact_option_search(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s;

    s = scan->commands;

    if (p - s > RSL_REDACT_COMMAND_MAX) {
        s = p - RSL_REDACT_COMMAND_MAX;
    }

    for ( /* void */ ; s < p; s++) {

        if ((*s == '\n' && (s == scan->start || s[-1] != '\\')) || *s == ';'
            || *s == '|')
        {
            scan->nprograms = 0;

        } else if (rsl_redact_char_is_word(*s)
                   && (s == scan->start || !rsl_redact_char_is_word(s[-1])))
        {
            rsl_redact_option_program(scan, s);
        }
    }

    if (p > scan->commands) {
        scan->commands = p;
    }
}


/* Notes the program at "p" if it is one of the table. */

static void
rsl_redact_option_program(rsl_redact_scan_t *scan, const u_char *p)
{
    u_char                      ch;
    const u_char               *s;
    const rsl_redact_letter_t  *letter, *found;

    ch = *p >= 'A' ? *p | 0x20 : *p;
    found = NULL;

    for (letter = rsl_redact_option_programs; letter->program != NULL;
         letter++)
    {
        if ((u_char) letter->program[0] > ch) {
            break;
        }

        if ((u_char) letter->program[0] != ch
            || !rsl_redact_char_caseless(p, scan->end, letter->program,
                                         letter->len))
        {
            continue;
        }

        s = p + letter->len;

        if ((letter->how & WHOLE) && s < scan->end && *s > ' ' && *s != '"'
            && *s != '\'' && *s != '\\')
        {
            continue;
        }

        if (found == NULL || strcmp(found->program, letter->program) != 0) {
            found = letter;

            memmove(&scan->programs[1], &scan->programs[0],
                    sizeof(scan->programs) - sizeof(scan->programs[0]));

            scan->programs[0].start = p;
            scan->programs[0].row = (size_t) (letter
                                              - rsl_redact_option_programs);
            scan->nprograms += scan->nprograms < RSL_REDACT_PROGRAMS;
        }
    }
}


/*
 * Is the option at "p" the letter of this row?  Returns what is behind it, or
 * NULL.
 */

static const u_char *
rsl_redact_option_letter_at(const u_char *p, const u_char *end,
    const rsl_redact_letter_t *letter)
{
    int  same, ends;

    for (p++; p < end; p++) {

        same = *p == letter->letter
               || (!(letter->how & EXACT) && letter->letter >= 'a'
                   && (*p | 0x20) == letter->letter);

        if (same) {
            break;
        }

        if (!(letter->how & GROUPED) || *p == '\0'
            || strchr(rsl_redact_option_flags, *p) == NULL)
        {
            return NULL;
        }
    }

    if (p == end || p + 1 == end) {
        return NULL;
    }

    ends = rsl_redact_option_ends(p + 1, end);

    if (((letter->how & ATTACHED) && ends) || ((letter->how & APART) && !ends))
    {
        return NULL;
    }

    return p + 1;
}


/*
 * Behind what stands between two arguments at "p": blanks, in a list also
 * quotes and a comma, and in the log of audit "a2=".  "quote" is the quote
 * before what is returned, or 0.
 */

static const u_char *
rsl_redact_option_gap(const u_char *p, const u_char *end, u_char *quote)
{
    const u_char  *s, *limit;

    limit = end - p > RSL_REDACT_OPTION_GAP ? p + RSL_REDACT_OPTION_GAP : end;
    *quote = '\0';

    for (s = p; s < limit; s++) {

        if (*s == '"' || *s == '\'') {
            *quote = *s;

        } else if (rsl_redact_option_blank(*s) || (*s == ',' && *quote)
                   || (*s == '\n' && s > p && s[-1] == '\\'))
        {
            *quote = '\0';

        } else if ((*s | 0x20) == 'a' && s > p && s[-1] == ' '
                   && rsl_redact_option_numbered(s, end) != s)
        {
            s = rsl_redact_option_numbered(s, end) - 1;

        } else if (*s != '\\' || end - s < 2
                   || strchr("\"'\\\n", s[1]) == NULL || s[1] == '\0')
        {
            break;
        }
    }

    return s;
}


/* Behind the "a2=" at "p" that stands before a quote, or "p". */

static const u_char *
rsl_redact_option_numbered(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p + 1; s < end && s - p < 5 && *s >= '0' && *s <= '9'; s++) {
        /* void */
    }

    return s > p + 1 && end - s > 1 && *s == '=' && s[1] == '"' ? s + 1 : p;
}


/* Does an argument end at "p": is a blank there, or a quote that closes? */

static int
rsl_redact_option_ends(const u_char *p, const u_char *end)
{
    if (p == end || rsl_redact_option_blank(*p)) {
        return 1;
    }

    while (p < end && *p == '\\') {
        p++;
    }

    return p < end && (*p == '"' || *p == '\'')
           && (p + 1 == end || (p[1] && strchr(" ,])}", p[1]) != NULL));
}


/* What stands between two arguments; in /proc it is a byte of 0. */

static int
rsl_redact_option_blank(u_char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\0';
}


static int
rsl_redact_option_char(u_char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
           || (ch >= '0' && ch <= '9') || ch == '_' || ch == '-';
}
