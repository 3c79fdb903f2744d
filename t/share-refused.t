# SPDX-License-Identifier: BSD-2-Clause
#
# Redis answers, but takes nothing: nginx says why, in plain words, and numbers
# alone as long as that lasts.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

my $redis = redis();
my $other = Rackscope::Redis->new->start;
my @nodes = nodes(2, $redis->url, timeout => '200ms');

post_next($_) for @nodes;
is_whole('at first', @nodes);

my $stream_key = $redis->stream;

my @refusals = (
    [ 'OOM', qr/Redis has no memory left: raise maxmemory/,
        [qw(CONFIG SET maxmemory 1)], [qw(CONFIG SET maxmemory 0)] ],
    [ 'NOPERM within the script', qr/the user of Redis may not do that/,
        [qw(ACL SETUSER default -xlen)], [qw(ACL SETUSER default +xlen)] ],
    [ 'NOPERM', qr/the user of Redis may not do that: see the rights/,
        [qw(ACL SETUSER default -evalsha)], [qw(ACL SETUSER default +evalsha)] ],
    [ 'NOPERM of the key', qr/the user of Redis may not do that/,
        [qw(ACL SETUSER default resetkeys ~other)],
        [qw(ACL SETUSER default allkeys)] ],
    [ 'NOPERM of reading', qr/the user of Redis may not do that/,
        \&cannot_read, [qw(ACL SETUSER default +xread)] ],
    [ 'a password', qr/Redis wants a password: name its file in password_file=/,
        [qw(CONFIG SET requirepass x)], [ qw(CONFIG SET requirepass), '' ], 1 ],
    [ 'a replica', qr/this Redis (?:is|has become) a replica/,
        [ 'REPLICAOF', '127.0.0.1', $other->port ], [qw(REPLICAOF NO ONE)] ],
    [ 'WRONGTYPE', qr/the key in Redis is used for something else/,
        [ 'SET', $stream_key, 'x' ], [ 'DEL', $stream_key ] ],
    [ 'MISCONF', qr/Redis cannot save to its disk and takes no records/,
        \&cannot_save, \&need_not_save ],
);

# A connection that stands may wait for records, and gets them.

sub cannot_read {
    $redis->command(qw(ACL SETUSER default -xread));
    return $redis->ask(qw(CLIENT KILL TYPE normal));
}

# Where the file would be there is a folder, which not even root can overwrite.

sub cannot_save {
    my $path = $redis->dir . '/dump.rdb';
    unlink $path;
    mkdir $path or die "$path: $!\n";

    $redis->command(qw(CONFIG SET stop-writes-on-bgsave-error yes));
    $redis->command('CONFIG', 'SET', 'save', '3600 1000000');
    $redis->command('BGSAVE');

    my %info;
    ok wait_until {
        %info = $redis->info('persistence');
        !$info{rdb_bgsave_in_progress} && $info{rdb_last_bgsave_status} eq 'err'
    }, 'Redis cannot save' or diag explain \%info;
    return;
}

sub need_not_save {
    return $redis->command('CONFIG', 'SET', 'save', '');
}

for (@refusals) {
    my ($name, $reason, $begin, $end, $again) = @$_;

    ref $begin eq 'CODE' ? $begin->() : $redis->command(@$begin);
    $redis->{password} = 'x' if $again;
    $redis->ask(qw(CLIENT KILL TYPE normal)) if $again;

    post_next($_) for @nodes;
    ok wait_until { !grep { up($_) } @nodes }, "$name: alone";
    for my $node (@nodes) {
        ok((wait_until { $node->log_lines($reason) }), "$name: why")
            or diag $node->log_lines('zone "main"');
    }
    is_unique($name, @nodes);

    ref $end eq 'CODE' ? $end->() : $redis->command(@$end);
    delete $redis->{password};
    is_whole($name, @nodes);
}

done();
