
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The built-in rules: one pass over a text, from trigger to trigger.
 *
 * A trigger is a byte at which a rule may begin to apply: a separator behind
 * which a value stands, or the first byte of a shape.  Most bytes of a text are
 * none, and most of the others are dismissed by the bytes next to them: 64
 * bytes are classified at once, as the bits of a number, and a rule is called
 * only for the bits that are left over.
 */


#include "rsl_redact_internal.h"


/* No shorter text holds a secret: a name, a separator and a value. */
#define RSL_REDACT_SCAN_MIN    (RSL_REDACT_KEYWORD_MIN + 2)

_Static_assert(RSL_REDACT_SCAN_MIN <= RSL_REDACT_SHAPE_MIN,
               "a secret with a shape may be shorter than RSL_REDACT_SCAN_MIN");

/* In a longer text a dress is looked for before it is scanned. */
#define RSL_REDACT_SCAN_LONG   12288

/* How many bytes are classified at once. */
#define RSL_REDACT_SCAN_MARKS  64


/* A bit for each byte, the lowest one for the first byte. */

typedef struct {
    uint64_t  word;
    uint64_t  blank;
    uint64_t  dash;
    uint64_t  known;        /* these three, and bytes that are no triggers */
} rsl_redact_marks_t;


static int rsl_redact_scan_dressed(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_str_t *text, rsl_redact_part_t *part);
static int rsl_redact_scan_way(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_str_t *text, rsl_redact_part_t *part, rsl_redact_dress_e way,
    rsl_redact_dress_t *dress);
static int rsl_redact_scan_text(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_str_t *text, rsl_redact_part_t *part, rsl_redact_dress_t *dress);
static inline void rsl_redact_scan_copy(rsl_redact_copy_t *copy,
    rsl_arena_t *arena, const rsl_str_t *text, const rsl_redact_part_t *part,
    rsl_redact_dress_t *dress);
static int rsl_redact_scan_finish(rsl_redact_copy_t *copy, rsl_str_t *text,
    rsl_redact_part_t *part);
static inline int rsl_redact_scan_apply(rsl_redact_t *redact,
    rsl_redact_scan_t *scan, rsl_redact_copy_t *copy, const u_char *p,
    size_t n, uint64_t marks);
static inline uint64_t rsl_redact_scan_place(rsl_redact_scan_t *scan,
    const u_char *p, size_t n);
static inline int rsl_redact_scan_trigger(rsl_redact_t *redact,
    rsl_redact_scan_t *scan, const u_char *p);
static inline int rsl_redact_scan_shape(rsl_redact_t *redact,
    rsl_redact_scan_t *scan, const u_char *p);
static inline uint64_t rsl_redact_scan_mark(const rsl_redact_t *redact,
    const rsl_redact_scan_t *scan, const u_char *p, size_t n);
static inline void rsl_redact_scan_classify(const rsl_redact_scan_t *scan,
    const u_char *p, size_t n, rsl_redact_marks_t *marks);
#if (__SSE2__)
static inline void rsl_redact_scan_classify_short(const rsl_redact_scan_t *scan,
    const u_char *p, size_t n, rsl_redact_marks_t *marks);
static inline void rsl_redact_scan_classify_block(rsl_redact_marks_t *marks,
    __m128i block, size_t shift);
#else
static inline void rsl_redact_scan_classify_bytes(rsl_redact_marks_t *marks,
    uint64_t bytes, size_t shift);
#endif
static inline uint64_t rsl_redact_scan_begins(const rsl_redact_t *redact,
    const u_char *p, uint64_t bits);
static inline uint64_t rsl_redact_scan_named(const rsl_redact_t *redact,
    const u_char *p, uint64_t bits);
static inline uint64_t rsl_redact_scan_likely(const rsl_redact_scan_t *scan,
    const u_char *p, uint64_t bits);


/*
 * The bytes that are marked as known, so that rsl_redact_scan_likely() never
 * sees them.  rsl_redact_scan_classify() has the same ranges twice, with SSE2
 * and without: where one of them differs, test_places fails.
 */

