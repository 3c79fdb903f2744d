
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Which names say that the value beside them is a secret.
 *
 * A name is read backwards from its separator, for it is known by its end.
 */


#include <stdlib.h>

#include "rsl_redact_internal.h"


/* Quotes, brackets and blanks that may stand behind a name. */
#define RSL_REDACT_NAME_GAP_MAX  40


/*
 * The letters and digits of a name, the last one first, without separators and
 * in lower case.
 */

typedef struct {
    size_t                 len;
    u_char                 ch[RSL_REDACT_KEYWORD_MAX];
    u_char                 begins[RSL_REDACT_KEYWORD_MAX];  /* a part of the
                                                               name */
} rsl_redact_letters_t;


/* The place and the bit of a letter, in either case. */
#define rsl_redact_name_row(ch)  ((ch) & (RSL_REDACT_ENDINGS - 1))
#define rsl_redact_name_bit(ch)  ((uint32_t) 1 << rsl_redact_name_row(ch))


/* The row of the keywords that have these last two letters. */
#define rsl_redact_name_keywords(last, second)                                \
    ((size_t) (((last) - 'a') * RSL_REDACT_LETTERS + (second) - 'a'))


static int rsl_redact_name_longer(const void *one, const void *two);
static void rsl_redact_name_ending(rsl_redact_ending_t *endings,
    const char *text, size_t len);
static void rsl_redact_name_endings(rsl_redact_ending_t *endings,
    const rsl_redact_literal_t *literals);
static int rsl_redact_name_is_foreign(u_char ch);
static inline int rsl_redact_name_ends_as(const u_char *from, const u_char *p,
    const rsl_redact_ending_t *endings);
static inline uint32_t rsl_redact_name_char_before(const u_char *from,
    const u_char *p, const u_char **start);
static inline int rsl_redact_name_plain(const u_char *from, const u_char *p);
static void rsl_redact_name_letters(const u_char *from, const u_char *p,
    rsl_redact_letters_t *letters, const u_char **start);
static int rsl_redact_name_separator(uint32_t ch);
static const u_char *rsl_redact_name_gap(const rsl_redact_scan_t *scan,
    const u_char *p, rsl_redact_name_t *name);
static const rsl_redact_keyword_t *rsl_redact_name_lookup(
    const rsl_redact_names_t *names, const rsl_redact_letters_t *letters);
static const rsl_redact_keyword_t *rsl_redact_name_keyword(
    const rsl_redact_names_t *names, const rsl_redact_letters_t *letters,
    size_t skip);
static inline size_t rsl_redact_name_ends(const rsl_redact_letters_t *letters,
    size_t skip, const char *text, size_t len);
static int rsl_redact_name_is_one_of(const rsl_redact_letters_t *letters,
    const rsl_redact_literal_t *literals);


/* Letters and digits, in lower case. */

#define SMALL(ch)  [(ch) - 0x20] = (ch), [ch] = (ch)

static const u_char  rsl_redact_name_small[256] = {
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4',
    ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
    SMALL('a'), SMALL('b'), SMALL('c'), SMALL('d'), SMALL('e'), SMALL('f'),
    SMALL('g'), SMALL('h'), SMALL('i'), SMALL('j'), SMALL('k'), SMALL('l'),
    SMALL('m'), SMALL('n'), SMALL('o'), SMALL('p'), SMALL('q'), SMALL('r'),
    SMALL('s'), SMALL('t'), SMALL('u'), SMALL('v'), SMALL('w'), SMALL('x'),
    SMALL('y'), SMALL('z')
};


/* What stands two bytes before the end of an encoded character. */

static const u_char  rsl_redact_name_encodes[256] = {
    ['%'] = 1, ['5'] = 1, ['0'] = 1, ['x'] = 1
};


