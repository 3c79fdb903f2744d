
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The door of the core: all that other folders may use of it.
 *
 * The core is plain C11, with no nginx in it, no I/O, no logging and no global
 * state that changes.  It has a section here for each of its files, in the
 * order of reading: strings, the arena, UTF-8, numbers, the record, JSON and
 * its grammar, the ring, the query.  The last section, on looking at many bytes
 * at once, is for those who scan text.
 */


#ifndef _RSL_CORE_H_INCLUDED_
#define _RSL_CORE_H_INCLUDED_


#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#if (__SSE2__)
#include <emmintrin.h>
#endif


/*
 * The version of the module and of its tool.  It stands nowhere else, and
 * CHANGELOG.md says what is in it.
 */

#define RSL_VERSION  "0.2.0"


/* What the functions that can fail return, in the core and above it. */

#define RSL_OK        0
#define RSL_ERROR    -1     /* there was no memory: give the request up */
#define RSL_DECLINED -2     /* no: each function says what that means */
#define RSL_AGAIN    -3     /* a part is done: call the function again */


/*
 * A string is counted, as ngx_str_t is: no NUL ends it, and it may hold some.
 * It does not own its bytes.
 */

typedef struct {
    size_t         len;
    const u_char  *data;
} rsl_str_t;


#define rsl_string(str)     { sizeof(str) - 1, (const u_char *) str }
#define rsl_null_string     { 0, NULL }


/*
 * rsl_arena.c: memory that is handed out in pieces and taken back all at once.
 *
 * An arena serves one record after the other and is reset between them.
 */

typedef struct rsl_chunk_s  rsl_chunk_t;

typedef struct {
    u_char       *pos;              /* where the free memory of the current
                                       chunk begins; aligned, as "last" is */
    u_char       *last;             /* its end */
    size_t        size;             /* the least size of a chunk */
    rsl_chunk_t  *first;            /* the one that a reset keeps */
    rsl_chunk_t  *current;
} rsl_arena_t;


#define RSL_ARENA_ALIGNMENT  _Alignof(max_align_t)

#define rsl_arena_aligned(size)                                               \
    (((size) + RSL_ARENA_ALIGNMENT - 1) & ~(RSL_ARENA_ALIGNMENT - 1))


/*
 * Creates an arena whose chunks have at least "size" bytes.  The caller owns
 * it and calls rsl_arena_destroy().  NULL: no memory.
 */
rsl_arena_t *rsl_arena_create(size_t size);

/* Does what rsl_arena_alloc() does, where the current chunk has no room. */
void *rsl_arena_alloc_chunk(rsl_arena_t *arena, size_t size);

/*
 * Copies the bytes of the text into the arena, and lets the text point there.
 * RSL_ERROR: no memory.
 */
int rsl_arena_copy(rsl_arena_t *arena, rsl_str_t *text);

/*
 * Takes back all that was handed out.  It is overwritten with zeros, since it
 * may have held secrets, and all chunks but the first one are freed.
 */
void rsl_arena_reset(rsl_arena_t *arena);

/* Resets the arena and frees it; NULL is allowed. */
void rsl_arena_destroy(rsl_arena_t *arena);


/*
 * Returns "size" bytes that are aligned for any type and not initialized.  The
 * arena owns them: they are valid until it is reset.  NULL: no memory.
 */

static inline void *
rsl_arena_alloc(rsl_arena_t *arena, size_t size)
{
    u_char  *p;

    p = arena->pos;

    if (size > (size_t) (arena->last - p)) {
        return rsl_arena_alloc_chunk(arena, size);
    }

    arena->pos = p + rsl_arena_aligned(size);

    return p;
}


/*
 * rsl_utf8.c: UTF-8 as RFC 3629 defines it.  Overlong forms, surrogates and
 * values above U+10FFFF are ill-formed.
 */

