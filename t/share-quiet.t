# SPDX-License-Identifier: BSD-2-Clause
#
# Nginx that have no record to send, and so do not go on alone, say it when they
# do not hear from Redis: what they show may be old.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Share;
use Rackscope::Test;

my $redis = redis();
my ($had) = nodes(1, $redis->url);
my $never = node('redis://127.0.0.1:%%PORT_9%%');

my $said = qr/\[warn\].*zone "main": Redis has not been heard for a while/;

is up($had),   1, 'one is together with its Redis';
is up($never), 0, 'one has never been';
is_deeply [ map { $_->log_lines($said) } $had, $never ], [],
    'which may be a matter of moments';

$redis->kill;

for my $node ($had, $never) {
    ok((wait_until { !up($node) && $node->log_lines($said) } 30),
        'when it lasts, both say so');
    ok $node->log_lines(qr/$said.*: nothing listens at its address/), 'and why';
}

$redis->start;
ok wait_up($had), 'it hears again';
ok wait_until {
    $had->log_lines('the ring is shared by way of Redis from now on') == 2
}, 'and says so, too';

done();
