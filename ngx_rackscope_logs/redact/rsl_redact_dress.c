
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * A text without its dress, so that no rule has to know of colours, control
 * characters, and the ways in which these are shown.
 */


#include "rsl_redact_internal.h"


/* How many gaps there is room for at first. */
/* More backspaces than these in a row strike over nothing. */
#define RSL_REDACT_DRESS_STRIKES  16

#define RSL_REDACT_DRESS_GAPS  64

/* The longest name that is looked for behind a control character. */
#define RSL_REDACT_DRESS_NAME  40


typedef enum {
    RSL_REDACT_GAP_STYLE = 0,       /* it stays, behind the mask if it is within
                                       a secret */
    RSL_REDACT_GAP_CONTROL,         /* it goes with the secret it is in */
    RSL_REDACT_GAP_STRUCK           /* so does this, also beside the secret */
} rsl_redact_gap_e;


/* "start" and "end" are of the text, the others of the copy. */

struct rsl_redact_gap_s {
    size_t             at;          /* the byte that it stands before */
    size_t             start;
    size_t             end;
    size_t             trigger;     /* in the way TURNED the byte behind it at
                                       which a rule may hit now, or 0 */
    rsl_redact_gap_e   kind;
};


static int rsl_redact_dress_visible(rsl_redact_dress_t *dress);
static int rsl_redact_dress_code(rsl_redact_dress_t *dress, const u_char *p,
    const rsl_redact_code_t *code);
static int rsl_redact_dress_line(rsl_redact_dress_t *dress, const u_char *p,
    const u_char *next);
static int rsl_redact_dress_is_masked(const rsl_redact_dress_t *dress);
static int rsl_redact_dress_is_valued(const rsl_redact_dress_t *dress);
static size_t rsl_redact_dress_name(const u_char *p, const u_char *end);
static int rsl_redact_dress_join(rsl_redact_dress_t *dress, const u_char *p,
    const u_char *next, rsl_redact_gap_e kind);
static int rsl_redact_dress_strikes(const rsl_redact_dress_t *dress,
    const u_char *p, const u_char *next);
static int rsl_redact_dress_back(rsl_redact_dress_t *dress, const u_char *p,
    const u_char *next);
static int rsl_redact_dress_links(rsl_redact_dress_t *dress);
static void rsl_redact_dress_keep(rsl_redact_dress_t *dress, const u_char *p,
    size_t len);
static int rsl_redact_dress_gap(rsl_redact_dress_t *dress, const u_char *p,
    const u_char *next, rsl_redact_gap_e kind);


int
rsl_redact_dress_at(const u_char *start, const u_char *p, const u_char *end)
{
    rsl_redact_code_t  code;

    if (rsl_redact_code_may_begin(p, end)
        && rsl_redact_code(p, end, &code) != RSL_REDACT_CODE_NONE)
    {
        return 1;
    }

    /* of these only the last byte is a trigger: "^@", "^[[K", "<ESC>[K" */

    if (*p == '@') {
        p--;

    } else if (*p == '[' && p - start >= 2 && p[-1] == '[') {
        p -= 2;

    } else if (*p == '[' && p - start >= 5 && p[-1] == '>') {
        p -= 5;

    } else {
        return 0;
    }

    return p >= start && rsl_redact_code_may_begin(p, end)
           && rsl_redact_code(p, end, &code) != RSL_REDACT_CODE_NONE;
}


int
rsl_redact_dress_any(const rsl_str_t *text)
{
    const u_char       *p, *end;
    rsl_redact_code_t   code;

    if (text->len == 0) {
        return 0;
    }

    end = text->data + text->len;

    for (p = text->data; p < end; p = code.end) {
        p = rsl_redact_code_next(p, end);

        if (p == end) {
            break;
        }

        if (rsl_redact_code(p, end, &code) != RSL_REDACT_CODE_NONE) {
            return 1;
        }
    }

    return 0;
}


size_t
rsl_redact_dress_last(const rsl_str_t *text, u_char *buf, size_t size)
{
    size_t              len;
    const u_char       *p, *end;
    rsl_redact_code_t   code;

    len = 0;
    end = text->data + text->len;

    for (p = text->data; p < end; /* void */ ) {

        if (rsl_redact_code_may_begin(p, end)
            && rsl_redact_code(p, end, &code) != RSL_REDACT_CODE_NONE)
        {
            if (code.kind == RSL_REDACT_CODE_BACK && len > 0) {
                len--;
            }

            p = code.end;
            continue;
        }

        if (len == size) {
            /* the first half goes */
            len = size / 2;
            memmove(buf, buf + size - len, len);
        }

        buf[len++] = *p++;
    }

    return len;
}


