
/* SPDX-License-Identifier: BSD-2-Clause */


#include "entry.h"


typedef struct {
    const char  *entry;
    const char  *rest;          /* the rest of the line, from its level on */
} case_t;


static void assert_cases(const case_t *cases, size_t n);


#define INFO   "\"level\":\"INFO\",\"logger\":\"\","
#define ERROR  "\"level\":\"ERROR\",\"logger\":\"\","
#define M      "\"message\":\"m\""

#define TRACE  "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN   "00f067aa0ba902b7"


/* How many aliases there are. */

static size_t
alias_count(void)
{
    size_t                           i, n;
    const rsl_intake_alias_index_t  *index;

    n = 0;
    index = alias_index();

    for (i = 0; i < RSL_INTAKE_ALIAS_INDEX; i++) {
        n += (index->slots[i] != 0);
    }

    return n;
}


/* Each alias is found, those of a field stand together, none is there twice. */

static void
test_aliases(void **state)
{
    size_t                     i;
    rsl_intake_folded_t        name;
    const rsl_intake_alias_t  *alias;

    (void) state;

    for (i = 0; i < alias_count(); i++) {
        alias = &rsl_intake_aliases[i];

        rsl_intake_alias_start(&name);
        assert_int_equal(rsl_intake_alias_fold(&name, &alias->name), RSL_OK);
        assert_int_equal(rsl_intake_alias_find(alias_index(), &name), i);

        if (i) {
            assert_true(alias->field == alias[-1].field
                        || alias->field == alias[-1].field + 1);
        }
    }
}


static void
test_own_names(void **state)
{
    size_t                i, alias;
    rsl_str_t             key;
    rsl_intake_folded_t   name;

    static const char    *fields[] = {
        "timestamp", "level", "logger", "message", "request_id",
        "duration_ms", "method", "path", "status_code", "exception",
        "trace_id", "span_id"
    };

    static const char  *others[] = {
        "", "a", "Level", "levels", "requestid", "status_codes", "timestamq",
        "a key that is longer than all of them"
    };

    (void) state;

    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        key = string(fields[i]);
        rsl_intake_alias_start(&name);

        assert_int_equal(rsl_intake_alias_fold(&name, &key), RSL_OK);
        assert_true(rsl_intake_alias_own(alias_index(), &key, &alias));
        assert_int_equal(alias, rsl_intake_alias_find(alias_index(), &name));
        assert_int_equal(rsl_intake_aliases[alias].field, i);
    }

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        key = string(others[i]);
        assert_false(rsl_intake_alias_own(alias_index(), &key, &alias));
    }
}


/* docs/ingest.md has the same table, under "## Fields". */

static void
test_documented_aliases(void **state)
{
    int                   here;
    FILE                 *file;
    char                 *text, *p, *end;
    size_t                size, found;
    rsl_str_t             key;
    rsl_intake_folded_t   name;

    (void) state;

    file = fopen("docs/ingest.md", "r");
    assert_non_null(file);

    text = NULL;
    size = 0;
    found = 0;
    here = 0;

    while (getline(&text, &size, file) > 0) {

        if (strncmp(text, "## ", 3) == 0) {
            here = (strcmp(text, "## Fields\n") == 0);
        }

        if (!here || found == alias_count() || strncmp(text, "| `", 3) != 0) {
            continue;
        }

        p = strchr(text + 2, '|');

        if (p == NULL) {
            continue;
        }

        while ((p = strchr(p, '`')) != NULL) {
            end = strchr(++p, '`');
            assert_non_null(end);

            rsl_intake_alias_start(&name);

            key = string_n(p, end - p);

            assert_int_equal(rsl_intake_alias_fold(&name, &key), RSL_OK);
            assert_int_equal(rsl_intake_alias_find(alias_index(), &name),
                             found++);

            p = end + 1;
        }
    }

    assert_int_equal(found, alias_count());
    assert_int_equal(fclose(file), 0);

    free(text);
}


