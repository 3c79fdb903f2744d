# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Standin;

# A backend in the place of Rackscope, of which standin.py says what it does.
#
#     my $backend = Rackscope::Standin->new($port)->start;
#     $backend->mode('on');
#     $backend->admins('token-of-alice', …);
#     $backend->asked('/api/logs')         what it was asked for this path: a
#                                          list of { path, status, request_id,
#                                          headers => { … } }
#     $backend->kill                       it is dead until it is started again

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX ();

use Rackscope::Util qw(wait_until slurp spew decode_json reap);

my $program = dirname(__FILE__) . '/../standin.py';

sub new {
    my ($class, $port) = @_;

    my $dir = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    my $self = bless { port => $port, dir => $dir, owner => $$ }, $class;

    return $self->mode('off')->admins;
}

sub mode {
    my ($self, $mode) = @_;

    return $self->_write('mode', $mode);
}

sub admins {
    my ($self, @tokens) = @_;

    return $self->_write('tokens', join "\n", @tokens);
}

# At once: a request that comes meanwhile finds the old text or the new one.

sub _write {
    my ($self, $name, $text) = @_;

    spew("$self->{dir}/$name.new", $text);
    rename "$self->{dir}/$name.new", "$self->{dir}/$name" or die "$name: $!\n";
    return $self;
}

sub start {
    my ($self) = @_;

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        exec 'python3', $program, $self->{dir}, $self->{port}
            or POSIX::_exit(127);
    }

    $self->{pid} = $pid;
    wait_until {
        IO::Socket::INET->new(PeerAddr => "127.0.0.1:$self->{port}")
    } 30 or die "the backend did not start\n";

    return $self;
}

sub kill {    ## no critic (ProhibitBuiltinHomonyms)
    my ($self) = @_;

    my $pid = delete $self->{pid} or return;
    CORE::kill('KILL', $pid);
    return reap($pid);
}

sub asked {
    my ($self, $path) = @_;

    my $text = slurp("$self->{dir}/asked") // '';
    my @asked = map { decode_json($_) } $text =~ /^(.*)\n/gm;
    return grep { $_->{path} =~ /\A\Q$path\E(?:\z|[?])/ } @asked;
}

sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);
    $self->kill if $self->{owner} == $$;
    return;
}

1;
