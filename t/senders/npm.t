# SPDX-License-Identifier: BSD-2-Clause
#
# Loggers of npm (clients.mjs) post here in their default configuration: each
# record arrives once, as what it was, without its secret, and no logger has
# anything to complain about.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Test;

plan skip_all => 'make test-senders installs the loggers'
    if !-e "$FindBin::Bin/node_modules/.package-lock.json";

my $nginx = Rackscope::Nginx->new(
    zone   => 'main entries=1000 entry_size=4k',
    ingest => 'location / { rackscope_logs_ingest main; }',
)->start;

my $url = 'http://127.0.0.1:' . $nginx->port(1);

# What a logger does not say: an id of the request in a field of its own, the
# stack, its name.

my %lacks = (
    'winston-loki'   => [qw(request_id exception)],
    'splunk-logging' => [qw(request_id exception logger)],
    'log4js'         => [qw(request_id exception)],
    'winston'        => [qw(logger)],
);

my %logger = (
    'log4js'     => 'node',
    'otlp-http'  => 'orders.pay',
    'otlp-proto' => 'orders.pay',
);

for my $name (qw(winston winston-loki winston-loki-json pino-loki
    pino-opentelemetry-transport pino-elasticsearch otlp-http otlp-proto
    splunk-logging log4js))
{
    my $seq = $nginx->last_seq;
    my $result = run('node', "$FindBin::Bin/clients.mjs", $name, $url);

    is $result->{rc}, 0, "$name is well" or diag $result->{err};

    my %lacks = map { $_ => 1 } @{ $lacks{$name} // [] };
    my @got = grep { $_->{_seq} > $seq } $nginx->records;

    # some send each record in a request of its own, at the same time
    @got = sort { level($a) <=> level($b) } @got;

    is scalar(@got), 3, "$name: three records" or do { diag explain \@got; next };

    is_deeply [ map { $_->{level} } @got ], [qw(INFO WARNING ERROR)],
        "$name: levels";

    like $got[0]{message}, qr/\Astarted\b/, "$name: a message";
    is $got[0]{request_id}, 'req-1', "$name: the request" if !$lacks{request_id};

    like $got[1]{message}, qr/\Apassword=\*\*\* is wrong\b/, "$name: no secret";
    unlike encode_json(\@got), qr/hunter2/, "$name: nowhere";

    like $got[2]{message}, qr/\Apayment failed\b/, "$name: another message";
    like $got[2]{exception}, qr/\AError: boom\n    at /, "$name: a stack"
        if !$lacks{exception};

    is $got[2]{logger}, $logger{$name} // 'orders', "$name: the logger"
        if !$lacks{logger};
}

sub level {
    my ($record) = @_;

    my %order = (DEBUG => 0, INFO => 1, WARNING => 2, ERROR => 3, CRITICAL => 4);

    return $order{ $record->{level} };
}

done();
