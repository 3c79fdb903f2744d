
/* SPDX-License-Identifier: BSD-2-Clause */


/* Protobuf in any pieces: what is a record, and what stands around it. */


#include "wire.h"


#define TEXT_MAX  8192


typedef struct {
    char     text[TEXT_MAX];
    size_t   len;
    size_t   records;
    size_t   failing;       /* at this record, the taker has no memory */
    char     around[RSL_ENVELOPE_LEVELS][32];
    uint64_t rejected;      /* where the last one was */
    size_t   rejections;
} taken_t;


static const rsl_envelope_proto_level_t  levels[] = {
    { 1, 0 }, { 2, 1 }, { 2, 1 }
};


static int
take_context(void *data, unsigned level, const rsl_str_t *bytes)
{
    taken_t  *taken = data;

    (void) snprintf(taken->around[level], 32, "%.*s",
                    bytes ? (int) (bytes->len < 20 ? bytes->len : 20) : 1,
                    bytes ? (const char *) bytes->data : "-");

    return RSL_OK;
}


static int
take_record(void *data, const rsl_str_t *bytes)
{
    taken_t  *taken = data;

    taken->records++;

    if (taken->records == taken->failing) {
        return RSL_ERROR;
    }

    if (taken->len < TEXT_MAX - 200) {
        taken->len += snprintf(taken->text + taken->len, 200, "%s/%s:%.*s\n",
                               taken->around[1], taken->around[2],
                               (int) (bytes->len < 20 ? bytes->len : 20),
                               (const char *) bytes->data);
    }

    return RSL_OK;
}


static void
take_reject(void *data, uint64_t offset, const char *detail)
{
    taken_t  *taken = data;

    assert_non_null(detail);

    taken->rejections++;
    taken->rejected = offset;
}


/* Feeds copies, so that a sanitizer finds who reads before or behind them. */

static int
run(taken_t *taken, const wire_t *wire, size_t piece, uint64_t *late)
{
    int                    rc;
    size_t                 i, n;
    u_char                *copy;
    rsl_envelope_proto_t   proto;
    rsl_envelope_taker_t   taker;

    taker.data = taken;
    taker.context = take_context;
    taker.record = take_record;

    rsl_envelope_proto_start(&proto, levels, 2, &taker, take_reject);

    rc = RSL_OK;

    for (i = 0; i < wire->len && rc == RSL_OK; i += n) {
        n = (piece < wire->len - i) ? piece : wire->len - i;

        copy = malloc(n);
        assert_non_null(copy);
        memcpy(copy, wire->data + i, n);

        rc = rsl_envelope_proto_feed(&proto, copy, n);

        memset(copy, '#', n);
        free(copy);
    }

    if (rc == RSL_OK) {
        rc = rsl_envelope_proto_finish(&proto);
    }

    if (late != NULL) {
        *late = proto.wait.late;
    }

    rsl_envelope_proto_free(&proto);

    return rc;
}


/* Pieces of any size make no difference. */

static void
check(const wire_t *wire, const char *text, size_t rejections,
    uint64_t rejected)
{
    size_t    piece;
    taken_t  *taken;

    for (piece = 1; piece <= wire->len + 1; piece++) {
        taken = calloc(1, sizeof(taken_t));
        assert_non_null(taken);

        assert_int_equal(run(taken, wire, piece, NULL), RSL_OK);
        assert_string_equal(taken->text, text);
        assert_int_equal(taken->rejections, rejections);
        assert_int_equal(taken->rejected, rejected);

        free(taken);
    }
}


/* A group: "text" has a letter for each field, in their order. */

static wire_t
group(const char *text)
{
    char         record[3];
    wire_t       wire;
    const char  *p;

    wire = wire_new();

    for (p = text; *p; p++) {

        if (*p >= 'A' && *p <= 'Z') {
            record[0] = *p;
            wire_string(&wire, 1, record, 1);
            continue;
        }

        record[0] = *p;
        record[1] = *p;
        wire_string(&wire, 2, record, 2);
    }

    return wire;
}


