
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * One object becomes a record, from its text or from what was read already.  An
 * object that does not end is rejected, but it may have swallowed others: those
 * of its lines that are objects themselves are taken.
 */


#include "rsl_intake_internal.h"


static int rsl_intake_object_record(rsl_intake_t *intake, rsl_value_t *object);
static int rsl_intake_object_reject(rsl_intake_t *intake,
    const rsl_str_t *text);
static const u_char *rsl_intake_object_next(const u_char *p, const u_char *end);
static int rsl_intake_object_line(rsl_intake_t *intake, const rsl_str_t *line);


/*
 * A step looks at no more bytes than these.  If the object has more of them
 * before its next line that may be an object, its error is not looked for: it
 * is only said that the object is not closed.
 */
#define RSL_INTAKE_OBJECT_SLICE  65536


const char  rsl_intake_object_not_closed[] =
    "the object is not closed; it must end with }";

const char  rsl_intake_object_none[] =
    "an entry must be a JSON object, such as {...}";

const char  rsl_intake_object_too_deep[] =
    "the JSON is nested too deeply; an entry takes 16 levels";


int
rsl_intake_object_parse(rsl_intake_t *intake, const rsl_str_t *text, int cut)
{
    int           rc, premature;
    size_t        offset;
    const char   *detail;
    rsl_value_t  *value;

    rc = rsl_intake_read_json(intake->values, text, &value, &offset, &detail,
                              &premature);

    if (rc == RSL_OK) {
        rc = rsl_intake_object_take(intake, value, text, cut);

    } else if (rc == RSL_DECLINED) {
        rsl_intake_state_reject(intake, RSL_INTAKE_BAD_JSON, text, offset,
                                detail);
        rc = RSL_OK;
    }

    rsl_arena_reset(intake->values);

    return rc;
}


int
rsl_intake_object_take(rsl_intake_t *intake, rsl_value_t *object,
    const rsl_str_t *text, int cut)
{
    int                            rc;
    const rsl_intake_envelopes_t  *envelopes;

    envelopes = intake->conf.envelopes;

    intake->shortened = (cut != 0);

    rc = RSL_DECLINED;

    if (intake->envelope) {
        rc = envelopes->element(envelopes->data, intake->values, object, text);

    } else if (envelopes != NULL) {
        rc = envelopes->object(envelopes->data, intake->values, object,
                               intake->asked);
    }

    if (rc == RSL_DECLINED) {
        rc = (intake->plain && object->type == RSL_VALUE_OBJECT)
             ? rsl_intake_object_record(intake, object)
             : rsl_intake_take(intake, object);
    }

    intake->shortened = 0;

    return rc;
}


int
rsl_intake_take(rsl_intake_t *intake, rsl_value_t *object)
{
    if (object->type != RSL_VALUE_OBJECT) {
        rsl_intake_state_reject(intake, RSL_INTAKE_BAD_ELEMENT, NULL, 0,
                                rsl_intake_object_none);
        return RSL_OK;
    }

    if (rsl_intake_value_is_deeper(object, RSL_INTAKE_DEPTH_MAX)) {
        rsl_intake_state_reject(intake, RSL_INTAKE_BAD_DEPTH, NULL, 0,
                                rsl_intake_object_too_deep);
        return RSL_OK;
    }

    return rsl_intake_object_record(intake, object);
}


static int
rsl_intake_object_record(rsl_intake_t *intake, rsl_value_t *object)
{
    rsl_record_t          record;
    rsl_intake_shipped_t  shipped;

    if (rsl_intake_record(intake->values, intake->aliases, object, intake->now,
                          &record, &shipped)
        != RSL_OK)
    {
        return RSL_ERROR;
    }

    record.truncated |= intake->shortened;

    if (shipped.is_line || shipped.is_text) {
        return rsl_intake_shipped(intake, &record, &shipped);
    }

    if (rsl_intake_text_none(intake) == RSL_ERROR
        || rsl_intake_text_release(intake, 1) != RSL_OK)
    {
        return RSL_ERROR;
    }

    return rsl_intake_state_emit(intake, &record);
}


/*
 * Nobody knows where the object should have ended: perhaps before a line that
 * begins with a brace.  There can be very many such lines, so they are taken
 * one by one, in the state RSL_INTAKE_SALVAGE, until conf.step is reached.
 */

