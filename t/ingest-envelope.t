# SPDX-License-Identifier: BSD-2-Clause
#
# The answers that senders wait for: one location takes them all, whatever the
# path.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(ingest => <<'END')->start;
        location / { rackscope_logs_ingest main; }
        location = /off/_bulk { rackscope_logs off; rackscope_logs_ingest main; }
        location = /small { client_max_body_size 200;
                            rackscope_logs_ingest main; }
END

my $json  = 'application/json';
my $usual = '{"accepted":%d,"filtered":0,"rejected":%d,"errors":[%s]%s}';

# A request, and what is answered: status, type, body.

sub answers {
    my ($name, $request, $status, $type, $body) = @_;
    my ($method, $uri, %opt) = @$request;

    my $response = $nginx->request($method, $uri, port => 1, %opt);

    is $response->status, $status, "$name: status";
    is $response->header('Content-Type'), $type, "$name: type";
    is $response->body, $body, "$name: body";
    return $response;
}

sub otlp {
    my (@records) = @_;

    return '{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},'
        . '"logRecords":[' . join(',', @records) . ']}]}]}';
}

my $record = '{"body":{"stringValue":"a"}}';
my $none   = 'an entry must be a JSON object, such as {...}';

# OTLP

answers('OTLP', [ POST => '/v1/logs', body => otlp($record) ], 200, $json, '{}');
answers('OTLP, elsewhere', [ POST => '/x', body => otlp($record, $record) ], 200,
    $json, '{}');
answers('OTLP, empty', [ POST => '/v1/logs', body => '{"resourceLogs":[]}' ], 200,
    $json, '{}');
answers('OTLP, no member', [ POST => '/v1/logs', body => '{}' ], 200, $json, '{}');
answers(
    'OTLP, partial',
    [ POST => '/v1/logs', body => otlp($record, 1, $record) ],
    200, $json,
    '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":'
        . qq("line 1, column 101: $none"}})
);

my $useless = qq({"index":0,"detail":"line 1, column 72: $none"});
answers(
    'OTLP, useless',
    [ POST => '/v1/logs', body => otlp(1) ],
    422, $json,
    sprintf $usual, 0, 1, $useless, qq(,"detail":"line 1, column 72: $none")
);

my $large = $nginx->request(POST => '/small', port => 1,
    chunks => [ otlp(($record) x 20) ]);
is $large->status, 413, 'OTLP, too large';
is $large->json->{accepted}, 4, 'what was whole is taken';

# Loki

my $stream = '{"streams":[{"stream":{},"values":[%s]}]}';
my $entry  = '["1795343542390000000","a"]';

answers('Loki', [ POST => '/loki/api/v1/push', body => sprintf $stream, $entry ],
    204, undef, '');
answers('Loki, partial', [ POST => '/', body => sprintf $stream, "$entry,[1]" ],
    204, undef, '');
answers('Loki, empty', [ POST => '/', body => '{"streams":[]}' ], 204, undef, '');
is $nginx->request(POST => '/', port => 1, body => sprintf $stream, '[1]')->status,
    422, 'Loki, useless';

# It is the same connection that goes on after an answer without a body.

my $client = $nginx->client(1);
for (1 .. 2) {
    is $client->request(POST => '/', body => sprintf $stream, $entry)->status,
        204, 'Loki, on one connection';
}
is $client->request(OPTIONS => '/')->status, 200, 'OPTIONS on it';
is $client->request(POST => '/', body => '{"message":"m"}')->status, 200,
    'and a record';

# Splunk's HEC: by its path, its authorization, or its members.

my $success = '{"text":"Success","code":0,"accepted":1,"filtered":0,'
    . '"rejected":0,"errors":[]}';
my $collector = '/services/collector/event';

answers('HEC, path', [ POST => $collector, body => '{"event":"a"}' ], 200, $json,
    $success);
answers('HEC, raw', [ POST => '/services/collector/raw', body => "a\n" ], 200,
    $json, $success);
answers('HEC, authorization',
    [ POST => '/', body => '{"event":{"message":"a"}}',
        headers => [ Authorization => 'Splunk t-1' ] ],
    200, $json, $success);
