# SPDX-License-Identifier: BSD-2-Clause
#
# Python's own HTTPHandler posts forms, one for each record.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new(
    ingest => 'location / { rackscope_logs_ingest main; }',
)->start;

my $result = run('python3', '-c', <<'END', '127.0.0.1:' . $nginx->port(1));
import logging, logging.handlers, sys

handler = logging.handlers.HTTPHandler(sys.argv[1], "/", method="POST")
log = logging.getLogger("orders.pay")
log.setLevel(logging.DEBUG)
log.addHandler(handler)

log.info("started", extra={"request_id": "req-1"})
log.warning("password=hunter2x is wrong")
log.error("100 %% of \u00e9 & = + failed")
END

is $result->{rc}, 0, 'the program is well' or diag $result->{err};

my @got = $nginx->records;

is_deeply [ map { [ @$_{qw(level logger message request_id)} ] } @got ], [
    [ 'INFO',    'orders.pay', 'started',                'req-1' ],
    [ 'WARNING', 'orders.pay', 'password=*** is wrong',  undef ],
    [ 'ERROR',   'orders.pay', "100 %% of \x{e9} & = + failed", undef ],
], 'HTTPHandler' or diag explain \@got;

done();