int
rsl_intake_object_broken(rsl_intake_t *intake, const u_char **p,
    const u_char *end)
{
    rsl_str_t      text;
    const u_char  *next, *last;

    last = (end - *p > RSL_INTAKE_OBJECT_SLICE)
           ? *p + RSL_INTAKE_OBJECT_SLICE : end;
    next = rsl_intake_object_next(*p, last);

    text.data = *p;
    text.len = rsl_intake_object_trim(*p, next) - *p;

    if (next == last && last != end) {
        rsl_intake_state_reject(intake, RSL_INTAKE_BAD_JSON, NULL, 0,
                                rsl_intake_object_not_closed);

    } else if (rsl_intake_object_reject(intake, &text) != RSL_OK) {
        return RSL_ERROR;
    }

    intake->spent += next - *p + RSL_INTAKE_OBJECT_LINE;

    rsl_intake_state_advance(intake, p, next);

    intake->broken = end - next;
    intake->state = intake->broken ? RSL_INTAKE_SALVAGE : RSL_INTAKE_BETWEEN;

    return RSL_OK;
}


/*
 * A text in which the scanner has found no end is no JSON, so it need not be
 * parsed.  Where it stops being JSON is looked for only if the error will be
 * among those that are reported.
 */

static int
rsl_intake_object_reject(rsl_intake_t *intake, const rsl_str_t *text)
{
    int          premature;
    size_t       offset;
    const char  *detail;

    offset = 0;
    detail = NULL;

    if (intake->result.rejected < RSL_INTAKE_ERRORS
        && rsl_intake_syntax(text, &offset, &detail, &premature)
           != RSL_DECLINED)
    {
        return RSL_ERROR;
    }

    rsl_intake_state_reject(intake, RSL_INTAKE_BAD_JSON, text, offset,
                            detail);

    return RSL_OK;
}


/* Where the next line begins that has a brace first; none: "end". */

static const u_char *
rsl_intake_object_next(const u_char *p, const u_char *end)
{
    while ((p = memchr(p, '\n', end - p)) != NULL) {
        p++;

        if (p < end && *p == '{') {
            return p;
        }
    }

    return end;
}


int
rsl_intake_object_salvage(rsl_intake_t *intake, const u_char **p)
{
    int            rc;
    rsl_str_t      line;
    const u_char  *next, *end;

    if (intake->conf.step && intake->spent >= intake->conf.step) {
        return RSL_AGAIN;
    }

    rc = RSL_OK;
    next = *p;
    end = next + intake->broken;

    if (intake->column0 && *next == '{' && !intake->scan.deep) {
        next = memchr(next, '\n', end - next);
        next = next ? next : end;

        line.data = *p;
        line.len = rsl_intake_object_trim(*p, next) - *p;

        rc = rsl_intake_object_line(intake, &line);
    }

    next = rsl_intake_object_next(next, (end - next > RSL_INTAKE_OBJECT_SLICE)
                                        ? next + RSL_INTAKE_OBJECT_SLICE : end);

    intake->spent += next - *p + RSL_INTAKE_OBJECT_LINE;

    rsl_intake_state_advance(intake, p, next);

    intake->broken = end - next;

    if (intake->broken == 0) {
        intake->state = RSL_INTAKE_BETWEEN;
    }

    return rc;
}


static int
rsl_intake_object_line(rsl_intake_t *intake, const rsl_str_t *line)
{
    int           rc, premature;
    size_t        offset;
    const char   *detail;
    rsl_value_t  *value;

    if (line->data[line->len - 1] != '}') {
        return RSL_OK;
    }

    rc = rsl_intake_read_json(intake->values, line, &value, &offset, &detail,
                              &premature);

    if (rc == RSL_OK) {
        rc = rsl_intake_object_take(intake, value, line, 0);
    }

    rsl_arena_reset(intake->values);

    return (rc == RSL_DECLINED) ? RSL_OK : rc;
}


int
rsl_intake_object_skip(rsl_intake_t *intake, const u_char **p,
    const u_char *end)
{
    const u_char  *newline;

    newline = memchr(*p, '\n', end - *p);

    if (newline != NULL) {
        intake->state = RSL_INTAKE_BETWEEN;
        end = newline;
    }

    rsl_intake_state_advance(intake, p, end);

    return RSL_OK;
}


const u_char *
rsl_intake_object_trim(const u_char *p, const u_char *end)
{
    while (end > p && (rsl_intake_is_space(end[-1]) || end[-1] == ',')) {
        end--;
    }

    return end;
}
