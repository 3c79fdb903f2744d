# SPDX-License-Identifier: BSD-2-Clause
#
# The places among the streams: who gets one, who does not, and when one is
# free again.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    h2      => 1,
    zone    => 'main entries=100 entry_size=2k',
    admin   => <<'END',
        rackscope_logs_require_admin off;

        location /short {
            rackscope_logs_api            main;
            rackscope_logs_stream_timeout 100ms;
        }
        location /impatient {
            rackscope_logs_api main;
            send_timeout       1s;
        }
END
)->start;

my $too_many =
    qq(retry: 30000\ndata: {"error":"Too many concurrent log streams"}\n\n);

$nginx->post({ message => 'here' });

# A stream that has a place sends the record that is there.

sub place {
    my ($stream) = @_;

    my $event = $stream->next_event or return 'nothing';
    return 'full'  if $event->{data} =~ /Too many/;
    return 'place' if $event->{json}{message} eq 'here';
    return $event->{data};
}

sub open_one { return $nginx->stream('since_seq=0', @_) }

# Waits until there is a place again, and takes it.

my @seconds;

sub again {
    my ($name) = @_;

    my $start = now();
    my $stream;
    ok wait_until { place($stream = open_one()) eq 'place' }, $name;
    push @seconds, now() - $start;
    return $stream;
}

# HEAD and what is refused take none.

for (1 .. 6) {
    is $nginx->request('HEAD', '/api/logs/stream')->status, 200, 'HEAD';
    is $nginx->get('/api/logs/stream?level=x')->status, 422, 'a refusal';
}

my @held = map { $nginx->client } 1 .. 6;
my ($head) = map { $_->request('HEAD', '/api/logs/stream') } @held;
is $head->header('Content-Type'), 'text/event-stream', 'HEAD: its type';
is $head->header('X-Accel-Buffering'), 'no', 'and its other headers';

# Five places over all workers, and one for nobody.

my @workers = $nginx->workers;
my @streams = map { open_one(client => $nginx->client_of($_)) } @workers,
    $workers[0];

is_deeply [ map { place($_) } @streams ], [ ('place') x 5 ], 'five places';

for my $worker (@workers) {
    my $client   = $nginx->client_of($worker);
    my $response = $client->request('GET', '/api/logs/stream');

    is $response->status, 200, "the sixth, in worker $worker";
    is $response->raw_body, $too_many, 'byte for byte';
    is $response->complete, 1, 'and it ends';
    is $response->header('Content-Type'), 'text/event-stream', 'as a stream';
    is $client->request('GET', '/worker')->status, 200,
        'the connection goes on';
}

my $old = $nginx->get('/api/logs/stream', version => '1.0');
is $old->raw_body, $too_many, 'by HTTP/1.0';

# A place is free when its client goes, in whatever way.

shift(@streams)->close;
push @streams, again('after FIN');

$streams[0]->client->reset;
shift @streams;
push @streams, again('after RST');

$streams[0]->client->shutdown;
push @streams, again('after half a FIN');
ok wait_until { $streams[0]->ended }, 'the stream of that client is over';
shift @streams;

# The same by HTTP/2: a reset of one stream, and the end of its connection.

for my $args (
    [ '--http2-prior-knowledge', 'http://127.0.0.1:' . $nginx->port(3) ],
    [ '--http2',                 'https://127.0.0.1:' . $nginx->port(2) ],
    [ '--http1.1',               'https://127.0.0.1:' . $nginx->port(2) ],
) {
    my ($how, $server) = @$args;

    (shift @streams)->close;
    my $stream;
    ok wait_until {
        $stream = Rackscope::Stream->curl($how,
            "$server/api/logs/stream?since_seq=0");
        place($stream) eq 'place'
    }, "$how, $server: a place";
    is place(open_one()), 'full', 'the last one';

    $stream->close;
    push @streams, again('curl was killed');

    (shift @streams)->close;
    again('a place for curl')->close;

    my $timed;
    ok wait_until {
        $timed = curl($how, '--max-time', 1,
            "$server/api/logs/stream?since_seq=0");
        $timed->{out} !~ /Too many/
    }, 'curl that ends by itself';
    is $timed->{rc}, 28, 'by its own clock';
    push @streams, again('its place');
}

# A stream that is over, and clients that come and go.

shift(@streams)->close;

my $short;
ok wait_until {
    $short = $nginx->get('/short/stream?since_seq=0');
    $short->raw_body =~ /"reason":"timeout"/
}, 'a short stream';

push @streams, again('after the end');
is place(open_one()), 'full', 'which was the last place';

$_->close for splice @streams;

for (1 .. 40) {
    my $stream = open_one();
    $stream->client->reset;
}

push @streams, again("place $_ after many clients") for 1 .. 5;
is place(open_one()), 'full', 'and no sixth';

# At once, and not when nobody has heard of their owner for two seconds.

my $median = (sort { $a <=> $b } @seconds)[ @seconds / 2 ];
ok $median < 1, "a place is free again in $median s, in the middle";

# A client that does not read is dropped after send_timeout.

shift(@streams)->close;

my $deaf;
ok wait_until {
    $deaf = $nginx->stream('since_seq=0', uri => '/impatient/stream',
        rcvbuf => 4096);
    place($deaf) eq 'place'
}, 'a client that will not read';

my $flood = background {
    my $lines = ndjson(map { { message => 'here', pad => 'x' x 1500 } } 1 .. 500);
    my $until = now() + 20;
    $nginx->post($lines) while now() < $until
        && !$nginx->log_lines(qr/client of a log stream timed out/);
    return 1;
};

is $flood->join, 1, 'a flood of records';
$nginx->post(ndjson(map { { message => 'here' } } 1 .. 100));

push @streams, again('it was dropped');
is $nginx->log_lines(qr/client\ of\ a\ log\ stream\ timed\ out/x), 1,
    'as the log says';
ok $deaf->ended(60), 'and it can see that';
is $deaf->ended, 'cut', 'by no clean end';

done();
