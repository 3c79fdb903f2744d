
#include <stdlib.h>

#include "rsl_intake_private.h"


static int rsl_intake_slice(rsl_intake_t *intake, const u_char *data,
    size_t len);
static int rsl_intake_keep(rsl_intake_t *intake, const u_char *data,
    size_t len);
static int rsl_intake_run(rsl_intake_t *intake, const u_char **p,
    const u_char *end);
static int rsl_intake_begin(rsl_intake_t *intake, const u_char **p,
    const u_char *end);
static int rsl_intake_between(rsl_intake_t *intake, const u_char **p,
    const u_char *end);
static int rsl_intake_open(rsl_intake_t *intake, const u_char **p,
    const u_char *q, const u_char *end);
static void rsl_intake_start(rsl_intake_t *intake, rsl_intake_state_t state);
static const u_char *rsl_intake_envelope(const u_char *p, const u_char *end,
    int *more);


/* So much is looked at in one go; it bounds what is kept besides an entry. */
#define RSL_INTAKE_SLICE   65536

#define RSL_INTAKE_ARENA   4096

/* No line of JSON is indented by more. */
#define RSL_INTAKE_INDENT  1024


static const char  rsl_array_open[] =
    "the array is not closed; it must end with ]";


rsl_intake_t *
rsl_intake_create(const rsl_intake_conf_t *conf)
{
    rsl_intake_t  *intake;

    intake = calloc(1, sizeof(rsl_intake_t));
    if (intake == NULL) {
        return NULL;
    }

    intake->arena = rsl_arena_create(RSL_INTAKE_ARENA);
    if (intake->arena == NULL) {
        free(intake);
        return NULL;
    }

    intake->conf = *conf;
    intake->line = 1;
    intake->column = 1;
    intake->column0 = 1;

    return intake;
}


void
rsl_intake_destroy(rsl_intake_t *intake)
{
    if (intake == NULL) {
        return;
    }

    rsl_arena_destroy(intake->arena);

    if (intake->buf != NULL) {
        explicit_bzero(intake->buf, intake->size);
        free(intake->buf);
    }

    if (intake->large != NULL) {
        explicit_bzero(intake->large, intake->large_len);
        free(intake->large);
    }

    if (intake->text.data != NULL) {
        explicit_bzero(intake->text.data, intake->text.size);
        free(intake->text.data);
    }

    free(intake);
}


int
rsl_intake_feed(rsl_intake_t *intake, const u_char *data, size_t len,
    int64_t now)
{
    int     rc;
    size_t  n;

    intake->now = now;

    while (len) {
        n = (len < RSL_INTAKE_SLICE) ? len : RSL_INTAKE_SLICE;

        rc = rsl_intake_slice(intake, data, n);

        if (rc != RSL_OK) {
            return rc;
        }

        data += n;
        len -= n;
    }

    return RSL_OK;
}


/* What an entry lies in is not copied, unless the entry began before it. */

static int
rsl_intake_slice(rsl_intake_t *intake, const u_char *data, size_t len)
{
    int            rc;
    size_t         rest;
    const u_char  *p, *end;

    p = data;
    end = data + len;

    if (intake->len) {
        if (rsl_intake_keep(intake, data, len) != RSL_OK) {
            return RSL_ERROR;
        }

        p = intake->buf;
        end = p + intake->len;
    }

    rc = rsl_intake_run(intake, &p, end);

    if (rc != RSL_OK) {
        return rc;
    }

    rest = end - p;

    if (intake->len) {
        memmove(intake->buf, p, rest);
        intake->len = rest;
        return RSL_OK;
    }

    return rest ? rsl_intake_keep(intake, p, rest) : RSL_OK;
}


static int
rsl_intake_keep(rsl_intake_t *intake, const u_char *data, size_t len)
{
    size_t   size;
    u_char  *buf;

    if (intake->len + len > intake->size) {

        size = intake->size ? intake->size : RSL_INTAKE_ARENA;

        while (size < intake->len + len) {
            size *= 2;
        }

        buf = malloc(size);
        if (buf == NULL) {
            return RSL_ERROR;
        }

        if (intake->buf != NULL) {
            memcpy(buf, intake->buf, intake->len);
            explicit_bzero(intake->buf, intake->size);
            free(intake->buf);
        }

        intake->buf = buf;
        intake->size = size;
    }

    memcpy(intake->buf + intake->len, data, len);
    intake->len += len;

    return RSL_OK;
}


