"""An address as it was typed, taken apart strictly."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from annotator.net.faults import AddressRefused

LONGEST = 4_000  # characters
PORTS = {"http": 80, "https": 443}

# What some readers of addresses skip and others do not.
_SUSPECT = re.compile(r"[\x00-\x20\x7f\\<>\"^`{|}]")
_KEPT = "%/:=&?~+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. ``host`` is in ASCII, lower case, without brackets and final dot; ``path`` with the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What must be the same for credentials to go along."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """As the header ``Host`` has it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if PORTS[self.scheme] == self.port else f"{name}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def target_of(url: str) -> Target:
    """The parts of an address.

    Raises:
        AddressRefused: it is no address of the web, or one that is read in more than one way.
    """
    if len(url) > LONGEST:
        raise AddressRefused(f"The address is longer than {LONGEST} characters.")
    if _SUSPECT.search(url):
        raise AddressRefused(
            "The address holds a blank, a control character or a sign that addresses do not have."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("The address cannot be read.") from None
    if parts.scheme not in PORTS:
        raise AddressRefused("Only addresses that begin with http:// or https:// are called.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("The address holds a user name or a password, which are not sent.")
    if port == 0:
        raise AddressRefused("Nothing is at port 0.")
    path = quote(parts.path or "/", safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    return Target(parts.scheme, _host(parts.hostname), port or PORTS[parts.scheme], path + query)


def check_address(url: str) -> None:
    """Refuse what can be no address to call, before anything is resolved.

    Raises:
        AddressRefused
    """
    target_of(url)


def _host(name: str | None) -> str:
    host = (name or "").rstrip(".")
    if ":" in host:
        return host
    try:
        ascii_ = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise AddressRefused("The host's name cannot be read.") from None
    if not ascii_ or not re.fullmatch(r"[a-z0-9_.-]+", ascii_):
        raise AddressRefused("The address names no host.")
    return ascii_
