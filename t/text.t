# SPDX-License-Identifier: BSD-2-Clause
#
# Plain text over HTTP: the texts of t/data/text in one piece and in many, and
# the tables of docs/ingest.md, whose examples must become what they say.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(ingest => <<'END')->start;
        location = /text {
            rackscope_logs_ingest main;
            rackscope_logs_level  debug;
        }
END

my $root = Rackscope::Nginx::root();

# The records of a text.  Its bytes come in one chunk, or in chunks of so many.

sub records_of {
    my ($bytes, $size) = @_;

    my $seq      = $nginx->last_seq;
    my $response = $nginx->post(
        $bytes,
        uri     => '/text',
        headers => [ 'Content-Type' => 'text/plain' ],
        $size ? (chunks => [ unpack "(a$size)*", $bytes ]) : (),
    );
    my @records = $nginx->records("since_seq=$seq&n=1000");

    is $response->json->{accepted}, @records, 'all of them are accepted';
    return @records;
}

sub brief { return join "\n", map { "$_->[0] $_->[1]" } @_ }

# What the records begin with, as far as it is expected.

sub starts {
    my ($records, $expect) = @_;

    my $i = 0;
    return map {
        my $start = $expect->[ $i++ ][1] // '';
        [ $_->{level}, substr $_->{message}, 0, length $start || 80 ]
    } @$records;
}

# Each line is in a record.  JSON is there by its values, and what looks like a
# password is hidden.

sub kept {
    my ($text, @records) = @_;

    my $all = join "\n", map { ($_->{message}, $_->{exception} // ()) } @records;

    # Of JSON over several lines the records have the values only.

    for my $line (split /\r?\n/, $text =~ s/^\{\r?\n.*?^\}\r?\n//gmsr) {
        $line =~ s/\A[ \t]+//;

        next if $line eq '' || $line =~ /\A\{"|password/;
        next if grep { $_->{logger} ne '' && $line =~ /\ \Q$_->{logger}\E\z/ }
            @records;

        return $line if index($all, $line) < 0;
    }

    return;
}

my $cases = decode_json(slurp("$root/t/data/text/multiline.json"))->{cases};

cmp_ok @$cases, '>=', 160, 'there are texts';

for my $case (@$cases) {
    my ($name, $text, $expect) = @$case{qw(name text expect)};

    my $bytes = $text;
    utf8::encode($bytes);

    for my $size (0, 1, 37) {
        my @records = records_of($bytes, $size);
        my $how     = $size ? "$name, $size bytes at a time" : $name;

        is brief(starts(\@records, $expect)), brief(@$expect), $how;
        is kept($text, @records), undef, "$how: each line is kept";
    }
}

# The tables of docs/ingest.md.

my $page = slurp("$root/docs/ingest.md");
utf8::decode($page);

# The rows of the table with this head: of each, its cells.

sub table {
    my ($head) = @_;

    my ($rows) = $page =~ /^\|\ \Q$head\E\ \|[^\n]*\n\|[-|]+\n((?:\|.*\n)+)/m
        or return;

    return map { [ /\G\|\ ((?:[^|\\]|\\.)*)\ (?=\|)/gx ] } split /\n/, $rows;
}

# The lines of a cell, as a program prints them.

sub lines {
    my ($cell) = @_;

    return map {
        my $line = $_;
        $line =~ s/\A(`+)(.*)\1\z/$2/s or die "no line: $line\n";
        $line =~ s/\A (.*) \z/$1/ if length $1 > 1;
        $line =~ s/\\\|/|/g;
        $line =~ tr/⇥/\t/;
        $line
    } split /<br>/, $cell;
}

sub bytes {
    my $text = join '', map {"$_\n"} @_;

    utf8::encode($text);
    return $text;
}

my @formats = table('written by');

cmp_ok @formats, '>=', 50, 'there are formats';

for my $row (@formats) {
    my ($who,  $cell, $level) = @$row;
    my ($line) = lines($cell);
    my @records = records_of(bytes($line));

    is brief(map { [ "`$_->{level}`", $_->{message} ] } @records),
        brief([ $level, $line ]), "$who: a line";
}

my @stacks = table('language');

cmp_ok @stacks, '>=', 15, 'there are languages';

for my $row (@stacks) {
    my ($language, $first, $rest, $level) = @$row;
    my ($start)  = lines($first);
    my @rest     = lines($rest);
    my @records  = records_of(bytes('INFO one', $start, @rest, 'INFO two'));

    is brief(map { [ "`$_->{level}`", $_->{message} ] } @records),
        brief([ '`INFO`', 'INFO one' ], [ $level, $start ],
        [ '`INFO`', 'INFO two' ]),
        "$language: a stack is one record";
    is $records[1]{exception}, join("\n", @rest), "$language: all of its lines";
}

# The forms of times that it names, in fields of JSON.

my ($forms) = $page =~ /^(\*\ The\ other\ forms\ .*?)^\*/ms;
my @times = map { s/\s+/ /gr } $forms =~ /`([^`]+)`/g;

cmp_ok @times, '>=', 7, 'there are forms of times';

for my $time (@times) {
    my $record = decode_json($nginx->line_of({ timestamp => $time }));

    like $record->{timestamp}, qr/\A2026-11-22T(?:09|10):16:57/, "time $time";
}

# The names of levels are those of the code.

my $code = slurp("$root/ngx_rackscope_logs/intake/rsl_intake_level.c");
my (%names, %told);

push @{ $names{$2} }, $1
    while $code =~ /^\ +(?:TEXT|MARKED|FIELD)\("(\w+)",\ (\w+)\)/gmx;

for my $row (table('level')) {
    my ($level) = lines($row->[0]);
    $told{$level} = [ $row->[1] =~ /`(\w+)`/g ];
}

is_deeply { map { $_ => [ sort @{ $told{$_} } ] } keys %told },
    { map { $_ => [ sort @{ $names{$_} } ] } keys %names },
    'the names of levels';

done();
