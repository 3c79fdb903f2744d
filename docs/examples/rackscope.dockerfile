# SPDX-License-Identifier: BSD-2-Clause
#
# The image of Rackscope's frontend, which is nginx, with this module and
# rackscope.conf in it. rackscope-compose.yml builds it.

ARG FRONTEND=nginx:1.27-alpine

# the module, for the very nginx that is in the image

FROM ${FRONTEND} AS module

RUN apk add --no-cache build-base openssl \
        pcre2-dev jansson-dev zlib-dev zstd-dev hiredis-dev
RUN wget -O - "https://nginx.org/download/nginx-$NGINX_VERSION.tar.gz" | tar xz
COPY . /module
RUN cd "nginx-$NGINX_VERSION" \
    && ./configure --with-compat --add-dynamic-module=/module \
    && make modules \
    && cp objs/ngx_http_rackscope_logs_module.so /

FROM ${FRONTEND}

RUN apk add --no-cache pcre2 jansson zlib zstd-libs hiredis
COPY --from=module /ngx_http_rackscope_logs_module.so /usr/lib/nginx/modules/
COPY docs/examples/rackscope.conf /

# In the network of compose the backend has a name. With "resolve" nginx starts
# without it, and finds it again when it has another address. Of a container,
# /dev/shm is in memory, and /run is not.

RUN sed -e 's/server 127.0.0.1:8000;/zone rackscope 64k; resolver 127.0.0.11 valid=10s; server backend:8000 resolve;/' \
        -e 's/listen 127.0.0.1:8080;/listen 80;/' \
        -e 's/listen 127.0.0.1:8081;/listen 8081;/' \
        -e 's,/run/rackscope-auth,/dev/shm/rackscope-auth,' \
        /rackscope.conf > /etc/nginx/conf.d/default.conf \
    && sed -i '1i load_module modules/ngx_http_rackscope_logs_module.so;' \
        /etc/nginx/nginx.conf
