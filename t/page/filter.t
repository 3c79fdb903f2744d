# SPDX-License-Identifier: BSD-2-Clause
#
# Levels, search, exclude, and the address of the page.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('filter.mjs');

done();
