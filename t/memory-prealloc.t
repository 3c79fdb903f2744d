# SPDX-License-Identifier: BSD-2-Clause
#
# "prealloc" takes the memory of a ring at the start, or at the reload that adds
# it, and nginx -t takes none.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use POSIX ();

use Rackscope::Load qw(check_lines lines poster stop_posters);
use Rackscope::Test;

my $zone  = 'main entries=8000 entry_size=4k';
my $whole = 8000 * 4;

# What a process has touched of shared memory, in kB.  It is no part of what a
# process inherits, so the one that makes the ring must be the one that stays.

sub shared {
    my ($pid) = @_;

    my ($n) = (slurp("/proc/$pid/status") // '') =~ /^RssShmem:\s+(\d+)/m;
    return $n // 0;
}

# From the start.

my $nginx =
    Rackscope::Nginx->new(zone => "$zone prealloc", main => 'daemon off;');
my $job = $nginx->foreground;

is $nginx->post({ message => 'hello' })->status, 200, 'a start';
cmp_ok shared($nginx->master), '>=', $whole, 'prealloc: all of it is there';

# A reload that adds it to a ring that is there, while workers write to it.

my $later = Rackscope::Nginx->new(zone => $zone)->start;

cmp_ok shared($later->master), '<', $whole / 8, 'without it there is little';

# (records that are as long as a page have text at the beginning of each page)

my $long = sub {
    return join "\n", map { $_->{message} } $later->records('n=8000&search=long');
};

$later->post(ndjson(
    map { { logger => 'long', message => "$_ " . 'x' x 3900 } } 1 .. 200
));
my $before = $long->();
my $last   = $later->last_seq;
cmp_ok length $before, '>', 200 * 3900, 'long records';

my @posters = map { poster($later, "p$_", max => 3000) } 1 .. 2;
ok wait_until { my @some = $later->records("n=100&since_seq=$last"); @some == 100 },
    'records come';

$later->configure(zone => "$zone prealloc");

for my $try (1 .. 5) {
    ok $later->reload, "reload $try adds it";
    cmp_ok shared($later->master), '>=', $whole, 'then all of it is there';
}

my $posted = stop_posters($later, @posters);
my @ring   = lines($later->get("/api/logs?n=8000&since_seq=$last")->body);

is_deeply check_lines(\@ring, $posted->{answered}, $posted->{sent}), [],
    'and no record is harmed';
is $long->(), $before, 'not those either that were there before';
note @ring . ' records';

# nginx -T writes the configuration when it has made the zones, and waits if
# nobody reads it: then it has not taken the memory.

my $comment = join '', map { "# a line of the configuration\n" } 1 .. 10_000;
$nginx->configure(http => $comment);

pipe my $read, my $write or die "pipe: $!\n";
my $pid = fork // die "fork: $!\n";

if ($pid == 0) {
    open STDOUT, '>&', $write or POSIX::_exit(126);
    open STDERR, '>', '/dev/null' or POSIX::_exit(126);

    ## no critic (RequireLocalizedPunctuationVars)
    $ENV{LD_PRELOAD} = $ENV{RACKSCOPE_PRELOAD} // '';
    $ENV{ASAN_OPTIONS} = 'detect_leaks=0';
    ## use critic

    exec Rackscope::Nginx::binary(), '-T', -p => $nginx->prefix,
        -c => $nginx->prefix . '/nginx.conf', -e => $nginx->prefix . '/check.log'
        or POSIX::_exit(127);
}

close $write;
ok sysread($read, my $first, 1), 'nginx -T: it writes the configuration';
cmp_ok shared($pid), '<', $whole / 8, 'and has taken little of the memory';

my $rest = do { local $/ = undef; <$read> };
waitpid $pid, 0;
is $?, 0, 'the configuration is well';
like $rest, qr/prealloc/, 'and has the word';

ok $nginx->stop, 'an end';
is $job->join->{rc}, 0, 'that is well';

done();
