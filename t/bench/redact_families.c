
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What is slow, rule by rule: near misses, openers that nothing closes, names
 * without values, and what the search makes of them.
 */


#include "bench_redact.h"


#define BENCH_END  { NULL, NULL, NULL }


const size_t  bench_sizes[BENCH_SIZES] = {
    1024, 8192, 16384, 65536, BENCH_SIZE_MAX
};


/* For every shape, besides its prefix. */

const char *const  bench_shape_atoms[] = {
    "a", "A", "0", "-", "_", ".", "/", " ", "+", "aaaaaaaa", "AAAAAAAAAAAAAAAA",
    "0000000000", "pat-", "live_", "v1_", "xoxb", "services/",
    "com/api/webhooks/1/", " PRIVATE", " KEY-----", "%20", NULL
};


static const bench_seed_t  bench_names[] = {
    { "", "a", "" }, { "", "=", "" }, { "", ":", "" }, { "", "a=", "" },
    { "", "password", "" }, { "", "password=", "" }, { "", "pw:", "" },
    { "", "pw=a ", "" }, { "", "passwordx=", "" }, { "", "_-.=", "" },
    { "", "pw ]\"'`=", "" }, { "password=", "a", "" }, { "", "[pw]=", "" },
    { "password=", "\\", "x" }, { "password=", "a(a)", "" },
    { "password=", "a(", "" }, { "password=", ")", "" },
    { "password=", "a)\"", "" }, { "", "password: a = ", "" },
    { "", "password:a =", "" }, { "", "hashvalue=", "" },
    { "", "rawdatatextstrbytes=", "" }, { "", "tokens=a", "" },
    { "", "tokens=", "" }, { "", "tokens=a ", "" }, { "", "session: a ", "" },
    { "", "sid:a;", "" }, { "", "/pw:n,", "" }, { "", "/auth:1:", "" },
    { "", "pam_(auth:", "" }, { "", "libauth:a ", "" },
    { "", "unexpected token:", "" }, { "", "PWD=/ ", "" },
    { "", "name-name.name_name name=", "" }, { "", "pw||=", "" }, BENCH_END
};

static const char *const  bench_name_atoms[] = {
    "password", "pw", "pass", "token", "tokens", "session", "sid", "auth",
    "xauth", "raw", "data", "value", "pam_", "lib", "a", "A", "1", "=", ":",
    "==", "=>", ":=", "||=", " ", "\n", "_", "-", ".", "/", "\\", "(", ")",
    "[", "]", "{", ",", ";", "n", "***", NULL
};


static const bench_seed_t  bench_quoted[] = {
    { "", "\"", "" }, { "", "'", "" }, { "", "\"\"", "" }, { "", "\\\"", "" },
    { "", "password=\"", "" }, { "", "password='\"", "" },
    { "", "password=\"\"\"", "" }, { "", "\"password\":\"a\",", "" },
    { "", "\\\"token\\\":\\\"a", "" }, { "", "'pw'=\n\"a\"", "" },
    { "", "'pw'=\n\"\"a'", "" }, { "", "'pw'=\n\\\\\\\"", "" },
    { "", "pw \"a\"b", "" }, { "", "pw=\"a\" -> \"b", "" },
    { "", "password '", "" }, { "", "identified by '", "" },
    { "", "password('", "" }, { "", "x-token \"", "" }, { "", "a \"", "" },
    { "", "a-a-a-a-a-a \"", "" }, { "", "tokens=\"1", "" },
    { "password=\"", "\\", "" }, { "password=\"", "a\"b", "" },
    { "", "pw=b\"", "" }, { "", "pw=\xe2\x80\x9c", "" }, BENCH_END
};

static const char *const  bench_quoted_atoms[] = {
    "\"", "'", "`", "\\", "\\\"", "\\\\\\\"", "\"\"", "\"\"\"", "=", ":", " ",
    "\n", ",", " -> ", "a", "b", "pw", "tokens", "\"password\"", "'token'",
    "`pw`", "password", "x-token", "identified by", "(", "!b ", "(string) ",
    "string(1) ", "(len=1) ", NULL
};


