
/* SPDX-License-Identifier: BSD-2-Clause */


#include "entry.h"


static rsl_level_t
level_of(const char *entry)
{
    rsl_str_t      text;
    rsl_arena_t   *arena;
    rsl_record_t   record;

    text = string(entry);

    arena = rsl_arena_create(1024);
    assert_non_null(arena);

    assert_int_equal(record_of(arena, &text, &record), RSL_OK);

    rsl_arena_destroy(arena);

    return record.level;
}


static void
test_names(void **state)
{
    char         *p;
    char          buf[32];
    size_t        i;
    rsl_str_t     text;
    rsl_level_t   level;

    static const char  *names[RSL_LEVELS][20] = {
        { "TRACE", "TRC", "VERBOSE", "VRB", "SILLY", "FINEST", "FINER",
          "FINE", "CONFIG", "ALL", "DEBUG", "DBG", "T", "V", "D", NULL },
        { "INFO", "INF", "INFORMATION", "INFORMATIONAL", "NOTICE", "SUCCESS",
          "HTTP", "LOG", "DEFAULT", "OK", "I", "N", NULL },
        { "WARN", "WRN", "WARNING", "W", NULL },
        { "ERROR", "ERR", "SEVERE", "FAIL", "E", NULL },
        { "CRITICAL", "CRIT", "FATAL", "FTL", "PANIC", "DPANIC", "ALERT",
          "EMERG", "EMERGENCY", "C", "F", "A", NULL }
    };

    (void) state;

    for (level = 0; level < RSL_LEVELS; level++) {

        for (i = 0; names[level][i] != NULL; i++) {
            text = string(names[level][i]);
            assert_int_equal(rsl_intake_level(&text), level);

            (void) snprintf(buf, sizeof(buf), " %s\t\r\n", names[level][i]);

            for (p = buf; *p; p++) {
                *p = (*p >= 'A' && *p <= 'Z') ? *p | 0x20 : *p;
            }

            text = string(buf);
            assert_int_equal(rsl_intake_level(&text), level);

            (void) snprintf(buf, sizeof(buf), "%s-12", names[level][i]);
            text = string(buf);
            assert_int_equal(rsl_intake_level(&text), level);
        }
    }
}


static void
test_other_names(void **state)
{
    size_t     i;
    rsl_str_t  text;

    static const struct {
        const char   *name;
        rsl_level_t   level;
    } cases[] = {
        { "INFO+2", RSL_LEVEL_INFO },
        { "WARN+10", RSL_LEVEL_WARNING },
        { "DEBUG-1", RSL_LEVEL_DEBUG },
        { "Level 1", RSL_LEVEL_DEBUG },
        { "Level 5", RSL_LEVEL_DEBUG },
        { "Level 19", RSL_LEVEL_DEBUG },
        { "Level 20", RSL_LEVEL_INFO },
        { "Level 25", RSL_LEVEL_INFO },
        { "level 39", RSL_LEVEL_WARNING },
        { "Level 45", RSL_LEVEL_ERROR },
        { "Level 50", RSL_LEVEL_CRITICAL },
        { "Level 9999", RSL_LEVEL_CRITICAL },

        { "", RSL_LEVELS },
        { " ", RSL_LEVELS },
        { "+1", RSL_LEVELS },
        { "-", RSL_LEVELS },
        { "INFO+", RSL_LEVELS },
        { "INFO 2", RSL_LEVELS },
        { "INFOS", RSL_LEVELS },
        { "INF0", RSL_LEVELS },
        { "Level", RSL_LEVELS },
        { "Level ", RSL_LEVELS },
        { "Level x", RSL_LEVELS },
        { "Level 0", RSL_LEVELS },
        { "Level 25x", RSL_LEVELS },
        { "Level 12345", RSL_LEVELS },
        { "NOTSET", RSL_LEVELS },
        { "OFF", RSL_LEVELS },
        { "UNKNOWN", RSL_LEVELS },
        { "30", RSL_LEVELS },
        { "INFORMATIONALLY", RSL_LEVELS },
        { "[INFO]", RSL_LEVELS }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = string(cases[i].name);

        if (rsl_intake_level(&text) != cases[i].level) {
            fail_msg("%s: %d", cases[i].name, rsl_intake_level(&text));
        }
    }

    text = string_n(NULL, 0);
    assert_int_equal(rsl_intake_level(&text), RSL_LEVELS);

    text = string_n("INFO\0", 5);
    assert_int_equal(rsl_intake_level(&text), RSL_LEVELS);
}