#define KNOWN(ch)                                                             \
    (((ch) >= '-' && (ch) <= '9') || (((ch) | 0x20) >= 'a'                    \
     && ((ch) | 0x20) <= 'z') || (ch) == '_' || (ch) == ' ' || (ch) == '^'    \
     || ((ch) >= 0x80 && (ch) != 0xef && ((ch) & 0xdf) != 0xc2))

#define CHECK(ch, kind)                                                       \
    _Static_assert(!KNOWN(ch) || (ch) == ' ' || (ch) == '-',                  \
                   "rsl_redact_scan_classify() passes over this trigger");

RSL_REDACT_CHAR_TRIGGERS(CHECK)


/* What a trigger needs the byte before it to be, by its kind. */

#define ANY     0x01
#define PAIR    0x02        /* the quote behind a name, or what is behind it */
#define SPOKEN  0x04        /* what stands between a name and a quote */
#define LOOSE   0x08        /* the last letter of a name */
#define AZURE   0x10

#define NEEDS_DRESS      ANY
#define NEEDS_ESCAPE     ANY
#define NEEDS_SEPARATOR  ANY
#define NEEDS_COMMA      (PAIR|LOOSE)
#define NEEDS_DASH       0      /* never asked: a dash is known */
#define NEEDS_QUOTE      SPOKEN
#define NEEDS_ELEMENT    ANY
#define NEEDS_AT         ANY
#define NEEDS_TILDE      AZURE
#define NEEDS_BLANK      LOOSE

#define NEEDS(ch, kind)  [ch] = NEEDS_##kind,

static const u_char  rsl_redact_scan_needs[256] = {
    RSL_REDACT_CHAR_TRIGGERS(NEEDS)
    RSL_REDACT_CHAR_CONTROLS(NEEDS_DRESS)
};

static const u_char  rsl_redact_scan_gives[256] = {
    [0x00 ... 0x09] = ANY, ['\n'] = ANY|SPOKEN, [0x0b ... 0x1f] = ANY,
    [' '] = ANY|PAIR|SPOKEN, ['!'] = ANY, ['"'] = ANY|PAIR,
    ['#' ... '&'] = ANY, ['\''] = ANY|PAIR, ['('] = ANY|SPOKEN,
    [')' ... '-'] = ANY, ['.'] = ANY|SPOKEN, ['/' ... '='] = ANY,
    ['>'] = ANY|PAIR, ['?' ... '@'] = ANY,
    ['A' ... 'P'] = ANY|LOOSE, ['Q'] = ANY|LOOSE|AZURE,
    ['R' ... 'Z'] = ANY|LOOSE, ['[' ... '`'] = ANY, ['a' ... 'z'] = ANY|LOOSE,
    ['{' ... 0xff] = ANY
};


int
rsl_redact_scan(rsl_redact_t *redact, rsl_arena_t *arena, rsl_str_t *text)
{
    rsl_redact_part_t  part;

    part.from = 0;

    return rsl_redact_scan_part(redact, arena, text, &part);
}


int
rsl_redact_scan_part(rsl_redact_t *redact, rsl_arena_t *arena, rsl_str_t *text,
    rsl_redact_part_t *part)
{
    int  rc;

    part->value = 0;
    part->stop = 0;
    part->over = 0;

    if (text->len < RSL_REDACT_SCAN_MIN) {
        text->data += part->from;
        text->len -= part->from;
        return RSL_OK;
    }

    /*
     * Most texts are plain: so that it costs them nothing, the scan itself
     * notices a dress.  Of a long text it might have scanned all before.
     */

    if (text->len > RSL_REDACT_SCAN_LONG && rsl_redact_dress_any(text)) {
        rc = RSL_AGAIN;

    } else {
        rc = rsl_redact_scan_text(redact, arena, text, part, NULL);
    }

    return rc == RSL_AGAIN ? rsl_redact_scan_dressed(redact, arena, text, part)
                           : rc;
}


/* Scans plain copies of a text that has codes or control characters in it. */

