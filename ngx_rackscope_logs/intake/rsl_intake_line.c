
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What a line of text says before its message: a time, a level, the name of a
 * logger.  No format is known, so the line is taken apart into words, and the
 * level is looked for only among those that are not yet prose.
 */


#include "rsl_intake_internal.h"


/*
 * A word of a line, without the brackets and the colon around it.  These are
 * kept as bits, because a word in brackets, or before a colon, is no prose.
 */

typedef struct {
    rsl_str_t  text;
    unsigned   bracket:1;       /* a bracket is open: [word */
    unsigned   colon:1;         /* word: */
    unsigned   separator:1;     /* no word, but only - or | */
} rsl_intake_word_t;


static size_t rsl_intake_line_plain(const rsl_str_t *line, u_char *dst);
static size_t rsl_intake_line_words(const rsl_str_t *plain,
    rsl_intake_word_t *words);
static const u_char *rsl_intake_line_word_end(const u_char *p,
    const u_char *end);
static void rsl_intake_line_word(rsl_intake_word_t *word, const u_char *p,
    const u_char *end, unsigned *inside);
static rsl_level_t rsl_intake_line_level(const rsl_intake_word_t *words,
    size_t n);
static rsl_level_t rsl_intake_line_word_level(const rsl_intake_word_t *word,
    unsigned first);
static rsl_level_t rsl_intake_line_logfmt(const rsl_intake_word_t *word);
static int rsl_intake_line_is_name(const rsl_intake_word_t *words, size_t i,
    size_t n);
static int rsl_intake_line_is_number(const rsl_intake_word_t *word);
static void rsl_intake_line_time(const rsl_intake_word_t *words, size_t n,
    int64_t *time);
static int rsl_intake_line_has_zone(const rsl_str_t *text);


/* Only so many bytes of a line, and so many words of them, are looked at. */
#define RSL_INTAKE_LINE_HEAD   160
#define RSL_INTAKE_LINE_WORDS  8


/*
 * A time without a zone is not used: it is in the zone of the sender, which is
 * not known, so the time of capture is nearer to the truth.
 */

rsl_level_t
rsl_intake_line_read(const rsl_str_t *line, int64_t *time)
{
    size_t             n;
    u_char             head[RSL_INTAKE_LINE_HEAD];
    rsl_str_t          plain;
    rsl_intake_word_t  words[RSL_INTAKE_LINE_WORDS];

    plain.data = head;
    plain.len = rsl_intake_line_plain(line, head);

    n = rsl_intake_line_words(&plain, words);

    rsl_intake_line_time(words, n, time);

    return rsl_intake_line_level(words, n);
}


/*
 * Copies the head of the line without the control sequences that colour it on a
 * terminal (ECMA-48, 5.4).  Returns its length.
 */

static size_t
rsl_intake_line_plain(const rsl_str_t *line, u_char *dst)
{
    size_t         len;
    const u_char  *p, *end;

    len = 0;
    p = line->data;
    end = p + line->len;

    while (p < end && len < RSL_INTAKE_LINE_HEAD) {

        if (*p == 0x1b && end - p > 1 && p[1] == '[') {
            p += 2;

            while (p < end && (*p < 0x40 || *p > 0x7e)) {
                p++;
            }

            if (p < end) {
                p++;
            }

            continue;
        }

        dst[len++] = *p++;
    }

    return len;
}


static size_t
rsl_intake_line_words(const rsl_str_t *plain, rsl_intake_word_t *words)
{
    size_t         n;
    unsigned       inside;
    const u_char  *p, *end, *next;

    n = 0;
    inside = 0;
    p = plain->data;
    end = p + plain->len;

    while (p < end && n < RSL_INTAKE_LINE_WORDS) {

        if (*p == ' ' || *p == '\t') {
            p++;
            continue;
        }

        next = rsl_intake_line_word_end(p, end);

        rsl_intake_line_word(&words[n], p, next, &inside);

        if (words[n].text.len || words[n].separator) {
            n++;
        }

        p = next;
    }

    return n;
}


/* Both "[info][main]" and "ERROR:root" are two words. */

static const u_char *
rsl_intake_line_word_end(const u_char *p, const u_char *end)
{
    unsigned       letters;
    const u_char  *start;

    start = p;
    letters = 1;

    for ( /* void */ ; p < end && *p != ' ' && *p != '\t'; p++) {

        if (*p == '[' && p > start && p[-1] == ']') {
            break;
        }

        if (*p == ':' && letters && p > start) {
            return p + 1;
        }

        letters &= (*p >= 'A' && *p <= 'Z');
    }

    return p;
}


