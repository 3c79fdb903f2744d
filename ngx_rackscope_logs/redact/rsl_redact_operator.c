
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Rules of the operator: a pattern and a replacement.
 *
 * An operator may write any pattern, so one that takes too long must be stopped
 * whatever it is: rsl_redact_engine_limits bound it, and the clock.
 */


#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rsl_redact_internal.h"


/*
 * The match limit bounds what one start of a match costs, but PCRE2 may try
 * every byte of a text as a start.  So a search is done in windows: in the
 * first one it tries this many starts, and after each it looks at the clock.
 * Each window is twice as long as the last one and allows half as many steps a
 * start: windows of one size would take quadratic time, for PCRE2 searches the
 * whole text for what a match must contain, in each window anew.
 */
#define RSL_REDACT_OPERATOR_WINDOW  128

/* The longest name of a group that PCRE2 allows, and a NUL. */
#define RSL_REDACT_OPERATOR_NAME    33

/* A text that a rule would make longer by more bytes than this is hidden. */
#define RSL_REDACT_OPERATOR_GROWTH  (1024 * 1024)


struct rsl_redact_operator_s {
    pcre2_code             *code;
    u_char                 *replacement;
    size_t                  len;
    rsl_redact_operator_t  *next;
};


static int rsl_redact_operator_compile(rsl_redact_t *redact,
    rsl_redact_operator_t *rule, const rsl_str_t *pattern, char *error,
    size_t size);
static int rsl_redact_operator_replacement(const rsl_redact_operator_t *rule,
    char *error, size_t size);
static int rsl_redact_operator_check(const rsl_redact_operator_t *rule,
    size_t i, size_t n, int group, char *error, size_t size);
static int rsl_redact_operator_try(rsl_redact_t *redact,
    const rsl_redact_operator_t *rule, char *error, size_t size);
static size_t rsl_redact_operator_reference(const rsl_redact_operator_t *rule,
    size_t i, int *group);
static int rsl_redact_operator_group(const pcre2_code *code, const u_char *name,
    size_t len);
static int rsl_redact_operator_rule(rsl_redact_t *redact,
    const rsl_redact_operator_t *rule, rsl_arena_t *arena, rsl_str_t *text,
    rsl_redact_dress_t *dress, uint64_t deadline);
static int rsl_redact_operator_replace(rsl_redact_out_t *out,
    const rsl_redact_operator_t *rule, const rsl_str_t *text,
    rsl_redact_dress_t *dress, size_t groups, const size_t *ovector,
    size_t *from);
static int rsl_redact_operator_search(rsl_redact_t *redact,
    const pcre2_code *code, const rsl_str_t *text, size_t offset,
    uint32_t options, uint64_t deadline);
static uint64_t rsl_redact_operator_clock(void);
static void rsl_redact_operator_destroy(rsl_redact_operator_t *rule);
static int rsl_redact_operator_expand(rsl_redact_out_t *out,
    const rsl_redact_operator_t *rule, const rsl_str_t *text,
    const size_t *ovector, size_t groups);


int
rsl_redact_operator_add(rsl_redact_t *redact, const rsl_str_t *pattern,
    const rsl_str_t *replacement, char *error, size_t size)
{
    int                     rc;
    rsl_redact_operator_t  *new;

    new = calloc(1, sizeof(rsl_redact_operator_t));
    if (new == NULL) {
        return RSL_ERROR;
    }

    new->len = replacement->len;
    new->replacement = malloc(replacement->len + 1);

    if (new->replacement == NULL) {
        rc = RSL_ERROR;
        goto failed;
    }

    if (new->len > 0) {
        memcpy(new->replacement, replacement->data, replacement->len);
    }

    rc = rsl_redact_operator_compile(redact, new, pattern, error, size);

    if (rc == RSL_OK) {
        rc = rsl_redact_operator_replacement(new, error, size);
    }

    if (rc == RSL_OK) {
        rc = rsl_redact_operator_try(redact, new, error, size);
    }

    if (rc != RSL_OK) {
        goto failed;
    }

    *redact->last = new;
    redact->last = &new->next;

    return RSL_OK;

failed:

    rsl_redact_operator_destroy(new);

    return rc;
}


/* RSL_DECLINED: the pattern is wrong, and "error" says how. */

