
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Does a line leave something open, so that the next one may hold a secret, or
 * its rest?  Each line of plain text is asked, and hardly one does: so what
 * costs least comes first, and a name is looked for in the end.  What is said
 * to be open may turn out not to be; that only costs time.
 */


#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memmem(), memrchr() */
#endif

#include "rsl_redact_internal.h"


/* No more is looked at than the last bytes of a line. */
#define RSL_REDACT_LEAVE_MAX    16384

/* Of a line with colours no more is looked at. */
#define RSL_REDACT_LEAVE_PLAIN  2048

/* A line that has only a name, or only a name as a value, is short. */
#define RSL_REDACT_LEAVE_LONE   48

/* So many bytes are counted at once, 16 of them for each of a signed byte. */
#define RSL_REDACT_LEAVE_BLOCK  (16 * 127)


static int rsl_redact_leave_plain(const rsl_redact_names_t *names,
    const rsl_str_t *line);
static int rsl_redact_leave_unbalanced(const u_char *p, const u_char *end);
static int rsl_redact_leave_worded(const u_char *p, const u_char *end);
static int rsl_redact_leave_yaml(const u_char *p, const u_char *end);
static void rsl_redact_leave_count(const u_char *p, size_t n, int *depth,
    unsigned *odd);
#if (__SSE2__)
static inline void rsl_redact_leave_block(__m128i block, __m128i *open,
    __m128i *quotes, __m128i *marks, __m128i *yaml);
#endif
static int rsl_redact_leave_special(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);
static const u_char *rsl_redact_leave_lone(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);
static int rsl_redact_leave_named(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end);
static int rsl_redact_leave_name_at(const rsl_redact_names_t *names,
    const u_char *from, const u_char *p);


/* What may stand at the end of a line that goes on in the next one. */

static const u_char  rsl_redact_leave_ends[256] = {
    [':'] = 1, ['='] = 1, ['('] = 1, ['['] = 1, ['{'] = 1, [','] = 1,
    ['>'] = 1, ['|'] = 1, ['-'] = 1, ['+'] = 1, ['\\'] = 1, ['\''] = 1,
    ['"'] = 1, ['`'] = 1, [';'] = 1, ['&'] = 1
};


/* How the lines begin that rsl_redact_leave_special() knows. */

static const u_char  rsl_redact_leave_starts[256] = {
    ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1,
    ['7'] = 1, ['8'] = 1, ['9'] = 1, ['+'] = 1, ['A'] = 1, ['C'] = 1,
    ['P'] = 1, ['U'] = 1, ['a'] = 1, ['c'] = 1, ['p'] = 1, ['u'] = 1
};


int
rsl_redact_leave(const rsl_redact_names_t *names, const rsl_str_t *line)
{
    int        rc;
    u_char     buf[RSL_REDACT_LEAVE_PLAIN];
    rsl_str_t  plain;

    if (!rsl_redact_leave_plain(names, line)) {
        return 0;
    }

    /* a colour looks like a bracket that is not closed, so it is taken off */

    if (!rsl_redact_dress_any(line)) {
        return 1;
    }

    plain.data = buf;
    plain.len = rsl_redact_dress_last(line, buf, sizeof(buf));

    rc = rsl_redact_leave_plain(names, &plain);

    explicit_bzero(buf, plain.len);

    return rc;
}


static int
rsl_redact_leave_plain(const rsl_redact_names_t *names, const rsl_str_t *line)
{
    const u_char  *p, *s, *end;

    p = line->data;
    end = p + line->len;

    while (end > p && rsl_redact_char_is_blank(end[-1])) {
        end--;
    }

    if (end == p) {
        return 0;
    }

    if (end - p > RSL_REDACT_LEAVE_MAX) {
        p = end - RSL_REDACT_LEAVE_MAX;
    }

    if (rsl_redact_leave_special(names, p, end)) {
        return 1;
    }

    if (!rsl_redact_leave_ends[end[-1]]
        && !rsl_redact_leave_unbalanced(p, end)
        && !rsl_redact_leave_worded(p, end))
    {
        if (end - p > RSL_REDACT_LEAVE_LONE) {
            return 0;
        }

        s = rsl_redact_leave_lone(names, p, end);

        return s != NULL && rsl_redact_leave_name_at(names, p, s);
    }

    /* a colour may stand within a name */

    return rsl_redact_leave_named(names, p, end)
           || memchr(p, 0x1b, (size_t) (end - p)) != NULL
           || memchr(p, '\b', (size_t) (end - p)) != NULL;
}


/*
 * Has the text quotes or brackets that are not closed, as far as their numbers
 * say, or could it have a comment of YAML?
 */

