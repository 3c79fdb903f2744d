# SPDX-License-Identifier: BSD-2-Clause
#
# Lines that repeat are one row.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('repeats.mjs');

done();
