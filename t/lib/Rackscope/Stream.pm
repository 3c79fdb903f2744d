# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Stream;

# A client of Server-Sent Events, or of NDJSON.  It reads from its connection
# only while one of its methods is called; otherwise it is a client that does
# not read.

use strict;
use warnings;

use IO::Handle;
use POSIX ();

use Rackscope::Client;
use Rackscope::Response;
use Rackscope::Util qw(now decode_json reap);

# Over a connection of its own, or one that is given: client => $client.
# Options: headers, version as in Rackscope::Client; rcvbuf => bytes.

sub new {
    my ($class, $port, $uri, %opt) = @_;

    my $self = _new($class);

    $self->{client} = delete $opt{client}
        // Rackscope::Client->new($port, rcvbuf => delete $opt{rcvbuf});
    $self->{client}->start('GET', $uri, %opt);

    return $self;
}

# The same by curl, for HTTP/2 and TLS: ->response is not there.

sub curl {
    my ($class, @args) = @_;

    my $self = _new($class);

    pipe my $read, my $write or die "pipe: $!\n";
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDIN,  '<',  '/dev/null' or POSIX::_exit(126);
        open STDOUT, '>&', $write      or POSIX::_exit(126);
        { no warnings 'exec'; exec 'curl', '-s', '-N', '-k', '--noproxy', '*', @args; }
        POSIX::_exit(127);
    }

    CORE::close $write;
    $read->blocking(0);

    $self->{pid}    = $pid;
    $self->{client} = bless { buf => '', eof => 0, sock => $read },
        'Rackscope::Client';

    return $self;
}

sub _new {
    my ($class) = @_;

    return bless {
        text     => '',
        chunks   => {},
        events   => [],
        comments => [],
        seen     => [],
    }, $class;
}

sub client { return $_[0]{client} }
sub pid    { return $_[0]{pid} }

# The head of the response, for ->status and ->header; undef if there is none.

sub response {
    my ($self, $seconds) = @_;

    $self->{response} //= $self->{client}->read_head(now() + ($seconds // 10))
        if !$self->{pid};
    return $self->{response};
}

sub status {
    my ($self) = @_;

    my $response = $self->response;
    return $response && $response->status;
}

sub header {
    my ($self, $name) = @_;

    my $response = $self->response;
    return $response && $response->header($name);
}

# The next event, or undef if none came in time or the stream is over.  Keys:
# data, and event, id, retry if the stream had them; json is the decoded data.
# Of NDJSON, a line is an event, and an empty line a comment.

