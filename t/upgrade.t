# SPDX-License-Identifier: BSD-2-Clause
#
# A new nginx binary (USR2, QUIT), the way back from it, and a new build of the
# module put in place of the one that runs: under load, no request fails, and
# streams are told.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use File::Copy qw(copy move);
use File::Temp qw(tempdir);

use Rackscope::Load qw(entry whole lines check_lines poster stop_posters);
use Rackscope::Test;

# The module, in a place of its own.

my $module = tempdir(CLEANUP => 1) . '/module.so';
my $built  = Rackscope::Nginx::module();

sub install {
    copy($built, "$module.new") or die "$module.new: $!\n";
    move("$module.new", $module) or die "$module: $!\n";
    return (stat $module)[1];
}

# Does the process run the module that is in that place now?

sub runs_installed {
    my ($pid) = @_;

    my ($inode) = slurp("/proc/$pid/maps") =~ m{(\d+)\s+\Q$module\E$}m;
    return ($inode // 0) == (stat $module)[1];
}

install();
local $ENV{RACKSCOPE_MODULE} = $module;

my $nginx = Rackscope::Nginx->new(
    workers => 2,
    zone    => 'main entries=50000 entry_size=1k',
)->start;

# Load: posters with a connection for each record, since nginx may close one
# that is kept and idle.

sub load {
    my (@names) = @_;

    return map {
        poster($nginx, $_, clients => sub { $nginx->client(1) })
    } @names;
}

sub all_well {
    my ($name, @posters) = @_;

    my $posted = stop_posters($nginx, @posters);

    is_deeply [ @$posted{qw(hung broken)}, @{ $posted->{wrong} } ], [ 0, 0 ],
        "$name: no request failed";
    cmp_ok @{ $posted->{answered} }, '>', 50, "$name: under load";
    note "$name: " . @{ $posted->{answered} } . ' records';
    return $posted;
}

sub ring { return lines($nginx->get('/api/logs?n=50000')->body) }

# The stream is ended by nginx; the one that goes on where it ended, and where
# that was: at its last record, or the one it began after.

sub goes_on {
    my ($name, $stream, $id) = @_;

    my $end = $stream->wait_for(sub { ($_->{event} // '') eq 'end' });
    is $end && $end->{data}, '{"reason":"shutdown"}', "$name: the stream is told";
    is $stream->ended(5), 'clean', "$name: and ends well";

    my @records = grep { defined $_->{id} } $stream->seen;
    $id = $records[-1]{id} if @records;

    return ($nginx->stream('', headers => [ 'Last-Event-ID' => $id ]), $id);
}

# A new build: a reload goes on with the old one.

my @posters = load(qw(a b));
my $stream  = $nginx->stream;
ok $stream->next_event, 'a stream';

for my $n (1 .. 3) {
    install();
    ok $nginx->reload, "reload $n with a new build in place";
    is $nginx->post(entry('reload', $n))->status, 200, 'goes on';
    ok !runs_installed($_), 'with the old one' for $nginx->workers;

    my ($next, $id) = goes_on("reload $n", $stream, 0);
    $stream = $next;

    # the records have no hole over both streams
    my $event = $stream->next_event;
    is $event->{id}, $id + 1, "reload $n: and misses nothing";
}

my $posted = all_well('reload', @posters);
my @sent   = (@{ $posted->{sent} }, map { "reload-$_" } 1 .. 3);

is_deeply check_lines([ ring() ], \@sent, \@sent), [],
    'the ring is what it was';

my $last = $nginx->last_seq;
$stream->wait_for(sub { ($_->{id} // 0) == $last });

# A binary upgrade: a new ring.

my $upload = $nginx->upload;
$upload->send_chunk(ndjson(entry('upload', 1)));
ok wait_until { $nginx->last_seq == $last + 1 }, 'an upload that stays open';

my $old_ring = join ' ', map { $_->{name} } ring();

my $old = $nginx->upgrade;
ok $old, 'USR2';

ok runs_installed($_), 'a new worker has the new build' for $nginx->workers;
ok !runs_installed($_), 'an old one the old build' for $nginx->workers($old);

# The way back, with the ring that was.

kill 'WINCH', $old;
ok wait_until { !$nginx->workers($old) }, 'the old workers are to go';

my ($next, $id) = goes_on('WINCH', $stream, $last);
$stream = $next;

my $gap = $stream->next_event;
is $gap->{event}, 'gap', 'the stream is told that the ring is another';
is $gap->{json}{missed}, undef, 'of which it has no number';

is $nginx->post(entry('new', 1))->status, 200, 'a record of the new binary';
my $event = $stream->next_event;
is whole($event->{json}{message}), 'new-1', 'reaches the stream';
cmp_ok $event->{id}, '>', $id, 'with a greater number';
is_deeply [ map { $_->{name} } ring() ], ['new-1'], 'the ring is new';

ok $nginx->rollback($old), 'the way back';
is join(' ', map { $_->{name} } ring()), $old_ring, 'the old ring is there';

$upload->send_chunk(ndjson(entry('upload', 2)));
$upload->send_end;
is $upload->response->json->{accepted}, 2, 'the upload went on';
is +(ring())[-1]{name}, 'upload-2', 'into the old ring';
$upload->close;

# And for good.

@posters = load(qw(c d));
wait_until { $nginx->last_seq > $last + 100 };

$stream = $nginx->stream;
$last   = $nginx->last_seq;

$old = $nginx->upgrade;
ok $old, 'USR2 again';
kill 'QUIT', $old;
ok wait_until { !alive($old) }, 'the old master goes';

($stream, $id) = goes_on('QUIT', $stream, $last);
$gap = $stream->next_event;
is $gap->{event}, 'gap', 'the stream is told again';

$event = $stream->next_event;
is $event->{id}, $gap->{json}{next_seq}, 'and begins with all that is there';
cmp_ok $event->{id}, '>', $id, 'the numbers go on';

all_well('upgrade', @posters);
is_deeply [ grep { !defined $_->{name} } ring() ], [], 'all records are whole';

done();
