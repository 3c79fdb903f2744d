# SPDX-License-Identifier: BSD-2-Clause
#
# Streams under load: nothing is lost in silence, nothing is slow, and clients
# that do not read cost next to nothing.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 2,
    zone    => 'main entries=1000 entry_size=2k',
    api     => 'rackscope_logs_stream_poll 10s;',
    servers => <<'END',
    server {
        # a small buffer, so that little is on its way to who does not read
        listen 127.0.0.1:%%PORT_5%% reuseport sndbuf=16k;

        # nobody is dropped here, however long the flood takes
        send_timeout 1h;

        location /api/logs {
            rackscope_logs_api           main;
            rackscope_logs_require_admin off;
        }
    }
END
)->start;

my ($near, $far) = $nginx->workers;

# A record is in the other worker's stream before its poll could bring it: that
# is capped at half a second, and so takes a quarter in the middle.

my $stream = $nginx->stream('', client => $nginx->client_of($far));
my $poster = $nginx->client_of($near, 1);
is $stream->status, 200, 'a stream in the other worker';

my @seconds;
for my $n (1 .. 40) {
    my $start = now();
    $poster->request('POST', '/internal/logs', body => qq({"message":"$n"}));
    my $event = $stream->next_event;
    push @seconds, now() - $start;
    die "no record $n\n" if !$event || $event->{json}{message} ne $n;
}

my $median = (sort { $a <=> $b } @seconds)[20];
ok $median < 0.1, "40 records, at once: $median s in the middle";
$stream->close;

# Many records a second from everywhere, to streams that read: each gets all of
# them, once, in order.

my @read = map { $nginx->stream('', client => $nginx->client_of($_)) }
    $near, $far, $near;
is $_->status, 200, 'a stream' for @read;

my @writers = map {
    my $writer = $_;
    background {
        my $client = $nginx->client(1);
        for my $n (1 .. 300) {
            $client->request('POST', '/internal/logs',
                body => qq({"message":"$writer.$n"}))->status == 200
                or die "no answer\n";
        }
        return 1;
    };
} 1 .. 3;

my @got;
my $deadline = now() + 60;
while ((grep { @{ $_ // [] } < 900 } @got[ 0 .. 2 ]) && now() < $deadline) {
    push @{ $got[$_] }, $read[$_]->events(0.01) for 0 .. 2;
}

is $_->join, 1, 'a writer' for @writers;

for my $events (@got) {
    my $from = $events->[0]{id};

    is_deeply [ map { $_->{id} // $_->{data} } @$events ],
        [ $from .. $from + 899 ], '900 records, in order';
    is keys %{ { map { $_->{json}{message} => 1 } @$events } }, 900,
        'each of them once';
}

$_->close for @read;

# A client that reads nothing while the ring runs over many times: what it gets
# in the end, and what it is told that it missed, is all that there was.

my $lines = ndjson(map { { message => 'x' x 500, n => $_ } } 1 .. 500);
my $since = $nginx->last_seq;
my $posts = 60;

my $deaf = $nginx->stream('', port => 5, rcvbuf => 4096);
is $deaf->status, 200, 'a client that does not read';

for (1 .. $posts) {
    $nginx->post($lines)->status == 200 or die "no answer\n";
}

my $last = $nginx->last_seq;
is $last - $since, 500 * $posts, 'as many records as were posted';

my ($next, $records, $missed, $gaps, @wrong) = ($since + 1, 0, 0, 0);

while ($next <= $last) {
    my $event = $deaf->next_event or last;

    if (($event->{event} // '') eq 'gap') {
        $gaps++;
        $missed += $event->{json}{missed};
        $next   += $event->{json}{missed};
        push @wrong, $event if $event->{json}{next_seq} != $next;

    } else {
        $records++;
        push @wrong, $event if $event->{id} != $next++;
    }
}

is_deeply \@wrong, [], 'every event is the one that is due';
is $next, $last + 1, 'to the last one';
ok $gaps > 0, "with gaps: $gaps";
is $missed + $records, 500 * $posts,
    "$records received and $missed missed are all";
$deaf->close;

# Five of them, and a flood: the workers do not grow, and answer.

sub flood {
    $nginx->post($lines)->status == 200 or die "no answer\n" for 1 .. $_[0];
    return;
}

my @deaf;
ok wait_until {
    @deaf = grep { $_->status == 200 && !$_->events }
        map { $nginx->stream('', port => 5, rcvbuf => 4096) } 1 .. 5;
    @deaf == 5;
}, 'five clients that do not read';

flood(20);

my %before = map { $_ => rss($_) } $near, $far;
my $start  = now();
flood(100);
my $seconds = now() - $start;

for my $worker ($near, $far) {
    last if $ENV{RACKSCOPE_PRELOAD};    # a sanitizer keeps what is freed
    my $growth = rss($worker) - $before{$worker};
    ok $growth < 1024, "a worker grew by $growth kB in 50,000 records";
}

ok $seconds < 30, "which took $seconds s";
is $nginx->get('/api/logs?n=5')->json->{total}, 5, 'and it answers';
is $_->ended, undef, 'a client that does not read is there' for @deaf;

done();