int
rsl_redact_dress(const rsl_redact_t *redact, rsl_arena_t *arena,
    const rsl_str_t *text, rsl_redact_dress_e way, rsl_redact_dress_t *dress)
{
    memset(dress, 0, sizeof(rsl_redact_dress_t));

    dress->redact = redact;
    dress->arena = arena;
    dress->way = way;
    dress->text = *text;

    /* no byte of the text makes more than one of the copy */

    dress->copy = rsl_arena_alloc(arena, text->len);
    if (dress->copy == NULL) {
        return RSL_ERROR;
    }

    dress->plain.data = dress->copy;

    return way == RSL_REDACT_DRESS_LINKS ? rsl_redact_dress_links(dress)
                                         : rsl_redact_dress_visible(dress);
}


static int
rsl_redact_dress_visible(rsl_redact_dress_t *dress)
{
    const u_char       *p, *s, *end;
    rsl_redact_code_t   code;

    end = dress->text.data + dress->text.len;

    for (p = dress->text.data; p < end; p = code.end) {

        s = rsl_redact_code_next(p, end);
        rsl_redact_dress_keep(dress, p, (size_t) (s - p));

        if (s == end) {
            break;
        }

        if (rsl_redact_code(s, end, &code) == RSL_REDACT_CODE_NONE) {
            rsl_redact_dress_keep(dress, s, (size_t) (code.end - s));
            continue;
        }

        /* of several backslashes the last one begins the code */

        while (*s == '\\' && s > p && s[-1] == '\\') {
            s--;
            dress->plain.len--;
        }

        if (rsl_redact_dress_code(dress, s, &code) != RSL_OK) {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}


static int
rsl_redact_dress_code(rsl_redact_dress_t *dress, const u_char *p,
    const rsl_redact_code_t *code)
{
    switch (code->kind) {

    case RSL_REDACT_CODE_LINE:
        return rsl_redact_dress_line(dress, p, code->end);

    case RSL_REDACT_CODE_CONTROL:
        return rsl_redact_dress_join(dress, p, code->end,
                                     RSL_REDACT_GAP_CONTROL);

    case RSL_REDACT_CODE_BACK:
        return rsl_redact_dress_back(dress, p, code->end);

    case RSL_REDACT_CODE_SPACE:
        rsl_redact_dress_keep(dress, (const u_char *) "\n", 1);

        return rsl_redact_dress_gap(dress, p, code->end,
                                    RSL_REDACT_GAP_CONTROL);

    case RSL_REDACT_CODE_STRING:
        dress->links |= code->content < code->stop;

        /* fall through */

    default:
        return rsl_redact_dress_join(dress, p, code->end,
                                     RSL_REDACT_GAP_STYLE);
    }
}


/*
 * Some control characters stand for the end of a line: NUL between variables of
 * an environment, CR between the states of a bar.
 */

static int
rsl_redact_dress_line(rsl_redact_dress_t *dress, const u_char *p,
    const u_char *next)
{
    int            ends;
    size_t         name;
    const u_char  *end;

    end = dress->text.data + dress->text.len;

    name = rsl_redact_dress_name(next, end);
    ends = name || rsl_redact_shape_begins(dress->redact, next, end);

    dress->turned |= (name != 0);

    if (dress->way == RSL_REDACT_DRESS_TURNED) {
        ends = ends ? rsl_redact_dress_is_valued(dress)
                    : rsl_redact_dress_is_masked(dress);
    }

    if (ends) {
        rsl_redact_dress_keep(dress, (const u_char *) "\n", 1);
    }

    if (rsl_redact_dress_gap(dress, p, next, RSL_REDACT_GAP_CONTROL)
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    if (name && !ends) {
        dress->gaps[dress->ngaps - 1].trigger = dress->plain.len + name;
    }

    return RSL_OK;
}


/*
 * Is a mask at the end of the copy?  What the first way has hidden must not be
 * joined with the line behind it.
 */

static int
rsl_redact_dress_is_masked(const rsl_redact_dress_t *dress)
{
    const u_char  *end;

    end = dress->copy + dress->plain.len;

    return dress->plain.len >= RSL_REDACT_MASK_LEN
           && rsl_redact_char_masked(end - RSL_REDACT_MASK_LEN, end);
}


/*
 * Is a value at the end of the copy, a mask among them?  Then what is behind is
 * not the second half of a name.
 */

static int
rsl_redact_dress_is_valued(const rsl_redact_dress_t *dress)
{
    const u_char  *p, *s;

    p = dress->copy + dress->plain.len;

    for (s = p; s > dress->copy && p - s < RSL_REDACT_DRESS_NAME; s--) {
        if (s[-1] == '=') {
            return 1;
        }

        if (s[-1] <= ' ') {
            break;
        }
    }

    return rsl_redact_dress_is_masked(dress);
}


/* The length of the name at "p", if its separator and a value follow, or 0. */

static size_t
rsl_redact_dress_name(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p; s < end && s - p < RSL_REDACT_DRESS_NAME; s++) {
        if (!rsl_redact_char_is_word(*s) && *s != '-' && *s != '.') {
            break;
        }
    }

    if (s == p || end - s < 2) {
        return 0;
    }

    /* what ends in "=" may be a part of a secret, in base64 */

    return *s == ':' || (*s == '=' && s[1] > ' ' && s[1] != '=')
           ? (size_t) (s - p) : 0;
}


static int
rsl_redact_dress_join(rsl_redact_dress_t *dress, const u_char *p,
    const u_char *next, rsl_redact_gap_e kind)
{
    int     turned;
    size_t  len;

    turned = 0;
    len = dress->plain.len;

    if (len > 0 && rsl_redact_char_is_word(dress->copy[len - 1])
        && rsl_redact_shape_begins(dress->redact, next,
                                   dress->text.data + dress->text.len))
    {
        dress->turned = 1;

        if (dress->way == RSL_REDACT_DRESS_TURNED) {
            rsl_redact_dress_keep(dress, (const u_char *) "\n", 1);
            turned = 1;
        }
    }

    if (rsl_redact_dress_gap(dress, p, next, kind) != RSL_OK) {
        return RSL_ERROR;
    }

    if (turned) {
        dress->gaps[dress->ngaps - 1].trigger = dress->plain.len;
    }

    return RSL_OK;
}


/*
 * Do the backspaces at "p" strike over what is before them?  They do if there
 * are as many characters behind them to take its place: otherwise that is only
 * rubbed out on a terminal, and still in the text.
 */

static int
rsl_redact_dress_strikes(const rsl_redact_dress_t *dress, const u_char *p,
    const u_char *next)
{
    size_t         n;
    const u_char  *s, *start, *end;

    start = dress->text.data;
    end = start + dress->text.len;

    for (n = 1, s = p; s > start && s[-1] == '\b'; s--, n++) {
        if (n == RSL_REDACT_DRESS_STRIKES) {
            return 0;
        }
    }

    for (s = next; s < end && *s == '\b'; s++, n++) {
        if (n == RSL_REDACT_DRESS_STRIKES) {
            return 0;
        }
    }

    for ( /* void */ ; s < end && n > 0 && *s >= ' ' && *s != 0x7f; s++, n--) {
        /* void */
    }

    return n == 0;
}


/* Takes the last character away, with what is behind it. */

static int
rsl_redact_dress_back(rsl_redact_dress_t *dress, const u_char *p,
    const u_char *next)
{
    size_t                   at;
    const u_char            *start;
    const rsl_redact_gap_t  *gap;

    at = dress->plain.len;

    if (at == 0 || dress->copy[at - 1] == '\n'
        || !rsl_redact_dress_strikes(dress, p, next))
    {
        return rsl_redact_dress_gap(dress, p, next, RSL_REDACT_GAP_CONTROL);
    }

    do {
        at--;
    } while (at > 0 && (dress->copy[at] & 0xc0) == 0x80);

    while (dress->ngaps > 0 && dress->gaps[dress->ngaps - 1].at > at) {
        dress->ngaps--;
    }

    start = dress->text.data + at;

    if (dress->ngaps > 0) {
        gap = &dress->gaps[dress->ngaps - 1];
        start = dress->text.data + gap->end + (at - gap->at);
    }

    dress->plain.len = at;

    return rsl_redact_dress_gap(dress, start, next, RSL_REDACT_GAP_STRUCK);
}


/* Each content is a line of the copy. */

static int
rsl_redact_dress_links(rsl_redact_dress_t *dress)
{
    const u_char       *p, *end, *gap;
    rsl_redact_code_t   code;

    gap = dress->text.data;
    end = dress->text.data + dress->text.len;

    for (p = dress->text.data; p < end; p = code.end) {
        p = rsl_redact_code_next(p, end);

        if (p == end) {
            break;
        }

        if (rsl_redact_code(p, end, &code) == RSL_REDACT_CODE_STRING) {

            if (rsl_redact_dress_gap(dress, gap, code.content,
                                     RSL_REDACT_GAP_STYLE)
                != RSL_OK)
            {
                return RSL_ERROR;
            }

            rsl_redact_dress_keep(dress, code.content,
                                  (size_t) (code.stop - code.content));
            rsl_redact_dress_keep(dress, (const u_char *) "\n", 1);

            gap = code.stop;
        }
    }

    return rsl_redact_dress_gap(dress, gap, end, RSL_REDACT_GAP_STYLE);
}


static void
rsl_redact_dress_keep(rsl_redact_dress_t *dress, const u_char *p, size_t len)
{
    memcpy(dress->copy + dress->plain.len, p, len);
    dress->plain.len += len;
}


/* RSL_ERROR: no memory. */

static int
rsl_redact_dress_gap(rsl_redact_dress_t *dress, const u_char *p,
    const u_char *next, rsl_redact_gap_e kind)
{
    size_t             start;
    rsl_redact_gap_t  *gap, *gaps;

    start = (size_t) (p - dress->text.data);

    if (dress->ngaps > 0) {
        gap = &dress->gaps[dress->ngaps - 1];

        if (gap->kind == kind && gap->at == dress->plain.len
            && gap->end == start)
        {
            gap->end = (size_t) (next - dress->text.data);
            return RSL_OK;
        }
    }

    if (dress->ngaps == dress->size) {
        dress->size = dress->size ? 2 * dress->size : RSL_REDACT_DRESS_GAPS;

        gaps = rsl_arena_alloc(dress->arena,
                               dress->size * sizeof(rsl_redact_gap_t));
        if (gaps == NULL) {
            return RSL_ERROR;
        }

        if (dress->ngaps > 0) {
            memcpy(gaps, dress->gaps, dress->ngaps * sizeof(rsl_redact_gap_t));
        }

        dress->gaps = gaps;
    }

    gap = &dress->gaps[dress->ngaps++];
    gap->at = dress->plain.len;
    gap->start = start;
    gap->end = (size_t) (next - dress->text.data);
    gap->kind = kind;
    gap->trigger = 0;

    return RSL_OK;
}


uint64_t
rsl_redact_dress_triggers(rsl_redact_dress_t *dress, size_t from, size_t n)
{
    size_t    trigger;
    uint64_t  bits;

    for (bits = 0; dress->turn < dress->ngaps; dress->turn++) {
        trigger = dress->gaps[dress->turn].trigger;

        if (trigger >= from + n) {
            break;
        }

        if (trigger != 0 && trigger >= from) {
            bits |= (uint64_t) 1 << (trigger - from);
        }
    }

    return bits;
}


int
rsl_redact_dress_span(rsl_redact_dress_t *dress, size_t from, size_t to,
    rsl_redact_span_t *span)
{
    int                      struck;
    size_t                   i, base;
    const rsl_redact_gap_t  *gap;

    base = dress->first > 0 ? dress->gaps[dress->first - 1].end
                              - dress->gaps[dress->first - 1].at : 0;

    for (i = dress->first; i < dress->ngaps && dress->gaps[i].at < from; i++) {
        base = dress->gaps[i].end - dress->gaps[i].at;
    }

    /* behind the gap at the beginning, unless something was struck over */

    span->first = i;
    span->from = from + base;

    for (struck = 0; i < dress->ngaps && dress->gaps[i].at == from; i++) {
        gap = &dress->gaps[i];
        base = gap->end - gap->at;

        if (gap->kind == RSL_REDACT_GAP_STRUCK) {
            span->from = struck ? span->from : gap->start;
            struck = 1;
        }

        if (!struck) {
            span->from = gap->end;
            span->first = i + 1;
        }
    }

    for ( /* void */ ; i < dress->ngaps && dress->gaps[i].at < to; i++) {
        base = dress->gaps[i].end - dress->gaps[i].at;
    }

    dress->first = i;

    span->to = to + base;
    span->last = i;

    for ( /* void */ ; i < dress->ngaps && dress->gaps[i].at == to; i++) {
        if (dress->gaps[i].kind == RSL_REDACT_GAP_STRUCK) {
            span->to = dress->gaps[i].end;
            span->last = i + 1;
        }
    }

    return span->first < span->last;
}


int
rsl_redact_dress_styles(const rsl_redact_dress_t *dress,
    const rsl_redact_span_t *span, rsl_redact_out_t *out)
{
    size_t                   i;
    const rsl_redact_gap_t  *gap;

    for (i = span->first; i < span->last; i++) {
        gap = &dress->gaps[i];

        if (gap->kind == RSL_REDACT_GAP_STYLE && gap->start >= span->from
            && rsl_redact_engine_append(out, dress->text.data + gap->start,
                                        gap->end - gap->start)
               != RSL_OK)
        {
            return RSL_ERROR;
        }
    }

    return RSL_OK;
}
