# SPDX-License-Identifier: BSD-2-Clause
#
# Refusals as a program reads them: the configuration of docs/api.md.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $page = slurp(Rackscope::Nginx::root() . '/docs/api.md');
my ($text) = $page =~ /^### Refusals in JSON\n.*?^```nginx\n(.*?)^```$/ms;

my $nginx = Rackscope::Nginx->new(conf => <<"END")->start;
%%GLOBALS%%
events {}

http {
    %%PATHS%%
    rackscope_logs_zone app;

    server {
        listen 127.0.0.1:%%PORT_0%%;

        $text

        location = /auth {
            internal;
            proxy_pass              http://127.0.0.1:%%PORT_1%%/\$http_x_test_auth;
            proxy_pass_request_body off;
            proxy_set_header        Content-Length "";
        }
    }

    server {
        listen 127.0.0.1:%%PORT_1%%;
        add_header WWW-Authenticate 'Bearer realm="logs"' always;

        location = /yes  { return 204; }
        location = /none { return 401; }
        location = /deny { return 403; }
        location = /dead { return 444; }
    }
}
END

my %status = (none => 401, deny => 403, dead => 503);

for my $auth (sort keys %status) {
    for my $path ('/api/logs', '/api/logs/stream') {
        my $response = $nginx->get($path, headers => [ 'X-Test-Auth' => $auth ]);

        is $response->status, $status{$auth}, "$auth, $path: $status{$auth}";
        is $response->header('Content-Type'), 'application/json', 'as JSON';
        is $response->header('Cache-Control'), 'no-store', 'that is not kept';
        is_deeply [ keys %{ $response->json } ], ['detail'], 'and has a detail';
        is $response->header('WWW-Authenticate'),
            $auth eq 'none' ? 'Bearer realm="logs"' : undef, 'WWW-Authenticate';
        is $response->header('Retry-After'), $auth eq 'dead' ? 5 : undef,
            'Retry-After';
    }

    is $nginx->request('DELETE', '/api/logs', headers =>
            [ 'X-Test-Auth' => $auth ])->status, $status{$auth}, 'no Clear';
}

my @yes = ('X-Test-Auth', 'yes');

is $nginx->get('/api/logs', headers => \@yes)->status, 200, 'an admin';
is $nginx->get('/api/logs?n=x', headers => \@yes)->status, 422,
    'other errors are as before';
like $nginx->get('/api/logs?n=x', headers => \@yes)->body, qr/"detail":"n\b/x,
    'with what the module says';

my $foreign = $nginx->get('/api/logs',
    headers => [ @yes, 'Sec-Fetch-Site' => 'cross-site' ]);
is $foreign->status, 403, 'another site';
like $foreign->json->{detail}, qr/pages\ of\ this\ server/x, 'is told why';

done();
