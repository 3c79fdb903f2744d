# SPDX-License-Identifier: BSD-2-Clause
#
# A page of another site, open in the browser of an admin, whose cookie the
# browser sends: it gets no log, takes no place, and changes nothing.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 2,
    h2      => 1,
    zone    => 'main streams=1',
    admin   => <<'END',
        location = /logs {
            auth_request        /auth;
            rackscope_logs_page;
        }
        location /off/ {
            rackscope_logs_require_admin off;
            location /off/api  { rackscope_logs_api main; }
            location = /off/logs { rackscope_logs_page api=/off/api; }
        }
        location /page/ {
            auth_request       /auth;
            rackscope_logs_api main;
            error_page         403 = /own;
        }
        location = /own { return 403 own; }
        location /forgotten { rackscope_logs_api main; }
END
)->start;

$nginx->post({ message => 'here' });

my @navigation = ('Sec-Fetch-Mode' => 'navigate', 'Sec-Fetch-Dest' => 'document');

sub site { return ('Sec-Fetch-Site' => $_[0], @_[ 1 .. $#_ ]) }

# The status of a request.

sub answer {
    my ($method, $uri, @headers) = @_;

    my $client = $nginx->client;
    $client->start($method, $uri, headers => \@headers);
    my $head = $client->read_head(now() + 10) or return 'nothing';

    return $head->status;
}

# What is asked for, and whether it may be navigated to.

my @asked = map { my $where = $_; (
    [ "$where->[0]", GET  => 1 ],
    [ "$where->[0]", HEAD => 1 ],
    [ "$where->[0]", POST => 0, 405 ],
    [ "$where->[1]", GET  => 1 ],
    [ "$where->[1]", HEAD => 1 ],
    [ "$where->[1]", POST => 0, 405 ],
    [ "$where->[1]/stream?since_seq=0", GET  => 0 ],
    [ "$where->[1]/stream?since_seq=0", HEAD => 0 ],
    [ "$where->[1]/stream?since_seq=0", POST => 0, 405 ],
) } [ '/logs', '/api/logs' ], [ '/off/logs', '/off/api' ];

# What a browser says of the page that sends a request.

my @same  = ([], [ site('same-origin') ], [ site('none') ],
    [ site('same-origin', 'Sec-Fetch-Mode' => 'cors', 'Sec-Fetch-Dest' => 'empty') ],
    [ site('none', @navigation) ],
    [ 'Sec-Fetch-Mode' => 'cors' ],
    [ Origin => 'http://elsewhere.example' ],
    [ site('same-origin', Origin => 'http://elsewhere.example') ],
    [ site('same-origin'), site('none') ]);

my @others = map { [ site($_) ] } 'cross-site', 'same-site', 'Cross-Site',
    'elsewhere', '', 'same-origin-not', 'None', 'same-origin, cross-site';

push @others, [ site('same-origin'), site('cross-site') ],
    [ site('cross-site'), site('same-origin') ],
    [ site('cross-site', 'Sec-Fetch-Mode' => 'navigate') ],
    [ site('cross-site', 'Sec-Fetch-Dest' => 'document') ],
    [ site('cross-site', 'Sec-Fetch-Mode' => 'cors', 'Sec-Fetch-Dest' => 'empty') ],
    [ site('cross-site', 'Sec-Fetch-Mode' => 'no-cors', 'Sec-Fetch-Dest' => 'image') ],
    [ site('cross-site', 'Sec-Fetch-Mode' => 'navigate', 'Sec-Fetch-Dest' => 'iframe') ],
    [ site('cross-site', 'Sec-Fetch-Mode' => 'websocket', 'Sec-Fetch-Dest' => 'document') ],
    [ site('cross-site', @navigation, 'Sec-Fetch-Dest' => 'iframe') ],
    [ site('cross-site', @navigation, 'Sec-Fetch-Mode' => 'cors') ],
    [ site('cross-site', 'Sec-Fetch-Mode' => 'Navigate', 'Sec-Fetch-Dest' => 'document') ];

my @navigations = map { [ site($_, @navigation) ] } qw(cross-site same-site);
push @navigations, [ map { s/Fetch/fetch/r =~ s/Sec/SEC/r }
        site('cross-site', @navigation) ];

for my $asked (@asked) {
    my ($uri, $method, $navigable, $status) = @$asked;

    for my $case (
        (map { [ $_, $status // 200 ] } @same),
        (map { [ $_, 403 ] } @others),
        (map { [ $_, $navigable ? 200 : 403 ] } @navigations),
        )
    {
        my ($headers, $expected) = @$case;
        is answer($method, $uri, @$headers), $expected,
            "$method $uri: " . join ' ', @$headers;
    }
}

# Nothing is deleted, whatever the mode; and what is not from elsewhere is.

my $delete = sub { return answer('DELETE', '/api/logs', @{ $_[0] }) };

is $delete->($_), 403, 'DELETE: ' . join ' ', @$_ for @others, @navigations;
is answer('DELETE', '/off/api', site('same-site')), 403, 'DELETE, require_admin off';
is +($nginx->records)[0]{message}, 'here', 'all is there';
is $delete->($_), 200, 'DELETE: ' . join ' ', @$_ for @same;
is_deeply [ $nginx->records ], [], 'now it is not';

# A place is taken by none of these: the only one is free all the time.

$nginx->post({ message => 'here' });

my @refused = map { $nginx->client } 1 .. 6;
$_->start('GET', '/api/logs/stream?since_seq=0', headers => [ site('cross-site') ])
    for @refused;
is $_->response->status, 403, 'no stream' for @refused;

my $stream;
ok wait_until {
    $stream = $nginx->stream('since_seq=0', headers => [ site('same-origin') ]);
    ($stream->next_event->{json}{message} // '') eq 'here'
}, 'the place is free';
is answer('GET', '/api/logs/stream', site('cross-site')), 403,
    'a full house is none of their business';
$stream->close;

# The answer says why, and what to do.

my $why = $nginx->get('/api/logs', headers => [ site('cross-site') ]);
is $why->header('Content-Type'), 'application/json', 'JSON';
is_deeply [ keys %{ $why->json } ], ['detail'], 'with a detail';
like $why->json->{detail}, qr/another origin.*Sec-Fetch-Site.*proxy/, 'that says why';

# Who is not approved gets the answer of before; an error_page goes first.

is answer('GET', '/api/logs', site('cross-site'), 'X-Test-Auth' => 'none'), 401,
    'the auth service answers first';
unlike $nginx->get('/forgotten', headers => [ site('cross-site') ])->body,
    qr/another origin/, 'and so does a location without auth_request';
is $nginx->get('/page/', headers => [ site('cross-site') ])->body, 'own',
    'error_page';
is answer('GET', '/nowhere', site('cross-site')), 404, 'what is not ours';

# HTTP/2.

my $h2 = 'http://127.0.0.1:' . $nginx->port(3);

for my $case ([ 403, 'cross-site' ], [ 200, 'same-origin' ],
    [ 200, 'cross-site', @navigation ])
{
    my ($status, @site) = @$case;
    my @headers = site(@site);
    my @args;
    while (my ($name, $value) = splice @headers, 0, 2) {
        push @args, -H => "$name: $value";
    }
    is curl('--http2-prior-knowledge', '-o', '/dev/null', '-w', '%{http_code}',
        @args, "$h2/api/logs")->{out}, $status, "HTTP/2: @site";
}

# No page of another origin may have an answer as an image or a script either.

my $etag = $nginx->get('/logs')->header('ETag');

for my $case (
    [ 200, 'GET',    '/api/logs' ],
    [ 200, 'HEAD',   '/api/logs' ],
    [ 422, 'GET',    '/api/logs?n=x' ],
    [ 405, 'PUT',    '/api/logs' ],
    [ 403, 'GET',    '/forgotten' ],
    [ 403, 'GET',    '/api/logs', site('cross-site') ],
    [ 200, 'HEAD',   '/api/logs/stream' ],
    [ 422, 'GET',    '/api/logs/stream?level=x' ],
    [ 200, 'GET',    '/api/logs/stream' ],
    [ 200, 'GET',    '/logs' ],
    [ 200, 'GET',    '/logs', 'Accept-Encoding' => 'gzip' ],
    [ 304, 'GET',    '/logs', 'If-None-Match' => $etag ],
    [ 405, 'PUT',    '/logs' ],
    [ 200, 'DELETE', '/api/logs' ],
    )
{
    my ($status, $method, $uri, @headers) = @$case;

    my $client = $nginx->client;
    $client->start($method, $uri, headers => \@headers);
    my $head = $client->read_head(now() + 10);

    is $head->status, $status, "$method $uri: $status";
    is $head->header('Cross-Origin-Resource-Policy'), 'same-origin',
        'is for pages of this origin';
}

my $post = sub { return $nginx->post(@_)->header('Cross-Origin-Resource-Policy') };

is $post->('x'),  'same-origin', 'ingest';
is $post->('x', headers => [ 'Content-Type' => 'image/png' ]), 'same-origin',
    'ingest: 415';
is $post->('{', headers => [ Origin => 'http://elsewhere.example' ]),
    'same-origin', 'ingest: 403';
is $nginx->request('GET', '/internal/logs', port => 1)
    ->header('Cross-Origin-Resource-Policy'), 'same-origin', 'ingest: 405';

done();
