
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Codes of terminals and control characters, as they are or shown as text.
 *
 * A code that is shown as text begins with one of the many ways to write ESC,
 * which are told apart here, and goes on as the code itself.  A search goes
 * forward only, and one for the end of a string stops at the next code, so no
 * byte is looked at more than twice.
 */


#include "rsl_redact_internal.h"


#define ESC  0x1b
#define BEL  0x07
#define BS   0x08
#define DEL  0x7f

/* The code that begins at a byte, as a number, or that none does. */
#define RSL_REDACT_CODE_NO  0xffff


typedef struct {
    const char  *text;      /* in lower case; stands for any case */
    size_t       len;
} rsl_redact_escape_t;


#if (__SSE2__)
static inline unsigned rsl_redact_code_marks(__m128i block);
#endif
static unsigned rsl_redact_code_number(const u_char *p, const u_char *end,
    const u_char **next);
static unsigned rsl_redact_code_shown(const u_char *p, const u_char *end,
    const u_char **next);
static unsigned rsl_redact_code_backslash(const u_char *p, const u_char *end,
    const u_char **next);
static const u_char *rsl_redact_code_digits(const u_char *p, const u_char *end,
    unsigned base, size_t min, size_t max, unsigned *value);
static int rsl_redact_code_opens(const u_char *p, const u_char *end);
static const u_char *rsl_redact_code_lost(const u_char *p, const u_char *end);
static void rsl_redact_code_escape(const u_char *p, const u_char *end,
    rsl_redact_code_t *code);
static const u_char *rsl_redact_code_sequence(const u_char *p,
    const u_char *end);
static int rsl_redact_code_string(const u_char *p, const u_char *end,
    rsl_redact_code_t *code);
static int rsl_redact_code_is_return(const u_char *p, const u_char *end);


/* A bit for each kind of first byte, and which second bytes go with it. */

#define ANY        0x01
#define BACKSLASH  0x02
#define HASH       0x04
#define AMPERSAND  0x08
#define LESS       0x10
#define BRACKET    0x20
#define CARET      0x40
#define WIDE       0x80

const u_char  rsl_redact_code_starts[256] = {
    [0x00 ... 0x08] = ANY, [0x0b ... 0x1f] = ANY, [DEL] = ANY,
    ['#'] = HASH, ['&'] = AMPERSAND, ['<'] = LESS, ['['] = BRACKET,
    ['\\'] = BACKSLASH, ['^'] = CARET, [0xc2] = WIDE, [0xe2] = WIDE,
    [0xef] = WIDE
};

const u_char  rsl_redact_code_seconds[256] = {
    [0x00 ... '"'] = ANY, ['#'] = ANY|AMPERSAND, ['$' ... '/'] = ANY,
    ['0'] = ANY|BACKSLASH|HASH|LESS|BRACKET, ['1'] = ANY|LESS|BRACKET,
    ['2'] = ANY|BRACKET, ['3'] = ANY|BACKSLASH|BRACKET,
    ['4' ... '9'] = ANY|BRACKET, [':'] = ANY, [';'] = ANY|BRACKET,
    ['<' ... '?'] = ANY, ['@'] = ANY|CARET, ['A' ... 'D'] = ANY,
    ['E'] = ANY|BACKSLASH|LESS, ['F'] = ANY, ['G'] = ANY|CARET,
    ['H' ... 'T'] = ANY, ['U'] = ANY|LESS, ['V' ... 'W'] = ANY,
    ['X'] = ANY|BACKSLASH, ['Y' ... 'Z'] = ANY, ['['] = ANY|CARET,
    ['\\' ... 'd'] = ANY, ['e'] = ANY|BACKSLASH|LESS, ['f' ... 't'] = ANY,
    ['u'] = ANY|BACKSLASH|LESS, ['v' ... 'w'] = ANY, ['x'] = ANY|BACKSLASH,
    ['y' ... 0x7f] = ANY, [0x80 ... 0xff] = ANY|WIDE
};


/* What is shown instead of ESC, besides escapes of programming languages. */

#define ESCAPE(text)  { text, sizeof(text) - 1 }

