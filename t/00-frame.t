# SPDX-License-Identifier: BSD-2-Clause
#
# The module loads, and the frame of the tests itself does what it says: each
# of its promises once, so that the other tests may rely on it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

# What the shared object shows to nginx: its own entry points and nothing else.

my @names = run('nm', '-D', '--defined-only', Rackscope::Nginx::module())->{out}
    =~ /\ [A-Z]\ (\w+)$/gmx;

is_deeply [ sort @names ],
    [ qw(ngx_http_rackscope_logs_module ngx_module_names ngx_module_order
        ngx_modules) ],
    'no name of the core is visible';

my $nginx = Rackscope::Nginx->new(
    workers => 2,
    h2      => 1,
    http    => 'gzip on; gzip_types application/json; gzip_min_length 1;',
    admin   => 'location = /big { return 200 "%%PREFIX%%"; }',
);

is $nginx->check->{rc}, 0, 'nginx -t';
$nginx->start;

# Workers.

my @workers = $nginx->workers;
is @workers, 2, 'two workers';

for my $pid (@workers) {
    my $client = $nginx->client_of($pid);
    is $client->request('GET', '/worker')->header('X-Worker'), $pid,
        'a connection to a certain worker';
}

# Requests.

is $nginx->get('/big')->body, $nginx->prefix, 'placeholders';
is $nginx->get('/api/logs', headers => [ 'X-Test-Auth' => 'deny' ])->status,
    403, 'the auth stub can refuse';
is $nginx->get('/api/logs', headers => [ 'X-Test-Auth' => 'none' ])->status,
    401, 'in two ways';

my $response = $nginx->post({ message => 'one' });
is $response->status, 200, 'post';
ok $response->complete, 'a whole response';

my $lines = ndjson({ message => 'two' }, { message => 'three' });
is $nginx->post($lines, pieces => 5)->status, 200, 'post in pieces';
is $nginx->post($lines, chunks => [ $lines =~ /.{1,9}/gs ])->status, 200,
    'post in chunks';

my @records = $nginx->records('n=3');
is @records, 3, 'records';
is $nginx->last_seq, $records[2]{_seq}, 'last_seq';

my $gzip = $nginx->get('/api/logs', headers => [ 'Accept-Encoding' => 'gzip' ]);
is $gzip->header('Content-Encoding'), 'gzip', 'gzip';
is @{ $gzip->json->{records} }, 5, 'and back';

# An upload that stays open, and a stream in the other worker.

my $upload = $nginx->upload(client => $nginx->client_of($workers[0], 1));
my $stream = $nginx->stream('', client => $nginx->client_of($workers[1]));
is $stream->status, 200, 'a stream';
is $stream->header('X-Worker'), $workers[1], 'in that worker';
is $stream->next_event(0.05), undef, 'nothing yet';

$upload->send_chunk(ndjson({ message => 'live' }));
my $event = $stream->next_event;
like $event->{json}{message}, qr/live/, 'an event';
is $event->{id}, $event->{json}{_seq}, 'its id';

$upload->send_end;
is $upload->response->json->{accepted}, 1, 'the end of the upload';

# By HTTP/2, with TLS and without.

my $h2 = curl('--http2', '-o', '/dev/null', '-w', '%{http_version} %{http_code}',
    'https://127.0.0.1:' . $nginx->port(2) . '/api/logs');
is $h2->{out}, '2 200', 'HTTP/2 over TLS';

my $h2_stream = Rackscope::Stream->curl('--http2-prior-knowledge',
    'http://127.0.0.1:' . $nginx->port(3) . '/api/logs/stream?since_seq='
        . $records[0]{_seq});
is $h2_stream->next_event->{id}, $records[0]{_seq} + 1, 'a stream by HTTP/2';

# Reload.

ok $nginx->reload, 'reload';
is $stream->ended(5), 'clean', 'the stream came to its end';
is $h2_stream->ended(5), 'clean', 'both of them';
ok wait_until { !$nginx->old_workers }, 'no old worker stays';

# A worker that is killed.

my ($victim) = $nginx->workers;
my $cut = $nginx->stream('', client => $nginx->client_of($victim));
is $cut->status, 200, 'a stream in the worker to be killed';
ok $nginx->kill_worker($victim), 'another has taken its place';
is $cut->ended(5), 'cut', 'the stream is seen to be cut';

# A binary upgrade.

my $old = $nginx->upgrade;
ok $old, 'USR2';
kill 'QUIT', $old;
ok wait_until { !alive($old) }, 'the old master went';
is $nginx->get('/worker')->status, 200, 'the new one serves';

# Work in the background.

my $job = background { [ map { $nginx->post({ message => $_ })->status } 1 .. 3 ] };
is_deeply $job->join, [ 200, 200, 200 ], 'posts in another process';

ok rss($nginx->master) > 0, 'memory';

# What must not go unnoticed: each of these makes a test fail.

my %unnoticed = (
    'a worker that was killed' => 'kill KILL => ($nginx->workers)[0];
        wait_until { $nginx->log_lines("exited on signal") };',
    'a body in a file' => '$nginx->request(POST => "/disk", body => "x" x 9);',
    'a line that is missing' => '$nginx->expect_log(qr/never/);',
    'nginx being gone' => 'kill TERM => $nginx->master;
        wait_until { !$nginx->running };',
);

for my $name (sort keys %unnoticed) {
    my $result = run($^X, '-e', <<"END");
use strict;
use warnings;
use lib "$FindBin::Bin/lib";
use Rackscope::Test;
my \$nginx = Rackscope::Nginx->new(admin => 'location /disk {
    client_body_in_file_only on; proxy_pass http://127.0.0.1:1; }')->start;
$unnoticed{$name}
done();
END
    isnt $result->{rc}, 0, "$name: noticed";
    like $result->{out}, qr/^not\ ok\ 1\ .*\n1\.\.1$/mx, 'by the frame';
}

done();
