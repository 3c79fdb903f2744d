
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * No record that is made of nginx's error log has a query string in it.
 */


#include "nginx.h"


/*
 * A message that nginx writes about a request for
 * "/x?code=S3cr3tV4l&s=zebra&n=7", and what is left of it; NULL: all of it.
 */

static const struct {
    const char  *message;
    const char  *text;
} cases[] = {

    /* messages of "rewrite_log" */

    { "\"^/old?x$\" matches \"/x\"", NULL },
    { "\"^/old?x$\" does not match \"/x\"", NULL },
    { "\"^/(x?)\" matches \"/x?code=S3cr3tV4l\"",
      "\"^/(x?)\" matches \"/x\"" },
    { "\"zebra|S3cr3tV4l\" matches \"code=S3cr3tV4l&s=zebra&n=7\"",
      "\"zebra|S3cr3tV4l\" matches \"***\"" },
    { "\".\" matches \"S3cr3tV4l\"", "\".\" matches \"***\"" },
    { "\".\" does not match \"7\"", "\".\" does not match \"***\"" },
    { "\".\" matches \"/a\" matches \"S3cr3tV4l\"",
      "\".\" matches \"/a\" matches \"***\"" },
    { "\".\" matches \"7S3cr3tV4l\"", "\".\" matches \"7***\"" },
    { "rewritten data: \"/y\", args: \"k=new&code=S3cr3tV4l\"",
      "rewritten data: \"/y\", args: \"***\"" },
    { "rewritten data: \"/y\", args: \"\"", NULL },
    { "rewritten data: \"/y?q=\"a\" b\", args: \"\"S3cr\" 3t\"",
      "rewritten data: \"/y\" b\", args: \"***\"" },
    { "rewritten redirect: \"https://h:1/y?code=S3cr3tV4l\"",
      "rewritten redirect: \"https://h:1/y\"" },

    /* messages about files, upstreams and headers */

    { "open() \"/srv/x?code=S3cr3tV4l\" failed (2: No such file)",
      "open() \"/srv/x\" failed (2: No such file)" },
    { "open() \"/srv/a b?cS3cr\" failed (2: No such file)",
      "open() \"/srv/a b\" failed (2: No such file)" },
    { "open() \"/srv/zebra/S3cr3tV4l\" failed (2: No such file)",
      "open() \"/srv/zebra/***\" failed (2: No such file)" },
    { "open() \"/srv/c#/x\" failed (2: No such file)", NULL },
    { "S3cr3tV4l could not be resolved (3: Host not found)",
      "*** could not be resolved (3: Host not found)" },
    { "key: \"/x?code=S3cr3tV4l\" was not found by memcached",
      "key: \"/x\" was not found by memcached" },
    { "upstream sent duplicate header line: \"Location: /a?t=T0ken\", "
      "previous value: \"Location: /b?t=T0ken\", ignored",
      "upstream sent duplicate header line: \"Location: /a\", "
      "previous value: \"Location: /b\", ignored" },
    { "upstream sent invalid header: \"Location: /a?b c\\x00...\"",
      "upstream sent invalid header: \"Location: /a\"" },
    { "client sent invalid callback name: \"zebra\"",
      "client sent invalid callback name: \"***\"" },
    { "FastCGI sent in stderr: \"PHP: Really? Yes, at /a?t=T0ken now?\"",
      "FastCGI sent in stderr: \"PHP: Really? Yes, at /a now?\"" },
    { "pcre2_match() failed: -47 on \"S3cr3tV4l\" using \"^/a?S3cr3tV4l\"",
      "pcre2_match() failed: -47 on \"***\" using \"^/a?S3cr3tV4l\"" },

    /* messages of the level "debug" */

    { "http args: \"a=\"b\" T0ken\"", "http args: \"***\"" },
    { "http args: \"a=T0ken", "http args: \"***" },
    { "http uri: \"/x\"", NULL },
    { "http request line: \"GET /x?t=T0ken HTTP/1.1\"",
      "http request line: \"GET /x HTTP/1.1\"" },
    { "http request line: \"GET /x%3Ft=T0ken HTTP/1.1\"",
      "http request line: \"GET /x%3F HTTP/1.1\"" },
    { "http header: \"Referer: https://h/a?t=\"T0\"ken b\"",
      "http header: \"Referer: https://h/a\"" },
    { "http header: \"Referer: https://h/a#t=T0ken\"",
      "http header: \"Referer: https://h/a\"" },
    { "http header: \"If-None-Match: \"abc?\"\"", NULL },
    { "http header: \"X-N: 7\"", "http header: \"X-N: ***\"" },
    { "http run request: \"/x?t=T0ken\"", "http run request: \"/x\"" },
    { "http finalize request: -4, \"/x?\" a:1, c:1",
      "http finalize request: -4, \"/x\" a:1, c:1" },
    { "http script var: \"S3cr3tV4l\"", "http script var: \"***\"" },
    { "http proxy header:\n\"GET /x?t=T0ken HTTP/1.0\r\nHost: h\r\n"
      "ETag: \"a\"\r\nReferer: https://h/a?t=T0ken\r\nA: b\r\n\r\n\"",
      "http proxy header:\n\"GET /x HTTP/1.0\r\nHost: h\r\n"
      "ETag: \"a\"\r\nReferer: https://h/a\r\nA: b\r\n\r\n\"" },
    { "HTTP/1.1 302 Moved\r\nLocation: https://h/a?t=T0ken\r\nA: b\r\n",
      "HTTP/1.1 302 Moved\r\nLocation: https://h/a\r\nA: b\r\n" },
    { "fastcgi param: \"QUERY_STRING: t=T0ken\"",
      "fastcgi param: \"QUERY_STRING: ***\"" },
    { "grpc header: 0000040100, len: 5", "grpc header: ***, len: 5" },
    { "http proxy header: \"Host: h\"", NULL },
    { "using configuration \"/a?b=c\"", NULL },
    { "test location: ~ \"^/a?b=c\"", NULL },

    /* messages without a query, of which all is left */

    { "is it? yes it is", NULL },
    { "connect() failed (111: Connection refused)", NULL },
    { "limiting requests, excess: 0.5 by zone \"one\"", NULL },
    { "", NULL }
};


