
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Secrets in statements of SQL and of Redis, in lines of configuration and in
 * calls of code, where no name with a separator is before them.  These rows are
 * matched like the shapes, and the rules for writing them are those of
 * rsl_redact_rules.c.
 */


#include "rsl_redact_internal.h"


#define ARGUMENT    "[^\\s\"'|;]{1,256}+"
#define QUOTE       "[\"']?+"
#define VALUE       RSL_REDACT_SHAPE_VALUE
#define ROWS        RSL_REDACT_SHAPE_ROWS

/* blanks, also those of a URL */
#define B           "(?:\\s|\\+|%20)"

/* a quote, also that of a URL or one that is escaped */
#define Q           "(?:\\\\{0,3}+[\"'`]|%2[27])"

/* an item of SQL: a name or a quoted text */
#define ITEM        "(?:[^\\s+%]|%(?!20)){1,128}+"

/* between two arguments, each of which may be quoted */
#define GAP         "[\"']?+[ \\t]++[\"']?+"

/* the first arguments of a call, quoted or not */
#define FIRST       "\\(\\s*+(?:\"[^\"\\n]{0,256}+\"|'[^'\\n]{0,256}+'"       \
                    "|[A-Za-z0-9_.$]{1,64}+)\\s*+,\\s*+"
#define SECOND      "(?:\"[^\"\\n]{0,256}+\"|'[^'\\n]{0,256}+'"               \
                    "|[A-Za-z0-9_.$]{1,64}+)\\s*+,\\s*+"
#define QUOTED      "(?:\"([^\"\\n]++)|'([^'\\n]++))"


