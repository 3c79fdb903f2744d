
/* SPDX-License-Identifier: BSD-2-Clause */


/* Lists of records under a usual name, and records with such lists. */


#include "envelope.h"


#define A     "{\"message\":\"a\"}"
#define B     "{\"message\":\"b\"}"
#define N(x)  (sizeof(x) / sizeof((x)[0]))


static void
test_lists(void **state)
{
    size_t  i;
    char    body[200];

    static const char  *names[] = {
        "logs", "events", "Events", "records", "lines", "ls"
    };

    for (i = 0; i < N(names); i++) {
        (void) snprintf(body, sizeof(body),
                        "{\"%s\":[" A "," B "],\"x\":{\"message\":\"no\"}}\n"
                        "{\"message\":\"c\"}", names[i]);
        check(body, "a\nb\nc\n");

        (void) snprintf(body, sizeof(body),
                        " {\n \"%s\" :\r\n [\n\t" A " ] }", names[i]);
        check(body, "a\n");

        (void) snprintf(body, sizeof(body),
                        "{\"x\":1,\"y\":[],\"%s\":[" A "," B "],\"z\":true}",
                        names[i]);
        check(body, "a\nb\n");

        (void) snprintf(body, sizeof(body), "{\"%s\":[]}", names[i]);
        check(body, "");
    }

    check("{\"logs\":[" A "]}{\"logs\":[" B "]}", "a\nb\n");
    check("x\n{\"logs\":[" A "]}\ny\n", "x\na\ny\n");
    check("[{\"x\":{},\"logs\":[" A "]},{\"logs\":[" B "]}]", "a\nb\n");
    check_has("{\"logs\":[{\"level\":50,\"x\":1}]}", 27, "\"ERROR\"");
    check("{\"logs\":[{\"err\":{\"stack\":\"x\\n at\"},"
          "\"msg\":\"a\"}]}", "a\n");
}


/* What may stand beside a list, and what makes its object a record. */

static void
test_guard(void **state)
{
    check("{\"message\":\"m\",\"logs\":[" A "]}", "m\n");
    check("{\"logs\":[" A "],\"message\":\"m\"}", "m\n");
    check("{\"logs\":[" A "],\"x\":1,\"msg\":\"m\"}", "m\n");
    check("{\"lines\":[" A "],\"level\":\"error\"}",
          "{\"lines\":[" A "],\"level\":\"error\"}\n");
    check("{\"level\":30,\"records\":[" A "],\"msg\":\"m\"}", "m\n");
    check("{\"event\":\"m\",\"lines\":[" A "]}", "m\n");

    check("{\"logs\":[" A "],\"message\":{\"x\":1}}", "a\n");
    check("{\"logs\":[" A "],\"level\":null}", "a\n");
    check("{\"logs\":[" A "],\"time\":1}", "a\n");

    check("{\"logs\":[{\"x\":1}],\"y\":2}", "{\"logs\":[{\"x\":1}],\"y\":2}\n");
    check("{\"lines\":[\"a\",\"b\"],\"message\":\"m\"}", "m\n");
    check("{\"lines\":[1],\"records\":[" A "]}", "a\n");
    check("{\"logs\":\"x\",\"message\":\"m\"}", "m\n");
    check("{\"logs\":[1],\"message\":\"m\"}", "m\n");
    check("{\"lo gs\":[" A "],\"message\":\"m\"}", "m\n");
    check("{\"LOGS\":[" A "],\"message\":\"m\"}", "m\n");
    check("{\"logs\":[],\"message\":\"m\"}", "m\n");
    check("{\"logs\":[],\"x\":1}", "{\"logs\":[],\"x\":1}\n");
}


static const char  *bad[] = {
    "{bad}", "{\"m\":}", "{\"m\" \"x\"}", "{'m':'x'}", "{\"m\":\"\\x\"}",
    "{\"m\":tru}", "{\"m\":01}", "{\"m\":\"\t\"}", "{,}", "{\"m\":[1,2}",
    "{\"m\":1,}", "{1:2}", "{null}", "{\"m\"}", "{[\"m\"]}", "1", "\"x\"",
    "null", "[1]"
};


