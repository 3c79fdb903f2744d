# SPDX-License-Identifier: BSD-2-Clause
#
# A stream that was asked for with a body: it is a stream like any other, and
# gives its place back when its client goes, whatever became of the body.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

# One worker, so that the answer to one request shows that what was sent before
# it has been read; one place; and no heartbeat that would find out instead.

my $nginx = Rackscope::Nginx->new(
    workers => 1,
    h2      => 1,
    zone    => 'main streams=1',
    api     => 'rackscope_logs_stream_heartbeat 10m;',
    admin   => <<'END',
        location /lingering {
            auth_request                    /auth;
            rackscope_logs_api              main;
            rackscope_logs_stream_heartbeat 400ms;
            lingering_timeout               100ms;
        }
END
)->start;

$nginx->post({ message => 'here' });

sub settle { return $nginx->get('/worker')->status == 200 }

sub message {
    my ($stream) = @_;

    my $event = $stream->next_event // {};
    return $event->{json}{message} // $event->{event} // 'nothing';
}

sub vacant {
    my ($name) = @_;

    my $stream;
    ok wait_until {
        $stream = $nginx->stream('since_seq=0');
        message($stream) eq 'here'
    }, "$name: the place is free";

    $stream->close;
    return settle();
}

# How a body comes: what goes with the head, and the pieces that follow it.

my %bodies = (
    'none'                  => [ [] ],
    'with the head'         => [ [ body => 'hello' ] ],
    'later'                 => [ [ length => 5 ], 'hello' ],
    'in pieces'             => [ [ length => 5 ], 'he', 'l', 'lo' ],
    'large'                 => [ [ length => 200_000 ], 'x' x 200_000 ],
    'more than it should'   => [ [ length => 5 ], 'hello, and this' ],
    'not there'             => [ [ length => 5 ] ],
    'incomplete'            => [ [ length => 5 ], 'he', 'll' ],
    'incomplete, all early' => [ [ length => 6, body => 'hello' ] ],
    'chunks with the head'  => [ [ chunks => [ 'he', 'llo' ] ] ],
    'chunks later'          => [ [ open => 1 ], "2\r\nhe\r\n0\r\n\r\n" ],
    'chunks in pieces'      =>
        [ [ open => 1 ], "2\r", "\nh", "e\r\n3\r\nllo\r\n", "0\r\n", "\r\n" ],
    'incomplete chunks'     => [ [ open => 1 ], "2\r\nhe\r\n3\r\nl" ],
    'chunks without an end' => [ [ open => 1 ], "2\r\nhe\r\n" ],
    'no chunks at all'      => [ [ open => 1 ] ],
    'expected'              =>
        [ [ length => 5, headers => [ Expect => '100-continue' ] ], 'hello' ],
);

for my $body (sort keys %bodies) {
    my ($how, @pieces) = @{ $bodies{$body} };

    for my $way (qw(close reset shutdown)) {
        my $name   = "body $body, $way";
        my $stream = $nginx->stream('since_seq=0', @$how);
        my $client = $stream->client;

        is $client->read_head(now() + 10)->status, 100, "$name: go on"
            if $body eq 'expected';
        is message($stream), 'here', "$name: a place";

        for my $piece (@pieces) {
            $client->send($piece);
            settle();
        }

        $nginx->request('DELETE', '/api/logs');
        is message($stream), 'clear', 'the stream goes on';
        $nginx->post({ message => 'here' });
        is message($stream), 'here', 'and on';

        $client->$way;
        vacant($name);
        ok $stream->ended(10), 'the stream is over' if $way eq 'shutdown';
    }
}

# What the client sends before it goes may all be there when nginx looks, so
# that nothing comes after it to tell that the client went.

my ($worker) = $nginx->workers;