static void
assert_cases(const case_t *cases, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        assert_string_equal(rest_of(cases[i].entry), cases[i].rest);
    }
}


static void
test_names_of_fields(void **state)
{
    static const case_t  cases[] = {

        /* as they are written */

        { "{\"message\":\"m\",\"Request-ID\":\"r\"}",
          INFO M ",\"request_id\":\"r\"}" },
        { "{\"MESSAGE\":\"m\",\"_request_id\":\"r\"}",
          INFO M ",\"request_id\":\"r\"}" },
        { "{\"http\":{\"request\":{\"method\":\"GET\"}},\"msg\":\"m\"}",
          INFO M ",\"method\":\"GET\"}" },
        { "{\"http.request\":{\"method\":\"GET\"},\"msg\":\"m\"}",
          INFO M ",\"method\":\"GET\"}" },
        { "{\"http\":{\"request.method\":\"GET\"},\"msg\":\"m\"}",
          INFO M ",\"method\":\"GET\"}" },
        { "{\"httpRequestMethod\":\"GET\",\"msg\":\"m\"}",
          INFO M ",\"method\":\"GET\"}" },
        { "{\"a\":{\"http\":{\"request\":{\"method\":\"GET\"}}},\"msg\":\"m\"}",
          INFO M ",\"a\":{\"http\":{\"request\":{\"method\":\"GET\"}}}}" },
        { "{\"message\":\"m\",\"aVeryLongKeyThatIsNoAliasOfAnything\":1}",
          INFO M ",\"aVeryLongKeyThatIsNoAliasOfAnything\":1}" },

        /* the first alias with a usable value counts */

        { "{\"body\":\"b\",\"msg\":\"m\"}", INFO M ",\"body\":\"b\"}" },
        { "{\"message\":null,\"msg\":\"m\"}", INFO M "}" },
        { "{\"event\":{\"a\":1},\"text\":\"m\"}",
          INFO M ",\"event\":{\"a\":1}}" },
        { "{\"event\":5,\"text\":\"m\"}", INFO M ",\"event\":5}" },
        { "{\"name\":\"n\",\"logger\":\"\",\"msg\":\"m\"}",
          "\"level\":\"INFO\",\"logger\":\"n\"," M "}" },
        { "{\"name\":\"n\",\"logger\":7,\"msg\":\"m\"}",
          "\"level\":\"INFO\",\"logger\":\"n\"," M ",\"extra_logger\":7}" },

        /* an alias that is there twice */

        { "{\"Message\":\"m\",\"MESSAGE\":\"n\"}",
          INFO M ",\"MESSAGE\":\"n\"}" },
        { "{\"Message\":\"m\",\"message\":\"n\"}",
          INFO M ",\"extra_message\":\"n\"}" },

        { "{\"facility\":\"f\",\"short_message\":\"m\"}",
          "\"level\":\"INFO\",\"logger\":\"f\"," M "}" },
        { "{\"facility\":\"f\",\"message\":\"m\"}",
          INFO M ",\"facility\":\"f\"}" },

        { "{\"status\":\"error\",\"msg\":\"m\"}", ERROR M "}" },
        { "{\"status\":\"404\",\"msg\":\"m\"}",
          INFO M ",\"status_code\":404}" },
        { "{\"status\":404,\"status_code\":500,\"msg\":\"m\"}",
          INFO M ",\"status_code\":500,\"status\":404}" },
        { "{\"status\":\"error\",\"status_code\":500,\"msg\":\"m\"}",
          ERROR M ",\"status_code\":500}" },
        { "{\"status\":\"error\",\"level\":\"info\",\"msg\":\"m\"}",
          INFO M ",\"status\":\"error\"}" },
        { "{\"status\":\"shipped\",\"msg\":\"m\"}",
          INFO M ",\"status\":\"shipped\"}" }
    };

    (void) state;

    assert_cases(cases, sizeof(cases) / sizeof(case_t));
}


