
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * What a line of text says of itself before its message: its level and its
 * time.
 *
 * Loggers print a few elements there, in any order: a time, brackets, numbers,
 * names of processes, threads, loggers and channels, and among them the level.
 * They are walked through from the left.  What is none of them is the message,
 * and a word of the message is no level.
 */


#include "rsl_intake_internal.h"


/* Where the walk stands, and what it has met. */

typedef struct {
    const u_char       *start;
    const u_char       *pos;
    const u_char       *end;
    rsl_intake_head_t  *head;
    unsigned            elements;   /* that were passed */
    unsigned            names;      /* of them, those that are names only */
    unsigned            inside:1;   /* of brackets */
    unsigned            opened:1;   /* nothing but the bracket is before */
    unsigned            separated:1;    /* "|" or "-" is right before */
    unsigned            after_time:1;   /* a time is right before, */
    unsigned            after_thread:1; /* or a time and a thread */
    unsigned            syslog:1;   /* a time of RFC 3164 is right before */
    unsigned            program:1;  /* "name:" is right before: what follows
                                       is a level only if it is marked */
    unsigned            tool:1;     /* npm is right before */
} rsl_intake_head_walk_t;


static void rsl_intake_head_walk(rsl_intake_head_walk_t *walk);
static void rsl_intake_head_start(rsl_intake_head_walk_t *walk);
static int rsl_intake_head_klog(rsl_intake_head_walk_t *walk);
static int rsl_intake_head_priority(rsl_intake_head_walk_t *walk);
static void rsl_intake_head_container(rsl_intake_head_walk_t *walk);
static int rsl_intake_head_skip(rsl_intake_head_walk_t *walk);
static size_t rsl_intake_head_sign(rsl_intake_head_walk_t *walk,
    const u_char *p);
static int rsl_intake_head_time(rsl_intake_head_walk_t *walk);
static void rsl_intake_head_word(const rsl_intake_head_walk_t *walk,
    rsl_intake_word_t *word);
static int rsl_intake_head_level(rsl_intake_head_walk_t *walk,
    const rsl_intake_word_t *word);
static int rsl_intake_head_element(rsl_intake_head_walk_t *walk,
    const rsl_intake_word_t *word);
static int rsl_intake_head_is_number(const rsl_intake_word_t *word);
static int rsl_intake_head_is_thread(const rsl_intake_word_t *word);
static int rsl_intake_head_is_name(const rsl_intake_head_walk_t *walk,
    const rsl_intake_word_t *word);
static void rsl_intake_head_message(rsl_intake_head_walk_t *walk);
static int rsl_intake_head_is_any(const u_char *p, size_t len,
    const char **texts);
static int rsl_intake_head_is(const u_char *p, const u_char *end,
    const char *text);


/* So many elements of a line are looked at. */
#define RSL_INTAKE_HEAD_ELEMENTS  16
#define RSL_INTAKE_HEAD_NAMES     4


/*
 * A time without a zone is in that of the sender, whichever that is: the time
 * of capture is nearer to the truth.
 */

void
rsl_intake_head(const rsl_str_t *line, rsl_intake_head_t *head)
{
    u_char                  plain[RSL_INTAKE_HEAD_SIZE];
    rsl_intake_head_walk_t  walk;

    memset(head, 0, sizeof(rsl_intake_head_t));
    memset(&walk, 0, sizeof(rsl_intake_head_walk_t));

    head->level = RSL_LEVELS;

    walk.head = head;
    walk.start = line->data;
    walk.end = line->data + (line->len < RSL_INTAKE_HEAD_SIZE
                             ? line->len : RSL_INTAKE_HEAD_SIZE);

    if (memchr(walk.start, 0x1b, walk.end - walk.start) != NULL) {
        walk.start = plain;
        walk.end = plain + rsl_intake_head_plain(line, plain);
        head->coloured = 1;
    }

    walk.pos = walk.start;

    rsl_intake_head_walk(&walk);
}


/* The colours of a terminal are control sequences of ECMA-48, 5.4. */

size_t
rsl_intake_head_plain(const rsl_str_t *line, u_char *dst)
{
    size_t         len;
    const u_char  *p, *end;

    len = 0;
    p = line->data;
    end = p + line->len;

    while (p < end && len < RSL_INTAKE_HEAD_SIZE) {

        if (*p == 0x1b && end - p > 1 && p[1] == '[') {
            p += 2;

            while (p < end && (*p < 0x40 || *p > 0x7e)) {
                p++;
            }

            if (p < end) {
                p++;
            }

            continue;
        }

        dst[len++] = *p++;
    }

    return len;
}


