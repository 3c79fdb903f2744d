# SPDX-License-Identifier: BSD-2-Clause
#
# A body is never on disk, and never whole in memory.
#
# The frame leaves a file where nginx wants the folder for bodies: whoever
# writes one there fails, with an error in the log that fails the test.

use strict;
use warnings;

use FindBin;
use POSIX ();
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $uri   = '/internal/logs';
my $nginx = Rackscope::Nginx->new(
    workers => 1,
    zone    => 'main entries=100',
    h2      => 1,
    http    => 'client_max_body_size 100m; client_body_buffer_size 1k;',
    admin   => <<'END',
        location = /internal/logs { rackscope_logs_ingest main; }
        location = /only {
            rackscope_logs_ingest main;
            client_body_in_file_only on;
        }
        location = /single {
            rackscope_logs_ingest main;
            client_body_in_single_buffer on;
        }
        location = /spooled { proxy_pass http://127.0.0.1:%%PORT_1%%/worker; }
END
)->start;

my ($worker) = $nginx->workers;

# The trap works.

$nginx->expect_log(qr/client_body_temp.*Not\ a\ directory/x);
is $nginx->post('x' x 10_000, port => 0, uri => '/spooled')->status, 500,
    'a body that goes to disk fails here';
my $errors = () = $nginx->log_text =~ /client_body_temp/g;

# Bodies much larger than the buffer, however they come.

my $lines = 20_000;
my $big   = ndjson(map { { message => "line $_ " . 'x' x 40 } } 1 .. $lines);
my $file  = $nginx->prefix . '/big';
my $done  = qq({"accepted":$lines,"filtered":0,"rejected":0,"errors":[]});

spew($file, $big);

sub by_curl {
    my ($port, $path, @args) = @_;

    my $scheme = $port == 2 ? 'https' : 'http';
    return curl('--data-binary', "\@$file", '-H', 'Expect:', @args,
        "$scheme://127.0.0.1:" . $nginx->port($port) . $path)->{out};
}

my @length = ('-H', 'Content-Length:');

for my $path ($uri, '/only', '/single') {
    is $nginx->post($big, port => 0, uri => $path)->body, $done, "$path: length";
    is $nginx->post($big, port => 0, uri => $path, pieces => 8192)->body, $done,
        "$path: pieces";
    is $nginx->post($big, port => 0, uri => $path,
        chunks => [ $big =~ /.{1,30000}/gs ])->body, $done, "$path: chunks";
    is by_curl(2, $path, '--http2'), $done, "$path: HTTP/2 with TLS";
    is by_curl(3, $path, '--http2-prior-knowledge'), $done, "$path: HTTP/2";
    is by_curl(3, $path, '--http2-prior-knowledge', @length), $done,
        "$path: HTTP/2 without a length";
    is by_curl(0, $path, '-H', 'Transfer-Encoding: chunked'), $done,
        "$path: chunks by curl";
}

# Small ones, which come with their head.

for my $path ($uri, '/only', '/single') {
    my $small = '{"message":"small"}';
    is $nginx->post($small, port => 0, uri => $path)->json->{accepted}, 1,
        "$path: small";
    is $nginx->post($small, port => 0, uri => $path, chunks => [$small])
        ->json->{accepted}, 1, "$path: small, in a chunk";
    is curl('--http2-prior-knowledge', '-d', $small,
        'http://127.0.0.1:' . $nginx->port(3) . $path)->{out},
        '{"accepted":1,"filtered":0,"rejected":0,"errors":[]}',
        "$path: small, HTTP/2";
}

my @records = grep { $_->{message} ne 'small' } $nginx->records('n=100');
is_deeply [ map { $_->{message} =~ /(\d+)/ } @records ],
    [ $lines - 90 .. $lines ], 'the last of them are there';

my $now = () = $nginx->log_text =~ /client_body_temp/g;
is $now, $errors, 'none of them touched the folder for bodies';

# No file was made at all: the system calls of the worker say so.

SKIP: {
    my $trace  = $nginx->prefix . '/trace';
    my $strace = fork // die "fork: $!\n";

    if ($strace == 0) {
        open STDERR, '>', '/dev/null' or POSIX::_exit(126);
        { no warnings 'exec'; exec qw(strace -f -e), 'trace=openat,open,creat,mkdir',
            '-o', $trace, '-p', $worker; }
        POSIX::_exit(127);
    }

    my $status = "/proc/$worker/status";
    my $traced = sub { slurp($status) =~ /^TracerPid:\s+[1-9]/m };

    wait_until { $traced->() || waitpid $strace, POSIX::WNOHANG } 5;
    skip 'strace does not work here', 3 if !$traced->();

    is $nginx->post($big, port => 0, uri => '/only')->body, $done, 'traced';
    is by_curl(3, '/only', '--http2-prior-knowledge'), $done, 'traced, HTTP/2';

    kill 'INT', $strace;
    waitpid $strace, 0;

    my @made = grep { /O_CREAT|O_TMPFILE|creat\(|mkdir\(/ } split /\n/, slurp($trace);
    is_deeply \@made, [], 'no file is made';
}

# 20 MB of lines, and 20 MB in one line, in little memory.

sub peak {
    my ($reset) = @_;

    spew("/proc/$worker/clear_refs", '5') if $reset;
    return (slurp("/proc/$worker/status") =~ /^VmHWM:\s+(\d+)/m)[0];
}

SKIP: {
    skip 'a sanitizer keeps memory', 6 if $ENV{RACKSCOPE_PRELOAD};

    my $rounds = int 20_000_000 / length $big;
    my %bodies = (
        'lines of JSON' => sub { $big },
        'one object'    => sub {
            my ($n) = @_;
            return ($n == 1 ? '{"message":"' : '') . 'x' x length($big)
                . ($n == $rounds ? '"}' : '');
        },
        'one line' => sub { 'x' x length $big },
    );

    for my $name (sort keys %bodies) {
        my $before = peak(1);
        my $upload = $nginx->upload(port => 0);

        $upload->send_chunk($bodies{$name}->($_)) for 1 .. $rounds;
        $upload->send_end;

        my $accepted = $name eq 'lines of JSON' ? $lines * $rounds : 1;
        is $upload->response->json->{accepted}, $accepted, "20 MB: $name";
        cmp_ok peak() - $before, '<', 8000, "20 MB: $name: kB more at the peak";
    }
}

# What something else has had read, and perhaps written to disk, is taken all
# the same, and left for others to read.

my $spooled = Rackscope::Nginx->new(
    body_temp => 1,
    http      => <<'END',
        client_max_body_size 100m;
        client_body_buffer_size 1k;
        rackscope_logs_zone other;
END
    intake => 'mirror /mirror;',
    ingest => <<'END',
        location = /mirror { internal; return 204; }
        location = /other { rackscope_logs_ingest other; }
        location = /copied {
            client_body_buffer_size 64m;
            mirror /copy;
            proxy_pass http://127.0.0.1:%%PORT_1%%/other;
        }
        location = /copy { internal; rackscope_logs_ingest main; }
END
)->start;

is $spooled->post($big)->body, $done, 'after mirror';
is $spooled->post($big, chunks => [ $big =~ /.{1,30000}/gs ])->body, $done,
    'after mirror, in chunks';
is $spooled->post('{"message":"small"}')->json->{accepted}, 1,
    'after mirror, in memory';
is_deeply [ map { $_->{message} =~ /(\d+|small)/ } $spooled->records('n=3') ],
    [ $lines - 1, $lines, 'small' ], 'and the records are there';

# Larger than what sockets take at once.

is $spooled->post($big x 12, uri => '/copied')->json->{accepted}, 12 * $lines,
    'a body of which a copy goes here';
ok wait_until { ($spooled->records('n=1'))[0]{message} =~ /\A line\ $lines\b/x },
    'and the copy';

is_deeply [ $spooled->body_files ], [], 'nothing stays';

done();
