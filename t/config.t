# SPDX-License-Identifier: BSD-2-Clause
#
# What nginx -t says: each message names the directive, the value, and what it
# takes, and where it stands.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new;
my $path  = $nginx->prefix . '/nginx.conf';

$nginx->allow_log(qr/\[emerg\]/);

# nginx -t of this text; the place of the error is the line that has "<--".

sub check {
    my ($text) = @_;

    $nginx->configure(conf => $text);

    my $result = $nginx->check;
    my $n = 0;

    for (split /\n/, slurp($path)) {
        $n++;
        $result->{at} = "$path:$n" if /<--/;
    }

    return $result;
}

sub http {
    my ($text) = @_;

    return check("%%GLOBALS%%\nevents {}\nhttp {\n%%PATHS%%\n$text\n}\n");
}

sub fails {
    my ($result, $message, $name) = @_;

    my ($said) = $result->{err} =~ /\[emerg\] (?:\d+#\d+: )?(.*)/;

    is $said, "$message in $result->{at}", $name // $message;
    is $result->{rc}, 1, 'and nginx -t fails';
    return;
}

sub works {
    my ($result, $name) = @_;

    is $result->{rc}, 0, $name or diag $result->{err};
    is_deeply [ $result->{err} =~ /\[(?:warn|error|emerg|alert)\].*/g ], [],
        'without a word';
    return;
}

# A directive in http, and in a location.

sub line {
    my ($text) = @_;

    return http("rackscope_logs_zone z;\n$text # <--");
}

sub location {
    my ($text) = @_;

    return http("rackscope_logs_zone z;\nserver {\nlocation /x {\n$text\n}\n}");
}

# rackscope_logs_zone

my $zone  = '"rackscope_logs_zone"';
my $takes = 'which takes a name and then any of entries=, entry_size=, streams=, '
    . 'followers=, prealloc';

my %range = (
    entries    => [ 1,    1_000_000 ],
    entry_size => [ 1024, 1_048_576 ],
    streams    => [ 1,    1024 ],
    followers  => [ 0,    1024 ],
);

my %values = (
    entries => [ qw(0 -1 abc 1k 1.5 1000001 99999999999999999999), '' ],
    entry_size => [ qw(0 -1 abc 1023 16x 1048577 2m 1g 99999999999999999999),
        '' ],
    streams   => [ qw(0 -1 abc 1025), '' ],
    followers => [ qw(-1 abc 1025),   '' ],
);

for my $name (sort keys %values) {
    my ($min, $max) = @{ $range{$name} };

    for (@{ $values{$name} }) {
        fails(line("rackscope_logs_zone y $name=$_;"),
            qq(invalid value "$name=$_" in $zone: "$name" takes a number )
                . "from $min to $max");
    }

    works(line("rackscope_logs_zone y $name=$min;"), "$name=$min");
}

works(line("rackscope_logs_zone y $_;"), $_)
    for qw(entry_size=1k entry_size=4K entry_size=1m entry_size=1048576
    streams=1024 entries=100000 prealloc);

works(line('rackscope_logs_zone y streams=1 prealloc entry_size=1k entries=1 '
            . 'followers=1;'),
    'all of them');

fails(line('rackscope_logs_zone y size=1m;'),
    qq(unknown parameter "size=1m" in $zone, $takes));
fails(line('rackscope_logs_zone y 1000;'),
    qq(unknown parameter "1000" in $zone, $takes));
fails(line("rackscope_logs_zone y $_;"),
    qq(unknown parameter "$_" in $zone, $takes))
    for qw(preallocate prealloc=on Prealloc);
fails(line('rackscope_logs_zone "";'), qq(empty name in $zone, $takes));
fails(line('rackscope_logs_zone y:16m;'),
    qq(invalid name "y:16m" in $zone, which takes a name without a colon; the )
        . 'size of the ring is that of entries= and entry_size=');
fails(line("rackscope_logs_zone z$_;"),
    qq(duplicate zone "z" in $zone, which takes a name of its own for each )
        . 'ring')
    for '', ' entries=7', ' entry_size=1k streams=2';
fails(http("limit_req_zone \$uri zone=other:1m rate=1r/s;\n"
            . "rackscope_logs_zone other; # <--"),
    'the shared memory zone "other" is already declared for a different use');

# What nginx itself checks: how many arguments, where, and how often.

my @location = qw(rackscope_logs_ingest rackscope_logs_api);
my @anywhere = qw(rackscope_logs rackscope_logs_level
    rackscope_logs_require_admin rackscope_logs_stream_timeout
    rackscope_logs_stream_heartbeat rackscope_logs_stream_poll);

my %good = (
    rackscope_logs_zone             => 'y',
    rackscope_logs_ingest           => 'z',
    rackscope_logs_api              => 'z',
    rackscope_logs_redact           => 'a b',
    rackscope_logs                  => 'off',
    rackscope_logs_level            => 'Warning',
    rackscope_logs_require_admin    => 'off',
    rackscope_logs_stream_timeout   => '1h30m',
    rackscope_logs_stream_heartbeat => '15',
    rackscope_logs_stream_poll      => '250ms',
);

for (sort keys %good) {
    my $directive = "$_ $good{$_}";
    my $at = "$_ $good{$_}; # <--";

    fails(location("$_; # <--"),
        /zone|redact/
        ? qq("$_" directive is not allowed here)
        : qq(invalid number of arguments in "$_" directive));
    fails(location("$_ 1 2 3 4 5 6; # <--"),
        /zone|redact/
        ? qq("$_" directive is not allowed here)
        : qq(invalid number of arguments in "$_" directive));
    fails(check("%%GLOBALS%%\n$at\nevents {}\nhttp {\n%%PATHS%%\n}"),
        qq("$_" directive is not allowed here), "$_: outside of http");
    fails(location("if (\$uri) { $at\n }"),
        qq("$_" directive is not allowed here), "$_: in if");
}

for (qw(rackscope_logs_zone rackscope_logs_redact)) {
    my $at = "$_ $good{$_}; # <--";

    works(line("$_ $good{$_};"), "$_: in http");
    fails(http("server { $at\n }"), qq("$_" directive is not allowed here),
        "$_: in server");
    fails(line("$_;"), qq(invalid number of arguments in "$_" directive));
    fails(line("$_ 1 2 3 4 5 6 7;"),
        qq(invalid number of arguments in "$_" directive));
}

for (@location) {
    my $at = "$_ $good{$_}; # <--";

    works(location($at), "$_: in a location");
    fails(http("$at\n"), qq("$_" directive is not allowed here),
        "$_: in http");
    fails(http("server { $at\n }"), qq("$_" directive is not allowed here),
        "$_: in server");
    fails(location("$_ z;\n$at"), qq("$_" directive is duplicate));
}

for (@anywhere) {
    my $directive = "$_ $good{$_};";

    works(location($directive), "$_: in a location");
    works(http("server { $directive }"), "$_: in server");
    works(http("$directive server { $directive location / { $directive } }"),
        "$_: at all levels");
    fails(http("$directive\n$directive # <--\n"),
        qq("$_" directive is duplicate));
}

# Values.

fails(line("$_ maybe;"), qq(invalid value "maybe" in "$_" directive, )
        . 'it must be "on" or "off"')
    for qw(rackscope_logs rackscope_logs_require_admin);

fails(line("rackscope_logs_level '$_';"),
    qq(unknown level "$_" in "rackscope_logs_level", which takes DEBUG, INFO, )
        . 'WARNING, ERROR or CRITICAL')
    for '', qw(ALL LOUD 20 DEBUGG);
works(line("rackscope_logs_level $_;"), "level $_")
    for qw(DEBUG info Warning eRROR critical);

for my $name (grep { /stream/ } @anywhere) {
    fails(line("$name '$_';"),
        qq(invalid time "$_" in "$name", which takes a time above zero, )
            . 'such as 500ms, 30s or 10m')
        for '', qw(0 0s abc -1 1x 99999999999999999999 1s1h);
    works(line("$name $_;"), "$name $_") for qw(1ms 1 30s 1d);
}

# rackscope_logs_page

sub page {
    my ($parameters) = @_;

    return location("rackscope_logs_page $parameters; # <--");
}

my $page  = '"rackscope_logs_page"';
my $api = 'the path of a "rackscope_logs_api" location (up to 512 bytes, no '
    . 'slash at its end), such as /api/logs, or a name (up to 64 bytes) and '
    . 'such a path, as in shop:/api/logs';
my $key   = q(the name of a key (up to 512 bytes) in the browser's localStorage);
my $in    = 'the path of a page of this server (up to 512 bytes), such as /login';
my $title = 'the heading of the page (up to 512 bytes)';
my $long  = 'x' x 512;
my $name  = 'n' x 64;

fails(page(qq('api=$_')),
    qq(invalid value "api=$_" in $page: "api" takes $api))
    for '', 'api/logs', 'http://x/y', '//x/y', '/\\x', '/x\\y', '/', '/api/',
    '/a b', '/a?b', '/a#b', "/a\tb", "/a\x7fb", "/$long",
    ':/a', 'shop', 'shop:', 'shop:a', 'shop:/', 'shop://a', 'shop:/a/',
    "a\tb:/a", "x$name:/a", "shop:/$long";
fails(page(qq('signin=$_')),
    qq(invalid value "signin=$_" in $page: "signin" takes $in))
    for '', 'login', 'http://x/y', '//x/y', '/\\x', '/x\\y', '/a b', '/a#b',
    "/a\tb", "/\t/x", "/$long", 'javascript:alert(1)';
fails(page(qq('title=$_')),
    qq(invalid value "title=$_" in $page: "title" takes $title))
    for '', "a\tb", "a\x7fb", "x$long";
fails(page(qq('token_key=$_')),
    qq(invalid value "token_key=$_" in $page: "token_key" takes $key))
    for '', "a\tb", "a\x01b", "a\x7fb", "x$long";

fails(page($_), qq(unknown parameter "$_" in $page, which takes any of api=, )
        . 'token_key=, signin=, title=')
    for qw(z api token=x /api/logs titles=x sign=/x);
fails(page("$_->[0] api=/x $_->[1]"),
    qq(duplicate parameter "$_->[1]" in $page, which takes each path and each )
        . 'name once')
    for [ 'api=/y', 'api=/x' ], [ 'api=/y', 'api=shop:/x' ],
    [ 'api=shop:/y', 'api=shop:/z' ];
fails(page("$_=/a api=/x $_=/b"),
    qq(duplicate parameter "$_=/b" in $page, which takes "$_" once))
    for qw(token_key signin title);
fails(page(join ' ', map { "api=/$_" } 1 .. 17),
    qq(too many "api" parameters in $page, which takes up to 16));

works(page($_), "rackscope_logs_page $_")
    for '', 'api=/x', 'token_key=x api=/x/y', q('api=/%22/..;x="<&'),
    q('token_key=a " <b>'), "token_key=$long",
    'signin=/', 'signin=/login/', q('signin=/login?a=b&next='), 'title=x',
    qq('title=Racks "<b>&amp; \303\251'), "title=$long",
    'api=/x api=/y', 'api=shop:/x api=/y', 'api=/a:/b api=a:/x:/y',
    qq('api=The shop:/x' api=$name:/y signin=/login token_key=t title=T),
    join ' ', map { "api=/$_" } 1 .. 16;

fails(location("rackscope_logs_page;\nrackscope_logs_page; # <--"),
    qq($page directive is duplicate));
fails(http("$_ # <--\n}"), qq($page directive is not allowed here))
    for 'rackscope_logs_page;', 'server { rackscope_logs_page;';
fails(location("if (\$uri) { rackscope_logs_page; # <--\n }"),
    qq($page directive is not allowed here));

works(http('server { location / { rackscope_logs_page; } }'),
    'a page without a zone');

# Rules of the operator: what is wrong, and where.

my @rules = (
    [ '(', 'x', 'pattern: missing closing parenthesis at offset 1' ],
    [ '[z-a]', 'x', 'pattern: range out of order in character class at '
        . 'offset 3' ],
    [ '', 'x', 'pattern: it is empty, and takes what is to be replaced' ],
    [ '[a-z]*', 'x', 'pattern: it matches an empty text, so the replacement '
        . 'would stand everywhere; it must match a character at least' ],
    [ "caf\xe9", 'x', 'pattern: UTF-8 error: 2 bytes missing at end at '
        . 'offset 3' ],
    [ 'a', "b\xff", 'replacement: it must be UTF-8, and is not at offset 1' ],
    [ '(a)', 'b$2', 'replacement: "$2" at offset 1 is to a group that the '
        . 'pattern does not have: it has 1' ],
    [ '(a)', '$10', 'replacement: "$10" at offset 0 is to a group that the '
        . 'pattern does not have: it has 1; before a digit write $01 for $1' ],
    [ '(?<n>a)', '${m}', 'replacement: "${m}" at offset 0 is to a group that '
        . 'the pattern does not have: it has 1' ],
    [ '(a)', 'b\1', 'replacement: "\1" at offset 1 is no reference to a '
        . 'group, "$1" is one' ],
    [ 'a', 'b$', 'replacement: "$" at offset 1 is followed by neither a '
        . 'number from 0 to 99, nor {name}, nor $' ],
);

for (@rules) {
    my ($pattern, $replacement, $wrong) = @$_;

    fails(line("rackscope_logs_redact '$pattern' '$replacement';"),
        qq(invalid rule "$pattern" "$replacement" in "rackscope_logs_redact": )
            . $wrong);
}

works(line("rackscope_logs_redact '(a+)' '<\$1>';\n"
            . "rackscope_logs_redact '(a+)' '<\$1>';"), 'rules, the same twice');

# nginx's own logs.

my $takes_access = 'which takes the name of a zone and then any of a level '
    . '(DEBUG, INFO, WARNING, ERROR or CRITICAL) and if=CONDITION, or "off"';
my $takes_error = 'which takes the name of a zone and then a level (debug, info, '
    . 'notice, warn, error, crit, alert or emerg), or "off"';

for my $bad ('LOUD', 'INFO;ERROR', 'if=', 'if=a;if=b') {
    my @bad = split /;/, $bad;
    fails(http("rackscope_logs_zone z;\nrackscope_logs_access_log z @bad; # <--"),
        qq(invalid parameter "$bad[-1]" in "rackscope_logs_access_log", )
            . $takes_access);
}

for my $bad ('off INFO', 'z loud', 'z debug_http') {
    my ($last) = $bad =~ /(\S+)\z/;
    my ($name, $takes) = $bad =~ /off/
        ? ('rackscope_logs_access_log', $takes_access)
        : ('rackscope_logs_error_log',  $takes_error);
    fails(http("rackscope_logs_zone z;\n$name $bad; # <--"),
        qq(invalid parameter "$last" in "$name", $takes));
}

for my $name (qw(rackscope_logs_access_log rackscope_logs_error_log)) {
    fails(http("$name no; # <--"),
        qq(unknown zone "no" in "$name", which takes the name of a zone that )
            . '"rackscope_logs_zone" declares,');
    fails(http("rackscope_logs_zone z;\n$name off;\n$name z; # <--"),
        qq("$name" directive is duplicate));
    works(http("$name z; rackscope_logs_zone z;"), "$name alone uses a zone");
    works(http("$name off;"), "$name off");
}

works(http("rackscope_logs_zone z; rackscope_logs_access_log z error if=\$host;"),
    'all parameters');

done();
