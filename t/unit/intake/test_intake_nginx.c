
/* SPDX-License-Identifier: BSD-2-Clause */


#include "nginx.h"


static void
test_levels(void **state)
{
    unsigned   i;
    rsl_str_t  name;

    static const struct {
        const char   *name;
        unsigned      level;
        rsl_level_t   record;
    } levels[] = {
        { "emerg", 1, RSL_LEVEL_CRITICAL },
        { "alert", 2, RSL_LEVEL_CRITICAL },
        { "crit", 3, RSL_LEVEL_CRITICAL },
        { "critical", 3, RSL_LEVEL_CRITICAL },
        { "error", 4, RSL_LEVEL_ERROR },
        { "warn", 5, RSL_LEVEL_WARNING },
        { "WARNING", 5, RSL_LEVEL_WARNING },
        { "notice", 6, RSL_LEVEL_INFO },
        { "info", 7, RSL_LEVEL_INFO },
        { "debug", 8, RSL_LEVEL_DEBUG }
    };

    static const char *const  none[] = {
        "", "warnin", "errors", "debug_http", "stderr", "a_very_long_level_name"
    };

    (void) state;

    for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        name.data = (const u_char *) levels[i].name;
        name.len = strlen(levels[i].name);

        assert_int_equal(rsl_intake_nginx_level(&name), levels[i].level);
        assert_int_equal(rsl_intake_nginx_level_record(levels[i].level),
                         levels[i].record);
    }

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        name.data = (const u_char *) none[i];
        name.len = strlen(none[i]);

        assert_int_equal(rsl_intake_nginx_level(&name), 0);
    }

    assert_int_equal(rsl_intake_nginx_level_record(0), RSL_LEVEL_CRITICAL);
    assert_int_equal(rsl_intake_nginx_level_record(99), RSL_LEVEL_DEBUG);
}


/* A line of Angie 1.12 or later. */

static void
test_angie(void **state)
{
    (void) state;

    parse(HEAD "*7 connect() failed, client: \"127.0.0.1\", server: "
          "\"one.example\", request_line: \"GET /x?a=b HTTP/1.1\", "
          "subrequest: \"/s\", host: \"a.example\"", NULL);

    assert_text(&record.message, "connect() failed");
    assert_text(&record.method, "GET");
    assert_text(&record.path, "/x");
    assert_extra("client", "127.0.0.1");
    assert_extra("server", "one.example");
    assert_extra("subrequest", "/s");
    assert_extra("host", "a.example");

    parse(HEAD "*7 message, client: \"unix:\", server: \"\"", NULL);

    assert_text(&record.message, "message");
    assert_extra("client", "unix:");
    assert_extra("server", NULL);

    /* without its closing quote it is no such field */

    parse(HEAD "*7 message, client: \"127.0.0.1, server: \"x\"", NULL);

    assert_text(&record.message,
                "message, client: \"127.0.0.1, server: \"x\"");
}


static void
test_all_fields(void **state)
{
    (void) state;

    parse(HEAD "*7 connect() failed (111: Connection refused) while connecting "
          "to upstream" REQUEST "\"GET /x?a=b HTTP/1.1\", subrequest: \"/s\", "
          "upstream: \"http://127.0.0.1:1/x\", host: \"a.example\", "
          "referrer: \"http://r/\", host: \"x\"\"", NULL);

    assert_text(&record.message, "connect() failed (111: Connection refused) "
                "while connecting to upstream");
    assert_text(&record.method, "GET");
    assert_text(&record.path, "/x");
    assert_extra("client", "127.0.0.1");
    assert_extra("server", "a.example");
    assert_extra("subrequest", "/s");
    assert_extra("upstream", "http://127.0.0.1:1/x");
    assert_extra("host", "a.example");
    assert_extra("referrer", "http://r/\", host: \"x\"");
    assert_extra("connection", "7");
    assert_extra("pid", "12");
    assert_extra("request", NULL);
}


/* The host is that of $host, whatever the client wrote. */

static void
test_host(void **state)
{
    size_t     i;
    rsl_str_t  host;

    static const struct {
        const char  *sent;
        const char  *host;
    } cases[] = {
        { "a.example",          "a.example" },
        { "A.Example.:8443",    "a.example" },
        { "[2001:DB8::1]:80",   "[2001:db8::1]" },
        { "[2001:DB8::1]",      "[2001:db8::1]" },
        { "[2001:DB8::1",       "[2001" },
        { "h:80?code=a:b",      "h" },
        { "h%3Fcode=1#x",       "h%3f" },
        { ":80",                "" },
        { ".",                  "" },
        { "",                   "" },
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        host.data = (const u_char *) cases[i].sent;
        host.len = strlen(cases[i].sent);

        assert_int_equal(rsl_intake_nginx_host(arena, &host), RSL_OK);
        assert_text(&host, cases[i].host);
    }

    parse(HEAD "*7 message" REQUEST "\"GET / HTTP/1.1\", "
          "host: \"A.Example:8443\"", NULL);
    assert_extra("host", "a.example");
}


