# SPDX-License-Identifier: BSD-2-Clause
#
# Redis loses what it had, or its answers are lost: nothing that was answered
# with 200 is lost, nothing is there twice, and no number is given twice.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Cut;
use Rackscope::Share;
use Rackscope::Test;

my $redis = redis();
my @cuts  = map { Rackscope::Cut->new($redis->port) } 1 .. 2;
my @nodes = map { node($_->url) } @cuts;
ok wait_up(@nodes), 'two nodes';

post_next($_) for @nodes, @nodes;
is_whole('at first', @nodes);
is_unique('at first', @nodes);

# Connections that say nothing any more, which nginx finds out by itself after
# twice five seconds.  The rest goes on meanwhile, with two other nodes.

my $stalled = Rackscope::Cut->new($redis->port);
my $third   = node($stalled->url, share => 'key=third', timeout => '100ms');
ok wait_up($third), 'a third one, alone on its key';
$stalled->stall;
my $taken = $stalled->taken;

# Answers that are lost: of each word.

for my $word (qw(A XREAD J LOAD HELLO)) {
    my $before = $cuts[0]->lose(2, $word);
    $cuts[0]->cut if $word =~ /J|LOAD|HELLO/;
    post_next($_) for @nodes;
    is_whole("answers to $word are lost", @nodes);
    ok wait_until { $cuts[0]->lose(0, $word) > $before }, 'they were';
}

is_unique('lost answers', @nodes);

# The mark of a clear.

my $before = $cuts[0]->lose(1, 'C');
is $nodes[0]->request('DELETE', '/api/logs')->status, 200,
    'cleared, though the answer was lost';
is $cuts[0]->lose(0, 'C'), $before + 1, 'it was';
forget();
is_whole('a clear', @nodes);

# Redis loses its data.  A cursor from before is told so, and a stream.

my %losses = (
    'killed, empty' => sub { $redis->kill->start },
    'ended, empty'  => sub { $redis->stop->start },
    flushed         => sub { $redis->command('FLUSHALL') },
    'key deleted'   => sub { $redis->command('DEL', $redis->stream) },
    'hash deleted'  => sub { $redis->command('DEL', $redis->stream . ':m') },
    'a part deleted' => sub {
        $redis->command('XTRIM', $redis->stream, 'MAXLEN', 2);
    },
    'numbers changed' => sub {
        $redis->command('HSET', $redis->stream . ':m', 'last', 7);
    },
    evicted => sub {
        $redis->command(qw(CONFIG SET maxmemory-policy allkeys-random));
        $redis->command(qw(CONFIG SET maxmemory 1));
        $redis->ask(qw(SET some 1));
        $redis->command(qw(CONFIG SET maxmemory 0));
    },
    'scripts forgotten' => sub { $redis->command(qw(SCRIPT FLUSH)) },
);

post_next($_) for @nodes, @nodes;
is_whole('before losses', @nodes);

for my $name (sort keys %losses) {
    my $last   = $nodes[1]->last_seq;
    my $stream = $nodes[1]->stream("since_seq=$last");
    is $stream->status, 200, 'a stream';

    $losses{$name}->();

    post_next($_) for @nodes;
    is_whole($name, @nodes);
    is_unique($name, @nodes);
    is_sound($_, "$name: without a hole") for @nodes;

    my @all = shown($nodes[0]);

    # the end of a stream is what all have, whether it was renumbered or not
    my @told;
    $stream->wait_for(sub {
        @told = () if ($_->{event} // '') eq 'gap';
        push @told, $_->{json}{message} if !$_->{event};
        return "@told" eq "@all" || "@told" eq "@all[-2, -1]";
    }) or fail("the stream: @told");

    my $said = $nodes[0]->get("/api/logs?since_seq=$last")->json;
    my @new  = map { $_->{message} } @{ $said->{records} };
    my @due  = $said->{renumbered} ? @all : @all[ -2, -1 ];
    is_deeply \@new, \@due, "$name: a cursor of before has all that is new";
    $stream->close;
}

# Redis comes back with what it had saved before the last records.

$redis->command('SAVE');
post_next($_) for @nodes;
my @all     = shown($nodes[1]);
my $waiting = background {
    $redis->{owner} = 0;
    $nodes[1]->post({ message => 'waits' }, timeout => 20)->status;
};
$redis->kill->start;
is $waiting->join, 200, 'what came meanwhile has waited';
ok wait_same(@nodes), 'restarted, stale: both have the same';
is_deeply [ sort(messages($nodes[0])) ], [ sort @all, 'waits' ],
    'and all, once';
is_unique('restarted, stale', @nodes);

# A Redis that writes to its disk is something to be told.

is_deeply [ map { $_->log_lines('Redis writes to its disk') } @nodes ], [],
    'Redis keeps nothing on disk';
$redis->command(qw(CONFIG SET appendonly yes));
$_->cut for @cuts;
for my $node (@nodes) {
    ok wait_until { $node->log_lines('Redis writes to its disk') },
        'now it does, and a node says so';
}
$redis->command(qw(CONFIG SET appendonly no));

# Of a node that is more than a ring behind, with its connections frozen.

accepted($nodes[1], map { "n$_" } 1 .. 300) for 1 .. 2;
ok wait_same(@nodes), 'more';
my $stream = $nodes[0]->stream('since_seq=' . $nodes[0]->last_seq);
is $stream->status, 200, 'a stream';
$cuts[0]->hold;
accepted($nodes[1], map { "o$_" } 1 .. 600) for 1 .. 3;
$cuts[0]->pass;
$cuts[0]->cut;
ok wait_same(@nodes, 1000), 'a node that was more than a ring behind';
my $gap = $stream->wait_for(sub { $_->{event} });
is $gap && $gap->{event}, 'gap', 'its streams are told';
is_unique('behind', @nodes);

# The one whose connections were silent.

ok((wait_until { $stalled->taken > $taken } 20),
    'who follows a stream that is silent connects anew');

# One of the workers may be about to connect: that is not answered, either,
# until this nginx is alone.

$stalled->stall;
$stalled->hold;
accepted($third, 'alone');
ok wait_until { metric($third, 'share_pending') == 0 },
    'who posts is answered, though nothing answers nginx';
ok wait_alone($third), 'which is alone';
$stalled->pass;
ok wait_up($third), 'and soon it stands again';
ok((wait_until { $third->log_lines(qr/\[notice\].*together again/) > 0 }),
    'which it says') or diag $third->log_lines('zone "main"');

done();
