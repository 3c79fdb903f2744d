
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What stands around records comes late, or is large, or never ends; and how
 * much is kept of it.
 */


#include "envelope.h"


#define OTLP    "{\"resourceLogs\":[{"
#define SCOPES  "\"scopeLogs\":[{\"logRecords\":["
#define RECORD  "{\"body\":{\"stringValue\":\"a\"}}"
#define SCOPE   "\"scope\":{\"name\":\"late\"}"


/* Counts the records that came out with this in them. */

static size_t
count(const text_t *text, const char *part)
{
    size_t       n;
    const char  *p;

    n = 0;

    for (p = text->data; (p = strstr(p, part)) != NULL; p += strlen(part)) {
        n++;
    }

    return n;
}


/* Records wait up to 1 MB for what comes behind them. */

static void
waiting(size_t n, size_t late)
{
    size_t  i;
    run_t   run;
    text_t  body;

    memset(&body, 0, sizeof(text_t));

    text_add_string(&body, OTLP SCOPES RECORD);
    text_add_times(&body, "," RECORD, n - 1);
    text_add_string(&body, "]," SCOPE "}],\"resource\":{}}]}");

    for (i = 0; i < PIECES; i++) {
        run_begin(&run, RSL_LEVELS);
        assert_int_equal(run_body(&run, body.data, body.len, i ? i : 0),
                         RSL_OK);

        assert_int_equal(rsl_envelope_result(run.intake)->records, n);
        assert_int_equal(rsl_envelope_late(run.intake), late);
        assert_int_equal(count(&run.full, "\"logger\":\"late\""),
                         late ? 0 : n);
        run_end(&run);
    }

    free(body.data);
}


static void
test_late(void **state)
{
    size_t  each, fit;

    each = sizeof(RECORD) - 1 + 16;
    fit = MB / each;

    waiting(1, 0);
    waiting(1000, 0);
    waiting(fit - 2, 0);
    waiting(fit + 1, fit + 1);
    waiting(3 * fit, fit + 1);
}


/* Context is cut, and what fits is kept. */

static void
test_large_context(void **state)
{
    text_t  body;

    memset(&body, 0, sizeof(text_t));

    text_add_string(&body, OTLP "\"resource\":{\"attributes\":["
                    "{\"key\":\"service.name\","
                    "\"value\":{\"stringValue\":\"svc\"}},"
                    "{\"key\":\"k8s.x\",\"value\":{\"stringValue\":\"");
    text_add_times(&body, "0123456789", 20000);
    text_add_string(&body, "\"}},{\"key\":\"k8s.y\",\"value\":"
                    "{\"stringValue\":\"no\"}}]}," SCOPES RECORD "]}]}]}");

    check_has(body.data, body.len, "\"logger\":\"svc\"");
    check_has(body.data, body.len, "\"service.name\":\"svc\"");
    free(body.data);
}


/* Levels count in the record as it is kept. */

static void
deep(size_t levels, const char *expected)
{
    text_t  body;

    memset(&body, 0, sizeof(text_t));

    text_add_string(&body, OTLP SCOPES "{\"body\":{\"stringValue\":\"a\"},"
                    "\"attributes\":[{\"key\":\"x\",\"value\":");
    text_add_times(&body, "{\"kvlistValue\":{\"values\":[{\"key\":\"y\","
                   "\"value\":", levels);
    text_add_string(&body, "{\"intValue\":1}");
    text_add_times(&body, "}]}}", levels);
    text_add_string(&body, "}]}]}]}]}");

    check(body.data, expected);
    free(body.data);
}


static void
test_depth(void **state)
{
    text_t  body;

    deep(1, "a\n");
    deep(5, "a\n");
    deep(15, "a\n");
    deep(16, "! 0 1:47\n");
    deep(200, "! 0 1:47\n");

    memset(&body, 0, sizeof(text_t));

    text_add_string(&body, "{\"event\":{\"message\":\"a\",\"x\":");
    text_add_times(&body, "[", 15);
    text_add_times(&body, "]", 15);
    text_add_string(&body, "},\"source\":\"s\"}");
    check(body.data, "a\n");

    free(body.data);
}


