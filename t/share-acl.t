# SPDX-License-Identifier: BSD-2-Clause
#
# The rights of the user of Redis that docs/cluster.md prints, and the rest of
# its redis.conf: they are enough for all that nginx asks of Redis, and none of
# them is too much.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

plan skip_all => 'neither redis-server nor valkey-server is installed'
    if !Rackscope::Redis->installed;

my $page = slurp(Rackscope::Nginx::root() . '/docs/cluster.md');

my ($conf, $replicas, @others)
    = sort { ($b =~ /^user /m) <=> ($a =~ /^user /m) }
    $page =~ /^```redis\n(.*?)^```$/gms;
is scalar @others, 0, 'all that is printed for Redis is tried here';
my ($user, $rights) = $conf =~ /^user (\S+) on (.*)$/m;
my ($password) = $rights =~ />(\S+)/;
my $select = $page =~ /`\+select`/;

is $user, 'rackscope', 'the user has a name';
ok $select, 'and the right to choose a database is named';

# The test itself has a user of its own, for what nginx may not do.

my $redis = Rackscope::Redis->new(conf => $conf . 'user default on nopass ~* &* +@all')
    ->start;

is_deeply [ map { @{ $redis->command(qw(CONFIG GET), $_) } }
        qw(save appendonly maxmemory-policy) ],
    [ save => '', appendonly => 'no', 'maxmemory-policy' => 'noeviction' ],
    'this Redis keeps nothing on disk, and evicts nothing';

my $dir = Rackscope::Nginx->new->prefix;
spew("$dir/redis.pass", "$password\n");

my $url = 'redis://rackscope@127.0.0.1:' . $redis->port;

sub shared {
    my ($db) = @_;

    return nodes(2, $url . $db, share => "password_file=$dir/redis.pass");
}

# Everything that nginx asks: joining, records, a stream that Redis has lost,
# clearing, and leaving.

my @nodes = shared('');

accepted($nodes[0], qw(a b));
ok wait_same(@nodes, 2), 'two nodes share a ring with these rights';

$redis->command('FLUSHALL');
accepted($nodes[1], 'c');
ok wait_same(@nodes, 3), 'and number it anew';

is $nodes[0]->request('DELETE', '/api/logs')->body,
    '{"ok":true,"message":"Log buffer cleared"}', 'and clear it';
ok wait_same(@nodes, 0), 'everywhere';

sub asked {
    return $redis->command(qw(INFO commandstats)) =~ /^cmdstat_([^:]+):/gm;
}

is_deeply [ grep { $_ eq 'hdel' } asked() ], [], 'nobody has left';
ok $nodes[0]->reload, 'a worker';
ok wait_until { grep { $_ eq 'hdel' } asked() }, 'leaves';

is_deeply $redis->command(qw(ACL LOG)), [], 'nothing was refused';
is_deeply [ map { $_->log_lines('Redis writes to its disk') } @nodes ], [],
    'nginx finds that Redis keeps nothing on disk';

# What was asked is what is allowed.  HELLO needs no right, and the rest is what
# this test asked.

my %own = map { $_ => 1 } qw(hello keys flushall ping acl|log config|get);
my @used = grep { !$own{$_} } asked();

is_deeply [ sort map { s/^\+//r } $rights =~ /(\+\S+)/g ], [ sort @used ],
    'each of the rights is used, and no other';

# Another key, or another command, is refused.

my @may = map { $redis->command(qw(ACL DRYRUN), $user, @$_) =~ /\AOK/ ? 1 : 0 }
    [qw(XLEN rackscope:{main}:1)], [qw(XLEN other)], [qw(KEYS *)],
    [qw(CONFIG GET save)];
is_deeply \@may, [ 1, 0, 0, 0 ], 'it may do nothing else';

$_->stop for @nodes;

# A database needs one right more, and nginx says what is missing.

my ($wrong) = node("$url/3", share => "password_file=$dir/redis.pass",
    timeout => '200ms');
accepted($wrong, 'alone');

ok wait_until {
    $wrong->log_lines('the user of Redis may not do that: see the rights')
}, 'a database without the right to choose one: nginx says so';
ok !up($wrong), 'and numbers alone';

$redis->command(qw(ACL SETUSER), $user, '+select');
my ($right) = nodes(1, "$url/3", share => "password_file=$dir/redis.pass");
accepted($right, 'd');
is_deeply [ $right->log_lines('cut off') ], [], 'with it it works';

# A master that has lost its replicas takes nothing, and nginx says so.

my $cut_off = Rackscope::Redis->new(conf => $replicas)->start;
my $node    = node($cut_off->url, timeout => '200ms');

accepted($node, 'alone');
ok wait_until { $node->log_lines('Redis says: NOREPLICAS') },
    'a master without replicas: nginx says so';

done();