int
rsl_redact_name_init(rsl_redact_names_t *names)
{
    size_t                       i, n;
    const rsl_redact_keyword_t  *keyword;

    for (n = 0; rsl_redact_keywords[n].text != NULL; n++) {
        keyword = &rsl_redact_keywords[n];

        rsl_redact_name_ending(names->endings, keyword->text, keyword->len);
        names->first[rsl_redact_name_keywords(keyword->text[keyword->len - 1],
                                              keyword->text[keyword->len - 2])
                     + 1]++;
    }

    /* malloc() may return NULL for 0 bytes */

    names->keywords = malloc((n + 1) * sizeof(rsl_redact_keyword_t));
    if (names->keywords == NULL) {
        return RSL_ERROR;
    }

    memcpy(names->keywords, rsl_redact_keywords,
           n * sizeof(rsl_redact_keyword_t));
    qsort(names->keywords, n, sizeof(rsl_redact_keyword_t),
          rsl_redact_name_longer);

    for (i = 0; i < RSL_REDACT_LETTERS * RSL_REDACT_LETTERS; i++) {
        names->first[i + 1] += names->first[i];
    }

    rsl_redact_name_endings(names->endings, rsl_redact_keyword_tails);
    rsl_redact_name_endings(names->member_endings,
                            rsl_redact_keyword_name_keys);
    rsl_redact_name_endings(names->member_endings,
                            rsl_redact_keyword_value_keys);

    for (i = 0; i < sizeof(names->foreign); i++) {
        names->foreign[i] = (u_char) rsl_redact_name_is_foreign((u_char) i);
    }

    return RSL_OK;
}


/* Of the keywords with the same last two letters the longest is tried first. */

static int
rsl_redact_name_longer(const void *one, const void *two)
{
    size_t                       i;
    const rsl_redact_keyword_t  *first, *second;

    first = one;
    second = two;

    for (i = 1; i <= RSL_REDACT_KEYWORD_MIN; i++) {
        if (first->text[first->len - i] != second->text[second->len - i]) {
            return first->text[first->len - i] - second->text[second->len - i];
        }
    }

    return (first->len < second->len) - (first->len > second->len);
}


static void
rsl_redact_name_endings(rsl_redact_ending_t *endings,
    const rsl_redact_literal_t *literals)
{
    for ( /* void */ ; literals->text != NULL; literals++) {
        rsl_redact_name_ending(endings, literals->text, literals->len);
    }
}


/* Notes the last three letters of a name, or its two if there are no more. */

static void
rsl_redact_name_ending(rsl_redact_ending_t *endings, const char *text,
    size_t len)
{
    if (len < 2) {
        return;
    }

    endings += rsl_redact_name_row(text[len - 1]);

    endings->second |= rsl_redact_name_bit(text[len - 2]);
    endings->third |= len > 2 ? rsl_redact_name_bit(text[len - 3]) : ~0u;
}


/*
 * Can no name end in this byte, whichever way it is written?  An entity ends
 * in ";", and behind a backslash a "/" is a separator.
 */

static int
rsl_redact_name_is_foreign(u_char ch)
{
    return ch < 0x80 && ch != 0 && ch != ';' && ch != '/'
           && !rsl_redact_name_small[ch] && !rsl_redact_name_separator(ch);
}


void
rsl_redact_name_free(rsl_redact_names_t *names)
{
    free(names->keywords);
}


rsl_redact_name_e
rsl_redact_name(const rsl_redact_names_t *names, const rsl_str_t *key)
{
    const u_char                *start;
    rsl_redact_letters_t         letters;
    const rsl_redact_keyword_t  *keyword;

    /* the elements of an array have no name */

    if (key->len == 0
        || !rsl_redact_name_may_end(names, key->data, key->data + key->len))
    {
        return RSL_REDACT_NAME_NONE;
    }

    rsl_redact_name_letters(key->data, key->data + key->len, &letters, &start);

    keyword = rsl_redact_name_lookup(names, &letters);

    return keyword == NULL ? RSL_REDACT_NAME_NONE : keyword->kind;
}


rsl_redact_strength_e
rsl_redact_name_strength(const rsl_redact_names_t *names, const u_char *start,
    const u_char *end)
{
    rsl_redact_letters_t         letters;
    const rsl_redact_keyword_t  *keyword;

    if (start >= end) {
        return RSL_REDACT_STRONG;
    }

    rsl_redact_name_letters(start, end, &letters, &start);

    keyword = rsl_redact_name_lookup(names, &letters);

    return keyword == NULL ? RSL_REDACT_STRONG : keyword->strength;
}


void
rsl_redact_name_before(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_redact_name_t *name)
{
    rsl_redact_letters_t         letters;
    const rsl_redact_keyword_t  *keyword;

    name->kind = RSL_REDACT_NAME_NONE;
    name->start = NULL;
    name->end = NULL;
    name->quoted = 0;

    p = rsl_redact_name_gap(scan, p, name);

    if (p == scan->from) {
        return;
    }

    name->end = p;

    if (!rsl_redact_name_may_end(scan->names, scan->from, p)) {
        return;
    }

    rsl_redact_name_letters(scan->from, p, &letters, &name->start);

    keyword = rsl_redact_name_lookup(scan->names, &letters);

    if (keyword != NULL) {
        name->kind = keyword->kind;
    }
}


