# SPDX-License-Identifier: BSD-2-Clause
#
# docs/examples/compose.yml without containers: its files are there, they agree
# on names and ports, and nginx with its configuration and the backend with its
# command do what they say.

use strict;
use warnings;

use CPAN::Meta::YAML;
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::DNS;
use Rackscope::Test;

my $root     = Rackscope::Nginx::root();
my $examples = "$root/docs/examples";

my $compose = CPAN::Meta::YAML->read_string(slurp("$examples/compose.yml"))->[0];
my ($server, $backend) = @{ $compose->{services} }{qw(nginx backend)};
my $conf = slurp("$examples/compose.conf");

# What compose arranges.

my @mounts = map { [ split /:/ ] } map { @{ $_->{volumes} } } $server, $backend;
ok -e "$examples/$_->[0]", "there is $_->[0]" for @mounts;
is_deeply [ map { $_->[2] } @mounts ], [ ('ro') x @mounts ], 'none can be changed';
is_deeply [ map { $_->[1] } grep { $_->[0] eq './compose.conf' } @mounts ],
    ['/etc/nginx/templates/default.conf.template'],
    'the configuration is a template of the image of nginx';

my ($argument) = keys %{ $server->{build}{args} };
like slurp("$root/Dockerfile"), qr/^ARG\ \Q$argument\E=/mx, 'an argument of the image';

my ($alias) = @{ $server->{networks}{inside}{aliases} };
my ($host, $ingest) = $backend->{command} =~ m{http://(\w+):(\d+)/internal/logs};
my ($bind, $port) = $backend->{command} =~ /--host (\S+) --port (\d+)/;

is $host, $alias, 'the backend sends to nginx by the name that it has inside';
is_deeply [ $conf =~ /^\ +listen\ (.*);/mxg ], [ 8080, "$alias:$ingest" ],
    'where nginx takes records, and nowhere else';
is_deeply $server->{ports}, ['127.0.0.1:8080:8080'], 'only the page is published';
is_deeply $backend->{ports}, undef, 'and nothing of the backend';
is_deeply $backend->{networks}, ['inside'], 'which is only inside,';
is $compose->{networks}{inside}{internal}, 'true', 'where there is no way out';
like $conf, qr/server\ +backend:$port\ resolve;/x, 'nginx knows where it listens';

# The same on this machine: the inside is 127.0.0.2.

my $dns   = Rackscope::DNS->new;
my %place = (
    'listen 8080'           => 'listen 127.0.0.1:%%PORT_0%%',
    "listen $alias:$ingest" => 'listen 127.0.0.2:%%PORT_1%%',
);

if (Rackscope::Nginx::version() >= 1_027_003) {
    $place{'${NGINX_LOCAL_RESOLVERS}'} = '127.0.0.1:' . $dns->port . ' ipv6=off';
    $place{"backend:$port"} = 'backend:%%PORT_2%%';
} else {
    $place{'resolver ${NGINX_LOCAL_RESOLVERS} valid=10s;'} = '';
    $place{"backend:$port resolve"} = '127.0.0.1:%%PORT_2%%';
}

is $conf =~ s/\Q$_\E/$place{$_}/g, 1, "$_, once" for sort keys %place;
$dns->set(backend => '127.0.0.1');

my $nginx = Rackscope::Nginx->new(
    conf => "%%GLOBALS%%\nevents {}\nhttp {\n%%PATHS%%\n$conf}\n")->start;
my ($front, $logs, $behind) = map { $nginx->port($_) } 0 .. 2;

my %changed = (
    '/examples'     => $examples,
    $bind           => '127.0.0.1',
    $port           => $behind,
    "$host:$ingest" => "127.0.0.2:$logs",
);
my $pattern = join '|', map { quotemeta } sort { length $b <=> length $a } keys %changed;
my $command = $backend->{command} =~ s{(?<![\w.])($pattern)(?!\w)}{$changed{$1}}gr;

my $pid = fork // die "fork: $!\n";

if ($pid == 0) {
    $ENV{RACKSCOPE_PASSWORD} = 'sesame';
    open STDERR, '>', '/dev/null' or POSIX::_exit(126);
    exec split ' ', $command or POSIX::_exit(127);
}

END {
    local $?;
    kill 'TERM', $pid if $pid;
}

ok wait_until { $nginx->get('/')->status == 200 }, 'the backend, behind nginx';

# curl has the words for it.

sub status {
    my (@args) = @_;

    return curl('-o', '/dev/null', '-w', '%{http_code}', @args)->{out};
}

my $url   = "http://127.0.0.1:$front";
my @admin = ('-u', 'admin:sesame');

for my $path ('/logs', '/api/logs') {
    is status("$url$path"), 401, "$path: nobody";
    is status('-u', 'guest:guest', "$url$path"), 403, 'who is no admin';
    is status(@admin, "$url$path"), 200, 'an admin';
}

my ($id) = curl('-D', '-', '-o', '/dev/null', "$url/database")->{out}
    =~ /^X-Request-ID:\ (\w+)/mix;

ok wait_until {
    my $answer = decode_json(curl(@admin, "$url/api/logs?request_id=$id")->{out});
    grep { $_->{message} =~ m{postgresql://app:\*\*\*@} } @{ $answer->{records} };
}, 'records arrive, redacted, with the id of the request';

is status('-d', '{}', "$url/internal/logs"), 501, 'what is published takes none,';
is curl('-d', '{}', "http://127.0.0.1:$logs/internal/logs")->{rc}, 7,
    'and at its address the port is closed';

done();
