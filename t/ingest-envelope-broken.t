# SPDX-License-Identifier: BSD-2-Clause
#
# Envelopes that are broken, cut, of another type than is said, or that come in
# an unusual way: each of them gets an answer that says what would be right, and
# nothing else of the server suffers.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use IO::Compress::Gzip qw(gzip);

use Rackscope::Test;

my $location = 'location / { rackscope_logs_ingest main; }';

my $nginx = Rackscope::Nginx->new(
    h2     => 1,
    http   => 'client_max_body_size 8m; client_body_buffer_size 1k;',
    admin  => $location,
    ingest => $location,
)->start;

my @workers = $nginx->workers;

sub field {
    my ($number, $bytes) = @_;

    return chr($number << 3 | 2) . chr(length $bytes) . $bytes;
}

sub gz {
    my ($bytes) = @_;

    gzip(\$bytes => \my $made) or die 'gzip';
    return $made;
}

# A block of Snappy with one literal.

sub block { return chr(length $_[0]) . chr(59 + 1 << 2) . chr(length($_[0]) - 1) . $_[0] }

my $json     = 'application/json';
my $protobuf = 'application/x-protobuf';
my $ndjson   = qq({"message":"one","level":"error"}\n{"message":"two"}\n);

# The envelope, where it goes, its type, and a body of two records.

my @bodies = (
    [ 'OTLP JSON', '/v1/logs', $json,
        '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name",'
            . '"value":{"stringValue":"a"}}]},"scopeLogs":[{"scope":{"name":"s"},'
            . '"logRecords":[{"severityNumber":17,"body":{"stringValue":"one"},'
            . '"attributes":[{"key":"k","value":{"intValue":"4"}}]},'
            . '{"body":{"kvlistValue":{"values":[{"key":"message",'
            . '"value":{"stringValue":"two"}}]}}}]}]}]}' ],
    [ 'OTLP protobuf', '/v1/logs', $protobuf,
        field(1, field(2, join '', map { field(2, "\x10\x11" . field(5, field(1, $_))
                    . field(6, field(1, 'k') . field(2, field(1, 'v')))) } qw(one two))) ],
    [ 'Loki JSON', '/loki/api/v1/push', $json,
        '{"streams":[{"stream":{"app":"a","level":"warn"},"values":'
            . '[["1795342617395827000","one"],["1795342617395827001","two",{"k":"v"}]]}]}' ],
    [ 'Loki protobuf', '/loki/api/v1/push', $protobuf,
        block(field(1, field(1, '{app="a"}')
                . join '', map { field(2, field(1, "\x08\x01") . field(2, $_)) } qw(one two))) ],
    [ 'HEC', '/services/collector/event', $json,
        '{"time":1795342617.5,"source":"a","event":"one"}'
            . '{"event":{"message":"two"},"fields":{"k":"v"}}' ],
    [ 'bulk', '/_bulk', 'application/x-ndjson',
        qq({"index":{"_index":"i"}}\n{"message":"one"}\n{"create":{}}\n{"message":"two"}\n) ],
    [ 'form', '/internal/logs', 'application/x-www-form-urlencoded',
        'message=one+%26+two&level=error&k=v' ],
    [ 'JSNLog', '/jsnlog.logger', $json,
        '{"r":"1","lg":[{"l":5000,"m":"one","n":"a","t":1795342617395},'
            . '{"l":1000,"m":"two","n":"b","t":1795342617396}]}' ],
    [ 'a list', '/internal/logs', $json,
        '{"service":"a","logs":[{"message":"one"},{"message":"two"}]}' ],
    [ 'journal', '/upload', 'application/vnd.fdo.journal',
        "__REALTIME_TIMESTAMP=1795342617395827\nMESSAGE=one\n\n"
            . "__CURSOR=x\nMESSAGE\n" . pack('Q<', 3) . "two\nPRIORITY=3\n\n" ],
    [ 'gzip', '/internal/logs', 'application/x-ndjson', gz($ndjson) ],
    [ 'NDJSON', '/internal/logs', 'application/x-ndjson', $ndjson ],
);

# What is wrong with an answer: nothing is said as an empty string.

