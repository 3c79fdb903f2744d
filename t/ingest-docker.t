# SPDX-License-Identifier: BSD-2-Clause
#
# Docker's splunk driver, as its source writes its requests: it asks before a
# container starts, and goes on only after a 200; then it posts objects with
# nothing between them, in one of three formats, with gzip or without.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use IO::Compress::Gzip qw(gzip $GzipError);

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    ingest => 'location / { rackscope_logs_ingest main; }',
)->start;

my $path  = '/services/collector/event/1.0';
my @agent = ('User-Agent' => 'Go-http-client/1.1', 'Accept-Encoding' => 'gzip');
my $auth  = 'Splunk 176FCEBF-4CF5-4EDF-91BC-703796522D20';

my $asked = $nginx->client(1)->request(
    OPTIONS => $path, headers => [ @agent, Authorization => $auth ]);

is $asked->status, 200, 'the container starts';
is $asked->header('allow'), 'POST, OPTIONS', 'what may be sent';

my $n = 0;

# json.Marshal of Go, which writes <, > and & as escapes.

sub message {
    my ($event, $end) = @_;

    my $time = sprintf '%f', 1_795_866_739 + ++$n / 1000;
    $event =~ s/([<>&])/sprintf '\\u%04x', ord $1/ge;
    return qq({"event":$event,"time":"$time","host":"docker1"$end});
}

sub line {
    my ($json, $source, $end) = @_;

    return message(qq({"line":$json,"source":"$source","tag":"a0b1c2d3e4f5",)
            . q("attrs":{"com.example.team":"orders"}}), $end // '');
}

sub post {
    my ($body, $gzip) = @_;

    my $seq = $nginx->last_seq;
    my @encoding;

    if ($gzip) {
        gzip(\$body, \my $packed) or die "gzip: $GzipError\n";
        $body     = $packed;
        @encoding = ('Content-Encoding' => 'gzip');
    }

    my $response = $nginx->client(1)->request(
        POST => $path, body => $body,
        headers => [ @agent, Authorization => $auth, @encoding ]);

    is $response->status, 200, 'it does not send this again';
    is $response->json->{text}, 'Success', 'text';
    is $response->json->{code}, 0, 'code';

    return grep { $_->{_seq} > $seq } $nginx->records;
}

my @trace = ('Traceback (most recent call last):',
    '  File \"a.py\", line 1, in <module>', 'ValueError: password=hunter2x');

for my $gzip (0, 1) {
    my $how = $gzip ? 'gzip' : 'identity';

    # inline, the default: the line is text

    my @got = post(join('',
            line('"ERROR payment failed"', 'stderr'),
            (map { line(qq("$_"), 'stderr') } @trace),
            line('"started \u003c1\u003e"', 'stdout',
                ',"source":"s","sourcetype":"t","index":"main"'),
            line('"{\"level\":\"warn\",\"msg\":\"slow\",\"reqId\":\"r-1\"}"',
                'stdout')), $gzip);

    is_deeply [ map { [ @$_{qw(level message request_id)} ] } @got ], [
        [ 'ERROR',   'ERROR payment failed', undef ],
        [ 'INFO',    'started <1>',          undef ],
        [ 'WARNING', 'slow',                 'r-1' ],
    ], "inline, $how" or diag explain \@got;

    like $got[0]{exception}, qr/\ATraceback .*ValueError: password=\*\*\*\z/s,
        "the lines of a stack are one record, $how";
    like $got[0]{timestamp}, qr/\A2026-11-28T/, "the time of the line, $how";

    # json: a line that is JSON is sent as JSON

    @got = post(join('',
            line('{"level":50,"time":1795866739000,"msg":"boom"}', 'stdout'),
            line('"ready"', 'stdout'), line('17', 'stdout')), $gzip);

    is_deeply [ map { [ @$_{qw(level message)} ] } @got ], [
        [ 'ERROR', 'boom' ], [ 'INFO', 'ready' ], [ 'INFO', '17' ],
    ], "json, $how" or diag explain \@got;

    # raw: the tag and the attributes stand before the line, and hide its level
    # unless there are none (tag="")

    @got = post(join('', map { message($_, '') }
                '"a0b1c2d3e4f5 com.example.team=orders WARN disk is full"',
            '"a0b1c2d3e4f5 com.example.team=orders token=hunter2x"',
            '"WARN disk is full"'), $gzip);

    is_deeply [ map { [ @$_{qw(level message)} ] } @got ], [
        [ 'INFO', 'a0b1c2d3e4f5 com.example.team=orders WARN disk is full' ],
        [ 'INFO', 'a0b1c2d3e4f5 com.example.team=orders token=***' ],
        [ 'WARNING', 'WARN disk is full' ],
    ], "raw, $how" or diag explain \@got;
}

done();
