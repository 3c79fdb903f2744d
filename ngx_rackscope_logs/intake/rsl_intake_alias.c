
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The names under which loggers send a field of the record, and the index in
 * which they are found.  A new alias is a row of the table below, and of the
 * one in docs/ingest.md.
 */


#include "rsl_intake_internal.h"


/* FNV-1a, which rsl_intake_alias_start() begins. */

#define rsl_intake_alias_hash(hash, ch)  (((hash) ^ (ch)) * 0x01000193u)

#define rsl_intake_alias_slot(hash)                                           \
    (((hash) ^ (hash) >> 16) % RSL_INTAKE_ALIAS_INDEX)


#define TIMESTAMP     RSL_INTAKE_FIELD_TIMESTAMP
#define LEVEL         RSL_INTAKE_FIELD_LEVEL
#define LOGGER        RSL_INTAKE_FIELD_LOGGER
#define MESSAGE       RSL_INTAKE_FIELD_MESSAGE
#define REQUEST_ID    RSL_INTAKE_FIELD_REQUEST_ID
#define DURATION      RSL_INTAKE_FIELD_DURATION
#define METHOD        RSL_INTAKE_FIELD_METHOD
#define PATH          RSL_INTAKE_FIELD_PATH
#define STATUS        RSL_INTAKE_FIELD_STATUS
#define EXCEPTION     RSL_INTAKE_FIELD_EXCEPTION
#define TRACE_ID      RSL_INTAKE_FIELD_TRACE_ID
#define SPAN_ID       RSL_INTAKE_FIELD_SPAN_ID

#define PLAIN         RSL_INTAKE_ALIAS_PLAIN
#define ANY_SCALE     RSL_INTAKE_ALIAS_LEVEL
#define SYSLOG        RSL_INTAKE_ALIAS_SYSLOG
#define OTLP          RSL_INTAKE_ALIAS_OTLP
#define PYTHON        RSL_INTAKE_ALIAS_PYTHON
#define LOGBACK       RSL_INTAKE_ALIAS_LOGBACK
#define MONGO         RSL_INTAKE_ALIAS_MONGO
#define FACILITY      RSL_INTAKE_ALIAS_FACILITY
#define SHORT         RSL_INTAKE_ALIAS_SHORT
#define FULL          RSL_INTAKE_ALIAS_FULL
#define TREE          RSL_INTAKE_ALIAS_TREE
#define STRING        RSL_INTAKE_ALIAS_STRING
#define LINE_OR_TREE  RSL_INTAKE_ALIAS_LINE_OR_TREE
#define LINE_OR_NUM   RSL_INTAKE_ALIAS_LINE_OR_NUMBER
#define LOG           RSL_INTAKE_ALIAS_LOG
#define NANOSECONDS   RSL_INTAKE_ALIAS_NANOSECONDS
#define NAME_OR_CODE  RSL_INTAKE_ALIAS_NAME_OR_CODE


/* If several aliases of a field are sent, the first usable value counts. */

const rsl_intake_alias_t  rsl_intake_aliases[] = {
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
    { rsl_string("t$date"), TIMESTAMP, PLAIN },

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
    { rsl_string("contextloglevel"), LEVEL, ANY_SCALE },
    { rsl_string("s"), LEVEL, MONGO },

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

    { rsl_string("message"), MESSAGE, LINE_OR_TREE },
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
    { rsl_string("line"), MESSAGE, LINE_OR_NUM },

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
    { rsl_string("propertiesreqid"), REQUEST_ID, PLAIN },
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
    { rsl_string("fieldserror"), EXCEPTION, PLAIN },

    { rsl_string("traceid"), TRACE_ID, PLAIN },
    { rsl_string("oteltraceid"), TRACE_ID, PLAIN },
    { rsl_string("@tr"), TRACE_ID, PLAIN },
    { rsl_string("ddtraceid"), TRACE_ID, PLAIN },
    { rsl_string("spantraceid"), TRACE_ID, PLAIN },
    { rsl_string("contexttraceid"), TRACE_ID, PLAIN },
    { rsl_string("contextmaptraceid"), TRACE_ID, PLAIN },
    { rsl_string("mdctraceid"), TRACE_ID, PLAIN },
    { rsl_string("extratraceid"), TRACE_ID, PLAIN },
    { rsl_string("fieldstraceid"), TRACE_ID, PLAIN },
    { rsl_string("propertiestraceid"), TRACE_ID, PLAIN },
    { rsl_string("recordextratraceid"), TRACE_ID, PLAIN },
    { rsl_string("labelstraceid"), TRACE_ID, PLAIN },

    { rsl_string("spanid"), SPAN_ID, PLAIN },
    { rsl_string("otelspanid"), SPAN_ID, PLAIN },
    { rsl_string("@sp"), SPAN_ID, PLAIN },
    { rsl_string("ddspanid"), SPAN_ID, PLAIN },
    { rsl_string("spanspanid"), SPAN_ID, PLAIN },
    { rsl_string("contextspanid"), SPAN_ID, PLAIN },
    { rsl_string("contextmapspanid"), SPAN_ID, PLAIN },
    { rsl_string("mdcspanid"), SPAN_ID, PLAIN },
    { rsl_string("extraspanid"), SPAN_ID, PLAIN },
    { rsl_string("fieldsspanid"), SPAN_ID, PLAIN },
    { rsl_string("propertiesspanid"), SPAN_ID, PLAIN },
    { rsl_string("recordextraspanid"), SPAN_ID, PLAIN },
    { rsl_string("labelsspanid"), SPAN_ID, PLAIN }
};


