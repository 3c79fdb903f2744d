
/* SPDX-License-Identifier: BSD-2-Clause */


#include "share.h"


/* A record goes to Redis, comes back by the tail, and is answered then. */

static void
test_together(void **state)
{
    node_t    node;
    uint64_t  one, two;

    node_create(&node);

    assert_int_equal(rsl_share_state(node.zone), RSL_SHARE_JOINING);
    one = node_add(&node, "one");
    assert_int_equal(one, 1);

    node_join(&node);
    assert_non_null(strstr(node.said, "the last to join it before: nobody"));

    node_greet(&node, RSL_SHARE_WRITER);

    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "J 4 1795000005000000 1795000004999999" ROOM);
    (void) node_answer(&node, RSL_SHARE_WRITER, "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                       "$16\r\n1795000004999999\r\n");

    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "A 4 1795000005000000 1795000004999999 " P " 1 1 "
                        P ":1 1795000000000000 " LINE("one") "\n");

    two = node_add(&node, "two");

    (void) node_answer(&node, RSL_SHARE_WRITER,
                       "*3\r\n$2\r\nOK\r\n$16\r\n1795000005000000\r\n"
                       "$1\r\n1\r\n");
    assert_int_equal(rsl_share_done(node.share), 0);
    assert_true(rsl_share_waits(node.zone, 1));
    assert_int_equal(rsl_share_pending(node.zone), 2);

    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000000",
                                  P ":1", LINE("one")));

    assert_int_equal(rsl_share_done(node.share), one);
    assert_true(rsl_share_news(node.share));
    assert_string_equal(node_line(&node, 0), "one");

    /* and the next one */

    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "A 4 1795000005000000 1795000005000000 " P " 2 1 "
                        P ":2 1795000000000000 " LINE("two") "\n");
    (void) node_answer(&node, RSL_SHARE_WRITER,
                       "*3\r\n$2\r\nOK\r\n$16\r\n1795000005000001\r\n"
                       "$1\r\n2\r\n");
    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000010",
                                  P ":2", LINE("two")));
    assert_int_equal(rsl_share_done(node.share), two);
    assert_false(rsl_share_waits(node.zone, 1));

    node_destroy(&node);
}


/* Without an answer in time this nginx goes on alone, and says so. */

static void
test_alone(void **state)
{
    node_t            node;
    rsl_ring_state_t  before, after;

    node_create(&node);
    node_join(&node);

    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000000", Q ":9",
                                  LINE("others")));

    rsl_ring_state(node.ring, &before);

    (void) node_add(&node, "mine");
    node.now.msec += 1000;
    rsl_share_tick(node.share, &node.now);
    assert_int_equal(rsl_share_done(node.share), 0);

    node.now.msec++;
    rsl_share_tick(node.share, &node.now);

    assert_int_equal(rsl_share_state(node.zone), RSL_SHARE_ALONE);
    assert_true(rsl_share_done(node.share) >= 1);

    rsl_ring_state(node.ring, &after);
    assert_true(after.numbering == before.numbering + 1);
    assert_true(after.first > before.last + RSL_SHARE_G);
    assert_string_equal(node_line(&node, 0), "others");
    assert_string_equal(node_line(&node, 1), "mine");
    assert_non_null(strstr(node_line(&node, 2), "numbers its records alone"));

    /* at once from now on, and no connection is wanted */

    assert_int_equal(node_add(&node, "next"), 3);
    assert_int_equal(rsl_share_done(node.share), 3);
    assert_string_equal(node_line(&node, 3), "next");
    assert_false(rsl_share_wants(node.share, RSL_SHARE_WRITER));

    node.now.msec += 500;
    rsl_share_tick(node.share, &node.now);
    assert_false(rsl_share_wants(node.share, RSL_SHARE_TAIL));
    assert_non_null(strstr(node.said, "cut off from Redis"));
    rsl_share_closed(node.share, RSL_SHARE_TAIL, NULL, &node.now);

    node.now.msec += 600;
    rsl_share_tick(node.share, &node.now);
    assert_true(rsl_share_wants(node.share, RSL_SHARE_TAIL));

    /* as long as nothing listens, it is for the caller to make pauses */

    rsl_share_closed(node.share, RSL_SHARE_TAIL, "connection refused",
                     &node.now);
    assert_true(rsl_share_wants(node.share, RSL_SHARE_TAIL));

    /* Redis refuses: then later, and later */

    node_greet(&node, RSL_SHARE_TAIL);
    (void) node_sent(&node, RSL_SHARE_TAIL);
    assert_int_equal(node_answer(&node, RSL_SHARE_TAIL, "-OOM x\r\n"),
                     RSL_DECLINED);
    rsl_share_closed(node.share, RSL_SHARE_TAIL, NULL, &node.now);

    node.now.msec += 1500;
    rsl_share_tick(node.share, &node.now);
    assert_false(rsl_share_wants(node.share, RSL_SHARE_TAIL));
    node.now.msec += 600;
    rsl_share_tick(node.share, &node.now);
    assert_true(rsl_share_wants(node.share, RSL_SHARE_TAIL));
    node_destroy(&node);
}


