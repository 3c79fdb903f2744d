# SPDX-License-Identifier: BSD-2-Clause
#
# The title and the icon of a hidden tab.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('signals.mjs');

done();
