# SPDX-License-Identifier: BSD-2-Clause
#
# Who reads is not disturbed: pause, scrolling, following.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $nginx = Rackscope::Page->new;

$nginx->run('reading.mjs');

done();
