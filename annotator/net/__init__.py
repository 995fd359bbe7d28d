"""The one way out to addresses that people gave: pages to fetch, webhooks to call, models to ask.

Whoever may type an address could make the service call machines that only it can reach. So every request goes
through here: scheme and port are looked at, the name is resolved once, every address that it has is judged, and
one of those is connected to, not the name again. Each redirect is judged like the first address. Size, time and
redirects are bounded, and nothing of the surroundings (proxies, cookies, passwords) goes along.

    answer = exchange("GET", url, limits=Limits(seconds=10, size=1 << 20))

Operators open single hosts and networks by ``PALIMPSEST_NET_ALLOW``, and close all others by ``PALIMPSEST_NET``.
"""

from annotator.net.exchange import Answer, Limits, exchange
from annotator.net.faults import AddressRefused, NetFault, TooBig, TooManyRedirects, TooSlow, Unreachable
from annotator.net.rules import Rules, rules
from annotator.net.target import check_address

__all__ = [
    "AddressRefused",
    "Answer",
    "Limits",
    "NetFault",
    "Rules",
    "TooBig",
    "TooManyRedirects",
    "TooSlow",
    "Unreachable",
    "check_address",
    "exchange",
    "rules",
]
