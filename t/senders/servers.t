# SPDX-License-Identifier: BSD-2-Clause
#
# docs/examples/rackscope_handler.py in real servers, while the nginx that it
# posts to reloads, restarts and is killed: nothing is lost, and no record is
# there twice unless nginx was killed.  That nginx hands the requests on to
# another one, whose ring outlives all this.

use strict;
use warnings;

use FindBin;
use IO::Socket::INET;
use lib "$FindBin::Bin/../lib";

use Rackscope::Test;

my $root    = Rackscope::Nginx::root();
my $python  = '/usr/bin/python3';
my $modules = "$root/build/senders/root/usr/lib/python3/dist-packages";

plan skip_all => 'make test-senders unpacks the programs' if !-d $modules;

my $ring = Rackscope::Nginx->new(zone => 'main entries=5000 entry_size=1k')->start;
my $to   = 'http://127.0.0.1:' . $ring->port(1);

my $nginx = Rackscope::Nginx->new(
    intake => 'client_max_body_size 1m;',
    ingest => "location = /logs {
        client_body_buffer_size 1m;
        proxy_pass $to/internal/logs;
    }",
)->start;

my $dir = $nginx->prefix;
my %env = (
    PYTHONPATH              => "$root/docs/examples:$modules:$dir",
    PYTHONDONTWRITEBYTECODE => 1,
    LOGS                    => 'http://127.0.0.1:' . $nginx->port(1) . '/logs',
    DIR                     => $dir,
);

spew("$dir/shop.py", <<'END');
import logging, os
from rackscope_handler import RackscopeHandler

handler = RackscopeHandler(os.environ["LOGS"])
for name in ("shop", "uvicorn", "gunicorn.error"):
    logging.getLogger(name).addHandler(handler)
log = logging.getLogger("shop")
log.setLevel(logging.INFO)

async def asgi(scope, receive, send):
    kind = ""
    while scope["type"] == "lifespan" and kind != "lifespan.shutdown":
        kind = (await receive())["type"]
        log.info("%s %d", kind, os.getpid())
        await send({"type": kind + ".complete"})
    if scope["type"] == "http":
        log.info(scope["path"])
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"ok"})

def wsgi(environ, start_response):
    log.info(environ["PATH_INFO"])
    start_response("200 OK", [])
    return [b"ok"]
END

spew("$dir/jobs.py", <<'END');
import os, sys
from celery import Celery
from celery.signals import (after_setup_logger, after_setup_task_logger,
                            worker_process_shutdown, worker_shutdown)
from celery.utils.log import get_task_logger
from rackscope_handler import RackscopeHandler

folder = os.environ["DIR"] + "/queue"
os.makedirs(folder, exist_ok=True)
app = Celery("jobs", broker="filesystem://")
app.conf.broker_transport_options = {
    "data_folder_in": folder, "data_folder_out": folder,
    "processed_folder": folder, "store_processed": False,
}
log = get_task_logger(__name__)
handler = RackscopeHandler(os.environ["LOGS"])

@after_setup_logger.connect
@after_setup_task_logger.connect
def setup(logger, **_):
    logger.addHandler(handler)

@worker_process_shutdown.connect
@worker_shutdown.connect
def end(**_):
    log.info("the end of %d", os.getpid())

@app.task
def work(path):
    log.info(path)

if __name__ == "__main__":
    for path in sys.argv[1:]:
        work.delay(path)
END

my $seq;

# Starts a server, and returns its pid.

sub server {
    my (@command) = @_;

    $seq = $ring->last_seq;
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;

    local @ENV{ keys %env } = values %env;
    chdir $dir;
    open STDOUT, '>',  "$dir/server.log";
    open STDERR, '>&', \*STDOUT;
    exec { $python } $python, @command or exit 127;
}

