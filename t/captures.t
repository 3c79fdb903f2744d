# SPDX-License-Identifier: BSD-2-Clause
#
# Requests of real clients and lines of real loggers, t/data/captures: what
# each of them becomes.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(http => 'rackscope_logs_level DEBUG;')->start;

# A record: level, logger, message, time of the day (none: that of capture),
# and other fields.  Of an exception the first and the last line.

my $node  = '    at node:internal/main/run_main_module:28:49';
my $router = '    at Router.callHandler'
    . ' (/srv/app/code/pkg/node_modules/find-my-way/index.js:614:14)';
my $error = 'Error: boom';
my $trace = 'Traceback (most recent call last):';
my $zero  = 'ZeroDivisionError: division by zero';

my %id   = (request_id => 'req-7f3a');
my %took = (duration_ms => 12.5);

my @browser = ([ 'ERROR', '', 'payment failed', '10:39:59.202000',
    { %id, exception => [ $error, '    at pay (app.js:3:9)' ] } ]);

my @pino = (
    [ 'ERROR', 'orders', 'payment failed', '10:31:32.890000',
        { %id, duration_ms => 12, exception => [ $error, $node ] } ],
    [ 'INFO',     'orders', 'started', '10:31:32.906000' ],
    [ 'CRITICAL', 'orders', 'bye',     '10:31:32.906000' ],
);

my @syslog = (
    [ 'ERROR',    'orders', 'payment failed',              '10:00:00.000000' ],
    [ 'INFO',     'orders', 'started',                     '10:00:01.000000' ],
    [ 'CRITICAL', 'orders', "disk full \"quoted\" \x{e9}", '10:00:02.000000' ],
);

my %paid = (%id, %took, status_code => 502,
    exception => [ $error, '    at pay (app.js:3:9)' ]);

my @zap = ([ 'main.main', "\t/usr/lib/go-1.19/src/runtime/proc.go:250" ]);

