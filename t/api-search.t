# SPDX-License-Identifier: BSD-2-Clause
#
# search=: text is found as it is, however JSON writes it down.

use strict;
use warnings;
use utf8;

use FindBin;
use lib "$FindBin::Bin/lib";

use Encode qw(encode_utf8);

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new->start;

my %text = (
    plain     => 'Rack 7 lost its power feed',
    accents   => 'École à Orléans, STRASSE, Straße',
    greek     => 'Ὀδυσσεύς',
    russian   => 'Сервер не отвечает',
    chinese   => '服务器没有响应',
    emoji     => 'done 🎉 and gone',
    kelvin    => "300 \x{212a}",
    newline   => "first\nsecond\r\nthird",
    backslash => 'C:\new\table',
    quotes    => 'said "no" to \'it\'',
    tab       => "a\tb",
    control   => "esc \e[31m and \x01",
    nul       => "before\0after",
    slash     => 'GET /api/v1/racks',
    separator => "one\x{2028}two",
    regex     => '[a-z]+ (.*) $1 ^\d{2}|\Q.\E',
    percent   => '100% of a+b=c&d',
    spaces    => 'a  b',
);

$nginx->post({
        level      => 'INFO',
        message    => "$_\n$text{$_}",
        logger     => "log.$_ É",
        request_id => "hidden-$_",
        rack_id    => 'hidden',
        exception  => "hidden\n",
    }) for sort keys %text;

# The frame's JSON takes and gives characters, a query is bytes.

sub escape {
    my ($text) = @_;

    return encode_utf8($text) =~ s/([^a-z0-9])/sprintf '%%%02x', ord $1/gier;
}

sub found {
    my ($query) = @_;

    return [ sort map { $_->{message} =~ /\A(\w+)\n/ }
            $nginx->records("search=$query") ];
}

# Every text is found by itself, whole, in parts, and in any case.

for my $name (sort keys %text) {
    my $text = $text{$name};

    is_deeply found(escape($text)), [$name], "$name: as it is";
    is_deeply found(escape(substr $text, 1)), [$name], "$name: without its start"
        if length $text > 4;
    is_deeply found(escape(uc $text)), [$name], "$name: in capitals"
        if uc($text) !~ /SS|\x{390}|\\/;
    is_deeply found(escape(lc $text)), [$name], "$name: in small letters"
        if $text !~ /ύς/;
}

my @cases = (
    [ 'POWER+FEED'          => 'plain' ],
    [ 'power%20feed'        => 'plain' ],
    [ 'powerfeed'           => () ],
    [ 'a++b'                => 'spaces' ],
    [ 'a%20+b'              => 'spaces' ],
    [ 'a%2Bb'               => 'percent' ],
    [ '100%+of'             => 'percent' ],
    [ '100%25+of'           => 'percent' ],
    [ escape('éCOLE À')     => 'accents' ],
    [ escape('STRAßE')      => 'accents' ],
    [ escape('stra')        => 'accents' ],
    [ escape('ὈΔΥΣΣΕΎΣ')    => 'greek' ],
    [ escape('сЕРВЕР')      => 'russian' ],
    [ escape('没有')        => 'chinese' ],
    [ escape('300 k')       => 'kelvin' ],
    [ escape("first\nSEC")  => 'newline' ],
    [ escape('first\nsec')  => () ],
    [ escape("\r")          => 'newline' ],
    [ escape('c:\NEW\t')    => 'backslash' ],
    [ escape("c:\new")      => () ],
    [ escape('c:\\\\new')   => () ],
    [ escape('"no"')        => 'quotes' ],
    [ escape('\"no')        => () ],
    [ escape("a\tb")        => 'tab' ],
    [ escape('a\tb')        => () ],
    [ escape("\e[31m")      => 'control' ],
    [ escape('\u001b')      => () ],
    [ 'before%00after'      => 'nul' ],
    [ '%00'                 => 'nul' ],
    [ escape('/API/v1')     => 'slash' ],
    [ escape('(.*)')        => 'regex' ],
    [ escape('.*')          => 'regex' ],
    [ escape('\Q.\E')       => 'regex' ],
    [ escape('^')           => 'regex' ],

    # the logger, and nothing else
    [ 'log.plain'           => 'plain' ],
    [ escape('TAB é')       => 'tab' ],
    [ 'hidden'              => () ],
    [ 'message'             => () ],
    [ escape('","')         => () ],
    [ 'INFO'                => () ],
    [ '2026'                => () ],
);

for (@cases) {
    my ($query, @names) = @$_;

    is_deeply found($query), \@names, "search=$query";
}

is_deeply found(''), [ sort keys %text ], 'an empty search is none';

# Together with the others.

is $nginx->get('/api/logs?search=log.&n=3')->json->{total}, 3, 'and n';
is $nginx->get('/api/logs?search=log.&level=ERROR')->json->{total}, 0,
    'and level';
is $nginx->get('/api/logs?search=log.&request_id=hidden-tab')->json->{total}, 1,
    'and request_id';

# What is no UTF-8 is refused, here and in request_id.

for my $bytes (qw(%FF %C3 a%C3%28 %C0%80 %ED%A0%80 %F4%90%80%80 %E2%28%A1)) {
    for my $parameter (qw(search request_id)) {
        my $refused = $nginx->get("/api/logs?$parameter=$bytes");

        is $refused->status, 422, "$parameter=$bytes";
        is $refused->raw_body,
            qq({"detail":"$parameter must be valid UTF-8"}), 'in these words';
    }
}

# A request_id, too, is compared with what JSON stands for.

my $id = "a\"b\\c\n é+";
$nginx->post({ message => 'id', request_id => $id });

is $nginx->get('/api/logs?request_id=' . escape($id))->json->{total}, 1,
    'request_id with what JSON escapes';
is $nginx->get('/api/logs?request_id=' . escape(uc $id))->json->{total}, 0,
    'and with regard to case';

done();
