# SPDX-License-Identifier: BSD-2-Clause

"""Sends Python's log records to nginx, in the background, in batches.

    logging.getLogger().addHandler(RackscopeHandler("http://127.0.0.1:8081/internal/logs"))

Logging never waits: records queue up while nginx is away; those that find the
queue full are counted, and the count is a record later. A batch that was answered
is not sent again; one that was not is, and may be there twice if nginx was killed.
"""

import atexit
import gzip
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections import deque
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from http.client import HTTPConnection
from multiprocessing import util as processes
from urllib.parse import unquote, urlsplit

FIELDS = ("request_id", "duration_ms", "method", "path", "status_code",
          "rack_id", "room_id", "device_id")
STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
LEVELS = "DEBUG", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"
BATCH = 256 * 1024  # bytes; nginx takes 1 MB by default, and keeps less of a text
QUEUE = 64 * BATCH
LATER = 429, 502, 503, 504  # answers of an nginx that could not take them now


def text(value):
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"


ENCODER = json.JSONEncoder(default=text, allow_nan=False)


class UnixConnection(HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.unix)


class RackscopeHandler(logging.Handler):
    """url      http://HOST:PORT/PATH, or http+unix://%2Frun%2Fx.sock/PATH
    fields   names of the extra={…} to send, "*" for all: they may hold secrets
    skip     paths, such as "/healthz" or "/api/logs*", whose requests are not sent,
             unless the record is a warning or worse
    size     records that wait while nginx is away
    timeout  seconds for an answer, and for flush() and close()
    sigterm  flush when SIGTERM comes, and then do what was to be done before"""

    def __init__(self, url, level=logging.NOTSET, fields=FIELDS, skip=(), size=10000,
                 timeout=5.0, sigterm=True):
        super().__init__(level)
        self.url, self.size, self.timeout = urlsplit(url), size, timeout
        if self.url.scheme not in ("http", "http+unix") or not self.url.hostname:
            raise ValueError(f"{url}: http://… or http+unix://… is expected")
        self.connection()  # a wrong port is an error here
        fields, self.skip = ([x] if isinstance(x, str) else list(x) for x in (fields, skip))
        self.fields = {"request_id", *fields}
        self.start()
        os.register_at_fork(after_in_child=self.start)  # threads do not fork
        atexit.register(self.flush)  # dictConfig() hides handlers from logging's own
        self.flush_at_end()
        processes.register_after_fork(self, RackscopeHandler.flush_at_end)
        self.before = signal.getsignal(signal.SIGTERM)
        if sigterm and (callable(self.before) or self.before == signal.SIG_DFL):
            try:
                signal.signal(signal.SIGTERM, self.terminate)
            except ValueError:
                pass  # only the main thread may do this

    def flush_at_end(self):  # a child of multiprocessing runs no atexit
        processes.Finalize(None, self.flush, exitpriority=0)

    def start(self):
        self.changed = threading.Condition(self.lock)  # two could wait for each other
        self.lines, self.bytes, self.dropped = deque(), 0, 0
        self.queued = self.done = self.waiting = 0
        self.patience = self.timeout  # what waits may take until nginx answers again
        self.thread, self.closing, self.ending, self.trouble = None, False, False, ""

    def terminate(self, number, frame):
        # uvicorn ends by a signal that it raises once more, so atexit never runs:
        # from now on a record is sent before the program goes on
        again, self.ending = self.ending, True
        if not again:  # who sends a second one does not want to wait
            self.flush()
        if callable(self.before):
            return self.before(number, frame)
        signal.signal(number, self.before)
        signal.raise_signal(number)

    def emit(self, record):
        try:
            if threading.current_thread() is self.thread:
                return  # a record about sending records would never end
            if record.levelno < logging.WARNING and self.skips(record):
                return
            line = self.render(record)
            with self.changed:
                if len(self.lines) >= self.size or self.bytes + len(line) > QUEUE:
                    self.dropped += 1
                    return
                self.lines.append(line)
                self.bytes += len(line)
                self.queued += 1
                if len(self.lines) == 1:
                    self.changed.notify_all()
                if not self.thread or not self.thread.is_alive():
                    self.thread = threading.Thread(target=self.work, daemon=True)
                    self.thread.start()
            if self.ending:
                self.flush()
        except Exception:
            self.handleError(record)

    def skips(self, record):
        path, args = getattr(record, "path", ""), record.args
        if record.name == "uvicorn.access" and isinstance(args, tuple) and len(args) == 5:
            path = args[2]
        elif record.name == "gunicorn.access" and isinstance(args, dict):
            path = args.get("U", "")
        path = str(path).partition("?")[0]
        return any(fnmatchcase(path, pattern) for pattern in self.skip)

    def render(self, record):
        when = datetime.fromtimestamp(record.created, timezone.utc)
        entry = {"timestamp": when.isoformat(timespec="microseconds"),
                 "level": LEVELS[min(max(record.levelno // 10, 0), 5)],
                 "logger": record.name, "message": record.getMessage()[:BATCH]}
        stack = [record.exc_text, record.stack_info]
        if record.exc_info and record.exc_info[0]:
            stack[0] = logging.Formatter().formatException(record.exc_info)
        if any(stack):
            entry["exception"] = "\n".join(filter(None, stack))[:BATCH]
        for k, v in vars(record).items():
            if k not in STANDARD and (k in self.fields or "*" in self.fields):
                entry.setdefault(k, v)
        try:
            return ENCODER.encode(entry).encode() + b"\n"
        except Exception:  # NaN, a circle, a key that is no string
            entry = {str(k): text(v) for k, v in entry.items()}
            return ENCODER.encode(entry).encode() + b"\n"

    def work(self):
        ready = 0.0
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.lines or self.closing)
                if not self.lines:
                    self.thread = None
                    return
                pause = ready - time.monotonic()  # so that more go together
                self.changed.wait_for(lambda: self.waiting or self.bytes > BATCH,
                                      max(0, pause))
                batch, size, dropped = [], 0, self.dropped
                while self.lines and (not batch or size + len(self.lines[0]) < BATCH):
                    batch.append(self.lines.popleft())
                    size += len(batch[-1])
                self.bytes -= size
            note = logging.LogRecord(__name__, logging.WARNING, "", 0,
                                     "%d log records could not be sent", (dropped,), None)
            sent = self.send(batch + [self.render(note)] * (dropped > 0))
            ready = time.monotonic() + 0.05
            with self.changed:
                self.done += len(batch)
                self.dropped += -dropped if sent else len(batch)
                self.patience = self.timeout if sent else self.patience
                self.changed.notify_all()

    def send(self, lines):  # true if nginx has taken them
        body, headers, tries, began = b"".join(lines), {}, 5, time.monotonic()
        if len(body) >= 1024:
            body, headers = gzip.compress(body, 1), {"Content-Encoding": "gzip"}
        while tries:
            nginx, connected = self.connection(), False
            try:
                nginx.connect()
                connected = True
                nginx.request("POST", self.url.path or "/", body, headers)
                status = nginx.getresponse().status
                self.complain("" if status < 300 else f"nginx answers {status}")
                if status not in LATER:
                    return status < 300
            except Exception as error:
                if connected or time.monotonic() - began > self.timeout:
                    self.complain(str(error) or type(error).__name__)
                tries -= connected  # without a connection nobody saw it
            finally:
                nginx.close()
            time.sleep(0.5)
        return False

    def complain(self, trouble):  # when it begins, and when it is over
        if bool(trouble) != bool(self.trouble) and sys.stderr and logging.raiseExceptions:
            print(f"{__name__}: {self.url.geturl()}: {trouble or 'takes records again'}",
                  file=sys.stderr)
        self.trouble = trouble

    def connection(self):
        if self.url.scheme == "http":
            return HTTPConnection(self.url.hostname, self.url.port or 80,
                                  timeout=self.timeout)
        nginx = UnixConnection("localhost", timeout=self.timeout)
        nginx.unix = unquote(self.url.netloc)
        return nginx

    def flush(self):
        with self.changed:
            start, goal = time.monotonic(), self.queued
            self.waiting += 1
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.done >= goal, self.patience)
            self.waiting -= 1
            self.patience = max(0, self.patience - (time.monotonic() - start))

    def close(self):  # a record that comes later is sent all the same
        self.flush()
        with self.changed:
            self.closing = True
            self.changed.notify_all()
        super().close()
