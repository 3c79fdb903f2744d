# SPDX-License-Identifier: BSD-2-Clause
#
# docs/examples/rackscope_handler.py: it never blocks and never breaks what
# logs, loses nothing while nginx is away for a moment, says how much it lost
# when that was too long, and sends nothing twice.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

# %2F is a slash: the path of the socket is the host of the URL.

my $nginx = Rackscope::Nginx->new(
    zone    => 'main entries=5000 entry_size=1k',
    intake  => 'client_max_body_size 1m;',
    ingest  => <<'END',
        listen unix:%%PREFIX%%/logs.sock;
        location = /refuses { return 413; }
        location = /drops   { return 444; }
END
)->start;

my $url = 'http://127.0.0.1:' . $nginx->port(1) . '/internal/logs';

# Runs a piece of Python, with logger() there.

sub program {
    my ($code, @args) = @_;

    return run({ env => {
                PYTHONPATH              => Rackscope::Nginx::root() . '/docs/examples',
                PYTHONDONTWRITEBYTECODE => 1,
            } },
        'python3', '-c', <<"END" . $code, $url, @args);
import logging, os, sys, threading
from rackscope_handler import RackscopeHandler
def logger(url=sys.argv[1], **options):
    handler = RackscopeHandler(url, **options)
    log = logging.getLogger("app")
    log.setLevel(logging.DEBUG)
    log.addHandler(handler)
    return log
def touch(path):
    open(path, "w").close()
def wait_until(handler, condition):
    with handler.changed:
        if not handler.changed.wait_for(condition, 60):
            sys.exit("the deadline is over")
END
}

sub python {
    my (@args) = @_;

    my $result = program(@args);
    is $result->{rc}, 0, 'the program is well' or diag $result->{err};
    return $result;
}

sub messages {
    return map { $_->{message} } $nginx->records('n=5000');
}

sub clear {
    return $nginx->request('DELETE', '/api/logs');
}

# One of each kind.

my $result = python(<<'END');
log = logger(fields="*")
log.warning("hot: %d%%", 93, extra={"rack_id": "r1", "limits": [1, 2.5, None]})
try:
    {}["x"]
except KeyError:
    log.exception("failed")
logging.addLevelName(25, "NOTICE")
logging.addLevelName(logging.ERROR, "\033[31mOOPS\033[0m")
log.error("a level with another name")
log.info("a stack", stack_info=True)
log.handle(logging.makeLogRecord({"msg": "by pickle", "levelno": 20, "exc_text": "KeyError: 'y'"}))
log.log(25, "a level of its own")
log.info("not a number", extra={"value": float("nan")})
circle = []
circle.append(circle)
log.info("a circle", extra={"value": circle})
log.info("odd \x00 \ud800 \u00fc \U0001f600")
class Broken:
    def __str__(self):
        raise RuntimeError("no")
deep = []
for _ in range(100_000):
    deep = [deep]
log.info("extras", extra={"a": Broken(), ("b",): 1, "c": deep, "d": 10 ** 5000, "e": b"f"})
log.error("large " + os.urandom(1_500_000).hex())
log.error("large extra", extra={"value": 1_500_000 * "x "})
logging.raiseExceptions = False
log.info("%s", Broken())
log.info("%d arguments", "no")
log.info("last")
END

my %record = map { $_->{message} => $_ } $nginx->records;

is $record{'hot: 93%'}{level}, 'WARNING', 'level';
is $record{'hot: 93%'}{logger}, 'app', 'logger';
is_deeply $record{'hot: 93%'}{limits}, [ 1, 2.5, undef ], 'extra fields';
like $record{'hot: 93%'}{timestamp}, qr/\A\d{4}-.*\.\d{6}\+00:00\z/, 'timestamp';
like $record{failed}{exception}, qr/\ATraceback.*KeyError:\ 'x'\z/s, 'exception';
is $record{'a level of its own'}{level}, 'INFO', 'an unknown level is the one below';
ok $record{'not a number'}, 'NaN';
ok $record{'a circle'}, 'a value that holds itself';
ok $record{"odd \0 \x{fffd} \x{fc} \x{1f600}"}, 'odd characters';
ok $record{last}, 'what cannot be printed breaks nothing';
is $record{'a level with another name'}{level}, 'ERROR', 'the name of a level';
like $record{'a stack'}{exception}, qr/\AStack\ /, 'a stack';
is $record{'by pickle'}{exception}, q(KeyError: 'y'), 'an exception that is text';
is_deeply [ @{ $record{extras} }{qw(a c d e)} ], [ '<Broken>', '<list>', '<int>', "b'f'" ],
    'extra fields that cannot be printed' or diag explain $record{extras};

