# SPDX-License-Identifier: BSD-2-Clause
#
# A secret that was posted is in no place that outlives its request: not in the
# shared memory, not in the logs, not in a folder for temporary files.
#
# Each carrier brings a mark of its own, where redaction or a refusal keeps it
# out of the ring.  A mark is eight random bytes eight times: each part of it of
# 15 bytes is found.

use strict;
use warnings;

use FindBin;
use File::Find ();
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $uri   = '/internal/logs';
my $nginx = Rackscope::Nginx->new(
    zone => 'main entries=200 entry_size=4k',
    h2   => 1,
    http => <<'END',
        client_max_body_size 4m;
        client_body_buffer_size 8k;
        rackscope_logs_redact 'badge \w+' 'badge ***';
        rackscope_logs_redact '(?<bank>IBAN )\w+' '${bank}***';
END
    api    => 'access_log off;',
    admin  => 'location = /internal/logs { rackscope_logs_ingest main; }',
    ingest => <<'END',
        location = /small {
            rackscope_logs_ingest main;
            client_max_body_size  1k;
        }
        location = /off {
            rackscope_logs_ingest main;
            rackscope_logs off;
        }
        location = /mirrored {
            rackscope_logs_ingest main;
            mirror /mirror;
        }
        location = /mirror { internal; return 204; }
END
)->start;

my @workers = $nginx->workers;

open my $probe, '<:raw', "/proc/$workers[0]/mem"
    or plan skip_all => "memory of a worker: $!";
close $probe;

# The unit of a mark, by the name of its carrier.

my %unit;

sub unit {
    my ($name) = @_;

    my @letters = ('A' .. 'Z', 'a' .. 'z', 0 .. 9);
    $unit{$name} //= join '', map { $letters[ rand @letters ] } 1 .. 8;
    return $unit{$name};
}

sub mark { return unit($_[0]) x 8 }

# Where in the shared memory of nginx the units are: name => [ places ].

sub scan {
    my (@names) = @_;

    my %name = map { lc $unit{$_} => $_ } @names;
    my $any  = join '|', keys %name;
    my %found;
    my $pid = $workers[0];

    open my $mem, '<:raw', "/proc/$pid/mem" or die "memory of $pid: $!\n";

    for (split /\n/, slurp("/proc/$pid/maps")) {
        my ($range, $mode) = split;
        next if $mode ne 'rw-s';

        my $bytes = piece($mem, split /-/, $range);

        my $lower = lc $bytes;

        while ($lower =~ /($any)/g) {
            my ($name, $at) = ($name{$1}, $-[0]);
            my $around = substr $bytes, $at > 48 ? $at - 48 : 0, 112;
            $around =~ s/[^ -~]/./g;
            push @{ $found{$name} }, sprintf '%s+%x: %s', $range, $at, $around;
        }
    }

    return \%found;
}

sub piece {
    my ($mem, $from, $to) = @_;

    no warnings 'portable';
    ($from, $to) = (hex $from, hex $to);

    my $bytes = '';
    sysseek $mem, $from, 0 or return '';

    while (length $bytes < $to - $from) {
        sysread $mem, $bytes, $to - $from - length $bytes, length $bytes
            or last;
    }

    return $bytes;
}

# An upload is over when its worker has no connection any more.

