# SPDX-License-Identifier: BSD-2-Clause
#
# What was lost is a row; what the page holds is bounded.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('losses.mjs');

done();
