# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Nginx;

# A real nginx with the module, in a folder and on ports of its own.
#
#     my $nginx = Rackscope::Nginx->new(http => '…')->start;
#
# The default configuration has two servers: for admins on port(0), with the
# API and streams under /api/logs behind an auth_request that lets all through
# but requests with "X-Test-Auth: deny" (403) or "none" (401), and for ingest
# on port(1), /internal/logs.  Both say in X-Worker which worker answered.
# What can be given to new():
#
#     workers         2
#     zone            "main"           parameters of rackscope_logs_zone;
#                                      "" if there is to be none
#     main, events, http               more directives of that level
#     admin, api                       more for the server, for /api/logs
#     ingest, intake                   more for the server, for /internal/logs
#     servers                          more servers
#     h2                               the admin server also by TLS on port(2),
#                                      and HTTP/2 without TLS on port(3)
#     conf                             all of nginx.conf, instead of the above
#     env                              { NAME => value }, of nginx
#     log_level       "info"
#     body_temp       1, if this test wants nginx to buffer bodies in files;
#                     else its folder for them is made unusable
#
# In all of these %%PORT_0%% to %%PORT_9%% and %%PREFIX%% are filled in, in
# "conf" also %%GLOBALS%% (user, load_module, pid, error_log) and %%PATHS%% (of
# temporary files and the access log, for "http").

use strict;
use warnings;

use Carp qw(croak);
use Cwd qw(abs_path);
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Find ();
use File::Temp qw(tempdir);
use Socket;
use Test::More ();

use parent 'Rackscope::Conf';

use Rackscope::Client;
use Rackscope::Stream;
use Rackscope::Util qw(wait_until now slurp spew alive children process_title
    encode_json run background);

my $root = abs_path(dirname(__FILE__) . '/../../..');

my %all;

sub root { return $root }