/* Redis takes records, but the ring gets none of them. */

static void
test_stuck(void **state)
{
    node_t    node;
    unsigned  i;

    node_create(&node);
    node_join(&node);
    node_greet(&node, RSL_SHARE_WRITER);
    (void) node_sent(&node, RSL_SHARE_WRITER);
    (void) node_answer(&node, RSL_SHARE_WRITER, "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                       "$16\r\n1795000004999999\r\n");
    (void) node_add(&node, "one");

    for (i = 0; i < RSL_SHARE_STUCK; i++) {
        assert_int_equal(rsl_share_state(node.zone), RSL_SHARE_TOGETHER);

        rsl_share_tick(node.share, &node.now);
        assert_int_equal(strncmp(node_sent(&node, RSL_SHARE_WRITER),
                                 "A 4 1795000005000000", 20), 0);
        (void) node_answer(&node, RSL_SHARE_WRITER,
                           "*3\r\n$2\r\nOK\r\n$16\r\n1795000005000000\r\n"
                           "$1\r\n1\r\n");
        assert_int_not_equal(rsl_share_due(node.share, &node.now), 0);

        node.now.msec += 2 * node.conf.timeout + 1;
        rsl_share_tick(node.share, &node.now);
    }

    assert_int_equal(rsl_share_state(node.zone), RSL_SHARE_ALONE);
    assert_true(rsl_share_done(node.share) >= 1);
    assert_string_equal(node_line(&node, 0), "one");

    node_destroy(&node);
}


/* A clear that Redis has answered waits for the tail, and not in a loop. */

static void
test_clear_end(void **state)
{
    int       alone;
    node_t    node;
    uint64_t  ticket;

    node_create(&node);
    node_join(&node);
    node_greet(&node, RSL_SHARE_WRITER);
    (void) node_sent(&node, RSL_SHARE_WRITER);
    (void) node_answer(&node, RSL_SHARE_WRITER, "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                       "$16\r\n1795000004999999\r\n");

    ticket = rsl_share_clear(node.share, &node.now);
    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "C 4 1795000005000000 1795000000000000");
    (void) node_answer(&node, RSL_SHARE_WRITER,
                       "*2\r\n$2\r\nOK\r\n$16\r\n1795000005000000\r\n");

    assert_int_equal(rsl_share_cleared(node.share, ticket, &alone), RSL_AGAIN);
    assert_int_not_equal(rsl_share_due(node.share, &node.now), 0);

    /* nobody waits any more: it is not said to Redis again */

    rsl_share_clear_end(node.share, ticket);
    assert_false(rsl_share_waits(node.zone, 1));

    ticket = rsl_share_clear(node.share, &node.now);
    rsl_share_closed(node.share, RSL_SHARE_WRITER, "reset", &node.now);
    rsl_share_clear_end(node.share, ticket);

    node_greet(&node, RSL_SHARE_WRITER);
    (void) node_sent(&node, RSL_SHARE_WRITER);
    (void) node_answer(&node, RSL_SHARE_WRITER, "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                       "$16\r\n1795000004999999\r\n");
    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER), "");

    node_destroy(&node);
}


