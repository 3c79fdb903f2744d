# SPDX-License-Identifier: BSD-2-Clause
#
# The page joins, and stays with, a stream: every line once.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('join.mjs');

done();
