# SPDX-License-Identifier: BSD-2-Clause
#
# Workers killed at any moment, fifty times, under load: no request hangs, and
# every record that was answered 200 is in the ring, once and whole.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Load
    qw(lines check_lines poster stop_posters open_stream entry whole);
use Rackscope::Test;

my $kills = 50;

my $seed = srand;
note "seed $seed";

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    zone    => 'main entries=60000 entry_size=1k',
)->start;

my @posters = map { poster($nginx, "p$_", batch => 20, max => 19_000) } 1 .. 3;

# A reader beside them, that must be answered as well.

my $reader = background {
    my %seen = (gets => 0, hung => 0, broken => 0, wrong => []);
    my $client;

    until (-e $nginx->prefix . '/stop') {
        $client //= $nginx->client;
        my $response =
            $client->request('GET', '/api/logs?n=50', timeout => 10);

        if (!$response || !$response->complete) {
            $seen{ $client->closed(0) ? 'broken' : 'hung' }++;
            undef $client;
            next;
        }

        my @lines = eval { lines($response->body) };
        push @{ $seen{wrong} }, $@ if $@;
        push @{ $seen{wrong} }, @{ check_lines(\@lines, [],
                [ map { $_->{name} // () } @lines ]) };
        $seen{gets}++;
    }

    return \%seen;
};

ok wait_until { $nginx->last_seq }, 'records come';

# The kills, each at a moment of its own in the work of a worker.

my ($killed, $slowest, %pids, @between) = (0, 0);

for my $n (1 .. $kills) {
    my @workers = $nginx->workers;
    my $victim  = $workers[ rand @workers ];
    my $last    = $nginx->last_seq;

    # work goes on before the next one
    my $pause = rand 0.03;
    my $start = now();
    wait_until { now() - $start >= $pause && $nginx->last_seq > $last };

    $start = now();
    $killed += $nginx->kill_worker($victim) ? 1 : 0;
    $pids{$victim} = 1;

    my $response = $nginx->post(entry('main', $n), timeout => 10);
    push @between, "main-$n" if $response && $response->status == 200;

    my $seconds = now() - $start;
    $slowest = $seconds if $seconds > $slowest;
}

is $killed, $kills, 'each killed worker has a successor';
is keys %pids, $kills, 'of so many workers';
is @between, $kills, 'the next request after each is answered';
cmp_ok $slowest, '<', 5, 'without a wait';

my $posted = stop_posters($nginx, @posters, $reader);

is $posted->{hung}, 0, 'no request hung';
is_deeply $posted->{wrong}, [], 'no answer was wrong';
cmp_ok @{ $posted->{sent} }, '>', 500, 'there was load';
cmp_ok $posted->{gets}, '>', 50, 'and a reader';

# The ring.

my @lines = lines($nginx->get('/api/logs?n=60000')->body);

is_deeply check_lines(\@lines, [ @{ $posted->{answered} }, @between ],
    [ @{ $posted->{sent} }, @between ]), [],
    'every answered record is there once and whole, and no number is missing';

note sprintf '%d kills, %d of %d records answered, %d connections cut, '
    . '%d in the ring, slowest answer after a kill %.0f ms', $killed,
    scalar @{ $posted->{answered} }, scalar @{ $posted->{sent} },
    $posted->{broken}, scalar @lines, $slowest * 1000;

# Those who live, live on: all workers take records and see those of others.

my @workers = $nginx->workers;
is @workers, 4, 'four workers';

for my $pid (@workers) {
    my $response = $nginx->client_of($pid, 1)
        ->request('POST', '/internal/logs', body => encode_json(entry("w$pid", 1)));
    is $response->status, 200, 'a worker takes a record';
}

for my $pid (@workers) {
    my @last = lines($nginx->client_of($pid)
        ->request('GET', '/api/logs?n=4')->body);
    is_deeply [ map { $_->{name} } @last ], [ map { "w$_-1" } @workers ],
        'a worker sees those of all';
}

# Five places for streams, one of each worker and one more.

my $start   = now();
my @streams = map {
    my $pid = $_;
    open_stream($nginx, sub { $nginx->client_of($pid) });
} @workers, $workers[0];

is grep({ defined } @streams), 5, 'five streams';
cmp_ok now() - $start, '<', 5, 'in seconds';

is $nginx->stream->next_event->{json}{error},
    'Too many concurrent log streams', 'and no sixth';

is $nginx->post(entry('end', 1))->status, 200, 'a record';
is whole($_->next_event->{json}{message}), 'end-1', 'reaches a stream'
    for @streams;

done();