static const bench_seed_t  bench_brackets[] = {
    { "", "(", "" }, { "", "[", "" }, { "", "{", "" }, { "", "{\"a\":", "" },
    { "", "password=(", "" }, { "", "password=[", "" }, { "", "pw={", "" },
    { "", "password=a(", "" }, { "", "pw={}a", "" }, { "", "pw=[a]b", "" },
    { "password=[", "[", "" }, { "password=[", "[]", "" },
    { "password=[", "'", "" }, { "password=a", "a(a)", "\n" },
    { "", "pw={} ", "" }, { "", "auth:[basic a]", "" },
    { "", "authorization:[", "" }, { "", "tokens={", "" },
    { "", "map[pw:a ", "" }, { "", "'pw':\n[", "" }, BENCH_END
};

static const char *const  bench_bracket_atoms[] = {
    "(", ")", "[", "]", "{", "}", "\"", "'", "\\", "=", ":", ",", ";", " ",
    "\n", "a", "b(", "$(", "pw", "tokens", "cookie", "authorization",
    "\"password\"", "map[", "{}", "[]a", NULL
};


static const bench_seed_t  bench_pairs[] = {
    { "", "name:", "" }, { "", "k=", "" }, { "", "name=password,", "" },
    { "", "a=k=pw ", "" }, { "", "name:password value:", "" }, { "", "v=", "" },
    { "", "value=\"a", "" }, { "", "v='='b", "" }, { "", "v=[", "" },
    { "", "v=a(", "" }, { "", "v:a =", "" }, { "", "v=\"a\",a", "" },
    { "", "value='\"name=token,", "" }, { "", "value=\\\"a", "" },
    { "", "[\"password\",\"a\",", "" }, { "", "\"password\",b(;", "" },
    { "", "[\"password\",b(;", "\n;" }, { "", "[\"pw\",\"a\"b(;", "\n;" },
    { "", "[\"pw\",\"a\"b;", "" }, { "", "\",", "" }, { "", "\"pw\",", "" },
    { "", "\"--pw\",\"a\",", "" }, { "", "(\"pw\",'a'\"\"\"\"", "" },
    { "", "v=v=v=v=v=v=v=v=v=v=v=v=v=v=\\\\\\\\\\\\\\\\\\\\\\\\\\\\", "" },
    { "", "name=pw a=b,", "" }, { "", "{name:pw,a:b,c:d,e:f}", "" },
    BENCH_END
};

static const char *const  bench_pair_atoms[] = {
    "name", "k", "key", "value", "v", "data", "pw", "token", "\"pw\"",
    "'token'", "a", "b", "=", ":", ",", ";", " ", "\n", "\"", "'", "\\", "(",
    "[", "{", "]", ")", "}", "b(", "--", "''", NULL
};


static const bench_seed_t  bench_urls[] = {
    { "", "a://", "" }, { "", "a://b:c@", "" }, { "", "a://b", "" },
    { "a://", "@", "" }, { "", "@", "" }, { "http://", "a@", "" },
    { "", "http://a:1/@", "" }, { "", "http://a:1?@", "" },
    { "", "http://a:1/@#", "" }, { "a://", "?", "@" }, { "a://", "/", "@" },
    { "a://", "a:", "" }, { "", "a:\\/\\/b", "" }, { "", "http://a@ ", "" },
    { "", "a%3A%2F%2F", "" }, { "", "%3A%2F%2Fb%3Ac", "" },
    { "", "%3A%2F%2F:%40", "" }, { "%3A%2F%2F", "%25", "" },
    { "", "a:b@tcp(", "" }, { "", "@tcp(", "" }, { "", "thin:a/b@", "" },
    { "", "/@", "" }, { "", "n:/@", "" }, { "", ":/@", "" },
    { "", "thin:/@", "" }, { "", "@unix(", "" }, BENCH_END
};

static const char *const  bench_url_atoms[] = {
    "://", ":\\/\\/", "%3A%2F%2F", "%3a", "%2f", "%40", "%25", "@", "@@",
    ":", "/", "?", "#", "\\", "'", "[", "a", "1", ".", "http://", "a://",
    "@tcp(", "@unix(", "thin:", "n:", " ", "=", "&", "sha", NULL
};


