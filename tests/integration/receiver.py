"""A webhook receiver as a customer would write one: it verifies the signature and remembers every request."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook
from typing_extensions import override

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    """What arrived: how often each `webhook-id`, and the body of each, in order of first arrival.

    While it is `away` it takes nothing and answers 503.
    """

    def __init__(self) -> None:
        self.url = ""
        self.away = False
        self.tries: Counter[str] = Counter()
        self.bodies: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        """One verified request; the library raises for a forged one."""
        verified = Webhook(SECRET).verify(body, headers)
        assert isinstance(verified, dict)
        with self._lock:
            self.tries[headers["webhook-id"]] += 1
            before = self.bodies.setdefault(headers["webhook-id"], json.loads(body))
            assert before == json.loads(body), "the same id with another body"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on loopback, gone at the end."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if receiver.away:
                self.send_response(503)
                self.end_headers()
                return
            receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(204)
            self.end_headers()

        @override
        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
