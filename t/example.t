# SPDX-License-Identifier: BSD-2-Clause
#
# The example, started as "make run" starts it: the backend's records arrive,
# only an admin reads them, and Ctrl-C ends all of it.

use strict;
use warnings;

use File::Temp;
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root = Rackscope::Nginx::root();
my ($port, $ingest, $backend) = Rackscope::Nginx::ports(10);

# Starts it and waits for its words: a hash with pid, out, and end(), which
# sends a signal and returns $? or undef.

my @started;

sub start {
    my ($said) = @_;

    my $out = File::Temp->new;
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDOUT, '>', $out->filename or die "$!\n";
        open STDERR, '>&', \*STDOUT      or die "$!\n";

        $ENV{RACKSCOPE_NGINX}    = Rackscope::Nginx::binary();
        $ENV{RACKSCOPE_MODULE}   = Rackscope::Nginx::module();
        $ENV{RACKSCOPE_PASSWORD} = 'sesame';

        if ($ENV{RACKSCOPE_PRELOAD}) {
            $ENV{LD_PRELOAD}   = $ENV{RACKSCOPE_PRELOAD};
            $ENV{ASAN_OPTIONS} = 'detect_leaks=0';
        }

        exec "$root/docs/examples/run", $port or POSIX::_exit(127);
    }

    push @started, $pid;
    wait_until { slurp($out->filename) =~ $said } 30
        or diag slurp($out->filename);
    return { pid => $pid, out => $out };
}

sub family {
    my ($pid) = @_;

    return map { $_, family($_) } children($pid);
}

END {
    kill 'TERM', @started;
}

my @auth  = ('-u', 'admin:sesame');
my $logs  = "http://127.0.0.1:$port/api/logs";
my $start = start(qr/Ctrl-C stops it/);

my $banner = slurp($start->{out}->filename);
like $banner, qr/\A\s*Rackscope\ logs\ for\ nginx\./x,
    'it starts, and says nothing before';
