# SPDX-License-Identifier: BSD-2-Clause
#
# The page in Firefox: the main paths.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

my $firefox = $ENV{FIREFOX} // '/usr/bin/firefox-esr';

plan skip_all => "$firefox is not installed" if !-x $firefox;

my $nginx = Rackscope::Page->new;

$nginx->run('firefox.mjs');

done();
