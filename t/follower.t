# SPDX-License-Identifier: BSD-2-Clause
#
# docs/examples/follow.sh: no hole and no double over reloads, streams that end
# and its own restarts, and an honest line where the ring was overrun.
#
#     FOLLOWER_RELOADS=100 FOLLOWER_RESTARTS=20 prove t/follower.t

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use POSIX ();

use Rackscope::Test;

my $reloads  = $ENV{FOLLOWER_RELOADS}  // 3;
my $restarts = $ENV{FOLLOWER_RESTARTS} // 3;

my $nginx = Rackscope::Nginx->new(
    workers => 2,
    zone    => 'main entries=2000 entry_size=1k',
    admin   => <<'END',
        rackscope_logs_require_admin off;

        location /brief {
            rackscope_logs_api            main;
            rackscope_logs_stream_timeout 300ms;
        }
END
)->start;

my $script = Rackscope::Nginx::root() . '/docs/examples/follow.sh';
my $file   = $nginx->prefix . '/records';
my $port   = $nginx->port;
my ($pid, @groups);

# In a process group of its own, as it has children.

sub follower {
    my ($path) = @_;

    $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        setpgrp;
        open STDERR, '>', '/dev/null';
        exec $script, "http://127.0.0.1:$port$path", $file or POSIX::_exit(127);
    }

    push @groups, $pid;
    return;
}

# All of it is killed; or the script alone, and what it has started goes on for
# a while.

sub stop {
    my ($signal, $alone) = @_;

    kill $signal // 'KILL', $alone ? $pid : -$pid;
    waitpid $pid, 0;
    return;
}

END {
    local $?;
    kill 'KILL', map { -$_ } @groups;
}

my $sent = 0;

sub post {
    my ($n) = @_;

    $nginx->post(ndjson(map { { message => 'm' . ++$sent } } 1 .. $n));
    return;
}

# What the file has, once the last record that was sent is there.

sub received {
    ok wait_until { (slurp($file) // '') =~ /"message":"m$sent"\}\n\z/ },
        'the last record is there'
        or diag substr slurp($file) // '', -300;

    return map { decode_json($_) } split /\n/, slurp($file);
}

post(10);
follower('/brief');

my @stops  = ([], [ 'KILL', 1 ], ['TERM'], [ 'TERM', 1 ]);
my $rounds = $reloads > $restarts ? $reloads : $restarts;

for my $round (1 .. $rounds) {
    post(20);
    $nginx->reload if $round <= $reloads;
    post(20);

    if ($round <= $restarts) {
        stop(@{ $stops[ $round % @stops ] });
        post(20);
        follower('/brief');
    }

    received() if $round % 20 == 0;
}

my @records = received();

my %count;
$count{ $_->{message} }++ for @records;
note sprintf '%d reloads, %d restarts: sent %d, received %d, doubled %d, lost %d',
    $reloads, $restarts, $sent, scalar @records,
    scalar(grep { $_ > 1 } values %count),
    scalar(grep { !$count{"m$_"} } 1 .. $sent);

is_deeply [ map { $_->{message} } @records ], [ map { "m$_" } 1 .. $sent ],
    "all $sent records, in their order, once";
is_deeply [ grep { $records[$_]{_seq} != $records[0]{_seq} + $_ } 0 .. $#records ],
    [], 'without a hole';

# A line that was written in part is written again.

stop();
my $text = slurp($file);
spew($file, substr $text, 0, -5);
follower('/api/logs');
is scalar(my @again = received()), $sent, 'the cut line is there once';
is_deeply \@again, \@records, 'whole';

# An overrun.

stop();
post(2500);
follower('/api/logs');
my @all = received();
my ($gap) = grep { $_->{_event} } @all;

is $gap->{missed}, 500, 'how many were missed';
is scalar(@all), $sent - 500 + 1, 'and all others';

# A gap that was the last line is not counted again.

stop();
$text = slurp($file);
$text =~ s/^(\{"_event"[^\n]*\n).*/$1/ms;
spew($file, $text);
follower('/api/logs');
my @more = received();
is_deeply \@more, \@all, 'it goes on behind a gap, and says it once';

# What the script has started may outlive it, with its stream, and writes no
# more: else each record would be there twice, once the new one follows too.

my $last = $more[-1]{_seq};

stop('KILL', 1);
follower('/api/logs');

for (1 .. 30) {
    post(1);
    wait_until { (slurp($file) // '') =~ /"m$sent"\}\n\z/ } or last;
}

@more = received();
is_deeply [ map { $_->{_seq} - $last } grep { ($_->{_seq} // 0) > $last } @more ],
    [ 1 .. 30 ], 'what is left of it doubles nothing';

# A field of a record is no place.

stop();
$nginx->post(qq({"message":"m@{[ ++$sent ]}"}));
follower('/api/logs');
received();
$nginx->post(qq({"message":"odd","next_seq":17}));
ok wait_until { slurp($file) =~ /"next_seq":17\}\n\z/ }, 'a field of that name';
stop();
post(1);
follower('/api/logs');
is scalar(received()), @more + 3, 'is not where it goes on';

done();
