# SPDX-License-Identifier: BSD-2-Clause
#
# OTLP and Loki in protobuf, compressed and not, and what is answered.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use IO::Compress::Gzip qw(gzip);

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    http   => 'client_max_body_size 64m; client_body_buffer_size 16k;',
    ingest => 'location / { rackscope_logs_ingest main; }',
)->start;

my $protobuf = 'application/x-protobuf';

# Messages: a field with a length, and one with a number.

sub varint {
    my ($n) = @_;

    my $bytes = '';
    while ($n >= 128) {
        $bytes .= chr($n & 127 | 128);
        $n >>= 7;
    }
    return $bytes . chr $n;
}

sub field {
    my ($number, $bytes) = @_;

    return varint($number << 3 | 2) . varint(length $bytes) . $bytes;
}

sub number {
    my ($number, $value) = @_;

    return varint($number << 3) . varint($value);
}

sub attribute {
    my ($key, $value) = @_;

    return field(6, field(1, $key) . field(2, field(1, $value)));
}

sub otlp {
    my (@records) = @_;

    my $resource = field(1, field(1, field(1, 'service.name') . field(2, field(1, 'orders'))));
    return field(1, field(1, $resource =~ s/\A..//sr)
            . field(2, join '', map { field(2, $_) } @records));
}

sub record {
    my ($text, @more) = @_;

    return number(2, 17) . field(5, field(1, $text)) . join '', @more;
}

# A block of Snappy that has nothing but literals.

sub block {
    my ($bytes) = @_;

    return varint(length $bytes) . join '',
        map { "\xf4" . pack('v', length($_) - 1) . $_ } $bytes =~ /.{1,60000}/gs;
}

sub gz {
    my ($bytes) = @_;

    gzip(\$bytes => \my $made) or die 'gzip';
    return $made;
}

sub post {
    my ($uri, $body, @headers) = @_;

    my $seq = $nginx->last_seq;
    my $response = $nginx->client(1)->request('POST', $uri,
        body => $body, headers => [ 'Content-Type' => $protobuf, @headers ]);

    return $response, $nginx->records("since_seq=$seq&n=1000");
}

my $body = otlp(map { record("m$_", attribute('db_password', "hunter$_")) } 1 .. 50);

for ([ plain => $body ], [ gzip => gz($body) ], [ snappy => block($body) ],
    [ 'gzip, named' => gz($body), 'Content-Encoding' => 'gzip' ],
    [ 'snappy, named' => block($body), 'Content-Encoding' => 'snappy' ])
{
    my ($name, $bytes, @headers) = @$_;
    my ($response, @records) = post('/v1/logs', $bytes, @headers);

    is $response->status, 200, "OTLP, $name";
    is $response->header('Content-Type'), $protobuf, 'its type';
    is $response->header('Content-Length'), 0, 'an empty message';
    is $response->body, '', 'which it is';
    is_deeply [ map { "$_->{message} $_->{level} $_->{db_password}" } @records ],
        [ map { "m$_ ERROR ***" } 1 .. 50 ], 'the records, redacted';
}

# In chunks of any size, and kept alive.

my $client = $nginx->client(1);
for my $size (1, 7, 1000) {
    $client->start('POST', '/v1/logs', headers => [ 'Content-Type' => $protobuf ],
        chunks => [ $body =~ /.{1,$size}/gs ]);
    is $client->response->status, 200, "in chunks of $size";
}

# Of two records one is broken: the answer says so, as OTLP has it.

my ($response, @records) = post('/v1/logs', otlp("\x0a\xff", record('good')));

is $response->status, 200, 'one is broken';
is_deeply [ map { $_->{message} } @records ], ['good'], 'the other one is taken';

my $why = 'the record is no protobuf';
is $response->body, field(1, number(1, 1) . field(2, $why)), 'a partial success';

# None is read: a 422, and a body that breaks off keeps what was whole.

($response, @records) = post('/v1/logs', "\x0a\x05\x0b");
is $response->status, 422, 'no protobuf';
like $response->json->{detail}, qr/no protobuf/, 'by name';
is @records, 0, 'no record';

($response, @records) = post('/v1/logs', substr $body, 0, length($body) - 3);
is $response->status, 200, 'it breaks off';
is @records, 49, 'what was whole is there';
like $response->body, qr/the protobuf breaks off/, 'it says so';

# Loki.

my $entry = field(1, number(1, 1795343492) . number(2, 890000000))
    . field(2, '{"message":"paid","token":"abc"}')
    . field(3, field(1, 'api_key') . field(2, 'secret'));
my $push = block(field(1, field(1, '{level="warn", app="shop"}') . field(2, $entry) x 3));

for ([], [ 'Content-Encoding' => 'snappy' ]) {
    ($response, @records) = post('/loki/api/v1/push', $push, @$_);

    is $response->status, 204, 'Loki';
    is $response->body, '', 'no body';
    is_deeply [ map { [ @$_{qw(level logger message timestamp token api_key)} ] } @records ],
        [ ([ 'WARNING', 'shop', 'paid', '2026-11-22T10:31:32.890000+00:00', '***', '***' ]) x 3 ],
        'its entries';
}

($response, @records) = post('/loki/api/v1/push', substr $push, 0, 100);
is $response->status, 400, 'a block that breaks off';
like $response->json->{detail}, qr/snappy/, 'is named';

# A large body takes little memory: 40 MB, in one block, whose resource comes
# behind its records.

sub peak {
    my ($pid) = @_;

    my ($peak) = slurp("/proc/$pid/status") =~ /^VmHWM:\s+(\d+)\ kB/mx;
    return $peak;
}

my $many = '';
$many .= field(2, record('x' x 1000)) for 1 .. 1000;
my $large = field(1, field(2, $many) x 40 . field(1, ''));

my ($before) = sort { $b <=> $a } map { peak($_) } $nginx->workers;
($response, @records) = post('/v1/logs', block($large));
my ($after) = sort { $b <=> $a } map { peak($_) } $nginx->workers;

is $response->status, 200, 'a large body';
is @records, 1000, 'its records';
cmp_ok $after - $before, '<', 20_000, 'KB more of memory';

done();
