# SPDX-License-Identifier: BSD-2-Clause
#
# Bodies that are envelopes as a whole: forms, bulk requests of Elasticsearch,
# systemd's journal; and those that are known and not read.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    http   => 'client_max_body_size 8m;',
    ingest => <<'END',
location / { rackscope_logs_ingest main; }
END
)->start;

sub usual {
    my ($count) = @_;

    return qq({"accepted":$count,"filtered":0,"rejected":0,"errors":[]});
}

sub post {
    my ($uri, $type, $body, %options) = @_;

    my $seq = $nginx->last_seq;
    my $response = $nginx->client(1)->request('POST', $uri, body => $body,
        headers => [ 'Content-Type' => $type ], %options);

    return $response, $nginx->records("since_seq=$seq");
}

my $form = 'application/x-www-form-urlencoded';

# Forms.  curl calls all of these so.

my ($response, @records) = post('/internal/logs', $form,
    'level=error&msg=payment+failed&logger=pay&password=hunter2&exc_text=None');

is $response->body, usual(1), 'a form';
is_deeply [ map { [ @$_{qw(level logger message password)} ] } @records ],
    [ [ 'ERROR', 'pay', 'payment failed', '***' ] ], 'is a record, redacted';

($response, @records) = post('/internal/logs', $form, '{"message":"json"}');
is_deeply [ map { $_->{message} } @records ], ['json'], 'JSON that is called so';

($response, @records) = post('/internal/logs', $form, "ERROR one\ntwo=2&x\n");
is_deeply [ map { $_->{message} } @records ], [ 'ERROR one', 'two=2&x' ],
    'text that is called so';

# Bulk requests.

my @bulk = map { qq({"index":{"_index":"i"}}\n{"message":"$_","token":"abc"}\n) }
    1 .. 100;
my $item = '{"index":{"status":201}}';

($response, @records) = post('/es/_bulk', 'application/x-ndjson', join '', @bulk);

is $response->status, 200, 'a bulk request';
is $response->header('Content-Type'), 'application/json', 'its type';
is $response->body, '{"took":0,"errors":false,"items":['
    . join(',', ($item) x 100) . ']}', 'an item for each';
is_deeply [ map { $_->{message} } @records ], [ 1 .. 100 ], 'the documents';
is_deeply [ grep { $_->{token} ne '***' } @records ], [], 'are redacted';

($response, @records) = post('/es/_bulk', 'application/x-ndjson',
    qq({"create":{}}\n{"message":\n{"delete":{}}\n));

is $response->status, 200, 'nothing usable';
is $response->body, '{"took":0,"errors":true,"items":'
    . '[{"create":{"status":400}},{"delete":{"status":200}}]}', 'it says so';
is @records, 0, 'no record';

# A long answer takes little memory.

sub peak {
    my ($pid) = @_;

    my ($peak) = slurp("/proc/$pid/status") =~ /^VmHWM:\s+(\d+)\ kB/mx;
    return $peak;
}

my ($before) = sort { $b <=> $a } map { peak($_) } $nginx->workers;
$response = $nginx->client(1)->request('POST', '/_bulk',
    body => qq({"delete":{}}\n) x 500_000 . qq({"create":{}}\nx\n) x 2);
my ($after) = sort { $b <=> $a } map { peak($_) } $nginx->workers;

is length $response->body, length('{"took":0,"errors":true,"items":[]}')
    + 500_000 * length('{"delete":{"status":200}},')
    + 2 * length('{"create":{"status":400}},') - 1, 'an answer of 13 MB';
like $response->body, qr/\},\{"create":\{"status":400\}\},\{"create":\{"status":400\}\}\]\}\z/,
    'its end';
cmp_ok $after - $before, '<', 8_000, 'KB more of memory';

($response, @records) = post('/es/_bulk', 'text/plain', qq({"index":1,"message":"m"}\n));
is $response->body, usual(1), 'what only begins like one';

# systemd's journal, as journal-upload sends it.

my $entry = "__REALTIME_TIMESTAMP=1795834212661197\nMESSAGE=one\nPRIORITY=3\n\n"
    . "MESSAGE\n" . pack('Q<', 9) . "two\nthree\nPRIORITY=6\n\n";

($response, @records) = post('/upload', 'application/vnd.fdo.journal', undef,
    chunks => [ $entry =~ /.{1,7}/gs ]);

is $response->body, usual(2), 'the journal';
is_deeply [ map { [ @$_{qw(level message)} ] } @records ],
    [ [ 'ERROR', 'one' ], [ 'INFO', "two\nthree" ] ], 'its entries';

my $client = $nginx->client(1);
$client->start('POST', '/upload', length => length $entry,
    headers => [ Expect => '100-continue' ]);
is $client->read_head(now() + 10)->status, 100, 'it may go on';
$client->send($entry);
is $client->response->body, usual(2), 'and is answered';

# An open upload: each entry is there when its empty line has come.

my $seq = $nginx->last_seq;
$client = $nginx->upload(uri => '/upload',
    headers => [ 'Content-Type' => 'application/vnd.fdo.journal' ]);
$client->send_chunk("MESSAGE=live\nPRIORITY=4\n\nMESSAGE=open\n");
ok wait_until { $nginx->last_seq > $seq }, 'a live entry';
is_deeply [ map { $_->{message} } $nginx->records("since_seq=$seq") ], ['live'],
    'is there';
$client->close;

# What is known and not read.

for (
    [ '/', 'multipart/form-data; boundary=x', 415, 'multipart' ],
    [ '/', 'application/msgpack',           415, 'MessagePack' ],
    [ '/', 'application/logplex-1',         415, 'logplex' ],
    [ '/v1/traces',          'application/json', 415, 'OTLP' ],
    [ '/api/1/envelope/?x=1', 'text/plain',      422, 'Sentry' ],
    [ '/', 'application/json', 422, 'OTLP',    '{"resourceSpans":[{}]}' ],
    [ '/', 'application/json', 422, 'Rollbar', '{"data":{"body":{},"notifier":{}}}' ],
    [ '/', 'text/plain', 422, 'Sentry', qq({"sent_at":"t","sdk":{}}\n{"type":"event"}\n{}) ],
    [ '/', 'text/plain', 415, 'MessagePack', "\x81\xa7message\xa1m" ],
    )
{
    my ($uri, $type, $status, $word, $body) = @$_;

    ($response, @records) = post($uri, $type, $body // '{"message":"m"}');
    is $response->status, $status, "$uri $type: $status";
    like $response->json->{detail}, qr/\Q$word\E/, "by name: $word";
    is @records, 0, 'no record';
}

for ([ 'X-Sentry-Auth' => 'Sentry x' ], [ 'X-Amz-Firehose-Protocol-Version' => '1.0' ]) {
    $response = $nginx->client(1)->request('POST', '/', body => '{}', headers => $_);
    like $response->status, qr/\A4(?:15|22)\z/, "$_->[0]: refused";
}

done();
