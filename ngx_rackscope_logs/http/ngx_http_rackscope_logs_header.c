
/* SPDX-License-Identifier: BSD-2-Clause */


/*
 * Headers: to add one to an answer, and to find those that nginx itself does
 * not look for.
 */


#include "ngx_http_rackscope_logs.h"


/* Adds a header to the answer.  "name" and "value" must outlive the request. */

ngx_table_elt_t *
ngx_http_rackscope_logs_header_add(ngx_http_request_t *r, char *name,
    char *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NULL;
    }

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value.data = (u_char *) value;
    h->value.len = ngx_strlen(value);

#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    return h;
}


/* Returns a request header that nginx itself does not look for, or NULL. */

ngx_table_elt_t *
ngx_http_rackscope_logs_header_in(ngx_http_request_t *r, ngx_str_t *name)
{
    return ngx_http_rackscope_logs_header_find(&r->headers_in.headers, name);
}


ngx_table_elt_t *
ngx_http_rackscope_logs_header_find(ngx_list_t *headers, ngx_str_t *name)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &headers->part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                return NULL;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        /* a header that is not to be sent has no hash; most differ early */

        if (h[i].hash
            && h[i].key.len == name->len
            && ngx_tolower(h[i].key.data[0]) == ngx_tolower(name->data[0])
            && ngx_strncasecmp(h[i].key.data, name->data, name->len) == 0)
        {
            return &h[i];
        }
    }
}


/*
 * Returns NGX_OK if every request header of this name has one of the values, a
 * list that ends with an empty one; NGX_DECLINED if there is no such header;
 * and NGX_ERROR if at least one of them has another value.
 */

ngx_int_t
ngx_http_rackscope_logs_header_test(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *values)
{
    ngx_int_t         rc;
    ngx_str_t        *value;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    rc = NGX_DECLINED;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len != name->len
                || ngx_strncasecmp(h[i].key.data, name->data, name->len) != 0)
            {
                continue;
            }

            for (value = values; value->len; value++) {
                if (h[i].value.len == value->len
                    && ngx_strncmp(h[i].value.data, value->data, value->len)
                       == 0)
                {
                    break;
                }
            }

            if (value->len == 0) {
                return NGX_ERROR;
            }

            rc = NGX_OK;
        }
    }

    return rc;
}
