
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The names under which loggers send what the record has a field for.
 */


#include "rsl_intake_field.h"


typedef struct {
    rsl_str_t      name;
    unsigned char  alias;
} rsl_own_t;


#define TIMESTAMP     RSL_FIELD_TIMESTAMP
#define LEVEL         RSL_FIELD_LEVEL
#define LOGGER        RSL_FIELD_LOGGER
#define MESSAGE       RSL_FIELD_MESSAGE
#define REQUEST_ID    RSL_FIELD_REQUEST_ID
#define DURATION      RSL_FIELD_DURATION
#define METHOD        RSL_FIELD_METHOD
#define PATH          RSL_FIELD_PATH
#define STATUS        RSL_FIELD_STATUS
#define EXCEPTION     RSL_FIELD_EXCEPTION

#define PLAIN         RSL_ALIAS_PLAIN
#define ANY_SCALE     RSL_ALIAS_LEVEL
#define SYSLOG        RSL_ALIAS_SYSLOG
#define OTLP          RSL_ALIAS_OTLP
#define PYTHON        RSL_ALIAS_PYTHON
#define LOGBACK       RSL_ALIAS_LOGBACK
#define FACILITY      RSL_ALIAS_FACILITY
#define SHORT         RSL_ALIAS_SHORT
#define FULL          RSL_ALIAS_FULL
#define TREE          RSL_ALIAS_TREE
#define STRING        RSL_ALIAS_STRING
#define LOG           RSL_ALIAS_LOG
#define NANOSECONDS   RSL_ALIAS_NANOSECONDS
#define NAME_OR_CODE  RSL_ALIAS_NAME_OR_CODE


/*
 * Within a field the first one with a usable value counts; docs/ingest.md has
 * the same table.
 */

