# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Redis;

# A real Redis or Valkey, in a folder and on a port of its own.
#
#     Rackscope::Redis->installed or plan skip_all => 'no redis-server';
#
#     my $redis = Rackscope::Redis->new->start;
#     $redis->command('XLEN', 'key');
#     $redis->kill;  $redis->start;
#
# It keeps nothing on disk unless a test says so.  What can be given to new():
#
#     conf        more lines of redis.conf
#     host        the address, 127.0.0.1
#     port        the port, if it has to be that of another one
#     of          the Redis that this one is a replica of
#     password    what command() says first; the rest is to be in conf
#     tls         { cert, key } : the port takes TLS only
#     watch       [ name, Redis, quorum ]: this is a Sentinel of that master
#     server      the program, the first one of installed()

use strict;
use warnings;

use File::Spec;
use File::Temp qw(tempdir);
use POSIX ();

use Rackscope::Client;
use Rackscope::Nginx;
use Rackscope::Util qw(wait_until slurp spew alive);

my (@ports, %all);

# The one that RACKSCOPE_REDIS names, by a name or a path, or what is installed.

my @servers = map { _program($_) }
    $ENV{RACKSCOPE_REDIS} || qw(redis-server valkey-server);

@servers or die "no $ENV{RACKSCOPE_REDIS}\n" if $ENV{RACKSCOPE_REDIS};

sub installed { return @servers }

sub _program {
    my ($name) = @_;

    my @paths
        = $name =~ m{/}
        ? File::Spec->rel2abs($name)
        : map { "$_/$name" }
        split /:/, "$ENV{PATH}:/usr/local/bin:/usr/bin:/usr/sbin";

    my ($path) = grep { -x } @paths;
    return $path // ();
}

sub free_port {
    @ports = Rackscope::Nginx::ports(10) if !@ports;
    return shift @ports;
}

sub new {
    my ($class, %opt) = @_;

    my $self = bless {
        host   => '127.0.0.1',
        dir    => tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1),
        server => $servers[0],
        owner  => $$,
        %opt,
    }, $class;

    $self->{port} //= free_port();
    $self->configure;

    return $self;
}

# Writes the configuration again, with other options if some are given.

sub configure {
    my ($self, %opt) = @_;

    %$self = (%$self, %opt);

    my ($port, $dir) = @{$self}{qw(port dir)};
    my @lines = ("bind $self->{host}", "dir $dir", 'protected-mode no',
        "unixsocket $dir/redis.sock");

    push @lines, $self->{tls}
        ? ('port 0', "tls-port $port", "tls-cert-file $self->{tls}{cert}",
        "tls-key-file $self->{tls}{key}", 'tls-auth-clients no')
        : "port $port";

    if ($self->{watch}) {
        my ($name, $master, $quorum) = @{ $self->{watch} };
        push @lines, "sentinel monitor $name $master->{host} $master->{port} "
            . $quorum, "sentinel down-after-milliseconds $name 500",
            "sentinel failover-timeout $name 3000";
    } else {
        push @lines, 'save ""', 'appendonly no', 'enable-debug-command local',
            'repl-diskless-sync-delay 0';
        push @lines, "replicaof $self->{of}{host} $self->{of}{port}"
            if $self->{of};
    }

    spew("$dir/redis.conf", join "\n", @lines, $self->{conf} // '', '');
    return $self;
}

sub start {
    my ($self) = @_;

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDIN,  '<',  '/dev/null'         or POSIX::_exit(126);
        open STDOUT, '>>', "$self->{dir}/log" or POSIX::_exit(126);
        open STDERR, '>&', \*STDOUT            or POSIX::_exit(126);
        exec $self->{server}, "$self->{dir}/redis.conf",
            $self->{watch} ? '--sentinel' : ()
            or POSIX::_exit(127);
    }

    $self->{pid} = $pid;
    $all{$self} = $self;

    wait_until { $self->answers || !alive($pid) };
    $self->answers or die "redis did not start: ", $self->log_text, "\n";

    return $self;
}

# Does it answer, and has it read its data?

