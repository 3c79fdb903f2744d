# SPDX-License-Identifier: BSD-2-Clause
#
# Metrics: each is there, exact over all workers, reloads and killed workers,
# and behind the same door as the API.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $zones = <<'END';
    rackscope_logs_zone "second \"zone\"" entries=7 entry_size=1k;
    rackscope_logs_zone shared entries=7 entry_size=1k;
    rackscope_logs_error_log main;
END

my %conf = (
    workers => 4,
    zone    => 'main entries=100 entry_size=1k streams=2 followers=1',
    admin   => <<'END',
        location = /metrics {
            auth_request /auth;
            rackscope_logs_metrics;

            # of no effect: a request to the module makes no record
            rackscope_logs_access_log main info;
        }
        location = /metrics/main {
            rackscope_logs_require_admin off;
            rackscope_logs_metrics main;
        }
        location = /metrics/open {
            rackscope_logs_metrics main;
        }
        location = /metrics/none {
            rackscope_logs off;
            rackscope_logs_metrics;
        }
        location = /seen {
            rackscope_logs_access_log main info;
            return 200;
        }
        location /errors/ {
            root /nowhere;
        }
END
    ingest  => <<'END',
        location = /small {
            client_max_body_size 10;
            rackscope_logs_ingest main;
        }
        location = /second { rackscope_logs_ingest 'second "zone"'; }
        location = /shared { rackscope_logs_ingest shared; }
END
);

my $nginx = Rackscope::Nginx->new(%conf, http => $zones
        . 'rackscope_logs_share shared redis://127.0.0.1:%%PORT_9%% timeout=5s;'
)->start;

# All samples of an answer, by their name and labels.

