
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Query strings in the messages that nginx writes.  A message consists of words
 * of nginx's own and of texts of a client, most of which stand in quotes.  Some
 * messages have another form, or quote the configuration: the tables list them.
 */


#include "rsl_intake_internal.h"


typedef struct {
    const char  *begin;
    const char  *end;
} rsl_intake_nginx_args_t;


static void rsl_intake_nginx_message_range(
    const rsl_intake_nginx_marks_t *marks, size_t *start, size_t *end);
static void rsl_intake_nginx_message_args(rsl_intake_nginx_marks_t *marks);
static void rsl_intake_nginx_message_names(rsl_intake_nginx_marks_t *marks);
static int rsl_intake_nginx_message_is(const rsl_intake_nginx_marks_t *marks,
    const char *begin);
static size_t rsl_intake_nginx_message_last(
    const rsl_intake_nginx_marks_t *marks, size_t start, const char *s);
static void rsl_intake_nginx_message_known(rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end);
static void rsl_intake_nginx_message_walk(rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end);
static size_t rsl_intake_nginx_message_close(
    const rsl_intake_nginx_marks_t *marks, size_t i, size_t end);
static void rsl_intake_nginx_message_quoted(rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end);
static size_t rsl_intake_nginx_message_value(
    const rsl_intake_nginx_marks_t *marks, size_t start, size_t end);
static void rsl_intake_nginx_message_url(rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end);
static void rsl_intake_nginx_message_words(rsl_intake_nginx_marks_t *marks,
    size_t i, size_t end);
static size_t rsl_intake_nginx_message_word(
    const rsl_intake_nginx_marks_t *marks, size_t i, size_t end);
static int rsl_intake_nginx_message_quote(const rsl_intake_nginx_marks_t *marks,
    size_t i);


#define rsl_intake_nginx_count(array)  (sizeof(array) / sizeof(array[0]))

#define rsl_intake_nginx_is_space(ch)     ((ch) <= ' ' || (ch) == 0x7f)


/*
 * Messages that have the arguments of a request with no path before them, or
 * the bytes of a header in hexadecimal digits.  All from "begin" to "end" is
 * masked.
 */

static const rsl_intake_nginx_args_t  rsl_intake_nginx_begins[] = {
    { "http args: \"", "\"" },
    { "fastcgi param: \"QUERY_STRING: ", "\"" },
    { "uwsgi param: \"QUERY_STRING: ", "\"" },
    { "scgi param: \"QUERY_STRING: ", "\"" },
    { "grpc header: ", ", len: " },
    { "grpc response: ", ", len: " },
    { "http proxy header: ", ", len: " },
    { "http proxy response: ", ", len: " }
};

/* Messages that quote the configuration, and nothing of a request. */

static const char *const  rsl_intake_nginx_none[] = {
    "test location: ",
    "using configuration ",
    "http script regex: ",
    "http script copy: "
};

/* Messages in which the name of a host stands without quotes. */

static const rsl_intake_nginx_args_t  rsl_intake_nginx_bare[] = {
    { "", " could not be resolved (" },
    { "no resolver defined to resolve ", " " }
};

/*
 * What stands between a regular expression of the configuration, in which a "?"
 * begins no query, and the text it was tried on.
 */

static const char *const  rsl_intake_nginx_regex[] = {
    "\" matches \"",
    "\" does not match \""
};


int
rsl_intake_nginx_message(rsl_arena_t *arena,
    const rsl_intake_nginx_query_t *query, rsl_str_t *text)
{
    size_t                    start, end;
    rsl_intake_nginx_marks_t  marks;

    if (rsl_intake_nginx_mark_start(arena, &marks, query, text) != RSL_OK) {
        return RSL_ERROR;
    }

    rsl_intake_nginx_message_range(&marks, &start, &end);
    rsl_intake_nginx_message_args(&marks);
    rsl_intake_nginx_message_names(&marks);
    rsl_intake_nginx_message_known(&marks, start, end);
    rsl_intake_nginx_message_walk(&marks, start, end);

    /* fields are left in the message if it is not certain who wrote them */

    start = rsl_intake_nginx_mark_find(&marks, 0, marks.len, ", client: ");

    (void) rsl_intake_nginx_mark_query(&marks, start, marks.len, marks.len,
                                       RSL_INTAKE_NGINX_URL);

    return rsl_intake_nginx_mark_apply(arena, &marks, text);
}


int
rsl_intake_nginx_message_path(rsl_arena_t *arena,
    const rsl_intake_nginx_query_t *query, rsl_str_t *text)
{
    size_t                    start;
    rsl_intake_nginx_marks_t  marks;

    if (rsl_intake_nginx_mark_start(arena, &marks, query, text) != RSL_OK) {
        return RSL_ERROR;
    }

    if (query != NULL) {

        /* the host does not come from the query, so it is not masked */

        start = rsl_intake_nginx_mark_find(&marks, 0, marks.len, "://");
        start = (start < marks.len) ? start + 3 : 0;
        start = rsl_intake_nginx_mark_find(&marks, start, marks.len, "/");

        rsl_intake_nginx_mark_known(&marks, start, marks.len, 0);
        rsl_intake_nginx_mark_known(&marks, start, marks.len, 1);
    }

    (void) rsl_intake_nginx_mark_query(&marks, 0, marks.len, marks.len,
                                       RSL_INTAKE_NGINX_URL);

    return rsl_intake_nginx_mark_apply(arena, &marks, text);
}


