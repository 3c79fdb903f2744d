# SPDX-License-Identifier: BSD-2-Clause
#
# Rows: details, links, context, times.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('rows.mjs');

done();
