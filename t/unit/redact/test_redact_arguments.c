
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Redaction of lists of arguments in a record: only the string that is the
 * secret changes, or the part of it that is.
 */


#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

#include "redact/rsl_redact_internal.h"


/* More strings are in no list of these tests. */
#define LIST_MAX  16


/* The strings of a list are separated by line feeds; "#" begins a number. */

typedef struct {
    const char  *in;
    const char  *out;
} test_list_t;


static const test_list_t  test_lists[] = {

    { "prog\n--password\nhunterzz", "prog\n--password\n***" },
    { "prog\n--password\nhunter zz\n-v", "prog\n--password\n***\n-v" },
    { "prog\n--port\n#80\n--password\n#123456",
      "prog\n--port\n80\n--password\n***" },
    { "--password\nhunterzz", "--password\n***" },
    { "curl\n-u\nbob:hunterzz\nhttps://h", "curl\n-u\nbob:***\nhttps://h" },
    { "sudo\n-u\na\ncurl\n-sSu\nbob:hunterzz",
      "sudo\n-u\na\ncurl\n-sSu\nbob:***" },
    { "mysql\n-phunterzz", "mysql\n-p***" },
    { "mysql\n-u\nroot\n-phunterzz\napp", "mysql\n-u\nroot\n-p***\napp" },
    { "/usr/bin/mysqldump\n-phunter, zz", "/usr/bin/mysqldump\n-p***" },
    { "sh\n-c\nmysql -phunterzz app", "sh\n-c\nmysql -p*** app" },
    { "env\nA=b\nsshpass\n-p\nhunterzz\nssh\nh",
      "env\nA=b\nsshpass\n-p\n***\nssh\nh" },
    { "docker\nrun\n-e\nDB_PASSWORD=hunterzz\ni",
      "docker\nrun\n-e\nDB_PASSWORD=***\ni" },
    { "htpasswd\n-bc\n/f\nbob\nhunterzz", "htpasswd\n-bc\n/f\nbob\n***" },
    { "sqlplus\nbob/hunterzz@db", "sqlplus\nbob/***@db" },
    { "radtest\nbob\nhunterzz\nh\n0\nhunteryy",
      "radtest\nbob\n***\nh\n0\n***" },
    { "snmpwalk\n-v3\n-a\nSHA\n-A\nhunterzz\n-x\nAES\n-X\nhunteryy\nh",
      "snmpwalk\n-v3\n-a\nSHA\n-A\n***\n-x\nAES\n-X\n***\nh" },
    { "ipmitool\n-H\nh\n-P\nhunterzz", "ipmitool\n-H\nh\n-P\n***" },
    { "kubectl\ncreate\nsecret\ngeneric\ns\n--from-literal\nk=hunterzz",
      "kubectl\ncreate\nsecret\ngeneric\ns\n--from-literal\nk=***" },

    { "a\nb\nc", "a\nb\nc" },
    { "#1\n#2\n#3", "1\n2\n3" },
    { "ssh\n-p\n22\nbob@h", "ssh\n-p\n22\nbob@h" },
    { "docker\nrun\n-p\n8080:80\nnginx", "docker\nrun\n-p\n8080:80\nnginx" },
    { "mysql\n-u\nroot\n-p\napp", "mysql\n-u\nroot\n-p\napp" },
    { "auth\nusers\nsessions", "auth\nusers\nsessions" },
    { "python\n-m\nhttp.server\n-b\n127.0.0.1",
      "python\n-m\nhttp.server\n-b\n127.0.0.1" },
    { "prog\n--password", "prog\n--password" },
    { "-\n-\n-", "-\n-\n-" },
    { "\n\n-p", "\n\n-p" }
};


/* Makes a list of values of "text"; returns the first one. */

static rsl_value_t *
test_list(const char *text, rsl_value_t *values)
{
    size_t       n;
    const char  *p, *end;

    memset(values, 0, LIST_MAX * sizeof(rsl_value_t));

    for (n = 0, p = text; n < LIST_MAX; n++, p = end + 1) {
        end = p + strcspn(p, "\n");

        values[n].type = *p == '#' ? RSL_VALUE_SCALAR : RSL_VALUE_STRING;
        p += *p == '#';

        values[n].text.data = (const u_char *) p;
        values[n].text.len = (size_t) (end - p);

        if (*end == '\0') {
            return values;
        }

        values[n].next = &values[n + 1];
    }

    fail_msg("too many strings: %s", text);

    return NULL;
}


static void
test_check(const rsl_value_t *value, const char *want)
{
    for ( /* void */ ; value != NULL; value = value->next) {
        assert_true(value->text.len <= strlen(want));
        assert_memory_equal(value->text.data, want, value->text.len);

        want += value->text.len;

        assert_int_equal(*want, value->next == NULL ? '\0' : '\n');
        want++;
    }
}


static void
test_arguments(void **state)
{
    size_t         i;
    rsl_value_t    list, values[LIST_MAX];
    rsl_arena_t   *arena;
    rsl_record_t   record;
    rsl_redact_t  *redact;

    (void) state;

    redact = rsl_redact_create(1);
    arena = rsl_arena_create(65536);
    assert_non_null(redact);
    assert_non_null(arena);

    for (i = 0; i < sizeof(test_lists) / sizeof(test_lists[0]); i++) {
        memset(&list, 0, sizeof(rsl_value_t));
        list.type = RSL_VALUE_ARRAY;
        list.child = test_list(test_lists[i].in, values);

        memset(&record, 0, sizeof(rsl_record_t));
        record.extra = &list;

        assert_int_equal(rsl_redact_record(redact, arena, &record), RSL_OK);
        test_check(list.child, test_lists[i].out);
    }

    rsl_arena_destroy(arena);
    rsl_redact_destroy(redact);
}


/* What could not be searched to its end is hidden as a whole. */

static void
test_limit(void **state)
{
    rsl_value_t                       list, values[LIST_MAX];
    rsl_arena_t                      *arena;
    rsl_record_t                      record;
    rsl_redact_t                     *redact;
    static const rsl_redact_limits_t  limits = {
        1, 1, 1, 32 * 1024, 1000000
    };

    (void) state;

    redact = rsl_redact_create_limits(0, &limits);
    arena = rsl_arena_create(65536);
    assert_non_null(redact);
    assert_non_null(arena);

    memset(&list, 0, sizeof(rsl_value_t));
    list.type = RSL_VALUE_ARRAY;
    list.child = test_list("htpasswd\n-bc\n/f\nbob\nhunterzz", values);

    memset(&record, 0, sizeof(rsl_record_t));
    record.extra = &list;

    assert_int_equal(rsl_redact_record(redact, arena, &record), RSL_OK);
    assert_int_equal(list.type, RSL_VALUE_STRING);
    assert_int_equal(list.text.len, RSL_REDACT_MASK_LEN);
    assert_int_equal(rsl_redact_failures(redact), 1);

    rsl_arena_destroy(arena);
    rsl_redact_destroy(redact);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_limit)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