int
rsl_intake_finish(rsl_intake_t *intake, int64_t now)
{
    int            rc;
    const u_char  *p, *end;

    if (intake->final) {
        return RSL_OK;
    }

    intake->now = now;
    intake->final = 1;

    p = intake->buf;
    end = p + intake->len;

    rc = rsl_intake_run(intake, &p, end);

    if (rc != RSL_OK) {
        return rc;
    }

    intake->len = 0;

    if (intake->large != NULL) {
        rc = rsl_intake_large_end(intake);

    } else if (intake->state == RSL_INTAKE_SCALAR) {
        rc = rsl_intake_value_end(intake, &p, p);
    }

    if (rc == RSL_OK && (intake->array || intake->state == RSL_INTAKE_TAIL)) {
        rsl_intake_mark(intake);
        rsl_intake_reject(intake, NULL, 0, rsl_array_open);
    }

    return (rc == RSL_OK) ? rsl_text_release(intake, 1) : rc;
}


int
rsl_intake_held(const rsl_intake_t *intake)
{
    return intake->text.held;
}


int
rsl_intake_release(rsl_intake_t *intake)
{
    return rsl_text_release(intake, 0);
}


const rsl_intake_result_t *
rsl_intake_result(const rsl_intake_t *intake)
{
    return &intake->result;
}


/*
 * Takes entries from *p as long as they are complete.  A state that needs more
 * says RSL_INTAKE_AGAIN, but never in the end: then it makes do with what
 * there is.
 */

static int
rsl_intake_run(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    int  rc;

    rc = RSL_OK;

    while (rc == RSL_OK && *p < end) {

        switch (intake->state) {

        case RSL_INTAKE_BEGIN:
            rc = rsl_intake_begin(intake, p, end);
            break;

        case RSL_INTAKE_BETWEEN:
            rc = rsl_intake_between(intake, p, end);
            break;

        case RSL_INTAKE_LINE:
            rc = rsl_intake_line(intake, p, end);
            break;

        default:    /* OBJECT, SCALAR, TAIL */
            rc = rsl_intake_value(intake, p, end);
            break;
        }
    }

    return (rc == RSL_INTAKE_AGAIN) ? RSL_OK : rc;
}


void
rsl_intake_advance(rsl_intake_t *intake, const u_char **p, const u_char *to)
{
    const u_char  *q, *next;

    for (q = *p; q < to; q = next) {
        next = memchr(q, '\n', to - q);

        if (next == NULL) {
            intake->column += to - q;
            intake->column0 = 0;
            break;
        }

        next++;
        intake->line++;
        intake->column = 1;
        intake->column0 = 1;
    }

    *p = to;
}


/* RFC 1952, RFC 1950, RFC 8878: none of these is the start of text. */

static int
rsl_intake_begin(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    u_char         first, second;
    const u_char  *q;

    q = *p;

    if (end - q < 4 && !intake->final) {

        /* short of a mark that may come, a live feed does not wait */

        if (memchr("\x1f\x78\x28\xef", *q, 4) != NULL) {
            return RSL_INTAKE_AGAIN;
        }
    }

    intake->state = RSL_INTAKE_BETWEEN;

    if (end - q < 2) {
        return RSL_OK;
    }

    first = q[0];
    second = q[1];

    if ((first == 0x1f && second == 0x8b)
        || (first == 0x78
            && (second == 0x01 || second == 0x9c || second == 0xda))
        || (end - q >= 4 && memcmp(q, "\x28\xb5\x2f\xfd", 4) == 0))
    {
        return RSL_DECLINED;
    }

    if (end - q >= 3 && memcmp(q, "\xef\xbb\xbf", 3) == 0) {
        *p += 3;
    }

    return RSL_OK;
}


