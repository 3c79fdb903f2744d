# SPDX-License-Identifier: BSD-2-Clause
#
# A record for each line of nginx's own error log: every level and field.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $other = <<'END';
    server {
        listen 127.0.0.1:%%PORT_7%%;
        server_name one.example;
        error_log %%PREFIX%%/one.log crit;
        error_log %%PREFIX%%/two.log error;

        location /dead {
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
        location /quiet {
            error_log %%PREFIX%%/quiet.log emerg;
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
        location /full {
            error_log /dev/full warn;
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
        location /kiosk {
            rackscope_logs off;
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
    }
END

my $nginx = Rackscope::Nginx->new(
    h2    => 1,
    http  => "rackscope_logs_error_log main info;\n$other",
    admin => <<'END',
        location /dead {
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
        location /files {
            root %%PREFIX%%;
        }
        location /small {
            client_max_body_size 10;
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
        location /subrequest {
            auth_request /dead/auth;
            root %%PREFIX%%;
        }
END
)->start;

# The records of a request, by an id of its own.

my $n = 0;

sub errors {
    my ($uri, %opt) = @_;

    my $id = 'id-' . ++$n;
    my @records;

    $opt{headers} = [ @{ $opt{headers} // [] }, 'X-Request-ID' => $id ];
    $nginx->request($opt{method} // 'GET', $uri, %opt);

    ok wait_until { @records = $nginx->records("n=1000&request_id=$id") },
        "$uri: found by its id";
    return @records;
}

sub said {
    my ($pattern) = @_;

    my @found;
    ok wait_until {
        @found = grep { $_->{message} =~ $pattern } $nginx->records('n=1000')
    }, "said: $pattern";
    return $found[-1];
}

# Every field.

my ($record, @more) =
    errors('/dead/x?token=secret', headers => [ Referer => 'http://r/"x"' ]);

is scalar @more, 0, 'a dead backend: one record';
is $record->{level},  'ERROR',       'level';
is $record->{logger}, 'nginx.error', 'logger';
is $record->{message},
    'connect() failed (111: Connection refused) while connecting to upstream',
    'message';
is $record->{method},   'GET',          'method';
is $record->{path},     '/dead/x',      'path';
is $record->{client},   '127.0.0.1',    'client';
is $record->{host},     'localhost',    'host';
is $record->{referrer}, 'http://r/"x"', 'referrer';
like $record->{upstream},   qr{\Ahttp://127\.0\.0\.1:\d+/dead/x}, 'upstream';
like $record->{connection}, qr/\A\d+\z/,                          'connection';
ok +(grep { $_ == $record->{pid} } $nginx->workers), 'pid';
ok !exists $record->{server}, 'a server without a name';
unlike encode_json($record), qr/secret/, 'redacted';

is scalar(my @lines = $nginx->log_lines(qr/connect\(\)\ failed/)), 1,
    'the line is in the error log too';

# Other servers, other logs, at any level, also one that is full.

for my $uri (qw(/dead/1 /quiet/2 /full/3)) {
    ($record, @more) = errors($uri, port => 7);
    is scalar @more, 0, "$uri: once";
    is $record->{path},   $uri,          'its path';
    is $record->{server}, 'one.example', 'and its server';
}
is slurp($nginx->prefix . '/quiet.log'), '', 'nothing more in its own log';
is slurp($nginx->prefix . '/one.log'),   '', 'nor in this';
is scalar(@lines = split /\n/, slurp($nginx->prefix . '/two.log')), 1,
    'but in this';

# Nothing of a kiosk: the next line comes, this one never does.

$nginx->get('/kiosk', port => 7);
errors('/dead/behind');
is scalar(grep { ($_->{path} // '') eq '/kiosk' } $nginx->records('n=1000')), 0,
    'nothing of a kiosk';

# More kinds of requests.

($record) = errors('/small', method => 'POST', body => 'x' x 11);
is $record->{level}, 'ERROR', 'a large body is an ERROR';
is $record->{message}, 'client intended to send too large body: 11 bytes',
    'message';
is $record->{method}, 'POST', 'method';

($record) = errors('/subrequest');
is $record->{subrequest}, '/dead/auth',  'a subrequest';
is $record->{path},       '/subrequest', 'of this request';

curl('--http2', '-H', 'X-Request-ID: two',
    'https://localhost:' . $nginx->port(2) . '/dead/h2');
my @found;
ok wait_until { @found = $nginx->records('request_id=two') }, 'HTTP/2';
is $found[0]{path}, '/dead/h2', 'its path';

my $client = $nginx->client;
for my $id (qw(ka-1 ka-2)) {
    $client->request('GET', "/dead/$id", headers => [ 'X-Request-ID' => $id ]);
    ok wait_until { @found = $nginx->records("request_id=$id") }, $id;
    is $found[0]{path}, "/dead/$id", 'keepalive';
}

# What a client makes up.

($record) = errors('/files/,%20client:%206.6.6.6,%20server:%20x');
is $record->{client}, '127.0.0.1', 'a forged field is none';

$nginx->raw("GET /x HTTP/x, client: 6.6.6.6, server: y\r\nHost: a\r\n\r\n");
$record = said(qr/\Aclient sent invalid/);
is $record->{level}, 'INFO', 'is an INFO';
isnt $record->{client}, '6.6.6.6', 'and no other client';

# Of the master: a worker that dies, a reload, a configuration.

$nginx->allow_log(qr/exited on signal 9|\[emerg\]/);
my ($victim) = $nginx->workers;
$nginx->kill_worker($victim);
$record = said(qr/worker process $victim exited on signal 9/);
is $record->{level}, 'CRITICAL', 'is CRITICAL';
is $record->{pid}, $nginx->master, 'by the master';
ok !exists $record->{connection}, 'without a connection';

$nginx->configure(main => 'no_such_directive;');
kill 'HUP', $nginx->master;
$record = said(qr/unknown directive "no_such_directive"/);
is $record->{level}, 'CRITICAL', 'is CRITICAL';

$nginx->configure(main => '');
ok $nginx->reload, 'a reload';
said(qr/signal 1 \(SIGHUP\) received/);
($record) = errors('/dead/after');
is $record->{path}, '/dead/after', 'and it goes on';

# Live.

my $stream = $nginx->stream('');
is $stream->status, 200, 'a stream';
$nginx->get('/dead/live');
ok $stream->wait_for(sub { $_->{data} =~ m{/dead/live} }), 'has it';
$stream->close;

# The level.

for my $level (qw(error warning critical CRIT emerg)) {
    $nginx->configure(http => "rackscope_logs_error_log main $level;");
    ok $nginx->reload, "level $level";
    ok wait_until { !$nginx->old_workers }, 'taken';

    my $id = "level-$level";
    $nginx->get('/dead', headers => [ 'X-Request-ID' => $id ]);
    ($victim) = $nginx->workers;
    $nginx->kill_worker($victim);

    if ($level eq 'emerg') {
        $nginx->configure(main => 'no_such_directive;');
        kill 'HUP', $nginx->master;
        ok wait_until { $nginx->records('search=directive&min_level=critical')
                > 1 }, 'emerg comes';
        $nginx->configure(main => '');
    } else {
        said(qr/worker process $victim exited/);
    }

    my $high = $level =~ /\A(?:error|warning)\z/;
    is scalar(@found = $nginx->records("request_id=$id")), $high ? 1 : 0,
        'an error is' . ($high ? '' : ' not') . ' there';
}

$nginx->configure(http => 'rackscope_logs_error_log off;');
ok $nginx->reload, 'off';
ok wait_until { !$nginx->old_workers }, 'taken';
my $last = $nginx->last_seq;
$nginx->get('/dead');
$nginx->post({ message => 'x' });
is $nginx->last_seq, $last + 1, 'nothing more';

done();
