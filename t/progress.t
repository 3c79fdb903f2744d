# SPDX-License-Identifier: BSD-2-Clause
#
# While packages are installed there is a line every few seconds, from what
# apt-get reports; when that fails, its words and what can be done; and nothing
# of it is left when it is stopped.  apt-get, sudo and id are not the real ones.

use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $root  = Rackscope::Nginx::root();
my $dir   = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $tools = "$dir/tools";
my $tmp   = "$dir/tmp";
my $wants = "$dir/firefox";

mkdir $_ or die "$_: $!\n" for $tools, $tmp;

# What it does, "update" and "install" say; they can wait for a word of the test.

spew("$tools/apt-get", <<"END");
#!/bin/sh
echo "\$DEBIAN_FRONTEND \$*" >> $dir/called
for arg; do
    case \$arg in
    APT::Status-Fd=*) fd=\${arg#*=} ;;
    update | install) step=\$arg ;;
    esac
done
status() { echo "\$1" >&\$fd; }
word()   { until test -e $dir/\$1; do sleep 0.01; done; }
. $dir/\$step
END

spew("$tools/id", "#!/bin/sh\necho \$FAKE_ID\n");

# As the real one, it hands on none but the first three file descriptors.

spew("$tools/sudo", <<"END");
#!/bin/sh
echo "\$*" >> $dir/sudo
test -z "\$REFUSE" || exit 1
exec "\$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
END

chmod oct 755, map { "$tools/$_" } qw(apt-get id sudo);

# The package of "firefox" is missing until that file is there.

my $missing = 'firefox-esr';

sub env {
    my (%more) = @_;

    return (PATH => "$tools:$ENV{PATH}", FIREFOX => $wants, TMPDIR => $tmp,
        FAKE_ID => 0, PROGRESS_SECONDS => 1000, %more);
}

sub fresh {
    my ($update, $install) = @_;

    unlink $wants, glob "$dir/word-* $dir/called $dir/sudo $dir/out";
    spew("$dir/update",  "$update\n");
    spew("$dir/install", "$install\n");
    return;
}

sub install {
    my (%more) = @_;

    return run({ env => { env(%more) }, dir => $root }, '.ci/install', 'firefox');
}

# In a group of processes of its own, as a terminal's: its number.

sub start {
    my (%more) = @_;

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        my %env = env(PROGRESS_SECONDS => 0.02, %more);

        open STDOUT, '>', "$dir/out" or die "$!\n";
        open STDERR, '>', "$dir/err" or die "$!\n";
        setpgrp;
        chdir $root;
        @ENV{ keys %env } = values %env;    ## no critic (RequireLocalizedPunctuationVars)
        exec '.ci/install', 'firefox' or POSIX::_exit(127);
    }

    return $pid;
}

# Lines of progress, without the seconds.

sub said {
    my $out = slurp("$dir/out") // '';
    return $out =~ /^\ \ (.*)\ \(\d+\ s\)$/gmx;
}

sub is_said {
    my ($times, $line, $name) = @_;

    my $found = wait_until { $times <= grep { $_ eq $line } said() } 60;
    ok $found, $name or diag +(said())[-1] // 'nothing is said';
    return;
}

# Temporary files, and processes of the group, in case they are to end just now.

sub left {
    opendir my $handle, $tmp or die "$tmp: $!\n";
    return grep { !/\A[.]/ } readdir $handle;
}

