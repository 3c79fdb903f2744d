# SPDX-License-Identifier: BSD-2-Clause
#
# A record for each request: every level and field, and what makes none.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $http = <<'END';
    upstream dead {
        server 127.0.0.1:%%PORT_8%%;
    }
END

my $nginx = Rackscope::Nginx->new(
    h2   => 1,
    http => $http . <<'END',
    rackscope_logs_access_log main if=$wanted;
    rackscope_logs_redact "GET /ok/share/\w+ - 200" "GET /ok/share/*** - 200";

    map $uri $wanted {
        /health 0;
        /nothing "";
        default 1;
    }
END
    admin => <<'END',
        location /ok {
            return 200 ok;
        }
        location /health {
            return 200;
        }
        location /nothing {
            return 200;
        }
        location /status/404 {
            return 404;
        }
        location /status/500 {
            return 500;
        }
        location /dead {
            proxy_pass http://dead;
        }
        location /slow {
            proxy_pass http://127.0.0.1:%%PORT_6%%;
            proxy_read_timeout 200ms;
        }
        location /hang {
            proxy_pass http://127.0.0.1:%%PORT_6%%;
        }
        location /backend {
            proxy_pass http://127.0.0.1:%%PORT_7%%;
        }
        location /given {
            add_header X-Request-ID of-the-response always;
            return 200;
        }
        location /small {
            client_max_body_size 10;
            proxy_pass http://127.0.0.1:%%PORT_7%%;
        }
        location /off {
            rackscope_logs_access_log off;
            return 200;

            location /off/on {
                rackscope_logs_access_log main;
                return 200;
            }
        }
        location /errors {
            rackscope_logs_access_log main ERROR;
            return 200;

            location /errors/bad {
                return 503;
            }
        }
        location /warnings {
            rackscope_logs_level WARNING;
            return 200;

            location /warnings/bad {
                return 404;
            }
        }
        location /kiosk {
            rackscope_logs off;
            return 404;
        }
        location /moved {
            rewrite ^ /api/logs last;
        }
        location /refused {
            auth_request /auth-deny;
            rackscope_logs_api main;
            error_page 403 = @elsewhere;
        }
        location = /auth-deny {
            internal;
            return 403;
        }
        location @elsewhere {
            return 200;
        }
        location /mirrored {
            mirror /ok;
            proxy_pass http://127.0.0.1:%%PORT_7%%;
        }
END
    servers => <<'END',
    server {
        listen 127.0.0.1:%%PORT_7%%;
        rackscope_logs_access_log off;
        location / {
            add_header X-Request-ID $http_x_backend;
            return 200 "of the backend\n";
        }
    }
END
)->start;

# The record that came after the last one; there must be one and no more.

my $seen = 0;

sub record {
    my ($name, $path) = @_;

    my @found;
    ok wait_until {
        @found = grep { $_->{_seq} > $seen } $nginx->records
    }, "$name: a record";
    is scalar @found, 1, 'and no more';
    $seen = $found[-1]{_seq};
    is $found[-1]{path}, $path, 'of this path' if defined $path;
    return $found[-1];
}

# All fields.

$nginx->get('/ok?token=secret&a=b');
my $record = record('200', '/ok');

is $record->{level},       'INFO',          'level';
is $record->{logger},      'nginx.access',  'logger';
is $record->{message},     'GET /ok - 200', 'message';
is $record->{method},      'GET',           'method';
is $record->{status_code}, 200,             'status_code';
is $record->{client},      '127.0.0.1',     'client';
is $record->{host},        'localhost',     'host';
like $record->{request_id},  qr/\A[\da-f]{32}\z/, "nginx's own request_id";
like $record->{duration_ms}, qr/\A\d+\z/,         'duration_ms';
cmp_ok $record->{bytes}, '>', 100, 'bytes';
ok !exists $record->{upstream}, 'no upstream';
unlike encode_json($record), qr/secret/, 'no query';

# Levels.

$nginx->get('/status/404');
$record = record('404', '/status/404');
is $record->{level},   'WARNING',               '404 is a WARNING';
is $record->{message}, 'GET /status/404 - 404', 'its message';

$nginx->get('/status/500');
is record('500')->{level}, 'ERROR', '500 is an ERROR';

# An upstream.

$nginx->get('/backend?x');
$record = record('a backend', '/backend');
is $record->{upstream}, '127.0.0.1:' . $nginx->port(7), 'upstream';
like $record->{upstream_ms}, qr/\A\d+\z/, 'upstream_ms';

$nginx->get('/dead/x');
$record = record('a dead backend', '/dead/x');
is $record->{status_code}, 502,     'its status';
is $record->{level},       'ERROR', 'ERROR';
is $record->{upstream}, '127.0.0.1:' . $nginx->port(8), 'upstream';

# A backend that takes connections and says nothing.

socket my $mute, Socket::PF_INET(), Socket::SOCK_STREAM(), 0
    or die "socket: $!\n";
setsockopt $mute, Socket::SOL_SOCKET(), Socket::SO_REUSEADDR(), 1;
bind $mute, Socket::pack_sockaddr_in($nginx->port(6), Socket::INADDR_LOOPBACK())
    or die "bind: $!\n";
listen $mute, 10 or die "listen: $!\n";

is $nginx->get('/slow')->status, 504, 'a slow backend';
$record = record('504', '/slow');
is $record->{status_code}, 504, 'its status';
cmp_ok $record->{duration_ms}, '>=', 150, 'took its time';
cmp_ok $record->{upstream_ms}, '>=', 150, 'at the backend';