static int
rsl_redact_scan_dressed(rsl_redact_t *redact, rsl_arena_t *arena,
    rsl_str_t *text, rsl_redact_part_t *part)
{
    int                 rc;
    rsl_redact_part_t   whole;
    rsl_redact_dress_t  dress, other;

    rc = rsl_redact_scan_way(redact, arena, text, part,
                             RSL_REDACT_DRESS_JOINED, &dress);

    /* the text is the part now */

    whole.from = 0;

    if (rc == RSL_OK && dress.turned) {
        rc = rsl_redact_scan_way(redact, arena, text, &whole,
                                 RSL_REDACT_DRESS_TURNED, &other);
    }

    if (rc == RSL_OK && dress.links) {
        rc = rsl_redact_scan_way(redact, arena, text, &whole,
                                 RSL_REDACT_DRESS_LINKS, &other);
    }

    return rc;
}


static int
rsl_redact_scan_way(rsl_redact_t *redact, rsl_arena_t *arena, rsl_str_t *text,
    rsl_redact_part_t *part, rsl_redact_dress_e way, rsl_redact_dress_t *dress)
{
    if (rsl_redact_dress(redact, arena, text, way, dress) != RSL_OK) {
        return RSL_ERROR;
    }

    return rsl_redact_scan_text(redact, arena, text, part, dress);
}


/*
 * Calls the rules for the text, or for its plain copy, and replaces what they
 * find.  RSL_AGAIN: there is a dress, and nothing was replaced.
 */

static int
rsl_redact_scan_text(rsl_redact_t *redact, rsl_arena_t *arena, rsl_str_t *text,
    rsl_redact_part_t *part, rsl_redact_dress_t *dress)
{
    int                 rc, ready;
    size_t              n;
    uint64_t            marks;
    const u_char       *p;
    const rsl_str_t    *plain;
    rsl_redact_scan_t   scan;
    rsl_redact_copy_t   copy;

    plain = dress ? &dress->plain : text;

    scan.start = plain->data;
    scan.end = plain->data + plain->len;
    scan.from = plain->data;
    scan.nplaces = 0;

    ready = 0;
    p = scan.start;

    while ((n = (size_t) (scan.end - p)) != 0) {
        n = n < RSL_REDACT_SCAN_MARKS ? n : RSL_REDACT_SCAN_MARKS;

        if (dress != NULL && dress->way == RSL_REDACT_DRESS_TURNED) {
            /* what was searched in the other way is not searched twice */
            marks = rsl_redact_dress_triggers(dress, (size_t) (p - scan.start),
                                              n);

        } else {
            marks = rsl_redact_scan_mark(redact, &scan, p, n);
        }

        if (marks != 0 && !ready) {
            /* most texts have no trigger, and need none of this */
            ready = 1;
            rsl_redact_scan_init(redact, &scan, plain);
            scan.plain = dress != NULL;
            rsl_redact_scan_copy(&copy, arena, text, part, dress);
        }

        if (ready) {
            rc = rsl_redact_scan_apply(redact, &scan, &copy, p, n, marks);
            if (rc != RSL_OK) {
                return rc;
            }
        }

        p += n;

        /* what was replaced may end behind these bytes */

        if (p < scan.from) {
            p = scan.from;
        }
    }

    if (ready) {
        return rsl_redact_scan_finish(&copy, text, part);
    }

    text->data += part->from;
    text->len -= part->from;

    return RSL_OK;
}


static inline void
rsl_redact_scan_copy(rsl_redact_copy_t *copy, rsl_arena_t *arena,
    const rsl_str_t *text, const rsl_redact_part_t *part,
    rsl_redact_dress_t *dress)
{
    memset(copy, 0, sizeof(rsl_redact_copy_t));

    copy->out.arena = arena;
    copy->text = text->data;
    copy->kept = text->data + part->from;
    copy->part = copy->kept;
    copy->dress = dress;
}


static int
rsl_redact_scan_finish(rsl_redact_copy_t *copy, rsl_str_t *text,
    rsl_redact_part_t *part)
{
    if (copy->last != NULL) {
        part->value = (size_t) (copy->last - text->data);
        part->stop = (size_t) (copy->stop - text->data);
    }

    if (copy->over != NULL) {
        part->over = (size_t) (copy->over - text->data);
    }

    if (copy->out.data != NULL) {
        return rsl_redact_copy_finish(copy, text);
    }

    text->data += part->from;
    text->len -= part->from;

    return RSL_OK;
}


