# SPDX-License-Identifier: BSD-2-Clause
#
# A failover by Sentinel to a replica that had not got the last records.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

my $master  = redis();
my $replica = Rackscope::Redis->new(of => $master)->start;
my @watch   = map {
    Rackscope::Redis->new(watch => [ 'mymaster', $master, 2 ])->start
} 1 .. 3;

my @hosts = map { '127.0.0.1:' . $_->port } @watch;
my $sentinel = 'redis+sentinel://' . join(',', @hosts) . '/mymaster/0';

sub knows_all {
    my %known = @{ $_[0]->command(qw(SENTINEL MASTER mymaster)) };
    return $known{'num-other-sentinels'} == 2 && $known{'num-slaves'} == 1;
}

ok((wait_until { @watch == grep { knows_all($_) } @watch } 30),
    'Sentinels and replica know each other');

my @nodes = nodes(2, $sentinel);
my ($one, $two) = @nodes;
accepted($_, 'before') for @nodes;
ok wait_same(@nodes, 2), 'two nodes by way of Sentinel';

# A failover with a lost tail: the replica is stopped from following, gets no
# more, and becomes the master.

ok wait_until {
    my $stream = $replica->stream;
    return $stream && $replica->command('XLEN', $stream)
        == $master->command('XLEN', $stream);
}, 'the replica has all';
$replica->command(qw(CONFIG SET masterauth wrong));
$replica->command(qw(CONFIG SET masteruser nobody));
$master->command(qw(CLIENT KILL TYPE replica));

accepted($one, 'tail');
ok wait_same(@nodes, 3), 'the tail is with the nodes and the master';
is_unique('the tail', @nodes);
my $last = $two->last_seq;

# A replica that becomes the master closes the connections of its clients.

$master->kill;
ok((wait_until { eval { $replica->command('ROLE')->[0] eq 'master' } } 30),
    'a failover');
accepted($two, 'after');
ok wait_same(@nodes, 4), 'both have all';
is_deeply [ messages($one) ], [qw(before before tail after)],
    'the tail, too, which the new master had not';
is_unique('failover', @nodes);
ok $two->get("/api/logs?since_seq=$last")->json->{renumbered},
    'the numbers are other ones: nothing can be missed';

done();
