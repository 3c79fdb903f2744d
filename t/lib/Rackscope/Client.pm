# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Client;

# One connection, byte by byte under the test's control.

use strict;
use warnings;

use Errno qw(EAGAIN EINTR);
use IO::Handle;
use IO::Select;
use Scalar::Util qw(weaken);
use Socket qw(:DEFAULT SO_LINGER SO_RCVBUF);

use Rackscope::Response;
use Rackscope::Util qw(now);

my $timeout = 20;
my %open;

# Connects to a port of 127.0.0.1 or to the path of a Unix socket.
# Options: rcvbuf => bytes, for a client that takes little.

sub new {
    my ($class, $port, %opt) = @_;

    my $self = bless { buf => '', eof => 0, port => $port }, $class;

    my $unix = $port =~ m{/};
    my $peer =
        $unix
        ? pack_sockaddr_un($port)
        : pack_sockaddr_in($port, INADDR_LOOPBACK);

    socket my $sock, $unix ? PF_UNIX : PF_INET, SOCK_STREAM, 0
        or die "socket: $!\n";
    setsockopt $sock, SOL_SOCKET, SO_RCVBUF, pack 'i', $opt{rcvbuf}
        if $opt{rcvbuf};
    connect $sock, $peer or die "connect to $port: $!\n";

    $self->{sock} = $sock;
    $sock->blocking(0);
    weaken($open{$self} = $self);

    return $self;
}

# Sends all of the bytes; false if the other side does not take them (in time).

sub send {    ## no critic (ProhibitBuiltinHomonyms)
    my ($self, $data, $seconds) = @_;

    my $deadline = now() + ($seconds // $timeout);
    my $sent     = 0;
    local $SIG{PIPE} = 'IGNORE';

    while ($sent < length $data) {
        my $n = syswrite $self->{sock}, $data, 1 << 16, $sent;

        if (defined $n) {
            $sent += $n;

        } elsif ($! == EAGAIN || $! == EINTR) {
            my $left = $deadline - now();
            return 0 if $left <= 0;
            IO::Select->new($self->{sock})->can_write($left);

        } else {
            $self->{error} = "$!";
            return 0;
        }
    }

    return 1;
}

# Reads what has arrived, or waits for it until the deadline. Returns the
# number of bytes read, 0 at the end (or after a reset: see ->error), or undef
# if nothing came.

sub fill {
    my ($self, $deadline) = @_;

    return 0 if $self->{eof};

    while (1) {
        my $n = sysread $self->{sock}, $self->{buf}, 1 << 16,
            length $self->{buf};

        return $n if $n;

        if (defined $n || ($! != EAGAIN && $! != EINTR)) {
            $self->{error} = "$!" if !defined $n;
            $self->{eof}   = 1;
            return 0;
        }

        my $left = $deadline - now();
        return if $left <= 0;
        IO::Select->new($self->{sock})->can_read($left);
    }
}

# Sends a request, without waiting for the answer.  Options:
#
#     headers => [ 'X-A' => 1, … ]     over and above Host
#     version => '1.0'
#     body    => $bytes                with Content-Length …
#     length  => $n                    … this one, right or wrong
#     pieces  => $n                    … in writes of n bytes
#     chunks  => [ $bytes, … ]         with Transfer-Encoding: chunked
#     open    => 1                     the same, with no chunk yet: send_chunk()

sub start {
    my ($self, $method, $uri, %opt) = @_;

    my $version = $opt{version} // '1.1';
    my @headers = @{ $opt{headers} // [] };
    my %given   = map { lc $_ => 1 } @headers;
    my $body    = $opt{body} // '';

    $self->{method} = $method;

    unshift @headers, Host => 'localhost' if !$given{host};

    if ($opt{chunks} || $opt{open}) {
        push @headers, 'Transfer-Encoding' => 'chunked';

    } elsif (defined $opt{body} || defined $opt{length}) {
        push @headers, 'Content-Length' => $opt{length} // length $body;
    }

    my $head = "$method $uri HTTP/$version\r\n";
    while (my ($name, $value) = splice @headers, 0, 2) {
        $head .= "$name: $value\r\n";
    }
    $head .= "\r\n";

    return $self->send($head . $body) if !$opt{pieces} && !$opt{chunks};

    $self->send($head) or return 0;

    if ($opt{chunks}) {
        for (@{ $opt{chunks} }) {
            $self->send_chunk($_) or return 0;
        }
        return $self->send_end;
    }

    for (my $i = 0; $i < length $body; $i += $opt{pieces}) {
        $self->send(substr $body, $i, $opt{pieces}) or return 0;
    }

    return 1;
}

sub send_chunk {
    my ($self, $data) = @_;

    return $self->send(sprintf "%x\r\n%s\r\n", length $data, $data);
}

sub send_end {
    my ($self) = @_;

    return $self->send("0\r\n\r\n");
}

# The next response: a Rackscope::Response, or undef if none began in time.
# A body that was cut, or is not there in time, has ->complete false.

sub response {
    my ($self, $seconds) = @_;

    my $deadline = now() + ($seconds // $timeout);
    my $response;

    do {
        $response = $self->read_head($deadline) or return;
    } while ($response->status < 200 && $response->status != 101);

    my $fill = sub { return $self->fill($deadline) };

    $response->read_body(\$self->{buf}, $fill, $self->{method} // 'GET');
    return $response;
}

# The head of a response alone.

sub read_head {
    my ($self, $deadline) = @_;

    while ($self->{buf} !~ /\r\n\r\n/) {
        $self->fill($deadline) or return;
    }

    $self->{buf} =~ s/\A(.*?)\r\n\r\n//s;
    return Rackscope::Response->new($1);
}

# A request and its response.

sub request {
    my ($self, $method, $uri, %opt) = @_;

    $self->start($method, $uri, %opt);
    return $self->response($opt{timeout});
}

# Has the other side closed the connection, in time?

sub closed {
    my ($self, $seconds) = @_;

    my $deadline = now() + ($seconds // 10);
    while (1) {
        my $n = $self->fill($deadline);
        return 0 if !defined $n;
        return 1 if $n == 0;
    }
}

sub error { return $_[0]{error} }

sub sock { return $_[0]{sock} }

# Ends our side of the connection; the answer can still be read.

sub shutdown {    ## no critic (ProhibitBuiltinHomonyms)
    my ($self) = @_;

    return CORE::shutdown $self->{sock}, 1;
}

sub close {    ## no critic (ProhibitBuiltinHomonyms, ProhibitAmbiguousNames)
    my ($self) = @_;

    delete $open{$self};
    $self->{eof} = 1;
    return $self->{sock} && $self->{sock}->close;
}

# Closes the connection by a RST.

sub reset {    ## no critic (ProhibitBuiltinHomonyms)
    my ($self) = @_;

    setsockopt $self->{sock}, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
    return $self->close;
}

sub close_all {
    $_->close for grep { $_ } values %open;
    return;
}

sub DESTROY {
    my ($self) = @_;

    delete $open{$self};
    return;
}

1;
