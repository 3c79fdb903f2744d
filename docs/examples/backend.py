# SPDX-License-Identifier: BSD-2-Clause

"""A small backend that logs, and says who is an admin.

Its records go to nginx by rackscope_handler.py; on its own standard error are
only those of WARNING and above.
"""

import argparse
import base64
import hmac
import json
import logging
import os
import signal
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rackscope_handler import FIELDS, RackscopeHandler

RACKS = {
    "r1": {"room": "north", "temperature": 22.5},
    "r2": {"room": "north", "temperature": 31.0},
    "r3": {"room": "south", "temperature": None},
}

HELP = """GET /racks            an INFO record
GET /racks/r1         a DEBUG and an INFO record
GET /racks/r2         a WARNING: it is hot
GET /racks/r9         a WARNING: there is none
GET /racks/r3         an ERROR with a traceback: its sensor is broken
GET /database         an ERROR with a password in it, which nginx hides
"""

# name: (password, is an admin); without $RACKSCOPE_PASSWORD nobody is
USERS = {
    "admin": (os.environ.get("RACKSCOPE_PASSWORD"), True),
    "guest": ("guest", False),
}

log = logging.getLogger("example.racks")
requests = logging.getLogger("example.requests")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        start = time.monotonic()
        path = self.path.split("?")[0]

        # the number that nginx gave to the request, and to its client
        self.request_id = self.headers.get("X-Request-ID") or str(uuid.uuid4())

        if path == "/auth":
            self.auth()
            return

        try:
            status, body = self.answer(path)
        except Exception:
            log.exception("request failed", extra={"request_id": self.request_id})
            status, body = 500, {"detail": "internal error"}

        self.reply(status, body)
        requests.info("GET %s - %d", path, status, extra={
            "request_id": self.request_id,
            "duration_ms": round((time.monotonic() - start) * 1000, 2),
            "method": "GET",
            "path": path,
            "status_code": status,
        })

    def answer(self, path):
        if path == "/":
            return 200, HELP

        if path == "/racks":
            log.info("listed %d racks", len(RACKS))
            return 200, RACKS

        if path == "/database":
            log.error("cannot connect to postgresql://app:hunter2@db.example/racks",
                      extra={"request_id": self.request_id, "retry": True})
            return 503, {"detail": "no database"}

        name = path.rpartition("/")[2]
        extra = {"request_id": self.request_id, "rack_id": name}

        if path != f"/racks/{name}" or name not in RACKS:
            log.warning("no such rack: %s", name, extra=extra)
            return 404, {"detail": "no such rack"}

        rack = RACKS[name]
        log.debug("rack %s is in room %s", name, rack["room"], extra=extra)

        if rack["temperature"] + 0 > 30:  # r3 has none: TypeError
            log.warning("rack %s is hot", name,
                        extra={**extra, "temperature": rack["temperature"]})
        return 200, rack

    def auth(self):
        """204 for an admin, 403 for another user, 401 for nobody."""
        name, password = "", ""
        scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")

        if scheme.lower() == "basic":
            try:
                text = base64.b64decode(credentials, validate=True).decode()
                name, _, password = text.partition(":")
            except ValueError:
                pass

        expected, admin = USERS.get(name, (None, False))

        if not expected or not hmac.compare_digest(expected.encode(), password.encode()):
            self.reply(401, {"detail": "sign in, please"},
                       ("WWW-Authenticate", 'Basic realm="Rackscope logs"'))
        else:
            self.reply(204 if admin else 403, None)

    def reply(self, status, body, *headers):
        text = body if isinstance(body, str) else json.dumps(body)
        data = b"" if body is None else text.encode()

        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            kind = "text/plain" if isinstance(body, str) else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """http.server's own line for each request: there is a better one."""


def stop(*_):
    raise SystemExit


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--logs", default="http://127.0.0.1:8081/internal/logs")
    args = parser.parse_args()

    extras = FIELDS + ("temperature", "retry")
    console = logging.StreamHandler()
    console.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.DEBUG,
                        handlers=[console, RackscopeHandler(args.logs, fields=extras)])

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    with ThreadingHTTPServer((args.host, args.port), Handler) as server:
        server.daemon_threads = True
        logging.getLogger("example").info("listening on port %d", args.port)
        try:
            server.serve_forever()
        finally:
            logging.getLogger("example").info("stopping")


if __name__ == "__main__":
    main()