sub wrong {
    my ($response) = @_;

    return 'no answer' if !$response;
    return 'cut' if !$response->complete;

    my $status = $response->status;
    my $body   = $response->body;
    my $type   = $response->header('Content-Type') // '';

    return "status $status" if $status !~ /\A(?:20[04]|400|413|415|422)\z/;
    return $body eq '' ? '' : '204 with a body' if $status == 204;

    return '' if $type eq $protobuf && ($status == 200 || length $body);
    return "type $type" if $type !~ m{\Aapplication/json};

    my $said = eval { decode_json($body) };
    return "no JSON: $body" if ref $said ne 'HASH';
    return '' if $status == 200;

    my $detail = $said->{detail} // $said->{text} // ($said->{items} && 'items') // '';
    return length $detail ? '' : "nothing is said: $body";
}

# One test for many bodies: [name, uri, type, body, options of the request].
# They go over one connection for as long as that is kept.

sub fine {
    my ($name, @requests) = @_;

    my ($client, @wrong);

    for (@requests) {
        my ($what, $uri, $type, $body, %opt) = @$_;

        my $headers = [ 'Content-Type' => $type, @{ delete $opt{headers} // [] } ];
        $client //= $nginx->client(1);
        $client->start('POST', $uri, headers => $headers,
            $opt{chunks} ? () : (body => $body), %opt);

        my $response = $client->response;
        my $wrong    = wrong($response);
        push @wrong, "$what: $wrong" if $wrong ne '';

        my $close = !$response || ($response->header('Connection') // '') eq 'close';
        ($client->close, undef $client) if $close;
    }

    ok !@wrong, $name or diag join "\n", splice @wrong, 0, 20;
    return;
}

# The same random numbers each time.

my $seed = 1;
sub random { $seed = ($seed * 1_103_515_245 + 12_345) % 2**31; return ($seed >> 8) % $_[0] }

for (@bodies) {
    my ($name, $uri, $type, $body) = @$_;

    my @head = ($uri, $type);
    my $client = $nginx->client(1);
    my $expected = $client->request('POST', $uri, body => $body,
        headers => [ 'Content-Type' => $type ]);
    like $expected->status, qr/\A20[04]\z/, "$name: it is whole";
    is wrong($expected), '', 'and so is the answer';

    my $same = sub {
        my ($what, $response) = @_;

        my $pattern = $name eq 'bulk' || $name eq 'HEC' ? qr/"(?:took|ackId)":\d+/ : qr/\z\A/;
        is $response && $response->status . ($response->body =~ s/$pattern//gr),
            $expected->status . ($expected->body =~ s/$pattern//gr), "$name: $what";
    };

    # In an unusual way.

    $same->('a byte a packet', do {
        my $slow = $nginx->client(1);
        $slow->start('POST', $uri, body => $body, pieces => 1,
            headers => [ 'Content-Type' => $type ]);
        $slow->response;
    });

    $same->('in chunks, with trailers', do {
        my $chunked = $nginx->client(1);
        $chunked->start('POST', $uri, open => 1, headers => [ 'Content-Type' => $type ]);
        $chunked->send_chunk($_) for $body =~ /.{1,5}/gs;
        $chunked->send("0\r\nX-Trailer: a\r\n\r\n");
        $chunked->response;
    });

    $same->('expecting 100', do {
        my $expecting = $nginx->client(1);
        $expecting->start('POST', $uri, length => length $body,
            headers => [ 'Content-Type' => $type, Expect => '100-continue' ]);
        my $continue = $expecting->read_head(now() + 10);
        is $continue && $continue->status, 100, "$name: go on";
        $expecting->send($body);
        $expecting->response;
    });

    my $whole = "POST $uri HTTP/1.1\r\nHost: a\r\nContent-Type: $type\r\nContent-Length: "
        . length($body) . "\r\n\r\n$body";
    my $pipelined = $nginx->client(1);
    $pipelined->send($whole x 3);
    $same->('pipelined', $pipelined->response) for 1 .. 3;

    spew($nginx->prefix . '/body', $body);
    for my $port (2, 3) {
        my $scheme = $port == 2 ? 'https' : 'http';
        my $answer = curl('--data-binary', "\@" . $nginx->prefix . '/body',
            $port == 2 ? '--http2' : '--http2-prior-knowledge', '-H', "Content-Type: $type",
            '-w', '%{http_code}', "$scheme://127.0.0.1:" . $nginx->port($port) . $uri);
        like $answer->{out}, qr/@{[ $expected->status ]}\z/, "$name: HTTP/2 on $scheme";
    }

    # Cut anywhere, and with bytes that are wrong.

    fine("$name: cut anywhere",
        map { [ "after $_ bytes", @head, substr $body, 0, $_ ] } 0 .. length($body) - 1);

    fine("$name: with a wrong byte", map {
        my $broken = $body;
        my $at     = random(length $body);
        substr($broken, $at, 1) = chr random(256);
        [ "at $at", @head, $broken ];
    } 1 .. 60);

    fine("$name: with bytes left out or doubled", map {
        my $broken = $body;
        my $at     = random(length $body);
        my $part   = substr $broken, $at, 1 + random(20);
        substr($broken, $at, length $part) = $_ % 2 ? '' : $part x 3;
        [ "at $at", @head, $broken ];
    } 1 .. 60);

    fine("$name: with garbage behind", [ zeros => @head, $body . "\0" x 100 ],
        [ brackets => @head, $body . ']}' x 50 ], [ text => @head, "$body\nERROR x\n" ],
        [ twice => @head, $body x 2 ]);

    # As if it were something else.

    fine("$name: at the address of others",
        map { my $other = $_; map { [ "$other->[0], $_", $other->[1], $_, $body ] }
                'text/plain', $json, $protobuf, $type } @bodies);

    fine("$name: as if it were compressed",
        map { [ $_, @head, $body, headers => [ 'Content-Encoding' => $_ ] ] }
            qw(gzip deflate zstd snappy br identity), q{gzip, gzip});

    fine("$name: in gzip", [ once => @head, gz($body) ], [ cut => @head, substr gz($body), 0, -5 ],
        [ twice => @head, gz(gz($body)) ], [ thrice => @head, gz(gz(gz($body))) ]);

    # A client that goes away.

    for my $cut (1, length($body) / 2, length($body) - 1) {
        my $gone = $nginx->client(1);
        $gone->start('POST', $uri, body => substr($body, 0, $cut), length => length $body,
            headers => [ 'Content-Type' => $type ]);
        $cut % 2 ? $gone->reset : $gone->close;
    }
}

# Many at a time, a few bytes of each in turn.

my @all = map { @bodies } 1 .. 4;
my @clients = map {
    my $client = $nginx->client(1);
    $client->start('POST', $_->[1], length => length $_->[3],
        headers => [ 'Content-Type' => $_->[2] ]);
    $client;
} @all;

for (my $at = 0; grep { $at < length $_->[3] } @all; $at += 9) {
    $clients[$_]->send(substr $all[$_][3], $at, 9)
        for grep { $at < length $all[$_][3] } 0 .. $#all;
}

my @statuses = map { my $response = $_->response; $response ? $response->status : 0 } @clients;
is scalar(grep { /\A20[04]\z/ } @statuses), scalar @all, 'many at a time';

# Values of another type than they have there, deep ones, large ones.

my @values = ('null', '5', '"x"', '[]', '{}', '[[]]', '[null]', '[5]', '["x"]', '[{}]',
    '[{"x":[]}]', '[' x 200 . ']' x 200, '{"a":' x 200 . '1' . '}' x 200, '[' x 5000,
    '"' . 'x' x 1_500_000 . '"', '1e999', '-0', '123456789012345678901234567890');

for (grep { $_->[3] =~ /\A\{/ } @bodies) {
    my ($name, $uri, $type, $body) = @$_;

    my @broken;
    my $value = qr/(?<=":)(?:"[^"]*"|[\d.]+|[\[{])/;
    my $n     = () = $body =~ /$value/g;

    for my $at (0 .. $n - 1) {
        for my $other (@values) {
            my $i = 0;
            push @broken, [ 'value ' . $at . ' as ' . substr($other, 0, 20), $uri, $type,
                $body =~ s/($value)/$i++ == $at ? $other : $1/ger ]
                if length $other < 10_000 || $at % 4 == 0;
        }
    }

    fine("$name: values of other types", @broken);
}

is_deeply [ $nginx->workers ], \@workers, 'by the same workers';

my $upload = $nginx->post('{"message":"still there"}');
is $upload->json->{accepted}, 1, 'and all goes on';

done();
