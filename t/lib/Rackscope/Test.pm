# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Test;

# What a test file starts with:
#
#     use strict;
#     use warnings;
#     use FindBin;
#     use lib "$FindBin::Bin/lib";
#     use Rackscope::Test;
#
#     my $nginx = Rackscope::Nginx->new->start;
#     is $nginx->post({ message => 'hello' })->status, 200, 'posted';
#     is +($nginx->records)[-1]{message}, 'hello', 'and there';
#     done();
#
# It has Test::More's functions and those below; done() stops all servers,
# fails on what they leave in their error logs or behind them, and ends the
# test.

use strict;
use warnings;

use Exporter qw(import);
use Test::More;

use Rackscope::Client;
use Rackscope::Nginx;
use Rackscope::Stream;
use Rackscope::Util qw(wait_until now slurp spew decode_json encode_json canon
    ndjson alive children process_title rss run background);

our @EXPORT = (
    grep({ $_ ne 'done_testing' } @Test::More::EXPORT),
    qw(wait_until now slurp spew decode_json encode_json canon ndjson alive
        children process_title rss run background curl data capture done)
);

# A test that is stopped stops its servers (an END of Rackscope::Nginx).

for my $signal (qw(INT TERM HUP PIPE)) {
    $SIG{$signal} = sub { exit 1 };    ## no critic (RequireLocalizedPunctuationVars)
}

# curl -s -k …, as a hash: rc, out, err.

sub curl {
    my (@args) = @_;

    return run('curl', '-s', '-k', '--noproxy', '*', '--max-time', 30, @args);
}

# A file of t/data.

sub data {
    my ($name) = @_;

    my $path = Rackscope::Nginx::root() . "/t/data/$name";
    return slurp($path) // die "$path: $!\n";
}

# A request of t/data/captures, addressed to the ingest: raw bytes.

sub capture {
    my ($name, $uri) = @_;

    my $bytes = data("captures/$name");
    $uri //= '/internal/logs';
    $bytes =~ s/\A(\S+) \S+ /$1 $uri /;
    return $bytes;
}

sub done {
    Rackscope::Nginx::finish_all();
    return done_testing();
}

1;
