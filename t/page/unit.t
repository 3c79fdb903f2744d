# SPDX-License-Identifier: BSD-2-Clause
#
# The unit tests of the page's modules, t/page/unit/: each of theirs is one
# here.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Test;

my @files = glob "$FindBin::Bin/unit/*.test.mjs";

ok @files, 'there are unit tests';

for my $file (@files) {
    my ($name) = $file =~ m{([^/]+)\.test\.mjs\z};

    my $result = run({ env => { NODE_OPTIONS => undef }, timeout => 120 },
        'node', '--test', '--test-reporter=tap', $file);
    my @tests = $result->{out} =~ /^\s*((?:not\ )?ok\ \d+\ -\ .*)$/gmx;

    ok @tests > 0, "$name ran";
    for (@tests) {
        my ($not, $test) = /\A(not\ )?ok\ \d+\ -\ (.*)/x;
        ok !$not, "$name: $test";
    }
    is $result->{rc}, 0, "$name ended well"
        or diag $result->{out} . $result->{err};
}

done();