static void
test_without_a_request(void **state)
{
    (void) state;

    parse("2026/11/24 00:27:01 [alert] 1#1: worker process 9 exited on "
          "signal 9", NULL);
    assert_text(&record.message, "worker process 9 exited on signal 9");
    assert_extra("pid", "1");
    assert_extra("connection", NULL);
    assert_extra("client", NULL);

    parse(HEAD "*3 closed, client: unix:, server: unix:/a b", NULL);
    assert_text(&record.message, "closed");
    assert_extra("client", "unix:");
    assert_extra("server", "unix:/a b");

    parse(HEAD "*3 a", NULL);
    assert_text(&record.message, "a");

    parse("no head at all", NULL);
    assert_text(&record.message, "no head at all");
    assert_null(record.extra);

    parse("", NULL);
    assert_int_equal(record.message.len, 0);
}


/* A client sends what looks like the fields that nginx appends. */

static void
test_forged(void **state)
{
    const char  *text;

    (void) state;

    text = HEAD "*1 open() \"/a, client: 6.6.6.6, server: x\" failed" REQUEST
           "\"GET /a,%20client:%20x HTTP/1.1\", host: \"h\"";

    parse(text, strstr(text, ", server: a.example"));
    assert_text(&record.message,
                "open() \"/a, client: 6.6.6.6, server: x\" failed");
    assert_extra("client", "127.0.0.1");
    assert_extra("server", "a.example");

    /* here it cannot be known where the fields of nginx's begin */

    parse(text, NULL);
    assert_text(&record.message, text + sizeof(HEAD "*1 ") - 1);
    assert_extra("client", NULL);
    assert_int_equal(record.path.len, 0);
}


static void
test_other_requests(void **state)
{
    (void) state;

    parse(HEAD "*1 x" REQUEST "\"\\x16\\x03 a\"", NULL);
    assert_int_equal(record.method.len, 0);
    assert_extra("request", "\\x16\\x03 a");

    parse(HEAD "*1 x" REQUEST "\"GET http://h/p?q HTTP/1.1\"", NULL);
    assert_text(&record.path, "/p");

    parse(HEAD "*1 x" REQUEST "\"GET http://u:p?s@h/p HTTP/1.1\"", NULL);
    assert_text(&record.path, "http://u:***");

    /* a line of nginx's stream module */

    parse(HEAD "*1 x, client: 1.1.1.1, server: 0.0.0.0:1, upstream: \"h:2\", "
          "bytes from/to client:0/0", NULL);
    assert_extra("client", NULL);
}


static void
test_cut(void **state)
{
    char    text[RSL_INTAKE_NGINX_LINE_MAX];
    size_t  n;

    (void) state;

    n = (size_t) snprintf(text, sizeof(text), "%s",
                          HEAD "*1 x" REQUEST "\"GET /");

    memset(text + n, 'a', sizeof(text) - 1 - n);
    text[sizeof(text) - 1] = '\0';

    parse(text, NULL);
    assert_text(&record.message, "x");
    assert_text(&record.method, "GET");
    assert_int_equal(record.path.len, sizeof(text) - n);
    assert_true(record.truncated);

    parse(HEAD "\xff\xc3\xa4", NULL);
    assert_text(&record.message, "\xef\xbf\xbd\xc3\xa4");
}


/* However a line is changed, nothing is read outside of it. */

static void
test_any_bytes(void **state)
{
    u_char       *copy;
    size_t        i, n, len;
    uint32_t      seed;
    rsl_str_t     line;
    const char   *text;

    static const char  alphabet[] = "\", :*#[]0aA\xff";

    (void) state;

    text = HEAD "*7 m" REQUEST "\"GET / HTTP/1.1\", host: \"h\"";
    seed = 1;

    parse(text, NULL);

    for (n = 0; n < 20000; n++) {
        len = strlen(text) - n % 40;

        /* a copy, so that a sanitizer finds who reads behind its end */
        copy = malloc(len);
        assert_non_null(copy);
        memcpy(copy, text, len);

        for (i = 0; i < n % 7; i++) {
            seed = seed * 1103515245 + 12345;
            copy[(seed >> 8) % len] = alphabet[(seed >> 4)
                                               % (sizeof(alphabet) - 1)];
        }

        line.data = copy;
        line.len = len;
        memset(&record, 0, sizeof(rsl_record_t));

        assert_int_equal(rsl_intake_nginx_parse(arena, &line, (n % 3) * 40,
                                                &queries, &record),
                         RSL_OK);
        assert_uint_in_range(record.message.len, 0, 3 * len);

        rsl_arena_reset(arena);
        free(copy);
    }
}


int
main(void)
{
    int  rc;

    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_angie),
        cmocka_unit_test(test_all_fields),
        cmocka_unit_test(test_host),
        cmocka_unit_test(test_without_a_request),
        cmocka_unit_test(test_forged),
        cmocka_unit_test(test_other_requests),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_any_bytes)
    };

    rc = cmocka_run_group_tests(tests, NULL, NULL);

    rsl_arena_destroy(arena);

    return rc;
}