answers('HEC, members', [ POST => '/', body => '{"event":"a","source":"s"}' ],
    200, $json, $success);

my $failed = $nginx->request(POST => $collector, port => 1, body => '[{"a":1,}]');
is $failed->status, 400, 'HEC, useless';
is $failed->json->{text}, 'Invalid data format', 'HEC, useless: text';
is $failed->json->{code}, 6, 'HEC, useless: code';

for ('', '/1.0') {
    answers("HEC, health$_", [ GET => "/services/collector/health$_" ], 200, $json,
        '{"text":"HEC is healthy","code":17}');
}
is $nginx->request(GET => $collector, port => 1)->status, 405, 'HEC, no health';

# JSNLog, lists

answers('JSNLog', [ POST => '/', body => '{"r":"","lg":[{"l":5000,"m":"a"}]}' ],
    200, $json, sprintf $usual, 1, 0, '', '');
answers('a list', [ POST => '/', body => '{"logs":[{"msg":"a"},{"msg":"b"}]}' ],
    200, $json, sprintf $usual, 2, 0, '', '');

# The examples of docs/ingest.md.

my $examples = 0;

for (slurp(Rackscope::Nginx::root() . '/docs/ingest.md') =~ /^\|(.*)\|$/gm) {
    my ($name, $example, $becomes, $answered) = split / \| /;
    next if ($example // '') !~ /\A`([{].*[}])`\z/ || !$answered;

    my $body   = $1;
    my @record = $becomes  =~ /`([^`]*)`/g;
    my @answer = $answered =~ /`([^`]*)`/g;
    my $from   = $nginx->last_seq;

    my $response = $nginx->request(POST => '/', port => 1, body => $body);
    my ($made) = $nginx->records("since_seq=$from");

    is $response->status, $answer[0], "documented:$name: status";
    is $response->body, $answer[1] // '', "documented:$name: body";
    is_deeply [ @$made{qw(level logger message)} ], \@record,
        "documented:$name: record";
    $examples++;
}

is $examples, 5, 'all examples';

# Docker asks before a container starts; a browser asks for a page of another
# site.

my $allowed = answers('OPTIONS', [ OPTIONS => $collector ], 200, undef, '');
is $allowed->header('Allow'), 'POST, OPTIONS', 'OPTIONS: what is allowed';
is $allowed->header('Content-Length'), 0, 'OPTIONS: no body';

my $preflight = $nginx->request(OPTIONS => $collector, port => 1,
    headers => [ Origin => 'http://127.0.0.1' ]);
is $preflight->status, 403, 'OPTIONS of a browser';
is $preflight->header('Access-Control-Allow-Origin'), undef, 'is not allowed';

# What clients of Elasticsearch want to see.

for (
    [ POST => '/_bulk',           'Elasticsearch' ],
    [ POST => '/index/_bulk?x=1', 'Elasticsearch' ],
    [ GET  => '/_cluster/health', 'Elasticsearch' ],
    [ GET  => '/_bulk',           'Elasticsearch' ],
    [ POST => '/x?/_bulk',        undef ],
    [ POST => '/_bulkx',          undef ],
    [ POST => '/x/_cluster',      undef ],
    [ POST => '/off/_bulk',       undef ],
    )
{
    my ($method, $path, $product) = @$_;

    my $response = $nginx->request($method, $path, port => 1, body => '{"a":1}');
    is $response->header('X-Elastic-Product'), $product, "$method $path";
}

# An envelope whose client goes away: what was whole is there, also what waited
# for what comes behind it.

my $seq  = $nginx->last_seq;
my $half = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[' . $record;

for my $body (otlp($record) =~ s/\]\}\]\}\]\}\z/,/r, "$half,{") {
    my $leaving = $nginx->client(1);
    $leaving->start(POST => '/v1/logs', open => 1);
    $leaving->send_chunk($body);
    $leaving->close;
}

ok wait_until { $nginx->records("since_seq=$seq") == 2 }, 'a client leaves';

done();
