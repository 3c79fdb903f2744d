# SPDX-License-Identifier: BSD-2-Clause

"""Sends Python's log records to nginx, in the background, in batches.

    logging.getLogger().addHandler(RackscopeHandler("http://127.0.0.1:8081/internal/logs"))

Logging never waits: records queue up while nginx is away; those that find the
queue full are counted, and the count is a record later. A batch that was answered
is not sent again; one that was not is, and may be there twice if nginx was killed.
"""

import json
import logging
import os
import threading
import urllib.parse
from collections import deque
from datetime import datetime, timezone
from http.client import HTTPConnection, HTTPException

STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
BATCH = 256 * 1024  # bytes; nginx takes 1 MB by default


class RackscopeHandler(logging.Handler):
    def __init__(self, url, level=logging.NOTSET, size=10000, timeout=5.0):
        super().__init__(level)
        self.url, self.size, self.timeout = urllib.parse.urlsplit(url), size, timeout
        self.start()
        os.register_at_fork(after_in_child=self.start)  # threads do not fork

    def start(self):
        self.changed = threading.Condition()
        self.lines, self.dropped, self.closing = deque(), 0, False
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def emit(self, record):
        try:
            line = self.render(record)
        except Exception:
            return self.handleError(record)
        with self.changed:
            if len(self.lines) < self.size:
                self.lines.append(line)
                self.changed.notify_all()
            else:
                self.dropped += 1

    def render(self, record):  # fields given as extra={"request_id": …} go along
        entry = {k: v for k, v in vars(record).items() if k not in STANDARD}
        time = datetime.fromtimestamp(record.created, timezone.utc)
        entry["timestamp"] = time.isoformat(timespec="microseconds")
        entry["level"] = logging.getLevelName(min(max(record.levelno // 10, 1), 5) * 10)
        entry["logger"], entry["message"] = record.name, record.getMessage()
        if record.exc_info and record.exc_info[0]:
            entry["exception"] = logging.Formatter().formatException(record.exc_info)
        try:
            return json.dumps(entry, default=str, allow_nan=False).encode() + b"\n"
        except (TypeError, ValueError):  # NaN, a circle, a key that is no string
            return json.dumps({k: str(v) for k, v in entry.items()}).encode() + b"\n"

    def work(self):
        sent = True
        while not self.closing or (sent and self.lines):
            with self.changed:
                self.changed.wait_for(lambda: self.lines or self.closing)
                self.changed.wait_for(lambda: self.closing, 0.05)  # for company
                batch, size, dropped = [], 0, self.dropped
                while self.lines and size < BATCH:
                    batch.append(self.lines.popleft())
                    size += len(batch[-1])
                self.changed.notify_all()
            note = logging.LogRecord(__name__, logging.WARNING, "", 0,
                                     "%d log records could not be sent", (dropped,), None)
            sent = self.send(batch + [self.render(note)] * (dropped > 0))
            with self.changed:
                self.dropped += -dropped if sent else len(batch)
                self.changed.notify_all()

    def send(self, lines):  # true if nginx has taken them
        tries = 5
        while lines and tries:
            last = self.closing
            nginx = HTTPConnection(self.url.hostname, self.url.port, timeout=self.timeout)
            try:
                nginx.request("POST", self.url.path, b"".join(lines))
                return nginx.getresponse().status == 200
            except (OSError, HTTPException) as error:
                refused = isinstance(error, ConnectionRefusedError)  # nobody saw it
                tries = 0 if last else tries - (not refused)
            finally:
                nginx.close()
            with self.changed:
                self.changed.wait_for(lambda: self.closing, 0.5)
        return not lines

    def close(self):
        with self.changed:
            self.closing = True
            self.changed.notify_all()
        self.thread.join(self.timeout)
        super().close()
