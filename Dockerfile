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

USER root
WORKDIR /build

RUN if command -v apk > /dev/null; then \
        apk add --no-cache build-base openssl zopfli \
            pcre2-dev jansson-dev zlib-dev zstd-dev hiredis-dev; \
    else \
        apt-get update && apt-get install -y --no-install-recommends \
            gcc make libc6-dev openssl wget ca-certificates zopfli \
            libpcre2-dev libjansson-dev zlib1g-dev libzstd-dev \
            libhiredis-dev; \
    fi

# where nginx's sources are, and what sha256sum says of them, if you know it
ARG NGINX_SOURCES=https://nginx.org/download
ARG NGINX_SHA256=

RUN wget -q -O nginx.tar.gz "$NGINX_SOURCES/nginx-$NGINX_VERSION.tar.gz" \
    && if [ -n "$NGINX_SHA256" ]; then \
        echo "$NGINX_SHA256  nginx.tar.gz" | sha256sum -c; \
    fi \
    && mkdir nginx \
    && tar -xzf nginx.tar.gz -C nginx --strip-components=1
COPY config config.make module/
COPY ngx_rackscope_logs module/ngx_rackscope_logs
WORKDIR /build/nginx
RUN ./configure --with-compat --add-dynamic-module=../module \
    && make -j "$(nproc)" modules \
    && strip objs/ngx_http_rackscope_logs_module.so

# The packages of the libraries that it is linked with; apk knows them by these.

RUN objdump -p objs/ngx_http_rackscope_logs_module.so > objs/headers \
    && awk '$1 == "NEEDED" && $2 !~ /^libc[.]/ { print $2 }' objs/headers \
        > objs/libraries \
    && if command -v apk > /dev/null; then \
        sed 's/^/so:/' objs/libraries > /needs; \
    else \
        sed 's,^,*/,' objs/libraries | xargs dpkg -S > objs/packages \
        && cut -d: -f1 objs/packages | sort -u > /needs; \
    fi

FROM ${NGINX}

# the user of the image that it is made of: 101 for nginxinc/nginx-unprivileged
ARG NGINX_USER=root

USER root
COPY --from=module /build/nginx/objs/ngx_http_rackscope_logs_module.so \
    /usr/lib/nginx/modules/
RUN --mount=from=module,source=/needs,target=/needs \
    if command -v apk > /dev/null; then \
        xargs apk add --no-cache < /needs; \
    else \
        apt-get update \
        && xargs apt-get install -y --no-install-recommends < /needs \
        && rm -rf /var/lib/apt/lists/*; \
    fi \
    && sed -i '1i load_module modules/ngx_http_rackscope_logs_module.so;' \
        /etc/nginx/nginx.conf
USER ${NGINX_USER}
RUN nginx -t