static void
test_order(void **state)
{
    wire_t  wire, outer;

    wire = wire_new();

    outer = wire_new();
    wire_text(&outer, 1, "R");
    wire_message(&outer, 2, group("Sab"));
    wire_message(&outer, 2, group("c"));
    wire_text(&outer, 3, "https://opentelemetry.io/schemas/1.24.0");
    wire_message(&wire, 1, outer);

    outer = wire_new();
    wire_message(&outer, 2, group("Td"));
    wire_message(&wire, 1, outer);

    wire_message(&wire, 1, wire_new());

    check(&wire, "R/S:aa\nR/S:bb\nR/-:cc\n-/T:dd\n", 0, 0);
    wire_free(&wire);
}


static void
test_late(void **state)
{
    wire_t  wire, outer;

    wire = wire_new();

    outer = wire_new();
    wire_message(&outer, 2, group("abS"));
    wire_message(&outer, 2, group("c"));
    wire_message(&outer, 2, group("TdUe"));
    wire_message(&outer, 2, wire_new());
    wire_text(&outer, 1, "R");
    wire_message(&outer, 2, group("fV"));
    wire_message(&wire, 1, outer);

    outer = wire_new();
    wire_message(&outer, 2, group("g"));
    wire_message(&wire, 1, outer);

    check(&wire, "R/S:aa\nR/S:bb\nR/-:cc\nR/T:dd\nR/T:ee\nR/V:ff\n-/-:gg\n",
          0, 0);
    wire_free(&wire);
}


/* Fields of all types that nobody knows, and a group within no group. */

static void
test_unknown(void **state)
{
    wire_t  wire, outer;

    outer = wire_new();
    wire_number(&outer, 1, UINT64_MAX);
    wire_fixed(&outer, 2, 7, 8);
    wire_fixed(&outer, 99, 7, 4);
    wire_text(&outer, 1, "R");
    wire_text(&outer, 1000, "");
    wire_number(&outer, (1u << 29) - 1, 0);
    wire_message(&outer, 2, group("Sa"));

    wire = wire_new();
    wire_text(&wire, 15, "more");
    wire_message(&wire, 1, outer);
    wire_fixed(&wire, 1, 7, 8);

    check(&wire, "R/S:aa\n", 0, 0);
    wire_free(&wire);
}


static void
test_empty(void **state)
{
    wire_t  wire, outer, inner;

    wire = wire_new();
    check(&wire, "", 0, 0);

    inner = wire_new();
    wire_text(&inner, 1, "");
    wire_text(&inner, 2, "");

    outer = wire_new();
    wire_text(&outer, 1, "");
    wire_message(&outer, 2, inner);
    wire_message(&wire, 1, outer);

    check(&wire, "/:\n", 0, 0);
    wire_free(&wire);
}


/* What was whole before the error is kept. */