static void
test_messages(void **state)
{
    static const case_t  cases[] = {
        { "{\"message\":\"m\\n\"}", INFO M "}" },
        { "{\"message\":\"m\\r\\n\\n\"}", INFO M "}" },
        { "{\"message\":\"\\nm\\nn\"}", INFO "\"message\":\"\\nm\\nn\"}" },
        { "{\"message\":\"\"}", INFO "\"message\":\"\"}" },
        { "{\"message\":\"\",\"msg\":\"m\"}",
          INFO "\"message\":\"\",\"msg\":\"m\"}" },
        { "{\"message\":42}", INFO "\"message\":\"42\"}" },
        { "{\"message\":-0.5}", INFO "\"message\":\"-0.5\"}" },
        { "{\"message\":12345678901234567890}",
          INFO "\"message\":\"12345678901234567890\"}" },
        { "{\"message\":false}", INFO "\"message\":\"false\"}" },
        { "{\"message\":{\"a\":[1,null]}}",
          INFO "\"message\":\"{\\\"a\\\":[1,null]}\"}" },
        { "{\"msg\":[\"a\"]}", INFO "\"message\":\"[\\\"a\\\"]\"}" },
        { "{\"body\":{}}", INFO "\"message\":\"{}\"}" },

        /* none */

        { "{}", INFO "\"message\":\"{}\"}" },
        { "{\"_seq\":1}", INFO "\"message\":\"{}\"}" },
        { "{\"a\":1,\"_seq\":1,\"b\":\"x\"}",
          INFO "\"message\":\"{\\\"a\\\":1,\\\"b\\\":\\\"x\\\"}\","
          "\"a\":1,\"b\":\"x\"}" },
        { "{\"text\":{\"a\":1}}",
          INFO "\"message\":\"{\\\"text\\\":{\\\"a\\\":1}}\","
          "\"text\":{\"a\":1}}" },

        /* of container runtimes */

        { "{\"log\":\"m\\n\",\"stream\":\"stderr\"}",
          INFO M ",\"stream\":\"stderr\"}" },
        { "{\"log\":\"{\\\"msg\\\":\\\"m\\\",\\\"level\\\":50,"
          "\\\"stream\\\":1}\\n\",\"stream\":\"stderr\",\"level\":\"info\","
          "\"pod\":\"p\"}",
          ERROR M ",\"stream\":1,\"pod\":\"p\"}" },
        { "{\"log\":\"{\\\"msg\\\":\\\"m\\\"}\",\"level\":\"error\","
          "\"message\":\"o\"}",
          ERROR M ",\"extra_message\":\"o\"}" },
        { "{\"log\":\"{\\\"a\\\":-0,\\\"b\\\":\\\"\\ud800\\\"}\","
          "\"message\":\"m\"}",
          INFO M ",\"a\":-0,\"b\":\"\xef\xbf\xbd\"}" },
        { "{\"log\":\"{\\\"level\\\":\\\"error\\\",\\\"a\\\":1}\",\"b\":2}",
          ERROR "\"message\":\"{\\\"level\\\":\\\"error\\\",\\\"a\\\":1}\","
          "\"a\":1,\"b\":2}" },
        { "{\"message\":\"{\\\"level\\\":\\\"error\\\",\\\"a\\\":1}\"}",
          ERROR "\"message\":\"{\\\"level\\\":\\\"error\\\",\\\"a\\\":1}\","
          "\"a\":1}" },
        { "{\"line\":12,\"a\":1}",
          INFO "\"message\":\"{\\\"line\\\":12,\\\"a\\\":1}\",\"line\":12,"
          "\"a\":1}" },
        { "{\"line\":\"12\"}",
          INFO "\"message\":\"{\\\"line\\\":\\\"12\\\"}\",\"line\":\"12\"}" },
        { "{\"log\":\"{m}\"}", INFO "\"message\":\"{m}\"}" },
        { "{\"log\":\"{\\\"a\\\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}\"}",
          INFO "\"message\":\"{\\\"a\\\":"
          "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}\"}" },
        { "{\"a\":{\"log\":\"{}\"},\"msg\":\"m\"}",
          INFO M ",\"a\":{\"log\":\"{}\"}}" }
    };

    (void) state;

    assert_cases(cases, sizeof(cases) / sizeof(case_t));
}


