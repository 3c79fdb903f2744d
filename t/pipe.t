# SPDX-License-Identifier: BSD-2-Clause
#
# docs/examples/rackscope-pipe: what a program prints arrives, whatever nginx
# does meanwhile, and the program never waits for nginx.

use strict;
use warnings;

use FindBin;
use IO::Handle;
use IO::Socket::INET;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;
use Rackscope::Util qw(reap);

my $program = Rackscope::Nginx::root() . '/docs/examples/rackscope-pipe';

my $ring = Rackscope::Nginx->new(
    zone   => 'main entries=12000 entry_size=1k',
    ingest => 'listen unix:%%PREFIX%%/logs.sock;
        location = /gone { return 404; }',
)->start;
my $direct = 'http://127.0.0.1:' . $ring->port(1);

# This nginx stops, is killed and so on; the ring of the other one remains.

my $nginx = Rackscope::Nginx->new(ingest => "location = /logs {
    client_body_buffer_size 1m;
    proxy_pass $direct/internal/logs;
}")->start;
my $url = 'http://127.0.0.1:' . $nginx->port(1) . '/logs';

my ($seq, $n);

# The program, with our end of its standard input.

sub start {
    my (@args) = @_;

    my %pipe = (out => $ring->prefix . '/out' . ++$n, err => $ring->prefix . "/err$n");
    pipe my $read, $pipe{in} or die "pipe: $!\n";
    $seq = $ring->last_seq;

    $pipe{pid} = fork // die "fork: $!\n";

    if ($pipe{pid} == 0) {
        close $pipe{in};
        open STDIN,  '<&', $read;
        open STDOUT, '>',  $pipe{out};
        open STDERR, '>',  $pipe{err};
        close STDOUT if $args[0] eq '-closed' && shift @args;
        exec 'python3', $program, @args or exit 127;
    }

    $pipe{in}->autoflush(1);
    return \%pipe;
}

# None of these writes may wait for nginx: they are given a minute.

sub feed {
    my ($pipe, $text) = @_;

    local $SIG{ALRM} = sub { die "the program had to wait\n" };
    alarm 60;
    print { $pipe->{in} } $text;
    alarm 0;
    return;
}

# The end of the input: what the program says on standard error.

sub end {
    my ($pipe) = @_;

    close delete $pipe->{in};
    is reap($pipe->{pid}, 60), 0, 'it ends with its input';
    return slurp($pipe->{err});
}

sub records { return $ring->records("n=12000&since_seq=$seq") }

sub messages { return map { $_->{message} } records() }

sub sees {
    my ($text) = @_;

    my $search = $text =~ s/(\W)/sprintf '%%%02x', ord $1/ger;
    return wait_until { $ring->records("n=1&since_seq=$seq&search=$search") } 30;
}

sub lines {
    my ($name, $count) = @_;

    return map { "INFO: $name $_" } 1 .. $count;
}

# Which of the lines are lost, and which are there more than once.

