# SPDX-License-Identifier: BSD-2-Clause
#
# The corpus, t/redaction, as a client posts it: each secret is gone, and what
# is around it stays, in every field of a record, twice in one, in upper case,
# and across the place where a field is cut.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $none    = "\xe2\x80\x96";      # ‖
my $picture = qr/\xe2\x90([\x80-\x9f\xa1\xa4])/;  # ␛, and ␤ for a line feed
my $and     = " \xc2\xa6 ";        # ¦

# What stands for a control character becomes it, by the last byte of its
# picture.

sub plain {
    my ($text) = @_;

    $text =~ s/$none//g;
    $text =~ s{$picture}{
        $1 eq "\xa4" ? "\n" : $1 eq "\xa1" ? "\x7f" : chr(ord($1) - 0x80)
    }ge;
    return $text;
}

my @rows;

for my $path (glob "$FindBin::Bin/redaction/*.tsv") {
    my ($name) = $path =~ m{([^/]+)\z};
    my $number = 0;

    for (split /\n/, slurp($path)) {
        $number++;
        next if /^# / || $_ eq '';

        my ($class, @columns) = split /\t/, $_, -1;
        $_ = plain($_) for @columns;

        push @rows, {
            where => "$name:$number",
            class => $class,
            in    => $columns[0],
            gone  => [ split /$and/, $columns[1] ],
            out   => $columns[2],
        };
    }
}

my @harmless = map { { where => 'harmless.txt', class => 'harmless',
        in => $_, gone => [], out => $_ } }
    map { plain($_) } split /\n/, slurp("$FindBin::Bin/redaction/harmless.txt");

# docs/redaction.md says how many there are at least, and not much less.

my $page = slurp("$FindBin::Bin/../docs/redaction.md");
my ($secrets, $same) = map { s/,//gr }
    $page =~ /more\ than\ ([\d,]+)\ texts\ with.*More\ than\ ([\d,]+)\ lines/sx;

my $carriers = grep { @{ $_->{gone} } } @rows;
my $others   = @rows - $carriers + @harmless;

ok $secrets < $carriers && $carriers < $secrets * 1.1,
    "$carriers texts with a secret, as the documentation has it";
ok $same < $others && $others < $same * 1.1,
    "$others texts without one, as the documentation has it";

for my $row (@rows) {
    for (@{ $row->{gone} }) {
        fail "$row->{where}: no $_ in it" if index($row->{in}, $_) < 0;
    }
}

# The bytes of a string, as JSON.  Perl's own module takes seconds for all of
# them.

sub quoted {
    my ($text) = @_;

    $text =~ s/(["\\])/\\$1/g;
    $text =~ s/\n/\\n/g;
    $text =~ s/\t/\\t/g;
    $text =~ s/([\x00-\x1f])/sprintf '\\u%04x', ord $1/ge;
    return qq("$text");
}

my %escape = (b => "\b", f => "\f", n => "\n", r => "\r", t => "\t");

# All strings in a line of JSON, in their order.

sub strings {
    my ($line) = @_;

    my @strings = $line =~ /"((?:[^"\\]++|\\.)*+)"/gs;

    for (@strings) {
        s/\\(?:u00(..)|(.))/defined $1 ? chr hex $1 : $escape{$2} \/\/ $2/ges
            if index($_, '\\') >= 0;
    }
    return @strings;
}

# Where the message is among them.

my $message = 8;

# Posts lines of JSON, in one go each thousand, and gives the code what was
# kept of each, still as JSON.

