
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The forms that a body may have, and the entries that are found in it, however
 * it is cut into pieces.
 */


#include <jansson.h>

#include "intake.h"


static void
test_objects(void **state)
{
    check("", "");
    check(" \r\n\t\n", "");
    check("{\"message\":\"a\"}", "a\n");
    check("{}", "\n");
    check(" \n {\"message\":\"a\"}\n\n", "a\n");

    /* NDJSON, also with CRLF, and without the last newline */

    check("{\"message\":\"a\"}\n{\"message\":\"b\"}\n", "a\nb\n");
    check("{\"message\":\"a\"}\r\n\r\n{\"message\":\"b\"}\r\n", "a\nb\n");
    check("{\"message\":\"a\"}\n{\"message\":\"b\"}", "a\nb\n");

    /* objects one behind the other, with and without something between */

    check("{\"message\":\"a\"}{\"message\":\"b\"}{\"message\":\"c\"}",
          "a\nb\nc\n");
    check("{\"message\":\"a\"} {\"message\":\"b\"},{\"message\":\"c\"},\n"
          "{\"message\":\"d\"},", "a\nb\nc\nd\n");
    check("\x1e{\"message\":\"a\"}\n\x1e{\"message\":\"b\"}\n", "a\nb\n");

    /* brackets and quotes within strings are text */

    check("{\"message\":\"a\\\"}{[\"}\n{\"message\":\"}\\\\\"}",
          "a\"}{[\n}\\\n");
    check("{\"message\":\"a\\nb\"}", "a\nb\n");
}


static void
test_pretty(void **state)
{
    check("{\n  \"message\": \"a\",\n  \"x\": {\n    \"y\": [\n      1,\n"
          "      {}\n    ]\n  }\n}\n{\n  \"message\": \"b\"\n}\n", "a\nb\n");
    check("{\r\n\t\"message\": \"a\"\r\n}\r\n{\r\n\t\"message\": \"b\"\r\n}",
          "a\nb\n");

    /* over several lines, not indented, or with braces on lines of their own */

    check("{\n\"message\":\n\"a\"\n,\n\"x\"\n:\n[\n1\n,\n2\n]\n}", "a\n");
    check("{\n\"x\":\n{\n\"y\":\n[\n{\n}\n]\n}\n,\n\"message\":\"a\"}", "a\n");
    check("{\"x\":[\n{\"y\":1},\n{\"y\":2}\n],\n\"message\":\"a\"}", "a\n");
    check("{\n\n\n\"message\":true}\n", "true\n");
    check("{ \"message\" : \"a\" ,\n\"x\":-1,\n\"y\":\nnull,\n\"z\":\n-1}",
          "a\n");
}


static void
test_arrays(void **state)
{
    check("[]", "");
    check(" [ ] \n", "");
    check("[{\"message\":\"a\"}]", "a\n");
    check("[{\"message\":\"a\"},{\"message\":\"b\"}]\n", "a\nb\n");
    check("[\n  {\n    \"message\": \"a\"\n  },\n  {\n    \"message\": \"b\"\n"
          "  }\n]\n", "a\nb\n");
    check("[{\"message\":\"a\"}]\n[{\"message\":\"b\"}]{\"message\":\"c\"}",
          "a\nb\nc\n");
    check("[\n{\"message\":\"a\"}\n,\n{\"message\":\"b\"}\n]", "a\nb\n");

    /* commas are missing, or there are too many */

    check("[{\"message\":\"a\"}{\"message\":\"b\"}\n{\"message\":\"c\"},,]",
          "a\nb\nc\n");
}