static int
rsl_redact_operator_compile(rsl_redact_t *redact, rsl_redact_operator_t *rule,
    const rsl_str_t *pattern, char *error, size_t size)
{
    int         rc;
    u_char      message[128];
    size_t      offset;

    if (pattern->len == 0) {
        (void) snprintf(error, size, "pattern: it is empty, and takes what is "
                        "to be replaced");
        return RSL_DECLINED;
    }

    /* \C could end a match in the middle of a character */

    rule->code = rsl_redact_engine_compile(redact, pattern->data, pattern->len,
                                           PCRE2_UTF|PCRE2_USE_OFFSET_LIMIT
                                           |PCRE2_NEVER_BACKSLASH_C, &rc,
                                           &offset);
    if (rule->code == NULL) {
        (void) pcre2_get_error_message(rc, message, sizeof(message));
        (void) snprintf(error, size, "pattern: %s at offset %zu",
                        (char *) message, offset);
        return RSL_DECLINED;
    }

    return RSL_OK;
}


/*
 * RSL_DECLINED: the replacement is not UTF-8, or it refers to a group that the
 * pattern does not have.
 */

static int
rsl_redact_operator_replacement(const rsl_redact_operator_t *rule, char *error,
    size_t size)
{
    int            rc, group;
    size_t         i, n;
    const u_char  *p, *end;

    end = rule->replacement + rule->len;

    for (i = 0; i < rule->len; i += n) {

        p = rule->replacement + i;
        n = rsl_utf8_sequence(p, end);

        if (n == 0) {
            (void) snprintf(error, size, "replacement: it must be UTF-8, and "
                            "is not at offset %zu", i);
            return RSL_DECLINED;
        }

        if (*p == '\\' && end - p > 1 && p[1] >= '0' && p[1] <= '9') {
            (void) snprintf(error, size, "replacement: \"\\%c\" at offset %zu "
                            "is no reference to a group, \"$%c\" is one",
                            p[1], i, p[1]);
            return RSL_DECLINED;
        }

        if (*p == '$') {
            n = rsl_redact_operator_reference(rule, i, &group);
            rc = rsl_redact_operator_check(rule, i, n, group, error, size);

            if (rc != RSL_OK) {
                return rc;
            }
        }
    }

    return RSL_OK;
}


/*
 * RSL_DECLINED: the reference at "i", of "n" bytes, is none to a group of the
 * pattern; n = 0: it is no reference.
 */

static int
rsl_redact_operator_check(const rsl_redact_operator_t *rule, size_t i, size_t n,
    int group, char *error, size_t size)
{
    uint32_t     count;
    const char  *hint;

    if (n == 0) {
        (void) snprintf(error, size, "replacement: \"$\" at offset %zu is "
                        "followed by neither a number from 0 to 99, nor "
                        "{name}, nor $", i);
        return RSL_DECLINED;
    }

    (void) pcre2_pattern_info(rule->code, PCRE2_INFO_CAPTURECOUNT, &count);

    if (group == -2 || (group >= 0 && (uint32_t) group <= count)) {
        return RSL_OK;
    }

    /* "$10" may be meant for the first group and a 0 */

    hint = group > 9 && (uint32_t) group / 10 <= count
           ? "; before a digit write $01 for $1" : "";

    (void) snprintf(error, size, "replacement: \"%.*s\" at offset %zu is to a "
                    "group that the pattern does not have: it has %u%s",
                    (int) n, (const char *) rule->replacement + i, i,
                    (unsigned) count, hint);

    return RSL_DECLINED;
}


/*
 * Tries the rule on an empty text and on a line of a log, so that a mistake is
 * reported when nginx starts and not hidden in each record.
 */

static int
rsl_redact_operator_try(rsl_redact_t *redact, const rsl_redact_operator_t *rule,
    char *error, size_t size)
{
    int                     rc;
    size_t                  i;
    static const rsl_str_t  samples[] = {
        rsl_string(""),
        rsl_string("2026-11-22 10:16:57 ERROR GET /api/items?id=42 - 200 from "
                   "10.0.0.7: user=\"jos\xc3\xa9\" took 12.5 ms"),
    };

    for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        rc = rsl_redact_engine_exec(redact, rule->code, &samples[i], 0, 0);

        if (rc > 0 && samples[i].len == 0) {
            (void) snprintf(error, size, "pattern: it matches an empty text, "
                            "so the replacement would stand everywhere; it "
                            "must match a character at least");
            return RSL_DECLINED;
        }

        if (rc < 0) {
            (void) snprintf(error, size, "pattern: PCRE2 gives it up on a "
                            "text of %zu bytes: it needs too many steps",
                            samples[i].len);
            return RSL_DECLINED;
        }
    }

    return RSL_OK;
}


/*
 * Returns the length of the reference at "i", or 0 if it is none.  *group is
 * set to its group, to -1 if no group has this name, and to -2 for "$$".
 */