sub binary { return _path($ENV{RACKSCOPE_NGINX} // '/usr/sbin/nginx') }

# Empty if the module is a part of nginx.

sub module {
    return _path($ENV{RACKSCOPE_MODULE}
            // 'build/ngx_http_rackscope_logs_module.so');
}

sub _path {
    my ($path) = @_;

    return $path =~ m{\A(?:/|\z)} ? $path : "$root/$path";
}

# The version of the module, which is that of the changelog's newest entry.

sub release {
    my ($release) = slurp("$root/CHANGELOG.md") =~ /^## (\d+\.\d+\.\d+) - /m;
    return $release;
}

# The version of nginx as a number, 1022001 for 1.22.1.

my $version;

sub version {
    if (!$version) {
        my $out = run(binary(), '-v')->{err};
        $out =~ m{nginx/(\d+)\.(\d+)\.(\d+)} or die "no version: $out\n";
        $version = $1 * 1_000_000 + $2 * 1000 + $3;
    }
    return $version;
}

sub new {
    my ($class, %conf) = @_;

    module() eq '' || -e module() or die module() . " is not there: run make\n";

    my $self = bless {
        prefix  => tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1),
        ports   => [ ports(10) ],
        allowed => [],
        owner   => $$,
        conf    => {},
    }, $class;

    $self->{error_log} = "$self->{prefix}/error.log";
    $self->configure(%conf);

    $all{$self} = $self;
    return $self;
}

# Ports that no other program uses, and that no other test gets at the same
# time. They are in blocks of ten, below the ports that the kernel assigns, and
# each block has a file that is locked.

my @locks;

sub ports {
    my ($n) = @_;

    my $dir = File::Spec->tmpdir . "/rackscope-ports-$>";
    mkdir $dir, oct 700;

    for my $try (1 .. 500) {
        my $first = 20_000 + $n * int rand 1200;

        open my $lock, '>', "$dir/$first" or die "$dir/$first: $!\n";
        next if !flock $lock, LOCK_EX | LOCK_NB;
        next if grep { !_free($_) } $first .. $first + $n - 1;

        push @locks, $lock;
        return $first .. $first + $n - 1;
    }

    die "no free ports\n";
}

sub _free {
    my ($port) = @_;

    socket my $sock, PF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
    setsockopt $sock, SOL_SOCKET, SO_REUSEADDR, 1;
    return bind $sock, pack_sockaddr_in($port, INADDR_LOOPBACK);
}

sub port {
    my ($self, $i) = @_;

    return $self->{ports}[ $i // 0 ];
}

sub prefix { return $_[0]{prefix} }

sub _run {
    my ($self, $opt, @args) = @_;

    # nginx would take $NGINX for the sockets that an old binary hands over
    my %env = (
        NGINX               => undef,
        RACKSCOPE_LOG_LEVEL => undef,
        %{ $self->{conf}{env} // {} }
    );

    if ($ENV{RACKSCOPE_PRELOAD}) {
        # a sanitizer has to be the first
        $env{LD_PRELOAD} = join ' ', $ENV{RACKSCOPE_PRELOAD},
            $env{LD_PRELOAD} // ();
        $env{ASAN_OPTIONS} = 'detect_leaks=0:halt_on_error=1';
        $env{UBSAN_OPTIONS} = 'halt_on_error=1:print_stacktrace=1';
    }

    return run({ env => \%env, %$opt }, binary(),
        -p => $self->{prefix},
        -c => "$self->{prefix}/nginx.conf",
        -e => $self->{error_log}, @args);
}

# nginx -t: { rc, out, err } as of Rackscope::Util::run().

sub check {
    my ($self) = @_;

    return $self->_run({}, '-t');
}

# When the command returns, the master is running and its sockets are open, but
# not all of its workers need to be running yet: they are waited for.

sub start {
    my ($self) = @_;

    my $result = $self->_run({});

    if ($result->{rc} != 0 || $result->{signal}) {
        die "nginx did not start: $result->{err}\n" . slurp($self->{error_log});
    }

    wait_until { ($self->_read_pid // 0) > 0 } or die "no nginx.pid\n";
    $self->{master} = $self->_read_pid;

    my $conf = slurp("$self->{prefix}/nginx.conf");
    $self->{single} = $conf =~ /^\s*master_process\s+off;/m;

    wait_until { $self->all_workers } or die "no workers\n";

    if (!$self->{conf}{body_temp}) {
        my $path = "$self->{prefix}/client_body_temp";
        rmdir $path;
        spew($path, "no body goes to disk\n");
    }

    return $self;
}

# The same for "daemon off": nginx runs in a child.  ->join of what this
# returns waits for its end, and is { rc, signal, out, err }.

sub foreground {
    my ($self) = @_;

    my $job = background { $self->_run({ timeout => 600 }) };

    wait_until { ($self->_read_pid // 0) > 0 || !$job->alive };
    $self->{master} = $self->_read_pid or die $job->join->{err};

    return $job;
}

sub _read_pid {
    my ($self) = @_;

    return (slurp("$self->{prefix}/nginx.pid") // '') =~ /\A(\d+)\n/ && $1;
}

sub master { return $_[0]{master} }

# The pids of workers that take new connections, of an old master if one is
# given; with "master_process off" that is the only process.

sub workers {
    my ($self, $master) = @_;

    return $self->{master} if $self->{single};

    return grep { process_title($_) =~ /worker process(?! is shutting down)/ }
        children($master // $self->{master});
}

# The same, as soon as there are as many as nginx.conf says: the master starts
# one after the other, and each needs a moment until it has its title.

sub all_workers {
    my ($self, $master) = @_;

    my $conf = slurp("$self->{prefix}/nginx.conf");
    my ($count) = $conf =~ /^\s*worker_processes\s+(\d+);/m;

    my @workers = $self->workers($master);
    return @workers >= ($count // 1) ? @workers : ();
}

# The pids of workers that are shutting down.

sub old_workers {
    my ($self) = @_;

    return grep { process_title($_) =~ /worker process is shutting down/ }
        children($self->{master});
}

# HUP, and waits until all workers are new ones, as many as nginx.conf says.
# Old ones may go on: wait_until { !$nginx->old_workers }.

sub reload {
    my ($self, $seconds) = @_;

    my %old = map { $_ => 1 } $self->workers;

    kill 'HUP', $self->{master};

    return wait_until {
        my @new = $self->all_workers;
        @new && !grep { $old{$_} } @new;
    } $seconds;
}

# Kills a worker (the first of them) and waits until another has taken its
# place; what nginx says about that is no alert.

sub kill_worker {
    my ($self, $pid, $signal) = @_;

    my @workers = $self->workers;
    $pid    //= $workers[0];
    $signal //= 'KILL';

    $self->allow_log(
        qr/worker\ process\ $pid\ exited\ on\ signal/x,
        qr/shared\ memory\ zone\ .*\ was\ locked\ by\ $pid\b/x
    );

    kill $signal, $pid;
    return wait_until { !alive($pid) && $self->workers >= @workers };
}

# A new binary by USR2: returns the pid of the old master, which goes on with
# its workers until it is told to QUIT.

sub upgrade {
    my ($self) = @_;

    my $old = $self->{master};

    kill 'USR2', $old;
    wait_until {
        my $pid = $self->_read_pid;
        $pid && $pid != $old && alive($pid) && children($pid);
    } or return;

    $self->{master} = $self->_read_pid;
    push @{ $self->{masters} }, $old;
    wait_until { $self->all_workers };

    return $old;
}

# Goes back after upgrade(): the old master starts workers again, and the new
# one ends.

sub rollback {
    my ($self, $old) = @_;

    my $new = $self->{master};

    kill 'HUP', $old;
    wait_until { $self->all_workers($old) } or return;

    $self->{master}  = $old;
    $self->{masters} = [ grep { $_ != $old } @{ $self->{masters} } ];

    kill 'QUIT', $new;
    return wait_until { !alive($new) && ($self->_read_pid // 0) == $old };
}

# QUIT (or another signal), and waits until nginx is gone.

sub stop {
    my ($self, $signal, $seconds) = @_;

    my @masters = grep { $_ } delete $self->{master},
        @{ delete $self->{masters} // [] };

    kill $signal // 'QUIT', @masters;

    return wait_until {
        !grep { alive($_) } @masters
    } $seconds // 15;
}

sub running {
    my ($self) = @_;

    return $self->{master} && alive($self->{master});
}

# Clients.

sub client {
    my ($self, $i, %opt) = @_;

    return Rackscope::Client->new($self->port($i), %opt);
}

# A connection to the worker with this pid.

sub client_of {
    my ($self, $pid, $i, %opt) = @_;

    my $deadline = now() + 10;

    while (now() < $deadline) {
        my $client   = $self->client($i, %opt);
        my $response = $client->request('GET', '/worker');
        return $client if $response && $response->body eq $pid;
    }

    croak "no connection to worker $pid";
}

# A request on a connection of its own.  Options are those of
# Rackscope::Client::start(), and port => 0.

sub request {
    my ($self, $method, $uri, %opt) = @_;

    my $port = delete $opt{port};
    return $self->client($port)->request($method, $uri, %opt);
}

sub get {
    my ($self, $uri, %opt) = @_;

    return $self->request('GET', $uri, %opt);
}

# Sends bytes as they are, and returns the response.

sub raw {
    my ($self, $bytes, %opt) = @_;

    my $client = $self->client($opt{port});
    $client->{method} = $1 if $bytes =~ /\A(\w+) /;
    $client->send($bytes);
    return $client->response($opt{timeout});
}

# Posts to the ingest: bytes, or a reference that becomes JSON.

sub post {
    my ($self, $body, %opt) = @_;

    $body = encode_json($body) if ref $body;

    $opt{body} = $body if !$opt{chunks};
    $opt{port} //= 1;

    return $self->request('POST', delete $opt{uri} // '/internal/logs', %opt);
}

# An upload that stays open: a Rackscope::Client, on which send_chunk() sends
# more, and send_end() and response() end it.

sub upload {
    my ($self, %opt) = @_;

    my $client = $opt{client} // $self->client($opt{port} // 1);
    $client->start('POST', $opt{uri} // '/internal/logs', %opt, open => 1);
    return $client;
}

# The records of GET /api/logs; the query is a string, "n=5&level=ERROR".

sub records {
    my ($self, $query) = @_;

    my $uri = '/api/logs' . (defined $query ? "?$query" : '');
    return @{ $self->get($uri)->json->{records} };
}

# Posts one record, which must be accepted, and returns its bytes in the answer
# of the API.

sub line_of {
    my ($self, $body, %opt) = @_;

    my $response = $self->post($body, %opt);
    Test::More::is($response->body,
        '{"accepted":1,"filtered":0,"rejected":0,"errors":[]}',
        'accepted: ' . substr $body, 0, 40);

    my ($line) = $self->get('/api/logs?n=1')->body
        =~ /\A\{"records":\[(.*)\],"total":1,"last_seq":\d+\}\z/s;
    return $line;
}

sub last_seq {
    my ($self) = @_;

    return $self->get('/api/logs?n=1')->json->{last_seq};
}

# An event stream.  Options are those of Rackscope::Stream, port, and uri.

sub stream {
    my ($self, $query, %opt) = @_;

    my $uri = delete $opt{uri} // '/api/logs/stream';
    $uri .= "?$query" if defined $query && $query ne '';

    return Rackscope::Stream->new($self->port(delete $opt{port}), $uri, %opt);
}

# The error log.

sub log_text { return slurp($_[0]{error_log}) // '' }

sub log_lines {
    my ($self, $pattern) = @_;

    return grep { /$pattern/ } split /\n/, $self->log_text;
}

# Lines that would fail the test: they may be there …

sub allow_log {
    my ($self, @patterns) = @_;

    push @{ $self->{allowed} }, @patterns;
    return;
}

# … or must be.

sub expect_log {
    my ($self, @patterns) = @_;

    push @{ $self->{expected} }, @patterns;
    return $self->allow_log(@patterns);
}

my $bad = qr/\[(?:alert|emerg)\]
             | exited\ on\ signal
             | (?:Address|Leak|UndefinedBehavior|Thread)Sanitizer
             | runtime\ error:/x;

sub bad_lines {
    my ($self) = @_;

    my @bad = $self->log_lines($bad);
    push @bad, $self->log_lines(qr/client_body_temp/)
        if !$self->{conf}{body_temp};

    for my $pattern (@{ $self->{allowed} }) {
        @bad = grep { !/$pattern/ } @bad;
    }

    return @bad;
}

# Files that bodies were written to and that are still there.

sub body_files {
    my ($self) = @_;

    my @files;
    my $path = "$self->{prefix}/client_body_temp";
    File::Find::find(sub { push @files, $_ if -f }, $path) if -d $path;
    return @files;
}

# Stops nginx, and checks in one test what it leaves behind.

sub finish {
    my ($self) = @_;

    delete $all{$self};

    my @wrong;
    my $started = $self->{master};

    if ($started) {
        push @wrong, 'nginx was not running any more' if !$self->running;

        Rackscope::Client::close_all();

        my @pids = map { $_, children($_) } $self->{master},
            @{ $self->{masters} // [] };
        push @wrong, 'nginx did not stop' if !$self->stop;

        my @left = grep { alive($_) } @pids;
        push @wrong, map { "still running: $_ " . process_title($_) } @left;
        kill 'KILL', @left;
    }

    push @wrong, map { "error log: $_" } $self->bad_lines;
    push @wrong, map { "body on disk: $_" } $self->body_files;
    push @wrong, map { "not in the error log: $_" }
        grep { !$self->log_lines($_) } @{ $self->{expected} // [] };

    my $tb = Test::More->builder;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    $tb->ok(!@wrong, 'nginx: nothing wrong, nothing left');

    if (@wrong) {
        splice @wrong, 50;
        $tb->diag($_) for @wrong;
        $tb->diag($_) for _report($self->log_text);
    }

    return !@wrong;
}

sub finish_all {
    $_->finish for values %all;
    return;
}

# The whole first report of a sanitizer.

sub _report {
    my ($text) = @_;

    return $text =~ /^((?:.*(?:ERROR:\ \w+Sanitizer|runtime\ error:)).*
                      (?:\n.*){0,25})/mx ? $1 : ();
}

# Even a test that died must leave nothing behind.

END {
    my $status = $?;

    for my $self (grep { $_->{owner} == $$ } values %all) {
        my @lines = $self->log_lines('.');
        splice @lines, 0, -10 if @lines > 10;
        Test::More::diag("error log: $_") for @lines;
        $self->stop('TERM', 5) if $self->{master};
    }

    $? = $status;    ## no critic (RequireLocalizedPunctuationVars)
}

1;