my $client = $nginx->client;
$client->start('GET', '/hang');
accept(my $first, $mute);
accept(my $second, $mute);
$client->close;
$record = record('a client that goes away', '/hang');
is $record->{status_code}, 499,       'its status';
is $record->{level},       'WARNING', 'is a WARNING';

$nginx->request('POST', '/small', body => 'x' x 11);
$record = record('a large body', '/small');
is $record->{status_code}, 413,    'its status';
is $record->{method},      'POST', 'method';

# What is no request.

$nginx->raw("\x16\x03\x01\x02\r\n\r\n");
$record = record('no request');
is $record->{message},     'no request - 400', 'message';
is $record->{status_code}, 400,                'its status';
ok !exists $record->{path} && !exists $record->{method}, 'nothing more';

$nginx->raw("GET /ok HTTP/1.1\r\n\r\n");
$record = record('no Host', '/ok');
is $record->{message}, 'GET /ok - 400', 'what is known';
ok !exists $record->{host}, 'and no name of a server';

# The host is that of $host.

my %host = (
    'shop.example'          => 'shop.example',
    'Shop.EXAMPLE.:8443'    => 'shop.example',
    '[2001:DB8::1]:80'      => '[2001:db8::1]',
    'shop.example?code=1f8' => 'shop.example',
);

# Other nginx refuse that before they know a host.

$host{'shop.example?code=1f8'} = undef
    if Rackscope::Nginx::version() >= 1_029_004;

for my $sent (sort keys %host) {
    $nginx->get('/ok', headers => [ Host => $sent ]);
    is record("Host: $sent", '/ok')->{host}, $host{$sent}, 'is this one';
}

$nginx->raw("GET http://Other.example:1/ok HTTP/1.1\r\nHost: shop.example\r\n"
    . "Connection: close\r\n\r\n");
is record('a host in the request line', '/ok')->{host}, 'other.example',
    'goes before';

# Two requests of one connection, and HTTP/2.

$client = $nginx->client;
my @bytes;
for my $n (1 .. 2) {
    is $client->request('GET', "/ok/$n")->status, 200, "request $n";
    push @bytes, record('keepalive', "/ok/$n")->{bytes};
}
is $bytes[1], $bytes[0], 'each has bytes of its own';

my $h2 = curl('--http2', '-i',
    'https://localhost:' . $nginx->port(2) . '/ok/h2?x=y');
like $h2->{out}, qr{\AHTTP/2\ 200}x, 'HTTP/2';
$record = record('HTTP/2', '/ok/h2');
is $record->{message}, 'GET /ok/h2 - 200', 'message';
is $record->{host},    'localhost',        'its :authority';

# The id: of the response, else of the client, else nginx's.

$nginx->get('/given', headers => [ 'X-Request-ID' => 'of-the-client' ]);
is record('an id in the response')->{request_id}, 'of-the-response',
    'is the one';

$nginx->get('/backend', headers => [ 'X-Backend' => 'b-1' ]);
is record('an id of the backend')->{request_id}, 'b-1', 'is the one';

for my $id ('a', 'A-1.b_c:d@e/f+g=', 'x' x 128) {
    $nginx->get('/ok', headers => [ 'X-Request-ID' => $id ]);
    is record('an id of the client')->{request_id}, $id, $id;
}

for my $id ('', 'x' x 129, 'a b', 'a"b', "a\xff", '<b>') {
    $nginx->get('/ok', headers => [ 'X-Request-ID' => $id ]);
    like record('no id of the client')->{request_id}, qr/\A[\da-f]{32}\z/,
        'a bad one is not taken';
}

is scalar(my @b = $nginx->records('request_id=b-1')), 1, 'it is found by that';

# Redaction.

$nginx->get('/ok/password=hunter2/x');
unlike encode_json(record('a secret in a path')), qr/hunter2/, 'is hidden';

# a URL may have a "?" in its password
$nginx->get('/ok/https://bob:mArK3r?8d1f@h/x?y=1');
$record = record('a secret on both sides of a "?"');
unlike encode_json($record), qr/mArK3r|8d1f/, 'is hidden';
is $record->{message}, "GET $record->{path} - 200", 'the same everywhere';

$nginx->get('/ok/share/k1tt3n');
is record('an operator\'s rule')->{message}, 'GET /ok/share/*** - 200',
    'sees the message whole';

# What makes no record.

my @none = qw(/health /nothing /off /errors /warnings /kiosk /api/logs /moved
    /api/logs?level=x);
ok $nginx->get($_)->status, $_ for @none;
is $nginx->get('/api/logs', headers => [ 'X-Test-Auth' => 'deny' ])->status,
    403, 'refused';
is $nginx->get('/refused')->status, 200, 'refused and sent elsewhere';
is $nginx->post({ message => 'posted' })->status, 200, 'ingest';
is record('the posted one')->{message}, 'posted', 'alone';
$nginx->get('/backend');
record('and the next', '/backend');

for my $path ('/off/on', '/errors/bad', '/warnings/bad', '/mirrored') {
    $nginx->get($path);
    record('inherited and changed', $path);
}

# Live.

my $stream = $nginx->stream('');
is $stream->status, 200, 'a stream';
$nginx->get('/ok/live');
is $stream->next_event->{json}{path}, '/ok/live', 'has it';
record('live', '/ok/live');
$stream->close;

# Off by a reload, but where a location says it.

$nginx->configure(http => $http);
ok $nginx->reload, 'off';
ok wait_until { !$nginx->old_workers }, 'taken';
$nginx->get($_) for qw(/ok/unseen /off/on);
record('only where it is on', '/off/on');

done();
