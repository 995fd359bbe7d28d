"""Why a request did not come about. The words may be shown to whoever gave the address: they tell nothing of
what is behind it."""


class NetFault(Exception):
    """The request did not come about; ``code`` names the reason for programs."""

    code = "net_fault"


class AddressRefused(NetFault):
    """The address may not be called from here."""

    code = "address_refused"


class TooManyRedirects(NetFault):
    """The address leads on and on."""

    code = "too_many_redirects"


class TooBig(NetFault):
    """The answer is bigger than it may be."""

    code = "answer_too_big"


class TooSlow(NetFault):
    """The answer took longer than it may."""

    code = "too_slow"


class Unreachable(NetFault):
    """Nothing answers there, or what answers cannot be understood."""

    code = "unreachable"