static int
rsl_redact_leave_unbalanced(const u_char *p, const u_char *end)
{
    int            depth;
    size_t         n;
    unsigned       odd;
    const u_char  *start;

    start = p;
    depth = 0;
    odd = 0;

    for ( /* void */ ; p < end; p += n) {
        n = (size_t) (end - p);
        n = n < RSL_REDACT_LEAVE_BLOCK ? n : RSL_REDACT_LEAVE_BLOCK;

        rsl_redact_leave_count(p, n, &depth, &odd);
    }

    return depth > 0 || (odd & 3) || (odd && rsl_redact_leave_yaml(start, end));
}


/* Is only a comment behind the ":", or what stands before a block? */

static int
rsl_redact_leave_yaml(const u_char *p, const u_char *end)
{
    p = memchr(p, ':', (size_t) (end - p));

    if (p == NULL) {
        return 0;
    }

    for (p++; p < end && *p == ' '; p++) {
        /* void */
    }

    return p < end && strchr("#&|>!", *p) != NULL && *p;
}


/*
 * Adds the brackets of "n" bytes to *depth.  Two bits of *odd say whether there
 * were an odd number of quotes so far, of one kind and of the other; a third
 * one whether there was a "#".
 */

#if (__SSE2__)

static void
rsl_redact_leave_count(const u_char *p, size_t n, int *depth, unsigned *odd)
{
    size_t                 i;
    __m128i                open, quotes, marks, yaml;

    /* so many zeros from the start on leave as many bytes of a block out */

    static const u_char    mask[32] = {
        [16 ... 31] = 0xff
    };

    open = _mm_setzero_si128();
    quotes = _mm_setzero_si128();
    marks = _mm_setzero_si128();
    yaml = _mm_setzero_si128();

    for (i = 0; n - i >= 16; i += 16) {
        rsl_redact_leave_block(rsl_block_load(p + i), &open, &quotes, &marks,
                               &yaml);
    }

    if (n < 16) {
        rsl_redact_leave_block(rsl_block_load_part(p, n), &open, &quotes,
                               &marks, &yaml);

    } else if (i < n) {
        rsl_redact_leave_block(_mm_and_si128(rsl_block_load(p + n - 16),
                                             rsl_block_load(mask + (n - i))),
                               &open, &quotes, &marks, &yaml);
    }

    *odd ^= (unsigned) __builtin_parity((unsigned) _mm_movemask_epi8(quotes))
            | (unsigned) __builtin_parity((unsigned) _mm_movemask_epi8(marks))
              << 1;
    *odd |= (_mm_movemask_epi8(yaml) != 0) << 2;

    /* a sum of bytes from 0 on: each has 128 added, and there are 16 of them */

    open = _mm_sad_epu8(_mm_xor_si128(open, _mm_set1_epi8((char) 0x80)),
                        _mm_setzero_si128());

    *depth += _mm_cvtsi128_si32(open)
              + _mm_cvtsi128_si32(_mm_unpackhi_epi64(open, open)) - 128 * 16;
}


static inline void
rsl_redact_leave_block(__m128i block, __m128i *open, __m128i *quotes,
    __m128i *marks, __m128i *yaml)
{
    __m128i  lower;

    *quotes = _mm_xor_si128(*quotes,
                            _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
    *marks = _mm_xor_si128(*marks,
                           _mm_cmpeq_epi8(block, _mm_set1_epi8('\'')));

    *yaml = _mm_or_si128(*yaml, _mm_cmpeq_epi8(block, _mm_set1_epi8('#')));

    /* "[" and "{" differ by one bit, as "]" and "}" do */

    lower = _mm_or_si128(block, _mm_set1_epi8(0x20));

    *open = _mm_sub_epi8(*open, _mm_cmpeq_epi8(lower, _mm_set1_epi8('{')));
    *open = _mm_sub_epi8(*open, _mm_cmpeq_epi8(block, _mm_set1_epi8('(')));
    *open = _mm_add_epi8(*open, _mm_cmpeq_epi8(lower, _mm_set1_epi8('}')));
    *open = _mm_add_epi8(*open, _mm_cmpeq_epi8(block, _mm_set1_epi8(')')));
}

#else

static void
rsl_redact_leave_count(const u_char *p, size_t n, int *depth, unsigned *odd)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        switch (p[i]) {

        case '"':
            *odd ^= 1;
            break;

        case '\'':
            *odd ^= 2;
            break;

        case '#':
            *odd |= 4;
            break;

        case '(':
        case '[':
        case '{':
            (*depth)++;
            break;

        case ')':
        case ']':
        case '}':
            (*depth)--;
            break;
        }
    }
}

#endif


/*
 * Does the text end in a word that says that the value is on the next lines:
 * that of PHP's print_r, of SQL, or the number behind "|" of YAML?
 */