static void
test_durations(void **state)
{
    static const case_t  cases[] = {
        { "{" M ",\"duration_ms\":12}", INFO M ",\"duration_ms\":12}" },
        { "{" M ",\"duration_ms\":0}", INFO M ",\"duration_ms\":0}" },
        { "{" M ",\"duration_ms\":12.0}", INFO M ",\"duration_ms\":12.0}" },
        { "{" M ",\"duration_ms\":\"12.5\"}",
          INFO M ",\"duration_ms\":12.5}" },
        { "{" M ",\"duration_ms\":123456789012345678901}",
          INFO M ",\"duration_ms\":123456789012345678901}" },
        { "{" M ",\"duration_ms\":-1}", INFO M ",\"extra_duration_ms\":-1}" },
        { "{" M ",\"duration_ms\":-0.5}",
          INFO M ",\"extra_duration_ms\":-0.5}" },
        { "{" M ",\"duration_ms\":NaN}",
          INFO M ",\"extra_duration_ms\":\"NaN\"}" },
        { "{" M ",\"duration_ms\":\"12ms\"}",
          INFO M ",\"extra_duration_ms\":\"12ms\"}" },
        { "{" M ",\"duration_ms\":\"012\"}",
          INFO M ",\"extra_duration_ms\":\"012\"}" },
        { "{" M ",\"duration_ms\":true}",
          INFO M ",\"extra_duration_ms\":true}" },
        { "{" M ",\"duration_ms\":{\"a\":1}}",
          INFO M ",\"extra_duration_ms\":{\"a\":1}}" },
        { "{" M ",\"duration_ms\":-1,\"elapsed_ms\":2}",
          INFO M ",\"duration_ms\":2,\"extra_duration_ms\":-1}" },
        { "{" M ",\"duration\":5}", INFO M ",\"duration\":5}" },

        { "{" M ",\"event\":{\"duration\":12500000}}",
          INFO M ",\"duration_ms\":12.5}" },
        { "{" M ",\"event.duration\":1}",
          INFO M ",\"duration_ms\":0.000001}" },
        { "{" M ",\"event.duration\":1000000}",
          INFO M ",\"duration_ms\":1}" },
        { "{" M ",\"event.duration\":0}", INFO M ",\"duration_ms\":0}" },
        { "{" M ",\"event.duration\":\"123456789\"}",
          INFO M ",\"duration_ms\":123.456789}" },
        { "{" M ",\"event.duration\":1.5}",
          INFO M ",\"event.duration\":1.5}" }
    };

    (void) state;

    assert_cases(cases, sizeof(cases) / sizeof(case_t));
}


static void
test_requests(void **state)
{
    static const case_t  cases[] = {
        { "{" M ",\"method\":\"DELETE\",\"path\":\"/a?token=1\"}",
          INFO M ",\"method\":\"DELETE\",\"path\":\"/a?token=1\"}" },
        { "{" M ",\"method\":\"get\",\"path\":\"a\"}",
          INFO M ",\"extra_method\":\"get\",\"extra_path\":\"a\"}" },
        { "{" M ",\"method\":\"GO\",\"path\":\"\"}",
          INFO M ",\"extra_method\":\"GO\"}" },
        { "{" M ",\"method\":\"ABCDEFGHIJK\",\"path\":1}",
          INFO M ",\"extra_method\":\"ABCDEFGHIJK\",\"extra_path\":1}" },
        { "{" M ",\"req\":{\"method\":\"PUT\",\"url\":\"/b#?c\"}}",
          INFO M ",\"method\":\"PUT\",\"path\":\"/b#?c\"}" },
        { "{" M ",\"pathname\":\"/a.py\"}", INFO M ",\"pathname\":\"/a.py\"}" },

        { "{" M ",\"status_code\":100}", INFO M ",\"status_code\":100}" },
        { "{" M ",\"status_code\":\"599\"}", INFO M ",\"status_code\":599}" },
        { "{" M ",\"status_code\":99}", INFO M ",\"extra_status_code\":99}" },
        { "{" M ",\"status_code\":600}",
          INFO M ",\"extra_status_code\":600}" },
        { "{" M ",\"status_code\":200.5}",
          INFO M ",\"extra_status_code\":200.5}" },
        { "{" M ",\"status_code\":\"OK\"}",
          INFO M ",\"extra_status_code\":\"OK\"}" },
        { "{" M ",\"res\":{\"statusCode\":204}}",
          INFO M ",\"status_code\":204}" },

        { "{" M ",\"request_id\":17}", INFO M ",\"request_id\":\"17\"}" },
        { "{" M ",\"request_id\":12345678901234567890}",
          INFO M ",\"request_id\":\"12345678901234567890\"}" },
        { "{" M ",\"request_id\":[]}", INFO M ",\"extra_request_id\":[]}" },
        { "{" M ",\"trace_id\":\"t\"}", INFO M ",\"trace_id\":\"t\"}" }
    };

    (void) state;

    assert_cases(cases, sizeof(cases) / sizeof(case_t));
}


