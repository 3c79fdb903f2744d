
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What is said of a secret instead of the secret: "password: incorrect",
 * "auth: ok", "session: 12 users".
 *
 * Behind a strong name the clause has to be made of such words to its end,
 * because a password may well be a word.  Behind a weak one its first word is
 * enough, or that it is a sentence; what a program calls a token or a session
 * is hardly ever a word.
 */


#include "rsl_redact_internal.h"


/* How many bytes and words of a clause are read. */
#define RSL_REDACT_CLAUSE_MAX    160
#define RSL_REDACT_CLAUSE_WORDS  16

/* A count has no more digits, unless a unit is behind it. */
#define RSL_REDACT_CLAUSE_DIGITS  5


static int rsl_redact_clause_strong(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);
static const u_char *rsl_redact_clause_type_end(
    const rsl_redact_names_t *names, const u_char *p, const u_char *end);
static int rsl_redact_clause_weak(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end, rsl_redact_strength_e strength,
    int spoken, int line, int sid);
static int rsl_redact_clause_other(const u_char *p, const u_char *s,
    const u_char *end, int spoken);
static unsigned rsl_redact_clause_compound(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);
static int rsl_redact_clause_state(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end, unsigned kinds, int line);
static int rsl_redact_clause_count(const u_char *p, const u_char *end,
    int spoken);
static int rsl_redact_clause_rule(const u_char *p, const u_char *end);
static int rsl_redact_clause_unit(const u_char *p, const u_char *end);
static int rsl_redact_clause_address(const u_char *p, const u_char *end);
static int rsl_redact_clause_numbered(const u_char *p, const u_char *end);
static int rsl_redact_clause_sentence(const u_char *p, const u_char *end,
    int line);
