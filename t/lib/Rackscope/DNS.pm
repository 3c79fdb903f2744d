# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::DNS;

# A DNS server for nginx's resolver.  It knows the addresses of names that it
# was told, and of no other name.
#
#     my $dns = Rackscope::DNS->new;
#     $dns->set('redis.test' => '127.0.0.1');

use strict;
use warnings;

use IO::Handle;
use IO::Select;
use POSIX ();
use Socket;

use Rackscope::Redis;

sub new {
    my ($class) = @_;

    my $port = Rackscope::Redis::free_port();

    socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC
        or die "socketpair: $!\n";
    socket my $sock, PF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
    bind $sock, pack_sockaddr_in($port, INADDR_LOOPBACK)
        or die "bind to $port: $!\n";

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        close $ours;
        eval { _run($theirs, $sock) };
        POSIX::_exit(0);
    }

    $ours->autoflush;

    return bless { pid => $pid, port => $port, control => $ours, owner => $$ },
        $class;
}

sub port { return $_[0]{port} }

sub set {
    my ($self, $name, $address) = @_;

    $self->{control}->print("$name $address\n");
    return readline $self->{control};
}

sub _run {
    my ($control, $sock) = @_;

    my $select = IO::Select->new($control, $sock);
    my %addresses;

    while (1) {
        for my $ready ($select->can_read) {

            if ($ready == $control) {
                my $line = readline $control;
                exit 0 if !defined $line;
                my ($name, $address) = split ' ', $line;
                $addresses{$name} = inet_aton($address);
                syswrite $control, "\n";
                next;
            }

            my $from = recv $sock, my $query, 512, 0;
            send $sock, _answer($query, \%addresses), 0, $from
                if length $query > 12;
        }
    }

    return;
}

# RFC 1035: a header, the question, and a record of type A that lives for a
# second.

sub _answer {
    my ($query, $addresses) = @_;

    my ($question) = substr($query, 12) =~ /\A((?:[^\0]+)\0....)/s
        or return '';
    my $type  = unpack 'n', substr $question, -4;
    my @parts = unpack '(C/a)*', substr $question, 0, -5;
    my $found = $addresses->{ join '.', @parts };

    my $given = $found && $type == 1;
    my $flags = 0x8180 | ($found ? 0 : 3);

    return substr($query, 0, 2)
        . pack('n5', $flags, 1, $given ? 1 : 0, 0, 0) . $question
        . ($given ? pack('n3 N n', 0xc00c, 1, 1, 1, 4) . $found : '');
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