sub ask {
    my ($port, $path) = @_;

    my $socket = IO::Socket::INET->new("127.0.0.1:$port") or return;
    print {$socket} "GET $path HTTP/1.0\r\n\r\n";
    local $/ = undef;
    return (<$socket> // '') =~ m{\AHTTP/1.[01]\ 200\ }x;
}

sub messages {
    return map { $_->{message} } $ring->records("n=5000&since_seq=$seq");
}

sub came {
    my (@paths) = @_;

    my %came = map { $_ => 1 } messages();
    return !grep { !$came{$_} } @paths;
}

# Makes the server log while nginx does what is in @DISTURBANCES, ends it by
# SIGTERM, and compares.  The records of one disturbance have all come before the
# next one begins, so that it is known which of them could be there twice.

my @DISTURBANCES = (
    [ 'nothing',  sub { wait_until { 1 } } ],
    [ 'reload',   sub { $nginx->reload } ],
    [ 'restart',  sub { $nginx->stop;         $nginx->start } ],
    [ 'stop',     sub { $nginx->stop('TERM'); $nginx->start } ],
    [ 'kill -9',  sub { $nginx->kill_worker } ],
);

sub disturbed {
    my ($name, $pid, $work, $last) = @_;

    my @all;

    for (@DISTURBANCES) {
        my ($what, $disturb) = @$_;

        my @paths = map { "/$what/$_" =~ tr/ /_/r } 1 .. 60;
        my $job   = background { $work->(@paths); 1 };

        do { $disturb->() } while $job->alive;
        ok $job->join, "$name worked: $what";
        wait_until { came(@paths) } 30;
        push @all, @paths;
    }

    kill 'TERM', $pid;
    waitpid $pid, 0;

    my @messages = messages();
    my %count;
    $count{$_}++ for @messages;

    my @lost  = grep { !$count{$_} } @all;
    my @twice = grep { $count{$_} > 1 } @all;

    is_deeply \@lost, [], "$name: nothing is lost";
    is_deeply [ grep { !m{^/(?:stop|kill_-9)/} } @twice ], [],
        "$name: nothing is there twice";
    note "$name: " . @lost . ' lost, ' . @twice . ' twice of ' . @all;

    is scalar(grep { /$last->[0]/ } @messages), $last->[1],
        "$name: its last records are there"
        or diag explain([ grep { !m{^/} } @messages ]), slurp("$dir/server.log");
    return;
}

for (
    [ 'uvicorn', [qw(uvicorn shop:asgi)], [ qr/\AFinished\ server/x, 1 ] ],
    [ 'uvicorn --workers', [qw(uvicorn shop:asgi --workers 2)],
        [ qr/\AFinished\ server/x, 2 ] ],
    [ 'gunicorn',  [qw(gunicorn shop:wsgi)], [ qr/\AWorker\ exiting/x, 1 ] ],
    [ 'gunicorn -w 2', [qw(gunicorn -w 2 shop:wsgi)],
        [ qr/\AWorker\ exiting/x, 2 ] ],
    [ 'gunicorn --preload', [qw(gunicorn -w 2 --preload shop:wsgi)],
        [ qr/\A(?:Worker\ exiting|Shutting\ down)/x, 3 ] ],
    [ 'gunicorn with uvicorn', [qw(gunicorn -w 2 -k uvicorn.workers.UvicornWorker
            shop:asgi)], [ qr/\Alifespan[.]shutdown/x, 2 ] ],
) {
    my ($name, $command, $last) = @$_;

    my $port = $nginx->port(9);
    my $pid  = server('-m', @$command, $name =~ /^uvicorn/
        ? ('--port', $port) : ('-b', "127.0.0.1:$port"));

    wait_until { ask($port, '/up') } 30
        or diag slurp("$dir/server.log");

    disturbed($name, $pid, sub {
        for my $path (@_) {
            wait_until { ask($port, $path) };
        }
    }, $last);
}

my $pid = server(qw(-m celery -A jobs worker -c 2 --without-gossip
        --without-mingle --without-heartbeat -l INFO));

wait_until { grep { /ready/ } messages() } 30 or diag slurp("$dir/server.log");

disturbed('celery', $pid, sub {
    run({ env => \%env, dir => $dir }, $python, "$dir/jobs.py", @_);

    wait_until { my @left = glob "$dir/queue/*"; !@left } 30;
}, [ qr/\Athe\ end\ of/x, 3 ]);

done();
