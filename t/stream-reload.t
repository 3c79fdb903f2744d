# SPDX-License-Identifier: BSD-2-Clause
#
# Streams over reloads: they end at once and cleanly, old workers go, and who
# resumes misses nothing.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    zone    => 'main entries=5000 entry_size=1k',
)->start;

my $end = {
    event => 'end',
    data  => '{"reason":"shutdown"}',
    json  => { reason => 'shutdown' },
};

# Five streams that have their place, over all workers.

sub five {
    my ($query) = @_;

    my ($first, @streams);
    my @workers = $nginx->workers;

    wait_until {
        @streams = map {
            $nginx->stream($query // '',
                client => $nginx->client_of($workers[ $_ % @workers ]))
        } 1 .. 5;
        !grep { $_->status != 200 || defined $_->ended } @streams;
    } or die "no five streams\n";

    return @streams;
}

# Idle streams, at a reload.

$nginx->post(ndjson(map { { message => "m$_" } } 1 .. 300));

my $ring    = $nginx->get('/api/logs?n=5000')->raw_body;
my @streams = five();

ok $nginx->reload, 'a reload with five idle streams';

for (@streams) {
    is_deeply $_->next_event(5), $end, 'the end';
    is $_->ended(5), 'clean', 'of the response';
    ok $_->client->closed(5), 'and of the connection';
}

ok((wait_until { !$nginx->old_workers } 3), 'old workers are gone');
is $nginx->get('/api/logs?n=5000')->raw_body, $ring, 'the ring is the same';

# At once, and not when the stream looks around the next time: that is every
# half second.

my @seconds;

for (1 .. 15) {
    my $stream = $nginx->stream('');
    my $worker = $stream->header('X-Worker');
    my $start  = now();

    kill 'QUIT', $worker;
    $stream->ended(10);
    push @seconds, now() - $start;
    wait_until { !alive($worker) && $nginx->workers == 4 };
}

my $median = (sort { $a <=> $b } @seconds)[7];
ok $median < 0.12, "15 workers were told to go, and their streams ended: "
    . "$median s in the middle";

# The same by curl, which knows best what a clean end is.

my $curl = Rackscope::Stream->curl('--no-buffer',
    'http://127.0.0.1:' . $nginx->port . '/api/logs/stream?since_seq=0');
is $curl->next_event->{json}{message}, 'm1', 'a stream by curl';
$nginx->reload;
is $curl->ended(5), 'clean', 'its end';
is $curl->rc, 0, "curl's exit code";

# Clients that read slowly, or not at all, hold nobody up.

$nginx->configure(http => 'send_timeout 60s;');
$nginx->reload;
ok wait_until { !$nginx->old_workers }, 'old workers are gone';

@streams = map { $nginx->stream('', rcvbuf => 4096) } 1 .. 5;
is $_->status, 200, 'a client that does not read' for @streams;

my $lines = ndjson(map { { message => 'x' x 800 } } 1 .. 1000);
$nginx->post($lines)->status == 200 or die "no answer\n" for 1 .. 12;

my $seq = $nginx->last_seq;
ok $nginx->reload, 'a reload with five clients that do not read';
ok wait_until { !$nginx->old_workers }, 'old workers are gone';
is $nginx->last_seq, $seq, 'the ring is there';
$_->close for @streams;

# Under load: each record is told to everybody who resumes, once, in order.
# A new ring holds all that the writers may post, so that no reader can be
# outrun, whoever gets the processors.

my $most = 49_000;

$nginx->configure(zone => 'main entries=100000 entry_size=1k');
$nginx->reload or die "no new ring\n";
wait_until { !$nginx->old_workers } or die "old workers\n";
$nginx->post({ message => 'the first' });

sub writer {
    my ($name, $stop) = @_;

    return background {
        my $n = 0;
        while (!-e $stop && $n < $most) {
            my $response = $nginx->post({ message => "$name." . ++$n });
            die "no answer\n" if !$response || $response->status != 200;
        }
        return $n;
    };
}

# Reads to the record "stop": how many there were, how often it resumed, and
# what was wrong.

sub reader {
    my ($last) = @_;

    return background {
        my ($n, $resumed, @wrong) = (0, 0);

        while (!@wrong) {
            my $stream = $nginx->stream('',
                headers => [ 'Last-Event-ID' => $last ]);

            while (my $event = $stream->next_event) {
                if (!$event->{id}) {
                    push @wrong, $event->{data}
                        if $event->{data} !~ /shutdown|Too many/;
                    next;
                }

                push @wrong, "$event->{id} after $last"
                    if $event->{id} != $last + 1;
                $last = $event->{id};
                $n++;
                return [ $n, $resumed, @wrong ]
                    if $event->{json}{message} eq 'stop';
            }

            push @wrong, 'no clean end' if ($stream->ended // '') ne 'clean';
            $resumed++;
        }

        return [ $n, $resumed, @wrong ];
    };
}

my $stop    = $nginx->prefix . '/stop';
my $from    = $nginx->last_seq;
my @readers = map { reader($from) } 1 .. 5;
my @writers = map { writer($_, $stop) } 'a', 'b';

for my $n (1 .. 50) {
    $nginx->reload or die "reload $n\n";
    wait_until { !$nginx->old_workers } or die "old workers\n";
}

spew($stop, '');
my $posted = 0;
$posted += $_->join for @writers;
$nginx->post({ message => 'stop' });

is $nginx->last_seq, $from + $posted + 1, "50 reloads, $posted records posted";

for (@readers) {
    my ($n, $resumed, @wrong) = @{ $_->join };

    is $n, $posted + 1, "all of them received, by one who resumed $resumed times";
    is_deeply \@wrong, [], 'nothing else';
    ok $resumed > 0, 'and the reloads ended its streams';
}

is $nginx->log_lines(qr/\[(?:alert|crit|emerg|error)\]/), 0, 'a quiet log';

done();
