# SPDX-License-Identifier: BSD-2-Clause
#
# An nginx that has no record to send, and so does not go on alone, tells in its
# metrics when it does not hear from Redis: what it shows may be old.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Share;
use Rackscope::Test;

my $redis = redis();
my ($node) = nodes(1, $redis->url);

is up($node), 1, 'together with its Redis';

$redis->kill;
ok((wait_until { !up($node) } 30), 'which is gone');
is_deeply [ messages($node) ], [], 'nothing was sent, so nothing is said there';

$redis->start;
ok wait_up($node), 'and is back';

done();
