
/* SPDX-License-Identifier: BSD-2-Clause */


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "share/rsl_share_internal.h"


#define text(literal)                                                         \
    (rsl_str_t) { sizeof(literal) - 1, (const u_char *) literal }


static void
assert_text(const rsl_str_t *s, const char *expected)
{
    assert_int_equal(s->len, strlen(expected));
    assert_memory_equal(s->data, expected, s->len);
}


static void
test_network(void **state)
{
    rsl_str_t        s;
    const char      *error;
    rsl_share_url_t  url;

    s = text("redis://10.0.0.5");
    assert_int_equal(rsl_share_url(&url, &s, &error), RSL_OK);
    assert_int_equal(url.nhosts, 1);
    assert_text(&url.hosts[0].name, "10.0.0.5");
    assert_int_equal(url.hosts[0].port, 6379);
    assert_int_equal(url.db, 0);
    assert_int_equal(url.tls, 0);
    assert_int_equal(url.user.len, 0);

    s = text("rediss://logs@redis.example.com:6380/12");
    assert_int_equal(rsl_share_url(&url, &s, &error), RSL_OK);
    assert_text(&url.hosts[0].name, "redis.example.com");
    assert_text(&url.user, "logs");
    assert_int_equal(url.hosts[0].port, 6380);
    assert_int_equal(url.db, 12);
    assert_int_equal(url.tls, 1);

    s = text("redis://[::1]:7000/");
    assert_int_equal(rsl_share_url(&url, &s, &error), RSL_OK);
    assert_text(&url.hosts[0].name, "::1");
    assert_int_equal(url.hosts[0].port, 7000);
    assert_int_equal(url.db, 0);
}


static void
test_socket(void **state)
{
    rsl_str_t        s;
    const char      *error;
    rsl_share_url_t  url;

    s = text("unix:/run/redis/redis.sock");
    assert_int_equal(rsl_share_url(&url, &s, &error), RSL_OK);
    assert_text(&url.path, "/run/redis/redis.sock");
    assert_int_equal(url.nhosts, 0);

    s = text("unix:/r?db=3");
    assert_int_equal(rsl_share_url(&url, &s, &error), RSL_OK);
    assert_text(&url.path, "/r");
    assert_int_equal(url.db, 3);
}


static void
test_sentinel(void **state)
{
    rsl_str_t        s;
    const char      *error;
    rsl_share_url_t  url;

    s = text("redis+sentinel://a:1,b,[::2]:3/mymaster/5");
    assert_int_equal(rsl_share_url(&url, &s, &error), RSL_OK);
    assert_int_equal(url.nhosts, 3);
    assert_text(&url.hosts[0].name, "a");
    assert_int_equal(url.hosts[0].port, 1);
    assert_text(&url.hosts[1].name, "b");
    assert_int_equal(url.hosts[1].port, 26379);
    assert_text(&url.hosts[2].name, "::2");
    assert_int_equal(url.hosts[2].port, 3);
    assert_text(&url.master, "mymaster");
    assert_int_equal(url.db, 5);

    s = text("redis+sentinel://a/m");
    assert_int_equal(rsl_share_url(&url, &s, &error), RSL_OK);
    assert_text(&url.master, "m");
    assert_int_equal(url.db, 0);
}


/* Each is refused, with these words. */

static void
test_refused(void **state)
{
    size_t           i;
    rsl_str_t        s;
    const char      *error;
    rsl_share_url_t  url;

    static const char  *cases[][2] = {
        { "", "has to begin with" },
        { "http://host", "has to begin with" },
        { "redis:/host", "has to begin with" },
        { "redis://", "needs a host" },
        { "redis://:6379", "needs a host" },
        { "redis://host:", "needs a host" },
        { "redis://host:0", "needs a host" },
        { "redis://host:65536", "needs a host" },
        { "redis://host:x", "needs a host" },
        { "redis://[::1", "needs a host" },
        { "redis://[]", "needs a host" },
        { "redis://[::g]", "needs a host" },
        { "redis://[::1]x", "needs a host" },
        { "redis://ho%20st", "needs a host" },
        { "redis://host/x", "a number from 0 to 65535" },
        { "redis://host/65536", "a number from 0 to 65535" },
        { "redis://host/1/2", "a number from 0 to 65535" },
        { "redis://host?db=1", "takes no parameters" },
        { "redis://host#x", "takes no parameters" },
        { "redis://a,b", "one host is enough" },
        { "redis://:secret@host", "password_file" },
        { "redis://user:secret@host", "password_file" },
        { "redis://se@cret@host", "password_file" },
        { "redis://@host", "the user" },
        { "redis://us/er@host", "a number from 0 to 65535" },
        { "redis://us%65r@host", "the user" },
        { "redis://ho st", "a blank" },
        { "redis://host\n", "a blank" },
        { "unix:", "a slash" },
        { "unix:r.sock", "a slash" },
        { "unix:/", "a slash" },
        { "unix:/r?x=1", "only ?db=" },
        { "unix:/r?db=x", "a number from 0 to 65535" },
        { "unix:/r?db=", "a number from 0 to 65535" },
        { "redis+sentinel://a", "the name of the master" },
        { "redis+sentinel://a/", "the name of the master" },
        { "redis+sentinel://a//1", "the name of the master" },
        { "redis+sentinel://a/m/x", "a number from 0 to 65535" },
        { "redis+sentinel://a,/m", "needs a host" },
        { "redis+sentinel://a,b,c,d,e,f,g,h,i/m", "more than 8 hosts" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        s.data = (const u_char *) cases[i][0];
        s.len = strlen(cases[i][0]);
        error = NULL;

        if (rsl_share_url(&url, &s, &error) != RSL_DECLINED
            || strstr(error, cases[i][1]) == NULL)
        {
            fail_msg("%s: %s", cases[i][0], error ? error : "is taken");
        }
    }
}


static void
test_shape(void **state)
{
    rsl_str_t  rules[2], other[2];
    uint64_t   shape;

    rules[0] = text("ab");
    rules[1] = text("c");
    other[0] = text("a");
    other[1] = text("bc");

    shape = rsl_share_shape(1000, 16384, rules, 2);

    assert_true(shape == rsl_share_shape(1000, 16384, rules, 2));
    assert_true(shape != rsl_share_shape(1001, 16384, rules, 2));
    assert_true(shape != rsl_share_shape(1000, 16385, rules, 2));
    assert_true(shape != rsl_share_shape(1000, 16384, rules, 1));
    assert_true(shape != rsl_share_shape(1000, 16384, other, 2));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_network),
        cmocka_unit_test(test_socket),
        cmocka_unit_test(test_sentinel),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_shape)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