static const bench_seed_t  bench_options[] = {
    { "", "-", "" }, { "", " -", "" }, { "", "--a ", "" }, { "", "-a ", "" },
    { "", "--password a ", "" }, { "", "--password -", "" },
    { "", "-u a:b ", "" }, { "", "-u a ", "" }, { "", "=-u", "" },
    { "", "curl=-u", "" }, { "", "curl =-u:/", "" }, { "", "-p ", "" },
    { "", " -p", "" }, { "", "m -p", "" }, { "", "mm -p", "" },
    { "", "mysql=-p-", "" }, { "", "mysql -p", "" }, { "", " -w", "" },
    { "", "l -a", "" }, { "", "=-aaaa_aaaa-aaaa", "" },
    { "", "--user\t=", "" }, { "", "--xuser a", "" }, { "", "--pw to ", "" },
    { "", " --pw", "" }, { "--pw", " ", "" }, { "", "[-pw\t", "" }, BENCH_END
};

static const char *const  bench_option_atoms[] = {
    "-", "--", " ", "\t", "=", "\"", "'", "(", "p", "u", "U", "a", "w", "m",
    "s", "l", "r", "c", "curl", "mysql", "mariadb", "sshpass", "mongo",
    "redis-cli", "ldap", "login", "user", "--user", "password", "pw", ":",
    ":/", "to ", "from ", "\n", ";", NULL
};


static const bench_seed_t  bench_headers[] = {
    { "", "cookie: a", "" }, { "", "cookie=a; ", "" }, { "", "cookie:\n", "" },
    { "cookie=", "a; ", "" }, { "cookie=", "a(a)", "" }, { "cookie=", ";", "" },
    { "", "'cookie: a", "" }, { "", "\\'cookie:a\\\\'", "" },
    { "", "\"cookie\":{", "" }, { "", "cookies=[", "" }, BENCH_END
};

static const bench_seed_t  bench_authorization[] = {
    { "", "authorization: ", "" }, { "", "authorization:\n", "" },
    { "", "authorization: basic ", "" }, { "", "authorization:digest a\n", "" },
    { "", "'authorization: x y ", "" }, { "", "authorization:jwt\n", "" },
    { "", "authorization:sharedaccesssignatur\n", "" },
    { "", "authorization=[basic", "" }, { "", "authorization:***,", "" },
    { "authorization: ", "basic ", "" }, BENCH_END
};

static const char *const  bench_header_atoms[] = {
    "cookie", "set-cookie", "cookies", "authorization", "basic", "digest",
    "sharedkeylite", "bearer", ":", "=", " ", ";", "; ", "\n", "\"", "'",
    "\\", "(", "[", "]", "***,", "a", ",", "{", NULL
};


static const bench_seed_t  bench_letters[] = {
    { "", "\xc2\xad", "" }, { "", "\xef\xbc\x9d", "" },
    { "", "\xef\xbd\x90", "" }, { "", "\xef\xbd\x90\xef\xbc\x9d", "" },
    { "", "\xc2\xad\xc2\xad=", "" }, { "", "\xf0\x9d\x90\x80=", "" },
    { "", "\xef\xbb\xbf", "" }, { "", "\xef\xbc\x9a", "" },
    { "", "\xe2\x80\x8b:", "" }, { "", "\xef", "" }, { "", "\x80", "" },
    { "", "p\xc2\xadw=", "" }, BENCH_END
};

static const char *const  bench_letter_atoms[] = {
    "\xc2\xad", "\xef\xbc\x9d", "\xef\xbc\x9a", "\xef\xbd\x90", "\xef\xbd\x97",
    "\xe2\x80\x8b", "\xef\xbb\xbf", "\xf0\x9d\x90\x80", "\xe2\x80\x9c", "=",
    ":", "p", "w", " ", "\xef", "\x80", "\"", ",", NULL
};


static const bench_seed_t  bench_percent[] = {
    { "", "%", "" }, { "", "%25", "" }, { "", "%3D", "" }, { "", "%253D", "" },
    { "", "%2525252", "" }, { "", "a%3D", "" }, { "", "pw%3D%22", "" },
    { "", "pw%3Da%26", "" }, { "", "password%3D%22a%22", "" },
    { "pw%3D", "%25", "" }, { "pw%3D", "%41", "" }, { "", "%25%25=", "" },
    { "", "%41=", "" }, { "", "%3A", "" }, { "", "%20%22%3D", "" }, BENCH_END
};

