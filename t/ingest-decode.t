# SPDX-License-Identifier: BSD-2-Clause
#
# Compressed bodies: what they become, however they come, whatever the header
# says; what is broken, cut, or too large.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Compress::Zlib ();
use IO::Compress::Deflate qw(deflate);
use IO::Compress::Gzip qw(gzip);
use IO::Compress::RawDeflate qw(rawdeflate);

use Rackscope::Test;

my $uri   = '/internal/logs';
my $nginx = Rackscope::Nginx->new(
    workers => 1,
    h2      => 1,
    zone    => 'main entries=200000 entry_size=1k',
    http    => 'client_max_body_size 10m; client_body_buffer_size 16k;',
    admin   => <<'END',
        location = /internal/logs { rackscope_logs_ingest main; }
        location = /small {
            rackscope_logs_ingest main;
            client_max_body_size 2k;
        }
        location = /free {
            rackscope_logs_ingest main;
            client_max_body_size 0;
        }
END
)->start;

my ($worker) = $nginx->workers;

sub gz {
    my ($data, @args) = @_;

    gzip(\$data => \my $out, @args ? @args : (-Minimal => 1)) or die 'gzip';
    return $out;
}

sub zlib {
    my ($data, $level) = @_;

    deflate(\$data => \my $out, -Level => $level // 6) or die 'deflate';
    return $out;
}

sub raw {
    my ($data) = @_;

    rawdeflate(\$data => \my $out) or die 'rawdeflate';
    return $out;
}

# A frame of Zstandard with blocks that are not compressed, and a window of
# 2 ** $log bytes (RFC 8878).

sub zstd {
    my ($data, $log) = @_;

    my @blocks = $data =~ /.{1,60000}/gs;
    my $frame  = "\x28\xb5\x2f\xfd\0" . chr(($log // 17) - 10 << 3);

    for my $i (0 .. $#blocks) {
        $frame .= substr pack('V', ($i == $#blocks) | length($blocks[$i]) << 3), 0, 3;
        $frame .= $blocks[$i];
    }

    return $frame;
}

sub skipped { return pack 'VV/a*', 0x184d2a53, $_[0] }

sub post {
    my ($body, @how) = @_;

    return $nginx->post($body, port => 0, timeout => 60, @how);
}

sub encoding { return defined $_[0] ? (headers => [ 'Content-Encoding' => $_[0] ]) : () }

sub messages {
    my ($seq) = @_;

    return map { $_->{message} } $nginx->records("since_seq=$seq&n=200000");
}

# The messages of very many records, which are numbers.

sub numbers {
    my ($from, $seq) = @_;

    my $json = $from->get("/api/logs?n=60000&since_seq=$seq")->body;
    return join ' ', $json =~ /"message":"(\d+)"/g;
}

# Whatever the framing, these are the records.

sub check {
    my ($name, $encoding, $body, @messages) = @_;

    my $count = @messages;
    my $done  = qq({"accepted":$count,"filtered":0,"rejected":0,"errors":[]});
    my @how   = ([], [ pieces => 1000 ], [ chunks => [ $body =~ /.{1,700}/gs ] ]);

    push @how, [ pieces => 1 ], [ chunks => [ split //, $body ] ]
        if length $body < 300;

    for my $how (@how) {
        my $seq = $nginx->last_seq;
        my $response = post($body, encoding($encoding), @$how);
        my $named = join ' ', $name, $encoding // 'without a header', $how->[0] // '';

        is $response->body, $done, $named;
        is_deeply [ messages($seq) ], \@messages, "$named: the records";
    }

    return;
}

my $two  = qq({"message":"one"}\n{"message":"two","n":2}\n);
my @two  = qw(one two);
my $text = "INFO: some text\nERROR: and more of it\n";
my @text = ('INFO: some text', 'ERROR: and more of it');

# Codings, with their names, with wrong ones and with none.

for my $encoding (undef, qw(gzip x-gzip deflate zstd identity), 'gzip, deflate') {
    check('gzip', $encoding, gz($two), @two);
    check('zlib', $encoding, zlib($two), @two);
    check('zstd', $encoding, zstd($two), @two);
    check('nothing', $encoding, $two, @two);
    check('text', $encoding, gz($text), @text);
    check('plain text', $encoding, $text, @text);
}

check('zlib of level 1', undef, zlib($two, 1), @two);
check('zlib of level 9', undef, zlib($two, 9), @two);
check('zlib of level 2', 'deflate', zlib($two, 2), @two);
check('deflate without a header', 'deflate', raw($two), @two);
check('deflate of text', 'Deflate', raw($text), @text);
check('an empty stream', 'gzip', gz(''));
check('an empty body', 'gzip', '');

my $lines = join '', map { qq({"message":"line $_ ) . rand . qq("}\n) } 1 .. 3000;
my @lines = $lines =~ /:"([^"]+)/g;

check('larger than the buffers', 'gzip', gz($lines), @lines);
check('larger than the buffers', 'zstd', zstd($lines), @lines);
check('larger than the buffers', 'deflate', raw($lines), @lines);

# What zstd(1) has made.

check('a file', undef, data('compressed/records.ndjson.zst'),
    map { "order $_ was taken in " . $_ * 37 % 991 . ' ms' } 1 .. 300);

# Members, frames, and what is between and behind them.

my ($one, $more) = split /(?<=\n)/, $two;

check('two members', 'gzip', gz($one) . gz($more), @two);
check('an empty member', undef, gz($one) . gz('') . gz($more), @two);
check('zeros behind', 'gzip', gz($two) . "\0" x 20, @two);
check('garbage behind', 'gzip', gz($two) . "garbage\n", @two);
check('fields of the head', undef, gz($two, -Name => 'a.log',
        -Comment => 'it', -ExtraField => [ xx => '1234' ]), @two);
check('two frames', 'zstd', skipped('a') . zstd($one) . skipped('') . zstd($more),
    @two);

# Two codings.

check('gzip in zstd', 'gzip, zstd', zstd(gz($two)), @two);
check('gzip in gzip', 'gzip',       gz(gz($two)),   @two);
check('deflate in gzip', 'deflate, gzip', gz(raw($two)), @two);
check('zstd in zlib', undef, zlib(zstd($two)), @two);

sub refused {
    my ($name, $status, $detail, $accepted, $body, @how) = @_;

    my $seq      = $nginx->last_seq;
    my $response = post($body, @how);
    my $json     = $response->json;

    is $response->status, $status, "$name: $status";
    like $json->{detail}, $detail, "$name: why";
    is $json->{accepted}, $accepted, "$name: how much was taken";
    is scalar(messages($seq)), $accepted // 0, "$name: and that is there";
    is scalar(@{ $json->{errors} // [] }), 0, "$name: no more errors"
        if defined $accepted;
    return $json;
}

refused($_, 415, qr/gzip, deflate or zstd.*identity/, undef, $two, encoding($_))
    for qw(br compress lz4 snappy), 'gzip, br';
refused('three', 415, qr/twice/, undef, $two, encoding('gzip, zstd, gzip'));
refused('three', 415, qr/twice/, undef, $two,
    headers => [ ('Content-Encoding' => 'gzip') x 3 ]);
refused('three, unsaid', 415, qr/twice/, 0, gz(gz(gz($two))));
is post(gz($two), headers => [
        'Content-Encoding' => 'identity', 'Content-Type' => 'application/gzip'
    ])->json->{accepted}, 2, 'by its type';

# Streams that are cut or broken: what was whole before is there.

my $stays = qr/what\ was\ accepted\ stays/x;
my $whole = gz($lines);
my $size  = length($whole) - 100;

my $json = refused('cut', 400, qr/breaks\ off.*\ $size\ bytes.*gzip.*$stays/x,
    messages_of(substr $whole, 0, $size), substr $whole, 0, $size);
cmp_ok $json->{accepted}, '>', 2900, 'nearly all of it';

# The records that are whole in the beginning of a stream of gzip.

sub messages_of {
    my ($part) = @_;

    my $z = Compress::Zlib::inflateInit(-WindowBits => 31);
    my ($out) = $z->inflate($part);
    return scalar(() = $out =~ /"\}\n/g);
}

refused('cut, with its name', 400, qr/zstd/, 0, substr(zstd($one), 0, 10));
refused('cut after a line', 400, qr/zlib/, 2, substr zlib($two), 0, -2);
refused('only its first byte', 400, qr/breaks\ off.*\ 1\ bytes/x, 0, "\x1f",
    encoding('gzip'));

# The last line has no newline: it may be a part of something.

refused('cut text', 400, qr/gzip/, 1, substr(gz("one\ntwo"), 0, -8));

my $begun = '';
my $z     = IO::Compress::Gzip->new(\$begun, -Minimal => 1);
$z->print($lines);
$z->flush(Compress::Zlib::Z_SYNC_FLUSH());
$size = length $begun;

$json = refused('broken', 400, qr/gzip\ stream.*is\ broken\ at\ byte\ \d+:.*$stays/x,
    3000, $begun . "\xff" x 2000);
my ($byte) = $json->{detail} =~ /byte (\d+)/;
cmp_ok abs($byte - $size), '<', 5, 'and there it is';

my $broken = gz($two);
substr $broken, -8, 1, chr(1 ^ ord substr $broken, -8, 1);
refused('a wrong sum', 400, qr/broken/, 2, $broken);
refused('a wrong sum, in pieces', 400, qr/broken/, 2, $broken, pieces => 1);

refused('no gzip', 400, qr/does\ not\ begin/x, 0, "\x01\x02\x03",
    encoding('gzip'));
refused('a preset dictionary', 400, qr/dictionary/, 0,
    "\x78\xbb\x01\x02\x03\x04\x05\x06", encoding('deflate'));
refused('a window of 16 MB', 400, qr/8\ MB/x, 0, zstd($two, 24));
check('a window of 8 MB', undef, zstd($two, 23), @two);
refused('no frame behind', 400, qr/zstd/, 2, zstd($two) . "\n");

# Bombs.

my $zeros = "\0" x 10_000_000;

refused('zeros', 413, qr/1\ MB.*250\ times/x, 0, gz($zeros));
refused('zeros, twice', 413, qr/1\ MB/x, 0, gz(gz($zeros)));
refused('zeros in chunks', 413, qr/1\ MB/x, 0, '',
    chunks => [ split //, gz($zeros) ]);
is post(gz('x' x 1_000_000), uri => '/free')->json->{accepted}, 1,
    '1 MB is no bomb';

my $same = gz(qq({"message":"$worker"}\n) x 300_000);
$json = post($same, uri => '/free')->json;
like $json->{detail}, qr/1\ MB\ and\ 250\ times.*$stays/x, 'a bomb of records';
cmp_ok $json->{accepted}, '>', 45_000, 'what was before it is taken';
cmp_ok $json->{accepted}, '<', 150_000, 'and no more';

my $fits = join '', map { sprintf qq({"message":"%4d"}\n), $_ } 1 .. 2155;
cmp_ok length $fits, '<=', 20 * 2048, 'small enough';
is post($fits, uri => '/small')->status, 413, 'too large as it is';
is post(gz(qq({"message":"x"}\n) x 2560), uri => '/small')->json->{accepted},
    2560, '20 times client_max_body_size';
refused('and beyond', 413, qr/20\ times\ client_max_body_size/x, 2560,
    gz(qq({"message":"x"}\n) x 2561), uri => '/small');

# A larger body without a length, where nginx's own limit is ours to keep.

my $noise = join '', map { '{"message":"' . (join '', map { rand } 1 .. 5) . qq("}\n) }
    1 .. 100;
$json = post('', uri => '/small', chunks => [ gz($noise) =~ /.{1,500}/gs ])->json;
like $json->{detail}, qr/client_max_body_size/, 'chunks beyond the limit';
cmp_ok $json->{accepted}, '>', 10, 'those within it are taken';

# A live upload: each record is there when what was flushed has arrived.

sub live {
    my ($name, $compress) = @_;

    my $upload = $nginx->upload(port => 0);
    my $seq    = $nginx->last_seq;

    for my $n (1 .. 5) {
        $upload->send_chunk($compress->(qq({"message":"live $n"}\n)));
        ok wait_until { messages($seq) == $n }, "$name, live: $n";
    }

    return $upload;
}

my $buffer = '';
$z = IO::Compress::Gzip->new(\$buffer, -Minimal => 1);

my $upload = live('gzip', sub {
    $z->print(@_);
    $z->flush(Compress::Zlib::Z_SYNC_FLUSH());
    my $part = $buffer;
    $buffer = '';
    return $part;
});

$z->close;
$upload->send_chunk($buffer);
$upload->send_end;
is $upload->response->json->{accepted}, 5, 'and it ends';

my $first = "\x28\xb5\x2f\xfd\0\x38";
my $block = sub {
    my ($data, $last) = @_;
    my $bytes = $first . substr(pack('V', ($last // 0) | length($data) << 3), 0, 3)
        . $data;
    $first = '';
    return $bytes;
};

$upload = live('zstd', $block);
$upload->send_chunk($block->('', 1));
$upload->send_end;
is $upload->response->json->{accepted}, 5, 'and it ends';

# The client goes away: what was flushed is there, and a line of text as well.

my $seq = $nginx->last_seq;
$z = IO::Compress::Gzip->new(\my $gone, -Minimal => 1);
$z->print("one\ntwo");
$z->flush(Compress::Zlib::Z_SYNC_FLUSH());
$upload = $nginx->upload(port => 0);
$upload->send_chunk($gone);
$upload->close;
ok wait_until { messages($seq) == 2 }, 'a client that goes away';

# HTTP/2, and Expect.

my $file = $nginx->prefix . '/body.gz';
spew($file, $whole);

for my $args ([ '--http2-prior-knowledge' ], [ '-H', 'Expect: 100-continue' ],
    [ '-H', 'Transfer-Encoding: chunked' ],
    [ '--http2-prior-knowledge', '-H', 'Content-Length:' ])
{
    my $port = $nginx->port($args->[0] =~ /http2/ ? 3 : 0);
    is curl('--data-binary', "\@$file", '-H', 'Content-Encoding: gzip', @$args,
        "http://127.0.0.1:$port$uri")->{out},
        '{"accepted":3000,"filtered":0,"rejected":0,"errors":[]}', "curl @$args";
}

# Others have their turn: the worker learns of both requests at once, and
# answers the second long before it is done with the first.

my $other = $nginx->client;
$other->request('GET', '/worker');
$seq = $nginx->last_seq;
my $first_one = $nginx->client(0);
my $all       = join ' ', 1 .. 60_000;
my $many      = gz(join '', map { qq({"message":"$_"}\n) } 1 .. 60_000);

kill 'STOP', $worker;
wait_until { slurp("/proc/$worker/stat") =~ /\)\ T\ /x };
$first_one->start('POST', '/free', body => $many);
$other->start('GET', '/api/logs?n=1');
kill 'CONT', $worker;

cmp_ok $other->response(60)->json->{last_seq} - $seq, '<', 40_000,
    'another request is answered in between';
is $first_one->response(60)->json->{accepted}, 60_000, 'and all of it is taken';
ok numbers($nginx, $seq) eq $all, 'in its order';

spew($file, $many);

for my $args ([ '--http2-prior-knowledge' ],
    [ '--http2-prior-knowledge', '-H', 'Content-Length:' ])
{
    $seq = $nginx->last_seq;
    is curl('--data-binary', "\@$file", @$args,
        'http://127.0.0.1:' . $nginx->port(3) . '/free')->{out},
        '{"accepted":60000,"filtered":0,"rejected":0,"errors":[]}',
        "curl @$args, in many turns";
    ok numbers($nginx, $seq) eq $all, 'in its order';
}

# Memory is bounded, and given back.

sub peak {
    my ($reset) = @_;

    spew("/proc/$worker/clear_refs", '5') if $reset;
    return (slurp("/proc/$worker/status") =~ /^VmHWM:\s+(\d+)/m)[0];
}

SKIP: {
    skip 'a sanitizer keeps memory', 6 if $ENV{RACKSCOPE_PRELOAD};

    my $data = join '', map { qq({"message":"$_ ) . rand . qq("}\n) } 1 .. 40_000;
    my %body = (
        'gzip'  => gz($data) x 20,
        'zstd'  => zstd($data, 23) x 20,
        'bombs' => gz($zeros) x 3,
    );
    my %limit = (gzip => 1500, zstd => 11_000, bombs => 3000);

    for my $name (sort keys %body) {
        post($body{$name}, uri => '/free');
        my $before = rss($worker);
        peak(1);
        post($body{$name}, uri => '/free');
        cmp_ok peak() - $before, '<', $limit{$name}, "$name: kB more at the peak";
        cmp_ok rss($worker) - $before, '<', 500, "$name: and all is given back";
    }
}

is_deeply [ $nginx->body_files ], [], 'nothing is on disk';

# A body that something else has had read: in memory, and on disk.

my $shared = Rackscope::Nginx->new(
    body_temp => 1,
    zone      => 'main entries=200000 entry_size=1k',
    http      => 'client_max_body_size 100m; client_body_buffer_size 1k;',
    intake    => 'mirror /mirror;',
    ingest    => <<'END',
        location = /mirror { internal; return 204; }
        location = /copied {
            client_body_buffer_size 16m;
            mirror /copy;
            return 200 copied;
        }
        location = /copy { internal; rackscope_logs_ingest main; }
END
)->start;

for my $body (gz($two), $whole, $many) {
    my $count = $body eq $whole ? 3000 : $body eq $many ? 60_000 : 2;
    is $shared->post($body, timeout => 60)->json->{accepted}, $count,
        "after mirror: $count";
    is $shared->post('', timeout => 60, chunks => [ $body =~ /.{1,30000}/gs ])
        ->json->{accepted}, $count, "after mirror, in chunks: $count";
}

ok numbers($shared, 0) eq $all, 'and they are there';

done();
