# SPDX-License-Identifier: BSD-2-Clause
#
# The places of streams are leases: whatever happens to the worker that has
# them, five new streams find a place, and there are never more.  Those of a
# worker that was killed are free as soon as another has taken its place.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Load qw(open_stream);
use Rackscope::Test;

my $limit = 'Too many concurrent log streams';

my $nginx = Rackscope::Nginx->new(workers => 4)->start;

my $n = 0;

sub post {
    my ($client) = @_;

    $client //= $nginx->client(1);
    my $message  = 'message ' . ++$n;
    my $response = $client->request('POST', '/internal/logs',
        body => encode_json({ message => $message }));

    is $response && $response->status, 200, "post $message";
    return $message;
}

# Five places, taken one after the other: how long it takes to get them.

sub five {
    my ($name, $connect) = @_;

    my $start   = now();
    my @streams = grep { defined } map { open_stream($nginx, $connect) } 1 .. 5;
    my $seconds = now() - $start;

    is @streams, 5, "$name: five streams";
    cmp_ok $seconds, '<', 6, "$name: within seconds";
    note sprintf '%s: %.2f s', $name, $seconds;

    is $nginx->stream('', client => $connect->())->next_event->{json}{error},
        $limit, "$name: and no sixth";

    return @streams;
}

# What is posted reaches all of them.

