# SPDX-License-Identifier: BSD-2-Clause
#
# What a reload keeps, what it changes, and what one that fails does not.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(zone => 'main entries=100')->start;

$nginx->post(ndjson(map { { message => "m$_" } } 1 .. 150));

my $ring  = $nginx->get('/api/logs?n=100')->raw_body;
my $first = $nginx->last_seq - 149;
my $last  = $nginx->last_seq;

sub changed {
    my ($name, %conf) = @_;

    $nginx->configure(%conf);
    ok $nginx->reload, $name;
    ok wait_until { !$nginx->old_workers }, 'old workers are gone';
    return;
}

sub kept {
    is $nginx->get('/api/logs?n=100')->raw_body, $ring, 'the ring is the same';
    return;
}

# Places that can be taken at once.

sub places {
    my @streams = map { $nginx->stream('since_seq=0') } 1 .. 8;
    my @open = grep { ($_->next_event->{data} // '') !~ /Too many/ } @streams;

    $_->close for @streams;
    wait_until { $nginx->stream('since_seq=0')->next_event->{data} !~ /Too many/ };
    return scalar @open;
}

# The number of workers, of places, and anything else but the shape.

for my $workers (4, 1, 8, 2) {
    changed("worker_processes $workers", workers => $workers);
    is $nginx->workers, $workers, 'as many as that';
    kept();
}

is places(), 5, 'five places';
changed('streams=2', zone => 'main entries=100 streams=2');
kept();
is places(), 2, 'two places';
changed('streams=7', zone => 'main streams=7 entry_size=16384 entries=100');
kept();
is places(), 7, 'seven places';

changed('a second zone', http => 'rackscope_logs_zone another;');
kept();
changed('none again', http => '');
kept();

# The numbers go on.

is $nginx->post({ message => 'next' })->status, 200, 'a post';
is $nginx->last_seq, $last + 1, 'its number is the next one';
$ring = $nginx->get('/api/logs?n=100')->raw_body;

# A reload that fails changes nothing, and no stream notices.

$nginx->allow_log(qr/\[emerg\]/);

my @workers = $nginx->workers;
my $stream  = $nginx->stream('');
is $stream->status, 200, 'a stream';

my %bad = (
    'rackscope_logs_zone main;'                 => qr/duplicate zone "main"/,
    'rackscope_logs_level LOUD;'                => qr/unknown level "LOUD"/,
    'rackscope_logs_zone y entries=0;'          => qr/invalid value "entries=0"/,
    'server { location / { rackscope_logs_api no; } }' => qr/unknown zone "no"/,
    'rackscope_logs_redact "(" x;'              => qr/invalid rule/,
    'server { listen 192.0.2.1:1; }'            => qr/bind\(\) to 192\.0\.2\.1/,
);

for my $line (sort keys %bad) {
    $nginx->configure(http => $line, zone => 'main entries=100 streams=7');
    kill 'HUP', $nginx->master;

    ok wait_until { $nginx->log_lines($bad{$line}) }, "refused: $line";
    is_deeply [ $nginx->workers ], \@workers, 'the workers are the same';
    kept();

    $nginx->post({ message => $line });
    is $stream->next_event->{json}{message}, $line, 'the stream goes on';
    $ring = $nginx->get('/api/logs?n=100')->raw_body;
}

is $nginx->stream('since_seq=0')->next_event->{event}, undef,
    'a place is free, as before';
$stream->close;

# Another shape is another ring: empty, and its numbers are later ones.

my @shapes = (
    'main entries=101',
    'main entries=101 entry_size=8k',
    'main entries=202 entry_size=4k',
    'main entries=100',
);

for my $shape (@shapes) {
    my $before = $nginx->last_seq;
    my $client = $nginx->stream('');
    is $client->status, 200, 'a stream';

    changed($shape, http => '', zone => $shape);
    is $client->next_event->{data}, '{"reason":"shutdown"}', 'its end';
    is $nginx->get('/api/logs')->raw_body,
        '{"records":[],"total":0,"last_seq":0}', 'an empty ring';

    $client = $nginx->stream('', headers => [ 'Last-Event-ID' => $before ]);
    my $gap = $client->next_event;
    is $gap->{event}, 'gap', 'who resumes is told that it is another one';
    is $gap->{json}{missed}, undef, 'and that nobody knows how much is gone';

    $nginx->post({ message => 'new' });
    my $event = $client->next_event;
    is $event->{id}, $gap->{json}{next_seq}, 'then everything that it has';
    ok $event->{id} > $before, 'by numbers that were never there';
    is $nginx->last_seq, $event->{id}, 'and no more';
    $client->close;

    # From here on nothing has changed, and so the new memory stays.

    for (1 .. 2) {
        ok $nginx->reload, 'the same shape once more';
        is $nginx->last_seq, $event->{id}, 'keeps the ring';
        is $nginx->post({ message => 'more' })->status, 200, 'and takes more';
        $event->{id} = $nginx->last_seq;
    }
}

# The end of nginx: the same for streams as a reload.

my @streams = map { $nginx->stream('') } 1 .. 3;
is $_->status, 200, 'a stream' for @streams;

ok $nginx->stop('QUIT', 5), 'nginx stops, with streams open';

for (@streams) {
    is $_->next_event->{data}, '{"reason":"shutdown"}', 'the end';
    is $_->ended(5), 'clean', 'is a clean one';
}

done();