my %records = (
    'browser-blob-json.http'     => \@browser,
    'browser-fetch-default.http' => \@browser,
    'browser-fetch-json.http'    => \@browser,
    'browser-string.http'        => \@browser,
    'browser-loglevel.http'      => [
        [ 'ERROR', 'pay', 'payment failed [object Object]', '10:40:22.367000',
            { exception => [ ('    at http://127.0.0.1:22389/:5:5356') x 2 ] } ],
    ],

    'curl-4.http' => [ [ 'ERROR', '', 'payment failed' ] ],
    'curl.http'   => [ [ 'ERROR', '', 'payment failed', '10:31:32.890000' ] ],

    'gelf-graypy-http.http' => [
        [ 'ERROR', 'orders.pay', 'payment failed', '10:37:07.542910',
            { %id, exception => [ $trace, 'ValueError: boom' ] } ],
    ],
    'log4j2-http-gelf.http' => [
        [ 'ERROR', 'com.acme.Orders', 'payment failed for A', '10:39:10.839000',
            { %id, exception => [ 'java.lang.IllegalStateException: boom',
                "\tat L4.main(L4.java:4)" ] } ],
    ],


    # Compressed, and one of them without a word about it.

    'axiom-ndjson-gzip.http' => [
        [ 'INFO', '', 'started', undef, { request_id => 'req-1' } ],
    ],
    'log4j2-gelf-gzip-no-header.http' => [
        [ 'ERROR', 'orders.Pay', 'x' x 1500, undef, { request_id => 'req-1' } ],
    ],

    'lines-ecs-pino-winston.ndjson' => [
        [ 'ERROR', 'orders', 'payment failed', '10:31:35.630000',
            { exception => [ $error, $node ] } ],
        [ 'ERROR', '', 'payment failed', '10:31:35.721000',
            { %id, exception => [ $error, $node ] } ],
    ],
    'lines-fastify.ndjson' => [
        [ 'INFO', '', 'incoming request', '11:00:13.149000',
            { request_id => 'req-1', method => 'GET', path => '/api/orders' } ],
        [ 'WARNING', '', 'slow query', '11:00:13.151000',
            { request_id => 'req-1' } ],
        [ 'INFO', '', 'request completed', '11:00:13.156000',
            { request_id => 'req-1', status_code => 200,
                duration_ms => 5.073924000000034 } ],
        [ 'INFO', '', 'incoming request', '11:00:13.157000',
            { request_id => 'req-2', method => 'GET', path => '/boom' } ],
        [ 'ERROR', '', 'boom', '11:00:13.157000',
            { request_id => 'req-2', method => 'GET', path => '/boom',
                status_code => 500, exception => [ $error, $router ] } ],
        [ 'INFO', '', 'request completed', '11:00:13.159000',
            { request_id => 'req-2', status_code => 500,
                duration_ms => 1.9942999999999529 } ],
    ],
    'lines-go-logrus.ndjson' => [
        [ 'ERROR', '', 'payment failed', '10:38:15.000000',
            { %id, exception => [ 'boom', 'boom' ] } ],
        [ 'WARNING',  '', 'w', '10:38:15.000000' ],
        [ 'DEBUG',    '', 't', '10:38:15.000000' ],
        [ 'CRITICAL', '', 'p', '10:38:15.000000' ],
    ],
    'lines-go-zap.ndjson' => [
        [ 'ERROR', 'orders.pay', 'payment failed', '10:38:15.906874',
            { %id, exception => @zap } ],
        [ 'WARNING', 'orders.pay', 'w', '10:38:15.906920' ],
        [ 'CRITICAL', 'orders.pay', 'dp', '10:38:15.906926',
            { exception => @zap } ],
        [ 'INFO', '', 'iso8601+capital', '10:38:15.906000' ],
        [ 'INFO', '', 'epoch millis',    '10:38:15.906941' ],
        [ 'INFO', '', 'epoch nanos',     '10:38:15.906946' ],
    ],
    'lines-go-zerolog.ndjson' => [
        [ 'ERROR', '', 'payment failed', '10:38:15.000000',
            { %id, exception => [ 'boom', 'boom' ] } ],
        [ 'WARNING', '', 'w',        '10:38:15.000000' ],
        [ 'DEBUG',   '', 't',        '10:38:15.000000' ],
        [ 'INFO',    '', 'no level', '10:38:15.000000' ],
        [ 'INFO',    '', 'unix s',   '10:38:15.000000' ],
        [ 'INFO',    '', 'unix ms',  '10:38:15.906000' ],
    ],
    'lines-php-monolog.ndjson' => [
        [ 'ERROR', 'orders', 'payment failed', '10:43:13.044823',
            { %id, exception => [ ('RuntimeException: boom') x 2 ] } ],
        [ 'INFO',     'orders', 'n', '10:43:13.044951' ],
        [ 'CRITICAL', 'orders', 'e', '10:43:13.044963' ],
        [ 'CRITICAL', 'orders', 'a', '10:43:13.044970' ],
        [ 'ERROR', 'orders', 'with trace', '10:43:13.044981',
            { exception => [ ('RuntimeException: boom') x 2 ] } ],
        [ 'WARNING', 'orders', 'logstash fmt', '10:43:13.045203', \%id ],
    ],
    'lines-pino-http.ndjson' => [
        [ 'WARNING', 'orders', 'iso+label', '10:31:33.511000' ],
        [ 'INFO', '', 'request completed', '10:31:33.597000',
            { request_id => '1', method => 'GET', path => '/api/orders',
                status_code => 200, duration_ms => 12 } ],
    ],
    'lines-pino.ndjson'             => \@pino,
    'pino-http-send-text.http'      => \@pino,
    'pino-http-send.http'           => \@pino,
    'lines-py-pythonjsonlogger.ndjson' => [
        [ 'ERROR', '', 'default fmt', undef,
            { %id, exception => [ $trace, $zero ] } ],
        [ 'WARNING', 'orders.pay', 'asctime fmt', '10:37:21.197000',
            { duration_ms => 3 } ],
        [ 'INFO',  '', 'timestamp=True',  '10:37:21.197773' ],
        [ 'ERROR', '', 'levelno+created', '10:37:21.197921' ],
    ],
    'lines-py-rackscope.ndjson' => [
        [ 'WARNING', 'orders.pay', 'device unreachable', '10:37:21.241837',
            { %id, %took } ],
    ],
    'lines-py-structlog.ndjson' => [
        [ 'ERROR', '', 'payment failed', '10:37:21.194687',
            { %id, %took, exception => [ $trace, $zero ] } ],
        [ 'WARNING', 'orders.pay', 'epoch ts', '10:37:21.195152' ],
        [ 'CRITICAL', '', 'dict tb', '10:37:21.195200',
            { exception => [ $trace, $zero ] } ],
    ],
    'python-json-handler.http' => [
        [ 'ERROR', 'orders.pay', 'payment failed', '10:37:03.422830',
            { %id, %took, exception => [ $trace, 'ValueError: boom' ] } ],
    ],

    'syslog-ng-default.http'  => [ [ 'ERROR', 'orders', 'payment failed' ] ],
    'syslog-ng-jsonline.http' => \@syslog,
    'syslog-ng-scope.http'    => [ [ 'ERROR', 'orders', 'payment failed' ] ],

    'winston-http.http' => [
        [ 'ERROR', 'orders', 'payment failed', '10:31:13.020000',
            { %id, %took, status_code => 502 } ],
    ],

    # Envelopes.

    'otlp-js-json.http' => [
        [ 'ERROR', 'orders.pay', 'payment failed', '10:32:34.848000', \%paid ],
        [ 'INFO', 'orders.pay', 'started', '10:32:34.850000' ],
    ],
    'otlp-js-gzip.http' => [
        [ 'ERROR', 'orders.pay', 'payment failed', undef, \%paid ],
        [ 'INFO', 'orders.pay', 'started' ],
    ],
    'otlp-js-json-gzip.http' => [
        [ 'ERROR', 'orders.pay', 'payment failed', undef,
            { request_id => 'req-1', status_code => 502,
                exception => [ $error, '  at x' ] } ],
        [ 'INFO', 'orders.pay', 'started' ],
    ],
    'otlp-js-proto.http' => [
        [ 'ERROR', 'orders.pay', 'payment failed', '10:32:47.341000', \%paid ],
        [ 'INFO', 'orders.pay', 'started', '10:32:47.342000' ],
    ],
    'pino-opentelemetry-proto.http' => [
        [ 'INFO', 'orders', 'started', undef, { request_id => 'req-1' } ],
        [ 'ERROR', 'orders', 'payment failed', undef,
            { exception => [ $error, $node ] } ],
    ],
    'winston-loki-proto.http' => [
        [ 'ERROR', 'orders', 'payment failed', '10:32:28.485000', \%id ],
        [ 'INFO',  'orders', 'started',        '10:32:28.486000' ],
    ],
    'pino-loki-2.http' => [
        [ 'INFO', 'orders', 'started', undef, { request_id => 'req-1' } ],
        [ 'ERROR', 'orders', 'payment failed', undef,
            { exception => [ $error, $node ] } ],
        [ 'WARNING', 'orders', 'slow' ],
    ],
    'winston-loki-json.http' => [
        [ 'ERROR', 'orders', 'payment failed', '10:32:22.390000', \%id ],
        [ 'INFO',  'orders', 'started',        '10:32:22.390000' ],
    ],
    'splunk-logging-hec.http' => [ [ 'ERROR', '', 'payment failed' ] ],
    'winston-splunk-hec.http' =>
        [ [ 'INFO', '', 'started', undef, { request_id => 'req-1' } ] ],
    'browser-jsnlog.http' =>
        [ [ 'ERROR', 'orders.pay', 'payment failed', '10:40:12.989000' ] ],
    'bunyan-seq.http' => [
        [ 'INFO', 'orders', 'started', undef, { request_id => 'req-1' } ],
        [ 'ERROR', 'orders', 'payment failed', undef,
            { exception => [ $error, '    at /srv/app/bunyan-seq.js:1:284' ] } ],
    ],
    'pino-seq.http' => [
        [ 'INFO', 'orders', 'started', undef, { request_id => 'req-1' } ],
        [ 'ERROR', 'orders', 'payment failed', undef,
            { exception => [ $error, '    at /srv/app/pino-seq.js:2:47' ] } ],
    ],

    # Forms.

    'browser-urlsearchparams.http' => [ [ 'ERROR', '', 'payment failed' ] ],
    'python-httphandler-post.http' => [
        [ 'ERROR', 'orders.pay', 'payment failed for %s', '10:36:54.254622',
            { %id, %took } ],
    ],
    'python-httphandler-post-2.http' => [
        [ 'INFO', 'orders.pay', 'started %s', undef,
            { request_id => 'req-1' } ],
    ],

    # Bulk requests of Elasticsearch.

    'log4js-logstash-http.http' => [
        [ 'ERROR', 'node', 'payment failed { inspect: [Function: inspect] }',
            '10:41:47.885000', \%id ],
    ],
    'pino-elasticsearch-bulk.http' => [
        [ 'INFO', 'orders', 'started', undef, { request_id => 'req-1' } ],
    ],
    'syslog-ng-es.http' => [ $syslog[2] ],

    # systemd's journal.

    'systemd-journal-upload.http' => [
        [ 'ERROR', 'orders', 'payment failed' ],
        [ 'CRITICAL', 'orders', 'boom', undef,
            { exception => [ $trace, 'ValueError: x' ] } ],
    ],
);

