
/*
 * The built-in rules: one pass over a text, from trigger to trigger.
 *
 * A trigger is a byte at which a rule may begin to apply: a separator behind
 * which a value stands, or the first byte of a shape.  All other bytes cost a
 * look into a table.
 */


#include "rsl_redact_internal.h"


static const u_char *rsl_redact_word_end(const u_char *p, const u_char *end);
static int rsl_redact_trigger(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p);
static int rsl_redact_shape_at(rsl_redact_t *redact,
    rsl_redact_scan_t *scan, const u_char *p);
static int rsl_redact_replace(rsl_redact_out_t *out, rsl_redact_scan_t *scan);


const u_char  rsl_redact_triggers[256] = {
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
            && (scan.end - p < RSL_REDACT_SHAPE_MIN
                || !rsl_redact_may_begin(redact, p)))
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
        return p > scan->from && (p[-1] == '"' || p[-1] == '\'')
               ? rsl_redact_pair(scan, p) : 0;

    case RSL_REDACT_QUOTE:
        return p - scan->from > 3 && (p[-1] == ' ' || p[-1] == '(')
               ? rsl_redact_spoken(scan, p) : 0;

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
        if (scan->end - p < RSL_REDACT_SHAPE_MIN) {
            /* an option has as many bytes, too */
            return 0;
        }

        rc = rsl_redact_option(scan, p);

        return rc == 0 && rsl_redact_may_begin(redact, p)
               ? rsl_redact_shape_at(redact, scan, p) : rc;

    default:
        return rsl_redact_shape_at(redact, scan, p);
    }
}


/* A secret with a shape of its own, which may begin at "p". */

static int
rsl_redact_shape_at(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p)
{
    int                       rc;
    uint32_t                  head, row;
    const uint16_t           *n, *last;
    const rsl_redact_rule_t  *rule;

    head = rsl_redact_head(p);
    row = rsl_redact_row(head);
    last = redact->order + redact->first[row + 1];

    for (n = redact->order + redact->first[row]; n < last; n++) {
        rule = &redact->rules[*n];

        if ((head & rule->mask) != rule->head) {
            continue;
        }

        rc = rsl_redact_shape(redact, scan, rule, p);

        if (rc != RSL_REDACT_NEXT) {
            return rc;
        }
    }

    return 0;
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
