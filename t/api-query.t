# SPDX-License-Identifier: BSD-2-Clause
#
# The parameters of GET /api/logs: what each takes, refuses, and finds.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    zone   => 'main entries=300',
    intake => 'rackscope_logs_level debug;',
)->start;

my @levels = qw(DEBUG INFO WARNING ERROR CRITICAL);

# 1 to 250: the level, logger and request_id go round

my @sent = map { {
        message    => "number $_",
        level      => $levels[ $_ % 5 ],
        logger     => "app.part$_",
        request_id => 'r-' . $_ % 7,
} } 1 .. 250;

is $nginx->post(ndjson(@sent))->json->{accepted}, 250, 'posted';

my ($first) = map { $_->{_seq} } $nginx->records('n=1000');
my $last = $first + 249;

# The numbers of the messages that a query finds.

sub found {
    my ($query) = @_;

    my $json = $nginx->get("/api/logs?$query")->json;
    my @records = @{ $json->{records} };

    die "total: $json->{total}\n"       if $json->{total} != @records;
    die "last_seq: $json->{last_seq}\n" if $json->{last_seq} != $last;

    return [ map { $_->{message} =~ /\Anumber (\d+)\z/ } @records ];
}

sub numbers {
    my ($condition, $n) = @_;

    my @numbers = grep { $condition->() } 1 .. 250;
    splice @numbers, 0, -$n if @numbers > $n;
    return \@numbers;
}

sub newest { return [ 251 - $_[0] .. 250 ] }

# What each value of n and of since_seq gives: so many records, or undef, which
# is a 422 that names the parameter and what it takes.

my @odd = (
    [ '-1',                   1,     200 ],
    [ '0',                    1,     200 ],
    [ '1',                    1,     200 ],
    [ '-0',                   1,     200 ],
    [ '007',                  7,     200 ],
    [ '199',                  199,   200 ],
    [ '1000',                 250,   200 ],
    [ '1001',                 250,   200 ],
    [ '2147483648',           250,   200 ],
    [ '4294967296',           250,   200 ],
    [ '4294967297',           250,   200 ],
    [ '9007199254740992',     250,   0 ],
    [ '9223372036854775807',  250,   0 ],
    [ '9223372036854775808',  250,   0 ],
    [ '18446744073709551615', 250,   0 ],
    [ '18446744073709551616', 250,   0 ],
    [ '18446744073709551617', 250,   0 ],
    [ '1' . '0' x 400,        250,   0 ],
    [ '-9223372036854775808', 1,     200 ],
    [ '-1' . '0' x 400,       1,     200 ],
    [ '%35',                  5,     200 ],
    [ '%2B5',                 5,     200 ],
    [ '',                     undef, undef ],
    [ '1e3',                  undef, undef ],
    [ '0x10',                 undef, undef ],
    [ '1.0',                  undef, undef ],
    [ '%201',                 undef, undef ],
    [ '1%20',                 undef, undef ],
    [ '+1',                   undef, undef ],
    [ '1;2',                  undef, undef ],
    [ '1,2',                  undef, undef ],
    [ '-',                    undef, undef ],
    [ '--1',                  undef, undef ],
    [ '1%00',                 undef, undef ],
    [ '%FF',                  undef, undef ],
    [ '%D9%A1',               undef, undef ],
    [ 'NaN',                  undef, undef ],
);

my %detail = (
    n => 'n must be an integer; it is clamped to 1 and the number of entries '
        . 'of the ring',
    since_seq => 'since_seq must be an integer, the _seq of a record',
);

for (@odd) {
    my ($value, %count) = ($_->[0], n => $_->[1], since_seq => $_->[2]);
    my $name = length $value > 30 ? 'a long number' : "'$value'";

    for my $parameter (sort keys %count) {
        my $query = "$parameter=$value";
        my $count = $count{$parameter};

        if (defined $count) {
            is_deeply found($query), newest($count), "$parameter=$name";
            next;
        }

        my $refused = $nginx->get("/api/logs?$query");
        is $refused->status, 422, "$parameter=$name is refused";
        is $refused->raw_body, qq({"detail":"$detail{$parameter}"}),
            'in these words';
    }
}

# n has a default, since_seq is a record that is not wanted again.

is_deeply found(''),                       newest(200), 'the default of n';
is_deeply found('since_seq=' . $last),       [],        'since the last';
is_deeply found('since_seq=' . ($last - 1)), [250],     'since the one before';
is_deeply found('n=250&since_seq=' . $first), newest(249), 'since the first';
is_deeply found('n=2&since_seq=' . $first),   newest(2), 'then the newest n';

# Levels.

my %at = map { $levels[$_] => $_ } 0 .. 4;

for my $level (@levels) {
    for my $name ($level, lc $level, ucfirst lc $level) {
        is_deeply found("n=300&level=$name"),
            numbers(sub { $_ % 5 == $at{$level} }, 300), "level=$name";
        is_deeply found("n=300&min_level=$name"),
            numbers(sub { $_ % 5 >= $at{$level} }, 300), "min_level=$name";
    }
}

for my $parameter (qw(level min_level)) {
    is_deeply found("$parameter=$_"), newest(200), "$parameter=$_: all"
        for '', qw(ALL all aLl);

    for (qw(WARN INF INFOO 20 ERROR%00 %FF), 'INFO%20', 'A', 'ALLL') {
        my $refused = $nginx->get("/api/logs?$parameter=$_");
        is $refused->status, 422, "$parameter=$_ is refused";
        is $refused->raw_body, qq({"detail":"$parameter must be DEBUG, INFO, )
            . 'WARNING, ERROR, CRITICAL or ALL"}', 'in these words';
    }
}

# request_id, and all together.

is_deeply found('n=300&request_id=r-3'), numbers(sub { $_ % 7 == 3 }, 300),
    'request_id';
is_deeply found("request_id=$_"), [], "request_id=$_: not the whole of it"
    for qw(r- R-3 r-33 -3);
is_deeply found('request_id='), newest(200), 'request_id=: no filter';

is_deeply found('n=3&level=ERROR&request_id=r-3'),
    numbers(sub { $_ % 5 == 3 && $_ % 7 == 3 }, 3), 'two filters, then n';
is_deeply found('level=ERROR&min_level=CRITICAL'), [], 'no such level';
is_deeply found('level=ERROR&min_level=INFO&search=PART1&request_id=r-3'
        . "&since_seq=$first"),
    numbers(sub { $_ % 5 == 3 && $_ % 7 == 3 && /\A1/ }, 200), 'all of them';

# The query itself.

is_deeply found('n=1&n=3'), newest(3), 'of two the last counts';
is_deeply found('n=x&n=3'), newest(3), 'whatever the first was';
is $nginx->get('/api/logs?n=3&n=x')->status, 422, 'and the other way round';
is_deeply found('foo=1&_=2&n=3&N=5&%FF=%FF'), newest(3), 'unknown parameters';
is_deeply found('&&n=3&=&'), newest(3), 'empty ones';
is_deeply found('%6E=3'), newest(3), 'a name with an escape';
is_deeply found('n=3;level=x&n=4'), newest(4), 'a semicolon divides nothing';
is $nginx->get('/api/logs?n')->status, 422, 'a name alone is empty';

# A query that is too long for nginx is refused, one that is not is looked for.

is $nginx->get('/api/logs?search=' . 'x' x 100_000)->status, 414, 'too long';
is_deeply found('search=' . 'x' x 7000), [], 'a long text';

done();
