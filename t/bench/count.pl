# SPDX-License-Identifier: BSD-2-Clause
#
# Instructions that the steps of a record take, counted by callgrind, compared
# with t/bench/instructions.tsv: a guard that no busy machine can confuse.  More
# than a tenth more fails; what became cheaper asks for a new baseline, which
# "make count BASELINE=1" writes.

use strict;
use warnings;

my $file      = 't/bench/instructions.tsv';
my $tolerance = 0.10;
my @steps     = qw(parse text traceback redact intake posts otlp push snapshot search);
my (%base, %now, $failed);

if (open my $in, '<', $file) {
    /\A(\w+)\t(\d+)/ and $base{$1} = $2 while <$in>;
}

printf "%-10s %12s %12s %8s\n", 'step', 'baseline', 'now', '';

for my $step (@steps) {
    my $output = `valgrind --tool=callgrind --toggle-collect=bench_step --callgrind-out-file=/dev/null $ENV{BENCH_CORE} $step 2>&1`;

    $now{$step} = $1 =~ tr/,//dr if $output =~ /refs:\s+([\d,]+)/;
    die "valgrind: $output\n" if !$now{$step};

    my $change = $base{$step} ? $now{$step} / $base{$step} - 1 : undef;
    my $worse  = !$ENV{BASELINE} && (!defined $change || $change > $tolerance);
    $failed ||= $worse;

    printf "%-10s %12s %12s %8s%s\n", $step, $base{$step} // '-', $now{$step},
        defined $change ? sprintf('%+.1f %%', 100 * $change) : '',
        $worse ? '  too much' : '';
}

if ($ENV{BASELINE}) {
    open my $out, '>', $file or die "$file: $!\n";
    print {$out} "$_\t$now{$_}\n" for @steps;
    close $out or die "$file: $!\n";
}

die "More instructions than $file says, by more than 10 %: find out why, or,\n"
    . "if it is worth it, write a new baseline with \"make count BASELINE=1\".\n"
    if $failed;