const rsl_redact_shape_t  rsl_redact_statements[] = {

    /* SQL */

    { "sql-insert", "insert",
      "(?i)\\s++(?:\\w{1,16}+\\s++){0,3}?into\\s++[^\\s(]{1,192}+\\s*+\\(",
      NULL, 1, 0, ROWS },
    { "sql-insert", "replace",
      "(?i)\\s++into\\s++[^\\s(]{1,192}+\\s*+\\(", NULL, 1, 0, ROWS },

#define IDENTIFIED                                                            \
    "(?i)" B "++(?:(?:with|via)" B "++" ITEM B "++(?:by|as|using)|by)" B "++" \
    "(?:(?:values|password)" B "*+)?+"

    /* a host or a record "is identified by" something, too */
    { "sql-identified", "identified",
      "(?i)(?<!\\bis identified|are identified|was identified|\\bbe identified"
      "|been identified)" IDENTIFIED "(?=" Q ")",
      NULL, 1, 0, VALUE },
    { "sql-identified", "20identified", IDENTIFIED "(?=" Q ")",
      NULL, 1, 0, VALUE },

    /*
     * Oracle takes a password without quotes.  "identified by" is prose too,
     * so it counts in a statement only.
     */
#define BARE                                                                  \
    "identified\\s++by\\s++(?!(?:values|the|a|an|password)\\s)"               \
    "([^\\s\"';,(]{1,128}+)(?:\\s++replace\\s++([^\\s\"';,(]{1,128}+))?+"

    { "sql-identified", "alter ", "(?i)(?:user|role)\\s++\\S{1,128}+\\s++"
      BARE, NULL, 1, 0, 0 },
    { "sql-identified", "create ", "(?i)(?:user|role)\\s++\\S{1,128}+\\s++"
      BARE, NULL, 1, 0, 0 },
    { "sql-identified", "connect to ", "(?i)\\S{1,128}+\\s++" BARE,
      NULL, 1, 0, 0 },
    { "sql-identified", "grant ",
      "(?i)(?:[^\\s;]{1,64}+\\s){1,12}?to\\s++\\S{1,128}+\\s++"
      "identified\\s++by\\s++(?=\\S{0,128}?(?-i:[0-9A-Z_#$]))"
      "(?!(?:values|password)\\s)([^\\s\"';,(]{1,128}+)", NULL, 1, 0, 0 },
    { "sql-replace", "replace", "(?i)(?<=[\"']\\sreplace)\\s++"
      "(?=[\"'][^\"'\\s]{1,128}+[\"']\\h*+(?:[;\\n]|$|account|default|quota))",
      NULL, 1, 0, VALUE },

#define SET_PASSWORD(blank)                                                   \
    { "sql-set", "set" blank "password",                                      \
      "(?i)(?:" B "++for" B "++" ITEM ")?+" B "*+(?::?=|%3D|to)" B "*+"       \
      "(?:(?:old_)?+password" B "*+\\(" B "*+)?+(?=" Q ")",                   \
      NULL, 1, 0, VALUE }

    SET_PASSWORD(" "),
    SET_PASSWORD("+"),
    SET_PASSWORD("%20"),

    /* in a URL, where a name and a quote are not next to each other */
    { "sql-encoded", "password+", "(?i)(?:[en])?+(?=" Q ")",
      NULL, 1, 0, VALUE },
    { "sql-encoded", "password%20", "(?i)(?:[en])?+(?=" Q ")",
      NULL, 1, 0, VALUE },
    { "sql-encoded", "20password%20", "(?i)(?:[en])?+(?=" Q ")",
      NULL, 1, 0, VALUE },

    { "sql-prefix", "password e'", "(?i)((?:[^'\\\\\\n]++|\\\\.|'')++)",
      NULL, 1, 0, 0 },
    { "sql-prefix", "password n'", "(?i)((?:[^'\\n]++|'')++)",
      NULL, 1, 0, 0 },
    { "sql-prefix", "password $$", "(?i)([^$\\n]++)", NULL, 1, 0, 0 },

    { "sql-login", "sp_addlogin", "(?i)\\s++" SECOND "[Nn]?+" QUOTED,
      NULL, 1, 0, 0 },
    { "sql-login", "sp_password", "(?i)\\s++[Nn]?+'([^'\\n]++)'\\s*+,\\s*+"
      "[Nn]?+'([^'\\n]++)", NULL, 1, 0, 0 },
    { "sql-secret", "create ",
      "(?i)secret (?:[^\\s;]{1,128}+\\h++){0,24}?[(,]?+(?:secret|as)\\h++"
      "'([^'\\n]++)", NULL, 1, 0, 0 },

    { "oracle", "conn",
      "(?i)(?:ect)?+ \"?+[A-Za-z0-9_$#]{1,64}+\"?+/\"?+"
      "([^\\s@/\"';]{1,128}+)(?=\"?+@)", NULL, 1, 0, 0 },
    { "oracle", "sql> conn",
      "(?i)(?:ect)?+ \"?+[A-Za-z0-9_$#]{1,64}+\"?+/\"?+"
      "([^\\s@/\"';]{1,128}+)", NULL, 1, 0, 0 },

    /* Redis: commands as they are typed, monitored, and sent */

    { "redis", "auth\"",
      "(?i)[ \\t]++\"(?!\\(redacted)(?:[^\"\\n]{1,128}+\"[ \\t]++\")?+"
      "([^\"\\n]++)", NULL, 1, 0, 0 },
    { "redis", "auth2", "(?i)" GAP "[^\\s\"']{1,128}+" GAP "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "redis", "hello ", "(?i)[23]" GAP "auth" GAP "[^\\s\"']{1,128}+" GAP
      "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "redis", "redis-cli", "(?i) (?:[^\\s;|]{1,96}+ ){0,12}?auth" GAP
      "(?:[^\\s\"']{1,128}+" GAP "(?=[^\\s\"']))?+(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "redis", "auth ", "(?i)(?<=[0-9\\])]> auth )" QUOTE
      "(?:[^\\s\"']{1,128}+" GAP "(?=[^\\s\"']))?+(" ARGUMENT ")",
      NULL, 1, 0, 0 },