#define RSL_INTAKE_ALIAS_COUNT                                                \
    (sizeof(rsl_intake_aliases) / sizeof(rsl_intake_alias_t))

_Static_assert(RSL_INTAKE_ALIAS_COUNT <= RSL_INTAKE_ALIASES,
               "more aliases than RSL_INTAKE_ALIASES: raise it by 64");


/* The names of the record's own fields, also of those that no sender sets. */

static const rsl_str_t  rsl_intake_alias_own_names[] = {
    rsl_string("_seq"),
    rsl_string("timestamp"),
    rsl_string("level"),
    rsl_string("logger"),
    rsl_string("message"),
    rsl_string("request_id"),
    rsl_string("duration_ms"),
    rsl_string("method"),
    rsl_string("path"),
    rsl_string("status_code"),
    rsl_string("exception"),
    rsl_string("trace_id"),
    rsl_string("span_id"),
    rsl_string("truncated")
};

#define RSL_INTAKE_OWN_COUNT                                                  \
    (sizeof(rsl_intake_alias_own_names) / sizeof(rsl_str_t))

_Static_assert(RSL_INTAKE_OWN_COUNT < RSL_INTAKE_OWN_NAMES,
               "more own names than RSL_INTAKE_OWN_NAMES has room for");


void
rsl_intake_alias_init(rsl_intake_alias_index_t *index)
{
    size_t               n, slot;
    rsl_intake_folded_t  name;

    memset(index, 0, sizeof(rsl_intake_alias_index_t));

    for (n = 0; n < RSL_INTAKE_ALIAS_COUNT; n++) {
        rsl_intake_alias_start(&name);
        (void) rsl_intake_alias_fold(&name, &rsl_intake_aliases[n].name);

        slot = rsl_intake_alias_slot(name.hash);

        while (index->slots[slot]) {
            slot = (slot + 1) % RSL_INTAKE_ALIAS_INDEX;
        }

        index->slots[slot] = (u_char) (n + 1);
    }

    for (n = RSL_INTAKE_OWN_COUNT; n; n--) {
        rsl_intake_alias_start(&name);
        (void) rsl_intake_alias_fold(&name, &rsl_intake_alias_own_names[n - 1]);

        index->own[n] = (u_char) rsl_intake_alias_find(index, &name);

        /* names of the same length form a list, in the order of the table */

        slot = rsl_intake_alias_own_names[n - 1].len;

        index->next[n] = index->first[slot];
        index->first[slot] = (u_char) n;
    }
}


int
rsl_intake_alias_own(const rsl_intake_alias_index_t *index,
    const rsl_str_t *key, size_t *alias)
{
    size_t            n;
    const rsl_str_t  *own;

    if (key->len >= sizeof(index->first)) {
        return 0;
    }

    for (n = index->first[key->len]; n; n = index->next[n]) {
        own = &rsl_intake_alias_own_names[n - 1];

        if (own->data[0] == key->data[0]
            && memcmp(own->data, key->data, key->len) == 0)
        {
            *alias = index->own[n];
            return 1;
        }
    }

    return 0;
}


int
rsl_intake_alias_fold(rsl_intake_folded_t *name, const rsl_str_t *key)
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

        if (len == RSL_INTAKE_ALIAS_NAME_MAX) {
            return RSL_DECLINED;
        }

        name->data[len++] = ch;
        hash = rsl_intake_alias_hash(hash, ch);
    }

    name->len = len;
    name->hash = hash;

    return RSL_OK;
}


size_t
rsl_intake_alias_find(const rsl_intake_alias_index_t *index,
    const rsl_intake_folded_t *name)
{
    size_t            n, slot;
    const rsl_str_t  *alias;

    slot = rsl_intake_alias_slot(name->hash);

    for ( ;; ) {
        n = index->slots[slot];

        if (n == 0) {
            return RSL_INTAKE_ALIASES;
        }

        alias = &rsl_intake_aliases[n - 1].name;

        if (alias->len == name->len
            && memcmp(alias->data, name->data, name->len) == 0)
        {
            return n - 1;
        }

        slot = (slot + 1) % RSL_INTAKE_ALIAS_INDEX;
    }
}
