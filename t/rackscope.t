# SPDX-License-Identifier: BSD-2-Clause
#
# docs/examples/rackscope.conf as it is printed, in front of a backend that
# treats its callers as Rackscope does: who is let in, with which ids, what is
# answered to the others, and what holds when the backend is dead.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Standin;
use Rackscope::Test;

my $root = Rackscope::Nginx::root();

# Only places are changed, so that tests can run at the same time; and times, if
# they are given.

sub recipe {
    my (%times) = @_;

    my $text  = slurp("$root/docs/examples/rackscope.conf");
    my %place = (
        '127.0.0.1:8080'          => '127.0.0.1:%%PORT_0%%',
        '127.0.0.1:8081'          => '127.0.0.1:%%PORT_1%%',
        '127.0.0.1:8000'          => '127.0.0.1:%%PORT_2%%',
        '/run/rackscope-auth' => '%%PREFIX%%/auth',
        '/usr/share/nginx/html'   => '%%PREFIX%%/html',
        %times,
    );

    for my $was (sort keys %place) {
        is $text =~ s/(?<![\w.])\Q$was\E(?!\w)/$place{$was}/g, 1, "$was, once";
    }

    return <<"END";
%%GLOBALS%%
worker_processes 2;
events {}

http {
    %%PATHS%%
    proxy_buffering off;
    $text
}
END
}

my $nginx = Rackscope::Nginx->new(conf => recipe());
mkdir $nginx->prefix . '/html';
spew($nginx->prefix . '/html/index.html', "<title>the web UI</title>\n");
$nginx->start;

# Nothing is written to the folder where nginx puts such files by default.

rmdir $nginx->prefix . '/proxy_temp' or die "$!\n";
spew($nginx->prefix . '/proxy_temp', "no token goes here\n");

my $backend = Rackscope::Standin->new($nginx->port(2))->start;

sub as {
    my ($token) = @_;

    return (headers => [ Authorization => "Bearer $token" ]);
}

sub by_cookie {
    my ($token) = @_;

    return (headers => [ Cookie => "rackscope_logs=$token" ]);
}

sub status {
    my (@how) = @_;

    return $nginx->get('/api/logs', @how)->status;
}

# The status that somebody with another address gets.

sub status_from {
    my ($address, @args) = @_;

    return curl('-o', '/dev/null', '-w', '%{http_code}', '--interface', $address,
        @args, 'http://127.0.0.1:' . $nginx->port . '/api/logs')->{out};
}

sub ids {
    my ($response) = @_;

    return $response->head =~ /^X-Request-ID:\ *(\S+)\r?$/gmxi;
}

sub records {
    my (@how) = @_;

    return @{ $nginx->get('/api/logs', @how)->json->{records} };
}

