# SPDX-License-Identifier: BSD-2-Clause
#
# An answer whose size was guessed wrong: the lines that are looked at for it
# are short, and those between them are not.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $records = 200;
my $long    = 'x' x 3000;

my $nginx = Rackscope::Nginx->new(zone => "main entries=$records entry_size=4k")->start;

# short ones in steps of all sizes

for my $step (7, 13, 50) {
    my @messages = map { $_ % $step ? "$_ $long" : "$_" } 0 .. $records - 1;

    $nginx->post(join "\n", map { encode_json({ message => $_ }) } @messages);

    for my $n (1, 13, 100, $records) {
        my $response = $nginx->get("/api/logs?n=$n");
        my $json     = $response->json;

        is $response->header('Content-Length'), length $response->body, "$step: n=$n: the length";
        is_deeply [ map { $_->{message} } @{ $json->{records} } ],
            [ @messages[ -$n .. -1 ] ], "$step: n=$n: the newest ones, whole";
        is $json->{total}, $n, "$step: n=$n: the total";
        is $nginx->request('HEAD', "/api/logs?n=$n")->header('Content-Length'),
            length $response->body, "$step: n=$n: the same for HEAD";
    }

    my @found = grep { /x/ } @messages;
    is_deeply [ map { $_->{message} } @{ $nginx->get("/api/logs?n=$records&search=xxx")->json->{records} } ],
        \@found, "$step: those that were searched for";
}

done();
