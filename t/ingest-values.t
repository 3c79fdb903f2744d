# SPDX-License-Identifier: BSD-2-Clause
#
# Hard values of JSON: they come out as they went in, or as the contract says.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new->start;

sub line_of { return $nginx->line_of(@_) }

# Strings.

my $fffd = "\xef\xbf\xbd";

for (
    [ "a\xffb",                 "a${fffd}b",           'a byte that is no UTF-8' ],
    [ "a\xc3",                  "a$fffd",              'half a character' ],
    [ "a\xe2\x82",              "a$fffd",              'two thirds of one' ],
    [ "\xc0\xaf",               $fffd x 2,             'an overlong form' ],
    [ "\xed\xa0\x80",           $fffd x 3,             'a surrogate in UTF-8' ],
    [ "\xf4\x90\x80\x80",       $fffd x 4,             'beyond Unicode' ],
    [ "\xf0\x9f\x98\x80",       "\xf0\x9f\x98\x80",    'four bytes' ],
    [ '\u00e9\u20ac',           "\xc3\xa9\xe2\x82\xac", 'escapes' ],
    [ '\ud83d\ude00',           "\xf0\x9f\x98\x80",    'a surrogate pair' ],
    [ 'a\ud83d',                "a$fffd",              'half a pair' ],
    [ '\ude00\ud83d b',         "$fffd$fffd b",        'a pair the wrong way' ],
    [ 'a\u0000b',               'a\u0000b',            'NUL' ],
    [ 'a\u001b[31m\u0007',      'a\u001b[31m\u0007',   'escapes of a terminal' ],
    [ 'a\n\t\"\\\\\/',          'a\n\t\"\\\\/',        'what JSON escapes' ],
    )
{
    my ($in, $out, $name) = @$_;

    like line_of(qq({"message":"$in","x":{"$in":"$in"}})),
        qr/,"message":"\Q$out\E","x":\{"[^"]+":"\Q$out\E"\}\}\z/, $name
        if $in !~ /\\["n]|\\u0000/;
    like line_of(qq({"message":"m$in"})), qr/,"message":"m\Q$out\E"\}\z/,
        "$name: the message";
}

like line_of("a\xffb\0c\x1b[1m"), qr/,"message":"a${fffd}b\\u0000c\\u001b\[1m"\}\z/,
    'all that in a line of text';

like line_of(qq({"message":"a\0b"})), qr/,"message":"\{\\"message\\":\\"a\\u0000b\\"\}"\}\z/,
    'a NUL itself makes a line of text of it';

my $raw = $nginx->post(qq([{"message":"a\0b"}]));
is $raw->status, 422, 'a NUL itself is no JSON';
like $raw->json->{detail}, qr/\Aline\ 1,\ column\ 15:\ /x, 'and where';

# Numbers stand as they were sent.

for my $number (qw(0 -1 42 0.1 -2.5 1e3 9007199254740993 9223372036854775807
    9223372036854775808 18446744073709551615 -9223372036854775809
    123456789012345678901234567890123456789 1e400 -1E-400 -0
    0.1234567890123456789012345))
{
    my ($kept) = line_of(qq({"message":"m","x":$number})) =~ /,"x":([^,}]*)\}\z/;

    if ($number eq '1e3') { is $kept + 0, 1000, 'a number with an exponent' }
    else                  { is $kept, $number, "the number $number" }
}

like line_of('{"message":123456789012345678901234567890}'),
    qr/,"message":"123456789012345678901234567890"\}\z/, 'a number as the message';
like line_of('{"message":"m","x":[true,false,null,{},[],""]}'),
    qr/,"x":\[true,false,null,\{\},\[\],""\]\}\z/, 'every type';

# Nesting.

for my $levels (16, 17, 18, 65, 5000) {
    my $inner = $levels - 1;
    my $deep  = '{"message":"m","x":' . '[' x $inner . ']' x $inner . '}';
    my $good  = '{"message":"good"}';

    for my $body ("$deep\n$good", "[$deep,$good]", "$deep$good") {
        my $json = $nginx->post($body)->json;
        my $wrong = $levels > 16 ? 1 : 0;

        is $json->{rejected}, $wrong, "$levels levels";
        is $json->{accepted}, 2 - $wrong, 'and a good one';
        like $json->{errors}[0]{detail}, qr/16\ levels/x, 'why' if $wrong;
    }
}

done();
