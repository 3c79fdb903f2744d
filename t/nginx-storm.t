# SPDX-License-Identifier: BSD-2-Clause
#
# nginx's error log when there is too much of it, in one process, with
# debugging on, and while workers are killed.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $conf = 'rackscope_logs_error_log main warn; rackscope_logs_access_log main;';

my $dead = <<'END';
        location /dead {
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
        location /storm {
            internal;
            root %%PREFIX%%;
        }
END

my $nginx = Rackscope::Nginx->new(
    zone  => 'main entries=30000 entry_size=2k',
    http  => $conf,
    admin => $dead,
)->start;

# More errors at once than there is room for: requests in one go, each of which
# is an error.  What is in the ring and what is said to be lost is all of it; the
# ring has room for all of them, and for the records of these requests.

sub count {
    my ($from) = @_;

    my ($there, $dropped, $said) = (0, 0, 0);

    for ($nginx->records("n=30000&since_seq=$from&search=nginx.error")) {
        if ($_->{message} =~ /\A(\d+)\ lines\ of\ .*\ were\ dropped/x) {
            $dropped += $1;
            $said++;
        } else {
            $there++ if $_->{message} =~ /\Aconnect\(\)/;
        }
    }

    return ($there, $dropped, $said);
}

my $total  = 10_000;
my $from   = $nginx->last_seq;
my @client = map { $nginx->client } 1 .. 20;

$_->send("GET /dead HTTP/1.1\r\nHost: a\r\n\r\n" x ($total / 20)) for @client;

my ($there, $dropped, $said);

ok wait_until(sub {
    $_->fill(now()) for @client;
    $_->{buf} = '' for @client;
    my $lines = () = $nginx->log_lines(qr/connect\(\)\ failed/);
    return $lines == $total;
}, 60), 'a storm';

ok wait_until(sub {
    ($there, $dropped, $said) = count($from);
    return $there + $dropped == $total;
}, 20), 'each line is there or counted';

note "$there there, $dropped dropped, said $said times";
cmp_ok $there, '>', 100, 'some of it is there';
my @warnings = $nginx->records("n=30000&level=warning&since_seq=$from");
is scalar(grep { $_->{message} =~ /were\ dropped/ } @warnings), $said,
    'its loss is a WARNING';
cmp_ok $said, '<=', 5, 'and the loss is said a few times';

$_->close for @client;

# Workers killed while lines are written and taken.

$nginx->allow_log(qr/exited on signal 9|zone .* was locked by/);

my $poster = background {
    until (-e $nginx->prefix . '/stop') {
        my $client = eval { $nginx->client } or next;
        $client->send("GET /dead HTTP/1.1\r\nHost: a\r\n\r\n" x 50);
        $client->response(1);
        $client->close;
    }
    return 1;
};

for my $kill (1 .. 50) {
    my ($victim) = $nginx->workers;
    my $last = $nginx->last_seq;
    $nginx->kill_worker($victim);
    wait_until { $nginx->last_seq > $last } or fail "kill $kill: work goes on";

    ok wait_until(sub { $nginx->records("search=process+$victim+exited") }, 5),
        "kill $kill: it is a record";
}

open my $stop, '>', $nginx->prefix . '/stop' or die "$!\n";
close $stop or die "$!\n";
is $poster->join, 1, 'fifty workers killed';

# What the last requests have left may still fill the stage.

my $tries = 0;
my @found;

ok wait_until(sub {
    my $id = 'after-all-' . $tries++;
    $nginx->get('/dead', headers => [ 'X-Request-ID' => $id ]);
    return wait_until(sub {
        @found = $nginx->records("request_id=$id");
        return @found == 2;
    }, 1);
}, 20), 'and both logs go on';
is_deeply [ sort map { $_->{logger} } @found ], [qw(nginx.access nginx.error)],
    'one of each';

# What is left behind by a reload is taken too.

for my $n (1 .. 5) {
    $nginx->get('/dead', headers => [ 'X-Request-ID' => "reload-$n" ]);
    ok $nginx->reload, 'a reload';
    ok wait_until { @found = $nginx->records("request_id=reload-$n"); @found == 2 },
        'loses nothing';
}

# With debug_connection nginx writes all levels to all logs.

my $debugging = Rackscope::Nginx->new(
    http   => $conf,
    admin  => $dead,
    events => 'debug_connection 127.0.0.1;',
)->start;

$debugging->get('/dead');
ok wait_until { $debugging->records('level=error') > 1 }, 'debug_connection';
is scalar(@found = $debugging->records('level=debug')), 0,
    'the level is heeded';

# nginx goes on with its lines of debugging after it has unloaded the module: a
# worker and the master end well all the same.

my $verbose = Rackscope::Nginx->new(
    http      => 'rackscope_logs_error_log main debug;',
    servers   => 'server { listen 127.0.0.1:%%PORT_9%%; error_log %%PREFIX%%/own.log debug; }',
    log_level => 'debug',
)->start;

$verbose->get('/', port => 9);
ok wait_until { $verbose->records('level=info') }, 'all lines are taken';
my @before = $verbose->workers;
ok $verbose->reload, 'a reload';
ok wait_until { !grep { alive($_) } @before }, 'the old workers end';
$verbose->finish;

# One process.

my $single = Rackscope::Nginx->new(
    workers => 1,
    main    => "daemon off;\nmaster_process off;",
    http    => $conf,
    admin   => $dead,
);
my $job = $single->foreground;

$single->get('/dead', headers => [ 'X-Request-ID' => 'single' ]);
ok wait_until { @found = $single->records('request_id=single'); @found == 2 },
    'one process';
ok $single->stop, 'stops';
is $job->join->{rc}, 0, 'well';

done();
