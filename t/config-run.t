# SPDX-License-Identifier: BSD-2-Clause
#
# Configurations as a whole: where things may stand, what may be missing, and
# how nginx runs with them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

sub new {
    my ($http, %more) = @_;

    return Rackscope::Nginx->new(
        conf => "%%GLOBALS%%\nevents {}\nhttp {\n%%PATHS%%\n$http\n}\n", %more);
}

# What nginx -t says of this http block, or of the configuration as it is.

my $tried = new('');
$tried->allow_log(qr/\[emerg\]/);

sub emerg {
    my ($http) = @_;

    $tried->configure(conf =>
            "%%GLOBALS%%\nevents {}\nhttp {\n%%PATHS%%\n$http\n}\n")
        if defined $http;

    my $result = $tried->check;
    my ($said) = $result->{err} =~ /\[emerg\] (?:\d+#\d+: )?(.*)/;

    return $result->{rc} == 0 ? 'works' : $said;
}

my $zone = 'rackscope_logs_zone z;';
my $api  = "location /x {\nrackscope_logs_api z;\n}";
my $post = "location /y {\nrackscope_logs_ingest z;\n}";

# The zone may come after those who use it, but it must come.

is emerg("$zone server { $api $post }"), 'works', 'a zone, then its use';
is emerg("server { $api $post } $zone"), 'works', 'or the reverse';

for (qw(api ingest)) {
    my $http = "server {\nlocation / {\nrackscope_logs_$_ nope;\n}\n}";
    my $file = $tried->prefix . '/nginx.conf';

    like emerg($http), qr/\Aunknown\ zone\ "nope"\ in\ "rackscope_logs_$_",\ 
        which\ takes\ the\ name\ of\ a\ zone\ that\ "rackscope_logs_zone"\ 
        declares,\ in\ \Q$file\E:\d+\z/x, "$_: an unknown zone";

    like emerg($http =~ s/nope/''/r), qr/\Aunknown zone "" in "rackscope_logs_$_"/,
        "$_: one without a name";
}

# One location, one answer, whoever comes first.

my @others = (
    'proxy_pass http://127.0.0.1:1;', 'stub_status;', 'return 200;',
    'rackscope_logs_ingest z;', 'fastcgi_pass 127.0.0.1:1;',
    'rackscope_logs_page;'
);

for my $other (@others) {
    for my $order ("rackscope_logs_api z;\n$other",
        "$other\nrackscope_logs_api z;") {

        my $said = emerg("$zone server {\nlocation / {\n$order\n}\n}");

        if ($other =~ /return/) {
            is $said, 'works', "$other is no handler";
        } else {
            like $said, qr/\A"rackscope_logs_\w+"\ directive\ cannot\ share\ a\ 
                location\ with\ another\ directive\ that\ answers\ requests\ in\ 
                .*nginx.conf:\d+\z/x, $order =~ s/\n/ /r;
        }
    }
}

# The place in a file that is included.

my $part = $tried->prefix . '/part.conf';

spew($part, '');
is emerg("$zone\nserver {\ninclude %%PREFIX%%/part.conf;\n}"), 'works',
    'an included file';

my %parts = (
    "\nlocation / {\n\nrackscope_logs_api nope;\n}" => 4,
    "rackscope_logs_level\nLOUD;"                   => 2,
    "\nrackscope_logs_stream_poll 0;"               => 2,
    "location / {\nrackscope_logs_api z;\nstub_status;\n}" => 2,
);

for (sort keys %parts) {
    spew($part, $_);
    like emerg(), qr/\ in\ \Q$part\E:$parts{$_}\z/x,
        'an included file: ' . s/\n/ /gr;
}

# The level of the environment.

for (qw(debug WARN ERROR), '') {
    $tried->configure(env => { RACKSCOPE_LOG_LEVEL => $_ });

    is emerg("$zone server { $api }"), 'works', "RACKSCOPE_LOG_LEVEL=$_";
    unlike $tried->check->{err}, qr/\[warn\]/, 'without a word';
}

$tried->configure(env => { RACKSCOPE_LOG_LEVEL => 'loud' });
is emerg(), 'works', 'RACKSCOPE_LOG_LEVEL=loud';
like $tried->check->{err}, qr/unknown\ level\ "loud"\ in\ the\ environment\ 
    variable\ RACKSCOPE_LOG_LEVEL,\ which\ takes\ DEBUG,\ INFO,\ WARNING,\ 
    ERROR\ or\ CRITICAL;\ INFO\ is\ used/x, 'says what it takes';

$tried->configure(
    env  => {},
    conf => "%%GLOBALS%%\nenv RACKSCOPE_LOG_LEVEL=louder;\n"
        . "events {}\nhttp {\n%%PATHS%%\n}\n"
);
like $tried->check->{err}, qr/\[warn\].*unknown\ level\ "louder"/x,
    'so it does in an "env" directive';

# nginx -t leaves no file, and no zone, behind.

is slurp($tried->prefix . '/nginx.pid') // '', '', 'nginx -t starts nothing';

# Loaded, and not used: a start, a reload, an end.

my $listen = 'server { listen 127.0.0.1:%%PORT_0%%; return 200 "here"; }';

my %unused = (
    'no directive'  => $listen,
    'a zone alone'  => "$zone $listen",
    'a rule alone'  => "rackscope_logs_redact a b; $listen",
    'a cache, whose manager and loader are no workers' =>
        "$zone proxy_cache_path %%PREFIX%%/cache keys_zone=c:1m; $listen"
        . ' server { listen 127.0.0.1:%%PORT_1%%; location /x {'
        . ' rackscope_logs_require_admin off; rackscope_logs_api z; } }',
);

for (sort keys %unused) {
    my $running = new($unused{$_})->start;

    is $running->get('/')->body, 'here', $_;
    ok $running->reload, 'a reload';
    is $running->get('/')->body, 'here', 'and after it';
    $running->finish;
}

my $bare = Rackscope::Nginx->new(
    conf => "%%GLOBALS%%\nworker_processes 2;\nevents {}\n")->start;
ok $bare->reload, 'no http block: a start and a reload';
$bare->finish;

# Later reloads bring the first use, and take the last one away.

my $use = 'server { listen 127.0.0.1:%%PORT_1%%;'
    . " rackscope_logs_require_admin off; $api $post }";
my $later = new($listen)->start;
my $conf  = $later->{conf}{conf};

for my $round (1, 2) {
    $later->configure(conf => $conf =~ s/\}\n\z/$zone $use }/r);
    ok $later->reload, "round $round: a reload brings it";

    my $stream = $later->stream('', uri => '/x/stream', port => 1);
    is $stream->status, 200, 'a stream';
    is $later->post({ message => 'hello' }, uri => '/y')->status, 200, 'a post';
    is $stream->next_event->{json}{message}, 'hello', 'an event';

    $later->configure(conf => $conf);
    ok $later->reload, 'another one takes it away';
    is $stream->ended(5), 'clean', 'the stream is over';
}

$later->finish;

# As many workers as there may be; one process for all.

for my $workers (1, 8) {
    my $many = Rackscope::Nginx->new(workers => $workers)->start;
    my @pids = $many->workers;

    is @pids, $workers, "worker_processes $workers";
    $many->client_of($_, 1)->request('POST', '/internal/logs',
        body => qq({"message":"by $_"})) for @pids;
    is_deeply [ map { $_->{message} } $many->records ],
        [ map { "by $_" } @pids ], 'each of them has written to the ring';
    $many->finish;
}

my $single = Rackscope::Nginx->new(
    workers => 1,
    main    => 'master_process off;',
)->start;
my $stream = $single->stream('');

is $stream->header('X-Worker'), $single->master, 'master_process off';
$single->post({ message => 'alone' });
is $stream->next_event->{json}{message}, 'alone', 'an event';
is_deeply [ map { $_->{message} } $single->records ], ['alone'], 'the ring';
ok $single->stop, 'an end';

done();
