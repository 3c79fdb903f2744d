# SPDX-License-Identifier: BSD-2-Clause
#
# The ring for programs: NDJSON, on the snapshot and on the stream, which has
# places of its own.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    zone    => 'main entries=100 entry_size=2k streams=2 followers=2',
    admin   => <<'END',
        rackscope_logs_require_admin off;

        location /short {
            rackscope_logs_api            main;
            rackscope_logs_stream_timeout 200ms;
        }
        location /quick {
            rackscope_logs_api              main;
            rackscope_logs_stream_heartbeat 50ms;
        }
END
    servers => <<'END',
    server {
        listen 127.0.0.1:%%PORT_4%% sndbuf=16k;

        location /api/logs {
            rackscope_logs_api           main;
            rackscope_logs_require_admin off;
        }
        location /impatient {
            rackscope_logs_api           main;
            rackscope_logs_require_admin off;
            send_timeout                 1s;
        }
    }
END
)->start;

my $type   = 'application/x-ndjson';
my @accept = (headers => [ Accept => "text/plain, $type;q=0.9" ]);

# The snapshot.

my $empty = $nginx->get('/api/logs?format=ndjson');

is $empty->status, 200, 'an empty ring';
is $empty->body, '', 'has no lines';
is $empty->header('Content-Type'), $type, 'type';
is $empty->header('Content-Length'), 0, 'length';
is $empty->header('X-Last-Seq'), 0, 'no last number';

$nginx->post([ map { { message => "m$_", level => $_ % 2 ? 'info' : 'error' } }
    1 .. 5 ]);

my @records = $nginx->records;
my $last    = $records[-1]{_seq};

for (
    [ 'format=ndjson' ], [ '', @accept ], [ 'format=ndjson', @accept ],
    [ 'n=1000&format=ndjson' ],
) {
    my ($query, @headers) = @$_;
    my $got = $nginx->get("/api/logs?$query", @headers);

    is $got->header('X-Last-Seq'), $last, "'$query' @headers: the newest";
    is_deeply [ map { decode_json($_) } split /\n/, $got->body ], \@records,
        'the same records';
    like $got->body, qr/\}\n\z/, 'each line ends';
}

is_deeply [ map { decode_json($_)->{message} } split /\n/,
    $nginx->get('/api/logs?format=ndjson&level=error&n=1')->body ], ['m4'],
    'filters';
is $nginx->get('/api/logs?format=ndjson&level=debug')->body, '', 'no match';

for ([ 'format=json' ], [ 'format=json', @accept ], [ '' ]) {
    my ($query, @headers) = @$_;

    is $nginx->get("/api/logs?$query", @headers)->json->{total}, 5,
        "'$query' is JSON";
}

for my $path ('', '/stream') {
    for (qw(xml NDJSON), '') {
        my $bad = $nginx->get("/api/logs$path?format=$_");

        is $bad->status, 422, "$path format=$_";
        is $bad->json->{detail}, 'format must be json or ndjson', 'why';
    }
}

my $head = $nginx->request('HEAD', '/api/logs?format=ndjson');
is $head->header('X-Last-Seq'), $last, 'HEAD';

# The stream.

sub follow {
    my ($query, %opt) = @_;

    return $nginx->stream("format=ndjson&$query", %opt);
}

my $stream = follow('since_seq=' . $records[2]{_seq});

is $stream->status, 200, 'a stream';
is $stream->header('Content-Type'), $type, 'its type';
is $stream->header('Cache-Control'), 'no-store', 'not kept';
is $stream->header('X-Accel-Buffering'), 'no', 'not buffered';
is_deeply [ map { $stream->next_event->{json} } 1, 2 ], [ @records[ 3, 4 ] ],
    'it goes on behind a record';
is_deeply [ ($stream->comments)[0] ], [''], 'its first byte is an empty line';

$nginx->post({ message => 'new' });
is $stream->next_event->{json}{message}, 'new', 'a new record';

$nginx->request('DELETE', '/api/logs');
is_deeply $stream->next_event->{json}, { _event => 'clear' }, 'clear';

my $by_accept = $nginx->stream('since_seq=0', @accept);
is $by_accept->header('Content-Type'), $type, 'a stream, by Accept';

# Two places for programs, which take none from people.

my $third = $nginx->get('/api/logs/stream?format=ndjson');

is $third->status, 503, 'no place';
is $third->header('Retry-After'), 30, 'when to come again';
like $third->json->{detail}, qr/followers=/, 'what can be done';

my @people = map { $nginx->stream('since_seq=0') } 1, 2;
$nginx->post({ message => 'for all' });

is $_->next_event->{json}{message}, 'for all', 'a person has a place'
    for @people;
is $by_accept->next_event->{json}{message}, 'for all', 'and so has a program';

like $nginx->get('/api/logs/stream')->raw_body, qr/Too many/,
    'no third one for people';
is $nginx->request('HEAD', '/api/logs/stream?format=ndjson')->status, 200,
    'HEAD takes no place';

