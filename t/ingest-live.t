# SPDX-License-Identifier: BSD-2-Clause
#
# An upload that stays open is a live feed.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    h2     => 1,
    admin  => 'location = /internal/logs { rackscope_logs_ingest main; }',
    ingest => <<'END',
        location = /brief {
            rackscope_logs_ingest main;
            client_body_timeout 1s;
        }
END
)->start;

my $seq = 0;

# The messages since the last call, as soon as there are so many of them.

sub arrived {
    my ($n) = @_;

    my @records;
    wait_until {
        @records = $nginx->records("since_seq=$seq&n=1000");
        @records >= $n;
    };

    $seq = $records[-1]{_seq} if @records;
    return join '|', map { join ' / ', grep { defined } @$_{qw(message exception)} }
        @records;
}

sub accepted {
    my ($client) = @_;

    my $response = $client->response;
    return $response && $response->status == 200 && $response->json->{accepted};
}

# JSON is there with its newline, and text once nothing follows it.

my $upload = $nginx->upload;

for my $n (1 .. 5) {
    $upload->send_chunk(qq({"message":"record $n"}\n));
    is arrived(1), "record $n", "record $n before the end";
}

$upload->send_chunk('{"message":');
$upload->send_chunk('"in parts"}');
is arrived(1), 'in parts', 'an object in two chunks, without its newline';

my $start = now();
$upload->send_chunk("\nplain text\n");
is arrived(1), 'plain text', 'a line of text';
cmp_ok now() - $start, '>', 0.2, 'that waited for what may belong to it';
cmp_ok now() - $start, '<', 5, 'and not for long';

$upload->send_chunk("half a ");
$upload->send_chunk("line\nnext\n");
is arrived(2), 'half a line|next', 'two lines in odd parts';

$upload->send_end;
is accepted($upload), 9, 'all of them are counted in the end';

# A line that is no JSON is text as soon as that is seen, and what its sender
# writes next is not.