static void
rsl_intake_line_word(rsl_intake_word_t *word, const u_char *p,
    const u_char *end, unsigned *inside)
{
    memset(word, 0, sizeof(rsl_intake_word_t));

    while (p < end && strchr("[({<|", *p) != NULL && *p != '\0') {
        *inside |= (*p != '|');
        word->separator = 1;
        p++;
    }

    word->bracket = *inside;

    while (p < end && strchr("])}>|:,", end[-1]) != NULL && end[-1] != '\0') {
        end--;

        if (*end == ':') {
            word->colon = 1;

        } else if (*end != ',' && *end != '|') {
            *inside = 0;
        }
    }

    word->text.data = p;
    word->text.len = end - p;

    if (word->text.len == 1 && *p == '-') {
        word->text.len = 0;
        word->separator = 1;

    } else if (word->text.len) {
        word->separator = 0;
    }
}


/*
 * The level is the first word, or it follows a time or other things that a
 * logger puts before a message: numbers, words in brackets, a name between two
 * separators.  In a line that begins with key=value, it may stand anywhere.
 */

static rsl_level_t
rsl_intake_line_level(const rsl_intake_word_t *words, size_t n)
{
    size_t       i;
    unsigned     prefix, logfmt;
    rsl_level_t  level;

    prefix = 1;
    logfmt = (n && words[0].text.len
              && memchr(words[0].text.data, '=', words[0].text.len) != NULL);

    for (i = 0; i < n; i++) {

        if (words[i].separator) {
            continue;
        }

        level = (prefix || logfmt) ? rsl_intake_line_logfmt(&words[i])
                                   : RSL_LEVELS;

        if (level != RSL_LEVELS) {
            return level;
        }

        if (!prefix) {
            continue;
        }

        level = rsl_intake_line_word_level(&words[i], i == 0);

        if (level != RSL_LEVELS) {
            return level;
        }

        prefix = rsl_intake_line_is_number(&words[i])
                 || (i > 0 && (words[i].bracket
                               || rsl_intake_line_is_name(words, i, n)))
                 || (i == 0 && words[i].bracket);
    }

    return RSL_LEVELS;
}


static rsl_level_t
rsl_intake_line_word_level(const rsl_intake_word_t *word, unsigned first)
{
    size_t     i, len;
    unsigned   upper;

    len = word->text.len;
    upper = 1;

    for (i = 0; i < len; i++) {
        if (word->text.data[i] < 'A' || word->text.data[i] > 'Z') {
            upper = 0;
        }
    }

    if (!upper && !word->bracket && !(first && word->colon)) {
        return RSL_LEVELS;
    }

    return rsl_intake_level_word(&word->text);
}


/* The level of a line in logfmt, such as level=error msg="disk full". */

static rsl_level_t
rsl_intake_line_logfmt(const rsl_intake_word_t *word)
{
    size_t     i, len;
    rsl_str_t  name;

    static const char  *keys[] = { "level=", "lvl=", "severity=", NULL };

    for (i = 0; keys[i] != NULL; i++) {
        len = strlen(keys[i]);

        if (word->text.len <= len
            || memcmp(word->text.data, keys[i], len) != 0)
        {
            continue;
        }

        name.data = word->text.data + len;
        name.len = word->text.len - len;

        if (name.len > 2 && name.data[0] == '"') {
            name.data++;
            name.len -= 2;
        }

        return rsl_intake_level(&name);
    }

    return RSL_LEVELS;
}


/* A single word between two separators is the name of a logger. */

static int
rsl_intake_line_is_name(const rsl_intake_word_t *words, size_t i, size_t n)
{
    return i > 0 && words[i - 1].separator
           && i + 1 < n && words[i + 1].separator;
}


static int
rsl_intake_line_is_number(const rsl_intake_word_t *word)
{
    size_t  i;

    i = (word->text.len > 1 && (word->text.data[0] == '+'
                                || word->text.data[0] == '-'));

    return i < word->text.len && word->text.data[i] >= '0'
           && word->text.data[i] <= '9';
}


static void
rsl_intake_line_time(const rsl_intake_word_t *words, size_t n, int64_t *time)
{
    int64_t    value;
    rsl_str_t  text;

    if (n == 0 || words[0].text.len < sizeof("2026-11-22") - 1
        || words[0].text.data[4] != '-')
    {
        return;
    }

    text = words[0].text;

    if (text.len == sizeof("2026-11-22") - 1 && n > 1) {
        text.len = words[1].text.data + words[1].text.len - text.data;
    }

    if (rsl_intake_line_has_zone(&text)
        && rsl_intake_time_parse(&text, &value) == RSL_OK)
    {
        *time = value;
    }
}


static int
rsl_intake_line_has_zone(const rsl_str_t *text)
{
    size_t  i;

    for (i = sizeof("2026-11-22T") - 1; i < text->len; i++) {
        if (text->data[i] == 'Z' || text->data[i] == '+'
            || text->data[i] == '-')
        {
            return 1;
        }
    }

    return 0;
}
