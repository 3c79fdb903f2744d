# SPDX-License-Identifier: BSD-2-Clause
#
# Workers killed inside the critical section, by a debugger, at places that a
# signal at random hardly ever meets.  After each the lock is free, no number is
# missing, at most the oldest record is gone early, all others are whole, and the
# metrics have counted each of them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use POSIX qw(mkfifo);

use Rackscope::Load qw(lines);
use Rackscope::Test;

my $entries = 16;

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    zone    => "main entries=$entries entry_size=1k",
    admin   => <<'END',
        location = /metrics {
            auth_request /auth;
            rackscope_logs_metrics;
        }
END
)->start;

my $prefix = $nginx->prefix;
my $fifo   = "$prefix/go";

# A debugger that may attach.

my ($first) = $nginx->workers;
my $attach = run(qw(gdb -nx -batch -p), $first, '-ex', 'info registers pc');

if ($attach->{rc} != 0) {
    $nginx->stop;
    my ($reason) = $attach->{err} =~ /(.*(?:not permitted|No such).*)/;
    plan skip_all => 'gdb cannot attach: ' . ($reason // $attach->{err});
}

mkfifo($fifo, oct 600) or die "$fifo: $!\n";

# Where to kill, in terms of what is in memory by then, and whether the oldest
# record is gone, and the new one is there.

my $slot = <<'END';
break rsl_ring_push
continue
set $ring = ring
set $seq = $ring->spans[0].last + 1
set $size = $ring->entry_size / 64 * 64
set $slot = (rsl_slot_t *) ($ring->slots + $seq % $ring->entries * $size)
set $old = $slot->text[200]
END

my $taken = "$slot while \$slot->seq != 0\n stepi\n end\n";

my @places = (
    [ 'before it begins',             $slot,  0, 0 ],
    [ 'the slot has no number',       $taken, 1, 0 ],
    [ 'some more instructions later', "$taken stepi 12\n", 1, 0 ],
    [
        'the text is begun',
        "$taken while \$slot->text[200] == \$old\n stepi\n end\n", 1, 0
    ],
    [
        'the text is written',
        "$taken while \$slot->text[700] == \$old\n stepi\n end\n", 1, 0
    ],
    [
        'the slot has its number',
        "$taken while \$slot->seq != \$seq\n stepi\n end\n", 1, 0
    ],
    [
        'the newest number is published',
        "$taken while \$ring->spans[0].last != \$seq\n stepi\n end\n", 0, 1
    ],
    [
        'it is to be counted',
        "break ngx_http_rackscope_logs_count_end if seq == counts->seq + 1\n"
            . "continue\n", 0, 1
    ],
    [ 'before the lock is freed', "break ngx_shmtx_unlock\ncontinue\n", 0, 1 ],
);

my $symbols =
    run(qw(gdb -nx -batch -ex), 'ptype rsl_slot_t', Rackscope::Nginx::module());

if ($symbols->{out} !~ /seq/) {
    diag 'the module has no debug information: one place only';
    @places = $places[-1];
}

# How many records were counted, of which source or level ever.

sub counted {
    my ($client) = @_;

    my $answer = $client->request('GET', '/metrics', timeout => 5) or return;
    my $sum = 0;

    $sum += $_ for $answer->body =~ /^rackscope_logs_records_total\S+ (\d+)$/gm;
    return $sum;
}

# Records of one letter each, and what the ring must hold of them.

my ($letter, @ring) = ('a');

sub record {
    return encode_json({ logger => 'load', message => $_[0] x 700 });
}

sub next_letter {
    $letter = $letter eq 'z' ? 'a' : chr 1 + ord $letter;
    return $letter;
}

sub keep {
    push @ring, @_;
    splice @ring, 0, -$entries if @ring > $entries;
    return;
}

# What it holds: its letters, in order, each of them the whole of its record.

sub letters {
    my ($response) = @_;

    my @lines = lines($response->body);
    my $seq   = $lines[0]{seq};

    return join ' ', map {
        ($_->{seq} == $seq++ ? '' : "$_->{seq}:")
            . ($_->{message} =~ /\A([a-z])\1{699}\z/ ? $1 : $_->{message})
    } @lines;
}

for (1 .. $entries + 3) {
    my $new = next_letter();
    is $nginx->post(record($new))->status, 200, 'fill the ring';
    keep($new);
}

my $stream = $nginx->stream('', client => $nginx->client_of($first));
is $stream->status, 200, 'a stream that reads across it all';

my @streamed;
my $seq   = $nginx->last_seq;
my $start = $seq;
my $total = counted($nginx->client);
is $total, $entries + 3, 'all are counted';

for my $n (0 .. $#places) {
    my ($place, $commands, $gone, $there) = @{ $places[$n] };

    my ($victim, $poster, $reader) =
        grep { $_ != $first } $nginx->workers;

    my $victims = $nginx->client_of($victim, 1);
    my $posters = $nginx->client_of($poster, 1);
    my $readers = $nginx->client_of($reader);

    spew("$prefix/gdb$n", <<"END");
set confirm off
sharedlibrary rackscope
$commands
shell touch $prefix/there$n; cat $fifo
kill
END

    my $gdb = background {
        run({ timeout => 30 }, qw(gdb -nx -batch), '-iex',
            'set auto-solib-add off', '-p', $victim, '-x', "$prefix/gdb$n");
    };

    # It stops when it is attached to, and finds the record after that.

    wait_until { slurp("/proc/$victim/stat") =~ /\)\ t\ /x } 20;

    my ($new, $next) = (next_letter(), next_letter());
    $victims->start('POST', '/internal/logs', body => record($new));

    my $arrived = wait_until { -e "$prefix/there$n" || !$gdb->alive } 30;
    ok $arrived && -e "$prefix/there$n", "stopped where $place"
        or do { diag explain $gdb->join; last };

    # Readers need no lock: this is what the dead worker will leave.

    my @rest = $there ? (@ring, $new) : @ring;
    shift @rest if $gone || $there;

    is letters($readers->request('GET', '/api/logs?n=16')), "@rest",
        "$place: the ring as it is";

    ok defined counted($readers), "$place: metrics do not wait";

    # Writers wait for it, until it is dead.

    $posters->start('POST', '/internal/logs', body => record($next));
    is $posters->response(0.1), undef, "$place: the next record waits";

    my $killed = now();
    spew($fifo, '');

    my $response = $posters->response(10);
    is $response && $response->status, 200, "$place: and is taken";
    note sprintf '%s: answered after %.0f ms', $place, (now() - $killed) * 1000;

    is $victims->response(5), undef, "$place: that of the dead is not";
    $gdb->join;

    keep($new) if $there;
    keep($next);
    push @streamed, $there ? ($new, $next) : $next;

    $nginx->allow_log(qr/worker\ process\ $victim\ exited\ on\ signal\ 9/x);
    $nginx->expect_log(qr/zone\ "main"\ was\ locked\ by\ $victim\b/x);

    ok wait_until { $nginx->workers == 4 && !alive($victim) },
        "$place: a new worker";

    # All of them go on.

    for my $pid ($nginx->workers) {
        my $more = next_letter();
        my $post = $nginx->client_of($pid, 1)
            ->request('POST', '/internal/logs', body => record($more));
        is $post && $post->status, 200, "$place: worker takes a record";
        keep($more);
        push @streamed, $more;

        is letters($nginx->client_of($pid)->request('GET', '/api/logs')),
            "@ring", "$place: and sees all";
    }

    $seq += 5 + $there;
    is $nginx->last_seq, $seq, "$place: no number is missing";
    is counted($nginx->client), $total + $seq - $start, "$place: all are counted";
}

# The stream has seen each of them, once and in order, and no gap.

my @events = map { $stream->next_event } @streamed;

is join(' ', map { ($_->{json}{message} // $_->{data}) =~ /\A(.)/ } @events),
    "@streamed", 'the stream has them all';
is_deeply [ map { $_->{id} } @events ],
    [ map { $start + $_ } 1 .. @streamed ], 'by their numbers';

# And there are five places.

my @streams = map { $nginx->stream('since_seq=' . ($seq - 1)) } 1 .. 4;
is $_->next_event->{id}, $seq, 'one more stream' for @streams;

done();