static void
test_queries(void **state)
{
    char    line[1024];
    size_t  i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void) snprintf(line, sizeof(line), HEAD "*7 %s" REQUEST
                        "\"GET /x?code=S3cr3tV4l&s=zebra&n=7 HTTP/1.1\", "
                        "host: \"h\"", cases[i].message);

        parse(line, NULL);
        assert_text(&record.message,
                    cases[i].text ? cases[i].text : cases[i].message);
        assert_text(&record.path, "/x");
    }

    /* a line that belongs to no request quotes only the configuration */

    parse(HEAD "\"a?b=c\" in /etc/nginx/nginx.conf:1", NULL);
    assert_text(&record.message, "\"a?b=c\" in /etc/nginx/nginx.conf:1");
}


/* In a line of the level "debug", what is known comes from "queries" alone. */

static void
test_known_queries(void **state)
{
    size_t  i, n;
    char    text[4096], line[2048];

    (void) state;

    queries = (rsl_str_t) rsl_string("a=%5Bone%5D%20two+3&b=lower-case\n"
                                     "S3cr3t\n");

    parse(HEAD "*7 http script var: \"[one] two+3\"", NULL);
    assert_text(&record.message, "http script var: \"***\"");

    parse(HEAD "*7 lua: got [one] two 3, lower-case and S3cr3t", NULL);
    assert_text(&record.message, "lua: got ***, *** and ***");

    parse(HEAD "*7 http map: \"S3cr3t\" \"x\"", NULL);
    assert_text(&record.message, "http map: \"***\" \"x\"");

    /* a value that is a URL, of which a configuration may use a piece */

    queries = (rsl_str_t) rsl_string("u=http%3A//u:Pa55word@host.example/\n");

    parse(HEAD "*7 no resolver defined to resolve host.example", NULL);
    assert_text(&record.message, "no resolver defined to resolve ***");

    parse(HEAD "*7 invalid port in upstream \"u:Pa55word@host.example\"", NULL);
    assert_text(&record.message, "invalid port in upstream \"u:***@***\"");

    /* a query that was cut, so that there is more than is known */

    queries = (rsl_str_t) rsl_string("a=b\nc=S3");

    parse(HEAD "*7 http map: \"unknown\" \"/x\" \"https://h\"", NULL);
    assert_text(&record.message, "http map: \"***\" \"/x\" \"https://h\"");

    /* a query with more values than are remembered */

    for (i = 0, n = 0; i < 500; i++) {
        n += (size_t) sprintf(text + n, "a=%zu&", i);
    }

    text[n - 1] = '\n';
    queries.data = (u_char *) text;
    queries.len = n;

    parse(HEAD "*7 http map: \"499\" \"/x\"", NULL);
    assert_text(&record.message, "http map: \"***\" \"/x\"");

    /* and so many values that in a long line they are not looked for */

    n = (size_t) sprintf(line, HEAD "*7 open() \"/%01000d", 0);
    (void) sprintf(line + n, "499\" failed (2: No such file)");

    parse(line, NULL);
    assert_text(&record.message, "open() \"***\" failed (2: No such file)");

    n = (size_t) sprintf(line, HEAD "*7 A: a=499\r\nB: /%01000d", 0);

    parse(line, NULL);
    assert_text(&record.message, "***");

    queries.len = 0;
}


/* Queries in the fields that nginx appends. */

