# SPDX-License-Identifier: BSD-2-Clause
#
# One ring over several nginx, without nginx: the core of it in a simulated
# world, and with a real Redis.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root  = Rackscope::Nginx::root();
my $units = $ENV{RACKSCOPE_UNITS} // 'build/unit';
my $dir   = ($units =~ m{\A/} ? $units : "$root/$units") . '/share';

sub program {
    my ($name, @args) = @_;

    my $result = run({ dir => $root, timeout => 300 }, "$dir/$name", @args);

    is "exit code $result->{rc}, signal $result->{signal}",
        'exit code 0, signal 0', "$name ended well"
        or diag $result->{out} . $result->{err};

    return $result->{out};
}

# Each seed is a world of its own: t/share/sim.c says what happens there.  With
# sanitizers it takes many times as long.

my $worlds = $ENV{RACKSCOPE_PRELOAD} ? 300 : 3000;

like program('sim', 1, $worlds), qr/^$worlds[ ]runs.*:[ ]0[ ]wrong$/mx,
    'no number names two records, no ring differs, no record is missing';

my $home   = Rackscope::Nginx->new->prefix;
my $socket = "$home/redis.sock";

my $redis = background {
    exec 'redis-server', '--port', 0, '--unixsocket', $socket, '--save', q{},
        '--appendonly', 'no', '--dir', $home, '--logfile', "$home/redis.log"
        or die "redis-server: $!\n";
};

ok((wait_until { -S $socket } 30), 'Redis runs')
    or diag slurp("$home/redis.log");

like program('scripts', $socket, 1, 5000), qr/:[ ]the[ ]same$/mx,
    'Redis and what simulates it answer the same';

my $said = program('live', $socket);

for my $line (split /\n/, $said) {
    ok $1 eq 'ok', "two nodes: $2" if $line =~ /\A(ok|not ok) - (.*)/;
}

kill TERM => $redis->pid;

done();