static int
rsl_intake_between(rsl_intake_t *intake, const u_char **p, const u_char *end)
{
    const u_char  *q;

    for (q = *p; q < end; q++) {

        switch (*q) {

        case '\n':
            if (intake->column0 || q == *p) {
                rsl_text_blank(intake);
            }

            rsl_intake_advance(intake, p, q + 1);
            continue;

        case ' ':
        case '\t':
        case '\r':
            continue;

        case ',':
        case 0x1e:
            if (intake->array || !intake->text_seen) {
                rsl_intake_advance(intake, p, q + 1);
                continue;
            }

            break;
        }

        return rsl_intake_open(intake, p, q, end);
    }

    /* the indentation of a line belongs to it, if it is text */

    if (intake->final || intake->array || !intake->column0) {
        rsl_intake_advance(intake, p, end);
        return RSL_OK;
    }

    if (end - *p > RSL_INTAKE_INDENT) {
        rsl_intake_start(intake, RSL_INTAKE_LINE);
        return RSL_OK;
    }

    return RSL_INTAKE_AGAIN;
}


/* The first byte of an entry, "q", says what the entry is. */

static int
rsl_intake_open(rsl_intake_t *intake, const u_char **p, const u_char *q,
    const u_char *end)
{
    int            more;
    const u_char  *next;

    if (intake->array) {
        rsl_intake_advance(intake, p, q);

        if (*q == ']') {
            rsl_intake_advance(intake, p, q + 1);
            intake->array = 0;

            if (intake->envelope) {
                intake->envelope = 0;
                rsl_intake_start(intake, RSL_INTAKE_TAIL);
            }

            return RSL_OK;
        }

        rsl_intake_start(intake, (*q == '{') ? RSL_INTAKE_OBJECT
                                             : RSL_INTAKE_SCALAR);
        return RSL_OK;
    }

    if (!intake->text_seen && *q == '{') {
        next = rsl_intake_envelope(q, end, &more);

        if (more && !intake->final) {
            return RSL_INTAKE_AGAIN;
        }

        if (next != NULL) {
            rsl_intake_advance(intake, p, next);
            intake->array = 1;
            intake->envelope = 1;
            return RSL_OK;
        }

        rsl_intake_advance(intake, p, q);
        rsl_intake_start(intake, RSL_INTAKE_OBJECT);
        return RSL_OK;
    }

    intake->bracket = 0;

    if (!intake->text_seen && *q == '[') {

        for (next = q + 1; next < end; next++) {
            if (*next != ' ' && *next != '\t' && *next != '\r') {
                break;
            }
        }

        if (next == end && !intake->final) {
            return RSL_INTAKE_AGAIN;
        }

        if (next < end
            && (*next == '{' || *next == ']' || *next == '\n'))
        {
            rsl_intake_advance(intake, p, q + 1);
            intake->array = 1;
            return RSL_OK;
        }

        intake->bracket = 1;
    }

    if (!intake->column0) {
        rsl_intake_advance(intake, p, q);
    }

    rsl_intake_start(intake, RSL_INTAKE_LINE);

    return RSL_OK;
}


static void
rsl_intake_start(rsl_intake_t *intake, rsl_intake_state_t state)
{
    intake->state = state;
    intake->scanned = 0;

    rsl_intake_mark(intake);

    memset(&intake->scan, 0, sizeof(rsl_scan_t));

    intake->scan.array = intake->array;
    intake->scan.scalar = (state == RSL_INTAKE_SCALAR);

    if (state == RSL_INTAKE_TAIL) {
        intake->scan.depth = 1;
        intake->scan.stack = 1;
        intake->scan.array = 1;
    }
}


void
rsl_intake_mark(rsl_intake_t *intake)
{
    intake->entry_line = intake->line;
    intake->entry_column = intake->column;
}


/*
 * Behind the "[" of an object that is there for its array only, as some
 * senders wrap their records; NULL: it is none.
 */

static const u_char *
rsl_intake_envelope(const u_char *p, const u_char *end, int *more)
{
    size_t  i, n;

    static const char  *heads[] = {
        "{\"logs\":[{", "{\"events\":[{", "{\"Events\":[{"
    };

    for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        const char    *head = heads[i];
        const u_char  *q = p;
        const u_char  *bracket = NULL;

        for (n = 0; head[n] && q < end; q++) {

            if (*q == (u_char) head[n] || (head[n + 1] == '\0' && *q == ']')) {
                if (head[n++] == '[') {
                    bracket = q + 1;
                }

            } else if (*q != ' ' && *q != '\t' && *q != '\r' && *q != '\n') {
                break;
            }
        }

        *more = (q == end && head[n]);

        if (*more || head[n] == '\0') {
            return bracket;
        }
    }

    return NULL;
}