sub samples {
    my ($text) = @_;

    return { map { /\A(\S+\{.*\}) (\S+)\z/ ? ($1 => $2) : die "$_\n" }
            grep { !/\A#/ } split /\n/, $text };
}

sub now_of {
    my ($name, $labels) = @_;

    my $samples = samples($nginx->get('/metrics')->body);
    $labels = join ',', qq(zone="main"), $labels // ();
    return $samples->{"rackscope_logs_$name\{$labels}"};
}

sub is_now {
    my ($name, $labels, $value, $what) = @_;

    is now_of($name, $labels), $value, $what // "$name $labels";
    return;
}

my $answer = $nginx->get('/metrics');

is $answer->status, 200, 'metrics';
is $answer->header('Content-Type'), 'text/plain; version=0.0.4; charset=utf-8',
    'type';
is $answer->header('Cache-Control'), 'no-store', 'not kept';
is $nginx->request('HEAD', '/metrics')->status, 200, 'HEAD';

# The format: each family has its help and its type before its samples, once.

my (%help, %type, $family);

for (split /\n/, $answer->body) {
    if (/\A# HELP (\S+) \S.*\.\z/) {
        ok !$help{$1}++, "one help for $1";
        $family = $1;
    } elsif (/\A# TYPE (\S+) (counter|gauge)\z/) {
        my ($name, $type) = ($1, $2);
        ok !$type{$name}++, "one type for $name";
        is $name, $family, 'of the same family';
        is $type, $name =~ /_total\z/ ? 'counter' : 'gauge', 'as its name says';
    } else {
        like $_, qr/\A\Q$family\E\{(?:\w+="(?:[^"\\\n]|\\.)*",?)+\} \d+(?:\.\d+)?\z/,
            'a sample';
    }
}

like $answer->body, qr/\{zone="second \\"zone\\""/, 'a name is escaped';
unlike $answer->body, qr/oldest_timestamp_seconds\{zone="second/,
    'an empty ring has no oldest record';
my $version = Rackscope::Nginx::release();
like $answer->body, qr/rackscope_logs_build_info\{version="\Q$version\E",nginx="[\d.]+"\} 1/,
    'versions';

# Only a zone that is shared has metrics of that, and this one finds no Redis.

like $answer->body, qr/^rackscope_logs_share_up\{zone="shared"\}\ 0$/mx,
    'not together';
is now_shared('share_pending'), 0, 'nothing waits';
unlike $answer->body, qr/share_\w+\{zone="(?!shared")/,
    'other zones have no such metric';

sub now_shared {
    my ($name) = @_;

    return samples($nginx->get('/metrics')->body)
        ->{qq(rackscope_logs_$name\{zone="shared"})};
}

my $waits = $nginx->client(1);
$waits->start(POST => '/shared', body => ndjson({ message => 'a' },
        { message => 'b' }));
ok wait_until { now_shared('share_pending') == 2 }, 'two records wait';
$waits->close;

# The names, types and labels are those of the documentation, and no other.

my ($table) = slurp(Rackscope::Nginx::root() . '/docs/operations.md')
    =~ /^\|\ name\ \|\ type\ \|.*\n((?:\|.*\n)+)/mx;

my (%described, %labels);
my %of = $answer->body =~ /^\#\ TYPE\ (\w+)\ (\w+)$/gmx;

for (split /\n/, $table) {
    my (undef, $names, $type, $labels) = split /\s*\|\s*/;
    next if $names =~ /^-+$/;
    my @labels = (($names =~ /build_info/ ? () : 'zone'),
        $labels =~ s/\(.*?\)|:.*//gr =~ /`(\w+)`/g);
    $described{"rackscope_logs_$_"} = [ $type, sort @labels ]
        for $names =~ /`(\w+)`/g;
}

for ($answer->body =~ /^(\w+\{.*\})\ /gmx) {
    my ($name, $pairs) = /\A(\w+)\{(.*)\}\z/;
    $labels{$name}{$1} = 1 while $pairs =~ /(\w+)="(?:[^"\\]|\\.)*"/g;
}

# there is no sample of the oldest record in an empty ring
$labels{rackscope_logs_oldest_timestamp_seconds}{zone} = 1;

is_deeply { map { $_ => [ $of{$_}, sort keys %{ $labels{$_} } ] } keys %of },
    \%described, 'the metrics of the documentation are those of the answer';

# What is counted, by an nginx whose error log has no lines of a share.

$nginx = Rackscope::Nginx->new(%conf, http => $zones)->start;

# One zone.

my $one = $nginx->get('/metrics/main');
is $one->status, 200, 'without a door';
unlike $one->body, qr/zone="second/, 'only that zone';

# Records, over all workers.

my @workers = $nginx->workers;

for my $worker (@workers) {
    my $client = $nginx->client_of($worker, 1);

    $client->request(POST => '/internal/logs', body => ndjson(
            map { { level => $_, message => 'x' } } qw(info info error debug)));
}

is_now('records_total', 'source="ingest",level="INFO"',  8);
is_now('records_total', 'source="ingest",level="ERROR"', 4);
is_now('filtered_total', undef, 4, 'filtered');

# The error log of nginx, which says that there is no Redis, is kept there too.

my $samples = samples($nginx->get('/metrics')->body);
my $made    = 0;
$made += $samples->{$_}
    for grep { /\Arackscope_logs_records_total\{zone="main",/ } keys %$samples;
cmp_ok $made, '>=', 12, 'all records';
is $samples->{'rackscope_logs_ring_entries{zone="main"}'}, $made, 'entries';

is_now('ring_capacity',  undef, 100, 'capacity');

my ($oldest) = $nginx->records;
$oldest->{timestamp} =~ /T(\d\d):(\d\d):(\d\d\.\d+)/ or die;
is now_of('oldest_timestamp_seconds') % 86400, int($1 * 3600 + $2 * 60 + $3),
    'the time of the oldest record';

$nginx->post({ message => 'password=hunter2x', token => 'x', also => 'y' });
is_now('redacted_total', undef, 2, 'a text and a value');

$nginx->post({ message => 'x' x 5000 });
is_now('truncated_total', undef, 1, 'cut');

$nginx->client(1)->request(POST => '/second', body => 'one');
is samples($nginx->get('/metrics')->body)
    ->{'rackscope_logs_records_total{zone="second \\"zone\\"",source="ingest",level="INFO"}'},
    1, 'the other zone';

# Bodies, by what they hold, and what of them was not taken.

my %bodies = (
    json   => now_of('bodies_total',     'format="json"'),
    text   => now_of('bodies_total',     'format="text"'),
    length => now_of('body_bytes_total', 'format="text"'),
);

$nginx->post('a line');
$nginx->post('{"message":"x"}');
$nginx->post('{"logs":[{"message":"x"},17]}');
$nginx->post('{"resourceSpans":[]}');
$nginx->post('[{"message":"x"},{"message":' . '[' x 20 . ']' x 20 . '}]');
$nginx->post('[{"message":"x"},');

is_now('bodies_total', 'format="text"', $bodies{text} + 1);
is_now('body_bytes_total', 'format="text"', $bodies{length} + 6);
is_now('bodies_total', 'format="json"', $bodies{json} + 3);
is_now('bodies_total', 'format="list"', 1);
is_now('rejected_total', 'reason="element"', 1);
is_now('rejected_total', 'reason="depth"', 1);
is_now('rejected_total', 'reason="json"', 1);
is_now('rejected_total', 'reason="envelope"', 1);

$nginx->client(1)->request(POST => '/internal/logs',
    headers => [ 'Content-Encoding' => 'gzip' ], body => "\x1f\x8b\x08xxxxxxxxxxxx");
is_now('rejected_total', 'reason="encoding"', 1);

# what says its length is refused by nginx itself
$nginx->client(1)->request(POST => '/small', chunks => [ 'x' x 20 ]);
is_now('rejected_total', 'reason="too_large"', 1);

# nginx's own records.

$nginx->get('/seen') for 1 .. 3;

# a request is logged when its client has the answer

ok wait_until { now_of('records_total', 'source="access",level="INFO"') == 3 },
    'requests';

$nginx->allow_log(qr/\[error\].*open\(\) "\/nowhere/);
my $errors = now_of('records_total', 'source="error",level="ERROR"');
$nginx->get("/errors/$_") for 1 .. 3;
ok wait_until {
    now_of('records_total', 'source="error",level="ERROR"') == $errors + 3
},
    'lines of the error log';
is_now('error_log_dropped_total', undef, 0, 'none was dropped');

# Streams.

is_now('streams_limit', 'kind="sse"', 2);
is_now('streams_limit', 'kind="ndjson"', 1);

my @streams = (map({ $nginx->stream('since_seq=1') } 1, 2),
    $nginx->stream('since_seq=1&format=ndjson'));
is $_->status, 200, 'a stream' for @streams;
$_->next_event for @streams;

is_now('streams', 'kind="sse"', 2);
is_now('streams', 'kind="ndjson"', 1);

$nginx->get('/api/logs/stream') for 1 .. 3;
$nginx->get('/api/logs/stream?format=ndjson') for 1, 2;

is_now('streams_refused_total', 'kind="sse"', 3);
is_now('streams_refused_total', 'kind="ndjson"', 2);

$_->close for @streams;
ok wait_until { now_of('streams', 'kind="sse"') == 0 }, 'places are free';

my $seq = $nginx->last_seq;
$nginx->post(ndjson(map { { message => "n$_" } } 1 .. 150));
my $late = $nginx->stream("since_seq=$seq");
is $late->next_event->{json}{missed}, 50, 'a gap';
is_now('streams_missed_total', 'kind="sse"', 50);
$late->close;

# They outlive reloads and workers.

my %before = %{ samples($nginx->get('/metrics')->body) };

sub same {
    my ($what) = @_;

    my %after = %{ samples($nginx->get('/metrics')->body) };
    delete @$_{ grep { /streams\{|source="error"/ } keys %$_ }
        for \%before, \%after;
    is_deeply \%after, \%before, $what;
    return;
}

$nginx->reload;
same('after a reload');

$nginx->kill_worker(($nginx->workers)[0], 'KILL');
ok wait_until { $nginx->workers == 4 }, 'a new worker';
same('after a killed worker');

# The door.

is $nginx->get('/metrics', headers => [ 'X-Test-Auth' => 'deny' ])->status, 403,
    'auth_request refuses';
is $nginx->get('/metrics/none')->status, 404, 'off';
is $nginx->get('/metrics',
    headers => [ 'Sec-Fetch-Site' => 'cross-site' ])->status, 403,
    'a page of another origin';
is $nginx->get('/metrics', headers => [ 'Sec-Fetch-Site' => 'cross-site',
        'Sec-Fetch-Mode' => 'navigate', 'Sec-Fetch-Dest' => 'document' ])
    ->status, 200, 'a link';
is $nginx->request('POST', '/metrics')->status, 405, 'no other method';

$nginx->allow_log(qr/rackscope logs refused a request/);
is $nginx->get('/metrics/open')->status, 403, 'no auth_request, no metrics';

done();
