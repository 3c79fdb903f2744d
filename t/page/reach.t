# SPDX-License-Identifier: BSD-2-Clause
#
# Each feature of the page by the keyboard alone.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('reach.mjs');

done();