static const char *const  bench_percent_atoms[] = {
    "%", "%25", "%2525", "%3D", "%3A", "%22", "%27", "%26", "%41", "%5f",
    "%20", "%2", "25", "=", "+", "pw", "tokens", "a", "f", "5", "0", " ",
    NULL
};


static const bench_seed_t  bench_escapes[] = {
    { "", "\\", "" }, { "", "\\u003d", "" }, { "", "\\u003a", "" },
    { "", "\\x3d", "" }, { "", "a\\u003d", "" }, { "", "\\u0041=", "" },
    { "", "pw\\u003d\\u0022", "" }, { "", "\\\\=", "" }, { "", "\\/=", "" },
    { "pw=", "\\", "\\n" }, { "pw=", "\\n", "" }, { "pw=", "\\\\n", "" },
    { "pw=", "\\na", "" }, { "", "pw=\\\\n", "" }, { "", "&", "" },
    { "", "&quot;", "" }, { "", "&#61;", "" }, { "", "&#x3d;", "" },
    { "", "&amp;=", "" }, { "", "pw&#61;&quot;", "" }, { "", "&#;=", "" },
    { "", "auth=a&", "" }, { "", ";;;;;;;;=", "" }, { "pw=&quot;", "&", "" },
    BENCH_END
};

static const char *const  bench_escape_atoms[] = {
    "\\", "\\\\", "\\u00", "\\u003d", "\\u0022", "\\x3d", "\\x41", "\\n",
    "\\/", "3d", "41", "&", "&quot;", "&#61;", "&#x3d;", "&amp;", "&lsqb;",
    "&#", ";", "=", ":", "pw", "tokens", "a", "\"", "'", " ", NULL
};


static const bench_seed_t  bench_markup[] = {
    { "", ">", "" }, { "", "<", "" }, { "", "<password>", "" },
    { "", "<pw>a<", "" }, { "", "password>a", "" }, { "", "<a:pw>", "" },
    { "<", "a", "password>x" }, { "", "a:pw>a", "" },
    { "", "<pw><![CDATA[", "" }, { "", "<pw><![CDATA[]]>", "" },
    { "", "name=\"pw\">", "" }, { "", "name=\"pw\">a<", "" },
    { "", "name=\"pw\"\n\n", "" }, { "", "name=\"pw\"\r\n\r\na ", "" },
    { "", "name=\"pw\"\n\n;", "" }, { "", "<add key=\"pw\">a", "" },
    { "", "pw: |\n a\n", "" }, { "", "pw: !a ", "" }, { "pw: |\n", " ", "" },
    { "", "pw: |\n ", "" }, { "", "pw:-----BEGIN", "" }, BENCH_END
};

static const char *const  bench_markup_atoms[] = {
    "<", ">", "/", "pw", "password", "a", ":", "=", "\"", "<![CDATA[", "]]>",
    "name=\"pw\"", "key=", "\n", "\r\n\r\n", "\n\n", "\\r\\n", " ", "|", "|\n ",
    "!", "-----BEGIN", "-----END", "-----", ";", NULL
};


static const bench_seed_t  bench_azure[] = {
    { "", "8Q~", "" }, { "", "aaa8Q~", "" }, { "", "aa8Q~-", "" },
    { "", "~", "" }, { "aaa8Q~", "~", "" }, BENCH_END
};

static const char *const  bench_azure_atoms[] = {
    "8Q~", "aaa", "a", "~", ".", "-", " ", "Q", "8", NULL
};


