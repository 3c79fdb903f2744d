
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The value beside a name: whether it is a secret, and what of it is hidden.
 */


#include "rsl_redact_internal.h"


/* How many bytes of a value are read to find out whether it is a count. */
#define RSL_REDACT_VALUE_PIECE  96


static int rsl_redact_value_at(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form);
static const u_char *rsl_redact_value_declared(const u_char *p,
    const u_char *end, const rsl_redact_name_t *name);
static int rsl_redact_value_spared(const rsl_redact_scan_t *scan,
    const u_char *p, const rsl_redact_name_t *name, u_char separator);
static int rsl_redact_value_is_tagged(const u_char *p, const u_char *end);
static int rsl_redact_value_quoted(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *s, const rsl_redact_name_t *name,
    const rsl_redact_quote_t *quote);
static int rsl_redact_value_unquoted(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form,
    int typed);
static const u_char *rsl_redact_value_linked(const u_char *p,
    const u_char *end, int weak);
static int rsl_redact_value_angled(rsl_redact_scan_t *scan, const u_char *p);
static void rsl_redact_value_unwrapped(rsl_redact_scan_t *scan);
static void rsl_redact_value_continued(rsl_redact_scan_t *scan,
    rsl_redact_form_e form);
static int rsl_redact_value_is_key(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_value_is_enclosed(const rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_value_is_sign(const rsl_redact_scan_t *scan,
    const u_char *p, const rsl_redact_quote_t *quote);
static int rsl_redact_value_attributes(const rsl_redact_scan_t *scan,
    const rsl_redact_quote_t *quote);
static void rsl_redact_value_joined(rsl_redact_scan_t *scan,
    const u_char *start, const rsl_redact_quote_t *quote);
static int rsl_redact_value_plural(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form);
static void rsl_redact_value_bracketed(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name);
static const u_char *rsl_redact_value_braced(const u_char *p,
    const u_char *end);
static void rsl_redact_value_line(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator);


/*
 * Each kind of value in its turn: quoted, in brackets, a block, the rest of a
 * line, or bare.  The exceptions that need the whole value are asked of a bare
 * one only: what is quoted or enclosed is a value for certain.
 */

int
rsl_redact_value(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form)
{
    const u_char  *s, *end;

    end = scan->end;
    p = rsl_redact_extent_blanks(p, end, form, name->quoted);

    if (p == end) {
        return 0;
    }

    if (separator == ':' && (*p == '\n' || *p == '\r')
        && name->kind != RSL_REDACT_NAME_PLURAL)
    {
        if (rsl_redact_block_below(scan, p, name)) {
            return 1;
        }

        s = rsl_redact_scheme_folded(p, end, name);

        if (s == p) {
            return 0;
        }

        p = s;
    }

    if (separator == '=' && (*p == '\n' || *p == '\r' || *p == '\\')) {
        p = rsl_redact_block_assigned(scan, p, name);
    }

    if (!rsl_redact_except_allows(scan, p, name, separator)) {
        return 0;
    }

    if (name->kind == RSL_REDACT_NAME_PLURAL) {
        return rsl_redact_value_plural(scan, p, name, separator, form);
    }

    if (form == RSL_REDACT_PLAIN) {
        s = separator == ':' ? rsl_redact_value_declared(p, end, name) : NULL;

        if (s != NULL) {
            return rsl_redact_value(scan, s, name, '=', form);
        }

        if (name->kind == RSL_REDACT_NAME_SECRET
            && rsl_redact_dump_rejected(scan, p))
        {
            return 1;
        }

        if (separator != ',' && name->kind <= RSL_REDACT_NAME_WEAK) {
            p = rsl_redact_value_linked(p, end,
                                        rsl_redact_name_strength(scan->names,
                                                      name->start, name->end)
                                        != RSL_REDACT_STRONG);
        }

        if (rsl_redact_value_spared(scan, p, name, separator)) {
            return 0;
        }
    }

    return rsl_redact_value_at(scan, p, name, separator, form);
}


/* The same for a value that begins at "p" and is not spared. */

static int
rsl_redact_value_at(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form)
{
    int                  typed;
    const u_char        *s, *end;
    rsl_redact_quote_t   quote;

    end = scan->end;
    s = rsl_redact_dump_typed(p, end);

    if (s == NULL || s == end) {
        return 0;
    }

    typed = s != p;
    p = s;

    if (separator == ':' && (*p == '\n' || *p == '\r' || *p == '#')
        && rsl_redact_block_below(scan, p, name))
    {
        return 1;
    }

    s = rsl_redact_extent_opening(p, end, form, &quote);

    if (s == NULL) {
        if (!rsl_redact_value_unquoted(scan, p, name, separator, form, typed)) {
            return 0;
        }

    } else if (!rsl_redact_value_quoted(scan, p, s, name, &quote)) {
        return 0;
    }

    if (name->kind == RSL_REDACT_NAME_OPAQUE) {
        return rsl_redact_except_opaque(scan->value, scan->stop);
    }

    return scan->stop > scan->value;
}


/* Behind the type and the "=" of a declaration at "p", or NULL. */

static const u_char *
rsl_redact_value_declared(const u_char *p, const u_char *end,
    const rsl_redact_name_t *name)
{
    return name->kind == RSL_REDACT_NAME_COOKIE
           || name->kind == RSL_REDACT_NAME_AUTHORIZATION
           ? NULL : rsl_redact_source_declared(p, end);
}


/*
 * Is what stands at "p" a placeholder, code that fetches the value, something
 * that is said of it or, beside a weak name, an object to look into?
 */

static int
rsl_redact_value_spared(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator)
{
    const u_char           *s;
    rsl_redact_strength_e   strength;

    s = rsl_redact_scheme(p, scan->end, name->kind);

    if (rsl_redact_placeholder_bare(scan->names, s, scan->end)
        || rsl_redact_source(scan->names, p, scan->end)
        || rsl_redact_except_itself(scan, p, name))
    {
        return 1;
    }

    strength = rsl_redact_name_strength(scan->names, name->start, name->end);

    if (*p == '{' && !rsl_redact_value_is_tagged(p, scan->end)) {
        return strength != RSL_REDACT_STRONG && strength != RSL_REDACT_DIGITS
               && name->kind != RSL_REDACT_NAME_COOKIE
               && !rsl_redact_object_holds(scan->names, p, scan->end);
    }

    if (*p == '[' || *p == '(') {
        return strength == RSL_REDACT_WEAK
               && (rsl_redact_object_lists_words(scan->names, p, scan->end)
                   || (*p == '('
                       && rsl_redact_clause(scan, p, name, separator,
                                            strength)));
    }

    return rsl_redact_clause(scan, p, name, separator, strength);
}


/* Does the name of a method stand before the value at "p": {SSHA}x? */

static int
rsl_redact_value_is_tagged(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p + 1; s < end && s - p < 24
         && (rsl_redact_char_is_word(*s) || *s == '-'); s++)
    {
        /* void */
    }

    return s - p > 2 && end - s > 1 && *s == '}' && s[1] > ' '
           && strchr(",;}])\"'", s[1]) == NULL;
}


/*
 * Behind the verb at "p" if what follows has letters and digits, as a secret
 * has: "password: is hunter2".  Beside a weak name it needs more of these.
 */

static const u_char *
rsl_redact_value_linked(const u_char *p, const u_char *end, int weak)
{
    size_t                     i, len, digits, upper, lower;
    const u_char              *s, *start;
    static const char *const   links[] = {
        "is ", "was ", "new ", "now ", "set to ", "changed to ", NULL
    };

    start = NULL;

    for (i = 0; links[i] != NULL && start == NULL; i++) {

        if (p == end || ((*p ^ (u_char) links[i][0]) & ~0x20)) {
            continue;
        }

        len = strlen(links[i]);

        if (rsl_redact_char_caseless(p, end, links[i], len)) {
            start = p + len;
        }
    }

    if (start == NULL) {
        return p;
    }

    if (rsl_redact_char_masked(start, end)) {
        return start;
    }

    digits = 0;
    upper = 0;
    lower = 0;

    for (s = start; s < end && s - start < RSL_REDACT_VALUE_PIECE && *s > ' ';
         s++)
    {
        digits += (*s >= '0' && *s <= '9');
        upper += (*s >= 'A' && *s <= 'Z');
        lower += (*s >= 'a' && *s <= 'z');
    }

    if (s - start < 6 || digits == 0 || upper + lower < 3
        || rsl_redact_except_term(start, s)
        || (weak && (s - start < 10 || upper == 0 || lower == 0)))
    {
        return p;
    }

    return start;
}


/* The quote at "p" opens the value at "s".  0: it is none. */

static int
rsl_redact_value_quoted(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *s, const rsl_redact_name_t *name,
    const rsl_redact_quote_t *quote)
{
    const u_char  *end;

    end = scan->end;
    scan->value = rsl_redact_scheme(s, end, name->kind);

    if (rsl_redact_placeholder_quoted(scan->names, scan->value, end, quote)) {
        return 0;
    }

    scan->stop = rsl_redact_extent_quoted(s, end, quote);

    if (rsl_redact_value_is_key(scan, p)
        || rsl_redact_value_is_sign(scan, s, quote)
        || rsl_redact_except_fetched(scan, s, name))
    {
        return 0;
    }

    scan->value = rsl_redact_scheme(s, scan->stop, name->kind);

    rsl_redact_value_joined(scan, p, quote);

    if (name->kind == RSL_REDACT_NAME_COOKIE && !name->quoted
        && rsl_redact_value_attributes(scan, quote))
    {
        scan->value = p;
        scan->stop = rsl_redact_char_eol(scan->stop, end);
    }

    return 1;
}


/* The value at "p" has no quotes.  0: it is none. */

static int
rsl_redact_value_unquoted(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form,
    int typed)
{
    if (*p == '[' || *p == '{'
        || (*p == '(' && (typed || rsl_redact_value_is_enclosed(scan, p))))
    {
        rsl_redact_value_bracketed(scan, p, name);
        return 1;
    }

    if (*p == '<' && separator == '=' && rsl_redact_value_angled(scan, p)) {
        return 1;
    }

    if ((name->kind == RSL_REDACT_NAME_SECRET
         && (rsl_redact_dump_object(scan, p)
             || rsl_redact_dump_printed(scan, p, name)))
        || rsl_redact_block(scan, p, name))
    {
        return 1;
    }

    if (name->kind == RSL_REDACT_NAME_COOKIE
        || name->kind == RSL_REDACT_NAME_AUTHORIZATION)
    {
        rsl_redact_value_line(scan, p, name, separator);
        return 1;
    }

    if (scan->end - p > 5 && p[4] >= 'A' && p[4] <= 'Z'
        && rsl_redact_char_caseless(p, scan->end, "new ", 4))
    {
        /* new Secret("x") */
        p += 4;
    }

    scan->value = rsl_redact_scheme(p, scan->end, name->kind);
    scan->stop = rsl_redact_extent_bare(scan->value, scan->end, form);

    if (*p == 'O' && separator == ':') {
        rsl_redact_value_unwrapped(scan);
    }

    if (separator == '=') {
        rsl_redact_value_continued(scan, form);
    }

    return !rsl_redact_except_constant(scan, name)
           && !(name->kind == RSL_REDACT_NAME_WEAK && !name->quoted
                && separator != '=' && rsl_redact_except_prose(scan, name));
}


/*
 * A password may have angle brackets: password=<hunter2>x.  What has a blank or
 * a quote in them is an object, or an element of HTML.
 */

static int
rsl_redact_value_angled(rsl_redact_scan_t *scan, const u_char *p)
{
    int            digits;
    const u_char  *s, *end;

    end = scan->end - p > RSL_REDACT_VALUE_PIECE ? p + RSL_REDACT_VALUE_PIECE
                                                 : scan->end;
    digits = 0;

    for (s = p + 1; s < end && *s > ' '; s++) {

        if (strchr("<>\"'=/:,()", *s) != NULL) {
            break;
        }

        digits += (*s >= '0' && *s <= '9');
    }

    if (s == end || *s != '>' || s - p < 2) {
        return 0;
    }

    if ((scan->end - s < 2 || !rsl_redact_char_is_word_utf8(s[1]))
        && (digits == 0 || s - p < 6 || rsl_redact_except_term(p + 1, s)
            || rsl_redact_word_has_stem(p + 1, s)))
    {
        return 0;
    }

    scan->value = p;
    scan->stop = rsl_redact_extent_further(p, s + 1, scan->end,
                                           RSL_REDACT_PLAIN);

    return 1;
}


/*
 * Swift dumps Optional("x") and, on the next line, what is in it: "- some: x".
 * The pass knows that by its place.
 */

static void
rsl_redact_value_unwrapped(rsl_redact_scan_t *scan)
{
    const u_char  *s;

    if (!rsl_redact_char_caseless(scan->value, scan->stop, "optional(", 9)) {
        return;
    }

    s = rsl_redact_extent_blanks(scan->stop, scan->end, RSL_REDACT_PLAIN, 1);

    if (rsl_redact_char_caseless(s, scan->end, "- some: ", 8)) {
        scan->member = s + 7;
    }
}


/* In a file of properties a value goes on behind "\" and a line feed. */

static void
rsl_redact_value_continued(rsl_redact_scan_t *scan, rsl_redact_form_e form)
{
    const u_char  *s;

    while (scan->end - scan->stop > 2 && scan->stop > scan->value
           && scan->stop[-1] == '\\')
    {
        s = scan->stop + (*scan->stop == '\r');

        if (*s != '\n') {
            break;
        }

        s = rsl_redact_extent_blanks(s + 1, scan->end, RSL_REDACT_PLAIN, 0);

        if (s == scan->end || *s == '-') {
            break;
        }

        scan->stop = rsl_redact_extent_further(s, s, scan->end, form);

        if (scan->stop == s) {
            break;
        }
    }
}


/*
 * A name may end its line without a value.  Is the quoted text at "p", on the
 * next line, the key there and not that value?
 */

static int
rsl_redact_value_is_key(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s;

    for (s = p; s > scan->start && (s[-1] == ' ' || s[-1] == '\t'); s--) {
        /* void */
    }

    if (s == scan->start || s[-1] != '\n' || scan->stop == scan->end) {
        return 0;
    }

    s = rsl_redact_extent_blanks(scan->stop + 1, scan->end, RSL_REDACT_PLAIN,
                                 0);

    return s < scan->end && (*s == ':' || *s == '=');
}


/*
 * Is the "(" at "p" a bracket around a value: ("x"), (bob, x), and in a message
 * of PostgreSQL: (token)=(x)?
 */

static int
rsl_redact_value_is_enclosed(const rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s, *end;

    if (p - scan->start > 1 && p[-1] == '=' && p[-2] == ')') {
        return 1;
    }

    if (p[-1] == '=') {
        end = scan->end - p > RSL_REDACT_VALUE_PIECE
              ? p + RSL_REDACT_VALUE_PIECE : scan->end;

        for (s = p + 1; s < end && strchr("()\n", *s) == NULL; s++) {
            /* void */
        }

        if (s < end && *s == ')'
            && memchr(p, ',', (size_t) (s - p)) != NULL)
        {
            return 1;
        }
    }

    s = rsl_redact_extent_blanks(p + 1, scan->end, RSL_REDACT_PLAIN, 1);

    return s < scan->end && (*s == '"' || *s == '\'');
}


/*
 * Is the quoted text at "p" no value but a sign, as parsers name them, or the
 * scheme before a variable: "Bearer " + token?
 */

static int
rsl_redact_value_is_sign(const rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_quote_t *quote)
{
    const u_char  *s, *stop;

    stop = scan->stop;

    if (quote->escapes || stop - p > 12 || stop == p) {
        return 0;
    }

    for (s = p; s < stop && !rsl_redact_char_is_word_utf8(*s); s++) {
        /* void */
    }

    if (s == stop && stop - p < 3) {
        return 1;
    }

    s = rsl_redact_extent_blanks(stop < scan->end ? stop + 1 : stop, scan->end,
                                 RSL_REDACT_PLAIN, 0);

    return stop[-1] == ' ' && s < scan->end && (*s == '+' || *s == '.')
           && rsl_redact_word(scan->names, p, stop - 1)
              & RSL_REDACT_WORD_SCHEME;
}


/*
 * Does a cookie go on behind its quoted value, as in Set-Cookie: "x"; Path=/?
 */

static int
rsl_redact_value_attributes(const rsl_redact_scan_t *scan,
    const rsl_redact_quote_t *quote)
{
    const u_char  *s;

    s = scan->stop;

    if (s < scan->end && *s == quote->ch) {
        s++;
    }

    s = rsl_redact_extent_blanks(s, scan->end, RSL_REDACT_PLAIN, 0);

    return s < scan->end && *s == ';';
}


/* In a shell what follows a quoted text belongs to it, password="a b"c. */

static void
rsl_redact_value_joined(rsl_redact_scan_t *scan, const u_char *start,
    const rsl_redact_quote_t *quote)
{
    const u_char  *p;

    p = scan->stop + 1;

    if (scan->end - p > 5 && memcmp(p, " -> ", 4) == 0
        && p[4] == quote->ch && scan->stop > scan->value)
    {
        /* a change in Terraform's plans: password = "x" -> "y" */
        scan->stop = rsl_redact_extent_quoted(p + 5, scan->end, quote);
        return;
    }

    rsl_redact_block_pieces(scan, quote);

    if (quote->escapes || quote->encoded || quote->doubled || quote->tripled
        || p >= scan->end || scan->stop == scan->value
        || !rsl_redact_char_is_word_utf8(*p))
    {
        return;
    }

    scan->value = start;
    scan->stop = rsl_redact_extent_further(start, p, scan->end,
                                           RSL_REDACT_PLAIN);
}


/*
 * What is beside "tokens" is a secret unless it begins as a count does.  A
 * count is not hidden, and the pass would look at it again; so only a piece of
 * it is read to find out.
 */

static int
rsl_redact_value_plural(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator, rsl_redact_form_e form)
{
    rsl_redact_name_t  secret;
    rsl_redact_scan_t  piece;

    secret = *name;
    secret.kind = RSL_REDACT_NAME_SECRET;

    piece = *scan;

    if (piece.end - p > RSL_REDACT_VALUE_PIECE) {
        piece.end = p + RSL_REDACT_VALUE_PIECE;
    }

    if (!rsl_redact_value(&piece, p, &secret, separator, form)
        || rsl_redact_except_count(&piece))
    {
        return 0;
    }

    return rsl_redact_value(scan, p, &secret, separator, form);
}


/*
 * The value is in brackets: an object or a list, or what dumps of Go and others
 * write.
 */

static void
rsl_redact_value_bracketed(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name)
{
    scan->value = p;
    scan->stop = rsl_redact_extent_nested(p, scan->end);

    if (scan->stop - p == 2 && scan->stop < scan->end
        && rsl_redact_char_is_word_utf8(*scan->stop))
    {
        /* the type of a list in Go, []string{"x"} */
        scan->stop = rsl_redact_extent_further(p, p + 2, scan->end,
                                               RSL_REDACT_PLAIN);
        return;
    }

    if (*p == '{' && p > scan->start && p[-1] == '=') {
        scan->stop = rsl_redact_value_braced(scan->stop, scan->end);
    }

    if (*p == '[' && (name->kind == RSL_REDACT_NAME_AUTHORIZATION
                      || name->kind == RSL_REDACT_NAME_COOKIE))
    {
        /* Authorization:[Bearer X] */
        scan->value = rsl_redact_scheme(p + 1, scan->stop, name->kind);
        scan->stop -= scan->stop[-1] == ']';
        return;
    }

    /* "[a]b" is one value */
    scan->stop = rsl_redact_extent_further(p, scan->stop, scan->end,
                                           RSL_REDACT_PLAIN);
}


/*
 * In the connection strings of ODBC "}}" is a brace within the value:
 * PWD={a}}b;c}.  "p" is behind what may be the last one; a second one that
 * nothing of the value follows closes something else.
 */

static const u_char *
rsl_redact_value_braced(const u_char *p, const u_char *end)
{
    const u_char  *s;

    while (end - p > 1 && *p == '}' && p[1] > ' '
           && strchr(",;}])\"'&", p[1]) == NULL)
    {
        s = memchr(p + 1, '}', (size_t) (end - p - 1));

        if (s == NULL) {
            break;
        }

        p = s + 1;
    }

    return p;
}


/*
 * The value of a header goes on to the end of its line, or to the quote that
 * closes around the header.  Of an authorization with one credential only that
 * is hidden.
 */

static void
rsl_redact_value_line(rsl_redact_scan_t *scan, const u_char *p,
    const rsl_redact_name_t *name, u_char separator)
{
    const u_char        *s, *end;
    rsl_redact_quote_t   quote;

    scan->value = p;
    end = scan->end;

    if (*p == '\r' || *p == '\n') {
        scan->stop = p;
        return;
    }

    if (rsl_redact_char_masked(p, end)) {
        s = rsl_redact_extent_blanks(p + RSL_REDACT_MASK_LEN, end,
                                     RSL_REDACT_PLAIN, 0);

        if (s == end || *s != ';') {
            /* the mask is of a value in brackets or quotes, and ends with it */
            scan->stop = p + RSL_REDACT_MASK_LEN;
            return;
        }
    }

    if (name->kind == RSL_REDACT_NAME_AUTHORIZATION) {
        s = rsl_redact_scheme(p, end, name->kind);
        scan->value = s;

        if (s != p && !rsl_redact_scheme_has_list(p, end, name->kind)) {
            scan->stop = rsl_redact_extent_bare(s, end, RSL_REDACT_PLAIN);
            return;
        }
    }

    s = name->start;

    if (s > scan->start && (s[-1] == '"' || s[-1] == '\'') && !name->quoted) {
        /* the quote is before the name: -H 'Cookie: a=b; c=d' */
        memset(&quote, 0, sizeof(rsl_redact_quote_t));
        quote.ch = s[-1];

        for (s--; s > scan->from && s[-1] == '\\'; s--) {
            quote.escapes++;
        }

        end = rsl_redact_extent_quoted(p, end, &quote);
        scan->stop = rsl_redact_char_eol(p, end);
        return;
    }

    if (separator == ':') {
        scan->stop = rsl_redact_scheme_unfolded(p, end);
        return;
    }

    end = rsl_redact_char_eol(p, end);

    /* several cookies and another assignment: cookie=a=b; c=d path=/x */

    for (s = p; s < end; s++) {
        s = rsl_redact_extent_bare(s, end, RSL_REDACT_PLAIN);

        if (s == end || *s != ';') {
            break;
        }

        while (s + 1 < end && s[1] == ' ') {
            s++;
        }
    }

    scan->stop = s;
}