static const rsl_redact_escape_t  rsl_redact_escapes[] = {
    ESCAPE("^["),                       /* cat -v, journalctl */
    ESCAPE("<esc>"),
    ESCAPE("<0x1b>"),
    ESCAPE("<1b>"),
    ESCAPE("<u+001b>"),
    ESCAPE("&#27;"),
    ESCAPE("&#x1b;"),
    ESCAPE("\xe2\x90\x9b"),             /* its control picture */
    ESCAPE("\xe2\x86\x90"),             /* code page 437 */
    ESCAPE("\xef\xbf\xbd"),             /* U+FFFD */
    { NULL, 0 }
};


const u_char *
rsl_redact_code_next(const u_char *p, const u_char *end)
{
#if (__SSE2__)

    unsigned       marks;
    const u_char  *s;

    for ( /* void */ ; end - p >= 16; p += 16) {
        marks = rsl_redact_code_marks(rsl_block_load(p));

        for ( /* void */ ; marks != 0; marks &= marks - 1) {
            s = p + (unsigned) __builtin_ctz(marks);

            if (rsl_redact_code_may_begin(s, end)) {
                return s;
            }
        }
    }

#endif

    while (p < end && !rsl_redact_code_may_begin(p, end)) {
        p++;
    }

    return p;
}


#if (__SSE2__)

/*
 * A bit for each byte that is listed in rsl_redact_code_starts[], and for some
 * that are not: all beyond ASCII, and what is between two listed ones.
 */

static inline unsigned
rsl_redact_code_marks(__m128i block)
{
    __m128i  marks, range;

    /* the sign of a byte is taken: that of control characters is set here */

    marks = _mm_subs_epi8(block, _mm_set1_epi8(0x20));

    range = _mm_add_epi8(block, _mm_set1_epi8(0x7f - '^'));
    range = _mm_cmpgt_epi8(range, _mm_set1_epi8(0x7f - ('^' - '[') - 1));
    marks = _mm_or_si128(marks, range);

    range = _mm_add_epi8(block, _mm_set1_epi8(0x7f - '&'));
    range = _mm_cmpgt_epi8(range, _mm_set1_epi8(0x7f - ('&' - '#') - 1));
    marks = _mm_or_si128(marks, range);

    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(block, _mm_set1_epi8('<')));
    marks = _mm_or_si128(marks, _mm_cmpeq_epi8(block, _mm_set1_epi8(DEL)));

    return (unsigned) _mm_movemask_epi8(marks);
}

#endif


rsl_redact_code_e
rsl_redact_code(const u_char *p, const u_char *end, rsl_redact_code_t *code)
{
    unsigned       number;
    const u_char  *next;

    code->kind = RSL_REDACT_CODE_NONE;
    code->content = p;
    code->stop = p;
    code->end = p;

    if (*p == '[') {
        code->end = p + 1;
        next = rsl_redact_code_lost(p, end);

        if (next != NULL) {
            code->kind = RSL_REDACT_CODE_STYLE;
            code->end = next;
        }

        return code->kind;
    }

    number = rsl_redact_code_number(p, end, &next);
    code->end = next;

    switch (number) {

    case RSL_REDACT_CODE_NO:
        break;

    case ESC:
        rsl_redact_code_escape(next, end, code);
        break;

    case 0x9b:
        code->kind = RSL_REDACT_CODE_STYLE;
        code->end = rsl_redact_code_sequence(next, end);
        break;

    case 0x90:
    case 0x98:
    case 0x9d:
    case 0x9e:
    case 0x9f:
        if (!rsl_redact_code_string(next, end, code)) {
            code->kind = RSL_REDACT_CODE_CONTROL;
        }

        break;

    case BS:
        code->kind = RSL_REDACT_CODE_BACK;
        break;

    case '\n':
    case '\t':
        code->kind = RSL_REDACT_CODE_SPACE;
        break;

    case '\r':
        if (*p != '\r' || rsl_redact_code_is_return(p, end)) {
            code->kind = RSL_REDACT_CODE_LINE;
        }

        break;

    case '\0':
    case '\v':
    case '\f':
    case 0x1c:
    case 0x1d:
    case 0x1e:
    case 0x1f:
        code->kind = RSL_REDACT_CODE_LINE;
        break;

    default:
        code->kind = RSL_REDACT_CODE_CONTROL;
    }

    return code->kind;
}


/*
 * The control character that begins at "p", in whichever way it is written, or
 * RSL_REDACT_CODE_NO; *next is set behind it.
 */

