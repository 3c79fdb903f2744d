# SPDX-License-Identifier: BSD-2-Clause
#
# What nginx writes to its error log about Redis: no password, whatever comes
# from there, and not a line for each attempt to connect.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use IO::Socket::INET;

use Rackscope::Redis;
use Rackscope::Share;
use Rackscope::Test;

plan skip_all => 'neither redis-server nor valkey-server is installed'
    if !Rackscope::Redis->installed;

# What Redis says before version 6, which does not know HELLO: the arguments of
# the command, with the password among them.  Others may repeat them in another
# way.

my @answers = (
    'ERR unknown command `HELLO`, with args beginning with: `2`, `AUTH`, '
        . '`log`, `hunter2`, ',
    'ERR who is hunter2?',
);

sub stranger {
    my ($answer) = @_;

    my $port   = Rackscope::Redis::free_port();
    my $listen = IO::Socket::INET->new(
        LocalAddr => '127.0.0.1',
        LocalPort => $port,
        Listen    => 16,
        ReuseAddr => 1
    ) or die "listen: $!\n";

    my $job = background {
        while (my $client = $listen->accept) {
            sysread $client, my $asked, 4096;
            syswrite $client, "-$answer\r\n" if $asked =~ /AUTH.*hunter2/s;
            sysread $client, $asked, 4096;
            close $client;
        }
    };

    return ($job, $port);
}

for my $answer (@answers) {
    my ($job, $port) = stranger($answer);

    my $node = Rackscope::Share::node_conf("redis://log\@127.0.0.1:$port",
        share => 'password_file=pass', timeout => '200ms',
        log_level => 'debug');
    spew($node->prefix . '/pass', 'hunter2');
    $node->start;

    accepted($node, 'alone');
    ok wait_alone($node), 'a stranger in the place of Redis';
    ok wait_until { $node->log_lines('cut off from Redis') }, 'which is said';
    unlike $node->log_text, qr/hunter/, 'no password in the error log';
    unlike ring($node), qr/hunter/, 'nor in the record that says why';

    kill TERM => $job->pid;
}

# A socket that is not there: the reason, and not each attempt.

my $none = node('unix:' . Rackscope::Nginx->new->prefix . '/none.sock',
    timeout => '200ms');
accepted($none, 'alone');
ok wait_until { $none->log_lines('its socket does not exist') },
    'no such socket, in plain words';
is_deeply [ $none->log_lines(qr/connect\(\)|\[crit\]/) ], [],
    'and nothing of each attempt';

done();