static size_t
rsl_redact_operator_reference(const rsl_redact_operator_t *rule, size_t i,
    int *group)
{
    size_t         left;
    const u_char  *p, *brace;

    p = rule->replacement + i + 1;
    left = rule->len - i - 1;

    if (left == 0) {
        return 0;
    }

    if (*p == '$') {
        *group = -2;
        return 2;
    }

    if (*p >= '0' && *p <= '9') {
        *group = *p - '0';

        if (left > 1 && p[1] >= '0' && p[1] <= '9') {
            *group = *group * 10 + p[1] - '0';
            return 3;
        }

        return 2;
    }

    if (*p != '{') {
        return 0;
    }

    brace = memchr(p, '}', left);

    if (brace == NULL || brace == p + 1) {
        return 0;
    }

    *group = rsl_redact_operator_group(rule->code, p + 1,
                                       (size_t) (brace - p - 1));

    return (size_t) (brace - p) + 2;
}


/* The number of the group "name", or -1. */

static int
rsl_redact_operator_group(const pcre2_code *code, const u_char *name,
    size_t len)
{
    int     group;
    u_char  text[RSL_REDACT_OPERATOR_NAME];

    if (len >= sizeof(text) || memchr(name, '\0', len) != NULL) {
        return -1;
    }

    memcpy(text, name, len);
    text[len] = '\0';

    group = pcre2_substring_number_from_name(code, text);

    return group < 0 ? -1 : group;
}


int
rsl_redact_operator_text(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_str_t *text)
{
    int                     rc, dressed;
    uint64_t                deadline;
    rsl_redact_dress_t      dress;
    rsl_redact_operator_t  *rule;

    deadline = text->len > RSL_REDACT_OPERATOR_WINDOW
               ? rsl_redact_operator_clock() + redact->limits.usec : 0;

    dressed = rsl_redact_dress_any(text);

    for (rule = redact->operators; rule != NULL; rule = rule->next) {
        rc = rsl_redact_operator_rule(redact, rule, arena, text, NULL,
                                      deadline);
        if (rc != RSL_OK) {
            return rc;
        }

        if (!dressed) {
            continue;
        }

        if (rsl_redact_dress(redact, arena, text, RSL_REDACT_DRESS_JOINED,
                             &dress)
            != RSL_OK)
        {
            return RSL_ERROR;
        }

        rc = rsl_redact_operator_rule(redact, rule, arena, text, &dress,
                                      deadline);
        if (rc != RSL_OK) {
            return rc;
        }
    }

    return RSL_OK;
}


/*
 * Replaces all hits of one rule; if "dress" is not NULL, only those within
 * which the text has a gap, for the rule has seen the others before.  The
 * deadline is in µs of rsl_redact_operator_clock().
 */

