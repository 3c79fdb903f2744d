
/* SPDX-License-Identifier: BSD-2-Clause */


/* Is the server at the other end of TLS the one that was meant? */


#include "ngx_http_rackscope_logs.h"


#if (NGX_SSL)

static ngx_int_t ngx_http_rackscope_logs_tls_certificate(ngx_connection_t *c,
    ngx_str_t *name);


/* Returns NULL if it is, or why it is not. */

const char *
ngx_http_rackscope_logs_tls_verify(ngx_connection_t *c, ngx_str_t *name)
{
    if (SSL_get_verify_result(c->ssl->connection) != X509_V_OK) {
        return "its certificate is not signed by an authority that this "
               "system trusts, or is not valid";
    }

    if (ngx_http_rackscope_logs_tls_certificate(c, name) != NGX_OK) {
        return "its certificate is that of another name";
    }

    return NULL;
}


/* nginx knows how to look for a name in a certificate, not for an address. */

static ngx_int_t
ngx_http_rackscope_logs_tls_certificate(ngx_connection_t *c, ngx_str_t *name)
{
    int    found;
    X509  *certificate;

    if (!ngx_http_rackscope_logs_tls_address(name)) {
        return ngx_ssl_check_host(c, name);
    }

    certificate = SSL_get_peer_certificate(c->ssl->connection);
    if (certificate == NULL) {
        return NGX_ERROR;
    }

    /* the name ends with a NUL */

    found = X509_check_ip_asc(certificate, (char *) name->data, 0);

    X509_free(certificate);

    return (found == 1) ? NGX_OK : NGX_ERROR;
}


/* Is the name an address? */

ngx_uint_t
ngx_http_rackscope_logs_tls_address(ngx_str_t *name)
{
    return ngx_inet_addr(name->data, name->len) != INADDR_NONE
           || ngx_strlchr(name->data, name->data + name->len, ':') != NULL;
}

#endif