$_->close for @people, $stream;

ok wait_until {
    $stream = follow('since_seq=0');
    $stream->status == 200
}, 'a place is free when its client goes';

# What it says of what it missed.

$nginx->post([ map { { message => "x$_" } } 1 .. 300 ]);
my $first = ($nginx->records)[0]{_seq};

$by_accept->close;
ok wait_until {
    $by_accept = follow('since_seq=' . $last);
    $by_accept->status == 200
}, 'a stream that comes late';

my $gap = $by_accept->next_event;
is $gap->{json}{_event}, 'gap', 'a gap';
is $gap->{json}{next_seq}, $first, 'up to what is there';
is $by_accept->next_event->{id}, $first, 'and that comes next';

$by_accept->close;
my $foreign;
ok wait_until {
    $foreign = follow('since_seq=17');
    $foreign->status == 200
}, 'a number that this ring never gave';
is_deeply $foreign->next_event->{json},
    { _event => 'gap', missed => undef, next_seq => $first }, 'null';

$_->close for $foreign, $stream;

# Heartbeats and ends.

my $beats;
ok wait_until {
    $beats = $nginx->stream('format=ndjson', uri => '/quick/stream');
    $beats->status == 200
}, 'a place';
ok wait_until { $beats->comments > 3 }, 'heartbeats are empty lines';
$beats->close;

my $short;
ok wait_until {
    $short = $nginx->stream('format=ndjson', uri => '/short/stream');
    $short->status == 200
}, 'a place';
is_deeply $short->next_event->{json}, { _event => 'end', reason => 'timeout' },
    'the end';
is $short->ended(5), 'clean', 'of the answer';

my $old = follow('');
is $old->status, 200, 'a stream before a reload';
$nginx->reload;
is_deeply $old->wait_for(sub { $_->{event} })->{json},
    { _event => 'end', reason => 'shutdown' }, 'shutdown';
is $old->ended(5), 'clean', 'at once';

# A thousand that ask get two places, and everybody else a word.

my @clients = map { $nginx->client } 1 .. 50;
my %status;

for my $round (1 .. 20) {
    $_->start('GET', '/api/logs/stream?format=ndjson') for @clients;

    for (@clients) {
        my $head = $_->read_head(now() + 20) or die "no answer\n";
        $status{ $head->status }++;
        $_->close if $head->status == 200;
    }

    @clients = map { $nginx->client } 1 .. 50;
}

is $status{503} + $status{200}, 1000, 'a thousand answers';
cmp_ok $status{200}, '>=', 2, 'some of them streams';
cmp_ok $status{200}, '<=', 2 * 20 * 2, 'never more than there are places';

# A slow follower: what it did not get is told to the last record, and it goes on.

my $slow;
my $behind = $nginx->last_seq;
ok wait_until {
    $slow = Rackscope::Stream->new($nginx->port(4),
        "/api/logs/stream?format=ndjson&since_seq=$behind", rcvbuf => 4096);
    $slow->status == 200
}, 'a slow follower';

my $quick;
ok wait_until { $quick = $nginx->stream('since_seq=0'); $quick->status == 200 },
    'and somebody who reads';

for my $round (1 .. 10) {
    $nginx->post(ndjson(map { { message => 's' x 1500 } } 1 .. 80));
    $quick->wait_for(sub { ($_->{id} // 0) == $behind + $round * 80 }) or last;
}

my $newest = $nginx->last_seq;
is +(grep { $_->{event} } $quick->seen), 0, 'who reads misses nothing';
$quick->close;

my ($got, $missed, $hole, $expected) = (0, 0, 0, $behind + 1);

while (my $event = $slow->next_event) {
    if ($event->{event}) {
        $missed += $event->{json}{missed};
        $expected += $event->{json}{missed};
        $hole++ if $event->{json}{next_seq} != $expected;
    } else {
        $hole++ if $event->{id} != $expected++;
        $got++;
    }
    last if $expected > $newest;
}

is $got + $missed, 800, 'each record is there or said to be missed';
cmp_ok $missed, '>', 0, 'and some were';
is $hole, 0, 'and it says where';
$slow->close;

# A follower that does not read: it is dropped, and its place is free.

my $deaf;
ok wait_until {
    $deaf = Rackscope::Stream->new($nginx->port(4),
        '/impatient/stream?format=ndjson&since_seq=0', rcvbuf => 4096);
    $deaf->status == 200
}, 'a follower that stops reading';

my $rest;
ok wait_until {
    $rest = follow('');
    $rest->status == 200
}, 'the other place';

is $nginx->get('/api/logs/stream?format=ndjson')->status, 503, 'no more';

my $again;
ok +(wait_until {
        $nginx->post(ndjson(map { { message => 'y' x 1500 } } 1 .. 100));
        $rest->events(0);
        $again = follow('');
        $again->status == 200;
    } 30), 'it was dropped';

done();
