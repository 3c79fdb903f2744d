# SPDX-License-Identifier: BSD-2-Clause
#
# Prometheus of Debian reads the metrics with the configuration and the rules of
# docs/examples, and promtool has nothing to say against any of them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Test;

my $root = Rackscope::Nginx::root();
my $bin  = "$root/build/senders/root/usr/bin";

plan skip_all => 'make test-senders unpacks prometheus'
    if grep { !-x "$bin/$_" } qw(prometheus promtool);

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    http    => 'rackscope_logs_zone "second \"zone\"" entries=7;',
    admin   => <<'END',
        location = /metrics {
            rackscope_logs_metrics;
            rackscope_logs_require_admin off;
        }
END
)->start;

my $prefix = $nginx->prefix;

$nginx->post([ map { { message => "m$_", level => 'error' } } 1 .. 25 ]);

# promtool.

sub promtool {
    my (@args) = @_;

    return run("$bin/promtool", @args);
}

spew("$prefix/metrics", $nginx->get('/metrics')->body);
my $result = run('sh', '-c', "'$bin/promtool' check metrics < '$prefix/metrics'");
is $result->{rc}, 0, 'promtool check metrics';
is $result->{out} . $result->{err}, '', 'without a word';

my $port = $nginx->port;
my $conf = slurp("$root/docs/examples/prometheus.yml");

$conf =~ s/127[.]0[.]0[.]1:8081/127.0.0.1:$port/ or die "no target\n";
$conf =~ s/scrape_interval:\ 15s/scrape_interval: 100ms/x or die "no interval\n";
spew("$prefix/prometheus.yml", $conf);
spew("$prefix/alerts.yml",     slurp("$root/docs/examples/alerts.yml"));

for ([ rules => 'alerts.yml' ], [ config => 'prometheus.yml' ]) {
    my ($what, $file) = @$_;

    my $check = promtool('check', $what, "$prefix/$file");
    is $check->{rc}, 0, "promtool check $what $file" or diag $check->{err};
    is $check->{err}, '', 'without a word of warning';
}

like promtool('check', 'rules', "$prefix/alerts.yml")->{out}, qr/\b4\ rules\ found/x,
    'four rules';

# The queries of the dashboard are some that Prometheus can read: it says so of
# rules.

my $board = decode_json(slurp("$root/docs/examples/grafana-dashboard.json"));
my @queries = map { $_->{expr} } map { @{ $_->{targets} } } @{ $board->{panels} };

s/\$__rate_interval/1m/g, s/\$zone/.*/g for @queries;

spew("$prefix/queries.yml", "groups:\n- name: queries\n  rules:\n" . join '',
    map { "  - record: query_$_\n    expr: " . encode_json($queries[$_]) . "\n" }
        0 .. $#queries);
my $read = promtool('check', 'rules', "$prefix/queries.yml");
is $read->{rc}, 0, 'the queries of the dashboard' or diag $read->{out}, $read->{err};

# Prometheus.

$port = $nginx->port(8);
my $pid = fork // die "fork: $!\n";

if ($pid == 0) {
    open STDOUT, '>', "$prefix/prometheus.log";
    open STDERR, '>&', \*STDOUT;
    exec "$bin/prometheus", "--config.file=$prefix/prometheus.yml",
        "--storage.tsdb.path=$prefix/tsdb", '--log.level=warn',
        "--web.listen-address=127.0.0.1:$port"
        or exit 127;
}

END {
    local $?;
    kill 'KILL', $pid if $pid;
}

sub query {
    my ($query) = @_;

    $query =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/ge;
    my $answer = curl("http://127.0.0.1:$port/api/v1/query?query=$query");
    my $result = eval { decode_json($answer->{out})->{data}{result} } // [];

    return map { ($_->{metric}{zone} // '') . " $_->{value}[1]" } @$result;
}

ok +(wait_until { grep { $_ eq ' 1' } query('up') } 30), 'Prometheus scrapes it'
    or diag slurp("$prefix/prometheus.log");

is_deeply [ query('rackscope_logs_records_total{level="ERROR",source="ingest"}') ],
    [ 'main 25', 'second "zone" 0' ], 'and has what was counted';
is_deeply [ query('rackscope_logs_ring_capacity') ],
    [ 'main 1000', 'second "zone" 7' ], 'of both zones';

$nginx->post({ message => 'one more', level => 'error' });
ok wait_until {
    grep { $_ eq 'main 26' }
        query('rackscope_logs_records_total{level="ERROR",source="ingest"}')
}, 'and what comes later';

is_deeply [ query('ALERTS') ], [], 'no alert';
is_deeply [ grep { !/level=info/ } split /\n/, slurp("$prefix/prometheus.log") ],
    [], 'Prometheus has nothing to say';

kill 'TERM', $pid;
waitpid $pid, 0;
undef $pid;

done();