static void
test_text_lines(void **state)
{
    check("one\ntwo\r\n\n   \nthree", "one\ntwo\nthree\n");
    check("  indented\nnot\n", "  indented\nnot\n");
    check("1\n\"a\"\nnull\n", "1\n\"a\"\nnull\n");

    /* a bracket alone does not make an array */

    check("[warn] x\n", "[warn] x\n");
    check("[2026-11-22 10:16:57] x\n", "[2026-11-22 10:16:57] x\n");
    check("[2026-11-22T10:16:57Z]", "[2026-11-22T10:16:57Z]\n");
    check("[12] x\n[main, {x}] y\n[\"x\"] y\n[true story]\n",
          "[12] x\n[main, {x}] y\n[\"x\"] y\n[true story]\n");
    check("[1]x", "[1]x\n");
    check("[error]\n[info]", "[error]\n[info]\n");
    check("[}]", "[}]\n");
    check("x[\n", "x[\n");

    /* nothing of a line is dropped, also if it has what separates objects */

    check("x\n, y\n\x1e z\n", "x\n, y\n\x1e z\n");
    check("x\n,\n\n\x1e", "x\n,\n\x1e\n");
    check(", y\n", ", y\n");
    check("{\"message\":\"a\"}\n, y\n", "a\n, y\n");
    check("{\"message\":\"a\"}, y\n", "a\ny\n");
}


/* A line that begins with a bracket begins JSON, wherever it stands. */

static void
test_mixed(void **state)
{
    check("x\n{\"message\":\"a\"}\ny\n  {\"message\":\"b\"} \r\nz",
          "x\na\ny\nb\nz\n");
    check("{\"message\":\"a\"}\nx\n{\"message\":\"b\"}\n", "a\nx\nb\n");
    check("[{\"message\":\"a\"}]\nx\n", "a\nx\n");
    check("{\"message\":\"a\"} x", "a\nx\n");

    check("x\n{\"message\":\"a\"}{\"message\":\"b\"}\n", "x\na\nb\n");
    check("x\n{\"message\":\"a\"} y\n", "x\na\ny\n");
    check("x\n{\"message\":\n\"a\"}\n", "x\na\n");
    check("x\n{\n  \"message\": \"a\"\n}\ny\n", "x\na\ny\n");
    check("x\n,{\"message\":\"a\"}\n\x1e{\"message\":\"b\"}\n,\ny\n",
          "x\na\nb\ny\n");
    check("x\n[{\"message\":\"a\"}]\n[]\ny\n", "x\na\ny\n");

    /* what is no JSON is text */

    check("x\n{a}\n{\n}\n{\"a\n[{\"message\":1}]\n}\n]\n",
          "x\n{a}\n\n{\"a\n1\n}\n]\n");
    check("x {\"message\":\"a\"}\n", "x {\"message\":\"a\"}\n");
}


static void
test_byte_order_mark(void **state)
{
    check("\xef\xbb\xbf", "");
    check("\xef\xbb\xbf{\"message\":\"a\"}", "a\n");
    check("\xef\xbb\xbf\r\n[{\"message\":\"a\"}]", "a\n");
    check("\xef\xbb\xbfx\ny", "x\ny\n");
    check("\xef\xbb{}", "\xef\xbf\xbd{}\n");
    check("\xef", "\xef\xbf\xbd\n");
}


static void
test_bytes(void **state)
{
    static const char  nul[] = "{\"message\":\"a\\u0000b\"}\nx\0y";
    static const char  key[] = "{\"message\":\"a\",\"k\\u0000\":1}";

    check_has(nul, sizeof(nul) - 1, "\"message\":\"a\\u0000b\"}\n");
    check_has(nul, sizeof(nul) - 1, "\"message\":\"x\\u0000y\"}\n");
    check_has(key, sizeof(key) - 1, ":1}\n");

    /* each ill-formed part of UTF-8 becomes one U+FFFD (Unicode, 3.9) */

    check("{\"message\":\"a\xff" "b\xe2\x82\"}", "a\xef\xbf\xbd" "b"
          "\xef\xbf\xbd\n");
    check("a\xc3(\xed\xa0\x80\n", "a\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd"
          "\xef\xbf\xbd\n");
    check("{\"message\":\"\\ud83d\\ude00\\ud83d\"}",
          "\xf0\x9f\x98\x80\xef\xbf\xbd\n");
}