static void
test_traces(void **state)
{
    static const case_t  cases[] = {
        { "{" M ",\"trace_id\":\"" TRACE "\",\"span_id\":\"" SPAN "\","
          "\"trace_flags\":\"01\"}",
          INFO M ",\"trace_id\":\"" TRACE "\",\"span_id\":\"" SPAN "\","
          "\"trace_flags\":\"01\"}" },
        { "{\"a\":1,\"spanId\":\"" SPAN "\",\"traceId\":\"" TRACE "\",\"err\":"
          "\"e\"," M "}",
          ERROR M ",\"exception\":\"e\",\"trace_id\":\"" TRACE "\","
          "\"span_id\":\"" SPAN "\",\"a\":1}" },
        { "{" M ",\"trace\":{\"id\":\"" TRACE "\"},\"span.id\":\"" SPAN "\"}",
          INFO M ",\"trace_id\":\"" TRACE "\",\"span_id\":\"" SPAN "\"}" },
        { "{" M ",\"otelTraceID\":\"" TRACE "\",\"otelSpanID\":\"" SPAN "\"}",
          INFO M ",\"trace_id\":\"" TRACE "\",\"span_id\":\"" SPAN "\"}" },
        { "{" M ",\"@tr\":\"" TRACE "\",\"@sp\":\"" SPAN "\"}",
          INFO M ",\"trace_id\":\"" TRACE "\",\"span_id\":\"" SPAN "\"}" },
        { "{" M ",\"Properties\":{\"TraceId\":\"" TRACE "\"}}",
          INFO M ",\"trace_id\":\"" TRACE "\"}" },

        /* what is none keeps its name */

        { "{" M ",\"trace_id\":\"4bf92f35-77b3-4da6-a3ce-929d0e0e4736\"}",
          INFO M ",\"trace_id\":\"4bf92f35-77b3-4da6-a3ce-929d0e0e4736\"}" },
        { "{" M ",\"traceId\":\"4BF92F3577B34DA6A3CE929D0E0E4736\"}",
          INFO M ",\"traceId\":\"4BF92F3577B34DA6A3CE929D0E0E4736\"}" },
        { "{" M ",\"dd.trace_id\":\"4914181924829811321\",\"span_id\":7}",
          INFO M ",\"dd.trace_id\":\"4914181924829811321\",\"span_id\":7}" },
        { "{" M ",\"trace_id\":\"" SPAN "\",\"span_id\":\"" TRACE "\"}",
          INFO M ",\"trace_id\":\"" SPAN "\",\"span_id\":\"" TRACE "\"}" },
        { "{" M ",\"trace_id\":\"00000000000000000000000000000000\","
          "\"span_id\":\"0000000000000000\"}",
          INFO M ",\"trace_id\":\"00000000000000000000000000000000\","
          "\"span_id\":\"0000000000000000\"}" },
        { "{" M ",\"trace_id\":{\"a\":1},\"span_id\":null}",
          INFO M ",\"trace_id\":{\"a\":1}}" },

        /* but not if the record has one */

        { "{" M ",\"trace_id\":\"t\",\"@tr\":\"" TRACE "\"}",
          INFO M ",\"trace_id\":\"" TRACE "\",\"extra_trace_id\":\"t\"}" },
        { "{" M ",\"trace_id\":\"" TRACE "\",\"@tr\":\"" TRACE "\"}",
          INFO M ",\"trace_id\":\"" TRACE "\",\"@tr\":\"" TRACE "\"}" }
    };

    (void) state;

    assert_cases(cases, sizeof(cases) / sizeof(case_t));
}