static int
rsl_redact_operator_rule(rsl_redact_t *redact,
    const rsl_redact_operator_t *rule, rsl_arena_t *arena, rsl_str_t *text,
    rsl_redact_dress_t *dress, uint64_t deadline)
{
    int                rc;
    size_t             offset, last, from, *ovector;
    uint32_t           options;
    const rsl_str_t   *plain;
    rsl_redact_out_t   out;

    memset(&out, 0, sizeof(rsl_redact_out_t));
    out.arena = arena;

    last = 0;
    from = 0;
    offset = 0;
    options = 0;
    plain = dress ? &dress->plain : text;
    ovector = pcre2_get_ovector_pointer(redact->data);

    for ( ;; ) {
        rc = rsl_redact_operator_search(redact, rule->code, plain, offset,
                                        options, deadline);

        if (rc < 0) {
            return rc;
        }

        if (rc == 0) {
            break;
        }

        if (ovector[0] < last || ovector[1] < ovector[0]) {
            /*
             * with \K in a lookaround a hit may begin before the last one
             * or behind its own end
             */
            return RSL_DECLINED;
        }

        rc = rsl_redact_operator_replace(&out, rule, text, dress, (size_t) rc,
                                         ovector, &from);

        if (rc != RSL_OK) {
            return rc;
        }

        last = ovector[1];
        offset = last;
        options = PCRE2_NO_UTF_CHECK;

        if (ovector[0] == ovector[1]) {
            /* the next hit would be the same empty one */
            if (offset == plain->len) {
                break;
            }

            do {
                offset++;
            } while (offset < plain->len
                     && (plain->data[offset] & 0xc0) == 0x80);
        }
    }

    if (out.data == NULL) {
        return RSL_OK;
    }

    if (rsl_redact_engine_append(&out, text->data + from, text->len - from)
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    text->data = out.data;
    text->len = out.len;

    return RSL_OK;
}


/*
 * Appends what is in the text from "from" to a hit, and its replacement, and
 * sets "from" behind the hit.
 */

static int
rsl_redact_operator_replace(rsl_redact_out_t *out,
    const rsl_redact_operator_t *rule, const rsl_str_t *text,
    rsl_redact_dress_t *dress, size_t groups, const size_t *ovector,
    size_t *from)
{
    int                rc;
    rsl_redact_span_t  span;

    span.from = ovector[0];
    span.to = ovector[1];

    if (dress != NULL
        && !rsl_redact_dress_span(dress, ovector[0], ovector[1], &span))
    {
        return RSL_OK;
    }

    if (span.from < *from) {
        span.from = *from;
    }

    if (rsl_redact_engine_append(out, text->data + *from, span.from - *from)
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    rc = rsl_redact_operator_expand(out, rule, dress ? &dress->plain : text,
                                    ovector, groups);
    if (rc != RSL_OK) {
        return rc;
    }

    *from = span.to;

    return dress ? rsl_redact_dress_styles(dress, &span, out) : RSL_OK;
}


/* As rsl_redact_engine_exec(), and RSL_DECLINED also when the time is over. */

static int
rsl_redact_operator_search(rsl_redact_t *redact, const pcre2_code *code,
    const rsl_str_t *text, size_t offset, uint32_t options, uint64_t deadline)
{
    int       rc;
    size_t    limit, window;
    uint64_t  steps;

    window = RSL_REDACT_OPERATOR_WINDOW;

    for ( ;; ) {
        limit = offset + window;

        if (limit >= text->len) {
            limit = PCRE2_UNSET;
        }

        steps = (uint64_t) redact->limits.match * RSL_REDACT_OPERATOR_WINDOW
                / window;

        (void) pcre2_set_match_limit(redact->match, (uint32_t) steps);
        (void) pcre2_set_offset_limit(redact->match, limit);

        rc = rsl_redact_engine_exec(redact, code, text, offset, options);

        (void) pcre2_set_match_limit(redact->match, redact->limits.match);
        (void) pcre2_set_offset_limit(redact->match, PCRE2_UNSET);

        if (rc < 0 && window > RSL_REDACT_OPERATOR_WINDOW) {
            /*
             * the first starts may need more steps than a long window gives
             * them: try again with a short one
             */
            window = RSL_REDACT_OPERATOR_WINDOW;

        } else if (rc != 0 || limit == PCRE2_UNSET) {
            return rc;

        } else {
            options |= PCRE2_NO_UTF_CHECK;
            offset = limit + 1;
            window *= 2;

            while (offset < text->len && (text->data[offset] & 0xc0) == 0x80) {
                offset++;
            }
        }

        if (rsl_redact_operator_clock() >= deadline) {
            return RSL_DECLINED;
        }
    }
}


/*
 * The time for which this thread has been computing, in µs: what other
 * processes take of the processor does not count.
 */

static uint64_t
rsl_redact_operator_clock(void)
{
    struct timespec  now;

    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) {
        return 0;
    }

    return (uint64_t) now.tv_sec * 1000000 + (uint64_t) now.tv_nsec / 1000;
}


/*
 * Appends the replacement of a hit to the text.  RSL_DECLINED: the text would
 * grow too long.
 */

static int
rsl_redact_operator_expand(rsl_redact_out_t *out,
    const rsl_redact_operator_t *rule, const rsl_str_t *text,
    const size_t *ovector, size_t groups)
{
    int            group;
    size_t         i, n, len;
    const u_char  *p;

    for (i = 0; i < rule->len; i += n) {

        n = 1;
        p = rule->replacement + i;
        len = 1;

        if (*p == '$') {
            group = -1;
            n = rsl_redact_operator_reference(rule, i, &group);

            if (group >= 0) {
                if ((size_t) group >= groups
                    || ovector[2 * group] == PCRE2_UNSET)
                {
                    continue;
                }

                p = text->data + ovector[2 * group];
                len = ovector[2 * group + 1] - ovector[2 * group];
            }
        }

        if (out->len + len > text->len + RSL_REDACT_OPERATOR_GROWTH) {
            return RSL_DECLINED;
        }

        if (rsl_redact_engine_append(out, p, len) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


void
rsl_redact_operator_free(rsl_redact_t *redact)
{
    rsl_redact_operator_t  *rule, *next;

    for (rule = redact->operators; rule != NULL; rule = next) {
        next = rule->next;
        rsl_redact_operator_destroy(rule);
    }
}


static void
rsl_redact_operator_destroy(rsl_redact_operator_t *rule)
{
    pcre2_code_free(rule->code);
    free(rule->replacement);
    free(rule);
}