/*
 * Returns the length of the well-formed sequence that begins at "p", 1 to 4
 * bytes, or 0 if none does.  One that "end" cuts off is none.  p < end.
 */
size_t rsl_utf8_sequence(const u_char *p, const u_char *end);

/*
 * To be called where rsl_utf8_sequence() returns 0: returns the length of the
 * maximal ill-formed part that begins at "p", 1 to 3 bytes.  U+FFFD is put in
 * the place of such a part (Unicode 15, section 3.9, table 3-8).  p < end.
 */
size_t rsl_utf8_ill_formed(const u_char *p, const u_char *end);

/* Returns how many bytes at the beginning of "s" are well-formed UTF-8. */
size_t rsl_utf8_valid(const rsl_str_t *s);

/*
 * Returns the length of the longest prefix of "s" that has at most "len" bytes
 * and ends between two characters.  s is well-formed.
 */
size_t rsl_utf8_cut(const rsl_str_t *s, size_t len);

/*
 * Makes "s" well-formed: each maximal ill-formed part becomes one U+FFFD.  If
 * nothing is to be repaired, "s" is left as it is; otherwise it becomes a copy
 * in the arena.  RSL_ERROR: no memory, and "s" is as it was.
 */
int rsl_utf8_repair(rsl_arena_t *arena, rsl_str_t *s);


/* rsl_number.c: integers as text. */

#define RSL_UINT64_LEN  20      /* digits of the largest integer of 64 bits */

/* Returns the value of a hexadecimal digit, in either case, or -1. */
int rsl_number_hex(u_char ch);

/* Writes the last "n" decimal digits of "value", with leading zeros. */
void rsl_number_digits(u_char *p, uint64_t value, size_t n);

/*
 * Writes "value" in decimal, without leading zeros, and returns how many
 * digits it has: at most RSL_UINT64_LEN.
 */
size_t rsl_number_decimal(u_char *p, uint64_t value);

/*
 * Parses the whole of "s": an optional sign and decimal digits.  A number that
 * does not fit into 64 bits becomes INT64_MAX or INT64_MIN.  RSL_DECLINED: it
 * is no integer.
 */
int rsl_number_parse(const rsl_str_t *s, int64_t *value);


/*
 * rsl_record.c: the record, and how it becomes a line, which is one object of
 * JSON.
 */

typedef enum {
    RSL_LEVEL_DEBUG = 0,
    RSL_LEVEL_INFO,
    RSL_LEVEL_WARNING,
    RSL_LEVEL_ERROR,
    RSL_LEVEL_CRITICAL,
    RSL_LEVELS                      /* how many there are */
} rsl_level_t;


typedef enum {
    RSL_VALUE_STRING,
    RSL_VALUE_SCALAR,               /* number, true, false, null */
    RSL_VALUE_OBJECT,
    RSL_VALUE_ARRAY
} rsl_value_type_t;


/*
 * A value of JSON, decoded.  The members of an object and the elements of an
 * array are a list, in the order in which the sender has them.  The values and
 * their texts belong to an arena.
 */

typedef struct rsl_value_s  rsl_value_t;

struct rsl_value_s {
    rsl_value_type_t  type;
    rsl_str_t         key;          /* of a member of an object, UTF-8 */
    rsl_str_t         text;         /* of a string: decoded, UTF-8;
                                       of a scalar: its text in JSON */
    rsl_value_t      *child;        /* the first member or element */
    rsl_value_t      *next;
    unsigned          literal:1;    /* the key is a literal of this program:
                                       it holds no secret and names none */
    unsigned          own:1;        /* the key is that of a field of the
                                       record, as the module writes it */
    unsigned          taken:1;      /* a field of the record was made of it,
                                       so it is no extra */
    unsigned          shipped:1;    /* it is a line of text that a shipper was
                                       given */
    unsigned          filler:1;     /* it is no extra, even if no field of the
                                       record was made of it */
};


