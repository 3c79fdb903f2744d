# SPDX-License-Identifier: BSD-2-Clause
#
# One ring over several nginx: whatever one of them takes, all of them show,
# under the same numbers.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Share;
use Rackscope::Test;

# Streams do not look by themselves: whoever follows Redis wakes them.

my $redis = redis();
my ($one, $two, $three) = my @nodes = nodes(3, $redis->url,
    api => 'rackscope_logs_stream_poll 1h;');

# The 200 says that this nginx shows it; the others follow.

accepted($one, 'a');
is_deeply [ messages($one) ], ['a'], 'it is there with the answer';
ok wait_same(@nodes, 1), 'and everywhere';

my $stream = $two->stream('since_seq=0');
is $stream->status, 200, 'a stream';
is $stream->next_event->{json}{message}, 'a', 'has what was there';

accepted($three, 'b');
accepted($one,   'c');
is $stream->next_event->{json}{message}, $_, "$_ comes to another nginx"
    for qw(b c);

ok wait_same(@nodes, 3), 'the same everywhere';
is_deeply [ messages($two) ], [qw(a b c)], 'in the order of their answers';
is_sound($_) for @nodes;

# A cursor of one nginx is good at each other one.

my ($first) = $one->records;
my $seq = $first->{_seq};

for my $node (@nodes) {
    is_deeply [ messages($node, "since_seq=$seq") ], [qw(b c)], 'since_seq';

    for (undef, $seq + 1) {
        my $moved = $node->stream("since_seq=$seq",
            defined $_ ? (headers => [ 'Last-Event-ID' => $_ ]) : ());
        my @told = map { $_->{json}{message} // $_->{data} }
            map { $moved->next_event } $_ ? 1 : 1 .. 2;
        is_deeply \@told, $_ ? ['c'] : [qw(b c)], 'a stream moves';
        $moved->close;
    }
}

# A stream may come to a node that is behind where it was: it waits, and has no
# hole and no double.  Each record is posted at one node, and awaited by a
# stream that moves on to the next.

my $last = $seq + 2;

for my $i (1 .. 12) {
    my $from = $nodes[ $i % 3 ];
    my $to   = $nodes[ ($i + 1) % 3 ];

    accepted($from, "m$i");

    my $moved = $to->stream('', headers => [ 'Last-Event-ID' => $last ]);
    my $event = $moved->next_event;
    is "$event->{json}{message} $event->{id}", "m$i " . ($last + 1),
        'a stream that moves with each record';
    $last = $event->{id};

    is_deeply [ messages($nodes[ ($i + 2) % 3 ], "since_seq=$last") ], [],
        'a snapshot waits until it has the number';
    $moved->close;
}

# Levels, and what nginx does itself.

is $one->post({ message => 'bad', level => 'ERROR', logger => 'app.db',
        request_id => 'r1' })->status, 200, 'an error';
ok wait_until { $two->records('level=ERROR&request_id=r1') },
    'is one at another nginx, with its request';

# Many at once: more than a call takes, and from all nodes at the same time.

my @jobs = map {
    my $node = $_;
    background {
        map { $node->post(ndjson(map { { message => $_ x 100 } } 1 .. 90))
                ->status } 1 .. 3;
    }
} @nodes;

is $_->join, 3, 'a thousand of three nodes' for @jobs;
ok wait_same(@nodes, 826), 'are the same everywhere';
is_sound($one);

accepted($two, map { "x$_" } 1 .. 500);
ok wait_same(@nodes, 1000), 'the newest thousand are kept';
is_sound($three);

# An entry has many records.  Redis has all of the ring, and of an entry whose
# newest record is of the ring, the others, too.

my @entries = map { $_->[1][1] =~ tr/\n// }
    @{ $redis->command('XRANGE', $redis->stream, '-', '+') };
my $records = 0;
$records += $_ for @entries;
cmp_ok $records, '>=', 1000, 'in Redis, too';
cmp_ok $records - $entries[0], '<', 1000, 'and no entry more';

# Clear, from any node.

my $open = $three->stream('since_seq=' . $three->last_seq);
is $open->status, 200, 'a stream';

my $before = $one->last_seq;
is $one->request('DELETE', '/api/logs')->body,
    '{"ok":true,"message":"Log buffer cleared"}', 'cleared';
is_deeply [ messages($one) ], [], 'there';
ok wait_same(@nodes, 0), 'and everywhere';
is $open->next_event->{event}, 'clear', 'a stream at another node is told';

is $two->request('DELETE', '/api/logs')->status, 200, 'empty, once more';
accepted($two, 'after');
is $open->next_event->{json}{message}, 'after', 'and goes on';
ok wait_same(@nodes, 1), 'everywhere';
is $one->last_seq, $before + 1, 'the numbers go on';

# A node that starts late, one that reloads, one that ends, one whose worker is
# killed.

accepted($one, 'y1');
my $late = node($redis->url, timeout => '10s');
ok wait_same(@nodes, $late, 2), 'a node that starts late has all';
accepted($late, 'y2');
ok wait_same(@nodes, $late, 3), 'and gives';

my $kept = $one->stream('since_seq=' . $one->last_seq);
is $kept->status, 200, 'a stream';
ok $one->reload, 'reload';
is $kept->ended(10), 'clean', 'ends a stream, which comes again';
accepted($one, 'y3');
is_deeply [ messages($one, 'n=1') ], ['y3'], 'it takes and shows';
ok wait_same(@nodes, $late, 4), 'and the others show it';

sub producers {
    return scalar grep { /^p:/ } $redis->hash($redis->stream . ':m');
}

ok $late->stop('QUIT', 5), 'a node ends soon';
ok wait_until { !$one->old_workers && producers() <= 6 },
    'a worker that ends deletes what Redis knew of it'
    or diag producers();

for my $worker ($two->workers) {
    ok $two->kill_worker($worker), 'a worker is killed';
    accepted($_, "z$worker") for $two, $one;
    ok wait_same(@nodes), 'another one follows the stream';
}
is_sound($two);

# The metrics, which are those of zones that are shared.

is metric($one, 'share_up'),      1, 'together';
is metric($one, 'share_pending'), 0, 'nothing waits';

done();