static size_t
records(run_t *run)
{
    return rsl_intake_result(run->intake)->records;
}


/* In a live feed, an entry comes out as soon as its last byte is there. */

static void
test_at_once(void **state)
{
    run_t  run;

    run_begin(&run, RSL_LEVELS);

    assert_int_equal(run_feed(&run, "{\"message\":\"a\"", 14), RSL_OK);
    assert_int_equal(records(&run), 0);
    assert_int_equal(run_feed(&run, "}", 1), RSL_OK);
    assert_int_equal(records(&run), 1);
    assert_int_equal(run_feed(&run, "\n{\"message\":\"b\"}\n{", 18), RSL_OK);
    assert_int_equal(records(&run), 2);
    assert_int_equal(run_feed(&run, "}\n[{}", 5), RSL_OK);
    assert_int_equal(records(&run), 4);
    assert_int_equal(run_feed(&run, ",{}", 3), RSL_OK);
    assert_int_equal(records(&run), 5);
    assert_int_equal(run_feed(&run, "][{}", 4), RSL_OK);
    assert_int_equal(records(&run), 6);

    /* a line that is no JSON is held back like any other line of text */

    assert_int_equal(run_feed(&run, "]\n{ x: 1 }", 10), RSL_OK);
    assert_false(rsl_intake_held(run.intake));
    assert_int_equal(run_feed(&run, "\n", 1), RSL_OK);
    assert_true(rsl_intake_held(run.intake));
    assert_int_equal(run_feed(&run, "{\"x\n{}", 6), RSL_OK);
    assert_int_equal(records(&run), 9);
    assert_false(rsl_intake_held(run.intake));

    assert_int_equal(run_feed(&run, "\nx", 2), RSL_OK);
    assert_false(rsl_intake_held(run.intake));
    assert_int_equal(run_feed(&run, "\n", 1), RSL_OK);
    assert_true(rsl_intake_held(run.intake));
    assert_int_equal(run_feed(&run, "{", 1), RSL_OK);
    assert_int_equal(records(&run), 9);
    assert_int_equal(run_feed(&run, "}", 1), RSL_OK);
    assert_int_equal(records(&run), 11);
    assert_false(rsl_intake_held(run.intake));

    assert_int_equal(rsl_intake_finish(run.intake, NOW), RSL_OK);
    assert_int_equal(rsl_intake_finish(run.intake, NOW), RSL_OK);
    assert_int_equal(records(&run), 11);
    assert_int_equal(rsl_intake_result(run.intake)->rejected, 0);

    run_end(&run);
}


/* When a client goes away, the JSON that it was sending is dropped. */

static void
check_cut(const char *body, const char *expected)
{
    run_t   run;
    size_t  i, piece;

    for (piece = 1; piece < 100; piece += 49) {
        run_begin(&run, RSL_LEVELS);

        for (i = 0; body[i]; i += strnlen(body + i, piece)) {
            assert_int_equal(run_feed(&run, body + i,
                                      strnlen(body + i, piece)), RSL_OK);
        }

        rsl_intake_cut(run.intake);

        assert_int_equal(rsl_intake_finish(run.intake, NOW), RSL_OK);
        assert_string_equal(run.brief.data, expected);
        assert_int_equal(rsl_intake_result(run.intake)->rejected, 0);

        run_end(&run);
    }
}


static void
test_cut(void **state)
{
    text_t  body;

    check_cut("{\"message\":\"a\"}\n{\"message\":\"b", "a\n");
    check_cut("{\"message\":\"a\"}\n  {", "a\n");
    check_cut("x\n[{\"message", "x\n");
    check_cut("x\n{\"message\": x", "x\n{\"message\": x\n");
    check_cut("{\"x\":[\n{\"message\":\"a\"},\n{\"message\":\"b",
              "{\"x\":[\na\n");
    check_cut("{\"message\":\"b\n", "{\"message\":\"b\n");
    check_cut("x\nhalf a line", "x\nhalf a line\n");

    memset(&body, 0, sizeof(text_t));

    text_add_string(&body, "x\n{\"message\":\"");
    text_add_times(&body, "x", 2 * MB);
    check_cut(body.data, "x\n");

    free(body.data);
}