sub deliver {
    my ($name, @streams) = @_;

    my $message = post();
    is_deeply [ map { ($_->next_event // {})->{json}{message} } @streams ],
        [ ($message) x @streams ], "$name: all deliver";
    return;
}

sub of {
    my ($pid) = @_;

    return sub { $nginx->client_of($pid) };
}

post() for 1 .. 2;

# A worker that is killed, and one that leaves in a hurry: they give nothing
# back themselves.

for my $signal (qw(KILL TERM)) {
    my ($victim, $other) = $nginx->workers;

    my @old = five("before $signal", of($victim));
    deliver("before $signal", @old);

    ok $nginx->kill_worker($victim, $signal), "$signal: a new worker";
    is_deeply [ map { $_->ended(5) } @old ], [ ('cut') x 5 ],
        "$signal: its streams are cut";

    my @new = five($signal, of($other));
    deliver($signal, @new);
    $_->close for @new;
}

# A round says something only if it was so quick that the leases of the dead
# worker, two seconds each, were not over yet: else it is done again.

sub soon {
    my ($round) = @_;

    for (1 .. 20) {
        my $start = now();
        $round->();
        return if now() - $start < 1.5;
    }

    note 'this machine is too slow to tell';
    return;
}

# One attempt for a stream: what it is told.

sub attempt {
    my ($client) = @_;

    my $stream = $nginx->stream('since_seq=0', client => $client);
    my $event  = $stream->next_event // {};

    return ($event->{json}{error} // 'a place', $stream);
}

# The new worker answers only when it has freed the places of the dead one.

soon(sub {
    my ($victim) = $nginx->workers;
    my %old      = map { $_ => 1 } $nginx->workers;

    my @old = five('before KILL', of($victim));
    ok $nginx->kill_worker($victim), 'a worker is killed';

    my ($new) = grep { !$old{$_} } $nginx->workers;
    my @got   = map { [ attempt($nginx->client_of($new)) ] } 1 .. 6;

    is_deeply [ map { $_->[0] } @got ], [ ('a place') x 5, $limit ],
        'the new one has all of its places to give';
    $_->[1]->close for @got;
});

# A place whose owner lives is not free, however many workers start: this one
# sleeps over a reload, and keeps its places.

soon(sub {
    my @before    = $nginx->workers;
    my %before    = map { $_ => 1 } @before;
    my ($sleeper) = @before;
    my @held      = five('before a reload', of($sleeper));
    my @new;

    kill 'STOP', $sleeper;
    wait_until { slurp("/proc/$sleeper/stat") =~ /\)\ T\ /x };
    my $stopped = now();

    kill 'HUP', $nginx->master;
    ok wait_until {
        @new = grep { !$before{$_} } $nginx->workers;
        @new == @before;
    }, 'a reload while it sleeps';

    my ($said) = attempt($nginx->client_of($new[0]));

    # later its leases are over
    is $said, $limit, 'no sixth stream' if now() - $stopped < 1.5;

    kill 'CONT', $sleeper;
    is_deeply [ map { $_->ended(5) } @held ], [ ('clean') x 5 ],
        'its streams end when it wakes';
    ok wait_until { !$nginx->old_workers && !alive($sleeper) }, 'and it goes';
});

# What is posted to any worker is seen from any other, the new one too (a
# worker that was killed must not leave others deaf).

my ($victim) = $nginx->workers;
ok $nginx->kill_worker($victim), 'one more is killed';

my @workers = $nginx->workers;
my @each    = map { open_stream($nginx, of($_)) } @workers;
is grep({ defined } @each), 4, 'a stream in each worker';

for my $pid (@workers) {
    my $message = post($nginx->client_of($pid, 1));

    is_deeply [ map { $_->next_event->{json}{message} } @each ],
        [ ($message) x 4 ], 'all streams have it';

    is_deeply [
        map {
            $nginx->client_of($_)->request('GET', '/api/logs?n=1')
                ->json->{records}[0]{message}
        } @workers
    ], [ ($message) x 4 ], 'and all workers';
}

$_->close for @each;

# A worker that is stopped, and goes on while its places are still free: its
# streams have them again, and miss nothing.

my ($sleeper, $awake) = @workers;

my @asleep = five('before STOP', of($sleeper));

# (nobody can connect to a worker that sleeps)
my @connections = map { $nginx->client_of($awake) } 1 .. 4;
my @posts       = map { $nginx->client_of($awake, 1) } 1 .. 2;
my $connect     = sub { shift @connections };

kill 'STOP', $sleeper;
ok wait_until { slurp("/proc/$sleeper/stat") =~ /\)\ T\ /x }, 'it sleeps';

my @missed = map { post($posts[0]) } 1 .. 3;

# its places are over when somebody else can have one
my $taker = open_stream($nginx, $connect);
ok $taker, 'a place is over';
$taker->close;

# the end of that stream is seen at once
my $again = open_stream($nginx, $connect, 1);
ok $again, 'and free again';
$again->close;

# what comes after that end is answered after it was seen
is $posts[0]->request('GET', '/worker')->body, $awake, 'for good';

kill 'CONT', $sleeper;

for my $stream (@asleep) {
    is_deeply [ map { $stream->next_event->{json}{message} } @missed ],
        \@missed, 'after its sleep a stream has all that it missed';
}

deliver('after sleep', @asleep);

# The same, but two of its places are somebody else's by then: two of its
# streams are over, and there are five as ever.

kill 'STOP', $sleeper;
ok wait_until { slurp("/proc/$sleeper/stat") =~ /\)\ T\ /x }, 'it sleeps again';

my @takers = map { open_stream($nginx, $connect) } 1 .. 2;
is grep({ defined } @takers), 2, 'two of its places are taken';

kill 'CONT', $sleeper;

wait_until { grep({ $_->ended } @asleep) >= 2 };

my @over  = grep { $_->ended } @asleep;
my @alive = grep { !$_->ended } @asleep;

is_deeply [ map { $_->ended } @over ], [ qw(clean clean) ],
    'two streams of the sleeper are over';
is_deeply [ map { ($_->events)[-1]{json}{error} } @over ], [ ($limit) x 2 ],
    'and say why';

deliver('five at last', @alive, @takers);
is @alive + @takers, 5, 'the number of places';
is $nginx->stream->next_event->{json}{error}, $limit, 'and no sixth';

# All five of them.

$_->close for @alive, @takers;
@asleep = five('before STOP of all', of($sleeper));

@connections = map { $nginx->client_of($awake) } 1 .. 5;

kill 'STOP', $sleeper;

@takers = map { open_stream($nginx, $connect) } 1 .. 5;
is grep({ defined } @takers), 5, 'all of its places are taken';

my $unseen = post($posts[1]);
kill 'CONT', $sleeper;

is_deeply [ map { $_->ended(5) } @asleep ], [ ('clean') x 5 ],
    'its streams end';
is_deeply [ map { my @e = $_->events; scalar @e } @asleep ], [ (1) x 5 ],
    'and write nothing';
is_deeply [ map { ($_->seen)[-1]{json}{error} } @asleep ], [ ($limit) x 5 ],
    'but why';

is_deeply [ map { $_->next_event->{json}{message} } @takers ],
    [ ($unseen) x 5 ], 'those who came have it';
deliver('the takers', @takers);

done();
