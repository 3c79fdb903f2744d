
/* SPDX-License-Identifier: BSD-2-Clause */


/* The URL of Redis, or of the Sentinels that know where it is. */


#include "rsl_share_internal.h"


static int rsl_share_url_socket(rsl_share_url_t *url, rsl_str_t *rest,
    const char **error);
static int rsl_share_url_network(rsl_share_url_t *url, rsl_str_t *rest,
    int sentinel, const char **error);
static int rsl_share_url_user(rsl_share_url_t *url, rsl_str_t *authority,
    const char **error);
static int rsl_share_url_hosts(rsl_share_url_t *url, rsl_str_t *authority,
    unsigned port, const char **error);
static int rsl_share_url_host(rsl_share_host_t *host, const rsl_str_t *text);
static int rsl_share_url_path(rsl_share_url_t *url, const rsl_str_t *path,
    int sentinel, const char **error);
static int rsl_share_url_db(rsl_share_url_t *url, const rsl_str_t *text,
    const char **error);
static int rsl_share_url_number(const rsl_str_t *text, unsigned max,
    unsigned *number);
static int rsl_share_url_begins(rsl_str_t *text, const char *word, size_t len);
static int rsl_share_url_word(const rsl_str_t *text);
static void rsl_share_url_split(rsl_str_t *text, u_char ch, rsl_str_t *rest);


#define RSL_SHARE_DB_MAX    65535

#define rsl_share_url_scheme(text, word)                                      \
    rsl_share_url_begins(text, word, sizeof(word) - 1)


int
rsl_share_url(rsl_share_url_t *url, const rsl_str_t *text, const char **error)
{
    size_t     i;
    rsl_str_t  rest;

    memset(url, 0, sizeof(rsl_share_url_t));

    for (i = 0; i < text->len; i++) {
        if (text->data[i] <= 0x20 || text->data[i] == 0x7f) {
            *error = "a blank or a control character in the URL of Redis";
            return RSL_DECLINED;
        }
    }

    rest = *text;

    if (rsl_share_url_scheme(&rest, "redis://")) {
        return rsl_share_url_network(url, &rest, 0, error);
    }

    if (rsl_share_url_scheme(&rest, "rediss://")) {
        url->tls = 1;
        return rsl_share_url_network(url, &rest, 0, error);
    }

    if (rsl_share_url_scheme(&rest, "redis+sentinel://")) {
        return rsl_share_url_network(url, &rest, 1, error);
    }

    if (rsl_share_url_scheme(&rest, "unix:")) {
        return rsl_share_url_socket(url, &rest, error);
    }

    *error = "the URL of Redis has to begin with redis://, rediss://, unix:/ "
             "or redis+sentinel://";

    return RSL_DECLINED;
}


static int
rsl_share_url_socket(rsl_share_url_t *url, rsl_str_t *rest,
    const char **error)
{
    rsl_str_t  query;

    rsl_share_url_split(rest, '?', &query);

    if (rest->len < 2 || rest->data[0] != '/') {
        *error = "the path of a socket has to begin with a slash, as in "
                 "unix:/run/redis/redis.sock?db=0";
        return RSL_DECLINED;
    }

    url->path = *rest;

    if (query.data == NULL) {
        return RSL_OK;
    }

    if (!rsl_share_url_scheme(&query, "db=")) {
        *error = "behind the path of a socket only ?db= and a number can stand";
        return RSL_DECLINED;
    }

    return rsl_share_url_db(url, &query, error);
}


static int
rsl_share_url_network(rsl_share_url_t *url, rsl_str_t *rest, int sentinel,
    const char **error)
{
    size_t     i;
    rsl_str_t  path;

    for (i = 0; i < rest->len; i++) {
        if (rest->data[i] == '?' || rest->data[i] == '#') {
            *error = "the URL of Redis takes no parameters here: the database "
                     "is a number behind a slash, as in redis://host/1";
            return RSL_DECLINED;
        }
    }

    rsl_share_url_split(rest, '/', &path);

    if (rsl_share_url_user(url, rest, error) != RSL_OK
        || rsl_share_url_hosts(url, rest,
                               sentinel ? RSL_SHARE_SENTINEL : RSL_SHARE_PORT,
                               error)
           != RSL_OK)
    {
        return RSL_DECLINED;
    }

    if (!sentinel && url->nhosts > 1) {
        *error = "one host is enough, or redis+sentinel:// for several";
        return RSL_DECLINED;
    }

    return rsl_share_url_path(url, &path, sentinel, error);
}


/* Removes the user from the front of the authority. */

static int
rsl_share_url_user(rsl_share_url_t *url, rsl_str_t *authority,
    const char **error)
{
    rsl_str_t  user, host;

    user = *authority;

    rsl_share_url_split(&user, '@', &host);

    if (host.data == NULL) {
        return RSL_OK;
    }

    if (memchr(user.data, ':', user.len) || memchr(host.data, '@', host.len)) {
        *error = "a password must not stand in the URL of Redis, which others "
                 "can read: write it into a file, and name that in "
                 "password_file=";
        return RSL_DECLINED;
    }

    if (user.len == 0 || !rsl_share_url_word(&user)) {
        *error = "the user in the URL of Redis takes letters, digits and "
                 "any of -._~";
        return RSL_DECLINED;
    }

    url->user = user;
    *authority = host;

    return RSL_OK;
}


