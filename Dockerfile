# SPDX-License-Identifier: BSD-2-Clause
#
# The official image of nginx, of Debian or of Alpine, with this module:
#
#     docker build -t nginx-logs --build-arg NGINX=nginx:stable-alpine .
#
# The module is loaded, and its configuration is yours: see docs/install.md.

ARG NGINX=nginx:stable

# the module, for the very nginx that is in the image

FROM ${NGINX} AS module

RUN if command -v apk; then \
        apk add --no-cache build-base openssl zopfli \
            pcre2-dev jansson-dev zlib-dev zstd-dev hiredis-dev; \
    else \
        apt-get update && apt-get install -y --no-install-recommends \
            gcc make libc6-dev openssl wget ca-certificates zopfli \
            libpcre2-dev libjansson-dev zlib1g-dev libzstd-dev \
            libhiredis-dev; \
    fi
RUN wget -O /nginx.tar.gz \
        "https://nginx.org/download/nginx-$NGINX_VERSION.tar.gz" \
    && tar -xzf /nginx.tar.gz
COPY config config.make /module/
COPY ngx_rackscope_logs /module/ngx_rackscope_logs
RUN cd "nginx-$NGINX_VERSION" \
    && ./configure --with-compat --add-dynamic-module=/module \
    && make -j "$(nproc)" modules \
    && strip -o /ngx_http_rackscope_logs_module.so \
        objs/ngx_http_rackscope_logs_module.so

# the packages of the libraries that it is linked with; apk knows them by these

RUN objdump -p /ngx_http_rackscope_logs_module.so \
        | awk '$1 == "NEEDED" && $2 !~ /^libc[.]/ { print $2 }' > /libraries \
    && if command -v apk > /dev/null; then \
        sed 's/^/so:/' /libraries > /needs; \
    else \
        sed 's,^,*/,' /libraries | xargs dpkg -S \
            | cut -d: -f1 | sort -u > /needs; \
    fi

FROM ${NGINX}

COPY --from=module /needs /
COPY --from=module /ngx_http_rackscope_logs_module.so /usr/lib/nginx/modules/
RUN if command -v apk; then \
        apk add --no-cache $(cat /needs); \
    else \
        apt-get update \
        && apt-get install -y --no-install-recommends $(cat /needs) \
        && rm -rf /var/lib/apt/lists/*; \
    fi \
    && rm /needs
RUN sed -i '1i load_module modules/ngx_http_rackscope_logs_module.so;' \
        /etc/nginx/nginx.conf \
    && nginx -t
