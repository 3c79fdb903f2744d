
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Bytes, and characters whichever way they are written: as they are, in
 * another width, percent-encoded (also twice), as an entity of HTML, or as an
 * escape of JSON or JavaScript.
 */


#include "rsl_redact_internal.h"


/* The length of the longest known entities: "&equals;", "&#x0041;". */
#define RSL_REDACT_ENTITY_MAX  8

/* How often the "%" of "%41" may have been encoded; twice in "%252541". */
#define RSL_REDACT_PERCENT_MAX  4


typedef struct {
    const char  *text;
    size_t       len;
    uint32_t     ch;
} rsl_redact_entity_t;


static const u_char *rsl_redact_char_hex_before(const u_char *from,
    const u_char *p);
static uint32_t rsl_redact_char_entity(const u_char *p, const u_char *end,
    const u_char **next);
static const u_char *rsl_redact_char_entity_before(const u_char *from,
    const u_char *p);
static uint32_t rsl_redact_char_escape(const u_char *p, const u_char *end,
    const u_char **next);
static uint32_t rsl_redact_char_utf8(const u_char *p, const u_char *end,
    const u_char **next);
static uint32_t rsl_redact_char_fold(uint32_t ch);


#define ENTITY(text, ch)                                                      \
    { text, sizeof(text) - 1                                                  \
            + RSL_REDACT_CHECK(sizeof(text) - 1 <= RSL_REDACT_ENTITY_MAX,     \
                               "longer than RSL_REDACT_ENTITY_MAX"), ch }

static const rsl_redact_entity_t  rsl_redact_entities[] = {
    ENTITY("&quot;", '"'),
    ENTITY("&apos;", '\''),
    ENTITY("&lsqb;", '['),
    ENTITY("&rsqb;", ']'),
    ENTITY("&equals;", '='),
    ENTITY("&colon;", ':'),
    ENTITY("&comma;", ','),
    ENTITY("&amp;", '&'),
    ENTITY("&lt;", '<'),
    ENTITY("&gt;", '>'),
    { NULL, 0, 0 }
};


#define TRIGGER(ch, kind)  [ch] = RSL_REDACT_##kind,

const u_char  rsl_redact_char_triggers[256] = {
    RSL_REDACT_CHAR_TRIGGERS(TRIGGER)
    RSL_REDACT_CHAR_CONTROLS(RSL_REDACT_DRESS),
    ['0' ... '9'] = RSL_REDACT_WORD,
    ['A' ... 'Z'] = RSL_REDACT_WORD,
    ['_'] = RSL_REDACT_WORD,
    ['a' ... 'z'] = RSL_REDACT_WORD
};


int
rsl_redact_char_caseless(const u_char *p, const u_char *end, const char *word,
    size_t len)
{
    size_t  i;
    u_char  ch;

    if ((size_t) (end - p) < len) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        ch = p[i];

        if (ch >= 'A' && ch <= 'Z') {
            ch |= 0x20;
        }

        if (ch != (u_char) word[i]) {
            return 0;
        }
    }

    return 1;
}


uint32_t
rsl_redact_char_before(const u_char *from, const u_char *p,
    const u_char **start)
{
    u_char         ch;
    uint32_t       value;
    const u_char  *s, *next;

    ch = p[-1];
    s = NULL;

    if (rsl_number_hex(ch) >= 0) {
        s = rsl_redact_char_hex_before(from, p);

    } else if (ch == ';') {
        s = rsl_redact_char_entity_before(from, p);

    } else if (ch >= 0x80) {
        s = p - 1;

        while (s > from && p - s < 4 && (*s & 0xc0) == 0x80) {
            s--;
        }
    }

    if (s != NULL) {
        value = rsl_redact_char_at(s, p, &next);

        if (next == p) {
            *start = s;
            return value;
        }
    }

    *start = p - 1;

    return ch;
}


uint32_t
rsl_redact_char_at(const u_char *p, const u_char *end, const u_char **next)
{
    int            hi, lo;
    uint32_t       value;
    const u_char  *s;

    *next = p + 1;

    if (*p == '%') {
        s = p + 1;

        while (end - s >= 4 && s[0] == '2' && s[1] == '5'
               && s - p < 2 * RSL_REDACT_PERCENT_MAX)
        {
            s += 2;
        }

        if (end - s < 2) {
            return '%';
        }

        hi = rsl_number_hex(s[0]);
        lo = rsl_number_hex(s[1]);

        if (hi < 0 || hi > 7 || lo < 0) {
            return '%';
        }

        *next = s + 2;

        return (uint32_t) (hi * 16 + lo);
    }

    if (*p == '&') {
        value = rsl_redact_char_entity(p, end, next);
        return value ? value : '&';
    }

    if (*p == '\\') {
        value = rsl_redact_char_escape(p, end, next);
        return value ? value : '\\';
    }

    if (*p >= 0x80) {
        return rsl_redact_char_fold(rsl_redact_char_utf8(p, end, next));
    }

    return *p;
}


/*
 * Where the "%41", "%2541", "\u0041" or "\x41" begins that ends at "p"; NULL:
 * there is none.
 */