/* Names that one program alone uses. */

static void
test_programs(void **state)
{
    static const case_t  cases[] = {

        /* roarr */

        { "{\"context\":{\"logLevel\":50,\"package\":\"p\"}," M "}",
          ERROR M ",\"context\":{\"package\":\"p\"}}" },

        /* bunyan, sent to Seq */

        { "{\"Level\":\"Error\",\"MessageTemplate\":\"m\","
          "\"Properties\":{\"req_id\":\"r\",\"pid\":7}}",
          ERROR M ",\"request_id\":\"r\",\"Properties\":{\"pid\":7}}" },

        /* MongoDB */

        { "{\"t\":{\"$date\":\"?\"},\"s\":\"E\",\"c\":\"NETWORK\",\"id\":1,"
          "\"msg\":\"m\"}",
          ERROR M ",\"t\":{\"$date\":\"?\"},\"c\":\"NETWORK\",\"id\":1}" },
        { "{\"t\":{\"$date\":\"?\"},\"s\":\"D2\",\"c\":\"-\",\"msg\":\"m\"}",
          "\"level\":\"DEBUG\",\"logger\":\"\"," M ",\"t\":{\"$date\":\"?\"},"
          "\"c\":\"-\"}" },
        { "{\"s\":\"E\",\"c\":\"NETWORK\",\"msg\":\"m\"}",
          INFO M ",\"s\":\"E\",\"c\":\"NETWORK\"}" },
        { "{\"t\":{\"$date\":\"?\"},\"s\":\"E\",\"msg\":\"m\"}",
          INFO M ",\"t\":{\"$date\":\"?\"},\"s\":\"E\"}" },
        { "{\"t\":{\"$date\":\"?\"},\"s\":\"error\",\"c\":\"-\",\"msg\":\"m\"}",
          INFO M ",\"t\":{\"$date\":\"?\"},\"s\":\"error\",\"c\":\"-\"}" }
    };

    (void) state;

    assert_cases(cases, sizeof(cases) / sizeof(case_t));
}


