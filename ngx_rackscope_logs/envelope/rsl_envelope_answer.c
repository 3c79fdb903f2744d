
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * The answers: what became of a body, in the words that its sender waits for.
 * Nothing of what was sent is in them.
 */


#include "rsl_envelope_internal.h"


static size_t rsl_envelope_answer_size(const rsl_intake_result_t *result,
    const char *head, const char *detail);
static u_char *rsl_envelope_answer_string(u_char *p, const char *text);
static u_char *rsl_envelope_answer_count(u_char *p, const char *name,
    uint64_t count);
static u_char *rsl_envelope_answer_place(u_char *p, const char *name,
    const rsl_intake_error_t *error);


static const char  rsl_envelope_answer_json[] = "application/json";


int
rsl_envelope_answer(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer)
{
    memset(answer, 0, sizeof(rsl_envelope_answer_t));

    answer->status = 200;
    answer->type = rsl_envelope_answer_json;

    return (e->row != NULL && e->row->answer != NULL)
           ? e->row->answer(e, arena, outcome, answer)
           : rsl_envelope_answer_usual(e, arena, outcome, answer);
}


int
rsl_envelope_answer_is_useless(const rsl_envelope_t *e,
    const rsl_envelope_outcome_t *outcome)
{
    const rsl_intake_result_t  *result;

    result = rsl_intake_result(e->intake);

    return outcome->end == RSL_ENVELOPE_WHOLE
           && result->records == 0 && result->rejected;
}


int
rsl_envelope_answer_usual(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, rsl_envelope_answer_t *answer)
{
    int  useless;

    useless = rsl_envelope_answer_is_useless(e, outcome);

    answer->type = rsl_envelope_answer_json;
    answer->status = useless ? 422 : 200;

    if (outcome->end == RSL_ENVELOPE_CUT) {
        answer->status = outcome->status;
    }

    return rsl_envelope_answer_counts(e, arena, outcome, "{", useless, answer);
}


int
rsl_envelope_answer_counts(rsl_envelope_t *e, rsl_arena_t *arena,
    const rsl_envelope_outcome_t *outcome, const char *head, int first,
    rsl_envelope_answer_t *answer)
{
    u_char                     *p;
    uint64_t                    i, n;
    const rsl_intake_result_t  *result;

    result = rsl_intake_result(e->intake);

    n = (result->rejected < RSL_INTAKE_ERRORS) ? result->rejected
                                               : RSL_INTAKE_ERRORS;

    p = rsl_arena_alloc(arena, rsl_envelope_answer_size(result, head,
                                                        outcome->detail));
    if (p == NULL) {
        return RSL_ERROR;
    }

    answer->body.data = p;

    p = rsl_envelope_answer_string(p, head);
    p = rsl_envelope_answer_count(p, "\"accepted\":", outcome->accepted);
    p = rsl_envelope_answer_count(p, ",\"filtered\":", outcome->filtered);
    p = rsl_envelope_answer_count(p, ",\"rejected\":", result->rejected);
    p = rsl_envelope_answer_string(p, ",\"errors\":[");

    for (i = 0; i < n; i++) {
        p = rsl_envelope_answer_count(p, i ? ",{\"index\":" : "{\"index\":",
                                      result->errors[i].index);
        p = rsl_envelope_answer_place(p, ",\"detail\":\"", &result->errors[i]);
        *p++ = '}';
    }

    *p++ = ']';

    if (outcome->detail != NULL) {
        p = rsl_envelope_answer_string(p, ",\"detail\":\"");
        p = rsl_envelope_answer_string(p, outcome->detail);
        *p++ = '"';

    } else if (first) {
        p = rsl_envelope_answer_place(p, ",\"detail\":\"", &result->errors[0]);
    }

    *p++ = '}';

    answer->body.len = (size_t) (p - answer->body.data);

    return RSL_OK;
}


