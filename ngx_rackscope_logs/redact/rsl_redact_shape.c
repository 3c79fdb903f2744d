
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets that have a shape of their own: how the rows of rsl_redact_rules.c
 * and rsl_redact_command.c are compiled, found and matched.
 *
 * A log has many words, and nearly none of them begins as a secret does.  So
 * rsl_redact_shape_init() notes the first four bytes of all secrets, and a word
 * that begins with others is dismissed without a look at any rule.
 */


#include <stdio.h>
#include <stdlib.h>

#include "rsl_redact_internal.h"


/* A license of New Relic, and its last four bytes. */
#define RSL_REDACT_NEWRELIC_LEN   40
#define RSL_REDACT_NEWRELIC_HEAD                                              \
    ('N' | 'R' << 8 | 'A' << 16 | (uint32_t) 'L' << 24)

#define rsl_redact_shape_may_be_license(p)                                    \
    (rsl_redact_shape_head((p) + RSL_REDACT_NEWRELIC_LEN - 4)                 \
     == RSL_REDACT_NEWRELIC_HEAD)


/* The prefix and the pattern of a shape together are shorter. */
#define RSL_REDACT_SHAPE_PATTERN  1024

/* The shortest end of a secret of Azure, behind its "Q~". */
#define RSL_REDACT_AZURE_MIN      31

/* Between the beginning of a match and a secret nearer than this is no other */
#define RSL_REDACT_SHAPE_NEAR     24

/* How far before a command what is piped into it may begin. */
#define RSL_REDACT_SHAPE_BEFORE   256

/* How much behind the first line of a key shows that it is only spoken of. */
#define RSL_REDACT_SHAPE_MENTION  256

/* A longer word there may be the key. */
#define RSL_REDACT_SHAPE_WORD     12


/* The first two letters of a prefix, each in both cases. */
#define RSL_REDACT_CASES          4


/* A shape that is ready for use. */

struct rsl_redact_rule_s {
    pcre2_code                *code;
    const rsl_redact_shape_t  *shape;
    size_t                     len;         /* of the prefix */
    size_t                     nrows;
    u_char                     rows[RSL_REDACT_CASES];
    rsl_redact_head_t          head;
};


static int rsl_redact_shape_add(rsl_redact_t *redact,
    const rsl_redact_shape_t *shape);
static void rsl_redact_shape_rule_head(rsl_redact_rule_t *rule);
static void rsl_redact_shape_sort(rsl_redact_t *redact);
static int rsl_redact_shape_in_row(const rsl_redact_rule_t *rule, unsigned row);
static void rsl_redact_shape_begin(rsl_redact_t *redact,
    const rsl_redact_rule_t *rule, u_char first, u_char second);
static int rsl_redact_shape_is_short(rsl_redact_t *redact,
    const rsl_redact_rule_t *rule, const u_char *first);
static int rsl_redact_shape_goes_on(rsl_redact_t *redact,
    const rsl_redact_rule_t *rule, const u_char *text, size_t i);
static size_t rsl_redact_shape_cases(const rsl_redact_rule_t *rule, size_t i,
    u_char *ch);