static const u_char *
rsl_redact_char_hex_before(const u_char *from, const u_char *p)
{
    size_t         n;
    const u_char  *s;

    if (p - from < 3 || rsl_number_hex(p[-2]) < 0) {
        return NULL;
    }

    s = p - 2;

    for (n = 0; n <= RSL_REDACT_PERCENT_MAX; n++) {
        if (s == from) {
            return NULL;
        }

        if (s[-1] == '%') {
            return s - 1;
        }

        if (s - from < 3 || s[-1] != '5' || s[-2] != '2') {
            break;
        }

        s -= 2;
    }

    if (p - from >= 4 && p[-3] == 'x' && p[-4] == '\\') {
        return p - 4;
    }

    if (p - from >= 6 && p[-5] == 'u' && p[-6] == '\\') {
        return p - 6;
    }

    return NULL;
}


/* The character of the entity at "p", which is "&"; 0: it is none. */

static uint32_t
rsl_redact_char_entity(const u_char *p, const u_char *end, const u_char **next)
{
    uint32_t                    value;
    const u_char               *s;
    const rsl_redact_entity_t  *entity;

    for (entity = rsl_redact_entities; entity->text != NULL; entity++) {
        if (rsl_redact_char_caseless(p, end, entity->text, entity->len)) {
            *next = p + entity->len;
            return entity->ch;
        }
    }

    if (end - p < 4 || p[1] != '#') {
        return 0;
    }

    value = 0;
    s = p + 2;

    if ((*s | 0x20) == 'x') {
        for (s++; s < end && s - p < 6 && rsl_number_hex(*s) >= 0; s++) {
            value = value * 16 + (uint32_t) rsl_number_hex(*s);
        }

    } else {
        for ( /* void */ ; s < end && s - p < 6 && *s >= '0' && *s <= '9'; s++)
        {
            value = value * 10 + (uint32_t) (*s - '0');
        }
    }

    if (s == end || *s != ';' || value >= 0x80) {
        return 0;
    }

    *next = s + 1;

    return value;
}


/* Where the entity could begin whose ";" is before "p"; NULL: nowhere. */

static const u_char *
rsl_redact_char_entity_before(const u_char *from, const u_char *p)
{
    const u_char  *s;

    for (s = p - 1; s > from && p - s < RSL_REDACT_ENTITY_MAX; /* void */ ) {
        s--;

        if (*s == '&') {
            return s;
        }
    }

    return NULL;
}


static uint32_t
rsl_redact_char_escape(const u_char *p, const u_char *end, const u_char **next)
{
    int            hi, lo;
    const u_char  *s;

    if (end - p >= 4 && p[1] == 'x') {
        s = p + 2;

    } else if (end - p >= 6 && p[1] == 'u' && p[2] == '0' && p[3] == '0') {
        s = p + 4;

    } else {
        return 0;
    }

    hi = rsl_number_hex(s[0]);
    lo = rsl_number_hex(s[1]);

    if (hi < 0 || hi > 7 || lo < 0 || hi + lo == 0) {
        return 0;
    }

    *next = s + 2;

    return (uint32_t) (hi * 16 + lo);
}


static uint32_t
rsl_redact_char_utf8(const u_char *p, const u_char *end, const u_char **next)
{
    size_t    i, len;
    uint32_t  ch;

    len = rsl_utf8_sequence(p, end);

    if (len < 2) {
        return *p;
    }

    ch = *p & (0xffu >> (len + 1));

    for (i = 1; i < len; i++) {
        ch = ch << 6 | (p[i] & 0x3fu);
    }

    *next = p + len;

    return ch;
}


/*
 * A character that looks like one of ASCII is taken for that one, and one that
 * nobody sees is 0 and is skipped: otherwise a name could be disguised.
 */

static uint32_t
rsl_redact_char_fold(uint32_t ch)
{
    if (ch >= 0xff01 && ch <= 0xff5e) {             /* full width */
        return ch - 0xff01 + '!';
    }

    if (ch >= 0x1d400 && ch <= 0x1d6a3) {           /* mathematical letters */
        ch = (ch - 0x1d400) % 52;
        return ch < 26 ? 'A' + ch : 'a' + ch - 26;
    }

    switch (ch) {

    case 0xa0:                                      /* no-break space */
    case 0x3000:                                    /* ideographic space */
        return ' ';

    case 0x17f:                                     /* long s */
        return 's';

    case 0x212a:                                    /* Kelvin sign */
        return 'k';

    case 0x201c:
    case 0x201d:
    case 0x201e:
    case 0xab:
    case 0xbb:
        return '"';

    case 0x2018:
    case 0x2019:
        return '\'';

    case 0xad:                                      /* soft hyphen */
    case 0x34f:
    case 0x61c:
    case 0x115f:
    case 0x1160:
    case 0x3164:
    case 0xfeff:
    case 0xffa0:
        return 0;
    }

    if ((ch >= 0x180b && ch <= 0x180f)
        || (ch >= 0x200b && ch <= 0x200f)           /* zero width */
        || (ch >= 0x202a && ch <= 0x202e)
        || (ch >= 0x2060 && ch <= 0x206f)
        || (ch >= 0xfe00 && ch <= 0xfe0f)
        || (ch >= 0xe0000 && ch <= 0xe0fff))
    {
        return 0;
    }

    return ch;
}


const u_char *
rsl_redact_char_eol(const u_char *p, const u_char *end)
{
    const u_char  *s;

    s = memchr(p, '\n', (size_t) (end - p));

    return s == NULL ? end : s;
}


const u_char *
rsl_redact_char_until(const u_char *p, const u_char *end, const char *literal)
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


int
rsl_redact_char_masked(const u_char *p, const u_char *end)
{
    return (size_t) (end - p) >= RSL_REDACT_MASK_LEN
           && memcmp(p, RSL_REDACT_MASK, RSL_REDACT_MASK_LEN) == 0;
}
