# SPDX-License-Identifier: BSD-2-Clause
#
# HTTP/2, with TLS and without, and HTTP/1.1 over TLS: the same API, the same
# streams, the same end.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 2,
    h2      => 1,
    zone    => 'main entries=1000 entry_size=2k',
    api     => 'rackscope_logs_stream_heartbeat 1s;',
    http    => 'gzip on; gzip_types *; send_timeout 1s;'
        . 'rackscope_logs_zone single entries=1000 entry_size=2k streams=1;',
    admin   => <<'END',
        location /single {
            auth_request       /auth;
            rackscope_logs_api single;
        }
        location = /single/post {
            rackscope_logs_ingest single;
        }
        location = /internal/logs {
            rackscope_logs_ingest main;
        }
END
)->start;

my $tls   = 'https://127.0.0.1:' . $nginx->port(2);
my $plain = 'http://127.0.0.1:' . $nginx->port(3);

my %ways = (
    'HTTP/2 over TLS'   => [ 2,     $tls,   '--http2' ],
    'HTTP/2'            => [ 2,     $plain, '--http2-prior-knowledge' ],
    'HTTP/1.1 over TLS' => [ '1.1', $tls,   '--http1.1' ],
);

my $jar = $nginx->prefix . '/headers';

# By curl: the status, the headers, and the body.

sub ask {
    my ($way, $path, @args) = @_;

    my ($version, $server, @how) = @{ $ways{$way} };
    my $result = curl(@how, '-D', $jar, @args, "$server$path");
    my ($head) = slurp($jar) =~ /\A(.*?)\r\n\r\n/s;

    $head //= "curl: $result->{rc}";
    die "$way: $head\n" if $head !~ m{\AHTTP/$version (\d+)};
    return ($1, $head, $result->{out});
}

for my $way (sort keys %ways) {
    my ($version, $server, @how) = @{ $ways{$way} };

    my ($status, $head, $body) = ask($way, '/internal/logs', '--data-binary',
        '{"message":"one"}');
    is $status, 200, "$way: POST";
    is $body, '{"accepted":1,"filtered":0,"rejected":0,"errors":[]}',
        'its answer';

    ($status, $head, $body) = ask($way, '/api/logs?n=1');
    is $status, 200, "$way: GET";
    is $body, $nginx->get('/api/logs?n=1')->raw_body, 'the same as by HTTP/1.1';
    like $head, qr/^content-type: application\/json\r?$/mi, 'its type';
    like $head, qr/^cache-control: no-store\r?$/mi, 'not to be stored';
    like $head, qr/^x-content-type-options: nosniff\r?$/mi, 'nor guessed at';
    my $length = length $body;
    like $head, qr/^content-length: $length\r?$/mi, 'its length';

    ($status, $head, my $gzip) = ask($way, '/api/logs?n=1', '--compressed');
    like $head, qr/^content-encoding: gzip\r?$/mi, 'gzip';
    is $gzip, $body, 'and the same';

    ($status, $head, $body) = ask($way, '/api/logs?n=1', '-I');
    is $status, 200, "$way: HEAD";
    like $head, qr/^content-length: $length\r?$/mi, 'its length';

    ($status) = ask($way, '/api/logs', '-H', 'X-Test-Auth: deny');
    is $status, 403, "$way: a closed door";
    ($status) = ask($way, '/api/logs/stream', '-H', 'X-Test-Auth: none');
    is $status, 401, 'of both kinds';

    ($status, $head, $body) = ask($way, '/api/logs', '-X', 'PUT');
    is $status, 405, "$way: PUT";
    like $head, qr/^allow: GET, HEAD, DELETE\r?$/mi, 'what is allowed';

    ($status, $head, $body) = ask($way, '/api/logs', '-X', 'DELETE');
    is $body, '{"ok":true,"message":"Log buffer cleared"}', "$way: DELETE";
    is $nginx->last_seq, 0, 'an empty ring';

    # a stream, whose events come at once

    my $stream = Rackscope::Stream->curl(@how, '-D', $jar, '--compressed',
        "$server/api/logs/stream?since_seq=0");
    $nginx->post({ message => 'first' });
    is $stream->next_event->{json}{message}, 'first', "$way: a stream";

    my $head_of_it = slurp($jar);
    like $head_of_it, qr/^content-type: text\/event-stream\r?$/mi, 'its type';
    unlike $head_of_it, qr/^(?:content-encoding|content-length)/mi, 'no gzip';

    my $started = now();
    for my $n (1 .. 20) {
        $nginx->post({ message => $n });
        is $stream->next_event->{json}{message}, $n, "event $n";
    }
    ok now() - $started < 4, 'which did not wait for the poll';

    $nginx->request('DELETE', '/api/logs');
    is $stream->next_event->{event}, 'clear', 'clear';
    ok wait_until { $stream->comments > 1 }, 'the heartbeat';
    is(($stream->comments)[1], 'ping', 'is a ping');

    ok $nginx->reload, "$way: a reload";
    is $stream->next_event->{data}, '{"reason":"shutdown"}', 'the end';
    is $stream->ended(5), 'clean', 'is a clean one';
    is $stream->rc, 0, 'also for curl';
    ok wait_until { !$nginx->old_workers }, 'old workers are gone';
}