/* All strings are UTF-8.  A string of length 0: the field is not known. */

typedef struct {
    int64_t           timestamp;    /* Unix time in microseconds */
    rsl_level_t       level;
    rsl_str_t         logger;
    rsl_str_t         message;
    rsl_str_t         request_id;
    rsl_str_t         duration_ms;  /* the text of a number of JSON */
    rsl_str_t         method;
    rsl_str_t         path;
    int               status_code;  /* 0: not known */
    rsl_str_t         exception;
    rsl_str_t         trace_id;     /* 32 lower-case hexadecimal digits */
    rsl_str_t         span_id;      /* 16 of them */
    rsl_value_t      *extra;        /* all other members; the name of none is
                                       that of a field of the record */
    rsl_value_t      *message_tree; /* not NULL: the message was sent as this
                                       object or array, which is redacted as a
                                       tree and then printed into "message" */
    unsigned          request:1;    /* the message is made of the fields of the
                                       request, by rsl_record_request(), when
                                       they have been redacted */
    unsigned          truncated:1;  /* a part of the entry is already missing */
} rsl_record_t;


/*
 * What is known of a line besides its text.  The offsets are those of the
 * first byte behind an opening quote, and the lengths are of what is between
 * the quotes, which is escaped.  Both are in bytes.
 */

typedef struct {
    uint32_t          len;
    uint16_t          level;        /* rsl_level_t */
    uint16_t          truncated;    /* 1: the line says that it is */
    uint32_t          message;
    uint32_t          message_len;
    uint32_t          logger;
    uint32_t          logger_len;
    uint32_t          request_id;   /* 0: the line has none */
    uint32_t          request_id_len;
} rsl_line_t;


/*
 * Every line begins with {"_seq": and a number of 16 digits, since a Unix time
 * in microseconds has so many until the year 2286.  The digits are zeros until
 * the ring numbers the line.
 */

#define RSL_SEQ_OFFSET   8
#define RSL_SEQ_DIGITS   16

/* The timestamp of the record stands here, as text of so many bytes. */
#define RSL_TIMESTAMP_OFFSET  38
#define RSL_TIMESTAMP_LEN     32

/* The smallest size that rsl_record_render() takes, in bytes. */
#define RSL_LINE_MIN     640


/* In capitals, by level, each with a NUL behind it. */
extern const rsl_str_t  rsl_record_level_names[RSL_LEVELS];


/*
 * Returns the level that has this name, in any case, or RSL_LEVELS.  The names
 * that other loggers use are known to the intake alone.
 */
rsl_level_t rsl_record_level_parse(const rsl_str_t *name);

/*
 * Renders "record" into "buf" of "size" bytes, at least RSL_LINE_MIN, as a line
 * without a line feed, and describes it in "line".
 *
 * It cannot fail: what does not fit is cut between two characters and marked
 * "… [N bytes cut]", where N counts bytes of the text before it was escaped,
 * and "truncated":true is set.  The exception and the extras are cut first, of
 * these the largest ones first, then the message, and then the other strings.
 * An extra that is no string is cut as its text in JSON, and becomes a string.
 * Ids of a trace or a span are not cut.  A duration_ms of absurd length is left
 * out, and so are, from the end, extras whose keys alone do not fit.
 * Ill-formed UTF-8 becomes U+FFFD.
 */
void rsl_record_render(const rsl_record_t *record, u_char *buf, size_t size,
    rsl_line_t *line);

/*
 * Prints the method, the path and the status code into record->message, in the
 * arena: "GET /api/x - 200", or "no request - 400" if there is no method.
 * RSL_ERROR: no memory.
 */
int rsl_record_request(rsl_arena_t *arena, rsl_record_t *record);


/* rsl_json.c: JSON (RFC 8259) as the module writes it. */

/*
 * Prints "value" without blanks into the arena; its own key is not printed.
 * RSL_ERROR: no memory.
 */
