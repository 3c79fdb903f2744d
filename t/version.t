# SPDX-License-Identifier: BSD-2-Clause
#
# nginx's error log says which version of the module made the memory of a zone,
# and only when it did.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    log_level => 'notice',
    zone      => 'main entries=100',
    http      => 'rackscope_logs_zone other;'
)->start;

my $release = Rackscope::Nginx::release();

sub made {
    my ($times, $zone, $entries, $name) = @_;

    my $line = qr/\ \[notice\]\ .*\ rackscope_logs\ \Q$release\E:\ zone
        \ "$zone"\ is\ made,\ with\ $entries\ entries\ in\ \d+\ bytes\z/x;

    is scalar(() = $nginx->log_lines($line)), $times, $name;
    return;
}

sub reloaded {
    my (%conf) = @_;

    $nginx->configure(%conf);
    ok $nginx->reload, 'reloaded';
    return;
}

made(1, main  => 100,  'made at the start');
made(1, other => 1000, 'so is the other zone');

reloaded(workers => 1);
made(1, main  => 100,  'not made again by a reload');
made(1, other => 1000, 'nor is the other zone');

is $nginx->check->{rc}, 0, 'nginx -t';
made(1, main => 100, 'not made by a test of the configuration');

reloaded(zone => 'main entries=200');
made(1, main  => 200,  'made anew with another shape');
made(1, main  => 100,  'which is told once');
made(1, other => 1000, 'the other zone is kept');

$nginx->stop;
$nginx->start;
made(2, other => 1000, 'made again by a restart');

done();