const rsl_alias_t  rsl_aliases[RSL_ALIASES] = {
    { rsl_string("@timestamp"), TIMESTAMP, PLAIN },
    { rsl_string("timestamp"), TIMESTAMP, PLAIN },
    { rsl_string("time"), TIMESTAMP, PLAIN },
    { rsl_string("ts"), TIMESTAMP, PLAIN },
    { rsl_string("@t"), TIMESTAMP, PLAIN },
    { rsl_string("date"), TIMESTAMP, PLAIN },
    { rsl_string("datetime"), TIMESTAMP, PLAIN },
    { rsl_string("instant"), TIMESTAMP, PLAIN },
    { rsl_string("timemillis"), TIMESTAMP, PLAIN },
    { rsl_string("timeunixnano"), TIMESTAMP, PLAIN },
    { rsl_string("recordtimetimestamp"), TIMESTAMP, PLAIN },
    { rsl_string("timereported"), TIMESTAMP, PLAIN },
    { rsl_string("isodate"), TIMESTAMP, PLAIN },
    { rsl_string("realtimetimestamp"), TIMESTAMP, PLAIN },
    { rsl_string("created"), TIMESTAMP, PLAIN },
    { rsl_string("asctime"), TIMESTAMP, PLAIN },
    { rsl_string("observedtimeunixnano"), TIMESTAMP, PLAIN },

    { rsl_string("level"), LEVEL, ANY_SCALE },
    { rsl_string("levelname"), LEVEL, ANY_SCALE },
    { rsl_string("loglevel"), LEVEL, ANY_SCALE },
    { rsl_string("severity"), LEVEL, ANY_SCALE },
    { rsl_string("severitynumber"), LEVEL, OTLP },
    { rsl_string("severitytext"), LEVEL, ANY_SCALE },
    { rsl_string("recordlevelname"), LEVEL, ANY_SCALE },
    { rsl_string("@l"), LEVEL, ANY_SCALE },
    { rsl_string("lvl"), LEVEL, ANY_SCALE },
    { rsl_string("priority"), LEVEL, SYSLOG },
    { rsl_string("syslogseverity"), LEVEL, SYSLOG },
    { rsl_string("levelno"), LEVEL, PYTHON },
    { rsl_string("recordlevelno"), LEVEL, PYTHON },
    { rsl_string("levelvalue"), LEVEL, LOGBACK },

    { rsl_string("logger"), LOGGER, PLAIN },
    { rsl_string("loggername"), LOGGER, PLAIN },
    { rsl_string("loglogger"), LOGGER, PLAIN },
    { rsl_string("name"), LOGGER, PLAIN },
    { rsl_string("recordname"), LOGGER, PLAIN },
    { rsl_string("channel"), LOGGER, PLAIN },
    { rsl_string("category"), LOGGER, PLAIN },
    { rsl_string("sourcecontext"), LOGGER, PLAIN },
    { rsl_string("propertiessourcecontext"), LOGGER, PLAIN },
    { rsl_string("target"), LOGGER, PLAIN },
    { rsl_string("propertiesname"), LOGGER, PLAIN },
    { rsl_string("program"), LOGGER, PLAIN },
    { rsl_string("syslogidentifier"), LOGGER, PLAIN },
    { rsl_string("appname"), LOGGER, PLAIN },
    { rsl_string("facility"), LOGGER, FACILITY },
    { rsl_string("servicename"), LOGGER, PLAIN },
    { rsl_string("service"), LOGGER, PLAIN },
    { rsl_string("module"), LOGGER, PLAIN },

    { rsl_string("message"), MESSAGE, TREE },
    { rsl_string("msg"), MESSAGE, TREE },
    { rsl_string("shortmessage"), MESSAGE, SHORT },
    { rsl_string("event"), MESSAGE, STRING },
    { rsl_string("@m"), MESSAGE, PLAIN },
    { rsl_string("renderedmessage"), MESSAGE, PLAIN },
    { rsl_string("fieldsmessage"), MESSAGE, PLAIN },
    { rsl_string("recordmessage"), MESSAGE, PLAIN },
    { rsl_string("@mt"), MESSAGE, PLAIN },
    { rsl_string("messagetemplate"), MESSAGE, PLAIN },
    { rsl_string("body"), MESSAGE, TREE },
    { rsl_string("log"), MESSAGE, LOG },
    { rsl_string("text"), MESSAGE, PLAIN },

    { rsl_string("requestid"), REQUEST_ID, PLAIN },
    { rsl_string("reqid"), REQUEST_ID, PLAIN },
    { rsl_string("xrequestid"), REQUEST_ID, PLAIN },
    { rsl_string("correlationid"), REQUEST_ID, PLAIN },
    { rsl_string("httprequestid"), REQUEST_ID, PLAIN },
    { rsl_string("reqheadersxrequestid"), REQUEST_ID, PLAIN },
    { rsl_string("spanrequestid"), REQUEST_ID, PLAIN },
    { rsl_string("contextrequestid"), REQUEST_ID, PLAIN },
    { rsl_string("contextmaprequestid"), REQUEST_ID, PLAIN },
    { rsl_string("fieldsrequestid"), REQUEST_ID, PLAIN },
    { rsl_string("propertiesrequestid"), REQUEST_ID, PLAIN },
    { rsl_string("recordextrarequestid"), REQUEST_ID, PLAIN },
    { rsl_string("labelsrequestid"), REQUEST_ID, PLAIN },

    { rsl_string("durationms"), DURATION, PLAIN },
    { rsl_string("elapsedms"), DURATION, PLAIN },
    { rsl_string("latencyms"), DURATION, PLAIN },
    { rsl_string("responsetimems"), DURATION, PLAIN },
    { rsl_string("responsetime"), DURATION, PLAIN },
    { rsl_string("elapsedmilliseconds"), DURATION, PLAIN },
    { rsl_string("propertieselapsed"), DURATION, PLAIN },
    { rsl_string("fieldsdurationms"), DURATION, PLAIN },
    { rsl_string("recordextradurationms"), DURATION, PLAIN },
    { rsl_string("eventduration"), DURATION, NANOSECONDS },

    { rsl_string("method"), METHOD, PLAIN },
    { rsl_string("httprequestmethod"), METHOD, PLAIN },
    { rsl_string("reqmethod"), METHOD, PLAIN },
    { rsl_string("requestmethod"), METHOD, PLAIN },
    { rsl_string("httpmethod"), METHOD, PLAIN },
    { rsl_string("spanmethod"), METHOD, PLAIN },

    { rsl_string("path"), PATH, PLAIN },
    { rsl_string("urlpath"), PATH, PLAIN },
    { rsl_string("requrl"), PATH, PLAIN },
    { rsl_string("requestpath"), PATH, PLAIN },
    { rsl_string("requesturi"), PATH, PLAIN },
    { rsl_string("httptarget"), PATH, PLAIN },
    { rsl_string("httproute"), PATH, PLAIN },

    { rsl_string("statuscode"), STATUS, PLAIN },
    { rsl_string("httpresponsestatuscode"), STATUS, PLAIN },
    { rsl_string("httpstatuscode"), STATUS, PLAIN },
    { rsl_string("resstatuscode"), STATUS, PLAIN },
    { rsl_string("httpstatus"), STATUS, PLAIN },
    { rsl_string("responsestatus"), STATUS, PLAIN },
    { rsl_string("fieldsstatus"), STATUS, PLAIN },
    { rsl_string("status"), STATUS, NAME_OR_CODE },

    { rsl_string("exceptionstacktrace"), EXCEPTION, PLAIN },
    { rsl_string("stacktrace"), EXCEPTION, PLAIN },
    { rsl_string("errorstacktrace"), EXCEPTION, PLAIN },
    { rsl_string("errstack"), EXCEPTION, PLAIN },
    { rsl_string("errorstack"), EXCEPTION, PLAIN },
    { rsl_string("stack"), EXCEPTION, PLAIN },
    { rsl_string("exctext"), EXCEPTION, PLAIN },
    { rsl_string("exception"), EXCEPTION, PLAIN },
    { rsl_string("recordexception"), EXCEPTION, PLAIN },
    { rsl_string("excinfo"), EXCEPTION, PLAIN },
    { rsl_string("thrown"), EXCEPTION, PLAIN },
    { rsl_string("contextexception"), EXCEPTION, PLAIN },
    { rsl_string("@x"), EXCEPTION, PLAIN },
    { rsl_string("fullmessage"), EXCEPTION, FULL },
    { rsl_string("errorkind"), EXCEPTION, PLAIN },
    { rsl_string("err"), EXCEPTION, PLAIN },
    { rsl_string("error"), EXCEPTION, PLAIN },
    { rsl_string("fieldserror"), EXCEPTION, PLAIN }
};