int rsl_json_print(rsl_arena_t *arena, const rsl_value_t *value,
    rsl_str_t *text);

/*
 * Returns how many bytes at "p" stand for themselves in a string: all but
 * quotes, backslashes, control characters and ill-formed UTF-8.  p <= end.
 */
size_t rsl_json_plain(const u_char *p, const u_char *end);


/*
 * rsl_grammar.c: is it JSON (RFC 8259)?
 *
 * What others write is read byte by byte, so that the end of a value, or the
 * first byte with which it is no value, is known as soon as that byte has
 * arrived.  NaN, Infinity, single surrogates and bytes that are not UTF-8 pass,
 * because they can be repaired.
 */

/* This is where the grammar stands when the bytes run out. */

typedef struct {
    const char       *literal;      /* what is missing of it */
    size_t            depth;
    size_t            limit;        /* of the depth */
    size_t            lines;        /* that have ended, without those that are
                                       empty */
    uint64_t          stack;        /* a bit for each open bracket: 1 is "{" */
    unsigned          state;
    unsigned          digits:3;     /* that are missing of an escape */
    unsigned          key:1;        /* the string is one */
    unsigned          array:1;      /* only its start is looked at */
    unsigned          deep:1;       /* it is deeper than the limit */
    unsigned          newline:1;    /* the last byte was one */
} rsl_grammar_t;

typedef enum {
    RSL_GRAMMAR_MORE = 0,           /* so far it is JSON */
    RSL_GRAMMAR_END,
    RSL_GRAMMAR_BROKEN
} rsl_grammar_result_e;

/*
 * A value begins with the next byte.  "limit": what is deeper is not refused,
 * but ends before a line that begins with a brace, because it may have been cut
 * off.  "array": the value is a "[", and what is to be found is only whether
 * its first element is an object, which is known by the colon behind the first
 * key, or whether there is none.
 */
void rsl_grammar_start(rsl_grammar_t *g, size_t limit, int array);

/*
 * Goes on at *p, and moves *p behind the end of the value, or to the first byte
 * with which it is no JSON.  The value is an object or an array.
 */
rsl_grammar_result_e rsl_grammar(rsl_grammar_t *g, const u_char **p,
    const u_char *end);


/*
 * rsl_ring.c: the last "entries" lines, in slots of one size, in memory that
 * the caller gives.  Processes share it, so it holds no pointers.
 *
 * Who writes (push, clear) holds a lock of the caller's.  Who reads holds none:
 * a slot carries the number of its line, which is taken away before the slot is
 * written and set again after it.  So a reader that finds the same number
 * before and after its copy has a whole line.  A writer that is killed, at any
 * instruction, leaves at worst one slot without a number, and the next push
 * writes that slot.
 */

typedef struct rsl_ring_s  rsl_ring_t;


/* The state of the ring at one moment.  It is empty if oldest > last. */

typedef struct {
    uint64_t  first;        /* the number that the first line of all got */
    uint64_t  numbering;    /* how often the numbers began anew: only the ring
                               of a shared zone does that */
    uint64_t  oldest;       /* of the oldest line that is there: there are
                               entries - 1 lines at most while a push
                               overwrites the oldest one, or if its writer
                               was killed */
    uint64_t  last;         /* of the newest line; first - 1 if there was
                               never one */
    uint64_t  floor;        /* the last clear took all lines below this */
    uint64_t  clears;       /* how often it was cleared, modulo 2048 */
} rsl_ring_state_t;


/* The smallest entry_size that works, in bytes. */
#define RSL_ENTRY_SIZE_MIN   1024


/* Returns the bytes that "entries" slots of "entry_size" bytes need. */
size_t rsl_ring_size(size_t entries, size_t entry_size);

/* Returns the length of the longest line that such a slot takes, in bytes. */
size_t rsl_ring_line_max(size_t entry_size);

