
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Which names say that the value beside them is a secret.
 */


#include "rsl_redact_internal.h"


/* Of a name this many letters count, those at its end. */
#define RSL_REDACT_NAME_MAX   40

/* Quotes, brackets and blanks that may stand behind a name. */
#define RSL_REDACT_GAP_MAX    40

/*
 * The letters of a name, the last one first, without separators and in lower
 * case.
 */

typedef struct {
    size_t                 len;
    u_char                 ch[RSL_REDACT_NAME_MAX];
    u_char                 begins[RSL_REDACT_NAME_MAX];    /* a word */
} rsl_redact_letters_t;


static void rsl_redact_name_letters(const u_char *from, const u_char *p,
    rsl_redact_letters_t *letters, const u_char **start);
static int rsl_redact_name_may_end(const u_char *from, const u_char *p);
static inline int rsl_redact_name_ending(const u_char *from, const u_char *p,
    const rsl_redact_ending_t *endings);
static inline uint32_t rsl_redact_name_char_before(const u_char *from,
    const u_char *p, const u_char **start);
static inline int rsl_redact_name_plain(const u_char *from, const u_char *p);
static int rsl_redact_name_separator(uint32_t ch);
static inline int rsl_redact_name_alnum(uint32_t ch);
static const u_char *rsl_redact_name_gap(const rsl_redact_scan_t *scan,
    const u_char *p, rsl_redact_name_t *name);
static rsl_redact_name_e rsl_redact_name_lookup(
    const rsl_redact_letters_t *letters);
static rsl_redact_name_e rsl_redact_name_keyword(
    const rsl_redact_letters_t *letters, size_t skip);
static size_t rsl_redact_name_ends(const rsl_redact_letters_t *letters,
    size_t skip, const char *word, size_t len);
static int rsl_redact_name_is_one_of(const rsl_str_t *key,
    const rsl_redact_literal_t *words);


/* What is in no name, whichever way it is written. */

static const u_char  rsl_redact_name_foreign[256] = {
    [0x01 ... 0x1f] = 1, ['!'] = 1, ['"'] = 1, ['#'] = 1, ['$'] = 1,
    ['&'] = 1, ['\''] = 1, ['('] = 1, [')'] = 1, ['*'] = 1, [','] = 1,
    [':'] = 1, ['<'] = 1, ['='] = 1, ['>'] = 1, ['?'] = 1, ['@'] = 1,
    ['['] = 1, [']'] = 1, ['^'] = 1, ['`'] = 1, ['{'] = 1, ['|'] = 1,
    ['}'] = 1, ['~'] = 1, [0x7f] = 1
};


rsl_redact_name_e
rsl_redact_name(const rsl_str_t *key)
{
    const u_char          *start;
    rsl_redact_letters_t   letters;

    /* what is in an array has none */

    if (key->len == 0
        || !rsl_redact_name_may_end(key->data, key->data + key->len))
    {
        return RSL_REDACT_NAME_NONE;
    }

    rsl_redact_name_letters(key->data, key->data + key->len, &letters, &start);

    return rsl_redact_name_lookup(&letters);
}


void
rsl_redact_name_before(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_redact_name_t *name)
{
    rsl_redact_letters_t  letters;

    name->kind = RSL_REDACT_NAME_NONE;
    name->start = NULL;
    name->end = NULL;
    name->quoted = 0;

    p = rsl_redact_name_gap(scan, p, name);

    if (p == scan->from) {
        return;
    }

    name->end = p;

    if (!rsl_redact_name_may_end(scan->from, p)) {
        return;
    }

    rsl_redact_name_letters(scan->from, p, &letters, &name->start);

    name->kind = rsl_redact_name_lookup(&letters);
}


int
rsl_redact_name_is_name(const rsl_str_t *key)
{
    return rsl_redact_name_is_one_of(key, rsl_redact_name_keys);
}


int
rsl_redact_name_is_value(const rsl_str_t *key)
{
    return rsl_redact_name_is_one_of(key, rsl_redact_value_keys);
}


/*
 * Most names end in three letters in which none of a secret does.  Not a rule,
 * only a way to be quick: what is not plain has yet to be decoded.
 */

static int
rsl_redact_name_may_end(const u_char *from, const u_char *p)
{
    for ( /* void */ ; rsl_redact_name_plain(from, p); p--) {

        /* digits behind a name do not matter */

        if (p[-1] > '9') {
            return rsl_redact_name_ending(from, p, rsl_redact_endings);
        }
    }

    return p > from && !rsl_redact_name_foreign[p[-1]];
}


/* Behind a plain character: is it, with those before it, one of "endings"? */

static inline int
rsl_redact_name_ending(const u_char *from, const u_char *p,
    const rsl_redact_ending_t *endings)
{
    endings += rsl_redact_ending_row(p[-1]);

    return !rsl_redact_name_plain(from, p - 1)
           || (endings->second & rsl_redact_ending_bit(p[-2])
               && (!rsl_redact_name_plain(from, p - 2)
                   || endings->third & rsl_redact_ending_bit(p[-3])));
}


/* As rsl_redact_char_before(): most characters stand for themselves. */

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


/* Is the character before "p" a letter or digit that is no part of "%41"? */

static inline int
rsl_redact_name_plain(const u_char *from, const u_char *p)
{
    if (p == from) {
        return 0;
    }

    if (p[-1] > 'f') {
        return p[-1] <= 'z';
    }

    return rsl_redact_name_alnum(p[-1])
           && (p - from < 3 || !rsl_redact_name_alnum(p[-2])
               || (p[-3] != '%' && p[-3] != '5' && p[-3] != '0'
                   && p[-3] != 'x'));
}


