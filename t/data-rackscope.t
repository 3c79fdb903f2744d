# SPDX-License-Identifier: BSD-2-Clause
#
# What a real Rackscope backend logged in 75 seconds.  t/data has it three times:
#
#   rackscope-backend.ndjson   the JSON lines of its standard output
#   rackscope-api-logs.json    the answer of its own /api/logs
#   rackscope-backend.log      all of its standard output

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(http => 'client_max_body_size 1m;')->start;

my $ndjson = data('rackscope-backend.ndjson');
my @lines  = split /\n/, $ndjson;
my @sent   = map { decode_json($_) } @lines;
my $api    = decode_json(data('rackscope-api-logs.json'));

# The record without some of its keys.

sub without {
    my ($record, @keys) = @_;

    my %rest = %$record;
    delete @rest{@keys};
    return \%rest;
}

# The ring, emptied, after the code: its records, and the answer as it is.

sub ring_after {
    my ($code) = @_;

    is $nginx->request('DELETE', '/api/logs')->status, 200, 'an empty ring';
    $code->();

    my $body    = $nginx->get('/api/logs?n=1000')->body;
    my @records = @{ decode_json($body)->{records} };
    return $body, @records;
}

# The first of them that differ, or "the same": types count.

sub differ {
    my ($got, $expected, @but) = @_;

    return @$got . ' records and not ' . @$expected if @$got != @$expected;

    for my $i (0 .. $#$got) {
        my ($x, $y) = map { canon(without($_, '_seq', @but)) } $got->[$i],
            $expected->[$i];
        return "record $i: $x and not $y" if $x ne $y;
    }

    return 'the same';
}

is @sent, 442, 'records of the standard output';

# Whole, and in batches of any form.

my ($body, @whole) = ring_after(sub {
    is $nginx->post($ndjson)->body,
        '{"accepted":442,"filtered":0,"rejected":0,"errors":[]}', 'all at once';
});

is differ(\@whole, \@sent), 'the same', 'at once: each record is its line';

my %forms = (
    'lines'  => sub { join '', map { "$_\n" } @_ },
    'arrays' => sub { '[' . join(', ', @_) . ']' },
    'one after the other' => sub { join '', @_ },
);

for my $form (sort keys %forms) {
    for my $size (1, 50) {
        my ($accepted, $client) = (0, $nginx->client(1));

        my (undef, @records) = ring_after(sub {
            my @rest = @lines;
            while (my @batch = splice @rest, 0, $size) {
                $accepted += $client->request('POST', '/internal/logs',
                    body => $forms{$form}->(@batch))->json->{accepted};
            }
        });

        is $accepted, 442, "$form, $size at a time";
        is differ(\@records, \@sent), 'the same', "$form, $size at a time: same";
    }
}

# _seq has no holes, and keys come in the order of the contract.

is_deeply [ map { $_->{_seq} - $whole[0]{_seq} } @whole ], [ 0 .. 441 ], '_seq';

my @order = qw(_seq timestamp level logger message request_id duration_ms method
    path status_code exception);

sub key_orders {
    my ($text) = @_;

    my ($all) = $text =~ /\A\{"records":\[(.*)\]/s;
    my %seen;

    for my $record (split /(?<=\})\s*,\s*(?=\{"_seq")/, $all) {
        my @keys;
        while ($record =~ /"((?:[^"\\]|\\.)*)"(:?)/gs) {
            push @keys, $1 if $2;
        }
        $seen{"@keys"} = [@keys];
    }

    return values %seen;
}

for my $keys (key_orders($body)) {
    my %there = map { $_ => 1 } @$keys;
    is "@$keys", join(' ', grep { $there{$_} } @order), 'the order of keys';
}

# Beside the backend's own API.  Its answer has one record less: the request
# that got it was logged after the answer was made.  Its timestamps are taken
# a little later, when the record reaches its buffer; and its buffer knows
# method, path and status_code, which its standard output lacks.

is @{ $api->{records} }, 441, 'records of the API';
is $whole[441]{message}, 'GET /api/logs - 200', 'the request for them';

is differ([ @whole[ 0 .. 440 ] ], $api->{records},
    qw(timestamp method path status_code)), 'the same', 'the same as its own';

sub microseconds {
    my ($record) = @_;

    my ($h, $m, $s, $us) = $record->{timestamp}
        =~ /\A2026-11-22T(\d\d):(\d\d):(\d\d)\.(\d{6})\+00:00\z/ or return;
    return (($h * 60 + $m) * 60 + $s) * 1_000_000 + $us;
}

my @late = map { microseconds($api->{records}[$_]) - microseconds($whole[$_]) }
    0 .. 440;
is scalar(grep { $_ < 0 || $_ > 100_000 } @late), 0, 'at the same time';

my ($reply, @back) = ring_after(sub {
    is $nginx->post($api->{records})->json->{accepted}, 441, 'its answer, posted';
});

is differ(\@back, $api->{records}), 'the same', 'comes back as it was';
for my $keys (key_orders($reply)) {
    my %there = map { $_ => 1 } @$keys;
    is "@$keys", join(' ', grep { $there{$_} } @order), 'the order of its keys';
}

# All of the standard output as it is: JSON, uvicorn's own lines, tracebacks.  It
# is sent at once, since a traceback ends where its sender pauses.

my $log = data('rackscope-backend.log');
my @expected;

for my $line (split /\n/, $log) {
    if ($line =~ /\A\{/) {
        push @expected, decode_json($line);

    } elsif ($line =~ /\A(INFO|ERROR):\ /x) {
        push @expected, { level => $1, logger => '', message => $line };

    } else {
        my $record = $expected[-1];
        $record->{exception} .= (defined $record->{exception} ? "\n" : '') . $line;
    }
}

my @text = grep { $_->{logger} eq '' } @expected;
is scalar(grep { $_->{level} eq 'INFO' } @text), 4, 'four lines of uvicorn';
is scalar(grep { ($_->{exception} // '') =~ /^Traceback/m } @text), 9,
    'nine tracebacks';
cmp_ok scalar(() = $log =~ /^(?!\{)(?!INFO)/mg), '>', 1500, 'of so many lines';

for my $size (97, 4096, length $log) {
    my (undef, @records) = ring_after(sub {
        my $upload = $nginx->upload;
        $upload->send(join '', (map { sprintf "%x\r\n%s\r\n", length, $_ }
            unpack "(a$size)*", $log), "0\r\n\r\n");
        is $upload->response->body,
            '{"accepted":455,"filtered":0,"rejected":0,"errors":[]}',
            "the output in pieces of $size: 442 + 4 + 9";
    });

    is differ(\@records, \@expected, 'timestamp'), 'the same',
        "in pieces of $size: each record is whole";
    is differ([ grep { $_->{logger} ne '' } @records ], \@sent), 'the same',
        "in pieces of $size: and has its time";
}

done();
