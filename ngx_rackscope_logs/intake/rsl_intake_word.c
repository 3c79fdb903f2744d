
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A word of what a line of text says before its message: is it a level?
 *
 * A name of a level is one if it is written in capital letters, or marked: by
 * brackets, a colon, separators, or a time before it.
 */


#include "rsl_intake_internal.h"


static void rsl_intake_word_trim(rsl_intake_word_t *word, const u_char *end);
static rsl_level_t rsl_intake_word_affixed(const rsl_intake_word_t *word);
static rsl_level_t rsl_intake_word_letter(const rsl_intake_word_t *word);
static int rsl_intake_word_coded(const u_char *p, const u_char *end);
static int rsl_intake_word_tagged(const u_char *p, const u_char *end);
static int rsl_intake_word_aligned(const rsl_intake_word_t *word);
static int rsl_intake_word_dated(const u_char *p, const u_char *end);


void
rsl_intake_word_read(rsl_intake_word_t *word)
{
    unsigned       upper;
    const u_char  *p, *end;

    end = word->end;
    upper = 1;

    for (p = word->data; p < end; p++) {

        if (rsl_intake_is_blank(*p) || *p == '|'
            || (word->bracket && (*p == ']' || *p == '>' || *p == ',')))
        {
            break;
        }

        /* "ERROR:root:failed", "ERRO[0000]", "ERROR[123]:" */

        if (upper && p - word->data > 2 && (*p == ':' || *p == '[')) {
            break;
        }

        /* "E[2026-11-28|10:00:00.000]" (CometBFT) */

        if (upper && *p == '[' && p - word->data == 1 && end - p > 1
            && rsl_intake_is_digit(p[1]))
        {
            break;
        }

        upper = upper && rsl_intake_is_upper(*p);
    }

    rsl_intake_word_trim(word, p);

    for (p = word->next; p < end && rsl_intake_is_blank(*p); p++) {
        /* void */
    }

    if (p < end && (*p == ']' || *p == ')' || *p == '>')) {
        word->close = 1;

    } else if (p < end && *p == ':'
               && (p == word->next || end - p == 1
                   || rsl_intake_is_blank(p[1])))
    {
        word->colon = 1;

    } else if (p < end
               && (*p == '|' || p[-1] == '\t'
                   || (*p == '-' && end - p > 1
                       && (rsl_intake_is_blank(p[1]) || p[1] == '>'))))
    {
        word->bar = 1;
    }
}


/* Takes the punctuation off that follows the word, up to "end". */

static void
rsl_intake_word_trim(rsl_intake_word_t *word, const u_char *end)
{
    word->next = end;

    for ( /* void */ ; end > word->data; end--) {

        switch (end[-1]) {

        case ':':
            word->colon = 1;
            continue;

        case ']':
        case ')':
        case '}':
        case '>':
        case '*':
            word->close = 1;
            continue;

        case ',':
            continue;
        }

        break;
    }

    word->len = end - word->data;

    for ( /* void */ ; end > word->data; end--) {
        if (!rsl_intake_is_upper(end[-1])) {
            break;
        }
    }

    word->upper = (end == word->data && word->len);
}


rsl_level_t
rsl_intake_word_level(const rsl_intake_word_t *word)
{
    rsl_level_t  level;

    level = rsl_intake_word_named(word);

    if (level == RSL_LEVELS && word->len > 2) {
        level = rsl_intake_word_affixed(word);
    }

    if (level == RSL_LEVELS) {
        level = rsl_intake_word_letter(word);
    }

    return level;
}


rsl_level_t
rsl_intake_word_named(const rsl_intake_word_t *word)
{
    unsigned                   marked;
    const rsl_intake_level_t  *found;

    found = rsl_intake_level_find(word->data, word->len);

    if (found == NULL || found->place == RSL_INTAKE_LEVEL_FIELD) {
        return RSL_LEVELS;
    }

    marked = word->colon || word->after_time || word->tool
             || (word->bracket && (word->opened || word->close))
             || (word->separated && word->bar)
             || (word->after_thread && rsl_intake_word_aligned(word))
             || (word->program && rsl_intake_word_coded(word->next, word->end))
             || rsl_intake_word_dated(word->next, word->end);

    if (marked) {
        return found->level;
    }

    if (!word->upper || word->program
        || found->place != RSL_INTAKE_LEVEL_TEXT)
    {
        return RSL_LEVELS;
    }

    return found->level;
}


/*
 * A level with something attached: "ERR!", "ERROR/MainProcess", "core:error",
 * "web#error", "production.ERROR:", "log4j:WARN", "util.py[WARNING]:",
 * "error[E0308]:".  In capital letters it may be any of the parts, else only
 * the last one, in brackets, or the first one of a compiler's.
 */

