# SPDX-License-Identifier: BSD-2-Clause
#
# nginx's error log wakes the workers: without a line they sleep, and whoever
# writes a line, and whoever dies, it becomes a record.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use POSIX qw(mkfifo);

use Rackscope::Test;

# (with rewrite_log, each of these is a line)

my $many = "rewrite ^/none$ /other;\n" x 400;

my %conf = (
    http  => 'rackscope_logs_error_log main info;',
    api   => 'rackscope_logs_stream_heartbeat 100ms; rackscope_logs_stream_poll 100ms;',
    admin => <<"END",
        location /dead {
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
        location /many {
            rewrite_log on;
            $many
            return 204;
        }
END
);

my $nginx = Rackscope::Nginx->new(%conf)->start;

# The time goes by as a stream tells it, ten pings a second: nobody connects
# meanwhile, which would wake workers.

my ($reader, $idle) = $nginx->workers;
my $clock = $nginx->stream('', client => $nginx->client_of($reader));

sub pings {
    my ($n) = @_;

    $n += $clock->comments;
    wait_until { $clock->comments >= $n } 30 or die "no pings\n";
    return;
}

# How often it has gone to sleep.

sub sleeps {
    my ($pid) = @_;

    my ($n) = slurp("/proc/$pid/status") =~ /^voluntary_ctxt_switches:\s+(\d+)/m;
    return $n;
}

# There is a second in which it does not wake.

sub rests {
    my ($pid) = @_;

    return wait_until {
        my $before = sleeps($pid);
        pings(10);
        return sleeps($pid) == $before;
    } 15;
}

ok rests($idle), 'a worker without work sleeps';

sub stopped {
    my ($pid) = @_;

    kill 'STOP', $pid;
    return wait_until { slurp("/proc/$pid/stat") =~ /\)\ T\ /x };
}

# The line of a worker.

my $client = $nginx->client_of($reader);
my $n      = 0;

sub line {
    my $id = 'line-' . ++$n;
    $client->request('GET', '/dead', headers => [ 'X-Request-ID' => $id ]);
    return scalar wait_until {
        $client->request('GET', "/api/logs?request_id=$id")->json->{total};
    };
}

is line(), 1, 'the line of a worker is a record';
ok rests($idle), 'and the other one sleeps again';

# That of the master, which wakes no worker otherwise: a configuration that is
# wrong.

my $good = $nginx->{conf}{http};
my $bad  = 0;

sub refused {
    $nginx->configure(http => "$good\nnonsense_" . ++$bad . ';');
    $nginx->allow_log(qr/unknown directive "nonsense_$bad"/);
    kill 'HUP', $nginx->master;
    wait_until { $nginx->log_lines(qr/"nonsense_$bad"/) } or die "no line\n";
    $nginx->configure(http => $good);
    return "nonsense_$bad";
}

sub recorded {
    my ($what, $by) = @_;

    $by //= $client;
    return scalar wait_until {
        $by->request('GET', "/api/logs?search=$what")->json->{total};
    };
}

ok recorded(refused()), 'that of the master, too';
ok rests($idle), 'and again nobody wakes';

# More lines at once than there is room for: the workers sleep when the loss has
# been reported, and not before.

stopped($idle);
is $client->request('GET', '/many')->status, 204, 'many lines at once';
kill 'CONT', $idle;

ok recorded('were+dropped'), 'their loss is reported';
ok rests($idle), 'and then there is nothing more to do';

# Those who were woken are killed before they look: a worker that starts does.

$clock->close;
stopped($_) for $reader, $idle;

my $unseen = refused();
$nginx->allow_log(qr/exited on signal 9/);
kill 'KILL', $reader, $idle;

ok wait_until { !grep { alive($_) } $reader, $idle }, 'all workers are killed';
ok wait_until { $nginx->all_workers }, 'others take their place';
$client = $nginx->client;
ok recorded($unseen), 'and the line that woke the dead is a record';

# Old workers have a stage of their own, and nobody takes their place: uploads
# that stay open keep two of them alive.  One is killed when it has decided to
# wake the others and has woken nobody yet; a line of the other one is a record
# all the same.  (The new configuration takes no lines: those of its workers
# would wake the old ones, too.)

