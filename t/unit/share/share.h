
/* SPDX-License-Identifier: BSD-2-Clause */


/* A share whose Redis is the test: what it sends, and what it is answered. */


#ifndef _TEST_SHARE_H_INCLUDED_
#define _TEST_SHARE_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "share/rsl_share_internal.h"


#define SIZE        4
#define ENTRY_SIZE  1024
#define WALL        INT64_C(1795000000000000)

#define P           "0000000000002c01"      /* of the first share */
#define Q           "0000000000000402"      /* of another one */

/* What J says in the end: how large an entry may be, and all of them. */
#define ROOM        " 274145 278320"

#define LINE(message)                                                         \
    "{\"_seq\":0000000000000000,"                                             \
    "\"timestamp\":\"2026-11-18T11:06:40.000000+00:00\",\"level\":\"INFO\","  \
    "\"logger\":\"\",\"message\":\"" message "\"}"


typedef struct {
    rsl_ring_t         *ring;
    rsl_share_zone_t   *zone;
    rsl_share_t        *share;
    rsl_share_conf_t    conf;
    rsl_share_time_t    now;
    uint64_t            random;
    unsigned            locked;
    char                said[2048];
} node_t;


static inline void
node_lock(void *data)
{
    node_t  *node;

    node = data;
    assert_int_equal(node->locked++, 0);
}


static inline void
node_unlock(void *data)
{
    node_t  *node;

    node = data;
    assert_int_equal(--node->locked, 0);
}


static inline uint64_t
node_random(void *data)
{
    node_t  *node;

    node = data;

    return node->random++;
}


static inline void
node_notice(void *data, rsl_share_severity_e severity, const char *text)
{
    node_t  *node;

    node = data;
    assert_int_equal(node->locked, 0);
    (void) strncat(node->said, text, sizeof(node->said) - 1
                                     - strlen(node->said));
}


/* The ring begins at WALL + G + 10, and the producer is P. */

static inline void
node_create(node_t *node)
{
    memset(node, 0, sizeof(node_t));

    node->now.wall = WALL;
    node->now.msec = 1000;
    node->random = 11;

    node->ring = aligned_alloc(64, rsl_ring_size(SIZE, ENTRY_SIZE));
    memset(node->ring, 0, rsl_ring_size(SIZE, ENTRY_SIZE));
    node->zone = calloc(1, rsl_share_zone_size(SIZE));

    rsl_ring_init(node->ring, SIZE, ENTRY_SIZE,
                  rsl_share_first(&node->now, 10));
    rsl_share_zone_init(node->zone, SIZE);

    node->conf.zone = node->zone;
    node->conf.ring = node->ring;
    node->conf.entries = SIZE;
    node->conf.line_max = rsl_ring_line_max(ENTRY_SIZE);
    node->conf.slot = 1;
    node->conf.timeout = 1000;
    node->conf.key.data = (const u_char *) "k";
    node->conf.key.len = 1;
    node->conf.node.data = (const u_char *) "n";
    node->conf.node.len = 1;
    node->conf.shape = 7;
    node->conf.data = node;
    node->conf.lock = node_lock;
    node->conf.unlock = node_unlock;
    node->conf.random = node_random;
    node->conf.notice = node_notice;

    node->share = rsl_share_create(&node->conf, &node->now);
    assert_non_null(node->share);
}


static inline void
node_destroy(node_t *node)
{
    rsl_share_destroy(node->share);
    free(node->ring);
    free(node->zone);
}


/*
 * Takes what the link sends, and returns its words with blanks between them,
 * without the keys of the script and what is in front of them.
 */

static inline const char *
node_sent(node_t *node, rsl_share_link_e link)
{
    size_t         n, len;
    rsl_str_t      bytes;
    const char    *p;

    static char    all[1 << 20], words[1 << 20];

    n = 0;

    for ( ;; ) {
        rsl_share_unsent(node->share, link, &bytes);

        if (bytes.len == 0) {
            break;
        }

        /* in two pieces */

        len = (bytes.len > 1) ? bytes.len / 2 : 1;
        memcpy(all + n, bytes.data, len);
        n += len;
        rsl_share_sent(node->share, link, len);
    }

    all[n] = '\0';
    words[0] = '\0';
    p = all;

    while (p < all + n) {
        p = strchr(p, '$');

        if (p == NULL) {
            break;
        }

        len = strtoul(p + 1, (char **) &p, 10);
        p += 2;

        if (words[0]) {
            strcat(words, " ");
        }

        (void) strncat(words, p, len);
        p += len + 2;
    }

    p = strstr(words, "k:0000000000000007:m ");

    return (strncmp(words, "EVALSHA", 7) == 0 && p)
           ? p + sizeof("k:0000000000000007:m ") - 1 : words;
}


/* Answers, byte by byte; a blank between two words of "reply" is a new line. */