static unsigned
rsl_redact_code_number(const u_char *p, const u_char *end,
    const u_char **next)
{
    unsigned       value;
    const u_char  *s;

    *next = p + 1;

    if (*p < 0x20 || *p == DEL) {
        return *p != '\n' && *p != '\t' ? *p : RSL_REDACT_CODE_NO;
    }

    switch (*p) {

    case '\\':
        return rsl_redact_code_backslash(p, end, next);

    case '#':
        /* rsyslog */
        s = rsl_redact_code_digits(p + 1, end, 8, 3, 3, &value);

        if (s == NULL || value >= 0x20) {
            return RSL_REDACT_CODE_NO;
        }

        *next = s;

        return value;

    case 0xc2:
        if (end - p < 2 || p[1] < 0x80 || p[1] >= 0xa0) {
            return RSL_REDACT_CODE_NO;
        }

        *next = p + 2;

        return p[1];

    default:
        return rsl_redact_code_shown(p, end, next);
    }
}


/* The same for what stands in rsl_redact_escapes[], and for NUL as "^@". */

static unsigned
rsl_redact_code_shown(const u_char *p, const u_char *end, const u_char **next)
{
    u_char                      second;
    const u_char               *s;
    const rsl_redact_escape_t  *escape;

    if (end - p < 2) {
        return RSL_REDACT_CODE_NO;
    }

    if (p[0] == '^' && p[1] == '@') {
        *next = p + 2;
        return '\0';
    }

    if ((p[0] == 0xe2 || p[1] == 0xbb)
        && rsl_redact_char_at(p, end, next) == 0)
    {
        /* a character that nobody sees, but none that belongs to an emoji */
        return DEL;
    }

    *next = p + 1;
    second = p[1] | 0x20;

    for (escape = rsl_redact_escapes; escape->text != NULL; escape++) {

        if (((u_char) escape->text[1] | 0x20) != second
            || !rsl_redact_char_caseless(p, end, escape->text, escape->len))
        {
            continue;
        }

        /* a character that is not ASCII is mostly one of the text */

        s = p + escape->len;

        if (*p < 0x80 ? rsl_redact_code_opens(s, end)
            : s < end && *s == '[' && rsl_redact_code_lost(s, end) != NULL)
        {
            *next = s;
            return ESC;
        }

        break;
    }

    return RSL_REDACT_CODE_NO;
}


/* The same for a character that is written with a backslash. */

static unsigned
rsl_redact_code_backslash(const u_char *p, const u_char *end,
    const u_char **next)
{
    unsigned       value;
    const u_char  *s, *digits;

    *next = ++p;

    if (p == end) {
        return RSL_REDACT_CODE_NO;
    }

    value = RSL_REDACT_CODE_NO;
    digits = p + 1;

    switch (*p) {

    case 'e':
    case 'E':
        s = rsl_redact_code_opens(digits, end) ? digits : NULL;
        value = ESC;
        break;

    case 'u':
    case 'x':
    case 'X':
        if (digits < end && *digits == '{') {
            s = rsl_redact_code_digits(digits + 1, end, 16, 1, 4, &value);
            s = s != NULL && s < end && *s == '}' ? s + 1 : NULL;

        } else if (*p == 'u') {
            s = rsl_redact_code_digits(digits, end, 16, 4, 4, &value);

        } else {
            s = rsl_redact_code_digits(digits, end, 16, 2, 2, &value);
        }

        break;

    case '0':
    case '3':
        s = rsl_redact_code_digits(p, end, 8, 1, 3, &value);

        if (s != NULL && s - p != 3 && value != 0
            && !(value == ESC && rsl_redact_code_opens(s, end)))
        {
            s = NULL;
        }

        break;

    default:
        return RSL_REDACT_CODE_NO;
    }

    /*
     * Of the others "\x9b" may be a byte of UTF-8, and what is a blank is
     * known to those who read values.
     */

    if (s == NULL || value == '\t' || value == '\n' || value == '\r'
        || (value >= 0x20 && value != DEL
            && (*p != 'u' || value < 0x80 || value >= 0xa0)))
    {
        return RSL_REDACT_CODE_NO;
    }

    *next = s;

    return value;
}


/*
 * Reads a number of "min" to "max" digits and returns what is behind it; NULL:
 * there are fewer digits.
 */