# What is answered, where it is not the usual.

my %answers = (
    otlp => '{}',
    loki => '',
    'otlp-js-proto'            => '',
    'pino-opentelemetry-proto' => '',
    hec  => '{"text":"Success","code":0,"accepted":1,"filtered":0,'
        . '"rejected":0,"errors":[]}',
    (map { $_ => '{"took":0,"errors":false,"items":[{"index":{"status":201}}]}' }
        qw(bulk es logstash)),
);

# What is refused.

my %refused = (
    'browser-crossorigin.http'        => 403,
    'browser-formdata.http'           => 415,
    'elasticsearch-bulk-winston.http' => 405,
    'logtail-msgpack-gzip.http'       => 415,
    'python-httphandler-get.http'     => 405,
    'rollbar.http'                    => 422,
    'sentry-node-envelope.http'       => 422,
);

# What a record says of the fields of the contract.

sub fields {
    my ($record) = @_;

    my %got = map { defined $record->{$_} ? ($_ => $record->{$_}) : () } qw(level
        logger message request_id duration_ms method path status_code truncated);

    if (defined $record->{exception}) {
        my @lines = split /\n/, $record->{exception};
        $got{exception} = [ @lines[ 0, -1 ] ];
    }

    ($got{time}) = $record->{timestamp} =~ /\A2026-11-22T([\d:.]{15})\+00:00\z/;
    return \%got;
}