/*
 * Makes an empty ring of rsl_ring_size() bytes of zeros, aligned to 64 bytes.
 * The first line gets the number "first", or the least one that has 16 digits
 * if that is larger, as on a machine whose clock begins in 1970.  The slots are
 * not written to, so pages that are never used take no memory.
 */
void rsl_ring_init(rsl_ring_t *ring, size_t entries, size_t entry_size,
    uint64_t first);

/* Is it a ring of this layout, of so many slots of this size? */
int rsl_ring_check(const rsl_ring_t *ring, size_t entries, size_t entry_size);

/*
 * Numbers the line, copies it into its slot, publishes it, in this order, and
 * returns the number.  line->len <= rsl_ring_line_max().  The caller holds the
 * lock.
 */
uint64_t rsl_ring_push(rsl_ring_t *ring, const u_char *text,
    const rsl_line_t *line);

/* Empties the ring; the numbers go on.  The caller holds the lock. */
void rsl_ring_clear(rsl_ring_t *ring);

/*
 * The following four are for a ring that follows another one, which numbers the
 * lines.  The caller holds the lock.
 *
 * The other one was cleared: takes away all lines up to "seq", and goes on
 * behind it, or behind the last line if that is beyond it.
 */
void rsl_ring_mark(rsl_ring_t *ring, uint64_t seq);

/*
 * Takes away all lines, and goes on with "seq", which is beyond the last one.
 * To readers those in between are missed.
 */
void rsl_ring_skip(rsl_ring_t *ring, uint64_t seq);

/*
 * Takes away all lines, and numbers anew: the first number of all is "first",
 * the last clear took all below "floor", and the next line gets the number
 * "low".  All of them are higher than the last number that was given.
 */
void rsl_ring_restart(rsl_ring_t *ring, uint64_t first, uint64_t floor,
    uint64_t low);

/*
 * To be called after rsl_ring_restart(): takes the line that still lies in the
 * slot of the next number, as if it were pushed again.
 */
void rsl_ring_keep(rsl_ring_t *ring);

/* Tells the state of the ring. */
void rsl_ring_state(const rsl_ring_t *ring, rsl_ring_state_t *state);

/*
 * Describes line "seq" without a copy of its text.  RSL_DECLINED: the line is
 * not there, or no longer.
 */
int rsl_ring_peek(const rsl_ring_t *ring, uint64_t seq, rsl_line_t *line);

/*
 * Copies line "seq" into "buf", which has room for rsl_ring_line_max() bytes,
 * and describes it.  RSL_DECLINED: the line is not there, or no longer, and
 * what "buf" holds is of no use.
 */
int rsl_ring_read(const rsl_ring_t *ring, uint64_t seq, u_char *buf,
    rsl_line_t *line);


/*
 * rsl_query.c: the query string of a request to the API, and whether a line
 * matches it.  A query belongs to one process and one request.
 */

#define RSL_QUERY_N_DEFAULT  200

typedef struct rsl_query_s  rsl_query_t;

/* How the answer is to be written. */

typedef enum {
    RSL_QUERY_ANY = 0,              /* the client does not say */
    RSL_QUERY_JSON,
    RSL_QUERY_NDJSON
} rsl_query_format_e;


/*
 * Parses "args", a query string as the client sent it, encoded as a form (URL
 * Standard, application/x-www-form-urlencoded): "+" is a space, and of a name
 * that comes twice the last value counts.  Names that the table in rsl_query.c
 * does not have are ignored.  n is clamped to 1 and "entries", the number of
 * slots of the ring.  The caller owns the query.
 *
 * RSL_DECLINED: the value of a parameter is wrong.  "detail" becomes a static
 * text that names the parameter and says what it takes; nothing that the client
 * sent is in it, and nothing that JSON would escape.  RSL_ERROR: no memory.  In
 * both cases there is no query.
 */
int rsl_query_parse(rsl_query_t **query, const rsl_str_t *args, size_t entries,
    const char **detail);