/* The letters of the name that ends at "p". */

static void
rsl_redact_name_letters(const u_char *from, const u_char *p,
    rsl_redact_letters_t *letters, const u_char **start)
{
    size_t         n;
    uint32_t       ch, last;
    const u_char  *s;

    letters->len = 0;
    last = 0;
    n = 0;
    *start = p;

    while (p > from && n++ < 2 * RSL_REDACT_NAME_MAX) {

        ch = rsl_redact_name_char_before(from, p, &s);

        if (rsl_redact_name_alnum(ch)) {

            if (letters->len > 0) {
                /* "dbPass", "2pass": a word begins behind this letter */
                letters->begins[letters->len - 1] |=
                    ch <= '9' || (last >= 'A' && last <= 'Z' && ch > 'Z');
            }

            if (letters->len == RSL_REDACT_NAME_MAX) {
                return;
            }

            letters->ch[letters->len] = (u_char) (ch >= 'A' && ch <= 'Z'
                                                  ? ch | 0x20 : ch);
            letters->begins[letters->len] = 0;
            letters->len++;

            last = ch;
            *start = s;

        } else if (rsl_redact_name_separator(ch) || ch == 0
                   || (ch == '/' && s > from && s[-1] == '\\'))
        {

            if (ch != 0 && letters->len > 0) {
                letters->begins[letters->len - 1] = 1;
                last = 0;
            }

        } else {
            break;
        }

        p = s;
    }

    if (letters->len > 0) {
        letters->begins[letters->len - 1] = 1;
    }
}


static int
rsl_redact_name_separator(uint32_t ch)
{
    return ch == '_' || ch == '-' || ch == '.' || ch == ' ' || ch == '\\'
           || ch == '+';
}


static inline int
rsl_redact_name_alnum(uint32_t ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
           || (ch >= '0' && ch <= '9');
}


/* Goes back over what may stand between a name and its separator. */

static const u_char *
rsl_redact_name_gap(const rsl_redact_scan_t *scan, const u_char *p,
    rsl_redact_name_t *name)
{
    size_t         n;
    uint32_t       ch;
    const u_char  *start;

    for (n = 0; p > scan->from && n < RSL_REDACT_GAP_MAX; n++) {

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


static rsl_redact_name_e
rsl_redact_name_lookup(const rsl_redact_letters_t *letters)
{
    size_t                    skip, tail;
    rsl_redact_name_e         kind;
    const rsl_redact_literal_t  *word;

    skip = 0;

    while (skip < letters->len && letters->ch[skip] <= '9') {
        skip++;
    }

    if (letters->len - skip < 2) {
        return RSL_REDACT_NAME_NONE;
    }

    kind = rsl_redact_name_keyword(letters, skip);

    if (kind != RSL_REDACT_NAME_NONE) {
        return kind;
    }

    for (word = rsl_redact_tails; word->text != NULL; word++) {
        tail = rsl_redact_name_ends(letters, skip, word->text, word->len);

        if (tail != 0 && letters->begins[tail - 1]) {

            while (tail < letters->len && letters->ch[tail] <= '9') {
                tail++;
            }

            kind = rsl_redact_name_keyword(letters, tail);

            if (kind == RSL_REDACT_NAME_SECRET) {
                return kind;
            }
        }
    }

    return RSL_REDACT_NAME_NONE;
}


static rsl_redact_name_e
rsl_redact_name_keyword(const rsl_redact_letters_t *letters, size_t skip)
{
    size_t                       n;
    const rsl_redact_keyword_t  *keyword;

    if (letters->len <= skip || letters->ch[skip] < 'a') {
        return RSL_REDACT_NAME_NONE;
    }

    keyword = rsl_redact_keywords[letters->ch[skip] - 'a'];

    if (keyword == NULL) {
        return RSL_REDACT_NAME_NONE;
    }

    for ( /* void */ ; keyword->word != NULL; keyword++) {
        n = rsl_redact_name_ends(letters, skip, keyword->word, keyword->len);

        if (n != 0 && (!keyword->whole || letters->begins[n - 1])) {
            return keyword->kind;
        }
    }

    return RSL_REDACT_NAME_NONE;
}


/*
 * Do the letters, without the last "skip" ones, end in "word"?  Then how many
 * are behind the one before it.
 */

static size_t
rsl_redact_name_ends(const rsl_redact_letters_t *letters, size_t skip,
    const char *word, size_t len)
{
    size_t  i;

    if (len == 0 || letters->len < skip + len
        || letters->ch[skip] != (u_char) word[len - 1])
    {
        return 0;
    }

    for (i = 1; i < len; i++) {
        if (letters->ch[skip + i] != (u_char) word[len - 1 - i]) {
            return 0;
        }
    }

    return skip + len;
}


static int
rsl_redact_name_is_one_of(const rsl_str_t *key,
    const rsl_redact_literal_t *words)
{
    size_t                 n;
    const u_char          *start, *end;
    rsl_redact_letters_t   letters;

    if (key->len == 0) {
        return 0;
    }

    end = key->data + key->len;

    if (key->len > 1 && rsl_redact_name_plain(key->data, end)
        && !rsl_redact_name_ending(key->data, end, rsl_redact_key_endings))
    {
        return 0;
    }

    rsl_redact_name_letters(key->data, end, &letters, &start);

    for ( /* void */ ; words->text != NULL; words++) {
        n = rsl_redact_name_ends(&letters, 0, words->text, words->len);

        if (n != 0 && n == letters.len) {
            return 1;
        }
    }

    return 0;
}