sub expected {
    my ($level, $logger, $message, $time, $others) = @_;

    return { level => $level, logger => $logger, message => $message,
        time => $time, %{ $others // {} } };
}

for my $path (glob Rackscope::Nginx::root() . '/t/data/captures/*') {
    my ($name) = $path =~ m{([^/]+)\z};

    my $seq = $nginx->last_seq;
    my $response =
        $name =~ /\.http\z/
        ? $nginx->raw(capture($name), port => 1)
        : $nginx->post(data("captures/$name"));
    my @records = $nginx->records("since_seq=$seq");

    if ($records{$name}) {
        my $rows  = $records{$name};
        my $count = @$rows;

        my ($sender) = $name =~ /(otlp|loki|hec|bulk|\bes\b|logstash)/;

        is $response->body,
            $answers{ $name =~ s/[.]http\z//r } // $answers{ $sender // '' }
            // qq({"accepted":$count,"filtered":0,"rejected":0,"errors":[]}),
            $name;

        my @got = map { fields($_) } @records;
        my @want = map { expected(@$_) } @$rows;

        for my $i (0 .. $#want) {

            # the time of capture may be any
            delete $got[$i]{time} if !defined $want[$i]{time};
            delete $want[$i]{time} if !defined $want[$i]{time};

            is canon($got[$i] // {}), canon($want[$i]), "$name: record $i"
                or diag explain $records[$i];
        }

        is @records, @want, "$name: no more of them";

    } elsif ($refused{$name}) {
        is $response->status, $refused{$name}, "$name: $refused{$name}";
        is @records, 0, "$name: no record";

    } else {
        fail "$name: what is to come of it?";
    }
}

is scalar(grep { !-e Rackscope::Nginx::root() . "/t/data/captures/$_" }
    keys %records, keys %refused), 0, 'all of them are there';

# What is no field of the record stays with it.

my ($extra) = do {
    my $seq = $nginx->last_seq;
    $nginx->post(data('captures/lines-py-rackscope.ndjson'));
    $nginx->records("since_seq=$seq");
};
is $extra->{device_id}, 'd1', 'extra fields';

done();
