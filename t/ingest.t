# SPDX-License-Identifier: BSD-2-Clause
#
# What a body may hold, and what is answered: JSON in any arrangement, text,
# and one bad entry among good ones.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new->start;

# The answer to a body, and the records that have come by it.

sub posted {
    my ($body, %opt) = @_;

    my $seq      = $nginx->last_seq;
    my $response = $nginx->post($body, %opt);

    return $response, $nginx->records("since_seq=$seq&n=1000");
}

sub counts {
    my ($accepted, $filtered, $rejected) = @_;

    return qq({"accepted":$accepted,"filtered":$filtered,)
        . qq("rejected":$rejected,"errors":[);
}

# Whole, byte by byte, in chunks of a byte: it is always the same.

sub good {
    my ($name, $body, @expected) = @_;

    my %framings = (
        'at once'   => [],
        'in bytes'  => [ pieces => 1 ],
        'in chunks' => [ chunks => [ split //, $body ] ],
    );

    for my $framing (sort keys %framings) {
        my ($response, @records) = posted($body, @{ $framings{$framing} });
        my @got = map {
            my $text = "$_->{level} $_->{message}";
            $text .= " / $_->{exception}" if defined $_->{exception};
            $text;
        } @records;

        is $response->status, 200, "$name, $framing";
        is $response->body, counts(scalar @expected, 0, 0) . ']}',
            "$name, $framing: the answer";
        is_deeply \@got, \@expected, "$name, $framing: the records"
            or diag explain \@got;
    }

    return;
}

my ($x, $y, $z) = map { qq({"message":"$_"}) } qw(a b c);
my @both = ('INFO a', 'INFO b');

good('an object', $x, 'INFO a');
good('an object over many lines', qq({\n  "message":\n    "a"\n}\n), 'INFO a');
good('an array', "[$x,$y]", @both);
good('an array over many lines', "[\n  $x,\n  $y\n]\n", @both);
good('an array of one', " [ $x ] ", 'INFO a');
good('two arrays', "[$x]\n[$y]\n", @both);
good('an empty array', '[]');
good('NDJSON', "$x\n$y\n", @both);
good('NDJSON without its last newline', "$x\n$y", @both);
good('NDJSON with CRLF', "$x\r\n$y\r\n", @both);
good('NDJSON with empty lines', "\n$x\n\n\n$y\n\n", @both);
good('concatenated objects', "$x$y", @both);
good('concatenated objects over many lines',
    qq({\n"message": "a"\n}{\n"message": "b"\n}), @both);
good('objects with commas between', "$x,\n$y", @both);
good('JSON text sequences (RFC 7464)', "\x1e$x\n\x1e$y\n", @both);
good('a byte order mark', "\xef\xbb\xbf$x", 'INFO a');
good('brackets in strings', '{"message":"}{][\"}"}', 'INFO }{]["}');
good('nothing', '');
good('nothing but space', " \r\n\t\n");

good('a line of text',  'disk is full', 'INFO disk is full');
good('lines of text',   "one\ntwo\r\n\nthree\n", 'INFO one', 'INFO two', 'INFO three');
good('text that looks like an array', "[warn] full\n[info] fine\n",
    'WARNING [warn] full', 'INFO [info] fine');
good('text that looks like JSON', "starting\n{a b c}\n", 'INFO starting',
    'INFO {a b c}');
good('JSON after text', "starting\n$x\nready\n", 'INFO starting', 'INFO a',
    'INFO ready');
good('text after JSON', "$x\nready\n$y\n", 'INFO a', 'INFO ready', 'INFO b');
good('an object over many lines after text', qq(starting\n{\n  "message": "a"\n}\nready\n),
    'INFO starting', 'INFO a', 'INFO ready');
good('an array after text', "starting\n[$x]\nready\n", 'INFO starting', 'INFO a',
    'INFO ready');

# What is no JSON is text wherever it stands, and the lines around it are not.

good('no JSON, first',   "{ user: 'bob' }\n$x\n", "INFO { user: 'bob' }", 'INFO a');
good('no JSON, between', "$x\n{'message':'b'}\n$z\n", 'INFO a', q(INFO {'message':'b'}),
    'INFO c');
good('no JSON, last',  qq($x\n{"message":nope}), 'INFO a', 'INFO {"message":nope}');
good('no JSON, alone', '{"message":}', 'INFO {"message":}');
good('a bracket alone', '{', 'INFO {');
good('a trailing comma', qq($x\n{"message":"b",}\n$z), 'INFO a',
    'INFO {"message":"b",}', 'INFO c');
good('behind a value, on its line', "$x\{message:1}$z\n$y", 'INFO a',
    "INFO {message:1}$z", 'INFO b');
good('brackets that close nothing', "$x}\n]\n$y", 'INFO a', 'INFO }', 'INFO ]', 'INFO b');
good('a line that is cut', qq($x\n{"level":"error","message":"b\n$z\n), 'INFO a',
    'ERROR {"level":"error","message":"b', 'INFO c');
good('a line that is cut behind a colon', qq({"level":"error","x":\n$x\n$y\n),
    'ERROR {"level":"error","x":', 'INFO a', 'INFO b');
good('the end is cut', qq($x\n$y\n{"level":"warn","mess), @both,
    'WARNING {"level":"warn","mess');
good('an object over many lines that is cut', qq({\n"level":"error",\n"x":[\n$x,\n$y\n),
    'INFO {', 'INFO "level":"error",', 'INFO "x":[', @both);
good('an array of no objects', qq([1, 2, 3]\n["$_", {}]\n[[$x]]\n[$y]\n),
    'INFO [1, 2, 3]', qq(INFO ["$_", {}]), "INFO [[$x]]", 'INFO b')
    for 'x';
good('an array of what is no JSON', "[{'a': 1}]\n[{:a=>1}]\n[{\"a\"=>1}]\n$x",
    "INFO [{'a': 1}]", 'INFO [{:a=>1}]', 'INFO [{"a"=>1}]', 'INFO a');

good('levels in text',
    "ERROR:    no such host\n2026-11-22 10:00:00 CRITICAL y\nan ERROR here\n",
    'ERROR ERROR:    no such host', 'CRITICAL 2026-11-22 10:00:00 CRITICAL y',
    'INFO an ERROR here');

my $python = <<'END';
Traceback (most recent call last):
  File "app.py", line 3, in <module>
    f()
ValueError: one

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "app.py", line 5, in <module>
    g()
KeyError: 'two'
END
chomp $python;

good('a traceback', "ERROR:    boom\n$python\nINFO:     next\n",
    "ERROR ERROR:    boom / $python", 'INFO INFO:     next');
good('lines that are indented', "SELECT 1\n  FROM a\n  WHERE b\nnext\n",
    "INFO SELECT 1 /   FROM a\n  WHERE b", 'INFO next');
good('a stack of Java',
    "WARN  oops\njava.lang.IllegalStateException: boom\n\tat a.B.c(B.java:1)\n"
        . "Caused by: java.io.IOException: x\n\t... 3 more\nINFO next\n",
    "WARNING WARN  oops / java.lang.IllegalStateException: boom\n"
        . "\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: x\n\t... 3 more",
    'INFO INFO next');

# One bad element never costs the good ones around it, and is found again: its
# index, and the line and column of what is wrong.

sub bad {
    my ($name, $body, $errors, @messages) = @_;

    for my $framing ([], [ chunks => [ split //, $body ] ]) {
        my ($response, @records) = posted($body, @$framing);
        my $json = $response->json;

        my @places = map {
            my ($place) = $_->{detail} =~ /\A(line\ \d+,\ column\ \d+):\ \S/x;
            [ $_->{index}, $place ];
        } @{ $json->{errors} };

        my $count = @$errors;
        my $start = counts(scalar @messages, 0, $count);

        is $response->status, @messages ? 200 : 422, $name;
        like $response->body,
            qr/\A\Q$start\E\{"index":\d+,"detail":"[^"]+"\}/,
            "$name: the answer";
        is_deeply \@places, $errors, "$name: the places" or diag explain \@places;
        is $json->{detail}, @messages ? undef : $json->{errors}[0]{detail},
            "$name: what is wrong with all of it";
        is_deeply [ map { $_->{message} } @records ], \@messages,
            "$name: the good ones";
    }

    return;
}

bad('an array, a bad element', qq([$x,{"message" "b"},$z]),
    [ [ 1, 'line 1, column 29' ] ], qw(a c));
bad('an array, a number', "[$x, 42, $z]", [ [ 1, 'line 1, column 19' ] ], qw(a c));
bad('an array, a string', qq([$x, "b,]}", $z]),
    [ [ 1, 'line 1, column 19' ] ], qw(a c));
bad('an array in an array', "[$x,[$y],$z]", [ [ 1, 'line 1, column 18' ] ],
    qw(a c));
bad('an array that does not end', "[$x,$y", [ [ 2, 'line 1, column 33' ] ],
    qw(a b));
bad('an array, a trailing comma', qq([$x,\n{"message":"b",},\n$z]),
    [ [ 1, 'line 2, column 16' ] ], qw(a c));
bad('an array, single quotes', "[$x,\n{'message':'b'},\n$z\n]",
    [ [ 1, 'line 2, column 2' ] ], qw(a c));
bad('an envelope that does not end', qq({"logs":[$x), [ [ 1, 'line 1, column 25' ] ],
    'a');
bad('nothing is usable', '[{"message":}]', [ [ 0, 'line 1, column 13' ] ]);
bad('two bad elements', qq([\n{"a":,},\n{"a":]}\n]),
    [ [ 0, 'line 2, column 6' ], [ 1, 'line 3, column 6' ] ]);

# Of many errors the first ten are told, and all are counted.

my $many = join ",\n", map { $_ % 2 ? "{$_}" : qq({"message":"$_"}) } 0 .. 29;
my ($response, @records) = posted("[$many]");
is $response->json->{rejected}, 15, 'many bad ones: counted';
is_deeply [ map { $_->{index} } @{ $response->json->{errors} } ],
    [ map { 2 * $_ + 1 } 0 .. 9 ], 'many bad ones: the first ten';
is_deeply [ map { $_->{message} } @records ], [ map { 2 * $_ } 0 .. 14 ],
    'many bad ones: the good ones';

# What the sender says of a number is nothing to the ring.

my $seq = $nginx->last_seq;
(undef, @records) = posted('{"message":"m","_seq":7}');
is_deeply [ map { $_->{_seq} } @records ], [ $seq + 1 ], '_seq is not taken over';

# A wrong body says nothing in the error log, however often it comes.

is_deeply [ $nginx->log_lines(qr/\[(?:error|warn|crit)\]/) ], [],
    'the error log is silent';

done();
