# SPDX-License-Identifier: BSD-2-Clause
#
# docs/examples/rackscope_handler.py: the last records leave however a program
# ends, and no end takes for ever; what nobody has seen is waited for.

use strict;
use warnings;

use FindBin;
use IO::Socket::INET;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    ingest => 'location = /busy { return 503; }')->start;

my $url = 'http://127.0.0.1:' . $nginx->port(1) . '/internal/logs';

sub program {
    my ($code, @args) = @_;

    return run({ env => {
                PYTHONPATH              => Rackscope::Nginx::root() . '/docs/examples',
                PYTHONDONTWRITEBYTECODE => 1,
            } },
        'python3', '-c', <<"END" . $code, $url, @args);
import atexit, errno, logging, os, signal, socket, sys, threading, time
from rackscope_handler import RackscopeHandler
log = logging.getLogger("app")
log.setLevel(logging.INFO)
def add(url=sys.argv[1], **options):
    handler = RackscopeHandler(url, **options)
    log.addHandler(handler)
    return handler
def term():
    os.kill(os.getpid(), signal.SIGTERM)
END
}

my $TERM = 15;

# Runs a program that ends by this signal, or by none, and compares what it has
# logged.

sub ends {
    my ($name, $signal, $expected, $code, @args) = @_;

    my $seq    = $nginx->last_seq;
    my $result = program($code, @args);

    is $result->{rc}, 0, "$name: no error" or diag $result->{err};
    is $result->{signal}, $signal, "$name: the signal";
    is_deeply [ map { $_->{message} } $nginx->records("since_seq=$seq") ],
        $expected, "$name: what is there";
    return $result;
}

ends('a program', 0, [qw(one two)], <<'END');
add()
log.info("one")
log.info("two")
END

ends('a program that is killed', $TERM, [qw(one two)], <<'END');
add()
log.info("one")
log.info("two")
term()
log.info("never")
END

ends('one that ignores the signal', 0, [qw(one two)], <<'END');
signal.signal(signal.SIGTERM, signal.SIG_IGN)
add()
log.info("one")
term()
log.info("two")
END

ends('one that has a handler of its own', 0, [qw(one two three)], <<'END');
def stop(*_):
    log.info("two")
    raise SystemExit
signal.signal(signal.SIGTERM, stop)
add()
atexit.register(log.info, "three")
log.info("one")
term()
END

ends('one that wants it so', $TERM, [qw(one)], <<'END');
handler = add(sigterm=False)
log.info("one")
handler.flush()
log.handlers.clear()
term()
END

ends('a handler that another thread has made', 0, [qw(one)], <<'END');
thread = threading.Thread(target=add)
thread.start()
thread.join()
log.info("one")
END

ends('two handlers', $TERM, [qw(one one)], <<'END');
add()
add()
log.info("one")
term()
END

ends('a child that does not run atexit', 0, [qw(one two)], <<'END');
import multiprocessing
def work():
    log.info("two")
    term()
handler = add()
log.info("one")
handler.flush()
child = multiprocessing.get_context("fork").Process(target=work)
child.start()
child.join()
END

for my $made ('', 'add()') {
    ends("children of multiprocessing, $made", 0, [ map { ("one $_", "two $_") } 1 .. 5 ], <<"END");
import multiprocessing
def work(n):
    $made
    log.info("one %d", n)
    log.info("two %d", n)
'$made' or add()
for n in range(1, 6):
    child = multiprocessing.get_context("fork").Process(target=work, args=(n,))
    child.start()
    child.join()
END
}

# As uvicorn ends since 0.29: it raises the signal again, with the handler that
# was there before it.  Its own comes before the application is imported with
# "uvicorn app:app", and after it with uvicorn.run(app).

my $serve = <<'END';
def serve(load):
    asked = []
    before = signal.signal(signal.SIGTERM, lambda *_: asked.append(1))
    load()
    log.info("started")
    term()
    while not asked:
        time.sleep(0.01)
    log.info("stopped")
    log.info("finished")
    signal.signal(signal.SIGTERM, before)
    signal.raise_signal(signal.SIGTERM)
END

ends('uvicorn app:app', $TERM, [qw(started stopped finished)], $serve . <<'END');
serve(add)
END

ends('uvicorn.run(app)', $TERM, [qw(started stopped finished)], $serve . <<'END');
add()
serve(lambda: None)
END

ends('with close() at the end of the lifespan', $TERM,
    [qw(started stopped finished)], $serve . <<'END');
handler = add()
atexit.register(handler.close)
serve(handler.close)
END

# logging.config.dictConfig() closes and forgets all handlers.

ends('after dictConfig()', 0, [qw(one two)], <<'END');
import logging.config
add()
log.info("one")
logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
log.info("two")
END

# Nobody has seen these, so they are no tries: a name that a resolver does not
# know yet, a host that is not there yet, an nginx that has no room.

ends('waits for nginx', 0, [qw(one two)], <<'END');
errors = 3 * [socket.gaierror(socket.EAI_NONAME, "no such name")] \
    + 3 * [OSError(errno.EHOSTUNREACH, "no route")]
def lookup(*args, real=socket.getaddrinfo, **options):
    if errors:
        raise errors.pop()
    return real(*args, **options)
socket.getaddrinfo = lookup
handler = add(timeout=30)
log.info("one")
log.info("two")
END

ends('waits for room', 0, [qw(one)], <<'END');
handler = add(sys.argv[1].replace("internal/logs", "busy"), timeout=30)
answers = 0
def count(*args, real=handler.connection):
    global answers
    answers += 1
    if answers > 6:
        handler.url = handler.url._replace(path="/internal/logs")
    return real(*args)
handler.connection = count
log.info("one")
END

# Who is there, and says nothing, or who never comes, stops nobody's end.

my $silent = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1')
    or die "socket: $!\n";
my $never = Rackscope::Nginx->new;

for my $port ($silent->sockport, $never->port) {
    for my $end ('', 'term()') {
        ends("an end without nginx, $end", $end ? $TERM : 0, [], <<"END",
add("http://127.0.0.1:" + sys.argv[2], timeout=1)
log.info("one")
log.handlers[0].flush()
log.handlers[0].close()
for n in range(100):
    log.info("more")
$end
END
            $port);
    }
}

ends('a second SIGTERM', $TERM, [], <<'END', $never->port);
add("http://127.0.0.1:" + sys.argv[2], timeout=1000)
log.info("one")
signal.signal(signal.SIGALRM, lambda *_: term())
signal.alarm(1)
term()
END

done();
