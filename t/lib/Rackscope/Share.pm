# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Share;

# Several nginx that share a zone.
#
#     my @nodes = nodes(2, $redis->url);
#     my @nodes = nodes(2, $redis->url, timeout => '300ms', share => 'key=k');
#     wait_same(@nodes);
#
# They also serve /metrics, on port(0).

use strict;
use warnings;

use Exporter qw(import);
use Test::More;

use Rackscope::Nginx;
use Rackscope::Redis;
use Rackscope::Util qw(wait_until ndjson);

our @EXPORT = qw(redis nodes node node_conf up wait_up wait_alone metric ring
    wait_same accepted messages is_sound post_next forget shown is_unique
    is_whole);

# A Redis of this test, which is skipped if there is none.

sub redis {
    my (%opt) = @_;

    plan skip_all => 'neither redis-server nor valkey-server is installed'
        if !Rackscope::Redis->installed;

    return Rackscope::Redis->new(%opt)->start;
}

sub nodes {
    my ($n, $url, %opt) = @_;

    my @nodes = map { node($url, %opt) } 1 .. $n;
    wait_up(@nodes) or diag 'not together: ', map { $_->log_text } @nodes;
    return @nodes;
}

# One node, which need not be together with others yet.  Options are those of
# Rackscope::Nginx, and timeout, share: the directive's parameters.

sub node {
    my ($url, %opt) = @_;

    return node_conf($url, %opt)->start;
}

sub node_conf {
    my ($url, %opt) = @_;

    my $timeout = delete $opt{timeout} // '10s';
    my $share   = delete $opt{share}   // '';

    $opt{http} = "rackscope_logs_share main $url timeout=$timeout $share;\n"
        . ($opt{http} // '');
    $opt{admin} = "location = /metrics {\n auth_request /auth;\n"
        . "rackscope_logs_metrics;\n}\n" . ($opt{admin} // '');

    return Rackscope::Nginx->new(%opt);
}

sub metric {
    my ($node, $name) = @_;

    my ($value) = $node->get('/metrics')->body
        =~ /^rackscope_logs_\Q$name\E\{[^}]*\}\ (\S+)/mx;
    return $value;
}

sub up { return metric($_[0], 'share_up') }

sub wait_up {
    my (@nodes) = @_;

    return wait_until { !grep { !up($_) } @nodes } 30;
}

# Alone is who has said so.

sub wait_alone {
    my (@nodes) = @_;

    return wait_until {
        !grep { up($_) || !$_->records('search=numbers%20its%20records') }
            @nodes
    } 30;
}

# The ring as a client has it, byte by byte.

sub ring { return $_[0]->get('/api/logs?n=1000')->body }

# The rings of all are the same one, now or soon.  A number of records may be
# given that they must have, too.

sub wait_same {
    my (@nodes) = @_;

    my $n = ref $nodes[-1] ? undef : pop @nodes;

    return wait_until {
        my ($first, @others) = map { ring($_) } @nodes;
        my $records = () = $first =~ /"_seq":/g;
        !grep({ $_ ne $first } @others) && $records == ($n // $records)
            && !grep { !up($_) } @nodes;
    } 30;
}

# Posts messages; each must be accepted.

sub accepted {
    my ($node, @messages) = @_;

    my $response = $node->post(ndjson(map { { message => $_ } } @messages),
        timeout => 40);

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is $response && $response->body, '{"accepted":' . @messages
        . ',"filtered":0,"rejected":0,"errors":[]}', "accepted: @messages";
}

sub messages {
    my ($node, $query) = @_;

    return map { $_->{message} }
        $node->records($query // 'n=1000');
}

# A story: each post_next() has another message, and in the end is_whole() wants
# all of them in all rings, once and in this order.  What the share says itself
# does not count.

my @posted;

sub post_next {
    my ($node) = @_;

    push @posted, 'm' . @posted;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return accepted($node, $posted[-1]);
}

# What a clear has met.

sub forget {
    my @forgotten = splice @posted;
    return @forgotten;
}

sub shown {
    my ($node) = @_;

    return map { $_->{message} }
        grep { $_->{logger} ne 'nginx.share' } $node->records('n=1000');
}

sub is_whole {
    my ($name, @nodes) = @_;

    my $same  = wait_same(@nodes);
    my @shown = shown($nodes[0]);

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return ok($same && "@shown" eq "@posted", "$name: all have all, once")
        || diag("@shown\nnot @posted\n",
        map { "$_\n" } map { $_->log_lines('zone "main"') } @nodes);
}

# No number that was seen in any ring, now or before, names two records.

my %named;

sub is_unique {
    my ($name, @nodes) = @_;

    my @twice;
    for my $node (@nodes) {
        for ($node->records('n=1000')) {
            $named{ $_->{_seq} } //= $_->{message};
            push @twice, $_->{_seq} if $named{ $_->{_seq} } ne $_->{message};
        }
    }

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is_deeply \@twice, [], "$name: no number names two records";
}

# No hole and no double: numbers follow each other.

sub is_sound {
    my ($node, $name) = @_;

    my @seqs = map { $_->{_seq} } $node->records('n=1000');
    my @holes = grep { $seqs[$_] != $seqs[ $_ - 1 ] + 1 } 1 .. $#seqs;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is_deeply \@holes, [], $name // 'without a hole';
}

1;
