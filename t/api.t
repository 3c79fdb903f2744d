# SPDX-License-Identifier: BSD-2-Clause
#
# GET, HEAD and DELETE on the ring: what the answers look like, byte for byte.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    zone    => 'main entries=40 entry_size=2k',
    http    => 'gzip on; gzip_types application/json; gzip_min_length 1;',
    admin   => 'location /open { rackscope_logs_api main; }',
)->start;

my @json = (
    'Content-Type'           => 'application/json',
    'Cache-Control'          => 'no-store',
    'X-Content-Type-Options' => 'nosniff',
);

# The headers that all answers have, and that nobody else may read them.

sub headers_ok {
    my ($response, $name, @expected) = @_;

    my %expected = (@json, @expected);
    my %got = map { $_ => $response->header($_) } keys %expected;

    is_deeply \%got, \%expected, "$name: headers";
    is_deeply [ grep { /\Aaccess-control/ } keys %{ $response->headers } ],
        [], "$name: no page of another origin may read it";
    return;
}

# An empty ring.

my $empty = $nginx->get('/api/logs');

is $empty->status, 200, 'an empty ring';
is $empty->raw_body, '{"records":[],"total":0,"last_seq":0}', 'its answer';

# The shape of a record: the keys in their order, whatever order they came in.

my $before = time;

is $nginx->post('{"rack_id":"r\u00e9","ctx":{"b":[1,null,true],"a":"x"},'
        . '"exception":"Traceback\n  line","status_code":503,'
        . '"path":"/p","method":"GET","duration_ms":1.5,'
        . '"request_id":"r-1","message":"m \"q\" \\\\ \t \u0000 \/",'
        . '"logger":"app.x","level":"warning",'
        . '"timestamp":"2026-11-22T10:16:57.395827+00:00","_seq":7}')->status,
    200, 'a record with everything';

is $nginx->post({ message => 'second' })->status, 200, 'one with a message';

my $response = $nginx->get('/api/logs');
my $body = $response->raw_body;
my ($first, $time) =
    $body =~ /"_seq":(\d+),.*"timestamp":"([^"]+)","level":"INFO"/;

$first //= 0;
$first = $1 if $body =~ /\A\{"records":\[\{"_seq":(\d{16}),/;

is $body, <<"END" =~ s/\n//gr, 'the answer, byte for byte';
{"records":[
{"_seq":$first,"timestamp":"2026-11-22T10:16:57.395827+00:00",
"level":"WARNING","logger":"app.x","message":"m \\"q\\" \\\\ \\t \\u0000 /",
"request_id":"r-1","duration_ms":1.5,"method":"GET","path":"/p",
"status_code":503,"exception":"Traceback\\n  line","rack_id":"r\xc3\xa9",
"ctx":{"b":[1,null,true],"a":"x"}},
{"_seq":@{[ $first + 1 ]},"timestamp":"$time","level":"INFO","logger":"",
"message":"second"}
],"total":2,"last_seq":@{[ $first + 1 ]}}
END

like $time, qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.]\d{6}[+]00:00\z/,
    'a time of capture';
ok abs($first / 1_000_000 - $before) < 60, 'numbers start at the present';

headers_ok($response, 'GET', 'Content-Length' => length $body);

# What was cut says so.

$nginx->post({ message => 'x' x 5000 });
my ($cut) = $nginx->records('n=1');
is $cut->{truncated}, JSON::PP::true(), 'truncated';
like $cut->{message}, qr/\Ax+\x{2026}\ \[\d+\ bytes\ cut\]\z/x,
    'and how much';

# HEAD.

my $head = $nginx->request('HEAD', '/api/logs?n=2');
my $get  = $nginx->get('/api/logs?n=2');

is $head->status, 200, 'HEAD';
headers_ok($head, 'HEAD', 'Content-Length' => length $get->raw_body);

my $client = $nginx->client;
$client->start('HEAD', '/api/logs');
$client->response;
is $client->request('GET', '/worker')->status, 200,
    'nothing follows the head of HEAD';

# gzip.

my $gzip = $nginx->get('/api/logs', headers => [ 'Accept-Encoding' => 'gzip' ]);

headers_ok($gzip, 'gzip', 'Content-Encoding' => 'gzip');
is $gzip->body, $nginx->get('/api/logs')->raw_body, 'gzip: the same';

# Other methods, of which none changes anything.

$before = $nginx->get('/api/logs')->raw_body;

for my $method (qw(PUT POST OPTIONS PATCH PROPFIND UNKNOWN)) {
    my $refused = $nginx->request($method, '/api/logs',
        headers => [ 'X-HTTP-Method-Override' => 'DELETE' ],
        body    => '{"message":"no"}');

    is $refused->status, 405, $method;
    headers_ok($refused, $method, Allow => 'GET, HEAD, DELETE');
    is $refused->raw_body,
        '{"detail":"the log API takes GET, HEAD and DELETE"}',
        "$method: what would be right";
}

# The body of a refused request is no request.

$client = $nginx->client;
is $client->request('PUT', '/api/logs',
    body => "GET /worker HTTP/1.1\r\nHost: x\r\n\r\n")->status, 405, 'a body';
is $client->request('GET', '/api/logs')->raw_body, $before,
    'was read over, and the ring is as before';

$nginx->get('/api/logs?_method=DELETE');
is $nginx->get('/api/logs')->raw_body, $before, 'GET changes nothing';

# Errors.

headers_ok($nginx->get('/api/logs?n=x'), '422');
headers_ok($nginx->get('/open'),         '403');

my $closed = $nginx->get('/open');
is $closed->status, 403, 'a door without auth_request';
is $closed->raw_body, '{"detail":"auth_request did not approve this request; '
    . 'the error log of nginx says what to do"}', 'what is wrong';

# DELETE, seen by all workers at once.

for my $worker ($nginx->workers) {
    $nginx->post({ message => 'to be gone' });

    my $admin  = $nginx->client_of($worker);
    my $delete = $admin->request('DELETE', '/api/logs');

    is $delete->status, 200, "DELETE in worker $worker";
    is $delete->raw_body, '{"ok":true,"message":"Log buffer cleared"}',
        'its answer';
    headers_ok($delete, 'DELETE');

    for ($nginx->workers) {
        is $nginx->client_of($_)->request('GET', '/api/logs')->raw_body,
            '{"records":[],"total":0,"last_seq":0}', "empty in worker $_";
    }
}

$nginx->post({ message => 'after' });
is $nginx->last_seq, $first + 7, 'the numbers went on';
is $nginx->get('/api/logs')->json->{total}, 1, 'from an empty ring';

# A ring that runs over keeps exactly the last of them.

$nginx->post(ndjson(map { { message => "m$_" } } 1 .. 95));

my $full = $nginx->get('/api/logs?n=1000')->json;
is_deeply [ map { $_->{message} } @{ $full->{records} } ],
    [ map { "m$_" } 56 .. 95 ], 'the last 40';
is_deeply [ map { $_->{_seq} } @{ $full->{records} } ],
    [ $first + 63 .. $first + 102 ], 'without a hole';
is $full->{total}, 40, 'total';
is $full->{last_seq}, $first + 102, 'last_seq';

done();
