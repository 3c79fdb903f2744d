
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * JSON, before it is read: what an object begins with, and what its members are
 * called.
 */


#include "rsl_envelope_internal.h"


static const u_char *rsl_envelope_json_space(const u_char *p,
    const u_char *end);
static int rsl_envelope_json_string(const u_char **p, const u_char *end,
    rsl_str_t *text);


int
rsl_envelope_json_first(const u_char *start, const u_char *end,
    rsl_str_t *key, const u_char **p)
{
    *p = start + 1;

    return rsl_envelope_json_key(p, end, key);
}


int
rsl_envelope_json_key(const u_char **p, const u_char *end, rsl_str_t *key)
{
    int            rc;
    const u_char  *q;

    q = rsl_envelope_json_space(*p, end);

    if (q < end && *q == ',') {
        q = rsl_envelope_json_space(q + 1, end);
    }

    if (q == end) {
        return RSL_AGAIN;
    }

    rc = rsl_envelope_json_string(&q, end, key);

    if (rc != RSL_OK) {
        return rc;
    }

    q = rsl_envelope_json_space(q, end);

    if (q == end) {
        return RSL_AGAIN;
    }

    if (*q != ':') {
        return RSL_DECLINED;
    }

    *p = rsl_envelope_json_space(q + 1, end);

    return (*p == end) ? RSL_AGAIN : RSL_OK;
}


static const u_char *
rsl_envelope_json_space(const u_char *p, const u_char *end)
{
    while (p < end && rsl_envelope_is_space(*p)) {
        p++;
    }

    return p;
}


/* The text stays escaped: no name that is looked for needs that. */

static int
rsl_envelope_json_string(const u_char **p, const u_char *end, rsl_str_t *text)
{
    const u_char  *q;

    if (**p != '"') {
        return RSL_DECLINED;
    }

    text->data = *p + 1;

    for (q = text->data; q < end && *q != '"'; q++) {

        if (*q < ' ') {
            return RSL_DECLINED;
        }

        if (*q == '\\' && ++q == end) {
            break;
        }
    }

    if (q == end) {
        return RSL_AGAIN;
    }

    text->len = (size_t) (q - text->data);
    *p = q + 1;

    return RSL_OK;
}


int
rsl_envelope_json_skip(const u_char **p, const u_char *end)
{
    rsl_str_t      text;
    rsl_grammar_t  g;

    switch (**p) {

    case '"':
        return rsl_envelope_json_string(p, end, &text);

    case '{':
    case '[':
        rsl_grammar_start(&g, RSL_INTAKE_DEPTH_ELEMENT, 0);

        switch (rsl_grammar(&g, p, end)) {

        case RSL_GRAMMAR_END:
            return RSL_OK;

        case RSL_GRAMMAR_MORE:
            return RSL_AGAIN;

        default:
            return RSL_DECLINED;
        }
    }

    while (*p < end && **p != ',' && **p != '}' && **p != ']') {
        (*p)++;
    }

    return (*p == end) ? RSL_AGAIN : RSL_OK;
}


int
rsl_envelope_json_is_array(const u_char *p, const u_char *end)
{
    if (*p != '[') {
        return RSL_DECLINED;
    }

    p = rsl_envelope_json_space(p + 1, end);

    if (p == end) {
        return RSL_AGAIN;
    }

    if (*p != ']') {
        return (*p == '{') ? RSL_OK : RSL_DECLINED;
    }

    p = rsl_envelope_json_space(p + 1, end);

    if (p == end) {
        return RSL_AGAIN;
    }

    return (*p == '}') ? RSL_OK : RSL_DECLINED;
}