static const u_char *
rsl_redact_code_digits(const u_char *p, const u_char *end, unsigned base,
    size_t min, size_t max, unsigned *value)
{
    int     digit;
    size_t  n;

    *value = 0;

    for (n = 0; n < max && p < end; n++, p++) {
        digit = rsl_number_hex(*p);

        if (digit < 0 || (unsigned) digit >= base) {
            break;
        }

        *value = *value * base + (unsigned) digit;
    }

    return n >= min ? p : NULL;
}


/* Does what is at "p" go on as a code does whose ESC is shown as text? */

static int
rsl_redact_code_opens(const u_char *p, const u_char *end)
{
    return p < end && (*p == '[' || *p == ']' || *p == '(' || *p == '\\');
}


/*
 * The end of the code at "p" that has lost its ESC on the way, as "[0m"; NULL:
 * it is none.  In "rate(x[5m])" it is a duration.
 */

static const u_char *
rsl_redact_code_lost(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p + 1; s < end && ((*s >= '0' && *s <= '9') || *s == ';'); s++) {
        /* void */
    }

    if (s == p + 1 || s == end || *s != 'm') {
        return NULL;
    }

    s++;

    return s < end && *s == ']' ? NULL : s;
}


/* The code whose ESC is before "p". */

static void
rsl_redact_code_escape(const u_char *p, const u_char *end,
    rsl_redact_code_t *code)
{
    code->kind = RSL_REDACT_CODE_STYLE;

    if (p == end) {
        return;
    }

    switch (*p) {

    case '[':
        code->end = rsl_redact_code_sequence(p + 1, end);
        return;

    case ']':
        if (!rsl_redact_code_string(p + 1, end, code)) {
            code->kind = RSL_REDACT_CODE_STYLE;
            code->end = p + 1;
        }

        return;

    case 'P':
    case 'X':
    case '^':
    case '_':
        if (!rsl_redact_code_string(p + 1, end, code)) {
            code->kind = RSL_REDACT_CODE_STYLE;
        }

        return;

    case '(':
    case ')':
        /* a set of characters: "\033(B" */
        if (end - p >= 2 && rsl_redact_char_is_word(p[1])) {
            code->end = p + 2;
        }

        return;

    case '7':
    case '8':
    case 'c':
    case 'M':
        code->end = p + 1;
        return;

    case '\\':
        while (code->end < end && *code->end == '\\') {
            code->end++;
        }

        return;
    }
}


/* The end of the sequence whose parameters are at "p". */

static const u_char *
rsl_redact_code_sequence(const u_char *p, const u_char *end)
{
    while (p < end && *p >= 0x30 && *p <= 0x3f) {
        p++;
    }

    while (p < end && *p >= 0x20 && *p <= 0x2f) {
        p++;
    }

    return p < end && *p >= 0x40 && *p <= 0x7e ? p + 1 : p;
}


/*
 * Sets what is in the string at "p", as that of a link, and its end.  0: it has
 * no end.
 */

static int
rsl_redact_code_string(const u_char *p, const u_char *end,
    rsl_redact_code_t *code)
{
    unsigned       number;
    const u_char  *s, *next;

    for (s = p; s < end && *s != '\n'; s = next) {

        next = s + 1;

        if (!rsl_redact_code_may_begin(s, end) || *s == '[') {
            continue;
        }

        if (*s == '^' && end - s >= 2 && s[1] == 'G') {
            next = s + 2;
            number = BEL;

        } else {
            number = rsl_redact_code_number(s, end, &next);
        }

        if (number == ESC) {
            if (next == end || *next != '\\') {
                return 0;
            }

            while (next < end && *next == '\\') {
                next++;
            }

        } else if (number != BEL && number != 0x9c) {
            continue;
        }

        code->kind = RSL_REDACT_CODE_STRING;
        code->content = p;
        code->stop = s;
        code->end = next;

        return 1;
    }

    return 0;
}


/* Does the CR at "p" go back to the beginning of a line that goes on? */

static int
rsl_redact_code_is_return(const u_char *p, const u_char *end)
{
    const u_char  *s;

    for (s = p; s < end && *s == '\r' && s - p < 4; s++) {
        /* void */
    }

    return s < end && *s != '\n';
}
