# SPDX-License-Identifier: BSD-2-Clause
#
# A shared ring over a reload: an upload that stays open in an old worker, a
# change of the key, and a host whose name comes to mean another Redis.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::DNS;
use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

my $redis = redis();
my @nodes = nodes(2, $redis->url);
my ($one, $two) = @nodes;

# An upload goes on in a worker that is to end, and the worker still leaves
# nothing behind.

sub producers {
    my ($there) = @_;

    return grep { /^p:/ } $there->hash($there->stream . ':m');
}

my $upload = $one->upload;
$upload->send_chunk(qq({"message":"a"}\n));
ok wait_same(@nodes, 1), 'an upload that stays open';

ok $one->reload, 'reload';
ok wait_until { $one->old_workers == 1 }, 'its worker stays';
my $left = wait_until { !producers($redis) };
ok $left, 'and has left for now' or diag producers($redis);

for my $message (qw(b c)) {
    $upload->send_chunk(qq({"message":"$message"}\n));
    ok((wait_until { (messages($two))[-1] eq $message }),
        "$message comes from the old worker");
}

accepted($one, 'd');
$upload->send_end;
is $upload->response->body,
    '{"accepted":3,"filtered":0,"rejected":0,"errors":[]}', 'it is answered';
ok wait_until { !$one->old_workers }, 'and the worker ends';
ok wait_same(@nodes, 4), 'both have all';
is_deeply [ messages($two) ], [qw(a b c d)], 'in order';
ok wait_until { producers($redis) == 1 }, 'nothing is left behind'
    or diag producers($redis);

# The same while the whole nginx ends, so that nobody else follows the stream.

$upload = $one->upload;
$upload->send_chunk(qq({"message":"e"}\n));
ok wait_same(@nodes, 5), 'one more';
kill QUIT => $one->master;
ok wait_until { $one->old_workers == 1 && !$one->workers }, 'nginx ends';
$upload->send_chunk(qq({"message":"f"}\n));
ok((wait_until { (messages($two))[-1] eq 'f' }), 'f comes from it');
$upload->send_end;
is $upload->response->json->{accepted}, 2, 'it is answered';
ok((wait_until { !$one->running }), 'and nginx has ended');
$one->start;
ok wait_same(@nodes, 6), 'it starts again, and has all';

# Another key: what the ring has is shared there.  An upload of an old worker
# is told to come again, and does not number the ring for the old key.

my $old = $redis->stream;
$upload = $one->upload;
$upload->send_chunk(qq({"message":"g"}\n));
ok wait_same(@nodes, 7), 'an upload once more';

my $conf = $one->{conf}{http};
$one->configure(http => $conf =~ s/timeout=/key=other timeout=/r);
ok $one->reload, 'another key';
ok wait_until { up($one) && $redis->stream('other*') }, 'is that of the ring';
is_deeply [ messages($one) ], [qw(a b c d e f g)], 'which has all';

my $before = $one->last_seq;
$upload->send_chunk(qq({"message":"h"}\n));
my $said = $upload->response;
is $said->status . ' ' . ($said->header('Retry-After') // ''), '503 1',
    'the upload is told so at once';
accepted($one, 'i');
is $one->last_seq, $before + 1, 'and the ring keeps its numbers';
is_deeply [ messages($one, 'n=2') ], [qw(g i)], 'h is not there';
accepted($two, 'j');
is_deeply [ messages($two, 'n=2') ], [qw(g j)], 'i is not under the old key';

# A name that comes to mean another Redis while the old one lives.  One of the
# connections ends, and so comes to the other Redis: then all do, without end
# of the old one.

my $other = Rackscope::Redis->new(host => '127.0.0.2', port => $redis->port)
    ->start;
my $dns  = Rackscope::DNS->new;
my $port = $redis->port;

$dns->set('redis.test' => '127.0.0.1');

my ($named) = nodes(1, "redis://redis.test:$port/2",
    http => 'resolver 127.0.0.1:' . $dns->port . ' valid=1s;');
my @clients = map { $named->client_of($_, 1) } $named->workers;

sub post_by {
    my ($client, $message) = @_;

    my $answer = $client->request('POST', '/internal/logs',
        body => qq({"message":"$message"}));
    return $answer->status;
}

is post_by($_, 'named'), 200, 'each worker has a connection' for @clients;

sub connections {
    my ($there) = @_;

    return map { /^id=(\d+)\ addr=[\d.]+:\d+\ .*\ db=2\ /x ? $1 : () }
        split /\n/, $there->command(qw(CLIENT LIST TYPE normal));
}

is scalar connections($redis), 3, 'two writers and the tail';
$dns->set('redis.test' => '127.0.0.2');

ok((wait_until {
    if (!connections($other)) {
        my ($any) = connections($redis);
        $redis->ask(qw(CLIENT KILL ID), $any) if $any;
    }
    connections($other);
} 30), 'one connection comes to the other Redis');

ok((wait_until {
    is post_by($_, 'more'), 200, 'a record' for @clients;
    !connections($redis);
} 30), 'then all of them do');

$before = $named->last_seq;
is post_by($_, 'moved'), 200, 'a record' for @clients;
is $named->last_seq, $before + 2, 'and the numbers stay';

done();