/* Finds the part of a message in which a query may stand. */

static void
rsl_intake_nginx_message_range(const rsl_intake_nginx_marks_t *marks,
    size_t *start, size_t *end)
{
    size_t       i, pos;
    const char  *s;

    *start = 0;
    *end = marks->len;

    for (i = 0; i < rsl_intake_nginx_count(rsl_intake_nginx_none); i++) {
        if (rsl_intake_nginx_message_is(marks, rsl_intake_nginx_none[i])) {
            *start = marks->len;
            return;
        }
    }

    if (rsl_intake_nginx_message_is(marks, "\"")) {

        for (i = 0; i < rsl_intake_nginx_count(rsl_intake_nginx_regex); i++) {
            s = rsl_intake_nginx_regex[i];
            pos = rsl_intake_nginx_mark_find(marks, 0, marks->len, s);

            if (pos < marks->len && (*start == 0 || pos < *start)) {
                *start = pos + strlen(s) - 1;
            }
        }
    }

    if (rsl_intake_nginx_message_is(marks, "pcre")) {
        pos = rsl_intake_nginx_message_last(marks, 0, "\" using \"");
        *end = (pos < marks->len) ? pos + 1 : marks->len;
    }
}


static void
rsl_intake_nginx_message_args(rsl_intake_nginx_marks_t *marks)
{
    size_t                          i, from, to;
    const rsl_intake_nginx_args_t  *args;

    static const char               rewritten[] = "\", args: \"";

    if (rsl_intake_nginx_message_is(marks, "rewritten data: \"")) {
        from = rsl_intake_nginx_mark_find(marks, 0, marks->len, rewritten)
               + sizeof(rewritten) - 1;

        to = rsl_intake_nginx_message_last(marks, from, "\"");
        rsl_intake_nginx_mark(marks, from, to, RSL_INTAKE_NGINX_MASK);
        return;
    }

    for (i = 0; i < rsl_intake_nginx_count(rsl_intake_nginx_begins); i++) {
        args = &rsl_intake_nginx_begins[i];
        from = strlen(args->begin);

        if (!rsl_intake_nginx_message_is(marks, args->begin)
            || (args->end[0] == ',' && from < marks->len
                && marks->text[from] == '"'))
        {
            continue;
        }

        to = rsl_intake_nginx_message_last(marks, from, args->end);
        rsl_intake_nginx_mark(marks, from, to, RSL_INTAKE_NGINX_MASK);
        return;
    }
}


/* Hides the name of a host without quotes if it is a value of a query. */

static void
rsl_intake_nginx_message_names(rsl_intake_nginx_marks_t *marks)
{
    size_t                          i, from, to;
    const rsl_intake_nginx_args_t  *name;

    for (i = 0; i < rsl_intake_nginx_count(rsl_intake_nginx_bare); i++) {
        name = &rsl_intake_nginx_bare[i];
        from = strlen(name->begin);

        if (!rsl_intake_nginx_message_is(marks, name->begin)) {
            continue;
        }

        to = rsl_intake_nginx_mark_find(marks, from, marks->len, name->end);

        if (name->end[1] == '\0' || to < marks->len) {
            rsl_intake_nginx_message_quoted(marks, from, to);
        }
    }
}


static int
rsl_intake_nginx_message_is(const rsl_intake_nginx_marks_t *marks,
    const char *begin)
{
    size_t  len;

    len = strlen(begin);

    return marks->len >= len && memcmp(marks->text, begin, len) == 0;
}


/* Where "s" stands last, not before "start"; nowhere: the end of the text. */

static size_t
rsl_intake_nginx_message_last(const rsl_intake_nginx_marks_t *marks,
    size_t start, const char *s)
{
    size_t  i, len;

    len = strlen(s);

    for (i = marks->len; i >= start + len; i--) {
        if (memcmp(marks->text + i - len, s, len) == 0) {
            return i - len;
        }
    }

    return marks->len;
}


/*
 * Masks the values of the queries.  If there are too many, all between the
 * first quote and the last is masked: nginx's own words stand outside.
 */

static void
rsl_intake_nginx_message_known(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end)
{
    size_t  first;

    first = rsl_intake_nginx_mark_find(marks, start, end, "\"");

    if (first < end && rsl_intake_nginx_mark_too_much(marks, start, end)) {
        start = first + 1;
        end = rsl_intake_nginx_message_last(marks, start, "\"");
        rsl_intake_nginx_mark(marks, start, end, RSL_INTAKE_NGINX_MASK);
        return;
    }

    rsl_intake_nginx_mark_known(marks, start, end, 0);
}


/* Goes over the texts in quotes and the words between them. */

