# SPDX-License-Identifier: BSD-2-Clause
#
# Runs a program that needs nginx and a browser, and is no test:
#
#     perl t/bench/page.pl page.mjs         how fast the page is
#     perl t/bench/page.pl pictures.mjs     the pictures of docs/page.md

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Page;
use Rackscope::Test;

local $ENV{RACKSCOPE_SECONDS} = 1800;

my $nginx = Rackscope::Page->new;

$nginx->run("../bench/$_") for @ARGV;

done();