/* When the sink fails, no record comes out any more. */

static void
test_sink_fails(void **state)
{
    size_t  i;
    run_t   run;

    static const char  *bodies[] = {
        "{\"message\":\"a\"}{\"message\":\"b\"}{\"message\":\"c\"}",
        "[{\"message\":\"a\"},{\"message\":\"b\"},{\"message\":\"c\"}]",
        "a\nb\nc\n",
        "a\n{\"message\":\"b\"}\nc\n",
        "[{\"message\":\"a\"},{\"x\":\n{\"message\":\"b\"}\n]\nc\n",
        "{\"message\":\"a\"}\n{\"message\":NaN,\n\"message\":\"b\"}\nc\n"
    };

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        run_begin(&run, RSL_LEVELS);
        run.failing = 2;

        assert_int_equal(run_body(&run, bodies[i], strlen(bodies[i]), 1),
                         RSL_ERROR);
        assert_memory_equal(run.brief.data, "a\nb\n", 4);
        assert_int_equal(records(&run), 2);

        run_end(&run);
    }
}


/* The body of a captured request, which may be chunked. */

static void
capture(text_t *body, const char *name)
{
    char    *p, *end;
    size_t   n;
    text_t   request;

    memset(&request, 0, sizeof(text_t));
    memset(body, 0, sizeof(text_t));

    read_file(&request, name);
    text_add_string(body, "");

    end = request.data + request.len;
    p = strstr(request.data, "\r\n\r\n");

    if (p == NULL) {
        text_add(body, request.data, request.len);

    } else if (strstr(request.data, "chunked")) {
        p += 4;

        while ((n = strtoul(p, &p, 16)) != 0) {
            assert_true(p + 2 + n < end);
            text_add(body, p + 2, n);
            p += 2 + n + 2;
        }

    } else {
        text_add(body, p + 4, end - p - 4);
    }

    free(request.data);
}


static void
test_captures(void **state)
{
    size_t  i;
    run_t   run;
    text_t  body;
    char    name[100];

    static const struct {
        const char  *name;
        size_t       records;
    } captures[] = {
        { "browser-blob-json.http", 1 },
        { "browser-crossorigin.http", 1 },
        { "browser-fetch-default.http", 1 },
        { "browser-fetch-json.http", 1 },
        { "browser-formdata.http", 7 },
        { "browser-jsnlog.http", 1 },
        { "browser-loglevel.http", 1 },
        { "browser-string.http", 1 },
        { "browser-urlsearchparams.http", 1 },
        { "curl-4.http", 1 },
        { "curl.http", 1 },
        { "elasticsearch-bulk-winston.http", 0 },
        { "gelf-graypy-http.http", 1 },
        { "lines-ecs-pino-winston.ndjson", 2 },
        { "lines-fastify.ndjson", 6 },
        { "lines-go-logrus.ndjson", 4 },
        { "lines-go-zap.ndjson", 6 },
        { "lines-go-zerolog.ndjson", 6 },
        { "lines-php-monolog.ndjson", 6 },
        { "lines-pino-http.ndjson", 2 },
        { "lines-pino.ndjson", 3 },
        { "lines-py-pythonjsonlogger.ndjson", 4 },
        { "lines-py-rackscope.ndjson", 1 },
        { "lines-py-structlog.ndjson", 3 },
        { "log4j2-http-gelf.http", 1 },
        { "log4js-logstash-http.http", 2 },
        { "otlp-js-json.http", 1 },
        { "pino-http-send-text.http", 3 },
        { "pino-http-send.http", 1 },
        { "python-httphandler-get.http", 0 },
        { "python-httphandler-post.http", 1 },
        { "python-json-handler.http", 1 },
        { "syslog-ng-default.http", 1 },
        { "syslog-ng-es.http", 2 },
        { "syslog-ng-jsonline.http", 3 },
        { "syslog-ng-scope.http", 1 },
        { "winston-http.http", 1 },
        { "winston-loki-json.http", 1 }
    };

    for (i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
        (void) snprintf(name, sizeof(name), "t/data/captures/%s",
                        captures[i].name);
        capture(&body, name);

        assert_int_equal(run_pieces(&run, body.data, body.len, 0), RSL_OK);

        if (records(&run) != captures[i].records
            || rsl_intake_result(run.intake)->rejected)
        {
            fail_msg("%s: %s", name, run.full.data);
        }

        run_end(&run);
        free(body.data);
    }
}


