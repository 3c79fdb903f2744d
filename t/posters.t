# SPDX-License-Identifier: BSD-2-Clause
#
# Four posters at four workers, five streams that read: nothing is lost, comes
# twice or out of order.  Then the same in a storm of DELETE: no record is torn
# or foreign, and what a stream misses it says.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Load
    qw(entry whole lines check_lines poster stop_posters open_stream);
use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    zone    => 'main entries=8000 entry_size=1k',
)->start;

my @workers = $nginx->workers;

# Posters, each of which goes from worker to worker with its records.

sub posters {
    my (@names) = @_;

    return map {
        my $name = $_;
        my @clients;

        poster($nginx, $name, max => 1000, batch => 25, clients => sub {
            @clients = map { $nginx->client_of($_, 1) } @workers if !@clients;
            return $clients[ $_[0] % @clients ];
        });
    } @names;
}

# Readers of streams, until each sees the record "$name-1": what they got, as
# [ id, name of the record ] or [ name of the event ].

sub readers {
    my ($name) = @_;

    return map {
        my $pid = $_;
        my $stream = open_stream($nginx, sub { $nginx->client_of($pid) })
            or die "no stream\n";

        background {
            my @got;

            while (my $event = $stream->next_event(20)) {
                my ($json, $id) = @$event{qw(json id)};

                if (!defined $id) {
                    push @got, [ $event->{event} // $event->{data} ];
                    next;
                }

                push @got, [ $id, whole($json->{message}) // $event->{data} ];
                $got[-1] = ["id $id of $json->{_seq}"] if $id != $json->{_seq};
                last if $got[-1][1] eq "$name-1";
            }

            return \@got;
        };
    } @workers, $workers[0];
}

is $nginx->post(ndjson(map { entry('begin', $_) } 1 .. 2))->status, 200, 'begin';

# Without DELETE.

my @readers = readers('end');
my $start   = now();
my @posters = posters(qw(a b c d));

wait_until { !grep { $_->alive } @posters } 60;
my $seconds = now() - $start;

my $posted = stop_posters($nginx, @posters);

is_deeply [ @$posted{qw(hung broken)}, @{ $posted->{wrong} } ], [ 0, 0 ],
    'each request is answered 200';
is @{ $posted->{answered} }, @{ $posted->{sent} }, 'and each record taken';
cmp_ok @{ $posted->{sent} }, '>=', 4000, 'thousands of records';

is $nginx->post(entry('end', 1))->status, 200, 'end';

my @all = (@{ $posted->{answered} }, 'end-1');
my @lines = lines($nginx->get('/api/logs?n=8000')->body);

is_deeply check_lines([ @lines[ 2 .. $#lines ] ], \@all, \@all), [],
    'the ring has each once, in order, without holes';

my @expected = map { [ $_->{seq}, $_->{name} ] } @lines[ 2 .. $#lines ];

for (@readers) {
    my $got = $_->join;
    $_->[0] += 0 for @$got, @expected;
    is @$got, @expected, 'a stream has as many';
    is_deeply $got, \@expected, 'and the same';
}

note sprintf '%d records from 4 posters to 5 streams, %.1f s',
    scalar @all, $seconds;

# With DELETE, as often as it goes, at any worker.

@readers = readers('over');
@posters = posters(qw(e f g h));

my $stop = $nginx->prefix . '/stop';

my $deleter = background {
    my @clients = map { $nginx->client_of($_) } @workers;
    my ($deleted, @wrong) = (0);

    until (-e $stop) {
        my $response =
            $clients[ rand @clients ]->request('DELETE', '/api/logs');
        push @wrong, $response ? $response->body : 'no answer'
            if !$response || $response->status != 200;
        $deleted++;

        # some records between one and the next
        my $until = now() + rand 0.02;
        wait_until { now() >= $until || -e $stop };
    }

    return { deleted => $deleted, wrong => \@wrong };
};

my $getter = background {
    my @clients = map { $nginx->client_of($_) } @workers;
    my ($gets, $records, @wrong) = (0, 0);

    until (-e $stop) {
        my $response =
            $clients[ rand @clients ]->request('GET', '/api/logs?n=8000');
        my @got = eval { lines($response->body) };
        my @names = map { $_->{name} } @got;

        push @wrong, $@ if $@;
        push @wrong, @{ check_lines(\@got, [], \@names) };
        $gets++;
        $records += @got;
    }

    return { gets => $gets, records => $records, wrong => \@wrong };
};

wait_until { !grep { $_->alive } @posters } 60;
my $storm = stop_posters($nginx, @posters, $deleter, $getter);

is_deeply $storm->{wrong}, [], 'no answer is wrong, no record torn or foreign';
is_deeply [ @$storm{qw(hung broken)} ], [ 0, 0 ], 'and no request hung';
cmp_ok $storm->{deleted}, '>', 10, 'in a storm';
cmp_ok $storm->{records}, '>', 0, 'with records';

is $nginx->post(entry('over', 1))->status, 200, 'over';

note "$storm->{deleted} DELETE, $storm->{gets} GET of $storm->{records} records";

# A stream has a hole only where it says "clear", and its records are those
# that were posted.

my %sent = map { $_ => 1 } @{ $storm->{sent} }, 'over-1';

for (@readers) {
    my ($last, $clears, $cleared, $records, @wrong) = (0, 0, 0, 0);

    for my $event (@{ $_->join }) {
        my ($id, $name) = @$event;

        if ($id eq 'clear') {
            $cleared = 1;
            $clears++;
            next;
        }

        push @wrong, "@$event" if @$event != 2 || !$sent{$name};
        push @wrong, "$id after $last"
            if $last && ($cleared ? $id <= $last : $id != $last + 1);

        $last    = $id;
        $cleared = 0;
        $records++;
    }

    is_deeply \@wrong, [], 'a stream is whole but for what was cleared';
    cmp_ok $clears, '>', 0, 'and has seen that';
    cmp_ok $clears, '<=', $storm->{deleted}, 'not more often than it was';
    is $last, $nginx->last_seq, 'up to the end';
    note "$records records, $clears clears";
}

done();
