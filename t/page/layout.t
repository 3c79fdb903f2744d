# SPDX-License-Identifier: BSD-2-Clause
#
# What moves on the page, and what stands where.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('layout.mjs');

done();
