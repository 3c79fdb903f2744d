# SPDX-License-Identifier: BSD-2-Clause
#
# What rackscope_logs_access_log costs a request: two servers that differ by it
# alone, in turn, and the CPU time of their workers by request.

use strict;
use warnings;

use FindBin;
use List::Util qw(min);

use lib $FindBin::Bin, "$FindBin::Bin/../lib";

use Bench::Load qw(get median);
use Bench::Server;

my $pairs = $ENV{PAIRS} || 15;

my @id = (
    [ 'an id that the request has already', 'add_header X-Request-ID $request_id;' ],
    [ 'an id that is made for the record', '' ],
);

my %log = (off => '', on => 'rackscope_logs_access_log main;');

for (@id) {
    my ($name, $id) = @$_;

    my %server = map {
        $_ => Bench::Server->new('access', id => $id, access_log => $log{$_})
    } keys %log;
    my (%cost, @more);

    for my $pair (1 .. $pairs) {
        for my $log ($pair % 2 ? qw(off on) : qw(on off)) {
            push @{ $cost{$log} }, get($server{$log}, 1, '/api/racks/r1')->{cpu};
        }
        push @more, $cost{on}[-1] - $cost{off}[-1];
    }

    printf "%s: off %.2f us, on %.2f us; more: median %.2f us, least %.2f us\n",
        $name, median(@{ $cost{off} }), median(@{ $cost{on} }), median(@more), min(@more);
}
