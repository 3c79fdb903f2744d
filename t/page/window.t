# SPDX-License-Identifier: BSD-2-Clause
#
# What is painted of the page in a window.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

for my $program (
    $ENV{XVFB}            // '/usr/bin/Xvfb',
    $ENV{CHROMIUM_WINDOW} // '/usr/bin/chromium',
    )
{
    plan skip_all => "$program is not installed" if !-x $program;
}

my $nginx = Rackscope::Page->new;

$nginx->run('window.mjs');

done();