/* However long an envelope is, little of it is kept. */

static void
bounded(const char *before, const char *part)
{
    run_t   run;
    size_t  i;
    text_t  piece;

    memset(&piece, 0, sizeof(text_t));
    text_add_times(&piece, part, 4096 / strlen(part) + 1);

    run_begin(&run, RSL_LEVELS);
    assert_int_equal(run_feed(&run, before, strlen(before)), RSL_OK);

    for (i = 0; i < 2000; i++) {
        assert_int_equal(run_feed(&run, piece.data, piece.len), RSL_OK);
        assert_uint_in_range(rsl_envelope_kept(run.intake), 0, 4 * MB);

        run.full.len = 0;
        run.brief.len = 0;
    }

    assert_int_equal(rsl_envelope_finish(run.intake, NOW), RSL_OK);

    run_end(&run);
    free(piece.data);
}


static void
test_bounded(void **state)
{
    bounded(OTLP SCOPES, RECORD ",");
    bounded(OTLP "\"resource\":{}," SCOPES, RECORD ",");
    bounded(OTLP "\"resource\":{\"x\":\"", "xxxxxxxx");
    bounded(OTLP "\"x\":[", "[1,{\"a\":[]}],");
    bounded(OTLP "\"scopeLogs\":[", "{\"logRecords\":[]},");
    bounded(OTLP "\"scopeLogs\":[", "{\"logRecords\":[" RECORD "]},");
    bounded(OTLP, SCOPES "]}],");
    bounded("{\"resourceLogs\":[", "{},");
    bounded("{\"resourceLogs\":[{\"", "xxxxxxxx");
    bounded("{\"streams\":[{\"values\":[", "[\"1\",\"a\"],");
    bounded("{\"logs\":[{\"message\":\"a\"}", ",{\"message\":\"b\"}");
    bounded("{\"r\":\"", "xxxxxxxx");
    bounded("{\"logs\":[", "        ");
}


/* What breaks off in the midst has one error, and what was whole is there. */

static void
test_broken(void **state)
{
    check(OTLP SCOPES RECORD "," RECORD "]}x", "a\na\n! 2 1:106\n");
    check(OTLP SCOPES RECORD "]},{\"logRecords\":[" RECORD "]}]",
          "a\na\n! 2 1:124\n");
    check(OTLP "\"resource\":{bad}," SCOPES RECORD "]}]}]}",
          "! 0 1:31\n");
    check(OTLP "\"x\":tru\n", "! 0 2:1\n");
    check(OTLP "\"x\" 1", "! 0 1:23\n");
    check(OTLP "x", "! 0 1:19\n");
}


/* What should hold records is of another type: only null is as good as none. */

static void
test_types(void **state)
{
    check("{\"resourceLogs\":null}", "");
    check("{\"resource_logs\":null}", "");
    check("{\"resourceLogs\":5}", "! 0 1:1\n");
    check("{\"resourceLogs\":\"x\"}", "! 0 1:1\n");
    check("{\"resourceLogs\":{\"scopeLogs\":[]}}", "! 0 1:1\n");
    check("{\"resourceLogs\":[5]}", "! 0 1:1\n");
    check(OTLP "\"scopeLogs\":null}]}", "");
    check(OTLP "\"scopeLogs\":5}]}", "! 0 1:1\n");
    check(OTLP "\"scopeLogs\":{\"logRecords\":[]}},{" SCOPES RECORD "]}]}]}",
          "a\n! 0 1:1\n");
    check(OTLP "\"scopeLogs\":[null,5,[]]},{" SCOPES RECORD "]}]}]}",
          "a\n! 0 1:1\n! 1 1:1\n");
    check("{\"streams\":[{\"values\":{}}]}", "! 0 1:1\n");
    check("{\"streams\":[{\"labels\":\"{}\",\"entries\":[{\"ts\":\"2026-11-22T"
          "10:16:57Z\",\"line\":\"a\"}]}]}", "! 0 1:39\n");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_large_context),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_types)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
