# SPDX-License-Identifier: BSD-2-Clause
#
# Lines of text that come as objects, as shippers send them: each has the level
# that it says, a traceback is one record, and each line is counted.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    ingest => <<'END',
        location = /errors {
            rackscope_logs_ingest main;
            rackscope_logs_level ERROR;
        }
        location = /small {
            rackscope_logs_ingest main;
            client_max_body_size 1k;
        }
END
)->start;

my @trace = (
    'ERROR:root:no order',
    'Traceback (most recent call last):',
    '  File "shop.py", line 3, in <module>',
    '    pay(order)',
    'ValueError: 4711',
);
my $record = [ 'ERROR', $trace[0], join "\n", @trace[ 1 .. $#trace ] ];

# How shippers wrap a line.

my $n = 0;
sub second { return sprintf '2026-11-22T10:00:%02dZ', ++$n % 60 }

sub docker {
    my ($line) = @_;
    return { log => "$line\n", stream => 'stderr', time => second() };
}

sub fluent_bit {
    my ($line, $pod) = @_;
    return { date => 1795341600.5 + ++$n, log => $line, stream => 'stderr',
        time => second(), kubernetes => { pod_name => $pod // 'a',
            labels => { app => 'shop' } } };
}

sub vector {
    my ($line) = @_;
    return { message => $line, host => 'h', source_type => 'docker_logs',
        timestamp => second() };
}

sub filebeat {
    my ($line) = @_;
    return { '@timestamp' => second(), message => $line, host => { name => 'h' },
        log => { offset => ++$n, file => { path => '/var/log/shop.log' } } };
}

sub journal {
    my ($line) = @_;
    return { MESSAGE => $line, PRIORITY => '6', _TRANSPORT => 'stdout',
        SYSLOG_IDENTIFIER => 'shop', __CURSOR => 's=' . ++$n,
        __REALTIME_TIMESTAMP => 1795341600000000 + $n,
        __MONOTONIC_TIMESTAMP => "$n" };
}

sub splunk {
    my ($line) = @_;
    return { line => $line, source => 'stderr', tag => 'c0ffee' };
}

# The counts of the answer, and the records that have come by a body.

sub posted {
    my ($body, %opt) = @_;

    my $seq      = $nginx->last_seq;
    my $response = $nginx->post($body, %opt);
    my $answer   = $response->json;

    return join(' ', @$answer{qw(accepted filtered rejected)}),
        $nginx->records("since_seq=$seq&n=1000");
}

sub brief {
    return [ map { [ $_->{level}, $_->{message}, $_->{exception} // () ] } @_ ];
}

my %shippers = (
    'Docker'     => \&docker,
    'Fluent Bit' => \&fluent_bit,
    'Vector'     => \&vector,
    'Filebeat'   => \&filebeat,
    'journald'   => \&journal,
    'Splunk'     => \&splunk,
);

for my $name (sort keys %shippers) {
    my $wrap  = $shippers{$name};
    my @lines = map { $wrap->($_) } 'INFO up', @trace, 'WARN: last';

    my %bodies = (
        'NDJSON'       => ndjson(@lines),
        'an array'     => encode_json(\@lines),
        'concatenated' => join('', map { encode_json($_) } @lines),
    );

    for my $form (sort keys %bodies) {
        for my $pieces (0, 7) {
            my ($counts, @records) =
                posted($bodies{$form}, $pieces ? (pieces => $pieces) : ());

            is $counts, '7 0 0', "$name, $form: each line is counted";
            is_deeply brief(@records),
                [ [ 'INFO', 'INFO up' ], $record, [ 'WARNING', 'WARN: last' ] ],
                "$name, $form: a record of the traceback"
                or diag explain brief(@records);
        }
    }
}

# A line that is an object.

my ($counts, @records) = posted(ndjson(map { $_->(encode_json({
    level => 'warn', msg => 'slow', span_id => '00f067aa0ba902b7' })) }
    @shippers{'Docker', 'Vector', 'journald'}));

is $counts, '3 0 0', 'objects in lines';
is_deeply brief(@records), [ ([ 'WARNING', 'slow' ]) x 3 ], 'are the records';
is_deeply [ map { $_->{stream} // $_->{host} // $_->{logger} } @records ],
    [ 'stderr', 'h', 'shop' ], 'with what is around them';
is $records[1]{span_id}, '00f067aa0ba902b7', 'and what is in them';

# Two pods.

($counts, @records) = posted(ndjson(
    map { (fluent_bit($_, 'a'), fluent_bit($_, 'b')) } @trace[ 0 .. 2 ]));

is $counts, '6 0 0', 'two pods, line by line';
is_deeply [ map { $_->{kubernetes}{pod_name} } @records ],
    [qw(a b a b a b)], 'are not mixed';

($counts, @records) = posted(ndjson((map { fluent_bit($_, 'a') } @trace),
    map { fluent_bit($_, 'b') } @trace));

is $counts, '10 0 0', 'two pods, one after the other';
is_deeply brief(@records), [ $record, $record ], 'a record of each';
is_deeply [ map { $_->{kubernetes}{pod_name} } @records ], [qw(a b)],
    'with its name';

# What is counted.

($counts, @records) = posted(ndjson(map { docker($_) } 'WARN one', '  two', @trace),
    uri => '/errors');

is $counts, '5 2 0', 'lines of a record that is filtered are, too';
is_deeply brief(@records), [$record], 'the other record is there';

my $response = $nginx->post(
    '[' . join(',', (map { encode_json(docker($_)) } @trace), '7', '{"msg":"m"}')
    . ']');
is $response->json->{errors}[0]{index}, 5, 'the index counts lines';
is $response->json->{accepted},         6, 'accepted does, too';

my $seq = $nginx->last_seq;
$response = $nginx->post(ndjson(map { docker($_) } @trace, ('INFO x') x 20),
    uri => '/small', chunks => [ ndjson(map { docker($_) } @trace),
        ndjson(map { docker($_) } ('INFO x') x 20) ]);
@records = $nginx->records("since_seq=$seq");

is $response->status, 413, 'a body that is too large';
is_deeply brief($records[0]), [$record], 'what came before is there';
is $response->json->{accepted}, 5 + @records - 1, 'and is counted';

# An upload that stays open: a record is given out after a pause, and what comes
# then does not begin another.

$seq = $nginx->last_seq;

sub arrived {
    my ($count) = @_;

    my @new;
    wait_until { @new = $nginx->records("since_seq=$seq"); @new >= $count };
    $seq = $new[-1]{_seq} if @new;

    return brief(@new);
}

my $upload = $nginx->upload;

$upload->send_chunk(ndjson(docker($_))) for @trace;
is_deeply arrived(1), [$record], 'a traceback, line by line';

$upload->send_chunk(ndjson(map { docker($_) } @trace[ 0 .. 1 ]));
is_deeply arrived(1), [ [ 'ERROR', @trace[ 0, 1 ] ] ], 'its start';
$upload->send_chunk(ndjson(map { docker($_) } @trace[ 2 .. 4 ], 'INFO on'));
is_deeply arrived(2),
    [ [ 'ERROR', $trace[2], "$trace[3]\n$trace[4]" ], [ 'INFO', 'INFO on' ] ],
    'its rest after a pause';

$upload->send_chunk(qq({"message":"a hand-made record"}\n));
is_deeply arrived(1), [ [ 'INFO', 'a hand-made record' ] ], 'no line of a shipper';

$upload->send_end;
is $upload->response->json->{accepted}, 12, 'all of them are counted';

# A client that goes away, with a record held back.

$upload = $nginx->upload;
$upload->send_chunk(qq({"msg":"read"}\n) . ndjson(map { docker($_) } @trace));
wait_until { $nginx->last_seq > $seq };
$upload->close;
is_deeply arrived(2), [ [ 'INFO', 'read' ], $record ], 'held back at the end';

done();
