"""The address the service listens on. Held here, so that a restarted web server never refuses a browser."""

import errno
import socket
import time
from contextlib import suppress

from annotator.supervisor.refusal import Exit, Refusal

ATTEMPTS = 50
PAUSE = 0.1  # seconds between two looks at a port


def listen(host: str, port: int, *, is_chosen: bool, patience: float = 0) -> socket.socket:
    """A listening socket on the port, or on the next free one if nobody chose this one.

    A port that is taken is waited for ``patience`` seconds: whoever held it before may be about to end.

    Raises:
        Refusal: the chosen port is taken or forbidden, or none near the default is free.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with suppress(Refusal):
            return _listen(host, port, is_chosen=True)
        time.sleep(PAUSE)
    return _listen(host, port, is_chosen=is_chosen)


def _listen(host: str, port: int, *, is_chosen: bool) -> socket.socket:
    for candidate in range(port, min(port + ATTEMPTS, 65536)):
        try:
            return _bound(host, candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise Refusal(
                    f"Cannot listen on {host} ({error.strerror}); set PALIMPSEST_HOST to an address of this "
                    "machine, or leave it out.",
                    Exit.PORT_TAKEN,
                ) from error
            if is_chosen:
                raise Refusal(_advice(host, port, error), Exit.PORT_TAKEN) from error
    raise Refusal(
        f"Ports {port} to {port + ATTEMPTS - 1} are all taken; choose another with PORT=….", Exit.PORT_TAKEN
    )


def _advice(host: str, port: int, error: OSError) -> str:
    with _bound(host, 0) as free:
        other = free.getsockname()[1]
    reason = "is taken" if error.errno == errno.EADDRINUSE else "is not allowed for this user"
    return f"Port {port} {reason}; start with PORT={other}, which is free, or without PORT."


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Only a listener that still runs keeps the port, not the remains of its last connections.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener
