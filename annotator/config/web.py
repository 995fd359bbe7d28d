"""The web server: two processes on one listening socket, forked from one that has loaded the service.

`python -m annotator.config.web [--fd=N]`; without a handle it listens itself, on
PALIMPSEST_HOST and PORT.
"""

import os
import socket
import sys

import uvicorn
from django.urls import get_resolver

from annotator.config.asgi import application
from annotator.config.environment import environment
from annotator.config.prefork import run

PROCESSES = 2
# Open live feeds end with the server, and their browsers come back by themselves.
GRACE_SECONDS = 3


def main() -> None:
    listener = _listener()
    if listener.family in (socket.AF_INET, socket.AF_INET6):
        # Inherited by each connection: an answer goes out in two writes, and must not wait 40 ms between them.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _ = get_resolver().url_patterns  # every view is loaded before the fork
    run({f"web {number}": lambda: serve(listener) for number in range(1, PROCESSES + 1)})


def serve(listener: socket.socket) -> None:
    """Answers requests until SIGTERM; then those under way have a few seconds to end."""
    behind_proxy = bool(environment().public_url)
    config = uvicorn.Config(
        application,
        lifespan="on",
        ws="none",
        access_log=False,
        log_level="warning",
        log_config=None,
        server_header=False,
        proxy_headers=behind_proxy,
        forwarded_allow_ips="*",  # if there is a proxy, only it reaches this address
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=30,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _listener() -> socket.socket:
    handles = [argument.removeprefix("--fd=") for argument in sys.argv[1:] if argument.startswith("--fd=")]
    if handles:
        os.set_inheritable(int(handles[0]), False)
        return socket.socket(fileno=int(handles[0]))
    settings = environment()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=2048)


if __name__ == "__main__":
    main()
