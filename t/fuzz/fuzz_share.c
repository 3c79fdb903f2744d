
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The share, with a Redis that answers whatever it likes, in whatever pieces:
 * the ring stays a ring, memory stays bounded, and no line is in it that is not
 * as this module writes it.
 *
 * The input is a list of steps: a byte that says what happens, and what it
 * needs.  So that the fuzzer gets anywhere, some steps are right answers.
 */


#include <stdio.h>
#include <stdlib.h>

#include "share/rsl_share_internal.h"


#define FUZZ_SIZE    4
#define FUZZ_ENTRY   1024


typedef struct {
    const uint8_t     *data;
    size_t             len;
} fuzz_input_t;


typedef struct {
    rsl_ring_t        *ring;
    rsl_share_zone_t  *zone;
    rsl_share_t       *share;
    rsl_share_time_t   now;
    int                open[RSL_SHARE_LINKS];
    unsigned           locked;
    uint64_t           random;
    uint64_t           base;
    uint64_t           last;
} fuzz_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_check(int ok, const char *what)
{
    if (!ok) {
        (void) fprintf(stderr, "%s\n", what);
        abort();
    }
}


static void
fuzz_lock(void *data)
{
    fuzz_t  *f;

    f = data;
    fuzz_check(f->locked++ == 0, "locked twice");
}


static void
fuzz_unlock(void *data)
{
    fuzz_t  *f;

    f = data;
    f->locked--;
}


static uint64_t
fuzz_random(void *data)
{
    fuzz_t  *f;

    f = data;

    return f->random += 7919;
}


static void
fuzz_notice(void *data, rsl_share_severity_e severity, const char *text)
{
    fuzz_t  *f;

    f = data;
    (void) severity;

    fuzz_check(f->locked == 0, "a notice under the lock");

    for ( /* void */ ; *text; text++) {
        fuzz_check(*text >= 0x20 && *text < 0x7f, "a notice with odd bytes");
    }
}


static unsigned
fuzz_byte(fuzz_input_t *in)
{
    if (in->len == 0) {
        return 0;
    }

    in->len--;

    return *in->data++;
}


static void
fuzz_create(fuzz_t *f)
{
    rsl_share_conf_t  conf;

    memset(f, 0, sizeof(fuzz_t));
    memset(&conf, 0, sizeof(conf));

    f->now.wall = INT64_C(1795000000000000);
    f->now.msec = 1000;
    f->ring = aligned_alloc(64, rsl_ring_size(FUZZ_SIZE, FUZZ_ENTRY));
    f->zone = calloc(1, rsl_share_zone_size(FUZZ_SIZE));
    fuzz_check(f->ring && f->zone, "no memory");

    memset(f->ring, 0, rsl_ring_size(FUZZ_SIZE, FUZZ_ENTRY));
    rsl_ring_init(f->ring, FUZZ_SIZE, FUZZ_ENTRY,
                  rsl_share_first(&f->now, 1));
    rsl_share_zone_init(f->zone, FUZZ_SIZE);

    conf.zone = f->zone;
    conf.ring = f->ring;
    conf.entries = FUZZ_SIZE;
    conf.line_max = rsl_ring_line_max(FUZZ_ENTRY);
    conf.timeout = 1000;
    conf.key.data = (const u_char *) "k";
    conf.key.len = 1;
    conf.shape = 7;
    conf.data = f;
    conf.lock = fuzz_lock;
    conf.unlock = fuzz_unlock;
    conf.random = fuzz_random;
    conf.notice = fuzz_notice;

    f->base = UINT64_C(1795000005000000);
    f->last = f->base - 1;
    f->share = rsl_share_create(&conf, &f->now);
    fuzz_check(f->share != NULL, "no memory");
}


static void
fuzz_feed(fuzz_t *f, rsl_share_link_e link, const void *data, size_t len)
{
    int            rc;
    u_char        *copy;
    size_t         n;
    const u_char  *p;

    p = data;
    rc = RSL_OK;

    while (f->open[link] && len && rc == RSL_OK) {
        n = 1 + fuzz_random(f) % len;

        /* of this size, so that a read beyond it is seen */

        copy = malloc(n);
        fuzz_check(copy != NULL, "no memory");
        memcpy(copy, p, n);
        rc = rsl_share_received(f->share, link, copy, n, &f->now);
        free(copy);

        p += n;
        len -= n;
    }

    if (f->open[link] && rc != RSL_OK) {
        f->open[link] = 0;
        rsl_share_closed(f->share, link, NULL, &f->now);
    }
}


/* An answer that is right for what was asked, but for what is in the input. */