static int rsl_redact_clause_plain(const u_char *p, const u_char *end);
static int rsl_redact_clause_test(const u_char *p, const u_char *end);
static const u_char *rsl_redact_clause_word(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_clause_number(const u_char *p,
    const u_char *end);
static const u_char *rsl_redact_clause_blanks(const u_char *p,
    const u_char *end);
static int rsl_redact_clause_ends(const u_char *p, const u_char *end);
static int rsl_redact_clause_among(u_char ch, const char *bytes);


int
rsl_redact_clause(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator,
    rsl_redact_strength_e strength)
{
    int            sid, spoken;
    const u_char  *end;

    end = scan->end - p > RSL_REDACT_CLAUSE_MAX ? p + RSL_REDACT_CLAUSE_MAX
                                                : scan->end;
    spoken = separator == ':' && (p[-1] == ' ' || p[-1] == '\t')
             && (!name->quoted || strength != RSL_REDACT_STRONG);

    if (strength == RSL_REDACT_STRONG) {
        return spoken && rsl_redact_clause_strong(scan->names, p, end);
    }

    if (spoken && name->end[-1] == 'S' && rsl_redact_clause_test(p, end)) {
        return 1;
    }

    sid = name->end - name->start >= 3
          && rsl_redact_char_caseless(name->end - 3, name->end, "sid", 3)
          && (name->end - 3 == scan->start
              || name->end[-4] <= ' ' || name->end[-4] == '(');

    return rsl_redact_clause_weak(scan->names, p, end, strength, spoken,
                                  strength == RSL_REDACT_LINE
                                  && separator == ':', sid);
}


/* Is it made of words for failures and types to the end of the clause? */

static int
rsl_redact_clause_strong(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    unsigned       n, kinds, all;
    const u_char  *s, *word;

    all = 0;

    for (n = 0; n < RSL_REDACT_CLAUSE_WORDS; n++) {

        if (n > 0 && (s = rsl_redact_clause_number(p, end)) > p && s - p < 4) {
            kinds = RSL_REDACT_WORD_FILLER;

        } else {
            s = rsl_redact_clause_word(p, end);
            kinds = rsl_redact_word(names, p, s);

            if (s < end && *s == '=' && n > 0) {
                /* the next name */
                break;
            }

            if (kinds == 0 && n > 0 && s > p) {
                kinds = rsl_redact_clause_compound(names, p, s);
            }
        }

        if (kinds == 0) {
            return 0;
        }

        all |= kinds;

        if (kinds & RSL_REDACT_WORD_TYPE) {
            s = rsl_redact_clause_type_end(names, s, end);

            if (s < end && (s[-1] == '(' || s[-1] == '[' || s[-1] == '<')) {
                return 0;
            }
        }

        if (rsl_redact_clause_ends(s, end)) {
            n++;
            break;
        }

        word = p;
        p = rsl_redact_clause_blanks(s, end);

        if (p == s || p == end) {
            return 0;
        }

        if ((*p == '"' || *p == '\'') && all & RSL_REDACT_WORD_FAILURE
            && rsl_redact_char_caseless(word, s, "user", 4))
        {
            /* failed for user "bob" */
            n++;
            break;
        }

        if (*p == '|' && kinds & RSL_REDACT_WORD_TYPE) {
            p = rsl_redact_clause_blanks(p + 1, end);

        } else if (rsl_redact_clause_among(*p, "(-|") || *p >= 0x80
                   || rsl_redact_char_caseless(p, end, "[type=", 6))
        {
            n++;
            break;
        }
    }

    /* a state alone may be a password: "password: open" */

    return all & (RSL_REDACT_WORD_FAILURE|RSL_REDACT_WORD_TYPE)
           || (n > 1 && all & RSL_REDACT_WORD_STATE);
}


/*
 * Behind what belongs to a type: "[]", "<u8>", "[str]", "(255)", "!", "?".
 * What is in brackets has to be a type as well: Optional[x] is also a dump of
 * x.
 */

static const u_char *
rsl_redact_clause_type_end(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    const u_char  *s, *start;

    for (s = p; s < end && *s > ' '; /* void */ ) {

        start = s;

        while (s < end && rsl_redact_char_is_word(*s)) {
            s++;
        }

        if (s > start) {
            if (*start >= 'A'
                && !(rsl_redact_word(names, start, s) & RSL_REDACT_WORD_TYPE))
            {
                return start;
            }

            continue;
        }

        if (!rsl_redact_clause_among(*s, "<>[]()?!|&.")) {
            break;
        }

        s++;
    }

    return s;
}


static int
rsl_redact_clause_weak(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end, rsl_redact_strength_e strength, int spoken, int line,
    int sid)
{
    unsigned       kinds;
    const u_char  *s, *next;

    if (*p >= '0' && *p <= '9') {
        return strength != RSL_REDACT_DIGITS
               && (rsl_redact_clause_count(p, end, spoken)
                   || rsl_redact_clause_address(p, end)
                   || (sid && rsl_redact_clause_rule(p, end)));
    }

    if (*p == '(') {
        return spoken && !line && rsl_redact_clause_numbered(p, end);
    }

    if (rsl_redact_char_caseless(p, end, "s-1-", 4)) {
        /* the "SID" of a user of Windows, which is no session */
        return 1;
    }

    s = rsl_redact_clause_word(p, end);

    if (rsl_redact_clause_other(p, s, end, spoken && !line)) {
        return 1;
    }

    kinds = rsl_redact_clause_compound(names, p, s);

    if (kinds & RSL_REDACT_WORD_CONSTRUCTOR) {
        next = rsl_redact_clause_blanks(s, end);

        if (next < end && rsl_redact_clause_among(*next, "\"'(")) {
            return 0;
        }
    }

    if (kinds == 0 && strength != RSL_REDACT_WORDS
        && rsl_redact_word_is_participle(p, s))
    {
        kinds = RSL_REDACT_WORD_STATE;
    }

    if (!spoken && !line && p[-1] == '=' && kinds & RSL_REDACT_WORD_METHOD
        && !(kinds & RSL_REDACT_WORD_SCHEME) && s < end && *s == ' ')
    {
        /* what is behind the blank is no part of it: AUTH=LOGIN SASL-IR */
        return 1;
    }

    if (!spoken) {
        return kinds & ~(unsigned) RSL_REDACT_WORD_FILLER
               && rsl_redact_clause_state(names, s, end, kinds, line);
    }

    if (kinds && rsl_redact_clause_state(names, s, end, kinds, line)) {
        return 1;
    }

    /* no scheme and its credential, "basic x" */

    if (strength == RSL_REDACT_WORDS || kinds & RSL_REDACT_WORD_SCHEME) {
        return 0;
    }

    return rsl_redact_word_is_plain(p, s)
           && rsl_redact_clause_sentence(s, end, line);
}


/*
 * Is the word from "p" to "s" a signal, "SIGTERM", the name of another value,
 * "alg=RS256", or that of a driver, "passwd-file(bob): ..."?
 */

static int
rsl_redact_clause_other(const u_char *p, const u_char *s, const u_char *end,
    int spoken)
{
    const u_char  *stop;

    if (s - p > 5 && memcmp(p, "SIG", 3) == 0
        && rsl_redact_word_is_plain(p, s) && rsl_redact_clause_ends(s, end))
    {
        return 1;
    }

    if (!spoken || s == end || s - p > RSL_REDACT_WORD_MAX) {
        return 0;
    }

    for (stop = s + 1; stop < end && *stop > ' ' && *stop != ','; stop++) {
        /* void */
    }

    if (*s == '(') {
        return stop < end && stop - s > 3 && stop[-1] == ':'
               && stop[-2] == ')' && s - p > 2;
    }

    /* an "id" has its name from what is before it */

    return *s == '=' && s - p > 2 && stop - s > 1 && s[1] != '='
           && rsl_redact_word_is_plain(p, s)
           && !rsl_redact_except_opaque(s + 1, stop)
           && !rsl_redact_char_caseless(p, s, "val", 3);
}


/* The kinds of the parts of "same-origin" that all of them have, or 0. */

static unsigned
rsl_redact_clause_compound(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    unsigned       kinds, all;
    const u_char  *s;

    all = 0;

    for ( /* void */ ; p < end; p = s + (s < end)) {

        for (s = p; s < end && *s != '-' && *s != '_'; s++) { /* void */ }

        kinds = rsl_redact_word(names, p, s);

        if (kinds == 0) {
            return 0;
        }

        all |= kinds;
    }

    return all;
}


/*
 * A state ends at "p".  Is it one, or the beginning of a value or the scheme of
 * an authorization?  "line": the name is that of a header, whose value goes on
 * to the end of its line.
 */

static int
rsl_redact_clause_state(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end, unsigned kinds, int line)
{
    const u_char  *s;

    if (line && end - p > 2 && *p == '\r') {
        p++;
    }

    if (rsl_redact_clause_ends(p, end)) {

        /* neither other cookies nor the next line of a header that is folded */

        return !line || p == end
               || (*p != ';' && (*p != '\n' || end - p < 2 || p[1] > ' '));
    }

    s = rsl_redact_clause_blanks(p, end);

    if (s == p) {
        return 0;
    }

    if (s == end || !(line || kinds & RSL_REDACT_WORD_METHOD)) {
        return 1;
    }

    /* Basic dXNlcjpw, but not "basic user=bob" or "basic for bob" */

    p = rsl_redact_clause_word(s, end);

    if (p > s && p < end && *p == '=') {
        return !line || (kinds & (RSL_REDACT_WORD_STATE|RSL_REDACT_WORD_FAILURE)
                         && !(kinds & RSL_REDACT_WORD_METHOD));
    }

    return rsl_redact_word(names, s, p) != 0
           || (p == s && (*p == '(' || *p == '-'));
}


/* A number, and behind it a unit, "of", or nothing that belongs to it. */

static int
rsl_redact_clause_count(const u_char *p, const u_char *end, int spoken)
{
    size_t         digits;
    const u_char  *s, *unit;

    s = rsl_redact_clause_number(p, end);
    digits = (size_t) (s - p);

    if (s < end && *s == '%') {
        s++;
    }

    for (unit = s; s < end && (*s | 0x20) >= 'a' && (*s | 0x20) <= 'z'; s++) {
        /* void */
    }

    if (!rsl_redact_clause_unit(unit, s)
        || digits > RSL_REDACT_CLAUSE_DIGITS + 4)
    {
        return 0;
    }

    if (!rsl_redact_clause_ends(s, end) && (s == end || *s != ' ')) {
        return 0;
    }

    if (digits <= RSL_REDACT_CLAUSE_DIGITS) {
        return 1;
    }

    p = rsl_redact_clause_blanks(s, end);
    s = rsl_redact_clause_word(p, end);

    return spoken && s > p && (s == end || *s <= ' ' || *s == ',')
           && rsl_redact_word_is_plain(p, s);
}


/* The number of a rule of snort, behind "sid", has up to eight digits. */

static int
rsl_redact_clause_rule(const u_char *p, const u_char *end)
{
    const u_char  *s;

    s = rsl_redact_clause_number(p, end);

    return s - p <= 8
           && ((s < end && *s == ' ') || rsl_redact_clause_ends(s, end));
}


static int
rsl_redact_clause_unit(const u_char *p, const u_char *end)
{
    size_t                     i, len;
    static const char *const   units[] = {
        "", "s", "m", "h", "d", "ms", "us", "ns", "b", "k", "kb", "mb", "gb",
        "kib", "mib", "x", "th", "st", "nd", "rd", "min", "sec", NULL
    };

    len = (size_t) (end - p);

    for (i = 0; units[i] != NULL; i++) {
        if (strlen(units[i]) == len
            && rsl_redact_char_caseless(p, end, units[i], len))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * The address of an object, as debuggers print it: "session=0x7ffe12345678".
 * What has more than 48 bits is none.
 */

static int
rsl_redact_clause_address(const u_char *p, const u_char *end)
{
    const u_char  *s;

    if (end - p < 3 || p[0] != '0' || p[1] != 'x') {
        return 0;
    }

    for (p += 2; p < end && *p == '0'; p++) { /* void */ }

    for (s = p; s < end && ((*s >= '0' && *s <= '9')
                            || (*s >= 'a' && *s <= 'f')); s++)
    {
        /* void */
    }

    return s - p <= 12
           && (s == end || *s <= ' ' || rsl_redact_clause_ends(s, end));
}


/* A sentence with its number before it: "Auth: (12) Login OK". */

static int
rsl_redact_clause_numbered(const u_char *p, const u_char *end)
{
    const u_char  *s, *word;

    word = rsl_redact_clause_number(p + 1, end);

    if (word == p + 1 || word - p > RSL_REDACT_CLAUSE_DIGITS + 1
        || end - word < 2 || word[0] != ')' || word[1] != ' ')
    {
        return 0;
    }

    word += 2;
    s = rsl_redact_clause_word(word, end);

    return rsl_redact_word_is_plain(word, s)
           && rsl_redact_clause_sentence(s, end, 0);
}


/* A word of a sentence ends at "p".  Does the sentence go on? */

static int
rsl_redact_clause_sentence(const u_char *p, const u_char *end, int line)
{
    int            n;
    const u_char  *s, *next;

    /* a header may have a scheme and its credential: two words */

    for (n = line ? 2 : 1; n > 0; n--, p = next) {

        if (p == end || *p != ' ') {
            return 0;
        }

        s = rsl_redact_clause_blanks(p, end);

        if (s == end) {
            return 0;
        }

        if (!line && rsl_redact_clause_among(*s, "'\"`(")) {
            return 1;
        }

        next = rsl_redact_clause_number(s, end);

        if (next > s) {
            if (next - s > RSL_REDACT_CLAUSE_DIGITS) {
                return 0;
            }

            continue;
        }

        next = rsl_redact_clause_word(s, end);

        if (next - s > 2 && !rsl_redact_clause_plain(s, next)) {
            return 0;
        }

        if (next == s
            || (next < end && !rsl_redact_clause_among(*next, " \n,.:;()")))
        {
            return 0;
        }
    }

    return 1;
}


/* Is each part of "false-positive" and of "dh_key" made as a word is? */

static int
rsl_redact_clause_plain(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for ( /* void */ ; p < end; p = s + (s < end)) {

        for (s = p; s < end && *s != '-' && *s != '_'; s++) { /* void */ }

        if (!rsl_redact_word_is_plain(p, s)) {
            return 0;
        }
    }

    return 1;
}


/* The name of a test behind "PASS: ". */

static int
rsl_redact_clause_test(const u_char *p, const u_char *end)
{
    int            joints;
    const u_char  *s;

    joints = 0;

    for (s = p; s < end && *s > ' '; s++) {

        if (rsl_redact_char_caseless(s, end, "test", 4)
            || rsl_redact_char_caseless(s, end, "spec", 4)
            || rsl_redact_char_caseless(s, end, "check", 5))
        {
            return 1;
        }

        if (*s == '/' || *s == '_' || *s == ':' || *s == '.' || *s == '-') {
            joints++;

        } else if (*s < '0' || *s > 'z'
                   || (*s <= '9' && s > p && s[-1] >= 'A' && s[-1] != '_'))
        {
            return 0;
        }
    }

    return joints > 0;
}


/* Behind the letters at "p", with "-", "_" and apostrophes among them. */

static const u_char *
rsl_redact_clause_word(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p; s < end; s++) {

        if ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z') {
            continue;
        }

        if (s > p && *s >= '0' && *s <= '9') {
            /* "oauth2"; what it is, the table says */
            continue;
        }

        if (s == p || (*s != '-' && *s != '_' && *s != '\'') || end - s < 2
            || (s[1] | 0x20) < 'a' || (s[1] | 0x20) > 'z')
        {
            break;
        }
    }

    return s;
}


/* Behind the digits at "p", with ".", "/" and ":" among them. */

static const u_char *
rsl_redact_clause_number(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p; s < end; s++) {
        if (*s >= '0' && *s <= '9') {
            continue;
        }

        if (s == p || (*s != '.' && *s != '/') || end - s < 2 || s[1] < '0'
            || s[1] > '9')
        {
            break;
        }
    }

    return s;
}


static const u_char *
rsl_redact_clause_blanks(const u_char *p, const u_char *end)
{
    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}


/* Does a clause end at "p", behind a word? */

static int
rsl_redact_clause_ends(const u_char *p, const u_char *end)
{
    if (p == end || rsl_redact_clause_among(*p, "\n\r,;)]}\"'`&|<")) {
        return 1;
    }

    return (*p == '.' || *p == '!' || *p == ':')
           && (end - p == 1 || p[1] <= ' ');
}


/* strchr() would find a NUL. */

static int
rsl_redact_clause_among(u_char ch, const char *bytes)
{
    return ch != '\0' && strchr(bytes, ch) != NULL;
}