static void
rsl_intake_head_walk(rsl_intake_head_walk_t *walk)
{
    rsl_intake_word_t  word;

    rsl_intake_head_start(walk);

    if (walk->head->level != RSL_LEVELS) {
        return;
    }

    while (rsl_intake_head_skip(walk)
           && walk->elements < RSL_INTAKE_HEAD_ELEMENTS)
    {
        if (rsl_intake_head_time(walk)) {
            continue;
        }

        rsl_intake_head_word(walk, &word);

        if (rsl_intake_head_level(walk, &word)) {
            return;
        }

        if (!rsl_intake_head_element(walk, &word)) {
            break;
        }
    }

    rsl_intake_head_message(walk);
}


/* What only the start of a line has. */

static void
rsl_intake_head_start(rsl_intake_head_walk_t *walk)
{
    rsl_intake_head_container(walk);

    if (walk->pos == walk->end
        || rsl_intake_head_priority(walk)
        || rsl_intake_head_klog(walk))
    {
        return;
    }

    if (*walk->pos == '=') {
        rsl_intake_head_message(walk);
        return;
    }

    if (rsl_intake_is_letter(*walk->pos)) {
        rsl_intake_logfmt(walk->pos, walk->end, walk->head);
    }
}


/* "app-1  | ", as docker compose prints; what follows is a line of its own. */

static void
rsl_intake_head_container(rsl_intake_head_walk_t *walk)
{
    const u_char  *p, *name;

    p = walk->pos;

    if (rsl_intake_head_is(p, walk->end, "\xef\xbb\xbf")) {
        p += 3;
        walk->pos = p;
    }

    for (name = p;
         p < walk->end && (rsl_intake_is_letter(*p) || rsl_intake_is_digit(*p)
                           || *p == '-' || *p == '_' || *p == '.');
         p++)
    {
        /* void */
    }

    if (p == name || p == walk->end || *p != ' ') {
        return;
    }

    while (p < walk->end && *p == ' ') {
        p++;
    }

    if (walk->end - p < 2 || p[0] != '|' || p[1] != ' '
        || rsl_intake_level_find(name, p - name) != NULL)
    {
        return;
    }

    walk->pos = p + 2;
}


/* "<131>1 ", the priority of RFC 5424 and of systemd (sd-daemon(3)). */

static int
rsl_intake_head_priority(rsl_intake_head_walk_t *walk)
{
    unsigned           n;
    const u_char      *p;
    rsl_intake_time_t  t;

    if (*walk->pos != '<') {
        return 0;
    }

    n = 0;

    for (p = walk->pos + 1; p < walk->end && rsl_intake_is_digit(*p); p++) {
        n = n * 10 + (*p - '0');

        if (n > 191) {
            return 0;
        }
    }

    if (p == walk->pos + 1 || p == walk->end || *p != '>') {
        return 0;
    }

    walk->head->level = rsl_intake_level_number(RSL_INTAKE_ALIAS_SYSLOG, n & 7);
    walk->head->worded = 1;

    /* the version, and a time */

    p += rsl_intake_head_is(p, walk->end, ">1 ") ? 3 : 1;

    if (rsl_intake_time_read(p, walk->end, &t)) {
        rsl_intake_head_timed(walk->head, &t);
    }

    return 1;
}


/*
 * "E1122 10:00:00.000000", and glog's and CockroachDB's longer dates.  Before
 * absl knows the zone, it prints "E0000 00:00:" and seconds since 1970.
 */

static int
rsl_intake_head_klog(rsl_intake_head_walk_t *walk)
{
    size_t             n;
    const u_char      *p;
    rsl_intake_time_t  t;

    p = walk->pos + (*walk->pos == '[');

    if (p == walk->end
        || (*p != 'I' && *p != 'W' && *p != 'E' && *p != 'F'))
    {
        return 0;
    }

    for (n = 1; p + n < walk->end && rsl_intake_is_digit(p[n]); n++) {
        /* void */
    }

    if ((n != 5 && n != 7 && n != 9) || p + n == walk->end || p[n] != ' '
        || (!rsl_intake_time_read(p + n + 1, walk->end, &t)
            && !rsl_intake_head_is(p + 1, walk->end, "0000 00:00:")))
    {
        return 0;
    }

    walk->head->level = rsl_intake_level_find(p, 1)->level;
    walk->head->worded = 1;
    walk->head->timed = 1;

    return 1;
}


/* To the next element; 0: there is none. */

static int
rsl_intake_head_skip(rsl_intake_head_walk_t *walk)
{
    size_t         n;
    const u_char  *p, *end;

    end = walk->end;

    for (p = walk->pos; p < end; p++) {

        switch (*p) {

        case ' ':
        case ':':
        case ',':
            continue;

        case '[':
        case '(':
        case '{':
        case '<':
            walk->inside = 1;
            walk->opened = 1;
            walk->separated = 0;
            continue;

        case ']':
        case ')':
        case '}':
        case '>':
            walk->inside = 0;
            continue;

        case '|':
        case '\t':
            walk->separated = 1;
            continue;

        default:
            n = rsl_intake_head_sign(walk, p);

            if (n) {
                p += n - 1;
                continue;
            }
        }

        break;
    }

    walk->pos = p;

    return p < end;
}