/* Frees the query; NULL is allowed. */
void rsl_query_destroy(rsl_query_t *query);

/* Returns how many lines are asked for at most, of the newest ones. */
size_t rsl_query_n(const rsl_query_t *query);

/*
 * Returns the number that the numbers of all lines have to exceed, or 0;
 * *given tells whether the parameter was there.  A number of more than 63 bits
 * becomes UINT64_MAX.
 */
uint64_t rsl_query_since(const rsl_query_t *query, int *given);

/* Returns the format that is asked for. */
rsl_query_format_e rsl_query_format(const rsl_query_t *query);

/* Does every line match, so that none has to be looked at? */
int rsl_query_all(const rsl_query_t *query);

/* Does the level of the line match?  The text of the line is not needed. */
int rsl_query_level(const rsl_query_t *query, const rsl_line_t *line);

/*
 * Does the line match all filters of the query?  The search is for a part of
 * the message or of the logger, as they were before they were escaped, and
 * ignores case by Unicode's simple case folding.  If PCRE2 or the memory fails,
 * the search matches nothing.  "text" is a copy of the line that nobody else
 * writes to, and not its slot.
 */
int rsl_query_match(rsl_query_t *query, const u_char *text,
    const rsl_line_t *line);


/*
 * Eight bytes at once in an integer (SWAR: SIMD within a register).  The first
 * byte is the lowest one.
 *
 * A mask has the highest bit of each byte that is meant, and no others.
 */

#define RSL_SWAR_ONES  UINT64_C(0x0101010101010101)
#define RSL_SWAR_HIGH  UINT64_C(0x8080808080808080)


/* A mask of the bytes that are not ASCII. */

#define rsl_swar_high(bytes)  ((bytes) & RSL_SWAR_HIGH)


/* A mask of the bytes from "first" to "last", both of them ASCII. */

#define rsl_swar_between(bytes, first, last)                                  \
    ((((bytes) & ~RSL_SWAR_HIGH) + RSL_SWAR_ONES * (0x80 - (first)))          \
     & ~(((bytes) & ~RSL_SWAR_HIGH) + RSL_SWAR_ONES * (0x7f - (last)))        \
     & ~(bytes) & RSL_SWAR_HIGH)


/*
 * The following masks are exact up to the first byte that they have: a borrow
 * goes upwards and may add bytes behind it.  They are 0 if there is none.
 *
 * The bytes below "n", n <= 0x80; those that equal "ch", which is ASCII; and
 * those that do not stand for themselves in a string of JSON, or that are not
 * ASCII.
 */

#define rsl_swar_less(bytes, n)                                               \
    (((bytes) - RSL_SWAR_ONES * (n)) & ~(bytes) & RSL_SWAR_HIGH)

#define rsl_swar_has(bytes, ch)                                               \
    rsl_swar_less((bytes) ^ RSL_SWAR_ONES * (ch), 1)

#define rsl_swar_marks(bytes)                                                 \
    (rsl_swar_high(bytes) | rsl_swar_less(bytes, 0x20)                        \
     | rsl_swar_has(bytes, '"') | rsl_swar_has(bytes, '\\'))


/* The index of the first byte of a mask, which is not 0. */

#define rsl_swar_first(mask)  ((size_t) __builtin_ctzll(mask) / 8)


/* A mask as an integer of eight bits, the first byte in the lowest one. */

#define rsl_swar_bits(mask)                                                   \
    (((mask) >> 7) * UINT64_C(0x0102040810204080) >> 56)


static inline uint64_t
rsl_swar_load(const u_char *p)
{
    uint64_t  bytes;

    memcpy(&bytes, p, sizeof(bytes));

    return le64toh(bytes);
}


/* The "n" bytes at "p", n < 8, and zeros behind them. */

