# SPDX-License-Identifier: BSD-2-Clause
#
# The first bytes of a stream leave with its head, however quiet the ring is:
# some clients and proxies say nothing of a response before they have one.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

# the heartbeat is the default one, so none comes within this test

my $nginx = Rackscope::Nginx->new(
    h2    => 1,
    http  => 'gzip on; gzip_types *; gzip_min_length 1;',
    admin => <<'END',
        location /unpostponed {
            auth_request       /auth;
            rackscope_logs_api main;
            postpone_output    0;
        }
END
)->start;

my $uri   = '/api/logs/stream';
my $first = ": ping\n\n";
my $chunk = sprintf "%x\r\n%s\r\n", length $first, $first;

# What one read gets of the answer, when there is something to read.

sub first_read {
    my ($method, $where, %opt) = @_;

    my $client = $nginx->client;
    $client->start($method, $where, %opt);
    $client->fill(now() + 10);
    return ($client, $client->{buf});
}

for my $case (
    [ 'HTTP/1.1',              $chunk, $uri ],
    [ 'HTTP/1.0',              $first, $uri, version => '1.0' ],
    [ 'with gzip',             $chunk, $uri,
        headers => [ 'Accept-Encoding' => 'gzip' ] ],
    [ 'from an unknown number', $chunk, $uri,
        headers => [ 'Last-Event-ID' => 0 ] ],
    )
{
    my ($name, $bytes, $where, %opt) = @$case;
    my ($client, $got) = first_read('GET', $where, %opt);

    my ($head, $body) = split /(?<=\r\n\r\n)/, $got, 2;
    like $head, qr{\AHTTP/1\.1\ 200\ .*\r\n\r\n\z}xs, "$name: a head";
    is $body, $bytes, 'and a comment, in one piece';
    is $client->fill(now() + 0.02), undef, 'and nothing else';
    $client->close;
}

# Where nginx may not wait with the head, the comment follows it at once.

my $client = $nginx->client;
$client->start('GET', '/unpostponed/stream');
is $client->read_head(now() + 10)->status, 200, 'postpone_output 0';
ok wait_until { $client->fill(now()); $client->{buf} eq $chunk },
    'the comment is there';
$client->close;

# TLS and HTTP/2.

my $tls   = 'https://127.0.0.1:' . $nginx->port(2);
my $plain = 'http://127.0.0.1:' . $nginx->port(3);

for my $args ([ '--http1.1', $tls ], [ '--http2', $tls ],
    [ '--http2-prior-knowledge', $plain ])
{
    my ($how, $server) = @$args;
    my $stream = Rackscope::Stream->curl($how, "$server$uri");

    ok wait_until { $stream->comments }, "$how, $server: a comment";
    is_deeply [ $stream->comments ], ['ping'], 'which is the first heartbeat';
    is $stream->next_event(0.02), undef, 'and no event';
    $stream->close;
}

# Records that are there come behind it, in the same piece.

$nginx->post({ message => 'here' });

($client, my $got) = first_read('GET', "$uri?since_seq=0");
like $got, qr/\r\n\r\n[[:xdigit:]]+\r\n:\ ping\n\nid:\ \d+\ndata:\ \{.*"here"\}
              \n\n\r\n\z/x, 'the comment, and then a record';
$client->close;

# HEAD has none, and nor has a stream that ends with its first event.

($client, $got) = first_read('HEAD', $uri);
like $got, qr{\AHTTP/1\.1\ 200\ .*\r\n\r\n\z}xs, 'HEAD: a head alone';
is $client->request('GET', '/worker')->status, 200, 'the connection goes on';

my @streams = map { $nginx->stream('since_seq=0') } 1 .. 5;
is $_->next_event->{json}{message}, 'here', 'a place' for @streams;
like $nginx->get($uri)->raw_body, qr/\Aretry: 30000\ndata: /,
    'without a place: no comment';

done();