static void
rsl_intake_nginx_message_walk(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end)
{
    size_t  i, next;

    for (i = start; i < end; i = next) {

        if (!rsl_intake_nginx_message_quote(marks, i)) {
            next = rsl_intake_nginx_message_word(marks, i, end);
            rsl_intake_nginx_message_words(marks, i, next);

            next = (next == i) ? i + 1 : next;
            continue;
        }

        next = i + 1;

        if (i == start || rsl_intake_nginx_is_space(marks->text[i - 1])
            || memchr(":=([{,", marks->text[i - 1], 6))
        {
            next = rsl_intake_nginx_message_close(marks, next, end);
            rsl_intake_nginx_message_quoted(marks, i + 1, next);

            next += (next < end);
        }
    }
}


/*
 * Where the quote stands that closes the text at "i"; there is none: "end".
 * The text may have quotes of its own: only one before a space, or before a
 * punctuation mark and a space, is nginx's.
 */

static size_t
rsl_intake_nginx_message_close(const rsl_intake_nginx_marks_t *marks, size_t i,
    size_t end)
{
    size_t  next;

    for ( /* void */ ; i < end; i++) {

        if (!rsl_intake_nginx_message_quote(marks, i)) {
            continue;
        }

        next = i + 1;

        if (next < end && memchr(",.;:)]}", marks->text[next], 7)) {
            next++;
        }

        if (next >= end || rsl_intake_nginx_is_space(marks->text[next])) {
            return i;
        }
    }

    return end;
}


/*
 * A text in quotes that is a known value is masked as a whole, and so is any
 * that is no path and no URL if not all values are known.
 */

static void
rsl_intake_nginx_message_quoted(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end)
{
    size_t  value;

    value = rsl_intake_nginx_message_value(marks, start, end);

    if (value == end) {
        return;
    }

    if (rsl_intake_nginx_mark_is_known(marks, start, end)) {
        value = start;

    } else if (!rsl_intake_nginx_mark_is_known(marks, value, end)
               && (!marks->query->unknown
                   || marks->text[value] == '/'
                   || rsl_intake_nginx_mark_find(marks, value, end, "://")
                      < end))
    {
        rsl_intake_nginx_mark_known(marks, start, end, 1);
        rsl_intake_nginx_message_url(marks, value, end);
        return;
    }

    rsl_intake_nginx_mark(marks, value, end, RSL_INTAKE_NGINX_MASK);
}


/* If the quoted text is a header, returns where its value begins. */

static size_t
rsl_intake_nginx_message_value(const rsl_intake_nginx_marks_t *marks,
    size_t start, size_t end)
{
    size_t  i;
    u_char  ch;

    for (i = start; i + 1 < end; i++) {
        ch = marks->text[i];

        if (ch == ':' && i > start && marks->text[i + 1] == ' ') {
            return i + 2;
        }

        if (rsl_intake_nginx_is_space(ch) || ch == '"' || ch == '/') {
            break;
        }
    }

    return start;
}


/*
 * A text that begins as a URL is one up to the end of its line, whatever stands
 * in it.  Any other text is read word by word.
 */

static void
rsl_intake_nginx_message_url(rsl_intake_nginx_marks_t *marks, size_t start,
    size_t end)
{
    size_t  word, line;

    word = rsl_intake_nginx_message_word(marks, start, end);

    for (line = word; line < end; line++) {
        if (marks->text[line] < ' ') {
            break;
        }
    }

    if (marks->text[start] == '/'
        || rsl_intake_nginx_mark_find(marks, start, word, "://") < word)
    {
        word = line;
    }

    if (word == line || marks->text[word - 1] != '?') {
        (void) rsl_intake_nginx_mark_query(marks, start, word, line,
                                           RSL_INTAKE_NGINX_QUOTED);
    }

    rsl_intake_nginx_message_words(marks, word, end);
}


static void
rsl_intake_nginx_message_words(rsl_intake_nginx_marks_t *marks, size_t i,
    size_t end)
{
    size_t  word;

    for ( /* void */ ; i < end; i = word + 1) {
        word = rsl_intake_nginx_message_word(marks, i, end);

        if (rsl_intake_nginx_mark_find(marks, i, word, "/") < word) {
            /* a word with a slash is not one of nginx's own */
            rsl_intake_nginx_mark_known(marks, i, word, 1);
        }

        (void) rsl_intake_nginx_mark_query(marks, i, word, word,
                                           RSL_INTAKE_NGINX_PROSE);
    }
}


/* Where the word that begins at "i" ends. */

static size_t
rsl_intake_nginx_message_word(const rsl_intake_nginx_marks_t *marks, size_t i,
    size_t end)
{
    while (i < end && !rsl_intake_nginx_is_space(marks->text[i])
           && !rsl_intake_nginx_message_quote(marks, i))
    {
        i++;
    }

    return i;
}


/* Is it a quote of nginx's?  One in a known value, which is masked, is not. */

static int
rsl_intake_nginx_message_quote(const rsl_intake_nginx_marks_t *marks, size_t i)
{
    return marks->text[i] == '"' && marks->bytes[i] == RSL_INTAKE_NGINX_KEEP;
}
