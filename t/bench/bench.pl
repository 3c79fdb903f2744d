# SPDX-License-Identifier: BSD-2-Clause
#
# What this module costs, beside what else could do it: all candidates in turn,
# in one run, on this machine.  Prints a table, writes docs/benchmarks.md.

use strict;
use warnings;

use Compress::Raw::Zlib qw(Z_STREAM_END WANT_GZIP);
use File::Temp qw(tempdir);
use FindBin;
use IO::Socket::INET;
use List::Util qw(max min);
use POSIX qw(strftime);
use Time::HiRes qw(clock_gettime sleep time CLOCK_PROCESS_CPUTIME_ID);

use lib $FindBin::Bin, "$FindBin::Bin/../lib";

use Bench::Body qw(request names);
use Bench::Load qw(post get deliver wakes flow median);
use Bench::Report;
use Bench::Server;

$| = 1;    ## no critic (RequireLocalizedPunctuationVars): for all of it

my $rounds = $ENV{ROUNDS} || 5;
my $report = Bench::Report->new($ENV{ONLY} ? undef : 'docs');
my $dir    = tempdir(CLEANUP => 1);
my $began  = time;

my @all   = qw(rackscope nchan lua fastapi plain);
my @rings = qw(rackscope nchan lua fastapi);
my @reads = qw(rackscope lua fastapi plain);

my (@goals, %measured);

# Each candidate in turn, forwards and backwards, so that what the machine does
# meanwhile meets all of them: { name => { metric => [one per round] } }.

sub rounds {
    my ($names, $measure, $n) = @_;

    my %result;

    for my $round (1 .. $n // $rounds) {
        for my $name ($round % 2 ? @$names : reverse @$names) {
            my $value = $measure->($name);
            push @{ $result{$name}{$_} }, $value->{$_} for keys %$value;
        }
    }

    return \%result;
}

# Two candidates in the same round.

sub pairs {
    my ($result, $metric, $one, $other) = @_;

    my ($x, $y) = map { $result->{$_}{$metric} } $one, $other;
    return map { [ $x->[$_], $y->[$_] ] } 0 .. $#$x;
}

sub ratio      { return median(map { $_->[1] ? $_->[0] / $_->[1] : () } pairs(@_)) }
sub difference { return median(map { $_->[0] - $_->[1] } pairs(@_)) }

sub of {
    my ($result, $name, $metric) = @_;
    return median(@{ $result->{$name}{$metric} });
}

sub short {
    my ($value) = @_;

    return
          !defined $value ? '–'
        : $value >= 1e6   ? sprintf('%.2f M', $value / 1e6)
        : $value >= 1e4   ? sprintf('%.0f k', $value / 1e3)
        : $value >= 100   ? sprintf('%.0f',   $value)
        : $value >= 10    ? sprintf('%.1f',   $value)
        :                   sprintf('%.2f',   $value);
}

# "12.3 (×0.80)": the ratio to this module.

sub cells {
    my ($result, $metric, @names) = @_;

    return map {
        my $value = $result->{$_} ? of($result, $_, $metric) : undef;

        !defined $value    ? '–'
            : $_ eq 'rackscope' ? short($value)
            : sprintf '%s (×%.2f)', short($value), ratio($result, $metric, $_, 'rackscope');
    } @names;
}