sub kept {
    my ($nginx, $lines, $code) = @_;

    for (my $i = 0; $i < @$lines; $i += 1000) {
        my @batch = grep { defined } @$lines[ $i .. $i + 999 ];
        my $seq   = $nginx->last_seq;

        my $posted = $nginx->post(join "\n", @batch)->json;
        die "$posted->{rejected} rejected\n" if $posted->{accepted} != @batch;

        my ($all) = $nginx->get("/api/logs?n=1000&since_seq=$seq")->body
            =~ /\A\{"records":\[(.*)\],"total":/s;
        my @kept = split /(?<=\}),(?=\{"_seq":)/, $all;
        die "not all there\n" if @kept != @batch;

        $code->($i + $_, $kept[$_]) for 0 .. $#kept;
    }
    return;
}

# Every four bytes of the secrets that are not in what stays: a pattern.

sub pieces {
    my ($row) = @_;

    my %piece;
    for my $secret (@{ $row->{gone} }) {
        $piece{ substr $secret, $_, 4 } = 1 for 0 .. length($secret) - 4;
        $piece{$secret} = 1 if length $secret < 4;
    }

    my @pieces = map { quotemeta } grep { index($row->{out}, $_) < 0 }
        sort keys %piece;
    my $pattern = join '|', @pieces;
    return @pieces ? qr/$pattern/ : qr/(?!)/;
}

$_->{pieces} = pieces($_) for @rows, @harmless;

# What is wrong with rows: a test that says only the first of them.

my @wrong;

sub wrong {
    my ($row, $how, $in, $out, $want) = @_;

    push @wrong, "$row->{where} ($how): $in\n  became $out\n  not    $want";
    return;
}

sub right {
    my ($name) = @_;

    ok !@wrong, $name or diag scalar(@wrong), " wrong\n", join "\n",
        grep { defined } @wrong[ 0 .. 19 ];
    @wrong = ();
    return;
}

my $nginx = Rackscope::Nginx->new(http => 'client_max_body_size 8m;')->start;

# In every field.  The strings of a record are its keys and values in the order
# of the fields; what is before the text of a row in a field, stays.

my @fields = (
    [ logger     => 6,  '' ],
    [ message    => $message, '' ],
    [ request_id => 10, '' ],
    [ path       => 12, '/a/' ],
    [ exception  => 14, "E\n" ],
    [ extra      => 16, '' ],
    [ nested     => 19, '' ],
    [ key        => 20, '' ],
);

for my $set ([ rows => \@rows ], [ 'harmless lines' => \@harmless ]) {
    my ($name, $these) = @$set;

    my @lines = map {
        my $text = quoted($_->{in});
        my ($path, $exception) = map { quoted("$_->[0]$_->[1]") }
            [ '/a/', $_->{in} ], [ "E\n", $_->{in} ];

        qq({"logger":$text,"message":$text,"request_id":$text,"path":$path,)
            . qq("exception":$exception,"x":$text,"y":[1,{"z":$text}],)
            . qq($text:1})
    } @$these;

    kept($nginx, \@lines, sub {
        my ($i, $json) = @_;

        my $row     = $these->[$i];
        my @strings = strings($json);

        for (@fields) {
            my ($field, $at, $before) = @$_;

            # in a key U+FFFD is put in the place of NUL

            next if $field eq 'key' && $row->{in} =~ /\0/;

            # a path is cut where its query begins

            my $want = $before . $row->{out};
            $want =~ s/\?.*//s if $field eq 'path';

            wrong($row, $field, $row->{in}, $strings[$at], $want)
                if $strings[$at] ne $want || $strings[$at] =~ $row->{pieces};
        }
    });
    right("$name in every field");
}

# Twice in a message.  What is never closed, is closed by the second one.

{
    my @these = grep { $_->{class} ne 'unclosed' } @rows;
    my @lines = map {
        sprintf '{"level":"info","message":%s}', quoted("$_->{in}\n$_->{in}")
    } @these;

    kept($nginx, \@lines, sub {
        my ($i, $json) = @_;

        my $row = $these[$i];
        my $out = (strings($json))[$message];

        my $want = "$row->{out}\n$row->{out}";

        wrong($row, 'twice', $row->{in}, $out, $want)
            if $out ne $want || $out =~ $row->{pieces};
    });
    right('rows twice');
}

# In upper case, names and what is around them: the secrets stay as they are,
# and so do escapes, colours and entities, which are something else in upper
# case.

sub upper {
    my ($text, $row) = @_;

    my $keep = join '|', map { quotemeta } @{ $row->{gone} };
    $keep = "$keep|" if $keep ne '';

    $text =~ s/(${keep}\\+u[0-9a-f]{4}|\\+.|&\w+;|\[[0-9;]+m)|([a-z]+)
              /$1 \/\/ uc $2/gex;
    return $text;
}

{
    my @lines = map {
        sprintf '{"level":"info","message":%s}', quoted(upper($_->{in}, $_))
    } @rows;

    kept($nginx, \@lines, sub {
        my ($i, $json) = @_;

        my $row  = $rows[$i];
        my $out  = (strings($json))[$message];
        my $want = upper($row->{out}, $row);

        wrong($row, 'upper case', upper($row->{in}, $row), $out, $want)
            if $out ne $want || $out =~ $row->{pieces};
    });
    right('rows in upper case');
}

# Across the cut: the place is the same for every message that is too long and
# has as many bytes as another in JSON.

{
    my $small = Rackscope::Nginx->new(
        zone => 'main entries=1000 entry_size=1k',
        http => 'client_max_body_size 8m;',
    )->start;

    my $mark = qr/\xe2\x80\xa6\ \[\d+\ bytes\ cut\]\z/x;

    $small->post({ message => 'x' x 1500 });
    my ($kept) = $small->get('/api/logs?n=1')->body =~ /(xx+)/;
    my $place = length $kept;

    my (@lines, @texts);

    for my $row (grep { @{ $_->{gone} } } @rows) {
        my $begin = index $row->{in}, $row->{gone}[0];
        my $before = length(quoted(substr $row->{in}, 0, $begin)) - 2;
        my $text   = substr quoted($row->{in}), 1, -1;

        for my $by (-16 .. 16) {
            my $pad = 'x' x ($place - $before - 2 + $by);

            push @lines, qq({"message":"$pad\\n$text\\n) . 'y' x 400 . '"}';
            push @texts, [ $row, "$pad\n$row->{out}\n" . 'y' x 400 ];
        }
    }

    my $cut = 0;
    kept($small, \@lines, sub {
        my ($i, $json) = @_;

        my ($row, $want) = @{ $texts[$i] };
        my $out = (strings($json))[$message];
        $cut++ if $out =~ s/$mark//;

        wrong($row, 'cut', $row->{in}, $out, $want)
            if index($want, $out) != 0 || $out =~ $row->{pieces};
    });
    right('rows across the cut');
    cmp_ok $cut, '>', @lines * 0.9, 'which cuts them';
}

done();
