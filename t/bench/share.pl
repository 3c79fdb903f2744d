# SPDX-License-Identifier: BSD-2-Clause
#
# What it costs to share a ring: CPU of Redis and of nginx by record, with one,
# two and four nginx; what a POST waits longer; how long a record takes to a
# stream at another nginx; what an idle share takes.  What is compared is
# measured in turn, since the machine does other things, too.

use strict;
use warnings;

use FindBin;
use List::Util qw(max sum);
use POSIX ();
use lib "$FindBin::Bin/../lib";

use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

my $seconds = $ENV{SECONDS} // 4;
my $posts   = $ENV{POSTS}   // 1000;
my $ticks   = POSIX::sysconf(POSIX::_SC_CLK_TCK());
my $redis   = redis();
my @conf    = (log_level => 'error', http => 'keepalive_requests 10000000;');
my @all     = nodes(4, $redis->url, @conf);
my $plain   = Rackscope::Nginx->new(@conf)->start;

my $body = ndjson(map {
    { message => "GET /api/racks/r$_ took some time " . 'x' x 300,
        level => 'INFO', logger => 'app.access', request_id => "req-$_" }
} 1 .. 200);

# CPU seconds of processes so far.

sub cpu {
    my (@pids) = @_;

    my $sum = 0;
    for (@pids) {
        my @stat = split ' ', slurp("/proc/$_/stat") =~ s/\A.*\) //sr;
        $sum += ($stat[11] + $stat[12]) / $ticks;
    }
    return $sum;
}

# Which core was full, or how far they were from it.

sub full {
    my (%took) = @_;

    my @full = grep { $took{$_} > 0.9 * $seconds } sort keys %took;
    return @full ? "the core of @full was full" : join(', ', map {
            sprintf '%s had %.0f %% of a core', $_, 100 * $took{$_} / $seconds
        } sort keys %took)
        . ': the senders, or the rest of this machine, were the limit';
}

sub percentile {
    my ($p, @values) = @_;

    @values = sort { $a <=> $b } @values;
    return $values[ $#values * $p / 100 ];
}

# Posts the body for some seconds, over one connection to each node: records,
# and CPU seconds of Redis, of nginx, and of the busiest nginx.

sub flood {
    my ($text, $records, @nodes) = @_;

    my @workers = map { $_->workers } @nodes;
    my ($r, @w) = map { cpu($_) } $redis->pid, @workers;

    my @jobs = map {
        my $node = $_;
        background {
            $redis->{owner} = 0;
            my $client = $node->client(1);
            my ($n, $end) = (0, now() + $seconds);
            while (now() < $end) {
                my $response = $client->request('POST', '/internal/logs',
                    body => $text);
                $n += $records if $response && $response->status == 200;
            }
            return $n;
        }
    } @nodes;

    my $n = 0;
    $n += $_->join for @jobs;

    my ($redis_took, @took) = map { cpu($_) } $redis->pid, @workers;
    @took = map { $took[$_] - $w[$_] } 0 .. $#took;

    return ($n, $redis_took - $r, sum(@took), max(@took));
}

for ([ 'bodies of 200 records', $body, 200 ],
    [ 'bodies of one record', $body =~ s/\n.*//sr, 1 ])
{
    my ($name, $text, $records) = @$_;

    my ($n, undef, $w) = flood($text, $records, $plain);
    my $base = $w / $n * 1e6;
    printf "%s, not shared: %.1f us of nginx a record, %.0f a second\n", $name,
        $base, $n / $seconds;

    for my $nodes (1, 2, 4) {
        my ($n, $r, $w, $max) = flood($text, $records, @all[ 0 .. $nodes - 1 ]);
        printf "%s, %d nginx: %.1f us of Redis a record (%.0f a second of its "
            . 'core), %.1f us of all nginx (%.1f times), %.0f records a second '
            . "here: %s\n", $name, $nodes, $r / $n * 1e6, $n / $r, $w / $n * 1e6,
            $w / $n * 1e6 / $base, $n / $seconds,
            full('Redis' => $r, 'an nginx' => $max);
    }
}

# A POST of one record, in turn.

my $one = ndjson({ message => 'one' });
my (%took, @more);
my %client = (plain => $plain->client(1), shared => $all[0]->client(1));

for my $i (1 .. $posts) {
    my %now;
    for my $which ($i % 2 ? qw(plain shared) : qw(shared plain)) {
        my $t = now();
        $client{$which}->request('POST', '/internal/logs', body => $one);
        push @{ $took{$which} }, $now{$which} = now() - $t;
    }
    push @more, $now{shared} - $now{plain};
}

printf "POST of one record: not shared p50 %.0f us, p99 %.0f us; shared p50 %.0f "
    . "us, p99 %.0f us; more p50 %.0f us, p99 %.0f us\n",
    map { $_ * 1e6 } map({ (percentile(50, @$_), percentile(99, @$_)) }
    $took{plain}, $took{shared}), percentile(50, @more), percentile(99, @more);

# From a POST at one nginx to a stream there, and to a stream at another one.

my %node = (same => [ $all[0], $all[0] ], other => [ $all[0], $all[1] ],
    plain => [ $plain, $plain ]);
my (%stream, %delay);

wait_same(@all);
for my $which (keys %node) {
    my ($from, $to) = @{ $node{$which} };
    $stream{$which} = $to->stream('search=' . $which);
    $stream{$which}->status;
    $client{$which} = $from->client(1);
}

for my $i (1 .. $posts) {
    for my $which (sort keys %node) {
        my $t = now();
        $client{$which}->start('POST', '/internal/logs',
            body => ndjson({ message => "$which $i" }));
        $stream{$which}->wait_for(sub { $_->{data} =~ /"$which $i"/ });
        push @{ $delay{$which} }, now() - $t;
        $client{$which}->response;
    }
}

for (qw(plain same other)) {
    my $what = { plain => 'of a ring that is not shared',
        same => 'of the same nginx', other => 'of another nginx' }->{$_};
    printf "from a POST to a stream %s: p50 %.0f us, p99 %.0f us\n", $what,
        map { $_ * 1e6 } percentile(50, @{ $delay{$_} }),
        percentile(99, @{ $delay{$_} });
}

# Idle.

$_->close for values %stream;

my $none;
my @idle  = ($redis->pid, map { $_->workers } @all);
my @quiet = $plain->workers;
my ($r, $w, $p) = (cpu($redis->pid), cpu(@idle[ 1 .. $#idle ]), cpu(@quiet));
my $t = now();
select $none, $none, $none, 10;
$t = now() - $t;

printf "idle: Redis %.1f ms of CPU a second, one worker %.2f ms (not shared "
    . "%.2f ms)\n", 1000 * (cpu($redis->pid) - $r) / $t,
    1000 * (cpu(@idle[ 1 .. $#idle ]) - $w) / $t / $#idle,
    1000 * (cpu(@quiet) - $p) / $t / @quiet;
printf "memory: a worker has %d KB, not shared %d KB; Redis %d KB of %s\n",
    rss($idle[1]), rss($quiet[0]), rss($redis->pid),
    { $redis->info('memory') }->{used_memory_human};

$_->stop for @all, $plain;