sub head { return [ $_[0], map { $report->label($_) } @_[ 1 .. $#_ ] ] }

sub goal {
    my ($what, $wanted, $measured, $met) = @_;

    push @goals, [ $what, $wanted, $measured, $met ? 'yes' : '**no**' ];
    return;
}

# So many processes of each candidate; a backend's ring is in one of them.

sub start {
    my ($workers, @names) = @_;
    return map { $_ => Bench::Server->new($_, workers => $workers) } @names;
}

sub batch {
    my ($file, $n, $more) = @_;

    open my $in, '<', 't/data/rackscope-backend.ndjson' or die "$!\n";
    my @lines = <$in>;

    open my $out, '>', "$dir/$file" or die "$!\n";
    for my $i (1 .. $n) {
        my $line = $lines[ $i % @lines ];
        $line =~ s/"message":\ "/"message": "$more/x if $more;
        print {$out} $line;
    }
    close $out or die "$!\n";
    return "$dir/$file";
}

# What the goals are about, by more rounds than the rest.

sub ingest_goals {
    my ($workers, $server) = @_;

    my $name   = $workers > 1 ? "$workers workers" : 'one worker';
    my $result = rounds([qw(rackscope nchan plain)], sub { post($server->{ $_[0] }, 16, 0.4) },
        3 * $rounds);

    if ($workers == 1) {
        my $ratio = ratio($result, 'cpu', qw(rackscope plain));
        goal('CPU of one record, to nginx that reads the body and drops it',
            '≤ 1.25', sprintf('%.2f', $ratio), $ratio <= 1.25);
    }

    my $ratio = ratio($result, 'rate', qw(rackscope nchan));
    goal("records a second, to what Nchan publishes, $name",
        '≥ 1.00', sprintf('%.2f', $ratio), $ratio >= 1);
    return;
}

# The same with an empty array for a record: what a handler costs that is given
# nothing to do.

sub ingest_limit {
    my ($server) = @_;

    my @names = qw(rackscope rackscope/empty nchan plain plain/empty);

    open my $out, '>', "$dir/empty" or die "$!\n";
    print {$out} "[]\n";
    close $out or die "$!\n";

    my $result = rounds(\@names, sub {
        my ($name, $file) = split m{/}, $_[0];
        return post($server->{$name}, 16, 0.4, $file && "$dir/$file");
    }, 2 * $rounds);

    %measured = (
        (map { $_ => ratio($result, 'cpu', $_, 'plain') } qw(rackscope nchan)),
        plain   => of($result, 'plain', 'cpu'),
        more    => difference($result, 'cpu', qw(rackscope plain)),
        handler => difference($result, 'cpu', qw(rackscope/empty plain/empty)),
    );
    return;
}

sub ingest {
    my (@cpu, @rate, @plot);

    for my $workers (1, 2) {
        my %server = start($workers, @all);

        for my $connections (16, 64) {
            my $result = rounds(\@all, sub { post($server{ $_[0] }, $connections, 0.5) });
            my $name   = "$workers worker" . ($workers > 1 ? 's' : '') . ", $connections connections";

            push @cpu,  [ $name, cells($result, 'cpu',  @all) ];
            push @rate, [ $name, cells($result, 'rate', @all) ];
            push @plot, [ "$workers × $connections", map { of($result, $_, 'cpu') } @all ];
        }

        ingest_goals($workers, \%server);
        next if $workers == 2;

        ingest_limit(\%server);

        my $result = rounds(\@all, sub { deliver($server{ $_[0] }, 2000, 0.6, 0) });
        push @cpu,  [ '1 worker, 2,000 records a second', cells($result, 'cpu', @all) ];
        push @plot, [ '2,000/s', map { of($result, $_, 'cpu') } @all ];

        my $ratio = ratio($result, 'cpu', qw(rackscope plain));
        goal('CPU of one record at 2,000 a second, where workers sleep between them, to nginx alone',
            '≤ 1.25', sprintf('%.2f', $ratio), $ratio <= 1.25);
    }

    $report->heading('Ingest, one record a POST');
    $report->say("CPU of the server's processes per record, µs:\n");
    $report->table(head('', @all), @cpu);
    $report->say("Records a second:\n");
    $report->table(head('', @all), @rate);
    $report->plot('ingest', 'CPU µs per record', \@all, @plot);
    return;
}

sub batches {
    my @names  = @reads;
    my %server = start(1, @names);
    my $file   = batch('thousand', 1000);
    my $result = rounds(\@names, sub {
        my $value = post($server{ $_[0] }, 4, 1, $file, 'whole');
        return { cpu => $value->{cpu} / 1000, rate => $value->{rate} * 1000,
            core => 1e9 / $value->{cpu} };
    });

    $report->heading('Ingest, NDJSON, 1,000 records a POST');
    $report->say("One worker, four connections, 400 bytes a record:\n");
    $report->table(
        head('', @names),
        [ 'CPU µs per record',            cells($result, 'cpu',  @names) ],
        [ 'records a second',             cells($result, 'rate', @names) ],
        [ 'records a second and core', cells($result, 'core', @names) ],
    );
    $report->plot('batches', 'CPU µs per record', \@names,
        [ 'NDJSON', map { of($result, $_, 'cpu') } @names ]);

    my $core = of($result, 'rackscope', 'core');
    goal('NDJSON, records a second and core', '≥ 250 k', short($core), $core >= 250_000);
    return;
}

# What zlib alone takes for a body, µs.

sub inflate {
    my ($body) = @_;

    my ($n, $start) = (0, clock_gettime(CLOCK_PROCESS_CPUTIME_ID));
    my $passed;

    do {
        my $zlib = Compress::Raw::Zlib::Inflate->new(-WindowBits => WANT_GZIP,
            -ConsumeInput => 0, -Bufsize => 32768);
        $zlib->inflate($body, my $out) == Z_STREAM_END or die "zlib\n";
        $n++;
        $passed = clock_gettime(CLOCK_PROCESS_CPUTIME_ID) - $start;
    } while ($passed < 0.1);

    return $passed / $n * 1e6;
}

# The same records in what other senders send, side by side with NDJSON.

sub formats {
    my @names  = names();
    my $per    = 500;
    my $server = Bench::Server->new('rackscope', workers => 1);

    open my $in, '<', 't/data/rackscope-backend.ndjson' or die "$!\n";
    my @lines = <$in>;
    my @batch = map { $lines[ $_ % @lines ] } 1 .. $per;

    my (%body, %file);
    for my $name (@names) {
        (my $request, $body{$name}) = request($name, \@batch);
        $file{$name} = "$dir/" . $name =~ s/\W+/-/gr;
        open my $out, '>:raw', $file{$name} or die "$!\n";
        print {$out} $request;
        close $out or die "$!\n";
    }

    my $result = rounds([ @names, 'zlib' ], sub {
        my ($name) = @_;
        return { cpu => inflate($body{'NDJSON, gzip'}) / $per } if $name eq 'zlib';

        my $value = post($server, 4, 0.5, $file{$name}, 'request');
        return { cpu => $value->{cpu} / $per, rate => $value->{rate} * $per,
            core => 1e6 * $per / $value->{cpu} };
    }, 3 * $rounds);

    my $zlib = of($result, 'zlib', 'cpu');
    my @rows = map {
        my $ratio = ratio($result, 'core', $_, 'NDJSON');
        [ $_, sprintf('%.0f', length($body{$_}) / $per),
            short(of($result, $_, 'cpu')), short(of($result, $_, 'core')), sprintf '×%.2f', $ratio ]
    } @names;

    $report->heading("Ingest, $per records a POST, in what senders send");
    $report->say("One worker, four connections; the same records each time. zlib alone takes"
        . ' ' . short($zlib) . " µs of a record to inflate its gzip:\n");
    $report->table([ '', 'bytes a record', 'CPU µs per record', 'records a second and core',
            'to NDJSON' ], @rows);
    $report->plot('formats', 'CPU µs per record', \@names,
        [ "$per records", map { of($result, $_, 'cpu') } @names ]);

    my $ratio = ratio($result, 'core', 'OTLP JSON', 'NDJSON');
    goal('OTLP JSON, records a second and core, to NDJSON', '≥ 0.50',
        sprintf('%.2f', $ratio), $ratio >= 0.5);

    my ($plain, $gzip) = map { of($result, $_, 'cpu') } 'NDJSON', 'NDJSON, gzip';
    goal('CPU of a record of NDJSON in gzip, to NDJSON and zlib alone', '≤ 1.10',
        sprintf('%.2f', $gzip / ($plain + $zlib)), $gzip <= 1.1 * ($plain + $zlib));
    return;
}

sub reading {
    my @names  = (@reads, 'nchan');
    my %server = start(1, @names);
    my $file   = batch('thousand', 1000);
    my (@cpu, @rate, @plot);

    for my $name (@rings) {
        post($server{$name}, 1, 0.3, $file, $name eq 'nchan' ? 'line' : 'whole');
    }

    my %query = (
        'n=200'               => '/api/logs?n=200',
        'n=1000'              => '/api/logs?n=1000',
        'n=1000&search=error' => '/api/logs?n=1000&search=error',
        'n=1000&level=ERROR'  => '/api/logs?n=1000&level=ERROR',
    );

    for my $flowing (0, 1) {
        for my $query (sort { length $a <=> length $b || $a cmp $b } keys %query) {
            my $url = $query{$query};

            # the same bytes
            my $static = $server{plain}->prefix . '/files/static/answer';
            system('curl', '-sf', '-o', $static, $server{rackscope}->url($url)) == 0
                or die "no answer to $url\n";

            my $result = rounds([ @reads, $query eq 'n=1000' ? 'nchan' : () ], sub {
                my $to   = $server{ $_[0] };
                my $flow = $flowing ? flow($to, 1000) : undef;
                return get($to, 0.4, $_[0] eq 'plain' ? '/static/answer' : $url);
            });

            my $name = $query . ($flowing ? ', 1,000 records a second coming in' : '');
            push @cpu,  [ $name, cells($result, 'cpu',  @names) ];
            push @rate, [ $name, cells($result, 'rate', @names) ];
            push @plot, [ $query, map { $result->{$_} ? of($result, $_, 'rate') : undef } @names ]
                if !$flowing;

            if ($query eq 'n=1000') {
                my $ratio = ratio($result, 'rate', qw(rackscope plain));
                my $limit = $flowing ? 0.7 : 0.85;
                goal("GET $name, to a static file of the same bytes",
                    "≥ $limit", sprintf('%.2f', $ratio), $ratio >= $limit);
            }
            if ($query =~ /search/ && !$flowing) {
                my $cpu = of($result, 'rackscope', 'cpu');
                goal('a search over 1,000 records', '≤ 300 µs', short($cpu) . ' µs', $cpu <= 300);
            }
        }
    }

    $report->heading('GET /api/logs');
    $report->say("One worker, four connections; answers a second:\n");
    $report->table(head('', @names), @rate);
    $report->say("CPU µs per answer, with what comes in meanwhile:\n");
    $report->table(head('', @names), @cpu);
    $report->say("\"nginx alone\" sends a file of the same bytes. Nchan has no search.\n");
    $report->plot('reading', 'answers a second', \@names, @plot);
    return;
}

# One bad moment of the machine is a hundredth of all this: by more rounds.

sub delivery_goals {
    my ($server, $rate) = @_;

    my $seconds = $rate < 1000 ? 3 : 0.8;
    my $result  = rounds([qw(rackscope nchan)],
        sub { deliver($server->{ $_[0] }, $rate, $seconds, 5) }, 2 * $rounds);

    if ($rate == 100) {
        my $p99 = of($result, 'rackscope', 'p99');
        goal('delivery to another worker, 99th percentile', '< 2 ms',
            short($p99) . ' µs', $p99 < 2000);
    }

    my $ratio = ratio($result, 'p99', qw(rackscope nchan));
    my $name  = $rate < 1000 ? '100' : '1,000';
    goal("the same, to Nchan, $name a second", '< 1', sprintf('%.2f', $ratio), $ratio < 1);
    return;
}

sub delivery {
    my %server = start(2, @rings);
    my @names = (@rings, 'wakes');
    my (@p99, @p50, @max, @cpu, @lost, @plot);

    # a ring whose pages are all there, as after the first minutes
    post($server{$_}, 4, 1) for @rings;

    for my $rate (1, 100, 1000, 5000) {
        my $seconds = $rate < 1000 ? 2 : 0.8;
        my $result  = rounds(\@names, sub {
            my ($name) = @_;
            return $name eq 'wakes' ? wakes($rate, $seconds)
                : deliver($server{$name}, $rate, $seconds, 5);
        });

        push @p50, [ "$rate a second", cells($result, 'p50', @names) ];
        push @p99, [ "$rate a second", cells($result, 'p99', @names) ];
        push @cpu, [ "$rate a second", cells($result, 'cpu', @rings) ];
        push @max, [ "$rate a second", map { short(max(@{ $result->{$_}{max} })) } @names ];
        push @lost, [ "$rate a second", map { my $lost = 0; $lost += $_ for @{ $result->{$_}{lost} }; $lost } @rings ];
        push @plot, [ "$rate/s", map { of($result, $_, 'p99') } @names ];

        delivery_goals(\%server, $rate) if $rate == 100 || $rate == 1000;

        if ($rate == 5000) {
            my $lost = $lost[-1][1];
            goal('lost at 5,000 a second, five readers', '0', $lost, $lost == 0);
        }
    }

    $report->heading('Delivery: from the POST to five streams in another worker');
    $report->say("\"Wake-ups alone\" are three processes that wake each other in turn over"
        . " loopback, as client, worker, worker and client do, and do nothing else"
        . " (`t/bench/bench_wakes.c`). Wake-ups are most of the time, and a larger part"
        . " of it the less often a record comes. A time that is shorter than that of"
        . " \"wake-ups alone\" means that processes ran on one processor, where none has"
        . " to be woken on another one. The scheduler decides this, and does so"
        . " differently on each machine: it tends to leave Nchan's workers together,"
        . " because they wake each other several times for a record.\n");
    $report->say("Median, µs:\n");
    $report->table(head('', @names), @p50);
    $report->say("99th percentile, µs:\n");
    $report->table(head('', @names), @p99);
    $report->say("The longest, µs:\n");
    $report->table(head('', @names), @max);
    $report->say("CPU of the server's processes per record, µs: at a low rate most of the"
        . " time goes by while processors wake up, which is the kernel's.\n");
    $report->table(head('', @rings), @cpu);
    $report->say("Lost:\n");
    $report->table(head('', @rings), @lost);
    $report->plot('delivery', 'µs, 99th percentile', \@names, @plot);
    return;
}

sub idle {
    my ($seconds) = @_;

    my %server = start(2, @rings);
    my @streams;

    for my $server (values %server) {
        for (1 .. 5) {
            my $stream = IO::Socket::INET->new(PeerAddr => '127.0.0.1:' . $server->port)
                or die "no stream\n";
            print {$stream} "GET /api/logs/stream HTTP/1.1\r\nHost: localhost\r\n"
                . "Accept: text/event-stream\r\n\r\n";

            # the head of the answer: it is open
            1 while <$stream> =~ /\S/;
            push @streams, $stream;
        }
    }

    my %before = map { $_ => $server{$_}->cpu } @rings;
    sleep $seconds;
    my %share = map { $_ => ($server{$_}->cpu - $before{$_}) / $seconds / 1e4 } @rings;

    $report->heading('Idle, five streams open');
    $report->table(head('', @rings),
        [ 'percent of a core', map { sprintf '%.3f', $share{$_} } @rings ]);

    $report->plot('idle', 'percent of a core', \@rings, [ 'idle', @share{@rings} ]);
    goal('an idle server with five streams', '< 0.1 %', sprintf('%.3f %%', $share{rackscope}),
        $share{rackscope} < 0.1);
    return;
}

# As many as go in within so many seconds, a million at most.

sub fill {
    my ($server, $file, $how, $per, $wanted, $seconds) = @_;

    my ($sent, $end) = (0, time + $seconds);

    while ($sent < $wanted && time < $end) {
        $sent += post($server, 4, 1, $file, $how)->{rate} * $per;
    }
    return $sent;
}

sub memory {
    my ($million, $seconds) = @_;

    my $file  = batch('thousand', 1000);
    my $large = batch('large', 40, 'x' x 15_500);
    my @rows;

    for my $name (@rings, 'large') {
        my $is     = $name eq 'large';
        my $server = Bench::Server->new($is ? 'rackscope' : $name, workers => 1,
            $is ? (size => '16k') : ());
        my @how = $is ? ($large, 'whole', 40) : $name eq 'nchan' ? ($file, 'line', 1)
            : ($file, 'whole', 1000);

        # the ring at its largest: what is never written takes no memory
        fill($server, $large, $name eq 'nchan' ? ('line', 1) : ('whole', 40), 5000, 2);
        fill($server, @how, 5000, 2);
        my $before = $server->memory;
        my $sent   = fill($server, @how, $million, $is ? 3 * $seconds : $seconds);
        my $after  = $server->memory;

        push @rows, [
            $report->label($is ? 'this module, entries of 16 KB' : $name),
            map({ sprintf '%.1f', $_ / 1048576 } $before, $after), short($sent),
        ];

        if ($name eq 'rackscope') {
            goal('memory after a million records', '± 0', sprintf('%+.1f MB of %.1f',
                ($after - $before) / 1048576, $after / 1048576),
                $after - $before < 262_144);
        }
    }

    $report->heading('Memory');
    $report->say("MB of the worker with its share of the shared memory, after some"
        . " thousand records, and after so many more:\n");
    $report->table([ '', 'before', 'after', 'records' ], @rows);
    $report->plot('memory', 'MB', [qw(before after)], map { [ @{$_}[ 0 .. 2 ] ] } @rows);
    return;
}

sub growth {
    my (%time, @rows);

    for (`$ENV{BENCH_CORE} time`) {
        my ($name, $nsec) = split;
        $time{$name} = $nsec;
    }

    for my $entries (100, 1000, 10_000, 100_000) {
        push @rows, [ $entries, map { sprintf '%.2f', $time{"$_/$entries"} / 1000 } qw(push snapshot) ];
    }

    $report->heading('Growth with the number of entries');
    $report->say("The core alone, µs: a line pushed; a snapshot of the newest 1,000"
        . " lines, or all of 100. A ring that does not fit into the processor's cache"
        . " costs more, and no more than that:\n");
    $report->table([ 'entries', 'push', 'snapshot' ], @rows);
    $report->plot('growth', 'µs', [ 'push', 'snapshot' ], @rows);

    $report->heading('The steps of a record');
    $report->say("The core alone, µs, on the sample's records; a snapshot and a search"
        . " are of 1,000 lines. \"jansson\" is the parser alone on the same records,"
        . " \"intake\" all of it: parsing, redaction, and the line that is kept;"
        . " \"posts\" is that for records that come one by one, the larger ones in"
        . " two pieces:\n");
    $report->table([ 'step', 'µs' ],
        map({ [ $_, sprintf '%.2f', $time{$_} / 1000 ] }
            qw(jansson parse parse+redact intake posts redact push snapshot search)));

    limits(map { $_ / 1000 } @time{qw(parse parse+redact intake posts jansson)}) if %measured;
    return;
}

# Why a POST of one record costs what it costs, by what was measured here.

sub limits {
    my ($parse, $redacted, $intake, $posts, $jansson) = @_;

    my ($redact, $render, $one) = ($redacted - $parse, $intake - $redacted, $posts - $intake);
    my $record = $measured{more} - $measured{handler};
    $_ = sprintf '%.2f', $_
        for values %measured, $parse, $redact, $render, $one, $posts, $jansson, $record;

    $report->heading('What limits the ingest of one record');
    $report->say(<<"END");
nginx takes $measured{plain} µs to read a POST of one record, to drop it, and to answer
204 without a body. This module takes $measured{more} µs more, ×$measured{rackscope}. Nchan, which does not look
into what it publishes, takes ×$measured{nchan}.

If the record is an empty array, this module takes $measured{handler} µs more than nginx: that is
a handler that looks at the headers, waits for the body, finds nothing in it, and
answers a line of JSON. So the record itself costs $record µs. In the core alone, where
nothing else empties the processor's caches, that is $posts µs: $parse to parse it,
$redact to redact it, $render to render the line that is kept, and $one because it comes
alone, the larger ones in two pieces. (jansson alone takes $jansson µs to parse it; see
[design](design.md#ingest) for when it is asked.) Who has many records sends them as
NDJSON: the cost of a request is shared by all of them.
END
    return;
}

sub version {
    my ($command) = @_;
    my ($version) = `$command 2>&1` =~ /(\d+[.\d]*[^\s:]*)/;
    return $version // 'unknown';
}

sub package_version {
    my ($version) = `dpkg-query -W -f '\${Version}' $_[0]` =~ /\A(?:\d+:)?(\S*)/;
    return $version;
}

# (to have a look at one question: ONLY=delivery make bench)

my %question = (
    ingest   => \&ingest,
    batches  => \&batches,
    formats  => \&formats,
    reading  => \&reading,
    delivery => \&delivery,
    idle     => sub { idle($ENV{IDLE} || 10) },
    memory   => sub { memory(1_000_000, 12) },
    growth   => \&growth,
);

for my $name ($ENV{ONLY} || qw(ingest batches formats reading delivery idle memory growth)) {
    ($question{$name} or die "there is no question $name\n")->();
}

print "== Goals\n\n";
my @text = ([ 'goal', 'wanted', 'measured', 'met' ], @goals);
my $text = join "\n", map { '| ' . join(' | ', @$_) . ' |' } @text;
$text =~ s/\n/\n|---|---|---|---|\n/;
print "$text\n\n";

my ($cpu) = `grep -m1 'model name' /proc/cpuinfo` =~ /:\s*(.*)/;

$report->write(<<"END") if !$ENV{ONLY};
# Benchmarks

Written by `make bench` on @{[ strftime('%Y-%m-%d', gmtime) ]}; the run took @{[ int(time - $began) ]} seconds. All candidates
ran side by side on loopback, in turn, $rounds rounds (more for the goals); figures
are medians, and "(×1.50)" is the median of the ratios to this module within a
round. What counts is the ratios: the machine may have been busy with something
else. CPU is that of the server's processes, from `/proc`. What is read is read
by `wrk`. What is posted comes from `t/bench/bench_flood.c`, which takes less
time than the servers do (`wrk` with a script takes more, and all of them look
alike then), and which does not sleep where it has a processor of its own (else
the server wakes it, the more often the slower it is); at a rate from
`t/bench/bench_client.c`. The records are those of a real backend, 400 bytes each
in the mean.

| | |
|---|---|
| machine | @{[ `nproc` + 0 ]} × $cpu, Linux @{[ version('uname -r') ]} |
| nginx | @{[ version("$ENV{RACKSCOPE_NGINX} -v") ]} |
| Nchan | @{[ package_version('libnginx-mod-nchan') ]} |
| Lua | nginx's Lua module @{[ package_version('libnginx-mod-http-lua') ]}, a ring in a `lua_shared_dict` (`t/bench/servers/ring.lua`) |
| FastAPI | @{[ package_version('python3-fastapi') ]}, uvicorn @{[ package_version('python3-uvicorn') ]}, one process, a `deque` (`t/bench/servers/ring.py`) |
| nginx alone | the same nginx: reads the body and answers 204; a static file |

## Goals

$text

END

printf "%d seconds\n", time - $began;