void
rsl_redact_scan_init(const rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const rsl_str_t *text)
{
    scan->names = &redact->names;
    scan->start = text->data;
    scan->end = text->data + text->len;
    scan->from = text->data;
    scan->commands = text->data;
    scan->member = NULL;
    scan->run = text->data;
    scan->nprograms = 0;
    scan->nplaces = 0;
    scan->columns = 0;
    scan->plain = 0;
}


int
rsl_redact_scan_at(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p)
{
    if (*p == '-' && rsl_redact_option(scan, p)) {
        return 1;
    }

    return rsl_redact_shape_may_begin(redact, p)
           ? rsl_redact_scan_shape(redact, scan, p) : 0;
}


/*
 * Calls the rules for the triggers among the "n" bytes at "p", which are the
 * bits of "marks", and replaces what they find.
 */

static inline int
rsl_redact_scan_apply(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    rsl_redact_copy_t *copy, const u_char *p, size_t n, uint64_t marks)
{
    int            rc;
    const u_char  *s;

    marks |= rsl_redact_scan_place(scan, p, n);

    for ( /* void */ ; marks != 0;
         marks = (marks & (marks - 1)) | rsl_redact_scan_place(scan, p, n))
    {
        s = p + (unsigned) __builtin_ctzll(marks);

        if (s < scan->from) {
            continue;
        }

        rc = scan->nplaces != 0 && rsl_redact_place(scan, s)
             ? 1 : rsl_redact_scan_trigger(redact, scan, s);

        if (rc == 0) {
            continue;
        }

        if (rc > 0) {
            rc = rsl_redact_copy_replace(copy, scan);
        }

        if (rc < 0) {
            return rc;
        }
    }

    return RSL_OK;
}


/* The bit of the next place with a secret, if it is among the "n" bytes. */

static inline uint64_t
rsl_redact_scan_place(rsl_redact_scan_t *scan, const u_char *p, size_t n)
{
    const u_char  *place;

    if (scan->nplaces == 0) {
        return 0;
    }

    place = rsl_redact_place_next(scan);

    return place == NULL || place < p || (size_t) (place - p) >= n
           ? 0 : (uint64_t) 1 << (place - p);
}


/*
 * Calls the rule for the trigger at "p", which rsl_redact_scan_mark() found.
 * 1: value and stop are set; 0: nothing is to be hidden; RSL_DECLINED: PCRE2
 * gave up; RSL_AGAIN: it is a part of a dress.
 */

static inline int
rsl_redact_scan_trigger(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p)
{
    int  rc;

    switch (rsl_redact_char_triggers[*p]) {

    case RSL_REDACT_DRESS:
        return !scan->plain && rsl_redact_dress_at(scan->start, p, scan->end)
               ? RSL_AGAIN : 0;

    case RSL_REDACT_ESCAPE:
        if (!scan->plain && rsl_redact_code_may_begin(p, scan->end)
            && rsl_redact_dress_at(scan->start, p, scan->end))
        {
            return RSL_AGAIN;
        }

        /* fall through */

    case RSL_REDACT_SEPARATOR:
        return rsl_redact_trigger_separator(scan, p);

    case RSL_REDACT_COMMA:
        if (p == scan->from
            || (scan->end - p > 3 && p[1] == ' '
                && rsl_redact_char_is_word(p[2])
                && rsl_redact_char_is_word(p[3])))
        {
            /* prose: no quoted text is behind it */
            return 0;
        }

        return rsl_redact_pair(scan, p);

    case RSL_REDACT_QUOTE:
        return p - scan->from > 3 ? rsl_redact_trigger_spoken(scan, p) : 0;

    case RSL_REDACT_ELEMENT:
        return rsl_redact_markup_element(scan, p);

    case RSL_REDACT_AT:
        if (!scan->plain && rsl_redact_dress_at(scan->start, p, scan->end)) {
            return RSL_AGAIN;
        }

        return rsl_redact_url_dsn(scan, p);

    case RSL_REDACT_TILDE:
        return rsl_redact_shape_azure(scan, p);

    case RSL_REDACT_BLANK:
        return p - scan->from >= 3 && rsl_redact_loose_name(scan->names, p)
               ? rsl_redact_loose(scan, p) : 0;

    case RSL_REDACT_DASH:
        if (scan->end - p < RSL_REDACT_SHAPE_MIN) {
            /* "-u a:b", the shortest option with a secret, is longer too */
            return 0;
        }

        rc = rsl_redact_option(scan, p);

        return rc == 0 && rsl_redact_shape_may_begin(redact, p)
               ? rsl_redact_scan_shape(redact, scan, p) : rc;

    case RSL_REDACT_WORD:
        return rsl_redact_scan_shape(redact, scan, p);

    default:
        return 0;
    }
}


