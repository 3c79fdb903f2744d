# SPDX-License-Identifier: BSD-2-Clause
#
# Whoever may write to Redis must not be able to put something else into the
# browser of an administrator than a record: what is none is not shown, and
# that is said, and counted.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Share;
use Rackscope::Test;

my $redis = redis();
my @nodes = nodes(2, $redis->url, timeout => '500ms', zone => 'main entry_size=2k');
my ($one, $two) = @nodes;

accepted($one, 'good');
ok wait_same(@nodes, 1), 'two nodes';

my $key    = $redis->stream;
my $meta   = "$key:m";
my $stream = $two->stream('since_seq=0');
is $stream->next_event->{json}{message}, 'good', 'a stream';

my ($record) = $one->records;
my $entry = $redis->command('XRANGE', $key, '-', '+')->[-1][1];
my ($line) = "@$entry" =~ /\Ad\ [0-9a-f]{16}:1\ \d+\ (\{.*\})\n\z/x
    or diag "@$entry";

# Writes an entry behind the last one, as a node would: in one go, since a node
# that finds an entry without its number numbers the stream anew.

my $n      = 0;
my $script = <<'END';
    local base = redis.call('HGET', KEYS[2], 'base')
    local last = redis.call('HGET', KEYS[2], 'last')
    local floor = redis.call('HGET', KEYS[2], 'floor')
    local seq = string.format('%.0f', last + table.remove(ARGV, 1))
    redis.call('XADD', KEYS[1], base .. '-' .. seq .. '0', unpack(ARGV))
    redis.call('HSET', KEYS[2], 'last', seq, 'seal',
        seq .. ' ' .. floor .. ' ' .. redis.call('XLEN', KEYS[1]))
    return seq
END

sub put { return put_all(1, @_) }

# The same, of so many records.

sub put_all {
    my ($records, @fields) = @_;

    return $redis->command('EVAL', $script, 2, $key, $meta, $records, @fields);
}

sub origin { return sprintf '%016x:%d', 42, ++$n }

sub time_of { return int(time * 1e6) }

# The value of an entry, with these lines as records.

sub records {
    return join '', map { origin() . ' ' . time_of() . " $_\n" } @_;
}

sub line { return ('d', records(@_)) }

my ($head) = $line =~ /\A(.*"message":)"good"\}\z/ or diag $line;

# What is a record by all rules comes through, so these tests test something.

my $seq = put(line(qq($head"by hand"})));
is $stream->next_event->{data},
    $line =~ s/"_seq":\d+/"_seq":$seq/r =~ s/"good"/"by hand"/r,
    'a record that is one is shown';

my $evil = qq("},"x":1}\n\nevent: clear\ndata: {}\n\n);

my %lines = (
    'nothing'                  => '',
    'no JSON'                  => 'evil',
    'a number'                 => '1',
    'half a record'            => substr($line, 0, 60),
    'a record and more'        => $line . 'evil',
    'two records'              => $line . $line,
    'a line feed at the end'   => "$line\n",
    'a line feed within'       => qq($head"evil\nevil"}),
    'an event of a stream'     => qq($head"a"}\n\nevent: gap\ndata: {"evil":1}),
    'a carriage return'        => qq($head"evil\r"}),
    'a NUL'                    => qq($head"evil\0"}),
    'a tab'                    => qq($head"evil\t"}),
    'no UTF-8'                 => qq($head"evil\xff"}),
    'half a character'         => qq($head"evil\xe2\x82"}),
    'a surrogate'              => qq($head"evil\xed\xa0\x80"}),
    'an escape of a surrogate' => qq($head"evil\\ud800"}),
    'an overlong slash'        => qq($head"evil\xc0\xaf"}),
    'too long'                 => qq($head") . 'evil' x 600 . '"}',
    'no number'                => '{"evil":1}',
    'a field twice'            => qq($head"a","message":"evil"}),
    '_seq twice'               => qq($head"a","_seq":1}),
    'a level that is none'     => $line =~ s/INFO/EVIL/r,
    'a level that is a number' => $line =~ s/"INFO"/1/r,
    'a time that is none'      => $line =~ s/"timestamp":"..../"timestamp":"evil/r,
    'an array'                 => "[$line]",
    'blanks'                   => $line =~ s/,/, /gr,
    'a status that is a text'  => qq($head"a","status_code":"evil"}),
    'very deep'                => qq($head"a","x":) . '[' x 500 . ']' x 500 . '}',
    'an unclosed string'       => qq($head"evil),
    'a comment'                => qq($head"a"/*evil*/}),
    'a byte order mark'        => "\xef\xbb\xbf$line",
);