sub sockets {
    my ($pid) = @_;

    return scalar grep { (readlink // '') =~ /\Asocket:/ }
        glob "/proc/$pid/fd/*";
}

my %at_rest = map { $_ => sockets($_) } @workers;

sub idle {
    return wait_until {
        !grep { sockets($_) != $at_rest{$_} } @workers;
    };
}

# Looks for the marks of an upload before other records take its place.

sub nowhere {
    my (@names) = @_;

    ok idle(), "idle: $names[0]";
    left(@names);
    return;
}

sub left {
    my (@names) = @_;

    my $found = scan(@names);

    for my $name (@names) {
        my @places = @{ $found->{$name} // [] };
        ok !@places, "nothing in shared memory: $name";
        diag scalar(@places) . ' places' if @places;
        diag $_ for splice @places, 0, 3;
    }

    return;
}

# Is this a message of the last records, soon?

sub seen {
    my ($message) = @_;

    return wait_until {
        grep { $_->{message} eq $message } $nginx->records('n=9');
    };
}

# The carriers.

# Over 1 MB, and so no entry is parsed as a whole.

my $large = 'x' x 1_200_000;

sub lines {
    my ($n, $mark) = @_;

    return ndjson(map { { message => "line $_", password => $mark } } 1 .. $n);
}

sub traceback {
    my ($mark) = @_;

    return "ERROR: x\nTraceback (most recent call last):\n"
        . "  File \"a.py\", line 1, in <module>\n    f(password='$mark')\n"
        . "E: token=$mark\nINFO: password=$mark\n";
}

sub pem {
    my ($mark) = @_;

    return join "\n", '-----BEGIN PRIVATE KEY-----', ($mark) x 8,
        '-----END PRIVATE KEY-----';
}

# What is posted at once, with MARK for the mark.  The answer is 200 or 422.

my %body = (
    'an object'      => '{"message":"m","password":"MARK"}',
    'a message'      => '{"message":"with password=MARK and more"}',
    'an extra field' => '{"message":"m","a":{"b":[1,{"token":"MARK"}]}}',
    'a key'          => '{"message":"m","a":{"password=MARK":1}}',
    'a tree'         => '{"message":{"a":["token=MARK"],"password":"MARK"}}',
    'no message'     => '{"password":"MARK","n":1}',
    'a URL'          => '{"message":"see a://b:MARK@h/","path":"/?token=MARK"}',
    'a wrapped line' => '{"log":"{\"message\":\"m\",\"password\":\"MARK\"}\n"}',
    'an exception'   => encode_json({
            message   => 'm',
            exception => traceback('MARK'),
            err       => { type => 'E', stack => "E: token=MARK\n  at f" },
        }),
    'a PEM block' => encode_json({ message => 'm', exception => pem('MARK') }),
    'an operator' => '{"message":"badge MARK, IBAN MARK","x":["badge MARK"]}',
    'an array'    => '[' . '{"message":"m","token":"MARK"},' x 30 . ']',
    'an envelope' => '{"token":"MARK","records":[{"message":"token=MARK"}]}',
    'lines'       => lines(100, 'MARK'),
    'many lines'  => lines(4000, 'MARK'),
    'text'        => join('', map { "INFO: $_ password=MARK\n" } 1 .. 50),
    'a traceback' => traceback('MARK'),
    'mixed'       => traceback('MARK') . lines(3, 'MARK') . traceback('MARK'),

    'bad UTF-8' => qq({"message":"\xff","password":"MARK\xc3","token":"MARK"}),
    'a surrogate'    => '{"message":"\ud800","password":"MARK\udc00"}',
    'an escape'      => '{"message":"m","password":"\u0041MARK\nMARK"}',
    'a number'       => '{"password":"MARK","n":' . '1' x 40 . '}',
    'a NUL in a key' => '{"message":"m","a\u0000":1,"password":"MARK"}',

    'a bad escape' => '{"message":"m","password":"MARK\q"}',
    'a bad byte'   => qq({"message":"m","password":"MARK\x01"}\n),
    'no end'       => '{"message":"m","password":"MARK',
    'no comma'     => qq({"n":1 "password":"MARK"}\n{"token":"MARK" 1}\n),
    'no object'    => '[{"n":1},"MARK",1,["MARK"]]',
    'no array'     => '["password=MARK",1,{"token":"MARK"}]',
    'no end in an array' => '[{"n":1},{"message":"m","x":"MARK',
    'too deep'     => '{"a":' x 20 . '"MARK"' . '}' x 20,
    'a low level'  => '{"message":"MARK","level":"debug","a":["MARK"]}',

    'a cut field' => encode_json({
            message   => 'x' x 5000,
            password  => 'MARK',
            exception => 'x' x 3900 . ' token=MARK' . 'x' x 900 . ' token=MARK',
        }),
    'a large object' => qq({"message":"m","password":"MARK","x":"$large",)
        . '"token":"MARK"}',
    'a large line'        => "INFO: password=MARK $large token=MARK\n",
    'a large broken line' => qq({"message" "m","password":"MARK","x":"$large"}),
);

sub body {
    my ($kind, $name) = @_;

    my $mark = mark($name);
    return $body{$kind} =~ s/MARK/$mark/gr;
}

for my $kind (sort keys %body) {
    like $nginx->post(body($kind, $kind))->status, qr/\A(?:200|422)\z/,
        "posted: $kind";
    nowhere($kind);

    # in pieces: what is not complete is kept
    my $name   = "$kind, in chunks";
    my $body   = body($kind, $name);
    my $size   = 1 + int length($body) / 3;
    my @chunks = unpack "(a$size)*", $body;
    like $nginx->post('', chunks => \@chunks)->status, qr/\A(?:200|422)\z/,
        "posted: $name";
    nowhere($name);
}

# Other ways to send it.

for my $version ('1.0', '1.1') {
    my $name = "HTTP/$version, closed";
    is $nginx->post(body('an object', $name), version => $version,
        headers => [ Connection => 'close' ])->status, 200, $name;
    nowhere($name);
}

my @small = unpack '(a100)*', body('lines', 'small chunks');
is $nginx->post('', chunks => \@small)->status, 200, 'small chunks';
nowhere('small chunks');

is $nginx->post(body('lines', 'pieces'), pieces => 700)->status, 200, 'pieces';
nowhere('pieces');

# nginx reads the start of a connection as a head, and keeps it: 1k by default.

my @h2 = ('-H', 'X-Fill: ' . join('', map { chr 97 + rand 26 } 1 .. 3000),
    '--http2-prior-knowledge', 'http://127.0.0.1:' . $nginx->port(3) . $uri);

for my $length ('', ', without a length') {
    for my $n (1, 1000) {
        my $name = "HTTP/2, $n$length";
        my @args = $length ? ('-H', 'Content-Length:') : ();
        like curl(@h2, @args, '--data-binary', lines($n, mark($name)))->{out},
            qr/"accepted":$n,/, $name;
        nowhere($name);
    }
}

# An upload that stays open, of text and of an object that comes in two pieces.

{
    my $name   = 'an open upload';
    my $mark   = mark($name);
    my $upload = $nginx->upload;

    $upload->send_chunk(traceback($mark) . "INFO: password=$mark of $name\n");
    ok seen("INFO: password=*** of $name"), "$name: text";
    $upload->send_chunk(lines(3, $mark) . "{\"token\":\"$mark\"");
    ok seen('line 3'), "$name: lines";
    $upload->send_chunk(",\"message\":\"$name\"}\n");
    ok seen($name), "$name: an object";
    left($name);

    $upload->send_chunk(traceback($mark) . "password=$mark");
    $upload->send_end;
    is $upload->response->status, 200, "$name: ended";
    $upload->close;
    nowhere($name);
}

{
    my $name = 'an open upload, HTTP/2';
    my $mark = mark($name);

    open my $curl, '|-', qw(curl -s -m 30 -X POST -T - -o /dev/null),
        '--noproxy', '*', @h2
        or die "curl: $!\n";
    $curl->autoflush;
    print {$curl} lines(3, $mark), "{\"message\":\"$name\"}\n";
    ok seen($name), $name;
    left($name);

    ok close $curl, "$name: ended";
    nowhere($name);
}

is $nginx->post(body('an object', 'mirrored'), uri => '/mirrored')->status, 200,
    'mirrored';
nowhere('mirrored');

# Refused, by nginx or by the module.

sub refused {
    my ($status, $kind, $method, $path, @headers) = @_;

    for my $n (1, 500) {
        my $name = "$kind, $n";
        is $nginx->request($method, $path, port => 1, headers => \@headers,
            body => lines($n, mark($name)))->status, $status, $name;
        nowhere($name);
    }

    return;
}

refused 404, 'switched off',   'POST', '/off';
refused 403, 'another origin', 'POST', $uri, Origin => 'http://a.example';
refused 405, 'another method', 'PUT', $uri;
refused 415, 'another coding', 'POST', $uri, 'Content-Encoding' => 'br';

my $large_chunk = 'too large for the location';
my @pair = map { lines($_, mark($large_chunk)) } 5, 50;
is $nginx->post('', uri => '/small', chunks => \@pair)->status, 413,
    $large_chunk;
nowhere($large_chunk);

for my $kind ('at once', 'later') {
    my $name   = "bad chunks, $kind";
    my $line   = lines(1, mark($name));
    my $body   = sprintf "%x\r\n%s\r\nzz\r\n%s", length $line, $line, $line;
    my $client = $nginx->client(1);
    my @parts  = ("POST $uri HTTP/1.1\r\nHost: a\r\n"
        . "Transfer-Encoding: chunked\r\n\r\n", $body);

    $client->send($_) for $kind eq 'later' ? @parts : join '', @parts;
    is $client->response->status, 400, $name;
    $client->close;
    nowhere($name);
}

# A client that goes away.

for my $way (qw(close reset)) {
    for my $opt ([ length => 100_000 ], [ open => 1 ]) {
        my $name   = "$way, $opt->[0]";
        my $client = $nginx->client(1);
        my $body   = "{\"message\":\"$name\"}\n" . lines(2, mark($name))
            . '{"password":"' . mark($name);

        $client->start('POST', $uri, @$opt);
        $opt->[0] eq 'open' ? $client->send_chunk($body) : $client->send($body);
        ok seen($name), "$name: begun";
        $client->$way;
        nowhere($name);
    }
}

# When all is over, nothing is in the shared memory or in a file.

left(sort keys %unit);

my $any = join '|', values %unit;

sub files {
    my @files;
    File::Find::find(sub {
        push @files, $_ if -f && slurp($_) =~ /$any/;
    }, $nginx->prefix);
    return \@files;
}

is_deeply files(), [], 'nothing in a file';

# It would have been found: in a record that is kept, and in a request line.

unit($_) for 'a record', 'a line';
$any = $unit{'a line'};

is $nginx->post(encode_json({ message => mark('a record') }),
    uri => "$uri?x=" . mark('a line'))->status, 200, 'what is kept';
ok wait_until { scan('a record')->{'a record'} }, 'a record is found';
ok wait_until { "@{ files() }" eq 'access.log' }, 'a request line is found';

done();