for my $body (sort keys %bodies) {
    my ($how, @pieces) = @{ $bodies{$body} };

    for my $way (qw(close reset shutdown)) {
        my $client = $nginx->client;
        is $client->request('GET', '/worker')->status, 200, 'a connection';

        kill 'STOP', $worker;
        $client->start('GET', '/api/logs/stream', @$how);
        $client->send($_) for @pieces;
        $client->$way;
        kill 'CONT', $worker;

        vacant("body $body, $way with it");
    }
}

# The body alone is there with the end.

for my $way (qw(close reset shutdown)) {
    my $stream = $nginx->stream('since_seq=0', length => 5);
    is message($stream), 'here', 'a stream';

    kill 'STOP', $worker;
    $stream->client->send('hello');
    $stream->client->$way;
    kill 'CONT', $worker;

    vacant("$way with the body");
}

# What is no chunk ends the stream.

my $bad = $nginx->stream('since_seq=0', open => 1);
is message($bad), 'here', 'a stream';
$bad->client->send("no chunk\r\n");
is $bad->ended(10), 'cut', 'is over, for its body is none';
vacant('after a bad chunk');

# A stream waits for its body as long as it likes: nginx's timer is for those
# requests that are over.

my $patient = $nginx->stream('since_seq=0', uri => '/lingering/stream',
    length => 5);
is message($patient), 'here', 'a stream';
ok wait_until { $patient->comments > 1 }, 'it lives longer than nginx lingers';
$patient->client->send('hello');
settle();
$nginx->post({ message => 'after the body' });
is message($patient), 'after the body', 'and gets what is new';
ok wait_until { $patient->comments > 2 }, 'and a heartbeat';
$patient->close;
vacant('after a patient stream');

# A reload does not wait for the body either.

my $left = $nginx->stream('since_seq=0', uri => '/lingering/stream',
    length => 5);
is message($left), 'here', 'a stream';
ok $nginx->reload, 'a reload';
is message($left), 'after the body', 'what else there was';
is message($left), 'end', 'and its end';
is $left->ended(10), 'clean', 'which is clean';
ok wait_until { !$nginx->old_workers }, 'the old worker is gone';

# TLS, with a connection that curl keeps for itself.

my $tls = 'https://127.0.0.1:' . $nginx->port(2);

for my $how ('--http1.1', '--http2') {
    my $stream = Rackscope::Stream->curl($how, '-X', 'GET', '-d', 'hello',
        "$tls/api/logs/stream?since_seq=0");
    is message($stream), 'here', "curl $how, with a body";
    $stream->close;
    vacant("curl $how");
}

# HTTP/2, frame by frame.

sub frame {
    my ($type, $flags, $payload) = @_;

    my $id = $type == 4 ? 0 : 1;
    return substr(pack('N', length $payload), 1)
        . pack('CCN', $type, $flags, $id) . $payload;
}

my $uri     = '/api/logs/stream?since_seq=0';
my $preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . frame(4, 0, '');
my $headers = frame(1, 4,
    "\x82\x86\x04" . chr(length $uri) . "$uri\x01\x09localhost\x0f\x0d\x015");
my $reset = frame(3, 0, pack 'N', 8);

for my $case (
    [ 'no body' ],
    [ 'a part of it', frame(0, 0, 'he') ],
    [ 'all of it',    frame(0, 0, 'he'), frame(0, 1, 'llo') ],
    )
{
    my ($body, @data) = @$case;

    for my $way ('reset', 'close', 'reset with it') {
        my $client = $nginx->client(3);

        $client->send(join '', $preface, $headers,
            $way eq 'reset with it' ? (@data, $reset) : ());

        if ($way ne 'reset with it') {
            ok wait_until { $client->fill(now()); $client->{buf} =~ /"here"/ },
                "HTTP/2, $body: a place";

            for my $data (@data) {
                $client->send($data);
                settle();
            }

            $way eq 'close' ? $client->close : $client->send($reset);
        }

        vacant("HTTP/2, $body, $way");
        $client->close;
    }
}

done();
