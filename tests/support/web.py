"""A web server of the test's own, on loopback: answers as it is told and remembers what it was asked."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in; names of headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(slots=True)
class Told:
    """An answer. ``pieces`` are sent one by one after the body, as slowly as they come."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Iterator[bytes] | None = None


@dataclass(slots=True)
class Web:
    """``url`` without a final slash; ``answers`` by path, each an answer or what makes one of a request."""

    url: str
    port: int
    answers: dict[str, Told | Callable[[Asked], Told]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Told:
        self.asked.append(asked)
        found = self.answers.get(asked.path.partition("?")[0], Told(b"not here", 404))
        return found(asked) if callable(found) else found


@contextmanager
def a_web(host: str = "127.0.0.1") -> Iterator[Web]:
    """The server, on a free port, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(size), time.monotonic())
            told = web.answer(asked)
            self.send_response(told.status)
            given = {"Content-Type": "text/html; charset=utf-8", **told.headers}
            if told.pieces is None:
                given = {"Content-Length": str(len(told.body)), **given}
            for name, value in {**given, "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.close_connection = True
            self.wfile.write(told.body)
            for piece in told.pieces or ():
                self.wfile.write(piece)
                self.wfile.flush()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is what some tests are about."""

    with Server((host, 0), Handler) as server:
        port = server.server_address[1]
        web = Web(f"http://{host}:{port}", port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield web
        finally:
            server.shutdown()
            thread.join()
