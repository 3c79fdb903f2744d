# SPDX-License-Identifier: BSD-2-Clause
#
# Search with terms, and what leads to terms.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('terms.mjs');

done();
