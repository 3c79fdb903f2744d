# SPDX-License-Identifier: BSD-2-Clause
#
# One ring over several nginx, without nginx: the core of it in a simulated
# world, and with each real Redis or Valkey that is installed.

use strict;
use warnings;

use File::Basename qw(basename);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Redis;
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

my @servers = Rackscope::Redis->installed;

ok scalar @servers, 'Redis or Valkey is installed';

for my $server (@servers) {
    my $redis = Rackscope::Redis->new(server => $server)->start;
    my $name  = basename($server);

    like program('scripts', $redis->socket, 1, 5000), qr/:[ ]the[ ]same$/mx,
        "$name and what simulates it answer the same";

    for my $line (split /\n/, program('live', $redis->socket)) {
        ok $1 eq 'ok', "two nodes, $name: $2"
            if $line =~ /\A(ok|not ok) - (.*)/;
    }

    $redis->stop;
}

done();
