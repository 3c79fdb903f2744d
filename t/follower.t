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
my $pid;

# In a process group of its own, as it has children.

sub follower {
    my ($path) = @_;

    $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        setpgrp;
        open STDERR, '>', '/dev/null';
        exec $script, "http://127.0.0.1:$port$path", $file or POSIX::_exit(127);
    }

    return;
}

sub stop {
    kill 'KILL', -$pid;
    waitpid $pid, 0;
    return;
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

my $rounds = $reloads > $restarts ? $reloads : $restarts;

for my $round (1 .. $rounds) {
    post(20);
    $nginx->reload if $round <= $reloads;
    post(20);

    if ($round <= $restarts) {
        stop();
        post(20);
        follower('/brief');
    }

    received() if $round % 20 == 0;
}

my @records = received();

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
stop();

done();
