# SPDX-License-Identifier: BSD-2-Clause
#
# Answers to what is not taken.  The body that comes with it holds a request,
# which must never be taken for one.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    http   => 'client_max_body_size 50000; client_body_buffer_size 1k;',
    ingest => <<'END',
        location = /next { return 200 next; }
        location = /smuggled { return 200 smuggled; }
        location = /off { rackscope_logs off; rackscope_logs_ingest main; }
END
)->start;

my $uri  = '/internal/logs';
my $next = "GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n";

sub messages {
    my ($seq) = @_;

    return map { $_->{message} } $nginx->records("since_seq=$seq&n=1000");
}

# Answers that do not wait for the body: the connection goes on with what
# follows it.

my $smuggled = "\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
my $types    = qr/not read|cannot be read/;
my $identity = qr/identity/;

my @early = (
    [ 403, 'another origin', qr/origin/, Origin => 'http://evil.example' ],
    [ 415, 'br', $identity, 'Content-Encoding' => 'br' ],
    [ 415, 'three codings', qr/twice/, 'Content-Encoding' => 'gzip, zstd, gzip' ],
    map { [ 415, $_, $types, 'Content-Type' => $_ ] } qw(application/grpc
        application/msgpack multipart/form-data;boundary=x image/png),
    'Application/MsgPack'
);

sub early {
    my ($method, $where, $status, $name, $detail, $size, @headers) = @_;

    my $body = $smuggled . ' ' x ($size - 2 * length $smuggled) . $smuggled;
    my $seq  = $nginx->last_seq;

    for my $framing ([ body => $body ],
        [ chunks => [ $body =~ /.{1,4000}/gs ] ])
    {
        my $client = $nginx->client(1);
        $client->start($method, $where, headers => \@headers, @$framing);
        $client->send($next);

        my $response = $client->response;
        is $response->status, $status, "$name, $size bytes: $status";
        like $response->json->{detail}, $detail, "$name: why";
        is $response->header('Allow'), $status == 405 ? 'POST' : undef,
            "$name: Allow";

        my $second = $client->response;
        is $second && $second->body, 'next', "$name: and then the next";
        $client->close;
    }

    is_deeply [ messages($seq) ], [], "$name: nothing is taken";
    return;
}

for my $size (200, 40_000) {
    for (@early) {
        my ($status, $name, $detail, @headers) = @$_;
        early('POST', $uri, $status, $name, $detail, $size, @headers);
    }
    early($_, $uri, 405, $_, qr/POST/, $size) for qw(PUT PATCH DELETE GET);
}

# Those that close: the body is broken, or it is too large.

my $gzip = "\x1f\x8b\x08\0" . $smuggled;

for my $case (
    [ 400, 'broken gzip',             body   => $gzip ],
    [ 400, 'broken zlib',             body   => "\x78\x9c$smuggled" ],
    [ 400, 'broken zstd',             body   => "\x28\xb5\x2f\xfd$smuggled" ],
    [ 400, 'broken gzip in chunks',   chunks => [ split //, $gzip ] ],
    [ 413, 'too large',               body   => $smuggled x 2000 ],
    [ 413, 'too large, in chunks',    chunks => [ ($smuggled) x 2000 ] ],
    )
{
    my ($status, $name, @framing) = @$case;

    my $client = $nginx->client(1);
    $client->start('POST', $uri, @framing);
    $client->send($next);

    my $response = $client->response;
    is $response->status, $status, "$name: $status";

    my $second = $client->response;
    ok !$second || $second->body eq 'next', "$name: the body is no request";
}

# Other methods, and the switch.

my $response = $nginx->request('HEAD', $uri, port => 1);
is $response->status, 405, 'HEAD';
is $response->header('Allow'), 'POST', 'HEAD: Allow';
is $nginx->post('x', uri => '/off')->status, 404, 'rackscope_logs off';

done();
