# SPDX-License-Identifier: BSD-2-Clause
#
# The wall clock of an nginx steps back, by hours, and by years, which the
# random part of new numbers cannot hide: numbers only go up, none names two
# records, and what was answered with 200 is everywhere, as it was.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Time::Local qw(timegm);

use Rackscope::Clock;
use Rackscope::Cut;
use Rackscope::Share;
use Rackscope::Test;

my $hour = 3600;
my $day  = 24 * $hour;
my $year = 365 * $day;

my $redis = redis();
my $clock = Rackscope::Clock->new;
my @cuts  = map { Rackscope::Cut->new($redis->port) } 1 .. 2;
my ($one) = nodes(1, $cuts[0]->url, timeout => '200ms', env => $clock->env);
my ($two) = nodes(1, $cuts[1]->url, timeout => '200ms');
my @nodes = ($one, $two);

# What was answered with 200, as the nginx that took it showed it; and of each
# nginx the highest number, and by how many hours its clock was back.

my (@posted, %shown, %high, %back);
my $count = 0;

sub post_to {
    for my $node (@_) {
        my $message = 'm' . $count++;

        # each third one has a time of its own
        my %time = $count % 3 ? () : (timestamp => '2026-11-01T10:00:00Z');
        my $said = $node->post({ message => $message, %time }, timeout => 40);
        is $said && $said->status, 200, "$message is taken";

        push @posted, $message;

        my ($record) = grep { $_->{message} eq $message }
            $node->records('n=1000');
        goes_up($node, $record->{_seq}, "the number of $message");
        $shown{$message} = as_text($record);
        $back{$node} = hours_back($record) if !%time;
    }
    return;
}

sub goes_up {
    my ($node, $seq, $name) = @_;

    cmp_ok $seq, '>', $high{$node} // 0, "$name goes up";
    $high{$node} = $seq;
    return;
}

sub as_text {
    my ($record) = @_;

    return encode_json({ map { $_ => $record->{$_} }
            grep { $_ ne '_seq' } keys %$record });
}

sub of_clients {
    return grep { $_->{logger} ne 'nginx.share' } @_;
}

sub hours_back {
    my ($record) = @_;

    my ($y, $mon, $d, $h, $min, $s) = $record->{timestamp} =~ /(\d+)/g;

    return sprintf '%.0f',
        (time - timegm($s, $min, $h, $d, $mon - 1, $y)) / $hour;
}

# Streams that are open all the time, and what they told.

my %readers;

sub open_stream {
    my ($node) = @_;

    my $reader = $readers{$node} //= { last => 0 };
    $reader->{stream} = $node->stream('since_seq=0', $reader->{last}
        ? (headers => [ 'Last-Event-ID' => $reader->{last} ]) : ());

    return is $reader->{stream}->status, 200, 'a stream';
}

sub is_told {
    my ($name, $node) = @_;

    my $reader = $readers{$node};
    my @down;

    $reader->{stream}->wait_for(sub {
        return 0 if $_->{event};
        push @down, $_->{id} if $_->{id} <= $reader->{last};
        $reader->{last} = $_->{id};
        $reader->{told}{ $_->{json}{message} } = 1;
        return !grep { !$reader->{told}{$_} } @posted;
    }, 30);

    is_deeply \@down, [], "$name: the numbers of a stream only go up";
    is_deeply [ grep { !$reader->{told}{$_} } @posted ], [],
        "$name: a stream tells all";
    return;
}

# All that was posted since the cursor was given, or all and a word about it.