static void
test_exceptions(void **state)
{
    static const case_t  cases[] = {
        { "{" M ",\"exception\":\"a\\n  b\\n\"}",
          ERROR M ",\"exception\":\"a\\n  b\\n\"}" },
        { "{" M ",\"exc_info\":\"None\",\"err\":\"e\"}",
          ERROR M ",\"exception\":\"e\",\"exc_info\":\"None\"}" },
        { "{" M ",\"exc_info\":\"(None, None, None)\"}",
          INFO M ",\"exc_info\":\"(None, None, None)\"}" },
        { "{" M ",\"exc_info\":\"(<class 'E'>, E('x'), <traceback object>)\"}",
          INFO M ",\"exc_info\":"
          "\"(<class 'E'>, E('x'), <traceback object>)\"}" },
        { "{" M ",\"exception\":\"\"}", INFO M "}" },
        { "{" M ",\"exception\":{}}", INFO M ",\"extra_exception\":{}}" },
        { "{" M ",\"exception\":[]}", INFO M ",\"extra_exception\":[]}" },
        { "{" M ",\"exception\":5}", INFO M ",\"extra_exception\":5}" },

        { "{" M ",\"err\":{\"type\":\"T\",\"message\":\"x\","
          "\"stack\":\"s\"}}",
          ERROR M ",\"exception\":\"s\",\"err\":{\"type\":\"T\","
          "\"message\":\"x\"}}" },
        { "{" M ",\"err\":{\"type\":\"T\",\"message\":\"x\",\"code\":5}}",
          ERROR M ",\"exception\":\"T: x\",\"err\":{\"code\":5}}" },
        { "{" M ",\"thrown\":{\"name\":\"T\",\"message\":\"x\"}}",
          ERROR M ",\"exception\":\"T: x\"}" },
        { "{" M ",\"error\":{\"message\":\"x\"}}",
          ERROR M ",\"exception\":\"x\"}" },
        { "{" M ",\"error\":{\"name\":\"T\"}}",
          ERROR M ",\"exception\":\"T\"}" },
        { "{" M ",\"error\":{\"code\":5}}",
          ERROR M ",\"exception\":\"{\\\"code\\\":5}\"}" },
        { "{" M ",\"err\":{\"stack\":[\"a\",\"  b\"]}}",
          ERROR M ",\"exception\":\"a\\n  b\"}" },
        { "{" M ",\"exception\":[{\"a\":1}]}",
          ERROR M ",\"exception\":\"[{\\\"a\\\":1}]\"}" },

        { "{" M ",\"exception\":[{\"exc_type\":\"B\",\"exc_value\":\"b\","
          "\"is_cause\":false,\"frames\":[{\"filename\":\"f.py\","
          "\"lineno\":11,\"name\":\"g\",\"line\":\"x()\"},"
          "{\"filename\":\"h.py\",\"lineno\":-2,\"name\":null,"
          "\"locals\":{\"password\":\"p\"}}]},"
          "{\"exc_type\":\"A\",\"exc_value\":\"a\",\"is_cause\":true},"
          "{\"exc_type\":\"C\",\"exc_value\":\"c\",\"frames\":[7]}]}",
          ERROR M ",\"exception\":\"Traceback (most recent call last):\\n"
          "  File \\\"\\\", line 0, in \\n"
          "C: c\\n\\n"
          "During handling of the above exception, another exception "
          "occurred:\\n\\n"
          "Traceback (most recent call last):\\n"
          "A: a\\n\\n"
          "The above exception was the direct cause of the following "
          "exception:\\n\\n"
          "Traceback (most recent call last):\\n"
          "  File \\\"f.py\\\", line 11, in g\\n    x()\\n"
          "  File \\\"h.py\\\", line 0, in \\n"
          "B: b\"}" },

        { "{\"short_message\":\"m\",\"full_message\":\"m\\n\"}",
          INFO M "}" },
        { "{\"short_message\":\"m\",\"full_message\":\"m\\nat x\"}",
          ERROR M ",\"exception\":\"m\\nat x\"}" }
    };

    (void) state;

    assert_cases(cases, sizeof(cases) / sizeof(case_t));
}


