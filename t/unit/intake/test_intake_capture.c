
/* SPDX-License-Identifier: BSD-2-Clause */


#include <jansson.h>

#include "entry.h"


/*
 * What becomes of a line that a logger wrote: time of day, level, logger,
 * message, request_id, duration_ms, method, path, status_code, the first line
 * of the exception, and the keys of the extras.
 */

typedef struct {
    const char  *file;          /* of this line, and those below it */
    const char  *fields;
    const char  *extras;
} capture_t;


static void assert_capture(const char *text, const capture_t *expected);
static void put_fields(char *to, const rsl_record_t *record);
static size_t put(char *to, size_t pos, const rsl_str_t *s);


#define DATA  "t/data/"


static const capture_t  captures[] = {
    { "lines-ecs-pino-winston.ndjson", NULL, NULL },
    { NULL, "10:31:35.630000|ERROR|orders|payment failed||||||Error: boom",
      "process.pid host.hostname ecs.version event.dataset trace error" },
    { NULL, "10:31:35.721000|ERROR||payment failed|req-7f3a|||||Error: boom",
      "ecs.version error" },
    { "lines-fastify.ndjson", NULL, NULL },
    { NULL, "11:00:13.149000|INFO||"
      "incoming request|req-1||GET|/api/orders?x=1||",
      "pid hostname req" },
    { NULL, "11:00:13.151000|WARNING||slow query|req-1|||||",
      "pid hostname" },
    { NULL, "11:00:13.156000|INFO||request completed|req-1|"
      "5.073924000000034|||200|",
      "pid hostname" },
    { NULL, "11:00:13.157000|INFO||incoming request|req-2||GET|/boom||",
      "pid hostname req" },
    { NULL, "11:00:13.157000|ERROR||boom|req-2||GET|/boom|500|Error: boom",
      "pid hostname req err" },
    { NULL, "11:00:13.159000|INFO||request completed|req-2|"
      "1.9942999999999529|||500|",
      "pid hostname" },
    { "lines-go-logrus.ndjson", NULL, NULL },
    { NULL, "10:38:15.000000|ERROR||payment failed|req-7f3a|||||boom",
      "fields.level" },
    { NULL, "10:38:15.000000|WARNING||w||||||",
      "" },
    { NULL, "10:38:15.000000|DEBUG||t||||||",
      "" },
    { NULL, "10:38:15.000000|CRITICAL||p||||||",
      "" },
    { "lines-go-zap.ndjson", NULL, NULL },
    { NULL, "10:38:15.906874|ERROR|orders.pay|payment failed|req-7f3a||"
      "|||main.main",
      "caller error took" },
    { NULL, "10:38:15.906920|WARNING|orders.pay|w||||||",
      "caller" },
    { NULL, "10:38:15.906926|CRITICAL|orders.pay|dp||||||main.main",
      "caller" },
    { NULL, "10:38:15.906000|INFO||iso8601+capital||||||",
      "took" },
    { NULL, "10:38:15.906941|INFO||epoch millis||||||",
      "" },
    { NULL, "10:38:15.906946|INFO||epoch nanos||||||",
      "" },
    { "lines-go-zerolog.ndjson", NULL, NULL },
    { NULL, "10:38:15.000000|ERROR||payment failed|req-7f3a|||||boom",
      "took" },
    { NULL, "10:38:15.000000|WARNING||w||||||",
      "" },
    { NULL, "10:38:15.000000|DEBUG||t||||||",
      "" },
    { NULL, "10:38:15.000000|INFO||no level||||||",
      "" },
    { NULL, "10:38:15.000000|INFO||unix s||||||",
      "" },
    { NULL, "10:38:15.906000|INFO||unix ms||||||",
      "" },
    { "lines-php-monolog.ndjson", NULL, NULL },
    { NULL, "10:43:13.044823|ERROR|orders|payment failed|req-7f3a|||||"
      "RuntimeException: boom",
      "context extra_level extra" },
    { NULL, "10:43:13.044951|INFO|orders|n||||||",
      "context extra_level extra" },
    { NULL, "10:43:13.044963|CRITICAL|orders|e||||||",
      "context extra_level extra" },
    { NULL, "10:43:13.044970|CRITICAL|orders|a||||||",
      "context extra_level extra" },
    { NULL, "10:43:13.044981|ERROR|orders|with trace||||||"
      "RuntimeException: boom",
      "context extra_level extra" },
    { NULL, "10:43:13.045203|WARNING|orders|logstash fmt|req-7f3a|||||",
      "@version host type monolog_level" },
    { "lines-pino-http.ndjson", NULL, NULL },
    { NULL, "10:31:33.511000|WARNING|orders|iso+label||||||",
      "" },
    { NULL, "10:31:33.597000|INFO||request completed|1|12|GET|"
      "/api/orders?x=1|200|",
      "pid hostname req res" },
    { "lines-pino.ndjson", NULL, NULL },
    { NULL, "10:31:32.890000|ERROR|orders|payment failed|req-7f3a|12|||"
      "|Error: boom",
      "pid hostname err" },
    { NULL, "10:31:32.906000|INFO|orders|started||||||",
      "pid hostname" },
    { NULL, "10:31:32.906000|CRITICAL|orders|bye||||||",
      "pid hostname" },
    { "lines-py-pythonjsonlogger.ndjson", NULL, NULL },
    { NULL, "|ERROR||default fmt|req-7f3a|||||"
      "Traceback (most recent call last):",
      "" },
    { NULL, "10:37:21.197000|WARNING|orders.pay|asctime fmt||3||||",
      "" },
    { NULL, "10:37:21.197773|INFO||timestamp=True||||||",
      "" },
    { NULL, "10:37:21.197921|ERROR||levelno+created||||||",
      "" },
    { "lines-py-rackscope.ndjson", NULL, NULL },
    { NULL, "10:37:21.241837|WARNING|orders.pay|device unreachable|"
      "req-7f3a|12.5||||",
      "device_id" },
    { "lines-py-structlog.ndjson", NULL, NULL },
    { NULL, "10:37:21.194687|ERROR||payment failed|req-7f3a|12.5||||"
      "Traceback (most recent call last):",
      "" },
    { NULL, "10:37:21.195152|WARNING|orders.pay|epoch ts||||||",
      "" },
    { NULL, "10:37:21.195200|CRITICAL||dict tb||||||"
      "Traceback (most recent call last):",
      "" }
};