/*
 * Where an alias is found by its hash, plus one; 0: it is none.  The unit test
 * prints this table if it does not fit the other one any more.
 */

const unsigned char  rsl_alias_index[RSL_ALIAS_INDEX] = {
     61,   0,   0,   0,   0,   0,   0,   0,   0,   0,   1,   0,   0,   0,
      0,   0,   0,   0,  31,   0,   0,   0,  50, 115,   0,   0,   0,   0,
      0,   0,   0,   0,   0,  57,   0,  91,   0,   0,   0,   0,  41,  55,
      0,   6,  52,   0,   0,   0,   0, 120,   0,   0,   0,   4,   0,   0,
      0,   0,   0,   0,   0,  44,   0,   0,   0,   0,  28,  94,  18,   0,
      0,   0,   0,   0,   0,  84,   0,  39,  21,   0,   0,   0,   0,   0,
      0,   0,   0,   0,   0,   0,  47,  88,   0,   0,  85,   0,   0,   0,
     66,   0,  12,   0,   0,   0,   0,   0,  78,   0,  65,   0,  69,   0,
     14,   0,  93,   0, 105,  86,  40,   0,   0,   0,   0,   0,   0,   0,
      0,   0,   0,   0,  46,   0,   0,   0,   0,   0,   0, 100,   0,   0,
      0,   0,   0,  77,   0,   0,   0,   0,   0,   0,   0,   0,   0,  36,
     63,   0,   0,   0,  25,   0,   0,   0,   0,   0,   0,   0,  95,   0,
      0,  30, 113,   0,  97,   0,   0,  53,   0,   0,   0,   0,   0,   0,
      0,   0,   0,   0,  99,  34,  48,   0,  26,  81, 123,   0,   0,   0,
      0,  17, 107,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
      0,  64,  71,   0,   0,  16,   3,   0,   0,   0,   0,   0,   0,  35,
     60,   0,  89,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
      0,  32,  73, 117,   0,   0,   0,   0,   0,   0,   0,   0,  96,   0,
      0,  22,   0,   0,  13,   0,  49,   0,   0,   0, 109,   0,   0,   0,
      0,   0,   0,   0,   0,  74,  98,   0,   0, 116,   0,   0,   0,   0,
      0,   0,   0,   0,   0,   0,   0,   0,   0,   0,  10,  75,  42,   0,
      0,   0,  56,   0,   0, 101,   0,   0,  76,   0,   0,   0,   0,   0,
      0,  79,   0,   0,   0,  11,   0,   0,   0,   0,   0,   0,   0,   0,
      0,   0,   0,   0,   0,   0,   0,   0, 111,   0,   0,   0,   0,  43,
      0,   0,   0,   0,   0,   0,  15,   0,   0,   0,   0,   0,   0,   0,
     38,   0,   0,  54,   0,   0,   0,   0,   5,  37, 124,   0,   0,   0,
      0,   0,   0,   0,   0,   0,   0,   0,   0,  59,   0,  45,   0,  23,
      7,   0,   0,   0,   0,   0,   0,   0,  51,   0,   0,   0,   0,   0,
      0,   0,   0, 121,   0,   0,   0,   0,   0,   9,  19,   0,   0,   0,
      0,   0,   0,   0,   0,   0, 118,   0,  67,   0,   2,   0,   0,  29,
    106,   0,   0,   0,   0,   0,  87,   0,   0,   0, 112,   0,  80,  92,
    110, 119,   0,   0,  70,   0,   0,   0,   0, 103, 122,   0,   0,   0,
      0,   0,   0,   0,   0,   0,   0,   0,  68,   0,   0,   0,   0,   0,
      0,   0,   0,   0,   0,   0,   0, 108,   0,   0,  62,   0,   8,   0,
     20,   0,   0,   0,   0,   0,  72,   0,   0,   0,   0,  82,   0,   0,
      0,   0,   0,  27, 114, 102,  83,   0,  58, 104,  24,  90,   0,   0,
      0,   0,  33,   0,   0,   0,   0,   0
};


