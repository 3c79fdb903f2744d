# SPDX-License-Identifier: BSD-2-Clause

package Bench::Load;

# What is done to a server, and what it cost: { rate => per second, cpu => µs of
# its processes per operation, … }.

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT_OK = qw(post get deliver wakes flow median);

my $sample     = 't/data/rackscope-backend.ndjson';
my $processors = `nproc`;

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return @sorted ? $sorted[ @sorted / 2 ] : undef;
}

# Posts the lines of a file, or all of it at once, as fast as they are answered;
# without sleep, if there is a processor for that besides those of all workers.

sub post {
    my ($server, $connections, $seconds, $file, $how) = @_;

    $file //= $sample;
    $how  //= 'line';

    my $awake  = $server->scale < $processors ? 'awake' : q{};
    my $before = $server->cpu;
    my ($answered, $time) = split q{ },
        `$ENV{BENCH_FLOOD} @{[ $server->port ]} $seconds $connections $file $how $awake`;
    $answered or die 'no answer of ' . $server->name . "\n";

    return { rate => $answered / $time, cpu => ($server->cpu - $before) / $answered };
}

sub get {
    my ($server, $seconds, $path) = @_;

    my $url    = $server->url($path);
    my $before = $server->cpu;
    # wrk knows whole seconds only, and is done when it is interrupted
    my $output = `timeout -s INT $seconds wrk -t1 -c4 -d60s '$url' 2>&1`;
    my $cpu    = $server->cpu - $before;

    my ($requests, $time, $unit) = $output =~ /(\d+)\ requests\ in\ ([\d.]+)(m?s)/x
        or die $server->name . ": $output\n";
    $output =~ /Non-2xx/ and die $server->name . " refuses $url: $output\n";

    return {
        rate => $requests / ($unit eq 'ms' ? $time / 1000 : $time),
        cpu  => $cpu / $requests,
    };
}

# Posts at a rate, with so many streams.

sub deliver {
    my ($server, $rate, $seconds, $streams) = @_;

    my $before = $server->cpu;
    my @said   = split q{ }, `$ENV{BENCH_CLIENT} @{[ $server->port ]} $rate $seconds $streams $sample`;
    @said == 6 or die $server->name . " at $rate a second\n";

    my %result;
    @result{qw(sent lost p50 p99 max rate)} = @said;
    $result{cpu} = ($server->cpu - $before) / $result{sent};

    return \%result;
}

# A round of three processes that wake each other, at a rate.

sub wakes {
    my ($rate, $seconds) = @_;

    my @said = split q{ }, `$ENV{BENCH_WAKES} $rate $seconds`;
    @said == 3 or die "no wake-ups at $rate a second\n";

    my %result;
    @result{qw(p50 p99 max)} = @said;

    return \%result;
}

# Records that come in meanwhile: ends when it is undefined.

sub flow {
    my ($server, $rate) = @_;

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDOUT, '>', '/dev/null' or die "$!\n";
        exec $ENV{BENCH_CLIENT}, $server->port, $rate, 3600, 0, $sample or die "$!\n";
    }

    return bless \$pid, 'Bench::Flow';
}

sub Bench::Flow::DESTROY {
    my ($self) = @_;

    local $?;
    kill 'KILL', $$self;
    waitpid $$self, 0;
    return;
}

1;
