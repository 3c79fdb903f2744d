# SPDX-License-Identifier: BSD-2-Clause
#
# One process: master_process off, daemon off.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

for my $signal (qw(QUIT TERM)) {

    my $nginx = Rackscope::Nginx->new(
        workers => 1,
        main    => "daemon off;\nmaster_process off;",
    );
    my $job = $nginx->foreground;

    ok $job->alive, 'nginx runs';
    is_deeply [ children($nginx->master) ], [], 'and is one process';

    is $nginx->post({ message => 'one' })->status, 200, 'post';
    is_deeply [ map { $_->{message} } $nginx->records ], ['one'], 'get';

    my @streams = map { $nginx->stream } 1 .. 5;
    is $_->status, 200, 'a stream' for @streams;

    my $upload = $nginx->upload;
    $upload->send_chunk("{\"message\":\"two\"}\n");
    is $_->next_event->{json}{message}, 'two', 'has what is posted' for @streams;

    $upload->send_end;
    is $upload->response->json->{accepted}, 1, 'upload';

    is $nginx->stream->next_event->{json}{error},
        'Too many concurrent log streams', 'no sixth stream';
    $streams[0]->close;
    ok wait_until { !$nginx->stream->next_event(0.1) }, 'but one for another';

    is $nginx->request('DELETE', '/api/logs')->status, 200, 'delete';
    is $streams[1]->next_event->{event}, 'clear', 'the streams hear of it';
    is_deeply [ $nginx->records ], [], 'all is gone';

    ok $nginx->stop($signal), "$signal ends it";

    my $result = $job->join;
    is "$result->{rc} $result->{signal} $result->{err}", '0 0 ', 'well';
}

done();
