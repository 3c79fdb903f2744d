# SPDX-License-Identifier: BSD-2-Clause
#
# Where the page stands, and what it asks of the browser.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('places.mjs');

done();
