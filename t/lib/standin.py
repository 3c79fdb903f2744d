# SPDX-License-Identifier: BSD-2-Clause

"""A backend that treats its callers as Rackscope does, for Rackscope::Standin.

Its mode is read from DIR/mode for each request, the tokens of admins from
DIR/tokens, a line each; what it was asked is appended to DIR/asked.

    off       everybody is an admin
    on        who has a token of an admin (or the cookie "session") is one
    trusted   who says in X-Forwarded-For to be 127.0.0.2 is one
    500, 503  it fails
    slow      it does not answer
"""

import json
import sys
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DIR, PORT = sys.argv[1], int(sys.argv[2])


def read(name):
    with open(f"{DIR}/{name}") as file:
        return file.read().split()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.mode = read("mode")[0]
        path = self.path.split("?")[0]

        if self.mode == "slow":
            self.connection.recv(1)  # until nginx has had enough
            self.close_connection = True
            return

        status = self.status(path)

        # The door of the real one stands before what logs and gives ids, and an
        # exception passes by it.
        request_id = "" if status in (401, 500) else str(uuid.uuid4())

        with open(f"{DIR}/asked", "a") as file:
            file.write(json.dumps({
                "path": self.path, "status": status, "request_id": request_id,
                "headers": {k.lower(): v for k, v in self.headers.items()},
            }) + "\n")

        self.reply(status, request_id)

    def status(self, path):
        if self.mode in ("500", "503"):
            return int(self.mode)
        if path == "/api/auth/status":
            return 200
        if self.mode == "on" and not self.admin():
            return 401
        if path == "/api/broken":
            return 500
        if path in ("/api/logs", "/auth") and self.mode == "trusted":
            return 200 if self.address() == "127.0.0.2" else 403
        return 204 if path == "/auth" else 200

    def admin(self):
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        cookie = self.headers.get("Cookie", "").partition("session=")[2]
        return (scheme == "Bearer" and token in read("tokens")
                or cookie in read("tokens"))

    def address(self):
        given = self.headers.get("X-Forwarded-For", self.client_address[0])
        return given.split(",")[0].strip()

    def reply(self, status, request_id):
        body = b"" if status == 204 else b'{"records":[]}'

        self.send_response(status)
        if request_id:
            self.send_header("X-Request-ID", request_id)
        # What would keep an answer for longer, or from being kept at all.
        self.send_header("Cache-Control", "no-store" if status < 300 else "max-age=60")
        self.send_header("Vary", "Origin, User-Agent")
        self.send_header("Set-Cookie", "seen=1")
        self.send_header("X-Accel-Buffering", "no")
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass


Server(("127.0.0.1", PORT), Handler).serve_forever()