static size_t
rsl_envelope_answer_size(const rsl_intake_result_t *result, const char *head,
    const char *detail)
{
    size_t  i, len;

    len = strlen(head)
          + sizeof("\"accepted\":,\"filtered\":,\"rejected\":,\"errors\":[],"
                   "\"detail\":\"line , column : \"}") + 5 * RSL_UINT64_LEN;

    for (i = 0; i < result->rejected && i < RSL_INTAKE_ERRORS; i++) {
        len += sizeof("{\"index\":,\"detail\":\"line , column : \"},")
               + 3 * RSL_UINT64_LEN + strlen(result->errors[i].detail);
    }

    if (detail != NULL) {
        return len + strlen(detail);
    }

    return result->rejected ? len + strlen(result->errors[0].detail) : len;
}


static u_char *
rsl_envelope_answer_string(u_char *p, const char *text)
{
    size_t  len;

    len = strlen(text);
    memcpy(p, text, len);

    return p + len;
}


static u_char *
rsl_envelope_answer_count(u_char *p, const char *name, uint64_t count)
{
    p = rsl_envelope_answer_string(p, name);

    return p + rsl_number_decimal(p, count);
}


/* Where an error is, and what it is, with a quote behind it. */

static u_char *
rsl_envelope_answer_place(u_char *p, const char *name,
    const rsl_intake_error_t *error)
{
    p = rsl_envelope_answer_string(p, name);
    p = rsl_envelope_answer_count(p, "line ", error->line);
    p = rsl_envelope_answer_count(p, ", column ", error->column);
    p = rsl_envelope_answer_string(p, ": ");
    p = rsl_envelope_answer_string(p, error->detail);
    *p++ = '"';

    return p;
}


int
rsl_envelope_answer_first(rsl_arena_t *arena,
    const rsl_intake_result_t *result, rsl_str_t *text)
{
    u_char  *p;

    p = rsl_arena_alloc(arena, sizeof("line , column : \"") + 2 * RSL_UINT64_LEN
                               + strlen(result->errors[0].detail));
    if (p == NULL) {
        return RSL_ERROR;
    }

    text->data = p;
    p = rsl_envelope_answer_place(p, "", &result->errors[0]);
    text->len = (size_t) (p - 1 - text->data);

    return RSL_OK;
}


int
rsl_envelope_answer_partial(rsl_arena_t *arena,
    const rsl_intake_result_t *result, rsl_envelope_answer_t *answer)
{
    u_char     *p;
    rsl_str_t   text;

    static const char  rejected[] =
        "{\"partialSuccess\":{\"rejectedLogRecords\":\"";
    static const char  message[] = "\",\"errorMessage\":\"";

    if (rsl_envelope_answer_first(arena, result, &text) != RSL_OK) {
        return RSL_ERROR;
    }

    p = rsl_arena_alloc(arena, sizeof(rejected) + sizeof(message)
                               + sizeof("\"}}") + RSL_UINT64_LEN + text.len);
    if (p == NULL) {
        return RSL_ERROR;
    }

    answer->body.data = p;

    p = rsl_envelope_answer_count(p, rejected, result->rejected);
    p = rsl_envelope_answer_string(p, message);
    memcpy(p, text.data, text.len);
    p = rsl_envelope_answer_string(p + text.len, "\"}}");

    answer->body.len = (size_t) (p - answer->body.data);

    return RSL_OK;
}


int
rsl_envelope_answer_error(rsl_arena_t *arena, unsigned status,
    const char *detail, rsl_envelope_answer_t *answer)
{
    u_char  *p;

    p = rsl_arena_alloc(arena, sizeof("{\"detail\":\"\"}") + strlen(detail));
    if (p == NULL) {
        return RSL_ERROR;
    }

    answer->status = status;
    answer->type = rsl_envelope_answer_json;
    answer->body.data = p;

    p = rsl_envelope_answer_string(p, "{\"detail\":\"");
    p = rsl_envelope_answer_string(p, detail);
    p = rsl_envelope_answer_string(p, "\"}");

    answer->body.len = (size_t) (p - answer->body.data);

    return RSL_OK;
}