static void
test_extras(void **state)
{
    static const case_t  cases[] = {
        { "{" M ",\"rack_id\":\"r\",\"n\":null,\"t\":true,\"o\":{},"
          "\"a\":[[],{\"b\":[1]}]}",
          INFO M ",\"rack_id\":\"r\",\"n\":null,\"t\":true,\"o\":{},"
          "\"a\":[[],{\"b\":[1]}]}" },

        /* what is left of an object of which a member became a field */

        { "{" M ",\"http\":{\"request\":{\"id\":\"r\"},\"a\":1}}",
          INFO M ",\"request_id\":\"r\",\"http\":{\"a\":1}}" },
        { "{" M ",\"http\":{\"request\":{\"id\":\"r\",\"a\":1}}}",
          INFO M ",\"request_id\":\"r\",\"http\":{\"request\":{\"a\":1}}}" },
        { "{" M ",\"http\":{\"request\":{\"id\":\"r\"},\"e\":{}}}",
          INFO M ",\"request_id\":\"r\",\"http\":{\"e\":{}}}" },

        { "{" M ",\"_seq\":7,\"a\":{\"_seq\":8}}",
          INFO M ",\"a\":{\"_seq\":8}}" },
        { "{" M ",\"truncated\":true}", INFO M ",\"truncated\":true}" },
        { "{" M ",\"truncated\":false}", INFO M ",\"extra_truncated\":false}" },
        { "{" M ",\"truncated\":\"yes\"}",
          INFO M ",\"extra_truncated\":\"yes\"}" },
        { "{" M ",\"a\":{\"level\":\"loud\",\"message\":\"x\"}}",
          INFO M ",\"a\":{\"level\":\"loud\",\"message\":\"x\"}}" },

        { "{" M ",\"timestamp\":\"yesterday\"}",
          INFO M ",\"extra_timestamp\":\"yesterday\"}" },
        { "{" M ",\"timestamp\":0}", INFO M ",\"extra_timestamp\":0}" },
        { "{" M ",\"time\":\"noon\"}", INFO M ",\"time\":\"noon\"}" },
        { "{" M ",\"timestamp\":null,\"level\":null,\"logger\":null,"
          "\"exception\":null,\"path\":null,\"other\":null}",
          INFO M ",\"other\":null}" },
        { "{" M ",\"level\":\"loud\",\"extra_level\":1}",
          INFO M ",\"extra_extra_level\":\"loud\",\"extra_level\":1}" }
    };

    (void) state;

    assert_cases(cases, sizeof(cases) / sizeof(case_t));
}


static void
test_times(void **state)
{
    size_t  i;

    static const char  time[] =
        "{\"timestamp\":\"2026-11-22T12:00:00.250000+00:00\",";

    static const char  *cases[] = {
        "{\"timestamp\":\"2026-11-22T12:00:00.25Z\"}",
        "{\"timestamp\":1795348800.25}",
        "{\"time\":1795348800250}",
        "{\"time\":\"1795348800250\"}",
        "{\"ts\":1795348800250000}",
        "{\"ts\":1795348800250000123}",
        "{\"timeUnixNano\":\"1795348800250000000\"}",
        "{\"timestamp\":\"noon\",\"time\":1795348800250}",
        "{\"timestamp\":\"1999-01-01T00:00:00Z\","
            "\"@timestamp\":1795348800250}",
        "{\"record\":{\"time\":{\"timestamp\":1795348800.25}}}",
        "{\"instant\":{\"epochSecond\":1795348800,"
            "\"nanoOfSecond\":250000999}}",
        "{\"timestamp\":{\"seconds\":\"1795348800\",\"nanos\":250000000}}",
        "{\"t\":{\"$date\":\"2026-11-22T12:00:00.250Z\"},\"s\":\"I\"}"
    };

    static const char  *unusable[] = {
        "{\"instant\":{}}",
        "{\"instant\":{\"epochSecond\":-1}}",
        "{\"instant\":{\"epochSecond\":0}}",
        "{\"instant\":{\"epochSecond\":253402300800}}",
        "{\"instant\":{\"epochSecond\":9223372036854775807}}",
        "{\"instant\":{\"epochSecond\":1,\"nanoOfSecond\":1000000000}}",
        "{\"instant\":{\"epochSecond\":1,\"nanoOfSecond\":-1}}",
        "{\"instant\":{\"epochSecond\":1.5}}",
        "{\"instant\":[1]}",
        "{\"time\":-1795348800}",
        "{\"time\":1e999}",
        "{\"time\":12345678901234567890123}",
        "{\"time\":true}"
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_memory_equal(line_of(cases[i]), time, sizeof(time) - 1);
    }

    for (i = 0; i < sizeof(unusable) / sizeof(unusable[0]); i++) {
        (void) rest_of(unusable[i]);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_own_names),
        cmocka_unit_test(test_documented_aliases),
        cmocka_unit_test(test_names_of_fields),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_traces),
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_exceptions),
        cmocka_unit_test(test_extras),
        cmocka_unit_test(test_times)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