/*
 * Another worker of this nginx, whose clock is behind because its turn of the
 * event loop began earlier, takes neither the lease nor the hold.
 */

static void
test_turns(void **state)
{
    node_t            node;
    rsl_share_t      *other;
    rsl_share_time_t  earlier;

    node_create(&node);
    node_join(&node);

    node.now.msec += 100;
    node.conf.slot = 2;
    other = rsl_share_create(&node.conf, &node.now);
    assert_non_null(other);

    node.now.msec += 500;
    rsl_share_tick(node.share, &node.now);
    assert_true(rsl_share_wants(node.share, RSL_SHARE_TAIL));

    earlier = node.now;
    earlier.msec -= 7;
    rsl_share_tick(other, &earlier);
    assert_false(rsl_share_wants(other, RSL_SHARE_TAIL));

    node.now.msec += 500;
    rsl_share_tick(node.share, &node.now);
    assert_true(rsl_share_wants(node.share, RSL_SHARE_TAIL));

    atomic_store(&node.zone->hold, 77);
    node.zone->hold_msec = node.now.msec;
    earlier = node.now;
    earlier.msec -= 7;
    assert_true(rsl_share_zone_held(node.share, 78, &earlier));

    rsl_share_destroy(other);
    node_destroy(&node);
}


/* A connection that may be to another Redis than the next one. */

static void
test_moves(void **state)
{
    node_t  node;

    node_create(&node);
    node.share->conf.moves = 1;
    node.zone->backoff = 4000;
    node_join(&node);
    assert_int_equal(node.zone->backoff, RSL_SHARE_BACKOFF);

    (void) node_answer(&node, RSL_SHARE_TAIL, "*-1\r\n");
    assert_string_equal(node_sent(&node, RSL_SHARE_TAIL),
                        "J 4 1795000005000000 1795000004999999" ROOM);
    assert_int_equal(node_answer(&node, RSL_SHARE_TAIL,
                       "*7\r\n$4\r\nLOOK\r\n$1\r\n1\r\n"
                       "$16\r\n1795000009000000\r\n$16\r\n1795000008999999\r\n"
                       "$16\r\n1795000008999999\r\n$1\r\n0\r\n*0\r\n"),
                     RSL_DECLINED);
    rsl_share_closed(node.share, RSL_SHARE_TAIL, NULL, &node.now);

    node_greet(&node, RSL_SHARE_TAIL);
    assert_string_equal(node_sent(&node, RSL_SHARE_TAIL),
                        "J 4 1795000005000000 1795000004999999" ROOM);
    (void) node_answer(&node, RSL_SHARE_TAIL,
                       "*7\r\n$4\r\nLOOK\r\n$1\r\n1\r\n"
                       "$16\r\n1795000009000000\r\n$16\r\n1795000008999999\r\n"
                       "$16\r\n1795000008999999\r\n$1\r\n0\r\n*0\r\n");
    assert_string_equal(node_sent(&node, RSL_SHARE_TAIL),
                        "J 4 1795000009000000 1795000008999999" ROOM);

    node_destroy(&node);
}


/* What Redis was told stays out of the reason, which goes to the error log. */

static void
test_secret(void **state)
{
    size_t        i;
    node_t        node;

    static const char  *errors[] = {
        "-ERR unknown command `HELLO`, with args beginning with: `2`, `AUTH`, "
            "`default`, `hunter2`, \r\n",
        "-ERR unknown command 'HELLO', with args beginning with: '2' 'AUTH' "
            "'default' 'hunt\r\n",
        "-ERR hunter2 is no good password\r\n"
    };

    for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        node_create(&node);
        node.share->conf.password.data = (const u_char *) "hunter2";
        node.share->conf.password.len = 7;

        rsl_share_tick(node.share, &node.now);
        rsl_share_opened(node.share, RSL_SHARE_TAIL, 0, &node.now);
        assert_string_equal(node_sent(&node, RSL_SHARE_TAIL),
                            "HELLO 2 AUTH default hunter2");
        assert_int_equal(node_answer(&node, RSL_SHARE_TAIL, errors[i]),
                         RSL_DECLINED);
        assert_null(strstr(rsl_share_reason(node.share, RSL_SHARE_TAIL),
                           "hunt"));
        assert_string_not_equal(rsl_share_reason(node.share, RSL_SHARE_TAIL),
                                "");
        node_destroy(&node);
    }
}