my %entries = (
    'no fields of ours'  => [ 'evil', 'evil' ],
    'no record'          => [ 'd', '' ],
    'no line'            => [ 'd', origin() . ' ' . time_of() ],
    'a line alone'       => [ 'd', "$line\n" ],
    'line feeds'         => [ 'd', "\n" x 300 ],
    'another name'       => [ 'o', records($line) ],
    'more fields'        => [ line($line), 'evil', 'evil' ],
    'an origin of words' => [ 'd', 'evil ' . time_of() . " $line\n" ],
    'a time of words'    => [ 'd', origin() . " evil $line\n" ],
    'another order'      => [ 'd', time_of() . ' ' . origin() . " $line\n" ],
    'too many records'   => [ line(($line) x 201) ],
    map { $_ => [ line($lines{$_}) ] } keys %lines,
);

for my $name (sort keys %entries) {
    my $seq = put(@{ $entries{$name} });

    my $event = $stream->next_event(20) or fail("$name: nothing came"), last;
    my $json  = $event->{json} // {};

    is_deeply [ $event->{event}, $json->{_seq}, $json->{logger}, $json->{level},
            sort keys %$json ],
        [ undef, $seq, qw(nginx.share ERROR
            _seq level logger message timestamp) ],
        "$name is not shown";
    like $json->{message}, qr/\AA\ record\ from\ Redis\ is\ not\ shown:\ .*
        \ Somebody\ else\ writes\ to\ this\ key\.\z/x, 'that is said';
}

# One bad record does not take the others of its entry with it.

my $last = put_all(4, line(qq($head"first"}), '<evil>', qq($head"evil\t"}),
    qq($head"fourth"})));
my @four = map { $stream->next_event(20)->{json} } 1 .. 4;
is_deeply [ map { $_->{_seq} } @four ], [ $last - 3 .. $last ],
    'four records of an entry have four numbers';
is_deeply [ map { $_->{logger} eq 'nginx.share' ? 'refused' : $_->{message} } @four ],
    [qw(first refused refused fourth)], 'two of them are not shown';

# What would take too much memory to read makes nginx look at the whole stream,
# without what is too large, and number it anew.

my %large = (
    'ten megabytes'           => [ line(qq($head") . 'evil' x 2_500_000 . '"}') ],
    'ten megabytes in a name' => [ 'evil' x 2_500_000, '1' ],
);

# The one that numbers it anew has counted it.

sub refused {
    my $n = 0;
    $n += metric($_, 'share_refused_total') for @nodes;
    return $n;
}

for my $name (sort keys %large) {
    my $before = refused();
    put(@{ $large{$name} });
    ok $stream->wait_for(sub { ($_->{event} // '') eq 'gap' }, 20),
        "$name: numbered anew";
    ok wait_until { refused() > $before },
        'and not shown, which is counted';
}

accepted($_, 'still good') for @nodes;
ok wait_same(@nodes), 'the same everywhere';
unlike ring($_), qr/evil|EVIL/, 'nothing of it is shown' for @nodes;
is_sound($_) for @nodes;

my $bad = metric($two, 'share_refused_total');
cmp_ok $bad, '>=', scalar keys %entries, 'counted';

# Nor does a node that starts now show any of it.

my $late = node($redis->url, zone => 'main entry_size=2k');
ok wait_same(@nodes, $late), 'a node that starts late';
unlike ring($late), qr/evil|EVIL/, 'shows nothing of it';

# What is written elsewhere than behind the last one: the stream is not whole,
# and is numbered anew, with all records.

sub recovers {
    my ($name) = @_;

    my $text = "after $name";
    accepted($_, $text) for @nodes;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    ok wait_same(@nodes, $late), "$name: all have the same";
    is scalar(grep { $_ eq $text } messages($late)), 2, 'and all';
    unlike ring($late), qr/evil/, 'and nothing else';
    return;
}

my %meta = $redis->hash($meta);

$redis->command('XADD', $key, '*', 'evil', 'evil');
recovers('an entry with a number of its own');

%meta = $redis->hash($meta);
$redis->command('XADD', $key, sprintf('%s-%s0', $meta{base}, $meta{last} + 7),
    line(qq($head"by hand, far away"})));
recovers('an entry that leaves a hole');

%meta = $redis->hash($meta);
$redis->command('XADD', $key, "$meta{base}-$meta{last}1", 'c', time_of());
is $one->request('DELETE', '/api/logs')->status, 200, 'cleared';
recovers('a mark');

$redis->command('HSET', $meta, $_, 'evil'), recovers("$_ is no number")
    for qw(base last floor ct id seal);

# Numbers that leave no room for others.

$redis->command('HSET', $meta, 'last', 8_999_999_999_999_999);
accepted($_, 'no room') for @nodes;
for my $node (@nodes) {
    ok((wait_until { $node->log_lines('no numbers are left: delete the key') }),
        'no numbers are left: why a node is alone')
        or diag map { "$_\n" } $node->log_lines('zone "main"');
}
$redis->command('DEL', $key, $meta);
recovers('the key deleted');

$redis->command('DEL', $key);
$redis->command('LPUSH', $key, 'evil');
accepted($_, 'no stream') for @nodes;
$redis->command('DEL', $key);
recovers('a list');

done();
