# SPDX-License-Identifier: BSD-2-Clause
#
# Where a stream begins: right after the record that the client names, without
# a hole and without a double, and what it says of those that are gone.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    zone    => 'main entries=20 streams=128',
)->start;

sub post {
    my ($from, $to) = @_;

    return $nginx->post(ndjson(map { { message => "m$_" } } $from .. $to));
}

# What a stream says until the last record: messages, and the JSON of others.

sub told {
    my ($stream, $last) = @_;

    my @told;

    $stream->wait_for(sub {
        push @told, $_->{event} ? "$_->{event} $_->{data}" : $_->{json}{message};
        return ($_->{json}{message} // '') eq $last;
    }) or push @told, 'nothing more';

    return \@told;
}

sub from {
    my ($since, $id) = @_;

    return $nginx->stream(defined $since ? "since_seq=$since" : '',
        defined $id ? (headers => [ 'Last-Event-ID' => $id ]) : ());
}

# An empty ring, whose last_seq is 0.

is $nginx->last_seq, 0, 'an empty ring';
my @empty = (from(0), from(undef, 0), from(undef, ''), from());
is $_->status, 200, 'a stream' for @empty;

post(1, 10);
is_deeply told($_, 'm10'), [ map { "m$_" } 1 .. 10 ], 'has all that comes'
    for @empty;
$_->close for @empty;

my ($first) = map { $_->{_seq} } $nginx->records;
my $last = $first + 9;

sub messages { return [ map { "m$_" } $_[0] .. $_[1] ] }

# Each of these as Last-Event-ID, which goes before since_seq, and as since_seq,
# where what is no number is refused.

my $all  = messages(1, 10);
my $lost = [ qq(gap {"missed":null,"next_seq":$first}), @$all ];

my @cases = (
    [ $first,                 messages(2, 10) ],
    [ $first + 4,             messages(6, 10) ],
    [ $last - 1,              messages(10, 10) ],
    [ $last,                  [] ],
    [ '0',                    $all ],
    [ '-1',                   $all ],
    [ '-0',                   $all ],
    [ '1',                    $lost ],
    [ $first - 1,             $lost ],
    [ $last + 1,              $lost ],
    [ '1000',                 $lost ],
    [ '1001',                 $lost ],
    [ '2147483648',           $lost ],
    [ '4294967296',           $lost ],
    [ '9007199254740992',     $lost ],
    [ '9223372036854775807',  $lost ],
    [ '9223372036854775808',  $lost ],
    [ '18446744073709551616', $lost ],
    [ '1' . '0' x 400,        $lost ],
    [ '-1' . '0' x 400,       $all ],
    [ '1e3',                  $lost, 422 ],
    [ '0x10',                 $lost, 422 ],
    [ '1.5',                  $lost, 422 ],
    [ '1;2',                  $lost, 422 ],
    [ '%00',                  $lost, 422 ],
    [ '%FF',                  $lost, 422 ],
    [ 'null',                 $lost, 422 ],
    [ "$first,$last",         $lost, 422 ],
    [ "$first%20",            $lost, 422 ],
    [ "\xff\xfe",             $lost, 422 ],
);

my @streams;

for (@cases) {
    my ($id, $expected, $status) = @$_;
    my $name = length $id > 40 ? 'a long number' : $id =~ s/[^ -~]/?/gr;

    for ([ undef, $id ], [ $first + 2, $id ], [ $id, undef ], [ $id, '' ]) {
        my ($since, $header) = @$_;
        my $stream = from($since, $header);
        my $what   = join ' ',
            defined $since ? 'since_seq=' . ($header ? 'other' : $name) : (),
            defined $header ? "Last-Event-ID: $header" : ();
        $what =~ s/[^ -~]/?/g;
        $what =~ s/\d{40,}/a long number/;

        if ($status && !$header) {
            is $stream->status, $status, "$what is refused";
            next;
        }

        is $stream->status, 200, $what;
        push @streams, [ $stream, $what, $expected ];
    }
}

$nginx->post({ message => 'end' });

is_deeply told($_->[0], 'end'), [ @{ $_->[2] }, 'end' ], $_->[1] for @streams;
$_->[0]->close for @streams;

# What was overwritten since then: how many, and what comes next.

post(11, 40);
$last = $nginx->last_seq;

my %missed = (
    $first      => 20,
    $first + 19 => 1,
    $first + 20 => 0,
    $last - 1   => 0,
);

for my $since (sort { $a <=> $b } keys %missed) {
    my $next   = $since + 1 + $missed{$since};
    my $stream = from($since);

    if ($missed{$since}) {
        my $gap = $stream->next_event;
        is $gap->{event}, 'gap', "since $since: a gap";
        is $gap->{data}, qq({"missed":$missed{$since},"next_seq":$next}),
            'of so many';
        is $gap->{id}, undef, 'which is no record';
    }

    is_deeply [ map { $stream->next_event->{id} } $next .. $last ],
        [ $next .. $last ], "since $since: then everything, oldest first";
}

# Gaps are not made by filters, and are said in spite of them.

my $stream = $nginx->stream("since_seq=$first&search=m40");
is_deeply told($stream, 'm40'),
    [ qq(gap {"missed":20,"next_seq":@{[ $first + 21 ]}}), 'm40' ],
    'a filter, and a gap';

# Nor by Clear: what was cleared is not missed.

$nginx->request('DELETE', '/api/logs');
$stream = from($first);
is $stream->status, 200, 'a stream';
post(41, 42);
is_deeply told($stream, 'm42'), [qw(m41 m42)], 'after Clear: no gap';

# Cleared, and then overwritten: only the latter counts.

post(43, 70);
$stream = from($first);
is_deeply told($stream, 'm70'),
    [ qq(gap {"missed":10,"next_seq":@{[ $last + 11 ]}}), map { "m$_" } 51 .. 70 ],
    'after Clear and more: a gap of what came since';

# A snapshot and then a stream, while others write: no hole and no double.

$nginx->configure(zone => 'main streams=128');
ok $nginx->reload, 'a larger ring';

my @writers = map {
    my $writer = $_;
    background {
        $nginx->post({ message => "$writer.$_" })->status == 200 || die "no\n"
            for 1 .. 40;
        return 1;
    };
} 1 .. 3;

my @seen;
my $rounds = 0;
my $next = $nginx->last_seq;
my $writing = 1;

while ($writing) {
    $writing = grep { $_->alive } @writers;

    my $json = $nginx->get("/api/logs?n=1000&since_seq=$next")->json;
    push @seen, map { $_->{_seq} } @{ $json->{records} };

    my $follow = from($json->{last_seq});
    while (my $event = $follow->next_event(0.02)) {
        push @seen, $event->{json}{_seq} // $event->{data};
        last if @seen % 7 == 0;
    }

    $next = $seen[-1] // $next;
    $rounds++;
}

is $_->join, 1, 'a writer' for @writers;
is_deeply \@seen, [ $seen[0] .. $seen[0] + $#seen ],
    "no hole and no double, $rounds snapshots";
is $seen[-1], $nginx->last_seq, 'to the last one';

done();
