# SPDX-License-Identifier: BSD-2-Clause

package Bench::Report;

# The table on the terminal, the same in docs/benchmarks.md, and a plot for
# each question.

use strict;
use warnings;

my %label = (
    rackscope => 'this module',
    nchan     => 'Nchan',
    lua       => 'Lua ring',
    fastapi   => 'FastAPI',
    plain     => 'nginx alone',
    wakes     => 'wake-ups alone',
);

sub new {
    my ($class, $folder) = @_;

    # without one, only the terminal gets it
    mkdir "$folder/benchmarks" if $folder;
    return bless { folder => $folder, text => '' }, $class;
}

sub label { return $label{ $_[1] } // $_[1] }

sub say {
    my ($self, $text) = @_;

    print "$text\n" if $text =~ /:\n\z/;
    $self->{text} .= "$text\n";
    return;
}

# Rows of cells, the first row is the head.

sub table {
    my ($self, @rows) = @_;

    my @width;
    for my $row (@rows) {
        for my $i (0 .. $#$row) {
            $width[$i] = length $row->[$i] if length $row->[$i] > ($width[$i] // 0);
        }
    }

    for my $row (@rows) {
        print join(q{  }, map { sprintf '%-*s', $width[$_], $row->[$_] } 0 .. $#$row), "\n";
    }
    print "\n";

    my ($head, @body) = map { '| ' . join(' | ', @$_) . ' |' } @rows;
    $self->say($_) for $head, '|' . '---|' x @{ $rows[0] }, @body, '';
    return;
}

sub heading {
    my ($self, $title) = @_;

    print "== $title\n\n";
    $self->say("## $title\n");
    return;
}

# Bars: plot(file, title of the axis, [name, …], [category, value, …], …)

sub plot {
    my ($self, $name, $axis, $names, @rows) = @_;

    return if !$self->{folder};

    my $file = "$self->{folder}/benchmarks/$name.svg";
    my $data = join '', map { join("\t", @$_) . "\n" }
        [ map { qq("$_") } q{ }, map { $self->label($_) } @$names ],
        map { [ qq("$_->[0]"), map { $_ // '?' } @{$_}[ 1 .. $#$_ ] ] } @rows;
    my $columns = @$names + 1;

    open my $gnuplot, '|-', 'gnuplot' or die "gnuplot: $!\n";
    print {$gnuplot} <<"END";
set terminal svg size 760,340 font "sans-serif,12" background "white"
set output "$file"
\$data << EOD
$data
EOD
set datafile missing "?"
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.85 noborder
set boxwidth 0.9
set logscale y
set grid ytics lc rgb "#dddddd"
set border 3
set tics nomirror
set key outside top horizontal
set ylabel "$axis"
set linetype 1 lc rgb "#0f766e"
set linetype 2 lc rgb "#b45309"
set linetype 3 lc rgb "#4338ca"
set linetype 4 lc rgb "#9f1239"
set linetype 5 lc rgb "#64748b"
plot for [i=2:$columns] \$data using i:xtic(1) title columnheader
END
    close $gnuplot or die "gnuplot failed\n";

    $self->say("![$axis](benchmarks/$name.svg)\n");
    return;
}

sub write {
    my ($self, $head) = @_;

    my $file = "$self->{folder}/benchmarks.md";
    open my $out, '>', $file or die "$file: $!\n";
    print {$out} "$head\n$self->{text}";
    close $out or die "$file: $!\n";
    return;
}

1;
