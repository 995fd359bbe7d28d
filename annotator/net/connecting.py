"""Connections to the address that was judged, none of which lasts beyond the request's time."""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from annotator.net.addresses import Address, parsed
from annotator.net.faults import AddressRefused, TooSlow, Unreachable
from annotator.net.rules import Rules


class Clock:
    """How much of the time for a request is left."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds.

        Raises:
            TooSlow: none are left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TooSlow(f"The answer took longer than {self.seconds:g} seconds.")
        return left


class JudgedBackend(httpcore.NetworkBackend):
    """Resolves a name once, judges every address that it has, and connects to one of those."""

    def __init__(self, rules: Rules, clock: Clock) -> None:
        self._rules = rules
        self._clock = clock
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = Unreachable("The host's name leads nowhere.")
        for address in judged(host, port, self._rules, self._clock):
            try:
                stream = self._sockets.connect_tcp(str(address), port, timeout=self._clock.left())
                return _Timed(stream, self._clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


def judged(host: str, port: int, rules: Rules, clock: Clock) -> list[Address]:
    """The addresses of a host, all of which may be called.

    A name with one address outside and one inside is refused as a whole: nobody has such a name for a good reason.

    Raises:
        AddressRefused, TooSlow, Unreachable
    """
    found = _resolved(host, port, clock)
    if rules.names(host, port):
        return found
    if not all(rules.permits(address, port) for address in found):
        raise AddressRefused(
            f"{host} at port {port} may not be called from here: only public addresses at the web's ports may, "
            "and what the operator allows."
        )
    return found


def _resolved(host: str, port: int, clock: Clock) -> list[Address]:
    """Asked in a thread of its own: the system's resolver knows no limit of time."""
    answer: queue.SimpleQueue[list[Address] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put([parsed(str(info[4][0])) for info in infos])
        except (OSError, UnicodeError) as error:
            answer.put(OSError(str(error)))

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        found = answer.get(timeout=clock.left())
    except queue.Empty:
        raise TooSlow(f"The host's name was not resolved in {clock.seconds:g} seconds.") from None
    if isinstance(found, OSError) or not found:
        raise Unreachable("The host's name leads nowhere.")
    return list(dict.fromkeys(found))


class _Timed(httpcore.NetworkStream):
    """A connection on which no single step, nor all of them together, last longer than there is time."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._clock.left()), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
