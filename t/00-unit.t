# SPDX-License-Identifier: BSD-2-Clause
#
# The tests of the core in C, t/unit/*/test_*.c: each of theirs is one here.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $dir     = $ENV{RACKSCOPE_UNITS} // 'build/unit';
my @sources = glob "$FindBin::Bin/unit/*/test_*.c";

$dir = Rackscope::Nginx::root() . "/$dir" if $dir !~ m{\A/};

ok @sources, 'there are unit tests';

for my $source (@sources) {
    my ($name) = $source =~ m{/unit/(\w+/test_\w+)\.c\z};

    my $result = run({
            env => {
                CMOCKA_MESSAGE_OUTPUT => 'tap',
                UBSAN_OPTIONS         => 'print_stacktrace=1',
            },
            dir     => Rackscope::Nginx::root(),
            timeout => 300,
        },
        "$dir/$name"
    );

    # cmocka says its results on one stream or the other
    my $output = $result->{out} . $result->{err};
    my @tests  = $output =~ /^((?:not\ )?ok\ \d+\ -\ .*)$/gmx;

    ok @tests > 0, "$name ran";
    for (@tests) {
        my ($not, $test) = /\A(not\ )?ok\ \d+\ -\ (.*)/x;
        ok !$not, "$name: $test";
    }

    my $status = "exit code $result->{rc}, signal $result->{signal}";
    is $status, 'exit code 0, signal 0', "$name ended well"
        or diag $output;
}

done();