/* What this ring has is sent, if Redis has not got it. */

static void
test_seed(void **state)
{
    node_t       node;
    const char  *sent;

    node_create(&node);

    (void) node_add(&node, "mine");
    node.now.msec += 1001;
    rsl_share_tick(node.share, &node.now);
    assert_int_equal(rsl_share_state(node.zone), RSL_SHARE_ALONE);

    node.now.msec += 1001;
    node_greet(&node, RSL_SHARE_TAIL);
    (void) node_sent(&node, RSL_SHARE_TAIL);

    (void) node_answer(&node, RSL_SHARE_TAIL, "*7\r\n$4\r\nLOOK\r\n$1\r\n0\r\n"
                       "$1\r\n0\r\n$1\r\n0\r\n$1\r\n0\r\n$1\r\n0\r\n*0\r\n");

    sent = node_sent(&node, RSL_SHARE_TAIL);
    assert_int_equal(strncmp(sent, "S 4 0 0-0 17950000", 18), 0);
    assert_non_null(strstr(sent, " " P ":1 1795000000000000 {"));
    assert_non_null(strstr(sent, "\n" P ":2 1795000000000000 {"));

    /* while it joins, what comes waits */

    assert_int_equal(rsl_share_state(node.zone), RSL_SHARE_JOINING);
    assert_int_equal(node_add(&node, "waits"), 3);
    assert_int_equal(rsl_share_done(node.share), 2);

    (void) node_answer(&node, RSL_SHARE_TAIL,
                       "*2\r\n$2\r\nOK\r\n$16\r\n1795000009000000\r\n");
    assert_int_equal(strncmp(node_sent(&node, RSL_SHARE_TAIL), "J 4 0 ", 6), 0);

    node_destroy(&node);
}


static void
test_clear(void **state)
{
    int               alone;
    node_t            node;
    uint64_t          ticket;
    rsl_ring_state_t  before, after;

    node_create(&node);
    node_join(&node);
    node_greet(&node, RSL_SHARE_WRITER);
    (void) node_sent(&node, RSL_SHARE_WRITER);
    (void) node_answer(&node, RSL_SHARE_WRITER, "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                       "$16\r\n1795000004999999\r\n");
    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000000", P ":1",
                                  LINE("x")));

    rsl_ring_state(node.ring, &before);
    ticket = rsl_share_clear(node.share, &node.now);

    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "C 4 1795000005000000 1795000000000000");
    (void) node_answer(&node, RSL_SHARE_WRITER,
                       "*2\r\n$2\r\nOK\r\n$16\r\n1795000005000000\r\n");
    assert_int_equal(rsl_share_cleared(node.share, ticket, &alone), RSL_AGAIN);

    (void) node_answer(&node, RSL_SHARE_TAIL, "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n"
                       "*2\r\n$34\r\n1795000005000000-17950000050000001\r\n"
                       "*2\r\n$1\r\nc\r\n$16\r\n1795000000000000\r\n");
    assert_int_equal(rsl_share_cleared(node.share, ticket, &alone), RSL_OK);
    assert_false(alone);

    rsl_ring_state(node.ring, &after);
    assert_true(after.oldest > after.last);
    assert_true(after.clears == before.clears + 1);
    assert_true(after.last == before.last);

    /* alone, only this nginx */

    (void) node_add(&node, "mine");
    node.now.msec += 1001;
    rsl_share_tick(node.share, &node.now);
    ticket = rsl_share_clear(node.share, &node.now);
    assert_int_equal(rsl_share_cleared(node.share, ticket, &alone), RSL_OK);
    assert_true(alone);

    node_destroy(&node);
}


/* What Redis says when something is wrong becomes plain words. */

