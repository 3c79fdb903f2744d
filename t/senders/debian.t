# SPDX-License-Identifier: BSD-2-Clause
#
# Debian's log senders post here: syslog-ng, rsyslog and systemd-journal-upload,
# each with the few lines of docs/senders.md.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use File::Path qw(make_path);

use Rackscope::Test;

my $root = Rackscope::Nginx::root() . '/build/senders/root';

plan skip_all => 'make test-senders unpacks the programs' if !-d $root;

my $nginx = Rackscope::Nginx->new(
    ingest => 'location / { rackscope_logs_ingest main; }',
)->start;

my $port = $nginx->port(1);
my $lib  = "$root/usr/lib";
my ($arch) = map { m{([^/]+)\z} } glob "$lib/*-linux-gnu";

my $env = { LD_LIBRARY_PATH => join q(:), map { "$root$_" }
        "/usr/lib/$arch", "/lib/$arch", "/usr/lib/$arch/systemd",
    '/lib/systemd', '/usr/lib/systemd', '/usr/lib/syslog-ng' };

# The first of these programs that is there.

sub program {
    my (@paths) = @_;

    my ($program) = grep { -x } map { "$root$_" } @paths;

    return $program;
}

sub folder {
    my ($name) = @_;

    my $folder = $nginx->prefix . "/$name";
    make_path($folder);
    return $folder;
}

# What docs/senders.md has for a sender, for the port of this nginx.

my $page = slurp(Rackscope::Nginx::root() . '/docs/senders.md');

sub printed {
    my ($kind) = @_;

    return map { s/127\.0\.0\.1:8081/127.0.0.1:$port/r =~ s/"8081"/"$port"/r }
        $page =~ /^```\Q$kind\E\n(.*?)^```$/gms;
}

# Runs a program until so many records are there, and returns these.

sub records_of {
    my ($n, @command) = @_;

    my $seq = $nginx->last_seq;
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        local @ENV{ keys %$env } = values %$env;
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', $nginx->prefix . '/sender.err';
        exec { $command[0] } @command or exit 127;
    }

    my @got;
    my $there = eval {
        wait_until {
            @got = grep { $_->{_seq} > $seq } $nginx->records;
            @got >= $n;
        } 30;
        1;
    };

    kill 'TERM', $pid;
    waitpid $pid, 0;

    diag slurp($nginx->prefix . '/sender.err') if !$there;

    # what it sends at its end, or again, would come now
    return grep { $_->{_seq} > $seq } $nginx->records;
}

# Some send each record in a request of its own, so their order is not sure.

sub fields {
    return [ sort { "@$b" cmp "@$a" }
            map { [ @$_{qw(level logger message)} ] } @_ ];
}

SKIP: {
    my $program = program('/usr/sbin/syslog-ng')
        or skip 'syslog-ng is not there', 1;

    my ($modules) = grep { -d } glob "$lib/syslog-ng/*";
    my ($version) = $modules =~ m{/([\d.]+)\z};
    my $scl = "$root/usr/share/syslog-ng/include/scl";

    my $n = 0;
    my @destinations = printed('syslog-ng');
    is scalar(@destinations), 3, 'three destinations';

    for my $to (@destinations) {
        my ($name) = $to =~ /(\w[\w-]*\(url.*)/;

        my $folder = folder("syslog-ng-" . ++$n);
        spew("$folder/in.log",
            "<11>Nov 28 11:00:00 host orders[1]: payment failed\n"
            . "<14>Nov 28 11:00:00 host orders[1]: password=hunter2x\n");
        spew("$folder/conf", <<"END");
\@version: $version
\@define scl-root "$scl"
\@include "$scl/elasticsearch/elastic-http.conf"
options { stats-freq(0); };
source s { file("$folder/in.log" follow-freq(1)); };
$to
log { source(s); destination(d); };
END

        my @got = records_of(2, $program, qw(-F --no-caps),
            '-f', "$folder/conf", "--module-path=$modules",
            '-R', "$folder/persist", '-p', "$folder/pid",
            '-c', "$folder/control");

        is_deeply fields(@got), [
            [ 'INFO',  'orders', 'password=***' ],
            [ 'ERROR', 'orders', 'payment failed' ],
        ], "syslog-ng $name" or diag explain \@got;
    }
}

SKIP: {
    my $program = program('/usr/sbin/rsyslogd')
        or skip 'rsyslog is not there', 1;

    my $modules = "$lib/$arch/rsyslog";
    my $folder  = folder('rsyslog');
    my ($to)    = printed('rsyslog');

    spew("$folder/in.log", "payment failed\npassword=hunter2x\n");
    spew("$folder/conf", <<"END");
global(workDirectory="$folder")
module(load="imfile")
input(type="imfile" file="$folder/in.log" tag="orders" severity="error")
$to
END

    my @got = records_of(2, $program, '-n', '-f', "$folder/conf",
        '-i', "$folder/pid", '-M', $modules);

    is_deeply fields(@got), [
        [ 'ERROR', '', 'payment failed' ],
        [ 'ERROR', '', 'password=***' ],
    ], 'rsyslog omelasticsearch' or diag explain \@got;
}

SKIP: {
    my $program = program(map { "$_/systemd/systemd-journal-upload" }
            '/lib', '/usr/lib')
        or skip 'systemd-journal-upload is not there', 1;

    my $folder = folder('journal');

    my $time = 1_795_866_739_885_000;
    my $boot = '0123456789abcdef' x 2;
    my $n    = 0;

    my $entry = sub {
        my ($message, $priority) = @_;

        my $at = $time + $n++;
        my $field = $message =~ /\n/
            ? "MESSAGE\n" . pack('Q<', length $message) . "$message\n"
            : "MESSAGE=$message\n";

        return "__REALTIME_TIMESTAMP=$at\n__MONOTONIC_TIMESTAMP=$n\n"
            . "_BOOT_ID=$boot\n${field}PRIORITY=$priority\n"
            . "SYSLOG_IDENTIFIER=orders\n\n";
    };

    spew("$folder/export", join '', $entry->('payment failed', 3),
        $entry->("boom\nin two lines", 2), $entry->('password=hunter2x', 6));

    my $made = run({ env => $env }, $program =~ s/upload\z/remote/r,
        '-o', "$folder/x.journal", "$folder/export");
    is $made->{rc}, 0, 'a journal' or diag $made->{err};

    my $seq    = $nginx->last_seq;
    my $result = run({ env => $env }, $program, "--url=http://127.0.0.1:$port",
        "--save-state=$folder/state", "--file=$folder/x.journal",
        '--follow=no');

    is $result->{rc}, 0, 'systemd-journal-upload is well'
        or diag $result->{err};

    my @got = grep { $_->{_seq} > $seq } $nginx->records;

    is_deeply fields(@got), [
        [ 'INFO',     'orders', 'password=***' ],
        [ 'ERROR',    'orders', 'payment failed' ],
        [ 'CRITICAL', 'orders', "boom\nin two lines" ],
    ], 'systemd-journal-upload' or diag explain \@got;
}

done();