my ($address) = $banner =~ m{(http://\S+)};
is $address, "http://127.0.0.1:$port/logs", 'and says where the page is';

# What the backend does ...

my %status = (
    '/'         => 200,
    '/racks'    => 200,
    '/racks/r1' => 200,
    '/racks/r2' => 200,
    '/racks/r9' => 404,
    '/racks/r3' => 500,
    '/database' => 503,
);
my %request_id;

for my $path (sort keys %status) {
    my $result = curl('-i', "http://127.0.0.1:$port$path");

    like $result->{out}, qr{\AHTTP/1.1\ $status{$path}\ }x, "GET $path";
    ($request_id{$path}) = $result->{out} =~ /^X-Request-ID:\ (\w+)/mix;
}

# ... is in the logs, for an admin.

my @nobody = ('-o', '/dev/null', '-w', '%{http_code}');

is curl(@nobody, $logs)->{out}, 401, 'nobody: 401';
like curl('-i', $logs)->{out}, qr/^WWW-Authenticate:\ Basic/mx,
    'a browser is asked for a password';
is curl(@nobody, '-u', 'admin:wrong', $logs)->{out}, 401,
    'a wrong password: 401';
is curl(@nobody, '-u', 'guest:guest', $logs)->{out}, 403, 'no admin: 403';
is curl(@nobody, "$logs/stream")->{out}, 401, 'nor the stream';

my @records;
ok wait_until {
    @records = grep { $_->{logger} =~ /\Aexample/ }
        @{ decode_json(curl(@auth, $logs)->{out})->{records} };
    keys %status == grep {
        my $id = $_;
        grep { ($_->{request_id} // '') eq $id && $_->{status_code} } @records;
    } values %request_id;
}, 'a record of each request, by the X-Request-ID that its client got';

my ($request) = grep { ($_->{path} // '') eq '/racks/r1' } @records;
is $request->{method}, 'GET', 'method';
is $request->{status_code}, 200, 'status_code';
like $request->{duration_ms}, qr/\A[\d.]+\z/, 'duration_ms';

my ($failed) = grep { $_->{exception} } @records;
is $failed->{level}, 'ERROR', 'an exception is an ERROR';
like $failed->{exception}, qr/\ATraceback.*\nTypeError:\ .+\z/s,
    'with the whole traceback';
is $failed->{request_id}, $request_id{'/racks/r3'}, 'of that request';

my ($secret) = grep { $_->{message} =~ /postgresql/ } @records;
like $secret->{message}, qr{//app:\*\*\*\@db}, 'the password is hidden';
is $secret->{retry}, JSON::PP::true, 'extra fields go along';

my ($hot) = grep { $_->{message} =~ /is hot/ } @records;
is $hot->{level}, 'WARNING', 'a WARNING';
is $hot->{rack_id}, 'r2', 'and its extra field';

# One id finds all of a request: what its client chose, if it is a plain one.

my $given = curl('-i', '-H', 'X-Request-ID: mine-1',
    "http://127.0.0.1:$port/racks/r3");
like $given->{out}, qr/^X-Request-ID:\ mine-1\r$/mx, 'in the response';

my %loggers;
ok wait_until {
    %loggers = map { $_->{logger} => 1 } @{
        decode_json(curl(@auth, "$logs?request_id=mine-1")->{out})->{records} };
    keys %loggers == 3;
}, 'in the records of the backend and of nginx';
is_deeply [ sort keys %loggers ],
    [qw(example.racks example.requests nginx.access)], 'of each logger';

unlike curl('-i', '-H', 'X-Request-ID: a b', "http://127.0.0.1:$port/")->{out},
    qr/^X-Request-ID:\ a\ b/mx, 'no other text is taken';

# A stream through the same door.

my $stream = Rackscope::Stream->curl(@auth, "$logs/stream?since_seq=0");
my $marked = sub { $_->{data} =~ /marker/ };
curl("http://127.0.0.1:$port/racks/marker");
ok $stream->wait_for($marked), 'live';

# A page elsewhere that pretends to be here.

for ($port, $ingest) {
    is curl('-H', 'Host: elsewhere.example', "http://127.0.0.1:$_/")->{rc}, 52,
        'a foreign Host gets no answer';
}

# The page.

is curl(@nobody, $address)->{out}, 401, 'the page, nobody: 401';
is curl(@nobody, '-u', 'guest:guest', $address)->{out}, 403, 'no admin: 403';
like curl(@auth, $address)->{out},
    qr{\A<!doctype\ html>\n<html\ [^>]*data-api="/api/logs"}x, 'an admin';

# A second one on the same ports.

my $second = run("$root/docs/examples/run", $port);
is $second->{rc}, 1, 'a taken port is an error';
like $second->{err}, qr/Port\ $port\ .*\ cannot\ be\ used:.*make\ run\ PORT=/sx,
    'that says which, and what to do';

is run("$root/docs/examples/run", 'x')->{rc}, 1, 'so is one that is no port';

# The backend ends, and nginx says so to who is looking.

my @pids = family($start->{pid});
ok @pids >= 3, 'backend, master, workers';

my ($victim) = slurp($start->{out}->filename) =~ /kill\ (\d+)/x;
kill 'TERM', $victim;
ok wait_until { curl(@nobody, "http://127.0.0.1:$port/")->{out} eq '502' },
    'no backend: 502';
ok $stream->wait_for(
    sub {
        my $record = $_[0]{json} || {};
        ($record->{message} // '') =~
            /\Aconnect\(\)\ failed\ .*\ while\ connecting\ to\ upstream\z/x;
    }
    ),
    'why, live';
ok wait_until { slurp($start->{out}->filename) =~ /backend\ has\ ended/x },
    'it is said';

# Ctrl-C.

kill 'INT', $start->{pid} for 1 .. 2;
is Rackscope::Util::reap($start->{pid}, 20), 0, 'Ctrl-C ends it';
is_deeply [ grep { alive($_) } @pids ], [], 'and all that it started';
is $stream->ended(5), 'clean', 'the stream was told';

my $said = slurp($start->{out}->filename);
unlike $said, qr/\[(?:alert|emerg|crit)\]|Sanitizer|runtime\ error/x,
    'nothing wrong on the way';

# Even if there is no time for that.

$start = start(qr/Ctrl-C stops it/);
@pids  = family($start->{pid});

kill 'KILL', $start->{pid};
Rackscope::Util::reap($start->{pid});
ok wait_until { !grep { alive($_) } @pids }, 'no orphans after kill -9';

done();