static void
test_errors(void **state)
{
    size_t  i;
    node_t  node;

    static const char  *cases[][2] = {
        { "-OOM command not allowed\r\n", "no memory left" },
        { "-NOPERM this user has no permissions\r\n", "may not do that" },
        { "-ERR The user executing the script can't run this command\r\n",
          "may not do that" },
        { "-ERR ACL failure in script: User a has no permissions\r\n",
          "may not do that" },
        { "-READONLY You can't write\r\n", "a replica" },
        { "-WRONGTYPE Operation\r\n", "used for something else" },
        { "-ERR \x1b[31m odd\r\n", "Redis says: ERR ?[31m odd" },
        { "+OK\r\n", "in another way" },
        { "*1\r\n$3\r\nNUM\r\n", "in another way" },
        { "*3\r\n$2\r\nGO\r\n$1\r\nx\r\n$1\r\n0\r\n", "in another way" },
        { "HTTP/1.1 400 Bad Request\r\n\r\n", "this is no Redis" },
        { "*2000000000\r\n", "too large" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        node_create(&node);
        node_greet(&node, RSL_SHARE_TAIL);
        (void) node_sent(&node, RSL_SHARE_TAIL);

        assert_int_equal(node_answer(&node, RSL_SHARE_TAIL, cases[i][0]),
                         RSL_DECLINED);
        assert_false(rsl_share_wants(node.share, RSL_SHARE_TAIL));

        if (strstr(rsl_share_reason(node.share, RSL_SHARE_TAIL), cases[i][1])
            == NULL)
        {
            fail_msg("%s: %s", cases[i][0],
                     rsl_share_reason(node.share, RSL_SHARE_TAIL));
        }

        rsl_share_closed(node.share, RSL_SHARE_TAIL, NULL, &node.now);
        assert_true(rsl_share_wants(node.share, RSL_SHARE_TAIL));

        node_destroy(&node);
    }
}


static void
test_greeting(void **state)
{
    node_t            node;
    rsl_share_host_t  host;

    node_create(&node);
    node.share->conf.password.data = (const u_char *) "secret";
    node.share->conf.password.len = 6;
    node.share->conf.db = 2;
    node.share->conf.master.data = (const u_char *) "m";
    node.share->conf.master.len = 1;

    /* a Sentinel names the master */

    rsl_share_opened(node.share, RSL_SHARE_WRITER, 1, &node.now);
    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "SENTINEL get-master-addr-by-name m");
    assert_int_equal(node_answer(&node, RSL_SHARE_WRITER,
                                 "*2\r\n$8\r\n10.0.0.7\r\n$4\r\n6380\r\n"),
                     RSL_AGAIN);
    rsl_share_master(node.share, RSL_SHARE_WRITER, &host);
    assert_int_equal(host.name.len, 8);
    assert_memory_equal(host.name.data, "10.0.0.7", 8);
    assert_int_equal(host.port, 6380);
    rsl_share_closed(node.share, RSL_SHARE_WRITER, NULL, &node.now);

    rsl_share_opened(node.share, RSL_SHARE_WRITER, 1, &node.now);
    (void) node_sent(&node, RSL_SHARE_WRITER);
    assert_int_equal(node_answer(&node, RSL_SHARE_WRITER, "*-1\r\n"),
                     RSL_DECLINED);
    rsl_share_closed(node.share, RSL_SHARE_WRITER, NULL, &node.now);

    /* the password, and the database */

    rsl_share_opened(node.share, RSL_SHARE_WRITER, 0, &node.now);
    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "HELLO 2 AUTH default secret");
    (void) node_answer(&node, RSL_SHARE_WRITER, "*2\r\n$7\r\nversion\r\n"
                       "$5\r\n8.0.1\r\n");
    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER), "SELECT 2");
    (void) node_answer(&node, RSL_SHARE_WRITER, "+OK\r\n");
    assert_int_equal(strncmp(node_sent(&node, RSL_SHARE_WRITER),
                             "SCRIPT LOAD ", 12), 0);
    rsl_share_closed(node.share, RSL_SHARE_WRITER, "gone", &node.now);

    /* too old, or a replica */

    rsl_share_opened(node.share, RSL_SHARE_WRITER, 0, &node.now);
    (void) node_sent(&node, RSL_SHARE_WRITER);
    assert_int_equal(node_answer(&node, RSL_SHARE_WRITER, "*2\r\n"
                                 "$7\r\nversion\r\n$5\r\n6.2.7\r\n"),
                     RSL_DECLINED);
    assert_non_null(strstr(rsl_share_reason(node.share, RSL_SHARE_WRITER),
                           "version 7.0"));
    rsl_share_closed(node.share, RSL_SHARE_WRITER, NULL, &node.now);

    rsl_share_opened(node.share, RSL_SHARE_WRITER, 0, &node.now);
    (void) node_sent(&node, RSL_SHARE_WRITER);
    assert_int_equal(node_answer(&node, RSL_SHARE_WRITER, "*4\r\n"
                                 "$7\r\nversion\r\n$5\r\n7.0.7\r\n"
                                 "$4\r\nrole\r\n$7\r\nreplica\r\n"),
                     RSL_DECLINED);

    node_destroy(&node);
}


