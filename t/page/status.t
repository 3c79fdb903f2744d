# SPDX-License-Identifier: BSD-2-Clause
#
# What the server says is what the page says.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('status.mjs');

done();