static int rsl_redact_shape_is_mention(const u_char *p, const u_char *end);
static int rsl_redact_shape_value(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_shape_piped(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_shape_groups(rsl_redact_scan_t *scan, const u_char *p,
    const size_t *ovector, size_t groups);
static const u_char *rsl_redact_shape_run(const u_char *p, const u_char *end);
static int rsl_redact_shape_prefix(const rsl_redact_rule_t *rule,
    const u_char *p, const u_char *end);


static const rsl_redact_shape_t *const  rsl_redact_shape_tables[] = {
    rsl_redact_shapes, rsl_redact_commands, rsl_redact_statements
};

#define RSL_REDACT_TABLES                                                     \
    (sizeof(rsl_redact_shape_tables) / sizeof(rsl_redact_shape_tables[0]))


int
rsl_redact_shape_init(rsl_redact_t *redact)
{
    size_t                     i, n;
    const rsl_redact_shape_t  *shape;

    /* calloc() may return NULL for 0 rules */

    n = 1;

    for (i = 0; i < RSL_REDACT_TABLES; i++) {
        for (shape = rsl_redact_shape_tables[i]; shape->name != NULL; shape++) {
            n++;
        }
    }

    redact->rules = calloc(n, sizeof(rsl_redact_rule_t));
    redact->heads = calloc(n * RSL_REDACT_CASES, sizeof(rsl_redact_head_t));

    if (redact->rules == NULL || redact->heads == NULL) {
        return RSL_ERROR;
    }

    for (i = 0; i < RSL_REDACT_TABLES; i++) {
        for (shape = rsl_redact_shape_tables[i]; shape->name != NULL; shape++) {
            if (rsl_redact_shape_add(redact, shape) != RSL_OK) {
                return RSL_ERROR;
            }
        }
    }

    rsl_redact_shape_sort(redact);

    return RSL_OK;
}


/* Compiles a shape, and notes how it begins. */

static int
rsl_redact_shape_add(rsl_redact_t *redact, const rsl_redact_shape_t *shape)
{
    int                 error, length;
    char                pattern[RSL_REDACT_SHAPE_PATTERN];
    size_t              i, j, first, second, offset;
    u_char              ch[2], next[2];
    rsl_redact_rule_t  *rule;

    rule = &redact->rules[redact->nrules++];
    rule->shape = shape;
    rule->len = strlen(shape->prefix);

    length = snprintf(pattern, sizeof(pattern),
                      shape->caseless ? "(?i:\\Q%s\\E)%s" : "\\Q%s\\E%s",
                      shape->prefix, shape->pattern);

    if (length < 0 || (size_t) length >= sizeof(pattern)) {
        return RSL_ERROR;
    }

    /*
     * With its optimizations for the start of a match PCRE2 would search the
     * whole rest of the text for bytes that the pattern needs further on.
     */

    rule->code = rsl_redact_engine_compile(redact, (const u_char *) pattern,
                                           (size_t) length,
                                           PCRE2_ANCHORED
                                           |PCRE2_NO_START_OPTIMIZE, &error,
                                           &offset);

    if (rule->code == NULL) {
        return RSL_ERROR;
    }

    rsl_redact_shape_rule_head(rule);

    first = rsl_redact_shape_cases(rule, 0, ch);
    second = rsl_redact_shape_cases(rule, 1, next);

    for (i = 0; i < first; i++) {
        for (j = 0; j < second; j++) {
            rule->rows[rule->nrows++] = (u_char) rsl_redact_shape_row(
                                          ch[i] | (unsigned) next[j] << 8);

            rsl_redact_shape_begin(redact, rule, ch[i], next[j]);
        }
    }

    return RSL_OK;
}


/*
 * Notes the first five bytes of the prefix, or fewer, and which of their bits a
 * text has to share.
 */

static void
rsl_redact_shape_rule_head(rsl_redact_rule_t *rule)
{
    size_t              i;
    u_char              head[RSL_REDACT_SHAPE_MIN], mask[RSL_REDACT_SHAPE_MIN];
    rsl_redact_head_t  *begin;

    memset(head, 0, sizeof(head));
    memset(mask, 0, sizeof(mask));

    for (i = 0; i < sizeof(head) && i < rule->len; i++) {
        mask[i] = rule->shape->caseless ? (u_char) ~0x20 : 0xff;
        head[i] = (u_char) rule->shape->prefix[i] & mask[i];
    }

    begin = &rule->head;
    begin->head = rsl_redact_shape_head(head);
    begin->mask = rsl_redact_shape_head(mask);

    if (rule->len > sizeof(head)) {
        begin->fifth_mask = rule->shape->caseless ? (u_char) ~0x20 : 0xff;
        begin->fifth = (u_char) rule->shape->prefix[sizeof(head)]
                       & begin->fifth_mask;
    }
}


/*
 * Notes in redact->begins all four bytes with which a secret of this shape can
 * begin, if its first two are "first" and "second".
 */

static void
rsl_redact_shape_begin(rsl_redact_t *redact, const rsl_redact_rule_t *rule,
    u_char first, u_char second)
{
    u_char     text[RSL_REDACT_SHAPE_MIN];
    uint32_t   head, *row;
    unsigned   third, fourth;

    text[0] = first;
    text[1] = second;
    text[3] = '\0';

    for (third = 0; third < 256; third++) {
        text[2] = (u_char) third;

        if (!rsl_redact_shape_goes_on(redact, rule, text, 2)) {
            continue;
        }

        head = rsl_redact_shape_head(text);
        row = &redact->begins[rsl_redact_shape_begin_row(head)];

        if (rsl_redact_shape_is_short(redact, rule, text)) {
            *row = ~(uint32_t) 0;
            continue;
        }

        for (fourth = 0; fourth < 256; fourth++) {
            text[3] = (u_char) fourth;
            head = rsl_redact_shape_head(text);

            if (!(*row >> rsl_redact_shape_begin_bit(head) & 1)
                && rsl_redact_shape_goes_on(redact, rule, text, 3))
            {
                *row |= (uint32_t) 1 << rsl_redact_shape_begin_bit(head);
            }
        }
    }
}


/*
 * Is so little known of the shape that nearly any fourth byte may stand behind
 * the first three ones?  Asking for each of them would take too long.
 */

static int
rsl_redact_shape_is_short(rsl_redact_t *redact, const rsl_redact_rule_t *rule,
    const u_char *first)
{
    u_char  text[RSL_REDACT_SHAPE_MIN];

    if (rule->len > 2) {
        return 0;
    }

    memcpy(text, first, sizeof(text));

    text[3] = '0';

    if (!rsl_redact_shape_goes_on(redact, rule, text, 3)) {
        return 0;
    }

    text[3] = 'z';

    return rsl_redact_shape_goes_on(redact, rule, text, 3);
}


/*
 * Can a secret of this shape begin with the first i + 1 bytes of "text", if it
 * can with the first "i"?
 *
 * Behind a short prefix, as "do", the pattern is asked by a partial match: with
 * the prefix alone every word that begins with "do" would be tried.
 */

static int
rsl_redact_shape_goes_on(rsl_redact_t *redact, const rsl_redact_rule_t *rule,
    const u_char *text, size_t i)
{
    size_t  n;
    u_char  ch[2];

    if (i < rule->len) {
        n = rsl_redact_shape_cases(rule, i, ch);

        return text[i] == ch[0] || (n > 1 && text[i] == ch[1]);
    }

    return pcre2_match(rule->code, text, i + 1, 0, PCRE2_PARTIAL_HARD,
                       redact->data, redact->match)
           != PCRE2_ERROR_NOMATCH;
}


/*
 * Sorts the rules into rows by the first two bytes of their prefixes.  In a row
 * they keep the order of the tables, in which the first one that matches
 * counts.
 */

static void
rsl_redact_shape_sort(rsl_redact_t *redact)
{
    size_t    i;
    uint16_t  n;
    unsigned  row;

    for (row = 0, n = 0; row < 256; row++) {
        redact->first[row] = n;

        for (i = 0; i < redact->nrules; i++) {
            if (rsl_redact_shape_in_row(&redact->rules[i], row)) {
                redact->heads[n] = redact->rules[i].head;
                redact->heads[n++].rule = (uint16_t) i;
            }
        }
    }

    redact->first[row] = n;
}


static int
rsl_redact_shape_in_row(const rsl_redact_rule_t *rule, unsigned row)
{
    size_t  i;

    for (i = 0; i < rule->nrows; i++) {
        if (rule->rows[i] == row) {
            return 1;
        }
    }

    return 0;
}


/*
 * Sets ch[] to the bytes that may stand for the byte "i" of the prefix, and
 * returns their number, 1 or 2.
 */

static size_t
rsl_redact_shape_cases(const rsl_redact_rule_t *rule, size_t i, u_char *ch)
{
    ch[0] = (u_char) rule->shape->prefix[i];

    if (!rule->shape->caseless || ch[0] < 'a' || ch[0] > 'z') {
        return 1;
    }

    ch[1] = ch[0] & (u_char) ~0x20;

    return 2;
}


void
rsl_redact_shape_free(rsl_redact_t *redact)
{
    size_t  i;

    for (i = 0; i < redact->nrules; i++) {
        pcre2_code_free(redact->rules[i].code);
    }

    free(redact->rules);
    free(redact->heads);
}


int
rsl_redact_shape(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const rsl_redact_head_t *head, const u_char *p)
{
    int                       rc;
    size_t                   *ovector;
    rsl_str_t                 text;
    const rsl_redact_rule_t  *rule;

    rule = &redact->rules[head->rule];

    if (!rsl_redact_shape_prefix(rule, p, scan->end)) {
        return RSL_REDACT_NEXT;
    }

    if (!rule->shape->anywhere && p > scan->start
        && rsl_redact_char_is_word(p[-1]))
    {
        return RSL_REDACT_NEXT;
    }

    if (rule->shape->how == RSL_REDACT_SHAPE_RUN && p < scan->run) {
        return RSL_REDACT_NEXT;
    }

    text.data = scan->start;
    text.len = (size_t) (scan->end - scan->start);

    rc = rsl_redact_engine_exec(redact, rule->code, &text,
                                (size_t) (p - scan->start), 0);

    if (rc < 0) {
        return rc;
    }

    if (rc == 0) {
        if (rule->shape->how == RSL_REDACT_SHAPE_RUN) {
            /*
             * A try from any byte of this run could read all of the run, so it
             * is tried once.
             */
            scan->run = rsl_redact_shape_run(p, scan->end);
        }

        return RSL_REDACT_NEXT;
    }

    ovector = pcre2_get_ovector_pointer(redact->data);

    switch (rule->shape->how) {

    case RSL_REDACT_SHAPE_ROWS:
        return rsl_redact_place_rows(scan, scan->start + ovector[1]);

    case RSL_REDACT_SHAPE_VALUE:
        return rsl_redact_shape_value(scan, scan->start + ovector[1]);

    case RSL_REDACT_SHAPE_PIPED:
        return rsl_redact_shape_piped(scan, p);
    }

    if (rc > 1) {
        return rsl_redact_shape_groups(scan, p, ovector, (size_t) rc);
    }

    scan->value = scan->start + ovector[0];
    scan->stop = scan->start + ovector[1];

    if (rule->shape->until != NULL) {

        if (rsl_redact_shape_is_mention(scan->stop, scan->end)) {
            return 0;
        }

        scan->value = scan->stop;
        scan->stop = rsl_redact_char_until(scan->stop, scan->end,
                                           rule->shape->until);
    }

    return scan->stop > scan->value;
}


/*
 * Is the first line of a key, which ends at "p", only spoken of?  Then words
 * are behind it on the same line: "expected '-----BEGIN PRIVATE KEY-----' in".
 */

static int
rsl_redact_shape_is_mention(const u_char *p, const u_char *end)
{
    size_t         small, capitals;
    unsigned       words;
    const u_char  *s;

    if (end - p > RSL_REDACT_SHAPE_MENTION) {
        end = p + RSL_REDACT_SHAPE_MENTION;
    }

    end = rsl_redact_char_eol(p, end);

    while (p < end && strchr("'\"`)].,;:", *p) != NULL && *p) {
        p++;
    }

    for (words = 0; p < end && *p == ' '; p = s) {
        p++;
        small = 0;
        capitals = 0;

        for (s = p; s < end && *s != ' '; s++) {
            small += (*s >= 'a' && *s <= 'z');
            capitals += (*s >= 'A' && *s <= 'Z');
        }

        if (small == (size_t) (s - p) || capitals == (size_t) (s - p)) {
            words += (s - p > 1);

        } else if (s - p > RSL_REDACT_SHAPE_WORD) {
            /* it may be the key */
            return 0;
        }
    }

    return words > 0;
}


/* The match ends at "p", where a value begins as it does behind a name. */

static int
rsl_redact_shape_value(rsl_redact_scan_t *scan, const u_char *p)
{
    rsl_redact_form_e  form;
    rsl_redact_name_t  name;

    /* an empty name: no exception for names applies to what was given */

    name.kind = RSL_REDACT_NAME_SECRET;
    name.start = p;
    name.end = p;
    name.quoted = 0;

    if (scan->end - p > 1 && rsl_redact_char_masked(p + 1, scan->end)) {
        /* it is hidden, and no other rule may hide what is around it */
        scan->value = p + 1;
        scan->stop = p + 1 + RSL_REDACT_MASK_LEN;
        return 1;
    }

    form = p < scan->end && *p == '%' ? RSL_REDACT_PERCENT : RSL_REDACT_PLAIN;

    return rsl_redact_value(scan, p, &name, ' ', form);
}


/* What is piped in stands before "p", in quotes: 'x' | convert */

static int
rsl_redact_shape_piped(rsl_redact_scan_t *scan, const u_char *p)
{
    u_char         quote;
    const u_char  *s, *limit;

    limit = p - scan->from > RSL_REDACT_SHAPE_BEFORE
            ? p - RSL_REDACT_SHAPE_BEFORE : scan->from;

    for (s = p; s > limit && (s[-1] == ' ' || s[-1] == '|'); s--) {
        /* void */
    }

    if (s == p || s - limit < 3 || (s[-1] != '\'' && s[-1] != '"')) {
        return RSL_REDACT_NEXT;
    }

    quote = *--s;
    scan->stop = s;

    while (s > limit && s[-1] != quote && s[-1] != '\n') {
        s--;
    }

    scan->value = s;

    return s > limit && s[-1] == quote && scan->stop > scan->value
           ? 1 : RSL_REDACT_NEXT;
}


/*
 * Each of the groups is a secret.  A single one that is near the beginning of
 * the match at "p" is hidden at once, the others when the pass comes to them.
 */

static int
rsl_redact_shape_groups(rsl_redact_scan_t *scan, const u_char *p,
    const size_t *ovector, size_t groups)
{
    size_t  i;

    if (groups == 2 && ovector[2] != PCRE2_UNSET
        && rsl_redact_placeholder_all(scan->names, scan->start + ovector[2],
                                      scan->start + ovector[3]))
    {
        return RSL_REDACT_NEXT;
    }

    if (groups == 2
        && scan->start + ovector[2] - p < RSL_REDACT_SHAPE_NEAR)
    {
        scan->value = scan->start + ovector[2];
        scan->stop = scan->start + ovector[3];

        return scan->stop > scan->value;
    }

    for (i = 1; i < groups; i++) {
        if (ovector[2 * i] != PCRE2_UNSET) {
            rsl_redact_place_add(scan, scan->start + ovector[2 * i],
                                 scan->start + ovector[2 * i + 1]);
        }
    }

    return RSL_REDACT_NEXT;
}


/* These are known by their end. */

uint64_t
rsl_redact_shape_licenses(const rsl_redact_scan_t *scan, const u_char *p,
    uint64_t bits, uint64_t word)
{
    int64_t   run;
    unsigned  i;
    uint64_t  licenses;

    if (scan->end - p < RSL_REDACT_NEWRELIC_LEN) {
        return 0;
    }

    /*
     * few words have 16 bytes; one that reaches the last of the 64 bytes may,
     * so the bit of that is shifted in
     */

    run = (int64_t) word;
    run &= run >> 1;
    run &= run >> 2;
    run &= run >> 4;
    run &= run >> 8;

    licenses = 0;

    for (bits &= (uint64_t) run; bits != 0; bits &= bits - 1) {
        i = (unsigned) __builtin_ctzll(bits);

        if (scan->end - p - RSL_REDACT_NEWRELIC_LEN >= (ptrdiff_t) i
            && rsl_redact_shape_may_be_license(p + i))
        {
            licenses |= (uint64_t) 1 << i;
        }
    }

    return licenses;
}


/*
 * A license of New Relic is known by its end: 36 digits of base 16, which may
 * have the region before them, and "NRAL".
 */

int
rsl_redact_shape_license(rsl_redact_scan_t *scan, const u_char *p)
{
    size_t         digits;
    const u_char  *s, *end;

    if (scan->end - p < RSL_REDACT_NEWRELIC_LEN
        || !rsl_redact_shape_may_be_license(p))
    {
        return 0;
    }

    end = p + RSL_REDACT_NEWRELIC_LEN;
    digits = 0;

    for (s = p; s < end - 4; s++) {
        digits += (*s >= '0' && *s <= '9');

        if ((*s < '0' || *s > '9') && (*s < 'a' || *s > 'f')) {
            return 0;
        }
    }

    scan->value = p;
    scan->stop = end;

    return digits > 4 && (end == scan->end || !rsl_redact_char_is_word(*end));
}


/*
 * A secret of Azure has what is known of it in its middle, so "~" is its
 * trigger: three characters, a digit, "Q~", and 31 characters or more.
 */

int
rsl_redact_shape_azure(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s;

    if (p - scan->from < 5 || p[-1] != 'Q' || p[-2] < '0' || p[-2] > '9') {
        return 0;
    }

    for (s = p - 5; s < p - 2; s++) {
        if (!rsl_redact_char_is_word(*s) && *s != '.' && *s != '~') {
            return 0;
        }
    }

    for (s = p + 1; s < scan->end; s++) {
        if (!rsl_redact_char_is_word(*s) && *s != '.' && *s != '~'
            && *s != '-')
        {
            break;
        }
    }

    scan->value = p - 5;
    scan->stop = s;

    return s - p > RSL_REDACT_AZURE_MIN;
}


/* The end of the run of base64url at "p". */

static const u_char *
rsl_redact_shape_run(const u_char *p, const u_char *end)
{
    while (p < end && (rsl_redact_char_is_word(*p) || *p == '-')) {
        p++;
    }

    return p;
}


/* Does the prefix stand at "p"? */

static int
rsl_redact_shape_prefix(const rsl_redact_rule_t *rule, const u_char *p,
    const u_char *end)
{
    const char  *prefix;

    prefix = rule->shape->prefix;

    if (rule->shape->caseless) {
        return rsl_redact_char_caseless(p, end, prefix, rule->len);
    }

    return (size_t) (end - p) >= rule->len
           && memcmp(p, prefix, rule->len) == 0;
}


int
rsl_redact_shape_begins(const rsl_redact_t *redact, const u_char *p,
    const u_char *end)
{
    uint32_t                  head, row;
    const rsl_redact_head_t  *begin, *last;

    if (end - p < RSL_REDACT_SHAPE_MIN) {
        return 0;
    }

    head = rsl_redact_shape_head(p);
    row = rsl_redact_shape_row(head);
    last = redact->heads + redact->first[row + 1];

    for (begin = redact->heads + redact->first[row]; begin < last; begin++) {

        if ((head & begin->mask) == begin->head) {
            return 1;
        }
    }

    return 0;
}