/* In each scale, the first number of each level and the one before it. */

static void
test_scales(void **state)
{
    size_t       i;
    unsigned     n;
    rsl_level_t  level;

    static const struct {
        rsl_intake_alias_kind_e  scale;
        int64_t                  first[RSL_LEVELS + 1];
    } scales[] = {
        { RSL_INTAKE_ALIAS_OTLP, { 1, 9, 13, 17, 21, 25 } },
        { RSL_INTAKE_ALIAS_PYTHON, { 1, 20, 30, 40, 50, 0 } },
        { RSL_INTAKE_ALIAS_LEVEL, { 8, 30, 40, 50, 60, 100 } },
        { RSL_INTAKE_ALIAS_LEVEL, { 100, 200, 300, 400, 500, 1000 } },
        { RSL_INTAKE_ALIAS_LOGBACK, { 1, 20000, 30000, 40000, 50000, 0 } }
    };

    static const rsl_level_t  syslog[] = {
        RSL_LEVEL_CRITICAL, RSL_LEVEL_CRITICAL, RSL_LEVEL_CRITICAL,
        RSL_LEVEL_ERROR, RSL_LEVEL_WARNING, RSL_LEVEL_INFO, RSL_LEVEL_INFO,
        RSL_LEVEL_DEBUG
    };

    (void) state;

    for (i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {

        for (level = 0; level < RSL_LEVELS; level++) {
            assert_int_equal(rsl_intake_level_number(scales[i].scale,
                                                     scales[i].first[level]),
                             level);

            if (scales[i].first[level + 1]) {
                assert_int_equal(rsl_intake_level_number(
                                     scales[i].scale,
                                     scales[i].first[level + 1] - 1),
                                 level);
            }
        }
    }

    for (n = 0; n < 8; n++) {
        assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_LEVEL, n),
                         syslog[n]);
        assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_SYSLOG, n),
                         syslog[n]);
    }

    assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_OTLP, 0),
                     RSL_LEVELS);
    assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_OTLP, 25),
                     RSL_LEVELS);
    assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_PYTHON, 0),
                     RSL_LEVELS);
    assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_SYSLOG, 8),
                     RSL_LEVELS);
    assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_LEVEL, -1),
                     RSL_LEVELS);
    assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_LEVEL, 1000),
                     RSL_LEVELS);
    assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_LEVEL, INT64_MIN),
                     RSL_LEVELS);
    assert_int_equal(rsl_intake_level_number(RSL_INTAKE_ALIAS_PLAIN, 30),
                     RSL_LEVELS);
}


/* If several keys have a level, which of them counts. */

