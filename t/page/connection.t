# SPDX-License-Identifier: BSD-2-Clause
#
# What the page is told of its connection: several zones, a title, where one
# signs in; and a door that does not answer.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new(
    http  => 'rackscope_logs_zone second;',
    admin => <<'END',
        location = /many/logs {
            auth_request        /auth;
            rackscope_logs_page "api=The <b>shop</b>:/api/logs"
                                api=/second/api/logs
                                "api=Kiosk:/kiosk/api/logs"
                                "title=Racks <b>&amp; more";
        }
        location /second/api/logs {
            auth_request       /auth;
            rackscope_logs_api second;
        }
        location = /second/internal/logs {
            rackscope_logs_ingest second;
        }

        location /signin/ {
            auth_request        /auth;
            rackscope_logs_page api=/never/api/logs signin=/enter;
        }
        location = /signin/oauth/logs {
            auth_request        /auth;
            rackscope_logs_page api=/never/api/logs signin=/enter?a=b&rd=;
        }
        location = /signin/token/logs {
            rackscope_logs_require_admin off;
            rackscope_logs_page api=/token/api/logs signin=/enter
                                token_key=rackscope.auth.token;
        }
        location = /enter {
            auth_request /auth;
            default_type text/html;
            return 200 "<title>Enter</title><link rel=icon href=data:,>";
        }

        location = /referrer/logs {
            auth_request        /auth;
            add_header          Referrer-Policy unsafe-url always;
            rackscope_logs_page;
        }

        location = /door/logs {
            rackscope_logs_require_admin off;
            rackscope_logs_page api=/door/api/logs;
        }
        location /door/api/logs {
            auth_request       /door/auth;
            rackscope_logs_api main;
        }
        location = /door/auth {
            internal;
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
END
);

$nginx->run('connection.mjs');

done();