sub loggers_of {
    my ($id, @how) = @_;

    # nginx makes a record when it has sent the answer
    my @found;
    wait_until {
        @found = grep { ($_->{request_id} // '') eq $id } records(@how);
    };
    return join ' ', map { $_->{logger} } @found;
}

# Ends what was approved, as docs/security.md says.

sub forget {
    return unlink glob $nginx->prefix . '/auth/*';
}

# Auth is off: the web UI and the API are as before, and everybody reads.

like $nginx->get('/')->body, qr/the\ web\ UI/x, 'the web UI';
like $nginx->get('/logs')->body, qr/the\ web\ UI/x, 'its own page of logs';
like $nginx->get('/backend-logs')->body,
    qr{\A<!doctype\ html>\n<html\ [^>]*data-api="/api/logs"}x, 'ours';
is status(), 200, 'everybody reads';

my $rooms = $nginx->get('/api/rooms');
my ($asked) = $backend->asked('/api/rooms');
is $rooms->status, 200, 'the API of Rackscope';
is_deeply [ ids($rooms) ], [ $asked->{request_id} ], "the backend's id, once";
is loggers_of($asked->{request_id}), 'nginx.access', 'has a record';
is $asked->{headers}{'x-forwarded-for'}, '127.0.0.1', 'the address is told';
is $rooms->header('Set-Cookie'), 'seen=1', 'nobody gets a cookie of ours';

# An error of which the backend gives no id.

sub has_an_id {
    my ($path, $status, @how) = @_;

    my $response = $nginx->get($path);
    my @ids      = ids($response);

    is $response->status, $status, "$path: $status";
    is scalar(@ids), 1, 'without an id of the backend has one';
    is loggers_of($ids[0], @how), 'nginx.access', 'which its record has, too';
    return;
}

has_an_id('/api/broken', 500);

# Auth is on.

$backend->mode('on')->admins('alice.token', 'bob.token');
forget();
has_an_id('/api/rooms', 401, as('alice.token'));

for my $how ([], [ as('x.y') ], [ by_cookie('x.y') ],
    [ headers => [ Authorization => 'Basic YTpi' ] ])
{
    my $response = $nginx->get('/api/logs', @$how);

    is $response->status, 401, 'nobody: 401';
    is $response->header('Content-Type'), 'application/json', 'in JSON';
    is_deeply [ keys %{ $response->json } ], ['detail'], 'that says why';
    is $response->header('Cache-Control'), 'no-store', 'and is not kept';
}

is status(as('alice.token')), 200, 'an admin';
is $nginx->get('/api/logs/stream')->status, 401, 'no stream without a token';
is $nginx->request('DELETE', '/api/logs')->status, 401, 'and no Clear';

is status(headers => [
        Authorization     => 'Bearer eve.token',
        Cookie            => 'session=bob.token',
        'X-Real-IP'       => '127.0.0.2',
        'X-Forwarded-For' => '127.0.0.2'
    ]), 401, 'other headers do not help';
my %told = map { %{ $_->{headers} } } $backend->asked('/api/logs');
is_deeply [ sort keys %told ], [qw(authorization connection host x-forwarded-for)],
    'the backend sees no header but those that make the key';
ok +(grep {
        ($_->{headers}{authorization} // '') eq 'Bearer alice.token'
    } $backend->asked('/api/logs')), 'one of which is the token';

# The page asks often, the backend is asked once.

my $before = $backend->asked('/api/logs');
is status(as('bob.token')), 200, 'another one' for 1 .. 10;
is $nginx->get('/api/logs?n=1', as('bob.token'))->status, 200, 'also this';
$nginx->request('HEAD', '/api/logs', as('bob.token'));
my $stream = $nginx->stream('', as('bob.token'));
is $stream->status, 200, 'and a stream';
$stream->close;
is $backend->asked('/api/logs') - $before, 1, 'are one question';

is_deeply [ grep { ($_->{path} // '') =~ /logs/ } records(as('bob.token')) ], [],
    'the log does not hold that it was looked at';

# The unchanged page of Rackscope sends no token. Its cookie does.

my $response = $nginx->get('/api/rooms', as('alice.token'));
my ($cookie) = $response->head =~ /^Set-Cookie:\ (rackscope_logs=.*?)\r?$/mx;
is $cookie, 'rackscope_logs=alice.token; Path=/api/logs; Max-Age=600; '
    . 'HttpOnly; SameSite=Strict', 'a cookie for /api/logs, out of reach of scripts';
is status(by_cookie('alice.token')), 200, 'opens it';
is $nginx->get('/api/logs/stream', by_cookie('x'))->status, 401,
    'a wrong one does not';

for my $how ([ as('x.y') ], [ headers => [ Authorization => 'Basic YTpi' ] ],
    [ headers => [ Authorization => 'Bearer a;b' ] ])
{
    unlike $nginx->get('/api/rooms', @$how)->head, qr/rackscope_logs=/,
        'who was refused gets none';
}
unlike $nginx->get('/api/auth/status', headers =>
        [ Authorization => "Bearer a; Domain=x" ])->head, qr/rackscope_logs=/,
    'nor is there one of what is no token';

# Tokens are nowhere but in files that only nginx can read.

my @files = glob $nginx->prefix . '/auth/*';
ok @files > 2, 'approvals are in a folder';
is +(stat $nginx->prefix . '/auth')[2] & oct 777, oct 700, 'of its own';
is_deeply [ grep { (stat)[2] & oct 177 } @files ], [], 'in files of its own';

# Trusted networks: what a client says about its address is not believed.

$backend->mode('trusted');
forget();

is status_from('127.0.0.2'), 200, 'an address that is trusted';
is status_from('127.0.0.1'), 403, 'another one, right after it';
is status_from('127.0.0.1', '-H', 'X-Forwarded-For: 127.0.0.2'), 403,
    'and if it says that it is the trusted one';

$response = $nginx->get('/api/logs');
is $response->header('Content-Type'), 'application/json', '403 in JSON';
is_deeply [ keys %{ $response->json } ], ['detail'], 'that says why';

# From here on approvals hold for a second, so that they end within this test.

$nginx->configure(
    conf => recipe('200 30s' => '200 1s', '5s' => '500ms'));
$nginx->reload;
$backend->mode('on');
forget();

my @admins = ([ as('alice.token') ], [ by_cookie('bob.token') ]);
is status(@$_), 200, 'approved' for @admins;

# Waits until nginx has asked the backend again, for such a request, and got no answer.

sub asked_in_vain {
    my ($how) = @_;

    my $failed = qr/upstream\ (?:timed\ out|prematurely)|connect\(\)\ failed/x;
    my $count  = $nginx->log_lines($failed);
    return wait_until { status(@$how); $nginx->log_lines($failed) > $count };
}

sub asked_again {
    my ($how) = @_;

    my $count = $backend->asked('/api/logs');
    return wait_until { status(@$how); $backend->asked('/api/logs') > $count };
}

sub door_without_answer {
    my ($what) = @_;

    is status(@$_), 200, "$what: an admin reads on" for @admins;

    my $refused = $nginx->get('/api/logs', as("unknown.$what"));
    is $refused->status, 503, "$what: nobody else is let in";
    is_deeply [ keys %{ $refused->json } ], ['detail'], 'which says why';
    is $refused->header('Retry-After'), 5, 'and when to try again';
    is status_from('127.0.0.2', '-H', 'Authorization: Bearer alice.token'), 503,
        'or the token of an admin, at another address';
    return;
}

for my $mode (500, 503) {
    $backend->mode($mode);
    ok asked_again($_), "$mode: asked again" for @admins;
    door_without_answer($mode);
}

$backend->mode('slow');
ok asked_in_vain($_), 'slow: asked again' for @admins;
door_without_answer('slow');

$backend->mode('on');
ok wait_until { status(as('carol.token')) == 401 }, 'it answers again';
is status(@$_), 200, 'an admin' for @admins;

# The one who is an admin no more is out as soon as the approval has ended, and
# does not come back when the backend dies.

$backend->admins('bob.token');
ok wait_until { status(as('alice.token')) == 401 }, 'no admin any more: out';

$backend->kill;
my ($revoked, $approved) = ([ as('alice.token') ], $admins[1]);
ok asked_in_vain($revoked), 'the backend is dead';
is status(@$revoked), 401, 'who was refused before stays out';
ok asked_in_vain($approved), 'asked again';
is status(@$approved), 200, 'who was let in before stays in';
is $nginx->stream('', @$approved)->status, 200, 'with a stream';
is $nginx->get('/backend-logs')->status, 200, 'the page is there';
is status(as('dave.token')), 503, 'nobody else';

is $nginx->get('/api/rooms')->status, 502, 'a request of the web UI';
ok wait_until {
    grep { $_->{logger} eq 'nginx.error' && $_->{path} eq '/api/rooms' }
        records(@$approved)
}, 'says in the log that the backend is dead';
is_deeply [ grep {
        $_->{logger} eq 'nginx.error' && $_->{message} =~ /connect|upstream/
            && $_->{path} =~ /logs/
    } records(@$approved) ], [], 'the questions of the door do not';

$backend->start;
ok wait_until { status(as('carol.token')) == 401 }, 'back: others are refused';
ok asked_again($approved), 'the admin is asked for';
is status(@$approved), 200, 'and in';

# Without a second record for what the backend has logged itself.

my $conf = recipe();
$conf =~ s/(rackscope_logs_access_log app);/$1 if=\$missing_id;/;
$nginx->configure(conf => $conf);
$nginx->reload;
$nginx->request('DELETE', '/api/logs', @$approved);
is $nginx->get('/api/rooms', as('bob.token'))->status, 200, 'logged there' for 1 .. 3;
has_an_id('/api/broken', 401, @$approved);
is scalar(grep { $_->{logger} eq 'nginx.access' } records(@$approved)), 1,
    'a record only of what the backend gave no id';

# A kiosk.

$conf = recipe();
$conf =~ s/(?=\s+location = \/backend-logs)/\n    rackscope_logs off;\n/;
$nginx->configure(conf => $conf);
$nginx->reload;
is $nginx->get($_, as('bob.token'))->status, 404, "a kiosk has no $_"
    for '/api/logs', '/api/logs/stream', '/backend-logs';
like $nginx->get('/')->body, qr/the\ web\ UI/x, 'but all else';

# In containers: compose changes four lines, and has all the files.

my $examples = "$root/docs/examples";
my ($sed) = slurp("$examples/rackscope-compose.yml")
    =~ m{^\ +(sed\ .*?)\s/rackscope\.conf\ >}msx;
my $changed = run('bash', '-c', "$sed $examples/rackscope.conf");

is $changed->{rc}, 0, 'the command of compose' or diag $changed->{err};
like $changed->{out}, qr/server\ backend:8000\ resolve;/x, 'a name of compose';
unlike $changed->{out}, qr/127[.]0[.]0[.]1\b/x, 'and no address of this machine';

if (Rackscope::Nginx::version() < 1_027_003) {
    $changed->{out} =~ s/\ resolver\ .*?;\ server\ backend:8000\ resolve/ server 127.0.0.1:8000/x;
}

$changed->{out} =~ s{/dev/shm/}{%%PREFIX%%/};
$changed->{out} =~ s/listen\ 80;/listen 127.0.0.1:%%PORT_0%%;/x;
$changed->{out} =~ s/listen\ 8081;/listen 127.0.0.1:%%PORT_1%%;/x;

my $image = Rackscope::Nginx->new(
    conf => "%%GLOBALS%%\nevents {}\nhttp {\n%%PATHS%%\n$changed->{out}}\n");
my $check = $image->check;
is $check->{rc}, 0, 'is a configuration' or diag $check->{err};

my @named = slurp("$examples/rackscope-compose.yml")
    =~ m{[ ](?:\$\{RACKSCOPE_LOGS:[?]\}/)?(docs/examples/[^:\s]+)}gx;
is scalar(@named), 3, 'compose names files';
ok -e "$root/$_", "$_ is there" for @named;

done();