rsl_redact_member_e
rsl_redact_name_member(const rsl_redact_names_t *names, const rsl_str_t *key)
{
    const u_char          *start, *end;
    rsl_redact_letters_t   letters;

    if (key->len == 0) {
        return RSL_REDACT_MEMBER_OTHER;
    }

    end = key->data + key->len;

    if (key->len > 1 && rsl_redact_name_plain(key->data, end)
        && !rsl_redact_name_ends_as(key->data, end, names->member_endings))
    {
        return RSL_REDACT_MEMBER_OTHER;
    }

    rsl_redact_name_letters(key->data, end, &letters, &start);

    if (rsl_redact_name_is_one_of(&letters, rsl_redact_keyword_name_keys)) {
        return RSL_REDACT_MEMBER_NAME;
    }

    return rsl_redact_name_is_one_of(&letters, rsl_redact_keyword_value_keys)
           ? RSL_REDACT_MEMBER_VALUE : RSL_REDACT_MEMBER_OTHER;
}


int
rsl_redact_name_may_end(const rsl_redact_names_t *names, const u_char *from,
    const u_char *p)
{
    for ( /* void */ ; rsl_redact_name_plain(from, p); p--) {

        /* digits behind a name do not matter */

        if (p[-1] > '9') {
            return rsl_redact_name_ends_as(from, p, names->endings);
        }
    }

    return p > from && !names->foreign[p[-1]];
}


/*
 * Is the plain character before "p", together with the two before it, one of
 * the endings?  Yes as well if one of these two is not plain.
 */

static inline int
rsl_redact_name_ends_as(const u_char *from, const u_char *p,
    const rsl_redact_ending_t *endings)
{
    endings += rsl_redact_name_row(p[-1]);

    return !rsl_redact_name_plain(from, p - 1)
           || (endings->second & rsl_redact_name_bit(p[-2])
               && (!rsl_redact_name_plain(from, p - 2)
                   || endings->third & rsl_redact_name_bit(p[-3])));
}


/* As rsl_redact_char_before(), and quick where a character is plain. */

static inline uint32_t
rsl_redact_name_char_before(const u_char *from, const u_char *p,
    const u_char **start)
{
    if (p[-1] < '0' || rsl_redact_name_plain(from, p)) {
        *start = p - 1;
        return p[-1];
    }

    return rsl_redact_char_before(from, p, start);
}


/*
 * Does the byte before "p" stand for itself: is it a letter or a digit that
 * cannot be the end of "%41", "%2541", "\u0041" or "\x41"?
 */

static inline int
rsl_redact_name_plain(const u_char *from, const u_char *p)
{
    if (p == from) {
        return 0;
    }

    if (p[-1] > 'f') {
        return p[-1] <= 'z';
    }

    return rsl_redact_name_small[p[-1]]
           && (p - from < 3 || !rsl_redact_name_encodes[p[-3]]
               || !rsl_redact_name_small[p[-2]]);
}


/* Reads the letters of the name that ends at "p", and where it starts. */

static void
rsl_redact_name_letters(const u_char *from, const u_char *p,
    rsl_redact_letters_t *letters, const u_char **start)
{
    int            capital;
    size_t         n, len;
    u_char         small;
    uint32_t       ch;
    const u_char  *s;

    len = 0;
    capital = 0;
    *start = p;

    memset(letters, 0, sizeof(rsl_redact_letters_t));

    /* separators count as well: the time for a name is bounded */

    for (n = 0; p > from && n < 2 * RSL_REDACT_KEYWORD_MAX; n++, p = s) {

        ch = rsl_redact_name_char_before(from, p, &s);
        small = ch < 256 ? rsl_redact_name_small[ch] : 0;

        if (small) {

            if (len > 0) {
                /* "dbPass", "2pass": a part begins behind this character */
                letters->begins[len - 1] |= ch <= '9'
                                            || (capital && ch > 'Z');
            }

            if (len == RSL_REDACT_KEYWORD_MAX) {
                letters->len = len;
                return;
            }

            letters->ch[len++] = small;

            capital = small != ch;
            *start = s;

        } else if (rsl_redact_name_separator(ch) || ch == 0
                   || (ch == '/' && s > from && s[-1] == '\\'))
        {

            if (ch != 0 && len > 0) {
                letters->begins[len - 1] = 1;
                capital = 0;
            }

        } else {
            break;
        }
    }

    letters->len = len;

    if (len > 0) {
        letters->begins[len - 1] = 1;
    }
}


