# SPDX-License-Identifier: BSD-2-Clause
#
# What is painted, and how much of the list there is in small windows.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('painted.mjs');

done();