/* A script that Redis has forgotten is loaded again, and the same is asked. */

static void
test_noscript(void **state)
{
    node_t  node;

    node_create(&node);
    node_greet(&node, RSL_SHARE_TAIL);
    (void) node_sent(&node, RSL_SHARE_TAIL);
    (void) node_answer(&node, RSL_SHARE_TAIL, "-NOSCRIPT No matching\r\n");

    assert_int_equal(strncmp(node_sent(&node, RSL_SHARE_TAIL),
                             "SCRIPT LOAD ", 12), 0);
    (void) node_answer(&node, RSL_SHARE_TAIL, "$3\r\nsha\r\n");
    assert_int_equal(strncmp(node_sent(&node, RSL_SHARE_TAIL), "XREAD ", 6), 0);
    (void) node_answer(&node, RSL_SHARE_TAIL, "*-1\r\n");
    assert_string_equal(node_sent(&node, RSL_SHARE_TAIL),
                        "J 4 0 1795000001000009" ROOM);

    node_destroy(&node);
}


/* A worker of an older configuration shares nothing any more. */

static void
test_stale(void **state)
{
    node_t        node;
    rsl_share_t  *old;

    node_create(&node);
    node_join(&node);
    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000000", P ":9",
                                  LINE("old")));
    (void) node_add(&node, "waits");

    old = node.share;
    node.conf.shape = 8;
    node.conf.slot = 2;
    node.share = rsl_share_create(&node.conf, &node.now);

    rsl_share_tick(old, &node.now);
    assert_true(rsl_share_stale(old));
    assert_int_equal(rsl_share_done(old), 0);
    assert_int_equal(rsl_share_pending(node.zone), 0);
    assert_false(rsl_share_wants(old, RSL_SHARE_WRITER));

    /* what is there stays, in a numbering of its own, and is never sent */

    assert_int_equal(rsl_share_state(node.zone), RSL_SHARE_JOINING);
    assert_string_equal(node_line(&node, 0), "old");
    assert_null(rsl_share_zone_origin(node.share,
                                      rsl_share_zone_top(node.share)));

    rsl_share_destroy(old);
    node_destroy(&node);
}


static void
test_bounded(void **state)
{
    char      text[900];
    size_t    n;
    node_t    node;
    uint64_t  ticket;

    node_create(&node);
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';

    for (n = 0; !rsl_share_full(node.share); n++) {
        assert_true(node_add(&node, text) != 0);
    }

    assert_true(n * 900 < 1100000);

    do {
        ticket = node_add(&node, text);
    } while (ticket && n++ < 10000);

    assert_int_equal(ticket, 0);
    assert_true(node.share->bytes <= 2 * RSL_SHARE_PENDING);

    node_destroy(&node);
}


