"""Ports for servers of the tests."""

import random
import socket
from pathlib import Path

_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A free port below those that outgoing connections get: a server that comes back finds it still free."""
    last = int(_RANGE.read_text().split()[0]) if _RANGE.exists() else 32768
    for port in random.sample(range(max(1024, last // 2), last), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")
