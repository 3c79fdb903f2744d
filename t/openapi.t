# SPDX-License-Identifier: BSD-2-Clause
#
# docs/openapi.yaml is true.  This test knows of the API what the file says, and
# nothing else: it makes each request that the file describes, with each of its
# examples, and compares the answers with the file's schemas.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::OpenAPI;
use Rackscope::Test;

my $text = slurp(Rackscope::Nginx::root() . '/docs/openapi.yaml');
my $api  = Rackscope::OpenAPI->new($text);

ok $api->check_refs, 'all that it refers to is there';
is $api->root->{openapi}, '3.1.0', 'its version';

# Servers with the same paths: one that answers, one with streams that go on for
# longer, one where the module is off, one without auth_request, and two of rings
# that are shared by a Redis that is not there: one that is alone by now, and one
# that waits for it.

sub server {
    my ($port, $more, $zone) = @_;

    $zone //= 'main';

    return <<"END";
    server {
        listen 127.0.0.1:%%PORT_$port%%;
        $more

        location /api/logs { rackscope_logs_api $zone; }
        location = /metrics { rackscope_logs_metrics; }
    }
END
}

my $open  = 'rackscope_logs_require_admin off;';
my $brief = 'rackscope_logs_stream_timeout 100ms;'
    . 'rackscope_logs_stream_poll 20ms;';

my $nginx = Rackscope::Nginx->new(
    zone      => 'main entries=60 entry_size=2k',
    log_level => 'warn',
    http      => <<'END',
        rackscope_logs_error_log main;
        rackscope_logs_zone alone entries=60 entry_size=2k;
        rackscope_logs_zone waits entries=60 entry_size=2k;
        rackscope_logs_share alone redis://127.0.0.1:%%PORT_9%% timeout=100ms;
        rackscope_logs_share waits redis://127.0.0.1:%%PORT_9%% timeout=60s;
END
    servers   => server(4, "$open $brief")
        . server(5, "$open rackscope_logs_stream_timeout 1s;")
        . server(6, 'rackscope_logs off;')
        . server(7, $brief)
        . server(2, $open, 'waits')
        . server(3, $open, 'alone'),
    ingest => <<'END',
        location = /seen {
            rackscope_logs_access_log main info;
            add_header X-Request-ID req-7f3a;
            return 200;
        }
        location = /alone { rackscope_logs_ingest alone; }
END
)->start;

$nginx->allow_log(qr/rackscope logs refused a request/);

my %port = (answers => 4, long => 5, off => 6, closed => 7, waits => 2,
    alone => 3);

# Records with all fields, as a backend and nginx itself make them.

sub fill_ring {
    $nginx->post(ndjson(
        { level => 'error', logger => 'shop', message => 'Payment failed',
            request_id => 'req-7f3a', duration_ms => 1.5, method => 'POST',
            path       => '/pay', status_code => 500,
            exception  => "Traceback\n  line", trace_id => 'ab' x 16,
            span_id    => 'cd' x 8, order => { a => [ 1, undef ] } },
        { level => 'debug',    message => 'filtered' },
        { level => 'critical', message => 'x' x 5000, password => 'x' },
        map { { message => "m$_", duration_ms => $_ } } 1 .. 5));
    $nginx->request('GET', '/seen', port => 1);
    return;
}

fill_ring();

# This answer comes after ten seconds, in which the rest is done.

my $late = $nginx->client($port{waits});
$late->start('DELETE', '/api/logs');

# All answers, as [ id of the operation, answer ].

my @answers;

