"""What may be called: the public internet at the web's ports, and what the operator named besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.conf import settings

from annotator.net.addresses import Address, is_public, within

WEB_PORTS = frozenset({80, 443, 8080, 8443})


@dataclass(frozen=True, slots=True)
class Rules:
    """``hosts`` maps a name to the ports that are open there, None for all; ``networks`` are open at every port.

    ``public``: whether the internet may be called at all.
    """

    public: bool = True
    hosts: tuple[tuple[str, int | None], ...] = ()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def names(self, host: str, port: int) -> bool:
        """Whether the operator named this host, whatever its addresses."""
        return any(name == host and open_ in (None, port) for name, open_ in self.hosts)

    def permits(self, address: Address, port: int) -> bool:
        """Whether an address may be connected to."""
        plain = within(address) or address
        if any(
            each.version == one.version and one in each for each in self.networks for one in (address, plain)
        ):
            return True
        return self.public and port in WEB_PORTS and is_public(address)


def rules() -> Rules:
    """What the operator set."""
    return parse_rules(settings.NET_PUBLIC, settings.NET_ALLOW)


def parse_rules(public: bool, allowed: Sequence[str]) -> Rules:
    """Rules from words: a network (``10.1.0.0/16``), an address, a name, or a name with a port (``models:8500``).

    Raises:
        ValueError: a word is none of these.
    """
    hosts: list[tuple[str, int | None]] = []
    networks: list[IPv4Network | IPv6Network] = []
    for word in allowed:
        try:
            networks.append(ip_network(word.strip("[]")))
        except ValueError:
            hosts.append(_host(word))
    return Rules(public, tuple(hosts), tuple(networks))


def _host(word: str) -> tuple[str, int | None]:
    name, _, port = word.partition(":")
    if (
        not name
        or "/" in word
        or (port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536))
    ):
        raise ValueError(
            f"{word!r} is neither a host, as in models.example:8500, nor a network, as in 10.1.0.0/16."
        )
    return name.lower().rstrip("."), int(port) if port else None