sub compare {
    my (@lines) = @_;

    my %count;
    $count{$_}++ for messages();
    return {
        lost  => [ grep { !$count{$_} } @lines ],
        twice => [ grep { ($count{$_} // 0) > 1 } @lines ],
    };
}

my $WHOLE = { lost => [], twice => [] };

# What goes in comes out, byte by byte, and is in the ring.

my $long = 'ERROR: long' . 'x' x 10_000_000;
my $text = join "\n", "\x1f\x8bnot gzip", 'WARNING: slow', '{"level":"error","message":"json"}',
    "\0\xff\xfe\x80", '', $long, 'INFO: no newline';
my $pipe = start('--logger', 'shop', $url);
feed($pipe, $text);
is end($pipe), '', 'nothing to say';
ok slurp($pipe->{out}) eq $text, 'the output is the input';

is_deeply [ map { [ $_->{level}, $_->{logger}, substr $_->{message}, 0, 11 ] } records() ], [
    [ 'INFO',    'shop', "\x1f\x{fffd}not gzip" ],
    [ 'WARNING', 'shop', 'WARNING: sl' ],
    [ 'ERROR',   '',     'json' ],
    [ 'INFO',    'shop', "\0\x{fffd}\x{fffd}\x{fffd}" ],
    [ 'ERROR',   'shop', 'ERROR: long' ],
    [ 'INFO',    'shop', 'INFO: no ne' ],
], 'records' or diag explain [ map { substr $_->{message}, 0, 20 } records() ];

# Live: a line is there before the next one, by a Unix socket too.

my $socket = $ring->prefix . '/logs.sock';

for my $to ($url, 'http+unix://' . $socket =~ s{/}{%2F}gr . '/internal/logs') {
    $pipe = start($to);
    for my $line (lines('live', 3)) {
        feed($pipe, "$line\n");
        ok sees($line), $line;
    }
    end($pipe);
}

# Tracebacks are not torn, in one burst and in a stream that has no pause.

my $trace = <<'END';
ERROR: job %d failed
Traceback (most recent call last):
  File "job.py", line 3, in <module>
    1 / 0
ZeroDivisionError: division by zero
END

$pipe = start($url);
feed($pipe, join '', map { sprintf $trace, $_ } 1 .. 2000);
end($pipe);

my @torn = grep { ($_->{exception} // '') !~ /\ATraceback.*zero\z/s } records();
is scalar(records()), 2000, 'tracebacks in one burst';
is_deeply \@torn, [], 'are whole' or diag explain \@torn;

# If a program never pauses, the last record is kept back, for it may go on.  The
# clock of this says that a line has just come, and that the first is old.

my @cuts = (
    [ "INFO: a|INFO: b|",                       'INFO: a|' ],
    [ "INFO: a|ERROR: b|Traceback (m|  File|",  'INFO: a|' ],
    [ "ERROR: a|Traceback (m|  File|",          'ERROR: a|Traceback (m|  File|' ],
    [ '{"a":1}|{"b":2}|',                       '{"a":1}|' ],
    [ '2026-11-28 a|  b|c|[2026-11-28] d|  e|', '2026-11-28 a|  b|c|' ],
    [ 'one|two|',                               'one|two|' ],
    [ "error: a|time=1 level=info|\e[1mWARN|\tx|", 'error: a|time=1 level=info|' ],
    [ 'WARNING: a|Traceback (m|  File|socket.error: b|',
        'WARNING: a|Traceback (m|  File|socket.error: b|' ],
    [ 'INFO: a|INFO: b|-----BEGIN PRIVATE KEY-----|4Fab/1+=|90/12', 'INFO: a|' ],
);

my $result = run('python3', '-B', '-c', <<'END', $program, map { $_->[0] } @cuts);
import math, runpy, sys
Poster = runpy.run_path(sys.argv[1])["Poster"]
for lines in sys.argv[2:]:
    poster = Poster(None, {})
    poster.put([line.encode() + b"|" for line in lines.split("|")[:-1]])
    poster.first, poster.last = -math.inf, math.inf
    with poster.changed:
        print(b"".join(poster.take()).decode())
END
is_deeply [ split /\n/, $result->{out} ], [ map { $_->[1] } @cuts ],
    'cut where a record begins' or diag $result->{err};

# nginx reloads, restarts, is stopped and killed.

for (
    [ 'reload',  sub { $nginx->reload }, 1 ],
    [ 'restart', sub { $nginx->stop; $nginx->start }, 1 ],
    [ 'stop',    sub { $nginx->stop('TERM'); $nginx->start } ],
    [ 'kill -9', sub { $nginx->kill_worker } ],
) {
    my ($what, $disturb, $once) = @$_;

    my @lines = lines($what, 3000);
    $pipe = start($url);

    my $job = background {
        while (my @some = splice @lines, 0, 30) {
            feed($pipe, join '', map { "$_\n" } @some);
            wait_until { 0 } 0.01;    # a program that prints now and then
        }
        1;
    };

    do { $disturb->() } while $job->alive;
    ok $job->join, "$what: the program has not waited";
    end($pipe);

    my $got = compare(@lines);
    note "$what: " . @{ $got->{lost} } . ' lost, ' . @{ $got->{twice} } . ' twice';
    $got->{twice} = [] if !$once;
    is_deeply $got, $WHOLE, "$what: nothing is lost";
}

# nginx is away for longer than there is room.

$nginx->stop;
$pipe = start($url);

my $padding = 'x' x 900;
feed($pipe, "INFO: away $_ $padding\n") for 1 .. 12_000;
$nginx->start;
ok sees("INFO: away 12000 "), 'the newest lines are there';
my $said = end($pipe);

# a parser of JSON would need half a minute for these 9 MB
my $all = $ring->get("/api/logs?n=12000&since_seq=$seq")->raw_body;
my ($dropped) = $all =~ /"message":"(\d+) lines could not be sent"/;
my $kept = () = $all =~ /"message":"INFO: away /g;

ok $dropped > 0 && $kept > 5000, "$kept are kept, $dropped dropped";
is $kept + $dropped, 12_000, 'and it says how many';
like $said, qr{\Arackscope-pipe: \Q$url\E: .*refused\nrackscope-pipe: .*takes lines again\n\z},
    'and on standard error what is wrong';

# nginx accepts and does not answer, for a while …

my @lines = lines('hanging', 5000);
my @pids  = ($nginx->master, $nginx->workers);
kill 'STOP', @pids;
$pipe = start($url);
feed($pipe, join '', map { "$_\n" } @lines);
my $connected = sprintf ':%04X 01 ', $nginx->port(1);
ok +(wait_until { slurp('/proc/net/tcp') =~ $connected } 30), 'it has connected';
kill 'CONT', @pids;
is end($pipe), '', 'nothing to say';
is_deeply compare(@lines), $WHOLE, 'nginx hangs for a while';

# … and for ever: the end comes all the same.

my $silent = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1')
    or die "socket: $!\n";
$pipe = start('http://127.0.0.1:' . $silent->sockport . '/logs');
feed($pipe, "$_\n" x 100) for @lines;
like end($pipe), qr/\d+ lines could not be sent\n\z/, 'an nginx that never answers';

# What nginx refuses is counted, and not sent again.

$pipe = start("$direct/gone");
feed($pipe, "INFO: one\n");
like end($pipe), qr{/gone: nginx answers 404\n.*: 1 lines could not be sent\n\z}s, 'refused';

# Nobody reads the output.

for my $closed (['-closed'], []) {
    $pipe = start(@$closed, $url);
    feed($pipe, "INFO: one\n");
    ok sees('INFO: one'), 'a closed output' if @$closed;
    feed($pipe, "INFO: two\n");
    is end($pipe), '', 'nothing to say';
    is_deeply [ messages() ], [ 'INFO: one', 'INFO: two' ], 'and all is there';
}

my $gone = "$$pipe{out}.gone";

is run('sh', '-c', "mkfifo $gone;
    (echo INFO: one; echo INFO: two; read _ < $gone; echo INFO: three) |
    python3 $program $url | (head -n 1; exec >&-; echo > $gone)")->{out},
    "INFO: one\n", 'a reader that goes';
ok sees('INFO: three'), 'and all is there';

# Signals are left to the program: it may have something to say.

$pipe = start($url);
feed($pipe, "INFO: before\n");
ok sees('INFO: before'), 'it runs';

for my $signal (qw(INT HUP TERM)) {
    kill $signal, $pipe->{pid};
    feed($pipe, "INFO: after $signal\n");
    ok sees("INFO: after $signal"), "it goes on after SIG$signal";
}

feed($pipe, 'INFO: last');
kill 'TERM', $pipe->{pid};
is reap($pipe->{pid}, 30), 0, 'a second SIGTERM ends it';
close $pipe->{in};

# Also if it comes while a line is put into the queue.

$seq    = $ring->last_seq;
$result = run('python3', '-B', '-c', <<'END', $program, $url);
import os, runpy, signal, sys
from urllib.parse import urlsplit
pipe = runpy.run_path(sys.argv[1])
poster = pipe["Poster"](urlsplit(sys.argv[2]), {})
pipe["ignore_signals"](poster)
poster.start()
with poster.changed:
    poster.put([b"INFO: kept\n"])
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGTERM)
signal.pause()
END
is "$result->{rc} $result->{err}", '0 ', 'a second SIGTERM at any time';
is_deeply [ messages() ], ['INFO: kept'], 'loses nothing';

# A terminal that goes away is an end of the input.

$seq    = $ring->last_seq;
$result = run('python3', '-B', '-c', <<'END', $program, $url);
import os, pty, subprocess, sys
ours, its = pty.openpty()
child = subprocess.Popen(["python3", *sys.argv[1:]], stdin=its, stdout=subprocess.PIPE)
os.close(its)
os.write(ours, b"INFO: by a terminal\n")
child.stdout.readline()
os.close(ours)
sys.exit(child.wait(60))
END
is "$result->{rc} $result->{err}", '0 ', 'a terminal that goes away';
is_deeply [ messages() ], ['INFO: by a terminal'], 'takes nothing along';

is run('sh', '-c', "python3 $program $url 0>/dev/null")->{err}, '',
    'nor does an input that cannot be read';

# An address without a port.

$result = run('python3', '-B', '-c', <<'END', $program);
import runpy, sys
from urllib.parse import urlsplit
host = runpy.run_path(sys.argv[1])["connection"](urlsplit("http://[::1]/logs"))
print(host.host, host.port)
END
is $result->{out}, "::1 80\n", 'the port of an address';

# It may start the program itself: both outputs, signals and the status are its.

my @started = ('python3', $program, $url);
$seq = $ring->last_seq;

$result = run(@started, 'sh', '-c', 'echo INFO: one; echo ERROR: two >&2; exit 3');
is $result->{rc}, 3, 'the status of the program';
is $result->{out}, "INFO: one\nERROR: two\n", 'its outputs';
is_deeply [ messages() ], [ 'INFO: one', 'ERROR: two' ], 'are sent';

is run(@started, 'sh', '-c', 'kill -9 $$')->{rc}, 128 + 9, 'a program that is killed';
is run(@started, 'sh', '-c', 'sleep 600 & echo $! > $0; exit 4', "$$pipe{out}.pid")->{rc}, 4,
    'a program whose child goes on';
kill 'KILL', slurp("$$pipe{out}.pid");

my $missing = run(@started, '/no/such/program');
is $missing->{rc}, 127, 'no such program';
like $missing->{err}, qr{/no/such/program: No such file}, 'says so';

$pipe = start($url, 'sh', '-c', <<'END');
for name in INT HUP USR1; do trap "echo INFO: got $name" $name; done
trap 'echo INFO: the end; exit 5' TERM
echo INFO: begun
while :; do read line && echo "$line"; done
END
ok sees('INFO: begun'), 'it runs';
feed($pipe, "INFO: input\n");
ok sees('INFO: input'), 'with its input';

for my $signal (qw(INT HUP USR1)) {
    kill $signal, $pipe->{pid};
    ok sees("INFO: got $signal"), "gets SIG$signal";
}

kill 'TERM', $pipe->{pid};
is reap($pipe->{pid}, 30), 5 << 8, 'and SIGTERM';
ok sees('INFO: the end'), 'its last line is sent';
close $pipe->{in};

# What is wrong with its arguments, it says.

for my $args (['127.0.0.1:8081'], ['http://127.0.0.1:80801/'], ['--logger', "a\nb", $url]) {
    $result = run('python3', $program, @$args);
    is $result->{rc}, 2, 'refused';
    like $result->{err}, qr/^usage:/, 'with its usage';
}

done();