sub ask {
    my ($operation, %opt) = @_;

    my $query   = $opt{query} // '';
    my @headers = @{ $opt{headers} // [] };
    my $method  = $opt{method} // $operation->{method};
    my $uri     = $operation->{path} . ($query ne '' ? "?$query" : '');
    my $answer  = $nginx->request($method, $uri, headers => \@headers,
        port => $port{ $opt{server} // 'answers' });

    return check($operation, $answer, "$method $uri @headers", %opt);
}

sub check {
    my ($operation, $answer, $name, %opt) = @_;

    $answer->{method} = $opt{method} // $operation->{method};
    push @answers, [ $operation->{id}, $answer ];

    is $answer->status, $opt{status} // 200, $name;
    ok $answer->complete, 'is whole';
    is_deeply [ $api->check($operation->{id}, $answer) ], [],
        'and as the file says';
    return $answer;
}

sub encoded {
    my ($value) = @_;

    return $value =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/ger;
}

# A parameter with one of its values.

sub with {
    my ($parameter, $example) = @_;

    my $name = $parameter->{name};
    return (headers => [ $name => $example->{value} ])
        if $parameter->{in} eq 'header';

    my $value = $example->{encoded} // encoded($example->{value});
    return (query => "$name=$value");
}

my %operation  = map { $_->{id} => $_ } $api->operations;
my @deletions  = grep { $_->{method} eq 'DELETE' } values %operation;
my @operations = sort { $a->{id} cmp $b->{id} }
    grep { $_->{method} ne 'DELETE' } values %operation;

for my $operation (@operations) {

    # each type, and each value

    my $content = $api->response($operation->{id}, 200)->{content} // {};

    ask($operation);

    for my $type (sort keys %$content) {
        my $answer = ask($operation, headers => [ Accept => $type ]);
        is $answer->header('Content-Type') =~ s/;.*//r, $type, 'of that type';
    }

    for my $parameter (@{ $operation->{parameters} }) {
        my ($good, $bad) = @$parameter{qw(examples x-bad-examples)};

        ask($operation, with($parameter, $good->{$_})) for sort keys %$good;
        ask($operation, with($parameter, $bad->{$_}),
            status => $bad->{$_}{status}) for sort keys %$bad;
    }
}

# Doors, and methods that are not there.

for my $operation (@operations, @deletions) {
    my $described = $operation->{responses};

    ask($operation, status => 404, server => 'off')    if $described->{404};
    ask($operation, status => 403, server => 'closed') if $described->{403};

    next if !$described->{405};

    my %also = map { $_ => 1 } @{ $operation->{also} };
    ask($operation, status => 405, method => $_)
        for grep { !$also{$_} } qw(POST PUT DELETE PATCH);
}

# Links: what an answer says is a parameter of the next request.  They are
# followed twice, the second time when much has come in between.

sub value_of {
    my ($expression, $answer) = @_;

    $expression =~ m{\A\$response\.body\#/(\w+)\z}
        or die "$expression: not understood\n";
    return $answer->json->{$1};
}

for my $operation (@operations) {
    my $links = $api->response($operation->{id}, 200)->{links} // {};

    for my $name (sort keys %$links) {
        my $link   = $links->{$name};
        my $answer = ask($operation);
        my $given  = $link->{parameters};
        my $to     = $operation{ $link->{operationId} };
        my $query  = join '&',
            map { "$_=" . value_of($given->{$_}, $answer) } sort keys %$given;

        ask($to, query => $query);
        $nginx->post(ndjson(map { { message => "n$_" } } 1 .. 100));

        my $content = $api->response($to->{id}, 200)->{content};
        ask($to, query => $query, headers => [ Accept => $_ ])
            for sort keys %$content;
    }
}

# Streams that are open while somebody deletes what can be deleted; and more of
# them than there are places.

sub streams {
    my ($operation) = @_;

    my $content = $api->response($operation->{id}, 200)->{content} // {};

    return $operation->{path} =~ /stream/ && $operation->{method} eq 'GET'
        ? sort keys %$content : ();
}

sub start {
    my ($operation, $type) = @_;

    my $client = $nginx->client($port{long});
    $client->start($operation->{method}, $operation->{path},
        headers => [ Accept => $type ]);
    return $client;
}

for my $operation (@operations) {
    for my $type (streams($operation)) {
        my $stream = start($operation, $type);

        # its head is there, so it will see what comes now

        wait_until { $stream->fill(now() + 1); $stream->{buf} =~ /\r\n\r\n/ };

        fill_ring();
        ask($_) for @deletions;
        fill_ring();

        check($operation, $stream->response, "a stream of $type");
    }

    for my $type (streams($operation)) {
        my @streams = map { start($operation, $type) } 1 .. 8;

        for (@streams) {
            my $answer = $_->response;
            check($operation, $answer, "one of many of $type",
                status => $answer->status);
        }
    }
}

# A shared ring.  The first nginx is alone as soon as a record wants a number.

is $nginx->request('POST', '/alone', port => 1, body => ndjson({ message => 'a' },
        { message => 'b' }))->json->{accepted}, 2, 'a ring that is alone';

my ($snapshot) = grep { $_->{id} eq 'getRecords' } @operations;
my ($clear)    = @deletions;

my $renumbered = ask($snapshot, query => 'since_seq=17', server => 'alone');
is $renumbered->json->{renumbered}, JSON::PP::true, 'was numbered anew';
is ask($snapshot, query => 'since_seq=17&format=ndjson', server => 'alone')
    ->header('X-Renumbered'), 'true', 'as a header says, too';
my $known = $renumbered->json->{last_seq};
is ask($snapshot, query => "since_seq=$known", server => 'alone')
    ->json->{renumbered}, undef, 'but not to who knows that';
like ask($clear, server => 'alone')->json->{message}, qr/on\ this\ nginx\ only/x,
    'is cleared here';

check($clear, $late->response, 'a clear that waits for Redis', status => 503);

# Nothing in the file is without an example.

is_deeply [ $api->unseen ], [], 'there was an example of each alternative';

my %described;

for my $operation (values %operation) {
    $described{"$operation->{id} $_"} = 1 for keys %{ $operation->{responses} };
}

delete @described{ map { "$_->[0] " . $_->[1]->status } @answers };

is_deeply [ sort keys %described ], [], 'there was an answer of each status';

# This test can fail: each of these files says something else.

sub wrong_with {
    my ($mutate) = @_;

    my $changed = $text;
    $mutate->() for $changed;
    die "there is nothing to change\n" if $changed eq $text;

    my $other = Rackscope::OpenAPI->new($changed);
    return map { $other->check(@$_) } @answers;
}

for (
    [ 'another type', qr/body\.total is integer and not string/,
        sub { s/(^\ +total:\n\ +type:)\ integer/$1 string/mx } ],
    [ 'a member less', qr/body has an unknown member last_seq/,
        sub { s/^\ +last_seq:\n(?:\ {10}.*\n)+//mx } ],
    [ 'a member more', qr/body has no more/,
        sub { s/required:\ \[records,/required: [more, records,/x } ],
    [ 'another header', qr/Retry-Later is missing/,
        sub { s/Retry-After:/Retry-Later:/ } ],
    [ 'a status less', qr/status 422 is not described/,
        sub { s/^\ +'422':\n.*\n//gmx } ],
    [ 'a type less', qr/type 'text.plain' is not described/,
        sub { s{text/plain:}{text/html:} } ],
    [ 'a level less', qr/level is "CRITICAL" and not one of/,
        sub { s/,\ CRITICAL\]/]/x } ],
    [ 'an event less', qr/fits 0 schemas and not one: .*clear/,
        sub { s{^.*schemas/ClearEvent'\n}{}m } ],
    [ 'another constant', qr/X-Renumbered is "true" and not/,
        sub { s/const:\ 'true'/const: 'false'/x } ],
    [ 'a mark less', qr/body has an unknown member renumbered/,
        sub { s/^\ +renumbered:\n(?:\ {10}.*\n)+//mx } ],
    [ 'another pattern', qr/timestamp is not as/,
        sub { s/[{]6[}]\[\+\]00:00/{3}Z/ } ],
) {
    my ($name, $expected, $mutate) = @$_;
    my @wrong = wrong_with($mutate);

    ok +(grep { /$expected/ } @wrong), "$name is noticed"
        or diag explain [ grep { defined } @wrong[ 0 .. 4 ] ];
}

done();