static inline uint64_t
rsl_swar_load_part(const u_char *p, size_t n)
{
    uint32_t  low, high;

    if (n >= 4) {
        /* the two halves overlap, with the same result */

        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);

        return le32toh(low) | (uint64_t) le32toh(high) << (8 * (n - 4));
    }

    if (n == 0) {
        return 0;
    }

    /* of one byte or two, some are read twice */

    return p[0] | (uint64_t) p[n / 2] << (8 * (n / 2))
                | (uint64_t) p[n - 1] << (8 * (n - 1));
}


/*
 * A block is as many bytes as the processor looks at at once: sixteen if it
 * has SSE2, and otherwise eight.
 *
 * The marks of a block are those of rsl_swar_marks(), and only the first one is
 * exact.
 */

#if (__SSE2__)

#define RSL_BLOCK               16
#define rsl_block_first(marks)  ((size_t) __builtin_ctz(marks))

typedef __m128i   rsl_block_t;
typedef unsigned  rsl_block_marks_t;


static inline rsl_block_t
rsl_block_load(const u_char *p)
{
    return _mm_loadu_si128((const __m128i *) p);
}


/* The "n" bytes at "p", n < RSL_BLOCK, and zeros, which are marked. */

static inline rsl_block_t
rsl_block_load_part(const u_char *p, size_t n)
{
    unsigned  shift;

    if (n < 8) {
        return _mm_set_epi64x(0, (int64_t) rsl_swar_load_part(p, n));
    }

    /* C leaves open what a shift by all 64 bits is, so they are two shifts */

    shift = (unsigned) (16 - n) * 4;

    return _mm_set_epi64x(
               (int64_t) (rsl_swar_load(p + n - 8) >> shift >> shift),
               (int64_t) rsl_swar_load(p));
}


static inline rsl_block_marks_t
rsl_block_marks(rsl_block_t block)
{
    __m128i  low, slash;

    /*
     * With one bit flipped, the quote, 0x22, comes right behind the control
     * characters, and all of them are below 0x21.  The bytes are signed: what
     * is below gets a sign by the subtraction, and what is not ASCII has one
     * before it and keeps it.
     */

    low = _mm_subs_epi8(_mm_xor_si128(block, _mm_set1_epi8(0x02)),
                        _mm_set1_epi8(0x21));
    slash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));

    return (unsigned) _mm_movemask_epi8(_mm_or_si128(low, slash));
}

#else

#define RSL_BLOCK                    8
#define rsl_block_first(marks)       rsl_swar_first(marks)
#define rsl_block_load(p)            rsl_swar_load(p)
#define rsl_block_load_part(p, n)    rsl_swar_load_part(p, n)
#define rsl_block_marks(block)       rsl_swar_marks(block)

typedef uint64_t  rsl_block_t;
typedef uint64_t  rsl_block_marks_t;

#endif


/*
 * Returns how many bytes at "p" are ASCII that stands for itself in a string of
 * JSON.  *found tells whether the byte behind them is the first one that is
 * not; it is 0 if the search ended for another reason: less than eight bytes
 * are left, which are not looked at.
 */

static inline size_t
rsl_block_plain(const u_char *p, const u_char *end, int *found)
{
    uint64_t            bytes, mask;
    const u_char       *start;
    rsl_block_marks_t   marks;

    start = p;
    *found = 1;

    while (end - p >= RSL_BLOCK) {
        marks = rsl_block_marks(rsl_block_load(p));

        if (marks) {
            return (size_t) (p - start) + rsl_block_first(marks);
        }

        p += RSL_BLOCK;
    }

    while ((size_t) (end - p) >= sizeof(bytes)) {
        bytes = rsl_swar_load(p);

        mask = rsl_swar_marks(bytes);

        if (mask) {
            return (size_t) (p - start) + rsl_swar_first(mask);
        }

        p += sizeof(bytes);
    }

    *found = 0;

    return (size_t) (p - start);
}


#endif /* _RSL_CORE_H_INCLUDED_ */
