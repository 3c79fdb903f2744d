# SPDX-License-Identifier: BSD-2-Clause
#
# Approvals that outlive the backend, as docs/security.md prints them: who is
# let in while the backend is dead, who is not, and for how long.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Standin;
use Rackscope::Test;

my $page = slurp(Rackscope::Nginx::root() . '/docs/security.md');
my ($section) = $page =~ /^(## When the backend is dead\n.*?)(?=^## )/ms;
my ($cached, $bounded) = $section =~ /^```nginx\n(.*?)^```$/gms;

# The text with other ports and folders, and with these times.

sub conf {
    my ($text, %times) = @_;

    my %place = (
        '127.0.0.1:8080'     => '127.0.0.1:%%PORT_0%%',
        '127.0.0.1:8083'     => '127.0.0.1:%%PORT_3%%',
        '127.0.0.1:8000'     => '127.0.0.1:%%PORT_2%%',
        '/run/logs-auth' => '%%PREFIX%%/auth',
        %times,
    );

    $text =~ s/\Q$_\E(?!\d)/$place{$_}/g for sort keys %place;

    return <<"END";
%%GLOBALS%%
worker_processes 2;
events {}

http {
    %%PATHS%%
    proxy_buffering off;
    rackscope_logs_zone app;
    rackscope_logs_error_log app;
    $text
}
END
}

sub start {
    my ($text, %times) = @_;

    my $nginx = Rackscope::Nginx->new(conf => conf($text, %times))->start;

    rmdir $nginx->prefix . '/proxy_temp' or die "$!\n";
    spew($nginx->prefix . '/proxy_temp', "no token goes here\n");

    my $backend = Rackscope::Standin->new($nginx->port(2))->start;
    $backend->mode('on')->admins('alice', 'bob');

    return ($nginx, $backend);
}

sub token   { return (headers => [ Authorization => "Bearer $_[0]" ]) }
sub session { return (headers => [ Cookie => "session=$_[0]" ]) }

# Requests until nginx has asked the backend again, so that what was approved
# before has ended; "%as" says whose.

sub asked_again {
    my ($nginx, $backend, @as) = @_;

    my $failed = qr/upstream\ timed\ out|connect\(\)\ failed/x;
    my $state = sub {
        return $backend->asked('/auth') + $nginx->log_lines($failed);
    };

    my $before = $state->();
    return wait_until { $nginx->get('/api/logs', @as); $state->() > $before };
}

# Without a cache, the backend can tell these questions from all others, and
# nothing of them is in the ring.

my $operations = slurp(Rackscope::Nginx::root() . '/docs/operations.md');
my ($quiet) = $operations
    =~ /^## A log that does not fill itself\n.*?^```nginx\n(.*?)^```$/ms;
my ($nginx, $backend) = start($quiet);

is $nginx->get('/api/logs', token('alice'))->status, 200, 'asked' for 1 .. 2;
$nginx->get('/healthz', token('alice'));
$nginx->get('/rooms',   token('alice'));
is join(' ', map { $_->{headers}{'x-logs-question'} // '' }
    $backend->asked('/auth')), 'yes yes', 'with a header';
is join(' ', map { $_->{headers}{'x-logs-question'} // '' }
    $backend->asked('/rooms')), '', 'that other requests do not have';

sub paths {
    return map { $_->{path} }
        @{ $nginx->get('/api/logs', token('alice'))->json->{records} };
}

ok wait_until { paths() }, 'a record';
is_deeply [ paths() ], ['/rooms'], 'of what is worth one';
$nginx->finish;

# Nobody but root can make the folder of a cache before nginx does: approvals could
# be put into it, and nginx follows a link.

my @parents = map { m{proxy_cache_path\s+(/\S+)/}g }
    $section, slurp(Rackscope::Nginx::root() . '/docs/examples/rackscope.conf');
is scalar(@parents), 3, 'three caches';
ok !((stat)[2] & oct 22), "$_: others cannot write there" for @parents;

# As printed: one question for many requests.

($nginx, $backend) = start($cached);

is $nginx->get('/api/logs', token('alice'))->status, 200, 'a token' for 1 .. 5;
is $nginx->get('/api/logs', session('bob'))->status, 200, 'a cookie' for 1 .. 5;
is scalar($backend->asked('/auth')), 2, 'a question for each of the two';

my @large = (headers => [ Authorization => 'Bearer alice', Cookie => 'c=' . 'x' x 7000 ]);
is $nginx->get('/api/logs', @large)->status, 200, 'one with large cookies';

my $other = 'http://127.0.0.1:' . $nginx->port . '/api/logs';
is curl('-o', '/dev/null', '-w', '%{http_code}', '--interface', '127.0.0.2',
    '-H', 'Authorization: Bearer alice', $other)->{out}, 200,
    'the same token from another address';
is scalar($backend->asked('/auth')), 4, 'is asked for again';

for my $how ([], [ token('x') ], [ session('x') ],
    [ headers => [ Authorization => 'Bearer x', 'X-Session' => 'bob' ] ])
{
    is $nginx->get('/api/logs', @$how)->status, 401, 'nobody: 401';
}

# The backend dies. What holds, holds without a question.

$backend->kill;
is $nginx->get('/api/logs', token('alice'))->status, 200, 'dead: approved';
is $nginx->get('/api/logs', @large)->status, 200, 'dead: with large cookies, too';
is $nginx->get('/api/logs', token('y'))->status, 500, 'dead: nobody else';

unlink glob $nginx->prefix . '/auth/*';
is $nginx->get('/api/logs', token('alice'))->status, 500,
    'all approvals are forgotten with their files';
$nginx->finish;

# After the time in which approvals hold.

($nginx, $backend) = start($cached, ' 30s' => ' 1s', ' 5s' => ' 500ms');

my @known = ([ token('alice') ], [ session('bob') ]);
is $nginx->get('/api/logs', @$_)->status, 200, 'approved' for @known;

for my $mode ('500', '503', 'slow', 'dead') {
    $mode eq 'dead' ? $backend->kill : $backend->mode($mode);
    ok asked_again($nginx, $backend, @$_), "$mode: asked again" for @known;
    is $nginx->get('/api/logs', @$_)->status, 200, 'and still approved'
        for @known;
    is $nginx->get('/api/logs', token("x$mode"))->status, 500, 'nobody else';
}

is_deeply [ grep { $_->{message} !~ /auth\ request\ unexpected/x }
        @{ $nginx->get('/api/logs', @{ $known[0] })->json->{records} } ], [],
    'the questions that failed are not in the log';

$backend->mode('on')->admins('bob')->start;
ok wait_until {
    $nginx->get('/api/logs', token('alice'))->status == 401
}, 'revoked: out';

$backend->kill;
ok asked_again($nginx, $backend, token('alice')), 'dead: asked again';
is $nginx->get('/api/logs', token('alice'))->status, 401, 'and still out';
is $nginx->get('/api/logs', session('bob'))->status, 200, 'the other one is in';
$nginx->finish;

# Approvals that end after a fixed time.

($nginx, $backend) = start($bounded, 'max-age=30' => 'max-age=1', ' 5s' => ' 500ms',
    'stale-if-error=600' => 'stale-if-error=1000');

is $nginx->get('/api/logs', @$_)->status, 200, 'approved' for @known;

for my $mode ('500', 'slow', 'dead') {
    $mode eq 'dead' ? $backend->kill : $backend->mode($mode);
    ok asked_again($nginx, $backend, @$_), "$mode: asked again" for @known;
    is $nginx->get('/api/logs', @$_)->status, 200, 'and still approved'
        for @known;
    is $nginx->get('/api/logs', token("x$mode"))->status, 500, 'nobody else';
}

$backend->mode('on')->admins('bob')->start;
ok wait_until {
    $nginx->get('/api/logs', token('alice'))->status == 401
}, 'revoked: out';
$backend->kill;

# The refusal does not outlive the backend, and no older approval is left.

my %seen;
ok wait_until {
    my $status = $nginx->get('/api/logs', token('alice'))->status;
    $seen{$status}++;
    $status == 500;
}, 'dead: no answer';
ok !$seen{200}, 'and not approved again';

$nginx->configure(conf => conf($bounded, 'max-age=30' => 'max-age=1',
        'stale-if-error=600' => 'stale-if-error=1'));
$nginx->reload;
unlink glob $nginx->prefix . '/auth/*';
$backend->start;
is $nginx->get('/api/logs', session('bob'))->status, 200, 'approved';
$backend->kill;
ok wait_until {
    $nginx->get('/api/logs', session('bob'))->status == 500
}, 'until the time is over, though it is asked for all the time';

done();
