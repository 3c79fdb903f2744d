# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Load;

# Load: records that tell whether they are whole, clients that post them until
# they are told to stop, and what a ring must hold after that.

use strict;
use warnings;

use Exporter qw(import);

use Rackscope::Util qw(background encode_json ndjson spew wait_until);

our @EXPORT_OK = qw(entry whole lines check_lines poster stop_posters
    open_stream);

# A record of poster $name, its number $i: as long as the number says, and of
# letters that only this one has.

sub entry {
    my ($name, $i) = @_;

    return { logger => 'load', message => _message($name, $i) };
}

sub _message {
    my ($name, $i) = @_;

    return "$name-$i " . ("$name$i." x ($i * 7 % 31));
}

# The name of the record with this message, "p1-17", or undef if the message is
# not whole.

sub whole {
    my ($message) = @_;

    my ($name, $i) = $message =~ /\A([a-z]+\d*)-(\d+)\ /x or return;
    return $message eq _message($name, $i) ? "$name-$i" : undef;
}

# The lines of an answer of GET /api/logs, each a hash of seq, name (undef if
# it is not whole), message; dies if the answer has another form.  A JSON
# parser would need a minute for 50,000 records.

sub lines {
    my ($body) = @_;

    my ($records, $total) =
        $body =~ /\A\{"records":\[(.*)\],"total":(\d+),"last_seq":\d+\}\z/s
        or die 'no answer: ' . substr($body, 0, 200) . "\n";

    my @lines;

    while ($records =~ /\G(?:(?<=\}),)?
            \{"_seq":(\d{16}),"timestamp":"[-:.+T\d]{32}","level":"INFO",
            "logger":"load","message":"([^"\\]*)"\}/gcx)
    {
        push @lines, { seq => $1, message => $2, name => scalar whole($2) };
    }

    my $rest = substr $records, pos $records // 0;
    die 'not whole: ' . substr($rest, 0, 300) . "\n" if $rest ne '';
    die "total is $total of " . @lines . "\n" if $total != @lines;

    return @lines;
}

# What is wrong with the lines: [ 'p1-7 twice', … ], empty if nothing is.
# Every record of "answered" must be there once, and those of "sent" may be
# there once.  The numbers must have no holes, and the records of each poster
# must be in order.

sub check_lines {
    my ($lines, $answered, $sent) = @_;

    my (@wrong, %count, %last);
    my %sent = map { $_ => 1 } @$sent;
    my $seq  = @$lines ? $lines->[0]{seq} : 0;

    for my $line (@$lines) {
        push @wrong, "$line->{seq} where $seq should be" if $line->{seq} != $seq;
        $seq = $line->{seq} + 1;

        my $name = $line->{name}
            // do { push @wrong, "torn: $line->{message}"; next };

        push @wrong, "$name was not posted" if !$sent{$name};
        push @wrong, "$name twice"          if $count{$name}++;

        my ($poster, $i) = $name =~ /(.*)-(\d+)/;
        push @wrong, "$name after $last{$poster}"
            if $i <= ($last{$poster} // -1);
        $last{$poster} = $i;
    }

    push @wrong, map { "$_ is lost" } grep { !$count{$_} } @$answered;

    splice @wrong, 20 if @wrong > 20;
    return \@wrong;
}

# A process that posts until there is the file "stop" in the folder of nginx,
# or "max" records are sent.  Its result, by stop_posters() or ->join:
#
#     sent, answered      names of records, the latter by a 200
#     hung                requests without an answer in "timeout" (10) seconds
#     broken              connections that were cut
#     wrong               other answers
#
# Options: max; batch, the number of records in each tenth request; clients, a
# sub that returns a connection for the n-th request.

sub poster {
    my ($nginx, $name, %opt) = @_;

    return background { _post($nginx, $name, %opt) };
}

sub _post {
    my ($nginx, $name, %opt) = @_;

    my $stop  = $nginx->prefix . '/stop';
    my $i     = 0;
    my $turns = 0;
    my $client;

    my %result = (
        sent     => [],
        answered => [],
        hung     => 0,
        broken   => 0,
        wrong    => [],
    );

    until (-e $stop || $i >= ($opt{max} // 20_000)) {
        my $batch = $opt{batch} && $turns % 10 == 9 ? $opt{batch} : 1;
        my @i     = ($i .. $i + $batch - 1);
        my @names = map { "$name-$_" } @i;
        my @body  = map { entry($name, $_) } @i;

        $i += $batch;
        push @{ $result{sent} }, @names;

        $client = $opt{clients}->($turns) if $opt{clients};
        $client //= $nginx->client(1);
        $turns++;

        my $response = $client->request('POST', '/internal/logs',
            timeout => $opt{timeout} // 10,
            body    => $batch > 1 ? ndjson(@body) : encode_json($body[0]));

        if (!$response || !$response->complete) {
            $result{ $client->closed(0) ? 'broken' : 'hung' }++;
            undef $client;

        } elsif ($response->status == 200
            && $response->json->{accepted} == $batch)
        {
            push @{ $result{answered} }, @names;

        } else {
            push @{ $result{wrong} }, $response->head . $response->body;
        }
    }

    return \%result;
}

# Stops the posters, and returns the sum of their results.

sub stop_posters {
    my ($nginx, @posters) = @_;

    my $stop = $nginx->prefix . '/stop';
    spew($stop, '');

    my %sum;
    for my $result (map { $_->join } @posters) {
        for my $key (keys %$result) {
            if (ref $result->{$key}) {
                push @{ $sum{$key} }, @{ $result->{$key} };
            } else {
                $sum{$key} += $result->{$key};
            }
        }
    }

    unlink $stop;
    return \%sum;
}

# A stream that was given a place, in time; undef if there was none.  It starts
# with the newest record of the ring, which is how a stream with a place is
# told from one without; the ring must hold two.  "connect" is a sub that
# returns a connection to use.

sub open_stream {
    my ($nginx, $connect, $seconds) = @_;

    my $client;

    return wait_until {
        $client //= $connect ? $connect->() : $nginx->client;

        my $last = $client->request('GET', '/api/logs?n=1')->json->{last_seq}
            or die "the ring is empty\n";
        my $stream = $nginx->stream('since_seq=' . ($last - 1),
            client => $client);
        my $event = $stream->next_event(5) // {};

        return $stream if ($event->{id} // 0) == $last;

        # the next stream uses the connection of one that is over
        undef $client if ($stream->ended(5) // '') ne 'clean';
        return;
    } $seconds;
}

1;
