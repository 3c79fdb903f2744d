# SPDX-License-Identifier: BSD-2-Clause
#
# The connections to Redis: answers and questions of megabytes, pauses that
# begin anew, a Redis that is still loading, two masters, a resolver that says
# nothing, and clients that do not wait for the end.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use IO::Socket::INET;

use Rackscope::Cut;
use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

my $redis = redis();
my $cut   = Rackscope::Cut->new($redis->port);
my ($one) = nodes(1, $cut->url, timeout => '2s', workers => 1);

# More than is read or written in one turn, or fits into the buffers of a socket.

my $text = 'x' x 15_000;

for my $i (1 .. 5) {
    is $one->post(ndjson(map { { message => "$i.$_ $text" } } 1 .. 60),
        timeout => 60)->json->{accepted}, 60, 'a megabyte';
}

my ($two) = nodes(1, $redis->url, timeout => '10s');
my @nodes = ($one, $two);
ok wait_same(@nodes, 300), 'who starts late reads five megabytes';

$redis->command('FLUSHALL');
accepted($two, 'short');
ok wait_same(@nodes, 301), 'and they are written again';
is $one->request('DELETE', '/api/logs')->status, 200, 'that is enough of them';
ok wait_same(@nodes, 0), 'they are gone';

# After many attempts in vain the pauses are of seconds.  When the connection
# has stood again, the next one is made at once: before the record has waited
# for two seconds, the one time or the other on a machine that is busy.

$cut->refuse;
my $taken = $cut->taken;
ok((wait_until { $cut->taken >= $taken + 2 * 6 } 30), 'many attempts in vain');
$cut->pass;

sub stands {
    my $began;

    wait_up($one);
    return wait_until {
        post_next($one);
        my ($last) = $one->records('n=1');
        my ($sec, $part) = $last->{timestamp} =~ /:(\d\d)(\.\d+)/;
        $began //= $sec + $part;
        ($sec + $part - $began) % 60 >= 2;
    };
}

sub waits {
    my $alone = $one->log_lines('numbers its records alone');
    $cut->cut;
    post_next($one);
    is_whole('a cut', @nodes);
    return $one->log_lines('numbers its records alone') - $alone;
}

my $tries = 5;
$tries-- while ok(stands(), 'it stands') && waits() && $tries;
ok $tries, 'the pause was short'
    or diag map { "$_\n" } $one->log_lines('zone "main"');

# Two masters make two rings, and one in the end.

my $master = Rackscope::Redis->new->start;
$cut->to($master->port);
$cut->cut;

post_next($_) for $one, $two, $one, $two;
ok wait_up(@nodes), 'each has a master';
isnt ring($one), ring($two), 'and a ring';
is_unique('two masters', @nodes);

$cut->to($redis->port);
$cut->cut;
is_whole('one master', @nodes);
is_unique('one master', @nodes);

# A Redis that loads its data answers, and is not there yet.  It answers after
# each kilobyte that it has loaded.

$redis->command('SET', "key$_", join '', map { chr rand 256 } 1 .. 2000)
    for 1 .. 40;
$redis->command('SAVE');
$redis->configure(conf => "key-load-delay 100000\n"
        . 'loading-process-events-interval-bytes 1024');
$redis->kill->start;
ok((wait_until { grep { $_->log_lines('Redis is still loading its data') }
        @nodes }), 'Redis loads, which the error log says');
post_next($_) for @nodes;
is_whole('loaded', @nodes);

# Whoever asks, and is gone before the answer.

my $delete = $one->client;
my @posts  = map { $one->client(1) } 1 .. 3;

$cut->hold;
$delete->start('DELETE', '/api/logs');
$_->start('POST', '/internal/logs', body => '{"message":"gone"}') for @posts;
ok wait_until { metric($one, 'share_pending') == 3 }, 'requests that wait';
$_->reset for $delete, @posts;
$cut->pass;
ok wait_up($one), 'are gone';
ok wait_same(@nodes), 'and nothing else is';

# Whoever follows Redis wakes the other workers, if they have streams, and does
# not leave it to their timers.  A nginx with debugging says so.

SKIP: {
    my $debug = run(Rackscope::Nginx::binary(), '-V')->{err} =~ /--with-debug/;
    skip 'this nginx cannot debug', 4 if !$debug;

    my ($watched) = nodes(1, $redis->url, log_level => 'debug');
    my @streams = map {
        $watched->stream('since_seq=0', client => $watched->client_of($_))
    } $watched->workers;

    my $before = $watched->log_lines('rackscope logs wake');
    post_next($two);
    for my $stream (@streams) {
        ok $stream->wait_for(sub {
            !$_->{event} && $_->{json}{message} eq (shown($two))[-1]
        }), 'a stream of another nginx has it';
    }

    ok((wait_until { $watched->log_lines('rackscope logs wake') > $before }),
        'by a worker that was woken');
}

# A resolver that does not answer keeps nobody from ending.

my $silent = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1')
    or die "socket: $!\n";
my $lost = node('redis://redis.test', timeout => '200ms',
    http => 'resolver 127.0.0.1:' . $silent->sockport . ';');
accepted($lost, 'alone');
ok wait_until { metric($lost, 'share_up') == 0 }, 'alone';
ok $lost->stop('QUIT', 4), 'it ends without waiting for the resolver';

done();
