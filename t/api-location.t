# SPDX-License-Identifier: BSD-2-Clause
#
# Where the API can stand: kinds of locations, several of them and several
# zones, "if", "limit_except", error_page.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    zone => 'main',
    http => <<'END',
        rackscope_logs_zone second streams=1;
        rackscope_logs_zone third entries=3;
END
    admin => <<'END',
        auth_request /auth;

        location /slash/ {
            rackscope_logs_api main;
        }

        location = /exact {
            rackscope_logs_api main;
        }

        location = /exact/stream {
            rackscope_logs_api main;
        }

        location ~ ^/regex/[0-9]+/logs(/stream)?$ {
            rackscope_logs_api main;
        }

        location ^~ /outer {
            rackscope_logs_api main;

            location /outer/second {
                rackscope_logs_api second;
            }

            location /outer/none {
            }
        }

        location /third {
            rackscope_logs_api third;
        }

        location /if {
            rackscope_logs_api main;

            if ($arg_mark) {
                add_header X-Mark $arg_mark;
            }
            if ($arg_return) {
                return 418;
            }
        }

        location /read {
            rackscope_logs_api main;

            limit_except GET {
                deny all;
            }
        }

        location /limited {
            rackscope_logs_api second;

            limit_except GET {
                allow 127.0.0.1;
                deny  all;
            }
        }

        location /pages {
            rackscope_logs_api main;

            error_page 405 /nicer;
            error_page 422 =200 /nicer;
            error_page 404 = @gone;
        }

        location = /nicer {
            internal;
            return 299 "nicer for $status";
        }

        location @gone {
            return 410 "gone";
        }

        location /rewritten {
            rewrite ^/rewritten(.*) /slash$1;
        }
END
    ingest => <<'END',
        location = /second {
            rackscope_logs_ingest second;
        }
        location = /third {
            rackscope_logs_ingest third;
        }
END
)->start;

$nginx->post({ message => 'main' });
$nginx->post({ message => 'second' }, uri => '/second');
$nginx->post(ndjson(map { { message => "third $_" } } 1 .. 5), uri => '/third');

# What an address answers: the messages that it holds, "stream", or a status.

sub answer {
    my ($uri, $method) = @_;

    my $client = $nginx->client;
    $client->start($method // 'GET', $uri);
    my $head = $client->read_head(now() + 10);

    return $head->status if $head->status != 200;
    return 'stream' if $head->header('Content-Type') eq 'text/event-stream';

    my $response = $nginx->request($method // 'GET', $uri);
    return $response->raw_body if $method;
    return join ', ', map { $_->{message} } @{ $response->json->{records} };
}

my @cases = (
    [ '/api/logs'                   => 'main' ],
    [ '/api/logs/stream'            => 'stream' ],
    [ '/api/logs/stream?n=1'        => 'stream' ],
    [ '/api/./logs//stream'         => 'stream' ],
    [ '/api/logs/%73tream'          => 'stream' ],
    [ '/api/logs/'                  => 404 ],
    [ '/api/logs/x'                 => 404 ],
    [ '/api/logs/stream/'           => 404 ],
    [ '/api/logs/stream/x'          => 404 ],
    [ '/api/logs/x/stream'          => 404 ],
    [ '/api/logs/Stream'            => 404 ],
    [ '/api/logs/streams'           => 404 ],
    [ '/api/logs/xstream'           => 404 ],
    [ '/api/logsx'                  => 404 ],
    [ '/api/logsx/stream'           => 404 ],
    [ '/api/logstream'              => 404 ],

    [ '/slash/'                     => 'main' ],
    [ '/slash/stream'               => 'stream' ],
    [ '/slash//stream'              => 'stream' ],
    [ '/slash/x'                    => 404 ],
    [ '/slash/x/stream'             => 404 ],
    [ '/slash/xstream'              => 404 ],
    [ '/slash'                      => 404 ],

    [ '/exact'                      => 'main' ],
    [ '/exact/stream'               => 'stream' ],
    [ '/exact/x'                    => 404 ],
    [ '/regex/7/logs'               => 'main' ],
    [ '/regex/7/logs/stream'        => 'stream' ],
    [ '/regex/x/logs'               => 404 ],

    [ '/outer'                      => 'main' ],
    [ '/outer/stream'               => 'stream' ],
    [ '/outer/second'               => 'second' ],
    [ '/outer/second/stream'        => 'stream' ],
    [ '/outer/none'                 => 404 ],
    [ '/outer/x'                    => 404 ],
    [ '/third'                      => 'third 3, third 4, third 5' ],
    [ '/rewritten/'                 => 'main' ],
    [ '/rewritten/stream'           => 'stream' ],

    [ '/if'                         => 'main' ],
    [ '/if?mark=1'                  => 'main' ],
    [ '/if/stream?mark=1'           => 'stream' ],
    [ '/if?return=1'                => 418 ],
    [ '/if/x?mark=1'                => 404 ],

    [ '/read'                       => 'main' ],
    [ '/read/stream'                => 'stream' ],
    [ '/limited'                    => 'second' ],
);

is answer($_->[0]), $_->[1], $_->[0] for @cases;

is $nginx->get('/if?mark=1')->header('X-Mark'), 1, 'if: its add_header';

# limit_except.

is answer('/read', 'DELETE'), 403, 'limit_except: no DELETE';
is answer('/api/logs'), 'main', 'and nothing was deleted';
is answer('/limited', 'DELETE'),
    '{"ok":true,"message":"Log buffer cleared"}', 'who may, may';
is answer('/outer/second'), '', 'and has';
is answer('/api/logs'), 'main', 'in this zone and no other';
is answer('/limited', 'PUT'), 405, 'limit_except: another method';
is answer('/limited/x', 'PUT'), 404, 'limit_except: no such path';

# error_page.

my $page = $nginx->request('PUT', '/pages');
is $page->status, 405, 'error_page: the status stays';
is $page->raw_body, 'nicer for 405', 'the page is that of the configuration';
is $page->header('Allow'), 'GET, HEAD, DELETE', 'Allow too';

$page = $nginx->get('/pages?n=x');
is $page->status, 200, 'error_page 422 =200';
is $page->raw_body, 'nicer for 200', 'and its page';

$page = $nginx->get('/pages/stream?level=x');
is $page->raw_body, 'nicer for 200', 'the same for the stream';

$page = $nginx->get('/pages/x');
is $page->status, 410, 'error_page to a named location';

# The places among the streams are those of a zone, not of a location.

my $stream = $nginx->stream('', uri => '/outer/second/stream');
is $stream->status, 200, 'a stream of the second zone, which has one place';

my $full = $nginx->stream('', uri => '/limited/stream');
like $full->next_event->{data}, qr/Too many/, 'another one by another way';
is $nginx->stream('')->next_event(0.05), undef, 'the first zone has its own';

$nginx->post({ message => 'seen' },       uri => '/second');
$nginx->post({ message => 'not by this' });
is $stream->next_event->{json}{message}, 'seen', 'a record of its zone';
is $stream->next_event(0.1), undef, 'and none of another';

done();
