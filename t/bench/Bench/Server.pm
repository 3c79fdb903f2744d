# SPDX-License-Identifier: BSD-2-Clause

package Bench::Server;

# A candidate: its server, its address, and what it has used.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Socket::INET;

use Rackscope::Util qw(wait_until);

my $here = 't/bench/servers';

# new(name, workers => 1, entries => 1000, size => '8k'), and what else the
# configuration of that name asks for: "%%WORKERS%%".

sub new {
    my ($class, $name, %conf) = @_;

    my $self = bless {
        name    => $name,
        workers => 1,
        entries => 1000,
        size    => '8k',
        prefix  => tempdir(CLEANUP => 1),
        %conf,
    }, $class;

    $self->{port} = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')->sockport;
    chmod 0755, $self->{prefix};

    if ($name eq 'fastapi') {
        $self->_python;
    }
    else {
        $self->_nginx;
    }

    wait_until { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$self->{port}") }
        or die "$name does not start: $self->{prefix}\n";

    return $self;
}

sub _nginx {
    my ($self) = @_;

    my %value = (module => $ENV{RACKSCOPE_MODULE}, %$self);

    mkdir "$self->{prefix}/$_" for qw(logs files files/static);

    for my $file (qw(common.conf http.conf ring.lua), "$self->{name}.conf") {
        open my $in, '<', "$here/$file" or die "$here/$file: $!\n";
        my $text = do { local $/; <$in> };
        $text =~ s/%%(\w+)%%/$value{lc $1}/g;

        open my $out, '>', "$self->{prefix}/$file" or die "$file: $!\n";
        print {$out} $text;
        close $out or die "$file: $!\n";
    }

    system($ENV{RACKSCOPE_NGINX}, '-p', "$self->{prefix}/", '-c',
        "$self->{prefix}/$self->{name}.conf", '-e', "$self->{prefix}/error.log") == 0
        or die "$self->{name}: nginx does not start\n";

    wait_until { -s "$self->{prefix}/nginx.pid" };
    open my $file, '<', "$self->{prefix}/nginx.pid" or die "no pid: $!\n";
    chomp($self->{master} = <$file>);
    return;
}

sub _python {
    my ($self) = @_;

    $self->{master} = fork // die "fork: $!\n";
    return if $self->{master};

    chdir $here or die "$here: $!\n";
    $ENV{PYTHONDONTWRITEBYTECODE} = 1;
    open STDERR, '>', "$self->{prefix}/error.log" or die "$!\n";
    exec '/usr/bin/python3', '-m', 'uvicorn', '--port', $self->{port}, '--no-access-log',
        '--log-level', 'warning', 'ring:app'
        or die "python3: $!\n";
}

# So many workers all have that it is compared with, if it can have as many or
# not.

sub scale { return $_[0]{workers} }

sub name   { return $_[0]{name} }
sub port   { return $_[0]{port} }
sub prefix { return $_[0]{prefix} }

sub url {
    my ($self, $path) = @_;
    return "http://127.0.0.1:$self->{port}$path";
}

# The processes that do the work.

sub workers {
    my ($self) = @_;

    return $self->{master} if $self->{name} eq 'fastapi';
    return split q{ }, `pgrep -P $self->{master}`;
}

# Microseconds of CPU that all of them have used, to the nanosecond as the
# scheduler counts.

sub cpu {
    my ($self) = @_;

    my $nsec = 0;

    for my $file (map { glob "/proc/$_/task/*/schedstat" } $self->workers) {
        open my $in, '<', $file or next;
        $nsec += (split q{ }, <$in>)[0];
    }

    return $nsec / 1000;
}

# Bytes, those shared with other processes divided among them.

sub memory {
    my ($self) = @_;

    my $bytes = 0;

    for my $pid ($self->workers) {
        open my $in, '<', "/proc/$pid/smaps_rollup" or next;
        /\APss:\s+(\d+)/ and $bytes += $1 * 1024 while <$in>;
    }

    return $bytes;
}

sub stop {
    my ($self) = @_;

    return if !$self->{master};
    kill 'TERM', $self->{master};

    wait_until {
        waitpid $self->{master}, 1;    # WNOHANG: a child of ours, perhaps
        !kill 0, $self->{master};
    };

    $self->{master} = 0;
    return;
}

sub DESTROY {
    my ($self) = @_;

    local $?;
    $self->stop;
    return;
}

1;