static int
rsl_share_url_hosts(rsl_share_url_t *url, rsl_str_t *authority, unsigned port,
    const char **error)
{
    rsl_str_t         rest;
    rsl_share_host_t  *host;

    rest = *authority;

    do {
        *authority = rest;
        rsl_share_url_split(authority, ',', &rest);

        if (url->nhosts == RSL_SHARE_HOSTS) {
            *error = "more than 8 hosts in the URL of Redis";
            return RSL_DECLINED;
        }

        host = &url->hosts[url->nhosts++];
        host->port = port;

        if (rsl_share_url_host(host, authority) != RSL_OK) {
            *error = "the URL of Redis needs a host, and behind a colon a port "
                     "from 1 to 65535, as in redis://10.0.0.5:6379 or "
                     "redis://[::1]:6379";
            return RSL_DECLINED;
        }

    } while (rest.data);

    return RSL_OK;
}


static int
rsl_share_url_host(rsl_share_host_t *host, const rsl_str_t *text)
{
    size_t         i;
    rsl_str_t      name, port;
    const u_char  *bracket;

    name = *text;

    if (name.len && name.data[0] == '[') {
        bracket = memchr(name.data, ']', name.len);

        if (bracket == NULL) {
            return RSL_DECLINED;
        }

        host->name.data = name.data + 1;
        host->name.len = (size_t) (bracket - name.data) - 1;

        name.len -= (size_t) (bracket + 1 - name.data);
        name.data = bracket + 1;

        rsl_share_url_split(&name, ':', &port);

        if (name.len) {
            return RSL_DECLINED;
        }

        for (i = 0; i < host->name.len; i++) {
            if (rsl_number_hex(host->name.data[i]) == -1
                && host->name.data[i] != ':' && host->name.data[i] != '.')
            {
                return RSL_DECLINED;
            }
        }

    } else {
        rsl_share_url_split(&name, ':', &port);
        host->name = name;

        if (!rsl_share_url_word(&name)) {
            return RSL_DECLINED;
        }
    }

    if (host->name.len == 0) {
        return RSL_DECLINED;
    }

    if (port.data == NULL) {
        return RSL_OK;
    }

    return rsl_share_url_number(&port, 65535, &host->port) == RSL_OK
           && host->port ? RSL_OK : RSL_DECLINED;
}


static int
rsl_share_url_path(rsl_share_url_t *url, const rsl_str_t *path, int sentinel,
    const char **error)
{
    rsl_str_t  first, rest;

    rest = *path;

    if (sentinel) {
        first = rest;
        rsl_share_url_split(&first, '/', &rest);

        if (first.data == NULL || first.len == 0
            || !rsl_share_url_word(&first))
        {
            *error = "the URL of Sentinels needs the name of the master behind "
                     "a slash, as in redis+sentinel://host:26379/mymaster/0";
            return RSL_DECLINED;
        }

        url->master = first;
    }

    if (rest.data == NULL || rest.len == 0) {
        return RSL_OK;
    }

    return rsl_share_url_db(url, &rest, error);
}


static int
rsl_share_url_db(rsl_share_url_t *url, const rsl_str_t *text,
    const char **error)
{
    if (rsl_share_url_number(text, RSL_SHARE_DB_MAX, &url->db) == RSL_OK) {
        return RSL_OK;
    }

    *error = "the database in the URL of Redis takes a number from 0 to 65535";

    return RSL_DECLINED;
}


static int
rsl_share_url_number(const rsl_str_t *text, unsigned max, unsigned *number)
{
    uint64_t  value;

    if (rsl_share_number(text, &value) != RSL_OK || value > max) {
        return RSL_DECLINED;
    }

    *number = (unsigned) value;

    return RSL_OK;
}


static int
rsl_share_url_begins(rsl_str_t *text, const char *word, size_t len)
{
    if (text->len < len || memcmp(text->data, word, len) != 0) {
        return 0;
    }

    text->data += len;
    text->len -= len;

    return 1;
}


/* Only characters that stand for themselves in any part of a URL. */

static int
rsl_share_url_word(const rsl_str_t *text)
{
    u_char  ch;
    size_t  i;

    for (i = 0; i < text->len; i++) {
        ch = text->data[i];

        if ((ch < 'a' || ch > 'z') && (ch < 'A' || ch > 'Z')
            && (ch < '0' || ch > '9')
            && (ch == '\0' || strchr("-._~", ch) == NULL))
        {
            return 0;
        }
    }

    return 1;
}


/* Cuts the text at the character; the rest is null if there is none. */

static void
rsl_share_url_split(rsl_str_t *text, u_char ch, rsl_str_t *rest)
{
    const u_char  *p;

    rest->data = NULL;
    rest->len = 0;

    p = text->len ? memchr(text->data, ch, text->len) : NULL;

    if (p == NULL) {
        return;
    }

    rest->data = p + 1;
    rest->len = (size_t) (text->data + text->len - p) - 1;
    text->len = (size_t) (p - text->data);
}
