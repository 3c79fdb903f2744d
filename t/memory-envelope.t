# SPDX-License-Identifier: BSD-2-Clause
#
# Memory: a large body in an envelope, or compressed, needs little memory of a
# worker, and none of it is on disk.  MEMORY_MB=50 makes larger bodies.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Compress::Raw::Zlib qw(Z_OK WANT_GZIP);

use Rackscope::Test;

plan skip_all => 'a sanitizer keeps what is freed' if $ENV{RACKSCOPE_PRELOAD};

# What a body may need, and how large it is.  The ring is small, so that its
# pages do not count.

my $bound = 6 * 1024;
my $size  = ($ENV{MEMORY_MB} || 10) * 1024 * 1024;

my $nginx = Rackscope::Nginx->new(
    workers => 1,
    zone    => 'main entries=100 entry_size=4k',
    http    => 'client_max_body_size 100m; client_body_buffer_size 16k;',
    ingest  => 'location / { rackscope_logs_ingest main; }',
)->start;

my ($worker) = $nginx->workers;

# Records that do not compress away, enough of them for a piece.

my $piece = 64 * 1024;
my @texts = map {
    join ' ', "order $_ of 256 was refused:",
        map { sprintf '%08x', rand 2**32 } 1 .. 16
} 1 .. 256;

sub varint {
    my ($n) = @_;

    my $bytes = '';
    while ($n >= 128) {
        $bytes .= chr($n & 127 | 128);
        $n >>= 7;
    }
    return $bytes . chr $n;
}

# A field of a protobuf message: its bytes follow.

sub head {
    my ($number, $length) = @_;

    return varint($number << 3 | 2) . varint($length);
}

sub field { return head($_[0], length $_[1]) . $_[1] }

# What is sent: the beginning, the same piece many times, and the end.  "count"
# is the number of records in a piece.

sub text_body {
    my ($first, $last, @records) = @_;

    return { first => $first, piece => join('', @records), last => $last,
        count => scalar @records };
}

# The same for messages in messages, each of which begins with its length: the
# fields of the innermost are repeated, and stand behind "first".

sub message_body {
    my ($first, $outer, @records) = @_;

    my $body = text_body('', '', @records);
    my $length = length($first) + length($body->{piece}) * times_of($body);

    $body->{first} = $first;
    for my $number (@$outer) {
        my $head = head($number, $length);
        $body->{first} = $head . $body->{first};
        $length += length $head;
    }
    $body->{length} = $length;
    return $body;
}

sub times_of { return int($size / length $_[0]{piece}) }

# A block of Snappy: all but the ends of the records are literals, and the end
# is a copy of the byte before it.

sub snappy_body {
    my ($body) = @_;

    my $literal = sub {
        my ($bytes) = @_;
        return join '', map { "\xf4" . pack('v', length($_) - 1) . $_ } $bytes =~ /.{1,60000}/gs;
    };

    my $made = '';
    for my $part (split /(x{60})/, $body->{piece}) {
        $made .= $part =~ /\Ax{60}\z/
            ? $literal->('x') . pack('Cv', (59 - 1) << 2 | 2, 1)
            : $literal->($part) if length $part;
    }

    return { %$body, first => varint($body->{length}) . $literal->($body->{first}),
        piece => $made, times => times_of($body) };
}

my $attributes = join ',',
    map { qq({"key":"$_","value":{"stringValue":"payment of $_"}}) } qw(order user region);
my @log_records = map {
    qq({"timeUnixNano":"1795342617395827000","severityNumber":17,)
        . qq("body":{"stringValue":"$_"},"attributes":[$attributes]},)
} @texts;
my $resource =
    '"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"orders"}}]}';

my $string = sub { return field($_[0], field(1, $_[1])) };
my @otlp_records = map {
    field(2, "\x10\x11" . $string->(5, $_)
        . join '', map { field(6, field(1, $_) . $string->(2, "payment of $_")) } qw(order user))
} @texts;

my $loki = message_body(field(1, '{app="orders",level="error"}'), [1],
    map { field(2, field(1, "\x08\xda\xac\x8b\xd8\x06") . field(2, $_ . 'x' x 60)) } @texts);

my $json     = 'application/json';
my $protobuf = 'application/x-protobuf';

