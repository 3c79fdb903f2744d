
/*
 * The built-in rules: one pass over a text, from trigger to trigger.
 *
 * A trigger is a byte at which a rule may begin to apply: a separator behind
 * which a value stands, or the first byte of a shape.  All other bytes cost a
 * look into a table.
 */


#include "rsl_redact_internal.h"


#define RSL_REDACT_SKIP       0
#define RSL_REDACT_SEPARATOR  1     /* = : and their encoded forms */
#define RSL_REDACT_COMMA      2     /* ["password", "x"] */
#define RSL_REDACT_DASH       3     /* --password x */
#define RSL_REDACT_QUOTE      4     /* password 'x' */
#define RSL_REDACT_ELEMENT    5     /* <password>x */
#define RSL_REDACT_WORD       6
#define RSL_REDACT_AT         7     /* user:x@tcp(host) */
#define RSL_REDACT_TILDE      8     /* a secret of Azure AD: abc8Q~... */
#define RSL_REDACT_BLANK      9     /* password hunter2 */

#define RSL_REDACT_AZURE_MIN   31


static const u_char *rsl_redact_word_end(const u_char *p, const u_char *end);
static inline int rsl_redact_may_begin(const rsl_redact_t *redact,
    const u_char *p, const u_char *end);
static int rsl_redact_trigger(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_separator_at(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_named(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *value, u_char separator, rsl_redact_form_e form);
static int rsl_redact_spoken(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_header(const rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_azure(rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_shape(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p);
static const u_char *rsl_redact_run(const u_char *p, const u_char *end);
static int rsl_redact_prefix(const rsl_redact_rule_t *rule, const u_char *p,
    const u_char *end);
static int rsl_redact_replace(rsl_redact_out_t *out, rsl_redact_scan_t *scan);


static const u_char  rsl_redact_triggers[256] = {
    ['='] = RSL_REDACT_SEPARATOR,
    [':'] = RSL_REDACT_SEPARATOR,
    ['%'] = RSL_REDACT_SEPARATOR,
    ['&'] = RSL_REDACT_SEPARATOR,
    ['\\'] = RSL_REDACT_SEPARATOR,
    [0xef] = RSL_REDACT_SEPARATOR,
    [','] = RSL_REDACT_COMMA,
    ['-'] = RSL_REDACT_DASH,
    ['"'] = RSL_REDACT_QUOTE,
    ['\''] = RSL_REDACT_QUOTE,
    ['>'] = RSL_REDACT_ELEMENT,
    [' '] = RSL_REDACT_BLANK,
    ['\t'] = RSL_REDACT_BLANK,
    ['|'] = RSL_REDACT_BLANK,
    ['@'] = RSL_REDACT_AT,
    ['~'] = RSL_REDACT_TILDE,
    ['0' ... '9'] = RSL_REDACT_WORD,
    ['A' ... 'Z'] = RSL_REDACT_WORD,
    ['_'] = RSL_REDACT_WORD,
    ['a' ... 'z'] = RSL_REDACT_WORD
};


int
rsl_redact_scan(rsl_redact_t *redact, rsl_arena_t *arena, rsl_str_t *text)
{
    int                 rc;
    const u_char       *p;
    rsl_redact_out_t    out;
    rsl_redact_scan_t   scan;

    memset(&out, 0, sizeof(rsl_redact_out_t));
    out.arena = arena;

    scan.start = text->data;
    scan.end = text->data + text->len;
    scan.from = text->data;
    scan.kept = text->data;
    scan.commands = text->data;
    scan.member = NULL;
    scan.run = text->data;

    p = text->data;

    while (p < scan.end) {

        if (rsl_redact_triggers[*p] == RSL_REDACT_SKIP) {
            p++;
            continue;
        }

        if (rsl_redact_triggers[*p] == RSL_REDACT_WORD
            && !rsl_redact_may_begin(redact, p, scan.end))
        {
            p = rsl_redact_word_end(p, scan.end);
            continue;
        }

        rc = rsl_redact_trigger(redact, &scan, p);

        if (rc < 0) {
            return RSL_DECLINED;
        }

        if (rc == 0) {
            p = rsl_redact_word_end(p, scan.end);
            continue;
        }

        p = scan.stop;

        if (rsl_redact_replace(&out, &scan) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    if (out.data == NULL) {
        return RSL_OK;
    }

    if (rsl_redact_out(&out, scan.kept, (size_t) (scan.end - scan.kept))
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    text->data = out.data;
    text->len = out.len;

    return RSL_OK;
}


/*
 * No shape begins in the middle of a word, and no separator is in one: goes on
 * behind the word, or at least one byte.
 */

static const u_char *
rsl_redact_word_end(const u_char *p, const u_char *end)
{
    if (rsl_redact_triggers[*p] != RSL_REDACT_WORD) {
        return p + 1;
    }

    while (p < end && rsl_redact_triggers[*p] == RSL_REDACT_WORD) {
        p++;
    }

    return p;
}


/* Most words differ from all shapes in their second or third letter. */

static inline int
rsl_redact_may_begin(const rsl_redact_t *redact, const u_char *p,
    const u_char *end)
{
    return end - p >= 3
           && redact->second[*p][p[1] / 32] >> p[1] % 32 & 1
           && redact->third[*p][p[2] / 32] >> p[2] % 32 & 1;
}


/* 1: value and stop are set; 0: nothing here; -1: the engine gave up. */

static int
rsl_redact_trigger(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p)
{
    int  rc;

    switch (rsl_redact_triggers[*p]) {

    case RSL_REDACT_SEPARATOR:
        return rsl_redact_separator_at(scan, p);

    case RSL_REDACT_COMMA:
        return rsl_redact_pair(scan, p);

    case RSL_REDACT_QUOTE:
        return rsl_redact_spoken(scan, p);

    case RSL_REDACT_ELEMENT:
        return rsl_redact_element(scan, p);

    case RSL_REDACT_AT:
        return rsl_redact_url_dsn(scan, p);

    case RSL_REDACT_TILDE:
        return rsl_redact_azure(scan, p);

    case RSL_REDACT_BLANK:
        return p - scan->from > 3 && rsl_redact_loose_last[p[-1]]
               ? rsl_redact_loose(scan, p) : 0;

    case RSL_REDACT_DASH:
        rc = rsl_redact_option(scan, p);

        return rc ? rc : rsl_redact_shape(redact, scan, p);

    default:
        return rsl_redact_shape(redact, scan, p);
    }
}


/* Is there a separator at "p", a name before it and a value behind it? */

static int
rsl_redact_separator_at(rsl_redact_scan_t *scan, const u_char *p)
{
    uint32_t            ch;
    const u_char       *next, *before;
    rsl_redact_form_e   form;

    form = RSL_REDACT_PLAIN;

    if (*p == '=' || *p == ':') {
        ch = *p;
        next = p + 1;

    } else {
        ch = rsl_redact_char_at(p, scan->end, &next);

        if (ch == '>') {
            return rsl_redact_element_encoded(scan, p, next);
        }

        if (ch != '=' && ch != ':') {
            return 0;
        }

        if (*p == '%') {
            form = RSL_REDACT_PERCENT;

        } else if (*p == '&') {
            form = RSL_REDACT_ENTITY;
        }
    }

    if (ch == ':' && scan->end - p >= 3 && p[1] == '/' && p[2] == '/') {
        return rsl_redact_url(scan, p + 3);
    }

    if (ch == ':' && scan->end - p >= 5 && memcmp(p + 1, "\\/\\/", 4) == 0) {
        return rsl_redact_url(scan, p + 5);
    }

    if (ch == ':' && form == RSL_REDACT_PERCENT
        && rsl_redact_url_encoded(scan, next))
    {
        return 1;
    }

    if (next < scan->end && *next == ':' && ch == ':') {
        return 0;
    }

    if (p == scan->from || (ch == ':' && p[-1] == ':')) {
        return 0;
    }

    /* "||=", "?=", "+=", "==", ":=", "=>", "=~" */

    for (before = p; ch == '=' && before > scan->from && p - before < 2
         && (before[-1] == '|' || before[-1] == '?' || before[-1] == '+');
         before--)
    {
        /* void */
    }

    while (next < scan->end && next - p < 3
           && (*next == '=' || (ch == '=' && *next == '>')))
    {
        next++;
    }

    if (ch == ':' && rsl_redact_serialized(scan, p)) {
        return 1;
    }

    return rsl_redact_named(scan, before, next, (u_char) ch, form);
}


static int
rsl_redact_named(rsl_redact_scan_t *scan, const u_char *p,
    const u_char *value, u_char separator, rsl_redact_form_e form)
{
    rsl_str_t          key;
    rsl_redact_name_t  name;

    rsl_redact_name_before(scan, p, &name);

    if (value == scan->member && name.kind == RSL_REDACT_NAME_NONE) {
        name.kind = RSL_REDACT_NAME_SECRET;
        name.start = p;
        name.end = p;
    }

    if (name.kind != RSL_REDACT_NAME_NONE) {
        return rsl_redact_value(scan, value, &name, separator, form);
    }

    if (name.start == NULL) {
        return 0;
    }

    /* the last word alone: <input name="password" value="x"> */

    key.data = rsl_redact_word_begin(scan, name.end);
    key.len = (size_t) (name.end - key.data);

    if (rsl_redact_name_is_name(&key)) {
        return rsl_redact_member(scan, value);
    }

    return rsl_redact_name_is_value(&key)
           ? rsl_redact_member_back(scan, value, separator) : 0;
}


/* password 'x', IDENTIFIED BY 'x' */

static int
rsl_redact_spoken(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char       *s;
    rsl_redact_name_t   name;

    if (p - scan->from < 4 || (p[-1] != ' ' && p[-1] != '(')
        || !rsl_redact_wordly(p[-2]) || scan->end - p < 2)
    {
        return 0;
    }

    if (p[-1] == '(' && (p - scan->from < 10
                         || !rsl_redact_caseless(p - 10, p, " password(", 10)))
    {
        return 0;
    }

    s = p - 1;

    if (s - scan->from >= 13
        && rsl_redact_caseless(s - 13, s, "identified by", 13))
    {
        name.kind = RSL_REDACT_NAME_SECRET;
        name.start = s - 13;
        name.end = s;
        name.quoted = 0;

    } else {
        rsl_redact_name_before(scan, s, &name);

        if (name.kind != RSL_REDACT_NAME_SECRET || name.quoted
            || ((s[-1] | 0x20) != 'd' && (s[-1] | 0x20) != 'e'
                && !rsl_redact_header(scan, s)))
        {
            return 0;
        }
    }

    return rsl_redact_value(scan, p, &name, ' ', RSL_REDACT_PLAIN);
}


/* Is it the name of a header, X-Api-Key, that ends at "p"? */

static int
rsl_redact_header(const rsl_redact_scan_t *scan, const u_char *p)
{
    size_t         n;
    const u_char  *s;

    for (s = p, n = 0; s > scan->from && n < 40; s--, n++) {
        if (!rsl_redact_wordly(s[-1]) && s[-1] != '-') {
            break;
        }
    }

    return p - s > 2 && (*s | 0x20) == 'x' && s[1] == '-';
}


/* Three characters, a digit, "Q~", and 31 to 34 characters. */

static int
rsl_redact_azure(rsl_redact_scan_t *scan, const u_char *p)
{
    const u_char  *s;

    if (p - scan->from < 5 || p[-1] != 'Q' || p[-2] < '0' || p[-2] > '9') {
        return 0;
    }

    for (s = p - 5; s < p - 2; s++) {
        if (!rsl_redact_wordly(*s) && *s != '.' && *s != '~') {
            return 0;
        }
    }

    for (s = p + 1; s < scan->end; s++) {
        if (!rsl_redact_wordly(*s) && *s != '.' && *s != '~' && *s != '-') {
            break;
        }
    }

    scan->value = p - 5;
    scan->stop = s;

    return s - p > RSL_REDACT_AZURE_MIN;
}


/* A secret with a shape of its own. */

static int
rsl_redact_shape(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p)
{
    int                  rc;
    size_t               i, *ovector;
    rsl_str_t            text;
    rsl_redact_rule_t   *rule;

    if (!rsl_redact_may_begin(redact, p, scan->end)) {
        return 0;
    }

    for (i = 0; i < redact->count[*p]; i++) {
        rule = &redact->rules[redact->first[*p] + i];

        if (!rsl_redact_prefix(rule, p, scan->end)) {
            continue;
        }

        if (!rule->shape->anywhere && p > scan->start
            && rsl_redact_wordly(p[-1]))
        {
            continue;
        }

        if (rule->shape->run && p < scan->run) {
            continue;
        }

        text.data = scan->start;
        text.len = (size_t) (scan->end - scan->start);

        rc = rsl_redact_exec(redact, rule->code, &text,
                             (size_t) (p - scan->start), 0);

        if (rc < 0) {
            return rc;
        }

        if (rc > 0) {
            ovector = pcre2_get_ovector_pointer(redact->data);
            i = rc > 1 ? 2 : 0;
            scan->value = scan->start + ovector[i];
            scan->stop = scan->start + ovector[i + 1];

            if (rule->shape->until != NULL) {
                scan->value = scan->stop;
                scan->stop = rsl_redact_until(scan->stop, scan->end,
                                              rule->shape->until);
            }

            return scan->stop > scan->value;
        }

        if (rule->shape->run) {
            scan->run = rsl_redact_run(p, scan->end);
        }
    }

    return 0;
}


/* The end of the run of base64url at "p". */

static const u_char *
rsl_redact_run(const u_char *p, const u_char *end)
{
    while (p < end && (rsl_redact_wordly(*p) || *p == '-')) {
        p++;
    }

    return p;
}


/* Where "literal" stands next, or the end of the text. */

const u_char *
rsl_redact_until(const u_char *p, const u_char *end, const char *literal)
{
    size_t  len;

    len = strlen(literal);

    for ( /* void */ ; (size_t) (end - p) >= len; p++) {

        p = memchr(p, literal[0], (size_t) (end - p) - len + 1);

        if (p == NULL) {
            break;
        }

        if (memcmp(p, literal, len) == 0) {
            return p;
        }
    }

    return end;
}


static int
rsl_redact_prefix(const rsl_redact_rule_t *rule, const u_char *p,
    const u_char *end)
{
    const char  *prefix;

    prefix = rule->shape->prefix;

    if (rule->shape->caseless) {
        return (p[1] | 0x20) == ((u_char) prefix[1] | 0x20)
               && rsl_redact_caseless(p, end, prefix, rule->len);
    }

    return p[1] == (u_char) prefix[1]
           && (rule->len < 3 || p[2] == (u_char) prefix[2])
           && (size_t) (end - p) >= rule->len
           && memcmp(p, prefix, rule->len) == 0;
}


static int
rsl_redact_replace(rsl_redact_out_t *out, rsl_redact_scan_t *scan)
{
    const u_char  *from;

    from = scan->kept;
    scan->from = scan->stop;

    if (scan->stop - scan->value == RSL_REDACT_MASK_LEN
        && rsl_redact_masked(scan->value, scan->stop))
    {
        return RSL_OK;
    }

    scan->kept = scan->stop;

    if (rsl_redact_out(out, from, (size_t) (scan->value - from)) != RSL_OK) {
        return RSL_ERROR;
    }

    return rsl_redact_out(out, (const u_char *) RSL_REDACT_MASK,
                          RSL_REDACT_MASK_LEN);
}


int
rsl_redact_masked(const u_char *p, const u_char *end)
{
    return (size_t) (end - p) >= RSL_REDACT_MASK_LEN
           && memcmp(p, RSL_REDACT_MASK, RSL_REDACT_MASK_LEN) == 0;
}


int
rsl_redact_blank(u_char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}


int
rsl_redact_wordly(u_char ch)
{
    return rsl_redact_triggers[ch] == RSL_REDACT_WORD;
}