#define FEED    "(?:\\\\{1,2}+r\\\\{1,2}+n|\\r?+\\n)"
#define SIZED   FEED "\\$[0-9]{1,5}+" FEED

    { "redis", "auth",
      "(?i)(?:" SIZED "[^\\s\\\\]{1,128}+(?=" SIZED "))?+" SIZED
      "([^\\s\\\\]++)", NULL, 1, 0, 0 },

    { "redis", "acl", "(?i)" GAP "setuser" GAP "[^\\n]{1,192}?[ \"'][>#<!]"
      "([^\\s\"']++)(?:" GAP "[>#<!]([^\\s\"']++))?+", NULL, 1, 0, 0 },
    { "redis", "on >",
      "(?i)([^\\s\"']++)(?= (?:[~&+%>#<-]|all|nopass|reset|sanitize))",
      NULL, 1, 0, 0 },
    { "redis", "on #", "(?i)([0-9a-z]{12,}+)(?= (?:[~&+%>#<-]|all|sanitize))",
      NULL, 1, 0, 0 },
    { "redis", "sentinel",
      "(?i)" GAP "(?:set" GAP "[^\\s\"']{1,128}+" GAP "auth-pass"
      "|auth-pass" GAP "[^\\s\"']{1,128}+)" GAP "(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "redis", "config\"", "(?i) \"set\" \"(?:requirepass|masterauth)\" \""
      "([^\"\\n]++)", NULL, 1, 0, 0 },

    /* directives: of LDAP, of net-snmp, of switches and routers */

#define DIRECTIVE(name)                                                       \
    { "directive", name, "(?i)[ \\t]++(?=[^\\s=:-])(?!(?:is|was|must|not|for" \
      "|to|in|and|or|option|directive)\\b)", NULL, 1, 0, VALUE }

    DIRECTIVE("bindpw"),
    DIRECTIVE("bind_pw"),
    DIRECTIVE("rootpw"),
    DIRECTIVE("rootpwmoddn"),
    DIRECTIVE("rocommunity"),
    DIRECTIVE("rwcommunity"),
    DIRECTIVE("rocommunity6"),
    DIRECTIVE("rwcommunity6"),
    DIRECTIVE("trapcommunity"),
    DIRECTIVE("defcommunity"),