sub left_of {
    my ($group) = @_;

    my @pids;
    wait_until {
        @pids = grep { (slurp($_) // '') =~ /\)\ [^ZX]\ \d+\ $group\ /x }
            glob '/proc/[0-9]*/stat';
        !@pids;
    } 60;
    return @pids, left();
}

# All that is said on the way, as root and by sudo.

my $update = <<'END';
echo 'Get:7 http://deb.example/debian bookworm InRelease'
status 'dlstatus:1:20:Retrieving file 3 of 12 (5s remaining)'
word word-1
echo 'Reading package lists...'
word word-2
END

my $install = <<"END";
echo 'Need to get 12.5 MB/120 MB of archives.'
status 'dlstatus:9:38.4375:Retrieving file 43 of 211 (2min 3s remaining)'
word word-3
status 'pmstatus:libc6:71.4286:Unpacking libc6:amd64 (amd64)'
echo 'Unpacking libc6:amd64 (2.36) ...'
word word-4
echo 'Waiting for cache lock: It is held by process 7 (apt)...'
word word-5
touch $wants
END

for my $id (0, 1000) {
    fresh($update, $install);
    my $pid  = start(FAKE_ID => $id);
    my $next = 1;

    for my $line ('fetching lists of packages: file 3 of 12',
        'reading lists of packages',
        'fetching: 38% of 12.5 MB/120 MB, file 43 of 211',
        'installing: 71%, Unpacking libc6:amd64',
        'Waiting for cache lock: It is held by process 7 (apt)')
    {
        is_said(3, $line, "$line, user $id");
        spew("$dir/word-$next", '');
        $next++;
    }

    is Rackscope::Util::reap($pid, 60), 0, 'it ends well';
    like slurp("$dir/out"), qr/\AInstalling\ $missing\ \(.*\)\n\ \ /x,
        'what and why is said first';
    is slurp("$dir/err"), '', 'and no error';
    like slurp("$dir/called"),
        qr/\Anoninteractive\ .*\ update\n.*\ install\ .*\ $missing\n\z/x,
        'with apt-get';
    is_deeply [ (slurp("$dir/sudo") // '') =~ /^(true|env)\b/gmx ],
        $id ? [qw(true env env)] : [],
        'with sudo, which may first ask for a password, or without';
    is_deeply [ left_of($pid) ], [], 'nothing is left';
}

# What is quick is silent, and so is what is there.

fresh('status dlstatus:1:20:x', "touch $wants");
like install()->{out}, qr/\AInstalling.*\n\z/, 'no line when it is quick';
is install()->{out}, '', 'nothing is said when nothing is missing';

# Failures.

for my $case (
    [ 'E: Could not get lock /var/lib/dpkg/lock-frontend',
        qr/^Another program is installing packages/m ],
    [ q(Temporary failure resolving 'deb.example'), qr/^There is no network/m ],
    [ "E: Unable to locate package $missing",
        qr/^Debian 12 and 13 have all .*: $missing$/m ],
    [ 'E: something else', qr/$missing \([^()]*\)\n\z/ ],
    )
{
    my ($words, $hint) = @$case;

    fresh('exit 100', qq(status 'pmstatus:a:1:b'; echo "$words" >&2; exit 100));
    my $result = install();

    is $result->{rc}, 1, "$words: is an error";
    like $result->{err},
        qr/\A\Q$words\E\napt-get could not install $missing \([^()]*\)\n/,
        'with what apt-get said and what is missing';
    like $result->{err}, $hint, 'and what can be done';
    is_deeply [ left() ], [], 'nothing is left';
}

fresh('', '');
my $result = install(FAKE_ID => 1000, REFUSE => 1);
is $result->{rc}, 1, 'sudo refuses: is an error';
like $result->{err}, qr/^Please install as root: apt-get install $missing$/m,
    'and says what to do';
is slurp("$dir/called"), undef, 'without apt-get';

# Ctrl-C, a shutdown, a terminal that goes.

for my $signal (qw(INT TERM HUP)) {
    fresh('', "status 'dlstatus:1:20:file 1 of 2'; word never");
    my $pid = start(FAKE_ID => 1000);

    is_said(1, 'fetching lists of packages: file 1 of 2', "it runs, $signal");
    kill $signal, -$pid;

    my $status = Rackscope::Util::reap($pid, 60);
    ok defined $status && $status, 'it ends, with an error';
    is_deeply [ left_of($pid) ], [], 'nothing is left';
}

# The command's exit code; and its output, which a service that it starts keeps
# open, is not that of the lines.

sub progress {
    my ($script) = @_;

    return run({ env => { PROGRESS_SECONDS => 1000 }, dir => $root },
        'sh', '-euc', ". .ci/progress; $script");
}

is progress('progress : sh -c "exit 3" > /dev/null')->{rc}, 3, 'the exit code';
is progress('f() { cd /; }; progress : f; pwd')->{out}, "/\n", 'a function';
is progress('progress : readlink /proc/self/fd/8')->{out}, '', 'the output';

# What is over at once ends too.

is progress(q(trap 'exit 1' HUP INT TERM; for i in $(seq 100); do
        progress : true; done; echo end))->{out}, "end\n", 'many short ones';

done();
