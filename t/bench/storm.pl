# SPDX-License-Identifier: BSD-2-Clause
#
# A storm: four nginx take records while Redis is killed, restarted empty or
# with an old copy, flushed, deleted, frozen and cut off, at random.  In the end
# nothing that was answered with 200 may be lost or there twice, and no number
# may have named two records.
#
#     FAILURES=1000 SEED=1 perl t/bench/storm.pl

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Cut;
use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

my $failures = $ENV{FAILURES} // 1000;
my $seed     = $ENV{SEED}     // time;
srand $seed;

# A ring that is larger than all that is posted, so that what is lost is seen.

my $zone  = 'main entries=50000 entry_size=1k streams=64';
my $redis = redis();
my @cuts  = map { Rackscope::Cut->new($redis->port) } 1 .. 4;
my @nodes = map {
    node($_->url, zone => $zone, timeout => '300ms', log_level => 'notice')
} @cuts;
wait_up(@nodes) or die "not together\n";

# Who posts to a node, one record after the other, until the test says stop;
# what was answered with 200 goes into a file.  A ring is full of what the
# storm posts if it takes longer, so the pace is limited.

my $dir  = $redis->dir;
my $none;

sub poster {
    my ($i) = @_;

    return background {
        $redis->{owner} = 0;
        open my $out, '>', "$dir/answered.$i" or die;
        my ($n, $other) = (0, 0);

        while (!-e "$dir/stop") {
            my $name = "p$i-" . $n++;
            my $response = eval {
                $nodes[$i]->post({ message => $name }, timeout => 30);
            };
            if ($response && $response->status == 200) {
                print {$out} "$name\n";
            } else {
                $other++;
            }
            select $none, $none, $none, 0.03;
        }

        close $out;
        return { posted => $n, other => $other };
    };
}

# Whoever reads a ring all the time sees each number that was ever given.

sub reader {
    my ($i) = @_;

    return background {
        $redis->{owner} = 0;
        my (%named, @twice);
        my $stream = $nodes[$i]->stream('since_seq=0');

        while (!-e "$dir/done") {
            my $event = $stream->next_event(1);
            if (!$event) {
                next if !$stream->ended;
                $stream = $nodes[$i]->stream('since_seq=0');
                next;
            }
            my $json = $event->{json};
            next if !$json || !$json->{_seq};
            my $text = "$json->{timestamp} $json->{message}";
            my $old  = $named{ $json->{_seq} } //= $text;
            push @twice, "$json->{_seq}: $old, $text" if $old ne $text;
        }
        return { twice => \@twice, named => \%named };
    };
}

my @posters = map { poster($_) } 0 .. 3;
my @readers = map { reader($_) } 0 .. 3;

my %failure = (
    kill    => sub { $redis->kill->start },
    stop    => sub { $redis->stop->start },
    stale   => sub { $redis->command('SAVE'); $redis->kill->start },
    flush   => sub { $redis->command('FLUSHALL') },
    delete  => sub { $redis->command('DEL', $redis->stream // 'x') },
    hash    => sub { $redis->command('DEL', ($redis->stream // 'x') . ':m') },
    trim    => sub {
        $redis->command('XTRIM', $redis->stream, 'MAXLEN', int rand 9)
            if $redis->stream;
    },
    scripts => sub { $redis->command(qw(SCRIPT FLUSH)) },
    cut     => sub { $cuts[ rand 4 ]->cut },
    lose    => sub {
        $cuts[ rand 4 ]->lose(1 + int rand 3, (qw(A A A J S XREAD))[ rand 6 ]);
    },
    refuse  => sub { $cuts[ rand 4 ]->refuse },
    hold    => sub { $cuts[ rand 4 ]->hold },
    pass    => sub { $_->pass for @cuts },
    worker  => sub { $nodes[ rand 4 ]->kill_worker },
    reload  => sub { $nodes[ rand 4 ]->reload },
    oom     => sub {
        $redis->command(qw(CONFIG SET maxmemory 1));
        select $none, $none, $none, rand 0.4;
        $redis->command(qw(CONFIG SET maxmemory 0));
    },
    evict   => sub {
        $redis->command(qw(CONFIG SET maxmemory-policy allkeys-random));
        $redis->command(qw(CONFIG SET maxmemory 1));
        $redis->ask(qw(SET some 1));
        $redis->command(qw(CONFIG SET maxmemory 0));
        $redis->command(qw(CONFIG SET maxmemory-policy noeviction));
    },
);

my @names = (sort keys %failure, qw(pass pass cut lose flush));
my %done;
my $start = now();

for (1 .. $failures) {
    my $name = $names[ rand @names ];
    $failure{$name}->();
    $done{$name}++;
    select $none, $none, $none, rand 0.15;
}

my $seconds = now() - $start;

spew("$dir/stop", '');
$_->pass for @cuts;
my @posted = map { $_->join } @posters;

my $same = wait_until {
    my ($first, @others) = map { $_->get('/api/logs?n=50000')->body } @nodes;
    !grep { $_ ne $first } @others;
} 60;
ok $same, 'all rings are equal in the end';

spew("$dir/done", '');
my @read = map { $_->join } @readers;

my %found;
$found{ $_->{message} }++ for $nodes[0]->records('n=50000');
my @answered = map { split /\n/, slurp("$dir/answered.$_") } 0 .. 3;

my @lost    = grep { !$found{$_} } @answered;
my @doubled = grep { $found{$_} > 1 && /^p/ } keys %found;
is_deeply \@lost, [], 'none of what was answered with 200 is lost'
    if @answered < 50_000;
is_deeply \@doubled, [], 'nothing is there twice';
is_deeply [ map { @{ $_->{twice} } } @read ], [], 'no number named two records';
is_sound($nodes[0]);

# One nginx alone cannot see what another one has given to whom.

my (%named, @reused);
for my $named (map { $_->{named} } @read) {
    for (keys %$named) {
        $named{$_} //= $named->{$_};
        push @reused, $_ if $named{$_} ne $named->{$_};
    }
}
is_deeply \@reused, [], 'neither at two nginx';

my $other = 0;
$other += $_->{other} for @posted;
diag sprintf "seed %d: %d failures in %.0f s (%s), %d records answered with "
    . '200, %d posts with something else; %d lost, %d doubled, %d numbers '
    . 'reused', $seed, $failures, $seconds,
    join(', ', map { "$done{$_} $_" } sort keys %done), scalar @answered,
    $other, scalar @lost, scalar @doubled, scalar @reused;

done();