static rsl_level_t
rsl_intake_word_affixed(const rsl_intake_word_t *word)
{
    rsl_level_t              level;
    const u_char            *p, *end;
    rsl_intake_word_t   part;

    end = word->data + word->len;
    part = *word;
    part.upper = 1;

    for (p = word->data; p < end; p++) {

        if (*p == '\0' || strchr("/:#.[!", *p) == NULL) {
            part.upper = part.upper && rsl_intake_is_upper(*p);
            continue;
        }

        part.len = p - part.data;
        part.close = (*p == '[');

        if (part.len
            && ((part.upper && (*p != '.' || word->bracket))
                || (*p == '/' && part.data == word->data && word->after_time
                    && word->colon)))
        {
            part.bracket = 1;
            level = rsl_intake_word_named(&part);

            if (level != RSL_LEVELS) {
                return level;
            }

        } else if (*p == '[' && word->colon && part.data == word->data
                   && word->first)
        {
            return rsl_intake_word_named(&part);
        }

        part.data = p + 1;
        part.upper = 1;
    }

    part.len = end - part.data;

    if (part.data == word->data || part.len == 0
        || (!part.upper && (!word->bracket || part.data[-1] == '/'
                            || part.data[-1] == '.')
            && !rsl_intake_word_dated(word->next, word->end)))
    {
        return RSL_LEVELS;
    }

    /* "app.py" is no level, and neither is "example.INFO" without a colon */

    if (part.data[-1] == '.' && !word->colon) {
        return RSL_LEVELS;
    }

    part.close = 1;
    part.bracket = 1;

    return rsl_intake_word_named(&part);
}


/*
 * A letter, in the formats that have one: "E! " (Telegraf), "[E 2026-…]"
 * (Jupyter), "E, [2026-…" (Ruby), "E: " (APT), "E (123) " (ESP-IDF),
 * "E/Tag(1): " and, behind a time, "E Tag: " (Android), "E file.cc:12] "
 * (TensorFlow), "E NETWORK " (MongoDB), "W | " (etcd), "E> " (Tarantool).
 * Redis has "#" for a warning.
 */

static rsl_level_t
rsl_intake_word_letter(const rsl_intake_word_t *word)
{
    int            is;
    u_char         next, after;
    const u_char  *p;

    p = word->next;
    after = (p < word->end) ? *p : '\0';

    while (p < word->end && rsl_intake_is_blank(*p)) {
        p++;
    }

    next = (p < word->end) ? *p : '\0';

    /* Kotlin's compiler */

    if (word->first && word->len == 1 && word->colon
        && (*word->data == 'e' || *word->data == 'w')
        && word->end - p > 5 && memcmp(p, "file:", 5) == 0)
    {
        return rsl_intake_level_find(word->data, 1)->level;
    }

    if (word->len == 0 || *word->data == '\0'
        || strchr("EWFIDTVCN", *word->data) == NULL)
    {
        return RSL_LEVELS;
    }

    if (word->len > 2 && word->data[1] == '/') {
        is = (word->colon && !word->bracket
              && rsl_intake_is_letter(word->data[2]))
             || memchr(word->data, '(', word->len) != NULL;

    } else if (word->len == 2) {
        is = (word->data[1] == '!' && rsl_intake_is_blank(after));

    } else if (word->len > 1) {
        is = 0;

    } else if (word->first && !word->bracket) {
        is = (next == '[' && p[-1] == ' ' && p[-2] == ',')
             || (next == '[' && word->end - p > 1 && rsl_intake_is_digit(p[1]))
             || (next == '(' && word->end - p > 1 && rsl_intake_is_digit(p[1]))
             || (word->colon && (*word->data == 'E' || *word->data == 'W'));

    } else if (word->bracket) {
        is = word->close
             || ((word->opened || word->after_time)
                 && rsl_intake_is_digit(next));

    } else {
        is = rsl_intake_is_upper(next) || next == '|' || next == '['
             || next == '('
             || (word->next - word->data > 1 && word->data[1] == '>')
             || rsl_intake_word_tagged(p, word->end);
    }

    return is ? rsl_intake_level_find(word->data, 1)->level : RSL_LEVELS;
}


/* A compiler's "file(3,5): error CS1002: ". */

static int
rsl_intake_word_coded(const u_char *p, const u_char *end)
{
    while (p < end && rsl_intake_is_blank(*p)) {
        p++;
    }

    return p < end && rsl_intake_is_upper(*p)
           && rsl_intake_word_tagged(p, end);
}


/* "Tag: ", "dotted.tag: ", or "file.cc:12] " */

static int
rsl_intake_word_tagged(const u_char *p, const u_char *end)
{
    while (p < end && !rsl_intake_is_blank(*p)) {
        p++;
    }

    return p[-1] == ':' || p[-1] == ']';
}


/* Blanks that align what follows, or a bracket, are right behind the word. */

static int
rsl_intake_word_aligned(const rsl_intake_word_t *word)
{
    const u_char  *p;

    for (p = word->next; p < word->end && rsl_intake_is_blank(*p); p++) {
        /* void */
    }

    return p - word->next > 1 || (p < word->end && (*p == '[' || *p == '<'));
}


/* "error [2026-11-28 10:00:00.000 Z] ": a time is right behind the word. */

static int
rsl_intake_word_dated(const u_char *p, const u_char *end)
{
    rsl_intake_time_t  t;

    while (p < end && (rsl_intake_is_blank(*p) || *p == '[' || *p == '@')) {
        p++;
    }

    return p < end && rsl_intake_is_digit(*p)
           && rsl_intake_time_read(p, end, &t) != 0;
}