my @large = grep { /large/ } keys %record;
is_deeply [ map { $record{$_}{level} } @large ], [qw(ERROR ERROR)], 'more than nginx takes';
is keys %record, 13, 'and no more';

# Of the extra fields those that are named, for the others may hold secrets.

my %extra = (request_id => 'req-1', rack_id => 'r1', input => 'hunter2x');

for (
    [ 'fields="*"',        qw(input rack_id request_id) ],
    [ 'fields=["input"]',  qw(input request_id) ],
    [ 'fields="input"',    qw(input request_id) ],
    [ '',                  qw(rack_id request_id) ],
) {
    my ($option, @names) = @$_;

    clear();
    python(<<"END", encode_json(\%extra));
import json
logger($option).info("extra", extra=json.loads(sys.argv[2]))
END

    my ($got) = $nginx->records;
    is_deeply [ sort grep { $extra{$_} } keys %$got ], \@names,
        "extra fields with '$option'";
}

# Requests that nobody wants to see, unless they fail.

clear();
python(<<'END');
log = logger(skip=["/api/logs", "/health*"])
log.info("racks", extra={"path": "/api/racks"})
log.info("logs", extra={"path": "/api/logs?n=1"})
log.info("healthz", extra={"path": "/healthz"})
log.error("no logs", extra={"path": "/api/logs"})
uvicorn = logging.getLogger("uvicorn.access")
uvicorn.setLevel(logging.INFO)
uvicorn.addHandler(log.handlers[0])
for path in "/api/logs?n=1&level=-", "/u", "/api/logs/stream":
    uvicorn.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", path, "1.1", 200)
gunicorn = logging.getLogger("gunicorn.access")
gunicorn.setLevel(logging.INFO)
gunicorn.addHandler(log.handlers[0])
for path in "/healthz", "/g":
    gunicorn.info("%(m)s %(U)s", {"m": "GET", "U": path})
END

is_deeply [ messages() ], [
    'racks', 'no logs', '127.0.0.1:1 - "GET /u HTTP/1.1" 200',
    '127.0.0.1:1 - "GET /api/logs/stream HTTP/1.1" 200', 'GET /g',
], 'paths are skipped' or diag explain [ messages() ];

# Many, from threads, up to the exit.

clear();
python(<<'END');
log = logger()
def work(n):
    for i in range(500):
        log.info("%d %d", n, i)
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
for t in threads: t.start()
for t in threads: t.join()
END

my %count;
$count{$_}++ for messages();
is keys %count, 4000, 'all are there at the exit';
is_deeply [ grep { $_ != 1 } values %count ], [], 'each once';

# As long as there is more than goes into a request, it does not pause between two:
# this clock goes backwards, so a pause takes very long.

clear();
python(<<'END');
import itertools, types, rackscope_handler
rackscope_handler.time = types.SimpleNamespace(monotonic=itertools.count(0, -1000).__next__)
log = logger()
handler = log.handlers[0]
with handler.changed:
    for name in "abc":
        log.info(name + 200_000 * "x")
wait_until(handler, lambda: len(handler.lines) < 2)
END

is_deeply [ map { substr $_, 0, 2 } messages() ], [qw(ax bx cx)], 'a burst';

# By a Unix socket, and gzip: the body is larger than nginx takes.

clear();
my $socket = $nginx->prefix . '/logs.sock';
python(<<'END', 'http+unix://' . $socket =~ s{/}{%2F}gr . '/internal/logs');
log = logger(sys.argv[2])
log.info("socket")
log.info("large" + 300_000 * "ab c")
log.info("small")
END

is_deeply [ map { substr $_, 0, 6 } messages() ], [qw(socket largea small)],
    'a Unix socket, and 1.2 MB in one record';

my $refused = run({ env => { PYTHONPATH => Rackscope::Nginx::root() . '/docs/examples' } },
    'python3', '-B', '-c', <<'END');
