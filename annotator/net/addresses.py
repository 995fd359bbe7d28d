"""Which addresses belong to the public internet. Whatever is not known to be public is not."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# Beyond what the standard library of every Python holds for not global.
_CLOSED_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",  # shared address space; some clouds keep their metadata there
            "168.63.129.16/32",  # a cloud's own service on each of its machines
            "192.0.0.0/24",
            "192.88.99.0/24",  # relays of 6to4
            "198.18.0.0/15",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_CLOSED_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # Teredo, ORCHID and other protocols' own
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "3fff::/20",
        ),
    )
)


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet; an IPv4 address inside of an IPv6 one is what counts."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in each for each in _CLOSED_4)
    if (inner := within(address)) is not None:
        return is_public(inner)
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in each for each in _CLOSED_6)


def within(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, or translated on its way (NAT64)."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def parsed(text: str) -> Address:
    """An address as the resolver gives it, perhaps with the interface behind a percent sign."""
    return ip_address(text.partition("%")[0])
