# SPDX-License-Identifier: BSD-2-Clause
#
# The stream: what it sends, from where, and how it ends.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 2,
    zone    => 'main entries=50 streams=5',
    http    => 'gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;',
    admin   => <<'END',
        location /short {
            rackscope_logs_require_admin    off;
            rackscope_logs_api              main;
            rackscope_logs_stream_timeout   400ms;
            rackscope_logs_stream_heartbeat 100ms;
        }
END
)->start;

my $uri = '/api/logs/stream';

# Bytes of a response until they match, without their chunks.

sub bytes_until {
    my ($client, $pattern) = @_;

    my ($text, %state) = ('');
    my $deadline = now() + 10;

    while (1) {
        Rackscope::Response::dechunk(\%state, \$client->{buf}, \$text);
        return $text if $text =~ $pattern;
        $client->fill($deadline) or return $text;
    }
}

# From the present: nothing of what was there before.

$nginx->post({ message => 'before' });

my $client = $nginx->client;
$client->start('GET', $uri, headers => [ 'Accept-Encoding' => 'gzip' ]);
my $head = $client->read_head(now() + 10);

is $head->status, 200, 'a stream';

my %headers = (
    'Content-Type'           => 'text/event-stream',
    'Cache-Control'          => 'no-store',
    'X-Content-Type-Options' => 'nosniff',
    'X-Accel-Buffering'      => 'no',
    'Transfer-Encoding'      => 'chunked',
    'Content-Encoding'       => undef,
    'Content-Length'         => undef,
    'ETag'                   => undef,
);

is_deeply { map { $_ => $head->header($_) } keys %headers }, \%headers,
    'its headers, and no gzip';
is_deeply [ grep { /\Aaccess-control/ } keys %{ $head->headers } ], [],
    'no page of another origin may read it';

# The events, byte for byte: an id and the line of the record, no event.

$nginx->post({ message => 'one', rack_id => 'r1' });
$nginx->post({ message => 'two' });

my ($one, $two) = $nginx->get('/api/logs?n=2')->raw_body
    =~ /\A\{"records":\[(\{.*\}),(\{.*\})\],/;
my ($seq) = $one =~ /"_seq":(\d+)/;

is bytes_until($client, qr/two.*\n\n/),
    ": ping\n\n"
    . "id: $seq\ndata: $one\n\nid: @{[ $seq + 1 ]}\ndata: $two\n\n",
    'the first heartbeat and two events, byte for byte';

# Filters.

$client->close;
my %filter = (
    'level=error'                  => [2],
    'min_level=Warning'            => [ 1, 2 ],
    'search=PART%202'              => [2],
    'request_id=r-1'               => [1],
    'min_level=info&search=part+0' => [0],
    'level=&search=&request_id='   => [ 0, 1, 2 ],
    'n=x'                          => undef,
    'level=none'                   => undef,
    'min_level=x'                  => undef,
    'search=%ff'                   => undef,
    'request_id=%ff'               => undef,
    'since_seq=x'                  => undef,
);

for my $query (sort keys %filter) {
    my $stream = $nginx->stream($query);

    if (!$filter{$query}) {
        is $stream->status, 422, "$query is refused";
        next;
    }

    is $stream->status, 200, $query;

    my @levels = qw(INFO WARNING ERROR);
    $nginx->post(ndjson(map { {
            message    => "part $_",
            level      => $levels[$_],
            request_id => "r-$_",
    } } 0 .. 2));

    my @got = map { $stream->next_event } @{ $filter{$query} };
    is_deeply [ map { $_->{json}{message} } @got ],
        [ map { "part $_" } @{ $filter{$query} } ], 'its events';
    is $stream->next_event(0.02), undef, 'and no more';
}

# A request that is none for the stream.

for my $method (qw(POST PUT DELETE OPTIONS)) {
    my $refused = $nginx->request($method, $uri);

    is $refused->status, 405, $method;
    is $refused->header('Allow'), 'GET, HEAD', 'what is allowed';
    is $refused->raw_body, '{"detail":"the stream takes GET and HEAD"}',
        'in words';
}

my $last = $nginx->last_seq;
ok $last > $seq, 'DELETE on the stream deleted nothing';

# Clear: an event, no gap, also if there is nothing to clear.

my $stream = $nginx->stream('since_seq=' . $last);
is $stream->status, 200, 'a stream';

for my $round (1 .. 3) {
    $nginx->request('DELETE', '/api/logs');
    is_deeply $stream->next_event,
        { event => 'clear', data => '{}', json => {} }, "clear $round";
}

$nginx->post({ message => 'after' });
is $stream->next_event->{id}, $last + 1, 'the next number, and no gap';
$stream->close;

# The heartbeat, and the end, after which the connection can be used.

$client = $nginx->client;
my $start = now();
$client->start('GET', '/short/stream');
my $response = $client->response;
my $seconds  = now() - $start;

is $response->complete, 1, 'the stream came to its end';
ok $seconds > 0.35 && $seconds < 5, "in time: $seconds s";
like $response->raw_body,
    qr/\A(?::\ ping\n\n){2,7}
       event:\ end\ndata:\ \{"reason":"timeout"\}\n\n\z/x,
    'heartbeats and the end, byte for byte';
is $client->request('GET', '/worker')->status, 200,
    'the connection goes on';

# HTTP/1.0: the end of the stream is the end of the connection.

$stream = $nginx->stream('', uri => '/short/stream', version => '1.0');
is $stream->status, 200, 'HTTP/1.0';
is $stream->header('Transfer-Encoding'), undef, 'no chunks';
$nginx->post({ message => 'old' });
is $stream->next_event->{json}{message}, 'old', 'an event';
is_deeply $stream->next_event(5)->{json}, { reason => 'timeout' }, 'the end';
is $stream->ended(5), 'closed', 'of the connection too';

# Hostile text makes one event a record, and no more.

my @hostile = map { "$_." } (
    "a\r\n\r\ndata: x\r\n\r\n", "a\n\nevent: end\ndata: {}\n\n",
    "a\rdata: x\r\rid: 1\r",    "a\x{2028}data: x\x{2029}\x{85}",
    "a\0\n\n",                  "\x{feff}data: x",
    "id: 0\nretry: 1\n",        ': comment',
);

$stream = $nginx->stream('');
is $stream->status, 200, 'a stream';

for my $text (@hostile) {
    $nginx->post({
        message    => $text,
        level      => $text,
        logger     => $text,
        request_id => $text,
        exception  => $text,
        $text      => [$text],
    });
}

$last = $nginx->last_seq;

for my $i (0 .. $#hostile) {
    my $event = $stream->next_event;

    is_deeply [ sort keys %$event ], [qw(data id json)], 'one event';
    is $event->{json}{message}, $hostile[$i], 'its text is as it was';
    is $event->{id}, $event->{json}{_seq}, 'its id too';
    is $event->{id}, $last - $#hostile + $i, 'and it is the next one';
}

is $stream->next_event(0.05), undef, 'no more events';
is_deeply [ $stream->comments ], ['ping'], 'and no comment but the first';

done();
