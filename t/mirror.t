# SPDX-License-Identifier: BSD-2-Clause
#
# Two nginx without Redis, by the configuration that docs/cluster.md prints: each
# gives the other one what it takes, and that is all.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $page = slurp(Rackscope::Nginx::root() . '/docs/cluster.md');

my ($block, @others) = grep { /mirror/ } $page =~ /^```nginx\n(.*?)^```$/gms;
is scalar @others, 0, 'there is one such configuration';

# Only addresses and ports are replaced: both run here.

sub conf {
    my ($other) = @_;

    my ($text, $port) = ($block, $other->port(2));

    $text =~ s/10[.]0[.]0[.]2:8083/127.0.0.1:$port/ or die;
    $text =~ s/10[.]0[.]0[.]2/127.0.0.1/            or die;
    $text =~ s/127[.]0[.]0[.]1:8081/127.0.0.1:%%PORT_1%%/ or die;
    $text =~ s/listen\ 8083/listen 127.0.0.1:%%PORT_2%%/x or die;

    return <<"END";
%%GLOBALS%%
worker_processes 2;
events {}

http {
    %%PATHS%%
    $text
    server {
        listen 127.0.0.1:%%PORT_0%%;
        location /api/logs {
            rackscope_logs_api app;
            rackscope_logs_require_admin off;
        }
    }
}
END
}

my ($one, $two) = my @nodes = map { Rackscope::Nginx->new } 1, 2;

$one->configure(conf => conf($two));
$two->configure(conf => conf($one));
$_->start for @nodes;

sub messages {
    my ($node) = @_;

    return join ' ', sort map { $_->{message} } $node->records('n=1000');
}

# Records, in a body and in pieces, and nothing goes round in a circle.

is $one->post({ message => 'a' })->json->{accepted}, 1, 'to one';
is $two->post({ message => 'b' })->json->{accepted}, 1, 'to the other';
is $one->post(ndjson({ message => 'c' }, { message => 'd' }),
    chunks => [ qq({"message":"c"}\n{"mes), qq(sage":"d"}\n) ])
    ->json->{accepted}, 2, 'in chunks';

for my $node (@nodes) {
    ok wait_until { messages($node) eq 'a b c d' }, 'both have all, once'
        or diag messages($node);
}

# The largest body that is taken; nginx of this test could not write it to a file.

my @large = map { { message => $_ x 5000 } } map { chr } 97 .. 122;
is $two->post(ndjson(map { @large } 1 .. 7))->json->{accepted}, 182,
    'almost a megabyte';
ok wait_until { $one->records('n=1000') == 186 }, 'is copied';
is $one->post('x' x 1_100_000)->status, 413, 'more is refused';

# One of them is down: the other one goes on, and nobody gives back what came.

$_->allow_log(qr/connect\(\) failed|client intended to send too large body/)
    for @nodes;
ok $one->stop, 'one is down';
is $two->post({ message => 'meanwhile' })->json->{accepted}, 1,
    'the other one takes records';
$one->start;
is $two->post({ message => 'later' })->json->{accepted}, 1, 'it is there again';
ok wait_until { messages($one) eq 'later' }, 'with what comes from then on';
is_deeply [ map { $_->{message} } $two->records('n=2') ],
    [qw(meanwhile later)], 'the other one has both';

done();
