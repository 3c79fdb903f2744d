# SPDX-License-Identifier: BSD-2-Clause
#
# Memory: the ring takes what was configured and only what it holds, and no
# amount of work makes a worker grow, nor does it need more than a small stack.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

plan skip_all => 'a sanitizer keeps what is freed' if $ENV{RACKSCOPE_PRELOAD};

# nginx has the limits that we have

my $stack = 256 * 1024;
run('prlimit', "--pid=$$", "--stack=$stack")->{rc} == 0 or die 'no prlimit';

my ($entries, $size) = (500, 32 * 1024);

my $nginx = Rackscope::Nginx->new(
    workers => 2,
    zone    => "main entries=$entries entry_size=$size",
    http    => 'keepalive_requests 1000000; keepalive_timeout 1h;'
        . 'client_max_body_size 100m;',
)->start;

my @workers = $nginx->workers;

like slurp("/proc/$workers[0]/limits"), qr/^Max\ stack\ size\s+$stack\s/mx,
    'a small stack';

# What a process has of its own, in kB.

sub own {
    my ($pid) = @_;

    return (slurp("/proc/$pid/status") // '') =~ /^RssAnon:\s+(\d+)/m ? $1 : 0;
}

# The mapping of the ring, the largest of nginx's shared memory, in kB: how
# large it is, and how much of it there is (each process has its part of that).

sub ring {
    my ($size, $there) = (0, 0);

    for my $pid ($nginx->master, @workers) {
        my ($largest, $part) = (0, 0);

        for (split /^(?=[0-9a-f]+-)/m, slurp("/proc/$pid/smaps") // '') {
            next if !m{\A\S+\ +rw-s}x;
            my ($all) = /^Size:\s+(\d+)/m;
            ($largest, $part) = ($all, /^Pss:\s+(\d+)/m) if $all > $largest;
        }

        $size = $largest;
        $there += $part;
    }

    return ($size, $there);
}

# The work is done once to warm up, and then, some times more of it, no worker
# may have more than before.

sub flat {
    my ($name, $work, $little, $much) = @_;

    $work->($little);

    my @before = map { own($_) } @workers;
    my $start  = now();
    $work->($much);
    my @growth = map { own($workers[$_]) - $before[$_] } 0 .. $#workers;

    cmp_ok $_, '<=', 256, "$name: a worker does not grow" for @growth;
    note sprintf '%s: %s kB in %.1f s', $name, "@growth", now() - $start;
    return;
}

# A fresh ring.

my $whole = $entries * $size / 1024;
my ($mapped, $resident) = ring();

cmp_ok $mapped, '>=', $whole, 'the ring is mapped';
cmp_ok $mapped, '<=', $whole * 1.02 + 64, 'and a little more';
cmp_ok $resident, '<=', 256, 'a fresh ring costs next to nothing';
note "fresh: $mapped kB mapped, $resident kB resident";

# What it holds is what it costs.

my %client = map { $_ => [ $nginx->client_of($_, 1), $nginx->client_of($_) ] }
    @workers;

sub post {
    my ($pid, $body) = @_;

    my $response =
        $client{$pid}[0]->request('POST', '/internal/logs', body => $body);
    die 'no 200' if !$response || $response->status != 200;
    return;
}

post($workers[0], ndjson(map { { message => "short $_" } } 1 .. 100));
cmp_ok +(ring())[1], '<=', 256 + 100 * 8, 'a short record: a page';

# Records to a stream: a reader that counts.

sub open_stream {
    my ($query) = @_;

    my $client = $nginx->client_of($workers[0]);
    $client->start('GET', "/api/logs/stream$query");
    $client->read_head(now() + 10) or die 'no stream';
    return $client;
}

sub count {
    my ($client) = @_;

    $client->fill(now() + 10) or die 'the stream ended';
    my $seen = $client->{buf} =~ s/^id:\ //gm;
    $client->{buf} =~ s/.*\n//s;
    return $seen;
}

sub stream {
    my ($records) = @_;

    my $client = open_stream('');
    my ($sent, $seen) = (0, 0);

    while ($seen < $records) {

        if ($sent == $seen) {
            my $n = $records - $sent > 250 ? 250 : $records - $sent;
            post($workers[1], ndjson(map { { message => "m $_ " . 'x' x 100 } }
                        1 .. $n));
            $sent += $n;
        }

        $seen += count($client);
    }

    $client->close;
    return;
}

flat 'records to a stream', \&stream, 5000, 50_000;

# Requests on one connection.

sub gets {
    my ($requests, $query) = @_;

    for my $pid (@workers) {
        my $client = $client{$pid}[1];

        for (1 .. $requests / 2 / 50) {
            $client->send("GET /api/logs?$query HTTP/1.1\r\nHost: a\r\n\r\n"
                    x 50);
            $client->response(10)->status == 200 or die 'no 200' for 1 .. 50;
        }
    }

    return;
}

flat 'GET', sub { gets($_[0], 'n=1') }, 2000, 20_000;
flat 'GET n=500', sub { gets($_[0], 'n=500&search=x') }, 200, 2000;

# Big records, the largest uploads, and cut ones.

sub big {
    my ($records) = @_;

    for my $n (1 .. $records) {
        post($workers[ $n % 2 ], encode_json({
                    message   => 'x' x (20_000 + $n % 7 * 9000),
                    exception => "line\n" x 5000,
                    extra     => [ map { { key => $_ } } 1 .. 100 ],
                }));
    }

    return;
}

flat 'big records', \&big, 100, 600;

my ($size_now, $used) = ring();
is $size_now, $mapped, 'the ring has not grown';
cmp_ok $used, '<=', $whole + 256, 'and takes what is configured';
cmp_ok $used, '>=', $whole * 0.9, 'all of it by now';
note "full: $used kB of $whole kB";

# All of it to one stream.

my $stream = open_stream('?since_seq=0');
my $seen   = 0;
$seen += count($stream) while $seen < $entries;
is $seen, $entries, 'and a stream can have all of it';
$stream->close;

# Short uploads, each on a connection of its own; and one that goes on.

flat 'short uploads', sub {
    for (1 .. $_[0]) {
        my $upload = $nginx->upload;
        $upload->send_chunk("{\"message\":\"upload $_\"}\n");
        $upload->send_end;
        $upload->response->status == 200 or die 'no 200';
        $upload->close;
    }
}, 500, 4000;

flat 'one upload', sub {
    for my $pid (@workers) {
        my $upload = $nginx->upload(client => $client{$pid}[0]);
        for (1 .. $_[0]) {
            $upload->send_chunk("{\"message\":\"line $_\"}\nplain $_\n\tmore\n");
        }
        $upload->send_end;
        my $accepted = $upload->response->json->{accepted};
        is $accepted, 2 * $_[0], 'one upload of many records';
    }
}, 2000, 10_000;

is +(ring())[0], $mapped, 'the ring is as large as ever';
is_deeply [ $nginx->workers ], \@workers, 'by the same workers';

done();