static void
test_captures(void **state)
{
    FILE    *file;
    char    *text;
    size_t   i, size;
    char     path[128];

    (void) state;

    file = NULL;
    text = NULL;
    size = 0;

    for (i = 0; i < sizeof(captures) / sizeof(capture_t); i++) {

        if (captures[i].file == NULL) {
            assert_true(getline(&text, &size, file) > 0);
            assert_capture(text, &captures[i]);
            continue;
        }

        if (file != NULL) {
            assert_true(getline(&text, &size, file) <= 0);
            assert_int_equal(fclose(file), 0);
        }

        (void) snprintf(path, sizeof(path), DATA "captures/%s",
                        captures[i].file);

        file = fopen(path, "r");
        assert_non_null(file);
    }

    assert_true(getline(&text, &size, file) <= 0);
    assert_int_equal(fclose(file), 0);

    free(text);
}


static void
assert_capture(const char *text, const capture_t *expected)
{
    char           fields[512], extras[512];
    size_t         n;
    rsl_str_t      s;
    rsl_arena_t   *arena;
    rsl_value_t   *value;
    rsl_record_t   record;

    arena = rsl_arena_create(4096);
    assert_non_null(arena);

    s = string(text);
    assert_int_equal(record_of(arena, &s, &record), RSL_OK);

    put_fields(fields, &record);

    n = 0;

    for (value = record.extra; value != NULL; value = value->next) {

        if (n) {
            extras[n++] = ' ';
        }

        n = put(extras, n, &value->key);
    }

    extras[n] = '\0';

    assert_string_equal(fields, expected->fields);
    assert_string_equal(extras, expected->extras);

    rsl_arena_destroy(arena);
}


static void
put_fields(char *to, const rsl_record_t *record)
{
    size_t            i, n;
    time_t            seconds;
    rsl_str_t         exception;
    const u_char     *p;
    const rsl_str_t  *strings[7];

    n = 0;
    seconds = record->timestamp / 1000000;

    if (record->timestamp != NOW) {
        n = strftime(to, 32, "%H:%M:%S", gmtime(&seconds));
        n += sprintf(to + n, ".%06u",
                     (unsigned) (record->timestamp % 1000000));
    }

    strings[0] = &rsl_record_level_names[record->level];
    strings[1] = &record->logger;
    strings[2] = &record->message;
    strings[3] = &record->request_id;
    strings[4] = &record->duration_ms;
    strings[5] = &record->method;
    strings[6] = &record->path;

    for (i = 0; i < 7; i++) {
        to[n++] = '|';
        n = put(to, n, strings[i]);
    }

    to[n++] = '|';

    if (record->status_code) {
        n += sprintf(to + n, "%d", record->status_code);
    }

    to[n++] = '|';

    exception = record->exception;

    if (exception.len) {
        p = memchr(exception.data, '\n', exception.len);

        if (p != NULL) {
            exception.len = p - exception.data;
        }
    }

    n = put(to, n, &exception);
    to[n] = '\0';
}


static size_t
put(char *to, size_t pos, const rsl_str_t *s)
{
    if (s->len) {
        memcpy(to + pos, s->data, s->len);
    }

    return pos + s->len;
}


/* What the real backend writes comes out with the same values and types. */

static void
test_sample(void **state)
{
    FILE        *file;
    char        *text;
    size_t       size, lines;
    ssize_t      n;
    json_t      *in, *out;
    const char  *line, *p, *q;

    (void) state;

    file = fopen(DATA "rackscope-backend.ndjson", "r");
    assert_non_null(file);

    text = NULL;
    size = 0;

    for (lines = 0; (n = getline(&text, &size, file)) > 0; lines++) {
        line = line_of(text);

        in = json_loads(text, 0, NULL);
        out = json_loads(line, 0, NULL);

        assert_non_null(in);
        assert_true(json_equal(in, out));

        json_decref(in);
        json_decref(out);

        p = strstr(text, "\"duration_ms\": ");
        q = strstr(line, "\"duration_ms\":");

        if (p != NULL) {
            p += sizeof("\"duration_ms\": ") - 1;
            q += sizeof("\"duration_ms\":") - 1;

            assert_int_equal(strcspn(p, ",}"), strcspn(q, ",}"));
            assert_memory_equal(p, q, strcspn(p, ",}"));
        }
    }

    assert_int_equal(lines, 442);
    assert_int_equal(fclose(file), 0);

    free(text);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_captures),
        cmocka_unit_test(test_sample)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