static const bench_seed_t  bench_dress[] = {
    { "", "\033[1m", "" }, { "", "a\033[1mb", "" }, { "", "pw=\033[1mx ", "" },
    { "", "pw\033[1m=x ", "" }, { "", "\033[1mv=", "" },
    { "", "v=", "\033[1m" }, { "", "{v=}", "\033[1m\rpw=a" },
    { "", "{v=}\ra=b", "" }, { "", "a\033[1mghp_", "" }, { "", "a\b", "" },
    { "", "a\033[1m\b", "" }, { "", "\b", "" }, { "", "\r", "" },
    { "", "\r\r\r\n", "" }, { "", "\ra=b", "" }, { "", "\ra", "" },
    { "", "a\vb", "" }, { "", "\x1f" "aaaaaaaa", "" }, { "", "\033", "" },
    { "", "\033[", "" }, { "", "\033[1;", "" }, { "", "\033]8;;", "" },
    { "", "\033]8;;pw=a\007", "" }, { "", "\033]8;;v=\033\\v=", "" },
    { "\033]8;;", "pw=a ", "\007" }, { "\033]8;;", "\\", "" },
    { "", "\\", "\\x1b[1m" }, { "", "\\x1b[1m", "" }, { "", "\\\\u001b", "" },
    { "", "#033", "" }, { "", "#012pw=a", "" }, { "", "^[[", "" },
    { "", "^@a", "" }, { "", "<ESC>[", "" }, { "", "&#27;[", "" },
    { "", "[1m", "" }, { "", "[1", "" }, { "", "\xe2\x80\x8b", "" },
    { "", "\xef\xbf\xbd[", "" }, { "", "\xc2\x9b", "" }, { "", "\177v=", "" },
    BENCH_END
};

static const char *const  bench_dress_atoms[] = {
    "\033[1m", "\033", "[", "1", "m", ";", "\033]8;;", "\007", "\033\\", "\b",
    "\r", "\v", "\177", "\xc2\x9b", "\xe2\x80\x8b", "\\x1b[1m", "\\", "#033",
    "#012", "^[[", "^@", "<ESC>[", "&#27;[", "pw", "v", "=", ":", " ", "\n",
    "a", "pw=a", "v=", "{v=}", "/pw:n,", "{", "}", "\"", "'", ",", "ghp_", "s.",
    "bearer ", "mysql -p", "a://a:", NULL
};


static const bench_seed_t  bench_runs[] = {
    { "", "a", "" }, { "", " ", "" }, { "", "a ", "" }, { "", "\n", "" },
    { "", "0", "" }, { "", "b", "" }, BENCH_END
};

static const char *const  bench_run_atoms[] = {
    "a", "b", "d", "e", "g", "h", "k", "s", "x", "A", "B", "N", "S", "0",
    " ", "_", "-", "=", NULL
};


/* For rules of the operator. */

static const bench_seed_t  bench_operator[] = {
    { "", "a", "" }, { "", "ab", "" }, { "", "aaaaaaaab", "" },
    { "", "aaaaaaaaaaa-", "" }, { "", "badge 12345", "" }, { "", "b", "" },
    { "", "badge ", "" }, { "", "a.a ", "" }, { "", "\xc3\xa9", "" }, BENCH_END
};

static const char *const  bench_operator_atoms[] = {
    "a", "aaaa", "aaaaaaaa", "b", "-", " ", "badge ", "12345", ".", "\xc3\xa9",
    NULL
};


const bench_family_t  bench_families[] = {
    { "named values", bench_names, bench_name_atoms, NULL },
    { "quoted values", bench_quoted, bench_quoted_atoms, NULL },
    { "brackets", bench_brackets, bench_bracket_atoms, NULL },
    { "pairs", bench_pairs, bench_pair_atoms, NULL },
    { "URLs", bench_urls, bench_url_atoms, NULL },
    { "options", bench_options, bench_option_atoms, NULL },
    { "cookies", bench_headers, bench_header_atoms, NULL },
    { "authorization", bench_authorization, bench_header_atoms, NULL },
    { "folded letters", bench_letters, bench_letter_atoms, NULL },
    { "percent-encoding", bench_percent, bench_percent_atoms, NULL },
    { "escapes, entities", bench_escapes, bench_escape_atoms, NULL },
    { "XML, forms, YAML", bench_markup, bench_markup_atoms, NULL },
    { "azure", bench_azure, bench_azure_atoms, NULL },
    { "codes, controls", bench_dress, bench_dress_atoms, NULL },
    { "plain runs", bench_runs, bench_run_atoms, NULL },
    { "rule (badge )\\d{6}", bench_operator, bench_operator_atoms,
      "(badge )\\d{6}" },
    { "rule [\\w.]*@x", bench_operator, bench_operator_atoms, "[\\w.]*@x" },
    { "rule (?:a+)+[xy]", bench_operator, bench_operator_atoms, "(?:a+)+[xy]" },
    { NULL, NULL, NULL, NULL }
};
