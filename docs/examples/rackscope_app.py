# SPDX-License-Identifier: BSD-2-Clause

"""Rackscope, unchanged, with its log records sent to nginx as well.

    uvicorn rackscope_app:app --host 127.0.0.1 --port 8000

This file and rackscope_handler.py have to be in a folder of PYTHONPATH. The address
of nginx is in $RACKSCOPE_LOGS_URL.
"""

import logging
import os
from contextlib import asynccontextmanager

# The import sets up logging, and takes all handlers away that are there before.
from rackscope.api.app import app

from rackscope_handler import RackscopeHandler

URL = os.environ.get("RACKSCOPE_LOGS_URL", "http://127.0.0.1:8081/internal/logs")

# "/api/logs" is nginx's question who may read: nobody else asks for this path.
handler = RackscopeHandler(URL, skip=["/api/logs", "/healthz"])

# uvicorn's records, with the tracebacks of the server, do not reach the root logger.
for name in ("", "uvicorn"):
    logging.getLogger(name).addHandler(handler)

lifespan_of_rackscope = app.router.lifespan_context


@asynccontextmanager
async def lifespan(app):
    """Sends what waits before uvicorn ends by a signal."""
    async with lifespan_of_rackscope(app) as state:
        yield state
    handler.close()


app.router.lifespan_context = lifespan