sub answers {
    my ($self) = @_;

    my $said = eval { $self->ask('PING') } // return 0;
    return !ref $said || $$said =~ /NOAUTH|NOPERM/;
}

# Without a word to its clients, and without a chance to save.

sub kill {    ## no critic (ProhibitBuiltinHomonyms)
    my ($self) = @_;

    return $self->_end('KILL');
}

sub stop {
    my ($self) = @_;

    return $self->_end('TERM');
}

sub _end {
    my ($self, $signal) = @_;

    delete $all{$self};

    my $pid = delete $self->{pid} or return $self;

    CORE::kill $signal, $pid;
    CORE::kill 'CONT', $pid;
    wait_until { waitpid($pid, POSIX::WNOHANG()) != 0 } 5;
    CORE::kill 'KILL', $pid;
    waitpid $pid, 0;

    return $self;
}

# It is there, and says nothing.

sub freeze { return CORE::kill 'STOP', $_[0]{pid} }
sub thaw   { return CORE::kill 'CONT', $_[0]{pid} }

sub pid      { return $_[0]{pid} }
sub host     { return $_[0]{host} }
sub port     { return $_[0]{port} }
sub dir      { return $_[0]{dir} }
sub socket   { return "$_[0]{dir}/redis.sock" }    ## no critic (ProhibitBuiltinHomonyms)
sub url      { return "redis://$_[0]{host}:$_[0]{port}" }
sub log_text { return slurp("$_[0]{dir}/log") // '' }

# What a command answers: a string, a number, undef, or a list of these.  It
# dies of an error.

sub command {
    my ($self, @words) = @_;

    my $said = $self->ask(@words);

    die "$words[0]: $$said\n" if ref $said eq 'SCALAR';
    return $said;
}

# The same, but an error is a reference to its text.

sub ask {
    my ($self, @words) = @_;

    my $client = Rackscope::Client->new($self->socket);
    my @all = ([@words]);

    unshift @all, [ 'AUTH', $self->{password} ]
        if defined $self->{password};

    for (@all) {
        $client->send(join '', '*' . @$_ . "\r\n",
            map { '$' . length($_) . "\r\n$_\r\n" } @$_);
    }

    my $said;
    $said = _read($client) for @all;
    $client->close;

    return $said;
}

sub _read {
    my ($client) = @_;

    my $line = _bytes($client, sub { $_[0] =~ /\r\n/ && $+[0] });
    my ($kind, $text) = $line =~ /\A(.)(.*)\r\n\z/ or die "no Redis: $line\n";

    return $text  if $kind eq '+' || $kind eq ':';
    return \$text if $kind eq '-';
    return        if $text < 0;

    return [ map { scalar _read($client) } 1 .. $text ] if $kind eq '*';

    my $data = _bytes($client,
        sub { length $_[0] >= $text + 2 && $text + 2 });
    return substr $data, 0, $text;
}

# As many bytes as the sub says, when they are there.

sub _bytes {
    my ($client, $enough) = @_;

    my $deadline = Rackscope::Util::now() + 10;
    my $n;

    until ($n = $enough->($client->{buf})) {
        $client->fill($deadline) or die "Redis says nothing\n";
    }

    return substr $client->{buf}, 0, $n, '';
}

# The stream of a zone, and the hash beside it; there is one shape.

sub stream {
    my ($self, $key) = @_;

    my ($stream) = grep { /:[0-9a-f]{16}\z/ }
        @{ $self->command('KEYS', $key // '*') };
    return $stream;
}

# The fields of a hash.

sub hash {
    my ($self, $key) = @_;

    return @{ $self->command('HGETALL', $key) };
}

# The lines of a section of INFO.

sub info {
    my ($self, $section) = @_;

    return $self->command('INFO', $section) =~ /^(\w+):([^\r]*)/gm;
}

sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);
    $self->_end('KILL') if $$ == $self->{owner};
    return;
}

# Even a test that died must leave nothing behind.

END {
    my $status = $?;
    $_->_end('KILL') for grep { $_->{owner} == $$ } values %all;
    $? = $status;    ## no critic (RequireLocalizedPunctuationVars)
}

1;
