# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Cut;

# What is between nginx and Redis, when it is not sound.
#
#     my $cut = Rackscope::Cut->new($redis->port);
#
#     $cut->pass;             everything goes through
#     $cut->refuse;           closes all connections, and new ones at once
#     $cut->hold;             takes connections and bytes, and passes nothing on
#     $cut->lose($n, $word);  the next $n answers to what has this word of
#                             Redis are lost: the connection is cut instead
#     $cut->stall;            passes nothing more on of the connections that
#                             stand, whatever comes later; new ones are sound
#     $cut->cut;              closes all connections, and takes new ones
#     $cut->to($port);        where new connections go from now on
#     $cut->taken;            how many connections there were so far
#
# Each of the others returns when it is done: how many answers were lost so far.

use strict;
use warnings;

use Errno qw(EAGAIN EINTR);
use IO::Handle;
use IO::Select;
use POSIX ();
use Socket;

use Rackscope::Redis;

sub new {
    my ($class, $to, $port) = @_;

    $port //= Rackscope::Redis::free_port();

    socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC
        or die "socketpair: $!\n";
    socket my $listen, PF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
    setsockopt $listen, SOL_SOCKET, SO_REUSEADDR, 1;
    bind $listen, pack_sockaddr_in($port, INADDR_LOOPBACK)
        or die "bind to $port: $!\n";
    listen $listen, 128;

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        $ours->close;
        local $SIG{PIPE} = 'IGNORE';
        eval { _run($theirs, $listen, $to) };
        POSIX::_exit(0);
    }

    $theirs->autoflush;
    $ours->autoflush;

    return bless { pid => $pid, port => $port, control => $ours, owner => $$ },
        $class;
}

sub port { return $_[0]{port} }
sub url  { return "redis://127.0.0.1:$_[0]{port}" }

for my $name (qw(pass refuse hold lose stall cut to taken)) {
    no strict 'refs';    ## no critic (ProhibitNoStrict)
    *{$name} = sub { my $self = shift; return $self->_say($name, @_) };
}

sub _say {
    my ($self, @words) = @_;

    $self->{control}->print("@words\n");
    my $said = readline $self->{control};
    chomp $said;

    return $said;
}

# The proxy.

sub _run {
    my ($control, $listen, $to) = @_;

    my %s = (mode => 'pass', to => $to, lose => 0, lost => 0, taken => 0, peers => {});
    my $select = $s{select} = IO::Select->new($control, $listen);

    while (1) {
        for my $sock ($select->can_read) {

            if ($sock == $control) {
                my $line = readline $control;
                exit 0 if !defined $line;
                _obey(\%s, split ' ', $line);
                my $n = $line =~ /taken/ ? $s{taken} : $s{lost};
                syswrite $control, "$n\n";

            } elsif ($sock == $listen) {
                _accept(\%s, $listen);

            } elsif ($s{peers}{$sock}) {
                _move(\%s, $sock);
            }
        }
    }

    return;
}

sub _obey {
    my ($s, $word, @more) = @_;

    if ($word eq 'lose') {
        @{$s}{qw(lose word)} = ($more[0], "\r\n$more[1]\r\n");

    } elsif ($word eq 'taken') {
        return;

    } elsif ($word eq 'stall') {
        my @peers = values %{ $s->{peers} };
        $s->{select}->remove($_->{sock}) for @peers;
        push @{ $s->{stalled} }, @peers;
        $s->{peers} = {};

    } elsif ($word eq 'to') {
        $s->{to} = $more[0];

    } else {
        _close($s, $_) for grep { $_ } map { $_->{sock} }
            $word eq 'cut' || $word eq 'refuse' ? values %{ $s->{peers} } : ();

        $s->{mode} = $word if $word ne 'cut';
        _resume($s) if $word eq 'pass';
    }

    return;
}

sub _accept {
    my ($s, $listen) = @_;

    accept my $client, $listen or return;
    $s->{taken}++;

    if ($s->{mode} eq 'refuse') {
        setsockopt $client, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
        return close $client;
    }

    socket my $server, PF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
    if (!connect $server, pack_sockaddr_in($s->{to}, INADDR_LOOPBACK)) {
        return close $client;
    }

    $s->{peers}{$client} =
        { sock => $client, to => $server, asks => 1, word => '' };
    $s->{peers}{$server} = { sock => $server, to => $client };

    $s->{select}->add($client, $server) if $s->{mode} eq 'pass';
    return;
}

# While nothing is passed on, nothing is read.

sub _resume {
    my ($s) = @_;

    $s->{select}->add(map { $_->{sock} } values %{ $s->{peers} });
    return;
}

sub _move {
    my ($s, $sock) = @_;

    my $peer = $s->{peers}{$sock};

    return $s->{select}->remove($sock) if $s->{mode} eq 'hold';

    my $n = sysread $sock, my $data, 1 << 16;
    return _close($s, $sock) if !$n;

    if ($peer->{asks}) {
        # a word may come in two pieces
        my $seen = substr($peer->{word}, -64) . $data;
        $peer->{marked} = 1
            if $s->{lose} && index($seen, $s->{word}) >= 0;
        $peer->{word} = $data;

    } elsif ($s->{lose} && $s->{peers}{ $peer->{to} }{marked}) {
        $s->{lose}--;
        $s->{lost}++;
        return _close($s, $sock);
    }

    my $sent = 0;
    while ($sent < $n) {
        my $m = syswrite $peer->{to}, $data, $n - $sent, $sent;
        return _close($s, $sock) if !$m;
        $sent += $m;
    }

    return;
}

sub _close {
    my ($s, $sock) = @_;

    my $peer  = delete $s->{peers}{$sock} or return;
    my $other = $peer->{to};
    delete $s->{peers}{$other};

    $s->{select}->remove($sock, $other);
    close $_ for $sock, $other;
    return;
}

sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);
    return if $$ != $self->{owner};
    kill 'KILL', $self->{pid};
    waitpid $self->{pid}, 0;
    return;
}

1;