static void
test_leave(void **state)
{
    node_t  node;

    node_create(&node);
    node_join(&node);
    node_greet(&node, RSL_SHARE_WRITER);
    (void) node_sent(&node, RSL_SHARE_WRITER);
    (void) node_answer(&node, RSL_SHARE_WRITER, "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                       "$16\r\n1795000004999999\r\n");

    assert_int_equal(rsl_share_leave(node.share, &node.now), RSL_AGAIN);
    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "HDEL k:0000000000000007:m p:" P);
    (void) node_answer(&node, RSL_SHARE_WRITER, ":1\r\n");
    assert_int_equal(rsl_share_leave(node.share, &node.now), RSL_OK);
    assert_false(rsl_share_wants(node.share, RSL_SHARE_TAIL));

    /* an upload that is still open goes on, and then it leaves once more */

    assert_int_equal(node_add(&node, "late"), 1);
    assert_int_equal(rsl_share_leave(node.share, &node.now), RSL_AGAIN);
    assert_true(rsl_share_wants(node.share, RSL_SHARE_TAIL));
    assert_int_equal(strncmp(node_sent(&node, RSL_SHARE_WRITER),
                             "A 4 1795000005000000", 20), 0);
    (void) node_answer(&node, RSL_SHARE_WRITER,
                       "*3\r\n$2\r\nOK\r\n$16\r\n1795000005000000\r\n"
                       "$1\r\n1\r\n");
    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000000",
                                  P ":1", LINE("late")));
    assert_int_equal(rsl_share_done(node.share), 1);
    assert_int_equal(rsl_share_leave(node.share, &node.now), RSL_AGAIN);
    assert_string_equal(node_sent(&node, RSL_SHARE_WRITER),
                        "HDEL k:0000000000000007:m p:" P);
    assert_int_equal(rsl_share_leave(node.share, &node.now), RSL_OK);

    node_destroy(&node);
}


static void
test_reader(void **state)
{
    node_t            node;
    rsl_ring_state_t  now;

    node_create(&node);
    rsl_ring_state(node.ring, &now);

    assert_int_equal(rsl_share_reader(node.zone, &now, 5, 0),
                     RSL_SHARE_WAITS);
    assert_int_equal(rsl_share_reader(node.zone, &now, 5, RSL_SHARE_PATIENCE),
                     RSL_SHARE_RENUMBERED);

    node_join(&node);
    (void) node_answer(&node, RSL_SHARE_TAIL,
                       node_entry("1795000005000000-17950000050000000", P ":1",
                                  LINE("x")));
    rsl_ring_state(node.ring, &now);

    assert_int_equal(rsl_share_reader(node.zone, &now, now.last, 0),
                     RSL_SHARE_GOES_ON);
    assert_int_equal(rsl_share_reader(node.zone, &now, now.last + 1, 0),
                     RSL_SHARE_WAITS);
    assert_int_equal(rsl_share_reader(node.zone, &now, now.first - 1, 0),
                     RSL_SHARE_RENUMBERED);

    node_destroy(&node);
}


/*
 * Who has nothing to send does not notice that Redis is away, but what it shows
 * may be old.
 */

static void
test_up(void **state)
{
    node_t  node;

    node_create(&node);

    assert_false(rsl_share_up(node.zone, &node.now));

    node_join(&node);
    assert_true(rsl_share_up(node.zone, &node.now));

    node.now.msec += 5000;
    (void) node_answer(&node, RSL_SHARE_TAIL, "*-1\r\n");
    assert_string_equal(node_sent(&node, RSL_SHARE_TAIL),
                        "J 4 1795000005000000 1795000004999999" ROOM);
    (void) node_answer(&node, RSL_SHARE_TAIL, "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                       "$16\r\n1795000004999999\r\n");

    node.now.msec += 10999;
    assert_true(rsl_share_up(node.zone, &node.now));

    node.now.msec++;
    assert_false(rsl_share_up(node.zone, &node.now));
    assert_int_equal(rsl_share_state(node.zone), RSL_SHARE_TOGETHER);

    node_destroy(&node);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_together),
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_stuck),
        cmocka_unit_test(test_clear_end),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_secret),
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_greeting),
        cmocka_unit_test(test_noscript),
        cmocka_unit_test(test_stale),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_leave),
        cmocka_unit_test(test_reader),
        cmocka_unit_test(test_up)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
