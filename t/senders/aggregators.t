# SPDX-License-Identifier: BSD-2-Clause
#
# What docs/examples/follow.sh writes, rsyslog of Debian hands on with the lines
# of docs/aggregators.md: to another zone here, which answers as Elasticsearch.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use POSIX ();

use Rackscope::Test;

my $root    = Rackscope::Nginx::root();
my $there   = "$root/build/senders/root";
my $program = "$there/usr/sbin/rsyslogd";
my ($modules) = glob "$there/usr/lib/*/rsyslog";

plan skip_all => 'make test-senders unpacks rsyslog'
    if !-x $program || !-e "$modules/omelasticsearch.so";

my $nginx = Rackscope::Nginx->new(
    http   => 'rackscope_logs_zone other;',
    admin  => <<'END',
        rackscope_logs_require_admin off;
        location /other { rackscope_logs_api other; }
END
    ingest => 'location / { rackscope_logs_ingest other; }',
)->start;

my $prefix = $nginx->prefix;
my $file   = "$prefix/app.ndjson";

my ($conf) = slurp("$root/docs/aggregators.md") =~ /^```rsyslog\n(.*?)^```/ms
    or die "no lines for rsyslog\n";
my $port = $nginx->port(1);

$conf =~ s{/var/log/app.ndjson}{$file}   or die "no file\n";
$conf =~ s{serverport="9200"}{serverport="$port"} or die "no port\n";
$conf =~ s{load="im}{load="$modules/im}  or die "no imfile\n";
$conf =~ s{load="om}{load="$modules/om}  or die "no omelasticsearch\n";
spew("$prefix/conf", qq(global(workDirectory="$prefix")\n$conf));

my @groups;

sub start {
    my (@command) = @_;

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        setpgrp;
        open STDOUT, '>',  "$prefix/out." . @groups;
        open STDERR, '>&', \*STDOUT;
        exec { $command[0] } @command or POSIX::_exit(127);
    }

    push @groups, $pid;
    return;
}

END {
    local $?;
    kill 'KILL', map { -$_ } @groups;
}

my ($arch) = $modules =~ m{/([^/]+)/rsyslog\z};

$ENV{LD_LIBRARY_PATH} = join q(:), "$there/usr/lib/$arch", "$there/lib/$arch";

my $admin = $nginx->port;

start("$root/docs/examples/follow.sh", "http://127.0.0.1:$admin/api/logs", $file);
start($program, '-n', '-f', "$prefix/conf", '-i', "$prefix/rsyslog.pid",
    '-M', $modules);

$nginx->post(ndjson(map { {
    level => 'error', logger => 'shop', message => "m$_", order => $_,
    exception => "Traceback\n  line", password => 'x' } } 1 .. 50));

sub other {
    return @{ $nginx->get('/other?n=1000')->json->{records} };
}

ok +(wait_until { other() >= 50 } 30), 'all are handed on'
    or diag slurp("$prefix/out.1");

# the number is that of the other ring

sub without_number {
    return [ map { my %record = %$_; delete $record{_seq}; \%record } @_ ];
}

is_deeply without_number(other()), without_number($nginx->records),
    'as they were, in their order';

kill 'TERM', map { -$_ } @groups;
waitpid $_, 0 for @groups;
@groups = ();

done();
