# SPDX-License-Identifier: BSD-2-Clause
#
# A search over a large ring, and a large answer, take turns with others on the
# same worker.
#
# The worker is stopped while it is told of two things, and so learns of both
# in one turn of its event loop, in their order.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 1,
    zone    => 'main entries=100000 entry_size=1k',
    http    => "client_max_body_size 0;\n    rackscope_logs_zone small;",
    h2      => 1,
    api     => 'gzip on; gzip_types application/json;',
    admin   => <<'END',
        location /small {
            auth_request       /auth;
            rackscope_logs_api small;
        }
        location = /post {
            rackscope_logs_ingest small;
        }
END
)->start;

my $entries = 100_000;

# Fills the ring; these of its lines, counted from the oldest, have the needle.

sub fill {
    my %needles = map { $_ => 1 } @_;

    for my $part (0 .. 9) {
        my $n     = $part * $entries / 10;
        my $lines = ndjson(
            map { { message => $needles{$_} ? "needle $_" : "hay $_" } }
                $n .. $n + $entries / 10 - 1
        );
        $nginx->post($lines)->status == 200 or die "not posted\n";
    }

    return $nginx->last_seq;
}

# Sends two requests of two clients to a worker that sleeps.

sub two {
    my ($first, $second, $also) = @_;

    my ($worker) = $nginx->workers;
    my @clients = map { $nginx->client } 1, 2;
    $_->request('GET', '/worker') for @clients;

    kill 'STOP', $worker;
    wait_until { slurp("/proc/$worker/stat") =~ /\)\ T\ /x };

    $clients[0]->start(@$first) if $first;
    $also->()                   if $also;
    $clients[1]->start(@$second) if $second;

    kill 'CONT', $worker;
    return @clients;
}

# The requests since the last call, in the order of their ends.

my $seen = 0;