/* The record's own names, by their lengths. */

static const rsl_own_t  rsl_own_names[] = {
    { rsl_string("_seq"), RSL_ALIASES },
    { rsl_string("path"), 91 },
    { rsl_string("level"), 17 },
    { rsl_string("logger"), 31 },
    { rsl_string("method"), 85 },
    { rsl_string("message"), 49 },
    { rsl_string("timestamp"), 1 },
    { rsl_string("exception"), 113 },
    { rsl_string("truncated"), RSL_ALIASES },
    { rsl_string("request_id"), 62 },
    { rsl_string("duration_ms"), 75 },
    { rsl_string("status_code"), 98 }
};

#define RSL_OWN_NAMES  (sizeof(rsl_own_names) / sizeof(rsl_own_t))

/* The first one of each length. */

static const unsigned char  rsl_own_first[] = {
    12, 12, 12, 12, 0, 2, 3, 5, 12, 6, 9, 10
};


int
rsl_alias_own(const rsl_str_t *key, size_t *alias)
{
    size_t            n;
    const rsl_own_t  *own;

    if (key->len >= sizeof(rsl_own_first)) {
        return 0;
    }

    for (n = rsl_own_first[key->len]; n < RSL_OWN_NAMES; n++) {
        own = &rsl_own_names[n];

        if (own->name.len != key->len) {
            break;
        }

        if (own->name.data[0] == key->data[0]
            && memcmp(own->name.data, key->data, key->len) == 0)
        {
            *alias = own->alias;
            return 1;
        }
    }

    return 0;
}


int
rsl_alias_fold(rsl_folded_t *name, const rsl_str_t *key)
{
    size_t    i, len;
    u_char    ch;
    uint32_t  hash;

    len = name->len;
    hash = name->hash;

    for (i = 0; i < key->len; i++) {
        ch = key->data[i];

        if (ch < 'a' || ch > 'z') {

            if (ch == '_' || ch == '-' || ch == '.') {
                continue;
            }

            if (ch >= 'A' && ch <= 'Z') {
                ch |= 0x20;
            }
        }

        if (len == RSL_ALIAS_NAME_MAX) {
            return RSL_DECLINED;
        }

        name->data[len++] = ch;
        hash = rsl_alias_hash(hash, ch);
    }

    name->len = len;
    name->hash = hash;

    return RSL_OK;
}


size_t
rsl_alias_find(const rsl_folded_t *name)
{
    size_t            n, slot;
    const rsl_str_t  *alias;

    slot = rsl_alias_slot(name->hash);

    for ( ;; ) {
        n = rsl_alias_index[slot];

        if (n == 0) {
            return RSL_ALIASES;
        }

        alias = &rsl_aliases[n - 1].name;

        if (alias->len == name->len
            && memcmp(alias->data, name->data, name->len) == 0)
        {
            return n - 1;
        }

        slot = (slot + 1) % RSL_ALIAS_INDEX;
    }
}
