# SPDX-License-Identifier: BSD-2-Clause
#
# The chart of the lines over time.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('histogram.mjs');

done();
