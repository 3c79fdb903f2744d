# SPDX-License-Identifier: BSD-2-Clause
#
# Entries that are too large: cut, and never dropped.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $size = 1024;

my $nginx = Rackscope::Nginx->new(
    zone => "main entries=200 entry_size=$size",
    http => 'client_max_body_size 8m;',
)->start;

sub line_of { return $nginx->line_of(@_) }

sub record_of { return decode_json(line_of(@_)) }

# Cutting.  What is cut says how much of it is missing.

sub cut_ok {
    my ($got, $whole, $name) = @_;

    my ($start, $n) = ($got // '') =~ /\A(.*)\x{2026}\ \[(\d+)\ bytes\ cut\]\z/xs
        or return fail "$name: is not cut";

    utf8::encode($start);
    is $start, (substr $whole, 0, length $start), "$name: the start is there";
    is $n, length($whole) - length $start, "$name: the number of bytes";
    return;
}

sub fits {
    my ($line, $name) = @_;

    cmp_ok length $line, '<=', $size, "$name: fits";
    cmp_ok length $line, '>', $size - 100, "$name: uses the room";
    like $line, qr/,"truncated":true\}\z/, "$name: truncated";
    return decode_json($line);
}

my $long = join ' ', 1 .. 2000;

my $record = fits(line_of(encode_json({ message => $long })), 'message');
cut_ok($record->{message}, $long, 'message');

$record = fits(
    line_of(encode_json({ message => 'm' x 500, exception => $long })),
    'exception');
is $record->{message}, 'm' x 500, 'the exception is cut, and not the message';
cut_ok($record->{exception}, $long, 'exception');

$record = fits(
    line_of(encode_json({ message => $long, exception => $long, x => $long })),
    'all');
cut_ok($record->{$_}, $long, $_) for qw(message exception x);
cmp_ok length $record->{message}, '>', 5 * length $record->{exception},
    'the message keeps more than the exception';

$record = fits(line_of(qq({"message":"m","x":[$long]}) =~ s/(\d) /$1,/gr), 'extra');
like $record->{x}, qr/\A\[1,2,3,.*\x{2026}\ \[\d+\ bytes\ cut\]\z/xs,
    'what was no string is the start of its JSON';

for my $char ("\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80") {
    for my $shift (0 .. 3) {
        my $whole = 'a' x $shift . $char x 1000;
        $record = fits(line_of(qq({"message":"$whole"})), "shifted by $shift");
        cut_ok($record->{message}, $whole, "shifted by $shift");
    }
}

for my $escaped ('\na', '\"', '\u0001') {
    my $whole = decode_json(qq("$escaped")) x 2000;
    $record = fits(line_of(encode_json({ message => $whole })), $escaped);
    cut_ok($record->{message}, $whole, $escaped);
}

$record = record_of(
    encode_json({ message => 'm', map { ("k$_" => 'v' x 20) } 1 .. 500 }));
is $record->{message}, 'm', '500 keys';
ok $record->{truncated}, 'not all of them are there';

# What just fits is whole.  The ring needs a little of the size for itself.

my $empty = length line_of('{"message":""}');
my ($n, $line, $last) = ($size - $empty - 80);

do {
    $last = $line;
    $line = line_of(encode_json({ message => 'x' x $n++ }));
} until $line =~ /"truncated"/;

is decode_json($last)->{message}, 'x' x ($n - 2), 'the largest that is whole';
cmp_ok length $last, '>', $size - 80, 'is as large as an entry';
fits($line, 'one byte more');

# Entries of megabytes are skipped over, not kept.

my $huge = 'y' x 3_000_000;
for my $body (qq({"logger":"l","message":"$huge"}\n{"message":"next"}),
    qq([{"message":"$huge"},{"message":"next"}]), "$huge\nnext\n")
{
    is $nginx->post($body)->body,
        '{"accepted":2,"filtered":0,"rejected":0,"errors":[]}', '3 MB';

    my ($first, $next) = $nginx->records('n=2');
    is $next->{message}, 'next', 'what follows 3 MB';
    like $first->{message}, qr/\Ay{500,}\x{2026}/, 'the start of 3 MB';
    ok $first->{truncated}, 'and it is truncated';
}

like line_of('{"message":"m","truncated":true}'), qr/,"truncated":true\}\z/,
    'the sender had cut it';

done();
