# SPDX-License-Identifier: BSD-2-Clause
#
# The network goes away and comes back.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('network.mjs');

done();