static void
test_broken(void **state)
{
    size_t  i;
    wire_t  wire, outer;

    static const struct {
        const char  *bytes;
        size_t       len;
    } ends[] = {
        { "\x00", 1 },                  /* number 0 */
        { "\x0b", 1 },                  /* a group */
        { "\x0c", 1 },
        { "\x0e", 1 },                  /* no such type */
        { "\x0f", 1 },
        { "\x12\x05" "abc", 5 },        /* beyond the message */
        { "\x09" "1234567", 8 },
        { "\x0d" "123", 4 },
        { "\x08\x80", 2 },
        { "\x80", 1 },
        { "\x12", 1 },
        { "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11 },
        { "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },
        { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10 },
        { "\x80\x80\x80\x80\x10", 5 }   /* number 2^29 */
    };

    for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        outer = wire_new();
        wire_text(&outer, 1, "R");
        wire_message(&outer, 2, group("Sa"));
        wire_bytes(&outer, ends[i].bytes, ends[i].len);

        wire = wire_new();
        wire_message(&wire, 1, outer);
        wire_message(&wire, 1, group("never"));

        check(&wire, "R/S:aa\n", 1, 14);
        wire_free(&wire);
    }
}


static void
test_cut(void **state)
{
    size_t    i, last;
    wire_t    wire, outer;
    taken_t  *taken;

    outer = wire_new();
    wire_message(&outer, 2, group("Sab"));
    wire_text(&outer, 1, "R");

    wire = wire_new();
    wire_message(&wire, 1, outer);

    last = wire.len;

    for (i = 1; i < last; i++) {
        wire.len = i;

        taken = calloc(1, sizeof(taken_t));
        assert_non_null(taken);

        assert_int_equal(run(taken, &wire, 1, NULL), RSL_OK);
        assert_int_equal(taken->rejections, 1);
        assert_int_equal(taken->records, (i < 11) ? 0 : (i < 15) ? 1 : 2);

        free(taken);
    }

    wire_free(&wire);
}


/* A record may have a megabyte, and a context goes on until 64 KB. */

static void
test_large(void **state)
{
    char      *text;
    size_t     i;
    wire_t     wire, outer, inner;
    taken_t   *taken;

    static const size_t  pieces[] = { 1 << 30, 70000, 999 };

    text = malloc(RSL_ENVELOPE_RECORD_MAX + 1);
    assert_non_null(text);
    memset(text, 'x', RSL_ENVELOPE_RECORD_MAX + 1);

    inner = wire_new();
    wire_text(&inner, 1, "S");
    wire_string(&inner, 2, text, RSL_ENVELOPE_RECORD_MAX + 1);
    wire_string(&inner, 2, text, RSL_ENVELOPE_RECORD_MAX);
    wire_text(&inner, 2, "a");

    outer = wire_new();
    wire_string(&outer, 1, text, 100000);
    wire_message(&outer, 2, inner);

    wire = wire_new();
    wire_message(&wire, 1, outer);

    for (i = 0; i < 3; i++) {
        taken = calloc(1, sizeof(taken_t));
        assert_non_null(taken);

        assert_int_equal(run(taken, &wire, pieces[i], NULL), RSL_OK);
        assert_string_equal(taken->text,
                            "xxxxxxxxxxxxxxxxxxxx/S:xxxxxxxxxxxxxxxxxxxx\n"
                            "xxxxxxxxxxxxxxxxxxxx/S:a\n");
        assert_int_equal(taken->rejections, 1);

        free(taken);
    }

    wire_free(&wire);
    free(text);
}


/* No more than a megabyte waits. */

static void
test_wait(void **state)
{
    char      *text;
    size_t     i;
    wire_t     wire, outer, inner;
    uint64_t   late;
    taken_t   *taken;

    text = malloc(1000);
    assert_non_null(text);
    memset(text, 'x', 1000);

    inner = wire_new();
    wire_text(&inner, 1, "S");

    for (i = 0; i < 2000; i++) {
        wire_string(&inner, 2, text, 1000);
    }

    outer = wire_new();
    wire_message(&outer, 2, inner);
    wire_text(&outer, 1, "R");
    wire_message(&outer, 2, group("Ta"));

    wire = wire_new();
    wire_message(&wire, 1, outer);

    taken = calloc(1, sizeof(taken_t));
    assert_non_null(taken);

    assert_int_equal(run(taken, &wire, 5000, &late), RSL_OK);
    assert_int_equal(taken->records, 2001);
    assert_memory_equal(taken->text, "-/S:xxxx", 8);
    assert_string_equal(taken->around[1], "R");
    assert_string_equal(taken->around[2], "T");
    assert_true(late > 1000 && late < 1050);

    /* a failure is passed on, where a record waits and where it does not */

    for (i = 1; i <= 2001; i += 500) {
        memset(taken, 0, sizeof(taken_t));
        taken->failing = i;

        assert_int_equal(run(taken, &wire, 5000, NULL), RSL_ERROR);
        assert_int_equal(taken->records, i);
    }

    free(taken);
    wire_free(&wire);
    free(text);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_wait)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
