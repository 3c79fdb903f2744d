# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Util;

# Waiting, JSON and processes, for all other modules of the frame.

use strict;
use warnings;

use Exporter qw(import);
use IO::Handle;
use JSON::PP ();
use POSIX qw(WNOHANG);
use Time::HiRes qw(CLOCK_MONOTONIC clock_gettime);

our @EXPORT_OK = qw(wait_until now slurp spew decode_json encode_json canon
    ndjson alive reap children process_title rss run background);

my $decoder = JSON::PP->new->utf8->allow_nonref;
my $encoder = JSON::PP->new->utf8->allow_nonref->canonical;

# Seconds on a clock that only goes forward.

sub now {
    return clock_gettime(CLOCK_MONOTONIC);
}

# Polls the condition until it is true, for 10 seconds or as many as are given,
# and returns its last value.  Tests do not sleep: they wait only here.

sub wait_until (&;$) {    ## no critic (ProhibitSubroutinePrototypes)
    my ($condition, $seconds) = @_;

    my $deadline = now() + ($seconds // 10);
    my $pause    = 0.002;
    my $none;

    while (1) {
        my $value = $condition->();

        return $value if $value || now() >= $deadline;

        select $none, $none, $none, $pause;
        $pause *= 1.5 if $pause < 0.02;
    }
}

sub slurp {
    my ($path) = @_;

    open my $fh, '<:raw', $path or return;
    local $/ = undef;
    return scalar <$fh> // '';
}

sub spew {
    my ($path, $data) = @_;

    open my $fh, '>:raw', $path or die "$path: $!\n";
    print {$fh} $data           or die "$path: $!\n";
    close $fh                   or die "$path: $!\n";
    return;
}

# Integers are exact: what does not fit into 64 bits comes as a string.

sub decode_json {
    my ($text) = @_;

    my $value = eval { $decoder->decode($text) };
    die "no JSON: $@in: " . substr($text // 'undef', 0, 300) . "\n" if $@;
    return $value;
}

sub encode_json {
    my ($value) = @_;

    return $encoder->encode($value);
}

# The same text for the same value and types, so that "1" and 1 differ.

sub canon {
    my ($value) = @_;

    return encode_json(ref $value ? $value : decode_json($value));
}

sub ndjson {
    my (@values) = @_;

    return join '', map { encode_json($_) . "\n" } @values;
}

# Is there a process with this pid that is not a zombie?

sub alive {
    my ($pid) = @_;

    my $stat = slurp("/proc/$pid/stat") or return 0;
    return $stat !~ /\)\ [ZX]\ /x;
}

# Waits for a child of this process, with a limit.  Returns $? or undef.

sub reap {
    my ($pid, $seconds) = @_;

    my $status;
    wait_until { waitpid($pid, WNOHANG) == $pid && defined($status = $?) }
        $seconds;
    return $status;
}

sub children {
    my ($parent) = @_;

    my @pids;
    for my $path (glob '/proc/[0-9]*/stat') {
        my $stat = slurp($path) or next;
        my ($pid, $state, $ppid) = $stat =~ /^(\d+)\ \(.*\)\ (\S)\ (\d+)/xs
            or next;
        push @pids, $pid if $ppid == $parent && $state !~ /[ZX]/;
    }

    @pids = sort { $a <=> $b } @pids;
    return @pids;
}

sub process_title {
    my ($pid) = @_;

    my $title = slurp("/proc/$pid/cmdline") // '';
    $title =~ s/\0/ /g;
    return $title;
}

# Resident memory in kB.

sub rss {
    my ($pid) = @_;

    return (slurp("/proc/$pid/status") // '') =~ /^VmRSS:\s+(\d+)/m ? $1 : 0;
}

# Runs a program with no standard input: { rc, signal, out, err, seconds }.  It is
# ended when its time is over, with rc 124, as by timeout(1).
# Options come first, as a hash: env => {…}, timeout => 60, dir => path.

sub run {
    my $opt = ref $_[0] eq 'HASH' ? shift : {};
    my (@command) = @_;

    open my $out, '+>', undef or die "temporary file: $!\n";
    open my $err, '+>', undef or die "temporary file: $!\n";

    my $start = now();
    my $pid   = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDIN,  '<',  '/dev/null' or POSIX::_exit(126);
        open STDOUT, '>&', $out        or POSIX::_exit(126);
        open STDERR, '>&', $err        or POSIX::_exit(126);

        my $env = $opt->{env} // {};
        for (keys %$env) {
            if (defined $env->{$_}) { $ENV{$_} = $env->{$_} }
            else                    { delete $ENV{$_} }
        }

        chdir $opt->{dir} if defined $opt->{dir};
        { no warnings 'exec'; exec { $command[0] } @command; }
        print {*STDERR} "$command[0]: $!\n";
        POSIX::_exit(127);
    }

    my $status = reap($pid, $opt->{timeout} // 60);
    my $late   = !defined $status;

    if ($late) {
        kill 'KILL', $pid;
        waitpid $pid, 0;
        $status = $?;
    }

    my %result = (
        rc      => $late ? 124 : $status >> 8,
        signal  => $status & 127,
        seconds => now() - $start,
    );

    for ([ out => $out ], [ err => $err ]) {
        my ($name, $fh) = @$_;
        seek $fh, 0, 0;
        local $/ = undef;
        $result{$name} = <$fh> // '';
    }

    return \%result;
}

# Runs the code in a child: an object with ->pid, ->alive, and ->join, which
# returns the value that the code returned (JSON carries it) or dies.

sub background (&) {    ## no critic (ProhibitSubroutinePrototypes)
    my ($code) = @_;

    pipe my $read, my $write or die "pipe: $!\n";
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        close $read;
        my $value = eval { $code->() };
        my $error = $@;
        $write->print(encode_json({ value => $value, error => "$error" }));
        $write->close;
        POSIX::_exit(0);
    }

    close $write;
    return bless { pid => $pid, fh => $read }, 'Rackscope::Util::Background';
}

package Rackscope::Util::Background;    ## no critic (ProhibitMultiplePackages)

sub pid { return $_[0]{pid} }

sub alive { return Rackscope::Util::alive($_[0]{pid}) }

sub join {    ## no critic (ProhibitBuiltinHomonyms)
    my ($self) = @_;

    my $fh = delete $self->{fh} or die "joined before\n";
    local $/ = undef;
    my $text = <$fh>;
    waitpid delete $self->{pid}, 0;

    my $result = Rackscope::Util::decode_json($text);
    die $result->{error} if $result->{error} ne '';
    return $result->{value};
}

sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);
    return if !$self->{pid} || !kill 'KILL', $self->{pid};
    waitpid $self->{pid}, 0;
    return;
}

1;
