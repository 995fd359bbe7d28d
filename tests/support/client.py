"""A small HTTP client for load: one kept-alive connection, little work of its own, so that the server is measured."""

import json
import socket
import time
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

IDLE = 2  # seconds after which the server may have closed a kept connection


class Client:
    """One annotator's connection. ``seconds`` holds the time of each request, from first byte sent to last received."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._head = f"Host: {parts.netloc}\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n"
        self._socket = self._connect()
        self._used = time.perf_counter()
        self._rest = b""
        self.seconds: list[float] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def get(self, path: str) -> Any:
        """The JSON body of an answer below 400."""
        return json.loads(self.raw("GET", path))

    def post(self, path: str, body: object) -> Any:
        """The JSON body of the answer to a JSON body."""
        return json.loads(self.raw("POST", path, json.dumps(body).encode(), "application/json"))

    def raw(self, method: str, path: str, body: bytes = b"", kind: str = "application/octet-stream") -> bytes:
        """The body of an answer.

        Raises:
            RuntimeError: the status is 400 or above.
        """
        about = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if method == "POST" else ""
        if time.perf_counter() - self._used > IDLE:
            self.reconnect()
        begun = time.perf_counter()
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\n{self._head}{about}\r\n".encode() + body)
        status, answer = self._answer()
        self._used = time.perf_counter()
        self.seconds.append(self._used - begun)
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {answer[:400]!r}")
        return answer

    def reconnect(self) -> None:
        """Open a new connection: the server was restarted."""
        self._socket.close()
        self._socket, self._rest = self._connect(), b""

    def _connect(self) -> socket.socket:
        made = socket.create_connection(self._address, timeout=120)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _answer(self) -> tuple[int, bytes]:
        head, data = self._until(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        status = int(lines[0].split()[1])
        if "content-length" in fields:
            body, self._rest = self._exactly(data, int(fields["content-length"]))
        elif fields.get("transfer-encoding") == "chunked":
            body = self._chunks(data)
        else:
            body, self._rest = b"", data
        return status, body

    def _until(self, mark: bytes) -> tuple[bytes, bytes]:
        data = self._rest
        while mark not in data:
            data += self._more()
        head, _, rest = data.partition(mark)
        return head, rest

    def _exactly(self, data: bytes, size: int) -> tuple[bytes, bytes]:
        parts, have = [data], len(data)
        while have < size:
            parts.append(self._more())
            have += len(parts[-1])
        whole = b"".join(parts)
        return whole[:size], whole[size:]

    def _chunks(self, data: bytes) -> bytes:
        parts: list[bytes] = []
        while True:
            self._rest = data
            size, data = self._until(b"\r\n")
            length = int(size.split(b";")[0], 16)
            chunk, data = self._exactly(data, length + 2)
            if length == 0:
                self._rest = data
                return b"".join(parts)
            parts.append(chunk[:-2])

    def _more(self) -> bytes:
        data = self._socket.recv(1 << 20)
        if not data:
            raise RuntimeError("the server closed the connection")
        return data
