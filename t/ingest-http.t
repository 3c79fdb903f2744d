# SPDX-License-Identifier: BSD-2-Clause
#
# How a body may come: framing, sizes, keepalive, pipelining, versions, types.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $max = 50_000;

my $nginx = Rackscope::Nginx->new(
    h2     => 1,
    http   => "client_max_body_size $max; client_body_buffer_size 1k;",
    admin  => 'location = /internal/logs { rackscope_logs_ingest main; }',
    ingest => 'location = /next { return 200 next; }',
)->start;

my $uri  = '/internal/logs';
my $json = '{"message":"m"}';
my $done = '{"accepted":1,"filtered":0,"rejected":0,"errors":[]}';

sub messages {
    my ($seq) = @_;

    return map { $_->{message} } $nginx->records("since_seq=$seq&n=1000");
}

# Headers of an answer.

my $response = $nginx->post($json);
is $response->body, $done, 'the answer';
is $response->header('Content-Type'), 'application/json', 'its type';
is $response->header('Content-Length'), length $done, 'its length';
is $response->header('Cache-Control'), 'no-store', 'is not stored';
is $response->header('X-Content-Type-Options'), 'nosniff', 'nor guessed at';

# Sizes around the buffer: what is stored is what was sent.

for my $size (1023, 1024, 1025, 2047, 2048, 2049, 10_000) {
    my $text = join '', map { chr(33 + ($_ * 7 + $size) % 90) } 1 .. $size;
    my $body = encode_json({ message => $text });

    for my $framing ([], [ pieces => 100 ], [ pieces => 1024 ],
        [ chunks => [ $body =~ /.{1,333}/gs ] ])
    {
        my $seq = $nginx->last_seq;
        is $nginx->post($body, @$framing)->body, $done, "$size bytes";
        is_deeply [ messages($seq) ], [$text], "$size bytes are there";
    }
}

# Keepalive and pipelining.

my $client = $nginx->client(1);
for my $n (1 .. 3) {
    is $client->request('POST', $uri, body => $json)->body, $done, "kept $n";
}

my $seq  = $nginx->last_seq;
my $post = "POST $uri HTTP/1.1\r\nHost: localhost\r\n";
my $next = "GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n";

$client->{method} = 'POST';
$client->send($post . "Content-Length: 1\r\n\r\na"
        . $post . "Transfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n"
        . $post . "Content-Length: 0\r\n\r\n"
        . $post . "Content-Length: 1\r\n\r\nc" . $next);
is $client->response->json->{accepted}, $_, 'pipelined' for 1, 1, 0, 1;
is $client->response->body, 'next', 'and something else behind them';
is_deeply [ messages($seq) ], [qw(a b c)], 'all of them, in order';

# Expect.

$client = $nginx->client(1);
$client->start('POST', $uri, length => length $json,
    headers => [ Expect => '100-continue' ]);
is $client->read_head(now() + 10)->status, 100, '100-continue is answered';
$client->send($json);
is $client->response->body, $done, 'and then the body is taken';

# HTTP/1.0, and no body at all.

$client = $nginx->client(1);
is $client->request('POST', $uri, version => '1.0', body => $json)->body, $done,
    'HTTP/1.0';
ok $client->closed, 'and its end';
is $nginx->request('POST', $uri, port => 1)->json->{accepted}, 0, 'no body';

# HTTP/2.

my @h2 = ('--http2-prior-knowledge', '-w', ' %{http_code}',
    'http://127.0.0.1:' . $nginx->port(3) . $uri);

sub posted_h2 {
    my ($size, @args) = @_;

    my $file = $nginx->prefix . '/body';
    spew($file, encode_json({ message => 'x' x ($size - 14) }));
    return curl('--data-binary', "\@$file", @args, @h2)->{out};
}

is posted_h2(15), "$done 200", 'HTTP/2';
is posted_h2($max, '-H', 'Content-Length:'), "$done 200",
    'HTTP/2 without a length';

# curl 7.88 loses an answer that comes before it has sent its body.

my $before = $nginx->last_seq;
like posted_h2($max + 1), qr/\ (?:413|000)\z/x, 'HTTP/2, too large';
is_deeply [ messages($before) ], [], 'HTTP/2, too large: nothing is taken';

# Too large: the limit itself is not.

sub large {
    my ($size) = @_;

    return encode_json({ message => 'x' x ($size - 14) });
}

for my $framing (
    [ 'Content-Length', sub { [] } ],
    [ 'chunks', sub { [ chunks => [ $_[0] =~ /.{1,5000}/gs ] ] } ]
    )
{
    my ($name, $how) = @$framing;

    for my $size ($max, $max + 1) {
        my $body   = large($size);
        my $status = $size > $max ? 413 : 200;

        is $nginx->post($body, @{ $how->($body) })->status, $status,
            "$size bytes by $name: $status";
    }
}

# Types that are wrong and can be read.

for my $type (undef, 'application/x-www-form-urlencoded', 'text/plain', 'x/y',
    'application/json; charset=utf-8', 'application/octet-stream')
{
    my @headers = defined $type ? ('Content-Type' => $type) : ();
    is $nginx->post($json, headers => \@headers)->body, $done,
        'type ' . ($type // 'none');
}

is $nginx->post($json, headers => [ 'Content-Encoding' => 'identity' ])->body,
    $done, 'identity';

done();