/* Calls the rules of the shapes that begin as the four bytes at "p" do. */

static inline int
rsl_redact_scan_shape(rsl_redact_t *redact, rsl_redact_scan_t *scan,
    const u_char *p)
{
    int                       rc;
    u_char                    fifth;
    uint32_t                  head, row;
    const rsl_redact_head_t  *begin, *last;

    head = rsl_redact_shape_head(p);
    fifth = scan->end - p > RSL_REDACT_SHAPE_MIN ? p[RSL_REDACT_SHAPE_MIN] : 0;
    row = rsl_redact_shape_row(head);
    last = redact->heads + redact->first[row + 1];

    for (begin = redact->heads + redact->first[row]; begin < last; begin++) {

        if ((head & begin->mask) != begin->head
            || (fifth & begin->fifth_mask) != begin->fifth)
        {
            continue;
        }

        rc = rsl_redact_shape(redact, scan, begin, p);

        if (rc != RSL_REDACT_NEXT) {
            return rc;
        }
    }

    return rsl_redact_shape_license(scan, p);
}


/*
 * A bit for each trigger among the "n" bytes at "p" that has before it what it
 * needs.
 */

static inline uint64_t
rsl_redact_scan_mark(const rsl_redact_t *redact, const rsl_redact_scan_t *scan,
    const u_char *p, size_t n)
{
    size_t              rest;
    uint64_t            begin, blank, dash, behind;
    rsl_redact_marks_t  marks;

    rsl_redact_scan_classify(scan, p, n, &marks);

    behind = marks.word << 1;

    if (p > scan->start) {
        behind |= (uint64_t) rsl_redact_char_is_word(p[-1]);
    }

    begin = marks.word & ~behind;

    /* a word that has less than four bytes behind it has no shape */

    rest = (size_t) (scan->end - p);

    if (rest < RSL_REDACT_SCAN_MARKS + RSL_REDACT_SHAPE_MIN - 1) {
        begin &= rest < RSL_REDACT_SHAPE_MIN
                 ? 0 : ((uint64_t) 1 << (rest - RSL_REDACT_SHAPE_MIN + 1)) - 1;
    }

    blank = marks.blank & behind;

    if (p == scan->from) {
        /*
         * rsl_redact_loose_name() reads three bytes before the blank, and
         * before "p" there may be none
         */
        blank &= ~(uint64_t) 0x7;
    }

    /*
     * A dash begins an option or a shape only if no word is before it and no
     * blank behind it: "a-b", "a - b".  Of two dashes behind a word the first
     * one may, and so may the last byte, whose next one is not known.
     */

    dash = marks.dash & ~(marks.blank >> 1)
           & (~behind | marks.dash >> 1 | (uint64_t) 1 << (n - 1));

    return dash | rsl_redact_scan_begins(redact, p, begin)
           | rsl_redact_shape_licenses(scan, p, begin, marks.word)
           | rsl_redact_scan_named(redact, p, blank)
           | rsl_redact_scan_likely(scan, p, ~marks.known
                                             & ~(uint64_t) 0 >> (64 - n));
}


/* Which of the words that "bits" has begin as a shape does? */

static inline uint64_t
rsl_redact_scan_begins(const rsl_redact_t *redact, const u_char *p,
    uint64_t bits)
{
    unsigned  i;
    uint64_t  begins;

    for (begins = 0; bits != 0; bits &= bits - 1) {
        i = (unsigned) __builtin_ctzll(bits);
        begins |= (uint64_t) rsl_redact_shape_may_begin(redact, p + i) << i;
    }

    return begins;
}


