# SPDX-License-Identifier: BSD-2-Clause
#
# Streams through real proxies, set up as docs/operations.md says: their first
# bytes come before there is a record, a record comes when it was posted, the
# end of the stream comes through, and the place of a client that left is free.
#
# No heartbeat but the first comes within this test, so a proxy that waits for
# the next write shows nothing at all.  Caddy is tried where it is installed:
# "make test" does not install a program of 36 MB for this.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Proxy;
use Rackscope::Test;

# A proxy (the kind of block in the document, if it has one), how it compresses
# the stream, and whether it looks at a client that left only when it has
# something to write.

my @cases = (
    [ 'nginx',     'gzip', 0 ],
    [ 'haproxy',   undef,  0 ],
    [ 'apache',    'gzip', 1 ],
    [ 'caddyfile', undef,  0 ],
    [ 'vcl',       undef,  0 ],
    [ 'lighttpd',  undef,  1 ],
);

sub proxy {
    my ($name, $port, $upstream) = @_;

    return Rackscope::Proxy->new($name, $port, $upstream) if $name ne 'nginx';

    return Rackscope::Nginx->new(conf => <<"END")->start;
%%GLOBALS%%
events {}

http {
    %%PATHS%%
    gzip         on;
    gzip_types   *;
    gzip_proxied any;

    server {
        listen 127.0.0.1:$port;

        location / {
            proxy_pass http://127.0.0.1:$upstream;
        }
    }
}
END
}

# A stream by curl, which undoes the compression as a browser does.

sub stream_at {
    my ($port, $query, @args) = @_;

    return Rackscope::Stream->curl('--compressed', @args,
        "http://127.0.0.1:$port/api/logs/stream?$query");
}

# Posts a message; what the stream then says.

sub comes {
    my ($nginx, $stream, $message) = @_;

    $nginx->post({ message => $message });
    my $event = $stream->next_event // {};
    return $event->{json}{message};
}

for my $case (@cases) {
    my ($name, $encoding, $late) = @$case;

    my $nginx = Rackscope::Nginx->new(
        zone => 'main entries=100 entry_size=2k streams=1',
        http => 'rackscope_logs_stream_heartbeat 1d;'
            . 'rackscope_logs_stream_timeout 1d;',
    )->start;

    # of a client that does not come by the proxy

    my $full = sub {
        my $event = $nginx->stream('since_seq=0')->next_event;
        return $event->{data} =~ /Too many/;
    };

SKIP: {
        my $port  = $nginx->port(9);
        my $proxy = proxy($name, $port, $nginx->port(0))
            or skip "$name is not installed", 1;
        my $head = $nginx->prefix . '/head';

        my $stream = stream_at($port, '', '-D', $head);
        ok wait_until { $stream->comments }, "$name: the first bytes come";
        is_deeply [ $stream->comments ], ['ping'], 'which are a heartbeat';

        my $headers = slurp($head) // '';
        my ($type)  = $headers =~ /^content-type: (.*?)\r$/mi;
        my ($coded) = $headers =~ /^content-encoding: (.*?)\r$/mi;
        is $type, 'text/event-stream', 'the head has come, too';
        is $coded, $encoding, 'compression is what was to be tried';

        is comes($nginx, $stream, 'record'), 'record', 'a record comes';
        comes($nginx, $stream, 'x' x 1000);

        ok $nginx->reload, 'a reload';
        my $end = $stream->next_event // {};
        is $end->{data}, '{"reason":"shutdown"}', 'the stream is told';
        is $stream->ended(10), 'clean', 'and ends well';

        # a proxy may keep a connection to an old worker until that is gone
        ok wait_until { !$nginx->old_workers }, 'old workers are gone';

        # one that begins with so much that it seems worth a compression

        $stream = stream_at($port, 'since_seq=0');
        my @messages = map { ($_ // {})->{json}{message} }
            $stream->next_event, $stream->next_event;
        is_deeply \@messages, [ 'record', 'x' x 1000 ],
            'another one has the records that are there';
        is comes($nginx, $stream, 'more'), 'more', 'and then the next one';
        ok $full->(), 'it has the only place';

        $stream->close;
        ok wait_until {
            $nginx->post({ message => 'a write' }) if $late;
            !$full->();
        }, 'its client has left, and the place is free';
    }
}

done();
