# SPDX-License-Identifier: BSD-2-Clause

"""The last 1,000 records in the memory of a backend, as Rackscope has it."""

import asyncio
import json
import re
from collections import deque
from typing import Optional

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

LEVELS = {"DEBUG": 0, "INFO": 1, "WARNING": 2, "ERROR": 3, "CRITICAL": 4}
SECRETS = (
    (re.compile(r"(?i)(authorization:\s*(?:bearer|basic)\s+)\S+"), r"\1***"),
    (
        re.compile(
            r"""(?i)((?:password|secret|token|api_?key)["']?\s*[=:]\s*["']?)[^\s"',&]+"""
        ),
        r"\1***",
    ),
)

app = FastAPI()
ring = deque(maxlen=1000)
streams = set()
seq = 0


def push(record):
    global seq

    for name in ("message", "exception"):
        if name in record:
            for pattern, replacement in SECRETS:
                record[name] = pattern.sub(replacement, record[name])

    seq += 1
    record["_seq"] = seq
    ring.append(record)

    for queue in streams:
        queue.put_nowait(record)


@app.post("/ingest")
async def ingest(request: Request):
    count = 0

    for line in (await request.body()).splitlines():
        push(json.loads(line))
        count += 1

    return {"accepted": count}


@app.get("/api/logs")
async def logs(n: int = 200, level: Optional[str] = None, search: Optional[str] = None):
    found = list(ring)

    if level:
        found = [r for r in found if LEVELS[r["level"]] == LEVELS[level]]
    if search:
        search = search.lower()
        found = [
            r for r in found if search in r["message"].lower() or search in r["logger"].lower()
        ]

    return Response(json.dumps({"logs": found[-n:]}), media_type="application/json")


@app.get("/api/logs/stream")
async def stream():
    queue = asyncio.Queue()
    streams.add(queue)

    async def events():
        try:
            while True:
                try:
                    record = await asyncio.wait_for(queue.get(), 15)
                except asyncio.TimeoutError:
                    yield ": heartbeat\n\n"
                    continue
                yield f"id: {record['_seq']}\ndata: {json.dumps(record)}\n\n"
        finally:
            streams.discard(queue)

    return StreamingResponse(events(), media_type="text/event-stream")