static inline int
node_answer(node_t *node, rsl_share_link_e link, const char *reply)
{
    int          rc;
    u_char       ch;
    const char  *p;

    rc = RSL_OK;

    for (p = reply; *p && rc == RSL_OK; p++) {
        ch = (u_char) *p;
        rc = rsl_share_received(node->share, link, &ch, 1, &node->now);
    }

    return rc;
}


/* Greets, up to the first J. */

static inline void
node_greet(node_t *node, rsl_share_link_e link)
{
    rsl_share_tick(node->share, &node->now);
    assert_true(rsl_share_wants(node->share, link));

    rsl_share_opened(node->share, link, 0, &node->now);

    assert_string_equal(node_sent(node, link), "HELLO 2");
    assert_int_equal(node_answer(node, link, "*4\r\n$7\r\nversion\r\n"
                                 "$5\r\n7.0.0\r\n$4\r\nrole\r\n"
                                 "$6\r\nmaster\r\n"), RSL_OK);

    if (link == RSL_SHARE_TAIL) {
        assert_string_equal(node_sent(node, link), "INFO persistence");
        (void) node_answer(node, link, "$3\r\nx:1\r\n");
        assert_string_equal(node_sent(node, link), "HMGET k:who shape node");
        (void) node_answer(node, link, "*2\r\n$-1\r\n$-1\r\n");
        assert_string_equal(node_sent(node, link),
                            "HSET k:who shape 0000000000000007 node n");
        (void) node_answer(node, link, ":2\r\n");
    }

    assert_int_equal(strncmp(node_sent(node, link), "SCRIPT LOAD ", 12), 0);
    assert_int_equal(node_answer(node, link, "$3\r\nsha\r\n"), RSL_OK);

    if (link == RSL_SHARE_TAIL) {
        assert_string_equal(node_sent(node, link),
                            "XREAD COUNT 1 BLOCK 1 STREAMS "
                            "k:0000000000000007 "
                            "9000000000000000-0");
        (void) node_answer(node, link, "*-1\r\n");
    }
}


/* Joins an empty Redis whose base is WALL + 5 * G. */

static inline void
node_join(node_t *node)
{
    node_greet(node, RSL_SHARE_TAIL);

    assert_string_equal(node_sent(node, RSL_SHARE_TAIL),
                        "J 4 0 1795000001000009" ROOM);
    (void) node_answer(node, RSL_SHARE_TAIL, "*7\r\n$4\r\nLOOK\r\n$1\r\n1\r\n"
                       "$16\r\n1795000005000000\r\n$16\r\n1795000004999999\r\n"
                       "$16\r\n1795000004999999\r\n$1\r\n0\r\n*0\r\n");

    assert_string_equal(node_sent(node, RSL_SHARE_TAIL),
                        "J 4 1795000005000000 1795000004999999" ROOM);
    (void) node_answer(node, RSL_SHARE_TAIL, "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                       "$16\r\n1795000004999999\r\n");

    assert_int_equal(rsl_share_state(node->zone), RSL_SHARE_TOGETHER);
    assert_string_equal(node_sent(node, RSL_SHARE_TAIL),
                        "XREAD COUNT 4 BLOCK 5000 STREAMS "
                        "k:0000000000000007 "
                        "1795000005000000-17950000049999991");
}


static inline uint64_t
node_add(node_t *node, const char *message)
{
    u_char        buf[ENTRY_SIZE];
    rsl_line_t    line;
    rsl_record_t  record;

    memset(&record, 0, sizeof(record));

    record.timestamp = node->now.wall;
    record.level = RSL_LEVEL_INFO;
    record.message.data = (const u_char *) message;
    record.message.len = strlen(message);

    rsl_record_render(&record, buf, node->conf.line_max, &line);

    return rsl_share_add(node->share, buf, &line, &node->now);
}


/* The message of a line of the ring, counted from the oldest one. */

static inline const char *
node_line(const node_t *node, size_t i)
{
    u_char            buf[ENTRY_SIZE];
    rsl_line_t        line;
    rsl_ring_state_t  state;

    static char       message[ENTRY_SIZE];

    rsl_ring_state(node->ring, &state);

    if (rsl_ring_read(node->ring, state.oldest + i, buf, &line) != RSL_OK) {
        return "none";
    }

    memcpy(message, buf + line.message, line.message_len);
    message[line.message_len] = '\0';

    return message;
}


/* [[stream, [entry]]], of one record. */

static inline const char *
node_entry(const char *id, const char *origin, const char *line)
{
    char         text[ENTRY_SIZE];

    static char  buf[2 * ENTRY_SIZE];

    (void) snprintf(text, sizeof(text), "%s 1795000000000000 %s\n", origin,
                    line);
    (void) snprintf(buf, sizeof(buf), "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n"
                    "$%zu\r\n%s\r\n*2\r\n$1\r\nd\r\n$%zu\r\n%s\r\n",
                    strlen(id), id, strlen(text), text);

    return buf;
}


#endif /* _TEST_SHARE_H_INCLUDED_ */
