# SPDX-License-Identifier: BSD-2-Clause
#
# What is left of an object that was none is read in turns: others on the same worker
# are answered in between, and nothing of it is lost.
#
# The worker is stopped while it is told of two things, and so learns of both
# in one turn of its event loop, in their order.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    workers => 1,
    zone    => 'main entries=300000 entry_size=1k',
    http    => 'client_max_body_size 0; client_body_timeout 300s;',
    h2      => 1,
    admin   => 'location = /internal/logs { rackscope_logs_ingest main; }',
)->start;

my $number = 0;

# An object that does not end, with so many lines in all, of which all but the
# first are objects.

sub broken {
    my ($n) = @_;

    return qq({"open":[\n) . join '',
        map { sprintf qq({"message":"%d"},\n), ++$number } 2 .. $n;
}

# Has nginx read all that this client has sent, and all of nginx's clients?

sub taken {
    return wait_until {
        my @open = map { [ split ' ' ] } split /\n/, slurp('/proc/net/tcp');
        my %ours = map { sprintf('%04X', $nginx->port($_)) => 1 } 0, 1, 3;
        !grep {
            my ($from, $to) = map { /:(\w+)\z/ } @$_[ 1, 2 ];
            $_->[3] eq '01' && ($ours{$from} || $ours{$to})
                && $_->[4] ne '00000000:00000000';
        } @open[ 1 .. $#open ];
    };
}

# Does both while the worker sleeps; what the ring had when it came to the
# second, which asks for that.

sub between {
    my ($first) = @_;

    my ($worker) = $nginx->workers;
    my $other = $nginx->client;
    $other->request('GET', '/worker');

    kill 'STOP', $worker;
    wait_until { slurp("/proc/$worker/stat") =~ /\) T / };

    $first->();
    $other->start('GET', '/api/logs?n=1');

    kill 'CONT', $worker;

    return $other->response(60)->json->{last_seq};
}

sub messages {
    my ($since) = @_;

    return map { $_->{message} } $nginx->records("n=300000&since_seq=$since");
}

sub arrives {
    my ($last, $name) = @_;

    my $there = wait_until { $nginx->last_seq >= $last } 30;
    ok $there, "$name: all of it";
    is $nginx->last_seq, $last, "$name: and no more";
    return;
}

my $n     = 30_000;
my $start = $nginx->post('{"message":"first"}') && $nginx->last_seq;

# The client goes away.

for my $way (qw(close reset)) {
    my $upload = $nginx->upload;
    $upload->send_chunk(broken($n));
    ok taken(), "$way: nginx has it";

    cmp_ok between(sub { $upload->$way }), '<', $start + $n,
        "$way: others are answered before all of it is read";
    arrives($start += $n, $way);
}

is_deeply [ messages($start - $n) ],
    [ '{"open":[', $number - $n + 2 .. $number ], 'each record once, in order';

# Many at once.

my @uploads = map { $nginx->upload } 1 .. 20;
$_->send_chunk(broken(3000)) for @uploads;
ok taken(), 'many: nginx has them';

cmp_ok between(sub { $_->close for @uploads }), '<', $start + 10_000,
    'many: others are answered before';
arrives($start += 60_000, 'many');

# The body ends, and who has sent it gets the answer.

my $body   = broken($n);
my $upload = $nginx->client(1);
$upload->start('POST', '/internal/logs', length => length $body);
$upload->send(substr $body, 0, -1);
ok taken(), 'end: nginx has all but the last byte';

cmp_ok between(sub { $upload->send("\n") }), '<', $start + $n,
    'end: others are answered before';
is $upload->response(60)->body =~ s/,"errors".*//sr,
    qq({"accepted":$n,"filtered":0,"rejected":0), 'end: the answer';
arrives($start += $n, 'end');

# The same by HTTP/2.

spew($nginx->prefix . '/body', broken($n));
my $out = curl('--http2-prior-knowledge', '--data-binary',
    '@' . $nginx->prefix . '/body',
    'http://127.0.0.1:' . $nginx->port(3) . '/internal/logs');
is $out->{out} =~ s/,"errors".*//sr,
    qq({"accepted":$n,"filtered":0,"rejected":0), 'HTTP/2: the answer';
arrives($start += $n, 'HTTP/2');

# The grammar breaks in the middle of an upload, which goes on.

$upload = $nginx->upload;
$upload->send_chunk(broken($n));
ok taken(), 'middle: nginx has it';

cmp_ok between(sub { $upload->send_chunk("\nplain\n") }), '<', $start + $n,
    'middle: others are answered before';
$upload->send_chunk(qq({"message":"after"}\n));
$upload->send_end;
is $upload->response(60)->body =~ s/,"errors".*//sr,
    sprintf('{"accepted":%d,"filtered":0,"rejected":0', $n + 2),
    'middle: the answer';
arrives($start += $n + 2, 'middle');
is_deeply [ messages($start - $n - 2) ],
    [ '{"open":[', $number - $n + 2 .. $number, 'plain', 'after' ],
    'middle: each record once, in order';

# It goes away meanwhile; what its head said is still known.

$upload = $nginx->upload(headers => [ 'X-Syslog-Program' => 'nightly' ]);
$upload->send_chunk(broken($n));
ok taken(), 'both: nginx has it';

cmp_ok between(sub { $upload->send_chunk("\nplain\n"); $upload->close }),
    '<', $start + $n, 'both: others are answered before';
arrives($start += $n + 1, 'both');
is_deeply [ @{ ($nginx->records('n=1'))[0] }{qw(logger message)} ],
    [ 'nightly', 'plain' ], 'both: the logger of its last line';

# The worker is told to go while something is left.

for my $signal (qw(HUP TERM)) {
    my ($worker) = $nginx->workers;

    $upload = $nginx->upload;
    $upload->send_chunk(broken($n));
    ok taken(), "$signal: nginx has it";

    between(sub { $upload->close });
    $signal eq 'HUP' ? $nginx->reload : kill $signal, $worker;

    my $gone = wait_until { !alive($worker) && $nginx->all_workers } 60;
    ok $gone, "$signal: the worker is gone";
    arrives($start += $n, $signal);
}

done();