static void
test_entries(void **state)
{
    size_t  i;

    static const struct {
        rsl_level_t   level;
        const char   *entry;
    } cases[] = {
        { RSL_LEVEL_INFO, "{}" },
        { RSL_LEVEL_ERROR, "{\"exception\":\"boom\"}" },
        { RSL_LEVEL_DEBUG, "{\"exception\":\"boom\",\"level\":\"debug\"}" },
        { RSL_LEVEL_ERROR, "{\"exc_info\":\"boom\",\"level\":\"loud\"}" },
        { RSL_LEVEL_INFO, "{\"exc_info\":\"None\"}" },

        { RSL_LEVEL_WARNING, "{\"level\":40}" },
        { RSL_LEVEL_WARNING, "{\"level\":\"40\"}" },
        { RSL_LEVEL_ERROR, "{\"level\":3}" },
        { RSL_LEVEL_ERROR, "{\"level\":\"3\"}" },
        { RSL_LEVEL_ERROR, "{\"level\":400}" },
        { RSL_LEVEL_INFO, "{\"level\":5000}" },
        { RSL_LEVEL_INFO, "{\"level\":30.5}" },
        { RSL_LEVEL_INFO, "{\"level\":true}" },
        { RSL_LEVEL_INFO, "{\"level\":null}" },
        { RSL_LEVEL_INFO, "{\"level\":\"\"}" },
        { RSL_LEVEL_INFO,
          "{\"level\":40000000000000000000000000000}" },

        { RSL_LEVEL_ERROR, "{\"level\":30,\"level_name\":\"ERROR\"}" },
        { RSL_LEVEL_ERROR, "{\"levelname\":\"ERROR\",\"levelno\":10}" },
        { RSL_LEVEL_ERROR, "{\"severity\":\"ERROR\",\"level\":10}" },
        { RSL_LEVEL_DEBUG, "{\"severity\":\"ERROR\",\"level\":\"debug\"}" },
        { RSL_LEVEL_ERROR, "{\"severity\":\"ERROR\",\"level\":\"loud\"}" },
        { RSL_LEVEL_ERROR, "{\"lvl\":\"eror\",\"priority\":\"err\"}" },

        { RSL_LEVEL_WARNING, "{\"levelno\":30}" },
        { RSL_LEVEL_WARNING, "{\"levelno\":30,\"level\":50}" },
        { RSL_LEVEL_INFO,
          "{\"record\":{\"level\":{\"no\":25}},\"level\":50}" },
        { RSL_LEVEL_INFO,
          "{\"record\":{\"level\":{\"name\":\"SUCCESS\",\"no\":50}}}" },
        { RSL_LEVEL_ERROR, "{\"priority\":3}" },
        { RSL_LEVEL_ERROR, "{\"PRIORITY\":\"3\"}" },
        { RSL_LEVEL_INFO, "{\"priority\":30}" },
        { RSL_LEVEL_ERROR, "{\"priority\":0,\"severity\":50}" },
        { RSL_LEVEL_ERROR, "{\"severity\":0,\"level\":50}" },

        { RSL_LEVEL_ERROR, "{\"severityNumber\":17}" },
        { RSL_LEVEL_ERROR,
          "{\"severityNumber\":17,\"severityText\":\"INFO\"}" },
        { RSL_LEVEL_WARNING,
          "{\"severityNumber\":0,\"severityText\":\"WARN\"}" },
        { RSL_LEVEL_WARNING, "{\"severity_number\":\"13\"}" },

        { RSL_LEVEL_ERROR, "{\"level_value\":40000}" },
        { RSL_LEVEL_DEBUG, "{\"level\":\"TRACE\",\"level_value\":5000}" },
        { RSL_LEVEL_ERROR, "{\"level\":3,\"level_value\":20000}" },

        { RSL_LEVEL_ERROR, "{\"log.level\":\"error\"}" },
        { RSL_LEVEL_ERROR, "{\"log\":{\"level\":\"error\"}}" },
        { RSL_LEVEL_CRITICAL, "{\"LogLevel\":\"Critical\"}" },
        { RSL_LEVEL_CRITICAL, "{\"@l\":\"Fatal\"}" },
        { RSL_LEVEL_ERROR, "{\"syslog\":{\"severity\":\"err\"}}" },

        { RSL_LEVEL_ERROR, "{\"status\":\"error\"}" },
        { RSL_LEVEL_WARNING, "{\"status\":\"error\",\"level\":\"warn\"}" },
        { RSL_LEVEL_ERROR, "{\"status\":\"error\",\"levelno\":30}" },
        { RSL_LEVEL_INFO, "{\"status\":500}" },
        { RSL_LEVEL_INFO, "{\"status\":3}" }
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {

        if (level_of(cases[i].entry) != cases[i].level) {
            fail_msg("%s: %s", cases[i].entry,
                     rsl_record_level_names[level_of(cases[i].entry)].data);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_other_names),
        cmocka_unit_test(test_scales),
        cmocka_unit_test(test_entries)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