static void
test_errors(void **state)
{
    size_t  i;
    char    body[200], expected[200];

    for (i = 0; i < N(bad); i++) {
        (void) snprintf(body, sizeof(body), "{\"logs\":[" A ",%s," B "]}",
                        bad[i]);
        run_t  run;

        assert_int_equal(run_pieces(&run, body, strlen(body), 0), RSL_OK);

        (void) snprintf(expected, sizeof(expected), "a\nb\n! 1 1:");
        if (strncmp(run.brief.data, expected, strlen(expected)) != 0) {
            fail_msg("%s became %s", body, run.brief.data);
        }

        assert_int_equal(rsl_envelope_result(run.intake)->rejected, 1);
        run_end(&run);
    }

    check("{\"logs\":[" A ",1," B "]}", "a\nb\n! 1 1:26\n");
    check("{\"logs\":[" A, "a\n! 1 1:25\n");
    check("{\"logs\":[" A "]", "a\n! 1 1:26\n");
    check("{\"logs\":[", "! 0 1:10\n");
    check("{\"logs\":[" A "],oops\n" B, "a\nb\n! 1 1:27\n");

    /* so far it may be a record as well, and so it is text if it ends here */

    check("{\"logs\":", "{\"logs\":\n");
}


/* Of what is long, the first 64 KB decide, in whatever pieces it comes. */

static void
long_list(const char *before, const char *after, size_t n,
    const char *expected)
{
    text_t  body;

    memset(&body, 0, sizeof(text_t));

    text_add_string(&body, before);
    text_add_times(&body, ",{\"message\":\"b\",\"x\":12345678}", n);
    text_add_string(&body, after);

    check_len(body.data, body.len, expected);
    free(body.data);
}


static void
test_long(void **state)
{
    text_t  text;

    memset(&text, 0, sizeof(text_t));

    text_add_string(&text, "a\n");
    text_add_times(&text, "b\n", 5000);

    long_list("{\"logs\":[" A, "]}", 5000, text.data);
    long_list("{\"logs\":[" A, "],\"message\":\"late\"}", 5000, text.data);
    long_list("{\"x\":1,\"logs\":[" A, "],\"message\":\"late\"}", 5000,
              text.data);

    text_add_string(&text, "c\n");
    long_list("{\"logs\":[" A, "],\"y\":[1]}{\"message\":\"c\"}", 5000,
              text.data);

    free(text.data);

    long_list("{\"message\":\"m\",\"logs\":[" A, "]}", 5000, "m\n");
    long_list("{\"logs\":[" A, "],\"message\":\"m\"}", 2000, "m\n");
}


static void
test_depth(void **state)
{
    size_t  i, levels;
    text_t  body;

    for (levels = 15; levels < 17; levels++) {
        memset(&body, 0, sizeof(text_t));

        text_add_string(&body, "{\"logs\":[{\"message\":\"a\",\"x\":");
        text_add_times(&body, "[", levels);
        text_add_times(&body, "]", levels);
        text_add_string(&body, "}]}");

        check(body.data, (levels == 15) ? "a\n" : "! 0 1:10\n");
        free(body.data);
    }

    for (i = 0; i < 2; i++) {
        memset(&body, 0, sizeof(text_t));

        text_add_string(&body, "{\"z\":1,\"logs\":[{\"message\":\"a\",\"x\":");
        text_add_times(&body, "[", 15 + i);
        text_add_times(&body, "]", 15 + i);
        text_add_string(&body, "}]}");

        check(body.data, i ? "! 0 1:1\n" : "a\n");
        free(body.data);
    }
}


static void
test_answers(void **state)
{
    check_answer("{\"logs\":[" A "," B "]}",
                 "200 {\"accepted\":2,\"filtered\":0,\"rejected\":0,"
                 "\"errors\":[]}");
    check_answer("{\"logs\":[" A ",1]}",
                 "200 {\"accepted\":1,\"filtered\":0,\"rejected\":1,"
                 "\"errors\":[{\"index\":1,\"detail\":\"line 1, column 26: "
                 "an entry must be a JSON object, such as {...}\"}]}");
    check_answer("", "200 {\"accepted\":0,\"filtered\":0,\"rejected\":0,"
                 "\"errors\":[]}");
    check_answer("{\"logs\":[", "422 {\"accepted\":0,\"filtered\":0,"
                 "\"rejected\":1,\"errors\":[{\"index\":0,\"detail\":\"line 1, "
                 "column 10: the array is not closed; it must end with ]\"}],"
                 "\"detail\":\"line 1, column 10: the array is not closed; "
                 "it must end with ]\"}");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_guard),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_answers)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