static void
fuzz_answer(fuzz_t *f, rsl_share_link_e link, fuzz_input_t *in)
{
    int        n;
    char       buf[4096];
    size_t     len;
    unsigned   odd;

    odd = fuzz_byte(in);
    len = odd % 64;
    len = (len < in->len) ? len : in->len;

    switch (f->share->conns[link].ask) {

    case RSL_SHARE_ASK_HELLO:
        n = snprintf(buf, sizeof(buf), "*2\r\n$7\r\nversion\r\n$1\r\n7\r\n");
        break;

    case RSL_SHARE_ASK_LOAD:
        n = snprintf(buf, sizeof(buf), "$3\r\nsha\r\n");
        break;

    case RSL_SHARE_ASK_JOIN:
        if (odd & 64) {
            n = snprintf(buf, sizeof(buf), "*3\r\n$2\r\nGO\r\n$1\r\n0\r\n"
                         "$16\r\n%016llu\r\n",
                         (unsigned long long) (f->base - 1));
            break;
        }

        n = snprintf(buf, sizeof(buf), "*7\r\n$4\r\nLOOK\r\n$1\r\n1\r\n"
                     "$16\r\n%016llu\r\n$16\r\n%016llu\r\n$16\r\n%016llu\r\n"
                     "$1\r\n0\r\n*1\r\n*2\r\n$34\r\n%llu-%llu0\r\n*2\r\n"
                     "$1\r\nd\r\n$%zu\r\n0000000000000001:1 5 %.*s\r\n",
                     (unsigned long long) f->base,
                     (unsigned long long) f->base,
                     (unsigned long long) (f->base - 1),
                     (unsigned long long) f->base,
                     (unsigned long long) f->base, 21 + len, (int) len,
                     in->data);
        f->last = f->base;
        break;

    case RSL_SHARE_ASK_READ:
        f->last++;
        n = snprintf(buf, sizeof(buf), "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n"
                     "$34\r\n%llu-%llu%u\r\n*2\r\n$1\r\nd\r\n"
                     "$%zu\r\n0000000000000001:2 5 %.*s\r\n",
                     (unsigned long long) f->base,
                     (unsigned long long) f->last, odd >> 6 & 1, 21 + len,
                     (int) len, in->data);
        break;

    default:
        n = snprintf(buf, sizeof(buf), "*%d\r\n$2\r\nOK\r\n$16\r\n%llu\r\n%s",
                     (odd & 64) ? 3 : 2, (unsigned long long) f->last,
                     (odd & 64) ? "$1\r\n1\r\n" : "");
        break;
    }

    /* a NUL of the input ends the text early: then the answer is broken */

    in->data += len;
    in->len -= len;

    fuzz_feed(f, link, buf, (size_t) n);
}


static void
fuzz_add(fuzz_t *f)
{
    u_char        buf[FUZZ_ENTRY];
    rsl_line_t    line;
    rsl_record_t  record;

    memset(&record, 0, sizeof(record));

    record.timestamp = f->now.wall;
    rsl_record_render(&record, buf, rsl_ring_line_max(FUZZ_ENTRY), &line);

    (void) rsl_share_add(f->share, buf, &line, &f->now);
}


static void
fuzz_step(fuzz_t *f, fuzz_input_t *in)
{
    size_t            len;
    unsigned          what;
    rsl_str_t         bytes;
    rsl_share_link_e  link;

    what = fuzz_byte(in);
    link = (what >> 3 & 1) ? RSL_SHARE_TAIL : RSL_SHARE_WRITER;

    switch (what & 7) {

    case 0:
        len = fuzz_byte(in);
        len = (len < in->len) ? len : in->len;
        fuzz_feed(f, link, in->data, len);
        in->data += len;
        in->len -= len;
        break;

    case 1:
        fuzz_add(f);
        break;

    case 2:
        f->now.msec += 10u * fuzz_byte(in);
        rsl_share_tick(f->share, &f->now);
        break;

    case 3:
        if (f->open[link]) {
            f->open[link] = 0;
            rsl_share_closed(f->share, link, "cut", &f->now);
        }

        break;

    case 4:
        (void) rsl_share_clear(f->share, &f->now);
        break;

    default:
        if (!f->open[link] && rsl_share_wants(f->share, link)) {
            f->open[link] = 1;
            rsl_share_opened(f->share, link, 0, &f->now);
        }

        rsl_share_unsent(f->share, link, &bytes);

        while (bytes.len) {
            rsl_share_sent(f->share, link, bytes.len);
            rsl_share_unsent(f->share, link, &bytes);
        }

        fuzz_answer(f, link, in);
        break;
    }
}


static void
fuzz_ring(const fuzz_t *f)
{
    u_char            buf[FUZZ_ENTRY];
    rsl_str_t         text;
    rsl_line_t        line, found;
    rsl_ring_state_t  now;

    rsl_ring_state(f->ring, &now);

    fuzz_check(now.last < RSL_SHARE_NUMBER_MAX * 10, "a number beyond 2^53");
    fuzz_check(f->locked == 0, "it is locked");
    fuzz_check(f->share->bytes <= 2 * RSL_SHARE_PENDING, "too much waits");

    for ( /* void */ ; now.oldest <= now.last; now.oldest++) {
        fuzz_check(rsl_ring_read(f->ring, now.oldest, buf, &line) == RSL_OK,
                   "a hole");

        text.data = buf;
        text.len = line.len;

        fuzz_check(rsl_share_line(&text, sizeof(buf), &found) == NULL,
                   "a line that is none");
        fuzz_check(memcmp(&line, &found, sizeof(line)) == 0,
                   "a line of another description");
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_t            f;
    rsl_str_t         text;
    rsl_line_t        line;
    const char       *error;
    fuzz_input_t      in;
    rsl_share_url_t   url;

    in.data = data;
    in.len = size;

    text.data = data;
    text.len = size;

    (void) rsl_share_url(&url, &text, &error);
    (void) rsl_share_line(&text, size, &line);

    fuzz_create(&f);

    while (in.len) {
        fuzz_step(&f, &in);
        fuzz_ring(&f);
    }

    rsl_share_destroy(f.share);
    free(f.ring);
    free(f.zone);

    return 0;
}
