# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Response;

# A response as it came: ->status, ->header('Name'), ->headers, ->body,
# ->json, ->complete, ->chunked.

use strict;
use warnings;

use IO::Uncompress::Gunzip ();

use Rackscope::Util qw(decode_json);

sub new {
    my ($class, $head) = @_;

    my ($line, @lines) = split /\r\n/, $head;
    my ($version, $status) = $line =~ m{\AHTTP/(\d\.\d)\ (\d{3})}x
        or die "no status line: $line\n";

    my %headers;
    for (@lines) {
        my ($name, $value) = /\A([^:]+):\s*(.*)\z/ or die "no header: $_\n";
        $name = lc $name;
        $headers{$name} =
            exists $headers{$name} ? "$headers{$name}, $value" : $value;
    }

    return bless {
        version => $version,
        status  => $status,
        headers => \%headers,
        head    => $head,
        body    => '',
    }, $class;
}

sub version  { return $_[0]{version} }
sub status   { return $_[0]{status} }
sub headers  { return $_[0]{headers} }
sub head     { return $_[0]{head} }
sub raw_body { return $_[0]{body} }
sub complete { return $_[0]{complete} }

sub header {
    my ($self, $name) = @_;

    return $self->{headers}{ lc $name };
}

sub chunked {
    my ($self) = @_;

    return ($self->header('Transfer-Encoding') // '') eq 'chunked';
}

# The body without its transfer and content encoding.

sub body {
    my ($self) = @_;

    return $self->{body}
        if ($self->header('Content-Encoding') // '') ne 'gzip';

    IO::Uncompress::Gunzip::gunzip(\$self->{body} => \my $plain)
        or die "gunzip: $IO::Uncompress::Gunzip::GunzipError\n";
    return $plain;
}

sub json {
    my ($self) = @_;

    return decode_json($self->body);
}

# Takes the body out of the buffer that "fill" fills.

sub read_body {
    my ($self, $buf, $fill, $method) = @_;

    my $length = $self->header('Content-Length');

    if ($method eq 'HEAD' || $self->status =~ /\A(?:1..|204|304)\z/) {
        $self->{complete} = 1;

    } elsif ($self->chunked) {
        my %state;
        until (dechunk(\%state, $buf, \$self->{body})) {
            last if $state{error} || !$fill->();
        }
        $self->{complete} = $state{done};

    } elsif (defined $length) {
        1 while length $$buf < $length && $fill->();
        $self->{body} = substr $$buf, 0, $length, '';
        $self->{complete} = length $self->{body} == $length;

    } else {
        my $n;
        1 while ($n = $fill->());
        $self->{body} = $$buf;
        $$buf = '';
        $self->{complete} = defined $n;
    }

    return;
}

# Decodes the chunks that have arrived from one buffer to the other.  True at
# the end of the body.

sub dechunk {
    my ($state, $from, $to) = @_;

    while (!$state->{done} && !$state->{error}) {

        if (!defined $state->{left}) {

            $$from =~ s/\A([0-9a-f]+)\r\n//i or do {
                $state->{error} = 'no chunk' if $$from =~ /\A(?:[^0-9a-f]|.+\n)/i;
                last;
            };

            $state->{left} = hex $1;
            $state->{last} = $state->{left} == 0;
        }

        if ($state->{left}) {
            last if $$from eq '';
            my $part = substr $$from, 0, $state->{left}, '';
            $$to .= $part;
            $state->{left} -= length $part;
            next;
        }

        last if length $$from < 2;
        $state->{error} = 'no end of chunk' if substr($$from, 0, 2, '') ne "\r\n";
        $state->{left}  = undef;
        $state->{done}  = 1 if $state->{last} && !$state->{error};
    }

    return $state->{done};
}

1;
