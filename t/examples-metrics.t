# SPDX-License-Identifier: BSD-2-Clause
#
# Each metric, and each label, that the dashboard and the rules of docs/examples
# name is in a real answer.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::OpenAPI;
use Rackscope::Test;

# There is no Redis: the zone has the metrics of one that is shared all the same.

my $nginx = Rackscope::Nginx->new(
    http  => 'rackscope_logs_share main redis://127.0.0.1:%%PORT_9%% timeout=100ms;',
    admin => <<'END',
        location = /metrics {
            auth_request /auth;
            rackscope_logs_metrics;
        }
END
)->start;

# the time of the oldest record is there only if there is one

$nginx->post({ message => 'one' });

my (%labels, %values);

for ($nginx->get('/metrics')->body =~ /^(\w+\{.*\})\ \S+$/gmx) {
    my ($name, $pairs) = /\A(\w+)\{(.*)\}\z/;
    while ($pairs =~ /(\w+)="([^"]*)"/g) {
        $labels{$name}{$1} = 1;
        $values{$1}{$2} = 1;
    }
}

sub example {
    my ($name) = @_;

    return slurp(Rackscope::Nginx::root() . "/docs/examples/$name");
}

# Every text behind one of these keys.

sub texts {
    my ($node, @keys) = @_;

    return map { texts($_, @keys) } @$node if ref $node eq 'ARRAY';
    return if ref $node ne 'HASH';

    my @there = grep { defined && !ref } @$node{@keys};
    return @there, map { texts($node->{$_}, @keys) } sort keys %$node;
}

sub check {
    my ($file, $query) = @_;

    my @names = $query =~ /\b(rackscope_logs_\w+)/g;
    ok scalar(@names), "$file: $query";

    for my $name (@names) {
        ok $labels{$name}, "there is $name";

        my @by = map { split /,\ */ } $query =~ /\bby\ \(([^)]*)\)/g;
        push @by, $query =~ /[{,]\ *(\w+)=~?"/g;
        push @by, $1 if $query =~ /\Alabel_values\(\w+,\ (\w+)\)/;

        is_deeply [ grep { !$labels{$name}{$_} } @by ], [], 'with its labels';
    }

    while ($query =~ /\b(\w+)="(\w+)"/g) {
        ok $values{$1}{$2}, "$1 can be $2";
    }

    return;
}

my $board = decode_json(example('grafana-dashboard.json'));

is $board->{id}, undef, 'the dashboard can be imported';
my ($source) = grep { $_->{type} eq 'datasource' } @{ $board->{templating}{list} };
is $source->{query}, 'prometheus', 'with a data source of your choice';
is_deeply [ grep { $_->{datasource}{uid} ne "\${$source->{name}}" }
        @{ $board->{panels} } ], [], 'for each panel';
check('dashboard', $_) for texts($board, qw(expr definition));

my $rules = Rackscope::OpenAPI::read_yaml(example('alerts.yml'));

is scalar(texts($rules, 'alert')), 4, 'four rules';
check('rules', $_) for texts($rules, 'expr');

for (texts($rules, qw(summary description))) {
    is_deeply [ grep { $_ ne 'zone' } /\$labels[.](\w+)/g ], [],
        "labels in '$_'";
}

my $conf = Rackscope::OpenAPI::read_yaml(example('prometheus.yml'));

is_deeply [ @{ $conf->{rule_files} } ], ['alerts.yml'], 'the rules are loaded';
is $conf->{scrape_configs}[0]{metrics_path}, '/metrics', 'and metrics scraped';

done();