sub next_event {
    my ($self, $seconds) = @_;

    my $deadline = now() + ($seconds // 10);

    while (!@{ $self->{events} }) {
        last if !$self->_read($deadline);
    }

    my $event = shift @{ $self->{events} } or return;
    push @{ $self->{seen} }, $event;
    return $event;
}

# All events that are there now, or come within the seconds.

sub events {
    my ($self, $seconds) = @_;

    my $deadline = now() + ($seconds // 0);
    my @events;

    while (1) {
        my $left  = $deadline - now();
        my $event = $self->next_event($left < 0 ? 0 : $left) or return @events;
        push @events, $event;
    }
}

# Reads events until the sub, which gets one in $_, is true for one, and
# returns that one; undef if the time is over or the stream.

sub wait_for {
    my ($self, $match, $seconds) = @_;

    my $deadline = now() + ($seconds // 10);

    while (1) {
        my $left  = $deadline - now();
        my $event = $self->next_event($left < 0 ? 0 : $left) or return;
        for ($event) {
            return $event if $match->($event);
        }
    }
}

# The comments that have come so far (the heartbeat is one).

sub comments {
    my ($self) = @_;

    1 while $self->_read(now());
    return @{ $self->{comments} };
}

# All events that the methods above have returned so far.

sub seen { return @{ $_[0]{seen} } }

# How the stream ended: "clean" (its last chunk, or curl's exit code 0),
# "closed" (the end of the connection, if nothing else marks the end of the
# response), "cut" (anything else), or undef if it has not ended in time.
# Events before the end can still be read.

sub ended {
    my ($self, $seconds) = @_;

    my $deadline = now() + ($seconds // 0);

    1 while !$self->{end} && $self->_read($deadline);
    return $self->{end};
}

# curl's exit code.

sub rc {
    my ($self) = @_;

    return if !$self->{pid} && !defined $self->{rc};

    if (!defined $self->{rc}) {
        my $status = reap($self->{pid});
        return if !defined $status;
        delete $self->{pid};
        $self->{rc} = $status & 127 ? -1 : $status >> 8;
    }

    return $self->{rc};
}

sub close {    ## no critic (ProhibitBuiltinHomonyms, ProhibitAmbiguousNames)
    my ($self) = @_;

    $self->_kill;
    return $self->{client}->close;
}

sub reset {    ## no critic (ProhibitBuiltinHomonyms)
    my ($self) = @_;

    return $self->{client}->reset;
}

# Reads once; false if nothing came until the deadline or there is no more.

sub _read {
    my ($self, $deadline) = @_;

    return 0 if $self->{end};

    my $client = $self->{client};

    if ($self->{pid}) {
        my $n = $client->fill($deadline) // return 0;
        $self->{text} .= $client->{buf};
        $client->{buf} = '';
        $self->_parse;
        $self->{end} = ($self->rc // -1) == 0 ? 'clean' : 'cut' if $n == 0;
        return $n;
    }

    my $left = $deadline - now();
    my $response = $self->response($left < 0 ? 0 : $left);

    if (!$response) {
        $self->{end} = 'cut' if $client->{eof};
        return 0;
    }

    my $n = 1;
    $n = $client->fill($deadline) // return 0 if $client->{buf} eq '';

    if ($response->chunked) {
        my $before = length $client->{buf};
        my $done = Rackscope::Response::dechunk($self->{chunks},
            \$client->{buf}, \$self->{text});

        $self->{end} = 'clean' if $done;
        $self->{end} = 'cut'   if !$done && ($self->{chunks}{error} || !$n);

        # only a part of the line with the chunk's size has come
        $n = $client->fill($deadline) // return 0
            if !$self->{end} && length $client->{buf} == $before;

    } else {
        $self->{text} .= $client->{buf};
        $client->{buf} = '';
        $self->{end} = $client->{error} ? 'cut' : 'closed' if $n == 0;
    }

    $self->_parse;
    return $n || !$self->{end};
}

# https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6

sub _parse {
    my ($self) = @_;

    return $self->_parse_lines
        if $self->{response}
        && $self->{response}->header('Content-Type') eq 'application/x-ndjson';

    while ($self->{text} =~ s/\A(.*?)(?:\r\n|\n|\r(?!\z))//s) {
        my $line = $1;

        if ($line eq '') {
            my $event = delete $self->{event} or next;

            $event->{json} = decode_json($event->{data})
                if ($event->{data} // '') =~ /\A[{\[]/;
            push @{ $self->{events} }, $event;

        } elsif ($line =~ /\A:\s?(.*)\z/s) {
            push @{ $self->{comments} }, $1;

        } else {
            my ($name, $value) = $line =~ /\A([^:]*):?\ ?(.*)\z/sx;

            if ($name eq 'data' && defined $self->{event}{data}) {
                $self->{event}{data} .= "\n$value";
            } else {
                $self->{event}{$name} = $value;
            }
        }
    }

    return;
}

sub _parse_lines {
    my ($self) = @_;

    while ($self->{text} =~ s/\A(.*)\n//) {
        my $line = $1;

        if ($line eq '') {
            push @{ $self->{comments} }, '';
            next;
        }

        my $json = decode_json($line);
        push @{ $self->{events} }, {
            data => $line,
            json => $json,
            exists $json->{_event} ? (event => $json->{_event}) : (),
            exists $json->{_seq} ? (id => $json->{_seq}) : (),
        };
    }

    return;
}

sub _kill {
    my ($self) = @_;

    my $pid = delete $self->{pid} or return;
    local ($?, $!);
    kill 'KILL', $pid;
    waitpid $pid, 0;
    return;
}

sub DESTROY {
    my ($self) = @_;

    $self->_kill;
    return;
}

1;