/* The length of what says nothing, or only that a name ends there; 0: none. */

static size_t
rsl_intake_head_sign(rsl_intake_head_walk_t *walk, const u_char *p)
{
    u_char         next;
    const u_char  *q, *end;

    end = walk->end;
    next = (end - p > 1) ? p[1] : ' ';

    switch (*p) {

    case '#':
        return next == '#' || next == '[';

    case '-':
    case '*':
        if (rsl_intake_is_blank(next) || next == ']'
            || (*p == '-' && next == '-'))
        {
            walk->separated = 1;
            return 1;
        }

        /* "->" of Hyperledger Fabric, "*ERROR*" of AEM */

        if (*p == '-' && next == '>') {
            walk->separated = 1;
            return 2;
        }

        if (*p == '*' && end - p > 2 && rsl_intake_is_upper(next)
            && rsl_intake_is_upper(p[2]))
        {
            walk->inside = 1;
            walk->opened = 1;
            return 1;
        }

        return 0;
    }

    /* a symbol or a picture, which are no letters of a language */

    if (*p != 0xe2 && *p != 0xf0 && *p != 0xef) {
        return 0;
    }

    for (q = p; q < end && *q >= 0x80; q++) {
        /* void */
    }

    return (q == end || rsl_intake_is_blank(*q)) ? (size_t) (q - p) : 0;
}


static int
rsl_intake_head_time(rsl_intake_head_walk_t *walk)
{
    size_t             n;
    rsl_intake_time_t  t;

    n = rsl_intake_time_read(walk->pos, walk->end, &t);

    if (n == 0) {
        return 0;
    }

    rsl_intake_head_timed(walk->head, &t);

    /* RFC 3164: a name of a host follows */

    walk->syslog = (!t.dated && rsl_intake_is_letter(*walk->pos));

    walk->pos += n;
    walk->elements++;
    walk->opened = 0;
    walk->separated = 0;
    walk->after_time = 1;
    walk->after_thread = 0;

    return 1;
}


static void
rsl_intake_head_word(const rsl_intake_head_walk_t *walk,
    rsl_intake_word_t *word)
{
    memset(word, 0, sizeof(rsl_intake_word_t));

    word->data = walk->pos;
    word->end = walk->end;
    word->bracket = walk->inside;
    word->first = (walk->elements == 0);
    word->opened = walk->opened;
    word->separated = walk->separated;
    word->after_time = walk->after_time;
    word->after_thread = walk->after_thread;
    word->program = walk->program;
    word->tool = walk->tool;

    rsl_intake_word_read(word);
}


/* Ends the walk if the word is a level, or holds one. */

static int
rsl_intake_head_level(rsl_intake_head_walk_t *walk,
    const rsl_intake_word_t *word)
{
    rsl_level_t         level;
    rsl_intake_head_t  *head;

    level = rsl_intake_word_level(word);

    if (level == RSL_LEVELS && memchr(word->data, '=', word->len) != NULL) {
        rsl_intake_logfmt(walk->pos, walk->end, walk->head);

        if (walk->head->level != RSL_LEVELS) {
            return 1;
        }
    }

    /* Redis: "7:M 22 Nov 2026 10:00:00.123 # " */

    if (level == RSL_LEVELS && *word->data == '#' && word->after_time
        && rsl_intake_is_digit(*walk->start)
        && memchr(walk->start, ':', sizeof("65535:") - 1) != NULL)
    {
        level = RSL_LEVEL_WARNING;
    }

    if (level == RSL_LEVELS) {
        return 0;
    }

    head = walk->head;

    head->level = level;
    head->level_at = word->data - walk->start;
    head->first = (walk->elements == 0);

    /* "Error: failed" may be the first line of a stack as well */

    head->worded = (walk->elements || !word->colon || word->bracket
                    || word->len != 5 || memcmp(word->data, "Error", 5) != 0);

    walk->pos = word->next;

    return 1;
}


/* Goes behind the word if it is one that stands before a message. */