#define COMMUNITY  "([^\\s\"';]{3,128}+)"

    { "snmpd", "trap2sink ", "(?i)\\S{1,128}+[ \\t]++" COMMUNITY,
      NULL, 1, 0, 0 },
    { "snmpd", "trapsink ", "(?i)\\S{1,128}+[ \\t]++" COMMUNITY,
      NULL, 1, 0, 0 },
    { "snmpd", "informsink ", "(?i)\\S{1,128}+[ \\t]++" COMMUNITY,
      NULL, 1, 0, 0 },
    { "snmpd", "com2sec", "(?i)6?+[ \\t]++(?:-Cn[ \\t]++\\S{1,64}+[ \\t]++)?+"
      "\\S{1,64}+[ \\t]++\\S{1,64}+[ \\t]++" QUOTE COMMUNITY, NULL, 1, 0, 0 },
    { "snmpd", "createuser ",
      "(?i)(?:-e[ \\t]++\\S{1,64}+[ \\t]++)?+\\S{1,64}+[ \\t]++(?:md5|sha)\\S*+"
      GAP "(?:-[ml][ \\t]++)?+([^\"'\\n]+?)(?:[\"']|[ \\t](?=(?:des|aes))|$)"
      "(?:[ \\t]*+(?:des|aes)\\S*+" GAP "(?:-[ml][ \\t]++)?+([^\\s\"']++))?+",
      NULL, 1, 0, 0 },

    { "switch", "snmp-server community ", "(?i)(?:[057] )?+" QUOTE COMMUNITY,
      NULL, 1, 0, 0 },
    { "switch", "snmp community ", "(?i)" QUOTE COMMUNITY, NULL, 1, 0, 0 },
    { "switch", "snmp-server host ",
      "(?i)\\S{1,128}+ (?:(?:traps|informs) )?+(?:version (?:1|2c|3) )?+"
      "(?:(?:auth|noauth|priv) )?+(?:[057] )?+(?!use-vrf)" COMMUNITY,
      NULL, 1, 0, 0 },
    { "switch", "snmp-server user ",
      "(?i)(?:\\S{1,64}+ ){1,8}?auth (?:md5|sha)\\S*+ (?:[057] )?+"
      "(" ARGUMENT ")"
      "(?: priv (?:(?:aes|des|3des)\\S*+ )?+(?:[0-9]{3} )?+(" ARGUMENT "))?+",
      NULL, 1, 0, 0 },
    { "switch", "password ", "(?i)[05678]\\s(?=[^\\s\"']{4,128}+"
      "(?:\\s*+$|\\s++[a-z]{2}))(?=\\S*?(?-i:[0-9A-Z$]))", NULL, 1, 0, VALUE },
    { "switch", "enable secret ",
      "(?i)(?!(?<=[a-z][ -]enable secret )(?-i:[a-z]++)[ ,.])"
      "(?:[04589] )?+(?!must|is|was|or)(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "switch", "secret ",
      "(?i)[04589] (?=[^\\s\"']{6,128}+)(?=\\S*?(?-i:[0-9A-Z$]))",
      NULL, 1, 0, VALUE },
    { "switch", "tacacs-server key ", "(?i)(?:[067] )?+(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "switch", "radius-server key ", "(?i)(?:[067] )?+(" ARGUMENT ")",
      NULL, 1, 0, 0 },
    { "switch", "radius-server host ",
      "(?i)(?:\\S{1,64}+ ){1,8}?key (?:[067] )?+"
      "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "switch", "tacacs-server host ",
      "(?i)(?:\\S{1,64}+ ){1,8}?key (?:[067] )?+"
      "(" ARGUMENT ")", NULL, 1, 0, 0 },
    { "switch", "key 7 ", "(?i)([0-9A-F]{8,}+)", NULL, 1, 0, 0 },
    { "switch", "key-string ", "(?i)(?:[067] )?+(" ARGUMENT ")",
      NULL, 1, 0, 0 },

    { "upsmon", "monitor ",
      "(?i)[^\\s@]{1,128}+@\\S{1,128}+\\s++[0-9]{1,3}+\\s++"
      "\\S{1,64}+\\s++" QUOTE "([^\\s\"']{1,128}+)" QUOTE "\\s++"
      "(?:master|slave|primary|secondary)", NULL, 1, 0, 0 },
    { "psk", "psk ", "(?i)(?<=\\.psk )(?=\\S)", NULL, 1, 0, VALUE },
    { "storage", "securitykey=", "(?i)(" ARGUMENT ")", NULL, 1, 0, 0 },

    /* a prompt and its answer */

    { "prompt", "passphrase ",
      "(?i)(?:for (?:key )?+'[^'\\n]{1,256}+'|\\(empty[^)\\n]{1,64}+\\)):"
      "[ \\t]++(?=\\S)", NULL, 1, 0, VALUE },
    { "prompt", "password for ",
      "(?i)(?:user )?+(?:'[^'\\n]{1,256}+'|\"[^\"\\n]{1,256}+\"):"
      "[ \\t]++(?=\\S)",
      NULL, 1, 0, VALUE },

    /* calls of code */

    { "snmp-call", "communitydata",
      "(?i)\\(\\s*+(?:(?:\"[^\"\\n]{0,128}+\"|'[^'\\n]{0,128}+')\\s*+,\\s*+"
      "(?=[\"']))?+" QUOTED, NULL, 1, 0, 0 },
    { "snmp-call", "usmuserdata",
      "(?i)" FIRST "[\"']([^\"'\\n]++)[\"'](?:\\s*+,\\s*+[\"']([^\"'\\n]++))?+",
      NULL, 1, 0, 0 },
    { "net-call", "networkcredential", "(?i)(?:\\]::new)?+\\s*+" FIRST QUOTED,
      NULL, 1, 0, 0 },
    { "db-call", "mysql", "(?i)i?+(?:_connect)?+\\s*+" FIRST SECOND QUOTED,
      NULL, 1, 0, 0 },
    { "db-call", "pdo", "(?i)\\s*+" FIRST SECOND QUOTED, NULL, 1, 0, 0 },
    { "db-call", "dbi->connect", "(?i)\\s*+" FIRST SECOND QUOTED,
      NULL, 1, 0, 0 },
    { "db-call", "getconnection", "(?i)\\s*+" FIRST SECOND QUOTED,
      NULL, 1, 0, 0 },

    { NULL, NULL, NULL, NULL, 0, 0, 0 }
};
