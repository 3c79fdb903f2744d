
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * An object beside a weak name, {"type": "jwt", "user": "bob"}: it is looked
 * into, and only the secrets in it that have names of their own are hidden.
 *
 * But what is called by no more than "value" or "id" has its name from the
 * object: "session": {"id": "x"}.
 */


#include "rsl_redact_internal.h"


/* How much of an object is read. */
#define RSL_REDACT_OBJECT_MAX  256


static const u_char *rsl_redact_object_string(const u_char *p,
    const u_char *end, rsl_str_t *string);


int
rsl_redact_object_holds(const rsl_redact_names_t *names, const u_char *p,
    const u_char *end)
{
    rsl_str_t      key, value;
    const u_char  *s;

    if (end - p > RSL_REDACT_OBJECT_MAX) {
        end = p + RSL_REDACT_OBJECT_MAX;
    }

    for (s = p; s < end && *s != '}'; s++) {

        if (*s != '"' && *s != '\'') {
            continue;
        }

        s = rsl_redact_object_string(s, end, &key);

        while (s < end && (*s == ' ' || *s == '\\')) {
            s++;
        }

        if (s == end || *s != ':') {
            s--;
            continue;
        }

        for (s++; s < end && (*s == ' ' || *s == '\\'); s++) { /* void */ }

        if (s == end || (*s != '"' && *s != '\'')) {
            s--;
            continue;
        }

        s = rsl_redact_object_string(s, end, &value) - 1;

        if (rsl_redact_object_is_generic(names, &key)
            && rsl_redact_except_opaque(value.data, value.data + value.len))
        {
            return 1;
        }
    }

    return 0;
}


/* Are there words only in the list, "[basic, jwt]", or variables? */

int
rsl_redact_object_lists_words(const rsl_redact_names_t *names,
    const u_char *p, const u_char *end)
{
    const u_char  *s, *start;

    if (end - p > RSL_REDACT_OBJECT_MAX) {
        end = p + RSL_REDACT_OBJECT_MAX;
    }

    for (s = p + 1; s < end && *s != ']' && *s != ')'; /* void */ ) {

        if (*s == ' ' || *s == ',') {
            s++;
            continue;
        }

        for (start = s; s < end && rsl_redact_char_is_word(*s); s++) {
            /* void */
        }

        if (!rsl_redact_word(names, start, s)
            && !(*p == '(' && s - start > 3
                 && rsl_redact_word_is_variable(start, s)))
        {
            return 0;
        }
    }

    return s < end && s - p > 2
           && (*p == '[' || memchr(p, ',', (size_t) (s - p)) != NULL);
}


/* The string whose quote is at "p"; returns what is behind it. */

static const u_char *
rsl_redact_object_string(const u_char *p, const u_char *end, rsl_str_t *string)
{
    u_char         quote;
    const u_char  *s;

    quote = *p++;

    for (s = p; s < end && *s != quote && *s != '\\'; s++) { /* void */ }

    string->data = p;
    string->len = (size_t) (s - p);

    while (s < end && *s == '\\') {
        s++;
    }

    return s < end ? s + 1 : end;
}


int
rsl_redact_object_is_generic(const rsl_redact_names_t *names,
    const rsl_str_t *key)
{
    static const rsl_str_t  id = rsl_string("id");

    return (key->len == id.len
            && rsl_redact_char_caseless(key->data, key->data + key->len, "id",
                                        id.len))
           || rsl_redact_name_member(names, key) == RSL_REDACT_MEMBER_VALUE;
}