from rackscope_handler import RackscopeHandler
RackscopeHandler("127.0.0.1:8081/internal/logs")
END
like $refused->{err}, qr{ValueError:\ 127[^\n]+http://}x, 'a URL must be one';

python(<<'END');
host = RackscopeHandler("http://[::1]/logs").connection()
assert (host.host, host.port) == ("::1", 80), (host.host, host.port)
END

# Something logs what http.client does: that is not sent, or it would never end.

clear();
python(<<'END');
import http.client
log = logger()
request = http.client.HTTPConnection.request
def logged(self, *args):
    log.info("a request")
    request(self, *args)
http.client.HTTPConnection.request = logged
log.info("one")
for _ in range(3):
    log.handlers[0].flush()
END

is_deeply [ messages() ], ['one'], 'no record of its own requests';

# A thread that waits for a place in the queue has no lock that the other needs, which
# may log at any time, by a __del__().

clear();
python(<<'END');
import faulthandler
faulthandler.dump_traceback_later(30, exit=True)
log = logger()
handler = log.handlers[0]
there, seen = threading.Event(), threading.Event()
handler.addFilter(lambda _: seen.set() or True)
def other():
    with handler.changed:
        there.set()
        seen.wait()
        log.info("other")
thread = threading.Thread(target=other)
thread.start()
there.wait()
log.info("main")
thread.join()
END

is_deeply [ sort(messages()) ], [qw(main other)], 'two threads do not wait for each other';

# A child process has its own.

clear();
python(<<'END');
log = logger()
log.info("parent")
if os.fork() == 0:
    log.info("child")
    logging.shutdown()
    os._exit(0)
os.wait()
END

is_deeply [ sort(messages()) ], [qw(child parent)], 'after a fork';

# Reloads, one after the other.

clear();
my $end     = $nginx->prefix . '/end';
my $logging = background {
    return program(<<'END', $end)->{out};
log = logger()
handler = log.handlers[0]
count = 0
while count < 5000 and not os.path.exists(sys.argv[2]):
    log.info("%d", count)
    count += 1
    wait_until(handler, lambda: len(handler.lines) < 5)
print(count)
END
};

ok wait_until { messages() > 0 }, 'a program logs';
ok $nginx->reload, "reload $_" for 1 .. 10;
spew($end, '');
my $logged = $logging->join + 0;

%count = ();
$count{$_}++ for messages();
ok $logged > 0, 'a program logged over reloads';
is keys %count, $logged, 'nothing is lost over reloads';
is_deeply [ grep { $_ != 1 } values %count ], [], 'and nothing is there twice';

# nginx is away, and comes back.

clear();
$nginx->stop;
my $away = $nginx->prefix . '/away';
$logging = background {
    return program(<<'END', $away)->{rc};
log = logger(size=100)
for i in range(1000):
    log.info("%d", i)
touch(sys.argv[2])
handler = log.handlers[0]
# what could not be kept is said with the first that gets through
wait_until(handler, lambda: not handler.lines and handler.dropped == 0)
END
};

ok wait_until { -e $away }, 'nobody has to wait for it';
$nginx->start;
is $logging->join, 0, 'and then it is all sent';
my @messages = messages();

ok @messages >= 100 && @messages < 1000, 'what found a place is there';

# which may be said in several parts
my ($lost, $said) = (0, 0);
for (map { /\A(\d+) log records could not be sent/ } @messages) {
    $lost += $_;
    $said++;
}
is $lost, 1000 - (@messages - $said), 'and the number of those that did not';

# It stays away: the exit does not take for ever.

$nginx->stop;
python(<<'END');
log = logger(timeout=2)
log.info("never")
END
$nginx->start;

# What nginx refuses is not sent again; what it does not answer, not for ever.

for my $uri (qw(/refuses /drops)) {
    $result = python(<<'END', $uri);
handler = RackscopeHandler(sys.argv[1].replace("/internal/logs", sys.argv[2]))
log = logging.getLogger("app")
log.addHandler(handler)
log.warning("a")
log.warning("b")
wait_until(handler, lambda: handler.dropped == 2)
handler.url = handler.url._replace(path="/internal/logs")
log.warning("c")
END

    is_deeply [ messages() ], [ 'c', '2 log records could not be sent' ],
        "counted, and given up: $uri";
    like $result->{err}, qr{\Arackscope_handler:\ http://[^\n]+\n[^\n]+takes\ records\ again\n\z}x,
        'and said once';
    clear();
}

done();
