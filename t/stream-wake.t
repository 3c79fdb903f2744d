# SPDX-License-Identifier: BSD-2-Clause
#
# A record wakes the workers that have streams, its own one too, and no other.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Load qw(open_stream);
use Rackscope::Test;

my $records = 100;

my $nginx = Rackscope::Nginx->new(workers => 3)->start;

my ($reader, $other, $idle) = $nginx->workers;

# How often it has gone to sleep.

sub sleeps {
    my ($pid) = @_;

    my ($n) = slurp("/proc/$pid/status") =~ /^voluntary_ctxt_switches:\s+(\d+)/m;
    return $n;
}

my @posts  = map { $nginx->client_of($_, 1) } $reader, $other;
# the stream is told by the records before it
$_->request('POST', '/internal/logs', body => '{"message": "before"}') for @posts;

my $stream = open_stream($nginx, sub { $nginx->client_of($reader) });

my $before = sleeps($idle);
my $wrong  = 0;

for my $n (1 .. $records) {
    my $body     = encode_json({ message => "message $n" });
    my $response = $posts[ $n % 2 ]->request('POST', '/internal/logs', body => $body);
    my $event    = $stream->next_event;

    $wrong++ if !$response || $response->status != 200 || $event->{json}{message} ne "message $n";
}

is $wrong, 0, 'each record comes, from its own worker and from another';
cmp_ok sleeps($idle) - $before, '<', $records / 10, 'a worker without streams sleeps on';

# The last stream has gone, and another one comes elsewhere.

$stream->close;
$stream = open_stream($nginx, sub { $nginx->client_of($idle) });

for my $post (@posts) {
    $post->request('POST', '/internal/logs', body => '{"message": "to another"}');
    is $stream->next_event->{json}{message}, 'to another', 'now that one is woken';
}

done();