my ($first, $second) = $nginx->workers;

my @uploads =
    map { $nginx->upload(client => $nginx->client_of($_, 1)) }
    $first, $second, $second;
$_->send_chunk("{\"message\":\"open\"}\n") for @uploads;
ok wait_until { $client->request('GET', '/api/logs?search=open')->json->{total} == 3 },
    'uploads that stay open';

sub cut {
    my ($upload) = @_;

    $upload->send_chunk("{\"message\":\"cut\"}\n");
    return $upload->reset;
}

my $attach = run(qw(gdb -nx -batch -p), $first, '-ex', 'info registers pc');

SKIP: {
    skip 'gdb cannot attach', 5 if $attach->{rc} != 0;

    $nginx->configure(http => '');
    ok $nginx->reload, 'a reload';
    is grep({ alive($_) } $first, $second), 2, 'the old workers wait for them';
    $client = $nginx->client;

    my $prefix = $nginx->prefix;
    spew("$prefix/gdb", <<"END");
set confirm off
sharedlibrary rackscope
break ngx_http_rackscope_logs_wake_all
shell touch $prefix/attached
continue
kill
END

    my $gdb = background {
        run({ timeout => 30 }, qw(gdb -nx -batch), '-iex',
            'set auto-solib-add off', '-p', $first, '-x', "$prefix/gdb");
    };

    wait_until { -e "$prefix/attached" } 20 or die "no debugger\n";
    cut($uploads[0]);

    # A worker that was stopped in epoll_wait() may sleep over what comes.  nginx
    # and gdb ignore this signal, which ends the sleep.
    wait_until {
        kill 'IO', $first;
        return !alive($first);
    } 20;

    # gdb 16 may not notice that the worker stops.  When gdb has ended, the worker
    # dies of the breakpoint, at the same place.
    $nginx->allow_log(qr/process $first exited on signal 5/);
    $gdb->join;
    ok wait_until { !alive($first) }, 'one dies while it wakes the others';

    cut($uploads[1]);
    ok wait_until {
        my $json = $client->request('GET', '/api/logs?search=recv')->json;
        grep { $_->{pid} == $second } @{ $json->{records} };
    }, 'a line of the other is a record';
    ok alive($second), 'while that lives';
}

$_->close for @uploads;

# Each wake-up makes lines of its own with debugging on: these wake nobody a
# second time.  Another nginx tells how the time goes by.

my $debugging = Rackscope::Nginx->new(
    http      => 'rackscope_logs_error_log main debug;',
    log_level => 'debug',
)->start;

$clock = $nginx->stream('', client => $client);

my ($awake) = $debugging->workers;
$debugging->post({ message => 'hello' });

my ($start, $before) = (now(), sleeps($awake));
pings(20);
my $limit = 15 * (now() - $start) + 5;

cmp_ok sleeps($awake) - $before, '<', $limit,
    'debugging: a worker wakes a few times a second';

# Without eventfd() the workers look by themselves.

SKIP: {
    skip 'a sanitizer is preloaded', 3 if $ENV{RACKSCOPE_PRELOAD};

    my $prefix = $debugging->prefix;
    spew("$prefix/no_eventfd.c", <<'END');
#include <errno.h>

int eventfd(unsigned int count, int flags);

int
eventfd(unsigned int count, int flags)
{
    (void) count;
    (void) flags;
    errno = ENOSYS;
    return -1;
}
END

    my $cc = run($ENV{CC} // 'cc', '-shared', '-fPIC', '-o',
        "$prefix/no_eventfd.so", "$prefix/no_eventfd.c");
    is $cc->{rc}, 0, 'a C library without eventfd()' or diag $cc->{err};

    my $without = Rackscope::Nginx->new(%conf,
        env => { LD_PRELOAD => "$prefix/no_eventfd.so" });
    $without->expect_log(qr/eventfd\(\) failed, so streams of rackscope logs/);
    $without->allow_log(qr/\[emerg\].*eventfd\(\) failed/);
    $without->start;

    for my $try (1, 2) {
        my $id = "without-$try";
        $without->get('/dead', headers => [ 'X-Request-ID' => $id ]);
        ok wait_until { $without->records("request_id=$id") },
            "line $try is a record";
    }
}

done();