$upload = $nginx->upload;
$upload->send_chunk(qq({"message":"before"}\n{ user: 'bob' }\n));
is arrived(2), "before|{ user: 'bob' }", 'a line that is no JSON';
$upload->send_chunk(qq({"level":"error","message":"cut\n));
is arrived(1), '{"level":"error","message":"cut', 'a line that was cut off';
is + ($nginx->records('n=1'))[0]{level}, 'ERROR', 'with its level';
$upload->send_chunk(qq([1, 2, 3]\n{"message":"after"}\n));
is arrived(2), '[1, 2, 3]|after', 'an array of no objects';

# An object over many lines stays one, however long its sender waits: longer
# than a line of text would be held back.

$upload->send_chunk("text\n{\n");
is arrived(1), 'text', 'text before an object, which has begun';

for my $part (qq(  "message": "slow",\n), qq(  "x": {\n), qq(    "y": 1\n  }\n)) {
    $upload->send_chunk($part);
    $nginx->post(qq(line\n{"message":"other"}\n));
    is arrived(2), 'line|other', 'another upload meanwhile';
}

my $other = $nginx->upload;
$other->send_chunk("held back\n");
is arrived(1), 'held back', 'a line that was held back comes out';
$other->close;

$upload->send_chunk("}\n");
is arrived(1), 'slow', 'an object over many lines';

# Of one that never ends, all lines are there when the upload ends.

$upload->send_chunk(qq({\n"message": "a",\n{"message":"b"}\n));
is arrived(3), '{|"message": "a",|b', 'where its grammar breaks';
$upload->send_chunk(qq({"x":[\n{"message":"c"},\n));
$upload->send_end;
is arrived(2), '{"x":[|c', 'or where the body ends';
is $upload->response->json->{rejected}, 0, 'and nothing is rejected';

# A traceback, line by line.

my $trace = <<'END';
Traceback (most recent call last):
  File "app.py", line 3, in <module>
    main()
ValueError: no such thing

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "app.py", line 5, in <module>
    raise KeyError from e
KeyError
END

$upload = $nginx->upload;
$upload->send_chunk($_) for "ERROR:    in the application\n", $trace =~ /.*\n/g;
is arrived(1), "ERROR:    in the application / $trace" =~ s/\n\z//r,
    'a traceback is one record';

# The rest of one that paused stays together, and what follows it does not
# belong to it.

$upload->send_chunk("Traceback (most recent call last):\n  File \"a.py\"\n");
is arrived(1), "Traceback (most recent call last): /   File \"a.py\"",
    'the start of a traceback';
$upload->send_chunk("    f()\n  File \"b.py\"\nValueError: x\nINFO next\n");
is arrived(2), "    f() /   File \"b.py\"\nValueError: x|INFO next", 'its rest';
$upload->close;

# A program in a pipe, with curl.

for my $h2 (0, 1) {
    my $port = $nginx->port($h2 ? 3 : 1);
    my $out  = $nginx->prefix . "/out$h2";
    my @curl = ('curl', '-s', '-N', '-X', 'POST', '-T', '-', '-o', $out,
        $h2 ? '--http2-prior-knowledge' : '--http1.1',
        "http://127.0.0.1:$port/internal/logs");

    open my $pipe, '|-', @curl or die "curl: $!\n";
    $pipe->autoflush(1);

    for my $line ('INFO:     started', '{"message":"ready"}') {
        my $message = $line =~ /"(ready)"/ ? $1 : $line;
        print {$pipe} "$line\n";
        is arrived(1), $message, "curl: $message";
    }

    ok close $pipe, 'curl comes to its end';
    is decode_json(slurp($out))->{accepted}, 2, 'with an answer';
}

# A client that goes away: what was whole is there, and nothing else.

for my $way (qw(close reset)) {
    $upload = $nginx->upload;
    $upload->send_chunk(qq({"message":"one"}\n{"message":"two"}\n{"message":"thr));
    is arrived(2), 'one|two', "before $way";
    $upload->$way;

    $upload = $nginx->upload;
    $upload->send_chunk(qq({"message":"read"}\n$trace));
    wait_until { $nginx->last_seq > $seq };
    $upload->$way;
    is arrived(2), 'read|' . $trace =~ s/\n/ \/ /r =~ s/\n\z//r,
        "held back at $way";
}

# What arrives together with the end of the connection is not lost.

for my $first (0, 1) {
    $upload = $nginx->client(1);
    $upload->start('POST', '/internal/logs', length => 1000);
    $upload->send("before\n") if $first;
    is arrived(1), 'before', 'before the end' if $first;

    my @workers = $nginx->workers;
    kill 'STOP', @workers;
    $upload->send(qq({"message":"with the end"}\n));
    $upload->close;
    kill 'CONT', @workers;

    is arrived(1), 'with the end', 'a line and the end';
}

# By Content-Length, too.

$upload = $nginx->client(1);
$upload->start('POST', '/internal/logs', length => 1000);
$upload->send(qq({"message":"sized"}\n));
is arrived(1), 'sized', 'an upload with Content-Length';
$upload->close;

# Who sends nothing for client_body_timeout is gone, with what was held back;
# who sends now and then is not.

$upload = $nginx->upload(uri => '/brief');
for my $n (1 .. 6) {
    $upload->send_chunk("slow $n\n");
    is arrived(1), "slow $n", "slow, but there: $n";
}
$upload->send_chunk("silence\n");
ok $upload->closed(5), 'client_body_timeout';
is arrived(1), 'silence', 'its last line';

# A reload: the old worker goes on until the upload ends.

$upload = $nginx->upload;
$upload->send_chunk(qq({"message":"before"}\n));
is arrived(1), 'before', 'before a reload';

ok $nginx->reload, 'reload';
ok wait_until { my @old = $nginx->old_workers; @old == 1 },
    'one old worker stays';

$upload->send_chunk(qq({"message":"after"}\n));
is arrived(1), 'after', 'its records are seen by the new ones';

$upload->send_end;
is accepted($upload), 2, 'it answers';
$upload->close;
ok wait_until { !$nginx->old_workers }, 'and goes';

# A worker that is killed: what it had taken is there.

$upload = $nginx->upload(client => $nginx->client_of(($nginx->workers)[0], 1));
$upload->send_chunk(qq({"message":"last words"}\n));
is arrived(1), 'last words', 'before a kill';
ok $nginx->kill_worker, 'killed';
ok $upload->closed, 'the upload is over';
is $nginx->post({ message => 'again' })->status, 200, 'another takes more';
is arrived(1), 'again', 'and it is there';

done();