/* Does the character separate the parts of a name? */

static int
rsl_redact_name_separator(uint32_t ch)
{
    return ch == '_' || ch == '-' || ch == '.' || ch == ' ' || ch == '\\'
           || ch == '+';
}


/* Goes back over what may stand between a name and its separator. */

static const u_char *
rsl_redact_name_gap(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_redact_name_t *name)
{
    size_t         n;
    uint32_t       ch;
    const u_char  *start;

    for (n = 0; p > scan->from && n < RSL_REDACT_NAME_GAP_MAX; n++) {

        if (rsl_redact_name_plain(scan->from, p)) {
            return p;
        }

        ch = rsl_redact_name_char_before(scan->from, p, &start);

        switch (ch) {

        case '"':
        case '\'':
        case '`':
            name->quoted = 1;
            break;

        case ']':
        case '\\':
        case ' ':
        case '\t':
        case 0:
            break;

        default:
            return p;
        }

        p = start;
    }

    return p;
}


/* The keyword of a name, apart from digits and a tail at its end, or NULL. */

static const rsl_redact_keyword_t *
rsl_redact_name_lookup(const rsl_redact_names_t *names,
    const rsl_redact_letters_t *letters)
{
    size_t                       skip, n;
    const rsl_redact_keyword_t  *keyword;
    const rsl_redact_literal_t  *tail;

    skip = 0;

    while (skip < letters->len && letters->ch[skip] <= '9') {
        skip++;
    }

    if (letters->len - skip < RSL_REDACT_KEYWORD_MIN) {
        return NULL;
    }

    keyword = rsl_redact_name_keyword(names, letters, skip);

    if (keyword != NULL) {
        return keyword;
    }

    for (tail = rsl_redact_keyword_tails; tail->text != NULL; tail++) {
        n = rsl_redact_name_ends(letters, skip, tail->text, tail->len);

        if (n != 0 && letters->begins[n - 1]) {

            while (n < letters->len && letters->ch[n] <= '9') {
                n++;
            }

            keyword = rsl_redact_name_keyword(names, letters, n);

            if (keyword != NULL && keyword->kind == RSL_REDACT_NAME_SECRET) {
                return keyword;
            }
        }
    }

    return NULL;
}


/* The keyword in which the letters end, without "skip" of them, or NULL. */

static const rsl_redact_keyword_t *
rsl_redact_name_keyword(const rsl_redact_names_t *names,
    const rsl_redact_letters_t *letters, size_t skip)
{
    size_t                       n, row;
    const rsl_redact_keyword_t  *keyword, *last;

    if (letters->len <= skip + 1 || letters->ch[skip] < 'a'
        || letters->ch[skip + 1] < 'a')
    {
        return NULL;
    }

    row = rsl_redact_name_keywords(letters->ch[skip], letters->ch[skip + 1]);
    last = names->keywords + names->first[row + 1];

    for (keyword = names->keywords + names->first[row]; keyword < last;
         keyword++)
    {
        n = rsl_redact_name_ends(letters, skip, keyword->text, keyword->len);

        if (n != 0 && (!keyword->whole || letters->begins[n - 1])) {
            return keyword->kind == RSL_REDACT_NAME_NONE ? NULL : keyword;
        }
    }

    return NULL;
}


/*
 * Do the letters, without the last "skip" ones, end in "text"?  Then how many
 * there are from its first letter to the end of the name, or else 0.
 */

static inline size_t
rsl_redact_name_ends(const rsl_redact_letters_t *letters, size_t skip,
    const char *text, size_t len)
{
    size_t  i;

    if (letters->len < skip + len
        || letters->ch[skip] != (u_char) text[len - 1])
    {
        return 0;
    }

    for (i = 1; i < len; i++) {
        if (letters->ch[skip + i] != (u_char) text[len - 1 - i]) {
            return 0;
        }
    }

    return skip + len;
}


/* Is one of the literals all of the name? */

static int
rsl_redact_name_is_one_of(const rsl_redact_letters_t *letters,
    const rsl_redact_literal_t *literals)
{
    for ( /* void */ ; literals->text != NULL; literals++) {

        if (literals->len == letters->len
            && rsl_redact_name_ends(letters, 0, literals->text, literals->len))
        {
            return 1;
        }
    }

    return 0;
}
