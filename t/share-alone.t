# SPDX-License-Identifier: BSD-2-Clause
#
# Nginx that are cut off from Redis number alone, say so, and come together again
# with all that any of them has.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Cut;
use Rackscope::Share;
use Rackscope::Test;

my $redis = redis();
my $cut   = Rackscope::Cut->new($redis->port);
my ($one) = nodes(1, $cut->url, timeout => '200ms');
my ($two) = nodes(1, $redis->url, timeout => '200ms');
my @nodes = ($one, $two);

post_next($_) for @nodes;
is_whole('at first', @nodes);

# A partition: both are answered, the one that is cut off says why, and in the
# end both have all.

my $last   = $one->last_seq;
my $stream = $one->stream("since_seq=$last");
is $stream->status, 200, 'a stream';

$cut->refuse;
post_next($_) for $one, $two, $one, $two;
ok wait_alone($one), 'cut off, and alone';
is up($two), 1, 'the other one is not';
is_unique('cut off', @nodes);

my ($said) = $one->records('search=numbers%20its%20records');
is "$said->{logger} $said->{level}", 'nginx.share WARNING', 'a record says so';
ok wait_until {
    $one->log_lines(qr/\[warn\].*zone "main": this nginx is cut off/)
}, 'the error log, too';
is scalar $one->log_lines('this nginx is cut off'), 1, 'once a minute';

my $gap = $stream->wait_for(sub { $_->{event} });
is $gap->{event} . $gap->{data} =~ s/\d+/N/r, 'gap{"missed":null,"next_seq":N}',
    'a stream is told of the new numbers';
my @told = map { $stream->next_event->{json}{message} } 0 .. 1;
is "@told", 'm0 m1', 'and gets everything';

my $json = $one->get("/api/logs?since_seq=$last")->json;
is $json->{renumbered}, JSON::PP::true, 'a cursor of before: "renumbered"';
is scalar @{ $json->{records} }, 5, 'and everything';

is $one->get('/api/logs?since_seq=' . $one->last_seq)->json->{renumbered},
    undef, 'a cursor of now is good';

$cut->pass;
is_whole('together again', @nodes);
ok((wait_until { $one->log_lines(qr/\[notice\].*zone "main": .*together again/) }),
    'which the error log says');
is_deeply [ map { up($_) } @nodes ], [ 1, 1 ], 'and the metrics';

# Both alone.

my $seen = $one->last_seq;
$redis->kill;
post_next($_) for @nodes, @nodes;
ok wait_alone(@nodes), 'both alone, without Redis';
is_unique('both alone', @nodes);
$redis->start;
is_whole('both together again', @nodes);

# Clear while alone: this nginx only, which the answer says; in the end what is
# older is gone everywhere.

$cut->refuse;
post_next($one);
ok wait_until { !up($one) }, 'alone';
like $one->request('DELETE', '/api/logs')->body,
    qr/"message":"Log\ buffer\ cleared\ on\ this\ nginx\ only/x, 'cleared here';
is_deeply [ shown($one) ], [], 'here it is empty';
ok scalar(shown($two)), 'there it is not';
forget();
post_next($_) for @nodes;
$cut->pass;
is_whole('a clear, when together again', @nodes);

# A Redis that is there and says nothing.

$redis->freeze;
post_next($_) for @nodes;
$redis->thaw;
is_whole('frozen', @nodes);

done();