sub is_resumed {
    my ($name, $node, $cursor, $from) = @_;

    my $said = $node->get("/api/logs?n=1000&since_seq=$cursor")->json;
    my @due  = @posted[ ($said->{renumbered} ? 0 : $from) .. $#posted ];
    my @has  = map { $_->{message} } of_clients(@{ $said->{records} });

    is_deeply [ sort @has ], [ sort @due ],
        "$name: since_seq of before has all that is new";
    return;
}

sub scene {
    my ($name, $code) = @_;

    my $cursor = $one->last_seq;
    my $from   = @posted;

    note($name);
    $code->($cursor);
    ok wait_same(@nodes), "$name: all rings are equal at rest"
        or diag map { "$_\n" } map { $_->log_lines('zone "main"') } @nodes;

    for my $node (@nodes) {
        is_deeply [ sort map { as_text($_) }
                of_clients($node->records('n=1000')) ],
            [ sort map { $shown{$_} } @posted ],
            "$name: all is there, once and as it was";
        is_sound($node, "$name: without a hole");
        is_resumed($name, $node, $cursor, $from);
        is_told($name, $node);
        cmp_ok $node->last_seq, '>=', $high{$node}, "$name: no number is lower";
    }

    return is_unique($name, @nodes);
}

open_stream($_) for @nodes;

scene('before', sub { post_to(@nodes, @nodes) });
is $back{$one}, 0, 'the clock is right';

scene('five hours', sub {
    $clock->off_by(-5 * $hour);
    post_to($one, $one, $two, $two, $one, $one);
});
is $back{$one}, 5, 'the clock stepped back';

# Redis is empty.  Who comes first numbers anew, even by the clock of a machine
# that has just begun to count.

scene('Redis restarts empty, and who is back comes first', sub {
    $clock->off_by($hour - time);
    $cuts[1]->refuse;
    $redis->kill->start;
    post_to($one, $two, $one);
    ok wait_up($one), 'it is the first';
    ok wait_until { !up($two) }, 'the other one is alone';
    $cuts[1]->pass;
});

scene('Redis restarts empty, and who is back comes last', sub {
    $cuts[0]->refuse;
    $redis->kill->start;
    post_to($two, $one, $two, $one);
    ok wait_up($two), 'the other one is the first';
    ok wait_until { !up($one) }, 'who is back is alone';
    $cuts[0]->pass;
});

scene('Redis restarts empty', sub {
    $clock->off_by(-11 * $year);
    $redis->kill->start;
    post_to(@nodes, @nodes);
});

# Without Redis.

scene('back, and then alone', sub {
    $clock->off_by(-12 * $year);
    $cuts[0]->refuse;
    post_to(@nodes, @nodes);
    ok wait_until { !up($one) }, 'alone';
    $cuts[0]->pass;
});

scene('alone, and then back', sub {
    $cuts[0]->refuse;
    post_to(@nodes);
    ok wait_until { !up($one) }, 'alone';
    $clock->off_by(-13 * $year);
    post_to(@nodes, @nodes);
    is $back{$one}, 13 * 365 * 24, 'the clock stepped back';
    $cuts[0]->pass;
});

scene('both alone, and Redis restarts empty', sub {
    $redis->kill;
    $clock->off_by(-14 * $year);
    post_to(@nodes, @nodes);
    ok wait_until { !grep { up($_) } @nodes }, 'both alone';
    is_unique('both alone', @nodes);
    $redis->start;
});

# The nginx restarts, and its first numbers are low: it adopts those of the
# others.

scene('nginx restarts', sub {
    ok $one->stop, 'nginx ends';
    $clock->off_by(-15 * $year);
    $one->start;
    ok wait_up($one), 'and starts';
    post_to(@nodes, @nodes);
    open_stream($one);
});

# If it has to number alone then, its numbers are low indeed, and a reader is
# told.

scene('nginx restarts, and Redis is away', sub {
    my ($cursor) = @_;

    ok $one->stop, 'nginx ends';
    $redis->kill;
    $clock->off_by(-16 * $year);
    $one->start;

    my $high = delete $high{$one};
    post_to(@nodes, @nodes);
    ok wait_until { !grep { up($_) } @nodes }, 'both alone';
    is_unique('both alone', @nodes);
    cmp_ok $one->last_seq, '<', $high, 'its numbers are low';

    my $said = $one->get("/api/logs?since_seq=$cursor")->json;
    is $said->{renumbered}, JSON::PP::true, 'a cursor of before: "renumbered"';

    $redis->start;
    ok wait_same(@nodes), 'together again';
    $high{$one} = $high;
    open_stream($one);
});

# The clock is set right again, and one that was ahead comes back.

scene('right again', sub {
    $clock->off_by(0);
    post_to(@nodes, @nodes);
});
is $back{$one}, 0, 'the clock is right';

scene('forty days ahead, and back', sub {
    $clock->off_by(40 * $day);
    $cuts[0]->refuse;
    post_to(@nodes);
    ok wait_until { !up($one) }, 'alone, ahead of the clock';
    $clock->off_by(0);
    post_to(@nodes, @nodes);
    $cuts[0]->pass;
    ok wait_same(@nodes), 'together again';
    $redis->kill->start;
    post_to(@nodes);
});

# What a clear by who is back has met does not come again.

$clock->off_by(-40 * $day);
is $one->request('DELETE', '/api/logs')->status, 200, 'cleared';
ok wait_same(@nodes, 0), 'everywhere';
@posted = ();

scene('a clear, and Redis restarts empty', sub {
    $redis->kill->start;
    post_to(@nodes, @nodes);
});

done();
