# SPDX-License-Identifier: BSD-2-Clause
#
# A page of another site cannot write to the log: Origin and Sec-Fetch-Site.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    h2    => 1,
    admin => 'location = /internal/logs { rackscope_logs_ingest main; }',
)->start;

my $seq  = 0;
my $uri  = '/internal/logs';
my $host = '127.0.0.1:8080';

# Headers are given as they are; the record is there, or it is not.

sub verdict {
    my ($client, %opt) = @_;

    my $response = $client->request('POST', $uri, body => '{"message":"m"}', %opt);
    my @records  = $nginx->records("since_seq=$seq");

    $seq = $records[-1]{_seq} if @records;

    my $status = $response->status;
    return $status if $status == (@records ? 200 : 403);
    return "$status with " . @records . ' records';
}

for (
    [ 200, 'no browser', $host ],
    [ 200, 'same-origin', $host, 'Sec-Fetch-Site' => 'same-origin' ],
    [ 200, 'none', $host, 'Sec-Fetch-Site' => 'none' ],
    [ 403, 'cross-site', $host, 'Sec-Fetch-Site' => 'cross-site' ],
    [ 403, 'same-site', $host, 'Sec-Fetch-Site' => 'same-site' ],
    [ 403, 'an unknown site', $host, 'Sec-Fetch-Site' => 'elsewhere' ],
    [ 403, 'an empty site', $host, 'Sec-Fetch-Site' => '' ],
    [ 403, 'a prefix', $host, 'Sec-Fetch-Site' => 'same-origin-not' ],

    [ 200, 'the origin', $host, Origin => "http://$host" ],
    [ 200, 'by TLS elsewhere', $host, Origin => "https://$host" ],
    [ 200, 'in capitals', 'Logs.Example', Origin => 'HTTP://LOGS.example' ],
    [ 200, 'port 80 left out', 'logs.example:80', Origin => 'http://logs.example' ],
    [ 200, 'port 443 left out', 'logs.example:443',
        Origin => 'https://logs.example' ],
    [ 200, 'IPv6', '[::1]:8080', Origin => 'http://[::1]:8080' ],
    [ 200, 'IPv6, port 80', '[::1]:80', Origin => 'http://[::1]' ],

    [ 403, 'null', $host, Origin => 'null' ],
    [ 403, 'empty', $host, Origin => '' ],
    [ 403, 'another host', $host, Origin => 'http://evil.example' ],
    [ 403, 'another port', $host, Origin => 'http://127.0.0.1:8081' ],
    [ 403, 'no port', $host, Origin => 'http://127.0.0.1' ],
    [ 403, 'port 443 is not that of http', 'logs.example:443',
        Origin => 'http://logs.example' ],
    [ 403, 'port 80 is not that of https', 'logs.example:80',
        Origin => 'https://logs.example' ],
    [ 403, 'a longer name', 'logs.example', Origin => 'http://logs.example.evil' ],
    [ 403, 'a shorter name', 'logs.example', Origin => 'http://logs.exampl' ],
    [ 403, 'a name before', 'logs.example', Origin => 'http://evil.logs.example' ],
    [ 403, 'a user', 'logs.example', Origin => 'http://logs.example@evil.example' ],
    [ 403, 'another scheme', $host, Origin => "ftp://$host" ],
    [ 403, 'an extension', $host, Origin => "chrome-extension://$host" ],
    [ 403, 'no scheme', $host, Origin => $host ],
    [ 403, 'a scheme alone', $host, Origin => 'http://' ],

    [ 200, 'both agree', $host, 'Sec-Fetch-Site' => 'same-origin',
        Origin => "http://$host" ],
    [ 403, 'the site says no', $host, 'Sec-Fetch-Site' => 'cross-site',
        Origin => "http://$host" ],
    [ 403, 'the origin says no', $host, 'Sec-Fetch-Site' => 'same-origin',
        Origin => 'http://evil.example' ],
    [ 403, 'any case of the name', $host, 'SEC-FETCH-SITE' => 'cross-site' ],
    )
{
    my ($status, $name, $own, @headers) = @$_;

    is verdict($nginx->client(1), headers => [ Host => $own, @headers ]), $status,
        "$name: $status";
}

# HTTP/1.0 needs no Host: then no page can be of the same origin.

sub without_host {
    my ($header) = @_;

    my $body = '{"message":"m"}';
    return $nginx->raw("POST $uri HTTP/1.0\r\nContent-Length: 15\r\n$header\r\n$body",
        port => 1);
}

is without_host('')->status, 200, 'no Host';
is without_host("Origin: http://localhost\r\n")->status, 403, 'no Host, an origin';
$seq = $nginx->last_seq;

# What is refused says why, and is never read as a body.

my $response = $nginx->post('x', headers => [ Origin => 'null' ]);
like $response->json->{detail}, qr/another\ origin/x, 'why';
is $response->header('Access-Control-Allow-Origin'), undef, 'nothing is allowed';
is $nginx->request('OPTIONS', $uri, port => 1,
    headers => [ Origin => 'http://evil.example' ])->status, 403, 'no preflight';

# HTTP/2 has :authority, and no Host.  The requests have no body: curl 7.88
# loses an answer that comes before it has sent one, nginx's own just as ours.

sub h2 {
    my ($port, $scheme, @headers) = @_;

    my @args = map { ('-H', $_) } @headers;
    my $url  = "$scheme://localhost:" . $nginx->port($port) . $uri;

    return curl('--http2-prior-knowledge', '--resolve',
        'localhost:' . $nginx->port($port) . ':127.0.0.1',
        '-o', '/dev/null', '-w', '%{http_version} %{http_code}',
        '-X', 'POST', @args, $url)->{out};
}

my ($tls, $plain) = map { 'localhost:' . $nginx->port($_) } 2, 3;

is h2(3, 'http'), '2 200', 'HTTP/2';
is h2(3, 'http', "Origin: http://$plain"), '2 200', 'HTTP/2: the origin';
is h2(3, 'http', 'Origin: http://localhost'), '2 403', 'HTTP/2: another port';
is h2(2, 'https', "Origin: https://$tls", 'Sec-Fetch-Site: same-origin'), '2 200',
    'HTTP/2 over TLS: the origin';
is h2(2, 'https', "Origin: https://$plain"), '2 403', 'HTTP/2 over TLS: another';
is h2(2, 'https', 'Sec-Fetch-Site: cross-site'), '2 403', 'HTTP/2: cross-site';

done();
