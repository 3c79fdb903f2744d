# SPDX-License-Identifier: BSD-2-Clause
#
# An nginx that has no record to send, and so does not go on alone, tells in its
# metrics when it does not hear from Redis: what it shows may be old.  A clear
# that it could not do in time is not done later.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Share;
use Rackscope::Test;

my $redis = redis();
my ($node) = nodes(1, $redis->url, workers => 1);

is up($node), 1, 'together with its Redis';
accepted($node, 'kept');

$redis->kill;
my $clear = background {
    $redis->{owner} = 0;
    my $said = $node->request('DELETE', '/api/logs', timeout => 30);
    return $said->status . ' ' . $said->header('Retry-After');
};

ok((wait_until { !up($node) } 30), 'which is gone');
is_deeply [ messages($node) ], ['kept'],
    'nothing was sent, so nothing is said there';
is $clear->join, '503 1', 'a clear has waited in vain';

$redis->start;
ok wait_up($node), 'and is back';

# The same worker would clear before it appends.

accepted($node, 'after');
is_deeply [ messages($node) ], [qw(kept after)], 'the clear is not done later';

done();
