# SPDX-License-Identifier: BSD-2-Clause
#
# Levels: their names and numbers, the capture level, those of headers.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(ingest => <<'END')->start;
        location = /warning {
            rackscope_logs_ingest main;
            rackscope_logs_level warning;
        }
        location = /debug {
            rackscope_logs_ingest main;
            rackscope_logs_level DEBUG;
        }
END

sub line_of { return $nginx->line_of(@_) }

sub record_of { return decode_json(line_of(@_)) }

# Levels.

my %names = (
    DEBUG    => [qw(trace VERBOSE silly Debug dbg DEBUG-4)],
    INFO     => [qw(info Information notice SUCCESS http INFO+2)],
    WARNING  => [qw(warn WRN Warning)],
    ERROR    => [qw(err error SEVERE)],
    CRITICAL => [qw(crit fatal PANIC dpanic alert Emerg)],
);
my %numbers = (
    DEBUG => [ 7, 10, 20, 100 ], INFO => [ 6, 5, 30, 200 ],
    WARNING => [ 4, 40, 300 ], ERROR => [ 3, 50, 400 ],
    CRITICAL => [ 2, 1, 0, 60, 550 ],
);

for my $table (\%names, \%numbers) {
    for my $level (sort keys %$table) {
        for my $name (@{ $table->{$level} }) {
            my $body = encode_json({ level => $name, message => 'm' });
            is record_of($body, uri => '/debug')->{level}, $level, "level $name";
        }
    }
}

is record_of('{"message":"m"}')->{level}, 'INFO', 'no level';
is record_of('{"message":"m","level":"odd"}')->{level}, 'INFO', 'an odd level';
is record_of('{"message":"m","exception":"e"}')->{level}, 'ERROR',
    'an exception and no level';

# Below the capture level.

my @five = map { { level => $_, message => $_ } }
    qw(DEBUG INFO WARNING ERROR CRITICAL);

sub captured {
    my ($server, $uri) = @_;

    my $seq  = $server->last_seq;
    my $json = $server->post(\@five, uri => $uri)->json;
    my @got  = map { $_->{level} } $server->records("since_seq=$seq");

    is $json->{accepted}, @got, "$uri: accepted";
    is $json->{filtered}, 5 - @got, "$uri: filtered";
    return $got[0];
}

is captured($nginx, '/internal/logs'), 'INFO', 'the default';
is captured($nginx, '/warning'), 'WARNING', 'rackscope_logs_level';
is captured($nginx, '/debug'), 'DEBUG', 'the lowest';

my $response = $nginx->post(qq([{"level":"debug"},{nope}]));
is $response->status, 200, 'filtered and rejected is not unusable';
is $response->json->{filtered}, 1, 'one of each';

my $other = Rackscope::Nginx->new(
    env    => { RACKSCOPE_LOG_LEVEL => 'error' },
    ingest => <<'END',
        location = /info {
            rackscope_logs_ingest main;
            rackscope_logs_level info;
        }
END
)->start;

is captured($other, '/internal/logs'), 'ERROR', 'RACKSCOPE_LOG_LEVEL';
is captured($other, '/info'), 'INFO', 'the directive goes first';

# The variable reaches the new binary of an upgrade, which has no other
# environment than what the old one gives it.

sub upgraded {
    my ($server) = @_;

    my $old = $server->upgrade or return;
    kill 'QUIT', $old;
    wait_until { !alive($old) } or return;

    return captured($server, '/internal/logs');
}

is upgraded($other), 'ERROR', 'an upgrade keeps it';
is upgraded($other), 'ERROR', 'and so does the next one';

# An operator's own "env" directive, before the "http" block or after it: what
# it says goes before what nginx was started with.

sub configured {
    my ($main, $after, $level) = @_;

    my $server = Rackscope::Nginx->new(
        env  => { RACKSCOPE_LOG_LEVEL => $level },
        main => $main,
    );
    my $file = $server->prefix . '/nginx.conf';
    spew($file, slurp($file) . $after);

    my $started  = captured($server->start, '/internal/logs');
    my $upgraded = upgraded($server);

    $server->finish;
    return "$started $upgraded";
}

my $env = 'env RACKSCOPE_LOG_LEVEL';

is configured("$env;", '', 'error'), 'ERROR ERROR', 'env NAME';
is configured("$env=debug;", '', 'error'), 'DEBUG DEBUG', 'env NAME=VALUE';
is configured('', "$env=debug;\n", 'error'), 'DEBUG DEBUG', 'the same, later';
is configured("$env=debug;", '', undef), 'DEBUG DEBUG', 'nothing but that';
is configured("$env=;", '', 'error'), 'INFO INFO', 'env NAME=: the default';
is configured('env RACKSCOPE_LOG_LEVEL_2=debug;', '', 'error'), 'ERROR ERROR',
    'another name';

# What syslog-ng says in headers.

my @syslog =
    (headers => [ 'X-Syslog-Level' => 'err', 'X-Syslog-Program' => 'cron' ]);

my $record = record_of('failed', @syslog);
is "$record->{level} $record->{logger}", 'ERROR cron', 'X-Syslog-*';
$record = record_of('WARNING: failed', @syslog);
is "$record->{level} $record->{logger}", 'WARNING cron', 'the line goes first';
$record = record_of('failed', headers => [ 'X-Syslog-Level' => 'odd' ]);
is "$record->{level} '$record->{logger}'", "INFO ''", 'an odd level there';

done();