static int
rsl_intake_head_element(rsl_intake_head_walk_t *walk,
    const rsl_intake_word_t *word)
{
    unsigned       number, tool, program;
    const u_char  *next;

    /* what prints its levels in small letters, or as a part of a sentence */

    static const char  *tools[] = { "npm", "pnpm", "PHP", NULL };

    number = rsl_intake_head_is_number(word);
    tool = 0;
    program = 0;

    if (!word->bracket && !number) {

        tool = rsl_intake_head_is_any(word->data, word->len, tools);

        if (tool) {
            /* void */

        } else if (walk->elements == 0) {
            program = word->colon;

            if (!program
                || rsl_intake_phrase_exception(word->data, walk->end)
                   != RSL_LEVELS)
            {
                return 0;
            }

        } else if (!rsl_intake_head_is_name(walk, word)
                   || ++walk->names > RSL_INTAKE_HEAD_NAMES)
        {
            return 0;
        }
    }

    next = word->next;

    /* "stderr F ", as the container runtimes of Kubernetes write */

    if (walk->after_time && word->len == 6 && memcmp(word->data, "std", 3) == 0
        && walk->end - next > 2 && (next[1] == 'F' || next[1] == 'P')
        && next[2] == ' ')
    {
        next += 2;
    }

    /* seconds since 1970 are a time, too: "1795348800: " (mosquitto) */

    if (walk->elements == 0 && number
        && rsl_intake_time_is_epoch(word->data, word->len))
    {
        walk->head->timed = 1;
    }

    walk->elements++;
    walk->opened = 0;
    walk->separated = 0;

    if (word->close) {
        walk->inside = 0;
    }

    walk->after_thread = walk->after_time && rsl_intake_head_is_thread(word);
    walk->after_time = 0;
    walk->syslog = 0;
    walk->tool = tool;
    walk->program = program;
    walk->pos = next;

    return 1;
}


static int
rsl_intake_head_is_number(const rsl_intake_word_t *word)
{
    size_t  i;

    i = (word->len > 1 && (*word->data == '+' || *word->data == '-'));

    return i < word->len && rsl_intake_is_digit(word->data[i]);
}


/*
 * A process or a thread, which may stand between a time and a level: "[7]",
 * "0x7f12", "T:12".  A plain number may be the first word of a message.
 */

static int
rsl_intake_head_is_thread(const rsl_intake_word_t *word)
{
    if (word->bracket) {
        return rsl_intake_head_is_number(word);
    }

    return word->len > 2 && (word->data[1] == ':' || word->data[1] == 'x')
           && rsl_intake_is_digit(word->data[2]);
}


/*
 * A name of a host, a process, a thread or a logger looks like one, or stands
 * between separators, or has a level right behind it.
 */

static int
rsl_intake_head_is_name(const rsl_intake_head_walk_t *walk,
    const rsl_intake_word_t *word)
{
    size_t                   i;
    unsigned                 opened;
    rsl_intake_head_walk_t   behind;
    rsl_intake_word_t   next;

    static const char  *names[] = {
        "main", "pid", "tid", "thread", "process", "worker", "stdout",
        "stderr", NULL
    };

    if (word->colon || walk->syslog
        || (walk->separated && word->bar)) {
        return 1;
    }

    for (i = 0; i < word->len; i++) {
        if (rsl_intake_is_digit(word->data[i])
            || strchr(".:/@_#=[$\\", word->data[i]) != NULL)
        {
            return word->data[0] != '"' && word->data[0] != '\'';
        }
    }

    if (rsl_intake_head_is_any(word->data, word->len, names)) {
        return 1;
    }

    behind = *walk;
    behind.pos = word->next;
    behind.opened = 0;
    behind.inside = 0;
    behind.after_time = 0;
    behind.separated = 0;

    if (!rsl_intake_head_skip(&behind)) {
        return 0;
    }

    opened = behind.opened;

    rsl_intake_head_word(&behind, &next);

    if (opened && next.len && rsl_intake_is_digit(*next.data)) {
        return 1;
    }

    if ((!opened && !next.upper)
        || rsl_intake_word_named(&next) == RSL_LEVELS)
    {
        return 0;
    }

    if (opened || next.colon) {
        return 1;
    }

    behind.pos = next.next;
    behind.opened = 0;

    return rsl_intake_head_skip(&behind) && behind.opened;
}


/* What the message itself begins with may say the level. */

static void
rsl_intake_head_message(rsl_intake_head_walk_t *walk)
{
    int  begins;

    if (walk->pos < walk->end) {
        walk->head->level = rsl_intake_phrase_level(walk->pos, walk->end,
                                                    &begins);
        walk->head->worded = (begins != 0);
    }
}


static int
rsl_intake_head_is_any(const u_char *p, size_t len, const char **texts)
{
    for ( /* void */ ; *texts != NULL; texts++) {
        if (strlen(*texts) == len && memcmp(p, *texts, len) == 0) {
            return 1;
        }
    }

    return 0;
}


static int
rsl_intake_head_is(const u_char *p, const u_char *end, const char *text)
{
    size_t  len;

    len = strlen(text);

    return (size_t) (end - p) >= len && memcmp(p, text, len) == 0;
}
