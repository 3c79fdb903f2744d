# SPDX-License-Identifier: BSD-2-Clause

package Bench::Body;

# The records of a file, as different senders send them.

use strict;
use warnings;

use Exporter qw(import);
use IO::Compress::Gzip qw(gzip);
use JSON::PP;
use Time::Local qw(timegm);

our @EXPORT_OK = qw(request names);

my $json = JSON::PP->new->utf8->canonical;

my %severity = (DEBUG => 5, INFO => 9, WARNING => 13, ERROR => 17, CRITICAL => 21);

my @makers = (
    [ 'NDJSON'        => 'application/x-ndjson',   \&_ndjson ],
    [ 'NDJSON, gzip'  => 'application/x-ndjson',   sub { _gzip(_ndjson(@_)) } ],
    [ 'OTLP JSON'     => 'application/json',       \&_otlp_json ],
    [ 'OTLP protobuf' => 'application/x-protobuf', \&_otlp_protobuf ],
    [ 'Loki JSON'     => 'application/json',       \&_loki ],
);

sub names { return map { $_->[0] } @makers }

# request(name, [line, …]): a whole request, and its body.

sub request {
    my ($name, $lines) = @_;

    my ($made) = grep { $_->[0] eq $name } @makers or die "there is no $name\n";
    my $body = $made->[2]->(map { $json->decode($_) } @$lines);

    return "POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Type: $made->[1]\r\n"
        . ($name =~ /gzip/ ? "Content-Encoding: gzip\r\n" : '')
        . 'Content-Length: ' . length($body) . "\r\n\r\n" . $body, $body;
}

sub _ndjson { return join '', map { $json->encode($_) . "\n" } @_ }

sub _gzip {
    my ($bytes) = @_;

    gzip(\$bytes => \my $made) or die "gzip\n";
    return $made;
}

sub _nanoseconds {
    my ($time) = @_;

    my ($y, $m, $d, $h, $min, $s, $fraction) = $time =~ /(\d+)/g;
    return timegm($s, $min, $h, $d, $m - 1, $y) . substr "${fraction}000000000", 0, 9;
}

# What a record has besides, as attributes: [key, value].

sub _attributes {
    my ($record) = @_;

    my %more = %$record;
    delete @more{qw(timestamp level logger message)};
    $more{'exception.stacktrace'} = delete $more{exception} if $more{exception};
    return map { [ $_ => "$more{$_}" ] } sort keys %more;
}

# One scope for each logger, as the SDKs do it: [logger, record, …].

sub _scopes {
    my %scope;

    push @{ $scope{ $_->{logger} } }, $_ for @_;
    return map { [ $_, @{ $scope{$_} } ] } sort keys %scope;
}

sub _otlp_json {
    my $any = sub { return { stringValue => $_[0] } };

    my @scopes = map {
        my ($logger, @records) = @$_;
        {
            scope      => { name => $logger },
            logRecords => [ map { {
                timeUnixNano   => _nanoseconds($_->{timestamp}),
                severityNumber => $severity{ $_->{level} },
                severityText   => $_->{level},
                body           => $any->($_->{message}),
                attributes     => [ map { { key => $_->[0], value => $any->($_->[1]) } }
                        _attributes($_) ],
            } } @records ],
        }
    } _scopes(@_);

    my $resource = { attributes => [ { key => 'service.name', value => $any->('backend') } ] };
    my $text     = $json->encode(\@scopes);

    # the resource first, as all senders have it
    return '{"resourceLogs":[{"resource":' . $json->encode($resource) . ',"scopeLogs":'
        . $text . '}]}';
}

sub _varint {
    my ($n) = @_;

    my $bytes = '';
    while ($n >= 128) {
        $bytes .= chr($n & 127 | 128);
        $n >>= 7;
    }
    return $bytes . chr $n;
}

sub _field {
    my ($number, $bytes) = @_;

    utf8::encode($bytes) if utf8::is_utf8($bytes);
    return _varint($number << 3 | 2) . _varint(length $bytes) . $bytes;
}

sub _otlp_protobuf {
    my $attribute = sub { return _field(1, $_[0]) . _field(2, _field(1, $_[1])) };

    my $scopes = join '', map {
        my ($logger, @records) = @$_;
        _field(2, _field(1, _field(1, $logger)) . join '', map {
            _field(2, "\x09" . pack('Q<', _nanoseconds($_->{timestamp}))
                    . "\x10" . chr($severity{ $_->{level} })
                    . _field(3, $_->{level})
                    . _field(5, _field(1, $_->{message}))
                    . join '', map { _field(6, $attribute->(@$_)) } _attributes($_))
        } @records);
    } _scopes(@_);

    return _field(1, _field(1, _field(1, $attribute->('service.name', 'backend'))) . $scopes);
}

# As promtail does it with a backend that logs JSON: a line is the record.

sub _loki {
    my @values = map { [ _nanoseconds($_->{timestamp}), $json->encode($_) ] } @_;

    # the labels first, as all senders have them; and a line is text
    $_->[1] =~ s/[^ -~]/?/g for @values;
    return '{"streams":[{"stream":{"app":"backend"},"values":' . $json->encode(\@values) . '}]}';
}

1;