my @bodies = (
    [ 'OTLP JSON', '/v1/logs', $json, text_body(
        qq({"resourceLogs":[{$resource,"scopeLogs":[{"scope":{"name":"shop"},"logRecords":[),
        $log_records[0] =~ s/,\z/]}]}]}/r, @log_records) ],
    [ 'OTLP JSON, the resource behind', '/v1/logs', $json, text_body(
        '{"resourceLogs":[{"scopeLogs":[{"logRecords":[',
        $log_records[0] =~ s/,\z/]}],$resource}]}/r, @log_records) ],
    [ 'OTLP protobuf', '/v1/logs', $protobuf, message_body(
        $string->(1, 'shop'), [ 2, 1 ], @otlp_records) ],
    [ 'Loki JSON', '/loki/api/v1/push', $json, text_body(
        '{"streams":[{"stream":{"app":"orders"},"values":[',
        '["1795342617395827000","last"]]}]}',
        map { qq(["1795342617395827000","$_"],) } @texts) ],
    [ 'Loki JSON, the labels behind', '/loki/api/v1/push', $json, text_body(
        '{"streams":[{"values":[',
        '["1795342617395827000","last"]],"stream":{"app":"orders"}}]}',
        map { qq(["1795342617395827000","$_"],) } @texts) ],
    [ 'Loki protobuf in Snappy', '/loki/api/v1/push', $protobuf, snappy_body($loki) ],
    [ 'HEC', '/services/collector/event', $json, text_body('', '',
        map { qq({"time":1795342617.395,"source":"orders","event":{"message":"$_"}}) } @texts) ],
    [ 'bulk', '/_bulk', 'application/x-ndjson', text_body('', '',
        map { qq({"create":{"_index":"logs"}}\n{"message":"$_","level":"error"}\n) } @texts) ],
    [ 'journal', '/upload', 'application/vnd.fdo.journal', text_body('', '',
        map { "__REALTIME_TIMESTAMP=1795342617395827\nPRIORITY=3\nMESSAGE=$_\n\n" } @texts) ],
    [ 'NDJSON in gzip', '/internal/logs', 'application/x-ndjson', { gzip => 1,
        %{ text_body('', '', map { qq({"message":"$_","level":"error"}\n) } @texts) } } ],
);

# The largest resident size since the last time, in kB.

sub peak {
    my ($peak) = slurp("/proc/$worker/status") =~ /^VmHWM:\s+(\d+)/m;

    if (open my $file, '>', "/proc/$worker/clear_refs") {
        print {$file} '5';
        close $file;
    }
    return $peak;
}

# Sends the body, which is nowhere whole, and returns the answer, and how many
# records the body has.

sub post {
    my ($uri, $type, $body) = @_;

    my $upload = $nginx->client(1);
    $upload->start('POST', $uri, open => 1, headers => [ 'Content-Type' => $type ]);

    my $zlib = $body->{gzip}
        && Compress::Raw::Zlib::Deflate->new(-WindowBits => WANT_GZIP, -Level => 1,
            -AppendOutput => 1);
    my $times = $body->{times} // times_of($body);
    my $out   = '';

    for my $bytes ($body->{first}, ($body->{piece}) x $times, $body->{last}) {
        $zlib ? $zlib->deflate($bytes, $out) == Z_OK || die 'zlib' : ($out .= $bytes);
        next if length $out < $piece;
        $upload->send_chunk($out) or die 'the body is not taken';
        $out = '';
    }

    $zlib and $zlib->flush($out);
    $upload->send_chunk($out) if length $out;
    $upload->send_end;

    my $response = $upload->response;
    $upload->close;

    return $response, $times * $body->{count} + ($body->{last} ne '');
}

# The sequence begins with the first record.

is $nginx->post('{"message":"first"}')->status, 200, 'the first record';

my $before = rss($worker);
peak();

for (@bodies) {
    my ($name, $uri, $type, $body) = @$_;

    my $seq   = $nginx->last_seq;
    my $start = now();
    my ($response, $count) = post($uri, $type, $body);
    my $seconds = now() - $start;

    like $response && $response->status, qr/\A20[04]\z/, $name;
    is $nginx->last_seq - $seq, $count, "$name: all records are taken";

    my $grown = peak() - $before;
    cmp_ok $grown, '<=', $bound, "$name: in bounded memory";
    note sprintf '%s: %d records, %d kB at most, %.1f s', $name, $count, $grown, $seconds;
}

is_deeply [ $nginx->workers ], [$worker], 'by the same worker';

done();