/* jansson's memory is ours only while it is at work for us. */

static size_t  others_blocks;


static void *
others_malloc(size_t size)
{
    others_blocks++;
    return malloc(size);
}


static void
others_free(void *p)
{
    others_blocks--;
    free(p);
}


static void
test_memory_of_others(void **state)
{
    json_t         *json;
    json_free_t     json_free;
    json_malloc_t   json_malloc;

    json_set_alloc_funcs(others_malloc, others_free);
    json = json_string("a");

    check("{\"message\":\"a\"}\n{\"log\":\"{\\\"message\\\":1}\"}", "a\n1\n");
    check("INFO: a\n", "INFO: a\n");

    json_get_alloc_funcs(&json_malloc, &json_free);
    assert_ptr_equal(json_malloc, others_malloc);
    assert_ptr_equal(json_free, others_free);

    assert_int_not_equal(others_blocks, 0);
    json_decref(json);
    assert_int_equal(others_blocks, 0);

    json_set_alloc_funcs(malloc, free);
}


/* Wherever a body ends, nothing of it is left over for the next one. */

static void
test_again(void **state)
{
    size_t              i;
    run_t               run;
    rsl_intake_conf_t   conf;
    static const char  *bodies[] = {
        "{\"message\":\"a", "[{\"message\":\"a\"},", "[1,", "{\"x\":}\n{\"y",
        "{\"records\":[{\"message\":\"a\"}", "ERROR: a line, and half a",
        "Traceback (most recent call last):\n  File \"a.py\"\n", "\x1f\x8b\x08"
    };
    static const char   next[] = "\xef\xbb\xbf\n[{\"message\":\"b\"},\n1]";

    run_begin(&run, RSL_LEVELS);

    memset(&conf, 0, sizeof(rsl_intake_conf_t));

    conf.sink = run_sink;
    conf.data = &run;
    conf.level = RSL_LEVELS;

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        (void) run_feed(&run, bodies[i], strlen(bodies[i]));

        rsl_intake_reset(run.intake);
        rsl_intake_use(run.intake, &conf);

        run.brief.len = 0;

        /* in two parts: what is left of the old body must not end this one */

        assert_int_equal(run_feed(&run, next, 10), RSL_OK);
        assert_int_equal(run_feed(&run, next + 10, strlen(next) - 10), RSL_OK);
        assert_int_equal(rsl_intake_finish(run.intake, NOW), RSL_OK);

        assert_int_equal(run.brief.len, 2);
        assert_memory_equal(run.brief.data, "b\n", 2);

        assert_int_equal(rsl_intake_result(run.intake)->records, 1);
        assert_int_equal(rsl_intake_result(run.intake)->rejected, 1);
        assert_int_equal(rsl_intake_result(run.intake)->errors[0].index, 1);
        assert_int_equal(rsl_intake_result(run.intake)->errors[0].line, 3);

        rsl_intake_reset(run.intake);
        rsl_intake_use(run.intake, &conf);
    }

    run_end(&run);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_pretty),
        cmocka_unit_test(test_arrays),
        cmocka_unit_test(test_text_lines),
        cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_byte_order_mark),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_at_once),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_sink_fails),
        cmocka_unit_test(test_captures),
        cmocka_unit_test(test_memory_of_others),
        cmocka_unit_test(test_again)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