# Five streams on one connection, and a sixth, then a reload.

my $out = $nginx->prefix . '/out';

sub several {
    my ($n) = @_;

    spew("$out.$_", '') for 1 .. $n;
    return Rackscope::Stream->curl('--http2', '-Z', '--no-progress-meter',
        '-w', "data: %{num_connects}\n\n",
        map { ('-o', "$out.$_", "$tls/api/logs/stream?since_seq=0") } 1 .. $n);
}

sub outputs {
    my ($pattern, $n) = @_;

    return grep { slurp("$out.$_") =~ $pattern } 1 .. $n;
}

for my $round (1 .. 3) {
    $nginx->post({ message => "round $round" });

    my $six = several(6);

    ok wait_until { outputs(qr/round $round/, 6) == 5 }, 'five streams';
    ok wait_until { outputs(qr/Too many/,     6) == 1 }, 'and one that is not';

    $nginx->post({ message => "more $round" });
    ok wait_until { outputs(qr/more $round/, 6) == 5 }, 'each has an event';

    ok $nginx->reload, 'a reload';
    my $connects = 0;
    $connects += $_->{data} for map { $six->next_event } 1 .. 6;
    is $connects, 1, 'all that was on one connection';
    is $six->ended(5), 'clean', 'curl is content';
    is outputs(qr/event: end\ndata: \{"reason":"shutdown"\}\n\n\z/, 6), 5,
        'they have their end';
    ok wait_until { !$nginx->old_workers }, 'old workers are gone';
}

# The same, killed: its places are free.

sub full {
    my $stream = $nginx->stream('since_seq=0');
    return $stream->next_event->{data} =~ /Too many/;
}

my $five = several(5);
ok wait_until { outputs(qr/more 3/, 5) == 5 }, 'five streams';
ok full(), 'no place is left';
$five->close;
ok wait_until { !full() }, 'curl was killed: there is one again';

# A client that does not read is dropped after send_timeout, and so its place,
# the only one, is free; it costs nothing until then.

my $lines = ndjson(map { { message => 'x' x 1500 } } 1 .. 500);

sub single {
    my $stream = $nginx->stream('', uri => '/single/stream');
    my $event  = $stream->next_event(0.05) // {};
    return ($event->{data} // '') !~ /Too many/;
}

# A worker's own memory in kB, without the ring.

sub own {
    my ($pid) = @_;

    return slurp("/proc/$pid/status") =~ /^RssAnon:\s+(\d+)/m ? $1 : 0;
}

for my $way (sort keys %ways) {
    my ($version, $server, @how) = @{ $ways{$way} };

    ok wait_until { single() }, "$way: a place";
    $nginx->post($lines, port => 0, uri => '/single/post');

    my $deaf;
    ok wait_until {
        $deaf = Rackscope::Stream->curl(@how,
            "$server/single/stream?since_seq=0");
        ($deaf->next_event // {})->{data} =~ /xxx/
    }, 'a client that will not read on';
    ok !single(), 'has it';

    my %own;

    ok wait_until(sub {
            $nginx->post($lines, port => 0, uri => '/single/post')->status
                == 200 or die "no answer\n";
            $own{$_} //= own($_) for $nginx->workers;
            return single();
        }, 30), 'it was dropped';

    for my $worker ($nginx->workers) {
        last if $ENV{RACKSCOPE_PRELOAD};    # a sanitizer keeps what is freed
        my $growth = own($worker) - $own{$worker};
        ok $growth < 2048, "a worker grew by $growth kB";
    }
}

done();
