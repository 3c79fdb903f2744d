# SPDX-License-Identifier: BSD-2-Clause
#
# Records that mean harm, and records of any shape.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('hostile.mjs');

done();