sub ended {
    my ($n) = @_;

    my @lines;
    wait_until {
        @lines = grep { !/worker\ HTTP/x } split /\n/,
            slurp($nginx->prefix . '/access.log') // '';
        @lines >= $seen + $n;
    };

    splice @lines, 0, $seen;
    $seen += @lines;
    return map { /"\w+\ (\S+)\ HTTP\S*\ (\d+)/x ? "$1 $2" : $_ } @lines;
}

sub skip_to_now {
    my $mark = '/worker/now' . ++$seen;
    $nginx->get($mark);
    wait_until { (slurp($nginx->prefix . '/access.log') // '') =~ /$mark/ };
    $seen = grep { !/worker\ HTTP/x } split /\n/,
        slurp($nginx->prefix . '/access.log');
    return;
}

my $last   = fill(0, 50_000, $entries - 1);
my $search = '/api/logs?search=NEEDLE';

# A search.

skip_to_now();
my ($one, $other) = two([ 'GET', $search ], [ 'GET', '/api/logs?n=1' ]);
my $got = $one->response(60)->json;
is $other->response->json->{total}, 1, 'another request';
is_deeply [ ended(2) ], [ '/api/logs?n=1 200', "$search 200" ],
    'is answered before a search is';
is_deeply [ map { $_->{message} } @{ $got->{records} } ],
    [ map { "needle $_" } 0, 50_000, $entries - 1 ], 'what was searched for';
is_deeply [ @$got{qw(total last_seq)} ], [ 3, $last ], 'the rest of the answer';

# Filters that rarely match, and those that are done early.

for my $args ("request_id=x", "level=error", "search=hay&n=70000",
    "n=100000")
{
    skip_to_now();
    ($one, $other) = two([ 'GET', "/api/logs?$args" ], [ 'GET', '/api/logs?n=1' ]);
    $got = $one->response(60)->json;

    my $n = $args =~ /n=(\d+)/ ? $1 : 0;
    is_deeply [ ended(2) ], [ '/api/logs?n=1 200', "/api/logs?$args 200" ],
        "$args: others first" if !$n;
    is $got->{total}, $n, "$args: total";
    is_deeply [ map { $_->{_seq} } @{ $got->{records} } ],
        [ $last - $n + 1 .. $last ], "$args: in order"
        if $args =~ /\An/;
    is $got->{last_seq}, $last, "$args: last_seq";
}

# A large answer is made in turns, too.  (To send it takes some anyway.)

skip_to_now();
($one, $other) = two([ 'HEAD', '/api/logs?n=100000' ],
    [ 'GET', '/api/logs?n=1' ]);
is $one->response(60)->status, 200, 'a large answer';
is_deeply [ ended(2) ], [ '/api/logs?n=1 200', '/api/logs?n=100000 200' ],
    'others first';

# A ring of 1,000 records is searched in one turn.

$nginx->post(ndjson(map { { message => 'm' x 500, n => $_ } } 1 .. 1000),
    port => 0, uri => '/post');
skip_to_now();
($one, $other) = two([ 'GET', '/small?search=x&n=1000' ],
    [ 'GET', '/small?n=1000' ]);
is $one->response->json->{total},   0,    'a small ring: nothing found';
is $other->response->json->{total}, 1000, 'a small ring: all of it';
is_deeply [ ended(2) ], [ '/small?search=x&n=1000 200', '/small?n=1000 200' ],
    'a small ring: one after the other';

# Other ways to ask.

my $length = $nginx->get($search)->header('Content-Length');
my $head   = $nginx->request('HEAD', $search);
is $head->status, 200, 'HEAD';
is $head->header('Content-Length'), $length, 'HEAD: the same length';

for my $opt ([], ['--compressed'], ['--http1.0'],
    [ '--http2-prior-knowledge', '--compressed' ])
{
    my $port = $nginx->port(grep({ /http2/ } @$opt) ? 3 : 0);
    my $out = curl(@$opt, "http://127.0.0.1:$port$search");
    is decode_json($out->{out})->{total}, 3, "curl @$opt";
}

my $pipe = $nginx->client;
$pipe->start('GET', $search);
$pipe->start('GET', '/worker');
is $pipe->response(60)->json->{total}, 3, 'a pipeline: the search';
is $pipe->response->body, ($nginx->workers)[0], 'a pipeline: what follows it';

is $nginx->get($search, headers => [ 'X-Test-Auth' => 'deny' ])->status, 403,
    'nothing for others';

# The ring moves on meanwhile: with a stream behind the answer nothing is
# missed, and nothing comes twice.

my $client = $nginx->client(1);
$client->request('GET', '/worker');
($one) = two([ 'GET', $search ], undef, sub {
    $client->start('POST', '/internal/logs', body => '{"message":"needle new"}');
});
$got = $one->response(60)->json;
is $client->response->status, 200, 'a record meanwhile';
is_deeply [ @$got{qw(total last_seq)} ], [ 2, $last ],
    'the oldest is gone, the new one is not there yet';

my $stream = $nginx->stream("search=needle&since_seq=$got->{last_seq}");
my $event  = $stream->next_event;
is_deeply [ $event->{id}, $event->{json}{message} ],
    [ $last + 1, 'needle new' ], 'but on the stream';
$stream->close;

# Twenty searches, of which nginx knows when this returns.

sub twenty {
    my @clients = map { $nginx->client } 1 .. 20;
    my (undef, $other) = two(undef, [ 'GET', '/api/logs?n=1' ],
        sub { $_->start('GET', $search) for @clients });
    $other->response(60);
    return @clients;
}

# Clients go away.

skip_to_now();
$_->close for twenty();
my @ended = ended(21);
is @ended, 21, 'clients that go away';
ok scalar(grep { $_ eq "$search 499" } @ended), 'and are not searched for';
is $nginx->get('/api/logs?n=1')->status, 200, 'and the next one';

# A worker that is told to go finishes its searches.

my ($worker) = $nginx->workers;
my @searches = twenty();
kill 'QUIT', $worker;

is_deeply [ map { my $r = $_->response(60); $r && $r->json->{total} } @searches ],
    [ (3) x 20 ], 'a worker that goes';
my $gone = wait_until { !alive($worker) && $nginx->all_workers } 30;
ok $gone, 'and goes';

# Somebody clears the ring.

($one, $other) = two([ 'GET', $search ], [ 'DELETE', '/api/logs' ]);
is $other->response->status, 200, 'a clear meanwhile';
is $one->response(60)->json->{total}, 0, 'what was cleared is not found';

# A stream that looks for something far back.

$last = fill(20_000);
my $since = $last - $entries;
($one, $other) = two([ 'GET', "/api/logs/stream?since_seq=$since&search=needle" ],
    [ 'DELETE', '/api/logs' ]);
is $other->response->status, 200, 'a clear while a stream searches';

my $text = '';
wait_until { $one->fill(now() + 1); ($text = $one->{buf}) =~ /event:/ };
like $text, qr/event: clear/, 'is what the stream says';
unlike $text, qr/needle/, 'and not what it would have found';
$one->close;

# And finds it, if nobody does.

$last   = fill(20_000, $entries - 1);
$stream = $nginx->stream('search=needle&since_seq=' . ($last - $entries));
is_deeply [ map { $stream->next_event->{json}{message} } 1, 2 ],
    [ 'needle 20000', 'needle ' . ($entries - 1) ], 'a stream finds both';
$stream->close;

done();