static void
test_queries_of_fields(void **state)
{
    const char  *text;

    (void) state;

    parse(HEAD "*7 x" REQUEST "\"GET /x?code=S3cr3tV4l HTTP/1.1\", "
          "subrequest: \"/s?a\", "
          "upstream: \"http://127.0.0.1:1/y/S3cr3tV4l/z?code=S3cr3tV4l\", "
          "host: \"h?S3cr\", referrer: \"https://r/a?t=\"T0\" ken#f\"", NULL);

    assert_text(&record.path, "/x");
    assert_extra("subrequest", "/s");
    assert_extra("upstream", "http://127.0.0.1:1/y/***/z");
    assert_extra("host", "h");
    assert_extra("referrer", "https://r/a");

    /* a password with a "?" in it cannot be told from a query with an "@" */

    parse(HEAD "*7 x" REQUEST "\"GET https://u:p?w@h/p?t=T0ken HTTP/1.1\", "
          "referrer: \"https://u:p?w@h/r?m=a@b&t=T0ken\"", NULL);
    assert_text(&record.path, "https://u:***");
    assert_extra("referrer", "https://u:***");

    parse(HEAD "*7 x" REQUEST "\"GET /fetch/https://a:v1?m=a@x.org&t=T0ken "
          "HTTP/1.1\", referrer: \"https://u:p?m=a@T0ken=b\"", NULL);
    assert_text(&record.path, "/fetch/https://a:***");
    assert_extra("referrer", "https://u:***");

    parse(HEAD "*7 x" REQUEST "\"GET /x HTTP/1.1\", "
          "referrer: \"https://h:8080?m=a@b&t=T0ken\"", NULL);
    assert_extra("referrer", "https://h:***");

    /* request lines that are none, or odd ones */

    parse(HEAD "*7 x" REQUEST "\"get /x?t=T0ken HTTP/1.1\"", NULL);
    assert_extra("request", "get /x");

    parse(HEAD "*7 x" REQUEST "\"GET /x?t=a \"T0ken\" HTTP/1.1\"", NULL);
    assert_text(&record.path, "/x");

    parse(HEAD "*7 x" REQUEST "\"GET /x%3ft=T0ken HTTP/1.1\"", NULL);
    assert_text(&record.path, "/x%3f");

    parse(HEAD "*7 x" REQUEST "\"GET /x%25253Ft=T0ken HTTP/1.1\"", NULL);
    assert_text(&record.path, "/x%25253F");

    parse(HEAD "*7 x" REQUEST "\"GET /x#t=T0ken HTTP/1.1\"", NULL);
    assert_text(&record.path, "/x");

    parse(HEAD "*7 x" REQUEST "\"GET http://h?t=T0ken HTTP/1.1\"", NULL);
    assert_text(&record.path, "http://h");

    parse(HEAD "*7 x" REQUEST "\"OPTIONS *?t=T0ken HTTP/1.1\"", NULL);
    assert_text(&record.path, "*");

    /* it is not known which of the fields are nginx's own */

    text = HEAD "*7 a, client: 6.6.6.6, server: x" REQUEST
           "\"GET /x?t=T0 \"ken, client: y HTTP/1.1\", host: \"h\"";
    parse(text, NULL);
    assert_text(&record.message, "a, client: 6.6.6.6, server: x" REQUEST
                "\"GET /x");
}


/* The line ends in the middle of a query. */

static void
test_cut_query(void **state)
{
    char                text[RSL_INTAKE_NGINX_LINE_MAX];
    size_t              i, n;
    rsl_value_t        *value;

    static const char  *const  lines[] = {
        HEAD "*1 x" REQUEST "\"GET /x?t=T0ken",
        HEAD "*1 x" REQUEST "\"GET / HTTP/1.1\", upstream: \"h://h/x?t=T0ken",
        HEAD "*1 x" REQUEST "\"GET / HTTP/1.1\", referrer: \"h://h/x?t=T0ken",
        HEAD "*1 \".\" matches \"/x?t=T0ken",
        HEAD "*1 rewritten data: \"/x\", args: \"T0ken",
        HEAD "*1 http args: \"T0ken"
    };

    (void) state;

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        n = (size_t) snprintf(text, sizeof(text), "%s", lines[i]);

        memset(text + n, 'T', sizeof(text) - 1 - n);
        text[sizeof(text) - 1] = '\0';

        parse(text, NULL);
        assert_true(record.truncated);
        assert_uint_in_range(record.message.len, 1, 40);
        assert_uint_in_range(record.path.len, 0, 2);

        for (value = record.extra; value != NULL; value = value->next) {
            assert_uint_in_range(value->text.len, 1, 9);
        }
    }
}


int
main(void)
{
    int  rc;

    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_known_queries),
        cmocka_unit_test(test_queries_of_fields),
        cmocka_unit_test(test_cut_query)
    };

    rc = cmocka_run_group_tests(tests, NULL, NULL);

    rsl_arena_destroy(arena);

    return rc;
}