/*
 * Which of the blanks that "bits" has stand behind what may be a name of
 * rsl_redact_loose()?
 */

static inline uint64_t
rsl_redact_scan_named(const rsl_redact_t *redact, const u_char *p,
    uint64_t bits)
{
    unsigned  i;
    uint64_t  named;

    for (named = 0; bits != 0; bits &= bits - 1) {
        i = (unsigned) __builtin_ctzll(bits);
        named |= (uint64_t) (rsl_redact_loose_name(&redact->names, p + i)
                             != 0) << i;
    }

    return named;
}


/* Which of the other triggers that "bits" has stand behind what they need? */

static inline uint64_t
rsl_redact_scan_likely(const rsl_redact_scan_t *scan, const u_char *p,
    uint64_t bits)
{
    unsigned       i;
    uint64_t       likely;
    const u_char  *s;

    /* nothing is before the first byte: its rule has to see to that */

    likely = p == scan->start ? bits & 1 : 0;

    for (bits ^= likely; bits != 0; bits &= bits - 1) {
        i = (unsigned) __builtin_ctzll(bits);
        s = p + i;
        likely |= (uint64_t) ((rsl_redact_scan_needs[s[0]]
                               & rsl_redact_scan_gives[s[-1]]) != 0) << i;
    }

    return likely;
}


/* Classifies the "n" bytes at "p", 0 < n <= RSL_REDACT_SCAN_MARKS. */

#if (__SSE2__)

static inline void
rsl_redact_scan_classify(const rsl_redact_scan_t *scan, const u_char *p,
    size_t n, rsl_redact_marks_t *marks)
{
    size_t  i;

    memset(marks, 0, sizeof(rsl_redact_marks_t));

    if (n < 16) {
        rsl_redact_scan_classify_short(scan, p, n, marks);
        return;
    }

    if (n == RSL_REDACT_SCAN_MARKS) {
        /* the shifts are constants here */
        rsl_redact_scan_classify_block(marks, rsl_block_load(p), 0);
        rsl_redact_scan_classify_block(marks, rsl_block_load(p + 16), 16);
        rsl_redact_scan_classify_block(marks, rsl_block_load(p + 32), 32);
        rsl_redact_scan_classify_block(marks, rsl_block_load(p + 48), 48);
        return;
    }

    for (i = 0; n - i >= 16; i += 16) {
        rsl_redact_scan_classify_block(marks, rsl_block_load(p + i), i);
    }

    if (i < n) {
        /* the last block overlaps the one before it, with the same result */
        i = n - 16;
        rsl_redact_scan_classify_block(marks, rsl_block_load(p + i), i);
    }
}


static inline void
rsl_redact_scan_classify_short(const rsl_redact_scan_t *scan, const u_char *p,
    size_t n, rsl_redact_marks_t *marks)
{
    size_t   shift;
    __m128i  block;

    /* a block may be read only if all of it belongs to the text */

    if (scan->end - scan->start >= 16) {
        shift = 16 - n;
        block = rsl_block_load(p - shift);

    } else {
        shift = 0;
        block = rsl_block_load_part(p, n);
    }

    rsl_redact_scan_classify_block(marks, block, 0);

    marks->word >>= shift;
    marks->blank >>= shift;
    marks->dash >>= shift;
    marks->known >>= shift;
}


