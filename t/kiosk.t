# SPDX-License-Identifier: BSD-2-Clause
#
# rackscope_logs off: as if it were not configured.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $locations = <<'END';
        rackscope_logs_require_admin off;

        location /off {
            rackscope_logs off;
            rackscope_logs_api main;
        }
        location = /off-post {
            rackscope_logs off;
            rackscope_logs_ingest main;
        }
        location /on {
            rackscope_logs on;
            rackscope_logs_api main;
        }
        location = /on-post {
            rackscope_logs on;
            rackscope_logs_ingest main;
        }
        location /outer {
            rackscope_logs off;
            rackscope_logs_api main;

            location /outer/on {
                rackscope_logs on;
                rackscope_logs_api main;
            }
            location = /outer/post {
                rackscope_logs_ingest main;
            }
        }
        location /plain {
            return 404;
        }
END

my $nginx = Rackscope::Nginx->new(
    admin   => $locations,
    servers => <<"END",
    server {
        listen 127.0.0.1:%%PORT_5%%;
        rackscope_logs off;

        location /api/logs {
            rackscope_logs_api main;
        }
        location = /internal/logs {
            rackscope_logs_ingest main;
        }

$locations
    }
END
)->start;

my @methods = qw(GET HEAD POST PUT DELETE OPTIONS PATCH);
my $record  = '{"message":"kept"}';

# The whole answer, apart from who gave it and when.

sub answer {
    my ($port, $method, $uri, @more) = @_;

    my $response = $nginx->request($method, $uri, port => $port, @more);

    return $response->head =~ s/^(?:Date|X-Worker):.*$//gmr . $response->body;
}

sub off {
    my ($port, @uris) = @_;

    for my $method (@methods) {
        my @body = $method =~ /\AP/ ? (body => $record) : ();

        for my $uri (@uris) {
            my $got = answer($port, $method, $uri, @body);

            like $got, qr{\AHTTP/1.1\ 404\ }x, "$method $uri is not there";
            is $got, answer($port, $method, '/plain', @body),
                'as if nothing were there';
        }
    }
    return;
}

sub on {
    my ($port, $api, $post) = @_;

    my $text = "to $post";

    is $nginx->post({ message => $text }, port => $port, uri => $post)
        ->json->{accepted}, 1, "$post is there";
    is $nginx->get($api, port => $port)->json->{records}[-1]{message}, $text,
        "$api is there";

    my $stream = $nginx->stream('since_seq=0', port => $port,
        uri => "$api/stream");
    is $stream->status, 200, "$api/stream is there";
    return;
}

on(0, '/api/logs', '/on-post');
is $nginx->post({ message => 'kept' })->json->{accepted}, 1, 'one record';

my $before = $nginx->get('/api/logs')->raw_body;

# A location, a server, and what is on again in it.

off(0, qw(/off /off/stream /off/x /off-post /outer /outer/stream /outer/post));
off(5, qw(/off /off/stream /off-post /outer /outer/post /api/logs
        /api/logs/stream /internal/logs));

is $nginx->get('/api/logs')->raw_body, $before, 'nothing came or went';

on(0, '/outer/on', '/on-post');
on(5, '/on',       '/on-post');
on(5, '/outer/on', '/on-post');

# A large body, and one that says "Expect", do not disturb what follows.

my $client = $nginx->client(5);
is $client->request('POST', '/internal/logs', body => $record x 5000)->status,
    404, 'a large body';
is $client->request('GET', '/on')->status, 200, 'and the next request';
is $client->request('POST', '/internal/logs', chunks => [$record])->status,
    404, 'a body in chunks';
is $client->request('GET', '/on')->status, 200, 'and the next request';

# The whole of nginx, by a reload: streams end, and nothing is taken in.

my $stream = $nginx->stream('');
is $stream->status, 200, 'a stream';
$before = $nginx->get('/api/logs')->raw_body;

$nginx->configure(http => 'rackscope_logs off;');
ok $nginx->reload, 'off for all';
is $stream->ended(5), 'clean', 'the stream is over';

off(0, qw(/api/logs /api/logs/stream /off));
is $nginx->post($record)->status, 404, 'the ingest is not there';
on(5, '/on', '/on-post');

$nginx->configure(http => '');
ok $nginx->reload, 'on again';

my @records = $nginx->records;
is $records[-2]{_seq} + 1, $records[-1]{_seq}, 'the ring was there all the time';
is $records[-1]{message}, 'to /on-post', 'and took what it was sent';

done();
