# SPDX-License-Identifier: BSD-2-Clause
#
# docs/examples/rackscope_app.py adds a handler to an application that is as
# Rackscope's: it takes away all handlers when it is imported, and its server
# ends by a signal.

use strict;
use warnings;

use File::Path qw(make_path);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $nginx = Rackscope::Nginx->new->start;
my $dir   = $nginx->prefix;

make_path("$dir/rackscope/api");
spew("$dir/rackscope/__init__.py",     '');
spew("$dir/rackscope/api/__init__.py", '');
spew("$dir/rackscope/api/app.py", <<'END');
import logging
from contextlib import asynccontextmanager
from types import SimpleNamespace

logging.getLogger().handlers.clear()
logging.getLogger().setLevel(logging.INFO)


@asynccontextmanager
async def lifespan(app):
    logging.getLogger("rackscope.api.app").info("starting")
    yield {"state": 1}
    logging.getLogger("rackscope.api.app").info("stopping")


app = SimpleNamespace(router=SimpleNamespace(lifespan_context=lifespan))
END

spew("$dir/server.py", <<'END');
import asyncio
import logging
import os
import signal

logging.getLogger("uvicorn").propagate = False
logging.getLogger("uvicorn").setLevel(logging.INFO)

from rackscope_app import app


async def serve():
    async with app.router.lifespan_context(app) as state:
        log = logging.getLogger("rackscope.api.middleware")
        for path in ("/api/rooms", "/api/logs", "/healthz"):
            log.info("GET %s - 200", path, extra={"path": path, "state": state})
        logging.getLogger("uvicorn.error").error("of the server")
    os.kill(os.getpid(), signal.SIGKILL)


asyncio.run(serve())
END

my $result = run({ env => {
            PYTHONPATH => "$dir:" . Rackscope::Nginx::root() . '/docs/examples',
            PYTHONDONTWRITEBYTECODE => 1,
            RACKSCOPE_LOGS_URL      => 'http://127.0.0.1:' . $nginx->port(1)
                . '/internal/logs',
        } }, 'python3', "$dir/server.py");

is $result->{signal}, 9, 'it ran to its end' or diag $result->{err};
is_deeply [ map { "$_->{logger}: $_->{message}" } $nginx->records ], [
    'rackscope.api.app: starting',
    'rackscope.api.middleware: GET /api/rooms - 200',
    'uvicorn.error: of the server',
    'rackscope.api.app: stopping',
], 'all records but those of the questions who may read, and the last one, too';

done();
