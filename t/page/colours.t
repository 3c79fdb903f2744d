# SPDX-License-Identifier: BSD-2-Clause
#
# The colours of programs.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('colours.mjs');

done();