static inline void
rsl_redact_scan_classify_block(rsl_redact_marks_t *marks, __m128i block,
    size_t shift)
{
    __m128i  letter, digit, blank, dash, known, numeral, wide;

    /*
     * The comparison is of signed bytes.  A range that is moved so that it
     * ends at 0x7f, the highest one, needs one comparison instead of two.
     */

    letter = _mm_or_si128(block, _mm_set1_epi8(0x20));
    letter = _mm_add_epi8(letter, _mm_set1_epi8(0x7f - 'z'));
    letter = _mm_cmpgt_epi8(letter, _mm_set1_epi8(0x7f - 26));
    letter = _mm_or_si128(letter, _mm_cmpeq_epi8(block, _mm_set1_epi8('_')));

    numeral = _mm_add_epi8(block, _mm_set1_epi8(0x7f - '9'));
    digit = _mm_cmpgt_epi8(numeral, _mm_set1_epi8(0x7f - 10));

    blank = _mm_cmpeq_epi8(block, _mm_set1_epi8(' '));
    dash = _mm_cmpeq_epi8(block, _mm_set1_epi8('-'));

    /* from "-" to "9": the dash, ".", "/" and the digits */

    known = _mm_cmpgt_epi8(numeral, _mm_set1_epi8(0x7f - 13));
    known = _mm_or_si128(known, _mm_or_si128(letter, blank));

    /* Python's tracebacks hold whole lines of these */

    known = _mm_or_si128(known, _mm_cmpeq_epi8(block, _mm_set1_epi8('^')));

    /*
     * of bytes beyond ASCII only 0xef, which begins letters of full width, and
     * 0xc2 and 0xe2, which begin characters that nobody sees, are not known
     */

    if (_mm_movemask_epi8(block) != 0) {
        wide = _mm_and_si128(block, _mm_set1_epi8((char) 0xdf));
        wide = _mm_cmpeq_epi8(wide, _mm_set1_epi8((char) 0xc2));
        wide = _mm_or_si128(wide,
                            _mm_cmpeq_epi8(block, _mm_set1_epi8((char) 0xef)));
        known = _mm_andnot_si128(wide, _mm_or_si128(known, block));
    }

    marks->word |= (uint64_t) (uint32_t)
                   _mm_movemask_epi8(_mm_or_si128(letter, digit)) << shift;
    marks->blank |= (uint64_t) (uint32_t) _mm_movemask_epi8(blank) << shift;
    marks->dash |= (uint64_t) (uint32_t) _mm_movemask_epi8(dash) << shift;
    marks->known |= (uint64_t) (uint32_t) _mm_movemask_epi8(known) << shift;
}

#else

static inline void
rsl_redact_scan_classify(const rsl_redact_scan_t *scan, const u_char *p,
    size_t n, rsl_redact_marks_t *marks)
{
    size_t    i;
    uint64_t  bytes;

    (void) scan;

    memset(marks, 0, sizeof(rsl_redact_marks_t));

    for (i = 0; n - i >= sizeof(bytes); i += sizeof(bytes)) {
        rsl_redact_scan_classify_bytes(marks, rsl_swar_load(p + i), i);
    }

    if (i < n) {
        bytes = 0;
        memcpy(&bytes, p + i, n - i);

        rsl_redact_scan_classify_bytes(marks, le64toh(bytes), i);
    }
}


static inline void
rsl_redact_scan_classify_bytes(rsl_redact_marks_t *marks, uint64_t bytes,
    size_t shift)
{
    uint64_t  letter, blank, dash, known;

    letter = rsl_swar_between(bytes | RSL_SWAR_ONES * 0x20, 'a', 'z')
             | rsl_swar_between(bytes, '_', '_');
    blank = rsl_swar_between(bytes, ' ', ' ');
    dash = rsl_swar_between(bytes, '-', '-');

    /*
     * of bytes beyond ASCII only 0xef, which begins letters of full width, and
     * 0xc2 and 0xe2, which begin characters that nobody sees, are not known
     */

    known = rsl_swar_between(bytes, '-', '9') | letter | blank
            | rsl_swar_between(bytes, '^', '^')
            | (rsl_swar_high(bytes)
               & ~rsl_swar_between(bytes ^ RSL_SWAR_HIGH, 0x6f, 0x6f)
               & ~rsl_swar_between((bytes & RSL_SWAR_ONES * 0xdf)
                                   ^ RSL_SWAR_HIGH, 0x42, 0x42));

    marks->word |= rsl_swar_bits(letter | rsl_swar_between(bytes, '0', '9'))
                   << shift;
    marks->blank |= rsl_swar_bits(blank) << shift;
    marks->dash |= rsl_swar_bits(dash) << shift;
    marks->known |= rsl_swar_bits(known) << shift;
}

#endif
