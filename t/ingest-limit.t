# SPDX-License-Identifier: BSD-2-Clause
#
# A body that cannot be read to its end, since it is too large or broken: what
# was whole before that is in the ring, and the answer says how much that is.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $max = 50_000;

my $nginx = Rackscope::Nginx->new(
    workers => 1,
    h2      => 1,
    http    => "client_max_body_size $max; client_body_buffer_size 16k;",
    admin   => 'location = /internal/logs { rackscope_logs_ingest main; }',
    ingest  => <<'END',
        location = /warnings {
            rackscope_logs_ingest main;
            rackscope_logs_level  warning;
        }
        location = /own {
            rackscope_logs_ingest main;
            error_page            400 413 422 = /page;
        }
        location = /page { return 200 own; }
        location = /proxied {
            rackscope_logs_ingest main;
            error_page            400 405 413 415 422 = /backend;
        }
        location = /backend { proxy_pass http://127.0.0.1:%%PORT_5%%; }
        location = /unlimited {
            rackscope_logs_ingest main;
            client_max_body_size  0;
        }
END
    servers => <<'END',
        server {
            listen 127.0.0.1:%%PORT_5%%;
            return 200 "body: $http_content_length$http_transfer_encoding";
        }
END
)->start;

my $uri   = '/internal/logs';
my $large = qr/larger than client_max_body_size.*raise that limit.*stays/;
my $wrong = qr/chunks of the body.*wrong.*correct.*stays/;

sub messages {
    my ($seq) = @_;

    return map { $_->{message} } $nginx->records("since_seq=$seq&n=1000");
}

# Lines of NDJSON or text of exactly $size bytes, with their newline.

sub line {
    my ($n, $size) = @_;

    my $start = qq({"message":"$n );
    return $start . 'x' x ($size - length($start) - 3) . qq("}\n);
}

sub text {
    my ($n, $size) = @_;

    return "$n " . 'x' x ($size - length($n) - 2) . "\n";
}

# Checks an answer; $numbers are those of the messages that are in the ring.

sub cut_ok {
    my ($name, $response, $seq, $status, $why, $numbers, %counts) = @_;

    is $response && $response->status, $status, "$name: $status" or return;
    is $response->header('Content-Type'), 'application/json', 'JSON';
    is $response->header('Connection'), 'close', 'the connection is to end';
    is $response->header('Cross-Origin-Resource-Policy'), 'same-origin',
        'with the headers of all answers';

    my $json = $response->json;
    like delete $json->{detail}, $why, 'a detail';
    is_deeply $json,
        {
        accepted => scalar @$numbers,
        filtered => 0,
        rejected => 0,
        errors   => [],
        %counts
        },
        'what became of it';
    is_deeply [ map { /\A(\w+)/ } messages($seq) ], $numbers,
        'that is in the ring, and nothing else';
    return;
}

# Too large, in all kinds of chunks; the limit is within an entry, right behind
# one, and right before its newline.

for my $size (1000, 999, 1010) {
    my $lines = int $max / $size;
    my @whole = (1 .. $lines);

    for my $make (\&line, \&text) {
        my $kind = $make == \&line ? 'JSON' : 'text';
        my $body = join '', map { $make->($_, $size) } 1 .. 70;

        for my $chunk (100, 5000, 20_000, 65_000) {
            my $seq    = $nginx->last_seq;
            my $client = $nginx->client(1);

            $client->start('POST', $uri,
                chunks => [ $body =~ /.{1,$chunk}/gs ]);
            cut_ok("$kind, lines of $size bytes, chunks of $chunk",
                $client->response, $seq, 413, $large, \@whole);
            ok $client->closed, 'and it ends';
        }
    }
}

# An array of objects.

my $array = '[' . join(',', map { line($_, 1000) } 1 .. 70) . ']';
my $seq = $nginx->last_seq;

cut_ok('an array', $nginx->post($array, chunks => [ $array =~ /.{1,3000}/gs ]),
    $seq, 413, $large, [ 1 .. 49 ]);

# One entry that is larger than the limit: nothing of it.

for my $body ('{"message":"' . 'x' x $max . '"}', 'x' x 60_000) {
    $seq = $nginx->last_seq;
    cut_ok('a large entry', $nginx->post($body, chunks => [$body]),
        $seq, 413, $large, []);
}

# The limit itself is not beyond it.

my $exact = join '', map { line($_, 1000) } 1 .. 50;

is $nginx->post($exact, chunks => [$exact])->json->{accepted}, 50, 'the limit';
$seq = $nginx->last_seq;
cut_ok('one byte more', $nginx->post(undef, chunks => [ $exact, 'x' ]),
    $seq, 413, $large, [ 1 .. 50 ]);

my $unlimited = join '', map { line($_, 1000) } 1 .. 70;
is $nginx->post(undef, uri => '/unlimited', chunks => [$unlimited])
    ->json->{accepted}, 70, 'no limit';

# All that an answer tells.

my $mixed = join '', map { qq({"level":"info","message":"low"}\n)
        . line($_, 1000) =~ s/\{/{"level":"error",/r } 1 .. 10;
$mixed = qq([{"level":"error","message":"first"},1,)
    . join(',', split /\n/, $mixed . 'y' x $max) . ']';

$seq = $nginx->last_seq;
my $told = $nginx->post(undef, uri => '/warnings', chunks => [$mixed]);
cut_ok('with what is not accepted', $told, $seq, 413, $large,
    [ 'first', 1 .. 10 ], filtered => 10, rejected => 1,
    errors => [ $told->json->{errors}[0] ]);
like $told->json->{errors}[0]{detail}, qr/\Aline 1, column 38: /, 'an error';

# A live feed: what is in the ring is seen, long before its end.

my $upload = $nginx->upload;
$seq = $nginx->last_seq;

for my $n (1 .. 49) {
    $upload->send_chunk(text($n, 1000));
}
ok wait_until { messages($seq) == 49 }, 'a live feed';
$upload->send_chunk(text(50, 999));
$upload->send_chunk('half a line');
cut_ok('and its end', $upload->response, $seq, 413, $large, [ 1 .. 50 ]);

# A record whose lines were held back has those that came.

$seq = $nginx->last_seq;
my $trace = "ERROR: x\nTraceback (most recent call last):\n  File \"a.py\"\n";
$nginx->post(undef, chunks => [ $trace, '    ' . 'y' x $max ]);
is_deeply [ map { $_->{exception} } $nginx->records("since_seq=$seq") ],
    [ $trace =~ s/\A.*?\n(.*)\n\z/$1/sr ], 'what is whole of a traceback';

# The client can read the answer, though it goes on sending.

my $client = $nginx->client(1);
$seq = $nginx->last_seq;
$client->start('POST', $uri, open => 1);
$client->send_chunk(line($_, 1000)) for 1 .. 51;
ok wait_until { messages($seq) == 50 }, 'too large';
ok $client->send_chunk('x' x 1000), 'a client that goes on sending' for 1 .. 500;
cut_ok('all the same', $client->response, $seq, 413, $large, [ 1 .. 50 ]);

# Content-Length is nginx's own affair.

my $length = $nginx->post(join '', map { line($_, 1000) } 1 .. 51);
$seq = $nginx->last_seq;
is $length->status, 413, 'by Content-Length';
unlike $length->body, qr/accepted/, "is nginx's own answer";
is_deeply [ messages($seq) ], [], 'and nothing is taken';

# An error_page goes first, and what was whole is in the ring.

for my $case (
    [ 413, [ 1 .. 50 ], map { line($_, 1000) } 1 .. 51 ],
    [ 422, [],          '[{"x":' ],
    )
{
    my ($status, $numbers, @chunks) = @$case;

    $seq = $nginx->last_seq;
    is $nginx->post(undef, uri => '/own', chunks => \@chunks)->body, 'own',
        "error_page $status";
    is_deeply [ map { /\A(\d+)/ } messages($seq) ], $numbers, 'and the records';
}

# The backend of an error_page gets nothing of a body, which is not redacted,
# and does not wait for it.

for my $case (
    [ 413, map { line($_, 1000) } 1 .. 51 ],
    [ 413, map { join '', map { line($_, 1000) } 1 .. 8 } 1 .. 9 ],
    [ 422, '[{"x":' ],
    )
{
    my ($status, @chunks) = @$case;

    $client = $nginx->client(1);
    $client->start('POST', '/proxied', open => 1);
    $client->send_chunk($_) for @chunks;
    $client->send_end;
    is $client->response->body, 'body: ', "error_page $status by a backend";
    ok $client->closed, 'and it ends' if $status == 413;
    $client->close;
}

$client = $nginx->client(1);
$client->send("POST /proxied HTTP/1.1\r\nHost: localhost\r\n"
        . "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n");
$client->{method} = 'POST';
is $client->response->body, 'body: ', 'error_page 400 by a backend';
ok $client->closed, 'and it ends';

is $nginx->post('[{"x":', uri => '/proxied')->body, 'body: ', 'with a length';

# Nor of a body that is refused before it is read.

for my $case ([ 405, 'PUT' ], [ 415, 'POST', 'Content-Encoding' => 'br' ]) {
    my ($status, $method, @headers) = @$case;

    is $nginx->request($method, '/proxied', port => 1, headers => \@headers,
        body => line(1, 100))->body, 'body: 0',
        "error_page $status by a backend";
}

# A chunk that is none is the client's fault for the API as well.

for my $path ('/api/logs', '/api/logs/stream') {
    $client = $nginx->client;
    $client->send("GET $path HTTP/1.1\r\nHost: localhost\r\n"
            . "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n");
    is $client->response->status, 400, "$path: a bad chunk";
    $client->close;
}

# What is no chunk: in the first read, and later on.

for my $first ('', line(1, 1000), join '', map { line($_, 1000) } 1 .. 40) {
    my @numbers = $first =~ /"(\d+)/g;
    my $name    = 'a bad chunk after ' . @numbers;

    for my $early (0, 1) {
        for my $where ($uri, '/own') {
            $client = $nginx->client(1);
            $seq    = $nginx->last_seq;

            if ($early) {
                # in pieces that nginx reads one by one, with a bad one alone
                $client->start('POST', $where, open => 1);
                $client->send_chunk($first) if $first ne '';
                wait_until { messages($seq) == @numbers };
                $client->send_chunk('half a line');
                is $nginx->get('/worker')->status, 200, 'read';
                $client->send("no chunk\r\n");
            } else {
                next if @numbers;
                $client->send("POST $where HTTP/1.1\r\nHost: localhost\r\n"
                        . "Transfer-Encoding: chunked\r\n\r\nno chunk\r\n");
                $client->{method} = 'POST';
            }

            my $response = $client->response;

            if ($where eq '/own') {
                is $response->body, 'own', "$name: error_page";
                next;
            }
            cut_ok($name, $response, $seq, 400, $wrong, \@numbers);
            ok $client->closed, 'and it ends';
        }
    }
}

# A client that goes away in the midst of its body: all whole lines are there,
# also those that nginx reads together with the end.

my ($worker) = $nginx->workers;

for my $way (qw(close shutdown)) {
    for my $n (1, 3, 40) {
        $seq    = $nginx->last_seq;
        $client = $nginx->client(1);
        is $client->request('GET', '/worker')->status, 200, 'a connection';

        kill 'STOP', $worker;
        $client->start('POST', $uri, open => 1);
        $client->send_chunk(line($_, 1000)) for 1 .. $n;
        $client->send_chunk('{"message":"half');
        $client->$way;
        kill 'CONT', $worker;

        ok wait_until { messages($seq) == $n }, "$way after $n lines";
        is_deeply [ map { /\A(\d+)/ } messages($seq) ], [ 1 .. $n ], 'all there';
        $client->close;
    }
}

# HTTP/2, frame by frame: curl loses an answer that comes before it has sent
# its body.

sub frame {
    my ($type, $flags, $payload) = @_;

    my $id = $type == 4 ? 0 : 1;
    return substr(pack('N', length $payload), 1)
        . pack('CCN', $type, $flags, $id) . $payload;
}

sub h2 {
    my ($headers, @data) = @_;

    my $h2 = $nginx->client(3);
    my $head = "\x83\x86\x04" . chr(length $uri) . "$uri\x01\x09localhost$headers";

    $h2->send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . frame(4, 0, '')
            . frame(1, 4, $head));
    $h2->send(frame(0, 0, $_)) for @data;

    my $body;
    wait_until {
        $h2->fill(now());
        ($body) = $h2->{buf} =~ /(\{"accepted.*?\})(?:\0|\z)/s;
    };
    return ($body // '', $h2->{buf});
}

for my $frame (900, 10_000) {
    $seq = $nginx->last_seq;
    my $body = join '', map { line($_, 1000) } 1 .. 60;
    my ($got) = h2('', $body =~ /.{1,$frame}/gs);

    my $json = decode_json($got);
    like delete $json->{detail}, $large, "HTTP/2, frames of $frame bytes";
    is_deeply $json,
        { accepted => 50, filtered => 0, rejected => 0, errors => [] },
        'what became of it';
    is_deeply [ map { /\A(\d+)/ } messages($seq) ], [ 1 .. 50 ], 'is in the ring';
}

done();