static int
rsl_redact_leave_worded(const u_char *p, const u_char *end)
{
    if (end - p < 8) {
        return 0;
    }

    switch (end[-1]) {

    case ')':
        /* a dump of Swift */
        return memmem(p, (size_t) (end - p), "Optional(", 9) != NULL;

    case 'y':
        return memcmp(end - 5, "Array", 5) == 0;

    case 't':
        return memcmp(end - 6, "Object", 6) == 0;

    case 'd':
    case 'D':
        return rsl_redact_char_caseless(end - 8, end, "password", 8);

    default:
        return end[-1] >= '1' && end[-1] <= '9' && strchr("|>-+", end[-2])
               && end[-2];
    }
}


/* Lines that are known by how they begin or end. */

static int
rsl_redact_leave_special(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    size_t         i, len;
    const u_char  *s;

    static const rsl_str_t  starts[] = {
        rsl_string("331 "),             /* FTP asks for a password */
        rsl_string("user "),
        rsl_string("+ok"),              /* and POP3 */
        rsl_string("putty-user-key"),
        rsl_string("private-lines:"),
        rsl_string("create user "),     /* SQL, with PASSWORD further on */
        rsl_string("create role "),
        rsl_string("alter user "),
        rsl_string("alter role ")
    };

    len = (size_t) (end - p);

    switch (end[-1]) {

    case '[':
        /* a list of arguments, of which one may be the name */
        return 1;

    case '-':
        return len > 10 && memmem(p, len, "-----BEGIN", 10) != NULL;

    case ')':
        /* INSERT INTO users (name, password), and VALUES on the next line */
        return memmem(p, len, " INTO ", 6) != NULL;

    case 'Y':
    case 'y':
        return len > 12
               && rsl_redact_char_caseless(end - 13, end, "identified by", 13);
    }

    /* what stands before a line of a session: "< 331 ", "---> PASS" */

    for (s = p; s < end && s - p < 8; s++) {
        if ((*s >= '0' || *s == '+')
            && !((*s == '<' || *s == '>') && end - s > 1 && s[1] == ' '))
        {
            break;
        }
    }

    if (s < end && *s == '<') {
        /* an element that is not closed */
        return memmem(s, (size_t) (end - s), "</", 2) == NULL
               && rsl_redact_leave_named(names, s, end);
    }

    if (end - s < 2 || !rsl_redact_leave_starts[*s]) {
        return 0;
    }

    if (*s <= '9' && end - s > 20
        && (memcmp(s + 1, " validation error", 17) == 0
            || memcmp(s + 2, " validation error", 17) == 0))
    {
        /* pydantic: "1 validation error for User", and a field on each line */
        return 1;
    }

    for (i = 0; i < sizeof(starts) / sizeof(rsl_str_t); i++) {
        if (starts[i].data[0] == (s[0] | 0x20)
            && starts[i].data[1] == (s[1] | 0x20)
            && rsl_redact_char_caseless(s, end, (const char *) starts[i].data,
                                        starts[i].len))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Where a name may end whose value is on the next line: it is the last word,
 * and all that is on the line or behind its ":" or "=", as in "name: password";
 * or only an anchor or a type of YAML is behind it, "password: &id".  NULL:
 * nowhere.
 */

static const u_char *
rsl_redact_leave_lone(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    const u_char  *s, *word;

    for (s = end; s > p && s[-1] >= '-' && s[-1] != ':' && s[-1] != '='; s--) {
        /* void */
    }

    if (s == p || s == end) {
        return s < end ? end : NULL;
    }

    if (s[-1] == '&' || s[-1] == '!') {
        s = memrchr(p, ':', (size_t) (s - p));
        return s != NULL && s > p ? s : NULL;
    }

    word = s;
    s -= s[-1] == ' ' && s - p > 1;

    if (s[-1] == ':' && rsl_redact_word(names, word, end)
                        & RSL_REDACT_WORD_SCHEME)
    {
        /* a header that is folded behind the scheme: "Authorization: Basic" */
        return s - 1;
    }

    return s[-1] == ':' || s[-1] == '=' || s[-1] == '>' ? end : NULL;
}


/* Does one of the words end as the name of a secret does? */

static int
rsl_redact_leave_named(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    const u_char  *s;

    for (s = p; s < end; s++) {

        if (rsl_redact_char_is_word(*s)
            && (s + 1 == end || !rsl_redact_char_is_word(s[1]))
            && rsl_redact_leave_name_at(names, p, s + 1))
        {
            return 1;
        }
    }

    return 0;
}


/* Does such a name end at "p"?  "from" is where the line begins. */

static int
rsl_redact_leave_name_at(const rsl_redact_names_t *names, const u_char *from,
    const u_char *p)
{
    rsl_redact_scan_t  scan;
    rsl_redact_name_t  name;

    if (!rsl_redact_name_may_end(names, from, p)) {
        return 0;
    }

    scan.names = names;
    scan.start = from;
    scan.end = p;
    scan.from = from;

    rsl_redact_name_before(&scan, p, &name);

    return name.kind != RSL_REDACT_NAME_NONE;
}
