# SPDX-License-Identifier: BSD-2-Clause
#
# Every state of the page in small windows, zoomed, with reduced motion, and what
# is new in forced colours.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('windows.mjs');

done();
